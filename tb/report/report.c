/* SPDX-License-Identifier: Apache-2.0
 *
 * The report on paper: rows kept as they come, set in columns at the end; or printed as they come.
 */
#define _POSIX_C_SOURCE 200809L

#include "tb/report/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tb/report/assumptions.h"
#include "tb/report/report_hops.h"
#include "tb/report/report_match.h"
#include "tb/report/report_words.h"

enum {
    FINDINGS_SHOWN = 20,
    EXPOSURES_SHOWN = 8,
    COLUMN_CYCLE = 9,
    COLUMN_POINT = 3,
    COLUMN_CAUSE = 18,
    COLUMN_WHAT_MIN = 40
};

/* What the colours mean. */
enum paint { PAINT_NONE, PAINT_HEAD, PAINT_POINT, PAINT_CAUSE, PAINT_GOOD, PAINT_BAD, PAINTS };

struct sheet {
    FILE *to;
    const char *const *paint; /* PAINTS sequences */
    int place_width, what_width;
};

struct report {
    const struct scenario *scenario;
    const struct report_filter *filter;
    struct report_match *match;
    const struct hops *hops; /* or NULL: no times are printed */
    struct sheet sheet;
    uint64_t told;     /* events so far that belong in the table */
    bool letters[128]; /* of their points */
    struct prisim_event first[REPORT_ROWS_FIRST];
    struct prisim_event last[REPORT_ROWS_LAST]; /* a ring */
};

static const char *const colours[PAINTS] = {
    [PAINT_NONE] = "\033[0m",   [PAINT_HEAD] = "\033[1m",    [PAINT_POINT] = "\033[36m",
    [PAINT_CAUSE] = "\033[33m", [PAINT_GOOD] = "\033[1;32m", [PAINT_BAD] = "\033[1;31m",
};
static const char *const plain[PAINTS] = {"", "", "", "", "", ""};

struct report *report_open(const struct scenario *scenario, const struct report_filter *filter,
                           char message[REPORT_FILTER_MESSAGE_MAX])
{
    struct report *report = calloc(1, sizeof *report);
    snprintf(message, REPORT_FILTER_MESSAGE_MAX, "no memory");
    if (report == NULL)
        return NULL;
    report->scenario = scenario;
    report->filter = filter;
    report->match = report_match_open(filter, scenario, message);
    if (report->match == NULL) {
        free(report);
        return NULL;
    }
    report->sheet = (struct sheet){.to = stdout, .paint = plain};
    return report;
}

void report_close(struct report *report)
{
    report_match_close(report->match);
    free(report);
}

struct event_types report_types(const struct report *report)
{
    return report_match_types(report->match);
}

bool report_wants_colour(FILE *to)
{
    const char *no_colour = getenv("NO_COLOR");
    return (no_colour == NULL || no_colour[0] == '\0') && isatty(fileno(to));
}

/* How much of a text goes on a line: up to a space if it must be cut. */
static size_t fitting(const char *text, size_t width)
{
    size_t length = strlen(text);
    if (length <= width)
        return length;
    for (size_t i = width; i > 0; i--)
        if (text[i] == ' ')
            return i;
    return width;
}

/* A text in lines of at most REPORT_WIDTH, the later ones indented. */
static void paragraph(const struct sheet *sheet, const char *text, size_t indent)
{
    for (bool first = true; *text; first = false) {
        size_t length = fitting(text, REPORT_WIDTH - indent);
        fprintf(sheet->to, "%*s%.*s\n", first ? 0 : (int)indent, "", (int)length, text);
        text += length;
        text += *text == ' ';
    }
}

static void row(const struct sheet *sheet, const struct scenario *scenario, const struct prisim_event *event)
{
    char words[REPORT_TEXT_MAX], place[SYSTEM_NAME_MAX];
    const char *const *paint = sheet->paint;
    report_words(scenario, event, words);
    system_instance_name(&scenario->system, event->instance, place);
    size_t width = (size_t)sheet->what_width, length = fitting(words, width);
    const char *cause = report_cause(event);
    fprintf(sheet->to, "%*" PRIu64 "  %s%-*s%s  %-*s  ", COLUMN_CYCLE, event->cycle, paint[PAINT_POINT], COLUMN_POINT,
            prisim_event_point((enum prisim_event_type)event->type), paint[PAINT_NONE], sheet->place_width, place);
    if (cause[0])
        fprintf(sheet->to, "%-*.*s  %s%s%s\n", sheet->what_width, (int)length, words, paint[PAINT_CAUSE], cause,
                paint[PAINT_NONE]);
    else
        fprintf(sheet->to, "%.*s\n", (int)length, words);
    for (const char *rest = words + length; *rest; rest += length) {
        rest += *rest == ' ';
        length = fitting(rest, width - 2);
        fprintf(sheet->to, "%*s%.*s\n", COLUMN_CYCLE + COLUMN_POINT + sheet->place_width + 8, "", (int)length, rest);
    }
}

static uint64_t first_rows(const struct report *report)
{
    return report->told < REPORT_ROWS_FIRST ? report->told : REPORT_ROWS_FIRST;
}

static uint64_t last_rows(const struct report *report)
{
    uint64_t rest = report->told - first_rows(report);
    return rest < REPORT_ROWS_LAST ? rest : REPORT_ROWS_LAST;
}

/* The i-th of the rows at the end. */
static const struct prisim_event *last_row(const struct report *report, uint64_t i)
{
    uint64_t rest = report->told - first_rows(report);
    return &report->last[(rest - last_rows(report) + i) % REPORT_ROWS_LAST];
}

static void set_widths(struct sheet *sheet, size_t place_width)
{
    sheet->place_width = (int)place_width;
    int rest = REPORT_WIDTH - COLUMN_CYCLE - COLUMN_POINT - COLUMN_CAUSE - (int)place_width - 8;
    sheet->what_width = rest > COLUMN_WHAT_MIN ? rest : COLUMN_WHAT_MIN;
}

static size_t wider(const struct report *report, unsigned instance, size_t width)
{
    char place[SYSTEM_NAME_MAX];
    system_instance_name(&report->scenario->system, instance, place);
    return strlen(place) > width ? strlen(place) : width;
}

/* As wide as the rows that are kept. */
static void measure(const struct report *report, struct sheet *sheet)
{
    size_t widest = strlen("where");
    for (uint64_t i = 0; i < first_rows(report); i++)
        widest = wider(report, report->first[i].instance, widest);
    for (uint64_t i = 0; i < last_rows(report); i++)
        widest = wider(report, last_row(report, i)->instance, widest);
    set_widths(sheet, widest);
}

/* As wide as any row can be. */
static void measure_all(const struct report *report, struct sheet *sheet)
{
    struct system_instance rows[SYSTEM_INSTANCES_MAX];
    size_t widest = wider(report, INSTANCE_CHECKERS, strlen("where"));
    for (unsigned i = 0; i < system_instances(&report->scenario->system, rows); i++)
        widest = wider(report, i, widest);
    set_widths(sheet, widest);
}

static void title(const struct report *report, const struct sheet *sheet)
{
    fprintf(sheet->to, "%s%s%s\n", sheet->paint[PAINT_HEAD], report->scenario->name, sheet->paint[PAINT_NONE]);
    paragraph(sheet, report->scenario->about, 0);
    fprintf(sheet->to, "\n%s%*s  %-*s  %-*s  %-*s  %s%s\n", sheet->paint[PAINT_HEAD], COLUMN_CYCLE, "cycle",
            COLUMN_POINT, "pt", sheet->place_width, "where", sheet->what_width, "what", "why",
            sheet->paint[PAINT_NONE]);
}

void report_begin(struct report *report, FILE *to, bool colour)
{
    report->sheet = (struct sheet){.to = to, .paint = colour ? colours : plain};
    if (!report->filter->all)
        return;
    measure_all(report, &report->sheet);
    title(report, &report->sheet);
}

void report_event(void *context, const struct prisim_event *event)
{
    struct report *report = context;
    if (!report_match_event(report->match, event))
        return;
    report->letters[prisim_event_point((enum prisim_event_type)event->type)[0] & 0x7f] = true;
    if (report->filter->all)
        row(&report->sheet, report->scenario, event);
    else if (report->told < REPORT_ROWS_FIRST)
        report->first[report->told] = *event;
    else
        report->last[(report->told - REPORT_ROWS_FIRST) % REPORT_ROWS_LAST] = *event;
    report->told++;
}

static void rows_kept(const struct report *report, const struct sheet *sheet)
{
    for (uint64_t i = 0; i < first_rows(report); i++)
        row(sheet, report->scenario, &report->first[i]);
    uint64_t shown = first_rows(report) + last_rows(report);
    if (report->told > shown)
        fprintf(sheet->to, "%*s  ... %" PRIu64 " events left out; --log keeps them all ...\n", COLUMN_CYCLE, "",
                report->told - shown);
    for (uint64_t i = 0; i < last_rows(report); i++)
        row(sheet, report->scenario, last_row(report, i));
}

/* What the letters of the points in the table stand for (docs/output.md). */
static void legend(const struct report *report, const struct sheet *sheet)
{
    static const struct {
        char letter;
        const char *words;
    } of_a_request[] = {
        {'E', "E endpoint"}, {'H', "H hardware queue"}, {'I', "I interrupt"}, {'S', "S software"}, {'R', "R response"},
    };
    const char *before = "points of a page request: ";
    for (unsigned i = 0; i < sizeof of_a_request / sizeof of_a_request[0]; i++) {
        if (!report->letters[(unsigned char)of_a_request[i].letter])
            continue;
        fprintf(sheet->to, "%s%s", before, of_a_request[i].words);
        before = ", ";
    }
    fputs(before[0] == ',' ? "\n" : "", sheet->to);
    if (report->letters['U'])
        fputs("points of an unbind: U0 to U7\n", sheet->to);
}

/* What stands under the table: what it leaves out, and how to read it. */
static void foot(const struct report *report, const struct sheet *sheet, const struct checkers *checkers)
{
    char text[REPORT_NOTHING_MAX];
    if (report->told == 0) {
        report_match_nothing(report->match, text);
        fprintf(sheet->to, "%*s  ", COLUMN_CYCLE, "");
        paragraph(sheet, text, COLUMN_CYCLE + 2);
    }
    if (report->told > 0 || report_filter_narrows(report->filter))
        fputs("\n", sheet->to);
    if (report_filter_narrows(report->filter)) {
        snprintf(text, sizeof text,
                 "filtered: %" PRIu64 " of %" PRIu64 " events; what is under way, hazards and verdict are of the whole "
                 "run",
                 report->told, checkers_counter(checkers, COUNTER_EVENTS));
        paragraph(sheet, text, 0);
    }
    legend(report, sheet);
}

static void findings(const struct sheet *sheet, const struct checkers *checkers)
{
    unsigned count = 0;
    for (; checkers_finding(checkers, count) != NULL; count++) {
        const struct finding *finding = checkers_finding(checkers, count);
        if (count >= FINDINGS_SHOWN)
            continue;
        char text[2 * SCENARIO_TEXT_MAX];
        char premises[PREMISES_TEXT];
        snprintf(text, sizeof text, "  %s: %s; premises: %s", hazard_name(finding->hazard), finding->text,
                 premises_words(finding->premises, premises));
        paragraph(sheet, text, 4);
    }
    if (count > FINDINGS_SHOWN)
        fprintf(sheet->to, "  ... and %u more\n", count - FINDINGS_SHOWN);
}

/* What nothing in this version can raise: its zero says nothing. */
static void not_judged(const struct sheet *sheet)
{
    char text[2 * SCENARIO_TEXT_MAX] = "  not judged in this version:";
    for (unsigned i = 0; i < HAZARDS; i++)
        if (!hazard_raisable((enum hazard)i))
            snprintf(text + strlen(text), sizeof text - strlen(text), " %s", hazard_name((enum hazard)i));
    paragraph(sheet, text, 4);
}

static void exposure_row(const struct sheet *sheet, const struct exposure *exposure, enum exposure_point point)
{
    if (exposure->cycle[point] == PRISIM_CYCLE_NEVER)
        return;
    fprintf(sheet->to, "%*" PRIu64 "  %s  ", COLUMN_CYCLE, exposure->cycle[point], exposure_point_name(point));
    bool any = false;
    for (unsigned place = 0; place < PLACES; place++) {
        if (exposure->at[point][place] == 0)
            continue;
        fprintf(sheet->to, "%s%s %" PRIu32, any ? ", " : "", place_name((enum place)place), exposure->at[point][place]);
        any = true;
    }
    fputs(any ? "\n" : "nothing\n", sheet->to);
}

/* What of the binding was under way at each point of its unbind. */
static void exposures(const struct report *report, const struct sheet *sheet, const struct checkers *checkers)
{
    const struct exposure *exposure;
    for (unsigned i = 0; i < EXPOSURES_SHOWN && (exposure = checkers_exposure(checkers, i)) != NULL; i++) {
        char step[SYSTEM_ID_MAX + 32] = "";
        if (exposure->step >= 0)
            verdict_step_words(report->scenario, (uint32_t)exposure->step, step);
        fprintf(sheet->to, "\n%sunder way of binding %" PRIu64 " (PASID %" PRIu32 ") at its unbind%s%s%s\n",
                sheet->paint[PAINT_HEAD], exposure->binding, exposure->pasid, step[0] ? ", " : "", step,
                sheet->paint[PAINT_NONE]);
        for (unsigned point = 0; point < EXPOSURE_POINTS; point++)
            exposure_row(sheet, exposure, (enum exposure_point)point);
    }
}

static void hazards(const struct report *report, const struct sheet *sheet, const struct checkers *checkers)
{
    const struct scenario *scenario = report->scenario;
    fprintf(sheet->to, "\n%s%-36s %10s %8s%s\n", sheet->paint[PAINT_HEAD], "hazards", "expected", "found",
            sheet->paint[PAINT_NONE]);
    bool any = false;
    for (unsigned i = 0; i < HAZARDS; i++) {
        enum hazard hazard = (enum hazard)i;
        const struct expected_count *count = &scenario->expect.hazard[hazard];
        if (!hazard_checked(hazard) || (checkers_count(checkers, hazard) == 0 && !count->given))
            continue;
        bool judged = verdict_judges(scenario, hazard);
        bool differs = judged && !expected_count_met(count, checkers_count(checkers, hazard));
        char expected[EXPECTED_COUNT_TEXT] = "any";
        if (judged)
            expected_count_text(count, expected);
        fprintf(sheet->to, "%s  %-34s %10s %8" PRIu32 "%s\n", differs ? sheet->paint[PAINT_BAD] : "",
                hazard_name(hazard), expected, checkers_count(checkers, hazard), sheet->paint[PAINT_NONE]);
        any = true;
    }
    if (!any)
        fputs("  none expected, none found\n", sheet->to);
    not_judged(sheet);
    findings(sheet, checkers);
}

static const char *shout(enum verdict verdict)
{
    static const char *const words[VERDICTS] = {"PASS", "FAIL", "INCOMPLETE"};
    return words[verdict];
}

/* "  assumes: ppr_flush none, ppr_latency 200; invalidate_completion_flush none", or nothing. */
static void assumes(const struct scenario *scenario, char text[SCENARIO_TEXT_MAX])
{
    char one[ASSUMPTION_TEXT];
    size_t used = 0;
    text[0] = '\0';
    for (unsigned i = 0; assumption(scenario, i, one); i++)
        used += (size_t)snprintf(text + used, SCENARIO_TEXT_MAX - used, "%s%s", i ? "; " : "  assumes: ", one);
    assert(used < SCENARIO_TEXT_MAX);
}

/* Why it is not PASS, what it hangs on, then the two words, last. */
static void verdict(const struct report *report, const struct sheet *sheet, const struct checkers *checkers,
                    const struct run_outcome *outcome)
{
    char text[SCENARIO_TEXT_MAX];
    fputc('\n', sheet->to);
    for (unsigned i = 0; verdict_reason(report->scenario, checkers, outcome->idle, i, text); i++) {
        char line[SCENARIO_TEXT_MAX + 4];
        snprintf(line, sizeof line, "  %s", text);
        paragraph(sheet, line, 4);
    }
    assumes(report->scenario, text);
    if (text[0])
        paragraph(sheet, text, 4);
    fprintf(sheet->to, "%s%s%s  %s: %s, %" PRIu64 " cycles%s, %s engine, log %s\n",
            sheet->paint[outcome->verdict.verdict == VERDICT_PASS ? PAINT_GOOD : PAINT_BAD],
            shout(outcome->verdict.verdict), sheet->paint[PAINT_NONE], report->scenario->name,
            outcome_name(outcome->verdict.outcome), outcome->cycles, outcome->idle ? "" : " (ended by its limit)",
            outcome->engine, outcome->digest);
}

void report_print_verdict(FILE *to, const struct scenario *scenario, const struct checkers *checkers,
                          const struct run_outcome *outcome)
{
    char text[SCENARIO_TEXT_MAX];
    for (unsigned i = 0; verdict_reason(scenario, checkers, outcome->idle, i, text); i++)
        fprintf(to, "  %s\n", text);
    assumes(scenario, text);
    fprintf(to, "%s%s", text, text[0] ? "\n" : "");
    fprintf(to, "%s: %s, %s\n", scenario->name, shout(outcome->verdict.verdict),
            outcome_name(outcome->verdict.outcome));
}

void report_times(struct report *report, const struct hops *hops)
{
    report->hops = hops;
}

void report_print(const struct report *report, const struct checkers *checkers, const struct run_outcome *outcome)
{
    struct sheet sheet = report->sheet;
    if (!report->filter->all) {
        measure(report, &sheet);
        title(report, &sheet);
        rows_kept(report, &sheet);
    }
    foot(report, &sheet, checkers);
    exposures(report, &sheet, checkers);
    if (report->hops)
        report_hops(sheet.to, sheet.paint[PAINT_HEAD], sheet.paint[PAINT_NONE], report->scenario, report->hops);
    hazards(report, &sheet, checkers);
    verdict(report, &sheet, checkers, outcome);
}
