/* SPDX-License-Identifier: Apache-2.0
 *
 * Loading a scenario (scenario.h): file to tree, settings into the tree, tree to scenario, then the checks. The parts
 * are in scenario_*.c. Nothing runs here.
 */
#include "tb/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/scenario_read.h"

_Static_assert((int)TREE_MESSAGE_MAX == 4 * SCENARIO_TEXT_MAX, "a message fits in the caller's buffer");

void scenario_default(struct scenario *scenario)
{
    memset(scenario, 0, sizeof *scenario);
    system_config_default(&scenario->system);
    scenario->limits = (struct scenario_limits){.cycles = 10000000, .unbind = 1000000, .group = 0, .livelock = 100};
}

void step_input_default(struct step_input *step)
{
    *step = (struct step_input){.after = 1,
                                .pasid = STEP_WITHOUT,
                                .policy = STEP_WITHOUT,
                                .size = 4,
                                .read = 1, /* a raw page request: one read, alone in its group */
                                .last = 1};
}

void trigger_input_default(struct trigger_input *trigger)
{
    *trigger = (struct trigger_input){.nth = 1};
}

static void select_bases(struct loader *loader)
{
    struct scenario *scenario = loader->scenario;
    loader->bases.of[KEY_OF_SCENARIO] = scenario;
    loader->bases.of[KEY_OF_SMMU] = &scenario->system.smmu;
    loader->bases.of[KEY_OF_PRI_QUEUE] = &scenario->system.pri_queue;
    loader->bases.of[KEY_OF_FABRIC] = &scenario->system.fabric;
    loader->bases.of[KEY_OF_MEMORY] = &scenario->system.interconnect;
    loader->bases.of[KEY_OF_DRIVER] = &scenario->system.driver;
}

bool scenario_read_hazards(struct loader *loader, const yaml_node_t *hazards)
{
    struct tree *tree = &loader->tree;
    const struct key *key = key_find("expect.hazards.*");
    assert(key);
    const yaml_node_pair_t *pair = hazards->data.mapping.pairs.start;
    for (; pair < hazards->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = tree_node(tree, pair->key), *node = tree_node(tree, pair->value);
        const char *close = NULL;
        char path[KEY_PATH_MAX], expected[KEY_EXPECTED_MAX];
        unsigned hazard = 0;
        uint64_t value;
        key_path_join(path, "expect.hazards", tree_text(name));
        for (; hazard < HAZARDS && strcmp(hazard_name((enum hazard)hazard), tree_text(name)) != 0; hazard++)
            if (words_are_close(tree_text(name), hazard_name((enum hazard)hazard)))
                close = hazard_name((enum hazard)hazard);
        if (hazard == HAZARDS && close)
            return tree_refuse(tree, name, path, "no such hazard; did you mean %s?", close);
        if (hazard == HAZARDS)
            return tree_refuse(tree, name, path, "no such hazard (prisim describe lists them)");
        if (!hazard_checked((enum hazard)hazard))
            return tree_refuse(tree, name, path, "not in this version: no checker judges it");
        if (node->type != YAML_SCALAR_NODE)
            return tree_refuse(tree, node, path, "expected a number, not %s", tree_kind(node));
        if (!key_number(key, tree_text(node), tree_quoted(node), &value, expected))
            return tree_refuse(tree, node, path, "%s", expected);
        loader->scenario->expected[hazard] = (uint32_t)value;
        loader->scenario->expected_given[hazard] = true;
    }
    return true;
}

/* The order is that of who needs whom, not that of the file. */
static bool read_tree(struct loader *loader)
{
    struct tree *tree = &loader->tree;
    const yaml_node_t *root = tree_root(tree);
    if (!scenario_read_map(loader, root, "", ""))
        return false;
    const yaml_node_t *expect = tree_value(tree, root, "expect");
    const yaml_node_t *hazards = expect ? tree_value(tree, expect, "hazards") : NULL;
    if (!scenario_read_endpoints(loader, tree_value(tree, root, "system")) ||
        !scenario_read_spaces(loader, tree_value(tree, root, "spaces")))
        return false;
    system_config_resolve(&loader->scenario->system);
    return scenario_read_timeline(loader, tree_value(tree, root, "timeline")) &&
           (!hazards || scenario_read_hazards(loader, hazards)) && scenario_check(loader);
}

bool scenario_load(struct scenario *scenario, const char *file, const char *const *settings, unsigned count,
                   char *message)
{
    struct loader loader = {.scenario = scenario};
    scenario_default(scenario);
    message[0] = 0;
    if (strlen(file) >= sizeof scenario->file) {
        snprintf(message, TREE_MESSAGE_MAX, "%.64s...: expected a path of at most %d bytes", file,
                 SCENARIO_TEXT_MAX - 1);
        return false;
    }
    memcpy(scenario->file, file, strlen(file) + 1);
    select_bases(&loader);
    bool good = tree_load(&loader.tree, file, message);
    for (unsigned i = 0; good && i < count; i++)
        good = scenario_set(&loader.tree, settings[i], i + 1);
    good = good && read_tree(&loader);
    tree_free(&loader.tree);
    assert(good || message[0]);
    return good;
}
