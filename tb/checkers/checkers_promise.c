/* SPDX-License-Identifier: Apache-2.0
 *
 * Promises (UNBIND-STEP, "Promise"): what a policy says is gone of a binding at U6, by place, and what stands there all
 * the same, whether or not anybody is hurt by it. The promise of each policy stands in driver/unbind/policies.def,
 * or in the scenario.
 */
#include <inttypes.h>

#include "driver/unbind/policy.h"
#include "tb/checkers/checkers_state.h"

/* The point behind which a page request stands there (UNBIND-POINT), and which hazard says that it does; HAZARDS: no
 * policy promises anything of it. */
static const struct {
    enum driver_point point;
    enum hazard hazard;
} places[] = {
    [PLACE_DEVICE] = {DRIVER_POINT_E0, HAZARDS},
    [PLACE_FABRIC] = {DRIVER_POINT_E1, HAZARDS},
    [PLACE_SMMU] = {DRIVER_POINT_H0, HAZARD_PROMISE_BROKEN_FABRIC},
    [PLACE_QUEUE] = {DRIVER_POINT_H2, HAZARD_PROMISE_BROKEN_QUEUE},
    [PLACE_IN_HAND] = {DRIVER_POINT_S0, HAZARD_PROMISE_BROKEN_IN_HAND},
    [PLACE_PARKED] = {DRIVER_POINT_S1, HAZARD_PROMISE_BROKEN_PARKED},
    [PLACE_WORK] = {DRIVER_POINT_S1, HAZARD_PROMISE_BROKEN_WORK},
    [PLACE_SERVING] = {DRIVER_POINT_S2, HAZARD_PROMISE_BROKEN_WORK},
    [PLACE_RESPONSE] = {DRIVER_POINT_R0, HAZARDS},
};

/* A look-up for it found the binding's space, and it is not answered. */
static bool has_found(const struct checkers *c, const struct request *request)
{
    for (uint32_t i = 0; i < c->items.pool.records; i++) {
        const struct item *item = pool_at(&c->items.pool, i);
        if (item != NULL && item->request == request->pool.self)
            return item->own;
    }
    return false;
}

/* Of a binding that ended in this way: may the request not be where it is? */
static bool promised_gone(const struct checkers *c, const struct binding *binding, const struct request *request)
{
    struct driver_promise promise =
        driver_policy_promise(&c->scenario->system.driver, binding->policy, binding->waited_for);
    assert((size_t)request->place < sizeof places / sizeof places[0]);
    enum driver_point point = places[request->place].point;
    return point >= promise.from && point < promise.to && (!promise.before_marker || request->left < binding->marker) &&
           (!promise.of_found || has_found(c, request));
}

static void broken(struct checkers *c, uint32_t number, prisim_cycle_t cycle, enum place place, enum hazard hazard,
                   const char *what)
{
    char words[WORDS_MAX];
    words_binding(c, number, words);
    checkers_hit(c, HAZARD_PROMISE_BROKEN, cycle,
                 "at U6 of %s (cycle %" PRIu64 ") %s stood at %s, where the policy promised nothing", words, cycle,
                 what, place_name(place));
    assert(hazard != HAZARDS && "no policy promises anything of it");
    checkers_hit(c, hazard, cycle, "%s of %s", what, words);
}

void promise_judge(struct checkers *c, const struct context *context, prisim_cycle_t cycle)
{
    const uint32_t number = context->bound;
    const struct binding *binding = binding_get(c, number);
    const struct function *function = &c->function[checkers_endpoint_of_stream(c, context->stream_id)];
    char words[WORDS_MAX];
    for (uint32_t i = 0; i < c->requests.pool.records; i++) {
        const struct request *request = pool_at(&c->requests.pool, i);
        if (request != NULL && request->placed && request->binding == number && promised_gone(c, binding, request))
            broken(c, number, cycle, request->place, places[request->place].hazard, words_request(c, request, words));
    }
    bool invalidates = driver_policy_has(&c->scenario->system.driver, binding->policy, DRIVER_STEP_INVALIDATED) &&
                       !function_is_cut_off(function);
    for (uint32_t i = 0; invalidates && i < binding->at[PLACE_ATC]; i++)
        broken(c, number, cycle, PLACE_ATC, HAZARD_PROMISE_BROKEN_ATC, "a translation");
}

/* Told at the same edge as U6, but by another event: the ASID went free with the PASID. */
void promise_tlb_left(struct checkers *c, uint32_t number, prisim_cycle_t cycle)
{
    char words[WORDS_MAX];
    if (!driver_policy_has(&c->scenario->system.driver, binding_get(c, number)->policy, DRIVER_STEP_INVALIDATED))
        return;
    words_binding(c, number, words);
    checkers_hit(c, HAZARD_PROMISE_BROKEN, cycle,
                 "at U6 of %s (cycle %" PRIu64 ") entries of its ASID were left in a TLB of the SMMU", words, cycle);
    checkers_hit(c, HAZARD_PROMISE_BROKEN_TLB, cycle, "entries of the ASID of %s", words);
}
