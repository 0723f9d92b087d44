/* SPDX-License-Identifier: Apache-2.0
 *
 * What the driver says of who owns what: frames, ASIDs, and when a call of unbind is over. Checkers read these events
 * and infer nothing (UNBIND-HAZARD `wrong_space_dma`).
 */
#include "driver/state.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

static const struct prisim_event_driver_frame_given *given(const struct driver_harness *h, unsigned n)
{
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN, n);
    ck_assert_msg(event != NULL, "fewer than %u frames were given", n + 1);
    return &event->driver_frame_given;
}

/* Two pages on both sides of a 2 MB boundary: the root, two tables above, two last tables, two pages. Each is given at
 * the edge at which the descriptor that names it is put. */
START_TEST(every_frame_of_a_space_is_given_once)
{
    struct driver_harness *h = driver_harness_open();
    h->config.space[0].region[0] = (struct prisim_driver_region){0x1ff000, 0x2000, 3, 1, 0, 0};
    driver_harness_bring_up(h);
    unsigned stores = h->base->tx[PRISIM_DRIVER_TX_MEMORY].count;
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_bind(h, 1, 2, 0, 2); /* the same space: nothing more is given */
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    uint64_t root = driver_harness_load(h, driver_harness_cd(h, STREAM, 1) + 8) & PRISIM_CD1_TTB0;
    const bool table[] = {true, true, true, true, false, true, false};
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN), 7);
    for (unsigned i = 0; i < 7; i++) {
        ck_assert_uint_eq(given(h, i)->life, i + 1);
        ck_assert_uint_eq(given(h, i)->space, 1); /* space 0 is written as 1 */
        ck_assert_uint_eq(given(h, i)->table, table[i]);
        ck_assert_uint_eq(given(h, i)->address % 4096, 0);
        if (i == 0)
            continue; /* the root is named by no descriptor of a table */
        const struct prisim_memory_request *store = harness_got(h->base, PRISIM_DRIVER_TX_MEMORY, stores + i - 1);
        ck_assert_uint_eq(prisim_load_le64(store->data) & PRISIM_DESC_ADDRESS, given(h, i)->address);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN, i)->cycle,
                          harness_got_at(h->base, PRISIM_DRIVER_TX_MEMORY, stores + i - 1));
    }
    ck_assert_uint_eq(given(h, 0)->address, root);
    ck_assert_uint_eq(driver_harness_walk(h, root, 0x1ff000) & PRISIM_DESC_ADDRESS, given(h, 4)->address);
    ck_assert_uint_eq(driver_harness_walk(h, root, 0x200000) & PRISIM_DESC_ADDRESS, given(h, 6)->address);
    driver_harness_close(h);
}
END_TEST

START_TEST(a_faulted_page_is_given_to_the_space_it_is_mapped_in)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_bind(h, 0, 2, 1, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN), 2); /* the roots */
    driver_harness_request(h, STREAM, 2, 4, 0x5000, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    prisim_cycle_t paged = driver_harness_until(h, PRISIM_EVENT_DRIVER_PAGE, 1)->cycle;
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN), 6);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN, 5)->cycle, paged);
    ck_assert_uint_eq(given(h, 5)->table, 0);
    ck_assert_uint_eq(given(h, 5)->space, 2);
    uint64_t root = driver_harness_load(h, driver_harness_cd(h, STREAM, 2) + 8) & PRISIM_CD1_TTB0;
    driver_harness_run(h, 50);
    ck_assert_uint_eq(driver_harness_walk(h, root, 0x5000) & PRISIM_DESC_ADDRESS, given(h, 5)->address);
    driver_harness_close(h);
}
END_TEST

START_TEST(an_asid_is_given_and_freed)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 1, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_bind(h, 1, 1, 1, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_run(h, 5);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ASID_GIVEN), 1);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_DRIVER_ASID_GIVEN, 0);
    ck_assert_uint_eq(event->driver_asid_given.asid, 1);
    ck_assert_uint_eq(event->driver_asid_given.space, 2);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ASID_FREED), 0); /* bound elsewhere */
    driver_harness_unbind(h, 1, 1, PRISIM_DRIVER_UNBIND_NONE, 4);
    prisim_cycle_t free_at = driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 2)->cycle;
    event = harness_event(h->base, PRISIM_EVENT_DRIVER_ASID_FREED, 0);
    ck_assert_ptr_nonnull(event);
    ck_assert_uint_eq(event->cycle, free_at);
    ck_assert_uint_eq(event->driver_asid_freed.asid, 1);
    ck_assert_uint_eq(event->driver_asid_freed.space, 2);
    driver_harness_close(h);
}
END_TEST

static void returned(struct driver_harness *h, unsigned n, uint64_t call, enum prisim_cause cause, prisim_cycle_t cycle)
{
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, n);
    ck_assert_uint_eq(event->driver_unbind_returned.stream_id, STREAM);
    ck_assert_uint_eq(event->driver_unbind_returned.call, call);
    ck_assert_uint_eq(event->driver_unbind_returned.cause, cause);
    ck_assert_uint_eq(event->cycle, cycle);
}

/* Freed, refused or kept back: each call of unbind returns once. */
START_TEST(every_unbind_returns)
{
    struct driver_harness *h = driver_harness_open();
    h->config.on_atc_timeout = PRISIM_DRIVER_ATC_TIMEOUT_KEEP_PASID;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    struct prisim_driver_stimulus s = {.what = PRISIM_DRIVER_UNBIND, .pasid = 1, .then_space = 2, .call = 2};
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &s);
    returned(h, 1, 2, PRISIM_CAUSE_NONE, driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1)->cycle);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_run(h, 5);
    driver_harness_unbind(h, 0, 9, PRISIM_DRIVER_UNBIND_DRAIN, 3);
    returned(h, 2, 3, PRISIM_CAUSE_NOT_BOUND, driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1)->cycle);
    h->atc_losses = 1;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 4);
    returned(h, 3, 4, PRISIM_CAUSE_KEPT, driver_harness_until(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 2)->cycle);
    /* more calls than there are callers */
    for (uint32_t i = 0; i < PRISIM_DRIVER_CALLS_MAX; i++)
        driver_harness_bind(h, 0, 2, 0, 5);
    driver_harness_unbind(h, 0, 3, PRISIM_DRIVER_UNBIND_DRAIN, 6);
    returned(h, 4, 6, PRISIM_CAUSE_REFUSED, driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 2)->cycle);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_owner");
    TCase *tcase = tcase_create("driver_owner");
    tcase_add_test(tcase, every_frame_of_a_space_is_given_once);
    tcase_add_test(tcase, a_faulted_page_is_given_to_the_space_it_is_mapped_in);
    tcase_add_test(tcase, an_asid_is_given_and_freed);
    tcase_add_test(tcase, every_unbind_returns);
    suite_add_tcase(suite, tcase);
    return suite;
}
