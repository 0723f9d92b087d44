/* SPDX-License-Identifier: Apache-2.0
 *
 * SMMU-PRIIRQ and SMMU-IRQCFG: what interrupts with LO=0 and LO=1, the gate, and the MSI.
 */
#include <stdlib.h>

#include "model/core/bits.h"
#include "tests/harness/suite.h"
#include "tests/pri_queue/pri_queue_harness.h"

static void send(struct pri_queue_harness *h, uint64_t pasid, unsigned access)
{
    struct prisim_page_request request = pri_queue_harness_page(pasid, 1, access);
    pri_queue_harness_request(h, &request);
    pri_queue_harness_settle(h);
}

static unsigned interrupts(const struct pri_queue_harness *h)
{
    return pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_INTERRUPT);
}

/* LO=0: empty to non-empty, and nothing else. Seed 9: not for more entries, not for overflow. */
/* covers: SMMU-PRIIRQ-1, SMMU-PRIIRQ-3, SMMU-SEED-9 */
START_TEST(first_entry)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(1, false);
    send(h, 1, PRISIM_ACCESS_READ);
    ck_assert_uint_eq(interrupts(h), 1);
    ck_assert_uint_eq(
        ((const struct prisim_pri_queue_interrupt *)pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_INTERRUPT))->prod, 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_INTERRUPT, 0)->pri_queue_interrupt.prod, 1);
    send(h, 1, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    send(h, PRISIM_PASID_NONE, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST); /* overflow */
    send(h, PRISIM_PASID_NONE, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_PRI_QUEUE_OVERFLOW), 1);
    ck_assert_uint_eq(interrupts(h), 1);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 1 | PRISIM_PRI_QUEUE_OVFLG); /* one entry is left */
    pri_queue_harness_settle(h);
    send(h, 1, PRISIM_ACCESS_READ);
    ck_assert_uint_eq(interrupts(h), 1);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 3 | PRISIM_PRI_QUEUE_OVFLG); /* empty */
    pri_queue_harness_settle(h);
    send(h, 1, PRISIM_ACCESS_READ);
    ck_assert_uint_eq(interrupts(h), 2);
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-QUEUE: the same index with the other wrap bit is full, not empty. Software moves RD back under a record that is
 * in flight: its PROD update finds a queue that is not empty. */
/* covers: SMMU-PRIIRQ-1, SMMU-QUEUE-9 */
START_TEST(emptiness_by_wrap)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(1, false);
    h->memory_held = true;
    send(h, 1, PRISIM_ACCESS_READ);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, _i ? 2 : 0);
    pri_queue_harness_settle(h);
    h->memory_held = false;
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 1);
    ck_assert_uint_eq(interrupts(h), _i ? 0 : 1);
    pri_queue_harness_close(h);
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
        {1, PRISIM_ACCESS_READ, false},
        {1, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST, true},
        {1, PRISIM_ACCESS_LAST, true}, /* Stop Marker */
        {PRISIM_PASID_NONE, PRISIM_ACCESS_LAST, true},
        {PRISIM_PASID_NONE, PRISIM_ACCESS_WRITE, false},
    };
    struct pri_queue_harness *h = pri_queue_harness_queue(3, true);
    for (unsigned i = 0; i < 2; i++) { /* onto an empty queue, and onto a non-empty one */
        unsigned before = interrupts(h);
        send(h, rows[_i].pasid, rows[_i].access);
        ck_assert_uint_eq(interrupts(h) - before, rows[_i].interrupts);
    }
    pri_queue_harness_close(h);
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
    struct pri_queue_harness *h = pri_queue_harness_queue(1, true);
    if (rows[_i].row == 1)
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE,
                                  PRISIM_PRI_QUEUE_ENABLE_IRQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN);
    if (rows[_i].row == 2)
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ABORT_ACTIVE, 1);
    if (rows[_i].row == 4)
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, PRISIM_PRI_QUEUE_OVFLG);
    if (rows[_i].row == 5)
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 2);
    h->records = rows[_i].row == 7   ? PRISIM_MEMORY_ABORT
                 : rows[_i].row == 8 ? PRISIM_MEMORY_ABORT_LATE
                                     : PRISIM_MEMORY_OK;
    pri_queue_harness_settle(h);
    struct prisim_page_request request = pri_queue_harness_page(
        3, 1, rows[_i].marker ? PRISIM_ACCESS_LAST : PRISIM_ACCESS_READ | (rows[_i].last ? PRISIM_ACCESS_LAST : 0));
    request.secure = rows[_i].row == 3;
    pri_queue_harness_request(h, &request);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(interrupts(h), rows[_i].interrupts);
    pri_queue_harness_close(h);
}
END_TEST

/* A dropped Last does not interrupt before the records before it and OVFLG are visible: software would look too early.
 */
/* covers: SMMU-IRQCFG-5 */
START_TEST(dropped_behind_records)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(0, true);
    h->memory_held = true;
    send(h, 1, PRISIM_ACCESS_READ);
    send(h, 1, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    ck_assert_uint_eq(interrupts(h), 0);
    h->memory_held = false;
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_PRI_QUEUE_DROP), 1);
    ck_assert_uint_eq(interrupts(h), 1);
    ck_assert_uint_eq(pri_queue_harness_last_at(h, PRISIM_PRI_QUEUE_TX_INTERRUPT),
                      harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_OVERFLOW, 0)->cycle + 1);
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-IRQCTRL: no interrupt with PRIQ_IRQEN=0, and none later for what came before. */
/* covers: SMMU-IRQCTRL-1, SMMU-PRIIRQ-5 */
START_TEST(gate)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(3, _i);
    const uint64_t on = PRISIM_PRI_QUEUE_ENABLE_PRIQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN;
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, on);
    pri_queue_harness_settle(h);
    send(h, 1, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    ck_assert_uint_eq(interrupts(h), 0);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, on | PRISIM_PRI_QUEUE_ENABLE_IRQEN);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(interrupts(h), 0);
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-PRIIRQ: nor for what overflow drops. */
/* covers: SMMU-PRIIRQ-5 */
START_TEST(gate_of_drops)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(3, true);
    const uint64_t on = PRISIM_PRI_QUEUE_ENABLE_PRIQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN;
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, PRISIM_PRI_QUEUE_OVFLG);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, _i ? on | PRISIM_PRI_QUEUE_ENABLE_IRQEN : on);
    pri_queue_harness_settle(h);
    send(h, PRISIM_PASID_NONE, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, on | PRISIM_PRI_QUEUE_ENABLE_IRQEN);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(interrupts(h), (unsigned)_i);
    pri_queue_harness_close(h);
}
END_TEST

static void configure_msi(struct pri_queue_harness *h, uint64_t address)
{
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_IRQ_CFG0, address);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_IRQ_CFG1, 0xcafe0123);
    pri_queue_harness_settle(h);
}

/* The n-th MSI write, or NULL. */
static const struct prisim_memory_request *msi(const struct pri_queue_harness *h, unsigned n)
{
    for (unsigned i = 0; i < pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST); i++) {
        const struct prisim_memory_request *request = harness_got(h->base, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, i);
        if (request->id == HARNESS_MSI_ID && n-- == 0)
            return request;
    }
    return NULL;
}

/* covers: SMMU-IRQCFG-1, SMMU-IRQCFG-4, SMMU-PRIIRQ-5 */
START_TEST(msi_write)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(3, false);
    configure_msi(h, UINT64_C(0xff8456789abcdef3)); /* ADDR is 55:2 */
    send(h, 1, PRISIM_ACCESS_READ);
    const struct prisim_memory_request *write = msi(h, 0);
    ck_assert(write && write->size == 4 && write->write == 1);
    ck_assert_uint_eq(write->address, UINT64_C(0x8456789abcdef0));
    ck_assert_uint_eq(prisim_load_le32(write->data), 0xcafe0123);
    ck_assert_uint_eq(interrupts(h), 1); /* the wire is independent of it */
    ck_assert(!msi(h, 1));
    pri_queue_harness_close(h);
}
END_TEST

/* covers: SMMU-IRQCFG-1, SMMU-PRIIRQ-5 */
START_TEST(no_msi)
{
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    config.msi_supported = _i == 0;
    struct pri_queue_harness *h = pri_queue_harness_open(&config);
    configure_msi(h, _i == 0 ? 0 : HARNESS_MSI); /* address 0, or IDR0.MSI=0 */
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_BASE, HARNESS_BASE | 2);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, 7);
    pri_queue_harness_settle(h);
    send(h, 1, PRISIM_ACCESS_READ);
    ck_assert(!msi(h, 0));
    ck_assert_uint_eq(interrupts(h), 1);
    pri_queue_harness_close(h);
}
END_TEST

/* While an MSI is not answered, any number of causes makes one more. */
START_TEST(msi_coalesces)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(3, true);
    configure_msi(h, HARNESS_MSI);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS,
                              PRISIM_PRI_QUEUE_OVFLG); /* drops interrupt without any record write */
    pri_queue_harness_settle(h);
    h->memory_held = true;
    for (unsigned i = 0; i < 4; i++)
        send(h, PRISIM_PASID_NONE, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    ck_assert(msi(h, 0) && !msi(h, 1));
    ck_assert_uint_eq(interrupts(h), 4);
    h->memory_held = false;
    pri_queue_harness_settle(h);
    ck_assert(msi(h, 1) && !msi(h, 2));
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-PRIIRQ: MSI_PRIQ_ABT_ERR, nothing else changes. */
/* covers: SMMU-PRIIRQ-6 */
START_TEST(msi_abort)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(3, true);
    configure_msi(h, HARNESS_MSI);
    h->msis = _i ? PRISIM_MEMORY_ABORT_LATE : PRISIM_MEMORY_ABORT;
    send(h, 1, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    const struct prisim_pri_queue_abort *abort = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_ABORT);
    ck_assert(abort && abort->msi && !abort->record);
    ck_assert_uint_eq(abort->cause, _i ? PRISIM_CAUSE_WRITE_ABORT_LATE : PRISIM_CAUSE_WRITE_ABORT);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_ABORT, 0);
    ck_assert(event && event->pri_queue_abort.cause == abort->cause && event->pri_queue_abort.msi == 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_PRI_QUEUE_ABORT), 1);
    send(h, 1, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 2);
    ck_assert(msi(h, 1)); /* later MSIs are still sent (SMMU-GERROR) */
    pri_queue_harness_close(h);
}
END_TEST

Suite *test_suite(void)
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
    return suite;
}
