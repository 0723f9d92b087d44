/* SPDX-License-Identifier: Apache-2.0
 *
 * Values over time that a run is read by: how full the PRI queue is, and how many credits for page requests each
 * function has.
 */
#ifndef PRISIM_TB_VIEW_SERIES_H
#define PRISIM_TB_VIEW_SERIES_H

#include "tb/view/recording.h"

struct series_step {
    prisim_cycle_t cycle;
    uint64_t value;
};

/* One value from step to step; of steps of one cycle the last is meant, and it is the only one kept. */
struct series {
    struct series_step *step;
    uint32_t steps;
    size_t room;
    uint64_t limit; /* the most that it can be */
    bool known;     /* the limit was said by software; else there are no steps */
};

struct serieses {
    struct series queue;                         /* entries between PROD and CONS; the limit is its length */
    struct series credits[SYSTEM_ENDPOINTS_MAX]; /* free ones; the limit is the allocation, as it was last written */
};

void serieses_open(struct serieses *serieses, const struct recording *recording);
void serieses_close(struct serieses *serieses);

#endif
