/* SPDX-License-Identifier: Apache-2.0
 *
 * Interrupts of the PRI queue that are combined by a timer or lost, and how often PROD is read for one (UNBIND-S-52,
 * UNBIND-S-56); one line for all interrupts of the SMMU.
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST };

static unsigned interrupts(const struct driver_harness *h)
{
    return harness_events(h->base, PRISIM_EVENT_DRIVER_INTERRUPT);
}

/* UNBIND-S-52: the first one starts the timer; those until its end, and until the handler starts, are one with it. */
START_TEST(a_timer_in_front)
{
    struct driver_harness *h = driver_harness_open();
    h->config.irq_coalesce = 700;
    driver_harness_bring_up(h);
    const prisim_cycle_t *taken_at = h->base->rx[PRISIM_DRIVER_RX_INTERRUPT].taken_at;
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_run(h, 600);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    prisim_cycle_t first = driver_harness_until(h, PRISIM_EVENT_DRIVER_INTERRUPT, 1)->cycle;
    ck_assert_uint_eq(first, taken_at[0] + 700 + 1000);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(interrupts(h), 1);
    h->reg[PRISIM_SMMU_EVENTQ_PROD / 4] = 1;
    driver_harness_ring(h, PRISIM_DRIVER_MSI_EVENTQ); /* has no timer */
    prisim_cycle_t event = driver_harness_until(h, PRISIM_EVENT_DRIVER_FAULT_EVENT, 1)->cycle;
    ck_assert_uint_lt(event, taken_at[2] + 1000 + 700 + h->config.price.interrupt_entry + h->config.price.wake_up);
    driver_harness_close(h);
}
END_TEST

/* The second of four does not arrive, with or without a timer: it starts none. The others do. */
START_TEST(one_is_lost)
{
    struct driver_harness *h = driver_harness_open();
    h->config.lose_interrupt = 2;
    h->config.irq_coalesce = (uint32_t)_i * 100;
    driver_harness_bring_up(h);
    for (unsigned i = 0; i < 4; i++) {
        driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
        driver_harness_run(h, 5000);
        ck_assert_uint_eq(interrupts(h), i < 1 ? 1 : i);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INTERRUPT_LOST), i >= 1);
    }
    const struct prisim_event *lost = harness_event(h->base, PRISIM_EVENT_DRIVER_INTERRUPT_LOST, 0);
    ck_assert_uint_eq(lost->driver_interrupt_lost.data, 3);
    ck_assert_uint_eq(lost->cycle, h->base->rx[PRISIM_DRIVER_RX_INTERRUPT].taken_at[1]);
    driver_harness_close(h);
}
END_TEST

/* Interrupts of other queues are not counted. */
START_TEST(others_are_not_lost)
{
    struct driver_harness *h = driver_harness_open();
    h->config.lose_interrupt = 1;
    driver_harness_bring_up(h);
    h->reg[PRISIM_SMMU_EVENTQ_PROD / 4] = 1;
    driver_harness_ring(h, PRISIM_DRIVER_MSI_EVENTQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FAULT_EVENT, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INTERRUPT_LOST), 0);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-S-56: a record that comes between the read of PROD and the write of CONS has no interrupt. */
START_TEST(prod_is_read_again)
{
    struct driver_harness *h = driver_harness_open();
    h->config.prod_reread = (uint32_t)_i;
    driver_harness_bring_up(h);
    driver_harness_request(h, STREAM, 1, 0, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_PROD_READ, 1);
    driver_harness_request(h, STREAM, 1, 1, 0x5000, R | L);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_TAKE), _i ? 2 : 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PROD_READ), _i ? 3 : 1);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ); /* the next interrupt finds it */
    driver_harness_until(h, PRISIM_EVENT_DRIVER_TAKE, 2);
    driver_harness_close(h);
}
END_TEST

/* An interrupt that comes during the pass makes it read PROD again all the same. */
START_TEST(an_interrupt_meanwhile)
{
    struct driver_harness *h = driver_harness_open();
    h->config.prod_reread = 0;
    h->config.irq_latency = 1;
    h->config.price.interrupt_entry = 1;
    driver_harness_bring_up(h);
    driver_harness_request(h, STREAM, 1, 0, 0x4000, R | L);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_CONS, 3000);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_PROD_READ, 1);
    driver_harness_request(h, STREAM, 1, 1, 0x5000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_TAKE, 2);
    driver_harness_close(h);
}
END_TEST

static struct driver_harness *open_combined(void)
{
    struct driver_harness *h = driver_harness_open();
    h->config.interrupts = PRISIM_DRIVER_INTERRUPTS_COMBINED;
    driver_harness_bring_up(h);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_IRQ_CFG0 / 4], 0); /* no MSI */
    return h;
}

static void lines(struct driver_harness *h, uint32_t which)
{
    harness_offer(h->base, PRISIM_DRIVER_RX_WIRED, &(struct prisim_smmu_interrupt){which});
}

static prisim_cycle_t cycle_of(struct driver_harness *h, enum prisim_event_type type, unsigned n)
{
    return driver_harness_until(h, type, n)->cycle;
}

/* One line: whichever source it is, one handler, then events, and then page requests. */
START_TEST(combined_line)
{
    static const uint32_t which[] = {PRISIM_SMMU_WIRED_PRIQ, PRISIM_SMMU_WIRED_GERROR, PRISIM_SMMU_WIRED_EVENTQ,
                                     PRISIM_SMMU_WIRED_PRIQ | PRISIM_SMMU_WIRED_EVENTQ | PRISIM_SMMU_WIRED_GERROR};
    struct driver_harness *h = open_combined();
    driver_harness_request(h, STREAM, 1, 0, 0x4000, R | L);
    h->reg[PRISIM_SMMU_EVENTQ_PROD / 4] = 2;
    h->reg[PRISIM_SMMU_GERROR / 4] = 4;
    lines(h, which[_i]);
    const prisim_cycle_t gerror = cycle_of(h, PRISIM_EVENT_DRIVER_GERROR, 1);
    const prisim_cycle_t event = cycle_of(h, PRISIM_EVENT_DRIVER_FAULT_EVENT, 2);
    const prisim_cycle_t request = cycle_of(h, PRISIM_EVENT_DRIVER_PROD_READ, 1);
    ck_assert_uint_lt(gerror, event);
    ck_assert_uint_gt(request, event + h->config.price.wake_up);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_ENQUEUE, 1);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(interrupts(h), 1);
    driver_harness_close(h);
}
END_TEST

/* A pass over the PRI queue keeps events waiting, and no global error; with a line each they are read meanwhile. */
START_TEST(combined_passes_take_turns)
{
    struct driver_harness *h = open_combined();
    h->config.interrupts = _i ? PRISIM_DRIVER_INTERRUPTS_COMBINED : PRISIM_DRIVER_INTERRUPTS_WIRED;
    driver_harness_request(h, STREAM, 1, 0, 0x4000, R | L);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE, 20000);
    lines(h, PRISIM_SMMU_WIRED_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    h->reg[PRISIM_SMMU_EVENTQ_PROD / 4] = 1;
    h->reg[PRISIM_SMMU_GERROR / 4] = 4;
    lines(h, PRISIM_SMMU_WIRED_EVENTQ | PRISIM_SMMU_WIRED_GERROR);
    driver_harness_run(h, 10000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_GERROR), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FAULT_EVENT), _i ? 0 : 1);
    const prisim_cycle_t enqueued = cycle_of(h, PRISIM_EVENT_DRIVER_ENQUEUE, 1);
    const prisim_cycle_t event = cycle_of(h, PRISIM_EVENT_DRIVER_FAULT_EVENT, 1);
    ck_assert((event > enqueued) == (_i == 1));
    driver_harness_close(h);
}
END_TEST

/* And a pass over events page requests, also those of a thread that is kicked. */
START_TEST(combined_events_keep_requests_waiting)
{
    struct driver_harness *h = open_combined();
    h->config.interrupts = _i ? PRISIM_DRIVER_INTERRUPTS_COMBINED : PRISIM_DRIVER_INTERRUPTS_WIRED;
    h->reg[PRISIM_SMMU_EVENTQ_PROD / 4] = 1;
    driver_harness_hold(h, PRISIM_DRIVER_TASK_EVENT_THREAD, PRISIM_EVENT_DRIVER_FAULT_EVENT, 20000);
    lines(h, PRISIM_SMMU_WIRED_EVENTQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_request(h, STREAM, 1, 0, 0x4000, R | L);
    lines(h, PRISIM_SMMU_WIRED_PRIQ);
    driver_harness_run(h, 10000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PROD_READ) > 0, !_i);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_ENQUEUE, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FAULT_EVENT), (unsigned)_i);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_interrupts");
    TCase *tcase = tcase_create("driver_interrupts");
    tcase_add_test(tcase, a_timer_in_front);
    tcase_add_loop_test(tcase, one_is_lost, 0, 2);
    tcase_add_test(tcase, others_are_not_lost);
    tcase_add_loop_test(tcase, prod_is_read_again, 0, 2);
    tcase_add_test(tcase, an_interrupt_meanwhile);
    tcase_add_loop_test(tcase, combined_line, 0, 4);
    tcase_add_loop_test(tcase, combined_passes_take_turns, 0, 2);
    tcase_add_loop_test(tcase, combined_events_keep_requests_waiting, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
