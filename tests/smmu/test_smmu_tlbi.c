/* SPDX-License-Identifier: Apache-2.0
 *
 * Every TLBI against every kind of entry: what goes and what must stay, by owner, VMID, ASID, address, range, level and
 * granule; tables in the walk caches; what is CERROR_ILL (SMMU-TLBI).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_nest.h"

#define VA UINT64_C(0x12345000)
enum { EL1_A, EL1_ASID, EL1_VMID, EL1_GLOBAL, NESTED, S2_A, S2_VMID, EL2, EL1_VA, ENTRIES };
enum { VMID_A = 5, VMID_B = 6, ASID_A = 7, ASID_B = 8 };

static const struct {
    uint32_t vmid, asid;
    uint64_t va;
    bool first, second;
} entry[ENTRIES] = {
    [EL1_A] = {VMID_A, ASID_A, VA, true, false},
    [EL1_ASID] = {VMID_A, ASID_B, VA, true, false},
    [EL1_VMID] = {VMID_B, ASID_A, VA, true, false},
    [EL1_GLOBAL] = {VMID_A, ASID_A, VA + 0x1000, true, false},
    [NESTED] = {VMID_A, ASID_A, VA, true, true},
    [S2_A] = {VMID_A, 0, VA, false, true},
    [S2_VMID] = {VMID_B, 0, VA, false, true},
    [EL2] = {0, ASID_A, VA, true, false},
    [EL1_VA] = {VMID_A, ASID_A, VA + 0x2000, true, false},
};
#define BIT(n) (1u << (n))
#define ALL    (BIT(ENTRIES) - 1)

static struct smmu_harness *h;
static uint64_t leaf[ENTRIES]; /* where the one that is changed lies */

/* Stream i is entry i: its own STE, CD and tables. Stage 2 of NESTED maps a gigabyte to itself. */
static void build(void)
{
    struct tree shared = tree_open(h, TREE_4K, 1, 39);
    for (unsigned i = 0; i < ENTRIES; i++) {
        /* One VMID and ASID, one set of tables. */
        bool same = i == EL1_A || i == EL1_GLOBAL || i == EL1_VA;
        struct tree tree = same ? shared : tree_open(h, TREE_4K, 1, 39);
        uint64_t bits = entry[i].first ? TREE_LEAF : TREE_S2LEAF;
        leaf[i] = tree_map(h, &tree, entry[i].va, 3, HARNESS_PAGES,
                           i == EL1_GLOBAL ? bits & ~prisim_bits_put(1, PRISIM_DESC_NG) : bits);
        unsigned config =
            entry[i].first ? (entry[i].second ? PRISIM_STE_CONFIG_S1_S2 : PRISIM_STE_CONFIG_S1) : PRISIM_STE_CONFIG_S2;
        smmu_harness_ste(h, i,
                         prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(config, PRISIM_STE0_CONFIG) |
                             prisim_bits_put(4, PRISIM_STE0_S1CDMAX) | HARNESS_CDTAB,
                         smmu_harness_ste1() | prisim_bits_put(i == EL2 ? 2 : 0, PRISIM_STE1_STRW));
        if (entry[i].first)
            tree_cd(h, i, prisim_bits_put(entry[i].asid, PRISIM_CD0_ASID), &tree, false);
        if (i == NESTED) {
            tree = tree_open(h, TREE_4K, 1, 39);
            tree_map(h, &tree, HARNESS_RAM, 1, HARNESS_RAM, TREE_S2LEAF);
        }
        if (entry[i].second)
            tree_ste2(h, i, 0, entry[i].vmid, &tree);
        else
            smmu_harness_store(h, HARNESS_STRTAB + i * PRISIM_STE_BYTES + 16,
                               prisim_bits_put(entry[i].vmid, PRISIM_STE2_S2VMID));
    }
}

static void open_harness(void)
{
    h = smmu_harness_open();
    h->latency = 1;
    h->config.vmw = 1;
}

static void start(void)
{
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    build();
}

static void setup(void)
{
    open_harness();
    start();
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static uint64_t ask(unsigned i, uint64_t va)
{
    struct prisim_tlp request = smmu_harness_request(va, entry[i].first ? (int)i : -1, 0);
    request.head.requester_id = (uint16_t)i;
    return smmu_harness_entry(smmu_harness_ask(h, &request)) & PRISIM_DESC_ADDRESS;
}

static void move(uint64_t at, uint64_t by)
{
    smmu_harness_store(h, at, smmu_harness_load(h, at) ^ by);
}

static uint64_t tlbi(unsigned opcode, uint32_t vmid, uint32_t asid)
{
    return opcode | prisim_bits_put(vmid, PRISIM_CMD_TLBI_VMID) | prisim_bits_put(asid, PRISIM_CMD_TLBI_ASID);
}

/* Caches every entry, changes memory, invalidates: who is stale. */
static unsigned stale_after(uint64_t dw0, uint64_t dw1)
{
    unsigned stale = 0;
    tree_forget(h);
    for (unsigned i = 0; i < ENTRIES; i++)
        ck_assert_msg(ask(i, entry[i].va) == HARNESS_PAGES, "entry %u", i);
    for (unsigned i = 0; i < ENTRIES; i++)
        move(leaf[i], 0x8000);
    smmu_harness_command(h, dw0, dw1);
    smmu_harness_sync(h);
    for (unsigned i = 0; i < ENTRIES; i++) {
        stale |= ask(i, entry[i].va) == HARNESS_PAGES ? BIT(i) : 0;
        move(leaf[i], 0x8000);
    }
    return stale;
}

static void check_gone(uint64_t dw0, uint64_t dw1, unsigned gone)
{
    unsigned stale = stale_after(dw0, dw1);
    ck_assert_msg(stale == (ALL & ~gone), "%#llx %#llx: %#x are stale", (unsigned long long)dw0,
                  (unsigned long long)dw1, stale);
}

/* covers: SMMU-TLBI-1, SMMU-TLBI-2, SMMU-TLBI-3, SMMU-TLBI-4, SMMU-TLBI-6, SMMU-TLBI-7,
 * SMMU-TLBI-8, SMMU-DESCRIPTOR-7, SMMU-CMDFIELD-8, SMMU-CFGI-7 */
START_TEST(every_form)
{
    const struct {
        uint64_t dw0, dw1;
        unsigned gone;
    } row[] = {
        {PRISIM_CMDQ_OP_SYNC, 0, 0},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_ALL, VMID_A, 0), 0,
         BIT(EL1_A) | BIT(EL1_ASID) | BIT(EL1_GLOBAL) | BIT(NESTED) | BIT(EL1_VA)},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_ALL, VMID_B, 0), 0, BIT(EL1_VMID)},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_ALL, 0, 0), 0, 0},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_ASID, VMID_A, ASID_A), 0, BIT(EL1_A) | BIT(NESTED) | BIT(EL1_VA)},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_ASID, VMID_A, ASID_B), 0, BIT(EL1_ASID)},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_ASID, VMID_B, ASID_A), 0, BIT(EL1_VMID)},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, VMID_A, ASID_A), VA, BIT(EL1_A) | BIT(NESTED)},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, VMID_A, ASID_A), VA | 1, BIT(EL1_A) | BIT(NESTED)}, /* Leaf */
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, VMID_A, ASID_A), VA + 0x1000, BIT(EL1_GLOBAL)},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, VMID_A, ASID_B), VA + 0x1000, BIT(EL1_GLOBAL)}, /* whatever the ASID */
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, VMID_B, ASID_B), VA, 0},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_VAA, VMID_A, 0), VA, BIT(EL1_A) | BIT(EL1_ASID) | BIT(NESTED)},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_VAA, VMID_A, 99), VA + 0x2000, BIT(EL1_VA)},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_VAA, VMID_A, 0), VA + 0x3000, 0},
        {tlbi(PRISIM_CMDQ_OP_TLBI_S12_VMALL, VMID_A, 0), 0,
         BIT(EL1_A) | BIT(EL1_ASID) | BIT(EL1_GLOBAL) | BIT(NESTED) | BIT(EL1_VA) | BIT(S2_A)},
        {tlbi(PRISIM_CMDQ_OP_TLBI_S12_VMALL, VMID_B, 0), 0, BIT(EL1_VMID) | BIT(S2_VMID)},
        {tlbi(PRISIM_CMDQ_OP_TLBI_S2_IPA, VMID_A, 0), VA, BIT(S2_A)},
        {tlbi(PRISIM_CMDQ_OP_TLBI_S2_IPA, VMID_B, 0), VA | 1, BIT(S2_VMID)},
        {tlbi(PRISIM_CMDQ_OP_TLBI_S2_IPA, VMID_A, 0), VA + 0x1000, 0},
        {tlbi(PRISIM_CMDQ_OP_TLBI_S2_IPA, VMID_A, 0), VA | UINT64_C(0xff) << 56, BIT(S2_A)}, /* the address is 55:12 */
        {tlbi(PRISIM_CMDQ_OP_TLBI_S2_IPA, VMID_A, 0), VA | UINT64_C(1) << 55, 0},            /* no entry has it */
        {tlbi(PRISIM_CMDQ_OP_TLBI_S2_IPA, VMID_A, 0), VA | UINT64_C(1) << 48, 0},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 99, 99), 0, ALL & ~BIT(EL2)},
        {tlbi(PRISIM_CMDQ_OP_CFGI_ALL, 0, 0), 31, 0},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++)
        check_gone(row[i].dw0, row[i].dw1, row[i].gone);
}
END_TEST

/* ASID counts for EL2 with E2H=1 only; the forms for it take nothing from a world that has no ASIDs. */
/* covers: SMMU-TLBI-5 */
START_TEST(el2_forms)
{
    for (unsigned e2h = 0; e2h < 2; e2h++) {
        smmu_harness_cr0(h, PRISIM_CR0_CMDQEN | PRISIM_CR0_EVENTQEN);
        smmu_harness_write(h, PRISIM_SMMU_CR2, PRISIM_CR2_PTM | (e2h ? PRISIM_CR2_E2H : 0));
        smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_CMDQEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_ATSCHK);
        check_gone(PRISIM_CMDQ_OP_TLBI_EL2_ALL, 0, BIT(EL2));
        check_gone(tlbi(PRISIM_CMDQ_OP_TLBI_EL2_VA, VMID_A, ASID_A), VA, BIT(EL2));
        check_gone(tlbi(PRISIM_CMDQ_OP_TLBI_EL2_VA, 0, ASID_B), VA, e2h ? 0 : BIT(EL2));
        check_gone(tlbi(PRISIM_CMDQ_OP_TLBI_EL2_VA, 0, ASID_A), VA + 0x1000, 0);
        check_gone(tlbi(PRISIM_CMDQ_OP_TLBI_EL2_VAA, 0, ASID_B), VA, BIT(EL2));
        check_gone(tlbi(PRISIM_CMDQ_OP_TLBI_EL2_ASID, 0, ASID_A), 0, e2h ? BIT(EL2) : 0);
        check_gone(tlbi(PRISIM_CMDQ_OP_TLBI_EL2_ASID, 0, ASID_B), 0, 0);
    }
}
END_TEST

/* CR0.VMW=n leaves n low bits of the VMID out: 5 and 6 differ in bits 0 and 1. Above 4 it is reserved and acts as 0. */
/* covers: SMMU-TLBI-13, SMMU-CR0-2 */
START_TEST(vmid_wildcard)
{
    const unsigned a = BIT(S2_A), both = BIT(S2_A) | BIT(S2_VMID);
    const struct {
        uint32_t vmid;
        unsigned gone[8];
    } row[] = {
        {5, {a, a, both, both, both, a, a, a}}, {4, {0, a, both, both, both}}, {8, {0, 0, 0, 0, both}}, {21, {0}}};
    for (unsigned vmw = 0; vmw < 8; vmw++) {
        smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_CMDQEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_ATSCHK |
                                vmw << PRISIM_CR0_VMW_SHIFT);
        for (unsigned i = 0; i < 4; i++)
            check_gone(tlbi(PRISIM_CMDQ_OP_TLBI_S2_IPA, row[i].vmid, 0), VA, row[i].gone[vmw]);
    }
}
END_TEST

/* Without stage 2 nothing has a VMID: it is not looked at. */
/* covers: SMMU-TLBI-13, SMMU-TLBI-15 */
START_TEST(without_stage2)
{
    struct smmu_harness *full = h;
    open_harness();
    smmu_harness_built_least(h);
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    struct tree tree = tree_open(h, TREE_4K, 1, 39);
    uint64_t at = tree_map(h, &tree, VA, 3, HARNESS_PAGES, TREE_LEAF);
    tree_cd(h, 1, prisim_bits_put(ASID_A, PRISIM_CD0_ASID), &tree, false);
    struct prisim_tlp request = smmu_harness_request(VA, 1, 0);
    ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &request)), HARNESS_PAGES | 3);
    move(at, 0x8000);
    smmu_harness_command(h, tlbi(PRISIM_CMDQ_OP_TLBI_NH_ASID, 77, ASID_A), 0);
    smmu_harness_sync(h);
    ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &request)), HARNESS_PAGES | 0x8000 | 3);
    smmu_harness_close(h);
    h = full;
}
END_TEST

/* Pages of one stream, 4 KB apart; which are stale after the command. */
enum { PAGES = 16 };
static uint64_t place[PAGES];
static struct tree pages;
static uint32_t stale_pages(uint64_t dw0, uint64_t dw1)
{
    uint32_t stale = 0;
    tree_forget(h);
    for (unsigned i = 0; i < PAGES; i++)
        ck_assert_uint_eq(ask(EL1_A, i * 0x1000), HARNESS_PAGES);
    for (unsigned i = 0; i < PAGES; i++)
        move(place[i], 0x8000);
    smmu_harness_command(h, dw0, dw1);
    smmu_harness_sync(h);
    for (unsigned i = 0; i < PAGES; i++) {
        stale |= ask(EL1_A, i * 0x1000) == HARNESS_PAGES ? BIT(i) : 0;
        move(place[i], 0x8000);
    }
    return stale;
}

static void build_pages(void)
{
    pages = tree_open(h, TREE_4K, 1, 39);
    for (unsigned i = 0; i < PAGES; i++)
        place[i] = tree_map(h, &pages, i * 0x1000, 3, HARNESS_PAGES, TREE_LEAF);
    tree_cd(h, EL1_A, prisim_bits_put(ASID_A, PRISIM_CD0_ASID), &pages, false);
}

static uint64_t range(unsigned opcode, unsigned num, unsigned scale)
{
    return tlbi(opcode, VMID_A, ASID_A) | prisim_bits_put(num, PRISIM_CMD_TLBI_NUM) |
           prisim_bits_put(scale, PRISIM_CMD_TLBI_SCALE);
}

static uint64_t where(uint64_t address, unsigned tg, unsigned ttl)
{
    return address | prisim_bits_put(tg, PRISIM_CMD1_TLBI_TG) | prisim_bits_put(ttl, PRISIM_CMD1_TLBI_TTL);
}

/* span = (NUM+1) * 2^SCALE * granule; TG and TTL say which leaves are meant. */
/* covers: SMMU-TLBI-11, SMMU-CMDFIELD-8, SMMU-TLBI-16 */
START_TEST(ranges)
{
    const struct {
        unsigned num, scale;
        uint64_t address;
        unsigned tg, ttl;
        uint32_t gone, gone_without_hints;
    } row[] = {
        {1, 0, 0x3000, 1, 0, 0x0018, 0x0018}, {0, 1, 0x3000, 1, 0, 0x0018, 0x0018},
        {2, 1, 0x3000, 1, 0, 0x01f8, 0x01f8}, {0, 0, 0x3000, 1, 3, 0x0008, 0x0008},
        {0, 0, 0x3000, 1, 2, 0x0000, 0x0008},                                       /* no leaf of level 2 is there */
        {0, 0, 0x3000, 1, 1, 0x0000, 0x0008}, {1, 0, 0x4000, 2, 0, 0x0000, 0x0ff0}, /* 16 KB */
        {0, 0, 0x6000, 2, 3, 0x0000, 0x00f0}, /* bits below the granule do not count */
        {0, 0, 0x9000, 3, 3, 0x0000, 0xffff}, {31, 31, 0x5000, 1, 0, 0xffe0, 0xffe0},
        {1, 1, 0x3000, 0, 3, 0x0008, 0x0008}, /* TG=0: one page, no range and no TTL */
        {15, 0, 0, 1, 0, 0xffff, 0xffff},     {14, 0, 0x1000, 1, 3, 0xfffe, 0xfffe},
    };
    for (unsigned hints = 0; hints < 2; hints++) {
        h->config.tlbi_hints = hints;
        h->next_table = HARNESS_TABLES;
        build();
        build_pages();
        for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
            uint32_t gone = hints ? row[i].gone : row[i].gone_without_hints;
            uint64_t dw1 = where(row[i].address, row[i].tg, row[i].ttl);
            for (unsigned form = 0; form < 2; form++) {
                unsigned opcode = form ? PRISIM_CMDQ_OP_TLBI_NH_VAA : PRISIM_CMDQ_OP_TLBI_NH_VA;
                uint32_t stale = stale_pages(range(opcode, row[i].num, row[i].scale), dw1);
                ck_assert_msg(stale == (0xffff & ~gone), "hints %u, row %u, form %u: %#x", hints, i, form, stale);
            }
        }
    }
}
END_TEST

/* A larger entry goes if any of it lies in the range; a contiguous group is one entry. */
/* covers: SMMU-TLBI-11, SMMU-DESCRIPTOR-17 */
START_TEST(large_entries)
{
    build_pages();
    uint64_t block = UINT64_C(0x40000000), group = UINT64_C(0x80000000);
    uint64_t at = tree_map(h, &pages, block, 2, UINT64_C(0x7fe00000), TREE_LEAF);
    for (unsigned i = 0; i < 16; i++)
        tree_map(h, &pages, group + i * 0x1000, 3, HARNESS_PAGES + i * 0x1000,
                 TREE_LEAF | prisim_bits_put(1, PRISIM_DESC_CONTIGUOUS));
    uint64_t first = tree_place(h, &pages, group, 3);
    const struct {
        uint64_t dw1;
        bool gone;
    } row[] = {
        {block, true},
        {block | 0x1ff000, true},
        {block + 0x200000, false},
        {block - 0x1000, false},
        {where(block | 0x1ff000, 1, 2), true},
        {where(block | 0x1ff000, 1, 3), false},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        tree_forget(h);
        ck_assert_uint_ne(ask(EL1_A, block), 0);
        smmu_harness_store(h, at, 0);
        smmu_harness_command(h, tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, VMID_A, ASID_A), row[i].dw1);
        smmu_harness_sync(h);
        ck_assert_msg((ask(EL1_A, block) == 0) == row[i].gone, "row %u", i);
        smmu_harness_store(h, at, UINT64_C(0x7fe00000) | TREE_LEAF | 1);
    }
    for (unsigned i = 0; i < 18; i++) { /* any page of the group, and the two beside it */
        tree_forget(h);
        ck_assert_uint_ne(ask(EL1_A, group), 0);
        uint64_t was = smmu_harness_load(h, first);
        smmu_harness_store(h, first, 0);
        smmu_harness_command(h, tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, VMID_A, ASID_A), group + i * 0x1000 - 0x1000);
        smmu_harness_sync(h);
        ck_assert_msg((ask(EL1_A, group) == 0) == (i >= 1 && i <= 16), "page %u", i);
        smmu_harness_store(h, first, was);
    }
}
END_TEST

/* VA bit 55 is the half; what has no canonical form is in no entry. */
/* covers: SMMU-TLBI-3 */
START_TEST(upper_half)
{
    struct tree upper = tree_open(h, TREE_4K, 1, 39);
    uint64_t va = (~UINT64_C(0) << 39) | VA, at = tree_map(h, &upper, va, 3, HARNESS_PAGES, TREE_LEAF);
    tree_cd(h, EL1_A, prisim_bits_put(ASID_A, PRISIM_CD0_ASID), &upper, true);
    const struct {
        uint64_t va;
        bool gone;
    } row[] = {{va, true},
               {VA, false},
               {va & prisim_bits_mask(48), false},
               {va & ~(UINT64_C(0xff) << 56), true},
               {va ^ UINT64_C(1) << 50, false},
               {va ^ UINT64_C(1) << 55, false}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        tree_forget(h);
        ck_assert_uint_eq(ask(EL1_A, va), HARNESS_PAGES);
        move(at, 0x8000);
        smmu_harness_command(h, tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, VMID_A, ASID_A), row[i].va);
        smmu_harness_sync(h);
        ck_assert_msg((ask(EL1_A, va) != HARNESS_PAGES) == row[i].gone, "row %u", i);
        move(at, 0x8000);
    }
}
END_TEST

/* Tables of every level: Leaf=1 leaves them, Leaf=0 takes those on the way to the address, of that ASID. */
/* covers: SMMU-TLBI-12, SMMU-TLBI-16 */
START_TEST(tables)
{
    const struct {
        uint64_t dw0, dw1;
        bool gone;
    } row[] = {
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, VMID_A, ASID_A), VA, true},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, VMID_A, ASID_A), VA | 1, false},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, VMID_A, ASID_A), VA + (UINT64_C(1) << 39), false},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, VMID_A, ASID_A), VA ^ 0x100000,
         true}, /* the other half of the last table's range */
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, VMID_A, ASID_A), VA ^ 0x200000, false},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, VMID_A, ASID_A), where(VA, 1, 3),
         true}, /* TTL is of the leaf: all above it go */
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, VMID_A, ASID_A), where(VA | 1, 1, 3), false},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_VAA, VMID_A, 0), VA, true},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_VAA, VMID_A, 0), VA | 1, false},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_ASID, VMID_A, ASID_A), 0, true},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_ALL, VMID_A, 0), 0, true},
        {tlbi(PRISIM_CMDQ_OP_TLBI_S12_VMALL, VMID_A, 0), 0, true},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0, 0), 0, true},
        {tlbi(PRISIM_CMDQ_OP_TLBI_NH_ALL, VMID_B, 0), 0, false},
        {tlbi(PRISIM_CMDQ_OP_TLBI_S2_IPA, VMID_A, 0), VA, false},
        {PRISIM_CMDQ_OP_TLBI_EL2_ALL, 0, false},
    };
    struct tree tree = tree_open(h, TREE_4K, 0, 48);
    tree_map(h, &tree, VA, 3, HARNESS_PAGES, TREE_LEAF);
    uint64_t beside = VA ^ 0x1000; /* in the same last table: the TLB does not know it */
    tree_map(h, &tree, beside, 3, HARNESS_PAGES, TREE_LEAF);
    tree_cd(h, EL1_A, prisim_bits_put(ASID_A, PRISIM_CD0_ASID), &tree, false);
    for (unsigned level = 0; level < 3; level++)
        for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
            uint64_t at = tree_place(h, &tree, VA, level), was = smmu_harness_load(h, at);
            tree_forget(h);
            ck_assert_uint_eq(ask(EL1_A, VA), HARNESS_PAGES);
            smmu_harness_store(h, at, 0);
            smmu_harness_command(h, row[i].dw0, row[i].dw1);
            smmu_harness_sync(h);
            ck_assert_msg((ask(EL1_A, beside) == 0) == row[i].gone, "L%u, row %u", level, i);
            smmu_harness_store(h, at, was);
        }
}
END_TEST

/* Stage 2 under nested walks: its tables, its leaves in the IPA cache, and combined entries, which need not go. */
/* covers: SMMU-TLBI-7, SMMU-TLBI-12 */
START_TEST(stage2_of_nested)
{
    enum { COMBINED, LEAF, TABLE };
    for (unsigned combined = 0; combined < 2; combined++)
        for (unsigned what = COMBINED; what <= TABLE; what++)
            for (unsigned leaf_only = 0; leaf_only < 2; leaf_only++)
                for (unsigned other = 0; other < 2; other++) {
                    h->config.s2_ipa_combined = combined;
                    h->next_table = HARNESS_TABLES;
                    struct nest n = nest_open(h, HARNESS_SID, NEST_VMID, 0);
                    tree_map(h, &n.first, VA, 3, NEST_IPA, TREE_LEAF);
                    tree_map(h, &n.first, VA ^ 0x1000, 3, NEST_IPA, TREE_LEAF);
                    tree_map(h, &n.first, VA ^ 0x2000, 3, NEST_IPA + 0x1000, TREE_LEAF);
                    uint64_t last = tree_map(h, &n.second, NEST_IPA, 3, HARNESS_PAGES, TREE_S2LEAF);
                    tree_map(h, &n.second, NEST_IPA + 0x1000, 3, HARNESS_PAGES, TREE_S2LEAF);
                    nest_cd(&n, 0);
                    tree_forget(h);
                    ck_assert_uint_eq(nest_ask(&n, VA, 0), HARNESS_PAGES | 3);
                    /* The same VA again; another VA of the same IPA; another IPA of the same table. */
                    uint64_t va = what == COMBINED ? VA : what == LEAF ? VA ^ 0x1000 : VA ^ 0x2000;
                    smmu_harness_store(h, what == TABLE ? tree_place(h, &n.second, NEST_IPA, 2) : last, 0);
                    uint64_t ipa = NEST_IPA + (other ? UINT64_C(1) << 39 : 0);
                    smmu_harness_command(h, tlbi(PRISIM_CMDQ_OP_TLBI_S2_IPA, NEST_VMID, 0), ipa | leaf_only);
                    smmu_harness_sync(h);
                    bool gone = !other && (what == COMBINED ? combined : what == LEAF || !leaf_only);
                    ck_assert_msg((nest_ask(&n, va, 0) == 0) == gone, "combined %u, what %u, Leaf %u, other %u",
                                  combined, what, leaf_only, other);
                }
}
END_TEST

static bool is_ill(uint64_t dw0, uint64_t dw1)
{
    smmu_harness_command(h, dw0, dw1);
    smmu_harness_run(h, 60);
    bool ill =
        (smmu_harness_read(h, PRISIM_SMMU_GERROR) ^ smmu_harness_read(h, PRISIM_SMMU_GERRORN)) & PRISIM_GERROR_CMDQ;
    if (ill) {
        ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CMDQ_CONS) >> PRISIM_CMDQ_CONS_ERR_SHIFT & 0x7f,
                          PRISIM_CERROR_ILL);
        uint32_t at = (h->cmdq_prod - 1) & ((1 << HARNESS_CMDQ_LOG2) - 1);
        smmu_harness_store(h, HARNESS_CMDQ + at * PRISIM_COMMAND_BYTES, PRISIM_CMDQ_OP_SYNC);
        smmu_harness_write(h, PRISIM_SMMU_GERRORN, smmu_harness_read(h, PRISIM_SMMU_GERROR));
        smmu_harness_run(h, 60);
        ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CMDQ_CONS) & PRISIM_SMMU_QUEUE_INDEX_MASK, h->cmdq_prod);
    }
    return ill;
}

/* TG != 0 with NUM, SCALE and TTL all 0 is ILL, in every form by address; without RIL these fields are not there. */
/* covers: SMMU-TLBI-11 */
START_TEST(ill_ranges)
{
    static const unsigned by_address[] = {PRISIM_CMDQ_OP_TLBI_NH_VA, PRISIM_CMDQ_OP_TLBI_NH_VAA,
                                          PRISIM_CMDQ_OP_TLBI_EL2_VA, PRISIM_CMDQ_OP_TLBI_EL2_VAA,
                                          PRISIM_CMDQ_OP_TLBI_S2_IPA};
    for (unsigned ril = 0; ril < 2; ril++) {
        h->config.ril = ril;
        for (unsigned i = 0; i < 5; i++)
            for (unsigned tg = 0; tg < 4; tg++) {
                ck_assert_uint_eq(is_ill(by_address[i], where(VA, tg, 0)), ril && tg);
                ck_assert(is_ill(by_address[i], where(VA, tg, 1)) == (ril && tg == 2)); /* acts as TTL=0 */
                ck_assert(!is_ill(by_address[i], where(VA, tg, 2)));
                ck_assert(!is_ill(by_address[i] | prisim_bits_put(1, PRISIM_CMD_TLBI_NUM), where(VA, tg, 1)));
                ck_assert(!is_ill(by_address[i] | prisim_bits_put(1, PRISIM_CMD_TLBI_NUM), where(VA, tg, 0)));
                ck_assert(!is_ill(by_address[i] | prisim_bits_put(1, PRISIM_CMD_TLBI_SCALE), where(VA, tg, 0)));
            }
        ck_assert(!is_ill(PRISIM_CMDQ_OP_TLBI_NH_ALL, where(VA, 1, 0)));
    }
}
END_TEST

/* TG=16K, TTL=1 is reserved and acts as TTL=0: a leaf of any level goes, by every form. */
/* covers: SMMU-TLBI-11 */
START_TEST(reserved_level)
{
    static const unsigned form[] = {PRISIM_CMDQ_OP_TLBI_NH_VA, PRISIM_CMDQ_OP_TLBI_NH_VAA, PRISIM_CMDQ_OP_TLBI_EL2_VA,
                                    PRISIM_CMDQ_OP_TLBI_EL2_VAA, PRISIM_CMDQ_OP_TLBI_S2_IPA};
    for (unsigned i = 0; i < sizeof form / sizeof form[0]; i++)
        for (unsigned level = 2; level <= 3; level++) {
            unsigned who = i == 4 ? S2_A : i >= 2 ? EL2 : EL1_A;
            struct tree tree = tree_open(h, TREE_16K, 2, 36);
            uint64_t va = UINT64_C(0x6000000),
                     page = UINT64_C(0x42000000) & ~prisim_bits_mask(tree_shift[TREE_16K][level]);
            uint64_t at = tree_map(h, &tree, va, level, page, who == S2_A ? TREE_S2LEAF : TREE_LEAF);
            if (who == S2_A)
                tree_ste2(h, who, 0, VMID_A, &tree);
            else
                tree_cd(h, who, prisim_bits_put(ASID_A, PRISIM_CD0_ASID), &tree, false);
            for (unsigned ttl = 0; ttl <= 3; ttl++) {
                tree_forget(h);
                ck_assert_uint_ne(ask(who, va), 0);
                smmu_harness_store(h, at, 0);
                smmu_harness_command(h, range(form[i], 1, 0), where(va, 2, ttl));
                smmu_harness_sync(h);
                ck_assert_msg((ask(who, va) == 0) == (ttl < 2 || ttl == level), "form %u, L%u, TTL %u", i, level, ttl);
                tree_map(h, &tree, va, level, page, who == S2_A ? TREE_S2LEAF : TREE_LEAF);
            }
        }
}
END_TEST

/* covers: SMMU-TLBI-11 */
START_TEST(without_ril)
{
    h->config.ril = 0; /* the range is one page */
    build_pages();
    ck_assert_uint_eq(stale_pages(range(PRISIM_CMDQ_OP_TLBI_NH_VA, 5, 0), where(0x3000, 1, 2)), 0xfff7);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_tlbi");
    TCase *tcase = tcase_create("tlbi");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, every_form);
    tcase_add_test(tcase, el2_forms);
    tcase_add_test(tcase, vmid_wildcard);
    tcase_add_test(tcase, without_stage2);
    tcase_add_test(tcase, ranges);
    tcase_add_test(tcase, large_entries);
    tcase_add_test(tcase, upper_half);
    tcase_add_test(tcase, tables);
    tcase_add_test(tcase, stage2_of_nested);
    tcase_add_test(tcase, ill_ranges);
    tcase_add_test(tcase, reserved_level);
    tcase_add_test(tcase, without_ril);
    suite_add_tcase(suite, tcase);
    return suite;
}
