/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to driver/: named locks, and waits that are told (lock.c).
 */
#ifndef PRISIM_DRIVER_LOCK_H
#define PRISIM_DRIVER_LOCK_H

#include "driver/step.h"

bool driver_lock(struct edge *e, struct task *t, uint16_t *pc);
void driver_unlock(struct edge *e, const struct task *t, unsigned lock);
void driver_unlock_all(struct edge *e, const struct task *t);
void lock_blocked(struct edge *e, const struct task *t, enum prisim_driver_blocked on, uint64_t object);
void lock_woken(struct edge *e, const struct task *t, enum prisim_driver_blocked on);

/* The lock that a key names, if any; who has it lets go of it with driver_unlock. */
#define LOCK_IF(named)                                                                                                 \
    do {                                                                                                               \
        if (named) {                                                                                                   \
            t->lock = (uint8_t)(named);                                                                                \
            CALL(driver_lock);                                                                                         \
        }                                                                                                              \
    } while (0)

/* A wait without a time-out, which a deadlock may be made of. */
#define WAIT_TOLD(what, on, object)                                                                                    \
    do {                                                                                                               \
        lock_blocked(e, t, on, object);                                                                                \
        WAIT(what);                                                                                                    \
        lock_woken(e, t, on);                                                                                          \
    } while (0)

#endif
