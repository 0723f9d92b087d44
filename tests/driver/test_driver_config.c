/* SPDX-License-Identifier: Apache-2.0
 *
 * What the driver's configuration may be, at both ends of each range, and what it is by default (docs/timing/driver.md
 * "Parameters").
 */
#include "driver/memory/memory.h"
#include "driver/unbind/policy.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct row {
    size_t at;
    uint32_t low, high, normal;
    const char *field;
};
#define ROW(member, low, high, normal)                                                                                 \
    {                                                                                                                  \
        offsetof(struct prisim_driver_config, member), low, high, normal, #member                                      \
    }
static const struct row rows[] = {
    ROW(cpus, 1, 8, 4),
    ROW(workers, 1, 4, 2),
    ROW(unbind, 0, 21, 1),
    ROW(marker_timeout, 0, 1000000000, 100000),
    ROW(draining_answer, 0, 1, 0),
    ROW(cons_update, 0, 1, 0),
    ROW(work_queue, 0, 1, 0),
    ROW(pri_handler, 0, 1, 0),
    ROW(prod_reread, 0, 1, 1),
    ROW(respond_before_cons, 0, 1, 0),
    ROW(resolve_at, 0, 2, 0),
    ROW(resolve_by, 0, 1, 0),
    ROW(match_by, 0, 1, 0),
    ROW(no_owner, 0, 2, 0),
    ROW(no_owner_per, 0, 1, 0),
    ROW(lock_resolve, 0, 3, 0),
    ROW(lock_serve, 0, 3, 0),
    ROW(lock_handler, 0, 3, 0),
    ROW(reference, 0, 2, 0),
    ROW(space_life, 0, 1, 0),
    ROW(objects, 0, 1, 0),
    ROW(batch_empty, 0, 1, 0),
    ROW(batch_signal, 0, 2, 0),
    ROW(batch_parts, 0, 1, 1),
    ROW(flags_reading, 0, 1, 0),
    ROW(await_stopped, 0, 1, 1),
    ROW(pri_on, 0, 1, 0),
    ROW(completion, 0, 1, 0),
    ROW(scan, 0, 1, 1),
    ROW(marker, 0, 3, 0),
    ROW(stale_limit, 0, 1024, 0),
    ROW(quarantine, 1, 1000000000, 100000),
    ROW(recycle_delay, 0, 1000000000, 0),
    ROW(asid_bits, 1, 16, 8),
    ROW(asid_recycle, 0, 2, 0),
    ROW(asid_delay, 1, 1000000000, 100000),
    ROW(frame_recycle, 0, 2, 0),
    ROW(frame_delay, 1, 1000000000, 100000),
    ROW(teardown, 0, 2, 0),
    ROW(unmap_tlbi_pages, 0, 512, 8),
    ROW(bind_cfgi, 0, 1, 1),
    ROW(on_atc_timeout, 0, 3, 0),
    ROW(isolate, 0, 2, 0),
    ROW(atc_inv_repeats, 1, 1000000, 3),
    ROW(commands, 0, 1, 0),
    ROW(sync_timeout, 0, 1000000000, 0),
    ROW(on_sync_timeout, 0, 1, 0),
    ROW(no_pasid, 0, 2, 0),
    ROW(stop_told, 0, 1, 0),
    ROW(no_pasid_space, 0, 16, 0),
    ROW(kexec_boot, 1, 1000000000, 10000),
    ROW(kexec_queues, 0, 1, 0),
    ROW(kexec_prod, 0, 1, 0),
    ROW(kexec_threads, 0, 1, 0),
    ROW(kexec_functions, 0, 2, 0),
    ROW(kexec_gbpa, 0, 1, 0),
    ROW(enumerate, 0, 1, 0),
    ROW(interrupts, 0, 2, 0),
    ROW(irq_latency, 1, 1000000000, 1000),
    ROW(irq_coalesce, 0, 1000000000, 0),
    ROW(lose_interrupt, 0, 1000000000, 0),
    ROW(fault_service, 1, 1000000000, 3000),
    ROW(fault_service_spread, 0, 1000000000, 0),
    ROW(major_faults, 0, 1000000000, 0),
    ROW(major_fault_wait, 1, 1000000000, 100000),
    ROW(cmdq_log2, 4, 19, 8),
    ROW(eventq_log2, 4, 19, 8),
    ROW(priq_log2, 0, 19, 9),
    ROW(credits, 0, 2, 0),
    ROW(marker_allowance, 0, 524288, 0),
    ROW(priq_lo, 0, 1, 0),
    ROW(pasid_bits, 1, 10, 6),
    ROW(ppar, 0, 1, 1),
    ROW(functions, 1, 32, 0),
    ROW(spaces, 0, 16, 0),
    ROW(price.mmio_read, 1, 1000000, 20),
    ROW(price.mmio_write, 1, 1000000, 20),
    ROW(price.load, 1, 1000000, 4),
    ROW(price.store, 1, 1000000, 4),
    ROW(price.compute, 1, 1000000, 20),
    ROW(price.interrupt_entry, 1, 1000000, 200),
    ROW(price.wake_up, 1, 1000000, 500),
    ROW(price.scan_entry, 1, 1000000, 20),
    ROW(price.poll_interval, 1, 1000000, 200),
};

/* Room for everything, and 32 functions that differ. */
static struct prisim_driver_config big(void)
{
    struct prisim_driver_config c;
    prisim_driver_config_default(&c);
    c.ram_size = UINT64_C(1) << 32;
    c.functions = 1;
    c.no_pasid = PRISIM_DRIVER_NO_PASID_BYPASS;    /* for stop_told */
    c.spaces = PRISIM_DRIVER_SPACES_MAX;           /* for no_pasid_space */
    c.own.list[PRISIM_DRIVER_ON_UNBIND].steps = 2; /* for unbind */
    c.own.list[PRISIM_DRIVER_ON_UNBIND].step[0].step = DRIVER_STEP_ENTER;
    c.own.list[PRISIM_DRIVER_ON_UNBIND].step[1].step = DRIVER_STEP_FREE;
    for (unsigned i = 0; i < PRISIM_DRIVER_FUNCTIONS_MAX; i++)
        c.function[i].requester_id = (uint16_t)i;
    return c;
}

static bool accepts(const struct prisim_driver_config *c, const char *field)
{
    struct prisim_config_error error = {NULL, NULL};
    bool ok = prisim_driver_config_check(c, &error);
    if (!ok)
        ck_assert_str_eq(error.field, field);
    return ok;
}

/* What is expected is told in numbers. */
static void is_refused(const struct prisim_driver_config *c, const struct row *row, uint32_t value)
{
    struct prisim_config_error error = {NULL, NULL};
    char expected[32];
    snprintf(expected, sizeof expected, "%" PRIu32 "..%" PRIu32, row->low, row->high);
    ck_assert_msg(!prisim_driver_config_check(c, &error), "%s: %u is accepted", row->field, value);
    ck_assert_str_eq(error.field, row->field);
    ck_assert_str_eq(error.expected, expected);
}

/* covers: PCIE-LATENCY-10, PCIE-LATENCY-11 */
START_TEST(defaults_and_ranges)
{
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct prisim_driver_config c;
        prisim_driver_config_default(&c);
        uint32_t *value = (uint32_t *)(void *)((char *)&c + rows[i].at);
        ck_assert_msg(*value == rows[i].normal, "%s is %u", rows[i].field, *value);
        c = big();
        *value = rows[i].low;
        ck_assert_msg(accepts(&c, rows[i].field), "%s: %u is refused", rows[i].field, *value);
        *value = rows[i].high;
        ck_assert_msg(accepts(&c, rows[i].field), "%s: %u is refused", rows[i].field, *value);
        *value = rows[i].high + 1;
        is_refused(&c, &rows[i], *value);
        *value = rows[i].low - 1; /* or 2^32 - 1 */
        is_refused(&c, &rows[i], *value);
    }
}
END_TEST

static bool region_is_accepted(struct prisim_driver_region region, const char *field)
{
    struct prisim_driver_config c = big();
    c.spaces = 2;
    c.space[1].regions = 2;
    c.space[1].region[0] = (struct prisim_driver_region){0x4000, 0x1000, 1, 0, 0, 0};
    c.space[1].region[1] = region;
    return accepts(&c, field);
}

START_TEST(regions)
{
    const uint64_t top = UINT64_C(1) << 48;
    ck_assert(region_is_accepted((struct prisim_driver_region){0, 0x1000, 3, 1, 0, 0}, ""));
    ck_assert(region_is_accepted((struct prisim_driver_region){top - 0x1000, 0x1000, 2, 0, 0, 0}, ""));
    ck_assert(region_is_accepted((struct prisim_driver_region){0, top, 1, 0, 0, 0}, ""));
    ck_assert(!region_is_accepted((struct prisim_driver_region){top, 0x1000, 3, 0, 0, 0}, "space.region.at"));
    ck_assert(!region_is_accepted((struct prisim_driver_region){0x800, 0x1000, 3, 0, 0, 0}, "space.region.at"));
    ck_assert(!region_is_accepted((struct prisim_driver_region){0x1000, 0, 3, 0, 0, 0}, "space.region.size"));
    ck_assert(!region_is_accepted((struct prisim_driver_region){0x1000, 0x1800, 3, 0, 0, 0}, "space.region.size"));
    ck_assert(!region_is_accepted((struct prisim_driver_region){0x1000, top, 3, 0, 0, 0}, "space.region.size"));
    ck_assert(!region_is_accepted((struct prisim_driver_region){0x1000, 0x1000, 0, 0, 0, 0}, "space.region.perm"));
    ck_assert(!region_is_accepted((struct prisim_driver_region){0x1000, 0x1000, 4, 0, 0, 0}, "space.region.perm"));
    ck_assert(!region_is_accepted((struct prisim_driver_region){0x1000, 0x1000, 3, 2, 0, 0}, "space.region.populated"));
    ck_assert(region_is_accepted((struct prisim_driver_region){0x1000, 0x1000, 3, 0, 2, 15}, ""));
    ck_assert(!region_is_accepted((struct prisim_driver_region){0x1000, 0x1000, 3, 0, 3, 0}, "space.region.backing"));
    ck_assert(!region_is_accepted((struct prisim_driver_region){0x1000, 0x1000, 3, 0, 2, 16}, "space.region.file"));
    struct prisim_driver_config c = big();
    c.spaces = 1;
    c.space[0].regions = 17;
    ck_assert(!accepts(&c, "space.regions"));
}
END_TEST

START_TEST(addresses_and_functions)
{
    struct prisim_driver_config c = big();
    c.ram_base += 0x800;
    ck_assert(!accepts(&c, "ram_base"));
    c.ram_base = UINT64_C(1) << 47;
    ck_assert(!accepts(&c, "ram_base"));
    c.ram_base -= 0x1000;
    ck_assert(accepts(&c, ""));
    c = big();
    c.ram_size = UINT64_C(1) << 40;
    ck_assert(!accepts(&c, "ram_size"));
    c.ram_size -= 0x800;
    ck_assert(!accepts(&c, "ram_size"));
    c.ram_size -= 0x800;
    ck_assert(accepts(&c, ""));
    c = big();
    c.doorbell_base = 2;
    ck_assert(!accepts(&c, "doorbell_base"));
    c = big();
    c.functions = 32;
    ck_assert(accepts(&c, ""));
    c.function[31].bar_base = 2;
    ck_assert(!accepts(&c, "function.bar_base"));
    c.function[31].bar_base = 4;
    c.function[31].callback = 4;
    ck_assert(!accepts(&c, "function.callback"));
    c.function[31].callback = 3;
    c.function[31].callback_latency = 1000000001;
    ck_assert(!accepts(&c, "function.callback"));
    c.function[31].callback_latency = 1000000000;
    ck_assert(accepts(&c, ""));
    c.function[31].faults = 2;
    ck_assert(!accepts(&c, "function.faults"));
    c.function[31].faults = 1;
    ck_assert(accepts(&c, ""));
    c.function[31].pri_allocation = 1;
    ck_assert(!accepts(&c, "function.faults"));
    c.function[31].pri_allocation = 0;
    c.function[31].physical_function = 1;
    ck_assert(!accepts(&c, "function.faults"));
    c.function[31].physical_function = 0;
    for (unsigned i = 0; i < 31; i++) {
        c.function[31].requester_id = (uint16_t)i;
        ck_assert(!accepts(&c, "function.requester_id"));
    }
}
END_TEST

/* Stream table of 2^1 entries of 64 bytes, two queues of 16 and 32 bytes an entry, a PRI queue of one entry, and a CD
 * table of two descriptors: 0 to 0x3ff; one page holds them, and none does not. */
START_TEST(the_smallest_ram)
{
    struct prisim_driver_config c = big();
    c.function[0].requester_id = 1;
    c.cmdq_log2 = c.eventq_log2 = 4;
    c.priq_log2 = 0;
    c.pasid_bits = 1;
    c.ram_size = 0x1000;
    ck_assert(accepts(&c, ""));
    c.ram_size = 0;
    ck_assert(!accepts(&c, "ram_size"));
    c.ram_size = 0x1000;
    c.pasid_bits = 6; /* 4 KB of descriptors, aligned */
    ck_assert(!accepts(&c, "ram_size"));
    c.ram_size = 0x2000;
    ck_assert(accepts(&c, ""));
}
END_TEST

/* UNBIND-S-50: each life has room for its tables and queues, 8 KB here; a page less is too little. */
START_TEST(crash_kernel)
{
    struct prisim_driver_config c = big();
    c.function[0].requester_id = 1;
    c.cmdq_log2 = c.eventq_log2 = 4;
    c.priq_log2 = 0;
    c.pasid_bits = 6;
    c.ram_size = 0x5000;
    for (c.crashkernel = 0; c.crashkernel <= 0x6000; c.crashkernel += 0x1000)
        ck_assert_int_eq(accepts(&c, "crashkernel"),
                         c.crashkernel == 0 || c.crashkernel == 0x2000 || c.crashkernel == 0x3000);
    c.crashkernel = 0x2800;
    ck_assert(!accepts(&c, "crashkernel"));
    /* Accesses that stall are told by the event queue. */
    c.crashkernel = 0x2000;
    c.kexec_queues = PRISIM_DRIVER_KEXEC_QUEUES_OFF;
    ck_assert(accepts(&c, ""));
    c.function[0].faults = PRISIM_DRIVER_FAULTS_STALL;
    ck_assert(!accepts(&c, "kexec_queues"));
    c.crashkernel = 0;
    ck_assert(accepts(&c, ""));
}
END_TEST

/* RAM besides that at ram_base: whole pages, not at 0, in the 48 bits that a descriptor has. */
START_TEST(regions_of_ram)
{
    static const struct {
        struct prisim_memory_region region;
        const char *field; /* NULL: it can be */
    } row[] = {{{0, 0}, NULL},
               {{0x1000, 0x1000}, NULL},
               {{0xfffffffff000, 0x1000}, NULL},
               {{0xfffffffff000, 0x2000}, "region.base"},
               {{0, 0x1000}, "region.base"},
               {{0x800, 0x1000}, "region.base"},
               {{0x1000, 0x1800}, "region.size"},
               {{0x1000, 0x1000000000000}, "region.size"}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct prisim_driver_config config;
        struct prisim_config_error error = {"", ""};
        prisim_driver_config_default(&config);
        config.functions = 1;
        config.region[6] = row[i].region;
        ck_assert_int_eq(prisim_driver_config_check(&config, &error), !row[i].field);
        if (row[i].field)
            ck_assert_str_eq(error.field, row[i].field);
    }
}
END_TEST

/* 1 GB needs one table of level 1, one of level 2 and 512 of level 3, and there are four to spare; twice as many slots,
 * rounded up to a power of two, but none for tables that RAM could not hold. */
START_TEST(slots_for_tables)
{
    struct prisim_driver_config config;
    uint32_t log2;
    uint64_t mapped;
    prisim_driver_config_default(&config);
    config.ram_size = UINT64_C(1) << 30;
    config.spaces = 1;
    config.space[0] = (struct prisim_driver_space){.regions = 1, .region = {{.at = 0, .size = UINT64_C(1) << 30}}};
    ck_assert_uint_eq(page_table_capacity(&config, &log2, &mapped), 2048);
    ck_assert_uint_eq(log2, 11);
    ck_assert_uint_eq(mapped, 2 + 4 + 514 + 262144); /* root, shared, tables, pages */
    config.ram_size = 256 * 4096;
    ck_assert_uint_eq(page_table_capacity(&config, &log2, &mapped), 512);
    ck_assert_uint_eq(log2, 9);
    config.region[4] = (struct prisim_memory_region){UINT64_C(1) << 40, 200 * 4096};
    ck_assert_uint_eq(page_table_capacity(&config, &log2, &mapped), 1024);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_config");
    TCase *tcase = tcase_create("driver_config");
    tcase_add_test(tcase, defaults_and_ranges);
    tcase_add_test(tcase, regions);
    tcase_add_test(tcase, crash_kernel);
    tcase_add_test(tcase, regions_of_ram);
    tcase_add_test(tcase, addresses_and_functions);
    tcase_add_test(tcase, the_smallest_ram);
    tcase_add_test(tcase, slots_for_tables);
    suite_add_tcase(suite, tcase);
    return suite;
}
