/* SPDX-License-Identifier: Apache-2.0
 *
 * A function-level reset (pcie_flr), and what it took is given back: parts of a call of the function (flr.c), and of a
 * list (unbind/ats.c).
 */
#include "driver/access.h"
#include "driver/device/function.h"

/* pci_wait_for_pending_transaction: answers to what was asked for before the reset must not come behind it. In
 * t->call.pending: they may. */
static bool await_transactions(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->call.deadline = e->config->pending_timeout ? e->now + e->config->pending_timeout : PRISIM_CYCLE_NEVER;
    for (;;) {
        CONFIG_READ(function_id(e, t), function_of_task(e, t)->express + DEVICE_STATUS, 2);
        t->call.pending = t->status == PRISIM_TLP_SC && (t->answer[0] & STATUS_TRANSACTIONS_PENDING);
        if (!t->call.pending || e->now >= t->call.deadline)
            break;
        SLEEP(e->config->price.poll_interval);
    }
    t->call.deadline = 0;
    END;
}

/* pcie_flr */
bool function_initiate_flr(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    CALL(await_transactions);
    CONFIG_READ(function_id(e, t), function_of_task(e, t)->express + DEVICE_CONTROL, 2);
    t->bring_up.row = (uint16_t)t->answer[0];
    HOLD(PRISIM_EVENT_DRIVER_FLR);
    CONFIG_WRITE_WITH(
        function_id(e, t), function_of_task(e, t)->express + DEVICE_CONTROL, 2, t->bring_up.row | (uint32_t)CONTROL_FLR,
        EMIT(driver_flr, .stream_id = function_id(e, t), .call = t->call.stimulus.call, .pending = t->call.pending));
    t->call.pending = 0;
    END;
}

/* Of the STE: EATS is in the second one. */
static unsigned word_to_restore(const struct edge *e, const struct task *t)
{
    return function_of_task(e, t)->state == FUNCTION_ISOLATED &&
           function_of_task(e, t)->isolated_by == PRISIM_DRIVER_ISOLATE_ATS_OFF;
}

/* pci_dev_reset_iommu_done, pci_restore_state, and what the function's driver does in reset_done. */
bool function_bring_back(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->bring_up.row = (uint16_t)word_to_restore(e, t);
    if (function_of_task(e, t)->state == FUNCTION_ISOLATED)
        function_of_task(e, t)->state = FUNCTION_COMES_UP;
    function_of_task(e, t)->blocked = 0;
    /* In line: as a part of an unbind there is no room for a routine more. */
    STORE(driver_ste_address(e, t->bring_up.function) + 8u * t->bring_up.row,
          driver_ste_word(e, t->bring_up.function, t->bring_up.row));
    ANSWER();
    CALL(driver_arm_smmu_sync_ste_for_sid);
    CALL(function_restore);
    if (function_of_task(e, t)->state != FUNCTION_REFUSED)
        CALL(function_run_pasids);
    END;
}
