/* SPDX-License-Identifier: Apache-2.0
 *
 * smmu_granule.h against the rule book's tables of levels, start levels, blocks and contiguous groups, typed whole
 * (SMMU-LEVEL, SMMU-DESCRIPTOR, SMMU-CMDFIELD).
 */
#include "model/smmu/translation/smmu_granule.h"
#include "tests/harness/suite.h"
#include "tests/sheet/sheet.h"

static const unsigned granules[] = {SHEET_CODE_PAGE_LOG2_4K, SHEET_CODE_PAGE_LOG2_16K, SHEET_CODE_PAGE_LOG2_64K};

/* SMMU-LEVEL "index bits": the lowest one of each level. */
START_TEST(shift_of_each_level)
{
    const struct {
        unsigned granule_log2, level, due;
    } rows[] = {
        {12, 0, SHEET_LSB_INDEX_4K_L0},  {12, 1, SHEET_LSB_INDEX_4K_L1},  {12, 2, SHEET_LSB_INDEX_4K_L2},
        {12, 3, SHEET_LSB_INDEX_4K_L3},  {14, 0, SHEET_LSB_INDEX_16K_L0}, {14, 1, SHEET_LSB_INDEX_16K_L1},
        {14, 2, SHEET_LSB_INDEX_16K_L2}, {14, 3, SHEET_LSB_INDEX_16K_L3}, {16, 1, SHEET_LSB_INDEX_64K_L1},
        {16, 2, SHEET_LSB_INDEX_64K_L2}, {16, 3, SHEET_LSB_INDEX_64K_L3},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(smmu_level_shift(rows[i].granule_log2, rows[i].level) == rows[i].due, "row %u", i);
}
END_TEST

/* SMMU-LEVEL "Stage 1 start level by TxSZ". */
START_TEST(start_level_of_every_txsz)
{
    const struct {
        unsigned granule_log2, from, to, level;
    } rows[] = {
        {12, 16, 24, 0}, {12, 25, 33, 1}, {12, 34, 42, 2}, {12, 43, 48, 3}, {14, 16, 16, 0}, {14, 17, 27, 1},
        {14, 28, 38, 2}, {14, 39, 48, 3}, {16, 16, 21, 1}, {16, 22, 34, 2}, {16, 35, 47, 3},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (unsigned txsz = rows[i].from; txsz <= rows[i].to; txsz++)
            ck_assert_msg(smmu_start_level(rows[i].granule_log2, 64 - txsz) == rows[i].level, "row %u, TxSZ %u", i,
                          txsz);
}
END_TEST

/* SMMU-LEVEL "blocks": 1 GB and 2 MB of 4K, 32 MB of 16K, 512 MB of 64K. */
START_TEST(blocks)
{
    static const bool due[3][4] = {
        {false, true, true, false}, {false, false, true, false}, {false, false, true, false}};
    for (unsigned g = 0; g < 3; g++)
        for (unsigned level = 0; level < 4; level++)
            ck_assert_msg(smmu_is_block_level(granules[g], level) == due[g][level], "granule %u level %u", g, level);
}
END_TEST

/* SMMU-DESCRIPTOR "Contiguous groups" by the bytes that a group covers: 16 GB, 32 MB, 64 KB; 1 GB, 2 MB; 16 GB, 2 MB.
 */
START_TEST(contiguous_groups)
{
    const struct {
        unsigned granule_log2, level;
        uint64_t bytes;
    } rows[] = {
        {12, 1, 17179869184}, {12, 2, 33554432}, {12, 3, 65536},       {14, 2, 1073741824},
        {14, 3, 2097152},     {16, 3, 2097152},  {16, 2, 17179869184},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(UINT64_C(1) << (smmu_contiguous_log2(rows[i].granule_log2, rows[i].level) +
                                      smmu_level_shift(rows[i].granule_log2, rows[i].level)) ==
                          rows[i].bytes,
                      "row %u", i);
}
END_TEST

START_TEST(codes_of_a_tlbi)
{
    ck_assert_uint_eq(smmu_granule_code(12), SHEET_CODE_TLBI_TG_4K);
    ck_assert_uint_eq(smmu_granule_code(14), SHEET_CODE_TLBI_TG_16K);
    ck_assert_uint_eq(smmu_granule_code(16), SHEET_CODE_TLBI_TG_64K);
}
END_TEST

TEST_SUITE("smmu_literals_granule", shift_of_each_level, start_level_of_every_txsz, blocks, contiguous_groups,
           codes_of_a_tlbi)
