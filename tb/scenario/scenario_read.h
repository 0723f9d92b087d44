/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the loader (scenario*.c): the parts that turn a tree of values into a scenario, in the order in which
 * they run. Nobody else includes it. All of them return false after the first error, which is in the tree's message.
 */
#ifndef PRISIM_TB_SCENARIO_READ_H
#define PRISIM_TB_SCENARIO_READ_H

#include "tb/scenario/keys.h"
#include "tb/scenario/scenario_tree.h"
#include "tb/scenario/step_ids.h"

struct loader {
    struct tree *tree;
    struct scenario *scenario;
    struct key_bases bases;
    uint32_t calls, jobs; /* numbers given out so far */
    struct step_ids ids;
    /* Where the steps of the driver's own lists stand, and the list that is read or looked at. */
    const struct tree_node *own_step[PRISIM_DRIVER_TRIGGERS][PRISIM_DRIVER_OWN_STEPS_MAX];
    enum prisim_driver_trigger own_list;
    uint32_t runs_own; /* which of the lists are run by something: a bit of each trigger */
};

/* --set: puts "key=value" into the tree, creating the maps on the way to it. `number` counts from 1. */
bool scenario_set(struct tree *tree, const char *setting, unsigned number);

/* Reads the scalars of a map and of the maps in it into the members that the keys name. What is held under names or
 * indexes of the scenario's own is left to the caller, but for its kind. `key` is the map's key in the table, NULL that
 * of the top. */
bool scenario_read_map(struct loader *loader, const struct tree_node *map, const struct key *key);

/* Reads one scalar into the key's member. */
bool scenario_read_scalar(struct loader *loader, const struct key *key, const struct tree_node *node);

/* Refuses a node that is not of that type. */
bool scenario_expect_map(struct tree *tree, const struct tree_node *node);
bool scenario_expect_list(struct tree *tree, const struct key *key, const struct tree_node *node);

/* The dotted key of a node in this file: "timeline.race.dma"; "" of the root. */
void scenario_path(const struct tree_node *node, char path[KEY_PATH_MAX]);

/* Refuses a value, or a key of a map, under its dotted key. */
bool scenario_refuse(struct tree *tree, const struct tree_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Refuses what a map has under `part`, or that it has nothing there: then the error is at the map. */
bool scenario_refuse_part(struct tree *tree, const struct tree_node *map, const char *part, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Says that `part` is no key of `above` (NULL: of the top), whose dotted key in this file is `path`, and which one may
 * be meant. */
bool scenario_refuse_key(struct tree *tree, const struct tree_node *node, const struct key *above, const char *path,
                         const char *part);

/* The part of a dotted key that names an item: its id if it has one, else its index. */
void scenario_item_part(const struct tree_node *item, unsigned index, char part[SYSTEM_ID_MAX]);

/* Whether `part` names an item, by id or by index. An id is not digits only. */
bool scenario_item_is(const struct tree_node *item, uint32_t index, const char *part);

/* The node at a dotted key, or NULL. */
const struct tree_node *scenario_locate(const struct tree *tree, const char *path);

bool scenario_read_memory(struct loader *loader, const struct tree_node *system);
/* The faults of the fabric. */
bool scenario_read_faults(struct loader *loader, const struct tree_node *system);
bool scenario_read_endpoints(struct loader *loader, const struct tree_node *system);
/* A list of system.driver.own, which is that of loader->own_list: its key, how many steps it has, and these. */
struct own_list {
    const char *key;
    uint32_t *steps;
    struct prisim_driver_own_step *step;
    const struct tree_node **at;
};
struct own_list scenario_own_list(struct loader *loader);
/* system.driver.own: the lists of an architect. */
bool scenario_read_policy(struct loader *loader, const struct tree_node *system);
/* At the end: what is questionable in those lists, if they are run. */
void scenario_warn_policy(struct loader *loader);
bool scenario_read_spaces(struct loader *loader, const struct tree_node *spaces);
bool scenario_read_timeline(struct loader *loader, const struct tree_node *timeline);
/* NULL: nothing is said. After the timeline, for it names its steps. */
bool scenario_read_expect(struct loader *loader, const struct tree_node *expect);

/* `when` and `until`: an event's name or point, or a map; `key` is that of the table. */
bool scenario_read_trigger(struct loader *loader, const struct tree_node *node, const struct key *key,
                           struct trigger *trigger);

/* An event by its name or point. */
bool scenario_find_event(struct tree *tree, const struct tree_node *node, const char *text, uint16_t *event);

/* Index of an endpoint or a space by its name. */
bool scenario_find_endpoint(struct loader *loader, const struct tree_node *node, const char *id, uint16_t *index);
bool scenario_find_space(struct loader *loader, const struct tree_node *node, const char *id, uint32_t *index);

/* After everything is read and resolved: what joins two keys, and what the blocks themselves refuse. */
bool scenario_check(struct loader *loader);
/* What of hardware the list of a policy cannot do without, and is not there; NULL: nothing. */
const char *scenario_lacks(const struct system_config *system, uint32_t policy);

#endif
