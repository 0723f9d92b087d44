/* SPDX-License-Identifier: Apache-2.0
 *
 * deadlock (UNBIND-HAZARD-15): knots of waits over locks, workers and the PRI thread, and what is none. Tasks and what
 * they wait for are literals, as docs/output.md has them.
 */
#include "by_hand_stream.h"
#include "tests/harness/suite.h"

enum { PRI_THREAD = 2, WORKER, CALLER };
enum { GROUP = 1, MM, PARAM };
enum { ON_LOCK, ON_PRI_THREAD, ON_WORKERS, ON_REFERENCES, ON_ITEM, ON_FUNCTION };

static void locks(unsigned task, unsigned index, unsigned lock)
{
    say(INSTANCE_DRIVER, DRIVER_LOCKED, task, index, lock);
}

static void unlocks(unsigned task, unsigned index, unsigned lock)
{
    say(INSTANCE_DRIVER, DRIVER_UNLOCKED, task, index, lock);
}

/* A worker has the group `of`, counted from 1, of PASID `whose` of nic, and the handle of that binding; a call is about
 * that PASID. */
static void waits_of(uint64_t whose, unsigned task, unsigned index, unsigned on, uint64_t object, uint64_t of,
                     uint64_t binding)
{
    say(INSTANCE_DRIVER, DRIVER_BLOCKED, task, index, on, object, task == CALLER ? 7 + index : 0, of, binding, NIC_ID,
        whose);
}

static void waits(unsigned task, unsigned index, unsigned on, uint64_t object, uint64_t of, uint64_t binding)
{
    waits_of(1, task, index, on, object, of, binding);
}

static void goes_on(unsigned task, unsigned index)
{
    say(INSTANCE_DRIVER, DRIVER_WOKEN, task, index);
}

static unsigned deadlocks(void)
{
    return (unsigned)checkers_count(checkers, HAZARD_DEADLOCK);
}

/* UNBIND-S-54: the caller has the lock and waits for the worker, which needs it; whoever comes to wait last. */
START_TEST(a_lock_and_a_flush)
{
    locks(CALLER, 0, PARAM);
    if (_i)
        waits(WORKER, 0, ON_LOCK, PARAM, 1, 0);
    else
        waits(CALLER, 0, ON_WORKERS, 1, 0, 0);
    ck_assert_uint_eq(deadlocks(), 0);
    if (_i)
        waits(CALLER, 0, ON_WORKERS, 1, 0, 0);
    else
        waits(WORKER, 0, ON_LOCK, PARAM, 1, 0);
    ck_assert_uint_eq(deadlocks(), 1);
    waits(WORKER, 1, ON_LOCK, PARAM, 2, 0); /* it is caught by that, and no deadlock of its own */
    ck_assert_uint_eq(deadlocks(), 1);
    finish();
}
END_TEST

/* The lock is dropped before the wait. */
START_TEST(let_go_of_before)
{
    locks(CALLER, 0, PARAM);
    waits(WORKER, 0, ON_LOCK, PARAM, 1, 0);
    unlocks(CALLER, 0, PARAM);
    waits(CALLER, 0, ON_WORKERS, 1, 0, 0);
    goes_on(WORKER, 0);
    locks(WORKER, 0, PARAM);
    unlocks(WORKER, 0, PARAM);
    goes_on(CALLER, 0);
    finish();
    ck_only(0);
}
END_TEST

/* Its owner does not wait, or with a time-out, which is not told: that may last, and is no deadlock. */
START_TEST(an_owner_that_sleeps)
{
    locks(CALLER, 0, MM);
    waits(WORKER, 0, ON_LOCK, MM, 1, 0);
    waits(WORKER, 1, ON_LOCK, MM, 2, 0);
    waits(CALLER, 1, ON_WORKERS, 2, 0, 0); /* it waits for them, and they for one that goes on */
    finish();
    ck_assert_uint_eq(deadlocks(), 0);
}
END_TEST

/* A group behind the mark is not waited for. */
START_TEST(the_mark_of_a_flush)
{
    locks(CALLER, 0, PARAM);
    waits(WORKER, 0, ON_LOCK, PARAM, _i ? 5 : 6, 0);
    waits(CALLER, 0, ON_WORKERS, 5, 0, 0);
    ck_assert_uint_eq(deadlocks(), (unsigned)_i);
    finish();
}
END_TEST

/* Two locks in two orders. */
START_TEST(two_locks)
{
    locks(CALLER, 0, GROUP);
    locks(CALLER, 1, MM);
    waits(CALLER, 0, ON_LOCK, MM, 0, 0);
    ck_assert_uint_eq(deadlocks(), 0);
    waits(CALLER, 1, ON_LOCK, GROUP, 0, 0);
    ck_assert_uint_eq(deadlocks(), 1);
    finish();
}
END_TEST

/* Of workers there are several: the PRI thread needs an item of any of them. A cycle through one is no knot as long as
 * another goes on. */
START_TEST(a_knot_and_not_a_cycle)
{
    scenario.system.driver.workers = 2;
    locks(CALLER, 0, PARAM);
    waits(PRI_THREAD, 0, ON_ITEM, 0, 0, 0);
    waits(CALLER, 0, ON_PRI_THREAD, 3, 0, 0);
    waits(WORKER, 0, ON_LOCK, PARAM, 1, 0);
    ck_assert_uint_eq(deadlocks(), 0);
    waits(WORKER, 1, ON_LOCK, PARAM, 2, 0);
    ck_assert_uint_eq(deadlocks(), 1);
    finish();
}
END_TEST

/* UNBIND-STEP-17: of those that hold the handle of that binding. */
START_TEST(references)
{
    locks(CALLER, 0, MM);
    waits(WORKER, 0, ON_LOCK, MM, 1, 4);
    waits(CALLER, 0, ON_REFERENCES, _i ? 4 : 5, 0, 0);
    ck_assert_uint_eq(deadlocks(), (unsigned)_i);
    finish();
}
END_TEST

/* UNBIND-P6: entries are handed over under the lock. */
START_TEST(a_lock_of_the_pri_thread)
{
    locks(CALLER, 0, PARAM);
    waits(CALLER, 0, ON_PRI_THREAD, 1, 0, 0);
    ck_assert_uint_eq(deadlocks(), 0);
    waits(PRI_THREAD, 0, ON_LOCK, PARAM, 0, 0);
    ck_assert_uint_eq(deadlocks(), 1);
    finish();
}
END_TEST

/* A page request of PASID 1 of nic that a worker has. */
static struct trip at_a_worker(void)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | L);
    trip_queued(&t);
    trip_taken(&t);
    trip_enqueued(&t);
    return t;
}

enum { AT_A_WORKER, WAITS_FOR_NOTHING, OF_ANOTHER_PASID, ALL_ANSWERED };

/* The caller has the lock and waits for its function, which waits for an answer of the worker, which needs the lock. A
 * function that waits for nothing stops by itself; and one whose requests are with nobody who is stuck. */
START_TEST(a_function_that_waits)
{
    scenario.system.endpoint[0].stop = _i == WAITS_FOR_NOTHING ? PRISIM_ENDPOINT_STOP_NONE : PRISIM_ENDPOINT_STOP_WAIT;
    scenario.system.driver.workers = 2;
    struct trip t = at_a_worker();
    if (_i == ALL_ANSWERED) {
        trip_resolved(&t, SPACE_A, 1, PRISIM_CAUSE_BOUND);
        trip_paged(&t, SPACE_A, PRISIM_CAUSE_MAPPED);
        trip_responded(&t, PRISIM_PRG_SUCCESS);
    }
    locks(CALLER, 0, GROUP);
    waits_of(_i >= OF_ANOTHER_PASID ? 2 : 1, WORKER, 0, ON_LOCK, GROUP, 1, 0);
    ck_assert_uint_eq(deadlocks(), 0);
    waits(CALLER, 0, ON_FUNCTION, 0, 0, 0);
    ck_assert_uint_eq(deadlocks(), (unsigned)(_i == AT_A_WORKER));
    finish();
    ck_assert_uint_eq(deadlocks(), (unsigned)(_i == AT_A_WORKER));
}
END_TEST

/* The request comes to the queue when all are waiting: nobody will take it. Or it never does. */
START_TEST(a_request_that_nobody_takes)
{
    scenario.system.endpoint[0].stop = PRISIM_ENDPOINT_STOP_WAIT;
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | L);
    locks(CALLER, 0, PARAM);
    waits(PRI_THREAD, 0, ON_LOCK, PARAM, 0, 0);
    waits(CALLER, 0, ON_FUNCTION, 0, 0, 0);
    if (_i) {
        trip_queued(&t);
        say(INSTANCE_PRI_QUEUE, PRI_QUEUE_PROD, 2, 0); /* slot 1 */
    }
    ck_assert_uint_eq(deadlocks(), 0);
    finish();
    ck_assert_uint_eq(deadlocks(), (unsigned)_i);
}
END_TEST

/* On the work queue, and no worker goes on; or one does. */
START_TEST(a_request_on_the_work_queue)
{
    scenario.system.endpoint[0].stop = PRISIM_ENDPOINT_STOP_WAIT;
    scenario.system.driver.workers = 1 + (unsigned)_i;
    at_a_worker();
    locks(CALLER, 0, MM);
    waits_of(2, WORKER, 0, ON_LOCK, MM, 1, 0);
    waits(CALLER, 0, ON_FUNCTION, 0, 0, 0);
    ck_assert_uint_eq(deadlocks(), !_i);
    finish();
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_checkers_deadlock");
    TCase *tcase = tcase_create("tb_checkers_deadlock");
    tcase_add_checked_fixture(tcase, by_hand_open, by_hand_close);
    tcase_add_loop_test(tcase, a_lock_and_a_flush, 0, 2);
    tcase_add_test(tcase, let_go_of_before);
    tcase_add_test(tcase, an_owner_that_sleeps);
    tcase_add_loop_test(tcase, the_mark_of_a_flush, 0, 2);
    tcase_add_test(tcase, two_locks);
    tcase_add_test(tcase, a_knot_and_not_a_cycle);
    tcase_add_loop_test(tcase, references, 0, 2);
    tcase_add_test(tcase, a_lock_of_the_pri_thread);
    tcase_add_loop_test(tcase, a_function_that_waits, 0, 4);
    tcase_add_loop_test(tcase, a_request_that_nobody_takes, 0, 2);
    tcase_add_loop_test(tcase, a_request_on_the_work_queue, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
