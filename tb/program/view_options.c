/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line of prisim view, by argp (view_options.h).
 */
#define _GNU_SOURCE
#include "tb/program/view_options.h"

#include <argp.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/program/outputs.h"
#include "tb/unusable.h"

enum key { KEY_AS = 256, KEY_SCENARIO, KEY_SET, KEY_POLICY, KEY_REQUEST };
enum { REQUEST_MAX = 1000000000 };

static const struct argp_option known[] = {
    {"out", 'o', "FILE", 0, "where it goes; - is standard output; default: the log's name with .html for .jsonl", 0},
    {"as", KEY_AS, "page|perfetto|mermaid|kanata", 0,
     "what is made of the log: a page (the default); trace events for ui.perfetto.dev; a sequence diagram of one page "
     "request; or a pipeline log of all of them for Konata",
     0},
    {"request", KEY_REQUEST, "N", 0,
     "which page request or Stop Marker the sequence diagram is of, in the order in which they were made, from 1; "
     "default: the first that a hazard hit, or the first",
     0},
    {"scenario", KEY_SCENARIO, "FILE", 0,
     "the scenario that the log is of: it is run and judged again, and the log must be what it gives; of two logs one "
     "for "
     "each, in their order",
     0},
    {"set", KEY_SET, "KEY=VALUE", 0, "change one key of the scenario named before it, as prisim run does", 0},
    {"policy", KEY_POLICY, "FILE", 0, "the list of steps by which the scenario named before it was run", 0},
    {0},
};

static const struct {
    const char *name, *suffix;
} kinds[VIEW_AS] = {
    [VIEW_PAGE] = {"page", ".html"},
    [VIEW_PERFETTO] = {"perfetto", ".perfetto.json"},
    [VIEW_MERMAID] = {"mermaid", ".mmd"},
    [VIEW_KANATA] = {"kanata", ".kanata"},
};

struct parsing {
    struct view_options *o;
    unsigned scenarios;
};

static enum view_as as_of(const char *name)
{
    for (unsigned i = 0; i < VIEW_AS; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return (enum view_as)i;
    unusable("view", "--as: expected page, perfetto, mermaid or kanata", name);
}

static uint32_t request_of(const char *text)
{
    char *end;
    unsigned long long value = *text >= '0' && *text <= '9' ? strtoull(text, &end, 10) : 0;
    if (value < 1 || value > REQUEST_MAX || *end)
        unusable("view", "--request: expected 1..1000000000", text);
    return (uint32_t)value;
}

static void add_setting(struct parsing *p, const char *setting)
{
    if (p->scenarios == 0)
        unusable("view", "--set: expected a --scenario before it", setting);
    if (p->o->log[p->scenarios - 1].settings == VIEW_SETTINGS_MAX)
        unusable("view", "--set: expected at most 64", setting);
    p->o->log[p->scenarios - 1].setting[p->o->log[p->scenarios - 1].settings++] = setting;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct parsing *p = state->input;
    switch (key) {
    case 'o':
        p->o->out = value;
        return 0;
    case KEY_AS:
        p->o->as = as_of(value);
        return 0;
    case KEY_REQUEST:
        p->o->request = request_of(value);
        return 0;
    case KEY_SCENARIO:
        if (p->scenarios == VIEW_LOGS_MAX)
            unusable("view", "--scenario: expected at most one for each log", value);
        p->o->log[p->scenarios++].scenario = value;
        return 0;
    case KEY_SET:
        add_setting(p, value);
        return 0;
    case KEY_POLICY:
        if (p->scenarios == 0)
            unusable("view", "--policy: expected a --scenario before it", value);
        p->o->log[p->scenarios - 1].policy = value;
        return 0;
    case ARGP_KEY_ARG:
        if (p->o->logs == VIEW_LOGS_MAX)
            unusable("view", "expected at most two logs", value);
        p->o->log[p->o->logs++].path = value;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* "run.jsonl" becomes "run.html". */
static void name_output(struct view_options *o)
{
    static const char log[] = ".jsonl";
    const char *path = o->log[0].path, *suffix = kinds[o->as].suffix;
    size_t length = strlen(path);
    if (length > strlen(log) && strcmp(path + length - strlen(log), log) == 0)
        length -= strlen(log);
    o->out_owned = malloc(length + strlen(suffix) + 1);
    assert(o->out_owned);
    memcpy(o->out_owned, path, length);
    strcpy(o->out_owned + length, suffix);
    o->out = o->out_owned;
}

static void check_output(const struct view_options *o)
{
    if (!*o->out)
        unusable("view", "--out: expected the name of a file", NULL);
    if (strcmp(o->out, "-") == 0)
        return;
    for (unsigned i = 0; i < o->logs; i++) {
        if (outputs_same_place(o->out, o->log[i].path))
            unusable("view", "--out: expected another file than the log", o->out);
        if (o->log[i].scenario && outputs_same_place(o->out, o->log[i].scenario))
            unusable("view", "--out: expected another file than the scenario", o->out);
    }
}

const struct argp view_argp = {
    known,        parse,
    "LOG [LOG2]", "Shows a run by its log, as a page that needs nothing else, or as other programs show it.",
    NULL,         NULL,
    NULL};

void view_options_parse(struct view_options *o, int argc, char **argv)
{
    memset(o, 0, sizeof *o);
    struct parsing parsing = {o, 0};
    argp_parse(&view_argp, argc, argv, 0, NULL, &parsing);
    if (o->logs == 0)
        unusable("view", "expected a log", NULL);
    if (o->logs > 1 && o->as != VIEW_PAGE)
        unusable("view", "--as: expected one log, for only a page shows two", kinds[o->as].name);
    if (o->request && o->as != VIEW_MERMAID)
        unusable("view", "--request: expected --as mermaid", NULL);
    if (parsing.scenarios && parsing.scenarios != o->logs)
        unusable("view", "--scenario: expected one for each log, or none", NULL);
    if (!o->out)
        name_output(o);
    check_output(o);
}
