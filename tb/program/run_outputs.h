/* SPDX-License-Identifier: Apache-2.0
 *
 * What `prisim run` can write beside its report: one row each. A row gives the option, and how it is written: from the
 * stream of events while the run goes on, or at its end.
 */
#ifndef PRISIM_TB_RUN_OUTPUTS_H
#define PRISIM_TB_RUN_OUTPUTS_H

#include "tb/report/summary.h"

/* In the order in which they are closed. */
enum run_output_kind {
    RUN_OUTPUT_LOG,
    RUN_OUTPUT_RECORD,
    RUN_OUTPUT_WAVE,
    RUN_OUTPUT_VIEW,
    RUN_OUTPUT_SUMMARY,
    RUN_OUTPUTS
};

struct run_output {
    const char *option; /* "log": --log */
    const char *value;  /* what it takes */
    const char *about;
    /* Of the name that it has if none is given: the scenario's, with this ending, in the folder where the program runs.
     * NULL: one must be given. */
    const char *ending;
    /* Why it cannot have this name, in words; NULL: it can. A row without it takes any. */
    const char *(*refuses)(const char *path);
    /* Begins it; a path of "-" is standard output. NULL with errno set if it cannot be written, or there is no memory.
     * A row without it is written by `write` alone. */
    void *(*open)(const struct scenario *scenario, const char *path);
    /* A listener (tb/engine/stream.h) of all types. */
    void (*event)(void *output, const struct prisim_event *event);
    /* errno of the first write that failed, or 0: nobody wants the rest of a run whose output has no room. */
    int (*error)(const void *output);
    /* The run ends before its end: keeps what there is, with a last word why (log_end). NULL: nothing is kept.
     * Async-signal-safe. */
    bool (*end)(void *output, const char *why, const char *key, const char *detail);
    /* Lets go of it; it appears at its path only if told is not NULL. False with errno set if it could not be written.
     */
    bool (*close)(void *output, const struct run_told *told);
    /* Writes it at the end of the run. False with errno set. */
    bool (*write)(const char *path, const struct run_told *told);
};

extern const struct run_output run_outputs[RUN_OUTPUTS];

#endif
