/* SPDX-License-Identifier: Apache-2.0
 *
 * Why a filter selected nothing (report_match.h), and what there is instead.
 */
#include <inttypes.h>
#include <stdio.h>

#include "tb/report/report_match_state.h"
#include "tb/report/report_words.h"
#include "tb/scenario/keys.h"

static void append(char text[REPORT_NOTHING_MAX], const char *more)
{
    text_append(text, REPORT_NOTHING_MAX, more);
}

static void append_number(char text[REPORT_NOTHING_MAX], uint64_t number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, number);
    append(text, digits);
}

/* The terms of a key: "pasid=7 or pasid=8". */
static void append_terms(const struct report_match *m, unsigned key, char text[REPORT_NOTHING_MAX])
{
    for (unsigned i = key; i < m->filter->terms; i++) {
        if (m->ready[i].key != key)
            continue;
        append(text, i == key ? "" : " or ");
        append(text, m->filter->term[i].key);
        append(text, "=");
        append(text, m->filter->term[i].value);
    }
}

static void append_value(const struct report_match *m, const struct report_ready *r, uint64_t value,
                         char text[REPORT_NOTHING_MAX])
{
    char words[REPORT_TEXT_MAX] = "";
    switch (r->term->kind) {
    case REPORT_KEY_ENDPOINT:
        append(text, m->scenario->system.endpoint_id[value]);
        return;
    case REPORT_KEY_AT:
        system_instance_name(&m->scenario->system, (unsigned)value, words);
        break;
    case REPORT_KEY_EVENT:
        append(text, prisim_event_name((enum prisim_event_type)value));
        return;
    case REPORT_KEY_POINT:
        append(text, prisim_event_point((enum prisim_event_type)value));
        return;
    case REPORT_KEY_FIELD:
        report_value_words(m->scenario, r->term->format, value, words);
        break;
    }
    append(text, words);
}

static bool is_number(const struct report_term *term)
{
    return term->kind == REPORT_KEY_FIELD && (term->format == PRISIM_FIELD_DECIMAL || term->format == PRISIM_FIELD_HEX);
}

/* What the run has under a key: the first few, or of many numbers the least and the greatest. */
static void append_seen(const struct report_match *m, const struct report_ready *r, char text[REPORT_NOTHING_MAX])
{
    append(text, "; values of ");
    append(text, r->term->key);
    append(text, " in this run: ");
    if (r->more && is_number(r->term)) {
        append_value(m, r, r->seen_low, text);
        append(text, "..");
        append_value(m, r, r->seen_high, text);
        return;
    }
    for (unsigned i = 0; i < r->seens; i++) {
        append(text, i ? ", " : "");
        append_value(m, r, r->seen[i], text);
    }
    append(text, r->seens == 0 ? "none" : r->more ? " and others" : "");
}

/* No event has it all. */
static void append_unmet(const struct report_match *m, char text[REPORT_NOTHING_MAX])
{
    for (unsigned i = 0; i < m->filter->terms; i++)
        if (m->ready[i].key == i && m->ready[i].met == 0) {
            append(text, "no event has ");
            append_terms(m, i, text);
            append_seen(m, &m->ready[i], text);
            return;
        }
    append(text, "no event has all of it; each alone:");
    for (unsigned i = 0; i < m->filter->terms; i++) {
        if (m->ready[i].key != i)
            continue;
        append(text, i ? ", " : " ");
        append_terms(m, i, text);
        append(text, " ");
        append_number(text, m->ready[i].met);
    }
}

static void append_nearest(const struct report_match *m, char text[REPORT_NOTHING_MAX])
{
    append(text, "no such event from cycle ");
    append_number(text, m->filter->cycle > m->filter->within ? m->filter->cycle - m->filter->within : 0);
    append(text, " to ");
    append_number(text, m->filter->cycle + (m->filter->within < UINT64_MAX - m->filter->cycle
                                                ? m->filter->within
                                                : UINT64_MAX - m->filter->cycle));
    append(text, "; the nearest:");
    if (m->any_before) {
        append(text, " ");
        append_number(text, m->before);
    }
    if (m->any_after) {
        append(text, m->any_before ? " and " : " ");
        append_number(text, m->after);
    }
}

void report_match_nothing(const struct report_match *m, char text[REPORT_NOTHING_MAX])
{
    text[0] = '\0';
    if (m->left_out > 0) {
        append(text, "the report leaves out what matches by itself; with --all: ");
        append_number(text, m->left_out);
        append(text, m->left_out == 1 ? " event" : " events");
    } else if (m->filter->terms > 0 && m->of_terms == 0) {
        append_unmet(m, text);
    } else if (m->of_terms > 0 && m->pointed == 0) {
        append(text, "no such event marks a point; without --points: ");
        append_number(text, m->of_terms);
    } else if (m->any_before || m->any_after) {
        append_nearest(m, text);
    } else {
        append(text, "nothing happened that would be told here");
    }
}
