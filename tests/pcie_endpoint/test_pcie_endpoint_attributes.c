/* SPDX-License-Identifier: Apache-2.0
 *
 * The attributes of what a function sends, by which a fabric may let it pass (PCIE-ORDER-1).
 */
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

enum { ATTRIBUTES = 1 << 7 | 1 << 8 }; /* RO and IDO, in the flags */

/* The attributes of the next TLP upwards. */
static unsigned next(struct endpoint_harness *h, struct prisim_tlp *tlp)
{
    const struct prisim_tlp *up = endpoint_harness_up(h, 400);
    ck_assert_ptr_nonnull(up);
    *tlp = *up;
    return up->head.flags & (unsigned)ATTRIBUTES;
}

/* IDO on page requests and markers, RO on writes, nothing else: a request with Last stays behind the others. */
/* covers: PCIE-HEADER-4, PCIE-HEADER-6, PCIE-MARKERCODE-7, PCIE-MARKERCODE-8, PCIE-MARKERORDER-2, PCIE-ORDER-1,
 * PCIE-ORDER-10, PCIE-ATC-12, PCIE-GROUP-3 */
START_TEST(attributes_are_those_of_the_config)
{
    const unsigned ido = _i & 1 ? 1 << 8 : 0, relaxed = _i & 2 ? 1 << 7 : 0;
    struct prisim_endpoint_config config;
    struct prisim_tlp tlp;
    endpoint_harness_config(&config);
    config.stop = PRISIM_ENDPOINT_STOP_MARKER;
    config.ido = _i & 1;
    config.relaxed = _i >> 1 & 1;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_dma(h, 1, 1, 0x4000, 16, true);
    ck_assert_uint_eq(next(h, &tlp), 0); /* a Translation Request */
    endpoint_harness_translated(h, &tlp, 0x9000, 12, 3);
    ck_assert_uint_eq(next(h, &tlp), relaxed);
    ck_assert_uint_eq(tlp.head.type, PRISIM_TLP_MEMORY_WRITE);
    endpoint_harness_invalidate(h, 3, 1, 0x4000, 12, false);
    ck_assert_uint_eq(next(h, &tlp), 0);
    ck_assert_uint_eq(tlp.head.message, PRISIM_MESSAGE_INVALIDATE_COMPLETION);
    endpoint_harness_dma(h, 2, 1, 0x5000, 16, false);
    ck_assert_uint_eq(next(h, &tlp), 0);
    endpoint_harness_translated(h, &tlp, 0xa000, 12, 1);
    ck_assert_uint_eq(next(h, &tlp), 0);
    ck_assert_uint_eq(tlp.head.type, PRISIM_TLP_MEMORY_READ);
    endpoint_harness_complete(h, &tlp, PRISIM_TLP_SC);
    endpoint_harness_missing(h, 3, 1, 0x6000, 4);
    ck_assert_uint_eq(next(h, &tlp), ido);
    ck_assert_uint_eq(tlp.head.message, PRISIM_MESSAGE_PAGE_REQUEST);
    const struct prisim_tlp read = {.head = {.type = PRISIM_TLP_CONFIG_READ, .size = 4}};
    endpoint_harness_down(h, &read);
    ck_assert_uint_eq(next(h, &tlp), 0);
    ck_assert_uint_eq(tlp.head.type, PRISIM_TLP_COMPLETION_DATA);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    ck_assert_uint_eq(next(h, &tlp), ido);
    ck_assert(prisim_tlp_is_stop_marker(&tlp.head));
    endpoint_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pcie_endpoint_attributes");
    TCase *tcase = tcase_create("attributes");
    tcase_add_loop_test(tcase, attributes_are_those_of_the_config, 0, 4);
    suite_add_tcase(suite, tcase);
    return suite;
}
