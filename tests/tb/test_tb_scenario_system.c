/* SPDX-License-Identifier: Apache-2.0
 *
 * The system: what follows from its configuration.
 */
#define _POSIX_C_SOURCE 200809L
#include "scenario_text.h"
#include "tests/harness/suite.h"

static struct system_config *system_of(unsigned endpoints)
{
    struct system_config *system = malloc(sizeof *system);
    memset(system, 0xa5, sizeof *system); /* what was there before must not matter */
    system_config_default(system);
    system->endpoints = endpoints;
    for (unsigned i = 0; i < endpoints; i++)
        snprintf(system->endpoint_id[i], SYSTEM_ID_MAX, "e%u", i);
    system->smmu[0].priq_log2_max = 7;
    system->smmu[0].pps = 1;
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
    ck_assert_uint_eq(s->smmu[0].requester_id, SYSTEM_SMMU_ID);
    ck_assert_uint_eq(s->fabric.smmu_id, SYSTEM_SMMU_ID);
    ck_assert_uint_eq(s->fabric.host_id, SYSTEM_HOST_ID);
    ck_assert_uint_eq(s->driver.host_id, SYSTEM_HOST_ID);
    ck_assert_uint_eq(s->pri_queue[0].size_log2_max, 7);
    ck_assert_uint_eq(s->pri_queue[0].pps, 1);
    ck_assert_uint_eq(s->pri_queue[0].pasid_supported, 1);
    ck_assert_uint_eq(s->pri_queue[0].msi_supported, 1);
    s->smmu[0].msi = 0; /* SMMU-IDR0: one bit for the MSIs of all queues */
    s->smmu[0].ssid_bits = 0;
    system_config_resolve(s);
    ck_assert_uint_eq(s->pri_queue[0].msi_supported, 0);
    ck_assert_uint_eq(s->pri_queue[0].pasid_supported, 0);
    s->driver.ppar = 0; /* STE.PPAR is another matter (SMMU-PRIAUTO) */
    system_config_resolve(s);
    ck_assert_uint_eq(s->pri_queue[0].pps, 1);
    s->smmu[0].pps = 0;
    s->driver.ppar = 1;
    system_config_resolve(s);
    ck_assert_uint_eq(s->pri_queue[0].pps, 0);
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
    ck_assert(prisim_smmu_config_check(&s->smmu[0], &error));
    ck_assert(prisim_pri_queue_config_check(&s->pri_queue[0], &error));
    ck_assert(prisim_interconnect_config_check(&s->interconnect, &error));
    ck_assert(prisim_fabric_config_check(&s->fabric, &error));
    ck_assert(prisim_driver_config_check(&s->driver, &error));
    for (unsigned i = 0; i < s->endpoints; i++)
        ck_assert(prisim_endpoint_config_check(&s->endpoint[i], &error));
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
    suite_add_tcase(suite, tcase);
    return suite;
}
