/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the loader (scenario*.c): the parts that turn a tree of YAML nodes into a scenario, in the order in which
 * they run. Nobody else includes it. All of them return false after the first error, which is in the tree's message.
 */
#ifndef PRISIM_TB_SCENARIO_READ_H
#define PRISIM_TB_SCENARIO_READ_H

#include "tb/scenario/keys.h"
#include "tb/scenario/scenario_tree.h"

struct loader {
    struct tree tree;
    struct scenario *scenario;
    struct key_bases bases;
    uint32_t calls, jobs; /* numbers given out so far */
};

/* --set: puts "key=value" into the tree, creating the maps on the way to it. `number` counts from 1. */
bool scenario_set(struct tree *tree, const char *setting, unsigned number);

/* Reads the scalars of a map and of the maps in it into the members that the keys name. What is held under names or
 * indexes of the scenario's own is left to the caller, but for its kind. `name` is the map's key in the table, `path`
 * the way to it in this file. */
bool scenario_read_map(struct loader *loader, const yaml_node_t *map, const char *name, const char *path);

/* Reads one scalar into the key's member. */
bool scenario_read_scalar(struct loader *loader, const struct key *key, const yaml_node_t *node, const char *path);

/* Refuses a node that is not of that type. */
bool scenario_expect_map(struct tree *tree, const yaml_node_t *node, const char *path);
bool scenario_expect_list(struct tree *tree, const struct key *key, const yaml_node_t *node, const char *path);

/* Says that `part` is no key of `name`, and which one may be meant. */
bool scenario_refuse_key(struct tree *tree, const yaml_node_t *node, const char *name, const char *path,
                         const char *part);

/* The part of a dotted key that names an item: its id if it has one, else its index. */
void scenario_item_part(struct tree *tree, const yaml_node_t *item, unsigned index, char part[SYSTEM_ID_MAX]);

/* The node at a dotted key, or NULL. */
const yaml_node_t *scenario_locate(struct tree *tree, const char *path);

/* Value of `key` in a map, or the map itself: where to point when something about that key is wrong. */
const yaml_node_t *scenario_at(struct tree *tree, const yaml_node_t *map, const char *key);

bool scenario_read_memory(struct loader *loader, const yaml_node_t *system);
bool scenario_read_endpoints(struct loader *loader, const yaml_node_t *system);
bool scenario_read_spaces(struct loader *loader, const yaml_node_t *spaces);
bool scenario_read_timeline(struct loader *loader, const yaml_node_t *timeline);
/* NULL: nothing is said. After the timeline, for it names its steps. */
bool scenario_read_expect(struct loader *loader, const yaml_node_t *expect);

/* `when` and `until`: an event's name or point, or a map (name: its key in the table). */
bool scenario_read_trigger(struct loader *loader, const yaml_node_t *node, const char *name, const char *path,
                           struct trigger *trigger);

/* An event by its name or point. */
bool scenario_find_event(struct tree *tree, const yaml_node_t *node, const char *path, const char *text,
                         uint16_t *event);

/* Index of an endpoint or a space by its name. */
bool scenario_find_endpoint(struct loader *loader, const yaml_node_t *node, const char *path, const char *id,
                            uint16_t *index);
bool scenario_find_space(struct loader *loader, const yaml_node_t *node, const char *path, const char *id,
                         uint32_t *index);

/* After everything is read and resolved: what joins two keys, and what the blocks themselves refuse. */
bool scenario_check(struct loader *loader);

#endif
