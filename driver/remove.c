/* SPDX-License-Identifier: Apache-2.0
 *
 * The way down of a function that is not there any more, as a kernel does it when its slot tells of it (pciehp): the
 * function's driver gives its PASIDs back, each unbound by the policy of the configuration, and then the SMMU ends
 * what has its stream. Configuration space is not accessed. As in Linux' driver of the SMMU the ATC is invalidated all
 * the same, and nobody answers: CERROR_ATC_INV_SYNC.
 */
#include "driver/device/function.h"
#include "driver/memory/memory.h"

bool driver_remove(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    SLEEP(e->config->irq_latency); /* of the slot's interrupt */
    STEP(e->config->price.compute);
    if (function_call_is_refused(e, t))
        FINISH;
    function_of_task(e, t)->state = FUNCTION_DOWN;
    /* In line: a step of unbind needs what is left of the nesting. */
    for (t->bring_up.row = 0; function_next_bound(e, t); t->bring_up.row++) {
        call_unbinds(t, t->bring_up.row, e->config->unbind);
        CALL(driver_iommu_sva_unbind_device);
        EMIT_CALL_WITH(driver_unbind_returned, .cause = t->call.refused);
        CALL(driver_exit_space);
    }
    t->call.stimulus.pasid = CALL_NO_PASID;
    t->call.refused = PRISIM_CAUSE_NONE;
    function_of_task(e, t)->blocked = 1;
    CALL(driver_arm_smmu_write_eats);
    CALL(driver_arm_smmu_write_ste_config);
    CALL(driver_arm_smmu_atc_inv_master);
    EMIT(driver_removed, .stream_id = function_id(e, t), .call = t->call.stimulus.call);
    END;
}
