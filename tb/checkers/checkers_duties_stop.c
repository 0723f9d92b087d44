/* SPDX-License-Identifier: Apache-2.0
 *
 * Duties of a function that stops a PASID: a Last for every open group, and the Stop Marker that it owes (PCIE-STOP-2,
 * PCIE-STOP-4, PCIE-STOP-5).
 */
#include "tb/checkers/checkers_state.h"

/* PCIE-STOP-2: at U1. */
void duty_group_closed(struct checkers *c, const struct prisim_event *event, unsigned endpoint, uint32_t binding,
                       uint64_t pasid)
{
    for (uint32_t i = 0; i < c->groups.pool.records; i++) {
        const struct group *group = pool_at(&c->groups.pool, i);
        if (group != NULL && group->endpoint == endpoint && binding != 0 && group->binding == binding && group->own &&
            !group->closed && !group->answered) {
            duty_broken_by(c, event, endpoint, DUTY_GROUP_CLOSED, pasid);
            return;
        }
    }
}

/* The stop that has ended last. A function sends no marker while its page requests are off (PCIE-MARKERCODE: it is one
 * of them). */
static bool owes_marker(struct checkers *c, unsigned endpoint, const struct context *context)
{
    const struct binding *own = binding_get(c, context->stop.binding);
    return endpoint < SYSTEM_ENDPOINTS_MAX && own != NULL && context->stop.done && context->stop.markers == 0 &&
           c->scenario->system.endpoint[endpoint].stop == PRISIM_ENDPOINT_STOP_MARKER && !own->excused;
}

/* endpoint.start: what the stops before it owe, the oldest first. Markers leave in the order of the stops. */
uint32_t duty_markers_owed(struct checkers *c, unsigned endpoint, const struct context *context)
{
    if (!owes_marker(c, endpoint, context))
        return context->stop.owed;
    if (context->stop.owed == 0)
        return context->stop.binding;
    struct binding *last = binding_get(c, context->stop.owed);
    while (last->owes_next != 0)
        last = binding_get(c, last->owes_next);
    last->owes_next = context->stop.binding;
    return context->stop.owed;
}

void duty_marker_paid(struct checkers *c, struct context *context)
{
    struct binding *binding = binding_get(c, context->stop.owed);
    assert(binding != NULL);
    context->stop.owed = binding->owes_next;
    binding->owes_next = 0;
}

/* endpoint.stop with page requests off. */
void duty_marker_excused(struct checkers *c, unsigned endpoint, const struct context *context)
{
    struct binding *binding = binding_get(c, context->stop.binding);
    const struct function *function = &c->function[endpoint];
    if (binding != NULL && function_is_off(function))
        binding->excused = true;
}

/* endpoint.pri_off: what has not left may never leave. With E=0 alone a marker that was made still does
 * (PCIE-PRICAP-10), and of one that is owed the PASID's start has made it. */
void duty_markers_excused(struct checkers *c, unsigned endpoint, enum prisim_cause cause)
{
    for (uint32_t i = 0; i < c->bindings.contexts; i++) {
        struct context *context = &c->bindings.context[i];
        if (context->stream_id != c->function[endpoint].stream_id)
            continue;
        struct binding *own = binding_get(c, context->stop.binding);
        if (context->stop.open && context->stop.markers == 0 && own != NULL)
            own->excused = true;
        for (uint32_t at = context->stop.owed; at != 0; at = binding_get(c, at)->owes_next)
            binding_get(c, at)->excused = true;
        while (cause != PRISIM_CAUSE_PRI_OFF && context->stop.owed != 0)
            duty_marker_paid(c, context);
    }
}

static void overtaken(struct checkers *c, const struct prisim_event *event, unsigned endpoint,
                      const struct context *context, struct binding *binding)
{
    if (!binding->overtaken && !binding->excused)
        duty_broken_by(c, event, endpoint, DUTY_MARKER_SENT, context->pasid);
    binding->overtaken = true;
}

/* PCIE-MARKERORDER-1: a request of a later use leaves. */
void duty_marker_first(struct checkers *c, const struct prisim_event *event, struct context *context, uint32_t binding)
{
    unsigned endpoint = checkers_endpoint(c, event->instance);
    for (uint32_t at = context->stop.owed; at != 0 && at != binding; at = binding_get(c, at)->owes_next)
        overtaken(c, event, endpoint, context, binding_get(c, at));
}

/* The end of a run in which nothing is under way. */
void duty_finish(struct checkers *c, prisim_cycle_t end, bool idle)
{
    const struct prisim_event event = {.cycle = end, .instance = INSTANCE_CHECKERS};
    for (uint32_t i = 0; idle && i < c->bindings.contexts; i++) {
        const struct context *context = &c->bindings.context[i];
        unsigned endpoint = checkers_endpoint_of_stream(c, context->stream_id);
        for (uint32_t at = context->stop.owed; at != 0; at = binding_get(c, at)->owes_next)
            overtaken(c, &event, endpoint, context, binding_get(c, at));
        if (owes_marker(c, endpoint, context))
            overtaken(c, &event, endpoint, context, binding_get(c, context->stop.binding));
    }
}
