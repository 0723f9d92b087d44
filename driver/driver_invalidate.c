/* SPDX-License-Identifier: Apache-2.0
 *
 * U3 and U4: the descriptor, the TLBs and the ATC of a PASID that is unbound; and what becomes of an ATC invalidation
 * that its function does not answer (CERROR_ATC_INV_SYNC). Whose error that is, is known by the place in the command
 * queue: the first CMD_SYNC behind an ATC_INV waits for it, and no other (SMMU-SYNC, SMMU-CERROR).
 */
#include "driver/driver_access.h"
#include "driver/driver_task.h"

/* The CMD_SYNC of that number waits for every ATC_INV before it that no earlier one waits for. */
void invalidation_covered(struct driver *d, uint64_t sync)
{
    for (uint32_t left = d->callers_live; left; left &= left - 1) {
        struct call *call = &d->task[TASK_CALLER + __builtin_ctz(left)].call;
        if (call->atc_inv && call->atc_inv < sync && (!call->atc_sync || sync < call->atc_sync))
            call->atc_sync = sync;
    }
}

/* t->command has been put on the queue, with that number. */
void invalidation_issued(struct driver *d, struct task *t, uint64_t number)
{
    switch (bits_get(t->command[0], CMD_OPCODE)) {
    case CMDQ_OP_ATC_INV:
        assert(t->kind == DRIVER_TASK_CALLER && number);
        t->call.atc_inv = number;
        t->call.atc_sync = 0;
        t->call.atc_lost = 0;
        break;
    case CMDQ_OP_SYNC:
        if (t->kind == DRIVER_TASK_CALLER)
            t->call.own_sync = number;
        invalidation_covered(d, number);
        break;
    }
}

/* SMMU-CERROR: it is unknown which of the ATC_INVs that the CMD_SYNC waited for were lost: all of them are taken as not
 * done. Nobody else is told. */
void invalidation_lost(struct edge *e, uint64_t sync)
{
    struct driver *d = e->driver;
    for (uint32_t left = d->callers_live; left; left &= left - 1) {
        struct call *call = &d->task[TASK_CALLER + __builtin_ctz(left)].call;
        if (!call->atc_inv || call->atc_sync != sync)
            continue;
        call->atc_lost = 1;
        EMIT(driver_atc_inv_lost, .stream_id = e->config->function[call->stimulus.function].requester_id,
             .pasid = call->stimulus.pasid, .call = call->stimulus.call, .index = command_position(d, call->atc_inv),
             .sync = command_position(d, sync), .own = call->own_sync == sync,
             .told = e->config->on_atc_timeout != DRIVER_ATC_TIMEOUT_AS_LINUX_6_1);
    }
}

static bool wants_repeat(const struct edge *e, const struct task *t)
{
    return t->call.atc_lost && e->config->on_atc_timeout == DRIVER_ATC_TIMEOUT_REPEAT &&
           t->call.repeats < e->config->atc_inv_repeats;
}

/* U3, U4 in the order of SMMU-ATCINV: descriptor, TLB, SYNC, ATC, SYNC. */
bool invalidate(struct edge *e, struct task *t, uint16_t *pc)
{
    const struct driver_stimulus *s = &t->call.stimulus;
    BEGIN;
    HOLD(EVENT_DRIVER_CLEAR);
    STORE(function_cd_address(e, s->function, s->pasid), 0);
    EMIT_CALL(driver_clear);
    ANSWER();
    command_cfgi_cd(t, call_stream_id(e, t), s->pasid);
    CALL_ROUTINE(ROUTINE_COMMAND, command_issue);
    t->command[0] = bits_put(CMDQ_OP_TLBI_NH_ASID, CMD_OPCODE) |
                    bits_put(e->driver->space[call_entry(e, t)->space].asid, CMD_TLBI_ASID);
    t->command[1] = 0;
    CALL_ROUTINE(ROUTINE_COMMAND, command_issue);
    CALL(command_sync);
    t->call.repeats = 0;
    for (;;) {
        t->command[0] = bits_put(CMDQ_OP_ATC_INV, CMD_OPCODE) | bits_put(1, CMD_SSV) | bits_put(s->pasid, CMD_SSID) |
                        bits_put(call_stream_id(e, t), CMD_SID);
        t->command[1] = bits_put(52, CMD1_ATC_SIZE);
        CALL_ROUTINE(ROUTINE_COMMAND, command_issue);
        CALL(command_sync);
        if (!wants_repeat(e, t))
            break;
        t->call.repeats++;
    }
    t->call.atc_inv = 0;
    HOLD(EVENT_DRIVER_INVALIDATED);
    STEP(e->config->price.compute);
    if (t->call.atc_lost)
        EMIT_CALL(driver_not_invalidated);
    else
        EMIT_CALL(driver_invalidated);
    call_entry(e, t)->state =
        t->call.atc_lost && e->config->on_atc_timeout != DRIVER_ATC_TIMEOUT_AS_LINUX_6_1 ? PASID_KEPT : PASID_DRAINING;
    END;
}
