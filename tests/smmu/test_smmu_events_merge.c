/* SPDX-License-Identifier: Apache-2.0
 *
 * Equal event records that become one: only if it is configured, only by STE.MEV where there is an STE, only while the
 * earlier one waits, never one of a stall (SMMU-EVENT).
 */
#include "tests/smmu/smmu_bench.h"

enum { PASID = 3, STALLING = 4, MERGES = 0x20, DIFFERS = 0x21, NO_STE = 0x22, NO_MEMORY = 0x23 };
#define VA UINT64_C(0x0000123456789000)

static struct bench *b;

static void start(uint32_t event_merge)
{
    b = bench_open();
    b->config.event_merge = event_merge;
    b->config.stall_model = 0;
    b->config.stall_max = 8;
    b->config.event_latency = 100; /* records wait long enough to meet */
    bench_start(b);
    bench_bring_up(b);
    bench_cd(b, PASID, bench_cd0(9), bench_table(b));
    bench_cd(b, STALLING, bench_cd0(9) | bits_put(1, CD0_S), bench_table(b));
    bench_ste(b, MERGES, bench_ste0(4), bench_ste1() | bits_put(1, STE1_MEV));
    bench_ste(b, DIFFERS, bench_ste0(4), bench_ste1());
    b->fail_at = BENCH_STRTAB + NO_MEMORY * STE_BYTES;
}

static void teardown(void)
{
    bench_close(b);
}

static void offer(uint16_t sid, unsigned pasid, uint64_t address)
{
    struct tlp tlp = bench_memory_tlp(TLP_MEMORY_READ, TLP_AT_UNTRANSLATED, address, 8);
    tlp.head.requester_id = sid;
    tlp.head.flags = TLP_HAS_PASID;
    tlp.head.pasid = pasid;
    bench_up(b, &tlp);
}

/* Two at once, after one more that fills the caches; how many records the two make. */
static uint32_t records_of_two(uint16_t sid, unsigned pasid, uint64_t other)
{
    offer(sid, pasid, VA + 0x10);
    bench_run(b, 500);
    uint32_t before = bench_events(b);
    bench_write(b, SMMU_EVENTQ_CONS, before);
    offer(sid, pasid, VA);
    offer(sid, pasid, other);
    bench_run(b, 600);
    return (bench_events(b) - before) & 7;
}

/* covers: SMMU-EVENT-10 */
START_TEST(merge)
{
    static const struct {
        uint16_t sid;
        unsigned pasid;
        uint64_t other;
        uint32_t off, on;
    } row[] = {
        {MERGES, PASID, VA, 2, 1},    {MERGES, PASID, VA + 8, 2, 2}, /* not equal */
        {DIFFERS, PASID, VA, 2, 2},                                  /* MEV=0 */
        {NO_STE, PASID, VA, 2, 1},                                   /* C_BAD_STE: there is no MEV to ask */
        {0x1000, PASID, VA, 2, 1},                                   /* C_BAD_STREAMID */
        {NO_MEMORY, PASID, VA, 2, 1},                                /* F_STE_FETCH */
        {MERGES, STALLING, VA, 2, 2},                                /* Stall=1 */
    };
    enum { ROWS = sizeof row / sizeof row[0] };
    start((uint32_t)_i / ROWS);
    uint32_t expected = _i < ROWS ? row[_i].off : row[_i - ROWS].on;
    unsigned n = (unsigned)_i % ROWS;
    ck_assert_msg(records_of_two(row[n].sid, row[n].pasid, row[n].other) == expected, "row %u", n);
    unsigned merged = 0;
    for (unsigned i = 0; i < rig_events(b->rig, EVENT_SMMU_EVENT); i++)
        merged += rig_event(b->rig, EVENT_SMMU_EVENT, i)->smmu_event.cause == CAUSE_MERGED;
    ck_assert_uint_eq(merged, 2 - expected);
}
END_TEST

/* One whose write has begun is not joined: the second comes event_latency later, and the first is on its way. */
/* covers: SMMU-EVENT-10 */
START_TEST(not_while_written)
{
    start(1);
    b->latency = 400;
    offer(0x1000, PASID, VA);
    bench_run(b, 150);
    offer(0x1000, PASID, VA);
    bench_run(b, 1500);
    ck_assert_uint_eq(bench_events(b), 2);
}
END_TEST

/* Only what waits is looked at: nothing that was written, though there are as many as can wait; but all that waits. */
/* covers: SMMU-EVENT-10 */
START_TEST(only_what_waits)
{
    enum { CAN_WAIT = 32 };
    start(1);
    bench_cr0(b, 0);
    bench_write64(b, SMMU_EVENTQ_BASE, BENCH_EVENTQ | 6);
    bench_cr0(b, CR0_SMMUEN | CR0_EVENTQEN);
    for (unsigned i = 0; i < CAN_WAIT; i++) {
        offer(0x1000, PASID, VA);
        bench_run(b, 200);
        ck_assert_uint_eq(bench_events(b), i + 1);
    }
    offer(0x1000, PASID, VA);
    offer(0x1000, PASID, VA);
    bench_run(b, 200);
    ck_assert_uint_eq(bench_events(b), CAN_WAIT + 1);
    offer(0x1001, PASID, VA); /* the second that waits is the equal one */
    offer(0x1000, PASID, VA);
    offer(0x1000, PASID, VA);
    bench_run(b, 300);
    ck_assert_uint_eq(bench_events(b), CAN_WAIT + 3);
    b->latency = 400;
    offer(0x1000, PASID, VA);
    bench_run(b, 150); /* it is being written, after one that was equal */
    offer(0x1000, PASID, VA);
    bench_run(b, 1500);
    ck_assert_uint_eq(bench_events(b), CAN_WAIT + 5);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("smmu_events_merge");
    TCase *tcase = tcase_create("merge");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_loop_test(tcase, merge, 0, 14);
    tcase_add_test(tcase, not_while_written);
    tcase_add_test(tcase, only_what_waits);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
