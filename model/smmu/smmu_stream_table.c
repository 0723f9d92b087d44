/* SPDX-License-Identifier: Apache-2.0
 *
 * The linear stream table: where an STE lies (smmuv3 1.11, 5.1). What it says is in smmu_ste.c, the path of a
 * transaction through it in smmu_translate.c.
 */
#include "model/smmu/smmu_state.h"

uint64_t smmu_ste_address(const struct smmu_edge *e, uint32_t stream_id)
{
    uint64_t base = smmu_word64(e->s, SMMU_WORD(SMMU_STRTAB_BASE)) & SMMU_STRTAB_BASE_ADDRESS;
    return (base & ~bits_mask(smmu_stream_log2(e) + 6)) + (uint64_t)stream_id * STE_BYTES;
}
