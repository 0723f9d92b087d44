/* SPDX-License-Identifier: Apache-2.0
 *
 * What a stream table entry says, and what makes it ILLEGAL (SMMU-STE). Where it lies is in smmu_stream_table.c, what
 * a transaction does with it in smmu_translate.c.
 */
#include "model/smmu/configuration/smmu_configuration.h"

/* An STE as it lies in memory. */
struct record {
    const struct prisim_smmu_config *config;
    uint64_t dw[4];
    bool stage1, stage2;
};

static struct record load(const struct prisim_smmu_config *config, const uint8_t bytes[PRISIM_STE_BYTES])
{
    struct record r = {.config = config};
    for (unsigned i = 0; i < 4; i++)
        r.dw[i] = prisim_load_le64(bytes + 8 * i);
    unsigned what = (unsigned)prisim_bits_get(r.dw[0], PRISIM_STE0_CONFIG);
    r.stage1 = what == PRISIM_STE_CONFIG_S1 || what == PRISIM_STE_CONFIG_S1_S2;
    r.stage2 = what == PRISIM_STE_CONFIG_S2 || what == PRISIM_STE_CONFIG_S1_S2;
    return r;
}

/* SMMU-STE-26; looked at only if ATS is built. */
static bool is_eats_illegal(const struct record *r)
{
    bool stalls = r->stage2 && prisim_bits_get(r->dw[2], PRISIM_STE2_S2S);
    switch ((enum prisim_ste_eats)prisim_bits_get(r->dw[1], PRISIM_STE1_EATS)) {
    case PRISIM_EATS_SPLIT:
        return !(r->stage1 && r->stage2) || stalls || r->config->ns1ats;
    case PRISIM_EATS_FULL:
        return stalls;
    case PRISIM_EATS_OFF:
    case PRISIM_EATS_DPT:
        break;
    }
    return false;
}

/* SMMU-STE-27: STRW is RES0 without Hyp, and IGNORED but with Config=101: then the world is EL1. */
static unsigned strw_of(const struct record *r)
{
    return r->config->hyp && r->stage1 && !r->stage2 ? (unsigned)prisim_bits_get(r->dw[1], PRISIM_STE1_STRW)
                                                     : PRISIM_STRW_EL1;
}

/* SMMU-STE-29: without substreams (SSIDSIZE=0) S1CDMax is IGNORED, and with it S1Fmt and S1DSS. */
static unsigned s1cdmax_of(const struct record *r)
{
    return r->config->ssid_bits ? (unsigned)prisim_bits_get(r->dw[0], PRISIM_STE0_S1CDMAX) : 0;
}

/* SMMU-STE-27 to SMMU-STE-29. S1Fmt=3 acts as 0. */
static bool is_stage1_illegal(const struct record *r)
{
    if (strw_of(r) & 1)
        return true;
    if (prisim_bits_get(r->dw[1], PRISIM_STE1_S1STALLD) && r->config->stall_model != 0)
        return true;
    unsigned s1cdmax = s1cdmax_of(r), s1fmt = (unsigned)prisim_bits_get(r->dw[0], PRISIM_STE0_S1FMT);
    if (s1cdmax > r->config->ssid_bits)
        return true;
    if (s1cdmax > 0 && (s1fmt == 1 || s1fmt == 2) && !r->config->cd2l)
        return true;
    return (r->dw[0] & PRISIM_STE0_S1CONTEXTPTR) >> r->config->oas_bits != 0;
}

uint8_t smmu_output_bits(const struct prisim_smmu_config *config, unsigned code)
{
    static const uint8_t bits[] = {32, 36, 40, 42, 44, 48, 52, 56};
    assert(code < sizeof bits);
    return (uint8_t)(bits[code] < config->oas_bits ? bits[code] : config->oas_bits);
}

uint8_t smmu_granule_log2(const struct prisim_smmu_config *config, unsigned code)
{
    switch (code) {
    case PRISIM_TG0_4K:
        return 12;
    case PRISIM_TG0_16K:
        return config->gran16k ? 14 : 0;
    case PRISIM_TG0_64K:
        return config->gran64k ? 16 : 0;
    }
    return 0;
}

/* SMMU-STE-31, SMMU-CD: 39, or with small tables 48 and for 64 KB 47. */
unsigned smmu_txsz_max(const struct prisim_smmu_config *config, unsigned granule_log2)
{
    if (!config->stt)
        return 39;
    return granule_log2 == 16 ? 47 : 48;
}

/* SMMU-LEVEL "Stage 2 start level"; -1 for what is not built or reserved. */
static int start_level(const struct prisim_smmu_config *config, unsigned granule_log2, unsigned sl0)
{
    static const int8_t of_4k[] = {2, 1, 0, 3}, of_16k_and_64k[] = {3, 2, 1, -1};
    assert(sl0 <= 3);
    if (granule_log2 != 12)
        return of_16k_and_64k[sl0];
    return sl0 == 3 && !config->stt ? -1 : of_4k[sl0];
}

/* SMMU-LEVEL: the first level resolves at least one bit, and at most four more than a table has (16 tables). */
static bool is_start_consistent(unsigned granule_log2, unsigned level, unsigned t0sz)
{
    unsigned stride = granule_log2 - 3, below = granule_log2 + stride * (3 - level), size = 64 - t0sz;
    return size > below && size - below <= stride + 4;
}

/* SMMU-STE-30 and SMMU-STE-31, but for S2VMID. */
static bool is_stage2_illegal(const struct record *r)
{
    const struct prisim_smmu_config *config = r->config;
    uint64_t dw2 = r->dw[2];
    if (!prisim_bits_get(dw2, PRISIM_STE2_S2AA64) || prisim_bits_get(dw2, PRISIM_STE2_S2ENDI))
        return true;
    if ((prisim_bits_get(dw2, PRISIM_STE2_S2HA) && config->httu < 1) ||
        (prisim_bits_get(dw2, PRISIM_STE2_S2HD) && config->httu < 2))
        return true;
    if (prisim_bits_get(dw2, PRISIM_STE2_S2S) && config->stall_model == 1)
        return true;
    unsigned granule_log2 = smmu_granule_log2(config, (unsigned)prisim_bits_get(dw2, PRISIM_STE2_S2TG));
    unsigned t0sz = (unsigned)prisim_bits_get(dw2, PRISIM_STE2_S2T0SZ);
    if (granule_log2 == 0 || t0sz < 64 - config->oas_bits || t0sz > smmu_txsz_max(config, granule_log2))
        return true;
    int level = start_level(config, granule_log2, (unsigned)prisim_bits_get(dw2, PRISIM_STE2_S2SL0));
    if (level < 0 || !is_start_consistent(granule_log2, (unsigned)level, t0sz))
        return true;
    return (r->dw[3] & PRISIM_STE3_S2TTB) >>
               smmu_output_bits(config, (unsigned)prisim_bits_get(dw2, PRISIM_STE2_S2PS)) !=
           0;
}

static bool is_el2(const struct record *r)
{
    return strw_of(r) == PRISIM_STRW_EL2;
}

/* S2VMID tags translations of the EL1 world, with stage 2 or without. */
static bool has_vmid(const struct record *r)
{
    return r->config->s2p && (r->stage1 || r->stage2) && !is_el2(r);
}

/* SMMU-STE "ILLEGAL". S1P is always 1. With Config=0xx, as with 100, there is no stage, so nothing but V counts. */
static bool is_illegal(const struct record *r)
{
    if (!prisim_bits_get(r->dw[0], PRISIM_STE0_V))
        return true;
    if (r->stage2 && !r->config->s2p)
        return true;
    if (r->config->ats && (r->stage1 || r->stage2) && is_eats_illegal(r))
        return true;
    if (r->stage1 && is_stage1_illegal(r))
        return true;
    if (r->stage2 && is_stage2_illegal(r))
        return true;
    return has_vmid(r) && !r->config->vmid16 && prisim_bits_get(r->dw[2], PRISIM_STE2_S2VMID) > 0xff;
}

static void decode_stage2(const struct record *r, struct smmu_stage2 *stage2)
{
    uint64_t dw2 = r->dw[2];
    unsigned granule_log2 = smmu_granule_log2(r->config, (unsigned)prisim_bits_get(dw2, PRISIM_STE2_S2TG));
    bool ha = prisim_bits_get(dw2, PRISIM_STE2_S2HA);
    stage2->ttb = r->dw[3] & PRISIM_STE3_S2TTB;
    stage2->t0sz = (uint8_t)prisim_bits_get(dw2, PRISIM_STE2_S2T0SZ);
    stage2->granule_log2 = (uint8_t)granule_log2;
    stage2->start_level =
        (uint8_t)start_level(r->config, granule_log2, (unsigned)prisim_bits_get(dw2, PRISIM_STE2_S2SL0));
    stage2->output_bits = smmu_output_bits(r->config, (unsigned)prisim_bits_get(dw2, PRISIM_STE2_S2PS));
    stage2->flags = (uint8_t)((prisim_bits_get(dw2, PRISIM_STE2_S2AFFD) ? SMMU_S2_AFFD : 0) |
                              (prisim_bits_get(dw2, PRISIM_STE2_S2PTW) ? SMMU_S2_PTW : 0) | (ha ? SMMU_S2_HA : 0) |
                              (ha && prisim_bits_get(dw2, PRISIM_STE2_S2HD) ? SMMU_S2_HD : 0) |
                              (prisim_bits_get(dw2, PRISIM_STE2_S2S) ? SMMU_S2_S : 0) |
                              (prisim_bits_get(dw2, PRISIM_STE2_S2R) ? SMMU_S2_R : 0) |
                              (r->config->fwb && prisim_bits_get(r->dw[1], PRISIM_STE1_S2FWB) ? SMMU_S2_FWB : 0));
}

void smmu_ste_decode(const struct smmu_edge *e, const uint8_t bytes[PRISIM_STE_BYTES], struct smmu_ste *ste)
{
    struct record r = load(e->config, bytes);
    unsigned what = (unsigned)prisim_bits_get(r.dw[0], PRISIM_STE0_CONFIG),
             s1fmt = (unsigned)prisim_bits_get(r.dw[0], PRISIM_STE0_S1FMT);
    bool e2h = e->s->word[SMMU_WORD(PRISIM_SMMU_CR2)] & PRISIM_CR2_E2H;
    *ste = (struct smmu_ste){
        .context = r.dw[0] & PRISIM_STE0_S1CONTEXTPTR,
        .illegal = is_illegal(&r),
        .config = (uint8_t)(what & PRISIM_STE_CONFIG_BYPASS ? what : PRISIM_STE_CONFIG_ABORT),
        .s1fmt = (uint8_t)(s1fmt == 3 ? 0 : s1fmt),
        .s1cdmax = (uint8_t)s1cdmax_of(&r),
        .s1dss = (uint8_t)prisim_bits_get(r.dw[1], PRISIM_STE1_S1DSS),
        .eats = (uint8_t)prisim_bits_get(r.dw[1], PRISIM_STE1_EATS),
        .ppar = (uint8_t)prisim_bits_get(r.dw[1], PRISIM_STE1_PPAR),
        .mev = (uint8_t)prisim_bits_get(r.dw[1], PRISIM_STE1_MEV),
        .world = SMMU_WORLD_EL1,
        .privcfg = (uint8_t)(e->config->attr_perms_ovr ? prisim_bits_get(r.dw[1], PRISIM_STE1_PRIVCFG) : 0),
        .instcfg = (uint8_t)(e->config->attr_perms_ovr ? prisim_bits_get(r.dw[1], PRISIM_STE1_INSTCFG) : 0),
        .s1stalld = (uint8_t)prisim_bits_get(r.dw[1], PRISIM_STE1_S1STALLD),
    };
    if (ste->illegal)
        return;
    if (is_el2(&r))
        ste->world = e2h ? SMMU_WORLD_EL2_E2H : SMMU_WORLD_EL2;
    if (has_vmid(&r))
        ste->stage2.vmid = (uint16_t)prisim_bits_get(r.dw[2], PRISIM_STE2_S2VMID);
    if (r.stage2)
        decode_stage2(&r, &ste->stage2);
    assert(!r.stage2 || (e->config->s2p && ste->stage2.granule_log2 >= 12));
}
