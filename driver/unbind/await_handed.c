/* SPDX-License-Identifier: Apache-2.0
 *
 * The wait of unbind for the PRI queue (UNBIND-P5), or for the event queue if the function's accesses stall: what was
 * in it at a snapshot of PROD is handed over, not merely removed (UNBIND-S-03).
 */
#include "driver/access.h"
#include "driver/fault/stall.h"
#include "driver/lock.h"
#include "driver/unbind/unbind.h"
#include "driver/waiters.h"

/* It counts from what was taken when it was asked for: nothing that is in the queue at the read is further from there
 * than the queue is long. */
bool step_snapshot(struct edge *e, struct task *t, uint16_t *pc)
{
    const struct prisim_driver *d = e->driver;
    const bool stalls = function_stalls(e, t->call.stimulus.function);
    BEGIN;
    HOLD(PRISIM_EVENT_DRIVER_SNAPSHOT);
    READ_REGISTER(stalls ? PRISIM_SMMU_EVENTQ_PROD : PRISIM_SMMU_PRIQ_PROD);
    t->call.upto = fault_entries_taken(e, t->call.stimulus.function);
    ANSWER();
    EMIT_CALL_WITH(driver_snapshot, .prod = (uint32_t)t->answer[0]);
    t->call.upto +=
        queue_index_distance((uint32_t)t->answer[0], (uint32_t)t->call.upto, stalls ? d->eventq_log2 : d->priq_log2);
    END;
}

/* UNBIND-S-52: no interrupt may be on its way for what is in the queue */
bool step_kick_thread(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (driver_past_queue(e, t) >= t->call.upto)
        FINISH;
    STEP(e->config->price.compute);
    if (function_stalls(e, t->call.stimulus.function))
        waiters_kick_event_thread(e->driver);
    else
        waiters_kick_pri_thread(e->driver);
    END;
}

bool step_await_handed(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    while (driver_past_queue(e, t) < t->call.upto) {
        if (function_stalls(e, t->call.stimulus.function))
            WAIT(WAIT_HANDED);
        else
            WAIT_TOLD(WAIT_HANDED, PRISIM_DRIVER_BLOCKED_PRI_THREAD, t->call.upto);
    }
    if (t->call.cause == PRISIM_CAUSE_POLICY_NONE)
        t->call.cause = PRISIM_CAUSE_DRAINED;
    END;
}
