/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: the keys of the configuration cache (SMMU-CFGI, SMMU-CD-20). What fills it and looks in it is
 * in smmu_config_cache.c.
 */
#ifndef PRISIM_SMMU_CONFIG_CACHE_H
#define PRISIM_SMMU_CONFIG_CACHE_H

#include "model/core/bits.h"
#include "model/smmu/smmu_structures.h"

#define SMMU_KEY_VALID       (UINT64_C(1) << 63)
#define SMMU_KEY_STE_SID     0, 32
#define SMMU_KEY_CD_SID      20, 32 /* of a level-1 descriptor's key too */
#define SMMU_KEY_L1CD_LEAF   52, 4  /* log2 of the CDs below it */
#define SMMU_KEY_L1STD_INDEX 0, 32  /* StreamID >> SPLIT */
#define SMMU_KEY_L1STD_SPLIT 32, 4

static inline uint64_t smmu_ste_key(uint32_t stream_id)
{
    return SMMU_KEY_VALID | stream_id;
}

static inline uint64_t smmu_cd_key(uint32_t stream_id, uint32_t ssid)
{
    return SMMU_KEY_VALID | (uint64_t)stream_id << 20 | ssid;
}

static inline uint64_t smmu_l1std_key(uint32_t stream_id, unsigned split)
{
    return SMMU_KEY_VALID | prisim_bits_put(split, SMMU_KEY_L1STD_SPLIT) | stream_id >> split;
}

static inline uint64_t smmu_l1cd_key(uint32_t stream_id, uint32_t ssid, unsigned leaf_log2)
{
    return SMMU_KEY_VALID | prisim_bits_put(leaf_log2, SMMU_KEY_L1CD_LEAF) | (uint64_t)stream_id << 20 |
           ssid >> leaf_log2;
}

#endif
