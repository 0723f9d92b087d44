/* SPDX-License-Identifier: Apache-2.0
 *
 * Where events go at the end of each edge, in order: first to the timeline, then to whoever listens. A listener says
 * which types of events it takes; of the others it does not know.
 */
#ifndef PRISIM_TB_STREAM_H
#define PRISIM_TB_STREAM_H

#include "model/core/probe.h"

#ifdef __cplusplus
extern "C" {
#endif

struct listener {
    void (*event)(void *context, const struct prisim_event *event);
    void *context;
};

enum { STREAM_LISTENERS_MAX = 8 };

struct stream {
    uint32_t count;
    struct listener listener[STREAM_LISTENERS_MAX];
    uint8_t takers[PRISIM_EVENT_TYPES]; /* of each type: bits of listeners */
};

/* Types of events, a bit each. */
struct event_types {
    uint64_t bits[PRISIM_PROBE_MASK_WORDS];
};

static inline void event_types_add(struct event_types *types, unsigned type)
{
    types->bits[type / 64] |= UINT64_C(1) << type % 64;
}

static inline bool event_types_have(const struct event_types *types, unsigned type)
{
    return types->bits[type / 64] >> type % 64 & 1;
}

/* A listener for these types; they have an event in the order in which they were added. */
static inline void stream_add_for(struct stream *stream, const struct event_types *types,
                                  void (*event)(void *, const struct prisim_event *), void *context)
{
    assert(stream->count < STREAM_LISTENERS_MAX);
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++)
        if (event_types_have(types, type))
            stream->takers[type] = (uint8_t)(stream->takers[type] | 1U << stream->count);
    stream->listener[stream->count].event = event;
    stream->listener[stream->count++].context = context;
}

/* A listener for all types. */
static inline void stream_add(struct stream *stream, void (*event)(void *, const struct prisim_event *), void *context)
{
    struct event_types all;
    for (unsigned i = 0; i < PRISIM_PROBE_MASK_WORDS; i++)
        all.bits[i] = UINT64_MAX;
    stream_add_for(stream, &all, event, context);
}

static inline void stream_event(const struct stream *stream, const struct prisim_event *event)
{
    for (uint32_t takers = stream->takers[event->type]; takers != 0; takers &= takers - 1) {
        const struct listener *listener = &stream->listener[__builtin_ctz(takers)];
        listener->event(listener->context, event);
    }
}

#ifdef __cplusplus
}
#endif

#endif
