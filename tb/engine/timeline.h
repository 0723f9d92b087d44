/* SPDX-License-Identifier: Apache-2.0
 *
 * The timeline is a block: it gives out the scenario's steps to the driver and the endpoints. An event that happens at
 * edge n can trigger a step at n+1 at the earliest. It judges nothing.
 */
#ifndef PRISIM_TB_TIMELINE_H
#define PRISIM_TB_TIMELINE_H

#include "model/core/canonical.h"
#include "tb/scenario/scenario.h"

#ifdef __cplusplus
extern "C" {
#endif

struct timeline {
    uint32_t seen[TIMELINE_STEPS_MAX];           /* matching events so far */
    prisim_cycle_t due[TIMELINE_STEPS_MAX];      /* of the steps in `queue` */
    uint16_t queue[TIMELINE_STEPS_MAX];          /* triggered and not given out, by due edge, then as triggered */
    uint32_t first, end;                         /* the part of `queue` in use */
    prisim_cycle_t next;                         /* when the first of it is due, or PRISIM_CYCLE_NEVER */
    uint64_t listening[PRISIM_PROBE_MASK_WORDS]; /* event types that some step still waits for */
};

void timeline_init(const struct timeline_config *config, struct timeline *state);
/* Steps due at one edge for one destination go out in the order of the file, one per edge. */
prisim_cycle_t timeline_step_edge(const struct timeline_config *config, struct timeline *state, prisim_cycle_t now,
                                  struct prisim_ports *ports);
/* Whether some step still waits for an event of this type. */
static inline bool timeline_listens(const struct timeline *state, unsigned type)
{
    return state->listening[type / 64] >> type % 64 & 1;
}
/* An event of the edge that just ended, of any type. Returns the edge at which the timeline must be stepped for it, or
 * PRISIM_CYCLE_NEVER.
 */
prisim_cycle_t timeline_observe(const struct timeline_config *config, struct timeline *state,
                                const struct prisim_event *event);

/* The canonical form (model/core/canonical.h): of one configuration. */
void timeline_canonical(const struct timeline_config *config, const struct timeline *state,
                        const struct prisim_ports *ports, struct prisim_canonical *to);

#ifdef __cplusplus
}
#endif

#endif
