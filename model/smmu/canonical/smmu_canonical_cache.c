/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the SMMU's caches: their entries by place, and whose turn it is in each set. Not told: the
 * counts of kinds and the signatures, which follow from the keys; where a look-up looks first.
 */
#include "model/smmu/canonical/smmu_canonical_parts.h"
#include "model/smmu/translation/smmu_cache_ways.h"

void smmu_canonical_ste(struct prisim_canonical *to, const struct smmu_ste *ste)
{
    const struct smmu_stage2 *stage2 = &ste->stage2;
    prisim_canonical_word(to, ste->context);
    prisim_canonical_word(to, stage2->ttb);
    prisim_canonical_word(to, stage2->vmid | (uint64_t)stage2->t0sz << 16 | (uint64_t)stage2->granule_log2 << 24 |
                                  (uint64_t)stage2->start_level << 32 | (uint64_t)stage2->output_bits << 40 |
                                  (uint64_t)stage2->flags << 48);
    prisim_canonical_word(to, ste->illegal | (uint64_t)ste->config << 8 | (uint64_t)ste->s1fmt << 16 |
                                  (uint64_t)ste->s1cdmax << 24 | (uint64_t)ste->s1dss << 32 |
                                  (uint64_t)ste->eats << 40 | (uint64_t)ste->ppar << 48 | (uint64_t)ste->mev << 56);
    prisim_canonical_word(to, ste->world | (uint64_t)ste->privcfg << 8 | (uint64_t)ste->instcfg << 16 |
                                  (uint64_t)ste->s1stalld << 24);
}

void smmu_canonical_cd(struct prisim_canonical *to, const struct smmu_cd *cd)
{
    for (unsigned i = 0; i < 2; i++) {
        const struct smmu_half *half = &cd->half[i];
        prisim_canonical_word(to, half->ttb);
        prisim_canonical_word(to, half->txsz | (uint64_t)half->granule_log2 << 8 | (uint64_t)half->epd << 16 |
                                      (uint64_t)half->tbi << 24 | (uint64_t)half->had << 32);
    }
    prisim_canonical_moment(to, PRISIM_CANONICAL_CYCLES, cd->since);
    prisim_canonical_word(to, cd->asid | (uint64_t)cd->flags << 16 | (uint64_t)cd->illegal << 32 |
                                  (uint64_t)cd->output_bits << 40);
}

static void tell_translation(struct prisim_canonical *to, const struct smmu_entry *entry)
{
    prisim_canonical_word(to, entry->output);
    prisim_canonical_word(to, entry->ipa);
    prisim_canonical_word(to, entry->tag | (uint64_t)entry->attributes << 32);
    prisim_canonical_moment(to, PRISIM_CANONICAL_CYCLES, entry->since);
}

static void tell_entry(struct prisim_canonical *to, unsigned name, const uint64_t *entry)
{
    if (name == SMMU_STE_CACHE)
        smmu_canonical_ste(to, (const struct smmu_ste *)entry);
    else if (name == SMMU_CD_CACHE)
        smmu_canonical_cd(to, (const struct smmu_cd *)entry);
    else if (name < SMMU_TRANSLATION_CACHES)
        tell_translation(to, (const struct smmu_entry *)entry);
    else
        prisim_canonical_word(to, *entry);
}

/* A key has its top bit, which a turn has not. */
static void tell_set(struct prisim_canonical *to, const struct smmu_cache *cache, unsigned name, unsigned set,
                     const uint64_t *head)
{
    const uint64_t *keys = head + cache->head, *entries = keys + cache->ways;
    unsigned turn = ((const uint8_t *)keys)[-1];
    if (turn)
        prisim_canonical_word(to, (uint64_t)set << 32 | turn);
    for (unsigned way = 0; way < cache->ways; way++)
        if (keys[way]) {
            prisim_canonical_word(to, keys[way]);
            prisim_canonical_word(to, (uint64_t)set * cache->ways + way);
            tell_entry(to, name, entries + (size_t)way * cache->words);
        }
}

/* Of the head of a set: a byte of each key, and the turn. So there is nothing in it. */
static bool is_clear(const uint64_t *words, unsigned count)
{
    uint64_t all = 0;
    for (unsigned i = 0; i < count; i++)
        all |= words[i];
    return all == 0;
}

/* What neither a turn nor a key is. */
#define NEXT_CACHE (UINT64_C(1) << 62)

void smmu_canonical_caches(struct prisim_canonical *to, const struct prisim_smmu *s)
{
    for (unsigned name = 0; name < SMMU_CACHES; name++) {
        const struct smmu_cache *cache = &s->caches[name];
        prisim_canonical_word(to, NEXT_CACHE | name);
        for (unsigned set = 0; set < cache->sets; set++) {
            const uint64_t *head = s->store + cache->first + (size_t)set * cache->stride;
            if (!is_clear(head, cache->head))
                tell_set(to, cache, name, set, head);
        }
    }
}
