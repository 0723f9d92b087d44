/* SPDX-License-Identifier: Apache-2.0
 *
 * One scenario from its file to its verdict.
 */
#ifndef PRISIM_TB_RUN_H
#define PRISIM_TB_RUN_H

#include "tb/program/options.h"

/* Runs one file and prints what the options ask for. Returns the exit code of prisim for it. */
int run_file(const struct options *options, const char *file);

#endif
