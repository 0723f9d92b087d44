/* SPDX-License-Identifier: Apache-2.0
 *
 * Duties of a function that asks and is answered: it takes the response that it required, heeds an Invalid one, and
 * asks in traffic class 0 (PCIE-PRICAP-17, PCIE-RESPONSE-2, PCIE-MARKERCODE-6).
 */
#include "tb/checkers/checkers_state.h"

/* endpoint.response, before what it answers is gone; `group` is the function's, or NULL. */
void duty_response(struct checkers *c, const struct prisim_event *event, const struct group *group)
{
    const struct prisim_event_endpoint_response *e = &event->endpoint_response;
    if (group == NULL || !group->pool.live)
        return;
    struct job *job = pool_get(&c->jobs.pool, group->job);
    if (job != NULL && job->pool.live && e->code == PRISIM_PRG_INVALID)
        job->refused = group->address | 1;
    bool dropped = e->cause == PRISIM_CAUSE_PASID_MISMATCH || e->cause == PRISIM_CAUSE_UNEXPECTED_PASID;
    uint64_t required = c->scenario->system.endpoint[group->endpoint].prpr ? group->pasid : (uint64_t)PRISIM_PASID_NONE;
    if (dropped && e->pasid == required)
        duty_broken_by(c, event, group->endpoint, DUTY_PRPR_TRUE, group->pasid);
}

/* endpoint.page_request: E0 */
void duty_invalid_heeded(struct checkers *c, const struct prisim_event *event, const struct request *request)
{
    const struct job *job = job_get(c, request->endpoint, request->job);
    if (request->job != 0 && job != NULL && job->refused == (request->address | 1))
        duty_broken_by(c, event, request->endpoint, DUTY_INVALID_HEEDED, event->endpoint_page_request.pasid);
}

/* endpoint.other_class */
void duty_other_class(struct checkers *c, const struct prisim_event *event)
{
    unsigned endpoint = checkers_endpoint(c, event->instance);
    if (endpoint < SYSTEM_ENDPOINTS_MAX)
        duty_broken_by(c, event, endpoint, DUTY_CLASS_ZERO, event->endpoint_other_class.pasid);
}
