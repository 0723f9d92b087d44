/* SPDX-License-Identifier: Apache-2.0
 *
 * What tells two cached translations apart when all else is the same: the half of the addresses, and the part of the
 * ASID that there is; which addresses a cached table is for, and a combined entry (SMMU-TLBI, SMMU-CD). The rest is in
 * test_smmu_tlbi.c.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_nest.h"

#define VA    UINT64_C(0x12345000)
#define UPPER (~UINT64_C(0) << 48)
enum { PASID = 1, ASID = 7 };

static struct smmu_harness *h;

static struct tree start_as_it_is(bool upper, uint64_t *leaf)
{
    h->latency = 1;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    struct tree tree = tree_open(h, TREE_4K, 0, 48);
    *leaf = tree_map(h, &tree, VA, 3, HARNESS_PAGES, TREE_LEAF);
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4), smmu_harness_ste1());
    tree_cd(h, PASID, prisim_bits_put(ASID, PRISIM_CD0_ASID), &tree, upper);
    return tree;
}

static struct tree start(uint32_t asid16, bool upper, uint64_t *leaf)
{
    h = smmu_harness_open();
    h->config.asid16 = asid16;
    return start_as_it_is(upper, leaf);
}

static uint64_t ask_as(int pasid, uint64_t va)
{
    struct prisim_tlp request = smmu_harness_request(va, pasid, 0);
    return smmu_harness_entry(smmu_harness_ask(h, &request)) & PRISIM_DESC_ADDRESS;
}

static uint64_t ask(uint64_t va)
{
    return ask_as(PASID, va);
}

/* True if the cached translation of `va` is gone after the command. */
static bool goes_as(uint64_t bits, uint64_t leaf, uint64_t va, uint64_t dw0, uint64_t dw1)
{
    tree_forget(h);
    smmu_harness_store(h, leaf, HARNESS_PAGES | bits | 3);
    ck_assert_uint_eq(ask(va), HARNESS_PAGES);
    smmu_harness_store(h, leaf, (HARNESS_PAGES + 0x8000) | bits | 3);
    smmu_harness_command(h, dw0, dw1);
    smmu_harness_sync(h);
    return ask(va) != HARNESS_PAGES;
}

static bool goes(uint64_t leaf, uint64_t va, uint64_t dw0, uint64_t dw1)
{
    return goes_as(TREE_LEAF, leaf, va, dw0, dw1);
}

/* Two addresses that differ in nothing but their half. */
/* covers: SMMU-TLBI-3, SMMU-CD-18 */
START_TEST(halves)
{
    bool upper = _i;
    uint64_t leaf, va = upper ? UPPER | VA : VA, other = upper ? VA : UPPER | VA;
    start(1, upper, &leaf);
    for (unsigned any = 0; any < 2; any++) {
        uint64_t dw0 = (any ? PRISIM_CMDQ_OP_TLBI_NH_VAA : PRISIM_CMDQ_OP_TLBI_NH_VA) |
                       prisim_bits_put(ASID, PRISIM_CMD_TLBI_ASID);
        ck_assert(goes(leaf, va, dw0, va));
        ck_assert(!goes(leaf, va, dw0, other));
    }
    smmu_harness_close(h);
}
END_TEST

/* Without ASID16 the high half of a command's ASID does not count; with it, it does. */
/* covers: SMMU-TLBI-2, SMMU-TLBI-3, SMMU-TLBI-15 */
START_TEST(asids)
{
    uint64_t leaf;
    start((uint32_t)_i, false, &leaf);
    for (unsigned by_va = 0; by_va < 2; by_va++) {
        unsigned opcode = by_va ? PRISIM_CMDQ_OP_TLBI_NH_VA : PRISIM_CMDQ_OP_TLBI_NH_ASID;
        ck_assert(goes(leaf, VA, opcode | prisim_bits_put(ASID, PRISIM_CMD_TLBI_ASID), VA));
        ck_assert(goes(leaf, VA, opcode | prisim_bits_put(ASID | 0x100, PRISIM_CMD_TLBI_ASID), VA) == !_i);
        ck_assert(!goes(leaf, VA, opcode | prisim_bits_put(ASID ^ 0x80, PRISIM_CMD_TLBI_ASID), VA));
    }
    smmu_harness_close(h);
}
END_TEST

/* Likewise of a VMID, and VMID16. Without VMW no bit of it is left out. */
/* covers: SMMU-TLBI-1, SMMU-TLBI-13, SMMU-TLBI-15 */
START_TEST(vmids)
{
    enum { VMID = 5 };
    uint64_t leaf;
    h = smmu_harness_open();
    h->config.vmid16 = (uint32_t)_i;
    h->config.vmw = 0;
    start_as_it_is(false, &leaf);
    smmu_harness_store(h, HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES + 16,
                       prisim_bits_put(VMID, PRISIM_STE2_S2VMID));
    static const struct {
        uint32_t vmid;
        bool goes;
    } row[] = {{VMID, true}, {VMID ^ 1, false}, {VMID ^ 0x80, false}};
    for (unsigned i = 0; i < 3; i++) {
        ck_assert(goes(leaf, VA, PRISIM_CMDQ_OP_TLBI_NH_ALL | prisim_bits_put(row[i].vmid, PRISIM_CMD_TLBI_VMID), 0) ==
                  row[i].goes);
        uint64_t high = PRISIM_CMDQ_OP_TLBI_NH_ALL | prisim_bits_put(row[i].vmid | 0x100, PRISIM_CMD_TLBI_VMID);
        ck_assert(goes(leaf, VA, high, 0) == (row[i].goes && !_i));
    }
    smmu_harness_close(h);
}
END_TEST

/* The EL2 world has no ASID: what one CD cached serves another, whatever their ASIDs; with CR2.E2H it does not. */
/* covers: SMMU-CD-18, SMMU-CD-20 */
START_TEST(el2)
{
    bool e2h = _i;
    uint64_t leaf;
    struct tree tree = start(1, false, &leaf);
    smmu_harness_cr0(h, 0);
    smmu_harness_write(h, PRISIM_SMMU_CR2, e2h ? PRISIM_CR2_E2H : 0);
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_CMDQEN | PRISIM_CR0_ATSCHK);
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4),
                     smmu_harness_ste1() | prisim_bits_put(PRISIM_STRW_EL2, PRISIM_STE1_STRW));
    tree_cd(h, PASID + 1, prisim_bits_put(ASID + 1, PRISIM_CD0_ASID), &tree, false);
    tree_forget(h);
    ck_assert_uint_eq(ask(VA), HARNESS_PAGES);
    smmu_harness_store(h, leaf, (HARNESS_PAGES + 0x8000) | TREE_LEAF | 3);
    ck_assert_uint_eq(ask_as(PASID + 1, VA), e2h ? HARNESS_PAGES + 0x8000 : HARNESS_PAGES);
    smmu_harness_close(h);
}
END_TEST

/* With E2H there are global entries: EL2_ASID leaves them, the forms by address take them whatever the ASID. */
/* covers: SMMU-TLBI-5 */
START_TEST(el2_global)
{
    const uint64_t global = TREE_LEAF & ~prisim_bits_put(1, PRISIM_DESC_NG);
    uint64_t leaf;
    start(1, false, &leaf);
    smmu_harness_cr0(h, 0);
    smmu_harness_write(h, PRISIM_SMMU_CR2, PRISIM_CR2_E2H);
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_CMDQEN | PRISIM_CR0_ATSCHK);
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4),
                     smmu_harness_ste1() | prisim_bits_put(PRISIM_STRW_EL2, PRISIM_STE1_STRW));
    ck_assert(
        !goes_as(global, leaf, VA, PRISIM_CMDQ_OP_TLBI_EL2_ASID | prisim_bits_put(ASID, PRISIM_CMD_TLBI_ASID), 0));
    ck_assert(
        goes_as(global, leaf, VA, PRISIM_CMDQ_OP_TLBI_EL2_VA | prisim_bits_put(ASID + 1, PRISIM_CMD_TLBI_ASID), VA));
    ck_assert(!goes_as(global, leaf, VA, PRISIM_CMDQ_OP_TLBI_EL2_VA | prisim_bits_put(ASID, PRISIM_CMD_TLBI_ASID),
                       VA + 0x1000));
    ck_assert(goes_as(global, leaf, VA, PRISIM_CMDQ_OP_TLBI_EL2_VAA, VA));
    ck_assert(goes_as(global, leaf, VA, PRISIM_CMDQ_OP_TLBI_EL2_ALL, 0));
    ck_assert(goes(leaf, VA, PRISIM_CMDQ_OP_TLBI_EL2_ASID | prisim_bits_put(ASID, PRISIM_CMD_TLBI_ASID), 0));
    smmu_harness_close(h);
}
END_TEST

static void set_e2h(bool e2h)
{
    smmu_harness_cr0(h, PRISIM_CR0_CMDQEN);
    smmu_harness_write(h, PRISIM_SMMU_CR2, e2h ? PRISIM_CR2_E2H : 0);
}

/* After a change of CR2.E2H EL2_ALL takes what the other mode left, also before SMMUEN is 1 again; nothing else does:
 * the two worlds are not told apart where no ASID tells them. */
/* covers: SMMU-TLBI-17, SMMU-CD-20 */
START_TEST(e2h_changes)
{
    bool from = _i & 1, all = _i & 2;
    const uint32_t on = PRISIM_CR0_SMMUEN | PRISIM_CR0_CMDQEN | PRISIM_CR0_ATSCHK;
    uint64_t leaf;
    struct tree tree = start(1, false, &leaf);
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4),
                     smmu_harness_ste1() | prisim_bits_put(PRISIM_STRW_EL2, PRISIM_STE1_STRW));
    tree_cd(h, PASID, 0, &tree, false);
    set_e2h(from);
    smmu_harness_cr0(h, on);
    tree_forget(h);
    ck_assert_uint_eq(ask(VA), HARNESS_PAGES);
    smmu_harness_store(h, leaf, (HARNESS_PAGES + 0x8000) | TREE_LEAF | 3);
    set_e2h(!from);
    smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
    smmu_harness_command(h, all ? PRISIM_CMDQ_OP_TLBI_EL2_ALL : PRISIM_CMDQ_OP_SYNC, 0);
    smmu_harness_sync(h);
    smmu_harness_cr0(h, on);
    ck_assert_uint_eq(ask(VA), all ? HARNESS_PAGES + 0x8000 : HARNESS_PAGES);
    smmu_harness_close(h);
}
END_TEST

static unsigned reads(void)
{
    return h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
}

/* One cache of tables alone, for one level of one stage; no TLB. */
static void start_with_tables_of(unsigned stage, unsigned level)
{
    h = smmu_harness_open();
    h->latency = 1;
    struct prisim_smmu_config *c = &h->config;
    c->micro_tlb_entries = c->tlb_entries = c->ipa_entries = 0;
    c->walk_l0_entries = stage == 1 && level == 0 ? 4 : 0;
    c->walk_l1_entries = stage == 1 && level == 1 ? 4 : 0;
    c->walk_entries = stage == 1 && level == 2 ? 4 : 0;
    c->walk_s2_l0_entries = stage == 2 && level == 0 ? 4 : 0;
    c->walk_s2_l1_entries = stage == 2 && level == 1 ? 4 : 0;
    c->walk_s2_entries = stage == 2 && level == 2 ? 4 : 0;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
}

/* A table goes by an address that it serves, and by no other; with Leaf=1 it stays. */
/* covers: SMMU-TLBI-12, SMMU-TLBI-3, SMMU-TLBI-7, SMMU-GEM5-10 */
START_TEST(tables)
{
    enum { VMID = 5 };
    const unsigned stage = (unsigned)_i + 1;
    for (unsigned granule = TREE_4K; granule < TREE_GRANULES; granule++)
        for (unsigned level = granule == TREE_64K || (stage == 2 && granule == TREE_16K); level < 3; level++) {
            start_with_tables_of(stage, level);
            unsigned first = granule == TREE_64K || (stage == 2 && granule == TREE_16K);
            struct tree tree = tree_open(h, (enum tree_granule)granule, first, 48);
            uint64_t va = UINT64_C(0x123456780000);
            tree_map(h, &tree, va, 3, HARNESS_RAM, stage == 1 ? TREE_LEAF : TREE_S2LEAF);
            if (stage == 1) {
                tree_cd(h, PASID, prisim_bits_put(ASID, PRISIM_CD0_ASID), &tree, false);
            } else {
                smmu_harness_ste(h, HARNESS_SID,
                                 prisim_bits_put(1, PRISIM_STE0_V) |
                                     prisim_bits_put(PRISIM_STE_CONFIG_S2, PRISIM_STE0_CONFIG),
                                 smmu_harness_ste1());
                tree_ste2(h, HARNESS_SID, 0, VMID, &tree);
            }
            const struct {
                uint64_t address;
                bool goes;
            } row[] = {{va, true},
                       {va ^ UINT64_C(1) << (tree_shift[granule][level] - 1), true},
                       {va ^ UINT64_C(1) << tree_shift[granule][level], false},
                       {va | 1, false}};
            unsigned opcode = stage == 1 ? PRISIM_CMDQ_OP_TLBI_NH_VAA : PRISIM_CMDQ_OP_TLBI_S2_IPA;
            for (unsigned i = 0; i < 4; i++) {
                tree_forget(h);
                ck_assert_uint_ne(ask_as(stage == 1 ? PASID : -1, va), 0);
                smmu_harness_command(h, opcode | prisim_bits_put(stage == 1 ? 0 : VMID, PRISIM_CMD_TLBI_VMID),
                                     row[i].address);
                smmu_harness_sync(h);
                unsigned before = reads();
                ck_assert_uint_ne(ask_as(stage == 1 ? PASID : -1, va), 0);
                /* Commands are read outside of this; the configuration is cached. */
                ck_assert_msg(reads() - before == (row[i].goes ? 4 - first : 3 - level), "granule %u, L%u, row %u: %u",
                              granule, level, i, reads() - before);
            }
            smmu_harness_close(h);
        }
}
END_TEST

/* S2_IPA and combined entries, where it takes them: by VMID and by the IPA, over the whole of a block, and nothing of
 * stage 1 alone. */
/* covers: SMMU-TLBI-7 */
START_TEST(combined)
{
    enum { NESTED, BLOCK, FIRST };
    const uint64_t block = UINT64_C(0x2040000000);
    const struct {
        unsigned what;
        uint32_t vmid;
        uint64_t address;
        bool goes;
    } row[] = {
        {NESTED, NEST_VMID, NEST_IPA, true},
        {NESTED, NEST_VMID + 1, NEST_IPA, false},
        {NESTED, NEST_VMID, NEST_IPA + 0x1000, false},
        {NESTED, NEST_VMID, NEST_IPA - 0x1000, false},
        {BLOCK, NEST_VMID, block, true},
        {BLOCK, NEST_VMID, block + 0x1ff000, true},
        {BLOCK, NEST_VMID, block + 0x200000, false},
        {BLOCK, NEST_VMID, block - 0x1000, false},
        {FIRST, NEST_VMID, HARNESS_PAGES, false},
        {NESTED, NEST_VMID, NEST_IPA | UINT64_C(1) << 50, false},
    };
    h = smmu_harness_open();
    h->latency = 1;
    h->config.ipa_entries = 0;
    h->config.s2_ipa_combined = (uint32_t)_i;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    struct nest n = nest_open(h, HARNESS_SID, NEST_VMID, 0);
    tree_map(h, &n.first, VA, 3, NEST_IPA, TREE_LEAF);
    tree_map(h, &n.second, NEST_IPA, 3, HARNESS_PAGES, TREE_S2LEAF);
    tree_map(h, &n.first, VA + HARNESS_RAM, 2, block, TREE_LEAF);
    tree_map(h, &n.second, block, 2, HARNESS_RAM, TREE_S2LEAF);
    nest_cd(&n, 0);
    struct tree first = tree_open(h, TREE_4K, 0, 48);
    tree_map(h, &first, VA, 3, HARNESS_PAGES, TREE_LEAF);
    smmu_harness_ste(h, 1, smmu_harness_ste0(4), smmu_harness_ste1());
    smmu_harness_store(h, HARNESS_STRTAB + PRISIM_STE_BYTES + 16, prisim_bits_put(NEST_VMID, PRISIM_STE2_S2VMID));
    tree_cd(h, NEST_PASID + 1, prisim_bits_put(ASID + 1, PRISIM_CD0_ASID), &first, false);
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct prisim_tlp request = smmu_harness_request(row[i].what == BLOCK ? VA + HARNESS_RAM : VA, NEST_PASID, 0);
        if (row[i].what == FIRST) {
            request.head.requester_id = 1;
            request.head.pasid = NEST_PASID + 1;
        }
        ck_assert_uint_ne(smmu_harness_entry(smmu_harness_ask(h, &request)), 0);
        smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_S2_IPA | prisim_bits_put(row[i].vmid, PRISIM_CMD_TLBI_VMID),
                             row[i].address | 1);
        smmu_harness_sync(h);
        unsigned before = reads();
        ck_assert_uint_ne(smmu_harness_entry(smmu_harness_ask(h, &request)), 0);
        ck_assert_msg((reads() != before) == (row[i].goes && _i), "row %u: %u reads", i, reads() - before);
    }
    smmu_harness_close(h);
}
END_TEST

/* STRW=10 with stage 2, and without Hyp, is the EL1 world: its entries have the VMID and go by it. */
/* covers: SMMU-STE-27, SMMU-STE-34, SMMU-STE-18 */
START_TEST(world_ignored)
{
    h = smmu_harness_open();
    h->latency = 1;
    h->config.hyp = (uint32_t)_i;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    struct nest n = nest_open(h, HARNESS_SID, NEST_VMID, 0);
    struct tree first = _i ? n.first : tree_open(h, TREE_4K, 0, 48);
    tree_map(h, &n.second, NEST_IPA, 3, HARNESS_PAGES, TREE_S2LEAF);
    uint64_t leaf = tree_map(h, &first, VA, 3, _i ? NEST_IPA : HARNESS_PAGES, TREE_LEAF),
             was = smmu_harness_load(h, leaf);
    if (_i) {
        nest_cd(&n, 0);
    } else {
        tree_cd(h, NEST_PASID, prisim_bits_put(NEST_ASID, PRISIM_CD0_ASID), &first, false);
        smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4), 0);
        smmu_harness_store(h, HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES + 16,
                           prisim_bits_put(NEST_VMID, PRISIM_STE2_S2VMID));
    }
    uint64_t at = HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES + 8;
    smmu_harness_store(h, at, smmu_harness_ste1() | prisim_bits_put(PRISIM_STRW_EL2, PRISIM_STE1_STRW));
    static const struct {
        unsigned opcode;
        uint32_t vmid;
        bool goes;
    } row[] = {{PRISIM_CMDQ_OP_SYNC, 0, false},
               {PRISIM_CMDQ_OP_TLBI_NH_ALL, NEST_VMID, true},
               {PRISIM_CMDQ_OP_TLBI_NH_ALL, NEST_VMID + 1, false},
               {PRISIM_CMDQ_OP_TLBI_NH_ALL, 0, false}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
        smmu_harness_sync(h);
        ck_assert_uint_eq(nest_ask(&n, VA, 0), HARNESS_PAGES | 3);
        smmu_harness_store(h, leaf, 0);
        smmu_harness_command(h, row[i].opcode | prisim_bits_put(row[i].vmid, PRISIM_CMD_TLBI_VMID), 0);
        smmu_harness_sync(h);
        ck_assert_msg((nest_ask(&n, VA, 0) == 0) == row[i].goes, "row %u", i);
        smmu_harness_store(h, leaf, was);
    }
    smmu_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_tlbi_keys");
    TCase *tcase = tcase_create("SMMU-TLBI");
    tcase_add_loop_test(tcase, halves, 0, 2);
    tcase_add_loop_test(tcase, asids, 0, 2);
    tcase_add_loop_test(tcase, vmids, 0, 2);
    tcase_add_loop_test(tcase, el2, 0, 2);
    tcase_add_test(tcase, el2_global);
    tcase_add_loop_test(tcase, e2h_changes, 0, 4);
    tcase_add_loop_test(tcase, world_ignored, 0, 2);
    tcase_add_loop_test(tcase, tables, 0, 2);
    tcase_add_loop_test(tcase, combined, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
