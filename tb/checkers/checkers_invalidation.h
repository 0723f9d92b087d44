/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: Invalidate Requests from the command to the SYNC.
 */
#ifndef PRISIM_TB_CHECKERS_INVALIDATION_H
#define PRISIM_TB_CHECKERS_INVALIDATION_H

#include "tb/checkers/checkers_translation.h"

/* An Invalidate Request, until a CMD_SYNC behind its completion. */
struct invalidation {
    struct atc_range range;
    uint64_t tlp;
    uint64_t index;           /* of its CMD_ATC_INV */
    uint64_t at;              /* checkers.clock */
    uint64_t sync;            /* index of the CMD_SYNC that ended with its error */
    uint64_t copies, arrived; /* of its own completion */
    bool dropped;             /* the function says that it took its entries out */
    bool complete;            /* all copies of that reached the SMMU */
    bool superseded;          /* a later one that covers it is complete */
    bool lost;                /* it timed out */
    bool error;               /* a CMD_SYNC said so: `sync` */
    bool repeated;            /* that one ran again */
    bool own;                 /* it is the CMD_SYNC of its caller */
    bool told;                /* the driver told its caller */
    bool given_up;            /* its caller waits for no CMD_SYNC any more */
    bool judged;
};

struct invalidations {
    struct invalidation *invalidation;
    uint32_t count, room;
    struct map completion_of; /* (Invalidate Completion, ITag) -> its Invalidate Request + 1 */
};

struct invalidation *invalidation_of_tlp(struct checkers *c, uint64_t tlp); /* or NULL */
void invalidations_forget(struct checkers *c, unsigned endpoint);
bool invalidation_is_open(const struct checkers *c, unsigned endpoint, uint64_t pasid);

#endif
