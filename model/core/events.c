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
} event_types[PRISIM_EVENT_TYPES] = {
#define PRISIM_EVENT(id, tag, name, point, fields, about) {name, point, about},
#include "model/core/events.def"
#undef PRISIM_EVENT
};

static const struct {
    const char *name;
    const char *about;
} causes[PRISIM_CAUSES] = {
#define PRISIM_CAUSE(id, name, about) {name, about},
#include "model/core/causes.def"
#undef PRISIM_CAUSE
};

/* A table of fields per row, in a function in which `row` is the row's struct. All members of the union begin at one
 * place. */
#define PRISIM_FIELD(format, name)                                                                                     \
    {#name, PRISIM_FIELD_##format, (unsigned)(offsetof(struct prisim_event, endpoint_job) + offsetof(row, name))},
#define PRISIM_EVENT(id, tag, name, point, fields, about)                                                              \
    static const struct prisim_event_field *fields_of_##tag(unsigned *count)                                           \
    {                                                                                                                  \
        typedef struct prisim_event_##tag row;                                                                         \
        static const struct prisim_event_field list[] = {fields};                                                      \
        *count = sizeof list / sizeof list[0];                                                                         \
        return list;                                                                                                   \
    }
#include "model/core/events.def"
#undef PRISIM_EVENT
#undef PRISIM_FIELD

static const struct prisim_event_field *(*const fields_of[PRISIM_EVENT_TYPES])(unsigned *count) = {
#define PRISIM_EVENT(id, tag, name, point, fields, about) fields_of_##tag,
#include "model/core/events.def"
#undef PRISIM_EVENT
};

const char *prisim_event_name(enum prisim_event_type type)
{
    return event_types[type].name;
}

const char *prisim_event_point(enum prisim_event_type type)
{
    return event_types[type].point;
}

const char *prisim_event_about(enum prisim_event_type type)
{
    return event_types[type].about;
}

const struct prisim_event_field *prisim_event_fields(enum prisim_event_type type)
{
    unsigned count;
    assert(type < PRISIM_EVENT_TYPES);
    return fields_of[type](&count);
}

unsigned prisim_event_field_count(enum prisim_event_type type)
{
    unsigned count;
    assert(type < PRISIM_EVENT_TYPES);
    fields_of[type](&count);
    return count;
}

uint64_t prisim_event_value(const struct prisim_event *event, unsigned i)
{
    assert(i < prisim_event_field_count((enum prisim_event_type)event->type));
    uint64_t value;
    memcpy(&value, (const char *)event + prisim_event_fields((enum prisim_event_type)event->type)[i].offset,
           sizeof value);
    return value;
}

void prisim_event_set(struct prisim_event *event, unsigned i, uint64_t value)
{
    assert(i < prisim_event_field_count((enum prisim_event_type)event->type));
    memcpy((char *)event + prisim_event_fields((enum prisim_event_type)event->type)[i].offset, &value, sizeof value);
}

bool prisim_event_equal(const struct prisim_event *a, const struct prisim_event *b)
{
    if (a->type != b->type || a->cycle != b->cycle || a->instance != b->instance)
        return false;
    for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)a->type); i++)
        if (prisim_event_value(a, i) != prisim_event_value(b, i))
            return false;
    return true;
}

const char *prisim_cause_name(enum prisim_cause cause)
{
    assert(cause < PRISIM_CAUSES);
    return causes[cause].name;
}

const char *prisim_cause_about(enum prisim_cause cause)
{
    assert(cause < PRISIM_CAUSES);
    return causes[cause].about;
}

char *prisim_access_letters(uint64_t access, char letters[PRISIM_ACCESS_TEXT])
{
    unsigned count = 0;
    for (unsigned i = 0; i < PRISIM_ACCESS_TEXT - 1; i++)
        if (access >> i & 1)
            letters[count++] = "RWLXP"[i];
    letters[count] = '\0';
    return letters;
}
