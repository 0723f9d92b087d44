/* SPDX-License-Identifier: Apache-2.0
 *
 * Page requests from the SMMU's port to the copy that software makes. The queue decides in the order of the port, one
 * decision a request.
 */
#include "model/core/queue_index.h"
#include "tb/view/lives_state.h"

enum {
    DROPS_SEARCHED = 64, /* automatic responses come within a few edges */
    LOG2_MAX = 19,       /* SMMU-IDR1.PRIQS */
    PRIQ_BASE = 0xc0,    /* SMMU-PRIQ_BASE, LOG2SIZE in bits 4:0 */
    RECORD_ACCESS = PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE | PRISIM_ACCESS_LAST
};

static uint64_t slot_key(uint64_t slot, uint64_t lap)
{
    return slot << 1 | (lap & 1);
}

/* smmu.page_request: what is not known takes its place in the order all the same. */
void lives_port(struct building *b, const struct prisim_event *event, uint32_t i)
{
    uint32_t carried = numbers_get(&b->of_tlp, event->smmu_page_request.tlp);
    uint32_t request = carried % 2 ? carried / 2 + 1 : 0;
    b->at_port = grow(b->at_port, b->arrived, 1, &b->port_room, sizeof *b->at_port);
    b->at_port[b->arrived++] = request;
    if (request)
        lives_step(b, request - 1, i, LANES_SMMU);
}

static uint32_t decided(struct building *b)
{
    return b->decided < b->arrived ? b->at_port[b->decided++] : 0;
}

static void accepted(struct building *b, const struct prisim_event *event, uint32_t i)
{
    const struct prisim_event_pri_queue_accept *e = &event->pri_queue_accept;
    uint32_t request = decided(b);
    numbers_take(&b->of_slot, slot_key(e->slot, e->lap));
    if (!request)
        return;
    numbers_put(&b->of_slot, slot_key(e->slot, e->lap), request);
    lives_step(b, request - 1, i, LANES_PRI_QUEUE);
}

static void written(struct building *b, const struct prisim_event *event, uint32_t i)
{
    uint32_t request = numbers_get(&b->of_slot, slot_key(event->pri_queue_write.slot, event->pri_queue_write.lap));
    if (!request)
        return;
    b->state[request - 1].written = true;
    lives_step(b, request - 1, i, LANES_PRI_QUEUE);
}

/* SMMU-PRIOUTCOME: rows 4 and 5 answer Last=1 only, the others all; a marker never has an answer. */
static void drop(struct building *b, uint32_t request, const struct dropped *what, bool all, uint32_t i)
{
    b->dropped = grow(b->dropped, b->drops, 1, &b->drops_room, sizeof *b->dropped);
    b->dropped[b->drops] = *what;
    b->dropped[b->drops].request = request;
    if (request) {
        struct life_request *lost = &b->lives->request[request - 1];
        b->dropped[b->drops].answerable = !lost->marker && (all || (lost->access & PRISIM_ACCESS_LAST));
        lost->end = LIFE_DROPPED;
        lives_step(b, request - 1, i, LANES_PRI_QUEUE);
    }
    b->drops++;
}

static void dropped(struct building *b, const struct prisim_event *event, uint32_t i)
{
    const struct prisim_event_pri_queue_drop *e = &event->pri_queue_drop;
    bool overflow = e->cause == PRISIM_CAUSE_OVERFLOW_ACTIVE || e->cause == PRISIM_CAUSE_QUEUE_FULL;
    drop(b, decided(b), &(struct dropped){.stream_id = e->stream_id, .prgi = e->prgi}, !overflow, i);
}

static void lost(struct building *b, const struct prisim_event *event, uint32_t i)
{
    const struct prisim_event_pri_queue_lost *e = &event->pri_queue_lost;
    uint32_t request = numbers_take(&b->of_slot, slot_key(e->slot, e->lap));
    drop(b, request, &(struct dropped){.stream_id = e->stream_id, .prgi = e->prgi},
         e->cause == PRISIM_CAUSE_WRITE_ABORT, i);
}

uint32_t lives_take_dropped(struct building *b, uint64_t stream_id, uint64_t prgi)
{
    struct dropped *best = NULL;
    while (b->drops_from < b->drops && (b->dropped[b->drops_from].done || b->drops - b->drops_from > DROPS_SEARCHED))
        b->drops_from++;
    for (size_t k = b->drops_from; k < b->drops; k++) {
        struct dropped *one = &b->dropped[k];
        if (one->done || one->stream_id != stream_id || one->prgi != prgi || !one->request)
            continue;
        if (one->answerable) {
            best = one;
            break;
        }
        best = best ? best : one;
    }
    if (!best)
        return 0;
    best->done = true;
    return best->request;
}

/* H2: the records up to PROD are visible. */
static void visible(struct building *b, uint64_t prod, uint32_t i)
{
    if (b->log2 < 0)
        return;
    uint32_t log2 = (uint32_t)b->log2, to = queue_index_of(prod, log2);
    for (uint32_t at = queue_index_of(b->prod, log2); at != to; at = queue_index_of(at + UINT64_C(1), log2)) {
        uint32_t request = numbers_get(&b->of_slot, slot_key(queue_index_slot(at, log2), queue_index_lap(at, log2)));
        if (request && b->state[request - 1].written)
            lives_step(b, request - 1, i, LANES_PRI_QUEUE);
    }
    b->prod = prod;
}

uint32_t lives_take_slot(struct building *b, const struct prisim_event *take)
{
    const struct prisim_event_driver_take *e = &take->driver_take;
    uint32_t request = numbers_get(&b->of_slot, slot_key(e->slot, e->lap));
    if (!request || !b->state[request - 1].written)
        return 0;
    const struct life_request *there = &b->lives->request[request - 1];
    if (there->pasid != e->pasid || there->prgi != e->prgi || there->address >> 12 != e->address >> 12 ||
        ((there->access ^ e->access) & RECORD_ACCESS))
        return 0;
    return numbers_take(&b->of_slot, slot_key(e->slot, e->lap));
}

/* Software says how long the queue is. */
static void based(struct building *b, const struct prisim_event_smmu_register *e)
{
    if (e->write && e->offset == PRIQ_BASE)
        b->log2 = (e->value & 31) < LOG2_MAX ? (int)(e->value & 31) : LOG2_MAX;
}

void lives_queue(struct building *b, const struct prisim_event *event, uint32_t i)
{
    switch (event->type) {
    case PRISIM_EVENT_SMMU_REGISTER:
        based(b, &event->smmu_register);
        return;
    case PRISIM_EVENT_PRI_QUEUE_ACCEPT:
        accepted(b, event, i);
        return;
    case PRISIM_EVENT_PRI_QUEUE_WRITE:
        written(b, event, i);
        return;
    case PRISIM_EVENT_PRI_QUEUE_PROD:
        visible(b, event->pri_queue_prod.prod, i);
        return;
    case PRISIM_EVENT_PRI_QUEUE_DROP:
        dropped(b, event, i);
        return;
    case PRISIM_EVENT_PRI_QUEUE_LOST:
        lost(b, event, i);
        return;
    }
}
