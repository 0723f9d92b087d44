/* SPDX-License-Identifier: Apache-2.0
 *
 * The store of the TLBs, the IPA cache and the walk caches: sets of some ways, found by key and
 * tag; the micro TLB is one set. What is put in and looked for is in smmu_tlb.c and smmu_walk_cache.c; what a command
 * takes out, in smmu_tlbi.c.
 */
#include "model/smmu/smmu_walk.h"

static uint32_t entries_of(const struct smmu_config *config, unsigned name)
{
    switch ((enum smmu_cache_name)name) {
    case SMMU_MICRO_TLB:
        return config->micro_tlb_entries;
    case SMMU_TLB:
        return config->tlb_entries;
    case SMMU_IPA_CACHE:
        return config->s2p ? config->ipa_entries : 0;
    case SMMU_WALK_1:
    case SMMU_WALK_2:
    case SMMU_CACHES:
        break;
    }
    const uint32_t walk[] = {config->walk_l0_entries,    config->walk_l1_entries,    config->walk_entries,
                             config->walk_s2_l0_entries, config->walk_s2_l1_entries, config->walk_s2_entries};
    return name < SMMU_WALK_2 || config->s2p ? walk[name - SMMU_WALK_1] : 0;
}

uint32_t smmu_cache_entries(const struct smmu_config *config)
{
    uint32_t sum = 0;
    for (unsigned name = 0; name < SMMU_CACHES; name++)
        sum += entries_of(config, name);
    return sum;
}

static uint32_t ways_of(const struct smmu_config *config, unsigned name)
{
    return name == SMMU_MICRO_TLB ? config->micro_tlb_entries : name == SMMU_TLB ? config->tlb_ways : config->walk_ways;
}

/* Entries beyond the last full set are not used. */
void smmu_cache_init(const struct smmu_config *config, struct smmu *s)
{
    s->entries = smmu_cache_entries(config);
    uint32_t first = 0;
    for (unsigned name = 0; name < SMMU_CACHES; name++) {
        uint32_t entries = entries_of(config, name), ways = ways_of(config, name);
        ways = entries < ways ? entries : ways;
        s->caches[name] = (struct smmu_cache){.first = first, .ways = ways, .sets = entries ? entries / ways : 0};
        first += entries;
    }
    assert(first == s->entries);
}

static unsigned first_of_set(const struct smmu_cache *cache, uint64_t key, uint32_t tag)
{
    uint64_t mixed = ((key ^ (uint64_t)tag << 32) * UINT64_C(0x9e3779b97f4a7c15)) >> 32;
    return (unsigned)(mixed * cache->sets >> 32) * cache->ways;
}

static unsigned kind_of(uint64_t key)
{
    return (unsigned)bits_get(key, KEY_KIND, 4);
}

const struct smmu_entry *smmu_cache_search(struct smmu *s, const struct smmu_cache *cache, uint64_t key, uint32_t tag)
{
    assert(cache->count[kind_of(key)] > 0);
    const uint64_t *keys = smmu_cache_keys(s, cache);
    const struct smmu_entry *entry = smmu_cache_at(s, cache);
    unsigned first = first_of_set(cache, key, tag);
    for (unsigned i = first; i < first + cache->ways; i++)
        if (keys[i] == key && entry[i].tag == tag)
            return &entry[i];
    return NULL;
}

void smmu_cache_drop(struct smmu *s, struct smmu_cache *cache, unsigned at)
{
    uint64_t *key = &smmu_cache_keys(s, cache)[at];
    unsigned kind = kind_of(*key);
    assert(bit_get(*key, KEY_VALID) && cache->count[kind] > 0);
    *key = 0;
    s->cached++;
    cache->used--;
    if (--cache->count[kind] == 0)
        cache->kinds &= ~(UINT32_C(1) << kind);
}

/* An entry with the same key is replaced, else an empty way is taken, else the ways in turn. */
struct smmu_entry *smmu_cache_place(struct smmu *s, struct smmu_cache *cache, uint64_t key, uint32_t tag)
{
    if (cache->sets == 0)
        return NULL;
    uint64_t *keys = smmu_cache_keys(s, cache);
    struct smmu_entry *entry = smmu_cache_at(s, cache);
    unsigned first = first_of_set(cache, key, tag), end = first + cache->ways, at = end;
    if (cache->count[kind_of(key)])
        for (at = first; at < end && !(keys[at] == key && entry[at].tag == tag); at++)
            ;
    if (at == end && cache->used < cache->sets * cache->ways)
        for (at = first; at < end && keys[at] != 0; at++)
            ;
    if (at == end) {
        at = first + entry[first].turn;
        entry[first].turn = (entry[first].turn + 1) % cache->ways;
    }
    if (keys[at])
        smmu_cache_drop(s, cache, at);
    keys[at] = key;
    s->cached++;
    entry[at].tag = tag;
    cache->count[kind_of(key)]++;
    cache->used++;
    cache->kinds |= UINT32_C(1) << kind_of(key);
    return &entry[at];
}
