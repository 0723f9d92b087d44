/* SPDX-License-Identifier: Apache-2.0
 *
 * Times in the report (report_hops.h, docs/output.md).
 */
#include "tb/report/report_hops.h"

#include <inttypes.h>

#include "tb/report/verdict.h"

enum { UNBINDS_SHOWN = 8, COLUMN_TITLE = 33 };

static void title(FILE *to, const char *head, const char *plain, const char *words)
{
    fprintf(to, "\n%s%-*s %8s %8s %9s %9s %9s %9s%s\n", head, COLUMN_TITLE, words, "count", "never", "min", "median",
            "p99", "max", plain);
}

static void row(FILE *to, const char *words, const struct distribution_told *told)
{
    fprintf(to, "  %-*s %8" PRIu64 " %8" PRIu64, COLUMN_TITLE - 2, words, told->count, told->never);
    if (told->count)
        fprintf(to, " %9" PRIu64 " %9" PRIu64 " %9" PRIu64 " %9" PRIu64, told->min, told->median, told->p99, told->max);
    fputs("\n", to);
}

static void hop_times(FILE *to, const char *head, const char *plain, const struct hops *hops)
{
    char words[64];
    snprintf(words, sizeof words, "hops of %" PRIu64 " page requests", hops_requests(hops));
    title(to, head, plain, words);
    for (unsigned i = 0; i < HOPS; i++) {
        const struct distribution_told told = hops_hop(hops, (enum hop)i);
        row(to, hop_name((enum hop)i), &told);
    }
}

static void unbind_times(FILE *to, const char *head, const char *plain, const struct hops *hops)
{
    title(to, head, plain, "times of unbinds");
    for (unsigned i = 0; i < UNBIND_TIMES; i++) {
        const struct distribution_told told = hops_unbinds(hops, (enum unbind_time)i);
        char words[64];
        snprintf(words, sizeof words, "%s, %s", unbind_time_name((enum unbind_time)i),
                 unbind_time_about((enum unbind_time)i));
        row(to, words, &told);
    }
}

/* Who was kept waiting. */
static void waits(FILE *to, const struct scenario *scenario, const struct unbind_times *one)
{
    char step[SYSTEM_ID_MAX + 32] = "";
    if (one->step >= 0)
        verdict_step_words(scenario, (uint32_t)one->step, step);
    fprintf(to,
            "  PASID %" PRIu64 "%s%s: entries in the PRI queue for %" PRIu64 " cycles, %" PRIu32 " calls for %" PRIu64
            " cycles\n",
            one->pasid, step[0] ? ", " : "", step, one->queue, one->callers_count, one->callers);
}

void report_hops(FILE *to, const char *head, const char *plain, const struct scenario *scenario,
                 const struct hops *hops)
{
    const struct unbind_times *one;
    uint32_t i = 0;
    hop_times(to, head, plain, hops);
    if (!hops_unbind(hops, 0))
        return;
    unbind_times(to, head, plain, hops);
    fprintf(to, "\n%swhat waited while an unbind ran%s\n", head, plain);
    for (; (one = hops_unbind(hops, i)) != NULL; i++)
        if (i < UNBINDS_SHOWN)
            waits(to, scenario, one);
    if (i > UNBINDS_SHOWN)
        fprintf(to, "  ... and %" PRIu32 " more; --summary has them all\n", i - UNBINDS_SHOWN);
}
