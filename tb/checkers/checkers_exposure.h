/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: what of a binding stands where, now and at the points of its unbinds.
 */
#ifndef PRISIM_TB_CHECKERS_EXPOSURE_H
#define PRISIM_TB_CHECKERS_EXPOSURE_H

#include "tb/checkers/checkers_binding.h"
#include "tb/checkers/checkers_request.h"

struct exposures {
    struct exposure *exposure;
    uint32_t count, room;
};

void place_enter(struct checkers *c, uint32_t binding, enum place place);
void place_leave(struct checkers *c, uint32_t binding, enum place place);
void place_request(struct checkers *c, struct request *request, enum place place); /* PLACES: nowhere any more */
void exposure_begin(struct checkers *c, const struct context *context, uint64_t call, prisim_cycle_t cycle);
void exposure_point(struct checkers *c, uint64_t call, enum exposure_point point, prisim_cycle_t cycle);
bool exposure_has_begun(const struct checkers *c, uint64_t call);
void exposure_rebound(struct checkers *c, const struct context *context, prisim_cycle_t cycle);

#endif
