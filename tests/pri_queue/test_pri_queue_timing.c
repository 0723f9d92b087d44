/* SPDX-License-Identifier: Apache-2.0
 *
 * The clock of docs/timing/pri_queue.md: every path at its edge, neither before nor after, for several values of each
 * latency; and who wins when two things meet at one edge.
 */
#include <stdlib.h>

#include "tests/harness/suite.h"
#include "tests/pri_queue/pri_queue_harness.h"

enum {
    PRIQEN = PRISIM_PRI_QUEUE_ENABLE_PRIQEN,
    SMMUEN = PRISIM_PRI_QUEUE_ENABLE_SMMUEN,
    IRQEN = PRISIM_PRI_QUEUE_ENABLE_IRQEN
};
enum { ON = PRIQEN | SMMUEN | IRQEN, LAST = PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST };

static struct pri_queue_harness *open_with(struct prisim_pri_queue_config config, unsigned log2, bool last_only)
{
    struct pri_queue_harness *h = pri_queue_harness_open(&config);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_BASE, HARNESS_BASE | log2);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_IRQ_CFG0, HARNESS_MSI);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_IRQ_CFG2, (uint64_t)last_only << 31);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, ON);
    pri_queue_harness_settle(h);
    return h;
}

static struct pri_queue_harness *open_default(unsigned log2, bool last_only)
{
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    return open_with(config, log2, last_only);
}

static void request(struct pri_queue_harness *h, uint64_t pasid, unsigned access)
{
    struct prisim_page_request message = pri_queue_harness_page(pasid, h->requests & 0x1ff, access);
    pri_queue_harness_request(h, &message);
}

static prisim_cycle_t at(const struct pri_queue_harness *h, enum prisim_pri_queue_tx tx, unsigned n)
{
    return harness_got_at(h->base, tx, n);
}

/* n: taken and decided. n + write_latency: write offered. m: response, commit. m+1: PROD. m+2: interrupt and MSI. */
/* covers: SMMU-IRQCFG-5, SMMU-PRIIRQ-5 */
START_TEST(written)
{
    static const uint32_t latencies[] = {1, 2, 3, 17, 64};
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    config.write_latency = latencies[_i];
    struct pri_queue_harness *h = open_with(config, 3, false);
    h->memory_delay = 5;
    unsigned status = pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_STATUS);
    request(h, 1, LAST);
    pri_queue_harness_settle(h);
    pri_queue_harness_settle(h);
    prisim_cycle_t n = pri_queue_harness_request_at(h);
    prisim_cycle_t offered = n + latencies[_i];
    prisim_cycle_t m = offered + 1 + 5; /* taken one edge after it was offered */
    ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_DECISION, 0), n);
    ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, 0), offered);
    ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_COMMIT, 0), m);
    ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_STATUS, status), m + 1);
    ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_INTERRUPT, 0), m + 2);
    ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, 1), m + 2);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_ACCEPT, 0)->cycle, n);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_WRITE, 0)->cycle, m);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_PROD, 0)->cycle, m + 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_INTERRUPT, 0)->cycle, m + 2);
    pri_queue_harness_close(h);
}
END_TEST

/* accept_interval edges from one request to the next, written or dropped. */
START_TEST(pacing)
{
    static const uint32_t intervals[] = {1, 2, 4, 13};
    uint32_t interval = intervals[_i / 2];
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    config.accept_interval = interval;
    config.records_in_flight = 16;
    struct pri_queue_harness *h = open_with(config, 3, false);
    if (_i % 2) /* in overflow: all are dropped */
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, PRISIM_PRI_QUEUE_OVFLG);
    pri_queue_harness_settle(h);
    for (unsigned i = 0; i < 6; i++)
        request(h, 1, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    for (unsigned i = 1; i < 6; i++)
        ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_DECISION, i),
                          at(h, PRISIM_PRI_QUEUE_TX_DECISION, i - 1) + interval);
    pri_queue_harness_close(h);
}
END_TEST

/* records_in_flight records, then the next request is taken one edge after the commit that makes room. */
START_TEST(in_flight)
{
    static const uint32_t limits[] = {1, 4, 16};
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    config.accept_interval = 1;
    config.records_in_flight = limits[_i];
    struct pri_queue_harness *h = open_with(config, 5, false);
    h->memory_held = true;
    for (unsigned i = 0; i <= limits[_i]; i++)
        request(h, 1, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_DECISION), limits[_i]);
    pri_queue_harness_memory_answer(
        h, ((const struct prisim_memory_request *)harness_got(h->base, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, 0))->id,
        PRISIM_MEMORY_OK);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_request_at(h), at(h, PRISIM_PRI_QUEUE_TX_COMMIT, 0) + 1);
    pri_queue_harness_close(h);
}
END_TEST

/* A write that memory does not take: it and the next wait, in order, an edge apart. */
START_TEST(memory_back_pressure)
{
    struct pri_queue_harness *h = open_default(3, false);
    harness_ready(h->base, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, false);
    pri_queue_harness_run(h, 2);
    request(h, 1, PRISIM_ACCESS_READ);
    request(h, 1, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST), 1);
    harness_ready(h->base, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, true);
    pri_queue_harness_settle(h);
    prisim_cycle_t taken = h->base->tx[PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST].put[0].taken;
    ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, 1), taken);
    pri_queue_harness_close(h);
}
END_TEST

/* Overflow with nothing in flight: OVFLG at n; response and interrupt at n+1; a lookup at n+1, its response one edge
 * after the answer. */
START_TEST(overflow)
{
    bool pasid = _i;
    struct pri_queue_harness *h = open_default(0, true);
    h->ppar = (struct prisim_pri_queue_ppar){.reachable = 1, .ppar = 1};
    h->ppar_delay = 6;
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 1);
    pri_queue_harness_settle(h);
    request(h, pasid ? 1 : PRISIM_PASID_NONE, LAST);
    pri_queue_harness_settle(h);
    prisim_cycle_t n = pri_queue_harness_request_at(h);
    ck_assert_uint_eq(pri_queue_harness_last_at(h, PRISIM_PRI_QUEUE_TX_STATUS), n);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_OVERFLOW, 0)->cycle, n);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_DROP, 0)->cycle, n);
    ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_INTERRUPT, 0), n + 1);
    ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, 0), n + 1);
    if (pasid) {
        ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_LOOKUP, 0), n + 1);
        ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_RESPONSE, 0), n + 1 + 1 + 6 + 1);
    } else {
        ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_RESPONSE, 0), n + 1);
    }
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-PRIOUTCOME-7: the loss at m, the Failure at m+1; the request taken at m is accepted and lost, the one at m+1 is
 * refused. At m two more writes are under way, the second put at m: ABORT comes when it is answered, at m+2
 * (SMMU-PRIOUTCOME). */
/* covers: SMMU-PRIOUTCOME */
START_TEST(abort_edge)
{
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    config.accept_interval = 1;
    config.write_latency = 1;
    struct pri_queue_harness *h = open_with(config, 4, false);
    h->records = PRISIM_MEMORY_ABORT;
    for (unsigned i = 0; i < 8; i++)
        request(h, 1, LAST);
    pri_queue_harness_settle(h);
    prisim_cycle_t n = at(h, PRISIM_PRI_QUEUE_TX_DECISION, 0), m = n + 3; /* offered n+1, taken n+2, answered n+3 */
    ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_COMMIT, 0), m);
    ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, 2), m);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST), 3);
    ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_ABORT, 0), m + 2);
    ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_RESPONSE, 0), m + 1);
    for (unsigned i = 0; i < 8; i++) {
        const struct prisim_pri_queue_decision *decision = harness_got(h->base, PRISIM_PRI_QUEUE_TX_DECISION, i);
        bool after = at(h, PRISIM_PRI_QUEUE_TX_DECISION, i) > m;
        ck_assert_uint_eq(decision->cause, after ? PRISIM_CAUSE_QUEUE_ABORTED : PRISIM_CAUSE_ACCEPTED);
    }
    const struct prisim_pri_queue_decision *at_m = harness_got(h->base, PRISIM_PRI_QUEUE_TX_DECISION, 3);
    ck_assert(at(h, PRISIM_PRI_QUEUE_TX_DECISION, 3) == m && at_m->cause == PRISIM_CAUSE_ACCEPTED);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_PRI_QUEUE_LOST), 4);
    pri_queue_harness_close(h);
}
END_TEST

/* CONTROL at n: a request at n still sees the registers before it, one at n+1 those after it. */
START_TEST(control_edge)
{
    static const struct {
        enum prisim_pri_queue_control_what what;
        uint64_t value;
        enum prisim_cause same, next;
    } rows[] = {
        {PRISIM_PRI_QUEUE_CONS, 1, PRISIM_CAUSE_ACCEPTED, PRISIM_CAUSE_QUEUE_FULL}, /* the other wrap bit: full */
        {PRISIM_PRI_QUEUE_CONS, PRISIM_PRI_QUEUE_OVFLG, PRISIM_CAUSE_ACCEPTED, PRISIM_CAUSE_OVERFLOW_ACTIVE},
        {PRISIM_PRI_QUEUE_ENABLE, SMMUEN, PRISIM_CAUSE_ACCEPTED, PRISIM_CAUSE_QUEUE_OFF},
        {PRISIM_PRI_QUEUE_ABORT_ACTIVE, 1, PRISIM_CAUSE_ACCEPTED, PRISIM_CAUSE_QUEUE_ABORTED},
    };
    for (unsigned late = 0; late < 2; late++) {
        struct pri_queue_harness *h = open_default(0, false);
        pri_queue_harness_control(h, rows[_i].what, rows[_i].value);
        if (late)
            pri_queue_harness_edge(h);
        request(h, 1, PRISIM_ACCESS_READ);
        pri_queue_harness_settle(h);
        ck_assert_uint_eq(pri_queue_harness_request_at(h), pri_queue_harness_control_at(h) + late);
        const struct prisim_pri_queue_decision *decision = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_DECISION);
        ck_assert_uint_eq(decision->cause, late ? rows[_i].next : rows[_i].same);
        pri_queue_harness_close(h);
    }
}
END_TEST

/* Leaving: the CONS write at n that frees a slot, and the one that acknowledges, count from n+1. */
START_TEST(leaving_edge)
{
    for (unsigned late = 0; late < 2; late++) {
        struct pri_queue_harness *h = open_default(0, false);
        request(h, 1, PRISIM_ACCESS_READ);
        pri_queue_harness_settle(h);
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 1);
        if (late)
            pri_queue_harness_edge(h);
        request(h, 1, PRISIM_ACCESS_READ);
        pri_queue_harness_settle(h);
        const struct prisim_pri_queue_decision *decision = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_DECISION);
        ck_assert_uint_eq(decision->cause, late ? PRISIM_CAUSE_ACCEPTED : PRISIM_CAUSE_QUEUE_FULL);
        pri_queue_harness_close(h);
    }
}
END_TEST

/* CONS meets the PROD update at one edge: emptiness is judged on the CONS before. An edge earlier it counts. */
START_TEST(cons_meets_prod)
{
    for (unsigned early = 0; early < 2; early++) {
        struct pri_queue_harness *h = open_default(2, false);
        request(h, 1, PRISIM_ACCESS_READ);
        pri_queue_harness_settle(h);
        unsigned before = pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_INTERRUPT);
        request(h, 1, PRISIM_ACCESS_READ);
        pri_queue_harness_run(h, early ? 4 : 5); /* n, offered n+2, taken n+3, m = n+4, PROD at n+5 */
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 1);
        pri_queue_harness_settle(h);
        unsigned got = pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_INTERRUPT) - before;
        prisim_cycle_t prod = harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_PROD, 1)->cycle;
        prisim_cycle_t cons = pri_queue_harness_control_at(h);
        ck_assert_uint_eq(cons + early, prod);
        ck_assert_uint_eq(got, early);
        pri_queue_harness_close(h);
    }
}
END_TEST

/* Registers: CONS is read back from n, an acknowledge from n+1; behind a record at m from m+2; behind an MSI from k+1.
 */
START_TEST(acknowledges)
{
    struct pri_queue_harness *h = open_default(2, false);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 0);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_last_at(h, PRISIM_PRI_QUEUE_TX_STATUS), pri_queue_harness_control_at(h));
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, SMMUEN);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_last_at(h, PRISIM_PRI_QUEUE_TX_STATUS), pri_queue_harness_control_at(h) + 1);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, ON);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_last_at(h, PRISIM_PRI_QUEUE_TX_STATUS), pri_queue_harness_control_at(h) + 1);

    h->memory_delay = 20;
    request(h, 1, PRISIM_ACCESS_READ);
    pri_queue_harness_run(h, 3);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, SMMUEN | IRQEN);
    pri_queue_harness_run(h, 40);
    prisim_cycle_t m = at(h, PRISIM_PRI_QUEUE_TX_COMMIT, 0);
    ck_assert_uint_eq(pri_queue_harness_last_at(h, PRISIM_PRI_QUEUE_TX_STATUS), m + 2);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, SMMUEN); /* the MSI is in flight */
    pri_queue_harness_settle(h);
    prisim_cycle_t k = h->base->tx[PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST].put[1].taken + 20;
    ck_assert_uint_eq(pri_queue_harness_last_at(h, PRISIM_PRI_QUEUE_TX_STATUS), k + 1);
    pri_queue_harness_close(h);
}
END_TEST

/* An MSI and a record due at one edge: the MSI goes first, the record one edge later. */
START_TEST(msi_before_record)
{
    struct pri_queue_harness *h = open_default(3, false);
    request(h, 1, PRISIM_ACCESS_READ); /* n, m = n+4, MSI at n+6 */
    request(h, 1, PRISIM_ACCESS_READ); /* n+4, write due n+6 */
    pri_queue_harness_settle(h);
    prisim_cycle_t n = at(h, PRISIM_PRI_QUEUE_TX_DECISION, 0);
    const struct prisim_memory_request *first = harness_got(h->base, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, 1);
    ck_assert(first && first->id == HARNESS_MSI_ID);
    ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_DECISION, 1), n + 4);
    ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, 1), n + 6);
    ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, 2), n + 7);
    pri_queue_harness_close(h);
}
END_TEST

/* A second MSI is offered one edge after the first one is answered. */
START_TEST(second_msi)
{
    struct pri_queue_harness *h = open_default(3, true);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, PRISIM_PRI_QUEUE_OVFLG);
    pri_queue_harness_settle(h);
    h->memory_delay = 30;
    request(h, PRISIM_PASID_NONE, LAST);
    request(h, PRISIM_PASID_NONE, LAST);
    pri_queue_harness_settle(h);
    prisim_cycle_t k = h->base->tx[PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST].put[0].taken + 30;
    ck_assert_uint_eq(at(h, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, 1), k + 1);
    pri_queue_harness_close(h);
}
END_TEST

/* What would start the overflow, around the edges at which the older of two records commits and is published: it is
 * taken one edge after the PROD of the younger one, whose slot made the queue full (SMMU-QUEUE). */
/* covers: SMMU-QUEUE-24 */
START_TEST(overflow_meets_commit)
{
    for (unsigned delay = 0; delay < 8; delay++) {
        struct pri_queue_harness *h = open_default(1, false);
        h->memory_held = true;
        request(h, 1, PRISIM_ACCESS_READ);
        request(h, 1, PRISIM_ACCESS_READ);
        pri_queue_harness_settle(h);
        if (delay < 4)
            request(h, 1, PRISIM_ACCESS_READ);
        pri_queue_harness_run(h, delay < 4 ? 3 - delay : 0);
        pri_queue_harness_memory_answer(h, 0, PRISIM_MEMORY_OK);
        if (delay >= 4) {
            pri_queue_harness_run(h, delay - 4);
            request(h, 1, PRISIM_ACCESS_READ);
        }
        pri_queue_harness_settle(h);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_PRI_QUEUE_DROP), 0);
        ck_assert_uint_eq(pri_queue_harness_status(h).prod, 1);
        pri_queue_harness_memory_answer(h, 1, PRISIM_MEMORY_OK);
        pri_queue_harness_settle(h);
        ck_assert_uint_eq(pri_queue_harness_status(h).prod, 2 | PRISIM_PRI_QUEUE_OVFLG);
        prisim_cycle_t prod = harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_PROD, 1)->cycle;
        ck_assert_uint_eq(prod, at(h, PRISIM_PRI_QUEUE_TX_COMMIT, 1) + 1);
        ck_assert_uint_eq(pri_queue_harness_request_at(h), prod + 1);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_OVERFLOW, 0)->cycle, prod + 1);
        pri_queue_harness_close(h);
    }
}
END_TEST

/* A queue that waits for a port or for an answer is not stepped meanwhile: cost goes with events. */
START_TEST(waiting_costs_nothing)
{
    static const enum prisim_pri_queue_tx ports[] = {PRISIM_PRI_QUEUE_TX_RESPONSE, PRISIM_PRI_QUEUE_TX_LOOKUP,
                                                     PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST};
    struct pri_queue_harness *h = open_default(2, true);
    h->base->leap = true;
    bool in_overflow = ports[_i] != PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST;
    if (in_overflow)
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, PRISIM_PRI_QUEUE_OVFLG);
    pri_queue_harness_settle(h);
    harness_ready(h->base, ports[_i], false);
    h->memory_held = true;
    for (unsigned i = 0; i < 3; i++)
        request(h, ports[_i] == PRISIM_PRI_QUEUE_TX_LOOKUP ? 1 : PRISIM_PASID_NONE, LAST);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_DECISION), 3);
    unsigned before = h->base->steps;
    pri_queue_harness_settle(h);
    ck_assert_uint_le(h->base->steps, before + 1);
    pri_queue_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pri_queue_timing");
    TCase *tcase = tcase_create("clock");
    tcase_add_loop_test(tcase, written, 0, 5);
    tcase_add_loop_test(tcase, pacing, 0, 8);
    tcase_add_loop_test(tcase, in_flight, 0, 3);
    tcase_add_test(tcase, memory_back_pressure);
    tcase_add_loop_test(tcase, overflow, 0, 2);
    tcase_add_test(tcase, overflow_meets_commit);
    tcase_add_test(tcase, abort_edge);
    tcase_add_loop_test(tcase, control_edge, 0, 4);
    tcase_add_test(tcase, leaving_edge);
    tcase_add_test(tcase, cons_meets_prod);
    tcase_add_test(tcase, acknowledges);
    tcase_add_test(tcase, msi_before_record);
    tcase_add_test(tcase, second_msi);
    tcase_add_loop_test(tcase, waiting_costs_nothing, 0, 3);
    suite_add_tcase(suite, tcase);
    return suite;
}
