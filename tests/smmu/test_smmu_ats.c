/* SPDX-License-Identifier: Apache-2.0
 *
 * Translation Requests: every row of SMMU-ATSREQ that is in scope, what stands in a completion (SMMU-ATSCPL,
 * PCIE-ATSCPL), ILLEGAL STEs and CDs (SMMU-STE, SMMU-CD), and the flow by Config and SubstreamID (SMMU-FLOW).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

enum { PASID = 3, ASID = 9 };
#define VA UINT64_C(0x0000123456789000)

static struct smmu_harness *h;
static uint64_t ttb;

static void setup(void)
{
    h = smmu_harness_open();
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    ttb = smmu_harness_table(h);
    smmu_harness_cd(h, PASID, smmu_harness_cd0(ASID), ttb);
    smmu_harness_map(h, ttb, VA, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
}

static void teardown(void)
{
    smmu_harness_close(h);
}

/* What a Translation Request gets: status, events recorded so far (0 or 1 expected), and its entry under SC. */
struct result {
    uint8_t status;
    uint32_t events;
    uint64_t entry;
};

static struct result ask_as(uint16_t requester, int pasid, uint64_t address, unsigned flags)
{
    struct prisim_tlp request = smmu_harness_request(address, pasid, flags);
    request.head.requester_id = requester;
    const struct prisim_tlp *tlp = smmu_harness_ask(h, &request);
    ck_assert_uint_eq(tlp->head.requester_id, requester);
    ck_assert_uint_eq(tlp->head.destination_id, h->config.requester_id);
    ck_assert_uint_eq(tlp->head.tag, request.head.tag);
    struct result result = {.status = tlp->head.status};
    if (result.status == PRISIM_TLP_SC)
        result.entry = smmu_harness_entry(tlp);
    else
        ck_assert_uint_eq(tlp->head.type, PRISIM_TLP_COMPLETION);
    smmu_harness_run(h, 60);
    result.events = smmu_harness_events(h);
    return result;
}

static struct result ask(int pasid, uint64_t address)
{
    return ask_as(HARNESS_SID, pasid, address, 0);
}

static void restart(uint32_t cr2, uint32_t cr0)
{
    smmu_harness_cr0(h, 0);
    smmu_harness_write(h, PRISIM_SMMU_CR2, cr2);
    smmu_harness_cr0(h, cr0);
}

enum { ON = PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN | PRISIM_CR0_ATSCHK };

/* covers: SMMU-ATSCPL */
START_TEST(translated)
{
    struct result r = ask(PASID, VA);
    ck_assert_uint_eq(r.status, PRISIM_TLP_SC);
    ck_assert_uint_eq(r.entry, HARNESS_PAGES | 3); /* S=0, R, W; nothing else */
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, 0);
    /* The CD's fetch, 1 + L, came before the look-ups and four descriptors. */
    prisim_cycle_t fetch = 1 + HARNESS_MEMORY_LATENCY, cd_since = event->cycle - 4 * fetch - 1 - 3 - 4 - fetch;
    const uint64_t expected[] = {0x06000001, HARNESS_SID, PASID,   VA, HARNESS_PAGES, 3, PRISIM_CAUSE_TRANSLATED,
                                 1,          ASID,        cd_since};
    ck_assert(harness_fields_are(event, expected, sizeof expected));
    ck_assert_uint_eq(r.events, 0);
}
END_TEST

/* Test seed 14: Success with R=W=0, and never an event, for F_TRANSLATION, F_ADDR_SIZE, F_ACCESS. */
/* covers: SMMU-ATSREQ-5, SMMU-ATSREQ-11, SMMU-SEED-14, SMMU-ATSREQ-17, PCIE-ATSCPL-2 */
START_TEST(faults_are_success)
{
    static const struct {
        uint64_t address;
        enum prisim_cause cause;
    } row[] = {
        {VA + 0x1000, PRISIM_CAUSE_TRANSLATION_FAULT},
        {VA + 0x2000, PRISIM_CAUSE_TRANSLATION_FAULT}, /* a block at L3 */
        {VA + 0x3000, PRISIM_CAUSE_ACCESS_FAULT},
        {UINT64_C(1) << 48, PRISIM_CAUSE_TRANSLATION_FAULT},
        {UINT64_C(0xffff000000000000), PRISIM_CAUSE_TRANSLATION_FAULT},
        {UINT64_C(0x0000a00000000000), PRISIM_CAUSE_TRANSLATION_FAULT},
    };
    smmu_harness_map(h, ttb, VA + 0x2000, 12, smmu_harness_leaf(HARNESS_PAGES, 30));
    smmu_harness_map(h, ttb, VA + 0x3000, 12,
                     smmu_harness_leaf(HARNESS_PAGES, 12) & ~prisim_bits_put(1, PRISIM_DESC_AF));
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct result r = ask(PASID, row[i].address);
        ck_assert_uint_eq(r.status, PRISIM_TLP_SC);
        ck_assert_uint_eq(r.entry, 0);
        ck_assert_uint_eq(r.events, 0);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, i)->smmu_translate.cause, row[i].cause);
    }
}
END_TEST

/* SMMU-ATSREQ, SMMU-ATSCPL, SMMU-DESCRIPTOR: what each AP grants to whom; Priv echoes; Exe only if asked for. */
/* covers: SMMU-ATSREQ-6, SMMU-ATSCPL-2, SMMU-DESCRIPTOR-4, SMMU-DESCRIPTOR-11, SMMU-DESCRIPTOR-14, SMMU-DESCRIPTOR-15,
 * PCIE-ATSCPL-11, PCIE-ATSCPL-12, PCIE-ATSREQ-10 */
START_TEST(permissions)
{
    static const struct {
        unsigned ap, user, privileged;
    } row[] = {
        {PRISIM_AP_PRIVILEGED_RW, 0, 3}, {PRISIM_AP_RW, 3, 3}, {PRISIM_AP_PRIVILEGED_RO, 0, 1}, {PRISIM_AP_RO, 1, 1}};
    for (unsigned i = 0; i < 4; i++) {
        uint64_t leaf = (smmu_harness_leaf(HARNESS_PAGES, 12) & ~prisim_bits_put(3, PRISIM_DESC_AP)) |
                        prisim_bits_put(row[i].ap, PRISIM_DESC_AP);
        uint64_t va = VA + 0x1000 * (i + 1), page = HARNESS_PAGES;
        smmu_harness_map(h, ttb, va, 12, leaf);
        ck_assert_uint_eq(ask(PASID, va).entry, row[i].user ? page | row[i].user : 0);
        ck_assert_uint_eq(ask_as(HARNESS_SID, PASID, va, PRISIM_TLP_PRIVILEGED).entry,
                          page | row[i].privileged | 1 << 4);
        /* Unprivileged-writable implies PXN. */
        unsigned x = row[i].user ? 1u << 3 : 0, px = row[i].ap == PRISIM_AP_RW ? 0 : 1u << 3;
        ck_assert_uint_eq(ask_as(HARNESS_SID, PASID, va, PRISIM_TLP_EXECUTE).entry,
                          row[i].user ? page | row[i].user | x : 0);
        ck_assert_uint_eq(ask_as(HARNESS_SID, PASID, va, PRISIM_TLP_EXECUTE | PRISIM_TLP_PRIVILEGED).entry,
                          page | row[i].privileged | px | 1 << 4);
        smmu_harness_map(h, ttb, va, 12,
                         leaf | prisim_bits_put(1, PRISIM_DESC_UXN) | prisim_bits_put(1, PRISIM_DESC_PXN));
        smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NH_ALL, 0);
        smmu_harness_sync(h);
        ck_assert_uint_eq(ask_as(HARNESS_SID, PASID, va, PRISIM_TLP_EXECUTE).entry,
                          row[i].user ? page | row[i].user : 0);
    }
    ck_assert_uint_eq(smmu_harness_events(h), 0);
}
END_TEST

/* SMMU-ATSREQ: a write that is not permitted is Success with what is. NW=1 does not take W away. */
/* covers: SMMU-ATSREQ-6, PCIE-ATSREQ-6 */
START_TEST(no_write)
{
    uint64_t ro = (smmu_harness_leaf(HARNESS_PAGES, 12) & ~prisim_bits_put(3, PRISIM_DESC_AP)) |
                  prisim_bits_put(PRISIM_AP_RO, PRISIM_DESC_AP);
    smmu_harness_map(h, ttb, VA + 0x1000, 12, ro);
    ck_assert_uint_eq(ask_as(HARNESS_SID, PASID, VA + 0x1000, 0).entry, HARNESS_PAGES | 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, 0)->smmu_translate.cause,
                      PRISIM_CAUSE_PERMISSION_FAULT);
    ck_assert_uint_eq(ask_as(HARNESS_SID, PASID, VA + 0x1000, PRISIM_TLP_NO_WRITE).entry, HARNESS_PAGES | 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, 1)->smmu_translate.cause,
                      PRISIM_CAUSE_TRANSLATED);
    ck_assert_uint_eq(ask_as(HARNESS_SID, PASID, VA, PRISIM_TLP_NO_WRITE).entry, HARNESS_PAGES | 3);
}
END_TEST

/* SMMU-ATSREQ, rows of configuration errors: CA, and an event only with REC_CFG_ATS (and RECINVSID). */
/* covers: SMMU-EVENTCODE-2, SMMU-EVENTCODE-4, SMMU-EVENTCODE-6, SMMU-EVENTCODE-8, SMMU-EVENTCODE-10, SMMU-ATSREQ-3,
 * SMMU-ATSREQ-4, SMMU-ATSREQ, SMMU-ATSREQ-15, PCIE-ATSCPL-4 */
START_TEST(configuration_errors)
{
    static const struct {
        uint16_t sid;
        int pasid;
        unsigned code;
    } row[] = {
        {0x40, PASID, PRISIM_C_BAD_STREAMID},        /* LOG2SIZE is 6 */
        {0x21, PASID, PRISIM_C_BAD_STE},             /* V=0 */
        {HARNESS_SID, 16, PRISIM_C_BAD_SUBSTREAMID}, /* 2^4 CDs */
        {HARNESS_SID, -1, PRISIM_F_STREAM_DISABLED}, /* S1DSS=0 */
        {HARNESS_SID, 4, PRISIM_C_BAD_CD},           /* V=0 */
        {0x22, PASID, PRISIM_F_CD_FETCH},            /* a CD table outside RAM */
        {HARNESS_SID, 5, PRISIM_F_WALK_EABT},        /* a page table outside RAM */
    };
    enum { ROWS = sizeof row / sizeof row[0] };
    smmu_harness_ste(h, 0x22, (smmu_harness_ste0(4) & ~PRISIM_STE0_S1CONTEXTPTR) | 0x1000, smmu_harness_ste1());
    smmu_harness_cd(h, 5, smmu_harness_cd0(ASID), 0x2000);
    for (unsigned i = 0; i < ROWS; i++) {
        restart(PRISIM_CR2_REC_CFG_ATS | PRISIM_CR2_RECINVSID, ON);
        smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, smmu_harness_events(h));
        uint32_t before = smmu_harness_events(h);
        struct result r = ask_as(row[i].sid, row[i].pasid, VA, 0);
        ck_assert_msg(r.status == PRISIM_TLP_CA, "row %u", i);
        ck_assert_msg(r.events == ((before + 1) & 7), "row %u", i);
        uint64_t dw[4];
        smmu_harness_event(h, before & 3, dw);
        uint64_t expected = row[i].code | (uint64_t)row[i].sid << 32;
        if (row[i].pasid >= 0)
            expected |= prisim_bits_put((uint64_t)row[i].pasid, PRISIM_CMD_SSID);
        if (row[i].pasid >= 0 && row[i].code != PRISIM_C_BAD_SUBSTREAMID)
            expected |= prisim_bits_put(1, PRISIM_CMD_SSV);
        ck_assert_msg(dw[0] == expected, "row %u: %#llx", i, (unsigned long long)dw[0]);
        restart(PRISIM_CR2_REC_CFG_ATS, ON);
        ck_assert_uint_eq(ask_as(row[i].sid, row[i].pasid, VA, 0).status, PRISIM_TLP_CA);
        ck_assert_msg(smmu_harness_events(h) == ((before + 1 + (row[i].code != PRISIM_C_BAD_STREAMID)) & 7), "row %u",
                      i);
        restart(PRISIM_CR2_RECINVSID, ON);
        before = smmu_harness_events(h);
        ck_assert_uint_eq(ask_as(row[i].sid, row[i].pasid, VA, 0).status, PRISIM_TLP_CA);
        ck_assert_uint_eq(smmu_harness_events(h), before);
    }
}
END_TEST

/* covers: SMMU-CFGI-4, SMMU-EVENTCODE-3 */
START_TEST(ste_fetch_abort)
{
    h->fail_at = HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES;
    struct result r = ask(PASID, VA);
    ck_assert_uint_eq(r.status, PRISIM_TLP_CA);
    ck_assert_uint_eq(r.events, 1);
    uint64_t dw[4];
    smmu_harness_event(h, 0, dw);
    ck_assert_uint_eq(dw[0] & 0xff, PRISIM_F_STE_FETCH);
    ck_assert_uint_eq(dw[3], HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES);
    h->fail_at = 0; /* SMMU-CFGI: the abort was not cached */
    ck_assert_uint_eq(ask(PASID, VA).status, PRISIM_TLP_SC);
}
END_TEST

static void check_bad_treq(struct result r)
{
    uint64_t dw[4];
    ck_assert_uint_eq(r.status, PRISIM_TLP_UR);
    ck_assert_uint_eq(r.events, 1);
    smmu_harness_event(h, 0, dw);
    ck_assert_uint_eq(dw[0], PRISIM_F_BAD_ATS_TREQ | prisim_bits_put(1, PRISIM_CMD_SSV) |
                                 prisim_bits_put(PASID, PRISIM_CMD_SSID) | (uint64_t)HARNESS_SID << 32);
    ck_assert_uint_eq(dw[1], 1 | UINT64_C(3) << 30); /* one STU, R and W */
    ck_assert_uint_eq(dw[2], VA);
}

/* Test seed 15 and the first two rows of SMMU-ATSREQ. These need no REC_CFG_ATS. */
/* covers: SMMU-EVENTCODE-5, SMMU-ATSREQ-1, PCIE-ATSCPL-3 */
START_TEST(ats_off)
{
    restart(0, ON);
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4), 0);
    check_bad_treq(ask(PASID, VA));
}
END_TEST

/* covers: SMMU-ATSREQ-1 */
START_TEST(ats_of_a_bypassed_stream)
{
    restart(0, ON);
    smmu_harness_ste(h, HARNESS_SID,
                     prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_BYPASS, PRISIM_STE0_CONFIG),
                     smmu_harness_ste1());
    check_bad_treq(ask(PASID, VA));
}
END_TEST

/* covers: SMMU-CR0-16, SMMU-CR0-19, SMMU-ATSREQ-1 */
START_TEST(ats_while_smmu_off)
{
    restart(0, PRISIM_CR0_EVENTQEN);
    check_bad_treq(ask(PASID, VA));
}
END_TEST

/* covers: SMMU-FLOW-1, SMMU-ATSREQ-2 */
START_TEST(ats_of_an_aborted_stream)
{
    smmu_harness_ste(h, HARNESS_SID, prisim_bits_put(1, PRISIM_STE0_V), smmu_harness_ste1());
    struct result r = ask(PASID, VA);
    ck_assert_uint_eq(r.status, PRISIM_TLP_UR);
    ck_assert_uint_eq(r.events, 0);
}
END_TEST

/* SMMU-FLOW: S1DSS=01 without PASID is identity, R=W=1, U=0; S1DSS=10 uses CD 0, which no PASID may name. */
/* covers: SMMU-STE-6, SMMU-FLOW-5, SMMU-FLOW-6, SMMU-ATSREQ-7, SMMU-ATSREQ-16, PCIE-SMMU-2 */
START_TEST(s1dss)
{
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4),
                     smmu_harness_ste1() | prisim_bits_put(PRISIM_S1DSS_BYPASS, PRISIM_STE1_S1DSS));
    ck_assert_uint_eq(ask(-1, UINT64_C(0x7777000)).entry, UINT64_C(0x7777003));
    ck_assert_uint_eq(ask(-1, UINT64_C(1) << 48).entry, 0); /* above IAS: F_ADDR_SIZE */
    ck_assert_uint_eq(ask(PASID, VA).entry, HARNESS_PAGES | 3);
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4),
                     smmu_harness_ste1() | prisim_bits_put(PRISIM_S1DSS_CD0, PRISIM_STE1_S1DSS));
    smmu_harness_cd(h, 0, smmu_harness_cd0(ASID), ttb);
    smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_STE | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID), 1);
    smmu_harness_sync(h);
    ck_assert_uint_eq(ask(-1, VA).entry, HARNESS_PAGES | 3);
    struct result r = ask(0, VA);
    ck_assert_uint_eq(r.status, PRISIM_TLP_CA);
    ck_assert_uint_eq(r.events, 1);
    uint64_t dw[4];
    smmu_harness_event(h, 0, dw);
    ck_assert_uint_eq(dw[0] & 0xff, PRISIM_F_STREAM_DISABLED);
}
END_TEST

/* SMMU-FLOW: S1CDMax=0 is one CD at S1ContextPtr and no SubstreamIDs. */
/* covers: SMMU-STRTAB-5, SMMU-FLOW-3 */
START_TEST(no_substreams)
{
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(0), smmu_harness_ste1());
    smmu_harness_cd(h, 0, smmu_harness_cd0(ASID), ttb);
    ck_assert_uint_eq(ask(-1, VA).entry, HARNESS_PAGES | 3);
    ck_assert_uint_eq(ask(0, VA).status, PRISIM_TLP_CA);
}
END_TEST

/* What a request for `wanted` translations from `address` on gets; its entries stand in data. */
static const struct prisim_tlp *ask_several(uint64_t address, unsigned wanted)
{
    struct prisim_tlp request = smmu_harness_request(address, PASID, 0);
    request.head.size = (uint16_t)(8 * wanted);
    request.head.completion_count = 7; /* means nothing in a request */
    return smmu_harness_ask(h, &request);
}

/* PCIE-ATSREQ: consecutive pages, as far as there are pages of 4 KB; the entries as if each had been asked for alone.
 */
/* covers: PCIE-ATSREQ-2, PCIE-ATSREQ-8, PCIE-ATSCPL */
START_TEST(several_translations)
{
    static const unsigned pages[] = {0, 1, 2, 3, 5, 6}; /* a hole at 4 */
    for (unsigned i = 1; i < 6; i++)
        smmu_harness_map(h, ttb, VA + 4096 * (uint64_t)pages[i], 12,
                         smmu_harness_leaf(HARNESS_PAGES + 0x10000 * (uint64_t)i, 12));
    for (unsigned wanted = 1; wanted <= 8; wanted++) {
        const unsigned given = wanted < 4 ? wanted : 4;
        const struct prisim_tlp tlp = *ask_several(VA, wanted);
        ck_assert_uint_eq(tlp.head.status, PRISIM_TLP_SC);
        ck_assert_uint_eq(tlp.head.type, PRISIM_TLP_COMPLETION_DATA);
        ck_assert_uint_eq(tlp.head.size, 8 * given);
        ck_assert_uint_eq(tlp.head.completion_count, 0);
        for (unsigned i = 0; i < given; i++)
            ck_assert_uint_eq(prisim_tlp_qword_load(tlp.data + (size_t)8 * i),
                              (HARNESS_PAGES + 0x10000 * (uint64_t)i) | 3);
    }
    /* The first is none: as for one. The last page before a hole. */
    ck_assert_uint_eq(ask_several(VA + 0x4000, 4)->head.size, 8);
    ck_assert_uint_eq(ask_several(VA + 0x3000, 4)->head.size, 8);
    ck_assert_uint_eq(ask_several(VA + 0x5000, 2)->head.size, 16);
    ck_assert_uint_eq(ask_several(VA, 0)->head.size, 8); /* less than a whole one is one */
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(smmu_harness_events(h), 0);
}
END_TEST

/* All translations of a completion have one size: a larger one stands alone, and is not said behind smaller ones. */
/* covers: SMMU-ATSCPL, PCIE-ATSREQ-8, PCIE-ATSCPL */
START_TEST(one_translation)
{
    const uint64_t block = (VA & ~UINT64_C(0x1fffff)) + 0x200000;
    smmu_harness_map(h, ttb, block, 21, smmu_harness_leaf(HARNESS_PAGES & ~UINT64_C(0x1fffff), 21));
    smmu_harness_map(h, ttb, block - 4096, 12, smmu_harness_leaf(HARNESS_PAGES + 0x50000, 12));
    const struct prisim_tlp large = *ask_several(block + 0x3000, 4), small = *ask_several(block - 4096, 4);
    ck_assert_uint_eq(large.head.size, 8);
    ck_assert_uint_eq(prisim_tlp_qword_load(large.data) & 0x800, 0x800);
    ck_assert_uint_eq(small.head.size, 8);
    ck_assert_uint_eq(prisim_tlp_qword_load(small.data), (HARNESS_PAGES + 0x50000) | 3);
}
END_TEST

/* A completion has attributes of its own: RO and IDO of what was asked are not its. */
/* covers: PCIE-ORDER-10 */
START_TEST(attributes_are_not_inherited)
{
    for (unsigned dma = 0; dma < 2; dma++) {
        struct prisim_tlp request =
            dma ? smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8)
                : smmu_harness_request(VA, PASID, 0);
        request.head.flags |= 1u << 7 | 1u << 8;
        const struct prisim_tlp *answer = smmu_harness_ask(h, &request);
        ck_assert_uint_eq(answer->head.status, PRISIM_TLP_SC);
        ck_assert_uint_eq(answer->head.flags, 0);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_ats");
    TCase *tcase = tcase_create("ats");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, translated);
    tcase_add_test(tcase, faults_are_success);
    tcase_add_test(tcase, permissions);
    tcase_add_test(tcase, no_write);
    tcase_add_test(tcase, configuration_errors);
    tcase_add_test(tcase, ste_fetch_abort);
    tcase_add_test(tcase, ats_off);
    tcase_add_test(tcase, ats_of_a_bypassed_stream);
    tcase_add_test(tcase, ats_while_smmu_off);
    tcase_add_test(tcase, ats_of_an_aborted_stream);
    tcase_add_test(tcase, s1dss);
    tcase_add_test(tcase, no_substreams);
    tcase_add_test(tcase, several_translations);
    tcase_add_test(tcase, one_translation);
    tcase_add_test(tcase, attributes_are_not_inherited);
    suite_add_tcase(suite, tcase);
    return suite;
}
