/* SPDX-License-Identifier: Apache-2.0
 *
 * What an endpoint's state means (prisim_endpoint_canonical). Slots of jobs, tags of memory reads and contexts are told
 * in the order of their numbers: the lowest free one is taken, and a job's slot and a read's tag are numbers on the
 * wire. Groups are told in the order of their indexes behind the one given out last, entries of the ATC and everything
 * that waits in line by age.
 *
 * Not told, for it says nothing of what happens from now on: where rings begin, and where an ATC entry stands; what
 * follows from what is told (`due`, `more`, `msix_waits`, `job_due`, `in` but for the free slots, `writes`, a context's
 * jobs); counts that give names only (`tlps`, `request_count`) or are compared for being the same only (uses, epochs,
 * ATS enables: it is told whether they are); and what a free slot, tag, context or place still holds.
 */
#include "model/pcie/tlp_canonical.h"
#include "model/pcie_endpoint/endpoint_pri.h"

uint16_t prisim_endpoint_prg_last(const struct prisim_endpoint *state)
{
    return state->prg_last;
}

static void tell_job_name(unsigned rank, uint32_t job, struct prisim_canonical *to)
{
    prisim_canonical_name(to, PRISIM_CANONICAL_JOB, prisim_canonical_of(rank, job));
}

/* Of a DMA of many accesses. */
static void tell_accesses(const struct prisim_endpoint_stimulus *what, struct prisim_canonical *to)
{
    prisim_canonical_word(to, what->count | (uint64_t)what->pattern << 32 | (uint64_t)what->outstanding << 40);
    prisim_canonical_word(to, what->span);
    prisim_canonical_word(to, what->stride);
}

void prisim_endpoint_stimulus_canonical(const struct prisim_endpoint_stimulus *what, unsigned rank,
                                        uint16_t requester_id, struct prisim_canonical *to)
{
    prisim_canonical_word(to, (uint64_t)what->what | (uint64_t)what->has_pasid << 8 | (uint64_t)what->pasid << 32);
    prisim_canonical_word(to, what->address);
    tell_job_name(rank, what->job, to);
    if (what->what == PRISIM_ENDPOINT_DMA) {
        prisim_canonical_word(to, what->count > 1);
        if (what->count > 1)
            tell_accesses(what, to);
        prisim_canonical_word(to, what->size | (uint64_t)what->write << 32 | (uint64_t)what->rogue << 40 |
                                      (uint64_t)what->execute << 48 | (uint64_t)what->privileged << 56);
    } else if (what->what == PRISIM_ENDPOINT_PAGE_REQUEST) {
        prisim_canonical_word(to, what->access);
        prisim_canonical_prg(to, requester_id, what->prg_index);
    }
}

/* What the parts need: of whom it is told, and to whom. */
struct telling {
    const struct prisim_endpoint_config *config;
    const struct prisim_endpoint *s;
    struct prisim_canonical *to;
    unsigned rank;
};

static inline void tell(const struct telling *t, uint64_t word)
{
    prisim_canonical_word(t->to, word);
}

static void tell_registers(const struct telling *t)
{
    const struct prisim_endpoint *s = t->s;
    tell(t, (uint64_t)s->command | (uint64_t)s->ats_control << 16 | (uint64_t)s->pasid_control << 32 |
                (uint64_t)s->ats_refused << 48 | (uint64_t)s->pri_enable << 49 | (uint64_t)s->pri_halted << 50 |
                (uint64_t)s->pri_rf << 51 | (uint64_t)s->pri_uprgi << 52 | (uint64_t)s->pri_stopped << 53);
    tell(t, s->pri_allocation | (uint64_t)s->page_request_limit << 32);
    prisim_canonical_time(t->to, s->ready_at);
}

static void tell_function(const struct telling *t)
{
    const struct endpoint_function *function = &t->s->function;
    for (unsigned i = 0; i < ENDPOINT_BARS; i++)
        tell(t, function->bar[i]);
    tell(t, function->msix_address);
    tell(t, function->msix_data | (uint64_t)function->msix_control << 32 | (uint64_t)function->device_control << 48);
    tell(t, function->device_control2 | (uint64_t)function->device_status << 16 |
                (uint64_t)function->msix_masked << 24 | (uint64_t)function->msix_pending << 25);
}

/* A turn is the first slot to be asked; behind the last of them it is the first again. */
static uint64_t turn_of(const struct telling *t, uint8_t turn)
{
    return turn < t->config->jobs ? turn : 0;
}

static void tell_turns(const struct telling *t)
{
    const struct prisim_endpoint *s = t->s;
    tell(t, turn_of(t, s->turn_translate) | turn_of(t, s->turn_fault) << 8 | turn_of(t, s->turn_transfer) << 16);
}

/* The output is that of the first of two completions. */
static void tell_asked(const struct telling *t, const struct endpoint_job *job)
{
    const struct endpoint_asked *asked = &t->s->asked[job - t->s->job];
    tell(t, asked->pages | (uint64_t)asked->got << 8 | (uint64_t)asked->access << 16 |
                (uint64_t)(asked->got && job->untranslated) << 24);
    if (asked->got)
        tell(t, job->output);
}

/* Where a job stands on its way: not what it needed there before, nor what it will set where it goes. */
static void tell_progress(const struct telling *t, const struct endpoint_job *job)
{
    const struct prisim_endpoint *s = t->s;
    const enum endpoint_job_state state = (enum endpoint_job_state)job->state;
    if (state == ENDPOINT_JOB_ENDING)
        return;
    tell(t, job->address);
    tell(t, job->remaining);
    if (t->config->retry_limit) /* nobody else asks */
        tell(t, job->faults);
    if (state == ENDPOINT_JOB_LOOKUP || state == ENDPOINT_JOB_BACKOFF || state == ENDPOINT_JOB_LAST ||
        state == ENDPOINT_JOB_TRANSLATING)
        prisim_canonical_time(t->to, job->due);
    if (state == ENDPOINT_JOB_MEMBER || state == ENDPOINT_JOB_LAST)
        tell(t, job->members);
    if (state == ENDPOINT_JOB_TRANSFER) {
        tell(t, job->output);
        tell(t, job->untranslated);
    }
    if (state == ENDPOINT_JOB_TRANSLATING && t->config->translations > 1)
        tell_asked(t, job);
    if (state == ENDPOINT_JOB_TRANSLATING)
        tell(t, (uint64_t)job->poisoned | (uint64_t)job->clipped << 1 |
                    (uint64_t)(job->ats_enables == s->ats_enables) << 2);
}

static void tell_jobs(const struct telling *t)
{
    const struct prisim_endpoint *s = t->s;
    uint64_t used = ~s->in[ENDPOINT_JOB_FREE] & prisim_bits_mask(t->config->jobs);
    tell(t, used);
    for (; used; used &= used - 1) {
        const struct endpoint_job *job = &s->job[__builtin_ctzll(used)];
        tell(t, job->state == ENDPOINT_JOB_OVERDUE);
        if (job->state == ENDPOINT_JOB_OVERDUE) /* nobody's: it waits for a completion */
            continue;
        tell_job_name(t->rank, job->number, t->to);
        tell(t, (uint64_t)job->state | (uint64_t)job->cause << 8 | (uint64_t)job->context << 16 |
                    (uint64_t)job->has_pasid << 24 | (uint64_t)job->write << 25 | (uint64_t)job->overdue << 26 |
                    (uint64_t)job->open << 32 | (uint64_t)job->mode << 48 | (uint64_t)job->stream << 56);
        tell(t, job->pasid);
        tell(t, job->start);
        tell_progress(t, job);
    }
}

/* Jobs without a slot, in the order in which they get one. */
static void tell_pending(const struct telling *t)
{
    const struct prisim_endpoint *s = t->s;
    tell(t, s->pending_count);
    for (uint32_t i = 0; i < s->pending_count && i < ENDPOINT_PENDING_MAX; i++)
        prisim_endpoint_stimulus_canonical(&s->pending[(s->pending_head + i) % ENDPOINT_PENDING_MAX], t->rank,
                                           t->config->requester_id, t->to);
}

/* The jobs that are still to begin have no names yet: their numbers give them. */
static void tell_streams(const struct telling *t)
{
    const struct prisim_endpoint *s = t->s;
    uint32_t used = s->streams & (uint32_t)prisim_bits_mask(PRISIM_ENDPOINT_STREAMS_MAX);
    tell(t, used | (uint64_t)s->turn_stream << 32);
    for (; used; used &= used - 1) {
        const struct endpoint_stream *stream = &s->stream[__builtin_ctz(used)];
        const struct prisim_endpoint_stimulus *what = &stream->what;
        tell(t, stream->begin);
        tell(t, (uint64_t)stream->context | (uint64_t)stream->under_way << 8 | (uint64_t)what->has_pasid << 16 |
                    (uint64_t)what->write << 24 | (uint64_t)what->execute << 32 | (uint64_t)what->privileged << 40);
        tell(t, what->address);
        tell(t, what->pasid | (uint64_t)what->size << 32);
        tell_accesses(what, t->to);
    }
}

static void tell_reads(const struct telling *t)
{
    const struct prisim_endpoint *s = t->s;
    uint64_t used = ~s->free_reads;
    tell(t, used);
    for (; used; used &= used - 1) {
        unsigned i = (unsigned)__builtin_ctzll(used);
        tell(t, s->read[i].overdue);
        if (s->read[i].overdue) /* nobody's: it waits for a completion */
            continue;
        tell(t, (uint64_t)s->read[i].job | (uint64_t)s->read[i].pasid << 32);
        tell(t, s->read[i].address);
        prisim_canonical_time(t->to, s->read[i].due);
    }
}

/* Of a free context nothing counts but that its Stop Marker left. A response to a marker has the index 0, whatever the
 * index given out last (PCIE-MARKERCODE): while there may be one, indexes are more than their distances; and so they
 * are where the lowest is taken, or where others have some of them. */
static void tell_contexts(const struct telling *t)
{
    const struct prisim_endpoint *s = t->s;
    uint64_t used = ~s->free_contexts, marked = s->marked;
    tell(t, used);
    tell(t, s->owing);
    for (; used; used &= used - 1) {
        const struct endpoint_context *context = &s->context[__builtin_ctzll(used)];
        tell(t, context->pasid | (uint64_t)context->groups << 32 | (uint64_t)context->state << 48 |
                    (uint64_t)context->marker << 56);
        if (context->marker == ENDPOINT_MARKER_WAITS || context->marker == ENDPOINT_MARKER_SENT)
            prisim_canonical_time(t->to, context->due);
    }
    tell(t, marked);
    if (marked || t->config->vfs || t->config->prgi_policy == PRISIM_ENDPOINT_PRGI_LOWEST)
        tell(t, s->prg_last);
    for (; marked; marked &= marked - 1)
        tell(t, s->context[__builtin_ctzll(marked)].pasid);
}

static void tell_group(const struct telling *t, unsigned index)
{
    const struct prisim_endpoint *s = t->s;
    const struct endpoint_group *group = &s->group[index];
    const unsigned context = group->context % PRISIM_ENDPOINT_PASIDS_MAX;
    /* Of a use that is over nobody counts the groups. */
    const bool counts = group->context != ENDPOINT_NO_CONTEXT && !(s->free_contexts & endpoint_bit(context)) &&
                        s->context[context].use == group->use;
    prisim_canonical_prg(t->to, t->config->requester_id, (uint16_t)index);
    tell(t, (uint64_t)(group->stale ? ENDPOINT_NO_CONTEXT : group->job) | (uint64_t)group->stale << 8 |
                (uint64_t)(counts ? group->context : ENDPOINT_NO_CONTEXT) << 16 | (uint64_t)group->members << 24 |
                (uint64_t)group->pasid << 32);
}

/* The busy indexes from the one behind the last on: as they will be met by who takes the next one. */
static void tell_groups(const struct telling *t)
{
    const struct prisim_endpoint *s = t->s;
    const unsigned from = (s->prg_last + 1u) % PRISIM_PRG_INDEXES;
    tell(t, s->page_requests);
    tell(t, s->drawn);
    uint64_t behind = UINT64_MAX << from % 64;
    for (unsigned i = 0, word = from / 64; i <= PRG_WORDS; i++, word = (word + 1) % PRG_WORDS) {
        uint64_t busy = s->prg_busy[word] & (i < PRG_WORDS ? behind : ~(UINT64_MAX << from % 64));
        behind = UINT64_MAX;
        for (; busy; busy &= busy - 1)
            tell_group(t, word * 64 + (unsigned)__builtin_ctzll(busy));
    }
}

static void tell_answers(const struct telling *t)
{
    const struct prisim_endpoint *s = t->s;
    tell(t, s->answer_count);
    for (uint32_t i = 0; i < s->answer_count && i < ENDPOINT_REGISTERS_MAX; i++) {
        const struct endpoint_answer *answer = &s->answer[(s->answer_head + i) % ENDPOINT_REGISTERS_MAX];
        prisim_canonical_time(t->to, answer->due);
        tell(t, answer->value | (uint64_t)answer->requester_id << 32 | (uint64_t)answer->tag << 48);
        tell(t, (uint64_t)answer->size | (uint64_t)answer->type << 8 | (uint64_t)answer->status << 16 |
                    (uint64_t)answer->traffic_class << 24);
    }
}

static void tell_invalidates(const struct telling *t)
{
    const struct prisim_endpoint *s = t->s;
    tell(t, s->invalidate_count | (uint64_t)s->invalidate_gone << 32);
    prisim_canonical_time(t->to, s->invalidate_free);
    if (t->config->invalidate_order == PRISIM_ENDPOINT_INVALIDATE_OUT_OF_ORDER) /* nobody else draws */
        tell(t, s->invalidate_random.counter);
    tell(t, s->invalidates);
    for (uint32_t i = 0; i < s->invalidate_count && i < ENDPOINT_INVALIDATES_MAX; i++) {
        const struct endpoint_invalidate *invalidate =
            &s->invalidate[(s->invalidate_head + i) % ENDPOINT_INVALIDATES_MAX];
        prisim_canonical_name(t->to, PRISIM_CANONICAL_TLP, invalidate->tlp);
        prisim_canonical_time(t->to, invalidate->due);
        tell(t, invalidate->reads);
        tell(t, invalidate->pasid);
        tell(t, invalidate->range.base);
        tell(t, invalidate->range.pasid | (uint64_t)invalidate->range.size_log2 << 32);
        tell(t, invalidate->requester_id | (uint64_t)invalidate->fault << 16 | (uint64_t)invalidate->answered << 24 |
                    (uint64_t)invalidate->bad_pasid << 25);
        prisim_canonical_itag(t->to, invalidate->itag);
    }
}

/* The requests of a completion of several. */
static void tell_completing(const struct telling *t, uint32_t vector)
{
    for (uint32_t left = vector & (vector - 1) ? vector : 0; left; left &= left - 1)
        prisim_canonical_name(t->to, PRISIM_CANONICAL_TLP, t->s->completing[__builtin_ctz(left)] - 1);
}

/* What waits to go up. The members that its kind does not have were left by others. */
static void tell_outgoing(const struct telling *t)
{
    const struct prisim_endpoint *s = t->s;
    tell(t, s->outgoing_count);
    for (uint32_t i = 0; i < s->outgoing_count && i < ENDPOINT_OUTGOING_MAX; i++) {
        const struct endpoint_outgoing *out = &s->outgoing[(s->outgoing_head + i) % ENDPOINT_OUTGOING_MAX];
        tell(t, (uint64_t)out->kind | (uint64_t)out->job_index << 8);
        prisim_tlp_header_canonical(&out->head, t->to);
        switch ((enum endpoint_outgoing_kind)out->kind) {
        case ENDPOINT_OUT_REGISTER:
        case ENDPOINT_OUT_MSIX:
        case ENDPOINT_OUT_DMA:
            tell(t, out->value);
            break;
        case ENDPOINT_OUT_INVALIDATED:
            prisim_canonical_name(t->to, PRISIM_CANONICAL_TLP, out->request);
            tell(t, out->value);
            tell_completing(t, out->head.itag_vector);
            break;
        case ENDPOINT_OUT_PAGE_REQUEST:
            prisim_canonical_name(t->to, PRISIM_CANONICAL_REQUEST, prisim_canonical_of(t->rank, out->request));
            tell(t, out->epoch == s->pri_epoch);
            break;
        case ENDPOINT_OUT_RAW:
            prisim_canonical_name(t->to, PRISIM_CANONICAL_REQUEST, prisim_canonical_of(t->rank, out->request));
            break;
        case ENDPOINT_OUT_MARKER:
            tell(t, out->epoch == s->pri_epoch);
            break;
        case ENDPOINT_OUT_TRANSLATE:
            break;
        }
    }
}

/* What is shared with a PF or VFs, and what comes from there. `told` and `waits` follow. */
static void tell_shared(const struct telling *t, const struct prisim_ports *ports)
{
    const struct endpoint_shared *shared = &t->s->shared;
    tell(t, shared->page_requests | (uint64_t)shared->unheard << 32);
    tell(t, shared->tell | (uint64_t)shared->drop << 32);
    tell(t, (uint64_t)shared->heard | (uint64_t)shared->failing << 8);
    const uint64_t wires = ports->rx_valid & endpoint_shared_wires(t->config);
    tell(t, wires);
    if (wires & endpoint_bit(PRISIM_ENDPOINT_RX_PF)) {
        const struct prisim_endpoint_pf_wires *pf = ports->rx[PRISIM_ENDPOINT_RX_PF];
        tell(t, pf->allocation | (uint64_t)pf->pasid_control << 32 | (uint64_t)pf->stu << 48 |
                    (uint64_t)pf->enable << 56 | (uint64_t)pf->halted << 57 | (uint64_t)pf->dropped << 58);
    }
    for (uint64_t vfs = wires >> PRISIM_ENDPOINT_RX_VF; vfs; vfs &= vfs - 1) {
        const struct prisim_endpoint_vf_wires *vf = ports->rx[PRISIM_ENDPOINT_RX_VF + __builtin_ctzll(vfs)];
        tell(t, (uint32_t)vf->page_requests | (uint64_t)vf->heard << 32 | (uint64_t)vf->failed << 40 |
                    (uint64_t)vf->unexpected << 41);
    }
}

/* From the oldest entry, which gives way first, to the youngest. */
static void tell_atc(const struct telling *t)
{
    const struct endpoint_atc *atc = &t->s->atc;
    tell(t, atc->used);
    unsigned at = atc->oldest;
    for (uint32_t i = 0; i < atc->used && at < t->config->atc_entries; i++) {
        const struct endpoint_atc_entry *entry = &t->s->atc_entry[at];
        tell(t, entry->base);
        tell(t, entry->output);
        tell(t, entry->pasid | (uint64_t)entry->size_log2 << 32 | (uint64_t)entry->access << 40 |
                    (uint64_t)entry->untranslated << 48 | (uint64_t)entry->privileged << 49);
        at = entry->younger;
    }
}

void prisim_endpoint_canonical(const struct prisim_endpoint_config *config, const struct prisim_endpoint *state,
                               const struct prisim_ports *ports, struct prisim_canonical *to)
{
    const struct telling t = {config, state, to, ports->instance};
    tell_registers(&t);
    tell_function(&t);
    tell_turns(&t);
    tell_jobs(&t);
    tell_pending(&t);
    tell_streams(&t);
    tell_reads(&t);
    tell_contexts(&t);
    tell_groups(&t);
    tell_answers(&t);
    tell_invalidates(&t);
    tell_outgoing(&t);
    tell_atc(&t);
    if (config->vfs)
        tell_shared(&t, ports);
    if (ports->rx_valid >> PRISIM_ENDPOINT_RX_DOWN & 1)
        prisim_tlp_canonical(ports->rx[PRISIM_ENDPOINT_RX_DOWN], to);
    if (ports->rx_valid >> PRISIM_ENDPOINT_RX_STIMULUS & 1)
        prisim_endpoint_stimulus_canonical(ports->rx[PRISIM_ENDPOINT_RX_STIMULUS], t.rank, config->requester_id, to);
}
