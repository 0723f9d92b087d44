/* SPDX-License-Identifier: Apache-2.0
 *
 * Duties (PCIE-STOP, PCIE-PRICAP; UNBIND-HAZARD "Duties and blame"): each breaking is told once, behind the event that
 * shows it, and hazards found after it say so; what keeps the duty is not told.
 */
#include "duties_stream.h"
#include "tests/harness/suite.h"

START_TEST(no_request_from_u1_to_the_next_start)
{
    bind(NIC_ID, SPACE_A, 1);
    say(NIC, ENDPOINT_START, 1);
    struct trip before = raw(1, 1), between = raw(2, 2), after = raw(3, 3);
    trip_made(&before);
    trip_sent(&before);
    stop();
    stopped(0);
    ck_assert_uint_eq(tolds, 0);
    trip_made(&between);
    ck_one(PRISIM_CAUSE_NO_NEW_REQUESTS, NIC);
    trip_sent(&between); /* one request, one breaking */
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
    bind(NIC_ID, SPACE_B, 2);
    say(NIC, ENDPOINT_START, 1);
    trip_made(&after);
    ck_assert_uint_eq(tolds, 1);
}
END_TEST

START_TEST(translation_requests_and_dma_are_requests)
{
    bind(NIC_ID, SPACE_A, 1);
    stop();
    stopped(0);
    say(NIC, ENDPOINT_TRANSLATION_REQUEST, 7, 1, 1, 0x4000, 1);
    ck_one(PRISIM_CAUSE_NO_NEW_REQUESTS, NIC);
    say(NIC, ENDPOINT_DMA, 8, 1, 1, 0x4000, 0x80000000, 64, 1);
    ck_assert_uint_eq(tolds, 2);
    ck_told(1, PRISIM_CAUSE_NO_NEW_REQUESTS, NIC);
    say(NIC, ENDPOINT_DMA, 9, 2, 2, 0x4000, 0x80000000, 64, 1);                 /* another PASID */
    say(NIC, ENDPOINT_DMA, 9, 3, PRISIM_PASID_NONE, 0x4000, 0x80000000, 64, 1); /* none */
    ck_assert_uint_eq(tolds, 2);
}
END_TEST

/* page_request.of: also when the PASID has its next use by then. */
START_TEST(a_request_of_the_binding_that_was_stopped)
{
    scenario.timeline.steps = 1;
    struct timeline_step *step = &scenario.timeline.step[0];
    step->stimulus.job = 1001;
    step->of = 1; /* bind() makes its call number 1 of both */
    by_hand_close();
    checkers = checkers_open(&scenario);
    stream.listener[stream.count - 1].context = checkers;
    checkers_take(checkers, &others);
    enable(NIC, 1);
    bind(NIC_ID, SPACE_A, 1);
    stop();
    stopped(0);
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_BIND, NIC_ID, 1, 5, SPACE_B, 2);
    say(INSTANCE_DRIVER, DRIVER_BOUND, NIC_ID, 1, 5, 2);
    say(NIC, ENDPOINT_START, 1);
    struct trip t = raw(1, 1), other = raw(2, 2);
    trip_made(&other); /* the scenario does not say whose: the next owner's */
    ck_assert_uint_eq(tolds, 0);
    trip_queued(&t);
    ck_assert_uint_eq(tolds, 1);
    ck_told(0, PRISIM_CAUSE_NO_NEW_REQUESTS, NIC);
    trip_served(&t, SPACE_B, 2);
    ck_count(WRONG_ADDRESS_SPACE, 1);
    trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_UNEXPECTED_INDEX);
    ck_count(UNEXPECTED_RESPONSE, 0); /* the scenario says whose it was */
    trip_left(&t, PRISIM_PRG_SUCCESS);
    trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_UNEXPECTED_INDEX); /* and there is one */
    ck_count(UNEXPECTED_RESPONSE, 1);
}
END_TEST

START_TEST(non_posted_requests_are_done_at_u1)
{
    bind(NIC_ID, SPACE_A, 1);
    say(NIC, ENDPOINT_JOB, 1, 1, 0x4000, 4, 0);
    say(NIC, ENDPOINT_JOB, 2, 1, 0x5000, 4, 1);
    say(NIC, ENDPOINT_TRANSLATION_REQUEST, 7, 1, 1, 0x4000, 0);
    stop();
    stopped(0);
    ck_one(PRISIM_CAUSE_NON_POSTED_DONE, NIC);
    say(NIC, ENDPOINT_TRANSLATION, 7, 1, 1, 0x4000, 0x80000000, R, PRISIM_TLP_SC);
    stopped(0); /* its completion is there; the job that writes has nothing open */
    ck_assert_uint_eq(tolds, 1);
}
END_TEST

START_TEST(reads_are_non_posted_until_their_job_ends)
{
    bind(NIC_ID, SPACE_A, 1);
    say(NIC, ENDPOINT_JOB, 1, 1, 0x4000, 4, 0);
    say(NIC, ENDPOINT_DMA, 8, 1, 1, 0x4000, 0x80000000, 4, 0);
    stop();
    stopped(0);
    ck_one(PRISIM_CAUSE_NON_POSTED_DONE, NIC);
    say(NIC, ENDPOINT_JOB_DONE, 1, 1, 0x4000, PRISIM_CAUSE_COMPLETED);
    stopped(0);
    ck_assert_uint_eq(tolds, 1);
}
END_TEST

START_TEST(posted_requests_are_pushed_by_the_report)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = raw(1, 1), u = raw(2, 2);
    trip_made(&t);
    trip_made(&u);
    stop();
    stopped(0);
    trip_sent(&t);
    say(INSTANCE_DRIVER, DRIVER_STOP_SEEN, NIC_ID, 1, 2);
    ck_one(PRISIM_CAUSE_POSTED_PUSHED, NIC);
    trip_sent(&u);
    say(INSTANCE_DRIVER, DRIVER_STOP_SEEN, NIC_ID, 1, 2);
    ck_assert_uint_eq(tolds, 1);
}
END_TEST

static void stop_by_waiting(bool answered)
{
    scenario.system.endpoint[0].stop = PRISIM_ENDPOINT_STOP_WAIT;
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = raw(1, 1);
    trip_queued(&t);
    trip_served(&t, SPACE_A, 1);
    if (answered)
        trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_UNEXPECTED_INDEX);
    stop();
    stopped(0);
}

START_TEST(who_stops_by_waiting_has_every_answer)
{
    stop_by_waiting(false);
    ck_one(PRISIM_CAUSE_ANSWERS_AWAITED, NIC);
}
END_TEST

START_TEST(answers_that_came_were_awaited)
{
    stop_by_waiting(true);
    ck_assert_uint_eq(tolds, 0);
}
END_TEST

START_TEST(the_way_with_a_marker_waits_for_no_answer)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = raw(1, 1);
    trip_queued(&t);
    stop();
    marker(5);
    stopped(1);
    ck_assert_uint_eq(tolds, 0);
}
END_TEST

START_TEST(the_allocation_is_kept)
{
    bind(NIC_ID, SPACE_A, 1);
    for (uint64_t n = 1; n <= 8; n++) {
        struct trip t = raw(n, n);
        trip_made(&t);
    }
    ck_assert_uint_eq(tolds, 0); /* eight are allowed */
    struct trip t = raw(9, 9);
    trip_made(&t);
    ck_one(PRISIM_CAUSE_ALLOCATION_KEPT, NIC);
    ck_count(ALLOCATION_EXCEEDED, 1);
    ck_assert_uint_eq(checkers_premises(checkers, HAZARD_ALLOCATION_EXCEEDED)->kept, 1); /* at the very edge */
}
END_TEST

START_TEST(one_marker_a_stop)
{
    bind(NIC_ID, SPACE_A, 1);
    stop();
    marker(5);
    stopped(0);
    ck_assert_uint_eq(tolds, 0);
    marker(6);
    ck_one(PRISIM_CAUSE_ONE_MARKER, NIC);
    say(NIC, ENDPOINT_START, 1);
    stop();
    stopped(0);
    marker(7); /* behind "stopped" is as good, PCIE-STOP */
    ck_assert_uint_eq(tolds, 1);
}
END_TEST

START_TEST(no_marker_without_a_stop)
{
    bind(NIC_ID, SPACE_A, 1);
    marker(5);
    ck_one(PRISIM_CAUSE_ONE_MARKER, NIC);
}
END_TEST

START_TEST(the_marker_leaves_last)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip first = raw(1, 1), second = raw(2, 2);
    trip_made(&first);
    trip_made(&second);
    stop();
    trip_sent(&first);
    marker(5);
    ck_assert_uint_eq(tolds, 0);
    trip_sent(&second);
    ck_one(PRISIM_CAUSE_MARKER_LAST, NIC);
    /* The function passed it, not what comes after: nobody else's order is broken. */
    trip_port(&first);
    say(INSTANCE_SMMU, SMMU_PAGE_REQUEST, 5, NIC_ID, 1, 0, 0, L);
    trip_port(&second);
    ck_count(ORDERING_FABRIC, 0);
}
END_TEST

START_TEST(a_pasid_is_free_before_it_is_bound_anew)
{
    bind(NIC_ID, SPACE_A, 1);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    say(INSTANCE_DRIVER, DRIVER_BIND, NIC_ID, 1, 3, SPACE_B, 2);
    ck_assert_uint_eq(tolds, 0);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 4);
    say(INSTANCE_DRIVER, DRIVER_BIND, NIC_ID, 1, 5, SPACE_A, 3);
    ck_one(PRISIM_CAUSE_REUSE_AFTER_FREE, INSTANCE_DRIVER);
}
END_TEST

/* The same group twice: the queue's answer to its Last, and software's to its part. */
START_TEST(a_claimed_group_has_one_answer)
{
    scenario.timeline.steps = 2;
    for (unsigned i = 0; i < 2; i++) {
        scenario.timeline.step[i].stimulus.job = 1001 + i;
        scenario.timeline.step[i].of = 1;
    }
    by_hand_close();
    checkers = checkers_open(&scenario);
    stream.listener[stream.count - 1].context = checkers;
    bind(NIC_ID, SPACE_A, 1);
    struct trip part = raw(1, 3), last = raw(2, 3);
    part.access = R;
    trip_queued(&part);
    trip_dropped(&last, PRISIM_CAUSE_QUEUE_FULL);
    trip_answered_by_queue(&last, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_UNEXPECTED_INDEX);
    ck_count(UNEXPECTED_RESPONSE, 0);
    trip_served(&part, SPACE_A, 1);
    trip_arrived(&part, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_UNEXPECTED_INDEX);
    ck_count(DOUBLE_RESPONSE, 1);
    ck_count(UNEXPECTED_RESPONSE, 1);
}
END_TEST

/* UNBIND-HAZARD: broken means earlier. */
START_TEST(broken_at_the_edge_of_the_damage_is_kept)
{
    bind(NIC_ID, SPACE_A, 1);
    marker(5);
    ck_assert_uint_eq(tolds, 1);
    now -= 10;
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_OVERFLOW, 0, 1);
    ck_assert_uint_eq(now, told[0].cycle);
    ck_assert_uint_eq(checkers_finding(checkers, 0)->premises, 0);
    now -= 9;
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_OVERFLOW, 0, 0);
    ck_assert_uint_eq(checkers_finding(checkers, 1)->premises, 1U << DUTY_ONE_MARKER);
}
END_TEST

/* Every line that the others hear is counted, and each finding says what was broken before its cycle. */
START_TEST(findings_say_their_premises)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | W | L), rogue = raw(2, 2);
    trip_queued(&t);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    trip_served(&t, SPACE_B, 2);
    trip_made(&rogue); /* no start since U1 */
    trip_sent(&rogue);
    trip_port(&rogue);
    trip_accepted(&rogue);
    trip_written(&rogue);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_OVERFLOW, 0, 1);
    say(NIC, ENDPOINT_STOP_MARKER, 9, 1);
    say(NIC, ENDPOINT_STOP_MARKER, 10, 1);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_OVERFLOW, 0, 0);
    const struct premises *space = checkers_premises(checkers, HAZARD_WRONG_ADDRESS_SPACE);
    const struct premises *overflow = checkers_premises(checkers, HAZARD_QUEUE_OVERFLOW);
    ck_assert(space->kept == 1 && space->broken == 0 && space->duties == 0);
    ck_assert(overflow->kept == 0 && overflow->broken == 2);
    ck_assert_uint_eq(overflow->duties, 1U << DUTY_NO_NEW_REQUESTS | 1U << DUTY_ONE_MARKER);
    char words[PREMISES_TEXT];
    ck_assert_str_eq(premises_words(checkers_finding(checkers, 0)->premises, words), "kept");
    unsigned last = 0;
    while (checkers_finding(checkers, last + 1) != NULL)
        last++;
    ck_assert_str_eq(premises_words(checkers_finding(checkers, last - 1)->premises, words), "broken [no_new_requests]");
    ck_assert_str_eq(premises_words(checkers_finding(checkers, last)->premises, words),
                     "broken [no_new_requests, one_marker]");
    premises_words((1U << DUTIES) - 1, words); /* they fit */
    ck_counter(EVENTS, heard);
}
END_TEST

/* The first breaking counts: a hazard at the edge of the second is behind it. */
START_TEST(broken_once_is_broken)
{
    bind(NIC_ID, SPACE_A, 1);
    marker(5);
    marker(6);
    ck_assert_uint_eq(tolds, 2);
    now -= 10;
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_OVERFLOW, 0, 1);
    ck_assert_uint_eq(now, told[1].cycle);
    ck_assert_uint_eq(checkers_finding(checkers, 0)->premises, 1U << DUTY_ONE_MARKER);
}
END_TEST

/* The duties at U1 are of the PASID that is stopped: what another one has open is no breaking (PCIE-STOP). */
START_TEST(what_another_pasid_has_open)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_BIND, NIC_ID, 2, 8, SPACE_B, 2);
    say(INSTANCE_DRIVER, DRIVER_BOUND, NIC_ID, 2, 8, 2);
    say(NIC, ENDPOINT_JOB, 1, 2, 0x4000, 4, 0);
    say(NIC, ENDPOINT_DMA, 8, 1, 2, 0x4000, 0x80000000, 4, 0);
    say(NIC, ENDPOINT_JOB, 2, 2, 0x5000, 4, 0);
    say(NIC, ENDPOINT_TRANSLATION_REQUEST, 7, 2, 2, 0x5000, 0);
    say(NIC, ENDPOINT_PAGE_REQUEST, 1, 3, 2, 1, 0x6000, R | L); /* and is not sent */
    stop();
    marker(5);
    stopped(0);
    say(INSTANCE_DRIVER, DRIVER_STOP_SEEN, NIC_ID, 1, 2);
    ck_assert_uint_eq(tolds, 0);
}
END_TEST

/* ... nor what another function has. */
START_TEST(what_another_function_has_open)
{
    bind(NIC_ID, SPACE_A, 1);
    bind(GPU_ID, SPACE_B, 2);
    say(GPU, ENDPOINT_JOB, 1, 1, 0x4000, 4, 0);
    say(GPU, ENDPOINT_DMA, 8, 1, 1, 0x4000, 0x80000000, 4, 0);
    say(GPU, ENDPOINT_PAGE_REQUEST, 1, 3, 1, 1, 0x6000, R | L);
    stop();
    marker(5);
    stopped(0);
    say(INSTANCE_DRIVER, DRIVER_STOP_SEEN, NIC_ID, 1, 2);
    say(GPU, ENDPOINT_DMA, 9, 1, 1, 0x4000, 0x80000000, 4, 0);
    ck_assert_uint_eq(tolds, 0);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {no_request_from_u1_to_the_next_start,
                                  translation_requests_and_dma_are_requests,
                                  a_request_of_the_binding_that_was_stopped,
                                  non_posted_requests_are_done_at_u1,
                                  reads_are_non_posted_until_their_job_ends,
                                  posted_requests_are_pushed_by_the_report,
                                  who_stops_by_waiting_has_every_answer,
                                  answers_that_came_were_awaited,
                                  the_way_with_a_marker_waits_for_no_answer,
                                  the_allocation_is_kept,
                                  one_marker_a_stop,
                                  no_marker_without_a_stop,
                                  the_marker_leaves_last,
                                  a_pasid_is_free_before_it_is_bound_anew,
                                  findings_say_their_premises,
                                  a_claimed_group_has_one_answer,
                                  broken_once_is_broken,
                                  what_another_pasid_has_open,
                                  what_another_function_has_open,
                                  broken_at_the_edge_of_the_damage_is_kept};
    return duties_suite("tb_checkers_duties", tests, sizeof tests / sizeof *tests);
}
