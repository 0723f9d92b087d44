/* SPDX-License-Identifier: Apache-2.0
 *
 * The interrupt handler of the PRI queue and the thread it wakes: from PROD to the software work queue (S0, S1). What a
 * page request is for is the worker's business; a Stop Marker only ends a wait of an unbind, and is never answered (but
 * by pri_handler_6_1.c, which has a record from S0 on if it is chosen).
 */
#include "driver/access.h"
#include "driver/fault/group.h"
#include "driver/lock.h"
#include "driver/waiters.h"

bool irq_run(struct edge *e, struct task *t)
{
    struct prisim_driver *d = e->driver;
    BEGIN_TASK;
    do {
        d->irq_again = 0;
        HOLD(PRISIM_EVENT_DRIVER_INTERRUPT);
        EMIT(driver_interrupt, .data = PRISIM_DRIVER_MSI_PRIQ);
        STEP(e->config->price.interrupt_entry);
        if (interrupts_are_combined(e)) {
            d->gerror_pending = 1; /* of which cause it is nobody has said */
            waiters_kick_event_thread(d);
        } else {
            waiters_kick_pri_thread(d);
        }
    } while (d->irq_again);
    d->irq_active = 0;
    END;
}

static uint32_t priq_index(const struct prisim_driver *d, uint64_t count)
{
    return queue_index_of(count, d->priq_log2);
}

static bool overflowed(const struct prisim_driver *d)
{
    return queue_index_is_in_overflow(d->priq_prod, d->ovackflg);
}

static bool driver_queue_empty(const struct prisim_driver *d)
{
    return queue_index_is_empty(d->priq_prod, priq_index(d, d->taken), d->priq_log2);
}

static inline __attribute__((always_inline)) void emit_cons(struct edge *e)
{
    const struct prisim_driver *d = e->driver;
    EMIT(driver_cons, .cons = priq_index(d, d->taken), .ovackflg = d->ovackflg != 0);
}

static void emit_take(struct edge *e)
{
    const struct prisim_driver *d = e->driver;
    const struct item *item = &d->item[d->in_hand];
    uint64_t entry = d->taken - 1;
    EMIT(driver_take, .item = item->number, .slot = queue_index_slot(entry, d->priq_log2),
         .lap = queue_index_lap(entry, d->priq_log2), .stream_id = item->stream_id,
         .pasid = pasid_field(item->has_pasid, item->pasid), .prgi = item->prg_index, .address = item->address,
         .access = item->access);
}

/* The record that was loaded is in hand: S0 when CONS is moved, or at the copy if CONS moves once a pass. */
static void copy_entry(struct prisim_driver *d, const struct task *t)
{
    struct prisim_page_request request;
    prisim_pri_queue_record_unpack(&request, (const uint8_t *)t->answer);
    assert(d->in_hand == ITEM_NONE);
    d->in_hand = item_take(d, &request);
    item_of(d, d->in_hand)->scanned = (uint8_t)prisim_bits_get(t->answer[1], SCAN_MARK);
}

static bool is_stop_marker(const struct item *item)
{
    return prisim_is_stop_marker(item->has_pasid, item->access);
}

/* UNBIND-STEP-19 */
static bool is_dropped(const struct item *item)
{
    return item->scanned == PRISIM_DRIVER_SCAN_DROP + 1;
}

/* Rule `marker` of UNBIND-STEP: who takes it for a page request does not look. */
static bool is_marker(const struct edge *e, const struct item *item)
{
    return is_stop_marker(item) && e->config->marker != PRISIM_DRIVER_MARKER_ANSWER;
}

static enum prisim_event_type marker_point(const struct edge *e)
{
    switch ((enum prisim_driver_marker)e->config->marker) {
    case PRISIM_DRIVER_MARKER_DISCARD:
        return PRISIM_EVENT_DRIVER_DISCARD;
    case PRISIM_DRIVER_MARKER_TO_WORKER:
    case PRISIM_DRIVER_MARKER_ANSWER:
        return PRISIM_EVENT_DRIVER_ENQUEUE;
    case PRISIM_DRIVER_MARKER_COUNT:
        break;
    }
    return PRISIM_EVENT_DRIVER_MARKER;
}

static enum prisim_event_type handover_point(const struct edge *e)
{
    const struct prisim_driver *d = e->driver;
    const struct item *item = &d->item[d->in_hand];
    if (is_marker(e, item))
        return marker_point(e);
    if (is_dropped(item))
        return PRISIM_EVENT_DRIVER_DISCARD;
    return item->access & PRISIM_ACCESS_LAST ? PRISIM_EVENT_DRIVER_ENQUEUE : PRISIM_EVENT_DRIVER_PARK;
}

/* Half of the items are for requests with Last: else parked ones could fill the pool for ever. */
enum { ITEMS_KEPT_FOR_LAST = DRIVER_ITEMS / 2 };

/* As many entries as the queue has were handed over since the last one. */
static __attribute__((noinline)) void batch_ends(struct edge *e)
{
    e->driver->batches++;
    waiters_of_batch(e);
}

/* PCIE-MARKERCODE "Response": none, ever; but for who takes it for a page request. */
static __attribute__((noinline)) void handle_marker(struct edge *e, uint16_t index)
{
    struct prisim_driver *d = e->driver;
    const struct item *item = &d->item[index];
    const uint64_t pasid = pasid_field(item->has_pasid, item->pasid);
    if (e->config->marker == PRISIM_DRIVER_MARKER_TO_WORKER) {
        EMIT(driver_enqueue, .item = item->number, .stream_id = item->stream_id, .pasid = pasid,
             .prgi = item->prg_index);
        item_enqueue(d, index);
        return;
    }
    if (e->config->marker == PRISIM_DRIVER_MARKER_DISCARD) {
        EMIT(driver_discard, .item = item->number, .stream_id = item->stream_id, .pasid = pasid,
             .prgi = item->prg_index, .cause = PRISIM_CAUSE_NOT_HANDLED);
    } else {
        pasid_marker_seen(e, item);
    }
    item_free_group(e, index);
}

/* S1: the entry in hand is handed over. */
static void driver_arm_smmu_handle_ppr(struct edge *e)
{
    struct prisim_driver *d = e->driver;
    uint16_t index = d->in_hand;
    const struct item *item = &d->item[index];
    uint64_t pasid = pasid_field(item->has_pasid, item->pasid);
    if (is_marker(e, item)) {
        handle_marker(e, index);
    } else if (is_dropped(item)) {
        EMIT(driver_discard, .item = item->number, .stream_id = item->stream_id, .pasid = pasid,
             .prgi = item->prg_index, .cause = PRISIM_CAUSE_SCANNED);
        item_free_group(e, index);
    } else if (item->access & PRISIM_ACCESS_LAST) {
        if (d->filters)
            item_discard_older(e, item);
        uint16_t head = d->parked ? item_gather(e, index) : index;
        if (found_is_kept(e->config))
            found_at_enqueue(e, head);
        for (uint16_t i = head; i != ITEM_NONE; i = d->item[i].next)
            EMIT(driver_enqueue, .item = d->item[i].number, .stream_id = item->stream_id, .pasid = pasid,
                 .prgi = item->prg_index);
        item_enqueue(d, head);
        if (e->config->objects)
            object_made(e, PRISIM_DRIVER_OBJECT_GROUP, item->number, d->work_enqueued);
    } else if (d->free_items < ITEMS_KEPT_FOR_LAST) {
        EMIT(driver_discard, .item = item->number, .stream_id = item->stream_id, .pasid = pasid,
             .prgi = item->prg_index, .cause = PRISIM_CAUSE_NO_MEMORY);
        item_free_group(e, index);
    } else {
        EMIT(driver_park, .item = item->number, .stream_id = item->stream_id, .pasid = pasid, .prgi = item->prg_index);
        item_park(d, index);
    }
}

static bool serves_nothing(const struct edge *e)
{
    return e->config->pri_handler == PRISIM_DRIVER_PRI_HANDLER_LINUX_6_1;
}

static void take_entry(struct edge *e)
{
    e->driver->taken++;
    if (found_is_kept(e->config) && !serves_nothing(e))
        found_at_take(e, e->driver->in_hand);
    if (e->driver->waiters[WAIT_HANDED])
        waiters_of_handed(e);
}

/* The entry in hand is over. */
static inline __attribute__((always_inline)) void handed_over(struct edge *e)
{
    struct prisim_driver *d = e->driver;
    d->in_hand = ITEM_NONE;
    d->handed++;
    assert(d->handed == d->taken);
    if (!(d->handed & prisim_bits_mask(d->priq_log2)))
        batch_ends(e);
    if (d->waiters[WAIT_HANDED])
        waiters_of_handed(e);
}

/* One entry, from the copy to the handing over. */
bool pri_thread_entry(struct edge *e, struct task *t)
{
    struct prisim_driver *d = e->driver;
    BEGIN_ROUTINE;
    while (!d->free_items)
        WAIT_TOLD(WAIT_ITEM, PRISIM_DRIVER_BLOCKED_ITEM, 0);
    if (e->config->cons_update == PRISIM_DRIVER_CONS_PASS)
        HOLD(PRISIM_EVENT_DRIVER_TAKE);
    LOAD(d->priq + (uint64_t)queue_index_slot(d->taken, d->priq_log2) * PRISIM_PRI_QUEUE_RECORD_BYTES,
         PRISIM_PRI_QUEUE_RECORD_BYTES);
    ANSWER();
    if (t->status != PRISIM_MEMORY_OK)
        t->answer[0] = t->answer[1] = 0;
    copy_entry(d, t);
    if (e->config->cons_update == PRISIM_DRIVER_CONS_ENTRY) {
        HOLD(PRISIM_EVENT_DRIVER_TAKE);
        HOLD(PRISIM_EVENT_DRIVER_CONS);
        WRITE_REGISTER(PRISIM_SMMU_PRIQ_CONS, 4, priq_index(d, d->taken + 1) | d->ovackflg);
    }
    take_entry(e);
    if (e->config->cons_update == PRISIM_DRIVER_CONS_ENTRY)
        emit_cons(e);
    emit_take(e);
    if (e->config->cons_update == PRISIM_DRIVER_CONS_ENTRY)
        ANSWER();
    if (serves_nothing(e))
        FINISH;
    LOCK_IF(e->config->lock_handler);
    HOLD(handover_point(e));
    STEP(e->config->price.compute);
    driver_arm_smmu_handle_ppr(e);
    handed_over(e);
    if (e->config->lock_handler)
        driver_unlock(e, t, e->config->lock_handler);
    END;
}

/* All entries up to the PROD that was read, and what is due after them. */
static bool pass(struct edge *e, struct task *t, uint16_t *pc)
{
    struct prisim_driver *d = e->driver;
    BEGIN;
    while (!driver_queue_empty(d)) {
        CALL_ROUTINE(ROUTINE_ENTRY, pri_thread_entry);
        if (serves_nothing(e)) {
            CALL(driver_arm_smmu_handle_ppr_6_1);
            handed_over(e);
        }
    }
    if (overflowed(d) && d->parked && e->config->overflow_parts == PRISIM_DRIVER_PARTS_DISCARD) {
        /* SMMU-PRIOVF: groups without Last are ignored; before CONS, for from then on their indices may mean others */
        HOLD(PRISIM_EVENT_DRIVER_DISCARD);
        STEP(e->config->price.compute);
        driver_iopf_queue_discard_partial(e, true, 0, 0, PRISIM_CAUSE_PARTIAL_DISCARDED);
    }
    if (e->config->respond_before_cons && e->config->cons_update == PRISIM_DRIVER_CONS_PASS) {
        t->call.flush_upto = d->work_enqueued;
        if (!workers_are_flushed(d, t->call.flush_upto)) /* nobody is woken before they are */
            WAIT_TOLD(WAIT_FLUSH, PRISIM_DRIVER_BLOCKED_WORKERS, t->call.flush_upto);
    }
    if (overflowed(d) || e->config->cons_update == PRISIM_DRIVER_CONS_PASS) {
        HOLD(PRISIM_EVENT_DRIVER_CONS);
        /* SMMU-QUEUE "Overflow flag protocol" 3: in the same write that moves RD */
        WRITE_REGISTER(PRISIM_SMMU_PRIQ_CONS, 4, priq_index(d, d->taken) | (d->priq_prod & PRISIM_SMMU_QUEUE_OVERFLOW));
        d->ovackflg = d->priq_prod & PRISIM_SMMU_QUEUE_OVERFLOW;
        emit_cons(e);
        ANSWER();
    }
    if (d->waiters[WAIT_BATCH])
        waiters_of_batch(e);
    if (d->armed)
        waiters_of_pass(e);
    END;
}

static bool driver_queue_sync_prod(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    READ_REGISTER(PRISIM_SMMU_PRIQ_PROD);
    ANSWER();
    e->driver->priq_prod = (uint32_t)t->answer[0];
    END;
}

bool driver_arm_smmu_priq_thread(struct edge *e, struct task *t)
{
    struct prisim_driver *d = e->driver;
    BEGIN_TASK;
    for (;;) {
        while (d->stops) {
            waiters_park_pri_thread(d);
            REST(WAIT_START);
        }
        while (!d->kicked || !waiters_may_pass(e, t)) {
            waiters_pass_on(e, t);
            REST(WAIT_KICK);
        }
        d->kicked = 0;
        /* UNBIND-S-56: until PROD shows nothing new, for a record that came meanwhile may have had no interrupt */
        for (;;) {
            HOLD(PRISIM_EVENT_DRIVER_PROD_READ);
            CALL(driver_queue_sync_prod);
            EMIT(driver_prod_read, .prod = d->priq_prod);
            if (driver_queue_empty(d) && !overflowed(d))
                break;
            CALL(pass);
            if (!e->config->prod_reread)
                break;
            if (d->stops) {
                d->kicked = 1;
                break;
            }
        }
    }
    END;
}
