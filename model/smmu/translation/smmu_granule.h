/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: the geometry of page tables by granule and level (SMMU-LEVEL). A granule is 12, 14 or 16, the
 * log2 of its bytes; levels are 0 to 3. Tables of 52-bit addresses (L-1) are not built.
 */
#ifndef PRISIM_SMMU_GRANULE_H
#define PRISIM_SMMU_GRANULE_H

#include <stdbool.h>
#include <stdint.h>

/* The lowest address bit that the index of this level takes; log2 of what one entry covers. */
static inline unsigned smmu_level_shift(unsigned granule_log2, unsigned level)
{
    return granule_log2 + (3 - level) * (granule_log2 - 3);
}

/* SMMU-LEVEL, "Stage 1 start level by TxSZ": the deepest level from which one table reaches all input bits. */
static inline unsigned smmu_start_level(unsigned granule_log2, unsigned input_bits)
{
    unsigned level = 3;
    while (smmu_level_shift(granule_log2, level) + granule_log2 - 3 < input_bits)
        level--;
    return level;
}

/* SMMU-LEVEL "blocks": 4K at L1 and L2, 16K and 64K at L2. */
static inline bool smmu_is_block_level(unsigned granule_log2, unsigned level)
{
    return level == 2 || (level == 1 && granule_log2 == 12);
}

/* SMMU-DESCRIPTOR "Contiguous groups": log2 of the entries in one. */
static inline unsigned smmu_contiguous_log2(unsigned granule_log2, unsigned level)
{
    if (granule_log2 == 12)
        return 4;
    return granule_log2 == 14 && level == 3 ? 7 : 5;
}

/* The granule's code in a TLBI (SMMU-CMDFIELD): 1 4K, 2 16K, 3 64K. */
static inline unsigned smmu_granule_code(unsigned granule_log2)
{
    return (granule_log2 - 12) / 2 + 1;
}

#endif
