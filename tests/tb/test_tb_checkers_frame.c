/* SPDX-License-Identifier: Apache-2.0
 *
 * What holds for all checkers: how many findings are kept, functions that are not there, records that are long gone.
 */
#include "by_hand_stream.h"
#include "tb/checkers/checkers_tables.h"
#include "tests/harness/suite.h"

/* tb/checkers/checkers.h: at most 1000 are kept, counts go on. */
START_TEST(a_thousand_findings_are_kept)
{
    for (unsigned i = 1; i <= 1002; i++)
        say(INSTANCE_PRI_QUEUE, PRI_QUEUE_OVERFLOW, 16, i & 1);
    ck_count(QUEUE_OVERFLOW, 1002);
    const struct finding *last = checkers_finding(checkers, 999);
    ck_assert_ptr_nonnull(last);
    ck_assert_str_eq(last->text, "the PRI queue overflowed at cycle 10000");
    ck_assert_uint_eq(last->cycle, 10000);
    ck_assert_ptr_null(checkers_finding(checkers, 1000));
    ck_assert_uint_eq(checkers_premises(checkers, HAZARD_QUEUE_OVERFLOW)->kept, 1002);
}
END_TEST

/* Two functions: the third is nobody's, nor is what stands below the first. */
START_TEST(a_function_that_is_not_there)
{
    static const unsigned others[] = {GPU + 1, NIC - 1};
    for (unsigned i = 0; i < sizeof others / sizeof *others; i++) {
        say(others[i], ENDPOINT_STOP_MARKER, 5, 1);
        say(others[i], ENDPOINT_PAGE_REQUEST, 1, 90, 1, 0, 0x4000, R | L);
        say(others[i], ENDPOINT_PAGE_REQUEST_SENT, 1, 6, 1, 0);
        say(others[i], ENDPOINT_RESPONSE, 7, 1, 0, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_UNEXPECTED_INDEX);
        say(others[i], ENDPOINT_PRI_OFF, 0, PRISIM_CAUSE_RESPONSE_FAILURE);
    }
    finish();
    ck_only(0);
    ck_counter(STOP_MARKERS, 0);
    ck_counter(PAGE_REQUESTS, 0);
}
END_TEST

/* Its answer comes when its job has ended and the job's place is another's. */
START_TEST(an_answer_behind_many_jobs)
{
    struct trip t = trip_start(1, 0, R | L);
    trip_queued(&t);
    say(NIC, ENDPOINT_JOB_DONE, 1, 1, 0x4000, PRISIM_CAUSE_STOPPED);
    for (uint64_t job = 2; job < 2 + 2 * POOL_CHUNK; job++) {
        say(NIC, ENDPOINT_JOB, job, 1, 0x4000, 4, 0);
        say(NIC, ENDPOINT_JOB_DONE, job, 1, 0x4000, PRISIM_CAUSE_COMPLETED);
    }
    trip_taken(&t);
    trip_enqueued(&t);
    trip_resolved(&t, 0, 0, PRISIM_CAUSE_NOT_BOUND);
    trip_responded(&t, PRISIM_PRG_INVALID);
    trip_left(&t, PRISIM_PRG_INVALID);
    trip_arrived(&t, PRISIM_PRG_INVALID, PRISIM_CAUSE_GROUP_FREED);
    finish();
    ck_only(0);
    ck_counter(JOBS, 1 + 2 * POOL_CHUNK);
}
END_TEST

/* What has no PASID is called so. */
START_TEST(words_without_a_pasid)
{
    say(INSTANCE_DRIVER, DRIVER_TAKE, 1, 1, 0, GPU_ID, PRISIM_PASID_NONE, 5, 0x4000, R);
    say(INSTANCE_DRIVER, DRIVER_PARK, 1, GPU_ID, PRISIM_PASID_NONE, 5);
    say(INSTANCE_DRIVER, DRIVER_CONS, 2, 1);
    ck_count(PARTIAL_GROUP, 1);
    ck_assert_str_eq(
        checkers_finding(checkers, 1)->text,
        "a part of the group with PRGI 5 of endpoint[gpu] without PASID was still parked when the overflow "
        "was acknowledged at cycle 30");
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {a_thousand_findings_are_kept, a_function_that_is_not_there,
                                  an_answer_behind_many_jobs, words_without_a_pasid, NULL};
    return judge_suite("tb_checkers_frame", tests);
}
