/* SPDX-License-Identifier: Apache-2.0
 *
 * Terms made ready (report_ready.h): names become sets of numbers.
 */
#include "tb/report/report_ready.h"

#include <stdio.h>
#include <string.h>

#include "tb/scenario/keys.h"

_Static_assert((int)PRISIM_EVENT_TYPES <= (int)REPORT_NUMBERS_MAX && (int)INSTANCE_CHECKERS < (int)REPORT_NUMBERS_MAX,
               "each has a bit");

void report_ready_fields(const char *name, int8_t field[PRISIM_EVENT_TYPES])
{
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++) {
        const struct prisim_event_field *fields = prisim_event_fields((enum prisim_event_type)type);
        field[type] = REPORT_NO_FIELD;
        for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)type); i++)
            if (strcmp(fields[i].name, name) == 0)
                field[type] = (int8_t)i;
    }
}

static void take(struct report_ready *r, unsigned number)
{
    assert(number < REPORT_NUMBERS_MAX);
    r->set[number / 64] |= UINT64_C(1) << number % 64;
}

static bool refuse(const struct report_term *term, const char *all, const char *close,
                   char message[REPORT_FILTER_MESSAGE_MAX])
{
    snprintf(message, REPORT_FILTER_MESSAGE_MAX, "%s=%s: expected one of %.280s%s%s%s", term->key, term->value, all,
             close ? "; did you mean " : "", close ? close : "", close ? "?" : "");
    return false;
}

/* One name of several. */
static void add_name(char *all, size_t size, const char *name)
{
    text_append(all, size, all[0] ? ", " : "");
    text_append(all, size, name);
}

static bool find_endpoint(const struct system_config *system, struct report_ready *r,
                          char message[REPORT_FILTER_MESSAGE_MAX])
{
    char all[280] = "";
    const char *close = NULL;
    for (unsigned i = 0; i < system->endpoints; i++) {
        if (strcmp(system->endpoint_id[i], r->term->value) == 0)
            return take(r, i), true;
        close = words_are_close(r->term->value, system->endpoint_id[i]) ? system->endpoint_id[i] : close;
        add_name(all, sizeof all, system->endpoint_id[i]);
    }
    return refuse(r->term, all, close, message);
}

/* An instance by its name, or all of a kind: "pri_queue" is pri_queue[0] too. */
static bool find_instances(const struct system_config *system, struct report_ready *r, bool kinds,
                           char message[REPORT_FILTER_MESSAGE_MAX])
{
    struct system_instance rows[SYSTEM_INSTANCES_MAX];
    unsigned count = system_instances(system, rows);
    char all[280] = "", near[SYSTEM_NAME_MAX] = "";
    bool any = false;
    for (unsigned i = 0; i <= count; i++) {
        unsigned instance = i < count ? i : INSTANCE_CHECKERS;
        char name[SYSTEM_NAME_MAX];
        system_instance_name(system, instance, name);
        size_t kind = strcspn(name, "[");
        add_name(all, sizeof all, name);
        if (strcmp(name, r->term->value) == 0 ||
            (kinds && strlen(r->term->value) == kind && strncmp(name, r->term->value, kind) == 0)) {
            take(r, instance);
            any = true;
        }
        if (words_are_close(r->term->value, name))
            memcpy(near, name, sizeof near);
    }
    return any || refuse(r->term, all, near[0] ? near : NULL, message);
}

static bool find_space(const struct system_config *system, struct report_ready *r,
                       char message[REPORT_FILTER_MESSAGE_MAX])
{
    char all[280] = "none";
    if (strcmp(r->term->value, "none") == 0)
        return take(r, 0), true;
    for (unsigned i = 0; i < system->driver.spaces; i++) {
        if (strcmp(system->space_id[i], r->term->value) == 0)
            return take(r, i + 1), true;
        add_name(all, sizeof all, system->space_id[i]);
    }
    return refuse(r->term, all, NULL, message);
}

/* The events of that name, or all whose names begin so. */
static void find_events(struct report_ready *r)
{
    size_t length = strlen(r->term->value);
    bool whole = false;
    for (unsigned pass = 0; pass < 2 && !whole; pass++)
        for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++) {
            const char *name = prisim_event_name((enum prisim_event_type)type);
            if (strncmp(name, r->term->value, length) != 0 || (pass == 0 && name[length]))
                continue;
            take(r, type);
            whole = true;
        }
}

static void find_points(struct report_ready *r)
{
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++) {
        const char *point = prisim_event_point((enum prisim_event_type)type);
        if (point[0] && strncmp(point, r->term->value, strlen(r->term->value)) == 0)
            take(r, type);
    }
}

bool report_ready_make(struct report_ready *r, const struct scenario *scenario, char message[REPORT_FILTER_MESSAGE_MAX])
{
    const struct system_config *system = &scenario->system;
    switch (r->term->kind) {
    case REPORT_KEY_ENDPOINT:
        return find_endpoint(system, r, message);
    case REPORT_KEY_AT:
        return find_instances(system, r, true, message);
    case REPORT_KEY_EVENT:
        find_events(r);
        return true;
    case REPORT_KEY_POINT:
        find_points(r);
        return true;
    case REPORT_KEY_FIELD:
        break;
    }
    report_ready_fields(r->term->field, r->field);
    if (r->term->format == PRISIM_FIELD_SPACE)
        return find_space(system, r, message);
    if (r->term->format == PRISIM_FIELD_INSTANCE)
        return find_instances(system, r, false, message);
    bool good = report_filter_value(r->term, &r->low, &r->high);
    assert(good); /* the filter was read */
    return good;
}

static bool by_range(const struct report_term *term)
{
    return term->kind == REPORT_KEY_FIELD && term->format != PRISIM_FIELD_SPACE &&
           term->format != PRISIM_FIELD_INSTANCE;
}

bool report_ready_wants(const struct report_ready *r, uint64_t value)
{
    if (by_range(r->term))
        return value >= r->low && value <= r->high;
    return value < REPORT_NUMBERS_MAX && (r->set[value / 64] >> value % 64 & 1);
}
