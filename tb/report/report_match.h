/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the report: which events of a run a filter (report_filter.h) selects, and, if it selects none, what there
 * is instead. An event is judged by its own fields; driver.page, which has an item and nothing else, is of the PASID,
 * the endpoint and the group of that item.
 */
#ifndef PRISIM_TB_REPORT_MATCH_H
#define PRISIM_TB_REPORT_MATCH_H

#include "tb/engine/stream.h"
#include "tb/report/report_filter.h"
#include "tb/scenario/scenario.h"

struct report_match;

/* NULL if the filter has a name that is not in the scenario, and `message` says what was expected; or if there is no
 * memory. Both must outlive it. */
struct report_match *report_match_open(const struct report_filter *filter, const struct scenario *scenario,
                                       char message[REPORT_FILTER_MESSAGE_MAX]);
void report_match_close(struct report_match *match);

/* The types of events that it must be shown. */
struct event_types report_match_types(const struct report_match *match);

/* Whether the event belongs in the table. Each event of those types once, in the order of the run. */
bool report_match_event(struct report_match *match, const struct prisim_event *event);

enum { REPORT_NOTHING_MAX = 1536 };
/* Why nothing was selected: a sentence. */
void report_match_nothing(const struct report_match *match, char text[REPORT_NOTHING_MAX]);

#endif
