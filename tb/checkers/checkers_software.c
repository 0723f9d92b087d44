/* SPDX-License-Identifier: Apache-2.0
 *
 * A page request in software's hands, S0..R0: from the slot to an item, from the item to an address space, from a group
 * of items to one response. Here the question of the project is answered: in whose space was it served?
 */
#include <inttypes.h>
#include <stdio.h>

#include "tb/checkers/checkers_state.h"

static struct request *request_of_item(struct checkers *c, const struct item *item)
{
    return item ? pool_get(&c->requests.pool, item->request) : NULL;
}

/* The item is answered, discarded or was a marker; its request is nowhere any more. */
static void item_done(struct checkers *c, struct item *item)
{
    struct request *request = request_of_item(c, item);
    if (request != NULL)
        request_done(c, request);
    map_take(&c->items.of, item->number);
    pool_give_back(&c->arena, &c->items.pool, item);
}

/* driver.take */
void on_take(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_take *e = &event->driver_take;
    const bool stalled = stall_is_item(e->item);
    struct item *old = item_get(c, e->item);
    if (old != NULL)
        item_done(c, old);
    struct request *request = stalled ? stall_taken(c, event) : NULL;
    if (!stalled && !queue_take(c, event, &request))
        checkers_hit(c, HAZARD_STALE_RECORD_READ, event->cycle,
                     "software copied slot %" PRIu64 " (lap %" PRIu64 ") at cycle %" PRIu64
                     " and got something else than the record that belongs there",
                     e->slot, e->lap, event->cycle);
    struct item *item = pool_take(&c->arena, &c->items.pool);
    item->number = e->item;
    item->request = request ? request->pool.self : 0;
    item->stream_id = e->stream_id;
    item->pasid = e->pasid;
    item->prg_index = (uint16_t)e->prgi;
    item->last = e->access & PRISIM_ACCESS_LAST;
    map_put(&c->arena, &c->items.of, item->number, item->pool.self);
}

/* driver.kexec: what software had in hand nobody has any more. Of a stalled access the SMMU still waits for the answer.
 */
void items_kexec(struct checkers *c)
{
    for (uint32_t i = 0; i < c->items.pool.records; i++) {
        struct item *item = pool_at(&c->items.pool, i);
        if (item == NULL)
            continue;
        if (stall_is_item(item->number))
            item->request = 0;
        item_done(c, item);
    }
    c->items.enqueued = 0;
    c->items.ovackflg = false;
}

/* driver.marker */
void on_marker(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_marker *e = &event->driver_marker;
    struct item *item = item_get(c, e->item);
    if (item == NULL)
        return;
    const struct request *request = request_of_item(c, item);
    struct binding *binding = request && request->marker ? binding_get(c, request->binding) : NULL;
    if (binding != NULL)
        binding->marker_seen = true;
    marker_taken(c, e, request);
    item_done(c, item);
}

/* driver.park */
void on_park(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_park *e = &event->driver_park;
    struct item *item = item_get(c, e->item);
    if (item == NULL)
        return;
    struct request *request = request_of_item(c, item);
    item->parked = true;
    if (request != NULL)
        place_request(c, request, PLACE_PARKED);
}

/* driver.enqueue: A group comes in one go, its Last at the end. */
void on_enqueue(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_enqueue *e = &event->driver_enqueue;
    struct item *item = item_get(c, e->item);
    if (item == NULL)
        return;
    char words[WORDS_MAX], which[WORDS_MAX];
    struct request *request = request_of_item(c, item);
    if (request != NULL)
        place_request(c, request, PLACE_WORK);
    if (item->stale_part)
        checkers_hit(c, HAZARD_STALE_PARTIAL_MERGED, event->cycle,
                     "%s, left over from an overflow, joined a later group of %s at cycle %" PRIu64,
                     request ? words_request(c, request, which) : "a part that nobody sent",
                     words_pasid(c, e->stream_id, e->pasid, words), event->cycle);
    item->parked = false;
    item->before = c->items.enqueued;
    c->items.enqueued = item->last ? 0 : item->pool.self;
}

/* driver.discard */
void on_discard(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_discard *e = &event->driver_discard;
    struct item *item = item_get(c, e->item);
    if (item == NULL)
        return;
    struct request *request = request_of_item(c, item);
    if (request != NULL)
        request_lost(c, request, event->cycle, "discarded by the driver");
    item_done(c, item);
}

/* design 6, `ordering`: a marker passes the requests that a worker still has, and unbind flushes the workers for that
 * (UNBIND-POLICY P3, P5). Once that is over, none of before the marker may be left: driver and function both have said
 * so. A function that sends after it said "stopped" can do it; then the premises say so. */
static void judge_order(struct checkers *c, const struct request *request, prisim_cycle_t cycle)
{
    const struct binding *binding = binding_get(c, request->binding);
    char words[WORDS_MAX];
    if (binding != NULL && binding->marker_seen && binding->drained && request->left < binding->marker)
        checkers_hit(c, HAZARD_ORDERING_SOFTWARE, cycle,
                     "%s was resolved at cycle %" PRIu64 ", after its Stop Marker was seen and its unbind had drained",
                     words_request(c, request, words), cycle);
}

/* driver.resolve: A PASID without an owner is no hit. */
void on_resolve(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_resolve *e = &event->driver_resolve;
    struct item *item = item_get(c, e->item);
    struct request *request = request_of_item(c, item);
    if (request == NULL)
        return;
    place_request(c, request, PLACE_SERVING);
    judge_order(c, request, event->cycle);
    const struct binding *own = binding_get(c, request->binding);
    if (e->cause != PRISIM_CAUSE_BOUND || own == NULL)
        return;
    char words[WORDS_MAX], made[WORDS_MAX];
    if (e->space != own->space || c->life != own->life) {
        item->wrong = true;
        checkers_hit(c, HAZARD_WRONG_ADDRESS_SPACE, event->cycle,
                     "%s made under %s was served in space %s (binding %" PRIu64 ") at cycle %" PRIu64,
                     words_request(c, request, words), words_binding(c, request->binding, made),
                     words_space(c, e->space), e->binding, event->cycle);
    } else if (e->binding != own->number) {
        checkers_hit(c, HAZARD_STALE_BINDING, event->cycle,
                     "%s made under %s was served under binding %" PRIu64 " of the same space at cycle %" PRIu64,
                     words_request(c, request, words), words_binding(c, request->binding, made), e->binding,
                     event->cycle);
    } else {
        item->own = true;
    }
}

/* UNBIND-HAZARD: its own space was found, and somebody who thinks that all is over is served after that. At the very
 * cycle of the end it is no hit. One that found another space is `wrong_address_space` or `stale_binding`, and nothing
 * else.
 */
static bool is_after_end(struct checkers *c, const struct item *item, prisim_cycle_t cycle)
{
    const struct request *request = request_of_item(c, item);
    const struct binding *own = request ? binding_get(c, request->binding) : NULL;
    return item->own && own != NULL && own->ended != PRISIM_CYCLE_NEVER && cycle > own->ended;
}

static void served_after_free(struct checkers *c, struct item *item, prisim_cycle_t cycle, const char *how)
{
    const struct request *request = request_of_item(c, item);
    const struct binding *own = binding_get(c, request->binding);
    char words[WORDS_MAX], made[WORDS_MAX];
    if (item->after_free)
        return;
    item->after_free = true;
    checkers_hit(c, HAZARD_SERVED_AFTER_FREE, cycle,
                 "%s made under %s was %s at cycle %" PRIu64 "; unbind had ended at cycle %" PRIu64,
                 words_request(c, request, words), words_binding(c, request->binding, made), how, cycle, own->ended);
}

/* driver.page */
void on_page(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_page *e = &event->driver_page;
    struct item *item = item_get(c, e->item);
    const struct request *request = request_of_item(c, item);
    if (request == NULL ||
        (e->cause != PRISIM_CAUSE_MAPPED && e->cause != PRISIM_CAUSE_COPIED && e->cause != PRISIM_CAUSE_DIRTIED))
        return;
    bool late = is_after_end(c, item, event->cycle);
    if (!item->wrong && !late)
        return;
    char words[WORDS_MAX];
    words_request(c, request, words);
    if (item->wrong)
        checkers_hit(c, HAZARD_WRONG_ADDRESS_SPACE_MAPPED, event->cycle,
                     "for %s page 0x%" PRIx64 " of space %s was made resident at cycle %" PRIu64, words, e->address,
                     words_space(c, e->space), event->cycle);
    if (item->wrong && e->writable)
        checkers_hit(c, HAZARD_WRONG_ADDRESS_SPACE_WROTE, event->cycle,
                     "for %s page 0x%" PRIx64 " of space %s was made resident writable at cycle %" PRIu64, words,
                     e->address, words_space(c, e->space), event->cycle);
    if (!late)
        return;
    served_after_free(c, item, event->cycle, "made resident");
    checkers_hit(c, HAZARD_SERVED_AFTER_FREE_MAPPED, event->cycle,
                 "for %s page 0x%" PRIx64 " was made resident at cycle %" PRIu64, words, e->address, event->cycle);
}

/* A group's status may come from requests of that group and binding only. */
static void judge_member(struct checkers *c, const struct request *last, const struct request *member,
                         prisim_cycle_t cycle, bool *wrong_response)
{
    if (*wrong_response || last == NULL || (member->group == last->group && member->binding == last->binding))
        return;
    *wrong_response = true;
    char words[WORDS_MAX], other[WORDS_MAX];
    checkers_hit(c, HAZARD_WRONG_RESPONSE, cycle, "the response to %s was computed from %s as well (cycle %" PRIu64 ")",
                 words_request(c, last, words), words_request(c, member, other), cycle);
}

/* The item before it in its group, if it is still there. */
static struct item *member_before(struct checkers *c, const struct item *member)
{
    struct item *before = pool_get(&c->items.pool, member->before);
    return before != NULL && before->pool.live ? before : NULL;
}

/* Whom an answer is for. */
static const char *words_answered(const struct checkers *c, const struct prisim_event_driver_respond *e,
                                  char words[WORDS_MAX])
{
    char whose[WORDS_MAX];
    snprintf(words, WORDS_MAX,
             stall_is_item(e->item) ? "the stalled access with STAG %" PRIu64 " of %s"
                                    : "the group with PRGI %" PRIu64 " of %s",
             e->prgi, words_pasid(c, e->stream_id, e->pasid, whose));
    return words;
}

static void judge_group(struct checkers *c, struct item *last_item, const struct prisim_event *event,
                        struct answer *answer)
{
    const struct prisim_event_driver_respond *e = &event->driver_respond;
    const struct request *last = request_of_item(c, last_item);
    bool wrong_response = false;
    struct item *late = NULL;
    for (struct item *member = last_item; member != NULL; member = member_before(c, member)) {
        const struct request *request = request_of_item(c, member);
        answer->wrong |= member->wrong;
        jobs_member(answer, member, request);
        if (is_after_end(c, member, event->cycle))
            late = member;
        if (request != NULL)
            judge_member(c, last, request, event->cycle, &wrong_response);
    }
    late = e->code == PRISIM_PRG_SUCCESS ? late : NULL;
    if (!answer->wrong && late == NULL)
        return;
    char words[WORDS_MAX];
    words_answered(c, e, words);
    if (answer->wrong)
        checkers_hit(c, HAZARD_WRONG_ADDRESS_SPACE_ANSWERED, event->cycle,
                     "%s was answered from the wrong space at cycle %" PRIu64, words, event->cycle);
    if (late == NULL)
        return;
    served_after_free(c, late, event->cycle, "answered Success");
    checkers_hit(c, HAZARD_SERVED_AFTER_FREE_ANSWERED, event->cycle, "%s was answered Success at cycle %" PRIu64, words,
                 event->cycle);
}

/* No function hears of it, but the SMMU: the access goes on later (checkers_stall.c). */
static void respond_stall(struct checkers *c, struct item *item, const struct prisim_event *event)
{
    struct answer answer = {0};
    if (item == NULL)
        return;
    judge_group(c, item, event, &answer);
    stall_answered(c, item->prg_index, item->request);
    map_take(&c->items.of, item->number);
    pool_give_back(&c->arena, &c->items.pool, item);
}

/* driver.respond: the item is the Last of its group. */
void on_respond(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_respond *e = &event->driver_respond;
    struct item *item = item_get(c, e->item);
    if (stall_is_item(e->item)) {
        respond_stall(c, item, event);
        return;
    }
    const struct request *last = request_of_item(c, item);
    struct answer *answer = response_new(c, last ? last->group : 0, last ? last->binding : 0);
    response_command(c, e->index, answer);
    if (item == NULL)
        return;
    char words[WORDS_MAX];
    if (last != NULL && last->marker)
        checkers_hit(c, HAZARD_STOP_MARKER_ANSWERED, event->cycle, "the driver answered %s at cycle %" PRIu64,
                     words_request(c, last, words), event->cycle);
    judge_group(c, item, event, answer);
    for (struct item *member = item; member != NULL;) {
        struct item *before = member_before(c, member);
        item_done(c, member);
        member = before;
    }
}

/* driver.cons: SMMU-PRIOVF: at the acknowledgement no part of a group may wait for its Last any more. */
void on_software_cons(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_cons *e = &event->driver_cons;
    bool flag = e->ovackflg;
    bool acknowledges = flag != c->items.ovackflg;
    c->items.ovackflg = flag;
    for (uint32_t i = 0; acknowledges && i < c->items.pool.records; i++) {
        struct item *part = pool_at(&c->items.pool, i);
        if (part == NULL || !part->parked || part->stale_part)
            continue;
        bool first = true;
        for (uint32_t k = 0; k < c->items.pool.records && first; k++) {
            const struct item *other = pool_at(&c->items.pool, k);
            first = other == NULL || !other->stale_part || other->stream_id != part->stream_id ||
                    other->pasid != part->pasid || other->prg_index != part->prg_index;
        }
        part->stale_part = true;
        char words[WORDS_MAX];
        if (first)
            checkers_hit(c, HAZARD_PARTIAL_GROUP, event->cycle,
                         "a part of the group with PRGI %u of %s was still parked when the overflow was acknowledged "
                         "at cycle %" PRIu64,
                         part->prg_index, words_pasid(c, part->stream_id, part->pasid, words), event->cycle);
    }
}
