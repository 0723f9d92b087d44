/* SPDX-License-Identifier: Apache-2.0
 *
 * Where TLPs go, what is answered UR, and the events that say so.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_fabric/fabric_harness.h"

enum { NOWHERE = 99, UP_TO_SMMU = PRISIM_FABRIC_TX_SMMU, UP_TO_HOST = PRISIM_FABRIC_TX_HOST };

static struct fabric_harness *open_three_links(void)
{
    struct prisim_fabric_config config = fabric_harness_config(3);
    return fabric_harness_open(&config);
}

/* Offers a TLP on a port and returns the tx port where it came out, or NOWHERE. */
static unsigned way_of(struct fabric_harness *h, unsigned rx, struct prisim_tlp tlp)
{
    struct harness *base = h->base;
    unsigned before[5], way = NOWHERE;
    for (unsigned tx = 0; tx < 5; tx++)
        before[tx] = base->tx[tx].count;
    tlp.head.id = 0x1234;
    harness_offer(base, rx, &tlp);
    harness_run(base, 300);
    for (unsigned tx = 0; tx < 5; tx++)
        if (base->tx[tx].count != before[tx] && got_id(h, tx, before[tx]) == 0x1234)
            way = tx;
    return way;
}

/* covers: PCIE-MESSAGE-2, PCIE-MESSAGE-3, PCIE-HEADER-12 */
START_TEST(upstream)
{
    static const struct {
        struct prisim_tlp_header head;
        unsigned way;
    } up[] = {
        {{.type = PRISIM_TLP_MEMORY_READ, .at = PRISIM_TLP_AT_UNTRANSLATED, .size = 64}, UP_TO_SMMU},
        {{.type = PRISIM_TLP_MEMORY_READ, .at = PRISIM_TLP_AT_TRANSLATION_REQUEST, .size = 8}, UP_TO_SMMU},
        {{.type = PRISIM_TLP_MEMORY_READ, .at = PRISIM_TLP_AT_TRANSLATED, .size = 64}, UP_TO_SMMU},
        {{.type = PRISIM_TLP_MEMORY_WRITE, .address = 0x10000, .size = 4}, UP_TO_SMMU}, /* even to another BAR */
        {{.type = PRISIM_TLP_MESSAGE, .message = PRISIM_MESSAGE_PAGE_REQUEST}, UP_TO_SMMU},
        {{.type = PRISIM_TLP_MESSAGE, .message = PRISIM_MESSAGE_INVALIDATE_COMPLETION, .destination_id = SMMU_ID},
         UP_TO_SMMU},
        {{.type = PRISIM_TLP_COMPLETION_DATA, .requester_id = SMMU_ID, .size = 8}, UP_TO_SMMU},
        {{.type = PRISIM_TLP_COMPLETION_DATA, .requester_id = HOST_ID, .size = 4}, UP_TO_HOST},
        {{.type = PRISIM_TLP_COMPLETION, .requester_id = HOST_ID}, UP_TO_HOST},
        {{.type = PRISIM_TLP_COMPLETION, .requester_id = 0x4000}, NOWHERE},
        {{.type = PRISIM_TLP_MESSAGE, .message = PRISIM_MESSAGE_PRG_RESPONSE, .destination_id = 0x100}, NOWHERE},
        {{.type = PRISIM_TLP_CONFIG_READ, .destination_id = 0x100, .size = 4}, NOWHERE},
    };
    struct fabric_harness *h = open_three_links();
    for (unsigned i = 0; i < sizeof up / sizeof up[0]; i++) {
        unsigned unroutable = harness_events(h->base, PRISIM_EVENT_FABRIC_UNROUTABLE);
        ck_assert_uint_eq(way_of(h, PRISIM_FABRIC_RX_ENDPOINT + 1, (struct prisim_tlp){.head = up[i].head}), up[i].way);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_UNROUTABLE) - unroutable, up[i].way == NOWHERE);
    }
    fabric_harness_close(h);
}
END_TEST

/* covers: PCIE-MESSAGE-1, PCIE-MESSAGE-4, PCIE-MESSAGE-6, PCIE-HEADER-12 */
START_TEST(downstream)
{
    static const struct {
        unsigned rx;
        struct prisim_tlp_header head;
        unsigned way;
    } down[] = {
        {PRISIM_FABRIC_RX_SMMU,
         {.type = PRISIM_TLP_COMPLETION_DATA, .requester_id = 0x300, .size = 8},
         PRISIM_FABRIC_TX_ENDPOINT + 2},
        {PRISIM_FABRIC_RX_SMMU, {.type = PRISIM_TLP_COMPLETION, .requester_id = 0x100}, PRISIM_FABRIC_TX_ENDPOINT},
        {PRISIM_FABRIC_RX_SMMU,
         {.type = PRISIM_TLP_MESSAGE,
          .message = PRISIM_MESSAGE_PRG_RESPONSE,
          .requester_id = SMMU_ID,
          .destination_id = 0x200},
         PRISIM_FABRIC_TX_ENDPOINT + 1},
        {PRISIM_FABRIC_RX_SMMU,
         {.type = PRISIM_TLP_MESSAGE_DATA,
          .message = PRISIM_MESSAGE_INVALIDATE_REQUEST,
          .destination_id = 0x300,
          .size = 8},
         PRISIM_FABRIC_TX_ENDPOINT + 2},
        {PRISIM_FABRIC_RX_SMMU, {.type = PRISIM_TLP_COMPLETION, .requester_id = 0x400}, NOWHERE},
        {PRISIM_FABRIC_RX_SMMU,
         {.type = PRISIM_TLP_MESSAGE_DATA,
          .message = PRISIM_MESSAGE_INVALIDATE_REQUEST,
          .destination_id = 0x301,
          .size = 8},
         NOWHERE},
        {PRISIM_FABRIC_RX_SMMU, {.type = PRISIM_TLP_MEMORY_WRITE, .address = 0x10000, .size = 4}, NOWHERE},
        {PRISIM_FABRIC_RX_HOST,
         {.type = PRISIM_TLP_CONFIG_READ, .destination_id = 0x200, .size = 4},
         PRISIM_FABRIC_TX_ENDPOINT + 1},
        {PRISIM_FABRIC_RX_HOST,
         {.type = PRISIM_TLP_CONFIG_WRITE, .destination_id = 0x100, .size = 4},
         PRISIM_FABRIC_TX_ENDPOINT},
        {PRISIM_FABRIC_RX_HOST, {.type = PRISIM_TLP_MESSAGE, .destination_id = 0x100}, PRISIM_FABRIC_TX_ENDPOINT},
        {PRISIM_FABRIC_RX_HOST,
         {.type = PRISIM_TLP_MEMORY_READ, .address = 0x10000, .size = 4},
         PRISIM_FABRIC_TX_ENDPOINT},
        {PRISIM_FABRIC_RX_HOST,
         {.type = PRISIM_TLP_MEMORY_READ, .address = 0x1fffc, .size = 4},
         PRISIM_FABRIC_TX_ENDPOINT},
        {PRISIM_FABRIC_RX_HOST,
         {.type = PRISIM_TLP_MEMORY_WRITE, .address = 0x20000, .size = 4},
         PRISIM_FABRIC_TX_ENDPOINT + 1},
        {PRISIM_FABRIC_RX_HOST,
         {.type = PRISIM_TLP_MEMORY_WRITE, .address = 0x3fffc, .size = 8},
         NOWHERE}, /* over the end */
        {PRISIM_FABRIC_RX_HOST, {.type = PRISIM_TLP_MEMORY_WRITE, .address = 0x40000, .size = 4}, NOWHERE},
        {PRISIM_FABRIC_RX_HOST, {.type = PRISIM_TLP_MEMORY_WRITE, .address = 0xfffc, .size = 4}, NOWHERE},
    };
    struct fabric_harness *h = open_three_links();
    for (unsigned i = 0; i < sizeof down / sizeof down[0]; i++) {
        unsigned unroutable = harness_events(h->base, PRISIM_EVENT_FABRIC_UNROUTABLE);
        ck_assert_uint_eq(way_of(h, down[i].rx, (struct prisim_tlp){.head = down[i].head}), down[i].way);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_UNROUTABLE) - unroutable, down[i].way == NOWHERE);
    }
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_HOST].count, 0); /* posted requests are not answered */
    fabric_harness_close(h);
}
END_TEST

START_TEST(the_whole_tlp_comes_out)
{
    struct fabric_harness *h = open_three_links();
    struct prisim_tlp sent = {.head = {.type = PRISIM_TLP_MEMORY_WRITE,
                                       .address = UINT64_C(0x123456789abc),
                                       .id = 77,
                                       .pasid = 0xfffff,
                                       .requester_id = 0x200,
                                       .tag = 9,
                                       .size = 64,
                                       .flags = PRISIM_TLP_HAS_PASID | PRISIM_TLP_PRIVILEGED}};
    for (unsigned i = 0; i < 64; i++)
        sent.data[i] = (uint8_t)(i + 1);
    harness_offer(h->base, PRISIM_FABRIC_RX_ENDPOINT + 1, &sent);
    harness_run(h->base, 300);
    const struct prisim_tlp *got = harness_got(h->base, PRISIM_FABRIC_TX_SMMU, 0);
    ck_assert_ptr_nonnull(got);
    ck_assert_mem_eq(got, &sent, sizeof sent);
    fabric_harness_close(h);
}
END_TEST

/* A non-posted request to nobody: UR with its tag, after root_port_latency: not at N-1, yes at N. */
START_TEST(host_requests_to_nobody_get_ur)
{
    static const struct prisim_tlp_header requests[] = {
        {.type = PRISIM_TLP_CONFIG_READ,
         .requester_id = HOST_ID,
         .destination_id = 0x900,
         .tag = 5,
         .size = 4,
         .id = 1},
        {.type = PRISIM_TLP_CONFIG_WRITE,
         .requester_id = HOST_ID,
         .destination_id = 0x900,
         .tag = 6,
         .size = 4,
         .id = 1},
        {.type = PRISIM_TLP_MEMORY_READ, .requester_id = HOST_ID, .address = 0x9000000, .tag = 7, .size = 4, .id = 1},
    };
    struct fabric_harness *h = open_three_links();
    struct prisim_tlp request = {.head = requests[_i]};
    h->base->ports.instance = 0x5a;
    harness_offer(h->base, PRISIM_FABRIC_RX_HOST, &request);
    harness_run(h->base, 1 + 100);
    ck_assert_uint_eq(h->base->rx[PRISIM_FABRIC_RX_HOST].taken_at[0], 1);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_HOST].count, 0);
    harness_edge(h->base);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_HOST].count, 1);
    const struct prisim_tlp *completion = harness_got(h->base, PRISIM_FABRIC_TX_HOST, 0);
    ck_assert_uint_eq(completion->head.type, PRISIM_TLP_COMPLETION);
    ck_assert_uint_eq(completion->head.status, PRISIM_TLP_UR);
    ck_assert_uint_eq(completion->head.requester_id, HOST_ID);
    ck_assert_uint_eq(completion->head.tag, requests[_i].tag);
    ck_assert_uint_eq(completion->head.size, 0);
    ck_assert_uint_eq(completion->head.id, 0x5a000000);
    const struct prisim_event *unroutable = harness_event(h->base, PRISIM_EVENT_FABRIC_UNROUTABLE, 0);
    ck_assert_uint_eq(unroutable->cycle, 1);
    ck_assert_uint_eq(unroutable->fabric_unroutable.tlp, 1);
    ck_assert_uint_eq(unroutable->fabric_unroutable.type, requests[_i].type);
    ck_assert_uint_eq(unroutable->fabric_unroutable.destination, _i == 2 ? 0x9000000 : 0x900);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_FABRIC_LEAVE, 0)->fabric_leave.link, 255);
    fabric_harness_close(h);
}
END_TEST

/* PCIE-HEADER: a completion is never answered, one of the host to nobody neither. */
START_TEST(completion_to_nobody_is_not_answered)
{
    struct fabric_harness *h = open_three_links();
    struct prisim_tlp completion = {
        .head = {.type = PRISIM_TLP_COMPLETION, .requester_id = 0x900, .destination_id = HOST_ID}};
    harness_offer(h->base, PRISIM_FABRIC_RX_HOST, &completion);
    harness_run(h->base, 300);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_HOST].count, 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_UNROUTABLE), 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_FABRIC_UNROUTABLE, 0)->fabric_unroutable.destination, 0x900);
    fabric_harness_close(h);
}
END_TEST

/* Every read to nobody is answered, however many come and however slowly the host takes the answers. */
START_TEST(no_ur_is_lost)
{
    struct prisim_fabric_config config = fabric_harness_config(1);
    config.link_tlps = 4;
    struct fabric_harness *h = fabric_harness_open(&config);
    for (unsigned i = 0; i < 20; i++) {
        struct prisim_tlp read = config_read(7, i);
        read.head.tag = (uint16_t)i;
        harness_offer(h->base, PRISIM_FABRIC_RX_HOST, &read);
    }
    harness_ready(h->base, PRISIM_FABRIC_TX_HOST, false);
    harness_run(h->base, 400);
    /* Four lie in the root port and one at the port; the rest waits outside. */
    ck_assert_uint_eq(h->base->rx[PRISIM_FABRIC_RX_HOST].taken, 5);
    harness_ready(h->base, PRISIM_FABRIC_TX_HOST, true);
    ck_assert(harness_until(h->base, PRISIM_FABRIC_TX_HOST, 20, 4000));
    for (unsigned i = 0; i < 20; i++)
        ck_assert_uint_eq(((const struct prisim_tlp *)harness_got(h->base, PRISIM_FABRIC_TX_HOST, i))->head.tag, i);
    fabric_harness_close(h);
}
END_TEST

START_TEST(events_name_tlp_link_and_direction)
{
    struct fabric_harness *h = open_three_links();
    struct prisim_tlp up = page_request(2, 0xabc), down = prg_response(1, 0xdef);
    harness_offer(h->base, PRISIM_FABRIC_RX_ENDPOINT + 2, &up);
    harness_run(h->base, 300);
    harness_offer(h->base, PRISIM_FABRIC_RX_SMMU, &down);
    harness_run(h->base, 300);
    const uint64_t fields[2][4] = {{0xabc, 2, 1, PRISIM_TLP_MESSAGE}, {0xdef, 1, 0, PRISIM_TLP_MESSAGE}};
    const prisim_cycle_t entered[2] = {1, 300}, left[2] = {1 + 1 + 165, 300 + 1 + 165};
    for (unsigned i = 0; i < 2; i++) {
        const struct prisim_event *enter = harness_event(h->base, PRISIM_EVENT_FABRIC_ENTER, i);
        const struct prisim_event *leave = harness_event(h->base, PRISIM_EVENT_FABRIC_LEAVE, i);
        ck_assert_uint_eq(enter->cycle, entered[i]);
        ck_assert_uint_eq(leave->cycle, left[i]);
        ck_assert(harness_fields_are(enter, fields[i], sizeof fields[i]));
        ck_assert(harness_fields_are(leave, fields[i], sizeof fields[i]));
    }
    ck_assert_uint_eq(h->base->events, 4);
    fabric_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pcie_fabric_route");
    TCase *tcase = tcase_create("route");
    tcase_add_test(tcase, upstream);
    tcase_add_test(tcase, downstream);
    tcase_add_test(tcase, the_whole_tlp_comes_out);
    tcase_add_loop_test(tcase, host_requests_to_nobody_get_ur, 0, 3);
    tcase_add_test(tcase, completion_to_nobody_is_not_answered);
    tcase_add_test(tcase, no_ur_is_lost);
    tcase_add_test(tcase, events_name_tlp_link_and_direction);
    suite_add_tcase(suite, tcase);
    return suite;
}
