/* SPDX-License-Identifier: Apache-2.0
 *
 * The table as text, as Markdown and as JSON.
 */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "driver/unbind/policy.h"
#include "tb/program/matrix.h"
#include "tb/report/json_text.h"

static const char *const word_name[MATRIX_WORDS] = {"undecided", "clean", "as its policy", "fails", "hang", "refused"};

void matrix_hazard_words(matrix_hazards hazards, char words[MATRIX_HAZARD_WORDS])
{
    int used = 0;
    words[0] = 0;
    for (unsigned i = 0; i < HAZARDS; i++)
        if (hazards >> i & 1 && hazard_parent((enum hazard)i) == (enum hazard)i)
            used += snprintf(words + used, (size_t)(MATRIX_HAZARD_WORDS - used), "%s%s", used ? ", " : "",
                             hazard_name((enum hazard)i));
}

struct matrix_coverage matrix_coverage(const struct matrix *m, unsigned cell)
{
    const struct matrix_cell *c = &m->cell[cell];
    struct matrix_coverage coverage = {0};
    for (uint32_t b = 0; b < c->boundaries.count; b++)
        for (unsigned p = 0; p < MATRIX_PLACES; p++) {
            bool reached = m->result[cell][0].grid[b] >> p & 1;
            coverage.all++;
            coverage.reached += reached;
            coverage.excluded += !reached && matrix_cell_excludes(c, b, (enum matrix_place)p) != NULL;
        }
    return coverage;
}

const char *matrix_cell_word(const struct matrix *m, unsigned cell)
{
    const struct matrix_result *own = &m->result[cell][0];
    struct matrix_coverage coverage = matrix_coverage(m, cell);
    if (own->word == MATRIX_CLEAN && coverage.reached + coverage.excluded < coverage.all)
        return "partial";
    return word_name[own->word];
}

uint64_t matrix_runs(const struct matrix *m)
{
    uint64_t runs = 0;
    for (unsigned c = 0; c < m->cells; c++) {
        runs += m->cell[c].placing + 1;
        for (unsigned l = 0; l < m->cell[c].lists; l++)
            runs += m->result[c][l].runs;
    }
    return runs;
}

static const char *device_of(const struct matrix_cell *cell)
{
    return matrix_device_name(cell->device);
}

static bool went_wrong(const struct matrix_result *result)
{
    return result->word == MATRIX_FAILS || result->word == MATRIX_HANGS;
}

/* The list that is the same but for this step, and goes wrong where the policy's own does not: the step left out; else
 * it, or the next one, moved. 0: none. */
static unsigned twin_of(const struct matrix *m, unsigned cell, uint32_t step)
{
    const struct matrix_cell *c = &m->cell[cell];
    for (unsigned l = 1; l < c->lists; l++) {
        const struct matrix_list *list = &c->list[l];
        if ((list->step == step || list->before == step) && went_wrong(&m->result[cell][l]))
            return l;
    }
    return 0;
}

/* The list without that step; 0: this configuration never runs it. */
static unsigned list_without(const struct matrix_cell *cell, uint32_t step)
{
    for (unsigned l = 1; l < cell->lists; l++)
        if (cell->list[l].change == MATRIX_WITHOUT && cell->list[l].step == step)
            return l;
    return 0;
}

static const struct prisim_driver_config *driver_of(const struct matrix_cell *cell)
{
    return &cell->scenario[MATRIX_NEAR].system.driver;
}

/* Hazards that the policy's own list does not have. */
static void words_of(const struct matrix *m, unsigned cell, unsigned list, char words[MATRIX_HAZARD_WORDS])
{
    matrix_hazards own = list ? m->result[cell][0].hazards : 0;
    matrix_hazard_words(m->result[cell][list].hazards & ~own, words);
}

static void write_missing(FILE *to, const struct matrix *m, unsigned cell)
{
    const struct matrix_cell *c = &m->cell[cell];
    for (uint32_t b = 0; b < c->boundaries.count; b++)
        for (unsigned p = 0; p < MATRIX_PLACES; p++) {
            char boundary[MATRIX_BOUNDARY_WORDS];
            if (m->result[cell][0].grid[b] >> p & 1 || matrix_cell_excludes(c, b, (enum matrix_place)p))
                continue;
            matrix_boundary_words(&c->boundaries.of[b], boundary);
            fprintf(to, "  not found: behind %s, the request at %s\n", boundary,
                    matrix_place_name((enum matrix_place)p));
        }
}

static void write_command(FILE *to, const struct matrix *m, unsigned cell, unsigned list)
{
    const struct matrix_result *r = &m->result[cell][list];
    if (!went_wrong(r))
        return;
    fprintf(to, "    ");
    matrix_cell_command(to, &m->cell[cell], m->file, list, r->schedule);
    fprintf(to, "\n");
}

static void write_not_needed(FILE *to, const struct matrix *m, unsigned cell)
{
    const struct matrix_cell *c = &m->cell[cell];
    bool any = false;
    for (uint32_t step = 1; step <= driver_policy_steps(driver_of(c), c->policy); step++) {
        unsigned without = list_without(c, step);
        char words[MATRIX_WORDS_MAX];
        if (!without || m->result[cell][without].word == MATRIX_REFUSED || twin_of(m, cell, step))
            continue;
        matrix_step_words(driver_of(c), step, words);
        fprintf(to, "%s%s", any ? ", " : "  not shown to be needed here: ", words);
        any = true;
    }
    if (any)
        fprintf(to, "\n");
}

static void write_text_cell(FILE *to, const struct matrix *m, unsigned cell)
{
    const struct matrix_cell *c = &m->cell[cell];
    fprintf(to, "\n%s, device: %s: %s\n", driver_policy_name(c->policy), device_of(c), matrix_cell_word(m, cell));
    for (unsigned l = 0; l < c->lists; l++) {
        char words[MATRIX_WORDS_MAX], hazards[MATRIX_HAZARD_WORDS];
        matrix_list_words(driver_of(c), &c->list[l], words);
        words_of(m, cell, l, hazards);
        fprintf(to, "  %-44s %s%s%s\n", words, word_name[m->result[cell][l].word], *hazards ? ": " : "", hazards);
        write_command(to, m, cell, l);
    }
    write_not_needed(to, m, cell);
    write_missing(to, m, cell);
}

/* A row of the summary. */
struct summary {
    const char *policy, *device, *word;
    unsigned reached, places, judged, orders;
    char hazards[MATRIX_HAZARD_WORDS];
};

static struct summary summary_of(const struct matrix *m, unsigned cell)
{
    const struct matrix_cell *c = &m->cell[cell];
    const struct matrix_result *own = &m->result[cell][0];
    struct matrix_coverage coverage = matrix_coverage(m, cell);
    struct summary s = {.policy = driver_policy_name(c->policy),
                        .device = device_of(c),
                        .word = matrix_cell_word(m, cell),
                        .reached = coverage.reached,
                        .places = coverage.all - coverage.excluded,
                        .judged = own->runs - own->unjudged,
                        .orders = (unsigned)c->placed};
    words_of(m, cell, 0, s.hazards);
    return s;
}

static void write_text(FILE *to, const struct matrix *m)
{
    fprintf(to, "%-12s %-22s %-9s %9s %10s %7s  %s\n", "policy", "device", "verdict", "places", "schedules", "orders",
            "hazards");
    for (unsigned i = 0; i < m->cells; i++) {
        struct summary s = summary_of(m, i);
        fprintf(to, "%-12s %-22s %-9s %4u/%-4u %10u %7u  %s\n", s.policy, s.device, s.word, s.reached, s.places,
                s.judged, s.orders, s.hazards);
    }
    for (unsigned i = 0; i < m->cells; i++)
        write_text_cell(to, m, i);
    fprintf(to, "\n%" PRIu64 " runs\n", matrix_runs(m));
}

/* Of each step the twin in each column. */
static void write_markdown_step(FILE *to, const struct matrix *m, uint32_t policy, uint32_t step)
{
    unsigned first = (policy - m->first) * MATRIX_DEVICES;
    char words[MATRIX_WORDS_MAX], hazards[MATRIX_HAZARD_WORDS];
    if (!list_without(&m->cell[first], step))
        return;
    matrix_step_words(driver_of(&m->cell[first]), step, words);
    fprintf(to, "| %s |", words);
    for (unsigned cell = first; cell < first + MATRIX_DEVICES && matrix_device_has_twins(cell - first); cell++) {
        unsigned twin = twin_of(m, cell, step), without = list_without(&m->cell[cell], step);
        if (!twin) {
            bool refused = m->result[cell][without].word == MATRIX_REFUSED;
            fprintf(to, " %s |", refused ? "refused without it" : "not shown to be needed here");
            continue;
        }
        matrix_list_words(driver_of(&m->cell[cell]), &m->cell[cell].list[twin], words);
        words_of(m, cell, twin, hazards);
        fprintf(to, " %s: %s |", twin == without ? "left out" : words, hazards);
    }
    fprintf(to, "\n");
}

static void write_markdown(FILE *to, const struct matrix *m)
{
    fprintf(to,
            "| policy | device | verdict | places | schedules | orders | hazards |\n|---|---|---|---|---|---|---|\n");
    for (unsigned i = 0; i < m->cells; i++) {
        struct summary s = summary_of(m, i);
        fprintf(to, "| `%s` | `%s` | %s | %u of %u | %u | %u | %s |\n", s.policy, s.device, s.word, s.reached, s.places,
                s.judged, s.orders, s.hazards);
    }
    for (uint32_t policy = m->first; policy < m->first + m->policies; policy++) {
        fprintf(to, "\n| step of `%s` | `wait` | `marker` | `none` |\n|---|---|---|---|\n", driver_policy_name(policy));
        const struct prisim_driver_config *driver = driver_of(&m->cell[(policy - m->first) * MATRIX_DEVICES]);
        for (uint32_t step = 1; step <= driver_policy_steps(driver, policy); step++)
            write_markdown_step(to, m, policy, step);
    }
}

/* The file's name may have what JSON forbids inside a string. */
static void write_json_command(FILE *to, const struct matrix *m, unsigned cell, unsigned list)
{
    const struct matrix_result *r = &m->result[cell][list];
    char *command = NULL, *json;
    size_t length;
    FILE *text = went_wrong(r) ? open_memstream(&command, &length) : NULL;
    if (text) {
        matrix_cell_command(text, &m->cell[cell], m->file, list, r->schedule);
        fclose(text);
    }
    json = command ? malloc(JSON_TEXT_GROWTH * length + 3) : NULL;
    if (json)
        json_text(json, command);
    fprintf(to, "%s", json ? json : "null");
    free(json);
    free(command);
}

static void write_json_list(FILE *to, const struct matrix *m, unsigned cell, unsigned list)
{
    const struct matrix_cell *c = &m->cell[cell];
    const struct matrix_result *r = &m->result[cell][list];
    char words[MATRIX_WORDS_MAX];
    matrix_list_words(driver_of(c), &c->list[list], words);
    fprintf(to, "{\"list\": \"%s\", \"verdict\": \"%s\", \"runs\": %u, \"unjudged\": %u, \"hazards\": [", words,
            word_name[r->word], (unsigned)r->runs, (unsigned)r->unjudged);
    bool any = false;
    for (unsigned i = 0; i < HAZARDS; i++)
        if (r->hazards >> i & 1) {
            fprintf(to, "%s\"%s\"", any ? ", " : "", hazard_name((enum hazard)i));
            any = true;
        }
    fprintf(to, "], \"command\": ");
    write_json_command(to, m, cell, list);
    fprintf(to, "}");
}

static void write_json(FILE *to, const struct matrix *m)
{
    fprintf(to, "{\"cells\": [");
    for (unsigned i = 0; i < m->cells; i++) {
        struct matrix_coverage coverage = matrix_coverage(m, i);
        fprintf(to,
                "%s\n{\"policy\": \"%s\", \"device\": \"%s\", \"verdict\": \"%s\", \"places\": %u, \"reached\": %u, "
                "\"excluded\": %u, \"schedules\": %u, \"orders\": %u, \"lists\": [",
                i ? "," : "", driver_policy_name(m->cell[i].policy), device_of(&m->cell[i]), matrix_cell_word(m, i),
                coverage.all, coverage.reached, coverage.excluded, (unsigned)m->cell[i].schedules.count,
                (unsigned)m->cell[i].placed);
        for (unsigned l = 0; l < m->cell[i].lists; l++) {
            fprintf(to, "%s\n  ", l ? "," : "");
            write_json_list(to, m, i, l);
        }
        fprintf(to, "]}");
    }
    fprintf(to, "],\n\"runs\": %" PRIu64 "}\n", matrix_runs(m));
}

void matrix_write(FILE *to, const struct matrix *m, enum matrix_format format)
{
    if (format == MATRIX_JSON)
        write_json(to, m);
    else if (format == MATRIX_MARKDOWN)
        write_markdown(to, m);
    else
        write_text(to, m);
}
