/* SPDX-License-Identifier: Apache-2.0
 *
 * The work queue: any group beside any other, or those of one function and PASID one after the other (work_queue).
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST, SERVICE = 20000 };

static struct driver_harness *open_bound(uint32_t work_queue)
{
    struct driver_harness *h = driver_harness_open();
    h->config.work_queue = work_queue;
    h->config.fault_service = SERVICE;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_bind(h, 0, 2, 0, 2);
    driver_harness_bind(h, 1, 1, 0, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    return h;
}

/* Item by item: PASID 1 three times, then PASID 2, then PASID 1 of another function. */
static void five_groups(struct driver_harness *h)
{
    for (uint16_t i = 0; i < 3; i++)
        driver_harness_request(h, STREAM, 1, i, 0x4000 + 0x1000u * i, R | L);
    driver_harness_request(h, STREAM, 2, 3, 0x8000, R | L);
    driver_harness_request(h, STREAM_2, 1, 4, 0x9000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
}

static void check_items(struct driver_harness *h, enum prisim_event_type type, const unsigned item[5])
{
    driver_harness_until(h, type, 5);
    for (unsigned i = 0; i < 5; i++) {
        const struct prisim_event *event = harness_event(h->base, type, i);
        ck_assert_uint_eq(type == PRISIM_EVENT_DRIVER_RESOLVE ? event->driver_resolve.item : event->driver_respond.item,
                          item[i]);
    }
}

/* Unordered, each worker takes the oldest. Ordered, the second worker passes those of PASID 1 by, which the first one
 * serves one after the other; nobody waits for a PASID of its own. */
START_TEST(one_pasid_in_order)
{
    static const unsigned unordered[5] = {0, 1, 2, 3, 4}, ordered[5] = {0, 3, 1, 4, 2};
    struct driver_harness *h = open_bound((uint32_t)_i);
    five_groups(h);
    check_items(h, PRISIM_EVENT_DRIVER_RESOLVE, _i ? ordered : unordered);
    check_items(h, PRISIM_EVENT_DRIVER_RESPOND, _i ? ordered : unordered);
    driver_harness_close(h);
}
END_TEST

/* docs/timing/driver.md: the next one of its PASID is looked up c + c behind the return of the command queue's lock,
 * and that comes w + c behind the answer. */
START_TEST(when_the_next_is_served)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_WORK_QUEUE_ORDERED);
    driver_harness_request(h, STREAM, 1, 0, 0x4000, R | L);
    driver_harness_request(h, STREAM, 1, 1, 0x5000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    prisim_cycle_t next = driver_harness_until(h, PRISIM_EVENT_DRIVER_RESOLVE, 2)->cycle;
    prisim_cycle_t answer = harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, 0)->cycle;
    ck_assert_uint_eq(next, answer + MEMORY_DELAY + 1 + 3 * h->config.price.compute);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-STEP-14: PASID 1 has two groups on the queue when PASID 2 is drained, which has one behind them. The flush
 * waits for all four, in whatever order they are begun: those that come behind them are begun before the third of
 * PASID 1. */
START_TEST(a_flush_waits_for_one_that_was_passed)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_WORK_QUEUE_ORDERED);
    for (uint16_t i = 0; i < 3; i++)
        driver_harness_request(h, STREAM, 1, i, 0x4000 + 0x1000u * i, R | L);
    driver_harness_request(h, STREAM, 2, 3, 0x8000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESOLVE, 2); /* of PASID 1 and of PASID 2 */
    driver_harness_unbind(h, 0, 2, PRISIM_DRIVER_UNBIND_DRAIN, 9);
    driver_harness_run(h, 15000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_SNAPSHOT), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESPOND), 0);
    for (uint16_t i = 4; i < 6; i++)
        driver_harness_request(h, STREAM_2, 1, i, 0x9000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    prisim_cycle_t drained = driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1)->cycle;
    static const unsigned item[] = {0, 3, 1, 4, 2};
    ck_assert_uint_ge(harness_events(h->base, PRISIM_EVENT_DRIVER_RESPOND), 5);
    for (unsigned i = 0; i < 5; i++)
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, i)->driver_respond.item, item[i]);
    ck_assert_uint_gt(drained, harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, 4)->cycle);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_ordered");
    TCase *tcase = tcase_create("driver_ordered");
    tcase_add_loop_test(tcase, one_pasid_in_order, 0, 2);
    tcase_add_test(tcase, when_the_next_is_served);
    tcase_add_test(tcase, a_flush_waits_for_one_that_was_passed);
    suite_add_tcase(suite, tcase);
    return suite;
}
