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

/* The binding whose marker has not left, or 0. A function sends none while its page requests are off
 * (PCIE-MARKERCODE: it is one of them). */
uint32_t duty_marker_owed(const struct checkers *c, unsigned endpoint, const struct context *context)
{
    bool owes = endpoint < SYSTEM_ENDPOINTS_MAX && context->stop.done && context->stop.markers == 0 &&
                c->scenario->system.endpoint[endpoint].stop == PRISIM_ENDPOINT_STOP_MARKER &&
                c->function[endpoint].allocation > 0 && !c->function[endpoint].was_off;
    return owes ? context->stop.binding : context->stop.owed;
}

/* PCIE-MARKERORDER-1: a request of the next use leaves. */
void duty_marker_first(struct checkers *c, const struct prisim_event *event, struct context *context, uint32_t binding)
{
    if (context->stop.owed == 0 || context->stop.owed_told || binding == context->stop.owed)
        return;
    context->stop.owed_told = true;
    duty_broken_by(c, event, checkers_endpoint(c, event->instance), DUTY_MARKER_SENT, context->pasid);
}

/* The end of a run in which nothing is under way. */
void duty_finish(struct checkers *c, prisim_cycle_t end, bool idle)
{
    const struct prisim_event event = {.cycle = end, .instance = INSTANCE_CHECKERS};
    for (uint32_t i = 0; idle && i < c->bindings.contexts; i++) {
        const struct context *context = &c->bindings.context[i];
        unsigned endpoint = checkers_endpoint_of_stream(c, context->stream_id);
        if (duty_marker_owed(c, endpoint, context) && !context->stop.owed_told)
            duty_broken_by(c, &event, endpoint, DUTY_MARKER_SENT, context->pasid);
    }
}
