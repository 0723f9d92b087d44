/* SPDX-License-Identifier: Apache-2.0
 *
 * The open tickets: what was sent and is waited for, and what becomes of it. It is told by those who see it: the host,
 * the memory, and the SMMU's events. A write's end is seen where its last access is performed, or in the event that
 * says that it will not be.
 */
#include "model/platform/platform_state.h"

static enum transaction_end end_of(const struct prisim_tlp_header *head)
{
    if (head->type == PRISIM_TLP_MEMORY_WRITE)
        return ENDS_IN_MEMORY;
    if (!prisim_tlp_is_posted(head) && !prisim_tlp_is_completion(head))
        return ENDS_WITH_COMPLETION;
    bool asks = head->type == PRISIM_TLP_MESSAGE && head->message == PRISIM_MESSAGE_PAGE_REQUEST &&
                (head->flags & PRISIM_TLP_LAST);
    return asks && !prisim_tlp_is_stop_marker(head) ? ENDS_WITH_RESPONSE : ENDS_WHEN_SENT;
}

static struct transaction *free_place(struct platform_host *host)
{
    for (unsigned i = 0; i < TRANSACTIONS; i++)
        if (host->transaction[i].ticket == 0)
            return &host->transaction[i];
    return NULL;
}

/* A ticket is its place and, above it, how many there were: so that a late use of one is not taken for a new one. */
struct transaction *platform_transaction_new(struct platform_host *host, unsigned smmu,
                                             const struct prisim_tlp_header *head)
{
    enum { COUNT_BITS = 24 };
    struct transaction *t = free_place(host);
    if (!t)
        return NULL;
    host->tickets = host->tickets % ((1 << COUNT_BITS) - 1) + 1;
    *t = (struct transaction){
        .outcome = {.cause = PRISIM_CAUSE_NONE, .sent = PRISIM_CYCLE_NEVER, .ended = PRISIM_CYCLE_NEVER},
        .ticket = host->tickets << 8 | (uint32_t)(t - host->transaction),
        .requester_id = head->requester_id,
        .prg_index = head->prg_index,
        .size = head->size,
        .smmu = (uint8_t)smmu,
        .end = (uint8_t)end_of(head)};
    return t;
}

struct transaction *platform_transaction_find(struct platform_host *host, uint32_t ticket)
{
    struct transaction *t = &host->transaction[(ticket & 0xff) % TRANSACTIONS];
    return ticket != 0 && t->ticket == ticket && !t->is_forgotten ? t : NULL;
}

void platform_transaction_free(struct transaction *t)
{
    t->ticket = 0;
}

static struct transaction *find_tlp(struct platform_host *host, uint64_t tlp)
{
    for (unsigned i = 0; i < TRANSACTIONS; i++) {
        struct transaction *t = &host->transaction[i];
        if (t->ticket && !t->has_ended && t->outcome.sent != PRISIM_CYCLE_NEVER && t->tlp == tlp)
            return t;
    }
    return NULL;
}

static void end(struct transaction *t, prisim_cycle_t now, enum prisim_status status)
{
    assert(t->ticket && !t->has_ended);
    t->outcome.status = status;
    t->outcome.ended = now;
    t->has_ended = true;
    if (t->is_forgotten)
        platform_transaction_free(t);
}

void platform_transaction_sent(struct platform_host *host, const struct prisim_tlp *tlp, prisim_cycle_t now)
{
    for (unsigned i = 0; i < TRANSACTIONS; i++) {
        struct transaction *t = &host->transaction[i];
        if (!t->ticket || t->has_ended || t->outcome.sent != PRISIM_CYCLE_NEVER || t->tlp != tlp->head.id)
            continue;
        t->outcome.sent = now;
        if (t->end == ENDS_WHEN_SENT)
            end(t, now, PRISIM_OK);
        return;
    }
}

static bool is_answer(const struct transaction *t, unsigned place, const struct prisim_tlp_header *head)
{
    if (prisim_tlp_is_completion(head))
        return t->end == ENDS_WITH_COMPLETION && head->tag == place && head->requester_id == t->requester_id;
    return t->end == ENDS_WITH_RESPONSE && head->type == PRISIM_TLP_MESSAGE &&
           head->message == PRISIM_MESSAGE_PRG_RESPONSE && head->destination_id == t->requester_id &&
           head->prg_index == t->prg_index;
}

/* Of several, the oldest. */
bool platform_transaction_answered(struct platform_host *host, unsigned smmu, const struct prisim_tlp *tlp,
                                   prisim_cycle_t now)
{
    struct transaction *oldest = NULL;
    for (unsigned i = 0; i < TRANSACTIONS; i++) {
        struct transaction *t = &host->transaction[i];
        if (t->ticket && !t->has_ended && t->smmu == smmu && t->outcome.sent != PRISIM_CYCLE_NEVER &&
            is_answer(t, i, &tlp->head) && (!oldest || t->outcome.sent < oldest->outcome.sent))
            oldest = t;
    }
    if (!oldest)
        return false;
    oldest->outcome.has_answer = true;
    prisim_tlp_copy(&oldest->outcome.answer, tlp);
    bool good = tlp->head.type == PRISIM_TLP_MESSAGE || tlp->head.status == PRISIM_TLP_SC;
    end(oldest, now, good ? PRISIM_OK : PRISIM_ABORT);
    return true;
}

/* The accesses that the SMMU makes of a write: one in each line of 64 bytes. */
static uint8_t parts_of(uint64_t output, unsigned size)
{
    if (size == 0)
        return 0;
    return output % PRISIM_MEMORY_LINE_BYTES + size > PRISIM_MEMORY_LINE_BYTES ? 2 : 1;
}

void platform_transaction_event(struct platform_host *host, const struct prisim_event *event)
{
    if (event->type == PRISIM_EVENT_SMMU_STALL || event->type == PRISIM_EVENT_SMMU_RESUME) {
        const bool stalls = event->type == PRISIM_EVENT_SMMU_STALL;
        struct transaction *t = find_tlp(host, stalls ? event->smmu_stall.tlp : event->smmu_resume.tlp);
        if (t)
            t->outcome.stalled = stalls;
        return;
    }
    if (event->type != PRISIM_EVENT_SMMU_TRANSLATE)
        return;
    struct transaction *t = find_tlp(host, event->smmu_translate.tlp);
    if (!t)
        return;
    t->outcome.cause = (enum prisim_cause)event->smmu_translate.cause;
    t->outcome.output = event->smmu_translate.output;
    if (t->end != ENDS_IN_MEMORY)
        return;
    t->parts = parts_of(t->outcome.output, t->size);
    if (event->smmu_translate.access == 0)
        end(t, event->cycle, PRISIM_ABORT);
    else if (t->parts == 0)
        end(t, event->cycle, PRISIM_OK);
}

void platform_transaction_performed(struct platform_host *host, uint32_t tlp, prisim_cycle_t now,
                                    enum prisim_memory_status status)
{
    struct transaction *t = find_tlp(host, tlp);
    if (!t || t->end != ENDS_IN_MEMORY)
        return;
    assert(t->parts > 0);
    if (status != PRISIM_MEMORY_OK)
        t->outcome.status = PRISIM_ABORT;
    if (--t->parts == 0)
        end(t, now, t->outcome.status);
}
