/* SPDX-License-Identifier: Apache-2.0
 *
 * A page request in software's hands, S0 to R0: from the slot to an item, from items to a group on the work queue, from
 * there to a worker and to one response.
 */
#include "tb/view/lives_state.h"

/* item + 1; 0: nobody took it */
static uint32_t item_of(const struct building *b, uint64_t number)
{
    return numbers_get(&b->item_of, number);
}

/* Its request + 1. */
static uint32_t request_of(const struct building *b, uint32_t item)
{
    return item ? b->item[item - 1].request : 0;
}

static void take(struct building *b, const struct prisim_event *event, uint32_t i)
{
    uint32_t request = lives_take_slot(b, event);
    b->item = grow(b->item, b->items, 1, &b->items_room, sizeof *b->item);
    b->item[b->items++] =
        (struct item){.request = request, .step = LIVES_NONE, .last = event->driver_take.access & PRISIM_ACCESS_LAST};
    numbers_put(&b->item_of, event->driver_take.item, (uint32_t)b->items);
    if (request)
        lives_step(b, request - 1, i, LANES_PRI_THREAD);
}

static void end(struct building *b, uint64_t number, uint32_t i, enum life_end end)
{
    uint32_t request = request_of(b, numbers_take(&b->item_of, number));
    if (!request)
        return;
    b->lives->request[request - 1].end = end;
    lives_step(b, request - 1, i, LANES_PRI_THREAD);
}

static void park(struct building *b, const struct prisim_event *event, uint32_t i)
{
    uint32_t request = request_of(b, item_of(b, event->driver_park.item));
    if (request)
        lives_step(b, request - 1, i, LANES_PRI_THREAD);
}

/* A group comes in one go, its Last at the end. */
static void enqueue(struct building *b, const struct prisim_event *event, uint32_t i)
{
    uint32_t place = item_of(b, event->driver_enqueue.item);
    if (!place)
        return;
    struct item *item = &b->item[place - 1];
    if (!b->enqueued) {
        b->worker = grow(b->worker, b->works, 1, &b->works_room, sizeof *b->worker);
        b->worker[b->works++] = 0;
    }
    item->work = (uint32_t)b->works;
    item->before = b->enqueued;
    b->enqueued = item->last ? 0 : place;
    if (item->request)
        item->step = lives_step(b, item->request - 1, i, LANES_WORKER);
}

/* The worker that has the item's group: the first free one, if none has it yet. */
static unsigned worker_of(struct building *b, uint32_t item)
{
    uint32_t work = item ? b->item[item - 1].work : 0;
    if (!work)
        return LANES_WORKER;
    if (!b->worker[work - 1]) {
        unsigned which = 0;
        while (which + 1 < PRISIM_DRIVER_WORKERS_MAX && (b->busy >> which & 1))
            which++;
        b->busy |= UINT32_C(1) << which;
        b->worker[work - 1] = (uint8_t)(LANES_WORKER + which);
    }
    return b->worker[work - 1];
}

static void resolve(struct building *b, const struct prisim_event *event, uint32_t i)
{
    const struct prisim_event_driver_resolve *e = &event->driver_resolve;
    uint32_t item = item_of(b, e->item), request = request_of(b, item);
    unsigned lane = worker_of(b, item);
    b->lives->lane[i] = (uint8_t)lane;
    if (!request)
        return;
    if (b->item[item - 1].step != LIVES_NONE)
        b->lives->step[b->item[item - 1].step].lane = (uint8_t)lane;
    if (e->cause == PRISIM_CAUSE_BOUND)
        b->lives->request[request - 1].served = numbers_get(&b->binding_of_number, e->binding) - 1;
    lives_step(b, request - 1, i, lane);
}

static void page(struct building *b, const struct prisim_event *event, uint32_t i)
{
    uint32_t item = item_of(b, event->driver_page.item), request = request_of(b, item);
    unsigned lane = worker_of(b, item);
    b->lives->lane[i] = (uint8_t)lane;
    if (request)
        lives_step(b, request - 1, i, lane);
}

/* The item is the last of its group, and the others stand before it; or, no_owner_per request, one that is answered
 * alone: its group goes on. Steps of one event are in the order of the group. */
static void respond(struct building *b, const struct prisim_event *event, uint32_t i)
{
    const struct prisim_event_driver_respond *e = &event->driver_respond;
    uint32_t last = numbers_take(&b->item_of, e->item);
    /* One that was never put on the work queue is answered by the PRI thread (pri_handler linux_6_1). */
    const bool by_thread = last && !b->item[last - 1].work;
    unsigned lane = by_thread ? LANES_PRI_THREAD : worker_of(b, last);
    b->lives->lane[i] = (uint8_t)lane;
    const bool all = last && b->item[last - 1].last;
    if (all && !by_thread)
        b->busy &= ~(UINT32_C(1) << (lane - LANES_WORKER));
    struct answer *answer = lives_answer_new(b, e->stream_id, false);
    numbers_put(&b->of_command, e->index, (uint32_t)b->answers);
    for (uint32_t item = last; item; item = all ? b->item[item - 1].before : 0) {
        uint32_t request = b->item[item - 1].request;
        if (!request)
            continue;
        lives_answer_to(b, answer, request - 1);
        lives_step(b, request - 1, i, LANES_SMMU);
    }
}

void lives_software(struct building *b, const struct prisim_event *event, uint32_t i)
{
    switch (event->type) {
    case PRISIM_EVENT_DRIVER_TAKE:
        take(b, event, i);
        return;
    case PRISIM_EVENT_DRIVER_MARKER:
        end(b, event->driver_marker.item, i, LIFE_SEEN);
        return;
    case PRISIM_EVENT_DRIVER_DISCARD:
        end(b, event->driver_discard.item, i, LIFE_DISCARDED);
        return;
    case PRISIM_EVENT_DRIVER_PARK:
        park(b, event, i);
        return;
    case PRISIM_EVENT_DRIVER_ENQUEUE:
        enqueue(b, event, i);
        return;
    case PRISIM_EVENT_DRIVER_RESOLVE:
        resolve(b, event, i);
        return;
    case PRISIM_EVENT_DRIVER_PAGE:
        page(b, event, i);
        return;
    case PRISIM_EVENT_DRIVER_RESPOND:
        respond(b, event, i);
        return;
    case PRISIM_EVENT_DRIVER_KEXEC: /* nobody is at any of them */
        b->busy = 0;
        b->enqueued = 0;
        return;
    }
}
