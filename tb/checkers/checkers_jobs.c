/* SPDX-License-Identifier: Apache-2.0
 *
 * The bystander (UNBIND-HAZARD, `live_job_failed`): a job of a binding that lives on ends in error because of another
 * binding's unbind: the answer that it got, or that switched page requests off, was meant for that one or was computed
 * from it; or a step of that unbind was about the whole function (UNBIND-D12).
 */
#include <inttypes.h>

#include "tb/checkers/checkers_state.h"

/* driver.resolve */
void jobs_resolve(struct checkers *c, const struct prisim_event *event)
{
    struct item *item = item_get(c, event->driver_resolve.item);
    if (item != NULL && event->driver_resolve.cause != PRISIM_CAUSE_BOUND)
        item->refused = true;
}

/* driver.page */
void jobs_page(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_page *e = &event->driver_page;
    struct item *item = item_get(c, e->item);
    if (item != NULL && e->cause != PRISIM_CAUSE_MAPPED && e->cause != PRISIM_CAUSE_RESIDENT &&
        e->cause != PRISIM_CAUSE_COPIED && e->cause != PRISIM_CAUSE_DIRTIED)
        item->refused = true;
}

/* A member that a response is computed from: it is refused for its own members' sake, or for another binding's. */
void jobs_member(struct answer *answer, const struct item *member, const struct request *request)
{
    if (!member->refused || request == NULL)
        return;
    if (request->binding == answer->binding)
        answer->refused = true;
    else if (answer->other == 0)
        answer->other = request->binding;
}

/* The binding of another one whose unbind has begun and to which the job owes this answer, or 0. */
static uint32_t foreign(struct checkers *c, const struct job *job, const struct answer *answer)
{
    uint32_t whose = answer->binding != job->binding ? answer->binding : answer->refused ? 0 : answer->other;
    const struct binding *binding = binding_get(c, whose);
    return binding != NULL && binding->stopping && whose != job->binding ? whose : 0;
}

/* endpoint.response: `hit` is the group that it freed, if any. */
void jobs_answered(struct checkers *c, const struct prisim_event *event, const struct answer *answer,
                   const struct group *hit)
{
    const struct prisim_event_endpoint_response *e = &event->endpoint_response;
    const unsigned pool = checkers_pool(c, checkers_endpoint(c, event->instance));
    struct job *job = hit ? pool_get(&c->jobs.pool, hit->job) : NULL;
    bool known = answer != NULL && answer->pool.live;
    if (job != NULL && job->pool.live)
        job->owed = known && e->code == PRISIM_PRG_INVALID ? foreign(c, job, answer) : 0;
    /* PCIE-RESPONSE-3 */
    for (unsigned i = 0; e->cause == PRISIM_CAUSE_RESPONSE_FAILURE && i < c->scenario->system.endpoints; i++)
        if (checkers_pool(c, i) == pool)
            c->function[i].off = known ? *answer : (struct answer){0};
}

/* The binding whose unbind is this call's; 0: the call is none. */
static uint32_t unbound_by(struct checkers *c, uint64_t stream_id, uint64_t call)
{
    for (uint32_t i = 0; call != 0 && i < c->bindings.contexts; i++) {
        const struct context *context = &c->bindings.context[i];
        if (context->stream_id == stream_id && context->call == call)
            return context->bound;
    }
    return 0;
}

/* driver.pri_off, driver.pri_reset: of all functions that have their page requests together. The fields of the two are
 * the same. */
void jobs_pri_off(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_pri_off *e = &event->driver_pri_off;
    const unsigned endpoint = checkers_endpoint_of_stream(c, e->stream_id);
    if (endpoint == SYSTEM_ENDPOINTS_MAX)
        return;
    for (unsigned i = 0; i < c->scenario->system.endpoints; i++)
        if (checkers_pool(c, i) == checkers_pool(c, endpoint))
            c->function[i].off = (struct answer){.binding = unbound_by(c, e->stream_id, e->call)};
}

void jobs_cut(struct checkers *c, uint64_t stream_id, uint64_t call)
{
    const unsigned endpoint = checkers_endpoint_of_stream(c, stream_id);
    if (endpoint < SYSTEM_ENDPOINTS_MAX)
        c->function[endpoint].cut_by = unbound_by(c, stream_id, call);
}

/* driver.ats_off */
void jobs_ats_off(struct checkers *c, const struct prisim_event *event)
{
    jobs_cut(c, event->driver_ats_off.stream_id, event->driver_ats_off.call);
}

/* driver.flr */
void jobs_flr(struct checkers *c, const struct prisim_event *event)
{
    jobs_cut(c, event->driver_flr.stream_id, event->driver_flr.call);
}

/* Whose unbind did it to the function of the job that ended so; 0: nobody's. */
static uint32_t cut_by(struct checkers *c, const struct job *job, enum prisim_cause cause)
{
    const struct function *function = &c->function[job->endpoint];
    const struct binding *binding = binding_get(c, function->cut_by);
    const bool cut = cause == PRISIM_CAUSE_NOT_ENABLED || cause == PRISIM_CAUSE_FUNCTION_RESET ||
                     (cause == PRISIM_CAUSE_TRANSLATION_ERROR && function_is_cut_off(function));
    return cut && binding != NULL && binding->stopping ? function->cut_by : 0;
}

/* True, and counted, if the job is a bystander. */
bool jobs_bystander(struct checkers *c, const struct job *job, const struct prisim_event_endpoint_job_done *e,
                    prisim_cycle_t cycle)
{
    const struct binding *own = binding_get(c, job->binding);
    if (own == NULL || own->stopping)
        return false;
    const struct answer *off = &c->function[job->endpoint].off;
    uint32_t whose = cut_by(c, job, (enum prisim_cause)e->cause);
    const bool by_step = whose != 0 || (e->cause == PRISIM_CAUSE_PRI_OFF && !off->pool.live);
    if (e->cause == PRISIM_CAUSE_INVALID_REQUEST)
        whose = job->owed;
    else if (e->cause == PRISIM_CAUSE_PRI_OFF)
        whose = foreign(c, job, off);
    if (whose == 0)
        return false;
    char words[WORDS_MAX], other[WORDS_MAX];
    checkers_hit(c, HAZARD_LIVE_JOB_FAILED, cycle,
                 "job %" PRIu64 " of endpoint[%s] (PASID %" PRIu64 "), of %s, ended at cycle %" PRIu64
                 " (%s) by the unbind of %s: it got that one's %s",
                 job->number, words_endpoint(c, job->endpoint), e->pasid, words_binding(c, job->binding, words), cycle,
                 prisim_cause_name((enum prisim_cause)e->cause), words_binding(c, whose, other),
                 by_step ? "cure, which is of the whole function" : "answer");
    return true;
}
