/* SPDX-License-Identifier: Apache-2.0
 *
 * Duties of a function to whom an Invalidate Request comes (PCIE-ATC-9, PCIE-ATC-10, PCIE-ATC-12, PCIE-ITAG-7): it
 * takes no older translation, its completion is true, and there is one. A late one breaks none: how long the SMMU waits
 * is software's choice.
 */
#include "tb/checkers/checkers_state.h"

static void judge_taken(struct checkers *c, const struct prisim_event *event, uint64_t number, bool taken)
{
    const struct job *job = job_get(c, checkers_endpoint(c, event->instance), number);
    if (job != NULL && job->poisoned && taken)
        duty_broken_here(c, event, DUTY_IN_FLIGHT_POISONED, job->pasid);
}

/* endpoint.translation. R=W=0 says nothing that could be stale: the function asks again. */
void duty_translation(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_translation *e = &event->endpoint_translation;
    judge_taken(c, event, e->job, e->taken && (e->access & (PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE)));
}

/* endpoint.translation_further: of the same request. */
void duty_translation_further(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_translation_further *e = &event->endpoint_translation_further;
    judge_taken(c, event, e->job, e->taken && (e->access & (PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE)));
}

/* endpoint.invalidate */
void duty_invalidate(struct checkers *c, const struct prisim_event *event)
{
    struct invalidation *request = invalidation_of_tlp(c, event->endpoint_invalidate.tlp);
    if (request != NULL)
        request->dropped = true;
}

/* endpoint.invalidate_kept */
void duty_invalidate_kept(struct checkers *c, const struct prisim_event *event)
{
    duty_broken_here(c, event, DUTY_INVALIDATION_DONE, event->endpoint_invalidate_kept.pasid);
}

/* endpoint.invalidated: a copy of the completion. All of them are false, and one says it. */
void duty_invalidated(struct checkers *c, const struct prisim_event *event)
{
    struct invalidation *request = invalidation_of_tlp(c, event->endpoint_invalidated.request_tlp);
    if (request == NULL || request->dropped)
        return;
    request->dropped = true;
    duty_broken_here(c, event, DUTY_INVALIDATION_DONE, request->range.pasid);
}

/* A PASID that the function has not is refused by right, and with a reset nothing is left to complete (PCIE-ATSCAP). */
static bool owes_completion(enum prisim_cause cause)
{
    return cause != PRISIM_CAUSE_BAD_PASID && cause != PRISIM_CAUSE_FUNCTION_RESET &&
           cause != PRISIM_CAUSE_FUNCTION_REMOVED;
}

/* endpoint.invalidate_unanswered */
void duty_invalidate_unanswered(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_invalidate_unanswered *e = &event->endpoint_invalidate_unanswered;
    struct invalidation *request = invalidation_of_tlp(c, e->tlp);
    if (request != NULL && e->cause == PRISIM_CAUSE_FUNCTION_RESET)
        request->superseded = true;
    if (owes_completion((enum prisim_cause)e->cause))
        duty_broken_here(c, event, DUTY_INVALIDATION_ANSWERED, request ? request->range.pasid : PRISIM_PASID_NONE);
}
