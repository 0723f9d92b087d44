/* SPDX-License-Identifier: Apache-2.0
 *
 * What tells two cached translations apart when all else is the same: the half of the addresses, and the part of the
 * ASID that there is (smmuv3 2.5, 5.3). The rest is in test_smmu_tlbi.c.
 */
#include "tests/smmu/smmu_trees.h"

#define VA    UINT64_C(0x12345000)
#define UPPER (~UINT64_C(0) << 48)
enum { PASID = 1, ASID = 7 };

static struct bench *b;

static struct tree start(uint32_t asid16, bool upper, uint64_t *leaf)
{
    b = bench_open();
    b->latency = 1;
    b->config.asid16 = asid16;
    bench_start(b);
    bench_bring_up(b);
    struct tree tree = tree_open(b, TREE_4K, 0, 48);
    *leaf = tree_map(b, &tree, VA, 3, BENCH_PAGES, TREE_LEAF);
    bench_ste(b, BENCH_SID, bench_ste0(4), bench_ste1());
    tree_cd(b, PASID, bits_put(ASID, CD0_ASID), &tree, upper);
    return tree;
}

static uint64_t ask_as(int pasid, uint64_t va)
{
    struct tlp request = bench_request(va, pasid, 0);
    return bench_entry(bench_ask(b, &request)) & DESC_ADDRESS;
}

static uint64_t ask(uint64_t va)
{
    return ask_as(PASID, va);
}

/* True if the cached translation of `va` is gone after the command. */
static bool goes(uint64_t leaf, uint64_t va, uint64_t dw0, uint64_t dw1)
{
    tree_forget(b);
    bench_store(b, leaf, BENCH_PAGES | TREE_LEAF | 3);
    ck_assert_uint_eq(ask(va), BENCH_PAGES);
    bench_store(b, leaf, (BENCH_PAGES + 0x8000) | TREE_LEAF | 3);
    bench_command(b, dw0, dw1);
    bench_sync(b);
    return ask(va) != BENCH_PAGES;
}

/* Two addresses that differ in nothing but their half. */
/* covers: smmuv3 2.5 row 3, smmuv3 5.3 item 2 */
START_TEST(halves)
{
    bool upper = _i;
    uint64_t leaf, va = upper ? UPPER | VA : VA, other = upper ? VA : UPPER | VA;
    start(1, upper, &leaf);
    for (unsigned any = 0; any < 2; any++) {
        uint64_t dw0 = (any ? CMDQ_OP_TLBI_NH_VAA : CMDQ_OP_TLBI_NH_VA) | bits_put(ASID, CMD_TLBI_ASID);
        ck_assert(goes(leaf, va, dw0, va));
        ck_assert(!goes(leaf, va, dw0, other));
    }
    bench_close(b);
}
END_TEST

/* Without ASID16 the high half of a command's ASID does not count; with it, it does. */
/* covers: smmuv3 2.5 row 2, smmuv3 2.5 row 3 */
START_TEST(asids)
{
    uint64_t leaf;
    start((uint32_t)_i, false, &leaf);
    for (unsigned by_va = 0; by_va < 2; by_va++) {
        unsigned opcode = by_va ? CMDQ_OP_TLBI_NH_VA : CMDQ_OP_TLBI_NH_ASID;
        ck_assert(goes(leaf, VA, opcode | bits_put(ASID, CMD_TLBI_ASID), VA));
        ck_assert(goes(leaf, VA, opcode | bits_put(ASID | 0x100, CMD_TLBI_ASID), VA) == !_i);
        ck_assert(!goes(leaf, VA, opcode | bits_put(ASID ^ 0x80, CMD_TLBI_ASID), VA));
    }
    bench_close(b);
}
END_TEST

/* The EL2 world has no ASID: what one CD cached serves another, whatever their ASIDs; with CR2.E2H it does not. */
/* covers: smmuv3 5.3 item 2, smmuv3 5.3 item 4 */
START_TEST(el2)
{
    bool e2h = _i;
    uint64_t leaf;
    struct tree tree = start(1, false, &leaf);
    bench_cr0(b, 0);
    bench_write(b, SMMU_CR2, e2h ? CR2_E2H : 0);
    bench_cr0(b, CR0_SMMUEN | CR0_CMDQEN | CR0_ATSCHK);
    bench_ste(b, BENCH_SID, bench_ste0(4), bench_ste1() | bits_put(STRW_EL2, STE1_STRW));
    tree_cd(b, PASID + 1, bits_put(ASID + 1, CD0_ASID), &tree, false);
    tree_forget(b);
    ck_assert_uint_eq(ask(VA), BENCH_PAGES);
    bench_store(b, leaf, (BENCH_PAGES + 0x8000) | TREE_LEAF | 3);
    ck_assert_uint_eq(ask_as(PASID + 1, VA), e2h ? BENCH_PAGES + 0x8000 : BENCH_PAGES);
    bench_close(b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("smmu_tlbi_keys");
    TCase *tcase = tcase_create("2.5");
    tcase_add_loop_test(tcase, halves, 0, 2);
    tcase_add_loop_test(tcase, asids, 0, 2);
    tcase_add_loop_test(tcase, el2, 0, 2);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
