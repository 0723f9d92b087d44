/* SPDX-License-Identifier: Apache-2.0
 *
 * false_sync (UNBIND-HAZARD): a CMD_SYNC was consumed though an Invalidate Request before it lacks its completion; whom
 * the error was told.
 */
#include "atc_stream.h"
#include "tests/harness/suite.h"

/* Call 2 issued the ATC_INV at `index`; the error came with the CMD_SYNC at `sync`. */
static void lost(uint64_t index, uint64_t sync, bool own, bool told)
{
    say(INSTANCE_DRIVER, DRIVER_ATC_INV_LOST, NIC_ID, 1, 2, index, sync, own, told);
}

START_TEST(a_completed_invalidation)
{
    invalidate(3);
    sync_done(4);
    sync_done(5);
    ck_only(0);
}
END_TEST

/* Once, at the first CMD_SYNC. */
START_TEST(nothing_was_completed)
{
    request_sent(3);
    sync_done(4);
    ck_count(FALSE_SYNC, 1);
    sync_done(5);
    ck_count(FALSE_SYNC, 1);
    ck_only(BIT(FALSE_SYNC));
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text,
                                 "the SYNC at index 4 was consumed at cycle 20, and the Invalidate Request of the "
                                 "ATC_INV at index 3 to endpoint[nic] has no completion"));
}
END_TEST

/* One for a CMD_SYNC, of however many requests. */
START_TEST(two_requests_one_sync)
{
    request_sent(3);
    request_sent(4);
    sync_done(5);
    ck_count(FALSE_SYNC, 1);
}
END_TEST

/* The late completion of 3 is counted for 5 (itag_reuse: at_timeout); the true one of 5 comes later. */
START_TEST(completed_by_anothers_completion)
{
    request_sent(3);
    timed_out(3);
    sync_error(4);
    lost(3, 4, true, true);
    sync_done(4);
    request_sent(5);
    completion_counted(3, 5, 1, 0);
    ck_only(0);
    sync_done(6);
    ck_count(FALSE_SYNC, 1);
    request_completed(5);
    sync_done(7);
    ck_count(FALSE_SYNC, 1);
    ck_only(BIT(FALSE_SYNC));
}
END_TEST

/* By copies: the second is not the true one. */
START_TEST(one_true_copy_of_two)
{
    request_sent(3);
    completion_counted(3, 3, 2, 1);
    sync_done(4);
    ck_count(FALSE_SYNC, 1);
}
END_TEST

START_TEST(two_true_copies)
{
    request_sent(3);
    completion_counted(3, 3, 2, 1);
    completion_counted(3, 3, 2, 0);
    sync_done(4);
    ck_only(0);
}
END_TEST

/* SMMU-CERROR: the CMD_SYNC that ended with the error runs again and succeeds. Its caller saw the error, whether or not
 * the driver told him. */
START_TEST(repeated_after_ones_own_error)
{
    for (unsigned told = 0; told < 2; told++) {
        request_sent(3);
        timed_out(3);
        sync_error(4);
        lost(3, 4, true, told);
        sync_done(4);
        sync_done(5);
    }
    ck_only(0);
}
END_TEST

START_TEST(a_loss_without_an_error)
{
    request_sent(3);
    timed_out(3);
    sync_done(4);
    ck_count(FALSE_SYNC, 1);
    ck_only(BIT(FALSE_SYNC));
}
END_TEST

/* The error came with the CMD_SYNC of somebody else; that of its own caller, 5, succeeds. */
static void told_by_anothers_sync(bool told)
{
    request_sent(3);
    timed_out(3);
    sync_error(4);
    lost(3, 4, false, told);
    sync_done(4);
    ck_only(0);
    sync_done(5);
}

START_TEST(told_to_another)
{
    told_by_anothers_sync(false);
    ck_count(FALSE_SYNC, 1);
    ck_count(FALSE_SYNC_TOLD_TO_ANOTHER, 1);
    ck_only(BIT(FALSE_SYNC) | BIT(FALSE_SYNC_TOLD_TO_ANOTHER));
    sync_done(6);
    ck_count(FALSE_SYNC, 1);
}
END_TEST

START_TEST(told_to_its_own_caller_by_anothers_sync)
{
    told_by_anothers_sync(true);
    ck_only(0);
}
END_TEST

/* The driver joins it to nobody. */
START_TEST(told_to_nobody)
{
    request_sent(3);
    timed_out(3);
    sync_error(4);
    sync_done(4);
    ck_only(0);
    sync_done(5);
    ck_count(FALSE_SYNC_TOLD_TO_ANOTHER, 1);
}
END_TEST

static void given_up(uint64_t stream_id, uint64_t pasid, uint64_t index)
{
    say(INSTANCE_DRIVER, DRIVER_SYNC_TIMEOUT, PRISIM_DRIVER_TASK_CALLER, stream_id, pasid, 2, index);
}

/* Its caller waits no longer: the error of his own CMD_SYNC comes too late to tell him, and no later one deceives him.
 */
START_TEST(given_up_before_the_error)
{
    request_sent(3);
    given_up(NIC_ID, 1, 4);
    timed_out(3);
    sync_error(4);
    sync_done(4);
    sync_done(5);
    ck_only(0);
}
END_TEST

/* Another PASID's, another function's, and bring-up's. */
START_TEST(given_up_by_another)
{
    request_sent(3);
    given_up(NIC_ID, 2, 5);
    given_up(GPU_ID, 1, 6);
    given_up(0, PRISIM_PASID_NONE, 2);
    sync_done(4);
    ck_count(FALSE_SYNC, 1);
    ck_only(BIT(FALSE_SYNC));
}
END_TEST

/* That a wait was given up says nothing of what is issued later. */
START_TEST(given_up_before_it_was_sent)
{
    given_up(NIC_ID, 1, 2);
    request_sent(3);
    sync_done(4);
    ck_count(FALSE_SYNC, 1);
}
END_TEST

/* An index comes again after two laps of the queue; and only the CMD_SYNC that ended with the error is excused. */
START_TEST(only_the_sync_with_the_error_runs_again)
{
    request_sent(3);
    timed_out(3);
    sync_error(4);
    sync_done(4);
    sync_done(4);
    ck_count(FALSE_SYNC_TOLD_TO_ANOTHER, 1);
    request_sent(5);
    timed_out(5);
    sync_error(6);
    sync_done(7);
    ck_count(FALSE_SYNC_TOLD_TO_ANOTHER, 2);
}
END_TEST

START_TEST(a_late_completion_before_the_sync_runs_again)
{
    request_sent(3);
    timed_out(3);
    sync_error(4);
    request_completed(3);
    sync_done(4);
    sync_done(5);
    ck_only(0);
}
END_TEST

START_TEST(another_command_error_tells_nothing)
{
    request_sent(3);
    timed_out(3);
    say(INSTANCE_SMMU, SMMU_COMMAND_ERROR, 4, 0x46, PRISIM_CAUSE_COMMAND_ILLEGAL);
    sync_done(4);
    ck_count(FALSE_SYNC, 1);
}
END_TEST

/* SMMU-CERROR: one CERROR_ATC_INV_SYNC speaks of all that were lost until then. */
START_TEST(one_error_of_two_losses)
{
    request_sent(3);
    request_sent(4);
    timed_out(3);
    timed_out(4);
    sync_error(5);
    lost(3, 5, true, true);
    lost(4, 5, true, true);
    sync_done(5);
    sync_done(6);
    ck_only(0);
}
END_TEST

/* ... and not of what is lost later. */
START_TEST(a_loss_behind_the_error)
{
    request_sent(3);
    request_sent(4);
    timed_out(3);
    sync_error(5);
    lost(3, 5, true, true);
    timed_out(4);
    sync_done(5);
    ck_count(FALSE_SYNC, 1);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {a_completed_invalidation,
                                  nothing_was_completed,
                                  two_requests_one_sync,
                                  completed_by_anothers_completion,
                                  one_true_copy_of_two,
                                  two_true_copies,
                                  repeated_after_ones_own_error,
                                  a_loss_without_an_error,
                                  told_to_another,
                                  told_to_its_own_caller_by_anothers_sync,
                                  told_to_nobody,
                                  given_up_before_the_error,
                                  given_up_by_another,
                                  given_up_before_it_was_sent,
                                  only_the_sync_with_the_error_runs_again,
                                  a_late_completion_before_the_sync_runs_again,
                                  another_command_error_tells_nothing,
                                  one_error_of_two_losses,
                                  a_loss_behind_the_error,
                                  NULL};
    return judge_suite("tb_checkers_sync", tests);
}
