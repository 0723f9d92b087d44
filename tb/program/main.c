/* SPDX-License-Identifier: Apache-2.0
 *
 * prisim, the program: the first word of the command line names the command.
 */
#include <stdio.h>
#include <string.h>

#include "tb/exit_code.h"
#include "tb/program/commands.h"
#include "tb/program/manual.h"
#include "tb/report/ending.h"
#include "tb/unusable.h"
#include "tb/version.h"

enum { COMMAND_MAX = 32, LINE = 30 };

static void print_help(FILE *to)
{
    fprintf(to, "prisim " PRISIM_VERSION " - %s\n\n", command_question);
    for (const struct command *c = commands(); c->name; c++) {
        const char *arguments = c->argp->args_doc ? c->argp->args_doc : "";
        int width = fprintf(to, "  prisim %s %s", c->name, arguments);
        fprintf(to, "%*s %s\n", width < LINE ? LINE - width : 1, "", c->about);
    }
    fprintf(to, "\n  %-*s%s\n  prisim --version\n\nExit:\n", LINE - 1, "prisim run --help", "the options of a command");
    for (const struct command_exit *e = command_exits; e->code; e++)
        fprintf(to, "  %-8s %s\n", e->code, e->about);
    fprintf(to, "  %s\n", command_exit_of_several);
}

static int without_command(const char *word)
{
    if (strcmp(word, "--version") == 0) {
        puts("prisim " PRISIM_VERSION);
        return EXIT_AS_EXPECTED;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        print_help(stdout);
        return EXIT_AS_EXPECTED;
    }
    if (*word)
        unusable(NULL, "expected a command, one of prisim --help", word);
    print_help(stderr);
    return EXIT_UNUSABLE;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    const struct command *command = command_find(word);
    char name[COMMAND_MAX];
    int code;
    ending_install();
    argp_err_exit_status = EXIT_UNUSABLE;
    if (command) {
        snprintf(name, sizeof name, "prisim %s", command->name);
        argv[1] = name;
        code = command->main(argc - 1, argv + 1);
    } else if (strcmp(word, "write-manual") == 0) {
        code = manual_main(argc - 1, argv + 1); /* for the build */
    } else {
        code = without_command(word);
    }
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    perror("prisim: standard output");
    return EXIT_UNUSABLE;
}
