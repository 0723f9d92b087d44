/* SPDX-License-Identifier: Apache-2.0
 *
 * Accesses that stall (SMMU-RESUME): whose they are, and that each has one answer, its own. In software's hands they
 * are judged as page requests are (checkers_software.c).
 */
#include <inttypes.h>

#include "tb/checkers/checkers_state.h"

static struct request *request_of_stag(struct checkers *c, uint64_t stag)
{
    struct request *request = stag < STALL_STAGS ? pool_get(&c->requests.pool, c->stalls.request[stag]) : NULL;
    return request != NULL && request->pool.live ? request : NULL;
}

/* smmu.stall: it belongs to the binding of its job. */
void on_stall(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_smmu_stall *e = &event->smmu_stall;
    const uint64_t dma = map_get(&c->translations.dma_of, e->tlp);
    const unsigned endpoint = checkers_endpoint_of_stream(c, e->stream_id);
    if (e->stag >= STALL_STAGS || endpoint == SYSTEM_ENDPOINTS_MAX)
        return;
    struct request *request = pool_take(&c->arena, &c->requests.pool);
    request->stalled = true;
    request->sent = true;
    request->endpoint = endpoint;
    request->pasid = e->pasid;
    request->made = request->left = c->clock;
    request->address = e->address;
    request->prg_index = (uint16_t)e->stag;
    request->binding = dma ? (uint32_t)(dma >> 1) - 1 : 0;
    place_request(c, request, PLACE_SMMU);
    c->stalls.request[e->stag] = request->pool.self;
}

/* smmu.event: the record of the one that waits for it longest. */
void stall_recorded(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_smmu_event *e = &event->smmu_event;
    struct request *oldest = NULL;
    for (unsigned stag = 0; stag < STALL_STAGS; stag++) {
        struct request *request = request_of_stag(c, stag);
        if (request != NULL && request->place == PLACE_SMMU && request->address == e->address &&
            request->pasid == e->pasid && request->endpoint == checkers_endpoint_of_stream(c, e->stream_id) &&
            (oldest == NULL || request->made < oldest->made))
            oldest = request;
    }
    if (oldest == NULL)
        return;
    oldest->number = e->slot + 1;
    place_request(c, oldest, PLACE_QUEUE);
}

/* driver.take of the event queue: what that slot is the record of, if it still waits. */
struct request *stall_taken(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_take *e = &event->driver_take;
    struct request *request = request_of_stag(c, e->prgi);
    if (request == NULL || request->place != PLACE_QUEUE || request->number != e->slot + 1)
        return NULL;
    place_request(c, request, PLACE_IN_HAND);
    return request;
}

/* driver.respond: CMD_RESUME for that one is on the command queue. */
void stall_answered(struct checkers *c, uint64_t stag, uint64_t reference)
{
    struct request *request = pool_get(&c->requests.pool, reference);
    if (stag < STALL_STAGS)
        c->stalls.answered[stag] = reference;
    if (request != NULL && request->pool.live)
        place_request(c, request, PLACE_RESPONSE);
}

/* smmu.resume: by its answer; by nobody's, if it is translated again for a CMD_SYNC or all of its function are ended;
 * or by that for another one, which had its STAG before and is gone. */
void on_resume(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_smmu_resume *e = &event->smmu_resume;
    struct request *request = request_of_stag(c, e->stag);
    if (request == NULL)
        return;
    const uint64_t answered = c->stalls.answered[e->stag];
    c->stalls.answered[e->stag] = 0;
    c->stalls.request[e->stag] = 0;
    char words[WORDS_MAX];
    if (answered != 0 && answered != request->pool.self)
        checkers_hit(c, HAZARD_WRONG_RESPONSE, event->cycle,
                     "%s went on at cycle %" PRIu64 " by the answer to another one, which had its STAG before",
                     words_request(c, request, words), event->cycle);
    request_done(c, request);
}

void stall_finish(struct checkers *c, prisim_cycle_t end, bool idle)
{
    char words[WORDS_MAX];
    for (unsigned stag = 0; idle && stag < STALL_STAGS; stag++) {
        const struct request *request = request_of_stag(c, stag);
        if (request != NULL)
            checkers_hit(c, HAZARD_UNANSWERED_STALL, end, "%s has no answer by the end",
                         words_request(c, request, words));
    }
}
