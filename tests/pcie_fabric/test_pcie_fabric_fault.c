/* SPDX-License-Identifier: Apache-2.0
 *
 * Faults at a chosen TLP or edge: delay, illegal reordering, drop, and a link that goes down and comes up.
 */
#include "model/pcie_fabric/pcie_fabric_state.h"
#include "tests/harness/suite.h"
#include "tests/pcie_fabric/fabric_harness.h"

static void offer(struct fabric_harness *h, unsigned rx, struct prisim_tlp tlp)
{
    harness_offer(h->base, rx, &tlp);
}

static struct fabric_harness *open_with(struct prisim_fabric_fault fault)
{
    struct prisim_fabric_config config = fabric_harness_config(2);
    if (fault.nth == 0)
        fault.nth = 1;
    if (fault.cycles == 0)
        fault.cycles = 1;
    config.fault[0] = fault;
    struct fabric_harness *h = fabric_harness_open(&config);
    h->base->leap = true;
    return h;
}

static void events_are(const struct fabric_harness *h, uint64_t tlp, uint64_t link, uint64_t up, uint64_t what)
{
    const uint64_t fields[4] = {tlp, link, up, what};
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_FAULT), 1);
    ck_assert(harness_fields_are(harness_event(h->base, PRISIM_EVENT_FABRIC_FAULT, 0), fields, sizeof fields));
}

/* The second page request from edge 50 on comes 400 cycles late, and what may not pass it waits. */
START_TEST(a_late_tlp_keeps_its_place)
{
    struct fabric_harness *h = open_with((struct prisim_fabric_fault){.what = PRISIM_FABRIC_FAULT_DELAY,
                                                                      .at = 50,
                                                                      .up = 1,
                                                                      .of = PRISIM_FABRIC_FAULT_OF_PAGE_REQUEST,
                                                                      .nth = 2,
                                                                      .cycles = 400});
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 1));
    harness_run(h->base, 50);
    for (uint32_t i = 2; i <= 4; i++)
        offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, i)); /* taken at 50, 51, 52 */
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, host_completion(0, 5));
    harness_run(h->base, 1000);
    for (uint32_t i = 1; i <= 4; i++)
        ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, i - 1), i);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, 1), 50 + 1 + 165);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, 2), 51 + 1 + 165 + 400);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, 3), 51 + 1 + 165 + 401);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_HOST, 0), 51 + 1 + 165 + 402);
    events_are(h, 3, 0, 1, 1);
    fabric_harness_close(h);
}
END_TEST

START_TEST(a_reordered_tlp_is_passed_against_the_rules)
{
    struct fabric_harness *h = open_with((struct prisim_fabric_fault){
        .what = PRISIM_FABRIC_FAULT_REORDER, .up = 1, .of = PRISIM_FABRIC_FAULT_OF_POSTED, .cycles = 400});
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 1));
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 2));
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, host_completion(0, 3));
    harness_run(h->base, 1000);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, 0), 2);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, 0), 2 + 1 + 165);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_HOST, 0), 3 + 1 + 165);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, 1), 1 + 1 + 165 + 400);
    events_are(h, 1, 0, 1, 2);
    fabric_harness_close(h);
}
END_TEST

/* Once it is due it goes before all that it could have been passed by, whatever the seed. */
START_TEST(what_is_passed_by_no_fault_any_more_is_the_first)
{
    struct prisim_fabric_config config = fabric_harness_config(1);
    config.fault[0] = (struct prisim_fabric_fault){
        .what = PRISIM_FABRIC_FAULT_REORDER, .up = 1, .of = PRISIM_FABRIC_FAULT_OF_POSTED, .nth = 1, .cycles = 400};
    config.order_seed = (uint64_t)_i;
    struct fabric_harness *h = fabric_harness_open(&config);
    harness_ready(h->base, PRISIM_FABRIC_TX_SMMU, false);
    for (uint32_t i = 1; i <= 4; i++)
        offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, i));
    harness_run(h->base, 1000);
    harness_ready(h->base, PRISIM_FABRIC_TX_SMMU, true);
    harness_run(h->base, 10);
    static const uint32_t order[] = {2, 1, 3, 4}; /* 2 stood at the port */
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, i), order[i]);
    fabric_harness_close(h);
}
END_TEST

START_TEST(a_dropped_tlp_is_lost)
{
    struct fabric_harness *h = open_with((struct prisim_fabric_fault){
        .what = PRISIM_FABRIC_FAULT_DROP, .link = 1, .of = PRISIM_FABRIC_FAULT_OF_NONPOSTED, .nth = 2});
    offer(h, PRISIM_FABRIC_RX_SMMU, prg_response(1, 1));
    for (uint32_t i = 2; i <= 4; i++)
        offer(h, PRISIM_FABRIC_RX_HOST, config_read(1, i));
    harness_run(h->base, 1000);
    static const uint32_t ids[] = {1, 2, 4};
    for (unsigned i = 0; i < 3; i++)
        ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_ENDPOINT + 1, i), ids[i]);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_ENDPOINT + 1].count, 3);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_HOST].count, 0);
    events_are(h, 3, 1, 0, 3);
    const uint64_t lost[4] = {3, 1, 0, PRISIM_TLP_CONFIG_READ};
    ck_assert(harness_fields_are(harness_event(h->base, PRISIM_EVENT_FABRIC_LOST, 0), lost, sizeof lost));
    fabric_harness_close(h);
}
END_TEST

/* Which TLP is the first of its kind: each fault drops that one of a marker, a completion, a translation request, a
 * page request and a write. */
START_TEST(a_fault_is_of_its_kind)
{
    static const struct {
        enum prisim_fabric_fault_of of;
        uint32_t lost;
    } cases[] = {{PRISIM_FABRIC_FAULT_OF_ANY, 1},         {PRISIM_FABRIC_FAULT_OF_POSTED, 1},
                 {PRISIM_FABRIC_FAULT_OF_STOP_MARKER, 1}, {PRISIM_FABRIC_FAULT_OF_COMPLETION, 2},
                 {PRISIM_FABRIC_FAULT_OF_NONPOSTED, 3},   {PRISIM_FABRIC_FAULT_OF_PAGE_REQUEST, 4}};
    struct fabric_harness *h =
        open_with((struct prisim_fabric_fault){.what = PRISIM_FABRIC_FAULT_DROP, .up = 1, .of = (uint8_t)cases[_i].of});
    struct prisim_tlp marker = page_request(0, 1), read = page_request(0, 3), write = page_request(0, 5);
    marker.head.flags = PRISIM_TLP_HAS_PASID | PRISIM_TLP_LAST;
    read.head.type = PRISIM_TLP_MEMORY_READ;
    read.head.at = PRISIM_TLP_AT_TRANSLATION_REQUEST;
    write.head.type = PRISIM_TLP_MEMORY_WRITE;
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, marker);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, host_completion(0, 2));
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, read);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 4));
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, write);
    harness_run(h->base, 1000);
    events_are(h, cases[_i].lost, 0, 1, 3);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_SMMU].count + h->base->tx[PRISIM_FABRIC_TX_HOST].count, 4);
    fabric_harness_close(h);
}
END_TEST

/* PCIE-POISON-1, PCIE-POISON-2: the second TLP of a kind, if it has data; it comes when it would, and nothing of its
 * data is changed. */
/* covers: PCIE-HEADER-3, PCIE-POISON-1, PCIE-POISON-2 */
START_TEST(a_poisoned_tlp_goes_its_way)
{
    static const uint8_t types[] = {PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_MESSAGE};
    struct fabric_harness *h = open_with((struct prisim_fabric_fault){
        .what = PRISIM_FABRIC_FAULT_POISON, .up = 1, .of = PRISIM_FABRIC_FAULT_OF_POSTED, .nth = 2, .cycles = 400});
    struct prisim_tlp tlp = page_request(0, 1);
    tlp.head.type = types[_i];
    tlp.head.flags = PRISIM_TLP_RELAXED;
    tlp.head.size = _i == 0 ? 4 : 0;
    for (unsigned i = 0; i < 3; i++, tlp.head.id++) {
        tlp.data[0] = (uint8_t)(7 + i);
        offer(h, PRISIM_FABRIC_RX_ENDPOINT, tlp);
    }
    harness_run(h->base, 1000);
    for (unsigned i = 0; i < 3; i++) {
        const struct prisim_tlp *got = harness_got(h->base, PRISIM_FABRIC_TX_SMMU, i);
        ck_assert_uint_eq(got->head.id, i + 1);
        ck_assert_uint_eq(got->head.flags, i == 1 && _i == 0 ? 128 + 512 : 128);
        ck_assert(_i != 0 || got->data[0] == 7 + i);
        ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, i), 1 + i + 1 + 165);
    }
    events_are(h, 2, 0, 1, 6);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_LOST), 0);
    fabric_harness_close(h);
}
END_TEST

/* PCIE-POISON-1: where the kind says that there are no data, nothing can be poisoned. */
START_TEST(what_has_no_data_cannot_be_poisoned)
{
    static const struct {
        enum prisim_fabric_fault_of of;
        bool up, down;
    } cases[] = {{PRISIM_FABRIC_FAULT_OF_ANY, true, true},
                 {PRISIM_FABRIC_FAULT_OF_POSTED, true, true},
                 {PRISIM_FABRIC_FAULT_OF_COMPLETION, true, true},
                 {PRISIM_FABRIC_FAULT_OF_NONPOSTED, false, true},
                 {PRISIM_FABRIC_FAULT_OF_PAGE_REQUEST, false, false},
                 {PRISIM_FABRIC_FAULT_OF_STOP_MARKER, false, false}};
    struct prisim_fabric_config config = fabric_harness_config(2);
    struct prisim_config_error error = {0};
    config.fault[7].what = PRISIM_FABRIC_FAULT_POISON;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        config.fault[7].of = (uint8_t)cases[i].of;
        config.fault[7].up = 1;
        ck_assert_int_eq(prisim_fabric_config_check(&config, &error), cases[i].up);
        config.fault[7].up = 0;
        ck_assert_int_eq(prisim_fabric_config_check(&config, &error), cases[i].down);
    }
    ck_assert_str_eq(error.field, "of");
}
END_TEST

/* What is on the link at edge 100 is lost, what came out before is not; then all is lost that comes, and what the host
 * asks is answered UR; from edge 600 on all is as before. */
START_TEST(a_link_goes_down_and_comes_up)
{
    struct prisim_fabric_config config = fabric_harness_config(2);
    config.fault[0] =
        (struct prisim_fabric_fault){.what = PRISIM_FABRIC_FAULT_LINK_DOWN, .at = 300, .nth = 1, .cycles = 1};
    config.fault[1] =
        (struct prisim_fabric_fault){.what = PRISIM_FABRIC_FAULT_LINK_UP, .at = 600, .nth = 1, .cycles = 1};
    config.link[0].nonposted = 1;
    struct fabric_harness *h = fabric_harness_open(&config);
    h->base->leap = true;
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 1));
    offer(h, PRISIM_FABRIC_RX_HOST, config_read(0, 2)); /* never answered */
    harness_run(h->base, 250);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 3));
    offer(h, PRISIM_FABRIC_RX_ENDPOINT + 1, page_request(1, 4));
    offer(h, PRISIM_FABRIC_RX_HOST, config_read(0, 5));
    harness_run(h->base, 250);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_SMMU].count, 2);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, 1), 4);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_HOST, 0), 300 + 100);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 6));
    offer(h, PRISIM_FABRIC_RX_SMMU, prg_response(0, 7));
    offer(h, PRISIM_FABRIC_RX_HOST, config_read(0, 8));
    harness_run(h->base, 200);
    const struct prisim_tlp *ur = harness_got(h->base, PRISIM_FABRIC_TX_HOST, 1);
    ck_assert_uint_eq(ur->head.status, PRISIM_TLP_UR);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_HOST, 1), 500 + 100);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 9));
    offer(h, PRISIM_FABRIC_RX_HOST, config_read(0, 10));
    harness_run(h->base, 500);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, 2), 9);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_ENDPOINT, 1), 10); /* the place of the first is free */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_LOST), 5);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_FABRIC_FAULT, 0)->cycle, 300);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_FABRIC_FAULT, 1)->cycle, 600);
    fabric_harness_close(h);
}
END_TEST

/* PCIE-ITAG-9: a function that is isolated is heard by nobody. */
/* covers: PCIE-ITAG-9 */
START_TEST(an_isolated_function_is_not_heard)
{
    struct fabric_harness *h =
        open_with((struct prisim_fabric_fault){.what = PRISIM_FABRIC_FAULT_DROP, .link = 1, .nth = 99});
    harness_run(h->base, 10);
    fabric_link_isolate(&h->config, h->state, h->base->now, &h->base->ports, 0);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 1));
    offer(h, PRISIM_FABRIC_RX_ENDPOINT + 1, page_request(1, 2));
    harness_run(h->base, 500);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_SMMU].count, 1);
    fabric_link_join(h->state, 0);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 3));
    harness_run(h->base, 500);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, 1), 3);
    fabric_harness_close(h);
}
END_TEST

static void ask(struct fabric_harness *h, uint32_t what, uint32_t link)
{
    const struct prisim_fabric_stimulus stimulus = {.what = what, .link = link};
    harness_offer(h->base, PRISIM_FABRIC_RX_STIMULUS, &stimulus);
}

/* A link goes down because it is told to, in a fabric in which nobody planned it: what is under way is lost, at the
 * function's side and at the host's, where a request is answered UR; another link goes on. */
/* covers: PCIE-ITAG-9, PCIE-HEADER-2 */
START_TEST(a_link_that_is_told_to_go_down)
{
    for (unsigned leap = 0; leap < 2; leap++) {
        struct prisim_fabric_config config = fabric_harness_config(2);
        struct fabric_harness *h = fabric_harness_open(&config);
        h->base->leap = leap;
        harness_run(h->base, 10);
        offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 1));
        offer(h, PRISIM_FABRIC_RX_ENDPOINT + 1, page_request(1, 2));
        offer(h, PRISIM_FABRIC_RX_HOST, config_read(0, 3));
        harness_run(h->base, 20);
        ask(h, 4, 0);
        harness_run(h->base, 1);
        const uint64_t fields[4] = {0, 0, 1, 4};
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_FAULT), 1);
        ck_assert(harness_fields_are(harness_event(h->base, PRISIM_EVENT_FABRIC_FAULT, 0), fields, sizeof fields));
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_LOST), 2);
        offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 4));
        offer(h, PRISIM_FABRIC_RX_ENDPOINT + 1, page_request(1, 5));
        offer(h, PRISIM_FABRIC_RX_HOST, config_read(0, 6));
        offer(h, PRISIM_FABRIC_RX_HOST, config_read(1, 7));
        harness_run(h->base, 1000);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_LOST), 4);
        ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_SMMU].count, 2);
        ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, 0), 2);
        ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, 1), 5);
        ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_HOST].count, 2);
        for (unsigned i = 0; i < 2; i++) {
            const struct prisim_tlp *answer = harness_got(h->base, PRISIM_FABRIC_TX_HOST, i);
            ck_assert_uint_eq(answer->head.status, PRISIM_TLP_UR);
        }
        ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_ENDPOINT].count, 0);
        ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_ENDPOINT + 1, 0), 7);
        ask(h, 5, 0);
        harness_run(h->base, 1);
        offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 8));
        harness_run(h->base, 1000);
        ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, 2), 8);
        fabric_harness_close(h);
    }
}
END_TEST

START_TEST(a_fault_of_a_link_that_is_not_there_is_refused)
{
    struct prisim_fabric_config config = fabric_harness_config(2);
    struct prisim_config_error error = {0};
    config.fault[7].what = PRISIM_FABRIC_FAULT_DROP;
    config.fault[7].link = 1;
    ck_assert(prisim_fabric_config_check(&config, &error));
    config.fault[7].link = 2;
    ck_assert(!prisim_fabric_config_check(&config, &error));
    ck_assert_str_eq(error.field, "link");
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pcie_fabric_fault");
    TCase *tcase = tcase_create("fault");
    tcase_add_test(tcase, a_late_tlp_keeps_its_place);
    tcase_add_test(tcase, a_reordered_tlp_is_passed_against_the_rules);
    tcase_add_loop_test(tcase, what_is_passed_by_no_fault_any_more_is_the_first, 0, 8);
    tcase_add_test(tcase, a_dropped_tlp_is_lost);
    tcase_add_loop_test(tcase, a_fault_is_of_its_kind, 0, 6);
    tcase_add_loop_test(tcase, a_poisoned_tlp_goes_its_way, 0, 2);
    tcase_add_test(tcase, what_has_no_data_cannot_be_poisoned);
    tcase_add_test(tcase, a_link_goes_down_and_comes_up);
    tcase_add_test(tcase, an_isolated_function_is_not_heard);
    tcase_add_test(tcase, a_link_that_is_told_to_go_down);
    tcase_add_test(tcase, a_fault_of_a_link_that_is_not_there_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
