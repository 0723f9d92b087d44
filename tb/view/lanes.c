/* SPDX-License-Identifier: Apache-2.0
 *
 * Swim lanes (lanes.h).
 */
#include "tb/view/lanes.h"

#include <stdio.h>

#include "tb/view/grow.h"
#include "tb/view/numbers.h"

static const struct {
    unsigned first;
    const char *name;
} kinds[LANE_KINDS] = {
    [LANE_TIMELINE] = {LANES_TIMELINE, "timeline"},
    [LANE_ENDPOINT] = {LANES_ENDPOINT, "endpoint"},
    [LANE_LINK] = {LANES_LINK, "link"},
    [LANE_SMMU] = {LANES_SMMU, "smmu"},
    [LANE_PRI_QUEUE] = {LANES_PRI_QUEUE, "pri_queue"},
    [LANE_INTERRUPT] = {LANES_INTERRUPT, "interrupt"},
    [LANE_PRI_THREAD] = {LANES_PRI_THREAD, "pri_thread"},
    [LANE_WORKER] = {LANES_WORKER, "worker"},
    [LANE_CALLER] = {LANES_CALLER, "caller"},
    [LANE_DRIVER] = {LANES_DRIVER, "driver"},
};

enum lane_kind lane_kind(unsigned lane)
{
    assert(lane < LANES);
    unsigned kind = LANE_KINDS - 1;
    while (lane < kinds[kind].first)
        kind--;
    return (enum lane_kind)kind;
}

const char *lane_kind_name(enum lane_kind kind)
{
    assert(kind < LANE_KINDS);
    return kinds[kind].name;
}

void lane_name(const struct scenario *names, unsigned lane, char name[LANE_NAME_MAX])
{
    enum lane_kind kind = lane_kind(lane);
    unsigned which = lane - kinds[kind].first;
    const char *endpoint = which < names->system.endpoints ? names->system.endpoint_id[which] : "?";
    switch (kind) {
    case LANE_ENDPOINT:
        snprintf(name, LANE_NAME_MAX, "endpoint[%s]", endpoint);
        return;
    case LANE_LINK:
        snprintf(name, LANE_NAME_MAX, "link[%s]", endpoint);
        return;
    case LANE_WORKER:
    case LANE_CALLER:
        snprintf(name, LANE_NAME_MAX, "%s %u", kinds[kind].name, which);
        return;
    case LANE_TIMELINE:
    case LANE_SMMU:
    case LANE_PRI_QUEUE:
    case LANE_INTERRUPT:
    case LANE_PRI_THREAD:
    case LANE_DRIVER:
    case LANE_KINDS:
        snprintf(name, LANE_NAME_MAX, "%s", kinds[kind].name);
        return;
    }
}

static unsigned limited(uint64_t which, unsigned first, unsigned count)
{
    return first + (unsigned)(which < count ? which : count - 1);
}

static unsigned of_task(uint64_t task, uint64_t index)
{
    switch ((enum prisim_driver_task)task) {
    case PRISIM_DRIVER_TASK_IRQ:
        return LANES_INTERRUPT;
    case PRISIM_DRIVER_TASK_PRI_THREAD:
        return LANES_PRI_THREAD;
    case PRISIM_DRIVER_TASK_WORKER:
        return limited(index, LANES_WORKER, PRISIM_DRIVER_WORKERS_MAX);
    case PRISIM_DRIVER_TASK_CALLER:
        return limited(index, LANES_CALLER, PRISIM_DRIVER_CALLS_MAX);
    case PRISIM_DRIVER_TASK_INIT:
    case PRISIM_DRIVER_TASK_EVENT_THREAD:
    case PRISIM_DRIVER_TASKS:
        break;
    }
    return LANES_DRIVER;
}

static unsigned of_driver(const struct prisim_event *event)
{
    switch (event->type) {
    case PRISIM_EVENT_DRIVER_INTERRUPT_LOST:
    case PRISIM_EVENT_DRIVER_INTERRUPT:
        return LANES_INTERRUPT;
    case PRISIM_EVENT_DRIVER_PROD_READ:
    case PRISIM_EVENT_DRIVER_TAKE:
    case PRISIM_EVENT_DRIVER_CONS:
    case PRISIM_EVENT_DRIVER_MARKER:
    case PRISIM_EVENT_DRIVER_PARK:
    case PRISIM_EVENT_DRIVER_ENQUEUE:
    case PRISIM_EVENT_DRIVER_DISCARD:
        return LANES_PRI_THREAD;
    case PRISIM_EVENT_DRIVER_RESOLVE:
    case PRISIM_EVENT_DRIVER_PAGE:
    case PRISIM_EVENT_DRIVER_RESPOND:
        return LANES_WORKER;
    case PRISIM_EVENT_DRIVER_HOLD:
        return of_task(event->driver_hold.task, event->driver_hold.index);
    case PRISIM_EVENT_DRIVER_RELEASE:
        return of_task(event->driver_release.task, event->driver_release.index);
    default:
        return LANES_DRIVER;
    }
}

static unsigned of_instance(unsigned instance)
{
    if (instance >= INSTANCE_ENDPOINT && instance < INSTANCE_ENDPOINT + SYSTEM_ENDPOINTS_MAX)
        return LANES_ENDPOINT + instance - INSTANCE_ENDPOINT;
    switch (instance) {
    case INSTANCE_TIMELINE:
        return LANES_TIMELINE;
    case INSTANCE_FABRIC:
        return LANES_LINK;
    case INSTANCE_SMMU:
        return LANES_SMMU;
    case INSTANCE_PRI_QUEUE:
        return LANES_PRI_QUEUE;
    case INSTANCE_INTERCONNECT:
        return LANES_INTERRUPT;
    default:
        return LANES_DRIVER;
    }
}

static unsigned lane_of(const struct prisim_event *event)
{
    switch (event->type) {
    case PRISIM_EVENT_FABRIC_ENTER:
        return limited(event->fabric_enter.link, LANES_LINK, SYSTEM_ENDPOINTS_MAX);
    case PRISIM_EVENT_FABRIC_LEAVE:
        return limited(event->fabric_leave.link, LANES_LINK, SYSTEM_ENDPOINTS_MAX);
    case PRISIM_EVENT_FABRIC_FAULT:
        return limited(event->fabric_fault.link, LANES_LINK, SYSTEM_ENDPOINTS_MAX);
    case PRISIM_EVENT_FABRIC_LOST:
        return limited(event->fabric_lost.link, LANES_LINK, SYSTEM_ENDPOINTS_MAX);
    case PRISIM_EVENT_FABRIC_PASSED:
        return limited(event->fabric_passed.link, LANES_LINK, SYSTEM_ENDPOINTS_MAX);
    case PRISIM_EVENT_FABRIC_UNROUTABLE:
        return LANES_LINK;
    case PRISIM_EVENT_PREMISE_BROKEN:
        return of_instance((unsigned)event->premise_broken.party);
    default:
        return event->instance == INSTANCE_DRIVER ? of_driver(event) : of_instance(event->instance);
    }
}

/* A call of bind or unbind, from its first event to its last. */
struct call {
    uint32_t first, last;
    unsigned lane;
};

struct calls {
    struct numbers of; /* number -> place + 1 */
    struct call *call; /* in the order of their first events */
    size_t count, room;
};

/* Which call an event of the driver is a step of; 0: of none. */
static uint64_t call_of(const struct prisim_event *event)
{
    const struct prisim_event_field *fields = prisim_event_fields((enum prisim_event_type)event->type);
    unsigned count = prisim_event_field_count((enum prisim_event_type)event->type);
    for (unsigned i = 0; i < count; i++)
        if (strcmp(fields[i].name, "call") == 0)
            return prisim_event_value(event, i);
    return 0;
}

static void note_call(struct calls *calls, uint64_t number, uint32_t event)
{
    uint32_t place = numbers_get(&calls->of, number);
    if (place == NUMBERS_NONE) {
        calls->call = grow(calls->call, calls->count, 1, &calls->room, sizeof *calls->call);
        calls->call[calls->count++] = (struct call){.first = event};
        place = (uint32_t)calls->count;
        numbers_put(&calls->of, number, place);
    }
    calls->call[place - 1].last = event;
}

static void place_calls(struct calls *calls)
{
    uint32_t free_after[PRISIM_DRIVER_CALLS_MAX] = {0}; /* each one's last event + 1 */
    for (size_t i = 0; i < calls->count; i++) {
        unsigned which = 0;
        while (which + 1 < PRISIM_DRIVER_CALLS_MAX && free_after[which] > calls->call[i].first)
            which++;
        free_after[which] = calls->call[i].last + 1;
        calls->call[i].lane = LANES_CALLER + which;
    }
}

uint8_t *lanes_of(const struct recording *recording)
{
    uint8_t *lane = zeroed(recording->count, sizeof *lane);
    uint64_t *call = zeroed(recording->count, sizeof *call);
    struct calls calls = {0};
    for (uint32_t i = 0; i < recording->count; i++) {
        struct prisim_event event;
        recording_get(recording, i, &event);
        lane[i] = (uint8_t)lane_of(&event);
        call[i] = lane[i] == LANES_DRIVER && event.instance == INSTANCE_DRIVER ? call_of(&event) : 0;
        if (call[i])
            note_call(&calls, call[i], i);
    }
    place_calls(&calls);
    for (uint32_t i = 0; i < recording->count; i++)
        if (call[i])
            lane[i] = (uint8_t)calls.call[numbers_get(&calls.of, call[i]) - 1].lane;
    numbers_free(&calls.of);
    free(calls.call);
    free(call);
    return lane;
}
