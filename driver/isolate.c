/* SPDX-License-Identifier: Apache-2.0
 *
 * A function is cut off (UNBIND-STEP-9, PCIE-ITAG-9): its STE aborts all, or its ATS is refused and off, or its link is
 * contained (PCIE-DPC). It stays so until it is attached again, which resets it first: what its ATC has must be gone
 * before anything of it is heard. Its PASIDs stay bound; their unbind invalidates no ATC.
 */
#include "driver/access.h"
#include "driver/device/function.h"
#include "driver/smmu/command_queue.h"
#include "model/pcie_fabric/pcie_fabric.h"

static uint16_t dpc(const struct edge *e, const struct task *t, unsigned offset)
{
    return (uint16_t)(function_config(e, t)->dpc + offset);
}

/* The Software Trigger, and until the port says that the link is contained. */
static bool contain_link(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    CONFIG_WRITE(e->config->root_port_id, dpc(e, t, PRISIM_DPC_CONTROL), 2,
                 PRISIM_DPC_CONTROL_ENABLE | PRISIM_DPC_CONTROL_SOFTWARE_TRIGGER);
    for (;;) {
        CONFIG_READ(e->config->root_port_id, dpc(e, t, PRISIM_DPC_STATUS), 2);
        if ((t->answer[0] & PRISIM_DPC_STATUS_TRIGGER) || t->status != PRISIM_TLP_SC)
            break;
        SLEEP(e->config->price.poll_interval);
    }
    END;
}

/* The word of the STE that changes: EATS is in the second one. */
static unsigned word_of(const struct edge *e, const struct task *t)
{
    return function_of_task(e, t)->isolated_by == PRISIM_DRIVER_ISOLATE_ATS_OFF;
}

/* SMMU-RESUME-4: all that have stalled of the function, whosesoever. Its STE aborts new ones already. */
static bool stall_term(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->command[0] = prisim_bits_put(PRISIM_CMDQ_OP_STALL_TERM, PRISIM_CMD_OPCODE) |
                    prisim_bits_put(function_id(e, t), PRISIM_CMD_SID);
    t->command[1] = 0;
    COMMAND();
    END;
}

/* The function of t->bring_up, as function->isolated_by says. EATS first: what the function does is its own matter. */
bool driver_isolate_function(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    function_of_task(e, t)->state = FUNCTION_ISOLATED;
    if (function_of_task(e, t)->isolated_by == PRISIM_DRIVER_ISOLATE_LINK) {
        CALL(contain_link);
        FINISH;
    }
    function_of_task(e, t)->blocked = word_of(e, t) == 0;
    /* In line: as a part of an unbind there is no room for a routine more. */
    STORE(driver_ste_address(e, t->bring_up.function) + 8 * word_of(e, t),
          driver_ste_word(e, t->bring_up.function, word_of(e, t)));
    ANSWER();
    CALL(driver_arm_smmu_sync_ste_for_sid);
    if (function_of_task(e, t)->blocked && function_stalls(e, t->bring_up.function))
        CALL(stall_term);
    if (function_of_task(e, t)->isolated_by == PRISIM_DRIVER_ISOLATE_ATS_OFF)
        CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->ats + 6u, 2, 0);
    END;
}

void driver_isolated(struct edge *e, const struct task *t, enum prisim_cause cause)
{
    EMIT(driver_isolated, .stream_id = function_id(e, t), .call = t->call.stimulus.call,
         .how = function_of_task(e, t)->isolated_by, .cause = cause);
}

bool driver_isolate(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    if (function_call_is_refused(e, t))
        FINISH;
    function_of_task(e, t)->isolated_by = (uint8_t)t->call.stimulus.how;
    CALL(driver_isolate_function);
    driver_isolated(e, t, PRISIM_CAUSE_NONE);
    END;
}

bool function_is_isolated(const struct edge *e, uint32_t function)
{
    return e->driver->function[function].state == FUNCTION_ISOLATED;
}

/* A link that nothing contains is no way. */
uint8_t function_isolation(const struct prisim_driver_config *config, uint32_t function, uint32_t how)
{
    const bool link = how == PRISIM_DRIVER_ISOLATE_LINK && !config->function[function].dpc;
    return (uint8_t)(link ? (uint32_t)PRISIM_DRIVER_ISOLATE_STE_ABORT : how);
}

/* Of an unbind whose invalidation was lost: its function is to be isolated, and how. */
bool driver_isolates_lost(const struct edge *e, struct task *t)
{
    const uint32_t function = t->call.stimulus.function;
    if (!t->call.atc_lost || e->config->on_atc_timeout != PRISIM_DRIVER_ATC_TIMEOUT_ISOLATE ||
        e->driver->function[function].state != FUNCTION_UP)
        return false;
    t->bring_up = (struct bring_up){.function = (uint16_t)function};
    function_of_task(e, t)->isolated_by = function_isolation(e->config, function, e->config->isolate);
    return true;
}

/* Before it is attached: it is heard again by nobody but configuration requests, and reset. */
bool driver_rejoin(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (function_of_task(e, t)->isolated_by == PRISIM_DRIVER_ISOLATE_LINK)
        CONFIG_WRITE(e->config->root_port_id, dpc(e, t, PRISIM_DPC_STATUS), 2, PRISIM_DPC_STATUS_TRIGGER);
    CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->express + (uint32_t)DEVICE_CONTROL, 2, CONTROL_FLR);
    END;
}
