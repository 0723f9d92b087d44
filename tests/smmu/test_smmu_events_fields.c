/* SPDX-License-Identifier: Apache-2.0
 *
 * What an event record says bit by bit where little else differs, who is recorded with which bit of CR2, and that the
 * event of the log says what the record says (SMMU-RECORD, SMMU-EVENTCODE, SMMU-EVENT, SMMU-PRIAUTO, SMMU-ATSREQ,
 * SMMU-ATSTRANSLATED).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_trees.h"

enum { PASID = 3, UNREACHABLE = 0x1000 };
#define VA UINT64_C(0x0000123456789000)

static struct smmu_harness *h;

static void setup(void)
{
    h = smmu_harness_open();
    h->config.httu = 0;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    smmu_harness_cd(h, PASID, smmu_harness_cd0(9), smmu_harness_table(h));
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4), smmu_harness_ste1());
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static void offer(enum prisim_tlp_type type, enum prisim_tlp_at at, uint16_t sid, int pasid, uint64_t address,
                  unsigned flags)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(type, at, address, 8);
    tlp.head.requester_id = sid;
    tlp.head.flags = (uint8_t)(flags | (pasid >= 0 ? PRISIM_TLP_HAS_PASID : 0));
    tlp.head.pasid = pasid >= 0 ? (uint32_t)pasid : 0;
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 300);
}

static void cr2(uint32_t value)
{
    uint32_t cr0 = smmu_harness_read(h, PRISIM_SMMU_CR0);
    smmu_harness_cr0(h, 0);
    smmu_harness_write(h, PRISIM_SMMU_CR2, value);
    smmu_harness_cr0(h, cr0);
}

/* The record that PROD stands behind; software has read it. */
static void newest(uint64_t dw[4])
{
    uint32_t prod = smmu_harness_events(h) & 7;
    smmu_harness_event(h, (prod - 1) & 3, dw);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, prod);
}

/* The log's event and the record in memory are the same. */
/* covers: SMMU-RECORD */
START_TEST(event_is_the_record)
{
    static const struct {
        uint16_t sid;
        int pasid;
        unsigned code;
        bool names_pasid;
    } rows[] = {{1, -1, PRISIM_C_BAD_STE, false},
                {HARNESS_SID, PASID, PRISIM_F_TRANSLATION, true},
                {HARNESS_SID, 0x12345, PRISIM_C_BAD_SUBSTREAMID, true},
                {2, PASID, PRISIM_C_BAD_STE, true},
                {HARNESS_SID, -1, PRISIM_F_STREAM_DISABLED, false},
                {HARNESS_SID, 4, PRISIM_C_BAD_CD, true},
                {0x22, PASID, PRISIM_F_CD_FETCH, true}};
    smmu_harness_ste(h, 0x22, (smmu_harness_ste0(4) & ~PRISIM_STE0_S1CONTEXTPTR) | 0x1000,
                     smmu_harness_ste1()); /* no memory there */
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t dw[4];
        offer(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, rows[i].sid, rows[i].pasid, VA, 0);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_EVENT), i + 1);
        newest(dw);
        ck_assert_uint_eq(dw[0] & 0xff, rows[i].code);
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, i);
        ck_assert_uint_eq(event->smmu_event.code, rows[i].code);
        ck_assert_uint_eq(event->smmu_event.stream_id, rows[i].sid);
        ck_assert_uint_eq(event->smmu_event.pasid, rows[i].names_pasid ? (uint64_t)rows[i].pasid : PRISIM_PASID_NONE);
        ck_assert_uint_eq(event->smmu_event.address, dw[2]);
        ck_assert_uint_eq(event->smmu_event.slot, i & 3);
        ck_assert_uint_eq(event->smmu_event.cause, PRISIM_CAUSE_ACCEPTED);
    }
}
END_TEST

/* Each bit of CR2 does what it says, and E2H, beside them, nothing of it. */
/* covers: SMMU-EVENTCODE-2, SMMU-PRIAUTO-7, SMMU-CR-2 */
START_TEST(cr2_bits)
{
    enum { UNTRANSLATED, REQUEST, TRANSLATED, PPAR };
    static const struct {
        unsigned kind;
        bool reachable;
        uint32_t needs;
    } rows[] = {{UNTRANSLATED, false, PRISIM_CR2_RECINVSID},
                {UNTRANSLATED, true, 0},
                {REQUEST, false, PRISIM_CR2_RECINVSID | PRISIM_CR2_REC_CFG_ATS},
                {REQUEST, true, PRISIM_CR2_REC_CFG_ATS},
                {TRANSLATED, true, PRISIM_CR2_REC_CFG_ATS},
                {PPAR, false, PRISIM_CR2_RECINVSID | PRISIM_CR2_REC_CFG_ATS},
                {PPAR, true, PRISIM_CR2_REC_CFG_ATS}};
    uint32_t value =
        ((uint32_t)_i & (PRISIM_CR2_E2H | PRISIM_CR2_RECINVSID)) | ((uint32_t)_i & 4 ? PRISIM_CR2_REC_CFG_ATS : 0);
    cr2(value);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned before = harness_events(h->base, PRISIM_EVENT_SMMU_EVENT);
        uint16_t sid = rows[i].reachable ? 1 : UNREACHABLE; /* no valid STE; beyond the table */
        struct prisim_tlp request = smmu_harness_request(VA, -1, 0);
        struct prisim_pri_queue_lookup lookup = {.stream_id = sid};
        request.head.requester_id = sid;
        switch (rows[i].kind) {
        case UNTRANSLATED:
            offer(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, sid, -1, VA, 0);
            break;
        case REQUEST:
            smmu_harness_up(h, &request);
            break;
        case TRANSLATED:
            offer(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_TRANSLATED, sid, -1, HARNESS_PAGES, 0);
            break;
        case PPAR:
            harness_offer(h->base, PRISIM_SMMU_RX_PRI_LOOKUP, &lookup);
            break;
        }
        smmu_harness_run(h, 300);
        bool recorded = (value & rows[i].needs) == rows[i].needs;
        ck_assert_msg(harness_events(h->base, PRISIM_EVENT_SMMU_EVENT) == before + recorded, "CR2 %#x, row %u", value,
                      i);
        smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, smmu_harness_events(h) & 7);
    }
}
END_TEST

/* F_TRANSL_FORBIDDEN says RnW and nothing else of the access. */
/* covers: SMMU-EVENTCODE-7, SMMU-ATSTRANSLATED */
START_TEST(forbidden)
{
    bool read = _i;
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4), 0);
    uint64_t dw[4];
    offer(read ? PRISIM_TLP_MEMORY_READ : PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_TRANSLATED, HARNESS_SID, PASID,
          HARNESS_PAGES + 0x123, PRISIM_TLP_PRIVILEGED | (read ? PRISIM_TLP_EXECUTE : 0));
    newest(dw);
    ck_assert_uint_eq(dw[0] & 0xff, PRISIM_F_TRANSL_FORBIDDEN);
    ck_assert_uint_eq(dw[1], read ? UINT64_C(1) << PRISIM_EVENT_RNW : 0);
    ck_assert_uint_eq(dw[2], HARNESS_PAGES + 0x123);
    ck_assert_uint_eq(dw[3], 0);
}
END_TEST

/* F_BAD_ATS_TREQ: [63:12] of the address, and how many translations were asked for; less than a whole one is one. */
/* covers: SMMU-EVENTCODE-5 */
START_TEST(bad_request)
{
    static const unsigned sizes[] = {8, 16, 24, 56, 64, 0, 4, 7};
    smmu_harness_cr0(h, PRISIM_CR0_EVENTQEN);
    uint64_t dw[4];
    struct prisim_tlp request = smmu_harness_request(VA | 0xfff, -1, PRISIM_TLP_NO_WRITE);
    request.head.size = (uint16_t)sizes[_i];
    smmu_harness_up(h, &request);
    smmu_harness_run(h, 300);
    newest(dw);
    ck_assert_uint_eq(dw[0] & 0xff, PRISIM_F_BAD_ATS_TREQ);
    ck_assert_uint_eq(dw[1], (_i < 5 ? sizes[_i] / 8 : 1) | UINT64_C(1) << 31);
    ck_assert_uint_eq(dw[2], VA);
}
END_TEST

/* Stage 2's faults are recorded by S2R and nothing beside it; the record has the IPA's page, the input's every bit. */
/* covers: SMMU-EVENT-8, SMMU-RECORD, SMMU-RECORD-2, SMMU-RECORD-3, SMMU-STE-12 */
START_TEST(stage2)
{
    bool s2r = _i;
    struct tree tree = tree_open(h, TREE_4K, 1, 39);
    smmu_harness_ste(h, HARNESS_SID,
                     prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S2, PRISIM_STE0_CONFIG), 0);
    tree_ste2(h, HARNESS_SID, prisim_bits_put(1, PRISIM_STE2_S2AFFD) | prisim_bits_put(1, PRISIM_STE2_S2PTW), 5, &tree);
    uint64_t at = HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES + 16;
    smmu_harness_store(h, at,
                       (smmu_harness_load(h, at) & ~prisim_bits_put(1, PRISIM_STE2_S2R)) |
                           prisim_bits_put(s2r, PRISIM_STE2_S2R));
    tree_forget(h);
    offer(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, HARNESS_SID, -1, 0x1234567f, 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_EVENT), s2r);
    if (!s2r)
        return;
    uint64_t dw[4];
    newest(dw);
    ck_assert_uint_eq(dw[0] & 0xff, PRISIM_F_TRANSLATION);
    ck_assert_uint_eq(dw[1], UINT64_C(1) << 35 | UINT64_C(1) << 39 | UINT64_C(2) << 40); /* RnW, S2, CLASS=IN */
    ck_assert_uint_eq(dw[2], 0x1234567f);
    ck_assert_uint_eq(dw[3], 0x12345000);
}
END_TEST

/* An impossible distance is said with the register that makes it. */
/* covers: SMMU-QUEUE-11 */
START_TEST(distance)
{
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 3); /* PROD 0: 5 apart in a queue of 4 */
    offer(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, 1, -1, VA, 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_MISUSE), 1);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_MISUSE, 0);
    ck_assert_uint_eq(event->smmu_misuse.offset, PRISIM_SMMU_EVENTQ_CONS);
    ck_assert_uint_eq(event->smmu_misuse.value, 3);
    ck_assert_uint_eq(event->smmu_misuse.cause, PRISIM_CAUSE_QUEUE_DISTANCE);
    ck_assert_uint_eq(smmu_harness_events(h), PRISIM_SMMU_QUEUE_OVERFLOW);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_events_fields");
    TCase *tcase = tcase_create("fields");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, event_is_the_record);
    tcase_add_loop_test(tcase, cr2_bits, 0, 8);
    tcase_add_loop_test(tcase, forbidden, 0, 2);
    tcase_add_loop_test(tcase, bad_request, 0, 8);
    tcase_add_loop_test(tcase, stage2, 0, 2);
    tcase_add_test(tcase, distance);
    suite_add_tcase(suite, tcase);
    return suite;
}
