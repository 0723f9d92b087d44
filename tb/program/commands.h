/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands of prisim: one row each. The help, the manual pages and the completion of a shell are made from them,
 * and from the options that each has by argp.
 */
#ifndef PRISIM_TB_COMMANDS_H
#define PRISIM_TB_COMMANDS_H

#include <argp.h>
#include <stdbool.h>

struct command {
    const char *name;
    const char *about;                  /* what it does, in one line */
    const char *example;                /* a command line, in the folder of a scenario */
    const struct argp *argp;            /* its options, arguments and the text of its help */
    int (*main)(int argc, char **argv); /* the command line from the command's name on; returns the exit code */
};

/* All of them, up to one without a name. */
const struct command *commands(void);

/* The one with that name, or NULL. */
const struct command *command_find(const char *name);

/* Whether an option has a letter besides its name: its key is that. */
bool command_option_is_short(const struct argp_option *option);

/* What prisim ends with: a number, or "128 + N", and what it says; up to one without. */
struct command_exit {
    const char *code, *about;
};
extern const struct command_exit command_exits[];
/* Of several files. */
extern const char command_exit_of_several[];

/* What prisim is, in a line. */
extern const char command_question[];

#endif
