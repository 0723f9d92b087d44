/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: jobs, and page requests and Stop Markers, from E0 to H0.
 */
#ifndef PRISIM_TB_CHECKERS_REQUEST_H
#define PRISIM_TB_CHECKERS_REQUEST_H

#include "tb/checkers/checkers.h"
#include "tb/checkers/checkers_tables.h"

enum { JOB_TRANSLATIONS_MAX = 8 };

struct job {
    struct pooled pool;
    uint64_t number;
    unsigned endpoint;
    uint32_t binding;
    uint64_t fault_address; /* of the last page request that was answered Success */
    uint64_t faults;        /* how often in a row */
    uint64_t tlp;           /* its Translation Request under way, or UINT64_MAX */
    uint64_t translated;    /* when the SMMU answered it (checkers.clock), or 0 */
    prisim_cycle_t stale;   /* the SYNC that made this translation stale, or PRISIM_CYCLE_NEVER */
    uint64_t pasid, page;
    uint64_t of_pasid;
    uint64_t refused;     /* the first page of its last Invalid answer, | 1; 0: none */
    uint64_t refused_end; /* and the last one */
    uint32_t owed;        /* the binding that it owes its Invalid answer to, or 0 (checkers_jobs.c) */
    bool reads;           /* a memory read of it left the function */
    prisim_cycle_t asked; /* when its last Translation Request left */
    bool poisoned;        /* an invalidation came since */
    bool granted;         /* it goes on with what it was granted */
    bool late;            /* submitted when its binding's stop had begun */
    /* When the leaf was read that this translation is of, of each page of the request: consecutive ones, as many as it
     * can have, by their number; 0: before any frame was taken back. */
    prisim_cycle_t leaf[JOB_TRANSLATIONS_MAX];
};

static inline prisim_cycle_t *job_leaf(struct job *job, uint64_t page)
{
    return &job->leaf[page % JOB_TRANSLATIONS_MAX];
}

struct jobs {
    struct pool pool;
    struct map of;     /* (endpoint, number) -> job */
    struct map by_tlp; /* Translation Request -> job */
};

/* A page request or a Stop Marker. */
struct request {
    struct pooled pool;
    struct request *before, *after; /* among those of its function that have not reached the SMMU */
    uint64_t number, pasid, address;
    uint64_t tlp;   /* from E1 to H0 */
    uint64_t group; /* 0: a marker */
    uint64_t job;   /* 0: raw, or a marker */
    unsigned endpoint;
    uint32_t binding;
    uint16_t prg_index;
    uint8_t access;
    uint8_t traffic_class;
    bool rogue;   /* made after U1 */
    bool claimed; /* raw, and the scenario says whose */
    bool marker;
    bool stalled;    /* an access that stalled (checkers_stall.c); then `number` is 1 + the slot of its event record */
    bool travelling; /* in that list */
    bool sent;
    bool queued;
    uint64_t made; /* E0: checkers.clock */
    uint64_t left; /* E1 */
    bool placed;   /* it stands at `place` */
    enum place place;
};

struct requests {
    struct pool pool;
    struct map of;       /* (endpoint, number) -> request */
    struct map by_tlp;   /* until the SMMU's port */
    struct fifo at_port; /* between the SMMU's port and the queue's decision */
};

void request_finish(struct checkers *c, prisim_cycle_t end, bool idle);
void request_done(struct checkers *c, struct request *request); /* it is nowhere any more */
void request_lost(struct checkers *c, struct request *request, prisim_cycle_t cycle, const char *where);

#endif
