/* SPDX-License-Identifier: Apache-2.0
 *
 * What an event is: a cycle, an instance, a type, and the fields that its row in events.def names, as a struct of its
 * own. Who knows the type reads `event->pri_queue_write.slot`; who reads events of all types, as the log does, walks
 * over the fields of the type. Two events are equal if their fields are, never by their bytes.
 */
#ifndef PRISIM_CORE_EVENTS_H
#define PRISIM_CORE_EVENTS_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/core/cycle.h"
#include "model/core/public.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

PRISIM_PUBLIC(event_name)
PRISIM_PUBLIC(event_point)
PRISIM_PUBLIC(event_about)
PRISIM_PUBLIC(event_fields)
PRISIM_PUBLIC(event_field_count)
PRISIM_PUBLIC(event_value)
PRISIM_PUBLIC(event_set)
PRISIM_PUBLIC(event_equal)
PRISIM_PUBLIC(cause_name)
PRISIM_PUBLIC(cause_about)

/* The types of events, in the order of model/core/events.def. */
enum event_type {
#define EVENT(id, tag, name, point, fields, about) EVENT_##id,
#include "model/core/events.def"
#undef EVENT
    EVENT_TYPES
};

/* Why a block chose what it did, in the order of model/core/causes.def. */
enum cause {
#define CAUSE(id, name, about) CAUSE_##id,
#include "model/core/causes.def"
#undef CAUSE
    CAUSES
};

/* GCC warns of a struct that is filled by position; Clang does not know how. */
#if defined(__GNUC__) && !defined(__clang__) && !defined(__cplusplus)
#define EVENT_BY_NAME __attribute__((designated_init))
#else
#define EVENT_BY_NAME
#endif

/* A struct a row: struct event_pri_queue_prod { uint64_t prod; uint64_t ovflg; }. */
#define FIELD(format, name) uint64_t name;
#define EVENT(id, tag, name, point, fields, about)                                                                     \
    struct event_##tag {                                                                                               \
        fields                                                                                                         \
    } EVENT_BY_NAME;
#include "model/core/events.def"
#undef EVENT
#undef FIELD

/* The fields of the largest event take no more than this; a row that needs more does not build. */
enum { EVENT_BYTES_MAX = 96, EVENT_FIELDS_MAX = EVENT_BYTES_MAX / 8 };

struct event {
    cycle_t cycle;
    uint16_t instance;
    uint16_t type; /* enum event_type: which member of the union below */
    uint32_t unused;
    union {
#define EVENT(id, tag, name, point, fields, about) struct event_##tag tag;
#include "model/core/events.def"
#undef EVENT
    };
};

static_assert(sizeof(struct event) <= 16 + EVENT_BYTES_MAX, "every event keeps to EVENT_BYTES_MAX");

/* A value of a "pasid" field when there is none. */
#define PASID_NONE UINT64_MAX

/* Name of the event, "block.what"; its pipeline point ("H1") or ""; its sentence. */
const char *event_name(enum event_type type);
const char *event_point(enum event_type type);
const char *event_about(enum event_type type);

/* How a field is written and compared. */
enum field_format {
    FIELD_DECIMAL,
    FIELD_HEX,
    FIELD_PASID, /* decimal, or null for PASID_NONE */
    FIELD_BOOL,
    FIELD_CAUSE,    /* enum cause by name */
    FIELD_SPACE,    /* number of an address space + 1; 0 is none */
    FIELD_INSTANCE, /* rank of an instance */
    FIELD_ACCESS,   /* bits R=1 W=2 L=4 X=8 P=16, written as letters */
    FIELD_EVENT     /* enum event_type by name */
};

struct event_field {
    const char *name;
    enum field_format format;
    unsigned offset; /* in struct event, of a uint64_t */
};

/* The fields of an event type in the order of its row, and how many. */
const struct event_field *event_fields(enum event_type type);
unsigned event_field_count(enum event_type type);

/* The i-th field of an event, and setting it: for who does not know the type. i < event_field_count(event->type). */
uint64_t event_value(const struct event *event, unsigned i);
void event_set(struct event *event, unsigned i, uint64_t value);

/* The same type, cycle and instance, and the same values. */
bool event_equal(const struct event *a, const struct event *b);

const char *cause_name(enum cause cause);
const char *cause_about(enum cause cause);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
