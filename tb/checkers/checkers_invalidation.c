/* SPDX-License-Identifier: Apache-2.0
 *
 * Invalidate Requests from the CMD_ATC_INV to the CMD_SYNC behind it. A completion counts for the request that its
 * function made it for, whatever invalidation the SMMU counts it for (UNBIND-HAZARD, false_sync).
 */
#include <inttypes.h>

#include "tb/checkers/checkers_state.h"

struct invalidation *invalidation_of_tlp(struct checkers *c, uint64_t tlp)
{
    for (uint32_t i = c->invalidations.count; i-- > 0;)
        if (c->invalidations.invalidation[i].tlp == tlp)
            return &c->invalidations.invalidation[i];
    return NULL;
}

/* smmu.invalidate */
void on_invalidate(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_smmu_invalidate *e = &event->smmu_invalidate;
    c->invalidations.invalidation = tables_grow(&c->arena, c->invalidations.invalidation, c->invalidations.count,
                                                &c->invalidations.room, sizeof *c->invalidations.invalidation);
    c->invalidations.invalidation[c->invalidations.count++] =
        (struct invalidation){.range = {.endpoint = checkers_endpoint_of_stream(c, e->stream_id),
                                        .pasid = e->pasid,
                                        .address = e->address,
                                        .size = e->size},
                              .tlp = e->tlp,
                              .index = e->index,
                              .at = c->clock,
                              .copies = 1};
}

static uint64_t completion_key(uint64_t tlp, uint64_t itag)
{
    return tlp << 5 | itag;
}

/* endpoint.invalidated */
void on_completion_sent(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_invalidated *e = &event->endpoint_invalidated;
    struct invalidation *request = invalidation_of_tlp(c, e->request_tlp);
    if (request == NULL)
        return;
    request->copies = e->copies;
    map_put(&c->arena, &c->invalidations.completion_of, completion_key(e->tlp, e->itag), e->request_tlp + 1);
}

/* All that the other would take out is taken out by this one. */
static bool spans(const struct atc_range *range, const struct atc_range *other)
{
    uint64_t offset = other->address - range->address;
    return range->endpoint == other->endpoint && (range->pasid == PRISIM_PASID_NONE || range->pasid == other->pasid) &&
           other->address >= range->address && offset < range->size && other->size <= range->size - offset;
}

static void complete(struct checkers *c, struct invalidation *request)
{
    request->complete = true;
    for (struct invalidation *i = c->invalidations.invalidation; i != request; i++)
        i->superseded |= spans(&request->range, &i->range);
}

/* smmu.invalidated. SMMU-ATCINV: a function that refuses sends none, and has no ATC to be wrong. */
void on_completion(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_smmu_invalidated *e = &event->smmu_invalidated;
    uint64_t known = map_take(&c->invalidations.completion_of, completion_key(e->tlp, e->itag));
    struct invalidation *request = known ? invalidation_of_tlp(c, known - 1) : NULL;
    if (known == 0 && e->cause == PRISIM_CAUSE_FUNCTION_REFUSED)
        request = invalidation_of_tlp(c, e->request_tlp);
    if (request == NULL)
        return;
    request->arrived++;
    if (request->arrived >= request->copies || e->cause == PRISIM_CAUSE_FUNCTION_REFUSED)
        complete(c, request);
}

/* smmu.atc_timeout */
void on_atc_timeout(struct checkers *c, const struct prisim_event *event)
{
    struct invalidation *request = invalidation_of_tlp(c, event->smmu_atc_timeout.request_tlp);
    if (request != NULL)
        request->lost = true;
}

/* smmu.command_error. SMMU-CERROR: one error speaks of all that were lost until then. */
void on_command_error(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_smmu_command_error *e = &event->smmu_command_error;
    for (uint32_t i = 0; e->cause == PRISIM_CAUSE_ATC_INV_TIMEOUT && i < c->invalidations.count; i++) {
        struct invalidation *request = &c->invalidations.invalidation[i];
        if (!request->lost || request->error)
            continue;
        request->error = true;
        request->sync = e->index;
    }
}

/* driver.atc_inv_lost: the driver joins the error to the calls that issued the commands. */
void on_atc_inv_lost(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_atc_inv_lost *e = &event->driver_atc_inv_lost;
    for (uint32_t i = c->invalidations.count; i-- > 0;) {
        struct invalidation *request = &c->invalidations.invalidation[i];
        if (request->index != e->index)
            continue;
        request->own = e->own;
        request->told = e->told;
        return;
    }
}

/* driver.sync_timeout: what its caller issued is no more done than before; but no CMD_SYNC deceives him any more. */
void on_sync_timeout(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_sync_timeout *e = &event->driver_sync_timeout;
    unsigned endpoint = checkers_endpoint_of_stream(c, e->stream_id);
    for (uint32_t i = 0; e->pasid != PRISIM_PASID_NONE && i < c->invalidations.count; i++) {
        struct invalidation *request = &c->invalidations.invalidation[i];
        request->given_up |= request->range.endpoint == endpoint && request->range.pasid == e->pasid;
    }
}

/* Whether a CMD_SYNC that succeeds hides that a request has no completion. Its caller knows if he was told, or if it
 * was his own CMD_SYNC that ended with the error; that one succeeds when it runs again, which says nothing. */
static bool is_hidden(struct invalidation *request, uint64_t sync)
{
    if (request->complete || request->judged || request->given_up)
        return false;
    if (request->error && !request->told && !request->own && !request->repeated && request->sync == sync) {
        request->repeated = true;
        return false;
    }
    request->judged = true;
    return !request->told && !request->own;
}

static void check_sync(struct checkers *c, uint64_t sync, prisim_cycle_t cycle)
{
    const struct invalidation *first = NULL, *another = NULL;
    for (uint32_t i = 0; i < c->invalidations.count; i++) {
        struct invalidation *request = &c->invalidations.invalidation[i];
        if (!is_hidden(request, sync))
            continue;
        if (first == NULL)
            first = request;
        if (another == NULL && request->error)
            another = request;
    }
    if (first != NULL)
        checkers_hit(c, HAZARD_FALSE_SYNC, cycle,
                     "the SYNC at index %" PRIu64 " was consumed at cycle %" PRIu64
                     ", and the Invalidate Request of the "
                     "ATC_INV at index %" PRIu64 " to endpoint[%s] has no completion",
                     sync, cycle, first->index, words_endpoint(c, first->range.endpoint));
    if (another != NULL)
        checkers_hit(c, HAZARD_FALSE_SYNC_TOLD_TO_ANOTHER, cycle,
                     "the loss of the ATC_INV at index %" PRIu64 " was the error of the SYNC at index %" PRIu64
                     ", another caller's; its own caller was not told at cycle %" PRIu64,
                     another->index, another->sync, cycle);
}

/* smmu.sync. What timed out is covered by none. */
void on_sync(struct checkers *c, const struct prisim_event *event)
{
    check_sync(c, event->smmu_sync.index, event->cycle);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < c->invalidations.count; i++) {
        const struct invalidation *request = &c->invalidations.invalidation[i];
        if (!request->complete)
            c->invalidations.invalidation[kept++] = *request;
        else if (!request->lost)
            translation_cover(c, &request->range, request->at, event->cycle);
    }
    c->invalidations.count = kept;
    tlb_synced(c, event->cycle);
}

/* With a reset of the function nothing of what they name is left there (PCIE-ATSCAP). */
void invalidations_forget(struct checkers *c, unsigned endpoint)
{
    for (uint32_t i = 0; i < c->invalidations.count; i++)
        c->invalidations.invalidation[i].superseded |= c->invalidations.invalidation[i].range.endpoint == endpoint;
}

bool invalidation_is_open(const struct checkers *c, unsigned endpoint, uint64_t pasid)
{
    if (endpoint < SYSTEM_ENDPOINTS_MAX && c->function[endpoint].gone)
        return false;
    for (uint32_t i = 0; i < c->invalidations.count; i++) {
        const struct invalidation *request = &c->invalidations.invalidation[i];
        if (request->range.endpoint == endpoint && request->range.pasid == pasid && !request->complete &&
            !request->superseded)
            return true;
    }
    return false;
}
