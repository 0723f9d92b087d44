/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: the hardware PRI queue, H0..H2.
 */
#ifndef PRISIM_TB_CHECKERS_QUEUE_H
#define PRISIM_TB_CHECKERS_QUEUE_H

#include "model/core/queue_index.h"
#include "tb/checkers/checkers_request.h"

enum { DROPS_KEPT = 256 };
/* Of the access of a record, what software must find again. */
enum { ENTRY_COMPARED = PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE | PRISIM_ACCESS_LAST };

struct queue_entry {
    uint64_t request;
    uint64_t pasid, address;
    uint16_t prg_index;
    uint8_t access;
    enum { ENTRY_EMPTY, ENTRY_ACCEPTED, ENTRY_WRITTEN } state;
};

/* A request that the PRI queue did not keep, and has not answered yet. */
struct drop {
    uint64_t group, stream_id;
    uint16_t prg_index;
    bool answerable; /* SMMU-PRIOUTCOME has a response for it */
    bool marker;
};

struct queue {
    struct queue_entry *slot; /* 2 * slot + lap */
    uint32_t slots;           /* entries of that table */
    struct drop *drop;        /* at most DROPS_KEPT, the oldest first */
    uint32_t drops, drops_room;
    uint32_t log2; /* of its entries */
    uint32_t prod, cons;
    bool ovflg, ovackflg;
    prisim_cycle_t overflow_since; /* or PRISIM_CYCLE_NEVER */
};

void queue_smmu_off(struct checkers *c, prisim_cycle_t cycle);
void queue_finish(struct checkers *c, prisim_cycle_t end);
/* The request whose record software copies from a slot. False if the record that it copied is not there. */
bool queue_take(struct checkers *c, const struct prisim_event *take, struct request **request);

#endif
