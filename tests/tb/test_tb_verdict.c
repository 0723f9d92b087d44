/* SPDX-License-Identifier: Apache-2.0
 *
 * The two words: what makes a run fail, what makes it incomplete, and which word wins.
 */
#include "by_hand_stream.h"

#include "tb/report/verdict.h"
#include "tests/harness/suite.h"

static struct verdict_of_run verdict(void)
{
    return verdict_of(&scenario, checkers, true);
}

/* The verdict, the outcome, and the first reason ("" for none). */
static void ck_verdict(bool idle, enum verdict expected, enum outcome outcome, const char *reason)
{
    char text[SCENARIO_TEXT_MAX] = "";
    struct verdict_of_run v = verdict_of(&scenario, checkers, idle);
    verdict_reason(&scenario, checkers, idle, 0, text);
    ck_assert_str_eq(text, reason);
    ck_assert_str_eq(verdict_name(v.verdict), verdict_name(expected));
    ck_assert_str_eq(outcome_name(v.outcome), outcome_name(outcome));
}

/* A step of the timeline that has been given out. */
static struct timeline_step *add_step(const char *id, bool given)
{
    struct timeline_step *step = &scenario.timeline.step[scenario.timeline.steps++];
    *step = (struct timeline_step){.place = scenario.timeline.steps - 1, .trigger.on_event = true};
    snprintf(step->id, sizeof step->id, "%s", id);
    if (given)
        say(INSTANCE_TIMELINE, TIMELINE_STEP, scenario.timeline.steps - 1);
    return step;
}

static void race(void)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | W | L);
    trip_queued(&t);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    trip_served(&t, SPACE_B, 2);
    trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_STALE);
    say(NIC, ENDPOINT_JOB_DONE, 1, 1, 0x4000, PRISIM_CAUSE_STOPPED);
}

START_TEST(counts_are_exact_least_most_or_any)
{
    struct expected_count *count = &scenario.expect.hazard[HAZARD_WRONG_ADDRESS_SPACE];
    race();
    finish();
    ck_verdict(true, VERDICT_FAIL, OUTCOME_HAZARD, "wrong_address_space: expected 0, found 1");
    *count = (struct expected_count){.how = COUNT_EXACTLY, .value = 1, .given = true};
    ck_verdict(true, VERDICT_PASS, OUTCOME_HAZARD, "");
    *count = (struct expected_count){.how = COUNT_AT_LEAST, .value = 2, .given = true};
    ck_verdict(true, VERDICT_FAIL, OUTCOME_HAZARD, "wrong_address_space: expected at least 2, found 1");
    count->value = 1;
    ck_verdict(true, VERDICT_PASS, OUTCOME_HAZARD, "");
    *count = (struct expected_count){.how = COUNT_AT_MOST, .value = 0, .given = true};
    ck_verdict(true, VERDICT_FAIL, OUTCOME_HAZARD, "wrong_address_space: expected at most 0, found 1");
    count->value = 1;
    ck_verdict(true, VERDICT_PASS, OUTCOME_HAZARD, "");
    *count = (struct expected_count){.how = COUNT_IGNORE, .given = true};
    ck_verdict(true, VERDICT_PASS, OUTCOME_HAZARD, "");
}
END_TEST

/* .mapped and its like are not judged where what stands before the dot may be found, unless they are listed. */
START_TEST(sub_counts_are_judged_when_listed)
{
    race();
    finish();
    scenario.expect.hazard[HAZARD_WRONG_ADDRESS_SPACE] = (struct expected_count){.value = 1, .given = true};
    ck_assert(!verdict_judges(&scenario, HAZARD_WRONG_ADDRESS_SPACE_MAPPED));
    scenario.expect.hazard[HAZARD_WRONG_ADDRESS_SPACE_MAPPED].given = true;
    ck_assert(verdict_judges(&scenario, HAZARD_WRONG_ADDRESS_SPACE_MAPPED));
    ck_verdict(true, VERDICT_FAIL, OUTCOME_HAZARD, "wrong_address_space.mapped: expected 0, found 1");
}
END_TEST

START_TEST(nothing_happened_is_incomplete)
{
    finish();
    ck_verdict(true, VERDICT_INCOMPLETE, OUTCOME_NOTHING_HAPPENED, "outcome: nothing_happened");
    scenario.expect.outcome = OUTCOME_NOTHING_HAPPENED;
    ck_verdict(true, VERDICT_PASS, OUTCOME_NOTHING_HAPPENED, "");
    bind(NIC_ID, SPACE_A, 1);
    ck_verdict(true, VERDICT_FAIL, OUTCOME_CLEAN, "outcome: expected nothing_happened, found clean");
}
END_TEST

START_TEST(a_step_that_was_not_given)
{
    bind(NIC_ID, SPACE_A, 1);
    add_step("first", true);
    add_step("race", false);
    finish();
    ck_verdict(true, VERDICT_INCOMPLETE, OUTCOME_CLEAN, "timeline.race was not given: its event did not come");
    ck_counter(STEPS_NOT_GIVEN, 1);
    scenario.timeline.step[1].not_given = true;
    ck_verdict(true, VERDICT_PASS, OUTCOME_CLEAN, "");
    scenario.timeline.step[0].not_given = true;
    ck_verdict(true, VERDICT_FAIL, OUTCOME_CLEAN, "timeline.first: expected not to be given, and it was");
}
END_TEST

/* A raw request whose function had no room for it: given out, and nothing came of it. */
START_TEST(a_request_that_was_lost)
{
    struct timeline_step *step = add_step("rogue", false);
    step->stimulus = (struct prisim_endpoint_stimulus){.what = PRISIM_ENDPOINT_PAGE_REQUEST, .job = 5};
    checkers_close(checkers);
    checkers = checkers_open(&scenario);
    stream = (struct stream){0};
    stream_add(&stream, checkers_event, checkers);
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_TIMELINE, TIMELINE_STEP, 0);
    ck_verdict(true, VERDICT_PASS, OUTCOME_CLEAN, "");
    say(NIC, ENDPOINT_REQUEST_LOST, 6, 1, 0, 0x4000);
    ck_verdict(true, VERDICT_PASS, OUTCOME_CLEAN, "");
    say(NIC, ENDPOINT_REQUEST_LOST, 5, 1, 0, 0x4000);
    ck_verdict(true, VERDICT_INCOMPLETE, OUTCOME_CLEAN, "timeline.rogue: its function had no room for the request");
    finish();
    ck_counter(STEPS_NOT_GIVEN, 1);
    scenario.timeline.step[0].not_given = true;
    ck_verdict(true, VERDICT_PASS, OUTCOME_CLEAN, "");
}
END_TEST

START_TEST(a_refused_call)
{
    bind(NIC_ID, SPACE_A, 1);
    struct timeline_step *step = add_step("", false);
    step->to_driver = true;
    step->driver = (struct prisim_driver_stimulus){.what = PRISIM_DRIVER_BIND, .call = 9};
    checkers_close(checkers);
    checkers = checkers_open(&scenario);
    stream = (struct stream){0};
    stream_add(&stream, checkers_event, checkers);
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_TIMELINE, TIMELINE_STEP, 0);
    say(INSTANCE_DRIVER, DRIVER_REFUSED, NIC_ID, 1, 9, PRISIM_CAUSE_STILL_BOUND);
    finish();
    ck_counter(REFUSED, 1);
    ck_verdict(true, VERDICT_INCOMPLETE, OUTCOME_CLEAN, "timeline.0 was refused by the driver");
    scenario.timeline.step[0].refused = true;
    ck_verdict(true, VERDICT_PASS, OUTCOME_CLEAN, "");
}
END_TEST

START_TEST(a_refusal_that_did_not_come)
{
    bind(NIC_ID, SPACE_A, 1);
    add_step("again", true);
    scenario.timeline.step[0].refused = true;
    finish();
    ck_verdict(true, VERDICT_FAIL, OUTCOME_CLEAN, "timeline.again: expected to be refused, and it was not");
}
END_TEST

START_TEST(a_task_that_is_held_at_the_end)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_HOLD, 3);
    finish();
    ck_verdict(true, VERDICT_INCOMPLETE, OUTCOME_CLEAN, "tasks_held: 1 had not been let go when the run ended");
    scenario.expect.tasks_held = (struct expected_count){.value = 1, .given = true};
    ck_verdict(true, VERDICT_PASS, OUTCOME_CLEAN, "");
    say(INSTANCE_DRIVER, DRIVER_RELEASE, 3);
    ck_verdict(true, VERDICT_FAIL, OUTCOME_CLEAN, "tasks_held: expected 1, found 0");
}
END_TEST

/* What the model had no page for went wrong as no hardware goes: the run says nothing. */
START_TEST(pages_that_were_too_few)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_INTERCONNECT, INTERCONNECT_FULL, 0, 0x9000);
    say(INSTANCE_INTERCONNECT, INTERCONNECT_FULL, 2, 0xa000);
    finish();
    ck_verdict(true, VERDICT_INCOMPLETE, OUTCOME_CLEAN,
               "system.memory.pages: no page was left for 2 writes: more are needed");
}
END_TEST

START_TEST(jobs_that_fail_and_jobs_that_an_unbind_ended)
{
    bind(NIC_ID, SPACE_A, 1);
    say(NIC, ENDPOINT_JOB, 1, 1, 0x4000, 4, 1);
    say(NIC, ENDPOINT_JOB_DONE, 1, 1, 0x4000, PRISIM_CAUSE_INVALID_REQUEST); /* of a living binding */
    ck_counter(JOBS_FAILED, 1);
    say(NIC, ENDPOINT_JOB, 2, 1, 0x5000, 4, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    say(NIC, ENDPOINT_JOB_DONE, 2, 1, 0x5000, PRISIM_CAUSE_INVALID_REQUEST); /* its own binding's stop has begun */
    ck_counter(JOBS_ENDED_BY_UNBIND, 1);
    say(NIC, ENDPOINT_JOB, 3, 1, 0x6000, 4, 1);
    say(NIC, ENDPOINT_JOB_DONE, 3, 1, 0x6000, PRISIM_CAUSE_NOT_ENABLED); /* asked for when the stop had begun */
    say(NIC, ENDPOINT_JOB, 4, PRISIM_PASID_NONE, 0x7000, 4, 1);
    say(NIC, ENDPOINT_JOB_DONE, 4, PRISIM_PASID_NONE, 0x7000, PRISIM_CAUSE_TRANSLATION_ERROR);
    say(NIC, ENDPOINT_JOB, 5, PRISIM_PASID_NONE, 0x8000, 4, 1);
    say(NIC, ENDPOINT_JOB_DONE, 5, PRISIM_PASID_NONE, 0x8000, PRISIM_CAUSE_COMPLETED);
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
    finish();
    ck_counter(JOBS, 5);
    ck_counter(JOBS_FAILED, 3);
    ck_counter(JOBS_ENDED_BY_UNBIND, 1);
    ck_counter(JOBS_UNFINISHED, 0);
    ck_verdict(true, VERDICT_INCOMPLETE, OUTCOME_CLEAN,
               "jobs_failed: job 1 of endpoint[nic] (PASID 1, 0x4000): invalid_request");
    scenario.expect.jobs_failed = (struct expected_count){.value = 3, .given = true};
    ck_verdict(true, VERDICT_PASS, OUTCOME_CLEAN, "");
    scenario.expect.jobs_failed.value = 2;
    ck_verdict(true, VERDICT_FAIL, OUTCOME_CLEAN, "jobs_failed: expected 2, found 3");
}
END_TEST

/* An expectation of each count is judged by itself: more than was found, and no reason is another's. */
START_TEST(counts_that_were_not_reached)
{
    struct expectation *e = &scenario.expect;
    const struct {
        struct expected_count *count;
        const char *name;
    } row[] = {{&e->jobs_failed, "jobs_failed"},
               {&e->jobs_ended_by_unbind, "jobs_ended_by_unbind"},
               {&e->jobs_unfinished, "jobs_unfinished"},
               {&e->tasks_held, "tasks_held"}};
    bind(NIC_ID, SPACE_A, 1);
    finish();
    ck_verdict(true, VERDICT_PASS, OUTCOME_CLEAN, "");
    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        char reason[100];
        snprintf(reason, sizeof reason, "%s: expected 1, found 0", row[i].name);
        *row[i].count = (struct expected_count){.value = 1, .given = true};
        ck_verdict(true, VERDICT_FAIL, OUTCOME_CLEAN, reason);
        row[i].count->how = COUNT_AT_MOST;
        ck_verdict(true, VERDICT_PASS, OUTCOME_CLEAN, "");
        *row[i].count = (struct expected_count){0};
    }
}
END_TEST

START_TEST(a_job_without_an_end)
{
    say(NIC, ENDPOINT_JOB, 1, 1, 0x4000, 4, 1);
    say(NIC, ENDPOINT_TRANSLATION_REQUEST, 7, 1, 1, 0x4000, 1);
    finish();
    ck_verdict(true, VERDICT_INCOMPLETE, OUTCOME_CLEAN, "jobs_unfinished: 1 had no end when the run had");
    scenario.expect.jobs_unfinished = (struct expected_count){.how = COUNT_AT_LEAST, .value = 1, .given = true};
    ck_verdict(true, VERDICT_PASS, OUTCOME_CLEAN, "");
}
END_TEST

START_TEST(a_run_that_was_cut_off)
{
    bind(NIC_ID, SPACE_A, 1);
    finish();
    ck_verdict(false, VERDICT_INCOMPLETE, OUTCOME_CLEAN,
               "ended_by: limit: limits.cycles ended the run with work unfinished");
    scenario.expect.ended_by = ENDED_BY_LIMIT;
    ck_verdict(false, VERDICT_PASS, OUTCOME_CLEAN, "");
    ck_verdict(true, VERDICT_FAIL, OUTCOME_CLEAN, "ended_by: expected limit, found idle");
}
END_TEST

/* The unbind that hangs says why the run was cut off and the job has no end; what is held is the scenario's own. */
START_TEST(a_declared_hang_explains_the_end)
{
    bind(NIC_ID, SPACE_A, 1);
    say(NIC, ENDPOINT_JOB, 1, 1, 0x4000, 4, 1);
    say(INSTANCE_DRIVER, DRIVER_HOLD, 3);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    now += 2000;
    checkers_finish(checkers, now, false);
    ck_verdict(false, VERDICT_FAIL, OUTCOME_HANG, "unbind_hang: expected 0, found 1");
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text, "it waits for the function to stop (U1)"));
    ck_count(PASID_LIMBO, 0);
    scenario.expect.hazard[HAZARD_UNBIND_HANG] = (struct expected_count){.value = 1, .given = true};
    ck_verdict(false, VERDICT_INCOMPLETE, OUTCOME_HANG, "tasks_held: 1 had not been let go when the run ended");
    scenario.expect.tasks_held = (struct expected_count){.value = 1, .given = true};
    ck_verdict(false, VERDICT_PASS, OUTCOME_HANG, "");
}
END_TEST

START_TEST(fail_wins_over_incomplete_and_hang_over_hazard)
{
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_OVERFLOW, 16, 1);
    add_step("never", false);
    finish();
    ck_verdict(true, VERDICT_FAIL, OUTCOME_HAZARD, "queue_overflow: expected 0, found 1");
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    checkers_finish(checkers, now, true);
    ck_assert_int_eq(verdict().outcome, OUTCOME_HANG);
}
END_TEST

/* A hazard of the configuration is told, and is none of the run. */
START_TEST(overcommitted_is_no_hazard_of_the_run)
{
    scenario.system.driver.function[0].pri_allocation = 100;
    checkers_close(checkers);
    checkers = checkers_open(&scenario);
    stream = (struct stream){0};
    stream_add(&stream, checkers_event, checkers);
    say(INSTANCE_DRIVER, DRIVER_READY, 2);
    bind(NIC_ID, SPACE_A, 1);
    finish();
    ck_count(OVERCOMMITTED, 1);
    ck_verdict(true, VERDICT_FAIL, OUTCOME_CLEAN, "overcommitted: expected 0, found 1");
}
END_TEST

static void unbind_step(void)
{
    struct timeline_step *step = add_step("race", true);
    step->to_driver = true;
    step->driver = (struct prisim_driver_stimulus){.what = PRISIM_DRIVER_UNBIND, .call = 2};
}

START_TEST(an_unbind_that_nothing_was_near)
{
    unbind_step();
    bind(NIC_ID, SPACE_A, 1);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    finish();
    ck_verdict(true, VERDICT_INCOMPLETE, OUTCOME_CLEAN,
               "exposed: nothing of an unbound PASID was under way at its U0, nor in the function's ATC");
    scenario.expect.exposed_none = true;
    ck_verdict(true, VERDICT_PASS, OUTCOME_CLEAN, "");
}
END_TEST

/* A hazard that was expected and found shows that something was near. */
START_TEST(a_declared_hazard_is_a_witness)
{
    unbind_step();
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_OVERFLOW, 16, 1);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    finish();
    struct expected_count *count = &scenario.expect.hazard[HAZARD_QUEUE_OVERFLOW];
    *count = (struct expected_count){.value = 1, .given = true};
    ck_verdict(true, VERDICT_PASS, OUTCOME_HAZARD, "");
    *count = (struct expected_count){.how = COUNT_AT_LEAST, .value = 0, .given = true};
    ck_verdict(true, VERDICT_PASS, OUTCOME_HAZARD, "");
    scenario.expect.hazard[HAZARD_LIVELOCK] = *count; /* it may be, and was not found */
    *count = (struct expected_count){.how = COUNT_EXACTLY, .value = 0, .given = true};
    ck_verdict(true, VERDICT_FAIL, OUTCOME_HAZARD, "queue_overflow: expected 0, found 1");
}
END_TEST

/* What stands behind the last step of the timeline is none of it: an unbind there, that nobody gave, excuses nothing.
 */
START_TEST(a_step_behind_the_last_one)
{
    unbind_step();
    scenario.timeline.step[1] = scenario.timeline.step[0];
    bind(NIC_ID, SPACE_A, 1);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    finish();
    ck_verdict(true, VERDICT_INCOMPLETE, OUTCOME_CLEAN,
               "exposed: nothing of an unbound PASID was under way at its U0, nor in the function's ATC");
    scenario.timeline.steps = 2;
    ck_verdict(true, VERDICT_INCOMPLETE, OUTCOME_CLEAN, "timeline.race was not given: its event did not come");
}
END_TEST

/* A request that is answered before U0 is no witness; one that is in the queue at U0 is. */
START_TEST(an_unbind_with_a_request_in_the_queue)
{
    unbind_step();
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | W | L);
    trip_made(&t);
    trip_sent(&t);
    trip_port(&t);
    trip_accepted(&t);
    trip_written(&t);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_PROD, 2, 0); /* slot 1 */
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    trip_taken(&t);
    trip_enqueued(&t);
    trip_resolved(&t, 0, 0, PRISIM_CAUSE_NOT_BOUND);
    trip_responded(&t, PRISIM_PRG_INVALID);
    trip_left(&t, PRISIM_PRG_INVALID);
    trip_arrived(&t, PRISIM_PRG_INVALID, PRISIM_CAUSE_GROUP_FREED);
    say(NIC, ENDPOINT_JOB_DONE, 1, 1, 0x4000, PRISIM_CAUSE_STOPPED);
    finish();
    for (unsigned h = 0; h < HAZARDS; h++)
        scenario.expect.hazard[h] = (struct expected_count){.how = COUNT_IGNORE, .given = true};
    ck_verdict(true, VERDICT_PASS, verdict().outcome, "");
    const struct exposure *exposure = checkers_exposure(checkers, 0);
    ck_assert_ptr_nonnull(exposure);
    ck_assert_uint_eq(exposure->at[EXPOSURE_U0][PLACE_QUEUE], 1);
    ck_assert_uint_eq(exposure->at[EXPOSURE_U6][PLACE_QUEUE], 1);
    ck_assert_uint_eq(exposure->at[EXPOSURE_U0][PLACE_SMMU], 0);
    ck_assert(exposure->cycle[EXPOSURE_U7] == PRISIM_CYCLE_NEVER);
    /* Asked for: another place, another count, another point. */
    scenario.expect.exposures = 1;
    struct expected_exposure *expected = &scenario.expect.exposure[0];
    *expected = (struct expected_exposure){
        .step = -1, .point = EXPOSURE_U2, .place = PLACE_QUEUE, .count = {.value = 1, .given = true}};
    ck_verdict(true, VERDICT_PASS, verdict().outcome, "");
    expected->count.value = 2;
    ck_verdict(true, VERDICT_INCOMPLETE, verdict().outcome,
               "exposed at U2 of any unbind: expected queue: 2, and it was not so");
    expected->count.value = 1;
    expected->place = PLACE_IN_HAND;
    ck_verdict(true, VERDICT_INCOMPLETE, verdict().outcome,
               "exposed at U2 of any unbind: expected in_hand: 1, and it was not so");
    expected->place = PLACE_QUEUE;
    expected->step = 1;
    add_step("other", true);
    ck_verdict(true, VERDICT_INCOMPLETE, verdict().outcome,
               "exposed at U2 of timeline.other: expected queue: 1, and it was not so: there was no such unbind");
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {counts_are_exact_least_most_or_any,
                                  sub_counts_are_judged_when_listed,
                                  nothing_happened_is_incomplete,
                                  a_step_that_was_not_given,
                                  a_request_that_was_lost,
                                  a_refused_call,
                                  a_refusal_that_did_not_come,
                                  a_task_that_is_held_at_the_end,
                                  pages_that_were_too_few,
                                  jobs_that_fail_and_jobs_that_an_unbind_ended,
                                  counts_that_were_not_reached,
                                  a_job_without_an_end,
                                  a_run_that_was_cut_off,
                                  a_declared_hang_explains_the_end,
                                  fail_wins_over_incomplete_and_hang_over_hazard,
                                  overcommitted_is_no_hazard_of_the_run,
                                  an_unbind_that_nothing_was_near,
                                  a_declared_hazard_is_a_witness,
                                  a_step_behind_the_last_one,
                                  an_unbind_with_a_request_in_the_queue,
                                  NULL};
    return judge_suite("tb_verdict", tests);
}
