/* SPDX-License-Identifier: Apache-2.0
 *
 * The test seeds of SMMU-SEED that need no PRI queue: commands, events, translation requests, registers, by registers
 * and TLPs only. The rest: test_smmu_seeds.c.
 */
#include "tests/smmu/smmu_bench.h"

enum { PASID = 3, ASID = 9, ON = CR0_SMMUEN | CR0_EVENTQEN | CR0_CMDQEN | CR0_ATSCHK };
#define VA    UINT64_C(0x0000123456789000)
#define OVFLG SMMU_QUEUE_OVERFLOW

static struct bench *b;

static void setup(void)
{
    b = bench_open();
    b->config.atc_inv_timeout = 500;
    bench_start(b);
    bench_bring_up(b);
    uint64_t ttb = bench_table(b);
    bench_cd(b, PASID, bench_cd0(ASID), ttb);
    bench_map(b, ttb, VA, 12, bench_leaf(BENCH_PAGES, 12));
}

static void teardown(void)
{
    bench_close(b);
}

static const struct tlp_header *down(unsigned i)
{
    const struct tlp *tlp = rig_got(b->rig, SMMU_TX_DOWN, i);
    ck_assert_ptr_nonnull(tlp);
    return &tlp->head;
}

static uint32_t gerror(void)
{
    return bench_read(b, SMMU_GERROR);
}

static uint32_t cmdq_cons(void)
{
    return bench_read(b, SMMU_CMDQ_CONS);
}

static void pri_resp(unsigned resp)
{
    bench_command(b, CMDQ_OP_PRI_RESP | bits_put(BENCH_SID, CMD_SID), bits_put(resp, CMD1_PRI_RESP));
    bench_run(b, 100);
}

/* covers: SMMU-SEED-11, SMMU-PRIRESP-1, SMMU-PRIRESP-3, SMMU-PRIRESP-4 */
START_TEST(seed_11_response_codes)
{
    pri_resp(2);
    ck_assert_uint_eq(down(0)->message, MESSAGE_PRG_RESPONSE);
    ck_assert_uint_eq(down(0)->response_code, 0x0);
    pri_resp(0);
    ck_assert_uint_eq(down(1)->response_code, 0xf);
    ck_assert_uint_eq(gerror(), 0);
    pri_resp(3);
    ck_assert_uint_eq(gerror(), GERROR_CMDQ);
    ck_assert_uint_eq(cmdq_cons(), 2 | 1 << CMDQ_CONS_ERR_SHIFT);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DOWN].count, 2);
}
END_TEST

/* covers: SMMU-SEED-12, SMMU-CERROR-4 */
START_TEST(seed_12_no_invalidate_completion)
{
    bench_command(b, CMDQ_OP_ATC_INV | bits_put(BENCH_SID, CMD_SID), 52);
    bench_command(b, CMDQ_OP_SYNC | bits_put(SYNC_CS_IRQ, CMD_SYNC_CS), 0);
    bench_run(b, 700);
    ck_assert_uint_eq(cmdq_cons(), 1 | 3 << CMDQ_CONS_ERR_SHIFT);
    ck_assert_uint_eq(gerror(), GERROR_CMDQ);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_INTERRUPT].count, 0);
    bench_write(b, SMMU_GERRORN, GERROR_CMDQ);
    bench_run(b, 100);
    ck_assert_uint_eq(cmdq_cons() & SMMU_QUEUE_INDEX_MASK, 2);
    const struct smmu_interrupt *wired = rig_got(b->rig, SMMU_TX_INTERRUPT, 0);
    ck_assert(wired && wired->lines == SMMU_WIRED_SYNC);
    ck_assert_uint_eq(gerror(), GERROR_CMDQ); /* no second error */
}
END_TEST

/* Traffic of a StreamID whose STE is not valid: one C_BAD_STE each. */
static void events(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        struct tlp tlp = bench_memory_tlp(TLP_MEMORY_WRITE, TLP_AT_UNTRANSLATED, 0x1000, 4);
        tlp.head.requester_id = 1;
        bench_up(b, &tlp);
    }
    bench_run(b, 60 * n + 60);
}

/* covers: SMMU-SEED-13, SMMU-QUEUE, SMMU-EVENTQ-1 */
START_TEST(seed_13_room_in_the_event_queue)
{
    events(5); /* four entries */
    ck_assert_uint_eq(bench_events(b), 4 | OVFLG);
    bench_write(b, SMMU_EVENTQ_CONS, 1);
    events(1);
    ck_assert_uint_eq(bench_events(b), 5 | OVFLG);
}
END_TEST

static uint8_t ask(int pasid, uint64_t address)
{
    struct tlp request = bench_request(address, pasid, 0);
    uint8_t status = bench_ask(b, &request)->head.status;
    bench_run(b, 60);
    return status;
}

/* covers: SMMU-SEED-14, SMMU-ATSREQ-5 */
START_TEST(seed_14_an_unmapped_page)
{
    struct tlp request = bench_request(VA + 0x1000, PASID, 0);
    const struct tlp *answer = bench_ask(b, &request);
    ck_assert_uint_eq(answer->head.status, TLP_SC);
    ck_assert_uint_eq(bench_entry(answer) & 3, 0);
    bench_run(b, 60);
    ck_assert_uint_eq(bench_events(b), 0);
}
END_TEST

static void restart(uint32_t cr2, uint64_t ste0, uint64_t ste1)
{
    bench_ste(b, BENCH_SID, ste0, ste1);
    bench_command(b, CMDQ_OP_CFGI_STE | bits_put(BENCH_SID, CMD_SID), 0);
    bench_sync(b);
    bench_cr0(b, 0);
    bench_write(b, SMMU_CR2, cr2);
    bench_cr0(b, ON);
}

static unsigned code_of_event(unsigned n)
{
    uint64_t dw[4];
    bench_event(b, n, dw);
    return dw[0] & 0xff;
}

/* covers: SMMU-SEED-15, SMMU-ATSREQ-1, SMMU-ATSREQ-2, SMMU-ATSREQ-4 */
START_TEST(seed_15_requests_that_are_refused)
{
    restart(0, bench_ste0(4), bench_ste1() & ~bits_put(3, STE1_EATS));
    ck_assert_uint_eq(ask(PASID, VA), TLP_UR);
    ck_assert_uint_eq(bench_events(b), 1);
    ck_assert_uint_eq(code_of_event(0), 0x05);
    restart(CR2_REC_CFG_ATS, bits_put(1, STE0_V), bench_ste1());
    ck_assert_uint_eq(ask(PASID, VA), TLP_UR);
    ck_assert_uint_eq(bench_events(b), 1);
    restart(0, bench_ste0(4) & ~UINT64_C(1), bench_ste1());
    ck_assert_uint_eq(ask(PASID, VA), TLP_CA);
    ck_assert_uint_eq(bench_events(b), 1);
    restart(CR2_REC_CFG_ATS, bench_ste0(4) & ~UINT64_C(1), bench_ste1());
    ck_assert_uint_eq(ask(PASID, VA), TLP_CA);
    ck_assert_uint_eq(bench_events(b), 2);
    ck_assert_uint_eq(code_of_event(1), C_BAD_STE);
}
END_TEST

/* covers: SMMU-SEED-16, SMMU-ATSREQ-3, SMMU-ATSTRANSLATED-5 */
START_TEST(seed_16_a_stream_id_out_of_range)
{
    restart(CR2_REC_CFG_ATS, bench_ste0(4), bench_ste1());
    struct tlp request = bench_request(VA, PASID, 0);
    struct tlp access = bench_memory_tlp(TLP_MEMORY_READ, TLP_AT_TRANSLATED, BENCH_PAGES, 8);
    request.head.requester_id = access.head.requester_id = 0x40; /* 2^6 streams */
    ck_assert_uint_eq(bench_ask(b, &request)->head.status, TLP_CA);
    bench_run(b, 60);
    ck_assert_uint_eq(bench_events(b), 0);
    ck_assert_uint_ne(bench_ask(b, &access)->head.status, TLP_SC);
    bench_run(b, 60);
    ck_assert_uint_eq(bench_events(b), 1);
    ck_assert_uint_eq(code_of_event(0), C_BAD_STREAMID);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DMA_REQUEST].count, 0);
}
END_TEST

/* covers: SMMU-SEED-17, SMMU-GERROR-12 */
START_TEST(seed_17_an_error_twice)
{
    b->fail_at = BENCH_DOORBELL;
    for (unsigned i = 0; i < 2; i++) {
        bench_command(b, CMDQ_OP_SYNC | bits_put(SYNC_CS_IRQ, CMD_SYNC_CS), BENCH_DOORBELL);
        bench_run(b, 100);
        ck_assert_uint_eq(gerror(), GERROR_MSI_CMDQ_ABT);
    }
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_GERROR), 1);
    bench_write(b, SMMU_GERRORN, GERROR_MSI_CMDQ_ABT);
    bench_command(b, CMDQ_OP_SYNC | bits_put(SYNC_CS_IRQ, CMD_SYNC_CS), BENCH_DOORBELL);
    bench_run(b, 100);
    ck_assert_uint_eq(gerror(), 0); /* acknowledged: it toggles back */
}
END_TEST

/* covers: SMMU-SEED-18, SMMU-SYNC */
START_TEST(seed_18_a_sync_without_address)
{
    unsigned writes = b->rig->tx[SMMU_TX_MEMORY_REQUEST].count;
    bench_command(b, CMDQ_OP_SYNC | bits_put(SYNC_CS_IRQ, CMD_SYNC_CS) | bits_put(0x55, CMD_SYNC_MSI_DATA), 0);
    bench_run(b, 100);
    ck_assert_uint_eq(cmdq_cons(), 1);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_MEMORY_REQUEST].count, writes + 1); /* the command's fetch */
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_INTERRUPT].count, 1);
    const struct smmu_interrupt *wired = rig_got(b->rig, SMMU_TX_INTERRUPT, 0);
    ck_assert_uint_eq(wired->lines, SMMU_WIRED_SYNC);
}
END_TEST

/* covers: SMMU-SEED-19, SMMU-CR0-9, SMMU-QUEUE-16 */
START_TEST(seed_19_a_guard_inside_the_window)
{
    struct memory_request off = {.address = SMMU_CR0, .id = 7, .size = 4, .write = 1};
    store_le32(off.data, ON & ~(uint32_t)CR0_SMMUEN);
    struct memory_request base = {.address = SMMU_STRTAB_BASE, .id = 7, .size = 8, .write = 1};
    store_le64(base.data, 0x10000);
    rig_offer(b->rig, SMMU_RX_REGISTER, &off);
    rig_offer(b->rig, SMMU_RX_REGISTER, &base); /* in effect one edge later */
    bench_run(b, 60);
    ck_assert_uint_eq(bench_read(b, SMMU_CR0ACK) & CR0_SMMUEN, 0);
    ck_assert_uint_eq(bench_read64(b, SMMU_STRTAB_BASE), BENCH_STRTAB);
    bench_write64(b, SMMU_STRTAB_BASE, 0x10000);
    ck_assert_uint_eq(bench_read64(b, SMMU_STRTAB_BASE), 0x10000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("smmu_seeds_traffic");
    TCase *tcase = tcase_create("seeds");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, seed_11_response_codes);
    tcase_add_test(tcase, seed_12_no_invalidate_completion);
    tcase_add_test(tcase, seed_13_room_in_the_event_queue);
    tcase_add_test(tcase, seed_14_an_unmapped_page);
    tcase_add_test(tcase, seed_15_requests_that_are_refused);
    tcase_add_test(tcase, seed_16_a_stream_id_out_of_range);
    tcase_add_test(tcase, seed_17_an_error_twice);
    tcase_add_test(tcase, seed_18_a_sync_without_address);
    tcase_add_test(tcase, seed_19_a_guard_inside_the_window);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
