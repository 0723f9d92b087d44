/* SPDX-License-Identifier: Apache-2.0
 *
 * tb/system/system.h: the address map and the requester ids. No sheet has them; logs, scenarios and documents do.
 */
#include "tb/system/system.h"
#include "tests/harness/suite.h"
#include "tests/sheet/sheet.h"

START_TEST(address_map)
{
    static const struct literal rows[] = {
        OURS_IS(PRISIM_MAP_DOORBELL, 0x08020000),
        OURS_IS(PRISIM_MAP_RAM, 0x80000000),
        OURS_IS(PRISIM_MAP_DRIVER_RAM, 0x40000000),
        OURS_IS(PRISIM_MAP_RAM_BYTES, 0x1000000),
        OURS_IS(PRISIM_MAP_BAR, 0x1000000000),
        OURS_IS(SYSTEM_HOST_ID, 0x0000),
        OURS_IS(SYSTEM_SMMU_ID, 0x0008),
        OURS_IS(SYSTEM_ENDPOINT_ID, 0x0100),
        OURS_IS(SYSTEM_ENDPOINT_ID_STEP, 8),
    };
    literals_hold(rows);
}
END_TEST

TEST_SUITE("tb_literals", address_map)
