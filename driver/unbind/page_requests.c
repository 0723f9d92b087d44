/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps of a list that switch the page requests of its function off and on again, or reset them (UNBIND-STEP-20,
 * UNBIND-P11, PCIE-PRICAP): there is nothing of the kind for one PASID, so all others of the function are hit, too
 * (UNBIND-D12). A function without page requests, or whose page requests are its physical function's, is passed over.
 */
#include "driver/device/function.h"
#include "driver/unbind/unbind.h"

/* t->bring_up names the function of the call; in a call that unbinds many it does so already. */
static bool has_page_requests(const struct edge *e, struct task *t)
{
    t->bring_up.function = (uint16_t)t->call.stimulus.function;
    return function_config(e, t)->pri_allocation && !function_is_virtual(e, t);
}

/* PCIE-PRICAP-24: no new requests; those that were made are still answered. */
bool step_pri_off(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (!has_page_requests(e, t))
        FINISH;
    HOLD(PRISIM_EVENT_DRIVER_PRI_OFF);
    CONFIG_WRITE_WITH(function_id(e, t), function_of_task(e, t)->pri + PRI_CONTROL, 2, 0, EMIT_CALL(driver_pri_off));
    END;
}

/* PCIE-PRICAP-13: all that the function asked for is answered. */
bool step_await_stopped(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (!has_page_requests(e, t) || !e->config->await_stopped)
        FINISH;
    CALL(function_await_stopped);
    END;
}

/* PCIE-PRICAP-25. E goes to 0 with it, if it was 1: what is open then is forgotten, and its answers are still to come
 * (UNBIND-S-48). */
bool step_pri_reset(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (!has_page_requests(e, t))
        FINISH;
    HOLD(PRISIM_EVENT_DRIVER_PRI_RESET);
    CONFIG_WRITE_WITH(function_id(e, t), function_of_task(e, t)->pri + PRI_CONTROL, 2, PRISIM_PRI_CONTROL_RESET,
                      EMIT_CALL(driver_pri_reset));
    END;
}

static bool is_busy(const struct edge *e, const struct task *t)
{
    return e->config->pri_on == PRISIM_DRIVER_PRI_ON_STOPPED && t->status == PRISIM_TLP_SC &&
           !(t->answer[0] & PRISIM_PRI_STATUS_STOPPED);
}

/* As Linux' pci_enable_pri: refused (EBUSY) unless Stopped, for that is indeterminate (PCIE-PRICAP-26). The list goes
 * on, and page requests stay off. */
bool step_pri_on(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (!has_page_requests(e, t))
        FINISH;
    CONFIG_READ(function_id(e, t), function_of_task(e, t)->pri + PRI_STATUS, 2);
    if (is_busy(e, t)) {
        EMIT_CALL_WITH(driver_pri_on, .cause = PRISIM_CAUSE_PRI_NOT_STOPPED);
        FINISH;
    }
    CONFIG_ALLOCATE();
    HOLD(PRISIM_EVENT_DRIVER_PRI_ON);
    CONFIG_WRITE_WITH(function_id(e, t), function_of_task(e, t)->pri + PRI_CONTROL, 2, PRISIM_PRI_CONTROL_ENABLE,
                      EMIT_CALL_WITH(driver_pri_on, .cause = PRISIM_CAUSE_NONE));
    END;
}
