/* SPDX-License-Identifier: Apache-2.0
 *
 * Triggers and the giving out of steps (timeline.h).
 */
#include "tb/engine/timeline.h"

#include <stdlib.h>
#include <string.h>

static uint32_t *seen_of(const struct timeline_config *config, struct timeline *t)
{
    return (uint32_t *)(void *)((char *)t + timeline_seen_at(config));
}

size_t timeline_state_size(const struct timeline_config *config)
{
    return timeline_seen_at(config) + (size_t)config->steps * sizeof(uint32_t);
}

static int by_due(const void *left, const void *right)
{
    const struct timeline_due *a = left, *b = right;
    if (a->cycle != b->cycle)
        return a->cycle < b->cycle ? -1 : 1;
    return (a->step > b->step) - (a->step < b->step);
}

/* Puts steps that one event triggered, or none, into the queue: they stand behind its end, in the order of the file.
 * Behind what is due at the same edge and was triggered before. */
static void enqueue(const struct timeline_config *config, struct timeline *t, uint32_t steps)
{
    struct timeline_due *queue = t->queue, *added = queue + t->end, *scratch = queue + config->steps;
    uint32_t old = t->end, left = steps, sorted = 1;
    while (sorted < steps && added[sorted - 1].cycle <= added[sorted].cycle)
        sorted++;
    if (sorted < steps)
        qsort(added, steps, sizeof *added, by_due);
    t->end += steps;
    if (old > t->first && queue[old - 1].cycle > added[0].cycle) {
        memcpy(scratch, added, steps * sizeof *added);
        for (uint32_t to = t->end; left > 0;)
            queue[--to] =
                old > t->first && queue[old - 1].cycle > scratch[left - 1].cycle ? queue[--old] : scratch[--left];
        memset(scratch, 0, steps * sizeof *scratch);
    }
    t->next = prisim_cycle_min(t->next, queue[t->first].cycle);
}

void timeline_init(const struct timeline_config *config, struct timeline *t)
{
    assert(config->ordered == config->steps);
    memset(t, 0, timeline_state_size(config));
    t->next = PRISIM_CYCLE_NEVER;
    uint32_t steps = 0;
    for (uint32_t i = 0; i < config->steps; i++)
        if (!config->step[i].trigger.on_event)
            t->queue[steps++] = (struct timeline_due){.cycle = config->step[i].trigger.at, .step = i};
    if (steps > 0)
        enqueue(config, t, steps);
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++) {
        t->waiting[type] = config->first[type + 1] - config->first[type];
        t->listening[type / 64] |= (uint64_t)(t->waiting[type] > 0) << (type % 64);
    }
}

/* At one edge the function is gone, its link is down, and the driver's slot knows. */
static bool give_out_removal(const struct timeline_step *step, struct prisim_ports *p)
{
    if (!prisim_ports_can_put(p, TIMELINE_TX_DRIVER) || !prisim_ports_can_put(p, TIMELINE_TX_FABRIC) ||
        !prisim_ports_can_put(p, TIMELINE_TX_ENDPOINT + step->endpoint))
        return false;
    *(struct prisim_driver_stimulus *)prisim_ports_put(p, TIMELINE_TX_DRIVER) = step->driver;
    *(struct prisim_fabric_stimulus *)prisim_ports_put(p, TIMELINE_TX_FABRIC) =
        (struct prisim_fabric_stimulus){.what = PRISIM_FABRIC_FAULT_LINK_DOWN, .link = step->endpoint};
    *(struct prisim_endpoint_stimulus *)prisim_ports_put(p, TIMELINE_TX_ENDPOINT + step->endpoint) = step->stimulus;
    return true;
}

static bool give_out(const struct timeline_step *step, struct prisim_ports *p)
{
    if (step->removes)
        return give_out_removal(step, p);
    unsigned tx = TIMELINE_TX_DRIVER;
    if (!step->to_driver)
        tx = TIMELINE_TX_ENDPOINT + step->endpoint;
    if (!prisim_ports_can_put(p, tx))
        return false;
    if (step->to_driver)
        *(struct prisim_driver_stimulus *)prisim_ports_put(p, tx) = step->driver;
    else
        *(struct prisim_endpoint_stimulus *)prisim_ports_put(p, tx) = step->stimulus;
    return true;
}

prisim_cycle_t timeline_step_edge(const struct timeline_config *config, struct timeline *t, prisim_cycle_t now,
                                  struct prisim_ports *p)
{
    if (now < t->next)
        return t->next;
    struct timeline_due *queue = t->queue;
    uint32_t kept = t->first;
    uint32_t i = t->first;
    for (; i < t->end && queue[i].cycle <= now; i++) {
        uint32_t step = queue[i].step;
        if (give_out(&config->step[step], p))
            PRISIM_PROBE(p, now, timeline_step, .step = step);
        else
            queue[kept++] = queue[i];
    }
    /* What could not go out yet moves up to the rest of the queue. */
    uint32_t waiting = kept - t->first;
    memmove(&queue[i - waiting], &queue[t->first], waiting * sizeof *queue);
    memset(&queue[t->first], 0, (i - waiting - t->first) * sizeof *queue);
    t->first = i - waiting;
    t->next = t->first < t->end ? queue[t->first].cycle : PRISIM_CYCLE_NEVER;
    return prisim_cycle_max(t->next, now + 1);
}

bool timeline_matches(const struct trigger *trigger, const struct prisim_event *event)
{
    assert(trigger->event == event->type);
    if (trigger->on_instance && trigger->instance != event->instance)
        return false;
    for (unsigned i = 0; i < trigger->filters; i++)
        if (prisim_event_value(event, trigger->filter[i].field) != trigger->filter[i].value)
            return false;
    return true;
}

/* Steps that the event triggers, of those that wait for it; behind the queue's end and the `found` before. */
static uint32_t trigger(const struct timeline_config *config, struct timeline *t, const struct prisim_event *event,
                        const struct timeline_waiter *waiter, const struct timeline_waiter *end, uint32_t found)
{
    uint32_t *seen = seen_of(config, t), anchor = waiter < end ? waiter->anchor : 0;
    for (; waiter < end && waiter->anchor == anchor; waiter++) {
        const struct trigger *wanted = &config->step[waiter->step].trigger;
        if (seen[waiter->step] >= wanted->nth || !timeline_matches(wanted, event) || ++seen[waiter->step] < wanted->nth)
            continue;
        assert(wanted->after >= 1);
        assert(t->end + found < config->steps);
        t->queue[t->end + found++] = (struct timeline_due){.cycle = event->cycle + wanted->after, .step = waiter->step};
    }
    return found;
}

/* The first of the waiters that has this anchor or a higher one. */
static const struct timeline_waiter *find_anchor(const struct timeline_waiter *from, const struct timeline_waiter *end,
                                                 uint64_t anchor)
{
    while (from < end) {
        const struct timeline_waiter *middle = from + (end - from) / 2;
        if (middle->anchor < anchor)
            from = middle + 1;
        else
            end = middle;
    }
    return from;
}

prisim_cycle_t timeline_observe(const struct timeline_config *config, struct timeline *t,
                                const struct prisim_event *event)
{
    if (!timeline_listens(t, event->type))
        return PRISIM_CYCLE_NEVER;
    const struct timeline_waiter *waiter = config->waiter + config->first[event->type];
    const struct timeline_waiter *end = config->waiter + config->first[event->type + 1];
    uint32_t found = 0;
    if (waiter < end && waiter->anchor == 0)
        found = trigger(config, t, event, waiter, end, 0);
    if (event->type == PRISIM_EVENT_TIMELINE_STEP) {
        uint64_t anchor = event->timeline_step.step + 1;
        waiter = find_anchor(waiter, end, anchor);
        if (waiter < end && waiter->anchor == anchor)
            found = trigger(config, t, event, waiter, end, found);
    }
    if (found == 0)
        return PRISIM_CYCLE_NEVER;
    t->waiting[event->type] -= found;
    if (t->waiting[event->type] == 0)
        t->listening[event->type / 64] &= ~(UINT64_C(1) << event->type % 64);
    uint32_t first = t->end;
    prisim_cycle_t wake = PRISIM_CYCLE_NEVER;
    for (uint32_t i = first; i < first + found; i++)
        wake = prisim_cycle_min(wake, t->queue[i].cycle);
    enqueue(config, t, found);
    return wake;
}
