/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a transaction goes once its STE is known: an end, past stage 1, or to a CD (SMMU-EVENT, SMMU-FLOW, SMMU-ATSREQ,
 * SMMU-ATSTRANSLATED). What is fetched and looked up on the way is in smmu_translate.c.
 */
#include "model/smmu/configuration/smmu_configuration.h"

static inline struct smmu_route ends(enum prisim_cause cause)
{
    return (struct smmu_route){.to = TO_END, .cause = (uint8_t)cause};
}

/* SMMU-STE-32: what EATS comes to; 10 needs ATSCHK, and there is no DPT for 11. */
unsigned smmu_effective_eats(const struct smmu_edge *e, const struct smmu_ste *ste)
{
    if (!e->config->ats || ste->config == PRISIM_STE_CONFIG_BYPASS)
        return PRISIM_EATS_OFF;
    if (ste->eats == PRISIM_EATS_SPLIT)
        return smmu_is_enabled(e->s, PRISIM_CR0_ATSCHK) ? PRISIM_EATS_SPLIT : PRISIM_EATS_OFF;
    return ste->eats == PRISIM_EATS_FULL ? PRISIM_EATS_FULL : PRISIM_EATS_OFF;
}

/* SMMU-EVENT-6: above IAS, which is OAS, it is F_ADDR_SIZE of stage 1. */
static struct smmu_route route_past_stage1(const struct smmu_edge *e, const struct smmu_slot *slot,
                                           const struct smmu_ste *ste)
{
    if (slot->address >> e->config->oas_bits != 0)
        return ends(PRISIM_CAUSE_ADDRESS_SIZE_FAULT);
    return (struct smmu_route){.to = smmu_has_stage2(ste) ? TO_STAGE2 : TO_BYPASS};
}

/* SMMU-ATSTRANSLATED-4, SMMU-ATSTRANSLATED-6, SMMU-ATSTRANSLATED-7. A PA above OAS is aborted silently (smmu_dma.c);
 * with EATS=10 it is an IPA, and above IAS it is F_ADDR_SIZE of the stage 1 that is skipped. */
static struct smmu_route route_translated(const struct smmu_edge *e, const struct smmu_slot *slot,
                                          const struct smmu_ste *ste)
{
    unsigned eats = smmu_effective_eats(e, ste);
    if (eats == PRISIM_EATS_OFF)
        return ends(PRISIM_CAUSE_TRANSLATED_FORBIDDEN);
    return eats == PRISIM_EATS_SPLIT ? route_past_stage1(e, slot, ste) : ends(PRISIM_CAUSE_BYPASS);
}

/* SMMU-FLOW-3 to SMMU-FLOW-6: Config=1x1. */
static struct smmu_route route_stage1(const struct smmu_edge *e, const struct smmu_slot *slot,
                                      const struct smmu_ste *ste)
{
    if (!slot->has_pasid) {
        if (ste->s1cdmax == 0 || ste->s1dss == PRISIM_S1DSS_CD0)
            return (struct smmu_route){.to = TO_CD};
        if (ste->s1dss == PRISIM_S1DSS_BYPASS)
            return route_past_stage1(e, slot, ste);
        return ends(PRISIM_CAUSE_STREAM_DISABLED); /* 3 acts as 0 */
    }
    if (ste->s1cdmax == 0 || slot->pasid >> ste->s1cdmax != 0)
        return ends(PRISIM_CAUSE_BAD_SUBSTREAM_ID);
    if (slot->pasid == 0 && ste->s1dss == PRISIM_S1DSS_CD0)
        return ends(PRISIM_CAUSE_STREAM_DISABLED);
    return (struct smmu_route){.to = TO_CD, .ssid = slot->pasid};
}

struct smmu_route smmu_route_of(const struct smmu_edge *e, const struct smmu_slot *slot, const struct smmu_ste *ste)
{
    if (ste->illegal)
        return ends(PRISIM_CAUSE_BAD_STE);
    if (ste->config == PRISIM_STE_CONFIG_ABORT) /* SMMU-FLOW-1, SMMU-ATSREQ-2, SMMU-ATSTRANSLATED-3 */
        return ends(PRISIM_CAUSE_STREAM_ABORT);
    if (slot->kind == SMMU_TRANSLATED)
        return route_translated(e, slot, ste);
    if (slot->kind == SMMU_TRANSLATION_REQUEST && smmu_effective_eats(e, ste) == PRISIM_EATS_OFF) /* SMMU-ATSREQ-1 */
        return ends(PRISIM_CAUSE_BAD_ATS_REQUEST);
    if (ste->config == PRISIM_STE_CONFIG_S1 || ste->config == PRISIM_STE_CONFIG_S1_S2)
        return route_stage1(e, slot, ste);
    if (slot->has_pasid) /* SMMU-FLOW-2 */
        return ends(PRISIM_CAUSE_BAD_SUBSTREAM_ID);
    return route_past_stage1(e, slot, ste);
}
