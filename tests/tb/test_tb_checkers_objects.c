/* SPDX-License-Identifier: Apache-2.0
 *
 * use_after_free (UNBIND-HAZARD-3): a use of a life that has ended, of each kind of object; and what is none.
 */
#include "by_hand_stream.h"
#include "tb/checkers/checkers_objects.h"
#include "tests/harness/suite.h"

enum { HANDLE, SPACE, GROUP, WORKER = 3 };
enum { HANDLE_OF_NIC = 0x10000001 };

static void made(uint64_t object, uint64_t id, uint64_t life)
{
    say(INSTANCE_DRIVER, DRIVER_OBJECT_MADE, object, id, life);
}

static void freed(uint64_t object, uint64_t id, uint64_t life)
{
    say(INSTANCE_DRIVER, DRIVER_OBJECT_FREED, object, id, life);
}

static void used(uint64_t object, uint64_t id, uint64_t life)
{
    say(INSTANCE_DRIVER, DRIVER_ACCESS, WORKER, object, id, life);
}

/* Whoever frees and is not told of uses is silent. */
START_TEST(lives_that_nobody_uses)
{
    for (uint64_t object = HANDLE; object <= GROUP; object++) {
        made(object, 1, 1);
        freed(object, 1, 1);
    }
    finish();
    ck_only(0);
}
END_TEST

/* Before its end, and at any time if it has none. */
START_TEST(uses_of_what_lives)
{
    for (uint64_t object = HANDLE; object <= GROUP; object++) {
        made(object, 1, 1);
        used(object, 1, 1);
        freed(object, 1, 1);
        made(object, 1, 2);
        used(object, 1, 2);
        used(object, 1, 2);
    }
    used(HANDLE, 7, 9); /* nobody said that it was made, nor that it was freed */
    finish();
    ck_only(0);
}
END_TEST

/* Each use is one, whatever became of the object since. */
START_TEST(uses_after_the_end)
{
    made(HANDLE, HANDLE_OF_NIC, 1);
    freed(HANDLE, HANDLE_OF_NIC, 1);
    used(HANDLE, HANDLE_OF_NIC, 1);
    ck_count(USE_AFTER_FREE, 1);
    made(HANDLE, HANDLE_OF_NIC, 2);
    used(HANDLE, HANDLE_OF_NIC, 1);
    used(HANDLE, HANDLE_OF_NIC, 2);
    ck_count(USE_AFTER_FREE, 2);
    ck_assert_str_eq(checkers_finding(checkers, 0)->text,
                     "the handle of PASID 1 of endpoint[nic] was used at cycle 30 by who had found life 1 of it, which "
                     "was freed at cycle 20");
    ck_assert_uint_eq(checkers_premises(checkers, HAZARD_USE_AFTER_FREE)->kept, 2);
    ck_only(BIT(USE_AFTER_FREE));
}
END_TEST

/* The driver's edge is one: who frees first and uses then does it too late, though the cycle is the same. */
START_TEST(the_order_in_one_cycle)
{
    made(SPACE, SPACE_B, 4);
    used(SPACE, SPACE_B, 4);
    now -= 10;
    freed(SPACE, SPACE_B, 4);
    ck_only(0);
    now -= 10;
    used(SPACE, SPACE_B, 4);
    ck_count(USE_AFTER_FREE, 1);
    ck_assert_str_eq(checkers_finding(checkers, 0)->text,
                     "the space B was used at cycle 20 by who had found life 4 of it, which was freed at cycle 20");
}
END_TEST

/* Two that look alike: lives of one number are of one object only if their kinds are the same. An older life may
 * outlive a younger one. */
START_TEST(lives_of_others)
{
    made(HANDLE, HANDLE_OF_NIC, 1);
    made(SPACE, SPACE_A, 1);
    made(GROUP, 0, 1);
    made(HANDLE, HANDLE_OF_NIC, 2);
    freed(HANDLE, HANDLE_OF_NIC, 2);
    used(HANDLE, HANDLE_OF_NIC, 1);
    freed(HANDLE, HANDLE_OF_NIC, 1);
    used(SPACE, SPACE_A, 1);
    used(GROUP, 0, 1);
    ck_only(0);
    freed(GROUP, 0, 1);
    used(GROUP, 0, 1);
    ck_count(USE_AFTER_FREE, 1);
    ck_assert_str_eq(checkers_finding(checkers, 0)->text,
                     "the group of item 0 was used at cycle 110 by who had found life 1 of it, which was freed at "
                     "cycle 100");
}
END_TEST

/* Two mistakes that cancel: an end that is told of the wrong life hides nothing but that life's. */
START_TEST(an_end_of_the_wrong_life)
{
    made(HANDLE, HANDLE_OF_NIC, 1);
    made(HANDLE, HANDLE_OF_NIC, 2);
    freed(HANDLE, HANDLE_OF_NIC, 1); /* 2 was meant */
    used(HANDLE, HANDLE_OF_NIC, 2);
    ck_only(0);
    used(HANDLE, HANDLE_OF_NIC, 1);
    ck_count(USE_AFTER_FREE, 1);
}
END_TEST

/* The latest 4096 ends are kept. */
START_TEST(ends_of_long_ago)
{
    ck_assert_uint_eq(OBJECTS_ENDED_MAX, 4096);
    for (uint64_t life = 1; life <= 4096; life++)
        freed(GROUP, 0, life);
    used(GROUP, 0, 1);
    ck_count(USE_AFTER_FREE, 1);
    freed(GROUP, 0, 4097);
    used(GROUP, 0, 1);
    ck_count(USE_AFTER_FREE, 1);
    used(GROUP, 0, 2);
    ck_count(USE_AFTER_FREE, 2);
}
END_TEST

static uint64_t row_of(struct prisim_canonical *to)
{
    prisim_canonical_begin(to, 0, now);
    checkers_canonical(checkers, to);
    prisim_canonical_end(to);
    return prisim_canonical_hash(to, 1, now);
}

/* What has ended is known when it is taken back, and counts in the canonical form: its kind, and that it is so. */
START_TEST(put_aside_and_taken_back)
{
    struct prisim_canonical *to = prisim_canonical_open();
    ck_assert_ptr_nonnull(to);
    const uint64_t nothing = row_of(to);
    freed(HANDLE, HANDLE_OF_NIC, 1);
    const uint64_t handle = row_of(to);
    void *snapshot = malloc(checkers_snapshot_size(checkers));
    ck_assert_ptr_nonnull(snapshot);
    checkers_save(checkers, snapshot);
    freed(SPACE, SPACE_A, 1);
    const uint64_t both = row_of(to);
    used(SPACE, SPACE_A, 1);
    ck_count(USE_AFTER_FREE, 1);
    checkers_restore(checkers, snapshot);
    ck_count(USE_AFTER_FREE, 0);
    ck_assert_uint_eq(row_of(to), handle);
    used(SPACE, SPACE_A, 1);
    ck_count(USE_AFTER_FREE, 0);
    freed(GROUP, 1, 1);
    ck_assert_uint_ne(row_of(to), both);
    ck_assert_uint_ne(row_of(to), handle);
    ck_assert_uint_ne(handle, nothing);
    used(HANDLE, HANDLE_OF_NIC, 1);
    ck_count(USE_AFTER_FREE, 1);
    free(snapshot);
    prisim_canonical_close(to);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {lives_that_nobody_uses, uses_of_what_lives,      uses_after_the_end,
                                  the_order_in_one_cycle, lives_of_others,         an_end_of_the_wrong_life,
                                  ends_of_long_ago,       put_aside_and_taken_back};
    Suite *suite = suite_create("tb_checkers_objects");
    TCase *tcase = tcase_create("tb_checkers_objects");
    tcase_add_checked_fixture(tcase, by_hand_open, by_hand_close);
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return suite;
}
