/* SPDX-License-Identifier: Apache-2.0
 *
 * A fabric that lets one TLP pass another against PCIE-ORDER says so when it does: not when the fault that lets it was
 * planned, and not of a pass that the rules have.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_fabric/fabric_harness.h"

enum { IDO = 1 << 8, RO = 1 << 7 };

static struct fabric_harness *open_with(uint8_t what, bool up)
{
    struct prisim_fabric_config config = fabric_harness_config(2);
    config.fault[0] = (struct prisim_fabric_fault){.what = what, .link = 1, .up = up, .nth = 1, .cycles = 400};
    struct fabric_harness *h = fabric_harness_open(&config);
    h->base->leap = true;
    return h;
}

static void up(struct fabric_harness *h, struct prisim_tlp tlp)
{
    harness_offer(h->base, PRISIM_FABRIC_RX_ENDPOINT + 1, &tlp);
}

static void says(const struct fabric_harness *h, unsigned i, uint64_t tlp, uint64_t passed, uint64_t is_up)
{
    const uint64_t fields[4] = {tlp, passed, 1, is_up};
    ck_assert(harness_fields_are(harness_event(h->base, PRISIM_EVENT_FABRIC_PASSED, i), fields, sizeof fields));
}

static unsigned said(const struct fabric_harness *h)
{
    return harness_events(h->base, PRISIM_EVENT_FABRIC_PASSED);
}

static struct prisim_tlp with_pasid(struct prisim_tlp tlp, uint32_t pasid, unsigned flags)
{
    tlp.head.pasid = pasid;
    tlp.head.flags |= (uint16_t)(PRISIM_TLP_HAS_PASID | flags);
    return tlp;
}

/* Rows A, B and D, column 2: a page request that is late is passed by another, by a read and by a completion; and at
 * the edge at which they leave. */
/* covers: PCIE-ORDER-1, PCIE-ORDER-2, PCIE-ORDER-4 */
START_TEST(each_forbidden_pass_is_told)
{
    struct fabric_harness *h = open_with(PRISIM_FABRIC_FAULT_REORDER, true);
    struct prisim_tlp read = page_request(1, 3), answer = host_completion(1, 4);
    read.head.type = PRISIM_TLP_MEMORY_READ;
    answer.head.type = PRISIM_TLP_COMPLETION_DATA;
    up(h, page_request(1, 1));
    up(h, page_request(1, 2));
    up(h, read);
    up(h, answer);
    harness_run(h->base, 2 + 165);
    ck_assert_uint_eq(said(h), 0);
    harness_run(h->base, 1000);
    ck_assert_uint_eq(said(h), 3);
    says(h, 0, 2, 1, 1);
    says(h, 1, 3, 1, 1);
    says(h, 2, 4, 1, 1);
    const struct prisim_event *passed = harness_event(h->base, PRISIM_EVENT_FABRIC_PASSED, 0);
    ck_assert_uint_eq(passed->cycle, harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, 0));
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, 2), 1);
    fabric_harness_close(h);
}
END_TEST

/* Towards the function: its completion passes a PRG Response. */
START_TEST(a_pass_downwards_is_told)
{
    struct fabric_harness *h = open_with(PRISIM_FABRIC_FAULT_REORDER, false);
    struct prisim_tlp completion = {.head = {.type = PRISIM_TLP_COMPLETION_DATA,
                                             .requester_id = link_id(1),
                                             .destination_id = SMMU_ID,
                                             .size = 8,
                                             .id = 2}};
    struct prisim_tlp response = prg_response(1, 1);
    harness_offer(h->base, PRISIM_FABRIC_RX_SMMU, &response);
    harness_offer(h->base, PRISIM_FABRIC_RX_SMMU, &completion);
    harness_run(h->base, 1000);
    ck_assert_uint_eq(said(h), 1);
    says(h, 0, 2, 1, 0);
    fabric_harness_close(h);
}
END_TEST

/* What is planned and passes nobody, what may pass by IDO, RO or its class, and what waits behind one that is late. */
/* covers: PCIE-ORDER-5 */
START_TEST(a_pass_by_the_rules_is_not_told)
{
    struct fabric_harness *h =
        open_with(_i == 4 ? PRISIM_FABRIC_FAULT_DELAY : (uint8_t)PRISIM_FABRIC_FAULT_REORDER, true);
    struct prisim_tlp first = with_pasid(page_request(1, 1), 1, 0), later = page_request(1, 2);
    if (_i == 1)
        later = with_pasid(later, 2, IDO);
    if (_i == 2)
        later.head.flags |= RO;
    if (_i == 3)
        first.head.type = PRISIM_TLP_MEMORY_READ;
    up(h, first);
    if (_i > 0)
        up(h, later);
    harness_run(h->base, 1000);
    ck_assert_uint_eq(said(h), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_FAULT), 1);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, 0), _i >= 1 && _i <= 3 ? 2 : 1);
    fabric_harness_close(h);
}
END_TEST

/* A TLP that a fault would drop is lost with its link when that is down: no drop befalls it. */
START_TEST(a_drop_on_a_link_that_is_down_is_none)
{
    struct prisim_fabric_config config = fabric_harness_config(2);
    config.fault[0] =
        (struct prisim_fabric_fault){.what = PRISIM_FABRIC_FAULT_DROP, .link = 1, .up = 1, .nth = 1, .cycles = 1};
    config.fault[1] =
        (struct prisim_fabric_fault){.what = PRISIM_FABRIC_FAULT_LINK_DOWN, .link = 1, .at = 10, .nth = 1, .cycles = 1};
    struct fabric_harness *h = fabric_harness_open(&config);
    harness_run(h->base, 20);
    up(h, page_request(1, 1));
    harness_run(h->base, 1000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_LOST), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_FAULT), 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_FABRIC_FAULT, 0)->fabric_fault.what,
                      PRISIM_FABRIC_FAULT_LINK_DOWN);
    fabric_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pcie_fabric_passed");
    TCase *tcase = tcase_create("passed");
    tcase_add_test(tcase, each_forbidden_pass_is_told);
    tcase_add_test(tcase, a_pass_downwards_is_told);
    tcase_add_loop_test(tcase, a_pass_by_the_rules_is_not_told, 0, 5);
    tcase_add_test(tcase, a_drop_on_a_link_that_is_down_is_none);
    suite_add_tcase(suite, tcase);
    return suite;
}
