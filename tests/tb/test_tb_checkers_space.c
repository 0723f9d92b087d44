/* SPDX-License-Identifier: Apache-2.0
 *
 * In whose space was it served, and from what was the answer computed: hazards judged in software's hands, and the near
 * misses beside them (design.md 6, UNBIND-POINT).
 */
#include "by_hand_stream.h"
#include "tests/harness/suite.h"

START_TEST(served_in_peace)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | W | L);
    trip_queued(&t);
    trip_served(&t, SPACE_A, 1);
    trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    say(NIC, ENDPOINT_JOB_DONE, 1, 1, 0x4000, PRISIM_CAUSE_COMPLETED);
    finish();
    ck_only(0);
    ck_counter(PAGE_REQUESTS, 1);
    ck_counter(RESPONSES, 1);
    ck_counter(AUTO_RESPONSES, 0);
    ck_counter(DROPPED, 0);
    ck_assert_ptr_null(checkers_finding(checkers, 0));
}
END_TEST

/* unbind D8, S-01 */
START_TEST(wrong_address_space)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | W | L);
    trip_queued(&t);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    trip_served(&t, SPACE_B, 2);
    trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_STALE);
    finish();
    ck_count(WRONG_ADDRESS_SPACE, 1);
    ck_count(WRONG_ADDRESS_SPACE_MAPPED, 1);
    ck_count(WRONG_ADDRESS_SPACE_WROTE, 1);
    ck_count(WRONG_ADDRESS_SPACE_ANSWERED, 1);
    ck_only(BIT(WRONG_ADDRESS_SPACE) | BIT(WRONG_ADDRESS_SPACE_MAPPED) | BIT(WRONG_ADDRESS_SPACE_WROTE) |
            BIT(WRONG_ADDRESS_SPACE_ANSWERED));
    const struct finding *finding = checkers_finding(checkers, 0);
    ck_assert_int_eq(finding->hazard, HAZARD_WRONG_ADDRESS_SPACE);
    ck_assert_ptr_nonnull(strstr(finding->text, "page request 1 of endpoint[nic] (PASID 1, address 0x4000, PRGI 0) "
                                                "made under binding 1 (space A) was served in space B (binding 2)"));
}
END_TEST

/* A space that was declared before its own is as wrong. */
START_TEST(wrong_address_space_of_a_lower_number)
{
    bind(NIC_ID, SPACE_B, 1);
    struct trip t = trip_start(1, 0, R | L);
    trip_queued(&t);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_A, 2);
    trip_served(&t, SPACE_A, 2);
    ck_count(WRONG_ADDRESS_SPACE, 1);
    ck_count(STALE_BINDING, 0);
}
END_TEST

/* One that is found under a binding older than its own: as stale as under a younger one. */
START_TEST(stale_binding_of_a_lower_number)
{
    bind(NIC_ID, SPACE_A, 1);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_A, 2);
    struct trip t = trip_start(1, 0, R | L);
    trip_queued(&t);
    trip_served(&t, SPACE_A, 1);
    ck_count(STALE_BINDING, 1);
    ck_count(WRONG_ADDRESS_SPACE, 0);
}
END_TEST

/* The same course, but nothing was mapped, for a read, and answered as a refusal. */
START_TEST(wrong_address_space_without_a_page)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | L);
    trip_queued(&t);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    trip_taken(&t);
    trip_enqueued(&t);
    trip_resolved(&t, SPACE_B, 2, PRISIM_CAUSE_BOUND);
    trip_paged(&t, SPACE_B, PRISIM_CAUSE_NO_REGION);
    ck_count(WRONG_ADDRESS_SPACE_ANSWERED, 0);
    trip_responded(&t, PRISIM_PRG_INVALID);
    ck_only(BIT(WRONG_ADDRESS_SPACE) | BIT(WRONG_ADDRESS_SPACE_ANSWERED));
    ck_count(WRONG_ADDRESS_SPACE_ANSWERED, 1);
}
END_TEST

START_TEST(a_pasid_without_owner_is_no_hit)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | W | L), u = trip_start(2, 1, R | L);
    trip_queued(&t);
    trip_queued(&u);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    trip_taken(&t);
    trip_enqueued(&t);
    trip_resolved(&t, 0, 0, PRISIM_CAUSE_NOT_BOUND);
    trip_responded(&t, PRISIM_PRG_INVALID);
    trip_taken(&u);
    trip_enqueued(&u);
    trip_resolved(&u, 0, 0, PRISIM_CAUSE_DRAINING);
    trip_responded(&u, PRISIM_PRG_INVALID);
    ck_only(0);
}
END_TEST

/* UNBIND-S-08 */
START_TEST(stale_binding)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | W | L);
    trip_queued(&t);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_A, 2);
    trip_served(&t, SPACE_A, 2);
    ck_count(STALE_BINDING, 1);
    ck_only(BIT(STALE_BINDING));
}
END_TEST

/* The job's binding counts, not that of the moment at which the request is made (design.md 6). */
START_TEST(the_binding_is_that_of_the_job)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip old = trip_start(1, 0, R | L);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    struct trip fresh = trip_start(2, 1, R | L);
    trip_queued(&old);
    trip_queued(&fresh);
    trip_served(&old, SPACE_B, 2);
    trip_served(&fresh, SPACE_B, 2);
    ck_count(WRONG_ADDRESS_SPACE, 1);
}
END_TEST

/* A rogue's raw request after the stop is the old owner's until bind has returned. */
START_TEST(a_rogue_stays_what_it_was)
{
    bind(NIC_ID, SPACE_A, 1);
    unbind(NIC_ID, PRISIM_CAUSE_DRAINED);
    say(INSTANCE_DRIVER, DRIVER_BIND, NIC_ID, 1, 3, SPACE_B, 2);
    struct trip early = {.n = 1, .job = 90, .prgi = 4, .address = 0x4000, .access = R | L, .instance = NIC};
    trip_queued(&early);
    say(INSTANCE_DRIVER, DRIVER_BOUND, NIC_ID, 1, 3, 2);
    struct trip late = {.n = 2, .job = 91, .prgi = 5, .address = 0x4000, .access = R | L, .instance = NIC};
    trip_queued(&late);
    trip_served(&early, SPACE_B, 2);
    ck_count(WRONG_ADDRESS_SPACE, 1);
    trip_served(&late, SPACE_B, 2);
    ck_count(WRONG_ADDRESS_SPACE, 1);
}
END_TEST

/* UNBIND-S-21: a part of an old group joins the next one with its index. */
START_TEST(wrong_response_from_two_groups)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip part = {.n = 1, .job = 90, .prgi = 3, .address = 0x4000, .access = R, .instance = NIC};
    struct trip last = {.n = 2, .job = 90, .prgi = 3, .address = 0x5000, .access = R | L, .instance = NIC};
    struct trip next = {.n = 3, .job = 90, .prgi = 3, .address = 0x6000, .access = R | L, .instance = NIC};
    trip_queued(&part);
    trip_dropped(&last, PRISIM_CAUSE_QUEUE_FULL);
    trip_answered_by_queue(&last, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_UNEXPECTED_INDEX);
    trip_taken(&part);
    trip_parked(&part);
    trip_queued(&next);
    trip_taken(&next);
    trip_enqueued(&part);
    trip_enqueued(&next);
    trip_resolved(&part, SPACE_A, 1, PRISIM_CAUSE_BOUND);
    trip_resolved(&next, SPACE_A, 1, PRISIM_CAUSE_BOUND);
    trip_responded(&next, PRISIM_PRG_SUCCESS);
    ck_count(WRONG_RESPONSE, 1);
    ck_count(PRGI_ALIASED, 1);
    ck_count(STALE_PARTIAL_MERGED, 0); /* no overflow was acknowledged meanwhile */
}
END_TEST

START_TEST(a_group_of_its_own_requests_is_well_answered)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip part = {.n = 1, .job = 90, .prgi = 3, .address = 0x4000, .access = R, .instance = NIC};
    struct trip last = {.n = 2, .job = 90, .prgi = 3, .address = 0x5000, .access = R | L, .instance = NIC};
    trip_queued(&part);
    trip_queued(&last);
    trip_taken(&part);
    trip_parked(&part);
    trip_taken(&last);
    trip_enqueued(&part);
    trip_enqueued(&last);
    trip_resolved(&part, SPACE_A, 1, PRISIM_CAUSE_BOUND);
    trip_resolved(&last, SPACE_A, 1, PRISIM_CAUSE_BOUND);
    trip_responded(&last, PRISIM_PRG_SUCCESS);
    trip_left(&last, PRISIM_PRG_SUCCESS);
    ck_only(0);
}
END_TEST

/* SMMU-PRIOVF */
static void overflow_with_a_parked_part(bool discarded)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip part = {.n = 1, .job = 90, .prgi = 3, .address = 0x4000, .access = R, .instance = NIC};
    struct trip next = {.n = 2, .job = 90, .prgi = 3, .address = 0x5000, .access = R | L, .instance = NIC};
    trip_queued(&part);
    trip_taken(&part);
    trip_parked(&part);
    say(INSTANCE_DRIVER, DRIVER_CONS, 1, 0); /* acknowledges nothing */
    ck_count(PARTIAL_GROUP, 0);
    if (discarded)
        say(INSTANCE_DRIVER, DRIVER_DISCARD, part.n, NIC_ID, 1, part.prgi, PRISIM_CAUSE_PARTIAL_DISCARDED);
    say(INSTANCE_DRIVER, DRIVER_CONS, 1, 1);
    trip_queued(&next);
    trip_taken(&next);
    if (!discarded)
        trip_enqueued(&part);
    trip_enqueued(&next);
}

START_TEST(partial_group)
{
    overflow_with_a_parked_part(false);
    ck_count(PARTIAL_GROUP, 1);
    ck_count(STALE_PARTIAL_MERGED, 1);
    ck_only(BIT(PARTIAL_GROUP) | BIT(STALE_PARTIAL_MERGED));
}
END_TEST

START_TEST(a_discarded_part_is_no_partial_group)
{
    overflow_with_a_parked_part(true);
    ck_only(0);
}
END_TEST

/* UNBIND-S-11, judged in software */
static void late_resolve(enum prisim_cause drained, bool marker)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | L);
    trip_queued(&t);
    trip_taken(&t);
    trip_enqueued(&t);
    say(NIC, ENDPOINT_STOP, 1);
    struct trip stop = {.n = 2, .access = L, .instance = NIC};
    if (marker) {
        say(NIC, ENDPOINT_STOP_MARKER, trip_tlp(&stop), 1);
        trip_port(&stop);
        trip_accepted(&stop);
        trip_written(&stop);
        trip_taken(&stop);
        say(INSTANCE_DRIVER, DRIVER_MARKER, stop.n, NIC_ID, 1);
    }
    unbind(NIC_ID, drained);
    trip_resolved(&t, 0, 0, PRISIM_CAUSE_NOT_BOUND);
}

START_TEST(ordering_software)
{
    late_resolve(PRISIM_CAUSE_MARKER_SEEN, true);
    ck_count(ORDERING_SOFTWARE, 1);
    ck_only(BIT(ORDERING_SOFTWARE) | BIT(PROMISE_BROKEN) | BIT(PROMISE_BROKEN_WORK));
}
END_TEST

START_TEST(a_policy_that_waits_for_nothing_breaks_no_order)
{
    late_resolve(PRISIM_CAUSE_POLICY_NONE, true);
    ck_only(0);
}
END_TEST

/* UNBIND-P6, UNBIND-P1: a wait that a signal ended, and one that nobody needed by what was said, have drained nothing.
 */
START_TEST(a_wait_that_was_interrupted_breaks_no_order)
{
    late_resolve(PRISIM_CAUSE_INTERRUPTED, true);
    ck_count(ORDERING_SOFTWARE, 0);
}
END_TEST

START_TEST(what_was_said_to_be_clean_breaks_no_order)
{
    late_resolve(PRISIM_CAUSE_SAID_CLEAN, true);
    ck_count(ORDERING_SOFTWARE, 0);
}
END_TEST

START_TEST(without_a_marker_no_order_is_broken)
{
    late_resolve(PRISIM_CAUSE_DRAINED, false);
    ck_only(BIT(PROMISE_BROKEN) | BIT(PROMISE_BROKEN_WORK));
}
END_TEST

/* UNBIND-HAZARD, edges: `.answered` if at least one member that decided the status was resolved in the wrong space,
 * here the one before the Last, which found no owner. */
START_TEST(a_wrong_member_before_the_last)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip part = {.n = 1, .job = 90, .prgi = 3, .address = 0x4000, .access = R, .instance = NIC};
    struct trip last = {.n = 2, .job = 90, .prgi = 3, .address = 0x5000, .access = R | L, .instance = NIC};
    trip_queued(&part);
    trip_queued(&last);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    trip_taken(&part);
    trip_taken(&last);
    trip_enqueued(&part);
    trip_enqueued(&last);
    trip_resolved(&part, SPACE_B, 2, PRISIM_CAUSE_BOUND);
    trip_resolved(&last, 0, 0, PRISIM_CAUSE_DRAINING);
    trip_responded(&last, PRISIM_PRG_INVALID);
    ck_count(WRONG_ADDRESS_SPACE, 1);
    ck_count(WRONG_ADDRESS_SPACE_ANSWERED, 1);
    ck_only(BIT(WRONG_ADDRESS_SPACE) | BIT(WRONG_ADDRESS_SPACE_ANSWERED));
}
END_TEST

/* An item that is parked, whatever record it is a copy of. */
static void parked_part(uint64_t item, uint64_t stream_id, uint64_t pasid, uint64_t prgi)
{
    say(INSTANCE_DRIVER, DRIVER_TAKE, item, item % 16, 0, stream_id, pasid, prgi, 0x4000, R);
    say(INSTANCE_DRIVER, DRIVER_PARK, item, stream_id, pasid, prgi);
}

/* A group is a function's, a PASID's and an index's: each counts once, however many of its parts are parked. */
START_TEST(each_group_with_a_parked_part_counts_once)
{
    parked_part(1, NIC_ID, 1, 3);
    parked_part(2, NIC_ID, 1, 3);
    parked_part(3, NIC_ID, 2, 3);
    parked_part(4, GPU_ID, 1, 3);
    parked_part(5, NIC_ID, 1, 4);
    parked_part(6, NIC_ID, 2, 3);
    say(INSTANCE_DRIVER, DRIVER_CONS, 1, 1);
    ck_count(PARTIAL_GROUP, 4);
}
END_TEST

/* SMMU-QUEUE: an overflow is acknowledged by OVACKFLG changing, every other one by its going to 0. */
START_TEST(every_acknowledgement_is_one)
{
    parked_part(1, NIC_ID, 1, 3);
    say(INSTANCE_DRIVER, DRIVER_CONS, 1, 1);
    ck_count(PARTIAL_GROUP, 1);
    say(INSTANCE_DRIVER, DRIVER_CONS, 2, 1);
    parked_part(2, NIC_ID, 1, 4);
    say(INSTANCE_DRIVER, DRIVER_CONS, 3, 1);
    ck_count(PARTIAL_GROUP, 1);
    say(INSTANCE_DRIVER, DRIVER_CONS, 4, 0);
    ck_count(PARTIAL_GROUP, 2);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {served_in_peace,
                                  wrong_address_space,
                                  wrong_address_space_of_a_lower_number,
                                  stale_binding_of_a_lower_number,
                                  wrong_address_space_without_a_page,
                                  a_pasid_without_owner_is_no_hit,
                                  stale_binding,
                                  the_binding_is_that_of_the_job,
                                  a_rogue_stays_what_it_was,
                                  wrong_response_from_two_groups,
                                  a_group_of_its_own_requests_is_well_answered,
                                  partial_group,
                                  a_discarded_part_is_no_partial_group,
                                  ordering_software,
                                  a_policy_that_waits_for_nothing_breaks_no_order,
                                  a_wait_that_was_interrupted_breaks_no_order,
                                  what_was_said_to_be_clean_breaks_no_order,
                                  without_a_marker_no_order_is_broken,
                                  a_wrong_member_before_the_last,
                                  each_group_with_a_parked_part_counts_once,
                                  every_acknowledgement_is_one,
                                  NULL};
    return judge_suite("tb_checkers_space", tests);
}
