/* SPDX-License-Identifier: Apache-2.0
 *
 * U3 and U4: the descriptor, the TLBs and the ATC of a PASID that is unbound.
 */
#include "driver/driver_access.h"
#include "driver/driver_command_queue.h"

static bool wants_repeat(const struct edge *e, const struct task *t)
{
    return t->call.atc_lost && e->config->on_atc_timeout == DRIVER_ATC_TIMEOUT_REPEAT &&
           t->call.repeats < e->config->atc_inv_repeats;
}

/* U3, U4 in the order of smmuv3 2.6: descriptor, TLB, SYNC, ATC, SYNC. */
bool invalidate(struct edge *e, struct task *t, uint16_t *pc)
{
    const struct driver_stimulus *s = &t->call.stimulus;
    BEGIN;
    HOLD(EVENT_DRIVER_CLEAR);
    STORE(function_cd_address(e, s->function, s->pasid), 0);
    EMIT_CALL(driver_clear);
    ANSWER();
    command_cfgi_cd(t, call_stream_id(e, t), s->pasid);
    COMMAND();
    t->command[0] = bits_put(CMDQ_OP_TLBI_NH_ASID, CMD_OPCODE) |
                    bits_put(e->driver->space[call_entry(e, t)->space].asid, CMD_TLBI_ASID);
    t->command[1] = 0;
    COMMAND();
    CALL(command_sync);
    t->call.repeats = 0;
    for (;;) {
        t->command[0] = bits_put(CMDQ_OP_ATC_INV, CMD_OPCODE) | bits_put(1, CMD_SSV) | bits_put(s->pasid, CMD_SSID) |
                        bits_put(call_stream_id(e, t), CMD_SID);
        t->command[1] = bits_put(52, CMD1_ATC_SIZE);
        CALL_ROUTINE(ROUTINE_COMMAND, command_issue);
        atc_inv_issued(t);
        CALL(command_release);
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
