/* SPDX-License-Identifier: Apache-2.0
 *
 * What the readers of actions share (scenario_action.h).
 */
#include "tb/scenario/timeline/scenario_action.h"

struct timeline_step *action_new_step(struct loader *loader, const struct tree_node *item)
{
    struct timeline_config *timeline = &loader->scenario->timeline;
    struct timeline_step *step = timeline_config_add(timeline);
    if (!step && timeline->steps == TIMELINE_STEPS_MAX)
        tree_refuse(loader->tree, item, "timeline",
                    "expected at most %d steps; each repetition is one, and a hold with until is two",
                    TIMELINE_STEPS_MAX);
    else if (!step)
        tree_refuse(loader->tree, item, "timeline", "no memory");
    return step;
}

bool action_find_endpoint(struct step_reader *r, uint16_t *index)
{
    return scenario_find_endpoint(r->loader, tree_value(r->action, "endpoint"), r->input.endpoint, index);
}

bool action_find_space(struct step_reader *r, const char *key, const char *id, uint32_t *index)
{
    return scenario_find_space(r->loader, tree_value(r->action, key), id, index);
}

uint32_t action_last_offset(const struct step_input *input)
{
    bool wraps = input->wrap && input->wrap < input->times;
    return (wraps ? input->wrap : input->times) - 1;
}

bool action_check_pasid(struct step_reader *r, uint16_t endpoint)
{
    const struct system_config *system = &r->loader->scenario->system;
    uint32_t bits = system->driver.pasid_bits, own = system->endpoint[endpoint].pasid_bits;
    const char *whose = own < bits ? "the endpoint" : "the driver";
    bits = own < bits ? own : bits;
    if (r->input.pasid == STEP_WITHOUT)
        return true;
    if (r->input.pasid >> bits)
        return REFUSE(r, "pasid", "expected 0..%u (pasid_bits of %s), not %u", (1U << bits) - 1, whose, r->input.pasid);
    uint64_t last = r->input.pasid + (uint64_t)action_last_offset(&r->input) * r->input.pasid_step;
    return last >> bits == 0 ||
           scenario_refuse_part(r->loader->tree, tree_value(r->item, "repeat"), "pasid_step",
                                "expected PASIDs of 0..%u (pasid_bits of %s); the last would be %llu", (1U << bits) - 1,
                                whose, (unsigned long long)last);
}
