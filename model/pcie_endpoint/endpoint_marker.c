/* SPDX-License-Identifier: Apache-2.0
 *
 * Model B's Stop Marker and its report (PCIE-STOP-4, PCIE-STOP-5, PCIE-MARKERCODE): in which order, and how far apart.
 * The context is over when both are done.
 */
#include "model/pcie_endpoint/endpoint_config_space.h"
#include "model/pcie_endpoint/endpoint_pri.h"
#include "model/pcie_endpoint/endpoint_transmit.h"

static void wait_until(struct endpoint_edge *e, unsigned i, enum endpoint_marker marker, prisim_cycle_t due)
{
    struct endpoint_context *context = endpoint_context_write(e->s, i);
    context->marker = (uint8_t)marker;
    context->due = due;
    e->s->stop_due = prisim_cycle_min(e->s->stop_due, due);
}

static void context_over(struct prisim_endpoint *s, unsigned i)
{
    s->owing &= ~endpoint_bit(i);
    s->free_contexts |= endpoint_bit(i);
}

/* U1. */
static void report(struct endpoint_edge *e, unsigned i)
{
    struct endpoint_context *context = endpoint_context_write(e->s, i);
    assert(context->state == PRISIM_ENDPOINT_PASID_STOPPING && context->jobs == 0);
    PRISIM_PROBE(e->ports, e->now, endpoint_stopped, .pasid = context->pasid, .groups = context->groups);
    context->state = PRISIM_ENDPOINT_PASID_IDLE;
    /* PCIE-ENUMERATION-6: behind what it has posted before. */
    endpoint_msix_raise(e);
}

/* PCIE-MARKERCODE: L=1, R=W=0, with the PASID, RO=0, TC0; the rest reserved. */
static void make(struct endpoint_edge *e, unsigned i)
{
    struct prisim_endpoint *s = e->s;
    struct endpoint_context *context = endpoint_context_write(s, i);
    struct endpoint_outgoing *out = e->config->profile == PRISIM_ENDPOINT_MARKER_EARLY
                                        ? endpoint_transmit_prepend(s, ENDPOINT_OUT_MARKER, i)
                                        : endpoint_transmit_append(s, ENDPOINT_OUT_MARKER, i);
    context->marker = ENDPOINT_MARKER_MADE;
    out->epoch = s->pri_epoch;
    out->head = (struct prisim_tlp_header){.pasid = context->pasid,
                                           .requester_id = e->config->requester_id,
                                           .type = PRISIM_TLP_MESSAGE,
                                           .message = PRISIM_MESSAGE_PAGE_REQUEST,
                                           .flags = PRISIM_TLP_HAS_PASID | PRISIM_TLP_LAST};
}

/* A marker is a Page Request message: with PRI off none is sent. */
static bool sends_marker(const struct endpoint_edge *e)
{
    return e->config->stop == PRISIM_ENDPOINT_STOP_MARKER && e->s->pri_enable && !e->s->pri_halted &&
           e->config->profile != PRISIM_ENDPOINT_MARKER_NEVER;
}

/* Nothing of the PASID is under way. */
void endpoint_marker_begin(struct endpoint_edge *e, unsigned i)
{
    const uint32_t delay = e->config->stop_report == PRISIM_ENDPOINT_REPORT_AFTER ? 0 : e->config->marker_delay;
    const bool sends = sends_marker(e);
    if (!sends || e->config->stop_report == PRISIM_ENDPOINT_REPORT_BEFORE)
        report(e, i);
    if (!sends) {
        context_over(e->s, i);
        return;
    }
    if (e->s->context[i].state == PRISIM_ENDPOINT_PASID_IDLE)
        e->s->owing |= endpoint_bit(i);
    if (delay)
        wait_until(e, i, ENDPOINT_MARKER_WAITS, e->now + delay);
    else
        make(e, i);
}

/* PRISIM_ENDPOINT_MARKER_EARLY: with the stop. */
void endpoint_marker_early(struct endpoint_edge *e, unsigned i)
{
    if (e->config->profile == PRISIM_ENDPOINT_MARKER_EARLY && sends_marker(e))
        make(e, i);
}

/* PRISIM_ENDPOINT_MARKER_EARLY, and nothing else of the PASID is under way: the report does not wait for the marker. */
void endpoint_marker_report_before(struct endpoint_edge *e, unsigned i)
{
    if (e->config->stop_report != PRISIM_ENDPOINT_REPORT_BEFORE)
        return;
    report(e, i);
    e->s->owing |= endpoint_bit(i);
}

/* The marker left, or never will. */
void endpoint_marker_over(struct endpoint_edge *e, unsigned i)
{
    if (e->s->context[i].state == PRISIM_ENDPOINT_PASID_STOPPING)
        report(e, i);
    context_over(e->s, i);
}

/* In another context: the marker was owed when its PASID was started anew. */
static bool is_used_again(const struct prisim_endpoint *s, unsigned i)
{
    for (uint64_t used = ~(s->free_contexts | s->owing) & ~endpoint_bit(i); used; used &= used - 1)
        if (s->context[__builtin_ctzll(used)].pasid == s->context[i].pasid)
            return true;
    return false;
}

void endpoint_marker_left(struct endpoint_edge *e, unsigned i)
{
    if (!is_used_again(e->s, i))
        e->s->marked |= endpoint_bit(i);
    if (e->s->context[i].jobs)
        endpoint_context_write(e->s, i)->marker = ENDPOINT_MARKER_LEFT;
    else if (e->config->stop_report == PRISIM_ENDPOINT_REPORT_AFTER && e->config->marker_delay)
        wait_until(e, i, ENDPOINT_MARKER_SENT, e->now + e->config->marker_delay);
    else
        endpoint_marker_over(e, i);
}

/* PCIE-PRICAP: a Response Failure or a Reset took it back. */
void endpoint_marker_dropped(struct endpoint_edge *e, unsigned i)
{
    if (e->s->context[i].jobs)
        endpoint_context_write(e->s, i)->marker = ENDPOINT_MARKER_LEFT;
    else
        endpoint_marker_over(e, i);
}

/* ... also those that are not made yet. */
void endpoint_marker_take_back(struct endpoint_edge *e)
{
    for (uint64_t used = ~e->s->free_contexts; used; used &= used - 1) {
        unsigned i = (unsigned)__builtin_ctzll(used);
        if (e->s->context[i].marker == ENDPOINT_MARKER_WAITS)
            endpoint_marker_over(e, i);
    }
}

/* It waited long enough; not made if page requests went off meanwhile. */
static void make_waiting(struct endpoint_edge *e, unsigned i)
{
    assert(e->s->context[i].marker == ENDPOINT_MARKER_WAITS);
    if (sends_marker(e))
        make(e, i);
    else
        endpoint_marker_over(e, i);
}

/* PCIE-MARKERORDER-1: the PASID is used again; what it owes leaves before anything of its new use. */
void endpoint_marker_flush(struct endpoint_edge *e, uint32_t pasid)
{
    if (e->config->profile == PRISIM_ENDPOINT_MARKER_LATE)
        return;
    for (uint64_t owing = e->s->owing; owing; owing &= owing - 1) {
        unsigned i = (unsigned)__builtin_ctzll(owing);
        if (e->s->context[i].pasid == pasid && e->s->context[i].marker == ENDPOINT_MARKER_WAITS)
            make_waiting(e, i);
    }
}

static void timer_ended(struct endpoint_edge *e, unsigned i)
{
    if (e->s->context[i].marker == ENDPOINT_MARKER_SENT)
        endpoint_marker_over(e, i);
    else
        make_waiting(e, i);
}

void endpoint_stop_timers(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    for (uint64_t used = ~s->free_contexts; used; used &= used - 1) {
        unsigned i = (unsigned)__builtin_ctzll(used);
        const struct endpoint_context *context = &s->context[i];
        if (context->marker != ENDPOINT_MARKER_WAITS && context->marker != ENDPOINT_MARKER_SENT)
            continue;
        if (context->due > e->now)
            next = prisim_cycle_min(next, context->due);
        else
            timer_ended(e, i);
    }
    s->stop_due = next;
}
