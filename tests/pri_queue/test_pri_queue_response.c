/* SPDX-License-Identifier: Apache-2.0
 *
 * SMMU-PRIAUTO: the code and the PASID of an automatic response; order and back-pressure of the answers.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/pri_queue/bench.h"

enum { NO_PASID = 0, WITH_PASID = 1 };

/* Seed 4 and the rest of the table. */
static const struct {
    uint32_t pps, pasid_supported;
    bool request_pasid, reachable, ppar;
    bool lookup;
    int has_pasid, code;
    enum cause cause;
} rows[] = {
    {0, 1, false, true, true, false, NO_PASID, 0x0, CAUSE_AUTO_NO_PASID},
    {1, 1, false, true, true, false, NO_PASID, 0x0, CAUSE_AUTO_NO_PASID},
    {1, 1, true, false, false, false, WITH_PASID, 0x0, CAUSE_AUTO_PPS}, /* PPAR not looked at */
    {0, 1, true, true, true, true, WITH_PASID, 0x0, CAUSE_AUTO_PPAR},
    {0, 1, true, true, false, true, NO_PASID, 0x0, CAUSE_AUTO_NO_PPAR},
    {0, 1, true, false, true, true, NO_PASID, 0xf, CAUSE_AUTO_NO_STE},
    {0, 0, true, true, true, false, NO_PASID, 0x0, CAUSE_AUTO_NO_PASID}, /* SMMU without PASID support */
    {1, 0, true, true, true, false, NO_PASID, 0x0, CAUSE_AUTO_NO_PASID},
};

/* A queue in overflow from the start (SMMU-PRIQEN). */
static struct bench *overflowing(uint32_t pps, uint32_t pasid_supported)
{
    struct pri_queue_config config;
    bench_config(&config);
    config.pps = pps;
    config.pasid_supported = pasid_supported;
    config.accept_interval = 1;
    struct bench *bench = bench_open(&config);
    bench_control(bench, PRI_QUEUE_CONS, PRI_QUEUE_OVFLG);
    bench_control(bench, PRI_QUEUE_ENABLE, PRI_QUEUE_ENABLE_PRIQEN | PRI_QUEUE_ENABLE_SMMUEN);
    bench_settle(bench);
    return bench;
}

/* covers: SMMU-IDR-3, SMMU-PRIAUTO-1, SMMU-PRIAUTO-2, SMMU-PRIAUTO-3, SMMU-PRIAUTO-4, SMMU-PRIAUTO-5,
 * SMMU-PRIAUTO-6, SMMU-PRIAUTO, SMMU-SEED-4, SMMU-PRIAUTO-10 */
START_TEST(overflow_table)
{
    struct bench *bench = overflowing(rows[_i].pps, rows[_i].pasid_supported);
    bench->ppar = (struct pri_queue_ppar){.reachable = rows[_i].reachable, .ppar = rows[_i].ppar};
    struct page_request request =
        bench_page(rows[_i].request_pasid ? 0x54321 : PASID_NONE, 9, ACCESS_READ | ACCESS_LAST);
    bench_request(bench, &request);
    bench_settle(bench);
    const struct prg_response *response = bench_last(bench, PRI_QUEUE_TX_RESPONSE);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_RESPONSE), 1);
    ck_assert_int_eq(response->code, rows[_i].code);
    ck_assert_int_eq(response->has_pasid, rows[_i].has_pasid);
    ck_assert_uint_eq(response->cause, rows[_i].cause);
    ck_assert_uint_eq(response->prg_index, 9);
    ck_assert(!response->has_pasid || response->pasid == 0x54321);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_LOOKUP), rows[_i].lookup);
    const struct pri_queue_lookup *lookup = bench_last(bench, PRI_QUEUE_TX_LOOKUP);
    ck_assert(!lookup || lookup->stream_id == request.stream_id);
    const struct event *event = rig_event(bench->rig, EVENT_PRI_QUEUE_RESPONSE, 0);
    ck_assert(event && event->pri_queue_response.pasid == (rows[_i].has_pasid ? 0x54321 : PASID_NONE));
    bench_close(bench);
}
END_TEST

/* SMMU-PRIAUTO: StreamID, PASID and PRGIndex come back whole. */
/* covers: SMMU-PRIAUTO */
START_TEST(whole_indices)
{
    static const struct {
        uint32_t stream_id, pasid;
        uint16_t prg_index;
    } cases[] = {{0xfedcba98, 0, 0x100}, {0, 0x80000, 0x0ff}, {0x80000000, 0xfffff, 0x1ff}};
    struct bench *bench = overflowing(1, 1);
    struct page_request request = bench_page(cases[_i].pasid, cases[_i].prg_index, ACCESS_READ | ACCESS_LAST);
    request.stream_id = cases[_i].stream_id;
    bench_request(bench, &request);
    bench_settle(bench);
    const struct prg_response *response = bench_last(bench, PRI_QUEUE_TX_RESPONSE);
    ck_assert(response && response->has_pasid);
    ck_assert_uint_eq(response->stream_id, cases[_i].stream_id);
    ck_assert_uint_eq(response->pasid, cases[_i].pasid);
    ck_assert_uint_eq(response->prg_index, cases[_i].prg_index);
    bench_close(bench);
}
END_TEST

/* Eight answers wait, then requests are held back and none is lost; lookups are made one at a time, answers keep the
 * order of the requests. */
START_TEST(back_pressure)
{
    struct bench *bench = overflowing(0, 1);
    bench->ppar = (struct pri_queue_ppar){.reachable = 1, .ppar = 1};
    bench->ppar_delay = 3;
    rig_ready(bench->rig, PRI_QUEUE_TX_RESPONSE, false);
    bench_run(bench, 2);
    for (unsigned i = 0; i < 12; i++) {
        struct page_request request = bench_page(i % 3 ? 5 : PASID_NONE, i, ACCESS_READ | ACCESS_LAST);
        bench_request(bench, &request);
    }
    bench_settle(bench);
    /* One response is offered and not taken, eight wait. */
    ck_assert_uint_eq(bench->rig->rx[PRI_QUEUE_RX_REQUEST].taken, 9);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_RESPONSE), 1);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_LOOKUP), 1);
    rig_ready(bench->rig, PRI_QUEUE_TX_RESPONSE, true);
    bench_settle(bench);
    bench_settle(bench);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_RESPONSE), 12);
    for (unsigned i = 0; i < 12; i++) {
        const struct prg_response *response = rig_got(bench->rig, PRI_QUEUE_TX_RESPONSE, i);
        ck_assert_uint_eq(response->prg_index, i);
        ck_assert_int_eq(response->has_pasid, i % 3 != 0);
    }
    bench_close(bench);
}
END_TEST

/* A lookup answer that was not asked for changes nothing. */
START_TEST(stray_lookup_answer)
{
    struct bench *bench = overflowing(0, 1);
    struct pri_queue_ppar stray = {.reachable = 1, .ppar = 1};
    rig_offer(bench->rig, PRI_QUEUE_RX_LOOKUP, &stray);
    bench_settle(bench);
    struct page_request request = bench_page(5, 1, ACCESS_READ | ACCESS_LAST);
    bench_request(bench, &request);
    bench_settle(bench);
    const struct prg_response *response = bench_last(bench, PRI_QUEUE_TX_RESPONSE);
    ck_assert(response && response->code == PRG_FAILURE);
    bench_close(bench);
}
END_TEST

/* Nor one that comes at the very edge at which the lookup is put: nobody can have seen it yet. */
START_TEST(stray_at_the_lookup)
{
    for (unsigned delay = 0; delay < 4; delay++) {
        struct bench *bench = overflowing(0, 1);
        bench->ppar_delay = 20;
        struct pri_queue_ppar stray = {.reachable = 1, .ppar = 1};
        struct page_request request = bench_page(5, 1, ACCESS_READ | ACCESS_LAST);
        rig_ready(bench->rig, PRI_QUEUE_TX_LOOKUP, false);
        bench_request(bench, &request);
        bench_run(bench, delay);
        rig_offer(bench->rig, PRI_QUEUE_RX_LOOKUP, &stray);
        bench_run(bench, 4 - delay);
        cycle_t stray_at = bench->rig->rx[PRI_QUEUE_RX_LOOKUP].taken_at[0];
        cycle_t put_at = bench_last_at(bench, PRI_QUEUE_TX_LOOKUP);
        rig_ready(bench->rig, PRI_QUEUE_TX_LOOKUP, true);
        bench_settle(bench);
        const struct prg_response *response = bench_last(bench, PRI_QUEUE_TX_RESPONSE);
        ck_assert(response);
        if (stray_at <= put_at)
            ck_assert_uint_eq(response->code, PRG_FAILURE);
        bench_close(bench);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pri_queue_response");
    TCase *tcase = tcase_create("SMMU-PRIAUTO");
    tcase_add_loop_test(tcase, overflow_table, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, whole_indices, 0, 3);
    tcase_add_test(tcase, back_pressure);
    tcase_add_test(tcase, stray_lookup_answer);
    tcase_add_test(tcase, stray_at_the_lookup);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
