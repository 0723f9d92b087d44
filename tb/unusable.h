/* SPDX-License-Identifier: Apache-2.0
 *
 * How a command line is refused.
 */
#ifndef PRISIM_TB_UNUSABLE_H
#define PRISIM_TB_UNUSABLE_H

/* Prints "prisim: COMMAND: WHAT: VALUE" on standard error and leaves the program with EXIT_UNUSABLE. Without a command
 * or a value (NULL) that part is left out. */
_Noreturn void unusable(const char *command, const char *what, const char *value);

#endif
