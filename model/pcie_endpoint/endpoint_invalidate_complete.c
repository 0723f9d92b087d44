/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of Invalidate Requests (PCIE-MESSAGE, PCIE-ATC, PCIE-ITAG): which of those that may be completed is next, and
 * what goes up for it: copies of an Invalidate Completion for one or several ITags, or "Unsupported Request". That one
 * has no form on the wire, where only an error is reported: it is a side-band of the model, an Invalidate Completion
 * with the status UR, so that the SMMU hears of it (PCIE-ITAG-7).
 */
#include "model/pcie_endpoint/endpoint_translation.h"
#include "model/pcie_endpoint/endpoint_transmit.h"

enum { NOBODY = ENDPOINT_INVALIDATES_MAX };

/* PCIE-ATC-12: a copy for each traffic class that translated requests are sent with. */
static unsigned copies_said(const struct prisim_endpoint_config *config)
{
    return (unsigned)__builtin_popcount(config->dma_traffic_classes);
}

static unsigned copies_sent(const struct prisim_endpoint_config *config)
{
    const unsigned said = copies_said(config), most = config->invalidate_copies;
    return most && most < said ? most : said;
}

/* PCIE-ATC-10: it has been processed, its entries are gone, and the reads that used them have completed. */
static bool is_over(const struct endpoint_edge *e, const struct endpoint_invalidate *invalidate)
{
    return invalidate->due <= e->now && !invalidate->reads;
}

static bool is_early(const struct endpoint_invalidate *invalidate)
{
    return invalidate->fault == PRISIM_ENDPOINT_FAULT_EARLY && !invalidate->answered;
}

static unsigned first_early(const struct prisim_endpoint *s)
{
    for (unsigned i = 0; i < s->invalidate_count; i++)
        if (is_early(endpoint_invalidate_at(s, i)))
            return i;
    return NOBODY;
}

/* Any of those that are over. */
__attribute__((noinline)) static unsigned any_over(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    uint8_t over[ENDPOINT_INVALIDATES_MAX];
    unsigned count = 0;
    for (unsigned i = 0; i < s->invalidate_count; i++)
        if (is_over(e, endpoint_invalidate_at(s, i)))
            over[count++] = (uint8_t)i;
    if (count < 2)
        return count ? over[0] : NOBODY;
    return over[random_below(&s->invalidate_random, count)];
}

/* The place in line of who is next, or NOBODY. */
static unsigned next(struct endpoint_edge *e)
{
    const struct prisim_endpoint *s = e->s;
    if (s->invalidate_count == 0)
        return NOBODY;
    if (e->config->invalidate_fault == PRISIM_ENDPOINT_FAULT_EARLY && first_early(s) != NOBODY)
        return first_early(s);
    if (e->config->invalidate_order == PRISIM_ENDPOINT_INVALIDATE_OUT_OF_ORDER)
        return any_over(e);
    return is_over(e, endpoint_invalidate_at(s, 0)) ? 0 : NOBODY;
}

static void leave(struct prisim_endpoint *s, unsigned at)
{
    assert(at < s->invalidate_gone && s->invalidate_gone <= s->invalidate_count);
    for (unsigned i = at; i > 0; i--)
        *endpoint_invalidate_write(s, i) = *endpoint_invalidate_at(s, i - 1);
    *endpoint_invalidate_write(s, 0) = (struct endpoint_invalidate){0};
    s->invalidate_count--;
    s->invalidate_gone--;
    s->invalidate_head = endpoint_next_head(s->invalidate_head, s->invalidate_count, ENDPOINT_INVALIDATES_MAX);
}

static struct endpoint_outgoing *append(struct endpoint_edge *e, uint32_t vector, uint32_t tlp, uint16_t to)
{
    struct endpoint_outgoing *out = endpoint_transmit_append(e->s, ENDPOINT_OUT_INVALIDATED, 0);
    out->request = tlp;
    out->head = (struct prisim_tlp_header){.itag_vector = vector,
                                           .requester_id = e->config->requester_id,
                                           .destination_id = to,
                                           .type = PRISIM_TLP_MESSAGE,
                                           .message = PRISIM_MESSAGE_INVALIDATE_COMPLETION};
    return out;
}

/* PCIE-MESSAGE-11: CC, 0 for 8, is in every copy. */
static void append_copies(struct endpoint_edge *e, uint32_t vector, uint32_t tlp, uint16_t to)
{
    const unsigned said = copies_said(e->config);
    uint32_t classes = e->config->dma_traffic_classes;
    for (unsigned left = copies_sent(e->config); left-- > 0; classes &= classes - 1) {
        struct endpoint_outgoing *out = append(e, vector, tlp, to);
        out->job_index = (uint8_t)left;
        out->head.traffic_class = (uint8_t)__builtin_ctz(classes);
        out->head.completion_count = (uint8_t)(said & 7);
    }
}

/* PCIE-MESSAGE-12: with those named already in one message. An ITag that waits in another one may have come again. */
static bool joins(const struct prisim_endpoint *s, const struct endpoint_invalidate *invalidate, uint32_t vector,
                  uint16_t to)
{
    return invalidate->fault < PRISIM_ENDPOINT_FAULT_NEVER && invalidate->requester_id == to &&
           !(vector >> invalidate->itag & 1) && s->completing[invalidate->itag] == 0;
}

static void complete(struct endpoint_edge *e, unsigned at)
{
    struct prisim_endpoint *s = e->s;
    const struct endpoint_invalidate first = *endpoint_invalidate_at(s, at);
    uint32_t tlp[ENDPOINT_INVALIDATES_MAX] = {0};
    uint32_t vector = UINT32_C(1) << first.itag;
    tlp[first.itag] = first.tlp;
    leave(s, at);
    for (unsigned i = 1; i < e->config->invalidate_merge && s->completing[first.itag] == 0; i++) {
        at = next(e);
        if (at == NOBODY || !joins(s, endpoint_invalidate_at(s, at), vector, first.requester_id))
            break;
        const struct endpoint_invalidate *more = endpoint_invalidate_at(s, at);
        vector |= UINT32_C(1) << more->itag;
        tlp[more->itag] = more->tlp;
        leave(s, at);
    }
    append_copies(e, vector, first.tlp, first.requester_id);
    for (uint32_t left = vector & (vector - 1) ? vector : 0; left; left &= left - 1)
        *endpoint_completing_write(s, (unsigned)__builtin_ctz(left)) = tlp[__builtin_ctz(left)] + 1;
}

static void unanswered(struct endpoint_edge *e, uint32_t tlp, unsigned itag, enum prisim_cause cause)
{
    PRISIM_PROBE(e->ports, e->now, endpoint_invalidate_unanswered, .tlp = tlp, .itag = itag, .cause = cause);
}

__attribute__((noinline)) static void end_badly(struct endpoint_edge *e, unsigned at)
{
    struct prisim_endpoint *s = e->s;
    const struct endpoint_invalidate was = *endpoint_invalidate_at(s, at);
    switch ((enum prisim_endpoint_invalidate_fault)was.fault) {
    case PRISIM_ENDPOINT_FAULT_EARLY:
        if (was.answered) {
            leave(s, at);
        } else {
            endpoint_invalidate_write(s, at)->answered = true;
            append_copies(e, UINT32_C(1) << was.itag, was.tlp, was.requester_id);
        }
        break;
    case PRISIM_ENDPOINT_FAULT_NEVER:
        unanswered(e, was.tlp, was.itag, PRISIM_CAUSE_NO_COMPLETION);
        leave(s, at);
        break;
    case PRISIM_ENDPOINT_FAULT_UR:
        leave(s, at);
        struct endpoint_outgoing *out = append(e, UINT32_C(1) << was.itag, was.tlp, was.requester_id);
        out->head.status = PRISIM_TLP_UR;
        out->head.completion_count = 1;
        out->value = was.bad_pasid ? PRISIM_CAUSE_BAD_PASID : PRISIM_CAUSE_UNSUPPORTED_REQUEST;
        break;
    case PRISIM_ENDPOINT_FAULT_NONE:
    case PRISIM_ENDPOINT_FAULT_PARTLY:
    case PRISIM_ENDPOINT_FAULT_LATE:
        assert(false); /* these end as they should */
        break;
    }
}

/* PCIE-MESSAGE, PCIE-ATC: to the requester, behind every TLP sent before. */
void endpoint_invalidate_complete(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    const unsigned room = copies_sent(e->config);
    while (s->outgoing_count + room <= ENDPOINT_OUTGOING_MAX - ENDPOINT_OUTGOING_MARKERS) {
        const unsigned at = next(e);
        if (at == NOBODY)
            return;
        if (endpoint_invalidate_at(s, at)->fault < PRISIM_ENDPOINT_FAULT_NEVER)
            complete(e, at);
        else
            end_badly(e, at);
    }
}

/* One ITag of a message that has left. */
static void sent_one(struct endpoint_edge *e, const struct endpoint_outgoing *out, const struct prisim_tlp_header *head,
                     unsigned itag, uint32_t tlp)
{
    const unsigned said = copies_said(e->config);
    if (head->status == PRISIM_TLP_UR) {
        unanswered(e, tlp, itag, (enum prisim_cause)out->value);
        return;
    }
    PRISIM_PROBE(e->ports, e->now, endpoint_invalidated, .tlp = head->id, .itag = itag, .request_tlp = tlp,
                 .copies = said);
    if (out->job_index == 0 && copies_sent(e->config) < said)
        unanswered(e, tlp, itag, PRISIM_CAUSE_COPIES_MISSING);
}

void endpoint_invalidate_sent(struct endpoint_edge *e, const struct endpoint_outgoing *out,
                              const struct prisim_tlp_header *head)
{
    const bool several = head->itag_vector & (head->itag_vector - 1);
    for (uint32_t left = head->itag_vector; left; left &= left - 1) {
        const unsigned itag = (unsigned)__builtin_ctz(left);
        sent_one(e, out, head, itag, several ? e->s->completing[itag] - 1 : out->request);
        if (several && out->job_index == 0)
            *endpoint_completing_write(e->s, itag) = 0;
    }
}

prisim_cycle_t endpoint_invalidate_any_due(const struct endpoint_edge *e)
{
    prisim_cycle_t due = PRISIM_CYCLE_NEVER;
    for (unsigned i = 0; i < e->s->invalidate_count; i++)
        if (endpoint_invalidate_at(e->s, i)->due > e->now)
            due = prisim_cycle_min(due, endpoint_invalidate_at(e->s, i)->due);
    return due;
}
