/* SPDX-License-Identifier: Apache-2.0
 *
 * Which record is written first when those of stalls and of terminated accesses are due together (SMMU-EVENTQ). The
 * stalls themselves are in test_smmu_stall.c.
 */
#include "tests/smmu/smmu_bench.h"

enum { PASID = 3, OUTSIDE = 0x1000 };
#define VA UINT64_C(0x0000123456789000)

static struct bench *b;

static void setup(void)
{
    b = bench_open();
    b->config.stall_model = 0;
    b->config.stall_max = 3;
    bench_start(b);
    bench_bring_up(b);
    bench_cd(b, PASID, bench_cd0(9) | bits_put(1, CD0_S), bench_table(b));
}

static void teardown(void)
{
    bench_close(b);
}

/* F_TRANSLATION that stalls. */
static void stalled(uint64_t address)
{
    struct tlp tlp = bench_memory_tlp(TLP_MEMORY_READ, TLP_AT_UNTRANSLATED, address, 8);
    tlp.head.flags = TLP_HAS_PASID;
    tlp.head.pasid = PASID;
    bench_up(b, &tlp);
}

/* C_BAD_STREAMID: no fetch, and it ends config_latency after it was taken. */
static void terminated(uint16_t sid)
{
    struct tlp tlp = bench_memory_tlp(TLP_MEMORY_WRITE, TLP_AT_UNTRANSLATED, VA, 8);
    tlp.head.requester_id = sid;
    bench_up(b, &tlp);
}

static void record_is(unsigned n, unsigned code, uint32_t sid)
{
    uint64_t dw[4];
    bench_event(b, n & 3, dw);
    ck_assert_uint_eq(dw[0] & 0xff, code);
    ck_assert_uint_eq(dw[0] >> 32, sid);
}

/* Both become due while a third record is being written: the older one goes first, and of two of one edge that which
 * terminates. */
/* covers: SMMU-EVENTQ-3, SMMU-EVENTQ-9 */
START_TEST(by_age)
{
    enum { STALL_FIRST, STALL_SECOND, SAME_EDGE };
    stalled(VA);
    bench_run(b, 300);
    stalled(VA + 0x1000); /* every cache is warm: the next one takes as long */
    bench_run(b, 300);
    cycle_t fault = rig_event(b->rig, EVENT_SMMU_STALL, 1)->cycle - b->rig->rx[SMMU_RX_UP].taken_at[1];
    bench_write(b, SMMU_EVENTQ_CONS, 2);
    b->latency = 1000;
    terminated(OUTSIDE);
    bench_run(b, 60); /* its write is on its way */
    b->latency = BENCH_MEMORY_LATENCY;
    if (_i == STALL_SECOND) {
        terminated(OUTSIDE + 1);
        bench_run(b, 60);
    }
    stalled(VA + 0x2000);
    bench_run(b, _i == SAME_EDGE ? fault - b->config.config_latency : 100);
    if (_i != STALL_SECOND)
        terminated(OUTSIDE + 1);
    bench_run(b, 1500);
    cycle_t stall = rig_event(b->rig, EVENT_SMMU_STALL, 2)->cycle;
    cycle_t end = rig_event(b->rig, EVENT_SMMU_TRANSLATE, 1)->cycle;
    ck_assert(_i == STALL_FIRST ? stall < end : _i == STALL_SECOND ? end < stall : end == stall);
    ck_assert_uint_eq(bench_events(b), 5);
    record_is(2, C_BAD_STREAMID, OUTSIDE);
    record_is(_i == STALL_FIRST ? 3 : 4, F_TRANSLATION, BENCH_SID);
    record_is(_i == STALL_FIRST ? 4 : 3, C_BAD_STREAMID, OUTSIDE + 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("smmu_events_order");
    TCase *tcase = tcase_create("order");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, by_age, 0, 3);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
