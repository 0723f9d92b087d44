/* SPDX-License-Identifier: Apache-2.0
 *
 * PASID contexts: how a PASID is started, and when nothing of it is under way any more (PCIE-STOP). Model A has waited
 * for its responses then; model B sends a Stop Marker (endpoint_marker.c), `none` does neither.
 */
#include "model/pcie_endpoint/endpoint_pri.h"

/* The context of a PASID that runs or stops, or ENDPOINT_NO_CONTEXT. It mostly stands at the PASID's low bits. */
unsigned endpoint_context_find(const struct prisim_endpoint *s, uint32_t pasid)
{
    unsigned home = pasid % PRISIM_ENDPOINT_PASIDS_MAX;
    uint64_t used = ~(s->free_contexts | s->owing);
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
void endpoint_context_run(struct endpoint_edge *e, uint32_t pasid)
{
    struct prisim_endpoint *s = e->s;
    if (!s->free_contexts || endpoint_context_find(s, pasid) != ENDPOINT_NO_CONTEXT)
        return;
    if (s->owing)
        endpoint_marker_flush(e, pasid);
    unsigned i = endpoint_round_robin(s->free_contexts, pasid % PRISIM_ENDPOINT_PASIDS_MAX);
    struct endpoint_context *context = endpoint_context_write(s, i);
    assert(context->state == PRISIM_ENDPOINT_PASID_IDLE && context->jobs == 0);
    /* It is used again, whichever context it had before. */
    for (uint64_t marked = s->marked; marked; marked &= marked - 1)
        if (s->context[__builtin_ctzll(marked)].pasid == pasid)
            s->marked &= ~(marked & -marked);
    s->free_contexts &= ~endpoint_bit(i);
    s->marked &= ~endpoint_bit(i);
    *context =
        (struct endpoint_context){.pasid = pasid, .use = context->use + 1, .state = PRISIM_ENDPOINT_PASID_RUNNING};
    PRISIM_PROBE(e->ports, e->now, endpoint_start, .pasid = pasid);
}

/* Ends the stop if nothing of the PASID is under way: no job, hence no request that waits for a completion and, with
 * `wait`, no group that waits for a response (PCIE-STOP, "Both"). */
void endpoint_context_check(struct endpoint_edge *e, unsigned i)
{
    const struct endpoint_context *context = &e->s->context[i];
    if (context->state != PRISIM_ENDPOINT_PASID_STOPPING || context->jobs)
        return;
    assert(e->config->stop != PRISIM_ENDPOINT_STOP_WAIT || context->groups == 0 ||
           e->config->profile == PRISIM_ENDPOINT_LEAVES_GROUP);
    if (context->marker == ENDPOINT_MARKER_NONE)
        endpoint_marker_begin(e, i);
    else if (context->marker == ENDPOINT_MARKER_LEFT)
        endpoint_marker_over(e, i);
    else if (context->marker == ENDPOINT_MARKER_MADE)
        endpoint_marker_report_before(e, i);
}
