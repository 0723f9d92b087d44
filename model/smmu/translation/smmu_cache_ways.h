/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: the one set-associative store (smmu_cache_ways.c). What a key is made of, but for its kind, is
 * its users' business.
 */
#ifndef PRISIM_SMMU_CACHE_WAYS_H
#define PRISIM_SMMU_CACHE_WAYS_H

#include "model/smmu/smmu_state.h"

/* Of every key: bit 63, and 4 bits that say how it is looked for; 0 is an empty entry. */
enum { KEY_KIND = 56, KEY_VALID = 63 };

size_t smmu_cache_bytes(const struct prisim_smmu_config *config);
void smmu_cache_init(const struct prisim_smmu_config *config, struct prisim_smmu *s);

static inline uint64_t *smmu_cache_keys(struct prisim_smmu *s, const struct smmu_cache *cache)
{
    return s->store + cache->first;
}
static inline struct smmu_entry *smmu_cache_at(struct prisim_smmu *s, const struct smmu_cache *cache)
{
    return (struct smmu_entry *)(s->store + s->entries) + cache->first;
}
static inline const uint64_t *smmu_cache_keys_of(const struct prisim_smmu *s, const struct smmu_cache *cache)
{
    return s->store + cache->first;
}
static inline const struct smmu_entry *smmu_cache_entries(const struct prisim_smmu *s, const struct smmu_cache *cache)
{
    return (const struct smmu_entry *)(s->store + s->entries) + cache->first;
}
const struct smmu_entry *smmu_cache_search(struct prisim_smmu *s, const struct smmu_cache *cache, uint64_t key,
                                           uint32_t tag);
/* Where this key goes; the caller fills in output, ipa and attributes. NULL if the cache is off. `absent`: it is known
 * not to be there. */
struct smmu_entry *smmu_cache_place(struct prisim_smmu *s, struct smmu_cache *cache, uint64_t key, uint32_t tag,
                                    bool absent);
void smmu_cache_drop(struct prisim_smmu *s, struct smmu_cache *cache, unsigned at);

#endif
