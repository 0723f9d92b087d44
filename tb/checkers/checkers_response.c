/* SPDX-License-Identifier: Apache-2.0
 *
 * PRG Responses from the SMMU to the function, R1..R2: whose answer arrives, and what it hits there.
 */
#include <inttypes.h>

#include "tb/checkers/checkers_state.h"

struct answer *response_new(struct checkers *c, uint64_t group, uint32_t binding)
{
    struct answer *answer = pool_take(&c->arena, &c->answers.pool);
    answer->group = group;
    answer->binding = binding;
    place_enter(c, binding, PLACE_RESPONSE);
    return answer;
}

static void response_gone(struct checkers *c, struct answer *answer)
{
    if (answer == NULL || !answer->pool.live)
        return;
    place_leave(c, answer->binding, PLACE_RESPONSE);
    pool_give_back(&c->arena, &c->answers.pool, answer);
}

static void put(struct checkers *c, struct map *map, uint64_t key, struct answer *answer)
{
    response_gone(c, pool_get(&c->answers.pool, map_get(map, key)));
    map_put(&c->arena, map, key, answer->pool.self);
    answer->at = map == &c->answers.of_tlp ? ANSWER_OF_TLP : ANSWER_OF_COMMAND;
    answer->key = key;
}

void response_command(struct checkers *c, uint64_t index, struct answer *answer)
{
    put(c, &c->answers.of_command, index, answer);
}

/* driver.smmu_off: commands that were not consumed never will be. */
void responses_smmu_off(struct checkers *c)
{
    for (uint32_t i = 0; i < c->answers.pool.records; i++) {
        struct answer *answer = pool_at(&c->answers.pool, i);
        if (answer == NULL || answer->at != ANSWER_OF_COMMAND)
            continue;
        map_take(&c->answers.of_command, answer->key);
        response_gone(c, answer);
    }
}

/* smmu.prg_response: Automatic ones leave in the order they were made. */
void on_prg_response(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_smmu_prg_response *e = &event->smmu_prg_response;
    bool automatic = e->cause == PRISIM_CAUSE_AUTOMATIC;
    uint64_t reference = automatic ? fifo_pop(&c->answers.automatic) : map_take(&c->answers.of_command, e->index);
    struct answer *answer = pool_get(&c->answers.pool, reference);
    c->counters[COUNTER_RESPONSES]++;
    c->counters[COUNTER_AUTO_RESPONSES] += automatic;
    if (answer != NULL && answer->pool.live) {
        answer->automatic = automatic;
        put(c, &c->answers.of_tlp, e->tlp, answer);
    }
}

void response_unroutable(struct checkers *c, uint64_t tlp)
{
    response_gone(c, pool_get(&c->answers.pool, map_take(&c->answers.of_tlp, tlp)));
}

/* UNBIND-S-45: the page is gone whenever the function comes back for it. */
static void judge_livelock(struct checkers *c, const struct group *group, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_response *e = &event->endpoint_response;
    struct job *job = pool_get(&c->jobs.pool, group->job);
    uint32_t limit = c->scenario->limits.livelock;
    if (job == NULL || !job->pool.live)
        return;
    bool again = job->faults > 0 && job->fault_address == group->address;
    job->faults = e->code == PRISIM_PRG_SUCCESS ? (again ? job->faults + 1 : 1) : 0;
    job->fault_address = group->address;
    if (limit && job->faults == limit + UINT64_C(1))
        checkers_hit(c, HAZARD_LIVELOCK, event->cycle,
                     "job %" PRIu64 " of endpoint[%s] faulted %" PRIu64 " times at 0x%" PRIx64
                     " with Success each time",
                     job->number, words_endpoint(c, job->endpoint), job->faults, job->fault_address);
}

static void judge_delivery(struct checkers *c, struct group *meant, struct group *hit, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_response *e = &event->endpoint_response;
    char words[WORDS_MAX], other[WORDS_MAX], binding[WORDS_MAX];
    if (meant != NULL && meant->answered)
        checkers_hit(c, HAZARD_DOUBLE_RESPONSE, event->cycle,
                     "%s, made under %s, got a second response at cycle %" PRIu64, words_group(c, meant, words),
                     words_binding(c, meant->binding, binding), event->cycle);
    /* What the scenario says is whose was asked for, even if the function knows nothing of it. */
    bool claimed = meant != NULL && meant->claimed && !meant->answered;
    if ((e->cause == PRISIM_CAUSE_UNEXPECTED_INDEX || e->cause == PRISIM_CAUSE_MARKER_ANSWERED) && !claimed)
        checkers_hit(c, HAZARD_UNEXPECTED_RESPONSE, event->cycle,
                     "a response to PRGI %" PRIu64 " of endpoint[%s] at cycle %" PRIu64 " hit no group: UPRGI", e->prgi,
                     words_endpoint(c, checkers_endpoint(c, event->instance)), event->cycle);
    if (meant != NULL && hit != NULL && meant != hit)
        checkers_hit(c, HAZARD_MISDELIVERED_RESPONSE, event->cycle,
                     "a response for %s, made under %s, freed another group with that index at cycle %" PRIu64,
                     words_group(c, meant, words), words_binding(c, meant->binding, other), event->cycle);
}

/* endpoint.response */
void on_response(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_response *e = &event->endpoint_response;
    unsigned endpoint = checkers_endpoint(c, event->instance);
    if (endpoint == SYSTEM_ENDPOINTS_MAX)
        return;
    struct answer *answer = pool_get(&c->answers.pool, map_take(&c->answers.of_tlp, e->tlp));
    /* A function in reset hears nothing, and its groups are over. */
    if (e->cause == PRISIM_CAUSE_FUNCTION_RESET) {
        response_gone(c, answer);
        return;
    }
    struct group *meant = answer ? pool_get(&c->groups.pool, answer->group) : NULL;
    bool frees = e->cause == PRISIM_CAUSE_GROUP_FREED || e->cause == PRISIM_CAUSE_GROUP_STALE;
    struct group *hit = frees ? group_of_index(c, endpoint, e->prgi) : NULL;
    /* Only a function that still has the group learns something from the answer (UNBIND-HAZARD, "Edges"). */
    if (answer != NULL && answer->pool.live && answer->wrong && e->cause == PRISIM_CAUSE_GROUP_FREED)
        checkers_hit(c, HAZARD_WRONG_ADDRESS_SPACE_TOLD, event->cycle,
                     "endpoint[%s] was told at cycle %" PRIu64 " what the wrong space says of PRGI %" PRIu64,
                     words_endpoint(c, endpoint), event->cycle, e->prgi);
    jobs_answered(c, event, answer, hit);
    /* PCIE-PRICAP: a response that is dropped for its PASID leaves the group without one. */
    bool dropped = e->cause == PRISIM_CAUSE_PASID_MISMATCH || e->cause == PRISIM_CAUSE_UNEXPECTED_PASID;
    struct group *at_function = group_of_index(c, endpoint, e->prgi);
    response_pasid_judge(c, event, at_function ? at_function : meant, answer);
    duty_response(c, event, at_function);
    response_gone(c, answer);
    /* PCIE-PRICAP: once RF is 1 the function ignores responses; they are nobody's second one. */
    if (e->cause != PRISIM_CAUSE_FAILED_BEFORE)
        judge_delivery(c, meant, hit, event);
    if (dropped)
        return;
    if (hit != NULL && e->cause == PRISIM_CAUSE_GROUP_FREED)
        judge_livelock(c, hit, event);
    /* A response that cannot be traced answers the group that it hit. */
    if (meant == NULL)
        meant = hit;
    if (meant != NULL && meant->pool.live)
        group_answered(c, meant);
    if (hit != NULL && hit->pool.live)
        group_credits_back(c, hit);
}
