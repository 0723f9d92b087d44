/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of the process that has a space (UNBIND-D14, UNBIND-D15): its functions use it still. Each PASID that is
 * bound to it is unbound, one after the other, by the list of the configuration's policy for that, and then the space
 * ends.
 */
#include "driver/memory/memory.h"
#include "driver/step.h"
#include "driver/unbind/policy.h"

static const struct pasid *next_entry(const struct edge *e, const struct task *t)
{
    return pasid_seen(e, t->bring_up.function, t->bring_up.row);
}

/* From t->bring_up on: the next entry that is not free and has the space; CD 0 is nobody's. */
static bool next_of_space(const struct edge *e, struct task *t)
{
    for (; t->bring_up.function < e->config->functions; t->bring_up.function++, t->bring_up.row = 0)
        for (; t->bring_up.row >> e->config->pasid_bits == 0; t->bring_up.row++)
            if (next_entry(e, t)->state != (uint8_t)PASID_FREE && next_entry(e, t)->space == t->call.stimulus.space &&
                !pasid_is_reserved(e, t->bring_up.row))
                return true;
    return false;
}

/* From t->bring_up on: the next that nobody unbinds yet, and that is not kept back. */
static bool next_to_unbind(const struct edge *e, struct task *t)
{
    for (; next_of_space(e, t); t->bring_up.row++)
        if (next_entry(e, t)->state == (uint8_t)PASID_BOUND)
            return true;
    return false;
}

static bool is_being_unbound(const struct pasid *pasid)
{
    return pasid->state == (uint8_t)PASID_STOPPING || pasid->state == (uint8_t)PASID_DRAINING ||
           pasid->state == (uint8_t)PASID_STALE;
}

/* Others unbind a PASID of it, or hold a handle; but for ever if one is kept back, or nobody sweeps it. */
static bool is_in_use(const struct edge *e, struct task *t)
{
    bool kept = false;
    for (t->bring_up = (struct bring_up){0}; next_of_space(e, t); t->bring_up.row++) {
        if (is_being_unbound(next_entry(e, t)))
            return true;
        kept = true;
    }
    return !kept && e->driver->space[t->call.stimulus.space].handles != 0;
}

bool driver_mm_exit(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->call.stimulus.pasid = CALL_NO_PASID;
    HOLD(PRISIM_EVENT_DRIVER_MM_EXIT);
    STEP(e->config->price.compute);
    if (t->call.stimulus.space >= e->config->spaces) {
        EMIT(driver_refused, .stream_id = 0, .pasid = PRISIM_PASID_NONE, .call = t->call.stimulus.call,
             .cause = PRISIM_CAUSE_REFUSED);
        FINISH;
    }
    EMIT(driver_mm_exit, .space = t->call.stimulus.space + 1u, .call = t->call.stimulus.call);
    /* In line: a step of unbind needs what is left of the nesting. */
    for (t->bring_up = (struct bring_up){0}; next_to_unbind(e, t); t->bring_up.row++) {
        call_unbinds(t, t->bring_up.row, driver_list_of(e->config, e->config->unbind, PRISIM_DRIVER_ON_MM_EXIT));
        CALL(driver_iommu_sva_unbind_device);
        EMIT_CALL_WITH(driver_unbind_returned, .cause = t->call.refused);
        task_wake(e->driver, WAIT_STAY, UINT32_MAX);
    }
    t->call.stimulus.pasid = CALL_NO_PASID;
    t->call.refused = PRISIM_CAUSE_NONE;
    while (is_in_use(e, t))
        SLEEP(e->config->price.poll_interval);
    t->page_space = (uint8_t)t->call.stimulus.space;
    t->call.leaves_bound = driver_policy_has(
        e->config, driver_list_of(e->config, e->config->unbind, PRISIM_DRIVER_ON_MM_EXIT), DRIVER_STEP_STAY_BOUND);
    if (e->config->teardown != PRISIM_DRIVER_TEARDOWN_NEVER)
        CALL(driver_exit_mmap);
    HOLD(PRISIM_EVENT_DRIVER_MM_EXITED);
    STEP(e->config->price.compute);
    object_space_ended(e, t->call.stimulus.space);
    EMIT(driver_mm_exited, .space = t->call.stimulus.space + 1u, .call = t->call.stimulus.call);
    END;
}
