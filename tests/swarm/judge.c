/* SPDX-License-Identifier: Apache-2.0
 *
 * What is counted, and what must have come out of it.
 */
#include "tests/swarm/judge.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/system/system.h"

enum { INDEXES = 512, PASIDS = 64, LIVE_MAX = 1024, LAST = 4, ANY = 1 + 2 };

/* Where a page request or Stop Marker is. */
enum way { MADE, SENT, AT_PORT, QUEUED, IN_SOFTWARE };

struct request {
    enum way place;
    uint32_t function;
    bool marker;
    uint64_t pasid, index, address, access, binding, number, tlp, slot, lap, item;
};

struct group {
    bool open, last;
};

struct judge {
    const struct drawn *run;
    prisim_cycle_t quiet;
    struct request live[LIVE_MAX]; /* in the order in which they were made */
    uint32_t lives;
    struct group group[DRAW_FUNCTIONS][INDEXES];
    uint64_t binding[DRAW_FUNCTIONS][PASIDS]; /* the latest */
    bool returned[DRAW_CALLS + 1], bound[DRAW_CALLS + 1];
    uint32_t begun[DRAW_JOBS + 1], ended[DRAW_JOBS + 1];
    uint64_t accepted, taken, answers_left, answers_came, prod, cons;
    bool ovflg, ovackflg;
    struct happened happened;
    char reason[JUDGE_REASON];
};

struct judge *judge_open(const struct drawn *run)
{
    struct judge *j = calloc(1, sizeof *j);
    assert(j);
    j->run = run;
    j->quiet = PRISIM_CYCLE_NEVER;
    return j;
}

void judge_close(struct judge *j)
{
    free(j);
}

prisim_cycle_t judge_quiet(const struct judge *j)
{
    return j->quiet;
}

const struct happened *judge_happened(const struct judge *j)
{
    return &j->happened;
}

/* The first that is wrong is kept. */
static void wrong(struct judge *j, prisim_cycle_t cycle, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void wrong(struct judge *j, prisim_cycle_t cycle, const char *format, ...)
{
    if (j->reason[0])
        return;
    va_list values;
    int used = snprintf(j->reason, sizeof j->reason, "cycle %llu: ", (unsigned long long)cycle);
    va_start(values, format);
    vsnprintf(j->reason + used, sizeof j->reason - (size_t)used, format, values);
    va_end(values);
}

static uint32_t function_of_instance(uint64_t instance)
{
    return (uint32_t)(instance - INSTANCE_ENDPOINT);
}

static uint32_t function_of_stream(uint64_t stream_id)
{
    return (uint32_t)((stream_id - SYSTEM_ENDPOINT_ID) / SYSTEM_ENDPOINT_ID_STEP);
}

/* The oldest that fits, or NULL. */
static struct request *find(struct judge *j, enum way place, const struct request *like)
{
    for (uint32_t i = 0; i < j->lives; i++) {
        struct request *r = &j->live[i];
        if (r->place == place && r->function == like->function && r->marker == like->marker &&
            r->pasid == like->pasid &&
            (r->marker || (r->index == like->index && r->address == like->address && r->access == like->access)))
            return r;
    }
    return NULL;
}

static struct request *find_item(struct judge *j, uint64_t item)
{
    for (uint32_t i = 0; i < j->lives; i++)
        if (j->live[i].place == IN_SOFTWARE && j->live[i].item == item)
            return &j->live[i];
    return NULL;
}

static void end(struct judge *j, struct request *r)
{
    uint32_t at = (uint32_t)(r - j->live);
    memmove(r, r + 1, (j->lives - at - 1) * sizeof *r);
    j->lives--;
}

static struct request *make(struct judge *j, uint64_t instance, uint64_t pasid)
{
    assert(j->lives < LIVE_MAX);
    struct request *r = &j->live[j->lives++];
    *r = (struct request){.function = function_of_instance(instance), .pasid = pasid};
    r->binding = j->binding[r->function][pasid % PASIDS];
    return r;
}

/* PCIE-GROUP-7, PCIE-GROUP-5: an index is busy until its one answer. */
static void made(struct judge *j, const struct prisim_event *e)
{
    const struct prisim_event_endpoint_page_request *p = &e->endpoint_page_request;
    struct request *r = make(j, e->instance, p->pasid);
    r->index = p->prgi, r->address = p->address, r->access = p->access, r->number = p->request;
    struct group *group = &j->group[r->function][r->index % INDEXES];
    if (group->open && group->last)
        wrong(j, e->cycle, "f%u uses index %llu again that has no answer yet", r->function,
              (unsigned long long)r->index);
    group->open = true;
    group->last = (p->access & LAST) != 0;
    j->happened.requests++;
    j->happened.groups += group->last;
    j->happened.quiet_groups += group->last && j->quiet != PRISIM_CYCLE_NEVER;
}

static void answered(struct judge *j, const struct prisim_event *e)
{
    const struct prisim_event_endpoint_response *p = &e->endpoint_response;
    uint32_t function = function_of_instance(e->instance);
    struct group *group = &j->group[function][p->prgi % INDEXES];
    j->answers_came++;
    if (!group->open || !group->last)
        wrong(j, e->cycle, "an answer for index %llu of f%u, which waits for none", (unsigned long long)p->prgi,
              function);
    if (p->cause != PRISIM_CAUSE_GROUP_FREED && p->cause != PRISIM_CAUSE_GROUP_STALE)
        wrong(j, e->cycle, "an answer for index %llu of f%u came to nothing: %s", (unsigned long long)p->prgi, function,
              prisim_cause_name((enum prisim_cause)p->cause));
    *group = (struct group){0};
}

/* From the function to the queue. */
static void travel(struct judge *j, const struct prisim_event *e)
{
    if (e->type == PRISIM_EVENT_ENDPOINT_STOP_MARKER) {
        struct request *r = make(j, e->instance, e->endpoint_stop_marker.pasid);
        r->marker = true, r->place = SENT, r->tlp = e->endpoint_stop_marker.tlp;
        return;
    }
    for (uint32_t i = 0; i < j->lives; i++) {
        struct request *r = &j->live[i];
        if (e->type == PRISIM_EVENT_ENDPOINT_PAGE_REQUEST_SENT) {
            if (r->place != MADE || r->function != function_of_instance(e->instance) ||
                r->number != e->endpoint_page_request_sent.request)
                continue;
            r->place = SENT, r->tlp = e->endpoint_page_request_sent.tlp;
            return;
        }
        if (r->place != SENT || r->tlp != e->smmu_page_request.tlp)
            continue;
        r->place = AT_PORT;
        struct request arrived = *r; /* from here on it stands in the order of arrival */
        end(j, r);
        j->live[j->lives++] = arrived;
        return;
    }
    wrong(j, e->cycle, "%s of a page request that nobody made", prisim_event_name((enum prisim_event_type)e->type));
}

static void queued(struct judge *j, const struct prisim_event *e)
{
    bool accept = e->type == PRISIM_EVENT_PRI_QUEUE_ACCEPT;
    const struct prisim_event_pri_queue_accept *a = &e->pri_queue_accept;
    const struct prisim_event_pri_queue_drop *p = &e->pri_queue_drop;
    struct request like = {.function = function_of_stream(accept ? a->stream_id : p->stream_id),
                           .pasid = accept ? a->pasid : p->pasid,
                           .index = accept ? a->prgi : p->prgi,
                           .address = accept ? a->address : p->address,
                           .access = accept ? a->access : p->access};
    like.marker = !(like.access & ANY) && like.access & LAST;
    struct request *r = find(j, AT_PORT, &like);
    if (!r) {
        wrong(j, e->cycle, "the queue has a page request that did not come");
        return;
    }
    if (accept) {
        r->place = QUEUED, r->slot = a->slot, r->lap = a->lap;
        j->accepted++;
        return;
    }
    j->happened.markers_lost += r->marker;
    end(j, r);
}

static void take(struct judge *j, const struct prisim_event *e)
{
    const struct prisim_event_driver_take *p = &e->driver_take;
    j->taken++;
    for (uint32_t i = 0; i < j->lives; i++)
        if (j->live[i].place == QUEUED && j->live[i].slot == p->slot && j->live[i].lap == p->lap) {
            j->live[i].place = IN_SOFTWARE, j->live[i].item = p->item;
            return;
        }
    wrong(j, e->cycle, "an entry was taken that is not in the queue");
}

/* UNBIND-HAZARD-1: in the binding of its job, or in none. */
static void resolve(struct judge *j, const struct prisim_event *e)
{
    const struct prisim_event_driver_resolve *p = &e->driver_resolve;
    struct request *r = find_item(j, p->item);
    if (!r) {
        wrong(j, e->cycle, "item %llu is served that was not taken", (unsigned long long)p->item);
        return;
    }
    if (p->space != 0 && p->binding != r->binding)
        wrong(j, e->cycle, "a page request of binding %llu is served in binding %llu", (unsigned long long)r->binding,
              (unsigned long long)p->binding);
    if (!(r->access & LAST))
        end(j, r);
}

static void leave(struct judge *j, const struct prisim_event *e, uint64_t item)
{
    struct request *r = find_item(j, item);
    if (r)
        end(j, r);
    else
        wrong(j, e->cycle, "item %llu ends that was not taken, or ends twice", (unsigned long long)item);
}

static void call_ended(struct judge *j, prisim_cycle_t cycle, uint64_t call, uint64_t cause, bool refused)
{
    if (call == 0 || call > j->run->calls)
        return;
    j->returned[call] = true;
    if (refused && !j->run->may_fail[call])
        wrong(j, cycle, "call %llu failed: %s", (unsigned long long)call, prisim_cause_name((enum prisim_cause)cause));
    j->happened.rolled_back += refused && cause == PRISIM_CAUSE_INTERRUPTED;
}

static void job_ended(struct judge *j, const struct prisim_event *e)
{
    const struct prisim_event_endpoint_job_done *p = &e->endpoint_job_done;
    if (p->job == 0 || p->job > j->run->jobs)
        return;
    j->ended[p->job]++;
    bool stopped =
        (p->cause == PRISIM_CAUSE_STOPPED || p->cause == PRISIM_CAUSE_NOT_ENABLED) && !j->run->completes[p->job];
    if (p->cause != PRISIM_CAUSE_COMPLETED && !stopped)
        wrong(j, e->cycle, "job %llu ended: %s", (unsigned long long)p->job,
              prisim_cause_name((enum prisim_cause)p->cause));
}

/* Nothing is on its way, nothing waits, what was called has returned. */
static void expect_rest(struct judge *j, prisim_cycle_t cycle, uint32_t calls, uint32_t jobs, const char *when)
{
    for (uint32_t i = 0; i < DRAW_FUNCTIONS; i++)
        for (uint32_t k = 0; k < INDEXES; k++)
            if (j->group[i][k].open)
                wrong(j, cycle, "group %u of f%u has no answer %s", k, i, when);
    if (j->lives)
        wrong(j, cycle, "%u page requests have no end %s, the first at place %u", j->lives, when, j->live[0].place);
    if (j->accepted != j->taken || j->prod != j->cons)
        wrong(j, cycle, "the queue is not empty %s", when);
    if (j->ovflg != j->ovackflg)
        wrong(j, cycle, "an overflow is not acknowledged %s", when);
    if (j->answers_left != j->answers_came)
        wrong(j, cycle, "%llu responses left the SMMU and %llu came %s", (unsigned long long)j->answers_left,
              (unsigned long long)j->answers_came, when);
    for (uint32_t i = 1; i <= calls; i++) {
        if (!j->returned[i])
            wrong(j, cycle, "call %u has not returned %s", i, when);
        if (j->run->binds_again[i] && !j->bound[i] && !j->run->may_fail[i])
            wrong(j, cycle, "call %u has not bound its PASID again %s", i, when);
    }
    for (uint32_t i = 1; i <= jobs; i++)
        if (j->begun[i] != j->ended[i] || (j->run->completes[i] && j->begun[i] == 0))
            wrong(j, cycle, "job %u has no end %s", i, when);
}

/* Who is exposed: page requests of the binding are under way when it is unbound. */
static void unbound(struct judge *j, const struct prisim_event *e)
{
    uint32_t function = function_of_stream(e->driver_unbind.stream_id);
    j->happened.unbinds++;
    for (uint32_t i = 0; i < j->lives; i++)
        if (j->live[i].function == function && j->live[i].pasid == e->driver_unbind.pasid && !j->live[i].marker) {
            j->happened.exposed++;
            return;
        }
}

static void queue_told(struct judge *j, const struct prisim_event *e)
{
    if (e->type == PRISIM_EVENT_PRI_QUEUE_PROD) {
        j->prod = e->pri_queue_prod.prod, j->ovflg = e->pri_queue_prod.ovflg;
        return;
    }
    if (e->type == PRISIM_EVENT_PRI_QUEUE_CONS) {
        j->cons = e->pri_queue_cons.cons, j->ovackflg = e->pri_queue_cons.ovackflg;
        return;
    }
    j->ovflg = e->pri_queue_overflow.ovflg;
    j->happened.overflows++;
    if (j->quiet != PRISIM_CYCLE_NEVER)
        wrong(j, e->cycle, "the queue overflows when faults have stopped");
}

static void step_given(struct judge *j, const struct prisim_event *e)
{
    if (e->timeline_step.step != j->run->quiet_step)
        return;
    expect_rest(j, e->cycle, j->run->faulty_calls, j->run->faulty_jobs, "when faults have stopped for long");
    j->quiet = e->cycle;
}

static void bound(struct judge *j, const struct prisim_event *e)
{
    const struct prisim_event_driver_bind *p = &e->driver_bind;
    if (p->pasid < PASIDS && p->call != 0)
        j->binding[function_of_stream(p->stream_id)][p->pasid] = p->binding;
}

static void call_told(struct judge *j, const struct prisim_event *e)
{
    switch (e->type) {
    case PRISIM_EVENT_DRIVER_BOUND:
        if (e->driver_bound.call <= j->run->calls)
            j->bound[e->driver_bound.call] = true;
        j->happened.rebinds += j->quiet == PRISIM_CYCLE_NEVER && e->driver_bound.binding > 4;
        call_ended(j, e->cycle, e->driver_bound.call, 0, false);
        break;
    case PRISIM_EVENT_DRIVER_UNBIND_RETURNED:
        call_ended(j, e->cycle, e->driver_unbind_returned.call, e->driver_unbind_returned.cause, false);
        break;
    case PRISIM_EVENT_DRIVER_UNMAPPED:
        call_ended(j, e->cycle, e->driver_unmapped.call, 0, false);
        break;
    case PRISIM_EVENT_DRIVER_REFUSED:
        call_ended(j, e->cycle, e->driver_refused.call, e->driver_refused.cause, true);
        break;
    }
}

/* What is only counted. */
static void happen(struct judge *j, const struct prisim_event *e)
{
    struct happened *h = &j->happened;
    switch (e->type) {
    case PRISIM_EVENT_PRI_QUEUE_RESPONSE:
        h->automatic++;
        break;
    case PRISIM_EVENT_FABRIC_FAULT:
        h->delays++;
        break;
    case PRISIM_EVENT_DRIVER_HOLD:
        h->holds++;
        break;
    case PRISIM_EVENT_DRIVER_ATC_INV_LOST:
        h->repeated++;
        break;
    case PRISIM_EVENT_DRIVER_FRAME_TAKEN:
        h->taken_back++;
        break;
    case PRISIM_EVENT_DRIVER_DRAINED:
        h->timed_out += e->driver_drained.cause == PRISIM_CAUSE_MARKER_TIMEOUT;
        break;
    }
}

void judge_event(void *judge, const struct prisim_event *e)
{
    struct judge *j = judge;
    happen(j, e);
    call_told(j, e);
    switch (e->type) {
    case PRISIM_EVENT_TIMELINE_STEP:
        step_given(j, e);
        break;
    case PRISIM_EVENT_ENDPOINT_JOB:
        if (e->endpoint_job.job <= j->run->jobs)
            j->begun[e->endpoint_job.job]++;
        break;
    case PRISIM_EVENT_ENDPOINT_JOB_DONE:
        job_ended(j, e);
        break;
    case PRISIM_EVENT_ENDPOINT_PAGE_REQUEST:
        made(j, e);
        break;
    case PRISIM_EVENT_ENDPOINT_PAGE_REQUEST_SENT:
    case PRISIM_EVENT_ENDPOINT_STOP_MARKER:
    case PRISIM_EVENT_SMMU_PAGE_REQUEST:
        travel(j, e);
        break;
    case PRISIM_EVENT_PRI_QUEUE_ACCEPT:
    case PRISIM_EVENT_PRI_QUEUE_DROP:
        queued(j, e);
        break;
    case PRISIM_EVENT_PRI_QUEUE_PROD:
    case PRISIM_EVENT_PRI_QUEUE_CONS:
    case PRISIM_EVENT_PRI_QUEUE_OVERFLOW:
        queue_told(j, e);
        break;
    case PRISIM_EVENT_DRIVER_TAKE:
        take(j, e);
        break;
    case PRISIM_EVENT_DRIVER_RESOLVE:
        resolve(j, e);
        break;
    case PRISIM_EVENT_DRIVER_MARKER:
        leave(j, e, e->driver_marker.item);
        break;
    case PRISIM_EVENT_DRIVER_DISCARD:
        leave(j, e, e->driver_discard.item);
        break;
    case PRISIM_EVENT_DRIVER_RESPOND:
        leave(j, e, e->driver_respond.item);
        break;
    case PRISIM_EVENT_SMMU_PRG_RESPONSE:
        j->answers_left++;
        break;
    case PRISIM_EVENT_ENDPOINT_RESPONSE:
        answered(j, e);
        break;
    case PRISIM_EVENT_DRIVER_UNBIND:
        unbound(j, e);
        break;
    case PRISIM_EVENT_DRIVER_BIND:
        bound(j, e);
        break;
    }
}

const char *judge_verdict(struct judge *j)
{
    if (j->quiet == PRISIM_CYCLE_NEVER)
        wrong(j, 0, "the phase without faults did not begin");
    expect_rest(j, j->quiet, j->run->calls, j->run->jobs, "at the end");
    return j->reason[0] ? j->reason : NULL;
}
