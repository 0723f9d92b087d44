/* SPDX-License-Identifier: Apache-2.0
 *
 * Stop Markers that end a wait or fail to: made under another life of the PASID, or lost while somebody waits.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "driver/unbind/policy.h"
#include "tb/checkers/checkers_state.h"

/* driver.stop: the wait of this life ends by the marker that makes as many as there were stops
 * (driver/unbind/await_marker.c); more than that are not believed. */
void marker_stop(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_stop *e = &event->driver_stop;
    struct context *context = binding_context(c, e->stream_id, e->pasid);
    if (context != NULL)
        context->stops++;
}

/* driver.marker, of a request that is known or not. */
void marker_taken(struct checkers *c, const struct prisim_event_driver_marker *e, const struct request *request)
{
    struct context *context = binding_context(c, e->stream_id, e->pasid);
    if (context == NULL || context->markers == context->stops)
        return;
    context->markers++;
    context->ended_by = request ? request->binding : 0;
}

/* driver.unbind */
void marker_unbind(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_unbind *e = &event->driver_unbind;
    const struct context *context = binding_context(c, e->stream_id, e->pasid);
    struct binding *binding = context ? binding_get(c, context->bound) : NULL;
    if (binding != NULL)
        binding->awaits = driver_policy_has(&c->scenario->system.driver, (uint32_t)e->policy, DRIVER_STEP_AWAIT_MARKER);
}

/* driver.unbind_returned: one that failed did not come to its wait. */
void marker_unbind_returned(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_unbind_returned *e = &event->driver_unbind_returned;
    struct context *context = binding_context(c, e->stream_id, e->pasid);
    if (context == NULL || context->call != e->call)
        return;
    struct binding *binding = binding_get(c, context->bound);
    if (binding != NULL && e->cause != PRISIM_CAUSE_NONE)
        binding->awaits = false;
    context->call = 0;
}

/* driver.drained */
void marker_drained(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_drained *e = &event->driver_drained;
    struct context *context = binding_context(c, e->stream_id, e->pasid);
    struct binding *binding = context ? binding_get(c, context->bound) : NULL;
    if (binding == NULL)
        return;
    if (e->cause == PRISIM_CAUSE_MARKER_TIMEOUT)
        context->markers = context->stops;
    uint32_t ended_by = context->ended_by;
    context->ended_by = 0;
    if (e->cause != PRISIM_CAUSE_MARKER_SEEN)
        return;
    binding->marker_ended_wait = true;
    char pasid[WORDS_MAX], own[WORDS_MAX], other[WORDS_MAX];
    if (ended_by != 0 && ended_by != context->bound)
        checkers_hit(c, HAZARD_MARKER_OF_OTHER_LIFE, event->cycle,
                     "the wait for the Stop Marker of %s, %s, ended (cycle %" PRIu64 ") by one made under %s",
                     words_pasid(c, e->stream_id, e->pasid, pasid), words_binding(c, context->bound, own), event->cycle,
                     words_binding(c, ended_by, other));
}

void marker_lost(struct checkers *c, const struct request *request, prisim_cycle_t cycle, const char *how)
{
    const struct binding *binding = binding_get(c, request->binding);
    char words[WORDS_MAX];
    c->markers.lost =
        tables_grow(&c->arena, c->markers.lost, c->markers.count, &c->markers.room, sizeof *c->markers.lost);
    c->markers.lost[c->markers.count++] =
        (struct lost_marker){.binding = request->binding,
                             .finding = c->findings.count,
                             .cycle = cycle,
                             .too_late = binding != NULL && binding->marker_ended_wait};
    checkers_hit(c, HAZARD_LOST_STOP_MARKER, cycle, "%s was %s", words_request(c, request, words), how);
}

/* Whether somebody waited, or came to wait later. */
void marker_finish(struct checkers *c)
{
    for (uint32_t i = 0; i < c->markers.count; i++) {
        const struct lost_marker *lost = &c->markers.lost[i];
        const struct binding *binding = binding_get(c, lost->binding);
        bool awaited = binding != NULL && binding->awaits && !lost->too_late;
        const char *who = awaited ? "; its unbind waits or waited for it" : "; nobody waits for it";
        if (lost->finding < c->findings.count) {
            char *text = c->findings.finding[lost->finding].text;
            snprintf(text + strlen(text), SCENARIO_TEXT_MAX - strlen(text), "%s", who);
        }
        char words[WORDS_MAX];
        if (awaited)
            checkers_hit(c, HAZARD_LOST_STOP_MARKER_AWAITED, lost->cycle, "of these: of %s, whose unbind waits for it",
                         words_binding(c, lost->binding, words));
    }
}
