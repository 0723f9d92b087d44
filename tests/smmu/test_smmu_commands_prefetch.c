/* SPDX-License-Identifier: Apache-2.0
 *
 * CMD_PREFETCH_CONFIG and CMD_PREFETCH_ADDR: they fill the caches, by their fields, and nobody hears of them (
 * SMMU-CMDFIELD, SMMU-CR0).
 */
#include "tests/smmu/smmu_commands.h"
#include "tests/smmu/two_stages.h"

enum { PASID = 3, PAGES = 16 };
#define VA UINT64_C(0x40000000)

static struct bench *b;
static uint64_t ttb0;

static void setup(void)
{
    b = bench_open();
    bench_start(b);
    ttb0 = bench_table(b);
    for (unsigned i = 0; i < PAGES; i++)
        bench_map(b, ttb0, VA + i * 4096u, 12, bench_leaf(BENCH_PAGES + i * 4096u, 12));
    bench_cd(b, PASID, bench_cd0(1), ttb0);
    bench_bring_up(b);
}

static void teardown(void)
{
    bench_close(b);
}

static unsigned descriptors(void)
{
    return command_fetches(b, BENCH_TABLES, BENCH_PAGES - BENCH_TABLES);
}

static unsigned structures(void)
{
    return command_fetches(b, BENCH_STRTAB, 0x1000) + command_fetches(b, BENCH_CDTAB, 0x1000);
}

static void nobody_heard(void)
{
    ck_assert_uint_eq(bench_events(b), 0);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_EVENT), 0);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_TRANSLATE), 0);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DOWN].count, 0);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DMA_REQUEST].count, 0);
    ck_assert_uint_eq(command_active(b), 0);
}

static void prefetch(uint64_t dw0, uint64_t dw1)
{
    bench_command(b, dw0, dw1);
    bench_run(b, 1000);
    ck_assert_uint_eq(command_cons(b), b->cmdq_prod);
    nobody_heard();
}

/* covers: SMMU-CMDFIELD-1, SMMU-OPCODE-1 */
START_TEST(config)
{
    prefetch(command_sid(CMDQ_OP_PREFETCH_CONFIG, PASID), 0);
    ck_assert_uint_eq(command_fetches(b, BENCH_STRTAB + BENCH_SID * STE_BYTES, STE_BYTES), 1);
    ck_assert_uint_eq(command_fetches(b, BENCH_CDTAB + PASID * CD_BYTES, CD_BYTES), 1);
    ck_assert_uint_eq(descriptors(), 0);
    const struct event *event = rig_event(b->rig, EVENT_SMMU_PREFETCH, 0);
    ck_assert_uint_eq(event->smmu_prefetch.stream_id, BENCH_SID);
    ck_assert_uint_eq(event->smmu_prefetch.pasid, PASID);
    /* The next transaction has both, and walks. */
    struct tlp tlp = bench_request(VA, PASID, 0);
    bench_entry(bench_ask(b, &tlp));
    ck_assert_uint_eq(structures(), 2);
    ck_assert_uint_eq(descriptors(), 4);
}
END_TEST

/* Size=2, Stride=1: four pages, 8 KB apart, from Addr; no page between them. */
/* covers: SMMU-CMDFIELD-2, SMMU-OPCODE-2 */
START_TEST(addresses)
{
    unsigned size = (unsigned)_i % 4, stride = (unsigned)_i / 4;
    uint64_t fields = bits_put(size, CMD1_PREFETCH_SIZE) | bits_put(stride, CMD1_PREFETCH_STRIDE) | 1 << 10;
    ck_assert_uint_eq(bits_put(1, CMD1_PREFETCH_STRIDE), 1 << 5);
    prefetch(command_sid(CMDQ_OP_PREFETCH_ADDR, PASID), VA | fields);
    unsigned count = 1u << size, step = 1u << stride;
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_PREFETCH), count);
    for (unsigned i = 0; i < count; i++) {
        const struct event *event = rig_event(b->rig, EVENT_SMMU_PREFETCH, i);
        ck_assert_uint_eq(event->smmu_prefetch.address, VA + (uint64_t)i * step * 4096);
        ck_assert_uint_eq(event->smmu_prefetch.cause, i * step < PAGES ? CAUSE_TRANSLATED : CAUSE_TRANSLATION_FAULT);
    }
    for (unsigned page = 0; page < PAGES; page++) {
        unsigned before = descriptors();
        struct tlp tlp = bench_request(VA + page * 4096, PASID, 0);
        bench_entry(bench_ask(b, &tlp));
        bool there = page % step == 0 && page / step < count;
        ck_assert_msg((descriptors() == before) == there, "size %u stride %u page %u", size, stride, page);
    }
    ck_assert_uint_eq(structures(), 2);
}
END_TEST

/* covers: SMMU-CMDFIELD-2, SMMU-EVENT-1, SMMU-EVENT-11 */
START_TEST(records_nothing)
{
    static const struct {
        uint32_t sid;
        int pasid;
        uint64_t address;
        uint64_t fail_at;
        enum cause cause;
    } row[] = {
        {0x40, PASID, VA, 0, CAUSE_BAD_STREAM_ID},
        {0x21, PASID, VA, 0, CAUSE_BAD_STE},
        {BENCH_SID, PASID, VA, BENCH_STRTAB + BENCH_SID * STE_BYTES, CAUSE_STE_FETCH},
        {BENCH_SID, -1, VA, 0, CAUSE_STREAM_DISABLED},
        {BENCH_SID, 16, VA, 0, CAUSE_BAD_SUBSTREAM_ID},
        {BENCH_SID, 4, VA, 0, CAUSE_BAD_CD},
        {BENCH_SID, PASID, VA, BENCH_CDTAB + PASID * CD_BYTES, CAUSE_CD_FETCH},
        {BENCH_SID, PASID, VA, BENCH_TABLES, CAUSE_WALK_ABORT},
        {BENCH_SID, PASID, VA + PAGES * 4096, 0, CAUSE_TRANSLATION_FAULT},
        {BENCH_SID, PASID, UINT64_C(1) << 50, 0, CAUSE_TRANSLATION_FAULT},
    };
    for (unsigned opcode = CMDQ_OP_PREFETCH_CONFIG; opcode <= CMDQ_OP_PREFETCH_ADDR; opcode++) {
        uint64_t dw0 = opcode | bits_put(row[_i].sid, CMD_SID);
        if (row[_i].pasid >= 0)
            dw0 |= bits_put(1, CMD_SSV) | bits_put((uint64_t)row[_i].pasid, CMD_SSID);
        b->fail_at = row[_i].fail_at;
        prefetch(dw0, row[_i].address);
        b->fail_at = 0;
        bool walked = row[_i].cause == CAUSE_WALK_ABORT || row[_i].cause == CAUSE_TRANSLATION_FAULT;
        const struct event *event = rig_event(b->rig, EVENT_SMMU_PREFETCH, opcode - CMDQ_OP_PREFETCH_CONFIG);
        if (!walked || opcode == CMDQ_OP_PREFETCH_ADDR)
            ck_assert_uint_eq(event->smmu_prefetch.cause, row[_i].cause);
        bench_command(b, CMDQ_OP_CFGI_ALL, 31);
    }
}
END_TEST

/* A stream of stage 2 only: its configuration is its STE; its addresses are IPAs. */
/* covers: SMMU-CMDFIELD-1, SMMU-CMDFIELD-2 */
START_TEST(stage2)
{
    teardown();
    b = bench_open();
    b->config.s2p = 1;
    bench_start(b);
    bench_bring_up(b);
    uint64_t table = stage2_table(b);
    bench_ste(b, BENCH_SID, bits_put(1, STE0_V) | bits_put(STE_CONFIG_S2, STE0_CONFIG), bits_put(EATS_FULL, STE1_EATS));
    stage2_ste(b, BENCH_SID, table);
    prefetch(command_sid(CMDQ_OP_PREFETCH_CONFIG, -1), 0);
    ck_assert_uint_eq(structures(), 1);
    ck_assert_uint_eq(descriptors(), 0);
    prefetch(command_sid(CMDQ_OP_PREFETCH_ADDR, -1), BENCH_PAGES + STAGE2_OFFSET);
    ck_assert_uint_eq(structures(), 1);
    ck_assert_uint_eq(descriptors(), 1); /* a block at L1 */
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_PREFETCH, 1)->smmu_prefetch.cause, CAUSE_TRANSLATED);
    struct tlp tlp = bench_request(BENCH_PAGES + STAGE2_OFFSET, -1, 0);
    ck_assert_uint_eq(bench_entry(bench_ask(b, &tlp)) & 3, 3);
    ck_assert_uint_eq(descriptors(), 1);
}
END_TEST

/* covers: SMMU-CMDFIELD-2, SMMU-CR0-17 */
START_TEST(smmu_off)
{
    bench_cr0(b, CR0_CMDQEN | CR0_EVENTQEN);
    prefetch(command_sid(CMDQ_OP_PREFETCH_CONFIG, PASID), 0);
    prefetch(command_sid(CMDQ_OP_PREFETCH_ADDR, PASID), VA | 3);
    ck_assert_uint_eq(structures() + descriptors(), 0);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_PREFETCH), 0);
}
END_TEST

/* Whether page requests are served does not matter to it; the second command waits for the first as ever. */
/* covers: SMMU-CMDFIELD-2, SMMU-CR0-17 */
START_TEST(without_page_requests)
{
    bench_cr0(b, CR0_SMMUEN | CR0_CMDQEN | CR0_EVENTQEN);
    command_put(b, command_sid(CMDQ_OP_PREFETCH_ADDR, PASID), VA | 1);
    command_put(b, command_sid(CMDQ_OP_PREFETCH_CONFIG, PASID), 0);
    command_ring(b);
    bench_run(b, 1000);
    ck_assert_uint_eq(command_cons(b), 2);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_PREFETCH), 3);
    ck_assert_uint_eq(descriptors(), 5);
    nobody_heard();
}
END_TEST

/* SMMUEN goes to 0 under way: the one translation in flight ends, then the acknowledgement; no other begins. */
/* covers: SMMU-CR0-13, SMMU-CR0-15 */
START_TEST(switched_off)
{
    b->latency = 200;
    bench_command(b, command_sid(CMDQ_OP_PREFETCH_ADDR, PASID), VA | 3);
    bench_run(b, 400);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_PREFETCH), 0);
    ck_assert_uint_gt(structures(), 0);
    bench_write(b, SMMU_CR0, CR0_CMDQEN);
    for (unsigned i = 0; i < 300 && bench_read(b, SMMU_CR0ACK) != CR0_CMDQEN; i++)
        ;
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_PREFETCH), 1); /* it was over by then */
    bench_run(b, 3000);
    ck_assert_uint_eq(bench_read(b, SMMU_CR0ACK), CR0_CMDQEN);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_PREFETCH), 1);
    nobody_heard();
}
END_TEST

/* The edges: STE, CD and four levels fetched one after the other; a second command waits for the end of the first. */
/* covers: SMMU-CMDFIELD-2 */
START_TEST(clock)
{
    enum { FETCH = 1 + BENCH_MEMORY_LATENCY };
    command_put(b, command_sid(CMDQ_OP_PREFETCH_ADDR, PASID), VA | 1);
    command_put(b, command_sid(CMDQ_OP_PREFETCH_CONFIG, PASID), 0);
    command_put(b, CMDQ_OP_SYNC, 0);
    cycle_t written = command_ring(b);
    bench_run(b, 1000);
    const struct smmu_config *c = &b->config;
    cycle_t decoded = written + FETCH + c->command_latency;
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_COMMAND, 0)->cycle, decoded);
    /* The first misses everywhere; the second finds STE and CD, and the last table. */
    cycle_t tlb = c->micro_tlb_latency + c->tlb_latency;
    cycle_t first = decoded + c->config_latency + 2 * FETCH + tlb + c->walk_latency + 4 * FETCH;
    cycle_t second = first + c->config_latency + tlb + c->walk_latency + FETCH;
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_PREFETCH, 0)->cycle, first);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_PREFETCH, 1)->cycle, second);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_COMMAND, 1)->cycle, second);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_COMMAND, 2)->cycle, second + c->command_latency);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_PREFETCH, 2)->cycle, second + c->config_latency);
}
END_TEST

/* 2^31 are asked for: 64 are made. */
/* covers: SMMU-CMDFIELD-2 */
START_TEST(bounded)
{
    bench_command(b, command_sid(CMDQ_OP_PREFETCH_ADDR, PASID), VA | 31);
    bench_run(b, 10000);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_PREFETCH), 64);
    nobody_heard();
}
END_TEST

/* What was being fetched when its invalidation came is not kept; what comes after it is. */
/* covers: SMMU-SYNC-4 */
START_TEST(invalidated_under_way)
{
    b->latency = 200;
    command_put(b, command_sid(CMDQ_OP_PREFETCH_ADDR, PASID), VA | 1);
    command_put(b, CMDQ_OP_TLBI_NSNH_ALL, 0);
    command_ring(b);
    bench_run(b, 4000);
    b->latency = BENCH_MEMORY_LATENCY;
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_PREFETCH), 2);
    for (unsigned page = 0; page < 2; page++) {
        unsigned before = descriptors();
        struct tlp tlp = bench_request(VA + page * 4096, PASID, 0);
        bench_entry(bench_ask(b, &tlp));
        ck_assert_int_eq(descriptors() == before, page == 1);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("smmu_commands_prefetch");
    TCase *tcase = tcase_create("prefetch");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, config);
    tcase_add_loop_test(tcase, addresses, 0, 12);
    tcase_add_loop_test(tcase, records_nothing, 0, 10);
    tcase_add_test(tcase, stage2);
    tcase_add_test(tcase, smmu_off);
    tcase_add_test(tcase, without_page_requests);
    tcase_add_test(tcase, switched_off);
    tcase_add_test(tcase, clock);
    tcase_add_test(tcase, bounded);
    tcase_add_test(tcase, invalidated_under_way);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
