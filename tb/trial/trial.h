/* SPDX-License-Identifier: Apache-2.0
 *
 * A trial: one run of a loaded scenario on the native engine, judged, inside the process that asks for it. It prints
 * and writes nothing and keeps nothing, so that a process can make any number of them.
 */
#ifndef PRISIM_TB_TRIAL_H
#define PRISIM_TB_TRIAL_H

#include "tb/engine/stream.h"
#include "tb/report/digest.h"
#include "tb/report/verdict.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a run came to, as its summary tells it (docs/output.md). */
struct trial_result {
    struct verdict_of_run verdict;
    prisim_cycle_t cycles; /* of the last event; or the limit, if that ended the run */
    bool idle;             /* nothing would have happened after it */
    char digest[DIGEST_TEXT_MAX];
    uint32_t hazard[HAZARDS];
    uint64_t counter[COUNTERS];
};

/* Runs it. `also` hears every event that it takes before the checkers do, or is NULL. False if there is no memory. */
bool trial_run(const struct scenario *scenario, const struct stream *also, struct trial_result *result);

#ifdef __cplusplus
}
#endif

#endif
