/* SPDX-License-Identifier: Apache-2.0
 *
 * The assumptions of a scenario: the choices of PCIE-ORDER-11, of every SMMU alike.
 */
#include "tb/report/assumptions.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const flushes[] = {
    [PRISIM_SMMU_FLUSH_PORT] = "port",
    [PRISIM_SMMU_FLUSH_PROD_VISIBLE] = "prod_visible",
    [PRISIM_SMMU_FLUSH_NONE] = "none",
};

/* The path's latency decides with it whether a request is late. */
static void ppr_flush(const struct prisim_smmu_config *smmu, char text[ASSUMPTION_TEXT])
{
    if (smmu->ppr_flush == PRISIM_SMMU_FLUSH_NONE)
        snprintf(text, ASSUMPTION_TEXT, "ppr_flush none, ppr_latency %" PRIu32, smmu->ppr_latency);
    else
        snprintf(text, ASSUMPTION_TEXT, "ppr_flush %s", flushes[smmu->ppr_flush]);
}

bool assumption(const struct scenario *scenario, unsigned index, char text[ASSUMPTION_TEXT])
{
    const struct prisim_smmu_config *smmu = &scenario->system.smmu[0];
    bool of_requests = smmu->ppr_flush != PRISIM_SMMU_FLUSH_PORT;
    bool of_completions = smmu->invalidate_completion_flush != PRISIM_SMMU_FLUSH_PORT;
    if (of_requests && index == 0) {
        ppr_flush(smmu, text);
        return true;
    }
    if (!of_completions || index != of_requests)
        return false;
    snprintf(text, ASSUMPTION_TEXT, "invalidate_completion_flush %s", flushes[smmu->invalidate_completion_flush]);
    return true;
}
