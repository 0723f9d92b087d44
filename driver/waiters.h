/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to driver/: who wakes whom (waiters.c), and what is enough for whoever waits.
 */
#ifndef PRISIM_DRIVER_WAITERS_H
#define PRISIM_DRIVER_WAITERS_H

#include "driver/state.h"

void waiters_kick_pri_thread(struct prisim_driver *d);
void waiters_kick_event_thread(struct prisim_driver *d);
bool waiters_other_rests(const struct prisim_driver *d, const struct task *t);
void waiters_wake_other(struct prisim_driver *d, const struct task *t);
void waiters_of_marker(struct prisim_driver *d, uint32_t function, uint32_t pasid, uint32_t markers);
void waiters_of_handed(struct edge *e);
uint64_t driver_past_queue(const struct edge *e, const struct task *t);
void waiters_of_batch(struct edge *e);
bool driver_batch_is_over(const struct edge *e, const struct task *t);
void waiters_signal(struct edge *e, const struct prisim_driver_stimulus *signal);
void waiters_of_flush(struct prisim_driver *d);
void waiters_of_pass(struct edge *e);
void waiters_park_pri_thread(struct prisim_driver *d);
void waiters_start_pri_thread(struct prisim_driver *d);
unsigned driver_completion_of(const struct edge *e, const struct task *t);
bool workers_are_flushed(const struct prisim_driver *d, uint64_t upto);
void waiters_start_calls(struct prisim_driver *d);

/* The PRI thread or the event thread may begin a pass: with one line for all interrupts, the other one rests. */
static inline bool waiters_may_pass(const struct edge *e, const struct task *t)
{
    return !interrupts_are_combined(e) || waiters_other_rests(e->driver, t);
}

/* It rests. */
static inline void waiters_pass_on(struct edge *e, const struct task *t)
{
    if (interrupts_are_combined(e))
        waiters_wake_other(e->driver, t);
}

#endif
