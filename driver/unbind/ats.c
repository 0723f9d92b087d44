/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps of a list that concern the translations of its whole function (UNBIND-STEP-9, UNBIND-STEP-20): its ATS goes off
 * and on again, or it is isolated. What other PASIDs of it do meanwhile fails.
 */
#include "driver/access.h"
#include "driver/device/function.h"
#include "driver/unbind/unbind.h"

/* t->bring_up names the function of the call; in a call that unbinds many it does so already. */
static bool has_ats(const struct edge *e, struct task *t)
{
    t->bring_up.function = (uint16_t)t->call.stimulus.function;
    return !function_stalls(e, t->bring_up.function);
}

bool step_ats_off(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (!has_ats(e, t))
        FINISH;
    HOLD(PRISIM_EVENT_DRIVER_ATS_OFF);
    CONFIG_WRITE_WITH(function_id(e, t), function_of_task(e, t)->ats + ATS_CONTROL, 2, 0, EMIT_CALL(driver_ats_off));
    END;
}

/* PCIE-ATSCAP: it begins with an empty ATC. */
bool step_ats_on(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (!has_ats(e, t))
        FINISH;
    HOLD(PRISIM_EVENT_DRIVER_ATS_ON);
    CONFIG_WRITE_WITH(function_id(e, t), function_of_task(e, t)->ats + ATS_CONTROL, 2, PRISIM_ATS_CONTROL_ENABLE,
                      EMIT_CALL(driver_ats_on));
    END;
}

/* The argument, or driver.isolate. */
static uint8_t way(const struct edge *e, const struct task *t)
{
    return function_isolation(e->config, t->bring_up.function,
                              t->call.argument ? t->call.argument - 1 : e->config->isolate);
}

/* UNBIND-STEP-9: until the function is attached again, or reset by the list. A call that is of the function itself ends
 * it, too: its STE aborts all meanwhile. */
bool step_isolate(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->bring_up.function = (uint16_t)t->call.stimulus.function;
    if (call_pasid(&t->call) == PRISIM_PASID_NONE) {
        function_of_task(e, t)->blocked = 1;
        STORE(driver_ste_address(e, t->bring_up.function), driver_ste_word(e, t->bring_up.function, 0));
        ANSWER();
        CALL(driver_arm_smmu_sync_ste_for_sid);
        FINISH;
    }
    function_of_task(e, t)->isolated_by = way(e, t);
    CALL(driver_isolate_function);
    STEP(e->config->price.compute);
    driver_isolated(e, t, PRISIM_CAUSE_BY_LIST);
    END;
}

/* UNBIND-P12 in a list: what the reset takes from the function is given back at once, and its PASIDs that are bound
 * run again; in a call that is of the function itself that comes at the end of the call. In a call that unbinds many
 * t->bring_up names its place among the PASIDs, too. */
bool step_flr(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->bring_up.function = (uint16_t)t->call.stimulus.function;
    CALL(function_initiate_flr);
    if (call_pasid(&t->call) == PRISIM_PASID_NONE)
        FINISH;
    CALL(function_await_ready);
    if (function_of_task(e, t)->state != FUNCTION_REFUSED)
        CALL(function_bring_back);
    t->bring_up.row = (uint16_t)t->call.stimulus.pasid;
    END;
}
