/* SPDX-License-Identifier: Apache-2.0
 *
 * Accesses of the host: configuration TLPs, and memory TLPs to the BAR. An access takes effect at the edge it is taken;
 * its completion is made register_latency later and then stands in line with everything else that goes up.
 */
#include "model/pcie_endpoint/endpoint_config_space.h"
#include "model/pcie_endpoint/endpoint_pri.h"
#include "model/pcie_endpoint/endpoint_transmit.h"

enum { DEVICE_STATUS_UNSUPPORTED_REQUEST = 1 << 3 };

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

/* Answered UR, if it is not posted, and seen in Device Status. */
static void unsupported(struct endpoint_edge *e, const struct prisim_tlp_header *head)
{
    struct endpoint_function *function = endpoint_function_write(e->s);
    function->device_status |= DEVICE_STATUS_UNSUPPORTED_REQUEST;
    if (!prisim_tlp_is_posted(head))
        answer(e, head, PRISIM_TLP_COMPLETION, PRISIM_TLP_UR, 0);
}

/* One, two or four bytes, aligned to their number (PCIE-ENUMERATION-1: one DW, with byte enables); anything else is an
 * Unsupported Request. */
static void config_access(struct endpoint_edge *e, const struct prisim_tlp *tlp)
{
    const struct prisim_tlp_header *head = &tlp->head;
    /* PCIE-ENUMERATION-4: a function that is not ready after its reset asks for another try. */
    if (e->now < e->s->ready_at) {
        answer(e, head, PRISIM_TLP_COMPLETION, PRISIM_TLP_CRS, 0);
        return;
    }
    if (!endpoint_config_space_has(head->address, head->size) || prisim_tlp_is_poisoned(head)) { /* PCIE-POISON-3 */
        unsupported(e, head);
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

/* Where in a BAR the 4 bytes of an access lie, or -1. */
static int64_t place_in(const struct endpoint_edge *e, const struct prisim_tlp_header *head, unsigned bar,
                        uint64_t bytes)
{
    const uint64_t offset = head->address - e->s->function.bar[bar];
    return offset < bytes && offset % 4 == 0 && head->size == 4 ? (int64_t)offset : -1;
}

/* The device-specific stop mechanism of PCIE-STOP-4. A command that is not understood is ignored. */
static void write_pasid(struct endpoint_edge *e, uint32_t pasid, uint32_t command)
{
    if (pasid >> e->config->pasid_bits)
        return;
    if (command == PRISIM_ENDPOINT_PASID_RUN)
        endpoint_context_run(e, pasid);
    else if (command == PRISIM_ENDPOINT_PASID_STOP)
        endpoint_stop_begin(e, pasid);
}

static uint32_t read_pasid(const struct prisim_endpoint *s, uint32_t pasid)
{
    unsigned context = endpoint_context_find(s, pasid);
    return context == ENDPOINT_NO_CONTEXT ? PRISIM_ENDPOINT_PASID_IDLE : s->context[context].state;
}

/* What no BAR claims is dropped if it is posted. */
static void bar_access(struct endpoint_edge *e, const struct prisim_tlp *tlp)
{
    const struct prisim_tlp_header *head = &tlp->head;
    const bool on = e->s->command & COMMAND_MEMORY_SPACE;
    const int64_t pasid = on ? place_in(e, head, ENDPOINT_BAR0, PRISIM_ENDPOINT_BAR_BYTES) : -1;
    const int64_t msix = on && pasid < 0 ? place_in(e, head, ENDPOINT_BAR2, PRISIM_ENDPOINT_MSIX_BYTES) : -1;
    if ((pasid < 0 && msix < 0) || prisim_tlp_is_poisoned(head)) /* PCIE-POISON-3 */
        unsupported(e, head);
    else if (head->type == PRISIM_TLP_MEMORY_READ)
        answer(e, head, PRISIM_TLP_COMPLETION_DATA, PRISIM_TLP_SC,
               msix < 0 ? read_pasid(e->s, (uint32_t)(pasid / 4)) : endpoint_msix_read(e->s, (uint32_t)msix));
    else if (msix < 0)
        write_pasid(e, (uint32_t)(pasid / 4), prisim_load_le32(tlp->data));
    else
        endpoint_msix_write(e, (uint32_t)msix, prisim_load_le32(tlp->data));
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
