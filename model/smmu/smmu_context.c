/* SPDX-License-Identifier: Apache-2.0
 *
 * Context descriptors: what of them is used, and what makes one ILLEGAL (smmuv3 5.3).
 */
#include "model/smmu/smmu_state.h"

static uint8_t output_bits(const struct smmu_config *config, unsigned ips)
{
    static const uint8_t bits[] = {32, 36, 40, 42, 44, 48, 52, 56};
    assert(ips < sizeof bits);
    return (uint8_t)(bits[ips] < config->oas_bits ? bits[ips] : config->oas_bits);
}

/* An enabled half: TxSZ 16..39, granule 4 KB, table base inside IPS. */
static bool is_half_illegal(unsigned txsz, bool is_4k, uint64_t ttb, unsigned bits)
{
    return txsz < 16 || txsz > 39 || !is_4k || ttb >> bits != 0;
}

/* smmuv3 5.3 "ILLEGAL": AArch64 and little-endian only, HTTU=0, STALL_MODEL=01. */
static bool is_illegal(const uint64_t dw[3], unsigned bits)
{
    if (!bits_get(dw[0], CD0_V) || !bits_get(dw[0], CD0_AA64) || bits_get(dw[0], CD0_ENDI))
        return true;
    if (bits_get(dw[0], CD0_S) || bits_get(dw[0], CD0_HA) || bits_get(dw[0], CD0_HD))
        return true;
    if (!bits_get(dw[0], CD0_EPD0) && is_half_illegal((unsigned)bits_get(dw[0], CD0_T0SZ),
                                                      bits_get(dw[0], CD0_TG0) == TG0_4K, dw[1] & CD1_TTB0, bits))
        return true;
    return !bits_get(dw[0], CD0_EPD1) && is_half_illegal((unsigned)bits_get(dw[0], CD0_T1SZ),
                                                         bits_get(dw[0], CD0_TG1) == TG1_4K, dw[2] & CD2_TTB1, bits);
}

void smmu_cd_decode(const struct smmu_config *config, const uint8_t record[CD_BYTES], struct smmu_cd *cd)
{
    const uint64_t dw[3] = {load_le64(record), load_le64(record + 8), load_le64(record + 16)};
    uint64_t dw0 = dw[0];
    uint8_t bits = output_bits(config, (unsigned)bits_get(dw0, CD0_IPS));
    *cd = (struct smmu_cd){
        .half[0] = {.ttb = dw[1] & CD1_TTB0,
                    .txsz = (uint8_t)bits_get(dw0, CD0_T0SZ),
                    .granule_log2 = 12,
                    .epd = bits_get(dw0, CD0_EPD0),
                    .tbi = bits_get(dw0, CD0_TBI0)},
        .half[1].epd = true,
        .asid = (uint16_t)bits_get(dw0, CD0_ASID),
        .illegal = is_illegal(dw, bits),
        .output_bits = bits,
        .flags = (uint16_t)((bits_get(dw0, CD0_AFFD) ? SMMU_CD_AFFD : 0) | (bits_get(dw0, CD0_WXN) ? SMMU_CD_WXN : 0) |
                            (bits_get(dw0, CD0_PAN) ? SMMU_CD_PAN : 0) | (bits_get(dw0, CD0_R) ? SMMU_CD_R : 0) |
                            (bits_get(dw0, CD0_A) ? SMMU_CD_A : 0) | (bits_get(dw0, CD0_ASET) ? SMMU_CD_ASET : 0)),
    };
    assert(cd->output_bits <= config->oas_bits);
}
