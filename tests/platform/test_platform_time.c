/* SPDX-License-Identifier: Apache-2.0
 *
 * How time passes: to a cycle, until nothing happens any more, and in blocking calls, each at its last edge and not at
 * the one before.
 */
#include "tests/harness/suite.h"
#include "tests/platform/software.h"

static struct prisim_platform_config config;

static void setup(void)
{
    config = small_config();
}

START_TEST(to_a_cycle)
{
    struct prisim_platform *p = open_platform(&config);
    ck_assert_uint_eq(prisim_platform_now(p), 0);
    OK(prisim_platform_run_until(p, 0));
    OK(prisim_platform_run_until(p, 12345));
    ck_assert_uint_eq(prisim_platform_now(p), 12345);
    IS(prisim_platform_run_until(p, 12344), PRISIM_REFUSED);
    IS(prisim_platform_run_until(p, UINT64_MAX), PRISIM_REFUSED);
    ck_assert_uint_eq(prisim_platform_now(p), 12345);
    uint32_t value;
    OK(prisim_platform_mmio_read32(p, 0, PRISIM_SMMU_IDR0, &value)); /* it still runs */
    prisim_platform_close(p);
}
END_TEST

START_TEST(idle_from_the_start)
{
    struct prisim_platform *p = open_platform(&config);
    OK(prisim_platform_run_until_idle(p, 100));
    uint64_t now = prisim_platform_now(p);
    ck_assert_uint_lt(now, 10);
    OK(prisim_platform_run_until_idle(p, 0));
    ck_assert_uint_eq(prisim_platform_now(p), now);
    prisim_platform_close(p);
}
END_TEST

static struct prisim_platform *with_a_read(void)
{
    struct prisim_platform *p = start_platform(&config);
    struct prisim_tlp read = memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
    read.head.tag = PRISIM_PLATFORM_TRANSACTIONS_MAX;
    OK(prisim_platform_send(p, 0, &read, NULL));
    return p;
}

START_TEST(until_idle)
{
    struct prisim_platform *p = with_a_read();
    uint64_t begin = prisim_platform_now(p);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    uint64_t needed = prisim_platform_now(p) - begin;
    ck_assert_uint_gt(needed, LATENCY);
    struct prisim_tlp tlp;
    OK(prisim_platform_receive(p, 0, 0, &tlp));
    prisim_platform_close(p);

    p = with_a_read();
    IS(prisim_platform_run_until_idle(p, needed - 1), PRISIM_TIMEOUT);
    ck_assert_uint_eq(prisim_platform_now(p), begin + needed - 1);
    OK(prisim_platform_run_until_idle(p, 1));
    ck_assert_uint_eq(prisim_platform_now(p), begin + needed);
    prisim_platform_close(p);

    p = with_a_read();
    OK(prisim_platform_run_until_idle(p, needed));
    OK(prisim_platform_run_until_idle(p, UINT64_MAX));
    ck_assert_uint_eq(prisim_platform_now(p), begin + needed);
    prisim_platform_close(p);
}
END_TEST

/* The offer, the transfer, the SMMU's latency, the transfer back: and a patience of one cycle less is too little. */
START_TEST(patience)
{
    const uint64_t needed = 3 + (uint64_t)config.smmu[0].smmu.register_latency;
    uint32_t value, idr1;
    struct prisim_platform *p = open_platform(&config);
    OK(prisim_platform_mmio_read32(p, 0, PRISIM_SMMU_IDR1, &idr1));
    uint64_t begin = prisim_platform_now(p);
    OK(prisim_platform_mmio_read32(p, 0, PRISIM_SMMU_IDR0, &value));
    ck_assert_uint_eq(prisim_platform_now(p), begin + needed);
    prisim_platform_close(p);

    config.patience = (uint32_t)needed;
    p = open_platform(&config);
    OK(prisim_platform_mmio_read32(p, 0, PRISIM_SMMU_IDR0, &value));
    prisim_platform_close(p);

    config.patience = (uint32_t)needed - 1;
    p = open_platform(&config);
    begin = prisim_platform_now(p);
    value = 77;
    IS(prisim_platform_mmio_read32(p, 0, PRISIM_SMMU_IDR0, &value), PRISIM_TIMEOUT);
    ck_assert_uint_eq(value, 77);
    ck_assert_uint_eq(prisim_platform_now(p), begin + needed - 1);
    prisim_platform_close(p);
}
END_TEST

/* An answer that comes too late is nobody's. */
START_TEST(late_answer)
{
    config.patience = 20;
    config.smmu[0].smmu.register_latency = 19;
    struct prisim_platform *p = open_platform(&config);
    uint32_t value = 77;
    IS(prisim_platform_mmio_read32(p, 0, PRISIM_SMMU_IDR0, &value), PRISIM_TIMEOUT);
    IS(prisim_platform_mmio_read32(p, 0, PRISIM_SMMU_IDR1, &value), PRISIM_TIMEOUT);
    ck_assert_uint_eq(value, 77);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    IS(prisim_platform_mmio_read32(p, 0, PRISIM_SMMU_IDR5, &value), PRISIM_TIMEOUT);
    prisim_platform_close(p);
}
END_TEST

/* CR0ACK follows after ack_latency: a wait that is too short says so, and one read is made in any case. */
START_TEST(wait_for_a_register)
{
    config.smmu[0].smmu.ack_latency = 500;
    struct prisim_platform *p = open_platform(&config);
    OK(prisim_platform_mmio_write32(p, 0, PRISIM_SMMU_CR0, PRISIM_CR0_CMDQEN));
    uint64_t begin = prisim_platform_now(p);
    IS(prisim_platform_mmio_wait32(p, 0, PRISIM_SMMU_CR0ACK, PRISIM_CR0_CMDQEN, PRISIM_CR0_CMDQEN, 0), PRISIM_TIMEOUT);
    uint64_t one = prisim_platform_now(p) - begin;
    ck_assert_uint_gt(one, 0);
    IS(prisim_platform_mmio_wait32(p, 0, PRISIM_SMMU_CR0ACK, PRISIM_CR0_CMDQEN, PRISIM_CR0_CMDQEN, one + 1),
       PRISIM_TIMEOUT);
    ck_assert_uint_eq(prisim_platform_now(p), begin + 3 * one);
    OK(prisim_platform_mmio_wait32(p, 0, PRISIM_SMMU_CR0ACK, PRISIM_CR0_CMDQEN, PRISIM_CR0_CMDQEN, 1000));
    ck_assert_uint_ge(prisim_platform_now(p), begin + 500);
    OK(prisim_platform_mmio_wait32(p, 0, PRISIM_SMMU_CR0ACK, PRISIM_CR0_CMDQEN, PRISIM_CR0_CMDQEN, 0));
    IS(prisim_platform_mmio_wait32(p, 1, PRISIM_SMMU_CR0ACK, 0, 0, 1000), PRISIM_REFUSED);
    prisim_platform_close(p);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("platform_time");
    TCase *tcase = tcase_create("time");
    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_test(tcase, to_a_cycle);
    tcase_add_test(tcase, idle_from_the_start);
    tcase_add_test(tcase, until_idle);
    tcase_add_test(tcase, patience);
    tcase_add_test(tcase, late_answer);
    tcase_add_test(tcase, wait_for_a_register);
    suite_add_tcase(suite, tcase);
    return suite;
}
