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
    const struct tree_node *item;   /* the step */
    const struct tree_node *action; /* the map of its action */
    struct step_input input;
};

/* One per row of actions.def. `step` is the file's so far, with the row's receiver and number. A reader that adds a step
 * ends the life of the pointer. */
#define ACTION(name, to, numbered, about) bool action_##name(struct step_reader *r, struct timeline_step *step);
#include "tb/scenario/actions.def"
#undef ACTION

/* Refuses the value of `key` in the action. */
#define REFUSE(r, key, ...) scenario_refuse_part((r)->loader->tree, (r)->action, key, __VA_ARGS__)

/* The next step of the timeline, or NULL and an error about `item` if there is no room. */
struct timeline_step *action_new_step(struct loader *loader, const struct tree_node *item);
/* A step that has been read, as often as `repeat` says: the steps behind the first. */
bool action_repeat(struct step_reader *r, uint32_t first);
/* What the action's `endpoint`, or its key for a space, names. */
bool action_find_endpoint(struct step_reader *r, uint16_t *index);
bool action_find_space(struct step_reader *r, const char *key, const char *id, uint32_t *index);
/* A PASID that neither the CD table nor the function can hold is no scenario but a slip; the last repetition's, too. */
bool action_check_pasid(struct step_reader *r, uint16_t endpoint);
/* How many times the steps of `repeat` are added at the most: of the last repetition, or the one before `wrap`. */
uint32_t action_last_offset(const struct step_input *input);
/* The call of the timeline that makes the binding which a page request names (`of`); 0 and an error if there is none. */
uint32_t action_binding_of(struct step_reader *r, const struct timeline_step *step);

#endif
