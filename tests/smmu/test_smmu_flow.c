/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a transaction goes by STE.Config, S1CDMax, S1DSS and its SubstreamID, what goes before what when several things
 * are wrong, and what an STE overrides (SMMU-EVENT, SMMU-STE, SMMU-FLOW).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/two_stages.h"

enum { ON = PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN | PRISIM_CR0_ATSCHK, ASID = 6, NONE = -1 };
#define VA    UINT64_C(0x7000)
#define PAGE0 HARNESS_PAGES            /* where CD 0 maps VA */
#define PAGE3 (HARNESS_PAGES + 0x1000) /* where CD 3 does */
#define IPA0  (PAGE0 + STAGE2_OFFSET)

static struct smmu_harness *h;
static uint64_t s2;

/* CDs 0 and 3 map VA; with stage 2 they map it to the IPAs of these pages. */
static void contexts(bool nested)
{
    static const unsigned ssid[] = {0, 3};
    for (unsigned i = 0; i < 2; i++) {
        uint64_t ttb = smmu_harness_table(h), page = ssid[i] ? PAGE3 : PAGE0;
        smmu_harness_map(h, ttb, VA, 12, smmu_harness_leaf(nested ? page + STAGE2_OFFSET : page, 12));
        smmu_harness_cd(h, ssid[i], smmu_harness_cd0(ASID + ssid[i]), ttb);
    }
}

static void setup(void)
{
    h = smmu_harness_open();
    h->config.s2p = 1;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    s2 = stage2_table(h);
    stage2_ste(h, HARNESS_SID, s2);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static void use_ste(unsigned config, unsigned s1cdmax, unsigned s1dss)
{
    smmu_harness_ste(h, HARNESS_SID,
                     (smmu_harness_ste0(s1cdmax) & ~prisim_bits_put(7, PRISIM_STE0_CONFIG)) |
                         prisim_bits_put(config, PRISIM_STE0_CONFIG),
                     smmu_harness_ste1() | prisim_bits_put(s1dss, PRISIM_STE1_S1DSS));
    smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    smmu_harness_sync(h);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, smmu_harness_events(h));
}

/* How an untranslated read ended: the page that it reached, or the event that it recorded. */
struct end {
    uint64_t page;
    unsigned code;
    uint64_t dw[4];
};

static struct end read_as(uint64_t address, int pasid, unsigned flags)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, address, 8);
    tlp.head.flags = (uint8_t)(pasid >= 0 ? PRISIM_TLP_HAS_PASID | flags : 0);
    tlp.head.pasid = pasid >= 0 ? (uint32_t)pasid : 0;
    unsigned dma = h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count;
    uint32_t before = smmu_harness_events(h);
    uint8_t status = smmu_harness_ask(h, &tlp)->head.status;
    smmu_harness_run(h, 60);
    struct end end = {0};
    if (h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count != dma) {
        end.page =
            ((const struct prisim_memory_request *)harness_got(h->base, PRISIM_SMMU_TX_DMA_REQUEST, dma))->address;
        ck_assert(status == PRISIM_TLP_SC || status == PRISIM_TLP_CA); /* no memory there */
    } else {
        ck_assert_uint_eq(status, PRISIM_TLP_UR);
    }
    if (smmu_harness_events(h) != before) {
        smmu_harness_event(h, before & 3, end.dw);
        smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, smmu_harness_events(h));
        end.code = end.dw[0] & 0xff;
    }
    return end;
}

/* covers: SMMU-FLOW-1, SMMU-FLOW-2, SMMU-FLOW-3, SMMU-FLOW-4, SMMU-FLOW-5, SMMU-FLOW-6,
 * SMMU-STE-2, SMMU-STE-6, SMMU-EVENTCODE-6, SMMU-EVENTCODE-8, SMMU-EVENT-7, SMMU-EVENT-9,
 * SMMU-STE-36, SMMU-FLOW-7 */
START_TEST(rows)
{
    const struct {
        unsigned config, s1cdmax, s1dss;
        int pasid;
        uint64_t address, page;
        unsigned code;
    } row[] = {
        {0, 4, 0, NONE, VA, 0, 0},
        {1, 4, 0, 3, VA, 0, 0},
        {2, 4, 1, NONE, VA, 0, 0},
        {3, 4, 1, 3, VA, 0, 0},
        {4, 4, 0, NONE, PAGE0, PAGE0, 0},
        {4, 4, 0, 0, PAGE0, 0, PRISIM_C_BAD_SUBSTREAMID},
        {6, 4, 0, NONE, IPA0, PAGE0, 0},
        {6, 4, 0, 3, IPA0, 0, PRISIM_C_BAD_SUBSTREAMID},
        {5, 0, 0, NONE, VA, PAGE0, 0},
        {5, 0, 0, 0, VA, 0, PRISIM_C_BAD_SUBSTREAMID},
        {5, 0, 1, 3, VA, 0, PRISIM_C_BAD_SUBSTREAMID},
        {7, 0, 1, NONE, VA, PAGE0, 0},
        {7, 0, 2, 0, VA, 0, PRISIM_C_BAD_SUBSTREAMID},
        {5, 4, 0, NONE, VA, 0, PRISIM_F_STREAM_DISABLED},
        {5, 4, 0, 0, VA, PAGE0, 0},
        {5, 4, 0, 3, VA, PAGE3, 0},
        {7, 4, 0, NONE, VA, 0, PRISIM_F_STREAM_DISABLED},
        {7, 4, 0, 0, VA, PAGE0, 0},
        {7, 4, 0, 3, VA, PAGE3, 0},
        {5, 4, 1, NONE, PAGE0, PAGE0, 0},
        {5, 4, 1, 0, VA, PAGE0, 0},
        {5, 4, 1, 3, VA, PAGE3, 0},
        {7, 4, 1, NONE, IPA0, PAGE0, 0}, /* stage 2 still applies */
        {7, 4, 1, 3, VA, PAGE3, 0},
        {5, 4, 2, NONE, VA, PAGE0, 0},
        {5, 4, 2, 0, VA, 0, PRISIM_F_STREAM_DISABLED},
        {5, 4, 2, 3, VA, PAGE3, 0},
        {7, 4, 2, NONE, VA, PAGE0, 0},
        {7, 4, 2, 0, VA, 0, PRISIM_F_STREAM_DISABLED},
        {7, 4, 2, 3, VA, PAGE3, 0},
        {5, 4, 3, NONE, VA, 0, PRISIM_F_STREAM_DISABLED}, /* acts as 0 */
        {5, 4, 3, 0, VA, PAGE0, 0},
        {5, 4, 0, 16, VA, 0, PRISIM_C_BAD_SUBSTREAMID}, /* 2^S1CDMax */
        {5, 2, 0, 3, VA, PAGE3, 0},
        {5, 1, 0, 3, VA, 0, PRISIM_C_BAD_SUBSTREAMID},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        if (i % 8 == 0) {
            teardown();
            setup();
        }
        contexts(row[i].config == PRISIM_STE_CONFIG_S1_S2);
        use_ste(row[i].config, row[i].s1cdmax, row[i].s1dss);
        for (unsigned again = 0; again < 2; again++) { /* fetched, and from the caches */
            struct end end = read_as(row[i].address, row[i].pasid, 0);
            ck_assert_msg(end.page == row[i].page, "row %u, %u: %#llx", i, again, (unsigned long long)end.page);
            ck_assert_msg(end.code == row[i].code, "row %u, %u: event %#x", i, again, end.code);
            if (end.code) { /* F_STREAM_DISABLED has neither SSV nor SSID: bits 31:8 are 0 */
                bool named = row[i].pasid >= 0 && end.code != PRISIM_F_STREAM_DISABLED;
                uint64_t ssid = named ? prisim_bits_put((uint64_t)row[i].pasid, PRISIM_CMD_SSID) : 0;
                uint64_t ssv = named && end.code != PRISIM_C_BAD_SUBSTREAMID ? prisim_bits_put(1, PRISIM_CMD_SSV) : 0;
                ck_assert_uint_eq(end.dw[0], end.code | ssid | ssv | (uint64_t)HARNESS_SID << 32);
            }
        }
    }
}
END_TEST

/* The same for Translation Requests, as far as they differ: EATS=01 answers with the PA. */
/* covers: SMMU-ATSREQ-7, SMMU-ATSREQ-4, SMMU-ATSREQ-2, SMMU-ATSREQ-8 */
START_TEST(translation_requests)
{
    const struct {
        unsigned config, s1cdmax, s1dss;
        int pasid;
        uint64_t address;
        unsigned status;
        uint64_t entry;
    } row[] = {
        {0, 4, 0, NONE, VA, PRISIM_TLP_UR, 0},       {4, 4, 0, NONE, PAGE0, PRISIM_TLP_UR, 0},
        {6, 4, 0, NONE, IPA0, PRISIM_TLP_SC, PAGE0}, {6, 4, 0, 3, IPA0, PRISIM_TLP_CA, 0},
        {5, 4, 0, NONE, VA, PRISIM_TLP_CA, 0},       {5, 4, 0, 3, VA, PRISIM_TLP_SC, PAGE3},
        {7, 4, 0, 3, VA, PRISIM_TLP_SC, PAGE3},      {5, 4, 1, NONE, PAGE3, PRISIM_TLP_SC, PAGE3},
        {7, 4, 1, NONE, IPA0, PRISIM_TLP_SC, PAGE0}, {7, 4, 2, NONE, VA, PRISIM_TLP_SC, PAGE0},
        {7, 4, 2, 0, VA, PRISIM_TLP_CA, 0},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        if (i % 8 == 0) {
            teardown();
            setup();
        }
        contexts(row[i].config == PRISIM_STE_CONFIG_S1_S2);
        use_ste(row[i].config, row[i].s1cdmax, row[i].s1dss);
        struct prisim_tlp request = smmu_harness_request(row[i].address, row[i].pasid, 0);
        const struct prisim_tlp *answer = smmu_harness_ask(h, &request);
        ck_assert_msg(answer->head.status == row[i].status, "row %u: %u", i, answer->head.status);
        if (row[i].status != PRISIM_TLP_SC)
            continue;
        uint64_t entry = smmu_harness_entry(answer), at;
        unsigned size_log2 = prisim_tlp_range_decode(entry, &at);
        ck_assert_msg((at | (row[i].address & prisim_bits_mask(size_log2) & ~prisim_bits_mask(12))) == row[i].entry,
                      "row %u: %#llx", i, (unsigned long long)entry);
        ck_assert_msg((entry & 0x7ff) == 3, "row %u: %#llx", i, (unsigned long long)entry); /* R, W; nothing else */
    }
}
END_TEST

/* covers: SMMU-EVENT-6, SMMU-CD-19, SMMU-FLOW-9 */
START_TEST(above)
{
    static const unsigned oas[] = {40, 48};
    for (unsigned i = 0; i < 2; i++) {
        teardown();
        h = smmu_harness_open();
        h->config.s2p = 1;
        h->config.oas_bits = oas[i];
        smmu_harness_start(h);
        smmu_harness_bring_up(h);
        s2 = stage2_table(h);
        stage2_ste(h, HARNESS_SID, s2);
        static const struct {
            unsigned config, s1dss;
        } row[] = {{4, 0}, {6, 0}, {5, 1}, {7, 1}};
        for (unsigned r = 0; r < 4; r++) {
            use_ste(row[r].config, 4, row[r].s1dss);
            struct end end = read_as(UINT64_C(1) << oas[i], NONE, 0);
            ck_assert_msg(end.code == PRISIM_F_ADDR_SIZE && end.page == 0, "row %u", r);
            ck_assert_uint_eq(prisim_bits_get(end.dw[1], 39, 1), 0); /* stage 1 */
            ck_assert_uint_eq(end.dw[2], UINT64_C(1) << oas[i]);
            /* Just inside it passes, or stage 2 does not know it: its input is 39 bits. */
            end = read_as((UINT64_C(1) << oas[i]) - 8, NONE, 0);
            bool stage2 = row[r].config & 2;
            ck_assert_msg(end.code == (stage2 ? PRISIM_F_TRANSLATION : 0), "row %u: %#x", r, end.code);
            ck_assert_uint_eq(end.page, stage2 ? 0 : (UINT64_C(1) << oas[i]) - 8);
        }
    }
}
END_TEST

static void ladder_step(const char *what, uint16_t sid, unsigned expected)
{
    smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    smmu_harness_sync(h);
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
    tlp.head.requester_id = sid;
    tlp.head.flags = PRISIM_TLP_HAS_PASID;
    tlp.head.pasid = 3;
    uint32_t before = smmu_harness_events(h);
    smmu_harness_ask(h, &tlp);
    smmu_harness_run(h, 60);
    uint64_t dw[4];
    smmu_harness_event(h, before & 3, dw);
    ck_assert_msg(smmu_harness_events(h) == ((before + 1) & 7) && (dw[0] & 0xff) == expected, "%s: %#x", what,
                  (unsigned)(dw[0] & 0xff));
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, smmu_harness_events(h));
}

/* Everything is wrong; what goes first is put right, one after the other. */
/* covers: SMMU-EVENT-3, SMMU-EVENTCODE-2, SMMU-EVENTCODE-3, SMMU-EVENTCODE-4, SMMU-EVENTCODE-9, SMMU-EVENTCODE-10,
   SMMU-STRTAB-6 */
START_TEST(priority)
{
    uint64_t nowhere = UINT64_C(0x100000000), ste = HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES, context = nowhere;
    uint64_t good = smmu_harness_ste0(4) | prisim_bits_put(PRISIM_STE_CONFIG_S1_S2, PRISIM_STE0_CONFIG);
    ladder_step("StreamID", 0x40, PRISIM_C_BAD_STREAMID);
    h->fail_at = ste;
    smmu_harness_store(h, ste, 0);
    ladder_step("fetch of the STE", HARNESS_SID, PRISIM_F_STE_FETCH);
    h->fail_at = 0;
    ladder_step("STE", HARNESS_SID, PRISIM_C_BAD_STE);
    smmu_harness_store(h, ste,
                       (good & ~(PRISIM_STE0_S1CONTEXTPTR | prisim_bits_put(31, PRISIM_STE0_S1CDMAX))) | context |
                           prisim_bits_put(1, PRISIM_STE0_S1CDMAX));
    ladder_step("SubstreamID", HARNESS_SID, PRISIM_C_BAD_SUBSTREAMID);
    smmu_harness_store(h, ste, (good & ~PRISIM_STE0_S1CONTEXTPTR) | context);
    ladder_step("stage 2 of the CD", HARNESS_SID, PRISIM_F_TRANSLATION);
    smmu_harness_store(h, s2 + (context >> 30) * 8, stage2_block(nowhere, S2AP_READ | S2AP_WRITE));
    ladder_step("fetch of the CD", HARNESS_SID, PRISIM_F_CD_FETCH);
    smmu_harness_store(h, ste, good);
    ladder_step("CD", HARNESS_SID, PRISIM_C_BAD_CD);
    smmu_harness_cd(h, 3, smmu_harness_cd0(ASID), UINT64_C(0x140000000));
    ladder_step("stage 2 of a table", HARNESS_SID, PRISIM_F_TRANSLATION);
    smmu_harness_cd(h, 3, smmu_harness_cd0(ASID), nowhere);
    ladder_step("fetch of a descriptor", HARNESS_SID, PRISIM_F_WALK_EABT);
    smmu_harness_cd(h, 3, smmu_harness_cd0(ASID), smmu_harness_table(h));
    ladder_step("descriptor", HARNESS_SID, PRISIM_F_TRANSLATION);
}
END_TEST

/* A fault of stage 2 on the way to a CD says CLASS=CD and the IPA, of a level-1 descriptor as well. */
/* covers: SMMU-EVENT-2, SMMU-STRTAB-6 */
START_TEST(stage2_of_a_cd)
{
    uint64_t context = UINT64_C(0x100000000);
    for (unsigned fmt = 0; fmt < 2; fmt++) {
        use_ste(PRISIM_STE_CONFIG_S1_S2, 10, 0);
        smmu_harness_store(h, HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES,
                           (smmu_harness_ste0(10) & ~PRISIM_STE0_S1CONTEXTPTR) | context |
                               prisim_bits_put(PRISIM_STE_CONFIG_S1_S2, PRISIM_STE0_CONFIG) |
                               prisim_bits_put(fmt, PRISIM_STE0_S1FMT));
        smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
        smmu_harness_sync(h);
        struct end end = read_as(VA, 70, 0);
        ck_assert_uint_eq(end.code, PRISIM_F_TRANSLATION);
        ck_assert_uint_eq(prisim_bits_get(end.dw[1], 39, 3), 1); /* S2=1, CLASS=CD */
        ck_assert_uint_eq(end.dw[2], VA);
        uint64_t at = context + (fmt ? 1 * PRISIM_L1CD_BYTES : 70 * PRISIM_CD_BYTES);
        ck_assert_uint_eq(end.dw[3], at & ~UINT64_C(0xfff));
    }
}
END_TEST

static struct end overridden(unsigned privcfg, unsigned instcfg, uint64_t leaf_bits, unsigned flags)
{
    uint64_t ttb = smmu_harness_table(h);
    smmu_harness_map(h, ttb, VA, 12, (smmu_harness_leaf(PAGE0, 12) & ~prisim_bits_put(3, PRISIM_DESC_AP)) | leaf_bits);
    smmu_harness_cd(h, 3, smmu_harness_cd0(ASID), ttb);
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4),
                     smmu_harness_ste1() | prisim_bits_put(privcfg, PRISIM_STE1_PRIVCFG) |
                         prisim_bits_put(instcfg, PRISIM_STE1_INSTCFG));
    smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    smmu_harness_sync(h);
    return read_as(VA, 3, flags);
}

/* What is checked and what is reported is what the STE makes of the transaction; 0 and 1 leave it as it came. */
/* covers: SMMU-STE-23, SMMU-EVENT-1, SMMU-IDR1-6 */
START_TEST(overrides)
{
    uint64_t kernel = prisim_bits_put(PRISIM_AP_PRIVILEGED_RW, PRISIM_DESC_AP),
             user = prisim_bits_put(PRISIM_AP_RW, PRISIM_DESC_AP);
    uint64_t no_execute = user | prisim_bits_put(1, PRISIM_DESC_UXN);
    const struct {
        unsigned privcfg, instcfg;
        uint64_t leaf;
        unsigned flags;
        bool passes, pnu, ind;
    } row[] = {
        {0, 0, kernel, 0, false, false, false},
        {1, 0, kernel, 0, false, false, false},
        {2, 0, kernel, PRISIM_TLP_PRIVILEGED, false, false, false},
        {3, 0, kernel, 0, true, false, false},
        {1, 0, kernel, PRISIM_TLP_PRIVILEGED, true, false, false},
        {0, 0, no_execute, PRISIM_TLP_EXECUTE, false, false, true},
        {0, 1, no_execute, PRISIM_TLP_EXECUTE, false, false, true},
        {0, 2, no_execute, PRISIM_TLP_EXECUTE, true, false, false},
        {0, 3, no_execute, 0, false, false, true},
        {0, 1, no_execute, 0, true, false, false},
        {3, 3, user, 0, false, true, true}, /* unprivileged-writable implies PXN */
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct end end = overridden(row[i].privcfg, row[i].instcfg, row[i].leaf, row[i].flags);
        ck_assert_msg(end.page == (row[i].passes ? PAGE0 : 0), "row %u", i);
        ck_assert_msg(end.code == (row[i].passes ? 0 : PRISIM_F_PERMISSION), "row %u", i);
        ck_assert_msg(prisim_bit_get(end.dw[1], 33) == row[i].pnu && prisim_bit_get(end.dw[1], 34) == row[i].ind,
                      "row %u: %#llx", i, (unsigned long long)end.dw[1]);
    }
    /* A write is data, whatever INSTCFG says, and is reported as such. */
    overridden(0, 3, no_execute, 0);
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
    tlp.head.flags = PRISIM_TLP_HAS_PASID;
    tlp.head.pasid = 3;
    unsigned dma = h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count;
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, dma + 1);
    uint32_t before = smmu_harness_events(h);
    tlp.head.address = VA + 0x1000;
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 300);
    uint64_t dw[4];
    ck_assert_uint_eq(smmu_harness_events(h), (before + 1) & 7);
    smmu_harness_event(h, before & 3, dw);
    ck_assert_uint_eq(prisim_bits_get(dw[1], 33, 3), 0); /* PnU, InD, RnW */
}
END_TEST

/* covers: SMMU-IDR1-6 */
START_TEST(no_overrides)
{
    teardown();
    h = smmu_harness_open();
    h->config.attr_perms_ovr = 0;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    ck_assert_uint_eq(overridden(3, 0, prisim_bits_put(PRISIM_AP_PRIVILEGED_RW, PRISIM_DESC_AP), 0).code,
                      PRISIM_F_PERMISSION);
    ck_assert_uint_eq(overridden(0, 2,
                                 prisim_bits_put(PRISIM_AP_RW, PRISIM_DESC_AP) | prisim_bits_put(1, PRISIM_DESC_UXN),
                                 PRISIM_TLP_EXECUTE)
                          .code,
                      PRISIM_F_PERMISSION);
}
END_TEST

/* What was looked up for one transaction is used for the next only if it is of the same kind, stream and SubstreamID,
 * and its overrides are its own. Each comes twice, so that the caches and the slot know it. */
/* covers: SMMU-FLOW-6, SMMU-ATSREQ-1, SMMU-ATSTRANSLATED-4, SMMU-STE-23 */
START_TEST(one_after_the_other)
{
    contexts(false);
    use_ste(PRISIM_STE_CONFIG_S1, 4, PRISIM_S1DSS_CD0);
    for (unsigned again = 0; again < 3; again++) {
        for (unsigned i = 0; i < 3; i++) {
            ck_assert_uint_eq(read_as(VA, NONE, 0).page, PAGE0);
            ck_assert_uint_eq(read_as(VA, NONE, 0).page, PAGE0);
        }
        ck_assert_uint_eq(read_as(VA, 0, 0).code, PRISIM_F_STREAM_DISABLED);
        ck_assert_uint_eq(read_as(VA, 3, 0).page, PAGE3);
        ck_assert_uint_eq(read_as(VA, 3, 0).page, PAGE3);
    }
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4), prisim_bits_put(PRISIM_EATS_OFF, PRISIM_STE1_EATS));
    smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
    smmu_harness_sync(h);
    for (unsigned again = 0; again < 3; again++) {
        ck_assert_uint_eq(read_as(VA, 3, 0).page, PAGE3);
        ck_assert_uint_eq(read_as(VA, 3, 0).page, PAGE3);
        struct prisim_tlp request = smmu_harness_request(VA, 3, 0);
        ck_assert_uint_eq(smmu_harness_ask(h, &request)->head.status, PRISIM_TLP_UR);
        struct prisim_tlp access = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_TRANSLATED, PAGE0, 8);
        ck_assert_uint_eq(smmu_harness_ask(h, &access)->head.status, PRISIM_TLP_UR);
        smmu_harness_run(h, 60);
        smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, smmu_harness_events(h));
    }
    overridden(3, 0, prisim_bits_put(PRISIM_AP_PRIVILEGED_RW, PRISIM_DESC_AP), 0);
    for (unsigned again = 0; again < 3; again++)
        ck_assert_uint_eq(read_as(VA, 3, 0).page, PAGE0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_flow");
    TCase *tcase = tcase_create("flow");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, rows);
    tcase_add_test(tcase, translation_requests);
    tcase_add_test(tcase, above);
    tcase_add_test(tcase, priority);
    tcase_add_test(tcase, stage2_of_a_cd);
    tcase_add_test(tcase, overrides);
    tcase_add_test(tcase, no_overrides);
    tcase_add_test(tcase, one_after_the_other);
    suite_add_tcase(suite, tcase);
    return suite;
}
