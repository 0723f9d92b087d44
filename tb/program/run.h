/* SPDX-License-Identifier: Apache-2.0
 *
 * One scenario from its file to its verdict.
 */
#ifndef PRISIM_TB_RUN_H
#define PRISIM_TB_RUN_H

#include "tb/program/options.h"

/* True if the engine is there, loaded if it is a plug-in, and has the Verilated PRI queue if that is asked for; else it
 * says on standard error why not. */
bool run_can(enum engine engine, bool pri_queue_rtl);

/* Runs one file and prints what the options ask for. Returns the exit code of prisim for it. Its engine is
 * there: run_can. */
int run_file(const struct options *options, const char *file);

#endif
