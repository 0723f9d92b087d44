/* SPDX-License-Identifier: Apache-2.0
 *
 * Times that were measured, exactly: how often each. Of N times the p-th percentile is that of rank ceil(p N / 100)
 * when they are put in order, the shortest having rank 1 (nearest rank): one of the times themselves, never a mean of
 * two.
 */
#ifndef PRISIM_TB_HOPS_DISTRIBUTION_H
#define PRISIM_TB_HOPS_DISTRIBUTION_H

#include "tb/hops/numbered.h"

#ifdef __cplusplus
extern "C" {
#endif

struct distribution {
    struct numbered times; /* how often */
    uint64_t count, sum, never;
};

/* What is told of it. The times are 0 if there is none. */
struct distribution_told {
    uint64_t count;
    uint64_t never; /* began, and never came to the end of what is measured */
    uint64_t sum;
    uint64_t min, median, p99, max;
};

static inline void distribution_add(struct distribution *distribution, uint64_t time)
{
    distribution->count++;
    distribution->sum += time;
    numbered_count(&distribution->times, time);
}

struct distribution_told distribution_tell(const struct distribution *distribution);
void distribution_free(struct distribution *distribution);

#ifdef __cplusplus
}
#endif

#endif
