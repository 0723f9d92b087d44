/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a CD lies: alone, in a linear table, or in a leaf behind a level-1 descriptor (SMMU-STRTAB). With Config=111
 * all addresses here are IPAs. What a CD says is in smmu_context.c.
 */
#include "model/smmu/configuration/smmu_configuration.h"

/* SMMU-STRTAB-4 and SMMU-STRTAB-5: 64 CDs a leaf, or 1024. */
unsigned smmu_cd_leaf_log2(const struct smmu_ste *ste)
{
    assert(ste->s1fmt <= 2);
    if (ste->s1cdmax == 0 || ste->s1fmt == 0)
        return 0;
    return ste->s1fmt == 1 ? 6 : 10;
}

/* SMMU-STRTAB-8: S1ContextPtr is aligned to the size of its table, to 64 bytes at least; what is set below counts
 * as 0, so that nothing outside of the table is read. */
static uint64_t base(const struct smmu_ste *ste, unsigned size_log2)
{
    return ste->context & ~prisim_bits_mask(size_log2 < 6 ? 6 : size_log2);
}

uint64_t smmu_cd_address(const struct smmu_ste *ste, uint32_t ssid)
{
    assert(ssid >> ste->s1cdmax == 0);
    return base(ste, ste->s1cdmax + 6u) + (uint64_t)ssid * PRISIM_CD_BYTES;
}

uint64_t smmu_l1cd_address(const struct smmu_ste *ste, uint32_t ssid)
{
    unsigned leaf_log2 = smmu_cd_leaf_log2(ste);
    assert(leaf_log2 > 0 && ssid >> ste->s1cdmax == 0);
    unsigned size_log2 = ste->s1cdmax > leaf_log2 ? ste->s1cdmax - leaf_log2 + 3u : 0;
    return base(ste, size_log2) + (uint64_t)(ssid >> leaf_log2) * PRISIM_L1CD_BYTES;
}

/* SMMU-EVENTCODE-8: V=0, or L2Ptr out of OAS, of IAS with Config=111, which is the same (SMMU-CD-19). */
bool smmu_l1cd_decode(const struct prisim_smmu_config *config, const struct smmu_ste *ste, uint64_t descriptor,
                      uint32_t ssid, uint64_t *cd)
{
    /* SMMU-STRTAB-8: a leaf of 64 KB is aligned to it. */
    unsigned leaf_log2 = smmu_cd_leaf_log2(ste);
    uint64_t leaf = descriptor & PRISIM_L1CD_L2PTR & ~prisim_bits_mask(leaf_log2 + 6);
    if (!prisim_bits_get(descriptor, PRISIM_L1CD_V) || leaf >> config->oas_bits != 0)
        return false;
    *cd = leaf + prisim_bits_get(ssid, 0, leaf_log2) * PRISIM_CD_BYTES;
    return true;
}
