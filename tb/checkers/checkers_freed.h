/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: what was left of a binding when its PASID went back.
 */
#ifndef PRISIM_TB_CHECKERS_FREED_H
#define PRISIM_TB_CHECKERS_FREED_H

#include "tb/checkers/checkers_binding.h"

struct freed {
    struct map left_of; /* ASID -> binding that was freed with entries of it in the TLBs */
    uint32_t last;      /* the binding of the last U6 */
};

void freed_judge(struct checkers *c, struct context *context, prisim_cycle_t cycle);         /* U6 */
void freed_rebound(struct checkers *c, const struct context *context, prisim_cycle_t cycle); /* U7 */

/* checkers_freed_use.c: what was left is used. */
bool freed_is_left(struct checkers *c, uint32_t binding); /* something of it was left at its U6 */
/* What was begun at `since` under a binding was used: by `what`. `left`: which of the places it would have been left
 * in. */
void freed_used(struct checkers *c, uint32_t binding, unsigned left, prisim_cycle_t since, prisim_cycle_t cycle,
                const char *what);

/* checkers_promise.c: what a policy promised of a binding, at its U6. */
void promise_judge(struct checkers *c, const struct context *context, prisim_cycle_t cycle);
void promise_tlb_left(struct checkers *c, uint32_t binding, prisim_cycle_t cycle);

#endif
