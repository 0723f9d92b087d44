/* SPDX-License-Identifier: Apache-2.0
 *
 * What the events of a run tell of each page request and Stop Marker, from E0 to R2, and of each binding, from U7 to
 * the U6 of its unbind: which events are whose. It judges nothing. A request is followed as the checkers do it, from
 * one id to the next: job -> request -> TLP -> place in the order at the port -> slot and lap -> item -> command index
 * -> TLP.
 */
#ifndef PRISIM_TB_VIEW_LIVES_H
#define PRISIM_TB_VIEW_LIVES_H

#include "tb/view/lanes.h"

enum { LIVES_NONE = UINT32_MAX };

/* How a request ended. */
enum life_end {
    LIFE_OPEN,          /* not at all */
    LIFE_ANSWERED,      /* the function took the response that software gave */
    LIFE_AUTO_ANSWERED, /* or the one that the PRI queue gave */
    LIFE_DROPPED,       /* lost before software had it, and no response came */
    LIFE_DISCARDED,     /* software dropped it without a response */
    LIFE_IGNORED,       /* a response came, and the function did nothing for it */
    LIFE_SEEN,          /* a Stop Marker, out of the queue */
    LIFE_ENDS
};
const char *life_end_name(enum life_end end);

struct life_request {
    uint64_t number; /* as its function counts; 0: a Stop Marker that stands outside the count */
    uint64_t pasid;  /* or PRISIM_PASID_NONE */
    uint64_t address;
    uint32_t group;        /* requests of one PRG have one number, from 0; LIVES_NONE: a Stop Marker */
    uint32_t binding;      /* it was made under this one, or LIVES_NONE */
    uint32_t served;       /* the one that its fault was resolved to, or LIVES_NONE */
    uint32_t first, steps; /* of struct lives.step */
    uint16_t prgi;
    uint8_t access; /* bits as in events */
    uint8_t endpoint;
    bool marker;
    enum life_end end;
};

/* An event of a request, and where the request is from then on. */
struct life_step {
    uint32_t event, request;
    uint8_t lane;
};

struct life_binding {
    uint64_t number; /* as the driver counts */
    uint64_t stream_id, pasid;
    uint64_t space;         /* + 1; 0: none */
    uint32_t from;          /* event U7 */
    uint32_t to;            /* U6; or where the call of an unbind ends that keeps the PASID back; or LIVES_NONE */
    uint32_t first, points; /* of struct lives.point: U0 to U6 of its unbind */
};

struct lives {
    struct life_request *request; /* in the order in which they were made */
    uint32_t requests;
    struct life_step *step; /* by request, then event */
    uint32_t steps;
    struct life_binding *binding;
    uint32_t bindings;
    uint32_t *point; /* events, by binding, then event */
    uint8_t *lane;   /* of each event */
    bool used[LANES];
};

/* Who a raw page request belongs to only a scenario says, if it does; without its timeline it is the binding that its
 * function knows. */
void lives_open(struct lives *lives, const struct recording *recording);
void lives_close(struct lives *lives);

/* The request that an event is a step of; of several the last of its group; LIVES_NONE. For many events: an array of
 * one number each, to be freed. */
uint32_t *lives_of_events(const struct lives *lives, const struct recording *recording);

#endif
