/* SPDX-License-Identifier: Apache-2.0
 *
 * Who runs the points of a sweep: processes that are given a point at a time, or this process if one job is enough.
 * Results come back in the order in which the points were given, whoever was faster.
 */
#ifndef PRISIM_TB_SWEEP_WORKERS_H
#define PRISIM_TB_SWEEP_WORKERS_H

#include "tb/program/sweep_point.h"

enum { SWEEP_JOBS_MAX = 256, SWEEP_GIVEN_PER_JOB = 16 };

struct sweep_workers;

/* How many processes there are if nobody says: one for each processor. */
unsigned sweep_workers_default(void);
/* In a process that works for another: what ends the program ends it from there. */
void sweep_workers_settle(void);

/* Starts `jobs` processes (1..SWEEP_JOBS_MAX; of 1, none). The plan must outlive them. NULL with errno set. */
struct sweep_workers *sweep_workers_open(const struct sweep_plan *plan, unsigned jobs);
/* Ends them, whatever they are at. */
void sweep_workers_close(struct sweep_workers *workers);

/* Whether it takes another point now: at most SWEEP_GIVEN_PER_JOB for each job are on their way. */
bool sweep_workers_have_room(const struct sweep_workers *workers);
void sweep_workers_give(struct sweep_workers *workers, const struct sweep_point *point);
/* The result of the point that was given first of those that were not taken yet, and the point. False if the process
 * that had it died. */
bool sweep_workers_take(struct sweep_workers *workers, struct sweep_point *point, struct sweep_result *result);

/* Ends the processes at once. Async-signal-safe. */
void sweep_workers_kill(const struct sweep_workers *workers);

#endif
