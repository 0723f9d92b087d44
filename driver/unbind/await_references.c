/* SPDX-License-Identifier: Apache-2.0
 *
 * The wait of unbind for those that have found the PASID's space (UNBIND-P7): each holds a reference to it from S2
 * until its group is answered.
 */
#include "driver/lock.h"
#include "driver/unbind/unbind.h"

/* UNBIND-STEP-17: afterwards nobody uses the binding any more; whoever looks it up from then on does not find it, if it
 * has left the look-up before. */
bool step_await_references(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    while (found_is_used(e, call_entry(e, t)->binding))
        WAIT_TOLD(WAIT_REFERENCE, PRISIM_DRIVER_BLOCKED_REFERENCES, call_entry(e, t)->binding);
    END;
}
