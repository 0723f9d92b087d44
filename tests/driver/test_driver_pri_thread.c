/* SPDX-License-Identifier: Apache-2.0
 *
 * The PRI thread at its edges: wraps, overflows, kicks that come while PROD is read, parked parts, and the interrupts
 * that wake it (UNBIND-POINT, S-22, S-56; SMMU-PRIOVF).
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST };

static struct driver_harness *open_bound(uint32_t priq_log2, uint32_t cons_update)
{
    struct driver_harness *h = driver_harness_open();
    h->config.fault_service = 1;
    h->config.price.wake_up = 1;
    h->config.priq_log2 = priq_log2;
    h->config.cons_update = cons_update;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    return h;
}

/* CONS as it stands in the register and in the event: index and wrap bit, with both ways to move it. */
/* covers: SMMU-QUEUE-8, SMMU-QUEUE-10 */
START_TEST(cons_wraps)
{
    uint32_t log2 = (uint32_t)_i % 3;
    struct driver_harness *h = open_bound(log2, (uint32_t)_i / 3);
    for (unsigned i = 0; i < 9; i++) {
        driver_harness_request(h, STREAM, 1, (uint16_t)i, 0x4000, R | L);
        driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, i + 1);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_CONS, i)->driver_cons.cons,
                          (i + 1) % (2u << log2));
        ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_CONS / 4], (i + 1) % (2u << log2));
    }
    driver_harness_close(h);
}
END_TEST

/* SMMU-PRIOVF: all parts are ignored, whosesoever; and an overflow is acknowledged though PROD shows nothing new. */
/* covers: SMMU-PRIOVF, SMMU-QUEUE-23, PCIE-RESPONSE */
START_TEST(an_overflow_of_a_drained_queue)
{
    struct driver_harness *h = open_bound(4, (uint32_t)_i);
    driver_harness_request(h, STREAM, 1, 1, 0x4000, R);
    driver_harness_request(h, STREAM, 2, 2, 0x4000, R);
    driver_harness_request(h, STREAM_2, 1, 3, 0x4000, R);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_PARK, 4);
    driver_harness_run(h, 500);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_CONS / 4], 4);
    h->reg[PRISIM_SMMU_PRIQ_PROD / 4] |= PRISIM_PRI_QUEUE_OVFLG;
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_DISCARD, 4);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_DISCARD, i)->driver_discard.prgi, i + 1);
    driver_harness_run(h, 500);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_CONS / 4], 4 | 1u << 31);
    driver_harness_close(h);
}
END_TEST

/* SMMU-PRIOVF says that groups without Last are ignored; who keeps them (overflow_parts: keep) acknowledges as others
 * do, drops nothing, and takes the next request with that index for one of the old group: two entries, one answer. */
/* covers: SMMU-PRIOVF */
START_TEST(parts_kept_at_an_overflow)
{
    for (uint32_t keep = 0; keep < 2; keep++) {
        struct driver_harness *h = open_bound(4, (uint32_t)_i);
        h->config.overflow_parts = keep;
        driver_harness_request(h, STREAM, 1, 1, 0x4000, R);
        driver_harness_request(h, STREAM, 1, 2, 0x5000, R | L);
        h->reg[PRISIM_SMMU_PRIQ_PROD / 4] |= PRISIM_PRI_QUEUE_OVFLG;
        driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
        driver_harness_run(h, 1000);
        ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_CONS / 4], 2 | PRISIM_PRI_QUEUE_OVFLG);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DISCARD), !keep);
        driver_harness_request(h, STREAM, 1, 1, 0x6000, R | L);
        driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
        driver_harness_run(h, 1000);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ENQUEUE), keep ? 3 : 2);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESOLVE), keep ? 3 : 2);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESPOND), 2);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DISCARD), !keep);
        driver_harness_close(h);
    }
}
END_TEST

/* Reads of PRIQ_PROD that were served. */
static unsigned prod_reads(const struct driver_harness *h)
{
    unsigned reads = 0;
    for (unsigned i = 0; i < h->base->tx[PRISIM_DRIVER_TX_MMIO].seen; i++) {
        const struct prisim_memory_request *r = harness_got(h->base, PRISIM_DRIVER_TX_MMIO, i);
        reads += !r->write && r->address == PRISIM_SMMU_PRIQ_PROD;
    }
    return reads;
}

/* An interrupt while the read that finds nothing new is on its way back: PROD is read once more. */
START_TEST(a_kick_during_the_last_read)
{
    struct driver_harness *h = driver_harness_open();
    h->config.irq_latency = 1;
    h->config.price.interrupt_entry = 1;
    h->config.fault_service = 1;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_request(h, STREAM, 1, 1, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    for (unsigned reads = prod_reads(h) + 2; prod_reads(h) < reads;)
        driver_harness_edge(h);
    driver_harness_request(h, STREAM, 1, 2, 0x5000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    const struct prisim_event *interrupt = driver_harness_until(h, PRISIM_EVENT_DRIVER_INTERRUPT, 2);
    const struct prisim_event *read = driver_harness_until(h, PRISIM_EVENT_DRIVER_PROD_READ, 2);
    ck_assert_uint_lt(interrupt->cycle + 1, read->cycle);
    ck_assert_uint_eq(read->driver_prod_read.prod, 1);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_PROD_READ, 3)->driver_prod_read.prod, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
    driver_harness_close(h);
}
END_TEST

/* irq_latency is that of the first of several; they are one. After it the next has its own. */
START_TEST(interrupts_before_the_handler_are_one)
{
    struct driver_harness *h = open_bound(4, PRISIM_DRIVER_CONS_ENTRY);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_run(h, 400);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_run(h, 598);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ); /* taken at the last edge before the handler starts */
    driver_harness_run(h, 3000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INTERRUPT), 1);
    const prisim_cycle_t *taken_at = h->base->rx[PRISIM_DRIVER_RX_INTERRUPT].taken_at;
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_INTERRUPT, 0)->cycle, taken_at[0] + 1000);
    ck_assert_uint_lt(taken_at[2], taken_at[0] + 1000);
    ck_assert_uint_ge(taken_at[2], taken_at[0] + 998);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_INTERRUPT, 2)->cycle, taken_at[3] + 1000);
    driver_harness_close(h);
}
END_TEST

/* One that is due while the handler runs makes it run once more, when it ends; so do several. */
START_TEST(an_interrupt_while_the_handler_runs)
{
    struct driver_harness *h = driver_harness_open();
    h->config.irq_latency = 300;
    h->config.price.interrupt_entry = 2000;
    driver_harness_bring_up(h);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    prisim_cycle_t first = driver_harness_until(h, PRISIM_EVENT_DRIVER_INTERRUPT, 1)->cycle;
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_run(h, 400);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_INTERRUPT, 2)->cycle, first + 2000);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INTERRUPT), 2);
    driver_harness_close(h);
}
END_TEST

/* Three groups have a part each; their Lasts come in every order, and behind each Last a part of a new group: all
 * groups are whole, in the order their members came. */
/* covers: PCIE-GROUP-2 */
START_TEST(parts_in_every_order)
{
    static const uint8_t order[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    struct driver_harness *h = open_bound(6, PRISIM_DRIVER_CONS_ENTRY);
    for (uint16_t i = 0; i < 3; i++)
        driver_harness_request(h, STREAM, 1, i, 0x4000, R);
    for (unsigned i = 0; i < 3; i++) {
        driver_harness_request(h, STREAM, 1, order[_i][i], 0x5000, R | L);
        driver_harness_request(h, STREAM, 1, (uint16_t)(3 + i), 0x4000, R);
    }
    for (uint16_t i = 0; i < 3; i++)
        driver_harness_request(h, STREAM, 1, (uint16_t)(3 + order[_i][i]), 0x5000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 6);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ENQUEUE), 12);
    for (unsigned i = 0; i < 6; i++) {
        unsigned prgi = order[_i][i % 3] + 3u * (i / 3);
        unsigned part = prgi < 3 ? prgi : 4 + 2 * (prgi - 3); /* items by the order they came */
        unsigned last = i < 3 ? 3 + 2 * i : 6 + i;
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_ENQUEUE, 2 * i)->driver_enqueue.prgi, prgi);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_ENQUEUE, 2 * i)->driver_enqueue.item, part);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_ENQUEUE, 2 * i + 1)->driver_enqueue.item, last);
    }
    driver_harness_close(h);
}
END_TEST

/* One PRGI of two functions: the Last of one leaves the other's part alone. */
/* covers: PCIE-GROUP-1, PCIE-GROUP-8 */
START_TEST(parts_of_another_function_do_not_join)
{
    struct driver_harness *h = open_bound(6, PRISIM_DRIVER_CONS_ENTRY);
    driver_harness_request(h, STREAM, 1, 9, 0x4000, R);
    driver_harness_request(h, STREAM_2, 1, 9, 0x5000, R | L);
    driver_harness_request(h, STREAM, 1, 9, 0x6000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
    driver_harness_run(h, 1000);
    static const unsigned item[] = {1, 0, 2}; /* in the order in which they go to the workers */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ENQUEUE), 3);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_ENQUEUE, i)->driver_enqueue.item, item[i]);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_PRI_RESP), 2);
    driver_harness_close(h);
}
END_TEST

/* The pool of 1024: parts may have half of it, and what is more is dropped; requests with Last have the rest. */
START_TEST(parts_have_half_of_the_pool)
{
    struct driver_harness *h = open_bound(10, PRISIM_DRIVER_CONS_PASS);
    for (uint16_t i = 0; i < 514; i++)
        driver_harness_request(h, STREAM, 1, i % 512, 0x4000, R);
    driver_harness_request(h, STREAM, 1, 0, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PARK), 512);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DISCARD), 2);
    const struct prisim_event *discard = harness_event(h->base, PRISIM_EVENT_DRIVER_DISCARD, 0);
    ck_assert_uint_eq(discard->driver_discard.item, 512);
    ck_assert_uint_eq(discard->driver_discard.cause, PRISIM_CAUSE_NO_MEMORY);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ENQUEUE), 2);
    driver_harness_close(h);
}
END_TEST

/* All of it is in use: the thread waits for an item, and goes on when a group is answered. */
START_TEST(the_pool_is_used_up)
{
    struct driver_harness *h = open_bound(11, PRISIM_DRIVER_CONS_PASS);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_BASE / 4] & 31, 10); /* IDR1.PRIQS */
    for (unsigned i = 0; i < 3; i++)
        driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE, 0);
    for (unsigned i = 0; i < 1024; i++)
        driver_harness_request(h, STREAM, 1, (uint16_t)(i % 512), 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_TAKE, 1024);
    driver_harness_run(h, 500);
    driver_harness_request(h, STREAM, 1, 7, 0x5000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_TAKE), 1024);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_TAKE, 1025);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 512);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1025);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_pri_thread");
    TCase *tcase = tcase_create("driver_pri_thread");
    tcase_add_loop_test(tcase, cons_wraps, 0, 6);
    tcase_add_loop_test(tcase, an_overflow_of_a_drained_queue, 0, 2);
    tcase_add_loop_test(tcase, parts_kept_at_an_overflow, 0, 2);
    tcase_add_test(tcase, a_kick_during_the_last_read);
    tcase_add_test(tcase, interrupts_before_the_handler_are_one);
    tcase_add_test(tcase, an_interrupt_while_the_handler_runs);
    tcase_add_test(tcase, parts_of_another_function_do_not_join);
    tcase_add_test(tcase, parts_have_half_of_the_pool);
    tcase_add_test(tcase, the_pool_is_used_up);
    tcase_add_loop_test(tcase, parts_in_every_order, 0, 6);
    suite_add_tcase(suite, tcase);
    return suite;
}
