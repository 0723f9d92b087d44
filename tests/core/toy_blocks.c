/* SPDX-License-Identifier: Apache-2.0
 *
 * The toy blocks (toy_blocks.h).
 */
#include "tests/core/toy_blocks.h"

#include <stdlib.h>
#include <string.h>

static void put_item(struct prisim_ports *p, prisim_cycle_t now, uint64_t number, bool silent)
{
    struct toy_item *item = prisim_ports_put(p, 0);
    item->number = number;
    item->echo = ~number;
    if (!silent)
        PRISIM_PROBE(p, now, fabric_enter, .tlp = number, .link = 0, .up = 0, .type = 0);
}

prisim_cycle_t toy_producer_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *p)
{
    const struct toy_producer_config *c = config;
    struct toy_producer *s = state;
    if (s->sent == c->count)
        return PRISIM_CYCLE_NEVER;
    if (s->sent == 0 && s->left == 0) {
        s->random = random_open(c->seed, 0, 0);
        s->left = 1 + random_below(&s->random, c->burst);
    }
    if (now < s->due)
        return s->due;
    if (!prisim_ports_can_put(p, 0))
        return prisim_ports_retry(p, 0, now);
    put_item(p, now, s->sent++, false);
    s->due = now + 1;
    if (--s->left == 0) {
        s->left = 1 + random_below(&s->random, c->burst);
        s->due = now + 1 + random_below(&s->random, c->gap);
    }
    return s->sent == c->count ? PRISIM_CYCLE_NEVER : s->due;
}

prisim_cycle_t toy_consumer_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *p)
{
    const struct toy_consumer_config *c = config;
    struct toy_consumer *s = state;
    if (prisim_ports_has_arrived(p, 0)) {
        const struct toy_item *item = p->rx[0];
        assert(item->number == ~item->echo && item->number == s->received);
        PRISIM_PROBE(p, now, fabric_leave, .tlp = item->number, .link = 0, .up = 0, .type = 0);
        s->received++;
        if (c->stall && --s->left == 0) {
            s->resume = now + 1 + random_below(&s->random, c->stall);
            PRISIM_PROBE(p, now, driver_hold, .task = s->resume, .index = 0, .before = 0, .step = 0);
        }
    }
    if (c->stall && s->left == 0 && now >= s->resume) {
        if (s->resume == 0)
            s->random = random_open(c->seed, 0, 1);
        else
            PRISIM_PROBE(p, now, driver_release, .task = s->received, .index = 0, .before = 0, .step = 0);
        s->left = 1 + random_below(&s->random, c->take);
    }
    bool ready = !c->stall || s->left > 0;
    prisim_ports_set_ready(p, 0, ready);
    return ready ? PRISIM_CYCLE_NEVER : s->resume;
}

static void relay_pop(struct toy_relay *s)
{
    s->first = (s->first + 1) % TOY_RELAY_ROOM;
    s->count--;
    s->sent = 0;
}

/* The first item goes out ahead of time, or comes back. */
static void relay_ahead(const struct toy_relay_config *c, struct toy_relay *s, prisim_cycle_t now,
                        struct prisim_ports *p)
{
    const struct toy_item *first = &s->item[s->first];
    if (s->sent && c->take_back && first->number % c->take_back == 0) {
        const struct toy_item *back = prisim_ports_take_back(p, 0);
        assert(back->number == first->number && back->echo == first->echo);
        s->sent = 0;
        s->due_back = s->due[s->first];
    } else if (s->count && !s->sent && s->due[s->first] > now && s->due_back != s->due[s->first] &&
               prisim_ports_can_put_at(p, 0)) {
        memcpy(prisim_ports_put_at(p, 0, s->due[s->first]), first, sizeof *first);
        s->sent = 1;
    }
}

prisim_cycle_t toy_relay_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *p)
{
    const struct toy_relay_config *c = config;
    struct toy_relay *s = state;
    if (s->sent && now >= s->due[s->first])
        relay_pop(s);
    if (prisim_ports_has_arrived(p, 0)) {
        assert(s->count < TOY_RELAY_ROOM);
        uint64_t at = (s->first + s->count++) % TOY_RELAY_ROOM;
        memcpy(&s->item[at], p->rx[0], sizeof s->item[at]);
        s->due[at] = now + c->latency;
        PRISIM_PROBE(p, now, fabric_leave, .tlp = s->item[at].number, .link = 0, .up = 0, .type = 0);
    }
    if (s->count && !s->sent && now >= s->due[s->first] && prisim_ports_can_put(p, 0)) {
        put_item(p, now, s->item[s->first].number, c->silent);
        relay_pop(s);
    }
    if (c->ahead)
        relay_ahead(c, s, now, p);
    prisim_ports_set_ready(p, 0, s->count < TOY_RELAY_ROOM);
    uint64_t next = s->first;
    if (s->sent && s->count > 1 && s->count < TOY_RELAY_ROOM)
        next = (next + 1) % TOY_RELAY_ROOM; /* the first one needs no step */
    else if (s->count == s->sent)
        return PRISIM_CYCLE_NEVER;
    return s->due[next] > now ? s->due[next] : prisim_ports_retry(p, 0, now);
}

void toy_record_events(void *context, const struct prisim_event *events, unsigned count)
{
    struct toy_record *r = context;
    assert(count > 0);
    for (unsigned i = 1; i < count; i++)
        r->out_of_order |= events[i].instance < events[i - 1].instance || events[i].cycle != events[0].cycle;
    r->out_of_order |= r->calls > 0 && events[0].cycle <= r->last_cycle;
    r->last_cycle = events[0].cycle;
    r->calls++;
    if (r->count + count > r->room) {
        r->room = 2 * (r->count + count);
        r->event = realloc(r->event, r->room * sizeof *r->event);
        assert(r->event);
    }
    memcpy(&r->event[r->count], events, count * sizeof *events);
    r->count += count;
}

void toy_record_free(struct toy_record *record)
{
    free(record->event);
    *record = (struct toy_record){0};
}

long toy_record_difference(const struct toy_record *a, const struct toy_record *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++)
        if (!prisim_event_equal(&a->event[i], &b->event[i]))
            return (long)i;
    return a->count == b->count ? -1 : (long)(a->count < b->count ? a->count : b->count);
}

size_t toy_record_count(const struct toy_record *record, enum prisim_event_type type)
{
    size_t count = 0;
    for (size_t i = 0; i < record->count; i++)
        count += record->event[i].type == type;
    return count;
}
