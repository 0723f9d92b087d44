/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: who waits for what, and who has which lock.
 */
#ifndef PRISIM_TB_CHECKERS_DEADLOCK_H
#define PRISIM_TB_CHECKERS_DEADLOCK_H

#include "driver/driver.h"
#include "tb/checkers/checkers.h"

enum { BLOCKED_OF_KIND = 16, BLOCKED_MAX = PRISIM_DRIVER_TASKS * BLOCKED_OF_KIND };

/* A task that waits without a time-out. */
struct blocked {
    uint64_t object, group, binding, call, stream_id, pasid;
    prisim_cycle_t since;
    uint8_t on; /* enum prisim_driver_blocked */
    uint8_t waits, told, unused[5];
};

struct deadlocks {
    struct blocked task[BLOCKED_MAX];
    uint8_t owner[PRISIM_DRIVER_LOCKS]; /* of a lock: the task + 1; 0: it is free */
    uint8_t unused[8 - PRISIM_DRIVER_LOCKS];
};

void deadlock_judge(struct checkers *c, prisim_cycle_t cycle);
bool deadlock_has_call(const struct checkers *c, uint64_t call);

#endif
