/* SPDX-License-Identifier: Apache-2.0
 *
 * Where in a run its findings are (judged.h).
 */
#include "tb/view/judged.h"

#include "tb/view/grow.h"

static unsigned findings_of(const struct checkers *checkers)
{
    unsigned count = 0;
    while (checkers && checkers_finding(checkers, count))
        count++;
    return count;
}

/* The checkers count the events that they take and those that they tell; findings stand in the order found. What a
 * limit says is of a cycle of its own, and no event shows it. */
uint32_t *judged_events(const struct judged *judged)
{
    struct event_types types = checkers_types();
    unsigned count = findings_of(judged->checkers), next = 0;
    uint32_t *events = zeroed(count, sizeof *events);
    uint64_t taken = 0;
    event_types_add(&types, PRISIM_EVENT_PREMISE_BROKEN);
    memset(events, 0xff, count * sizeof *events);
    for (uint32_t i = 0; i < judged->recording->count && next < count; i++) {
        taken += event_types_have(&types, recording_type(judged->recording, i));
        for (; next < count && checkers_finding(judged->checkers, next)->taken == taken; next++)
            if (checkers_finding(judged->checkers, next)->cycle == recording_cycle(judged->recording, i))
                events[next] = i;
    }
    return events;
}
