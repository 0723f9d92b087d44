/* SPDX-License-Identifier: Apache-2.0
 *
 * Hazards of the way into and out of the hardware queue: order, markers, records, overflow, credits, with near misses.
 */
#include "by_hand_stream.h"
#include "tests/harness/suite.h"

static struct trip marker_trip(uint64_t n)
{
    return (struct trip){.n = n, .access = L, .instance = NIC};
}

static struct trip raw_trip(uint64_t n, uint64_t prgi, uint64_t access)
{
    return (struct trip){.n = n, .job = 90, .prgi = prgi, .address = 0x4000, .access = access, .instance = NIC};
}

START_TEST(stale_record_read)
{
    struct trip t = trip_start(1, 0, R | L);
    trip_made(&t);
    trip_sent(&t);
    trip_port(&t);
    trip_accepted(&t);
    trip_taken(&t); /* before it is written */
    ck_count(STALE_RECORD_READ, 1);
    ck_only(BIT(STALE_RECORD_READ));
}
END_TEST

START_TEST(a_record_of_the_lap_before_is_stale)
{
    struct trip t = trip_start(1, 0, R | L), u = trip_start(17, 1, R | L);
    trip_queued(&t);
    trip_taken(&t);
    ck_count(STALE_RECORD_READ, 0);
    trip_made(&u);
    trip_sent(&u);
    trip_port(&u);
    trip_accepted(&u); /* slot 1 again */
    trip_taken(&u);
    ck_count(STALE_RECORD_READ, 1);
}
END_TEST

START_TEST(a_copy_that_is_not_the_record_is_stale)
{
    struct trip t = trip_start(1, 0, R | L);
    trip_queued(&t);
    t.prgi = 5;
    trip_taken(&t);
    ck_count(STALE_RECORD_READ, 1);
}
END_TEST

START_TEST(ordering_fabric_marker)
{
    struct trip t = trip_start(1, 0, R | L), stop = marker_trip(2);
    trip_made(&t);
    trip_sent(&t);
    say(NIC, ENDPOINT_STOP_MARKER, trip_tlp(&stop), 1);
    trip_port(&stop);
    ck_count(ORDERING_FABRIC, 1);
    trip_port(&t);
    ck_count(ORDERING_FABRIC, 1);
}
END_TEST

START_TEST(a_marker_behind_its_requests_keeps_order)
{
    struct trip t = trip_start(1, 0, R | L), stop = marker_trip(2), after = trip_start(3, 1, R | L);
    trip_made(&t);
    trip_sent(&t);
    say(NIC, ENDPOINT_STOP_MARKER, trip_tlp(&stop), 1);
    trip_made(&after);
    trip_sent(&after);
    trip_port(&t);
    trip_port(&stop);
    trip_port(&after);
    ck_only(0);
}
END_TEST

/* PCIE-MARKERORDER: a marker says nothing about other PASIDs. */
START_TEST(a_marker_may_pass_another_pasid)
{
    struct trip stop = marker_trip(2);
    scenario.system.endpoint[0].ido = 1;
    say(NIC, ENDPOINT_PAGE_REQUEST, 1, 90, 2, 0, 0x4000, R | L);
    say(NIC, ENDPOINT_PAGE_REQUEST_SENT, 1, 0x6000001, 2, 0);
    say(NIC, ENDPOINT_STOP_MARKER, trip_tlp(&stop), 1);
    trip_port(&stop);
    ck_only(BIT(LOST_STOP_MARKER));
}
END_TEST

START_TEST(ordering_fabric_last)
{
    struct trip part = raw_trip(1, 3, R), last = raw_trip(2, 3, R | L), other = raw_trip(3, 4, R | L);
    trip_made(&part);
    trip_made(&last);
    trip_made(&other);
    trip_sent(&part);
    trip_sent(&last);
    trip_sent(&other);
    trip_port(&other); /* another group: no matter */
    ck_count(ORDERING_FABRIC, 0);
    trip_port(&last);
    ck_count(ORDERING_FABRIC, 1);
}
END_TEST

START_TEST(parts_of_a_group_may_change_places)
{
    struct trip one = raw_trip(1, 3, R), two = raw_trip(2, 3, R), last = raw_trip(3, 3, R | L);
    trip_made(&one);
    trip_made(&two);
    trip_made(&last);
    trip_sent(&one);
    trip_sent(&two);
    trip_sent(&last);
    trip_port(&two);
    trip_port(&one);
    trip_port(&last);
    ck_only(0);
}
END_TEST

START_TEST(lost_stop_marker_dropped)
{
    struct trip stop = marker_trip(1);
    say(NIC, ENDPOINT_STOP_MARKER, trip_tlp(&stop), 1);
    trip_port(&stop);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_DROP, NIC_ID, 1, 0, 0, L, PRISIM_CAUSE_OVERFLOW_ACTIVE);
    ck_count(LOST_STOP_MARKER, 1);
    finish();
    ck_only(BIT(LOST_STOP_MARKER));
    ck_count(LOST_STOP_MARKER, 1);
    ck_counter(STOP_MARKERS, 1);
    ck_counter(DROPPED, 1);
}
END_TEST

static void trip_lost(const struct trip *t)
{
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_LOST, t->n % 16, t->n / 16 % 2, trip_stream(t), 1, t->prgi, t->access,
        PRISIM_CAUSE_WRITE_ABORT);
}

START_TEST(lost_stop_marker_whose_record_was_not_written)
{
    struct trip stop = marker_trip(1);
    say(NIC, ENDPOINT_STOP_MARKER, trip_tlp(&stop), 1);
    trip_port(&stop);
    trip_accepted(&stop);
    ck_only(0);
    trip_lost(&stop);
    ck_count(LOST_STOP_MARKER, 1);
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text, "its record could not be written"));
    finish();
    ck_count(LOST_STOP_MARKER, 1);
    ck_only(BIT(LOST_STOP_MARKER));
    ck_counter(DROPPED, 1);
}
END_TEST

/* What was lost stands nowhere any more, its index is free for another group, and the queue may answer it: it was a
 * Failure that it says (SMMU-PRIOUTCOME), and that is no answer of nobody's. */
START_TEST(a_request_whose_record_was_not_written)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = raw_trip(1, 3, R | L), next = raw_trip(2, 3, R | L);
    trip_made(&t);
    trip_sent(&t);
    trip_port(&t);
    trip_accepted(&t);
    trip_lost(&t);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    for (unsigned place = 0; place < PLACES; place++)
        ck_assert_uint_eq(checkers_exposure(checkers, 0)->at[EXPOSURE_U0][place], 0);
    trip_answered_by_queue(&t, PRISIM_PRG_FAILURE, PRISIM_CAUSE_GROUP_FREED);
    trip_made(&next);
    ck_count(PRGI_ALIASED, 0);
    ck_counter(DROPPED, 1);
    ck_counter(AUTO_RESPONSES, 1);
    ck_only(0);
}
END_TEST

static void marker_until(bool seen)
{
    struct trip stop = marker_trip(1);
    say(NIC, ENDPOINT_STOP_MARKER, trip_tlp(&stop), 1);
    trip_port(&stop);
    trip_accepted(&stop);
    trip_written(&stop);
    trip_taken(&stop);
    if (seen)
        say(INSTANCE_DRIVER, DRIVER_MARKER, stop.n, NIC_ID, 1);
    finish();
}

START_TEST(lost_stop_marker_at_the_end)
{
    marker_until(false);
    ck_count(LOST_STOP_MARKER, 1);
    ck_only(BIT(LOST_STOP_MARKER));
}
END_TEST

START_TEST(a_marker_that_was_seen_is_not_lost)
{
    marker_until(true);
    ck_only(0);
    ck_counter(PAGE_REQUESTS, 0);
}
END_TEST

/* unbind D27, S-14 */
START_TEST(stop_marker_answered_by_the_driver)
{
    struct trip stop = marker_trip(1);
    say(NIC, ENDPOINT_STOP_MARKER, trip_tlp(&stop), 1);
    trip_port(&stop);
    trip_accepted(&stop);
    trip_written(&stop);
    trip_taken(&stop);
    trip_enqueued(&stop);
    trip_responded(&stop, PRISIM_PRG_INVALID);
    ck_count(STOP_MARKER_ANSWERED, 1);
}
END_TEST

START_TEST(stop_marker_answered_by_the_queue)
{
    struct trip stop = marker_trip(1);
    say(NIC, ENDPOINT_STOP_MARKER, trip_tlp(&stop), 1);
    trip_port(&stop);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_DROP, NIC_ID, 1, 0, 0, L, PRISIM_CAUSE_QUEUE_FULL);
    trip_answered_by_queue(&stop, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_UNEXPECTED_INDEX);
    ck_count(STOP_MARKER_ANSWERED, 1);
}
END_TEST

/* A dropped Last with the marker's index 0 behind the marker: the answer is the Last's. */
START_TEST(an_answer_beside_a_dropped_marker_is_the_requests)
{
    struct trip stop = marker_trip(1), t = trip_start(2, 0, R | L);
    say(NIC, ENDPOINT_STOP_MARKER, trip_tlp(&stop), 1);
    trip_port(&stop);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_DROP, NIC_ID, 1, 0, 0, L, PRISIM_CAUSE_QUEUE_FULL);
    trip_dropped(&t, PRISIM_CAUSE_OVERFLOW_ACTIVE);
    trip_answered_by_queue(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    finish();
    ck_only(BIT(LOST_STOP_MARKER));
    ck_counter(AUTO_RESPONSES, 1);
    ck_counter(RESPONSES, 1);
    ck_counter(DROPPED, 2);
}
END_TEST

/* UNBIND-S-27 */
static void index_used_again(bool still_queued)
{
    struct trip part = raw_trip(1, 3, R), last = raw_trip(2, 3, R | L), next = raw_trip(3, 3, R | L);
    trip_queued(&part);
    trip_dropped(&last, PRISIM_CAUSE_QUEUE_FULL);
    trip_answered_by_queue(&last, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_UNEXPECTED_INDEX);
    if (!still_queued) {
        trip_taken(&part);
        trip_parked(&part);
        say(INSTANCE_DRIVER, DRIVER_DISCARD, part.n, NIC_ID, 1, part.prgi, PRISIM_CAUSE_PARTIAL_DISCARDED);
    }
    trip_made(&next);
}

START_TEST(prgi_aliased)
{
    index_used_again(true);
    ck_count(PRGI_ALIASED, 1);
}
END_TEST

START_TEST(an_index_without_entries_is_free)
{
    index_used_again(false);
    ck_count(PRGI_ALIASED, 0);
}
END_TEST

/* Out, but not in the queue yet. */
START_TEST(an_index_whose_request_is_on_its_way_is_not_queued)
{
    struct trip one = raw_trip(1, 3, R | L), two = raw_trip(2, 3, R | L);
    trip_made(&one);
    trip_sent(&one);
    trip_made(&two);
    ck_count(PRGI_ALIASED, 0);
}
END_TEST

/* covers: SMMU-PRICREDIT-1 */
START_TEST(allocation_exceeded)
{
    for (uint64_t n = 1; n <= 8; n++) {
        struct trip t = trip_start(n, n, R | L);
        trip_made(&t);
    }
    ck_count(ALLOCATION_EXCEEDED, 0);
    struct trip rogue = raw_trip(9, 9, R | L);
    trip_made(&rogue);
    ck_count(ALLOCATION_EXCEEDED, 1);
}
END_TEST

START_TEST(a_credit_that_came_back_counts_again)
{
    for (uint64_t n = 1; n <= 8; n++) {
        struct trip t = trip_start(n, n, R | L);
        trip_made(&t);
    }
    struct trip first = {.n = 1, .prgi = 1, .instance = NIC};
    trip_arrived(&first, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    struct trip next = trip_start(9, 9, R | L);
    trip_made(&next);
    ck_count(ALLOCATION_EXCEEDED, 0);
}
END_TEST

/* covers: SMMU-PRICREDIT-1 */
START_TEST(overcommitted)
{
    say(INSTANCE_DRIVER, DRIVER_READY, 0);
    ck_only(0); /* 8 + 8 credits, 16 entries */
    say(GPU, ENDPOINT_CONFIG, PRISIM_ENDPOINT_CONFIG_PRI + 12, 9, true);
    ck_count(OVERCOMMITTED, 1);
    say(GPU, ENDPOINT_CONFIG, PRISIM_ENDPOINT_CONFIG_PRI + 12, 12, false); /* a read */
    say(GPU, ENDPOINT_CONFIG, PRISIM_ENDPOINT_CONFIG_PRI + 8, 99, true);
    ck_count(OVERCOMMITTED, 1);
}
END_TEST

/* covers: SMMU-PRICREDIT-3 */
START_TEST(queue_overflow_and_its_cycles)
{
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_CONS, 0, 0);      /* 10 */
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_PROD, 3, 0);      /* 20 */
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_PROD, 16, 0);     /* 30: full */
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_OVERFLOW, 16, 1); /* 40 */
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_CONS, 4, 0);      /* 50 */
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_CONS, 16, 1);     /* 60 */
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_PROD, 31, 1);     /* 70 */
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_OVERFLOW, 31, 0); /* 80 */
    now = 100;
    finish();
    ck_count(QUEUE_OVERFLOW, 2);
    ck_counter(QUEUE_PEAK, 16);
    ck_counter(OVERFLOW_CYCLES, (60 - 40) + (100 - 80));
    ck_counter(EVENTS, 8);
}
END_TEST

/* A run that was cut off says nothing of a marker that is on its way. */
START_TEST(a_marker_on_its_way_when_the_run_is_cut_off)
{
    struct trip stop = marker_trip(1);
    say(NIC, ENDPOINT_STOP_MARKER, trip_tlp(&stop), 1);
    trip_port(&stop);
    checkers_finish(checkers, now + 100, false);
    ck_only(0);
}
END_TEST

/* SMMU-PRIAUTO: an automatic response has the StreamID and the index of its request; two functions use one index, and
 * the second is answered first. */
START_TEST(automatic_responses_to_two_functions)
{
    struct trip t = trip_start(1, 0, R | L), u = {.n = 2, .job = 2, .access = R | L, .instance = GPU};
    say(GPU, ENDPOINT_JOB, 2, 1, 0x4000, 4, 0);
    trip_dropped(&t, PRISIM_CAUSE_QUEUE_FULL);
    trip_dropped(&u, PRISIM_CAUSE_OVERFLOW_ACTIVE);
    trip_answered_by_queue(&u, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    trip_answered_by_queue(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    finish();
    ck_only(0);
}
END_TEST

/* The same with two indices of one function. */
START_TEST(automatic_responses_to_two_groups)
{
    struct trip t = trip_start(1, 0, R | L), u = trip_start(2, 5, R | L);
    trip_dropped(&t, PRISIM_CAUSE_QUEUE_FULL);
    trip_dropped(&u, PRISIM_CAUSE_OVERFLOW_ACTIVE);
    trip_answered_by_queue(&u, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    trip_answered_by_queue(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    finish();
    ck_only(0);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {stale_record_read,
                                  a_record_of_the_lap_before_is_stale,
                                  a_copy_that_is_not_the_record_is_stale,
                                  ordering_fabric_marker,
                                  a_marker_behind_its_requests_keeps_order,
                                  a_marker_may_pass_another_pasid,
                                  ordering_fabric_last,
                                  parts_of_a_group_may_change_places,
                                  lost_stop_marker_dropped,
                                  lost_stop_marker_whose_record_was_not_written,
                                  a_request_whose_record_was_not_written,
                                  lost_stop_marker_at_the_end,
                                  a_marker_that_was_seen_is_not_lost,
                                  stop_marker_answered_by_the_driver,
                                  stop_marker_answered_by_the_queue,
                                  an_answer_beside_a_dropped_marker_is_the_requests,
                                  prgi_aliased,
                                  an_index_without_entries_is_free,
                                  an_index_whose_request_is_on_its_way_is_not_queued,
                                  allocation_exceeded,
                                  a_credit_that_came_back_counts_again,
                                  overcommitted,
                                  queue_overflow_and_its_cycles,
                                  a_marker_on_its_way_when_the_run_is_cut_off,
                                  automatic_responses_to_two_functions,
                                  automatic_responses_to_two_groups,
                                  NULL};
    return judge_suite("tb_checkers_queue", tests);
}
