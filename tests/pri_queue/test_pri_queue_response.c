/* SPDX-License-Identifier: Apache-2.0
 *
 * SMMU-PRIAUTO: the code and the PASID of an automatic response; order and back-pressure of the answers.
 */
#include <stdlib.h>

#include "tests/harness/suite.h"
#include "tests/pri_queue/pri_queue_harness.h"

enum { NO_PASID = 0, WITH_PASID = 1 };

/* Seed 4 and the rest of the table. */
static const struct {
    uint32_t pps, pasid_supported;
    bool request_pasid, reachable, ppar;
    bool lookup;
    int has_pasid, code;
    enum prisim_cause cause;
} rows[] = {
    {0, 1, false, true, true, false, NO_PASID, 0x0, PRISIM_CAUSE_AUTO_NO_PASID},
    {1, 1, false, true, true, false, NO_PASID, 0x0, PRISIM_CAUSE_AUTO_NO_PASID},
    {1, 1, true, false, false, false, WITH_PASID, 0x0, PRISIM_CAUSE_AUTO_PPS}, /* PPAR not looked at */
    {0, 1, true, true, true, true, WITH_PASID, 0x0, PRISIM_CAUSE_AUTO_PPAR},
    {0, 1, true, true, false, true, NO_PASID, 0x0, PRISIM_CAUSE_AUTO_NO_PPAR},
    {0, 1, true, false, true, true, NO_PASID, 0xf, PRISIM_CAUSE_AUTO_NO_STE},
    {0, 0, true, true, true, false, NO_PASID, 0x0, PRISIM_CAUSE_AUTO_NO_PASID}, /* SMMU without PASID support */
    {1, 0, true, true, true, false, NO_PASID, 0x0, PRISIM_CAUSE_AUTO_NO_PASID},
};

/* A queue in overflow from the start (SMMU-PRIQEN). */
static struct pri_queue_harness *overflowing(uint32_t pps, uint32_t pasid_supported)
{
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    config.pps = pps;
    config.pasid_supported = pasid_supported;
    config.accept_interval = 1;
    struct pri_queue_harness *h = pri_queue_harness_open(&config);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, PRISIM_PRI_QUEUE_OVFLG);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE,
                              PRISIM_PRI_QUEUE_ENABLE_PRIQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN);
    pri_queue_harness_settle(h);
    return h;
}

/* covers: SMMU-IDR-3, SMMU-PRIAUTO-1, SMMU-PRIAUTO-2, SMMU-PRIAUTO-3, SMMU-PRIAUTO-4, SMMU-PRIAUTO-5,
 * SMMU-PRIAUTO-6, SMMU-PRIAUTO, SMMU-SEED-4, SMMU-PRIAUTO-10 */
START_TEST(overflow_table)
{
    struct pri_queue_harness *h = overflowing(rows[_i].pps, rows[_i].pasid_supported);
    h->ppar = (struct prisim_pri_queue_ppar){.reachable = rows[_i].reachable, .ppar = rows[_i].ppar};
    struct prisim_page_request request = pri_queue_harness_page(rows[_i].request_pasid ? 0x54321 : PRISIM_PASID_NONE, 9,
                                                                PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    pri_queue_harness_request(h, &request);
    pri_queue_harness_settle(h);
    const struct prisim_prg_response *response = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_RESPONSE);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE), 1);
    ck_assert_int_eq(response->code, rows[_i].code);
    ck_assert_int_eq(response->has_pasid, rows[_i].has_pasid);
    ck_assert_uint_eq(response->cause, rows[_i].cause);
    ck_assert_uint_eq(response->prg_index, 9);
    ck_assert(!response->has_pasid || response->pasid == 0x54321);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_LOOKUP), rows[_i].lookup);
    const struct prisim_pri_queue_lookup *lookup = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_LOOKUP);
    ck_assert(!lookup || lookup->stream_id == request.stream_id);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_RESPONSE, 0);
    ck_assert(event && event->pri_queue_response.pasid == (rows[_i].has_pasid ? 0x54321 : PRISIM_PASID_NONE));
    pri_queue_harness_close(h);
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
    struct pri_queue_harness *h = overflowing(1, 1);
    struct prisim_page_request request =
        pri_queue_harness_page(cases[_i].pasid, cases[_i].prg_index, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    request.stream_id = cases[_i].stream_id;
    pri_queue_harness_request(h, &request);
    pri_queue_harness_settle(h);
    const struct prisim_prg_response *response = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_RESPONSE);
    ck_assert(response && response->has_pasid);
    ck_assert_uint_eq(response->stream_id, cases[_i].stream_id);
    ck_assert_uint_eq(response->pasid, cases[_i].pasid);
    ck_assert_uint_eq(response->prg_index, cases[_i].prg_index);
    pri_queue_harness_close(h);
}
END_TEST

/* Eight answers wait, then requests are held back and none is lost; lookups are made one at a time, answers keep the
 * order of the requests. */
START_TEST(back_pressure)
{
    struct pri_queue_harness *h = overflowing(0, 1);
    h->ppar = (struct prisim_pri_queue_ppar){.reachable = 1, .ppar = 1};
    h->ppar_delay = 3;
    harness_ready(h->base, PRISIM_PRI_QUEUE_TX_RESPONSE, false);
    pri_queue_harness_run(h, 2);
    for (unsigned i = 0; i < 12; i++) {
        struct prisim_page_request request =
            pri_queue_harness_page(i % 3 ? 5 : PRISIM_PASID_NONE, i, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
        pri_queue_harness_request(h, &request);
    }
    pri_queue_harness_settle(h);
    /* One response is offered and not taken, eight wait. */
    ck_assert_uint_eq(h->base->rx[PRISIM_PRI_QUEUE_RX_REQUEST].taken, 9);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE), 1);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_LOOKUP), 1);
    harness_ready(h->base, PRISIM_PRI_QUEUE_TX_RESPONSE, true);
    pri_queue_harness_settle(h);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE), 12);
    for (unsigned i = 0; i < 12; i++) {
        const struct prisim_prg_response *response = harness_got(h->base, PRISIM_PRI_QUEUE_TX_RESPONSE, i);
        ck_assert_uint_eq(response->prg_index, i);
        ck_assert_int_eq(response->has_pasid, i % 3 != 0);
    }
    pri_queue_harness_close(h);
}
END_TEST

/* A lookup answer that was not asked for changes nothing. */
START_TEST(stray_lookup_answer)
{
    struct pri_queue_harness *h = overflowing(0, 1);
    struct prisim_pri_queue_ppar stray = {.reachable = 1, .ppar = 1};
    harness_offer(h->base, PRISIM_PRI_QUEUE_RX_LOOKUP, &stray);
    pri_queue_harness_settle(h);
    struct prisim_page_request request = pri_queue_harness_page(5, 1, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    pri_queue_harness_request(h, &request);
    pri_queue_harness_settle(h);
    const struct prisim_prg_response *response = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_RESPONSE);
    ck_assert(response && response->code == PRISIM_PRG_FAILURE);
    pri_queue_harness_close(h);
}
END_TEST

/* Nor one that comes at the very edge at which the lookup is put: nobody can have seen it yet. */
START_TEST(stray_at_the_lookup)
{
    for (unsigned delay = 0; delay < 4; delay++) {
        struct pri_queue_harness *h = overflowing(0, 1);
        h->ppar_delay = 20;
        struct prisim_pri_queue_ppar stray = {.reachable = 1, .ppar = 1};
        struct prisim_page_request request = pri_queue_harness_page(5, 1, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
        harness_ready(h->base, PRISIM_PRI_QUEUE_TX_LOOKUP, false);
        pri_queue_harness_request(h, &request);
        pri_queue_harness_run(h, delay);
        harness_offer(h->base, PRISIM_PRI_QUEUE_RX_LOOKUP, &stray);
        pri_queue_harness_run(h, 4 - delay);
        prisim_cycle_t stray_at = h->base->rx[PRISIM_PRI_QUEUE_RX_LOOKUP].taken_at[0];
        prisim_cycle_t put_at = pri_queue_harness_last_at(h, PRISIM_PRI_QUEUE_TX_LOOKUP);
        harness_ready(h->base, PRISIM_PRI_QUEUE_TX_LOOKUP, true);
        pri_queue_harness_settle(h);
        const struct prisim_prg_response *response = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_RESPONSE);
        ck_assert(response);
        if (stray_at <= put_at)
            ck_assert_uint_eq(response->code, PRISIM_PRG_FAILURE);
        pri_queue_harness_close(h);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pri_queue_response");
    TCase *tcase = tcase_create("SMMU-PRIAUTO");
    tcase_add_loop_test(tcase, overflow_table, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, whole_indices, 0, 3);
    tcase_add_test(tcase, back_pressure);
    tcase_add_test(tcase, stray_lookup_answer);
    tcase_add_test(tcase, stray_at_the_lookup);
    suite_add_tcase(suite, tcase);
    return suite;
}
