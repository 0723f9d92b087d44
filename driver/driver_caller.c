/* SPDX-License-Identifier: Apache-2.0
 *
 * Callers of bind and unbind: one task per call. Calls for one PASID of a function are made one after the other, in the
 * order they came; none before bring-up is done. What a call does is in driver_bind.c and driver_unbind.c.
 */
#include "driver/driver_task.h"

static bool same_pasid(const struct call *a, const struct call *b)
{
    return a->stimulus.function == b->stimulus.function && a->stimulus.pasid == b->stimulus.pasid;
}

static bool may_start(const struct driver *d, unsigned i)
{
    const struct call *call = &d->task[TASK_CALLER + i].call;
    for (uint32_t left = d->callers_live; left; left &= left - 1) {
        const struct call *other = &d->task[TASK_CALLER + __builtin_ctz(left)].call;
        if (same_pasid(call, other) && other->sequence < call->sequence)
            return false;
    }
    return true;
}

/* Starts the calls that need wait no longer. */
void caller_start(struct driver *d)
{
    if (!d->ready)
        return;
    for (uint32_t left = d->callers_queued; left; left &= left - 1) {
        unsigned i = (unsigned)__builtin_ctz(left);
        assert(d->callers_live >> i & 1);
        if (!may_start(d, i))
            continue;
        d->callers_queued &= ~(UINT32_C(1) << i);
        d->runnable |= UINT32_C(1) << (TASK_CALLER + i);
    }
}

void caller_new(struct edge *e, const struct driver_stimulus *stimulus)
{
    struct driver *d = e->driver;
    uint32_t free = ~d->callers_live & (CALLERS_MASK >> TASK_CALLER);
    if (!free) {
        uint32_t f = stimulus->function, id = f < e->config->functions ? e->config->function[f].requester_id : 0;
        EMIT(driver_refused, .stream_id = id, .pasid = stimulus->pasid, .call = stimulus->call, .cause = CAUSE_REFUSED);
        if (stimulus->what == DRIVER_UNBIND)
            EMIT(driver_unbind_returned, .stream_id = id, .pasid = stimulus->pasid, .call = stimulus->call,
                 .cause = CAUSE_REFUSED);
        return;
    }
    unsigned i = (unsigned)__builtin_ctz(free);
    struct task *t = &d->task[TASK_CALLER + i];
    assert(t->pc[0] == 0 && t->cpu == CPU_NONE);
    t->call = (struct call){.stimulus = *stimulus, .sequence = d->calls++};
    d->callers_live |= UINT32_C(1) << i;
    d->callers_queued |= UINT32_C(1) << i;
    caller_start(d);
}

static void caller_end(struct driver *d, const struct task *t)
{
    uint32_t bit = UINT32_C(1) << (t->index - TASK_CALLER);
    assert(d->callers_live & bit);
    d->callers_live &= ~bit;
    caller_start(d);
}

bool caller_run(struct edge *e, struct task *t)
{
    BEGIN_TASK;
    if (t->call.stimulus.what == DRIVER_UNBIND) {
        CALL(unbind_run);
        EMIT_CALL_WITH(driver_unbind_returned, .cause = t->call.refused);
        if (t->call.stimulus.then_space && !t->call.refused) {
            t->call.stimulus.space = t->call.stimulus.then_space - 1;
            CALL(bind_run);
        }
    } else {
        CALL(bind_run);
    }
    caller_end(e->driver, t);
    END;
}
