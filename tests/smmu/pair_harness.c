/* SPDX-License-Identifier: Apache-2.0
 *
 * The SMMU and the PRI queue on one harness (pair_harness.h).
 */
#include "tests/smmu/pair_harness.h"

static const struct {
    bool to_queue;
    uint8_t tx, rx;
    size_t size;
} wire[PAIR_WIRES] = {
    {true, PRISIM_SMMU_TX_PRI_REQUEST, PRISIM_PRI_QUEUE_RX_REQUEST, sizeof(struct prisim_page_request)},
    {true, PRISIM_SMMU_TX_PRI_MEMORY_RESPONSE, PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE,
     sizeof(struct prisim_memory_response)},
    {true, PRISIM_SMMU_TX_PRI_LOOKUP, PRISIM_PRI_QUEUE_RX_LOOKUP, sizeof(struct prisim_pri_queue_ppar)},
    {true, PRISIM_SMMU_TX_PRI_CONTROL, PRISIM_PRI_QUEUE_RX_CONTROL, sizeof(struct prisim_pri_queue_control)},
    {false, PRISIM_PRI_QUEUE_TX_RESPONSE, PRISIM_SMMU_RX_PRI_RESPONSE, sizeof(struct prisim_prg_response)},
    {false, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, PRISIM_SMMU_RX_PRI_MEMORY_REQUEST,
     sizeof(struct prisim_memory_request)},
    {false, PRISIM_PRI_QUEUE_TX_LOOKUP, PRISIM_SMMU_RX_PRI_LOOKUP, sizeof(struct prisim_pri_queue_lookup)},
    {false, PRISIM_PRI_QUEUE_TX_STATUS, PRISIM_SMMU_RX_PRI_STATUS, sizeof(struct prisim_pri_queue_status)},
    {false, PRISIM_PRI_QUEUE_TX_INTERRUPT, PRISIM_SMMU_RX_PRI_INTERRUPT, sizeof(struct prisim_pri_queue_interrupt)},
    {false, PRISIM_PRI_QUEUE_TX_ABORT, PRISIM_SMMU_RX_PRI_ABORT, sizeof(struct prisim_pri_queue_abort)},
    {false, PRISIM_PRI_QUEUE_TX_DECISION, PRISIM_SMMU_RX_PRI_DECISION, sizeof(struct prisim_pri_queue_decision)},
    {false, PRISIM_PRI_QUEUE_TX_COMMIT, PRISIM_SMMU_RX_PRI_COMMIT, sizeof(struct prisim_pri_queue_commit)},
};

/* The last ones only where the SMMU follows page requests. */
static unsigned wires(const struct pair *p)
{
    return prisim_smmu_follows_page_requests(&p->h->config) ? PAIR_WIRES : PAIR_WIRES - PAIR_FOLLOWING_WIRES;
}

static prisim_cycle_t step_queue(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    const struct prisim_pri_queue_config *typed_config = config;
    struct prisim_pri_queue *typed_state = state;
    return prisim_pri_queue_step(typed_config, typed_state, now, ports);
}

/* What one side put and saw taken is offered to the other. */
static void cross(void *context)
{
    struct pair *p = context;
    harness_edge(p->queue);
    for (unsigned i = 0; i < wires(p); i++) {
        struct harness *from = wire[i].to_queue ? p->h->base : p->queue, *to = wire[i].to_queue ? p->queue : p->h->base;
        for (const void *payload; (payload = harness_taken(from, wire[i].tx));)
            harness_offer(to, wire[i].rx, payload);
    }
}

struct pair *pair_open(void)
{
    struct pair *p = calloc(1, sizeof *p);
    ck_assert_ptr_nonnull(p);
    p->h = smmu_harness_open();
    p->h->pri_queue = cross;
    p->h->pri_context = p;
    return p;
}

void pair_start(struct pair *p)
{
    smmu_harness_start(p->h);
    prisim_pri_queue_config_default(&p->config);
    p->config.size_log2_max = p->h->config.priq_log2_max;
    p->config.pps = p->h->config.pps;
    p->config.pasid_supported = p->h->config.ssid_bits > 0;
    p->config.msi_supported = p->h->config.msi;
    struct prisim_config_error error;
    ck_assert(prisim_pri_queue_config_check(&p->config, &error));
    p->state = malloc(prisim_pri_queue_state_size(&p->config));
    ck_assert_ptr_nonnull(p->state);
    prisim_pri_queue_init(&p->config, p->state);
    p->queue = harness_open(step_queue, &p->config, p->state);
    p->queue->ports.instance = 3;
    for (unsigned i = 0; i < PAIR_WIRES; i++) {
        if (wire[i].to_queue)
            harness_rx(p->queue, wire[i].rx, wire[i].size);
        else
            harness_tx(p->queue, wire[i].tx, wire[i].size);
    }
}

void pair_bring_up(struct pair *p, bool last_only)
{
    smmu_harness_write64(p->h, PRISIM_SMMU_PRIQ_BASE, PAIR_PRIQ | PAIR_PRIQ_LOG2);
    smmu_harness_write(p->h, PRISIM_SMMU_PRIQ_PROD, 0);
    smmu_harness_write(p->h, PRISIM_SMMU_PRIQ_CONS, 0);
    smmu_harness_write64(p->h, PRISIM_SMMU_PRIQ_IRQ_CFG0, 0);
    smmu_harness_write(p->h, PRISIM_SMMU_PRIQ_IRQ_CFG2, last_only ? PRISIM_PRIQ_IRQ_CFG2_LO : 0);
    smmu_harness_write(p->h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_PRIQ);
    smmu_harness_bring_up(p->h);
    pair_settle(p);
}

void pair_close(struct pair *p)
{
    harness_close(p->queue);
    free(p->state);
    smmu_harness_close(p->h);
    free(p);
}

void pair_settle(struct pair *p)
{
    smmu_harness_run(p->h, 200);
}

void pair_page(struct pair *p, int pasid, unsigned prgi, unsigned flags)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MESSAGE, PRISIM_TLP_AT_UNTRANSLATED,
                                                    UINT64_C(0x123456789000) + prgi * 0x1000, 0);
    tlp.head.message = PRISIM_MESSAGE_PAGE_REQUEST;
    tlp.head.prg_index = (uint16_t)prgi;
    tlp.head.flags = (uint8_t)(flags | (pasid >= 0 ? PRISIM_TLP_HAS_PASID : 0));
    tlp.head.pasid = pasid >= 0 ? (uint32_t)pasid : 0;
    smmu_harness_up(p->h, &tlp);
    pair_settle(p);
}

static bool is_response(const struct pair *p, unsigned i)
{
    const struct prisim_tlp *tlp = harness_got(p->h->base, PRISIM_SMMU_TX_DOWN, i);
    return tlp->head.type == PRISIM_TLP_MESSAGE && tlp->head.message == PRISIM_MESSAGE_PRG_RESPONSE;
}

unsigned pair_responses(const struct pair *p)
{
    unsigned count = 0;
    for (unsigned i = 0; i < p->h->base->tx[PRISIM_SMMU_TX_DOWN].count; i++)
        count += is_response(p, i);
    return count;
}

const struct prisim_tlp_header *pair_response(const struct pair *p)
{
    for (unsigned i = p->h->base->tx[PRISIM_SMMU_TX_DOWN].count; i-- > 0;)
        if (is_response(p, i))
            return &((const struct prisim_tlp *)harness_got(p->h->base, PRISIM_SMMU_TX_DOWN, i))->head;
    ck_abort_msg("no PRG response");
    return NULL;
}

unsigned pair_interrupts(const struct pair *p)
{
    unsigned count = 0;
    for (unsigned i = 0; i < p->h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count; i++)
        count += (((const struct prisim_smmu_interrupt *)harness_got(p->h->base, PRISIM_SMMU_TX_INTERRUPT, i))->lines &
                  PRISIM_SMMU_WIRED_PRIQ)
                     ? 1
                     : 0;
    return count;
}
