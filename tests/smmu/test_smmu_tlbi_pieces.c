/* SPDX-License-Identifier: Apache-2.0
 *
 * A block or page of stage 1 that nested translation cached as smaller entries: one address in it takes all of them, by
 * every form that has an address of stage 1 (SMMU-TLBI-14).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_nest.h"

#define VA    UINT64_C(0x40000000)
#define MOVED UINT64_C(0x3000000000) /* where stage 1 maps to afterwards, an IPA */
enum { PIECE_OFF_BLOCK = 4, PIECES = 6 };

static struct smmu_harness *h;

static void setup(void)
{
    h = smmu_harness_open();
    h->latency = 1;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

/* Pieces of the leaf at VA: its first, two inside, its last; then one just below it, and one just above. */
static uint64_t piece(unsigned i, unsigned size_log2)
{
    const uint64_t size = UINT64_C(1) << size_log2;
    const uint64_t at[PIECES] = {0, 0x1000, size / 2, size - 0x1000, UINT64_C(0) - 0x1000, size};
    return VA + at[i];
}

/* Stage 1: a leaf of `level` at VA, and one on each side of it, by this granule. Stage 2: 4 KB for each piece, before
 * and after. */
static struct nest build(enum tree_granule granule, unsigned level)
{
    unsigned size_log2 = tree_shift[granule][level];
    struct nest n = nest_open(h, HARNESS_SID, NEST_VMID, 0);
    n.first = tree_open(h, granule, granule == TREE_64K ? 2 : 1, 39);
    n.first.offset = NEST_OFFSET;
    for (int side = -1; side <= 1; side++)
        tree_map(h, &n.first, VA + ((uint64_t)side << size_log2), level, NEST_IPA + ((uint64_t)side << size_log2),
                 TREE_LEAF);
    for (unsigned i = 0; i < PIECES; i++) {
        uint64_t inside = piece(i, size_log2) - VA;
        tree_map(h, &n.second, NEST_IPA + inside, 3, HARNESS_PAGES + 0x1000 * i, TREE_S2LEAF);
        tree_map(h, &n.second, MOVED + inside, 3, HARNESS_PAGES + 0x8000 + 0x1000 * i, TREE_S2LEAF);
    }
    nest_cd(&n, 0);
    return n;
}

/* Caches all pieces, moves the three leaves, invalidates: one bit for each piece that is still where it was. */
static unsigned stale_after(struct nest *n, enum tree_granule granule, unsigned level, uint64_t dw0, uint64_t dw1)
{
    unsigned size_log2 = tree_shift[granule][level], stale = 0;
    tree_forget(h);
    for (unsigned i = 0; i < PIECES; i++)
        ck_assert_uint_eq(nest_ask(n, piece(i, size_log2), 0), (HARNESS_PAGES + 0x1000 * i) | 3);
    for (int side = -1; side <= 1; side++)
        tree_map(h, &n->first, VA + ((uint64_t)side << size_log2), level, MOVED + ((uint64_t)side << size_log2),
                 TREE_LEAF);
    smmu_harness_command(h, dw0, dw1);
    smmu_harness_sync(h);
    for (unsigned i = 0; i < PIECES; i++) {
        uint64_t at = nest_ask(n, piece(i, size_log2), 0) & PRISIM_DESC_ADDRESS;
        ck_assert(at == HARNESS_PAGES + 0x1000 * i || at == HARNESS_PAGES + 0x8000 + 0x1000 * i);
        stale |= (at == HARNESS_PAGES + 0x1000 * i ? 1u : 0u) << i;
    }
    for (int side = -1; side <= 1; side++)
        tree_map(h, &n->first, VA + ((uint64_t)side << size_log2), level, NEST_IPA + ((uint64_t)side << size_log2),
                 TREE_LEAF);
    return stale;
}

static const uint64_t by_va = PRISIM_CMDQ_OP_TLBI_NH_VA | (uint64_t)NEST_VMID << 32 | (uint64_t)NEST_ASID << 48;
static const uint64_t by_vaa = PRISIM_CMDQ_OP_TLBI_NH_VAA | (uint64_t)NEST_VMID << 32;

/* Any address of the leaf takes its four pieces; those of its neighbours stay, for they need not go. */
/* covers: SMMU-TLBI-3, SMMU-TLBI-4, SMMU-TLBI-14 */
START_TEST(all_pieces)
{
    static const struct {
        enum tree_granule granule;
        unsigned level;
    } leaf[] = {{TREE_4K, 2}, {TREE_64K, 3}, {TREE_16K, 3}};
    for (unsigned i = 0; i < sizeof leaf / sizeof leaf[0]; i++) {
        unsigned size_log2 = tree_shift[leaf[i].granule][leaf[i].level];
        h->next_table = HARNESS_TABLES;
        struct nest n = build(leaf[i].granule, leaf[i].level);
        for (unsigned at = 0; at < PIECES; at++)
            for (unsigned form = 0; form < 4; form++) {
                uint64_t dw1 = (piece(at, size_log2) ^ (at < PIECE_OFF_BLOCK ? 0x1000 : 0)) | (form & 1);
                unsigned stale = stale_after(&n, leaf[i].granule, leaf[i].level, form & 2 ? by_vaa : by_va, dw1);
                unsigned gone = at < PIECE_OFF_BLOCK ? 0xf : 1u << at;
                ck_assert_msg(stale == (0x3fu & ~gone), "leaf %u, address %u, form %u: %#x", i, at, form, stale);
            }
    }
}
END_TEST

/* By range, and with the level and granule of stage 1's leaf: still all of it. Of another level: none. */
/* covers: SMMU-TLBI-11, SMMU-TLBI-14 */
START_TEST(pieces_by_range)
{
    struct nest n = build(TREE_4K, 2);
    const struct {
        uint64_t dw1;
        unsigned gone;
    } row[] = {
        {VA | prisim_bits_put(1, PRISIM_CMD1_TLBI_TG) | prisim_bits_put(2, PRISIM_CMD1_TLBI_TTL), 0xf},
        {VA | prisim_bits_put(1, PRISIM_CMD1_TLBI_TG) | prisim_bits_put(3, PRISIM_CMD1_TLBI_TTL), 0},
        {VA | prisim_bits_put(3, PRISIM_CMD1_TLBI_TG) | prisim_bits_put(2, PRISIM_CMD1_TLBI_TTL), 0},
        {(VA - 0x2000) | prisim_bits_put(1, PRISIM_CMD1_TLBI_TG) | prisim_bits_put(2, PRISIM_CMD1_TLBI_TTL), 1 << 4}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        unsigned stale = stale_after(&n, TREE_4K, 2, by_va, row[i].dw1);
        ck_assert_msg(stale == (0x3fu & ~row[i].gone), "row %u: %#x", i, stale);
    }
    /* NUM=1, SCALE=9: two times 2 MB, from the block below. */
    unsigned stale = stale_after(
        &n, TREE_4K, 2, by_va | prisim_bits_put(1, PRISIM_CMD_TLBI_NUM) | prisim_bits_put(9, PRISIM_CMD_TLBI_SCALE),
        (VA - 0x200000) | prisim_bits_put(1, PRISIM_CMD1_TLBI_TG));
    ck_assert_uint_eq(stale, 0x20);
}
END_TEST

/* Sixteen pages of stage 1 under the contiguous hint are sixteen pages: one address takes one. */
/* covers: SMMU-TLBI-14, SMMU-DESCRIPTOR-17 */
START_TEST(contiguous_does_not_widen)
{
    struct nest n = nest_open(h, HARNESS_SID, NEST_VMID, 0);
    for (unsigned i = 0; i < 16; i++) {
        tree_map(h, &n.first, VA + 0x1000 * i, 3, NEST_IPA + 0x1000 * i,
                 TREE_LEAF | prisim_bits_put(1, PRISIM_DESC_CONTIGUOUS));
        tree_map(h, &n.second, NEST_IPA + 0x1000 * i, 3, HARNESS_PAGES + 0x1000 * i, TREE_S2LEAF);
    }
    nest_cd(&n, 0);
    tree_forget(h);
    for (unsigned i = 0; i < 16; i++)
        ck_assert_uint_eq(nest_ask(&n, VA + 0x1000 * i, 0), (HARNESS_PAGES + 0x1000 * i) | 3);
    for (unsigned i = 0; i < 16; i++)
        smmu_harness_store(h, tree_place(h, &n.first, VA + 0x1000 * i, 3), 0);
    smmu_harness_command(h, by_va, VA + 0x7000);
    smmu_harness_sync(h);
    for (unsigned i = 0; i < 16; i++)
        ck_assert_msg((nest_ask(&n, VA + 0x1000 * i, 0) == 0) == (i == 7), "page %u", i);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_tlbi_pieces");
    TCase *tcase = tcase_create("pieces");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, all_pieces);
    tcase_add_test(tcase, pieces_by_range);
    tcase_add_test(tcase, contiguous_does_not_widen);
    suite_add_tcase(suite, tcase);
    return suite;
}
