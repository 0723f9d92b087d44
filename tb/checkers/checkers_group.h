/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: page request groups as the functions made them, and credits.
 */
#ifndef PRISIM_TB_CHECKERS_GROUP_H
#define PRISIM_TB_CHECKERS_GROUP_H

#include "tb/checkers/checkers_request.h"

/* A group as the function made it. */
struct group {
    struct pooled pool;
    struct group *before, *after; /* among those whose Last was sent and that are not answered */
    unsigned endpoint;
    uint16_t prg_index;
    bool own;      /* of the page-request engine; else raw */
    bool claimed;  /* raw, and the scenario says whose: page_request.of */
    bool closed;   /* its Last was made */
    bool waiting;  /* in the list of the unanswered */
    bool answered; /* a response reached the function */
    bool killed;   /* dropped with Response Failure or reset */
    bool returned; /* its credits are back */
    bool overdue;  /* counted as unanswered */
    bool reuses;   /* its index was that of a group that is not answered */
    uint32_t binding;
    uint64_t job, address; /* of its first request; job 0: raw */
    uint64_t pasid;        /* likewise */
    uint64_t low, high;    /* the pages asked for lie from one to the other */
    uint32_t requests;     /* made */
    uint32_t behind;       /* of them, behind its Last */
    uint32_t members;      /* of them, alive */
    uint32_t queued;       /* of them, taken by the PRI queue and not yet answered or discarded */
    prisim_cycle_t last_sent;
};

struct groups {
    struct pool pool;
    struct group *waiting_first, *waiting_final;
};

/* Of the engine, with that index; NULL if it has none. */
struct group *group_of_index(struct checkers *c, unsigned endpoint, uint64_t prg_index);
struct group *group_join(struct checkers *c, const struct request *request, prisim_cycle_t cycle);
void group_sent(struct checkers *c, struct group *group, prisim_cycle_t cycle);
void group_answered(struct checkers *c, struct group *group);
void group_killed(struct checkers *c, struct group *group);
void group_credits_back(struct checkers *c, struct group *group);
void group_check(struct checkers *c, struct group *group); /* gives it back if nothing can concern it any more */
void group_limits(struct checkers *c, prisim_cycle_t now);
void group_finish(struct checkers *c, prisim_cycle_t end, bool idle);

#endif
