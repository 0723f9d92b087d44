/* SPDX-License-Identifier: Apache-2.0
 *
 * Duties of a function that asks and is answered: it takes the response that it required, heeds an Invalid one, and
 * asks in traffic class 0, within its allocation (PCIE-PRICAP-17, PCIE-RESPONSE-2, PCIE-MARKERCODE-6).
 */
#include <assert.h>

#include "tb/checkers/checkers_state.h"

/* endpoint.response, before what it answers is gone; `group` is the function's, or NULL. */
void duty_response(struct checkers *c, const struct prisim_event *event, const struct group *group)
{
    const struct prisim_event_endpoint_response *e = &event->endpoint_response;
    if (group == NULL || !group->pool.live)
        return;
    struct job *job = pool_get(&c->jobs.pool, group->job);
    /* What the function drops has answered nothing. */
    if (job != NULL && job->pool.live && e->code == PRISIM_PRG_INVALID && e->cause == PRISIM_CAUSE_GROUP_FREED) {
        job->refused = group->low | 1;
        job->refused_end = group->high;
    }
    bool dropped = e->cause == PRISIM_CAUSE_PASID_MISMATCH || e->cause == PRISIM_CAUSE_UNEXPECTED_PASID;
    uint64_t required = c->scenario->system.endpoint[group->endpoint].prpr ? group->pasid : (uint64_t)PRISIM_PASID_NONE;
    if (dropped && e->pasid == required)
        duty_broken_by(c, event, group->endpoint, DUTY_PRPR_TRUE, group->pasid);
    /* PCIE-GROUP-7: it has forgotten what it asked for. */
    bool hits_none =
        e->cause == PRISIM_CAUSE_UNEXPECTED_INDEX || (e->cause == PRISIM_CAUSE_MARKER_ANSWERED && e->pasid == required);
    if (hits_none && group->own && !group->answered && !group->killed)
        duty_broken_by(c, event, group->endpoint, DUTY_INDEX_KEPT, group->pasid);
}

static void invalid_heeded(struct checkers *c, const struct prisim_event *event, const struct request *request)
{
    const struct job *job = pool_get(&c->jobs.pool, request->job);
    bool refused = job != NULL && job->pool.live && job->refused != 0 &&
                   request->address >= (job->refused & ~UINT64_C(1)) && request->address <= job->refused_end;
    if (refused)
        duty_broken_by(c, event, request->endpoint, DUTY_INVALID_HEEDED, event->endpoint_page_request.pasid);
}

/* endpoint.other_class */
void duty_other_class(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_other_class *e = &event->endpoint_other_class;
    struct request *request = pool_get(&c->requests.pool, map_get(&c->requests.by_tlp, e->tlp));
    if (request != NULL)
        request->traffic_class = (uint8_t)e->traffic_class;
    duty_broken_here(c, event, DUTY_CLASS_ZERO, e->pasid);
}

/* PCIE-GROUP-5, PCIE-GROUP-7, PCIE-PRICAP-9. A group that is open when page requests are
 * switched off is finished (PCIE-PRICAP-11). */
static void group_kept(struct checkers *c, const struct prisim_event *event, const struct request *request)
{
    const struct group *group = pool_get(&c->groups.pool, request->group);
    const uint64_t pasid = event->endpoint_page_request.pasid;
    if (group == NULL || !group->pool.live)
        return;
    const struct function *function = &c->function[request->endpoint];
    if (group->requests == 1 && function_is_off(function))
        duty_broken_by(c, event, request->endpoint, DUTY_ENABLE_HEEDED, pasid);
    if (group->requests == 1 && group->reuses)
        duty_broken_by(c, event, request->endpoint, DUTY_INDEX_KEPT, pasid);
    /* The first one behind a Last shows that it was not with the last, or will not be the only one. */
    if (group->behind == 1)
        duty_broken_by(c, event, request->endpoint, DUTY_ONE_LAST, pasid);
}

/* endpoint.page_request: E0 */
void duty_page_request(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_page_request *e = &event->endpoint_page_request;
    unsigned endpoint = checkers_endpoint(c, event->instance);
    if (endpoint == SYSTEM_ENDPOINTS_MAX)
        return;
    const struct function *function = &c->function[endpoint];
    struct request *request = function->final; /* the one just made */
    assert(request != NULL && request->number == e->request);
    if (request->marker)
        return;
    duty_no_new_request(c, event, request);
    invalid_heeded(c, event, request);
    group_kept(c, event, request);
    /* PCIE-PRICAP: Allocation bounds the messages that are outstanding. */
    if (checkers_pool_outstanding(c, endpoint) > c->function[checkers_pool(c, endpoint)].allocation)
        duty_broken_by(c, event, endpoint, DUTY_ALLOCATION_KEPT, e->pasid);
}
