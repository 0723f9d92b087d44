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

/* Whether any frame can have a second life: then walks are told, for the checkers. */
static bool takes_memory_back(const struct scenario *scenario)
{
    const struct prisim_driver_config *driver = &scenario->system.driver;
    bool takes = driver->teardown != PRISIM_DRIVER_TEARDOWN_NEVER;
    for (uint32_t i = 0; i < scenario->timeline.steps; i++)
        takes |= scenario->timeline.step[i].to_driver && scenario->timeline.step[i].driver.what == PRISIM_DRIVER_UNMAP;
    for (uint32_t s = 0; s < driver->spaces; s++)
        for (uint32_t r = 0; r < driver->space[s].regions; r++)
            takes |= driver->space[s].region[r].backing != PRISIM_DRIVER_BACKING_ANON;
    return takes;
}

/* The order is that of who needs whom, not that of the file. */
static bool read_tree(struct loader *loader)
{
    const struct tree_node *root = loader->tree->root;
    if (!scenario_read_map(loader, root, NULL))
        return false;
    const struct tree_node *system = tree_value(root, "system");
    if (!scenario_read_policy(loader, system) || !scenario_read_memory(loader, system) ||
        !scenario_read_faults(loader, system) || !scenario_read_endpoints(loader, system) ||
        !scenario_read_spaces(loader, tree_value(root, "spaces")))
        return false;
    system_config_resolve(&loader->scenario->system);
    if (!scenario_read_timeline(loader, tree_value(root, "timeline")))
        return false;
    if (takes_memory_back(loader->scenario))
        for (uint32_t i = 0; i < SYSTEM_SMMUS_MAX; i++)
            loader->scenario->system.smmu[i].tell_walks = 1;
    return scenario_read_expect(loader, tree_value(root, "expect")) && scenario_check(loader);
}

/* A tree and where its file's name and its message stand; and the same of a policy's file. */
struct scenario_tree {
    struct tree tree, policy;
    char file[SCENARIO_TEXT_MAX], policy_file[SCENARIO_TEXT_MAX];
    char message[TREE_MESSAGE_MAX];
    char warning[TREE_WARNINGS_MAX];
};

/* Whether a path has room; else *message says so. */
static bool fits(const char *file, char *message)
{
    if (strlen(file) < SCENARIO_TEXT_MAX)
        return true;
    snprintf(message, TREE_MESSAGE_MAX, "%.64s...: expected a path of at most %d bytes", file, SCENARIO_TEXT_MAX - 1);
    return false;
}

struct scenario_tree *scenario_tree_open(const char *file, char *message)
{
    if (!fits(file, message))
        return NULL;
    struct scenario_tree *tree = calloc(1, sizeof *tree);
    if (!tree) {
        snprintf(message, TREE_MESSAGE_MAX, "%s: no memory", file);
        return NULL;
    }
    memcpy(tree->file, file, strlen(file) + 1);
    if (tree_load(&tree->tree, tree->file, tree->message)) {
        message[0] = 0;
        return tree;
    }
    assert(tree->message[0]);
    memcpy(message, tree->message, strlen(tree->message) + 1);
    scenario_tree_close(tree);
    return NULL;
}

void scenario_tree_close(struct scenario_tree *tree)
{
    if (!tree)
        return;
    tree_free(&tree->tree);
    tree_free(&tree->policy);
    free(tree);
}

static void mark(struct tree_node *node)
{
    node->origin = TREE_OF_POLICY;
    for (uint32_t i = 0; node->type != TREE_SCALAR && i < node->count; i++) {
        if (node->type == TREE_MAP)
            mark(node->pair[i].key);
        mark(node->type == TREE_MAP ? node->pair[i].value : node->item[i]);
    }
}

/* What stands under a key of a map; a map is made if nothing does. NULL: no memory. What is no map is left to those who
 * read it. */
static struct tree_node *map_below(struct tree *tree, struct tree_node *map, const char *key)
{
    if (!map || map->type != TREE_MAP)
        return map;
    struct tree_node *below = tree_value(map, key);
    if (below)
        return below;
    below = tree_graft_map(tree);
    return below && tree_graft(tree, map, key, below) ? below : NULL;
}

/* unbind: own, and own: the map of the policy's file. False: no memory. */
static bool graft_policy(struct tree *tree, struct tree_node *own)
{
    struct tree_node *driver = map_below(tree, map_below(tree, tree->root, "system"), "driver");
    struct tree_node *word = driver ? tree_graft_scalar(tree, "own") : NULL;
    if (!word)
        return false;
    return driver->type != TREE_MAP ||
           (tree_graft(tree, driver, "unbind", word) && tree_graft(tree, driver, "own", own));
}

bool scenario_tree_policy(struct scenario_tree *tree, const char *file, char *message)
{
    tree->message[0] = message[0] = 0;
    if (!fits(file, message))
        return false;
    memcpy(tree->policy_file, file, strlen(file) + 1);
    tree->tree.policy_file = tree->policy_file;
    bool good = tree_load(&tree->policy, tree->policy_file, tree->message);
    if (good) {
        mark(tree->policy.root);
        good = graft_policy(&tree->tree, tree->policy.root);
        if (!good)
            snprintf(tree->message, sizeof tree->message, "%s: no memory", tree->policy_file);
    }
    if (!good)
        memcpy(message, tree->message, strlen(tree->message) + 1);
    return good;
}

const char *scenario_tree_warnings(const struct scenario_tree *tree)
{
    return tree->warning;
}

bool scenario_from_tree(struct scenario_tree *tree, struct scenario *scenario, const char *const *settings,
                        unsigned count, char *message)
{
    struct loader loader = {.tree = &tree->tree, .scenario = scenario};
    scenario_default(scenario);
    memcpy(scenario->file, tree->file, strlen(tree->file) + 1);
    tree->message[0] = tree->warning[0] = message[0] = 0;
    tree->tree.warning = tree->warning;
    select_bases(&loader);
    bool good = true;
    for (unsigned i = 0; good && i < count; i++)
        good = scenario_set(&tree->tree, settings[i], i + 1);
    good = good && read_tree(&loader);
    if (good)
        scenario_warn_policy(&loader);
    step_ids_free(&loader.ids);
    tree_reset(&tree->tree);
    if (good)
        return true;
    assert(tree->message[0]);
    memcpy(message, tree->message, strlen(tree->message) + 1);
    scenario_free(scenario);
    return false;
}

void scenario_free(struct scenario *scenario)
{
    timeline_config_free(&scenario->timeline);
}

bool scenario_load(struct scenario *scenario, const char *file, const char *const *settings, unsigned count,
                   char *message)
{
    struct scenario_tree *tree = scenario_tree_open(file, message);
    bool good = tree && scenario_from_tree(tree, scenario, settings, count, message);
    scenario_tree_close(tree);
    return good;
}
