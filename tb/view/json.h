/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the view: JSON that stands inside a page. A "<" is written as an escape, so that no text ends the element
 * that the JSON stands in.
 */
#ifndef PRISIM_TB_VIEW_JSON_H
#define PRISIM_TB_VIEW_JSON_H

#include <stdio.h>

#include "tb/view/recording.h"

/* A string, in quotes. */
void json_string(FILE *to, const char *text);
/* One field of an event, as the log has it. */
void json_value(FILE *to, const struct scenario *names, enum prisim_field_format format, uint64_t value);
/* All fields of an event: [..] */
void json_values(FILE *to, const struct scenario *names, const struct prisim_event *event);

#endif
