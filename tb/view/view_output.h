/* SPDX-License-Identifier: Apache-2.0
 *
 * The page as an output of a run: events are kept in memory as they come, and the page is written at the end, with what
 * the checkers found. A run that ends before its end leaves none.
 */
#ifndef PRISIM_TB_VIEW_OUTPUT_H
#define PRISIM_TB_VIEW_OUTPUT_H

#include "tb/report/summary.h"

struct view_output;

/* The scenario must outlive it. A path of "-" is standard output. NULL with errno set if the file cannot be opened. */
struct view_output *view_output_open(const struct scenario *scenario, const char *path);
/* A listener (tb/engine/stream.h), for all types of events. */
void view_output_event(void *output, const struct prisim_event *event);
/* errno of what went wrong so far: there are more events than can be kept. */
int view_output_error(const struct view_output *output);
/* Lets go of it; told is how the run came out, or NULL: no page then. False with errno set if it could not be written.
 */
bool view_output_close(struct view_output *output, const struct run_told *told);

#endif
