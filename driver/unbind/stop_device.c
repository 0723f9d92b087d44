/* SPDX-License-Identifier: Apache-2.0
 *
 * The step of unbind that talks to the function: it is told to stop the PASID, and asked until it has; after each
 * while, or when it says so by an interrupt.
 */
#include "driver/access.h"
#include "driver/lock.h"
#include "driver/unbind/unbind.h"
#include "model/pcie_endpoint/pcie_endpoint.h"

/* U0, and polling until the function says that it has stopped. The completion comes behind what the function had posted
 * before (design 5). A function that does not answer is not there any more. */
bool step_stop_device(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    HOLD(PRISIM_EVENT_DRIVER_STOP);
    t->call.interrupted = 0;
    STEP_TO_PORT(e->config->price.mmio_write, PRISIM_DRIVER_TX_HOST);
    access_bar_write(e, t->call.stimulus.function, t->call.stimulus.pasid, PRISIM_ENDPOINT_PASID_STOP);
    t->call.markers = ++call_entry(e, t)->stops;
    EMIT_CALL(driver_stop);
    lock_blocked(e, t, PRISIM_DRIVER_BLOCKED_FUNCTION, 0);
    for (;;) {
        while (e->config->stop_told == PRISIM_DRIVER_STOP_BY_MSI && !t->call.interrupted)
            WAIT(WAIT_STOPPED);
        t->call.interrupted = 0;
        STEP_TO_PORT(e->config->price.mmio_read, PRISIM_DRIVER_TX_HOST);
        access_bar_read(e, t, t->call.stimulus.function, t->call.stimulus.pasid);
        ANSWER();
        if (t->status != PRISIM_TLP_SC || (uint32_t)t->answer[0] == PRISIM_ENDPOINT_PASID_IDLE)
            break;
        if (e->config->stop_told == PRISIM_DRIVER_STOP_POLLED)
            SLEEP(e->config->price.poll_interval);
    }
    lock_woken(e, t, PRISIM_DRIVER_BLOCKED_FUNCTION);
    HOLD(PRISIM_EVENT_DRIVER_STOP_SEEN);
    STEP(e->config->price.compute);
    EMIT_CALL(driver_stop_seen);
    END;
}
