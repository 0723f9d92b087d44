/* SPDX-License-Identifier: Apache-2.0
 *
 * prisim regress: every scenario of a folder on every engine, its verdict and its golden log. A golden log is the log
 * of a scenario as it is meant to be, in plain text beside the scenario: NAME.jsonl beside NAME.yaml.
 */
#ifndef PRISIM_TB_REGRESS_H
#define PRISIM_TB_REGRESS_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "tb/program/options.h"

/* One scenario on one engine. */
struct regress_result {
    const char *file;
    enum engine engine;
    int status;       /* exit code of the run; a log that differs counts as EXIT_NOT_AS_EXPECTED */
    double seconds;   /* of processor time are not told: of the clock */
    char *said;       /* what the run printed, and what differs; lines that end with a newline */
    bool interrupted; /* the run's process died */
};

extern const struct argp regress_argp;

/* The command line after the command's name. Returns the exit code of prisim. */
int regress_main(int argc, char **argv);

/* regress_files.c: the scenarios (*.yaml) of files and folders, in the order of their names; folders are searched to
 * their ground. */
struct regress_files {
    char **path;
    size_t count, room;
};
/* False if the path is not there or there is no scenario in it; one line on standard error says so. */
bool regress_files_add(struct regress_files *files, const char *path);
void regress_files_free(struct regress_files *files);

/* regress_log.c: golden logs. */
/* "scenarios/a.yaml" -> "scenarios/a.jsonl"; the caller frees it. */
char *regress_golden_path(const char *file);
/* Prints to `said` the first line at which the logs differ, with its neighbours; true if they are equal. A golden log
 * that is not there differs. */
bool regress_log_compare(const char *golden, const char *log, FILE *said);
/* Makes `log` the golden log if it is not equal to it; says what changed. False with errno set if it cannot be written.
 */
bool regress_log_bless(const char *golden, const char *log, FILE *said);

/* regress_report.c: what others read. */
/* Lines behind "# ". */
void regress_tap_comment(FILE *to, const char *text);
void regress_tap_result(FILE *to, unsigned number, const struct regress_result *result);
/* JUnit XML. False with errno set. */
bool regress_junit_write(const char *path, const struct regress_result *results, size_t count);

#endif
