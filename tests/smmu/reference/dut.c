/* SPDX-License-Identifier: Apache-2.0
 *
 * The SMMU that is judged (dut.h).
 */
#include "tests/smmu/reference/dut.h"

#include <stdlib.h>

#include "model/core/bits.h"
#include "model/pri_queue/pri_queue.h"
#include "tests/smmu/smmu_harness_ports.h"

struct dut *dut_open(const struct prisim_smmu_config *config, struct sparse *memory)
{
    struct dut *s = calloc(1, sizeof *s);
    assert(s);
    s->config = *config;
    s->memory = memory;
    s->out = &s->ignored;
    s->state = malloc(prisim_smmu_state_size(config));
    assert(s->state);
    prisim_smmu_init(&s->config, s->state);
    s->base = harness_open(smmu_harness_step, &s->config, s->state);
    prisim_probe_init(&s->base->probe, false);
    smmu_harness_ports(s->base);
    return s;
}

void dut_close(struct dut *s)
{
    harness_close(s->base);
    free(s->state);
    free(s);
}

static void take_event(struct dut *s, const struct prisim_memory_request *q)
{
    struct dut_seen *out = s->out;
    if (out->events < DUT_EVENTS)
        memcpy(out->event[out->events], q->data, PRISIM_EVENT_RECORD_BYTES);
    out->events++;
    s->events++;
}

static void access_memory(struct dut *s, const struct prisim_memory_request *q, struct prisim_memory_response *r)
{
    *r = (struct prisim_memory_response){.id = q->id, .status = PRISIM_MEMORY_OK, .size = q->write ? 0 : q->size};
    uint64_t command = q->address - DUT_CMDQ, event = q->address - DUT_EVENTQ;
    if (q->write && event < (PRISIM_EVENT_RECORD_BYTES << DUT_EVENTQ_LOG2)) {
        take_event(s, q);
        return;
    }
    if (!q->write && command + q->size <= sizeof s->cmdq) {
        memcpy(r->data, s->cmdq + command, q->size);
        return;
    }
    struct sparse_line *line = sparse_line(s->memory, q->address, q->write);
    if (line && line->aborts) {
        *r = (struct prisim_memory_response){.id = q->id, .status = PRISIM_MEMORY_ABORT};
        return;
    }
    assert(line || !q->write);
    if (q->write == PRISIM_MEMORY_SWAP) {
        uint8_t *at = (uint8_t *)line->word + q->address % 64;
        r->size = PRISIM_DESCRIPTOR_BYTES;
        memcpy(r->data, at, PRISIM_DESCRIPTOR_BYTES);
        if (memcmp(at, q->data + PRISIM_DESCRIPTOR_BYTES, PRISIM_DESCRIPTOR_BYTES) != 0)
            return;
        s->out->last_write = q->address;
        memcpy(at, q->data, PRISIM_DESCRIPTOR_BYTES);
    } else if (q->write) {
        s->out->last_write = q->address;
        memcpy((uint8_t *)line->word + q->address % 64, q->data, q->size);
    } else if (line) {
        memcpy(r->data, (const uint8_t *)line->word + q->address % 64, q->size);
    }
}

static void answer(struct dut *s, unsigned port, const struct prisim_memory_response *response)
{
    assert(s->answers < DUT_ANSWERS);
    s->answer[s->answers] = *response;
    s->answer_port[s->answers++] = port;
}

static void play(struct dut *s)
{
    const void *payload;
    struct prisim_memory_response response;
    while ((payload = harness_taken(s->base, PRISIM_SMMU_TX_MEMORY_REQUEST))) {
        access_memory(s, payload, &response);
        answer(s, PRISIM_SMMU_RX_MEMORY_RESPONSE, &response);
    }
    while ((payload = harness_taken(s->base, PRISIM_SMMU_TX_DMA_REQUEST))) {
        const struct prisim_memory_request *q = payload;
        if (s->out->dmas < DUT_CROWD)
            s->out->dma[s->out->dmas] = *q;
        s->out->dmas++;
        response = (struct prisim_memory_response){.id = q->id, .size = q->write ? 0 : q->size};
        answer(s, PRISIM_SMMU_RX_DMA_RESPONSE, &response);
    }
    while ((payload = harness_taken(s->base, PRISIM_SMMU_TX_DOWN))) {
        const struct prisim_tlp *tlp = payload;
        assert(tlp->head.tag < DUT_CROWD);
        prisim_tlp_copy(&s->out->completion[tlp->head.tag], tlp);
        s->out->completions[tlp->head.tag]++;
    }
    while ((payload = harness_taken(s->base, PRISIM_SMMU_TX_PRI_CONTROL))) {
        const struct prisim_pri_queue_control *control = payload;
        if (control->what == PRISIM_PRI_QUEUE_ENABLE) {
            struct prisim_pri_queue_status status = {.enable_ack = control->value & 7};
            harness_offer(s->base, PRISIM_SMMU_RX_PRI_STATUS, &status);
        }
    }
}

static void edge(struct dut *s)
{
    for (unsigned i = 0; i < s->answers; i++)
        harness_offer(s->base, s->answer_port[i], &s->answer[i]);
    s->answers = 0;
    harness_edge(s->base);
    if (s->base->ports.tx_valid | s->base->ports.put)
        return;
    play(s);
}

static bool at_rest(const struct dut *s)
{
    const struct prisim_ports *p = &s->base->ports;
    if (s->answers || p->tx_valid || p->rx_valid || s->base->next != PRISIM_CYCLE_NEVER)
        return false;
    for (unsigned i = 0; i < PRISIM_SMMU_RX_PORTS; i++)
        if (s->base->rx[i].taken != s->base->rx[i].offered)
            return false;
    return true;
}

/* The harness keeps everything that it saw; at rest it may forget. */
static bool rest(struct dut *s)
{
    unsigned left = DUT_PATIENCE;
    do
        edge(s);
    while (!at_rest(s) && --left);
    if (!left)
        return false;
    harness_forget(s->base);
    return true;
}

static uint64_t access_register(struct dut *s, const struct prisim_memory_request *request)
{
    unsigned before = s->base->tx[PRISIM_SMMU_TX_REGISTER_RESPONSE].count;
    harness_offer(s->base, PRISIM_SMMU_RX_REGISTER, request);
    while (s->base->tx[PRISIM_SMMU_TX_REGISTER_RESPONSE].count == before)
        edge(s);
    const struct prisim_memory_response *response = harness_got(s->base, PRISIM_SMMU_TX_REGISTER_RESPONSE, before);
    return prisim_load_le64(response->data);
}

uint32_t dut_read(struct dut *s, uint32_t offset)
{
    struct prisim_memory_request request = {.address = offset, .size = 4};
    uint32_t value = (uint32_t)access_register(s, &request);
    rest(s);
    return value;
}

void dut_write(struct dut *s, uint32_t offset, uint64_t value, uint8_t size)
{
    struct prisim_memory_request request = {.address = offset, .size = size, .write = 1};
    prisim_store_le64(request.data, value);
    access_register(s, &request);
    rest(s);
}

void dut_identify(struct dut *s, struct reference_features *features)
{
    *features = reference_features(dut_read(s, PRISIM_SMMU_IDR0), dut_read(s, PRISIM_SMMU_IDR1),
                                   dut_read(s, PRISIM_SMMU_IDR3), dut_read(s, PRISIM_SMMU_IDR5));
}

bool dut_bring_up(struct dut *s, const struct reference_setup *setup)
{
    uint32_t cr2 = PRISIM_CR2_PTM | (setup->recinvsid ? PRISIM_CR2_RECINVSID : 0) |
                   (setup->rec_cfg_ats ? PRISIM_CR2_REC_CFG_ATS : 0);
    uint32_t cr0 = PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN |
                   (setup->atschk ? PRISIM_CR0_ATSCHK : 0) | setup->vmw << PRISIM_CR0_VMW_SHIFT;
    dut_write(s, PRISIM_SMMU_CR2, cr2, 4);
    dut_write(s, PRISIM_SMMU_STRTAB_BASE, setup->strtab, 8);
    dut_write(s, PRISIM_SMMU_STRTAB_BASE_CFG, setup->strtab_log2 | setup->split << 6 | (setup->split ? 1 << 16 : 0), 4);
    dut_write(s, PRISIM_SMMU_CMDQ_BASE, DUT_CMDQ | DUT_CMDQ_LOG2, 8);
    dut_write(s, PRISIM_SMMU_EVENTQ_BASE, DUT_EVENTQ | DUT_EVENTQ_LOG2, 8);
    dut_write(s, PRISIM_SMMU_CR0, cr0, 4);
    return dut_read(s, PRISIM_SMMU_CR0ACK) == cr0;
}

void dut_command(struct dut *s, uint64_t dw0, uint64_t dw1)
{
    uint8_t *at = s->cmdq + (s->cmdq_prod & ((1 << DUT_CMDQ_LOG2) - 1)) * PRISIM_COMMAND_BYTES;
    prisim_store_le64(at, dw0);
    prisim_store_le64(at + 8, dw1);
    s->cmdq_prod = (s->cmdq_prod + 1) & ((2 << DUT_CMDQ_LOG2) - 1);
}

void dut_ring(struct dut *s)
{
    struct prisim_memory_request request = {.address = PRISIM_SMMU_CMDQ_PROD, .size = 4, .write = 1};
    prisim_store_le64(request.data, s->cmdq_prod);
    harness_offer(s->base, PRISIM_SMMU_RX_REGISTER, &request);
}

bool dut_commands_done(struct dut *s)
{
    /* SMMU-QUEUE: ERR is unknown while no error is active */
    return (dut_read(s, PRISIM_SMMU_CMDQ_CONS) & ((2U << DUT_CMDQ_LOG2) - 1)) == s->cmdq_prod;
}

bool dut_invalidate(struct dut *s)
{
    dut_command(s, PRISIM_CMDQ_OP_CFGI_ALL, 31);
    dut_command(s, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    if (s->config.hyp)
        dut_command(s, 0x20, 0); /* SMMU-OPCODE: TLBI_EL2_ALL */
    dut_command(s, PRISIM_CMDQ_OP_SYNC, 0);
    dut_write(s, PRISIM_SMMU_CMDQ_PROD, s->cmdq_prod, 4);
    return dut_commands_done(s);
}

static void make_tlp(const struct reference_request *q, unsigned tag, struct prisim_tlp *tlp)
{
    static const uint8_t at[] = {[REFERENCE_UNTRANSLATED] = PRISIM_TLP_AT_UNTRANSLATED,
                                 [REFERENCE_REQUEST] = PRISIM_TLP_AT_TRANSLATION_REQUEST,
                                 [REFERENCE_TRANSLATED] = PRISIM_TLP_AT_TRANSLATED};
    *tlp = (struct prisim_tlp){.head = {.address = q->address,
                                        .requester_id = (uint16_t)q->sid,
                                        .pasid = q->pasid,
                                        .tag = (uint16_t)tag,
                                        .at = at[q->at],
                                        .type = q->write ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ,
                                        .size = q->at == REFERENCE_REQUEST ? 8 : 4}};
    tlp->head.flags =
        (uint8_t)((q->has_pasid ? PRISIM_TLP_HAS_PASID : 0) | (q->privileged ? PRISIM_TLP_PRIVILEGED : 0) |
                  (q->execute ? PRISIM_TLP_EXECUTE : 0) | (q->no_write ? PRISIM_TLP_NO_WRITE : 0));
}

void dut_ask(struct dut *s, const struct reference_request *request, unsigned count, struct dut_seen *seen)
{
    struct prisim_tlp tlp;
    *seen = (struct dut_seen){0};
    /* Software reads the event queue when it is half full. */
    if (s->events % (1U << DUT_EVENTQ_LOG2) >= 1U << (DUT_EVENTQ_LOG2 - 1))
        dut_write(s, PRISIM_SMMU_EVENTQ_CONS, s->events & ((2U << DUT_EVENTQ_LOG2) - 1), 4);
    s->out = seen;
    for (unsigned i = 0; i < count; i++) {
        make_tlp(&request[i], i, &tlp);
        harness_offer(s->base, PRISIM_SMMU_RX_UP, &tlp);
    }
    seen->rests = rest(s);
    s->out = &s->ignored;
}
