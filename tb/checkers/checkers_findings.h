/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: the hazards that were found, and the duties that were broken before.
 */
#ifndef PRISIM_TB_CHECKERS_FINDINGS_H
#define PRISIM_TB_CHECKERS_FINDINGS_H

#include "tb/checkers/checkers.h"

enum { FINDINGS_KEPT = 1000 };

struct findings {
    uint32_t hits[HAZARDS];
    struct premises premises[HAZARDS];
    prisim_cycle_t broken_since[DUTIES]; /* PRISIM_CYCLE_NEVER: kept so far */
    struct finding *finding;
    uint32_t count, room;
    bool at_end; /* no more events: what is found now none of them shows */
};

void checkers_hit(struct checkers *c, enum hazard hazard, prisim_cycle_t cycle, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
