/* SPDX-License-Identifier: Apache-2.0
 *
 * The store of all caches, of translations and of configuration: sets of some ways, found by key and tag; the micro TLB
 * is one set. What is put in and looked for is in smmu_tlb.c, smmu_walk_cache.c and smmu_config_cache.c; what a command
 * takes out, in smmu_tlbi.c and smmu_config_invalidate.c.
 */
#include "model/smmu/translation/smmu_cache_ways.h"

enum { SIGNATURES_AT_ONCE = 8 };

/* Without stage 2 its caches stay empty. */
static uint32_t entries_of(const struct prisim_smmu_config *config, unsigned name)
{
    const uint32_t entries[] = {
        config->micro_tlb_entries, config->tlb_entries,    config->ipa_entries,        config->walk_l0_entries,
        config->walk_l1_entries,   config->walk_entries,   config->walk_s2_l0_entries, config->walk_s2_l1_entries,
        config->walk_s2_entries,   config->config_entries, config->config_entries,     config->config_l1_entries,
        config->config_l1_entries,
    };
    return entries[name];
}

static uint32_t all_entries(const struct prisim_smmu_config *config)
{
    uint32_t sum = 0;
    for (unsigned name = 0; name < SMMU_CACHES; name++)
        sum += entries_of(config, name);
    return sum;
}

static uint32_t ways_of(const struct prisim_smmu_config *config, unsigned name)
{
    if (name == SMMU_MICRO_TLB)
        return config->micro_tlb_entries;
    if (name >= SMMU_TRANSLATION_CACHES)
        return config->config_ways;
    return name == SMMU_TLB ? config->tlb_ways : config->walk_ways;
}

/* Entries beyond the last full set are not used. */
void smmu_cache_init(const struct prisim_smmu_config *config, struct prisim_smmu *s)
{
    s->entries = all_entries(config);
    uint32_t first = 0;
    for (unsigned name = 0; name < SMMU_CACHES; name++) {
        uint32_t entries = entries_of(config, name), ways = ways_of(config, name);
        ways = entries < ways ? entries : ways;
        s->caches[name] = (struct smmu_cache){.first = first, .ways = ways, .sets = ways ? entries / ways : 0};
        first += entries;
    }
    assert(first == s->entries);
}

size_t smmu_cache_bytes(const struct prisim_smmu_config *config)
{
    return all_entries(config) * (sizeof(uint64_t) + sizeof(struct smmu_entry) + 1) + SIGNATURES_AT_ONCE;
}

static uint64_t mix(uint64_t key, uint32_t tag)
{
    return (key ^ (uint64_t)tag << 32) * UINT64_C(0x9e3779b97f4a7c15);
}

static unsigned first_of_set(const struct smmu_cache *cache, uint64_t mixed)
{
    return (unsigned)((mixed >> 32) * cache->sets >> 32) * cache->ways;
}

/* One byte of every entry, so that eight ways are compared at once; 0 for an empty one. */
static uint8_t *signatures(struct prisim_smmu *s, const struct smmu_cache *cache)
{
    return (uint8_t *)((struct smmu_entry *)(s->store + s->entries) + s->entries) + cache->first;
}

static uint8_t signature_of(uint64_t mixed)
{
    return (uint8_t)(mixed >> 24 | 1);
}

/* One bit for each of eight ways whose signature this may be: the lowest is right, one above it need not be. */
static uint64_t candidates(const uint8_t *signature, uint8_t of)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t differ = prisim_load_le64(signature) ^ of * ones;
    return (differ - ones) & ~differ & ones << 7;
}

static unsigned kind_of(uint64_t key)
{
    return (unsigned)prisim_bits_get(key, KEY_KIND, 4);
}

/* Where an entry is: its set is at first..end-1, and at `end` it is nowhere. */
struct place {
    unsigned first, end, at;
    uint8_t signature;
};

static inline struct place find(struct prisim_smmu *s, const struct smmu_cache *cache, uint64_t key, uint32_t tag,
                                bool absent)
{
    const uint64_t *keys = smmu_cache_keys(s, cache);
    const struct smmu_entry *entry = smmu_cache_at(s, cache);
    const uint8_t *signature = signatures(s, cache);
    uint64_t mixed = mix(key, tag);
    unsigned first = first_of_set(cache, mixed), end = first + cache->ways;
    struct place place = {first, end, end, signature_of(mixed)};
    for (unsigned i = absent ? end : first; i < end; i += SIGNATURES_AT_ONCE)
        for (uint64_t left = candidates(signature + i, place.signature); left; left &= left - 1) {
            unsigned at = i + (unsigned)__builtin_ctzll(left) / 8;
            if (at < end && keys[at] == key && entry[at].tag == tag) {
                place.at = at;
                return place;
            }
        }
    return place;
}

const struct smmu_entry *smmu_cache_search(struct prisim_smmu *s, const struct smmu_cache *cache, uint64_t key,
                                           uint32_t tag)
{
    assert(cache->count[kind_of(key)] > 0);
    struct place place = find(s, cache, key, tag, false);
    return place.at < place.end ? &smmu_cache_at(s, cache)[place.at] : NULL;
}

void smmu_cache_drop(struct prisim_smmu *s, struct smmu_cache *cache, unsigned at)
{
    uint64_t *key = &smmu_cache_keys(s, cache)[at];
    unsigned kind = kind_of(*key);
    assert(prisim_bit_get(*key, KEY_VALID) && cache->count[kind] > 0);
    *key = 0;
    signatures(s, cache)[at] = 0;
    s->cached++;
    cache->used--;
    cache->count[kind]--;
    assert(cache->count[kind] <= cache->used);
    if (cache->count[kind] == 0)
        cache->kinds &= ~(UINT32_C(1) << kind);
}

/* The first empty way of a set, or its end. */
static unsigned find_empty(struct prisim_smmu *s, const struct smmu_cache *cache, const struct place *place)
{
    const uint8_t *signature = signatures(s, cache);
    for (unsigned i = place->first; i < place->end; i += SIGNATURES_AT_ONCE) {
        uint64_t empty = candidates(signature + i, 0);
        if (empty) {
            unsigned at = i + (unsigned)__builtin_ctzll(empty) / 8;
            return at < place->end ? at : place->end;
        }
    }
    return place->end;
}

/* An entry with the same key is replaced, else an empty way is taken, else the ways in turn. */
struct smmu_entry *smmu_cache_place(struct prisim_smmu *s, struct smmu_cache *cache, uint64_t key, uint32_t tag,
                                    bool absent)
{
    if (cache->sets == 0)
        return NULL;
    uint64_t *keys = smmu_cache_keys(s, cache);
    struct smmu_entry *entry = smmu_cache_at(s, cache);
    struct place place = find(s, cache, key, tag, absent);
    unsigned at = place.at;
    if (at == place.end && cache->used < cache->sets * cache->ways)
        at = find_empty(s, cache, &place);
    if (at == place.end) {
        struct smmu_entry *first = &entry[place.first];
        at = place.first + first->turn;
        first->turn = first->turn + 1 < cache->ways ? first->turn + 1 : 0;
    }
    s->cached++;
    unsigned kind = kind_of(key);
    if (keys[at] && kind_of(keys[at]) != kind)
        smmu_cache_drop(s, cache, at);
    if (!keys[at]) {
        cache->used++;
        cache->count[kind]++;
        cache->kinds |= UINT32_C(1) << kind;
    }
    keys[at] = key;
    signatures(s, cache)[at] = place.signature;
    entry[at].tag = tag;
    return &entry[at];
}
