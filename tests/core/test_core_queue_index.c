/* SPDX-License-Identifier: Apache-2.0
 *
 * Indexes of a queue by hand: of four slots, index and wrap bit are three bits.
 */
#include "model/core/queue_index.h"
#include "tests/harness/suite.h"

START_TEST(four_slots)
{
    ck_assert_uint_eq(queue_index_mask(2), 7);
    ck_assert_uint_eq(queue_index_of(13, 2), 5);
    ck_assert_uint_eq(queue_index_slot(5, 2), 1);
    ck_assert_uint_eq(queue_index_lap(5, 2), 1);
    ck_assert_uint_eq(queue_index_lap(3, 2), 0);
    ck_assert_uint_eq(queue_index_lap(13, 2), 1); /* of a count of records: bits above the wrap bit */
    ck_assert_uint_eq(queue_index_lap(8, 2), 0);
    ck_assert_uint_eq(queue_index_distance(1, 7, 2), 2);
    ck_assert(queue_index_is_empty(5, 5, 2));
    ck_assert(queue_index_is_empty(0x80000025, 5, 2)); /* bits that are not of the index */
    ck_assert(!queue_index_is_empty(5, 1, 2));
    ck_assert(queue_index_is_full(5, 1, 2));
    ck_assert(!queue_index_is_full(4, 1, 2));
    ck_assert(queue_index_is_full(6, 1, 2)); /* further apart than the queue is long */
    ck_assert(!queue_index_is_full(0, 5, 2));
    ck_assert(queue_index_is_full(0, 4, 2));
}
END_TEST

START_TEST(smallest_and_largest)
{
    ck_assert_uint_eq(queue_index_mask(0), 1);
    ck_assert(queue_index_is_full(1, 0, 0));
    ck_assert(queue_index_is_full(0, 1, 0));
    ck_assert_uint_eq(queue_index_mask(19), 0xfffff);
    ck_assert_uint_eq(queue_index_slot(0xfffff, 19), 0x7ffff);
    ck_assert(queue_index_is_full(0x80000, 0, 19));
    ck_assert(!queue_index_is_full(0x7ffff, 0, 19));
}
END_TEST

START_TEST(overflow_is_where_the_flags_differ)
{
    ck_assert(queue_index_is_in_overflow(UINT32_C(1) << 31, 7));
    ck_assert(queue_index_is_in_overflow(0, UINT32_C(1) << 31));
    ck_assert(!queue_index_is_in_overflow(UINT32_C(3) << 30, UINT32_C(1) << 31));
}
END_TEST

TEST_SUITE("queue_index", four_slots, smallest_and_largest, overflow_is_where_the_flags_differ)
