/* SPDX-License-Identifier: Apache-2.0
 *
 * Bindings: who owns a PASID when, who a request was made under, and the points of an unbind.
 */
#include "tb/view/lives_state.h"

static struct context *context_of(struct building *b, uint64_t stream_id, uint64_t pasid)
{
    if (pasid == PRISIM_PASID_NONE)
        return NULL;
    uint64_t key = stream_id << 32 ^ pasid;
    uint32_t place = numbers_get(&b->context_of, key);
    if (place == NUMBERS_NONE) {
        b->context = grow(b->context, b->contexts, 1, &b->contexts_room, sizeof *b->context);
        b->context[b->contexts++] = (struct context){0};
        place = (uint32_t)b->contexts;
        numbers_put(&b->context_of, key, place);
    }
    return &b->context[place - 1];
}

static struct context *context_of_endpoint(struct building *b, unsigned endpoint, uint64_t pasid)
{
    return context_of(b, b->recording->names->system.endpoint[endpoint].requester_id, pasid);
}

uint32_t lives_binding_of_job(struct building *b, unsigned endpoint, uint64_t pasid)
{
    const struct context *context = context_of_endpoint(b, endpoint, pasid);
    return context ? context->bound : b->function[endpoint].no_pasid;
}

/* What a function goes on with after a stop is not the new owner's before the function was told of him. */
static uint32_t binding_of_device(struct building *b, unsigned endpoint, uint64_t pasid)
{
    const struct context *context = context_of_endpoint(b, endpoint, pasid);
    if (context == NULL)
        return b->function[endpoint].no_pasid;
    return context->device ? context->device : context->bound;
}

uint32_t lives_binding_of_raw(struct building *b, unsigned endpoint, uint64_t pasid, uint64_t job)
{
    uint32_t call = numbers_get(&b->call_of_raw, job);
    return call != NUMBERS_NONE ? numbers_get(&b->binding_of_call, call) : binding_of_device(b, endpoint, pasid);
}

/* A marker belongs to the use that was stopped, even if it is late. */
uint32_t lives_binding_of_marker(struct building *b, unsigned endpoint, uint64_t pasid)
{
    struct context *context = context_of_endpoint(b, endpoint, pasid);
    if (context == NULL || context->stopping == 0)
        return binding_of_device(b, endpoint, pasid);
    uint32_t binding = context->stopping;
    context->stopping = 0;
    return binding;
}

static void bound(struct building *b, const struct prisim_event_driver_bind *e, uint32_t i)
{
    struct lives *lives = b->lives;
    lives->binding = grow(lives->binding, lives->bindings, 1, &b->bindings_room, sizeof *lives->binding);
    lives->binding[lives->bindings++] = (struct life_binding){.number = e->binding,
                                                              .stream_id = e->stream_id,
                                                              .pasid = e->pasid,
                                                              .space = e->space,
                                                              .from = i,
                                                              .to = LIVES_NONE};
    numbers_put(&b->binding_of_number, e->binding, lives->bindings);
    struct context *context = context_of(b, e->stream_id, e->pasid);
    unsigned endpoint = lives_endpoint_of_stream(b, e->stream_id);
    if (context) {
        context->bound = lives->bindings;
        numbers_put(&b->binding_of_call, e->call, lives->bindings);
    } else if (endpoint < SYSTEM_ENDPOINTS_MAX) {
        b->function[endpoint].no_pasid = lives->bindings;
    }
}

static void point(struct building *b, const struct context *context, uint32_t i)
{
    if (context->unbinding == 0)
        return;
    b->point = grow(b->point, b->points, 1, &b->points_room, sizeof *b->point);
    b->point[b->points++] = (struct binding_point){i, context->unbinding - 1};
}

static void begin(struct context *context, uint64_t call)
{
    if (context->unbinding && context->call == call)
        return;
    context->unbinding = context->bound;
    context->call = call;
}

/* A refused unbind is over, and nothing has changed. */
static void refused(struct building *b, struct context *context)
{
    for (size_t i = b->points; i > 0 && b->point[i - 1].event >= b->lives->binding[context->unbinding - 1].from; i--)
        if (b->point[i - 1].binding == context->unbinding - 1)
            b->point[i - 1].binding = LIVES_NONE;
    context->unbinding = 0;
}

static void ended(struct building *b, struct context *context, uint32_t i)
{
    if (context->unbinding && b->lives->binding[context->unbinding - 1].to == LIVES_NONE)
        b->lives->binding[context->unbinding - 1].to = i;
    context->unbinding = 0;
}

/* Events of the driver begin with the StreamID, the PASID and, but for some, the call. */
static void of_call(struct building *b, const struct prisim_event *event, uint32_t i)
{
    const struct prisim_event_driver_stop *e = &event->driver_stop;
    struct context *context = context_of(b, e->stream_id, e->pasid);
    if (context == NULL)
        return;
    if (event->type == PRISIM_EVENT_DRIVER_STOP || event->type == PRISIM_EVENT_DRIVER_UNBIND)
        begin(context, e->call);
    if (context->unbinding == 0 || context->call != e->call)
        return;
    switch (event->type) {
    case PRISIM_EVENT_DRIVER_REFUSED:
        refused(b, context);
        return;
    case PRISIM_EVENT_DRIVER_UNBIND_RETURNED:
        if (event->driver_unbind_returned.cause == PRISIM_CAUSE_KEPT)
            ended(b, context, i);
        if (event->driver_unbind_returned.cause == PRISIM_CAUSE_STILL_BOUND)
            context->unbinding = 0;
        return;
    case PRISIM_EVENT_DRIVER_FREE:
        point(b, context, i);
        ended(b, context, i);
        return;
    default:
        point(b, context, i);
        return;
    }
}

static void device(struct building *b, const struct prisim_event *event, uint32_t i)
{
    unsigned endpoint = lives_endpoint(b, event->instance);
    if (endpoint == SYSTEM_ENDPOINTS_MAX)
        return;
    if (event->type == PRISIM_EVENT_ENDPOINT_STOP) {
        struct context *context = context_of_endpoint(b, endpoint, event->endpoint_stop.pasid);
        if (context)
            context->stopping = binding_of_device(b, endpoint, event->endpoint_stop.pasid);
    } else {
        const struct context *context = context_of_endpoint(b, endpoint, event->endpoint_stopped.pasid);
        if (context)
            point(b, context, i);
    }
}

void lives_binding(struct building *b, const struct prisim_event *event, uint32_t i)
{
    struct context *context;
    switch (event->type) {
    case PRISIM_EVENT_DRIVER_BIND:
        bound(b, &event->driver_bind, i);
        return;
    case PRISIM_EVENT_DRIVER_BOUND:
        context = context_of(b, event->driver_bound.stream_id, event->driver_bound.pasid);
        if (context)
            context->device = numbers_get(&b->binding_of_number, event->driver_bound.binding);
        return;
    case PRISIM_EVENT_ENDPOINT_STOP:
    case PRISIM_EVENT_ENDPOINT_STOPPED:
        device(b, event, i);
        return;
    default:
        of_call(b, event, i);
        return;
    }
}
