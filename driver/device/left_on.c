/* SPDX-License-Identifier: Apache-2.0
 *
 * A function that is found as the first life of the driver left it: page requests and ATS on, translations in its ATC,
 * its PASIDs running (UNBIND-S-50, UNBIND-D35). What the bring-up behind this writes switches neither off.
 */
#include "driver/device/function.h"
#include "driver/kexec.h"

/* PCIE-ENABLE, the way down. ATS begins with an empty ATC when it is on again (PCIE-ATSCAP). */
static bool switch_off(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (function_config(e, t)->pri_allocation && !function_is_virtual(e, t))
        CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->pri + PRI_CONTROL, 2, 0);
    if (!function_stalls(e, t->bring_up.function))
        CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->ats + ATS_CONTROL, 2, 0);
    END;
}

bool function_take_over(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (e->config->kexec_functions == PRISIM_DRIVER_KEXEC_FUNCTIONS_OFF_FIRST)
        CALL(switch_off);
    if (e->config->kexec_functions == PRISIM_DRIVER_KEXEC_FUNCTIONS_FLR) {
        CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->express + (uint32_t)DEVICE_CONTROL, 2, CONTROL_FLR);
        CALL(function_await_ready);
    }
    END;
}
