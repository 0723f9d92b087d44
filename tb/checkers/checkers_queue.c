/* SPDX-License-Identifier: Apache-2.0
 *
 * The hardware PRI queue, from the SMMU's port to the copy that software makes: which record stands in which slot, what
 * was dropped, what the queue answers by itself. The queue decides in the order of the port, one decision a request.
 */
#include <inttypes.h>
#include <string.h>

#include "tb/checkers/checkers_state.h"

enum { QUEUE_SLOTS_MIN = 16 };

static struct request *decided(struct checkers *c)
{
    struct request *request = pool_get(&c->requests.pool, fifo_pop(&c->requests.at_port));
    return request != NULL && request->pool.live ? request : NULL;
}

static struct queue_entry *entry_of(struct checkers *c, uint64_t slot, uint64_t lap)
{
    uint32_t place = 2 * queue_index_slot(slot, c->queue.log2) + (uint32_t)(lap & 1);
    if (place >= c->queue.slots) {
        uint32_t slots = c->queue.slots ? c->queue.slots : QUEUE_SLOTS_MIN;
        while (slots <= place)
            slots *= 2;
        struct queue_entry *larger = arena_take(&c->arena, slots, sizeof *larger);
        if (c->queue.slots)
            memcpy(larger, c->queue.slot, c->queue.slots * sizeof *larger);
        c->queue.slot = larger;
        c->queue.slots = slots;
    }
    return &c->queue.slot[place];
}

/* pri_queue.accept */
void on_accept(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_pri_queue_accept *e = &event->pri_queue_accept;
    struct request *request = decided(c);
    struct queue_entry *slot = entry_of(c, e->slot, e->lap);
    *slot = (struct queue_entry){.request = request ? request->pool.self : 0,
                                 .pasid = e->pasid,
                                 .prg_index = (uint16_t)e->prgi,
                                 .address = e->address,
                                 .access = (uint8_t)e->access,
                                 .state = ENTRY_ACCEPTED};
    struct group *group = request ? pool_get(&c->groups.pool, request->group) : NULL;
    if (group != NULL && group->pool.live) {
        request->queued = true;
        group->queued++;
    }
}

/* pri_queue.write */
void on_write(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_pri_queue_write *e = &event->pri_queue_write;
    struct queue_entry *slot = entry_of(c, e->slot, e->lap);
    if (slot->state == ENTRY_ACCEPTED)
        slot->state = ENTRY_WRITTEN;
}

static void forget(struct checkers *c, struct drop *drop)
{
    size_t behind = (size_t)(&c->queue.drop[--c->queue.drops] - drop);
    memmove(drop, drop + 1, behind * sizeof *drop);
}

/* Remembers what the queue may answer. SMMU-PRIOUTCOME: rows 4 and 5 answer Last=1 only, the other rows all; a marker
 * never has an answer. Of more than DROPS_KEPT without an answer the oldest is forgotten: automatic responses come
 * within a few edges. */
static void dropped(struct checkers *c, struct request *request, uint64_t stream_id, unsigned prg_index, bool all)
{
    if (c->queue.drops == DROPS_KEPT)
        forget(c, c->queue.drop);
    c->queue.drop = tables_grow(&c->arena, c->queue.drop, c->queue.drops, &c->queue.drops_room, sizeof *c->queue.drop);
    struct drop *drop = &c->queue.drop[c->queue.drops++];
    *drop = (struct drop){.group = request ? request->group : 0,
                          .stream_id = stream_id,
                          .prg_index = (uint16_t)prg_index,
                          .marker = request && request->marker};
    drop->answerable = request && !request->marker && (all || (request->access & PRISIM_ACCESS_LAST));
    c->counters[COUNTER_DROPPED]++;
}

/* pri_queue.drop */
void on_drop(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_pri_queue_drop *e = &event->pri_queue_drop;
    struct request *request = decided(c);
    bool overflow = e->cause == PRISIM_CAUSE_OVERFLOW_ACTIVE || e->cause == PRISIM_CAUSE_QUEUE_FULL;
    dropped(c, request, e->stream_id, (unsigned)e->prgi, !overflow);
    if (request != NULL)
        request_lost(c, request, event->cycle, "dropped by the PRI queue");
}

/* pri_queue.lost */
void on_lost(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_pri_queue_lost *e = &event->pri_queue_lost;
    struct queue_entry *slot = entry_of(c, e->slot, e->lap);
    struct request *request = pool_get(&c->requests.pool, slot->request);
    if (request != NULL && !request->pool.live)
        request = NULL;
    *slot = (struct queue_entry){.state = ENTRY_EMPTY};
    dropped(c, request, e->stream_id, (unsigned)e->prgi, e->cause == PRISIM_CAUSE_WRITE_ABORT);
    if (request != NULL)
        request_lost(c, request, event->cycle, "lost as its record could not be written");
}

/* What the queue answers now: the oldest dropped request of that group that has an answer by the rules; failing that,
 * what has none, and a marker last. */
static struct drop *find_drop(struct checkers *c, uint64_t stream_id, uint64_t prg_index)
{
    struct drop *second = NULL, *marker = NULL;
    for (uint32_t i = 0; i < c->queue.drops; i++) {
        struct drop *drop = &c->queue.drop[i];
        if (drop->stream_id != stream_id || drop->prg_index != prg_index)
            continue;
        if (drop->answerable)
            return drop;
        if (drop->marker)
            marker = marker ? marker : drop;
        else
            second = second ? second : drop;
    }
    return second ? second : marker;
}

/* pri_queue.response */
void on_auto_response(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_pri_queue_response *e = &event->pri_queue_response;
    struct drop *drop = find_drop(c, e->stream_id, e->prgi);
    uint64_t group = 0;
    if (drop != NULL) {
        group = drop->group;
        char words[WORDS_MAX];
        if (drop->marker)
            checkers_hit(c, HAZARD_STOP_MARKER_ANSWERED, event->cycle,
                         "the PRI queue answered a Stop Marker of %s at cycle %" PRIu64,
                         words_pasid(c, e->stream_id, e->pasid, words), event->cycle);
        forget(c, drop);
    }
    const struct group *meant = pool_get(&c->groups.pool, group);
    fifo_push(&c->arena, &c->answers.automatic, response_new(c, group, meant ? meant->binding : 0)->pool.self);
}

/* A record that is not in memory yet, and one that memory does not say, are both read too early. */
bool queue_take(struct checkers *c, const struct prisim_event *take, struct request **request)
{
    const struct prisim_event_driver_take *e = &take->driver_take;
    struct queue_entry *slot = entry_of(c, e->slot, e->lap);
    *request = NULL;
    if (slot->state != ENTRY_WRITTEN || slot->pasid != e->pasid || slot->prg_index != e->prgi ||
        slot->address >> 12 != e->address >> 12 || ((slot->access ^ e->access) & ENTRY_COMPARED))
        return false;
    *request = pool_get(&c->requests.pool, slot->request);
    if (*request != NULL && !(*request)->pool.live)
        *request = NULL;
    *slot = (struct queue_entry){.state = ENTRY_EMPTY};
    if (*request != NULL)
        place_request(c, *request, PLACE_IN_HAND);
    return true;
}

static void flags_changed(struct checkers *c, prisim_cycle_t cycle)
{
    if (c->queue.ovflg != c->queue.ovackflg) {
        if (c->queue.overflow_since == PRISIM_CYCLE_NEVER)
            c->queue.overflow_since = cycle;
    } else if (c->queue.overflow_since != PRISIM_CYCLE_NEVER) {
        c->counters[COUNTER_OVERFLOW_CYCLES] += cycle - c->queue.overflow_since;
        c->queue.overflow_since = PRISIM_CYCLE_NEVER;
    }
}

/* driver.smmu_off, of another life: what stands in the queue is nobody's, and the next one begins at 0 unless the
 * driver leaves PROD as it is. */
void queue_smmu_off(struct checkers *c, prisim_cycle_t cycle)
{
    for (uint32_t i = 0; i < c->queue.slots; i++) {
        struct request *request = pool_get(&c->requests.pool, c->queue.slot[i].request);
        if (request != NULL && request->pool.live)
            request_done(c, request);
        c->queue.slot[i] = (struct queue_entry){.state = ENTRY_EMPTY};
    }
    if (c->scenario->system.driver.kexec_prod == PRISIM_DRIVER_KEXEC_PROD_STALE)
        return;
    c->queue.prod = c->queue.cons = 0;
    c->queue.ovflg = c->queue.ovackflg = false;
    flags_changed(c, cycle);
}

/* H2: the records up to PROD are visible. */
static void visible(struct checkers *c, uint32_t from, uint32_t to)
{
    uint32_t log2 = c->queue.log2;
    for (uint32_t at = from; at != to; at = queue_index_of(at + 1, log2)) {
        const struct queue_entry *slot = entry_of(c, queue_index_slot(at, log2), queue_index_lap(at, log2));
        struct request *request = pool_get(&c->requests.pool, slot->request);
        if (request != NULL && request->pool.live && slot->state == ENTRY_WRITTEN)
            place_request(c, request, PLACE_QUEUE);
    }
}

/* pri_queue.prod */
void on_prod(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_pri_queue_prod *e = &event->pri_queue_prod;
    visible(c, queue_index_of(c->queue.prod, c->queue.log2), queue_index_of(e->prod, c->queue.log2));
    c->queue.prod = (uint32_t)e->prod;
    uint64_t entries = queue_index_distance(c->queue.prod, c->queue.cons, c->queue.log2);
    if (entries > c->counters[COUNTER_QUEUE_PEAK])
        c->counters[COUNTER_QUEUE_PEAK] = entries;
}

/* pri_queue.overflow */
void on_overflow(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_pri_queue_overflow *e = &event->pri_queue_overflow;
    c->queue.ovflg = e->ovflg;
    flags_changed(c, event->cycle);
    checkers_hit(c, HAZARD_QUEUE_OVERFLOW, event->cycle, "the PRI queue overflowed at cycle %" PRIu64, event->cycle);
}

/* pri_queue.cons */
void on_cons(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_pri_queue_cons *e = &event->pri_queue_cons;
    c->queue.cons = (uint32_t)e->cons;
    c->queue.ovackflg = e->ovackflg;
    flags_changed(c, event->cycle);
}

void queue_finish(struct checkers *c, prisim_cycle_t end)
{
    if (c->queue.overflow_since != PRISIM_CYCLE_NEVER && end > c->queue.overflow_since)
        c->counters[COUNTER_OVERFLOW_CYCLES] += end - c->queue.overflow_since;
}
