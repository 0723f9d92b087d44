/* SPDX-License-Identifier: Apache-2.0
 *
 * Wake-ups (UNBIND-HAZARD-14): a call that arms a completion waits for the next signal of it. It has lost its wake-up
 * if that comes while it sleeps and wakes another one; or if it came before it sleeps, and the completion was armed or
 * taken by another meanwhile. A later signal may still wake it. And how long unbinds keep the PRI thread from the
 * queue.
 */
#include <inttypes.h>

#include "tb/checkers/checkers_state.h"

static struct waiter *waiter_of(struct checkers *c, uint64_t call)
{
    for (unsigned i = 0; i < PRISIM_DRIVER_CALLS_MAX; i++)
        if (c->waits.waiter[i].call == call)
            return &c->waits.waiter[i];
    return NULL;
}

static void lost(struct checkers *c, struct waiter *w, prisim_cycle_t cycle, const char *why)
{
    char words[WORDS_MAX];
    if (w->lost)
        return;
    w->lost = true;
    checkers_hit(c, HAZARD_LOST_WAKEUP, cycle,
                 "the unbind of %s sleeps at cycle %" PRIu64 " though the pass that it waits for has ended: %s",
                 words_pasid(c, w->stream_id, w->pasid, words), cycle, why);
}

/* driver.armed: it looks again, so that something has woken it. */
void on_armed(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_armed *e = &event->driver_armed;
    struct waiter *w = waiter_of(c, e->call);
    char words[WORDS_MAX];
    if (w != NULL && w->lost)
        checkers_hit(c, HAZARD_LOST_WAKEUP_RESCUED, event->cycle,
                     "of these: a later signal has woken the unbind of %s by cycle %" PRIu64,
                     words_pasid(c, w->stream_id, w->pasid, words), event->cycle);
    if (w == NULL)
        w = waiter_of(c, 0);
    if (w == NULL || e->object >= WAITS_OBJECTS)
        return;
    *w = (struct waiter){.call = e->call,
                         .stream_id = e->stream_id,
                         .pasid = e->pasid,
                         .object = e->object,
                         .since = c->waits.value[e->object]};
}

/* driver.wait */
void on_wait(struct checkers *c, const struct prisim_event *event)
{
    struct waiter *w = waiter_of(c, event->driver_wait.call);
    if (w == NULL)
        return;
    w->sleeps = true;
    if (c->waits.value[w->object] > w->since)
        lost(c, w, event->cycle, "another unbind has armed or taken the completion since");
}

/* driver.signal */
void on_signal(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_signal *e = &event->driver_signal;
    if (e->object >= WAITS_OBJECTS)
        return;
    c->waits.value[e->object] = e->value;
    for (struct waiter *w = c->waits.waiter; w < c->waits.waiter + PRISIM_DRIVER_CALLS_MAX; w++) {
        if (w->call == 0 || !w->sleeps || w->object != e->object)
            continue;
        if (w->call == e->call)
            w->sleeps = false;
        else
            lost(c, w, event->cycle, "the completion has woken another one, or was done already");
    }
}

static void leave(struct checkers *c, uint64_t call)
{
    struct waiter *w = waiter_of(c, call);
    if (w != NULL)
        *w = (struct waiter){0};
}

/* driver.scanned */
void on_scanned(struct checkers *c, const struct prisim_event *event)
{
    if (event->driver_scanned.found == 0)
        leave(c, event->driver_scanned.call);
}

/* driver.hardware_drain */
void on_hardware_drain(struct checkers *c, const struct prisim_event *event)
{
    if (!event->driver_hardware_drain.overflow)
        leave(c, event->driver_hardware_drain.call);
}

/* driver.thread_stopped */
void on_thread_stopped(struct checkers *c, const struct prisim_event *event)
{
    if (c->waits.stops++ == 0)
        c->waits.stopped_at = event->cycle;
}

/* driver.thread_started */
void on_thread_started(struct checkers *c, const struct prisim_event *event)
{
    if (c->waits.stops > 0 && --c->waits.stops == 0)
        c->counters[COUNTER_THREAD_STOPPED_CYCLES] += event->cycle - c->waits.stopped_at;
}

/* driver.kexec: nobody waits any more. */
void waits_kexec(struct checkers *c, prisim_cycle_t cycle)
{
    waits_finish(c, cycle);
    c->waits = (struct waits){0};
}

void waits_finish(struct checkers *c, prisim_cycle_t end)
{
    if (c->waits.stops > 0)
        c->counters[COUNTER_THREAD_STOPPED_CYCLES] += end - c->waits.stopped_at;
}
