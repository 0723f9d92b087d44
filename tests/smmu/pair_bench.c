/* SPDX-License-Identifier: Apache-2.0
 *
 * The SMMU and the PRI queue on one bench (pair_bench.h).
 */
#include "tests/smmu/pair_bench.h"

static const struct {
    bool to_queue;
    uint8_t tx, rx;
    size_t size;
} wire[PAIR_WIRES] = {
    {true, SMMU_TX_PRI_REQUEST, PRI_QUEUE_RX_REQUEST, sizeof(struct page_request)},
    {true, SMMU_TX_PRI_MEMORY_RESPONSE, PRI_QUEUE_RX_MEMORY_RESPONSE, sizeof(struct memory_response)},
    {true, SMMU_TX_PRI_LOOKUP, PRI_QUEUE_RX_LOOKUP, sizeof(struct pri_queue_ppar)},
    {true, SMMU_TX_PRI_CONTROL, PRI_QUEUE_RX_CONTROL, sizeof(struct pri_queue_control)},
    {false, PRI_QUEUE_TX_RESPONSE, SMMU_RX_PRI_RESPONSE, sizeof(struct prg_response)},
    {false, PRI_QUEUE_TX_MEMORY_REQUEST, SMMU_RX_PRI_MEMORY_REQUEST, sizeof(struct memory_request)},
    {false, PRI_QUEUE_TX_LOOKUP, SMMU_RX_PRI_LOOKUP, sizeof(struct pri_queue_lookup)},
    {false, PRI_QUEUE_TX_STATUS, SMMU_RX_PRI_STATUS, sizeof(struct pri_queue_status)},
    {false, PRI_QUEUE_TX_INTERRUPT, SMMU_RX_PRI_INTERRUPT, sizeof(struct pri_queue_interrupt)},
    {false, PRI_QUEUE_TX_ABORT, SMMU_RX_PRI_ABORT, sizeof(struct pri_queue_abort)},
};

static cycle_t step_queue(const void *config, void *state, cycle_t now, struct ports *ports)
{
    const struct pri_queue_config *typed_config = config;
    struct pri_queue *typed_state = state;
    return pri_queue_step(typed_config, typed_state, now, ports);
}

/* What one side put and saw taken is offered to the other. */
static void cross(void *context)
{
    struct pair *p = context;
    rig_edge(p->queue);
    for (unsigned i = 0; i < PAIR_WIRES; i++) {
        struct rig *from = wire[i].to_queue ? p->b->rig : p->queue, *to = wire[i].to_queue ? p->queue : p->b->rig;
        const struct rig_tx_port *port = &from->tx[wire[i].tx];
        while (p->seen[i] < port->count && port->put[p->seen[i]].taken != CYCLE_NEVER)
            rig_offer(to, wire[i].rx, port->put[p->seen[i]++].payload);
    }
}

struct pair *pair_open(void)
{
    struct pair *p = calloc(1, sizeof *p);
    ck_assert_ptr_nonnull(p);
    p->b = bench_open();
    p->b->pri_queue = cross;
    p->b->pri_context = p;
    return p;
}

void pair_start(struct pair *p)
{
    bench_start(p->b);
    pri_queue_config_default(&p->config);
    p->config.size_log2_max = p->b->config.priq_log2_max;
    p->config.pps = p->b->config.pps;
    p->config.pasid_supported = p->b->config.ssid_bits > 0;
    p->config.msi_supported = p->b->config.msi;
    struct config_error error;
    ck_assert(pri_queue_config_check(&p->config, &error));
    p->state = malloc(pri_queue_state_size(&p->config));
    ck_assert_ptr_nonnull(p->state);
    pri_queue_init(&p->config, p->state);
    p->queue = rig_open(step_queue, &p->config, p->state);
    p->queue->ports.instance = 3;
    for (unsigned i = 0; i < PAIR_WIRES; i++) {
        if (wire[i].to_queue)
            rig_rx(p->queue, wire[i].rx, wire[i].size);
        else
            rig_tx(p->queue, wire[i].tx, wire[i].size);
    }
    rig_tx(p->queue, PRI_QUEUE_TX_DECISION, sizeof(struct pri_queue_decision));
    rig_tx(p->queue, PRI_QUEUE_TX_COMMIT, sizeof(struct pri_queue_commit));
}

void pair_bring_up(struct pair *p, bool last_only)
{
    bench_write64(p->b, SMMU_PRIQ_BASE, PAIR_PRIQ | PAIR_PRIQ_LOG2);
    bench_write(p->b, SMMU_PRIQ_PROD, 0);
    bench_write(p->b, SMMU_PRIQ_CONS, 0);
    bench_write64(p->b, SMMU_PRIQ_IRQ_CFG0, 0);
    bench_write(p->b, SMMU_PRIQ_IRQ_CFG2, last_only ? PRIQ_IRQ_CFG2_LO : 0);
    bench_write(p->b, SMMU_IRQ_CTRL, IRQ_CTRL_PRIQ);
    bench_bring_up(p->b);
    pair_settle(p);
}

void pair_close(struct pair *p)
{
    rig_close(p->queue);
    free(p->state);
    bench_close(p->b);
    free(p);
}

void pair_settle(struct pair *p)
{
    bench_run(p->b, 200);
}

void pair_page(struct pair *p, int pasid, unsigned prgi, unsigned flags)
{
    struct tlp tlp = bench_memory_tlp(TLP_MESSAGE, TLP_AT_UNTRANSLATED, UINT64_C(0x123456789000) + prgi * 0x1000, 0);
    tlp.head.message = MESSAGE_PAGE_REQUEST;
    tlp.head.prg_index = (uint16_t)prgi;
    tlp.head.flags = (uint8_t)(flags | (pasid >= 0 ? TLP_HAS_PASID : 0));
    tlp.head.pasid = pasid >= 0 ? (uint32_t)pasid : 0;
    bench_up(p->b, &tlp);
    pair_settle(p);
}

static bool is_response(const struct pair *p, unsigned i)
{
    const struct tlp *tlp = rig_got(p->b->rig, SMMU_TX_DOWN, i);
    return tlp->head.type == TLP_MESSAGE && tlp->head.message == MESSAGE_PRG_RESPONSE;
}

unsigned pair_responses(const struct pair *p)
{
    unsigned count = 0;
    for (unsigned i = 0; i < p->b->rig->tx[SMMU_TX_DOWN].count; i++)
        count += is_response(p, i);
    return count;
}

const struct tlp_header *pair_response(const struct pair *p)
{
    for (unsigned i = p->b->rig->tx[SMMU_TX_DOWN].count; i-- > 0;)
        if (is_response(p, i))
            return &((const struct tlp *)rig_got(p->b->rig, SMMU_TX_DOWN, i))->head;
    ck_abort_msg("no PRG response");
    return NULL;
}

unsigned pair_interrupts(const struct pair *p)
{
    unsigned count = 0;
    for (unsigned i = 0; i < p->b->rig->tx[SMMU_TX_INTERRUPT].count; i++)
        count += (((const struct smmu_interrupt *)rig_got(p->b->rig, SMMU_TX_INTERRUPT, i))->lines & SMMU_WIRED_PRIQ)
                     ? 1
                     : 0;
    return count;
}
