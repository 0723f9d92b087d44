/* SPDX-License-Identifier: Apache-2.0
 *
 * Random traffic with random back-pressure, run twice: stepped at every edge, and only when the rules of the edge ask
 * for it. Both must say the same at the same edges, and everything that was asked must be answered.
 */
#include "model/core/random.h"
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

enum { EDGES = 6000, DRAIN = 4000, RUNS = 8, PASIDS = 4 };

static struct smmu_harness *h;
static uint64_t reads; /* non-posted requests that were offered */
static bool stalls;

static void prepare(uint64_t seed, bool leap)
{
    struct random_stream random = random_open(seed, 0, 1);
    h = smmu_harness_open();
    h->leap = leap;
    h->config.translation_slots = 1 + (uint32_t)random_below(&random, 16);
    h->config.tlb_entries = (uint32_t)random_below(&random, 9);
    h->config.walk_entries = (uint32_t)random_below(&random, 5);
    h->config.config_entries = (uint32_t)random_below(&random, 5);
    h->config.command_lines = 1 + (uint32_t)random_below(&random, 4);
    h->config.cons_batch = 1 + (uint32_t)random_below(&random, 6);
    h->config.atc_inv_timeout = 300;
    h->latency = 1 + random_below(&random, 60);
    h->config.ppr_flush = seed % 4 == 1 ? PRISIM_SMMU_FLUSH_NONE : PRISIM_SMMU_FLUSH_PORT;
    h->config.ppr_latency = 37;
    stalls = seed % 2 == 0;
    if (stalls) {
        h->config.stall_model = 0;
        h->config.stall_max = 1 + (uint32_t)random_below(&random, 16);
    }
    smmu_harness_start(h);
    smmu_harness_write64(h, PRISIM_SMMU_EVENTQ_IRQ_CFG0, HARNESS_DOORBELL);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_EVENTQ | PRISIM_IRQ_CTRL_GERROR | PRISIM_IRQ_CTRL_PRIQ);
    smmu_harness_bring_up(h);
    for (unsigned p = 0; p < PASIDS; p++) {
        uint64_t ttb = smmu_harness_table(h);
        smmu_harness_cd(h, p, smmu_harness_cd0(p) | prisim_bits_put(stalls && p > 1, PRISIM_CD0_S), ttb);
        for (unsigned i = 0; i < 6; i++)
            smmu_harness_map(h, ttb, i * UINT64_C(0x101000), 12,
                             smmu_harness_leaf(HARNESS_PAGES + (p * 8 + i) * 0x1000, 12));
    }
    reads = 0;
}

static void offer_tlp(struct random_stream *random)
{
    bool write = random_below(random, 2);
    uint64_t va = random_below(random, 8) * UINT64_C(0x101000);
    struct prisim_tlp tlp;
    switch (random_below(random, 5)) {
    case 0:
        tlp = smmu_harness_memory_tlp(PRISIM_TLP_MESSAGE, PRISIM_TLP_AT_UNTRANSLATED, va, 0);
        tlp.head.message = PRISIM_MESSAGE_PAGE_REQUEST;
        smmu_harness_up(h, &tlp);
        return;
    case 1:
        tlp = smmu_harness_memory_tlp(PRISIM_TLP_MESSAGE, PRISIM_TLP_AT_UNTRANSLATED, 0, 0);
        tlp.head.message = PRISIM_MESSAGE_INVALIDATE_COMPLETION;
        tlp.head.itag_vector = (uint32_t)random_next(random);
        tlp.head.completion_count = 1;
        smmu_harness_up(h, &tlp);
        return;
    case 2:
        tlp =
            smmu_harness_memory_tlp(write ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_TRANSLATED,
                                    HARNESS_PAGES + random_below(random, 4096), 1 + (unsigned)random_below(random, 64));
        break;
    case 3:
        tlp = smmu_harness_memory_tlp(write ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ,
                                      PRISIM_TLP_AT_UNTRANSLATED, va + random_below(random, 4032),
                                      1 + (unsigned)random_below(random, 64));
        tlp.head.flags = PRISIM_TLP_HAS_PASID;
        break;
    default:
        tlp = smmu_harness_request(va, 0, 0);
        break;
    }
    tlp.head.pasid = (uint32_t)random_below(random, PASIDS + 2);
    if (random_below(random, 20) == 0)
        tlp.head.requester_id++;
    reads += tlp.head.type == PRISIM_TLP_MEMORY_READ;
    smmu_harness_up(h, &tlp);
}

static void put_command(uint64_t dw0, uint64_t dw1)
{
    uint64_t at = HARNESS_CMDQ + (h->cmdq_prod & 15) * PRISIM_COMMAND_BYTES;
    smmu_harness_store(h, at, dw0);
    smmu_harness_store(h, at + 8, dw1);
    h->cmdq_prod = (h->cmdq_prod + 1) & 31;
}

static void ring(void)
{
    struct prisim_memory_request request = {.address = PRISIM_SMMU_CMDQ_PROD, .id = 7, .size = 4, .write = 1};
    prisim_store_le32(request.data, h->cmdq_prod);
    harness_offer(h->base, PRISIM_SMMU_RX_REGISTER, &request);
}

static void offer_command(struct random_stream *random)
{
    static const uint64_t command[][2] = {
        {PRISIM_CMDQ_OP_SYNC, 0},
        {PRISIM_CMDQ_OP_SYNC | 1 << 12, HARNESS_DOORBELL},
        {PRISIM_CMDQ_OP_TLBI_NH_ALL, 0},
        {PRISIM_CMDQ_OP_TLBI_NH_ASID | UINT64_C(1) << 48, 0},
        {PRISIM_CMDQ_OP_CFGI_ALL, 31},
        {PRISIM_CMDQ_OP_ATC_INV | (uint64_t)HARNESS_SID << 32, 52},
        {PRISIM_CMDQ_OP_PRI_RESP | (uint64_t)HARNESS_SID << 32, 2 << 12},
        {PRISIM_CMDQ_OP_PREFETCH_CONFIG | 1 << 11 | 2 << 12 | (uint64_t)HARNESS_SID << 32, 0},
        {PRISIM_CMDQ_OP_PREFETCH_ADDR | 1 << 11 | 1 << 12 | (uint64_t)HARNESS_SID << 32, 0x101000 | 8 << 5 | 2},
        {0xff, 0},
    };
    for (uint64_t count = 1 + random_below(random, 5); count > 0; count--) {
        unsigned i = (unsigned)random_below(random, sizeof command / sizeof command[0]);
        if (stalls && random_below(random, 2))
            put_command(PRISIM_CMDQ_OP_RESUME | (uint64_t)HARNESS_SID << 32 | random_below(random, 4) << 12,
                        random_below(random, 4));
        else if (stalls && random_below(random, 8) == 0)
            put_command(PRISIM_CMDQ_OP_STALL_TERM | (uint64_t)HARNESS_SID << 32, 0);
        else
            put_command(command[i][0], command[i][1]);
    }
    ring();
}

static const unsigned port[] = {PRISIM_SMMU_TX_DOWN, PRISIM_SMMU_TX_MEMORY_REQUEST, PRISIM_SMMU_TX_DMA_REQUEST,
                                PRISIM_SMMU_TX_PRI_REQUEST, PRISIM_SMMU_TX_REGISTER_RESPONSE};

static void all_ready(void)
{
    for (unsigned k = 0; k < 5; k++)
        harness_ready(h->base, port[k], true);
}

/* Writes back what another register reads. */
static void copy_register(uint32_t from, uint32_t to)
{
    all_ready();
    smmu_harness_run(h, 30); /* no other access is in flight */
    smmu_harness_write(h, to, smmu_harness_read(h, from));
}

static void run(uint64_t seed)
{
    struct random_stream random = random_open(seed, 0, 2);
    for (unsigned i = 0; i < EDGES; i++) {
        const struct harness_rx_port *up = &h->base->rx[PRISIM_SMMU_RX_UP];
        if (random_below(&random, 12) == 0 && up->offered - up->taken < 8)
            offer_tlp(&random);
        /* The test does not look at CONS: it writes seldom enough, and acknowledges everything. */
        if (random_below(&random, 600) == 0)
            offer_command(&random);
        if (random_below(&random, 300) == 0)
            copy_register(PRISIM_SMMU_GERROR, PRISIM_SMMU_GERRORN);
        if (random_below(&random, 500) == 0)
            copy_register(PRISIM_SMMU_EVENTQ_PROD, PRISIM_SMMU_EVENTQ_CONS);
        if (random_below(&random, 40) == 0)
            harness_ready(h->base, port[random_below(&random, 5)], false);
        if (random_below(&random, 8) == 0)
            all_ready();
        smmu_harness_edge(h);
    }
    all_ready();
    for (unsigned i = 0; stalls && i < 30; i++) {
        copy_register(PRISIM_SMMU_GERROR, PRISIM_SMMU_GERRORN);
        put_command(PRISIM_CMDQ_OP_STALL_TERM | (uint64_t)HARNESS_SID << 32, 0);
        ring();
        smmu_harness_run(h, 600);
    }
    smmu_harness_run(h, DRAIN);
}

static unsigned completions(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < h->base->tx[PRISIM_SMMU_TX_DOWN].count; i++) {
        const struct prisim_tlp *tlp = harness_got(h->base, PRISIM_SMMU_TX_DOWN, i);
        count += prisim_tlp_is_completion(&tlp->head);
    }
    return count;
}

START_TEST(same_log)
{
    uint64_t seed = (uint64_t)_i + 1;
    prepare(seed, false);
    run(seed);
    struct smmu_harness *every = h;
    ck_assert_uint_eq(completions(), reads);
    ck_assert(!stalls || harness_events(h->base, PRISIM_EVENT_SMMU_STALL) > 0);
    prepare(seed, true);
    run(seed);
    ck_assert_uint_lt(h->base->steps, every->base->steps);
    ck_assert_uint_eq(h->base->events, every->base->events);
    for (unsigned i = 0; i < h->base->events; i++)
        ck_assert_msg(prisim_event_equal(harness_event_at(h->base, i), harness_event_at(every->base, i)),
                      "seed %u, event %u", (unsigned)seed, i);
    for (unsigned tx = 0; tx < PRISIM_SMMU_TX_PORTS; tx++) {
        ck_assert_uint_eq(h->base->tx[tx].count, every->base->tx[tx].count);
        for (unsigned i = 0; i < h->base->tx[tx].count; i++)
            ck_assert_uint_eq(harness_got_at(h->base, tx, i), harness_got_at(every->base, tx, i));
    }
    smmu_harness_close(every);
    smmu_harness_close(h);
}
END_TEST

/* Left alone, the block asks for no further step. */
START_TEST(rests)
{
    prepare(1, false);
    struct prisim_tlp request = smmu_harness_request(0, 0, 0);
    smmu_harness_ask(h, &request);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(h->base->next, PRISIM_CYCLE_NEVER);
    smmu_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_leap");
    TCase *tcase = tcase_create("leap");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, same_log, 0, RUNS);
    tcase_add_test(tcase, rests);
    suite_add_tcase(suite, tcase);
    return suite;
}
