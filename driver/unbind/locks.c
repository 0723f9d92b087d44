/* SPDX-License-Identifier: Apache-2.0
 *
 * The steps of unbind that take a named lock and let go of it (UNBIND-STEP-1).
 */
#include "driver/lock.h"
#include "driver/unbind/unbind.h"

bool step_lock(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->lock = (uint8_t)t->call.argument;
    CALL(driver_lock);
    END;
}

bool step_unlock(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    driver_unlock(e, t, t->call.argument);
    END;
}
