/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the SMMU's caches: their entries by place, and whose turn it is in each set. Not told: the
 * counts of entries and their kinds and signatures, which follow from the keys; `found`, where a look-up looks first.
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

static void tell_entry(struct prisim_canonical *to, const struct prisim_smmu *s, unsigned name, unsigned at)
{
    const struct smmu_entry *entry = &smmu_cache_entries(s, &s->caches[name])[at];
    if (name == SMMU_STE_CACHE)
        smmu_canonical_ste(to, &s->configuration.ste[at]);
    else if (name == SMMU_CD_CACHE)
        smmu_canonical_cd(to, &s->configuration.cd[at]);
    else if (name < SMMU_TRANSLATION_CACHES)
        tell_translation(to, entry);
    else
        prisim_canonical_word(to, entry->output);
}

static void tell_keys(struct prisim_canonical *to, const struct prisim_smmu *s, unsigned name)
{
    const struct smmu_cache *cache = &s->caches[name];
    const uint64_t *keys = smmu_cache_keys_of(s, cache);
    for (unsigned at = 0; at < cache->sets * cache->ways; at++)
        if (keys[at]) {
            prisim_canonical_word(to, at);
            prisim_canonical_word(to, keys[at]);
            tell_entry(to, s, name, at);
        }
}

/* Of a set that was never full it is 0. */
static void tell_turns(struct prisim_canonical *to, const struct prisim_smmu *s, const struct smmu_cache *cache)
{
    const struct smmu_entry *entry = smmu_cache_entries(s, cache);
    for (unsigned set = 0; set < cache->sets; set++)
        if (entry[set * cache->ways].turn)
            prisim_canonical_word(to, (uint64_t)set << 32 | entry[set * cache->ways].turn);
}

void smmu_canonical_caches(struct prisim_canonical *to, const struct prisim_smmu *s)
{
    for (unsigned name = 0; name < SMMU_CACHES; name++) {
        const struct smmu_cache *cache = &s->caches[name];
        prisim_canonical_word(to, cache->used);
        if (cache->used)
            tell_keys(to, s, name);
        tell_turns(to, s, cache);
    }
}
