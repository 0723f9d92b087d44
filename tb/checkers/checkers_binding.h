/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: bindings of PASIDs, and the contexts that they are bound in.
 */
#ifndef PRISIM_TB_CHECKERS_BINDING_H
#define PRISIM_TB_CHECKERS_BINDING_H

#include "tb/checkers/checkers.h"
#include "tb/checkers/checkers_tables.h"

/* One binding of a PASID, the generation g of design.md 6. */
struct binding {
    uint64_t number;      /* as the driver counts */
    uint64_t space;       /* number + 1 */
    uint64_t life;        /* of the driver that made it: its spaces are no other life's */
    prisim_cycle_t freed; /* U6, or PRISIM_CYCLE_NEVER */
    prisim_cycle_t ended; /* end(g) of UNBIND-HAZARD: unbind returned, or U6; or PRISIM_CYCLE_NEVER */
    uint64_t marker;      /* when its Stop Marker left (checkers.clock), or UINT64_MAX */
    uint32_t asid;        /* of its space, which went free with it; 0: it did not */
    unsigned left;        /* enum left: what of it was still there at U6 */
    bool reused;          /* U7 came while it was still so */
    bool used;            /* it was used since */
    bool stopping;        /* U0 has passed */
    bool marker_seen;
    bool stopped;                 /* U1 has passed */
    bool excused;                 /* page requests were off at its stop, or went off: it owes no marker */
    bool overtaken;               /* its marker is owed, and something of a later use left before it */
    uint32_t owes_next;           /* the next one of context.stop.owed, or 0 */
    bool awaits;                  /* its unbind waits for a Stop Marker, if it comes so far */
    bool marker_ended_wait;       /* and that wait is over */
    bool drained;                 /* U5, by a policy that waits for something */
    uint32_t policy;              /* of its unbind: enum prisim_driver_policy */
    enum prisim_cause waited_for; /* at U5 */
    uint32_t at[PLACES];          /* what of it stands where now */
};

/* What a function does to stop a PASID (PCIE-STOP). */
struct stop {
    bool open;        /* from endpoint.stop to endpoint.start */
    bool done;        /* U1 has passed */
    uint32_t binding; /* that is stopped */
    uint32_t markers; /* of it, sent since */
    uint64_t clock;   /* of U1 */
    uint32_t owed;    /* the oldest binding stopped before it whose marker had not left at the start; 0: none */
};

/* A PASID of a function. Bindings are named by their place + 1; 0 is none. */
struct context {
    uint32_t stream_id, pasid;
    uint32_t bound;              /* what software bound last: U7 */
    uint32_t device;             /* what the function was told last: bind returned */
    uint32_t stopping;           /* what the function stops, until its marker is sent */
    uint64_t call;               /* of the unbind that has not returned, or 0 */
    prisim_cycle_t unbind;       /* its U2, or PRISIM_CYCLE_NEVER */
    prisim_cycle_t begun;        /* its U0, or PRISIM_CYCLE_NEVER */
    enum prisim_event_type last; /* the last event of that call */
    uint32_t policy;
    struct stop stop;
    uint32_t owner;          /* what driver.bind named last */
    uint32_t stops, markers; /* as the driver counts: each stop may bring one marker */
    uint32_t ended_by;       /* whose marker was counted last, since the last U5; 0: not known */
    uint64_t cd_since;       /* when the SMMU began to fetch the CD that it may still have, or PRISIM_PASID_NONE */
    uint32_t cd_left;        /* the binding that was freed with its CD in the SMMU, or 0 */
};

struct bindings {
    struct binding *binding;
    uint32_t count, room;
    struct context *context;
    uint32_t contexts, contexts_room;
    struct map context_of; /* (stream, PASID) -> place + 1 */
    struct map of_number;  /* driver's number -> place + 1 */
    struct map of_call;    /* call -> place + 1 of the binding that it made */
};

struct context *binding_context(struct checkers *c, uint64_t stream_id, uint64_t pasid); /* NULL without PASID */
struct context *binding_context_of_endpoint(struct checkers *c, unsigned endpoint, uint64_t pasid); /* likewise */
struct binding *binding_get(struct checkers *c, uint32_t binding);                                  /* NULL for 0 */
/* Its process dies (UNBIND-D15): between U2 and U6 of that. */
static inline bool binding_exits(const struct binding *binding)
{
    return binding != NULL && binding->freed == PRISIM_CYCLE_NEVER &&
           binding->policy / PRISIM_DRIVER_LISTS == PRISIM_DRIVER_ON_MM_EXIT;
}
uint32_t binding_of_job(struct checkers *c, unsigned endpoint, uint64_t pasid); /* of one submitted now */
/* Of what a function does by itself. */
uint32_t binding_of_device(struct checkers *c, unsigned endpoint, uint64_t pasid);
uint32_t binding_of_marker(struct checkers *c, unsigned endpoint, uint64_t pasid);

/* checkers_unbind.c */
void unbind_finish(struct checkers *c, prisim_cycle_t end, bool idle);

#endif
