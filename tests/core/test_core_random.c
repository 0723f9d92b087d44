/* SPDX-License-Identifier: Apache-2.0
 *
 * Random streams: the published numbers of SplitMix64, streams that do not depend on one another, and bounds.
 */
#include <stdlib.h>
#include <string.h>

#include "model/core/random.h"
#include "tests/harness/suite.h"

/* The first outputs of SplitMix64 from state 0, as published with the generator. */
START_TEST(it_is_splitmix64)
{
    struct random_stream stream = {0};
    ck_assert_uint_eq(random_next(&stream), UINT64_C(0xe220a8397b1dcdaf));
    ck_assert_uint_eq(random_next(&stream), UINT64_C(0x6e789e6aa1b965f4));
    ck_assert_uint_eq(random_next(&stream), UINT64_C(0x06c45d188009454f));
    ck_assert_uint_eq(random_next(&stream), UINT64_C(0xf88bb8a8724c81ec));
}
END_TEST

START_TEST(a_key_gives_one_stream)
{
    struct random_stream a = random_open(1, 2, 3), b = random_open(1, 2, 3);
    for (unsigned i = 0; i < 100; i++)
        ck_assert_uint_eq(random_next(&a), random_next(&b));
    /* The number by another hand: logs that are kept go with it. */
    struct random_stream stream = random_open(7, 8, 9);
    ck_assert_uint_eq(random_next(&stream), UINT64_C(0x948d0d111bbc520a));
}
END_TEST

static int by_value(const void *a, const void *b)
{
    uint64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

/* 512 neighbouring keys, 64 numbers each: no number comes twice, in no stream and in no two. A shared run of the
 * counter would show as many equal numbers; by chance there would be one in 10^10 runs of this test. */
START_TEST(neighbouring_keys_share_no_number)
{
    enum { SIDE = 8, NUMBERS = 64, ALL = SIDE * SIDE * SIDE * NUMBERS };
    uint64_t *number = malloc(ALL * sizeof *number);
    ck_assert_ptr_nonnull(number);
    size_t count = 0;
    for (uint64_t seed = 0; seed < SIDE; seed++)
        for (uint64_t instance = 0; instance < SIDE; instance++)
            for (uint64_t purpose = 0; purpose < SIDE; purpose++) {
                struct random_stream stream = random_open(seed, instance, purpose);
                for (unsigned i = 0; i < NUMBERS; i++)
                    number[count++] = random_next(&stream);
            }
    qsort(number, count, sizeof *number, by_value);
    for (size_t i = 1; i < count; i++)
        ck_assert_uint_ne(number[i - 1], number[i]);
    free(number);
}
END_TEST

/* Two streams whose keys differ by one agree in half of their bits: 32 of 64 on average. Over 4096 numbers the average
 * strays by less than 0.5 (8 standard deviations of 0.0625). */
START_TEST(neighbouring_streams_are_not_correlated)
{
    const struct random_stream base = random_open(7, 7, 7);
    const struct random_stream others[] = {random_open(8, 7, 7), random_open(7, 8, 7), random_open(7, 7, 8)};
    for (unsigned i = 0; i < 3; i++) {
        struct random_stream a = base, b = others[i];
        unsigned agree = 0;
        for (unsigned n = 0; n < 4096; n++)
            agree += (unsigned)__builtin_popcountll(~(random_next(&a) ^ random_next(&b)));
        ck_assert_uint_gt(agree, 4096 * 31 + 2048);
        ck_assert_uint_lt(agree, 4096 * 32 + 2048);
    }
}
END_TEST

/* Drawing from one stream does not move another. */
START_TEST(streams_do_not_disturb_one_another)
{
    struct random_stream alone = random_open(1, 1, 1), beside = random_open(1, 1, 1), other = random_open(1, 2, 1);
    for (unsigned i = 0; i < 100; i++) {
        for (unsigned k = 0; k < i % 5; k++)
            random_next(&other);
        ck_assert_uint_eq(random_next(&alone), random_next(&beside));
    }
}
END_TEST

START_TEST(below_stays_in_range_and_reaches_every_value)
{
    static const uint32_t bounds[] = {1, 2, 3, 7, 64, 1000};
    for (unsigned b = 0; b < sizeof bounds / sizeof bounds[0]; b++) {
        struct random_stream stream = random_open(b, 0, 0);
        unsigned seen[1000] = {0};
        for (unsigned i = 0; i < 20 * bounds[b]; i++) {
            uint64_t value = random_below(&stream, bounds[b]);
            ck_assert_uint_lt(value, bounds[b]);
            seen[value]++;
        }
        unsigned missing = 0;
        for (unsigned value = 0; value < bounds[b]; value++)
            missing += seen[value] == 0;
        ck_assert_uint_eq(missing, 0); /* by chance: 1000 * e^-20 = 2e-6 */
    }
}
END_TEST

START_TEST(below_takes_the_largest_bound)
{
    struct random_stream stream = random_open(9, 0, 0);
    uint64_t largest = 0;
    for (unsigned i = 0; i < 1000; i++) {
        uint64_t value = random_below(&stream, UINT32_MAX);
        ck_assert_uint_lt(value, UINT32_MAX);
        largest = value > largest ? value : largest;
    }
    ck_assert_uint_gt(largest, UINT32_MAX / 2); /* the whole range is used */
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("core_random");
    TCase *all = tcase_create("all");
    tcase_add_test(all, it_is_splitmix64);
    tcase_add_test(all, a_key_gives_one_stream);
    tcase_add_test(all, neighbouring_keys_share_no_number);
    tcase_add_test(all, neighbouring_streams_are_not_correlated);
    tcase_add_test(all, streams_do_not_disturb_one_another);
    tcase_add_test(all, below_stays_in_range_and_reaches_every_value);
    tcase_add_test(all, below_takes_the_largest_bound);
    suite_add_tcase(suite, all);
    return suite;
}
