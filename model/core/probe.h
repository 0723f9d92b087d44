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

PRISIM_PUBLIC(probe_init)
PRISIM_PUBLIC(probe_close)
PRISIM_PUBLIC(probe_grow)
PRISIM_PUBLIC(probe_sort)

enum { PROBE_ROOM = 1024, PROBE_MASK_WORDS = 2 };

/* Not to be copied or moved: `buffer` may be its own. Zeroed memory is a probe that records nothing. */
struct probe {
    uint64_t mask[PROBE_MASK_WORDS]; /* one bit per event type that is recorded */
    uint32_t count, room;
    struct event *buffer; /* `own`, or allocated once an edge had more events than that */
    struct event own[PROBE_ROOM];
};

static_assert(EVENT_TYPES <= 64 * PROBE_MASK_WORDS, "the probe's mask holds every event type");

/* Of a probe that is new, or closed. */
void probe_init(struct probe *probe, bool on);

/* Gives back what it grew by; it is empty then and can be filled again. */
void probe_close(struct probe *probe);

/* Makes room for more events than it has; what it holds stays. */
void probe_grow(struct probe *probe);

/* Orders what was recorded in one edge by instance; the order inside an instance stays. */
void probe_sort(struct probe *probe);

static inline bool probe_wants(const struct probe *probe, enum event_type type)
{
    return probe->mask[type / 64] >> (type % 64) & 1;
}

/* Appends a record whose fields the caller writes; the caller has asked probe_wants. */
static inline struct event *probe_next(struct probe *probe, uint16_t instance, cycle_t cycle, enum event_type type)
{
    if (__builtin_expect(probe->count == probe->room, 0))
        probe_grow(probe);
    struct event *event = &probe->buffer[probe->count++];
    event->cycle = cycle;
    event->instance = instance;
    event->type = (uint16_t)type;
    event->unused = 0;
    return event;
}

/* What PROBE asks of a row by its tag: the type, and the number of fields. */
enum {
#define FIELD(format, name)                        +1
#define EVENT(id, tag, name, point, fields, about) PROBE_TYPE_##tag = EVENT_##id, PROBE_FIELDS_##tag = 0 fields,
#include "model/core/events.def"
#undef EVENT
#undef FIELD
};

#define PROBE_COUNT_(a, b, c, d, e, f, g, h, i, j, k, l, m, count, ...) count

#define PROBE_COUNT(...) PROBE_COUNT_(__VA_ARGS__, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)

#if defined(__clang__)
#define PROBE_STRICT _Pragma("clang diagnostic push") _Pragma("clang diagnostic error \"-Winitializer-overrides\"")
#define PROBE_RELAX  _Pragma("clang diagnostic pop")
#else
#define PROBE_STRICT                                                                                                   \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic error \"-Woverride-init\"")                                 \
        _Pragma("GCC diagnostic error \"-Wdesignated-init\"")
#define PROBE_RELAX _Pragma("GCC diagnostic pop")
#endif

/* PROBE(ports, now, pri_queue_prod, .prod = 3, .ovflg = false): one event of the block that the ports belong to. Every
 * field of the row is named, once: one that is missing, too many, wrong or repeated does not build. */
#define PROBE(ports, now, tag, ...)                                                                                    \
    do {                                                                                                               \
        static_assert(PROBE_COUNT(__VA_ARGS__) == PROBE_FIELDS_##tag, "PROBE names each field of its event once");     \
        if (probe_wants((ports)->probe, (enum event_type)PROBE_TYPE_##tag)) {                                          \
            PROBE_STRICT                                                                                               \
            probe_next((ports)->probe, (ports)->instance, now, (enum event_type)PROBE_TYPE_##tag)->tag =               \
                (struct event_##tag){__VA_ARGS__};                                                                     \
            PROBE_RELAX                                                                                                \
        }                                                                                                              \
    } while (0)

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
