/* SPDX-License-Identifier: Apache-2.0
 *
 * A function's way down and up again, in the order of PCIE-ENABLE: page requests off and Stopped, ATS off, ATC
 * invalidated, EATS = 00, PASID off; and back. Its PASIDs must be free.
 */
#include "driver/device/function.h"
#include "driver/smmu/command_queue.h"

/* Calls of its PASIDs that came before have returned, and those that come now wait (waiters.c). */
static bool is_in_use(const struct edge *e, const struct task *t)
{
    for (uint32_t pasid = 0; pasid < UINT32_C(1) << e->config->pasid_bits; pasid++)
        if (pasid_entry(e, t->call.stimulus.function, pasid)->state != PASID_FREE)
            return true;
    return false;
}

static enum prisim_cause refusal(const struct edge *e, const struct task *t)
{
    const struct prisim_driver_stimulus *s = &t->call.stimulus;
    if (s->function >= e->config->functions)
        return PRISIM_CAUSE_REFUSED;
    const bool up = e->driver->function[s->function].state == FUNCTION_UP;
    if (s->what == PRISIM_DRIVER_ATTACH)
        return up ? PRISIM_CAUSE_FUNCTION_UP : PRISIM_CAUSE_NONE;
    if (!up)
        return PRISIM_CAUSE_FUNCTION_DOWN;
    return is_in_use(e, t) ? PRISIM_CAUSE_STILL_BOUND : PRISIM_CAUSE_NONE;
}

/* Says so; else t->bring_up names its function. */
static bool is_refused(struct edge *e, struct task *t)
{
    const enum prisim_cause cause = refusal(e, t);
    if (cause == PRISIM_CAUSE_NONE) {
        t->bring_up = (struct bring_up){.function = (uint16_t)t->call.stimulus.function};
        return false;
    }
    t->call.refused = (uint8_t)cause;
    EMIT(driver_refused, .stream_id = call_stream_id(e, t), .pasid = PRISIM_PASID_NONE, .call = t->call.stimulus.call,
         .cause = cause);
    return true;
}

/* PRI E=0; Stopped comes when what is out has been answered. */
static bool disable_pri(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->pri + 4u, 2, 0);
    for (;;) {
        CONFIG_READ(function_id(e, t), function_of_task(e, t)->pri + 6u, 2);
        if ((t->answer[0] & PRISIM_PRI_STATUS_STOPPED) || t->status != PRISIM_TLP_SC)
            break;
        SLEEP(e->config->price.poll_interval);
    }
    END;
}

/* SMMU-ATCINV: without a PASID and of all sizes it hits every entry (PCIE-ATC-3). */
static bool driver_arm_smmu_atc_inv_master(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->command[0] =
        prisim_bits_put(PRISIM_CMDQ_OP_ATC_INV, PRISIM_CMD_OPCODE) | prisim_bits_put(function_id(e, t), PRISIM_CMD_SID);
    t->command[1] = prisim_bits_put(52, PRISIM_CMD1_ATC_SIZE);
    COMMAND();
    CALL(command_sync_behind);
    END;
}

static bool function_bring_down(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (function_config(e, t)->pri_allocation && !function_is_virtual(e, t))
        CALL(disable_pri);
    CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->ats + 6u, 2, 0);
    CALL(driver_arm_smmu_atc_inv_master);
    CALL(driver_arm_smmu_write_eats);
    if (!function_is_virtual(e, t))
        CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->pasid + 6u, 2, 0);
    END;
}

bool driver_detach(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    if (is_refused(e, t))
        FINISH;
    function_of_task(e, t)->state = FUNCTION_DOWN;
    CALL(function_bring_down);
    EMIT(driver_detached, .stream_id = function_id(e, t), .call = t->call.stimulus.call);
    END;
}

bool driver_attach(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    if (is_refused(e, t))
        FINISH;
    function_of_task(e, t)->state = FUNCTION_COMES_UP;
    CALL(driver_arm_smmu_write_eats);
    CALL(function_bring_up);
    if (function_of_task(e, t)->state == FUNCTION_REFUSED)
        t->call.refused = PRISIM_CAUSE_REFUSED;
    else
        EMIT(driver_attached, .stream_id = function_id(e, t), .call = t->call.stimulus.call);
    END;
}
