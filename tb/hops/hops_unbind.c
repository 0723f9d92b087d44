/* SPDX-License-Identifier: Apache-2.0
 *
 * What an unbind takes, and who waits for it. The call of a function's removal unbinds several PASIDs, each of which is
 * an unbind of its own.
 */
#include "tb/hops/hops_state.h"

enum { PASID_BITS = 20 };

static const struct {
    const char *name, *about;
    enum unbind_point from, to;
} measured[UNBIND_TIMES] = {
    [UNBIND_TIME_STOP] = {"stop", "U0 to U1", AT_U0, AT_U1},
    [UNBIND_TIME_CALL] = {"call", "U2 to its return", AT_U2, AT_RETURNED},
    [UNBIND_TIME_UNBIND] = {"unbind", "U2 to U6", AT_U2, AT_U6},
    [UNBIND_TIME_REUSE] = {"reuse", "U0 to U6", AT_U0, AT_U6},
    [UNBIND_TIME_REBIND] = {"rebind", "U0 to U7", AT_U0, AT_U7},
};

const char *unbind_time_name(enum unbind_time which)
{
    assert(which < UNBIND_TIMES);
    return measured[which].name;
}

const char *unbind_time_about(enum unbind_time which)
{
    assert(which < UNBIND_TIMES);
    return measured[which].about;
}

static struct unbind_row *row_of(struct hops *hops, uint32_t endpoint, uint64_t call, uint64_t pasid)
{
    uint64_t key = hops_key(BY_CALL, endpoint, call << PASID_BITS ^ pasid), place = numbered_get(&hops->found, key);
    if (place)
        return &hops->unbind[place - 1];
    hops->unbind = numbered_grow(hops->unbind, hops->unbinds, &hops->unbinds_room, sizeof *hops->unbind);
    struct unbind_row *row = &hops->unbind[hops->unbinds++];
    numbered_put(&hops->found, key, hops->unbinds);
    *row = (struct unbind_row){.told = {.call = call, .pasid = pasid, .step = -1}, .endpoint = endpoint};
    for (unsigned point = 0; point < UNBIND_POINTS; point++)
        row->at[point] = PRISIM_CYCLE_NEVER;
    return row;
}

static bool has(const struct unbind_row *row, enum unbind_point point)
{
    return row->at[point] != PRISIM_CYCLE_NEVER;
}

static void reach(struct unbind_row *row, enum unbind_point point, prisim_cycle_t cycle)
{
    if (!has(row, point))
        row->at[point] = cycle;
}

/* What was begun is counted as an unbind; of a call that was refused nothing else is heard. */
static void begin(struct hops *hops, struct unbind_row *row, uint32_t stream_id)
{
    if (row->begun)
        return;
    row->begun = true;
    row->told.stream_id = stream_id;
    numbered_put(&hops->found, hops_key(BY_PASID, row->endpoint, row->told.pasid), (uint64_t)(row - hops->unbind) + 1);
}

static void point(struct hops *hops, const struct prisim_event *event, enum unbind_point point)
{
    /* its events begin with the same fields */
    const struct prisim_event_driver_stop *e = &event->driver_stop;
    uint32_t endpoint = system_endpoint_of_stream(&hops->scenario->system, e->stream_id);
    struct unbind_row *row = row_of(hops, endpoint, e->call, e->pasid);
    if (point == AT_U0 || point == AT_U2)
        begin(hops, row, (uint32_t)e->stream_id);
    reach(row, point, event->cycle);
    if (point == AT_U2)
        row->shown = hops_shown(hops, event->cycle);
    else if (has(row, AT_U2))
        row->told.queue = hops_shown(hops, event->cycle) - row->shown;
}

/* Of the unbind that began last. */
static void point_of_last(struct hops *hops, uint32_t endpoint, uint64_t pasid, enum unbind_point point,
                          prisim_cycle_t cycle)
{
    uint64_t place = numbered_get(&hops->found, hops_key(BY_PASID, endpoint, pasid));
    if (place)
        reach(&hops->unbind[place - 1], point, cycle);
}

static bool is_over(const struct unbind_row *row)
{
    return has(row, AT_RETURNED) && has(row, AT_U6);
}

/* A call that is given while an unbind of its PASID is under way, or waits itself, waits for the end of that; one of a
 * function as a whole for all unbinds of the function (driver/waiters.c). */
static void wait_for_unbinds(struct hops *hops, const struct prisim_driver_stimulus *call, prisim_cycle_t now)
{
    while (hops->unbinds_over < hops->unbinds && is_over(&hops->unbind[hops->unbinds_over]))
        hops->unbinds_over++;
    for (uint64_t i = hops->unbinds_over; i < hops->unbinds; i++) {
        const struct unbind_row *row = &hops->unbind[i];
        if (row->endpoint != call->function || is_over(row) ||
            (prisim_driver_stimulus_has_pasid(call) && row->told.pasid != call->pasid))
            continue;
        hops->waiting = numbered_grow(hops->waiting, hops->waitings, &hops->waiting_room, sizeof *hops->waiting);
        hops->waiting[hops->waitings++] = (struct waiting_call){.unbind = i, .since = now};
    }
}

/* timeline.step: a call is given. Isolation waits for nobody. */
void hops_given(struct hops *hops, const struct prisim_event *event)
{
    uint64_t number = event->timeline_step.step;
    assert(number < hops->scenario->timeline.steps);
    const struct timeline_step *step = &hops->scenario->timeline.step[number];
    const struct prisim_driver_stimulus *call = &step->driver;
    if (!step->to_driver || !prisim_driver_stimulus_is_call(call) || !prisim_driver_stimulus_has_function(call) ||
        call->what == PRISIM_DRIVER_ISOLATE)
        return;
    wait_for_unbinds(hops, call, event->cycle);
    if (call->what == PRISIM_DRIVER_UNBIND)
        row_of(hops, call->function, call->call, call->pasid)->told.step = (int32_t)number;
}

/* driver.stop: U0 */
void hops_stop(struct hops *hops, const struct prisim_event *event)
{
    point(hops, event, AT_U0);
}

/* endpoint.stopped: U1 */
void hops_stopped(struct hops *hops, const struct prisim_event *event)
{
    uint32_t endpoint = system_endpoint_of_instance(&hops->scenario->system, event->instance);
    point_of_last(hops, endpoint, event->endpoint_stopped.pasid, AT_U1, event->cycle);
}

/* driver.unbind: U2 */
void hops_unbind_entered(struct hops *hops, const struct prisim_event *event)
{
    point(hops, event, AT_U2);
}

/* driver.unbind_returned */
void hops_unbind_returned(struct hops *hops, const struct prisim_event *event)
{
    point(hops, event, AT_RETURNED);
}

/* driver.free: U6 */
void hops_free(struct hops *hops, const struct prisim_event *event)
{
    point(hops, event, AT_U6);
}

/* driver.bind: U7 */
void hops_bind(struct hops *hops, const struct prisim_event *event)
{
    uint32_t endpoint = system_endpoint_of_stream(&hops->scenario->system, event->driver_bind.stream_id);
    point_of_last(hops, endpoint, event->driver_bind.pasid, AT_U7, event->cycle);
}

/* Its last point; of one that has neither the run's end. */
static prisim_cycle_t end_of(const struct unbind_row *row, prisim_cycle_t end)
{
    if (!has(row, AT_RETURNED) && !has(row, AT_U6))
        return end;
    if (!has(row, AT_U6) || (has(row, AT_RETURNED) && row->at[AT_RETURNED] > row->at[AT_U6]))
        return row->at[AT_RETURNED];
    return row->at[AT_U6];
}

static void finish(struct hops *hops, struct unbind_row *row, prisim_cycle_t end)
{
    if (has(row, AT_U2) && !has(row, AT_RETURNED) && !has(row, AT_U6))
        row->told.queue = hops_shown(hops, end) - row->shown;
    for (unsigned which = 0; which < UNBIND_TIMES; which++) {
        prisim_cycle_t from = row->at[measured[which].from], to = row->at[measured[which].to];
        row->told.time[which] = PRISIM_CYCLE_NEVER;
        if (from == PRISIM_CYCLE_NEVER && which >= UNBIND_TIME_REUSE)
            from = row->at[AT_U2];
        if (from == PRISIM_CYCLE_NEVER)
            continue;
        if (to == PRISIM_CYCLE_NEVER || to < from) {
            hops->times[which].never++;
            continue;
        }
        row->told.time[which] = to - from;
        distribution_add(&hops->times[which], to - from);
    }
}

void hops_unbinds_finish(struct hops *hops, prisim_cycle_t end)
{
    for (uint64_t i = 0; i < hops->waitings; i++) {
        const struct waiting_call *call = &hops->waiting[i];
        struct unbind_row *row = &hops->unbind[call->unbind];
        prisim_cycle_t until = end_of(row, end);
        if (until <= call->since)
            continue;
        row->told.callers += until - call->since;
        row->told.callers_count++;
    }
    uint64_t begun = 0;
    for (uint64_t i = 0; i < hops->unbinds; i++) {
        if (!hops->unbind[i].begun)
            continue;
        finish(hops, &hops->unbind[i], end);
        hops->unbind[begun++] = hops->unbind[i];
    }
    hops->unbinds = begun;
}

const struct unbind_times *hops_unbind(const struct hops *hops, uint32_t i)
{
    return i < hops->unbinds ? &hops->unbind[i].told : NULL;
}
