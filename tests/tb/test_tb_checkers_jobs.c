/* SPDX-License-Identifier: Apache-2.0
 *
 * Bystanders, markers that end a wait or are lost, and the event queue; and holds that nobody came to.
 */
#include "by_hand_stream.h"
#include "tb/report/verdict.h"
#include "tests/harness/suite.h"

static const char *finding_of(enum hazard hazard)
{
    const struct finding *finding;
    for (unsigned i = 0; (finding = checkers_finding(checkers, i)) != NULL; i++)
        if (finding->hazard == hazard)
            return finding->text;
    return "";
}

static void ck_says(enum hazard hazard, const char *words)
{
    ck_assert_msg(strstr(finding_of(hazard), words) != NULL, "\"%s\" does not say \"%s\"", finding_of(hazard), words);
}

/* PASID 2 of nic, its job 2, whose request has index 0 as well. */
static struct trip live_request(void)
{
    say(NIC, ENDPOINT_JOB, 2, 2, 0x4000, 4, 1);
    struct trip t = {.n = 2, .job = 2, .prgi = 0, .address = 0x4000, .access = R | W | L, .instance = NIC};
    say(NIC, ENDPOINT_PAGE_REQUEST, t.n, t.job, 2, t.prgi, t.address, t.access);
    trip_sent(&t);
    trip_port(&t);
    trip_accepted(&t);
    trip_written(&t);
    return t;
}

static struct trip live_job(void)
{
    say(INSTANCE_DRIVER, DRIVER_BIND, NIC_ID, 2, 8, SPACE_B, 2);
    say(INSTANCE_DRIVER, DRIVER_BOUND, NIC_ID, 2, 8, 2);
    return live_request();
}

static void job_ends(enum prisim_cause cause)
{
    say(NIC, ENDPOINT_JOB_DONE, 2, 2, 0x4000, cause);
}

/* A raw request of PASID 1, which is bound, and unbound if so asked. */
static struct trip old_request(bool is_unbound)
{
    struct trip t = {.n = 1, .job = 1001, .prgi = 0, .address = 0x4000, .access = R | L, .instance = NIC};
    bind(NIC_ID, SPACE_A, 1);
    trip_queued(&t);
    if (is_unbound)
        unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    return t;
}

static void refused(const struct trip *t, uint64_t code)
{
    trip_taken(t);
    trip_enqueued(t);
    trip_resolved(t, 0, 0, PRISIM_CAUSE_NOT_BOUND);
    trip_responded(t, code);
    trip_left(t, code);
}

START_TEST(an_answer_that_was_meant_for_the_dead)
{
    struct trip old = old_request(true);
    live_job();
    refused(&old, PRISIM_PRG_INVALID);
    trip_arrived(&old, PRISIM_PRG_INVALID, PRISIM_CAUSE_GROUP_FREED);
    job_ends(PRISIM_CAUSE_INVALID_REQUEST);
    ck_count(LIVE_JOB_FAILED, 1);
    ck_counter(JOBS_FAILED, 0);
    ck_says(HAZARD_LIVE_JOB_FAILED, "job 2 of endpoint[nic] (PASID 2), of binding 2 (space B)");
    ck_says(HAZARD_LIVE_JOB_FAILED, "(invalid_request) by the unbind of binding 1 (space A)");
}
END_TEST

START_TEST(an_answer_that_was_meant_for_one_that_lives_is_no_unbind)
{
    struct trip old = old_request(false);
    live_job();
    refused(&old, PRISIM_PRG_INVALID);
    trip_arrived(&old, PRISIM_PRG_INVALID, PRISIM_CAUSE_GROUP_FREED);
    job_ends(PRISIM_CAUSE_INVALID_REQUEST);
    ck_count(LIVE_JOB_FAILED, 0);
    ck_counter(JOBS_FAILED, 1);
}
END_TEST

START_TEST(its_own_refusal_is_its_own_failure)
{
    old_request(true);
    struct trip live = live_job();
    refused(&live, PRISIM_PRG_INVALID);
    trip_arrived(&live, PRISIM_PRG_INVALID, PRISIM_CAUSE_GROUP_FREED);
    job_ends(PRISIM_CAUSE_INVALID_REQUEST);
    ck_count(LIVE_JOB_FAILED, 0);
    ck_counter(JOBS_FAILED, 1);
}
END_TEST

/* A job whose own binding is being stopped is no bystander. */
START_TEST(who_is_stopped_as_well_is_no_bystander)
{
    struct trip old = old_request(true);
    live_job();
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 2, 9);
    refused(&old, PRISIM_PRG_INVALID);
    trip_arrived(&old, PRISIM_PRG_INVALID, PRISIM_CAUSE_GROUP_FREED);
    job_ends(PRISIM_CAUSE_INVALID_REQUEST);
    ck_count(LIVE_JOB_FAILED, 0);
    ck_counter(JOBS_ENDED_BY_UNBIND, 1);
}
END_TEST

/* Nor is a job that was submitted when the stop of its binding had begun. */
START_TEST(who_comes_too_late_is_no_bystander)
{
    struct trip old = old_request(true);
    say(INSTANCE_DRIVER, DRIVER_BIND, NIC_ID, 2, 8, SPACE_B, 2);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 2, 9);
    live_request();
    refused(&old, PRISIM_PRG_INVALID);
    trip_arrived(&old, PRISIM_PRG_INVALID, PRISIM_CAUSE_GROUP_FREED);
    job_ends(PRISIM_CAUSE_INVALID_REQUEST);
    ck_count(LIVE_JOB_FAILED, 0);
    ck_counter(JOBS_FAILED, 1);
}
END_TEST

/* S-22: a part of the dead one's group is answered with the living one's Last. */
static void part_of_the_dead(enum prisim_cause own_page)
{
    struct trip part = {.n = 1, .job = 1001, .prgi = 0, .address = 0x4000, .access = R, .instance = NIC};
    bind(NIC_ID, SPACE_A, 1);
    trip_queued(&part);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    struct trip live = live_job();
    trip_taken(&part);
    trip_taken(&live);
    trip_enqueued(&part);
    trip_enqueued(&live);
    trip_resolved(&part, 0, 0, PRISIM_CAUSE_NOT_BOUND);
    trip_resolved(&live, SPACE_B, 2, PRISIM_CAUSE_BOUND);
    trip_paged(&live, SPACE_B, own_page);
    trip_responded(&live, PRISIM_PRG_INVALID);
    trip_left(&live, PRISIM_PRG_INVALID);
    trip_arrived(&live, PRISIM_PRG_INVALID, PRISIM_CAUSE_GROUP_FREED);
    job_ends(PRISIM_CAUSE_INVALID_REQUEST);
}

START_TEST(an_answer_that_was_computed_from_the_dead)
{
    part_of_the_dead(PRISIM_CAUSE_MAPPED);
    ck_count(WRONG_RESPONSE, 1);
    ck_count(LIVE_JOB_FAILED, 1);
    ck_says(HAZARD_LIVE_JOB_FAILED, "by the unbind of binding 1 (space A)");
}
END_TEST

START_TEST(an_answer_that_was_refused_for_its_own_sake)
{
    part_of_the_dead(PRISIM_CAUSE_NO_REGION);
    ck_count(WRONG_RESPONSE, 1);
    ck_count(LIVE_JOB_FAILED, 0);
    ck_counter(JOBS_FAILED, 1);
}
END_TEST

static void failure_for(bool is_unbound)
{
    struct trip old = old_request(is_unbound);
    live_job();
    refused(&old, PRISIM_PRG_FAILURE);
    trip_arrived(&old, PRISIM_PRG_FAILURE, PRISIM_CAUSE_RESPONSE_FAILURE);
    say(NIC, ENDPOINT_PRI_OFF, 1, PRISIM_CAUSE_RESPONSE_FAILURE);
    job_ends(PRISIM_CAUSE_PRI_OFF);
}

/* D12, S-38 */
START_TEST(a_failure_that_was_meant_for_the_dead)
{
    failure_for(true);
    ck_count(PRI_DISABLED, 1);
    ck_count(LIVE_JOB_FAILED, 1);
    ck_counter(JOBS_FAILED, 0);
    ck_says(HAZARD_LIVE_JOB_FAILED, "(pri_off) by the unbind of binding 1 (space A)");
}
END_TEST

START_TEST(a_failure_that_no_unbind_caused)
{
    failure_for(false);
    ck_count(PRI_DISABLED, 1);
    ck_count(LIVE_JOB_FAILED, 0);
    ck_counter(JOBS_FAILED, 1);
}
END_TEST

/* The binding of PASID 1 is being unbound by call 2, or by nobody; PASID 2 has a job. */
static void live_job_beside(bool unbinds)
{
    bind(NIC_ID, SPACE_A, 1);
    live_job();
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, unbinds ? 2 : 3);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, unbinds ? 2 : 3, PRISIM_DRIVER_UNBIND_PRI_RESET);
}

/* UNBIND-D12: a step of that unbind is of the whole function; one of another call is not. */
static const struct {
    bool unbinds;
    unsigned what; /* pri_off, pri_reset, ats_off, flr, isolated by a list, isolated else */
    enum prisim_cause cause;
    uint64_t live, failed, reset;
} cures[] = {
    {true, 0, PRISIM_CAUSE_PRI_OFF, 1, 0, 0},           {false, 0, PRISIM_CAUSE_PRI_OFF, 0, 1, 0},
    {true, 1, PRISIM_CAUSE_PRI_OFF, 1, 0, 0},           {true, 2, PRISIM_CAUSE_NOT_ENABLED, 1, 0, 0},
    {false, 2, PRISIM_CAUSE_NOT_ENABLED, 0, 1, 0},      {true, 2, PRISIM_CAUSE_TRANSLATION_ERROR, 0, 1, 0},
    {true, 3, PRISIM_CAUSE_FUNCTION_RESET, 1, 0, 0},    {false, 3, PRISIM_CAUSE_FUNCTION_RESET, 0, 0, 1},
    {true, 4, PRISIM_CAUSE_TRANSLATION_ERROR, 1, 0, 0}, {true, 5, PRISIM_CAUSE_TRANSLATION_ERROR, 0, 1, 0},
    {true, 0, PRISIM_CAUSE_NOT_ENABLED, 0, 1, 0},
};

static void cure(unsigned what)
{
    switch (what) {
    case 0:
        say(INSTANCE_DRIVER, DRIVER_PRI_OFF, NIC_ID, 1, 2);
        break;
    case 1:
        say(INSTANCE_DRIVER, DRIVER_PRI_RESET, NIC_ID, 1, 2);
        break;
    case 2:
        say(INSTANCE_DRIVER, DRIVER_ATS_OFF, NIC_ID, 1, 2);
        break;
    case 3:
        say(INSTANCE_DRIVER, DRIVER_FLR, NIC_ID, 2, 0);
        break;
    default:
        say(INSTANCE_DRIVER, DRIVER_ISOLATED, NIC_ID, 2, PRISIM_DRIVER_ISOLATE_STE_ABORT,
            what == 4 ? PRISIM_CAUSE_BY_LIST : PRISIM_CAUSE_ATC_INV_TIMEOUT);
    }
}

START_TEST(a_cure_that_is_of_the_whole_function)
{
    for (unsigned i = 0; i < sizeof cures / sizeof cures[0]; i++) {
        by_hand_close();
        by_hand_open();
        live_job_beside(cures[i].unbinds);
        cure(cures[i].what);
        job_ends(cures[i].cause);
        ck_count(LIVE_JOB_FAILED, cures[i].live);
        ck_counter(JOBS_FAILED, cures[i].failed);
        ck_counter(JOBS_ENDED_BY_RESET, cures[i].reset);
    }
    by_hand_close();
    by_hand_open();
    live_job_beside(true);
    cure(0);
    job_ends(PRISIM_CAUSE_PRI_OFF);
    ck_says(HAZARD_LIVE_JOB_FAILED, "by the unbind of binding 1 (space A): it got that one's cure");
}
END_TEST

/* A Stop Marker on its way to the driver; n names it. */
static void marker_comes(uint64_t n)
{
    say(NIC, ENDPOINT_STOP_MARKER, n, 1);
    say(INSTANCE_SMMU, SMMU_PAGE_REQUEST, n, NIC_ID, 1, 0, 0, L);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_ACCEPT, n % 16, 0, NIC_ID, 1, 0, 0, L);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_WRITE, n % 16, 0, NIC_ID, 1, 0, 0, L);
}

static void marker_is_seen(uint64_t n)
{
    say(INSTANCE_DRIVER, DRIVER_TAKE, n, n % 16, 0, NIC_ID, 1, 0, 0, L);
    say(INSTANCE_DRIVER, DRIVER_MARKER, n, NIC_ID, 1);
}

static void stop(uint64_t call)
{
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, call);
    say(NIC, ENDPOINT_STOP, 1);
}

static void enter(uint64_t call, enum prisim_driver_policy policy)
{
    say(NIC, ENDPOINT_STOPPED, 1, 0);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, call, policy);
}

static void leave(uint64_t call, enum prisim_cause drained)
{
    say(INSTANCE_DRIVER, DRIVER_DRAINED, NIC_ID, 1, call, drained);
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, call);
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, call, PRISIM_CAUSE_NONE);
}

/* Two lives, and the markers that the first sends. */
static void two_lives(unsigned markers_of_first, bool late)
{
    bind(NIC_ID, SPACE_A, 1);
    stop(2);
    for (uint64_t n = 1; n <= markers_of_first; n++)
        marker_comes(n);
    if (!late)
        for (uint64_t n = 1; n <= markers_of_first; n++)
            marker_is_seen(n);
    enter(2, PRISIM_DRIVER_UNBIND_DRAIN);
    leave(2, PRISIM_CAUSE_DRAINED);
    bind(NIC_ID, SPACE_B, 2);
    stop(3);
    marker_comes(9);
    enter(3, PRISIM_DRIVER_UNBIND_STOP_MARKER);
    if (late)
        for (uint64_t n = 1; n <= markers_of_first; n++)
            marker_is_seen(n);
    if (!late || markers_of_first < 2)
        marker_is_seen(9);
    leave(3, PRISIM_CAUSE_MARKER_SEEN);
}

START_TEST(a_marker_of_the_life_before_ends_the_wait)
{
    two_lives(2, true);
    ck_count(MARKER_OF_OTHER_LIFE, 1);
    ck_says(HAZARD_MARKER_OF_OTHER_LIFE, "PASID 1 of endpoint[nic], binding 2 (space B), ended");
    ck_says(HAZARD_MARKER_OF_OTHER_LIFE, "made under binding 1 (space A)");
}
END_TEST

/* S-16: seen in the second life, but it is the first of two. */
START_TEST(a_late_marker_does_not_end_the_wait)
{
    two_lives(1, true);
    ck_count(MARKER_OF_OTHER_LIFE, 0);
}
END_TEST

START_TEST(markers_beyond_the_stops_do_not_count)
{
    two_lives(2, false);
    ck_count(MARKER_OF_OTHER_LIFE, 0);
}
END_TEST

/* The wait is over, and its task has not gone on yet. */
START_TEST(a_marker_behind_the_one_that_ended_the_wait)
{
    bind(NIC_ID, SPACE_A, 1);
    stop(2);
    marker_comes(1);
    marker_is_seen(1);
    marker_comes(2);
    enter(2, PRISIM_DRIVER_UNBIND_DRAIN);
    leave(2, PRISIM_CAUSE_DRAINED);
    bind(NIC_ID, SPACE_B, 2);
    stop(3);
    marker_comes(9);
    enter(3, PRISIM_DRIVER_UNBIND_STOP_MARKER);
    marker_is_seen(9);
    marker_is_seen(2);
    leave(3, PRISIM_CAUSE_MARKER_SEEN);
    ck_count(MARKER_OF_OTHER_LIFE, 0);
}
END_TEST

static void marker_is_lost(enum prisim_driver_policy policy, enum prisim_cause drained)
{
    bind(NIC_ID, SPACE_A, 1);
    stop(2);
    say(NIC, ENDPOINT_STOP_MARKER, 7, 1);
    say(INSTANCE_SMMU, SMMU_PAGE_REQUEST, 7, NIC_ID, 1, 0, 0, L);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_DROP, NIC_ID, 1, 0, 0, L, PRISIM_CAUSE_QUEUE_FULL);
    ck_count(LOST_STOP_MARKER, 1);
    enter(2, policy);
    leave(2, drained);
    finish();
    ck_count(LOST_STOP_MARKER, 1);
}

START_TEST(a_lost_marker_that_somebody_waits_for)
{
    marker_is_lost(PRISIM_DRIVER_UNBIND_STOP_MARKER, PRISIM_CAUSE_MARKER_TIMEOUT);
    ck_count(LOST_STOP_MARKER_AWAITED, 1);
    ck_says(HAZARD_LOST_STOP_MARKER, "; its unbind waits or waited for it");
}
END_TEST

START_TEST(a_lost_marker_that_nobody_waits_for)
{
    marker_is_lost(PRISIM_DRIVER_UNBIND_DRAIN, PRISIM_CAUSE_DRAINED);
    ck_count(LOST_STOP_MARKER_AWAITED, 0);
    ck_says(HAZARD_LOST_STOP_MARKER, "; nobody waits for it");
}
END_TEST

/* The wait has had its marker when a second one of that life is lost. */
START_TEST(a_marker_that_is_lost_after_the_wait)
{
    bind(NIC_ID, SPACE_A, 1);
    stop(2);
    marker_comes(1);
    marker_is_seen(1);
    enter(2, PRISIM_DRIVER_UNBIND_STOP_MARKER);
    leave(2, PRISIM_CAUSE_MARKER_SEEN);
    say(NIC, ENDPOINT_STOP_MARKER, 7, 1);
    say(INSTANCE_SMMU, SMMU_PAGE_REQUEST, 7, NIC_ID, 1, 0, 0, L);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_DROP, NIC_ID, 1, 0, 0, L, PRISIM_CAUSE_QUEUE_FULL);
    finish();
    ck_count(LOST_STOP_MARKER, 1);
    ck_count(LOST_STOP_MARKER_AWAITED, 0);
}
END_TEST

/* A PASID that is kept back never came to the wait. */
START_TEST(an_unbind_that_failed_did_not_wait)
{
    bind(NIC_ID, SPACE_A, 1);
    stop(2);
    say(NIC, ENDPOINT_STOP_MARKER, 7, 1);
    enter(2, PRISIM_DRIVER_UNBIND_STOP_MARKER);
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 2, PRISIM_CAUSE_KEPT);
    finish();
    ck_count(LOST_STOP_MARKER, 1);
    ck_count(LOST_STOP_MARKER_AWAITED, 0);
}
END_TEST

START_TEST(event_records_that_are_lost)
{
    static const enum prisim_cause causes[] = {PRISIM_CAUSE_ACCEPTED, PRISIM_CAUSE_MERGED, PRISIM_CAUSE_QUEUE_FULL,
                                               PRISIM_CAUSE_QUEUE_OFF, PRISIM_CAUSE_QUEUE_ABORTED};
    for (unsigned i = 0; i < sizeof causes / sizeof *causes; i++)
        say(INSTANCE_SMMU, SMMU_EVENT, 6, NIC_ID, 1, 0, i, causes[i]);
    ck_counter(EVENT_RECORDS_LOST, 3);
    ck_count(EVENT_QUEUE_OVERFLOW, 0);
    say(INSTANCE_SMMU, SMMU_EVENT_OVERFLOW, 16, 1);
    say(INSTANCE_SMMU, SMMU_EVENT_OVERFLOW, 0, 0);
    ck_count(EVENT_QUEUE_OVERFLOW, 2);
}
END_TEST

static void ck_reason(enum verdict verdict, const char *expected)
{
    char text[SCENARIO_TEXT_MAX] = "";
    ck_assert_int_eq(verdict_of(&scenario, checkers, true).verdict, verdict);
    verdict_reason(&scenario, checkers, true, 0, text);
    ck_assert_str_eq(text, expected);
}

static void hold(bool caught)
{
    scenario.timeline.steps = 1;
    scenario.timeline.step[0].to_driver = true;
    scenario.timeline.step[0].driver.what = PRISIM_DRIVER_HOLD;
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_TIMELINE, TIMELINE_STEP, 0);
    if (caught) {
        say(INSTANCE_DRIVER, DRIVER_HOLD, PRISIM_DRIVER_TASK_WORKER, 0, PRISIM_EVENT_DRIVER_PAGE, 0);
        say(INSTANCE_DRIVER, DRIVER_RELEASE, PRISIM_DRIVER_TASK_WORKER, 0, PRISIM_EVENT_DRIVER_PAGE, 0);
    }
    finish();
}

START_TEST(a_hold_that_caught_nobody)
{
    hold(false);
    ck_counter(STEPS_NOT_GIVEN, 1);
    ck_reason(VERDICT_INCOMPLETE, "timeline.0: its task did not come there");
    scenario.timeline.step[0].not_given = true;
    ck_reason(VERDICT_PASS, "");
}
END_TEST

START_TEST(a_hold_that_caught_its_task)
{
    hold(true);
    ck_counter(STEPS_NOT_GIVEN, 0);
    ck_reason(VERDICT_PASS, "");
    scenario.timeline.step[0].not_given = true;
    ck_reason(VERDICT_FAIL, "timeline.0: expected not to be given, and it was");
}
END_TEST

/* A hold and its end: the end was given, but nobody had come; or somebody waits for an end that does not come. */
START_TEST(a_hold_with_an_end)
{
    scenario.timeline.steps = 2;
    for (unsigned i = 0; i < 2; i++) {
        scenario.timeline.step[i].to_driver = true;
        scenario.timeline.step[i].driver.what = i ? PRISIM_DRIVER_RELEASE : PRISIM_DRIVER_HOLD;
        scenario.timeline.step[i].release = i;
        scenario.timeline.step[i].not_given = true;
    }
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_TIMELINE, TIMELINE_STEP, 0);
    ck_reason(VERDICT_PASS, "");
    say(INSTANCE_TIMELINE, TIMELINE_STEP, 1);
    ck_reason(VERDICT_PASS, "");
    say(INSTANCE_DRIVER, DRIVER_HOLD, PRISIM_DRIVER_TASK_WORKER, 0, PRISIM_EVENT_DRIVER_PAGE, 0);
    say(INSTANCE_DRIVER, DRIVER_RELEASE, PRISIM_DRIVER_TASK_WORKER, 0, PRISIM_EVENT_DRIVER_PAGE, 0);
    ck_reason(VERDICT_FAIL, "timeline.0: expected not to be given, and it was");
}
END_TEST

/* A page that was there already is no refusal. */
START_TEST(an_answer_whose_own_page_was_resident)
{
    part_of_the_dead(PRISIM_CAUSE_RESIDENT);
    ck_count(WRONG_RESPONSE, 1);
    ck_count(LIVE_JOB_FAILED, 1);
}
END_TEST

/* UNBIND-S-16: the first wait ended by its time-out, so that its marker counts as lost. It comes all the same, in the
 * second life, and ends that wait; the marker of that life comes before the task goes on, and is one too many. */
START_TEST(a_marker_behind_a_time_out_ends_the_next_wait)
{
    bind(NIC_ID, SPACE_A, 1);
    stop(2);
    marker_comes(1);
    enter(2, PRISIM_DRIVER_UNBIND_STOP_MARKER);
    leave(2, PRISIM_CAUSE_MARKER_TIMEOUT);
    bind(NIC_ID, SPACE_B, 2);
    stop(3);
    marker_comes(9);
    enter(3, PRISIM_DRIVER_UNBIND_STOP_MARKER);
    marker_is_seen(1);
    marker_is_seen(9);
    leave(3, PRISIM_CAUSE_MARKER_SEEN);
    ck_count(MARKER_OF_OTHER_LIFE, 1);
}
END_TEST

/* A marker that leaves when the PASID has its next owner is the first one's: it was its stop. */
START_TEST(a_marker_that_leaves_late_is_of_the_stop_before)
{
    bind(NIC_ID, SPACE_A, 1);
    stop(2);
    enter(2, PRISIM_DRIVER_UNBIND_STOP_MARKER);
    leave(2, PRISIM_CAUSE_MARKER_TIMEOUT);
    bind(NIC_ID, SPACE_B, 2);
    marker_comes(1);
    stop(3);
    enter(3, PRISIM_DRIVER_UNBIND_STOP_MARKER);
    marker_is_seen(1);
    leave(3, PRISIM_CAUSE_MARKER_SEEN);
    ck_count(MARKER_OF_OTHER_LIFE, 1);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {an_answer_that_was_meant_for_the_dead,
                                  an_answer_that_was_meant_for_one_that_lives_is_no_unbind,
                                  its_own_refusal_is_its_own_failure,
                                  who_is_stopped_as_well_is_no_bystander,
                                  who_comes_too_late_is_no_bystander,
                                  a_marker_behind_the_one_that_ended_the_wait,
                                  an_answer_that_was_computed_from_the_dead,
                                  an_answer_that_was_refused_for_its_own_sake,
                                  a_failure_that_was_meant_for_the_dead,
                                  a_failure_that_no_unbind_caused,
                                  a_cure_that_is_of_the_whole_function,
                                  a_marker_of_the_life_before_ends_the_wait,
                                  a_late_marker_does_not_end_the_wait,
                                  markers_beyond_the_stops_do_not_count,
                                  a_lost_marker_that_somebody_waits_for,
                                  a_lost_marker_that_nobody_waits_for,
                                  a_marker_that_is_lost_after_the_wait,
                                  an_unbind_that_failed_did_not_wait,
                                  event_records_that_are_lost,
                                  a_hold_that_caught_nobody,
                                  a_hold_that_caught_its_task,
                                  a_hold_with_an_end,
                                  an_answer_whose_own_page_was_resident,
                                  a_marker_behind_a_time_out_ends_the_next_wait,
                                  a_marker_that_leaves_late_is_of_the_stop_before,
                                  NULL};
    return judge_suite("tb_checkers_jobs", tests);
}
