/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the timeline: the steps that are still to come. Of those that were given out nothing is left.
 * Not told, for it follows from them: `next`, `listening`, `waiting`.
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
    const uint32_t *seen = timeline_seen(config, t);
    for (uint32_t i = 0; i < config->first[PRISIM_EVENT_TYPES]; i++) {
        uint32_t step = config->waiter[i].step;
        if (seen[step] >= config->step[step].trigger.nth)
            continue;
        step_canonical(&config->step[step], step, to);
        prisim_canonical_word(to, seen[step]);
    }
    prisim_canonical_word(to, 0);
    for (uint32_t i = t->first; i < t->end && i < config->steps; i++) {
        const struct timeline_due *due = &t->queue[i];
        if (due->step >= config->steps)
            continue;
        step_canonical(&config->step[due->step], due->step, to);
        prisim_canonical_time(to, due->cycle);
    }
}
