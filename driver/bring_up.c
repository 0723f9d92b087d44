/* SPDX-License-Identifier: Apache-2.0
 *
 * Bring-up, from the SMMU's identification to the first call: its order alone. What is done is in smmu/init.c,
 * device/function.c and unbind/bind.c.
 */
#include "driver/step.h"
#include "driver/waiters.h"

bool bring_up_run(struct edge *e, struct task *t)
{
    BEGIN_TASK;
    CALL(driver_arm_smmu_device_hw_probe);
    CALL(driver_arm_smmu_device_reset);
    for (t->bring_up.function = 0; t->bring_up.function < e->config->functions; t->bring_up.function++) {
        if (e->config->no_pasid == PRISIM_DRIVER_NO_PASID_CD0)
            CALL(driver_attach_no_pasid);
        CALL(driver_arm_smmu_write_strtab_ent);
        CALL(function_bring_up);
    }
    HOLD(PRISIM_EVENT_DRIVER_READY);
    STEP(e->config->price.compute);
    e->driver->ready = 1;
    EMIT(driver_ready, .functions = e->config->functions);
    waiters_start_calls(e->driver);
    END;
}
