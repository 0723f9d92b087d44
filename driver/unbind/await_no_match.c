/* SPDX-License-Identifier: Apache-2.0
 *
 * The wait of unbind for the PRI queue as Intel has it (UNBIND-P8, UNBIND-STEP-12): nothing of the PASID is between
 * CONS and PROD. Others' entries are not waited for. What that says of an entry depends on when CONS moves: behind the
 * handing over (cons_update pass), it is handed over; else it may be in the PRI thread's hand.
 */
#include "driver/unbind/unbind.h"

bool step_await_no_match(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->call.completion = (uint8_t)t->call.argument;
    if (function_stalls(e, t->call.stimulus.function)) /* none of its faults comes by that queue */
        FINISH;
    do {
        HOLD(PRISIM_EVENT_DRIVER_SCAN);
        STEP(e->config->price.compute);
        completion_arm(e, t);
        CALL(scan_begin);
        while (!scan_is_over(e, t) && !t->call.found) {
            CALL(scan_entry);
            if (!t->call.found)
                scan_go_on(e, t);
        }
        EMIT_CALL_WITH(driver_scanned, .entry = t->call.scan_at, .found = t->call.found);
        if (t->call.found)
            CALL(completion_wait);
    } while (t->call.found);
    completion_leave(e, t);
    if (t->call.cause == PRISIM_CAUSE_POLICY_NONE)
        t->call.cause = PRISIM_CAUSE_DRAINED;
    END;
}
