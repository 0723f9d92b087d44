/* SPDX-License-Identifier: Apache-2.0
 *
 * The function-level reset as a kernel does it: pci_dev_reset_iommu_prepare, pcie_flr, pci_dev_reset_iommu_done and
 * pci_restore_state (UNBIND-P12, PCIE-ENUMERATION-4). PASIDs stay bound: their CDs are not touched, and what was asked
 * for before the reset is still in the queues. Nothing is drained here.
 */
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
