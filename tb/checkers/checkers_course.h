/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: what became of the steps, calls and jobs of a run.
 */
#ifndef PRISIM_TB_CHECKERS_COURSE_H
#define PRISIM_TB_CHECKERS_COURSE_H

#include "tb/checkers/checkers_request.h"

enum { FAILED_JOBS_KEPT = 20 };

struct course_step {
    prisim_cycle_t given; /* PRISIM_CYCLE_NEVER: not yet */
    bool lost;
    bool caught; /* hold: it caught a task */
    bool refused;
};

struct course {
    struct map step_of_call;  /* call -> step of the timeline + 1 */
    struct map step_of_raw;   /* job number of a raw page request -> step + 1 */
    struct map call_of_raw;   /* the same -> the call that made its binding */
    struct course_step *step; /* of the timeline */
    uint32_t steps;
    bool happened; /* a binding, an unbind, or a TLP of a function */
    char (*failed_job)[CHECKERS_JOB_TEXT];
    uint32_t failed_jobs, failed_jobs_room;
};

void course_open(struct checkers *c);
int32_t course_step_of_call(const struct checkers *c, uint64_t call); /* -1: none of the timeline */
void course_refused(struct checkers *c, uint64_t call);
void course_job_done(struct checkers *c, const struct job *job, const struct prisim_event *event);
uint64_t course_call_of_raw(const struct checkers *c, uint64_t job); /* that made the binding it names, or 0 */
void course_finish(struct checkers *c);

#endif
