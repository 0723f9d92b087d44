/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration cache: decoded STEs by StreamID and CDs by (StreamID, SubstreamID), valid or not, and the level-1
 * descriptors that lead to them, valid ones only; never what an aborted fetch returned (SMMU-CFGI). Sets of a few
 * ways, replaced in turn. What takes entries out is in smmu_config_invalidate.c.
 */
#include "model/smmu/smmu_configuration.h"

/* A number of entries that is no multiple of the ways is rounded down, but for one that is below them. */
static void init(struct smmu_config_keys *keys, uint32_t entries, uint32_t ways)
{
    assert(entries <= SMMU_CONFIG_MAX && ways > 0);
    keys->ways = (uint8_t)(entries < ways ? entries : ways);
    keys->sets = (uint8_t)(entries ? entries / keys->ways : 0);
}

void smmu_config_init(const struct smmu_config *config, struct smmu_config_cache *cache)
{
    init(&cache->ste_keys, config->config_entries, config->config_ways);
    init(&cache->cd_keys, config->config_entries, config->config_ways);
    init(&cache->l1std_keys, config->config_l1_entries, config->config_ways);
    init(&cache->l1cd_keys, config->config_l1_entries, config->config_ways);
}

/* Of a cache that is off: 0, and no ways follow. */
static inline unsigned first_of_set(const struct smmu_config_keys *keys, uint64_t key)
{
    uint64_t mixed = (key * UINT64_C(0x9e3779b97f4a7c15)) >> 32;
    return (unsigned)(mixed * keys->sets >> 32) * keys->ways;
}

/* The entry with this key, or -1. */
static inline int find(const struct smmu_config_keys *keys, uint64_t key)
{
    unsigned first = first_of_set(keys, key);
    for (unsigned i = first; i < first + keys->ways; i++)
        if (keys->key[i] == key)
            return (int)i;
    return -1;
}

/* Where a key goes: where it is, else to an empty way, else to the ways in turn; -1 if the cache is off. */
static int place(struct smmu_config_keys *keys, uint64_t key)
{
    unsigned first = first_of_set(keys, key), end = first + keys->ways, at = end;
    for (unsigned i = end; i-- > first;)
        if (keys->key[i] == 0)
            at = i;
    for (unsigned i = first; i < end; i++)
        if (keys->key[i] == key)
            at = i;
    if (first == end)
        return -1;
    if (at == end) {
        uint8_t *turn = &keys->turn[first / keys->ways];
        at = first + *turn;
        *turn = (uint8_t)((*turn + 1) % keys->ways);
    }
    keys->key[at] = key;
    return (int)at;
}

const struct smmu_ste *smmu_config_find_ste(const struct smmu_edge *e, uint32_t stream_id)
{
    const struct smmu_config_cache *cache = &e->s->cache;
    int at = find(&cache->ste_keys, smmu_ste_key(stream_id));
    return at < 0 ? NULL : &cache->ste[at];
}

const struct smmu_cd *smmu_config_find_cd(const struct smmu_edge *e, uint32_t stream_id, uint32_t ssid)
{
    const struct smmu_config_cache *cache = &e->s->cache;
    int at = find(&cache->cd_keys, smmu_cd_key(stream_id, ssid));
    return at < 0 ? NULL : &cache->cd[at];
}

uint64_t smmu_config_find_l1std(const struct smmu_edge *e, uint32_t stream_id, unsigned split)
{
    const struct smmu_config_cache *cache = &e->s->cache;
    int at = find(&cache->l1std_keys, smmu_l1std_key(stream_id, split));
    return at < 0 ? 0 : cache->l1std[at];
}

uint64_t smmu_config_find_l1cd(const struct smmu_edge *e, uint32_t stream_id, uint32_t ssid, unsigned leaf_log2)
{
    const struct smmu_config_cache *cache = &e->s->cache;
    int at = find(&cache->l1cd_keys, smmu_l1cd_key(stream_id, ssid, leaf_log2));
    return at < 0 ? 0 : cache->l1cd[at];
}

/* SMMU-SYNC: what was in flight when an invalidation came fills no cache. */
static bool may_fill(struct smmu_edge *e, unsigned index)
{
    if (e->s->no_fill >> index & 1)
        return false;
    smmu_slots_recall(e, e->now - 1);
    e->s->configured++;
    return true;
}

void smmu_config_fill_ste(struct smmu_edge *e, unsigned index, const struct smmu_ste *ste)
{
    struct smmu_config_cache *cache = &e->s->cache;
    int at = may_fill(e, index) ? place(&cache->ste_keys, smmu_ste_key(e->s->slot[index].stream_id)) : -1;
    if (at >= 0)
        cache->ste[at] = *ste;
}

void smmu_config_fill_cd(struct smmu_edge *e, unsigned index, const struct smmu_cd *cd)
{
    struct smmu_config_cache *cache = &e->s->cache;
    const struct smmu_slot *slot = &e->s->slot[index];
    int at = may_fill(e, index) ? place(&cache->cd_keys, smmu_cd_key(slot->stream_id, slot->ssid)) : -1;
    if (at >= 0)
        cache->cd[at] = *cd;
}

void smmu_config_fill_l1std(struct smmu_edge *e, unsigned index, unsigned split, uint64_t descriptor)
{
    struct smmu_config_cache *cache = &e->s->cache;
    assert(descriptor != 0);
    int at = may_fill(e, index) ? place(&cache->l1std_keys, smmu_l1std_key(e->s->slot[index].stream_id, split)) : -1;
    if (at >= 0)
        cache->l1std[at] = descriptor;
}

void smmu_config_fill_l1cd(struct smmu_edge *e, unsigned index, unsigned leaf_log2, uint64_t descriptor)
{
    struct smmu_config_cache *cache = &e->s->cache;
    const struct smmu_slot *slot = &e->s->slot[index];
    assert(descriptor != 0);
    uint64_t key = smmu_l1cd_key(slot->stream_id, slot->ssid, leaf_log2);
    int at = may_fill(e, index) ? place(&cache->l1cd_keys, key) : -1;
    if (at >= 0)
        cache->l1cd[at] = descriptor;
}
