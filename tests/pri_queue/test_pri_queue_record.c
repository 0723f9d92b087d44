/* SPDX-License-Identifier: Apache-2.0
 *
 * SMMU-PRIENTRY: where each field of a record lies.
 */
#include <stdlib.h>

#include "model/core/bits.h"
#include "model/pri_queue/pri_queue.h"
#include "tests/harness/suite.h"

static const struct {
    struct prisim_page_request request;
    uint64_t dw0, dw1;
} rows[] = {
    {{.stream_id = 0xdeadbeef}, 0xdeadbeef, 0},
    {{.has_pasid = 1, .pasid = 0xabcde}, UINT64_C(0x800abcde00000000), 0},
    {{.has_pasid = 1, .pasid = 0xfffabcde}, UINT64_C(0x800abcde00000000), 0}, /* 20 bits */
    {{.has_pasid = 0, .pasid = 0xabcde}, 0, 0},                               /* UNKNOWN: ours is 0 */
    {{.has_pasid = 1, .access = PRISIM_ACCESS_PRIVILEGED}, UINT64_C(0x8400000000000000), 0},
    {{.has_pasid = 1, .access = PRISIM_ACCESS_EXECUTE}, UINT64_C(0x8800000000000000), 0},
    {{.access = PRISIM_ACCESS_PRIVILEGED | PRISIM_ACCESS_EXECUTE}, 0, 0}, /* SSV=0 implies X=0 and Priv=0 */
    {{.access = PRISIM_ACCESS_READ}, UINT64_C(1) << 60, 0},
    {{.access = PRISIM_ACCESS_WRITE}, UINT64_C(1) << 61, 0},
    {{.access = PRISIM_ACCESS_LAST}, UINT64_C(1) << 62, 0},
    {{.prg_index = 0x1ff}, 0, 0x1ff},
    {{.prg_index = 0xffff}, 0, 0x1ff}, /* 9 bits */
    {{.address = UINT64_MAX}, 0, UINT64_C(0xfffffffffffff000)},
};

/* covers: SMMU-PRIENTRY-1, SMMU-PRIENTRY-2, SMMU-PRIENTRY-3, SMMU-PRIENTRY-4, SMMU-PRIENTRY-5, SMMU-PRIENTRY-6,
 * SMMU-PRIENTRY-7, SMMU-PRIENTRY-8, SMMU-PRIENTRY-9, SMMU-PRIENTRY */
START_TEST(fields)
{
    uint8_t record[PRISIM_PRI_QUEUE_RECORD_BYTES];
    prisim_pri_queue_record_pack(record, &rows[_i].request);
    ck_assert_uint_eq(prisim_load_le64(record), rows[_i].dw0);
    ck_assert_uint_eq(prisim_load_le64(record + 8), rows[_i].dw1);
}
END_TEST

START_TEST(round_trip)
{
    struct prisim_page_request in = {.address = UINT64_C(0x123456789abcd000),
                                     .stream_id = 0x10203,
                                     .pasid = 0x54321,
                                     .prg_index = 0x155,
                                     .has_pasid = 1,
                                     .access = (uint8_t)_i};
    struct prisim_page_request out;
    uint8_t record[PRISIM_PRI_QUEUE_RECORD_BYTES];
    prisim_pri_queue_record_pack(record, &in);
    prisim_pri_queue_record_unpack(&out, record);
    ck_assert_mem_eq(&in, &out, sizeof in);
}
END_TEST

/* SMMU-PRIENTRY: what stands in RES0 bits is not read. */
START_TEST(res0_ignored)
{
    uint8_t record[PRISIM_PRI_QUEUE_RECORD_BYTES];
    struct prisim_page_request request;
    prisim_store_le64(record, UINT64_C(0x03f0000000000000)); /* 57:52 */
    prisim_store_le64(record + 8, 0xe00);                    /* 11:9 */
    prisim_pri_queue_record_unpack(&request, record);
    ck_assert(request.pasid == 0 && request.stream_id == 0 && request.access == 0 && !request.has_pasid);
    ck_assert(request.prg_index == 0 && request.address == 0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pri_queue_record");
    TCase *tcase = tcase_create("SMMU-PRIENTRY");
    tcase_add_loop_test(tcase, fields, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, round_trip, 0, 32);
    tcase_add_test(tcase, res0_ignored);
    suite_add_tcase(suite, tcase);
    return suite;
}
