/* SPDX-License-Identifier: Apache-2.0
 *
 * prisim, the program: the command line, and a process of its own for each of several scenarios (a process has one
 * SystemC kernel).
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tb/program/log_command.h"
#include "tb/program/matrix.h"
#include "tb/program/regress.h"
#include "tb/program/run.h"
#include "tb/program/sweep.h"
#include "tb/program/view.h"
#include "tb/report/ending.h"
#include "tb/scenario/scenario.h"
#include "tb/vectors/vectors.h"

static int without_output(void)
{
    perror("prisim: standard output");
    return EXIT_UNUSABLE;
}

/* What ends the program ends the run that it waits for. */
static void end_child(void *context, int signal)
{
    const pid_t *child = context;
    kill(*child, signal);
}

static int run_in_child(const struct options *options, const char *file)
{
    fflush(stdout);
    fflush(stderr);
    pid_t child = fork();
    if (child < 0) {
        perror("prisim: fork");
        return EXIT_OWN_FAULT;
    }
    if (child == 0) {
        int code = run_file(options, file);
        _exit(fflush(stdout) == 0 && !ferror(stdout) ? code : without_output());
    }
    ending_watch(end_child, &child);
    int status;
    pid_t ended;
    do
        ended = waitpid(child, &status, 0);
    while (ended < 0 && errno == EINTR);
    ending_watch(NULL, NULL);
    if (ended != child || !WIFEXITED(status)) {
        fprintf(stderr, "prisim: %s: the run ended by a signal\n", file);
        return EXIT_OWN_FAULT;
    }
    return WEXITSTATUS(status);
}

static int run(const struct options *options)
{
    if (!run_can(options->engine, options->pri_queue_rtl))
        return EXIT_UNUSABLE;
    if (options->files == 1)
        return run_file(options, options->file[0]);
    int worst = EXIT_AS_EXPECTED;
    for (unsigned i = 0; i < options->files; i++)
        worst = exit_worse(worst, run_in_child(options, options->file[i]));
    return worst;
}

static int describe(const struct options *options)
{
    const char *prefix = options->files ? options->file[0] : "";
    if (scenario_describe(stdout, prefix, options->markdown))
        return EXIT_AS_EXPECTED;
    fprintf(stderr, "prisim: describe: %s: expected a key, an event or a hazard, or the beginning of one\n", prefix);
    return EXIT_UNUSABLE;
}

int main(int argc, char **argv)
{
    ending_install();
    if (argc > 1 && strcmp(argv[1], "vectors") == 0)
        return vectors_main(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "regress") == 0)
        return regress_main(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "sweep") == 0)
        return sweep_main(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "matrix") == 0)
        return matrix_main(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "log") == 0)
        return log_main(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "view") == 0)
        return view_main(argc - 1, argv + 1);
    static struct options options;
    options_parse(&options, argc, argv);
    int code = options.command == COMMAND_RUN ? run(&options) : describe(&options);
    return fflush(stdout) == 0 && !ferror(stdout) ? code : without_output();
}
