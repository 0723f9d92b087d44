/* SPDX-License-Identifier: Apache-2.0
 *
 * The page-request engine: the requests of a group, and what a PRG Response does (PCIE-PRICAP, PCIE-GROUP,
 * PCIE-RESPONSE). Indices and credits are told in endpoint_group.c.
 */
#include "model/pcie_endpoint/endpoint_pri.h"
#include "model/core/random.h"
#include "model/pcie_endpoint/endpoint_job.h"
#include "model/pcie_endpoint/endpoint_transmit.h"

/* PCIE-PRICAP: requests are made with E=1 and no Response Failure since then; the Allocation bounds them. */
void endpoint_pri_limit(const struct prisim_endpoint_config *config, struct prisim_endpoint *s)
{
    bool unasked = config->profile == PRISIM_ENDPOINT_IGNORES_ENABLE && !s->pri_enable && !s->pri_halted;
    bool ignores = config->profile == PRISIM_ENDPOINT_IGNORES_ALLOCATION || unasked;
    uint32_t limit = s->pri_allocation < config->pri_capacity && !ignores ? s->pri_allocation : config->pri_capacity;
    limit = ignores ? endpoint_group_most(config, limit) : endpoint_group_share(config, limit);
    s->page_request_limit = (s->pri_enable && !s->pri_halted) || unasked ? limit : 0;
    assert(s->page_request_limit <= PRISIM_PRG_INDEXES);
}

/* One page request on its way; access in bits of events (R=1 W=2 L=4). */
static void append(struct endpoint_edge *e, enum endpoint_outgoing_kind kind,
                   const struct prisim_endpoint_stimulus *what)
{
    struct prisim_endpoint *s = e->s;
    struct endpoint_outgoing *out = endpoint_transmit_append(s, kind, 0);
    out->request = ++s->request_count;
    out->epoch = s->pri_epoch;
    const bool other_class = e->config->profile == PRISIM_ENDPOINT_OTHER_CLASS;
    out->head = (struct prisim_tlp_header){.address = what->address & ~prisim_bits_mask(12),
                                           .pasid = what->pasid,
                                           .requester_id = e->config->requester_id,
                                           .prg_index = what->prg_index,
                                           .type = PRISIM_TLP_MESSAGE,
                                           .message = PRISIM_MESSAGE_PAGE_REQUEST,
                                           .traffic_class = other_class,
                                           .flags = (uint8_t)((what->has_pasid ? PRISIM_TLP_HAS_PASID : 0) |
                                                              (what->execute ? PRISIM_TLP_EXECUTE : 0) |
                                                              (what->privileged ? PRISIM_TLP_PRIVILEGED : 0) |
                                                              (what->access & ENDPOINT_READ ? PRISIM_TLP_READ : 0) |
                                                              (what->access & ENDPOINT_WRITE ? PRISIM_TLP_WRITE : 0) |
                                                              (what->access & ENDPOINT_LAST ? PRISIM_TLP_LAST : 0))};
    PRISIM_PROBE(e->ports, e->now, endpoint_page_request, .request = out->request, .job = what->job,
                 .pasid = endpoint_pasid_field(what->has_pasid, what->pasid), .prgi = what->prg_index,
                 .address = out->head.address, .access = prisim_tlp_page_access(&out->head));
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Pages of the rest of the transfer, from the missing one on. */
static uint64_t pages_left(const struct endpoint_job *job)
{
    uint64_t last = job->address + job->remaining - 1;
    return (last >> 12) - (job->address >> 12) + 1;
}

/* PCIE-GROUP-4: a group is of one page or more; each needs a credit. */
void endpoint_pri_request(struct endpoint_edge *e, unsigned job_index)
{
    struct prisim_endpoint *s = e->s;
    struct endpoint_job *job = endpoint_job_write(s, job_index);
    assert(job->state == ENDPOINT_JOB_FAULT && s->page_requests < s->page_request_limit);
    unsigned members = 1;
    if (e->config->group_pages > 1)
        members =
            (unsigned)least(least(e->config->group_pages, pages_left(job)), s->page_request_limit - s->page_requests);
    job->prg_index = (uint16_t)endpoint_group_open(e, job_index, members);
    job->members = (uint32_t)prisim_bits_mask(members);
    endpoint_job_go(s, job_index, ENDPOINT_JOB_MEMBER);
    endpoint_pri_member(e, job_index);
}

/* Which of the pages that its group has not asked for is asked for next. */
static unsigned next_page(struct endpoint_edge *e, const struct endpoint_job *job)
{
    unsigned skip = 0;
    if (e->config->group_order == PRISIM_ENDPOINT_GROUP_RANDOM) {
        struct random_stream random = {e->s->drawn};
        skip = (unsigned)random_below(&random, (uint32_t)__builtin_popcount(job->members));
        e->s->drawn = random.counter;
    }
    uint32_t left = job->members;
    while (skip--)
        left &= left - 1;
    return (unsigned)__builtin_ctz(left);
}

/* The Last of the group was made. PCIE-STOP-3, model B: nobody waits for its response if its PASID stops. */
static void made_last(struct endpoint_edge *e, unsigned job_index)
{
    const struct prisim_endpoint *s = e->s;
    const unsigned context = s->job[job_index].context;
    endpoint_job_go(e->s, job_index, ENDPOINT_JOB_ASKED);
    if (e->config->stop != PRISIM_ENDPOINT_STOP_WAIT && context != ENDPOINT_NO_CONTEXT &&
        s->context[context].state == PRISIM_ENDPOINT_PASID_STOPPING)
        endpoint_pri_leave_group(e, job_index);
}

/* The next request of an open group. PCIE-GROUP-3: L=1 is that of the last one made. */
void endpoint_pri_member(struct endpoint_edge *e, unsigned job_index)
{
    struct prisim_endpoint *s = e->s;
    struct endpoint_job *job = endpoint_job_write(s, job_index);
    assert(job->state == ENDPOINT_JOB_MEMBER && job->members);
    const bool first = (unsigned)__builtin_popcount(job->members) == s->group[job->prg_index].members;
    unsigned page = next_page(e, job);
    job->members &= ~(UINT32_C(1) << page);
    /* PCIE-STOP-2: with a stop the next one is the last. */
    if (job->cause != PRISIM_CAUSE_NONE && job->members) {
        endpoint_group_shrink(s, job->prg_index, (unsigned)__builtin_popcount(job->members));
        job->members = 0;
    }
    /* Read is asked for with every access. */
    const bool last = !job->members || (first && e->config->profile == PRISIM_ENDPOINT_LAST_TWICE);
    uint8_t access = ENDPOINT_READ | (last ? ENDPOINT_LAST : 0) | (job->write ? ENDPOINT_WRITE : 0);
    append(e, ENDPOINT_OUT_PAGE_REQUEST,
           &(struct prisim_endpoint_stimulus){.address = job->address + page * UINT64_C(4096),
                                              .job = job->number,
                                              .pasid = job->pasid,
                                              .prg_index = job->prg_index,
                                              .has_pasid = job->has_pasid,
                                              .execute = (job->mode & PRISIM_TLP_EXECUTE) != 0,
                                              .privileged = (job->mode & PRISIM_TLP_PRIVILEGED) != 0,
                                              .access = access});
    if (!job->members)
        made_last(e, job_index);
    else if (e->config->last_delay && (job->members & (job->members - 1)) == 0)
        endpoint_job_wait(e, job_index, ENDPOINT_JOB_LAST, e->now + e->config->last_delay);
}

/* The group is stale, and the job is over. */
void endpoint_pri_leave_group(struct endpoint_edge *e, unsigned job_index)
{
    const unsigned index = e->s->job[job_index].prg_index;
    assert((endpoint_jobs_in_groups(e->s) & endpoint_bit(job_index)) && e->s->group[index].job == job_index);
    if (e->config->profile == PRISIM_ENDPOINT_FORGETS_GROUPS)
        endpoint_group_free(e->s, index);
    else
        endpoint_group_write(e->s, index)->stale = true;
    endpoint_job_end(e, job_index, PRISIM_CAUSE_STOPPED);
}

/* A rogue's request. Beyond the depth of the FIFO it is lost. */
void endpoint_pri_raw(struct endpoint_edge *e, const struct prisim_endpoint_stimulus *stimulus)
{
    struct prisim_endpoint_stimulus what = *stimulus;
    what.pasid &= (uint32_t)prisim_bits_mask(20);
    what.prg_index &= PRISIM_PRG_INDEXES - 1;
    what.access &= ENDPOINT_READ | ENDPOINT_WRITE | ENDPOINT_LAST;
    what.execute = what.privileged = 0; /* of a DMA */
    if (endpoint_transmit_has_room(e->s))
        append(e, ENDPOINT_OUT_RAW, &what);
    else
        PRISIM_PROBE(e->ports, e->now, endpoint_request_lost, .job = what.job,
                     .pasid = endpoint_pasid_field(what.has_pasid, what.pasid), .prgi = what.prg_index,
                     .address = what.address);
}

/* PCIE-PRICAP rows "response 1111" and "write R=1": all groups die, also those whose request is still inside. */
void endpoint_pri_drop_groups(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    uint64_t jobs = endpoint_jobs_in_groups(s);
    endpoint_group_free_all(s);
    s->pri_epoch++;
    if (e->config->vfs && !e->config->vf) /* PCIE-RESPONSE-3 */
        s->shared.drop = (uint32_t)prisim_bits_mask(e->config->vfs);
    for (; jobs; jobs &= jobs - 1)
        endpoint_job_end(e, (unsigned)__builtin_ctzll(jobs), PRISIM_CAUSE_PRI_OFF);
}

/* PCIE-PRIOFF: jobs that wait for a credit have no access either. */
void endpoint_pri_went_off(struct endpoint_edge *e)
{
    if (endpoint_pri_asks(e))
        return;
    for (uint64_t held = e->s->in[ENDPOINT_JOB_FAULT]; held; held &= held - 1)
        endpoint_job_end(e, (unsigned)__builtin_ctzll(held), PRISIM_CAUSE_PRI_OFF);
}

/* PCIE-PRICAP row "response 0000/0001, PRGI outstanding"; PCIE-RESPONSE for what the function does then. */
static void answered(struct endpoint_edge *e, unsigned index, unsigned code)
{
    struct endpoint_group group = endpoint_group_free(e->s, index);
    if (group.stale)
        return;
    /* An answer to a group that is still open ends it as well: what was not made never is. */
    const struct endpoint_job *job = &e->s->job[group.job];
    assert((endpoint_jobs_in_groups(e->s) & endpoint_bit(group.job)) && job->prg_index == index);
    if (code == PRISIM_PRG_INVALID && e->config->profile != PRISIM_ENDPOINT_ASKS_AGAIN)
        endpoint_job_end(e, group.job, PRISIM_CAUSE_INVALID_REQUEST);
    else if (job->cause != PRISIM_CAUSE_NONE)
        endpoint_job_end(e, group.job, job->cause);
    else if (e->config->retry_backoff == 0)
        endpoint_job_go(e->s, group.job, ENDPOINT_JOB_TRANSLATE);
    else
        endpoint_job_wait(e, group.job, ENDPOINT_JOB_BACKOFF, e->now + e->config->retry_backoff);
}

/* PCIE-MESSAGE code 1111, PCIE-PRICAP row "response 1111/unused". */
void endpoint_pri_failed(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    if (s->pri_enable || s->page_requests)
        PRISIM_PROBE(e->ports, e->now, endpoint_pri_off, .groups = endpoint_groups_open(s),
                     .cause = PRISIM_CAUSE_RESPONSE_FAILURE);
    s->pri_rf = true;
    s->pri_halted = true;
    s->shared.failing = e->config->vf != 0;
    endpoint_pri_limit(e->config, s);
    endpoint_pri_drop_groups(e);
    endpoint_marker_take_back(e);
    endpoint_pri_went_off(e);
}

/* PCIE-PRICAP, PRPR: with 1 the response has the PASID of its request if that had one, with 0 it has none. */
static bool wants_pasid(const struct endpoint_edge *e)
{
    return (e->config->prpr != 0) != (e->config->profile == PRISIM_ENDPOINT_PASID_CONTRARY);
}

static bool has_right_pasid(const struct endpoint_edge *e, unsigned index, const struct prisim_tlp_header *head)
{
    uint32_t expected = wants_pasid(e) ? e->s->group[index].pasid : 0;
    return e->config->on_pasid_mismatch == PRISIM_ENDPOINT_PASID_ACCEPT ||
           endpoint_pasid_key(head->flags & PRISIM_TLP_HAS_PASID, head->pasid) == expected;
}

/* PCIE-MARKERCODE: there is no response to a Stop Marker. One that comes all the same has the marker's index, which is
 * 0, and its PASID as PRPR asks for it; until the PASID runs again it can be told from others. */
static bool answers_marker(const struct endpoint_edge *e, unsigned index, const struct prisim_tlp_header *head)
{
    const struct prisim_endpoint *s = e->s;
    uint32_t key = endpoint_pasid_key(head->flags & PRISIM_TLP_HAS_PASID, head->pasid);
    if (index != 0)
        return false;
    for (uint64_t marked = s->marked; marked; marked &= marked - 1)
        if (key == (wants_pasid(e) ? s->context[__builtin_ctzll(marked)].pasid + 1 : 0))
            return true;
    return false;
}

static void told(struct endpoint_edge *e, const struct prisim_tlp_header *head, enum prisim_cause cause)
{
    PRISIM_PROBE(e->ports, e->now, endpoint_response, .tlp = head->id,
                 .pasid = endpoint_pasid_field(head->flags & PRISIM_TLP_HAS_PASID, head->pasid),
                 .prgi = head->prg_index & (PRISIM_PRG_INDEXES - 1u), .code = head->response_code, .cause = cause);
}

void endpoint_pri_ignore(struct endpoint_edge *e, const struct prisim_tlp_header *head)
{
    told(e, head, PRISIM_CAUSE_FUNCTION_RESET);
}

void endpoint_pri_response(struct endpoint_edge *e, const struct prisim_tlp_header *head)
{
    struct prisim_endpoint *s = e->s;
    unsigned index = head->prg_index & (PRISIM_PRG_INDEXES - 1);
    unsigned code = head->response_code;
    bool busy = endpoint_group_is_open(s, index);
    enum prisim_cause cause = PRISIM_CAUSE_GROUP_FREED;
    if (s->pri_halted)
        cause = PRISIM_CAUSE_FAILED_BEFORE;
    else if (code != PRISIM_PRG_SUCCESS &&
             code != PRISIM_PRG_INVALID)       /* PCIE-MESSAGE: unused codes are Response Failure */
        cause = PRISIM_CAUSE_RESPONSE_FAILURE; /* PCIE-PRICAP: wins over UPRGI */
    else if ((!busy || !has_right_pasid(e, index, head)) && answers_marker(e, index, head))
        cause = PRISIM_CAUSE_MARKER_ANSWERED;
    else if (!busy)
        cause = PRISIM_CAUSE_UNEXPECTED_INDEX;
    else if (!has_right_pasid(e, index, head))
        cause = e->config->on_pasid_mismatch == PRISIM_ENDPOINT_PASID_UPRGI ? PRISIM_CAUSE_UNEXPECTED_PASID
                                                                            : PRISIM_CAUSE_PASID_MISMATCH;
    else if (s->group[index].stale)
        cause = PRISIM_CAUSE_GROUP_STALE;
    told(e, head, cause);
    if (cause == PRISIM_CAUSE_FAILED_BEFORE || cause == PRISIM_CAUSE_PASID_MISMATCH)
        return;
    if (cause == PRISIM_CAUSE_UNEXPECTED_INDEX || cause == PRISIM_CAUSE_UNEXPECTED_PASID ||
        cause == PRISIM_CAUSE_MARKER_ANSWERED)
        s->pri_uprgi = true;
    else if (cause == PRISIM_CAUSE_RESPONSE_FAILURE)
        endpoint_pri_failed(e);
    else
        answered(e, index, code);
    /* PCIE-PRICAP: E=0 and the last answer is in. */
    if (!s->pri_enable && s->page_requests == 0)
        s->pri_stopped = true;
}
