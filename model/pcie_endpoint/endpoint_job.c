/* SPDX-License-Identifier: Apache-2.0
 *
 * DMA jobs: submission, the order in which they get a slot, their timers and their end. What a job does with a page is
 * told in endpoint_translate.c, endpoint_pri.c and endpoint_dma.c.
 */
#include "model/pcie_endpoint/endpoint_translation.h"

static void done(struct endpoint_edge *e, uint32_t number, uint64_t pasid, uint64_t address, enum prisim_cause cause)
{
    PRISIM_PROBE(e->ports, e->now, endpoint_job_done, .job = number, .pasid = pasid, .address = address,
                 .cause = cause);
}

/* Gives the job a free slot and starts its first look-up. */
static void start(struct endpoint_edge *e, const struct prisim_endpoint_stimulus *what, unsigned context)
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
                                 .has_pasid = what->has_pasid != 0,
                                 .write = what->write != 0};
    s->writes = job->write ? s->writes | endpoint_bit(job_index) : s->writes & ~endpoint_bit(job_index);
    if (context != ENDPOINT_NO_CONTEXT)
        endpoint_context_write(s, context)->jobs |= endpoint_bit(job_index);
    endpoint_job_look_up(e, job_index);
}

void endpoint_job_submit(struct endpoint_edge *e, const struct prisim_endpoint_stimulus *what)
{
    struct prisim_endpoint *s = e->s;
    uint64_t pasid = endpoint_pasid_field(what->has_pasid, what->pasid);
    PRISIM_PROBE(e->ports, e->now, endpoint_job, .job = what->job, .pasid = pasid, .address = what->address,
                 .size = what->size, .write = what->write != 0);
    bool bound = what->has_pasid && !what->rogue;
    unsigned context = bound ? endpoint_context_find(s, what->pasid) : ENDPOINT_NO_CONTEXT;
    bool runs =
        !bound || (context != ENDPOINT_NO_CONTEXT && s->context[context].state == PRISIM_ENDPOINT_PASID_RUNNING);
    bool room = s->in[ENDPOINT_JOB_FREE] || s->pending_count < ENDPOINT_PENDING_MAX;
    /* A rogue does not wait in line: what waits there has a context. */
    if (what->rogue && !s->in[ENDPOINT_JOB_FREE])
        room = false;
    if (!runs || !room || !endpoint_job_allowed(s, what->has_pasid)) {
        done(e, what->job, pasid, what->address, PRISIM_CAUSE_NOT_ENABLED);
    } else if (what->size == 0) {
        done(e, what->job, pasid, what->address, PRISIM_CAUSE_COMPLETED);
    } else if (s->in[ENDPOINT_JOB_FREE]) {
        start(e, what, context);
    } else {
        *endpoint_pending_write(s, (s->pending_head + s->pending_count++) % ENDPOINT_PENDING_MAX) = *what;
    }
}

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
        start(e, what, context);
        *what = (struct prisim_endpoint_stimulus){0};
    }
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

static void looked_up(struct endpoint_edge *e, unsigned job_index)
{
    struct endpoint_job *job = endpoint_job_write(e->s, job_index);
    const struct endpoint_atc_entry *entry =
        endpoint_atc_find(e->config, e->s, job->address, endpoint_pasid_key(job->has_pasid, job->pasid), false);
    if (!entry || !(entry->access & (job->write ? ENDPOINT_WRITE : ENDPOINT_READ))) {
        endpoint_job_go(e->s, job_index, ENDPOINT_JOB_TRANSLATE);
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
    for (uint64_t timed = s->in[ENDPOINT_JOB_LOOKUP] | s->in[ENDPOINT_JOB_BACKOFF]; timed; timed &= timed - 1) {
        unsigned job_index = (unsigned)__builtin_ctzll(timed);
        const struct endpoint_job *job = &s->job[job_index];
        if (job->due > e->now)
            next = prisim_cycle_min(next, job->due);
        else if (job->state == ENDPOINT_JOB_LOOKUP)
            looked_up(e, job_index);
        else
            endpoint_job_go(e->s, job_index, ENDPOINT_JOB_TRANSLATE);
    }
    s->job_due = next;
}

static void finish(struct endpoint_edge *e, unsigned job_index)
{
    struct prisim_endpoint *s = e->s;
    struct endpoint_job *job = endpoint_job_write(s, job_index);
    const unsigned context = job->context;
    assert(job->state == ENDPOINT_JOB_ENDING && job->open == 0);
    done(e, job->number, endpoint_pasid_field(job->has_pasid, job->pasid), job->start, job->cause);
    endpoint_job_go(s, job_index, ENDPOINT_JOB_FREE);
    *job = (struct endpoint_job){.state = ENDPOINT_JOB_FREE};
    if (context != ENDPOINT_NO_CONTEXT) {
        endpoint_context_write(s, context)->jobs &= ~endpoint_bit(job_index);
        endpoint_context_check(e, context);
    }
    start_pending(e);
}

void endpoint_job_end(struct endpoint_edge *e, unsigned job_index, enum prisim_cause cause)
{
    struct endpoint_job *job = endpoint_job_write(e->s, job_index);
    assert(job->state != ENDPOINT_JOB_FREE && job->state != ENDPOINT_JOB_ENDING);
    endpoint_job_go(e->s, job_index, ENDPOINT_JOB_ENDING);
    job->cause = (uint8_t)cause;
    if (job->open == 0)
        finish(e, job_index);
}

void endpoint_job_abort(struct endpoint_edge *e, unsigned job_index, enum prisim_cause cause)
{
    struct endpoint_job *job = endpoint_job_write(e->s, job_index);
    if (job->state == ENDPOINT_JOB_TRANSLATING || job->state == ENDPOINT_JOB_ASKED) {
        if (job->cause == PRISIM_CAUSE_NONE)
            job->cause = (uint8_t)cause;
    } else if (job->state == ENDPOINT_JOB_ENDING) {
        /* An error of one of the last TLPs of a job that seemed to go well. */
        if (job->cause == PRISIM_CAUSE_COMPLETED && cause == PRISIM_CAUSE_DMA_ERROR)
            job->cause = (uint8_t)cause;
    } else {
        endpoint_job_end(e, job_index, cause);
    }
}

void endpoint_job_closed(struct endpoint_edge *e, unsigned job_index)
{
    struct endpoint_job *job = endpoint_job_write(e->s, job_index);
    assert(job->state != ENDPOINT_JOB_FREE && job->open > 0);
    if (--job->open == 0 && job->state == ENDPOINT_JOB_ENDING)
        finish(e, job_index);
}
