/* SPDX-License-Identifier: Apache-2.0
 *
 * PASID contexts and the stop engine: how a PASID is started and stopped through its register in the BAR (PCIE-STOP).
 * Model A waits for responses, model B sends a Stop Marker behind everything, `none` does neither.
 */
#include "model/pcie_endpoint/endpoint_state.h"

/* The context of a PASID that runs or stops, or ENDPOINT_NO_CONTEXT. It mostly stands at the PASID's low bits. */
unsigned endpoint_context_find(const struct endpoint *s, uint32_t pasid)
{
    unsigned home = pasid % ENDPOINT_PASIDS_MAX;
    uint64_t used = ~s->free_contexts;
    if ((used >> home & 1) && s->context[home].pasid == pasid)
        return home;
    for (; used; used &= used - 1) {
        unsigned i = (unsigned)__builtin_ctzll(used);
        if (s->context[i].pasid == pasid)
            return i;
    }
    return ENDPOINT_NO_CONTEXT;
}

/* RUN: a new use of a PASID. Without effect while it runs or stops, or if all contexts are taken. */
void endpoint_stop_run(struct endpoint_edge *e, uint32_t pasid)
{
    struct endpoint *s = e->s;
    if (!s->free_contexts || endpoint_context_find(s, pasid) != ENDPOINT_NO_CONTEXT)
        return;
    unsigned i = endpoint_round_robin(s->free_contexts, pasid % ENDPOINT_PASIDS_MAX);
    struct endpoint_context *context = &s->context[i];
    assert(context->state == ENDPOINT_PASID_IDLE && context->jobs == 0);
    /* It is used again, whichever context it had before. */
    for (unsigned old = 0; old < ENDPOINT_PASIDS_MAX; old++)
        if (s->context[old].pasid == pasid)
            s->context[old].marked = false;
    s->free_contexts &= ~endpoint_bit(i);
    *context = (struct endpoint_context){.pasid = pasid, .use = context->use + 1, .state = ENDPOINT_PASID_RUNNING};
    PROBE(e->ports, e->now, endpoint_start, .pasid = pasid);
}

static void stop_job(struct endpoint_edge *e, unsigned slot)
{
    struct endpoint *s = e->s;
    const struct endpoint_job *job = &s->job[slot];
    /* PCIE-STOP-3, model B: the group is stale, nobody waits for its response. */
    if (job->state == ENDPOINT_JOB_ASKED && e->config->stop != ENDPOINT_STOP_WAIT) {
        assert(s->group[job->prg_index].job == slot);
        s->group[job->prg_index].stale = true;
        endpoint_job_end(e, slot, CAUSE_STOPPED);
    } else {
        endpoint_job_abort(e, slot, CAUSE_STOPPED);
    }
}

void endpoint_stop_begin(struct endpoint_edge *e, uint32_t pasid)
{
    struct endpoint *s = e->s;
    unsigned i = endpoint_context_find(s, pasid);
    if (i == ENDPOINT_NO_CONTEXT || s->context[i].state != ENDPOINT_PASID_RUNNING)
        return;
    PROBE(e->ports, e->now, endpoint_stop, .pasid = pasid);
    s->context[i].state = ENDPOINT_PASID_STOPPING;
    endpoint_job_drop_pending(e, pasid);
    for (uint64_t jobs = s->context[i].jobs; jobs; jobs &= jobs - 1)
        stop_job(e, (unsigned)__builtin_ctzll(jobs));
    endpoint_stop_check(e, i);
}

void endpoint_stop_done(struct endpoint_edge *e, unsigned i)
{
    struct endpoint *s = e->s;
    struct endpoint_context *context = &s->context[i];
    assert(context->state == ENDPOINT_PASID_STOPPING && context->jobs == 0);
    PROBE(e->ports, e->now, endpoint_stopped, .pasid = context->pasid, .groups = context->groups);
    context->state = ENDPOINT_PASID_IDLE;
    s->free_contexts |= endpoint_bit(i);
}

/* Ends the stop if nothing of the PASID is under way: no job, hence no request that waits for a completion and, with
 * `wait`, no group that waits for a response (PCIE-STOP, "Both"). */
void endpoint_stop_check(struct endpoint_edge *e, unsigned i)
{
    struct endpoint *s = e->s;
    struct endpoint_context *context = &s->context[i];
    if (context->state != ENDPOINT_PASID_STOPPING || context->jobs || context->marker)
        return;
    assert(e->config->stop != ENDPOINT_STOP_WAIT || context->groups == 0);
    /* A marker is a Page Request message: with PRI off none is sent. */
    if (e->config->stop != ENDPOINT_STOP_MARKER || !s->pri_enable || s->pri_halted) {
        endpoint_stop_done(e, i);
        return;
    }
    context->marker = true;
    struct endpoint_outgoing *out = endpoint_transmit_append(s, ENDPOINT_OUT_MARKER, i);
    out->epoch = s->pri_epoch;
    /* PCIE-MARKERCODE: L=1, R=W=0, with the PASID, RO=0, TC0; the rest reserved. */
    out->head = (struct tlp_header){.pasid = context->pasid,
                                    .requester_id = e->config->requester_id,
                                    .type = TLP_MESSAGE,
                                    .message = MESSAGE_PAGE_REQUEST,
                                    .flags = TLP_HAS_PASID | TLP_LAST};
}
