/* SPDX-License-Identifier: Apache-2.0
 *
 * Strings as JSON wants them. Writing only; JSON that is read goes through jansson.
 */
#ifndef PRISIM_TB_JSON_TEXT_H
#define PRISIM_TB_JSON_TEXT_H

#include <stddef.h>

/* Each byte becomes at most this many. */
enum { JSON_TEXT_GROWTH = 6 };

/* The text in quotes, with what JSON forbids inside written as escapes, and a 0 behind. `to` has room for
 * JSON_TEXT_GROWTH bytes per byte of the text and 3 more. Returns the length without the 0. */
size_t json_text(char *to, const char *text);

#endif
