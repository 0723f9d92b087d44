/* SPDX-License-Identifier: Apache-2.0
 *
 * A sweep (UNBIND-P2): the list `deferred` of a policy, in a task of its own, for the PASIDs of a function that are
 * stale when it begins. What becomes stale later is the next one's.
 */
#include "driver/memory/memory.h"
#include "driver/unbind/unbind.h"

static uint32_t take_stale(struct edge *e, uint32_t function)
{
    uint32_t stale = 0;
    for (uint32_t pasid = 0; pasid >> e->config->pasid_bits == 0; pasid++)
        if (pasid_seen(e, function, pasid)->state == (uint8_t)PASID_LEFT) {
            pasid_entry(e, function, pasid)->state = PASID_SWEPT;
            stale++;
        }
    return stale;
}

/* Of the spaces of those that it freed: t->call.stimulus.space has a bit for each. */
static bool exit_spaces(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    for (t->bring_up.row = 0; t->call.stimulus.space >> t->bring_up.row; t->bring_up.row++)
        if (t->call.stimulus.space >> t->bring_up.row & 1) {
            t->page_space = (uint8_t)t->bring_up.row;
            CALL(driver_exit_mmap);
        }
    END;
}

bool driver_sweep(struct edge *e, struct task *t, uint16_t *pc)
{
    const uint32_t function = t->call.stimulus.function;
    BEGIN;
    HOLD(PRISIM_EVENT_DRIVER_SWEEP);
    STEP(e->config->price.compute);
    EMIT(driver_sweep, .stream_id = call_stream_id(e, t), .stale = take_stale(e, function));
    CALL(driver_run_list);
    if (e->config->teardown == PRISIM_DRIVER_TEARDOWN_LAST_UNBIND)
        CALL(exit_spaces);
    e->driver->sweeps &= ~(UINT32_C(1) << function);
    if (stale_is_at_limit(e, function))
        stale_is_to_be_swept(e, function, t->call.stimulus.policy);
    END;
}
