/* SPDX-License-Identifier: Apache-2.0
 *
 * Invalidate Requests (PCIE-MESSAGE, PCIE-ATC): translations under way are poisoned when the request is taken. Entries
 * leave the ATC then, or when it has been processed: in its turn, after its latency. The completion follows when the
 * memory reads that still use the old translations are over.
 */
#include "model/pcie_endpoint/endpoint_state.h"

/* PCIE-ATC "Race": a Translation Completion may be overtaken by this request. */
static void poison(struct prisim_endpoint *s, const struct endpoint_range *range)
{
    for (uint64_t jobs = s->in[ENDPOINT_JOB_TRANSLATING]; jobs; jobs &= jobs - 1) {
        struct endpoint_job *job = endpoint_job_write(s, (unsigned)__builtin_ctzll(jobs));
        if (!endpoint_range_names(range, endpoint_pasid_key(job->has_pasid, job->pasid)))
            continue;
        if (endpoint_range_overlaps(range, job->address & ~prisim_bits_mask(12), 12))
            job->poisoned = true;
        else
            job->clipped = true;
    }
}

/* Lines not yet made are translated anew. */
static void take_translations(struct endpoint_edge *e, const struct endpoint_range *range)
{
    struct prisim_endpoint *s = e->s;
    for (uint64_t jobs = s->in[ENDPOINT_JOB_TRANSFER]; jobs; jobs &= jobs - 1) {
        unsigned job_index = (unsigned)__builtin_ctzll(jobs);
        const struct endpoint_job *job = &s->job[job_index];
        if (endpoint_range_names(range, endpoint_pasid_key(job->has_pasid, job->pasid)) &&
            endpoint_range_overlaps(range, job->address & ~prisim_bits_mask(12), 12))
            endpoint_job_look_up(e, job_index);
    }
}

/* The memory reads made with the old translations; but for those that were given up, which nobody waits for. */
static uint64_t reads_in(const struct prisim_endpoint *s, const struct endpoint_range *range)
{
    uint64_t found = 0;
    for (uint64_t reads = ~s->free_reads; reads; reads &= reads - 1) {
        unsigned i = (unsigned)__builtin_ctzll(reads);
        if (!s->read[i].overdue && endpoint_range_names(range, s->read[i].pasid) &&
            endpoint_range_overlaps(range, s->read[i].address, 12))
            found |= endpoint_bit(i);
    }
    return found;
}

/* PCIE-ATC: from here on nothing of it is used any more. What was sent with it is waited for. */
static void take_out(struct endpoint_edge *e, struct endpoint_invalidate *invalidate)
{
    const struct endpoint_range *range = &invalidate->range;
    unsigned entries = endpoint_atc_invalidate(e->s, range);
    take_translations(e, range);
    invalidate->reads = reads_in(e->s, range);
    e->s->invalidate_gone++;
    PRISIM_PROBE(e->ports, e->now, endpoint_invalidate, .tlp = invalidate->tlp, .itag = invalidate->itag,
                 .pasid = invalidate->pasid, .address = range->base,
                 .size = range->size_log2 == 64 ? UINT64_MAX : endpoint_bit(range->size_log2), .entries = entries);
}

void endpoint_invalidate_taken(struct endpoint_edge *e, const struct prisim_tlp *tlp)
{
    struct prisim_endpoint *s = e->s;
    /* Malformed, or more than there are ITags: dropped; the sender's time-out tells. */
    if (tlp->head.size < 8 || s->invalidate_count >= ENDPOINT_INVALIDATES_MAX)
        return;
    uint64_t word = prisim_tlp_invalidate_field(tlp);
    bool has_pasid = tlp->head.flags & PRISIM_TLP_HAS_PASID;
    bool global = word & 1;
    struct endpoint_range range = {.pasid = global ? 0 : endpoint_pasid_key(has_pasid, tlp->head.pasid)};
    range.size_log2 = prisim_tlp_range_decode(word, &range.base);
    poison(s, &range);
    PRISIM_PROBE(e->ports, e->now, endpoint_invalidate_taken, .tlp = tlp->head.id, .itag = tlp->head.tag & 31,
                 .pasid = endpoint_pasid_field(has_pasid, tlp->head.pasid), .address = range.base,
                 .size = range.size_log2 == 64 ? UINT64_MAX : endpoint_bit(range.size_log2));
    /* One after the other. */
    s->invalidate_free = prisim_cycle_max(s->invalidate_free, e->now) + e->config->invalidate_latency;
    struct endpoint_invalidate *invalidate = endpoint_invalidate_write(s, s->invalidate_count++);
    *invalidate = (struct endpoint_invalidate){.due = s->invalidate_free,
                                               .pasid = endpoint_pasid_field(has_pasid, tlp->head.pasid),
                                               .range = range,
                                               .tlp = tlp->head.id,
                                               .requester_id = tlp->head.requester_id,
                                               .itag = tlp->head.tag & 31};
    if (e->config->invalidate == PRISIM_ENDPOINT_DROP_AT_ARRIVAL)
        take_out(e, invalidate);
}

/* Forgets every translation, also those under way. */
void endpoint_invalidate_everything(struct endpoint_edge *e)
{
    const struct endpoint_range everything = {.size_log2 = 64};
    if (e->s->atc.used)
        PRISIM_PROBE(e->ports, e->now, endpoint_evict, .pasid = PRISIM_PASID_NONE, .address = 0, .size = UINT64_MAX);
    endpoint_atc_clear(e->config, e->s);
    poison(e->s, &everything);
    take_translations(e, &everything);
}

/* PCIE-MESSAGE, PCIE-ATC: to the requester, behind every TLP sent before, one copy as only TC0 is used. */
void endpoint_invalidate_due(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    while (s->invalidate_gone < s->invalidate_count && endpoint_invalidate_at(s, s->invalidate_gone)->due <= e->now)
        take_out(e, endpoint_invalidate_write(s, s->invalidate_gone));
    while (s->invalidate_count > 0 && endpoint_transmit_has_room(s)) {
        struct endpoint_invalidate *done = &s->invalidate[s->invalidate_head];
        if (done->due > e->now || done->reads)
            return;
        prisim_touch(&s->touched, done, sizeof *done);
        s->invalidate_count--;
        s->invalidate_gone--;
        s->invalidate_head = endpoint_next_head(s->invalidate_head, s->invalidate_count, ENDPOINT_INVALIDATES_MAX);
        struct endpoint_outgoing *out = endpoint_transmit_append(s, ENDPOINT_OUT_INVALIDATED, 0);
        out->request = done->tlp;
        out->head = (struct prisim_tlp_header){.itag_vector = UINT32_C(1) << done->itag,
                                               .requester_id = e->config->requester_id,
                                               .destination_id = done->requester_id,
                                               .type = PRISIM_TLP_MESSAGE,
                                               .message = PRISIM_MESSAGE_INVALIDATE_COMPLETION,
                                               .completion_count = 1};
        *done = (struct endpoint_invalidate){0};
    }
}
