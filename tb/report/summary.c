/* SPDX-License-Identifier: Apache-2.0
 *
 * The summary's writer. Hazards stand in the order of tb/hazards.def, all of them; null says that nothing in this
 * version can raise it.
 */
#include "tb/report/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tb/report/assumptions.h"
#include "tb/report/json_text.h"
#include "tb/report/summary_hops.h"
#include "tb/report/whole_file.h"

static void text(FILE *to, const char *key, const char *value)
{
    char quoted[JSON_TEXT_GROWTH * SCENARIO_TEXT_MAX + 3];
    assert(strlen(value) < SCENARIO_TEXT_MAX);
    json_text(quoted, value);
    fprintf(to, "  \"%s\": %s,\n", key, quoted);
}

static void hazards(FILE *to, const struct checkers *checkers)
{
    fputs("  \"hazards\": {", to);
    for (unsigned i = 0; i < HAZARDS; i++) {
        fprintf(to, "%s\n    \"%s\": ", i ? "," : "", hazard_name((enum hazard)i));
        if (hazard_raisable((enum hazard)i) || checkers_count(checkers, (enum hazard)i) > 0)
            fprintf(to, "%" PRIu32, checkers_count(checkers, (enum hazard)i));
        else
            fputs("null", to);
    }
    fputs("\n  },\n", to);
}

/* Of every hazard that was found: under which premises. */
static void premises(FILE *to, const struct checkers *checkers)
{
    bool first = true;
    fputs("  \"premises\": {", to);
    for (unsigned i = 0; i < HAZARDS; i++) {
        const struct premises *p = checkers_premises(checkers, (enum hazard)i);
        if (p->kept + p->broken == 0)
            continue;
        fprintf(to, "%s\n    \"%s\": {\"kept\": %" PRIu32 ", \"broken\": %" PRIu32 ", \"duties\": [", first ? "" : ",",
                hazard_name((enum hazard)i), p->kept, p->broken);
        first = false;
        for (unsigned duty = 0; p->duties >> duty; duty++)
            if (p->duties >> duty & 1)
                fprintf(to, "\"%s\"%s", duty_name((enum duty)duty), p->duties >> duty > 1 ? ", " : "");
        fputs("]}", to);
    }
    fputs(first ? "},\n" : "\n  },\n", to);
}

/* What the verdict hangs on. */
static void assumes(FILE *to, const struct scenario *scenario)
{
    char one[ASSUMPTION_TEXT];
    fputs("  \"assumes\": [", to);
    for (unsigned i = 0; assumption(scenario, i, one); i++)
        fprintf(to, "%s\"%s\"", i ? ", " : "", one);
    fputs("],\n", to);
}

static void counters(FILE *to, const struct checkers *checkers)
{
    fputs("  \"counters\": {", to);
    for (unsigned i = 0; i < COUNTERS; i++)
        fprintf(to, "%s\n    \"%s\": %" PRIu64, i ? "," : "", counter_name((enum counter)i),
                checkers_counter(checkers, (enum counter)i));
    fputs("\n  },\n", to);
}

/* Why the verdict is not pass. */
static void reasons(FILE *to, const struct scenario *scenario, const struct checkers *checkers,
                    const struct run_outcome *outcome)
{
    char line[SCENARIO_TEXT_MAX], quoted[JSON_TEXT_GROWTH * SCENARIO_TEXT_MAX + 3];
    fputs("  \"reasons\": [", to);
    for (unsigned i = 0; verdict_reason(scenario, checkers, outcome->idle, i, line); i++) {
        json_text(quoted, line);
        fprintf(to, "%s\n    %s", i ? "," : "", quoted);
    }
    fputs("],\n", to);
}

static void exposure_points(FILE *to, const struct exposure *exposure)
{
    bool first = true;
    for (unsigned point = 0; point < EXPOSURE_POINTS; point++) {
        if (exposure->cycle[point] == PRISIM_CYCLE_NEVER)
            continue;
        fprintf(to, "%s\n      \"%s\": {\"cycle\": %" PRIu64, first ? "" : ",",
                exposure_point_name((enum exposure_point)point), exposure->cycle[point]);
        for (unsigned place = 0; place < PLACES; place++)
            if (exposure->at[point][place])
                fprintf(to, ", \"%s\": %" PRIu32, place_name((enum place)place), exposure->at[point][place]);
        fputs("}", to);
        first = false;
    }
}

/* Places that are not named hold nothing. */
static void exposures(FILE *to, const struct scenario *scenario, const struct checkers *checkers)
{
    const struct exposure *exposure;
    fputs("  \"exposure\": [", to);
    for (unsigned i = 0; (exposure = checkers_exposure(checkers, i)) != NULL; i++) {
        char step[SYSTEM_ID_MAX + 32] = "", quoted[JSON_TEXT_GROWTH * (SYSTEM_ID_MAX + 32) + 3];
        if (exposure->step >= 0)
            verdict_step_words(scenario, (uint32_t)exposure->step, step);
        json_text(quoted, step);
        fprintf(to,
                "%s\n    {\"step\": %s, \"stream_id\": %" PRIu32 ", \"pasid\": %" PRIu32 ", \"binding\": %" PRIu64
                ", \"points\": {",
                i ? "," : "", quoted, exposure->stream_id, exposure->pasid, exposure->binding);
        exposure_points(to, exposure);
        fputs("}}", to);
    }
    fputs("],\n", to);
}

bool summary_write(const char *path, const struct scenario *scenario, const struct checkers *checkers,
                   const struct run_outcome *outcome, const struct hops *hops)
{
    struct whole_file file;
    if (!whole_file_open(&file, path))
        return false;
    fputs("{\n", file.stream);
    text(file.stream, "scenario", scenario->name);
    text(file.stream, "verdict", verdict_name(outcome->verdict.verdict));
    text(file.stream, "outcome", outcome_name(outcome->verdict.outcome));
    text(file.stream, "ended_by", ended_by_name(outcome->verdict.ended_by));
    reasons(file.stream, scenario, checkers, outcome);
    text(file.stream, "engine", outcome->engine);
    fprintf(file.stream, "  \"cycles\": %" PRIu64 ",\n", outcome->cycles);
    hazards(file.stream, checkers);
    premises(file.stream, checkers);
    assumes(file.stream, scenario);
    counters(file.stream, checkers);
    exposures(file.stream, scenario, checkers);
    summary_hops(file.stream, scenario, hops);
    fprintf(file.stream, "  \"log_digest\": \"%s\"\n}\n", outcome->digest);
    return whole_file_close(&file, true);
}
