/* SPDX-License-Identifier: Apache-2.0
 *
 * What a fabric's configuration may be.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_fabric/fabric_harness.h"

static void assert_refused(const struct prisim_fabric_config *config, const char *field)
{
    struct prisim_config_error error = {0};
    ck_assert(!prisim_fabric_config_check(config, &error));
    ck_assert_str_eq(error.field, field);
    ck_assert_ptr_nonnull(error.expected);
}

/* covers: PCIE-LATENCY-2, PCIE-LATENCY-3, PCIE-LATENCY-5 */
START_TEST(defaults_are_accepted)
{
    struct prisim_fabric_config config;
    struct prisim_config_error error;
    prisim_fabric_config_default(&config);
    ck_assert_uint_eq(config.links, 1);
    ck_assert_uint_eq(config.link[0].latency, 65);
    ck_assert_uint_eq(config.root_port_latency, 100);
    ck_assert_uint_eq(config.smmu_id, 0x0008);
    ck_assert_uint_eq(config.host_id, 0);
    ck_assert(prisim_fabric_config_check(&config, &error));
    config.links = PRISIM_FABRIC_LINKS_MAX;
    ck_assert(prisim_fabric_config_check(&config, &error));
}
END_TEST

/* Each member at the last value that is allowed and at the first one that is not. */
#define ASSERT_RANGE(member, field, low, high)                                                                         \
    do {                                                                                                               \
        struct prisim_fabric_config config = fabric_harness_config(2);                                                 \
        struct prisim_config_error error;                                                                              \
        config.member = (low);                                                                                         \
        ck_assert(prisim_fabric_config_check(&config, &error));                                                        \
        config.member = (low)-1;                                                                                       \
        assert_refused(&config, field);                                                                                \
        config.member = (high);                                                                                        \
        ck_assert(prisim_fabric_config_check(&config, &error));                                                        \
        config.member = (high) + 1;                                                                                    \
        assert_refused(&config, field);                                                                                \
    } while (0)

START_TEST(ranges)
{
    ASSERT_RANGE(root_port_latency, "root_port_latency", 1, 10000);
    ASSERT_RANGE(link_tlps, "link_tlps", 2, 256);
    ASSERT_RANGE(smmu_tlps, "smmu_tlps", 1, 1024);
    ASSERT_RANGE(smmu_nonposted, "smmu_nonposted", 1, 256);
    ASSERT_RANGE(link[0].nonposted, "nonposted", 1, 256);
    ASSERT_RANGE(fault[7].cycles, "cycles", 1, 10000000);
    ASSERT_RANGE(clock_period_ps, "clock_period_ps", 10, 1000000);
    ASSERT_RANGE(link[1].generation, "generation", 1, 5);
    ASSERT_RANGE(link[1].latency, "latency", 1, 10000);
    ASSERT_RANGE(link[0].width, "width", 1, 16);
    struct prisim_fabric_config config = fabric_harness_config(2);
    config.link[1].width = 12;
    assert_refused(&config, "width");
    config.links = 0;
    assert_refused(&config, "links");
    config.links = 33;
    assert_refused(&config, "links");
}
END_TEST

START_TEST(ids_and_bars_are_unique)
{
    struct prisim_fabric_config config = fabric_harness_config(3);
    config.link[2].requester_id = link_id(0);
    assert_refused(&config, "requester_id");
    config.link[2].requester_id = SMMU_ID;
    assert_refused(&config, "requester_id");
    config.link[2].requester_id = HOST_ID;
    assert_refused(&config, "requester_id");
    config = fabric_harness_config(3);
    config.smmu_id = HOST_ID;
    assert_refused(&config, "smmu_id");
    config = fabric_harness_config(3);
    config.root_port_id = SMMU_ID;
    assert_refused(&config, "root_port_id");
    config.root_port_id = HOST_ID;
    assert_refused(&config, "root_port_id");
    config.root_port_id = link_id(1);
    assert_refused(&config, "requester_id");
    config = fabric_harness_config(3);
    config.link[2].bar_base = link_bar(0) + BAR_BYTES - 1;
    config.link[2].bar_size = 1;
    assert_refused(&config, "bar_base");
    config.link[2].bar_size = 0; /* no BAR */
    struct prisim_config_error error;
    ck_assert(prisim_fabric_config_check(&config, &error));
    /* Neighbours only touch, in whatever order they stand. */
    config = fabric_harness_config(3);
    config.link[0].bar_base = link_bar(2);
    config.link[2].bar_base = link_bar(0);
    ck_assert(prisim_fabric_config_check(&config, &error));
    config.link[0].bar_base--;
    assert_refused(&config, "bar_base");
    config = fabric_harness_config(3);
    config.link[2].bar_base = UINT64_MAX - 10;
    config.link[2].bar_size = 11;
    assert_refused(&config, "bar_size");
    config = fabric_harness_config(3);
    config.link[2].msix_base = link_bar(0) + BAR_BYTES - 1;
    config.link[2].msix_size = 1;
    assert_refused(&config, "msix_base");
    config.link[2].msix_base = link_bar(2);
    assert_refused(&config, "msix_base");
    config.link[2].msix_base = UINT64_MAX - 10;
    config.link[2].msix_size = 11;
    assert_refused(&config, "msix_size");
    config.link[2].msix_size = 10;
    ck_assert(prisim_fabric_config_check(&config, &error));
    config.link[0].msix_base = UINT64_MAX - 1;
    config.link[0].msix_size = 1;
    assert_refused(&config, "msix_base");
    config.link[0].bar_base = UINT64_MAX - 10;
    config.link[0].bar_size = 1;
    config.link[0].msix_size = 0;
    assert_refused(&config, "msix_base");
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pcie_fabric_config");
    TCase *tcase = tcase_create("config");
    tcase_add_test(tcase, defaults_are_accepted);
    tcase_add_test(tcase, ranges);
    tcase_add_test(tcase, ids_and_bars_are_unique);
    suite_add_tcase(suite, tcase);
    return suite;
}
