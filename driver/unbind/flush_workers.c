/* SPDX-License-Identifier: Apache-2.0
 *
 * The wait of unbind for software: no part of the PASID is parked, and what was put on the work queue is done.
 */
#include "driver/lock.h"
#include "driver/unbind/unbind.h"
#include "driver/waiters.h"

/* UNBIND-P2: of each PASID that the sweep frees. */
static bool discard_parts_of_swept(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    for (t->bring_up.row = 0; life_next_swept(e, t); t->bring_up.row++) {
        if (!item_is_parked(e->driver, call_stream_id(e, t), t->bring_up.row))
            continue;
        HOLD(PRISIM_EVENT_DRIVER_DISCARD);
        STEP(e->config->price.compute);
        driver_iopf_queue_discard_partial(e, false, call_stream_id(e, t), t->bring_up.row, PRISIM_CAUSE_DRAINED);
    }
    END;
}

/* A part of a group that is still parked when everything of the PASID was handed over waits for a Last that was lost:
 * it must not join a group of the next owner (UNBIND-S-22). */
bool step_discard_parts(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (t->call.stimulus.what == PRISIM_DRIVER_SWEEP) {
        CALL(discard_parts_of_swept);
        FINISH;
    }
    if (!item_is_parked(e->driver, call_stream_id(e, t), t->call.stimulus.pasid))
        FINISH;
    HOLD(PRISIM_EVENT_DRIVER_DISCARD);
    STEP(e->config->price.compute);
    driver_iopf_queue_discard_partial(e, false, call_stream_id(e, t), t->call.stimulus.pasid, PRISIM_CAUSE_DRAINED);
    END;
}

bool driver_iopf_queue_flush_dev(struct edge *e, struct task *t, uint16_t *pc)
{
    const struct prisim_driver *d = e->driver;
    BEGIN;
    STEP(e->config->price.compute);
    t->call.flush_upto = d->work_enqueued;
    if (!workers_are_flushed(d, t->call.flush_upto)) /* nobody is woken before they are */
        WAIT_TOLD(WAIT_FLUSH, PRISIM_DRIVER_BLOCKED_WORKERS, t->call.flush_upto);
    END;
}
