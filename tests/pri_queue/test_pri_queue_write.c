/* SPDX-License-Identifier: Apache-2.0
 *
 * SMMU-PRIOUTCOME-7 and SMMU-PRIOUTCOME-8, and the order in which records, PROD and OVFLG become visible (SMMU-IRQCFG,
 * SMMU-QUEUE).
 */
#include <stdlib.h>
#include <string.h>

#include "tests/harness/suite.h"
#include "tests/pri_queue/pri_queue_harness.h"

static void send(struct pri_queue_harness *h, unsigned prgi, unsigned access)
{
    struct prisim_page_request request = pri_queue_harness_page(3, prgi, access);
    pri_queue_harness_request(h, &request);
}

static const struct prisim_memory_request *write_of(const struct pri_queue_harness *h, unsigned n)
{
    const struct prisim_memory_request *request = harness_got(h->base, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, n);
    ck_assert_msg(request, "no write %u", n);
    return request;
}

static enum prisim_cause last_cause(const struct pri_queue_harness *h)
{
    return ((const struct prisim_pri_queue_decision *)pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_DECISION))->cause;
}

/* SMMU-QUEUE: ADDR aligned to max(queue bytes, 32), LOG2SIZE capped. */
/* covers: SMMU-QUEUE-3 */
START_TEST(addresses)
{
    static const struct {
        uint32_t size_log2_max;
        uint64_t base, address;
    } rows[] = {
        {8, UINT64_C(0xffffffffffffffe0), UINT64_C(0x00ffffffffffffe0)}, /* one entry: 32 bytes */
        {8, UINT64_C(0x4000000012345660) | 1, UINT64_C(0x12345660)},     /* two entries, WA hint */
        {8, UINT64_C(0x123456e0) | 2, UINT64_C(0x123456c0)},             /* four entries: 64 bytes */
        {8, UINT64_C(0xffffffe0) | 8, UINT64_C(0xfffff000)},             /* 256 entries */
        {8, UINT64_C(0xffffffe0) | 31, UINT64_C(0xfffff000)},            /* capped at 2^8 */
        {19, UINT64_C(0xffffffe0) | 31, UINT64_C(0xff800000)},           /* capped at 2^19 */
        {19, UINT64_C(0xffffffe0) | 16, UINT64_C(0xfff00000)},           /* all five bits are LOG2SIZE */
        {0, UINT64_C(0xffffffe0) | 31, UINT64_C(0xffffffe0)},            /* and none is ADDR */
    };
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    config.size_log2_max = rows[_i].size_log2_max;
    struct pri_queue_harness *h = pri_queue_harness_open(&config);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE,
                              PRISIM_PRI_QUEUE_ENABLE_PRIQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_BASE, rows[_i].base);
    pri_queue_harness_settle(h);
    send(h, 1, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    const struct prisim_memory_request *write = write_of(h, 0);
    ck_assert_uint_eq(write->address, rows[_i].address);
    ck_assert_uint_eq(write->size, PRISIM_PRI_QUEUE_RECORD_BYTES);
    ck_assert_uint_eq(write->write, 1);
    pri_queue_harness_close(h);
}
END_TEST

/* Responses out of order: commits and PROD stay in order. */
START_TEST(commits_in_order)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(3, false);
    h->memory_held = true;
    for (unsigned i = 0; i < 3; i++)
        send(h, i, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(h->base->tx[PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST].seen, 3);
    pri_queue_harness_memory_answer(h, write_of(h, 2)->id, PRISIM_MEMORY_OK);
    pri_queue_harness_memory_answer(h, write_of(h, 1)->id, PRISIM_MEMORY_OK);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_COMMIT), 0);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 0);
    pri_queue_harness_memory_answer(h, write_of(h, 0)->id, PRISIM_MEMORY_OK);
    pri_queue_harness_settle(h);
    for (unsigned i = 0; i < 3; i++) {
        const struct prisim_pri_queue_commit *commit = harness_got(h->base, PRISIM_PRI_QUEUE_TX_COMMIT, i);
        ck_assert(commit && commit->slot == i && commit->request.prg_index == i);
        ck_assert_uint_eq(harness_got_at(h->base, PRISIM_PRI_QUEUE_TX_COMMIT, i),
                          harness_got_at(h->base, PRISIM_PRI_QUEUE_TX_COMMIT, 0) + i);
    }
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 3);
    pri_queue_harness_close(h);
}
END_TEST

/* Seed 10, with records before and behind the one that aborts. */
/* covers: SMMU-PRIOUTCOME-7, SMMU-SEED-10, SMMU-PRIOUTCOME-9 */
START_TEST(sync_abort)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(3, false);
    h->memory_held = true;
    send(h, 0, PRISIM_ACCESS_READ);
    send(h, 1, PRISIM_ACCESS_READ);                      /* aborts; Last=0 is answered too */
    send(h, 2, PRISIM_ACCESS_LAST);                      /* a Stop Marker behind it: lost, never answered */
    send(h, 3, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST); /* in memory, but PROD never passes it: Failure */
    pri_queue_harness_settle(h);
    pri_queue_harness_memory_answer(h, write_of(h, 0)->id, PRISIM_MEMORY_OK);
    pri_queue_harness_memory_answer(h, write_of(h, 1)->id, PRISIM_MEMORY_ABORT);
    pri_queue_harness_memory_answer(h, write_of(h, 2)->id, PRISIM_MEMORY_ABORT);
    pri_queue_harness_memory_answer(h, write_of(h, 3)->id, PRISIM_MEMORY_OK);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 1);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT), 1);
    const struct prisim_pri_queue_abort *abort = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_ABORT);
    ck_assert(abort->record && !abort->msi && abort->cause == PRISIM_CAUSE_WRITE_ABORT);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_ABORT, 0);
    ck_assert(event && event->pri_queue_abort.cause == PRISIM_CAUSE_WRITE_ABORT && event->pri_queue_abort.msi == 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_PRI_QUEUE_ABORT), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_PRI_QUEUE_LOST), 3);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_PRI_QUEUE_WRITE), 1);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE), 2);
    for (unsigned i = 0; i < 2; i++) {
        const struct prisim_prg_response *response = harness_got(h->base, PRISIM_PRI_QUEUE_TX_RESPONSE, i);
        ck_assert(response->code == PRISIM_PRG_FAILURE && !response->has_pasid &&
                  response->cause == PRISIM_CAUSE_WRITE_ABORT);
        ck_assert_uint_eq(response->prg_index, i ? 3 : 1);
    }

    send(h, 4, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST); /* SMMU-PRIOUTCOME-2 until acknowledged */
    pri_queue_harness_settle(h);
    const struct prisim_prg_response *refused = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_RESPONSE);
    ck_assert(refused->cause == PRISIM_CAUSE_QUEUE_ABORTED && refused->code == PRISIM_PRG_FAILURE);
    h->memory_held = false;
    h->writes_answered = h->base->tx[PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST].seen;
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ABORT_ACTIVE, 0);
    pri_queue_harness_settle(h);
    send(h, 5, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 2);
    ck_assert_uint_eq(pri_queue_harness_record(h, 1).prg_index, 5); /* the slot of the lost record */
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-PRIOUTCOME-8: no answer, PROD stays (our choice); what lies behind is lost by its own write's status. */
/* covers: SMMU-PRIOUTCOME-8 */
START_TEST(late_abort)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(3, false);
    h->memory_held = true;
    send(h, 1, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    send(h, 2, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    pri_queue_harness_settle(h);
    pri_queue_harness_memory_answer(h, write_of(h, 0)->id, PRISIM_MEMORY_ABORT_LATE);
    pri_queue_harness_memory_answer(h, write_of(h, 1)->id, PRISIM_MEMORY_OK);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 0);
    const struct prisim_pri_queue_abort *abort = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_ABORT);
    ck_assert(abort && abort->cause == PRISIM_CAUSE_WRITE_ABORT_LATE && abort->record);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE), 1);
    ck_assert_uint_eq(
        ((const struct prisim_prg_response *)pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_RESPONSE))->prg_index, 2);
    pri_queue_harness_close(h);
}
END_TEST

/* The handshake: from the loss on every request fails, whatever GERROR's echo takes, and a 0 before the 1 does not end
 * it.
 */
/* covers: SMMU-PRIOUTCOME-2 */
START_TEST(no_request_sneaks_in)
{
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    config.accept_interval = 1;
    struct pri_queue_harness *h = pri_queue_harness_open(&config);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_BASE, HARNESS_BASE | 8);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE,
                              PRISIM_PRI_QUEUE_ENABLE_PRIQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN);
    pri_queue_harness_settle(h);
    h->abort_echo = false;
    h->records = PRISIM_MEMORY_ABORT;
    for (unsigned i = 0; i < 40; i++) {
        if (i == 20) /* echo, acknowledged at once: 0 follows 1 */
            pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ABORT_ACTIVE, 0);
        send(h, i, PRISIM_ACCESS_READ);
        pri_queue_harness_run(h, 2);
    }
    pri_queue_harness_settle(h);
    prisim_cycle_t lost_at = harness_got_at(h->base, PRISIM_PRI_QUEUE_TX_COMMIT, 0);
    ck_assert_uint_ne(lost_at, PRISIM_CYCLE_NEVER);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT), 1);
    for (unsigned i = 0; i < 40; i++) {
        const struct prisim_pri_queue_decision *decision = harness_got(h->base, PRISIM_PRI_QUEUE_TX_DECISION, i);
        bool after = harness_got_at(h->base, PRISIM_PRI_QUEUE_TX_DECISION, i) > lost_at;
        ck_assert_uint_eq(decision->cause, after ? PRISIM_CAUSE_QUEUE_ABORTED : PRISIM_CAUSE_ACCEPTED);
    }
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE),
                      40); /* each is answered, written or not */
    h->records = PRISIM_MEMORY_OK;
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ABORT_ACTIVE, 1);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ABORT_ACTIVE, 0);
    pri_queue_harness_settle(h);
    send(h, 99, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 1);
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-PRIOUTCOME: PRIQ_ABT_ERR shows only when every other write of a record has completed: four are under way, the
 * one of `first` aborts, the others are answered one by one in the order given. What comes meanwhile fails
 * (SMMU-PRIOUTCOME-2). */
/* covers: SMMU-PRIOUTCOME, SMMU-PRIOUTCOME-2 */
START_TEST(abort_behind_all_writes)
{
    static const unsigned orders[][4] = {{0, 1, 2, 3}, {0, 3, 2, 1}, {1, 0, 2, 3}, {3, 2, 1, 0}, {2, 3, 0, 1}};
    enum prisim_memory_status abort_status = _i % 2 ? PRISIM_MEMORY_ABORT_LATE : PRISIM_MEMORY_ABORT;
    const unsigned *order = orders[_i / 2];
    struct pri_queue_harness *h = pri_queue_harness_queue(3, false);
    h->memory_held = true;
    for (unsigned i = 0; i < 4; i++)
        send(h, i, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(h->base->tx[PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST].seen, 4);
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT), 0);
        pri_queue_harness_memory_answer(h, write_of(h, order[i])->id, i == 0 ? abort_status : PRISIM_MEMORY_OK);
        pri_queue_harness_settle(h);
        if (_i < 2 && i == 1) {
            send(h, 9, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
            pri_queue_harness_settle(h);
            ck_assert_uint_eq(last_cause(h), PRISIM_CAUSE_QUEUE_ABORTED);
        }
    }
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT), 1);
    const struct prisim_pri_queue_abort *abort = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_ABORT);
    ck_assert(abort->record && !abort->msi);
    ck_assert_uint_eq(abort->cause, _i % 2 ? PRISIM_CAUSE_WRITE_ABORT_LATE : PRISIM_CAUSE_WRITE_ABORT);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, order[0]);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_PRI_QUEUE_LOST), 4 - order[0]);
    pri_queue_harness_close(h);
}
END_TEST

/* The same for a write that is offered and not taken yet: what stands on the channel will land. */
/* covers: SMMU-PRIOUTCOME */
START_TEST(abort_behind_an_offered_write)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(3, false);
    h->memory_held = true;
    send(h, 0, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    harness_ready(h->base, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, false);
    send(h, 1, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    pri_queue_harness_memory_answer(h, write_of(h, 0)->id, PRISIM_MEMORY_ABORT);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(h->base->tx[PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST].seen, 1);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT), 0);
    harness_ready(h->base, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, true);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(h->base->tx[PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST].seen, 2);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT), 0);
    pri_queue_harness_memory_answer(h, write_of(h, 1)->id, PRISIM_MEMORY_OK);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT), 1);
    pri_queue_harness_close(h);
}
END_TEST

/* Acknowledged while lost records still wait for room for their answers: requests are held back, neither refused nor
 * written over. */
START_TEST(acknowledged_early)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(3, false);
    h->memory_held = true;
    send(h, 1, PRISIM_ACCESS_READ);
    send(h, 2, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    harness_ready(h->base, PRISIM_PRI_QUEUE_TX_RESPONSE, false);
    struct prisim_page_request secure = pri_queue_harness_page(3, 100, PRISIM_ACCESS_READ);
    secure.secure = 1;
    for (unsigned i = 0; i < 7; i++) /* one is offered, six wait; the first loss makes it seven */
        pri_queue_harness_request(h, &secure);
    pri_queue_harness_settle(h);
    pri_queue_harness_memory_answer(h, write_of(h, 1)->id, PRISIM_MEMORY_OK);
    pri_queue_harness_memory_answer(h, write_of(h, 0)->id, PRISIM_MEMORY_ABORT);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT), 1);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_COMMIT), 1);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ABORT_ACTIVE, 0);
    pri_queue_harness_settle(h);
    send(h, 3, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_DECISION), 9);
    h->memory_held = false;
    h->writes_answered = h->base->tx[PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST].seen;
    harness_ready(h->base, PRISIM_PRI_QUEUE_TX_RESPONSE, true);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_DECISION), 10);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 1);
    ck_assert_uint_eq(pri_queue_harness_record(h, 0).prg_index, 3);
    pri_queue_harness_close(h);
}
END_TEST

/* A queue of two with two records on their way, and a third request (Last=1) that waits for their fate. */
static struct pri_queue_harness *full_by_records_in_flight(void)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(1, false);
    h->memory_held = true;
    for (unsigned i = 0; i < 3; i++)
        send(h, i, i == 2 ? PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST : PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    return h;
}

static bool ovflg_ever_shown(const struct pri_queue_harness *h)
{
    bool shown = false;
    for (unsigned i = 0; i < pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_STATUS); i++) {
        const struct prisim_pri_queue_status *status = harness_got(h->base, PRISIM_PRI_QUEUE_TX_STATUS, i);
        shown |= status->prod >> 31;
    }
    return shown;
}

/* SMMU-QUEUE: an overflow is not observable before the PROD update that made the queue full. */
/* covers: SMMU-QUEUE-24 */
START_TEST(overflow_behind_prod)
{
    struct pri_queue_harness *h = full_by_records_in_flight();
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_DECISION), 2);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 0);
    pri_queue_harness_memory_answer(h, write_of(h, 0)->id, PRISIM_MEMORY_OK);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_DECISION), 2);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 1);
    pri_queue_harness_memory_answer(h, write_of(h, 1)->id, PRISIM_MEMORY_OK);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(last_cause(h), PRISIM_CAUSE_QUEUE_FULL);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 2 | PRISIM_PRI_QUEUE_OVFLG);
    const struct prisim_event *prod = harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_PROD, 1);
    const struct prisim_event *overflow = harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_OVERFLOW, 0);
    ck_assert(prod && overflow && overflow->cycle == prod->cycle + 1);
    /* The events say PROD.WR and OVFLG as a read sees them. */
    const struct prisim_event *first = harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_PROD, 0);
    ck_assert(first->pri_queue_prod.prod == 1 && first->pri_queue_prod.ovflg == 0 && prod->pri_queue_prod.prod == 2 &&
              prod->pri_queue_prod.ovflg == 0);
    ck_assert(overflow->pri_queue_overflow.prod == 2 && overflow->pri_queue_overflow.ovflg == 1);
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-QUEUE: nor is it ever observable with a queue that is not full: the writes abort, both or the younger one, and
 * the third request is answered as SMMU-PRIOUTCOME-2 says. */
/* covers: SMMU-QUEUE-24, SMMU-PRIOUTCOME-2 */
START_TEST(no_overflow_of_lost_records)
{
    static const enum prisim_memory_status first[] = {PRISIM_MEMORY_ABORT, PRISIM_MEMORY_ABORT_LATE, PRISIM_MEMORY_OK,
                                                      PRISIM_MEMORY_OK};
    static const enum prisim_memory_status second[] = {PRISIM_MEMORY_ABORT, PRISIM_MEMORY_ABORT, PRISIM_MEMORY_ABORT,
                                                       PRISIM_MEMORY_ABORT_LATE};
    struct pri_queue_harness *h = full_by_records_in_flight();
    pri_queue_harness_memory_answer(h, write_of(h, 0)->id, first[_i]);
    pri_queue_harness_memory_answer(h, write_of(h, 1)->id, second[_i]);
    pri_queue_harness_settle(h);
    ck_assert(!ovflg_ever_shown(h));
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, first[_i] == PRISIM_MEMORY_OK);
    ck_assert_uint_eq(last_cause(h), PRISIM_CAUSE_QUEUE_ABORTED);
    unsigned answers = 0;
    for (unsigned i = 0; i < pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE); i++) {
        const struct prisim_prg_response *response = harness_got(h->base, PRISIM_PRI_QUEUE_TX_RESPONSE, i);
        ck_assert(response->code == 0xf && !response->has_pasid);
        answers += response->prg_index == 2;
    }
    ck_assert_uint_eq(answers, 1);
    pri_queue_harness_close(h);
}
END_TEST

/* And if software makes room while they are on their way there is no overflow at all. */
/* covers: SMMU-QUEUE-24 */
START_TEST(room_while_in_flight)
{
    struct pri_queue_harness *h = full_by_records_in_flight();
    pri_queue_harness_memory_answer(h, write_of(h, 0)->id, PRISIM_MEMORY_OK);
    pri_queue_harness_settle(h);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 1);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(last_cause(h), PRISIM_CAUSE_ACCEPTED);
    ck_assert_uint_eq(pri_queue_harness_request_at(h), pri_queue_harness_control_at(h) + 1);
    pri_queue_harness_memory_answer(h, write_of(h, 1)->id, PRISIM_MEMORY_OK);
    pri_queue_harness_memory_answer(h, write_of(h, 2)->id, PRISIM_MEMORY_OK);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 3);
    ck_assert(!ovflg_ever_shown(h));
    pri_queue_harness_close(h);
}
END_TEST

/* What makes it wait is the overflow that would start: queues that are off or in overflow decide at once. */
START_TEST(nothing_to_wait_for)
{
    static const uint64_t values[] = {PRISIM_PRI_QUEUE_ENABLE_SMMUEN, PRISIM_PRI_QUEUE_ENABLE_PRIQEN, 1,
                                      PRISIM_PRI_QUEUE_OVFLG};
    static const enum prisim_pri_queue_control_what whats[] = {PRISIM_PRI_QUEUE_ENABLE, PRISIM_PRI_QUEUE_ENABLE,
                                                               PRISIM_PRI_QUEUE_ABORT_ACTIVE, PRISIM_PRI_QUEUE_CONS};
    static const enum prisim_cause causes[] = {PRISIM_CAUSE_QUEUE_OFF, PRISIM_CAUSE_QUEUE_OFF,
                                               PRISIM_CAUSE_QUEUE_ABORTED, PRISIM_CAUSE_OVERFLOW_ACTIVE};
    struct pri_queue_harness *h = full_by_records_in_flight();
    pri_queue_harness_control(h, whats[_i], values[_i]);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(last_cause(h), causes[_i]);
    ck_assert_uint_eq(pri_queue_harness_request_at(h), pri_queue_harness_control_at(h) + 1);
    pri_queue_harness_close(h);
}
END_TEST

/* Answers to nothing that was asked. */
START_TEST(stray_responses)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(3, false);
    static const uint32_t ids[] = {0, 5, 15, HARNESS_MSI_ID, 17, 0xffffffff};
    for (unsigned i = 0; i < sizeof ids / sizeof *ids; i++)
        pri_queue_harness_memory_answer(h, ids[i], PRISIM_MEMORY_ABORT);
    pri_queue_harness_settle(h);
    h->memory_held = true;
    send(h, 1, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 0);
    h->memory_held = false;
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT), 0);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 1);
    pri_queue_harness_close(h);
}
END_TEST

/* A queue that starts writes so many edges after it took the request. */
static struct pri_queue_harness *slow_queue(uint32_t write_latency)
{
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    config.write_latency = write_latency;
    config.accept_interval = 3;
    struct pri_queue_harness *h = pri_queue_harness_open(&config);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_BASE, HARNESS_BASE | 3);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE,
                              PRISIM_PRI_QUEUE_ENABLE_PRIQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN);
    pri_queue_harness_settle(h);
    return h;
}

/* The same for a record that is accepted and not offered yet. */
START_TEST(stray_before_offer)
{
    struct pri_queue_harness *h = slow_queue(40);
    send(h, 1, PRISIM_ACCESS_READ);
    pri_queue_harness_run(h, 10);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_DECISION), 1);
    pri_queue_harness_memory_answer(h, 0, PRISIM_MEMORY_ABORT);
    pri_queue_harness_settle(h);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT), 0);
    ck_assert_uint_eq(pri_queue_harness_status(h).prod, 1);
    pri_queue_harness_close(h);
}
END_TEST

/* SMMU-PRIOUTCOME-7: the queue is not writable: what was not offered before the abort never is, and fails at once. */
/* covers: SMMU-PRIOUTCOME-7 */
START_TEST(nothing_offered_behind_an_abort)
{
    struct pri_queue_harness *h = slow_queue(10);
    h->records = PRISIM_MEMORY_ABORT;
    for (unsigned i = 0; i < 3; i++) /* n, n+3, n+6; the first aborts at n+12, the second is due at n+13 */
        send(h, i, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_PRI_QUEUE_LOST), 3);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE), 3);
    prisim_cycle_t abort = pri_queue_harness_last_at(h, PRISIM_PRI_QUEUE_TX_ABORT);
    ck_assert_uint_eq(pri_queue_harness_last_at(h, PRISIM_PRI_QUEUE_TX_COMMIT), abort + 2);
    pri_queue_harness_close(h);
}
END_TEST

/* Seven answers wait, an eighth request is answered at the edge of an abort: the loss waits for room, none is lost. */
START_TEST(abort_waits_for_answers)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(3, false);
    h->memory_held = true;
    send(h, 0, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    harness_ready(h->base, PRISIM_PRI_QUEUE_TX_RESPONSE, false);
    struct prisim_page_request secure = pri_queue_harness_page(3, 100, PRISIM_ACCESS_READ);
    secure.secure = 1;
    for (unsigned i = 0; i < 8; i++) /* one is offered, seven wait */
        pri_queue_harness_request(h, &secure);
    pri_queue_harness_settle(h);
    pri_queue_harness_request(h, &secure);
    pri_queue_harness_memory_answer(h, write_of(h, 0)->id, PRISIM_MEMORY_ABORT);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_DECISION), 10);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT), 0);
    harness_ready(h->base, PRISIM_PRI_QUEUE_TX_RESPONSE, true);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT), 1);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE), 10);
    ck_assert_uint_eq(
        ((const struct prisim_prg_response *)pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_RESPONSE))->prg_index, 0);
    pri_queue_harness_close(h);
}
END_TEST

/* The same loss at its edge: two of eight answers leave, and the port stays busy. At the edge after the second one has
 * left the FIFO there is room for the Failure. */
START_TEST(abort_when_answers_have_room)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(3, false);
    h->base->leap = true;
    h->memory_held = true;
    send(h, 0, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    harness_ready(h->base, PRISIM_PRI_QUEUE_TX_RESPONSE, false);
    struct prisim_page_request secure = pri_queue_harness_page(3, 100, PRISIM_ACCESS_READ);
    secure.secure = 1;
    for (unsigned i = 0; i < 9; i++)
        pri_queue_harness_request(h, &secure);
    pri_queue_harness_settle(h);
    pri_queue_harness_memory_answer(h, write_of(h, 0)->id, PRISIM_MEMORY_ABORT);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT), 0);
    harness_ready(h->base, PRISIM_PRI_QUEUE_TX_RESPONSE, true);
    while (pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE) < 3)
        pri_queue_harness_edge(h);
    harness_ready(h->base, PRISIM_PRI_QUEUE_TX_RESPONSE, false);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT), 1);
    ck_assert_uint_eq(pri_queue_harness_last_at(h, PRISIM_PRI_QUEUE_TX_ABORT),
                      harness_got_at(h->base, PRISIM_PRI_QUEUE_TX_RESPONSE, 2) + 1);
    pri_queue_harness_close(h);
}
END_TEST

/* And when the answer that leaves had waited for the STE, on a port that stays busy: nothing else brings the queue to
 * the edge at which there is room. */
START_TEST(abort_behind_a_lookup)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(0, false);
    h->base->leap = true;
    h->memory_held = true;
    h->ppar_delay = 200;
    send(h, 0, PRISIM_ACCESS_READ);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS,
                              PRISIM_PRI_QUEUE_OVFLG); /* in overflow, and a record is on its way */
    pri_queue_harness_settle(h);
    harness_ready(h->base, PRISIM_PRI_QUEUE_TX_RESPONSE, false);
    send(h, 1, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST); /* PPAR is asked for */
    for (unsigned i = 2; i < 8; i++) {
        struct prisim_page_request request =
            pri_queue_harness_page(PRISIM_PASID_NONE, i, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
        pri_queue_harness_request(h, &request);
    }
    pri_queue_harness_settle(h);
    pri_queue_harness_memory_answer(h, write_of(h, 0)->id, PRISIM_MEMORY_ABORT);
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_DECISION), 8);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT), 0); /* seven answers wait */
    pri_queue_harness_settle(h);
    prisim_cycle_t k = h->base->rx[PRISIM_PRI_QUEUE_RX_LOOKUP].taken_at[0];
    ck_assert_uint_eq(pri_queue_harness_last_at(h, PRISIM_PRI_QUEUE_TX_RESPONSE), k + 1);
    ck_assert_uint_eq(pri_queue_harness_last_at(h, PRISIM_PRI_QUEUE_TX_ABORT), k + 2);
    pri_queue_harness_close(h);
}
END_TEST

static void of_no_stream(const struct prisim_memory_request *request)
{
    ck_assert_uint_eq(request->attributes, 0);
    ck_assert_uint_eq(request->stream_id, 0);
    ck_assert_uint_eq(request->substream_id, 0);
}

/* What a channel's slot held before is not seen: a record's write and an MSI's are of no stream. */
START_TEST(writes_are_of_no_stream)
{
    struct pri_queue_harness *h = pri_queue_harness_queue(3, false);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_IRQ_CFG0, HARNESS_MSI);
    pri_queue_harness_settle(h);
    memset(h->base->tx[PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST].slot, 0xff, HARNESS_PAYLOAD);
    h->memory_held = true;
    send(h, 0, PRISIM_ACCESS_READ);
    pri_queue_harness_settle(h);
    memset(h->base->tx[PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST].slot, 0xff, HARNESS_PAYLOAD);
    h->memory_held = false;
    pri_queue_harness_settle(h);
    of_no_stream(write_of(h, 0));
    ck_assert_uint_eq(write_of(h, 1)->id, HARNESS_MSI_ID);
    of_no_stream(write_of(h, 1));
    pri_queue_harness_close(h);
}
END_TEST

/* Each type of event is recorded if it is the only one that anybody wants. */
START_TEST(events_one_by_one)
{
    static const enum prisim_event_type types[] = {PRISIM_EVENT_PRI_QUEUE_ACCEPT,   PRISIM_EVENT_PRI_QUEUE_DROP,
                                                   PRISIM_EVENT_PRI_QUEUE_WRITE,    PRISIM_EVENT_PRI_QUEUE_LOST,
                                                   PRISIM_EVENT_PRI_QUEUE_PROD,     PRISIM_EVENT_PRI_QUEUE_CONS,
                                                   PRISIM_EVENT_PRI_QUEUE_OVERFLOW, PRISIM_EVENT_PRI_QUEUE_RESPONSE,
                                                   PRISIM_EVENT_PRI_QUEUE_ABORT,    PRISIM_EVENT_PRI_QUEUE_INTERRUPT};
    struct pri_queue_harness *h = pri_queue_harness_queue(0, false);
    memset(h->base->probe.mask, 0, sizeof h->base->probe.mask);
    h->base->probe.mask[types[_i] / 64] = UINT64_C(1) << types[_i] % 64;
    send(h, 0, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    send(h, 1, PRISIM_ACCESS_LAST); /* a Stop Marker, dropped: overflow starts */
    pri_queue_harness_settle(h);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, 1 | PRISIM_PRI_QUEUE_OVFLG);
    pri_queue_harness_settle(h);
    h->records = PRISIM_MEMORY_ABORT;
    send(h, 2, PRISIM_ACCESS_READ); /* lost and answered */
    pri_queue_harness_settle(h);
    ck_assert_uint_eq(harness_events(h->base, types[_i]), types[_i] == PRISIM_EVENT_PRI_QUEUE_ACCEPT ? 2 : 1);
    ck_assert_uint_eq(h->base->events, harness_events(h->base, types[_i]));
    pri_queue_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pri_queue_write");
    TCase *tcase = tcase_create("SMMU-PRIOUTCOME-6 to SMMU-PRIOUTCOME-8");
    tcase_add_loop_test(tcase, addresses, 0, 8);
    tcase_add_test(tcase, commits_in_order);
    tcase_add_test(tcase, sync_abort);
    tcase_add_test(tcase, late_abort);
    tcase_add_test(tcase, no_request_sneaks_in);
    tcase_add_loop_test(tcase, abort_behind_all_writes, 0, 10);
    tcase_add_test(tcase, abort_behind_an_offered_write);
    tcase_add_test(tcase, acknowledged_early);
    tcase_add_test(tcase, overflow_behind_prod);
    tcase_add_loop_test(tcase, no_overflow_of_lost_records, 0, 4);
    tcase_add_test(tcase, room_while_in_flight);
    tcase_add_loop_test(tcase, nothing_to_wait_for, 0, 4);
    tcase_add_test(tcase, stray_responses);
    tcase_add_test(tcase, stray_before_offer);
    tcase_add_test(tcase, nothing_offered_behind_an_abort);
    tcase_add_test(tcase, abort_waits_for_answers);
    tcase_add_test(tcase, abort_when_answers_have_room);
    tcase_add_test(tcase, abort_behind_a_lookup);
    tcase_add_test(tcase, writes_are_of_no_stream);
    tcase_add_loop_test(tcase, events_one_by_one, 0, 10);
    suite_add_tcase(suite, tcase);
    return suite;
}
