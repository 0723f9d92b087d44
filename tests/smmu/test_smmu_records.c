/* SPDX-License-Identifier: Apache-2.0
 *
 * Event records of untranslated traffic, whole, for reads and writes; which fault comes first when there are several;
 * what always records and what CD.R and CD.A decide (SMMU-RECORD, SMMU-EVENTCODE, SMMU-EVENT). Stage 1 only.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

enum { PASID = 3, ASID = 9, NO_PASID = -1 };
#define VA UINT64_C(0x0000123456789000)
/* Beside VA: what is wrong there. */
enum { UNMAPPED = 0x1000, OUTSIDE = 0x2000, NOT_ACCESSED = 0x3000, READ_ONLY = 0x4000, OUTSIDE_TOO = 0x5000 };
#define FAR_TABLE UINT64_C(0x200000) /* its last-level table is outside RAM */

static struct smmu_harness *h;
static uint64_t ttb;

static uint64_t leaf(unsigned ap, bool af)
{
    return (smmu_harness_leaf(HARNESS_PAGES, 12) & ~prisim_bits_put(3, PRISIM_DESC_AP) &
            ~prisim_bits_put(1, PRISIM_DESC_AF)) |
           prisim_bits_put(ap, PRISIM_DESC_AP) | prisim_bits_put(af, PRISIM_DESC_AF);
}

/* IPS is 40 bits: an output of 2^40 is outside. */
static uint64_t cd0(void)
{
    return (smmu_harness_cd0(ASID) & ~prisim_bits_put(7, PRISIM_CD0_IPS)) | prisim_bits_put(2, PRISIM_CD0_IPS);
}

static void setup(void)
{
    h = smmu_harness_open();
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    ttb = smmu_harness_table(h);
    smmu_harness_cd(h, PASID, cd0(), ttb);
    smmu_harness_map(h, ttb, VA, 12, leaf(PRISIM_AP_RW, true));
    smmu_harness_map(h, ttb, VA + OUTSIDE, 12, leaf(PRISIM_AP_RW, true) | UINT64_C(1) << 40);
    smmu_harness_map(h, ttb, VA + NOT_ACCESSED, 12, leaf(PRISIM_AP_RO, false));
    smmu_harness_map(h, ttb, VA + READ_ONLY, 12, leaf(PRISIM_AP_RO, true));
    smmu_harness_map(h, ttb, VA + OUTSIDE_TOO, 12, leaf(PRISIM_AP_RW, false) | UINT64_C(1) << 40);
    smmu_harness_map(h, ttb, VA + FAR_TABLE, 21, 0x3000 | 3);
    smmu_harness_ste(h, 0x22, (smmu_harness_ste0(4) & ~PRISIM_STE0_S1CONTEXTPTR) | 0x1000, smmu_harness_ste1());
    smmu_harness_ste(h, 0x23, prisim_bits_put(1, PRISIM_STE0_V), 0);
    smmu_harness_cd(h, 4, cd0() & ~prisim_bits_put(1, PRISIM_CD0_V), ttb);
    smmu_harness_cd(h, 5, cd0(), UINT64_C(1) << 40);
    smmu_harness_cd(h, 6, cd0() & ~prisim_bits_put(1, PRISIM_CD0_A) & ~prisim_bits_put(1, PRISIM_CD0_R), ttb);
    smmu_harness_cd(h, 7, cd0(), 0x2000);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

/* One access; flags as in tlp.h. Returns the status of a read, and how many records it made. */
static uint8_t try_access(bool write, uint16_t sid, int pasid, uint64_t address, unsigned flags, uint32_t *records)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(write ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ,
                                                    PRISIM_TLP_AT_UNTRANSLATED, address, 8);
    tlp.head.requester_id = sid;
    tlp.head.flags = (uint8_t)(flags | (pasid >= 0 ? PRISIM_TLP_HAS_PASID : 0));
    tlp.head.pasid = pasid >= 0 ? (uint32_t)pasid : 0;
    uint32_t before = smmu_harness_events(h);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, before);
    uint8_t status = PRISIM_TLP_SC;
    if (write)
        smmu_harness_up(h, &tlp);
    else
        status = smmu_harness_ask(h, &tlp)->head.status;
    smmu_harness_run(h, 300);
    *records = (smmu_harness_events(h) - before) & 7;
    return status;
}

static void last_record(uint64_t dw[4])
{
    smmu_harness_event(h, (smmu_harness_events(h) - 1) & 3, dw);
}

static const struct {
    uint16_t sid;
    int pasid;
    uint64_t address;
    uint64_t fail_at;
    unsigned code, class;
    bool has_access, has_address; /* dw1 says what was asked; dw2 is the input address */
    uint64_t fetch;
} fault[] = {
    {0x40, PASID, VA, 0, 0x02, 0, false, false, 0},
    {0x21, PASID, VA, HARNESS_STRTAB + 0x21 * PRISIM_STE_BYTES, 0x03, 0, false, false,
     HARNESS_STRTAB + 0x21 * PRISIM_STE_BYTES},
    {0x21, PASID, VA, 0, 0x04, 0, false, false, 0},
    {HARNESS_SID, NO_PASID, VA, 0, 0x06, 0, false, false, 0},
    {HARNESS_SID, 16, VA, 0, 0x08, 0, false, false, 0},
    {0x22, PASID, VA, 0, 0x09, 0, false, false, 0x1000 + PASID *PRISIM_CD_BYTES},
    {HARNESS_SID, 4, VA, 0, 0x0a, 0, false, false, 0},
    {HARNESS_SID, 5, VA, 0, 0x0a, 0, false, false, 0}, /* TTB0 outside IPS */
    {HARNESS_SID, PASID, VA + FAR_TABLE + 0x123, 0, 0x0b, 1, true, true, 0x3000 + 0x189 * 8},
    {HARNESS_SID, PASID, VA + UNMAPPED + 0x123, 0, 0x10, 2, true, true, 0},
    {HARNESS_SID, PASID, UINT64_C(0x8000123456789abc), 0, 0x10, 2, true, true, 0},
    {HARNESS_SID, PASID, VA + OUTSIDE + 0x123, 0, 0x11, 2, true, true, 0},
    {HARNESS_SID, PASID, VA + NOT_ACCESSED + 0x123, 0, 0x12, 2, true, true, 0},
};
enum { FAULTS = sizeof fault / sizeof fault[0], WAYS = 4 };

/* A record has its fields and nothing else, whoever asks: read, write, privileged, instruction. */
/* covers: SMMU-RECORD, SMMU-RECORD-3, SMMU-RECORD-4, SMMU-RECORD-5, SMMU-EVENTCODE-2, SMMU-EVENTCODE-3,
 * SMMU-EVENTCODE-4, SMMU-EVENTCODE-6, SMMU-EVENTCODE-8, SMMU-EVENTCODE-9, SMMU-EVENTCODE-10, SMMU-EVENTCODE-11,
 * SMMU-EVENTCODE-12, SMMU-EVENTCODE-13, SMMU-EVENTCODE-14, SMMU-EVENT-1, SMMU-EVENT-5, SMMU-FLOW-4 */
START_TEST(whole_records)
{
    static const struct {
        bool write;
        unsigned flags;
        uint64_t dw1;
    } way[WAYS] = {
        {false, 0, UINT64_C(1) << 35},
        {true, 0, 0},
        {false, PRISIM_TLP_PRIVILEGED | PRISIM_TLP_EXECUTE, UINT64_C(7) << 33},
        {true, PRISIM_TLP_PRIVILEGED | PRISIM_TLP_EXECUTE, UINT64_C(1) << 33}, /* InD=0 for writes */
    };
    for (unsigned w = 0; w < WAYS; w++) {
        uint32_t records;
        h->fail_at = fault[_i].fail_at;
        uint8_t status =
            try_access(way[w].write, fault[_i].sid, fault[_i].pasid, fault[_i].address, way[w].flags, &records);
        h->fail_at = 0;
        ck_assert(way[w].write || status == PRISIM_TLP_UR);
        ck_assert_uint_eq(records, 1);
        uint64_t dw[4], expected = fault[_i].code | (uint64_t)fault[_i].sid << 32;
        last_record(dw);
        if (fault[_i].pasid >= 0) /* C_BAD_SUBSTREAMID: SSV is not reported */
            expected |= (uint64_t)fault[_i].pasid << 12 | (fault[_i].code == 0x08 ? 0 : 1 << 11);
        ck_assert_uint_eq(dw[0], expected);
        ck_assert_uint_eq(dw[1], fault[_i].has_access ? way[w].dw1 | (uint64_t)fault[_i].class << 40 : 0);
        ck_assert_uint_eq(dw[2], fault[_i].has_address ? fault[_i].address : 0);
        ck_assert_uint_eq(dw[3], fault[_i].fetch);
    }
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, 0);
}
END_TEST

/* covers: SMMU-EVENTCODE-15, SMMU-RECORD-4 */
START_TEST(permission)
{
    uint64_t dw[4];
    uint32_t records;
    ck_assert_uint_eq(try_access(false, HARNESS_SID, PASID, VA + READ_ONLY, 0, &records), PRISIM_TLP_SC);
    ck_assert_uint_eq(records, 0);
    try_access(true, HARNESS_SID, PASID, VA + READ_ONLY + 0x18, 0, &records);
    ck_assert_uint_eq(records, 1);
    last_record(dw);
    ck_assert_uint_eq(dw[0], 0x13 | 1 << 11 | PASID << 12 | (uint64_t)HARNESS_SID << 32);
    ck_assert_uint_eq(dw[1], UINT64_C(2) << 40);
    ck_assert_uint_eq(dw[2], VA + READ_ONLY + 0x18);
    ck_assert_uint_eq(dw[3], 0);
}
END_TEST

/* SMMU-EVENT: of several faults of one access, the first is recorded, alone. */
/* covers: SMMU-EVENT-1, SMMU-EVENT-3, SMMU-EVENT-4, SMMU-HTTU-4 */
START_TEST(the_first_fault_counts)
{
    static const struct {
        uint16_t sid;
        int pasid;
        uint64_t address;
        bool write;
        uint64_t fail_at;
        unsigned code;
    } row[] = {
        {0x40, 16, VA, false, HARNESS_STRTAB + 0x40 * PRISIM_STE_BYTES, 0x02},    /* before the STE's fetch */
        {0x21, 16, VA, false, HARNESS_STRTAB + 0x21 * PRISIM_STE_BYTES, 0x03},    /* before what the STE says */
        {0x21, 16, VA, false, 0, 0x04},                                           /* before the SubstreamID */
        {HARNESS_SID, 16, VA, false, HARNESS_CDTAB + 16 * PRISIM_CD_BYTES, 0x08}, /* before the CD's fetch */
        {HARNESS_SID, NO_PASID, VA, false, HARNESS_CDTAB, 0x06},                  /* before the CD's fetch */
        {HARNESS_SID, 4, VA + UNMAPPED, false, 0, 0x0a},                          /* before the walk */
        {HARNESS_SID, 7, UINT64_C(0x0001000000000000), false, 0, 0x10}, /* the input range before the first fetch */
        {HARNESS_SID, 7, VA, false, 0, 0x0b},                           /* the same table, in range */
        {HARNESS_SID, PASID, VA + OUTSIDE_TOO, false, 0, 0x11},         /* before the access flag */
        {HARNESS_SID, PASID, VA + NOT_ACCESSED, true, 0, 0x12},         /* before the permission */
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        uint32_t records;
        h->fail_at = row[i].fail_at;
        try_access(row[i].write, row[i].sid, row[i].pasid, row[i].address, 0, &records);
        h->fail_at = 0;
        ck_assert_msg(records == 1, "row %u: %u records", i, records);
        uint64_t dw[4];
        last_record(dw);
        ck_assert_msg((dw[0] & 0xff) == row[i].code, "row %u: code %#x", i, (unsigned)(dw[0] & 0xff));
    }
}
END_TEST

/* SMMU-EVENT: with CD.R=0 and CD.A=0 faults of the walk are RAZ/WI in silence; an abort of the walk is not. */
/* covers: SMMU-EVENT-8, SMMU-EVENT-9 */
START_TEST(what_the_cd_decides)
{
    static const uint64_t silent[] = {VA + UNMAPPED, VA + OUTSIDE, VA + NOT_ACCESSED};
    uint32_t records;
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_uint_eq(try_access(false, HARNESS_SID, 6, silent[i], 0, &records), PRISIM_TLP_SC);
        ck_assert_uint_eq(records, 0);
        ck_assert_uint_eq(try_access(false, HARNESS_SID, PASID, silent[i], 0, &records), PRISIM_TLP_UR);
        ck_assert_uint_eq(records, 1);
    }
    try_access(true, HARNESS_SID, 6, VA + READ_ONLY, 0, &records);
    ck_assert_uint_eq(records, 0);
    ck_assert_uint_eq(try_access(false, HARNESS_SID, 6, VA + FAR_TABLE, 0, &records), PRISIM_TLP_UR);
    ck_assert_uint_eq(records, 1);
}
END_TEST

/* covers: SMMU-EVENT-7, SMMU-FLOW-1 */
START_TEST(an_aborted_stream_is_silent)
{
    uint32_t records;
    for (int pasid = NO_PASID; pasid <= PASID; pasid += PASID - NO_PASID) {
        ck_assert_uint_eq(try_access(false, 0x23, pasid, VA, 0, &records), PRISIM_TLP_UR);
        ck_assert_uint_eq(records, 0);
    }
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, 0);
}
END_TEST

/* SMMU-EVENTCODE: without RECINVSID a StreamID out of range is aborted and not recorded; the rest is. */
/* covers: SMMU-CR-2, SMMU-EVENTCODE-2, SMMU-EVENT-9 */
START_TEST(without_recinvsid)
{
    uint32_t records;
    smmu_harness_cr0(h, 0);
    smmu_harness_write(h, PRISIM_SMMU_CR2, 0);
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN);
    ck_assert_uint_eq(try_access(false, 0x40, PASID, VA, 0, &records), PRISIM_TLP_UR);
    ck_assert_uint_eq(records, 0);
    ck_assert_uint_eq(try_access(false, 0x21, PASID, VA, 0, &records), PRISIM_TLP_UR);
    ck_assert_uint_eq(records, 1);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_records");
    TCase *tcase = tcase_create("records");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, whole_records, 0, FAULTS);
    tcase_add_test(tcase, permission);
    tcase_add_test(tcase, the_first_fault_counts);
    tcase_add_test(tcase, what_the_cd_decides);
    tcase_add_test(tcase, an_aborted_stream_is_silent);
    tcase_add_test(tcase, without_recinvsid);
    suite_add_tcase(suite, tcase);
    return suite;
}
