/* SPDX-License-Identifier: Apache-2.0
 *
 * Registers looked at from outside: what software would read, without an event, without time and without an effect.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

static struct smmu_harness *h;

static void setup(void)
{
    h = smmu_harness_open();
    smmu_harness_start(h);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static uint32_t look(uint64_t offset)
{
    uint8_t data[4] = {0xee, 0xee, 0xee, 0xee};
    ck_assert_uint_eq(prisim_smmu_register_debug(&h->config, h->state, offset, data, 4), 4);
    return prisim_load_le32(data);
}

/* The whole frame, in one look and word by word. Of 0x8000 words a few are 0 only because nothing is there. */
static void as_software_reads(void)
{
    static uint8_t frame[0x20000];
    memset(frame, 0xee, sizeof frame);
    ck_assert_uint_eq(prisim_smmu_register_debug(&h->config, h->state, 0, frame, sizeof frame), 0x20000);
    for (uint32_t offset = 0; offset < sizeof frame; offset += offset % 0x10000 < 0x1000 ? 4 : 0x404) {
        uint32_t looked = prisim_load_le32(frame + offset);
        ck_assert_uint_eq(look(offset), looked);
        ck_assert_msg(smmu_harness_read(h, offset) == looked, "%x is %x", offset, looked);
    }
}

START_TEST(at_reset)
{
    teardown();
    h = smmu_harness_open();
    h->config.reset_pattern = UINT32_C(0xa5c3f00f); /* so that many words are not 0 */
    smmu_harness_start(h);
    ck_assert_uint_ne(look(0x80), 0);
    as_software_reads();
}
END_TEST

/* PRIQ_PROD as the queue outside has said it. */
START_TEST(in_use)
{
    smmu_harness_write64(h, PRISIM_SMMU_PRIQ_BASE, HARNESS_TABLES | 4);
    smmu_harness_bring_up(h);
    smmu_harness_sync(h);
    h->pri = (struct prisim_pri_queue_status){.prod = 0x80000003};
    harness_offer(h->base, PRISIM_SMMU_RX_PRI_STATUS, &h->pri);
    smmu_harness_run(h, 20);
    ck_assert_uint_eq(look(0x98), 1);             /* CMDQ_PROD */
    ck_assert_uint_eq(look(0x9c), 1);             /* CMDQ_CONS */
    ck_assert_uint_eq(look(0x24), look(0x20));    /* CR0ACK */
    ck_assert_uint_eq(look(0x100c8), 0x80000003); /* PRIQ_PROD */
    as_software_reads();
}
END_TEST

/* Literals: IDR0 by what is built, CIDR0 to 3, and a 64-bit register as two words. */
START_TEST(literals)
{
    uint8_t data[16];
    ck_assert_uint_eq(prisim_smmu_register_debug(&h->config, h->state, 0xff0, data, 16), 16);
    static const uint8_t cidr[16] = {0x0d, 0, 0, 0, 0xf0, 0, 0, 0, 0x05, 0, 0, 0, 0xb1, 0, 0, 0};
    ck_assert_mem_eq(data, cidr, 16);
    smmu_harness_write64(h, PRISIM_SMMU_STRTAB_BASE, UINT64_C(0x400000123456ffc0));
    ck_assert_uint_eq(prisim_smmu_register_debug(&h->config, h->state, 0x80, data, 8), 8);
    ck_assert_uint_eq(prisim_load_le64(data), UINT64_C(0x400000123456ffc0));
    ck_assert_uint_eq(look(0x80), 0x3456ffc0);
    ck_assert_uint_eq(look(0x84), 0x40000012);
}
END_TEST

/* Nothing is read of what is not whole words inside the frame; nothing is written behind what was read. */
START_TEST(refused)
{
    uint8_t data[16];
    memset(data, 0xee, sizeof data);
    static const struct {
        uint64_t offset;
        unsigned size, read;
    } row[] = {{2, 4, 0},       {0, 2, 0},
               {0, 5, 0},       {1, 1, 0},
               {0x20000, 4, 0}, {UINT64_C(1) << 32, 4, 0},
               {0x1fffc, 8, 4}, {0x1fff8, 8, 8},
               {0, 0, 0},       {UINT64_MAX - 3, 8, 0}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        memset(data, 0xee, sizeof data);
        ck_assert_uint_eq(prisim_smmu_register_debug(&h->config, h->state, row[i].offset, data, row[i].size),
                          row[i].read);
        for (unsigned at = row[i].read; at < sizeof data; at++)
            ck_assert_uint_eq(data[at], 0xee);
    }
}
END_TEST

/* No event, no step, and the state is what it was. */
START_TEST(without_a_trace)
{
    smmu_harness_bring_up(h);
    smmu_harness_run(h, 100);
    size_t size = prisim_smmu_state_size(&h->config);
    uint8_t *before = malloc(size), data[0x1000];
    memcpy(before, h->state, size);
    unsigned events = h->base->events;
    ck_assert_uint_eq(prisim_smmu_register_debug(&h->config, h->state, 0, data, sizeof data), sizeof data);
    ck_assert_uint_eq(prisim_smmu_register_debug(&h->config, h->state, 0x10000, data, sizeof data), sizeof data);
    ck_assert_mem_eq(before, h->state, size);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(h->base->events, events);
    free(before);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_debug");
    TCase *tcase = tcase_create("debug");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, at_reset);
    tcase_add_test(tcase, in_use);
    tcase_add_test(tcase, literals);
    tcase_add_test(tcase, refused);
    tcase_add_test(tcase, without_a_trace);
    suite_add_tcase(suite, tcase);
    return suite;
}
