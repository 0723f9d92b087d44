/* SPDX-License-Identifier: Apache-2.0
 *
 * What calls of a function as a whole share (detach.c, flr.c, remove.c, isolate.c): why one is refused, the
 * invalidation of all that the function's ATC has, the wait until it answers, and the start of the PASIDs that are
 * bound.
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

static enum prisim_cause refusal_of_attach(const struct edge *e, const struct task *t, enum function_state state)
{
    if (state == FUNCTION_UP)
        return PRISIM_CAUSE_FUNCTION_UP;
    return state == FUNCTION_ISOLATED && is_in_use(e, t) ? PRISIM_CAUSE_STILL_BOUND : PRISIM_CAUSE_NONE;
}

static enum prisim_cause refusal_of_isolate(const struct edge *e, const struct prisim_driver_stimulus *s)
{
    if (s->how > PRISIM_DRIVER_ISOLATE_LINK)
        return PRISIM_CAUSE_REFUSED;
    return s->how == PRISIM_DRIVER_ISOLATE_LINK && !e->config->function[s->function].dpc ? PRISIM_CAUSE_NO_CONTAINMENT
                                                                                         : PRISIM_CAUSE_NONE;
}

static enum prisim_cause refusal(const struct edge *e, const struct task *t)
{
    const struct prisim_driver_stimulus *s = &t->call.stimulus;
    if (s->function >= e->config->functions)
        return PRISIM_CAUSE_REFUSED;
    const enum function_state state = (enum function_state)e->driver->function[s->function].state;
    if (s->what == PRISIM_DRIVER_REMOVE) /* nobody asks whether it may */
        return PRISIM_CAUSE_NONE;
    if (s->what == PRISIM_DRIVER_ATTACH)
        return refusal_of_attach(e, t, state);
    if (state != FUNCTION_UP)
        return state == FUNCTION_ISOLATED ? PRISIM_CAUSE_FUNCTION_ISOLATED : PRISIM_CAUSE_FUNCTION_DOWN;
    if (s->what == PRISIM_DRIVER_ISOLATE)
        return refusal_of_isolate(e, s);
    return s->what == PRISIM_DRIVER_DETACH && is_in_use(e, t) ? PRISIM_CAUSE_STILL_BOUND : PRISIM_CAUSE_NONE;
}

void function_call_refuse(struct edge *e, struct task *t, enum prisim_cause cause)
{
    t->call.refused = (uint8_t)cause;
    EMIT(driver_refused, .stream_id = call_stream_id(e, t), .pasid = PRISIM_PASID_NONE, .call = t->call.stimulus.call,
         .cause = cause);
}

/* Says so; else t->bring_up names its function. */
bool function_call_is_refused(struct edge *e, struct task *t)
{
    const enum prisim_cause cause = refusal(e, t);
    if (cause == PRISIM_CAUSE_NONE)
        t->bring_up = (struct bring_up){.function = (uint16_t)t->call.stimulus.function};
    else
        function_call_refuse(e, t, cause);
    return cause != PRISIM_CAUSE_NONE;
}

/* SMMU-ATCINV: without a PASID and of all sizes it hits every entry (PCIE-ATC-3). One that is lost is told, and no
 * more: what the function has is gone when it is up again. */
bool driver_arm_smmu_atc_inv_master(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (function_stalls(e, t->bring_up.function))
        FINISH;
    t->command[0] =
        prisim_bits_put(PRISIM_CMDQ_OP_ATC_INV, PRISIM_CMD_OPCODE) | prisim_bits_put(function_id(e, t), PRISIM_CMD_SID);
    t->command[1] = prisim_bits_put(52, PRISIM_CMD1_ATC_SIZE);
    COMMAND_ATC_INV();
    CALL(command_sync_behind);
    t->call.atc_inv = 0;
    END;
}

/* From t->bring_up.row on, which is the PASID then. */
bool function_next_bound(const struct edge *e, struct task *t)
{
    for (; t->bring_up.row >> e->config->pasid_bits == 0; t->bring_up.row++)
        if (pasid_entry(e, t->bring_up.function, t->bring_up.row)->state == (uint8_t)PASID_BOUND)
            return true;
    return false;
}

/* A function that begins anew has no PASID running; its driver starts those that are bound. */
bool function_run_pasids(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    for (t->bring_up.row = 0; function_next_bound(e, t); t->bring_up.row++) {
        STEP_TO_PORT(e->config->price.mmio_write, PRISIM_DRIVER_TX_HOST);
        access_bar_write(e, t->bring_up.function, t->bring_up.row, PRISIM_ENDPOINT_PASID_RUN);
    }
    END;
}
