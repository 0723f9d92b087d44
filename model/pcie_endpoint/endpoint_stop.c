/* SPDX-License-Identifier: Apache-2.0
 *
 * What the stop of a PASID does with its jobs (PCIE-STOP): model A waits for responses, model B and `none` leave the
 * groups. When the stop ends is told in endpoint_context.c.
 */
#include "model/pcie_endpoint/endpoint_job.h"
#include "model/pcie_endpoint/endpoint_pri.h"

static void stop_job(struct endpoint_edge *e, unsigned job_index)
{
    const struct endpoint_job *job = &e->s->job[job_index];
    const bool open = job->state == ENDPOINT_JOB_MEMBER || job->state == ENDPOINT_JOB_LAST;
    /* PCIE-STOP-2: its Last goes out; not with this profile. */
    if (open && e->config->profile == PRISIM_ENDPOINT_LEAVES_GROUP) {
        endpoint_pri_leave_group(e, job_index);
        return;
    }
    /* PCIE-STOP-3, model B: the group is stale, nobody waits for its response. */
    if (job->state == ENDPOINT_JOB_ASKED && e->config->stop != PRISIM_ENDPOINT_STOP_WAIT) {
        endpoint_pri_leave_group(e, job_index);
    } else {
        endpoint_job_abort(e, job_index, PRISIM_CAUSE_STOPPED);
    }
}

/* Nobody waits for these jobs, nor ends them. */
static void disown(struct prisim_endpoint *s, unsigned i, uint64_t jobs)
{
    endpoint_context_write(s, i)->jobs &= ~jobs;
    for (; jobs; jobs &= jobs - 1)
        endpoint_job_write(s, (unsigned)__builtin_ctzll(jobs))->context = ENDPOINT_NO_CONTEXT;
}

/* PRISIM_ENDPOINT_KEEPS_REQUESTING: everything that is under way goes on, as if there had been no stop. */
static void keep_all(struct prisim_endpoint *s, unsigned i)
{
    struct endpoint_context *context = endpoint_context_write(s, i);
    disown(s, i, context->jobs);
    endpoint_stream_disown(s, i);
    context->use++; /* its groups are nobody's */
    context->groups = 0;
}

/* PCIE-STOP-1 to PCIE-STOP-3. */
static void stop_all(struct endpoint_edge *e, unsigned i)
{
    struct prisim_endpoint *s = e->s;
    if (s->streams)
        endpoint_stream_stop(s, i);
    for (uint64_t jobs = s->context[i].jobs; jobs; jobs &= jobs - 1)
        stop_job(e, (unsigned)__builtin_ctzll(jobs));
    if (e->config->profile == PRISIM_ENDPOINT_LEAVES_NON_POSTED)
        disown(s, i,
               s->context[i].jobs & (s->in[ENDPOINT_JOB_TRANSLATING] | (s->in[ENDPOINT_JOB_ENDING] & ~s->writes)));
    if (e->config->profile == PRISIM_ENDPOINT_LEAVES_POSTED)
        disown(s, i, s->context[i].jobs & s->in[ENDPOINT_JOB_ENDING] & s->writes);
}

void endpoint_stop_begin(struct endpoint_edge *e, uint32_t pasid)
{
    struct prisim_endpoint *s = e->s;
    unsigned i = endpoint_context_find(s, pasid);
    if (i == ENDPOINT_NO_CONTEXT || s->context[i].state != PRISIM_ENDPOINT_PASID_RUNNING)
        return;
    PRISIM_PROBE(e->ports, e->now, endpoint_stop, .pasid = pasid);
    endpoint_context_write(s, i)->state = PRISIM_ENDPOINT_PASID_STOPPING;
    endpoint_job_drop_pending(e, pasid);
    if (e->config->profile == PRISIM_ENDPOINT_KEEPS_REQUESTING) {
        keep_all(s, i);
    } else {
        endpoint_marker_early(e, i);
        stop_all(e, i);
    }
    endpoint_context_check(e, i);
}
