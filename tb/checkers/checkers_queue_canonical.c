/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the hardware PRI queue as the checkers know it (checkers_canonical.c): from CONS on.
 */
#include "tb/checkers/checkers_canonical.h"

/* A request that the queue still decides on; one that is over only keeps its turn. */
static void tell_live(const struct checkers *c, uint64_t reference)
{
    const struct request *request = pool_get(&c->requests.pool, reference);
    tell_request(c, request != NULL && request->pool.live ? request : NULL);
}

static void tell_entry(const struct checkers *c, const struct queue_entry *entry, uint32_t from_cons)
{
    struct telling *t = c->telling;
    const struct request *request = pool_get(&c->requests.pool, entry->request);
    tell_word(t, from_cons);
    tell_word(t, entry->state);
    tell_live(c, entry->request);
    tell_word(t, entry->pasid);
    tell_word(t, entry->address >> 12);
    tell_word(t, entry->access & ENTRY_COMPARED);
    if (request != NULL)
        prisim_canonical_prg(t->to, c->function[request->endpoint].stream_id, entry->prg_index);
    else
        tell_word(t, entry->prg_index);
}

static void tell_entries(const struct checkers *c)
{
    struct telling *t = c->telling;
    uint32_t log2 = c->queue.log2;
    list_begin(t);
    for (uint32_t i = 0; i < c->queue.slots; i++) {
        const struct queue_entry *entry = &c->queue.slot[i];
        uint32_t index = (i & 1) << log2 | i >> 1;
        if (entry->state != ENTRY_EMPTY)
            list_add(t, (struct listed){.key = {queue_index_distance(index, c->queue.cons, log2)}, .record = entry});
    }
    list_end(t);
    for (uint32_t i = 0; i < t->count; i++)
        tell_entry(c, t->list[i].record, (uint32_t)t->list[i].key[0]);
}

static void tell_drops(const struct checkers *c)
{
    struct telling *t = c->telling;
    tell_word(t, c->queue.drops);
    for (uint32_t i = 0; i < c->queue.drops; i++) {
        const struct drop *drop = &c->queue.drop[i];
        tell_group(c, pool_get(&c->groups.pool, drop->group));
        tell_word(t, drop->stream_id);
        prisim_canonical_prg(t->to, (uint32_t)drop->stream_id, drop->prg_index);
        tell_word(t, drop->answerable);
        tell_word(t, drop->marker);
    }
}

void queue_canonical(const struct checkers *c)
{
    struct telling *t = c->telling;
    const struct fifo *at_port = &c->requests.at_port;
    tell_word(t, at_port->count);
    for (uint32_t i = 0; i < at_port->count; i++)
        tell_live(c, fifo_at(at_port, i));
    tell_word(t, queue_index_distance(c->queue.prod, c->queue.cons, c->queue.log2));
    tell_word(t, c->queue.ovflg != c->queue.ovackflg);
    tell_word(t, c->queue.ovflg != c->items.ovackflg);
    tell_entries(c);
    tell_drops(c);
}
