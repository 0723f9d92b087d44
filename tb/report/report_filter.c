/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a filter (report_filter.h): keys are a few of our own and every field of events.def, so that a new field is a
 * key too.
 */
#include "tb/report/report_filter.h"

#include <stdio.h>
#include <string.h>

#include "tb/scenario/keys.h"

static const struct {
    const char *name, *field;
    enum report_key_kind kind;
} own_keys[] = {
    {"endpoint", "", REPORT_KEY_ENDPOINT}, {"at", "", REPORT_KEY_AT},           {"event", "", REPORT_KEY_EVENT},
    {"point", "", REPORT_KEY_POINT},       {"group", "prgi", REPORT_KEY_FIELD},
};
enum { OWN_KEYS = sizeof own_keys / sizeof own_keys[0] };

static bool refuse(char message[REPORT_FILTER_MESSAGE_MAX], const char *text, const char *expected, const char *close)
{
    snprintf(message, REPORT_FILTER_MESSAGE_MAX, "%.80s: %.280s%s%.60s%s", text, expected,
             close ? "; did you mean " : "", close ? close : "", close ? "?" : "");
    return false;
}

/* The format of the first field with that name; a name has one format everywhere, or several of numbers. */
static bool find_field(const char *name, enum prisim_field_format *format)
{
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++) {
        const struct prisim_event_field *fields = prisim_event_fields((enum prisim_event_type)type);
        for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)type); i++)
            if (strcmp(fields[i].name, name) == 0)
                return *format = fields[i].format, true;
    }
    return false;
}

static bool find_key(struct report_term *term)
{
    term->kind = REPORT_KEY_FIELD;
    snprintf(term->field, sizeof term->field, "%s", term->key);
    for (unsigned i = 0; i < OWN_KEYS; i++)
        if (strcmp(own_keys[i].name, term->key) == 0) {
            term->kind = own_keys[i].kind;
            snprintf(term->field, sizeof term->field, "%s", own_keys[i].field);
        }
    return term->kind != REPORT_KEY_FIELD || find_field(term->field, &term->format);
}

static const char *close_key(const char *wrong)
{
    for (unsigned i = 0; i < OWN_KEYS; i++)
        if (words_are_close(wrong, own_keys[i].name))
            return own_keys[i].name;
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++) {
        const struct prisim_event_field *fields = prisim_event_fields((enum prisim_event_type)type);
        for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)type); i++)
            if (words_are_close(wrong, fields[i].name))
                return fields[i].name;
    }
    return NULL;
}

static bool read_number(const char *text, uint64_t *value)
{
    static const struct key_row number = {.type = KEY_NUMBER, .unit = "", .max = UINT64_MAX};
    static const struct key any = {.row = &number};
    char expected[KEY_EXPECTED_MAX];
    return key_number(&any, text, false, value, expected);
}

/* N or A..B. */
static bool read_numbers(const char *text, uint64_t *low, uint64_t *high)
{
    char first[REPORT_TERM_MAX];
    const char *dots = strstr(text, "..");
    if (!dots)
        return read_number(text, low) && (*high = *low, true);
    snprintf(first, sizeof first, "%.*s", (int)(dots - text), text);
    return read_number(first, low) && read_number(dots + 2, high) && *low <= *high;
}

static bool read_access(const char *text, uint64_t *value)
{
    static const char letters[] = "RWLXP";
    *value = 0;
    for (const char *c = text; *c; c++) {
        const char *letter = strchr(letters, *c);
        if (!letter)
            return false;
        *value |= UINT64_C(1) << (letter - letters);
    }
    return true;
}

bool report_filter_value(const struct report_term *term, uint64_t *low, uint64_t *high)
{
    const char *text = term->value;
    *low = *high = 0;
    switch (term->format) {
    case PRISIM_FIELD_PASID:
        if (strcmp(text, "none") == 0)
            return *low = *high = PRISIM_PASID_NONE, true;
        return read_numbers(text, low, high);
    case PRISIM_FIELD_DECIMAL:
    case PRISIM_FIELD_HEX:
        return read_numbers(text, low, high);
    case PRISIM_FIELD_BOOL:
        *low = *high = strcmp(text, "true") == 0;
        return *low || strcmp(text, "false") == 0;
    case PRISIM_FIELD_CAUSE:
        return words_cause(text, low) && (*high = *low, true);
    case PRISIM_FIELD_EVENT:
        while (*low < PRISIM_EVENT_TYPES && strcmp(prisim_event_name((enum prisim_event_type) * low), text) != 0)
            ++*low;
        *high = *low;
        return *low < PRISIM_EVENT_TYPES;
    case PRISIM_FIELD_ACCESS:
        return read_access(text, low) && (*high = *low, true);
    case PRISIM_FIELD_SPACE: /* names of the scenario's */
    case PRISIM_FIELD_INSTANCE:
        break;
    }
    return false;
}

static const char *close_cause(const char *wrong)
{
    for (unsigned i = 0; i < PRISIM_CAUSES; i++)
        if (words_are_close(wrong, prisim_cause_name((enum prisim_cause)i)))
            return prisim_cause_name((enum prisim_cause)i);
    return NULL;
}

static bool check_field(const struct report_term *term, const char *text, char message[REPORT_FILTER_MESSAGE_MAX])
{
    uint64_t low, high;
    if (term->format == PRISIM_FIELD_SPACE || term->format == PRISIM_FIELD_INSTANCE ||
        report_filter_value(term, &low, &high))
        return true;
    switch (term->format) {
    case PRISIM_FIELD_BOOL:
        return refuse(message, text, "expected true or false", NULL);
    case PRISIM_FIELD_CAUSE:
        return refuse(message, text, "no such cause (prisim describe lists them)", close_cause(term->value));
    case PRISIM_FIELD_EVENT:
        return refuse(message, text, "no such event (prisim describe lists them)", words_close_event(term->value));
    case PRISIM_FIELD_ACCESS:
        return refuse(message, text, "expected letters of RWLXP", NULL);
    case PRISIM_FIELD_PASID:
        return refuse(message, text, "expected a number, A..B or none", NULL);
    case PRISIM_FIELD_DECIMAL:
    case PRISIM_FIELD_HEX:
    case PRISIM_FIELD_SPACE:
    case PRISIM_FIELD_INSTANCE:
        break;
    }
    return refuse(message, text, "expected a number or A..B", NULL);
}

static bool check_event(const struct report_term *term, const char *text, char message[REPORT_FILTER_MESSAGE_MAX])
{
    size_t length = strlen(term->value);
    for (unsigned i = 0; i < PRISIM_EVENT_TYPES; i++)
        if (strncmp(prisim_event_name((enum prisim_event_type)i), term->value, length) == 0)
            return true;
    return refuse(message, text, "no event is called so, or begins so (prisim describe lists them)",
                  words_close_event(term->value));
}

static bool check_point(const struct report_term *term, const char *text, char message[REPORT_FILTER_MESSAGE_MAX])
{
    size_t length = strlen(term->value);
    char all[160] = "expected a letter or one of";
    for (unsigned i = 0; i < PRISIM_EVENT_TYPES; i++) {
        const char *point = prisim_event_point((enum prisim_event_type)i);
        if (point[0] && strncmp(point, term->value, length) == 0)
            return true;
        if (point[0]) {
            text_append(all, sizeof all, " ");
            text_append(all, sizeof all, point);
        }
    }
    return refuse(message, text, all, NULL);
}

static bool check(const struct report_term *term, const char *text, char message[REPORT_FILTER_MESSAGE_MAX])
{
    if (!term->value[0] && !(term->kind == REPORT_KEY_FIELD && term->format == PRISIM_FIELD_ACCESS))
        return refuse(message, text, "expected a value", NULL);
    switch (term->kind) {
    case REPORT_KEY_EVENT:
        return check_event(term, text, message);
    case REPORT_KEY_POINT:
        return check_point(term, text, message);
    case REPORT_KEY_FIELD:
        return check_field(term, text, message);
    case REPORT_KEY_ENDPOINT: /* the scenario knows */
    case REPORT_KEY_AT:
        break;
    }
    return true;
}

/* One KEY=VALUE of `length` bytes. */
static bool add(struct report_filter *filter, const char *from, size_t length, char message[REPORT_FILTER_MESSAGE_MAX])
{
    char text[2 * REPORT_TERM_MAX + 2];
    struct report_term term = {.format = PRISIM_FIELD_DECIMAL};
    snprintf(text, sizeof text, "%.*s", (int)length, from);
    const char *equals = strchr(text, '=');
    size_t key = equals ? (size_t)(equals - text) : 0;
    if (key == 0)
        return refuse(message, text, "expected KEY=VALUE", NULL);
    if (key >= REPORT_TERM_MAX || length - key - 1 >= REPORT_TERM_MAX)
        return refuse(message, text, "too long: expected at most 63 bytes of a key and of a value", NULL);
    if (filter->terms == REPORT_TERMS_MAX)
        return refuse(message, text, "too many: expected at most 32", NULL);
    memcpy(term.key, text, key);
    snprintf(term.value, sizeof term.value, "%s", equals + 1);
    if (!find_key(&term))
        return refuse(message, text,
                      "no such key: expected endpoint, at, event, point, group, or a field of an event (prisim "
                      "describe lists them)",
                      close_key(term.key));
    if (!check(&term, text, message))
        return false;
    filter->term[filter->terms++] = term;
    return true;
}

bool report_filter_add(struct report_filter *filter, const char *text, char message[REPORT_FILTER_MESSAGE_MAX])
{
    for (;; text++) {
        size_t length = strcspn(text, ",");
        if (!add(filter, text, length, message))
            return false;
        text += length;
        if (!*text)
            return true;
    }
}

bool report_filter_around(struct report_filter *filter, const char *text, char message[REPORT_FILTER_MESSAGE_MAX])
{
    char cycle[REPORT_TERM_MAX];
    const char *within = strstr(text, "+-");
    size_t length = within ? (size_t)(within - text) : strlen(text);
    filter->around = true;
    filter->within = REPORT_AROUND_CYCLES;
    snprintf(cycle, sizeof cycle, "%.*s", (int)(length < REPORT_TERM_MAX ? length : 0), text);
    if (!read_number(cycle, &filter->cycle) || (within && !read_number(within + 2, &filter->within)))
        return refuse(message, text, "expected a cycle, or CYCLE+-N", NULL);
    return true;
}

bool report_filter_narrows(const struct report_filter *filter)
{
    return filter->points || filter->around || filter->terms > 0;
}

const char *report_filter_own_key(unsigned i)
{
    return i < OWN_KEYS ? own_keys[i].name : NULL;
}
