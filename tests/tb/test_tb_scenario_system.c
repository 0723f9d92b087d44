/* SPDX-License-Identifier: Apache-2.0
 *
 * The system: what follows from its configuration, the names of instances, and that every port has its wire.
 */
#define _POSIX_C_SOURCE 200809L
#include "scenario_text.h"
#include "tb/engine/timeline.h"
#include "tests/harness/suite.h"

static struct system_config *system_of(unsigned endpoints)
{
    struct system_config *system = malloc(sizeof *system);
    memset(system, 0xa5, sizeof *system); /* what was there before must not matter */
    system_config_default(system);
    system->endpoints = endpoints;
    for (unsigned i = 0; i < endpoints; i++)
        snprintf(system->endpoint_id[i], SYSTEM_ID_MAX, "e%u", i);
    system->smmu.priq_log2_max = 7;
    system->smmu.pps = 1;
    system->interconnect.ram_size = 0x200000;
    system_config_resolve(system);
    return system;
}

START_TEST(test_resolve)
{
    struct system_config *s = system_of(SYSTEM_ENDPOINTS_MAX);
    ck_assert_uint_eq(s->driver.functions, 32);
    ck_assert_uint_eq(s->fabric.links, 32);
    ck_assert_uint_eq(s->interconnect.ram_base, PRISIM_MAP_DRIVER_RAM);
    ck_assert_uint_eq(s->driver.ram_base, PRISIM_MAP_DRIVER_RAM);
    ck_assert_uint_eq(s->driver.ram_size, 0x200000);
    ck_assert_uint_eq(s->interconnect.doorbell_base, PRISIM_MAP_DOORBELL);
    ck_assert_uint_eq(s->driver.doorbell_base, PRISIM_MAP_DOORBELL);
    ck_assert_uint_eq(s->smmu.requester_id, SYSTEM_SMMU_ID);
    ck_assert_uint_eq(s->fabric.smmu_id, SYSTEM_SMMU_ID);
    ck_assert_uint_eq(s->fabric.host_id, SYSTEM_HOST_ID);
    ck_assert_uint_eq(s->driver.host_id, SYSTEM_HOST_ID);
    ck_assert_uint_eq(s->pri_queue.size_log2_max, 7);
    ck_assert_uint_eq(s->pri_queue.pps, 1);
    ck_assert_uint_eq(s->pri_queue.pasid_supported, 1);
    ck_assert_uint_eq(s->pri_queue.msi_supported, 1);
    s->smmu.msi = 0; /* SMMU-IDR0: one bit for the MSIs of all queues */
    s->smmu.ssid_bits = 0;
    system_config_resolve(s);
    ck_assert_uint_eq(s->pri_queue.msi_supported, 0);
    ck_assert_uint_eq(s->pri_queue.pasid_supported, 0);
    s->driver.ppar = 0; /* STE.PPAR is another matter (SMMU-PRIAUTO) */
    system_config_resolve(s);
    ck_assert_uint_eq(s->pri_queue.pps, 1);
    s->smmu.pps = 0;
    s->driver.ppar = 1;
    system_config_resolve(s);
    ck_assert_uint_eq(s->pri_queue.pps, 0);
    for (unsigned i = 0; i < 32; i++) {
        uint64_t bar = PRISIM_MAP_BAR + UINT64_C(0x400000) * i;
        ck_assert_uint_eq(s->endpoint[i].requester_id, 0x100 + 8 * i);
        ck_assert_uint_eq(s->fabric.link[i].requester_id, 0x100 + 8 * i);
        ck_assert_uint_eq(s->driver.function[i].requester_id, 0x100 + 8 * i);
        ck_assert_uint_eq(s->endpoint[i].bar_base, bar);
        ck_assert_uint_eq(s->fabric.link[i].bar_base, bar);
        ck_assert_uint_eq(s->fabric.link[i].bar_size, 0x400000);
        ck_assert_uint_eq(s->driver.function[i].bar_base, bar);
    }
    free(s);
}
END_TEST

/* Each endpoint begins as the block's own default. */
START_TEST(test_every_endpoint_has_its_defaults)
{
    struct system_config *s = malloc(sizeof *s);
    struct prisim_endpoint_config expected;
    memset(s, 0xa5, sizeof *s);
    memset(&expected, 0xa5, sizeof expected);
    system_config_default(s);
    prisim_endpoint_config_default(&expected);
    ck_assert_uint_eq(SYSTEM_ENDPOINTS_MAX, 32);
    for (unsigned i = 0; i < 32; i++) {
        ck_assert_uint_eq(s->endpoint[i].atc_entries, expected.atc_entries);
        ck_assert_uint_eq(s->endpoint[i].pasid_bits, expected.pasid_bits);
        ck_assert_uint_eq(s->endpoint[i].stop, expected.stop);
    }
    free(s);
}
END_TEST

/* What is built by default is something that every block accepts. */
START_TEST(test_blocks_accept)
{
    struct system_config *s = system_of(SYSTEM_ENDPOINTS_MAX);
    struct prisim_config_error error;
    system_config_default(s);
    s->endpoints = (uint32_t)_i;
    system_config_resolve(s);
    ck_assert(prisim_smmu_config_check(&s->smmu, &error));
    ck_assert(prisim_pri_queue_config_check(&s->pri_queue, &error));
    ck_assert(prisim_interconnect_config_check(&s->interconnect, &error));
    ck_assert(prisim_fabric_config_check(&s->fabric, &error));
    ck_assert(prisim_driver_config_check(&s->driver, &error));
    for (unsigned i = 0; i < s->endpoints; i++)
        ck_assert(prisim_endpoint_config_check(&s->endpoint[i], &error));
    free(s);
}
END_TEST

START_TEST(test_names)
{
    static const char *const names[] = {"timeline",     "driver", "smmu",         "pri_queue",
                                        "interconnect", "fabric", "endpoint[e0]", "endpoint[e1]"};
    struct system_config *s = system_of(2);
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        char name[SYSTEM_ID_MAX + 12];
        system_instance_name(s, i, name);
        ck_assert_str_eq(name, names[i]);
    }
    free(s);
}
END_TEST

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

/* Every port of every instance has one wire, but for the debug group of the PRI queue. */
START_TEST(test_every_port_has_one_wire)
{
    enum { ENDPOINTS = 3 };
    struct system_config *s = system_of(ENDPOINTS);
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
        unsigned rx_ports = endpoint ? PRISIM_ENDPOINT_RX_PORTS : ports[i].rx + (i == INSTANCE_FABRIC ? ENDPOINTS : 0);
        unsigned tx_ports = endpoint ? PRISIM_ENDPOINT_TX_PORTS : ports[i].tx + (fans ? ENDPOINTS : 0);
        for (unsigned port = 0; port < PRISIM_PORTS_MAX; port++) {
            ck_assert_uint_eq(rx[i][port], port < rx_ports);
            ck_assert_uint_eq(tx[i][port], port < tx_ports && !leads_nowhere(i, port));
        }
    }
    free(s);
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
    struct system_config *s = system_of(SYSTEM_ENDPOINTS_MAX);
    struct system_wire wires[SYSTEM_WIRES_MAX];
    unsigned count = system_wires(s, wires);
    const struct {
        unsigned from, tx, to, rx;
        size_t payload;
    } some[] = {
        {INSTANCE_TIMELINE, 0, INSTANCE_DRIVER, PRISIM_DRIVER_RX_STIMULUS, sizeof(struct prisim_driver_stimulus)},
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
    free(s);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_scenario_system");
    TCase *tcase = tcase_create("system");
    tcase_add_test(tcase, test_resolve);
    tcase_add_test(tcase, test_every_endpoint_has_its_defaults);
    tcase_add_loop_test(tcase, test_blocks_accept, 1, SYSTEM_ENDPOINTS_MAX + 1);
    tcase_add_test(tcase, test_names);
    tcase_add_test(tcase, test_every_port_has_one_wire);
    tcase_add_test(tcase, test_wires_carry_what_ports_take);
    suite_add_tcase(suite, tcase);
    return suite;
}
