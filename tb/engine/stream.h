/* SPDX-License-Identifier: Apache-2.0
 *
 * Where events go at the end of each edge, in order: first to the timeline, then to whoever listens.
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
    unsigned count;
    struct listener listener[STREAM_LISTENERS_MAX];
};

static inline void stream_add(struct stream *stream, void (*event)(void *, const struct prisim_event *), void *context)
{
    assert(stream->count < STREAM_LISTENERS_MAX);
    stream->listener[stream->count++] = (struct listener){event, context};
}

static inline void stream_event(const struct stream *stream, const struct prisim_event *event)
{
    for (unsigned i = 0; i < stream->count; i++)
        stream->listener[i].event(stream->listener[i].context, event);
}

#ifdef __cplusplus
}
#endif

#endif
