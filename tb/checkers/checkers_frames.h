/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: whose a frame is.
 */
#ifndef PRISIM_TB_CHECKERS_FRAMES_H
#define PRISIM_TB_CHECKERS_FRAMES_H

#include "tb/checkers/checkers.h"
#include "tb/checkers/checkers_tables.h"

struct frames {
    struct map owner_of; /* page frame -> space number + 1, as the driver tells */
};

/* The frame belongs to another space than the binding's. Then `what`, which need not be put into words before, is the
 * hazard that something done on its behalf got there. */
bool frame_is_anothers(struct checkers *c, uint64_t frame, uint32_t binding);
void frame_hit(struct checkers *c, uint64_t frame, uint32_t binding, prisim_cycle_t cycle, const char *what);

#endif
