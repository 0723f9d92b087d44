/* SPDX-License-Identifier: Apache-2.0
 *
 * The waits of unbind for those that have found the PASID's space: for each that holds a reference to it, from S2 until
 * its group is answered (UNBIND-P7); or only for who is between its look-up and the use of what it found, with nothing
 * that keeps it (UNBIND-STEP-5).
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

/* A worker has found the binding's space at S2 and has not used it yet, which is at S3; and holds no reference. */
static bool found_is_read(const struct edge *e, uint32_t binding)
{
    const struct prisim_driver *d = e->driver;
    for (uint32_t left = d->busy_workers; left; left &= left - 1) {
        const struct work *work = &d->task[__builtin_ctz(left)].work;
        if (work->space && work->binding == binding && !(found_is_kept(e->config) && found_of(d, work->item)->held))
            return true;
    }
    return false;
}

/* UNBIND-STEP-5: who looks the PASID up behind leave_lookup does not find it, so that they only become fewer. Readers
 * count for nobody, as under RCU: it is asked again after each while. */
bool step_await_readers(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    while (found_is_read(e, call_entry(e, t)->binding))
        SLEEP(e->config->price.poll_interval);
    END;
}
