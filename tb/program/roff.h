/* SPDX-License-Identifier: Apache-2.0
 *
 * A manual page in the macros of man(7).
 */
#ifndef PRISIM_TB_ROFF_H
#define PRISIM_TB_ROFF_H

#include <stdio.h>

/* The head of a page and what it is in a line. */
void roff_open(FILE *to, const char *name, unsigned section, const char *about);

/* A heading, in capitals. */
void roff_section(FILE *to, const char *heading);

/* Text on a line of its own, to be filled with its neighbours; `*words*` of an option's value are not special. */
void roff_text(FILE *to, const char *text);

/* The same without the end of the line: in between, fprintf may set fonts. */
void roff_words(FILE *to, const char *text);

/* A tag in bold, and `italic` (or NULL) behind it: what follows is its text. */
void roff_tag(FILE *to, const char *bold, const char *italic);

#endif
