/* SPDX-License-Identifier: Apache-2.0
 *
 * What of each binding stands where, and the picture of that at each point of its unbind (UNBIND-HAZARD, "Exposure").
 */
#include <string.h>

#include "tb/checkers/checkers_state.h"

void place_enter(struct checkers *c, uint32_t binding, enum place place)
{
    struct binding *b = binding_get(c, binding);
    if (b != NULL)
        b->at[place]++;
}

void place_leave(struct checkers *c, uint32_t binding, enum place place)
{
    struct binding *b = binding_get(c, binding);
    if (b == NULL)
        return;
    assert(b->at[place] > 0);
    b->at[place]--;
}

/* A marker is no request: it stands nowhere. */
void place_request(struct checkers *c, struct request *request, enum place place)
{
    if (request->marker)
        return;
    if (request->placed)
        place_leave(c, request->binding, request->place);
    request->placed = place != PLACES;
    request->place = place;
    if (request->placed)
        place_enter(c, request->binding, place);
}

bool exposure_has_begun(const struct checkers *c, uint64_t call)
{
    for (uint32_t i = 0; i < c->exposures.count; i++)
        if (c->exposures.exposure[i].call == call)
            return true;
    return false;
}

static struct exposure *exposure_of_call(struct checkers *c, uint64_t call)
{
    for (uint32_t i = c->exposures.count; i-- > 0;)
        if (c->exposures.exposure[i].call == call)
            return &c->exposures.exposure[i];
    return NULL;
}

static void look(struct checkers *c, struct exposure *exposure, enum exposure_point point, prisim_cycle_t cycle)
{
    const struct binding *binding = binding_get(c, exposure->of);
    exposure->cycle[point] = cycle;
    if (binding != NULL)
        memcpy(exposure->at[point], binding->at, sizeof exposure->at[point]);
}

void exposure_begin(struct checkers *c, const struct context *context, uint64_t call, prisim_cycle_t cycle)
{
    const struct binding *binding = binding_get(c, context->bound);
    c->exposures.exposure = tables_grow(&c->arena, c->exposures.exposure, c->exposures.count, &c->exposures.room,
                                        sizeof *c->exposures.exposure);
    struct exposure *exposure = &c->exposures.exposure[c->exposures.count++];
    *exposure = (struct exposure){.call = call,
                                  .step = course_step_of_call(c, call),
                                  .stream_id = context->stream_id,
                                  .pasid = context->pasid,
                                  .of = context->bound,
                                  .binding = binding ? binding->number : 0};
    for (unsigned point = 0; point < EXPOSURE_POINTS; point++)
        exposure->cycle[point] = PRISIM_CYCLE_NEVER;
    look(c, exposure, EXPOSURE_U0, cycle);
}

void exposure_point(struct checkers *c, uint64_t call, enum exposure_point point, prisim_cycle_t cycle)
{
    struct exposure *exposure = exposure_of_call(c, call);
    if (exposure != NULL && exposure->cycle[point] == PRISIM_CYCLE_NEVER)
        look(c, exposure, point, cycle);
}

/* U7: the PASID has its next owner, by whichever call. */
void exposure_rebound(struct checkers *c, const struct context *context, prisim_cycle_t cycle)
{
    for (uint32_t i = c->exposures.count; i-- > 0;) {
        struct exposure *exposure = &c->exposures.exposure[i];
        if (exposure->stream_id != context->stream_id || exposure->pasid != context->pasid)
            continue;
        if (exposure->cycle[EXPOSURE_U7] == PRISIM_CYCLE_NEVER)
            look(c, exposure, EXPOSURE_U7, cycle);
        return;
    }
}

const struct exposure *checkers_exposure(const struct checkers *c, unsigned i)
{
    return i < c->exposures.count ? &c->exposures.exposure[i] : NULL;
}

bool exposure_is_of_step(const struct exposure *exposure, const struct expected_exposure *expected)
{
    return expected->step < 0 ||
           (exposure->step >= expected->step && (uint32_t)(exposure->step - expected->step) <= expected->more);
}

bool exposure_is(const struct exposure *exposure, const struct expected_exposure *expected)
{
    return exposure_is_of_step(exposure, expected) && exposure->cycle[expected->point] != PRISIM_CYCLE_NEVER &&
           expected_count_met(&expected->count, exposure->at[expected->point][expected->place]);
}
