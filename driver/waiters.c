/* SPDX-License-Identifier: Apache-2.0
 *
 * Wake-ups: what a task does that another one may wait for, and whether that is enough for it. Who wakes need not know
 * who waits, nor what for: the PRI thread and the workers stand below unbind.
 */
#include "driver/waiters.h"
#include "driver/fault/stall.h"

/* The PRI thread looks at the queue once more, whatever it does now. */
void waiters_kick_pri_thread(struct prisim_driver *d)
{
    d->kicked = 1;
    task_wake(d, WAIT_KICK, UINT32_MAX);
}

/* The event thread does so, whether or not an interrupt is on its way. */
void waiters_kick_event_thread(struct prisim_driver *d)
{
    d->events_pending = 1;
    task_wake(d, WAIT_EVENTS, UINT32_MAX);
}

static const struct task *other_thread(const struct prisim_driver *d, const struct task *t)
{
    return &d->task[t->index == TASK_PRI_THREAD ? TASK_EVENT_THREAD : TASK_PRI_THREAD];
}

/* Of the PRI thread and the event thread, the other one. */
bool waiters_other_rests(const struct prisim_driver *d, const struct task *t)
{
    const struct task *other = other_thread(d, t);
    return (d->waiters[WAIT_KICK] | d->waiters[WAIT_START] | d->waiters[WAIT_EVENTS]) >> other->index & 1;
}

/* The other one looks whether it is its turn. */
void waiters_wake_other(struct prisim_driver *d, const struct task *t)
{
    if (t->index == TASK_PRI_THREAD && d->events_pending)
        task_wake(d, WAIT_EVENTS, UINT32_MAX);
    else if (t->index == TASK_EVENT_THREAD && d->kicked)
        task_wake(d, WAIT_KICK, UINT32_MAX);
}

/* So many Stop Markers of that PASID have come. */
void waiters_of_marker(struct prisim_driver *d, uint32_t function, uint32_t pasid, uint32_t markers)
{
    for (uint32_t left = d->waiters[WAIT_MARKER]; left; left &= left - 1) {
        const struct task *t = &d->task[__builtin_ctz(left)];
        const struct prisim_driver_stimulus *s = &t->call.stimulus;
        if (s->function == function && s->pasid == pasid && markers >= t->call.markers)
            task_wake(d, WAIT_MARKER, UINT32_C(1) << t->index);
    }
}

/* How many entries of its function's queue a wait for them need not wait for any more. */
uint64_t driver_past_queue(const struct edge *e, const struct task *t)
{
    const uint32_t argument = t->call.argument, function = t->call.stimulus.function;
    return (argument ? argument - 1 : e->config->await_handed) == PRISIM_DRIVER_AWAIT_TAKEN
               ? fault_entries_taken(e, function)
               : fault_entries_handed(e, function);
}

/* An entry of the PRI queue, or a stalled access of the event queue, was taken, or handed over. */
void waiters_of_handed(struct edge *e)
{
    struct prisim_driver *d = e->driver;
    for (uint32_t left = d->waiters[WAIT_HANDED]; left; left &= left - 1) {
        const struct task *t = &d->task[__builtin_ctz(left)];
        if (driver_past_queue(e, t) >= t->call.upto)
            task_wake(d, WAIT_HANDED, UINT32_C(1) << t->index);
    }
}

/* UNBIND-P6: all that the queue showed is taken (or, repaired, handed over), or as many batches have ended. */
bool driver_batch_is_over(const struct edge *e, const struct task *t)
{
    const struct prisim_driver *d = e->driver;
    const uint64_t past = e->config->batch_empty == PRISIM_DRIVER_BATCH_TAKEN ? d->taken : d->handed;
    return d->batches >= t->call.batch_upto ||
           queue_index_is_empty(d->priq_prod, queue_index_of(past, d->priq_log2), d->priq_log2);
}

/* A batch or a pass of the PRI thread ended. */
void waiters_of_batch(struct edge *e)
{
    for (uint32_t left = e->driver->waiters[WAIT_BATCH]; left; left &= left - 1)
        if (driver_batch_is_over(e, &e->driver->task[__builtin_ctz(left)]))
            task_wake(e->driver, WAIT_BATCH, left & (~left + 1));
}

/* The completion that a call waits on. */
unsigned driver_completion_of(const struct edge *e, const struct task *t)
{
    const unsigned said = t->call.completion;
    assert(t->index >= TASK_CALLER && t->index < TASK_CALLER + PRISIM_DRIVER_CALLS_MAX);
    if ((said ? said - 1 : e->config->completion) == PRISIM_DRIVER_COMPLETION_SHARED)
        return 0;
    return 1U + t->index - TASK_CALLER;
}

/* The completion is done. Who sleeps on it is woken, one of them; and nobody if it was done before. */
static void complete(struct edge *e, unsigned object)
{
    struct prisim_driver *d = e->driver;
    const struct task *woken = NULL;
    for (uint32_t left = d->done >> object & 1 ? 0 : d->waiters[WAIT_COMPLETION]; left && !woken; left &= left - 1)
        if (driver_completion_of(e, &d->task[__builtin_ctz(left)]) == object)
            woken = &d->task[__builtin_ctz(left)];
    d->done |= UINT32_C(1) << object;
    EMIT(driver_signal, .object = object, .value = d->passes, .call = woken ? woken->call.stimulus.call : 0);
    if (woken)
        task_wake(d, WAIT_COMPLETION, UINT32_C(1) << woken->index);
}

/* UNBIND-P8: a pass of the PRI thread ended. */
void waiters_of_pass(struct edge *e)
{
    e->driver->passes++;
    for (uint32_t left = e->driver->armed; left; left &= left - 1)
        complete(e, (unsigned)__builtin_ctz(left));
}

/* UNBIND-STEP-19: between two passes; it is to look at the queue when it is started. */
void waiters_park_pri_thread(struct prisim_driver *d)
{
    d->kicked = 1;
    task_wake(d, WAIT_PARKED, UINT32_MAX);
}

void waiters_start_pri_thread(struct prisim_driver *d)
{
    assert(d->stops);
    if (--d->stops)
        return;
    waiters_kick_pri_thread(d);
    task_wake(d, WAIT_START, UINT32_MAX);
}

/* A signal for the caller that unbinds the PASID, if there is one. */
void waiters_signal(struct edge *e, const struct prisim_driver_stimulus *signal)
{
    struct prisim_driver *d = e->driver;
    for (uint32_t left = d->callers_live; left; left &= left - 1) {
        struct task *t = task_of(d, TASK_CALLER + (size_t)__builtin_ctz(left));
        const struct prisim_driver_stimulus *s = &t->call.stimulus;
        const bool unbinds = s->what == PRISIM_DRIVER_UNBIND || s->what == PRISIM_DRIVER_MM_EXIT;
        if (!unbinds || s->function != signal->function || s->pasid != signal->pasid)
            continue;
        t->call.signalled = 1;
        if (e->config->batch_signal != PRISIM_DRIVER_BATCH_SIGNAL_WAITS_ON)
            task_wake(d, WAIT_BATCH, UINT32_C(1) << t->index);
    }
}

/* True if every group before the mark (a count of groups) is finished. The first of the queue is the oldest there. */
bool workers_are_flushed(const struct prisim_driver *d, uint64_t upto)
{
    if (d->work_head != ITEM_NONE && item_group(d, d->work_head) < upto)
        return false;
    for (uint32_t left = d->busy_workers; left; left &= left - 1)
        if (d->task[__builtin_ctz(left)].work.sequence < upto)
            return false;
    return true;
}

/* A group was finished. */
void waiters_of_flush(struct prisim_driver *d)
{
    for (uint32_t left = d->waiters[WAIT_FLUSH]; left; left &= left - 1) {
        const struct task *t = &d->task[__builtin_ctz(left)];
        if (workers_are_flushed(d, t->call.flush_upto))
            task_wake(d, WAIT_FLUSH, UINT32_C(1) << t->index);
    }
}

static bool may_start(const struct prisim_driver *d, unsigned i)
{
    const struct call *call = &d->task[TASK_CALLER + i].call;
    for (uint32_t left = d->callers_live; left; left &= left - 1) {
        const struct call *other = &d->task[TASK_CALLER + __builtin_ctz(left)].call;
        if (call_waits_for(call, other))
            return false;
    }
    return true;
}

/* Starts the calls that need wait no longer: calls for one PASID of a function, and those of a function and its
 * PASIDs, are made one after the other, in the order they came; none before bring-up is done. */
void waiters_start_calls(struct prisim_driver *d)
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
