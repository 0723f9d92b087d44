/* SPDX-License-Identifier: Apache-2.0
 *
 * What an unbind waits for until a pass of the PRI thread has ended (UNBIND-P8): a completion, which has one flag. Who
 * begins to wait takes the flag back, and so does who has waited: of two that share one, one may be woken and find it
 * taken, or not be woken at all (UNBIND-S-53). Who signals it is waiters.c.
 */
#include "driver/lock.h"
#include "driver/unbind/unbind.h"
#include "driver/waiters.h"

void completion_arm(struct edge *e, const struct task *t)
{
    struct prisim_driver *d = e->driver;
    const unsigned object = driver_completion_of(e, t);
    d->armed |= UINT32_C(1) << object;
    d->done &= ~(UINT32_C(1) << object);
    EMIT_CALL_WITH(driver_armed, .object = object);
}

bool completion_wait(struct edge *e, struct task *t, uint16_t *pc)
{
    struct prisim_driver *d = e->driver;
    BEGIN;
    while (!(d->done >> driver_completion_of(e, t) & 1)) {
        EMIT_CALL_WITH(driver_wait, .object = driver_completion_of(e, t));
        WAIT_TOLD(WAIT_COMPLETION, PRISIM_DRIVER_BLOCKED_PRI_THREAD, 0);
    }
    d->done &= ~(UINT32_C(1) << driver_completion_of(e, t));
    END;
}

/* The call needs its own no longer. */
void completion_leave(struct edge *e, const struct task *t)
{
    const unsigned object = driver_completion_of(e, t);
    if (object)
        e->driver->armed &= ~(UINT32_C(1) << object);
}
