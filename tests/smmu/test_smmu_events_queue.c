/* SPDX-License-Identifier: Apache-2.0
 *
 * The event queue as a queue: its size and its base, every index, and that an overflow interrupts nobody (SMMU-QUEUE,
 * SMMU-EVENTQ). The rest is in test_smmu_events.c.
 */
#include "tests/smmu/smmu_bench.h"

static struct bench *b;

static void start(uint32_t eventq_log2_max)
{
    b = bench_open();
    b->config.eventq_log2_max = eventq_log2_max;
    bench_start(b);
    bench_bring_up(b);
    bench_write(b, SMMU_IRQ_CTRL, IRQ_CTRL_EVENTQ);
    bench_run(b, 40);
}

/* One C_BAD_STE record. */
static void fault(unsigned sid)
{
    struct tlp tlp = bench_memory_tlp(TLP_MEMORY_WRITE, TLP_AT_UNTRANSLATED, 0x1000, 4);
    tlp.head.requester_id = (uint16_t)sid;
    bench_up(b, &tlp);
    bench_run(b, 120);
}

static unsigned interrupts(void)
{
    return b->rig->tx[SMMU_TX_INTERRUPT].count;
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
    bench_cr0(b, 0);
    bench_write64(b, SMMU_EVENTQ_BASE, (BENCH_EVENTQ + 0x1e0) | rows[_i].log2);
    bench_write(b, SMMU_EVENTQ_PROD, 0);
    bench_write(b, SMMU_EVENTQ_CONS, 0);
    bench_cr0(b, CR0_SMMUEN | CR0_EVENTQEN);
    uint32_t entries = rows[_i].entries, mask = 2 * entries - 1;
    for (uint32_t n = 0; n < 3 * entries; n++) {
        fault(1 + n % 16);
        ck_assert_uint_eq(bench_events(b), (n + 1) & mask);
        uint64_t record = bench_load(b, BENCH_EVENTQ + rows[_i].offset + n % entries * EVENT_RECORD_BYTES);
        ck_assert_uint_eq(record, C_BAD_STE | (uint64_t)(1 + n % 16) << 32);
        if ((n + 1) % entries == 0) { /* full: one more is dropped; then all are read */
            fault(0x3f);
            ck_assert_uint_eq(bench_events(b), ((n + 1) & mask) | SMMU_QUEUE_OVERFLOW);
            bench_write(b, SMMU_EVENTQ_PROD, 0); /* guarded: changes nothing */
            bench_write(b, SMMU_EVENTQ_CONS, ((n + 1) & mask) | SMMU_QUEUE_OVERFLOW);
            fault(0x3e);
            ck_assert_uint_eq(bench_events(b), ((n + 2) & mask) | SMMU_QUEUE_OVERFLOW);
            /* Back to where it was, with OVFLG acknowledged. */
            bench_cr0(b, 0);
            bench_write(b, SMMU_EVENTQ_PROD, (n + 1) & mask);
            bench_write(b, SMMU_EVENTQ_CONS, (n + 1) & mask);
            bench_cr0(b, CR0_SMMUEN | CR0_EVENTQEN);
        }
    }
    bench_close(b);
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
    ck_assert_uint_eq(bench_events(b), 4 | SMMU_QUEUE_OVERFLOW);
    ck_assert_uint_eq(interrupts(), 1);
    bench_write(b, SMMU_EVENTQ_CONS, 2 | SMMU_QUEUE_OVERFLOW);
    bench_run(b, 40);
    ck_assert_uint_eq(interrupts(), 1);
    bench_close(b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("smmu_events_queue");
    TCase *tcase = tcase_create("SMMU-QUEUE");
    tcase_add_loop_test(tcase, sizes, 0, 8);
    tcase_add_test(tcase, overflow_is_silent);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
