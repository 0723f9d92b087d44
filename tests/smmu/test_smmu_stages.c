/* SPDX-License-Identifier: Apache-2.0
 *
 * The two stages of a walk alone, without an SMMU: a slot, a descriptor typed as the tables of SMMU-LEVEL,
 * SMMU-DESCRIPTOR, SMMU-HTTU have it, and what the stage says (smmu_stage.h). Fetching, caches and events are other
 * tests'.
 */
#include "model/smmu/translation/smmu_stage.h"
#include "tests/harness/suite.h"
#include <stdlib.h>
#include <string.h>

#define INPUT UINT64_C(0x123456789abc)
#define DBM   (UINT64_C(1) << 51)
#define HINT  (UINT64_C(1) << 52) /* Contiguous */

static struct prisim_smmu_config config;
static struct smmu_slot slot;

/* An unprivileged read of INPUT by tables of 4K at 0x40000000; 48 bits in, 36 out, and nothing by hardware. */
static void stage1_of(unsigned granule_log2, unsigned txsz)
{
    memset(&slot, 0, sizeof slot);
    memset(&config, 0, sizeof config);
    slot.kind = SMMU_UNTRANSLATED;
    slot.stages = SMMU_STAGE_1;
    slot.address = INPUT;
    slot.cd.output_bits = 36;
    slot.cd.half[0] = (struct smmu_half){
        .ttb = 0x40000000, .txsz = (uint8_t)txsz, .granule_log2 = (uint8_t)granule_log2, .epd = false};
    slot.walk.check.needed = PRISIM_ACCESS_READ;
}

static void stage2_of(unsigned t0sz, unsigned start_level)
{
    stage1_of(12, 16);
    slot.stages = SMMU_STAGE_2;
    slot.ste.stage2 = (struct smmu_stage2){.ttb = 0x40001000,
                                           .t0sz = (uint8_t)t0sz,
                                           .granule_log2 = 12,
                                           .start_level = (uint8_t)start_level,
                                           .output_bits = 36};
    slot.walk.class = SMMU_CLASS_IN;
    slot.walk.ipa = UINT64_C(0xb456789abc);
}

static void writes(void)
{
    slot.walk.check.needed = PRISIM_ACCESS_WRITE;
    slot.walk.check.writes = true;
}

/* SMMU-LEVEL "index bits", "start level by TxSZ": where each descriptor of INPUT lies. */
START_TEST(stage_1_from_table_to_table)
{
    const struct {
        unsigned granule_log2, txsz, level;
        uint64_t due[4]; /* by level */
    } rows[] = {
        {12, 16, 0, {0x40000120, 0x50000688, 0x50000598, 0x50000c48}},
        {12, 28, 1, {0, 0x40000088, 0x50000598, 0x50000c48}},
        {14, 17, 1, {0, 0x40000918, 0x50001158, 0x50000f10}},
        {16, 22, 2, {0, 0, 0x40008d10, 0x5000b3c0}},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        stage1_of(rows[i].granule_log2, rows[i].txsz);
        uint64_t at = smmu_stage1_first(&slot);
        for (unsigned level = rows[i].level; level <= 3; level++) {
            if (level > rows[i].level)
                at = smmu_stage1_in(&slot, level, 0x50000000);
            ck_assert_msg(at == rows[i].due[level] && slot.walk.descriptor == at && slot.walk.level == level,
                          "row %u, level %u: %#llx", i, level, (unsigned long long)at);
        }
    }
}
END_TEST

struct row {
    unsigned level;
    uint64_t descriptor;
    enum smmu_found found;
    enum prisim_cause cause;
    uint64_t value; /* of a table, of what is stale, or where a leaf begins */
    unsigned size_log2;
};

static void check(unsigned i, const struct row *row, const struct smmu_finding *finding, const struct smmu_leaf *leaf)
{
    uint64_t value = finding->found == FOUND_LEAF ? leaf->output : finding->value;
    ck_assert_msg(finding->found == row->found && finding->cause == row->cause && value == row->value,
                  "row %u: %u by %u, %#llx", i, finding->found, finding->cause, (unsigned long long)value);
    if (finding->found == FOUND_LEAF)
        ck_assert_msg(leaf->size_log2 == row->size_log2, "row %u: 2^%u", i, leaf->size_log2);
}

static void check_1(const struct row *rows, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct smmu_leaf leaf;
        slot.walk.level = (uint8_t)rows[i].level;
        struct smmu_finding finding = smmu_stage1_read(&config, &slot, rows[i].descriptor, &leaf);
        check(i, &rows[i], &finding, &leaf);
    }
}

static void check_2(const struct row *rows, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct smmu_leaf leaf;
        slot.walk.level2 = (uint8_t)rows[i].level;
        struct smmu_finding finding = smmu_stage2_read(&config, &slot, rows[i].descriptor, &leaf);
        check(i, &rows[i], &finding, &leaf);
    }
}

#define CHECK_1(rows) check_1(rows, sizeof(rows) / sizeof((rows)[0]))
#define CHECK_2(rows) check_2(rows, sizeof(rows) / sizeof((rows)[0]))

/* SMMU-DESCRIPTOR bits 0, 1 and 47:12, SMMU-LEVEL "blocks", SMMU-DESCRIPTOR "Contiguous groups"; SMMU-EVENT the order
 * of faults. */
START_TEST(stage_1_table_block_page)
{
    static const struct row rows[] = {
        {0, 0x0, FOUND_FAULT, PRISIM_CAUSE_TRANSLATION_FAULT, 0, 0},
        {3, 0x80000442, FOUND_FAULT, PRISIM_CAUSE_TRANSLATION_FAULT, 0, 0}, /* not valid */
        {0, 0x80000441, FOUND_FAULT, PRISIM_CAUSE_TRANSLATION_FAULT, 0, 0}, /* no block of 512 GB */
        {3, 0x80000441, FOUND_FAULT, PRISIM_CAUSE_TRANSLATION_FAULT, 0, 0}, /* no page */
        {0, 0x81234003, FOUND_TABLE, PRISIM_CAUSE_NONE, 0x81234000, 0},
        {2, 0x81234003, FOUND_TABLE, PRISIM_CAUSE_NONE, 0x81234000, 0},
        {1, UINT64_C(0x1000000003), FOUND_FAULT, PRISIM_CAUSE_ADDRESS_SIZE_FAULT, 0, 0}, /* bit 36 */
        {3, UINT64_C(0x1000000043), FOUND_FAULT, PRISIM_CAUSE_ADDRESS_SIZE_FAULT, 0, 0}, /* before AF=0 */
        {1, 0x80000441, FOUND_LEAF, PRISIM_CAUSE_NONE, 0x80000000, 30},
        {2, 0x80200441, FOUND_LEAF, PRISIM_CAUSE_NONE, 0x80200000, 21},
        {3, 0x80201443, FOUND_LEAF, PRISIM_CAUSE_NONE, 0x80201000, 12},
        {3, 0x80209443 | HINT, FOUND_LEAF, PRISIM_CAUSE_NONE, 0x80200000, 16},
        {3, 0x80201443 | HINT, FOUND_LEAF, PRISIM_CAUSE_NONE, 0x80201000,
         12}, /* its place in the group is not the input's */
        {3, 0x80201043, FOUND_FAULT, PRISIM_CAUSE_ACCESS_FAULT, 0, 0},
    };
    stage1_of(12, 16);
    CHECK_1(rows);
}
END_TEST

/* SMMU-DESCRIPTOR: nG, and what the tables above took away: APTable bit 0, XNTable; not with HAD. */
START_TEST(stage_1_says_of_a_page)
{
    struct smmu_leaf leaf;
    for (unsigned had = 0; had < 2; had++) {
        stage1_of(12, 16);
        slot.cd.half[0].had = had;
        slot.walk.level = 2;
        ck_assert_uint_eq(smmu_stage1_read(&config, &slot, UINT64_C(0x3000000081234003), &leaf).found, FOUND_TABLE);
        slot.walk.level = 3;
        ck_assert_uint_eq(smmu_stage1_read(&config, &slot, 0x80201443, &leaf).found, FOUND_LEAF);
        ck_assert(slot.walk.global);
        ck_assert_uint_eq(leaf.attributes & (LEAF_USER | LEAF_UXN | LEAF_PXN), had ? LEAF_USER : LEAF_UXN);
        ck_assert_uint_eq(smmu_stage1_read(&config, &slot, 0x80201c43, &leaf).found, FOUND_LEAF);
        ck_assert(!slot.walk.global);
    }
}
END_TEST

/* SMMU-EVENT, SMMU-ATSREQ: what stage 1 forbids does not come to stage 2; alone, its leaf is kept all the same. */
START_TEST(stage_1_forbids)
{
    static const struct row alone[] = {{3, 0x80201403, FOUND_LEAF, PRISIM_CAUSE_NONE, 0x80201000, 12}};
    static const struct row nested[] = {{3, 0x80201403, FOUND_FAULT, PRISIM_CAUSE_PERMISSION_FAULT, 0, 0}};
    stage1_of(12, 16);
    CHECK_1(alone);
    slot.stages |= SMMU_STAGE_2;
    CHECK_1(nested);
}
END_TEST

/* SMMU-HTTU: AF, and the dirty state in AP[2], by hardware or not. */
START_TEST(stage_1_updates)
{
    static const struct row by_hand[] = {
        {3, DBM | 0x802014c3, FOUND_LEAF, PRISIM_CAUSE_NONE, 0x80201000,
         12}, /* and what it permits is looked at later */
        {3, DBM | 0x802010c3, FOUND_FAULT, PRISIM_CAUSE_ACCESS_FAULT, 0, 0},
    };
    static const struct row by_hardware[] = {
        {3, DBM | 0x802014c3, FOUND_STALE, PRISIM_CAUSE_NONE, DBM | 0x80201443, 0},
        {3, DBM | 0x802010c3, FOUND_STALE, PRISIM_CAUSE_NONE, DBM | 0x80201443, 0}, /* both in one */
        {3, DBM | 0x80201443, FOUND_LEAF, PRISIM_CAUSE_NONE, 0x80201000, 12},
        {3, 0x802010c3, FOUND_FAULT, PRISIM_CAUSE_PERMISSION_FAULT, 0, 0}, /* AF with a grant only */
    };
    stage1_of(12, 16);
    writes();
    CHECK_1(by_hand);
    slot.cd.flags = SMMU_CD_HA | SMMU_CD_HD;
    CHECK_1(by_hardware);
}
END_TEST

/* SMMU-LEVEL: index bits, and tables that are concatenated at the start level: S2T0SZ=24 is two of them. */
START_TEST(stage_2_from_table_to_table)
{
    stage2_of(25, 1);
    ck_assert_uint_eq(smmu_stage2_first(&slot), 0x40001688);
    ck_assert_uint_eq(slot.walk.level2, 1);
    ck_assert_uint_eq(smmu_stage2_in(&slot, 2, 0x50000000), 0x50000598);
    ck_assert_uint_eq(smmu_stage2_in(&slot, 3, 0x50000000), 0x50000c48);
    ck_assert_uint_eq(slot.walk.level2, 3);
    ck_assert(!smmu_stage2_is_inside(&slot, slot.walk.ipa) && smmu_stage2_is_inside(&slot, 0x7fffffffff));
    stage2_of(24, 1);
    ck_assert_uint_eq(smmu_stage2_first(&slot), 0x40001688); /* the bit below the size of both counts as 0 */
}
END_TEST

/* SMMU-DESCRIPTOR: S2AP, MemAttr, XN with XNX; the same order of faults as in stage 1. */
START_TEST(stage_2_table_block_page)
{
    static const struct row reads[] = {
        {1, 0x0, FOUND_FAULT, PRISIM_CAUSE_TRANSLATION_FAULT, 0, 0},
        {3, 0x8000047d, FOUND_FAULT, PRISIM_CAUSE_TRANSLATION_FAULT, 0, 0},
        {2, 0x81234003, FOUND_TABLE, PRISIM_CAUSE_NONE, 0x81234000, 0},
        {1, UINT64_C(0x1000000003), FOUND_FAULT, PRISIM_CAUSE_ADDRESS_SIZE_FAULT, 0, 0},
        {1, 0x8000047d, FOUND_LEAF, PRISIM_CAUSE_NONE, 0x80000000, 30},
        {2, 0x8020047d, FOUND_LEAF, PRISIM_CAUSE_NONE, 0x80200000, 21},
        {3, 0x8020147f, FOUND_LEAF, PRISIM_CAUSE_NONE, 0x80201000, 12},
        {3, 0x8020107f, FOUND_FAULT, PRISIM_CAUSE_ACCESS_FAULT, 0, 0},
        {3, 0x8020143f, FOUND_FAULT, PRISIM_CAUSE_PERMISSION_FAULT, 0, 0}, /* S2AP=00 */
        {3, 0x802014bf, FOUND_FAULT, PRISIM_CAUSE_PERMISSION_FAULT, 0, 0}, /* S2AP=10 */
    };
    static const struct row fetches[] = {
        {3, 0x8020147f, FOUND_LEAF, PRISIM_CAUSE_NONE, 0x80201000, 12},
        {3, 0x8020147f | UINT64_C(1) << 53, FOUND_LEAF, PRISIM_CAUSE_NONE, 0x80201000, 12}, /* the unprivileged only */
        {3, 0x8020147f | UINT64_C(2) << 53, FOUND_FAULT, PRISIM_CAUSE_PERMISSION_FAULT, 0, 0},
        {3, 0x8020147f | UINT64_C(3) << 53, FOUND_FAULT, PRISIM_CAUSE_PERMISSION_FAULT, 0, 0}, /* the privileged only */
    };
    stage2_of(25, 1);
    CHECK_2(reads);
    slot.walk.check.needed = PRISIM_ACCESS_EXECUTE;
    config.xnx = 1;
    CHECK_2(fetches);
}
END_TEST

/* SMMU-HTTU: the access flag, the dirty state in S2AP[1]; SMMU-STE, S2PTW: a table in Device memory. */
START_TEST(stage_2_updates)
{
    static const struct row dirty[] = {
        {3, DBM | 0x8020147f, FOUND_STALE, PRISIM_CAUSE_NONE, DBM | 0x802014ff, 0},
        {3, 0x8020147f, FOUND_FAULT, PRISIM_CAUSE_PERMISSION_FAULT, 0, 0},
    };
    static const struct row flagged[] = {
        {3, 0x8020107f, FOUND_STALE, PRISIM_CAUSE_NONE, 0x8020147f, 0},
        {3, 0x80201443, FOUND_FAULT, PRISIM_CAUSE_PERMISSION_FAULT, 0, 0},
    };
    stage2_of(25, 1);
    slot.ste.stage2.flags = SMMU_S2_HA | SMMU_S2_HD | SMMU_S2_PTW;
    writes();
    CHECK_2(dirty);
    slot.walk.class = SMMU_CLASS_TT;
    CHECK_2(flagged);
}
END_TEST

/* SMMU-HTTU: a descriptor that changed before the swap counts as it is now. */
START_TEST(swapped)
{
    struct smmu_walk walk = {.stage = 1};
    smmu_httu_begin(&walk, 1, 0x80201043, 0x80201443);
    ck_assert_uint_eq(smmu_httu_swapped(&walk, 0x80201043), 0x80201443);
    ck_assert_uint_eq(smmu_httu_swapped(&walk, 0), 0);
}
END_TEST

/* Both stages: the smaller region, the IPA beside the address, and what each permits. */
START_TEST(combined)
{
    stage2_of(25, 1);
    slot.stages |= SMMU_STAGE_1;
    slot.walk.ipa = 0x60345678;
    slot.walk.leaf =
        (struct smmu_leaf){.output = 0x60200000, .attributes = LEAF_USER | 2u << LEAF_LEVEL_SHIFT, .size_log2 = 21};
    const struct smmu_leaf second = {
        .output = 0x90345000, .attributes = LEAF_S2_READ | 3u << LEAF_LEVEL_SHIFT, .size_log2 = 12};
    struct smmu_leaf both = smmu_stages_combined(&slot, &second);
    ck_assert_uint_eq(both.output, 0x90345000);
    ck_assert_uint_eq(both.ipa, 0x60345000);
    ck_assert_uint_eq(both.size_log2, 12);
    ck_assert_uint_eq(both.attributes, (LEAF_USER | LEAF_S2_READ | 2u << LEAF_LEVEL_SHIFT));
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_stages");
    TCase *tcase = tcase_create("stages");
    tcase_add_test(tcase, stage_1_from_table_to_table);
    tcase_add_test(tcase, stage_1_table_block_page);
    tcase_add_test(tcase, stage_1_says_of_a_page);
    tcase_add_test(tcase, stage_1_forbids);
    tcase_add_test(tcase, stage_1_updates);
    tcase_add_test(tcase, stage_2_from_table_to_table);
    tcase_add_test(tcase, stage_2_table_block_page);
    tcase_add_test(tcase, stage_2_updates);
    tcase_add_test(tcase, swapped);
    tcase_add_test(tcase, combined);
    suite_add_tcase(suite, tcase);
    return suite;
}
