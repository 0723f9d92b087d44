/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: duties and blame.
 */
#ifndef PRISIM_TB_CHECKERS_DUTIES_H
#define PRISIM_TB_CHECKERS_DUTIES_H

#include "tb/checkers/checkers.h"

struct duties {
    const struct stream *told; /* who hears of broken ones, or NULL */
};

void duties_open(struct checkers *c);
/* What was just seen shows that the party, an instance, broke the duty. */
void duties_broken(struct checkers *c, prisim_cycle_t cycle, unsigned party, enum duty duty, uint64_t stream_id,
                   uint64_t pasid);

#endif
