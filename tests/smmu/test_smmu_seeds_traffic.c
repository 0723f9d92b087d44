/* SPDX-License-Identifier: Apache-2.0
 *
 * The test seeds of SMMU-SEED that need no PRI queue: commands, events, translation requests, registers, by registers
 * and TLPs only. The rest: test_smmu_seeds.c.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

enum { PASID = 3, ASID = 9, ON = PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN | PRISIM_CR0_ATSCHK };
#define VA    UINT64_C(0x0000123456789000)
#define OVFLG PRISIM_SMMU_QUEUE_OVERFLOW

static struct smmu_harness *h;

static void setup(void)
{
    h = smmu_harness_open();
    h->config.atc_inv_timeout = 500;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    uint64_t ttb = smmu_harness_table(h);
    smmu_harness_cd(h, PASID, smmu_harness_cd0(ASID), ttb);
    smmu_harness_map(h, ttb, VA, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static const struct prisim_tlp_header *down(unsigned i)
{
    const struct prisim_tlp *tlp = harness_got(h->base, PRISIM_SMMU_TX_DOWN, i);
    ck_assert_ptr_nonnull(tlp);
    return &tlp->head;
}

static uint32_t gerror(void)
{
    return smmu_harness_read(h, PRISIM_SMMU_GERROR);
}

static uint32_t cmdq_cons(void)
{
    return smmu_harness_read(h, PRISIM_SMMU_CMDQ_CONS);
}

static void pri_resp(unsigned resp)
{
    smmu_harness_command(h, PRISIM_CMDQ_OP_PRI_RESP | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID),
                         prisim_bits_put(resp, PRISIM_CMD1_PRI_RESP));
    smmu_harness_run(h, 100);
}

/* covers: SMMU-SEED-11, SMMU-PRIRESP-1, SMMU-PRIRESP-3, SMMU-PRIRESP-4 */
START_TEST(seed_11_response_codes)
{
    pri_resp(2);
    ck_assert_uint_eq(down(0)->message, PRISIM_MESSAGE_PRG_RESPONSE);
    ck_assert_uint_eq(down(0)->response_code, 0x0);
    pri_resp(0);
    ck_assert_uint_eq(down(1)->response_code, 0xf);
    ck_assert_uint_eq(gerror(), 0);
    pri_resp(3);
    ck_assert_uint_eq(gerror(), PRISIM_GERROR_CMDQ);
    ck_assert_uint_eq(cmdq_cons(), 2 | 1 << PRISIM_CMDQ_CONS_ERR_SHIFT);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 2);
}
END_TEST

/* covers: SMMU-SEED-12, SMMU-CERROR-4 */
START_TEST(seed_12_no_invalidate_completion)
{
    smmu_harness_command(h, PRISIM_CMDQ_OP_ATC_INV | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID), 52);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS), 0);
    smmu_harness_run(h, 700);
    ck_assert_uint_eq(cmdq_cons(), 1 | 3 << PRISIM_CMDQ_CONS_ERR_SHIFT);
    ck_assert_uint_eq(gerror(), PRISIM_GERROR_CMDQ);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 0);
    smmu_harness_write(h, PRISIM_SMMU_GERRORN, PRISIM_GERROR_CMDQ);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(cmdq_cons() & PRISIM_SMMU_QUEUE_INDEX_MASK, 2);
    const struct prisim_smmu_interrupt *wired = harness_got(h->base, PRISIM_SMMU_TX_INTERRUPT, 0);
    ck_assert(wired && wired->lines == PRISIM_SMMU_WIRED_SYNC);
    ck_assert_uint_eq(gerror(), PRISIM_GERROR_CMDQ); /* no second error */
}
END_TEST

/* Traffic of a StreamID whose STE is not valid: one C_BAD_STE each. */
static void events(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, 0x1000, 4);
        tlp.head.requester_id = 1;
        smmu_harness_up(h, &tlp);
    }
    smmu_harness_run(h, 60 * n + 60);
}

/* covers: SMMU-SEED-13, SMMU-QUEUE, SMMU-EVENTQ-1 */
START_TEST(seed_13_room_in_the_event_queue)
{
    events(5); /* four entries */
    ck_assert_uint_eq(smmu_harness_events(h), 4 | OVFLG);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 1);
    events(1);
    ck_assert_uint_eq(smmu_harness_events(h), 5 | OVFLG);
}
END_TEST

static uint8_t ask(int pasid, uint64_t address)
{
    struct prisim_tlp request = smmu_harness_request(address, pasid, 0);
    uint8_t status = smmu_harness_ask(h, &request)->head.status;
    smmu_harness_run(h, 60);
    return status;
}

/* covers: SMMU-SEED-14, SMMU-ATSREQ-5 */
START_TEST(seed_14_an_unmapped_page)
{
    struct prisim_tlp request = smmu_harness_request(VA + 0x1000, PASID, 0);
    const struct prisim_tlp *answer = smmu_harness_ask(h, &request);
    ck_assert_uint_eq(answer->head.status, PRISIM_TLP_SC);
    ck_assert_uint_eq(smmu_harness_entry(answer) & 3, 0);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(smmu_harness_events(h), 0);
}
END_TEST

static void restart(uint32_t cr2, uint64_t ste0, uint64_t ste1)
{
    smmu_harness_ste(h, HARNESS_SID, ste0, ste1);
    smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_STE | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID), 0);
    smmu_harness_sync(h);
    smmu_harness_cr0(h, 0);
    smmu_harness_write(h, PRISIM_SMMU_CR2, cr2);
    smmu_harness_cr0(h, ON);
}

static unsigned code_of_event(unsigned n)
{
    uint64_t dw[4];
    smmu_harness_event(h, n, dw);
    return dw[0] & 0xff;
}

/* covers: SMMU-SEED-15, SMMU-ATSREQ-1, SMMU-ATSREQ-2, SMMU-ATSREQ-4 */
START_TEST(seed_15_requests_that_are_refused)
{
    restart(0, smmu_harness_ste0(4), smmu_harness_ste1() & ~prisim_bits_put(3, PRISIM_STE1_EATS));
    ck_assert_uint_eq(ask(PASID, VA), PRISIM_TLP_UR);
    ck_assert_uint_eq(smmu_harness_events(h), 1);
    ck_assert_uint_eq(code_of_event(0), 0x05);
    restart(PRISIM_CR2_REC_CFG_ATS, prisim_bits_put(1, PRISIM_STE0_V), smmu_harness_ste1());
    ck_assert_uint_eq(ask(PASID, VA), PRISIM_TLP_UR);
    ck_assert_uint_eq(smmu_harness_events(h), 1);
    restart(0, smmu_harness_ste0(4) & ~UINT64_C(1), smmu_harness_ste1());
    ck_assert_uint_eq(ask(PASID, VA), PRISIM_TLP_CA);
    ck_assert_uint_eq(smmu_harness_events(h), 1);
    restart(PRISIM_CR2_REC_CFG_ATS, smmu_harness_ste0(4) & ~UINT64_C(1), smmu_harness_ste1());
    ck_assert_uint_eq(ask(PASID, VA), PRISIM_TLP_CA);
    ck_assert_uint_eq(smmu_harness_events(h), 2);
    ck_assert_uint_eq(code_of_event(1), PRISIM_C_BAD_STE);
}
END_TEST

/* covers: SMMU-SEED-16, SMMU-ATSREQ-3, SMMU-ATSTRANSLATED-5 */
START_TEST(seed_16_a_stream_id_out_of_range)
{
    restart(PRISIM_CR2_REC_CFG_ATS, smmu_harness_ste0(4), smmu_harness_ste1());
    struct prisim_tlp request = smmu_harness_request(VA, PASID, 0);
    struct prisim_tlp access =
        smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8);
    request.head.requester_id = access.head.requester_id = 0x40; /* 2^6 streams */
    ck_assert_uint_eq(smmu_harness_ask(h, &request)->head.status, PRISIM_TLP_CA);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(smmu_harness_events(h), 0);
    ck_assert_uint_ne(smmu_harness_ask(h, &access)->head.status, PRISIM_TLP_SC);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(smmu_harness_events(h), 1);
    ck_assert_uint_eq(code_of_event(0), PRISIM_C_BAD_STREAMID);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, 0);
}
END_TEST

/* covers: SMMU-SEED-17, SMMU-GERROR-12 */
START_TEST(seed_17_an_error_twice)
{
    h->fail_at = HARNESS_DOORBELL;
    for (unsigned i = 0; i < 2; i++) {
        smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS),
                             HARNESS_DOORBELL);
        smmu_harness_run(h, 100);
        ck_assert_uint_eq(gerror(), PRISIM_GERROR_MSI_CMDQ_ABT);
    }
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_GERROR), 1);
    smmu_harness_write(h, PRISIM_SMMU_GERRORN, PRISIM_GERROR_MSI_CMDQ_ABT);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS),
                         HARNESS_DOORBELL);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(gerror(), 0); /* acknowledged: it toggles back */
}
END_TEST

/* covers: SMMU-SEED-18, SMMU-SYNC */
START_TEST(seed_18_a_sync_without_address)
{
    unsigned writes = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    smmu_harness_command(h,
                         PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS) |
                             prisim_bits_put(0x55, PRISIM_CMD_SYNC_MSI_DATA),
                         0);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(cmdq_cons(), 1);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, writes + 1); /* the command's fetch */
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 1);
    const struct prisim_smmu_interrupt *wired = harness_got(h->base, PRISIM_SMMU_TX_INTERRUPT, 0);
    ck_assert_uint_eq(wired->lines, PRISIM_SMMU_WIRED_SYNC);
}
END_TEST

/* covers: SMMU-SEED-19, SMMU-CR0-9, SMMU-QUEUE-16 */
START_TEST(seed_19_a_guard_inside_the_window)
{
    struct prisim_memory_request off = {.address = PRISIM_SMMU_CR0, .id = 7, .size = 4, .write = 1};
    prisim_store_le32(off.data, ON & ~(uint32_t)PRISIM_CR0_SMMUEN);
    struct prisim_memory_request base = {.address = PRISIM_SMMU_STRTAB_BASE, .id = 7, .size = 8, .write = 1};
    prisim_store_le64(base.data, 0x10000);
    harness_offer(h->base, PRISIM_SMMU_RX_REGISTER, &off);
    harness_offer(h->base, PRISIM_SMMU_RX_REGISTER, &base); /* in effect one edge later */
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK) & PRISIM_CR0_SMMUEN, 0);
    ck_assert_uint_eq(smmu_harness_read64(h, PRISIM_SMMU_STRTAB_BASE), HARNESS_STRTAB);
    smmu_harness_write64(h, PRISIM_SMMU_STRTAB_BASE, 0x10000);
    ck_assert_uint_eq(smmu_harness_read64(h, PRISIM_SMMU_STRTAB_BASE), 0x10000);
}
END_TEST

Suite *test_suite(void)
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
    return suite;
}
