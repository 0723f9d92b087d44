/* SPDX-License-Identifier: Apache-2.0
 *
 * The story: what `prisim run` prints for people. The events that matter as a table in words, the hazards, the verdict.
 * It judges nothing itself, and it is no log: a long run is told by its beginning and its end.
 */
#ifndef PRISIM_TB_STORY_H
#define PRISIM_TB_STORY_H

#include <stdio.h>

#include "tb/report/summary.h"

#ifdef __cplusplus
extern "C" {
#endif

struct story;

/* Rows of the table; what happened between the first and the last of them is counted only. */
enum { STORY_ROWS_FIRST = 120, STORY_ROWS_LAST = 80, STORY_WIDTH = 100 };

/* The scenario gives the names and must outlive the story. NULL if there is no memory. */
struct story *story_open(const struct scenario *scenario);
void story_close(struct story *story);

/* A listener (tb/engine/stream.h). */
void story_event(void *story, const struct event *event);

/* The verdict alone, and why: what --quiet leaves. */
void story_print_verdict(FILE *to, const struct scenario *scenario, const struct checkers *checkers,
                         const struct run_outcome *outcome);
void story_print(const struct story *story, FILE *to, const struct checkers *checkers,
                 const struct run_outcome *outcome, bool colour);

/* Whether a stream wants colours: it is a terminal, and NO_COLOR is not set. */
bool story_wants_colour(FILE *to);

#ifdef __cplusplus
}
#endif

#endif
