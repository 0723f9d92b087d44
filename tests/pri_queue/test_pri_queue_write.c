/* SPDX-License-Identifier: Apache-2.0
 *
 * SMMU-PRIOUTCOME-7 and SMMU-PRIOUTCOME-8, and the order in which records, PROD and OVFLG become visible (SMMU-IRQCFG,
 * SMMU-QUEUE).
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/pri_queue/bench.h"

static void send(struct bench *bench, unsigned prgi, unsigned access)
{
    struct page_request request = bench_page(3, prgi, access);
    bench_request(bench, &request);
}

static const struct memory_request *write_of(const struct bench *bench, unsigned n)
{
    const struct memory_request *request = rig_got(bench->rig, PRI_QUEUE_TX_MEMORY_REQUEST, n);
    ck_assert_msg(request, "no write %u", n);
    return request;
}

static enum cause last_cause(const struct bench *bench)
{
    return ((const struct pri_queue_decision *)bench_last(bench, PRI_QUEUE_TX_DECISION))->cause;
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
    struct pri_queue_config config;
    bench_config(&config);
    config.size_log2_max = rows[_i].size_log2_max;
    struct bench *bench = bench_open(&config);
    bench_control(bench, PRI_QUEUE_ENABLE, PRI_QUEUE_ENABLE_PRIQEN | PRI_QUEUE_ENABLE_SMMUEN);
    bench_control(bench, PRI_QUEUE_BASE, rows[_i].base);
    bench_settle(bench);
    send(bench, 1, ACCESS_READ);
    bench_settle(bench);
    const struct memory_request *write = write_of(bench, 0);
    ck_assert_uint_eq(write->address, rows[_i].address);
    ck_assert_uint_eq(write->size, PRI_QUEUE_RECORD_BYTES);
    ck_assert_uint_eq(write->write, 1);
    bench_close(bench);
}
END_TEST

/* Responses out of order: commits and PROD stay in order. */
START_TEST(commits_in_order)
{
    struct bench *bench = bench_queue(3, false);
    bench->memory_held = true;
    for (unsigned i = 0; i < 3; i++)
        send(bench, i, ACCESS_READ);
    bench_settle(bench);
    ck_assert_uint_eq(bench->writes_seen, 3);
    bench_memory_answer(bench, write_of(bench, 2)->id, MEMORY_OK);
    bench_memory_answer(bench, write_of(bench, 1)->id, MEMORY_OK);
    bench_settle(bench);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_COMMIT), 0);
    ck_assert_uint_eq(bench_status(bench).prod, 0);
    bench_memory_answer(bench, write_of(bench, 0)->id, MEMORY_OK);
    bench_settle(bench);
    for (unsigned i = 0; i < 3; i++) {
        const struct pri_queue_commit *commit = rig_got(bench->rig, PRI_QUEUE_TX_COMMIT, i);
        ck_assert(commit && commit->slot == i && commit->request.prg_index == i);
        ck_assert_uint_eq(rig_got_at(bench->rig, PRI_QUEUE_TX_COMMIT, i),
                          rig_got_at(bench->rig, PRI_QUEUE_TX_COMMIT, 0) + i);
    }
    ck_assert_uint_eq(bench_status(bench).prod, 3);
    bench_close(bench);
}
END_TEST

/* Seed 10, with records before and behind the one that aborts. */
/* covers: SMMU-PRIOUTCOME-7, SMMU-SEED-10, SMMU-PRIOUTCOME-9 */
START_TEST(sync_abort)
{
    struct bench *bench = bench_queue(3, false);
    bench->memory_held = true;
    send(bench, 0, ACCESS_READ);
    send(bench, 1, ACCESS_READ);               /* aborts; Last=0 is answered too */
    send(bench, 2, ACCESS_LAST);               /* a Stop Marker behind it: lost, never answered */
    send(bench, 3, ACCESS_READ | ACCESS_LAST); /* in memory, but PROD never passes it: Failure */
    bench_settle(bench);
    bench_memory_answer(bench, write_of(bench, 0)->id, MEMORY_OK);
    bench_memory_answer(bench, write_of(bench, 1)->id, MEMORY_ABORT);
    bench_memory_answer(bench, write_of(bench, 2)->id, MEMORY_ABORT);
    bench_memory_answer(bench, write_of(bench, 3)->id, MEMORY_OK);
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).prod, 1);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_ABORT), 1);
    const struct pri_queue_abort *abort = bench_last(bench, PRI_QUEUE_TX_ABORT);
    ck_assert(abort->record && !abort->msi && abort->cause == CAUSE_WRITE_ABORT);
    const struct event *event = rig_event(bench->rig, EVENT_PRI_QUEUE_ABORT, 0);
    ck_assert(event && event->pri_queue_abort.cause == CAUSE_WRITE_ABORT && event->pri_queue_abort.msi == 0);
    ck_assert_uint_eq(rig_events(bench->rig, EVENT_PRI_QUEUE_ABORT), 1);
    ck_assert_uint_eq(rig_events(bench->rig, EVENT_PRI_QUEUE_LOST), 3);
    ck_assert_uint_eq(rig_events(bench->rig, EVENT_PRI_QUEUE_WRITE), 1);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_RESPONSE), 2);
    for (unsigned i = 0; i < 2; i++) {
        const struct prg_response *response = rig_got(bench->rig, PRI_QUEUE_TX_RESPONSE, i);
        ck_assert(response->code == PRG_FAILURE && !response->has_pasid && response->cause == CAUSE_WRITE_ABORT);
        ck_assert_uint_eq(response->prg_index, i ? 3 : 1);
    }

    send(bench, 4, ACCESS_READ | ACCESS_LAST); /* SMMU-PRIOUTCOME-2 until acknowledged */
    bench_settle(bench);
    const struct prg_response *refused = bench_last(bench, PRI_QUEUE_TX_RESPONSE);
    ck_assert(refused->cause == CAUSE_QUEUE_ABORTED && refused->code == PRG_FAILURE);
    bench->memory_held = false;
    bench->writes_answered = bench->writes_seen;
    bench_control(bench, PRI_QUEUE_ABORT_ACTIVE, 0);
    bench_settle(bench);
    send(bench, 5, ACCESS_READ);
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).prod, 2);
    ck_assert_uint_eq(bench_record(bench, 1).prg_index, 5); /* the slot of the lost record */
    bench_close(bench);
}
END_TEST

/* SMMU-PRIOUTCOME-8: no answer, PROD stays (our choice); what lies behind is lost by its own write's status. */
/* covers: SMMU-PRIOUTCOME-8 */
START_TEST(late_abort)
{
    struct bench *bench = bench_queue(3, false);
    bench->memory_held = true;
    send(bench, 1, ACCESS_READ | ACCESS_LAST);
    send(bench, 2, ACCESS_READ | ACCESS_LAST);
    bench_settle(bench);
    bench_memory_answer(bench, write_of(bench, 0)->id, MEMORY_ABORT_LATE);
    bench_memory_answer(bench, write_of(bench, 1)->id, MEMORY_OK);
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).prod, 0);
    const struct pri_queue_abort *abort = bench_last(bench, PRI_QUEUE_TX_ABORT);
    ck_assert(abort && abort->cause == CAUSE_WRITE_ABORT_LATE && abort->record);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_RESPONSE), 1);
    ck_assert_uint_eq(((const struct prg_response *)bench_last(bench, PRI_QUEUE_TX_RESPONSE))->prg_index, 2);
    bench_close(bench);
}
END_TEST

/* The handshake: from the loss on every request fails, whatever GERROR's echo takes, and a 0 before the 1 does not end
 * it.
 */
/* covers: SMMU-PRIOUTCOME-2 */
START_TEST(no_request_sneaks_in)
{
    struct pri_queue_config config;
    bench_config(&config);
    config.accept_interval = 1;
    struct bench *bench = bench_open(&config);
    bench_control(bench, PRI_QUEUE_BASE, BENCH_BASE | 8);
    bench_control(bench, PRI_QUEUE_ENABLE, PRI_QUEUE_ENABLE_PRIQEN | PRI_QUEUE_ENABLE_SMMUEN);
    bench_settle(bench);
    bench->abort_echo = false;
    bench->records = MEMORY_ABORT;
    for (unsigned i = 0; i < 40; i++) {
        if (i == 20) /* echo, acknowledged at once: 0 follows 1 */
            bench_control(bench, PRI_QUEUE_ABORT_ACTIVE, 0);
        send(bench, i, ACCESS_READ);
        bench_run(bench, 2);
    }
    bench_settle(bench);
    cycle_t lost_at = rig_got_at(bench->rig, PRI_QUEUE_TX_COMMIT, 0);
    ck_assert_uint_ne(lost_at, CYCLE_NEVER);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_ABORT), 1);
    for (unsigned i = 0; i < 40; i++) {
        const struct pri_queue_decision *decision = rig_got(bench->rig, PRI_QUEUE_TX_DECISION, i);
        bool after = rig_got_at(bench->rig, PRI_QUEUE_TX_DECISION, i) > lost_at;
        ck_assert_uint_eq(decision->cause, after ? CAUSE_QUEUE_ABORTED : CAUSE_ACCEPTED);
    }
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_RESPONSE), 40); /* each is answered, written or not */
    bench->records = MEMORY_OK;
    bench_control(bench, PRI_QUEUE_ABORT_ACTIVE, 1);
    bench_control(bench, PRI_QUEUE_ABORT_ACTIVE, 0);
    bench_settle(bench);
    send(bench, 99, ACCESS_READ);
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).prod, 1);
    bench_close(bench);
}
END_TEST

/* SMMU-PRIOUTCOME: PRIQ_ABT_ERR shows only when every other write of a record has completed: four are under way, the
 * one of `first` aborts, the others are answered one by one in the order given. What comes meanwhile fails
 * (SMMU-PRIOUTCOME-2). */
/* covers: SMMU-PRIOUTCOME, SMMU-PRIOUTCOME-2 */
START_TEST(abort_behind_all_writes)
{
    static const unsigned orders[][4] = {{0, 1, 2, 3}, {0, 3, 2, 1}, {1, 0, 2, 3}, {3, 2, 1, 0}, {2, 3, 0, 1}};
    enum memory_status abort_status = _i % 2 ? MEMORY_ABORT_LATE : MEMORY_ABORT;
    const unsigned *order = orders[_i / 2];
    struct bench *bench = bench_queue(3, false);
    bench->memory_held = true;
    for (unsigned i = 0; i < 4; i++)
        send(bench, i, ACCESS_READ);
    bench_settle(bench);
    ck_assert_uint_eq(bench->writes_seen, 4);
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_ABORT), 0);
        bench_memory_answer(bench, write_of(bench, order[i])->id, i == 0 ? abort_status : MEMORY_OK);
        bench_settle(bench);
        if (_i < 2 && i == 1) {
            send(bench, 9, ACCESS_READ | ACCESS_LAST);
            bench_settle(bench);
            ck_assert_uint_eq(last_cause(bench), CAUSE_QUEUE_ABORTED);
        }
    }
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_ABORT), 1);
    const struct pri_queue_abort *abort = bench_last(bench, PRI_QUEUE_TX_ABORT);
    ck_assert(abort->record && !abort->msi);
    ck_assert_uint_eq(abort->cause, _i % 2 ? CAUSE_WRITE_ABORT_LATE : CAUSE_WRITE_ABORT);
    ck_assert_uint_eq(bench_status(bench).prod, order[0]);
    ck_assert_uint_eq(rig_events(bench->rig, EVENT_PRI_QUEUE_LOST), 4 - order[0]);
    bench_close(bench);
}
END_TEST

/* The same for a write that is offered and not taken yet: what stands on the channel will land. */
/* covers: SMMU-PRIOUTCOME */
START_TEST(abort_behind_an_offered_write)
{
    struct bench *bench = bench_queue(3, false);
    bench->memory_held = true;
    send(bench, 0, ACCESS_READ);
    bench_settle(bench);
    rig_ready(bench->rig, PRI_QUEUE_TX_MEMORY_REQUEST, false);
    send(bench, 1, ACCESS_READ);
    bench_settle(bench);
    bench_memory_answer(bench, write_of(bench, 0)->id, MEMORY_ABORT);
    bench_settle(bench);
    ck_assert_uint_eq(bench->writes_seen, 1);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_ABORT), 0);
    rig_ready(bench->rig, PRI_QUEUE_TX_MEMORY_REQUEST, true);
    bench_settle(bench);
    ck_assert_uint_eq(bench->writes_seen, 2);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_ABORT), 0);
    bench_memory_answer(bench, write_of(bench, 1)->id, MEMORY_OK);
    bench_settle(bench);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_ABORT), 1);
    bench_close(bench);
}
END_TEST

/* Acknowledged while lost records still wait for room for their answers: requests are held back, neither refused nor
 * written over. */
START_TEST(acknowledged_early)
{
    struct bench *bench = bench_queue(3, false);
    bench->memory_held = true;
    send(bench, 1, ACCESS_READ);
    send(bench, 2, ACCESS_READ);
    bench_settle(bench);
    rig_ready(bench->rig, PRI_QUEUE_TX_RESPONSE, false);
    struct page_request secure = bench_page(3, 100, ACCESS_READ);
    secure.secure = 1;
    for (unsigned i = 0; i < 7; i++) /* one is offered, six wait; the first loss makes it seven */
        bench_request(bench, &secure);
    bench_settle(bench);
    bench_memory_answer(bench, write_of(bench, 1)->id, MEMORY_OK);
    bench_memory_answer(bench, write_of(bench, 0)->id, MEMORY_ABORT);
    bench_settle(bench);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_ABORT), 1);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_COMMIT), 1);
    bench_control(bench, PRI_QUEUE_ABORT_ACTIVE, 0);
    bench_settle(bench);
    send(bench, 3, ACCESS_READ);
    bench_settle(bench);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_DECISION), 9);
    bench->memory_held = false;
    bench->writes_answered = bench->writes_seen;
    rig_ready(bench->rig, PRI_QUEUE_TX_RESPONSE, true);
    bench_settle(bench);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_DECISION), 10);
    ck_assert_uint_eq(bench_status(bench).prod, 1);
    ck_assert_uint_eq(bench_record(bench, 0).prg_index, 3);
    bench_close(bench);
}
END_TEST

/* A queue of two with two records on their way, and a third request (Last=1) that waits for their fate. */
static struct bench *full_by_records_in_flight(void)
{
    struct bench *bench = bench_queue(1, false);
    bench->memory_held = true;
    for (unsigned i = 0; i < 3; i++)
        send(bench, i, i == 2 ? ACCESS_READ | ACCESS_LAST : ACCESS_READ);
    bench_settle(bench);
    return bench;
}

static bool ovflg_ever_shown(const struct bench *bench)
{
    bool shown = false;
    for (unsigned i = 0; i < bench_puts(bench, PRI_QUEUE_TX_STATUS); i++) {
        const struct pri_queue_status *status = rig_got(bench->rig, PRI_QUEUE_TX_STATUS, i);
        shown |= status->prod >> 31;
    }
    return shown;
}

/* SMMU-QUEUE: an overflow is not observable before the PROD update that made the queue full. */
/* covers: SMMU-QUEUE-24 */
START_TEST(overflow_behind_prod)
{
    struct bench *bench = full_by_records_in_flight();
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_DECISION), 2);
    ck_assert_uint_eq(bench_status(bench).prod, 0);
    bench_memory_answer(bench, write_of(bench, 0)->id, MEMORY_OK);
    bench_settle(bench);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_DECISION), 2);
    ck_assert_uint_eq(bench_status(bench).prod, 1);
    bench_memory_answer(bench, write_of(bench, 1)->id, MEMORY_OK);
    bench_settle(bench);
    ck_assert_uint_eq(last_cause(bench), CAUSE_QUEUE_FULL);
    ck_assert_uint_eq(bench_status(bench).prod, 2 | PRI_QUEUE_OVFLG);
    const struct event *prod = rig_event(bench->rig, EVENT_PRI_QUEUE_PROD, 1);
    const struct event *overflow = rig_event(bench->rig, EVENT_PRI_QUEUE_OVERFLOW, 0);
    ck_assert(prod && overflow && overflow->cycle == prod->cycle + 1);
    /* The events say PROD.WR and OVFLG as a read sees them. */
    const struct event *first = rig_event(bench->rig, EVENT_PRI_QUEUE_PROD, 0);
    ck_assert(first->pri_queue_prod.prod == 1 && first->pri_queue_prod.ovflg == 0 && prod->pri_queue_prod.prod == 2 &&
              prod->pri_queue_prod.ovflg == 0);
    ck_assert(overflow->pri_queue_overflow.prod == 2 && overflow->pri_queue_overflow.ovflg == 1);
    bench_close(bench);
}
END_TEST

/* SMMU-QUEUE: nor is it ever observable with a queue that is not full: the writes abort, both or the younger one, and
 * the third request is answered as SMMU-PRIOUTCOME-2 says. */
/* covers: SMMU-QUEUE-24, SMMU-PRIOUTCOME-2 */
START_TEST(no_overflow_of_lost_records)
{
    static const enum memory_status first[] = {MEMORY_ABORT, MEMORY_ABORT_LATE, MEMORY_OK, MEMORY_OK};
    static const enum memory_status second[] = {MEMORY_ABORT, MEMORY_ABORT, MEMORY_ABORT, MEMORY_ABORT_LATE};
    struct bench *bench = full_by_records_in_flight();
    bench_memory_answer(bench, write_of(bench, 0)->id, first[_i]);
    bench_memory_answer(bench, write_of(bench, 1)->id, second[_i]);
    bench_settle(bench);
    ck_assert(!ovflg_ever_shown(bench));
    ck_assert_uint_eq(bench_status(bench).prod, first[_i] == MEMORY_OK);
    ck_assert_uint_eq(last_cause(bench), CAUSE_QUEUE_ABORTED);
    unsigned answers = 0;
    for (unsigned i = 0; i < bench_puts(bench, PRI_QUEUE_TX_RESPONSE); i++) {
        const struct prg_response *response = rig_got(bench->rig, PRI_QUEUE_TX_RESPONSE, i);
        ck_assert(response->code == 0xf && !response->has_pasid);
        answers += response->prg_index == 2;
    }
    ck_assert_uint_eq(answers, 1);
    bench_close(bench);
}
END_TEST

/* And if software makes room while they are on their way there is no overflow at all. */
/* covers: SMMU-QUEUE-24 */
START_TEST(room_while_in_flight)
{
    struct bench *bench = full_by_records_in_flight();
    bench_memory_answer(bench, write_of(bench, 0)->id, MEMORY_OK);
    bench_settle(bench);
    bench_control(bench, PRI_QUEUE_CONS, 1);
    bench_settle(bench);
    ck_assert_uint_eq(last_cause(bench), CAUSE_ACCEPTED);
    ck_assert_uint_eq(bench_request_at(bench), bench_control_at(bench) + 1);
    bench_memory_answer(bench, write_of(bench, 1)->id, MEMORY_OK);
    bench_memory_answer(bench, write_of(bench, 2)->id, MEMORY_OK);
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).prod, 3);
    ck_assert(!ovflg_ever_shown(bench));
    bench_close(bench);
}
END_TEST

/* What makes it wait is the overflow that would start: queues that are off or in overflow decide at once. */
START_TEST(nothing_to_wait_for)
{
    static const uint64_t values[] = {PRI_QUEUE_ENABLE_SMMUEN, PRI_QUEUE_ENABLE_PRIQEN, 1, PRI_QUEUE_OVFLG};
    static const enum pri_queue_control_what whats[] = {PRI_QUEUE_ENABLE, PRI_QUEUE_ENABLE, PRI_QUEUE_ABORT_ACTIVE,
                                                        PRI_QUEUE_CONS};
    static const enum cause causes[] = {CAUSE_QUEUE_OFF, CAUSE_QUEUE_OFF, CAUSE_QUEUE_ABORTED, CAUSE_OVERFLOW_ACTIVE};
    struct bench *bench = full_by_records_in_flight();
    bench_control(bench, whats[_i], values[_i]);
    bench_settle(bench);
    ck_assert_uint_eq(last_cause(bench), causes[_i]);
    ck_assert_uint_eq(bench_request_at(bench), bench_control_at(bench) + 1);
    bench_close(bench);
}
END_TEST

/* Answers to nothing that was asked. */
START_TEST(stray_responses)
{
    struct bench *bench = bench_queue(3, false);
    static const uint32_t ids[] = {0, 5, 15, BENCH_MSI_ID, 17, 0xffffffff};
    for (unsigned i = 0; i < sizeof ids / sizeof *ids; i++)
        bench_memory_answer(bench, ids[i], MEMORY_ABORT);
    bench_settle(bench);
    bench->memory_held = true;
    send(bench, 1, ACCESS_READ);
    bench_settle(bench);
    ck_assert_uint_eq(bench_status(bench).prod, 0);
    bench->memory_held = false;
    bench_settle(bench);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_ABORT), 0);
    ck_assert_uint_eq(bench_status(bench).prod, 1);
    bench_close(bench);
}
END_TEST

/* A queue that starts writes so many edges after it took the request. */
static struct bench *slow_queue(uint32_t write_latency)
{
    struct pri_queue_config config;
    bench_config(&config);
    config.write_latency = write_latency;
    config.accept_interval = 3;
    struct bench *bench = bench_open(&config);
    bench_control(bench, PRI_QUEUE_BASE, BENCH_BASE | 3);
    bench_control(bench, PRI_QUEUE_ENABLE, PRI_QUEUE_ENABLE_PRIQEN | PRI_QUEUE_ENABLE_SMMUEN);
    bench_settle(bench);
    return bench;
}

/* The same for a record that is accepted and not offered yet. */
START_TEST(stray_before_offer)
{
    struct bench *bench = slow_queue(40);
    send(bench, 1, ACCESS_READ);
    bench_run(bench, 10);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_DECISION), 1);
    bench_memory_answer(bench, 0, MEMORY_ABORT);
    bench_settle(bench);
    bench_settle(bench);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_ABORT), 0);
    ck_assert_uint_eq(bench_status(bench).prod, 1);
    bench_close(bench);
}
END_TEST

/* SMMU-PRIOUTCOME-7: the queue is not writable: what was not offered before the abort never is, and fails at once. */
/* covers: SMMU-PRIOUTCOME-7 */
START_TEST(nothing_offered_behind_an_abort)
{
    struct bench *bench = slow_queue(10);
    bench->records = MEMORY_ABORT;
    for (unsigned i = 0; i < 3; i++) /* n, n+3, n+6; the first aborts at n+12, the second is due at n+13 */
        send(bench, i, ACCESS_READ);
    bench_settle(bench);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_MEMORY_REQUEST), 1);
    ck_assert_uint_eq(rig_events(bench->rig, EVENT_PRI_QUEUE_LOST), 3);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_RESPONSE), 3);
    cycle_t abort = bench_last_at(bench, PRI_QUEUE_TX_ABORT);
    ck_assert_uint_eq(bench_last_at(bench, PRI_QUEUE_TX_COMMIT), abort + 2);
    bench_close(bench);
}
END_TEST

/* Seven answers wait, an eighth request is answered at the edge of an abort: the loss waits for room, none is lost. */
START_TEST(abort_waits_for_answers)
{
    struct bench *bench = bench_queue(3, false);
    bench->memory_held = true;
    send(bench, 0, ACCESS_READ);
    bench_settle(bench);
    rig_ready(bench->rig, PRI_QUEUE_TX_RESPONSE, false);
    struct page_request secure = bench_page(3, 100, ACCESS_READ);
    secure.secure = 1;
    for (unsigned i = 0; i < 8; i++) /* one is offered, seven wait */
        bench_request(bench, &secure);
    bench_settle(bench);
    bench_request(bench, &secure);
    bench_memory_answer(bench, write_of(bench, 0)->id, MEMORY_ABORT);
    bench_settle(bench);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_DECISION), 10);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_ABORT), 0);
    rig_ready(bench->rig, PRI_QUEUE_TX_RESPONSE, true);
    bench_settle(bench);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_ABORT), 1);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_RESPONSE), 10);
    ck_assert_uint_eq(((const struct prg_response *)bench_last(bench, PRI_QUEUE_TX_RESPONSE))->prg_index, 0);
    bench_close(bench);
}
END_TEST

/* The same loss at its edge: two of eight answers leave, and the port stays busy. At the edge after the second one has
 * left the FIFO there is room for the Failure. */
START_TEST(abort_when_answers_have_room)
{
    struct bench *bench = bench_queue(3, false);
    bench->lazy = true;
    bench->memory_held = true;
    send(bench, 0, ACCESS_READ);
    bench_settle(bench);
    rig_ready(bench->rig, PRI_QUEUE_TX_RESPONSE, false);
    struct page_request secure = bench_page(3, 100, ACCESS_READ);
    secure.secure = 1;
    for (unsigned i = 0; i < 9; i++)
        bench_request(bench, &secure);
    bench_settle(bench);
    bench_memory_answer(bench, write_of(bench, 0)->id, MEMORY_ABORT);
    bench_settle(bench);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_ABORT), 0);
    rig_ready(bench->rig, PRI_QUEUE_TX_RESPONSE, true);
    while (bench_puts(bench, PRI_QUEUE_TX_RESPONSE) < 3)
        bench_edge(bench);
    rig_ready(bench->rig, PRI_QUEUE_TX_RESPONSE, false);
    bench_settle(bench);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_ABORT), 1);
    ck_assert_uint_eq(bench_last_at(bench, PRI_QUEUE_TX_ABORT), rig_got_at(bench->rig, PRI_QUEUE_TX_RESPONSE, 2) + 1);
    bench_close(bench);
}
END_TEST

/* And when the answer that leaves had waited for the STE, on a port that stays busy: nothing else brings the queue to
 * the edge at which there is room. */
START_TEST(abort_behind_a_lookup)
{
    struct bench *bench = bench_queue(0, false);
    bench->lazy = true;
    bench->memory_held = true;
    bench->ppar_delay = 200;
    send(bench, 0, ACCESS_READ);
    bench_control(bench, PRI_QUEUE_CONS, PRI_QUEUE_OVFLG); /* in overflow, and a record is on its way */
    bench_settle(bench);
    rig_ready(bench->rig, PRI_QUEUE_TX_RESPONSE, false);
    send(bench, 1, ACCESS_READ | ACCESS_LAST); /* PPAR is asked for */
    for (unsigned i = 2; i < 8; i++) {
        struct page_request request = bench_page(PASID_NONE, i, ACCESS_READ | ACCESS_LAST);
        bench_request(bench, &request);
    }
    bench_settle(bench);
    bench_memory_answer(bench, write_of(bench, 0)->id, MEMORY_ABORT);
    bench_settle(bench);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_DECISION), 8);
    ck_assert_uint_eq(bench_puts(bench, PRI_QUEUE_TX_ABORT), 0); /* seven answers wait */
    bench_settle(bench);
    cycle_t k = bench->rig->rx[PRI_QUEUE_RX_LOOKUP].taken_at[0];
    ck_assert_uint_eq(bench_last_at(bench, PRI_QUEUE_TX_RESPONSE), k + 1);
    ck_assert_uint_eq(bench_last_at(bench, PRI_QUEUE_TX_ABORT), k + 2);
    bench_close(bench);
}
END_TEST

static void of_no_stream(const struct memory_request *request)
{
    ck_assert_uint_eq(request->attributes, 0);
    ck_assert_uint_eq(request->stream_id, 0);
    ck_assert_uint_eq(request->substream_id, 0);
}

/* What a channel's slot held before is not seen: a record's write and an MSI's are of no stream. */
START_TEST(writes_are_of_no_stream)
{
    struct bench *bench = bench_queue(3, false);
    bench_control(bench, PRI_QUEUE_IRQ_CFG0, BENCH_MSI);
    bench_settle(bench);
    memset(bench->rig->tx[PRI_QUEUE_TX_MEMORY_REQUEST].slot, 0xff, RIG_PAYLOAD);
    bench->memory_held = true;
    send(bench, 0, ACCESS_READ);
    bench_settle(bench);
    memset(bench->rig->tx[PRI_QUEUE_TX_MEMORY_REQUEST].slot, 0xff, RIG_PAYLOAD);
    bench->memory_held = false;
    bench_settle(bench);
    of_no_stream(write_of(bench, 0));
    ck_assert_uint_eq(write_of(bench, 1)->id, BENCH_MSI_ID);
    of_no_stream(write_of(bench, 1));
    bench_close(bench);
}
END_TEST

/* Each type of event is recorded if it is the only one that anybody wants. */
START_TEST(events_one_by_one)
{
    static const enum event_type types[] = {EVENT_PRI_QUEUE_ACCEPT,   EVENT_PRI_QUEUE_DROP,     EVENT_PRI_QUEUE_WRITE,
                                            EVENT_PRI_QUEUE_LOST,     EVENT_PRI_QUEUE_PROD,     EVENT_PRI_QUEUE_CONS,
                                            EVENT_PRI_QUEUE_OVERFLOW, EVENT_PRI_QUEUE_RESPONSE, EVENT_PRI_QUEUE_ABORT,
                                            EVENT_PRI_QUEUE_INTERRUPT};
    struct bench *bench = bench_queue(0, false);
    memset(bench->rig->probe.mask, 0, sizeof bench->rig->probe.mask);
    bench->rig->probe.mask[types[_i] / 64] = UINT64_C(1) << types[_i] % 64;
    send(bench, 0, ACCESS_READ | ACCESS_LAST);
    send(bench, 1, ACCESS_LAST); /* a Stop Marker, dropped: overflow starts */
    bench_settle(bench);
    bench_control(bench, PRI_QUEUE_CONS, 1 | PRI_QUEUE_OVFLG);
    bench_settle(bench);
    bench->records = MEMORY_ABORT;
    send(bench, 2, ACCESS_READ); /* lost and answered */
    bench_settle(bench);
    ck_assert_uint_eq(rig_events(bench->rig, types[_i]), types[_i] == EVENT_PRI_QUEUE_ACCEPT ? 2 : 1);
    ck_assert_uint_eq(bench->rig->events, rig_events(bench->rig, types[_i]));
    bench_close(bench);
}
END_TEST

int main(void)
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
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
