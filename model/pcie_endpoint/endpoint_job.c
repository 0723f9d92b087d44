/* SPDX-License-Identifier: Apache-2.0
 *
 * DMA jobs: submission, the order in which they get a slot, their timers and their end. What a job does with a page is
 * told in endpoint_translate.c, endpoint_pri.c and endpoint_dma.c.
 */
#include "model/pcie_endpoint/endpoint_job.h"
#include "model/pcie_endpoint/endpoint_pri.h"
#include "model/pcie_endpoint/endpoint_translation.h"

static void done(struct endpoint_edge *e, uint32_t number, uint64_t pasid, uint64_t address, enum prisim_cause cause)
{
    PRISIM_PROBE(e->ports, e->now, endpoint_job_done, .job = number, .pasid = pasid, .address = address,
                 .cause = cause);
}

/* PCIE-PASIDCAP, PCIE-PREFIX: ER and PMR stand beside a PASID, while they are enabled; ER says nothing of a write. */
static uint8_t mode_of(const struct prisim_endpoint *s, const struct prisim_endpoint_stimulus *what)
{
    bool executes = what->execute && !what->write && (s->pasid_control & PRISIM_PASID_CONTROL_EXECUTE);
    bool privileged = what->privileged && (s->pasid_control & PRISIM_PASID_CONTROL_PRIVILEGED);
    if (!what->has_pasid)
        return 0;
    return (uint8_t)((executes ? PRISIM_TLP_EXECUTE : 0) | (privileged ? PRISIM_TLP_PRIVILEGED : 0));
}

/* Gives the job a free slot and starts its first look-up. */
static void start(struct endpoint_edge *e, const struct prisim_endpoint_stimulus *what, unsigned context,
                  unsigned stream)
{
    struct prisim_endpoint *s = e->s;
    assert(s->in[ENDPOINT_JOB_FREE]);
    unsigned job_index = (unsigned)__builtin_ctzll(s->in[ENDPOINT_JOB_FREE]);
    struct endpoint_job *job = endpoint_job_write(s, job_index);
    assert(job->state == ENDPOINT_JOB_FREE);
    *job = (struct endpoint_job){.start = what->address,
                                 .address = what->address,
                                 .remaining = what->size,
                                 .number = what->job,
                                 .pasid = what->pasid,
                                 .context = (uint8_t)context,
                                 .stream = (uint8_t)stream,
                                 .mode = mode_of(s, what),
                                 .has_pasid = what->has_pasid != 0,
                                 .write = what->write != 0};
    s->writes = job->write ? s->writes | endpoint_bit(job_index) : s->writes & ~endpoint_bit(job_index);
    if (context != ENDPOINT_NO_CONTEXT)
        endpoint_context_write(s, context)->jobs |= endpoint_bit(job_index);
    endpoint_job_look_up(e, job_index);
}

static void told(struct endpoint_edge *e, const struct prisim_endpoint_stimulus *what)
{
    PRISIM_PROBE(e->ports, e->now, endpoint_job, .job = what->job,
                 .pasid = endpoint_pasid_field(what->has_pasid, what->pasid), .address = what->address,
                 .size = what->size, .write = what->write != 0);
}

/* Of streams that have an access to begin, in turns, as long as there are slots. */
static void start_streams(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    while (s->streams_ready && s->in[ENDPOINT_JOB_FREE]) {
        struct prisim_endpoint_stimulus what;
        unsigned stream = endpoint_stream_next(s, &what);
        told(e, &what);
        start(e, &what, s->stream[stream].context, stream);
    }
}

/* What may not begin, or has nothing to do, is told as begun and ended. */
static void ends_at_once(struct endpoint_edge *e, const struct prisim_endpoint_stimulus *what, enum prisim_cause cause)
{
    told(e, what);
    done(e, what->job, endpoint_pasid_field(what->has_pasid, what->pasid), what->address, cause);
}

static bool has_room(const struct prisim_endpoint *s, const struct prisim_endpoint_stimulus *what)
{
    if (what->count > 1)
        return s->streams != prisim_bits_mask(PRISIM_ENDPOINT_STREAMS_MAX);
    /* A rogue does not wait in line: what waits there has a context. */
    return s->in[ENDPOINT_JOB_FREE] || (!what->rogue && s->pending_count < ENDPOINT_PENDING_MAX);
}

void endpoint_job_submit(struct endpoint_edge *e, const struct prisim_endpoint_stimulus *what)
{
    struct prisim_endpoint *s = e->s;
    bool bound = what->has_pasid && !what->rogue;
    unsigned context = bound ? endpoint_context_find(s, what->pasid) : ENDPOINT_NO_CONTEXT;
    bool runs =
        !bound || (context != ENDPOINT_NO_CONTEXT && s->context[context].state == PRISIM_ENDPOINT_PASID_RUNNING);
    if (!runs || !has_room(s, what) || !endpoint_job_allowed(e, what->has_pasid)) {
        ends_at_once(e, what, PRISIM_CAUSE_NOT_ENABLED);
    } else if (what->size == 0) {
        ends_at_once(e, what, PRISIM_CAUSE_COMPLETED);
    } else if (what->count > 1) {
        endpoint_stream_open(e, what, context);
        start_streams(e);
    } else if (s->in[ENDPOINT_JOB_FREE]) {
        told(e, what);
        start(e, what, context, ENDPOINT_NO_STREAM);
    } else {
        told(e, what);
        *endpoint_pending_write(s, (s->pending_head + s->pending_count++) % ENDPOINT_PENDING_MAX) = *what;
    }
}

/* A slot is free: jobs that wait come before further accesses of streams. */
static void start_pending(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    while (s->pending_count > 0 && s->in[ENDPOINT_JOB_FREE]) {
        struct prisim_endpoint_stimulus *what = endpoint_pending_write(s, s->pending_head);
        s->pending_count--;
        s->pending_head = endpoint_next_head(s->pending_head, s->pending_count, ENDPOINT_PENDING_MAX);
        unsigned context = what->has_pasid ? endpoint_context_find(s, what->pasid) : ENDPOINT_NO_CONTEXT;
        /* A stop takes the jobs of its PASID out of the queue. */
        assert(!what->has_pasid || context != ENDPOINT_NO_CONTEXT);
        start(e, what, context, ENDPOINT_NO_STREAM);
        *what = (struct prisim_endpoint_stimulus){0};
    }
    if (s->streams_ready)
        start_streams(e);
}

/* PCIE-STOP-1: jobs of a stopping PASID that have not begun never do. */
void endpoint_job_drop_pending(struct endpoint_edge *e, uint32_t pasid)
{
    struct prisim_endpoint *s = e->s;
    uint32_t count = s->pending_count;
    s->pending_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct prisim_endpoint_stimulus *at = endpoint_pending_write(s, (s->pending_head + i) % ENDPOINT_PENDING_MAX);
        const struct prisim_endpoint_stimulus what = *at;
        *at = (struct prisim_endpoint_stimulus){0};
        if (what.has_pasid && what.pasid == pasid)
            done(e, what.job, what.pasid, what.address, PRISIM_CAUSE_STOPPED);
        else
            *endpoint_pending_write(s, (s->pending_head + s->pending_count++) % ENDPOINT_PENDING_MAX) = what;
    }
    if (s->pending_count == 0)
        s->pending_head = 0;
}

/* PCIE-ENUMERATION-4: nothing of a job outlives a reset but the tag of a Translation Request that is out; those in
 * `unsent` never left. */
void endpoint_job_reset(struct endpoint_edge *e, uint64_t unsent, enum prisim_cause cause)
{
    struct prisim_endpoint *s = e->s;
    for (uint64_t jobs = prisim_bits_mask(e->config->jobs) & ~s->in[ENDPOINT_JOB_FREE] & ~s->in[ENDPOINT_JOB_OVERDUE];
         jobs; jobs &= jobs - 1) {
        const unsigned job_index = (unsigned)__builtin_ctzll(jobs);
        struct endpoint_job *job = endpoint_job_write(s, job_index);
        const bool lost =
            job->overdue || (job->state == ENDPOINT_JOB_TRANSLATING && !(unsent & endpoint_bit(job_index)));
        done(e, job->number, endpoint_pasid_field(job->has_pasid, job->pasid), job->start, cause);
        if (job->context != ENDPOINT_NO_CONTEXT)
            endpoint_context_write(s, job->context)->jobs &= ~endpoint_bit(job_index);
        endpoint_job_go(s, job_index, lost ? ENDPOINT_JOB_OVERDUE : ENDPOINT_JOB_FREE);
        *job = (struct endpoint_job){.state = job->state};
    }
    for (; s->pending_count > 0; s->pending_count--) {
        struct prisim_endpoint_stimulus *what = endpoint_pending_write(s, s->pending_head);
        done(e, what->job, endpoint_pasid_field(what->has_pasid, what->pasid), what->address, cause);
        *what = (struct prisim_endpoint_stimulus){0};
        s->pending_head = endpoint_next_head(s->pending_head, s->pending_count - 1u, ENDPOINT_PENDING_MAX);
    }
    endpoint_stream_forget(s);
    s->job_due = s->timeout_due = PRISIM_CYCLE_NEVER;
}

/* PCIE-ATSCAP-6: no translation is asked for, and none is used. */
__attribute__((noinline)) static void go_untranslated(struct endpoint_edge *e, unsigned job_index)
{
    struct endpoint_job *job = endpoint_job_write(e->s, job_index);
    job->output = 0;
    job->untranslated = true;
    endpoint_job_go(e->s, job_index, ENDPOINT_JOB_TRANSFER);
}

static void looked_up(struct endpoint_edge *e, unsigned job_index)
{
    struct endpoint_job *job = endpoint_job_write(e->s, job_index);
    if (endpoint_is_untranslated(e)) {
        go_untranslated(e, job_index);
        return;
    }
    const struct endpoint_atc_entry *entry =
        endpoint_atc_find(e->config, e->s, job->address, endpoint_pasid_key(job->has_pasid, job->pasid),
                          (job->mode & PRISIM_TLP_PRIVILEGED) != 0);
    if (!entry || !endpoint_job_may(job, entry->access)) {
        const bool unasked = e->config->profile == PRISIM_ENDPOINT_IGNORES_ENABLE && !e->s->pri_enable;
        endpoint_job_go(e->s, job_index, unasked ? ENDPOINT_JOB_FAULT : ENDPOINT_JOB_TRANSLATE);
        return;
    }
    uint64_t offset = job->address & prisim_bits_mask(entry->size_log2) & ~prisim_bits_mask(12);
    job->output = entry->output + offset;
    job->untranslated = entry->untranslated;
    endpoint_job_go(e->s, job_index, ENDPOINT_JOB_TRANSFER);
}

void endpoint_job_timers(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    for (uint64_t timed = s->in[ENDPOINT_JOB_LOOKUP] | s->in[ENDPOINT_JOB_BACKOFF] | s->in[ENDPOINT_JOB_LAST]; timed;
         timed &= timed - 1) {
        unsigned job_index = (unsigned)__builtin_ctzll(timed);
        const struct endpoint_job *job = &s->job[job_index];
        if (job->due > e->now)
            next = prisim_cycle_min(next, job->due);
        else if (job->state == ENDPOINT_JOB_LOOKUP)
            looked_up(e, job_index);
        else
            endpoint_job_go(s, job_index,
                            job->state == ENDPOINT_JOB_LAST ? ENDPOINT_JOB_MEMBER : ENDPOINT_JOB_TRANSLATE);
    }
    s->job_due = next;
}

static void finish(struct endpoint_edge *e, unsigned job_index)
{
    struct prisim_endpoint *s = e->s;
    struct endpoint_job *job = endpoint_job_write(s, job_index);
    const unsigned context = job->context, stream = job->stream;
    assert(job->state == ENDPOINT_JOB_ENDING && job->open == 0);
    done(e, job->number, endpoint_pasid_field(job->has_pasid, job->pasid), job->start, job->cause);
    endpoint_job_go(s, job_index, job->overdue ? ENDPOINT_JOB_OVERDUE : ENDPOINT_JOB_FREE);
    *job = (struct endpoint_job){.state = job->state};
    if (stream != ENDPOINT_NO_STREAM)
        endpoint_stream_access_over(s, stream);
    if (context != ENDPOINT_NO_CONTEXT) {
        endpoint_context_write(s, context)->jobs &= ~endpoint_bit(job_index);
        endpoint_context_check(e, context);
    }
    start_pending(e);
}

void endpoint_job_end(struct endpoint_edge *e, unsigned job_index, enum prisim_cause cause)
{
    struct endpoint_job *job = endpoint_job_write(e->s, job_index);
    assert(job->state < ENDPOINT_JOB_ENDING && job->state != ENDPOINT_JOB_FREE);
    endpoint_job_go(e->s, job_index, ENDPOINT_JOB_ENDING);
    job->cause = (uint8_t)cause;
    if (job->open == 0)
        finish(e, job_index);
}

void endpoint_job_abort(struct endpoint_edge *e, unsigned job_index, enum prisim_cause cause)
{
    struct endpoint_job *job = endpoint_job_write(e->s, job_index);
    if (job->state == ENDPOINT_JOB_TRANSLATING || (endpoint_jobs_in_groups(e->s) & endpoint_bit(job_index))) {
        if (job->cause == PRISIM_CAUSE_NONE)
            job->cause = (uint8_t)cause;
        /* PCIE-STOP-2: a group that stays open gets its Last now. */
        if (job->state == ENDPOINT_JOB_LAST)
            endpoint_job_go(e->s, job_index, ENDPOINT_JOB_MEMBER);
    } else if (job->state == ENDPOINT_JOB_ENDING) {
        /* One of the last TLPs of a job that seemed to go well failed, or was given up. */
        if (job->cause == PRISIM_CAUSE_COMPLETED &&
            (cause == PRISIM_CAUSE_DMA_ERROR || cause == PRISIM_CAUSE_DATA_POISONED ||
             cause == PRISIM_CAUSE_COMPLETION_TIMEOUT))
            job->cause = (uint8_t)cause;
    } else {
        endpoint_job_end(e, job_index, cause);
    }
}

/* The completion of a Translation Request that timed out: the tag may be used again. */
void endpoint_job_tag_back(struct endpoint_edge *e, unsigned job_index)
{
    struct endpoint_job *job = endpoint_job_write(e->s, job_index);
    assert(job->overdue || job->state == ENDPOINT_JOB_OVERDUE);
    job->overdue = false;
    if (job->state != ENDPOINT_JOB_OVERDUE)
        return;
    endpoint_job_go(e->s, job_index, ENDPOINT_JOB_FREE);
    start_pending(e);
}

void endpoint_job_closed(struct endpoint_edge *e, unsigned job_index)
{
    struct endpoint_job *job = endpoint_job_write(e->s, job_index);
    assert(job->state != ENDPOINT_JOB_FREE && job->open > 0);
    if (--job->open == 0 && job->state == ENDPOINT_JOB_ENDING)
        finish(e, job_index);
}
