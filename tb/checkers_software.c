/* SPDX-License-Identifier: Apache-2.0
 *
 * A page request in software's hands, S0..R0: from the slot to an item, from the item to an address space, from a group
 * of items to one response. Here the question of the project is answered: in whose space was it served?
 */
#include <inttypes.h>

#include "tb/checkers_state.h"

static struct item *item_get(struct checkers *c, uint64_t number)
{
    struct item *item = pool_get(&c->items, map_get(&c->item_of, number));
    return item != NULL && item->pool.live ? item : NULL;
}

static struct request *request_of_item(struct checkers *c, const struct item *item)
{
    return item ? pool_get(&c->requests, item->request) : NULL;
}

/* The item is answered, discarded or was a marker; its request is nowhere any more. */
static void item_done(struct checkers *c, struct item *item)
{
    struct request *request = request_of_item(c, item);
    if (request != NULL)
        request_done(c, request);
    map_take(&c->item_of, item->number);
    pool_give_back(&c->items, item);
}

/* driver.take: item slot lap stream_id pasid prgi address access */
void on_take(struct checkers *c, const struct event *event)
{
    struct item *old = item_get(c, event->field[0]);
    if (old != NULL)
        item_done(c, old);
    struct request *request;
    if (!queue_take(c, event, &request))
        checkers_hit(c, HAZARD_STALE_RECORD_READ, event->cycle,
                     "software copied slot %" PRIu64 " (lap %" PRIu64 ") at cycle %" PRIu64
                     " and got something else than the record that belongs there",
                     event->field[1], event->field[2], event->cycle);
    struct item *item = pool_take(&c->items);
    item->number = event->field[0];
    item->request = request ? request->pool.self : 0;
    item->stream_id = event->field[3];
    item->pasid = event->field[4];
    item->prg_index = (uint16_t)event->field[5];
    item->last = event->field[7] & ACCESS_LAST;
    map_put(&c->item_of, item->number, item->pool.self);
}

/* driver.marker: item stream_id pasid */
void on_marker(struct checkers *c, const struct event *event)
{
    struct item *item = item_get(c, event->field[0]);
    if (item == NULL)
        return;
    const struct request *request = request_of_item(c, item);
    struct binding *binding = request && request->marker ? binding_get(c, request->binding) : NULL;
    if (binding != NULL)
        binding->marker_seen = true;
    item_done(c, item);
}

/* driver.park: item stream_id pasid prgi */
void on_park(struct checkers *c, const struct event *event)
{
    struct item *item = item_get(c, event->field[0]);
    if (item != NULL)
        item->parked = true;
}

/* driver.enqueue: item stream_id pasid prgi. A group comes in one go, its Last at the end. */
void on_enqueue(struct checkers *c, const struct event *event)
{
    struct item *item = item_get(c, event->field[0]);
    if (item == NULL)
        return;
    char words[WORDS_MAX], which[WORDS_MAX] = "a part that nobody sent";
    const struct request *request = request_of_item(c, item);
    if (request != NULL)
        words_request(c, request, which);
    if (item->stale_part)
        checkers_hit(c, HAZARD_STALE_PARTIAL_MERGED, event->cycle,
                     "%s, left over from an overflow, joined a later group of %s at cycle %" PRIu64, which,
                     words_pasid(c, event->field[1], event->field[2], words), event->cycle);
    item->parked = false;
    item->before = c->enqueued;
    c->enqueued = item->last ? 0 : item->pool.self;
}

/* driver.discard: item stream_id pasid prgi cause */
void on_discard(struct checkers *c, const struct event *event)
{
    struct item *item = item_get(c, event->field[0]);
    if (item == NULL)
        return;
    struct request *request = request_of_item(c, item);
    if (request != NULL)
        request_lost(c, request, event->cycle, "discarded by the driver");
    item_done(c, item);
}

/* unbind 2.2 P3, P5: what was waited for says that no such request is left. */
static void judge_order(struct checkers *c, const struct request *request, cycle_t cycle)
{
    const struct binding *binding = binding_get(c, request->binding);
    char words[WORDS_MAX];
    if (binding != NULL && binding->marker_seen && binding->drained)
        checkers_hit(c, HAZARD_ORDERING_SOFTWARE, cycle,
                     "%s was resolved at cycle %" PRIu64 ", after its Stop Marker was seen and its unbind had drained",
                     words_request(c, request, words), cycle);
}

/* driver.resolve: item stream_id pasid prgi space binding cause. A PASID without an owner is no hit. */
void on_resolve(struct checkers *c, const struct event *event)
{
    struct item *item = item_get(c, event->field[0]);
    const struct request *request = request_of_item(c, item);
    if (request == NULL)
        return;
    judge_order(c, request, event->cycle);
    const struct binding *own = binding_get(c, request->binding);
    if (event->field[6] != CAUSE_BOUND || own == NULL)
        return;
    char words[WORDS_MAX], made[WORDS_MAX];
    if (event->field[4] != own->space) {
        item->wrong = true;
        checkers_hit(c, HAZARD_WRONG_ADDRESS_SPACE, event->cycle,
                     "%s made under %s was served in space %s (binding %" PRIu64 ") at cycle %" PRIu64,
                     words_request(c, request, words), words_binding(c, request->binding, made),
                     words_space(c, event->field[4]), event->field[5], event->cycle);
        if (request->access & ACCESS_WRITE)
            checkers_hit(c, HAZARD_WRONG_ADDRESS_SPACE_WROTE, event->cycle, "of these, %s was a write access", words);
    } else if (event->field[5] != own->number) {
        checkers_hit(c, HAZARD_STALE_BINDING, event->cycle,
                     "%s made under %s was served under binding %" PRIu64 " of the same space at cycle %" PRIu64,
                     words_request(c, request, words), words_binding(c, request->binding, made), event->field[5],
                     event->cycle);
    }
}

/* driver.page: item space address access cause */
void on_page(struct checkers *c, const struct event *event)
{
    const struct item *item = item_get(c, event->field[0]);
    const struct request *request = request_of_item(c, item);
    char words[WORDS_MAX];
    if (request != NULL && item->wrong && event->field[4] == CAUSE_MAPPED)
        checkers_hit(c, HAZARD_WRONG_ADDRESS_SPACE_MAPPED, event->cycle,
                     "for %s page 0x%" PRIx64 " of space %s was made resident at cycle %" PRIu64,
                     words_request(c, request, words), event->field[2], words_space(c, event->field[1]), event->cycle);
}

/* A group's status may come from requests of that group and binding only. */
static void judge_member(struct checkers *c, const struct request *last, const struct request *member, cycle_t cycle,
                         bool *wrong_response)
{
    if (*wrong_response || last == NULL || (member->group == last->group && member->binding == last->binding))
        return;
    *wrong_response = true;
    char words[WORDS_MAX], other[WORDS_MAX];
    checkers_hit(c, HAZARD_WRONG_RESPONSE, cycle, "the response to %s was computed from %s as well (cycle %" PRIu64 ")",
                 words_request(c, last, words), words_request(c, member, other), cycle);
}

/* driver.respond: item stream_id pasid prgi code index. The item is the Last of its group. */
void on_respond(struct checkers *c, const struct event *event)
{
    struct item *item = item_get(c, event->field[0]);
    const struct request *last = request_of_item(c, item);
    response_command(c, event->field[5], response_new(c, last ? last->group : 0));
    if (item == NULL)
        return;
    char words[WORDS_MAX];
    if (last != NULL && last->marker)
        checkers_hit(c, HAZARD_STOP_MARKER_ANSWERED, event->cycle, "the driver answered %s at cycle %" PRIu64,
                     words_request(c, last, words), event->cycle);
    bool wrong_space = false, wrong_response = false;
    for (struct item *member = item; member != NULL;) {
        struct item *before = pool_get(&c->items, member->before);
        const struct request *request = request_of_item(c, member);
        wrong_space |= member->wrong;
        if (request != NULL)
            judge_member(c, last, request, event->cycle, &wrong_response);
        member = before && before->pool.live ? before : NULL;
    }
    if (wrong_space)
        checkers_hit(c, HAZARD_WRONG_ADDRESS_SPACE_ANSWERED, event->cycle,
                     "the group with PRGI %" PRIu64 " of %s was answered from the wrong space at cycle %" PRIu64,
                     event->field[3], words_pasid(c, event->field[1], event->field[2], words), event->cycle);
    for (struct item *member = item; member != NULL;) {
        struct item *before = pool_get(&c->items, member->before);
        item_done(c, member);
        member = before && before->pool.live ? before : NULL;
    }
}

/* driver.cons: cons ovackflg. smmuv3 4.6: at the acknowledgement no part of a group may wait for its Last any more. */
void on_software_cons(struct checkers *c, const struct event *event)
{
    bool flag = event->field[1];
    bool acknowledges = flag != c->software_ovackflg;
    c->software_ovackflg = flag;
    for (uint32_t i = 0; acknowledges && i < c->items.records; i++) {
        struct item *part = pool_at(&c->items, i);
        if (part == NULL || !part->parked || part->stale_part)
            continue;
        bool first = true;
        for (uint32_t k = 0; k < i && first; k++) {
            const struct item *other = pool_at(&c->items, k);
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
