/* SPDX-License-Identifier: Apache-2.0
 *
 * The model's own headers as far as a value of theirs is seen from outside: smmu_structures.h, smmu_command.h, smmu.h,
 * smmu_walk.h. Flags that never leave the block are not here (tests/sheet/not_of_a_sheet.txt).
 */
#include "model/smmu/smmu.h"
#include "model/smmu/smmu_command.h"
#include "model/smmu/smmu_structures.h"
#include "tests/harness/suite.h"
#include "tests/sheet/sheet.h"

START_TEST(codes)
{
    static const struct literal rows[] = {
        CODE_IS(SMMU_CLASS_CD, CLASS, CD),
        CODE_IS(SMMU_CLASS_TT, CLASS, TT),
        CODE_IS(SMMU_CLASS_IN, CLASS, IN),
        LITERAL("SMMU_COMMANDS_A_LINE", "BYTES.COMMAND", SMMU_COMMANDS_A_LINE, 64 / SHEET_CODE_BYTES_COMMAND),
    };
    literals_hold(rows);
}
END_TEST

/* Lines of the wired interrupts, and ports: the contract of an installed header. */
START_TEST(pins)
{
    static const struct literal rows[] = {
        OURS_IS(PRISIM_SMMU_WIRED_GERROR, 1), OURS_IS(PRISIM_SMMU_WIRED_PRIQ, 2), OURS_IS(PRISIM_SMMU_WIRED_EVENTQ, 4),
        OURS_IS(PRISIM_SMMU_WIRED_SYNC, 8),   OURS_IS(PRISIM_SMMU_WIRED_SEV, 16),
    };
    literals_hold(rows);
}
END_TEST

TEST_SUITE("smmu_literals_structures", codes, pins)
