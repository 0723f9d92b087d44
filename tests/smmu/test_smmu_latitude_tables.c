/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the architecture permits more than one thing, that which is done here (docs/timing/smmu.md "Choices"): what of
 * an STE and of a CD a TLB holds, what is read at all and in which order, descriptors and their updates (SMMU-STE,
 * SMMU-CD, SMMU-FETCH, SMMU-ATSREQ, SMMU-ATSCPL, SMMU-ATSTRANSLATED, SMMU-LEVEL, SMMU-DESCRIPTOR, SMMU-HTTU). Queues
 * and interrupts are in test_smmu_latitude.c.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_commands.h"
#include "tests/smmu/smmu_nest.h"

enum {
    ON = PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN | PRISIM_CR0_ATSCHK,
    SID2 = HARNESS_SID + 1,
    VMID = 9,
    ASID = 7,
    PASID = 1
};
#define VA   UINT64_C(0x40201000)
#define PAGE HARNESS_PAGES
#define NEXT (HARNESS_PAGES + 0x8000)
#define AF   prisim_bits_put(1, PRISIM_DESC_AF)
#define DBM  prisim_bits_put(1, PRISIM_DESC_DBM)
#define AP2  prisim_bits_put(2, PRISIM_DESC_AP) /* of stage 1: read-only */
#define S2W  prisim_bits_put(2, PRISIM_DESC_AP) /* S2AP[1] */

static struct smmu_harness *h;

static void setup(void)
{
    h = smmu_harness_open();
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static uint64_t ste_at(uint32_t sid, unsigned word)
{
    return HARNESS_STRTAB + sid * PRISIM_STE_BYTES + word * 8;
}

static uint64_t cd_at(unsigned word)
{
    return HARNESS_CDTAB + PASID * PRISIM_CD_BYTES + word * 8;
}

static void change(uint64_t at, uint64_t clear, uint64_t set)
{
    smmu_harness_store(h, at, (smmu_harness_load(h, at) & ~clear) | set);
}

static void command(uint64_t dw0, uint64_t dw1)
{
    smmu_harness_command(h, dw0, dw1);
    smmu_harness_sync(h);
}

static void cfgi(uint32_t sid)
{
    command(PRISIM_CMDQ_OP_CFGI_STE | prisim_bits_put(sid, PRISIM_CMD_SID), 0);
}

static unsigned reads(void)
{
    return h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
}

/* Whether a structure or descriptor there has been read since. */
static bool was_read(unsigned since, uint64_t at)
{
    for (unsigned i = since; i < reads(); i++) {
        const struct prisim_memory_request *request = harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, i);
        if (request->write == PRISIM_MEMORY_READ && request->address == at)
            return true;
    }
    return false;
}

/* The completion of a Translation Request; pasid -1: without. */
static const struct prisim_tlp *request_of(uint32_t sid, int pasid, uint64_t va, unsigned flags)
{
    struct prisim_tlp request = smmu_harness_request(va, pasid, flags);
    request.head.requester_id = (uint16_t)sid;
    return smmu_harness_ask(h, &request);
}

static uint64_t ask(uint32_t sid, int pasid, uint64_t va)
{
    return smmu_harness_entry(request_of(sid, pasid, va, 0));
}

/* A tree that maps VA to that page. */
static struct tree tree_to(uint64_t page, uint64_t bits)
{
    struct tree tree = tree_open(h, TREE_4K, 1, 39);
    tree_map(h, &tree, VA, 3, page, bits);
    return tree;
}

static void stage1(uint64_t cd_bits, const struct tree *tree)
{
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4), smmu_harness_ste1());
    tree_cd(h, PASID, cd_bits | prisim_bits_put(ASID, PRISIM_CD0_ASID), tree, false);
}

static void stage2(uint32_t sid, uint32_t vmid, const struct tree *tree)
{
    smmu_harness_ste(h, sid,
                     prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S2, PRISIM_STE0_CONFIG),
                     smmu_harness_ste1());
    tree_ste2(h, sid, 0, vmid, tree);
}

/* ---- structures ---- */

/* STE.CONT says that sixteen neighbours are alike, and they are not: each stream has its own STE, and CFGI_STE of one
 * leaves the other's. */
/* covers: SMMU-STE-38 */
START_TEST(cont_is_not_followed)
{
    const uint64_t bypass = prisim_bits_put(1, PRISIM_STE0_V) |
                            prisim_bits_put(PRISIM_STE_CONFIG_BYPASS, PRISIM_STE0_CONFIG),
                   cont = UINT64_C(4) << 13;
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, PAGE, 8);
    smmu_harness_ste(h, HARNESS_SID, bypass, cont);
    smmu_harness_ste(h, SID2, prisim_bits_put(1, PRISIM_STE0_V), cont); /* Config=000 */
    ck_assert_uint_eq(smmu_harness_ask(h, &tlp)->head.status, PRISIM_TLP_SC);
    tlp.head.requester_id = SID2;
    ck_assert_uint_eq(smmu_harness_ask(h, &tlp)->head.status, PRISIM_TLP_UR);
    smmu_harness_ste(h, SID2, bypass, cont);
    cfgi(HARNESS_SID);
    ck_assert_uint_eq(smmu_harness_ask(h, &tlp)->head.status, PRISIM_TLP_UR);
    cfgi(SID2);
    ck_assert_uint_eq(smmu_harness_ask(h, &tlp)->head.status, PRISIM_TLP_SC);
}
END_TEST

/* What of an STE the TLB holds: where stage 2's tables are shows after a TLBI, everything else after the CFGI. S2VMID
 * is a tag: a new one misses. */
/* covers: SMMU-STE-39 */
START_TEST(ste_fields_and_the_tlb)
{
    struct tree first = tree_to(PAGE, TREE_S2LEAF), second = tree_to(NEXT, TREE_S2LEAF);
    stage2(HARNESS_SID, VMID, &first);
    ck_assert_uint_eq(ask(HARNESS_SID, -1, VA), PAGE | 3);
    smmu_harness_store(h, ste_at(HARNESS_SID, 3), second.ttb);
    cfgi(HARNESS_SID);
    ck_assert_uint_eq(ask(HARNESS_SID, -1, VA), PAGE | 3);
    command(PRISIM_CMDQ_OP_TLBI_S12_VMALL | prisim_bits_put(VMID, PRISIM_CMD_TLBI_VMID), 0);
    ck_assert_uint_eq(ask(HARNESS_SID, -1, VA), NEXT | 3);
    smmu_harness_store(h, ste_at(HARNESS_SID, 3), first.ttb);
    change(ste_at(HARNESS_SID, 2), prisim_bits_put(0xffff, PRISIM_STE2_S2VMID),
           prisim_bits_put(VMID + 1, PRISIM_STE2_S2VMID));
    cfgi(HARNESS_SID);
    ck_assert_uint_eq(ask(HARNESS_SID, -1, VA), PAGE | 3);
    change(ste_at(HARNESS_SID, 1), prisim_bits_put(3, PRISIM_STE1_EATS), 0);
    cfgi(HARNESS_SID);
    ck_assert_uint_eq(request_of(HARNESS_SID, -1, VA, 0)->head.status, PRISIM_TLP_UR);
    change(ste_at(HARNESS_SID, 1), 0, prisim_bits_put(PRISIM_EATS_FULL, PRISIM_STE1_EATS));
    change(ste_at(HARNESS_SID, 0), prisim_bits_put(7, PRISIM_STE0_CONFIG), 0);
    cfgi(HARNESS_SID);
    ck_assert_uint_eq(request_of(HARNESS_SID, -1, VA, 0)->head.status, PRISIM_TLP_UR);
    change(ste_at(HARNESS_SID, 0), 0, prisim_bits_put(PRISIM_STE_CONFIG_S2, PRISIM_STE0_CONFIG));
    cfgi(HARNESS_SID);
    ck_assert_uint_eq(ask(HARNESS_SID, -1, VA), PAGE | 3);
}
END_TEST

/* Two streams with one S2VMID and two tables, which must not be: what one of them cached serves the other. */
/* covers: SMMU-STE-40 */
START_TEST(one_vmid_is_one_stage_2)
{
    struct tree first = tree_to(PAGE, TREE_S2LEAF), second = tree_to(NEXT, TREE_S2LEAF);
    stage2(HARNESS_SID, VMID, &first);
    stage2(SID2, VMID, &second);
    ck_assert_uint_eq(ask(HARNESS_SID, -1, VA), PAGE | 3);
    ck_assert_uint_eq(ask(SID2, -1, VA), PAGE | 3);
    stage2(SID2, VMID + 1, &second);
    cfgi(SID2);
    ck_assert_uint_eq(ask(SID2, -1, VA), NEXT | 3);
}
END_TEST

/* What of a CD the TLB holds: where the tables are shows after a TLBI. ASID is a tag; WXN, and A and R, are looked at
 * by each access, and show after the CFGI. */
/* covers: SMMU-CD-23 */
START_TEST(cd_fields_and_the_tlb)
{
    const uint64_t cfgi_cd =
        PRISIM_CMDQ_OP_CFGI_CD | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID) | prisim_bits_put(PASID, PRISIM_CMD_SSID);
    struct tree first = tree_to(PAGE, TREE_LEAF), second = tree_to(NEXT, TREE_LEAF);
    struct prisim_tlp outside =
        smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, VA + 0x1000, 8);
    outside.head.flags = PRISIM_TLP_HAS_PASID;
    outside.head.pasid = PASID;
    stage1(0, &first);
    ck_assert_uint_eq(smmu_harness_entry(request_of(HARNESS_SID, PASID, VA, PRISIM_TLP_EXECUTE)), PAGE | 3 | 8);
    smmu_harness_store(h, cd_at(1), second.ttb);
    command(cfgi_cd, 1);
    ck_assert_uint_eq(ask(HARNESS_SID, PASID, VA), PAGE | 3);
    change(cd_at(0), 0, prisim_bits_put(1, PRISIM_CD0_WXN));
    command(cfgi_cd, 1);
    ck_assert_uint_eq(smmu_harness_entry(request_of(HARNESS_SID, PASID, VA, PRISIM_TLP_EXECUTE)), PAGE | 3);
    ck_assert_uint_eq(smmu_harness_ask(h, &outside)->head.status, PRISIM_TLP_UR);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(smmu_harness_events(h), 1);
    change(cd_at(0), prisim_bits_put(1, PRISIM_CD0_A) | prisim_bits_put(1, PRISIM_CD0_R), 0);
    command(cfgi_cd, 1);
    ck_assert_uint_eq(smmu_harness_ask(h, &outside)->head.status, PRISIM_TLP_SC); /* RAZ, in silence */
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(smmu_harness_events(h), 1);
    command(PRISIM_CMDQ_OP_TLBI_NH_ASID | prisim_bits_put(ASID, PRISIM_CMD_TLBI_ASID), 0);
    ck_assert_uint_eq(ask(HARNESS_SID, PASID, VA), NEXT | 3);
    smmu_harness_store(h, cd_at(1), first.ttb);
    change(cd_at(0), prisim_bits_put(0xffff, PRISIM_CD0_ASID), prisim_bits_put(ASID + 1, PRISIM_CD0_ASID));
    command(cfgi_cd, 1);
    ck_assert_uint_eq(ask(HARNESS_SID, PASID, VA), PAGE | 3);
}
END_TEST

/* E0PD is of SMMUv3.3, and IDR3.E0PD is 0: E0PD0, bit 66, and E0PD1, bit 130, are not looked at. */
/* covers: SMMU-CD-26 */
START_TEST(e0pd_is_not_there)
{
    struct tree tree = tree_to(PAGE, TREE_LEAF);
    stage1(0, &tree);
    change(cd_at(1), 0, UINT64_C(1) << 2);
    change(cd_at(2), 0, UINT64_C(1) << 2);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_IDR3) & UINT32_C(1) << 13, 0);
    ck_assert_uint_eq(ask(HARNESS_SID, PASID, VA), PAGE | 3); /* unprivileged */
}
END_TEST

/* What is not reachable is not read: no STE while SMMUEN=0 or beyond the table, no CD but through a valid STE with
 * stage 1, and no CD beyond S1CDMax. */
/* covers: SMMU-FETCH-4 */
START_TEST(only_what_is_reachable_is_read)
{
    const uint64_t valid = prisim_bits_put(1, PRISIM_STE0_V), cd = HARNESS_CDTAB;
    const struct {
        uint64_t ste0;
        int pasid;
        bool ste, cd; /* is read */
    } row[] = {
        {smmu_harness_ste0(4), PASID, true, true},
        {smmu_harness_ste0(4) & ~valid, PASID, true, false},
        {(smmu_harness_ste0(4) & ~prisim_bits_put(7, PRISIM_STE0_CONFIG)) |
             prisim_bits_put(PRISIM_STE_CONFIG_BYPASS, PRISIM_STE0_CONFIG),
         -1, true, false},
        {smmu_harness_ste0(4) & ~prisim_bits_put(7, PRISIM_STE0_CONFIG), PASID, true, false},
        {smmu_harness_ste0(4), 16, true, false},
        {smmu_harness_ste0(4), -1, true, false}, /* S1DSS=00 */
        {smmu_harness_ste0(0), PASID, true, false},
        {smmu_harness_ste0(21), PASID, true, false}, /* ILLEGAL */
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        smmu_harness_ste(h, HARNESS_SID, row[i].ste0, prisim_bits_put(PRISIM_EATS_FULL, PRISIM_STE1_EATS));
        cfgi(HARNESS_SID);
        unsigned since = reads();
        request_of(HARNESS_SID, row[i].pasid, VA, 0);
        smmu_harness_run(h, 200);
        bool any = false;
        for (uint64_t at = cd; at < cd + 32 * PRISIM_CD_BYTES; at += PRISIM_CD_BYTES)
            any |= was_read(since, at);
        ck_assert_msg(was_read(since, ste_at(HARNESS_SID, 0)) == row[i].ste && any == row[i].cd, "row %u", i);
    }
    unsigned since = reads();
    request_of(0x40, PASID, VA, 0); /* of 2^6 */
    smmu_harness_run(h, 200);
    ck_assert(!was_read(since, ste_at(0x40, 0)));
    smmu_harness_cr0(h, PRISIM_CR0_CMDQEN | PRISIM_CR0_EVENTQEN);
    cfgi(HARNESS_SID);
    since = reads();
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, PAGE, 8);
    smmu_harness_ask(h, &tlp);
    command(PRISIM_CMDQ_OP_PREFETCH_CONFIG | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID), 0);
    smmu_harness_run(h, 200);
    ck_assert(!was_read(since, ste_at(HARNESS_SID, 0)));
}
END_TEST

/* A CD that stage 2 does not let through is read anew by the next access, without a CFGI, when it does. */
/* covers: SMMU-FETCH-5, SMMU-CFGI-4 */
START_TEST(what_stage_2_refused_is_tried_again)
{
    struct nest n = nest_open(h, HARNESS_SID, NEST_VMID, 0);
    tree_map(h, &n.first, VA, 3, NEST_IPA, TREE_LEAF);
    tree_map(h, &n.second, NEST_IPA, 3, PAGE, TREE_S2LEAF);
    nest_cd(&n, 0);
    uint64_t of_cd = nest_page(&n, HARNESS_CDTAB), good = smmu_harness_load(h, of_cd);
    const uint64_t refused[] = {0, good & ~AF, good & ~prisim_bits_put(3, PRISIM_DESC_AP)};
    for (unsigned i = 0; i < 3; i++) {
        tree_forget(h);
        smmu_harness_store(h, of_cd, refused[i]);
        ck_assert_uint_eq(nest_ask(&n, VA, 0), 0);
        smmu_harness_store(h, of_cd, good);
        if (i == 2) /* what it permits is in the IPA cache */
            command(PRISIM_CMDQ_OP_TLBI_S2_IPA | prisim_bits_put(NEST_VMID, PRISIM_CMD_TLBI_VMID),
                    HARNESS_CDTAB + NEST_OFFSET);
        ck_assert_uint_eq(nest_ask(&n, VA, 0), PAGE | 3);
    }
}
END_TEST

/* ---- ATS ---- */

static unsigned last_code(void)
{
    uint64_t dw[4];
    smmu_harness_run(h, 60);
    uint32_t prod = smmu_harness_events(h);
    if (prod == smmu_harness_read(h, PRISIM_SMMU_EVENTQ_CONS))
        return 0;
    smmu_harness_event(h, (prod - 1) & 3, dw);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, prod);
    return dw[0] & 0xff;
}

/* Of a Translation Request, what comes first when more is wrong: StreamID, fetch and validity of the STE, then EATS,
 * then its SubstreamID. */
/* covers: SMMU-ATSREQ-14 */
START_TEST(order_of_a_translation_request)
{
    const uint64_t ste0 = smmu_harness_ste0(4);
    const struct {
        uint32_t sid;
        uint64_t ste0, fail_at;
        unsigned eats;
        int pasid;
        unsigned status, code;
    } row[] = {
        {0x40, ste0, 0, PRISIM_EATS_OFF, 16, PRISIM_TLP_CA, PRISIM_C_BAD_STREAMID},
        {HARNESS_SID, ste0, HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES, PRISIM_EATS_OFF, 16, PRISIM_TLP_CA,
         PRISIM_F_STE_FETCH},
        {HARNESS_SID, ste0 & ~prisim_bits_put(1, PRISIM_STE0_V), 0, PRISIM_EATS_OFF, 16, PRISIM_TLP_CA,
         PRISIM_C_BAD_STE},
        {HARNESS_SID, ste0, 0, PRISIM_EATS_OFF, 16, PRISIM_TLP_UR, PRISIM_F_BAD_ATS_TREQ},
        {HARNESS_SID, ste0, 0, PRISIM_EATS_OFF, -1, PRISIM_TLP_UR, PRISIM_F_BAD_ATS_TREQ},
        {HARNESS_SID, ste0, 0, PRISIM_EATS_FULL, 16, PRISIM_TLP_CA, PRISIM_C_BAD_SUBSTREAMID},
        {HARNESS_SID, ste0, 0, PRISIM_EATS_FULL, -1, PRISIM_TLP_CA, PRISIM_F_STREAM_DISABLED},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        smmu_harness_ste(h, HARNESS_SID, row[i].ste0, prisim_bits_put(row[i].eats, PRISIM_STE1_EATS));
        cfgi(HARNESS_SID);
        h->fail_at = row[i].fail_at;
        unsigned status = request_of(row[i].sid, row[i].pasid, VA, 0)->head.status, code = last_code();
        h->fail_at = 0;
        ck_assert_msg(status == row[i].status && code == row[i].code, "row %u: %u, event %#x", i, status, code);
    }
}
END_TEST

/* Of a translated access: StreamID, STE, EATS, then with EATS=10 the size of the address, then stage 2. S1DSS=00 does
 * not end what has no PASID: with PASIDTT=0 it is not looked at. */
/* covers: SMMU-ATSTRANSLATED-11, SMMU-ATSTRANSLATED-12, SMMU-ATSTRANSLATED-13 */
START_TEST(order_of_a_translated_access)
{
    const uint64_t above = UINT64_C(1) << 48, nested = prisim_bits_put(1, PRISIM_STE0_V) |
                                                       prisim_bits_put(PRISIM_STE_CONFIG_S1_S2, PRISIM_STE0_CONFIG) |
                                                       prisim_bits_put(4, PRISIM_STE0_S1CDMAX) | HARNESS_CDTAB;
    struct tree tree = tree_to(PAGE, TREE_S2LEAF);
    const struct {
        uint32_t sid;
        uint64_t ste0, fail_at;
        unsigned eats;
        uint64_t address;
        unsigned code;
    } row[] = {
        {0x40, nested, 0, PRISIM_EATS_OFF, above, PRISIM_C_BAD_STREAMID},
        {HARNESS_SID, nested, HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES, PRISIM_EATS_OFF, above,
         PRISIM_F_STE_FETCH},
        {HARNESS_SID, nested & ~prisim_bits_put(1, PRISIM_STE0_V), 0, PRISIM_EATS_OFF, above, PRISIM_C_BAD_STE},
        {HARNESS_SID, nested, 0, PRISIM_EATS_OFF, above, PRISIM_F_TRANSL_FORBIDDEN},
        {HARNESS_SID, nested, 0, PRISIM_EATS_SPLIT, above, PRISIM_F_ADDR_SIZE},
        {HARNESS_SID, nested, 0, PRISIM_EATS_SPLIT, VA + 0x1000, PRISIM_F_TRANSLATION},
        {HARNESS_SID, nested, 0, PRISIM_EATS_SPLIT, VA, 0},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        smmu_harness_ste(h, HARNESS_SID, row[i].ste0, prisim_bits_put(row[i].eats, PRISIM_STE1_EATS)); /* S1DSS=00 */
        tree_ste2(h, HARNESS_SID, 0, VMID, &tree);
        cfgi(HARNESS_SID);
        h->fail_at = row[i].fail_at;
        struct prisim_tlp tlp =
            smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_TRANSLATED, row[i].address, 8);
        tlp.head.requester_id = (uint16_t)row[i].sid;
        unsigned dma = h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, status = smmu_harness_ask(h, &tlp)->head.status;
        unsigned code = last_code();
        h->fail_at = 0;
        ck_assert_msg(code == row[i].code && status == (code ? PRISIM_TLP_UR : PRISIM_TLP_SC), "row %u: event %#x", i,
                      code);
        if (code == 0)
            ck_assert_uint_eq(
                ((const struct prisim_memory_request *)harness_got(h->base, PRISIM_SMMU_TX_DMA_REQUEST, dma))->address,
                PAGE);
    }
}
END_TEST

/* EATS=10: stage 2's descriptor of the output gets AF and, if W is granted to NW=0, becomes dirty with the Translation
 * Request, not with the access that comes later. NW=1 is granted no W of a clean page here either. */
/* covers: SMMU-ATSCPL-12, SMMU-ATSCPL-10 */
START_TEST(split_stage_marks_at_the_request)
{
    bool no_write = _i;
    struct nest n = nest_open(h, HARNESS_SID, NEST_VMID,
                              prisim_bits_put(1, PRISIM_STE2_S2HA) | prisim_bits_put(1, PRISIM_STE2_S2HD));
    tree_map(h, &n.first, VA, 3, NEST_IPA, TREE_LEAF);
    const uint64_t clean = (TREE_S2LEAF & ~S2W & ~AF) | DBM;
    uint64_t at = tree_map(h, &n.second, NEST_IPA, 3, PAGE, clean);
    nest_cd(&n, 0);
    change(ste_at(HARNESS_SID, 1), prisim_bits_put(3, PRISIM_STE1_EATS),
           prisim_bits_put(PRISIM_EATS_SPLIT, PRISIM_STE1_EATS));
    tree_forget(h);
    ck_assert_uint_eq(nest_ask(&n, VA, no_write ? PRISIM_TLP_NO_WRITE : 0), NEST_IPA | (no_write ? 1 : 3));
    ck_assert_uint_eq(smmu_harness_load(h, at), PAGE | clean | AF | (no_write ? 0 : S2W) | 3);
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_TRANSLATED, NEST_IPA, 8);
    unsigned swaps = h->swaps;
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 400);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, 1);
    ck_assert_uint_eq(h->swaps, swaps + no_write);
    ck_assert_uint_eq(smmu_harness_load(h, at), PAGE | clean | AF | S2W | 3);
}
END_TEST

/* ---- descriptors ---- */

/* Without 52-bit addresses bits 51:48 of a table's or a leaf's address count as 0, for every granule and both stages.
 */
/* covers: SMMU-LEVEL-14 */
START_TEST(bits_above_48_are_not_looked_at)
{
    const uint64_t above = UINT64_C(0xf) << 48;
    for (unsigned granule = TREE_4K; granule < TREE_GRANULES; granule++)
        for (unsigned second = 0; second < 2; second++)
            for (unsigned level = 2; level <= 3; level++) {
                h->next_table = HARNESS_TABLES;
                struct tree tree = tree_open(h, (enum tree_granule)granule, granule == TREE_4K ? 1 : 2, 36);
                unsigned page_log2 = tree_shift[granule][3];
                uint64_t page = HARNESS_PAGES & ~prisim_bits_mask(page_log2);
                tree_map(h, &tree, VA & ~prisim_bits_mask(page_log2), 3, page, second ? TREE_S2LEAF : TREE_LEAF);
                if (second)
                    stage2(HARNESS_SID, VMID, &tree);
                else
                    stage1(0, &tree);
                change(tree_place(h, &tree, VA & ~prisim_bits_mask(page_log2), level), 0, above);
                tree_forget(h);
                uint64_t entry = ask(HARNESS_SID, second ? -1 : PASID, VA & ~prisim_bits_mask(page_log2)), at;
                ck_assert_uint_eq(prisim_tlp_range_decode(entry, &at), page_log2);
                ck_assert_msg(at == page && (entry & 3) == 3, "granule %u, stage %u, L%u: %#llx", granule, second + 1,
                              level, (unsigned long long)entry);
            }
}
END_TEST

/* Every descriptor, of either stage, is one read of eight bytes. */
/* covers: SMMU-LEVEL-16 */
START_TEST(descriptors_are_read_whole)
{
    struct nest n = nest_open(h, HARNESS_SID, NEST_VMID, 0);
    tree_map(h, &n.first, VA, 3, NEST_IPA, TREE_LEAF);
    tree_map(h, &n.second, NEST_IPA, 3, PAGE, TREE_S2LEAF);
    nest_cd(&n, 0);
    tree_forget(h);
    unsigned since = reads(), descriptors = 0;
    ck_assert_uint_eq(nest_ask(&n, VA, 0), PAGE | 3);
    for (unsigned i = since; i < reads(); i++) {
        const struct prisim_memory_request *request = harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, i);
        if (request->address < HARNESS_TABLES)
            continue;
        descriptors++;
        ck_assert_uint_eq(request->size, 8);
        ck_assert_uint_eq(request->address & 7, 0);
    }
    ck_assert_uint_ge(descriptors, 4 + 4);
}
END_TEST

/* Stage 1's descriptor gets AF and becomes dirty although stage 2 then refuses the access; of the stage that refuses,
 * nothing is marked. */
/* covers: SMMU-HTTU-8 */
START_TEST(stage_1_is_marked_before_stage_2_refuses)
{
    struct nest n = nest_open(h, HARNESS_SID, NEST_VMID, prisim_bits_put(1, PRISIM_STE2_S2HA));
    const uint64_t clean = (TREE_LEAF | AP2 | DBM) & ~AF,
                   refuses = TREE_S2LEAF & ~prisim_bits_put(3, PRISIM_DESC_AP) & ~AF;
    uint64_t leaf = tree_map(h, &n.first, VA, 3, NEST_IPA, clean), dw[4];
    uint64_t last = tree_map(h, &n.second, NEST_IPA, 3, PAGE, refuses);
    nest_cd(&n, prisim_bits_put(1, PRISIM_CD0_HA) | prisim_bits_put(1, PRISIM_CD0_HD));
    tree_forget(h);
    nest_fault(&n, PRISIM_TLP_MEMORY_WRITE, VA, 0, dw);
    ck_assert_uint_eq(dw[0] & 0xff, PRISIM_F_PERMISSION);
    ck_assert(nest_is_s2(dw) && nest_class(dw) == 2);
    ck_assert_uint_eq(smmu_harness_load(h, leaf), NEST_IPA | ((clean | AF) & ~AP2) | 3);
    ck_assert_uint_eq(smmu_harness_load(h, last), PAGE | refuses | 3);
}
END_TEST

/* APTable takes writing away: a page that DBM would make dirty is read-only, and stays as it is. */
/* covers: SMMU-HTTU-9 */
START_TEST(aptable_against_dbm)
{
    const uint64_t clean = TREE_LEAF | AP2 | DBM;
    struct tree tree = tree_to(PAGE, clean);
    uint64_t leaf = tree_place(h, &tree, VA, 3);
    change(tree_place(h, &tree, VA, 2), 0, prisim_bits_put(2, PRISIM_DESC_APTABLE));
    stage1(prisim_bits_put(1, PRISIM_CD0_HA) | prisim_bits_put(1, PRISIM_CD0_HD), &tree);
    ck_assert_uint_eq(ask(HARNESS_SID, PASID, VA), PAGE | 1);
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
    tlp.head.flags = PRISIM_TLP_HAS_PASID;
    tlp.head.pasid = PASID;
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 400);
    ck_assert_uint_eq(last_code(), PRISIM_F_PERMISSION);
    ck_assert_uint_eq(smmu_harness_load(h, leaf), PAGE | clean | 3);
    ck_assert_uint_eq(h->swaps, 0);
}
END_TEST

/* Of a contiguous group the member that is read is updated, alone; the group is one entry then, as that member says. */
/* covers: SMMU-HTTU-11, SMMU-DESCRIPTOR-22 */
START_TEST(one_member_of_a_group_is_updated)
{
    const uint64_t group = UINT64_C(0x40200000), bits = (TREE_LEAF | prisim_bits_put(1, PRISIM_DESC_CONTIGUOUS)) & ~AF;
    struct tree tree = tree_open(h, TREE_4K, 1, 39);
    uint64_t leaf[16];
    for (unsigned i = 0; i < 16; i++)
        leaf[i] = tree_map(h, &tree, group + i * 0x1000, 3, PAGE + i * 0x1000,
                           i == 5 ? bits | AP2 : bits); /* one differs: CU */
    stage1(prisim_bits_put(1, PRISIM_CD0_HA), &tree);
    for (unsigned i = 3; i < 7; i++) /* R and W, of 64 KB */
        ck_assert_uint_eq(ask(HARNESS_SID, PASID, group + i * 0x1000), PAGE | 0x7000 | 1 << 11 | 3);
    ck_assert_uint_eq(h->swaps, 1);
    for (unsigned i = 0; i < 16; i++)
        ck_assert_uint_eq(smmu_harness_load(h, leaf[i]) & AF, i == 3 ? AF : 0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_latitude_tables");
    TCase *tcase = tcase_create("tables");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, cont_is_not_followed);
    tcase_add_test(tcase, ste_fields_and_the_tlb);
    tcase_add_test(tcase, one_vmid_is_one_stage_2);
    tcase_add_test(tcase, cd_fields_and_the_tlb);
    tcase_add_test(tcase, e0pd_is_not_there);
    tcase_add_test(tcase, only_what_is_reachable_is_read);
    tcase_add_test(tcase, what_stage_2_refused_is_tried_again);
    tcase_add_test(tcase, order_of_a_translation_request);
    tcase_add_test(tcase, order_of_a_translated_access);
    tcase_add_loop_test(tcase, split_stage_marks_at_the_request, 0, 2);
    tcase_add_test(tcase, bits_above_48_are_not_looked_at);
    tcase_add_test(tcase, descriptors_are_read_whole);
    tcase_add_test(tcase, stage_1_is_marked_before_stage_2_refuses);
    tcase_add_test(tcase, aptable_against_dbm);
    tcase_add_test(tcase, one_member_of_a_group_is_updated);
    suite_add_tcase(suite, tcase);
    return suite;
}
