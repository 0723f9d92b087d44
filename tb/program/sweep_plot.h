/* SPDX-License-Identifier: Apache-2.0
 *
 * A picture of a sweep by gnuplot: over the values of the last axis, or a step's positions, the cycles of each run, a
 * colour for each result. It draws nothing itself.
 */
#ifndef PRISIM_TB_SWEEP_PLOT_H
#define PRISIM_TB_SWEEP_PLOT_H

#include "tb/program/sweep_rows.h"

struct sweep_plot;

/* For FILE.svg or FILE.png. NULL with a message of one line if it is neither or there is no gnuplot. The plan must
 * outlive it. */
struct sweep_plot *sweep_plot_open(const struct sweep_plan *plan, const char *path, char message[SWEEP_MESSAGE_MAX]);
void sweep_plot_row(struct sweep_plot *plot, const struct sweep_row *row);
/* Draws it if `draw`, and frees it. False with a message if gnuplot failed. */
bool sweep_plot_close(struct sweep_plot *plot, bool draw, char message[SWEEP_MESSAGE_MAX]);

#endif
