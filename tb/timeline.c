/* SPDX-License-Identifier: Apache-2.0
 *
 * Triggers and the giving out of steps (timeline.h).
 */
#include "tb/timeline.h"

static void listen_again(const struct timeline_config *config, struct timeline *t)
{
    for (unsigned i = 0; i < PROBE_MASK_WORDS; i++)
        t->listening[i] = 0;
    for (uint32_t i = 0; i < config->steps; i++) {
        const struct trigger *trigger = &config->step[i].trigger;
        if (trigger->on_event && t->seen[i] < trigger->nth)
            t->listening[trigger->event / 64] |= UINT64_C(1) << (trigger->event % 64);
    }
}

void timeline_init(const struct timeline_config *config, struct timeline *t)
{
    assert(config->steps <= TIMELINE_STEPS_MAX);
    for (uint32_t i = 0; i < TIMELINE_STEPS_MAX; i++) {
        bool at_edge = i < config->steps && !config->step[i].trigger.on_event;
        t->seen[i] = 0;
        t->due[i] = at_edge ? config->step[i].trigger.at : CYCLE_NEVER;
    }
    listen_again(config, t);
}

static bool give_out(const struct timeline_step *step, struct ports *p)
{
    unsigned tx = TIMELINE_TX_DRIVER;
    if (!step->to_driver)
        tx = TIMELINE_TX_ENDPOINT + step->endpoint;
    if (!ports_can_put(p, tx))
        return false;
    if (step->to_driver)
        *(struct driver_stimulus *)ports_put(p, tx) = step->driver;
    else
        *(struct endpoint_stimulus *)ports_put(p, tx) = step->stimulus;
    return true;
}

cycle_t timeline_step_edge(const struct timeline_config *config, struct timeline *t, cycle_t now, struct ports *p)
{
    cycle_t next = CYCLE_NEVER;
    for (uint32_t i = 0; i < config->steps; i++) {
        if (t->due[i] > now) {
            next = cycle_min(next, t->due[i]);
        } else if (give_out(&config->step[i], p)) {
            PROBE(p, now, TIMELINE_STEP, i);
            t->due[i] = CYCLE_NEVER;
        } else {
            next = now + 1;
        }
    }
    return next;
}

static bool matches(const struct trigger *trigger, const struct event *event)
{
    if (trigger->event != event->type || (trigger->on_instance && trigger->instance != event->instance))
        return false;
    for (unsigned i = 0; i < trigger->filters; i++)
        if (event->field[trigger->filter[i].field] != trigger->filter[i].value)
            return false;
    return true;
}

cycle_t timeline_observe(const struct timeline_config *config, struct timeline *t, const struct event *event)
{
    if (!(t->listening[event->type / 64] >> (event->type % 64) & 1))
        return CYCLE_NEVER;
    cycle_t wake = CYCLE_NEVER;
    bool triggered = false;
    for (uint32_t i = 0; i < config->steps; i++) {
        const struct trigger *trigger = &config->step[i].trigger;
        if (!trigger->on_event || t->seen[i] >= trigger->nth || !matches(trigger, event))
            continue;
        if (++t->seen[i] < trigger->nth)
            continue;
        assert(trigger->after >= 1);
        t->due[i] = event->cycle + trigger->after;
        wake = cycle_min(wake, t->due[i]);
        triggered = true;
    }
    if (triggered)
        listen_again(config, t);
    return wake;
}
