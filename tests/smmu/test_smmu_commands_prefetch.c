/* SPDX-License-Identifier: Apache-2.0
 *
 * CMD_PREFETCH_CONFIG and CMD_PREFETCH_ADDR: they fill the caches, by their fields, and nobody hears of them (
 * SMMU-CMDFIELD, SMMU-CR0).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_commands.h"
#include "tests/smmu/two_stages.h"

enum { PASID = 3, PAGES = 16 };
#define VA UINT64_C(0x40000000)

static struct smmu_harness *h;
static uint64_t ttb0;

static void setup(void)
{
    h = smmu_harness_open();
    smmu_harness_start(h);
    ttb0 = smmu_harness_table(h);
    for (unsigned i = 0; i < PAGES; i++)
        smmu_harness_map(h, ttb0, VA + i * 4096u, 12, smmu_harness_leaf(HARNESS_PAGES + i * 4096u, 12));
    smmu_harness_cd(h, PASID, smmu_harness_cd0(1), ttb0);
    smmu_harness_bring_up(h);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static unsigned descriptors(void)
{
    return command_fetches(h, HARNESS_TABLES, HARNESS_PAGES - HARNESS_TABLES);
}

static unsigned structures(void)
{
    return command_fetches(h, HARNESS_STRTAB, 0x1000) + command_fetches(h, HARNESS_CDTAB, 0x1000);
}

static void nobody_heard(void)
{
    ck_assert_uint_eq(smmu_harness_events(h), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_EVENT), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_TRANSLATE), 0);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 0);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, 0);
    ck_assert_uint_eq(command_active(h), 0);
}

static void prefetch(uint64_t dw0, uint64_t dw1)
{
    smmu_harness_command(h, dw0, dw1);
    smmu_harness_run(h, 1000);
    ck_assert_uint_eq(command_cons(h), h->cmdq_prod);
    nobody_heard();
}

/* covers: SMMU-CMDFIELD-1, SMMU-OPCODE-1 */
START_TEST(config)
{
    prefetch(command_sid(PRISIM_CMDQ_OP_PREFETCH_CONFIG, PASID), 0);
    ck_assert_uint_eq(command_fetches(h, HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES, PRISIM_STE_BYTES), 1);
    ck_assert_uint_eq(command_fetches(h, HARNESS_CDTAB + PASID * PRISIM_CD_BYTES, PRISIM_CD_BYTES), 1);
    ck_assert_uint_eq(descriptors(), 0);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_PREFETCH, 0);
    ck_assert_uint_eq(event->smmu_prefetch.stream_id, HARNESS_SID);
    ck_assert_uint_eq(event->smmu_prefetch.pasid, PASID);
    /* The next transaction has both, and walks. */
    struct prisim_tlp tlp = smmu_harness_request(VA, PASID, 0);
    smmu_harness_entry(smmu_harness_ask(h, &tlp));
    ck_assert_uint_eq(structures(), 2);
    ck_assert_uint_eq(descriptors(), 4);
}
END_TEST

/* Size=2, Stride=1: four pages, 8 KB apart, from Addr; no page between them. */
/* covers: SMMU-CMDFIELD-2, SMMU-OPCODE-2 */
START_TEST(addresses)
{
    unsigned size = (unsigned)_i % 4, stride = (unsigned)_i / 4;
    uint64_t fields = prisim_bits_put(size, PRISIM_CMD1_PREFETCH_SIZE) |
                      prisim_bits_put(stride, PRISIM_CMD1_PREFETCH_STRIDE) | 1 << 10;
    ck_assert_uint_eq(prisim_bits_put(1, PRISIM_CMD1_PREFETCH_STRIDE), 1 << 5);
    prefetch(command_sid(PRISIM_CMDQ_OP_PREFETCH_ADDR, PASID), VA | fields);
    unsigned count = 1u << size, step = 1u << stride;
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_PREFETCH), count);
    for (unsigned i = 0; i < count; i++) {
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_PREFETCH, i);
        ck_assert_uint_eq(event->smmu_prefetch.address, VA + (uint64_t)i * step * 4096);
        ck_assert_uint_eq(event->smmu_prefetch.cause,
                          i * step < PAGES ? PRISIM_CAUSE_TRANSLATED : PRISIM_CAUSE_TRANSLATION_FAULT);
    }
    for (unsigned page = 0; page < PAGES; page++) {
        unsigned before = descriptors();
        struct prisim_tlp tlp = smmu_harness_request(VA + page * 4096, PASID, 0);
        smmu_harness_entry(smmu_harness_ask(h, &tlp));
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
        enum prisim_cause cause;
    } row[] = {
        {0x40, PASID, VA, 0, PRISIM_CAUSE_BAD_STREAM_ID},
        {0x21, PASID, VA, 0, PRISIM_CAUSE_BAD_STE},
        {HARNESS_SID, PASID, VA, HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES, PRISIM_CAUSE_STE_FETCH},
        {HARNESS_SID, -1, VA, 0, PRISIM_CAUSE_STREAM_DISABLED},
        {HARNESS_SID, 16, VA, 0, PRISIM_CAUSE_BAD_SUBSTREAM_ID},
        {HARNESS_SID, 4, VA, 0, PRISIM_CAUSE_BAD_CD},
        {HARNESS_SID, PASID, VA, HARNESS_CDTAB + PASID * PRISIM_CD_BYTES, PRISIM_CAUSE_CD_FETCH},
        {HARNESS_SID, PASID, VA, HARNESS_TABLES, PRISIM_CAUSE_WALK_ABORT},
        {HARNESS_SID, PASID, VA + PAGES * 4096, 0, PRISIM_CAUSE_TRANSLATION_FAULT},
        {HARNESS_SID, PASID, UINT64_C(1) << 50, 0, PRISIM_CAUSE_TRANSLATION_FAULT},
    };
    for (unsigned opcode = PRISIM_CMDQ_OP_PREFETCH_CONFIG; opcode <= PRISIM_CMDQ_OP_PREFETCH_ADDR; opcode++) {
        uint64_t dw0 = opcode | prisim_bits_put(row[_i].sid, PRISIM_CMD_SID);
        if (row[_i].pasid >= 0)
            dw0 |= prisim_bits_put(1, PRISIM_CMD_SSV) | prisim_bits_put((uint64_t)row[_i].pasid, PRISIM_CMD_SSID);
        h->fail_at = row[_i].fail_at;
        prefetch(dw0, row[_i].address);
        h->fail_at = 0;
        bool walked = row[_i].cause == PRISIM_CAUSE_WALK_ABORT || row[_i].cause == PRISIM_CAUSE_TRANSLATION_FAULT;
        const struct prisim_event *event =
            harness_event(h->base, PRISIM_EVENT_SMMU_PREFETCH, opcode - PRISIM_CMDQ_OP_PREFETCH_CONFIG);
        if (!walked || opcode == PRISIM_CMDQ_OP_PREFETCH_ADDR)
            ck_assert_uint_eq(event->smmu_prefetch.cause, row[_i].cause);
        smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
    }
}
END_TEST

/* A stream of stage 2 only: its configuration is its STE; its addresses are IPAs. */
/* covers: SMMU-CMDFIELD-1, SMMU-CMDFIELD-2 */
START_TEST(stage2)
{
    teardown();
    h = smmu_harness_open();
    h->config.s2p = 1;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    uint64_t table = stage2_table(h);
    smmu_harness_ste(h, HARNESS_SID,
                     prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S2, PRISIM_STE0_CONFIG),
                     prisim_bits_put(PRISIM_EATS_FULL, PRISIM_STE1_EATS));
    stage2_ste(h, HARNESS_SID, table);
    prefetch(command_sid(PRISIM_CMDQ_OP_PREFETCH_CONFIG, -1), 0);
    ck_assert_uint_eq(structures(), 1);
    ck_assert_uint_eq(descriptors(), 0);
    prefetch(command_sid(PRISIM_CMDQ_OP_PREFETCH_ADDR, -1), HARNESS_PAGES + STAGE2_OFFSET);
    ck_assert_uint_eq(structures(), 1);
    ck_assert_uint_eq(descriptors(), 1); /* a block at L1 */
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_PREFETCH, 1)->smmu_prefetch.cause,
                      PRISIM_CAUSE_TRANSLATED);
    struct prisim_tlp tlp = smmu_harness_request(HARNESS_PAGES + STAGE2_OFFSET, -1, 0);
    ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &tlp)) & 3, 3);
    ck_assert_uint_eq(descriptors(), 1);
}
END_TEST

/* covers: SMMU-CMDFIELD-2, SMMU-CR0-17 */
START_TEST(smmu_off)
{
    smmu_harness_cr0(h, PRISIM_CR0_CMDQEN | PRISIM_CR0_EVENTQEN);
    prefetch(command_sid(PRISIM_CMDQ_OP_PREFETCH_CONFIG, PASID), 0);
    prefetch(command_sid(PRISIM_CMDQ_OP_PREFETCH_ADDR, PASID), VA | 3);
    ck_assert_uint_eq(structures() + descriptors(), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_PREFETCH), 0);
}
END_TEST

/* Whether page requests are served does not matter to it; the second command waits for the first as ever. */
/* covers: SMMU-CMDFIELD-2, SMMU-CR0-17 */
START_TEST(without_page_requests)
{
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_CMDQEN | PRISIM_CR0_EVENTQEN);
    command_put(h, command_sid(PRISIM_CMDQ_OP_PREFETCH_ADDR, PASID), VA | 1);
    command_put(h, command_sid(PRISIM_CMDQ_OP_PREFETCH_CONFIG, PASID), 0);
    command_ring(h);
    smmu_harness_run(h, 1000);
    ck_assert_uint_eq(command_cons(h), 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_PREFETCH), 3);
    ck_assert_uint_eq(descriptors(), 5);
    nobody_heard();
}
END_TEST

/* SMMUEN goes to 0 under way: the one translation in flight ends, then the acknowledgement; no other begins. */
/* covers: SMMU-CR0-13, SMMU-CR0-15 */
START_TEST(switched_off)
{
    h->latency = 200;
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_PREFETCH_ADDR, PASID), VA | 3);
    smmu_harness_run(h, 400);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_PREFETCH), 0);
    ck_assert_uint_gt(structures(), 0);
    smmu_harness_write(h, PRISIM_SMMU_CR0, PRISIM_CR0_CMDQEN);
    for (unsigned i = 0; i < 300 && smmu_harness_read(h, PRISIM_SMMU_CR0ACK) != PRISIM_CR0_CMDQEN; i++)
        ;
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_PREFETCH), 1); /* it was over by then */
    smmu_harness_run(h, 3000);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), PRISIM_CR0_CMDQEN);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_PREFETCH), 1);
    nobody_heard();
}
END_TEST

/* The edges: STE, CD and four levels fetched one after the other; a second command waits for the end of the first. */
/* covers: SMMU-CMDFIELD-2 */
START_TEST(clock)
{
    enum { FETCH = 1 + HARNESS_MEMORY_LATENCY };
    command_put(h, command_sid(PRISIM_CMDQ_OP_PREFETCH_ADDR, PASID), VA | 1);
    command_put(h, command_sid(PRISIM_CMDQ_OP_PREFETCH_CONFIG, PASID), 0);
    command_put(h, PRISIM_CMDQ_OP_SYNC, 0);
    prisim_cycle_t written = command_ring(h);
    smmu_harness_run(h, 1000);
    const struct prisim_smmu_config *c = &h->config;
    prisim_cycle_t decoded = written + FETCH + c->command_latency;
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND, 0)->cycle, decoded);
    /* The first misses everywhere; the second finds STE and CD, and the last table. */
    prisim_cycle_t tlb = c->micro_tlb_latency + c->tlb_latency;
    prisim_cycle_t first = decoded + c->config_latency + 2 * FETCH + tlb + c->walk_latency + 4 * FETCH;
    prisim_cycle_t second = first + c->config_latency + tlb + c->walk_latency + FETCH;
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_PREFETCH, 0)->cycle, first);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_PREFETCH, 1)->cycle, second);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND, 1)->cycle, second);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND, 2)->cycle, second + c->command_latency);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_PREFETCH, 2)->cycle, second + c->config_latency);
}
END_TEST

/* 2^31 are asked for: 64 are made. */
/* covers: SMMU-CMDFIELD-2 */
START_TEST(bounded)
{
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_PREFETCH_ADDR, PASID), VA | 31);
    smmu_harness_run(h, 10000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_PREFETCH), 64);
    nobody_heard();
}
END_TEST

/* What was being fetched when its invalidation came is not kept; what comes after it is. */
/* covers: SMMU-SYNC-4 */
START_TEST(invalidated_under_way)
{
    h->latency = 200;
    command_put(h, command_sid(PRISIM_CMDQ_OP_PREFETCH_ADDR, PASID), VA | 1);
    command_put(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    command_ring(h);
    smmu_harness_run(h, 4000);
    h->latency = HARNESS_MEMORY_LATENCY;
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_PREFETCH), 2);
    for (unsigned page = 0; page < 2; page++) {
        unsigned before = descriptors();
        struct prisim_tlp tlp = smmu_harness_request(VA + page * 4096, PASID, 0);
        smmu_harness_entry(smmu_harness_ask(h, &tlp));
        ck_assert_int_eq(descriptors() == before, page == 1);
    }
}
END_TEST

Suite *test_suite(void)
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
    return suite;
}
