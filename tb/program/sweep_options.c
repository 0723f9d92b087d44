/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line of prisim sweep, by argp (sweep_options.h).
 */
#define _GNU_SOURCE
#include "tb/program/sweep_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tb/program/outputs.h"
#include "tb/program/sweep_orders.h"
#include "tb/program/sweep_workers.h"
#include "tb/unusable.h"

enum key {
    KEY_VARY = 256,
    KEY_SET,
    KEY_POLICY,
    KEY_ORDERS,
    KEY_ORDERS_OF,
    KEY_CHECK,
    KEY_OUT,
    KEY_FORMAT,
    KEY_PLOT,
    KEY_JOBS,
    KEY_RESUME
};
enum { CHECKS_MAX = 1000000 };

static const struct argp_option known[] = {
    {"vary", KEY_VARY, "KEY=VALUES", 0,
     "values of one key, A..B, A..B:STEP or a,b,c; may be repeated: every combination is run", 0},
    {"set", KEY_SET, "KEY=VALUE", 0, "change one key of the scenario for all points, as prisim run does", 0},
    {"policy", KEY_POLICY, "FILE", 0, "unbind by the list of steps in FILE, as prisim run does", 0},
    {"orders", KEY_ORDERS, "STEP[=FROM..TO]", 0,
     "place the step of the timeline with this id once for each order of events that it makes; by default over all "
     "cycles at which a run without it has events",
     0},
    {"orders-of", KEY_ORDERS_OF, "NAMES", 0,
     "whose events make an order, by their names in the log or kinds of them; default: driver,pri_queue,endpoint; "
     "without --orders: add the order of each point to its row",
     0},
    {"check", KEY_CHECK, "N", 0, "with --orders: also run N positions, drawn among those that halving left out", 0},
    {"out", KEY_OUT, "FILE", 0, "write the rows to FILE instead of standard output", 0},
    {"format", KEY_FORMAT, "csv|jsonl", 0, "how rows are written; default: csv", 0},
    {"plot", KEY_PLOT, "FILE", 0, "draw the cycles of each run, coloured by what it came to, by gnuplot: .svg or .png",
     0},
    {"jobs", KEY_JOBS, "N", 0, "run N processes; default: one for each processor. Rows are the same whatever N is", 0},
    {"resume", KEY_RESUME, NULL, 0, "go on with the sweep whose rows are in --out FILE", 0},
    {0},
};

static _Noreturn void refuse(const char *line)
{
    fprintf(stderr, "%s\n", line);
    exit(EXIT_UNUSABLE);
}

static unsigned number(const char *option, const char *text, unsigned max)
{
    const char *end;
    uint64_t value;
    char what[64];
    snprintf(what, sizeof what, "%s: expected 1..%u", option, max);
    if (!sweep_number(text, &end, &value) || *end || value < 1 || value > max)
        unusable("sweep", what, text);
    return (unsigned)value;
}

static void read_parties(struct sweep_plan *plan, const char *names)
{
    plan->parties = 0;
    for (const char *at = names;; at++) {
        size_t length = strcspn(at, ",");
        if (length == 0 || length >= SWEEP_NAME_MAX)
            unusable("sweep", "--orders-of: expected names, with a comma between two", names);
        if (plan->parties == SWEEP_PARTIES_MAX)
            unusable("sweep", "--orders-of: expected at most 16 names", names);
        snprintf(plan->party[plan->parties++], SWEEP_NAME_MAX, "%.*s", (int)length, at);
        at += length;
        if (!*at)
            return;
    }
}

static void read_orders(struct sweep_options *o, const char *value)
{
    char message[SWEEP_MESSAGE_MAX];
    struct sweep_step *step = &o->plan.step;
    if (step->argument)
        unusable("sweep", "--orders: expected once", value);
    if (!sweep_orders_range(value, &o->ranged, &o->from, &o->to, message))
        refuse(message);
    step->argument = value;
    if (snprintf(step->id, sizeof step->id, "%.*s", (int)strcspn(value, "="), value) >= (int)sizeof step->id ||
        !step->id[0])
        unusable("sweep", "--orders: expected the id of a step", value);
}

static void add_axis(struct sweep_plan *plan, const char *value)
{
    char message[SCENARIO_TEXT_MAX];
    if (!sweep_axes_add(&plan->axes, value, message))
        refuse(message);
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct sweep_options *o = state->input;
    switch (key) {
    case KEY_VARY:
        add_axis(&o->plan, value);
        return 0;
    case KEY_SET:
        if (o->plan.settings == OPTIONS_SETTINGS_MAX)
            unusable("sweep", "too many settings: expected at most 64 of --set", NULL);
        o->plan.setting[o->plan.settings++] = value;
        return 0;
    case KEY_POLICY:
        if (o->plan.policy)
            unusable("sweep", "--policy: expected once", value);
        o->plan.policy = value;
        return 0;
    case KEY_ORDERS:
        read_orders(o, value);
        return 0;
    case KEY_ORDERS_OF:
        o->plan.orders = true;
        read_parties(&o->plan, value);
        return 0;
    case KEY_CHECK:
        o->plan.step.checks = number("--check", value, CHECKS_MAX);
        return 0;
    case KEY_OUT:
        o->out = strcmp(value, "-") == 0 ? NULL : value;
        return 0;
    case KEY_FORMAT:
        if (strcmp(value, "csv") != 0 && strcmp(value, "jsonl") != 0)
            unusable("sweep", "--format: expected csv or jsonl", value);
        o->format = strcmp(value, "csv") == 0 ? SWEEP_CSV : SWEEP_JSONL;
        return 0;
    case KEY_PLOT:
        o->plot = value;
        return 0;
    case KEY_JOBS:
        o->jobs = number("--jobs", value, SWEEP_JOBS_MAX);
        return 0;
    case KEY_RESUME:
        o->resume = true;
        return 0;
    case ARGP_KEY_ARG:
        if (o->plan.file)
            unusable("sweep", "expected one scenario file", value);
        o->plan.file = value;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool is_set(const struct sweep_plan *plan, const char *key)
{
    size_t length = strlen(key);
    for (unsigned i = 0; i < plan->settings; i++)
        if (strncmp(plan->setting[i], key, length) == 0 && plan->setting[i][length] == '=')
            return true;
    return false;
}

static void check_files(const struct sweep_options *o)
{
    if (o->out && !*o->out)
        unusable("sweep", "--out: expected the name of a file", NULL);
    if (o->out && outputs_same_place(o->out, o->plan.file))
        unusable("sweep", "--out: expected another file than the scenario", o->out);
    if (o->out && o->plan.policy && outputs_same_place(o->out, o->plan.policy))
        unusable("sweep", "--out: expected another file than --policy", o->out);
    if (o->plot && (outputs_same_place(o->plot, o->plan.file) || (o->out && outputs_same_place(o->plot, o->out))))
        unusable("sweep", "--plot: expected another file than the scenario and --out", o->plot);
    if (o->resume && !o->out)
        unusable("sweep", "--resume: expected --out FILE", NULL);
}

static void check(const struct sweep_options *o)
{
    if (!o->plan.file)
        unusable("sweep", "expected a scenario file", NULL);
    if (!o->plan.axes.count && !o->plan.step.argument)
        unusable("sweep", "expected --vary or --orders", NULL);
    if (o->plan.step.checks && !o->plan.step.argument)
        unusable("sweep", "--check: expected --orders", NULL);
    for (unsigned i = 0; i < o->plan.axes.count; i++)
        if (is_set(&o->plan, o->plan.axes.axis[i].key))
            unusable("sweep", "expected either --vary or --set of one key", o->plan.axes.axis[i].key);
    check_files(o);
}

const struct argp sweep_argp = {known,
                                parse,
                                "FILE",
                                "Runs a scenario over ranges of values on the native engine: a row of CSV each.\v"
                                "Exit: 0 all points as expected, 1 some not, 2 unusable input, arguments or "
                                "output, 3 a fault of prisim's own, 4 some incomplete and none failed.",
                                NULL,
                                NULL,
                                NULL};

void sweep_options_parse(struct sweep_options *o, int argc, char **argv)
{
    memset(o, 0, sizeof *o);
    read_parties(&o->plan, "driver,pri_queue,endpoint");
    argp_parse(&sweep_argp, argc, argv, 0, NULL, o);
    check(o);
    o->plan.orders |= o->plan.step.argument != NULL;
    if (!o->jobs)
        o->jobs = sweep_workers_default();
}
