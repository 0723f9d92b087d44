/* SPDX-License-Identifier: Apache-2.0
 *
 * smmuv3 4.1, 4.2: a queue of an SMMU without substreams (SSIDSIZE=0), and PASIDs that come over the wire all the same.
 */
#include <check.h>
#include <stdlib.h>

#include "model/core/bits.h"
#include "tests/pri_queue/bench.h"

enum { ON = PRI_QUEUE_ENABLE_PRIQEN | PRI_QUEUE_ENABLE_SMMUEN | PRI_QUEUE_ENABLE_IRQEN };

/* SSIDSIZE=0, two entries, on. */
static struct bench *without_substreams(void)
{
    struct pri_queue_config config;
    bench_config(&config);
    config.pasid_supported = 0;
    struct bench *bench = bench_open(&config);
    bench_control(bench, PRI_QUEUE_BASE, BENCH_BASE | 1);
    bench_control(bench, PRI_QUEUE_ENABLE, ON);
    bench_settle(bench);
    return bench;
}

static const struct {
    uint64_t pasid;
    unsigned access;
    uint64_t dw0; /* of stream 0x108 */
} records[] = {
    {PASID_NONE, ACCESS_READ, UINT64_C(0x1000000000000108)},
    {0x54321, ACCESS_READ, UINT64_C(0x1000000000000108)},
    {0xfffff, ACCESS_WRITE, UINT64_C(0x2000000000000108)},
    {0, ACCESS_READ | ACCESS_EXECUTE, UINT64_C(0x1000000000000108)},
    {3, ACCESS_READ | ACCESS_PRIVILEGED, UINT64_C(0x1000000000000108)},
    {3, ACCESS_READ | ACCESS_WRITE | ACCESS_LAST | ACCESS_EXECUTE | ACCESS_PRIVILEGED, UINT64_C(0x7000000000000108)},
    {3, ACCESS_LAST | ACCESS_EXECUTE | ACCESS_PRIVILEGED, UINT64_C(0x4000000000000108)},
};

/* SSV, X and Priv are 0 whatever the request carried; SubstreamID, then UNKNOWN, is 0 here. */
/* covers: smmuv3 4.1 */
START_TEST(record)
{
    struct bench *bench = without_substreams();
    struct page_request request = bench_page(records[_i].pasid, 7, records[_i].access);
    bench_request(bench, &request);
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).prod, 1);
    ck_assert_uint_eq(load_le64(bench->memory), records[_i].dw0);
    ck_assert_uint_eq(load_le64(bench->memory + 8), UINT64_C(0x7f0000007007));
    bench_close(bench);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pri_queue_substreams");
    TCase *tcase = tcase_create("SSIDSIZE=0");
    tcase_add_loop_test(tcase, record, 0, sizeof records / sizeof *records);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
