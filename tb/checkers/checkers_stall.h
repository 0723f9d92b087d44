/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: accesses that stall in the SMMU. Each is a request of its binding from there to its end.
 */
#ifndef PRISIM_TB_CHECKERS_STALL_H
#define PRISIM_TB_CHECKERS_STALL_H

#include "tb/checkers/checkers_request.h"

enum { STALL_STAGS = 16 }; /* system.smmu.stall_max at most */

struct stalls {
    uint64_t request[STALL_STAGS];  /* that has the STAG */
    uint64_t answered[STALL_STAGS]; /* for which software's last answer with that STAG was meant */
};

void stall_recorded(struct checkers *c, const struct prisim_event *event);
struct request *stall_taken(struct checkers *c, const struct prisim_event *event);
void stall_answered(struct checkers *c, uint64_t stag, uint64_t request);
void stall_finish(struct checkers *c, prisim_cycle_t end, bool idle);

static inline bool stall_is_item(uint64_t item)
{
    return item >> PRISIM_DRIVER_STALL_ITEM_BIT != 0;
}

#endif
