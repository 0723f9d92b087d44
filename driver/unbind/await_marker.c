/* SPDX-License-Identifier: Apache-2.0
 *
 * The wait of unbind for the Stop Marker of this life (UNBIND-P3).
 */
#include "driver/lock.h"
#include "driver/unbind/unbind.h"

/* Each U0 may bring one Stop Marker, and markers of a PASID come in the order of its lives: the marker of this life is
 * the one that makes as many as there were stops (UNBIND-S-16). If one was lost, the count falls short and the wait
 * ends by its timeout: late, but never early. */
bool step_await_marker(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    const uint32_t argument = t->call.argument;
    const uint32_t timeout = argument ? argument - 1 : e->config->marker_timeout;
    t->call.deadline = timeout ? e->now + timeout : PRISIM_CYCLE_NEVER;
    while (call_entry(e, t)->markers < t->call.markers && t->call.deadline == PRISIM_CYCLE_NEVER)
        WAIT_TOLD(WAIT_MARKER, PRISIM_DRIVER_BLOCKED_PRI_THREAD, 0);
    while (call_entry(e, t)->markers < t->call.markers && e->now < t->call.deadline) {
        task_wait_until(e, t, WAIT_MARKER, t->call.deadline);
        RETURN_HERE;
    }
    t->call.cause =
        call_entry(e, t)->markers < t->call.markers ? PRISIM_CAUSE_MARKER_TIMEOUT : PRISIM_CAUSE_MARKER_SEEN;
    END;
}

/* A marker that did not come by the timeout and the drain after it counts as lost, so that the next life's wait works
 * again. */
bool step_give_up_marker(struct edge *e, struct task *t, uint16_t *pc)
{
    (void)pc;
    call_entry(e, t)->markers = call_entry(e, t)->stops;
    return true;
}
