/* SPDX-License-Identifier: Apache-2.0
 *
 * The drain of the hardware as VT-d has it, which no SMMUv3 has (UNBIND-STEP-18; smmu.what_if.page_request_drain): an
 * ATC invalidation pushes what is in the fabric, and the CMD_SYNC behind it waits until the queue shows that. If the
 * queue has overflowed, something was not shown but dropped, and it is all done again.
 */
#include "driver/access.h"
#include "driver/unbind/unbind.h"

bool step_hardware_drain(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    completion_arm(e, t);
    CALL(step_atc_inv);
    CALL(command_sync_drain);
    t->call.atc_inv = 0; /* what it took out of the ATC was gone before (INVALIDATED): it is not asked about */
    HOLD(PRISIM_EVENT_DRIVER_HARDWARE_DRAIN);
    READ_REGISTER(PRISIM_SMMU_PRIQ_PROD);
    ANSWER();
    t->call.overflowed = queue_index_is_in_overflow((uint32_t)t->answer[0], e->driver->ovackflg);
    EMIT_CALL_WITH(driver_hardware_drain, .overflow = t->call.overflowed);
    if (!t->call.overflowed)
        completion_leave(e, t);
    END;
}

/* Where the list goes on: at the first such step. */
static uint8_t first_of(const struct prisim_driver_config *config, uint32_t policy, enum driver_step step)
{
    uint32_t place = 0;
    while (driver_list_step(config, policy, place).step != (unsigned)step)
        place++;
    return (uint8_t)place;
}

/* The PRI thread acknowledges an overflow by the CONS write at the end of a pass: that is waited for. */
static bool repeat(struct edge *e, struct task *t, uint16_t *pc, enum driver_step step)
{
    BEGIN;
    if (!t->call.overflowed)
        FINISH;
    CALL(completion_wait);
    t->call.next_step = first_of(e->config, t->call.stimulus.policy, step);
    END;
}

/* UNBIND-STEP "P8" */
bool step_repeat_scan(struct edge *e, struct task *t, uint16_t *pc)
{
    return repeat(e, t, pc, DRIVER_STEP_AWAIT_NO_MATCH);
}

/* As it was published. */
bool step_repeat_drain(struct edge *e, struct task *t, uint16_t *pc)
{
    return repeat(e, t, pc, DRIVER_STEP_HARDWARE_DRAIN);
}
