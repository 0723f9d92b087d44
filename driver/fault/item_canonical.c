/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of page requests in software's hands. Which place of the pool one has is never seen, nor the order
 * of the free ones: an item is told where it stands in its list, and its number is a name.
 */
#include "driver/state.h"

static const struct item *at(const struct prisim_driver *d, uint16_t index)
{
    return &d->item[index % DRIVER_ITEMS];
}

static void group_canonical(const struct item *item, struct prisim_canonical *to)
{
    prisim_canonical_word(to, (uint64_t)item->stalled << 32 | item->stream_id);
    if (item->stalled)
        prisim_canonical_word(to, item->prg_index);
    else
        prisim_canonical_prg(to, item->stream_id, item->prg_index);
}

/* Parts of several PASIDs may be of one group (match_by). */
static void page_canonical(const struct driver_told *told, uint16_t index, struct prisim_canonical *to)
{
    const struct item *item = at(told->driver, index);
    prisim_canonical_word(to, (uint64_t)item->has_pasid << 32 | item->pasid);
    if (found_is_kept(told->config))
        found_canonical(told->config, found_of(told->driver, index % DRIVER_ITEMS), to);
    prisim_canonical_name(to, PRISIM_CANONICAL_ITEM, item->number);
    prisim_canonical_word(to, item->address);
    prisim_canonical_word(to, item->access | (uint64_t)item->scanned << 8);
    if (told->driver->filters)
        prisim_canonical_word(to, (item->stalled ? told->driver->events_taken : told->driver->taken) -
                                      item_entry(told->driver, item));
}

void item_canonical(const struct driver_told *told, uint16_t index, struct prisim_canonical *to)
{
    prisim_canonical_word(to, index != ITEM_NONE);
    if (index == ITEM_NONE)
        return;
    group_canonical(at(told->driver, index), to);
    page_canonical(told, index, to);
}

/* The items from that one on. `*left` bounds them: no list is longer than the pool. */
static void chain_canonical(const struct driver_told *told, uint16_t index, unsigned *left, struct prisim_canonical *to)
{
    for (; index != ITEM_NONE && *left; index = at(told->driver, index)->next, --*left) {
        prisim_canonical_word(to, 1);
        page_canonical(told, index, to);
    }
    prisim_canonical_word(to, 0);
}

/* A group that a worker has: what it is a group of, and what is left to do; when all is done, the last one is named. */
void item_canonical_rest(const struct driver_told *told, uint16_t head, uint16_t item, struct prisim_canonical *to)
{
    unsigned left = DRIVER_ITEMS;
    group_canonical(at(told->driver, head), to);
    chain_canonical(told, item, &left, to);
}

void item_canonical_lists(const struct driver_told *told, struct prisim_canonical *to)
{
    const struct prisim_driver *d = told->driver;
    unsigned left = DRIVER_ITEMS;
    prisim_canonical_word(to, d->free_items);
    prisim_canonical_word(to, d->parked);
    uint16_t index = d->parked_head;
    for (unsigned i = 0; i < d->parked && left; i++, left--, index = at(d, index)->next)
        item_canonical(told, index, to);
    prisim_canonical_word(to, d->work_queued);
    index = d->work_head;
    for (unsigned i = 0; i < d->work_queued && left; i++, index = at(d, index)->next_group) {
        group_canonical(at(d, index), to);
        chain_canonical(told, index, &left, to);
    }
    item_canonical(told, d->in_hand, to);
    item_canonical(told, d->stall_in_hand, to);
}
