/* SPDX-License-Identifier: Apache-2.0
 *
 * A function's way down and up again, in the order of PCIE-ENABLE: page requests off and Stopped, ATS off, ATC
 * invalidated, EATS = 00, PASID off; and back. Its PASIDs must be free.
 */
#include "driver/device/function.h"
#include "driver/unbind/policy.h"

/* PRI E=0, and Stopped. */
static bool disable_pri(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->pri + PRI_CONTROL, 2, 0);
    CALL(function_await_stopped);
    END;
}

static bool function_bring_down(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (function_config(e, t)->pri_allocation && !function_is_virtual(e, t))
        CALL(disable_pri);
    CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->ats + ATS_CONTROL, 2, 0);
    CALL(driver_arm_smmu_atc_inv_master);
    CALL(driver_arm_smmu_write_eats);
    if (!function_is_virtual(e, t))
        CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->pasid + 6u, 2, 0);
    END;
}

/* The same with what the policy's list has for it in the place of page requests, ATS and ATC. PASID goes off behind ATS
 * (PCIE-PASIDCAP), or not at all. */
static bool bring_down_by_list(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    CALL(driver_run_list);
    CALL(driver_arm_smmu_write_eats);
    if (!function_is_virtual(e, t) && driver_policy_has(e->config, t->call.stimulus.policy, DRIVER_STEP_ATS_OFF))
        CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->pasid + 6u, 2, 0);
    END;
}

bool driver_detach(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    if (function_call_is_refused(e, t))
        FINISH;
    function_of_task(e, t)->state = FUNCTION_DOWN;
    if (call_has_list(e, t, PRISIM_DRIVER_ON_DETACH))
        CALL(bring_down_by_list);
    else
        CALL(function_bring_down);
    EMIT(driver_detached, .stream_id = function_id(e, t), .call = t->call.stimulus.call);
    END;
}

bool driver_attach(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    if (function_call_is_refused(e, t))
        FINISH;
    if (function_of_task(e, t)->state == FUNCTION_ISOLATED)
        CALL(driver_rejoin);
    t->call.by_list = call_has_list(e, t, PRISIM_DRIVER_ON_ATTACH);
    function_of_task(e, t)->state = FUNCTION_COMES_UP;
    CALL(driver_arm_smmu_write_eats);
    if (function_of_task(e, t)->blocked) {
        function_of_task(e, t)->blocked = 0;
        CALL(driver_arm_smmu_write_ste_config);
    }
    if (e->config->enumerate == PRISIM_DRIVER_ENUMERATE_KNOWN)
        CALL(function_await_ready); /* to look for it is to wait, too */
    if (function_of_task(e, t)->state != FUNCTION_REFUSED)
        CALL(function_bring_up);
    if (function_of_task(e, t)->state != FUNCTION_REFUSED && t->call.by_list)
        CALL(driver_run_list);
    if (function_of_task(e, t)->state == FUNCTION_REFUSED) {
        t->call.refused = PRISIM_CAUSE_REFUSED;
        FINISH;
    }
    CALL(function_run_pasids);
    EMIT(driver_attached, .stream_id = function_id(e, t), .call = t->call.stimulus.call);
    END;
}
