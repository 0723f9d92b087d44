/* SPDX-License-Identifier: Apache-2.0
 *
 * What is judged at and after the end of a binding (UNBIND-HAZARD): who is served after it, what a policy promised and
 * did not keep, what the old device is told.
 */
#include "by_hand_stream.h"
#include "tests/harness/suite.h"

/* A request of binding 1 that is resolved in its own space; the unbind ends before S3. */
static struct trip resolved_then_freed(void)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | W | L);
    trip_queued(&t);
    trip_taken(&t);
    trip_enqueued(&t);
    trip_resolved(&t, SPACE_A, 1, PRISIM_CAUSE_BOUND);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    return t;
}

START_TEST(served_after_free)
{
    struct trip t = resolved_then_freed();
    trip_paged(&t, SPACE_A, PRISIM_CAUSE_MAPPED);
    ck_count(SERVED_AFTER_FREE, 1);
    ck_count(SERVED_AFTER_FREE_MAPPED, 1);
    ck_count(SERVED_AFTER_FREE_ANSWERED, 0);
    trip_responded(&t, PRISIM_PRG_SUCCESS);
    ck_count(SERVED_AFTER_FREE, 1); /* one request, however often */
    ck_count(SERVED_AFTER_FREE_ANSWERED, 1);
    ck_only(BIT(SERVED_AFTER_FREE) | BIT(SERVED_AFTER_FREE_MAPPED) | BIT(SERVED_AFTER_FREE_ANSWERED));
}
END_TEST

/* The page was resident before: nothing is done to the space, but the answer still says what it holds. */
START_TEST(answered_after_free_only)
{
    struct trip t = resolved_then_freed();
    trip_paged(&t, SPACE_A, PRISIM_CAUSE_RESIDENT);
    ck_only(0);
    trip_responded(&t, PRISIM_PRG_SUCCESS);
    ck_only(BIT(SERVED_AFTER_FREE) | BIT(SERVED_AFTER_FREE_ANSWERED));
}
END_TEST

START_TEST(a_refusal_after_free_is_no_hit)
{
    struct trip t = resolved_then_freed();
    trip_paged(&t, SPACE_A, PRISIM_CAUSE_NO_PERMISSION);
    trip_responded(&t, PRISIM_PRG_INVALID);
    ck_only(0);
}
END_TEST

/* At the very cycle of the end it is no hit; one later it is. */
START_TEST(at_the_end_and_one_cycle_later)
{
    struct trip t = resolved_then_freed();
    now -= 10; /* to the cycle of U6 */
    trip_paged(&t, SPACE_A, PRISIM_CAUSE_MAPPED);
    ck_only(0);
    now -= 9;
    trip_responded(&t, PRISIM_PRG_SUCCESS);
    ck_count(SERVED_AFTER_FREE, 1);
}
END_TEST

/* Unbind returned and kept the PASID: its end all the same, and no hang. */
START_TEST(after_the_return_without_u6)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | W | L);
    trip_queued(&t);
    trip_taken(&t);
    trip_enqueued(&t);
    trip_resolved(&t, SPACE_A, 1, PRISIM_CAUSE_BOUND);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, 0);
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 2, PRISIM_CAUSE_KEPT);
    ck_only(0);
    trip_paged(&t, SPACE_A, PRISIM_CAUSE_MAPPED);
    ck_count(SERVED_AFTER_FREE, 1);
    now += 5000;
    checkers_finish(checkers, now, false);
    ck_count(UNBIND_HANG, 0);
    ck_count(PASID_LIMBO, 0);
}
END_TEST

/* The end is the first of the two, whichever that is: served at the very edge of the second, it is served too late. */
START_TEST(the_first_of_return_and_u6)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | W | L);
    trip_queued(&t);
    trip_taken(&t);
    trip_enqueued(&t);
    trip_resolved(&t, SPACE_A, 1, PRISIM_CAUSE_BOUND);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, PRISIM_DRIVER_UNBIND_NONE);
    if (_i)
        say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 2, PRISIM_CAUSE_NONE);
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
    if (!_i)
        say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 2, PRISIM_CAUSE_NONE);
    now -= 10;
    trip_paged(&t, SPACE_A, PRISIM_CAUSE_MAPPED);
    ck_count(SERVED_AFTER_FREE, 1);
}
END_TEST

/* A call that failed, and one of another number, have ended nothing. */
START_TEST(returns_that_are_no_end)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | W | L);
    trip_queued(&t);
    trip_taken(&t);
    trip_enqueued(&t);
    trip_resolved(&t, SPACE_A, 1, PRISIM_CAUSE_BOUND);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, PRISIM_DRIVER_UNBIND_FLAGS);
    if (_i)
        say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 3, PRISIM_CAUSE_NONE);
    else
        say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 2, PRISIM_CAUSE_INTERRUPTED);
    trip_paged(&t, SPACE_A, PRISIM_CAUSE_MAPPED);
    trip_responded(&t, PRISIM_PRG_SUCCESS);
    ck_only(0);
}
END_TEST

/* It is wrong_address_space and nothing else. */
START_TEST(another_space_is_not_served_after_free)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | W | L);
    trip_queued(&t);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    trip_served(&t, SPACE_B, 2);
    ck_count(WRONG_ADDRESS_SPACE, 1);
    ck_count(SERVED_AFTER_FREE, 0);
    trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_STALE); /* the function does not listen any more */
    ck_count(WRONG_ADDRESS_SPACE_TOLD, 0);
}
END_TEST

START_TEST(the_old_device_is_told)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | W | L);
    trip_queued(&t);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    trip_served(&t, SPACE_B, 2);
    trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    ck_count(WRONG_ADDRESS_SPACE_TOLD, 1);
}
END_TEST

/* A write access to a page that was made resident for reading only writes nothing. */
START_TEST(wrote_is_what_was_made_writable)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | L);
    trip_queued(&t);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    trip_taken(&t);
    trip_enqueued(&t);
    trip_resolved(&t, SPACE_B, 2, PRISIM_CAUSE_BOUND);
    say(INSTANCE_DRIVER, DRIVER_PAGE, t.n, SPACE_B, t.address, R | W | L, 0, PRISIM_CAUSE_MAPPED);
    ck_count(WRONG_ADDRESS_SPACE_MAPPED, 1);
    ck_count(WRONG_ADDRESS_SPACE_WROTE, 0);
    say(INSTANCE_DRIVER, DRIVER_PAGE, t.n, SPACE_B, t.address, R | L, 1, PRISIM_CAUSE_MAPPED);
    ck_count(WRONG_ADDRESS_SPACE_WROTE, 1);
}
END_TEST

/* What a request is at U6, under each way of waiting, and which sub-count it is; HAZARDS: none. */
static const struct {
    const char *where;
    enum prisim_cause waited_for;
    enum hazard hazard;
} promises[] = {
    {"smmu", PRISIM_CAUSE_POLICY_NONE, HAZARDS},
    {"smmu", PRISIM_CAUSE_DRAINED, HAZARDS},
    {"smmu", PRISIM_CAUSE_MARKER_SEEN, HAZARD_PROMISE_BROKEN_FABRIC},
    {"queue", PRISIM_CAUSE_POLICY_NONE, HAZARDS},
    {"queue", PRISIM_CAUSE_DRAINED, HAZARD_PROMISE_BROKEN_QUEUE},
    {"queue", PRISIM_CAUSE_MARKER_SEEN, HAZARD_PROMISE_BROKEN_QUEUE},
    {"queue", PRISIM_CAUSE_MARKER_TIMEOUT, HAZARD_PROMISE_BROKEN_QUEUE},
    {"in_hand", PRISIM_CAUSE_DRAINED, HAZARD_PROMISE_BROKEN_IN_HAND},
    {"in_hand", PRISIM_CAUSE_MARKER_SEEN, HAZARD_PROMISE_BROKEN_IN_HAND},
    {"parked", PRISIM_CAUSE_DRAINED, HAZARD_PROMISE_BROKEN_PARKED},
    {"work", PRISIM_CAUSE_DRAINED, HAZARD_PROMISE_BROKEN_WORK},
    {"work", PRISIM_CAUSE_MARKER_SEEN, HAZARD_PROMISE_BROKEN_WORK},
    {"serving", PRISIM_CAUSE_DRAINED, HAZARD_PROMISE_BROKEN_WORK},
    {"serving", PRISIM_CAUSE_POLICY_NONE, HAZARDS},
    {"answered", PRISIM_CAUSE_DRAINED, HAZARDS},
    {"answered", PRISIM_CAUSE_MARKER_SEEN, HAZARDS},
};

/* Brings a request to a place. */
static void bring(const struct trip *t, const char *where)
{
    static const char *const ways[] = {"smmu", "queue", "in_hand", "parked", "work", "serving", "answered"};
    unsigned to = 0;
    while (strcmp(ways[to], where) != 0)
        to++;
    trip_queued(t);
    if (to >= 1)
        say(INSTANCE_PRI_QUEUE, PRI_QUEUE_PROD, t->n + 1, 0);
    if (to >= 2)
        trip_taken(t);
    if (to == 3)
        trip_parked(t);
    if (to >= 4)
        trip_enqueued(t);
    if (to >= 5)
        trip_resolved(t, SPACE_A, 1, PRISIM_CAUSE_BOUND);
    if (to >= 6)
        trip_responded(t, PRISIM_PRG_SUCCESS);
}

START_TEST(promises_by_place)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, strcmp(promises[_i].where, "parked") == 0 ? R : R | L);
    bring(&t, promises[_i].where);
    say(NIC, ENDPOINT_STOP_MARKER, 0x6000100, 1); /* behind it */
    unbind(NIC_ID, promises[_i].waited_for);
    if (promises[_i].hazard == HAZARDS) {
        ck_only(0);
        return;
    }
    ck_count(PROMISE_BROKEN, 1);
    ck_assert_uint_eq(checkers_count(checkers, promises[_i].hazard), 1);
    ck_only(BIT(PROMISE_BROKEN) | (hazard_mask)1 << promises[_i].hazard);
}
END_TEST

/* UNBIND-STEP "Promise": reject, nothing that can still resolve. What has found no owner, and what has not looked yet,
 * may stand anywhere. */
START_TEST(reject_promises_nothing_of_who_found_no_owner)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | L);
    bring(&t, _i == 0 ? "serving" : "work");
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    say(NIC, ENDPOINT_STOP, 1);
    say(NIC, ENDPOINT_STOPPED, 1, 0);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, PRISIM_DRIVER_UNBIND_REJECT);
    say(INSTANCE_DRIVER, DRIVER_LEFT_LOOKUP, NIC_ID, 1, 2);
    if (_i == 2)
        trip_resolved(&t, 0, 0, PRISIM_CAUSE_NOT_BOUND);
    say(INSTANCE_DRIVER, DRIVER_CLEAR, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_INVALIDATED, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_DRAINED, NIC_ID, 1, 2, PRISIM_CAUSE_POLICY_NONE);
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
    ck_only(_i == 0 ? BIT(PROMISE_BROKEN) | BIT(PROMISE_BROKEN_WORK) : 0);
}
END_TEST

/* The marker says nothing of what was made after it. */
START_TEST(a_marker_promises_nothing_of_later_requests)
{
    bind(NIC_ID, SPACE_A, 1);
    say(NIC, ENDPOINT_STOP_MARKER, 0x6000100, 1);
    say(INSTANCE_SMMU, SMMU_PAGE_REQUEST, 0x6000100, NIC_ID, 1, 0, 0, L);
    struct trip t = trip_start(1, 0, R | L);
    bring(&t, "queue");
    unbind(NIC_ID, PRISIM_CAUSE_MARKER_SEEN);
    ck_only(0);
}
END_TEST

/* Of the PASID's next use: it stays behind the marker (PCIE-MARKERORDER). */
START_TEST(a_later_request_passes_no_marker)
{
    bind(NIC_ID, SPACE_A, 1);
    say(NIC, ENDPOINT_STOP_MARKER, 0x6000100, 1);
    struct trip t = trip_start(1, 0, R | L);
    bring(&t, "smmu");
    ck_only(BIT(ORDERING_FABRIC));
    ck_count(ORDERING_FABRIC, 1);
}
END_TEST

/* Another PASID's request, and one of another function, are nobody's promise. */
START_TEST(a_promise_is_of_one_binding)
{
    bind(NIC_ID, SPACE_A, 1);
    bind(GPU_ID, SPACE_B, 2);
    struct trip t = trip_start(1, 0, R | L);
    bring(&t, "queue");
    unbind(GPU_ID, PRISIM_CAUSE_DRAINED);
    ck_only(0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_checkers_end");
    TCase *tcase = tcase_create("tb_checkers_end");
    tcase_add_checked_fixture(tcase, by_hand_open, by_hand_close);
    tcase_add_test(tcase, served_after_free);
    tcase_add_test(tcase, answered_after_free_only);
    tcase_add_test(tcase, a_refusal_after_free_is_no_hit);
    tcase_add_test(tcase, at_the_end_and_one_cycle_later);
    tcase_add_test(tcase, after_the_return_without_u6);
    tcase_add_loop_test(tcase, the_first_of_return_and_u6, 0, 2);
    tcase_add_loop_test(tcase, returns_that_are_no_end, 0, 2);
    tcase_add_test(tcase, another_space_is_not_served_after_free);
    tcase_add_test(tcase, the_old_device_is_told);
    tcase_add_test(tcase, wrote_is_what_was_made_writable);
    tcase_add_loop_test(tcase, promises_by_place, 0, sizeof promises / sizeof promises[0]);
    tcase_add_loop_test(tcase, reject_promises_nothing_of_who_found_no_owner, 0, 3);
    tcase_add_test(tcase, a_marker_promises_nothing_of_later_requests);
    tcase_add_test(tcase, a_later_request_passes_no_marker);
    tcase_add_test(tcase, a_promise_is_of_one_binding);
    suite_add_tcase(suite, tcase);
    return suite;
}
