/* SPDX-License-Identifier: Apache-2.0
 *
 * Streams: DMAs of many accesses after a pattern, so that load needs no stimulus an access. Each access is a job of its
 * own; which one is next is told here, how it runs in endpoint_job.c.
 */
#include "model/core/random.h"
#include "model/pcie_endpoint/endpoint_job.h"

static uint32_t stream_bit(unsigned stream)
{
    return UINT32_C(1) << stream;
}

static uint64_t anywhere(struct prisim_endpoint *s, const struct endpoint_stream *stream)
{
    struct random_stream random = {s->drawn};
    uint64_t places = stream->what.span / stream->what.size;
    uint64_t place = places > 1 ? random_next(&random) % places : 0;
    s->drawn = random.counter;
    return stream->begin + place * stream->what.size;
}

/* Where the access begins that comes after the one at what.address. */
static uint64_t next_address(struct prisim_endpoint *s, const struct endpoint_stream *stream)
{
    switch ((enum prisim_endpoint_pattern)stream->what.pattern) {
    case PRISIM_ENDPOINT_SEQUENTIAL:
        return stream->what.address + stream->what.size;
    case PRISIM_ENDPOINT_STRIDED:
        return stream->what.address + stream->what.stride;
    case PRISIM_ENDPOINT_RANDOM:
    case PRISIM_ENDPOINT_DEPENDENT:
        return anywhere(s, stream);
    }
    return stream->what.address;
}

static unsigned at_once(const struct endpoint_stream *stream)
{
    return stream->what.pattern == PRISIM_ENDPOINT_DEPENDENT || stream->what.outstanding == 0
               ? 1
               : stream->what.outstanding;
}

/* Whether an access may begin now; and a stream with none left and none under way leaves its place. */
static void settle(struct prisim_endpoint *s, unsigned at)
{
    struct endpoint_stream *stream = endpoint_stream_write(s, at);
    s->streams_ready &= ~stream_bit(at);
    if (stream->what.count == 0 && stream->under_way == 0) {
        *stream = (struct endpoint_stream){0};
        s->streams &= ~stream_bit(at);
        if (s->streams == 0)
            s->turn_stream = 0;
    } else if (stream->what.count > 0 && stream->under_way < at_once(stream)) {
        s->streams_ready |= stream_bit(at);
    }
}

void endpoint_stream_open(struct endpoint_edge *e, const struct prisim_endpoint_stimulus *what, unsigned context)
{
    struct prisim_endpoint *s = e->s;
    unsigned at = (unsigned)__builtin_ctz(~s->streams);
    assert(at < PRISIM_ENDPOINT_STREAMS_MAX && what->count > 1 && what->size > 0);
    *endpoint_stream_write(s, at) =
        (struct endpoint_stream){.what = *what, .begin = what->address, .context = (uint8_t)context};
    s->streams |= stream_bit(at);
    settle(s, at);
}

unsigned endpoint_stream_next(struct prisim_endpoint *s, struct prisim_endpoint_stimulus *what)
{
    unsigned at = endpoint_round_robin(s->streams_ready, s->turn_stream);
    struct endpoint_stream *stream = endpoint_stream_write(s, at);
    s->turn_stream = (uint8_t)((at + 1) % PRISIM_ENDPOINT_STREAMS_MAX);
    *what = stream->what;
    what->count = 0;
    stream->what.job++;
    stream->under_way++;
    if (--stream->what.count > 0)
        stream->what.address = next_address(s, stream);
    settle(s, at);
    return at;
}

void endpoint_stream_access_over(struct prisim_endpoint *s, unsigned at)
{
    struct endpoint_stream *stream = endpoint_stream_write(s, at);
    assert((s->streams & stream_bit(at)) && stream->under_way > 0);
    stream->under_way--;
    settle(s, at);
}

/* PCIE-STOP-1: accesses of a stopping PASID that have not begun never do. */
void endpoint_stream_stop(struct prisim_endpoint *s, unsigned context)
{
    for (uint32_t used = s->streams; used; used &= used - 1) {
        unsigned at = (unsigned)__builtin_ctz(used);
        if (s->stream[at].context != context)
            continue;
        endpoint_stream_write(s, at)->what.count = 0;
        settle(s, at);
    }
}

/* They go on without a context. */
void endpoint_stream_disown(struct prisim_endpoint *s, unsigned context)
{
    for (uint32_t used = s->streams; used; used &= used - 1) {
        unsigned at = (unsigned)__builtin_ctz(used);
        if (s->stream[at].context == context)
            endpoint_stream_write(s, at)->context = ENDPOINT_NO_CONTEXT;
    }
}

void endpoint_stream_forget(struct prisim_endpoint *s)
{
    for (uint32_t used = s->streams; used; used &= used - 1)
        *endpoint_stream_write(s, (unsigned)__builtin_ctz(used)) = (struct endpoint_stream){0};
    s->streams = s->streams_ready = 0;
    s->turn_stream = 0;
}
