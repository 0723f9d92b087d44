/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration cache: decoded STEs by StreamID and CDs by (StreamID, SubstreamID), valid or not, and the level-1
 * descriptors that lead to them, valid ones only; never what an aborted fetch returned (SMMU-CFGI). The sets are
 * smmu_cache_ways.c's. What takes entries out is in smmu_config_invalidate.c.
 */
#include "model/smmu/configuration/smmu_configuration.h"
#include "model/smmu/translation/smmu_cache_ways.h"

static size_t place_of(struct prisim_smmu *s, enum smmu_cache_name name, const struct smmu_entry *entry)
{
    return (size_t)(entry - smmu_cache_at(s, &s->caches[name]));
}

/* Mostly it is what was found last. */
static inline const struct smmu_entry *find(struct prisim_smmu *s, enum smmu_cache_name name, uint64_t key)
{
    struct smmu_cache *cache = &s->caches[name];
    if (!cache->kinds)
        return NULL;
    if (smmu_cache_keys(s, cache)[cache->found] == key)
        return &smmu_cache_at(s, cache)[cache->found];
    const struct smmu_entry *entry = smmu_cache_search(s, cache, key, 0);
    if (entry)
        cache->found = (uint32_t)place_of(s, name, entry);
    return entry;
}

const struct smmu_ste *smmu_config_find_ste(const struct smmu_edge *e, uint32_t stream_id)
{
    const struct smmu_entry *entry = find(e->s, SMMU_STE_CACHE, smmu_ste_key(stream_id));
    return entry ? &e->s->configuration.ste[place_of(e->s, SMMU_STE_CACHE, entry)] : NULL;
}

const struct smmu_cd *smmu_config_find_cd(const struct smmu_edge *e, uint32_t stream_id, uint32_t ssid)
{
    const struct smmu_entry *entry = find(e->s, SMMU_CD_CACHE, smmu_cd_key(stream_id, ssid));
    return entry ? &e->s->configuration.cd[place_of(e->s, SMMU_CD_CACHE, entry)] : NULL;
}

uint64_t smmu_config_find_l1std(const struct smmu_edge *e, uint32_t stream_id, unsigned split)
{
    const struct smmu_entry *entry = find(e->s, SMMU_L1STD_CACHE, smmu_l1std_key(stream_id, split));
    return entry ? entry->output : 0;
}

uint64_t smmu_config_find_l1cd(const struct smmu_edge *e, uint32_t stream_id, uint32_t ssid, unsigned leaf_log2)
{
    const struct smmu_entry *entry = find(e->s, SMMU_L1CD_CACHE, smmu_l1cd_key(stream_id, ssid, leaf_log2));
    return entry ? entry->output : 0;
}

/* Where the slot's part goes, or NULL. SMMU-SYNC: what was in flight when an invalidation came fills no cache. */
static struct smmu_entry *place(struct smmu_edge *e, unsigned index, enum smmu_cache_name name, uint64_t key)
{
    struct prisim_smmu *s = e->s;
    if (s->no_fill >> index & 1)
        return NULL;
    smmu_slots_recall(e, e->now - 1);
    s->configured++;
    return smmu_cache_place(s, &s->caches[name], key, 0, false);
}

void smmu_config_fill_ste(struct smmu_edge *e, unsigned index, const struct smmu_ste *ste)
{
    struct prisim_smmu *s = e->s;
    const struct smmu_entry *entry = place(e, index, SMMU_STE_CACHE, smmu_ste_key(s->slot[index].stream_id));
    if (entry)
        s->configuration.ste[place_of(s, SMMU_STE_CACHE, entry)] = *ste;
}

void smmu_config_fill_cd(struct smmu_edge *e, unsigned index, const struct smmu_cd *cd)
{
    struct prisim_smmu *s = e->s;
    const struct smmu_slot *slot = &s->slot[index];
    const struct smmu_entry *entry = place(e, index, SMMU_CD_CACHE, smmu_cd_key(slot->stream_id, slot->ssid));
    if (entry)
        s->configuration.cd[place_of(s, SMMU_CD_CACHE, entry)] = *cd;
}

void smmu_config_fill_l1std(struct smmu_edge *e, unsigned index, unsigned split, uint64_t descriptor)
{
    assert(descriptor != 0);
    struct smmu_entry *entry = place(e, index, SMMU_L1STD_CACHE, smmu_l1std_key(e->s->slot[index].stream_id, split));
    if (entry)
        entry->output = descriptor;
}

void smmu_config_fill_l1cd(struct smmu_edge *e, unsigned index, unsigned leaf_log2, uint64_t descriptor)
{
    const struct smmu_slot *slot = &e->s->slot[index];
    assert(descriptor != 0);
    struct smmu_entry *entry = place(e, index, SMMU_L1CD_CACHE, smmu_l1cd_key(slot->stream_id, slot->ssid, leaf_log2));
    if (entry)
        entry->output = descriptor;
}
