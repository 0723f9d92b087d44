/* SPDX-License-Identifier: Apache-2.0
 *
 * The steps of unbind from U3 to U4: the descriptor, the TLBs and the ATC of the PASID, in the order of SMMU-ATCINV.
 */
#include "driver/access.h"
#include "driver/smmu/command_queue.h"
#include "driver/unbind/unbind.h"

static bool wants_repeat(const struct edge *e, const struct task *t)
{
    return t->call.atc_lost && e->config->on_atc_timeout == PRISIM_DRIVER_ATC_TIMEOUT_REPEAT &&
           t->call.repeats < e->config->atc_inv_repeats;
}

/* SMMU-CD-21: with EPD0 a miss is F_TRANSLATION, "not mapped", and not C_BAD_CD; with S=0 and R=0 the access is ended
 * at once and no record is written of it, however many there are (UNBIND-P10). The rest is as bind wrote it. */
static uint64_t cd_word0(const struct edge *e, const struct task *t)
{
    const uint64_t bound = driver_cd_word0(e, t->call.stimulus.function, call_entry(e, t)->space);
    const uint64_t faults = prisim_bits_put(1, PRISIM_CD0_S) | prisim_bits_put(1, PRISIM_CD0_R);
    switch (t->call.argument ? (enum driver_clear_cd)(t->call.argument - 1) : DRIVER_CLEAR_CD_ZERO) {
    case DRIVER_CLEAR_CD_PRESENT_FIRST:
        return bound & ~prisim_bits_put(1, PRISIM_CD0_V);
    case DRIVER_CLEAR_CD_QUIET:
        return (bound & ~faults) | prisim_bits_put(1, PRISIM_CD0_EPD0);
    case DRIVER_CLEAR_CD_ZERO:
        break;
    }
    return 0;
}

/* U3 */
bool step_clear_cd(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    HOLD(PRISIM_EVENT_DRIVER_CLEAR);
    STORE(function_cd_address(e, t->call.stimulus.function, t->call.stimulus.pasid), cd_word0(e, t));
    EMIT_CALL(driver_clear);
    ANSWER();
    END;
}

bool step_cfgi(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    command_cfgi_cd(t, call_stream_id(e, t), t->call.stimulus.pasid);
    COMMAND();
    END;
}

bool step_tlbi(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->command[0] = prisim_bits_put(PRISIM_CMDQ_OP_TLBI_NH_ASID, PRISIM_CMD_OPCODE) |
                    prisim_bits_put(e->driver->space[call_entry(e, t)->space].asid, PRISIM_CMD_TLBI_ASID);
    t->command[1] = 0;
    COMMAND();
    END;
}

/* PCIE-ITAG-9: nothing of the ATC of an isolated function can be used any more, and it may not answer. A function whose
 * ATS is off has nothing there. */
bool step_atc_inv(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (function_is_isolated(e, t->call.stimulus.function) || function_stalls(e, t->call.stimulus.function))
        FINISH;
    t->command[0] = prisim_bits_put(PRISIM_CMDQ_OP_ATC_INV, PRISIM_CMD_OPCODE) |
                    prisim_bits_put(call_stream_id(e, t), PRISIM_CMD_SID);
    if (call_pasid(&t->call) != PRISIM_PASID_NONE) /* else all that the function's ATC has */
        t->command[0] |= prisim_bits_put(1, PRISIM_CMD_SSV) | prisim_bits_put(t->call.stimulus.pasid, PRISIM_CMD_SSID);
    t->command[1] = prisim_bits_put(52, PRISIM_CMD1_ATC_SIZE);
    COMMAND_ATC_INV();
    END;
}

/* Where the list goes on to send it once more; after here, if it has none. */
static uint8_t first_atc_inv(const struct prisim_driver_config *config, uint32_t policy, uint8_t here)
{
    for (uint32_t i = 0; i < driver_list_steps(config, policy); i++)
        if (driver_list_step(config, policy, i).step == DRIVER_STEP_ATC_INV)
            return (uint8_t)i;
    return here;
}

/* Back to the ATC_INV of the list, if it was lost and on_atc_timeout wants it again. */
bool step_repeat_atc_inv(struct edge *e, struct task *t, uint16_t *pc)
{
    (void)pc;
    if (!wants_repeat(e, t))
        return true;
    t->call.repeats++;
    t->call.next_step = first_atc_inv(e->config, t->call.stimulus.policy, t->call.next_step);
    return true;
}

/* A CMD_SYNC that is done says so of all before it: the last one counts. */
static bool is_kept(const struct edge *e, const struct task *t)
{
    return (t->call.atc_lost && e->config->on_atc_timeout != PRISIM_DRIVER_ATC_TIMEOUT_AS_LINUX_6_1 &&
            e->config->on_atc_timeout != PRISIM_DRIVER_ATC_TIMEOUT_ISOLATE) ||
           (t->gave_up && e->config->on_sync_timeout != PRISIM_DRIVER_SYNC_TIMEOUT_AS_LINUX_6_1);
}

/* U4, or what stands in its place if the last ATC_INV was lost or the last CMD_SYNC not waited for to its end. */
bool step_invalidated(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->call.atc_inv = 0;
    if (driver_isolates_lost(e, t)) {
        CALL(driver_isolate_function);
        STEP(e->config->price.compute);
        driver_isolated(e, t, PRISIM_CAUSE_ATC_INV_TIMEOUT);
    }
    HOLD(PRISIM_EVENT_DRIVER_INVALIDATED);
    STEP(e->config->price.compute);
    if (t->call.atc_lost || t->gave_up)
        EMIT_CALL(driver_not_invalidated);
    else
        EMIT_CALL(driver_invalidated);
    if (is_kept(e, t))
        call_entry(e, t)->state = PASID_KEPT;
    else if (call_entry(e, t)->state < (uint8_t)PASID_STALE)
        call_entry(e, t)->state = PASID_DRAINING;
    END;
}
