/* SPDX-License-Identifier: Apache-2.0
 *
 * What the completion of bash knows of prisim: commands, options and what they take, keys of a scenario and of --only
 * with their values. The function that completes with it is completion.bash; the build puts the two together.
 */
#ifndef PRISIM_TB_COMPLETION_H
#define PRISIM_TB_COMPLETION_H

#include <stdio.h>

/* Writes it as variables of bash. What an option takes is a list of words, or @ and what kind of thing it is; an
 * option that need not take it has an equals sign at its end. */
void completion_write(FILE *to);

#endif
