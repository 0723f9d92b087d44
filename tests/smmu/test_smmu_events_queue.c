/* SPDX-License-Identifier: Apache-2.0
 *
 * The event queue as a queue: its size and its base, every index, and that an overflow interrupts nobody (SMMU-QUEUE,
 * SMMU-EVENTQ). The rest is in test_smmu_events.c.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

static struct smmu_harness *h;

static void start(uint32_t eventq_log2_max)
{
    h = smmu_harness_open();
    h->config.eventq_log2_max = eventq_log2_max;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_EVENTQ);
    smmu_harness_run(h, 40);
}

/* One C_BAD_STE record. */
static void fault(unsigned sid)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, 0x1000, 4);
    tlp.head.requester_id = (uint16_t)sid;
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 120);
}

static unsigned interrupts(void)
{
    return h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count;
}

/* SMMU-QUEUE: LOG2SIZE capped, ADDR aligned to max(queue bytes, 32); every index with both wraps; full at 2^LOG2SIZE.
 */
/* covers: SMMU-QUEUE-3, SMMU-QUEUE-8, SMMU-QUEUE-9, SMMU-QUEUE-10 */
START_TEST(sizes)
{
    static const struct {
        uint32_t max, log2, entries, offset;
    } rows[] = {
        {19, 0, 1, 0x1e0}, {19, 1, 2, 0x1c0}, {19, 2, 4, 0x180}, {19, 3, 8, 0x100},
        {19, 4, 16, 0},    {2, 31, 4, 0x180}, {2, 3, 4, 0x180},  {0, 3, 1, 0x1e0},
    };
    start(rows[_i].max);
    smmu_harness_cr0(h, 0);
    smmu_harness_write64(h, PRISIM_SMMU_EVENTQ_BASE, (HARNESS_EVENTQ + 0x1e0) | rows[_i].log2);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_PROD, 0);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 0);
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN);
    uint32_t entries = rows[_i].entries, mask = 2 * entries - 1;
    for (uint32_t n = 0; n < 3 * entries; n++) {
        fault(1 + n % 16);
        ck_assert_uint_eq(smmu_harness_events(h), (n + 1) & mask);
        uint64_t record =
            smmu_harness_load(h, HARNESS_EVENTQ + rows[_i].offset + n % entries * PRISIM_EVENT_RECORD_BYTES);
        ck_assert_uint_eq(record, PRISIM_C_BAD_STE | (uint64_t)(1 + n % 16) << 32);
        if ((n + 1) % entries == 0) { /* full: one more is dropped; then all are read */
            fault(0x3f);
            ck_assert_uint_eq(smmu_harness_events(h), ((n + 1) & mask) | PRISIM_SMMU_QUEUE_OVERFLOW);
            smmu_harness_write(h, PRISIM_SMMU_EVENTQ_PROD, 0); /* guarded: changes nothing */
            smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, ((n + 1) & mask) | PRISIM_SMMU_QUEUE_OVERFLOW);
            fault(0x3e);
            ck_assert_uint_eq(smmu_harness_events(h), ((n + 2) & mask) | PRISIM_SMMU_QUEUE_OVERFLOW);
            /* Back to where it was, with OVFLG acknowledged. */
            smmu_harness_cr0(h, 0);
            smmu_harness_write(h, PRISIM_SMMU_EVENTQ_PROD, (n + 1) & mask);
            smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, (n + 1) & mask);
            smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN);
        }
    }
    smmu_harness_close(h);
}
END_TEST

/* SMMU-EVENTQ: overflow itself raises no interrupt; nor does its end. */
/* covers: SMMU-EVENTQ-4 */
START_TEST(overflow_is_silent)
{
    start(19);
    for (unsigned i = 0; i < 4; i++)
        fault(1 + i);
    ck_assert_uint_eq(interrupts(), 1);
    fault(5);
    fault(6);
    ck_assert_uint_eq(smmu_harness_events(h), 4 | PRISIM_SMMU_QUEUE_OVERFLOW);
    ck_assert_uint_eq(interrupts(), 1);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 2 | PRISIM_SMMU_QUEUE_OVERFLOW);
    smmu_harness_run(h, 40);
    ck_assert_uint_eq(interrupts(), 1);
    smmu_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_events_queue");
    TCase *tcase = tcase_create("SMMU-QUEUE");
    tcase_add_loop_test(tcase, sizes, 0, 8);
    tcase_add_test(tcase, overflow_is_silent);
    suite_add_tcase(suite, tcase);
    return suite;
}
