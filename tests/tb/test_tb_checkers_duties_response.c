/* SPDX-License-Identifier: Apache-2.0
 *
 * Duties of a function that asks and is answered (PCIE-PRICAP-9, PCIE-PRICAP-17, PCIE-GROUP-5, PCIE-GROUP-7,
 * PCIE-RESPONSE-2, PCIE-MARKERCODE-6). Each is told once, at the event that shows it; honest neighbours are not told.
 */
#include "duties_stream.h"
#include "tests/harness/suite.h"

static struct trip of(uint64_t n, uint64_t job, uint64_t prgi, uint64_t address, uint64_t access)
{
    return (struct trip){.n = n, .job = job, .prgi = prgi, .address = address, .access = access, .instance = NIC};
}

static void asks(uint64_t n, uint64_t job, uint64_t prgi, uint64_t address, uint64_t access)
{
    const struct trip t = of(n, job, prgi, address, access);
    trip_made(&t);
}

static void job(uint64_t number)
{
    say(NIC, ENDPOINT_JOB, number, 1, 0x4000, 0x3000, 1);
}

static void begin(void)
{
    bind(NIC_ID, SPACE_A, 1);
    say(NIC, ENDPOINT_START, 1);
}

static void response(uint64_t pasid, uint64_t prgi, uint64_t code, enum prisim_cause cause)
{
    say(NIC, ENDPOINT_RESPONSE, 0x2000001, pasid, prgi, code, cause);
}

/* PCIE-PRICAP-17: what is required is dropped; each time it is. */
/* covers: PCIE-PRICAP-17 */
START_TEST(required_pasid_is_dropped)
{
    for (unsigned prpr = 0; prpr < 2; prpr++)
        for (unsigned right = 0; right < 2; right++) {
            static const enum prisim_cause causes[] = {PRISIM_CAUSE_PASID_MISMATCH, PRISIM_CAUSE_UNEXPECTED_PASID};
            by_hand_close();
            set_up();
            scenario.system.endpoint[0].prpr = prpr;
            begin();
            job(1);
            asks(1, 1, 3, 0x4000, R | L);
            response(prpr == right ? 1 : PRISIM_PASID_NONE, 3, PRISIM_PRG_SUCCESS, causes[prpr]);
            ck_assert_uint_eq(tolds, right);
            if (right)
                ck_one(PRISIM_CAUSE_PRPR_TRUE, NIC);
            response(prpr ? 1 : PRISIM_PASID_NONE, 3, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
            ck_assert_uint_eq(tolds, right);
        }
}
END_TEST

/* PCIE-MARKERCODE-6 */
/* covers: PCIE-MARKERCODE-6 */
START_TEST(other_class_is_told)
{
    begin();
    job(1);
    asks(1, 1, 3, 0x4000, R | L);
    ck_assert_uint_eq(tolds, 0);
    say(NIC, ENDPOINT_OTHER_CLASS, 1, 1, 1);
    ck_one(PRISIM_CAUSE_CLASS_ZERO, NIC);
}
END_TEST

/* PCIE-GROUP-5: the request behind the Last shows it, whether or not it has one too. */
/* covers: PCIE-GROUP-5 */
START_TEST(request_behind_the_last)
{
    for (unsigned second = 0; second < 2; second++) {
        by_hand_close();
        set_up();
        begin();
        job(1);
        asks(1, 1, 3, 0x4000, R | L);
        ck_assert_uint_eq(tolds, 0);
        asks(2, 1, 3, 0x5000, R | (second ? L : 0));
        ck_one(PRISIM_CAUSE_ONE_LAST, NIC);
        asks(3, 1, 3, 0x6000, R | L);
        ck_assert_uint_eq(tolds, 1);
    }
}
END_TEST

/* Groups with one Last each: of several members, one behind the other, and with an index used again. */
START_TEST(groups_with_one_last)
{
    begin();
    job(1);
    job(2);
    asks(1, 1, 3, 0x4000, R);
    asks(2, 1, 3, 0x5000, R);
    asks(3, 1, 3, 0x6000, R | L);
    asks(4, 2, 4, 0x4000, R | L);
    response(1, 3, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    asks(5, 1, 3, 0x5000, R | L); /* the same job, the same index, another group */
    response(1, 3, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    response(1, 4, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    asks(6, 2, 4, 0x4000, R | L);
    ck_assert_uint_eq(tolds, 0);
}
END_TEST

/* PCIE-GROUP-7: by another job, before the answer; it has one group more then. */
/* covers: PCIE-GROUP-7 */
START_TEST(index_is_used_again)
{
    begin();
    job(1);
    job(2);
    asks(1, 1, 3, 0x4000, R | L);
    asks(2, 2, 3, 0x4000, R | L);
    ck_one(PRISIM_CAUSE_INDEX_KEPT, NIC);
}
END_TEST

/* A response of the group that finds none. Not one to a group that was answered, or died. */
START_TEST(index_is_forgotten)
{
    for (unsigned how = 0; how < 5; how++) {
        by_hand_close();
        set_up();
        begin();
        job(1);
        asks(1, 1, 0, 0x4000, R | L);
        if (how == 2)
            response(1, 0, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
        if (how == 3)
            say(NIC, ENDPOINT_PRI_OFF, 1, PRISIM_CAUSE_RESPONSE_FAILURE);
        /* A marker's answer: of another PASID it says nothing of the group (4). */
        const enum prisim_cause cause =
            how == 1 || how == 4 ? PRISIM_CAUSE_MARKER_ANSWERED : PRISIM_CAUSE_UNEXPECTED_INDEX;
        response(how == 4 ? 2 : 1, 0, PRISIM_PRG_SUCCESS, cause);
        ck_assert_msg(tolds == (how < 2), "%u: %u", how, tolds);
        if (how < 2)
            ck_told(0, PRISIM_CAUSE_INDEX_KEPT, NIC);
    }
}
END_TEST

/* PCIE-PRICAP-9, PCIE-PRICAP-15: the first request of a group counts. */
/* covers: PCIE-PRICAP-9, PCIE-PRICAP-15 */
START_TEST(group_is_opened_with_page_requests_off)
{
    begin();
    job(1);
    enable(NIC, 0);
    asks(1, 1, 3, 0x4000, R);
    ck_one(PRISIM_CAUSE_ENABLE_HEEDED, NIC);
    asks(2, 1, 3, 0x5000, R | L);
    ck_assert_uint_eq(tolds, 1);
}
END_TEST

/* PCIE-PRICAP-11: a group that is open is finished. */
/* covers: PCIE-PRICAP-11 */
START_TEST(open_group_is_finished_with_page_requests_off)
{
    begin();
    job(1);
    asks(1, 1, 3, 0x4000, R);
    enable(NIC, 0);
    say(NIC, ENDPOINT_PRI_OFF, 0, PRISIM_CAUSE_PRI_OFF);
    asks(2, 1, 3, 0x5000, R | L);
    ck_assert_uint_eq(tolds, 0);
    enable(NIC, 1);
    response(1, 3, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    asks(3, 1, 3, 0x5000, R | L);
    ck_assert_uint_eq(tolds, 0);
}
END_TEST

/* PCIE-PRICAP-15: behind a Response Failure until E goes from 0 to 1; a reset clears E (PCIE-ENUMERATION-4). */
/* covers: PCIE-PRICAP-15, PCIE-ENUMERATION-4 */
START_TEST(failure_and_reset_switch_off)
{
    for (unsigned how = 0; how < 2; how++)
        for (unsigned toggled = 0; toggled < 3; toggled++) {
            by_hand_close();
            set_up();
            begin();
            job(1);
            say(NIC, ENDPOINT_PRI_OFF, 0, how ? PRISIM_CAUSE_FUNCTION_RESET : PRISIM_CAUSE_RESPONSE_FAILURE);
            if (toggled == 2)
                enable(NIC, 0);
            if (toggled > 0)
                enable(NIC, 1);
            asks(1, 1, 3, 0x4000, R | L);
            /* E=1 is no 0 to 1 behind a failure, behind a reset it is. */
            ck_assert_msg(tolds == (toggled == 0 || (toggled == 1 && how == 0)), "how %u toggled %u", how, toggled);
        }
}
END_TEST

/* PCIE-RESPONSE-2: each page of the group was answered. */
/* covers: PCIE-RESPONSE-2 */
START_TEST(asks_again_for_what_was_invalid)
{
    for (uint64_t page = 0x3000; page <= 0x7000; page += 0x1000) {
        by_hand_close();
        set_up();
        begin();
        job(1);
        job(2);
        asks(1, 1, 3, 0x6000, R); /* group_order: random */
        asks(2, 1, 3, 0x4000, R);
        asks(3, 1, 3, 0x5000, R | L);
        response(1, 3, PRISIM_PRG_INVALID, PRISIM_CAUSE_GROUP_FREED);
        asks(4, 2, 4, 0x4000, R | L); /* another job */
        ck_assert_uint_eq(tolds, 0);
        asks(5, 1, 5, page, R | L);
        const bool again = page > 0x3000 && page < 0x7000;
        ck_assert_uint_eq(tolds, again);
        if (again)
            ck_one(PRISIM_CAUSE_INVALID_HEEDED, NIC);
    }
}
END_TEST

/* Success is no Invalid; nor is one that the function rightly dropped, that was another's, or came behind a failure. */
START_TEST(asks_again_for_what_was_not_invalid)
{
    static const struct {
        uint64_t pasid, code;
        enum prisim_cause cause;
    } rows[] = {{1, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED},
                {PRISIM_PASID_NONE, PRISIM_PRG_INVALID, PRISIM_CAUSE_PASID_MISMATCH},
                {2, PRISIM_PRG_INVALID, PRISIM_CAUSE_UNEXPECTED_PASID}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        by_hand_close();
        set_up();
        begin();
        job(1);
        asks(1, 1, 3, 0x4000, R | L);
        response(rows[i].pasid, 3, rows[i].code, rows[i].cause);
        if (i > 0)
            response(1, 3, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
        asks(2, 1, 4, 0x4000, R | L);
        ck_assert_msg(tolds == 0, "row %u", i);
    }
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {required_pasid_is_dropped,
                                  other_class_is_told,
                                  request_behind_the_last,
                                  groups_with_one_last,
                                  index_is_used_again,
                                  index_is_forgotten,
                                  group_is_opened_with_page_requests_off,
                                  open_group_is_finished_with_page_requests_off,
                                  failure_and_reset_switch_off,
                                  asks_again_for_what_was_invalid,
                                  asks_again_for_what_was_not_invalid};
    return duties_suite("tb_checkers_duties_response", tests, sizeof tests / sizeof *tests);
}
