/* SPDX-License-Identifier: Apache-2.0
 *
 * Callers of the driver: one task per call. When it may start is in waiters.c, and what it does in unbind/bind.c,
 * unbind/unbind.c, detach.c, flr.c, remove.c, mm_exit.c, isolate.c and memory/unmap.c.
 */
#include "driver/memory/memory.h"
#include "driver/step.h"
#include "driver/unbind/unbind.h"
#include "driver/waiters.h"

void caller_new(struct edge *e, const struct prisim_driver_stimulus *stimulus)
{
    struct prisim_driver *d = e->driver;
    uint32_t free = ~d->callers_live & (CALLERS_MASK >> TASK_CALLER);
    if (!free) {
        const bool known = prisim_driver_stimulus_has_function(stimulus) && stimulus->function < e->config->functions;
        uint32_t id = known ? e->config->function[stimulus->function].requester_id : 0;
        EMIT(driver_refused, .stream_id = id,
             .pasid = pasid_field(prisim_driver_stimulus_has_pasid(stimulus), stimulus->pasid), .call = stimulus->call,
             .cause = PRISIM_CAUSE_REFUSED);
        if (stimulus->what == PRISIM_DRIVER_UNBIND && !prisim_driver_stimulus_is_of_marker(stimulus))
            EMIT(driver_unbind_returned, .stream_id = id, .pasid = stimulus->pasid, .call = stimulus->call,
                 .cause = PRISIM_CAUSE_REFUSED);
        return;
    }
    unsigned i = (unsigned)__builtin_ctz(free);
    struct task *t = task_of(d, TASK_CALLER + i);
    assert(t->pc[0] == 0 && t->cpu == CPU_NONE);
    t->gave_up = 0;
    t->call = (struct call){.stimulus = *stimulus, .sequence = d->calls++};
    d->callers_live |= UINT32_C(1) << i;
    d->callers_queued |= UINT32_C(1) << i;
    waiters_start_calls(d);
}

/* UNBIND-P2: of the first function for which one is wanted and none is at work; false: there is no such function. */
static bool next_sweep(struct edge *e, struct prisim_driver_stimulus *sweep)
{
    struct prisim_driver *d = e->driver;
    const uint32_t left = d->sweeps_wanted & ~d->sweeps;
    if (!left)
        return false;
    const unsigned function = (unsigned)__builtin_ctz(left);
    *sweep = (struct prisim_driver_stimulus){
        .what = PRISIM_DRIVER_SWEEP,
        .function = function,
        .policy = driver_list_of(e->config, d->function[function].sweeps_by, PRISIM_DRIVER_DEFERRED)};
    function_of(d, function)->sweeps_by = 0;
    d->sweeps_wanted &= ~(UINT32_C(1) << function);
    d->sweeps |= UINT32_C(1) << function;
    return true;
}

/* In tasks of their own, as long as there are any. */
static __attribute__((noinline)) void start_sweeps(struct edge *e)
{
    struct prisim_driver_stimulus sweep;
    while ((~e->driver->callers_live & (CALLERS_MASK >> TASK_CALLER)) && next_sweep(e, &sweep))
        caller_new(e, &sweep);
}

/* There was none: the task of the call that ends sweeps, for the others may wait for that. */
static bool becomes_sweep(struct edge *e, struct task *t)
{
    struct prisim_driver_stimulus sweep;
    start_sweeps(e);
    if (!next_sweep(e, &sweep))
        return false;
    t->call = (struct call){.stimulus = sweep, .sequence = e->driver->calls++};
    return true;
}

static void caller_end(struct prisim_driver *d, const struct task *t)
{
    uint32_t bit = UINT32_C(1) << (t->index - TASK_CALLER);
    assert(d->callers_live & bit);
    d->callers_live &= ~bit;
    waiters_start_calls(d);
}

bool caller_run(struct edge *e, struct task *t)
{
    BEGIN_TASK;
    if (t->call.stimulus.what == PRISIM_DRIVER_DETACH) {
        CALL(driver_detach);
    } else if (t->call.stimulus.what == PRISIM_DRIVER_ATTACH) {
        CALL(driver_attach);
    } else if (t->call.stimulus.what == PRISIM_DRIVER_FLR) {
        CALL(driver_flr);
    } else if (t->call.stimulus.what == PRISIM_DRIVER_REMOVE) {
        CALL(driver_remove);
    } else if (t->call.stimulus.what == PRISIM_DRIVER_ISOLATE) {
        CALL(driver_isolate);
    } else if (t->call.stimulus.what == PRISIM_DRIVER_UNMAP) {
        CALL(driver_unmap);
    } else if (t->call.stimulus.what == PRISIM_DRIVER_SWEEP) {
        CALL(driver_sweep);
    } else if (t->call.stimulus.what == PRISIM_DRIVER_MM_EXIT) {
        CALL(driver_mm_exit);
    } else if (t->call.stimulus.what == PRISIM_DRIVER_UNBIND) {
        CALL(driver_iommu_sva_unbind_device);
        if (!t->call.returned && !prisim_driver_stimulus_is_of_marker(&t->call.stimulus))
            EMIT_CALL_WITH(driver_unbind_returned, .cause = t->call.refused);
        if (e->driver->sweeps_wanted)
            start_sweeps(e);
        CALL(driver_exit_space);
        if (t->call.stimulus.then_space && !t->call.refused) {
            t->call.stimulus.space = t->call.stimulus.then_space - 1;
            CALL(driver_iommu_sva_bind_device);
        }
    } else {
        CALL(driver_iommu_sva_bind_device);
    }
    while (e->driver->sweeps_wanted && becomes_sweep(e, t))
        CALL(driver_sweep);
    caller_end(e->driver, t);
    END;
}
