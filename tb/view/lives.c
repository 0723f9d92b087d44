/* SPDX-License-Identifier: Apache-2.0
 *
 * The lives' roof: which file takes an event, and what is found in the order in which it is asked for.
 */
#include "tb/view/lives_state.h"

static const char *const ends[LIFE_ENDS] = {
    [LIFE_OPEN] = "open",       [LIFE_ANSWERED] = "answered",   [LIFE_AUTO_ANSWERED] = "auto_answered",
    [LIFE_DROPPED] = "dropped", [LIFE_DISCARDED] = "discarded", [LIFE_IGNORED] = "ignored",
    [LIFE_SEEN] = "seen",
};

const char *life_end_name(enum life_end end)
{
    assert(end < LIFE_ENDS);
    return ends[end];
}

static void of_endpoint(struct building *b, const struct prisim_event *event, uint32_t i)
{
    switch (event->type) {
    case PRISIM_EVENT_ENDPOINT_JOB:
    case PRISIM_EVENT_ENDPOINT_JOB_DONE:
        lives_job(b, event);
        return;
    case PRISIM_EVENT_ENDPOINT_PAGE_REQUEST:
        lives_made(b, event, i);
        return;
    case PRISIM_EVENT_ENDPOINT_PAGE_REQUEST_SENT:
        lives_sent(b, event, i);
        return;
    case PRISIM_EVENT_ENDPOINT_STOP_MARKER:
        lives_marker_sent(b, event, i);
        return;
    case PRISIM_EVENT_ENDPOINT_RESPONSE:
        lives_answer(b, event, i);
        return;
    case PRISIM_EVENT_ENDPOINT_PRI_OFF:
        lives_pri_off(b, event, i);
        return;
    case PRISIM_EVENT_ENDPOINT_STOP:
    case PRISIM_EVENT_ENDPOINT_STOPPED:
        lives_binding(b, event, i);
        return;
    }
}

static void of_hardware(struct building *b, const struct prisim_event *event, uint32_t i)
{
    switch (event->type) {
    case PRISIM_EVENT_FABRIC_ENTER:
    case PRISIM_EVENT_FABRIC_LEAVE:
    case PRISIM_EVENT_FABRIC_LOST:
    case PRISIM_EVENT_FABRIC_UNROUTABLE:
    case PRISIM_EVENT_SMMU_MARKER_SWALLOWED:
        lives_fabric(b, event, i);
        return;
    case PRISIM_EVENT_SMMU_PAGE_REQUEST:
        lives_port(b, event, i);
        return;
    case PRISIM_EVENT_SMMU_REGISTER:
    case PRISIM_EVENT_PRI_QUEUE_ACCEPT:
    case PRISIM_EVENT_PRI_QUEUE_WRITE:
    case PRISIM_EVENT_PRI_QUEUE_PROD:
    case PRISIM_EVENT_PRI_QUEUE_DROP:
    case PRISIM_EVENT_PRI_QUEUE_LOST:
        lives_queue(b, event, i);
        return;
    case PRISIM_EVENT_PRI_QUEUE_RESPONSE:
    case PRISIM_EVENT_SMMU_RESPONSE_LOST:
    case PRISIM_EVENT_SMMU_PRG_RESPONSE:
        lives_answer(b, event, i);
        return;
    }
}

static void of_driver(struct building *b, const struct prisim_event *event, uint32_t i)
{
    switch (event->type) {
    case PRISIM_EVENT_DRIVER_TAKE:
    case PRISIM_EVENT_DRIVER_MARKER:
    case PRISIM_EVENT_DRIVER_PARK:
    case PRISIM_EVENT_DRIVER_ENQUEUE:
    case PRISIM_EVENT_DRIVER_RESOLVE:
    case PRISIM_EVENT_DRIVER_PAGE:
    case PRISIM_EVENT_DRIVER_RESPOND:
    case PRISIM_EVENT_DRIVER_DISCARD:
    case PRISIM_EVENT_DRIVER_KEXEC:
        lives_software(b, event, i);
        return;
    case PRISIM_EVENT_DRIVER_STOP:
    case PRISIM_EVENT_DRIVER_UNBIND:
    case PRISIM_EVENT_DRIVER_CLEAR:
    case PRISIM_EVENT_DRIVER_INVALIDATED:
    case PRISIM_EVENT_DRIVER_NOT_INVALIDATED:
    case PRISIM_EVENT_DRIVER_DRAINED:
    case PRISIM_EVENT_DRIVER_FREE:
    case PRISIM_EVENT_DRIVER_UNBIND_RETURNED:
    case PRISIM_EVENT_DRIVER_BIND:
    case PRISIM_EVENT_DRIVER_BOUND:
    case PRISIM_EVENT_DRIVER_REFUSED:
        lives_binding(b, event, i);
        return;
    }
}

static void read_events(struct building *b)
{
    for (uint32_t i = 0; i < b->recording->count; i++) {
        struct prisim_event event;
        recording_get(b->recording, i, &event);
        if (event.instance == INSTANCE_DRIVER)
            of_driver(b, &event, i);
        else if (event.instance >= INSTANCE_ENDPOINT)
            of_endpoint(b, &event, i);
        else
            of_hardware(b, &event, i);
    }
}

/* Steps by request; those of one request stay in their order. */
static void sort_steps(struct lives *lives)
{
    uint32_t first = 0;
    for (uint32_t i = 0; i < lives->steps; i++)
        lives->request[lives->step[i].request].steps++;
    for (uint32_t i = 0; i < lives->requests; i++) {
        lives->request[i].first = first;
        first += lives->request[i].steps;
        lives->request[i].steps = 0;
    }
    struct life_step *sorted = zeroed(lives->steps, sizeof *sorted);
    for (uint32_t i = 0; i < lives->steps; i++) {
        struct life_request *request = &lives->request[lives->step[i].request];
        sorted[request->first + request->steps++] = lives->step[i];
    }
    free(lives->step);
    lives->step = sorted;
}

static void sort_points(struct building *b)
{
    struct lives *lives = b->lives;
    uint32_t first = 0;
    for (size_t i = 0; i < b->points; i++)
        if (b->point[i].binding != LIVES_NONE)
            lives->binding[b->point[i].binding].points++;
    for (uint32_t i = 0; i < lives->bindings; i++) {
        lives->binding[i].first = first;
        first += lives->binding[i].points;
        lives->binding[i].points = 0;
    }
    lives->point = zeroed(first, sizeof *lives->point);
    for (size_t i = 0; i < b->points; i++) {
        if (b->point[i].binding == LIVES_NONE)
            continue;
        struct life_binding *binding = &lives->binding[b->point[i].binding];
        lives->point[binding->first + binding->points++] = b->point[i].event;
    }
}

static void read_claims(struct building *b)
{
    const struct timeline_config *timeline = &b->recording->names->timeline;
    for (uint32_t i = 0; i < timeline->steps; i++)
        if (timeline->step[i].of)
            numbers_put(&b->call_of_raw, timeline->step[i].stimulus.job, timeline->step[i].of);
}

static void use_lanes(struct lives *lives, uint32_t events)
{
    for (uint32_t i = 0; i < events; i++)
        lives->used[lives->lane[i]] = true;
    for (uint32_t i = 0; i < lives->steps; i++)
        lives->used[lives->step[i].lane] = true;
}

static void building_free(struct building *b)
{
    struct numbers *const tables[] = {&b->context_of,     &b->binding_of_number, &b->binding_of_call, &b->call_of_raw,
                                      &b->binding_of_job, &b->request_of,        &b->of_tlp,          &b->group_of,
                                      &b->of_slot,        &b->item_of,           &b->of_command};
    void *const arrays[] = {b->state, b->context, b->point,  b->group,  b->at_port,  b->dropped,
                            b->item,  b->worker,  b->answer, b->member, b->automatic};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        numbers_free(tables[i]);
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
}

void lives_open(struct lives *lives, const struct recording *recording)
{
    *lives = (struct lives){.lane = lanes_of(recording)};
    struct building *b = zeroed(1, sizeof *b);
    b->recording = recording;
    b->lives = lives;
    b->log2 = -1;
    read_claims(b);
    read_events(b);
    sort_steps(lives);
    sort_points(b);
    use_lanes(lives, recording->count);
    building_free(b);
    free(b);
}

void lives_close(struct lives *lives)
{
    free(lives->request);
    free(lives->step);
    free(lives->binding);
    free(lives->point);
    free(lives->lane);
    *lives = (struct lives){0};
}

uint32_t *lives_of_events(const struct lives *lives, const struct recording *recording)
{
    uint32_t *of = zeroed(recording->count, sizeof *of);
    memset(of, 0xff, recording->count * sizeof *of);
    for (uint32_t i = lives->requests; i-- > 0;)
        for (uint32_t k = 0; k < lives->request[i].steps; k++) {
            uint32_t *place = &of[lives->step[lives->request[i].first + k].event];
            if (*place == LIVES_NONE)
                *place = i;
        }
    return of;
}
