/* SPDX-License-Identifier: Apache-2.0
 *
 * A stage 2 for the harness of the SMMU's tests: blocks of 1 GB that map RAM to itself, and a second time from 1 GB
 * above it, so that an IPA and its PA differ. Whoever uses it sets config.s2p.
 */
#ifndef PRISIM_TESTS_SMMU_TWO_STAGES_H
#define PRISIM_TESTS_SMMU_TWO_STAGES_H

#include "tests/smmu/smmu_harness.h"

#define STAGE2_OFFSET UINT64_C(0x40000000) /* IPA - PA of the second mapping */
enum { STAGE2_T0SZ = 25, STAGE2_VMID = 9, S2AP_READ = 1, S2AP_WRITE = 2 };

/* S2MemAttr is write-back; XN=0. */
static inline uint64_t stage2_block(uint64_t output, unsigned s2ap)
{
    return output | prisim_bits_put(1, PRISIM_DESC_VALID) | prisim_bits_put(15, PRISIM_DESC_S2_MEMATTR) |
           prisim_bits_put(s2ap, PRISIM_DESC_AP) | prisim_bits_put(1, PRISIM_DESC_AF);
}

/* The table; entries 1 and 2 are the two mappings. */
static inline uint64_t stage2_table(struct smmu_harness *h)
{
    uint64_t table = smmu_harness_table(h);
    smmu_harness_store(h, table + 8, stage2_block(HARNESS_RAM, S2AP_READ | S2AP_WRITE));
    smmu_harness_store(h, table + 16, stage2_block(HARNESS_RAM, S2AP_READ | S2AP_WRITE));
    return table;
}

/* Maps an IPA of the second mapping by a descriptor at L2 (2 MB) or L3 (4 KB), in place of the block. Returns where it
 * lies. */
static inline uint64_t stage2_map(struct smmu_harness *h, uint64_t table, uint64_t ipa, unsigned size_log2,
                                  uint64_t descriptor)
{
    for (unsigned shift = 30;; shift -= 9) {
        uint64_t at = table + prisim_bits_get(ipa, shift, 9) * 8;
        if (shift == size_log2) {
            smmu_harness_store(h, at,
                               size_log2 == 12 ? descriptor | prisim_bits_put(1, PRISIM_DESC_TABLE) : descriptor);
            return at;
        }
        if (!prisim_bits_get(smmu_harness_load(h, at), PRISIM_DESC_TABLE))
            smmu_harness_store(h, at, smmu_harness_table(h) | 3);
        table = smmu_harness_load(h, at) & PRISIM_DESC_ADDRESS;
    }
}

/* Words 2 and 3 of an STE: 39 bits of IPA, 4 KB, start at L1, faults recorded. */
static inline void stage2_ste(struct smmu_harness *h, uint32_t sid, uint64_t table)
{
    uint64_t dw2 = prisim_bits_put(STAGE2_VMID, PRISIM_STE2_S2VMID) | prisim_bits_put(STAGE2_T0SZ, PRISIM_STE2_S2T0SZ) |
                   prisim_bits_put(1, PRISIM_STE2_S2SL0) | prisim_bits_put(PRISIM_TG0_4K, PRISIM_STE2_S2TG) |
                   prisim_bits_put(5, PRISIM_STE2_S2PS) | prisim_bits_put(1, PRISIM_STE2_S2AA64) |
                   prisim_bits_put(1, PRISIM_STE2_S2R);
    smmu_harness_store(h, HARNESS_STRTAB + sid * PRISIM_STE_BYTES + 16, dw2);
    smmu_harness_store(h, HARNESS_STRTAB + sid * PRISIM_STE_BYTES + 24, table);
}

#endif
