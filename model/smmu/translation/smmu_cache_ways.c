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

static uint32_t ways_of(const struct prisim_smmu_config *config, unsigned name)
{
    if (name == SMMU_MICRO_TLB)
        return config->micro_tlb_entries;
    if (name >= SMMU_TRANSLATION_CACHES)
        return config->config_ways;
    return name == SMMU_TLB ? config->tlb_ways : config->walk_ways;
}

static uint32_t words_of(unsigned name)
{
    switch (name) {
    case SMMU_STE_CACHE:
        return sizeof(struct smmu_ste) / sizeof(uint64_t);
    case SMMU_CD_CACHE:
        return sizeof(struct smmu_cd) / sizeof(uint64_t);
    case SMMU_L1STD_CACHE:
    case SMMU_L1CD_CACHE:
        return 1;
    }
    return sizeof(struct smmu_entry) / sizeof(uint64_t);
}

_Static_assert(sizeof(struct smmu_ste) % sizeof(uint64_t) == 0 && sizeof(struct smmu_cd) % sizeof(uint64_t) == 0 &&
                   sizeof(struct smmu_entry) % sizeof(uint64_t) == 0,
               "the store is made of such words");

/* Entries beyond the last full set are not there. `first`: where the cache begins. */
static struct smmu_cache cache_of(const struct prisim_smmu_config *config, unsigned name, uint32_t first)
{
    uint32_t entries = entries_of(config, name), ways = ways_of(config, name), words = words_of(name);
    ways = entries < ways ? entries : ways;
    uint32_t head = ways / SIGNATURES_AT_ONCE + 1; /* the turn's byte is one more */
    return (struct smmu_cache){
        .first = first,
        .found = first + head,
        .found_entry = first + head + ways,
        .sets = (uint16_t)(ways ? entries / ways : 0),
        .stride = (uint16_t)(head + ways + ways * words),
        .ways = (uint8_t)ways,
        .head = (uint8_t)head,
        .words = (uint8_t)words,
    };
}

static uint32_t end_of(const struct smmu_cache *cache)
{
    return cache->first + (uint32_t)cache->sets * cache->stride;
}

void smmu_cache_init(const struct prisim_smmu_config *config, struct prisim_smmu *s, uint32_t first)
{
    for (unsigned name = 0; name < SMMU_CACHES; name++) {
        s->caches[name] = cache_of(config, name, first);
        first = end_of(&s->caches[name]);
    }
}

uint32_t smmu_cache_words(const struct prisim_smmu_config *config)
{
    uint32_t first = 0;
    for (unsigned name = 0; name < SMMU_CACHES; name++) {
        struct smmu_cache cache = cache_of(config, name, first);
        first = end_of(&cache);
    }
    return first;
}

static uint64_t mix(uint64_t key, uint32_t tag)
{
    return (key ^ (uint64_t)tag << 32) * UINT64_C(0x9e3779b97f4a7c15);
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

/* Where an entry is, or in which set it is not: then `way` is as many as there are. */
struct place {
    struct smmu_cache_set set;
    unsigned way;
    uint8_t signature;
};

/* A structure has no tag. */
static inline struct place find(struct prisim_smmu *s, const struct smmu_cache *cache, uint64_t key, uint32_t tag,
                                bool tagged, bool absent)
{
    uint64_t mixed = mix(key, tag);
    unsigned ways = cache->ways;
    struct smmu_cache_set set = smmu_cache_set(s, cache, (unsigned)((mixed >> 32) * cache->sets >> 32));
    struct place place = {set, ways, signature_of(mixed)};
    for (unsigned i = absent ? ways : 0; i < ways; i += SIGNATURES_AT_ONCE)
        for (uint64_t left = candidates(set.signatures + i, place.signature); left; left &= left - 1) {
            unsigned way = i + (unsigned)__builtin_ctzll(left) / 8;
            if (way < ways && set.keys[way] == key &&
                (!tagged || ((const struct smmu_entry *)set.entries)[way].tag == tag)) {
                place.way = way;
                return place;
            }
        }
    return place;
}

static uint64_t *entry_at(const struct smmu_cache *cache, const struct place *place)
{
    return place->set.entries + (size_t)place->way * cache->words;
}

const struct smmu_entry *smmu_cache_search(struct prisim_smmu *s, const struct smmu_cache *cache, uint64_t key,
                                           uint32_t tag)
{
    assert(cache->count[kind_of(key)] > 0);
    struct place place = find(s, cache, key, tag, true, false);
    return place.way < cache->ways ? (const struct smmu_entry *)place.set.entries + place.way : NULL;
}

/* Mostly it is what was found last. */
const void *smmu_cache_structure(struct prisim_smmu *s, struct smmu_cache *cache, uint64_t key)
{
    if (!cache->kinds)
        return NULL;
    if (s->store[cache->found] == key)
        return s->store + cache->found_entry;
    struct place place = find(s, cache, key, 0, false, false);
    if (place.way == cache->ways)
        return NULL;
    cache->found = (uint32_t)(place.set.keys + place.way - s->store);
    cache->found_entry = (uint32_t)(entry_at(cache, &place) - s->store);
    return s->store + cache->found_entry;
}

/* What is between the signature and the entry is the key, and of few ways little else. */
static void touch(struct prisim_smmu *s, const struct smmu_cache *cache, const struct smmu_cache_set *set, unsigned way)
{
    const uint64_t *entry = set->entries + (size_t)way * cache->words;
    if (cache->ways <= SIGNATURES_AT_ONCE) {
        prisim_touch(&s->touched, set->signatures, (size_t)((const uint8_t *)(entry + cache->words) - set->signatures));
        return;
    }
    prisim_touch(&s->touched, set->signatures, (size_t)((const uint8_t *)set->entries - set->signatures));
    prisim_touch(&s->touched, entry, cache->words * sizeof *entry);
}

static void drop(struct prisim_smmu *s, struct smmu_cache *cache, const struct smmu_cache_set *set, unsigned way)
{
    unsigned kind = kind_of(set->keys[way]);
    assert(prisim_bit_get(set->keys[way], KEY_VALID) && cache->count[kind] > 0);
    touch(s, cache, set, way);
    set->keys[way] = 0;
    set->signatures[way] = 0;
    memset(set->entries + (size_t)way * cache->words, 0, cache->words * sizeof(uint64_t));
    s->cached++;
    cache->used--;
    cache->count[kind]--;
    assert(cache->count[kind] <= cache->used);
    if (cache->count[kind] == 0)
        cache->kinds &= (uint16_t) ~(1u << kind);
}

void smmu_cache_drop(struct prisim_smmu *s, struct smmu_cache *cache, unsigned set, unsigned way)
{
    struct smmu_cache_set of = smmu_cache_set(s, cache, set);
    drop(s, cache, &of, way);
}

/* The first empty way of a set, or as many as there are. */
static unsigned find_empty(const struct smmu_cache *cache, const struct smmu_cache_set *set)
{
    for (unsigned i = 0; i < cache->ways; i += SIGNATURES_AT_ONCE) {
        uint64_t empty = candidates(set->signatures + i, 0);
        if (empty) {
            unsigned way = i + (unsigned)__builtin_ctzll(empty) / 8;
            return way < cache->ways ? way : cache->ways;
        }
    }
    return cache->ways;
}

static unsigned next_in_turn(const struct smmu_cache *cache, const struct smmu_cache_set *set)
{
    uint8_t *turn = smmu_cache_turn(set);
    unsigned way = *turn;
    *turn = (uint8_t)(way + 1 < cache->ways ? way + 1 : 0);
    return way;
}

/* An entry with the same key is replaced, else an empty way is taken, else the ways in turn. */
static inline uint64_t *place_in(struct prisim_smmu *s, struct smmu_cache *cache, uint64_t key, uint32_t tag,
                                 bool tagged, bool absent)
{
    struct place place = find(s, cache, key, tag, tagged, absent);
    const unsigned ways = cache->ways, all = (unsigned)cache->sets * ways;
    if (place.way == ways && cache->used < all)
        place.way = find_empty(cache, &place.set);
    if (place.way == ways)
        place.way = next_in_turn(cache, &place.set);
    s->cached++;
    unsigned kind = kind_of(key);
    uint64_t *at = &place.set.keys[place.way];
    if (*at && kind_of(*at) != kind)
        drop(s, cache, &place.set, place.way);
    if (!*at) {
        cache->used++;
        cache->count[kind]++;
        cache->kinds |= (uint16_t)(1u << kind);
    }
    touch(s, cache, &place.set, place.way);
    *at = key;
    place.set.signatures[place.way] = place.signature;
    return entry_at(cache, &place);
}

struct smmu_entry *smmu_cache_place(struct prisim_smmu *s, struct smmu_cache *cache, uint64_t key, uint32_t tag,
                                    bool absent)
{
    if (cache->sets == 0)
        return NULL;
    struct smmu_entry *entry = (struct smmu_entry *)place_in(s, cache, key, tag, true, absent);
    entry->tag = tag;
    return entry;
}

void *smmu_cache_place_structure(struct prisim_smmu *s, struct smmu_cache *cache, uint64_t key)
{
    return cache->sets ? place_in(s, cache, key, 0, false, false) : NULL;
}
