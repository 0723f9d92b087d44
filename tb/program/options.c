/* SPDX-License-Identifier: Apache-2.0
 *
 * The command lines of prisim run and prisim describe, by argp.
 */
#define _GNU_SOURCE
#include "tb/program/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/program/outputs.h"
#include "tb/unusable.h"

enum key {
    KEY_SET = 256,
    KEY_POLICY,
    KEY_SEED,
    KEY_UNTIL,
    KEY_ENGINE,
    KEY_MARKDOWN,
    KEY_PRI_QUEUE,
    KEY_ONLY,
    KEY_POINTS,
    KEY_AROUND,
    KEY_ALL,
    KEY_HOPS,
    KEY_OUTPUT
};

static const struct argp_option run_options[] = {
    {"engine", KEY_ENGINE, "systemc|systemc-clocked|native", 0, "what clocks the blocks; default: systemc", 0},
    {"pri-queue", KEY_PRI_QUEUE, "c|rtl", 0, "our PRI queue in C (the default), or its RTL under Verilator", 0},
    {"set", KEY_SET, "KEY=VALUE", 0, "change one key of the scenario, for example system.driver.unbind=drain", 0},
    {"policy", KEY_POLICY, "FILE", 0,
     "unbind by the list of steps in FILE, as system.driver.own has it; --set comes after it", 0},
    {"seed", KEY_SEED, "N", OPTION_HIDDEN, "the same as --set seed=N, which says why there is none", 0},
    {"until", KEY_UNTIL, "CYCLE", 0, "the same as --set limits.cycles=CYCLE", 0},
    {"quiet", 'q', NULL, 0, "print the verdict only", 0},
    {"only", KEY_ONLY, "KEY=VALUE", 0,
     "show only events that have it: endpoint=nic, at=smmu, event=driver., point=S2, pasid=1, group=PRGI, or any other "
     "field; several with commas, or repeated: values of one key are alternatives, different keys must all hold",
     0},
    {"points", KEY_POINTS, NULL, 0, "show only events that mark a point, E0 to R2 or U0 to U7", 0},
    {"around", KEY_AROUND, "CYCLE[+-N]", 0, "show only events within N cycles of CYCLE; default: 500", 0},
    {"all", KEY_ALL, NULL, 0, "show all events, however many, also those that the report leaves out by itself", 0},
    {"hops", KEY_HOPS, NULL, 0,
     "show how long page requests took from point to point, and unbinds: count, min, median, p99 and max in cycles", 0},
};

/* The options of `prisim run`: its own, those of its outputs, and a last one of zeros. */
enum { RUN_OPTIONS = sizeof run_options / sizeof *run_options };
static struct argp_option all_run_options[RUN_OPTIONS + RUN_OUTPUTS + 1];

void options_gather(void)
{
    memcpy(all_run_options, run_options, sizeof run_options);
    for (int i = 0; i < RUN_OUTPUTS; i++)
        all_run_options[RUN_OPTIONS + i] =
            (struct argp_option){run_outputs[i].option, KEY_OUTPUT + i,
                                 run_outputs[i].value,  run_outputs[i].ending ? OPTION_ARG_OPTIONAL : 0,
                                 run_outputs[i].about,  0};
}

static const struct argp_option describe_options[] = {
    {"markdown", KEY_MARKDOWN, NULL, 0, "as docs/scenarios.md has it", 0},
    {0},
};

static void add_setting(struct options *o, const char *setting)
{
    if (o->settings == OPTIONS_SETTINGS_MAX)
        unusable(NULL, "too many settings: expected at most 64 of --set, --seed and --until", NULL);
    o->setting[o->settings++] = setting;
}

static void add_composed(struct options *o, char *setting, const char *key, const char *value)
{
    if (snprintf(setting, OPTIONS_SETTING_MAX, "%s=%s", key, value) >= OPTIONS_SETTING_MAX)
        unusable(NULL, "value too long", value);
    add_setting(o, setting);
}

static enum engine default_engine(void)
{
#ifdef PRISIM_HAS_SYSTEMC
    return ENGINE_SYSTEMC;
#else
    return ENGINE_NATIVE;
#endif
}

bool options_has_engine(enum engine engine)
{
#ifdef PRISIM_HAS_SYSTEMC
    return engine <= ENGINE_NATIVE;
#else
    return engine == ENGINE_NATIVE;
#endif
}

int exit_worse(int a, int b)
{
    static const int order[] = {EXIT_OWN_FAULT, EXIT_UNUSABLE, EXIT_NOT_AS_EXPECTED, EXIT_INCOMPLETE};
    for (unsigned i = 0; i < sizeof order / sizeof *order; i++)
        if (a == order[i] || b == order[i])
            return order[i];
    return EXIT_AS_EXPECTED;
}

enum engine options_engine(const char *name)
{
#ifndef PRISIM_HAS_SYSTEMC
    if (strncmp(name, "systemc", strlen("systemc")) == 0)
        unusable(NULL, "--engine: this build has no SystemC: expected native", name);
#endif
    for (enum engine e = ENGINE_SYSTEMC; e <= ENGINE_NATIVE; e++)
        if (strcmp(name, engine_text(e)) == 0)
            return e;
    unusable(NULL, "--engine: expected systemc, systemc-clocked or native", name);
    return ENGINE_NATIVE;
}

const char *engine_text(enum engine engine)
{
    switch (engine) {
    case ENGINE_SYSTEMC:
        return "systemc";
    case ENGINE_SYSTEMC_CLOCKED:
        return "systemc-clocked";
    case ENGINE_NATIVE:
        return "native";
    }
    return "?";
}

/* argp takes the value of an option that may have none only behind a "=". What ends as an output without a name does is
 * no scenario but that name. */
static bool take_name(struct options *o, const char *value)
{
    size_t length = strlen(value);
    for (unsigned i = 0; i < RUN_OUTPUTS; i++) {
        size_t end = run_outputs[i].ending ? strlen(run_outputs[i].ending) : 0;
        if (!end || o->output[i] != o->named || length <= end ||
            strcmp(value + length - end, run_outputs[i].ending) != 0)
            continue;
        o->output[i] = value;
        return true;
    }
    return false;
}

static void add_only(struct options *o, const char *value)
{
    char message[REPORT_FILTER_MESSAGE_MAX];
    if (!report_filter_add(&o->filter, value, message))
        unusable("run", "--only", message);
}

static void set_around(struct options *o, const char *value)
{
    char message[REPORT_FILTER_MESSAGE_MAX];
    if (!report_filter_around(&o->filter, value, message))
        unusable("run", "--around", message);
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case KEY_ONLY:
        add_only(o, value);
        return 0;
    case KEY_POINTS:
        o->filter.points = true;
        return 0;
    case KEY_AROUND:
        set_around(o, value);
        return 0;
    case KEY_ALL:
        o->filter.all = true;
        return 0;
    case KEY_HOPS:
        o->hops = true;
        return 0;
    case KEY_ENGINE:
        o->engine = options_engine(value);
        return 0;
    case KEY_PRI_QUEUE:
        if (strcmp(value, "c") != 0 && strcmp(value, "rtl") != 0)
            unusable(NULL, "--pri-queue: expected c or rtl", value);
        o->pri_queue_rtl = strcmp(value, "rtl") == 0;
        return 0;
    case KEY_SET:
        add_setting(o, value);
        return 0;
    case KEY_POLICY:
        if (o->policy)
            unusable("run", "--policy: expected once", value);
        o->policy = value;
        return 0;
    case KEY_SEED:
        add_composed(o, o->seed_setting, "seed", value);
        return 0;
    case KEY_UNTIL:
        add_composed(o, o->until_setting, "limits.cycles", value);
        return 0;
    case KEY_MARKDOWN:
        o->markdown = true;
        return 0;
    case 'q':
        o->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        if (take_name(o, value))
            return 0;
        if (o->files == OPTIONS_FILES_MAX)
            unusable(NULL, "too many files: expected at most 256", NULL);
        o->file[o->files++] = value;
        return 0;
    default:
        if (key < KEY_OUTPUT || key >= KEY_OUTPUT + RUN_OUTPUTS)
            return ARGP_ERR_UNKNOWN;
        o->output[key - KEY_OUTPUT] = value ? value : o->named;
        return 0;
    }
}

/* The name of an output that was given none: the scenario's, without its folder. */
static void name_output(struct options *o, const char *ending)
{
    const char *slash = strrchr(o->file[0], '/'), *name = slash ? slash + 1 : o->file[0];
    const char *dot = strrchr(name, '.');
    int length = dot && dot != name ? (int)(dot - name) : (int)strlen(name);
    if (snprintf(o->named, sizeof o->named, "%.*s%s", length, name, ending) >= (int)sizeof o->named)
        unusable("run", "the scenario's name is too long for an output's", name);
}

static void check_run(struct options *o)
{
    char message[OUTPUTS_MESSAGE_MAX];
    if (o->quiet && (o->filter.all || report_filter_narrows(&o->filter) || o->hops))
        unusable("run", "--quiet prints no table: expected no --only, --points, --around, --all or --hops with it",
                 NULL);
    if (o->files == 0)
        unusable("run", "expected at least one scenario file", NULL);
    if (o->pri_queue_rtl && !options_has_engine(ENGINE_SYSTEMC))
        unusable("run", "--pri-queue rtl: this build has no Verilated PRI queue (PRISIM_SYSTEMC, PRISIM_VERILATOR)",
                 NULL);
    if (o->pri_queue_rtl && o->engine == ENGINE_NATIVE)
        unusable("run", "--pri-queue rtl: expected a SystemC engine", "native");
    for (unsigned i = 0; i < RUN_OUTPUTS; i++)
        if (o->files > 1 && o->output[i]) {
            snprintf(message, sizeof message, "run: --%s is for one scenario file", run_outputs[i].option);
            unusable(NULL, message, NULL);
        } else if (o->output[i] == o->named) {
            name_output(o, run_outputs[i].ending);
        }
    if (!outputs_settle(o, message))
        unusable(NULL, message, NULL);
}

const struct argp options_run_argp = {all_run_options, parse, "FILE...", "Runs scenarios.", NULL, NULL, NULL};
const struct argp options_describe_argp = {
    describe_options, parse, "[KEY]", "Says what can be written in a scenario.", NULL, NULL, NULL};

void options_parse_run(struct options *o, int argc, char **argv)
{
    memset(o, 0, sizeof *o);
    o->engine = default_engine();
    argp_parse(&options_run_argp, argc, argv, 0, NULL, o);
    check_run(o);
}

void options_parse_describe(struct options *o, int argc, char **argv)
{
    memset(o, 0, sizeof *o);
    argp_parse(&options_describe_argp, argc, argv, 0, NULL, o);
    if (o->files > 1)
        unusable("describe", "expected at most one key", NULL);
}
