/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of a life of the driver for the checkers (UNBIND-S-50): nobody hangs, nothing was promised, and what the
 * functions still have of it is that life's, and no other's. `_i` of each test: with the kexec, or without it.
 */
#include "atc_stream.h"
#include "tests/harness/suite.h"

static void again(void)
{
    by_hand_close();
    by_hand_open();
}

static void crashes(bool kexec)
{
    if (kexec)
        say(INSTANCE_DRIVER, DRIVER_KEXEC, 2);
}

static void smmu_off(bool kexec)
{
    if (kexec)
        say(INSTANCE_DRIVER, DRIVER_SMMU_OFF, 2);
}

/* UNBIND-S-50: an unbind between U2 and U6: nobody waits for it any more. */
START_TEST(nobody_hangs)
{
    again();
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, PRISIM_DRIVER_UNBIND_DRAIN);
    crashes(_i);
    finish();
    ck_count(UNBIND_HANG, _i ? 0 : 1);
    ck_count(PASID_LIMBO, 0);
}
END_TEST

/* Two wait for a completion; the signal of the next life is for another one. */
START_TEST(nobody_sleeps)
{
    again();
    say(INSTANCE_DRIVER, DRIVER_ARMED, NIC_ID, 3, 7, 0);
    say(INSTANCE_DRIVER, DRIVER_WAIT, NIC_ID, 3, 7, 0);
    crashes(_i);
    say(INSTANCE_DRIVER, DRIVER_SIGNAL, 0, 1, 0);
    finish();
    ck_count(LOST_WAKEUP, _i ? 0 : 1);
}
END_TEST

/* Tasks that had a lock and waited for one are gone: what others wait for then is no knot with them. */
START_TEST(no_lock_is_had)
{
    again();
    say(INSTANCE_DRIVER, DRIVER_LOCKED, PRISIM_DRIVER_TASK_CALLER, 0, PRISIM_DRIVER_LOCK_GROUP);
    say(INSTANCE_DRIVER, DRIVER_BLOCKED, PRISIM_DRIVER_TASK_CALLER, 0, PRISIM_DRIVER_BLOCKED_LOCK,
        PRISIM_DRIVER_LOCK_MM, 7);
    crashes(_i);
    say(INSTANCE_DRIVER, DRIVER_LOCKED, PRISIM_DRIVER_TASK_CALLER, 1, PRISIM_DRIVER_LOCK_MM);
    say(INSTANCE_DRIVER, DRIVER_BLOCKED, PRISIM_DRIVER_TASK_CALLER, 1, PRISIM_DRIVER_BLOCKED_LOCK,
        PRISIM_DRIVER_LOCK_GROUP, 8);
    ck_count(DEADLOCK, _i ? 0 : 1);
}
END_TEST

/* A request of the first life that the second one serves is served in another space, though it has the same name; one
 * life later it would be another binding of the same space. */
START_TEST(a_space_of_another_life)
{
    again();
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 3, R | L);
    trip_made(&t);
    trip_sent(&t);
    trip_port(&t);
    crashes(_i);
    smmu_off(_i);
    bind(NIC_ID, SPACE_A, 2);
    trip_accepted(&t);
    trip_written(&t);
    trip_taken(&t);
    trip_enqueued(&t);
    trip_resolved(&t, SPACE_A, 2, PRISIM_CAUSE_BOUND);
    ck_count(WRONG_ADDRESS_SPACE, _i ? 1 : 0);
    ck_count(STALE_BINDING, _i ? 0 : 1);
}
END_TEST

/* What stood in the queue when the SMMU was switched off does not stand in the next one: who takes it reads what nobody
 * wrote. Until then it does. */
START_TEST(records_of_before)
{
    again();
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 3, R | L);
    trip_queued(&t);
    crashes(true);
    smmu_off(_i);
    trip_taken(&t);
    ck_count(STALE_RECORD_READ, _i ? 1 : 0);
}
END_TEST

/* What software had in hand is nobody's; its group has no answer, unless its function forgets it. */
START_TEST(items_of_before)
{
    again();
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 3, R | L);
    trip_queued(&t);
    trip_taken(&t);
    trip_parked(&t);
    crashes(true);
    if (_i)
        say(NIC, ENDPOINT_PRI_OFF, 1, PRISIM_CAUSE_NONE);
    say(INSTANCE_DRIVER, DRIVER_CONS, 0, true);
    finish();
    ck_count(PARTIAL_GROUP, 0);
    ck_count(UNANSWERED_GROUP, _i ? 0 : 1);
}
END_TEST

/* A frame of the first life belongs to a space of that: a job of it may have it, and one of the second life may not. */
START_TEST(frames_of_before)
{
    again();
    frame_given(FRAME_A, SPACE_A);
    bind(NIC_ID, SPACE_A, 1);
    job_holds(1, FRAME_A);
    crashes(_i);
    dma(1, FRAME_A);
    ck_count(WRONG_SPACE_DMA, 0);
    bind(NIC_ID, SPACE_A, 2);
    job_holds(2, FRAME_A);
    dma(2, FRAME_A);
    ck_count(WRONG_SPACE_DMA, _i ? 2 : 0); /* its translation, and its access */
    frame_given(FRAME_B, SPACE_A);
    job_holds(3, FRAME_B);
    dma(3, FRAME_B);
    ck_count(WRONG_SPACE_DMA, _i ? 2 : 0); /* its translation, and its access */
}
END_TEST

/* Jobs of a binding that the crash has ended are no failures, however they end. */
START_TEST(jobs_of_before)
{
    again();
    bind(NIC_ID, SPACE_A, 1);
    job_made(1);
    crashes(_i);
    job_done(1, PRISIM_CAUSE_UNSUPPORTED_REQUEST);
    ck_counter(JOBS_FAILED, _i ? 0 : 1);
    ck_counter(JOBS_ENDED_BY_UNBIND, _i ? 1 : 0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_checkers_kexec");
    TCase *tcase = tcase_create("kexec");
    tcase_add_checked_fixture(tcase, by_hand_open, by_hand_close);
    tcase_add_loop_test(tcase, nobody_hangs, 0, 2);
    tcase_add_loop_test(tcase, nobody_sleeps, 0, 2);
    tcase_add_loop_test(tcase, no_lock_is_had, 0, 2);
    tcase_add_loop_test(tcase, a_space_of_another_life, 0, 2);
    tcase_add_loop_test(tcase, records_of_before, 0, 2);
    tcase_add_loop_test(tcase, items_of_before, 0, 2);
    tcase_add_loop_test(tcase, frames_of_before, 0, 2);
    tcase_add_loop_test(tcase, jobs_of_before, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
