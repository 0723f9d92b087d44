/* SPDX-License-Identifier: Apache-2.0
 *
 * Which configurations of the SMMU can be: the range of each field, and what one feature needs of another (SMMU-IDR0,
 * SMMU-IDR1, SMMU-IDR). The defaults are in smmu.c.
 */
#include <string.h>

#include "model/smmu/smmu.h"

struct range {
    size_t offset;
    uint32_t low, high;
    struct config_error error;
};

static bool is_in_ranges(const struct smmu_config *config, struct config_error *error)
{
#define RULE(member, low, high)                                                                                        \
    {                                                                                                                  \
        offsetof(struct smmu_config, member), low, high,                                                               \
        {                                                                                                              \
#member, #low ".." #high                                                                                   \
        }                                                                                                              \
    }
    static const struct range rule[] = {
        RULE(sid_bits, 0, 16),
        RULE(ssid_bits, 0, 20),
        RULE(cmdq_log2_max, 0, 19),
        RULE(eventq_log2_max, 0, 19),
        RULE(priq_log2_max, 0, 19),
        RULE(pps, 0, 1),
        RULE(register_latency, 1, 1000),
        RULE(ack_latency, 1, 1000),
        RULE(tlb_latency, 1, 100),
        RULE(config_latency, 1, 100),
        RULE(walk_latency, 1, 100),
        RULE(command_latency, 1, 1000),
        RULE(command_lines, 1, 4),
        RULE(cons_batch, 1, 64),
        RULE(event_latency, 1, 100),
        RULE(tlb_entries, 0, 4096),
        RULE(micro_tlb_entries, 0, 64),
        RULE(micro_tlb_latency, 1, 100),
        RULE(ipa_entries, 0, 1024),
        RULE(ipa_latency, 1, 100),
        RULE(tlb_ways, 1, 64),
        RULE(walk_ways, 1, 64),
        RULE(walk_slots, 1, 16),
        RULE(tlbi_hints, 0, 1),
        RULE(s2_ipa_combined, 0, 1),
        RULE(config_entries, 0, 64),
        RULE(config_l1_entries, 0, 64),
        RULE(config_ways, 1, 64),
        RULE(walk_entries, 0, 1024),
        RULE(walk_l1_entries, 0, 1024),
        RULE(walk_l0_entries, 0, 1024),
        RULE(walk_s2_entries, 0, 1024),
        RULE(walk_s2_l1_entries, 0, 1024),
        RULE(walk_s2_l0_entries, 0, 1024),
        RULE(translation_slots, 1, 16),
        RULE(automatic_responses, 1, 512),
        RULE(atc_inv_timeout, 1, 1000000000),
        RULE(s2p, 0, 1),
        RULE(httu, 0, 2),
        RULE(stall_model, 0, 1), /* stall forced is not legal with PCIe */
        RULE(term_model, 0, 1),
        RULE(st_level, 0, 1),
        RULE(cd2l, 0, 1),
        RULE(ns1ats, 0, 1),
        RULE(asid16, 0, 1),
        RULE(vmid16, 0, 1),
        RULE(vmw, 0, 1),
        RULE(hyp, 0, 1),
        RULE(ats, 0, 1),
        RULE(pri, 0, 1),
        RULE(msi, 0, 1),
        RULE(sev, 0, 1),
        RULE(ril, 0, 1),
        RULE(had, 0, 1),
        RULE(xnx, 0, 1),
        RULE(stt, 0, 1),
        RULE(gran16k, 0, 1),
        RULE(gran64k, 0, 1),
        RULE(stall_max, 0, 16),
        RULE(fwb, 0, 1),
        RULE(bbml, 0, 2),
        RULE(attr_perms_ovr, 0, 1),
        RULE(attr_types_ovr, 0, 1),
        RULE(event_merge, 0, 1),
        RULE(epd_hits_tlb, 0, 1),
        RULE(affd_cached, 0, 1),
        RULE(itag_reuse, 0, 1),
        RULE(smmuen_waits, 0, 1),
        RULE(stall_rewrite, 0, 1),
        RULE(structure_fetch, 0, 1),
    };
#undef RULE
    for (size_t i = 0; i < sizeof rule / sizeof rule[0]; i++) {
        uint32_t value;
        memcpy(&value, (const char *)config + rule[i].offset, sizeof value);
        if (value < rule[i].low || value > rule[i].high) {
            *error = rule[i].error;
            return false;
        }
    }
    return true;
}

static bool is_size_of_addresses(uint32_t bits)
{
    switch (bits) {
    case 32:
    case 36:
    case 40:
    case 42:
    case 44:
    case 48:
        return true;
    }
    return false;
}

bool smmu_config_check(const struct smmu_config *config, struct config_error *error)
{
    if (!is_in_ranges(config, error))
        return false;
    const struct {
        bool holds;
        struct config_error error;
    } rule[] = {
        {is_size_of_addresses(config->oas_bits), {"oas_bits", "32, 36, 40, 42, 44 or 48"}},
        /* SMMU-IDR0, bit 16 */
        {config->ats || !config->pri, {"pri", "0 without ats"}},
        /* SMMU-IDR-3 */
        {config->pri || !config->pps, {"pps", "0 without pri"}},
        {config->ssid_bits > 0 || !config->pps, {"pps", "0 without ssid_bits"}},
        /* SMMU-IDR1-1 */
        {config->st_level || config->sid_bits < 7, {"st_level", "1 with sid_bits of 7 or more"}},
        /* SMMU-IDR0-8 */
        {config->s2p || !config->hyp, {"hyp", "0 without s2p"}},
        /* Stage 2's own: without it there is no VMID, no IPA and no second half of a translation. */
        {config->s2p || !config->vmid16, {"vmid16", "0 without s2p"}},
        {config->s2p || !config->vmw, {"vmw", "0 without s2p"}},
        {config->s2p || !config->xnx, {"xnx", "0 without s2p"}},
        {config->s2p || !config->fwb, {"fwb", "0 without s2p"}},
        /* SMMU-IDR0-10: RES0 unless ATS, S1P and S2P are all there. */
        {(config->ats && config->s2p) || !config->ns1ats, {"ns1ats", "0 without ats and s2p"}},
        /* SMMU-IDEXAMPLE: no stalls without STALL_MODEL=00, and with it room for one at least */
        {!config->stall_model || !config->stall_max, {"stall_max", "at most 0 with stall_model 1"}},
        /* SMMU-EVENTQ: one for what stalls, and one that is left to what terminates */
        {config->stall_model || config->translation_slots >= 2, {"translation_slots", "at least 2 with stall_model 0"}},
        {config->stall_model || config->stall_max, {"stall_max", "at least 1 with stall_model 0"}},
    };
    for (size_t i = 0; i < sizeof rule / sizeof rule[0]; i++) {
        if (!rule[i].holds) {
            *error = rule[i].error;
            return false;
        }
    }
    return true;
}

void smmu_pri_queue_derive(const struct smmu_config *config, struct pri_queue_config *queue)
{
    queue->size_log2_max = config->priq_log2_max;
    queue->pps = config->pps;
    queue->pasid_supported = config->ssid_bits > 0;
    queue->msi_supported = config->msi;
}

bool smmu_pri_queue_agrees(const struct smmu_config *config, const struct pri_queue_config *queue,
                           struct config_error *error)
{
    struct pri_queue_config due = *queue;
    smmu_pri_queue_derive(config, &due);
    const struct {
        bool holds;
        struct config_error error;
    } rule[] = {
        {queue->size_log2_max == due.size_log2_max, {"size_log2_max", "the SMMU's priq_log2_max"}},
        {queue->pps == due.pps, {"pps", "the SMMU's pps"}},
        {queue->pasid_supported == due.pasid_supported, {"pasid_supported", "1 if and only if the SMMU has ssid_bits"}},
        {queue->msi_supported == due.msi_supported, {"msi_supported", "the SMMU's msi"}},
    };
    for (size_t i = 0; i < sizeof rule / sizeof rule[0]; i++) {
        if (!rule[i].holds) {
            *error = rule[i].error;
            return false;
        }
    }
    return true;
}
