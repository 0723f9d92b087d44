/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: page requests in software's hands, S0..R0.
 */
#ifndef PRISIM_TB_CHECKERS_SOFTWARE_H
#define PRISIM_TB_CHECKERS_SOFTWARE_H

#include "tb/checkers/checkers_response.h"

/* What software has in hand: a copy of a record. */
struct item {
    struct pooled pool;
    uint64_t number;
    uint64_t request; /* 0: nobody's */
    uint64_t stream_id, pasid;
    uint64_t before; /* the item enqueued before it in the same group */
    uint16_t prg_index;
    bool last;
    bool parked;
    bool stale_part; /* parked when the overflow was acknowledged */
    bool wrong;      /* resolved to another space than its binding's */
    bool own;        /* resolved to its own binding */
    bool after_free; /* counted as served_after_free */
    bool refused;    /* no owner was found for it, or no page */
};

struct items {
    struct pool pool;
    struct map of;     /* number -> item */
    uint64_t enqueued; /* the item enqueued last, if its group goes on */
    bool ovackflg;     /* as software wrote it last */
};

void items_kexec(struct checkers *c);

/* checkers_jobs.c: jobs that another binding's unbind ends. */
void jobs_member(struct answer *answer, const struct item *member, const struct request *request);
void jobs_answered(struct checkers *c, const struct prisim_event *event, const struct answer *answer,
                   const struct group *hit);
void jobs_cut(struct checkers *c, uint64_t stream_id, uint64_t call);
bool jobs_bystander(struct checkers *c, const struct job *job, const struct prisim_event_endpoint_job_done *e,
                    prisim_cycle_t cycle);

#endif
