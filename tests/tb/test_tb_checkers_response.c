/* SPDX-License-Identifier: Apache-2.0
 *
 * Hazards of responses: none, two, to the wrong group, to nobody; credits; what a Response Failure does; livelock.
 */
#include "by_hand_stream.h"
#include "tb/checkers/checkers_state.h"
#include "tests/harness/suite.h"

START_TEST(unanswered_group_at_the_end)
{
    struct trip t = trip_start(1, 0, R | L);
    trip_queued(&t);
    finish();
    ck_count(UNANSWERED_GROUP, 1);
    ck_count(CREDIT_LEAK, 1);
    ck_only(BIT(UNANSWERED_GROUP) | BIT(CREDIT_LEAK));
}
END_TEST

/* Made, but its Last never left: no answer is owed. */
START_TEST(a_group_that_was_not_sent_is_not_unanswered)
{
    struct trip t = trip_start(1, 0, R | L);
    trip_made(&t);
    finish();
    ck_count(UNANSWERED_GROUP, 0);
    ck_count(CREDIT_LEAK, 1);
}
END_TEST

/* A Stop Marker's answer hits no group. */
START_TEST(an_answered_marker_is_unexpected)
{
    say(NIC, ENDPOINT_RESPONSE, 0x2000001, 1, 0, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_MARKER_ANSWERED);
    ck_count(UNEXPECTED_RESPONSE, 1);
}
END_TEST

static void answer_after(uint64_t cycles)
{
    scenario.limits.group = 1000;
    struct trip t = trip_start(1, 0, R | L);
    trip_made(&t);
    trip_sent(&t);
    prisim_cycle_t sent = now;
    now = sent + cycles - 10;
    trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    ck_assert_uint_eq(now, sent + cycles);
}

START_TEST(unanswered_group_by_its_limit)
{
    answer_after(1001);
    finish();
    ck_count(UNANSWERED_GROUP, 1);
    ck_only(BIT(UNANSWERED_GROUP));
}
END_TEST

START_TEST(an_answer_at_the_limit_is_in_time)
{
    answer_after(1000);
    finish();
    ck_only(0);
}
END_TEST

/* A run that was cut off within a group's limit says nothing about it. */
START_TEST(a_young_group_is_not_judged_when_the_run_is_cut_off)
{
    scenario.limits.group = 1000;
    struct trip t = trip_start(1, 0, R | L);
    trip_made(&t);
    trip_sent(&t);
    checkers_finish(checkers, now + 1000, false);
    ck_count(UNANSWERED_GROUP, 0);
}
END_TEST

START_TEST(an_old_group_is_judged_when_the_run_is_cut_off)
{
    scenario.limits.group = 1000;
    struct trip t = trip_start(1, 0, R | L);
    trip_made(&t);
    trip_sent(&t);
    checkers_finish(checkers, now + 1001, false);
    ck_count(UNANSWERED_GROUP, 1);
}
END_TEST

static struct trip served(uint64_t n, uint64_t prgi)
{
    struct trip t = trip_start(n, prgi, R | L);
    bind(NIC_ID, SPACE_A, n);
    trip_queued(&t);
    trip_served(&t, SPACE_A, n);
    return t;
}

/* UNBIND-S-26: the queue answered the Last, and software answers the parts of the group too. */
/* PCIE-GROUP: a part was answered (the queue was off: SMMU-PRIOUTCOME-1), so that its index is free; what uses it next
 * is a group of its own, and its answer is no second one. */
START_TEST(an_answered_part_takes_nobody_in)
{
    struct trip part = {.n = 1, .job = 90, .prgi = 3, .address = 0x4000, .access = R, .instance = NIC};
    struct trip next = {.n = 2, .job = 91, .prgi = 3, .address = 0x5000, .access = R | L, .instance = NIC};
    trip_dropped(&part, PRISIM_CAUSE_QUEUE_OFF);
    trip_answered_by_queue(&part, PRISIM_PRG_FAILURE, PRISIM_CAUSE_UNEXPECTED_INDEX);
    trip_dropped(&next, PRISIM_CAUSE_QUEUE_OFF);
    trip_answered_by_queue(&next, PRISIM_PRG_FAILURE, PRISIM_CAUSE_UNEXPECTED_INDEX);
    ck_count(DOUBLE_RESPONSE, 0);
}
END_TEST

START_TEST(double_response)
{
    struct trip part = {.n = 1, .job = 90, .prgi = 3, .address = 0x4000, .access = R, .instance = NIC};
    struct trip last = {.n = 2, .job = 90, .prgi = 3, .address = 0x5000, .access = R | L, .instance = NIC};
    trip_queued(&part);
    trip_dropped(&last, PRISIM_CAUSE_QUEUE_FULL);
    trip_answered_by_queue(&last, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_UNEXPECTED_INDEX);
    trip_taken(&part);
    trip_enqueued(&part);
    trip_responded(&part, PRISIM_PRG_SUCCESS);
    trip_left(&part, PRISIM_PRG_SUCCESS);
    ck_count(DOUBLE_RESPONSE, 0);
    trip_arrived(&part, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_UNEXPECTED_INDEX);
    ck_count(DOUBLE_RESPONSE, 1);
}
END_TEST

START_TEST(one_response_a_group_is_not_double)
{
    struct trip t = served(1, 0);
    trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    struct trip again = trip_start(2, 0, R | L);
    trip_queued(&again);
    trip_served(&again, SPACE_A, 1);
    trip_arrived(&again, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    finish();
    ck_count(DOUBLE_RESPONSE, 0);
    ck_count(MISDELIVERED_RESPONSE, 0);
    ck_count(UNANSWERED_GROUP, 0);
}
END_TEST

/* SMMU-PRIOUTCOME-1 answers every request, also two of one group; PCIE-PRICAP: with RF=1 responses are ignored. */
START_TEST(failures_after_a_response_failure_are_not_double)
{
    struct trip t = trip_start(1, 0, R | L);
    struct trip part = {.n = 2, .job = 90, .prgi = 3, .address = 0x4000, .access = R, .instance = NIC};
    struct trip last = {.n = 3, .job = 90, .prgi = 3, .address = 0x5000, .access = R | L, .instance = NIC};
    trip_dropped(&part, PRISIM_CAUSE_QUEUE_OFF);
    trip_dropped(&last, PRISIM_CAUSE_QUEUE_OFF);
    trip_dropped(&t, PRISIM_CAUSE_QUEUE_OFF);
    trip_answered_by_queue(&part, PRISIM_PRG_FAILURE, PRISIM_CAUSE_RESPONSE_FAILURE);
    say(NIC, ENDPOINT_PRI_OFF, 1, PRISIM_CAUSE_RESPONSE_FAILURE);
    trip_answered_by_queue(&last, PRISIM_PRG_FAILURE, PRISIM_CAUSE_FAILED_BEFORE);
    trip_answered_by_queue(&t, PRISIM_PRG_FAILURE, PRISIM_CAUSE_FAILED_BEFORE);
    finish();
    ck_count(PRI_DISABLED, 1);
    ck_only(BIT(PRI_DISABLED)); /* the groups died with it: none is unanswered, no credit leaks */
}
END_TEST

START_TEST(switching_off_by_software_is_no_hazard)
{
    say(NIC, ENDPOINT_PRI_OFF, 0, PRISIM_CAUSE_PRI_OFF);
    struct trip t = trip_start(1, 0, R | L);
    trip_queued(&t);
    say(NIC, ENDPOINT_PRI_OFF, 0, PRISIM_CAUSE_PRI_OFF); /* E=0: the group is still answered */
    finish();
    ck_count(PRI_DISABLED, 0);
    ck_count(UNANSWERED_GROUP, 1);
}
END_TEST

START_TEST(a_reset_kills_groups)
{
    struct trip t = trip_start(1, 0, R | L);
    trip_queued(&t);
    say(NIC, ENDPOINT_PRI_OFF, 1, PRISIM_CAUSE_PRI_OFF);
    finish();
    ck_only(0);
}
END_TEST

START_TEST(unexpected_response)
{
    struct trip t = served(1, 0);
    trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_UNEXPECTED_INDEX);
    ck_count(UNEXPECTED_RESPONSE, 1);
}
END_TEST

/* PCIE-STOP-3, model B */
/* covers: PCIE-STOP-3 */
START_TEST(a_late_answer_to_a_stopped_pasid_is_expected)
{
    struct trip t = served(1, 0);
    trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_STALE);
    finish();
    ck_only(0);
}
END_TEST

/* UNBIND-S-27: the index was freed by the automatic answer and used again; the old answer frees the new group. */
START_TEST(misdelivered_response)
{
    struct trip old = trip_start(1, 3, R | L);
    trip_queued(&old);
    trip_taken(&old);
    trip_enqueued(&old);
    trip_responded(&old, PRISIM_PRG_SUCCESS);
    say(NIC, ENDPOINT_PRI_OFF, 1, PRISIM_CAUSE_PRI_OFF); /* reset: the index is free */
    struct trip fresh = trip_start(2, 3, R | L);
    trip_queued(&fresh);
    trip_left(&old, PRISIM_PRG_SUCCESS);
    trip_arrived(&old, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    ck_count(MISDELIVERED_RESPONSE, 1);
}
END_TEST

START_TEST(a_response_to_its_own_group_is_delivered_well)
{
    struct trip t = served(1, 3);
    struct trip u = trip_start(2, 4, R | L);
    trip_queued(&u);
    trip_served(&u, SPACE_A, 1);
    trip_arrived(&u, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    ck_count(MISDELIVERED_RESPONSE, 0);
}
END_TEST

static void fault(unsigned n, uint64_t address, uint64_t code)
{
    struct trip t = {.n = n, .job = 1, .prgi = n, .address = address, .access = R | L, .instance = NIC};
    trip_made(&t);
    trip_sent(&t);
    trip_arrived(&t, code, PRISIM_CAUSE_GROUP_FREED);
}

static void fault_again(unsigned times)
{
    say(NIC, ENDPOINT_JOB, 1, 1, 0x4000, 4, 0);
    for (unsigned i = 0; i < times; i++)
        fault(i, 0x4000, PRISIM_PRG_SUCCESS);
}

START_TEST(livelock)
{
    fault_again(4); /* the limit is 3 */
    ck_count(LIVELOCK, 1);
}
END_TEST

START_TEST(faults_up_to_the_limit_are_no_livelock)
{
    fault_again(3);
    fault(9, 0x5000, PRISIM_PRG_SUCCESS); /* another page */
    ck_count(LIVELOCK, 0);
}
END_TEST

/* The largest limit that may be asked for: what no number of faults reaches, and an answer that is no Success still
 * begins to count anew. */
START_TEST(the_largest_limit_is_no_livelock)
{
    scenario.limits.livelock = UINT32_MAX;
    fault_again(2);
    fault(9, 0x4000, PRISIM_PRG_INVALID);
    ck_count(LIVELOCK, 0);
}
END_TEST

/* UNBIND-POINT, LIVELOCK: the same access, Success each time. */
START_TEST(a_refusal_between_is_no_livelock)
{
    fault_again(3);
    fault(9, 0x4000, PRISIM_PRG_INVALID);
    for (unsigned i = 10; i < 13; i++)
        fault(i, 0x4000, PRISIM_PRG_SUCCESS);
    ck_count(LIVELOCK, 0);
    fault(13, 0x4000, PRISIM_PRG_SUCCESS);
    ck_count(LIVELOCK, 1);
}
END_TEST

/* Nothing may be left behind by what is finished: many groups, and the tables keep their size. */
START_TEST(long_runs_retire_what_they_join)
{
    bind(NIC_ID, SPACE_A, 1);
    for (uint64_t n = 1; n <= 20000; n++) {
        struct trip t = trip_start(n, n % PRISIM_PRG_INDEXES, R | L);
        trip_queued(&t);
        trip_served(&t, SPACE_A, 1);
        trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
        say(NIC, ENDPOINT_JOB_DONE, n, 1, 0x4000, PRISIM_CAUSE_COMPLETED);
    }
    finish();
    ck_only(0);
    ck_counter(PAGE_REQUESTS, 20000);
    const struct pool *pools[] = {&checkers->jobs.pool, &checkers->groups.pool, &checkers->requests.pool,
                                  &checkers->items.pool, &checkers->answers.pool};
    for (unsigned i = 0; i < sizeof pools / sizeof *pools; i++)
        ck_assert_uint_eq(pools[i]->records, POOL_CHUNK);
    const struct map *maps[] = {&checkers->jobs.of,  &checkers->requests.of,        &checkers->requests.by_tlp,
                                &checkers->items.of, &checkers->answers.of_command, &checkers->answers.of_tlp};
    for (unsigned i = 0; i < sizeof maps / sizeof *maps; i++)
        ck_assert_uint_eq(maps[i]->used, 0);
}
END_TEST

/* PCIE-PRICAP: credits are messages, so that a group of two costs two. */
START_TEST(a_credit_leaks_for_each_request)
{
    struct trip part = trip_start(1, 3, R);
    struct trip last = {.n = 2, .job = 1, .prgi = 3, .address = 0x5000, .access = R | L, .instance = NIC};
    trip_queued(&part);
    trip_queued(&last);
    finish();
    ck_count(CREDIT_LEAK, 2);
    ck_count(UNANSWERED_GROUP, 1);
}
END_TEST

/* A run that was cut off: credits leak of a group that was late by then, and of no other. */
START_TEST(credits_of_a_run_that_was_cut_off)
{
    scenario.limits.group = 1000;
    struct trip t = trip_start(1, 0, R | L), u = trip_start(2, 1, R | L);
    trip_queued(&t);
    now += 900;
    trip_queued(&u);
    checkers_finish(checkers, now + 500, false);
    ck_count(UNANSWERED_GROUP, 1);
    ck_count(CREDIT_LEAK, 1);
}
END_TEST

/* An index that is in use by a part of the binding before: the next use of it is a group of its own. */
START_TEST(a_group_is_of_one_binding)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip part = {.n = 1, .job = 90, .prgi = 3, .address = 0x4000, .access = R, .instance = NIC};
    struct trip last = {.n = 2, .job = 91, .prgi = 3, .address = 0x5000, .access = R | L, .instance = NIC};
    trip_queued(&part);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    trip_queued(&last);
    ck_count(PRGI_ALIASED, 1);
    trip_taken(&part);
    trip_parked(&part);
    trip_taken(&last);
    trip_enqueued(&part);
    trip_enqueued(&last);
    trip_responded(&last, PRISIM_PRG_SUCCESS);
    ck_count(WRONG_RESPONSE, 1);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {unanswered_group_at_the_end,
                                  a_group_that_was_not_sent_is_not_unanswered,
                                  unanswered_group_by_its_limit,
                                  an_answer_at_the_limit_is_in_time,
                                  a_young_group_is_not_judged_when_the_run_is_cut_off,
                                  an_old_group_is_judged_when_the_run_is_cut_off,
                                  double_response,
                                  an_answered_part_takes_nobody_in,
                                  one_response_a_group_is_not_double,
                                  failures_after_a_response_failure_are_not_double,
                                  switching_off_by_software_is_no_hazard,
                                  a_reset_kills_groups,
                                  unexpected_response,
                                  a_late_answer_to_a_stopped_pasid_is_expected,
                                  misdelivered_response,
                                  a_response_to_its_own_group_is_delivered_well,
                                  an_answered_marker_is_unexpected,
                                  livelock,
                                  faults_up_to_the_limit_are_no_livelock,
                                  the_largest_limit_is_no_livelock,
                                  a_refusal_between_is_no_livelock,
                                  long_runs_retire_what_they_join,
                                  a_credit_leaks_for_each_request,
                                  credits_of_a_run_that_was_cut_off,
                                  a_group_is_of_one_binding,
                                  NULL};
    return judge_suite("tb_checkers_response", tests);
}
