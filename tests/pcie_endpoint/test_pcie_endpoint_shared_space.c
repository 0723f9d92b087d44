/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration space of a virtual function, as literals, and what of it is its physical function's.
 */
#include "model/pcie_endpoint/endpoint_state.h"
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_family.h"

enum { PF, VF1, ALLOCATION = 30, PRI_CONTROL = 0x114 };

/* PCIE-ATSCAP-1, PCIE-ATSCAP-5, PCIE-PRICAP: a VF has ATS with depth and STU 0, and neither PRI nor PASID. */
/* covers: PCIE-ATSCAP-1, PCIE-ATSCAP-5 */
START_TEST(configuration_space_of_a_vf)
{
    static const struct {
        uint32_t offset, pf, vf;
    } rows[] = {
        {0x100, 0x1101000f, 0x1301000f},
        {0x104, 0x80000069, 0x80000060},
        {0x110, 0x12010013, 0},
        {0x114, 0x80000001, 0},
        {0x118, 64, 0},
        {0x11c, ALLOCATION, 0},
        {0x120, 0x1301001b, 0},
        {0x124, 0x00001000, 0},
        {0x130, 0x0001000d, 0x0001000d},
        {0x00, 0x0001fffe, 0x0001fffe},
    };
    struct family *f = family_open(2, NULL);
    f->function[PF].config.invalidate_depth = f->function[VF1].config.invalidate_depth = 9;
    family_enable(f, ALLOCATION);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_uint_eq(family_read(f, PF, rows[i].offset, 4), rows[i].pf);
        ck_assert_uint_eq(family_read(f, VF1, rows[i].offset, 4), rows[i].vf);
    }
    /* nor does a write there reach the PF's */
    family_config_write(f, VF1, PRI_CONTROL, 2, 2);
    family_config_write(f, VF1, 0x11c, 4, 1);
    family_config_write(f, VF1, 0x126, 2, 1);
    family_run(f, 10);
    ck_assert_uint_eq(family_read(f, PF, PRI_CONTROL, 4), 0x80000001);
    ck_assert_uint_eq(family_read(f, PF, 0x11c, 4), ALLOCATION);
    ck_assert_uint_eq(family_state(f, VF1)->page_request_limit, 10);
    ck_assert_uint_eq(family_state(f, VF1)->pasid_control, 0);
    family_close(f);
}
END_TEST

/* PCIE-ATSCAP-5: the unit of a VF is the PF's, one edge behind; its own STU is hardwired. */
/* covers: PCIE-ATSCAP-5 */
START_TEST(unit_is_that_of_the_pf)
{
    struct family *f = family_open(1, NULL);
    family_config_write(f, VF1, 0x106, 2, 0x8007);
    family_run(f, 5);
    ck_assert_uint_eq(endpoint_unit_log2(family_state(f, VF1)), 12);
    family_config_write(f, PF, 0x106, 2, 3);
    family_run(f, 2);
    ck_assert_uint_eq(endpoint_unit_log2(family_state(f, PF)), 15);
    ck_assert_uint_eq(endpoint_unit_log2(family_state(f, VF1)), 12);
    family_run(f, 1);
    ck_assert_uint_eq(endpoint_unit_log2(family_state(f, VF1)), 15);
    family_config_write(f, VF1, 0x106, 2, 0x8001);
    family_run(f, 5);
    ck_assert_uint_eq(endpoint_unit_log2(family_state(f, VF1)), 15);
    ck_assert_uint_eq(family_read(f, VF1, 0x106, 2), 0x8000);
    ck_assert_uint_eq(family_read(f, PF, 0x106, 2), 3);
    family_close(f);
}
END_TEST

TEST_SUITE("endpoint shared space", configuration_space_of_a_vf, unit_is_that_of_the_pf)
