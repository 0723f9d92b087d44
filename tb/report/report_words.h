/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the report: an event in words, and which events are told at all.
 */
#ifndef PRISIM_TB_REPORT_WORDS_H
#define PRISIM_TB_REPORT_WORDS_H

#include "tb/scenario/scenario.h"

enum { REPORT_TEXT_MAX = 512 };

bool report_covers(const struct prisim_event *event);
/* Whether any event of a type does. */
bool report_covers_type(unsigned type);

/* What happened, with the names of the scenario: a sentence if the event is told, else its name and its fields. */
void report_words(const struct scenario *scenario, const struct prisim_event *event, char words[REPORT_TEXT_MAX]);

/* A field's value alone, as a filter takes it; "none" of a PASID or a space that is none. */
void report_value_words(const struct scenario *scenario, enum prisim_field_format format, uint64_t value,
                        char words[REPORT_TEXT_MAX]);

/* The name of the event's cause, or "". */
const char *report_cause(const struct prisim_event *event);

#endif
