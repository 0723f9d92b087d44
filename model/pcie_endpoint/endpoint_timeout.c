/* SPDX-License-Identifier: Apache-2.0
 *
 * Completion time-outs (PCIE-ITAG): which reads and Translation Requests are given up. What becomes of them is told in
 * endpoint_dma.c and endpoint_translate.c. It is looked for only when the earliest may be due: time-outs are long.
 */
#include "model/pcie_endpoint/endpoint_job.h"
#include "model/pcie_endpoint/endpoint_translation.h"

static prisim_cycle_t translations(struct endpoint_edge *e)
{
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    for (uint64_t jobs = e->s->in[ENDPOINT_JOB_TRANSLATING]; jobs; jobs &= jobs - 1) {
        unsigned job_index = (unsigned)__builtin_ctzll(jobs);
        if (e->s->job[job_index].due > e->now)
            next = prisim_cycle_min(next, e->s->job[job_index].due);
        else
            endpoint_translate_timed_out(e, job_index);
    }
    return next;
}

static prisim_cycle_t reads(struct endpoint_edge *e)
{
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    for (uint64_t used = ~e->s->free_reads; used; used &= used - 1) {
        unsigned read = (unsigned)__builtin_ctzll(used);
        if (e->s->read[read].due > e->now)
            next = prisim_cycle_min(next, e->s->read[read].due);
        else
            endpoint_dma_timed_out(e, read);
    }
    return next;
}

void endpoint_timeouts(struct endpoint_edge *e)
{
    e->s->timeout_due = PRISIM_CYCLE_NEVER;
    prisim_cycle_t next = translations(e);
    e->s->timeout_due = prisim_cycle_min(next, reads(e));
}
