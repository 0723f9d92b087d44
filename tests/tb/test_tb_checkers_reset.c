/* SPDX-License-Identifier: Apache-2.0
 *
 * What a function-level reset and a removal end for the checkers: jobs, groups and invalidations of that function, and
 * nothing else. What was on its way is judged as ever (UNBIND-S-42, UNBIND-S-46).
 */
#include "atc_stream.h"
#include "tests/harness/suite.h"

enum { AT_ONCE = 50, GONE = 0, RESET = 1, ENDS = 2 };

/* One of the two ends of the function nic, with so many open groups; or none of them. */
static void ends(unsigned how, uint64_t groups)
{
    const uint64_t cause = how == RESET ? PRISIM_CAUSE_FUNCTION_RESET : PRISIM_CAUSE_FUNCTION_REMOVED;
    if (how == ENDS)
        return;
    if (how == RESET)
        say(NIC, ENDPOINT_RESET, now + AT_ONCE);
    else
        say(NIC, ENDPOINT_REMOVED, groups);
    if (groups)
        say(NIC, ENDPOINT_PRI_OFF, groups, cause);
}

static void again(void)
{
    by_hand_close();
    by_hand_open();
    bind(NIC_ID, SPACE_A, 1);
    bind(GPU_ID, SPACE_A, 2);
}

/* No answer is owed to a group of before, of the engine or raw, and its credits are back; one of another function's is.
 */
START_TEST(groups_need_no_answer)
{
    for (unsigned how = GONE; how <= ENDS; how++) {
        again();
        struct trip own = trip_start(1, 3, R | L),
                    raw = {.n = 2, .job = 99, .prgi = 7, .address = 0x5000, .access = R | L, .instance = NIC};
        struct trip other = {.n = 3, .job = 3, .prgi = 3, .address = 0x4000, .access = R | L, .instance = GPU};
        say(GPU, ENDPOINT_JOB, 3, 1, 0x4000, 4, 0);
        trip_queued(&own);
        trip_queued(&raw);
        trip_queued(&other);
        ends(how, 1);
        finish();
        ck_count(UNANSWERED_GROUP, how == ENDS ? 3 : 1);
        ck_count(CREDIT_LEAK, how == ENDS ? 2 : 1);
    }
}
END_TEST

/* PCIE-PRICAP: what was made and not sent never leaves, and is no request under way; a raw one neither. */
START_TEST(requests_that_were_not_sent)
{
    again();
    say(NIC, ENDPOINT_CONFIG, PRISIM_ENDPOINT_CONFIG_PRI + 12, 1, true);
    struct trip own = trip_start(1, 3, R | L),
                raw = {.n = 2, .job = 99, .prgi = 7, .address = 0x5000, .access = R | L, .instance = NIC};
    trip_made(&raw);
    ends(RESET, 0);
    trip_made(&own);
    ck_count(ALLOCATION_EXCEEDED, 0);
    finish();
    ck_count(UNANSWERED_GROUP, 0);
}
END_TEST

/* Jobs that end with it are no failures, and no bystanders. */
START_TEST(jobs_end_with_it)
{
    for (unsigned how = GONE; how <= ENDS; how++) {
        again();
        trip_start(1, 3, R | L);
        trip_start(2, 4, R | L);
        ends(how, 0);
        const enum prisim_cause cause = how == GONE    ? PRISIM_CAUSE_FUNCTION_REMOVED
                                        : how == RESET ? PRISIM_CAUSE_FUNCTION_RESET
                                                       : PRISIM_CAUSE_UNSUPPORTED_REQUEST;
        job_done(1, cause);
        job_done(2, cause);
        ck_counter(JOBS_ENDED_BY_RESET, how == ENDS ? 0 : 2);
        ck_counter(JOBS_FAILED, how == ENDS ? 2 : 0);
        finish();
        ck_counter(JOBS_UNFINISHED, 0);
    }
}
END_TEST

/* UNBIND-S-46: a request of before is its binding's, whoever has the PASID when it comes out of the queue. */
START_TEST(a_request_of_before_in_the_next_space)
{
    again();
    struct trip old = trip_start(1, 3, R | L);
    trip_queued(&old);
    ends(RESET, 1);
    job_done(1, PRISIM_CAUSE_FUNCTION_RESET);
    say(NIC, ENDPOINT_START, 1);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 3);
    trip_served(&old, SPACE_B, 3);
    ck_count(WRONG_ADDRESS_SPACE, 1);
    ck_count(WRONG_ADDRESS_SPACE_MAPPED, 1);
}
END_TEST

/* UNBIND-S-42: an answer of before frees a group of behind the reset that has its index; one that comes while the
 * function does not listen does nothing. */
START_TEST(an_answer_of_before)
{
    for (unsigned heard = 0; heard < 2; heard++) {
        again();
        struct trip old = trip_start(1, 3, R | L);
        trip_queued(&old);
        trip_served(&old, SPACE_A, 1);
        ends(RESET, 1);
        job_done(1, PRISIM_CAUSE_FUNCTION_RESET);
        if (!heard)
            trip_arrived(&old, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_FUNCTION_RESET);
        struct trip fresh = trip_start(2, 3, R | L);
        trip_queued(&fresh);
        if (heard)
            trip_arrived(&old, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
        ck_count(MISDELIVERED_RESPONSE, heard);
        trip_served(&fresh, SPACE_A, 1);
        trip_arrived(&fresh, PRISIM_PRG_SUCCESS, heard ? PRISIM_CAUSE_UNEXPECTED_INDEX : PRISIM_CAUSE_GROUP_FREED);
        finish();
        ck_count(UNEXPECTED_RESPONSE, heard);
        ck_count(DOUBLE_RESPONSE, 0);
        ck_count(UNANSWERED_GROUP, 0);
    }
}
END_TEST

/* PCIE-ATSCAP: with it there is nothing left to invalidate, and nobody owes a completion. */
START_TEST(invalidations_end_with_it)
{
    for (unsigned how = GONE; how <= ENDS; how++) {
        again();
        say(INSTANCE_SMMU, SMMU_INVALIDATE, 0x2000005, 1, NIC_ID, 1, 0, UINT64_MAX, 3);
        ends(how, 0);
        unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
        ck_count(FREED_BEFORE_INVALIDATED, how == ENDS);
    }
}
END_TEST

/* One that comes while the function is in reset is the same; one behind it is not, but of a function that is gone. */
START_TEST(invalidations_behind_it)
{
    for (unsigned how = GONE; how <= RESET; how++)
        for (unsigned meanwhile = 0; meanwhile < 2; meanwhile++) {
            again();
            ends(how, 0);
            say(INSTANCE_SMMU, SMMU_INVALIDATE, 0x2000005, 1, NIC_ID, 1, 0, UINT64_MAX, 3);
            if (meanwhile)
                say(NIC, ENDPOINT_INVALIDATE_UNANSWERED, 0x2000005, 1, PRISIM_CAUSE_FUNCTION_RESET);
            unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
            ck_count(FREED_BEFORE_INVALIDATED, how == RESET && !meanwhile);
        }
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {groups_need_no_answer,   requests_that_were_not_sent,
                                  jobs_end_with_it,        a_request_of_before_in_the_next_space,
                                  an_answer_of_before,     invalidations_end_with_it,
                                  invalidations_behind_it, NULL};
    return judge_suite("tb_checkers_reset", tests);
}
