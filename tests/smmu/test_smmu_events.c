/* SPDX-License-Identifier: Apache-2.0
 *
 * The event queue, GERROR and the interrupts of both: order, full and overflow, aborts, MSIs, clocks (SMMU-IRQCTRL,
 * SMMU-GERROR, SMMU-IRQCFG, SMMU-QUEUE, SMMU-EVENTQ).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

static struct smmu_harness *h;

static void setup(void)
{
    h = smmu_harness_open();
    smmu_harness_start(h);
    smmu_harness_write64(h, PRISIM_SMMU_EVENTQ_IRQ_CFG0, HARNESS_DOORBELL | 0x10);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_IRQ_CFG1, 77);
    smmu_harness_write64(h, PRISIM_SMMU_GERROR_IRQ_CFG0, HARNESS_DOORBELL | 0x20);
    smmu_harness_write(h, PRISIM_SMMU_GERROR_IRQ_CFG1, 88);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_EVENTQ | PRISIM_IRQ_CTRL_GERROR);
    smmu_harness_bring_up(h);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

/* A dropped write of a StreamID that has no valid STE: one C_BAD_STE record. */
static void fault(unsigned sid)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, 0x1000, 4);
    tlp.head.requester_id = (uint16_t)sid;
    smmu_harness_up(h, &tlp);
}

static void faults(unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        fault(i + 1);
    smmu_harness_run(h, 60 * n + 60);
}

static uint32_t active(void)
{
    return smmu_harness_read(h, PRISIM_SMMU_GERROR) ^ smmu_harness_read(h, PRISIM_SMMU_GERRORN);
}

static uint64_t cause_of_event(unsigned n)
{
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, n);
    ck_assert_ptr_nonnull(event);
    return event->smmu_event.cause;
}

/* covers: SMMU-QUEUE-10, SMMU-RECORD */
START_TEST(order_and_wrap)
{
    for (unsigned round = 0; round < 3; round++) {
        faults(3);
        for (unsigned i = 0; i < 3; i++) {
            uint64_t dw[4];
            smmu_harness_event(h, (round * 3 + i) & 3, dw);
            ck_assert_uint_eq(dw[0], PRISIM_C_BAD_STE | (uint64_t)(i + 1) << 32);
        }
        ck_assert_uint_eq(smmu_harness_events(h), (round * 3 + 3) & 7);
        smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, smmu_harness_events(h));
    }
}
END_TEST

/* SMMU-EVENTQ: full; OVFLG toggles once; test seed 13: room is used although the overflow is not acknowledged. */
/* covers: SMMU-QUEUE-21, SMMU-QUEUE-22, SMMU-QUEUE-23, SMMU-QUEUE, SMMU-EVENTQ-1,
 * SMMU-EVENTQ-2, SMMU-SEED-13 */
START_TEST(overflow)
{
    faults(4);
    ck_assert_uint_eq(smmu_harness_events(h), 4);
    faults(2);
    ck_assert_uint_eq(smmu_harness_events(h), 4 | PRISIM_SMMU_QUEUE_OVERFLOW);
    ck_assert_uint_eq(cause_of_event(4), PRISIM_CAUSE_QUEUE_FULL);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 1);
    faults(1);
    ck_assert_uint_eq(smmu_harness_events(h), 5 | PRISIM_SMMU_QUEUE_OVERFLOW);
    faults(1);
    ck_assert_uint_eq(smmu_harness_events(h), 5 | PRISIM_SMMU_QUEUE_OVERFLOW); /* still the same overflow */
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 1 | PRISIM_SMMU_QUEUE_OVERFLOW);
    faults(1);
    ck_assert_uint_eq(smmu_harness_events(h), 5); /* acknowledged: the next one toggles again */
    ck_assert_uint_eq(active(), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_MISUSE), 0); /* full is no wrong distance */
    /* The stream alone: four records lost, each told by smmu.event; two overflows, at the edge of the first lost. */
    static const enum prisim_cause cause[] = {PRISIM_CAUSE_ACCEPTED, PRISIM_CAUSE_ACCEPTED,   PRISIM_CAUSE_ACCEPTED,
                                              PRISIM_CAUSE_ACCEPTED, PRISIM_CAUSE_QUEUE_FULL, PRISIM_CAUSE_QUEUE_FULL,
                                              PRISIM_CAUSE_ACCEPTED, PRISIM_CAUSE_QUEUE_FULL, PRISIM_CAUSE_QUEUE_FULL};
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_EVENT), 9);
    for (unsigned i = 0; i < 9; i++)
        ck_assert_uint_eq(cause_of_event(i), cause[i]);
    static const unsigned lost_first[] = {4, 8}, prod[] = {4, 5};
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_EVENT_OVERFLOW), 2);
    for (unsigned i = 0; i < 2; i++) {
        const struct prisim_event *toggled = harness_event(h->base, PRISIM_EVENT_SMMU_EVENT_OVERFLOW, i);
        ck_assert_uint_eq(toggled->cycle, harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, lost_first[i])->cycle);
        ck_assert_uint_eq(toggled->smmu_event_overflow.prod, prod[i]);
        ck_assert_uint_eq(toggled->smmu_event_overflow.ovflg, i == 0);
    }
}
END_TEST

/* Of GERROR only EVENTQ_ABT_ERR shuts the queue. */
/* covers: SMMU-EVENTQ-1 */
START_TEST(other_errors)
{
    smmu_harness_command(h, 0xff, 0);
    smmu_harness_run(h, 200);
    ck_assert_uint_eq(active(), PRISIM_GERROR_CMDQ);
    faults(1);
    ck_assert_uint_eq(smmu_harness_events(h), 1);
}
END_TEST

/* SMMU-EVENTQ: EVENTQEN=0 drops and does not overflow. */
/* covers: SMMU-EVENTQ-1, SMMU-EVENTQ-2 */
START_TEST(off)
{
    faults(4);
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN);
    faults(1);
    ck_assert_uint_eq(smmu_harness_events(h), 4);
    ck_assert_uint_eq(cause_of_event(4), PRISIM_CAUSE_QUEUE_OFF);
}
END_TEST

/* SMMU-CR0: EVENTQEN 1 to 0 is acknowledged when the record being written is visible; what waits behind is dropped.
 */
/* covers: SMMU-CR0-11 */
START_TEST(off_waits)
{
    h->latency = 300;
    fault(0x40);
    fault(0x41);
    smmu_harness_run(h, 50);
    uint32_t cr0 = smmu_harness_read(h, PRISIM_SMMU_CR0);
    smmu_harness_write(h, PRISIM_SMMU_CR0, cr0 & ~(uint32_t)PRISIM_CR0_EVENTQEN);
    smmu_harness_run(h, 50);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), cr0);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), cr0 & ~(uint32_t)PRISIM_CR0_EVENTQEN);
    ck_assert_uint_eq(smmu_harness_events(h), 1);
    ck_assert_uint_eq(cause_of_event(1), PRISIM_CAUSE_QUEUE_OFF);
}
END_TEST

/* SMMU-EVENTQ "Write abort", SMMU-GERROR: PROD stays, the queue is shut until the acknowledgement, the bit toggles
 * once. */
/* covers: SMMU-GERROR-3, SMMU-GERROR-12, SMMU-GERROR-13, SMMU-EVENTQ-1, SMMU-EVENTQ-6 */
START_TEST(write_abort)
{
    for (unsigned kind = 0; kind < 2; kind++) {
        h->fail_at = HARNESS_EVENTQ;
        h->fail_status = kind ? PRISIM_MEMORY_ABORT_LATE : PRISIM_MEMORY_ABORT;
        faults(1);
        h->fail_at = 0;
        ck_assert_uint_eq(active(), PRISIM_GERROR_EVENTQ_ABT);
        ck_assert_uint_eq(smmu_harness_events(h), kind);
        faults(2);
        ck_assert_uint_eq(smmu_harness_events(h), kind);
        ck_assert_uint_eq(cause_of_event(kind * 4), kind ? PRISIM_CAUSE_WRITE_ABORT_LATE : PRISIM_CAUSE_WRITE_ABORT);
        ck_assert_uint_eq(cause_of_event(kind * 4 + 1), PRISIM_CAUSE_QUEUE_ABORTED);
        smmu_harness_write(h, PRISIM_SMMU_GERRORN, smmu_harness_read(h, PRISIM_SMMU_GERROR));
        faults(1);
        ck_assert_uint_eq(smmu_harness_events(h), kind + 1);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_GERROR), 2 * (kind + 1));
    }
}
END_TEST

/* SMMU-EVENTQ, SMMU-IRQCFG: empty to non-empty only; MSI and wire, after the record and PROD. */
/* covers: SMMU-IRQCFG-1, SMMU-IRQCFG-4, SMMU-EVENTQ-4 */
START_TEST(interrupt)
{
    faults(3);
    ck_assert_uint_eq(h->doorbells, 1);
    ck_assert_uint_eq(h->doorbell_data, 77);
    ck_assert_uint_eq(h->doorbell_address, HARNESS_DOORBELL | 0x10);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 1);
    const struct prisim_smmu_interrupt *wired = harness_got(h->base, PRISIM_SMMU_TX_INTERRUPT, 0);
    ck_assert_uint_eq(wired->lines, PRISIM_SMMU_WIRED_EVENTQ);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_INTERRUPT, 0),
                      harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, 0)->cycle);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 2);
    faults(1);
    ck_assert_uint_eq(h->doorbells, 1);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 4);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, 0);
    smmu_harness_run(h, 20);
    faults(1);
    ck_assert_uint_eq(h->doorbells, 1);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 1);
}
END_TEST

/* SMMU-GERROR: the interrupt of GERROR; an aborted MSI of GERROR sets bit 7 and interrupts nobody. */
/* covers: SMMU-GERROR-1, SMMU-GERROR-6, SMMU-GERROR-8, SMMU-GERROR-12, SMMU-GERROR-14,
 * SMMU-SEED-17 */
START_TEST(gerror_interrupt)
{
    h->fail_at = HARNESS_DOORBELL;
    faults(1);
    ck_assert_uint_eq(active(), PRISIM_GERROR_MSI_EVENTQ_ABT | PRISIM_GERROR_MSI_GERROR_ABT);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 2); /* EVENTQ, then GERROR for bit 5 */
    ck_assert_uint_eq(((const struct prisim_smmu_interrupt *)harness_got(h->base, PRISIM_SMMU_TX_INTERRUPT, 1))->lines,
                      PRISIM_SMMU_WIRED_GERROR);
    h->fail_at = 0;
    smmu_harness_write(h, PRISIM_SMMU_GERRORN, smmu_harness_read(h, PRISIM_SMMU_GERROR));
    smmu_harness_command(h, 0xff, 0);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(active(), PRISIM_GERROR_CMDQ);
    ck_assert_uint_eq(h->doorbells, 1);
    ck_assert_uint_eq(h->doorbell_data, 88);
    /* Test seed 17: a bit that is active does not toggle again. */
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, smmu_harness_events(h));
    h->fail_at = HARNESS_DOORBELL;
    faults(1);
    uint32_t gerror = smmu_harness_read(h, PRISIM_SMMU_GERROR);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, smmu_harness_events(h));
    faults(1);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GERROR), gerror);
}
END_TEST

/* SMMU-IRQCTRL: IRQ_CTRLACK falls only after the MSI is answered. */
/* covers: SMMU-IRQCTRL-2 */
START_TEST(irq_off_waits)
{
    h->latency = 100;
    fault(1);
    /* STE 100, record 100, then the MSI is out. */
    smmu_harness_run(h, 230);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 1);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, 0);
    smmu_harness_run(h, h->config.ack_latency + 2);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_IRQ_CTRLACK), PRISIM_IRQ_CTRL_EVENTQ);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_IRQ_CTRLACK), 0);
}
END_TEST

/* MSIs of two sources that wait for the port at once: both go; while one is in flight its enable is not acknowledged
 * off, whatever the other one does. */
/* covers: SMMU-IRQCTRL-2, SMMU-GERROR-14 */
START_TEST(two_msis)
{
    struct prisim_pri_queue_abort abort = {.record = 1};
    h->latency = 100;
    fault(0x40);
    smmu_harness_run(h, 60); /* the record is being written */
    harness_ready(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, false);
    fault(1); /* its STE is asked for first */
    smmu_harness_run(h, 10);
    harness_offer(h->base, PRISIM_SMMU_RX_PRI_ABORT, &abort);
    smmu_harness_run(h, 200);
    ck_assert_uint_eq(smmu_harness_events(h), 1);
    ck_assert_uint_eq(h->doorbells, 0);
    h->latency = 600;
    harness_ready(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, true);
    smmu_harness_run(h, 10);
    ck_assert_uint_eq(h->doorbells, 2);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, 0);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_IRQ_CTRLACK), PRISIM_IRQ_CTRL_EVENTQ | PRISIM_IRQ_CTRL_GERROR);
    smmu_harness_run(h, 400);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_IRQ_CTRLACK), 0);
}
END_TEST

/* The record's write is offered event_latency after the fault; PROD moves with its response. */
/* covers: SMMU-LATENCY-7 */
START_TEST(clock)
{
    fault(0x40); /* C_BAD_STREAMID: no fetch */
    smmu_harness_run(h, 60);
    prisim_cycle_t taken = h->base->rx[PRISIM_SMMU_RX_UP].taken_at[0];
    prisim_cycle_t offered = taken + h->config.config_latency + h->config.event_latency;
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, 0), offered);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, 0)->cycle, offered + 1 + HARNESS_MEMORY_LATENCY);
    ck_assert_uint_eq(cause_of_event(0), PRISIM_CAUSE_ACCEPTED);
    /* And the MSI at the edge of PROD. */
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, 1), offered + 1 + HARNESS_MEMORY_LATENCY);
}
END_TEST

/* More faults at once than records can wait: none is lost, their transactions wait. */
START_TEST(many_at_once)
{
    smmu_harness_cr0(h, 0);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_BASE, HARNESS_EVENTQ | 6);
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN);
    h->latency = 60;
    for (unsigned i = 0; i < 50; i++)
        fault(0x40 + i);
    smmu_harness_run(h, 50 * 70);
    ck_assert_uint_eq(smmu_harness_events(h), 50);
    uint64_t seen = 0;
    for (unsigned i = 0; i < 50; i++)
        seen |= UINT64_C(1) << (harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, i)->smmu_event.stream_id - 0x40);
    ck_assert_uint_eq(seen, prisim_bits_mask(50));
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_events");
    TCase *tcase = tcase_create("events");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, order_and_wrap);
    tcase_add_test(tcase, overflow);
    tcase_add_test(tcase, other_errors);
    tcase_add_test(tcase, off);
    tcase_add_test(tcase, off_waits);
    tcase_add_test(tcase, write_abort);
    tcase_add_test(tcase, interrupt);
    tcase_add_test(tcase, gerror_interrupt);
    tcase_add_test(tcase, irq_off_waits);
    tcase_add_test(tcase, two_msis);
    tcase_add_test(tcase, clock);
    tcase_add_test(tcase, many_at_once);
    suite_add_tcase(suite, tcase);
    return suite;
}
