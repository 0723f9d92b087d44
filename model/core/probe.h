/* SPDX-License-Identifier: Apache-2.0
 *
 * The one stream of events. Blocks write fixed binary records; text is made elsewhere. Logs, checkers, the timeline and
 * the report read these records and nothing else. A probe is filled during the steps of one edge and emptied by the
 * engine before the next one, ordered by (instance, order inside the block). It grows with what one edge brings.
 */
#ifndef PRISIM_CORE_PROBE_H
#define PRISIM_CORE_PROBE_H

#include "model/core/events.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum { PRISIM_PROBE_ROOM = 1024, PRISIM_PROBE_MASK_WORDS = 3 };

/* Not to be copied or moved: `buffer` may be its own. Zeroed memory is a probe that records nothing. */
struct prisim_probe {
    uint64_t mask[PRISIM_PROBE_MASK_WORDS]; /* one bit per event type that is recorded */
    uint32_t count, room;
    struct prisim_event *buffer; /* `own`, or allocated once an edge had more events than that */
    struct prisim_event own[PRISIM_PROBE_ROOM];
};

static_assert(PRISIM_EVENT_TYPES <= 64 * PRISIM_PROBE_MASK_WORDS, "the probe's mask holds every event type");

/* Of a probe that is new, or closed. */
void prisim_probe_init(struct prisim_probe *probe, bool on);

/* Gives back what it grew by; it is empty then and can be filled again. */
void prisim_probe_close(struct prisim_probe *probe);

/* Makes room for more events than it has; what it holds stays. */
void prisim_probe_grow(struct prisim_probe *probe);

/* Orders what was recorded in one edge by instance; the order inside an instance stays. */
void prisim_probe_sort(struct prisim_probe *probe);

static inline bool prisim_probe_wants(const struct prisim_probe *probe, enum prisim_event_type type)
{
    return probe->mask[type / 64] >> (type % 64) & 1;
}

/* True if an event type from `first` to `last`, fewer than 64, is recorded. */
static inline bool prisim_probe_records_any(const struct prisim_probe *probe, enum prisim_event_type first,
                                            enum prisim_event_type last)
{
    const uint64_t from = UINT64_MAX << first % 64, to = (UINT64_C(2) << last % 64) - 1;
    return first / 64 == last / 64 ? (probe->mask[first / 64] & from & to) != 0
                                   : (probe->mask[first / 64] & from) || (probe->mask[last / 64] & to);
}

/* Appends a record whose fields the caller writes; the caller has asked prisim_probe_wants. */
static inline struct prisim_event *prisim_probe_next(struct prisim_probe *probe, uint16_t instance,
                                                     prisim_cycle_t cycle, enum prisim_event_type type)
{
    if (__builtin_expect(probe->count == probe->room, 0))
        prisim_probe_grow(probe);
    struct prisim_event *event = &probe->buffer[probe->count++];
    event->cycle = cycle;
    event->instance = instance;
    event->type = (uint16_t)type;
    event->unused = 0;
    return event;
}

/* What PRISIM_PROBE asks of a row by its tag: the type, and the number of fields. */
enum {
#define PRISIM_FIELD(format, name) +1
#define PRISIM_EVENT(id, tag, name, point, fields, about)                                                              \
    PRISIM_PROBE_TYPE_##tag = PRISIM_EVENT_##id, PRISIM_PROBE_FIELDS_##tag = 0 fields,
#include "model/core/events.def"
#undef PRISIM_EVENT
#undef PRISIM_FIELD
};

#define PRISIM_PROBE_COUNT_(a, b, c, d, e, f, g, h, i, j, k, l, m, count, ...) count

#define PRISIM_PROBE_COUNT(...) PRISIM_PROBE_COUNT_(__VA_ARGS__, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)

#if defined(__clang__)
#define PRISIM_PROBE_STRICT                                                                                            \
    _Pragma("clang diagnostic push") _Pragma("clang diagnostic error \"-Winitializer-overrides\"")
#define PRISIM_PROBE_RELAX _Pragma("clang diagnostic pop")
#else
#define PRISIM_PROBE_STRICT                                                                                            \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic error \"-Woverride-init\"")                                 \
        _Pragma("GCC diagnostic error \"-Wdesignated-init\"")
#define PRISIM_PROBE_RELAX _Pragma("GCC diagnostic pop")
#endif

/* PRISIM_PROBE(ports, now, pri_queue_prod, .prod = 3, .ovflg = false): one event of the block that the ports belong to.
 * Every field of the row is named, once: one that is missing, too many, wrong or repeated does not build. */
#define PRISIM_PROBE(ports, now, tag, ...)                                                                             \
    do {                                                                                                               \
        static_assert(PRISIM_PROBE_COUNT(__VA_ARGS__) == PRISIM_PROBE_FIELDS_##tag,                                    \
                      "PRISIM_PROBE names each field of its event once");                                              \
        if (prisim_probe_wants((ports)->probe, (enum prisim_event_type)PRISIM_PROBE_TYPE_##tag)) {                     \
            PRISIM_PROBE_STRICT                                                                                        \
            prisim_probe_next((ports)->probe, (ports)->instance, now, (enum prisim_event_type)PRISIM_PROBE_TYPE_##tag) \
                ->tag = (struct prisim_event_##tag){__VA_ARGS__};                                                      \
            PRISIM_PROBE_RELAX                                                                                         \
        }                                                                                                              \
    } while (0)

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
