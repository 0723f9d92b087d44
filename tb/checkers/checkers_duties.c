/* SPDX-License-Identifier: Apache-2.0
 *
 * Duties of a function that stops, and of the driver that gives its PASID to another (PCIE-STOP, PCIE-MARKERORDER).
 */
#include "tb/checkers/checkers_state.h"

/* The PASID of a function that an event of the function names; NULL without one. */
static struct context *context_of(struct checkers *c, const struct prisim_event *event, uint64_t pasid)
{
    return binding_context_of_endpoint(c, checkers_endpoint(c, event->instance), pasid);
}

static void function_broke(struct checkers *c, const struct prisim_event *event, const struct context *context,
                           enum duty duty)
{
    duties_broken(c, event->cycle, event->instance, duty, context->stream_id, context->pasid);
}

/* PCIE-STOP "Both": from U1 to the next start no request of any type. Not of the binding that was stopped, even if the
 * PASID has its next use meanwhile. */
static bool is_over(struct checkers *c, const struct context *context, uint32_t binding)
{
    const struct binding *own = binding_get(c, binding);
    return context->stop.done || (own != NULL && own->stopped);
}

/* PCIE-STOP, PCIE-MARKERORDER: one marker a stop, before or after U1; none of another life. */
static void judge_marker(struct checkers *c, const struct prisim_event *event, struct context *context,
                         uint32_t binding)
{
    if (binding != 0 && binding == context->stop.owed) {
        duty_marker_paid(c, context);
        return;
    }
    bool own = context->stop.open && binding == context->stop.binding;
    if (!own || context->stop.markers > 0)
        function_broke(c, event, context, DUTY_ONE_MARKER);
    context->stop.markers += own;
}

void duty_no_new_request(struct checkers *c, const struct prisim_event *event, struct request *request)
{
    const struct context *context = context_of(c, event, event->endpoint_page_request.pasid);
    request->rogue = context != NULL && is_over(c, context, request->binding);
    if (request->rogue)
        function_broke(c, event, context, DUTY_NO_NEW_REQUESTS);
}

/* PCIE-MARKERORDER-1: also if its PASID has its next use by then. */
static bool is_behind_marker(struct checkers *c, const struct context *context, const struct request *request)
{
    const struct binding *own = binding_get(c, request->binding);
    bool left =
        context->stop.open ? context->stop.markers > 0 : own != NULL && own->stopped && own->marker != UINT64_MAX;
    return left && !request->rogue;
}

/* endpoint.page_request_sent: E1 */
void duty_page_request_sent(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_page_request_sent *e = &event->endpoint_page_request_sent;
    const struct request *request = pool_get(&c->requests.pool, map_get(&c->requests.by_tlp, e->tlp));
    struct context *context = context_of(c, event, e->pasid);
    if (context == NULL || request == NULL || !request->pool.live)
        return;
    if (request->marker)
        judge_marker(c, event, context, request->binding);
    else if (is_behind_marker(c, context, request))
        function_broke(c, event, context, DUTY_MARKER_LAST);
    if (!request->marker)
        duty_marker_first(c, event, context, request->binding);
}

/* endpoint.stop_marker */
void duty_stop_marker(struct checkers *c, const struct prisim_event *event)
{
    struct context *context = context_of(c, event, event->endpoint_stop_marker.pasid);
    unsigned endpoint = checkers_endpoint(c, event->instance);
    if (context == NULL || endpoint == SYSTEM_ENDPOINTS_MAX)
        return;
    const struct request *marker = c->function[endpoint].final; /* the one that just left */
    assert(marker != NULL && marker->marker);
    judge_marker(c, event, context, marker->binding);
}

/* endpoint.translation_request */
void duty_translation_request(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_translation_request *e = &event->endpoint_translation_request;
    const struct context *context = context_of(c, event, e->pasid);
    const struct job *job = job_get(c, checkers_endpoint(c, event->instance), e->job);
    if (context != NULL && is_over(c, context, job ? job->binding : 0))
        function_broke(c, event, context, DUTY_NO_NEW_REQUESTS);
}

/* endpoint.dma */
void duty_dma(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_dma *e = &event->endpoint_dma;
    const struct context *context = context_of(c, event, e->pasid);
    struct job *job = job_get(c, checkers_endpoint(c, event->instance), e->job);
    if (job != NULL && !e->write)
        job->reads = true;
    if (context != NULL && is_over(c, context, job ? job->binding : 0))
        function_broke(c, event, context, DUTY_NO_NEW_REQUESTS);
}

/* endpoint.stop */
void duty_stop(struct checkers *c, const struct prisim_event *event)
{
    struct context *context = context_of(c, event, event->endpoint_stop.pasid);
    if (context == NULL)
        return;
    context->stop = (struct stop){
        .open = true, .binding = context->device ? context->device : context->bound, .owed = context->stop.owed};
    duty_marker_excused(c, checkers_endpoint(c, event->instance), context);
}

/* A job ends when all its reads have completed. */
static bool has_non_posted(struct checkers *c, unsigned endpoint, uint64_t pasid)
{
    for (uint32_t i = 0; i < c->jobs.pool.records; i++) {
        const struct job *job = pool_at(&c->jobs.pool, i);
        if (job != NULL && job->endpoint == endpoint && job->of_pasid == pasid &&
            (job->tlp != UINT64_MAX || job->reads))
            return true;
    }
    return false;
}

/* Also of a request that the page-request engine knows nothing of. */
static bool has_unanswered(struct checkers *c, unsigned endpoint, uint32_t binding)
{
    for (uint32_t i = 0; i < c->groups.pool.records; i++) {
        const struct group *group = pool_at(&c->groups.pool, i);
        if (group != NULL && group->endpoint == endpoint && binding != 0 && group->binding == binding &&
            !group->answered && !group->killed)
            return true;
    }
    return false;
}

/* endpoint.stopped: U1 */
void duty_stopped(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_stopped *e = &event->endpoint_stopped;
    unsigned endpoint = checkers_endpoint(c, event->instance);
    struct context *context = context_of(c, event, e->pasid);
    if (context == NULL)
        return;
    struct binding *binding = binding_get(c, context->stop.binding);
    context->stop.open = context->stop.done = true;
    context->stop.clock = c->clock;
    if (binding != NULL)
        binding->stopped = true;
    if (has_non_posted(c, endpoint, e->pasid))
        function_broke(c, event, context, DUTY_NON_POSTED_DONE);
    if (c->scenario->system.endpoint[endpoint].stop == PRISIM_ENDPOINT_STOP_WAIT &&
        (e->groups > 0 || has_unanswered(c, endpoint, context->stop.binding)))
        function_broke(c, event, context, DUTY_ANSWERS_AWAITED);
    duty_group_closed(c, event, endpoint, context->stop.binding, e->pasid);
}

/* driver.stop_seen: the report. PCIE-STOP: posted requests are pushed before it: it may itself be what pushes them, as
 * a completion stands behind what was sent before it (PCIE-ORDER). */
void duty_stop_seen(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_stop_seen *e = &event->driver_stop_seen;
    unsigned endpoint = checkers_endpoint_of_stream(c, e->stream_id);
    const struct context *context = binding_context(c, e->stream_id, e->pasid);
    if (context == NULL || endpoint == SYSTEM_ENDPOINTS_MAX || !context->stop.done)
        return;
    for (const struct request *request = c->function[endpoint].first; request != NULL; request = request->after)
        if (!request->sent && request->pasid == e->pasid && request->made < context->stop.clock) {
            duty_broken_by(c, event, endpoint, DUTY_POSTED_PUSHED, e->pasid);
            return;
        }
}

/* endpoint.start */
void duty_start(struct checkers *c, const struct prisim_event *event)
{
    struct context *context = context_of(c, event, event->endpoint_start.pasid);
    if (context == NULL)
        return;
    context->stop = (struct stop){.owed = duty_markers_owed(c, checkers_endpoint(c, event->instance), context)};
}

/* driver.bind: U7 of what was bound before, and it must have had its U6. */
void duty_bind(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_bind *e = &event->driver_bind;
    struct context *context = binding_context(c, e->stream_id, e->pasid);
    if (context == NULL)
        return;
    const struct binding *before = binding_get(c, context->owner);
    context->owner = context->bound;
    if (before != NULL && before->freed == PRISIM_CYCLE_NEVER)
        duties_broken(c, event->cycle, event->instance, DUTY_REUSE_AFTER_FREE, e->stream_id, e->pasid);
}
