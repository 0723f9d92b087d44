/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the timeline's part of the loader: what the readers of actions (scenario_action_*.c, a file per family)
 * share, and the readers themselves. A reader makes a step of the keys of its action; the roof (scenario_timeline.c)
 * has looked at the step's time and id by then.
 */
#ifndef PRISIM_TB_SCENARIO_ACTION_H
#define PRISIM_TB_SCENARIO_ACTION_H

#include "tb/scenario/scenario_read.h"

/* What is being read: one step of the file. */
struct step_reader {
    struct loader *loader;
    const yaml_node_t *item;   /* the step */
    const yaml_node_t *action; /* the map of its action */
    char path[KEY_PATH_MAX];
    char action_path[KEY_PATH_MAX];
    struct step_input input;
};

/* One per row of actions.def. `step` is the file's so far, with the row's receiver and number. */
#define ACTION(name, to, numbered, about) bool action_##name(struct step_reader *r, struct timeline_step *step);
#include "tb/scenario/actions.def"
#undef ACTION

/* Refuses the value of `key` in the action. */
#define REFUSE(r, key, ...)                                                                                            \
    do {                                                                                                               \
        char refused_[KEY_PATH_MAX];                                                                                   \
        key_path_join(refused_, (r)->action_path, key);                                                                \
        tree_refuse(&(r)->loader->tree, scenario_at(&(r)->loader->tree, (r)->action, key), refused_, __VA_ARGS__);     \
    } while (0)

/* The next step of the timeline, or NULL and an error about `item` if there is no room. */
struct timeline_step *action_new_step(struct loader *loader, const yaml_node_t *item);
/* What the action's `endpoint`, or its key for a space, names. */
bool action_find_endpoint(struct step_reader *r, uint16_t *index);
bool action_find_space(struct step_reader *r, const char *key, const char *id, uint32_t *index);
/* A PASID that neither the CD table nor the function can hold is no scenario but a slip. */
bool action_check_pasid(struct step_reader *r, uint16_t endpoint);

#endif
