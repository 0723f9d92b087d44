/* SPDX-License-Identifier: Apache-2.0
 *
 * The picture at each point of an unbind (UNBIND-HAZARD, "Exposure"), whose it is, and what counts as a witness; and
 * which hazards say why a run came to no end, or a job to a bad one.
 */
#include "by_hand_stream.h"

#include "tb/checkers/checkers_state.h"
#include "tb/report/verdict.h"
#include "tests/harness/suite.h"

static void ignore_all(void)
{
    for (unsigned h = 0; h < HAZARDS; h++)
        scenario.expect.hazard[h] = (struct expected_count){.how = COUNT_IGNORE, .given = true};
}

/* The verdict, and the first reason ("" for none). */
static void ck_verdict(bool idle, enum verdict expected, const char *reason)
{
    char text[SCENARIO_TEXT_MAX] = "";
    struct verdict_of_run v = verdict_of(&scenario, checkers, idle);
    verdict_reason(&scenario, checkers, idle, 0, text);
    ck_assert_str_eq(text, reason);
    ck_assert_str_eq(verdict_name(v.verdict), verdict_name(expected));
}

static prisim_cycle_t at_point(enum exposure_point point)
{
    return checkers_exposure(checkers, 0)->cycle[point];
}

START_TEST(each_point_has_its_cycle)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    prisim_cycle_t u0 = now;
    unbind(NIC_ID, PRISIM_CAUSE_DRAINED);
    bind(NIC_ID, SPACE_B, 2);
    static const struct {
        enum exposure_point point;
        unsigned events; /* behind the first U0 */
    } row[] = {{EXPOSURE_U0, 0}, {EXPOSURE_U2, 4}, {EXPOSURE_U3, 5}, {EXPOSURE_U4, 6},
               {EXPOSURE_U5, 8}, {EXPOSURE_U6, 9}, {EXPOSURE_U7, 10}};
    ck_assert_uint_eq(EXPOSURE_POINTS, 7);
    /* unbind() says U0 again, of the same call: a second picture, of which the points behind it are. */
    ck_assert_uint_eq(at_point(EXPOSURE_U0), u0);
    const struct exposure *second = checkers_exposure(checkers, 1);
    for (unsigned i = 1; i < sizeof row / sizeof *row; i++)
        ck_assert_uint_eq(second->cycle[row[i].point], u0 + 10 * row[i].events);
}
END_TEST

/* U7 is of that PASID of that function. */
START_TEST(another_functions_bind_is_no_u7)
{
    bind(NIC_ID, SPACE_A, 1);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(GPU_ID, SPACE_B, 2);
    ck_assert(at_point(EXPOSURE_U7) == PRISIM_CYCLE_NEVER);
    say(INSTANCE_DRIVER, DRIVER_BIND, NIC_ID, 2, 7, SPACE_B, 3);
    ck_assert(at_point(EXPOSURE_U7) == PRISIM_CYCLE_NEVER);
    bind(NIC_ID, SPACE_B, 4);
    ck_assert_uint_eq(at_point(EXPOSURE_U7), now - 10);
    bind(NIC_ID, SPACE_B, 5); /* the first one counts */
    ck_assert_uint_eq(at_point(EXPOSURE_U7), now - 30);
}
END_TEST

static void unbind_step(uint32_t step, uint32_t call)
{
    scenario.timeline.steps = step + 1;
    scenario.timeline.step[step] = (struct timeline_step){.place = step, .to_driver = true};
    scenario.timeline.step[step].driver = (struct prisim_driver_stimulus){.what = PRISIM_DRIVER_UNBIND, .call = call};
}

static void reopen(void)
{
    checkers_close(checkers);
    checkers = checkers_open(&scenario);
    stream = (struct stream){0};
    stream_add(&stream, checkers_event, checkers);
}

/* What comes between U0 and U2 is too late to be a witness. */
START_TEST(a_witness_is_there_at_u0)
{
    unbind_step(0, 2);
    reopen();
    say(INSTANCE_TIMELINE, TIMELINE_STEP, 0);
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    say(NIC, ENDPOINT_JOB, 1, 1, 0x4000, 4, 1);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, 0);
    say(NIC, ENDPOINT_JOB_DONE, 1, 1, 0x4000, PRISIM_CAUSE_COMPLETED);
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
    finish();
    ck_assert_uint_eq(checkers_exposure(checkers, 0)->at[EXPOSURE_U2][PLACE_JOB], 1);
    ck_verdict(true, VERDICT_INCOMPLETE,
               "exposed: nothing of an unbound PASID was under way at its U0, nor in the function's ATC");
    /* An expectation of the scenario's own says what it wants to have seen. */
    scenario.expect.exposures = 1;
    scenario.expect.exposure[0] = (struct expected_exposure){
        .step = 0, .point = EXPOSURE_U2, .place = PLACE_JOB, .count = {.value = 1, .given = true}};
    ck_verdict(true, VERDICT_PASS, "");
}
END_TEST

/* The same with the first of the places: a request that is made then. */
START_TEST(a_request_made_behind_u0_is_no_witness)
{
    unbind_step(0, 2);
    reopen();
    say(INSTANCE_TIMELINE, TIMELINE_STEP, 0);
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    struct trip t = {.n = 1, .job = 90, .address = 0x4000, .access = R | L, .instance = NIC};
    trip_made(&t);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, 0);
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
    ck_assert_uint_eq(checkers_exposure(checkers, 0)->at[EXPOSURE_U2][PLACE_DEVICE], 1);
    ignore_all();
    for (unsigned h = 0; h < HAZARDS; h++)
        ck_assert_uint_eq(checkers_count(checkers, (enum hazard)h), 0);
    ck_verdict(true, VERDICT_INCOMPLETE,
               "exposed: nothing of an unbound PASID was under way at its U0, nor in the function's ATC");
}
END_TEST

/* A request on its way from E0 to H2, at each place by itself. */
START_TEST(a_request_stands_at_one_place)
{
    static const enum place places[] = {PLACE_DEVICE, PLACE_FABRIC, PLACE_SMMU, PLACE_SMMU, PLACE_SMMU, PLACE_QUEUE};
    for (unsigned steps = 1; steps <= sizeof places / sizeof *places; steps++) {
        by_hand_close();
        by_hand_open();
        bind(NIC_ID, SPACE_A, 1);
        struct trip t = {.n = 1, .job = 90, .address = 0x4000, .access = R | L, .instance = NIC};
        void (*const step[])(const struct trip *) = {trip_made, trip_sent, trip_port, trip_accepted, trip_written};
        for (unsigned i = 0; i < steps && i < sizeof step / sizeof *step; i++)
            step[i](&t);
        if (steps == 6)
            say(INSTANCE_PRI_QUEUE, PRI_QUEUE_PROD, 2, 0); /* slot 1 */
        say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
        for (unsigned place = 0; place < PLACES; place++)
            ck_assert_msg(checkers_exposure(checkers, 0)->at[EXPOSURE_U0][place] == (place == places[steps - 1]),
                          "step %u: %s", steps, place_name((enum place)place));
    }
}
END_TEST

/* Two unbinds: the one that is asked for, not the other. */
START_TEST(an_exposure_is_that_of_its_step)
{
    unbind_step(0, 2);
    unbind_step(1, 4);
    reopen();
    say(INSTANCE_TIMELINE, TIMELINE_STEP, 0);
    say(INSTANCE_TIMELINE, TIMELINE_STEP, 1);
    bind(NIC_ID, SPACE_A, 1);
    say(NIC, ENDPOINT_JOB, 1, 1, 0x4000, 4, 1);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    say(NIC, ENDPOINT_JOB_DONE, 1, 1, 0x4000, PRISIM_CAUSE_STOPPED);
    bind(NIC_ID, SPACE_B, 2);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 4);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 4, 0);
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 4);
    finish();
    ignore_all();
    scenario.expect.exposures = 1;
    struct expected_exposure *expected = &scenario.expect.exposure[0];
    *expected = (struct expected_exposure){
        .step = 0, .point = EXPOSURE_U0, .place = PLACE_JOB, .count = {.value = 1, .given = true}};
    ck_verdict(true, VERDICT_PASS, "");
    expected->step = 1;
    ck_verdict(true, VERDICT_INCOMPLETE, "exposed at U0 of timeline.1: expected job: 1, and it was not so");
    expected->count.value = 0;
    ck_verdict(true, VERDICT_PASS, "");
    expected->step = 0;
    ck_verdict(true, VERDICT_INCOMPLETE, "exposed at U0 of timeline.0: expected job: 0, and it was not so");
    expected->more = 1; /* the same step, repeated: one of them is enough */
    ck_verdict(true, VERDICT_PASS, "");
    expected->count.value = 5;
    scenario.timeline.step[0].times = 2;
    ck_verdict(true, VERDICT_INCOMPLETE, "exposed at U0 of timeline.0: expected job: 5, and it was not so");
    expected->more = 0;
    ck_verdict(true, VERDICT_INCOMPLETE, "exposed at U0 of timeline.0.0: expected job: 5, and it was not so");
    expected->count.value = 0;
    expected->step = -1; /* any */
    ck_verdict(true, VERDICT_PASS, "");
}
END_TEST

static bool one_of(enum hazard hazard, const enum hazard *set, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (set[i] == hazard)
            return true;
    return false;
}

/* docs/scenarios.md, expect.jobs_failed: the hazards that say why a job of one that lives on failed. Each by itself, if
 * it was found; that it may be found is not enough. */
START_TEST(hazards_that_excuse_a_failed_job)
{
    static const enum hazard excuses[] = {
        HAZARD_PRI_DISABLED,        HAZARD_WRONG_RESPONSE, HAZARD_MISDELIVERED_RESPONSE,
        HAZARD_WRONG_ADDRESS_SPACE, HAZARD_LIVELOCK,       HAZARD_REFUSED_AFTER_STOP};
    enum hazard hazard = (enum hazard)_i;
    if (!hazard_checked(hazard)) /* nobody can find it */
        return;
    bind(NIC_ID, SPACE_A, 1);
    say(NIC, ENDPOINT_JOB, 1, 1, 0x4000, 4, 1);
    say(NIC, ENDPOINT_JOB_DONE, 1, 1, 0x4000, PRISIM_CAUSE_INVALID_REQUEST);
    finish();
    ignore_all();
    ck_verdict(true, VERDICT_INCOMPLETE, "jobs_failed: job 1 of endpoint[nic] (PASID 1, 0x4000): invalid_request");
    checkers_hit(checkers, hazard, now, "by hand");
    if (one_of(hazard, excuses, 6))
        ck_verdict(true, VERDICT_PASS, "");
    else
        ck_verdict(true, VERDICT_INCOMPLETE, "jobs_failed: job 1 of endpoint[nic] (PASID 1, 0x4000): invalid_request");
    /* Found, and not declared: that is a reason of its own. */
    scenario.expect.hazard[hazard] = (struct expected_count){.how = COUNT_EXACTLY};
    if (one_of(hazard, excuses, 6)) {
        char reason[SCENARIO_TEXT_MAX];
        snprintf(reason, sizeof reason, "%s: expected 0, found 1", hazard_name(hazard));
        ck_verdict(true, VERDICT_FAIL, reason);
    }
}
END_TEST

/* ... and those that say why the run was cut off and a job has no end: whatever hangs, a group or a stalled access
 * without answer. */
START_TEST(hazards_that_excuse_a_standstill)
{
    static const enum hazard excuses[] = {HAZARD_UNBIND_HANG, HAZARD_LIVELOCK, HAZARD_UNANSWERED_GROUP,
                                          HAZARD_UNANSWERED_STALL, HAZARD_DEADLOCK};
    enum hazard hazard = (enum hazard)_i;
    if (!hazard_checked(hazard)) /* nobody can find it */
        return;
    bind(NIC_ID, SPACE_A, 1);
    say(NIC, ENDPOINT_JOB, 1, 1, 0x4000, 4, 1);
    checkers_finish(checkers, now, false);
    ignore_all();
    ck_verdict(false, VERDICT_INCOMPLETE, "jobs_unfinished: 1 had no end when the run had");
    checkers_hit(checkers, hazard, now, "by hand");
    if (one_of(hazard, excuses, 5))
        ck_verdict(false, VERDICT_PASS, "");
    else
        ck_verdict(false, VERDICT_INCOMPLETE, "jobs_unfinished: 1 had no end when the run had");
    scenario.expect.jobs_unfinished = (struct expected_count){.value = 1, .given = true};
    if (one_of(hazard, excuses, 5))
        ck_verdict(false, VERDICT_PASS, "");
    else
        ck_verdict(false, VERDICT_INCOMPLETE, "ended_by: limit: limits.cycles ended the run with work unfinished");
}
END_TEST

/* expect.hazards: a sub-count that is not listed is judged only where its hazard may not be found at all. */
START_TEST(sub_counts_that_are_not_listed)
{
    static const struct {
        struct expected_count parent;
        bool judged;
    } row[] = {
        {{.how = COUNT_EXACTLY, .value = 0, .given = true}, true},
        {{.how = COUNT_EXACTLY, .value = 0, .given = false}, true},
        {{.how = COUNT_EXACTLY, .value = 1, .given = true}, false},
        {{.how = COUNT_AT_LEAST, .value = 0, .given = true}, false},
        {{.how = COUNT_AT_MOST, .value = 2, .given = true}, false},
        {{.how = COUNT_IGNORE, .value = 0, .given = true}, false},
    };
    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        scenario.expect.hazard[HAZARD_WRONG_ADDRESS_SPACE] = row[i].parent;
        ck_assert_msg(verdict_judges(&scenario, HAZARD_WRONG_ADDRESS_SPACE_MAPPED) == row[i].judged, "row %u", i);
        ck_assert(verdict_judges(&scenario, HAZARD_WRONG_ADDRESS_SPACE));
    }
}
END_TEST

/* docs/scenarios.md: N, {at_least: N}, {at_most: N}, from both sides. */
START_TEST(counts_from_both_sides)
{
    static const struct {
        struct expected_count expected;
        uint32_t found;
        bool met;
    } row[] = {
        {{.how = COUNT_EXACTLY, .value = 2}, 1, false}, {{.how = COUNT_EXACTLY, .value = 2}, 2, true},
        {{.how = COUNT_EXACTLY, .value = 2}, 3, false}, {{.how = COUNT_AT_LEAST, .value = 2}, 1, false},
        {{.how = COUNT_AT_LEAST, .value = 2}, 2, true}, {{.how = COUNT_AT_LEAST, .value = 2}, 3, true},
        {{.how = COUNT_AT_MOST, .value = 2}, 1, true},  {{.how = COUNT_AT_MOST, .value = 2}, 2, true},
        {{.how = COUNT_AT_MOST, .value = 2}, 3, false}, {{.how = COUNT_IGNORE, .value = 0}, 9, true},
        {{.how = COUNT_AT_LEAST, .value = 0}, 0, true},
    };
    for (unsigned i = 0; i < sizeof row / sizeof *row; i++)
        ck_assert_msg(expected_count_met(&row[i].expected, row[i].found) == row[i].met, "row %u", i);
}
END_TEST

/* UNBIND-HAZARD: where the requests of the binding stand. A Stop Marker is none: wherever it is, nothing stands there.
 */
START_TEST(a_marker_stands_nowhere)
{
    for (unsigned steps = 0; steps < 4; steps++) {
        by_hand_close();
        by_hand_open();
        bind(NIC_ID, SPACE_A, 1);
        struct trip t = trip_start(1, 0, R | L), stop = {.n = 2, .access = L, .instance = NIC};
        if (_i)
            trip_made(&t), trip_sent(&t);
        else
            say(NIC, ENDPOINT_STOP_MARKER, trip_tlp(&stop), 1);
        void (*const step[])(const struct trip *) = {trip_port, trip_accepted, trip_written};
        for (unsigned i = 0; i < steps; i++)
            step[i](_i ? &t : &stop);
        unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
        const uint32_t *at = checkers_exposure(checkers, 0)->at[EXPOSURE_U2];
        ck_assert_uint_eq(at[PLACE_FABRIC] + at[PLACE_SMMU] + at[PLACE_QUEUE], _i ? 1 : 0);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_exposure");
    TCase *tcase = tcase_create("tb_exposure");
    tcase_add_checked_fixture(tcase, by_hand_open, by_hand_close);
    tcase_add_test(tcase, each_point_has_its_cycle);
    tcase_add_test(tcase, another_functions_bind_is_no_u7);
    tcase_add_test(tcase, a_witness_is_there_at_u0);
    tcase_add_test(tcase, a_request_made_behind_u0_is_no_witness);
    tcase_add_test(tcase, a_request_stands_at_one_place);
    tcase_add_test(tcase, an_exposure_is_that_of_its_step);
    tcase_add_loop_test(tcase, hazards_that_excuse_a_failed_job, 0, HAZARDS);
    tcase_add_loop_test(tcase, hazards_that_excuse_a_standstill, 0, HAZARDS);
    tcase_add_loop_test(tcase, a_marker_stands_nowhere, 0, 2);
    tcase_add_test(tcase, sub_counts_that_are_not_listed);
    tcase_add_test(tcase, counts_from_both_sides);
    suite_add_tcase(suite, tcase);
    return suite;
}
