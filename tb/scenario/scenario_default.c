/* SPDX-License-Identifier: Apache-2.0
 *
 * What a scenario, a step and a trigger are where the file says nothing.
 */
#include <string.h>

#include "tb/scenario/keys.h"

void scenario_default(struct scenario *scenario)
{
    memset(scenario, 0, sizeof *scenario);
    system_config_default(&scenario->system);
    scenario->expect.ended_by = ENDED_BYS;
    scenario->expect.outcome = OUTCOMES;
    scenario->limits = (struct scenario_limits){.cycles = 10000000, .unbind = 1000000, .group = 0, .livelock = 100};
}

void step_input_default(struct step_input *step)
{
    *step = (struct step_input){.after = 1,
                                .pasid = STEP_WITHOUT,
                                .policy = STEP_WITHOUT,
                                .size = 4,
                                .count = 1,
                                .outstanding = 1,
                                .times = 1,
                                .read = 1, /* a raw page request: one read, alone in its group */
                                .last = 1};
}

void trigger_input_default(struct trigger_input *trigger)
{
    *trigger = (struct trigger_input){.nth = 1};
}
