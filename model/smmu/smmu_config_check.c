/* SPDX-License-Identifier: Apache-2.0
 *
 * Which configurations of the SMMU can be: the range of each field, and what one feature needs of another (SMMU-IDR0,
 * SMMU-IDR1, SMMU-IDR). A range is its row's in smmu_config.def.
 */
#include "model/core/config_check.h"
#include "model/smmu/smmu.h"

static const struct config_range ranges[] = {
#define PRISIM_ONE_OF(type, name, value, min, max, unit, words, source, about)                                         \
    CONFIG_RANGE(prisim_smmu_config, name, #name, min, max, words, words),
#define PRISIM_NUMBER(type, name, value, min, max, unit, source, about)                                                \
    CONFIG_RANGE(prisim_smmu_config, name, #name, min, max, NULL, #min ".." #max),
#include "model/smmu/smmu_config.def"
};

bool prisim_smmu_config_check(const struct prisim_smmu_config *config, struct prisim_config_error *error)
{
    const struct config_rule rule[] = {
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
    return config_is_in_ranges(config, ranges, CONFIG_COUNT(ranges), error) &&
           config_keeps_rules(rule, CONFIG_COUNT(rule), error);
}

bool prisim_smmu_follows_page_requests(const struct prisim_smmu_config *config)
{
    return config->ppr_flush == PRISIM_SMMU_FLUSH_PROD_VISIBLE ||
           config->invalidate_completion_flush == PRISIM_SMMU_FLUSH_PROD_VISIBLE || config->page_request_drain;
}

void prisim_smmu_pri_queue_derive(const struct prisim_smmu_config *config, struct prisim_pri_queue_config *queue)
{
    queue->size_log2_max = config->priq_log2_max;
    queue->pps = config->pps;
    queue->pasid_supported = config->ssid_bits > 0;
    queue->msi_supported = config->msi;
}

bool prisim_smmu_pri_queue_agrees(const struct prisim_smmu_config *config, const struct prisim_pri_queue_config *queue,
                                  struct prisim_config_error *error)
{
    struct prisim_pri_queue_config due = *queue;
    prisim_smmu_pri_queue_derive(config, &due);
    const struct config_rule rule[] = {
        {queue->size_log2_max == due.size_log2_max, {"size_log2_max", "the SMMU's priq_log2_max"}},
        {queue->pps == due.pps, {"pps", "the SMMU's pps"}},
        {queue->pasid_supported == due.pasid_supported, {"pasid_supported", "1 if and only if the SMMU has ssid_bits"}},
        {queue->msi_supported == due.msi_supported, {"msi_supported", "the SMMU's msi"}},
    };
    return config_keeps_rules(rule, CONFIG_COUNT(rule), error);
}
