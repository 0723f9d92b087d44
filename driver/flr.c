/* SPDX-License-Identifier: Apache-2.0
 *
 * The function-level reset as a kernel does it: pci_dev_reset_iommu_prepare, pcie_flr, pci_dev_reset_iommu_done and
 * pci_restore_state (UNBIND-P12, PCIE-ENUMERATION-4). PASIDs stay bound: their CDs are not touched, and what was asked
 * for before the reset is still in the queues. Nothing is drained here.
 */
#include "driver/access.h"
#include "driver/device/function.h"

static bool off_first(const struct edge *e)
{
    return e->config->flr_order == PRISIM_DRIVER_FLR_OFF_FIRST;
}

/* pcie_reset_flr: ENOTTY. What stands where our endpoint has it can be reset. */
static bool look_for_flr(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (e->config->enumerate == PRISIM_DRIVER_ENUMERATE_KNOWN)
        FINISH;
    CONFIG_READ(function_id(e, t), function_of_task(e, t)->express + DEVICE_CAPABILITIES, 4);
    if (t->status == PRISIM_TLP_SC && !(t->answer[0] & CAPABILITIES_FLR))
        function_call_refuse(e, t, PRISIM_CAUSE_NO_FLR);
    END;
}

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
    STEP_TO_PORT(e->config->price.mmio_write, PRISIM_DRIVER_TX_HOST);
    access_config_write(e, t, function_id(e, t), function_of_task(e, t)->express + DEVICE_CONTROL, 2,
                        t->bring_up.row | (uint32_t)CONTROL_FLR);
    EMIT(driver_flr, .stream_id = function_id(e, t), .call = t->call.stimulus.call, .pending = t->call.pending);
    ANSWER();
    t->call.pending = 0;
    END;
}

/* pci_dev_reset_iommu_prepare. Behind the reset ATS is off. */
static bool prepare(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    function_of_task(e, t)->blocked = 1;
    CALL(driver_arm_smmu_write_ste_config);
    if (off_first(e))
        CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->ats + 6u, 2, 0);
    CALL(driver_arm_smmu_atc_inv_master);
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

/* As the policy has it, or as a kernel. */
static bool reset(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (call_has_list(e, t, PRISIM_DRIVER_ON_RESET)) {
        CALL(driver_run_list);
        FINISH;
    }
    if (!off_first(e))
        CALL(function_initiate_flr);
    CALL(prepare);
    if (off_first(e))
        CALL(function_initiate_flr);
    END;
}

bool driver_flr(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    if (function_call_is_refused(e, t))
        FINISH;
    CALL(look_for_flr);
    if (t->call.refused)
        FINISH;
    CALL(reset);
    CALL(function_await_ready);
    if (function_of_task(e, t)->state != FUNCTION_REFUSED)
        CALL(function_bring_back);
    if (function_of_task(e, t)->state == FUNCTION_REFUSED) {
        function_call_refuse(e, t, PRISIM_CAUSE_REFUSED);
        FINISH;
    }
    HOLD(PRISIM_EVENT_DRIVER_FLR_DONE);
    STEP(e->config->price.compute);
    EMIT(driver_flr_done, .stream_id = function_id(e, t), .call = t->call.stimulus.call);
    END;
}
