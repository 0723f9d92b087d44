/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts what a run has met: the rows of SMMU-PRIOUTCOME by kind of message, latencies by queue size, and single bins.
 */
#ifndef PRISIM_LOCKSTEP_COVERAGE_H
#define PRISIM_LOCKSTEP_COVERAGE_H

#include <cstdint>
#include <cstdio>

#include "tb/vectors/pri_queue_stimulus.h"
#include "tests/lockstep/dut.h"

namespace lockstep
{

enum bin {
#define GROUP(about)
#define BIN(id, about) BIN_##id,
#include "tests/lockstep/coverage.def"
#undef BIN
#undef GROUP
    BINS
};

/* SMMU-PRIMSG. Last with neither access bits nor substream looks like a marker and is a page request. */
enum kind { KIND_LAST, KIND_NOT_LAST, KIND_MARKER, KIND_LAST_NO_ACCESS, KINDS };
enum { ROWS = 8 };

struct coverage {
    uint64_t bin[BINS];
    uint64_t outcome[ROWS][KINDS]; /* row - 1 */
    uint64_t episode[PRI_QUEUE_LATENCY_SETS][PRI_QUEUE_SIZES];
    uint64_t variant[32]; /* pps, pasid_supported, msi_supported, auto_fail_last_only, stop_marker_needs_ssv */

    void hit(enum bin what)
    {
        bin[what]++;
    }
    unsigned empty() const;
    void print(FILE *to) const;
};

} // namespace lockstep

#endif
