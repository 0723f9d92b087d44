/* SPDX-License-Identifier: Apache-2.0
 *
 * The wait for a function that has been reset, or may not be there.
 */
#include "driver/device/function.h"

/* pci_dev_wait: until configuration requests are answered (PCIE-ENUMERATION-4). A function that is not there is
 * refused. */
bool function_await_ready(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    for (;;) {
        CONFIG_READ(function_id(e, t), 0x00, 4);
        if (t->status != PRISIM_TLP_CRS)
            break;
        SLEEP(e->config->price.poll_interval);
    }
    if (t->status != PRISIM_TLP_SC)
        function_refuse(e, t, FUNCTION_ENODEV, PRISIM_CAUSE_NO_FUNCTION);
    END;
}
