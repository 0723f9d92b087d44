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

uint32_t smmu_cache_words(const struct prisim_smmu_config *config); /* of the store */
/* `first`: where they begin in the store. */
void smmu_cache_init(const struct prisim_smmu_config *config, struct prisim_smmu *s, uint32_t first);

/* A set of a cache: a byte of every key, and whose turn it is; the keys; the entries. So what one entry has lies
 * together. */
struct smmu_cache_set {
    uint8_t *signatures; /* so that eight ways are compared at once; 0 for an empty one */
    uint64_t *keys;
    uint64_t *entries; /* each of cache->words */
};

static inline struct smmu_cache_set smmu_cache_set(struct prisim_smmu *s, const struct smmu_cache *cache, unsigned set)
{
    uint64_t *first = s->store + cache->first + (size_t)set * cache->stride;
    return (struct smmu_cache_set){(uint8_t *)first, first + cache->head, first + cache->head + cache->ways};
}

/* The way that is replaced next: the last byte before the keys. */
static inline uint8_t *smmu_cache_turn(const struct smmu_cache_set *set)
{
    return (uint8_t *)set->keys - 1;
}

/* Of a cache of translations. */
const struct smmu_entry *smmu_cache_search(struct prisim_smmu *s, const struct smmu_cache *cache, uint64_t key,
                                           uint32_t tag);
/* Where this key goes; the caller fills in output, ipa and attributes. NULL if the cache is off. `absent`: it is known
 * not to be there. */
struct smmu_entry *smmu_cache_place(struct prisim_smmu *s, struct smmu_cache *cache, uint64_t key, uint32_t tag,
                                    bool absent);
/* The same of a cache of configuration; what is found or filled in is as the cache's name says. */
const void *smmu_cache_structure(struct prisim_smmu *s, struct smmu_cache *cache, uint64_t key);
void *smmu_cache_place_structure(struct prisim_smmu *s, struct smmu_cache *cache, uint64_t key);
void smmu_cache_drop(struct prisim_smmu *s, struct smmu_cache *cache, unsigned set, unsigned way);

#endif
