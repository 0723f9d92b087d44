/* SPDX-License-Identifier: Apache-2.0
 *
 * The list that a call runs: its policy's, or one step away from it (policy.h).
 */
#include "driver/unbind/policy.h"

uint32_t driver_list_steps(const struct prisim_driver_config *config, uint32_t policy)
{
    uint32_t steps = driver_policy(policy)->steps;
    return policy == config->unbind && config->unbind_without ? steps - 1 : steps;
}

/* Which step of the row is run at that place of the list. */
static uint32_t place_in_row(const struct prisim_driver_config *config, uint32_t place)
{
    if (config->unbind_without)
        return place + (place + 1 >= config->unbind_without);
    if (!config->unbind_move || place + 1 < config->unbind_before || place + 1 > config->unbind_move)
        return place;
    return place + 1 == config->unbind_before ? config->unbind_move - 1 : place - 1;
}

const struct driver_policy_step *driver_list_step(const struct prisim_driver_config *config, uint32_t policy,
                                                  uint32_t place)
{
    return &driver_policy(policy)->step[policy == config->unbind ? place_in_row(config, place) : place];
}

bool driver_list_can_run(const struct prisim_driver_config *config, uint32_t policy)
{
    bool taken = false, counted = false, freed = false;
    for (uint32_t i = 0; i < driver_list_steps(config, policy); i++) {
        unsigned step = driver_list_step(config, policy, i)->step;
        taken |= step == DRIVER_STEP_SNAPSHOT;
        freed |= step == DRIVER_STEP_FREE;
        counted |= step == DRIVER_STEP_READ_BATCH;
        if (step == DRIVER_STEP_AWAIT_BATCH && !counted)
            return false;
        if ((step == DRIVER_STEP_KICK_THREAD || step == DRIVER_STEP_AWAIT_HANDED || step == DRIVER_STEP_FILTER) &&
            !taken)
            return false;
    }
    return freed;
}
