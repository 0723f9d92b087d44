/* SPDX-License-Identifier: Apache-2.0
 *
 * The timeline of a scenario as memory (scenario.h): as many steps as there are, and who of them waits for which event.
 */
#include <stdlib.h>
#include <string.h>

#include "tb/scenario/scenario.h"

enum { FIRST_ROOM = 16 };

struct timeline_step *timeline_config_add(struct timeline_config *timeline)
{
    if (timeline->steps == TIMELINE_STEPS_MAX)
        return NULL;
    if (timeline->steps == timeline->room) {
        uint32_t room = timeline->room ? timeline->room * 2 : FIRST_ROOM;
        struct timeline_step *step = realloc(timeline->step, room * sizeof *step);
        if (!step)
            return NULL;
        timeline->step = step;
        timeline->room = room;
    }
    return memset(&timeline->step[timeline->steps++], 0, sizeof(struct timeline_step));
}

/* Only a step's own event names a step. */
static uint32_t anchor_of(const struct trigger *trigger)
{
    for (unsigned i = 0; i < trigger->filters && trigger->event == PRISIM_EVENT_TIMELINE_STEP; i++)
        if (trigger->filter[i].field == 0 && trigger->filter[i].value < UINT32_MAX)
            return (uint32_t)trigger->filter[i].value + 1;
    return 0;
}

static int by_anchor(const void *left, const void *right)
{
    const struct timeline_waiter *a = left, *b = right;
    if (a->anchor != b->anchor)
        return a->anchor < b->anchor ? -1 : 1;
    return (a->step > b->step) - (a->step < b->step);
}

bool timeline_config_order(struct timeline_config *timeline)
{
    uint32_t next[PRISIM_EVENT_TYPES + 1] = {0};
    free(timeline->waiter);
    timeline->waiter = calloc(timeline->steps + 1U, sizeof *timeline->waiter);
    if (!timeline->waiter)
        return false;
    for (uint32_t i = 0; i < timeline->steps; i++)
        if (timeline->step[i].trigger.on_event)
            next[timeline->step[i].trigger.event + 1]++;
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++)
        next[type + 1] += next[type];
    memcpy(timeline->first, next, sizeof next);
    for (uint32_t i = 0; i < timeline->steps; i++) {
        const struct trigger *trigger = &timeline->step[i].trigger;
        if (trigger->on_event)
            timeline->waiter[next[trigger->event]++] = (struct timeline_waiter){anchor_of(trigger), i};
    }
    uint32_t first = timeline->first[PRISIM_EVENT_TIMELINE_STEP];
    qsort(timeline->waiter + first, timeline->first[PRISIM_EVENT_TIMELINE_STEP + 1] - first, sizeof *timeline->waiter,
          by_anchor);
    timeline->ordered = timeline->steps;
    return true;
}

void timeline_config_free(struct timeline_config *timeline)
{
    free(timeline->step);
    free(timeline->waiter);
    memset(timeline, 0, sizeof *timeline);
}
