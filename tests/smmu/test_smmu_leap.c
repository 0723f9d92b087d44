/* SPDX-License-Identifier: Apache-2.0
 *
 * Random traffic with random back-pressure, run twice: stepped at every edge, and only when the rules of the edge ask
 * for it. Both must say the same at the same edges, and everything that was asked must be answered.
 */
#include "model/core/random.h"
#include "tests/smmu/smmu_bench.h"

enum { EDGES = 6000, DRAIN = 4000, RUNS = 8, PASIDS = 4 };

static struct bench *b;
static uint64_t reads; /* non-posted requests that were offered */
static bool stalls;

static void prepare(uint64_t seed, bool leap)
{
    struct random_stream random = random_open(seed, 0, 1);
    b = bench_open();
    b->leap = leap;
    b->config.translation_slots = 1 + (uint32_t)random_below(&random, 16);
    b->config.tlb_entries = (uint32_t)random_below(&random, 9);
    b->config.walk_entries = (uint32_t)random_below(&random, 5);
    b->config.config_entries = (uint32_t)random_below(&random, 5);
    b->config.command_lines = 1 + (uint32_t)random_below(&random, 4);
    b->config.cons_batch = 1 + (uint32_t)random_below(&random, 6);
    b->config.atc_inv_timeout = 300;
    b->latency = 1 + random_below(&random, 60);
    stalls = seed % 2 == 0;
    if (stalls) {
        b->config.stall_model = 0;
        b->config.stall_max = 1 + (uint32_t)random_below(&random, 16);
    }
    bench_start(b);
    bench_write64(b, SMMU_EVENTQ_IRQ_CFG0, BENCH_DOORBELL);
    bench_write(b, SMMU_IRQ_CTRL, IRQ_CTRL_EVENTQ | IRQ_CTRL_GERROR | IRQ_CTRL_PRIQ);
    bench_bring_up(b);
    for (unsigned p = 0; p < PASIDS; p++) {
        uint64_t ttb = bench_table(b);
        bench_cd(b, p, bench_cd0(p) | bits_put(stalls && p > 1, CD0_S), ttb);
        for (unsigned i = 0; i < 6; i++)
            bench_map(b, ttb, i * UINT64_C(0x101000), 12, bench_leaf(BENCH_PAGES + (p * 8 + i) * 0x1000, 12));
    }
    reads = 0;
}

static void offer_tlp(struct random_stream *random)
{
    bool write = random_below(random, 2);
    uint64_t va = random_below(random, 8) * UINT64_C(0x101000);
    struct tlp tlp;
    switch (random_below(random, 5)) {
    case 0:
        tlp = bench_memory_tlp(TLP_MESSAGE, TLP_AT_UNTRANSLATED, va, 0);
        tlp.head.message = MESSAGE_PAGE_REQUEST;
        bench_up(b, &tlp);
        return;
    case 1:
        tlp = bench_memory_tlp(TLP_MESSAGE, TLP_AT_UNTRANSLATED, 0, 0);
        tlp.head.message = MESSAGE_INVALIDATE_COMPLETION;
        tlp.head.itag_vector = (uint32_t)random_next(random);
        tlp.head.completion_count = 1;
        bench_up(b, &tlp);
        return;
    case 2:
        tlp = bench_memory_tlp(write ? TLP_MEMORY_WRITE : TLP_MEMORY_READ, TLP_AT_TRANSLATED,
                               BENCH_PAGES + random_below(random, 4096), 1 + (unsigned)random_below(random, 64));
        break;
    case 3:
        tlp = bench_memory_tlp(write ? TLP_MEMORY_WRITE : TLP_MEMORY_READ, TLP_AT_UNTRANSLATED,
                               va + random_below(random, 4032), 1 + (unsigned)random_below(random, 64));
        tlp.head.flags = TLP_HAS_PASID;
        break;
    default:
        tlp = bench_request(va, 0, 0);
        break;
    }
    tlp.head.pasid = (uint32_t)random_below(random, PASIDS + 2);
    if (random_below(random, 20) == 0)
        tlp.head.requester_id++;
    reads += tlp.head.type == TLP_MEMORY_READ;
    bench_up(b, &tlp);
}

static void put_command(uint64_t dw0, uint64_t dw1)
{
    uint64_t at = BENCH_CMDQ + (b->cmdq_prod & 15) * COMMAND_BYTES;
    bench_store(b, at, dw0);
    bench_store(b, at + 8, dw1);
    b->cmdq_prod = (b->cmdq_prod + 1) & 31;
}

static void ring(void)
{
    struct memory_request request = {.address = SMMU_CMDQ_PROD, .id = 7, .size = 4, .write = 1};
    store_le32(request.data, b->cmdq_prod);
    rig_offer(b->rig, SMMU_RX_REGISTER, &request);
}

static void offer_command(struct random_stream *random)
{
    static const uint64_t command[][2] = {
        {CMDQ_OP_SYNC, 0},
        {CMDQ_OP_SYNC | 1 << 12, BENCH_DOORBELL},
        {CMDQ_OP_TLBI_NH_ALL, 0},
        {CMDQ_OP_TLBI_NH_ASID | UINT64_C(1) << 48, 0},
        {CMDQ_OP_CFGI_ALL, 31},
        {CMDQ_OP_ATC_INV | (uint64_t)BENCH_SID << 32, 52},
        {CMDQ_OP_PRI_RESP | (uint64_t)BENCH_SID << 32, 2 << 12},
        {CMDQ_OP_PREFETCH_CONFIG | 1 << 11 | 2 << 12 | (uint64_t)BENCH_SID << 32, 0},
        {CMDQ_OP_PREFETCH_ADDR | 1 << 11 | 1 << 12 | (uint64_t)BENCH_SID << 32, 0x101000 | 8 << 5 | 2},
        {0xff, 0},
    };
    for (uint64_t count = 1 + random_below(random, 5); count > 0; count--) {
        unsigned i = (unsigned)random_below(random, sizeof command / sizeof command[0]);
        if (stalls && random_below(random, 2))
            put_command(CMDQ_OP_RESUME | (uint64_t)BENCH_SID << 32 | random_below(random, 4) << 12,
                        random_below(random, 4));
        else if (stalls && random_below(random, 8) == 0)
            put_command(CMDQ_OP_STALL_TERM | (uint64_t)BENCH_SID << 32, 0);
        else
            put_command(command[i][0], command[i][1]);
    }
    ring();
}

static const unsigned port[] = {SMMU_TX_DOWN, SMMU_TX_MEMORY_REQUEST, SMMU_TX_DMA_REQUEST, SMMU_TX_PRI_REQUEST,
                                SMMU_TX_REGISTER_RESPONSE};

static void all_ready(void)
{
    for (unsigned k = 0; k < 5; k++)
        rig_ready(b->rig, port[k], true);
}

/* Writes back what another register reads. */
static void copy_register(uint32_t from, uint32_t to)
{
    all_ready();
    bench_run(b, 30); /* no other access is in flight */
    bench_write(b, to, bench_read(b, from));
}

static void run(uint64_t seed)
{
    struct random_stream random = random_open(seed, 0, 2);
    for (unsigned i = 0; i < EDGES; i++) {
        const struct rig_rx_port *up = &b->rig->rx[SMMU_RX_UP];
        if (random_below(&random, 12) == 0 && up->offered - up->taken < 8)
            offer_tlp(&random);
        /* The test does not look at CONS: it writes seldom enough, and acknowledges everything. */
        if (random_below(&random, 600) == 0)
            offer_command(&random);
        if (random_below(&random, 300) == 0)
            copy_register(SMMU_GERROR, SMMU_GERRORN);
        if (random_below(&random, 500) == 0)
            copy_register(SMMU_EVENTQ_PROD, SMMU_EVENTQ_CONS);
        if (random_below(&random, 40) == 0)
            rig_ready(b->rig, port[random_below(&random, 5)], false);
        if (random_below(&random, 8) == 0)
            all_ready();
        bench_edge(b);
    }
    all_ready();
    for (unsigned i = 0; stalls && i < 30; i++) {
        copy_register(SMMU_GERROR, SMMU_GERRORN);
        put_command(CMDQ_OP_STALL_TERM | (uint64_t)BENCH_SID << 32, 0);
        ring();
        bench_run(b, 600);
    }
    bench_run(b, DRAIN);
}

static unsigned completions(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < b->rig->tx[SMMU_TX_DOWN].count; i++) {
        const struct tlp *tlp = rig_got(b->rig, SMMU_TX_DOWN, i);
        count += tlp_is_completion(&tlp->head);
    }
    return count;
}

START_TEST(same_log)
{
    uint64_t seed = (uint64_t)_i + 1;
    prepare(seed, false);
    run(seed);
    struct bench *every = b;
    ck_assert_uint_eq(completions(), reads);
    ck_assert(!stalls || rig_events(b->rig, EVENT_SMMU_STALL) > 0);
    prepare(seed, true);
    run(seed);
    ck_assert_uint_lt(b->steps, every->steps);
    ck_assert_uint_eq(b->rig->events, every->rig->events);
    for (unsigned i = 0; i < b->rig->events; i++)
        ck_assert_msg(event_equal(&b->rig->event[i], &every->rig->event[i]), "seed %u, event %u", (unsigned)seed, i);
    for (unsigned tx = 0; tx < SMMU_TX_PORTS; tx++) {
        ck_assert_uint_eq(b->rig->tx[tx].count, every->rig->tx[tx].count);
        for (unsigned i = 0; i < b->rig->tx[tx].count; i++)
            ck_assert_uint_eq(rig_got_at(b->rig, tx, i), rig_got_at(every->rig, tx, i));
    }
    bench_close(every);
    bench_close(b);
}
END_TEST

/* Left alone, the block asks for no further step. */
START_TEST(rests)
{
    prepare(1, false);
    struct tlp request = bench_request(0, 0, 0);
    bench_ask(b, &request);
    bench_run(b, 100);
    ck_assert_uint_eq(b->rig->next, CYCLE_NEVER);
    bench_close(b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("smmu_leap");
    TCase *tcase = tcase_create("leap");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, same_log, 0, RUNS);
    tcase_add_test(tcase, rests);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
