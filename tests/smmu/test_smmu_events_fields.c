/* SPDX-License-Identifier: Apache-2.0
 *
 * What an event record says bit by bit where little else differs, who is recorded with which bit of CR2, and that the
 * event of the log says what the record says (SMMU-RECORD, SMMU-EVENTCODE, SMMU-EVENT, SMMU-PRIAUTO, SMMU-ATSREQ,
 * SMMU-ATSTRANSLATED).
 */
#include "tests/smmu/smmu_trees.h"

enum { PASID = 3, UNREACHABLE = 0x1000 };
#define VA UINT64_C(0x0000123456789000)

static struct bench *b;

static void setup(void)
{
    b = bench_open();
    b->config.httu = 0;
    bench_start(b);
    bench_bring_up(b);
    bench_cd(b, PASID, bench_cd0(9), bench_table(b));
    bench_ste(b, BENCH_SID, bench_ste0(4), bench_ste1());
}

static void teardown(void)
{
    bench_close(b);
}

static void offer(enum tlp_type type, enum tlp_at at, uint16_t sid, int pasid, uint64_t address, unsigned flags)
{
    struct tlp tlp = bench_memory_tlp(type, at, address, 8);
    tlp.head.requester_id = sid;
    tlp.head.flags = (uint8_t)(flags | (pasid >= 0 ? TLP_HAS_PASID : 0));
    tlp.head.pasid = pasid >= 0 ? (uint32_t)pasid : 0;
    bench_up(b, &tlp);
    bench_run(b, 300);
}

static void cr2(uint32_t value)
{
    uint32_t cr0 = bench_read(b, SMMU_CR0);
    bench_cr0(b, 0);
    bench_write(b, SMMU_CR2, value);
    bench_cr0(b, cr0);
}

/* The record that PROD stands behind; software has read it. */
static void newest(uint64_t dw[4])
{
    uint32_t prod = bench_events(b) & 7;
    bench_event(b, (prod - 1) & 3, dw);
    bench_write(b, SMMU_EVENTQ_CONS, prod);
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
    } rows[] = {{1, -1, C_BAD_STE, false},
                {BENCH_SID, PASID, F_TRANSLATION, true},
                {BENCH_SID, 0x12345, C_BAD_SUBSTREAMID, true},
                {2, PASID, C_BAD_STE, true},
                {BENCH_SID, -1, F_STREAM_DISABLED, false},
                {BENCH_SID, 4, C_BAD_CD, true},
                {0x22, PASID, F_CD_FETCH, true}};
    bench_ste(b, 0x22, (bench_ste0(4) & ~STE0_S1CONTEXTPTR) | 0x1000, bench_ste1()); /* no memory there */
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t dw[4];
        offer(TLP_MEMORY_READ, TLP_AT_UNTRANSLATED, rows[i].sid, rows[i].pasid, VA, 0);
        ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_EVENT), i + 1);
        newest(dw);
        ck_assert_uint_eq(dw[0] & 0xff, rows[i].code);
        const struct event *event = rig_event(b->rig, EVENT_SMMU_EVENT, i);
        ck_assert_uint_eq(event->smmu_event.code, rows[i].code);
        ck_assert_uint_eq(event->smmu_event.stream_id, rows[i].sid);
        ck_assert_uint_eq(event->smmu_event.pasid, rows[i].names_pasid ? (uint64_t)rows[i].pasid : PASID_NONE);
        ck_assert_uint_eq(event->smmu_event.address, dw[2]);
        ck_assert_uint_eq(event->smmu_event.slot, i & 3);
        ck_assert_uint_eq(event->smmu_event.cause, CAUSE_ACCEPTED);
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
    } rows[] = {{UNTRANSLATED, false, CR2_RECINVSID},
                {UNTRANSLATED, true, 0},
                {REQUEST, false, CR2_RECINVSID | CR2_REC_CFG_ATS},
                {REQUEST, true, CR2_REC_CFG_ATS},
                {TRANSLATED, true, CR2_REC_CFG_ATS},
                {PPAR, false, CR2_RECINVSID | CR2_REC_CFG_ATS},
                {PPAR, true, CR2_REC_CFG_ATS}};
    uint32_t value = ((uint32_t)_i & (CR2_E2H | CR2_RECINVSID)) | ((uint32_t)_i & 4 ? CR2_REC_CFG_ATS : 0);
    cr2(value);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned before = rig_events(b->rig, EVENT_SMMU_EVENT);
        uint16_t sid = rows[i].reachable ? 1 : UNREACHABLE; /* no valid STE; beyond the table */
        struct tlp request = bench_request(VA, -1, 0);
        struct pri_queue_lookup lookup = {.stream_id = sid};
        request.head.requester_id = sid;
        switch (rows[i].kind) {
        case UNTRANSLATED:
            offer(TLP_MEMORY_READ, TLP_AT_UNTRANSLATED, sid, -1, VA, 0);
            break;
        case REQUEST:
            bench_up(b, &request);
            break;
        case TRANSLATED:
            offer(TLP_MEMORY_READ, TLP_AT_TRANSLATED, sid, -1, BENCH_PAGES, 0);
            break;
        case PPAR:
            rig_offer(b->rig, SMMU_RX_PRI_LOOKUP, &lookup);
            break;
        }
        bench_run(b, 300);
        bool recorded = (value & rows[i].needs) == rows[i].needs;
        ck_assert_msg(rig_events(b->rig, EVENT_SMMU_EVENT) == before + recorded, "CR2 %#x, row %u", value, i);
        bench_write(b, SMMU_EVENTQ_CONS, bench_events(b) & 7);
    }
}
END_TEST

/* F_TRANSL_FORBIDDEN says RnW and nothing else of the access. */
/* covers: SMMU-EVENTCODE-7, SMMU-ATSTRANSLATED */
START_TEST(forbidden)
{
    bool read = _i;
    bench_ste(b, BENCH_SID, bench_ste0(4), 0);
    uint64_t dw[4];
    offer(read ? TLP_MEMORY_READ : TLP_MEMORY_WRITE, TLP_AT_TRANSLATED, BENCH_SID, PASID, BENCH_PAGES + 0x123,
          TLP_PRIVILEGED | (read ? TLP_EXECUTE : 0));
    newest(dw);
    ck_assert_uint_eq(dw[0] & 0xff, F_TRANSL_FORBIDDEN);
    ck_assert_uint_eq(dw[1], read ? UINT64_C(1) << EVENT_RNW : 0);
    ck_assert_uint_eq(dw[2], BENCH_PAGES + 0x123);
    ck_assert_uint_eq(dw[3], 0);
}
END_TEST

/* F_BAD_ATS_TREQ: [63:12] of the address, and how many translations were asked for; less than a whole one is one. */
/* covers: SMMU-EVENTCODE-5 */
START_TEST(bad_request)
{
    static const unsigned sizes[] = {8, 16, 24, 56, 64, 0, 4, 7};
    bench_cr0(b, CR0_EVENTQEN);
    uint64_t dw[4];
    struct tlp request = bench_request(VA | 0xfff, -1, TLP_NO_WRITE);
    request.head.size = (uint16_t)sizes[_i];
    bench_up(b, &request);
    bench_run(b, 300);
    newest(dw);
    ck_assert_uint_eq(dw[0] & 0xff, F_BAD_ATS_TREQ);
    ck_assert_uint_eq(dw[1], (_i < 5 ? sizes[_i] / 8 : 1) | UINT64_C(1) << 31);
    ck_assert_uint_eq(dw[2], VA);
}
END_TEST

/* Stage 2's faults are recorded by S2R and nothing beside it; the record has the IPA's page, the input's every bit. */
/* covers: SMMU-EVENT-8, SMMU-RECORD, SMMU-RECORD-2, SMMU-RECORD-3, SMMU-STE-12 */
START_TEST(stage2)
{
    bool s2r = _i;
    struct tree tree = tree_open(b, TREE_4K, 1, 39);
    bench_ste(b, BENCH_SID, bits_put(1, STE0_V) | bits_put(STE_CONFIG_S2, STE0_CONFIG), 0);
    tree_ste2(b, BENCH_SID, bits_put(1, STE2_S2AFFD) | bits_put(1, STE2_S2PTW), 5, &tree);
    uint64_t at = BENCH_STRTAB + BENCH_SID * STE_BYTES + 16;
    bench_store(b, at, (bench_load(b, at) & ~bits_put(1, STE2_S2R)) | bits_put(s2r, STE2_S2R));
    tree_forget(b);
    offer(TLP_MEMORY_READ, TLP_AT_UNTRANSLATED, BENCH_SID, -1, 0x1234567f, 0);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_EVENT), s2r);
    if (!s2r)
        return;
    uint64_t dw[4];
    newest(dw);
    ck_assert_uint_eq(dw[0] & 0xff, F_TRANSLATION);
    ck_assert_uint_eq(dw[1], UINT64_C(1) << 35 | UINT64_C(1) << 39 | UINT64_C(2) << 40); /* RnW, S2, CLASS=IN */
    ck_assert_uint_eq(dw[2], 0x1234567f);
    ck_assert_uint_eq(dw[3], 0x12345000);
}
END_TEST

/* An impossible distance is said with the register that makes it. */
/* covers: SMMU-QUEUE-11 */
START_TEST(distance)
{
    bench_write(b, SMMU_EVENTQ_CONS, 3); /* PROD 0: 5 apart in a queue of 4 */
    offer(TLP_MEMORY_READ, TLP_AT_UNTRANSLATED, 1, -1, VA, 0);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_MISUSE), 1);
    const struct event *event = rig_event(b->rig, EVENT_SMMU_MISUSE, 0);
    ck_assert_uint_eq(event->smmu_misuse.offset, SMMU_EVENTQ_CONS);
    ck_assert_uint_eq(event->smmu_misuse.value, 3);
    ck_assert_uint_eq(event->smmu_misuse.cause, CAUSE_QUEUE_DISTANCE);
    ck_assert_uint_eq(bench_events(b), SMMU_QUEUE_OVERFLOW);
}
END_TEST

int main(void)
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
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
