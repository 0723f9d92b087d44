/* SPDX-License-Identifier: Apache-2.0
 *
 * Bindings of PASIDs: who owned one when. What makes them is in checkers_bind.c, what ends them in checkers_unbind.c.
 */
#include <inttypes.h>

#include "tb/checkers/checkers_state.h"

struct context *binding_context(struct checkers *c, uint64_t stream_id, uint64_t pasid)
{
    if (pasid == PRISIM_PASID_NONE)
        return NULL;
    uint64_t key = stream_id << 32 | pasid;
    uint64_t place = map_get(&c->bindings.context_of, key);
    if (place == 0) {
        c->bindings.context = tables_grow(&c->arena, c->bindings.context, c->bindings.contexts,
                                          &c->bindings.contexts_room, sizeof *c->bindings.context);
        place = ++c->bindings.contexts;
        c->bindings.context[place - 1] = (struct context){.stream_id = (uint32_t)stream_id,
                                                          .pasid = (uint32_t)pasid,
                                                          .unbind = PRISIM_CYCLE_NEVER,
                                                          .begun = PRISIM_CYCLE_NEVER,
                                                          .cd_since = PRISIM_PASID_NONE};
        map_put(&c->arena, &c->bindings.context_of, key, place);
    }
    return &c->bindings.context[place - 1];
}

struct binding *binding_get(struct checkers *c, uint32_t binding)
{
    assert(binding <= c->bindings.count);
    return binding ? &c->bindings.binding[binding - 1] : NULL;
}

struct context *binding_context_of_endpoint(struct checkers *c, unsigned endpoint, uint64_t pasid)
{
    return endpoint < SYSTEM_ENDPOINTS_MAX ? binding_context(c, c->function[endpoint].stream_id, pasid) : NULL;
}

static uint32_t binding_without_pasid(const struct checkers *c, unsigned endpoint)
{
    return endpoint < SYSTEM_ENDPOINTS_MAX ? c->function[endpoint].no_pasid : 0;
}

uint32_t binding_of_job(struct checkers *c, unsigned endpoint, uint64_t pasid)
{
    if (pasid == PRISIM_PASID_NONE)
        return binding_without_pasid(c, endpoint);
    const struct context *context = binding_context_of_endpoint(c, endpoint, pasid);
    return context ? context->bound : 0;
}

/* A rogue that goes on after its PASID was stopped does so as what it was: its requests are not the new owner's before
 * the function was told of a new owner. */
uint32_t binding_of_device(struct checkers *c, unsigned endpoint, uint64_t pasid)
{
    if (pasid == PRISIM_PASID_NONE)
        return binding_without_pasid(c, endpoint);
    const struct context *context = binding_context_of_endpoint(c, endpoint, pasid);
    if (context == NULL)
        return 0;
    return context->device ? context->device : context->bound;
}

/* A marker belongs to the use that was stopped, even if it is late. */
uint32_t binding_of_marker(struct checkers *c, unsigned endpoint, uint64_t pasid)
{
    struct context *context = binding_context_of_endpoint(c, endpoint, pasid);
    if (context != NULL && context->stop.owed) /* they leave in the order of the stops */
        return context->stop.owed;
    if (context == NULL || context->stopping == 0)
        return binding_of_device(c, endpoint, pasid);
    uint32_t binding = context->stopping;
    context->stopping = 0;
    return binding;
}
