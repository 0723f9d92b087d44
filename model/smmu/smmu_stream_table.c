/* SPDX-License-Identifier: Apache-2.0
 *
 * The linear stream table: where an STE lies, and what makes it ILLEGAL (smmuv3 1.11, 5.1, 5.2). The path of a
 * transaction through it is in smmu_translate.c.
 */
#include "model/smmu/smmu_state.h"

uint64_t smmu_ste_address(const struct smmu_edge *e, uint32_t stream_id)
{
    uint64_t base = smmu_word64(e->s, SMMU_WORD(SMMU_STRTAB_BASE)) & SMMU_STRTAB_BASE_ADDRESS;
    return (base & ~bits_mask(smmu_stream_log2(e) + 6)) + (uint64_t)stream_id * STE_BYTES;
}

/* smmuv3 5.2 "ILLEGAL", for stage 1 only, ATS, no stall, no 2-level CD tables. */
static bool is_illegal(const struct smmu_config *config, uint64_t dw0, uint64_t dw1)
{
    unsigned what = (unsigned)bits_get(dw0, STE0_CONFIG);
    if (!bits_get(dw0, STE0_V))
        return true;
    if (!(what & STE_CONFIG_BYPASS))
        return false;
    if (what == STE_CONFIG_S2 || what == STE_CONFIG_S1_S2) /* S2P=0 */
        return true;
    if (bits_get(dw1, STE1_S1STALLD)) /* STALL_MODEL=01 */
        return true;
    if (what == STE_CONFIG_BYPASS)
        return false;
    if (bits_get(dw1, STE1_EATS) == EATS_SPLIT) /* Config is not 111 */
        return true;
    if (bits_get(dw1, STE1_STRW) != 0) /* x1, and EL2 without Hyp */
        return true;
    unsigned s1cdmax = (unsigned)bits_get(dw0, STE0_S1CDMAX), s1fmt = (unsigned)bits_get(dw0, STE0_S1FMT);
    if (s1cdmax > config->ssid_bits)
        return true;
    if (s1cdmax > 0 && (s1fmt == 1 || s1fmt == 2)) /* CD2L=0; 3 acts as 0 */
        return true;
    return (dw0 & STE0_S1CONTEXTPTR) >> config->oas_bits != 0;
}

void smmu_ste_decode(const struct smmu_config *config, const uint8_t record[STE_BYTES], struct smmu_ste *ste)
{
    uint64_t dw0 = load_le64(record), dw1 = load_le64(record + 8);
    unsigned what = (unsigned)bits_get(dw0, STE0_CONFIG);
    *ste = (struct smmu_ste){
        .context = dw0 & STE0_S1CONTEXTPTR,
        .illegal = is_illegal(config, dw0, dw1),
        .config = (uint8_t)(what & STE_CONFIG_BYPASS ? what : STE_CONFIG_ABORT),
        .s1cdmax = (uint8_t)bits_get(dw0, STE0_S1CDMAX),
        .s1dss = (uint8_t)bits_get(dw1, STE1_S1DSS),
        .eats = (uint8_t)bits_get(dw1, STE1_EATS),
        .ppar = (uint8_t)bits_get(dw1, STE1_PPAR),
    };
    assert(ste->illegal || ste->config == STE_CONFIG_ABORT || ste->config == STE_CONFIG_BYPASS ||
           ste->config == STE_CONFIG_S1);
}
