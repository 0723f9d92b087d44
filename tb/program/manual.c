/* SPDX-License-Identifier: Apache-2.0
 *
 * The pages (manual.h). A command's page follows its struct argp as its --help does.
 */
#define _POSIX_C_SOURCE 200809L
#include "tb/program/manual.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tb/exit_code.h"
#include "tb/program/commands.h"
#include "tb/program/completion.h"
#include "tb/program/roff.h"
#include "tb/report/whole_file.h"
#include "tb/scenario/scenario.h"
#include "tb/unusable.h"

enum { PATH_BYTES = 4096, NAME_BYTES = 64 };

/* A page's name of a command. */
static const char *page_name(const struct command *command, char name[NAME_BYTES])
{
    snprintf(name, NAME_BYTES, "prisim-%s", command->name);
    return name;
}

static void option(FILE *to, const struct argp_option *o)
{
    char tag[NAME_BYTES], value[NAME_BYTES];
    bool is_short = command_option_is_short(o), may_miss = o->flags & OPTION_ARG_OPTIONAL;
    snprintf(tag, sizeof tag, "%c%c%s--%s%s", is_short ? '-' : ' ', is_short ? o->key : ' ', is_short ? ", " : "",
             o->name, o->arg && !may_miss ? "=" : "");
    snprintf(value, sizeof value, "%s%s%s", may_miss ? "[=" : "", o->arg ? o->arg : "", may_miss ? "]" : "");
    roff_tag(to, is_short ? tag : tag + 2, value[0] ? value : NULL);
    roff_text(to, o->doc);
}

static void options(FILE *to, const struct argp_option *o)
{
    roff_section(to, "OPTIONS");
    for (; o->name; o++)
        if (!(o->flags & OPTION_HIDDEN))
            option(to, o);
    roff_tag(to, "-?, --help", NULL);
    roff_text(to, "Give a list of the options.");
    roff_tag(to, "--usage", NULL);
    roff_text(to, "Give a short list of the options.");
}

static void exits(FILE *to)
{
    roff_section(to, "EXIT STATUS");
    for (const struct command_exit *e = command_exits; e->code; e++) {
        roff_tag(to, e->code, NULL);
        roff_text(to, e->about);
    }
    fputs(".PP\n", to);
    roff_text(to, command_exit_of_several);
}

static void see_also(FILE *to, const char *page)
{
    char name[NAME_BYTES];
    const char *before = "";
    roff_section(to, "SEE ALSO");
    if (strcmp(page, "prisim") != 0) {
        fputs("\\fBprisim\\fR(1)", to);
        before = ",\n";
    }
    for (const struct command *c = commands(); c->name; c++) {
        if (strcmp(page_name(c, name), page) == 0)
            continue;
        fprintf(to, "%s\\fB", before);
        roff_words(to, name);
        fputs("\\fR(1)", to);
        before = ",\n";
    }
    fputs(strcmp(page, "prisim-scenario") == 0 ? "\n" : ",\n\\fBprisim\\-scenario\\fR(5)\n", to);
}

static void example(FILE *to, const char *line)
{
    roff_section(to, "EXAMPLE");
    fputs(".nf\n", to);
    roff_text(to, line);
    fputs(".fi\n", to);
}

/* The page of a command. What stands behind a vertical tab in argp's text, its help has behind the options. */
static void command_page(FILE *to, const struct command *c)
{
    char name[NAME_BYTES];
    const char *doc = c->argp->doc, *rest = strchr(doc, '\v');
    char *first = strndup(doc, rest ? (size_t)(rest - doc) : strlen(doc));
    roff_open(to, page_name(c, name), 1, c->about);
    roff_section(to, "SYNOPSIS");
    fprintf(to, "\\fBprisim %s\\fR [\\fIOPTION\\fR...] \\fI", c->name);
    roff_words(to, c->argp->args_doc ? c->argp->args_doc : "");
    fputs("\\fR\n", to);
    roff_section(to, "DESCRIPTION");
    roff_text(to, first ? first : "");
    free(first);
    options(to, c->argp->options);
    if (rest) {
        roff_section(to, "EXIT STATUS");
        roff_text(to, rest + 1);
    } else {
        exits(to);
    }
    example(to, c->example);
    see_also(to, name);
}

static void program_page(FILE *to)
{
    char name[NAME_BYTES];
    roff_open(to, "prisim", 1, command_question);
    roff_section(to, "SYNOPSIS");
    fputs("\\fBprisim\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]\n.br\n"
          "\\fBprisim \\-\\-help\\fR | \\fB\\-\\-version\\fR\n",
          to);
    roff_section(to, "DESCRIPTION");
    roff_text(to,
              "prisim runs scenarios of an SMMUv3 with its PRI queue, a PCIe fabric, endpoints with ATS and PRI, and "
              "a driver, clock edge by clock edge, and says who is hurt when a PASID is unbound while page requests "
              "are in flight.");
    roff_section(to, "COMMANDS");
    for (const struct command *c = commands(); c->name; c++) {
        char tag[NAME_BYTES];
        snprintf(tag, sizeof tag, "prisim %s ", c->name);
        roff_tag(to, tag, c->argp->args_doc);
        roff_words(to, c->about);
        fputs(": \\fB", to);
        roff_words(to, page_name(c, name));
        fputs("\\fR(1)\n", to);
    }
    exits(to);
    see_also(to, "prisim");
}

/* The lines that scenario_describe_kind prints: a name, and indented lines below it. */
static bool entries(FILE *to, enum describe_kind kind)
{
    char *text = NULL, *rest = NULL;
    size_t size;
    FILE *from = open_memstream(&text, &size);
    bool good = from && scenario_describe_kind(from, kind);
    if (from)
        fclose(from);
    bool first = true;
    for (char *line = good ? strtok_r(text, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest)) {
        if (line[0] != ' ') {
            roff_tag(to, line, NULL);
            first = true;
            continue;
        }
        fputs(first ? "" : ".br\n", to);
        roff_text(to, line + strspn(line, " "));
        first = false;
    }
    free(text);
    return good;
}

/* A whole scenario, to begin with. */
static const char scenario_example[] = "name: served\n"
                                       "about: One page request is made, and served.\n"
                                       "system:\n"
                                       "  endpoints: [{id: nic, pri: {allocation: 8}}]\n"
                                       "spaces:\n"
                                       "  A: {regions: [{at: 0x4000, size: 0x1000, perm: rw}]}\n"
                                       "timeline:\n"
                                       "  - {at: 0, bind: {endpoint: nic, pasid: 1, space: A}}\n"
                                       "  - {at: 20000, dma: {endpoint: nic, pasid: 1, address: 0x4000, size: 64}}";

static bool scenario_page(FILE *to)
{
    static const char *const headings[DESCRIBE_KINDS] = {"KEYS", "EVENTS", "CAUSES", "HAZARDS"};
    bool good = true;
    roff_open(to, "prisim-scenario", 5, "what can be written in a scenario of prisim");
    roff_section(to, "DESCRIPTION");
    roff_text(to,
              "A scenario is one YAML file: the system, the address spaces, a timeline, and what must come out. What "
              "is not said has a default. Below, an asterisk stands for an id, a name of the scenario's own or an "
              "index; prisim run --set changes any key.");
    for (unsigned kind = 0; kind < DESCRIBE_KINDS && good; kind++) {
        roff_section(to, headings[kind]);
        good = entries(to, (enum describe_kind)kind);
    }
    example(to, scenario_example);
    see_also(to, "prisim-scenario");
    return good;
}

/* Makes a folder, unless it is there. */
static bool make_folder(const char *path)
{
    return mkdir(path, 0777) == 0 || errno == EEXIST;
}

static FILE *open_page(struct whole_file *file, const char *folder, const char *part, const char *name,
                       const char *ending)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", folder, part);
    if (!make_folder(path))
        return NULL;
    snprintf(path, sizeof path, "%s/%s/%s%s", folder, part, name, ending);
    return whole_file_open(file, path) ? file->stream : NULL;
}

static bool write_commands(const char *folder)
{
    struct whole_file file;
    char name[NAME_BYTES];
    for (const struct command *c = commands(); c->name; c++) {
        FILE *to = open_page(&file, folder, "man1", page_name(c, name), ".1");
        if (!to)
            return false;
        command_page(to, c);
        if (!whole_file_close(&file, true))
            return false;
    }
    return true;
}

static bool write_all(const char *folder)
{
    struct whole_file file;
    FILE *to = make_folder(folder) ? open_page(&file, folder, "man1", "prisim", ".1") : NULL;
    if (!to)
        return false;
    program_page(to);
    if (!whole_file_close(&file, true) || !write_commands(folder) ||
        !(to = open_page(&file, folder, "man5", "prisim-scenario", ".5")))
        return false;
    bool good = scenario_page(to);
    if (!whole_file_close(&file, good) || !good || !(to = open_page(&file, folder, "completions", "prisim", ".data")))
        return false;
    completion_write(to);
    return whole_file_close(&file, true);
}

int manual_main(int argc, char **argv)
{
    if (argc != 2)
        unusable("write-manual", "expected one folder", NULL);
    if (write_all(argv[1]))
        return EXIT_AS_EXPECTED;
    fprintf(stderr, "prisim: write-manual: %s: %s\n", argv[1], strerror(errno));
    return EXIT_UNUSABLE;
}
