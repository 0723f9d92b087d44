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

TEST_SUITE("pcie_fabric_literals", ports)
