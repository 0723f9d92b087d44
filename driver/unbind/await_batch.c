/* SPDX-License-Identifier: Apache-2.0
 *
 * The wait of unbind for the PRI queue as SMMUv3 drivers were published (UNBIND-P6): until it is empty by what is known
 * of PROD, or two batches of the PRI thread have ended, for the one under way may have begun before.
 */
#include "driver/access.h"
#include "driver/unbind/unbind.h"
#include "driver/waiters.h"

/* What it reads of PROD is what the PRI thread goes by from then on, too. That may have read a later one meanwhile. */
static void share_prod(struct prisim_driver *d, uint32_t prod)
{
    const uint32_t taken = queue_index_of(d->taken, d->priq_log2);
    const uint32_t known = queue_index_distance(d->priq_prod, taken, d->priq_log2);
    const uint32_t read = queue_index_distance(prod, taken, d->priq_log2);
    if (read >= known && read <= UINT32_C(1) << d->priq_log2)
        d->priq_prod = prod;
}

bool step_read_batch(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    HOLD(PRISIM_EVENT_DRIVER_SNAPSHOT);
    READ_REGISTER(PRISIM_SMMU_PRIQ_PROD);
    ANSWER();
    share_prod(e->driver, (uint32_t)t->answer[0]);
    t->call.batch_upto = e->driver->batches + BATCHES_AWAITED;
    EMIT_CALL_WITH(driver_snapshot, .prod = (uint32_t)t->answer[0]);
    END;
}

static bool is_interrupted(const struct edge *e, const struct task *t)
{
    return t->call.signalled && e->config->batch_signal != PRISIM_DRIVER_BATCH_SIGNAL_WAITS_ON;
}

bool step_await_batch(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    while (!driver_batch_is_over(e, t) && !is_interrupted(e, t))
        WAIT(WAIT_BATCH);
    t->call.cause = driver_batch_is_over(e, t) ? PRISIM_CAUSE_DRAINED : PRISIM_CAUSE_INTERRUPTED;
    END;
}
