/* SPDX-License-Identifier: Apache-2.0
 *
 * Times that were measured: ranks by hand, at their edges.
 */
#include <check.h>

#include "tb/hops/distribution.h"
#include "tests/harness/suite.h"

static struct distribution times;

static void tear_down(void)
{
    distribution_free(&times);
    times = (struct distribution){0};
}

static void ck_times(uint64_t min, uint64_t median, uint64_t p99, uint64_t max)
{
    const struct distribution_told told = distribution_tell(&times);
    ck_assert_uint_eq(told.min, min);
    ck_assert_uint_eq(told.median, median);
    ck_assert_uint_eq(told.p99, p99);
    ck_assert_uint_eq(told.max, max);
}

START_TEST(nothing)
{
    times.never = 3;
    const struct distribution_told told = distribution_tell(&times);
    ck_assert_uint_eq(told.count, 0);
    ck_assert_uint_eq(told.never, 3);
    ck_assert_uint_eq(told.sum, 0);
    ck_times(0, 0, 0, 0);
}
END_TEST

START_TEST(one)
{
    distribution_add(&times, 7);
    ck_times(7, 7, 7, 7);
    ck_assert_uint_eq(distribution_tell(&times).count, 1);
}
END_TEST

/* Ranks 1 and 2: the median of two is the shorter, and no mean. */
START_TEST(two)
{
    distribution_add(&times, 30);
    distribution_add(&times, 10);
    ck_times(10, 10, 30, 30);
    ck_assert_uint_eq(distribution_tell(&times).sum, 40);
}
END_TEST

START_TEST(three)
{
    distribution_add(&times, 30);
    distribution_add(&times, 0);
    distribution_add(&times, 10);
    ck_times(0, 10, 30, 30);
}
END_TEST

/* 1 to N: the time is its own rank. */
static void one_to(uint64_t count)
{
    for (uint64_t i = count; i > 0; i--)
        distribution_add(&times, i);
}

START_TEST(ninety_nine)
{
    one_to(99);
    ck_times(1, 50, 99, 99);
}
END_TEST

START_TEST(hundred)
{
    one_to(100);
    ck_times(1, 50, 99, 100);
}
END_TEST

START_TEST(hundred_and_one)
{
    one_to(101);
    ck_times(1, 51, 100, 101);
}
END_TEST

START_TEST(two_hundred)
{
    one_to(200);
    ck_times(1, 100, 198, 200);
}
END_TEST

/* Each counts as often as it was measured. */
START_TEST(many_alike)
{
    for (unsigned i = 0; i < 98; i++)
        distribution_add(&times, 5);
    distribution_add(&times, 1000);
    ck_times(5, 5, 1000, 1000);
    distribution_add(&times, 5);
    ck_times(5, 5, 5, 1000); /* rank 99 of 100 */
    ck_assert_uint_eq(distribution_tell(&times).sum, 99 * 5 + 1000);
}
END_TEST

START_TEST(hundred_thousand_different)
{
    one_to(100000);
    ck_times(1, 50000, 99000, 100000);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_distribution");
    TCase *tcase = tcase_create("tb_distribution");
    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_test(tcase, nothing);
    tcase_add_test(tcase, one);
    tcase_add_test(tcase, two);
    tcase_add_test(tcase, three);
    tcase_add_test(tcase, ninety_nine);
    tcase_add_test(tcase, hundred);
    tcase_add_test(tcase, hundred_and_one);
    tcase_add_test(tcase, two_hundred);
    tcase_add_test(tcase, many_alike);
    tcase_add_test(tcase, hundred_thousand_different);
    suite_add_tcase(suite, tcase);
    return suite;
}
