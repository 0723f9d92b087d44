/* SPDX-License-Identifier: Apache-2.0
 *
 * CMD_CFGI_*: what each form takes out of the configuration cache, no more and no less (SMMU-CFGI). No TLB entry goes.
 */
#include "model/smmu/commands/smmu_commands.h"
#include "model/smmu/translation/smmu_cache_ways.h"

/* StreamIDs that a command is for: those that agree with `stream_id` under `mask`. */
struct streams {
    uint32_t stream_id, mask;
};

static bool holds(struct streams streams, uint32_t stream_id)
{
    return ((stream_id ^ streams.stream_id) & streams.mask) == 0;
}

/* What a key is compared with, by the cache that it is of. */
struct target {
    struct streams streams;
    const uint32_t *ssid; /* NULL: any */
};

static bool matches(const struct target *target, enum smmu_cache_name name, uint64_t key)
{
    struct streams streams = target->streams;
    uint32_t stream_id = streams.stream_id;
    unsigned split = (unsigned)prisim_bits_get(key, SMMU_KEY_L1STD_SPLIT);
    switch ((unsigned)name) {
    case SMMU_STE_CACHE:
        return holds(streams, (uint32_t)prisim_bits_get(key, SMMU_KEY_STE_SID));
    case SMMU_L1STD_CACHE: /* on the way to any of them: one covers 2^SPLIT StreamIDs */
        streams.mask &= ~(uint32_t)prisim_bits_mask(split);
        return holds(streams, (uint32_t)prisim_bits_get(key, SMMU_KEY_L1STD_INDEX) << split);
    case SMMU_CD_CACHE: /* all that were found through the StreamIDs, or one SubstreamID's */
        return target->ssid ? key == smmu_cd_key(stream_id, *target->ssid)
                            : holds(streams, (uint32_t)prisim_bits_get(key, SMMU_KEY_CD_SID));
    default: /* SMMU_L1CD_CACHE: on the way to it, whatever the size of its leaf */
        return target->ssid
                   ? key == smmu_l1cd_key(stream_id, *target->ssid, (unsigned)prisim_bits_get(key, SMMU_KEY_L1CD_LEAF))
                   : holds(streams, (uint32_t)prisim_bits_get(key, SMMU_KEY_CD_SID));
    }
}

static void forget(struct prisim_smmu *s, enum smmu_cache_name name, const struct target *target)
{
    struct smmu_cache *cache = &s->caches[name];
    for (unsigned set = 0; cache->used && set < cache->sets; set++) {
        const uint64_t *keys = smmu_cache_set(s, cache, set).keys;
        for (unsigned way = 0; way < cache->ways; way++)
            if (keys[way] && matches(target, name, keys[way]))
                smmu_cache_drop(s, cache, set, way);
    }
}

/* SMMU-CFGI-1 */
static void forget_streams(struct prisim_smmu *s, const struct target *streams, bool leaf)
{
    forget(s, SMMU_STE_CACHE, streams);
    forget(s, SMMU_CD_CACHE, streams);
    forget(s, SMMU_L1CD_CACHE, streams);
    if (!leaf)
        forget(s, SMMU_L1STD_CACHE, streams);
}

/* SMMU-CFGI-6, SMMU-FETCH-6: what is being read in words when its invalidation comes is read anew, so that nobody
 * gets a part of it from before and a part from after. A CMD_SYNC waits for it. */
static void read_anew(struct smmu_edge *e, const struct target *target, bool stes)
{
    const struct prisim_smmu *s = e->s;
    if (e->config->structure_fetch != PRISIM_SMMU_STRUCTURE_WORDS)
        return;
    for (unsigned i = 0; i < SMMU_SLOTS; i++) {
        const struct smmu_slot *slot = s->slot + i;
        bool concerns = slot->state == SMMU_SLOT_STE ? stes : slot->state == SMMU_SLOT_CD;
        if (concerns && holds(target->streams, slot->stream_id) && (!target->ssid || slot->ssid == *target->ssid))
            smmu_words_anew(e, i);
    }
}

void smmu_cfgi_execute(struct smmu_edge *e, uint32_t opcode, const uint64_t dw[2])
{
    struct prisim_smmu *s = e->s;
    struct target one = {.streams = {(uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_SID), UINT32_MAX}};
    uint32_t ssid = (uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_SSID);
    bool leaf = prisim_bits_get(dw[1], PRISIM_CMD1_LEAF);
    smmu_slots_recall(e, e->now);
    s->configured++;
    switch (opcode) {
    case PRISIM_CMDQ_OP_CFGI_STE:
        forget_streams(s, &one, leaf);
        read_anew(e, &one, true);
        break;
    case PRISIM_CMDQ_OP_CFGI_ALL: /* SMMU-CMDFIELD: 2^(Range+1) StreamIDs, aligned; 31 is all */
        one.streams.mask = ~(uint32_t)prisim_bits_mask((unsigned)prisim_bits_get(dw[1], PRISIM_CMD1_RANGE) + 1);
        forget_streams(s, &one, false);
        read_anew(e, &one, true);
        break;
    case PRISIM_CMDQ_OP_CFGI_CD: /* SMMU-CFGI-2; SSV is not looked at */
        one.ssid = &ssid;
        forget(s, SMMU_CD_CACHE, &one);
        if (!leaf)
            forget(s, SMMU_L1CD_CACHE, &one);
        read_anew(e, &one, false);
        break;
    default: /* CFGI_CD_ALL */
        forget(s, SMMU_CD_CACHE, &one);
        forget(s, SMMU_L1CD_CACHE, &one);
        read_anew(e, &one, false);
    }
}
