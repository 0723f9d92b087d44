/* SPDX-License-Identifier: Apache-2.0
 *
 * Hardware that a policy's list cannot do without (UNBIND-STEP "Semantics": refused is what cannot be executed).
 */
#include "driver/unbind/policy.h"
#include "tb/scenario/scenario_read.h"

const char *scenario_lacks(const struct system_config *system, uint32_t policy)
{
    const struct prisim_driver_config *driver = &system->driver;
    bool drains = false;
    for (unsigned trigger = 0; trigger < PRISIM_DRIVER_TRIGGERS; trigger++)
        drains |= driver_policy_has(driver, driver_list_of(driver, policy, (enum prisim_driver_trigger)trigger),
                                    DRIVER_STEP_HARDWARE_DRAIN);
    return drains && !system->smmu[0].page_request_drain
               ? "system.smmu.what_if.page_request_drain: true, for hardware_drain, which no SMMUv3 has"
               : NULL;
}
