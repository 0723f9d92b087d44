/* SPDX-License-Identifier: Apache-2.0
 *
 * What the stop of a PASID does with its jobs (PCIE-STOP): model A waits for responses, model B and `none` leave the
 * groups. When the stop ends is told in endpoint_context.c.
 */
#include "model/pcie_endpoint/endpoint_state.h"

static void stop_job(struct endpoint_edge *e, unsigned job_index)
{
    struct prisim_endpoint *s = e->s;
    const struct endpoint_job *job = &s->job[job_index];
    /* PCIE-STOP-3, model B: the group is stale, nobody waits for its response. */
    if (job->state == ENDPOINT_JOB_ASKED && e->config->stop != PRISIM_ENDPOINT_STOP_WAIT) {
        endpoint_pri_leave_group(e, job_index);
    } else {
        endpoint_job_abort(e, job_index, PRISIM_CAUSE_STOPPED);
    }
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
    if (s->streams)
        endpoint_stream_stop(s, i);
    for (uint64_t jobs = s->context[i].jobs; jobs; jobs &= jobs - 1)
        stop_job(e, (unsigned)__builtin_ctzll(jobs));
    endpoint_context_check(e, i);
}
