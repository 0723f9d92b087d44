/* SPDX-License-Identifier: Apache-2.0
 *
 * The report: what `prisim run` prints for people. The events that matter as a table in words, the hazards, the
 * verdict. It judges nothing itself, and it is no log: a long run is told by its beginning and its end.
 */
#ifndef PRISIM_TB_REPORT_H
#define PRISIM_TB_REPORT_H

#include <stdio.h>

#include "tb/report/summary.h"

#ifdef __cplusplus
extern "C" {
#endif

struct report;

/* Rows of the table; what happened between the first and the last of them is counted only. */
enum { REPORT_ROWS_FIRST = 120, REPORT_ROWS_LAST = 80, REPORT_WIDTH = 100 };

/* The scenario gives the names and must outlive the report. NULL if there is no memory. */
struct report *report_open(const struct scenario *scenario);
void report_close(struct report *report);

/* A listener (tb/engine/stream.h), and the types that it takes. */
struct event_types report_types(void);
void report_event(void *report, const struct prisim_event *event);

/* The verdict alone, and why: what --quiet leaves. */
void report_print_verdict(FILE *to, const struct scenario *scenario, const struct checkers *checkers,
                          const struct run_outcome *outcome);
void report_print(const struct report *report, FILE *to, const struct checkers *checkers,
                  const struct run_outcome *outcome, bool colour);

/* Whether a stream wants colours: it is a terminal, and NO_COLOR is not set. */
bool report_wants_colour(FILE *to);

#ifdef __cplusplus
}
#endif

#endif
