/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line of prisim view.
 */
#ifndef PRISIM_TB_VIEW_OPTIONS_H
#define PRISIM_TB_VIEW_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

enum { VIEW_LOGS_MAX = 2, VIEW_SETTINGS_MAX = 64 };

enum view_as { VIEW_PAGE, VIEW_PERFETTO, VIEW_MERMAID, VIEW_KANATA, VIEW_AS };

struct view_options {
    enum view_as as;
    uint32_t request; /* which one is drawn, from 1; 0: not said */
    unsigned logs;
    struct {
        const char *path;
        const char *scenario; /* or NULL */
        const char *policy;   /* the file of a list of steps, or NULL */
        unsigned settings;
        const char *setting[VIEW_SETTINGS_MAX]; /* key=value */
    } log[VIEW_LOGS_MAX];
    const char *out; /* "-" is standard output */
    char *out_owned; /* the name that was made from the log's, or NULL */
};

extern const struct argp view_argp;

/* Reads the command line. Prints help and leaves the program (exit 0), or prints one line on standard error and leaves
 * it (exit 2) if it cannot be used. */
void view_options_parse(struct view_options *options, int argc, char **argv);

#endif
