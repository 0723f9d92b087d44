/* SPDX-License-Identifier: Apache-2.0
 *
 * The calls that make bindings, and what a function is told of them.
 */
#include "tb/checkers/checkers_state.h"

static void made(struct checkers *c, const struct prisim_event_driver_bind *e)
{
    c->bindings.binding =
        tables_grow(&c->arena, c->bindings.binding, c->bindings.count, &c->bindings.room, sizeof *c->bindings.binding);
    c->bindings.binding[c->bindings.count++] = (struct binding){.number = e->binding,
                                                                .space = e->space,
                                                                .life = c->life,
                                                                .freed = PRISIM_CYCLE_NEVER,
                                                                .ended = PRISIM_CYCLE_NEVER,
                                                                .marker = UINT64_MAX};
}

/* driver.bind. What has no PASID is bound once, by no call, and never unbound. */
void on_bind(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_bind *e = &event->driver_bind;
    struct context *context = binding_context(c, e->stream_id, e->pasid);
    if (context == NULL) {
        unsigned endpoint = checkers_endpoint_of_stream(c, e->stream_id);
        made(c, e);
        if (endpoint < SYSTEM_ENDPOINTS_MAX)
            c->function[endpoint].no_pasid = c->bindings.count;
        return;
    }
    freed_rebound(c, context, event->cycle);
    made(c, e);
    exposure_rebound(c, context, event->cycle);
    c->course.happened = true;
    context->bound = c->bindings.count;
    map_put(&c->arena, &c->bindings.of_number, e->binding, c->bindings.count);
    map_put(&c->arena, &c->bindings.of_call, e->call, c->bindings.count);
}

/* driver.bound */
void on_bound(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_bound *e = &event->driver_bound;
    struct context *context = binding_context(c, e->stream_id, e->pasid);
    if (context != NULL)
        context->device = (uint32_t)map_get(&c->bindings.of_number, e->binding);
}

/* endpoint.stop */
void on_stop(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_stop *e = &event->endpoint_stop;
    unsigned endpoint = checkers_endpoint(c, event->instance);
    struct context *context = binding_context_of_endpoint(c, endpoint, e->pasid);
    if (context != NULL)
        context->stopping = binding_of_device(c, endpoint, e->pasid);
}
