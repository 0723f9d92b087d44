/* SPDX-License-Identifier: Apache-2.0
 *
 * Traffic with the PRI queue: page requests to it, its answers, its memory accesses, its questions for STE.PPAR, the
 * registers that software writes and the values that it publishes (SMMU-PRIQ). What the queue does is its own business.
 */
#include "model/smmu/traffic/smmu_traffic.h"

static struct prisim_page_request request_of(const struct prisim_tlp_header *head)
{
    bool has_pasid = head->flags & PRISIM_TLP_HAS_PASID;
    return (struct prisim_page_request){
        .address = head->address & ~prisim_bits_mask(12),
        .stream_id = head->requester_id,
        .pasid = has_pasid ? head->pasid & 0xfffff : 0,
        .prg_index = head->prg_index & (PRISIM_PRG_INDEXES - 1),
        .has_pasid = has_pasid,
        .access = prisim_tlp_page_access(head),
    };
}

void smmu_pri_request_arrived(struct smmu_edge *e, const struct prisim_tlp_header *head)
{
    const struct prisim_page_request request = request_of(head);
    PRISIM_PROBE(e->ports, e->now, smmu_page_request, .tlp = head->id, .stream_id = request.stream_id,
                 .pasid = smmu_pasid_field(request.has_pasid, request.pasid), .prgi = request.prg_index,
                 .address = request.address, .access = request.access);
}

void smmu_pri_request_hand(struct smmu_edge *e, const struct prisim_tlp_header *head)
{
    struct smmu_pri_link *pri = &e->s->pri;
    assert(!pri->request_held);
    pri->request = request_of(head);
    pri->request_held = true;
    smmu_up_messages(e);
    smmu_want(e->s, PRISIM_SMMU_TX_PRI_REQUEST);
}

/* smmu_up_look made room for it. */
void smmu_pri_request(struct smmu_edge *e, const struct prisim_tlp_header *head)
{
    smmu_pri_request_hand(e, head);
    smmu_pri_request_arrived(e, head);
}

void smmu_pri_request_put(struct smmu_edge *e)
{
    struct smmu_pri_link *pri = &e->s->pri;
    assert(pri->request_held);
    *(struct prisim_page_request *)prisim_ports_put(e->ports, PRISIM_SMMU_TX_PRI_REQUEST) = pri->request;
    pri->request_held = false;
    smmu_up_messages(e);
    smmu_unwant(e->s, PRISIM_SMMU_TX_PRI_REQUEST);
    if (e->s->messages.count) /* the next one may wait for it */
        smmu_timer_min(e->s, SMMU_TIMER_MESSAGE, e->now + 1);
}

/* An automatic response. It is always taken: else the queue would take no page request while it waits, and a posted TLP
 * never waits for what is to be sent (PCIE-ORDER). One more than there are places for is lost, and said. */
void smmu_pri_response(struct smmu_edge *e, const struct prisim_prg_response *response)
{
    struct smmu_pri_link *pri = &e->s->pri;
    if (pri->response_count == e->config->automatic_responses) {
        PRISIM_PROBE(e->ports, e->now, smmu_response_lost, .stream_id = response->stream_id,
                     .pasid = smmu_pasid_field(response->has_pasid, response->pasid), .prgi = response->prg_index,
                     .code = response->code);
        return;
    }
    struct prisim_prg_response *to =
        smmu_pri_responses(e->s) + (pri->response_head + pri->response_count++) % e->config->automatic_responses;
    prisim_touch(&e->s->touched, to, sizeof *to);
    *to = *response;
    smmu_down_want(e->s, SMMU_DOWN_AUTOMATIC);
}

void smmu_prg_response_fill(struct smmu_edge *e, struct prisim_tlp *to, const struct prisim_prg_response *response,
                            uint32_t command_index)
{
    assert(response->prg_index < PRISIM_PRG_INDEXES);
    to->head = (struct prisim_tlp_header){
        .id = smmu_tlp_id(e),
        .pasid = response->has_pasid ? response->pasid : 0,
        .requester_id = e->config->requester_id,
        .destination_id = (uint16_t)response->stream_id,
        .prg_index = response->prg_index,
        .type = PRISIM_TLP_MESSAGE,
        .message = PRISIM_MESSAGE_PRG_RESPONSE,
        .response_code = response->code,
        .flags = response->has_pasid ? PRISIM_TLP_HAS_PASID : 0,
    };
    PRISIM_PROBE(e->ports, e->now, smmu_prg_response, .tlp = to->head.id, .stream_id = response->stream_id,
                 .pasid = smmu_pasid_field(response->has_pasid, response->pasid), .prgi = response->prg_index,
                 .code = response->code, .cause = response->cause, .index = command_index);
}

void smmu_pri_response_send(struct smmu_edge *e, struct prisim_tlp *to)
{
    struct smmu_pri_link *pri = &e->s->pri;
    struct prisim_prg_response *from = smmu_pri_responses(e->s) + pri->response_head, response = *from;
    assert(pri->response_count > 0);
    prisim_touch(&e->s->touched, from, sizeof *from);
    *from = (struct prisim_prg_response){0};
    pri->response_head = (uint16_t)((pri->response_head + 1u) % e->config->automatic_responses);
    if (--pri->response_count > 0)
        smmu_down_want(e->s, SMMU_DOWN_AUTOMATIC);
    response.prg_index &= PRISIM_PRG_INDEXES - 1;
    response.cause = PRISIM_CAUSE_AUTOMATIC;
    smmu_prg_response_fill(e, to, &response, 0);
}

/* The queue's access to memory shares the SMMU's port; its id is kept here meanwhile. */
void smmu_pri_access(struct smmu_edge *e, const struct prisim_memory_request *request)
{
    assert(!(e->s->memory_wants >> SMMU_MEMORY_PRI & 1) && e->s->pri.access_free);
    e->s->pri_access = *request;
    prisim_touch(&e->s->touched, &e->s->pri_access, sizeof e->s->pri_access);
    smmu_set_ready(e->s, PRISIM_SMMU_RX_PRI_MEMORY_REQUEST, false);
    smmu_memory_want(e->s, SMMU_MEMORY_PRI);
}

void smmu_pri_access_request(struct smmu_edge *e, struct prisim_memory_request *to)
{
    struct smmu_pri_link *pri = &e->s->pri;
    assert(pri->access_free != 0);
    unsigned entry = (unsigned)__builtin_ctz(pri->access_free);
    pri->access_free &= pri->access_free - 1;
    smmu_set_ready(e->s, PRISIM_SMMU_RX_PRI_MEMORY_REQUEST, pri->access_free != 0);
    e->s->pri_access_id[entry] = e->s->pri_access.id;
    prisim_touch(&e->s->touched, &e->s->pri_access_id[entry], sizeof e->s->pri_access_id[entry]);
    *to = e->s->pri_access;
    to->id = (uint32_t)SMMU_MEMORY_PRI << 24 | entry;
}

void smmu_pri_access_answered(struct smmu_edge *e, unsigned entry, const struct prisim_memory_response *response)
{
    struct smmu_pri_link *pri = &e->s->pri;
    assert(entry < SMMU_PRI_ACCESSES && !(pri->access_free >> entry & 1) && pri->answer_count < SMMU_PRI_ACCESSES);
    pri->access_free |= UINT32_C(1) << entry;
    smmu_set_ready(e->s, PRISIM_SMMU_RX_PRI_MEMORY_REQUEST, !(e->s->memory_wants >> SMMU_MEMORY_PRI & 1));
    struct prisim_memory_response *answer =
        &e->s->pri_answer[(pri->answer_head + pri->answer_count++) % SMMU_PRI_ACCESSES];
    prisim_touch(&e->s->touched, answer, sizeof *answer);
    answer->id = e->s->pri_access_id[entry];
    answer->status = response->status;
    answer->size = response->size <= PRISIM_MEMORY_LINE_BYTES ? response->size : 0;
    memcpy(answer->data, response->data, answer->size);
    smmu_want(e->s, PRISIM_SMMU_TX_PRI_MEMORY_RESPONSE);
}

void smmu_pri_answer_put(struct smmu_edge *e)
{
    struct smmu_pri_link *pri = &e->s->pri;
    assert(pri->answer_count > 0);
    const struct prisim_memory_response *answer = &e->s->pri_answer[pri->answer_head];
    struct prisim_memory_response *to = prisim_ports_put(e->ports, PRISIM_SMMU_TX_PRI_MEMORY_RESPONSE);
    to->id = answer->id;
    to->status = answer->status;
    to->size = answer->size;
    to->unused = 0;
    memcpy(to->data, answer->data, answer->size);
    pri->answer_head = (uint8_t)((pri->answer_head + 1) % SMMU_PRI_ACCESSES);
    if (--pri->answer_count == 0)
        smmu_unwant(e->s, PRISIM_SMMU_TX_PRI_MEMORY_RESPONSE);
}

/* SMMU-PRIAUTO: the STE through the configuration cache, in a slot of its own. */
void smmu_pri_lookup(struct smmu_edge *e, const struct prisim_pri_queue_lookup *lookup)
{
    struct prisim_smmu *s = e->s;
    assert(s->free >> SMMU_SLOT_LOOKUP & 1);
    s->free &= ~(UINT32_C(1) << SMMU_SLOT_LOOKUP);
    smmu_set_ready(s, PRISIM_SMMU_RX_PRI_LOOKUP, false);
    struct smmu_slot *slot = s->slot + SMMU_SLOT_LOOKUP;
    smmu_slot_touch(s, SMMU_SLOT_LOOKUP);
    slot->kind = SMMU_PPAR;
    slot->stream_id = lookup->stream_id;
    slot->has_pasid = false;
    slot->address = 0;
    smmu_slot_start(e, SMMU_SLOT_LOOKUP);
}

/* `ste` is NULL if it could not be read or is not valid. */
void smmu_pri_lookup_end(struct smmu_edge *e, unsigned index, const struct smmu_ste *ste)
{
    struct prisim_smmu *s = e->s;
    assert(index == SMMU_SLOT_LOOKUP && !(ste && ste->illegal));
    s->pri.ppar = (struct prisim_pri_queue_ppar){.reachable = ste != NULL, .ppar = ste ? ste->ppar : 0};
    smmu_slot_free(s, index);
    smmu_want(s, PRISIM_SMMU_TX_PRI_LOOKUP);
}

void smmu_pri_lookup_put(struct smmu_edge *e)
{
    *(struct prisim_pri_queue_ppar *)prisim_ports_put(e->ports, PRISIM_SMMU_TX_PRI_LOOKUP) = e->s->pri.ppar;
    smmu_unwant(e->s, PRISIM_SMMU_TX_PRI_LOOKUP);
    smmu_set_ready(e->s, PRISIM_SMMU_RX_PRI_LOOKUP, true);
}

/* CONS moves only by software, PROD by software only while the queue is off: a value of before the last write is not
 * taken for the register. */
void smmu_pri_status(struct smmu_edge *e, const struct prisim_pri_queue_status *status)
{
    struct prisim_smmu *s = e->s;
    s->pri.enable_ack = status->enable_ack;
    if (status->changed & PRISIM_PRI_QUEUE_CHANGED_PROD)
        smmu_pri_shown(e);
    if ((s->word[SMMU_WORD(PRISIM_SMMU_CR0)] | s->word[SMMU_WORD(PRISIM_SMMU_CR0ACK)]) & PRISIM_CR0_PRIQEN)
        s->word[SMMU_WORD(PRISIM_SMMU_PRIQ_PROD)] = status->prod;
}

/* The queue is told of every abort of a record that GERROR shows it, also if it did before, or if software has
 * acknowledged it by then: it waits for that (docs/timing/pri_queue.md, "Aborts"). */
void smmu_pri_abort(struct smmu_edge *e, const struct prisim_pri_queue_abort *abort)
{
    if (abort->record) {
        e->s->pri.abort_unsent = true;
        smmu_pri_say(e->s, PRISIM_PRI_QUEUE_ABORT_ACTIVE);
    }
    uint32_t bits = (abort->record ? PRISIM_GERROR_PRIQ_ABT : 0u) | (abort->msi ? PRISIM_GERROR_MSI_PRIQ_ABT : 0u);
    if (bits)
        smmu_gerror_raise(e, bits);
}

static uint64_t control_value(const struct prisim_smmu *s, enum prisim_pri_queue_control_what what)
{
    switch (what) {
    case PRISIM_PRI_QUEUE_BASE:
        return smmu_word64(s, SMMU_WORD(PRISIM_SMMU_PRIQ_BASE));
    case PRISIM_PRI_QUEUE_PROD:
        return s->word[SMMU_WORD(PRISIM_SMMU_PRIQ_PROD)];
    case PRISIM_PRI_QUEUE_CONS:
        return s->word[SMMU_WORD(PRISIM_SMMU_PRIQ_CONS)];
    case PRISIM_PRI_QUEUE_IRQ_CFG0:
        return smmu_word64(s, SMMU_WORD(PRISIM_SMMU_PRIQ_IRQ_CFG0));
    case PRISIM_PRI_QUEUE_IRQ_CFG1:
        return s->word[SMMU_WORD(PRISIM_SMMU_PRIQ_IRQ_CFG1)];
    case PRISIM_PRI_QUEUE_IRQ_CFG2:
        return s->word[SMMU_WORD(PRISIM_SMMU_PRIQ_IRQ_CFG2)];
    case PRISIM_PRI_QUEUE_ENABLE:
        return (s->word[SMMU_WORD(PRISIM_SMMU_CR0)] & PRISIM_CR0_PRIQEN ? PRISIM_PRI_QUEUE_ENABLE_PRIQEN : 0u) |
               (smmu_is_enabled(s, PRISIM_CR0_SMMUEN) ? PRISIM_PRI_QUEUE_ENABLE_SMMUEN : 0u) |
               (s->pri.irqen_sent ? PRISIM_PRI_QUEUE_ENABLE_IRQEN : 0u);
    case PRISIM_PRI_QUEUE_ABORT_ACTIVE:
        return (smmu_gerror_active(s) & PRISIM_GERROR_PRIQ_ABT) != 0;
    }
    return 0;
}

/* True once after each abort: the queue is told 1 first, whatever GERROR shows by now. */
static bool send_abort(struct prisim_smmu *s, enum prisim_pri_queue_control_what what)
{
    if (what != PRISIM_PRI_QUEUE_ABORT_ACTIVE || !s->pri.abort_unsent)
        return false;
    s->pri.abort_unsent = false;
    return true;
}

/* One register an edge, in the order of enum prisim_pri_queue_control_what. */
void smmu_pri_control_put(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    assert(s->pri.control != 0);
    enum prisim_pri_queue_control_what what = (enum prisim_pri_queue_control_what)__builtin_ctz(s->pri.control);
    struct prisim_pri_queue_control *to = prisim_ports_put(e->ports, PRISIM_SMMU_TX_PRI_CONTROL);
    uint64_t now_is = control_value(s, what);
    bool aborted = send_abort(s, what);
    *to = (struct prisim_pri_queue_control){.value = aborted ? 1 : now_is, .what = (uint8_t)what};
    if (!aborted || now_is == 1)
        s->pri.control &= (uint8_t)(s->pri.control - 1);
    if (s->pri.control == 0)
        smmu_unwant(s, PRISIM_SMMU_TX_PRI_CONTROL);
}
