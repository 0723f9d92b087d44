/* SPDX-License-Identifier: Apache-2.0
 *
 * Registers: identification, accesses, guards, acknowledgements and their clocks (smmuv3 1).
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

/* smmuv3 1.3 to 1.5: only what is built. */
START_TEST(identification)
{
    uint32_t idr0 = bench_read(b, SMMU_IDR0);
    ck_assert_uint_eq(idr0 & 0x3, 0x2);       /* S1P, not S2P */
    ck_assert_uint_eq(idr0 >> 2 & 3, 2);      /* AArch64 */
    ck_assert_uint_eq(idr0 >> 10 & 0x3, 0x3); /* ATS; NS1ATS: no split stage */
    ck_assert_uint_eq(idr0 >> 12 & 0x3, 0x3); /* ASID16, MSI */
    ck_assert_uint_eq(idr0 >> 16 & 1, 1);     /* PRI */
    ck_assert_uint_eq(idr0 >> 19 & 1, 1);     /* CD2L */
    ck_assert_uint_eq(idr0 >> 21 & 3, 2);     /* little-endian */
    ck_assert_uint_eq(idr0 >> 23 & 7, 0x3);   /* ATSRECERR, STALL_MODEL=01 */
    ck_assert_uint_eq(idr0 >> 27 & 3, 1);     /* two-level stream tables too */
    ck_assert_uint_eq(bench_read(b, SMMU_IDR1), 16 | 20 << 6 | 10 << 11 | 10 << 16 | 8 << 21 | 1 << 26);
    ck_assert_uint_eq(bench_read(b, SMMU_IDR5), 5 | 7 << 4);       /* OAS 48, all granules */
    ck_assert_uint_eq(bench_read(b, SMMU_IDR3), 1 << 2 | 1 << 10); /* HAD, RIL */
    ck_assert_uint_eq(idr0 >> 6 & 3, 2);                           /* HTTU */
    bench_write(b, SMMU_IDR0, 0);
    ck_assert_uint_eq(bench_read(b, SMMU_IDR0), idr0);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_REGISTER_IGNORED), 1);
}
END_TEST

/* smmuv3 1.12 */
START_TEST(reset_values)
{
    static const uint32_t zero[] = {SMMU_CR0,    SMMU_CR0ACK,  SMMU_IRQ_CTRL, SMMU_IRQ_CTRLACK,
                                    SMMU_GERROR, SMMU_GERRORN, SMMU_STATUSR,  SMMU_PRIQ_PROD};
    for (unsigned i = 0; i < sizeof zero / sizeof zero[0]; i++)
        ck_assert_uint_eq(bench_read(b, zero[i]), 0);
    ck_assert_uint_eq(bench_read(b, SMMU_GBPA) & GBPA_UPDATE, 0);
}
END_TEST

/* smmuv3 1.1: halves, bad sizes, undefined offsets. */
START_TEST(halves_and_sizes)
{
    bench_write64(b, SMMU_CMDQ_BASE, UINT64_C(0x0012345678901237));
    ck_assert_uint_eq(bench_read(b, SMMU_CMDQ_BASE), 0x78901237);
    ck_assert_uint_eq(bench_read(b, SMMU_CMDQ_BASE + 4), 0x00123456);
    bench_write(b, SMMU_CMDQ_BASE + 4, 0x00abcdef);
    ck_assert_uint_eq(bench_read64(b, SMMU_CMDQ_BASE), UINT64_C(0x00abcdef78901237));
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_REGISTER_IGNORED), 0);
    bench_write64(b, SMMU_CMDQ_PROD, UINT64_C(0x100000001)); /* two 32-bit registers */
    ck_assert_uint_eq(bench_read(b, SMMU_CMDQ_PROD), 0);
    ck_assert_uint_eq(bench_read64(b, SMMU_CR0), 0);
    bench_write(b, 0xa8, 1); /* EVENTQ_PROD is on page 1 only */
    ck_assert_uint_eq(bench_read(b, 0xa8), 0);
    ck_assert_uint_eq(bench_read(b, SMMU_EVENTQ_PROD), 0);
    ck_assert_uint_eq(bench_read(b, 0x8020), 0);
    bench_write(b, SMMU_EVENTQ_PROD, 0xffffffff);
    ck_assert_uint_eq(bench_read(b, SMMU_EVENTQ_PROD), 0x800fffff);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_REGISTER_IGNORED), 3);
}
END_TEST

static bool sticks(uint32_t offset, uint32_t value)
{
    uint32_t before = bench_read(b, offset);
    bench_write(b, offset, before ^ value);
    bool changed = bench_read(b, offset) == (before ^ value);
    bench_write(b, offset, before);
    return changed;
}

/* smmuv3 1.11 table, 1.8: what each enable guards, and no more. */
START_TEST(guards)
{
    static const struct {
        uint32_t offset, value, cr0, irq;
    } row[] = {
        {SMMU_STRTAB_BASE, 0x10000, CR0_SMMUEN, 0},
        {SMMU_STRTAB_BASE + 4, 1, CR0_SMMUEN, 0},
        {SMMU_STRTAB_BASE_CFG, 1, CR0_SMMUEN, 0},
        {SMMU_CR2, CR2_PTM, CR0_SMMUEN, 0},
        {SMMU_CMDQ_BASE, 0x10000, CR0_CMDQEN, 0},
        {SMMU_CMDQ_CONS, 4, CR0_CMDQEN, 0},
        {SMMU_EVENTQ_BASE, 0x10000, CR0_EVENTQEN, 0},
        {SMMU_EVENTQ_PROD, 1, CR0_EVENTQEN, 0},
        {SMMU_PRIQ_BASE, 0x10000, CR0_PRIQEN, 0},
        {SMMU_PRIQ_PROD, 1, CR0_PRIQEN, 0},
        {SMMU_EVENTQ_CONS, 1, 0, 0},
        {SMMU_PRIQ_CONS, 1, 0, 0},
        {SMMU_GERROR_IRQ_CFG0, 0x1000, 0, IRQ_CTRL_GERROR},
        {SMMU_GERROR_IRQ_CFG1, 1, 0, IRQ_CTRL_GERROR},
        {SMMU_EVENTQ_IRQ_CFG0 + 4, 1, 0, IRQ_CTRL_EVENTQ},
        {SMMU_EVENTQ_IRQ_CFG2, 1, 0, IRQ_CTRL_EVENTQ},
        {SMMU_PRIQ_IRQ_CFG1, 1, 0, IRQ_CTRL_PRIQ},
        {SMMU_PRIQ_IRQ_CFG2, PRIQ_IRQ_CFG2_LO, 0, IRQ_CTRL_PRIQ},
        {SMMU_CR1, 0x100, CR0_SMMUEN, 0},
        {SMMU_CR1, 0x001, CR0_CMDQEN | CR0_EVENTQEN | CR0_PRIQEN, 0},
    };
    enum { ROWS = sizeof row / sizeof row[0] };
    for (unsigned bit = 0; bit < 4; bit++) {
        bench_cr0(b, 1u << bit);
        for (unsigned i = 0; i < ROWS; i++)
            ck_assert_msg(sticks(row[i].offset, row[i].value) == !(row[i].cr0 >> bit & 1), "row %u, CR0 bit %u", i,
                          bit);
        bench_cr0(b, 0);
    }
    for (unsigned bit = 0; bit < 3; bit++) {
        bench_write(b, SMMU_IRQ_CTRL, 1u << bit);
        bench_run(b, 20);
        ck_assert_uint_eq(bench_read(b, SMMU_IRQ_CTRLACK), 1u << bit);
        for (unsigned i = 0; i < ROWS; i++)
            ck_assert_msg(sticks(row[i].offset, row[i].value) == !(row[i].irq >> bit & 1), "row %u, IRQ bit %u", i,
                          bit);
        bench_write(b, SMMU_IRQ_CTRL, 0);
        bench_run(b, 20);
    }
}
END_TEST

static void offer_access(uint32_t offset, bool write, uint32_t value, uint32_t id)
{
    struct memory_request request = {.address = offset, .id = id, .size = 4, .write = write};
    store_le32(request.data, value);
    rig_offer(b->rig, SMMU_RX_REGISTER, &request);
}

static uint32_t answer(unsigned i)
{
    const struct memory_response *response = rig_got(b->rig, SMMU_TX_REGISTER_RESPONSE, i);
    ck_assert_ptr_nonnull(response);
    ck_assert_uint_eq(response->id, i);
    return load_le32(response->data);
}

/* Taken at n, answered at n + register_latency; four in flight, in order. */
START_TEST(access_clock)
{
    bench_run(b, 3);
    for (unsigned i = 0; i < 6; i++)
        offer_access(SMMU_CMDQ_PROD, i & 1, i, i); /* read, write 1, read, write 3, read, write 5 */
    cycle_t taken = b->rig->now;
    bench_run(b, 60);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_eq(rig_got_at(b->rig, SMMU_TX_REGISTER_RESPONSE, i), taken + i + b->config.register_latency);
    /* The fifth is taken when the first has been answered. */
    ck_assert_uint_eq(b->rig->rx[SMMU_RX_REGISTER].taken_at[4], taken + b->config.register_latency + 1);
    ck_assert_uint_eq(answer(0), 0);
    ck_assert_uint_eq(answer(2), 1);
    ck_assert_uint_eq(answer(4), 3);
}
END_TEST

/* smmuv3 1.6: CR0 reads back at once; CR0ACK not at N-1, yes at N. A read answered at N sees what N brought. */
START_TEST(acknowledge_clock)
{
    bench_run(b, 3);
    unsigned latency = b->config.ack_latency;
    offer_access(SMMU_CR0, true, CR0_EVENTQEN | CR0_ATSCHK, 0);
    bench_run(b, 1);
    offer_access(SMMU_CR0, false, 0, 1);
    bench_run(b, latency - 2);
    offer_access(SMMU_CR0ACK, false, 0, 2);
    offer_access(SMMU_CR0ACK, false, 0, 3);
    bench_run(b, 40);
    cycle_t written = rig_got_at(b->rig, SMMU_TX_REGISTER_RESPONSE, 0);
    ck_assert_uint_eq(answer(1), CR0_EVENTQEN | CR0_ATSCHK);
    ck_assert_uint_eq(rig_got_at(b->rig, SMMU_TX_REGISTER_RESPONSE, 2), written + latency - 1);
    ck_assert_uint_eq(answer(2), 0);
    ck_assert_uint_eq(rig_got_at(b->rig, SMMU_TX_REGISTER_RESPONSE, 3), written + latency);
    ck_assert_uint_eq(answer(3), CR0_EVENTQEN | CR0_ATSCHK);
}
END_TEST

/* smmuv3 1.6 item 4: a field that is being updated keeps its value; the others do not care. */
START_TEST(change_while_updating)
{
    bench_run(b, 3);
    offer_access(SMMU_CR0, true, CR0_EVENTQEN, 0);
    offer_access(SMMU_CR0, true, CR0_ATSCHK, 1);
    bench_run(b, 14);
    offer_access(SMMU_CR0, false, 0, 2);
    bench_run(b, 30);
    ck_assert_uint_eq(answer(2), CR0_EVENTQEN | CR0_ATSCHK);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_REGISTER_IGNORED), 1);
}
END_TEST

/* Test seed 19: the guard holds until the acknowledgement is 0. */
START_TEST(guard_until_acknowledged)
{
    bench_cr0(b, CR0_SMMUEN);
    offer_access(SMMU_CR0, true, 0, 0);
    offer_access(SMMU_STRTAB_BASE, true, 0x10000, 1);
    bench_run(b, 40);
    ck_assert_uint_eq(bench_read(b, SMMU_STRTAB_BASE), 0);
    bench_write(b, SMMU_STRTAB_BASE, 0x10000);
    ck_assert_uint_eq(bench_read(b, SMMU_STRTAB_BASE), 0x10000);
}
END_TEST

/* smmuv3 1.7 */
START_TEST(gbpa)
{
    bench_write(b, SMMU_GBPA, GBPA_ABORT);
    ck_assert_uint_eq(bench_read(b, SMMU_GBPA) & GBPA_ABORT, 0); /* Update=0: ignored */
    bench_write(b, SMMU_GBPA, GBPA_ABORT | GBPA_UPDATE);
    bench_run(b, b->config.ack_latency);
    ck_assert_uint_eq(bench_read(b, SMMU_GBPA), GBPA_ABORT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("smmu_registers");
    TCase *tcase = tcase_create("registers");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, identification);
    tcase_add_test(tcase, reset_values);
    tcase_add_test(tcase, halves_and_sizes);
    tcase_add_test(tcase, guards);
    tcase_add_test(tcase, access_clock);
    tcase_add_test(tcase, acknowledge_clock);
    tcase_add_test(tcase, change_while_updating);
    tcase_add_test(tcase, guard_until_acknowledged);
    tcase_add_test(tcase, gbpa);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
