/* SPDX-License-Identifier: Apache-2.0
 *
 * One random run of the swarm, by its seed: a system, and a timeline of two phases. In the first the queue overflows,
 * TLPs and invalidations are late, tasks are held; then none of that. Functions are honest and policies sound, with
 * what the rule books ask of the rest (docs/rules/unbind.md, docs/rules/pcie.md). It is text, a scenario as any other.
 */
#ifndef PRISIM_TESTS_SWARM_DRAW_H
#define PRISIM_TESTS_SWARM_DRAW_H

#include <stdbool.h>
#include <stdint.h>

#include "tb/hazards.h"

enum { DRAW_TEXT = 32768, DRAW_JOBS = 256, DRAW_CALLS = 64, DRAW_FUNCTIONS = 4 };

/* What is drawn for all of a run. */
enum draw_policy {
    DRAW_DRAIN,
    DRAW_STOP_MARKER,
    DRAW_DRAIN_BATCH,
    DRAW_FLAGS,
    DRAW_REJECT,
    DRAW_PROD_SNAPSHOT,
    DRAW_DEFER_RECYCLE,
    DRAW_OWN,
    DRAW_MIXED, /* drain, stop_marker and drain_batch in turn */
    DRAW_POLICIES
};
const char *draw_policy_word(enum draw_policy policy);

/* What a run of a seed is made wrong by, so that it is seen: a policy that waits for nothing, and faults that the rule
 * books name. */
enum draw_fault {
    DRAW_SOUND,
    DRAW_WAITS_FOR_NOTHING,  /* UNBIND-P0: each unbind */
    DRAW_TAKEN_ONLY,         /* UNBIND-S-03: of drain */
    DRAW_NOTHING_PUSHES,     /* UNBIND-S-04 (d): of drain */
    DRAW_PARTS_KEPT,         /* UNBIND-S-21: of all */
    DRAW_REQUESTS_ANSWERED,  /* UNBIND-S-24: of all */
    DRAW_BATCH_AS_PUBLISHED, /* UNBIND-P6 */
    DRAW_FAULTS
};

struct drawn {
    enum draw_policy policy;
    char text[DRAW_TEXT];          /* the scenario */
    uint32_t quiet_step;           /* of the timeline: with it the phase without faults begins */
    uint32_t jobs;                 /* in the order of the file; */
    bool completes[DRAW_JOBS + 1]; /* by number: nothing may end it but its last byte */
    uint32_t calls;
    bool may_fail[DRAW_CALLS + 1];      /* by number: a rollback may refuse it */
    bool binds_again[DRAW_CALLS + 1];   /* an unbind with then_bind */
    uint32_t faulty_jobs, faulty_calls; /* those of the first phase */
    bool harmless[HAZARDS];             /* a hazard that the policy's row has in either phase (UNBIND-EXPECTED) */
};

void draw(struct drawn *run, uint64_t seed, enum draw_fault fault);

#endif
