/* SPDX-License-Identifier: Apache-2.0
 *
 * Responses, software's and the queue's own, from R0 to R2: to whom they are, and what the function did for them.
 */
#include "tb/view/lives_state.h"

struct answer *lives_answer_new(struct building *b, uint64_t stream_id, bool automatic)
{
    unsigned endpoint = lives_endpoint_of_stream(b, stream_id);
    b->answer = grow(b->answer, b->answers, 1, &b->answers_room, sizeof *b->answer);
    b->answer[b->answers] = (struct answer){
        .first = (uint32_t)b->members,
        .endpoint = (uint8_t)(endpoint < SYSTEM_ENDPOINTS_MAX ? endpoint : 0),
        .automatic = automatic,
    };
    return &b->answer[b->answers++];
}

void lives_answer_to(struct building *b, struct answer *answer, uint32_t request)
{
    b->member = grow(b->member, b->members, 1, &b->members_room, sizeof *b->member);
    b->member[b->members++] = request;
    answer->members++;
}

/* pri_queue.response: they leave the SMMU in this order. */
static void automatic(struct building *b, const struct prisim_event *event, uint32_t i)
{
    const struct prisim_event_pri_queue_response *e = &event->pri_queue_response;
    uint32_t request = lives_take_dropped(b, e->stream_id, e->prgi);
    struct answer *answer = lives_answer_new(b, e->stream_id, true);
    if (request)
        lives_answer_to(b, answer, request - 1);
    lives_answer_step(b, answer, i, LANES_SMMU);
    b->automatic = grow(b->automatic, b->made, 1, &b->automatic_room, sizeof *b->automatic);
    b->automatic[b->made++] = (uint32_t)b->answers;
}

/* smmu.response_lost: it is of the automatic ones that have not left; the newest of these that it can be. */
static void lost(struct building *b, const struct prisim_event *event, uint32_t i)
{
    const struct prisim_event_smmu_response_lost *e = &event->smmu_response_lost;
    unsigned endpoint = lives_endpoint_of_stream(b, e->stream_id);
    for (size_t k = b->made; k > b->left; k--) {
        const struct answer *answer = b->automatic[k - 1] ? &b->answer[b->automatic[k - 1] - 1] : NULL;
        if (!answer || answer->endpoint != endpoint || !answer->members ||
            b->lives->request[b->member[answer->first]].prgi != e->prgi)
            continue;
        lives_answer_step(b, answer, i, LANES_SMMU);
        b->automatic[k - 1] = 0;
        return;
    }
}

/* smmu.prg_response: R1 */
static void left(struct building *b, const struct prisim_event *event, uint32_t i)
{
    const struct prisim_event_smmu_prg_response *e = &event->smmu_prg_response;
    uint32_t place = 0;
    if (e->cause != PRISIM_CAUSE_AUTOMATIC)
        place = numbers_take(&b->of_command, e->index);
    while (e->cause == PRISIM_CAUSE_AUTOMATIC && !place && b->left < b->made)
        place = b->automatic[b->left++];
    if (!place)
        return;
    const struct answer *answer = &b->answer[place - 1];
    numbers_put(&b->of_tlp, e->tlp, 2 * place);
    lives_answer_step(b, answer, i, LANES_LINK + answer->endpoint);
}

static enum life_end end_of(const struct answer *answer, uint64_t cause)
{
    bool taken = cause == PRISIM_CAUSE_GROUP_FREED || cause == PRISIM_CAUSE_RESPONSE_FAILURE;
    enum life_end answered = answer->automatic ? LIFE_AUTO_ANSWERED : LIFE_ANSWERED;
    return taken ? answered : LIFE_IGNORED;
}

/* endpoint.response: R2. The first one that the function took counts. */
static void arrived(struct building *b, const struct prisim_event *event, uint32_t i)
{
    const struct prisim_event_endpoint_response *e = &event->endpoint_response;
    unsigned endpoint = lives_endpoint(b, event->instance);
    if (endpoint == SYSTEM_ENDPOINTS_MAX)
        return;
    uint32_t carried = numbers_take(&b->of_tlp, e->tlp);
    const struct answer *answer = carried && carried % 2 == 0 ? &b->answer[carried / 2 - 1] : NULL;
    bool dropped = e->cause == PRISIM_CAUSE_PASID_MISMATCH || e->cause == PRISIM_CAUSE_UNEXPECTED_PASID;
    uint32_t hit = lives_group_at(b, endpoint, e->prgi);
    if (answer)
        lives_answer_step(b, answer, i, LANES_ENDPOINT + endpoint);
    for (uint32_t k = 0; answer && k < answer->members; k++) {
        struct life_request *request = &b->lives->request[b->member[answer->first + k]];
        if (request->end != LIFE_ANSWERED && request->end != LIFE_AUTO_ANSWERED)
            request->end = end_of(answer, e->cause);
        if (!dropped && request->group != LIVES_NONE)
            lives_group_answered(b, request->group);
    }
    bool frees = e->cause == PRISIM_CAUSE_GROUP_FREED || e->cause == PRISIM_CAUSE_GROUP_STALE;
    if (frees && hit != LIVES_NONE)
        lives_group_answered(b, hit);
}

void lives_answer(struct building *b, const struct prisim_event *event, uint32_t i)
{
    switch (event->type) {
    case PRISIM_EVENT_PRI_QUEUE_RESPONSE:
        automatic(b, event, i);
        return;
    case PRISIM_EVENT_SMMU_RESPONSE_LOST:
        lost(b, event, i);
        return;
    case PRISIM_EVENT_SMMU_PRG_RESPONSE:
        left(b, event, i);
        return;
    case PRISIM_EVENT_ENDPOINT_RESPONSE:
        arrived(b, event, i);
        return;
    }
}
