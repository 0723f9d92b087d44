/* SPDX-License-Identifier: Apache-2.0
 *
 * SMMU-PRIOUTCOME: what becomes of each kind of message in each row; sizes and wrap (SMMU-QUEUE); overflow and leaving
 * it (SMMU-PRIOVF).
 */
#include <stdlib.h>

#include "tests/harness/suite.h"
#include "tests/pri_queue/pri_queue_harness.h"

enum kind { PAGE_LAST, PAGE_LAST_PASID, PAGE_NOT_LAST, PAGE_BARE, MARKER, KINDS };

static struct prisim_page_request message(enum kind kind)
{
    switch (kind) {
    case PAGE_LAST:
        return pri_queue_harness_page(PRISIM_PASID_NONE, 7, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    case PAGE_LAST_PASID:
        return pri_queue_harness_page(3, 7, PRISIM_ACCESS_WRITE | PRISIM_ACCESS_LAST);
    case PAGE_NOT_LAST:
        return pri_queue_harness_page(3, 7, PRISIM_ACCESS_READ);
    case PAGE_BARE: /* seed 6: L=1 W=0 R=0 without a PASID is a page request (SMMU-PRIMSG) */
        return pri_queue_harness_page(PRISIM_PASID_NONE, 7, PRISIM_ACCESS_LAST);
    case MARKER:
    case KINDS:
        break;
    }
    return pri_queue_harness_page(3, 7, PRISIM_ACCESS_LAST);
}

enum { SILENT = -1 };

static const struct {
    const char *row;
    enum prisim_cause cause;
    int response[KINDS]; /* code, or SILENT */
    bool toggles;
} rows[] = {
    {"1 PRIQEN=0", PRISIM_CAUSE_QUEUE_OFF, {0xf, 0xf, 0xf, 0xf, SILENT}, false},
    {"1 SMMUEN=0", PRISIM_CAUSE_QUEUE_OFF, {0xf, 0xf, 0xf, 0xf, SILENT}, false},
    {"2", PRISIM_CAUSE_QUEUE_ABORTED, {0xf, 0xf, 0xf, 0xf, SILENT}, false},
    {"3", PRISIM_CAUSE_SECURE_STREAM, {0xf, 0xf, 0xf, 0xf, SILENT}, false},
    {"4", PRISIM_CAUSE_OVERFLOW_ACTIVE, {0x0, 0x0, SILENT, 0x0, SILENT}, false},
    {"5", PRISIM_CAUSE_QUEUE_FULL, {0x0, 0x0, SILENT, 0x0, SILENT}, true},
    {"6", PRISIM_CAUSE_ACCEPTED, {SILENT, SILENT, SILENT, SILENT, SILENT}, false},
    {"7", PRISIM_CAUSE_ACCEPTED, {0xf, 0xf, 0xf, 0xf, SILENT}, false},
    {"8", PRISIM_CAUSE_ACCEPTED, {SILENT, SILENT, SILENT, SILENT, SILENT}, false},
};
enum { ROWS = sizeof rows / sizeof *rows };

/* Brings the queue (2 entries, PROD 0) into the state of a row. */
static void prepare(struct pri_queue_harness *h, unsigned row)
{
    const uint64_t on = PRISIM_PRI_QUEUE_ENABLE_PRIQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN | PRISIM_PRI_QUEUE_ENABLE_IRQEN;
    if (row == 0)
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, on & ~(uint64_t)PRISIM_PRI_QUEUE_ENABLE_PRIQEN);
    if (row == 1)
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, on & ~(uint64_t)PRISIM_PRI_QUEUE_ENABLE_SMMUEN);
    if (row == 2)
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ABORT_ACTIVE, 1);
    if (row == 4)
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS,
                                  PRISIM_PRI_QUEUE_OVFLG); /* SMMU-PRIQEN: left different, it starts in overflow */
    if (row == 5)
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 2); /* same index, other wrap bit: full */
    if (row == 7)
        h->records = PRISIM_MEMORY_ABORT;
    if (row == 8)
        h->records = PRISIM_MEMORY_ABORT_LATE;
    pri_queue_harness_settle(h);
}

/* covers: SMMU-PRIMSG-1, SMMU-PRIMSG-2, SMMU-PRIMSG-3, SMMU-PRIACCEPT-1, SMMU-PRIOUTCOME-1, SMMU-PRIOUTCOME-2,
 * SMMU-PRIOUTCOME-3, SMMU-PRIOUTCOME-4, SMMU-PRIOUTCOME-5, SMMU-PRIOUTCOME-6, SMMU-PRIOUTCOME-7, SMMU-PRIOUTCOME-8,
 * SMMU-PRIAUTO, SMMU-PRIQEN-3, SMMU-SEED-6, PCIE-MARKERCODE-12, PCIE-NOPASID-1 */
START_TEST(outcome_table)
{
    unsigned row = (unsigned)_i / KINDS;
    enum kind kind = (unsigned)_i % KINDS;
    struct pri_queue_harness *h = pri_queue_harness_queue(1, false);
    h->ppar = (struct prisim_pri_queue_ppar){.reachable = 1, .ppar = 0};
    prepare(h, row);
    struct prisim_page_request request = message(kind);
    request.secure = row == 3;
    pri_queue_harness_request(h, &request);
    pri_queue_harness_settle(h);

    const struct prisim_pri_queue_decision *decision = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_DECISION);
    ck_assert_msg(decision, "row %s kind %d: no decision", rows[row].row, kind);
    ck_assert_msg(decision->cause == rows[row].cause, "row %s: cause %s", rows[row].row,
                  prisim_cause_name(decision->cause));
    ck_assert_int_eq(decision->overflow_starts, rows[row].toggles);
    ck_assert(decision->slot == 0 && decision->lap == 0); /* the first slot, or none */
    struct prisim_pri_queue_status status = pri_queue_harness_status(h);
    ck_assert_uint_eq(status.prod & PRISIM_PRI_QUEUE_OVFLG, rows[row].toggles ? PRISIM_PRI_QUEUE_OVFLG : 0);
    ck_assert_uint_eq(status.prod & ~PRISIM_PRI_QUEUE_OVFLG, row == 6);
    int code = rows[row].response[kind];
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE), code != SILENT);
    const struct prisim_prg_response *response = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_RESPONSE);
    if (response) {
        ck_assert_int_eq(response->code, code);
        ck_assert_int_eq(response->has_pasid, 0);
        ck_assert_uint_eq(response->stream_id, request.stream_id);
        ck_assert_uint_eq(response->prg_index, request.prg_index);
    }
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT), row >= 7);
    /* SMMU-PRIACCEPT, SMMU-PRIAUTO: the STE is asked for the PASID of an answer in overflow, and for nothing else. */
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_LOOKUP),
                      (row == 4 || row == 5) && kind == PAGE_LAST_PASID);
    if (row == 6) {
        struct prisim_page_request record = pri_queue_harness_record(h, 0);
        ck_assert_mem_eq(&record, &request, sizeof record);
    }
    pri_queue_harness_close(h);
}
END_TEST

/* covers: SMMU-PRIOUTCOME, PCIE-PARAMETER-7 */
START_TEST(fail_last_only)
{
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    config.auto_fail_last_only = 1;
    struct pri_queue_harness *h = pri_queue_harness_open(&config);
    for (unsigned kind = 0; kind < KINDS; kind++) {
        struct prisim_page_request request = message(kind);
        pri_queue_harness_request(h, &request);
    }
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE), 3); /* not PAGE_NOT_LAST, not MARKER */
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-PRIMSG: each combination of bits, with and without a PASID, at a queue that fails all it gets. */
/* covers: SMMU-PRIMSG-1, SMMU-PRIMSG-2, SMMU-PRIMSG-3, PCIE-MESSAGE, PCIE-NOPASID-1, PCIE-MARKERCODE-9 */
START_TEST(kinds)
{
    unsigned access = (unsigned)_i / 2;
    bool pasid = _i % 2;
    bool marker = pasid && (access & 4) && !(access & 2) && !(access & 1); /* L=1, W=0, R=0 */
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    struct pri_queue_harness *h = pri_queue_harness_open(&config);
    struct prisim_page_request request = pri_queue_harness_page(pasid ? 3 : PRISIM_PASID_NONE, 7, access);
    pri_queue_harness_request(h, &request);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_DECISION), 1);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE), !marker);
    pri_queue_harness_close(h);
}
END_TEST

static void send(struct pri_queue_harness *h, const struct prisim_page_request *request)
{
    pri_queue_harness_request(h, request);
    pri_queue_harness_settle(h);
}

static enum prisim_cause last_cause(const struct pri_queue_harness *h)
{
    return ((const struct prisim_pri_queue_decision *)pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_DECISION))->cause;
}

/* SMMU-PRIACCEPT: no STE is looked at, so any StreamID is as good as another. */
/* covers: SMMU-PRIACCEPT-2 */
START_TEST(any_stream)
{
    static const uint32_t streams[] = {0, 0xffff, 0x10000, 0x80000000, 0xffffffff};
    struct pri_queue_harness *h = pri_queue_harness_queue(3, false);
    for (unsigned i = 0; i < sizeof streams / sizeof *streams; i++) {
        struct prisim_page_request request = message(PAGE_LAST_PASID);
        request.stream_id = streams[i];
        send(h, &request);
        ck_assert_uint_eq(last_cause(h), PRISIM_CAUSE_ACCEPTED);
        ck_assert_uint_eq(pri_queue_harness_record(h, i).stream_id, streams[i]);
    }
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_LOOKUP), 0);
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-PRIACCEPT: groups may interleave, and no group must keep one PASID; all at once in flight. */
/* covers: SMMU-PRIACCEPT-3, PCIE-GROUP-1, PCIE-GROUP-2 */
START_TEST(groups_interleave)
{
    static const struct {
        uint64_t pasid;
        unsigned prgi, access;
    } requests[] = {
        {3, 1, PRISIM_ACCESS_READ},
        {4, 2, PRISIM_ACCESS_READ},
        {9, 1, PRISIM_ACCESS_WRITE},
        {4, 2, PRISIM_ACCESS_LAST},
        {PRISIM_PASID_NONE, 1, PRISIM_ACCESS_LAST},
    };
    enum { REQUESTS = sizeof requests / sizeof *requests };
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    config.records_in_flight = 16;
    struct pri_queue_harness *h = pri_queue_harness_open(&config);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_BASE, HARNESS_BASE | 3);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE,
                              PRISIM_PRI_QUEUE_ENABLE_PRIQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN);
    pri_queue_harness_settle(h);
    h->memory_held = true;
    for (unsigned i = 0; i < REQUESTS; i++) {
        struct prisim_page_request request =
            pri_queue_harness_page(requests[i].pasid, requests[i].prgi, requests[i].access);
        send(h, &request);
        ck_assert_uint_eq(last_cause(h), PRISIM_CAUSE_ACCEPTED);
    }
    h->memory_held = false;
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, REQUESTS);
    for (unsigned i = 0; i < REQUESTS; i++)
        ck_assert(pri_queue_harness_record(h, i).prg_index == requests[i].prgi &&
                  pri_queue_harness_record(h, i).access == requests[i].access);
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-PRIOUTCOME-1 to SMMU-PRIOUTCOME-3 come before overflow and full; what they refuse gets Failure and toggles
 * nothing. */
/* covers: SMMU-PRIOUTCOME */
START_TEST(first_match_wins)
{
    static const enum prisim_cause causes[] = {PRISIM_CAUSE_QUEUE_OFF, PRISIM_CAUSE_QUEUE_ABORTED,
                                               PRISIM_CAUSE_SECURE_STREAM};
    unsigned row = (unsigned)_i % 3;
    bool overflow = _i / 3;
    struct pri_queue_harness *h = pri_queue_harness_queue(1, true);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS,
                              2 | (overflow ? PRISIM_PRI_QUEUE_OVFLG : 0)); /* full; overflow is active */
    if (row == 0)
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE,
                                  PRISIM_PRI_QUEUE_ENABLE_SMMUEN | PRISIM_PRI_QUEUE_ENABLE_IRQEN);
    if (row <= 1)
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ABORT_ACTIVE, 1);
    pri_queue_harness_settle(h);
    struct prisim_page_request request = message(PAGE_LAST_PASID);
    request.secure = 1;
    send(h, &request);
    ck_assert_uint_eq(last_cause(h), causes[row]);
    const struct prisim_prg_response *response = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_RESPONSE);
    ck_assert(response && response->code == PRISIM_PRG_FAILURE && !response->has_pasid &&
              response->cause == causes[row]);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 0);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_INTERRUPT), 0);
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-PRIACCEPT, SMMU-QUEUE: 2^19 entries, index and wrap in 20 bits. */
/* covers: SMMU-PRIACCEPT-4, SMMU-QUEUE-8, SMMU-QUEUE-10 */
START_TEST(largest_queue)
{
    static const struct {
        uint32_t prod, cons;
        enum prisim_cause cause;
        uint64_t address;
        uint32_t after;
    } cases[] = {
        {0x7ffff, 0x7ffff, PRISIM_CAUSE_ACCEPTED, UINT64_C(0x1207ffff0),
         0x80000}, /* the last slot: the wrap bit toggles */
        {0x80000, 0x80000, PRISIM_CAUSE_ACCEPTED, UINT64_C(0x120000000), 0x80001},
        {0xfffff, 0xfffff, PRISIM_CAUSE_ACCEPTED, UINT64_C(0x1207ffff0), 0}, /* and back */
        {0xfffff, 0x80000, PRISIM_CAUSE_ACCEPTED, UINT64_C(0x1207ffff0), 0}, /* the last free slot */
        {0x12345, 0x92345, PRISIM_CAUSE_QUEUE_FULL, 0, 0x12345 | PRISIM_PRI_QUEUE_OVFLG},
    };
    struct prisim_pri_queue_config config;
    prisim_pri_queue_config_default(&config);
    struct pri_queue_harness *h = pri_queue_harness_open(&config);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_BASE, UINT64_C(0x120000000) | 19);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_PROD, cases[_i].prod);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, cases[_i].cons);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE,
                              PRISIM_PRI_QUEUE_ENABLE_PRIQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN);
    pri_queue_harness_settle(h);
    struct prisim_page_request request = message(PAGE_LAST);
    send(h, &request);
    ck_assert_uint_eq(last_cause(h), cases[_i].cause);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, cases[_i].after);
    const struct prisim_memory_request *write = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST);
    ck_assert_uint_eq(write ? write->address : 0, cases[_i].address);
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-QUEUE: slots, wrap bit at QS, full exactly at 2^QS. */
/* covers: SMMU-QUEUE-8, SMMU-QUEUE-9, SMMU-QUEUE-10 */
START_TEST(sizes_and_wrap)
{
    unsigned log2 = (unsigned)_i, size = 1u << log2, mask = 2 * size - 1;
    struct pri_queue_harness *h = pri_queue_harness_queue(log2, false);
    unsigned prod = 0, cons = 0;
    for (unsigned n = 0; n < 5 * size; n++) {
        unsigned fill = n % size + 1; /* every fill level meets every wrap position */
        for (unsigned i = 0; i < fill; i++) {
            struct prisim_page_request request =
                pri_queue_harness_page(1, (n + i) & 0x1ff, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
            pri_queue_harness_request(h, &request);
            pri_queue_harness_settle(h);
            const struct prisim_pri_queue_commit *commit = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_COMMIT);
            ck_assert_uint_eq(commit->slot, prod % size);
            ck_assert_uint_eq(commit->lap, prod / size % 2);
            ck_assert_uint_eq(pri_queue_harness_record(h, prod % size).prg_index, request.prg_index);
            prod = (prod + 1) & mask;
            ck_assert_uint_eq(pri_queue_harness_status(h).prod, prod);
        }
        cons = prod;
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, cons);
        pri_queue_harness_settle(h);
    }
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-QUEUE: more than 2^QS apart is treated as full. */
/* covers: SMMU-QUEUE-11 */
START_TEST(impossible_distance)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(2, false);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 1); /* PROD 0: 7 apart in a queue of 4 */
    pri_queue_harness_settle(h);
    struct prisim_page_request request = message(PAGE_LAST);
    pri_queue_harness_request(h, &request);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, PRISIM_PRI_QUEUE_OVFLG);
    pri_queue_harness_close(h);
}
END_TEST

/* CONS ahead of PROD is impossible, also when a record in flight has that slot already: what comes then waits until the
 * record is there. */
/* covers: SMMU-QUEUE-11 */
START_TEST(cons_ahead_of_prod)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(2, false);
    struct prisim_page_request request = message(PAGE_LAST);
    h->memory_held = true;
    send(h, &request);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 1);
    pri_queue_harness_settle(h);
    send(h, &request);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_DECISION), 1);
    h->memory_held = false;
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(last_cause(h), PRISIM_CAUSE_ACCEPTED);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 2);
    pri_queue_harness_close(h);
}
END_TEST

/* What PROD and CONS show full is full, also when records in flight have wrapped beyond it: software moves RD back by
 * two in a queue of two, with two on their way. */
/* covers: SMMU-QUEUE-9, SMMU-QUEUE-11 */
START_TEST(rd_moved_back)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(1, false);
    struct prisim_page_request request = message(PAGE_LAST);
    send(h, &request);
    send(h, &request);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 2);
    pri_queue_harness_settle(h);
    h->memory_held = true;
    send(h, &request);
    send(h, &request);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 0);
    pri_queue_harness_settle(h);
    send(h, &request);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_DECISION), 4);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST), 4);
    pri_queue_harness_close(h);
}
END_TEST

/* Seeds 1, 2, 3, 5: into overflow, stay there although there is room, leave it by OVACKFLG. */
/* covers: SMMU-QUEUE-21, SMMU-QUEUE-22, SMMU-QUEUE-23, SMMU-QUEUE, SMMU-PRIOUTCOME-4,
 * SMMU-PRIOUTCOME-5, SMMU-SEED-1, SMMU-SEED-2, SMMU-SEED-3, SMMU-SEED-5 */
START_TEST(overflow_and_back)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(2, false);
    struct prisim_page_request last = message(PAGE_LAST), more = message(PAGE_NOT_LAST), marker = message(MARKER);
    for (unsigned i = 0; i < 4; i++)
        send(h, &last);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 4);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE), 0);

    send(h, &last); /* seed 1 */
    send(h, &last);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_PRI_QUEUE_OVERFLOW), 1);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 4 | PRISIM_PRI_QUEUE_OVFLG);
    const struct prisim_prg_response *response = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_RESPONSE);
    ck_assert(response && response->code == PRISIM_PRG_SUCCESS && !response->has_pasid);
    ck_assert_uint_eq(response->cause, PRISIM_CAUSE_AUTO_NO_PASID);

    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 2); /* seed 2: room, but no OVACKFLG */
    pri_queue_harness_settle(h);
    unsigned answered = pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE);
    send(h, &more);
    send(h, &marker); /* seed 5 */
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE), answered);
    send(h, &last);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE), answered + 1);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 4 | PRISIM_PRI_QUEUE_OVFLG);

    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 2 | PRISIM_PRI_QUEUE_OVFLG); /* seed 3 */
    pri_queue_harness_settle(h);
    send(h, &more);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 5 | PRISIM_PRI_QUEUE_OVFLG);
    send(h, &marker);
    send(h, &last); /* full again: OVFLG goes back to 0 */
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 6);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_PRI_QUEUE_OVERFLOW), 2);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS,
                              4 | PRISIM_PRI_QUEUE_OVFLG); /* room; OVFLG 0 is not acknowledged by OVACKFLG 1 */
    pri_queue_harness_settle(h);
    send(h, &last);
    ck_assert_uint_eq(last_cause(h), PRISIM_CAUSE_OVERFLOW_ACTIVE);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 6);
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-PRIOVF: one write moves RD and acknowledges. */
/* covers: SMMU-PRIOVF */
START_TEST(one_write_leaves)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(0, false);
    struct prisim_page_request last = message(PAGE_LAST);
    send(h, &last);
    send(h, &last);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 1 | PRISIM_PRI_QUEUE_OVFLG);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 1 | PRISIM_PRI_QUEUE_OVFLG);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).cons, 1 | PRISIM_PRI_QUEUE_OVFLG);
    send(h, &last);
    ck_assert_uint_eq(last_cause(h), PRISIM_CAUSE_ACCEPTED);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, PRISIM_PRI_QUEUE_OVFLG);
    pri_queue_harness_close(h);
}
END_TEST

/* A Stop Marker that finds the queue full starts the overflow (note on SMMU-PRIOUTCOME-5). */
/* covers: SMMU-PRIOUTCOME-5, SMMU-PRIOUTCOME, PCIE-MARKERCODE-11 */
START_TEST(marker_starts_overflow)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(0, false);
    struct prisim_page_request last = message(PAGE_LAST), marker = message(MARKER);
    send(h, &last);
    send(h, &marker);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 1 | PRISIM_PRI_QUEUE_OVFLG);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE), 0);
    const struct prisim_event *drop = harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_DROP, 0);
    ck_assert(drop && drop->pri_queue_drop.cause == PRISIM_CAUSE_QUEUE_FULL && drop->pri_queue_drop.pasid == 3);
    pri_queue_harness_close(h);
}
END_TEST

/* Slots in flight are counted: a queue of 2 with nothing committed yet takes two, and the third when their fate is
 * known. */
/* covers: SMMU-PRIOUTCOME-5 */
START_TEST(in_flight_counts)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(1, false);
    h->memory_held = true;
    struct prisim_page_request last = message(PAGE_LAST);
    for (unsigned i = 0; i < 3; i++)
        send(h, &last);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_DECISION), 2);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 0);
    h->memory_held = false;
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_DECISION), 3);
    ck_assert_uint_eq(last_cause(h), PRISIM_CAUSE_QUEUE_FULL);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 2 | PRISIM_PRI_QUEUE_OVFLG);
    pri_queue_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pri_queue_accept");
    TCase *tcase = tcase_create("SMMU-PRIOUTCOME");
    tcase_add_loop_test(tcase, outcome_table, 0, ROWS * KINDS);
    tcase_add_test(tcase, fail_last_only);
    tcase_add_loop_test(tcase, kinds, 0, 64);
    tcase_add_test(tcase, any_stream);
    tcase_add_test(tcase, groups_interleave);
    tcase_add_loop_test(tcase, first_match_wins, 0, 6);
    tcase_add_loop_test(tcase, largest_queue, 0, 5);
    tcase_add_loop_test(tcase, sizes_and_wrap, 0, 4);
    tcase_add_test(tcase, impossible_distance);
    tcase_add_test(tcase, cons_ahead_of_prod);
    tcase_add_test(tcase, rd_moved_back);
    tcase_add_test(tcase, overflow_and_back);
    tcase_add_test(tcase, one_write_leaves);
    tcase_add_test(tcase, marker_starts_overflow);
    tcase_add_test(tcase, in_flight_counts);
    suite_add_tcase(suite, tcase);
    return suite;
}
