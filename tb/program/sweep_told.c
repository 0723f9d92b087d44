/* SPDX-License-Identifier: Apache-2.0
 *
 * Progress and summary (sweep_told.h). Points that follow each other along the last axis and came to the same are one
 * line. Of orders, those that came to the same are one line.
 */
#define _POSIX_C_SOURCE 200809L
#include "tb/program/sweep_told.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINES_MAX = 40, BAR = 30, KINDS_MAX = 64 };

/* Orders of one point that came to the same. */
struct kind {
    char words[SWEEP_WORDS_MAX];
    uint64_t orders, positions;
};

struct sweep_told {
    const struct sweep_plan *plan;
    bool shown;
    struct timespec last;
    char *text; /* the summary so far */
    size_t length;
    FILE *summary;
    unsigned lines, left_out;
    bool open; /* a range, or the orders of a point, are not told yet */
    struct sweep_row begin, end;
    char words[SWEEP_WORDS_MAX]; /* of the range */
    unsigned kinds;
    struct kind kind[KINDS_MAX];
    uint64_t rows;
};

void sweep_row_words(const struct sweep_row *row, char words[SWEEP_WORDS_MAX])
{
    size_t used = 0;
    words[0] = 0;
    for (unsigned i = 0; i < HAZARDS && used < SWEEP_WORDS_MAX - 64; i++)
        if (row->hazard[i] && hazard_parent((enum hazard)i) == (enum hazard)i)
            used += (size_t)snprintf(words + used, SWEEP_WORDS_MAX - used, "%s%s", used ? ", " : "",
                                     hazard_name((enum hazard)i));
    if (!used)
        used = (size_t)snprintf(words, SWEEP_WORDS_MAX, "%s", outcome_name(row->verdict.outcome));
    if (row->verdict.verdict != VERDICT_PASS)
        snprintf(words + used, SWEEP_WORDS_MAX - used, " (%s)", verdict_name(row->verdict.verdict));
}

struct sweep_told *sweep_told_open(const struct sweep_plan *plan)
{
    struct sweep_told *told = isatty(STDERR_FILENO) ? calloc(1, sizeof *told) : NULL;
    if (!told)
        return NULL;
    told->plan = plan;
    told->summary = open_memstream(&told->text, &told->length);
    if (told->summary)
        return told;
    free(told);
    return NULL;
}

static bool has_line(struct sweep_told *told)
{
    if (told->lines == LINES_MAX) {
        told->left_out++;
        return false;
    }
    told->lines++;
    return true;
}

static uint64_t outer_point(const struct sweep_plan *plan, const struct sweep_row *row)
{
    bool inner = sweep_plan_outer_axes(plan) < plan->axes.count;
    return inner ? row->point.point / plan->axes.axis[plan->axes.count - 1].count : row->point.point;
}

static void head(struct sweep_told *told, const struct sweep_row *row)
{
    const struct sweep_axes *axes = &told->plan->axes;
    char value[SWEEP_VALUE_MAX];
    unsigned count = sweep_plan_outer_axes(told->plan);
    if (count == 0 || !has_line(told))
        return;
    for (unsigned i = 0; i < count; i++) {
        sweep_axis_value(&axes->axis[i], sweep_axes_index(axes, row->point.point, i), value);
        fprintf(told->summary, "%s%s=%s", i ? " " : "", axes->axis[i].key, value);
    }
    fputc('\n', told->summary);
}

static void tell_range(struct sweep_told *told)
{
    const struct sweep_axes *axes = &told->plan->axes;
    char from[SWEEP_VALUE_MAX], to[SWEEP_VALUE_MAX];
    if (!has_line(told))
        return;
    if (axes->count == 0) {
        fprintf(told->summary, "%s\n", told->words);
        return;
    }
    const struct sweep_axis *last = &axes->axis[axes->count - 1];
    sweep_axis_value(last, told->begin.point.point % last->count, from);
    sweep_axis_value(last, told->end.point.point % last->count, to);
    fprintf(told->summary, "  %s %s%s%s: %s\n", last->key, from, strcmp(from, to) ? ".." : "",
            strcmp(from, to) ? to : "", told->words);
}

static void tell_kinds(struct sweep_told *told)
{
    for (unsigned i = 0; i < told->kinds; i++)
        if (has_line(told))
            fprintf(told->summary, "  %s: %" PRIu64 " orders, %" PRIu64 " positions: %s\n", told->plan->step.key,
                    told->kind[i].orders, told->kind[i].positions, told->kind[i].words);
    told->kinds = 0;
}

static void tell(struct sweep_told *told)
{
    if (!told->open)
        return;
    if (told->plan->step.id[0])
        tell_kinds(told);
    else
        tell_range(told);
    told->open = false;
}

static void add_kind(struct sweep_told *told, const struct sweep_row *row, const char *words)
{
    unsigned i = 0;
    while (i < told->kinds && strcmp(told->kind[i].words, words) != 0)
        i++;
    if (i == KINDS_MAX)
        return;
    if (i == told->kinds) {
        told->kind[told->kinds++] = (struct kind){.orders = 0};
        memcpy(told->kind[i].words, words, SWEEP_WORDS_MAX);
    }
    told->kind[i].orders++;
    told->kind[i].positions += row->positions;
}

void sweep_told_row(struct sweep_told *told, const struct sweep_row *row)
{
    char words[SWEEP_WORDS_MAX];
    if (!told)
        return;
    sweep_row_words(row, words);
    bool orders = told->plan->step.id[0] != 0;
    bool new_point = told->rows++ == 0 || outer_point(told->plan, row) != outer_point(told->plan, &told->end);
    if (new_point || (!orders && strcmp(words, told->words) != 0)) {
        tell(told);
        told->begin = *row;
        memcpy(told->words, words, sizeof words);
    }
    if (new_point)
        head(told, row);
    if (orders)
        add_kind(told, row, words);
    told->end = *row;
    told->open = true;
}

static double seconds_since(const struct timespec *then)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then->tv_sec) + 1e-9 * (double)(now.tv_nsec - then->tv_nsec);
}

void sweep_told_progress(struct sweep_told *told, uint64_t done, uint64_t of)
{
    char bar[BAR + 1];
    if (!told || seconds_since(&told->last) < 0.1)
        return;
    clock_gettime(CLOCK_MONOTONIC, &told->last);
    unsigned full = of ? (unsigned)((double)done / (double)of * BAR) : BAR;
    for (unsigned i = 0; i < BAR; i++)
        bar[i] = i < full ? '#' : '.';
    bar[BAR] = 0;
    told->shown = true;
    fprintf(stderr, "\r[%s] %" PRIu64 " of %" PRIu64, bar, done, of);
}

void sweep_told_close(struct sweep_told *told, uint64_t runs)
{
    if (!told)
        return;
    if (told->shown)
        fputs("\r\033[K", stderr);
    tell(told);
    if (told->left_out)
        fprintf(told->summary, "and %u lines more\n", told->left_out);
    if (told->plan->step.id[0])
        fprintf(told->summary, "%" PRIu64 " orders in %" PRIu64 " runs\n", told->rows, runs);
    else
        fprintf(told->summary, "%" PRIu64 " points\n", told->rows);
    fclose(told->summary);
    fputs(told->text, stderr);
    free(told->text);
    free(told);
}
