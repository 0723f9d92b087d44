/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows, both ways (sweep_rows.h). A line that is read is written again and compared: what differs is no row of ours.
 */
#define _POSIX_C_SOURCE 200809L
#include "tb/program/sweep_rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tb/report/json_text.h"
#include "tb/version.h"

enum { FIELD_MAX = SWEEP_VALUE_MAX, NUMBER_DIGITS_MAX = 15 };

#define FNV_OFFSET UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME  UINT64_C(0x100000001b3)

bool sweep_file_digest(const char *file, uint64_t *digest)
{
    FILE *from = fopen(file, "rb");
    if (!from)
        return false;
    *digest = FNV_OFFSET;
    for (int c; (c = getc(from)) != EOF;)
        *digest = (*digest ^ (unsigned char)c) * FNV_PRIME;
    bool good = !ferror(from);
    fclose(from);
    return good;
}

void sweep_row_of(const struct sweep_point *point, const struct sweep_result *result, struct sweep_row *row)
{
    memset(row, 0, sizeof *row);
    row->point = *point;
    row->verdict = result->trial.verdict;
    row->cycles = result->trial.cycles;
    memcpy(row->hazard, result->trial.hazard, sizeof row->hazard);
    memcpy(row->digest, result->trial.digest, sizeof row->digest);
    memcpy(row->order, result->order, sizeof row->order);
}

/* A field of CSV: in quotes if it must be (RFC 4180). */
static void csv_text(FILE *to, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, to);
        return;
    }
    putc('"', to);
    for (; *text; text++)
        fprintf(to, *text == '"' ? "\"\"" : "%c", *text);
    putc('"', to);
}

static void json_string(FILE *to, const char *text)
{
    char quoted[JSON_TEXT_GROWTH * (SWEEP_KEY_MAX + SWEEP_VALUE_MAX) + 3];
    assert(strlen(text) < SWEEP_KEY_MAX + SWEEP_VALUE_MAX);
    json_text(quoted, text);
    fputs(quoted, to);
}

/* Whether JSON has it as a number, and every reader as the same one. */
static bool is_number(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && !text[digits] && digits <= NUMBER_DIGITS_MAX && (text[0] != '0' || digits == 1);
}

static void json_value(FILE *to, const char *text)
{
    if (is_number(text))
        fputs(text, to);
    else
        json_string(to, text);
}

/* The identity of the sweep, as one line of JSON. */
static void identity(FILE *to, const struct sweep_plan *plan, uint64_t file_digest)
{
    uint64_t policy;
    fprintf(to, "{\"prisim\": \"" PRISIM_VERSION "\", \"scenario\": \"%016" PRIx64 "\", ", file_digest);
    if (plan->policy && sweep_file_digest(plan->policy, &policy))
        fprintf(to, "\"policy\": \"%016" PRIx64 "\", ", policy);
    fputs("\"set\": [", to);
    for (unsigned i = 0; i < plan->settings; i++) {
        fputs(i ? ", " : "", to);
        json_string(to, plan->setting[i]);
    }
    fputs("], \"vary\": [", to);
    for (unsigned i = 0; i < plan->axes.count; i++) {
        fputs(i ? ", " : "", to);
        json_string(to, plan->axes.axis[i].argument);
    }
    fputs("]", to);
    if (plan->step.id[0]) {
        fputs(", \"orders\": ", to);
        json_string(to, plan->step.argument);
        fprintf(to, ", \"check\": %u", plan->step.checks);
    }
    fputs(plan->orders ? ", \"orders_of\": [" : "}\n", to);
    for (unsigned i = 0; plan->orders && i < plan->parties; i++) {
        fputs(i ? ", " : "", to);
        json_string(to, plan->party[i]);
    }
    fputs(plan->orders ? "]}\n" : "", to);
}

void sweep_rows_header(FILE *to, const struct sweep_plan *plan, enum sweep_format format, uint64_t file_digest)
{
    fputs(format == SWEEP_CSV ? "# sweep: " : "{\"sweep\": ", to);
    if (format == SWEEP_JSONL) {
        char *text = NULL;
        size_t length;
        FILE *line = open_memstream(&text, &length);
        if (line) {
            identity(line, plan, file_digest);
            fclose(line);
        }
        if (text && length)
            fprintf(to, "%.*s}\n", (int)length - 1, text);
        free(text);
        return;
    }
    identity(to, plan, file_digest);
    for (unsigned i = 0; i < plan->axes.count; i++) {
        csv_text(to, plan->axes.axis[i].key);
        putc(',', to);
    }
    if (plan->step.id[0])
        fprintf(to, "%s,positions,", plan->step.key);
    fprintf(to, "verdict,outcome,cycles,hazards,%sdigest\n", plan->orders ? "order," : "");
}

/* The values, up to the number of a step's position. */
static void csv_values(FILE *to, const struct sweep_plan *plan, const struct sweep_point *point)
{
    char value[SWEEP_VALUE_MAX];
    for (unsigned i = 0; i < plan->axes.count; i++) {
        sweep_axis_value(&plan->axes.axis[i], sweep_axes_index(&plan->axes, point->point, i), value);
        csv_text(to, value);
        putc(',', to);
    }
    if (point->place == SWEEP_PLACED)
        fputs(plan->step.before, to);
}

static void json_values(FILE *to, const struct sweep_plan *plan, const struct sweep_point *point)
{
    char value[SWEEP_VALUE_MAX];
    fputs("{\"values\": {", to);
    for (unsigned i = 0; i < plan->axes.count; i++) {
        sweep_axis_value(&plan->axes.axis[i], sweep_axes_index(&plan->axes, point->point, i), value);
        fputs(i ? ", " : "", to);
        json_string(to, plan->axes.axis[i].key);
        fputs(": ", to);
        json_value(to, value);
    }
    if (point->place == SWEEP_PLACED)
        fprintf(to, "%s\"%s\": %s%s", plan->axes.count ? ", " : "", plan->step.key, plan->step.before[0] ? "\"" : "",
                plan->step.before);
}

/* Those that were found: name:count, with a space between two. */
static void csv_hazards(FILE *to, const struct sweep_row *row)
{
    bool any = false;
    for (unsigned i = 0; i < HAZARDS; i++) {
        if (!row->hazard[i])
            continue;
        fprintf(to, "%s%s:%" PRIu32, any ? " " : "", hazard_name((enum hazard)i), row->hazard[i]);
        any = true;
    }
}

static void csv_row(FILE *to, const struct sweep_plan *plan, const struct sweep_row *row)
{
    csv_values(to, plan, &row->point);
    if (row->point.place == SWEEP_PLACED)
        fprintf(to, "%" PRIu64 ",%" PRIu64 ",", row->point.position, row->positions);
    fprintf(to, "%s,%s,%" PRIu64 ",", verdict_name(row->verdict.verdict), outcome_name(row->verdict.outcome),
            row->cycles);
    csv_hazards(to, row);
    fprintf(to, ",%s%s%s\n", row->order, row->order[0] ? "," : "", row->digest);
}

/* All hazards; null as in a summary: nothing in this version can raise it. */
static void json_hazards(FILE *to, const struct sweep_row *row)
{
    fputs("\"hazards\": {", to);
    for (unsigned i = 0; i < HAZARDS; i++) {
        fprintf(to, "%s\"%s\": ", i ? ", " : "", hazard_name((enum hazard)i));
        if (row->hazard[i] || hazard_raisable((enum hazard)i))
            fprintf(to, "%" PRIu32, row->hazard[i]);
        else
            fputs("null", to);
    }
    fputs("}, ", to);
}

static void json_row(FILE *to, const struct sweep_plan *plan, const struct sweep_row *row)
{
    json_values(to, plan, &row->point);
    if (row->point.place == SWEEP_PLACED)
        fprintf(to, "%" PRIu64 "%s}, \"positions\": %" PRIu64 ", ", row->point.position,
                plan->step.before[0] ? "\"" : "", row->positions);
    else
        fputs("}, ", to);
    fprintf(to, "\"verdict\": \"%s\", \"outcome\": \"%s\", \"cycles\": %" PRIu64 ", ",
            verdict_name(row->verdict.verdict), outcome_name(row->verdict.outcome), row->cycles);
    json_hazards(to, row);
    if (row->order[0])
        fprintf(to, "\"order\": \"%s\", ", row->order);
    fprintf(to, "\"digest\": \"%s\"}\n", row->digest);
}

void sweep_row_write(FILE *to, const struct sweep_plan *plan, enum sweep_format format, const struct sweep_row *row)
{
    if (format == SWEEP_CSV)
        csv_row(to, plan, row);
    else
        json_row(to, plan, row);
}

/* The word behind `label` in a line of JSON, up to one of `,"}`; or the next field of CSV. Moves on behind it. */
static bool word(enum sweep_format format, const char **at, const char *label, char to[FIELD_MAX])
{
    if (format == SWEEP_JSONL) {
        char quoted[FIELD_MAX];
        snprintf(quoted, sizeof quoted, "\"%s\": ", label);
        *at = strstr(*at, quoted);
        if (!*at)
            return false;
        *at += strlen(quoted);
        *at += **at == '"';
    }
    size_t length = strcspn(*at, format == SWEEP_CSV ? ",\n" : ",\"}\n");
    if (length >= FIELD_MAX)
        return false;
    memcpy(to, *at, length);
    to[length] = 0;
    *at += length + ((*at)[length] != 0);
    return true;
}

static bool read_number(enum sweep_format format, const char **at, const char *label, uint64_t *value)
{
    char text[FIELD_MAX];
    const char *end;
    return word(format, at, label, text) && sweep_number(text, &end, value) && !*end;
}

static bool read_csv_hazards(const char **at, struct sweep_row *row)
{
    for (unsigned i = 0; i < HAZARDS; i++) {
        const char *name = hazard_name((enum hazard)i);
        size_t length = strlen(name);
        uint64_t count;
        if (strncmp(*at, name, length) != 0 || (*at)[length] != ':')
            continue;
        if (!sweep_number(*at + length + 1, at, &count))
            return false;
        row->hazard[i] = (uint32_t)count;
        *at += **at == ' ';
    }
    return *(*at)++ == ',';
}

static bool read_json_hazards(const char **at, struct sweep_row *row)
{
    char text[FIELD_MAX];
    for (unsigned i = 0; i < HAZARDS; i++) {
        uint64_t count = 0;
        const char *end;
        if (!word(SWEEP_JSONL, at, hazard_name((enum hazard)i), text))
            return false;
        if (strcmp(text, "null") != 0 && !sweep_number(text, &end, &count))
            return false;
        row->hazard[i] = (uint32_t)count;
    }
    return true;
}

/* What follows the values. */
static bool read_rest(const struct sweep_plan *plan, enum sweep_format format, const char *at, struct sweep_row *row)
{
    char verdict[FIELD_MAX], outcome[FIELD_MAX], order[FIELD_MAX] = "", digest[FIELD_MAX];
    if (row->point.place == SWEEP_PLACED && !read_number(format, &at, "positions", &row->positions))
        return false;
    if (!word(format, &at, "verdict", verdict) || !word(format, &at, "outcome", outcome) ||
        !read_number(format, &at, "cycles", &row->cycles))
        return false;
    if (!(format == SWEEP_CSV ? read_csv_hazards(&at, row) : read_json_hazards(&at, row)))
        return false;
    if ((plan->orders && !word(format, &at, "order", order)) || !word(format, &at, "digest", digest))
        return false;
    for (unsigned i = 0; i < VERDICTS; i++)
        if (strcmp(verdict, verdict_name((enum verdict)i)) == 0)
            row->verdict.verdict = (enum verdict)i;
    for (unsigned i = 0; i < OUTCOMES; i++)
        if (strcmp(outcome, outcome_name((enum outcome)i)) == 0)
            row->verdict.outcome = (enum outcome)i;
    snprintf(row->order, sizeof row->order, "%.16s", order);
    snprintf(row->digest, sizeof row->digest, "%.16s", digest);
    return true;
}

/* Behind the values, or NULL if the line has others; a step's position is read there. */
static const char *behind_values(const struct sweep_plan *plan, enum sweep_format format, const char *line,
                                 struct sweep_row *row)
{
    char *expected = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&expected, &length);
    if (!to)
        return NULL;
    if (format == SWEEP_CSV)
        csv_values(to, plan, &row->point);
    else
        json_values(to, plan, &row->point);
    fclose(to);
    const char *at = expected && strncmp(line, expected, length) == 0 ? line + length : NULL;
    free(expected);
    if (!at || row->point.place != SWEEP_PLACED)
        return at;
    return sweep_number(at, &at, &row->point.position) ? at + (*at != 0) : NULL;
}

bool sweep_row_read(const struct sweep_plan *plan, enum sweep_format format, const char *line, struct sweep_row *row)
{
    const struct sweep_point point = row->point;
    memset(row, 0, sizeof *row);
    row->point = point;
    const char *at = behind_values(plan, format, line, row);
    if (!at || !read_rest(plan, format, at, row))
        return false;
    char *again = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&again, &length);
    if (!to)
        return false;
    sweep_row_write(to, plan, format, row);
    fclose(to);
    bool same = again && strcmp(again, line) == 0;
    free(again);
    return same;
}
