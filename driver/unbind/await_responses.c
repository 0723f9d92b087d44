/* SPDX-License-Identifier: Apache-2.0
 *
 * The wait of unbind for what the function is told (UNBIND-STEP-17): each group of the PASID that is in software's
 * hands is answered, and the SMMU has taken the answers from the command queue. That is as far as software can see: a
 * response on its way to the function is known to nobody, for no CMD_SYNC waits for it (SMMU-SYNC-1); nor is a part
 * whose Last has not come (discard_parts, answer_parts).
 */
#include "driver/fault/group.h"
#include "driver/unbind/unbind.h"

/* A group has the PASID of its Last. */
static bool is_of_call(const struct edge *e, const struct task *t, uint16_t head)
{
    const struct prisim_driver *d = e->driver;
    return item_is_of(&d->item[found_last(d, head)], call_stream_id(e, t), t->call.stimulus.pasid);
}

/* R0 of one of them is still to come: it is on the work queue, or a worker has it. */
static bool group_is_open(const struct edge *e, const struct task *t)
{
    const struct prisim_driver *d = e->driver;
    for (uint16_t head = d->work_head; head != ITEM_NONE; head = d->item[head].next_group)
        if (is_of_call(e, t, head))
            return true;
    for (uint32_t left = d->busy_workers; left; left &= left - 1)
        if (is_of_call(e, t, d->task[__builtin_ctz(left)].work.head))
            return true;
    return false;
}

/* Groups are asked for after each while, as a CMD_SYNC is; then the answers stand before one. If the time is over, the
 * list goes on as it is. */
bool step_await_responses(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    t->call.deadline = t->call.argument > 1 ? e->now + t->call.argument - 1 : PRISIM_CYCLE_NEVER;
    while (group_is_open(e, t)) {
        if (e->now >= t->call.deadline)
            FINISH;
        SLEEP(e->config->price.poll_interval);
    }
    CALL(driver_arm_smmu_cmdq_issue_sync);
    END;
}
