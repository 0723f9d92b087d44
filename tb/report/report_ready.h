/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the report: a term of a filter made ready for a scenario. What an event has under the term's key is one
 * number: a field's value, or the number of an endpoint, an instance, a type.
 */
#ifndef PRISIM_TB_REPORT_READY_H
#define PRISIM_TB_REPORT_READY_H

#include "tb/report/report_filter.h"
#include "tb/scenario/scenario.h"

enum { REPORT_NO_FIELD = -1, REPORT_SEEN_MAX = 8, REPORT_NUMBERS_MAX = 256 };

/* A term, ready: what matches is a range, or of names a set. */
struct report_ready {
    const struct report_term *term;
    uint64_t low, high;
    uint64_t set[REPORT_NUMBERS_MAX / 64];
    int8_t field[PRISIM_EVENT_TYPES]; /* index of the field in each type, or REPORT_NO_FIELD */
    unsigned key;                     /* the first term with the same key */
    /* Of a first term: what the run's events had under its key, and how many had what one of its terms wants. */
    uint64_t seen[REPORT_SEEN_MAX];
    unsigned seens;
    uint64_t seen_low, seen_high, met;
    bool more;
};

/* Makes the rest of it from its term, which was read. False if that has a name that is not in the scenario, and
 * `message` says what was expected. */
bool report_ready_make(struct report_ready *ready, const struct scenario *scenario,
                       char message[REPORT_FILTER_MESSAGE_MAX]);

/* The index of the field with that name in each type of event. */
void report_ready_fields(const char *name, int8_t field[PRISIM_EVENT_TYPES]);

/* Whether a number under its key is one that the term wants. */
bool report_ready_wants(const struct report_ready *ready, uint64_t number);

#endif
