/* SPDX-License-Identifier: Apache-2.0
 *
 * The test seeds of SMMU-SEED that need the PRI queue, each on the SMMU and the PRI queue together, by registers and
 * TLPs only. The rest: test_smmu_seeds_traffic.c.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/pair_harness.h"

enum { PASID = 3, LAST_READ = PRISIM_TLP_LAST | PRISIM_TLP_READ };
#define OVFLG PRISIM_SMMU_QUEUE_OVERFLOW

static struct pair *p;
static struct smmu_harness *h;

static void open_with(uint32_t pps, bool last_only)
{
    p = pair_open();
    h = p->h;
    h->config.pps = pps;
    pair_start(p);
    pair_bring_up(p, last_only);
}

static void setup(void)
{
    open_with(0, false);
}

static void setup_last_only(void)
{
    open_with(0, true);
}

static void teardown(void)
{
    pair_close(p);
}

static uint32_t prod(void)
{
    return smmu_harness_read(h, PRISIM_SMMU_PRIQ_PROD);
}

static void cons(uint32_t value)
{
    smmu_harness_write(h, PRISIM_SMMU_PRIQ_CONS, value);
    pair_settle(p);
}

/* Four requests that fill the queue: PROD 4, nothing answered. */
static void fill(void)
{
    for (unsigned i = 0; i < 4; i++)
        pair_page(p, PASID, i, PRISIM_TLP_READ);
    ck_assert_uint_eq(prod(), 4);
    ck_assert_uint_eq(pair_responses(p), 0);
}

/* Full, and the overflow begun by a request that is not answered: PROD 4, OVFLG 1. */
static void overflow(void)
{
    fill();
    pair_page(p, PASID, 4, PRISIM_TLP_READ);
    ck_assert_uint_eq(prod(), 4 | OVFLG);
    ck_assert_uint_eq(pair_responses(p), 0);
}

static void last_response_is(unsigned prgi, unsigned code, bool has_pasid)
{
    const struct prisim_tlp_header *response = pair_response(p);
    ck_assert_uint_eq(response->destination_id, HARNESS_SID);
    ck_assert_uint_eq(response->prg_index, prgi);
    ck_assert_uint_eq(response->response_code, code);
    ck_assert_uint_eq(response->flags & PRISIM_TLP_HAS_PASID, has_pasid ? PRISIM_TLP_HAS_PASID : 0);
    if (has_pasid)
        ck_assert_uint_eq(response->pasid, PASID);
}

static uint64_t entry(unsigned slot, unsigned dw)
{
    return smmu_harness_load(h, PAIR_PRIQ + slot * PRISIM_PRI_QUEUE_RECORD_BYTES + dw * 8);
}

/* covers: SMMU-SEED-1, SMMU-PRIOUTCOME-5, SMMU-PRIAUTO-1, SMMU-QUEUE-22 */
START_TEST(seed_1_a_fifth_request)
{
    fill();
    pair_page(p, -1, 5, LAST_READ);
    ck_assert_uint_eq(prod(), 4 | OVFLG);
    ck_assert_uint_eq(pair_responses(p), 1);
    last_response_is(5, 0x0, false);
    pair_page(p, -1, 6, LAST_READ); /* OVFLG toggles once */
    ck_assert_uint_eq(prod(), 4 | OVFLG);
    last_response_is(6, 0x0, false);
}
END_TEST

/* covers: SMMU-SEED-2, SMMU-PRIOUTCOME-4, SMMU-QUEUE */
START_TEST(seed_2_room_without_acknowledgement)
{
    overflow();
    cons(2);
    pair_page(p, PASID, 7, PRISIM_TLP_READ);
    ck_assert_uint_eq(pair_responses(p), 0);
    pair_page(p, -1, 8, LAST_READ);
    ck_assert_uint_eq(pair_responses(p), 1);
    last_response_is(8, 0x0, false);
    ck_assert_uint_eq(prod(), 4 | OVFLG);
}
END_TEST

/* covers: SMMU-SEED-3, SMMU-QUEUE-23, SMMU-PRIOVF */
START_TEST(seed_3_the_acknowledgement)
{
    overflow();
    cons(2);
    cons(2 | OVFLG);
    pair_page(p, -1, 9, LAST_READ);
    ck_assert_uint_eq(prod(), 5 | OVFLG);
    ck_assert_uint_eq(pair_responses(p), 0);
    ck_assert_uint_eq(entry(0, 1) & 0x1ff, 9);
}
END_TEST

/* covers: SMMU-SEED-4, SMMU-PRIAUTO-3, SMMU-PRIAUTO-4, SMMU-PRIAUTO-5, SMMU-STE-10 */
START_TEST(seed_4_pasid_in_overflow)
{
    static const struct {
        bool v, ppar, has_pasid;
        unsigned code;
    } row[] = {{true, true, true, 0x0}, {true, false, false, 0x0}, {false, true, false, 0xf}};
    overflow();
    for (unsigned i = 0; i < 3; i++) {
        smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4) & ~prisim_bits_put(!row[i].v, PRISIM_STE0_V),
                         smmu_harness_ste1() | prisim_bits_put(row[i].ppar, PRISIM_STE1_PPAR));
        smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_STE | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID), 0);
        smmu_harness_sync(h);
        pair_page(p, PASID, 20 + i, LAST_READ);
        ck_assert_uint_eq(pair_responses(p), i + 1);
        last_response_is(20 + i, row[i].code, row[i].has_pasid);
    }
}
END_TEST

/* The same with IDR3.PPS=1: PPAR is not looked at, and no STE is read. */
/* covers: SMMU-PRIAUTO-2, SMMU-IDR-3 */
START_TEST(seed_4_with_pps)
{
    pair_close(p);
    open_with(1, false);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_IDR3) >> 5 & 1, 1);
    smmu_harness_ste(h, HARNESS_SID, 0, 0);
    overflow();
    pair_page(p, PASID, 20, LAST_READ);
    last_response_is(20, 0x0, true);
    for (unsigned i = 0; i < h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count; i++) {
        const struct prisim_memory_request *request = harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, i);
        ck_assert_uint_ne(request->address, HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES);
    }
}
END_TEST

/* covers: SMMU-SEED-5, SMMU-PRIMSG-1, SMMU-PRIOUTCOME-4 */
START_TEST(seed_5_a_marker_in_overflow)
{
    overflow();
    cons(2); /* not for want of room */
    pair_page(p, PASID, 0, PRISIM_TLP_LAST);
    ck_assert_uint_eq(prod(), 4 | OVFLG);
    ck_assert_uint_eq(pair_responses(p), 0);
}
END_TEST

/* covers: SMMU-SEED-6, SMMU-PRIMSG-2 */
START_TEST(seed_6_no_access_and_no_pasid)
{
    pair_page(p, -1, 6, PRISIM_TLP_LAST);
    ck_assert_uint_eq(prod(), 1);
    ck_assert_uint_eq(entry(0, 0), HARNESS_SID | UINT64_C(1) << 62); /* Last; SSV=0 */
    ck_assert_uint_eq(entry(0, 1), UINT64_C(0x12345678f006));
    /* A page request, not a marker: in overflow it is answered. */
    cons(1 | OVFLG);
    pair_page(p, -1, 7, PRISIM_TLP_LAST);
    ck_assert_uint_eq(pair_responses(p), 1);
    last_response_is(7, 0x0, false);
}
END_TEST

/* covers: SMMU-SEED-7, SMMU-CR0-12, SMMU-CR0-18, SMMU-PRIOUTCOME-1, SMMU-PRIQEN-2 */
START_TEST(seed_7_smmuen_off)
{
    smmu_harness_cr0(h, PRISIM_CR0_PRIQEN | PRISIM_CR0_CMDQEN | PRISIM_CR0_EVENTQEN);
    static const unsigned flags[] = {LAST_READ, PRISIM_TLP_READ, PRISIM_TLP_WRITE, PRISIM_TLP_LAST};
    for (unsigned i = 0; i < 4; i++) {
        pair_page(p, i == 3 ? -1 : PASID, 30 + i, flags[i]);
        ck_assert_uint_eq(pair_responses(p), i + 1);
        last_response_is(30 + i, 0xf, false);
    }
    pair_page(p, PASID, 0, PRISIM_TLP_LAST); /* a marker is not answered */
    ck_assert_uint_eq(pair_responses(p), 4);
    ck_assert_uint_eq(prod(), 0);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK) & PRISIM_CR0_PRIQEN, PRISIM_CR0_PRIQEN);
    smmu_harness_write(h, PRISIM_SMMU_PRIQ_BASE, 0x40000000);
    smmu_harness_write(h, PRISIM_SMMU_PRIQ_PROD, 1);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_PRIQ_BASE), (uint32_t)PAIR_PRIQ | PAIR_PRIQ_LOG2);
    ck_assert_uint_eq(prod(), 0);
}
END_TEST

/* covers: SMMU-SEED-8, SMMU-PRIIRQ-2 */
START_TEST(seed_8_last_only_in_overflow)
{
    overflow();
    ck_assert_uint_eq(pair_interrupts(p), 0);
    pair_page(p, -1, 8, LAST_READ);
    ck_assert_uint_eq(prod(), 4 | OVFLG);
    ck_assert_uint_eq(pair_interrupts(p), 1);
    pair_page(p, -1, 8, PRISIM_TLP_READ);
    ck_assert_uint_eq(pair_interrupts(p), 1);
}
END_TEST

/* covers: SMMU-SEED-9, SMMU-PRIIRQ-1, SMMU-PRIIRQ-3 */
START_TEST(seed_9_overflow_has_no_interrupt)
{
    pair_page(p, PASID, 0, PRISIM_TLP_READ);
    ck_assert_uint_eq(pair_interrupts(p), 1);
    for (unsigned i = 1; i < 8; i++)
        pair_page(p, -1, i, LAST_READ);
    ck_assert_uint_eq(prod(), 4 | OVFLG);
    ck_assert_uint_eq(pair_interrupts(p), 1);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GERROR), 0);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 1);
}
END_TEST

/* covers: SMMU-SEED-10, SMMU-GERROR-4, SMMU-PRIOUTCOME-2, SMMU-PRIOUTCOME-7 */
START_TEST(seed_10_the_record_aborts)
{
    h->fail_at = PAIR_PRIQ;
    pair_page(p, PASID, 10, LAST_READ);
    h->fail_at = 0;
    ck_assert_uint_eq(pair_responses(p), 1);
    last_response_is(10, 0xf, false);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GERROR), PRISIM_GERROR_PRIQ_ABT);
    ck_assert_uint_eq(prod(), 0);
    pair_page(p, PASID, 11, LAST_READ);
    ck_assert_uint_eq(pair_responses(p), 2);
    last_response_is(11, 0xf, false);
    pair_page(p, PASID, 12, PRISIM_TLP_READ);
    last_response_is(12, 0xf, false);
    smmu_harness_write(h, PRISIM_SMMU_GERRORN, PRISIM_GERROR_PRIQ_ABT);
    pair_page(p, PASID, 13, LAST_READ);
    ck_assert_uint_eq(pair_responses(p), 3);
    ck_assert_uint_eq(prod(), 1);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GERROR), PRISIM_GERROR_PRIQ_ABT); /* toggled once */
}
END_TEST

/* covers: SMMU-PRIOUTCOME-8 */
START_TEST(seed_10_late)
{
    h->fail_at = PAIR_PRIQ;
    h->fail_status = PRISIM_MEMORY_ABORT_LATE;
    pair_page(p, PASID, 10, LAST_READ);
    h->fail_at = 0;
    ck_assert_uint_eq(pair_responses(p), 0);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GERROR), PRISIM_GERROR_PRIQ_ABT);
    pair_page(p, PASID, 11, PRISIM_TLP_READ);
    last_response_is(11, 0xf, false);
}
END_TEST

/* covers: SMMU-SEED-20, SMMU-PRIMSG-1, SMMU-PRIIRQ-4 */
START_TEST(seed_20_a_marker_interrupts)
{
    pair_page(p, PASID, 0, PRISIM_TLP_READ);
    ck_assert_uint_eq(pair_interrupts(p), 0);
    pair_page(p, PASID, 0, PRISIM_TLP_LAST);
    ck_assert_uint_eq(pair_interrupts(p), 1);
    ck_assert_uint_eq(prod(), 2);
    ck_assert_uint_eq(entry(1, 0), HARNESS_SID | (uint64_t)PASID << 32 | UINT64_C(3) << 62); /* SSV, Last, no access */
    ck_assert_uint_eq(pair_responses(p), 0);
}
END_TEST

/* SMMU-PRIACCEPT: what a page request is written without: an STE, ATS, a StreamID in range. */
/* covers: SMMU-PRIACCEPT-2, SMMU-PRIAUTO-8 */
START_TEST(no_look_up_on_the_way)
{
    smmu_harness_ste(h, HARNESS_SID, 0, 0);
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_PRIQEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN); /* ATSCHK=0 */
    pair_page(p, PASID, 1, LAST_READ);
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MESSAGE, PRISIM_TLP_AT_UNTRANSLATED, 0x1000, 0);
    tlp.head.message = PRISIM_MESSAGE_PAGE_REQUEST;
    tlp.head.flags = LAST_READ;
    tlp.head.requester_id = 0x4321; /* 2^6 streams */
    smmu_harness_up(h, &tlp);
    pair_settle(p);
    ck_assert_uint_eq(prod(), 2);
    ck_assert_uint_eq(entry(1, 0) & 0xffffffff, 0x4321);
    /* Two writes, and nothing was read. */
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, 2);
    ck_assert_uint_eq(smmu_harness_events(h), 0);
    ck_assert_uint_eq(pair_responses(p), 0);
}
END_TEST

/* SMMU-PRIACCEPT: parts of two groups, and of one group under two PASIDs, are written as they come. */
/* covers: SMMU-PRIACCEPT-3 */
START_TEST(groups_are_not_checked)
{
    static const struct {
        int pasid;
        unsigned prgi, flags;
    } row[] = {{1, 7, PRISIM_TLP_READ}, {2, 8, PRISIM_TLP_READ}, {2, 7, LAST_READ}, {-1, 8, LAST_READ}};
    for (unsigned i = 0; i < 4; i++) {
        pair_page(p, row[i].pasid, row[i].prgi, row[i].flags);
        ck_assert_uint_eq(entry(i, 1) & 0x1ff, row[i].prgi);
        ck_assert_uint_eq(entry(i, 0) >> 32 & 0xfffff, row[i].pasid < 0 ? 0u : (unsigned)row[i].pasid);
        ck_assert_uint_eq(entry(i, 0) >> 62 & 1, (row[i].flags & PRISIM_TLP_LAST) != 0);
    }
    ck_assert_uint_eq(prod(), 4);
    ck_assert_uint_eq(pair_responses(p), 0);
}
END_TEST

/* SMMU-PRIQEN: flags that differ at the start are an overflow from the first request on. */
/* covers: SMMU-PRIQEN-3 */
START_TEST(flags_left_different)
{
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN);
    smmu_harness_write(h, PRISIM_SMMU_PRIQ_PROD, OVFLG);
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_PRIQEN);
    ck_assert_uint_eq(prod(), OVFLG);
    pair_page(p, -1, 3, LAST_READ);
    ck_assert_uint_eq(prod(), OVFLG);
    last_response_is(3, 0x0, false);
    cons(OVFLG);
    pair_page(p, -1, 4, LAST_READ);
    ck_assert_uint_eq(prod(), 1 | OVFLG);
}
END_TEST

/* SMMU-PRIIRQ: an MSI that aborts is told in GERROR; the queue goes on. */
/* covers: SMMU-GERROR-7, SMMU-PRIIRQ-6 */
START_TEST(the_msi_aborts)
{
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, 0);
    pair_settle(p);
    smmu_harness_write64(h, PRISIM_SMMU_PRIQ_IRQ_CFG0, HARNESS_DOORBELL | 0x30);
    smmu_harness_write(h, PRISIM_SMMU_PRIQ_IRQ_CFG1, 99);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_PRIQ);
    pair_settle(p);
    h->fail_at = HARNESS_DOORBELL;
    pair_page(p, PASID, 1, LAST_READ);
    h->fail_at = 0;
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GERROR), PRISIM_GERROR_MSI_PRIQ_ABT);
    ck_assert_uint_eq(prod(), 1);
    ck_assert_uint_eq(pair_interrupts(p), 1);
    cons(1);
    pair_page(p, PASID, 2, LAST_READ);
    ck_assert_uint_eq(prod(), 2);
    ck_assert_uint_eq(h->doorbells, 1); /* later MSIs are sent, acknowledged or not */
    ck_assert_uint_eq(h->doorbell_address, HARNESS_DOORBELL | 0x30);
    ck_assert_uint_eq(h->doorbell_data, 99);
    ck_assert_uint_eq(pair_responses(p), 0);
}
END_TEST

/* The PRI queue's MSIs go to the doorbell. */
static void to_doorbell(void)
{
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, 0);
    pair_settle(p);
    smmu_harness_write64(h, PRISIM_SMMU_PRIQ_IRQ_CFG0, HARNESS_DOORBELL);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_PRIQ);
    pair_settle(p);
}

/* SMMU-IRQCFG: LO is there without MSIs, and acts on the wire; no MSI is sent. */
/* covers: SMMU-IRQCFG-2, SMMU-IRQCFG-3, SMMU-IDR0-12 */
START_TEST(last_only_without_msis)
{
    pair_close(p);
    p = pair_open();
    h = p->h;
    h->config.msi = 0;
    pair_start(p);
    pair_bring_up(p, true);
    to_doorbell();
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_PRIQ_IRQ_CFG2), PRISIM_PRIQ_IRQ_CFG2_LO);
    pair_page(p, PASID, 1, PRISIM_TLP_READ);
    ck_assert_uint_eq(pair_interrupts(p), 0);
    pair_page(p, PASID, 1, LAST_READ);
    ck_assert_uint_eq(pair_interrupts(p), 1);
    ck_assert_uint_eq(h->doorbells, 0);
}
END_TEST

/* The same for an MSI: with LO=1 it comes for L=1 only. */
/* covers: SMMU-IRQCFG-2 */
START_TEST(last_only_by_msi)
{
    to_doorbell();
    pair_page(p, PASID, 1, PRISIM_TLP_READ);
    ck_assert_uint_eq(h->doorbells, 0);
    pair_page(p, PASID, 1, LAST_READ);
    ck_assert_uint_eq(h->doorbells, 1);
    ck_assert_uint_eq(pair_interrupts(p), 1);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_seeds");
    TCase *tcase = tcase_create("seeds");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, seed_1_a_fifth_request);
    tcase_add_test(tcase, seed_2_room_without_acknowledgement);
    tcase_add_test(tcase, seed_3_the_acknowledgement);
    tcase_add_test(tcase, seed_4_pasid_in_overflow);
    tcase_add_test(tcase, seed_4_with_pps);
    tcase_add_test(tcase, seed_5_a_marker_in_overflow);
    tcase_add_test(tcase, seed_6_no_access_and_no_pasid);
    tcase_add_test(tcase, seed_7_smmuen_off);
    tcase_add_test(tcase, seed_9_overflow_has_no_interrupt);
    tcase_add_test(tcase, seed_10_the_record_aborts);
    tcase_add_test(tcase, seed_10_late);
    tcase_add_test(tcase, no_look_up_on_the_way);
    tcase_add_test(tcase, groups_are_not_checked);
    tcase_add_test(tcase, flags_left_different);
    tcase_add_test(tcase, the_msi_aborts);
    tcase_add_test(tcase, last_only_without_msis);
    suite_add_tcase(suite, tcase);
    TCase *last_only = tcase_create("LO=1");
    tcase_add_checked_fixture(last_only, setup_last_only, teardown);
    tcase_add_test(last_only, seed_8_last_only_in_overflow);
    tcase_add_test(last_only, seed_20_a_marker_interrupts);
    tcase_add_test(last_only, last_only_by_msi);
    suite_add_tcase(suite, last_only);
    return suite;
}
