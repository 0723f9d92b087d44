/* SPDX-License-Identifier: Apache-2.0
 *
 * What the table of a report is asked to be about: terms KEY=VALUE, points, a stretch of time. It is what the command
 * line says, checked as far as that can be without a scenario; whether an event is one of those is report_match.h.
 */
#ifndef PRISIM_TB_REPORT_FILTER_H
#define PRISIM_TB_REPORT_FILTER_H

#include "model/core/events.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    REPORT_TERMS_MAX = 32,
    REPORT_TERM_MAX = 64,       /* bytes of a value, its end included */
    REPORT_AROUND_CYCLES = 500, /* what --around CYCLE shows on each side */
    REPORT_FILTER_MESSAGE_MAX = 512
};

/* What a key looks at. */
enum report_key_kind {
    REPORT_KEY_ENDPOINT, /* which endpoint an event is about */
    REPORT_KEY_AT,       /* where it happened: an instance, or all of a kind */
    REPORT_KEY_EVENT,    /* its name, or how that begins */
    REPORT_KEY_POINT,    /* its point, or the letter of it */
    REPORT_KEY_FIELD     /* a field that events have */
};

struct report_term {
    enum report_key_kind kind;
    char field[REPORT_TERM_MAX]; /* name; "" of other kinds */
    enum prisim_field_format format;
    char key[REPORT_TERM_MAX], value[REPORT_TERM_MAX]; /* as they were written */
};

/* All zero: the table as it is by itself. Values of one key are alternatives; different keys must all hold. */
struct report_filter {
    bool all;    /* also events that the report leaves out by itself, and no limit of rows */
    bool points; /* only events that mark a point */
    bool around; /* only from `cycle` - `within` to `cycle` + `within` */
    prisim_cycle_t cycle, within;
    unsigned terms;
    struct report_term term[REPORT_TERMS_MAX];
};

/* Adds KEY=VALUE[,KEY=VALUE...]. False if it cannot be used, and `message` says what was expected; names that only a
 * scenario knows are not looked at. */
bool report_filter_add(struct report_filter *filter, const char *text, char message[REPORT_FILTER_MESSAGE_MAX]);

/* CYCLE or CYCLE+-N. */
bool report_filter_around(struct report_filter *filter, const char *text, char message[REPORT_FILTER_MESSAGE_MAX]);

/* The keys that are no fields, one after the other; NULL behind the last. */
const char *report_filter_own_key(unsigned i);

/* Whether it leaves out anything that the table has by itself. */
bool report_filter_narrows(const struct report_filter *filter);

/* Reads a value of a field that is no name of the scenario's: the values that match, from *low to *high. False if it is
 * none. */
bool report_filter_value(const struct report_term *term, uint64_t *low, uint64_t *high);

#ifdef __cplusplus
}
#endif

#endif
