/* SPDX-License-Identifier: Apache-2.0
 *
 * The step of unbind that takes it back: the PASID is bound as before, and the call fails.
 */
#include "driver/access.h"
#include "driver/unbind/unbind.h"
#include "model/pcie_endpoint/pcie_endpoint.h"

/* Its descriptor is made valid as bind does it; then faults find the space again, and at last the function goes on. */
bool step_rollback(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->call.stimulus.space = call_entry(e, t)->space;
    CALL(driver_arm_smmu_write_ctx_desc);
    STEP(e->config->price.compute);
    call_entry(e, t)->in_lookup = 1;
    call_entry(e, t)->state = PASID_BOUND;
    t->call.refused = PRISIM_CAUSE_INTERRUPTED;
    EMIT_CALL_WITH(driver_refused, .cause = PRISIM_CAUSE_INTERRUPTED);
    STEP_TO_PORT(e->config->price.mmio_write, PRISIM_DRIVER_TX_HOST);
    access_bar_write(e, t->call.stimulus.function, t->call.stimulus.pasid, PRISIM_ENDPOINT_PASID_RUN);
    EMIT_CALL_WITH(driver_bound, .binding = call_entry(e, t)->binding);
    END;
}
