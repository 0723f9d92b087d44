/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the lives: what is known while events are read in their order.
 */
#ifndef PRISIM_TB_VIEW_LIVES_STATE_H
#define PRISIM_TB_VIEW_LIVES_STATE_H

#include "tb/view/grow.h"
#include "tb/view/lives.h"
#include "tb/view/numbers.h"

/* Numbers of records are kept + 1 in tables, so that 0 is none. */

struct request_state {
    uint32_t next_unsent; /* request + 1, of its function */
    bool own;             /* asked for by the page request engine, not raw */
    bool sent, written;
};

struct group_state {
    uint32_t binding;
    uint32_t epoch; /* of its function */
    bool own, closed, answered;
};

struct function_state {
    uint32_t no_pasid;                  /* binding + 1 */
    uint32_t first_unsent, last_unsent; /* request + 1 */
    uint32_t epoch;                     /* counts how often all groups died */
};

/* A PASID of a function. */
struct context {
    uint32_t bound, device, stopping; /* binding + 1: now; as the function knows; that a Stop Marker is to come for */
    uint32_t unbinding;               /* whose unbind is open */
    uint64_t call;                    /* of that */
};

struct item {
    uint32_t request; /* + 1 */
    uint32_t before;  /* item + 1, in its group on the work queue */
    uint32_t work;    /* + 1 */
    uint32_t step;    /* S1: of struct lives.step; LIVES_NONE */
    bool last;
};

/* A response: to whom. */
struct answer {
    uint32_t first, members; /* of struct building.member */
    uint8_t endpoint;
    bool automatic;
};

struct binding_point {
    uint32_t event, binding;
};

struct building {
    const struct recording *recording;
    struct lives *lives;
    struct function_state function[SYSTEM_ENDPOINTS_MAX];
    size_t requests_room, states_room, steps_room, bindings_room;
    struct request_state *state;
    /* bindings */
    struct context *context;
    size_t contexts, contexts_room;
    struct numbers context_of, binding_of_number, binding_of_call;
    struct binding_point *point;
    size_t points, points_room;
    struct numbers call_of_raw; /* a raw request's job -> call */
    /* from E0 to the queue */
    struct numbers binding_of_job; /* binding + 2; 1: none */
    struct numbers request_of;     /* (endpoint, number) */
    struct numbers of_tlp;         /* 2 * request + 1, or 2 * answer + 2 */
    struct numbers group_of;       /* (endpoint, PRGI): the latest */
    struct group_state *group;
    size_t groups, groups_room;
    uint32_t *at_port; /* request + 1, or 0 for one that is not known; in the order of the port */
    size_t arrived, decided, port_room;
    struct numbers of_slot;
    uint64_t prod;
    int log2; /* of the PRI queue; -1 until software has said so */
    struct dropped {
        uint32_t request; /* + 1 */
        uint64_t stream_id, prgi;
        bool answerable, done;
    } * dropped;
    size_t drops, drops_from, drops_room;
    /* software */
    struct item *item;
    size_t items, items_room;
    struct numbers item_of;
    uint32_t enqueued; /* item + 1: the last of a group whose Last is still to come */
    uint8_t *worker;   /* of each work: lane, or 0 */
    size_t works, works_room;
    uint32_t busy; /* bits of workers */
    /* responses */
    struct answer *answer;
    uint32_t *member; /* requests */
    size_t answers, answers_room, members, members_room;
    uint32_t *automatic; /* answer + 1, or 0 for one that was lost; in the order in which they were made */
    size_t made, left, automatic_room;
    struct numbers of_command;
};

/* lives_request.c: requests, groups, and the way to the queue */
void lives_job(struct building *b, const struct prisim_event *event);
void lives_made(struct building *b, const struct prisim_event *event, uint32_t i);
void lives_sent(struct building *b, const struct prisim_event *event, uint32_t i);
void lives_marker_sent(struct building *b, const struct prisim_event *event, uint32_t i);
void lives_pri_off(struct building *b, const struct prisim_event *event, uint32_t i);
void lives_groups_died(struct building *b, unsigned endpoint);
void lives_group_answered(struct building *b, uint32_t group);
/* The group of the engine that has this PRGI now, or LIVES_NONE. */
uint32_t lives_group_at(const struct building *b, unsigned endpoint, uint64_t prgi);

/* lives_queue.c */
void lives_port(struct building *b, const struct prisim_event *event, uint32_t i);
void lives_queue(struct building *b, const struct prisim_event *event, uint32_t i);
/* The request that a copy of a record is of, + 1; 0: none. */
uint32_t lives_take_slot(struct building *b, const struct prisim_event *take);
/* The request that the queue answers by itself, + 1. */
uint32_t lives_take_dropped(struct building *b, uint64_t stream_id, uint64_t prgi);

/* lives_software.c */
void lives_software(struct building *b, const struct prisim_event *event, uint32_t i);

/* lives_answer.c */
struct answer *lives_answer_new(struct building *b, uint64_t stream_id, bool automatic);
void lives_answer_to(struct building *b, struct answer *answer, uint32_t request);
void lives_answer(struct building *b, const struct prisim_event *event, uint32_t i);

/* lives_fabric.c */
void lives_fabric(struct building *b, const struct prisim_event *event, uint32_t i);

/* lives_binding.c */
void lives_binding(struct building *b, const struct prisim_event *event, uint32_t i);
/* Each a binding + 1, or 0. */
uint32_t lives_binding_of_job(struct building *b, unsigned endpoint, uint64_t pasid);
uint32_t lives_binding_of_raw(struct building *b, unsigned endpoint, uint64_t pasid, uint64_t job);
uint32_t lives_binding_of_marker(struct building *b, unsigned endpoint, uint64_t pasid);

/* lives_step.c: the ground of them */
/* The event is a step of the request; returns its place. */
uint32_t lives_step(struct building *b, uint32_t request, uint32_t event, unsigned lane);
/* The same for all to whom a response is. */
void lives_answer_step(struct building *b, const struct answer *answer, uint32_t event, unsigned lane);
/* The endpoint of an instance or a StreamID; SYSTEM_ENDPOINTS_MAX: of none. */
unsigned lives_endpoint(const struct building *b, unsigned instance);
unsigned lives_endpoint_of_stream(const struct building *b, uint64_t stream_id);

#endif
