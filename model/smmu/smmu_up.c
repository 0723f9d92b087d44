/* SPDX-License-Identifier: Apache-2.0
 *
 * What comes from the root port: page requests and Stop Markers on to the PRI queue, Invalidate Completions to their
 * ITags, memory requests into a slot (PCIE-AT, PCIE-ATSREQ, PCIE-ATSCPL, PCIE-TRANSLATED, PCIE-MESSAGE). Anything else
 * is not for an SMMU and is dropped. What of it does not pass at once is in smmu_messages.c.
 */
#include "model/smmu/smmu_step.h"

static uint32_t free_slots(const struct prisim_smmu *s)
{
    return s->free & (uint32_t)prisim_bits_mask(SMMU_SLOTS_MAX);
}

static void take_memory(struct smmu_edge *e, const struct prisim_tlp *tlp)
{
    struct prisim_smmu *s = e->s;
    const struct prisim_tlp_header *head = &tlp->head;
    bool write = head->type == PRISIM_TLP_MEMORY_WRITE;
    unsigned index = free_slots(s) ? (unsigned)__builtin_ctz(free_slots(s)) : SMMU_SLOT_POSTED;
    assert(s->free >> index & 1 && (index != SMMU_SLOT_POSTED || write));
    s->free &= ~(UINT32_C(1) << index);
    smmu_up_room(s);
    struct smmu_slot *slot = s->slot + index;
    smmu_slot_touch(s, index);
    prisim_tlp_copy(&slot->tlp, tlp);
    if (slot->tlp.head.size > PRISIM_TLP_DATA_MAX)
        slot->tlp.head.size = PRISIM_TLP_DATA_MAX;
    slot->address = head->address;
    slot->stream_id = head->requester_id;
    slot->pasid = head->pasid & 0xfffff;
    slot->kind = head->at == PRISIM_TLP_AT_TRANSLATED ? SMMU_TRANSLATED : SMMU_UNTRANSLATED;
    /* SMMU-ATSTRANSLATED: with PASIDTT=0 a translated access has no SubstreamID. */
    slot->has_pasid = (head->flags & PRISIM_TLP_HAS_PASID) && slot->kind != SMMU_TRANSLATED;
    smmu_slot_reset(slot);
    /* SMMU-EVENTCODE-1, PCIE-AT: AT=3 is reserved, and a Translation Request is a read; without ATS nothing but
     * untranslated accesses is supported. */
    bool unsupported = head->at > PRISIM_TLP_AT_TRANSLATED ||
                       (write && head->at == PRISIM_TLP_AT_TRANSLATION_REQUEST) ||
                       (head->at != PRISIM_TLP_AT_UNTRANSLATED && !e->config->ats);
    if (head->at == PRISIM_TLP_AT_TRANSLATION_REQUEST && !unsupported) {
        slot->kind = SMMU_TRANSLATION_REQUEST;
        slot->address &= ~prisim_bits_mask(12); /* PCIE-ATSREQ: bits 11:1 are reserved, NW is a flag here */
        slot->tlp.head.completion_count = 0;    /* means nothing in a request, and counts what is found (smmu_ats.c) */
        if (e->config->ppr_flush == PRISIM_SMMU_FLUSH_NONE)
            smmu_messages_translation(e, index);
        else
            smmu_slot_start(e, index);
        return;
    }
    smmu_dma_enter(e, index, unsupported ? PRISIM_CAUSE_UNSUPPORTED : PRISIM_CAUSE_NONE);
}

/* PCIE-POISON-6 */
__attribute__((noinline)) static void drop_poisoned(struct smmu_edge *e, const struct prisim_tlp_header *head)
{
    PRISIM_PROBE(e->ports, e->now, smmu_poisoned, .tlp = head->id, .stream_id = head->requester_id,
                 .address = head->address);
}

/* UNBIND-D31 */
__attribute__((noinline)) static void swallow_marker(struct smmu_edge *e, const struct prisim_tlp_header *head)
{
    PRISIM_PROBE(e->ports, e->now, smmu_marker_swallowed, .tlp = head->id, .stream_id = head->requester_id,
                 .pasid = head->pasid & 0xfffff);
}

void smmu_up_take(struct smmu_edge *e, const struct prisim_tlp *tlp)
{
    const struct prisim_tlp_header *head = &tlp->head;
    if (head->type == PRISIM_TLP_MEMORY_WRITE && prisim_tlp_is_poisoned(head))
        drop_poisoned(e, head);
    else if (head->type == PRISIM_TLP_MEMORY_READ || head->type == PRISIM_TLP_MEMORY_WRITE)
        take_memory(e, tlp);
    else if (smmu_swallows(e->config, head))
        swallow_marker(e, head);
    else if (smmu_messages_wait(e->config) && smmu_messages_take(e, head))
        return;
    else if (head->type == PRISIM_TLP_MESSAGE && head->message == PRISIM_MESSAGE_PAGE_REQUEST && e->config->pri)
        smmu_pri_request(e, head); /* SMMU-IDR0-15: without PRI it is none of ours */
    else if (head->type == PRISIM_TLP_MESSAGE && head->message == PRISIM_MESSAGE_INVALIDATE_COMPLETION)
        smmu_itag_completed(e, head);
}

/* Every slot waits until its completion is sent, or until software ends a stall: nothing that the SMMU does frees one.
 * A write takes the slot kept for it: a posted TLP never waits for what is to be sent (PCIE-ORDER A3). */
static bool is_posted_slot_due(const struct prisim_smmu *s)
{
    uint32_t held =
        (uint32_t)prisim_bits_mask(SMMU_SLOTS_MAX) & s->slots & ~(s->answering | s->stalls.stalled | s->stalls.waiting);
    assert(free_slots(s) == 0);
    return held == 0 && s->free >> SMMU_SLOT_POSTED & 1;
}

/* What is seen to be offered can be taken although there is no room for whatever may come, so that a full set of slots
 * does not hold messages up (PCIE-ORDER: posted requests must pass). */
bool smmu_up_look(struct smmu_edge *e)
{
    const struct prisim_smmu *s = e->s;
    const struct prisim_ports *p = e->ports;
    assert(free_slots(s) == 0 || s->messages.closed);
    if (!(prisim_ports_refused(p) >> PRISIM_SMMU_RX_UP & 1))
        return false;
    const struct prisim_tlp_header *head = &((const struct prisim_tlp *)p->rx[PRISIM_SMMU_RX_UP])->head;
    bool memory = head->type == PRISIM_TLP_MEMORY_READ || head->type == PRISIM_TLP_MEMORY_WRITE;
    if (memory && free_slots(s) == 0 && !(head->type == PRISIM_TLP_MEMORY_WRITE && is_posted_slot_due(s)))
        return false;
    if (smmu_messages_wait(e->config))
        return smmu_messages_look(e, head);
    return memory || !s->pri.request_held || head->message != PRISIM_MESSAGE_PAGE_REQUEST;
}
