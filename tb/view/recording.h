/* SPDX-License-Identifier: Apache-2.0
 *
 * The events of one run, kept in memory in their order: 16 bytes an event and 8 for each of its fields. And the names
 * that its numbers stand for, as a scenario has them: of a log without its scenario that is one in which nothing but
 * names is known.
 */
#ifndef PRISIM_TB_VIEW_RECORDING_H
#define PRISIM_TB_VIEW_RECORDING_H

#include "model/core/events.h"
#include "tb/scenario/scenario.h"

enum { RECORDING_END_MAX = 256 };

struct recording_head {
    prisim_cycle_t cycle;
    uint32_t at; /* in `value` */
    uint16_t type;
    uint16_t instance; /* rank */
};

struct recording {
    const struct scenario *names; /* who gave it outlives the recording */
    uint32_t count;
    struct recording_head *head;
    uint64_t *value;
    size_t room, values, values_room;
    char end[RECORDING_END_MAX]; /* why the log ends before its run, "signal: SIGINT", or "" */
};

/* Puts an event behind the others. False if there are as many as can be numbered. */
bool recording_add(struct recording *recording, const struct prisim_event *event);
/* The i-th event. */
void recording_get(const struct recording *recording, uint32_t i, struct prisim_event *event);
void recording_free(struct recording *recording);

/* Of the i-th event. */
static inline enum prisim_event_type recording_type(const struct recording *recording, uint32_t i)
{
    assert(i < recording->count);
    return (enum prisim_event_type)recording->head[i].type;
}

static inline prisim_cycle_t recording_cycle(const struct recording *recording, uint32_t i)
{
    assert(i < recording->count);
    return recording->head[i].cycle;
}

#endif
