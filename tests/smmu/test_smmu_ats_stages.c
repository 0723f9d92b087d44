/* SPDX-License-Identifier: Apache-2.0
 *
 * ATS over two stages: what a completion grants and how large it is, which faults are answered and which recorded,
 * split-stage ATS and its translated traffic, accesses to tables that hardware updates (SMMU-ATSREQ, SMMU-ATSCPL,
 * SMMU-ATSTRANSLATED).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/two_stages.h"

enum {
    ON = PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN | PRISIM_CR0_ATSCHK,
    PASID = 3,
    ASID = 6,
    ENTRY_BITS = 0xfff
};
#define VA   UINT64_C(0x123456789000)
#define PAGE HARNESS_PAGES
#define IPA  (PAGE + STAGE2_OFFSET)
#define R    1u
#define W    2u
#define EXE  8u
#define PRIV 16u
#define RW   prisim_bits_put(PRISIM_AP_RW, PRISIM_DESC_AP)
#define RO   prisim_bits_put(PRISIM_AP_RO, PRISIM_DESC_AP)

static struct smmu_harness *h;
static uint64_t s2, ttb;

static void open_with(uint32_t httu, uint64_t cd_bits, uint64_t ste2_bits)
{
    h = smmu_harness_open();
    h->config.s2p = 1;
    h->config.ns1ats = 0;
    h->config.httu = httu;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    s2 = stage2_table(h);
    stage2_ste(h, HARNESS_SID, s2);
    uint64_t at = HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES + 16;
    smmu_harness_store(h, at, smmu_harness_load(h, at) | ste2_bits);
    ttb = smmu_harness_table(h);
    smmu_harness_cd(h, PASID, smmu_harness_cd0(ASID) | cd_bits, ttb);
    smmu_harness_cd(h, 0, smmu_harness_cd0(ASID) | cd_bits, ttb);
}

static void setup(void)
{
    open_with(0, 0, 0);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static void forget(void)
{
    smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    smmu_harness_sync(h);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, smmu_harness_events(h));
}

static void use_ste(unsigned config, unsigned eats, uint64_t dw1)
{
    smmu_harness_ste(h, HARNESS_SID,
                     (smmu_harness_ste0(4) & ~prisim_bits_put(7, PRISIM_STE0_CONFIG)) |
                         prisim_bits_put(config, PRISIM_STE0_CONFIG),
                     prisim_bits_put(eats, PRISIM_STE1_EATS) | dw1);
    forget();
}

/* Stage 1 maps VA by this leaf, with the bits that say who may do what. */
static uint64_t map_first(uint64_t output, uint64_t bits)
{
    return smmu_harness_map(h, ttb, VA, 12,
                            (smmu_harness_leaf(output, 12) & ~prisim_bits_put(3, PRISIM_DESC_AP)) | bits);
}

static unsigned cause(void)
{
    return (unsigned)harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE,
                                   harness_events(h->base, PRISIM_EVENT_SMMU_TRANSLATE) - 1)
        ->smmu_translate.cause;
}

/* The entry of a Translation Request, which records nothing. */
static uint64_t ask(int pasid, uint64_t address, unsigned flags)
{
    struct prisim_tlp request = smmu_harness_request(address, pasid, flags);
    uint32_t before = smmu_harness_events(h);
    uint64_t entry = smmu_harness_entry(smmu_harness_ask(h, &request));
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(smmu_harness_events(h), before);
    return entry;
}

/* covers: SMMU-ATSREQ-5, SMMU-SEED-14 */
START_TEST(stage2_faults)
{
    map_first(IPA, RW);
    use_ste(PRISIM_STE_CONFIG_S1_S2, PRISIM_EATS_FULL, 0);
    ck_assert_uint_eq(ask(PASID, VA, 0), PAGE | R | W);
    const uint64_t output[] = {0, stage2_block(PAGE, 3) & ~prisim_bits_put(1, PRISIM_DESC_AF),
                               stage2_block(UINT64_C(1) << 44, 3)};
    const unsigned causes[] = {PRISIM_CAUSE_TRANSLATION_FAULT, PRISIM_CAUSE_ACCESS_FAULT,
                               PRISIM_CAUSE_ADDRESS_SIZE_FAULT};
    /* Of the page itself; then of the CD, and of a table of stage 1: they lie in the first mapping. */
    for (unsigned i = 0; i < 3; i++) {
        uint64_t ste2 = HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES + 16;
        smmu_harness_store(h, ste2,
                           (smmu_harness_load(h, ste2) & ~prisim_bits_put(7, PRISIM_STE2_S2PS)) |
                               prisim_bits_put(4, PRISIM_STE2_S2PS));
        stage2_map(h, s2, IPA, 12, output[i]);
        forget();
        ck_assert_uint_eq(ask(PASID, VA, 0), 0);
        ck_assert_uint_eq(cause(), causes[i]);
        stage2_map(h, s2, IPA, 12, stage2_block(PAGE, 3));
        forget();
        ck_assert_uint_eq(ask(PASID, VA, 0), PAGE | R | W);
        smmu_harness_store(h, s2 + 8, i == 0 ? 0 : stage2_block(HARNESS_RAM, 3) & ~prisim_bits_put(1, PRISIM_DESC_AF));
        forget();
        ck_assert_uint_eq(ask(PASID, VA, 0), 0);
        ck_assert_uint_eq(cause(), causes[i == 0 ? 0 : 1]);
        smmu_harness_store(h, s2 + 8, stage2_block(HARNESS_RAM, 3));
        forget();
    }
    smmu_harness_cd(h, PASID, smmu_harness_cd0(ASID), UINT64_C(0x200000000)); /* a table that stage 2 does not know */
    forget();
    ck_assert_uint_eq(ask(PASID, VA, 0), 0);
    ck_assert_uint_eq(cause(), PRISIM_CAUSE_TRANSLATION_FAULT);
}
END_TEST

/* What each stage permits, and the smaller of both; on the way to a CD or a table a permission fault grants nothing. */
/* covers: SMMU-ATSREQ-6, SMMU-ATSCPL-2 */
START_TEST(permissions)
{
    static const struct {
        unsigned ap, s2ap, flags, entry;
    } row[] = {{PRISIM_AP_RW, 3, 0, R | W},
               {PRISIM_AP_RW, 1, 0, R},
               {PRISIM_AP_RO, 3, 0, R},
               {PRISIM_AP_RW, 0, 0, 0},
               {PRISIM_AP_RW, 1, PRISIM_TLP_NO_WRITE, R},
               {PRISIM_AP_RW, 3, PRISIM_TLP_EXECUTE, R | W | EXE},
               {PRISIM_AP_PRIVILEGED_RW, 3, PRISIM_TLP_PRIVILEGED, R | W | PRIV},
               {PRISIM_AP_PRIVILEGED_RW, 3, 0, 0},
               {PRISIM_AP_RO, 0, PRISIM_TLP_PRIVILEGED, PRIV}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        map_first(IPA, prisim_bits_put(row[i].ap, PRISIM_DESC_AP));
        stage2_map(h, s2, IPA, 12, stage2_block(PAGE, row[i].s2ap));
        use_ste(PRISIM_STE_CONFIG_S1_S2, PRISIM_EATS_FULL, 0);
        uint64_t expected = row[i].entry | (row[i].entry & (R | W) ? PAGE : 0);
        ck_assert_msg(ask(PASID, VA, row[i].flags) == expected, "row %u", i);
    }
    map_first(IPA, RW);
    stage2_map(h, s2, IPA, 12, stage2_block(PAGE, 3));
    smmu_harness_store(h, s2 + 8, stage2_block(HARNESS_RAM, 0)); /* CDs and tables cannot be read */
    forget();
    ck_assert_uint_eq(ask(PASID, VA, 0), 0);
    ck_assert_uint_eq(cause(), PRISIM_CAUSE_PERMISSION_FAULT);
}
END_TEST

/* Priv is what the request says, whatever PRIVCFG makes of it. Under INSTCFG=Instruction a read is a fetch, so that an
 * execute-only page can be granted; under Data whatever is readable counts as executable. */
/* covers: SMMU-ATSCPL-2, SMMU-ATSCPL-5, SMMU-ATSCPL-6, SMMU-STE-23, SMMU-ATSCPL-9 */
START_TEST(overrides)
{
    uint64_t uxn = prisim_bits_put(1, PRISIM_DESC_UXN), pxn = prisim_bits_put(1, PRISIM_DESC_PXN),
             kernel = prisim_bits_put(PRISIM_AP_PRIVILEGED_RW, PRISIM_DESC_AP);
    const struct {
        unsigned privcfg, instcfg;
        uint64_t leaf;
        unsigned flags, entry;
    } row[] = {
        {0, 0, kernel, PRISIM_TLP_EXECUTE, 0}, /* execute-only for the unprivileged */
        {0, 3, kernel, PRISIM_TLP_EXECUTE, R | EXE},
        {0, 3, kernel, 0, R},
        {0, 3, RW | uxn, 0, W}, /* readable, but no instruction */
        {0, 2, RW | uxn, PRISIM_TLP_EXECUTE, R | W | EXE},
        {0, 2, RW | uxn, 0, R | W},
        {0, 0, RW | uxn, PRISIM_TLP_EXECUTE, R | W},
        {3, 0, kernel | pxn, 0, R | W},
        {2, 0, kernel, PRISIM_TLP_PRIVILEGED, PRIV},
        {2, 0, RW, PRISIM_TLP_PRIVILEGED, R | W | PRIV},
        {3, 0, RO, 0, R},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        map_first(PAGE, row[i].leaf);
        use_ste(PRISIM_STE_CONFIG_S1, PRISIM_EATS_FULL,
                prisim_bits_put(row[i].privcfg, PRISIM_STE1_PRIVCFG) |
                    prisim_bits_put(row[i].instcfg, PRISIM_STE1_INSTCFG));
        uint64_t expected = row[i].entry | (row[i].entry & (R | W) ? PAGE : 0);
        uint64_t entry = ask(PASID, VA, row[i].flags);
        ck_assert_msg(entry == expected, "row %u: %#llx", i, (unsigned long long)entry);
    }
}
END_TEST

/* covers: SMMU-ATSCPL-7 */
START_TEST(untagged)
{
    map_first(PAGE, RW);
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(0), smmu_harness_ste1());
    forget();
    ck_assert_uint_eq(ask(-1, VA, PRISIM_TLP_PRIVILEGED | PRISIM_TLP_EXECUTE), PAGE | R | W);
    map_first(PAGE, prisim_bits_put(PRISIM_AP_PRIVILEGED_RW, PRISIM_DESC_AP));
    forget();
    ck_assert_uint_eq(ask(-1, VA, PRISIM_TLP_PRIVILEGED | PRISIM_TLP_EXECUTE), 0);
}
END_TEST

/* The smaller region of the two stages; N, U and Global are 0 even of a global page. */
/* covers: SMMU-ATSCPL-8, SMMU-ATSCPL-1, SMMU-ATSCPL-3, SMMU-ATSCPL, PCIE-ATSCPL-8, PCIE-ATSCPL-10, PCIE-SMMU-3 */
START_TEST(sizes)
{
    static const unsigned log2[] = {12, 21, 30};
    static const uint64_t coded[] = {0, 0x1ff800 & ~0x100000u,
                                     0x3ffff800 & ~0x20000000u}; /* S, and ones below a zero */
    for (unsigned first = 0; first < 3; first++) {
        for (unsigned second = 0; second < 3; second++) {
            teardown();
            setup();
            uint64_t va = UINT64_C(0x8000000000) + 0x345000, ipa = UINT64_C(0x80000000);
            smmu_harness_map(h, ttb, va, log2[first],
                             smmu_harness_leaf(log2[first] == 12   ? ipa + 0x345000
                                               : log2[first] == 21 ? ipa + 0x200000
                                                                   : ipa,
                                               log2[first]) &
                                 ~prisim_bits_put(1, PRISIM_DESC_NG));
            if (log2[second] < 30)
                stage2_map(h, s2, ipa + 0x345000, log2[second],
                           stage2_block(HARNESS_RAM + (log2[second] == 12 ? 0x345000 : 0x200000), 3));
            use_ste(PRISIM_STE_CONFIG_S1_S2, PRISIM_EATS_FULL, 0);
            unsigned least = first < second ? first : second;
            uint64_t at = (HARNESS_RAM + 0x345000) & ~prisim_bits_mask(log2[least]);
            for (unsigned again = 0; again < 2; again++)
                ck_assert_msg(ask(PASID, va, 0) == (at | coded[least] | R | W), "%u over %u", log2[first],
                              log2[second]);
        }
    }
}
END_TEST

/* covers: SMMU-ATSREQ-13, SMMU-STE-17, SMMU-IDR0-10, SMMU-ATSREQ-9, PCIE-SMMU-6 */
START_TEST(split_stage)
{
    map_first(IPA, RW);
    stage2_map(h, s2, IPA, 12, stage2_block(PAGE, S2AP_READ));
    use_ste(PRISIM_STE_CONFIG_S1_S2, PRISIM_EATS_SPLIT, 0);
    for (unsigned again = 0; again < 2; again++)       /* walked, and from the TLB */
        ck_assert_uint_eq(ask(PASID, VA, 0), IPA | R); /* the IPA, and what both stages permit */
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, 0)->smmu_translate.output, IPA);
    stage2_map(h, s2, IPA, 12, 0);
    forget();
    ck_assert_uint_eq(ask(PASID, VA, 0), 0);
    /* S1DSS=01: stage 1 is skipped, the IPA is the input; its region is stage 2's. */
    use_ste(PRISIM_STE_CONFIG_S1_S2, PRISIM_EATS_SPLIT, prisim_bits_put(PRISIM_S1DSS_BYPASS, PRISIM_STE1_S1DSS));
    stage2_map(h, s2, IPA, 12, stage2_block(PAGE + 0x1000, 3));
    ck_assert_uint_eq(ask(-1, IPA, 0), IPA | R | W);
}
END_TEST

static uint64_t dma_since(unsigned first)
{
    unsigned count = h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count;
    ck_assert_uint_le(count, first + 1);
    return count == first
               ? 0
               : ((const struct prisim_memory_request *)harness_got(h->base, PRISIM_SMMU_TX_DMA_REQUEST, first))
                     ->address;
}

/* A translated access: where it went, 0 if it was aborted; and the event. */
struct access {
    uint64_t at;
    unsigned code;
    uint64_t dw[4];
};

static struct access translated(bool write, uint64_t address, unsigned flags)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(write ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ,
                                                    PRISIM_TLP_AT_TRANSLATED, address, 8);
    tlp.head.flags = (uint8_t)flags;
    tlp.head.pasid = 0xfffff;
    unsigned dma = h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count;
    uint32_t before = smmu_harness_events(h);
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 400);
    struct access access = {.at = dma_since(dma)};
    if (smmu_harness_events(h) != before) {
        smmu_harness_event(h, before & 3, access.dw);
        access.code = access.dw[0] & 0xff;
        smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, smmu_harness_events(h));
    }
    return access;
}

/* EATS=10: an IPA, translated by stage 2 alone. It is data, unprivileged and has no SubstreamID. */
/* covers: SMMU-ATSTRANSLATED-7, SMMU-ATSTRANSLATED-2, SMMU-ATSTRANSLATED, SMMU-ATSTRANSLATED-13, PCIE-TRANSLATED-3,
 * PCIE-SMMU-6 */
START_TEST(split_traffic)
{
    use_ste(PRISIM_STE_CONFIG_S1_S2, PRISIM_EATS_SPLIT, 0);
    for (unsigned again = 0; again < 2; again++) {
        ck_assert_uint_eq(translated(false, IPA + 8, 0).at, PAGE + 8);
        ck_assert_uint_eq(translated(true, IPA + 16, 0).at, PAGE + 16);
    }
    /* XN=2 permits no instruction; a PASID and what it says are not looked at. */
    stage2_map(h, s2, IPA, 12, stage2_block(PAGE, 3) | prisim_bits_put(2, PRISIM_DESC_S2_XN));
    forget();
    struct access access = translated(false, IPA, PRISIM_TLP_HAS_PASID | PRISIM_TLP_EXECUTE | PRISIM_TLP_PRIVILEGED);
    ck_assert(access.at == PAGE && access.code == 0);
    stage2_map(h, s2, IPA, 12, stage2_block(PAGE, S2AP_READ));
    forget();
    access = translated(true, IPA, PRISIM_TLP_HAS_PASID | PRISIM_TLP_PRIVILEGED);
    ck_assert(access.at == 0 && access.code == PRISIM_F_PERMISSION);
    ck_assert_uint_eq(access.dw[0], PRISIM_F_PERMISSION | (uint64_t)HARNESS_SID << 32); /* no SSV */
    ck_assert_uint_eq(prisim_bits_get(access.dw[1], 33, 2), 0);                         /* PnU, InD */
    ck_assert_uint_eq(translated(false, IPA, 0).at, PAGE);
    stage2_map(h, s2, IPA, 12, 0);
    forget();
    access = translated(false, IPA, 0);
    ck_assert(access.at == 0 && access.code == PRISIM_F_TRANSLATION);
    ck_assert_uint_eq(access.dw[2], IPA);
    /* Above IAS: F_ADDR_SIZE of stage 1, whatever S2R says. With ATSCHK=0 it is no IPA any more. */
    uint64_t ste2 = HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES + 16, dw2 = smmu_harness_load(h, ste2);
    for (unsigned write = 0; write < 2; write++) {
        smmu_harness_store(h, ste2, write ? dw2 & ~prisim_bits_put(1, PRISIM_STE2_S2R) : dw2);
        forget();
        access = translated(write, (UINT64_C(1) << 48) + 8, 0);
        ck_assert(access.at == 0);
        ck_assert_uint_eq(access.dw[0], PRISIM_F_ADDR_SIZE | (uint64_t)HARNESS_SID << 32);
        ck_assert_uint_eq(access.dw[1], UINT64_C(2) << 40 | (write ? 0 : UINT64_C(1) << 35)); /* CLASS=IN, S2=0 */
        ck_assert(access.dw[2] == (UINT64_C(1) << 48) + 8 && access.dw[3] == 0);
    }
    smmu_harness_cr0(h, ON & ~(unsigned)PRISIM_CR0_ATSCHK);
    access = translated(false, PAGE + 8, 0);
    ck_assert(access.at == PAGE + 8 && access.code == 0);
}
END_TEST

/* EATS=10: before stage 2 PRIVCFG and INSTCFG override what a translated access is, INSTCFG a read only. XN of stage 2:
 * 1 the unprivileged may execute, 2 nobody, 3 the privileged. EATS=01 and an SMMU without ATTR_PERMS_OVR know no
 * override. */
/* covers: SMMU-ATSTRANSLATED-10, SMMU-STE-37 */
START_TEST(split_overrides)
{
    h->config.attr_perms_ovr = (uint32_t)_i;
    for (unsigned cfg = 0; cfg < 16; cfg++)
        for (unsigned xn = 0; xn < 4; xn++) {
            unsigned privcfg = cfg & 3, instcfg = cfg >> 2;
            bool privileged = _i && privcfg == 3, fetch = _i && instcfg == 3;
            bool executes = xn == 0 || xn == (privileged ? 3 : 1);
            stage2_map(h, s2, IPA, 12, stage2_block(PAGE, 3) | prisim_bits_put(xn, PRISIM_DESC_S2_XN));
            uint64_t dw1 =
                prisim_bits_put(privcfg, PRISIM_STE1_PRIVCFG) | prisim_bits_put(instcfg, PRISIM_STE1_INSTCFG);
            use_ste(PRISIM_STE_CONFIG_S1_S2, PRISIM_EATS_SPLIT, dw1);
            for (unsigned again = 0; again < 2; again++) {
                struct access access = translated(false, IPA, 0);
                ck_assert_msg(access.at == (fetch && !executes ? 0 : PAGE), "cfg %u, XN %u", cfg, xn);
                ck_assert_uint_eq(access.code, access.at ? 0 : PRISIM_F_PERMISSION);
                if (access.at == 0) /* PnU, InD, RnW, S2, CLASS=IN */
                    ck_assert_uint_eq(access.dw[1], prisim_bit_put(privileged, 33) | prisim_bit_put(1, 34) |
                                                        prisim_bit_put(1, 35) | prisim_bit_put(1, 39) |
                                                        UINT64_C(2) << 40);
                ck_assert_uint_eq(translated(true, IPA, 0).at, PAGE);
            }
            use_ste(PRISIM_STE_CONFIG_S1_S2, PRISIM_EATS_FULL, dw1);
            ck_assert_uint_eq(translated(false, PAGE, 0).at, PAGE);
        }
}
END_TEST

/* A fault of stage 2 is recorded as S2R says, whatever REC_CFG_ATS says; an abort of its walk always. */
/* covers: SMMU-ATSTRANSLATED-7, SMMU-EVENT-8 */
START_TEST(split_faults)
{
    uint64_t at = HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES + 16, dw2 = smmu_harness_load(h, at);
    for (unsigned i = 0; i < 4; i++) {
        smmu_harness_cr0(h, 0);
        smmu_harness_write(h, PRISIM_SMMU_CR2, i & 1 ? PRISIM_CR2_REC_CFG_ATS : 0);
        smmu_harness_cr0(h, ON);
        smmu_harness_store(h, at, i & 2 ? dw2 : dw2 & ~prisim_bits_put(1, PRISIM_STE2_S2R));
        use_ste(PRISIM_STE_CONFIG_S1_S2, PRISIM_EATS_SPLIT, 0);
        struct access access = translated(false, UINT64_C(0x200000000), 0);
        ck_assert_uint_eq(access.at, 0);
        ck_assert_uint_eq(access.code, i & 2 ? PRISIM_F_TRANSLATION : 0);
        smmu_harness_store(h, s2 + 24, UINT64_C(0x100000000) | 3); /* a table outside of memory */
        access = translated(false, UINT64_C(0xc0000000), 0);
        ck_assert_uint_eq(access.code, PRISIM_F_WALK_EABT);
    }
}
END_TEST

/* covers: SMMU-ATSTRANSLATED-4, SMMU-ATSREQ-1, SMMU-STE-32, SMMU-EVENTCODE-5, SMMU-EVENTCODE-7, PCIE-SMMU-6 */
START_TEST(eats_that_counts_as_off)
{
    map_first(IPA, RW);
    static const struct {
        unsigned eats, cr0;
    } row[] = {{PRISIM_EATS_OFF, ON}, {PRISIM_EATS_DPT, ON}, {PRISIM_EATS_SPLIT, ON & ~(unsigned)PRISIM_CR0_ATSCHK}};
    for (unsigned i = 0; i < 3; i++) {
        use_ste(PRISIM_STE_CONFIG_S1_S2, row[i].eats, 0);
        smmu_harness_cr0(h, row[i].cr0);
        uint32_t before = smmu_harness_events(h);
        struct prisim_tlp request = smmu_harness_request(
            VA, PASID, PRISIM_TLP_EXECUTE | (i == 1 ? PRISIM_TLP_PRIVILEGED | PRISIM_TLP_NO_WRITE : 0));
        request.head.size = (uint16_t)(8 << i);
        ck_assert_uint_eq(smmu_harness_ask(h, &request)->head.status, PRISIM_TLP_UR);
        smmu_harness_run(h, 60);
        uint64_t dw[4];
        smmu_harness_event(h, before & 3, dw);
        ck_assert_uint_eq(smmu_harness_events(h), (before + 1) & 7);
        ck_assert_uint_eq(dw[0], PRISIM_F_BAD_ATS_TREQ | prisim_bits_put(1, PRISIM_CMD_SSV) |
                                     prisim_bits_put(PASID, PRISIM_CMD_SSID) | (uint64_t)HARNESS_SID << 32);
        /* Span; R, W, X, Priv as asked for */
        uint64_t asked = i == 1 ? UINT64_C(0xb0000000) : UINT64_C(0xe0000000);
        ck_assert_uint_eq(dw[1], asked | (1u << i));
        ck_assert_uint_eq(dw[2], VA);
        struct access access = translated(false, PAGE, 0);
        bool checked = row[i].cr0 & PRISIM_CR0_ATSCHK;
        ck_assert(access.at == (checked ? 0 : PAGE) && access.code == (checked ? PRISIM_F_TRANSL_FORBIDDEN : 0));
        smmu_harness_cr0(h, ON);
    }
}
END_TEST

/* Without ATS its requests and translated accesses are unsupported: UR, and STE.EATS is not looked at. */
/* covers: SMMU-IDR0-9, PCIE-AT */
START_TEST(no_ats)
{
    teardown();
    h = smmu_harness_open();
    h->config.ats = h->config.pri = 0;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    struct prisim_tlp request = smmu_harness_request(VA, PASID, 0);
    ck_assert_uint_eq(smmu_harness_ask(h, &request)->head.status, PRISIM_TLP_UR);
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_TRANSLATED, PAGE, 8);
    ck_assert_uint_eq(smmu_harness_ask(h, &tlp)->head.status, PRISIM_TLP_UR);
    tlp.head.type = PRISIM_TLP_MEMORY_WRITE;
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, 0);
}
END_TEST

/* NW=0 makes a clean page dirty and grants W, NW=1 does neither; any grant sets AF, no grant does not. */
/* covers: SMMU-ATSCPL-4, SMMU-ATSCPL-5, SMMU-ATSREQ-12, PCIE-SMMU-1, PCIE-ATSREQ-5, PCIE-ATSREQ-6 */
START_TEST(hardware_updates)
{
    uint64_t clean = RO | prisim_bits_put(1, PRISIM_DESC_DBM), af = prisim_bits_put(1, PRISIM_DESC_AF);
    teardown();
    open_with(2, prisim_bits_put(1, PRISIM_CD0_HA) | prisim_bits_put(1, PRISIM_CD0_HD),
              prisim_bits_put(1, PRISIM_STE2_S2HA) | prisim_bits_put(1, PRISIM_STE2_S2HD));
    uint64_t at = map_first(IPA, clean), first = smmu_harness_load(h, at);
    uint64_t page2 = stage2_block(PAGE, S2AP_READ) | prisim_bits_put(1, PRISIM_DESC_DBM);
    uint64_t at2 = stage2_map(h, s2, IPA, 12, page2 & ~af);
    smmu_harness_store(h, at, first & ~af);
    use_ste(PRISIM_STE_CONFIG_S1_S2, PRISIM_EATS_FULL, 0);
    ck_assert_uint_eq(ask(PASID, VA, PRISIM_TLP_NO_WRITE), PAGE | R);
    ck_assert_uint_eq(smmu_harness_load(h, at), first);
    ck_assert_uint_eq(smmu_harness_load(h, at2), page2 | prisim_bits_put(1, PRISIM_DESC_TABLE));
    ck_assert_uint_eq(ask(PASID, VA, 0), PAGE | R | W);
    ck_assert_uint_eq(smmu_harness_load(h, at) & prisim_bits_put(2, PRISIM_DESC_AP), 0); /* AP[2]=0: dirty */
    ck_assert_uint_eq(prisim_bits_get(smmu_harness_load(h, at2), PRISIM_DESC_AP), S2AP_READ | S2AP_WRITE);
    ck_assert_uint_eq(ask(PASID, VA, PRISIM_TLP_NO_WRITE), PAGE | R | W); /* dirty already */
    /* Stage 1 grants nothing: stage 2 is not walked, its page not marked. */
    map_first(IPA, prisim_bits_put(PRISIM_AP_PRIVILEGED_RW, PRISIM_DESC_AP));
    stage2_map(h, s2, IPA, 12, page2 & ~af);
    forget();
    ck_assert_uint_eq(ask(PASID, VA, 0), 0);
    ck_assert_uint_eq(smmu_harness_load(h, at2) & af, 0);
}
END_TEST

/* S2AFFD: AF=0 is no fault, and is not set. */
/* covers: SMMU-STE-9 */
START_TEST(access_flag_faults_off)
{
    uint64_t at = HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES + 16, dw2 = smmu_harness_load(h, at);
    map_first(IPA, RW);
    uint64_t page = stage2_block(PAGE, 3) & ~prisim_bits_put(1, PRISIM_DESC_AF),
             leaf = stage2_map(h, s2, IPA, 12, page);
    for (unsigned affd = 0; affd < 2; affd++) {
        smmu_harness_store(h, at, dw2 | prisim_bits_put(affd, PRISIM_STE2_S2AFFD));
        use_ste(PRISIM_STE_CONFIG_S1_S2, PRISIM_EATS_FULL, 0);
        ck_assert_uint_eq(ask(PASID, VA, 0), affd ? PAGE | R | W : 0);
        ck_assert_uint_eq(cause(), affd ? PRISIM_CAUSE_TRANSLATED : PRISIM_CAUSE_ACCESS_FAULT);
        ck_assert_uint_eq(smmu_harness_load(h, leaf), page | prisim_bits_put(1, PRISIM_DESC_TABLE));
    }
}
END_TEST

/* AF=0 is a fault whatever the bits beside S2AFFD say. */
/* covers: SMMU-STE-9, SMMU-STE-10, SMMU-STE-12, SMMU-STE-14 */
START_TEST(access_flag_faults_on)
{
    uint64_t at = HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES + 16,
             dw2 = smmu_harness_load(h, at) & ~prisim_bits_put(1, PRISIM_STE2_S2R);
    map_first(IPA, RW);
    stage2_map(h, s2, IPA, 12, stage2_block(PAGE, 3) & ~prisim_bits_put(1, PRISIM_DESC_AF));
    for (unsigned i = 0; i < 8; i++) {
        smmu_harness_store(
            h, at, dw2 | prisim_bits_put(i & 1, PRISIM_STE2_S2PTW) | prisim_bits_put(i >> 1 & 1, PRISIM_STE2_S2R));
        use_ste(PRISIM_STE_CONFIG_S1_S2, PRISIM_EATS_FULL, prisim_bits_put(i >> 2, PRISIM_STE1_S2FWB));
        ck_assert_uint_eq(ask(PASID, VA, 0), 0);
        ck_assert_uint_eq(cause(), PRISIM_CAUSE_ACCESS_FAULT);
    }
}
END_TEST

/* HAD0 and HAD1: what a table takes away is not looked at, in that half; without IDR3.HAD they do nothing. */
/* covers: SMMU-CD-11 */
START_TEST(table_attributes_off)
{
    const uint64_t upper = ~prisim_bits_mask(48);
    for (unsigned built = 0; built < 2; built++) {
        teardown();
        h = smmu_harness_open();
        h->config.had = built;
        smmu_harness_start(h);
        smmu_harness_bring_up(h);
        ttb = smmu_harness_table(h);
        map_first(PAGE, RW);
        uint64_t first = ttb + prisim_bits_get(VA, 39, 9) * 8;
        smmu_harness_store(h, first,
                           smmu_harness_load(h, first) | prisim_bits_put(2, PRISIM_DESC_APTABLE)); /* no write */
        uint64_t cd0 = (smmu_harness_cd0(ASID) & ~prisim_bits_put(1, PRISIM_CD0_EPD1)) |
                       prisim_bits_put(16, PRISIM_CD0_T1SZ) | prisim_bits_put(PRISIM_TG1_4K, PRISIM_CD0_TG1);
        uint64_t cd = HARNESS_CDTAB + PASID * PRISIM_CD_BYTES;
        for (unsigned had = 0; had < 4; had++) {
            smmu_harness_store(h, cd, cd0);
            smmu_harness_store(h, cd + 8, ttb | prisim_bits_put(had & 1, PRISIM_CD1_HAD0));
            smmu_harness_store(h, cd + 16, ttb | prisim_bits_put(had >> 1, PRISIM_CD2_HAD1));
            forget();
            ck_assert_uint_eq(ask(PASID, VA, 0), PAGE | R | (built && (had & 1) ? W : 0));
            ck_assert_uint_eq(ask(PASID, VA | upper, 0), PAGE | R | (built && (had & 2) ? W : 0));
        }
    }
}
END_TEST

/* covers: SMMU-ATSREQ-10 */
START_TEST(never_stalls)
{
    teardown();
    h = smmu_harness_open();
    h->config.stall_model = 0;
    h->config.stall_max = 4;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    ttb = smmu_harness_table(h);
    smmu_harness_cd(h, PASID, smmu_harness_cd0(ASID) | prisim_bits_put(1, PRISIM_CD0_S), ttb);
    ck_assert_uint_eq(ask(PASID, VA, 0), 0);
    ck_assert_uint_eq(cause(), PRISIM_CAUSE_TRANSLATION_FAULT);
}
END_TEST

/* A translated access under EATS=10 that hits everywhere: the configuration's look-up, then the TLB's. */
START_TEST(clock)
{
    use_ste(PRISIM_STE_CONFIG_S1_S2, PRISIM_EATS_SPLIT, 0);
    translated(false, IPA, 0);
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_TRANSLATED, IPA, 8);
    unsigned dma = h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, up = h->base->rx[PRISIM_SMMU_RX_UP].taken;
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 100);
    prisim_cycle_t look_ups =
        h->config.config_latency + (h->config.micro_tlb_entries ? h->config.micro_tlb_latency : h->config.tlb_latency);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_DMA_REQUEST, dma),
                      h->base->rx[PRISIM_SMMU_RX_UP].taken_at[up] + look_ups);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_ats_stages");
    TCase *tcase = tcase_create("ats_stages");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, stage2_faults);
    tcase_add_test(tcase, permissions);
    tcase_add_test(tcase, overrides);
    tcase_add_test(tcase, untagged);
    tcase_add_test(tcase, sizes);
    tcase_add_test(tcase, split_stage);
    tcase_add_test(tcase, split_traffic);
    tcase_add_loop_test(tcase, split_overrides, 0, 2);
    tcase_add_test(tcase, split_faults);
    tcase_add_test(tcase, eats_that_counts_as_off);
    tcase_add_test(tcase, no_ats);
    tcase_add_test(tcase, hardware_updates);
    tcase_add_test(tcase, access_flag_faults_off);
    tcase_add_test(tcase, access_flag_faults_on);
    tcase_add_test(tcase, table_attributes_off);
    tcase_add_test(tcase, never_stalls);
    tcase_add_test(tcase, clock);
    suite_add_tcase(suite, tcase);
    return suite;
}
