/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration cache: decoded STEs by StreamID and CDs by (StreamID, SubstreamID), valid or not; never what an
 * aborted fetch returned (smmuv3 2.4). Full, and replaced in turn.
 */
#include "model/smmu/smmu_state.h"

#define VALID (UINT64_C(1) << 63)

static uint64_t cd_key(uint32_t stream_id, uint32_t ssid)
{
    return VALID | (uint64_t)stream_id << 20 | ssid;
}

const struct smmu_ste *smmu_config_find_ste(const struct smmu_edge *e, uint32_t stream_id)
{
    const struct smmu_config_cache *cache = &e->s->cache;
    for (unsigned i = 0; i < cache->ste_used; i++)
        if (cache->ste_key[i] == (VALID | stream_id))
            return &cache->ste[i];
    return NULL;
}

const struct smmu_cd *smmu_config_find_cd(const struct smmu_edge *e, uint32_t stream_id, uint32_t ssid)
{
    const struct smmu_config_cache *cache = &e->s->cache;
    uint64_t key = cd_key(stream_id, ssid);
    for (unsigned i = 0; i < cache->cd_used; i++)
        if (cache->cd_key[i] == key)
            return &cache->cd[i];
    return NULL;
}

/* Where a key goes: where it is, else to an empty entry, else in turn. */
static unsigned place(uint64_t *keys, uint32_t entries, uint8_t *used, uint8_t *turn, uint64_t key)
{
    assert(entries > 0 && entries <= SMMU_CONFIG_MAX);
    unsigned at = entries;
    for (unsigned i = *used; i-- > 0;)
        if (keys[i] == 0)
            at = i;
    for (unsigned i = 0; i < *used; i++)
        if (keys[i] == key)
            at = i;
    if (at == entries && *used < entries) {
        at = (*used)++;
    } else if (at == entries) {
        at = *turn;
        *turn = (uint8_t)((*turn + 1) % entries);
    }
    keys[at] = key;
    return at;
}

void smmu_config_fill_ste(struct smmu_edge *e, uint32_t stream_id, const struct smmu_ste *ste)
{
    struct smmu_config_cache *cache = &e->s->cache;
    smmu_slots_recall(e, e->now - 1);
    if (e->config->config_entries)
        cache->ste[place(cache->ste_key, e->config->config_entries, &cache->ste_used, &cache->ste_turn,
                         VALID | stream_id)] = *ste;
}

void smmu_config_fill_cd(struct smmu_edge *e, uint32_t stream_id, uint32_t ssid, const struct smmu_cd *cd)
{
    struct smmu_config_cache *cache = &e->s->cache;
    smmu_slots_recall(e, e->now - 1);
    if (e->config->config_entries)
        cache->cd[place(cache->cd_key, e->config->config_entries, &cache->cd_used, &cache->cd_turn,
                        cd_key(stream_id, ssid))] = *cd;
}

/* CFGI_STE takes every CD cached through that StreamID with it (smmuv3 2.4). */
void smmu_config_forget(struct smmu *s, uint32_t stream_id, uint32_t mask, bool ste)
{
    struct smmu_config_cache *cache = &s->cache;
    for (unsigned i = 0; ste && i < cache->ste_used; i++)
        if (!(((uint32_t)cache->ste_key[i] ^ stream_id) & mask))
            cache->ste_key[i] = 0;
    for (unsigned i = 0; i < cache->cd_used; i++)
        if (!(((uint32_t)(cache->cd_key[i] >> 20) ^ stream_id) & mask))
            cache->cd_key[i] = 0;
}

void smmu_config_forget_cd(struct smmu *s, uint32_t stream_id, uint32_t ssid)
{
    for (unsigned i = 0; i < s->cache.cd_used; i++)
        if (s->cache.cd_key[i] == cd_key(stream_id, ssid))
            s->cache.cd_key[i] = 0;
}
