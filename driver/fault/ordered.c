/* SPDX-License-Identifier: Apache-2.0
 *
 * A work queue on which groups of one function and PASID are served one after the other, and others beside them. Groups
 * are not begun in the order in which they came, so that who flushes the queue asks each for its number (waiters.c).
 */
#include "driver/fault/group.h"

/* A worker has a group of that PASID, from when it took it until it is answered. A group's PASID is that of its Last,
 * by which it is answered. */
static bool is_served(const struct prisim_driver *d, uint16_t head)
{
    const struct item *item = &d->item[found_last(d, head)];
    for (uint32_t left = d->busy_workers; left; left &= left - 1) {
        const struct item *other = &d->item[found_last(d, d->task[__builtin_ctz(left)].work.head)];
        if (other->stream_id == item->stream_id && other->has_pasid == item->has_pasid && other->pasid == item->pasid)
            return true;
    }
    return false;
}

uint16_t ordered_next(const struct prisim_driver *d, uint16_t *before)
{
    *before = ITEM_NONE;
    uint16_t head = d->work_head;
    while (head != ITEM_NONE && is_served(d, head)) {
        *before = head;
        head = d->item[head].next_group;
    }
    return head;
}
