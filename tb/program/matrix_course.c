/* SPDX-License-Identifier: Apache-2.0
 *
 * Boundaries and places out of events (matrix_course.h).
 */
#include "tb/program/matrix_course.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { OPCODE_PRI_RESP = 0x41 };

const char *matrix_place_name(enum matrix_place place)
{
    static const char *const name[MATRIX_PLACES] = {
#define PLACE(id, name) name,
#include "tb/program/matrix_places.def"
#undef PLACE
    };
    return name[place];
}

void matrix_boundary_words(const struct matrix_boundary *b, char words[MATRIX_BOUNDARY_WORDS])
{
    const char *name = prisim_event_name((enum prisim_event_type)b->event);
    if (b->event == PRISIM_EVENT_SMMU_COMMAND)
        snprintf(words, MATRIX_BOUNDARY_WORDS, "%.30s 0x%x, no. %u", name, (unsigned)b->opcode, (unsigned)b->nth);
    else
        snprintf(words, MATRIX_BOUNDARY_WORDS, "%.60s", name);
}

/* Of the unbind's own call, and of the bind that follows in it. */
static bool is_of_call(const struct prisim_event *event)
{
    switch ((enum prisim_event_type)event->type) {
#define OF_CALL(NAME, name)                                                                                            \
    case PRISIM_EVENT_DRIVER_##NAME:                                                                                   \
        return event->driver_##name.call == MATRIX_UNBIND_CALL;
        OF_CALL(STOP, stop)
        OF_CALL(STOP_SEEN, stop_seen)
        OF_CALL(UNBIND, unbind)
        OF_CALL(CLEAR, clear)
        OF_CALL(INVALIDATED, invalidated)
        OF_CALL(LEFT_LOOKUP, left_lookup)
        OF_CALL(SNAPSHOT, snapshot)
        OF_CALL(DRAINED, drained)
        OF_CALL(FREE, free)
        OF_CALL(BIND, bind)
        OF_CALL(BOUND, bound)
#undef OF_CALL
    default:
        return false;
    }
}

/* The boundary that the event tells; false: none. */
static bool boundary_of(struct matrix_course *c, const struct prisim_event *event, struct matrix_boundary *boundary)
{
    bool began = c->passed > 0;
    *boundary = (struct matrix_boundary){.event = (uint16_t)event->type, .nth = 1};
    switch ((enum prisim_event_type)event->type) {
    case PRISIM_EVENT_SMMU_COMMAND:
        boundary->opcode = (uint16_t)(event->smmu_command.opcode & 0xff);
        boundary->nth = ++c->commands[boundary->opcode];
        return began && boundary->opcode != OPCODE_PRI_RESP;
    case PRISIM_EVENT_ENDPOINT_STOPPED:
        boundary->nth = ++c->stopped;
        return began;
    case PRISIM_EVENT_DRIVER_BIND:
    case PRISIM_EVENT_DRIVER_BOUND:
        boundary->nth = 2;
        break;
    default:
        break;
    }
    return is_of_call(event);
}

static void pass(struct matrix_course *c, const struct matrix_boundary *boundary)
{
    if (c->found && c->found->count < MATRIX_BOUNDARIES_MAX)
        c->found->of[c->found->count++] = *boundary;
    for (uint32_t i = 0; i < c->boundaries->count; i++)
        if (memcmp(&c->boundaries->of[i], boundary, sizeof *boundary) == 0)
            c->passed = i + 1;
}

/* Where the request stands after the event, from where it stood before. Of the first page request of the run: what is
 * behind it in a queue comes later. */
static enum matrix_place place_after(enum matrix_place place, const struct prisim_event *event)
{
    switch ((enum prisim_event_type)event->type) {
    case PRISIM_EVENT_ENDPOINT_PAGE_REQUEST:
        return place == MATRIX_PLACE_NOT_MADE ? MATRIX_PLACE_DEVICE : place;
    case PRISIM_EVENT_ENDPOINT_PAGE_REQUEST_SENT:
        return place == MATRIX_PLACE_DEVICE ? MATRIX_PLACE_FABRIC : place;
    case PRISIM_EVENT_SMMU_PAGE_REQUEST:
        return place == MATRIX_PLACE_FABRIC ? MATRIX_PLACE_SMMU : place;
    case PRISIM_EVENT_PRI_QUEUE_PROD:
        return place == MATRIX_PLACE_SMMU ? MATRIX_PLACE_QUEUE : place;
    case PRISIM_EVENT_DRIVER_TAKE:
        return place == MATRIX_PLACE_QUEUE ? MATRIX_PLACE_IN_HAND : place;
    case PRISIM_EVENT_DRIVER_PARK:
        return place == MATRIX_PLACE_IN_HAND ? MATRIX_PLACE_PARKED : place;
    case PRISIM_EVENT_DRIVER_ENQUEUE:
        return place == MATRIX_PLACE_IN_HAND || place == MATRIX_PLACE_PARKED ? MATRIX_PLACE_WORK : place;
    case PRISIM_EVENT_DRIVER_DISCARD:
        return place == MATRIX_PLACE_IN_HAND || place == MATRIX_PLACE_PARKED ? MATRIX_PLACE_GONE : place;
    case PRISIM_EVENT_DRIVER_RESOLVE:
        return place == MATRIX_PLACE_WORK ? MATRIX_PLACE_SERVING : place;
    case PRISIM_EVENT_DRIVER_PAGE:
        return place == MATRIX_PLACE_SERVING ? MATRIX_PLACE_SERVED : place;
    case PRISIM_EVENT_DRIVER_RESPOND:
        return place == MATRIX_PLACE_SERVING || place == MATRIX_PLACE_SERVED ? MATRIX_PLACE_RESPONSE : place;
    case PRISIM_EVENT_ENDPOINT_RESPONSE:
        return place == MATRIX_PLACE_NOT_MADE ? place : MATRIX_PLACE_GONE;
    default:
        return place;
    }
}

void matrix_course_event(void *context, const struct prisim_event *event)
{
    struct matrix_course *c = context;
    struct matrix_boundary boundary;
    c->held += event->type == PRISIM_EVENT_DRIVER_HOLD;
    c->released += event->type == PRISIM_EVENT_DRIVER_RELEASE;
    if (boundary_of(c, event, &boundary))
        pass(c, &boundary);
    c->place = place_after(c->place, event);
    if (c->passed > 0)
        c->grid[c->passed - 1] |= UINT32_C(1) << c->place;
}
