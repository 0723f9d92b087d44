/* SPDX-License-Identifier: Apache-2.0
 *
 * prisim matrix from its command line to its exit code.
 */
#define _GNU_SOURCE
#include "tb/program/matrix.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/unbind/policy.h"
#include "model/pcie_endpoint/pcie_endpoint.h"
#include "tb/program/outputs.h"
#include "tb/report/whole_file.h"
#include "tb/unusable.h"

#define THIN_FILE "scenarios/table/thin.yaml"

enum key { KEY_THIN = 256, KEY_POLICY, KEY_JSON, KEY_MARKDOWN, KEY_JOBS };

static const struct argp_option known[] = {
    {"thin", KEY_THIN, NULL, 0,
     "policies none, drain and stop_marker, and each list one step away from them, against a function that waits, that "
     "sends a Stop Marker, and that does neither",
     0},
    {"policy", KEY_POLICY, "NAME|FILE", 0,
     "this policy alone, and the lists one step away from it: a preset by its name, own for the list of the scenario, "
     "or the list of steps in FILE",
     0},
    {"json", KEY_JSON, "FILE", 0, "also write the table to FILE as JSON", 0},
    {"markdown", KEY_MARKDOWN, "FILE", 0, "and as Markdown", 0},
    {"jobs", KEY_JOBS, "N", 0, "run N processes; default: one for each processor. The table is the same whatever N is",
     0},
    {0},
};

struct matrix_options {
    bool thin;
    const char *file;
    const char *policy;              /* as it was given, or NULL */
    const char *out[MATRIX_FORMATS]; /* files besides standard output, or NULL */
    unsigned jobs;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct matrix_options *o = state->input;
    uint64_t number;
    const char *end;
    switch (key) {
    case KEY_THIN:
        o->thin = true;
        return 0;
    case KEY_POLICY:
        o->policy = value;
        return 0;
    case KEY_JSON:
        o->out[MATRIX_JSON] = value;
        return 0;
    case KEY_MARKDOWN:
        o->out[MATRIX_MARKDOWN] = value;
        return 0;
    case KEY_JOBS:
        if (!sweep_number(value, &end, &number) || *end || number < 1 || number > SWEEP_JOBS_MAX)
            unusable("matrix", "--jobs: expected 1..256", value);
        o->jobs = (unsigned)number;
        return 0;
    case ARGP_KEY_ARG:
        if (o->file)
            unusable("matrix", "expected one scenario file", value);
        o->file = value;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp matrix_argp = {known,
                                 parse,
                                 "[FILE]",
                                 "Compares policies of unbind over schedules of FILE, by default " THIN_FILE
                                 ".\vExit: 0 the table is made, 2 unusable input or arguments, 3 a fault of prisim's "
                                 "own.",
                                 NULL,
                                 NULL,
                                 NULL};

static void read_options(struct matrix_options *o, int argc, char **argv)
{
    argp_parse(&matrix_argp, argc, argv, 0, NULL, o);
    if (!o->thin)
        unusable("matrix", "expected --thin", NULL);
    if (!o->file)
        o->file = THIN_FILE;
    for (unsigned i = 0; i < MATRIX_FORMATS; i++)
        if (o->out[i] && (!*o->out[i] || strcmp(o->out[i], "-") == 0 || outputs_same_place(o->out[i], o->file) ||
                          (o->policy && outputs_same_place(o->out[i], o->policy))))
            unusable("matrix", "--json, --markdown: expected a file other than the scenario or the policy", o->out[i]);
    if (o->out[MATRIX_JSON] && o->out[MATRIX_MARKDOWN] &&
        outputs_same_place(o->out[MATRIX_JSON], o->out[MATRIX_MARKDOWN]))
        unusable("matrix", "--json, --markdown: expected two files", o->out[MATRIX_JSON]);
    if (!o->jobs)
        o->jobs = sweep_workers_default();
}

/* Which policies: those of the table, or the one that is named. *file: that of its list. */
static void select_policies(struct matrix *m, const char *policy, const char **file)
{
    m->first = 0;
    m->policies = policy ? 1 : MATRIX_POLICIES;
    m->cells = m->policies * MATRIX_DEVICES;
    *file = NULL;
    if (!policy)
        return;
    while (m->first < PRISIM_DRIVER_UNBIND_OWN && strcmp(driver_policy_name(m->first), policy) != 0)
        m->first++;
    if (m->first == PRISIM_DRIVER_UNBIND_OWN && strcmp(driver_policy_name(m->first), policy) != 0)
        *file = policy;
}

/* The list of a file, if there is one; and what is questionable in it. */
static bool take_policy(struct matrix *m, struct scenario_tree *tree, const char *file, char *message)
{
    struct scenario scenario;
    const char *const own = "system.driver.unbind=own";
    if (m->first != PRISIM_DRIVER_UNBIND_OWN)
        return true;
    if ((file && !scenario_tree_policy(tree, file, message)) || !scenario_from_tree(tree, &scenario, &own, 1, message))
        return false;
    fputs(scenario_tree_warnings(tree), stderr);
    scenario_free(&scenario);
    return true;
}

/* Rows by policy, then by device. */
static bool open_cells(struct matrix *m, struct scenario_tree *tree, const char *policy,
                       char message[SWEEP_MESSAGE_MAX])
{
    const char *file;
    select_policies(m, policy, &file);
    if (!take_policy(m, tree, file, message))
        return false;
    struct trials *trials = trials_open();
    bool good = trials != NULL;
    for (unsigned i = 0; good && i < m->cells; i++)
        good = matrix_cell_open(&m->cell[i], m->file, tree, m->first + i / MATRIX_DEVICES, i % MATRIX_DEVICES, trials,
                                message);
    for (unsigned i = 0; i < m->cells; i++)
        m->cell[i].policy_file = file;
    trials_close(trials);
    return good;
}

void matrix_close(struct matrix *m)
{
    for (unsigned i = 0; i < m->cells; i++)
        matrix_cell_close(&m->cell[i]);
}

/* Opened before the first run: what cannot be written is known before it takes time. */
static bool open_files(const struct matrix_options *o, struct whole_file file[MATRIX_FORMATS],
                       char message[SWEEP_MESSAGE_MAX])
{
    for (unsigned i = 0; i < MATRIX_FORMATS; i++)
        if (o->out[i] && !whole_file_open(&file[i], o->out[i])) {
            snprintf(message, SWEEP_MESSAGE_MAX, "prisim: matrix: %.200s: %s", o->out[i], strerror(errno));
            return false;
        }
    return true;
}

static bool close_files(const struct matrix_options *o, struct whole_file file[MATRIX_FORMATS], bool keep,
                        char message[SWEEP_MESSAGE_MAX])
{
    bool good = true;
    for (unsigned i = 0; i < MATRIX_FORMATS; i++)
        if (file[i].stream && !whole_file_close(&file[i], keep) && keep) {
            snprintf(message, SWEEP_MESSAGE_MAX, "prisim: matrix: %.200s: %s", o->out[i], strerror(errno));
            good = false;
        }
    return good;
}

static int make(struct matrix *m, const struct matrix_options *options, struct whole_file file[MATRIX_FORMATS],
                struct scenario_tree *tree, char message[SWEEP_MESSAGE_MAX])
{
    if (!tree || !open_files(options, file, message) || !open_cells(m, tree, options->policy, message))
        return EXIT_UNUSABLE;
    if (!matrix_run(m, options->jobs, message))
        return EXIT_OWN_FAULT;
    matrix_write(stdout, m, MATRIX_TEXT);
    for (unsigned i = 0; i < MATRIX_FORMATS; i++)
        if (file[i].stream)
            matrix_write(file[i].stream, m, (enum matrix_format)i);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_AS_EXPECTED;
    snprintf(message, SWEEP_MESSAGE_MAX, "prisim: standard output: %s", strerror(errno));
    return EXIT_UNUSABLE;
}

int matrix_main(int argc, char **argv)
{
    static struct matrix m;
    struct matrix_options options = {0};
    struct whole_file file[MATRIX_FORMATS] = {{0}};
    char message[SWEEP_MESSAGE_MAX] = "prisim: no memory";
    read_options(&options, argc, argv);
    m.file = options.file;
    struct scenario_tree *tree = scenario_tree_open(m.file, message);
    int code = make(&m, &options, file, tree, message);
    if (!close_files(&options, file, code == EXIT_AS_EXPECTED, message))
        code = EXIT_UNUSABLE;
    if (code != EXIT_AS_EXPECTED)
        fprintf(stderr, "%s\n", message);
    matrix_close(&m);
    scenario_tree_close(tree);
    return code;
}
