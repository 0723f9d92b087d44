/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration of devices: their defaults, and what is refused.
 */
#include "tests/harness/suite.h"
#include "tests/platform/functions.h"

#define BAR  UINT64_C(0x1000000000)
#define MSIX UINT64_C(0x1010000000)

START_TEST(defaults)
{
    struct prisim_platform_config config;
    prisim_platform_config_default(&config);
    ck_assert_uint_eq(config.devices, 0);
    for (unsigned i = 0; i < 8; i++) {
        ck_assert_uint_eq(config.device[i].smmu, 0);
        ck_assert_uint_eq(config.device[i].endpoint.requester_id, 0x100 * (i + 1));
        ck_assert_uint_eq(config.device[i].endpoint.bar_base, BAR + 0x400000 * i);
        ck_assert_uint_eq(config.device[i].endpoint.msix_base, MSIX + 0x1000 * i);
    }
    config.devices = 8;
    ck_assert(prisim_platform_config_check(&config, NULL));
    prisim_platform_close(open_platform(&config));
    config.smmus = 8;
    for (unsigned i = 0; i < 8; i++)
        config.device[i].smmu = 7 - i;
    prisim_platform_close(open_platform(&config));
}
END_TEST

struct wrong {
    const char *part;
    const char *field;
    const char *expected;
    size_t member;
    uint64_t value;
    size_t bytes;
};
#define WRONG(part, member, value, expected)                                                                           \
    {                                                                                                                  \
        part, #member, expected, offsetof(struct prisim_platform_config, member), value,                               \
            sizeof(((struct prisim_platform_config *)0)->member)                                                       \
    }
static const struct wrong wrong[] = {
    WRONG("platform", devices, 9, "0..8"),
    WRONG("device", device[1].smmu, 2, "an SMMU of the platform"),
    WRONG("device", device[1].endpoint.jobs, 0, "1..64"),
    WRONG("device", device[1].endpoint.bar_base, BAR + 4096, "a multiple of 4 MiB"),
    WRONG("device", device[1].endpoint.bar_base, BAR, "a range that overlaps no other BAR"),
    WRONG("device", device[1].endpoint.bar_base, -UINT64_C(0x400000), "a BAR that ends below 2^64"),
    WRONG("device", device[1].endpoint.msix_base, MSIX + 2048, "a multiple of 4 KiB"),
    WRONG("device", device[1].endpoint.msix_base, MSIX, "a range that overlaps no other BAR"),
    WRONG("device", device[1].endpoint.msix_base, BAR + 0x3ff000, "a range that overlaps no other BAR"),
    WRONG("device", device[1].endpoint.msix_base, -UINT64_C(0x1000), "a BAR that ends below 2^64"),
    WRONG("device", device[1].endpoint.requester_id, 0x100, "an id that no other device of its SMMU has"),
    WRONG("device", device[1].endpoint.requester_id, 0, "an id other than smmu_id and host_id"),
    WRONG("device", device[1].endpoint.requester_id, 8, "an id other than smmu_id and host_id"),
    WRONG("device", device[1].endpoint.vfs, 1, "0: a device of a platform has no virtual functions"),
    WRONG("device", device[1].endpoint.vf, 1, "at most vfs"),
    WRONG("device", device[1].link.width, 3, "1, 2, 4, 8 or 16"),
    WRONG("device", device[1].link.latency, 0, "1..10000"),
    WRONG("fabric", fabric.link_tlps, 1, "2..256"),
    WRONG("fabric", fabric.smmu_id, 0, "an id other than host_id"),
};

static const char *last_name(const char *field)
{
    const char *dot = strrchr(field, '.');
    return dot ? dot + 1 : field;
}

START_TEST(each_is_named)
{
    struct prisim_platform_config config = device_config(2);
    struct prisim_platform_error error = {0};
    config.smmus = 2;
    config.device[0].endpoint.requester_id = 0x100;
    ck_assert(prisim_platform_config_check(&config, &error));
    memcpy((char *)&config + wrong[_i].member, &wrong[_i].value, wrong[_i].bytes);
    ck_assert(!prisim_platform_config_check(&config, &error));
    ck_assert_str_eq(error.part, wrong[_i].part);
    ck_assert_str_eq(error.field, last_name(wrong[_i].field));
    ck_assert_str_eq(error.expected, wrong[_i].expected);
    ck_assert_uint_eq(error.device, strcmp(wrong[_i].part, "device") == 0);
}
END_TEST

/* Devices that are not built are not looked at, nor is a fabric that nobody is below. */
START_TEST(only_what_is_built)
{
    struct prisim_platform_config config = device_config(1);
    config.device[1].endpoint.jobs = 0;
    ck_assert(prisim_platform_config_check(&config, NULL));
    config.devices = 2;
    ck_assert(!prisim_platform_config_check(&config, NULL));
    config.devices = 0;
    config.fabric.link_tlps = 0;
    ck_assert(prisim_platform_config_check(&config, NULL));
}
END_TEST

/* Ids need to differ at one SMMU only; BARs are in the one map that the processor has. */
START_TEST(apart_where_needed)
{
    struct prisim_platform_config config = device_config(2);
    struct prisim_platform_error error;
    config.smmus = 2;
    config.device[1].smmu = 1;
    config.device[1].endpoint.requester_id = config.device[0].endpoint.requester_id;
    ck_assert(prisim_platform_config_check(&config, NULL));
    config.device[1].endpoint.bar_base = config.device[0].endpoint.bar_base;
    ck_assert(!prisim_platform_config_check(&config, &error));
    ck_assert_str_eq(error.field, "bar_base");
    config.device[1].endpoint.bar_base = config.device[0].endpoint.msix_base & -UINT64_C(0x400000);
    ck_assert(!prisim_platform_config_check(&config, &error));
    ck_assert_str_eq(error.field, "msix_base");
    config.device[1].endpoint.bar_base = -UINT64_C(0x800000);
    ck_assert(prisim_platform_config_check(&config, NULL));
}
END_TEST

/* The host's and the SMMU's id may be what a default link has; what is said of links and of ids of a link is not read.
 */
START_TEST(derived)
{
    struct prisim_platform_config config = device_config(2);
    config.fabric.smmu_id = 0x100;
    config.fabric.host_id = 0x101;
    config.fabric.links = 99;
    config.fabric.link[0].width = 7;
    config.device[0].link.requester_id = 0x101;
    config.device[0].link.bar_base = UINT64_MAX;
    config.device[0].link.bar_size = UINT64_MAX;
    struct prisim_platform *p = open_platform(&config);
    enable_device(p, 1);
    run_pasid(p, 1, 2);
    prisim_platform_close(p);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("platform_config_device");
    TCase *tcase = tcase_create("config");
    tcase_add_test(tcase, defaults);
    tcase_add_loop_test(tcase, each_is_named, 0, sizeof wrong / sizeof wrong[0]);
    tcase_add_test(tcase, only_what_is_built);
    tcase_add_test(tcase, apart_where_needed);
    tcase_add_test(tcase, derived);
    suite_add_tcase(suite, tcase);
    return suite;
}
