/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the hops: what is under way. A page request is followed as the checkers do it, from one id to the next:
 * request -> TLP -> place in the order at the port -> slot and lap -> item -> command index -> TLP.
 */
#ifndef PRISIM_TB_HOPS_STATE_H
#define PRISIM_TB_HOPS_STATE_H

#include "tb/hops/hops.h"

/* Points of a page request (UNBIND-POINT). I0 is none of them: one interrupt is for many requests, and may be asserted
 * before a later one of them is visible. */
enum request_point {
    POINT_E0,
    POINT_E1,
    POINT_H0,
    POINT_H1,
    POINT_H2,
    POINT_I1,
    POINT_S0,
    POINT_S1,
    POINT_S2,
    POINT_S3,
    POINT_R0,
    POINT_R1,
    POINT_R2,
    REQUEST_POINTS
};

/* Points of an unbind. */
enum unbind_point { AT_U0, AT_U1, AT_U2, AT_RETURNED, AT_U6, AT_U7, UNBIND_POINTS };

/* By what a request is found; each the upper bits of a key. */
enum found_by {
    BY_REQUEST,  /* instance, number */
    BY_TLP,      /* of the request, on its way up */
    BY_SLOT,     /* slot, lap */
    BY_ITEM,     /* number */
    BY_COMMAND,  /* index */
    BY_RESPONSE, /* TLP, on its way down */
    BY_CALL,     /* an unbind: endpoint, call, PASID */
    BY_PASID     /* endpoint, PASID: the unbind that began last */
};

/* Rows are kept for what is under way, and are used again; a reference names the use, so that one to a request that is
 * over finds nothing. */
struct request_row {
    prisim_cycle_t at[REQUEST_POINTS]; /* PRISIM_CYCLE_NEVER: not yet */
    uint64_t pasid, page;
    uint64_t item;   /* from S0 on */
    uint64_t before; /* reference: the one before it in its group on the work queue */
    uint32_t use;
    uint32_t next_free; /* + 1 */
    uint16_t prgi;
    uint8_t access;
    bool open;
    bool counted; /* else an item that is no page request's: it stands in its group all the same */
};

/* Of a response, beside the reference of whom it answers: not of all of his group. References have this bit free. */
#define HOPS_ALONE (UINT64_C(1) << 63)

struct unbind_row {
    struct unbind_times told;
    uint32_t endpoint;
    bool begun;
    prisim_cycle_t at[UNBIND_POINTS]; /* PRISIM_CYCLE_NEVER: not yet */
    prisim_cycle_t shown;             /* hops_shown at U2 */
};

struct hops {
    const struct scenario *scenario;
    struct numbered found;
    struct request_row *request;
    uint64_t requests, requests_room, made;
    uint32_t free_request; /* + 1 */
    uint64_t *at_port;     /* references in the order of the port, 0: not known */
    uint64_t arrived, decided, port_room;
    uint64_t enqueued; /* reference: the last of a group whose Last is still to come */
    int log2;          /* of the PRI queue; -1 until software has said so */
    uint32_t prod;
    uint32_t unfetched;                    /* entries before PROD that came since the interrupt handler last began */
    uint32_t shown;                        /* entries that PROD shows and that were not taken */
    prisim_cycle_t shown_since, shown_sum; /* cycles in which there was one */
    struct distribution hop[HOPS];
    struct unbind_row *unbind;
    uint64_t unbinds, unbinds_room;
    uint64_t unbinds_over; /* those before it are */
    struct distribution times[UNBIND_TIMES];
    struct waiting_call {
        uint64_t unbind; /* its place */
        prisim_cycle_t since;
    } * waiting; /* calls that wait for the end of an unbind */
    uint64_t waitings, waiting_room;
};

/* Takers of events: hops_request.c from E0 to H2, hops_software.c from S0 to R2, hops_unbind.c. */
#define HOPS_EVENT(event, function) void function(struct hops *hops, const struct prisim_event *event);
#include "tb/hops/hops_events.def"
#undef HOPS_EVENT

/* hops_request.c: the reference of the request whose record was copied, or 0 */
uint64_t hops_take_slot(struct hops *hops, const struct prisim_event *take);
/* Cycles until now in which the queue showed an entry. */
prisim_cycle_t hops_shown(const struct hops *hops, prisim_cycle_t now);
/* hops_unbind.c */
void hops_unbinds_finish(struct hops *hops, prisim_cycle_t end);

/* hops_row.c: the ground of them */
uint64_t hops_key(enum found_by by, uint64_t small, uint64_t count);
/* Its reference; a new one's; NULL: what it names is over, or it is 0. */
uint64_t hops_reference(const struct hops *hops, uint32_t row);
uint64_t hops_row_new(struct hops *hops);
struct request_row *hops_row(const struct hops *hops, uint64_t reference);
/* It is at a point now, if it has not been there before. */
void hops_reach(struct request_row *row, enum request_point point, prisim_cycle_t cycle);
/* It gets no further: what it took is counted. And of a group: the same of those before it. */
void hops_row_end(struct hops *hops, uint64_t reference);
void hops_group_end(struct hops *hops, uint64_t reference);

#endif
