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

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The types of events, in the order of model/core/events.def. */
enum prisim_event_type {
#define PRISIM_EVENT(id, tag, name, point, fields, about) PRISIM_EVENT_##id,
#include "model/core/events.def"
#undef PRISIM_EVENT
    PRISIM_EVENT_TYPES
};

/* Why a block chose what it did, in the order of model/core/causes.def. */
enum prisim_cause {
#define PRISIM_CAUSE(id, name, about) PRISIM_CAUSE_##id,
#include "model/core/causes.def"
#undef PRISIM_CAUSE
    PRISIM_CAUSES
};

/* GCC warns of a struct that is filled by position; Clang does not know how. */
#if defined(__GNUC__) && !defined(__clang__) && !defined(__cplusplus)
#define PRISIM_EVENT_BY_NAME __attribute__((designated_init))
#else
#define PRISIM_EVENT_BY_NAME
#endif

/* A struct a row: struct prisim_event_pri_queue_prod { uint64_t prod; uint64_t ovflg; }. */
#define PRISIM_FIELD(format, name) uint64_t name;
#define PRISIM_EVENT(id, tag, name, point, fields, about)                                                              \
    struct prisim_event_##tag {                                                                                        \
        fields                                                                                                         \
    } PRISIM_EVENT_BY_NAME;
#include "model/core/events.def"
#undef PRISIM_EVENT
#undef PRISIM_FIELD

/* The fields of the largest event take no more than this; a row that needs more does not build. */
enum { PRISIM_EVENT_BYTES_MAX = 96, PRISIM_EVENT_FIELDS_MAX = PRISIM_EVENT_BYTES_MAX / 8 };

struct prisim_event {
    prisim_cycle_t cycle;
    uint16_t instance;
    uint16_t type; /* enum prisim_event_type: which member of the union below */
    uint32_t unused;
    union {
#define PRISIM_EVENT(id, tag, name, point, fields, about) struct prisim_event_##tag tag;
#include "model/core/events.def"
#undef PRISIM_EVENT
    };
};

static_assert(sizeof(struct prisim_event) <= 16 + PRISIM_EVENT_BYTES_MAX,
              "every event keeps to PRISIM_EVENT_BYTES_MAX");

/* A value of a "pasid" field when there is none. */
#define PRISIM_PASID_NONE UINT64_MAX

/* Name of the event, "block.what"; its pipeline point ("H1") or ""; its sentence. */
const char *prisim_event_name(enum prisim_event_type type);
const char *prisim_event_point(enum prisim_event_type type);
const char *prisim_event_about(enum prisim_event_type type);

/* How a field is written and compared. */
enum prisim_field_format {
    PRISIM_FIELD_DECIMAL,
    PRISIM_FIELD_HEX,
    PRISIM_FIELD_PASID, /* decimal, or null for PRISIM_PASID_NONE */
    PRISIM_FIELD_BOOL,
    PRISIM_FIELD_CAUSE,    /* enum prisim_cause by name */
    PRISIM_FIELD_SPACE,    /* number of an address space + 1; 0 is none */
    PRISIM_FIELD_INSTANCE, /* rank of an instance */
    PRISIM_FIELD_ACCESS,   /* bits R=1 W=2 L=4 X=8 P=16, written as letters */
    PRISIM_FIELD_EVENT     /* enum prisim_event_type by name */
};

struct prisim_event_field {
    const char *name;
    enum prisim_field_format format;
    unsigned offset; /* in struct prisim_event, of a uint64_t */
};

/* The fields of an event type in the order of its row, and how many. */
const struct prisim_event_field *prisim_event_fields(enum prisim_event_type type);
unsigned prisim_event_field_count(enum prisim_event_type type);

/* The i-th field of an event, and setting it: for who does not know the type. i <
 * prisim_event_field_count(event->type). */
uint64_t prisim_event_value(const struct prisim_event *event, unsigned i);
void prisim_event_set(struct prisim_event *event, unsigned i, uint64_t value);

/* The same type, cycle and instance, and the same values. */
bool prisim_event_equal(const struct prisim_event *a, const struct prisim_event *b);

/* The letters of a field of the format ACCESS, in their order, with a 0 behind; returns them. */
enum { PRISIM_ACCESS_TEXT = 6 };
char *prisim_access_letters(uint64_t access, char letters[PRISIM_ACCESS_TEXT]);

const char *prisim_cause_name(enum prisim_cause cause);
const char *prisim_cause_about(enum prisim_cause cause);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
