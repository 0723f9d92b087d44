/* SPDX-License-Identifier: Apache-2.0
 *
 * The step of unbind that waits for nothing (UNBIND-P16): which entries of the PRI queue are of an earlier binding of
 * the PASID. What that means for a page request is fault/older.c's business.
 */
#include "driver/unbind/unbind.h"

/* The record takes the place of one that is still there: what came before that came before this, too. */
bool step_filter(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    call_entry(e, t)->older = t->call.upto;
    e->driver->filters = 1;
    END;
}
