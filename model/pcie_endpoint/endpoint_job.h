/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/pcie_endpoint: what the other parts call of jobs, streams and time-outs.
 */
#ifndef PRISIM_ENDPOINT_JOB_H
#define PRISIM_ENDPOINT_JOB_H

#include "model/pcie_endpoint/endpoint_state.h"

/* endpoint_stream.c: DMAs of many accesses */
void endpoint_stream_open(struct endpoint_edge *e, const struct prisim_endpoint_stimulus *what, unsigned context);
/* The next access of the stream whose turn it is; there is one. Returns the stream. */
unsigned endpoint_stream_next(struct prisim_endpoint *s, struct prisim_endpoint_stimulus *what);
void endpoint_stream_access_over(struct prisim_endpoint *s, unsigned stream);
void endpoint_stream_stop(struct prisim_endpoint *s, unsigned context);
void endpoint_stream_forget(struct prisim_endpoint *s); /* all of them */
void endpoint_stream_disown(struct prisim_endpoint *s, unsigned context);

/* endpoint_job.c */
void endpoint_job_submit(struct endpoint_edge *e, const struct prisim_endpoint_stimulus *stimulus);
void endpoint_job_timers(struct endpoint_edge *e);
/* Ends a job; the second form lets a Translation Request or page request in flight come back first. */
void endpoint_job_end(struct endpoint_edge *e, unsigned job_index, enum prisim_cause cause);
void endpoint_job_abort(struct endpoint_edge *e, unsigned job_index, enum prisim_cause cause);
void endpoint_job_closed(struct endpoint_edge *e, unsigned job_index); /* a memory TLP of it is over */
void endpoint_job_tag_back(struct endpoint_edge *e, unsigned job_index);
void endpoint_job_drop_pending(struct endpoint_edge *e, uint32_t pasid);
/* A reset ends all jobs; a slot whose tag is out is free when the answer has come. unsent: slots whose Translation
 * Request has not left. */
void endpoint_job_reset(struct endpoint_edge *e, uint64_t unsent, enum prisim_cause cause);

/* The rights that a translation must give it. */
static inline uint8_t endpoint_job_needs(const struct endpoint_job *job)
{
    return job->write                       ? ENDPOINT_WRITE
           : job->mode & PRISIM_TLP_EXECUTE ? ENDPOINT_READ | ENDPOINT_EXECUTE
                                            : ENDPOINT_READ;
}

static inline bool endpoint_job_may(const struct endpoint_job *job, uint8_t access)
{
    return (endpoint_job_needs(job) & ~access) == 0;
}

/* Its Translation Request timed out, and has no completion yet. */
static inline bool endpoint_job_awaits_late(const struct prisim_endpoint *s, unsigned job_index)
{
    return s->job[job_index].overdue || s->job[job_index].state == ENDPOINT_JOB_OVERDUE;
}

static inline bool endpoint_ats_is_on(const struct prisim_endpoint *s)
{
    return (s->ats_control & PRISIM_ATS_CONTROL_ENABLE) && !s->ats_refused;
}

/* on_ats_off: what is looked up now is accessed with untranslated requests. */
static inline bool endpoint_is_untranslated(const struct endpoint_edge *e)
{
    return e->config->on_ats_off == PRISIM_ENDPOINT_ATS_OFF_UNTRANSLATED && !endpoint_ats_is_on(e->s);
}

/* PCIE-ATSCAP: Enable=0 sends no Translation Request. PCIE-ATSCPL row UR: nor does a function that was refused. */
static inline bool endpoint_job_allowed(const struct endpoint_edge *e, bool has_pasid)
{
    const struct prisim_endpoint *s = e->s;
    return ((s->command & COMMAND_BUS_MASTER) && (endpoint_ats_is_on(s) || e->config->on_ats_off) &&
            (!has_pasid || (s->pasid_control & PRISIM_PASID_CONTROL_ENABLE))) ||
           e->config->profile == PRISIM_ENDPOINT_IGNORES_ENABLE;
}

static inline void endpoint_job_wait(struct endpoint_edge *e, unsigned job_index, enum endpoint_job_state state,
                                     prisim_cycle_t due)
{
    struct prisim_endpoint *s = e->s;
    assert(state == ENDPOINT_JOB_LOOKUP || state == ENDPOINT_JOB_BACKOFF || state == ENDPOINT_JOB_LAST);
    endpoint_job_go(s, job_index, state);
    s->job[job_index].due = due;
    s->job_due = prisim_cycle_min(s->job_due, due);
}

/* PCIE-ATC "Race": what a Translation Completion says is not taken if an invalidation came between, for it may be
 * stale. */
static inline bool endpoint_job_takes(const struct endpoint_edge *e, const struct endpoint_job *job)
{
    return job->cause == PRISIM_CAUSE_NONE && endpoint_job_allowed(e, job->has_pasid) && !job->poisoned;
}

static inline void endpoint_job_look_up(struct endpoint_edge *e, unsigned job_index)
{
    endpoint_job_wait(e, job_index, ENDPOINT_JOB_LOOKUP, e->now + e->config->atc_latency);
}

/* endpoint_timeout.c: completion time-outs. A non-posted TLP that leaves begins one. */
static inline prisim_cycle_t endpoint_timeout_begin(struct endpoint_edge *e)
{
    if (e->config->completion_timeout == 0)
        return PRISIM_CYCLE_NEVER;
    prisim_cycle_t due = e->now + e->config->completion_timeout;
    e->s->timeout_due = prisim_cycle_min(e->s->timeout_due, due);
    return due;
}
static inline bool endpoint_timeout_possible(const struct prisim_endpoint *s)
{
    return s->in[ENDPOINT_JOB_TRANSLATING] != 0 || s->free_reads != UINT64_MAX;
}
void endpoint_timeouts(struct endpoint_edge *e);

#endif
