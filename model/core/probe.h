/* SPDX-License-Identifier: Apache-2.0
 *
 * The one stream of events. Blocks write fixed binary records; text is made elsewhere. Logs, checkers, the timeline and
 * the story read these records and nothing else. A probe is filled during the steps of one edge and emptied by the
 * engine before the next one, ordered by (instance, order inside the block).
 */
#ifndef PRISIM_CORE_PROBE_H
#define PRISIM_CORE_PROBE_H

#include <assert.h>
#include <stdbool.h>
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
PRISIM_PUBLIC(cause_name)
PRISIM_PUBLIC(cause_about)
PRISIM_PUBLIC(probe_init)
PRISIM_PUBLIC(probe_sort)
PRISIM_PUBLIC(probe_record)

/* The types of events, in the order of model/core/events.def. */
enum event_type {
#define EVENT(id, name, point, fields, about) EVENT_##id,
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

enum { EVENT_FIELDS_MAX = 8, PROBE_CAPACITY = 1024, PROBE_MASK_WORDS = 2 };

struct event {
    cycle_t cycle;
    uint16_t instance;
    uint16_t type; /* enum event_type */
    uint32_t unused;
    uint64_t field[EVENT_FIELDS_MAX]; /* as named in events.def; the rest is 0 */
};

struct probe {
    uint64_t mask[PROBE_MASK_WORDS]; /* one bit per event type that is recorded */
    uint32_t count;
    struct event buffer[PROBE_CAPACITY];
};

static_assert(EVENT_TYPES <= 64 * PROBE_MASK_WORDS, "the probe's mask holds every event type");

/* A value of a "pasid" field when there is none. */
#define PASID_NONE UINT64_MAX

/* Name of the event, "block.what"; its pipeline point ("H1") or ""; its field list; its sentence. */
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
    FIELD_ACCESS    /* bits R=1 W=2 L=4 X=8 P=16, written as letters */
};

struct event_field {
    const char *name; /* not terminated by 0 */
    unsigned name_length;
    enum field_format format;
};

/* The fields of an event type in order; returns how many (0..EVENT_FIELDS_MAX). */
unsigned event_fields(enum event_type type, struct event_field fields[EVENT_FIELDS_MAX]);

const char *cause_name(enum cause cause);
const char *cause_about(enum cause cause);

void probe_init(struct probe *probe, bool on);

/* Orders what was recorded in one edge by instance; the order inside an instance stays. */
void probe_sort(struct probe *probe);

static inline bool probe_wants(const struct probe *probe, enum event_type type)
{
    return probe->mask[type / 64] >> (type % 64) & 1;
}

/* Appends a record; the caller has asked probe_wants. */
void probe_record(struct probe *probe, uint16_t instance, cycle_t cycle, enum event_type type,
                  const uint64_t fields[EVENT_FIELDS_MAX]);

/* PROBE(ports, now, PRI_QUEUE_WRITE, slot, lap, ...): one event of the block that the ports belong to. Fields that are
 * not given are 0. */
#define PROBE(ports, now, id, ...)                                                                                     \
    do {                                                                                                               \
        if (probe_wants((ports)->probe, EVENT_##id)) {                                                                 \
            const uint64_t probe_fields_[EVENT_FIELDS_MAX] = {__VA_ARGS__};                                            \
            probe_record((ports)->probe, (ports)->instance, now, EVENT_##id, probe_fields_);                           \
        }                                                                                                              \
    } while (0)

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
