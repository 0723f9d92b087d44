/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of what software has in hand (checkers_canonical.c).
 */
#include "tb/checkers/checkers_canonical.h"

/* A part without its Last: at the next acknowledgement of an overflow it counts, once for each group. */
static void tell_part(const struct checkers *c, const struct item *item)
{
    struct telling *t = c->telling;
    tell_word(t, item->parked);
    tell_word(t, item->stale_part);
    if (!item->parked && !item->stale_part)
        return;
    tell_word(t, item->stream_id);
    tell_word(t, item->pasid);
    prisim_canonical_prg(t->to, (uint32_t)item->stream_id, item->prg_index);
}

/* The item only: it is told in its own turn, if it is still there. */
static void tell_item_name(const struct checkers *c, uint64_t reference)
{
    const struct item *item = pool_get(&c->items.pool, reference);
    if (item != NULL && item->pool.live)
        tell_party(c->telling, PARTY_ITEM, reference, (uint32_t)reference - 1);
    else
        tell_none(c->telling);
}

static void tell_item(const struct checkers *c, const struct item *item)
{
    struct telling *t = c->telling;
    tell_item_name(c, item->pool.self);
    prisim_canonical_name(t->to, PRISIM_CANONICAL_ITEM, item->number);
    tell_request(c, pool_get(&c->requests.pool, item->request));
    tell_item_name(c, item->before);
    tell_word(t, item->last);
    tell_word(t, item->wrong);
    tell_word(t, item->own);
    tell_word(t, item->after_free);
    tell_word(t, item->refused);
    tell_part(c, item);
}

void items_canonical(const struct checkers *c)
{
    struct telling *t = c->telling;
    list_begin(t);
    for (uint32_t i = 0; i < c->items.pool.records; i++) {
        const struct item *item = pool_at(&c->items.pool, i);
        if (item != NULL)
            list_add(t, listed_by_age(0, &c->items.pool, &item->pool));
    }
    list_end(t);
    for (uint32_t i = 0; i < t->count; i++)
        tell_item(c, t->list[i].record);
    tell_item_name(c, c->items.enqueued);
}
