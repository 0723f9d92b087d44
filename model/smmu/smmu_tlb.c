/* SPDX-License-Identifier: Apache-2.0
 *
 * The store of the TLB and of the walk cache: sets of four ways, found by (kind, ASID, page number). What is put in and
 * looked for is in smmu_walk.c; what a command takes out, in smmu_command_execute.c.
 */
#include "model/smmu/smmu_state.h"

enum { KEY_ASID = 36, KEY_KIND = 52, KEY_VALID = 63 };

/* log2 of the region that an entry of this kind covers. */
static unsigned region_log2(unsigned kind)
{
    static const uint8_t log2[] = {
        [SMMU_CACHE_4K] = 12, [SMMU_CACHE_2M] = 21, [SMMU_CACHE_1G] = 30, [SMMU_CACHE_TABLE] = 21};
    return log2[kind & 3];
}

static uint64_t key_of(unsigned kind, uint32_t asid, uint64_t address)
{
    uint64_t page = bits_get(address, 12, 36) & ~bits_mask(region_log2(kind) - 12);
    return UINT64_C(1) << KEY_VALID | (uint64_t)kind << KEY_KIND | (uint64_t)asid << KEY_ASID | page;
}

static unsigned first_of_set(const struct smmu_cache *cache, uint64_t key)
{
    uint64_t mixed = (key * UINT64_C(0x9e3779b97f4a7c15)) >> 32;
    return (unsigned)(mixed * cache->sets >> 32) * cache->ways;
}

/* Above four entries a number that is no multiple of four is rounded down. */
void smmu_cache_init(struct smmu_cache *cache, uint32_t entries)
{
    assert(entries <= SMMU_CACHE_MAX);
    cache->ways = (uint8_t)(entries < SMMU_CACHE_WAYS ? entries : SMMU_CACHE_WAYS);
    cache->sets = (uint8_t)(entries ? entries / cache->ways : 0);
}

/* There is an entry of this kind. */
const uint64_t *smmu_cache_search(const struct smmu_cache *cache, unsigned kind, uint32_t asid, uint64_t address)
{
    assert(cache->count[kind] > 0);
    uint64_t key = key_of(kind, asid, address);
    unsigned first = first_of_set(cache, key);
    for (unsigned i = first; i < first + cache->ways; i++)
        if (cache->key[i] == key)
            return &cache->value[i];
    return NULL;
}

static void drop(struct smmu_cache *cache, unsigned i)
{
    unsigned kind = (unsigned)bits_get(cache->key[i], KEY_KIND, 3);
    assert(bit_get(cache->key[i], KEY_VALID) && cache->count[kind] > 0);
    cache->key[i] = 0;
    cache->count[kind]--;
}

/* An entry with the same key is replaced, else an empty way is taken, else the ways in turn. */
void smmu_cache_fill(struct smmu_cache *cache, unsigned kind, uint32_t asid, uint64_t address, uint64_t value)
{
    if (cache->sets == 0)
        return;
    uint64_t key = key_of(kind, asid, address);
    unsigned first = first_of_set(cache, key), at = first + cache->ways;
    for (unsigned i = first + cache->ways; i-- > first;)
        if (cache->key[i] == 0)
            at = i;
    for (unsigned i = first; i < first + cache->ways; i++)
        if (cache->key[i] == key)
            at = i;
    if (at == first + cache->ways) {
        uint8_t *turn = &cache->turn[first / cache->ways];
        at = first + *turn;
        *turn = (uint8_t)((*turn + 1) % cache->ways);
    }
    if (cache->key[at])
        drop(cache, at);
    cache->key[at] = key;
    cache->value[at] = value;
    cache->count[kind]++;
}

void smmu_cache_forget_all(struct smmu_cache *cache)
{
    memset(cache->key, 0, sizeof cache->key);
    memset(cache->count, 0, sizeof cache->count);
}

static bool is_matched(uint64_t key, const struct smmu_cache_match *match)
{
    unsigned kind = (unsigned)bits_get(key, KEY_KIND, 3);
    if (kind & SMMU_CACHE_GLOBAL) {
        if (!match->global)
            return false;
    } else if (match->by_asid && bits_get(key, KEY_ASID, 16) != match->asid) {
        return false;
    }
    return !match->by_address ||
           (bits_get(key, 0, 36) ^ bits_get(match->address, 12, 36)) >> (region_log2(kind) - 12) == 0;
}

void smmu_cache_forget(struct smmu_cache *cache, const struct smmu_cache_match *match)
{
    unsigned used = 0;
    for (unsigned kind = 0; kind < SMMU_CACHE_KINDS; kind++)
        used += cache->count[kind];
    for (unsigned i = 0; used && i < SMMU_CACHE_MAX; i++) {
        if (cache->key[i] == 0)
            continue;
        used--;
        if (is_matched(cache->key[i], match))
            drop(cache, i);
    }
}
