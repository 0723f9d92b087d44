/* SPDX-License-Identifier: Apache-2.0
 *
 * Page requests in software's hands: the pool of items, the list of parked ones (their group's Last is still to come),
 * and the work queue of whole groups. It decides nothing about them.
 */
#include "driver/fault/group.h"

void item_init(struct prisim_driver *d)
{
    for (unsigned i = 0; i < DRIVER_ITEMS; i++)
        d->item[i].next = (uint16_t)(i + 1 < DRIVER_ITEMS ? i + 1 : ITEM_NONE);
    d->free_item = 0;
    d->free_items = DRIVER_ITEMS;
    d->parked_head = d->parked_tail = d->work_head = d->work_tail = d->in_hand = ITEM_NONE;
    d->stall_in_hand = ITEM_NONE;
}

/* Needs a free item. */
uint16_t item_take(struct prisim_driver *d, const struct prisim_page_request *request)
{
    uint16_t index = d->free_item;
    assert(index != ITEM_NONE && d->free_items);
    struct item *item = item_of(d, index);
    d->free_item = item->next;
    d->free_items--;
    *item = (struct item){
        .address = request->address,
        .number = (uint32_t)d->handed, /* one is in hand at a time: the number of its entry (item_entry) */
        .stream_id = request->stream_id,
        .pasid = request->has_pasid ? request->pasid : 0,
        .prg_index = request->prg_index,
        .has_pasid = request->has_pasid,
        .access = request->access,
        .next = ITEM_NONE,
        .next_group = ITEM_NONE,
    };
    return index;
}

/* Gives the items of a group, or one of them, back to the pool. */
void item_free_group(struct edge *e, uint16_t head)
{
    struct prisim_driver *d = e->driver;
    if (found_is_kept(e->config))
        found_give_back(e, head);
    while (head != ITEM_NONE) {
        struct item *item = item_of(d, head);
        uint16_t next = item->next;
        item->next = d->free_item;
        d->free_item = head;
        d->free_items++;
        head = next;
    }
    assert(d->free_items <= DRIVER_ITEMS);
    if (d->waiters[WAIT_ITEM])
        task_wake(d, WAIT_ITEM, UINT32_MAX);
}

void item_park(struct prisim_driver *d, uint16_t index)
{
    assert(d->item[index].next == ITEM_NONE && !(d->item[index].access & PRISIM_ACCESS_LAST));
    if (d->parked_tail == ITEM_NONE)
        d->parked_head = index;
    else
        item_of(d, d->parked_tail)->next = index;
    d->parked_tail = index;
    d->parked++;
}

/* Takes the parked item that `*link` names out of the list. */
static uint16_t unpark(struct prisim_driver *d, uint16_t *link, uint16_t before)
{
    uint16_t index = *link;
    assert(index != ITEM_NONE && d->parked);
    prisim_touch(&d->touched, link, sizeof *link);
    *link = d->item[index].next;
    if (d->parked_tail == index)
        d->parked_tail = before;
    item_of(d, index)->next = ITEM_NONE;
    d->parked--;
    return index;
}

/* A group is (function, PRGI), and all its members have one PASID (PCIE-GROUP). Who does not look at that takes a part
 * that was left over for one of the index's next group, whosesoever (UNBIND-S-22). */
static bool same_group(const struct edge *e, const struct item *a, const struct item *b)
{
    return a->stream_id == b->stream_id && a->prg_index == b->prg_index &&
           (e->config->match_by == PRISIM_DRIVER_MATCH_BY_INDEX ||
            (a->has_pasid == b->has_pasid && a->pasid == b->pasid));
}

/* The group that `last` ends: its parked parts in the order they came, then itself. Returns the first. */
uint16_t item_gather(struct edge *e, uint16_t last)
{
    struct prisim_driver *d = e->driver;
    uint16_t head = last, tail = ITEM_NONE, before = ITEM_NONE;
    uint16_t *link = &d->parked_head;
    while (d->parked && *link != ITEM_NONE) {
        if (!same_group(e, &d->item[*link], &d->item[last])) {
            before = *link;
            link = &d->item[before].next;
            continue;
        }
        uint16_t part = unpark(d, link, before);
        if (tail == ITEM_NONE)
            head = part;
        else
            item_of(d, tail)->next = part;
        tail = part;
        item_of(d, part)->next = last;
    }
    return head;
}

/* The parked parts of one group of that PASID, in the order they came; ITEM_NONE: it has none. */
uint16_t item_gather_parts(struct edge *e, uint32_t stream_id, uint32_t pasid)
{
    struct prisim_driver *d = e->driver;
    uint16_t head = ITEM_NONE, tail = ITEM_NONE, before = ITEM_NONE;
    uint16_t *link = &d->parked_head;
    while (*link != ITEM_NONE) {
        const struct item *item = &d->item[*link];
        if (!item_is_of(item, stream_id, pasid) || (head != ITEM_NONE && item->prg_index != d->item[head].prg_index)) {
            before = *link;
            link = &d->item[before].next;
            continue;
        }
        const uint16_t taken = unpark(d, link, before);
        if (head == ITEM_NONE)
            head = taken;
        else
            item_of(d, tail)->next = taken;
        tail = taken;
    }
    return head;
}

void item_enqueue(struct prisim_driver *d, uint16_t head)
{
    assert(d->item[head].next_group == ITEM_NONE);
    item_of(d, head)->group = (uint32_t)d->work_enqueued;
    if (d->work_tail == ITEM_NONE)
        d->work_head = head;
    else
        item_of(d, d->work_tail)->next_group = head;
    d->work_tail = head;
    d->work_queued++;
    d->work_enqueued++;
    task_wake_first(d, WAIT_WORK);
}

/* The group of the work queue that is served next, and its number; or ITEM_NONE. */
uint16_t item_next_group(struct edge *e, uint64_t *sequence)
{
    struct prisim_driver *d = e->driver;
    uint16_t before = ITEM_NONE, head = d->work_head;
    if (e->config->work_queue == PRISIM_DRIVER_WORK_QUEUE_ORDERED)
        head = ordered_next(d, &before);
    if (head == ITEM_NONE)
        return ITEM_NONE;
    assert(d->work_queued);
    *sequence = item_group(d, head);
    d->work_queued--;
    uint16_t next = d->item[head].next_group;
    if (before == ITEM_NONE)
        d->work_head = next;
    else
        item_of(d, before)->next_group = next;
    if (next == ITEM_NONE)
        d->work_tail = before;
    return head;
}

bool item_is_parked(const struct prisim_driver *d, uint32_t stream_id, uint32_t pasid)
{
    for (uint16_t i = d->parked_head; i != ITEM_NONE; i = d->item[i].next)
        if (item_is_of(&d->item[i], stream_id, pasid))
            return true;
    return false;
}

/* Drops parked items, all or those of one PASID, that were taken before that entry, without an answer: their Last will
 * not come. */
static void discard(struct edge *e, bool all, uint32_t stream_id, uint32_t pasid, uint64_t entry,
                    enum prisim_cause cause)
{
    struct prisim_driver *d = e->driver;
    uint16_t *link = &d->parked_head;
    uint16_t before = ITEM_NONE;
    while (*link != ITEM_NONE) {
        const struct item *item = &d->item[*link];
        if ((!all && !item_is_of(item, stream_id, pasid)) || item_entry(d, item) >= entry) {
            before = *link;
            link = &d->item[before].next;
            continue;
        }
        EMIT(driver_discard, .item = item->number, .stream_id = item->stream_id,
             .pasid = pasid_field(item->has_pasid, item->pasid), .prgi = item->prg_index, .cause = cause);
        item_free_group(e, unpark(d, link, before));
    }
}

void driver_iopf_queue_discard_partial(struct edge *e, bool all, uint32_t stream_id, uint32_t pasid,
                                       enum prisim_cause cause)
{
    discard(e, all, stream_id, pasid, UINT64_MAX, cause);
    assert(!all || (e->driver->parked == 0 && e->driver->parked_tail == ITEM_NONE));
}

void item_discard_before(struct edge *e, uint32_t stream_id, uint32_t pasid, uint64_t entry)
{
    discard(e, false, stream_id, pasid, entry, PRISIM_CAUSE_DRAINED);
}
