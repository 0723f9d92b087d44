/* SPDX-License-Identifier: Apache-2.0
 *
 * Pages of a space are taken back: their descriptors are cleared, TLBs and ATCs are invalidated, and then their frames
 * go back to the allocator (SMMU-ATCINV); or in an order that is wrong. The regions of the space stay: a page that is
 * asked for again is mapped again.
 */
#include "driver/access.h"
#include "driver/memory/memory.h"
#include "driver/step.h"

enum step { STEP_END, STEP_TLBI, STEP_ATC_INV, STEP_SYNC, STEP_FREE, STEPS };
enum { STEPS_MAX = 6 };

static const uint8_t orders[PRISIM_DRIVER_UNMAP_ORDERS][STEPS_MAX] = {
    [PRISIM_DRIVER_UNMAP_RIGHT] = {STEP_TLBI, STEP_SYNC, STEP_ATC_INV, STEP_SYNC, STEP_FREE},
    [PRISIM_DRIVER_UNMAP_FREE_FIRST] = {STEP_FREE, STEP_TLBI, STEP_SYNC, STEP_ATC_INV, STEP_SYNC},
    [PRISIM_DRIVER_UNMAP_NO_ATC_INV] = {STEP_TLBI, STEP_SYNC, STEP_FREE},
    [PRISIM_DRIVER_UNMAP_NO_TLBI] = {STEP_ATC_INV, STEP_SYNC, STEP_FREE},
    [PRISIM_DRIVER_UNMAP_ATC_INV_FIRST] = {STEP_ATC_INV, STEP_SYNC, STEP_TLBI, STEP_SYNC, STEP_FREE},
    [PRISIM_DRIVER_UNMAP_NO_SYNC] = {STEP_TLBI, STEP_ATC_INV, STEP_FREE},
};

static uint64_t size_of(const struct task *t)
{
    return (uint64_t)t->call.stimulus.pages * PAGE_BYTES;
}

static bool is_possible(const struct edge *e, const struct task *t)
{
    const struct prisim_driver_stimulus *s = &t->call.stimulus;
    return s->space < e->config->spaces && s->order < PRISIM_DRIVER_UNMAP_ORDERS && s->pages &&
           s->address % PAGE_BYTES == 0 && s->address >> 48 == 0 && size_of(t) <= (UINT64_C(1) << 48) - s->address;
}

#define OF_SPACE .space = t->call.stimulus.space + 1, .call = t->call.stimulus.call

static bool clear(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->page_space = (uint8_t)t->call.stimulus.space;
    t->page_address = t->call.stimulus.address;
    t->call.frames = 0;
    while (page_table_next(e, t, t->call.stimulus.address + size_of(t))) {
        STEP_TO_PORT(e->config->price.store, PRISIM_DRIVER_TX_MEMORY);
        if (page_table_clear(e, t, &t->call.frames))
            ANSWER();
        t->page_address += PAGE_BYTES;
    }
    END;
}

static bool run_step(struct edge *e, struct task *t, uint16_t *pc)
{
    static bool (*const run[STEPS])(struct edge *, struct task *, uint16_t *) = {
        [STEP_TLBI] = range_tlbi, [STEP_ATC_INV] = range_atc_inv, [STEP_SYNC] = range_sync, [STEP_FREE] = range_free};
    return run[orders[t->call.stimulus.order][t->call.next_step]](e, t, pc);
}

bool driver_unmap(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    HOLD(PRISIM_EVENT_DRIVER_UNMAP);
    STEP(e->config->price.compute);
    if (!is_possible(e, t)) {
        EMIT(driver_refused, .stream_id = 0, .pasid = PRISIM_PASID_NONE, .call = t->call.stimulus.call,
             .cause = PRISIM_CAUSE_REFUSED);
        FINISH;
    }
    EMIT(driver_unmap, OF_SPACE, .address = t->call.stimulus.address, .size = size_of(t),
         .order = t->call.stimulus.order);
    CALL(clear);
    HOLD(PRISIM_EVENT_DRIVER_UNMAP_CLEARED);
    STEP(e->config->price.compute);
    EMIT(driver_unmap_cleared, OF_SPACE);
    for (t->call.next_step = 0; orders[t->call.stimulus.order][t->call.next_step] != STEP_END; t->call.next_step++)
        CALL(run_step);
    HOLD(PRISIM_EVENT_DRIVER_UNMAPPED);
    STEP(e->config->price.compute);
    EMIT(driver_unmapped, OF_SPACE);
    END;
}
