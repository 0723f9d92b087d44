/* SPDX-License-Identifier: Apache-2.0
 *
 * Bit fields and little-endian words at their edges: widths 0, 1, 63 and 64, and addresses that are not aligned.
 */
#include <stdlib.h>

#include "model/core/bits.h"
#include "tests/harness/suite.h"

START_TEST(masks_of_every_width)
{
    uint64_t expected = 0;
    for (unsigned width = 0; width <= 64; width++) {
        ck_assert_uint_eq(prisim_bits_mask(width), expected);
        expected = expected << 1 | 1;
    }
}
END_TEST

START_TEST(fields_are_cut_out)
{
    ck_assert_uint_eq(prisim_bits_get(UINT64_C(0x123456789abcdef0), 0, 4), 0x0);
    ck_assert_uint_eq(prisim_bits_get(UINT64_C(0x123456789abcdef0), 4, 8), 0xef);
    ck_assert_uint_eq(prisim_bits_get(UINT64_C(0x123456789abcdef0), 60, 4), 0x1);
    ck_assert_uint_eq(prisim_bits_get(UINT64_C(0x123456789abcdef0), 0, 64), UINT64_C(0x123456789abcdef0));
    ck_assert_uint_eq(prisim_bits_get(UINT64_MAX, 63, 1), 1);
    ck_assert_uint_eq(prisim_bits_get(UINT64_MAX >> 1, 63, 1), 0);
}
END_TEST

START_TEST(fields_are_put_and_what_does_not_fit_is_cut_off)
{
    ck_assert_uint_eq(prisim_bits_put(0xef, 4, 8), 0xef0);
    ck_assert_uint_eq(prisim_bits_put(0x1ef, 4, 8), 0xef0);
    ck_assert_uint_eq(prisim_bits_put(3, 63, 1), UINT64_C(1) << 63);
    ck_assert_uint_eq(prisim_bits_put(UINT64_MAX, 0, 64), UINT64_MAX);
    ck_assert_uint_eq(prisim_bits_put(UINT64_MAX, 12, 0), 0);
}
END_TEST

START_TEST(get_undoes_put_at_every_place)
{
    const uint64_t value = UINT64_C(0xa5c3f00f96695aa5);
    for (unsigned low = 0; low < 64; low++)
        for (unsigned width = 0; width <= 64 - low; width++) {
            uint64_t word = prisim_bits_put(value, low, width);
            ck_assert_uint_eq(prisim_bits_get(word, low, width), value & prisim_bits_mask(width));
            ck_assert_uint_eq(word & ~(prisim_bits_mask(width) << low), 0);
        }
}
END_TEST

START_TEST(single_bits)
{
    for (unsigned at = 0; at < 64; at++) {
        ck_assert_uint_eq(prisim_bit_put(true, at), UINT64_C(1) << at);
        ck_assert_uint_eq(prisim_bit_put(false, at), 0);
        ck_assert(prisim_bit_get(UINT64_C(1) << at, at));
        ck_assert(!prisim_bit_get(~(UINT64_C(1) << at), at));
    }
}
END_TEST

START_TEST(words_are_little_endian_at_any_address)
{
    for (unsigned at = 0; at < 8; at++) {
        uint8_t bytes[24] = {0};
        prisim_store_le64(&bytes[at], UINT64_C(0x0807060504030201));
        for (uint8_t i = 0; i < 8; i++)
            ck_assert_uint_eq(bytes[at + i], i + 1U);
        ck_assert_uint_eq(bytes[at + 8], 0);
        ck_assert_uint_eq(prisim_load_le64(&bytes[at]), UINT64_C(0x0807060504030201));
        ck_assert_uint_eq(prisim_load_le32(&bytes[at + 4]), 0x08070605);
        prisim_store_le32(&bytes[at], 0xddccbbaa);
        ck_assert_uint_eq(prisim_load_le64(&bytes[at]), UINT64_C(0x08070605ddccbbaa));
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("core_bits");
    TCase *all = tcase_create("all");
    tcase_add_test(all, masks_of_every_width);
    tcase_add_test(all, fields_are_cut_out);
    tcase_add_test(all, fields_are_put_and_what_does_not_fit_is_cut_off);
    tcase_add_test(all, get_undoes_put_at_every_place);
    tcase_add_test(all, single_bits);
    tcase_add_test(all, words_are_little_endian_at_any_address);
    suite_add_tcase(suite, all);
    return suite;
}
