/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the loader: the steps of a timeline by id, through a hash, and by their place in the file.
 */
#ifndef PRISIM_TB_STEP_IDS_H
#define PRISIM_TB_STEP_IDS_H

#include "tb/scenario/scenario.h"

/* All zero is empty. */
struct step_ids {
    uint32_t *slot; /* step + 1, the first of its id */
    uint32_t slots, used;
};

/* Some steps, one behind the other. */
struct step_range {
    uint32_t first, steps;
};

/* Enters the id of a step. False if there is no memory. */
bool step_ids_add(struct step_ids *ids, const struct timeline_config *timeline, uint32_t step);

/* The steps of that id: every repetition, a hold and its end. None of it: `steps` is 0. */
struct step_range step_ids_find(const struct step_ids *ids, const struct timeline_config *timeline, const char *id,
                                size_t length);

/* The same by what a file may call steps: an id or an index from 0 in the timeline; and behind a dot, a repetition, from
 * 0. */
struct step_range step_ids_named(const struct step_ids *ids, const struct timeline_config *timeline, const char *name,
                                 size_t length);

void step_ids_free(struct step_ids *ids);

#endif
