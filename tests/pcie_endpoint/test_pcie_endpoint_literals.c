/* SPDX-License-Identifier: Apache-2.0
 *
 * pcie_endpoint.h against the rule book: configuration space. Where the capabilities stand in the extended space is
 * ours, where their registers stand in them is the rule book's: those are read here from a function, as bytes.
 */
#include "model/pcie_endpoint/pcie_endpoint.h"
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"
#include "tests/sheet/sheet.h"

/* covers: PCIE-PRICAP-1, PCIE-PRICAP-2, PCIE-PRICAP-3, PCIE-PRICAP-4, PCIE-PRICAP-5, PCIE-PRICAP-6, PCIE-ATSCAP-6,
 * PCIE-PASIDCAP-2 */
START_TEST(configuration_space)
{
    static const struct literal rows[] = {
        MASK_IS(PRISIM_ATS_CONTROL_ENABLE, ATS_CTRL, Enable),
        MASK_IS(PRISIM_PRI_CONTROL_ENABLE, PRI_CTRL, Enable),
        MASK_IS(PRISIM_PRI_CONTROL_RESET, PRI_CTRL, Reset),
        MASK_IS(PRISIM_PRI_STATUS_RF, PRI_STATUS, RF),
        MASK_IS(PRISIM_PRI_STATUS_UPRGI, PRI_STATUS, UPRGI),
        MASK_IS(PRISIM_PRI_STATUS_STOPPED, PRI_STATUS, Stopped),
        MASK_IS(PRISIM_PRI_STATUS_PRPR, PRI_STATUS, PRPR),
        MASK_IS(PRISIM_PASID_CONTROL_ENABLE, PASID_CTRL, Enable),
        MASK_IS(PRISIM_PASID_CONTROL_EXECUTE, PASID_CTRL, Execute),
        MASK_IS(PRISIM_PASID_CONTROL_PRIVILEGED, PASID_CTRL, Privileged),
        CODE_IS(PRISIM_ENDPOINT_CONFIG_ATS, CONFIG, EXTENDED_FIRST),
        LITERAL("PRISIM_ENDPOINT_CONFIG_BAR0", "PCIE-ENUMERATION Type 0 header", PRISIM_ENDPOINT_CONFIG_BAR0, 0x10),
        LITERAL("PRISIM_ENDPOINT_CONFIG_BAR2", "PCIE-ENUMERATION Type 0 header", PRISIM_ENDPOINT_CONFIG_BAR2, 0x18),
        LITERAL("PRISIM_ENDPOINT_CONFIG_ID", "PCIE-ENUMERATION Type 0 header", PRISIM_ENDPOINT_CONFIG_ID, 0x00),
        LITERAL("PRISIM_ENDPOINT_CONFIG_COMMAND", "PCIE-ENUMERATION Type 0 header", PRISIM_ENDPOINT_CONFIG_COMMAND,
                0x04),
    };
    literals_hold(rows);
}
END_TEST

/* No sheet has them; a driver does. */
START_TEST(of_the_function)
{
    static const struct literal rows[] = {
        OURS_IS(PRISIM_ENDPOINT_CONFIG_PRI, 0x110),
        OURS_IS(PRISIM_ENDPOINT_CONFIG_PASID, 0x120),
        OURS_IS(PRISIM_ENDPOINT_CONFIG_ACS, 0x130),
        OURS_IS(PRISIM_ENDPOINT_CONFIG_EXPRESS, 0x40),
        OURS_IS(PRISIM_ENDPOINT_CONFIG_MSIX, 0x80),
        OURS_IS(PRISIM_ENDPOINT_CONFIG_BYTES, 0x1000),
        OURS_IS(PRISIM_ENDPOINT_MSIX_BYTES, 4096),
        OURS_IS(PRISIM_ENDPOINT_BAR_BYTES, 0x400000), /* 2^20 PASIDs, 4 bytes each */
        OURS_IS(PRISIM_ENDPOINT_PASID_RUN, 1),
        OURS_IS(PRISIM_ENDPOINT_PASID_STOP, 2),
        OURS_IS(PRISIM_ENDPOINT_PASID_IDLE, 0),
        OURS_IS(PRISIM_ENDPOINT_PASID_RUNNING, 1),
        OURS_IS(PRISIM_ENDPOINT_PASID_STOPPING, 2),
        OURS_IS(PRISIM_ENDPOINT_SEQUENTIAL, 0),
        OURS_IS(PRISIM_ENDPOINT_STRIDED, 1),
        OURS_IS(PRISIM_ENDPOINT_RANDOM, 2),
        OURS_IS(PRISIM_ENDPOINT_DEPENDENT, 3),
        OURS_IS(PRISIM_ENDPOINT_STREAMS_MAX, 16),
        OURS_IS(PRISIM_ENDPOINT_VFS_MAX, 31),
        OURS_IS(PRISIM_ENDPOINT_RX_DOWN, 0),
        OURS_IS(PRISIM_ENDPOINT_RX_STIMULUS, 1),
        OURS_IS(PRISIM_ENDPOINT_RX_PF, 2),
        OURS_IS(PRISIM_ENDPOINT_RX_VF, 3),
        OURS_IS(PRISIM_ENDPOINT_TX_UP, 0),
        OURS_IS(PRISIM_ENDPOINT_TX_PF, 1),
        OURS_IS(PRISIM_ENDPOINT_TX_VF, 2),
        OURS_IS(PRISIM_ENDPOINT_GROUP_KEPT, 0),
        OURS_IS(PRISIM_ENDPOINT_GROUP_RANDOM, 1),
        OURS_IS(PRISIM_ENDPOINT_PRGI_ROUND, 0),
        OURS_IS(PRISIM_ENDPOINT_PRGI_LOWEST, 1),
    };
    literals_hold(rows);
}
END_TEST

/* A register of a capability, by the rule book's offset in it. */
static uint32_t seen(struct endpoint_harness *h, uint32_t capability, uint32_t at)
{
    return endpoint_harness_config_read(h, capability + (at & ~3u)) >> 8 * (at & 3);
}

/* Software's way (PCIE-ENABLE), every number the rule book's: identities, STU and enables, Stopped. */
/* covers: PCIE-ATSCAP-1, PCIE-ATSCAP-2, PCIE-ATSCAP-3, PCIE-ATSCAP-5, PCIE-ATSCAP-6, PCIE-PRICAP-1, PCIE-PRICAP-2,
 * PCIE-PRICAP-5, PCIE-PRICAP-6, PCIE-PRICAP-7, PCIE-PRICAP-8, PCIE-PASIDCAP-1, PCIE-PASIDCAP-2 */
START_TEST(a_function_by_the_sheets_numbers)
{
    enum { ATS = 0x100, PRI = 0x110, PASID = 0x120 };
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.invalidate_depth = 17;
    config.pri_capacity = 129;
    config.pasid_bits = 11;
    struct endpoint_harness *h = endpoint_harness_open(&config);
    ck_assert_uint_eq(endpoint_harness_config_read(h, ATS) & 0xffff, SHEET_CODE_CAP_ID_ATS);
    ck_assert_uint_eq(endpoint_harness_config_read(h, PRI) & 0xffff, SHEET_CODE_CAP_ID_PRI);
    ck_assert_uint_eq(endpoint_harness_config_read(h, PASID) & 0xffff, SHEET_CODE_CAP_ID_PASID);
    ck_assert_uint_eq(endpoint_harness_config_read(h, ATS) >> SHEET_LSB_EXT_CAP_HEADER_Next, PRI);
    ck_assert_uint_eq(endpoint_harness_config_read(h, PRI) >> SHEET_LSB_EXT_CAP_HEADER_Next, PASID);
    ck_assert_uint_eq(seen(h, ATS, SHEET_AT_ATS_CAP) & SHEET_MASK(ATS_CAP, IQD), 17);
    ck_assert(seen(h, ATS, SHEET_AT_ATS_CAP) & SHEET_MASK(ATS_CAP, PageAligned));
    ck_assert(seen(h, ATS, SHEET_AT_ATS_CAP) & SHEET_MASK(ATS_CAP, GlobalInvalidate));
    ck_assert_uint_eq(seen(h, PRI, SHEET_AT_PRI_CAPACITY), 129);
    ck_assert_uint_eq((seen(h, PASID, SHEET_AT_PASID_CAP) & SHEET_MASK(PASID_CAP, Width)) >> 8, 11);
    ck_assert_uint_eq(seen(h, PRI, SHEET_AT_PRI_STATUS),
                      SHEET_MASK(PRI_STATUS, Stopped) | SHEET_MASK(PRI_STATUS, PRPR));
    /* 16-bit control registers at +6 are the upper half of a doubleword. */
    endpoint_harness_config_write(h, PASID + 4, (uint32_t)SHEET_MASK(PASID_CTRL, Enable) << 16);
    ck_assert_uint_eq(seen(h, PASID, SHEET_AT_PASID_CTRL), 1);
    endpoint_harness_config_write(h, PRI + SHEET_AT_PRI_ALLOCATION, 3);
    ck_assert_uint_eq(seen(h, PRI, SHEET_AT_PRI_ALLOCATION), 3);
    endpoint_harness_config_write(h, PRI + SHEET_AT_PRI_CTRL, (uint32_t)SHEET_MASK(PRI_CTRL, Enable));
    ck_assert_uint_eq(seen(h, PRI, SHEET_AT_PRI_CTRL) & 0xffff, 1);
    ck_assert_uint_eq(seen(h, PRI, SHEET_AT_PRI_STATUS) & SHEET_MASK(PRI_STATUS, Stopped), 0);
    endpoint_harness_config_write(h, ATS + 4, (uint32_t)(SHEET_MASK(ATS_CTRL, Enable) | 5) << 16);
    ck_assert_uint_eq(seen(h, ATS, SHEET_AT_ATS_CTRL), 0x8005);
    endpoint_harness_config_write(h, PRI + SHEET_AT_PRI_CTRL, (uint32_t)SHEET_MASK(PRI_CTRL, Reset));
    ck_assert(seen(h, PRI, SHEET_AT_PRI_STATUS) & SHEET_MASK(PRI_STATUS, Stopped));
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("pcie_endpoint_literals", configuration_space, of_the_function, a_function_by_the_sheets_numbers)
