/* SPDX-License-Identifier: Apache-2.0
 *
 * How long a fault's service takes where that is drawn: a spread, and major faults, which wait for storage asleep and
 * with the lock (docs/timing/driver.md). What is drawn is SplitMix64, worked out apart from model/core/random.h.
 */
#include "tests/driver/driver_memory.h"
#include "tests/harness/suite.h"

enum { SERVICE = 300, WAIT = 7000 };

static void spread(struct prisim_driver_config *config)
{
    config->fault_service = SERVICE;
    config->fault_service_spread = 1000;
}

static void all_major(struct prisim_driver_config *config)
{
    config->fault_service = SERVICE;
    config->major_faults = 1;
    config->major_fault_wait = WAIT;
    config->cpus = 1;
    config->space[0].region[0].populated = 0;
}

static void second_of_two(struct prisim_driver_config *config)
{
    all_major(config);
    config->major_faults = 2;
    config->fault_service_seed = 3;
}

static void locked(struct prisim_driver_config *config)
{
    second_of_two(config);
    config->fault_service_seed = 1;
    config->lock_serve = PRISIM_DRIVER_LOCK_MM;
}

static prisim_cycle_t served(const struct driver_harness *h, unsigned n)
{
    return at(h, PRISIM_EVENT_DRIVER_PAGE, n) - at(h, PRISIM_EVENT_DRIVER_RESOLVE, n);
}

/* fault_service and what is drawn, for each fault anew; the pages are there. */
START_TEST(a_spread)
{
    static const unsigned drawn[] = {102, 778, 737, 429, 559, 411, 338, 779};
    struct driver_harness *h = open_up(4, spread);
    for (unsigned i = 0; i < 8; i++) {
        request(h, STREAM, 1, 0x4000 + 0x1000 * (i % 4), R | L);
        ck_assert_uint_eq(served(h, i), SERVICE + drawn[i]);
    }
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_MAJOR_FAULT), 0);
    driver_harness_close(h);
}
END_TEST

/* It sleeps from S2 on, and its page is mapped as that of a minor one behind that. What is there comes from nowhere,
 * nor does what may not be had. */
START_TEST(a_major_fault)
{
    struct driver_harness *h = open_up(2, all_major);
    request(h, STREAM, 1, 0x4000, R | L); /* and its tables */
    request(h, STREAM, 1, 0x5000, R | L);
    ck_assert_uint_eq(served(h, 1), WAIT + SERVICE);
    const struct prisim_event *major = nth(h, PRISIM_EVENT_DRIVER_MAJOR_FAULT, 1);
    ck_assert_uint_eq(major->cycle, at(h, PRISIM_EVENT_DRIVER_RESOLVE, 1));
    ck_assert_uint_eq(major->driver_major_fault.cycles, 7000);
    ck_assert_uint_eq(major->driver_major_fault.address, 0x5000);
    ck_assert_uint_eq(major->driver_major_fault.space, 1);
    request(h, STREAM, 1, 0x5000, R | L);
    ck_assert_uint_eq(served(h, 2), SERVICE);
    request(h, STREAM, 1, 0x6000, R | L); /* no region */
    ck_assert_uint_eq(served(h, 3), SERVICE);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_MAJOR_FAULT), 2);
    driver_harness_close(h);
}
END_TEST

/* Of one in two, which ones, says the seed. */
START_TEST(one_in_two)
{
    static const unsigned nth_of_two[] = {1, 1, 0, 0, 1, 1, 1, 1};
    struct driver_harness *h = open_up(8, second_of_two);
    unsigned majors = 0;
    for (unsigned i = 0; i < 8; i++) {
        request(h, STREAM, 1, 0x4000 + 0x1000 * i, R | L);
        majors += nth_of_two[i] == 0;
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_MAJOR_FAULT), majors);
    }
    driver_harness_close(h);
}
END_TEST

static void both(struct driver_harness *h)
{
    for (uint16_t i = 0; i < 2; i++)
        driver_harness_request(h, STREAM, 1, i, 0x4000 + 0x1000u * i, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
}

/* The one CPU serves the minor fault behind it; with the mmap lock that waits until the page is there (UNBIND-S-54). */
START_TEST(who_waits_for_it)
{
    struct driver_harness *h = open_up(2, locked);
    h->config.lock_serve = _i ? PRISIM_DRIVER_LOCK_MM : PRISIM_DRIVER_LOCK_NONE;
    both(h);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_MAJOR_FAULT), 1);
    const struct prisim_event_driver_page *first = &nth(h, PRISIM_EVENT_DRIVER_PAGE, 0)->driver_page;
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_MAJOR_FAULT, 0)->driver_major_fault.address, 0x4000);
    ck_assert_uint_eq(first->address, _i ? 0x4000 : 0x5000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_BLOCKED), (unsigned)_i);
    const prisim_cycle_t major = at(h, PRISIM_EVENT_DRIVER_MAJOR_FAULT, 0);
    if (_i)
        ck_assert_uint_gt(at(h, PRISIM_EVENT_DRIVER_PAGE, 1), major + WAIT + 2 * SERVICE);
    else
        ck_assert_uint_lt(at(h, PRISIM_EVENT_DRIVER_PAGE, 0), major + WAIT);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_service");
    TCase *tcase = tcase_create("driver_service");
    tcase_add_test(tcase, a_spread);
    tcase_add_test(tcase, a_major_fault);
    tcase_add_test(tcase, one_in_two);
    tcase_add_loop_test(tcase, who_waits_for_it, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
