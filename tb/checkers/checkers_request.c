/* SPDX-License-Identifier: Apache-2.0
 *
 * Jobs, page requests and Stop Markers from E0 to H0: whose they are, how many are out, and whether they keep their
 * order on the way to the SMMU. What becomes of their groups is in checkers_group.c.
 */
#include <inttypes.h>
#include <stdio.h>

#include "tb/checkers/checkers_state.h"

/* endpoint.job */
void on_job(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_job *e = &event->endpoint_job;
    unsigned endpoint = checkers_endpoint(c, event->instance);
    struct job *job = pool_take(&c->arena, &c->jobs.pool);
    job->number = e->job;
    job->endpoint = endpoint;
    job->binding = binding_of_job(c, endpoint, e->pasid);
    job->of_pasid = e->pasid;
    const struct binding *binding = binding_get(c, job->binding);
    job->late = binding != NULL && binding->stopping;
    c->counters[COUNTER_JOBS]++;
    place_enter(c, job->binding, PLACE_JOB);
    job->tlp = UINT64_MAX;
    struct job *old = pool_get(&c->jobs.pool, map_get(&c->jobs.of, lookup_key(endpoint, job->number)));
    if (old != NULL && old->pool.live) {
        place_leave(c, old->binding, PLACE_JOB);
        pool_give_back(&c->arena, &c->jobs.pool, old);
    }
    map_put(&c->arena, &c->jobs.of, lookup_key(endpoint, job->number), job->pool.self);
}

/* endpoint.job_done */
void on_job_done(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_job_done *e = &event->endpoint_job_done;
    unsigned endpoint = checkers_endpoint(c, event->instance);
    struct job *job = pool_get(&c->jobs.pool, map_take(&c->jobs.of, lookup_key(endpoint, e->job)));
    if (job == NULL)
        return;
    if (job->tlp != UINT64_MAX) {
        map_take(&c->jobs.by_tlp, job->tlp);
        place_leave(c, job->binding, PLACE_TRANSLATION);
    }
    course_job_done(c, job, event);
    place_leave(c, job->binding, PLACE_JOB);
    pool_give_back(&c->arena, &c->jobs.pool, job);
}

static void travel(struct checkers *c, struct request *request)
{
    struct function *function = &c->function[request->endpoint];
    request->travelling = true;
    request->before = function->final;
    if (function->final != NULL)
        function->final->after = request;
    else
        function->first = request;
    function->final = request;
}

static void arrive(struct checkers *c, struct request *request)
{
    struct function *function = &c->function[request->endpoint];
    assert(request->travelling);
    request->travelling = false;
    if (request->before != NULL)
        request->before->after = request->after;
    else
        function->first = request->after;
    if (request->after != NULL)
        request->after->before = request->before;
    else
        function->final = request->before;
    request->before = request->after = NULL;
}

void request_done(struct checkers *c, struct request *request)
{
    if (!request->pool.live)
        return;
    if (request->travelling)
        arrive(c, request);
    struct group *group = pool_get(&c->groups.pool, request->group);
    if (group != NULL && group->pool.live) {
        assert(group->members > 0);
        group->members--;
        group->queued -= request->queued;
        group_check(c, group);
    }
    request->queued = false;
    place_request(c, request, PLACES);
    pool_give_back(&c->arena, &c->requests.pool, request);
}

void request_lost(struct checkers *c, struct request *request, prisim_cycle_t cycle, const char *where)
{
    char how[WORDS_MAX];
    if (request->marker) {
        snprintf(how, sizeof how, "%s at cycle %" PRIu64, where, cycle);
        marker_lost(c, request, cycle, how);
    }
    request_done(c, request);
}

static struct request *request_new(struct checkers *c, unsigned endpoint, uint64_t pasid)
{
    struct request *request = pool_take(&c->arena, &c->requests.pool);
    request->endpoint = endpoint;
    request->pasid = pasid;
    request->made = c->clock;
    return request;
}

/* A raw request belongs to the binding that the scenario says, whatever the function does by then. */
static uint32_t binding_of_raw(struct checkers *c, struct request *request, uint64_t number)
{
    uint64_t call = course_call_of_raw(c, number);
    request->claimed = call != 0;
    return call ? (uint32_t)map_get(&c->bindings.of_call, call)
                : binding_of_device(c, request->endpoint, request->pasid);
}

/* endpoint.page_request */
void on_page_request(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_page_request *e = &event->endpoint_page_request;
    unsigned endpoint = checkers_endpoint(c, event->instance);
    if (endpoint == SYSTEM_ENDPOINTS_MAX)
        return;
    struct request *request = request_new(c, endpoint, e->pasid);
    /* A request without a job that is known is a raw one. */
    struct job *job = pool_get(&c->jobs.pool, map_get(&c->jobs.of, lookup_key(endpoint, e->job)));
    request->number = e->request;
    request->prg_index = (uint16_t)(e->prgi & (PRISIM_PRG_INDEXES - 1));
    request->address = e->address;
    request->access = (uint8_t)e->access;
    request->marker = prisim_is_stop_marker(request->pasid != PRISIM_PASID_NONE, request->access);
    request->job = job ? job->pool.self : 0;
    request->binding = job ? job->binding : binding_of_raw(c, request, e->job);
    map_put(&c->arena, &c->requests.of, lookup_key(endpoint, request->number), request->pool.self);
    travel(c, request);
    place_request(c, request, PLACE_DEVICE);
    if (!request->marker)
        request->group = group_join(c, request, event->cycle)->pool.self;
}

static void leave(struct checkers *c, struct request *request, uint64_t tlp)
{
    struct binding *binding = request->marker ? binding_get(c, request->binding) : NULL;
    if (binding != NULL && binding->marker == UINT64_MAX)
        binding->marker = c->clock;
    request->sent = true;
    request->left = c->clock;
    c->course.happened = true;
    request->tlp = tlp;
    place_request(c, request, PLACE_FABRIC);
    map_put(&c->arena, &c->requests.by_tlp, tlp, request->pool.self);
    c->counters[request->marker ? COUNTER_STOP_MARKERS : COUNTER_PAGE_REQUESTS]++;
    c->counters[COUNTER_EXIT_PAGE_REQUESTS] += !request->marker && binding_exits(binding_get(c, request->binding));
}

/* endpoint.page_request_sent */
void on_page_request_sent(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_page_request_sent *e = &event->endpoint_page_request_sent;
    unsigned endpoint = checkers_endpoint(c, event->instance);
    struct request *request = pool_get(&c->requests.pool, map_take(&c->requests.of, lookup_key(endpoint, e->request)));
    if (request == NULL || !request->pool.live)
        return;
    leave(c, request, e->tlp);
    struct group *group = pool_get(&c->groups.pool, request->group);
    if (group != NULL && (request->access & PRISIM_ACCESS_LAST))
        group_sent(c, group, event->cycle);
}

/* endpoint.stop_marker */
void on_stop_marker(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_stop_marker *e = &event->endpoint_stop_marker;
    unsigned endpoint = checkers_endpoint(c, event->instance);
    if (endpoint == SYSTEM_ENDPOINTS_MAX)
        return;
    struct request *request = request_new(c, endpoint, e->pasid);
    request->access = PRISIM_ACCESS_LAST;
    request->marker = true;
    request->binding = binding_of_marker(c, endpoint, request->pasid);
    travel(c, request);
    leave(c, request, e->tlp);
}

/* PCIE-ORDER row A column 2, of two posted TLPs of one function without RO. */
static bool may_pass(const struct checkers *c, const struct request *request, const struct request *earlier)
{
    const bool pasids = request->pasid != PRISIM_PASID_NONE && earlier->pasid != PRISIM_PASID_NONE;
    return request->traffic_class != earlier->traffic_class ||
           (c->scenario->system.endpoint[request->endpoint].ido && pasids && request->pasid != earlier->pasid);
}

/* PCIE-MARKERORDER, PCIE-GROUP: a marker stays behind the requests of its PASID, those of the PASID's new use behind
 * the marker, and the Last one of a group behind the others. Without IDO a marker and the requests of all PASIDs keep
 * their order. */
static bool keeps_behind(const struct checkers *c, const struct request *request, const struct request *earlier)
{
    if (request->marker != earlier->marker)
        return request->pasid == earlier->pasid || !may_pass(c, request, earlier);
    return !request->marker && (request->access & PRISIM_ACCESS_LAST) && earlier->group == request->group;
}

/* What stands before it among those that have not arrived has been passed. */
static void judge_order(struct checkers *c, const struct request *request, prisim_cycle_t cycle)
{
    for (const struct request *earlier = c->function[request->endpoint].first; earlier != request;
         earlier = earlier->after) {
        /* What leaves the function later was passed inside it: a duty of its own (marker_last). */
        if (!keeps_behind(c, request, earlier) || !earlier->sent || earlier->left > request->left)
            continue;
        if (!may_pass(c, request, earlier))
            duty_passed_at_port(c, earlier, cycle);
        char words[WORDS_MAX], other[WORDS_MAX];
        checkers_hit(c, HAZARD_ORDERING_FABRIC, cycle, "%s reached the SMMU at cycle %" PRIu64 " before %s",
                     words_request(c, request, words), cycle, words_request(c, earlier, other));
        return;
    }
}

/* smmu.page_request */
void on_port(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_smmu_page_request *e = &event->smmu_page_request;
    struct request *request = pool_get(&c->requests.pool, map_take(&c->requests.by_tlp, e->tlp));
    if (request != NULL && request->travelling) {
        judge_order(c, request, event->cycle);
        arrive(c, request);
        place_request(c, request, PLACE_SMMU);
    }
    /* Also what is not known takes its place in the queue's order. */
    fifo_push(&c->arena, &c->requests.at_port, request ? request->pool.self : 0);
}

/* smmu.marker_swallowed */
void on_marker_swallowed(struct checkers *c, const struct prisim_event *event)
{
    struct request *request =
        pool_get(&c->requests.pool, map_take(&c->requests.by_tlp, event->smmu_marker_swallowed.tlp));
    if (request == NULL)
        return;
    if (request->travelling)
        judge_order(c, request, event->cycle);
    request_lost(c, request, event->cycle, "swallowed by the SMMU");
}

/* A request or a response that the fabric does not bring to anybody. */
static void lost_in_fabric(struct checkers *c, uint64_t tlp, prisim_cycle_t cycle)
{
    struct request *request = pool_get(&c->requests.pool, map_take(&c->requests.by_tlp, tlp));
    if (request != NULL)
        request_lost(c, request, cycle, "lost in the fabric");
    response_unroutable(c, tlp);
}

/* fabric.lost */
void on_fabric_lost(struct checkers *c, const struct prisim_event *event)
{
    lost_in_fabric(c, event->fabric_lost.tlp, event->cycle);
}

/* fabric.unroutable */
void on_unroutable(struct checkers *c, const struct prisim_event *event)
{
    lost_in_fabric(c, event->fabric_unroutable.tlp, event->cycle);
}

/* What the engine had made and not sent dies with its groups; a raw request goes its way, or dies with its function. */
static void drop_unsent(struct checkers *c, unsigned endpoint, bool raw)
{
    struct request *next;
    for (struct request *request = c->function[endpoint].first; request != NULL; request = next) {
        next = request->after;
        if (request->sent || (request->job == 0 && !raw))
            continue;
        map_take(&c->requests.of, lookup_key(endpoint, request->number));
        request_done(c, request);
    }
}

/* PCIE-PRICAP-15: after a Response Failure until E goes from 0 to 1. A reset clears E, but for that of a virtual
 * function, whose E is its physical function's. */
static void function_went_off(struct checkers *c, unsigned endpoint, enum prisim_cause cause)
{
    struct function *function = &c->function[endpoint];
    duty_markers_excused(c, endpoint, cause);
    if (cause == PRISIM_CAUSE_FUNCTION_RESET && c->scenario->system.endpoint[endpoint].vf)
        return;
    function->halted = cause == PRISIM_CAUSE_RESPONSE_FAILURE;
    function->enabled = function->enabled && function->halted;
}

/* endpoint.pri_off: Without groups nothing was dropped (PCIE-PRICAP row "write E=0"). */
void on_pri_off(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_pri_off *e = &event->endpoint_pri_off;
    unsigned endpoint = checkers_endpoint(c, event->instance);
    if (endpoint == SYSTEM_ENDPOINTS_MAX)
        return;
    function_went_off(c, endpoint, (enum prisim_cause)e->cause);
    if (e->cause == PRISIM_CAUSE_RESPONSE_FAILURE)
        checkers_hit(c, HAZARD_PRI_DISABLED, event->cycle,
                     "a Response Failure switched the page requests of endpoint[%s] off at cycle %" PRIu64,
                     words_endpoint(c, endpoint), event->cycle);
    if (e->groups == 0)
        return;
    for (unsigned i = 0; i < PRISIM_PRG_INDEXES; i++) {
        struct group *group = group_of_index(c, endpoint, i);
        if (group != NULL && group->pool.live)
            group_killed(c, group);
    }
    drop_unsent(c, endpoint, false);
}

/* A group that dies with its function needs no answer, a raw one neither; and nothing that was made and not sent
 * leaves. What is on its way stays so: it is as much of its binding as before (UNBIND-S-46). */
void on_function_reset(struct checkers *c, const struct prisim_event *event)
{
    unsigned endpoint = checkers_endpoint(c, event->instance);
    if (endpoint == SYSTEM_ENDPOINTS_MAX)
        return;
    for (uint32_t i = 0; i < c->groups.pool.records; i++) {
        struct group *group = pool_at(&c->groups.pool, i);
        if (group != NULL && group->endpoint == endpoint && !group->answered && !group->killed)
            group_killed(c, group);
    }
    drop_unsent(c, endpoint, true);
    function_went_off(c, endpoint, PRISIM_CAUSE_FUNCTION_RESET);
    invalidations_forget(c, endpoint);
    c->function[endpoint].gone = event->type == PRISIM_EVENT_ENDPOINT_REMOVED;
    c->function[endpoint].refused = c->function[endpoint].aborted = false; /* nothing is left in it */
}

static void judge_allocations(struct checkers *c, prisim_cycle_t cycle)
{
    uint64_t sum = 0, entries = UINT64_C(1) << c->queue.log2;
    for (unsigned i = 0; i < c->scenario->system.endpoints; i++)
        sum += checkers_pool(c, i) == i ? c->function[i].allocation : 0;
    bool before = c->allocations.overcommitted;
    c->allocations.overcommitted = sum > entries;
    if (c->allocations.overcommitted && !before)
        checkers_hit(c, HAZARD_OVERCOMMITTED, cycle,
                     "the allocations add up to %" PRIu64 " page requests, the queue has %" PRIu64 " entries", sum,
                     entries);
}

static void function_enabled(struct function *function, bool enable)
{
    function->halted = function->halted && function->enabled == enable;
    function->enabled = enable;
}

/* endpoint.pri_shared: E of a virtual function, when it hears of it. */
void on_pri_shared(struct checkers *c, const struct prisim_event *event)
{
    unsigned endpoint = checkers_endpoint(c, event->instance);
    if (endpoint != SYSTEM_ENDPOINTS_MAX)
        function_enabled(&c->function[endpoint], event->endpoint_pri_shared.enable);
}

/* endpoint.config */
void on_config(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_config *e = &event->endpoint_config;
    unsigned endpoint = checkers_endpoint(c, event->instance);
    if (endpoint == SYSTEM_ENDPOINTS_MAX || !e->write)
        return;
    if (e->offset == PRISIM_ENDPOINT_CONFIG_PRI + 4)
        function_enabled(&c->function[endpoint], e->value & PRISIM_PRI_CONTROL_ENABLE);
    if (e->offset != PRISIM_ENDPOINT_CONFIG_PRI + 12)
        return;
    c->function[endpoint].allocation = (uint32_t)e->value;
    if (c->allocations.ready)
        judge_allocations(c, event->cycle);
}

/* driver.ready from now on software's division of the queue is what it is. */
void on_ready(struct checkers *c, const struct prisim_event *event)
{
    c->allocations.ready = true;
    judge_allocations(c, event->cycle);
}

void request_finish(struct checkers *c, prisim_cycle_t end, bool idle)
{
    for (uint32_t i = 0; i < c->requests.pool.records; i++) {
        struct request *request = pool_at(&c->requests.pool, i);
        if (idle && request != NULL && request->marker && request->sent)
            marker_lost(c, request, end, "sent and not seen by the driver by the end");
    }
}
