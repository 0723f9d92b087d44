/* SPDX-License-Identifier: Apache-2.0
 *
 * Order on a link, the flush that a completion to the host promises, fairness among links, and back-pressure.
 */
#include "model/core/random.h"
#include "tests/harness/suite.h"
#include "tests/pcie_fabric/fabric_harness.h"

static void offer(struct fabric_harness *h, unsigned rx, struct prisim_tlp tlp)
{
    harness_offer(h->base, rx, &tlp);
}

/* PCIE-ORDER row D column 2: the completion waits until the SMMU has taken the page request before it. */
/* covers: PCIE-ORDER-7 */
START_TEST(completion_to_the_host_flushes_its_link)
{
    struct prisim_fabric_config config = fabric_harness_config(2);
    struct fabric_harness *h = fabric_harness_open(&config);
    harness_ready(h->base, PRISIM_FABRIC_TX_SMMU, false);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 1));
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, host_completion(0, 2));
    offer(h, PRISIM_FABRIC_RX_ENDPOINT + 1, host_completion(1, 3));
    harness_run(h->base, 300);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT + 1, host_completion(1, 4)); /* while the SMMU refuses */
    harness_run(h->base, 200);
    /* The other link's completions promise nothing about this one. */
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_HOST].count, 2);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_HOST, 0), 3);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_HOST, 0), 1 + 1 + 165);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_HOST, 1), 4);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_HOST, 1), 300 + 1 + 165);
    ck_assert_uint_eq(h->base->next, PRISIM_CYCLE_NEVER); /* it waits for the port, not for time */
    harness_ready(h->base, PRISIM_FABRIC_TX_SMMU, true);
    harness_run(h->base, 10);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_SMMU].put[0].taken, 501); /* ready is published at 500 */
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_HOST, 2), 2);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_HOST, 2), 501);
    fabric_harness_close(h);
}
END_TEST

/* The request is still in line behind another link's TLP that stands at the SMMU's port. */
/* covers: PCIE-ORDER-7 */
START_TEST(completion_waits_for_requests_in_line)
{
    struct prisim_fabric_config config = fabric_harness_config(2);
    struct fabric_harness *h = fabric_harness_open(&config);
    harness_ready(h->base, PRISIM_FABRIC_TX_SMMU, false);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT + 1, page_request(1, 1));
    harness_run(h->base, 300);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 2));
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 3));
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, host_completion(0, 4));
    harness_run(h->base, 300);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_HOST].count, 0);
    harness_ready(h->base, PRISIM_FABRIC_TX_SMMU, true);
    ck_assert(harness_until(h->base, PRISIM_FABRIC_TX_HOST, 1, 20));
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, 2), 3);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_HOST, 0),
                      h->base->tx[PRISIM_FABRIC_TX_SMMU].put[2].taken);
    fabric_harness_close(h);
}
END_TEST

/* PCIE-ORDER row D columns 3 and 4: a read at the SMMU's port is not taken; a completion for the host passes those that
 * wait behind it, in order too. */
/* covers: PCIE-ORDER-7 */
START_TEST(completion_to_the_host_passes_reads_that_are_refused)
{
    struct prisim_fabric_config config = fabric_harness_config(1);
    struct fabric_harness *h = fabric_harness_open(&config);
    struct prisim_tlp read = {
        .head = {.type = PRISIM_TLP_MEMORY_READ, .requester_id = link_id(0), .address = 0x40, .size = 4}};
    harness_ready(h->base, PRISIM_FABRIC_TX_SMMU, false);
    for (read.head.id = 1; read.head.id <= 3; read.head.id++)
        offer(h, PRISIM_FABRIC_RX_ENDPOINT, read);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, host_completion(0, 4));
    harness_run(h->base, 300);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_HOST].count, 1);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_HOST, 0), 4);
    harness_ready(h->base, PRISIM_FABRIC_TX_SMMU, true);
    harness_run(h->base, 10);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, i), i + 1);
    fabric_harness_close(h);
}
END_TEST

START_TEST(links_take_turns)
{
    enum { LINKS = 3, EACH = 40 };
    struct prisim_fabric_config config = fabric_harness_config(LINKS);
    struct fabric_harness *h = fabric_harness_open(&config);
    unsigned tx = _i ? PRISIM_FABRIC_TX_HOST : PRISIM_FABRIC_TX_SMMU;
    harness_ready(h->base, tx, false);
    for (uint32_t link = 0; link < LINKS; link++)
        for (uint32_t i = 0; i < EACH; i++)
            offer(h, PRISIM_FABRIC_RX_ENDPOINT + link,
                  _i ? host_completion(link, link << 16 | i) : page_request(link, link << 16 | i));
    harness_run(h->base, 400);
    harness_ready(h->base, tx, true);
    ck_assert(harness_until(h->base, tx, LINKS * EACH, 400));
    unsigned seen[LINKS] = {0};
    for (unsigned i = 0; i < LINKS * EACH; i++) {
        uint32_t id = got_id(h, tx, i);
        ck_assert_uint_eq(id & 0xffff, seen[id >> 16]++); /* in order on its link */
        if (i >= LINKS)
            ck_assert_uint_eq(id >> 16, got_id(h, tx, i - LINKS) >> 16);
    }
    /* One per edge once the port is free. */
    ck_assert_uint_eq(harness_got_at(h->base, tx, LINKS * EACH - 1) - harness_got_at(h->base, tx, 1), LINKS * EACH - 2);
    fabric_harness_close(h);
}
END_TEST

/* After reset link 0 counts as the one that was served last: of both due together link 1 goes first. */
START_TEST(link_1_begins)
{
    struct prisim_fabric_config config = fabric_harness_config(2);
    struct fabric_harness *h = fabric_harness_open(&config);
    unsigned tx = _i ? PRISIM_FABRIC_TX_HOST : PRISIM_FABRIC_TX_SMMU;
    for (uint32_t link = 0; link < 2; link++)
        offer(h, PRISIM_FABRIC_RX_ENDPOINT + link, _i ? host_completion(link, link) : page_request(link, link));
    ck_assert(harness_until(h->base, tx, 2, 400));
    ck_assert_uint_eq(got_id(h, tx, 0), 1);
    ck_assert_uint_eq(got_id(h, tx, 1), 0);
    ck_assert_uint_eq(harness_got_at(h->base, tx, 0), 1 + 1 + 165);
    ck_assert_uint_eq(harness_got_at(h->base, tx, 1), 1 + 1 + 165 + 1);
    fabric_harness_close(h);
}
END_TEST

/* A full link downwards is heard again with room for one: eight lie there and one stands at the port; when that is
 * taken another one goes to the port, and the source is heard at the next edge. */
START_TEST(a_full_link_is_heard_again_with_room_for_one)
{
    struct prisim_fabric_config config = fabric_harness_config(2);
    config.link_tlps = config.smmu_tlps = 8;
    struct fabric_harness *h = fabric_harness_open(&config);
    unsigned rx = _i ? PRISIM_FABRIC_RX_HOST : PRISIM_FABRIC_RX_SMMU;
    harness_ready(h->base, PRISIM_FABRIC_TX_ENDPOINT, false);
    for (unsigned i = 0; i < 12; i++)
        offer(h, rx, _i ? config_read(0, i) : prg_response(0, i));
    harness_run(h->base, 1000);
    ck_assert_uint_eq(h->base->rx[rx].taken, 9);
    harness_ready(h->base, PRISIM_FABRIC_TX_ENDPOINT, true);
    harness_run(h->base, 20);
    prisim_cycle_t free = h->base->tx[PRISIM_FABRIC_TX_ENDPOINT].put[0].taken;
    ck_assert_uint_eq(free, 1001); /* ready is published at 1000 */
    ck_assert_uint_eq(h->base->rx[rx].taken_at[9], free + 1);
    fabric_harness_close(h);
}
END_TEST

/* One place is enough for a source that offers nothing to be heard: what it offers then is taken at the next edge. */
START_TEST(an_idle_source_is_heard_with_room_for_one)
{
    struct prisim_fabric_config config = fabric_harness_config(2);
    config.link_tlps = config.smmu_tlps = 8;
    struct fabric_harness *h = fabric_harness_open(&config);
    unsigned rx = _i ? PRISIM_FABRIC_RX_HOST : PRISIM_FABRIC_RX_SMMU;
    harness_ready(h->base, PRISIM_FABRIC_TX_ENDPOINT, false);
    for (unsigned i = 0; i < 9; i++)
        offer(h, rx, _i ? config_read(0, i) : prg_response(0, i));
    harness_run(h->base, 1000);
    ck_assert_uint_eq(h->base->rx[rx].taken, 9);
    harness_ready(h->base, PRISIM_FABRIC_TX_ENDPOINT, true);
    harness_run(h->base, 1);
    harness_ready(h->base, PRISIM_FABRIC_TX_ENDPOINT, false); /* it was for one edge */
    harness_run(h->base, 100);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_ENDPOINT].count, 2); /* one taken, one at the port */
    prisim_cycle_t now = h->base->now;
    offer(h, rx, _i ? config_read(0, 9) : prg_response(0, 9));
    harness_run(h->base, 10);
    ck_assert_uint_eq(h->base->rx[rx].taken, 10);
    ck_assert_uint_eq(h->base->rx[rx].taken_at[9], now);
    fabric_harness_close(h);
}
END_TEST

START_TEST(a_full_link_stops_its_source_and_loses_nothing)
{
    struct prisim_fabric_config config = fabric_harness_config(2);
    config.link_tlps = 4;
    struct fabric_harness *h = fabric_harness_open(&config);
    harness_ready(h->base, PRISIM_FABRIC_TX_SMMU, false);
    for (unsigned i = 0; i < 20; i++)
        offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, i));
    harness_run(h->base, 1000);
    ck_assert_uint_eq(h->base->rx[PRISIM_FABRIC_RX_ENDPOINT].taken, 5); /* four on the link, one at the port */
    harness_ready(h->base, PRISIM_FABRIC_TX_SMMU, true);
    ck_assert(harness_until(h->base, PRISIM_FABRIC_TX_SMMU, 20, 2000));
    for (unsigned i = 0; i < 20; i++)
        ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, i), i);
    fabric_harness_close(h);
}
END_TEST

/* An endpoint that takes nothing holds up what is for it, and not what is for others. */
START_TEST(a_blocked_endpoint_does_not_block_others)
{
    struct prisim_fabric_config config = fabric_harness_config(2);
    config.link_tlps = 2;
    struct fabric_harness *h = fabric_harness_open(&config);
    harness_ready(h->base, PRISIM_FABRIC_TX_ENDPOINT, false);
    for (unsigned i = 0; i < 6; i++)
        offer(h, PRISIM_FABRIC_RX_HOST, config_read(0, i));
    harness_run(h->base, 600);
    unsigned stuck = h->base->rx[PRISIM_FABRIC_RX_HOST].taken;
    ck_assert_uint_lt(stuck, 6);
    for (unsigned i = 0; i < 6; i++)
        offer(h, PRISIM_FABRIC_RX_SMMU, prg_response(1, 100 + i));
    harness_run(h->base, 2000);
    ck_assert_uint_eq(h->base->rx[PRISIM_FABRIC_RX_HOST].taken, stuck);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_ENDPOINT + 1, 5), 105);
    harness_ready(h->base, PRISIM_FABRIC_TX_ENDPOINT, true);
    ck_assert(harness_until(h->base, PRISIM_FABRIC_TX_ENDPOINT, 6, 2000));
    for (unsigned i = 0; i < 6; i++)
        ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_ENDPOINT, i), i);
    fabric_harness_close(h);
}
END_TEST

/* With one link full, a source's TLP is taken two edges after it offers something for another link: not at N-1, yes at
 * N. What is full of one source's does not concern the other. */
START_TEST(a_source_with_a_full_link_elsewhere_waits_one_edge)
{
    struct prisim_fabric_config config = fabric_harness_config(2);
    config.smmu_tlps = 2;
    struct fabric_harness *h = fabric_harness_open(&config);
    offer(h, PRISIM_FABRIC_RX_SMMU, prg_response(0, 1));
    offer(h, PRISIM_FABRIC_RX_SMMU, prg_response(0, 2));
    harness_run(h->base, 20);
    offer(h, PRISIM_FABRIC_RX_SMMU, prg_response(1, 3)); /* seen at 20, heard at 21 */
    offer(h, PRISIM_FABRIC_RX_HOST, config_read(0, 4));  /* heard before */
    harness_edge(h->base);
    ck_assert_uint_eq(h->base->rx[PRISIM_FABRIC_RX_SMMU].taken, 2);
    ck_assert_uint_eq(h->base->rx[PRISIM_FABRIC_RX_HOST].taken, 1);
    harness_edge(h->base);
    ck_assert_uint_eq(h->base->rx[PRISIM_FABRIC_RX_SMMU].taken, 3);
    fabric_harness_close(h);
}
END_TEST

enum { TRAFFIC_LINKS = 4, TRAFFIC_TLPS = 150, TRAFFIC_EDGES = 12000 };

static struct prisim_tlp random_up(struct random_stream *random, unsigned link, uint32_t id)
{
    uint64_t kind = random_below(random, 4);
    struct prisim_tlp tlp = kind == 0 ? host_completion(link, id) : page_request(link, id);
    if (kind == 1) {
        tlp.head.type = PRISIM_TLP_MEMORY_WRITE;
        tlp.head.size = 64;
    }
    return tlp;
}

/* Random traffic on all ports, with consumers that come and go. */
static struct fabric_harness *run_traffic(uint64_t seed, bool leaves_out_idle_steps, uint32_t order)
{
    struct prisim_fabric_config config = fabric_harness_config(TRAFFIC_LINKS);
    struct random_stream random = random_open(seed, 0, 0);
    config.link_tlps = 2 + (uint32_t)random_below(&random, 8);
    for (unsigned link = 0; link < TRAFFIC_LINKS; link++) {
        config.link[link].width = 1u << random_below(&random, 5);
        config.link[link].latency = 1 + (uint32_t)random_below(&random, 30);
    }
    config.root_port_latency = 1 + (uint32_t)random_below(&random, 20);
    config.order = order;
    config.order_delay = 40;
    for (unsigned link = 0; link < TRAFFIC_LINKS; link++)
        config.link[link].nonposted = order == PRISIM_FABRIC_MAY ? 256 : 1 + (uint32_t)random_below(&random, 256);
    struct fabric_harness *h = fabric_harness_open(&config);
    h->base->leap = leaves_out_idle_steps;
    unsigned left[2 + TRAFFIC_LINKS];
    for (unsigned rx = 0; rx < 2 + TRAFFIC_LINKS; rx++)
        left[rx] = TRAFFIC_TLPS;
    for (unsigned edge = 0; edge < TRAFFIC_EDGES; edge++) {
        unsigned rx = (unsigned)random_below(&random, 2 + TRAFFIC_LINKS);
        unsigned link = (unsigned)random_below(&random, TRAFFIC_LINKS + 1);
        if (left[rx] && random_below(&random, 4) == 0) {
            uint32_t id = rx << 16 | left[rx]--;
            offer(h, rx,
                  rx == PRISIM_FABRIC_RX_SMMU   ? prg_response(link, id)
                  : rx == PRISIM_FABRIC_RX_HOST ? config_read(link, id)
                                                : random_up(&random, rx - PRISIM_FABRIC_RX_ENDPOINT, id));
        }
        if (random_below(&random, 8) == 0 || edge > TRAFFIC_EDGES / 2)
            harness_ready(h->base, link, edge > TRAFFIC_EDGES / 2 || random_below(&random, 2));
        if (edge > TRAFFIC_EDGES / 2)
            harness_ready(h->base, edge % (2 + TRAFFIC_LINKS), true);
        harness_edge(h->base);
    }
    return h;
}

START_TEST(idle_steps_change_nothing)
{
    struct fabric_harness *all = run_traffic((uint64_t)_i / 2, false, (uint32_t)_i % 2),
                          *due = run_traffic((uint64_t)_i / 2, true, (uint32_t)_i % 2);
    ck_assert_uint_lt(due->base->steps, TRAFFIC_EDGES);
    ck_assert_uint_eq(all->base->events, due->base->events);
    ck_assert(harness_events_equal(all->base, due->base));
    for (unsigned tx = 0; tx < 2 + TRAFFIC_LINKS; tx++) {
        const struct harness_tx_port *a = &all->base->tx[tx], *b = &due->base->tx[tx];
        ck_assert_uint_eq(a->count, b->count);
        for (unsigned i = 0; i < a->count; i++) {
            ck_assert_uint_eq(a->put[i].published, b->put[i].published);
            ck_assert_uint_eq(got_id(all, tx, i), got_id(due, tx, i));
        }
    }
    fabric_harness_close(all);
    fabric_harness_close(due);
}
END_TEST

/* What a completion to the host came behind on its link was taken by the SMMU when the completion was published. */
static void assert_flushed(const struct fabric_harness *h, uint32_t completion, prisim_cycle_t published)
{
    const struct harness_tx_port *smmu = &h->base->tx[PRISIM_FABRIC_TX_SMMU];
    for (unsigned i = 0; i < smmu->count; i++) {
        uint32_t id = got_id(h, PRISIM_FABRIC_TX_SMMU, i);
        if (id >> 16 == completion >> 16 && (id & 0xffff) > (completion & 0xffff))
            ck_assert_uint_le(smmu->put[i].taken, published);
    }
}

/* Nothing is lost, made or reordered on its way: per source and destination, ids fall as they were offered. */
START_TEST(random_traffic_is_whole_and_in_order)
{
    struct fabric_harness *h = run_traffic((uint64_t)_i, false, PRISIM_FABRIC_IN_ORDER);
    unsigned out = 0;
    for (unsigned tx = 0; tx < 2 + TRAFFIC_LINKS; tx++) {
        uint32_t last[2 + TRAFFIC_LINKS];
        memset(last, 0xff, sizeof last);
        for (unsigned i = 0; i < h->base->tx[tx].count; i++) {
            uint32_t id = got_id(h, tx, i);
            const struct prisim_tlp *tlp = harness_got(h->base, tx, i);
            if (tlp->head.status == PRISIM_TLP_UR)
                continue;
            ck_assert_uint_lt(id & 0xffff, last[id >> 16]);
            last[id >> 16] = id & 0xffff;
            if (tx == PRISIM_FABRIC_TX_HOST)
                assert_flushed(h, id, harness_got_at(h->base, tx, i));
            out++;
        }
    }
    ck_assert_uint_eq(out + harness_events(h->base, PRISIM_EVENT_FABRIC_UNROUTABLE),
                      TRAFFIC_TLPS * (2 + TRAFFIC_LINKS));
    fabric_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pcie_fabric_order");
    TCase *tcase = tcase_create("order");
    tcase_add_test(tcase, completion_to_the_host_flushes_its_link);
    tcase_add_test(tcase, completion_waits_for_requests_in_line);
    tcase_add_test(tcase, completion_to_the_host_passes_reads_that_are_refused);
    tcase_add_loop_test(tcase, links_take_turns, 0, 2);
    tcase_add_loop_test(tcase, link_1_begins, 0, 2);
    tcase_add_loop_test(tcase, a_full_link_is_heard_again_with_room_for_one, 0, 2);
    tcase_add_loop_test(tcase, an_idle_source_is_heard_with_room_for_one, 0, 2);
    tcase_add_test(tcase, a_full_link_stops_its_source_and_loses_nothing);
    tcase_add_test(tcase, a_blocked_endpoint_does_not_block_others);
    tcase_add_test(tcase, a_source_with_a_full_link_elsewhere_waits_one_edge);
    tcase_add_loop_test(tcase, idle_steps_change_nothing, 0, 12);
    tcase_add_loop_test(tcase, random_traffic_is_whole_and_in_order, 0, 6);
    suite_add_tcase(suite, tcase);
    return suite;
}
