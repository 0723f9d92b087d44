/* SPDX-License-Identifier: Apache-2.0
 *
 * The steps of unbind that look for the PASID's page requests in the PRI queue while its thread is kept from it
 * (UNBIND-P17, UNBIND-STEP-19), and mark them where they lie. What becomes of one that is marked is the thread's
 * business when it takes it. Meanwhile the queue fills (UNBIND-D19).
 */
#include "driver/access.h"
#include "driver/lock.h"
#include "driver/unbind/unbind.h"
#include "driver/waiters.h"

/* It rests, or has been woken and has not begun: it parks then. */
static bool thread_is_parked(const struct prisim_driver *d)
{
    return (d->waiters[WAIT_KICK] | d->waiters[WAIT_START]) >> TASK_PRI_THREAD & 1;
}

bool step_stop_thread(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    e->driver->stops++;
    while (!thread_is_parked(e->driver))
        WAIT_TOLD(WAIT_PARKED, PRISIM_DRIVER_BLOCKED_PRI_THREAD, 0);
    EMIT_CALL(driver_thread_stopped);
    END;
}

/* Which mark, by the argument of the step or the key. */
static uint64_t mark(const struct edge *e, const struct task *t)
{
    return prisim_bits_put(t->call.argument ? t->call.argument : e->config->scan + 1, SCAN_MARK);
}

/* Stop Markers are left as they are. */
bool step_scan_queue(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    HOLD(PRISIM_EVENT_DRIVER_SCAN);
    CALL(scan_begin);
    while (!scan_is_over(e, t)) {
        CALL(scan_entry);
        if (scan_matches(t)) {
            STORE(scan_place(e, t) + sizeof(uint64_t), t->command[0] | mark(e, t));
            ANSWER();
        }
        scan_go_on(e, t);
    }
    EMIT_CALL_WITH(driver_scanned, .entry = t->call.scan_at, .found = t->call.found);
    END;
}

bool step_start_thread(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    waiters_start_pri_thread(e->driver);
    EMIT_CALL(driver_thread_started);
    END;
}
