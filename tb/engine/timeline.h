/* SPDX-License-Identifier: Apache-2.0
 *
 * The timeline is a block: it gives out the scenario's steps to the driver and the endpoints. An event that happens at
 * edge n can trigger a step at n+1 at the earliest. It judges nothing.
 */
#ifndef PRISIM_TB_TIMELINE_H
#define PRISIM_TB_TIMELINE_H

#include "tb/scenario/scenario.h"

#ifdef __cplusplus
extern "C" {
#endif

struct timeline {
    uint32_t seen[TIMELINE_STEPS_MAX];    /* matching events so far */
    cycle_t due[TIMELINE_STEPS_MAX];      /* of the steps in `queue` */
    uint16_t queue[TIMELINE_STEPS_MAX];   /* triggered and not given out, by due edge, then as triggered */
    uint32_t first, end;                  /* the part of `queue` in use */
    cycle_t next;                         /* when the first of it is due, or CYCLE_NEVER */
    uint64_t listening[PROBE_MASK_WORDS]; /* event types that some step still waits for */
};

void timeline_init(const struct timeline_config *config, struct timeline *state);
/* Steps due at one edge for one destination go out in the order of the file, one per edge. */
cycle_t timeline_step_edge(const struct timeline_config *config, struct timeline *state, cycle_t now,
                           struct ports *ports);
/* An event of the edge that just ended. Returns the edge at which the timeline must be stepped for it, or CYCLE_NEVER.
 */
cycle_t timeline_observe(const struct timeline_config *config, struct timeline *state, const struct event *event);

#ifdef __cplusplus
}
#endif

#endif
