/* SPDX-License-Identifier: Apache-2.0
 *
 * The coverage tables as text. An empty bin is marked.
 */
#include "tests/lockstep/coverage.h"

namespace lockstep
{

namespace
{

struct line {
    int bin; /* -1: the head of a group */
    const char *about;
};

const line lines[] = {
#define GROUP(about)   {-1, about},
#define BIN(id, about) {BIN_##id, about},
#include "tests/lockstep/coverage.def"
#undef BIN
#undef GROUP
};

const char *mark(uint64_t count)
{
    return count ? "" : "  <- empty";
}

/* SMMU-PRIMSG: without a PASID there is no marker. Every other cell of the grid can be met. */
template <unsigned ROW_COUNT, unsigned COLUMNS> unsigned empty_of(const uint64_t (&grid)[ROW_COUNT][COLUMNS])
{
    unsigned empty = 0;
    for (const auto &row : grid)
        for (uint64_t count : row)
            empty += !count;
    return empty;
}

} // namespace

unsigned coverage::empty() const
{
    unsigned count = empty_of(outcome) + empty_of(episode);
    for (uint64_t hits : bin)
        count += !hits;
    for (uint64_t hits : variant)
        count += !hits;
    return count;
}

void coverage::print(FILE *to) const
{
    std::fprintf(to, "SMMU-PRIOUTCOME: outcomes\n  row %12s %12s %12s %12s\n", "Last=1", "Last=0", "Stop Marker",
                 "L, no PASID");
    for (unsigned row = 0; row < ROWS; row++) {
        std::fprintf(to, "  (%u)", row + 1);
        for (uint64_t count : outcome[row])
            std::fprintf(to, " %12llu%s", static_cast<unsigned long long>(count), mark(count));
        std::fputc('\n', to);
    }
    std::fprintf(to, "episodes by latencies and queue size\n  %-32s", "interval, write, in flight");
    for (uint32_t log2 : pri_queue_sizes)
        std::fprintf(to, "     2^%u", log2);
    std::fputc('\n', to);
    for (unsigned i = 0; i < PRI_QUEUE_LATENCY_SETS; i++) {
        const uint32_t *set = pri_queue_latency_set[i];
        char name[40] = "any";
        if (set[0])
            std::snprintf(name, sizeof name, "%u, %u, %u", set[0], set[1], set[2]);
        std::fprintf(to, "  %-32s", name);
        for (uint64_t count : episode[i])
            std::fprintf(to, " %7llu%s", static_cast<unsigned long long>(count), mark(count));
        std::fputc('\n', to);
    }
    std::fputs("episodes by pps, pasid_supported, msi_supported, auto_fail_last_only, stop_marker_needs_ssv\n", to);
    for (unsigned i = 0; i < 32; i++)
        std::fprintf(to, "  %u %u %u %u %u %12llu%s\n", i >> 4 & 1, i >> 3 & 1, i >> 2 & 1, i >> 1 & 1, i & 1,
                     static_cast<unsigned long long>(variant[i]), mark(variant[i]));
    for (const line &each : lines) {
        if (each.bin < 0)
            std::fprintf(to, "%s\n", each.about);
        else
            std::fprintf(to, "  %-76s %12llu%s\n", each.about, static_cast<unsigned long long>(bin[each.bin]),
                         mark(bin[each.bin]));
    }
}

} // namespace lockstep
