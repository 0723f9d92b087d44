/* SPDX-License-Identifier: Apache-2.0
 *
 * What is found for a page request: the look-up of its binding, when it is made (resolve_at) and by whose PASID
 * (resolve_by); what was found, kept from then until the group is answered; and the reference that it holds meanwhile.
 */
#include "driver/state.h"

size_t found_bytes(const struct prisim_driver_config *config)
{
    return found_is_kept(config) ? sizeof(struct found) * DRIVER_ITEMS : 0;
}

const struct found *found_of(const struct prisim_driver *d, uint16_t item)
{
    assert(item < DRIVER_ITEMS && d->places.found < d->places.pasids);
    return (const struct found *)(const void *)((const char *)d + d->places.found) + item;
}

/* The same, that is going to be written. */
static struct found *found_write(struct prisim_driver *d, uint16_t item)
{
    struct found *found = (struct found *)(void *)((char *)d + d->places.found) + item;
    assert(item < DRIVER_ITEMS && d->places.found < d->places.pasids);
    prisim_touch(&d->touched, found, sizeof *found);
    return found;
}

/* UNBIND-P16: it came before what the PASID is bound to now (older.c). */
static bool is_older(const struct edge *e, const struct pasid *pasid, const struct item *item)
{
    return e->driver->filters && item_entry(e->driver, item) < pasid->older;
}

/* What a look-up by the item's PASID finds at this edge. */
struct found found_now(const struct edge *e, const struct item *item)
{
    const struct pasid *pasid = pasid_find(e, item->stream_id, item->has_pasid, item->pasid);
    const bool refused = item->scanned == PRISIM_DRIVER_SCAN_REWRITE + 1; /* UNBIND-STEP-19 */
    if (pasid && pasid->in_lookup && !is_older(e, pasid, item) && !refused)
        return (struct found){.binding = pasid->binding,
                              .place = pasid_place(e, pasid),
                              .space = (uint8_t)(pasid->space + 1),
                              .space_life = e->driver->space[pasid->space].life,
                              .cause = PRISIM_CAUSE_BOUND};
    enum prisim_cause cause = refused                                            ? PRISIM_CAUSE_SCANNED
                              : pasid && pasid->state == (uint8_t)PASID_DRAINING ? PRISIM_CAUSE_DRAINING
                                                                                 : PRISIM_CAUSE_NOT_BOUND;
    return (struct found){.cause = (uint8_t)cause};
}

/* The Last of a group, from any of its items: by its PASID all of it may be looked up, and it has the answer. */
uint16_t found_last(const struct prisim_driver *d, uint16_t item)
{
    while (d->item[item].next != ITEM_NONE)
        item = d->item[item].next;
    return item;
}

/* Who finds a handle that unbind has given back gets no reference to it. */
static void keep(struct edge *e, uint16_t item, struct found found)
{
    found.looked_up = 1;
    found.held = found.space && e->config->reference != PRISIM_DRIVER_REFERENCE_NONE &&
                 pasid_at(e, found.place)->state != (uint8_t)PASID_FREE;
    *found_write(e->driver, item) = found;
}

/* The items from there to the end of the group, by the PASID of the Last. */
static void keep_for_all(struct edge *e, uint16_t head, struct found found)
{
    for (uint16_t i = head; i != ITEM_NONE; i = e->driver->item[i].next)
        keep(e, i, found);
}

/* S0 */
void found_at_take(struct edge *e, uint16_t index)
{
    const struct item *item = &e->driver->item[index];
    if (e->config->resolve_at != PRISIM_DRIVER_RESOLVE_AT_TAKE || prisim_is_stop_marker(item->has_pasid, item->access))
        return;
    if (e->config->resolve_by == PRISIM_DRIVER_RESOLVE_BY_EACH || (item->access & PRISIM_ACCESS_LAST))
        keep(e, index, found_now(e, item));
}

/* S1 of the group's Last, with which the whole group goes to the workers. */
void found_at_enqueue(struct edge *e, uint16_t head)
{
    const struct prisim_driver *d = e->driver;
    bool by_last = e->config->resolve_by == PRISIM_DRIVER_RESOLVE_BY_LAST;
    uint16_t last = found_last(d, head);
    if (e->config->resolve_at == PRISIM_DRIVER_RESOLVE_AT_SERVE)
        return;
    if (by_last && e->config->resolve_at == PRISIM_DRIVER_RESOLVE_AT_TAKE)
        keep_for_all(e, head, *found_of(d, last));
    else if (by_last)
        keep_for_all(e, head, found_now(e, &d->item[last]));
    else if (e->config->resolve_at == PRISIM_DRIVER_RESOLVE_AT_ENQUEUE)
        for (uint16_t i = head; i != ITEM_NONE; i = d->item[i].next)
            keep(e, i, found_now(e, &d->item[i]));
}

/* S2: what a worker goes by for its item. If that was found earlier, it is the handle that was: the space is got from
 * it now. */
struct found found_for_worker(struct edge *e, const struct task *t)
{
    const struct prisim_driver *d = e->driver;
    const struct found *found = found_of(d, t->work.item);
    if (found->looked_up && found->space)
        object_access(e, t, PRISIM_DRIVER_OBJECT_HANDLE, object_handle_id(e, found->place), found->binding);
    else if (!found->looked_up && e->config->resolve_by == PRISIM_DRIVER_RESOLVE_BY_LAST)
        keep_for_all(e, t->work.item, found_now(e, &d->item[found_last(d, t->work.item)]));
    else if (!found->looked_up)
        keep(e, t->work.item, found_now(e, &d->item[t->work.item]));
    return *found;
}

/* Items of the pool that hold that handle. They are few and asked for rarely: no count is kept. */
bool found_references(const struct edge *e, uint32_t binding)
{
    for (uint32_t i = 0; i < DRIVER_ITEMS; i++) {
        const struct found *found = found_of(e->driver, (uint16_t)i);
        if (found->held && found->binding == binding)
            return true;
    }
    return false;
}

/* The last reference is gone: U6 need wait no longer; or was before, and the handle is freed now. */
static void unreferenced(struct edge *e, const struct found *found)
{
    const struct pasid *pasid = pasid_at(e, found->place);
    if (pasid->binding != found->binding || pasid->state == (uint8_t)PASID_FREE)
        object_handle_freed(e, found->place, found->binding, found->space - 1u);
    if (e->driver->waiters[WAIT_REFERENCE])
        task_wake(e->driver, WAIT_REFERENCE, UINT32_MAX);
}

/* A worker that has found the handle has not answered yet, whatever `reference` says; or a request holds it, which had
 * found it before it came to a worker. */
bool found_is_used(const struct edge *e, uint32_t binding)
{
    for (uint32_t left = e->driver->busy_workers; left; left &= left - 1)
        if (e->driver->task[__builtin_ctz(left)].work.binding == binding)
            return true;
    return e->config->reference != PRISIM_DRIVER_REFERENCE_NONE && found_references(e, binding);
}

/* A worker has answered: those that need not wait for a handle any more go on. */
void found_answered(struct edge *e)
{
    for (uint32_t left = e->driver->waiters[WAIT_REFERENCE]; left; left &= left - 1) {
        const struct task *t = &e->driver->task[__builtin_ctz(left)];
        if (!found_is_used(e, call_entry(e, t)->binding))
            task_wake(e->driver, WAIT_REFERENCE, UINT32_C(1) << t->index);
    }
}

/* The items from that one on go back to the pool. */
void found_give_back(struct edge *e, uint16_t head)
{
    for (uint16_t i = head; i != ITEM_NONE; i = e->driver->item[i].next) {
        struct found old = *found_of(e->driver, i);
        *found_write(e->driver, i) = (struct found){0};
        if (old.held && !found_references(e, old.binding))
            unreferenced(e, &old);
    }
}

/* The life of a space is nobody's business but with bonds: an mm has one. */
void found_canonical(const struct prisim_driver_config *config, const struct found *found, struct prisim_canonical *to)
{
    prisim_canonical_word(to, (uint64_t)found->looked_up << 24 | (uint64_t)found->held << 16 |
                                  (uint64_t)found->cause << 8 | found->space);
    if (!found->space)
        return;
    prisim_canonical_word(to, found->place);
    prisim_canonical_name(to, PRISIM_CANONICAL_BINDING, found->binding);
    if (config->space_life == PRISIM_DRIVER_SPACE_LIFE_BOND)
        prisim_canonical_name(to, PRISIM_CANONICAL_BINDING, found->space_life);
}
