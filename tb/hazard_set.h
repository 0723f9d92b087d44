/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets of hazards, without pointers: processes share them.
 */
#ifndef PRISIM_TB_HAZARD_SET_H
#define PRISIM_TB_HAZARD_SET_H

#include <stdint.h>

#include "tb/hazards.h"

enum { HAZARD_SET_WORDS = (HAZARDS + 63) / 64 };

struct hazard_set {
    uint64_t word[HAZARD_SET_WORDS]; /* hazard h: bit h % 64 of word h / 64 */
};

static inline bool hazard_set_has(const struct hazard_set *set, enum hazard hazard)
{
    return set->word[hazard / 64] >> hazard % 64 & 1;
}

static inline void hazard_set_add(struct hazard_set *set, enum hazard hazard)
{
    set->word[hazard / 64] |= UINT64_C(1) << hazard % 64;
}

static inline bool hazard_set_is_empty(const struct hazard_set *set)
{
    uint64_t any = 0;
    for (unsigned i = 0; i < HAZARD_SET_WORDS; i++)
        any |= set->word[i];
    return any == 0;
}

/* What either has. */
static inline struct hazard_set hazard_set_union(struct hazard_set a, struct hazard_set b)
{
    for (unsigned i = 0; i < HAZARD_SET_WORDS; i++)
        a.word[i] |= b.word[i];
    return a;
}

/* What the first has and the second has not. */
static inline struct hazard_set hazard_set_without(struct hazard_set a, struct hazard_set b)
{
    for (unsigned i = 0; i < HAZARD_SET_WORDS; i++)
        a.word[i] &= ~b.word[i];
    return a;
}

#endif
