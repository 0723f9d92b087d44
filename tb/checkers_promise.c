/* SPDX-License-Identifier: Apache-2.0
 *
 * Promises (UNBIND-STEP, "Promise"): what a policy says is gone of a binding at U6, by place, and what stands there all
 * the same, whether or not anybody is hurt by it. `none` promises nothing of requests; `drain` that nothing is left
 * from H2 to R0; `stop_marker` that nothing of before the marker is left from H0 to R0; and each of them clears the
 * ATC.
 */
#include <inttypes.h>

#include "tb/checkers_state.h"

/* Which hazard says that a place is not empty. */
static enum hazard hazard_of(enum place place)
{
    switch (place) {
    case PLACE_SMMU:
        return HAZARD_PROMISE_BROKEN_FABRIC;
    case PLACE_QUEUE:
        return HAZARD_PROMISE_BROKEN_QUEUE;
    case PLACE_IN_HAND:
        return HAZARD_PROMISE_BROKEN_IN_HAND;
    case PLACE_PARKED:
        return HAZARD_PROMISE_BROKEN_PARKED;
    case PLACE_WORK:
    case PLACE_SERVING:
        return HAZARD_PROMISE_BROKEN_WORK;
    case PLACE_ATC:
        return HAZARD_PROMISE_BROKEN_ATC;
    case PLACE_DEVICE:
    case PLACE_FABRIC:
    case PLACE_RESPONSE:
    case PLACE_TRANSLATION:
    case PLACE_DMA:
    case PLACE_JOB:
    case PLACES:
        break;
    }
    assert(false && "no policy promises anything of it");
    return HAZARDS;
}

/* Of a binding that ended in this way: may the request not be where it is? */
static bool promised_gone(const struct binding *binding, const struct request *request)
{
    switch (binding->waited_for) {
    case CAUSE_DRAINED:
    case CAUSE_MARKER_TIMEOUT:
        return request->place >= PLACE_QUEUE && request->place <= PLACE_SERVING;
    case CAUSE_MARKER_SEEN:
        return request->place >= PLACE_SMMU && request->place <= PLACE_SERVING && request->left < binding->marker;
    default:
        return false;
    }
}

static void broken(struct checkers *c, uint32_t number, cycle_t cycle, enum place place, const char *what)
{
    char words[WORDS_MAX];
    words_binding(c, number, words);
    checkers_hit(c, HAZARD_PROMISE_BROKEN, cycle,
                 "at U6 of %s (cycle %" PRIu64 ") %s stood at %s, where the policy promised nothing", words, cycle,
                 what, place_name(place));
    checkers_hit(c, hazard_of(place), cycle, "%s of %s", what, words);
}

void promise_judge(struct checkers *c, uint32_t number, cycle_t cycle)
{
    const struct binding *binding = binding_get(c, number);
    char words[WORDS_MAX];
    for (uint32_t i = 0; i < c->requests.pool.records; i++) {
        const struct request *request = pool_at(&c->requests.pool, i);
        if (request != NULL && request->placed && request->binding == number && promised_gone(binding, request))
            broken(c, number, cycle, request->place, words_request(c, request, words));
    }
    for (uint32_t i = 0; i < binding->at[PLACE_ATC]; i++)
        broken(c, number, cycle, PLACE_ATC, "a translation");
}

/* Told at the same edge as U6, but by another event: the ASID went free with the PASID. */
void promise_tlb_left(struct checkers *c, uint32_t number, cycle_t cycle)
{
    char words[WORDS_MAX];
    words_binding(c, number, words);
    checkers_hit(c, HAZARD_PROMISE_BROKEN, cycle,
                 "at U6 of %s (cycle %" PRIu64 ") entries of its ASID were left in a TLB of the SMMU", words, cycle);
    checkers_hit(c, HAZARD_PROMISE_BROKEN_TLB, cycle, "entries of the ASID of %s", words);
}
