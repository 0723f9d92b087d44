/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the timeline: the steps that are still to come, and from them follows what it listens to. Of
 * those that were given out nothing is left.
 */
#include "tb/engine/timeline.h"

/* A raw page request says by a call whose binding it is of: a name that the checkers have in mind. */
static void step_canonical(const struct timeline_step *step, uint32_t number, struct prisim_canonical *to)
{
    prisim_canonical_word(to, number + UINT64_C(1));
    if (step->of)
        prisim_canonical_name(to, PRISIM_CANONICAL_CALL, step->of);
}

void timeline_canonical(const struct timeline_config *config, const struct timeline *t,
                        const struct prisim_ports *ports, struct prisim_canonical *to)
{
    (void)ports; /* it takes nothing */
    const uint32_t *seen = (const uint32_t *)(const void *)((const char *)t + timeline_seen_at(config));
    for (uint32_t i = 0; i < config->steps; i++) {
        const struct trigger *trigger = &config->step[i].trigger;
        if (!trigger->on_event || seen[i] >= trigger->nth)
            continue;
        step_canonical(&config->step[i], i, to);
        prisim_canonical_word(to, seen[i]);
    }
    prisim_canonical_word(to, 0);
    for (uint32_t i = t->first; i < t->end && i < config->steps; i++) {
        const struct timeline_due *due = &t->queue[i];
        if (due->step >= config->steps)
            continue;
        step_canonical(&config->step[due->step], due->step, to);
        prisim_canonical_time(to, due->cycle);
    }
    prisim_canonical_word(to, 0);
    prisim_canonical_time(to, t->next);
}
