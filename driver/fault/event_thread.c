/* SPDX-License-Identifier: Apache-2.0
 *
 * The event thread: event records and global errors are read, told to the stream of events, and acknowledged. Stalled
 * accesses go to the workers. It restarts a stopped command queue; no other error is cured.
 */
#include "driver/access.h"
#include "driver/fault/stall.h"
#include "driver/kexec.h"
#include "driver/step.h"
#include "driver/waiters.h"

/* The number of the command that CONS points at. */
static uint64_t number_at(const struct prisim_driver *d, uint64_t cons)
{
    return d->consumed + command_position(d, cons - d->consumed);
}

/* SMMU-CERROR: an illegal command is overwritten with a CMD_SYNC; the other errors only want the acknowledgement, after
 * which the command runs again. A CMD_SYNC that runs again after CERROR_ATC_INV_SYNC succeeds: who waits for it learns
 * of the error here or not at all. */
static bool driver_arm_smmu_cmdq_skip_err(struct edge *e, struct task *t, uint16_t *pc)
{
    struct prisim_driver *d = e->driver;
    BEGIN;
    READ_REGISTER(PRISIM_SMMU_CMDQ_CONS);
    ANSWER();
    if (prisim_bits_get(t->answer[0], PRISIM_CMDQ_CONS_ERR_SHIFT, PRISIM_CMDQ_CONS_ERR_BITS) ==
        PRISIM_CERROR_ATC_INV_SYNC)
        atc_inv_lost(e, number_at(d, t->answer[0]));
    if (prisim_bits_get(t->answer[0], PRISIM_CMDQ_CONS_ERR_SHIFT, PRISIM_CMDQ_CONS_ERR_BITS) == PRISIM_CERROR_ILL) {
        t->command_number = number_at(d, t->answer[0]);
        atc_inv_covered(d, t->command_number);
        STEP_TO_PORT(e->config->price.store, PRISIM_DRIVER_TX_MEMORY);
        access_store_pair(e, t, command_slot(d, t->command_number), command_sync);
        ANSWER();
        command_forget(t);
    }
    END;
}

/* SMMU-GERROR: a bit is active while GERROR and GERRORN differ; writing GERROR's value to GERRORN acknowledges. */
static bool driver_arm_smmu_gerror_handler(struct edge *e, struct task *t, uint16_t *pc)
{
    struct prisim_driver *d = e->driver;
    BEGIN;
    READ_REGISTER(PRISIM_SMMU_GERROR);
    ANSWER();
    d->gerror = (uint32_t)t->answer[0];
    if (d->gerror == d->gerrorn)
        FINISH;
    if ((d->gerror ^ d->gerrorn) & PRISIM_GERROR_CMDQ)
        CALL(driver_arm_smmu_cmdq_skip_err);
    HOLD(PRISIM_EVENT_DRIVER_GERROR);
    WRITE_REGISTER(PRISIM_SMMU_GERRORN, 4, d->gerror);
    EMIT(driver_gerror, .active = d->gerror ^ d->gerrorn);
    d->gerrorn = d->gerror;
    ANSWER();
    END;
}

/* SMMU-RECORD */
static void emit_record(struct edge *e, const uint64_t dw[4])
{
    bool ssv = prisim_bits_get(dw[0], PRISIM_CMD_SSV);
    EMIT(driver_fault_event, .code = dw[0] & 0xff, .stream_id = prisim_bits_get(dw[0], PRISIM_CMD_SID),
         .pasid = pasid_field(ssv, (uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_SSID)), .address = dw[2]);
}

static uint32_t eventq_index(const struct prisim_driver *d, uint64_t count)
{
    return queue_index_of(count, d->eventq_log2);
}

static bool driver_queue_empty(const struct prisim_driver *d)
{
    return queue_index_is_empty(d->eventq_prod, eventq_index(d, d->events_taken), d->eventq_log2);
}

static bool events_overflowed(const struct prisim_driver *d)
{
    return queue_index_is_in_overflow(d->eventq_prod, d->events_ovackflg);
}

static bool driver_queue_sync_prod(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    READ_REGISTER(PRISIM_SMMU_EVENTQ_PROD);
    ANSWER();
    e->driver->eventq_prod = (uint32_t)t->answer[0];
    END;
}

/* The record that was loaded. */
static void take_record(struct edge *e, const struct task *t)
{
    struct prisim_driver *d = e->driver;
    if (t->status == PRISIM_MEMORY_OK) {
        emit_record(e, t->answer);
        stall_take(e, t);
    }
    d->events_taken++;
    if (d->waiters[WAIT_HANDED])
        waiters_of_handed(e);
}

/* An overflow may come between the read of PROD and the write of CONS: then PROD shows nothing new but OVFLG. */
static bool take_records(struct edge *e, struct task *t, uint16_t *pc)
{
    struct prisim_driver *d = e->driver;
    BEGIN;
    for (;;) {
        CALL(driver_queue_sync_prod);
        if (driver_queue_empty(d) && !events_overflowed(d))
            break;
        while (!driver_queue_empty(d)) {
            while (d->stalls && !d->free_items)
                WAIT(WAIT_ITEM);
            HOLD(PRISIM_EVENT_DRIVER_FAULT_EVENT);
            LOAD(d->eventq + (uint64_t)queue_index_slot(d->events_taken, d->eventq_log2) * PRISIM_EVENT_RECORD_BYTES,
                 PRISIM_EVENT_RECORD_BYTES);
            ANSWER();
            take_record(e, t);
            if (d->stall_in_hand != ITEM_NONE)
                CALL(driver_iommu_report_device_fault);
        }
        /* SMMU-QUEUE "Overflow flag protocol" 3: OVACKFLG follows OVFLG in the same write. */
        WRITE_REGISTER(PRISIM_SMMU_EVENTQ_CONS, 4,
                       eventq_index(d, d->events_taken) | (d->eventq_prod & PRISIM_SMMU_QUEUE_OVERFLOW));
        d->events_ovackflg = d->eventq_prod & PRISIM_SMMU_QUEUE_OVERFLOW;
        ANSWER();
    }
    END;
}

bool driver_arm_smmu_evtq_thread(struct edge *e, struct task *t)
{
    struct prisim_driver *d = e->driver;
    BEGIN_TASK;
    for (;;) {
        while (!d->gerror_pending && !(d->events_pending && waiters_may_pass(e, t))) {
            waiters_pass_on(e, t);
            REST(WAIT_EVENTS);
        }
        if (d->gerror_pending) {
            d->gerror_pending = 0;
            CALL(driver_arm_smmu_gerror_handler);
        }
        if (d->events_pending && waiters_may_pass(e, t)) {
            d->events_pending = 0;
            if (!kexec_leaves_queues_alone(e->config, d))
                CALL(take_records);
            if (interrupts_are_combined(e))
                waiters_kick_pri_thread(d);
        }
    }
    END;
}
