/* SPDX-License-Identifier: Apache-2.0
 *
 * The command lines of prisim run and prisim describe.
 */
#ifndef PRISIM_TB_OPTIONS_H
#define PRISIM_TB_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

#include "tb/exit_code.h"
#include "tb/program/run_outputs.h"
#include "tb/report/report_filter.h"

enum { OPTIONS_FILES_MAX = 256, OPTIONS_SETTINGS_MAX = 64, OPTIONS_SETTING_MAX = 256, OPTIONS_NAME_MAX = 256 };

/* Of two exit codes the one that says more: 3, 2, 1, 4, 0. */
int exit_worse(int a, int b);

enum engine { ENGINE_SYSTEMC, ENGINE_SYSTEMC_CLOCKED, ENGINE_NATIVE };

struct options {
    enum engine engine;
    bool pri_queue_rtl; /* the Verilated PRI queue instead of the C block */
    unsigned files;
    const char *file[OPTIONS_FILES_MAX]; /* run: scenarios. describe: at most one key */
    unsigned settings;
    const char *setting[OPTIONS_SETTINGS_MAX]; /* --set, --seed and --until, as key=value */
    const char *policy;                        /* the file of a list of steps, or NULL */
    const char *output[RUN_OUTPUTS];           /* a path or NULL; "-" is standard output */
    char named[OPTIONS_NAME_MAX];              /* of an output that was given no name */
    bool quiet;
    bool hops; /* the report has the times */
    struct report_filter filter;
    bool markdown;
    char seed_setting[OPTIONS_SETTING_MAX];
    char until_setting[OPTIONS_SETTING_MAX];
};

/* Makes the rest of options_run_argp: what a run can write is a table of its own. Before the two below. */
void options_gather(void);
extern const struct argp options_run_argp, options_describe_argp;

/* Read a command line. Print help and leave the program (exit 0), or print one line on standard error and leave it
 * (exit 2) if it cannot be used. */
void options_parse_run(struct options *options, int argc, char **argv);
void options_parse_describe(struct options *options, int argc, char **argv);

const char *engine_text(enum engine engine);
/* The engine of that name; leaves the program (exit 2) if there is none, or none in this build. */
enum engine options_engine(const char *name);
bool options_has_engine(enum engine engine);

#endif
