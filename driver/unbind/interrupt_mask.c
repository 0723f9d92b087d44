/* SPDX-License-Identifier: Apache-2.0
 *
 * The steps of unbind that keep the handler of the PRI queue out (UNBIND-STEP-19), as a kernel's disable_irq,
 * synchronize_irq and enable_irq do: in the host's interrupt controller, and not in SMMU_IRQ_CTRL. What is signalled
 * meanwhile is kept there, as one. With one line for all interrupts, it is masked for all of them.
 */
#include "driver/unbind/unbind.h"

/* It is masked and the handler is out: behind a mask nobody begins it. */
static bool handler_is_out(const struct prisim_driver *d)
{
    return d->irqs_off || !d->irq_active;
}

/* While it is masked, irq_active stands for a handler that runs: what comes then waits, as it does for that. */
bool step_irq_off(struct edge *e, struct task *t, uint16_t *pc)
{
    struct prisim_driver *d = e->driver;
    BEGIN;
    STEP(e->config->price.compute);
    while (!handler_is_out(d))
        SLEEP(e->config->price.poll_interval);
    d->irqs_off++;
    d->irq_active = 1;
    END;
}

/* The thread is in no pass, and has none to begin. It may be kicked all the same. */
static bool thread_is_out(const struct prisim_driver *d)
{
    const uint32_t thread = UINT32_C(1) << TASK_PRI_THREAD;
    return (d->waiters[WAIT_START] & thread) || ((d->waiters[WAIT_KICK] & thread) && !d->kicked);
}

bool step_irq_sync(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    while (!handler_is_out(e->driver) || !thread_is_out(e->driver))
        SLEEP(e->config->price.poll_interval);
    END;
}

/* By the last of those that masked it; nothing happens if nobody has. What came meanwhile is handled now. */
bool step_irq_on(struct edge *e, struct task *t, uint16_t *pc)
{
    struct prisim_driver *d = e->driver;
    BEGIN;
    STEP(e->config->price.compute);
    if (!d->irqs_off || --d->irqs_off)
        FINISH;
    d->irq_active = d->irq_again;
    if (d->irq_again)
        d->runnable |= UINT32_C(1) << TASK_IRQ;
    END;
}
