/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of the hops beside a plain array: put, taken out and counted at random, so that runs of rows are closed
 * behind what was taken out of them.
 */
#include <check.h>

#include "tb/hops/numbered.h"
#include "tests/harness/suite.h"

enum { KEYS = 300, ROUNDS = 20000 };

static uint64_t seed = 1;

static uint64_t drawn(uint64_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (seed >> 33) % below;
}

/* Far apart, as keys of different kinds are. */
static uint64_t key_of(uint64_t which)
{
    return which % 3 << 60 | which << 12;
}

START_TEST(beside_an_array)
{
    static uint64_t expected[KEYS];
    struct numbered table = {0};
    ck_assert_uint_eq(numbered_get(&table, 1), 0);
    ck_assert_uint_eq(numbered_take(&table, 1), 0);
    for (unsigned round = 0; round < ROUNDS; round++) {
        /* fuller and emptier by turns */
        uint64_t which = drawn(KEYS), what = drawn(8), fill = round / 2000 % 2 ? 5 : 2;
        if (what < fill) {
            uint64_t number = 1 + drawn(1000);
            ck_assert_uint_eq(numbered_put(&table, key_of(which), number), expected[which]);
            expected[which] = number;
        } else if (what < 7) {
            ck_assert_uint_eq(numbered_take(&table, key_of(which)), expected[which]);
            expected[which] = 0;
        } else {
            numbered_count(&table, key_of(which));
            expected[which]++;
        }
        which = drawn(KEYS);
        ck_assert_uint_eq(numbered_get(&table, key_of(which)), expected[which]);
    }
    uint64_t used = 0;
    for (uint64_t which = 0; which < KEYS; which++) {
        ck_assert_uint_eq(numbered_get(&table, key_of(which)), expected[which]);
        used += expected[which] != 0;
    }
    ck_assert_uint_eq(table.used, used);
    numbered_free(&table);
}
END_TEST

/* As large as the most that it ever held, however many came and went. */
START_TEST(it_does_not_grow_by_what_is_over)
{
    struct numbered table = {0};
    for (uint64_t i = 0; i < 20000; i++) {
        numbered_put(&table, i, i + 1);
        if (i >= 20)
            ck_assert_uint_eq(numbered_take(&table, i - 20), i - 19);
    }
    ck_assert_uint_eq(table.rows, 64);
    ck_assert_uint_eq(table.used, 20);
    numbered_free(&table);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_numbered");
    TCase *tcase = tcase_create("tb_numbered");
    tcase_add_test(tcase, beside_an_array);
    tcase_add_test(tcase, it_does_not_grow_by_what_is_over);
    suite_add_tcase(suite, tcase);
    return suite;
}
