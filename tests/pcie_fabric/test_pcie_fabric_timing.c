/* SPDX-License-Identifier: Apache-2.0
 *
 * When TLPs come out: wire time (PCIE-RATE, PCIE-OVERHEAD), latencies, and what back-to-back TLPs add up to.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_fabric/fabric_harness.h"

/* Wire times of PCIE-OVERHEAD, in whole cycles of 1 ns, rounded up; PCIE-RATE by hand where 6.2 has no column. */
static const struct {
    uint32_t generation, width;
    struct prisim_tlp_header head;
    prisim_cycle_t cycles;
} wire[] = {
#define PAGE_REQUEST_24                                                                                                \
    {                                                                                                                  \
        .type = PRISIM_TLP_MESSAGE, .message = PRISIM_MESSAGE_PAGE_REQUEST                                             \
    }
#define PAGE_REQUEST_28                                                                                                \
    {                                                                                                                  \
        .type = PRISIM_TLP_MESSAGE, .message = PRISIM_MESSAGE_PAGE_REQUEST, .flags = PRISIM_TLP_HAS_PASID              \
    }
#define MEMORY_WRITE_88                                                                                                \
    {                                                                                                                  \
        .type = PRISIM_TLP_MEMORY_WRITE, .address = UINT64_C(1) << 32, .size = 64                                      \
    }
#define SMMU_COMPLETION_84                                                                                             \
    {                                                                                                                  \
        .type = PRISIM_TLP_COMPLETION_DATA, .requester_id = SMMU_ID, .size = 64                                        \
    }
    {1, 1, PAGE_REQUEST_24, 96},                                 /* 24 * 4 ns, nothing to round */
    {1, 16, PAGE_REQUEST_24, 6},    {2, 1, PAGE_REQUEST_28, 56}, /* 28 * 2 ns */
    {2, 8, PAGE_REQUEST_28, 7},     {3, 4, PAGE_REQUEST_24, 7},  /* 6.09 */
    {3, 4, PAGE_REQUEST_28, 8},                                  /* 7.11 */
    {3, 16, PAGE_REQUEST_28, 2},                                 /* 1.78 */
    {3, 4, MEMORY_WRITE_88, 23},                                 /* 22.3 */
    {3, 1, MEMORY_WRITE_88, 90},                                 /* 89.375 */
    {4, 4, PAGE_REQUEST_24, 4},                                  /* 3.05 */
    {4, 16, PAGE_REQUEST_28, 1},                                 /* 0.89 */
    {4, 16, MEMORY_WRITE_88, 3},                                 /* 2.79 */
    {4, 2, MEMORY_WRITE_88, 23},                                 /* 22.34 */
    {4, 4, SMMU_COMPLETION_84, 11},                              /* 10.7 */
    {5, 4, PAGE_REQUEST_28, 2},                                  /* 1.78 */
    {5, 16, PAGE_REQUEST_28, 1},                                 /* 0.44 */
    {5, 16, MEMORY_WRITE_88, 2},                                 /* 1.40 */
    {5, 8, SMMU_COMPLETION_84, 3},                               /* 2.67 */
};

static struct fabric_harness *open_link(uint32_t generation, uint32_t width)
{
    struct prisim_fabric_config config = fabric_harness_config(1);
    config.link[0].generation = generation;
    config.link[0].width = width;
    return fabric_harness_open(&config);
}

/* The first TLP on tx: not at edge at - 1, yes at edge at. */
static void assert_earliest_at(struct fabric_harness *h, unsigned tx, prisim_cycle_t at)
{
    harness_run(h->base, at - h->base->now);
    ck_assert_uint_eq(h->base->tx[tx].count, 0);
    harness_edge(h->base);
    ck_assert_uint_eq(h->base->tx[tx].count, 1);
}

/* covers: PCIE-RATE-1, PCIE-RATE-2, PCIE-RATE-3, PCIE-RATE-4, PCIE-RATE-5, PCIE-OVERHEAD-1, PCIE-OVERHEAD-2,
 * PCIE-OVERHEAD-11, PCIE-OVERHEAD-12, PCIE-OVERHEAD-13, PCIE-OVERHEAD-14, PCIE-LATENCY-1 */
START_TEST(up_takes_wire_time_and_latencies)
{
    struct fabric_harness *h = open_link(wire[_i].generation, wire[_i].width);
    struct prisim_tlp tlp = {.head = wire[_i].head};
    harness_run(h->base, 10);
    harness_offer(h->base, PRISIM_FABRIC_RX_ENDPOINT, &tlp);
    harness_edge(h->base);
    ck_assert_uint_eq(h->base->rx[PRISIM_FABRIC_RX_ENDPOINT].taken_at[0], 10);
    assert_earliest_at(h, PRISIM_FABRIC_TX_SMMU, 10 + wire[_i].cycles + 65 + 100); /* PCIE-LATENCY: 60 + 5, 100 */
    fabric_harness_close(h);
}
END_TEST

START_TEST(down_takes_wire_time_and_latencies)
{
    static const struct {
        uint32_t generation, width;
        prisim_cycle_t cycles;
    } down[] = {{3, 4, 7}, {4, 4, 4}, {4, 16, 1}, {5, 4, 2}, {1, 1, 96}}; /* 24 bytes */
    struct fabric_harness *h = open_link(down[_i].generation, down[_i].width);
    struct prisim_tlp tlp = prg_response(0, 1);
    harness_run(h->base, 10);
    harness_offer(h->base, PRISIM_FABRIC_RX_SMMU, &tlp);
    harness_edge(h->base);
    assert_earliest_at(h, PRISIM_FABRIC_TX_ENDPOINT, 10 + down[_i].cycles + 165);
    fabric_harness_close(h);
}
END_TEST

START_TEST(latencies_are_those_of_the_config)
{
    struct prisim_fabric_config config = fabric_harness_config(2);
    config.root_port_latency = 7;
    config.link[0].latency = 1;
    config.link[1].latency = 30;
    struct fabric_harness *h = fabric_harness_open(&config);
    for (unsigned link = 0; link < 2; link++) {
        struct prisim_tlp tlp = page_request(link, link);
        harness_offer(h->base, PRISIM_FABRIC_RX_ENDPOINT + link, &tlp);
    }
    harness_run(h->base, 60);
    /* Ready is up after edge 0: taken at 1; 24 bytes at G4x16 are 0.76 ns. */
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, 0), 1 + 1 + 1 + 7);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, 1), 1 + 1 + 30 + 7);
    fabric_harness_close(h);
}
END_TEST

START_TEST(cycles_are_those_of_the_clock)
{
    static const struct {
        uint32_t period_ps;
        prisim_cycle_t cycles;
    } clocks[] = {{500, 2}, {888, 2}, {889, 1}, {2000, 1}, {10, 89}}; /* 28 bytes at G4x16: 888.67 ps */
    struct prisim_fabric_config config = fabric_harness_config(1);
    config.clock_period_ps = clocks[_i].period_ps;
    struct fabric_harness *h = fabric_harness_open(&config);
    struct prisim_tlp tlp = {.head = PAGE_REQUEST_28};
    harness_offer(h->base, PRISIM_FABRIC_RX_ENDPOINT, &tlp);
    harness_edge(h->base);
    assert_earliest_at(h, PRISIM_FABRIC_TX_SMMU, 1 + clocks[_i].cycles + 165);
    fabric_harness_close(h);
}
END_TEST

/* 28 bytes at G3x4, G4x2 or G5x1: 7 + 7/64 ns. Rounded each by itself, 1000 of them would take 8000 cycles. */
/* covers: PCIE-RATE-3, PCIE-RATE-4, PCIE-RATE-5 */
START_TEST(back_to_back_tlps_keep_the_remainder)
{
    enum { TLPS = 1000 };
    struct fabric_harness *h = open_link(3 + (uint32_t)_i, 4 >> _i);
    for (unsigned i = 0; i < TLPS; i++) {
        struct prisim_tlp tlp = {.head = PAGE_REQUEST_28};
        tlp.head.id = i;
        harness_offer(h->base, PRISIM_FABRIC_RX_ENDPOINT, &tlp);
    }
    ck_assert(harness_until(h->base, PRISIM_FABRIC_TX_SMMU, TLPS, 10000));
    for (uint64_t i = 0; i < TLPS; i++) {
        uint64_t ns = 7 * (i + 1) + (7 * (i + 1) + 63) / 64;
        ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, (unsigned)i), i);
        ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, (unsigned)i), 1 + ns + 165);
    }
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, TLPS - 1), 1 + 7110 + 165);
    fabric_harness_close(h);
}
END_TEST

/* 28 bytes at G3x4, one every 7 cycles: each comes while a part of the cycle is still taken by those before it. The
 * tenth ends after 71.09 ns. */
START_TEST(a_remainder_inside_the_cycle_counts)
{
    struct fabric_harness *h = open_link(3, 4);
    harness_edge(h->base);
    for (unsigned i = 0; i < 10; i++) {
        struct prisim_tlp tlp = {.head = PAGE_REQUEST_28};
        harness_offer(h->base, PRISIM_FABRIC_RX_ENDPOINT, &tlp);
        harness_run(h->base, 7);
        ck_assert_uint_eq(h->base->rx[PRISIM_FABRIC_RX_ENDPOINT].taken_at[i], 1 + 7 * i);
    }
    harness_run(h->base, 300);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, 8), 1 + 64 + 165); /* 63.98 */
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, 9), 1 + 72 + 165); /* 71.09 */
    fabric_harness_close(h);
}
END_TEST

/* 24 bytes at G4x16 take 0.76 ns: offered every cycle, the wire rests between them and each takes one cycle. */
START_TEST(a_link_that_rests_keeps_no_remainder)
{
    struct fabric_harness *h = open_link(4, 16);
    for (unsigned i = 0; i < 100; i++) {
        struct prisim_tlp tlp = page_request(0, i);
        harness_offer(h->base, PRISIM_FABRIC_RX_ENDPOINT, &tlp);
    }
    ck_assert(harness_until(h->base, PRISIM_FABRIC_TX_SMMU, 100, 400));
    for (unsigned i = 0; i < 100; i++)
        ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, i), 1 + i + 1 + 165);
    fabric_harness_close(h);
}
END_TEST

/* Two TLPs of 24 and 20 bytes at G5x16 are over in 0.7 ns: still one edge each. The SMMU's goes first. */
START_TEST(one_tlp_arrives_per_edge)
{
    struct fabric_harness *h = open_link(5, 16);
    struct prisim_tlp from_smmu = prg_response(0, 1), from_host = config_read(0, 2);
    harness_offer(h->base, PRISIM_FABRIC_RX_SMMU, &from_smmu);
    harness_offer(h->base, PRISIM_FABRIC_RX_HOST, &from_host);
    harness_run(h->base, 200);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_ENDPOINT, 0), 1);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_ENDPOINT, 1), 2);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_ENDPOINT, 0), 1 + 1 + 165);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_ENDPOINT, 1), 1 + 2 + 165);
    fabric_harness_close(h);
}
END_TEST

START_TEST(directions_do_not_share_the_wire)
{
    struct fabric_harness *h = open_link(1, 1);
    struct prisim_tlp up = page_request(0, 1), down = prg_response(0, 2);
    harness_offer(h->base, PRISIM_FABRIC_RX_ENDPOINT, &up);
    harness_offer(h->base, PRISIM_FABRIC_RX_SMMU, &down);
    harness_run(h->base, 300);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, 0), 1 + 96 + 165);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_ENDPOINT, 0), 1 + 96 + 165);
    fabric_harness_close(h);
}
END_TEST

/* Every link keeps its own time, whatever flies on others and whichever of them comes first: 24 bytes at G4x16 take one
 * cycle, then the latency of the link and 20 cycles. Link 0 has a second TLP, which may be under way when its first one
 * comes. */
START_TEST(links_do_not_wait_for_each_other)
{
    static const uint32_t order[4][3] = {{10, 40, 70}, {70, 40, 10}, {40, 10, 70}, {10, 70, 40}};
    for (unsigned down = 0; down < 2; down++) {
        struct prisim_fabric_config config = fabric_harness_config(3);
        config.root_port_latency = 20;
        for (unsigned i = 0; i < 3; i++)
            config.link[i].latency = order[_i][i];
        struct fabric_harness *h = fabric_harness_open(&config);
        h->base->leap = true;
        for (unsigned i = 0; i < 3; i++) {
            struct prisim_tlp tlp = down ? prg_response(i, i) : page_request(i, i);
            harness_offer(h->base, down ? (unsigned)PRISIM_FABRIC_RX_SMMU : PRISIM_FABRIC_RX_ENDPOINT + i, &tlp);
        }
        harness_run(h->base, 46);
        struct prisim_tlp second = down ? prg_response(0, 9) : page_request(0, 9);
        harness_offer(h->base, down ? PRISIM_FABRIC_RX_SMMU : PRISIM_FABRIC_RX_ENDPOINT, &second); /* taken at 46 */
        harness_run(h->base, 300);
        unsigned left = harness_events(h->base, PRISIM_EVENT_FABRIC_LEAVE);
        ck_assert_uint_eq(left, 4);
        for (unsigned n = 0; n < left; n++) {
            const struct prisim_event *leave = harness_event(h->base, PRISIM_EVENT_FABRIC_LEAVE, n);
            uint64_t id = leave->fabric_leave.tlp, link = leave->fabric_leave.link;
            prisim_cycle_t taken = id == 9 ? 46 : 1 + (down ? id : 0);
            ck_assert_uint_eq(leave->cycle, taken + 1 + order[_i][link] + 20);
        }
        fabric_harness_close(h);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pcie_fabric_timing");
    TCase *tcase = tcase_create("timing");
    tcase_add_loop_test(tcase, up_takes_wire_time_and_latencies, 0, sizeof wire / sizeof wire[0]);
    tcase_add_loop_test(tcase, down_takes_wire_time_and_latencies, 0, 5);
    tcase_add_test(tcase, latencies_are_those_of_the_config);
    tcase_add_loop_test(tcase, cycles_are_those_of_the_clock, 0, 5);
    tcase_add_loop_test(tcase, back_to_back_tlps_keep_the_remainder, 0, 3);
    tcase_add_test(tcase, a_remainder_inside_the_cycle_counts);
    tcase_add_test(tcase, a_link_that_rests_keeps_no_remainder);
    tcase_add_test(tcase, one_tlp_arrives_per_edge);
    tcase_add_test(tcase, directions_do_not_share_the_wire);
    tcase_add_loop_test(tcase, links_do_not_wait_for_each_other, 0, 4);
    suite_add_tcase(suite, tcase);
    return suite;
}
