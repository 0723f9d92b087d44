/* SPDX-License-Identifier: Apache-2.0
 *
 * Order on the way to the SMMU, of page requests and Stop Markers of one function and several PASIDs, and the fabric's
 * own duties: what it passes on comes, and where PCIE-ORDER has it (PCIE-MARKERORDER, PCIE-ORDER).
 */
#include "duties_stream.h"
#include "tests/harness/suite.h"

enum { REQUEST = 1, MARKER, NONE = PRISIM_PASID_NONE };
enum { DELAY = 1, REORDER, DROP, LINK_DOWN, LINK_UP };

static void set_up_order(void)
{
    set_up();
    scenario.system.endpoint[0].stop = PRISIM_ENDPOINT_STOP_NONE;
}

/* E0 and E1 of a page request with Last; `n` names it and its TLP. */
static void sends(unsigned instance, uint64_t n, uint64_t pasid)
{
    say(instance, ENDPOINT_PAGE_REQUEST, n, 1000 + n, pasid, n, 0x4000, R | L);
    say(instance, ENDPOINT_PAGE_REQUEST_SENT, n, n, pasid, n);
}

/* Broken duties of the fabric that were told; what functions owe beside is not asked here. */
static unsigned of_fabric(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < tolds; i++)
        count += told[i].premise_broken.party == INSTANCE_FABRIC;
    return count;
}

static void sends_marker(unsigned instance, uint64_t n, uint64_t pasid)
{
    say(instance, ENDPOINT_STOP_MARKER, n, pasid);
}

/* H0 */
static void arrives(uint64_t n)
{
    say(INSTANCE_SMMU, SMMU_PAGE_REQUEST, n, NIC_ID);
}

/* PASID 1 of nic is bound and stops: a marker is owed. */
static void begin_stop(void)
{
    bind(NIC_ID, SPACE_A, 1);
    say(NIC, ENDPOINT_START, 1);
    stop();
}

/* One of nic passes the other: `later` is a marker or a page request, the earlier one is of the other kind. */
static void passes(unsigned later, uint64_t pasid, uint64_t earlier_pasid)
{
    if (later == MARKER)
        sends(NIC, 1, earlier_pasid);
    else
        sends_marker(NIC, 1, earlier_pasid);
    if (later == MARKER)
        sends_marker(NIC, 2, pasid);
    else
        sends(NIC, 2, pasid);
    arrives(2);
    arrives(1);
}

/* PCIE-MARKERORDER-1 */
/* covers: PCIE-MARKERORDER-1 */
START_TEST(without_ido_a_marker_stays_behind_every_request)
{
    static const struct {
        unsigned later;
        uint64_t pasid, earlier;
    } cases[] = {{MARKER, 1, 1},  {MARKER, 1, 2},  {MARKER, 1, NONE},
                 {REQUEST, 1, 1}, {REQUEST, 2, 1}, {REQUEST, NONE, 1}};
    passes(cases[_i].later, cases[_i].pasid, cases[_i].earlier);
    ck_count(ORDERING_FABRIC, 1);
    ck_only(BIT(ORDERING_FABRIC));
}
END_TEST

/* PCIE-MARKERORDER-2: both must have a PASID. */
/* covers: PCIE-MARKERORDER-2, PCIE-ORDER-1 */
START_TEST(with_ido_it_may_pass_other_pasids)
{
    scenario.system.endpoint[0].ido = 1;
    static const struct {
        unsigned later;
        uint64_t pasid, earlier;
        unsigned hits;
    } cases[] = {{MARKER, 1, 2, 0},    {REQUEST, 2, 1, 0}, {MARKER, 1, 1, 1},
                 {MARKER, 1, NONE, 1}, {REQUEST, 1, 1, 1}, {REQUEST, NONE, 1, 1}};
    passes(cases[_i].later, cases[_i].pasid, cases[_i].earlier);
    ck_count(ORDERING_FABRIC, cases[_i].hits);
    ck_assert_uint_eq(of_fabric(), cases[_i].hits);
}
END_TEST

/* IDO is of the function that sends. */
START_TEST(ido_of_another_function_says_nothing)
{
    scenario.system.endpoint[1].ido = 1;
    passes(MARKER, 1, 2);
    ck_count(ORDERING_FABRIC, 1);
}
END_TEST

/* Two requests, and two markers, of different groups and PASIDs; and those of two functions. */
START_TEST(others_have_no_order)
{
    sends(NIC, 1, 1);
    sends(NIC, 2, 2);
    arrives(2);
    arrives(1);
    sends_marker(NIC, 3, 1);
    sends_marker(NIC, 4, 2);
    arrives(4);
    arrives(3);
    sends(NIC, 5, 1);
    sends_marker(GPU, 6, 1);
    arrives(6);
    arrives(5);
    ck_only(0);
    ck_assert_uint_eq(of_fabric(), 0);
}
END_TEST

/* In the order in which they left nothing is passed, whatever the order in which they were made. */
START_TEST(in_order_nothing_is_passed)
{
    sends(NIC, 1, 2);
    sends_marker(NIC, 2, 1);
    sends(NIC, 3, 2);
    arrives(1);
    arrives(2);
    arrives(3);
    ck_only(0);
    say(NIC, ENDPOINT_PAGE_REQUEST, 4, 1004, 2, 4, 0x4000, R | L);
    sends_marker(NIC, 5, 1);
    arrives(5); /* the request has not left */
    ck_only(0);
    ck_assert_uint_eq(of_fabric(), 0);
}
END_TEST

/* PCIE-ORDER-6: of another traffic class a marker may pass the requests. That one of its own PASID is passed does what
 * a passed request does, and the function is to blame. */
/* covers: PCIE-ORDER-6 */
START_TEST(another_traffic_class_is_passed_rightly)
{
    const uint64_t pasid = _i ? 1 : 2;
    sends(NIC, 1, pasid);
    say(NIC, ENDPOINT_OTHER_CLASS, 1, pasid, 1);
    sends_marker(NIC, 2, 1);
    arrives(2);
    ck_count(ORDERING_FABRIC, (unsigned)_i);
    ck_assert_uint_eq(of_fabric(), 0);
    if (_i)
        ck_assert_uint_ne(checkers_premises(checkers, HAZARD_ORDERING_FABRIC)->duties & 1U << DUTY_CLASS_ZERO, 0);
}
END_TEST

static void ck_fabric_told(unsigned i, enum prisim_cause duty, uint64_t stream_id, uint64_t pasid)
{
    ck_assert_uint_gt(tolds, i);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)told[i].premise_broken.duty), prisim_cause_name(duty));
    ck_assert_uint_eq(told[i].premise_broken.party, INSTANCE_FABRIC);
    ck_assert_uint_eq(told[i].premise_broken.stream_id, stream_id);
    ck_assert_uint_eq(told[i].premise_broken.pasid, pasid);
    ck_assert_uint_eq(told[i].cycle, now);
}

/* PCIE-ORDER-1: at the moment of the pass, so that what comes of it has broken premises. */
/* covers: PCIE-ORDER-1 */
START_TEST(a_pass_breaks_the_order)
{
    sends(NIC, 1, 2);
    begin_stop();
    sends_marker(NIC, 2, 1);
    say(INSTANCE_FABRIC, FABRIC_FAULT, 1, 0, true, REORDER); /* planned */
    ck_assert_uint_eq(of_fabric(), 0);
    say(INSTANCE_FABRIC, FABRIC_PASSED, 2, 1, 0, true);
    ck_assert_uint_eq(tolds, 1);
    ck_fabric_told(0, PRISIM_CAUSE_ORDER_KEPT, NIC_ID, 2);
    arrives(2);
    ck_assert_uint_eq(tolds, 1); /* it is told already */
    const struct premises *ordering = checkers_premises(checkers, HAZARD_ORDERING_FABRIC);
    ck_assert_uint_eq(ordering->broken, 1);
    ck_assert_uint_eq(ordering->duties, 1U << DUTY_ORDER_KEPT);
    say(INSTANCE_FABRIC, FABRIC_PASSED, 9, 8, 1, false); /* of TLPs that nobody knows */
    ck_fabric_told(1, PRISIM_CAUSE_ORDER_KEPT, GPU_ID, NONE);
    say(INSTANCE_FABRIC, FABRIC_PASSED, 9, 8, 2, false); /* a link without a function */
    ck_assert_uint_eq(tolds, 2);
}
END_TEST

/* A foreign fabric does not say so: the order at the port shows it. */
START_TEST(order_at_the_port_breaks_it_too)
{
    begin_stop();
    passes(MARKER, 1, 2);
    ck_assert_uint_eq(tolds, 1);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)told[0].premise_broken.duty), "order_kept");
    ck_assert_uint_eq(told[0].premise_broken.party, INSTANCE_FABRIC);
    ck_assert_uint_eq(told[0].premise_broken.stream_id, NIC_ID);
    ck_assert_uint_eq(told[0].premise_broken.pasid, 2);
    ck_assert_uint_eq(told[0].cycle, now - 10);
}
END_TEST

/* Only what is dropped; what is late, or passes, or is lost with its link breaks nothing by itself. */
START_TEST(a_drop_loses_something)
{
    sends(NIC, 1, 1);
    static const unsigned others_of_it[] = {DELAY, REORDER, LINK_DOWN, LINK_UP};
    for (unsigned i = 0; i < 4; i++)
        say(INSTANCE_FABRIC, FABRIC_FAULT, 1, 0, true, others_of_it[i]);
    say(INSTANCE_FABRIC, FABRIC_LOST, 7, 0, true, PRISIM_TLP_MESSAGE);
    ck_assert_uint_eq(of_fabric(), 0);
    say(INSTANCE_FABRIC, FABRIC_FAULT, 1, 0, true, DROP);
    ck_assert_uint_eq(tolds, 1);
    ck_fabric_told(0, PRISIM_CAUSE_TLP_DELIVERED, NIC_ID, 1);
    say(INSTANCE_FABRIC, FABRIC_LOST, 1, 0, true, PRISIM_TLP_MESSAGE);
    say(INSTANCE_FABRIC, FABRIC_FAULT, 1, 1, false, DROP); /* its TLP is not known any more */
    ck_fabric_told(1, PRISIM_CAUSE_TLP_DELIVERED, GPU_ID, NONE);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_checkers_order");
    TCase *tcase = tcase_create("order");
    tcase_add_checked_fixture(tcase, set_up_order, by_hand_close);
    tcase_add_loop_test(tcase, without_ido_a_marker_stays_behind_every_request, 0, 6);
    tcase_add_loop_test(tcase, with_ido_it_may_pass_other_pasids, 0, 6);
    tcase_add_test(tcase, ido_of_another_function_says_nothing);
    tcase_add_test(tcase, others_have_no_order);
    tcase_add_test(tcase, in_order_nothing_is_passed);
    tcase_add_loop_test(tcase, another_traffic_class_is_passed_rightly, 0, 2);
    tcase_add_test(tcase, a_pass_breaks_the_order);
    tcase_add_test(tcase, order_at_the_port_breaks_it_too);
    tcase_add_test(tcase, a_drop_loses_something);
    suite_add_tcase(suite, tcase);
    return suite;
}
