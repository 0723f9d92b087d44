/* SPDX-License-Identifier: Apache-2.0
 *
 * The summary's writer. Hazards stand in the order of tb/hazards.def, all of them; null says that no checker judges it.
 */
#include "tb/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tb/json_text.h"
#include "tb/whole_file.h"

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
        if (hazard_checked((enum hazard)i))
            fprintf(to, "%" PRIu32, checkers_count(checkers, (enum hazard)i));
        else
            fputs("null", to);
    }
    fputs("\n  },\n", to);
}

static void counters(FILE *to, const struct checkers *checkers)
{
    fputs("  \"counters\": {", to);
    for (unsigned i = 0; i < COUNTERS; i++)
        fprintf(to, "%s\n    \"%s\": %" PRIu64, i ? "," : "", counter_name((enum counter)i),
                checkers_counter(checkers, (enum counter)i));
    fputs("\n  },\n", to);
}

bool summary_write(const char *path, const struct scenario *scenario, const struct checkers *checkers,
                   const struct run_outcome *outcome)
{
    struct whole_file file;
    if (!whole_file_open(&file, path))
        return false;
    fputs("{\n", file.stream);
    text(file.stream, "scenario", scenario->name);
    text(file.stream, "verdict", outcome->pass ? "pass" : "fail");
    text(file.stream, "engine", outcome->engine);
    fprintf(file.stream, "  \"cycles\": %" PRIu64 ",\n", outcome->cycles);
    hazards(file.stream, checkers);
    counters(file.stream, checkers);
    fprintf(file.stream, "  \"log_digest\": \"%s\"\n}\n", outcome->digest);
    return whole_file_close(&file, true);
}
