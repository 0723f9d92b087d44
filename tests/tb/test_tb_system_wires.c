/* SPDX-License-Identifier: Apache-2.0
 *
 * The wires: every port has one, it carries what the port takes, and it joins the instances that its row's rule says.
 */
#include <stdio.h>

#include "tb/engine/timeline.h"
#include "tests/harness/suite.h"

static struct system_config system_;

static struct system_config *system_of(unsigned endpoints, unsigned smmus)
{
    system_config_default(&system_);
    system_.endpoints = endpoints;
    system_.smmus = smmus;
    system_config_resolve(&system_);
    return &system_;
}

static const struct {
    unsigned rx, tx;
} ports[INSTANCE_ENDPOINT] = {
    [INSTANCE_TIMELINE] = {0, 1},
    [INSTANCE_DRIVER] = {PRISIM_DRIVER_RX_PORTS, PRISIM_DRIVER_TX_PORTS},
    [INSTANCE_SMMU] = {PRISIM_SMMU_RX_PORTS, PRISIM_SMMU_TX_PORTS},
    [INSTANCE_PRI_QUEUE] = {PRISIM_PRI_QUEUE_RX_PORTS, PRISIM_PRI_QUEUE_TX_PORTS},
    [INSTANCE_INTERCONNECT] = {PRISIM_INTERCONNECT_PORTS, PRISIM_INTERCONNECT_PORTS + 1},
    [INSTANCE_FABRIC] = {2, 2},
};

static bool leads_nowhere(unsigned instance, unsigned tx)
{
    return instance == INSTANCE_PRI_QUEUE && (tx == PRISIM_PRI_QUEUE_TX_DECISION || tx == PRISIM_PRI_QUEUE_TX_COMMIT);
}

static bool hears_nothing(unsigned instance, unsigned rx)
{
    return instance == INSTANCE_SMMU && (rx == PRISIM_SMMU_RX_PRI_DECISION || rx == PRISIM_SMMU_RX_PRI_COMMIT);
}

/* Of ppr_flush and invalidate_completion_flush those with which page requests are followed: literals. */
static const struct {
    uint8_t ppr, completion;
    bool follows;
} flushes[] = {{0, 0, false}, {2, 0, false}, {0, 2, false}, {2, 2, false}, {1, 0, true}, {0, 1, true}, {2, 1, true}};

/* Every port of every instance has one wire, but for the debug group of the PRI queue where nobody follows it, and the
 * SMMU's time-outs where nothing is contained. */
static void every_port_has_one_wire(unsigned flush, bool dpc)
{
    enum { ENDPOINTS = 3 };
    struct system_config *s = system_of(ENDPOINTS, 1);
    s->fabric.dpc = dpc;
    s->smmu[0].ppr_flush = flushes[flush].ppr;
    s->smmu[0].invalidate_completion_flush = flushes[flush].completion;
    bool follows = flushes[flush].follows;
    struct system_wire wires[SYSTEM_WIRES_MAX];
    unsigned rx[INSTANCE_ENDPOINT + ENDPOINTS][PRISIM_PORTS_MAX] = {{0}},
                                    tx[INSTANCE_ENDPOINT + ENDPOINTS][PRISIM_PORTS_MAX] = {{0}};
    unsigned count = system_wires(s, wires);
    ck_assert_uint_le(count, SYSTEM_WIRES_MAX);
    for (unsigned i = 0; i < count; i++) {
        tx[wires[i].from][wires[i].tx]++;
        rx[wires[i].to][wires[i].rx]++;
        ck_assert_uint_gt(wires[i].payload, 0);
    }
    for (unsigned i = 0; i < INSTANCE_ENDPOINT + ENDPOINTS; i++) {
        bool endpoint = i >= INSTANCE_ENDPOINT, fans = i == INSTANCE_TIMELINE || i == INSTANCE_FABRIC;
        unsigned rx_ports = endpoint ? PRISIM_ENDPOINT_RX_PF : ports[i].rx + (i == INSTANCE_FABRIC ? ENDPOINTS : 0);
        unsigned tx_ports = endpoint ? PRISIM_ENDPOINT_TX_PF : ports[i].tx + (fans ? ENDPOINTS : 0);
        for (unsigned port = 0; port < PRISIM_PORTS_MAX; port++) {
            /* What removes a function stands behind all of them, and so do time-outs, with DPC: literals. */
            const bool told = i == INSTANCE_FABRIC && (port == 34 || (port == 35 && dpc));
            const bool tells = i != INSTANCE_SMMU || port != PRISIM_SMMU_TX_ATC_TIMEOUT || dpc;
            const bool removes = i == INSTANCE_TIMELINE && port == 33;
            ck_assert_uint_eq(rx[i][port], told || (port < rx_ports && (follows || !hears_nothing(i, port))));
            ck_assert_uint_eq(tx[i][port],
                              removes || (tells && port < tx_ports && (follows || !leads_nowhere(i, port))));
        }
    }
}
START_TEST(test_every_port_has_one_wire)
{
    for (unsigned i = 0; i < sizeof flushes / sizeof flushes[0]; i++)
        every_port_has_one_wire(i, i % 2);
}
END_TEST

static const struct system_wire *wire_from(const struct system_wire *wires, unsigned count, unsigned from, unsigned tx)
{
    for (unsigned i = 0; i < count; i++)
        if (wires[i].from == from && wires[i].tx == tx)
            return &wires[i];
    return NULL;
}

/* What one side sends is what the other side's port takes. */
START_TEST(test_wires_carry_what_ports_take)
{
    const struct system_config *s = system_of(SYSTEM_ENDPOINTS_MAX, 1);
    struct system_wire wires[SYSTEM_WIRES_MAX];
    unsigned count = system_wires(s, wires);
    const struct {
        unsigned from, tx, to, rx;
        size_t payload;
    } some[] = {
        {INSTANCE_TIMELINE, 0, INSTANCE_DRIVER, PRISIM_DRIVER_RX_STIMULUS, sizeof(struct prisim_driver_stimulus)},
        {INSTANCE_TIMELINE, 33, INSTANCE_FABRIC, 34, sizeof(struct prisim_fabric_stimulus)},
        {INSTANCE_TIMELINE, 32, INSTANCE_ENDPOINT + 31, PRISIM_ENDPOINT_RX_STIMULUS,
         sizeof(struct prisim_endpoint_stimulus)},
        {INSTANCE_DRIVER, PRISIM_DRIVER_TX_MEMORY, INSTANCE_INTERCONNECT, PRISIM_INTERCONNECT_CPU,
         sizeof(struct prisim_memory_request)},
        {INSTANCE_INTERCONNECT, PRISIM_INTERCONNECT_CPU, INSTANCE_DRIVER, PRISIM_DRIVER_RX_MEMORY,
         sizeof(struct prisim_memory_response)},
        {INSTANCE_INTERCONNECT, PRISIM_INTERCONNECT_CLIENT, INSTANCE_SMMU, PRISIM_SMMU_RX_DMA_RESPONSE,
         sizeof(struct prisim_memory_response)},
        {INSTANCE_INTERCONNECT, PRISIM_INTERCONNECT_TX_INTERRUPT, INSTANCE_DRIVER, PRISIM_DRIVER_RX_INTERRUPT,
         sizeof(struct prisim_interrupt)},
        {INSTANCE_SMMU, PRISIM_SMMU_TX_INTERRUPT, INSTANCE_DRIVER, PRISIM_DRIVER_RX_WIRED,
         sizeof(struct prisim_smmu_interrupt)},
        {INSTANCE_SMMU, PRISIM_SMMU_TX_PRI_LOOKUP, INSTANCE_PRI_QUEUE, PRISIM_PRI_QUEUE_RX_LOOKUP,
         sizeof(struct prisim_pri_queue_ppar)},
        {INSTANCE_PRI_QUEUE, PRISIM_PRI_QUEUE_TX_LOOKUP, INSTANCE_SMMU, PRISIM_SMMU_RX_PRI_LOOKUP,
         sizeof(struct prisim_pri_queue_lookup)},
        {INSTANCE_FABRIC, PRISIM_FABRIC_TX_ENDPOINT + 31, INSTANCE_ENDPOINT + 31, PRISIM_ENDPOINT_RX_DOWN,
         sizeof(struct prisim_tlp)},
        {INSTANCE_ENDPOINT + 5, PRISIM_ENDPOINT_TX_UP, INSTANCE_FABRIC, PRISIM_FABRIC_RX_ENDPOINT + 5,
         sizeof(struct prisim_tlp)},
    };
    for (unsigned i = 0; i < sizeof some / sizeof some[0]; i++) {
        const struct system_wire *wire = wire_from(wires, count, some[i].from, some[i].tx);
        ck_assert_ptr_nonnull(wire);
        ck_assert_uint_eq(wire->to, some[i].to);
        ck_assert_uint_eq(wire->rx, some[i].rx);
        ck_assert_uint_eq(wire->payload, some[i].payload);
    }
}
END_TEST

/* Rank, port, rank, port. */
struct ends {
    unsigned from, tx, to, rx;
};

static struct ends ends_of(const struct system_wire *wire)
{
    return (struct ends){wire->from, wire->tx, wire->to, wire->rx};
}

static void ck_ends(const struct system_wire *wires, unsigned count, const struct ends *expected,
                    unsigned expected_count)
{
    ck_assert_uint_eq(count, expected_count);
    for (unsigned i = 0; i < count; i++) {
        struct ends ends = ends_of(&wires[i]);
        ck_assert_msg(memcmp(&ends, &expected[i], sizeof ends) == 0, "wire %u: %u.%u to %u.%u", i, ends.from, ends.tx,
                      ends.to, ends.rx);
    }
}

enum { LITERALS = 32, LITERALS_SECOND = 10 };

/* 0 timeline, 1 driver, 2 SMMU, 3 PRI queue, 4 interconnect, 5 fabric, 6 and 7 endpoints. The order is that in which
 * the native engine lays channels out. */
static const struct ends two_endpoints[LITERALS] = {
    {0, 0, 1, 5}, {0, 33, 5, 34}, {1, 0, 4, 2}, {4, 2, 1, 0}, {1, 1, 2, 3}, {2, 3, 1, 1}, {1, 2, 5, 1}, {5, 1, 1, 2},
    {4, 3, 1, 3}, {2, 8, 1, 4},   {2, 1, 4, 0}, {4, 0, 2, 1}, {2, 2, 4, 1}, {4, 1, 2, 2}, {2, 0, 5, 0}, {5, 0, 2, 0},
    {2, 4, 3, 0}, {2, 5, 3, 1},   {2, 6, 3, 2}, {2, 7, 3, 3}, {3, 0, 2, 4}, {3, 1, 2, 5}, {3, 2, 2, 6}, {3, 3, 2, 7},
    {3, 4, 2, 8}, {3, 5, 2, 9},   {0, 1, 6, 1}, {5, 2, 6, 0}, {6, 0, 5, 2}, {0, 2, 7, 1}, {5, 3, 7, 0}, {7, 0, 5, 3},
};

START_TEST(test_two_endpoints)
{
    struct system_wire wires[SYSTEM_WIRES_MAX];
    unsigned count = system_wires(system_of(2, 1), wires);
    ck_ends(wires, count, two_endpoints, LITERALS);
}
END_TEST

/* A second SMMU has rank 8 and is joined to its own queue of rank 9; nobody else has ports for it, and nobody else's
 * wires change. */
START_TEST(test_second_smmu)
{
    static const struct ends second[LITERALS_SECOND] = {
        {8, 4, 9, 0}, {8, 5, 9, 1}, {8, 6, 9, 2}, {8, 7, 9, 3}, {9, 0, 8, 4},
        {9, 1, 8, 5}, {9, 2, 8, 6}, {9, 3, 8, 7}, {9, 4, 8, 8}, {9, 5, 8, 9},
    };
    struct system_wire wires[SYSTEM_WIRES_MAX], parts[2][SYSTEM_WIRES_MAX];
    unsigned count = system_wires(system_of(2, 2), wires), counts[2] = {0, 0};
    for (unsigned i = 0; i < count; i++) {
        unsigned part = wires[i].from >= 8 || wires[i].to >= 8;
        parts[part][counts[part]++] = wires[i];
    }
    ck_ends(parts[0], counts[0], two_endpoints, LITERALS);
    ck_ends(parts[1], counts[1], second, LITERALS_SECOND);
}
END_TEST

static void make_virtual(struct system_config *s, unsigned vf, unsigned pf)
{
    memcpy(s->physical_function[vf], s->endpoint_id[pf], SYSTEM_ID_MAX);
}

/* Endpoints 0 to 4 have the ranks 6 to 10: 1 and 4 are VFs of 0, 3 is one of 2. Each pair of wires, in the order of the
 * VFs; the first VF has the first ports. */
START_TEST(test_virtual_functions)
{
    static const struct ends expected[] = {{6, 2, 7, 2}, {7, 1, 6, 3},  {8, 2, 9, 2},
                                           {9, 1, 8, 3}, {6, 3, 10, 2}, {10, 1, 6, 4}};
    struct system_config *s = system_of(5, 1);
    for (unsigned i = 0; i < 5; i++)
        snprintf(s->endpoint_id[i], SYSTEM_ID_MAX, "e%u", i);
    make_virtual(s, 1, 0);
    make_virtual(s, 3, 2);
    make_virtual(s, 4, 0);
    s->endpoint[0].pri_capacity = 77;
    s->endpoint[0].pasid_bits = 9;
    s->driver.function[0].pri_allocation = 13;
    system_config_resolve(s);
    system_config_resolve(s); /* again is the same */
    struct system_wire wires[SYSTEM_WIRES_MAX], own[SYSTEM_WIRES_MAX];
    unsigned count = system_wires(s, wires), owns = 0;
    for (unsigned i = 0; i < count; i++)
        if (wires[i].from >= INSTANCE_ENDPOINT && wires[i].to >= INSTANCE_ENDPOINT) {
            ck_assert_uint_eq(wires[i].payload, wires[i].tx == 1 ? 8 : 12);
            own[owns++] = wires[i];
        }
    ck_ends(own, owns, expected, sizeof expected / sizeof expected[0]);
    static const uint32_t vfs[] = {2, 2, 1, 1, 2}, vf[] = {0, 1, 0, 1, 2}, pf[] = {0, 1, 0, 3, 1};
    for (unsigned i = 0; i < 5; i++) {
        ck_assert_uint_eq(s->endpoint[i].vfs, vfs[i]);
        ck_assert_uint_eq(s->endpoint[i].vf, vf[i]);
        ck_assert_uint_eq(s->driver.function[i].physical_function, pf[i]);
        const bool of_first = i != 2 && i != 3;
        ck_assert_uint_eq(s->endpoint[i].pri_capacity, of_first ? 77 : 64);
        ck_assert_uint_eq(s->endpoint[i].pasid_bits, of_first ? 9 : 16);
        ck_assert_uint_eq(s->driver.function[i].pri_allocation, of_first ? 13 : 32);
    }
}
END_TEST

START_TEST(test_the_most_fits)
{
    struct system_config *s = system_of(32, 2);
    for (unsigned i = 0; i < 32; i++)
        snprintf(s->endpoint_id[i], SYSTEM_ID_MAX, "e%u", i);
    for (unsigned i = 1; i < 32; i++)
        make_virtual(s, i, 0);
    system_config_resolve(s);
    struct system_wire most[SYSTEM_WIRES_MAX];
    ck_assert_uint_eq(system_wires(s, most), 26 + 10 + 3 * 32 + 2 * 31);

    struct system_wire wires[SYSTEM_WIRES_MAX];
    ck_assert_uint_eq(system_wires(system_of(32, 2), wires), 26 + 10 + 3 * 32);
}
END_TEST

TEST_SUITE("tb_system_wires", test_every_port_has_one_wire, test_wires_carry_what_ports_take, test_two_endpoints,
           test_second_smmu, test_virtual_functions, test_the_most_fits)
