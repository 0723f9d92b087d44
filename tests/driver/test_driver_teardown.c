/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of a space beside others who use it: workers, unmap, binds, other spaces; and frames on their way from one
 * owner to the next.
 */
#include "tests/driver/driver_memory.h"
#include "tests/harness/suite.h"

enum { RIGHT = 0, STORE = 100 };

static void last_unbind(struct prisim_driver_config *config)
{
    config->teardown = PRISIM_DRIVER_TEARDOWN_LAST_UNBIND;
}

static void on_demand(struct prisim_driver_config *config)
{
    config->space[0].region[0].populated = 0;
}

/* Both of its bindings; the second call's number is 4. */
static void unbound(struct driver_harness *h)
{
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    driver_harness_unbind(h, 1, 2, PRISIM_DRIVER_UNBIND_NONE, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 2);
}

static void on_demand_until_unbind(struct prisim_driver_config *config)
{
    last_unbind(config);
    on_demand(config);
}

/* A worker that has found the space is held before it maps the page: nothing is taken back before that. */
START_TEST(a_worker_holds_it)
{
    struct driver_harness *h = open_up(2, on_demand_until_unbind);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_PAGE, 0);
    driver_harness_request(h, STREAM, 1, 3, 0x4000, R | W | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    unbound(h);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_SPACE_ENDED), 0);
    if (_i) { /* bound again meanwhile, it stays */
        driver_harness_bind(h, 0, 7, 0, 5);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    }
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_PAGE);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_PAGE, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_PAGE, 0)->driver_page.cause, PRISIM_CAUSE_MAPPED);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_SPACE_ENDED), _i ? 0 : 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN),
                      _i ? 0 : harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN));
    driver_harness_close(h);
}
END_TEST

/* UNBIND-P14: nobody has left the look-up, and who finds the space while all is being taken back, or behind that, maps
 * no page, and the answer is Invalid. */
START_TEST(found_after_its_end)
{
    struct driver_harness *h = open_up(2, last_unbind);
    if (!_i)
        driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SPACE_ENDED, 0);
    driver_harness_run(h, 2);
    driver_harness_unbind(h, 1, 2, PRISIM_DRIVER_UNBIND_NONE, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_LEAK_OK, 4);
    driver_harness_until(h, _i ? PRISIM_EVENT_DRIVER_SPACE_ENDED : PRISIM_EVENT_DRIVER_HOLD, 1);
    const unsigned given = harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN);
    request(h, STREAM, 1, 0x4000, R | W | L);
    const struct prisim_event_driver_page *page = &nth(h, PRISIM_EVENT_DRIVER_PAGE, 0)->driver_page;
    ck_assert_uint_eq(page->space, 1);
    ck_assert_uint_eq(page->cause, PRISIM_CAUSE_SPACE_ENDED);
    ck_assert_uint_eq(page->writable, 0);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESPOND, 0)->driver_respond.code, 0x1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN), given);
    driver_harness_close(h);
}
END_TEST

static void slow_stores(struct prisim_driver_config *config)
{
    last_unbind(config);
    config->price.store = STORE;
}

/* Pages that are taken back by unmap, too, before and behind each store of the end: each frame goes back once, and both
 * come to their end. */
START_TEST(while_it_is_unmapped)
{
    struct driver_harness *h = open_up(2, slow_stores);
    const unsigned given = harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN);
    unbound(h);
    driver_harness_run(h, 10 * (unsigned)_i);
    unmap(h, 0x4000, 2, RIGHT, 9);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNMAPPED, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_SPACE_ENDED, 1);
    driver_harness_run(h, 1000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), given);
    driver_harness_close(h);
}
END_TEST

/* Whether the address is that of one of the first `count` frames that were given. */
static bool was_given(const struct driver_harness *h, uint64_t address, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (nth(h, PRISIM_EVENT_DRIVER_FRAME_GIVEN, i)->driver_frame_given.address == address)
            return true;
    return false;
}

/* Two binds at once clear a frame each for the root table: the one that is not needed goes back. */
START_TEST(two_roots)
{
    struct driver_harness *h = open_up(2, last_unbind);
    const unsigned given = harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN);
    unbound(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_SPACE_ENDED, 1);
    driver_harness_bind(h, 0, 1, 0, 5);
    driver_harness_run(h, 2);
    driver_harness_bind(h, 1, 2, 0, 6);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 4);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN), 2 * given);
    for (unsigned i = given; i < 2 * given; i++)
        ck_assert(was_given(h, nth(h, PRISIM_EVENT_DRIVER_FRAME_GIVEN, i)->driver_frame_given.address, given));
    driver_harness_close(h);
}
END_TEST

/* So do two workers at one page; the next page gets it. */
START_TEST(two_at_a_page)
{
    struct driver_harness *h = open_up(3, NULL);
    taken_back(h, 0x4000, 2, RIGHT);
    const unsigned given = harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN);
    driver_harness_request(h, STREAM, 1, 3, 0x4000, R | W | L);
    driver_harness_request(h, STREAM_2, 2, 3, 0x4000, R | W | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
    const uint64_t first = nth(h, PRISIM_EVENT_DRIVER_PAGE, 0)->driver_page.cause;
    ck_assert_uint_eq(first, PRISIM_CAUSE_MAPPED);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_PAGE, 1)->driver_page.cause, PRISIM_CAUSE_RESIDENT);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_PAGE, 1)->driver_page.writable, 0);
    request(h, STREAM, 1, 0x5000, R | W | L);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN), given + 2);
    ck_assert(was_given(h, frame_of_page(h, 0x5000), given));
    ck_assert_uint_ne(frame_of_page(h, 0x5000), frame_of_page(h, 0x4000));
    driver_harness_close(h);
}
END_TEST

static void delayed(struct prisim_driver_config *config)
{
    config->frame_recycle = PRISIM_DRIVER_FRAME_DELAYED;
    config->frame_delay = 2000;
}

/* When none waits any more, the next that is taken back waits, and is given again, as the first was. */
START_TEST(delayed_again_and_again)
{
    struct driver_harness *h = open_up(1, delayed);
    const uint64_t frame = frame_of_page(h, 0x4000);
    for (unsigned i = 0; i < 3; i++) {
        taken_back(h, 0x4000, 1, RIGHT);
        driver_harness_run(h, 3000);
        request(h, STREAM, 1, 0x4000, R | W | L);
        ck_assert_uint_eq(frame_of_page(h, 0x4000), frame);
    }
    driver_harness_close(h);
}
END_TEST

enum { TABLES = 24 };

/* Two spaces with a page in each of many tables; so many that searches for them lead over one another. */
static void many_tables(struct prisim_driver_config *config)
{
    on_demand_until_unbind(config);
    config->space[0].region[0].size = TABLES * UINT64_C(0x200000);
    config->space[1] = config->space[0];
}

/* The end of the one: all of its tables go back, and all of the other's are found. */
START_TEST(beside_another_space)
{
    struct driver_harness *h = open_up(1, many_tables);
    driver_harness_bind(h, 0, 5, 1, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    for (unsigned i = 0; i < 2 * TABLES; i++) /* in turns */
        request(h, STREAM, i % 2 ? 5 : 1, 0x200000 * (uint64_t)(i / 2) + 0x4000, R | W | L);
    const unsigned given = harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN);
    ck_assert_uint_eq(given, 2 * (3 + 2 * TABLES)); /* tables of levels 0 to 2, leaf tables, pages */
    driver_harness_unbind(h, 1, 2, PRISIM_DRIVER_UNBIND_NONE, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    driver_harness_unbind(h, 0, _i ? 5 : 1, PRISIM_DRIVER_UNBIND_NONE, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_SPACE_ENDED, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), given / 2);
    for (unsigned i = 0; i < TABLES; i++)
        request(h, STREAM, _i ? 1 : 5, 0x200000 * (uint64_t)i + 0x4000, R | W | L);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN), given);
    driver_harness_close(h);
}
END_TEST

/* A bind that clears its frame for the root table while another one makes it, and is unbound, and the space ends: it
 * waits for that end, and makes a root of its own. */
START_TEST(bound_by_a_slow_one)
{
    struct driver_harness *h = driver_harness_open();
    last_unbind(&h->config);
    h->config.price.store = STORE;
    h->config.space[1].region[0].populated = 1;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 5, 1, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    const struct prisim_driver_stimulus one_page = {
        .what = PRISIM_DRIVER_UNMAP, .space = 1, .address = 0x4000, .pages = 1, .call = 2};
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &one_page);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNMAPPED, 1);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SPACE_ENDED, 0);
    driver_harness_bind(h, 0, 1, 0, 3); /* with the frame that is not zero */
    driver_harness_run(h, 2);
    driver_harness_bind(h, 1, 2, 0, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_unbind(h, 1, 2, PRISIM_DRIVER_UNBIND_NONE, 5);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_BOUND), 2);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_BOUND, 1)->driver_bound.call, 4);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_BOUND), 2); /* it waits */
    driver_harness_release(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SPACE_ENDED);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_SPACE_ENDED, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    ck_assert_uint_ne(root_of(h), 0);
    request(h, STREAM, 1, 0x4000, R | W | L);
    ck_assert_uint_ne(frame_of_page(h, 0x4000), 0);
    driver_harness_close(h);
}
END_TEST

/* A bind that finds no frame for all its populated pages: what it had goes back, as the space is bound nowhere; else it
 * stays, and nobody else finds one. */
START_TEST(a_refused_bind_ends_it)
{
    struct driver_harness *h = driver_harness_open();
    h->config.ram_size = 0x20000;
    h->config.pasid_bits = 2;
    h->config.cmdq_log2 = h->config.eventq_log2 = h->config.priq_log2 = 4;
    h->config.teardown = _i ? PRISIM_DRIVER_TEARDOWN_LAST_UNBIND : PRISIM_DRIVER_TEARDOWN_NEVER;
    /* one page more than there are */
    h->config.space[0].region[0] = (struct prisim_driver_region){0x4000, 20 * 0x1000, 3, 1, 0, 0};
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    const struct prisim_event *refused = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1);
    ck_assert_uint_eq(refused->driver_refused.cause, PRISIM_CAUSE_NO_MEMORY);
    driver_harness_bind(h, 0, 1, 1, 2);
    driver_harness_until(h, _i ? PRISIM_EVENT_DRIVER_BOUND : PRISIM_EVENT_DRIVER_REFUSED, _i ? 1 : 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_SPACE_ENDED), (unsigned)_i);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), _i ? 4 + 19 : 0);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_teardown");
    TCase *tcase = tcase_create("driver_teardown");
    tcase_add_loop_test(tcase, a_worker_holds_it, 0, 2);
    tcase_add_loop_test(tcase, found_after_its_end, 0, 2);
    tcase_add_loop_test(tcase, while_it_is_unmapped, 0, 60);
    tcase_add_test(tcase, two_roots);
    tcase_add_test(tcase, two_at_a_page);
    tcase_add_test(tcase, delayed_again_and_again);
    tcase_add_loop_test(tcase, beside_another_space, 0, 2);
    tcase_add_test(tcase, bound_by_a_slow_one);
    tcase_add_loop_test(tcase, a_refused_bind_ends_it, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
