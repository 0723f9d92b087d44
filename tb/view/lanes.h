/* SPDX-License-Identifier: Apache-2.0
 *
 * Swim lanes: a place for each block and task that events come from, in the order in which a page request passes them.
 * Which worker served a group and which caller made a call no event says; of each kind it is the first that is free.
 */
#ifndef PRISIM_TB_VIEW_LANES_H
#define PRISIM_TB_VIEW_LANES_H

#include "tb/view/recording.h"

enum lane_kind {
    LANE_TIMELINE,
    LANE_ENDPOINT,
    LANE_LINK,
    LANE_SMMU,
    LANE_PRI_QUEUE,
    LANE_INTERRUPT,
    LANE_PRI_THREAD,
    LANE_WORKER,
    LANE_CALLER,
    LANE_DRIVER, /* the driver's other tasks */
    LANE_KINDS
};

/* The first lane of each kind, which is all of them where there is only one. */
enum {
    LANES_TIMELINE,
    LANES_ENDPOINT,
    LANES_LINK = LANES_ENDPOINT + SYSTEM_ENDPOINTS_MAX,
    LANES_SMMU = LANES_LINK + SYSTEM_ENDPOINTS_MAX,
    LANES_PRI_QUEUE,
    LANES_INTERRUPT,
    LANES_PRI_THREAD,
    LANES_WORKER,
    LANES_CALLER = LANES_WORKER + PRISIM_DRIVER_WORKERS_MAX,
    LANES_DRIVER = LANES_CALLER + PRISIM_DRIVER_CALLS_MAX,
    LANES
};

enum lane_kind lane_kind(unsigned lane);
/* "endpoint", "pri_thread" */
const char *lane_kind_name(enum lane_kind kind);
/* What people call it, "endpoint[nic]", "worker 1"; of a scenario's names. */
enum { LANE_NAME_MAX = SYSTEM_NAME_MAX + 16 };
void lane_name(const struct scenario *names, unsigned lane, char name[LANE_NAME_MAX]);

/* The lane of each event, but for those of workers: they stand in the first one. To be freed. */
uint8_t *lanes_of(const struct recording *recording);

#endif
