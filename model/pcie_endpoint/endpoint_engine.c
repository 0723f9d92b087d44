/* SPDX-License-Identifier: Apache-2.0
 *
 * What is made next, of all that jobs want: at most one TLP per edge. Page requests stand before Translation Requests,
 * these before memory TLPs; inside a kind jobs take turns. A group that is open is gone on with before another is
 * opened, so that each is made without a gap.
 */
#include "model/pcie_endpoint/endpoint_pri.h"
#include "model/pcie_endpoint/endpoint_translation.h"
#include "model/pcie_endpoint/endpoint_transmit.h"

void endpoint_engine_work(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    uint64_t mask = endpoint_engine_members(s);
    if (mask) {
        endpoint_pri_member(e, endpoint_round_robin(mask, s->turn_fault));
        return;
    }
    mask = endpoint_engine_faults(s);
    if (mask) {
        unsigned job_index = endpoint_round_robin(mask, s->turn_fault);
        s->turn_fault = (uint8_t)((job_index + 1) % PRISIM_ENDPOINT_JOBS_MAX);
        endpoint_pri_request(e, job_index);
        return;
    }
    if (s->outgoing_count >= ENDPOINT_WINDOW)
        return;
    mask = s->in[ENDPOINT_JOB_TRANSLATE];
    if (mask) {
        unsigned job_index = endpoint_round_robin(mask, s->turn_translate);
        s->turn_translate = (uint8_t)((job_index + 1) % PRISIM_ENDPOINT_JOBS_MAX);
        endpoint_translate_send(e, job_index);
        return;
    }
    mask = endpoint_engine_transfers(s);
    if (mask) {
        unsigned job_index = endpoint_round_robin(mask, s->turn_transfer);
        s->turn_transfer = (uint8_t)((job_index + 1) % PRISIM_ENDPOINT_JOBS_MAX);
        endpoint_dma_send(e, job_index);
    }
}
