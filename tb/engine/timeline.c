/* SPDX-License-Identifier: Apache-2.0
 *
 * Triggers and the giving out of steps (timeline.h).
 */
#include "tb/engine/timeline.h"

static void listen_again(const struct timeline_config *config, struct timeline *t)
{
    for (unsigned i = 0; i < PRISIM_PROBE_MASK_WORDS; i++)
        t->listening[i] = 0;
    for (uint32_t i = 0; i < config->steps; i++) {
        const struct trigger *trigger = &config->step[i].trigger;
        if (trigger->on_event && t->seen[i] < trigger->nth)
            t->listening[trigger->event / 64] |= UINT64_C(1) << (trigger->event % 64);
    }
}

/* Puts a step into the queue at its place. */
static void enqueue(struct timeline *t, uint32_t step, prisim_cycle_t due)
{
    assert(t->end < TIMELINE_STEPS_MAX);
    uint32_t at = t->end++;
    for (; at > t->first && t->due[t->queue[at - 1]] > due; at--)
        t->queue[at] = t->queue[at - 1];
    t->queue[at] = (uint16_t)step;
    t->due[step] = due;
    t->next = prisim_cycle_min(t->next, due);
}

void timeline_init(const struct timeline_config *config, struct timeline *t)
{
    assert(config->steps <= TIMELINE_STEPS_MAX);
    t->first = t->end = 0;
    t->next = PRISIM_CYCLE_NEVER;
    for (uint32_t i = 0; i < TIMELINE_STEPS_MAX; i++) {
        t->seen[i] = 0;
        t->due[i] = PRISIM_CYCLE_NEVER;
    }
    for (uint32_t i = 0; i < config->steps; i++)
        if (!config->step[i].trigger.on_event)
            enqueue(t, i, config->step[i].trigger.at);
    listen_again(config, t);
}

static bool give_out(const struct timeline_step *step, struct prisim_ports *p)
{
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
    uint32_t kept = t->first;
    uint32_t i = t->first;
    for (; i < t->end && t->due[t->queue[i]] <= now; i++) {
        uint16_t step = t->queue[i];
        if (give_out(&config->step[step], p))
            PRISIM_PROBE(p, now, timeline_step, .step = step);
        else
            t->queue[kept++] = step;
    }
    /* What could not go out yet moves up to the rest of the queue. */
    uint32_t waiting = kept - t->first;
    for (uint32_t back = 0; back < waiting; back++)
        t->queue[i - 1 - back] = t->queue[kept - 1 - back];
    t->first = i - waiting;
    t->next = t->first < t->end ? t->due[t->queue[t->first]] : PRISIM_CYCLE_NEVER;
    return prisim_cycle_max(t->next, now + 1);
}

bool timeline_matches(const struct trigger *trigger, const struct prisim_event *event)
{
    if (trigger->event != event->type || (trigger->on_instance && trigger->instance != event->instance))
        return false;
    for (unsigned i = 0; i < trigger->filters; i++)
        if (prisim_event_value(event, trigger->filter[i].field) != trigger->filter[i].value)
            return false;
    return true;
}

prisim_cycle_t timeline_observe(const struct timeline_config *config, struct timeline *t,
                                const struct prisim_event *event)
{
    if (!timeline_listens(t, event->type))
        return PRISIM_CYCLE_NEVER;
    prisim_cycle_t wake = PRISIM_CYCLE_NEVER;
    bool triggered = false;
    for (uint32_t i = 0; i < config->steps; i++) {
        const struct trigger *trigger = &config->step[i].trigger;
        if (!trigger->on_event || t->seen[i] >= trigger->nth || !timeline_matches(trigger, event))
            continue;
        if (++t->seen[i] < trigger->nth)
            continue;
        assert(trigger->after >= 1);
        enqueue(t, i, event->cycle + trigger->after);
        wake = prisim_cycle_min(wake, t->due[i]);
        triggered = true;
    }
    if (triggered)
        listen_again(config, t);
    return wake;
}
