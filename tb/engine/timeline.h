/* SPDX-License-Identifier: Apache-2.0
 *
 * The timeline is a block: it gives out the scenario's steps to the driver, the endpoints and the fabric. An event that
 * happens at edge n can trigger a step at n+1 at the earliest. It judges nothing.
 */
#ifndef PRISIM_TB_TIMELINE_H
#define PRISIM_TB_TIMELINE_H

#include "model/core/canonical.h"
#include "tb/scenario/scenario.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A step that is triggered and not given out. */
struct timeline_due {
    prisim_cycle_t cycle;
    uint32_t step;
    uint32_t unused;
};

/* As large as its configuration has steps: timeline_state_size. Rows of `queue` that hold nothing are zero. */
struct timeline {
    uint32_t first, end;                         /* the part of `queue` in use */
    prisim_cycle_t next;                         /* when the first of it is due, or PRISIM_CYCLE_NEVER */
    uint64_t listening[PRISIM_PROBE_MASK_WORDS]; /* event types that some step still waits for */
    uint32_t waiting[PRISIM_EVENT_TYPES];        /* how many do */
    /* By due edge, then as triggered; a row a step. Behind it as many rows to put two orders together, and behind those
     * a number for each step: matching events so far. */
    struct timeline_due queue[];
};

/* Where those numbers stand: bytes from the start of the state. */
static inline size_t timeline_seen_at(const struct timeline_config *config)
{
    return sizeof(struct timeline) + 2 * (size_t)config->steps * sizeof(struct timeline_due);
}

/* Bytes. */
size_t timeline_state_size(const struct timeline_config *config);
/* The configuration is ordered (timeline_config_order) and does not change while there is a state of it. */
void timeline_init(const struct timeline_config *config, struct timeline *state);
/* Steps due at one edge for one destination go out in the order of the file, one per edge. */
prisim_cycle_t timeline_step_edge(const struct timeline_config *config, struct timeline *state, prisim_cycle_t now,
                                  struct prisim_ports *ports);
/* Whether some step still waits for an event of this type. */
static inline bool timeline_listens(const struct timeline *state, unsigned type)
{
    return state->listening[type / 64] >> type % 64 & 1;
}
/* Whether an event of the type that a trigger waits for is one that it waits for. */
bool timeline_matches(const struct trigger *trigger, const struct prisim_event *event);
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
