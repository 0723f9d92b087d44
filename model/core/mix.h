/* SPDX-License-Identifier: Apache-2.0
 *
 * One step of a hash of words, for hashes that tell things apart and guard against nobody. For one `hash` no two words
 * give one result, and for one word no two hashes do: rows that differ in one word never have one hash.
 */
#ifndef PRISIM_CORE_MIX_H
#define PRISIM_CORE_MIX_H

#include <stdint.h>

#define MIX_FIRST UINT64_C(0x9e3779b97f4a7c15)
#define MIX_THEN  UINT64_C(0xc2b2ae3d27d4eb4f)

static inline uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * MIX_FIRST;
    return (hash << 32 | hash >> 32) * MIX_THEN;
}

#endif
