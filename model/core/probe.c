/* SPDX-License-Identifier: Apache-2.0
 *
 * The probe's buffer, and what events.def and causes.def say about each type.
 */
#include "model/core/probe.h"

#include <string.h>

struct event_type_info {
    const char *name;
    const char *point;
    const char *fields;
    const char *about;
};

static const struct event_type_info event_types[EVENT_TYPES] = {
#define EVENT(id, name, point, fields, about) {name, point, fields, about},
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

static enum field_format format_of(char letter)
{
    switch (letter) {
    case 'd':
        return FIELD_DECIMAL;
    case 'x':
        return FIELD_HEX;
    case 'p':
        return FIELD_PASID;
    case 'b':
        return FIELD_BOOL;
    case 'c':
        return FIELD_CAUSE;
    case 's':
        return FIELD_SPACE;
    case 'i':
        return FIELD_INSTANCE;
    case 'a':
        return FIELD_ACCESS;
    }
    assert(false && "events.def names a format that does not exist");
    return FIELD_DECIMAL;
}

unsigned event_fields(enum event_type type, struct event_field fields[EVENT_FIELDS_MAX])
{
    unsigned count = 0;
    const char *at = event_types[type].fields;
    while (*at) {
        const char *colon = strchr(at, ':');
        assert(colon && count < EVENT_FIELDS_MAX);
        fields[count++] = (struct event_field){at, (unsigned)(colon - at), format_of(colon[1])};
        at = colon + 2;
        at += *at == ' ';
    }
    return count;
}

void probe_init(struct probe *probe, bool on)
{
    probe->count = 0;
    for (unsigned i = 0; i < PROBE_MASK_WORDS; i++)
        probe->mask[i] = on ? UINT64_MAX : 0;
}

void probe_record(struct probe *probe, uint16_t instance, cycle_t cycle, enum event_type type,
                  const uint64_t fields[EVENT_FIELDS_MAX])
{
    assert(probe->count < PROBE_CAPACITY);
    struct event *event = &probe->buffer[probe->count++];
    event->cycle = cycle;
    event->instance = instance;
    event->type = (uint16_t)type;
    event->unused = 0;
    memcpy(event->field, fields, sizeof event->field);
}

void probe_sort(struct probe *probe)
{
    for (uint32_t i = 1; i < probe->count; i++) {
        if (probe->buffer[i - 1].instance <= probe->buffer[i].instance)
            continue;
        struct event moved = probe->buffer[i];
        uint32_t to = i;
        for (; to > 0 && probe->buffer[to - 1].instance > moved.instance; to--)
            probe->buffer[to] = probe->buffer[to - 1];
        probe->buffer[to] = moved;
    }
}
