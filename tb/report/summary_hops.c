/* SPDX-License-Identifier: Apache-2.0
 *
 * Times in the summary (summary_hops.h, docs/output.md).
 */
#include "tb/report/summary_hops.h"

#include <inttypes.h>

#include "tb/report/json_text.h"
#include "tb/report/verdict.h"

static void distribution(FILE *to, const char *before, const char *name, const struct distribution_told *told)
{
    fprintf(to, "%s\n    \"%s\": {\"count\": %" PRIu64 ", \"never\": %" PRIu64, before, name, told->count, told->never);
    if (told->count)
        fprintf(to,
                ", \"sum\": %" PRIu64 ", \"min\": %" PRIu64 ", \"median\": %" PRIu64 ", \"p99\": %" PRIu64
                ", \"max\": %" PRIu64 "}",
                told->sum, told->min, told->median, told->p99, told->max);
    else
        fputs(", \"sum\": 0, \"min\": null, \"median\": null, \"p99\": null, \"max\": null}", to);
}

static void hop_times(FILE *to, const struct hops *hops)
{
    fputs("  \"hops\": {", to);
    for (unsigned i = 0; i < HOPS; i++) {
        const struct distribution_told told = hops_hop(hops, (enum hop)i);
        distribution(to, i ? "," : "", hop_name((enum hop)i), &told);
    }
    fputs("\n  },\n", to);
}

static void unbind_times(FILE *to, const struct hops *hops)
{
    fputs("  \"unbind_times\": {", to);
    for (unsigned i = 0; i < UNBIND_TIMES; i++) {
        const struct distribution_told told = hops_unbinds(hops, (enum unbind_time)i);
        distribution(to, i ? "," : "", unbind_time_name((enum unbind_time)i), &told);
    }
    fputs("\n  },\n", to);
}

static void unbind(FILE *to, const struct scenario *scenario, const struct unbind_times *one)
{
    char step[SYSTEM_ID_MAX + 32] = "", quoted[JSON_TEXT_GROWTH * (SYSTEM_ID_MAX + 32) + 3];
    if (one->step >= 0)
        verdict_step_words(scenario, (uint32_t)one->step, step);
    json_text(quoted, step);
    fprintf(to, "{\"step\": %s, \"stream_id\": %" PRIu32 ", \"pasid\": %" PRIu64, quoted, one->stream_id, one->pasid);
    for (unsigned i = 0; i < UNBIND_TIMES; i++) {
        fprintf(to, ", \"%s\": ", unbind_time_name((enum unbind_time)i));
        if (one->time[i] == PRISIM_CYCLE_NEVER)
            fputs("null", to);
        else
            fprintf(to, "%" PRIu64, one->time[i]);
    }
    fprintf(to, ", \"queue\": %" PRIu64 ", \"callers\": %" PRIu32 ", \"callers_cycles\": %" PRIu64 "}", one->queue,
            one->callers_count, one->callers);
}

static void unbinds(FILE *to, const struct scenario *scenario, const struct hops *hops)
{
    const struct unbind_times *one;
    fputs("  \"unbinds\": [", to);
    for (uint32_t i = 0; (one = hops_unbind(hops, i)) != NULL; i++) {
        fputs(i ? ",\n    " : "\n    ", to);
        unbind(to, scenario, one);
    }
    fputs("],\n", to);
}

void summary_hops(FILE *to, const struct scenario *scenario, const struct hops *hops)
{
    if (hops == NULL) {
        fputs("  \"hops\": null,\n  \"unbind_times\": null,\n  \"unbinds\": null,\n", to);
        return;
    }
    hop_times(to, hops);
    unbind_times(to, hops);
    unbinds(to, scenario, hops);
}
