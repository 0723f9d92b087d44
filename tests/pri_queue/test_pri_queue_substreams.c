/* SPDX-License-Identifier: Apache-2.0
 *
 * SMMU-PRIENTRY, SMMU-PRIMSG: a queue of an SMMU without substreams (SSIDSIZE=0), and PASIDs that come over the wire
 * all the same.
 */
#include <stdlib.h>

#include "model/core/bits.h"
#include "tests/harness/suite.h"
#include "tests/pri_queue/pri_queue_harness.h"

enum { ON = PRISIM_PRI_QUEUE_ENABLE_PRIQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN | PRISIM_PRI_QUEUE_ENABLE_IRQEN };

/* SSIDSIZE=0, two entries, on. */
static struct pri_queue_harness *without_substreams(uint32_t stop_marker_needs_ssv)
{
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    config.pasid_supported = 0;
    config.stop_marker_needs_ssv = stop_marker_needs_ssv;
    struct pri_queue_harness *h = pri_queue_harness_open(&config);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_BASE, HARNESS_BASE | 1);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, ON);
    pri_queue_harness_settle(h);
    return h;
}

static const struct {
    uint64_t pasid;
    unsigned access;
    uint64_t dw0; /* of stream 0x108 */
} records[] = {
    {PRISIM_PASID_NONE, PRISIM_ACCESS_READ, UINT64_C(0x1000000000000108)},
    {0x54321, PRISIM_ACCESS_READ, UINT64_C(0x1000000000000108)},
    {0xfffff, PRISIM_ACCESS_WRITE, UINT64_C(0x2000000000000108)},
    {0, PRISIM_ACCESS_READ | PRISIM_ACCESS_EXECUTE, UINT64_C(0x1000000000000108)},
    {3, PRISIM_ACCESS_READ | PRISIM_ACCESS_PRIVILEGED, UINT64_C(0x1000000000000108)},
    {3,
     PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE | PRISIM_ACCESS_LAST | PRISIM_ACCESS_EXECUTE | PRISIM_ACCESS_PRIVILEGED,
     UINT64_C(0x7000000000000108)},
    {3, PRISIM_ACCESS_LAST | PRISIM_ACCESS_EXECUTE | PRISIM_ACCESS_PRIVILEGED, UINT64_C(0x4000000000000108)},
};

/* SSV, X and Priv are 0 whatever the request carried; SubstreamID, then UNKNOWN, is 0 here. */
/* covers: SMMU-PRIENTRY */
START_TEST(record)
{
    struct pri_queue_harness *h = without_substreams(1);
    struct prisim_page_request request = pri_queue_harness_page(records[_i].pasid, 7, records[_i].access);
    pri_queue_harness_request(h, &request);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 1);
    ck_assert_uint_eq(prisim_load_le64(h->memory), records[_i].dw0);
    ck_assert_uint_eq(prisim_load_le64(h->memory + 8), UINT64_C(0x7f0000007007));
    pri_queue_harness_close(h);
}
END_TEST

enum { SILENT = -1 };

static const struct {
    unsigned row; /* of SMMU-PRIOUTCOME */
    int code;     /* of the answer */
} answers[] = {{1, 0xf}, {2, 0xf}, {3, 0xf}, {4, 0x0}, {5, 0x0}, {6, SILENT}, {7, 0xf}, {8, SILENT}};

/* L=1, R=W=0 with a PASID: an ordinary request with Last, answered without PASID; as the parameter says otherwise, a
 * Stop Marker, which nobody answers. */
/* covers: SMMU-PRIENTRY, SMMU-PRIMSG-2, SMMU-PRIAUTO-6 */
START_TEST(no_stop_marker)
{
    uint32_t needs_ssv = (uint32_t)_i % 2;
    unsigned row = answers[_i / 2].row;
    struct pri_queue_harness *h = without_substreams(needs_ssv);
    if (row == 1)
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, ON & ~(uint64_t)PRISIM_PRI_QUEUE_ENABLE_PRIQEN);
    if (row == 2)
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ABORT_ACTIVE, 1);
    if (row == 4)
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, PRISIM_PRI_QUEUE_OVFLG);
    if (row == 5)
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 2);
    h->records = row == 7 ? PRISIM_MEMORY_ABORT : row == 8 ? PRISIM_MEMORY_ABORT_LATE : PRISIM_MEMORY_OK;
    pri_queue_harness_settle(h);
    struct prisim_page_request request = pri_queue_harness_page(0x54321, 7, PRISIM_ACCESS_LAST);
    request.secure = row == 3;
    pri_queue_harness_request(h, &request);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_DECISION), 1);
    int code = needs_ssv ? answers[_i / 2].code : SILENT;
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE), code != SILENT);
    const struct prisim_prg_response *response = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_RESPONSE);
    ck_assert(!response || (response->code == code && !response->has_pasid && response->prg_index == 7));
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_LOOKUP), 0);
    if (row == 6) /* written either way, with SSV=0 */
        ck_assert_uint_eq(prisim_load_le64(h->memory), UINT64_C(0x4000000000000108));
    pri_queue_harness_close(h);
}
END_TEST

/* With substreams the parameter says nothing. */
/* covers: SMMU-PRIMSG-1 */
START_TEST(marker_with_substreams)
{
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    config.stop_marker_needs_ssv = (uint32_t)_i;
    struct pri_queue_harness *h = pri_queue_harness_open(&config); /* off: it fails all it gets */
    struct prisim_page_request request = pri_queue_harness_page(3, 7, PRISIM_ACCESS_LAST);
    pri_queue_harness_request(h, &request);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_DECISION), 1);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE), 0);
    pri_queue_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pri_queue_substreams");
    TCase *tcase = tcase_create("SSIDSIZE=0");
    tcase_add_loop_test(tcase, record, 0, sizeof records / sizeof *records);
    tcase_add_loop_test(tcase, no_stop_marker, 0, 2 * sizeof answers / sizeof *answers);
    tcase_add_loop_test(tcase, marker_with_substreams, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
