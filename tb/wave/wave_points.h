/* SPDX-License-Identifier: Apache-2.0
 *
 * The points in the life of page requests and of unbinds (events.def: E0..R2, I0, I1, U0..U7): each happens in the
 * scope of the block that it is told by, and the block's last one stands there as text.
 */
#ifndef PRISIM_TB_WAVE_POINTS_H
#define PRISIM_TB_WAVE_POINTS_H

#include "tb/scenario/scenario.h"
#include "tb/wave/wave_tree.h"

struct wave_points {
    const struct system_config *system;
    struct wave_tree *tree;
    /* By the row of the instance. */
    wave_signal moment[SYSTEM_INSTANCES_MAX][PRISIM_EVENT_TYPES];
    wave_signal text[SYSTEM_INSTANCES_MAX];
    uint16_t said[PRISIM_EVENT_TYPES]; /* bits of the fields that the text says */
};

void wave_points_init(struct wave_points *points, struct wave_tree *tree, const struct scenario *scenario);
/* Declares those of an instance: of events whose names begin with `block`. */
void wave_points_declare(struct wave_points *points, unsigned instance, const char *block);
void wave_points_event(struct wave_points *points, const struct prisim_event *event);

#endif
