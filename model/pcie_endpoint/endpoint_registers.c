/* SPDX-License-Identifier: Apache-2.0
 *
 * Accesses of the host: configuration TLPs, and memory TLPs to the BAR. An access takes effect at the edge it is taken;
 * its completion is made register_latency later and then stands in line with everything else that goes up.
 */
#include "model/pcie_endpoint/endpoint_state.h"

/* Room is kept: the way down is closed while all places are taken. */
static void answer(struct endpoint_edge *e, const struct prisim_tlp_header *to, enum prisim_tlp_type type,
                   enum prisim_tlp_status status, uint32_t value)
{
    struct prisim_endpoint *s = e->s;
    assert(s->answer_count < ENDPOINT_REGISTERS_MAX);
    *endpoint_answer_write(s, (s->answer_head + s->answer_count++) % ENDPOINT_REGISTERS_MAX) =
        (struct endpoint_answer){.due = e->now + e->config->register_latency,
                                 .value = value,
                                 .requester_id = to->requester_id,
                                 .tag = to->tag,
                                 .size = type == PRISIM_TLP_COMPLETION_DATA ? (uint8_t)to->size : 0,
                                 .type = (uint8_t)type,
                                 .status = (uint8_t)status,
                                 .traffic_class = to->traffic_class};
}

/* One, two or four bytes, aligned to their number (PCIE-ENUMERATION-1: one DW, with byte enables); anything else is an
 * Unsupported Request. */
static void config_access(struct endpoint_edge *e, const struct prisim_tlp *tlp)
{
    const struct prisim_tlp_header *head = &tlp->head;
    if (!endpoint_config_space_has(head->address, head->size)) {
        answer(e, head, PRISIM_TLP_COMPLETION, PRISIM_TLP_UR, 0);
        return;
    }
    uint32_t offset = (uint32_t)head->address;
    if (head->type == PRISIM_TLP_CONFIG_WRITE) {
        uint32_t value = prisim_load_le32(tlp->data) & (uint32_t)prisim_bits_mask(8u * head->size);
        PRISIM_PROBE(e->ports, e->now, endpoint_config, .offset = offset, .value = value, .write = 1);
        endpoint_config_space_write(e, offset, head->size, value);
        answer(e, head, PRISIM_TLP_COMPLETION, PRISIM_TLP_SC, 0);
    } else {
        uint32_t value = endpoint_config_space_read(e->config, e->s, offset, head->size);
        PRISIM_PROBE(e->ports, e->now, endpoint_config, .offset = offset, .value = value, .write = 0);
        answer(e, head, PRISIM_TLP_COMPLETION_DATA, PRISIM_TLP_SC, value);
    }
}

/* The device-specific stop mechanism of PCIE-STOP. A write that is not understood is dropped: it is posted. */
static void bar_access(struct endpoint_edge *e, const struct prisim_tlp *tlp)
{
    const struct prisim_tlp_header *head = &tlp->head;
    uint64_t offset = head->address - e->config->bar_base;
    bool good = (e->s->command & COMMAND_MEMORY_SPACE) && offset < PRISIM_ENDPOINT_BAR_BYTES && offset % 4 == 0 &&
                head->size == 4;
    uint32_t pasid = (uint32_t)(offset / 4);
    if (head->type == PRISIM_TLP_MEMORY_READ) {
        unsigned context = good ? endpoint_context_find(e->s, pasid) : ENDPOINT_NO_CONTEXT;
        uint32_t state = context == ENDPOINT_NO_CONTEXT ? PRISIM_ENDPOINT_PASID_IDLE : e->s->context[context].state;
        answer(e, head, good ? PRISIM_TLP_COMPLETION_DATA : PRISIM_TLP_COMPLETION, good ? PRISIM_TLP_SC : PRISIM_TLP_UR,
               state);
        return;
    }
    if (!good || pasid >> e->config->pasid_bits)
        return;
    uint32_t command = prisim_load_le32(tlp->data);
    if (command == PRISIM_ENDPOINT_PASID_RUN)
        endpoint_context_run(e, pasid);
    else if (command == PRISIM_ENDPOINT_PASID_STOP)
        endpoint_stop_begin(e, pasid);
}

void endpoint_registers_taken(struct endpoint_edge *e, const struct prisim_tlp *tlp)
{
    bool config = tlp->head.type == PRISIM_TLP_CONFIG_READ || tlp->head.type == PRISIM_TLP_CONFIG_WRITE;
    assert(config || tlp->head.type == PRISIM_TLP_MEMORY_READ || tlp->head.type == PRISIM_TLP_MEMORY_WRITE);
    if (config)
        config_access(e, tlp);
    else
        bar_access(e, tlp);
}

void endpoint_registers_due(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    while (s->answer_count > 0 && endpoint_transmit_has_room(s)) {
        struct endpoint_answer *a = &s->answer[s->answer_head];
        if (a->due > e->now)
            return;
        prisim_touch(&s->touched, a, sizeof *a);
        s->answer_count--;
        s->answer_head = endpoint_next_head(s->answer_head, s->answer_count, ENDPOINT_REGISTERS_MAX);
        struct endpoint_outgoing *out = e->config->profile == PRISIM_ENDPOINT_LEAVES_POSTED
                                            ? endpoint_transmit_prepend(s, ENDPOINT_OUT_REGISTER, 0)
                                            : endpoint_transmit_append(s, ENDPOINT_OUT_REGISTER, 0);
        out->value = a->value;
        out->head = (struct prisim_tlp_header){.requester_id = a->requester_id,
                                               .destination_id = e->config->requester_id,
                                               .tag = a->tag,
                                               .size = a->size,
                                               .type = a->type,
                                               .status = a->status,
                                               .traffic_class = a->traffic_class};
        *a = (struct endpoint_answer){0};
    }
}
