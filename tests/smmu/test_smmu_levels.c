/* SPDX-License-Identifier: Apache-2.0
 *
 * The geometry of both stages: start levels, index bits, blocks, contiguous groups and concatenated tables of every
 * granule, both halves, and which descriptors are valid (SMMU-EVENT, SMMU-LEVEL, SMMU-DESCRIPTOR). Expected values are
 * the rule book's tables.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_trees.h"

enum { PASID = 1, VMID = 3 };

static struct smmu_harness *h;

static void setup(void)
{
    h = smmu_harness_open();
    h->config.stt = 1;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

/* The completion's entry (PCIE-ATSCPL). */
static uint64_t ask(uint64_t address)
{
    struct prisim_tlp request = smmu_harness_request(address, PASID, 0);
    return smmu_harness_entry(smmu_harness_ask(h, &request));
}

/* What a grant of this region looks like: S and the address bits that code the size. */
static uint64_t entry(uint64_t output, unsigned size_log2)
{
    uint64_t at = output & ~prisim_bits_mask(size_log2);
    return size_log2 == 12 ? at | 3 : at | (prisim_bits_mask(size_log2 - 1) & ~prisim_bits_mask(12)) | 1 << 11 | 3;
}

/* Walks to the last page of the input range, and not beyond it; counts the fetches. */
static void walk_to_the_end(const struct tree *tree, bool upper, unsigned levels)
{
    uint64_t top = upper ? ~UINT64_C(0) << tree->input_bits : 0;
    uint64_t va = top | (prisim_bits_mask(tree->input_bits) & ~prisim_bits_mask(tree_shift[tree->granule][3]));
    uint64_t output = UINT64_C(0x00007fff00000000);
    tree_map(h, tree, va, 3, output, TREE_LEAF);
    tree_cd(h, PASID, 0, tree, upper);
    tree_forget(h);
    ask(top); /* not mapped; STE, CD and perhaps the first tables are cached now */
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    smmu_harness_sync(h);
    unsigned before = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    ck_assert_uint_eq(ask(va), entry(output, tree_shift[tree->granule][3]));
    unsigned fetches = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count - before;
    ck_assert_msg(fetches == levels, "granule %d, %u bits: %u fetches", (int)tree->granule, tree->input_bits, fetches);
    /* SMMU-EVENT: outside of the range, and in the half that is off, without a fetch. */
    ck_assert_uint_eq(ask(va ^ UINT64_C(1) << tree->input_bits), 0);
    ck_assert_uint_eq(tree_cause(h), PRISIM_CAUSE_TRANSLATION_FAULT);
    ck_assert_uint_eq(ask(va ^ UINT64_C(1) << 55), 0);
    ck_assert_uint_eq(ask(va ^ UINT64_C(1) << 56), 0);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count - before, levels);
    h->next_table = HARNESS_TABLES;
}

/* covers: SMMU-LEVEL, SMMU-LEVEL-1, SMMU-LEVEL-2, SMMU-LEVEL-3, SMMU-LEVEL-4, SMMU-LEVEL-7,
 * SMMU-LEVEL-8, SMMU-LEVEL-9, SMMU-DESCRIPTOR-8, SMMU-EVENT-4, SMMU-CD-24 */
START_TEST(start_levels)
{
    static const struct {
        enum tree_granule granule;
        unsigned first, last, start; /* TxSZ */
    } row[] = {
        {TREE_4K, 16, 24, 0},  {TREE_4K, 25, 33, 1},  {TREE_4K, 34, 42, 2},  {TREE_4K, 43, 48, 3},
        {TREE_16K, 16, 16, 0}, {TREE_16K, 17, 27, 1}, {TREE_16K, 28, 38, 2}, {TREE_16K, 39, 48, 3},
        {TREE_64K, 16, 21, 1}, {TREE_64K, 22, 34, 2}, {TREE_64K, 35, 47, 3},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++)
        for (unsigned last = 0; last < 2; last++)
            for (unsigned upper = 0; upper < 2; upper++) {
                unsigned txsz = last ? row[i].last : row[i].first;
                struct tree tree = tree_open(h, row[i].granule, row[i].start, 64 - txsz);
                walk_to_the_end(&tree, upper, 4 - row[i].start);
            }
}
END_TEST

/* SMMU-LEVEL "blocks"; a block elsewhere is no descriptor at all. SMMU-DESCRIPTOR: L3 with bit 1 clear is invalid. */
/* covers: SMMU-LEVEL-6, SMMU-DESCRIPTOR-1, SMMU-DESCRIPTOR-2, SMMU-DESCRIPTOR-8 */
START_TEST(blocks)
{
    static const bool block[TREE_GRANULES][4] = {
        {false, true, true, false}, {false, false, true, false}, {false, false, true, false}};
    for (unsigned granule = 0; granule < TREE_GRANULES; granule++)
        for (unsigned level = granule == TREE_64K; level < 4; level++) {
            struct tree tree = tree_open(h, (enum tree_granule)granule, granule == TREE_64K, 48);
            unsigned size_log2 = tree_shift[granule][level];
            uint64_t va = UINT64_C(1) << (size_log2 < 47 ? size_log2 : 46), output = UINT64_C(3) << 46;
            uint64_t at = tree_place(h, &tree, va, level);
            smmu_harness_store(h, at, output | TREE_LEAF | 1);
            tree_cd(h, PASID, 0, &tree, false);
            tree_forget(h);
            uint64_t got = ask(va | 0x5000);
            ck_assert_msg(got == (block[granule][level] ? entry(output, size_log2) : 0), "granule %u L%u", granule,
                          level);
            for (unsigned low = 0; low < 3; low += 2) { /* bit 0 clear */
                smmu_harness_store(h, at, output | TREE_LEAF | low);
                tree_forget(h);
                ck_assert_uint_eq(ask(va | 0x5000), 0);
                ck_assert_uint_eq(tree_cause(h), PRISIM_CAUSE_TRANSLATION_FAULT);
            }
            h->next_table = HARNESS_TABLES;
        }
}
END_TEST

/* SMMU-DESCRIPTOR "Contiguous groups": one entry of the TLB and one size in the completion for all of them. */
/* covers: SMMU-DESCRIPTOR-10, SMMU-DESCRIPTOR-17, SMMU-ATSCPL-1, SMMU-DESCRIPTOR-22 */
START_TEST(contiguous)
{
    static const struct {
        enum tree_granule granule;
        unsigned level, entries, size_log2;
    } row[] = {
        {TREE_4K, 1, 16, 34},   {TREE_4K, 2, 16, 25},  {TREE_4K, 3, 16, 16},  {TREE_16K, 2, 32, 30},
        {TREE_16K, 3, 128, 21}, {TREE_64K, 2, 32, 34}, {TREE_64K, 3, 32, 21},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct tree tree = tree_open(h, row[i].granule, row[i].granule == TREE_64K, 48);
        unsigned shift = tree_shift[row[i].granule][row[i].level];
        uint64_t va = UINT64_C(1) << 36, output = UINT64_C(5) << 36;
        for (unsigned n = 0; n < row[i].entries; n++)
            tree_map(h, &tree, va + ((uint64_t)n << shift), row[i].level, output + ((uint64_t)n << shift),
                     TREE_LEAF | prisim_bits_put(1, PRISIM_DESC_CONTIGUOUS));
        tree_cd(h, PASID, 0, &tree, false);
        tree_forget(h);
        uint64_t last = (uint64_t)(row[i].entries - 1) << shift;
        ck_assert_msg(ask(va + last) == entry(output, row[i].size_log2), "row %u", i);
        unsigned before = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
        ck_assert_uint_eq(ask(va + (UINT64_C(1) << shift)), entry(output, row[i].size_log2));
        ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, before); /* the TLB has all of the group */
        /* A hint that the addresses contradict is not followed. */
        tree_map(h, &tree, va, row[i].level, output + (UINT64_C(2) << shift),
                 TREE_LEAF | prisim_bits_put(1, PRISIM_DESC_CONTIGUOUS));
        tree_forget(h);
        ck_assert_uint_eq(ask(va), entry(output + (UINT64_C(2) << shift), shift));
        h->next_table = HARNESS_TABLES;
    }
}
END_TEST

static void stage2_only(const struct tree *tree)
{
    smmu_harness_ste(h, HARNESS_SID,
                     prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S2, PRISIM_STE0_CONFIG),
                     smmu_harness_ste1());
    tree_ste2(h, HARNESS_SID, 0, VMID, tree);
    tree_forget(h);
}

static uint64_t ask_ipa(uint64_t address)
{
    struct prisim_tlp request = smmu_harness_request(address, -1, 0);
    return smmu_harness_entry(smmu_harness_ask(h, &request));
}

/* SMMU-LEVEL: S2SL0 and S2T0SZ; one table, or 2, 4, 8 and 16 that are concatenated. */
/* covers: SMMU-LEVEL, SMMU-LEVEL-5, SMMU-LEVEL-10, SMMU-LEVEL-11, SMMU-LEVEL-12, SMMU-CD-25,
 * SMMU-LEVEL-13 */
START_TEST(stage2_start_levels)
{
    static const struct {
        enum tree_granule granule;
        unsigned start, first, last; /* S2T0SZ, the first rows with one table */
    } row[] = {
        {TREE_4K, 0, 16, 24},  {TREE_4K, 1, 25, 33},  {TREE_4K, 2, 34, 39},  {TREE_16K, 1, 17, 27},
        {TREE_16K, 2, 28, 38}, {TREE_16K, 3, 39, 39}, {TREE_64K, 2, 22, 34}, {TREE_64K, 3, 35, 39},
        {TREE_4K, 1, 21, 24},  {TREE_4K, 2, 30, 33},  {TREE_16K, 1, 16, 16}, {TREE_16K, 2, 24, 27},
        {TREE_16K, 3, 35, 38}, {TREE_64K, 2, 18, 21}, {TREE_64K, 3, 31, 34},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++)
        for (unsigned t0sz = row[i].first; t0sz <= row[i].last; t0sz++) {
            struct tree tree = tree_open(h, row[i].granule, row[i].start, 64 - t0sz);
            unsigned page_log2 = tree_shift[row[i].granule][3];
            uint64_t ipa = prisim_bits_mask(tree.input_bits) & ~prisim_bits_mask(page_log2), output = UINT64_C(9) << 40;
            tree_map(h, &tree, ipa, 3, output, TREE_S2LEAF);
            stage2_only(&tree);
            unsigned before = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
            ck_assert_msg(ask_ipa(ipa) == entry(output, page_log2), "row %u, S2T0SZ %u", i, t0sz);
            /* The STE, and one a level. */
            ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count - before, 1 + 4 - row[i].start);
            ck_assert_uint_eq(ask_ipa(0), 0);
            if (t0sz > 16) {
                before = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
                ck_assert_uint_eq(ask_ipa(ipa + (UINT64_C(1) << page_log2)), 0); /* beyond S2T0SZ */
                ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, before);
            }
            h->next_table = HARNESS_TABLES;
        }
}
END_TEST

/* SMMU-EVENT: an output or a table beyond IPS or S2PS is F_ADDR_SIZE, after F_TRANSLATION. */
/* covers: SMMU-EVENT-4, SMMU-DESCRIPTOR-8, SMMU-CD-25, SMMU-CFGI-8 */
START_TEST(address_sizes)
{
    struct tree tree = tree_open(h, TREE_4K, 0, 48);
    for (unsigned level = 1; level < 4; level++) {
        uint64_t va = (uint64_t)level << 39, at = tree_map(h, &tree, va, level, UINT64_C(1) << 40, TREE_LEAF);
        smmu_harness_store(h, HARNESS_CDTAB + PASID * PRISIM_CD_BYTES, 0);
        tree_cd(h, PASID, 0, &tree, false);
        tree_forget(h);
        ck_assert_uint_ne(ask(va), 0);
        /* IPS of 40 bits, in the place of 48. */
        uint64_t dw0 =
            smmu_harness_load(h, HARNESS_CDTAB + PASID * PRISIM_CD_BYTES) & ~prisim_bits_put(7, PRISIM_CD0_IPS);
        smmu_harness_store(h, HARNESS_CDTAB + PASID * PRISIM_CD_BYTES, dw0 | prisim_bits_put(2, PRISIM_CD0_IPS));
        tree_forget(h);
        ck_assert_uint_eq(ask(va), 0);
        ck_assert_uint_eq(tree_cause(h), PRISIM_CAUSE_ADDRESS_SIZE_FAULT);
        smmu_harness_store(h, at, (smmu_harness_load(h, at) & ~(UINT64_C(1) << 40)) | UINT64_C(1) << 39);
        ck_assert_uint_ne(ask(va), 0);
        smmu_harness_store(h, at, UINT64_C(1) << 40); /* invalid as well: that comes first */
        tree_forget(h);
        ck_assert_uint_eq(ask(va), 0);
        ck_assert_uint_eq(tree_cause(h), PRISIM_CAUSE_TRANSLATION_FAULT);
        smmu_harness_store(h, tree_place(h, &tree, va, level - 1), UINT64_C(1) << 40 | 3); /* a table */
        tree_forget(h);
        ck_assert_uint_eq(ask(va), 0);
        ck_assert_uint_eq(tree_cause(h), PRISIM_CAUSE_ADDRESS_SIZE_FAULT);
    }
}
END_TEST

/* SMMU-CD, TBI: the top byte does not count, in either half. */
/* covers: SMMU-CD-6, SMMU-CD-7, SMMU-CD-24 */
START_TEST(top_byte)
{
    for (unsigned upper = 0; upper < 2; upper++)
        for (unsigned tbi = 0; tbi < 2; tbi++) {
            struct tree tree = tree_open(h, TREE_4K, 1, 39);
            uint64_t va = (upper ? ~UINT64_C(0) << 39 : 0) | 0x7000;
            tree_map(h, &tree, va, 3, HARNESS_PAGES, TREE_LEAF);
            tree_cd(h, PASID, prisim_bits_put(tbi, 38 + upper, 1), &tree, upper);
            tree_forget(h);
            ck_assert_uint_eq(ask(va), HARNESS_PAGES | 3);
            ck_assert_uint_eq(ask(va ^ UINT64_C(0xa5) << 56), tbi ? HARNESS_PAGES | 3 : 0);
            ck_assert_uint_eq(ask(va ^ UINT64_C(1) << 54), 0); /* below the top byte all must be as bit 55 */
            h->next_table = HARNESS_TABLES;
        }
}
END_TEST

/* SMMU-CD: at EL2 there is one half and bit 55 belongs to it; EPD0, EPD1 and TTB1 say nothing. */
/* covers: SMMU-CD-18, SMMU-CD-5 */
START_TEST(el2_has_one_half)
{
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4),
                     smmu_harness_ste1() | prisim_bits_put(PRISIM_STRW_EL2, PRISIM_STE1_STRW));
    for (unsigned tbi = 0; tbi < 2; tbi++) {
        struct tree tree = tree_open(h, TREE_4K, 1, 39);
        tree_map(h, &tree, 0x7000, 3, HARNESS_PAGES, TREE_LEAF);
        tree_cd(h, PASID, prisim_bits_put(tbi, 38, 1) | prisim_bits_put(tbi, PRISIM_CD0_EPD0), &tree, false);
        uint64_t dw0 = smmu_harness_load(h, HARNESS_CDTAB + PASID * PRISIM_CD_BYTES);
        smmu_harness_store(h, HARNESS_CDTAB + PASID * PRISIM_CD_BYTES,
                           dw0 & ~prisim_bits_put(1, PRISIM_CD0_EPD1)); /* T1SZ=0, TG1=0: not looked at */
        tree_forget(h);
        ck_assert_uint_eq(ask(0x7000), HARNESS_PAGES | 3);
        ck_assert_uint_eq(ask(UINT64_C(0xa5) << 56 | 0x7000), tbi ? HARNESS_PAGES | 3 : 0);
        ck_assert_uint_eq(ask(UINT64_C(1) << 55 | 0x7000), 0);
        ck_assert_uint_eq(ask(~prisim_bits_mask(39) | 0x7000), 0);
        h->next_table = HARNESS_TABLES;
    }
}
END_TEST

/* SMMU-DESCRIPTOR: APTable, PXNTable and XNTable of every level on the way; HADx leaves them out. */
/* covers: SMMU-DESCRIPTOR-13, SMMU-CD-11, SMMU-DESCRIPTOR-20 */
START_TEST(table_attributes)
{
    bool upper = _i;
    uint64_t va = upper ? UINT64_C(0xffff) << 48 : 0;
    const struct {
        uint64_t bits;
        uint64_t user, privileged; /* what is granted: R 1, W 2, Exe 8 */
    } row[] = {
        {0, 11, 3}, /* user-writable implies PXN */
        {prisim_bits_put(1, PRISIM_DESC_APTABLE), 0, 11},
        {prisim_bits_put(2, PRISIM_DESC_APTABLE), 9, 9},
        {prisim_bits_put(3, PRISIM_DESC_APTABLE), 0, 9},
        {prisim_bits_put(1, PRISIM_DESC_XNTABLE), 3, 3},
        {prisim_bits_put(2, PRISIM_DESC_APTABLE) | prisim_bits_put(1, PRISIM_DESC_PXNTABLE), 9, 1},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++)
        for (unsigned level = 0; level < 3; level++)
            for (unsigned had = 0; had < 2; had++)
                for (unsigned again = 0; again < 2; again++) {
                    struct tree tree = tree_open(h, TREE_4K, 0, 48);
                    tree_map(h, &tree, 0, 3, HARNESS_PAGES, TREE_LEAF);
                    uint64_t table = tree_place(h, &tree, 0, level);
                    smmu_harness_store(h, table, smmu_harness_load(h, table) | row[i].bits);
                    tree_cd(h, PASID, 0, &tree, upper);
                    /* HAD0 stands beside TTB0, HAD1 beside TTB1; the other half's says nothing. */
                    uint64_t ttb = HARNESS_CDTAB + PASID * PRISIM_CD_BYTES + (upper ? 16 : 8);
                    smmu_harness_store(h, ttb, smmu_harness_load(h, ttb) | prisim_bits_put(had, PRISIM_CD1_HAD0));
                    uint64_t other = HARNESS_CDTAB + PASID * PRISIM_CD_BYTES + (upper ? 8 : 16);
                    smmu_harness_store(h, other, smmu_harness_load(h, other) | prisim_bits_put(!had, PRISIM_CD1_HAD0));
                    if (!again)
                        tree_forget(h);
                    for (unsigned privileged = 0; privileged < 2; privileged++) {
                        struct prisim_tlp request = smmu_harness_request(
                            va, PASID, PRISIM_TLP_EXECUTE | (privileged ? PRISIM_TLP_PRIVILEGED : 0));
                        uint64_t got = smmu_harness_entry(smmu_harness_ask(h, &request)) & 11;
                        unsigned as = had ? 0 : i; /* the first row has no limits */
                        uint64_t expected = privileged ? row[as].privileged : row[as].user;
                        ck_assert_msg(got == expected, "row %u L%u HAD %u: %#x", i, level, had, (unsigned)got);
                    }
                    h->next_table = HARNESS_TABLES;
                }
}
END_TEST

/* SMMU-DESCRIPTOR: AP and XN by world: at EL2 without E2H AP[1] counts as 1 and bit 54 is the XN; with E2H it is as
 * EL1. PAN takes what unprivileged code may read from privileged data accesses, and no fetches; at EL2 it does nothing.
 */
/* covers: SMMU-DESCRIPTOR-14, SMMU-DESCRIPTOR-4, SMMU-DESCRIPTOR-11, SMMU-DESCRIPTOR-19 */
START_TEST(worlds)
{
    enum { EL1, EL1_PAN, EL2, EL2_E2H, EL2_PAN, WORLDS };
    enum { R = 1, W = 2, X = 8 };
    const struct {
        uint64_t bits; /* AP, PXN, UXN */
        unsigned user[WORLDS], privileged[WORLDS];
    } row[] = {
        {prisim_bits_put(0, PRISIM_DESC_AP),
         {0, 0, R | W | X, 0, R | W | X},
         {R | W | X, R | W | X, R | W | X, R | W | X, R | W | X}},
        {prisim_bits_put(1, PRISIM_DESC_AP),
         {R | W | X, R | W | X, R | W | X, R | W | X, R | W | X},
         {R | W, 0, R | W | X, R | W, R | W | X}},
        {prisim_bits_put(2, PRISIM_DESC_AP), {0, 0, R | X, 0, R | X}, {R | X, R | X, R | X, R | X, R | X}},
        {prisim_bits_put(3, PRISIM_DESC_AP), {R | X, R | X, R | X, R | X, R | X}, {R | X, 0, R | X, R | X, R | X}},
        {prisim_bits_put(3, PRISIM_DESC_AP) | prisim_bits_put(1, PRISIM_DESC_PXN),
         {R | X, R | X, R | X, R | X, R | X},
         {R, 0, R | X, R, R | X}},
        {prisim_bits_put(3, PRISIM_DESC_AP) | prisim_bits_put(1, PRISIM_DESC_UXN),
         {R, R, R, R, R},
         {R | X, 0, R, R | X, R}},
    };
    for (unsigned world = EL1; world < WORLDS; world++) {
        smmu_harness_cr0(h, PRISIM_CR0_CMDQEN);
        smmu_harness_write(h, PRISIM_SMMU_CR2, world == EL2_E2H ? PRISIM_CR2_E2H : 0);
        smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_CMDQEN);
        smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4),
                         smmu_harness_ste1() |
                             prisim_bits_put(world >= EL2 ? PRISIM_STRW_EL2 : PRISIM_STRW_EL1, PRISIM_STE1_STRW));
        for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
            h->next_table = HARNESS_TABLES;
            struct tree tree = tree_open(h, TREE_4K, 1, 39);
            tree_map(h, &tree, 0, 3, HARNESS_PAGES, (TREE_LEAF & ~prisim_bits_put(3, PRISIM_DESC_AP)) | row[i].bits);
            tree_cd(h, PASID, prisim_bits_put(world == EL1_PAN || world == EL2_PAN, PRISIM_CD0_PAN), &tree, false);
            tree_forget(h);
            for (unsigned privileged = 0; privileged < 2; privileged++) {
                struct prisim_tlp request =
                    smmu_harness_request(0, PASID, PRISIM_TLP_EXECUTE | (privileged ? PRISIM_TLP_PRIVILEGED : 0));
                unsigned got = (unsigned)smmu_harness_entry(smmu_harness_ask(h, &request)) & (R | W | X);
                ck_assert_msg(got == (privileged ? row[i].privileged : row[i].user)[world],
                              "world %u, row %u, privileged %u: %u", world, i, privileged, got);
            }
        }
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_levels");
    TCase *tcase = tcase_create("levels");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, start_levels);
    tcase_add_test(tcase, blocks);
    tcase_add_test(tcase, contiguous);
    tcase_add_test(tcase, stage2_start_levels);
    tcase_add_test(tcase, address_sizes);
    tcase_add_test(tcase, top_byte);
    tcase_add_test(tcase, el2_has_one_half);
    tcase_add_loop_test(tcase, table_attributes, 0, 2);
    tcase_add_test(tcase, worlds);
    suite_add_tcase(suite, tcase);
    return suite;
}
