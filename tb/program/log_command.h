/* SPDX-License-Identifier: Apache-2.0
 *
 * prisim log: the lines of a record.
 */
#ifndef PRISIM_TB_LOG_COMMAND_H
#define PRISIM_TB_LOG_COMMAND_H

#include <argp.h>

extern const struct argp log_argp;

/* Reads the command line behind `prisim`, which it may change, and writes the log. Returns the exit code; leaves the
 * program for --help (exit 0) and for what cannot be used (exit 2). */
int log_main(int argc, char **argv);

#endif
