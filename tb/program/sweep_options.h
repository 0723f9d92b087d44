/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line of prisim sweep.
 */
#ifndef PRISIM_TB_SWEEP_OPTIONS_H
#define PRISIM_TB_SWEEP_OPTIONS_H

#include <argp.h>

#include "tb/program/sweep_rows.h"

struct sweep_options {
    struct sweep_plan plan;
    bool ranged; /* --orders STEP=FROM..TO */
    uint64_t from, to;
    unsigned jobs;
    bool resume;
    enum sweep_format format;
    const char *out, *plot; /* or NULL */
};

extern const struct argp sweep_argp;

/* Reads it. Prints help and leaves the program (exit 0), or prints one line on standard error and leaves it (exit 2) if
 * it cannot be used; what the scenario says to it is not looked at. */
void sweep_options_parse(struct sweep_options *options, int argc, char **argv);

#endif
