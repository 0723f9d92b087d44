/* SPDX-License-Identifier: Apache-2.0
 *
 * pcie_fabric.h: who has which port; those of the links are counted from the last. No sheet has them: the contract of
 * an installed header.
 */
#include "model/pcie_fabric/pcie_fabric.h"
#include "tests/harness/suite.h"
#include "tests/sheet/sheet.h"

START_TEST(ports)
{
    static const struct literal rows[] = {
        OURS_IS(PRISIM_FABRIC_RX_SMMU, 0),         OURS_IS(PRISIM_FABRIC_RX_HOST, 1),
        OURS_IS(PRISIM_FABRIC_RX_ENDPOINT, 2),     OURS_IS(PRISIM_FABRIC_RX_STIMULUS, 34),
        OURS_IS(PRISIM_FABRIC_RX_ATC_TIMEOUT, 35), OURS_IS(PRISIM_FABRIC_TX_SMMU, 0),
        OURS_IS(PRISIM_FABRIC_TX_HOST, 1),         OURS_IS(PRISIM_FABRIC_TX_ENDPOINT, 2),
    };
    literals_hold(rows);
}
END_TEST

/* PCIE-DPC-1, PCIE-DPC-4: as an operating system finds them. Where the capabilities stand is ours. */
START_TEST(containment)
{
    static const struct literal rows[] = {
        OURS_IS(PRISIM_FABRIC_DPC, 0x200),     OURS_IS(PRISIM_FABRIC_DPC_STEP, 0x10),
        OURS_IS(PRISIM_DPC_CONTROL, 6),        OURS_IS(PRISIM_DPC_STATUS, 8),
        OURS_IS(PRISIM_DPC_CONTROL_ENABLE, 1), OURS_IS(PRISIM_DPC_CONTROL_SOFTWARE_TRIGGER, 0x40),
        OURS_IS(PRISIM_DPC_STATUS_TRIGGER, 1),
    };
    literals_hold(rows);
}
END_TEST

TEST_SUITE("pcie_fabric_literals", ports, containment)
