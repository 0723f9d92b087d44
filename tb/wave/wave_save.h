/* SPDX-License-Identifier: Apache-2.0
 *
 * The save file of GTKWave that comes with a wave: which signals are shown, in which groups, by which names and in
 * which colours, and the stretch of time that is looked at first. What the checkers found are its named markers.
 */
#ifndef PRISIM_TB_WAVE_SAVE_H
#define PRISIM_TB_WAVE_SAVE_H

#include "tb/report/summary.h"
#include "tb/wave/wave_signals.h"

/* Writes it beside the wave at `path`, as path.gtkw. `first`: cycle of the first page request, or PRISIM_CYCLE_NEVER.
 * False with errno set. */
bool wave_save(const char *path, const struct wave_signals *signals, const struct run_told *told, prisim_cycle_t first);

#endif
