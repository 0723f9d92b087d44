/* SPDX-License-Identifier: Apache-2.0
 *
 * Hazards of unbind itself: hangs and limbo.
 */
#include "by_hand_stream.h"

#include "tb/scenario/keys.h"
#include "tests/harness/suite.h"

/* U0 and U2 at one edge. */
static void enter_unbind(void)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    now -= 10;
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, 0);
}

static void unbind_taking(uint64_t cycles)
{
    enter_unbind();
    prisim_cycle_t u2 = now;
    now = u2 + cycles - 10;
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
    ck_assert_uint_eq(now, u2 + cycles);
}

START_TEST(unbind_hang_by_its_limit)
{
    unbind_taking(1001);
    finish();
    ck_count(UNBIND_HANG, 1);
    ck_only(BIT(UNBIND_HANG));
    ck_counter(UNBINDS, 1);
    ck_counter(UNBIND_CYCLES_MAX, 1001);
}
END_TEST

START_TEST(an_unbind_at_its_limit_is_in_time)
{
    unbind_taking(1000);
    unbind_taking(40);
    finish();
    ck_only(0);
    ck_counter(UNBINDS, 2);
    ck_counter(UNBIND_CYCLES_MAX, 1000);
    ck_counter(UNBIND_CYCLES_SUM, 1040);
}
END_TEST

START_TEST(an_unbind_that_never_ends_hangs)
{
    enter_unbind();
    finish();
    ck_count(UNBIND_HANG, 1);
    ck_only(BIT(UNBIND_HANG)); /* UNBIND-HAZARD: somebody still waits, so that it is no limbo */
    ck_counter(UNBINDS, 0);
}
END_TEST

START_TEST(an_unbind_that_was_cut_off_in_time_is_in_limbo_only)
{
    enter_unbind();
    checkers_finish(checkers, now + 1000, false);
    ck_count(UNBIND_HANG, 0);
    ck_count(PASID_LIMBO, 1);
}
END_TEST

START_TEST(an_unbind_that_was_cut_off_late_hangs)
{
    enter_unbind();
    checkers_finish(checkers, now + 1001, false);
    ck_count(UNBIND_HANG, 1);
}
END_TEST

/* Stuck before U1, and before U0: the unbind hangs all the same, and says for what it waits. */
START_TEST(an_unbind_hangs_from_its_u0_on)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    checkers_finish(checkers, now + 1000, false);
    ck_only(0);
    checkers_finish(checkers, now + 1001, false);
    ck_count(UNBIND_HANG, 1);
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text, "waits for the function to stop (U1)"));
}
END_TEST

/* limits.unbind is U0 to U6, wherever between them the time went; unbind_cycles is U2 to U6 (UNBIND-POINT, T_UNBIND).
 */
static void unbind_of_parts(uint64_t to_u2, uint64_t to_u6)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    prisim_cycle_t u0 = now;
    now = u0 + to_u2 - 10;
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, 0);
    now = u0 + to_u2 + to_u6 - 10;
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
    ck_assert_uint_eq(now, u0 + to_u2 + to_u6);
    finish();
    ck_counter(UNBINDS, 1);
    ck_counter(UNBIND_CYCLES_MAX, to_u6);
    ck_counter(UNBIND_CYCLES_SUM, to_u6);
}

START_TEST(the_limit_is_from_u0_to_u6)
{
    unbind_of_parts(700, 300);
    ck_only(0);
}
END_TEST

START_TEST(one_cycle_more_from_u0_to_u6_is_a_hang)
{
    unbind_of_parts(700, 301);
    ck_count(UNBIND_HANG, 1);
    ck_only(BIT(UNBIND_HANG));
}
END_TEST

/* Between U2 and U6 for less than the limit, but begun more than that ago: somebody waits, and it is no limbo. */
START_TEST(an_unbind_that_was_cut_off_is_as_old_as_its_u0)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    prisim_cycle_t u0 = now;
    now = u0 + 690;
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, 0);
    checkers_finish(checkers, u0 + 1001, false);
    ck_only(BIT(UNBIND_HANG));
    ck_count(UNBIND_HANG, 1);
}
END_TEST

/* What the key says is what is measured. */
START_TEST(the_key_says_from_where)
{
    const struct key *limit = NULL;
    for (unsigned i = 0; i < keys_count(); i++)
        if (strcmp(key_at(i)->name, "limits.unbind") == 0)
            limit = key_at(i);
    ck_assert_ptr_nonnull(limit);
    ck_assert_ptr_nonnull(strstr(limit->row->about, "from U0"));
    ck_assert_ptr_nonnull(strstr(limit->row->about, "to U6"));
}
END_TEST

/* Between U0 and U2 it is not in limbo (UNBIND-POINT, LIMBO). */
START_TEST(before_u2_a_pasid_is_not_in_limbo)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_STOP_SEEN, NIC_ID, 1, 2);
    checkers_finish(checkers, now + 10, false);
    ck_only(0);
}
END_TEST

/* A call that was given and was refused is over, also if it never came to U0; one of which nothing was heard stands
 * before U0. */
static void call_of_unbind(bool is_refused)
{
    scenario.timeline.steps = 1;
    scenario.timeline.step[0].to_driver = true;
    scenario.timeline.step[0].driver =
        (struct prisim_driver_stimulus){.what = PRISIM_DRIVER_UNBIND, .call = 2, .pasid = 1};
    by_hand_close();
    checkers = checkers_open(&scenario);
    stream = (struct stream){0};
    stream_add(&stream, checkers_event, checkers);
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_TIMELINE, TIMELINE_STEP, 0);
    if (is_refused)
        say(INSTANCE_DRIVER, DRIVER_REFUSED, NIC_ID, 1, 2, PRISIM_CAUSE_NOT_BOUND);
    finish();
    ck_count(UNBIND_HANG, !is_refused);
    ck_only(BIT(UNBIND_HANG));
}

START_TEST(a_call_that_was_refused_at_once_does_not_hang)
{
    call_of_unbind(true);
}
END_TEST

START_TEST(a_call_that_never_came_to_u0_hangs)
{
    call_of_unbind(false);
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text, "it waits for its turn (U0)"));
}
END_TEST

START_TEST(a_refused_unbind_is_over)
{
    enter_unbind();
    say(INSTANCE_DRIVER, DRIVER_REFUSED, NIC_ID, 1, 2, PRISIM_CAUSE_REFUSED);
    finish();
    ck_only(0);
}
END_TEST

/* UNBIND-HAZARD-16: a call that fails leaves everything as it was; one that had told the function to stop has not. */
static void refused_behind_u0(uint64_t call, enum prisim_cause cause)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_STOP_SEEN, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_REFUSED, NIC_ID, 1, call, cause);
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, call, cause);
}

START_TEST(a_refusal_behind_the_stop)
{
    refused_behind_u0(2, PRISIM_CAUSE_BUSY);
    ck_count(REFUSED_AFTER_STOP, 1);
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text, "refused (busy)"));
    finish();
    ck_only(BIT(REFUSED_AFTER_STOP));
}
END_TEST

/* Who is interrupted puts it back, which driver.bound says. */
START_TEST(one_that_is_rolled_back_is_none)
{
    refused_behind_u0(2, PRISIM_CAUSE_INTERRUPTED);
    ck_count(REFUSED_AFTER_STOP, 0);
}
END_TEST

/* Another call's refusal changes nothing of the one that has stopped the function. */
START_TEST(another_refusal_behind_the_stop_is_none)
{
    refused_behind_u0(3, PRISIM_CAUSE_BUSY);
    ck_count(REFUSED_AFTER_STOP, 0);
}
END_TEST

/* Before U0 nothing was done. */
START_TEST(a_refusal_before_the_stop_is_none)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_REFUSED, NIC_ID, 1, 2, PRISIM_CAUSE_BUSY);
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 2, PRISIM_CAUSE_BUSY);
    finish();
    ck_only(0);
}
END_TEST

/* A second one that comes meanwhile is refused: that ends nothing of the first. */
START_TEST(a_second_unbind_that_is_refused_ends_no_first)
{
    enter_unbind();
    say(INSTANCE_DRIVER, DRIVER_REFUSED, NIC_ID, 1, 3, PRISIM_CAUSE_NOT_BOUND);
    finish();
    ck_count(UNBIND_HANG, 1);
    ck_only(BIT(UNBIND_HANG));
}
END_TEST

/* UNBIND-HAZARD-12: a job that fails when its PASID's unbind was refused was not ended by that; while it is open, it
 * was. */
static void job_fails(bool is_refused)
{
    bind(NIC_ID, SPACE_A, 1);
    say(NIC, ENDPOINT_JOB, 1, 1, 0x4000, 4, 1);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, 0);
    if (is_refused)
        say(INSTANCE_DRIVER, DRIVER_REFUSED, NIC_ID, 1, 2, PRISIM_CAUSE_BUSY);
    say(NIC, ENDPOINT_JOB_DONE, 1, 1, 0x4000, PRISIM_CAUSE_INVALID_REQUEST);
    ck_counter(JOBS_FAILED, is_refused);
    ck_counter(JOBS_ENDED_BY_UNBIND, !is_refused);
}

START_TEST(a_job_of_an_unbind_that_was_refused)
{
    job_fails(true);
}
END_TEST

START_TEST(a_job_of_an_unbind_that_is_open)
{
    job_fails(false);
}
END_TEST

/* A PASID that is kept back because its invalidation was lost: the caller knows, and nobody waits. */
START_TEST(a_kept_pasid_is_neither_a_hang_nor_in_limbo)
{
    enter_unbind();
    say(INSTANCE_DRIVER, DRIVER_NOT_INVALIDATED, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 2, PRISIM_CAUSE_KEPT);
    finish();
    ck_only(0);
}
END_TEST

/* UNBIND-P2, defect a: the call has returned, and nobody waits for what is stale, however long. */
static void leave_stale(bool freed)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, PRISIM_DRIVER_UNBIND_LAZY_SWEEP);
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 2, PRISIM_CAUSE_NONE);
    now += 5000;
    if (freed)
        say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
    finish();
    ck_count(PASID_LIMBO, freed ? 0 : 1);
    ck_count(UNBIND_HANG, 0);
    ck_counter(UNBINDS, freed ? 1 : 0);
}

START_TEST(a_stale_pasid_is_in_limbo)
{
    leave_stale(false);
}
END_TEST

START_TEST(a_stale_pasid_that_is_freed_is_not)
{
    leave_stale(true);
}
END_TEST

/* An unbind that goes on without U4 does not wait for it: what does not come is the Stop Marker. */
START_TEST(what_was_not_invalidated_is_not_waited_for)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, PRISIM_DRIVER_UNBIND_STOP_MARKER);
    say(INSTANCE_DRIVER, DRIVER_CLEAR, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_NOT_INVALIDATED, NIC_ID, 1, 2);
    finish();
    ck_only(BIT(UNBIND_HANG));
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text, "waits for the Stop Marker (U5)"));
}
END_TEST

/* UNBIND-STEP-17: reject has left the look-up before U3, and waits for references at its end. */
static void reject_hangs(bool invalidated, const char *waits_for)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, PRISIM_DRIVER_UNBIND_REJECT);
    say(INSTANCE_DRIVER, DRIVER_LEFT_LOOKUP, NIC_ID, 1, 2);
    if (invalidated) {
        say(INSTANCE_DRIVER, DRIVER_CLEAR, NIC_ID, 1, 2);
        say(INSTANCE_DRIVER, DRIVER_INVALIDATED, NIC_ID, 1, 2);
    }
    finish();
    ck_only(BIT(UNBIND_HANG));
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text, waits_for));
}

START_TEST(a_reject_waits_for_its_clear)
{
    reject_hangs(false, "waits for the descriptor to be cleared (U3)");
}
END_TEST

START_TEST(a_reject_waits_for_references)
{
    reject_hangs(true, "waits for workers to finish and references to be given back (U5)");
}
END_TEST

/* UNBIND-P6: its wait is not for entries before a snapshot. */
START_TEST(a_drain_batch_waits_for_batches)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, PRISIM_DRIVER_UNBIND_DRAIN_BATCH);
    say(INSTANCE_DRIVER, DRIVER_LEFT_LOOKUP, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_SNAPSHOT, NIC_ID, 1, 2, 1);
    finish();
    ck_only(BIT(UNBIND_HANG));
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text,
                                 "waits for the queue to be empty or two batches to end, and workers to finish (U5)"));
}
END_TEST

START_TEST(another_calls_return_ends_no_unbind)
{
    enter_unbind();
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 3, PRISIM_CAUSE_KEPT);
    finish();
    ck_only(BIT(UNBIND_HANG));
    ck_count(UNBIND_HANG, 1);
}
END_TEST

/* UNBIND-STEP: `enter` is the only test-and-set. Who has stopped the function and comes second is refused; the other
 * goes on, and is waited for. */
START_TEST(a_second_list_is_refused)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 3, 32);
    say(INSTANCE_DRIVER, DRIVER_REFUSED, NIC_ID, 1, 2, PRISIM_CAUSE_NOT_BOUND);
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 2, PRISIM_CAUSE_NOT_BOUND);
    finish();
    ck_count(UNBIND_HANG, 1);
    ck_counter(REFUSED, 1);
}
END_TEST

/* UNBIND-D15: an unbind by mm exit begins with U2, and stops the function behind that. */
START_TEST(an_exit_is_as_old_as_its_u2)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 3, 32);
    const prisim_cycle_t u2 = now;
    now += 500;
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 3);
    say(INSTANCE_DRIVER, DRIVER_STOP_SEEN, NIC_ID, 1, 3);
    checkers_finish(checkers, u2 + 1000, false);
    ck_count(UNBIND_HANG, 0);
    checkers_finish(checkers, u2 + 1001, false);
    ck_count(UNBIND_HANG, 1);
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 1)->text, "waits for the descriptor to be cleared (U3)"));
}
END_TEST

/* One call unbinds many: each of its PASIDs has a begin of its own. */
START_TEST(an_exit_of_many)
{
    for (uint64_t pasid = 1; pasid <= 2; pasid++) {
        say(INSTANCE_DRIVER, DRIVER_BIND, NIC_ID, pasid, pasid, SPACE_A, pasid);
        say(INSTANCE_DRIVER, DRIVER_BOUND, NIC_ID, pasid, pasid, pasid);
    }
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 3, 32);
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 3);
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 3, PRISIM_CAUSE_NONE);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 2, 3, 32);
    finish();
    ck_count(UNBIND_HANG, 1);
    ck_counter(UNBINDS, 1);
}
END_TEST

/* UNBIND-D15: what a function does for a process that dies is counted, from U2 to U6. */
START_TEST(what_comes_while_a_process_dies)
{
    bind(NIC_ID, SPACE_A, 1);
    for (uint64_t n = 1; n <= 4; n++) {
        if (n == 2)
            say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 3, 32);
        if (n == 4)
            say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 3);
        say(NIC, ENDPOINT_PAGE_REQUEST, n, 1000 + n, 1, n, 0x4000, R | L);
        say(NIC, ENDPOINT_PAGE_REQUEST_SENT, n, n, 1, n);
        say(INSTANCE_SMMU, SMMU_EVENT, 16, NIC_ID, 1, 0x4000, n, PRISIM_CAUSE_ACCEPTED);
        say(INSTANCE_SMMU, SMMU_EVENT, 16, GPU_ID, 1, 0x4000, n, PRISIM_CAUSE_ACCEPTED);
    }
    ck_counter(PAGE_REQUESTS, 4);
    ck_counter(EXIT_PAGE_REQUESTS, 2);
    ck_counter(EXIT_EVENT_RECORDS, 2);
}
END_TEST

/* What has no PASID is no unbind. */
START_TEST(without_a_pasid_nothing_is_unbound)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_BOUND, NIC_ID, PRISIM_PASID_NONE, 1, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, PRISIM_PASID_NONE, 2);
    say(INSTANCE_DRIVER, DRIVER_STOP_SEEN, NIC_ID, PRISIM_PASID_NONE, 2);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, PRISIM_PASID_NONE, 2, 0);
    say(INSTANCE_DRIVER, DRIVER_CLEAR, NIC_ID, PRISIM_PASID_NONE, 2);
    say(INSTANCE_DRIVER, DRIVER_DRAINED, NIC_ID, PRISIM_PASID_NONE, 2, PRISIM_CAUSE_DRAINED);
    say(INSTANCE_DRIVER, DRIVER_REFUSED, NIC_ID, PRISIM_PASID_NONE, 2, PRISIM_CAUSE_STILL_BOUND);
    now += 2000;
    finish();
    ck_only(0);
    ck_assert_ptr_null(checkers_exposure(checkers, 0));
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {unbind_hang_by_its_limit,
                                  an_unbind_at_its_limit_is_in_time,
                                  an_unbind_that_never_ends_hangs,
                                  an_unbind_that_was_cut_off_in_time_is_in_limbo_only,
                                  an_unbind_that_was_cut_off_late_hangs,
                                  an_unbind_hangs_from_its_u0_on,
                                  the_limit_is_from_u0_to_u6,
                                  one_cycle_more_from_u0_to_u6_is_a_hang,
                                  an_unbind_that_was_cut_off_is_as_old_as_its_u0,
                                  the_key_says_from_where,
                                  before_u2_a_pasid_is_not_in_limbo,
                                  a_call_that_was_refused_at_once_does_not_hang,
                                  a_call_that_never_came_to_u0_hangs,
                                  a_refused_unbind_is_over,
                                  a_refusal_behind_the_stop,
                                  one_that_is_rolled_back_is_none,
                                  another_refusal_behind_the_stop_is_none,
                                  a_refusal_before_the_stop_is_none,
                                  a_second_unbind_that_is_refused_ends_no_first,
                                  a_job_of_an_unbind_that_was_refused,
                                  a_job_of_an_unbind_that_is_open,
                                  a_kept_pasid_is_neither_a_hang_nor_in_limbo,
                                  a_stale_pasid_is_in_limbo,
                                  a_stale_pasid_that_is_freed_is_not,
                                  what_was_not_invalidated_is_not_waited_for,
                                  a_reject_waits_for_its_clear,
                                  a_reject_waits_for_references,
                                  a_drain_batch_waits_for_batches,
                                  another_calls_return_ends_no_unbind,
                                  a_second_list_is_refused,
                                  an_exit_is_as_old_as_its_u2,
                                  an_exit_of_many,
                                  what_comes_while_a_process_dies,
                                  without_a_pasid_nothing_is_unbound,
                                  NULL};
    return judge_suite("tb_checkers_unbind", tests);
}
