/* SPDX-License-Identifier: Apache-2.0
 *
 * The processor's way to a function: configuration space by 1, 2 and 4 bytes, the capabilities, the BAR, and what is
 * refused, aborted or too late.
 */
#include "tests/harness/suite.h"
#include "tests/platform/functions.h"

/* Down: offered at 1, into the link at 2, a cycle on the wire, link 65 and root port 100: at the function's port at
 * 168, taken at 169. Its completion is made 10 later and goes the same way up. */
enum { ACCESS_CYCLES = 347, TAKEN_CYCLES = 2 };

START_TEST(reads_of_each_size)
{
    struct prisim_platform_config config = device_config(1);
    struct prisim_platform *p = open_platform(&config);
    ck_assert_uint_eq(config_read(p, 0, 0x00, 4), 0x0001fffe);
    ck_assert_uint_eq(config_read(p, 0, 0x00, 2), 0xfffe);
    ck_assert_uint_eq(config_read(p, 0, 0x02, 2), 0x0001);
    ck_assert_uint_eq(config_read(p, 0, 0x00, 1), 0xfe);
    ck_assert_uint_eq(config_read(p, 0, 0x01, 1), 0xff);
    ck_assert_uint_eq(config_read(p, 0, 0x02, 1), 0x01);
    ck_assert_uint_eq(config_read(p, 0, 0x03, 1), 0x00);
    ck_assert_uint_eq(config_read(p, 0, 0x0b, 1), 0x12); /* base class: processing accelerator */
    ck_assert_uint_eq(config_read(p, 0, 0x10, 4), 0x0000000c);
    ck_assert_uint_eq(config_read(p, 0, 0x14, 4), 0x10);
    ck_assert_uint_eq(config_read(p, 0, 0xfff, 1), 0);
    prisim_platform_close(p);
}
END_TEST

/* As pci_find_ext_capability does it. */
static uint32_t find_capability(struct prisim_platform *p, uint32_t id)
{
    uint32_t at = 0x100;
    for (unsigned left = 480; left && at >= 0x100; left--) {
        const uint32_t header = config_read(p, 0, at, 4);
        if ((header & 0xffff) == id)
            return at;
        at = header >> 20 & 0xffc;
    }
    return 0;
}

START_TEST(capabilities_are_found)
{
    struct prisim_platform_config config = device_config(1);
    struct prisim_platform *p = open_platform(&config);
    ck_assert_uint_eq(find_capability(p, 0x0f), 0x100);
    ck_assert_uint_eq(find_capability(p, 0x13), 0x110);
    ck_assert_uint_eq(find_capability(p, 0x1b), 0x120);
    ck_assert_uint_eq(find_capability(p, 0x0d), 0x130);
    prisim_platform_close(p);
}
END_TEST

/* covers: PCIE-ENUMERATION-1 */
START_TEST(controls_are_16_bits)
{
    struct prisim_platform_config config = device_config(1);
    struct prisim_platform *p = open_platform(&config);
    ck_assert_uint_eq(config_read(p, 0, PRI_STATUS, 2), 0x8100); /* PRPR, Stopped */
    enable_device(p, 0);
    ck_assert_uint_eq(config_read(p, 0, COMMAND, 4), 0x00100006);
    ck_assert_uint_eq(config_read(p, 0, 0x104, 4), 0x80000060);
    ck_assert_uint_eq(config_read(p, 0, PRI_CONTROL, 4), 0x80000001);
    ck_assert_uint_eq(config_read(p, 0, PRI_ALLOCATION, 4), 16);
    ck_assert_uint_eq(config_read(p, 0, 0x124, 4), 0x00011000);
    /* The other halves are not written: control by status, status by control, COMMAND by what is behind it. */
    OK(prisim_platform_config_write(p, 0, PRI_STATUS, 2, 0xffff));
    OK(prisim_platform_config_write(p, 0, 0x06, 2, 0));
    OK(prisim_platform_config_write(p, 0, 0x104, 2, 0xffff));
    OK(prisim_platform_config_write(p, 0, 0x124, 2, 0));
    ck_assert_uint_eq(config_read(p, 0, COMMAND, 4), 0x00100006);
    ck_assert_uint_eq(config_read(p, 0, 0x104, 4), 0x80000060);
    ck_assert_uint_eq(config_read(p, 0, PRI_CONTROL, 4), 0x80000001);
    ck_assert_uint_eq(config_read(p, 0, 0x124, 4), 0x00011000);
    /* Of a value wider than the access the low bytes count. */
    OK(prisim_platform_config_write(p, 0, PRI_ALLOCATION, 1, 0xabcdef20));
    ck_assert_uint_eq(config_read(p, 0, PRI_ALLOCATION, 4), 0x20);
    OK(prisim_platform_config_write(p, 0, PRI_CONTROL, 2, 0));
    ck_assert_uint_eq(config_read(p, 0, PRI_CONTROL, 4), 0x81000000);
    prisim_platform_close(p);
}
END_TEST

/* PCIE-ENUMERATION-7: that of the functions' own SMMU, by 1, 2 and 4 bytes. */
/* covers: PCIE-ENUMERATION-7 */
START_TEST(root_port)
{
    struct prisim_platform_config config = device_config(1);
    config.smmus = 2;
    config.device[0].smmu = 1;
    struct prisim_platform *p = open_platform(&config);
    uint32_t value = 0;
    OK(prisim_platform_root_port_read(p, 1, 0x0c, 4, &value));
    ck_assert_uint_eq(value, 0x00010000);
    OK(prisim_platform_root_port_read(p, 1, 0x0e, 1, &value));
    ck_assert_uint_eq(value, 1);
    OK(prisim_platform_root_port_write(p, 1, 0x19, 1, 0xff7));
    OK(prisim_platform_root_port_read(p, 1, 0x18, 2, &value));
    ck_assert_uint_eq(value, 0xf700);
    ck_assert_int_eq(prisim_platform_root_port_read(p, 0, 0, 4, &value), PRISIM_REFUSED);
    ck_assert_int_eq(prisim_platform_root_port_read(p, 2, 0, 4, &value), PRISIM_REFUSED);
    ck_assert_int_eq(prisim_platform_root_port_read(p, 1, 1, 4, &value), PRISIM_REFUSED);
    ck_assert_int_eq(prisim_platform_root_port_read(p, 1, 0x1000, 4, &value), PRISIM_REFUSED);
    ck_assert_int_eq(prisim_platform_root_port_read(p, 1, 0, 4, NULL), PRISIM_REFUSED);
    ck_assert_int_eq(prisim_platform_root_port_write(p, 0, 0x18, 4, 0), PRISIM_REFUSED);
    ck_assert_int_eq(prisim_platform_root_port_write(p, 1, 0x18, 3, 0), PRISIM_REFUSED);
    prisim_platform_close(p);
}
END_TEST

START_TEST(how_long_they_take)
{
    struct prisim_platform_config config = device_config(1);
    struct prisim_platform *p = open_platform(&config);
    config_read(p, 0, 0, 4);
    ck_assert_uint_eq(prisim_platform_now(p), ACCESS_CYCLES);
    OK(prisim_platform_config_write(p, 0, COMMAND, 2, 6));
    ck_assert_uint_eq(prisim_platform_now(p), 2 * ACCESS_CYCLES);
    OK(prisim_platform_bar_write32(p, 0, 4 * PASID, 1));
    ck_assert_uint_eq(prisim_platform_now(p), 2 * ACCESS_CYCLES + TAKEN_CYCLES);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    ck_assert_uint_eq(prisim_platform_now(p), 2 * ACCESS_CYCLES + 169); /* the function took it */
    prisim_platform_close(p);
}
END_TEST

START_TEST(bar)
{
    struct prisim_platform_config config = device_config(1);
    struct prisim_platform *p = open_platform(&config);
    uint32_t value = 77;
    IS(prisim_platform_bar_read32(p, 0, 4, &value), PRISIM_ABORT); /* memory space is off */
    ck_assert_uint_eq(value, 77);
    OK(prisim_platform_bar_write32(p, 0, 4 * PASID, 1));
    enable_device(p, 0);
    ck_assert_uint_eq(pasid_state(p, 0, PASID), 0); /* so was the write lost */
    run_pasid(p, 0, PASID);
    ck_assert_uint_eq(pasid_state(p, 0, PASID + 1), 0);
    ck_assert_uint_eq(pasid_state(p, 0, 0xfffff), 0); /* the last register */
    OK(prisim_platform_bar_write32(p, 0, 4 * PASID, 2));
    ck_assert_uint_eq(pasid_state(p, 0, PASID), 0);
    prisim_platform_close(p);
}
END_TEST

START_TEST(what_is_not_there)
{
    struct prisim_platform_config config = device_config(1);
    struct prisim_platform *p = open_platform(&config);
    uint32_t value;
    static const struct {
        unsigned device;
        uint32_t offset;
        unsigned bytes;
    } wrong[] = {{1, 0, 4}, {0, 0, 0}, {0, 0, 3}, {0, 0, 8}, {0, 1, 2}, {0, 2, 4}, {0, 3, 2}, {0, 0x1000, 1}};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        IS(prisim_platform_config_read(p, wrong[i].device, wrong[i].offset, wrong[i].bytes, &value), PRISIM_REFUSED);
        IS(prisim_platform_config_write(p, wrong[i].device, wrong[i].offset, wrong[i].bytes, 0), PRISIM_REFUSED);
    }
    IS(prisim_platform_config_read(p, 0, 0, 4, NULL), PRISIM_REFUSED);
    IS(prisim_platform_bar_read32(p, 0, 0, NULL), PRISIM_REFUSED);
    IS(prisim_platform_bar_read32(p, 1, 0, &value), PRISIM_REFUSED);
    IS(prisim_platform_bar_read32(p, 0, 2, &value), PRISIM_REFUSED);
    IS(prisim_platform_bar_read32(p, 0, 0x400000, &value), PRISIM_REFUSED);
    IS(prisim_platform_bar_write32(p, 1, 0, 0), PRISIM_REFUSED);
    IS(prisim_platform_bar_write32(p, 0, 1, 0), PRISIM_REFUSED);
    IS(prisim_platform_bar_write32(p, 0, 0x400000, 0), PRISIM_REFUSED);
    ck_assert_uint_eq(prisim_platform_now(p), 0);
    prisim_platform_close(p);
}
END_TEST

/* The SMMU's ports are its fabric's; another SMMU's are the caller's. */
START_TEST(no_port_for_the_caller)
{
    struct prisim_platform_config config = device_config(1);
    config.smmus = 2;
    struct prisim_platform *p = start_platform(&config);
    struct prisim_tlp tlp = memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
    uint8_t byte = 0;
    IS(prisim_platform_send(p, 0, &tlp, NULL), PRISIM_REFUSED);
    IS(prisim_platform_transact(p, 0, &tlp, LIMIT, NULL), PRISIM_REFUSED);
    IS(prisim_platform_receive(p, 0, 0, &tlp), PRISIM_REFUSED);
    IS(prisim_platform_dma_read(p, 0, &stream, VA, &byte, 1, NULL), PRISIM_REFUSED);
    IS(prisim_platform_dma_write(p, 0, &stream, VA, &byte, 0, NULL), PRISIM_REFUSED);
    OK(prisim_platform_transact(p, 1, &tlp, LIMIT, NULL));
    IS(prisim_platform_receive(p, 1, 0, &tlp), PRISIM_TIMEOUT);
    OK(prisim_platform_dma_read(p, 1, &stream, VA, &byte, 1, NULL));
    prisim_platform_close(p);
}
END_TEST

/* A completion comes in time, or a cycle late; that one is not the answer of the next access. */
START_TEST(patience)
{
    struct prisim_platform_config config = device_config(1);
    uint32_t value = 77;
    config.patience = ACCESS_CYCLES;
    struct prisim_platform *p = open_platform(&config);
    ck_assert_uint_eq(config_read(p, 0, 0, 4), 0x0001fffe);
    prisim_platform_close(p);
    config.patience = ACCESS_CYCLES - 1;
    p = open_platform(&config);
    for (unsigned i = 1; i <= 3; i++) {
        IS(prisim_platform_config_read(p, 0, 4 * i, 4, &value), PRISIM_TIMEOUT);
        ck_assert_uint_eq(prisim_platform_now(p), i * (ACCESS_CYCLES - 1));
    }
    ck_assert_uint_eq(value, 77);
    prisim_platform_close(p);
}
END_TEST

START_TEST(late_completion_of_another)
{
    struct prisim_platform_config config = device_config(2);
    uint32_t value;
    config.patience = 500;
    config.device[0].endpoint.register_latency = 1000;
    struct prisim_platform *p = open_platform(&config);
    IS(prisim_platform_config_read(p, 0, 0x110, 4, &value), PRISIM_TIMEOUT);
    OK(prisim_platform_run_until(p, 1300)); /* it comes at 1337 */
    ck_assert_uint_eq(config_read(p, 1, 0x100, 4), 0x1101000f);
    ck_assert_uint_eq(prisim_platform_now(p), 1300 + ACCESS_CYCLES);
    /* More than there are tags. */
    for (unsigned i = 0; i < 300; i++)
        ck_assert_uint_eq(config_read(p, 1, i % 2 ? 0x120 : 0x110, 4), i % 2 ? 0x1301001b : 0x12010013);
    prisim_platform_close(p);
}
END_TEST

static void count_starts(void *context, const struct prisim_event *events, unsigned count)
{
    unsigned *starts = context;
    for (unsigned i = 0; i < count; i++)
        *starts += events[i].type == PRISIM_EVENT_ENDPOINT_START;
}

/* With room for two TLPs on the link, and one of each class beside them, the third write waits until the first has
 * left. What was given up is still made. */
START_TEST(write_is_not_taken)
{
    struct prisim_platform_config config = device_config(1);
    config.fabric.link_tlps = 2;
    config.patience = 100;
    unsigned starts = 0;
    struct prisim_platform *p = open_platform(&config);
    prisim_platform_set_listener(p, count_starts, &starts);
    IS(prisim_platform_config_write(p, 0, COMMAND, 1, 2), PRISIM_TIMEOUT);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    uint64_t begun = prisim_platform_now(p);
    OK(prisim_platform_bar_write32(p, 0, 4 * 5, 1));
    OK(prisim_platform_bar_write32(p, 0, 4 * 6, 1));
    IS(prisim_platform_bar_write32(p, 0, 4 * 7, 1), PRISIM_TIMEOUT);
    ck_assert_uint_eq(prisim_platform_now(p), begun + 2 * TAKEN_CYCLES + 100);
    ck_assert_uint_eq(starts, 0);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    ck_assert_uint_eq(starts, 3);
    prisim_platform_close(p);
}
END_TEST

/* Two at one SMMU: each answers for itself, and by its own id. */
START_TEST(two_functions)
{
    struct prisim_platform_config config = device_config(2);
    config.device[0].endpoint.pasid_bits = 5;
    config.device[1].endpoint.pasid_bits = 6;
    struct prisim_platform *p = open_platform(&config);
    ck_assert_uint_eq(config_read(p, 0, 0x124, 2), 0x500);
    ck_assert_uint_eq(config_read(p, 1, 0x124, 2), 0x600);
    ck_assert_uint_eq(config_read(p, 0, 0x10, 4), 0x0000000c);
    ck_assert_uint_eq(config_read(p, 1, 0x10, 4), 0x0040000c);
    enable_device(p, 1);
    ck_assert_uint_eq(config_read(p, 0, COMMAND, 4), 0x00100000);
    ck_assert_uint_eq(config_read(p, 1, COMMAND, 4), 0x00100006);
    run_pasid(p, 1, 3);
    enable_device(p, 0);
    ck_assert_uint_eq(pasid_state(p, 0, 3), 0);
    prisim_platform_close(p);
}
END_TEST

static void name_is(struct prisim_platform *p, unsigned instance, const char *expected)
{
    char name[PRISIM_PLATFORM_NAME_MAX];
    OK(prisim_platform_instance_name(p, instance, name));
    ck_assert_str_eq(name, expected);
}

/* Behind all instances that there are without devices. */
START_TEST(names)
{
    struct prisim_platform_config config = device_config(2);
    char name[PRISIM_PLATFORM_NAME_MAX];
    struct prisim_platform *p = open_platform(&config);
    name_is(p, 3, "memory");
    name_is(p, 4, "fabric");
    name_is(p, 5, "endpoint[0]");
    name_is(p, 6, "endpoint[1]");
    IS(prisim_platform_instance_name(p, 7, name), PRISIM_REFUSED);
    prisim_platform_close(p);
    config.smmus = 3;
    config.device[1].smmu = 2;
    p = open_platform(&config);
    name_is(p, 7, "memory");
    name_is(p, 8, "fabric[0]");
    name_is(p, 9, "fabric[2]");
    name_is(p, 10, "endpoint[0]");
    name_is(p, 11, "endpoint[1]");
    IS(prisim_platform_instance_name(p, 12, name), PRISIM_REFUSED);
    prisim_platform_close(p);
}
END_TEST

TEST_SUITE("platform_device", reads_of_each_size, capabilities_are_found, controls_are_16_bits, root_port,
           how_long_they_take, bar, what_is_not_there, no_port_for_the_caller, patience, late_completion_of_another,
           write_is_not_taken, two_functions, names)
