/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of numbers against a plain array, with keys that come and go; and the key of two parts.
 */
#include "tb/view/numbers.h"

#include "tests/harness/suite.h"

enum { KEYS = 500, STEPS = 200000 };

/* Spread over 64 bits, some with equal low bits. */
static uint64_t key_of(uint32_t i)
{
    return i % 3 == 0 ? (uint64_t)i << 40 : i % 3 == 1 ? i : UINT64_MAX - i;
}

START_TEST(as_an_array)
{
    struct numbers numbers = {0};
    uint32_t plain[KEYS] = {0};
    uint64_t state = 1;
    for (uint32_t step = 1; step <= STEPS; step++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint32_t i = (uint32_t)(state >> 33) % KEYS, what = (uint32_t)(state >> 60);
        if (what < 6) {
            numbers_put(&numbers, key_of(i), step);
            plain[i] = step;
        } else if (what < 12) {
            ck_assert_uint_eq(numbers_take(&numbers, key_of(i)), plain[i]);
            plain[i] = NUMBERS_NONE;
        }
        ck_assert_uint_eq(numbers_get(&numbers, key_of(i)), plain[i]);
    }
    for (uint32_t i = 0; i < KEYS; i++)
        ck_assert_uint_eq(numbers_get(&numbers, key_of(i)), plain[i]);
    ck_assert_uint_le(numbers.rows, 16 * KEYS); /* what was taken out is not kept */
    numbers_free(&numbers);
}
END_TEST

START_TEST(empty)
{
    struct numbers numbers = {0};
    ck_assert_uint_eq(numbers_get(&numbers, 0), NUMBERS_NONE);
    ck_assert_uint_eq(numbers_take(&numbers, 7), NUMBERS_NONE);
    numbers_put(&numbers, 0, 5);
    ck_assert_uint_eq(numbers_get(&numbers, 0), 5);
    numbers_free(&numbers);
    ck_assert_uint_eq(numbers_get(&numbers, 0), NUMBERS_NONE);
}
END_TEST

START_TEST(key_of_two_parts)
{
    ck_assert_uint_eq(numbers_key(0, 1), 1);
    ck_assert_uint_eq(numbers_key(2, 3), UINT64_C(0x0200000000000003));
}
END_TEST

TEST_SUITE("view_numbers", as_an_array, empty, key_of_two_parts)
