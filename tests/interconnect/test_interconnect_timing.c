/* SPDX-License-Identifier: Apache-2.0
 *
 * When accesses are performed and answered: latency, one access per edge, arbitration, back-pressure.
 */
#include "model/core/random.h"
#include "tests/harness/suite.h"
#include "tests/interconnect/interconnect_harness.h"

START_TEST(a_response_comes_after_the_latency)
{
    static const uint32_t latencies[] = {1, 2, 80, 10000};
    struct prisim_interconnect_config config = interconnect_harness_config();
    config.latency = latencies[_i];
    struct interconnect_harness *h = interconnect_harness_open(&config);
    offer_read(h, PRISIM_INTERCONNECT_CPU, 5, ram_base, 8);
    harness_run(h->base, 1 + latencies[_i]);
    ck_assert_uint_eq(h->base->rx[PRISIM_INTERCONNECT_CPU].taken_at[0], 1);
    ck_assert_uint_eq(h->base->tx[PRISIM_INTERCONNECT_CPU].count, 0); /* not at N-1 */
    harness_edge(h->base);
    ck_assert_uint_eq(h->base->tx[PRISIM_INTERCONNECT_CPU].count, 1); /* yes at N */
    interconnect_harness_close(h);
}
END_TEST

/* The RAM is read at the edge of the response, not when the request is taken: a write that comes one place earlier in
 * the order is seen, one that comes later is not. */
START_TEST(accesses_are_performed_in_the_order_taken)
{
    struct prisim_interconnect_config config = interconnect_harness_config();
    struct interconnect_harness *h = interconnect_harness_open(&config);
    offer_write(h, PRISIM_INTERCONNECT_SMMU, 1, ram_base, 1, 7);
    offer_read(h, PRISIM_INTERCONNECT_CLIENT, 2, ram_base, 1); /* same edge: the SMMU comes first at reset */
    harness_run(h->base, 2);
    offer_read(h, PRISIM_INTERCONNECT_CPU, 3, ram_base, 1); /* taken one edge before the next write */
    harness_edge(h->base);
    offer_write(h, PRISIM_INTERCONNECT_SMMU, 4, ram_base, 1, 9);
    harness_run(h->base, 40);
    ck_assert_uint_eq(response(h, PRISIM_INTERCONNECT_CLIENT, 0)->data[0], 7);
    ck_assert_uint_eq(response(h, PRISIM_INTERCONNECT_CPU, 0)->data[0], 7);
    interconnect_harness_close(h);
}
END_TEST

/* Two requests taken at the same edge by ports a and b; three rounds. Each round the order is the other one. */
START_TEST(ports_take_turns)
{
    static const unsigned pairs[][2] = {{0, 1}, {0, 2}, {1, 2}};
    unsigned a = pairs[_i][0], b = pairs[_i][1];
    struct prisim_interconnect_config config = interconnect_harness_config();
    struct interconnect_harness *h = interconnect_harness_open(&config);
    for (unsigned round = 0; round < 3; round++) {
        offer_read(h, a, round, ram_base, 1);
        offer_read(h, b, round, ram_base, 1);
        harness_run(h->base, 30);
        prisim_cycle_t n = h->base->rx[a].taken_at[round];
        ck_assert_uint_eq(h->base->rx[b].taken_at[round], n);
        ck_assert_uint_eq(harness_got_at(h->base, a, round), n + LATENCY + (round % 2 != 0));
        ck_assert_uint_eq(harness_got_at(h->base, b, round), n + LATENCY + (round % 2 == 0));
    }
    interconnect_harness_close(h);
}
END_TEST

/* One that is taken alone moves no turn, whatever else happens at that edge: here a response. */
START_TEST(one_alone_moves_no_turn)
{
    for (unsigned alone = 0; alone < 2; alone++) {
        struct prisim_interconnect_config config = interconnect_harness_config();
        struct interconnect_harness *h = interconnect_harness_open(&config);
        offer_read(h, 2, 0, ram_base, 1);  /* taken at 1, performed at 1 + LATENCY */
        harness_run(h->base, LATENCY + 1); /* edges 0..LATENCY */
        offer_read(h, alone, 0, ram_base, 1);
        harness_run(h->base, 30);
        ck_assert_uint_eq(h->base->rx[alone].taken_at[0], 1 + LATENCY);
        offer_read(h, 0, 1, ram_base, 1);
        offer_read(h, 1, 1, ram_base, 1);
        harness_run(h->base, 30);
        prisim_cycle_t n = h->base->rx[0].taken_at[alone == 0];
        ck_assert_uint_eq(harness_got_at(h->base, 0, alone == 0), n + LATENCY); /* as after reset: the SMMU first */
        ck_assert_uint_eq(harness_got_at(h->base, 1, alone == 1), n + LATENCY + 1);
        interconnect_harness_close(h);
    }
}
END_TEST

START_TEST(three_ports_share_one_access_per_edge)
{
    enum { EACH = 60 };
    struct prisim_interconnect_config config = interconnect_harness_config();
    struct interconnect_harness *h = interconnect_harness_open(&config);
    for (uint32_t i = 0; i < EACH; i++)
        for (unsigned port = 0; port < 3; port++)
            offer_read(h, port, i, ram_base, 8);
    harness_run(h->base, 400);
    unsigned char at[400] = {0};
    prisim_cycle_t last = 0;
    for (unsigned port = 0; port < 3; port++)
        for (unsigned i = 0; i < EACH; i++) {
            prisim_cycle_t cycle = harness_got_at(h->base, port, i);
            ck_assert_uint_eq(response(h, port, i)->id, i);
            ck_assert_uint_lt(cycle, 400);
            ck_assert_uint_eq(at[cycle]++, 0); /* at most one access per edge */
            last = prisim_cycle_max(last, cycle);
        }
    ck_assert_uint_eq(last, 1 + LATENCY + 3 * EACH - 1); /* and none left out */
    for (unsigned port = 0; port < 3; port++)            /* no port is served less than the others */
        ck_assert_uint_le(harness_got_at(h->base, port, EACH / 2), 1 + LATENCY + 3 * (EACH / 2 + 1));
    interconnect_harness_close(h);
}
END_TEST

/* Fewer than three free entries: no port is heard. */
START_TEST(outstanding_bounds_what_is_in_flight)
{
    struct prisim_interconnect_config config = interconnect_harness_config();
    config.latency = 1000;
    config.outstanding = 8;
    struct interconnect_harness *h = interconnect_harness_open(&config);
    for (uint32_t i = 0; i < 20; i++)
        offer_read(h, PRISIM_INTERCONNECT_CPU, i, ram_base, 8);
    harness_run(h->base, 500);
    ck_assert_uint_eq(h->base->rx[PRISIM_INTERCONNECT_CPU].taken, 6);
    ck_assert(harness_until(h->base, PRISIM_INTERCONNECT_CPU, 20, 5000));
    interconnect_harness_close(h);
}
END_TEST

/* A port that takes no responses stops itself after its own places; the others go on; nothing is lost. */
START_TEST(a_blocked_port_blocks_nobody_else)
{
    enum { MANY = 50 };
    struct prisim_interconnect_config config = interconnect_harness_config();
    config.outstanding = 8;
    struct interconnect_harness *h = interconnect_harness_open(&config);
    harness_ready(h->base, PRISIM_INTERCONNECT_CLIENT, false);
    for (uint32_t i = 0; i < MANY; i++)
        for (unsigned port = 0; port < 3; port++)
            offer_write(h, port, i, ram_base + 64 * i, 1, (uint8_t)i);
    harness_run(h->base, 600);
    ck_assert_uint_eq(h->base->tx[PRISIM_INTERCONNECT_SMMU].count, MANY);
    ck_assert_uint_eq(h->base->tx[PRISIM_INTERCONNECT_CPU].count, MANY);
    ck_assert_uint_eq(h->base->rx[PRISIM_INTERCONNECT_CLIENT].taken, 8 + 1); /* one stands at the port */
    harness_ready(h->base, PRISIM_INTERCONNECT_CLIENT, true);
    ck_assert(harness_until(h->base, PRISIM_INTERCONNECT_CLIENT, MANY, 1000));
    for (uint32_t i = 0; i < MANY; i++)
        for (unsigned port = 0; port < 3; port++)
            ck_assert_uint_eq(response(h, port, i)->id, i);
    interconnect_harness_close(h);
}
END_TEST

/* A response that waits does not hold up the access: it was performed, and rings, in time. */
START_TEST(an_access_is_performed_in_time_under_back_pressure)
{
    struct prisim_interconnect_config config = interconnect_harness_config();
    struct interconnect_harness *h = interconnect_harness_open(&config);
    harness_ready(h->base, PRISIM_INTERCONNECT_SMMU, false);
    harness_edge(h->base); /* the port is not ready from edge 1 on */
    offer_write(h, PRISIM_INTERCONNECT_SMMU, 1, ram_base, 8, 1);
    offer_write(h, PRISIM_INTERCONNECT_SMMU, 2, doorbell, 4, 1);
    harness_run(h->base, 100);
    ck_assert_uint_eq(h->base->tx[PRISIM_INTERCONNECT_SMMU].count, 1);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_INTERCONNECT_TX_INTERRUPT, 0), 2 + LATENCY);
    harness_ready(h->base, PRISIM_INTERCONNECT_SMMU, true);
    harness_run(h->base, 3);
    /* Ready is published at 101 and seen at 102: the first response is taken and the next one put. */
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_INTERCONNECT_SMMU, 1), 102);
    ck_assert_uint_eq(response(h, PRISIM_INTERCONNECT_SMMU, 1)->id, 2);
    interconnect_harness_close(h);
}
END_TEST

enum { TRAFFIC_EDGES = 6000, TRAFFIC_REQUESTS = 200 };

static struct interconnect_harness *run_traffic(uint64_t seed, bool leaves_out_idle_steps)
{
    struct random_stream random = random_open(seed, 1, 0);
    struct prisim_interconnect_config config = interconnect_harness_config();
    config.latency = 1 + (uint32_t)random_below(&random, 20);
    config.outstanding = 4 + (uint32_t)random_below(&random, 12);
    struct interconnect_harness *h = interconnect_harness_open(&config);
    h->base->leap = leaves_out_idle_steps;
    uint32_t offered[PRISIM_INTERCONNECT_PORTS] = {0};
    for (unsigned edge = 0; edge < TRAFFIC_EDGES; edge++) {
        unsigned port = (unsigned)random_below(&random, PRISIM_INTERCONNECT_PORTS);
        bool late = edge > TRAFFIC_EDGES / 2;
        if (offered[port] < TRAFFIC_REQUESTS && random_below(&random, 3) == 0) {
            uint64_t address = ram_base + 8 * random_below(&random, 16);
            if (random_below(&random, 2))
                offer_write(h, port, offered[port], random_below(&random, 9) ? address : doorbell, 4,
                            (uint8_t)offered[port]);
            else
                offer_read(h, port, offered[port], address, 8);
            offered[port]++;
        }
        if (late || random_below(&random, 10) == 0)
            harness_ready(h->base, late ? edge % PRISIM_INTERCONNECT_PORTS : port, late || random_below(&random, 2));
        harness_edge(h->base);
    }
    return h;
}

START_TEST(idle_steps_change_nothing)
{
    struct interconnect_harness *all = run_traffic((uint64_t)_i, false), *due = run_traffic((uint64_t)_i, true);
    ck_assert_uint_lt(due->base->steps, TRAFFIC_EDGES / 2);
    ck_assert_uint_eq(all->base->events, due->base->events);
    ck_assert(harness_events_equal(all->base, due->base));
    for (unsigned port = 0; port < PRISIM_INTERCONNECT_PORTS; port++) {
        ck_assert_uint_eq(all->base->tx[port].count, TRAFFIC_REQUESTS);
        ck_assert_uint_eq(due->base->tx[port].count, TRAFFIC_REQUESTS);
        for (unsigned i = 0; i < TRAFFIC_REQUESTS; i++) {
            const struct prisim_memory_response *a = response(all, port, i), *b = response(due, port, i);
            ck_assert_uint_eq(harness_got_at(all->base, port, i), harness_got_at(due->base, port, i));
            ck_assert_uint_eq(a->id, i); /* one response each, in order */
            ck_assert_uint_eq(b->id, i);
            ck_assert_uint_eq(a->size, b->size);
            ck_assert_mem_eq(a->data, b->data, a->size);
        }
    }
    interconnect_harness_close(all);
    interconnect_harness_close(due);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("interconnect_timing");
    TCase *tcase = tcase_create("timing");
    tcase_add_loop_test(tcase, a_response_comes_after_the_latency, 0, 4);
    tcase_add_test(tcase, accesses_are_performed_in_the_order_taken);
    tcase_add_loop_test(tcase, ports_take_turns, 0, 3);
    tcase_add_test(tcase, one_alone_moves_no_turn);
    tcase_add_test(tcase, three_ports_share_one_access_per_edge);
    tcase_add_test(tcase, outstanding_bounds_what_is_in_flight);
    tcase_add_test(tcase, a_blocked_port_blocks_nobody_else);
    tcase_add_test(tcase, an_access_is_performed_in_time_under_back_pressure);
    tcase_add_loop_test(tcase, idle_steps_change_nothing, 0, 6);
    suite_add_tcase(suite, tcase);
    return suite;
}
