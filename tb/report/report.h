/* SPDX-License-Identifier: Apache-2.0
 *
 * The report: what `prisim run` prints for people. The events that matter as a table in words, the hazards, the
 * verdict. It judges nothing itself, and it is no log: a long run is told by its beginning and its end, unless all is
 * asked for.
 */
#ifndef PRISIM_TB_REPORT_H
#define PRISIM_TB_REPORT_H

#include <stdio.h>

#include "tb/report/report_filter.h"
#include "tb/report/summary.h"

#ifdef __cplusplus
extern "C" {
#endif

struct report;

/* Rows of the table; what happened between the first and the last of them is counted only. */
enum { REPORT_ROWS_FIRST = 120, REPORT_ROWS_LAST = 80, REPORT_WIDTH = 100 };

/* The scenario gives the names, the filter says what the table is about; both must outlive the report. NULL if the
 * filter has a name that is not in the scenario, or if there is no memory: `message` says it. */
struct report *report_open(const struct scenario *scenario, const struct report_filter *filter,
                           char message[REPORT_FILTER_MESSAGE_MAX]);
void report_close(struct report *report);

/* Where the report goes; before the first event. With filter->all each row is printed as it comes, so that a run of any
 * length is told in little memory. */
void report_begin(struct report *report, FILE *to, bool colour);

/* A listener (tb/engine/stream.h), and the types that it takes. */
struct event_types report_types(const struct report *report);
void report_event(void *report, const struct prisim_event *event);

/* The verdict alone, and why: what --quiet leaves. */
void report_print_verdict(FILE *to, const struct scenario *scenario, const struct checkers *checkers,
                          const struct run_outcome *outcome);
/* What is printed then has the times too. They must outlive it. */
void report_times(struct report *report, const struct hops *hops);
void report_print(const struct report *report, const struct checkers *checkers, const struct run_outcome *outcome);

/* Whether a stream wants colours: it is a terminal, and NO_COLOR is not set. */
bool report_wants_colour(FILE *to);

#ifdef __cplusplus
}
#endif

#endif
