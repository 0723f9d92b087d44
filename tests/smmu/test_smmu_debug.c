/* SPDX-License-Identifier: Apache-2.0
 *
 * Registers looked at from outside: what software would read, without an event, without time and without an effect.
 */
#include "tests/smmu/smmu_bench.h"

static struct bench *b;

static void setup(void)
{
    b = bench_open();
    bench_start(b);
}

static void teardown(void)
{
    bench_close(b);
}

static uint32_t look(uint64_t offset)
{
    uint8_t data[4] = {0xee, 0xee, 0xee, 0xee};
    ck_assert_uint_eq(smmu_register_debug(&b->config, b->state, offset, data, 4), 4);
    return load_le32(data);
}

/* The whole frame, in one look and word by word. Of 0x8000 words a few are 0 only because nothing is there. */
static void as_software_reads(void)
{
    static uint8_t frame[0x20000];
    memset(frame, 0xee, sizeof frame);
    ck_assert_uint_eq(smmu_register_debug(&b->config, b->state, 0, frame, sizeof frame), 0x20000);
    for (uint32_t offset = 0; offset < sizeof frame; offset += offset % 0x10000 < 0x1000 ? 4 : 0x404) {
        uint32_t looked = load_le32(frame + offset);
        ck_assert_uint_eq(look(offset), looked);
        ck_assert_msg(bench_read(b, offset) == looked, "%x is %x", offset, looked);
    }
}

START_TEST(at_reset)
{
    teardown();
    b = bench_open();
    b->config.reset_pattern = UINT32_C(0xa5c3f00f); /* so that many words are not 0 */
    bench_start(b);
    ck_assert_uint_ne(look(0x80), 0);
    as_software_reads();
}
END_TEST

/* PRIQ_PROD as the queue outside has said it. */
START_TEST(in_use)
{
    bench_write64(b, SMMU_PRIQ_BASE, BENCH_TABLES | 4);
    bench_bring_up(b);
    bench_sync(b);
    b->pri = (struct pri_queue_status){.prod = 0x80000003};
    rig_offer(b->rig, SMMU_RX_PRI_STATUS, &b->pri);
    bench_run(b, 20);
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
    ck_assert_uint_eq(smmu_register_debug(&b->config, b->state, 0xff0, data, 16), 16);
    static const uint8_t cidr[16] = {0x0d, 0, 0, 0, 0xf0, 0, 0, 0, 0x05, 0, 0, 0, 0xb1, 0, 0, 0};
    ck_assert_mem_eq(data, cidr, 16);
    bench_write64(b, SMMU_STRTAB_BASE, UINT64_C(0x400000123456ffc0));
    ck_assert_uint_eq(smmu_register_debug(&b->config, b->state, 0x80, data, 8), 8);
    ck_assert_uint_eq(load_le64(data), UINT64_C(0x400000123456ffc0));
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
        ck_assert_uint_eq(smmu_register_debug(&b->config, b->state, row[i].offset, data, row[i].size), row[i].read);
        for (unsigned at = row[i].read; at < sizeof data; at++)
            ck_assert_uint_eq(data[at], 0xee);
    }
}
END_TEST

/* No event, no step, and the state is what it was. */
START_TEST(without_a_trace)
{
    bench_bring_up(b);
    bench_run(b, 100);
    size_t size = smmu_state_size(&b->config);
    uint8_t *before = malloc(size), data[0x1000];
    memcpy(before, b->state, size);
    unsigned events = b->rig->events;
    ck_assert_uint_eq(smmu_register_debug(&b->config, b->state, 0, data, sizeof data), sizeof data);
    ck_assert_uint_eq(smmu_register_debug(&b->config, b->state, 0x10000, data, sizeof data), sizeof data);
    ck_assert_mem_eq(before, b->state, size);
    bench_run(b, 100);
    ck_assert_uint_eq(b->rig->events, events);
    free(before);
}
END_TEST

int main(void)
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
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
