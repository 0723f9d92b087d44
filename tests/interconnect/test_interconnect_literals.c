/* SPDX-License-Identifier: Apache-2.0
 *
 * interconnect.h: who has which port. No sheet has them: the contract of an installed header.
 */
#include "model/interconnect/interconnect.h"
#include "tests/harness/suite.h"
#include "tests/sheet/sheet.h"

START_TEST(ports)
{
    static const struct literal rows[] = {
        OURS_IS(PRISIM_INTERCONNECT_SMMU, 0),         OURS_IS(PRISIM_INTERCONNECT_CLIENT, 1),
        OURS_IS(PRISIM_INTERCONNECT_CPU, 2),          OURS_IS(PRISIM_INTERCONNECT_PORTS, 3),
        OURS_IS(PRISIM_INTERCONNECT_TX_INTERRUPT, 3),
    };
    literals_hold(rows);
}
END_TEST

TEST_SUITE("interconnect_literals", ports)
