/* SPDX-License-Identifier: Apache-2.0
 *
 * The page-request engine: groups of one request, PRG indices, credits, and what a PRG Response does (PCIE-PRICAP,
 * PCIE-GROUP, PCIE-RESPONSE). Credits are counted in messages, and a group is one message.
 */
#include "model/pcie_endpoint/endpoint_state.h"

/* PCIE-PRICAP: requests are made with E=1 and no Response Failure since then; the Allocation bounds them. */
void endpoint_pri_limit(const struct prisim_endpoint_config *config, struct prisim_endpoint *s)
{
    uint32_t limit = s->pri_allocation < config->pri_capacity ? s->pri_allocation : config->pri_capacity;
    s->page_request_limit = s->pri_enable && !s->pri_halted ? limit : 0;
    assert(s->page_request_limit <= PRISIM_PRG_INDEXES);
}

/* The next free index after the one given out last (PCIE-GROUP: an index is busy until its response). */
static unsigned take_index(struct prisim_endpoint *s)
{
    unsigned from = (s->prg_last + 1u) % PRISIM_PRG_INDEXES;
    uint64_t behind = UINT64_MAX << from % 64;
    for (unsigned i = 0, word = from / 64; i <= PRG_WORDS; i++, word = (word + 1) % PRG_WORDS) {
        uint64_t free = ~s->prg_busy[word] & behind;
        behind = UINT64_MAX;
        if (free) {
            unsigned index = word * 64 + (unsigned)__builtin_ctzll(free);
            s->prg_busy[word] |= endpoint_bit(index % 64);
            s->prg_last = (uint16_t)index;
            return index;
        }
    }
    assert(false); /* there are fewer credits than indices */
    return 0;
}

static bool is_busy(const struct prisim_endpoint *s, unsigned index)
{
    return prisim_bit_get(s->prg_busy[index / 64], index % 64);
}

/* One page request on its way; access in bits of events (R=1 W=2 L=4). */
static void append(struct endpoint_edge *e, enum endpoint_outgoing_kind kind,
                   const struct prisim_endpoint_stimulus *what)
{
    struct prisim_endpoint *s = e->s;
    struct endpoint_outgoing *out = endpoint_transmit_append(s, kind, 0);
    out->request = ++s->request_count;
    out->epoch = s->pri_epoch;
    out->head = (struct prisim_tlp_header){.address = what->address & ~prisim_bits_mask(12),
                                           .pasid = what->pasid,
                                           .requester_id = e->config->requester_id,
                                           .prg_index = what->prg_index,
                                           .type = PRISIM_TLP_MESSAGE,
                                           .message = PRISIM_MESSAGE_PAGE_REQUEST,
                                           .flags = (uint8_t)((what->has_pasid ? PRISIM_TLP_HAS_PASID : 0) |
                                                              (what->access & ENDPOINT_READ ? PRISIM_TLP_READ : 0) |
                                                              (what->access & ENDPOINT_WRITE ? PRISIM_TLP_WRITE : 0) |
                                                              (what->access & ENDPOINT_LAST ? PRISIM_TLP_LAST : 0))};
    PRISIM_PROBE(e->ports, e->now, endpoint_page_request, .request = out->request, .job = what->job,
                 .pasid = endpoint_pasid_field(what->has_pasid, what->pasid), .prgi = what->prg_index,
                 .address = out->head.address, .access = what->access);
}

void endpoint_pri_request(struct endpoint_edge *e, unsigned job_index)
{
    struct prisim_endpoint *s = e->s;
    struct endpoint_job *job = endpoint_job_write(s, job_index);
    assert(job->state == ENDPOINT_JOB_FAULT && s->page_requests < s->page_request_limit);
    unsigned index = take_index(s);
    struct endpoint_group *group = endpoint_group_write(s, index);
    *group = (struct endpoint_group){
        .job = (uint8_t)job_index, .context = job->context, .pasid = endpoint_pasid_key(job->has_pasid, job->pasid)};
    s->page_requests++;
    if (job->context != ENDPOINT_NO_CONTEXT) {
        struct endpoint_context *context = endpoint_context_write(s, job->context);
        group->use = context->use;
        context->groups++;
    }
    job->prg_index = (uint16_t)index;
    endpoint_job_go(e->s, job_index, ENDPOINT_JOB_ASKED);
    /* PCIE-GROUP: a group of one request has L=1. Read is asked for with every access. */
    uint8_t access = ENDPOINT_READ | ENDPOINT_LAST | (job->write ? ENDPOINT_WRITE : 0);
    append(e, ENDPOINT_OUT_PAGE_REQUEST,
           &(struct prisim_endpoint_stimulus){.address = job->address,
                                              .job = job->number,
                                              .pasid = job->pasid,
                                              .prg_index = (uint16_t)index,
                                              .has_pasid = job->has_pasid,
                                              .access = access});
}

/* A rogue's request. Beyond the depth of the FIFO it is lost. */
void endpoint_pri_raw(struct endpoint_edge *e, const struct prisim_endpoint_stimulus *stimulus)
{
    struct prisim_endpoint_stimulus what = *stimulus;
    what.pasid &= (uint32_t)prisim_bits_mask(20);
    what.prg_index &= PRISIM_PRG_INDEXES - 1;
    what.access &= ENDPOINT_READ | ENDPOINT_WRITE | ENDPOINT_LAST;
    if (endpoint_transmit_has_room(e->s))
        append(e, ENDPOINT_OUT_RAW, &what);
    else
        PRISIM_PROBE(e->ports, e->now, endpoint_request_lost, .job = what.job,
                     .pasid = endpoint_pasid_field(what.has_pasid, what.pasid), .prgi = what.prg_index,
                     .address = what.address);
}

/* Frees the index and its credit. */
static struct endpoint_group free_group(struct prisim_endpoint *s, unsigned index)
{
    struct endpoint_group *place = endpoint_group_write(s, index), group = *place;
    *place = (struct endpoint_group){0};
    assert(is_busy(s, index) && s->page_requests > 0);
    s->prg_busy[index / 64] &= ~endpoint_bit(index % 64);
    s->page_requests--;
    if (group.context != ENDPOINT_NO_CONTEXT && s->context[group.context].use == group.use)
        endpoint_context_write(s, group.context)->groups--;
    return group;
}

/* PCIE-PRICAP rows "response 1111" and "write R=1": all groups die, also those whose request is still inside. */
void endpoint_pri_drop_groups(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    uint64_t jobs = s->in[ENDPOINT_JOB_ASKED];
    for (unsigned word = 0; word < PRG_WORDS; word++)
        while (s->prg_busy[word])
            free_group(s, word * 64 + (unsigned)__builtin_ctzll(s->prg_busy[word]));
    assert(s->page_requests == 0);
    s->pri_epoch++;
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
    struct endpoint_group group = free_group(e->s, index);
    if (group.stale)
        return;
    const struct endpoint_job *job = &e->s->job[group.job];
    assert(job->state == ENDPOINT_JOB_ASKED && job->prg_index == index);
    if (code == PRISIM_PRG_INVALID)
        endpoint_job_end(e, group.job, PRISIM_CAUSE_INVALID_REQUEST);
    else if (job->cause != PRISIM_CAUSE_NONE)
        endpoint_job_end(e, group.job, job->cause);
    else if (e->config->retry_backoff == 0)
        endpoint_job_go(e->s, group.job, ENDPOINT_JOB_TRANSLATE);
    else
        endpoint_job_wait(e, group.job, ENDPOINT_JOB_BACKOFF, e->now + e->config->retry_backoff);
}

/* PCIE-MESSAGE code 1111, PCIE-PRICAP row "response 1111/unused". */
static void failed(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    if (s->pri_enable || s->page_requests)
        PRISIM_PROBE(e->ports, e->now, endpoint_pri_off, .groups = s->page_requests,
                     .cause = PRISIM_CAUSE_RESPONSE_FAILURE);
    s->pri_rf = true;
    s->pri_halted = true;
    endpoint_pri_limit(e->config, s);
    endpoint_pri_drop_groups(e);
    endpoint_pri_went_off(e);
}

/* PCIE-PRICAP, PRPR: with 1 the response has the PASID of its request if that had one, with 0 it has none. */
static bool has_right_pasid(const struct endpoint_edge *e, unsigned index, const struct prisim_tlp_header *head)
{
    uint32_t expected = e->config->prpr ? e->s->group[index].pasid : 0;
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
        if (key == (e->config->prpr ? s->context[__builtin_ctzll(marked)].pasid + 1 : 0))
            return true;
    return false;
}

void endpoint_pri_response(struct endpoint_edge *e, const struct prisim_tlp_header *head)
{
    struct prisim_endpoint *s = e->s;
    unsigned index = head->prg_index & (PRISIM_PRG_INDEXES - 1);
    unsigned code = head->response_code;
    bool busy = is_busy(s, index);
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
    PRISIM_PROBE(e->ports, e->now, endpoint_response, .tlp = head->id,
                 .pasid = endpoint_pasid_field(head->flags & PRISIM_TLP_HAS_PASID, head->pasid), .prgi = index,
                 .code = code, .cause = cause);
    if (cause == PRISIM_CAUSE_FAILED_BEFORE || cause == PRISIM_CAUSE_PASID_MISMATCH)
        return;
    if (cause == PRISIM_CAUSE_UNEXPECTED_INDEX || cause == PRISIM_CAUSE_UNEXPECTED_PASID ||
        cause == PRISIM_CAUSE_MARKER_ANSWERED)
        s->pri_uprgi = true;
    else if (cause == PRISIM_CAUSE_RESPONSE_FAILURE)
        failed(e);
    else
        answered(e, index, code);
    /* PCIE-PRICAP: E=0 and the last answer is in. */
    if (!s->pri_enable && s->page_requests == 0)
        s->pri_stopped = true;
}
