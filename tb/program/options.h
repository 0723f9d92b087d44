/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line of prisim.
 */
#ifndef PRISIM_TB_OPTIONS_H
#define PRISIM_TB_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "tb/exit_code.h"
#include "tb/program/run_outputs.h"
#include "tb/report/report_filter.h"

enum { OPTIONS_FILES_MAX = 256, OPTIONS_SETTINGS_MAX = 64, OPTIONS_SETTING_MAX = 256 };

/* Of two exit codes the one that says more: 3, 2, 1, 4, 0. */
int exit_worse(int a, int b);

enum command { COMMAND_RUN, COMMAND_DESCRIBE };
enum engine { ENGINE_SYSTEMC, ENGINE_SYSTEMC_CLOCKED, ENGINE_NATIVE };

struct options {
    enum command command;
    enum engine engine;
    bool pri_queue_rtl; /* the Verilated PRI queue instead of the C block */
    unsigned files;
    const char *file[OPTIONS_FILES_MAX]; /* run: scenarios. describe: at most one key */
    unsigned settings;
    const char *setting[OPTIONS_SETTINGS_MAX]; /* --set, --seed and --until, as key=value */
    const char *output[RUN_OUTPUTS];           /* a path or NULL; "-" is standard output */
    bool quiet;
    struct report_filter filter;
    bool markdown;
    char seed_setting[OPTIONS_SETTING_MAX];
    char until_setting[OPTIONS_SETTING_MAX];
};

/* Reads the command line. Prints help and leaves the program (exit 0), or prints one line on standard error and leaves
 * it (exit 2) if it cannot be used. */
void options_parse(struct options *options, int argc, char **argv);

const char *engine_text(enum engine engine);
/* The engine of that name; leaves the program (exit 2) if there is none, or none in this build. */
enum engine options_engine(const char *name);
bool options_has_engine(enum engine engine);

#endif
