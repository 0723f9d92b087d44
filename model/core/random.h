/* SPDX-License-Identifier: Apache-2.0
 *
 * Random streams keyed by (seed, instance, purpose): adding a block shifts nobody else's numbers. SplitMix64: a counter
 * through a bijective mixer, so that the whole state is one word. Not for secrets.
 */
#ifndef PRISIM_CORE_RANDOM_H
#define PRISIM_CORE_RANDOM_H

#include <stdint.h>

struct random_stream {
    uint64_t counter;
};

static inline uint64_t random_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static inline struct random_stream random_open(uint64_t seed, uint64_t instance, uint64_t purpose)
{
    return (struct random_stream){random_mix(random_mix(random_mix(seed) + instance) + purpose)};
}

static inline uint64_t random_next(struct random_stream *stream)
{
    stream->counter += UINT64_C(0x9e3779b97f4a7c15);
    return random_mix(stream->counter);
}

/* 0..bound-1; bound >= 1. The bias is below 2^-32 for bounds below 2^32. */
static inline uint64_t random_below(struct random_stream *stream, uint32_t bound)
{
    return (random_next(stream) >> 32) * bound >> 32;
}

#endif
