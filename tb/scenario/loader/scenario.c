/* SPDX-License-Identifier: Apache-2.0
 *
 * Loading a scenario (scenario.h): file to tree, settings into the tree, tree to scenario, then the checks. The parts
 * are in scenario_*.c. Nothing runs here.
 */
#include "tb/scenario/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/scenario/scenario_read.h"

_Static_assert((int)TREE_MESSAGE_MAX == 4 * SCENARIO_TEXT_MAX, "a message fits in the caller's buffer");

static void select_bases(struct loader *loader)
{
    struct scenario *scenario = loader->scenario;
    loader->bases.of[KEY_OF_SCENARIO] = scenario;
    loader->bases.of[KEY_OF_SMMU] = &scenario->system.smmu[0];
    loader->bases.of[KEY_OF_PRI_QUEUE] = &scenario->system.pri_queue[0];
    loader->bases.of[KEY_OF_FABRIC] = &scenario->system.fabric;
    loader->bases.of[KEY_OF_MEMORY] = &scenario->system.interconnect;
    loader->bases.of[KEY_OF_DRIVER] = &scenario->system.driver;
}

/* The order is that of who needs whom, not that of the file. */
static bool read_tree(struct loader *loader)
{
    struct tree *tree = &loader->tree;
    const yaml_node_t *root = tree_root(tree);
    if (!scenario_read_map(loader, root, "", ""))
        return false;
    const yaml_node_t *system = tree_value(tree, root, "system");
    if (!scenario_read_memory(loader, system) || !scenario_read_endpoints(loader, system) ||
        !scenario_read_spaces(loader, tree_value(tree, root, "spaces")))
        return false;
    system_config_resolve(&loader->scenario->system);
    return scenario_read_timeline(loader, tree_value(tree, root, "timeline")) &&
           scenario_read_expect(loader, tree_value(tree, root, "expect")) && scenario_check(loader);
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
