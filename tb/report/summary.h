/* SPDX-License-Identifier: Apache-2.0
 *
 * The summary of a run for machines: one JSON object in a file (design.md 8).
 */
#ifndef PRISIM_TB_SUMMARY_H
#define PRISIM_TB_SUMMARY_H

#include "tb/hops/hops.h"
#include "tb/report/verdict.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How a run ended; what the report and the summary say besides hazards. */
struct run_outcome {
    const char *engine; /* name */
    const char *digest; /* tb/report/digest.h */
    prisim_cycle_t cycles;
    bool idle; /* nothing would have happened after it */
    struct verdict_of_run verdict;
};

/* A run that has ended, for who writes of it. */
struct run_told {
    const struct scenario *scenario;
    const struct checkers *checkers;
    const struct run_outcome *outcome;
    const struct hops *hops; /* NULL: nobody asked for times */
};

/* Writes the file whole or not at all. False with errno set. What is said of times is null if there are no hops. */
bool summary_write(const char *path, const struct scenario *scenario, const struct checkers *checkers,
                   const struct run_outcome *outcome, const struct hops *hops);

#ifdef __cplusplus
}
#endif

#endif
