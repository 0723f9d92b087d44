/* SPDX-License-Identifier: Apache-2.0
 *
 * The hardware PRI queue, from the SMMU's port to the copy that software makes: which record stands in which slot, what
 * was dropped, what the queue answers by itself. The queue decides in the order of the port, one decision a request.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tb/checkers_state.h"

static struct request *decided(struct checkers *c)
{
    struct request *request = pool_get(&c->requests, fifo_pop(&c->at_port));
    return request != NULL && request->pool.live ? request : NULL;
}

static struct slot *slot_of(struct checkers *c, uint64_t slot, uint64_t lap)
{
    uint32_t place = (uint32_t)(2 * slot + (lap & 1)) & c->queue_mask;
    if (place >= c->slots) {
        uint32_t slots = c->slots ? c->slots : 64;
        while (slots <= place)
            slots *= 2;
        struct slot *larger = tables_memory(slots, sizeof *larger);
        if (c->slots)
            memcpy(larger, c->slot, c->slots * sizeof *larger);
        free(c->slot);
        c->slot = larger;
        c->slots = slots;
    }
    return &c->slot[place];
}

/* pri_queue.accept: slot lap stream_id pasid prgi address access */
void on_accept(struct checkers *c, const struct event *event)
{
    struct request *request = decided(c);
    struct slot *slot = slot_of(c, event->field[0], event->field[1]);
    *slot = (struct slot){.request = request ? request->pool.self : 0,
                          .pasid = event->field[3],
                          .prg_index = (uint16_t)event->field[4],
                          .address = event->field[5],
                          .access = (uint8_t)event->field[6],
                          .state = SLOT_ACCEPTED};
    struct group *group = request ? pool_get(&c->groups, request->group) : NULL;
    if (group != NULL && group->pool.live) {
        request->queued = true;
        group->queued++;
    }
}

/* pri_queue.write: slot lap ... */
void on_write(struct checkers *c, const struct event *event)
{
    struct slot *slot = slot_of(c, event->field[0], event->field[1]);
    if (slot->state == SLOT_ACCEPTED)
        slot->state = SLOT_WRITTEN;
}

/* Remembers what the queue may answer. smmuv3 4.4: rows 4 and 5 answer Last=1 only, the other rows all; a marker never
 * has an answer. The oldest of DROPS_KEPT is forgotten: automatic responses come within a few edges. */
static void dropped(struct checkers *c, struct request *request, uint64_t stream_id, unsigned prg_index, bool all)
{
    struct drop *drop = &c->drop[c->drops++ % DROPS_KEPT];
    *drop = (struct drop){.group = request ? request->group : 0,
                          .stream_id = stream_id,
                          .prg_index = (uint16_t)prg_index,
                          .marker = request && request->marker,
                          .open = true};
    drop->answerable = request && !request->marker && (all || (request->access & ACCESS_LAST));
    c->counters[COUNTER_DROPPED]++;
}

/* pri_queue.drop: stream_id pasid prgi address access cause */
void on_drop(struct checkers *c, const struct event *event)
{
    struct request *request = decided(c);
    bool overflow = event->field[5] == CAUSE_OVERFLOW_ACTIVE || event->field[5] == CAUSE_QUEUE_FULL;
    dropped(c, request, event->field[0], (unsigned)event->field[2], !overflow);
    if (request != NULL)
        request_lost(c, request, event->cycle, "dropped by the PRI queue");
}

/* pri_queue.lost: slot lap stream_id pasid prgi access cause */
void on_lost(struct checkers *c, const struct event *event)
{
    struct slot *slot = slot_of(c, event->field[0], event->field[1]);
    struct request *request = pool_get(&c->requests, slot->request);
    if (request != NULL && !request->pool.live)
        request = NULL;
    *slot = (struct slot){.state = SLOT_EMPTY};
    dropped(c, request, event->field[2], (unsigned)event->field[4], event->field[6] == CAUSE_WRITE_ABORT);
    if (request != NULL)
        request_lost(c, request, event->cycle, "lost as its record could not be written");
}

/* What the queue answers now: the oldest dropped request of that group that has an answer by the rules; failing that,
 * what has none, and a marker last. */
static struct drop *find_drop(struct checkers *c, uint64_t stream_id, uint64_t prg_index)
{
    struct drop *second = NULL, *marker = NULL;
    uint32_t from = c->drops > DROPS_KEPT ? c->drops - DROPS_KEPT : 0;
    for (uint32_t i = from; i < c->drops; i++) {
        struct drop *drop = &c->drop[i % DROPS_KEPT];
        if (!drop->open || drop->stream_id != stream_id || drop->prg_index != prg_index)
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

/* pri_queue.response: stream_id pasid prgi code cause */
void on_auto_response(struct checkers *c, const struct event *event)
{
    struct drop *drop = find_drop(c, event->field[0], event->field[2]);
    uint64_t group = 0;
    if (drop != NULL) {
        drop->open = false;
        group = drop->group;
        char words[WORDS_MAX];
        if (drop->marker)
            checkers_hit(c, HAZARD_STOP_MARKER_ANSWERED, event->cycle,
                         "the PRI queue answered a Stop Marker of %s at cycle %" PRIu64,
                         words_pasid(c, event->field[0], event->field[1], words), event->cycle);
    }
    fifo_push(&c->automatic, response_new(c, group)->pool.self);
}

/* A record that is not in memory yet, and one that memory does not say, are both read too early. */
bool queue_take(struct checkers *c, const struct event *take, struct request **request)
{
    struct slot *slot = slot_of(c, take->field[1], take->field[2]);
    enum { COMPARED = ACCESS_READ | ACCESS_WRITE | ACCESS_LAST };
    *request = NULL;
    if (slot->state != SLOT_WRITTEN || slot->pasid != take->field[4] || slot->prg_index != take->field[5] ||
        slot->address >> 12 != take->field[6] >> 12 || ((slot->access ^ take->field[7]) & COMPARED))
        return false;
    *request = pool_get(&c->requests, slot->request);
    if (*request != NULL && !(*request)->pool.live)
        *request = NULL;
    *slot = (struct slot){.state = SLOT_EMPTY};
    return true;
}

/* pri_queue.prod: prod ovflg */
void on_prod(struct checkers *c, const struct event *event)
{
    c->prod = (uint32_t)event->field[0];
    uint64_t entries = (c->prod - c->cons) & c->queue_mask;
    if (entries > c->counters[COUNTER_QUEUE_PEAK])
        c->counters[COUNTER_QUEUE_PEAK] = entries;
}

static void flags_changed(struct checkers *c, cycle_t cycle)
{
    if (c->ovflg != c->ovackflg) {
        if (c->overflow_since == CYCLE_NEVER)
            c->overflow_since = cycle;
    } else if (c->overflow_since != CYCLE_NEVER) {
        c->counters[COUNTER_OVERFLOW_CYCLES] += cycle - c->overflow_since;
        c->overflow_since = CYCLE_NEVER;
    }
}

/* pri_queue.overflow: prod ovflg */
void on_overflow(struct checkers *c, const struct event *event)
{
    c->ovflg = event->field[1];
    flags_changed(c, event->cycle);
    checkers_hit(c, HAZARD_QUEUE_OVERFLOW, event->cycle, "the PRI queue overflowed at cycle %" PRIu64, event->cycle);
}

/* pri_queue.cons: cons ovackflg */
void on_cons(struct checkers *c, const struct event *event)
{
    c->cons = (uint32_t)event->field[0];
    c->ovackflg = event->field[1];
    flags_changed(c, event->cycle);
}

void queue_finish(struct checkers *c, cycle_t end)
{
    if (c->overflow_since != CYCLE_NEVER && end > c->overflow_since)
        c->counters[COUNTER_OVERFLOW_CYCLES] += end - c->overflow_since;
}
