/* SPDX-License-Identifier: Apache-2.0
 *
 * The lists of steps that a configuration brings along (prisim_driver_own): numbers that there are. Whether they can be
 * executed is said in list.c, of these lists as of all others.
 */
#include "driver/unbind/policy.h"
#include "model/core/config_check.h"

static const struct config_range ranges[] = {
#define PRISIM_NUMBER(type, name, value, min, max, unit, source, about)                                                \
    CONFIG_RANGE(prisim_driver_own, name, "own." #name, min, max, NULL, #min ".." #max),
#include "driver/driver_own_config.def"
};

_Static_assert(DRIVER_POINT_H0 == 2 && DRIVER_POINT_R0 == 9, "driver_own_config.def says so");

static const struct config_range list_ranges[] = {
#define PRISIM_NUMBER(type, name, value, min, max, unit, source, about)                                                \
    CONFIG_RANGE(prisim_driver_own_list, name, "own.list." #name, min, max, NULL, #min ".." #max),
#include "driver/driver_own_list_config.def"
};

/* Of its argument and 1. */
static uint32_t most_of_argument(uint32_t step)
{
    switch (step) {
#define POLICY_ARGUMENT(STEP, words, max, unit)                                                                        \
    case DRIVER_STEP_##STEP:                                                                                           \
        return (max) + 1;
#include "driver/unbind/policy_arguments.def"
#undef POLICY_ARGUMENT
    }
    return 0;
}

static bool list_check(const struct prisim_driver_own_list *list, struct prisim_config_error *error)
{
    if (!config_is_in_ranges(list, list_ranges, CONFIG_COUNT(list_ranges), error))
        return false;
    for (uint32_t i = 0; i < list->steps; i++) {
        const struct prisim_driver_own_step *step = &list->step[i];
        const struct config_rule rule[] = {
            {step->step < DRIVER_STEPS, {"own.list.step.step", "a row of policy_steps.def"}},
            {step->when < DRIVER_WHENS, {"own.list.step.when", "a row of policy_whens.def"}},
            {step->argument <= most_of_argument(step->step),
             {"own.list.step.argument", "as policy_arguments.def has it"}},
        };
        if (!config_keeps_rules(rule, CONFIG_COUNT(rule), error))
            return false;
    }
    return true;
}

bool driver_own_check(const struct prisim_driver_config *config, struct prisim_config_error *error)
{
    const struct prisim_driver_own *own = &config->own;
    if (!config_is_in_ranges(own, ranges, CONFIG_COUNT(ranges), error))
        return false;
    for (unsigned i = 0; i < PRISIM_DRIVER_TRIGGERS; i++)
        if (!list_check(&own->list[i], error))
            return false;
    return true;
}

bool driver_own_runs(const struct prisim_driver_config *config, struct prisim_config_error *error)
{
    for (unsigned i = 0; i < PRISIM_DRIVER_TRIGGERS; i++) {
        const struct config_rule rule[] = {
            {!config->own.list[i].steps || driver_trigger((enum prisim_driver_trigger)i)->runs,
             {"own.list.steps", "0 of a trigger that nothing runs (triggers.def)"}},
            {!config->own.list[i].steps ||
                 driver_list_can_run(config, PRISIM_DRIVER_UNBIND_OWN + i * PRISIM_DRIVER_LISTS),
             {"own.list.step", "a list that frees the PASID once and waits for nothing before its snapshot"}},
        };
        if (!config_keeps_rules(rule, CONFIG_COUNT(rule), error))
            return false;
    }
    return true;
}
