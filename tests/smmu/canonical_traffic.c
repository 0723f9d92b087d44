/* SPDX-License-Identifier: Apache-2.0
 *
 * Random traffic on an SMMU and its PRI queue (canonical_traffic.h).
 */
#include "tests/smmu/canonical_traffic.h"

#include "tests/smmu/smmu_nest.h"

enum { PAGES = 6, PASIDS = 3, WRONG_SID = 0x7f };
#define APART   UINT64_C(0x101000)
#define S1_HD   (prisim_bits_put(1, PRISIM_CD0_HA) | prisim_bits_put(1, PRISIM_CD0_HD))
#define S2_HD   (prisim_bits_put(1, PRISIM_STE2_S2HA) | prisim_bits_put(1, PRISIM_STE2_S2HD))
#define S2_TELL prisim_bits_put(1, PRISIM_STE2_S2R)

static bool is_nested(uint64_t seed)
{
    return seed % 3 == 0;
}

static void configure(struct smmu_harness *h, uint64_t seed)
{
    struct random_stream random = random_open(seed, 0, 1);
    struct prisim_smmu_config *c = &h->config;
    c->translation_slots = seed % 2 ? 16 : 4 + (uint32_t)random_below(&random, 8);
    c->walk_slots = seed % 2 ? 16 : 2;
    c->micro_tlb_entries = 4;
    c->tlb_entries = 12;
    c->ipa_entries = 8;
    c->walk_entries = c->walk_s2_entries = 8;
    c->walk_l1_entries = c->walk_l0_entries = c->walk_s2_l1_entries = c->walk_s2_l0_entries = 2;
    c->config_entries = 3;
    c->config_l1_entries = 2;
    c->config_ways = 2;
    c->automatic_responses = 300;
    c->command_lines = 1 + (uint32_t)random_below(&random, 4);
    c->cons_batch = 1 + (uint32_t)random_below(&random, 6);
    c->atc_inv_timeout = 300;
    c->ack_latency = 40;
    c->structure_fetch = seed % 4 == 1 ? PRISIM_SMMU_STRUCTURE_WORDS : PRISIM_SMMU_STRUCTURE_LINE;
    c->pps = seed % 2;
    static const uint8_t ways[6][2] = {{0, 0}, {0, 1}, {2, 0}, {1, 0}, {2, 1}, {2, 2}};
    c->ppr_flush = ways[(seed - 1) % 6][0];
    c->invalidate_completion_flush = ways[(seed - 1) % 6][1];
    c->ppr_latency = 30;
    c->page_request_drain = seed % 3 == 0; /* of those, too, that promise nothing else */
    c->stall_model = 0;
    c->stall_max = 1 + (uint32_t)random_below(&random, 6);
    h->latency = 1 + random_below(&random, 40);
}

static void map_nested(struct smmu_harness *h)
{
    struct nest n = nest_open(h, HARNESS_SID, NEST_VMID, S2_HD | S2_TELL);
    nest_cd(&n, S1_HD);
    for (uint64_t i = 0; i < PAGES; i++) {
        uint64_t clean = prisim_bits_put(1, PRISIM_DESC_DBM) | prisim_bits_put(PRISIM_AP_RO, PRISIM_DESC_AP);
        tree_map(h, &n.first, i * APART, 3, NEST_IPA + i * 0x1000, (TREE_LEAF | (i % 2 ? clean : 0)));
        uint64_t write = prisim_bits_put(2, PRISIM_DESC_AP), dbm = prisim_bits_put(1, PRISIM_DESC_DBM);
        uint64_t second = i < 2 ? (TREE_S2LEAF & ~write) | dbm : TREE_S2LEAF;
        if (i != 3)
            tree_map(h, &n.second, NEST_IPA + i * 0x1000, 3, HARNESS_PAGES + i * 0x1000, second);
    }
}

static void map_single(struct smmu_harness *h)
{
    for (unsigned p = 0; p <= PASIDS; p++) {
        uint64_t ttb = smmu_harness_table(h), bits = p == 2 ? S1_HD : 0;
        smmu_harness_cd(h, p, smmu_harness_cd0(p) | bits | prisim_bits_put(p == 1, PRISIM_CD0_S), ttb);
        for (unsigned i = 0; i < PAGES; i++) {
            uint64_t leaf = smmu_harness_leaf(HARNESS_PAGES + (p * 8 + i) * 0x1000, 12);
            leaf &= i == 2 ? ~prisim_bits_put(1, PRISIM_DESC_AF) : UINT64_MAX;
            leaf &= i == 4 ? ~prisim_bits_put(1, PRISIM_DESC_NG) : UINT64_MAX;
            smmu_harness_map(h, ttb, i * APART, 12, leaf);
        }
    }
}

struct pair *traffic_open(uint64_t seed, prisim_cycle_t start)
{
    struct pair *p = pair_open();
    struct smmu_harness *h = p->h;
    configure(h, seed);
    pair_start(p);
    h->base->now = p->queue->now = start;
    smmu_harness_write64(h, PRISIM_SMMU_EVENTQ_IRQ_CFG0, HARNESS_DOORBELL);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_IRQ_CFG1, UINT32_C(0x87654321));
    smmu_harness_write64(h, PRISIM_SMMU_GERROR_IRQ_CFG0, HARNESS_DOORBELL + 4);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_EVENTQ | PRISIM_IRQ_CTRL_GERROR);
    pair_bring_up(p, seed % 2);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_EVENTQ | PRISIM_IRQ_CTRL_GERROR | PRISIM_IRQ_CTRL_PRIQ);
    if (is_nested(seed))
        map_nested(h);
    else
        map_single(h);
    uint64_t dw1 = HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES + 8;
    smmu_harness_store(h, dw1, smmu_harness_load(h, dw1) | prisim_bits_put(1, PRISIM_STE1_PPAR));
    return p;
}

static void offer_message(struct smmu_harness *h, struct random_stream *random)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MESSAGE, PRISIM_TLP_AT_UNTRANSLATED, 0, 0);
    tlp.head.id = (uint32_t)random_next(random);
    if (random_below(random, 2)) {
        tlp.head.message = PRISIM_MESSAGE_INVALIDATE_COMPLETION;
        tlp.head.itag_vector = (uint32_t)random_next(random) & (uint32_t)random_next(random);
        tlp.head.completion_count = (uint8_t)(1 + random_below(random, 3));
    } else {
        tlp.head.message = PRISIM_MESSAGE_PAGE_REQUEST;
        tlp.head.address = random_next(random) & ~UINT64_C(0xfff);
        tlp.head.prg_index = (uint16_t)random_below(random, 512);
        tlp.head.pasid = (uint32_t)random_below(random, 1 << 20);
        tlp.head.flags = (uint8_t)(PRISIM_TLP_READ | (random_below(random, 2) ? PRISIM_TLP_LAST : 0) |
                                   (random_below(random, 4) ? PRISIM_TLP_HAS_PASID : 0));
    }
    smmu_harness_up(h, &tlp);
}

static void offer_access(struct smmu_harness *h, struct random_stream *random)
{
    enum prisim_tlp_type type = random_below(random, 2) ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ;
    uint64_t va = random_below(random, PAGES + 2) * APART + random_below(random, 4032);
    unsigned size = 1 + (unsigned)random_below(random, 64);
    struct prisim_tlp tlp;
    if (random_below(random, 3) == 0)
        tlp = smmu_harness_request(va, 0, random_below(random, 2) ? PRISIM_TLP_NO_WRITE : 0);
    else if (random_below(random, 3) == 0)
        tlp = smmu_harness_memory_tlp(type, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES + random_below(random, 4096), size);
    else
        tlp = smmu_harness_memory_tlp(type, PRISIM_TLP_AT_UNTRANSLATED, va, size);
    if (tlp.head.at != PRISIM_TLP_AT_TRANSLATED)
        tlp.head.flags |= PRISIM_TLP_HAS_PASID | (random_below(random, 4) ? 0 : PRISIM_TLP_PRIVILEGED) |
                          (random_below(random, 8) ? 0 : PRISIM_TLP_EXECUTE);
    tlp.head.id = (uint32_t)random_next(random);
    tlp.head.pasid =
        random_below(random, 12) ? (uint32_t)random_below(random, PASIDS + 1) : (uint32_t)random_below(random, 1 << 20);
    tlp.head.tag = (uint16_t)random_below(random, 256);
    tlp.head.traffic_class = (uint8_t)random_below(random, 8);
    if (random_below(random, 24) == 0)
        tlp.head.requester_id = (uint16_t)(random_below(random, 2) ? WRONG_SID : random_below(random, 65536));
    for (unsigned i = 0; i < PRISIM_TLP_DATA_MAX; i++)
        tlp.data[i] = (uint8_t)random_next(random);
    smmu_harness_up(h, &tlp);
}

static void write_later(struct smmu_harness *h, uint64_t offset, uint64_t value, uint8_t size, uint32_t id)
{
    struct prisim_memory_request request = {.address = offset, .id = id, .size = size, .write = 1};
    prisim_store_le64(request.data, value);
    harness_offer(h->base, PRISIM_SMMU_RX_REGISTER, &request);
}

static void put_command(struct smmu_harness *h, struct random_stream *random)
{
    const uint64_t sid = (uint64_t)HARNESS_SID << 32, ssv = 1 << 11 | random_below(random, 4) << 12;
    const uint64_t msi = UINT64_C(0x12345678) << 32;
    const uint64_t command[][2] = {
        {PRISIM_CMDQ_OP_SYNC, 0},
        {PRISIM_CMDQ_OP_SYNC | 1 << 12 | 1 << 28 | msi, HARNESS_DOORBELL},
        {PRISIM_CMDQ_OP_TLBI_NH_ALL, 0},
        {PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0},
        {PRISIM_CMDQ_OP_CFGI_ALL, 31},
        {PRISIM_CMDQ_OP_CFGI_CD | sid | ssv, 0},
        {PRISIM_CMDQ_OP_ATC_INV | sid, 52},
        {PRISIM_CMDQ_OP_ATC_INV | sid, 52},
        {PRISIM_CMDQ_OP_PRI_RESP | sid, 2 << 12},
        {PRISIM_CMDQ_OP_PREFETCH_CONFIG | sid | ssv, 0},
        {PRISIM_CMDQ_OP_PREFETCH_ADDR | sid | ssv, 0x101000 | 8 << 5 | 2},
        {PRISIM_CMDQ_OP_RESUME | sid | random_below(random, 4) << 12, random_below(random, 4)},
        {PRISIM_CMDQ_OP_STALL_TERM | sid, 0},
        {PRISIM_CMDQ_OP_STALL_TERM | sid, 0},
        {0xff, 0},
    };
    uint64_t i = random_below(random, sizeof command / sizeof command[0]);
    uint64_t at = HARNESS_CMDQ + (h->cmdq_prod & 15) * PRISIM_COMMAND_BYTES;
    smmu_harness_store(h, at, command[i][0]);
    smmu_harness_store(h, at + 8, command[i][1]);
    h->cmdq_prod = (h->cmdq_prod + 1) & 31;
}

/* What a register reads now. */
static uint32_t shown(const struct smmu_harness *h, uint64_t offset)
{
    uint8_t data[4];
    ck_assert_uint_eq(prisim_smmu_register_debug(&h->config, h->state, offset, data, 4), 4);
    return prisim_load_le32(data);
}

static void offer_write(struct smmu_harness *h, struct random_stream *random)
{
    const uint32_t cr0 = PRISIM_CR0_SMMUEN | PRISIM_CR0_PRIQEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN;
    uint32_t id = (uint32_t)random_next(random), room = 15 - ((h->cmdq_prod - shown(h, PRISIM_SMMU_CMDQ_CONS)) & 31);
    switch (random_below(random, 12)) {
    case 0:
        write_later(h, PRISIM_SMMU_EVENTQ_CONS, shown(h, PRISIM_SMMU_EVENTQ_PROD), 4, id);
        break;
    case 1:
        write_later(h, PRISIM_SMMU_PRIQ_CONS, shown(h, PRISIM_SMMU_PRIQ_PROD), 4, id);
        break;
    case 2:
    case 3:
        write_later(h, PRISIM_SMMU_GERRORN, shown(h, PRISIM_SMMU_GERROR), 4, id);
        break;
    case 4:
        write_later(h, PRISIM_SMMU_CR0,
                    random_below(random, 8) ? cr0 | PRISIM_CR0_ATSCHK : cr0 & ~(uint32_t)PRISIM_CR0_SMMUEN, 4, id);
        break;
    case 5:
        write_later(h, PRISIM_SMMU_GBPA, PRISIM_GBPA_UPDATE | (random_next(random) & 0xfffff), 4, id);
        break;
    case 6:
        write_later(h, random_next(random), random_next(random), 8, id);
        break;
    case 7:
        h->fail_at = random_below(random, 3) ? 0 : HARNESS_RAM + random_below(random, 0x20000);
        h->fail_at = random_below(random, 8) ? h->fail_at : HARNESS_EVENTQ;
        h->fail_status = random_below(random, 2) ? PRISIM_MEMORY_ABORT : PRISIM_MEMORY_ABORT_LATE;
        break;
    default:
        if (room > 6 || shown(h, PRISIM_SMMU_CMDQ_CONS) >> 24)
            for (uint64_t count = 1 + random_below(random, 5); room > 5 && count > 0; count--)
                put_command(h, random);
        write_later(h, PRISIM_SMMU_CMDQ_PROD, h->cmdq_prod, 4, id);
        break;
    }
}

static void change_ready(struct pair *p, struct random_stream *random)
{
    static const unsigned port[] = {
        PRISIM_SMMU_TX_DOWN,        PRISIM_SMMU_TX_MEMORY_REQUEST,    PRISIM_SMMU_TX_DMA_REQUEST,
        PRISIM_SMMU_TX_PRI_REQUEST, PRISIM_SMMU_TX_REGISTER_RESPONSE, PRISIM_SMMU_TX_PRI_MEMORY_RESPONSE,
        PRISIM_SMMU_TX_PRI_LOOKUP};
    enum { PORTS = sizeof port / sizeof port[0] };
    if (random_below(random, 20) == 0)
        harness_ready(p->h->base, port[random_below(random, PORTS)], false);
    bool all = random_below(random, 16) == 0;
    for (unsigned i = 0; all && i < PORTS; i++)
        harness_ready(p->h->base, port[i], true);
}

void traffic_edge(struct pair *p, uint64_t seed, struct random_stream *random)
{
    const struct harness_rx_port *up = &p->h->base->rx[PRISIM_SMMU_RX_UP],
                                 *registers = &p->h->base->rx[PRISIM_SMMU_RX_REGISTER];
    if (random_below(random, 8) == 0 && up->offered - up->taken < 4)
        offer_access(p->h, random);
    if (random_below(random, 32) == 0 && up->offered - up->taken < 4)
        for (uint64_t count = 1 + random_below(random, 12); count > 0; count--)
            offer_message(p->h, random);
    if (random_below(random, 12 + 8 * (uint32_t)(seed % 4)) == 0 && registers->offered - registers->taken < 4)
        offer_write(p->h, random);
    change_ready(p, random);
    smmu_harness_edge(p->h);
}
