/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: unbinds that wait for a pass of the PRI thread, and the thread that waits for them.
 */
#ifndef PRISIM_TB_CHECKERS_WAITS_H
#define PRISIM_TB_CHECKERS_WAITS_H

#include <stdbool.h>
#include <stdint.h>

#include "driver/driver.h"
#include "tb/checkers/checkers.h"

enum { WAITS_OBJECTS = PRISIM_DRIVER_CALLS_MAX + 1 };

/* From driver.armed on until it need not wait any more. */
struct waiter {
    uint64_t call; /* 0: none */
    uint64_t stream_id, pasid;
    uint64_t object;
    uint64_t since; /* the value of the last signal when it armed the completion: any later one is what it waits for */
    bool sleeps;
    bool lost; /* what it waits for was signalled, and it was not woken by that */
};

struct waits {
    uint64_t value[WAITS_OBJECTS]; /* of the last signal */
    struct waiter waiter[PRISIM_DRIVER_CALLS_MAX];
    uint32_t stops; /* unbinds that keep the PRI thread from the queue */
    prisim_cycle_t stopped_at;
};

void waits_kexec(struct checkers *c, prisim_cycle_t cycle);
void waits_finish(struct checkers *c, prisim_cycle_t end);

#endif
