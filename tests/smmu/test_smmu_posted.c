/* SPDX-License-Identifier: Apache-2.0
 *
 * A posted TLP is taken whatever waits to be sent (PCIE-ORDER A3): nobody takes what the SMMU sends down, and page
 * requests, writes and Invalidate Completions still get in. The numbers are those of the configuration, not of the
 * code.
 */
#include "tests/smmu/smmu_bench.h"

static struct bench *b;

static void start(uint32_t slots, uint32_t responses, uint32_t stall_model)
{
    b = bench_open();
    b->config.translation_slots = slots;
    b->config.automatic_responses = responses;
    b->config.stall_model = stall_model;
    b->config.stall_max = stall_model ? 0 : 1;
    bench_start(b);
    bench_bring_up(b);
    rig_ready(b->rig, SMMU_TX_DOWN, false);
    bench_run(b, 2);
}

static void teardown(void)
{
    bench_close(b);
}

static unsigned taken(void)
{
    return b->rig->rx[SMMU_RX_UP].taken;
}

static void offer(enum tlp_type type, uint64_t address)
{
    struct tlp tlp = bench_memory_tlp(type, TLP_AT_TRANSLATED, address, 8);
    bench_up(b, &tlp);
}

static void respond(unsigned prgi)
{
    struct prg_response response = {.stream_id = BENCH_SID, .prg_index = (uint16_t)prgi, .code = PRG_FAILURE};
    rig_offer(b->rig, SMMU_RX_PRI_RESPONSE, &response);
}

static const uint32_t places[] = {1, 7, 512};

/* One stands on the port, so many wait, and one more is lost; all are taken, one an edge. What waited is sent in order.
 */
START_TEST(responses)
{
    unsigned many = places[_i] + 1;
    start(16, places[_i], 1);
    for (unsigned i = 0; i < many; i++)
        respond(i % 512);
    bench_run(b, many + 5);
    ck_assert_uint_eq(b->rig->rx[SMMU_RX_PRI_RESPONSE].taken, many);
    ck_assert_uint_eq(b->rig->rx[SMMU_RX_PRI_RESPONSE].taken_at[many - 1],
                      b->rig->rx[SMMU_RX_PRI_RESPONSE].taken_at[0] + many - 1);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_RESPONSE_LOST), 0);
    respond(77);
    bench_run(b, 5);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_RESPONSE_LOST), 1);
    const uint64_t lost[] = {BENCH_SID, PASID_NONE, 77, 15};
    ck_assert(rig_fields_are(rig_event(b->rig, EVENT_SMMU_RESPONSE_LOST, 0), lost, sizeof lost));
    rig_ready(b->rig, SMMU_TX_DOWN, true);
    bench_run(b, many + 5);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DOWN].count, many);
    for (unsigned i = 0; i < many; i++) {
        const struct tlp *tlp = rig_got(b->rig, SMMU_TX_DOWN, i);
        ck_assert_uint_eq(tlp->head.prg_index, i % 512);
    }
    respond(78); /* there is room again */
    bench_run(b, 5);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DOWN].count, many + 1);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_RESPONSE_LOST), 1);
}
END_TEST

static const uint32_t slots[] = {1, 2, 16};

/* One completion stands on the port, every slot holds one more: no read gets in, and every write does and is written.
 */
START_TEST(writes_pass_reads)
{
    start(slots[_i], 512, 1);
    for (unsigned i = 0; i < slots[_i] + 1; i++)
        offer(TLP_MEMORY_READ, BENCH_PAGES);
    bench_run(b, 500);
    ck_assert_uint_eq(taken(), slots[_i] + 1);
    for (unsigned i = 0; i < 40; i++)
        offer(TLP_MEMORY_WRITE, BENCH_PAGES + 0x100 + 8 * i);
    bench_run(b, 4000);
    ck_assert_uint_eq(taken(), slots[_i] + 41);
    unsigned writes = 0;
    for (unsigned i = 0; i < b->rig->tx[SMMU_TX_DMA_REQUEST].count; i++) {
        const struct memory_request *request = rig_got(b->rig, SMMU_TX_DMA_REQUEST, i);
        if (request->write)
            ck_assert_uint_eq(request->address, BENCH_PAGES + 0x100 + 8 * writes++);
    }
    ck_assert_uint_eq(writes, 40);
    offer(TLP_MEMORY_READ, BENCH_PAGES);
    bench_run(b, 500);
    ck_assert_uint_eq(taken(), slots[_i] + 41);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DOWN].count, 1);
    rig_ready(b->rig, SMMU_TX_DOWN, true);
    bench_run(b, 500);
    ck_assert_uint_eq(taken(), slots[_i] + 42);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DOWN].count, slots[_i] + 2);
}
END_TEST

/* A write that is to stall cannot in that slot: its fault is recorded with Stall=0 (SMMU-EVENTQ). */
START_TEST(no_stall_in_the_kept_slot)
{
    enum { STALLS = 3 };
    start(2, 512, 0);
    uint64_t ttb = bench_table(b);
    bench_cd(b, STALLS, bench_cd0(9) | bits_put(1, CD0_S), ttb);
    for (unsigned i = 0; i < 3; i++)
        offer(TLP_MEMORY_READ, BENCH_PAGES);
    bench_run(b, 500);
    struct tlp tlp = bench_memory_tlp(TLP_MEMORY_WRITE, TLP_AT_UNTRANSLATED, UINT64_C(0x123456789000), 8);
    tlp.head.flags = TLP_HAS_PASID;
    tlp.head.pasid = STALLS;
    for (unsigned i = 0; i < 3; i++)
        bench_up(b, &tlp);
    bench_run(b, 3000);
    ck_assert_uint_eq(taken(), 6);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_STALL), 0);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_EVENT), 3);
    uint64_t dw[4];
    bench_event(b, 2, dw);
    ck_assert_uint_eq(dw[1] >> 31 & 1, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("smmu_posted");
    TCase *tcase = tcase_create("posted");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_loop_test(tcase, responses, 0, 3);
    tcase_add_loop_test(tcase, writes_pass_reads, 0, 3);
    tcase_add_test(tcase, no_stall_in_the_kept_slot);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
