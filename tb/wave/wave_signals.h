/* SPDX-License-Identifier: Apache-2.0
 *
 * The signals of a system, all of them, in the order and the scopes in which they stand in a wave.
 */
#ifndef PRISIM_TB_WAVE_SIGNALS_H
#define PRISIM_TB_WAVE_SIGNALS_H

#include "tb/wave/wave_bindings.h"
#include "tb/wave/wave_blocks.h"
#include "tb/wave/wave_links.h"
#include "tb/wave/wave_points.h"
#include "tb/wave/wave_tasks.h"

struct wave_signals {
    const struct scenario *scenario;
    struct wave_tree *tree;
    struct wave_points points;
    struct wave_blocks blocks;
    struct wave_links links;
    struct wave_tasks tasks;
    struct wave_bindings bindings;
};

/* Declares them. False: no memory; wave_signals_close all the same. */
bool wave_signals_open(struct wave_signals *signals, struct wave_tree *tree, const struct scenario *scenario);
void wave_signals_close(struct wave_signals *signals);
/* What the event changes; the tree has its cycle. */
void wave_signals_event(struct wave_signals *signals, const struct prisim_event *event);

#endif
