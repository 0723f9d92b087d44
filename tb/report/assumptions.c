/* SPDX-License-Identifier: Apache-2.0
 *
 * The assumptions of a scenario: the choices of PCIE-ORDER-11, of every SMMU alike, and what no SMMUv3 has, which has a
 * star.
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

/* The number of those that are so before the one that is asked for counts down to it. */
static bool is_next(bool is_so, unsigned *index)
{
    return is_so && (*index)-- == 0;
}

bool assumption(const struct scenario *scenario, unsigned index, char text[ASSUMPTION_TEXT])
{
    const struct prisim_smmu_config *smmu = &scenario->system.smmu[0];
    if (is_next(smmu->ppr_flush != PRISIM_SMMU_FLUSH_PORT, &index))
        ppr_flush(smmu, text);
    else if (is_next(smmu->invalidate_completion_flush != PRISIM_SMMU_FLUSH_PORT, &index))
        snprintf(text, ASSUMPTION_TEXT, "invalidate_completion_flush %s", flushes[smmu->invalidate_completion_flush]);
    else if (is_next(smmu->swallow_markers, &index))
        snprintf(text, ASSUMPTION_TEXT, "*what_if swallow_markers");
    else if (is_next(smmu->page_request_drain, &index))
        snprintf(text, ASSUMPTION_TEXT, "*what_if page_request_drain");
    else
        return false;
    return true;
}
