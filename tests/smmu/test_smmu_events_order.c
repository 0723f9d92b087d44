/* SPDX-License-Identifier: Apache-2.0
 *
 * Which record is written first when those of stalls and of terminated accesses are due together (SMMU-EVENTQ). The
 * stalls themselves are in test_smmu_stall.c.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

enum { PASID = 3, OUTSIDE = 0x1000 };
#define VA UINT64_C(0x0000123456789000)

static struct smmu_harness *h;

static void setup(void)
{
    h = smmu_harness_open();
    h->config.stall_model = 0;
    h->config.stall_max = 3;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    smmu_harness_cd(h, PASID, smmu_harness_cd0(9) | prisim_bits_put(1, PRISIM_CD0_S), smmu_harness_table(h));
}

static void teardown(void)
{
    smmu_harness_close(h);
}

/* F_TRANSLATION that stalls. */
static void stalled(uint64_t address)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, address, 8);
    tlp.head.flags = PRISIM_TLP_HAS_PASID;
    tlp.head.pasid = PASID;
    smmu_harness_up(h, &tlp);
}

/* C_BAD_STREAMID: no fetch, and it ends config_latency after it was taken. */
static void terminated(uint16_t sid)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
    tlp.head.requester_id = sid;
    smmu_harness_up(h, &tlp);
}

static void record_is(unsigned n, unsigned code, uint32_t sid)
{
    uint64_t dw[4];
    smmu_harness_event(h, n & 3, dw);
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
    smmu_harness_run(h, 300);
    stalled(VA + 0x1000); /* every cache is warm: the next one takes as long */
    smmu_harness_run(h, 300);
    prisim_cycle_t fault =
        harness_event(h->base, PRISIM_EVENT_SMMU_STALL, 1)->cycle - h->base->rx[PRISIM_SMMU_RX_UP].taken_at[1];
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 2);
    h->latency = 1000;
    terminated(OUTSIDE);
    smmu_harness_run(h, 60); /* its write is on its way */
    h->latency = HARNESS_MEMORY_LATENCY;
    if (_i == STALL_SECOND) {
        terminated(OUTSIDE + 1);
        smmu_harness_run(h, 60);
    }
    stalled(VA + 0x2000);
    smmu_harness_run(h, _i == SAME_EDGE ? fault - h->config.config_latency : 100);
    if (_i != STALL_SECOND)
        terminated(OUTSIDE + 1);
    smmu_harness_run(h, 1500);
    prisim_cycle_t stall = harness_event(h->base, PRISIM_EVENT_SMMU_STALL, 2)->cycle;
    prisim_cycle_t end = harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, 1)->cycle;
    ck_assert(_i == STALL_FIRST ? stall < end : _i == STALL_SECOND ? end < stall : end == stall);
    ck_assert_uint_eq(smmu_harness_events(h), 5);
    record_is(2, PRISIM_C_BAD_STREAMID, OUTSIDE);
    record_is(_i == STALL_FIRST ? 3 : 4, PRISIM_F_TRANSLATION, HARNESS_SID);
    record_is(_i == STALL_FIRST ? 4 : 3, PRISIM_C_BAD_STREAMID, OUTSIDE + 1);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_events_order");
    TCase *tcase = tcase_create("order");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, by_age, 0, 3);
    suite_add_tcase(suite, tcase);
    return suite;
}
