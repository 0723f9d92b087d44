/* SPDX-License-Identifier: Apache-2.0
 *
 * SMMU-PRIIRQ and SMMU-IRQCFG: what interrupts with LO=0 and LO=1, the gate, and the MSI.
 */
#include <check.h>
#include <stdlib.h>

#include "model/core/bits.h"
#include "tests/pri_queue/bench.h"

static void send(struct bench *bench, uint64_t pasid, unsigned access)
{
    struct page_request request = bench_page(pasid, 1, access);
    bench_request(bench, &request);
    bench_settle(bench);
}

static unsigned interrupts(const struct bench *bench)
{
    return bench_puts(bench, PRI_QUEUE_TX_INTERRUPT);
}

/* LO=0: empty to non-empty, and nothing else. Seed 9: not for more entries, not for overflow. */
/* covers: SMMU-PRIIRQ-1, SMMU-PRIIRQ-3, SMMU-SEED-9 */
START_TEST(first_entry)
{
    struct bench *bench = bench_queue(1, false);
    send(bench, 1, ACCESS_READ);
    ck_assert_uint_eq(interrupts(bench), 1);
    ck_assert_uint_eq(((const struct pri_queue_interrupt *)bench_last(bench, PRI_QUEUE_TX_INTERRUPT))->prod, 1);
    ck_assert_uint_eq(rig_event(bench->rig, EVENT_PRI_QUEUE_INTERRUPT, 0)->pri_queue_interrupt.prod, 1);
    send(bench, 1, ACCESS_READ | ACCESS_LAST);
    send(bench, PASID_NONE, ACCESS_READ | ACCESS_LAST); /* overflow */
    send(bench, PASID_NONE, ACCESS_READ | ACCESS_LAST);
    ck_assert_uint_eq(rig_events(bench->rig, EVENT_PRI_QUEUE_OVERFLOW), 1);
    ck_assert_uint_eq(interrupts(bench), 1);
    bench_control(bench, PRI_QUEUE_CONS, 1 | PRI_QUEUE_OVFLG); /* one entry is left */
    bench_settle(bench);
    send(bench, 1, ACCESS_READ);
    ck_assert_uint_eq(interrupts(bench), 1);
    bench_control(bench, PRI_QUEUE_CONS, 3 | PRI_QUEUE_OVFLG); /* empty */
    bench_settle(bench);
    send(bench, 1, ACCESS_READ);
    ck_assert_uint_eq(interrupts(bench), 2);
    bench_close(bench);
}
END_TEST

/* SMMU-QUEUE: the same index with the other wrap bit is full, not empty. Software moves RD back under a record that is
 * in flight: its PROD update finds a queue that is not empty. */
/* covers: SMMU-PRIIRQ-1, SMMU-QUEUE-9 */
START_TEST(emptiness_by_wrap)
{
    struct bench *bench = bench_queue(1, false);
    bench->memory_held = true;
    send(bench, 1, ACCESS_READ);
    bench_control(bench, PRI_QUEUE_CONS, _i ? 2 : 0);
    bench_settle(bench);
    bench->memory_held = false;
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).prod, 1);
    ck_assert_uint_eq(interrupts(bench), _i ? 0 : 1);
    bench_close(bench);
}
END_TEST

/* LO=1, written: L=1 of any kind, seed 20 for the Stop Marker. */
/* covers: SMMU-PRIIRQ-2, SMMU-PRIIRQ-4, SMMU-SEED-20 */
START_TEST(last_written)
{
    static const struct {
        uint64_t pasid;
        unsigned access;
        bool interrupts;
    } rows[] = {
        {1, ACCESS_READ, false},         {1, ACCESS_READ | ACCESS_LAST, true}, {1, ACCESS_LAST, true}, /* Stop Marker */
        {PASID_NONE, ACCESS_LAST, true}, {PASID_NONE, ACCESS_WRITE, false},
    };
    struct bench *bench = bench_queue(3, true);
    for (unsigned i = 0; i < 2; i++) { /* onto an empty queue, and onto a non-empty one */
        unsigned before = interrupts(bench);
        send(bench, rows[_i].pasid, rows[_i].access);
        ck_assert_uint_eq(interrupts(bench) - before, rows[_i].interrupts);
    }
    bench_close(bench);
}
END_TEST

/* LO=1, dropped. Seed 8: overflow interrupts; other reasons do not. */
/* covers: SMMU-PRIIRQ-2, SMMU-SEED-8 */
START_TEST(last_dropped)
{
    static const struct {
        unsigned row; /* of SMMU-PRIOUTCOME */
        bool marker, last, interrupts;
    } rows[] = {
        {1, false, true, false},  {2, false, true, false},  {3, false, true, false}, {4, false, true, true},
        {4, true, true, true},    {4, false, false, false}, {5, false, true, true},  {5, true, true, true},
        {5, false, false, false}, {7, false, true, false},  {8, false, true, false},
    };
    struct bench *bench = bench_queue(1, true);
    if (rows[_i].row == 1)
        bench_control(bench, PRI_QUEUE_ENABLE, PRI_QUEUE_ENABLE_IRQEN | PRI_QUEUE_ENABLE_SMMUEN);
    if (rows[_i].row == 2)
        bench_control(bench, PRI_QUEUE_ABORT_ACTIVE, 1);
    if (rows[_i].row == 4)
        bench_control(bench, PRI_QUEUE_CONS, PRI_QUEUE_OVFLG);
    if (rows[_i].row == 5)
        bench_control(bench, PRI_QUEUE_CONS, 2);
    bench->records = rows[_i].row == 7 ? MEMORY_ABORT : rows[_i].row == 8 ? MEMORY_ABORT_LATE : MEMORY_OK;
    bench_settle(bench);
    struct page_request request =
        bench_page(3, 1, rows[_i].marker ? ACCESS_LAST : ACCESS_READ | (rows[_i].last ? ACCESS_LAST : 0));
    request.secure = rows[_i].row == 3;
    bench_request(bench, &request);
    bench_settle(bench);
    ck_assert_uint_eq(interrupts(bench), rows[_i].interrupts);
    bench_close(bench);
}
END_TEST

/* A dropped Last does not interrupt before the records before it and OVFLG are visible: software would look too early.
 */
/* covers: SMMU-IRQCFG-5 */
START_TEST(dropped_behind_records)
{
    struct bench *bench = bench_queue(0, true);
    bench->memory_held = true;
    send(bench, 1, ACCESS_READ);
    send(bench, 1, ACCESS_READ | ACCESS_LAST);
    ck_assert_uint_eq(interrupts(bench), 0);
    bench->memory_held = false;
    bench_settle(bench);
    ck_assert_uint_eq(rig_events(bench->rig, EVENT_PRI_QUEUE_DROP), 1);
    ck_assert_uint_eq(interrupts(bench), 1);
    ck_assert_uint_eq(bench_last_at(bench, PRI_QUEUE_TX_INTERRUPT),
                      rig_event(bench->rig, EVENT_PRI_QUEUE_OVERFLOW, 0)->cycle + 1);
    bench_close(bench);
}
END_TEST

/* SMMU-IRQCTRL: no interrupt with PRIQ_IRQEN=0, and none later for what came before. */
/* covers: SMMU-IRQCTRL-1, SMMU-PRIIRQ-5 */
START_TEST(gate)
{
    struct bench *bench = bench_queue(3, _i);
    const uint64_t on = PRI_QUEUE_ENABLE_PRIQEN | PRI_QUEUE_ENABLE_SMMUEN;
    bench_control(bench, PRI_QUEUE_ENABLE, on);
    bench_settle(bench);
    send(bench, 1, ACCESS_READ | ACCESS_LAST);
    ck_assert_uint_eq(interrupts(bench), 0);
    bench_control(bench, PRI_QUEUE_ENABLE, on | PRI_QUEUE_ENABLE_IRQEN);
    bench_settle(bench);
    ck_assert_uint_eq(interrupts(bench), 0);
    bench_close(bench);
}
END_TEST

/* SMMU-PRIIRQ: nor for what overflow drops. */
/* covers: SMMU-PRIIRQ-5 */
START_TEST(gate_of_drops)
{
    struct bench *bench = bench_queue(3, true);
    const uint64_t on = PRI_QUEUE_ENABLE_PRIQEN | PRI_QUEUE_ENABLE_SMMUEN;
    bench_control(bench, PRI_QUEUE_CONS, PRI_QUEUE_OVFLG);
    bench_control(bench, PRI_QUEUE_ENABLE, _i ? on | PRI_QUEUE_ENABLE_IRQEN : on);
    bench_settle(bench);
    send(bench, PASID_NONE, ACCESS_READ | ACCESS_LAST);
    bench_control(bench, PRI_QUEUE_ENABLE, on | PRI_QUEUE_ENABLE_IRQEN);
    bench_settle(bench);
    ck_assert_uint_eq(interrupts(bench), (unsigned)_i);
    bench_close(bench);
}
END_TEST

static void configure_msi(struct bench *bench, uint64_t address)
{
    bench_control(bench, PRI_QUEUE_IRQ_CFG0, address);
    bench_control(bench, PRI_QUEUE_IRQ_CFG1, 0xcafe0123);
    bench_settle(bench);
}

/* The n-th MSI write, or NULL. */
static const struct memory_request *msi(const struct bench *bench, unsigned n)
{
    for (unsigned i = 0; i < bench_puts(bench, PRI_QUEUE_TX_MEMORY_REQUEST); i++) {
        const struct memory_request *request = rig_got(bench->rig, PRI_QUEUE_TX_MEMORY_REQUEST, i);
        if (request->id == BENCH_MSI_ID && n-- == 0)
            return request;
    }
    return NULL;
}

/* covers: SMMU-IRQCFG-1, SMMU-IRQCFG-4, SMMU-PRIIRQ-5 */
START_TEST(msi_write)
{
    struct bench *bench = bench_queue(3, false);
    configure_msi(bench, UINT64_C(0xff8456789abcdef3)); /* ADDR is 55:2 */
    send(bench, 1, ACCESS_READ);
    const struct memory_request *write = msi(bench, 0);
    ck_assert(write && write->size == 4 && write->write == 1);
    ck_assert_uint_eq(write->address, UINT64_C(0x8456789abcdef0));
    ck_assert_uint_eq(load_le32(write->data), 0xcafe0123);
    ck_assert_uint_eq(interrupts(bench), 1); /* the wire is independent of it */
    ck_assert(!msi(bench, 1));
    bench_close(bench);
}
END_TEST

/* covers: SMMU-IRQCFG-1, SMMU-PRIIRQ-5 */
START_TEST(no_msi)
{
    struct pri_queue_config config;
    bench_config(&config);
    config.msi_supported = _i == 0;
    struct bench *bench = bench_open(&config);
    configure_msi(bench, _i == 0 ? 0 : BENCH_MSI); /* address 0, or IDR0.MSI=0 */
    bench_control(bench, PRI_QUEUE_BASE, BENCH_BASE | 2);
    bench_control(bench, PRI_QUEUE_ENABLE, 7);
    bench_settle(bench);
    send(bench, 1, ACCESS_READ);
    ck_assert(!msi(bench, 0));
    ck_assert_uint_eq(interrupts(bench), 1);
    bench_close(bench);
}
END_TEST

/* While an MSI is not answered, any number of causes makes one more. */
START_TEST(msi_coalesces)
{
    struct bench *bench = bench_queue(3, true);
    configure_msi(bench, BENCH_MSI);
    bench_control(bench, PRI_QUEUE_CONS, PRI_QUEUE_OVFLG); /* drops interrupt without any record write */
    bench_settle(bench);
    bench->memory_held = true;
    for (unsigned i = 0; i < 4; i++)
        send(bench, PASID_NONE, ACCESS_READ | ACCESS_LAST);
    ck_assert(msi(bench, 0) && !msi(bench, 1));
    ck_assert_uint_eq(interrupts(bench), 4);
    bench->memory_held = false;
    bench_settle(bench);
    ck_assert(msi(bench, 1) && !msi(bench, 2));
    bench_close(bench);
}
END_TEST

/* SMMU-PRIIRQ: MSI_PRIQ_ABT_ERR, nothing else changes. */
/* covers: SMMU-PRIIRQ-6 */
START_TEST(msi_abort)
{
    struct bench *bench = bench_queue(3, true);
    configure_msi(bench, BENCH_MSI);
    bench->msis = _i ? MEMORY_ABORT_LATE : MEMORY_ABORT;
    send(bench, 1, ACCESS_READ | ACCESS_LAST);
    const struct pri_queue_abort *abort = bench_last(bench, PRI_QUEUE_TX_ABORT);
    ck_assert(abort && abort->msi && !abort->record);
    ck_assert_uint_eq(abort->cause, _i ? CAUSE_WRITE_ABORT_LATE : CAUSE_WRITE_ABORT);
    const struct event *event = rig_event(bench->rig, EVENT_PRI_QUEUE_ABORT, 0);
    ck_assert(event && event->pri_queue_abort.cause == abort->cause && event->pri_queue_abort.msi == 1);
    ck_assert_uint_eq(rig_events(bench->rig, EVENT_PRI_QUEUE_ABORT), 1);
    send(bench, 1, ACCESS_READ | ACCESS_LAST);
    ck_assert_uint_eq(bench_status(bench).prod, 2);
    ck_assert(msi(bench, 1)); /* later MSIs are still sent (SMMU-GERROR) */
    bench_close(bench);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pri_queue_interrupt");
    TCase *tcase = tcase_create("SMMU-PRIIRQ");
    tcase_add_test(tcase, first_entry);
    tcase_add_loop_test(tcase, emptiness_by_wrap, 0, 2);
    tcase_add_loop_test(tcase, last_written, 0, 5);
    tcase_add_loop_test(tcase, last_dropped, 0, 11);
    tcase_add_test(tcase, dropped_behind_records);
    tcase_add_loop_test(tcase, gate, 0, 2);
    tcase_add_loop_test(tcase, gate_of_drops, 0, 2);
    tcase_add_test(tcase, msi_write);
    tcase_add_loop_test(tcase, no_msi, 0, 2);
    tcase_add_test(tcase, msi_coalesces);
    tcase_add_loop_test(tcase, msi_abort, 0, 2);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
