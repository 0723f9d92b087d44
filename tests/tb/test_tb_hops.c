/* SPDX-License-Identifier: Apache-2.0
 *
 * Times of page requests and unbinds in streams made by hand, in which every event comes ten cycles after the one
 * before. tests/program/hops.py has whole runs.
 */
#include "by_hand_stream.h"

#include "tb/hops/hops.h"
#include "tests/harness/suite.h"

enum { NONE = -1 };

static struct hops *hops;

static void set_up(void)
{
    by_hand_open();
    scenario.timeline.steps = BY_HAND_STEPS;
    hops = hops_open(&scenario);
    const struct event_types types = hops_types();
    stream = (struct stream){0};
    stream_add_for(&stream, &types, hops_event, hops);
    say(INSTANCE_SMMU, SMMU_REGISTER, 0xc0, 4, true); /* a queue of 16 */
    now = 0;
}

static void tear_down(void)
{
    hops_close(hops);
    by_hand_close();
}

/* Its count and its times; NONE: none was measured. */
static void ck_hop(enum hop hop, uint64_t number, uint64_t never, int64_t min, int64_t max)
{
    const struct distribution_told told = hops_hop(hops, hop);
    ck_assert_msg(told.count == number && told.never == never, "%s: %d and %d", hop_name(hop), (int)told.count,
                  (int)told.never);
    if (min != NONE)
        ck_assert_msg(told.min == (uint64_t)min && told.max == (uint64_t)max, "%s: %d to %d", hop_name(hop),
                      (int)told.min, (int)told.max);
}

static void prod(uint64_t to)
{
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_PROD, to, false);
}

static void served(const struct trip *t)
{
    trip_enqueued(t);
    trip_resolved(t, SPACE_A, 1, PRISIM_CAUSE_BOUND);
    trip_paged(t, SPACE_A, PRISIM_CAUSE_MAPPED);
}

static void answered(const struct trip *t)
{
    trip_responded(t, PRISIM_PRG_SUCCESS);
    trip_left(t, PRISIM_PRG_SUCCESS);
    trip_arrived(t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
}

/* E0 10, E1 20, H0 30, accepted 40, H1 50, H2 60, I1 70, S0 80, S1 90, S2 100, S3 110, R0 120, R1 130, R2 140 */
START_TEST(one_request)
{
    const struct trip t = {.n = 0, .prgi = 3, .address = 0x4000, .access = R | L, .instance = NIC};
    trip_queued(&t);
    prod(1);
    say(INSTANCE_DRIVER, DRIVER_INTERRUPT, 0);
    trip_taken(&t);
    served(&t);
    answered(&t);
    hops_finish(hops, now);
    ck_assert_uint_eq(hops_requests(hops), 1);
    for (unsigned hop = 0; hop < HOPS; hop++) {
        const int64_t time = hop == HOP_H0_H1 || hop == HOP_H2_S0 ? 20 : hop == HOP_E0_R2 ? 130 : 10;
        ck_hop((enum hop)hop, 1, 0, time, time);
    }
}
END_TEST

/* Nobody is woken for it: the thread reads PROD again. It is refused, and S3 is left out. */
START_TEST(without_interrupt_and_page)
{
    const struct trip t = {.n = 0, .prgi = 3, .address = 0x4000, .access = R | L, .instance = NIC};
    trip_queued(&t);
    prod(1);
    trip_taken(&t);
    say(INSTANCE_DRIVER, DRIVER_INTERRUPT, 0); /* too late */
    trip_enqueued(&t);
    trip_resolved(&t, 0, 0, PRISIM_CAUSE_NOT_BOUND);
    answered(&t);
    hops_finish(hops, now);
    ck_hop(HOP_H2_I1, 0, 1, NONE, NONE);
    ck_hop(HOP_I1_S0, 0, 0, NONE, NONE);
    ck_hop(HOP_H2_S0, 1, 0, 10, 10);
    ck_hop(HOP_S2_S3, 0, 1, NONE, NONE);
    ck_hop(HOP_S3_R0, 0, 0, NONE, NONE);
    ck_hop(HOP_E0_R2, 1, 0, 120, 120);
}
END_TEST

/* A part, and the Last 300 cycles behind it: the answer is that of both. */
START_TEST(group_of_two)
{
    const struct trip part = {.n = 0, .prgi = 3, .address = 0x4000, .access = R, .instance = NIC};
    const struct trip last = {.n = 1, .prgi = 3, .address = 0x5000, .access = R | L, .instance = NIC};
    trip_queued(&part);
    prod(1);
    trip_taken(&part); /* 70 */
    trip_parked(&part);
    now = 300;
    trip_queued(&last); /* from 310 */
    prod(2);
    trip_taken(&last);    /* 370 */
    trip_enqueued(&part); /* 380 */
    trip_enqueued(&last); /* 390 */
    trip_resolved(&part, SPACE_A, 1, PRISIM_CAUSE_BOUND);
    trip_paged(&part, SPACE_A, PRISIM_CAUSE_MAPPED); /* 410 */
    trip_resolved(&last, SPACE_A, 1, PRISIM_CAUSE_BOUND);
    trip_paged(&last, SPACE_A, PRISIM_CAUSE_MAPPED); /* 430 */
    answered(&last);                                 /* 440, 450, 460 */
    hops_finish(hops, now);
    ck_hop(HOP_S0_S1, 2, 0, 20, 310);
    ck_hop(HOP_S3_R0, 2, 0, 10, 30);
    ck_hop(HOP_R0_R1, 2, 0, 10, 10);
    ck_hop(HOP_E0_R2, 2, 0, 150, 450);
}
END_TEST

/* UNBIND-S-24: a part is answered for itself, and again with its group: the first answer is the one that counts. */
START_TEST(part_that_is_answered_alone)
{
    const struct trip part = {.n = 0, .prgi = 3, .address = 0x4000, .access = R, .instance = NIC};
    const struct trip last = {.n = 1, .prgi = 3, .address = 0x5000, .access = R | L, .instance = NIC};
    trip_queued(&part);
    trip_queued(&last); /* 60 to 100 */
    prod(2);
    trip_taken(&part);
    trip_taken(&last);
    trip_enqueued(&part);
    trip_enqueued(&last);
    trip_resolved(&part, 0, 0, PRISIM_CAUSE_NOT_BOUND);
    answered(&part); /* 170, 180, 190 */
    trip_resolved(&last, 0, 0, PRISIM_CAUSE_NOT_BOUND);
    answered(&last); /* 210, 220, 230 */
    hops_finish(hops, now);
    ck_hop(HOP_R1_R2, 2, 0, 10, 10);
    ck_hop(HOP_E0_R2, 2, 0, 170, 180);
}
END_TEST

/* Dropped by the queue, which answers it: software's points were never reached. And one that is never sent, one whose
 * answer is lost, one that software drops. */
START_TEST(what_never_gets_there)
{
    const struct trip dropped = {.n = 0, .prgi = 1, .address = 0x4000, .access = R | L, .instance = NIC};
    const struct trip unsent = {.n = 1, .prgi = 2, .address = 0x4000, .access = R | L, .instance = NIC};
    const struct trip unanswered = {.n = 2, .prgi = 3, .address = 0x4000, .access = R | L, .instance = NIC};
    const struct trip discarded = {.n = 3, .prgi = 4, .address = 0x4000, .access = R, .instance = NIC};
    trip_dropped(&dropped, PRISIM_CAUSE_QUEUE_FULL);
    trip_answered_by_queue(&dropped, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    trip_made(&unsent);
    trip_queued(&unanswered);
    trip_queued(&discarded);
    prod(4);
    trip_taken(&unanswered);
    served(&unanswered);
    trip_responded(&unanswered, PRISIM_PRG_SUCCESS);
    trip_left(&unanswered, PRISIM_PRG_SUCCESS);
    say(INSTANCE_FABRIC, FABRIC_LOST, 0x2000000 | unanswered.n, 0, false, 6);
    trip_taken(&discarded);
    trip_parked(&discarded);
    say(INSTANCE_DRIVER, DRIVER_DISCARD, discarded.n, NIC_ID, 1, discarded.prgi, PRISIM_CAUSE_DRAINED);
    hops_finish(hops, now);
    ck_assert_uint_eq(hops_requests(hops), 4);
    ck_hop(HOP_E0_E1, 3, 1, 10, 10);
    ck_hop(HOP_E1_H0, 3, 0, 10, 10);
    ck_hop(HOP_H0_H1, 2, 1, 20, 20);
    ck_hop(HOP_S0_S1, 1, 1, 10, 10);
    ck_hop(HOP_R0_R1, 1, 0, 10, 10);
    ck_hop(HOP_R1_R2, 0, 1, NONE, NONE);
    ck_hop(HOP_E0_R2, 0, 4, NONE, NONE);
}
END_TEST

/* A Stop Marker takes its place in the queue, and is no page request; no more is a raw one with its code. */
START_TEST(stop_markers)
{
    const struct trip raw = {.n = 1, .access = L, .instance = NIC};
    say(NIC, ENDPOINT_STOP_MARKER, 0x6000007, 1);
    say(INSTANCE_SMMU, SMMU_PAGE_REQUEST, 0x6000007, NIC_ID, 1, 0, 0, L);
    const struct trip t = {.n = 2, .prgi = 3, .address = 0x4000, .access = R | L, .instance = NIC};
    trip_made(&raw);
    trip_sent(&raw);
    trip_port(&raw);
    trip_made(&t);
    trip_sent(&t);
    trip_port(&t);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_ACCEPT, 0, 0, NIC_ID, 1, 0, 0, L);
    trip_accepted(&raw);
    trip_accepted(&t);
    trip_written(&t);
    prod(3);
    hops_finish(hops, now);
    ck_assert_uint_eq(hops_requests(hops), 1);
    ck_hop(HOP_H1_H2, 1, 0, 10, 10);
}
END_TEST

/* Rows and ids are used again: 100 one after the other, with three numbers. */
START_TEST(hundred_requests)
{
    for (unsigned i = 0; i < 100; i++) {
        const struct trip t = {.n = i, .prgi = i % 3, .address = 0x4000, .access = R | L, .instance = NIC};
        trip_queued(&t);
        prod((i + 1) % 32);
        trip_taken(&t);
        now += i;
        served(&t);
        answered(&t);
    }
    hops_finish(hops, now);
    const struct distribution_told told = hops_hop(hops, HOP_S0_S1);
    ck_assert_uint_eq(told.count, 100);
    ck_assert_uint_eq(told.min, 10);
    ck_assert_uint_eq(told.median, 59); /* rank 50 of 10..109 */
    ck_assert_uint_eq(told.p99, 108);
    ck_assert_uint_eq(told.max, 109);
    ck_hop(HOP_E0_R2, 100, 0, 120, 219);
}
END_TEST

/* U0 10, U1 30, U2 40, U6 90: stop 20, unbind 50, reuse 80; it returns at 100, call 60; the next owner comes at 110. */
START_TEST(one_unbind)
{
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 2, PRISIM_CAUSE_NONE);
    bind(NIC_ID, SPACE_B, 2);
    bind(NIC_ID, SPACE_A, 3);
    hops_finish(hops, now);
    const uint64_t expected[UNBIND_TIMES] = {20, 60, 50, 80, 100};
    for (unsigned which = 0; which < UNBIND_TIMES; which++) {
        const struct distribution_told told = hops_unbinds(hops, (enum unbind_time)which);
        ck_assert_uint_eq(told.count, 1);
        ck_assert_uint_eq(told.median, expected[which]);
        ck_assert_uint_eq(hops_unbind(hops, 0)->time[which], expected[which]);
    }
    ck_assert_int_eq(hops_unbind(hops, 0)->step, NONE);
    ck_assert_ptr_null(hops_unbind(hops, 1));
}
END_TEST

/* A call that is refused is no unbind; one that does not come to its end has no such time. */
START_TEST(unbinds_that_do_not_end)
{
    say(INSTANCE_DRIVER, DRIVER_REFUSED, NIC_ID, 1, 7, PRISIM_CAUSE_NOT_BOUND);
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 7, PRISIM_CAUSE_NOT_BOUND);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 8, 0); /* no U0: 30 */
    hops_finish(hops, now + 100);
    const struct unbind_times *one = hops_unbind(hops, 0);
    ck_assert_uint_eq(one->call, 8);
    ck_assert_ptr_null(hops_unbind(hops, 1));
    ck_assert_uint_eq(hops_unbinds(hops, UNBIND_TIME_STOP).never, 0);
    for (unsigned which = UNBIND_TIME_CALL; which < UNBIND_TIMES; which++) {
        ck_assert_uint_eq(one->time[which], PRISIM_CYCLE_NEVER);
        ck_assert_uint_eq(hops_unbinds(hops, (enum unbind_time)which).never, 1);
    }
}
END_TEST

/* UNBIND-POINT-17: PROD shows an entry from 40, before U2; it is taken at 120. The call ends at 150. */
START_TEST(queue_meanwhile)
{
    const struct trip t = {.n = 0, .prgi = 3, .address = 0x4000, .access = R | L, .instance = NIC};
    trip_port(&t);
    trip_accepted(&t);
    trip_written(&t);
    now = 30;
    prod(1);                                              /* 40 */
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);      /* 50 */
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, 0); /* 60 */
    now = 110;
    trip_taken(&t);                                  /* 120 */
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2); /* 130 */
    now = 140;
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 2, PRISIM_CAUSE_NONE);
    hops_finish(hops, now);
    ck_assert_uint_eq(hops_unbind(hops, 0)->queue, 60);
}
END_TEST

static void step(unsigned i, struct prisim_driver_stimulus call)
{
    by_hand_step[i] = (struct timeline_step){.to_driver = true, .driver = call};
}

/* Those of the PASID, and of the function as a whole, wait; from when they are given to the call's last point. */
START_TEST(calls_meanwhile)
{
    step(0, (struct prisim_driver_stimulus){.what = PRISIM_DRIVER_UNBIND, .pasid = 1, .call = 1});
    step(1, (struct prisim_driver_stimulus){.what = PRISIM_DRIVER_BIND, .pasid = 1, .call = 2});
    step(2, (struct prisim_driver_stimulus){.what = PRISIM_DRIVER_BIND, .pasid = 2, .call = 3});
    step(3, (struct prisim_driver_stimulus){.what = PRISIM_DRIVER_DETACH, .call = 4});
    step(4, (struct prisim_driver_stimulus){.what = PRISIM_DRIVER_DETACH, .function = 1, .call = 5});
    step(5, (struct prisim_driver_stimulus){.what = PRISIM_DRIVER_ISOLATE, .call = 6});
    for (unsigned i = 0; i < 6; i++) /* 10 to 60 */
        say(INSTANCE_TIMELINE, TIMELINE_STEP, i);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 1);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 1, 0);
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 1, PRISIM_CAUSE_NONE); /* 90 */
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 1);                               /* 100 */
    say(INSTANCE_TIMELINE, TIMELINE_STEP, 1);
    hops_finish(hops, now);
    const struct unbind_times *one = hops_unbind(hops, 0);
    ck_assert_int_eq(one->step, 0);
    ck_assert_uint_eq(one->callers_count, 2);
    ck_assert_uint_eq(one->callers, 80 + 60);
}
END_TEST

START_TEST(names)
{
    ck_assert_str_eq(hop_name(HOP_E0_E1), "E0-E1");
    ck_assert_str_eq(hop_name(HOP_H2_S0), "H2-S0");
    ck_assert_str_eq(hop_name(HOP_E0_R2), "E0-R2");
    ck_assert_str_eq(unbind_time_name(UNBIND_TIME_STOP), "stop");
    ck_assert_str_eq(unbind_time_about(UNBIND_TIME_REBIND), "U0 to U7");
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_hops");
    TCase *tcase = tcase_create("tb_hops");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, one_request);
    tcase_add_test(tcase, without_interrupt_and_page);
    tcase_add_test(tcase, group_of_two);
    tcase_add_test(tcase, part_that_is_answered_alone);
    tcase_add_test(tcase, what_never_gets_there);
    tcase_add_test(tcase, stop_markers);
    tcase_add_test(tcase, hundred_requests);
    tcase_add_test(tcase, one_unbind);
    tcase_add_test(tcase, unbinds_that_do_not_end);
    tcase_add_test(tcase, queue_meanwhile);
    tcase_add_test(tcase, calls_meanwhile);
    tcase_add_test(tcase, names);
    suite_add_tcase(suite, tcase);
    return suite;
}
