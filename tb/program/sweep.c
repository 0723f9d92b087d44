/* SPDX-License-Identifier: Apache-2.0
 *
 * prisim sweep from its command line to its exit code: what is done already, what is left, and who hears of each row.
 */
#define _POSIX_C_SOURCE 200809L
#include "tb/program/sweep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/program/sweep_options.h"
#include "tb/program/sweep_orders.h"
#include "tb/program/sweep_out.h"
#include "tb/program/sweep_plot.h"
#include "tb/program/sweep_told.h"
#include "tb/program/sweep_workers.h"
#include "tb/report/ending.h"

struct sweep {
    struct sweep_options options;
    struct sweep_out out;
    struct sweep_told *told;
    struct sweep_plot *plot;
    struct sweep_workers *workers;
    uint64_t done; /* points */
    uint64_t runs; /* of orders */
    int worst;     /* exit code of all rows */
    char message[SWEEP_MESSAGE_MAX];
};

/* A signal ends the program: its processes too. Rows are in the file already. */
static void end_workers(void *context, int signal)
{
    (void)signal;
    sweep_workers_kill(context);
}

/* Everybody hears of a row, whether it was read or made. */
static void hear(struct sweep *s, const struct sweep_row *row)
{
    static const int code[VERDICTS] = {[VERDICT_PASS] = EXIT_AS_EXPECTED,
                                       [VERDICT_FAIL] = EXIT_NOT_AS_EXPECTED,
                                       [VERDICT_INCOMPLETE] = EXIT_INCOMPLETE};
    s->worst = exit_worse(s->worst, code[row->verdict.verdict]);
    sweep_told_row(s->told, row);
    sweep_plot_row(s->plot, row);
}

static bool refuse_row(struct sweep *s, size_t line)
{
    snprintf(s->message, sizeof s->message,
             "%.200s:%zu:1: --resume: expected a row of this sweep, the next of its points", s->options.out, line);
    return false;
}

/* The line's text, to be freed, with its newline. */
static char *line_at(const char *text)
{
    return strndup(text, strcspn(text, "\n") + 1);
}

/* Rows of a product stand in the order of its points. */
static bool take_up_points(struct sweep *s, const char *text, size_t head_lines)
{
    const struct sweep_plan *plan = &s->options.plan;
    for (const char *at = text; *at; s->done++) {
        struct sweep_row row = {.point = {.point = s->done, .place = SWEEP_AS_WRITTEN}};
        char *line = line_at(at);
        bool good = s->done < sweep_axes_points(&plan->axes) && line && sweep_row_read(plan, s->out.format, line, &row);
        at += line ? strlen(line) : 0;
        free(line);
        if (!good)
            return refuse_row(s, head_lines + s->done + 1);
        hear(s, &row);
    }
    return sweep_out_cut(&s->out, strlen(text), s->message);
}

/* Where the rows of the point of the axes end that begin here; `rows` counts them. NULL if a row is none. */
static const char *behind_orders(struct sweep *s, const char *text, bool tell, size_t *rows)
{
    const struct sweep_plan *plan = &s->options.plan;
    for (*rows = 0; *text; ++*rows) {
        struct sweep_row row = {.point = {.point = s->done, .place = SWEEP_PLACED}};
        char *line = line_at(text);
        bool good = line && sweep_row_read(plan, s->out.format, line, &row);
        size_t length = line ? strlen(line) : 0;
        free(line);
        if (!good)
            return *rows ? text : NULL;
        if (tell)
            hear(s, &row);
        text += length;
    }
    return text;
}

/* The rows of one point of the axes are known to be all there when those of the next begin: the last are made again. */
static bool take_up_orders(struct sweep *s, const char *text, size_t head_lines)
{
    const char *at = text;
    size_t rows, line = head_lines + 1;
    while (*at) {
        const char *next = behind_orders(s, at, false, &rows);
        if (!next || s->done >= sweep_axes_points(&s->options.plan.axes))
            return refuse_row(s, line);
        if (!*next)
            break;
        behind_orders(s, at, true, &rows);
        at = next;
        line += rows;
        s->done++;
    }
    return sweep_out_cut(&s->out, (size_t)(at - text), s->message);
}

static bool take_up(struct sweep *s, const char *text)
{
    size_t head_lines = s->out.format == SWEEP_CSV ? 2 : 1;
    return s->options.plan.step.argument ? take_up_orders(s, text, head_lines) : take_up_points(s, text, head_lines);
}

static bool take(struct sweep *s, struct sweep_result *result)
{
    struct sweep_point point;
    struct sweep_row row;
    if (!sweep_workers_take(s->workers, &point, result)) {
        snprintf(s->message, sizeof s->message, "prisim: sweep: %.200s: the process of a run ended by a signal",
                 s->options.plan.file);
        s->worst = EXIT_OWN_FAULT;
        return false;
    }
    if (result->outcome != SWEEP_RAN) {
        snprintf(s->message, sizeof s->message, "%s",
                 result->outcome == SWEEP_REFUSED ? result->message : "prisim: no memory");
        s->worst = result->outcome == SWEEP_REFUSED ? EXIT_UNUSABLE : EXIT_OWN_FAULT;
        return false;
    }
    sweep_row_of(&point, result, &row);
    if (!sweep_out_rows(&s->out, &s->options.plan, &row, 1, s->message)) {
        s->worst = EXIT_UNUSABLE;
        return false;
    }
    hear(s, &row);
    return true;
}

static bool run_points(struct sweep *s)
{
    uint64_t points = sweep_axes_points(&s->options.plan.axes), given = s->done;
    struct sweep_result *result = malloc(sizeof *result);
    bool good = result != NULL;
    for (; good && s->done < points; s->done++) {
        for (; given < points && sweep_workers_have_room(s->workers); given++) {
            const struct sweep_point point = {.point = given, .place = SWEEP_AS_WRITTEN};
            sweep_workers_give(s->workers, &point);
        }
        good = take(s, result);
        sweep_told_progress(s->told, s->done, points);
    }
    free(result);
    return good;
}

static bool run_orders(struct sweep *s)
{
    const struct sweep_options *o = &s->options;
    uint64_t points = sweep_axes_points(&o->plan.axes);
    for (; s->done < points; s->done++) {
        struct sweep_orders orders = {.from = o->ranged ? o->from : 1, .to = o->ranged ? o->to : 0};
        sweep_told_progress(s->told, s->done, points);
        s->worst = exit_worse(s->worst, EXIT_AS_EXPECTED);
        if (!sweep_orders_find(&o->plan, s->workers, s->done, &orders, s->message)) {
            s->worst = EXIT_UNUSABLE;
            return false;
        }
        s->runs += orders.runs;
        bool good = sweep_out_rows(&s->out, &o->plan, orders.row, orders.count, s->message);
        for (size_t i = 0; good && i < orders.count; i++)
            hear(s, &orders.row[i]);
        sweep_orders_free(&orders);
        if (!good) {
            s->worst = EXIT_UNUSABLE;
            return false;
        }
    }
    return true;
}

/* Every value is looked at before the first run, beside the first of all others: of a range its ends. */
static bool check_values(struct sweep *s)
{
    const struct sweep_axes *axes = &s->options.plan.axes;
    struct sweep_point point = {.place = SWEEP_AS_WRITTEN};
    bool good = sweep_point_check(&s->options.plan, &point, s->message);
    uint64_t weight = sweep_axes_points(axes);
    for (unsigned i = 0; good && i < axes->count; i++) {
        uint64_t count = axes->axis[i].count, step = axes->axis[i].range && count > 1 ? count - 1 : 1;
        weight /= count;
        for (uint64_t value = step; good && value < count; value += step) {
            point.point = value * weight;
            good = sweep_point_check(&s->options.plan, &point, s->message);
        }
    }
    return good;
}

/* Before anything is written. */
static bool prepare(struct sweep *s)
{
    struct sweep_options *o = &s->options;
    o->plan.tree = scenario_tree_open(o->plan.file, s->message);
    if (!o->plan.tree || (o->plan.policy && !scenario_tree_policy(o->plan.tree, o->plan.policy, s->message)) ||
        !check_values(s))
        return false;
    fputs(scenario_tree_warnings(o->plan.tree), stderr);
    if (o->plan.step.argument && !sweep_point_find_step(&o->plan, o->plan.step.id, s->message))
        return false;
    if (o->plot && !(s->plot = sweep_plot_open(&o->plan, o->plot, s->message)))
        return false;
    s->told = sweep_told_open(&o->plan);
    return true;
}

static bool open_out(struct sweep *s)
{
    char *text = NULL;
    s->out.path = s->options.out;
    s->out.format = s->options.format;
    bool good = sweep_out_open(&s->out, &s->options.plan, s->options.resume, &text, s->message);
    good = good && (!text || take_up(s, text));
    free(text);
    return good;
}

/* Returns the exit code; a message is told if it is not that of the rows. */
static int run(struct sweep *s)
{
    s->worst = EXIT_AS_EXPECTED;
    if (!prepare(s) || !open_out(s))
        return EXIT_UNUSABLE;
    s->workers = sweep_workers_open(&s->options.plan, s->options.jobs);
    if (!s->workers) {
        snprintf(s->message, sizeof s->message, "prisim: sweep: %s", strerror(errno));
        return EXIT_OWN_FAULT;
    }
    ending_watch(end_workers, s->workers);
    bool good = s->options.plan.step.argument ? run_orders(s) : run_points(s);
    ending_watch(NULL, NULL);
    if (good && !sweep_out_close(&s->out, s->message))
        return EXIT_UNUSABLE;
    return s->worst;
}

int sweep_main(int argc, char **argv)
{
    static struct sweep s;
    sweep_options_parse(&s.options, argc, argv);
    int code = run(&s);
    bool whole = !s.message[0];
    sweep_workers_close(s.workers);
    sweep_told_close(s.told, s.runs);
    if (!sweep_plot_close(s.plot, whole, s.message))
        code = EXIT_UNUSABLE;
    if (s.message[0])
        fprintf(stderr, "%s\n", s.message);
    scenario_tree_close(s.options.plan.tree);
    sweep_axes_free(&s.options.plan.axes);
    return code;
}
