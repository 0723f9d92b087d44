/* SPDX-License-Identifier: Apache-2.0
 *
 * driver.h: the data of the MSIs, which go over the memory system to the doorbell, and what a region permits. No sheet
 * has them.
 */
#include "driver/driver.h"
#include "tests/harness/suite.h"
#include "tests/sheet/sheet.h"

START_TEST(of_the_driver)
{
    static const struct literal rows[] = {
        OURS_IS(PRISIM_DRIVER_MSI_GERROR, 1), OURS_IS(PRISIM_DRIVER_MSI_EVENTQ, 2),
        OURS_IS(PRISIM_DRIVER_MSI_PRIQ, 3),   OURS_IS(PRISIM_DRIVER_MSI_FUNCTION, 4),
        OURS_IS(PRISIM_REGION_READ, 1),       OURS_IS(PRISIM_REGION_WRITE, 2),
    };
    literals_hold(rows);
}
END_TEST

TEST_SUITE("driver_literals", of_the_driver)
