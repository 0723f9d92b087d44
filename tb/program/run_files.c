/* SPDX-License-Identifier: Apache-2.0
 *
 * A process of its own for each of several scenarios (run_files.h): a process has one SystemC kernel.
 */
#define _POSIX_C_SOURCE 200809L
#include "tb/program/run_files.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tb/program/run.h"
#include "tb/report/ending.h"

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
        if (fflush(stdout) != 0 || ferror(stdout)) {
            perror("prisim: standard output");
            code = EXIT_UNUSABLE;
        }
        _exit(code);
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

int run_main(int argc, char **argv)
{
    static struct options options;
    options_parse_run(&options, argc, argv);
    if (!run_can(options.engine, options.pri_queue_rtl))
        return EXIT_UNUSABLE;
    if (options.files == 1)
        return run_file(&options, options.file[0]);
    int worst = EXIT_AS_EXPECTED;
    for (unsigned i = 0; i < options.files; i++)
        worst = exit_worse(worst, run_in_child(&options, options.file[i]));
    return worst;
}
