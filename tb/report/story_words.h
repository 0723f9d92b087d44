/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the story: an event in words, and which events are told at all.
 */
#ifndef PRISIM_TB_STORY_WORDS_H
#define PRISIM_TB_STORY_WORDS_H

#include "tb/scenario/scenario.h"

enum { STORY_TEXT_MAX = 192 };

bool story_tells(const struct event *event);

/* What happened, with the names of the scenario. */
void story_words(const struct scenario *scenario, const struct event *event, char words[STORY_TEXT_MAX]);

/* The name of the event's cause, or "". */
const char *story_cause(const struct event *event);

#endif
