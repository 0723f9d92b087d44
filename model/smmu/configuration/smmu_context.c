/* SPDX-License-Identifier: Apache-2.0
 *
 * What a context descriptor says, and what makes it ILLEGAL (SMMU-CD). Where it lies is in smmu_context_table.c.
 */
#include "model/smmu/configuration/smmu_configuration.h"

/* TG1 in the code of TG0 (SMMU-PITFALL-10); 3 is the reserved one of both. */
static unsigned tg0_code_of_tg1(unsigned tg1)
{
    static const uint8_t code[] = {3, PRISIM_TG0_16K, PRISIM_TG0_4K, PRISIM_TG0_64K};
    assert(tg1 < sizeof code);
    return code[tg1];
}

/* An enabled half: TxSZ in range, a granule that is built, its table inside IPS. */
static bool is_half_illegal(const struct prisim_smmu_config *config, const struct smmu_half *half, unsigned output_bits)
{
    if (half->epd)
        return false;
    return half->granule_log2 == 0 || half->txsz < 16 || half->txsz > smmu_txsz_max(config, half->granule_log2) ||
           half->ttb >> output_bits != 0;
}

/* SMMU-CD "ILLEGAL", but for the halves' own. AArch64 and little-endian tables only; without a half there is none.
 */
static bool is_illegal(const struct prisim_smmu_config *config, const struct smmu_ste *ste, const struct smmu_cd *cd,
                       uint64_t dw0)
{
    if (!prisim_bits_get(dw0, PRISIM_CD0_V) || !prisim_bits_get(dw0, PRISIM_CD0_AA64))
        return true;
    if (prisim_bits_get(dw0, PRISIM_CD0_ENDI) && !(cd->half[0].epd && cd->half[1].epd))
        return true;
    if (prisim_bits_get(dw0, PRISIM_CD0_S) && (config->stall_model == 1 || ste->s1stalld))
        return true;
    if (!prisim_bits_get(dw0, PRISIM_CD0_A) && config->term_model)
        return true;
    if ((prisim_bits_get(dw0, PRISIM_CD0_HA) && config->httu < 1) ||
        (prisim_bits_get(dw0, PRISIM_CD0_HD) && config->httu < 2))
        return true;
    return !config->asid16 && ste->world != SMMU_WORLD_EL2 && prisim_bits_get(dw0, PRISIM_CD0_ASID) > 0xff;
}

static uint16_t flags_of(uint64_t dw0)
{
    unsigned flags = (prisim_bits_get(dw0, PRISIM_CD0_AFFD) ? SMMU_CD_AFFD : 0u) |
                     (prisim_bits_get(dw0, PRISIM_CD0_WXN) ? SMMU_CD_WXN : 0u) |
                     (prisim_bits_get(dw0, PRISIM_CD0_PAN) ? SMMU_CD_PAN : 0u) |
                     (prisim_bits_get(dw0, PRISIM_CD0_R) ? SMMU_CD_R : 0u) |
                     (prisim_bits_get(dw0, PRISIM_CD0_A) ? SMMU_CD_A : 0u) |
                     (prisim_bits_get(dw0, PRISIM_CD0_ASET) ? SMMU_CD_ASET : 0u) |
                     (prisim_bits_get(dw0, PRISIM_CD0_S) ? SMMU_CD_S : 0u);
    if (prisim_bits_get(dw0, PRISIM_CD0_HA))
        flags |= SMMU_CD_HA | (prisim_bits_get(dw0, PRISIM_CD0_HD) ? SMMU_CD_HD : 0u);
    return (uint16_t)flags;
}

/* `ste` is the STE through which it was found. */
void smmu_cd_decode(const struct prisim_smmu_config *config, const struct smmu_ste *ste,
                    const uint8_t bytes[PRISIM_CD_BYTES], struct smmu_cd *cd)
{
    const uint64_t dw[3] = {prisim_load_le64(bytes), prisim_load_le64(bytes + 8), prisim_load_le64(bytes + 16)};
    bool el2 = ste->world == SMMU_WORLD_EL2;
    *cd = (struct smmu_cd){
        .half[0] = {.ttb = dw[1] & PRISIM_CD1_TTB0,
                    .txsz = (uint8_t)prisim_bits_get(dw[0], PRISIM_CD0_T0SZ),
                    .granule_log2 = smmu_granule_log2(config, (unsigned)prisim_bits_get(dw[0], PRISIM_CD0_TG0)),
                    .epd = !el2 && prisim_bits_get(dw[0], PRISIM_CD0_EPD0),
                    .tbi = prisim_bits_get(dw[0], PRISIM_CD0_TBI0),
                    .had = config->had && prisim_bits_get(dw[1], PRISIM_CD1_HAD0)},
        .half[1] = {.ttb = dw[2] & PRISIM_CD2_TTB1,
                    .txsz = (uint8_t)prisim_bits_get(dw[0], PRISIM_CD0_T1SZ),
                    .granule_log2 =
                        smmu_granule_log2(config, tg0_code_of_tg1((unsigned)prisim_bits_get(dw[0], PRISIM_CD0_TG1))),
                    .epd = el2 || prisim_bits_get(dw[0], PRISIM_CD0_EPD1),
                    .tbi = prisim_bits_get(dw[0], PRISIM_CD0_TBI1),
                    .had = config->had && prisim_bits_get(dw[2], PRISIM_CD2_HAD1)},
        .asid = (uint16_t)(el2 ? 0 : prisim_bits_get(dw[0], PRISIM_CD0_ASID)),
        .flags = flags_of(dw[0]),
        .output_bits = smmu_output_bits(config, (unsigned)prisim_bits_get(dw[0], PRISIM_CD0_IPS)),
    };
    cd->illegal = is_illegal(config, ste, cd, dw[0]) || is_half_illegal(config, &cd->half[0], cd->output_bits) ||
                  is_half_illegal(config, &cd->half[1], cd->output_bits);
    assert(cd->output_bits <= config->oas_bits);
}
