/* SPDX-License-Identifier: Apache-2.0
 *
 * Duties of a function that stops a PASID: the marker that it owes, and a Last for every open group (PCIE-STOP-2,
 * PCIE-STOP-4, PCIE-STOP-5, PCIE-MARKERORDER-1). Each is told once, at the event that shows it; honest neighbours of
 * each breaking are not told.
 */
#include "duties_stream.h"
#include "tests/harness/suite.h"

/* A new use of the PASID; `n` is the number of its binding. */
static void use(uint64_t n)
{
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
    bind(NIC_ID, n % 2 ? SPACE_A : SPACE_B, n);
    say(NIC, ENDPOINT_START, 1);
}

static void begin(void)
{
    bind(NIC_ID, SPACE_A, 1);
    say(NIC, ENDPOINT_START, 1);
}

static void stop_and_report(void)
{
    stop();
    stopped(0);
}

/* PCIE-MARKERORDER-1: shown by the request of the next use that leaves, not by its E0. */
/* covers: PCIE-MARKERORDER-1 */
START_TEST(owed_marker_is_told_at_the_next_uses_request)
{
    begin();
    stop_and_report();
    use(2);
    ck_assert_uint_eq(tolds, 0);
    struct trip t = trip_start(1, 0, R | W | L), u = trip_start(2, 1, R | W | L);
    trip_made(&t);
    ck_assert_uint_eq(tolds, 0);
    trip_sent(&t);
    ck_one(PRISIM_CAUSE_MARKER_SENT, NIC);
    trip_made(&u);
    trip_sent(&u); /* once */
    marker(5);     /* late: it is that of the stop, and no second one */
    finish();
    ck_assert_uint_eq(tolds, 1);
}
END_TEST

/* PCIE-STOP-5: right behind the report, right behind the start, and behind the next use's E0. */
/* covers: PCIE-STOP-5 */
START_TEST(marker_behind_the_start_is_honest)
{
    for (unsigned when = 0; when < 3; when++) {
        if (when > 0) {
            by_hand_close();
            set_up();
        }
        begin();
        stop_and_report();
        if (when == 0)
            marker(5);
        use(2);
        if (when == 1)
            marker(5);
        struct trip t = trip_start(1, 0, R | W | L);
        trip_made(&t);
        if (when == 2)
            marker(5);
        trip_sent(&t);
        ck_assert_uint_eq(tolds, 0);
        /* And there is one only. */
        marker(6);
        ck_one(PRISIM_CAUSE_ONE_MARKER, NIC);
    }
}
END_TEST

/* PCIE-STOP-5: by the end of a run in which nothing is under way. */
/* covers: PCIE-STOP-5 */
START_TEST(marker_that_never_comes_is_told_at_the_end)
{
    begin();
    stop_and_report();
    ck_assert_uint_eq(tolds, 0);
    checkers_finish(checkers, now, false); /* cut off: it might still come */
    ck_assert_uint_eq(tolds, 0);
    checkers_finish(checkers, now, true);
    ck_one(PRISIM_CAUSE_MARKER_SENT, NIC);
}
END_TEST

START_TEST(marker_that_came_is_not_told_at_the_end)
{
    begin();
    stop();
    marker(5);
    stopped(0);
    finish();
    ck_assert_uint_eq(tolds, 0);
}
END_TEST

/* Of stops by waiting, or neither, no marker is owed. */
START_TEST(who_waits_owes_no_marker)
{
    static const uint32_t stops[] = {PRISIM_ENDPOINT_STOP_WAIT, PRISIM_ENDPOINT_STOP_NONE};
    for (unsigned i = 0; i < 2; i++) {
        scenario.system.endpoint[0].stop = stops[i];
        bind(NIC_ID, SPACE_A, 1 + 2 * i);
        say(NIC, ENDPOINT_START, 1);
        stop_and_report();
        use(2 + 2 * i);
        struct trip t = trip_start(1 + i, 0, R | W | L);
        trip_made(&t);
        trip_sent(&t);
        trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
        stop_and_report();
        say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
    }
    finish();
    ck_assert_uint_eq(tolds, 0);
}
END_TEST

/* A marker is a page request message: with PRI off none is sent, whatever switched it off and when. */
/* covers: PCIE-PRICAP-10, PCIE-PRICAP-15 */
START_TEST(no_marker_is_owed_with_page_requests_off)
{
    for (unsigned when = 0; when < 3; when++)
        for (unsigned how = 0; how < 3; how++) {
            static const enum prisim_cause causes[] = {PRISIM_CAUSE_PRI_OFF, PRISIM_CAUSE_RESPONSE_FAILURE,
                                                       PRISIM_CAUSE_FUNCTION_RESET};
            by_hand_close();
            set_up();
            begin();
            for (unsigned at = 0; at < 3; at++) {
                if (at == when) {
                    say(NIC, ENDPOINT_PRI_OFF, 0, causes[how]);
                    if (how == 0)
                        enable(NIC, 0);
                }
                if (at == 0)
                    stop();
                if (at == 1)
                    stopped(0);
            }
            finish();
            ck_assert_msg(tolds == 0, "when %u how %u", when, how);
            /* From the next stop on it owes again, when they are on. */
            enable(NIC, 0);
            enable(NIC, 1);
            use(2);
            stop_and_report();
            finish();
            ck_one(PRISIM_CAUSE_MARKER_SENT, NIC);
        }
}
END_TEST

/* A function whose page requests were never on: its driver gave it no allocation. */
START_TEST(no_marker_is_owed_with_allocation_0)
{
    enable(NIC, 0);
    say(NIC, ENDPOINT_CONFIG, PRISIM_ENDPOINT_CONFIG_PRI + 12, 0, true);
    begin();
    stop_and_report();
    use(2);
    finish();
    ck_assert_uint_eq(tolds, 0);
}
END_TEST

/* PCIE-MARKERCODE-10: a marker needs no credit: an allocation of 0 does not excuse who is enabled. */
/* covers: PCIE-MARKERCODE-10 */
START_TEST(allocation_0_is_no_excuse)
{
    say(NIC, ENDPOINT_CONFIG, PRISIM_ENDPOINT_CONFIG_PRI + 12, 0, true);
    begin();
    stop_and_report();
    finish();
    ck_one(PRISIM_CAUSE_MARKER_SENT, NIC);
}
END_TEST

/* Two that are owed: each is told on its own, and each marker is that of its stop. */
START_TEST(several_markers_are_owed)
{
    begin();
    stop_and_report();
    use(2);
    stop_and_report();
    use(3);
    struct trip t = trip_start(1, 0, R | W | L);
    ck_assert_uint_eq(tolds, 0);
    marker(5); /* of the first */
    trip_made(&t);
    trip_sent(&t);
    ck_one(PRISIM_CAUSE_MARKER_SENT, NIC);
    marker(6); /* of the second */
    ck_assert_uint_eq(tolds, 1);
    stop_and_report();
    marker(7); /* of the third */
    finish();
    ck_assert_uint_eq(tolds, 1);
    marker(8);
    ck_assert_uint_eq(tolds, 2);
    ck_told(1, PRISIM_CAUSE_ONE_MARKER, NIC);
}
END_TEST

/* A request of the use that owes its marker, which leaves behind the next start, is no request of a later use. */
START_TEST(old_request_behind_the_start)
{
    begin();
    struct trip t = trip_start(1, 0, R | W | L);
    trip_made(&t);
    stop_and_report();
    use(2);
    trip_sent(&t);
    ck_assert_uint_eq(tolds, 0);
    marker(5);
    finish();
    ck_assert_uint_eq(tolds, 0);
}
END_TEST

/* PCIE-MARKERORDER-1: the marker has left, and the start too: a request of the old use is behind it. */
/* covers: PCIE-MARKERORDER-1 */
START_TEST(old_request_behind_its_marker_and_the_start)
{
    begin();
    struct trip t = trip_start(1, 0, R | W | L);
    trip_made(&t);
    stop();
    marker(5);
    stopped(1);
    use(2);
    ck_assert_uint_eq(tolds, 0);
    trip_sent(&t);
    ck_one(PRISIM_CAUSE_MARKER_LAST, NIC);
}
END_TEST

static struct trip part(uint64_t n, uint64_t job, uint64_t address, uint64_t access)
{
    return (struct trip){.n = n, .job = job, .prgi = 3, .address = address, .access = access, .instance = NIC};
}

/* PCIE-STOP-2: shown at U1. */
/* covers: PCIE-STOP-2 */
START_TEST(open_group_is_told_at_u1)
{
    begin();
    struct trip t = trip_start(1, 3, R);
    trip_made(&t);
    trip_sent(&t);
    stop();
    ck_assert_uint_eq(tolds, 0);
    marker(5);
    stopped(1);
    ck_one(PRISIM_CAUSE_GROUP_CLOSED, NIC);
}
END_TEST

/* ... and with its Last at the STOP, or with E=0 in between (PCIE-PRICAP-11), or answered, it is closed. */
/* covers: PCIE-PRICAP-11 */
START_TEST(closed_groups_at_u1)
{
    for (unsigned how = 0; how < 4; how++) {
        by_hand_close();
        set_up();
        begin();
        struct trip t = trip_start(1, 3, R);
        trip_made(&t);
        trip_sent(&t);
        if (how == 1) {
            enable(NIC, 0);
            say(NIC, ENDPOINT_PRI_OFF, 0, PRISIM_CAUSE_PRI_OFF);
        }
        stop();
        const struct trip last = part(2, 1, 0x5000, R | L);
        if (how < 2) {
            trip_made(&last);
            trip_sent(&last);
        }
        if (how == 2)
            trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
        if (how == 3)
            say(NIC, ENDPOINT_PRI_OFF, 1, PRISIM_CAUSE_RESPONSE_FAILURE);
        if (how == 0 || how == 2)
            marker(5);
        stopped(0);
        ck_assert_msg(tolds == 0, "%u", how);
    }
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {owed_marker_is_told_at_the_next_uses_request,
                                  marker_behind_the_start_is_honest,
                                  marker_that_never_comes_is_told_at_the_end,
                                  marker_that_came_is_not_told_at_the_end,
                                  who_waits_owes_no_marker,
                                  no_marker_is_owed_with_page_requests_off,
                                  no_marker_is_owed_with_allocation_0,
                                  allocation_0_is_no_excuse,
                                  several_markers_are_owed,
                                  old_request_behind_the_start,
                                  old_request_behind_its_marker_and_the_start,
                                  open_group_is_told_at_u1,
                                  closed_groups_at_u1};
    return duties_suite("tb_checkers_duties_stop", tests, sizeof tests / sizeof *tests);
}
