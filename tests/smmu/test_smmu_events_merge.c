/* SPDX-License-Identifier: Apache-2.0
 *
 * Equal event records that become one: only if it is configured, only by STE.MEV where there is an STE, only while the
 * earlier one waits, never one of a stall (SMMU-EVENT).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

enum { PASID = 3, STALLING = 4, MERGES = 0x20, DIFFERS = 0x21, NO_STE = 0x22, NO_MEMORY = 0x23 };
#define VA UINT64_C(0x0000123456789000)

static struct smmu_harness *h;

static void start(uint32_t event_merge)
{
    h = smmu_harness_open();
    h->config.event_merge = event_merge;
    h->config.stall_model = 0;
    h->config.stall_max = 8;
    h->config.event_latency = 100; /* records wait long enough to meet */
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    smmu_harness_cd(h, PASID, smmu_harness_cd0(9), smmu_harness_table(h));
    smmu_harness_cd(h, STALLING, smmu_harness_cd0(9) | prisim_bits_put(1, PRISIM_CD0_S), smmu_harness_table(h));
    smmu_harness_ste(h, MERGES, smmu_harness_ste0(4), smmu_harness_ste1() | prisim_bits_put(1, PRISIM_STE1_MEV));
    smmu_harness_ste(h, DIFFERS, smmu_harness_ste0(4), smmu_harness_ste1());
    h->fail_at = HARNESS_STRTAB + NO_MEMORY * PRISIM_STE_BYTES;
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static void offer(uint16_t sid, unsigned pasid, uint64_t address)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, address, 8);
    tlp.head.requester_id = sid;
    tlp.head.flags = PRISIM_TLP_HAS_PASID;
    tlp.head.pasid = pasid;
    smmu_harness_up(h, &tlp);
}

/* Two at once, after one more that fills the caches; how many records the two make. */
static uint32_t records_of_two(uint16_t sid, unsigned pasid, uint64_t other)
{
    offer(sid, pasid, VA + 0x10);
    smmu_harness_run(h, 500);
    uint32_t before = smmu_harness_events(h);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, before);
    offer(sid, pasid, VA);
    offer(sid, pasid, other);
    smmu_harness_run(h, 600);
    return (smmu_harness_events(h) - before) & 7;
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
    for (unsigned i = 0; i < harness_events(h->base, PRISIM_EVENT_SMMU_EVENT); i++)
        merged += harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, i)->smmu_event.cause == PRISIM_CAUSE_MERGED;
    ck_assert_uint_eq(merged, 2 - expected);
}
END_TEST

/* One whose write has begun is not joined: the second comes event_latency later, and the first is on its way. */
/* covers: SMMU-EVENT-10 */
START_TEST(not_while_written)
{
    start(1);
    h->latency = 400;
    offer(0x1000, PASID, VA);
    smmu_harness_run(h, 150);
    offer(0x1000, PASID, VA);
    smmu_harness_run(h, 1500);
    ck_assert_uint_eq(smmu_harness_events(h), 2);
}
END_TEST

/* Only what waits is looked at: nothing that was written, though there are as many as can wait; but all that waits. */
/* covers: SMMU-EVENT-10 */
START_TEST(only_what_waits)
{
    enum { CAN_WAIT = 32 };
    start(1);
    smmu_harness_cr0(h, 0);
    smmu_harness_write64(h, PRISIM_SMMU_EVENTQ_BASE, HARNESS_EVENTQ | 6);
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN);
    for (unsigned i = 0; i < CAN_WAIT; i++) {
        offer(0x1000, PASID, VA);
        smmu_harness_run(h, 200);
        ck_assert_uint_eq(smmu_harness_events(h), i + 1);
    }
    offer(0x1000, PASID, VA);
    offer(0x1000, PASID, VA);
    smmu_harness_run(h, 200);
    ck_assert_uint_eq(smmu_harness_events(h), CAN_WAIT + 1);
    offer(0x1001, PASID, VA); /* the second that waits is the equal one */
    offer(0x1000, PASID, VA);
    offer(0x1000, PASID, VA);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(smmu_harness_events(h), CAN_WAIT + 3);
    h->latency = 400;
    offer(0x1000, PASID, VA);
    smmu_harness_run(h, 150); /* it is being written, after one that was equal */
    offer(0x1000, PASID, VA);
    smmu_harness_run(h, 1500);
    ck_assert_uint_eq(smmu_harness_events(h), CAN_WAIT + 5);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_events_merge");
    TCase *tcase = tcase_create("merge");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_loop_test(tcase, merge, 0, 14);
    tcase_add_test(tcase, not_while_written);
    tcase_add_test(tcase, only_what_waits);
    suite_add_tcase(suite, tcase);
    return suite;
}
