/* SPDX-License-Identifier: Apache-2.0
 *
 * CMD_CFGI_*: what each form takes out of the configuration cache, no more and no less (SMMU-CFGI). No TLB entry goes.
 */
#include "model/smmu/smmu_commands.h"

/* StreamIDs that a command is for: those that agree with `stream_id` under `mask`. */
struct streams {
    uint32_t stream_id, mask;
};

static bool holds(struct streams streams, uint32_t stream_id)
{
    return ((stream_id ^ streams.stream_id) & streams.mask) == 0;
}

static unsigned entries(const struct smmu_config_keys *keys)
{
    return (unsigned)keys->sets * keys->ways;
}

static void forget_stes(struct smmu_config_keys *keys, struct streams streams)
{
    for (unsigned i = 0; i < entries(keys); i++)
        if (holds(streams, (uint32_t)bits_get(keys->key[i], SMMU_KEY_STE_SID)))
            keys->key[i] = 0;
}

/* Level-1 descriptors on the way to any of them: one covers 2^SPLIT StreamIDs. */
static void forget_l1stds(struct smmu_config_keys *keys, struct streams streams)
{
    for (unsigned i = 0; i < entries(keys); i++) {
        unsigned split = (unsigned)bits_get(keys->key[i], SMMU_KEY_L1STD_SPLIT);
        uint32_t first = (uint32_t)bits_get(keys->key[i], SMMU_KEY_L1STD_INDEX) << split;
        struct streams spans = {streams.stream_id, streams.mask & ~(uint32_t)bits_mask(split)};
        if (holds(spans, first))
            keys->key[i] = 0;
    }
}

/* All CDs, or all their level-1 descriptors, that were found through the StreamIDs. */
static void forget_contexts(struct smmu_config_keys *keys, struct streams streams)
{
    for (unsigned i = 0; i < entries(keys); i++)
        if (holds(streams, (uint32_t)bits_get(keys->key[i], SMMU_KEY_CD_SID)))
            keys->key[i] = 0;
}

static void forget_cd(struct smmu_config_keys *keys, uint32_t stream_id, uint32_t ssid)
{
    for (unsigned i = 0; i < entries(keys); i++)
        if (keys->key[i] == smmu_cd_key(stream_id, ssid))
            keys->key[i] = 0;
}

/* On the way to one SubstreamID, whatever the size of its leaf. */
static void forget_l1cd(struct smmu_config_keys *keys, uint32_t stream_id, uint32_t ssid)
{
    for (unsigned i = 0; i < entries(keys); i++)
        if (keys->key[i] == smmu_l1cd_key(stream_id, ssid, (unsigned)bits_get(keys->key[i], SMMU_KEY_L1CD_LEAF)))
            keys->key[i] = 0;
}

/* SMMU-CFGI-1 */
static void forget_streams(struct smmu_config_cache *cache, struct streams streams, bool leaf)
{
    forget_stes(&cache->ste_keys, streams);
    forget_contexts(&cache->cd_keys, streams);
    forget_contexts(&cache->l1cd_keys, streams);
    if (!leaf)
        forget_l1stds(&cache->l1std_keys, streams);
}

/* SMMU-CFGI-6, SMMU-FETCH-6: what is being read in words when its invalidation comes is read anew, so that nobody
 * gets a part of it from before and a part from after. A CMD_SYNC waits for it. */
static void read_anew(struct smmu_edge *e, struct streams streams, bool stes, const uint32_t *ssid)
{
    const struct smmu *s = e->s;
    if (e->config->structure_fetch != SMMU_STRUCTURE_WORDS)
        return;
    for (unsigned i = 0; i < SMMU_SLOTS; i++) {
        const struct smmu_slot *slot = &s->slot[i];
        bool concerns = slot->state == SMMU_SLOT_STE ? stes : slot->state == SMMU_SLOT_CD;
        if (concerns && holds(streams, slot->stream_id) && (!ssid || slot->ssid == *ssid))
            smmu_words_anew(e, i);
    }
}

void smmu_cfgi_execute(struct smmu_edge *e, uint32_t opcode, const uint64_t dw[2])
{
    struct smmu_config_cache *cache = &e->s->cache;
    struct streams one = {(uint32_t)bits_get(dw[0], CMD_SID), UINT32_MAX};
    uint32_t ssid = (uint32_t)bits_get(dw[0], CMD_SSID);
    bool leaf = bits_get(dw[1], CMD1_LEAF);
    smmu_slots_recall(e, e->now);
    e->s->configured++;
    switch (opcode) {
    case CMDQ_OP_CFGI_STE:
        forget_streams(cache, one, leaf);
        read_anew(e, one, true, NULL);
        break;
    case CMDQ_OP_CFGI_ALL: /* SMMU-CMDFIELD: 2^(Range+1) StreamIDs, aligned; 31 is all */
        one.mask = ~(uint32_t)bits_mask((unsigned)bits_get(dw[1], CMD1_RANGE) + 1);
        forget_streams(cache, one, false);
        read_anew(e, one, true, NULL);
        break;
    case CMDQ_OP_CFGI_CD: /* SMMU-CFGI-2; SSV is not looked at */
        forget_cd(&cache->cd_keys, one.stream_id, ssid);
        if (!leaf)
            forget_l1cd(&cache->l1cd_keys, one.stream_id, ssid);
        read_anew(e, one, false, &ssid);
        break;
    default: /* CFGI_CD_ALL */
        forget_contexts(&cache->cd_keys, one);
        forget_contexts(&cache->l1cd_keys, one);
        read_anew(e, one, false, NULL);
    }
}
