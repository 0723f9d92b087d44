/* SPDX-License-Identifier: Apache-2.0
 *
 * What the readers of actions share (scenario_action.h).
 */
#include "tb/scenario/timeline/scenario_action.h"

struct timeline_step *action_new_step(struct loader *loader, const yaml_node_t *item)
{
    struct timeline_config *timeline = &loader->scenario->timeline;
    if (timeline->steps == TIMELINE_STEPS_MAX) {
        tree_refuse(&loader->tree, item, "timeline", "expected at most %d steps; hold with until counts as two",
                    TIMELINE_STEPS_MAX);
        return NULL;
    }
    return &timeline->step[timeline->steps++];
}

bool action_find_endpoint(struct step_reader *r, uint16_t *index)
{
    struct tree *tree = &r->loader->tree;
    char path[KEY_PATH_MAX];
    key_path_join(path, r->action_path, "endpoint");
    return scenario_find_endpoint(r->loader, tree_value(tree, r->action, "endpoint"), path, r->input.endpoint, index);
}

bool action_find_space(struct step_reader *r, const char *key, const char *id, uint32_t *index)
{
    char path[KEY_PATH_MAX];
    key_path_join(path, r->action_path, key);
    return scenario_find_space(r->loader, tree_value(&r->loader->tree, r->action, key), path, id, index);
}

bool action_check_pasid(struct step_reader *r, uint16_t endpoint)
{
    const struct system_config *system = &r->loader->scenario->system;
    uint32_t bits = system->driver.pasid_bits, own = system->endpoint[endpoint].pasid_bits;
    const char *whose = own < bits ? "the endpoint" : "the driver";
    bits = own < bits ? own : bits;
    if (r->input.pasid == STEP_WITHOUT || r->input.pasid >> bits == 0)
        return true;
    REFUSE(r, "pasid", "expected 0..%u (pasid_bits of %s), not %u", (1U << bits) - 1, whose, r->input.pasid);
    return false;
}
