/* SPDX-License-Identifier: Apache-2.0
 *
 * How long page requests take from point to point, and unbinds; and what waited meanwhile: read from the stream of
 * events, and kept apart from the checkers, for nothing is judged by it. What it keeps is of the requests that are
 * under way, and how often each time was measured: times are exact, however many there are.
 */
#ifndef PRISIM_TB_HOPS_H
#define PRISIM_TB_HOPS_H

#include "tb/engine/stream.h"
#include "tb/hops/distribution.h"
#include "tb/scenario/scenario.h"

#ifdef __cplusplus
extern "C" {
#endif

struct hops;

enum hop {
#define HOP(FROM, TO) HOP_##FROM##_##TO,
#include "tb/hops/hops.def"
#undef HOP
    HOPS
};

/* What is measured of each unbind (UNBIND-TABLE "Price"). */
enum unbind_time {
    UNBIND_TIME_STOP,   /* U0 to U1: the function stops the PASID */
    UNBIND_TIME_CALL,   /* U2 to the return of the call */
    UNBIND_TIME_UNBIND, /* U2 to U6: T_UNBIND (UNBIND-POINT-17) */
    UNBIND_TIME_REUSE,  /* U0 to U6: until the PASID can be given again; of a list that stops no function from U2 */
    UNBIND_TIME_REBIND, /* U0, or U2, to U7: until it was */
    UNBIND_TIMES
};

struct unbind_times {
    uint64_t call, pasid;
    uint32_t stream_id;
    int32_t step;                      /* of the timeline that asked for it; -1: none */
    prisim_cycle_t time[UNBIND_TIMES]; /* PRISIM_CYCLE_NEVER: one of its two points was not reached */
    /* Cycles from U2 to the call's end, its return and U6, in which the PRI queue showed an entry and the PRI thread
     * had none: T_BLOCK is no more than that. */
    prisim_cycle_t queue;
    /* Cycles that other calls waited for its end, of its PASID or of its function as a whole, all of them together, and
     * how many calls. */
    prisim_cycle_t callers;
    uint32_t callers_count;
};

/* NULL: no memory. The scenario must outlive it. */
struct hops *hops_open(const struct scenario *scenario);
void hops_close(struct hops *hops);
/* A listener (tb/engine/stream.h), and the types that it takes. */
struct event_types hops_types(void);
void hops_event(void *hops, const struct prisim_event *event);
/* The run has ended at this cycle: what is under way has got as far as it will. Before what follows. */
void hops_finish(struct hops *hops, prisim_cycle_t end);

const char *hop_name(enum hop hop);                   /* "E0-E1" */
const char *unbind_time_name(enum unbind_time which); /* "stop" */
const char *unbind_time_about(enum unbind_time which);
/* Page requests that were made (E0), Stop Markers not among them. */
uint64_t hops_requests(const struct hops *hops);
struct distribution_told hops_hop(const struct hops *hops, enum hop hop);
struct distribution_told hops_unbinds(const struct hops *hops, enum unbind_time which);
/* The i-th unbind in the order in which they began, or NULL. */
const struct unbind_times *hops_unbind(const struct hops *hops, uint32_t i);

#ifdef __cplusplus
}
#endif

#endif
