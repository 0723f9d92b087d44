/* SPDX-License-Identifier: Apache-2.0
 *
 * The caller's own accesses, of registers and of memory, blocking and at once; interrupts that reach it.
 */
#include "tests/harness/suite.h"
#include "tests/platform/software.h"

static struct prisim_platform_config config;
static struct prisim_platform *p;

static void setup(void)
{
    config = small_config();
    p = open_platform(&config);
}

static void teardown(void)
{
    prisim_platform_close(p);
}

START_TEST(registers)
{
    const uint64_t base = RAM + (UINT64_C(1) << 40) + 0x12340;
    uint64_t wide = 0;
    uint32_t word = 0;
    OK(prisim_platform_mmio_write64(p, 0, PRISIM_SMMU_STRTAB_BASE, base));
    OK(prisim_platform_mmio_read64(p, 0, PRISIM_SMMU_STRTAB_BASE, &wide));
    ck_assert_uint_eq(wide, base);
    OK(prisim_platform_mmio_write32(p, 0, PRISIM_SMMU_CR2, PRISIM_CR2_RECINVSID));
    OK(prisim_platform_mmio_read32(p, 0, PRISIM_SMMU_CR2, &word));
    ck_assert_uint_eq(word, PRISIM_CR2_RECINVSID);
}
END_TEST

START_TEST(registers_refused)
{
    uint64_t wide, now = prisim_platform_now(p);
    uint32_t word;
    IS(prisim_platform_mmio_read32(p, 1, PRISIM_SMMU_IDR0, &word), PRISIM_REFUSED);
    IS(prisim_platform_mmio_read64(p, 1, PRISIM_SMMU_IDR0, &wide), PRISIM_REFUSED);
    IS(prisim_platform_mmio_write32(p, 1, PRISIM_SMMU_CR0, 0), PRISIM_REFUSED);
    IS(prisim_platform_mmio_write64(p, 1, PRISIM_SMMU_CMDQ_BASE, 0), PRISIM_REFUSED);
    IS(prisim_platform_mmio_read32(p, 0, PRISIM_SMMU_IDR0, NULL), PRISIM_REFUSED);
    IS(prisim_platform_mmio_read64(p, 0, PRISIM_SMMU_IDR0, NULL), PRISIM_REFUSED);
    IS(prisim_platform_mmio_read32(p, 0, 0x3d, &word), PRISIM_REFUSED); /* over the end of a line */
    IS(prisim_platform_mmio_read64(p, 0, 0x39, &wide), PRISIM_REFUSED);
    ck_assert_uint_eq(prisim_platform_now(p), now);
    /* What software must not do is the SMMU's to answer. */
    OK(prisim_platform_mmio_read32(p, 0, 0x1e, &word));
    OK(prisim_platform_mmio_read32(p, 0, PRISIM_SMMU_FRAME_BYTES + 0x100, &word));
}
END_TEST

START_TEST(peek_at_registers)
{
    uint64_t now = prisim_platform_now(p);
    uint32_t peeked, read;
    OK(prisim_platform_register_peek(p, 0, PRISIM_SMMU_IDR1, &peeked));
    ck_assert_uint_eq(prisim_platform_now(p), now);
    OK(prisim_platform_mmio_read32(p, 0, PRISIM_SMMU_IDR1, &read));
    ck_assert_uint_eq(peeked, read);
    IS(prisim_platform_register_peek(p, 1, PRISIM_SMMU_IDR1, &peeked), PRISIM_REFUSED);
    IS(prisim_platform_register_peek(p, 0, PRISIM_SMMU_IDR1 + 1, &peeked), PRISIM_REFUSED);
    IS(prisim_platform_register_peek(p, 0, PRISIM_SMMU_FRAME_BYTES, &peeked), PRISIM_REFUSED);
    IS(prisim_platform_register_peek(p, 0, PRISIM_SMMU_IDR1, NULL), PRISIM_REFUSED);
}
END_TEST

static void fill(uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)(i * 7 + 1);
}

/* Lines of 64 bytes: each an access of its own, after the one before. */
START_TEST(memory_in_lines)
{
    enum { BYTES = 200 };
    const uint64_t at = RAM + 0x1000 + 63;
    uint8_t sent[BYTES], got[BYTES + 2] = {0};
    fill(sent, BYTES);
    uint64_t begin = prisim_platform_now(p);
    OK(prisim_platform_memory_write(p, at, sent, BYTES)); /* 1, 64, 64, 64, 7 */
    uint64_t each = 3 + LATENCY;
    ck_assert_uint_eq(prisim_platform_now(p), begin + 5 * each);
    OK(prisim_platform_memory_read(p, at - 1, got, BYTES + 2)); /* 2, 64, 64, 64, 8 */
    ck_assert_uint_eq(prisim_platform_now(p), begin + 10 * each);
    ck_assert_mem_eq(got + 1, sent, BYTES);
    ck_assert_uint_eq(got[0], 0);
    ck_assert_uint_eq(got[BYTES + 1], 0);
    uint8_t peeked[BYTES];
    OK(prisim_platform_memory_peek(p, at, peeked, BYTES));
    ck_assert_mem_eq(peeked, sent, BYTES);
    ck_assert_uint_eq(prisim_platform_now(p), begin + 10 * each);
}
END_TEST

START_TEST(memory_refused)
{
    uint8_t bytes[16] = {0};
    uint64_t now = prisim_platform_now(p);
    IS(prisim_platform_memory_read(p, RAM, NULL, 1), PRISIM_REFUSED);
    IS(prisim_platform_memory_write(p, RAM, NULL, 1), PRISIM_REFUSED);
    IS(prisim_platform_memory_read(p, UINT64_MAX - 7, bytes, 8), PRISIM_REFUSED);
    IS(prisim_platform_memory_write(p, UINT64_MAX - 7, bytes, 8), PRISIM_REFUSED);
    OK(prisim_platform_memory_read(p, RAM, bytes, 0));
    OK(prisim_platform_memory_write(p, RAM, bytes, 0));
    ck_assert_uint_eq(prisim_platform_now(p), now);
}
END_TEST

/* Nothing behind the access that aborted is made. */
START_TEST(memory_aborts)
{
    uint8_t sent[128], got[64];
    fill(sent, sizeof sent);
    IS(prisim_platform_memory_write(p, RAM + RAM_SIZE - 64, sent, 128), PRISIM_ABORT);
    OK(prisim_platform_memory_peek(p, RAM + RAM_SIZE - 64, got, 64));
    ck_assert_mem_eq(got, sent, 64);
    memset(got, 9, sizeof got);
    IS(prisim_platform_memory_read(p, RAM + RAM_SIZE, got, 64), PRISIM_ABORT);
    ck_assert_uint_eq(got[0], 9);
    IS(prisim_platform_memory_read(p, DOORBELL, got, 4), PRISIM_ABORT);
}
END_TEST

START_TEST(memory_at_once)
{
    uint64_t value = 0, now = prisim_platform_now(p);
    uint8_t byte = 0xa5;
    OK(prisim_platform_memory_poke64(p, RAM + 8, UINT64_C(0x1122334455667788)));
    OK(prisim_platform_memory_poke(p, RAM + 9, &byte, 1));
    OK(prisim_platform_memory_peek64(p, RAM + 8, &value));
    ck_assert_uint_eq(value, UINT64_C(0x112233445566a588));
    ck_assert_uint_eq(prisim_platform_now(p), now);
    OK(prisim_platform_memory_peek(p, RAM + RAM_SIZE - 1, &byte, 1));
    IS(prisim_platform_memory_peek64(p, RAM + RAM_SIZE - 7, &value), PRISIM_REFUSED);
    IS(prisim_platform_memory_poke64(p, RAM + RAM_SIZE - 7, value), PRISIM_REFUSED);
    IS(prisim_platform_memory_peek(p, RAM - 1, &byte, 1), PRISIM_REFUSED);
    IS(prisim_platform_memory_poke(p, RAM + RAM_SIZE, &byte, 1), PRISIM_REFUSED);
    IS(prisim_platform_memory_peek(p, RAM, NULL, 1), PRISIM_REFUSED);
    IS(prisim_platform_memory_poke(p, RAM, NULL, 1), PRISIM_REFUSED);
    IS(prisim_platform_memory_peek64(p, RAM, NULL), PRISIM_REFUSED);
}
END_TEST

/* The caller's own write to the doorbell: it arrives one edge after the write is performed, and not before. */
START_TEST(interrupt_by_hand)
{
    struct prisim_platform_interrupt interrupt;
    uint32_t lost = 9, data = 0xbeef;
    uint64_t now = prisim_platform_now(p);
    IS(prisim_platform_next_interrupt(p, 0, &interrupt, &lost), PRISIM_TIMEOUT);
    ck_assert_uint_eq(lost, 0);
    IS(prisim_platform_next_interrupt(p, 10, &interrupt, NULL), PRISIM_TIMEOUT);
    ck_assert_uint_eq(prisim_platform_now(p), now + 10);
    OK(prisim_platform_memory_write(p, DOORBELL + 8, &data, 4));
    OK(prisim_platform_next_interrupt(p, 0, &interrupt, &lost));
    ck_assert(interrupt.is_msi);
    ck_assert_uint_eq(interrupt.data, 0xbeef);
    ck_assert_uint_eq(interrupt.smmu, PRISIM_PLATFORM_CPU);
    ck_assert_uint_eq(interrupt.cycle, now + 10 + 3 + LATENCY);
    IS(prisim_platform_memory_write(p, DOORBELL + 8, &data, 2), PRISIM_ABORT); /* not a write of 4 bytes */
}
END_TEST

START_TEST(interrupts_lost)
{
    enum { MORE = 3 };
    struct prisim_platform_interrupt interrupt;
    uint32_t lost;
    for (uint32_t i = 0; i < PRISIM_PLATFORM_INTERRUPTS_MAX + MORE; i++)
        OK(prisim_platform_memory_write(p, DOORBELL, &i, 4));
    for (uint32_t i = 0; i < PRISIM_PLATFORM_INTERRUPTS_MAX; i++) {
        OK(prisim_platform_next_interrupt(p, 0, &interrupt, &lost));
        ck_assert_uint_eq(interrupt.data, i);
        ck_assert_uint_eq(lost, i == 0 ? MORE : 0);
    }
    IS(prisim_platform_next_interrupt(p, 0, &interrupt, &lost), PRISIM_TIMEOUT);
}
END_TEST

/* Of the SMMU: the wired pulse and the MSI of a CMD_SYNC. */
START_TEST(interrupts_of_the_smmu)
{
    struct prisim_platform_interrupt interrupt;
    bool msi = false, wired = false;
    write_tables(store_in_ram, p, RAM);
    bring_up(p, 0, RAM);
    command(p, 0, RAM, 0,
            PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS) |
                prisim_bits_put(UINT64_C(0x57), PRISIM_CMD_SYNC_MSI_DATA),
            DOORBELL);
    for (unsigned i = 0; i < 2; i++) {
        OK(prisim_platform_next_interrupt(p, LIMIT, &interrupt, NULL));
        ck_assert_uint_eq(interrupt.smmu, 0);
        ck_assert_uint_le(interrupt.cycle, prisim_platform_now(p));
        msi |= interrupt.is_msi && interrupt.data == 0x57;
        wired |= !interrupt.is_msi && interrupt.lines == PRISIM_SMMU_WIRED_SYNC;
    }
    ck_assert(msi && wired);
}
END_TEST

/* Waited for at most as long as said: not one cycle less. */
START_TEST(interrupt_in_time)
{
    struct prisim_platform_interrupt interrupt;
    struct prisim_tlp write = memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, DOORBELL, 4);
    OK(prisim_platform_send(p, 0, &write, NULL)); /* the SMMU is off: it passes */
    IS(prisim_platform_next_interrupt(p, LATENCY, &interrupt, NULL), PRISIM_TIMEOUT);
    OK(prisim_platform_next_interrupt(p, LIMIT, &interrupt, NULL));
    uint64_t came = interrupt.cycle;
    ck_assert_uint_eq(prisim_platform_now(p), came);
    ck_assert_uint_eq(interrupt.smmu, 0);
    teardown();
    setup();
    OK(prisim_platform_send(p, 0, &write, NULL));
    IS(prisim_platform_next_interrupt(p, came - 1, &interrupt, NULL), PRISIM_TIMEOUT);
    OK(prisim_platform_next_interrupt(p, 1, &interrupt, NULL));
    ck_assert_uint_eq(interrupt.cycle, came);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("platform_port");
    TCase *tcase = tcase_create("port");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, registers);
    tcase_add_test(tcase, registers_refused);
    tcase_add_test(tcase, peek_at_registers);
    tcase_add_test(tcase, memory_in_lines);
    tcase_add_test(tcase, memory_refused);
    tcase_add_test(tcase, memory_aborts);
    tcase_add_test(tcase, memory_at_once);
    tcase_add_test(tcase, interrupt_by_hand);
    tcase_add_test(tcase, interrupts_lost);
    tcase_add_test(tcase, interrupts_of_the_smmu);
    tcase_add_test(tcase, interrupt_in_time);
    suite_add_tcase(suite, tcase);
    return suite;
}
