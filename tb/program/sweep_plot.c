/* SPDX-License-Identifier: Apache-2.0
 *
 * The script for gnuplot, with the data in it (sweep_plot.h).
 */
#define _POSIX_C_SOURCE 200809L
#include "tb/program/sweep_plot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tb/program/sweep_told.h"

enum { SERIES_MAX = 32, WIDTH = 1000, HEIGHT = 600, NAME_MAX_BYTES = 2 * SWEEP_WORDS_MAX };

/* What came to the same at the same values of the other axes is one colour. */
struct series {
    char name[NAME_MAX_BYTES];
    char *data;
    size_t length;
    FILE *to;
};

struct sweep_plot {
    const struct sweep_plan *plan;
    const char *path;
    bool png;
    unsigned count;
    struct series series[SERIES_MAX];
};

static bool ends_in(const char *path, const char *end)
{
    size_t length = strlen(path), behind = strlen(end);
    return length > behind && strcmp(path + length - behind, end) == 0;
}

struct sweep_plot *sweep_plot_open(const struct sweep_plan *plan, const char *path, char message[SWEEP_MESSAGE_MAX])
{
    bool png = ends_in(path, ".png");
    if ((!png && !ends_in(path, ".svg")) || strpbrk(path, "'\n")) {
        snprintf(message, SWEEP_MESSAGE_MAX, "--plot: expected the name of a file that ends in .svg or .png: %.200s",
                 path);
        return NULL;
    }
    if (system("gnuplot --version >/dev/null 2>&1") != 0) {
        snprintf(message, SWEEP_MESSAGE_MAX, "--plot: expected gnuplot in PATH (Debian: gnuplot-nox): %.200s", path);
        return NULL;
    }
    struct sweep_plot *plot = calloc(1, sizeof *plot);
    if (plot)
        *plot = (struct sweep_plot){.plan = plan, .path = path, .png = png};
    else
        snprintf(message, SWEEP_MESSAGE_MAX, "no memory");
    return plot;
}

/* The values of the other axes, and what it came to. A quote would end the name in the script. */
static void name_of(const struct sweep_plan *plan, const struct sweep_row *row, char name[NAME_MAX_BYTES])
{
    char value[SWEEP_VALUE_MAX], words[SWEEP_WORDS_MAX];
    size_t used = 0;
    unsigned outer = sweep_plan_outer_axes(plan);
    for (unsigned i = 0; i < outer && used < SWEEP_WORDS_MAX; i++) {
        sweep_axis_value(&plan->axes.axis[i], sweep_axes_index(&plan->axes, row->point.point, i), value);
        used += (size_t)snprintf(name + used, NAME_MAX_BYTES - used, "%.64s%s", value, i + 1 < outer ? " " : ": ");
    }
    sweep_row_words(row, words);
    snprintf(name + used, NAME_MAX_BYTES - used, "%s", words);
    for (char *c = name; (c = strchr(c, '\'')) != NULL;)
        *c = '`';
}

/* Those for which there is no colour share the last one. */
static FILE *series_of(struct sweep_plot *plot, const char *name)
{
    unsigned i = 0;
    while (i < plot->count && strcmp(plot->series[i].name, name) != 0)
        i++;
    if (i == SERIES_MAX)
        return plot->series[SERIES_MAX - 1].to;
    struct series *series = &plot->series[i];
    if (i == plot->count) {
        snprintf(series->name, sizeof series->name, "%s", i + 1 < SERIES_MAX ? name : "others");
        series->to = open_memstream(&series->data, &series->length);
        plot->count += series->to != NULL;
    }
    return series->to;
}

/* Where a row stands along the picture: at its value if that is a number, else at its place in the list. */
static double across(const struct sweep_plan *plan, const struct sweep_row *row)
{
    char value[SWEEP_VALUE_MAX];
    const char *end;
    uint64_t number;
    if (plan->step.id[0])
        return (double)row->point.position;
    if (plan->axes.count == 0)
        return 0;
    unsigned last = plan->axes.count - 1;
    uint64_t index = sweep_axes_index(&plan->axes, row->point.point, last);
    sweep_axis_value(&plan->axes.axis[last], index, value);
    return sweep_number(value, &end, &number) && !*end ? (double)number : (double)index;
}

void sweep_plot_row(struct sweep_plot *plot, const struct sweep_row *row)
{
    char name[NAME_MAX_BYTES];
    if (!plot)
        return;
    name_of(plot->plan, row, name);
    FILE *to = series_of(plot, name);
    if (to)
        fprintf(to, "%.0f %" PRIu64 "\n", across(plot->plan, row), row->cycles);
}

static void write_script(FILE *to, struct sweep_plot *plot)
{
    const struct sweep_plan *plan = plot->plan;
    const char *key = plan->step.key;
    if (!plan->step.id[0])
        key = plan->axes.count ? plan->axes.axis[plan->axes.count - 1].key : "";
    fprintf(to, "set terminal %s size %d,%d noenhanced\n", plot->png ? "pngcairo" : "svg", WIDTH, HEIGHT);
    fprintf(to, "set output '%s'\nset xlabel '%s'\nset ylabel 'cycles'\nset key below\n", plot->path, key);
    for (unsigned i = 0; i < plot->count; i++)
        fprintf(to, "$series%u << EOD\n%sEOD\n", i, plot->series[i].data);
    for (unsigned i = 0; i < plot->count; i++)
        fprintf(to, "%s$series%u using 1:2 with points pointtype 7 pointsize 0.5 title '%s'", i ? ", " : "plot ", i,
                plot->series[i].name);
    fputs("\n", to);
}

static bool draw_it(struct sweep_plot *plot, char message[SWEEP_MESSAGE_MAX])
{
    FILE *to = popen("gnuplot", "w");
    if (to)
        write_script(to, plot);
    int status = to ? pclose(to) : -1;
    if (status == 0)
        return true;
    snprintf(message, SWEEP_MESSAGE_MAX, "--plot: gnuplot failed: %.200s", plot->path);
    return false;
}

bool sweep_plot_close(struct sweep_plot *plot, bool draw, char message[SWEEP_MESSAGE_MAX])
{
    if (!plot)
        return true;
    for (unsigned i = 0; i < plot->count; i++)
        fclose(plot->series[i].to);
    bool good = !draw || plot->count == 0 || draw_it(plot, message);
    for (unsigned i = 0; i < plot->count; i++)
        free(plot->series[i].data);
    free(plot);
    return good;
}
