/* SPDX-License-Identifier: Apache-2.0
 *
 * Registers and enables: configuration, SMMU-PRIQEN and SMMU-CR0 (acknowledges), SMMU-RESET (reset), SMMU-QUEUE (index
 * fields).
 */
#include <stdlib.h>
#include <string.h>

#include "tests/harness/suite.h"
#include "tests/pri_queue/pri_queue_harness.h"

enum {
    PRIQEN = PRISIM_PRI_QUEUE_ENABLE_PRIQEN,
    SMMUEN = PRISIM_PRI_QUEUE_ENABLE_SMMUEN,
    IRQEN = PRISIM_PRI_QUEUE_ENABLE_IRQEN
};

/* covers: SMMU-PRIACCEPT-4 */
START_TEST(configuration)
{
    static const struct {
        size_t offset;
        uint32_t good, bad;
        const char *name;
    } fields[] = {
        {offsetof(struct prisim_pri_queue_config, size_log2_max), 19, 20, "size_log2_max"},
        {offsetof(struct prisim_pri_queue_config, pps), 1, 2, "pps"},
        {offsetof(struct prisim_pri_queue_config, pasid_supported), 0, 2, "pasid_supported"},
        {offsetof(struct prisim_pri_queue_config, msi_supported), 0, 2, "msi_supported"},
        {offsetof(struct prisim_pri_queue_config, auto_fail_last_only), 1, 2, "auto_fail_last_only"},
        {offsetof(struct prisim_pri_queue_config, stop_marker_needs_ssv), 0, 2, "stop_marker_needs_ssv"},
        {offsetof(struct prisim_pri_queue_config, accept_interval), 64, 65, "accept_interval"},
        {offsetof(struct prisim_pri_queue_config, accept_interval), 1, 0, "accept_interval"},
        {offsetof(struct prisim_pri_queue_config, write_latency), 64, 65, "write_latency"},
        {offsetof(struct prisim_pri_queue_config, write_latency), 1, 0, "write_latency"},
        {offsetof(struct prisim_pri_queue_config, records_in_flight), 16, 17, "records_in_flight"},
        {offsetof(struct prisim_pri_queue_config, records_in_flight), 1, 0, "records_in_flight"},
    };
    struct prisim_pri_queue_config config;
    struct prisim_config_error error = {0};
    prisim_pri_queue_config_default(&config);
    ck_assert(prisim_pri_queue_config_check(&config, &error));
    memcpy((char *)&config + fields[_i].offset, &fields[_i].good, sizeof(uint32_t));
    ck_assert(prisim_pri_queue_config_check(&config, &error));
    memcpy((char *)&config + fields[_i].offset, &fields[_i].bad, sizeof(uint32_t));
    ck_assert(!prisim_pri_queue_config_check(&config, &error));
    ck_assert(error.field && error.expected);
    ck_assert_str_eq(error.field, fields[_i].name);
}
END_TEST

/* SMMU-LATENCY, and docs/timing/pri_queue.md "Parameters". */
/* covers: SMMU-LATENCY-6, SMMU-LATENCY-8 */
START_TEST(defaults)
{
    struct prisim_pri_queue_config config;
    prisim_pri_queue_config_default(&config);
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
    struct pri_queue_harness *h = pri_queue_harness_queue(2, false);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, UINT64_MAX);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).enable_ack, 7);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, UINT64_MAX - 7);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).enable_ack, 0);
    for (unsigned i = 0; i < 2; i++) {
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, rows[i].cons);
        pri_queue_harness_settle(h);
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_CONS, i);
        ck_assert(event && event->pri_queue_cons.cons == rows[i].rd &&
                  event->pri_queue_cons.ovackflg == rows[i].ovackflg);
    }
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-RESET: off, nothing acknowledged, nothing said; any message is SMMU-PRIOUTCOME-1. */
/* covers: SMMU-RESET, SMMU-PRIOUTCOME-1 */
START_TEST(reset)
{
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    struct pri_queue_harness *h = pri_queue_harness_open(&config);
    pri_queue_harness_settle(h);
    for (unsigned tx = 0; tx < PRISIM_PRI_QUEUE_TX_PORTS; tx++)
        ck_assert_uint_eq(pri_queue_harness_puts(h, tx), 0);
    struct prisim_page_request request = pri_queue_harness_page(1, 1, PRISIM_ACCESS_READ);
    pri_queue_harness_request(h, &request);
    pri_queue_harness_settle(h);
    const struct prisim_prg_response *response = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_RESPONSE);
    ck_assert(response && response->code == PRISIM_PRG_FAILURE && response->cause == PRISIM_CAUSE_QUEUE_OFF);
    pri_queue_harness_close(h);
}
END_TEST

/* Seed 7 and SMMU-PRIQEN: the acknowledge of PRIQEN follows the raw bit; SMMUEN=0 alone does not take it away. */
/* covers: SMMU-CR0-12, SMMU-PRIOUTCOME-1 */
START_TEST(raw_bit)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(2, false);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, PRIQEN | IRQEN);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).enable_ack, PRIQEN | IRQEN);
    struct prisim_page_request request = pri_queue_harness_page(1, 1, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    pri_queue_harness_request(h, &request);
    pri_queue_harness_settle(h);
    const struct prisim_prg_response *response = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_RESPONSE);
    ck_assert(response && response->code == PRISIM_PRG_FAILURE && !response->has_pasid);
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-PRIQEN: 1->0 of PRIQEN, or of SMMUEN, is acknowledged after accepted records are visible. */
/* covers: SMMU-CR0-12, SMMU-PRIQEN-1 */
START_TEST(off_waits_for_records)
{
    uint64_t off = _i ? PRIQEN : SMMUEN; /* what stays on */
    struct pri_queue_harness *h = pri_queue_harness_queue(2, false);
    h->memory_held = true;
    struct prisim_page_request request = pri_queue_harness_page(1, 1, PRISIM_ACCESS_READ);
    pri_queue_harness_request(h, &request);
    pri_queue_harness_settle(h);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, off | IRQEN);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).enable_ack, PRIQEN | SMMUEN | IRQEN);
    pri_queue_harness_request(h, &request); /* already the new behaviour */
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(
        ((const struct prisim_pri_queue_decision *)pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_DECISION))->cause,
        PRISIM_CAUSE_QUEUE_OFF);
    h->memory_held = false;
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).enable_ack, off | IRQEN);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 1);
    ck_assert(harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_PROD, 0)->cycle <
              pri_queue_harness_last_at(h, PRISIM_PRI_QUEUE_TX_STATUS));
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-IRQCTRL: 1->0 of IRQEN is acknowledged after the MSI completed. */
/* covers: SMMU-IRQCTRL-2 */
START_TEST(irq_off_waits_for_msi)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(2, false);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_IRQ_CFG0, HARNESS_MSI);
    struct prisim_page_request request = pri_queue_harness_page(1, 1, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    pri_queue_harness_request(h, &request);
    h->memory_delay = 60;
    pri_queue_harness_run(h, 75); /* the record is answered, the MSI is not */
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_INTERRUPT), 1);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, PRIQEN | SMMUEN);
    pri_queue_harness_run(h, 10);
    ck_assert_uint_eq(pri_queue_harness_status(h).enable_ack, PRIQEN | SMMUEN | IRQEN);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).enable_ack, PRIQEN | SMMUEN);
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-QUEUE: PROD and CONS are WR/RD 19:0 and bit 31; OVFLG is not reset by PRIQEN (SMMU-PRIQEN). */
/* covers: SMMU-QUEUE-6, SMMU-QUEUE-7, SMMU-PRIQEN-3 */
START_TEST(index_fields)
{
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    struct pri_queue_harness *h = pri_queue_harness_open(&config);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_BASE, HARNESS_BASE | 2);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_PROD, UINT64_C(0x17ff00005)); /* everything but OVFLG */
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 5);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_PROD, UINT64_C(0x1bff00005));
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, UINT64_C(0x1bff00005));
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 0x80000000 | 5);
    ck_assert_uint_eq(pri_queue_harness_status(h).cons, 0x80000000 | 5);
    const struct prisim_event *cons = harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_CONS, 0);
    ck_assert(cons && cons->pri_queue_cons.cons == 5 && cons->pri_queue_cons.ovackflg == 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_PRI_QUEUE_PROD), 0); /* software's write is not a record */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_PRI_QUEUE_OVERFLOW), 0);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, PRIQEN | SMMUEN);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 0x80000000 | 5);
    struct prisim_page_request request = pri_queue_harness_page(1, 1, PRISIM_ACCESS_READ);
    pri_queue_harness_request(h, &request);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 0x80000000 | 6);
    const struct prisim_pri_queue_commit *commit = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_COMMIT);
    ck_assert(commit->slot == 1 && commit->lap == 1);
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-QUEUE: bits above the wrap bit are ignored, of PROD and of CONS. */
/* covers: SMMU-QUEUE-8 */
START_TEST(higher_bits)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(2, false);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, 0);
    pri_queue_harness_settle(h);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_PROD, 0xabcd8);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 0x12340); /* empty: both have the low bits 000 */
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, PRIQEN | SMMUEN | IRQEN);
    pri_queue_harness_settle(h);
    struct prisim_page_request request = pri_queue_harness_page(1, 1, PRISIM_ACCESS_READ);
    for (unsigned i = 0; i < 5; i++) {
        pri_queue_harness_request(h, &request);
        pri_queue_harness_settle(h);
        const struct prisim_pri_queue_decision *decision = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_DECISION);
        ck_assert_uint_eq(decision->cause, i < 4 ? PRISIM_CAUSE_ACCEPTED : PRISIM_CAUSE_QUEUE_FULL);
        if (i < 4)
            ck_assert(decision->slot == i && decision->lap == 0);
        ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_INTERRUPT), 1);
    }
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 4 | PRISIM_PRI_QUEUE_OVFLG);
    pri_queue_harness_close(h);
}
END_TEST

static prisim_cycle_t irqen_ack_at(const struct pri_queue_harness *h)
{
    prisim_cycle_t at = PRISIM_CYCLE_NEVER;
    for (unsigned i = 0; i < pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_STATUS); i++) {
        const struct prisim_pri_queue_status *status = harness_got(h->base, PRISIM_PRI_QUEUE_TX_STATUS, i);
        if ((status->changed & PRISIM_PRI_QUEUE_CHANGED_ACK) && !(status->enable_ack & IRQEN))
            at = harness_got_at(h->base, PRISIM_PRI_QUEUE_TX_STATUS, i);
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
        struct pri_queue_harness *h = pri_queue_harness_queue(busy ? 3 : 0, last_only);
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_IRQ_CFG0, HARNESS_MSI);
        pri_queue_harness_settle(h);
        h->memory_delay = 6;
        struct prisim_page_request request = pri_queue_harness_page(1, 1, PRISIM_ACCESS_READ);
        pri_queue_harness_request(h, &request);
        request.access |= PRISIM_ACCESS_LAST;
        for (unsigned i = 0; i < (busy ? 3u : last_only); i++)
            pri_queue_harness_request(h, &request);
        pri_queue_harness_run(h, 6); /* the first write is taken */
        harness_ready(h->base, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, !busy);
        pri_queue_harness_run(h, delay);
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, PRIQEN | SMMUEN);
        pri_queue_harness_run(h, 30);
        harness_ready(h->base, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, true);
        pri_queue_harness_settle(h);
        prisim_cycle_t ack = irqen_ack_at(h);
        ck_assert_uint_ne(ack, PRISIM_CYCLE_NEVER);
        ck_assert_uint_eq(pri_queue_harness_status(h).enable_ack, PRIQEN | SMMUEN);
        unsigned interrupts = pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_INTERRUPT), msis = 0;
        ck_assert(!interrupts || ack > pri_queue_harness_last_at(h, PRISIM_PRI_QUEUE_TX_INTERRUPT));
        for (unsigned i = 0; i < pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST); i++) {
            const struct prisim_memory_request *write = harness_got(h->base, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, i);
            if (write->id != HARNESS_MSI_ID)
                continue;
            msis++;
            ck_assert_uint_gt(ack, h->base->tx[PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST].put[i].taken + 6);
        }
        ck_assert_uint_ge(interrupts, msis);
        ck_assert(interrupts ? msis > 0 : msis == 0); /* they may coalesce */
        pri_queue_harness_close(h);
    }
}
END_TEST

Suite *test_suite(void)
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
    return suite;
}
