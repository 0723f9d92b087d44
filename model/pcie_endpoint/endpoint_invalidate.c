/* SPDX-License-Identifier: Apache-2.0
 *
 * Invalidate Requests (PCIE-MESSAGE, PCIE-ATC): translations under way are poisoned when the request is taken. Entries
 * leave the ATC then, or when it has been processed: in its turn, after its latency. The completion follows when the
 * memory reads that still use the old translations are over (endpoint_invalidate_complete.c).
 */
#include "model/pcie_endpoint/endpoint_job.h"
#include "model/pcie_endpoint/endpoint_translation.h"

/* PCIE-ATSREQ-8: of the pages that its Translation Request asks for. */
static bool asks_for(const struct prisim_endpoint *s, unsigned job_index, const struct endpoint_range *range)
{
    const unsigned unit_log2 = endpoint_unit_log2(s);
    const unsigned pages = s->asked[job_index].pages;
    uint64_t base = s->job[job_index].address & ~prisim_bits_mask(unit_log2);
    for (unsigned i = 0; i == 0 || i < pages; i++)
        if (endpoint_range_overlaps(range, base + ((uint64_t)i << unit_log2), unit_log2))
            return true;
    return false;
}

/* PCIE-ATC "Race": a Translation Completion may be overtaken by this request. */
static void poison(struct prisim_endpoint *s, const struct endpoint_range *range)
{
    for (uint64_t jobs = s->in[ENDPOINT_JOB_TRANSLATING]; jobs; jobs &= jobs - 1) {
        unsigned job_index = (unsigned)__builtin_ctzll(jobs);
        struct endpoint_job *job = endpoint_job_write(s, job_index);
        if (!endpoint_range_names(range, endpoint_pasid_key(job->has_pasid, job->pasid)))
            continue;
        if (asks_for(s, job_index, range))
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

/* PCIE-ATC-10: from here on nothing of it is used any more, and what was sent with it is waited for; but for what the
 * configuration breaks. Of what is refused nothing is done. */
static void take_out(struct endpoint_edge *e, struct endpoint_invalidate *invalidate)
{
    const struct endpoint_range *range = &invalidate->range;
    e->s->invalidate_gone++;
    if (invalidate->fault == PRISIM_ENDPOINT_FAULT_UR)
        return;
    unsigned entries = invalidate->fault == PRISIM_ENDPOINT_FAULT_PARTLY ? endpoint_atc_invalidate_partly(e->s, range)
                                                                         : endpoint_atc_invalidate(e->s, range);
    take_translations(e, range);
    invalidate->reads = invalidate->fault == PRISIM_ENDPOINT_FAULT_EARLY ? 0 : reads_in(e->s, range);
    PRISIM_PROBE(e->ports, e->now, endpoint_invalidate, .tlp = invalidate->tlp, .itag = invalidate->itag,
                 .pasid = invalidate->pasid, .address = range->base,
                 .size = range->size_log2 == 64 ? UINT64_MAX : endpoint_bit(range->size_log2), .entries = entries);
    if (invalidate->fault == PRISIM_ENDPOINT_FAULT_PARTLY)
        endpoint_atc_tell_kept(e, invalidate);
}

/* PCIE-ATC-6: rounded up to an STU. */
static struct endpoint_range range_of(const struct prisim_endpoint *s, const struct prisim_tlp *tlp)
{
    uint64_t word = prisim_tlp_invalidate_field(tlp);
    bool global = word & 1;
    bool has_pasid = tlp->head.flags & PRISIM_TLP_HAS_PASID;
    struct endpoint_range range = {.pasid = global ? 0 : endpoint_pasid_key(has_pasid, tlp->head.pasid)};
    range.size_log2 = prisim_tlp_range_decode(word, &range.base);
    if (range.size_log2 < endpoint_unit_log2(s)) {
        range.size_log2 = endpoint_unit_log2(s);
        range.base &= ~prisim_bits_mask(range.size_log2);
    }
    return range;
}

static bool has_bad_pasid(const struct prisim_endpoint_config *config, const struct prisim_tlp_header *head)
{
    return (head->flags & PRISIM_TLP_HAS_PASID) && head->pasid >> config->pasid_bits != 0;
}

/* PCIE-ITAG-7: a PASID that the function has not is refused. Of the others the nth is wrong, or every one. */
static enum prisim_endpoint_invalidate_fault fault_of(struct endpoint_edge *e, bool bad_pasid)
{
    struct prisim_endpoint *s = e->s;
    const uint32_t nth = e->config->invalidate_fault_nth;
    const enum prisim_endpoint_invalidate_fault fault =
        (enum prisim_endpoint_invalidate_fault)e->config->invalidate_fault;
    if (bad_pasid)
        return PRISIM_ENDPOINT_FAULT_UR;
    if (fault == PRISIM_ENDPOINT_FAULT_NONE || nth == 0)
        return fault;
    return s->invalidates < nth && ++s->invalidates == nth ? fault : PRISIM_ENDPOINT_FAULT_NONE;
}

/* The one that came last takes the turn of one whose processing has not begun, which takes its turn. */
__attribute__((noinline)) static void take_another_turn(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    const unsigned last = s->invalidate_count - 1u;
    unsigned first = last;
    while (first > 0 && endpoint_invalidate_at(s, first - 1)->due > e->now + e->config->invalidate_latency &&
           endpoint_invalidate_at(s, first - 1)->fault != PRISIM_ENDPOINT_FAULT_LATE)
        first--;
    if (first == last || endpoint_invalidate_at(s, last)->fault == PRISIM_ENDPOINT_FAULT_LATE)
        return;
    unsigned at = first + (unsigned)random_below(&s->invalidate_random, last - first + 1);
    struct endpoint_invalidate *mine = endpoint_invalidate_write(s, last), *other = endpoint_invalidate_write(s, at);
    const struct endpoint_invalidate was = *mine;
    const prisim_cycle_t due = other->due;
    *mine = *other;
    *other = was;
    mine->due = was.due;
    other->due = due;
}

void endpoint_invalidate_taken(struct endpoint_edge *e, const struct prisim_tlp *tlp)
{
    struct prisim_endpoint *s = e->s;
    /* Malformed, poisoned (PCIE-POISON-5) or more than there are ITags: dropped; the sender's time-out tells. */
    if (tlp->head.size < 8 || prisim_tlp_is_poisoned(&tlp->head) || s->invalidate_count >= ENDPOINT_INVALIDATES_MAX)
        return;
    const uint64_t pasid = endpoint_pasid_field(tlp->head.flags & PRISIM_TLP_HAS_PASID, tlp->head.pasid);
    const bool bad_pasid = has_bad_pasid(e->config, &tlp->head);
    const enum prisim_endpoint_invalidate_fault fault = fault_of(e, bad_pasid);
    const struct endpoint_range range = range_of(s, tlp);
    if (fault != PRISIM_ENDPOINT_FAULT_UR) {
        if (e->config->poison)
            poison(s, &range);
        PRISIM_PROBE(e->ports, e->now, endpoint_invalidate_taken, .tlp = tlp->head.id, .itag = tlp->head.tag & 31,
                     .pasid = pasid, .address = range.base,
                     .size = range.size_log2 == 64 ? UINT64_MAX : endpoint_bit(range.size_log2));
    }
    /* One after the other. */
    s->invalidate_free = prisim_cycle_max(s->invalidate_free, e->now) + e->config->invalidate_latency;
    if (fault == PRISIM_ENDPOINT_FAULT_LATE)
        s->invalidate_free += e->config->invalidate_late_cycles;
    struct endpoint_invalidate *invalidate = endpoint_invalidate_write(s, s->invalidate_count++);
    *invalidate = (struct endpoint_invalidate){.due = s->invalidate_free,
                                               .pasid = pasid,
                                               .range = range,
                                               .tlp = tlp->head.id,
                                               .requester_id = tlp->head.requester_id,
                                               .itag = tlp->head.tag & 31,
                                               .fault = (uint8_t)fault,
                                               .bad_pasid = bad_pasid};
    if (e->config->invalidate == PRISIM_ENDPOINT_DROP_AT_ARRIVAL)
        take_out(e, invalidate);
    if (e->config->invalidate_order == PRISIM_ENDPOINT_INVALIDATE_OUT_OF_ORDER)
        take_another_turn(e);
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

void endpoint_invalidate_due(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    while (s->invalidate_gone < s->invalidate_count && endpoint_invalidate_at(s, s->invalidate_gone)->due <= e->now)
        take_out(e, endpoint_invalidate_write(s, s->invalidate_gone));
    endpoint_invalidate_complete(e);
}
