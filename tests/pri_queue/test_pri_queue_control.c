/* SPDX-License-Identifier: Apache-2.0
 *
 * Registers and enables: configuration, SMMU-PRIQEN and SMMU-CR0 (acknowledges), SMMU-RESET (reset), SMMU-QUEUE (index
 * fields).
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/pri_queue/bench.h"

enum { PRIQEN = PRI_QUEUE_ENABLE_PRIQEN, SMMUEN = PRI_QUEUE_ENABLE_SMMUEN, IRQEN = PRI_QUEUE_ENABLE_IRQEN };

/* covers: SMMU-PRIACCEPT-4 */
START_TEST(configuration)
{
    static const struct {
        size_t offset;
        uint32_t good, bad;
        const char *name;
    } fields[] = {
        {offsetof(struct pri_queue_config, size_log2_max), 19, 20, "size_log2_max"},
        {offsetof(struct pri_queue_config, pps), 1, 2, "pps"},
        {offsetof(struct pri_queue_config, pasid_supported), 0, 2, "pasid_supported"},
        {offsetof(struct pri_queue_config, msi_supported), 0, 2, "msi_supported"},
        {offsetof(struct pri_queue_config, auto_fail_last_only), 1, 2, "auto_fail_last_only"},
        {offsetof(struct pri_queue_config, stop_marker_needs_ssv), 0, 2, "stop_marker_needs_ssv"},
        {offsetof(struct pri_queue_config, accept_interval), 64, 65, "accept_interval"},
        {offsetof(struct pri_queue_config, accept_interval), 1, 0, "accept_interval"},
        {offsetof(struct pri_queue_config, write_latency), 64, 65, "write_latency"},
        {offsetof(struct pri_queue_config, write_latency), 1, 0, "write_latency"},
        {offsetof(struct pri_queue_config, records_in_flight), 16, 17, "records_in_flight"},
        {offsetof(struct pri_queue_config, records_in_flight), 1, 0, "records_in_flight"},
    };
    struct pri_queue_config config;
    struct config_error error = {0};
    pri_queue_config_default(&config);
    ck_assert(pri_queue_config_check(&config, &error));
    memcpy((char *)&config + fields[_i].offset, &fields[_i].good, sizeof(uint32_t));
    ck_assert(pri_queue_config_check(&config, &error));
    memcpy((char *)&config + fields[_i].offset, &fields[_i].bad, sizeof(uint32_t));
    ck_assert(!pri_queue_config_check(&config, &error));
    ck_assert(error.field && error.expected);
    ck_assert_str_eq(error.field, fields[_i].name);
}
END_TEST

/* SMMU-LATENCY, and docs/timing/pri_queue.md "Parameters". */
/* covers: SMMU-LATENCY-6, SMMU-LATENCY-8 */
START_TEST(defaults)
{
    struct pri_queue_config config;
    pri_queue_config_default(&config);
    ck_assert_uint_eq(config.size_log2_max, 19);
    ck_assert_uint_eq(config.pps, 0);
    ck_assert_uint_eq(config.pasid_supported, 1);
    ck_assert_uint_eq(config.msi_supported, 1);
    ck_assert_uint_eq(config.auto_fail_last_only, 0);
    ck_assert_uint_eq(config.stop_marker_needs_ssv, 1);
    ck_assert_uint_eq(config.accept_interval, 4);
    ck_assert_uint_eq(config.write_latency, 2);
    ck_assert_uint_eq(config.records_in_flight, 4);
}
END_TEST

/* ENABLE has three bits; CONS in the event is RD and OVACKFLG as written. */
START_TEST(control_values)
{
    static const struct {
        uint64_t cons, rd, ovackflg;
    } rows[] = {{UINT64_C(0xbff80005), 0x80005, 1}, {UINT64_C(0x17ff7fff0), 0x7fff0, 0}};
    struct bench *bench = bench_queue(2, false);
    bench_control(bench, PRI_QUEUE_ENABLE, UINT64_MAX);
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).enable_ack, 7);
    bench_control(bench, PRI_QUEUE_ENABLE, UINT64_MAX - 7);
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).enable_ack, 0);
    for (unsigned i = 0; i < 2; i++) {
        bench_control(bench, PRI_QUEUE_CONS, rows[i].cons);
        bench_settle(bench);
        const struct event *event = rig_event(bench->rig, EVENT_PRI_QUEUE_CONS, i);
        ck_assert(event && event->pri_queue_cons.cons == rows[i].rd &&
                  event->pri_queue_cons.ovackflg == rows[i].ovackflg);
    }
    bench_close(bench);
}
END_TEST

/* SMMU-RESET: off, nothing acknowledged, nothing said; any message is SMMU-PRIOUTCOME-1. */
/* covers: SMMU-RESET, SMMU-PRIOUTCOME-1 */
START_TEST(reset)
{
    struct pri_queue_config config;
    bench_config(&config);
    struct bench *bench = bench_open(&config);
    bench_settle(bench);
    for (unsigned tx = 0; tx < PRI_QUEUE_TX_PORTS; tx++)
        ck_assert_uint_eq(bench_puts(bench, tx), 0);
    struct page_request request = bench_page(1, 1, ACCESS_READ);
    bench_request(bench, &request);
    bench_settle(bench);
    const struct prg_response *response = bench_last(bench, PRI_QUEUE_TX_RESPONSE);
    ck_assert(response && response->code == PRG_FAILURE && response->cause == CAUSE_QUEUE_OFF);
    bench_close(bench);
}
END_TEST

/* Seed 7 and SMMU-PRIQEN: the acknowledge of PRIQEN follows the raw bit; SMMUEN=0 alone does not take it away. */
/* covers: SMMU-CR0-12, SMMU-PRIOUTCOME-1 */
START_TEST(raw_bit)
{
    struct bench *bench = bench_queue(2, false);
    bench_control(bench, PRI_QUEUE_ENABLE, PRIQEN | IRQEN);
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).enable_ack, PRIQEN | IRQEN);
    struct page_request request = bench_page(1, 1, ACCESS_READ | ACCESS_LAST);
    bench_request(bench, &request);
    bench_settle(bench);
    const struct prg_response *response = bench_last(bench, PRI_QUEUE_TX_RESPONSE);
    ck_assert(response && response->code == PRG_FAILURE && !response->has_pasid);
    bench_close(bench);
}
END_TEST

/* SMMU-PRIQEN: 1->0 of PRIQEN, or of SMMUEN, is acknowledged after accepted records are visible. */
/* covers: SMMU-CR0-12, SMMU-PRIQEN-1 */
START_TEST(off_waits_for_records)
{
    uint64_t off = _i ? PRIQEN : SMMUEN; /* what stays on */
    struct bench *bench = bench_queue(2, false);
    bench->memory_held = true;
    struct page_request request = bench_page(1, 1, ACCESS_READ);
    bench_request(bench, &request);
    bench_settle(bench);
    bench_control(bench, PRI_QUEUE_ENABLE, off | IRQEN);
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).enable_ack, PRIQEN | SMMUEN | IRQEN);
    bench_request(bench, &request); /* already the new behaviour */
    bench_settle(bench);
    ck_assert_uint_eq(((const struct pri_queue_decision *)bench_last(bench, PRI_QUEUE_TX_DECISION))->cause,
                      CAUSE_QUEUE_OFF);
    bench->memory_held = false;
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).enable_ack, off | IRQEN);
    ck_assert_uint_eq(bench_status(bench).prod, 1);
    ck_assert(rig_event(bench->rig, EVENT_PRI_QUEUE_PROD, 0)->cycle < bench_last_at(bench, PRI_QUEUE_TX_STATUS));
    bench_close(bench);
}
END_TEST

/* SMMU-IRQCTRL: 1->0 of IRQEN is acknowledged after the MSI completed. */
/* covers: SMMU-IRQCTRL-2 */
START_TEST(irq_off_waits_for_msi)
{
    struct bench *bench = bench_queue(2, false);
    bench_control(bench, PRI_QUEUE_IRQ_CFG0, BENCH_MSI);
    struct page_request request = bench_page(1, 1, ACCESS_READ);
    bench_settle(bench);
    bench_request(bench, &request);
    bench->memory_delay = 60;
    bench_run(bench, 75); /* the record is answered, the MSI is not */
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_INTERRUPT), 1);
    bench_control(bench, PRI_QUEUE_ENABLE, PRIQEN | SMMUEN);
    bench_run(bench, 10);
    ck_assert_uint_eq(bench_status(bench).enable_ack, PRIQEN | SMMUEN | IRQEN);
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).enable_ack, PRIQEN | SMMUEN);
    bench_close(bench);
}
END_TEST

/* SMMU-QUEUE: PROD and CONS are WR/RD 19:0 and bit 31; OVFLG is not reset by PRIQEN (SMMU-PRIQEN). */
/* covers: SMMU-QUEUE-6, SMMU-QUEUE-7, SMMU-PRIQEN-3 */
START_TEST(index_fields)
{
    struct pri_queue_config config;
    bench_config(&config);
    struct bench *bench = bench_open(&config);
    bench_control(bench, PRI_QUEUE_BASE, BENCH_BASE | 2);
    bench_control(bench, PRI_QUEUE_PROD, UINT64_C(0x17ff00005)); /* everything but OVFLG */
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).prod, 5);
    bench_control(bench, PRI_QUEUE_PROD, UINT64_C(0x1bff00005));
    bench_control(bench, PRI_QUEUE_CONS, UINT64_C(0x1bff00005));
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).prod, 0x80000000 | 5);
    ck_assert_uint_eq(bench_status(bench).cons, 0x80000000 | 5);
    const struct event *cons = rig_event(bench->rig, EVENT_PRI_QUEUE_CONS, 0);
    ck_assert(cons && cons->pri_queue_cons.cons == 5 && cons->pri_queue_cons.ovackflg == 1);
    ck_assert_uint_eq(rig_events(bench->rig, EVENT_PRI_QUEUE_PROD), 0); /* software's write is not a record */
    ck_assert_uint_eq(rig_events(bench->rig, EVENT_PRI_QUEUE_OVERFLOW), 0);
    bench_control(bench, PRI_QUEUE_ENABLE, PRIQEN | SMMUEN);
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).prod, 0x80000000 | 5);
    struct page_request request = bench_page(1, 1, ACCESS_READ);
    bench_request(bench, &request);
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).prod, 0x80000000 | 6);
    const struct pri_queue_commit *commit = bench_last(bench, PRI_QUEUE_TX_COMMIT);
    ck_assert(commit->slot == 1 && commit->lap == 1);
    bench_close(bench);
}
END_TEST

/* SMMU-QUEUE: bits above the wrap bit are ignored, of PROD and of CONS. */
/* covers: SMMU-QUEUE-8 */
START_TEST(higher_bits)
{
    struct bench *bench = bench_queue(2, false);
    bench_control(bench, PRI_QUEUE_ENABLE, 0);
    bench_settle(bench);
    bench_control(bench, PRI_QUEUE_PROD, 0xabcd8);
    bench_control(bench, PRI_QUEUE_CONS, 0x12340); /* empty: both have the low bits 000 */
    bench_control(bench, PRI_QUEUE_ENABLE, PRIQEN | SMMUEN | IRQEN);
    bench_settle(bench);
    struct page_request request = bench_page(1, 1, ACCESS_READ);
    for (unsigned i = 0; i < 5; i++) {
        bench_request(bench, &request);
        bench_settle(bench);
        const struct pri_queue_decision *decision = bench_last(bench, PRI_QUEUE_TX_DECISION);
        ck_assert_uint_eq(decision->cause, i < 4 ? CAUSE_ACCEPTED : CAUSE_QUEUE_FULL);
        if (i < 4)
            ck_assert(decision->slot == i && decision->lap == 0);
        ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_INTERRUPT), 1);
    }
    ck_assert_uint_eq(bench_status(bench).prod, 4 | PRI_QUEUE_OVFLG);
    bench_close(bench);
}
END_TEST

static cycle_t irqen_ack_at(const struct bench *bench)
{
    cycle_t at = CYCLE_NEVER;
    for (unsigned i = 0; i < bench_puts(bench, PRI_QUEUE_TX_STATUS); i++) {
        const struct pri_queue_status *status = rig_got(bench->rig, PRI_QUEUE_TX_STATUS, i);
        if ((status->changed & PRI_QUEUE_CHANGED_ACK) && !(status->enable_ack & IRQEN))
            at = rig_got_at(bench->rig, PRI_QUEUE_TX_STATUS, i);
    }
    return at;
}

/* SMMU-IRQCTRL: whenever IRQEN is cleared, before, while or after an interrupt is made: the acknowledge comes after the
 * wire and after the MSI's answer, and each interrupt that is signalled has its MSI. With LO=1 the cause is a drop that
 * waits for a record. `busy`: memory takes nothing, and another record's write stands before the MSI. */
/* covers: SMMU-IRQCTRL-2 */
START_TEST(irq_off_waits_for_all)
{
    bool last_only = _i & 1, busy = _i & 2;
    for (unsigned delay = 0; delay < 40; delay++) {
        struct bench *bench = bench_queue(busy ? 3 : 0, last_only);
        bench_control(bench, PRI_QUEUE_IRQ_CFG0, BENCH_MSI);
        bench_settle(bench);
        bench->memory_delay = 6;
        struct page_request request = bench_page(1, 1, ACCESS_READ);
        bench_request(bench, &request);
        request.access |= ACCESS_LAST;
        for (unsigned i = 0; i < (busy ? 3u : last_only); i++)
            bench_request(bench, &request);
        bench_run(bench, 6); /* the first write is taken */
        rig_ready(bench->rig, PRI_QUEUE_TX_MEMORY_REQUEST, !busy);
        bench_run(bench, delay);
        bench_control(bench, PRI_QUEUE_ENABLE, PRIQEN | SMMUEN);
        bench_run(bench, 30);
        rig_ready(bench->rig, PRI_QUEUE_TX_MEMORY_REQUEST, true);
        bench_settle(bench);
        cycle_t ack = irqen_ack_at(bench);
        ck_assert_uint_ne(ack, CYCLE_NEVER);
        ck_assert_uint_eq(bench_status(bench).enable_ack, PRIQEN | SMMUEN);
        unsigned interrupts = bench_puts(bench, PRI_QUEUE_TX_INTERRUPT), msis = 0;
        ck_assert(!interrupts || ack > bench_last_at(bench, PRI_QUEUE_TX_INTERRUPT));
        for (unsigned i = 0; i < bench_puts(bench, PRI_QUEUE_TX_MEMORY_REQUEST); i++) {
            const struct memory_request *write = rig_got(bench->rig, PRI_QUEUE_TX_MEMORY_REQUEST, i);
            if (write->id != BENCH_MSI_ID)
                continue;
            msis++;
            ck_assert_uint_gt(ack, bench->rig->tx[PRI_QUEUE_TX_MEMORY_REQUEST].put[i].taken + 6);
        }
        ck_assert_uint_ge(interrupts, msis);
        ck_assert(interrupts ? msis > 0 : msis == 0); /* they may coalesce */
        bench_close(bench);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pri_queue_control");
    TCase *tcase = tcase_create("SMMU-PRIQEN");
    tcase_add_loop_test(tcase, configuration, 0, 11);
    tcase_add_test(tcase, defaults);
    tcase_add_test(tcase, control_values);
    tcase_add_test(tcase, reset);
    tcase_add_test(tcase, raw_bit);
    tcase_add_loop_test(tcase, off_waits_for_records, 0, 2);
    tcase_add_test(tcase, irq_off_waits_for_msi);
    tcase_add_loop_test(tcase, irq_off_waits_for_all, 0, 4);
    tcase_add_test(tcase, index_fields);
    tcase_add_test(tcase, higher_bits);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
