/* SPDX-License-Identifier: Apache-2.0
 *
 * Page requests and Stop Markers from E0 to the SMMU's port, and the groups that they make.
 */
#include "tb/view/lives_state.h"

/* endpoint.job, endpoint.job_done */
void lives_job(struct building *b, const struct prisim_event *event)
{
    unsigned endpoint = lives_endpoint(b, event->instance);
    if (endpoint == SYSTEM_ENDPOINTS_MAX)
        return;
    if (event->type == PRISIM_EVENT_ENDPOINT_JOB_DONE)
        numbers_take(&b->binding_of_job, numbers_key(endpoint, event->endpoint_job_done.job));
    else
        numbers_put(&b->binding_of_job, numbers_key(endpoint, event->endpoint_job.job),
                    lives_binding_of_job(b, endpoint, event->endpoint_job.pasid) + 1);
}

static struct life_request *request_new(struct building *b, unsigned endpoint, struct request_state state)
{
    struct lives *lives = b->lives;
    lives->request = grow(lives->request, lives->requests, 1, &b->requests_room, sizeof *lives->request);
    b->state = grow(b->state, lives->requests, 1, &b->states_room, sizeof *b->state);
    b->state[lives->requests] = state;
    lives->request[lives->requests] = (struct life_request){
        .endpoint = (uint8_t)endpoint, .group = LIVES_NONE, .binding = LIVES_NONE, .served = LIVES_NONE};
    return &lives->request[lives->requests++];
}

static uint64_t index_key(unsigned endpoint, uint64_t prgi)
{
    return numbers_key(endpoint, prgi & (PRISIM_PRG_INDEXES - 1));
}

static bool is_over(const struct building *b, uint32_t group, unsigned endpoint)
{
    const struct group_state *state = &b->group[group];
    return state->answered || state->epoch != b->function[endpoint].epoch;
}

/* PCIE-GROUP: an index is free again with its response; its group ends with its Last. */
static uint32_t group_join(struct building *b, const struct life_request *request, bool own)
{
    uint32_t group = numbers_get(&b->group_of, index_key(request->endpoint, request->prgi));
    const struct group_state *state = group ? &b->group[group - 1] : NULL;
    if (group == NUMBERS_NONE || state->closed || is_over(b, group - 1, request->endpoint) || state->own != own ||
        state->binding != request->binding) {
        b->group = grow(b->group, b->groups, 1, &b->groups_room, sizeof *b->group);
        b->group[b->groups++] = (struct group_state){
            .binding = request->binding, .epoch = b->function[request->endpoint].epoch, .own = own};
        group = (uint32_t)b->groups;
        numbers_put(&b->group_of, index_key(request->endpoint, request->prgi), group);
    }
    b->group[group - 1].closed = request->access & PRISIM_ACCESS_LAST;
    return group - 1;
}

void lives_group_answered(struct building *b, uint32_t group)
{
    b->group[group].answered = true;
}

uint32_t lives_group_at(const struct building *b, unsigned endpoint, uint64_t prgi)
{
    uint32_t group = numbers_get(&b->group_of, index_key(endpoint, prgi));
    return group != NUMBERS_NONE && b->group[group - 1].own && !is_over(b, group - 1, endpoint) ? group - 1
                                                                                                : LIVES_NONE;
}

static void wait_unsent(struct building *b, struct function_state *function, uint32_t request)
{
    if (function->first_unsent)
        b->state[function->last_unsent - 1].next_unsent = request + 1;
    else
        function->first_unsent = request + 1;
    function->last_unsent = request + 1;
}

/* endpoint.page_request */
void lives_made(struct building *b, const struct prisim_event *event, uint32_t i)
{
    const struct prisim_event_endpoint_page_request *e = &event->endpoint_page_request;
    unsigned endpoint = lives_endpoint(b, event->instance);
    if (endpoint == SYSTEM_ENDPOINTS_MAX)
        return;
    /* A request without a job that is under way is a raw one. */
    uint32_t job = numbers_get(&b->binding_of_job, numbers_key(endpoint, e->job));
    uint32_t binding = job ? job - 1 : lives_binding_of_raw(b, endpoint, e->pasid, e->job);
    struct life_request *request = request_new(b, endpoint, (struct request_state){.own = job != 0});
    request->number = e->request;
    request->pasid = e->pasid;
    request->address = e->address;
    request->prgi = (uint16_t)(e->prgi & (PRISIM_PRG_INDEXES - 1));
    request->access = (uint8_t)e->access;
    request->marker = prisim_is_stop_marker(e->pasid != PRISIM_PASID_NONE, e->access);
    request->binding = binding - 1; /* 0 becomes LIVES_NONE */
    if (!request->marker)
        request->group = group_join(b, request, job != 0);
    uint32_t place = b->lives->requests - 1;
    numbers_put(&b->request_of, numbers_key(endpoint, e->request), place + 1);
    wait_unsent(b, &b->function[endpoint], place);
    lives_step(b, place, i, LANES_ENDPOINT + endpoint);
}

static void leave(struct building *b, uint32_t request, uint64_t tlp, uint32_t i)
{
    struct life_request *made = &b->lives->request[request];
    b->state[request].sent = true;
    numbers_put(&b->of_tlp, tlp, 2 * request + 1);
    lives_step(b, request, i, LANES_LINK + made->endpoint);
    struct function_state *function = &b->function[made->endpoint];
    while (function->first_unsent && b->state[function->first_unsent - 1].sent)
        function->first_unsent = b->state[function->first_unsent - 1].next_unsent;
}

/* endpoint.page_request_sent */
void lives_sent(struct building *b, const struct prisim_event *event, uint32_t i)
{
    const struct prisim_event_endpoint_page_request_sent *e = &event->endpoint_page_request_sent;
    unsigned endpoint = lives_endpoint(b, event->instance);
    uint32_t request = numbers_take(&b->request_of, numbers_key(endpoint, e->request));
    if (request != NUMBERS_NONE)
        leave(b, request - 1, e->tlp, i);
}

/* endpoint.stop_marker */
void lives_marker_sent(struct building *b, const struct prisim_event *event, uint32_t i)
{
    const struct prisim_event_endpoint_stop_marker *e = &event->endpoint_stop_marker;
    unsigned endpoint = lives_endpoint(b, event->instance);
    if (endpoint == SYSTEM_ENDPOINTS_MAX)
        return;
    uint32_t binding = lives_binding_of_marker(b, endpoint, e->pasid);
    struct life_request *request = request_new(b, endpoint, (struct request_state){.own = true});
    request->pasid = e->pasid;
    request->access = PRISIM_ACCESS_LAST;
    request->marker = true;
    request->binding = binding - 1; /* 0 becomes LIVES_NONE */
    leave(b, b->lives->requests - 1, e->tlp, i);
}

/* PCIE-PRICAP rows "response 1111", "write R=1" */
void lives_groups_died(struct building *b, unsigned endpoint)
{
    b->function[endpoint].epoch++;
}

/* endpoint.pri_off: what the engine had made and not sent dies with its groups; a raw request goes its way. */
void lives_pri_off(struct building *b, const struct prisim_event *event, uint32_t i)
{
    unsigned endpoint = lives_endpoint(b, event->instance);
    if (endpoint == SYSTEM_ENDPOINTS_MAX || event->endpoint_pri_off.groups == 0)
        return;
    lives_groups_died(b, endpoint);
    struct function_state *function = &b->function[endpoint];
    uint32_t next = function->first_unsent;
    function->first_unsent = 0;
    while (next) {
        uint32_t request = next - 1;
        next = b->state[request].next_unsent;
        b->state[request].next_unsent = 0;
        if (b->state[request].sent)
            continue;
        if (!b->state[request].own) {
            wait_unsent(b, function, request);
            continue;
        }
        numbers_take(&b->request_of, numbers_key(endpoint, b->lives->request[request].number));
        b->lives->request[request].end = LIFE_DROPPED;
        lives_step(b, request, i, LANES_ENDPOINT + endpoint);
    }
}
