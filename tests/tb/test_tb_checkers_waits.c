/* SPDX-License-Identifier: Apache-2.0
 *
 * lost_wakeup (UNBIND-HAZARD-14): a signal that a sleeper waits for and that wakes another, or that came before it
 * slept; and what is none. And how long the PRI thread is kept from the queue.
 */
#include "by_hand_stream.h"
#include "tests/harness/suite.h"

enum { FIRST = 2, SECOND = 3, SHARED = 0, OWN = 1 };

static void armed(uint64_t call, uint64_t object)
{
    say(INSTANCE_DRIVER, DRIVER_ARMED, NIC_ID, call, call, object);
}

static void sleeps(uint64_t call, uint64_t object)
{
    say(INSTANCE_DRIVER, DRIVER_WAIT, NIC_ID, call, call, object);
}

static void signalled(uint64_t object, uint64_t value, uint64_t woken)
{
    say(INSTANCE_DRIVER, DRIVER_SIGNAL, object, value, woken);
}

static void looked(uint64_t call, uint64_t found)
{
    say(INSTANCE_DRIVER, DRIVER_SCANNED, NIC_ID, call, call, 1, found);
}

/* Woken, it arms it again, finds nothing and goes on; and a signal for nobody is none. */
START_TEST(who_is_woken_has_lost_nothing)
{
    signalled(SHARED, 1, 0);
    armed(FIRST, SHARED);
    looked(FIRST, 1);
    sleeps(FIRST, SHARED);
    signalled(SHARED, 2, FIRST);
    armed(FIRST, SHARED);
    looked(FIRST, 0);
    signalled(SHARED, 3, 0);
    finish();
    ck_only(0);
}
END_TEST

/* Two sleep, and one is woken; the other counts once, however many passes there are. */
START_TEST(another_one_is_woken)
{
    armed(FIRST, SHARED);
    armed(SECOND, SHARED);
    sleeps(FIRST, SHARED);
    sleeps(SECOND, SHARED);
    signalled(SHARED, 1, FIRST);
    ck_count(LOST_WAKEUP, 1);
    signalled(SHARED, 2, 0);
    ck_count(LOST_WAKEUP, 1);
    ck_count(LOST_WAKEUP_RESCUED, 0);
    ck_assert_str_eq(checkers_finding(checkers, 0)->text,
                     "the unbind of PASID 3 of endpoint[nic] sleeps at cycle 50 though the pass that it waits for has "
                     "ended: the completion has woken another one, or was done already");
    finish();
    ck_only(BIT(LOST_WAKEUP));
}
END_TEST

/* It is woken by the next one. */
START_TEST(a_later_signal_wakes_it)
{
    armed(FIRST, SHARED);
    armed(SECOND, SHARED);
    sleeps(FIRST, SHARED);
    sleeps(SECOND, SHARED);
    signalled(SHARED, 1, FIRST);
    signalled(SHARED, 2, SECOND);
    ck_count(LOST_WAKEUP_RESCUED, 0);
    armed(SECOND, SHARED);
    looked(SECOND, 0);
    finish();
    ck_count(LOST_WAKEUP, 1);
    ck_count(LOST_WAKEUP_RESCUED, 1);
}
END_TEST

/* Woken, and the completion armed by another one before it has seen it: it sleeps again. */
START_TEST(it_was_armed_again)
{
    armed(FIRST, SHARED);
    sleeps(FIRST, SHARED);
    signalled(SHARED, 1, FIRST);
    armed(SECOND, SHARED);
    looked(SECOND, 0);
    ck_count(LOST_WAKEUP, 0);
    sleeps(FIRST, SHARED);
    ck_count(LOST_WAKEUP, 1);
    finish();
    ck_only(BIT(LOST_WAKEUP));
}
END_TEST

/* Those with completions of their own, and who has not slept, lose nothing. */
START_TEST(nobody_elses)
{
    armed(FIRST, OWN);
    armed(SECOND, OWN + 1);
    sleeps(FIRST, OWN);
    sleeps(SECOND, OWN + 1);
    signalled(OWN, 1, FIRST);
    signalled(OWN + 1, 1, SECOND);
    armed(FIRST, SHARED);
    signalled(SHARED, 2, 0);
    finish();
    ck_only(0);
}
END_TEST

/* From the first that stops it until the last has started it. */
START_TEST(how_long_it_was_stopped)
{
    say(INSTANCE_DRIVER, DRIVER_THREAD_STOPPED, NIC_ID, 1, FIRST);
    say(INSTANCE_DRIVER, DRIVER_THREAD_STOPPED, NIC_ID, 2, SECOND);
    say(INSTANCE_DRIVER, DRIVER_THREAD_STARTED, NIC_ID, 1, FIRST);
    ck_assert_uint_eq(checkers_counter(checkers, COUNTER_THREAD_STOPPED_CYCLES), 0);
    say(INSTANCE_DRIVER, DRIVER_THREAD_STARTED, NIC_ID, 2, SECOND);
    ck_assert_uint_eq(checkers_counter(checkers, COUNTER_THREAD_STOPPED_CYCLES), 30);
    finish();
    ck_only(0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_checkers_waits");
    TCase *tcase = tcase_create("waits");
    tcase_add_checked_fixture(tcase, by_hand_open, by_hand_close);
    tcase_add_test(tcase, who_is_woken_has_lost_nothing);
    tcase_add_test(tcase, another_one_is_woken);
    tcase_add_test(tcase, a_later_signal_wakes_it);
    tcase_add_test(tcase, it_was_armed_again);
    tcase_add_test(tcase, nobody_elses);
    tcase_add_test(tcase, how_long_it_was_stopped);
    suite_add_tcase(suite, tcase);
    return suite;
}
