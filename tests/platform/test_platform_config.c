/* SPDX-License-Identifier: Apache-2.0
 *
 * What a platform may be made of: each thing that cannot be built is refused by part, number and member; the PRI queue
 * is the one that its SMMU describes.
 */
#include "tests/core/memory_taken.h"
#include "tests/harness/suite.h"
#include "tests/platform/software.h"

static enum prisim_memory_status no_read(void *context, const struct prisim_platform_access *access, uint8_t *data)
{
    (void)context, (void)access, (void)data;
    return PRISIM_MEMORY_ABORT;
}

static enum prisim_memory_status no_write(void *context, const struct prisim_platform_access *access,
                                          const uint8_t *data)
{
    (void)context, (void)access, (void)data;
    return PRISIM_MEMORY_ABORT;
}

START_TEST(defaults_are_built)
{
    struct prisim_platform_config config;
    prisim_platform_config_default(&config);
    ck_assert(prisim_platform_config_check(&config, NULL));
    config.smmus = PRISIM_PLATFORM_SMMUS_MAX;
    ck_assert(prisim_platform_config_check(&config, NULL));
    prisim_platform_close(open_platform(&config));
    prisim_platform_close(NULL);
}
END_TEST

struct wrong {
    const char *part, *field;
    size_t member;
    uint64_t value;
    size_t bytes;
};
#define WRONG(part, member, value)                                                                                     \
    {                                                                                                                  \
        part, #member, offsetof(struct prisim_platform_config, member), value,                                         \
            sizeof(((struct prisim_platform_config *)0)->member)                                                       \
    }
static const struct wrong wrong[] = {
    WRONG("platform", smmus, 0),
    WRONG("platform", smmus, 9),
    WRONG("platform", patience, 0),
    WRONG("platform", patience, 1000000001),
    WRONG("memory", memory.ram_base, RAM + 1),
    WRONG("memory", memory.ram_base, -UINT64_C(4096)),
    WRONG("memory", memory.ram_size, 4095),
    WRONG("memory", memory.ram_size, (UINT64_C(1) << 52) + 4096),
    WRONG("memory", memory.ram_size, 0),
    WRONG("memory", memory.pages, 0),
    WRONG("memory", memory.pages, 1048577),
    WRONG("memory", memory.doorbell_base, 1),
    WRONG("memory", memory.doorbell_base, RAM),
    WRONG("memory", memory.latency, 0),
    WRONG("memory", memory.latency, 10001),
    WRONG("memory", memory.outstanding, 3),
    WRONG("memory", memory.outstanding, 65),
    WRONG("smmu", smmu[0].smmu.tlb_ways, 0),
    WRONG("pri_queue", smmu[0].pri_queue.accept_interval, 0),
};

static const char *last_name(const char *field)
{
    const char *dot = strrchr(field, '.');
    return dot ? dot + 1 : field;
}

START_TEST(each_is_named)
{
    struct prisim_platform_config config = small_config();
    struct prisim_platform_error error = {0};
    struct prisim_platform *platform = (void *)&config;
    memcpy((char *)&config + wrong[_i].member, &wrong[_i].value, wrong[_i].bytes);
    IS(prisim_platform_open(&platform, &config, &error), PRISIM_CONFIG);
    ck_assert_ptr_null(platform);
    ck_assert_str_eq(error.part, wrong[_i].part);
    ck_assert_str_eq(error.field, last_name(wrong[_i].field));
    ck_assert_uint_eq(error.smmu, 0);
    ck_assert_ptr_nonnull(error.expected);
    IS(prisim_platform_open(&platform, &config, NULL), PRISIM_CONFIG);
}
END_TEST

START_TEST(edges_of_ranges)
{
    struct prisim_platform_config config = small_config();
    config.patience = 1;
    config.memory.latency = 1;
    config.memory.outstanding = 4;
    ck_assert(prisim_platform_config_check(&config, NULL));
    config.patience = 1000000000;
    config.memory.latency = 10000;
    config.memory.outstanding = 64;
    config.memory.ram_size = UINT64_C(1) << 52;
    config.memory.doorbell_base = PRISIM_PLATFORM_NO_DOORBELL;
    ck_assert(prisim_platform_config_check(&config, NULL));
}
END_TEST

START_TEST(regions)
{
    static const struct {
        struct prisim_memory_region region;
        const char *field; /* NULL: it can be */
    } row[] = {{{RAM - 0x1000, 0x1000}, NULL},
               {{RAM + RAM_SIZE, 0x1000}, NULL},
               {{RAM + RAM_SIZE - 0x1000, 0x1000}, "region.base"},
               {{RAM - 0x1000, 0x2000}, "region.base"},
               {{0x1800, 0x1000}, "region.base"},
               {{0x1000, 0x1800}, "region.size"},
               {{UINT64_C(1) << 52, UINT64_C(1) << 52}, NULL},
               {{UINT64_C(1) << 52, (UINT64_C(1) << 52) + 0x1000}, "region.size"},
               {{DOORBELL, 0x1000}, "doorbell_base"}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct prisim_platform_config config = small_config();
        struct prisim_platform_error error = {0};
        config.memory.region[6] = row[i].region;
        ck_assert_int_eq(prisim_platform_config_check(&config, &error), !row[i].field);
        if (row[i].field)
            ck_assert_str_eq(error.field, row[i].field);
    }
}
END_TEST

/* A place for each port. */
START_TEST(places_for_all)
{
    struct prisim_platform_config config = small_config();
    struct prisim_platform_error error = {0};
    config.smmus = 3;
    config.memory.outstanding = 6;
    ck_assert(!prisim_platform_config_check(&config, &error));
    ck_assert_str_eq(error.field, "outstanding");
    config.memory.outstanding = 7;
    ck_assert(prisim_platform_config_check(&config, &error));
}
END_TEST

START_TEST(both_functions_or_none)
{
    struct prisim_platform_config config = small_config();
    struct prisim_platform_error error = {0};
    config.memory.read = no_read;
    ck_assert(!prisim_platform_config_check(&config, &error));
    ck_assert_str_eq(error.field, "write");
    config.memory.read = NULL;
    config.memory.write = no_write;
    ck_assert(!prisim_platform_config_check(&config, &error));
    ck_assert_str_eq(error.field, "read");
    config.memory.read = no_read;
    config.memory.ram_size = 0;
    ck_assert(prisim_platform_config_check(&config, &error));
}
END_TEST

/* Only those that are built are looked at. */
START_TEST(which_smmu)
{
    struct prisim_platform_config config = small_config();
    struct prisim_platform_error error = {0};
    config.smmu[2].smmu.oas_bits = 41;
    config.smmus = 2;
    ck_assert(prisim_platform_config_check(&config, &error));
    config.smmus = 3;
    ck_assert(!prisim_platform_config_check(&config, &error));
    ck_assert_uint_eq(error.smmu, 2);
    ck_assert_str_eq(error.field, "oas_bits");
}
END_TEST

/* What the queue's own configuration says of these does not count: it takes as many records as IDR1.PRIQS says. */
START_TEST(queue_is_derived)
{
    struct prisim_platform_config config = small_config();
    config.smmu[0].smmu.priq_log2_max = 1;
    config.smmu[0].pri_queue.size_log2_max = 99;
    config.smmu[0].pri_queue.msi_supported = 7;
    struct prisim_platform *p = start_platform(&config);
    for (uint16_t i = 0; i < 3; i++) {
        struct prisim_tlp request = page_request_tlp(i, false);
        OK(prisim_platform_send(p, 0, &request, NULL));
    }
    OK(prisim_platform_run_until_idle(p, LIMIT));
    uint32_t prod;
    OK(prisim_platform_mmio_read32(p, 0, PRISIM_SMMU_PRIQ_PROD, &prod));
    ck_assert_uint_eq(prod, PRISIM_SMMU_QUEUE_OVERFLOW | 2); /* two records, and one that found no place */
    prisim_platform_close(p);
}
END_TEST

START_TEST(names_of_statuses)
{
    ck_assert_str_eq(prisim_status_name(PRISIM_OK), "PRISIM_OK");
    for (unsigned i = 0; i < PRISIM_STATUSES; i++)
        ck_assert_int_eq(strncmp(prisim_status_name((enum prisim_status)i), "PRISIM_", 7), 0);
    ck_assert_str_eq(prisim_status_name(PRISIM_STATUSES), "?");
    for (unsigned i = 0; i < PRISIM_SMMU_SOURCES; i++)
        ck_assert_str_ne(prisim_smmu_source_name((enum prisim_smmu_source)i), "?");
    ck_assert_str_eq(prisim_smmu_source_name(PRISIM_SMMU_SOURCES), "?");
}
END_TEST

/* Closing gives back all. */
START_TEST(nothing_is_kept)
{
    struct prisim_platform_config config = small_config();
    prisim_platform_close(open_platform(&config));
    size_t before = memory_taken();
    for (unsigned i = 0; i < 3; i++)
        prisim_platform_close(open_platform(&config));
    ck_assert_uint_eq(memory_taken(), before);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("platform_config");
    TCase *tcase = tcase_create("config");
    tcase_add_test(tcase, defaults_are_built);
    tcase_add_loop_test(tcase, each_is_named, 0, sizeof wrong / sizeof wrong[0]);
    tcase_add_test(tcase, edges_of_ranges);
    tcase_add_test(tcase, regions);
    tcase_add_test(tcase, places_for_all);
    tcase_add_test(tcase, both_functions_or_none);
    tcase_add_test(tcase, which_smmu);
    tcase_add_test(tcase, queue_is_derived);
    tcase_add_test(tcase, names_of_statuses);
    tcase_add_test(tcase, nothing_is_kept);
    suite_add_tcase(suite, tcase);
    return suite;
}
