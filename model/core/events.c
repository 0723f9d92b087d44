/* SPDX-License-Identifier: Apache-2.0
 *
 * What events.def and causes.def say about each type, as tables.
 */
#include "model/core/events.h"

#include <string.h>

static const struct {
    const char *name;
    const char *point;
    const char *about;
} event_types[EVENT_TYPES] = {
#define EVENT(id, tag, name, point, fields, about) {name, point, about},
#include "model/core/events.def"
#undef EVENT
};

static const struct {
    const char *name;
    const char *about;
} causes[CAUSES] = {
#define CAUSE(id, name, about) {name, about},
#include "model/core/causes.def"
#undef CAUSE
};

/* A table of fields per row, in a function in which `row` is the row's struct. All members of the union begin at one
 * place. */
#define FIELD(format, name)                                                                                            \
    {#name, FIELD_##format, (unsigned)(offsetof(struct event, endpoint_job) + offsetof(row, name))},
#define EVENT(id, tag, name, point, fields, about)                                                                     \
    static const struct event_field *fields_of_##tag(unsigned *count)                                                  \
    {                                                                                                                  \
        typedef struct event_##tag row;                                                                                \
        static const struct event_field list[] = {fields};                                                             \
        *count = sizeof list / sizeof list[0];                                                                         \
        return list;                                                                                                   \
    }
#include "model/core/events.def"
#undef EVENT
#undef FIELD

static const struct event_field *(*const fields_of[EVENT_TYPES])(unsigned *count) = {
#define EVENT(id, tag, name, point, fields, about) fields_of_##tag,
#include "model/core/events.def"
#undef EVENT
};

const char *event_name(enum event_type type)
{
    return event_types[type].name;
}

const char *event_point(enum event_type type)
{
    return event_types[type].point;
}

const char *event_about(enum event_type type)
{
    return event_types[type].about;
}

const struct event_field *event_fields(enum event_type type)
{
    unsigned count;
    assert(type < EVENT_TYPES);
    return fields_of[type](&count);
}

unsigned event_field_count(enum event_type type)
{
    unsigned count;
    assert(type < EVENT_TYPES);
    fields_of[type](&count);
    return count;
}

uint64_t event_value(const struct event *event, unsigned i)
{
    assert(i < event_field_count((enum event_type)event->type));
    uint64_t value;
    memcpy(&value, (const char *)event + event_fields((enum event_type)event->type)[i].offset, sizeof value);
    return value;
}

void event_set(struct event *event, unsigned i, uint64_t value)
{
    assert(i < event_field_count((enum event_type)event->type));
    memcpy((char *)event + event_fields((enum event_type)event->type)[i].offset, &value, sizeof value);
}

bool event_equal(const struct event *a, const struct event *b)
{
    if (a->type != b->type || a->cycle != b->cycle || a->instance != b->instance)
        return false;
    for (unsigned i = 0; i < event_field_count((enum event_type)a->type); i++)
        if (event_value(a, i) != event_value(b, i))
            return false;
    return true;
}

const char *cause_name(enum cause cause)
{
    assert(cause < CAUSES);
    return causes[cause].name;
}

const char *cause_about(enum cause cause)
{
    assert(cause < CAUSES);
    return causes[cause].about;
}
