/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration cache: decoded STEs by StreamID and CDs by (StreamID, SubstreamID), valid or not, and the level-1
 * descriptors that lead to them, valid ones only; never what an aborted fetch returned (SMMU-CFGI). The sets are
 * smmu_cache_ways.c's. What takes entries out is in smmu_config_invalidate.c.
 */
#include "model/smmu/configuration/smmu_configuration.h"
#include "model/smmu/translation/smmu_cache_ways.h"

static const void *find(const struct smmu_edge *e, enum smmu_cache_name name, uint64_t key)
{
    return smmu_cache_structure(e->s, &e->s->caches[name], key);
}

const struct smmu_ste *smmu_config_find_ste(const struct smmu_edge *e, uint32_t stream_id)
{
    return find(e, SMMU_STE_CACHE, smmu_ste_key(stream_id));
}

const struct smmu_cd *smmu_config_find_cd(const struct smmu_edge *e, uint32_t stream_id, uint32_t ssid)
{
    return find(e, SMMU_CD_CACHE, smmu_cd_key(stream_id, ssid));
}

uint64_t smmu_config_find_l1std(const struct smmu_edge *e, uint32_t stream_id, unsigned split)
{
    const uint64_t *descriptor = find(e, SMMU_L1STD_CACHE, smmu_l1std_key(stream_id, split));
    return descriptor ? *descriptor : 0;
}

uint64_t smmu_config_find_l1cd(const struct smmu_edge *e, uint32_t stream_id, uint32_t ssid, unsigned leaf_log2)
{
    const uint64_t *descriptor = find(e, SMMU_L1CD_CACHE, smmu_l1cd_key(stream_id, ssid, leaf_log2));
    return descriptor ? *descriptor : 0;
}

/* Where the slot's part goes, or NULL. SMMU-SYNC: what was in flight when an invalidation came fills no cache. */
static void *place(struct smmu_edge *e, unsigned index, enum smmu_cache_name name, uint64_t key)
{
    struct prisim_smmu *s = e->s;
    if (s->no_fill >> index & 1)
        return NULL;
    smmu_slots_recall(e, e->now - 1);
    s->configured++;
    return smmu_cache_place_structure(s, &s->caches[name], key);
}

void smmu_config_fill_ste(struct smmu_edge *e, unsigned index, const struct smmu_ste *ste)
{
    struct smmu_ste *to = place(e, index, SMMU_STE_CACHE, smmu_ste_key(e->s->slot[index].stream_id));
    if (to)
        *to = *ste;
}

void smmu_config_fill_cd(struct smmu_edge *e, unsigned index, const struct smmu_cd *cd)
{
    const struct smmu_slot *slot = e->s->slot + index;
    struct smmu_cd *to = place(e, index, SMMU_CD_CACHE, smmu_cd_key(slot->stream_id, slot->ssid));
    if (to)
        *to = *cd;
}

void smmu_config_fill_l1std(struct smmu_edge *e, unsigned index, unsigned split, uint64_t descriptor)
{
    assert(descriptor != 0);
    uint64_t *to = place(e, index, SMMU_L1STD_CACHE, smmu_l1std_key(e->s->slot[index].stream_id, split));
    if (to)
        *to = descriptor;
}

void smmu_config_fill_l1cd(struct smmu_edge *e, unsigned index, unsigned leaf_log2, uint64_t descriptor)
{
    const struct smmu_slot *slot = e->s->slot + index;
    assert(descriptor != 0);
    uint64_t *to = place(e, index, SMMU_L1CD_CACHE, smmu_l1cd_key(slot->stream_id, slot->ssid, leaf_log2));
    if (to)
        *to = descriptor;
}
