/* SPDX-License-Identifier: Apache-2.0
 *
 * What the ways of a function down share of its page requests (PCIE-PRICAP).
 */
#include "driver/device/function.h"

/* Stopped comes when what is out has been answered. */
bool function_await_stopped(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    for (;;) {
        CONFIG_READ(function_id(e, t), function_of_task(e, t)->pri + PRI_STATUS, 2);
        if ((t->answer[0] & PRISIM_PRI_STATUS_STOPPED) || t->status != PRISIM_TLP_SC)
            break;
        SLEEP(e->config->price.poll_interval);
    }
    END;
}
