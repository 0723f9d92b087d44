/* SPDX-License-Identifier: Apache-2.0
 *
 * The identification registers: what is built, as software reads it (SMMU-OFFSET, SMMU-IDR0, SMMU-IDR1, SMMU-IDR). They
 * follow from the configuration alone.
 */
#include "model/smmu/prisim_smmu_outside.h"
#include "model/smmu/smmu_state.h"

static uint32_t flag(uint32_t is_built, uint32_t bit)
{
    return is_built ? bit : 0;
}

static uint32_t idr0(const struct prisim_smmu_config *c)
{
    return PRISIM_IDR0_S1P | PRISIM_IDR0_TTF_AARCH64 | PRISIM_IDR0_COHACC | PRISIM_IDR0_TTENDIAN_LE |
           flag(c->ats, PRISIM_IDR0_ATSRECERR) | flag(c->s2p, PRISIM_IDR0_S2P) | c->httu << PRISIM_IDR0_HTTU_SHIFT |
           flag(c->hyp, PRISIM_IDR0_HYP) | flag(c->ats, PRISIM_IDR0_ATS) | flag(c->ns1ats, PRISIM_IDR0_NS1ATS) |
           flag(c->asid16, PRISIM_IDR0_ASID16) | flag(c->msi, PRISIM_IDR0_MSI) | flag(c->sev, PRISIM_IDR0_SEV) |
           flag(c->pri, PRISIM_IDR0_PRI) | flag(c->vmw, PRISIM_IDR0_VMW) | flag(c->vmid16, PRISIM_IDR0_VMID16) |
           flag(c->cd2l, PRISIM_IDR0_CD2L) | c->stall_model << PRISIM_IDR0_STALL_MODEL_SHIFT |
           flag(c->term_model, PRISIM_IDR0_TERM_MODEL) | c->st_level << PRISIM_IDR0_ST_LEVEL_SHIFT;
}

/* SMMU-IDR1 */
static uint32_t idr1(const struct prisim_smmu_config *c)
{
    return c->sid_bits << PRISIM_IDR1_SIDSIZE_SHIFT | c->ssid_bits << PRISIM_IDR1_SSIDSIZE_SHIFT |
           flag(c->pri, c->priq_log2_max << PRISIM_IDR1_PRIQS_SHIFT) | c->eventq_log2_max << PRISIM_IDR1_EVENTQS_SHIFT |
           c->cmdq_log2_max << PRISIM_IDR1_CMDQS_SHIFT | flag(c->attr_perms_ovr, PRISIM_IDR1_ATTR_PERMS_OVR) |
           flag(c->attr_types_ovr, PRISIM_IDR1_ATTR_TYPES_OVR);
}

static uint32_t idr3(const struct prisim_smmu_config *c)
{
    return flag(c->had, PRISIM_IDR3_HAD) | flag(c->xnx, PRISIM_IDR3_XNX) | flag(c->pps, PRISIM_IDR3_PPS) |
           flag(c->fwb, PRISIM_IDR3_FWB) | flag(c->stt, PRISIM_IDR3_STT) | flag(c->ril, PRISIM_IDR3_RIL) |
           c->bbml << PRISIM_IDR3_BBML_SHIFT;
}

static uint32_t idr5(const struct prisim_smmu_config *c)
{
    static const uint8_t oas[] = {32, 36, 40, 42, 44, 48};
    uint32_t code = 0;
    while (oas[code] != c->oas_bits)
        code++;
    assert(code < sizeof oas);
    return code | PRISIM_IDR5_GRAN4K | flag(c->gran16k, PRISIM_IDR5_GRAN16K) | flag(c->gran64k, PRISIM_IDR5_GRAN64K) |
           c->stall_max << PRISIM_IDR5_STALL_MAX_SHIFT;
}

/* SMMU-IDR "Mandatory by version": the newest version of which nothing is missing. XNX, FWB and Hyp are asked for
 * only beside stage 2. */
static uint32_t aidr(const struct prisim_smmu_config *c)
{
    bool is_v31 = c->had && (c->xnx || !c->s2p);
    bool is_v32 = is_v31 && c->ril && c->bbml >= 1 && (!c->s2p || (c->fwb && c->hyp));
    return is_v32 ? 2 : is_v31 ? 1 : 0;
}

void prisim_smmu_id_registers(const struct prisim_smmu_config *config, struct prisim_smmu_id *id)
{
    *id = (struct prisim_smmu_id){.idr = {idr0(config), idr1(config), 0, idr3(config), 0, idr5(config)},
                                  .aidr = aidr(config)};
}

void smmu_identify(const struct prisim_smmu_config *config, struct prisim_smmu *s)
{
    struct prisim_smmu_id id;
    prisim_smmu_id_registers(config, &id);
    for (unsigned i = 0; i < PRISIM_SMMU_IDRS; i++)
        s->word[SMMU_WORD(PRISIM_SMMU_IDR0) + i] = id.idr[i];
    s->word[SMMU_WORD(PRISIM_SMMU_AIDR)] = id.aidr;
}
