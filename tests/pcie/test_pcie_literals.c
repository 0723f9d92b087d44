/* SPDX-License-Identifier: Apache-2.0
 *
 * tlp.h against the rule book: codes on the wire, limits, the size code of a range, what is a Stop Marker.
 */
#include "model/pcie/tlp.h"
#include "tests/harness/suite.h"
#include "tests/sheet/sheet.h"

/* covers: PCIE-HEADER, PCIE-AT-1, PCIE-AT-2, PCIE-AT-3, PCIE-MESSAGE-1, PCIE-MESSAGE-2, PCIE-MESSAGE-3, PCIE-MESSAGE-4,
 * PCIE-MESSAGE-13, PCIE-MESSAGE-14, PCIE-MESSAGE-16 */
START_TEST(codes)
{
    static const struct literal rows[] = {
        CODE_IS(PRISIM_TLP_AT_UNTRANSLATED, AT, UNTRANSLATED),
        CODE_IS(PRISIM_TLP_AT_TRANSLATION_REQUEST, AT, TRANSLATION_REQUEST),
        CODE_IS(PRISIM_TLP_AT_TRANSLATED, AT, TRANSLATED),
        CODE_IS(PRISIM_MESSAGE_INVALIDATE_REQUEST, MSG, INVALIDATE_REQUEST),
        CODE_IS(PRISIM_MESSAGE_INVALIDATE_COMPLETION, MSG, INVALIDATE_COMPLETION),
        CODE_IS(PRISIM_MESSAGE_PAGE_REQUEST, MSG, PAGE_REQUEST),
        CODE_IS(PRISIM_MESSAGE_PRG_RESPONSE, MSG, PRG_RESPONSE),
        CODE_IS(PRISIM_TLP_SC, CPL, SC),
        CODE_IS(PRISIM_TLP_UR, CPL, UR),
        CODE_IS(PRISIM_TLP_CRS, CPL, CRS),
        CODE_IS(PRISIM_TLP_CA, CPL, CA),
        CODE_IS(PRISIM_PRG_SUCCESS, PRG_RESP, SUCCESS),
        CODE_IS(PRISIM_PRG_INVALID, PRG_RESP, INVALID_REQUEST),
        CODE_IS(PRISIM_PRG_FAILURE, PRG_RESP, FAILURE),
        CODE_IS(PRISIM_PRG_SUCCESS, PRI_RESP_WIRE, SUCCESS),
        CODE_IS(PRISIM_PRG_INVALID, PRI_RESP_WIRE, INVALID),
        CODE_IS(PRISIM_PRG_FAILURE, PRI_RESP_WIRE, FAILURE),
        CODE_IS(PRISIM_PRG_INDEXES, PRG, INDEXES),
        LITERAL("PRISIM_PRG_INDEXES", "PAGE_REQ.PRGIndex", PRISIM_PRG_INDEXES, 1 << SHEET_WIDTH(PAGE_REQ, PRGIndex)),
        LITERAL("PRISIM_TLP_TAGS", "REQUEST_DW1.Tag", PRISIM_TLP_TAGS, 1 << SHEET_WIDTH(REQUEST_DW1, Tag)),
        VALUE_IS(PRISIM_TLP_DATA_MAX, "PCIE-HEADER: RCB", 64),
    };
    literals_hold(rows);
}
END_TEST

/* Fields of struct prisim_tlp_header, not of the wire: the contract of an installed header. */
START_TEST(of_the_structure)
{
    static const struct literal rows[] = {
        OURS_IS(PRISIM_TLP_MEMORY_READ, 0), OURS_IS(PRISIM_TLP_MEMORY_WRITE, 1),
        OURS_IS(PRISIM_TLP_CONFIG_READ, 2), OURS_IS(PRISIM_TLP_CONFIG_WRITE, 3),
        OURS_IS(PRISIM_TLP_COMPLETION, 4),  OURS_IS(PRISIM_TLP_COMPLETION_DATA, 5),
        OURS_IS(PRISIM_TLP_MESSAGE, 6),     OURS_IS(PRISIM_TLP_MESSAGE_DATA, 7),
        OURS_IS(PRISIM_TLP_TYPES, 8),       OURS_IS(PRISIM_TLP_HAS_PASID, 1),
        OURS_IS(PRISIM_TLP_PRIVILEGED, 2),  OURS_IS(PRISIM_TLP_EXECUTE, 4),
        OURS_IS(PRISIM_TLP_NO_WRITE, 8),    OURS_IS(PRISIM_TLP_READ, 16),
        OURS_IS(PRISIM_TLP_WRITE, 32),      OURS_IS(PRISIM_TLP_LAST, 64),
        OURS_IS(PRISIM_TLP_RELAXED, 128),   OURS_IS(PRISIM_TLP_IDO, 256),
        OURS_IS(PRISIM_TLP_POISONED, 512),
    };
    literals_hold(rows);
}
END_TEST

/* PCIE-ATSCPL "Size encoding": size, bits set to 1, first 0 bit; S is bit 11. */
/* covers: PCIE-ATSCPL-16, PCIE-ATSCPL-17, PCIE-ATSCPL-18, PCIE-ATSCPL-19 */
START_TEST(size_codes)
{
    static const struct {
        unsigned size_log2;
        uint64_t field;
    } rows[] = {
        {12, 0},        {13, 0x800},      {14, 0x1800},
        {16, 0x7800},   {21, 0xff800},    {22, 0x1ff800},
        {25, 0xfff800}, {30, 0x1ffff800}, {64, 0x7ffffffffffff800},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t address;
        ck_assert_msg(prisim_tlp_range_encode(0, rows[i].size_log2) == rows[i].field, "size %u", rows[i].size_log2);
        ck_assert_uint_eq(prisim_tlp_range_decode(rows[i].field, &address), rows[i].size_log2);
        ck_assert_uint_eq(address, 0);
    }
}
END_TEST

/* PCIE-MARKERCODE: Page Request message, LWR = 100, PASID. */
/* covers: PCIE-MARKERCODE-1, PCIE-MARKERCODE-2, PCIE-MARKERCODE-3 */
START_TEST(a_stop_marker)
{
    for (unsigned lwr = 0; lwr < 8; lwr++)
        for (unsigned pasid = 0; pasid < 2; pasid++)
            for (unsigned message = 1; message < 6; message++) {
                struct prisim_tlp_header head = {.type = PRISIM_TLP_MESSAGE, .message = (uint8_t)message};
                head.flags = (uint8_t)((lwr & 1 ? PRISIM_TLP_READ : 0) | (lwr & 2 ? PRISIM_TLP_WRITE : 0) |
                                       (lwr & 4 ? PRISIM_TLP_LAST : 0) | (pasid ? PRISIM_TLP_HAS_PASID : 0));
                ck_assert_int_eq(prisim_tlp_is_stop_marker(&head), lwr == 4 && pasid && message == 0x04);
            }
}
END_TEST

TEST_SUITE("pcie_literals", codes, of_the_structure, size_codes, a_stop_marker)
