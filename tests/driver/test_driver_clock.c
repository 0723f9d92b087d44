/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver's clock: each price from both sides, holds, ties, CPUs, ports that are not ready, and that steps at idle
 * edges change nothing (docs/timing/driver.md).
 */
#include "driver/driver_state.h"
#include "tests/driver/bench.h"

#include <string.h>

enum { R = ACCESS_READ, L = ACCESS_LAST };

static struct bench *open_bound(void)
{
    struct bench *b = bench_open();
    b->config.cpus = DRIVER_CPUS_MAX;
    b->config.irq_latency = 700;
    b->config.fault_service = 900;
    b->config.price = (struct driver_prices){.mmio_read = 31,
                                             .mmio_write = 37,
                                             .load = 5,
                                             .store = 7,
                                             .compute = 11,
                                             .interrupt_entry = 101,
                                             .wake_up = 211,
                                             .poll_interval = 307};
    bench_bring_up(b);
    bench_bind(b, 0, 1, 0, 1);
    bench_until(b, EVENT_DRIVER_BOUND, 1);
    bench_run(b, 50);
    return b;
}

static cycle_t cycle_of(const struct bench *b, enum event_type type, unsigned n)
{
    const struct event *event = rig_event(b->rig, type, n);
    ck_assert_msg(event != NULL, "no %s", event_name(type));
    return event->cycle;
}

/* Not at n - 1, yes at n. */
static void comes_at(struct bench *b, enum event_type type, unsigned n, cycle_t at)
{
    while (b->rig->now < at)
        bench_edge(b);
    ck_assert_msg(rig_events(b->rig, type) == n, "%s came before %llu", event_name(type), (unsigned long long)at);
    bench_edge(b);
    ck_assert_msg(rig_events(b->rig, type) == n + 1, "%s did not come at %llu", event_name(type),
                  (unsigned long long)at);
}

/* From the put of an access to its answer on this bench; the next step begins there. */
enum { WAY = MEMORY_DELAY + 1 };

START_TEST(the_way_of_a_fault)
{
    struct bench *b = open_bound();
    bench_request(b, STREAM, 1, 4, 0x4000, R | L);
    bench_request(b, STREAM, 1, 5, 0x5000, R | L);
    bench_ring(b, DRIVER_MSI_PRIQ);
    bench_edge(b);
    bench_edge(b);
    unsigned taken = b->rig->rx[DRIVER_RX_INTERRUPT].taken;
    ck_assert_uint_eq(taken, 1);
    cycle_t at = b->rig->rx[DRIVER_RX_INTERRUPT].taken_at[0];
    comes_at(b, EVENT_DRIVER_INTERRUPT, 0, at += 700);
    unsigned reads = b->rig->tx[DRIVER_TX_MMIO].count;
    comes_at(b, EVENT_DRIVER_PROD_READ, 0, at += 101 + 211 + 31 + WAY);
    ck_assert_uint_eq(rig_got_at(b->rig, DRIVER_TX_MMIO, reads), at - WAY);
    comes_at(b, EVENT_DRIVER_TAKE, 0, at += 5 + WAY + 37);
    ck_assert_uint_eq(cycle_of(b, EVENT_DRIVER_CONS, 0), at);
    comes_at(b, EVENT_DRIVER_ENQUEUE, 0, at += WAY + 11);
    cycle_t resolve = at + 211 + 11 + 11; /* woken; the group is taken; the look-up */
    comes_at(b, EVENT_DRIVER_TAKE, 1, at + 5 + WAY + 37);
    comes_at(b, EVENT_DRIVER_RESOLVE, 0, resolve);
    /* fault_service to the first store; three tables before the page, each there and back */
    comes_at(b, EVENT_DRIVER_PAGE, 0, resolve += 900 + 3 * (WAY + 7));
    /* lock, command, PROD */
    comes_at(b, EVENT_DRIVER_RESPOND, 0, resolve + WAY + 11 + 7 + WAY + 37);
    /* the second worker found the tables there: S3 is fault_service after S2 */
    bench_until(b, EVENT_DRIVER_RESPOND, 2);
    bench_request(b, STREAM, 1, 6, 0x6000, R | L);
    bench_ring(b, DRIVER_MSI_PRIQ);
    resolve = bench_until(b, EVENT_DRIVER_RESOLVE, 3)->cycle;
    comes_at(b, EVENT_DRIVER_PAGE, 2, resolve + 900);
    bench_close(b);
}
END_TEST

/* The event thread: the handler's entry and the wake-up, PROD and the record; GERROR and its acknowledgement. */
START_TEST(the_way_of_an_event)
{
    struct bench *b = open_bound();
    b->reg[SMMU_EVENTQ_PROD / 4] = 2;
    bench_ring(b, DRIVER_MSI_EVENTQ);
    bench_edge(b);
    bench_edge(b);
    cycle_t at = b->rig->rx[DRIVER_RX_INTERRUPT].taken_at[0] + 700 + 101 + 211;
    comes_at(b, EVENT_DRIVER_FAULT_EVENT, 0, at += 31 + WAY + 5 + WAY);
    comes_at(b, EVENT_DRIVER_FAULT_EVENT, 1, at + 5 + WAY);
    bench_run(b, 1000);
    b->reg[SMMU_GERROR / 4] = GERROR_EVENTQ_ABT;
    bench_ring(b, DRIVER_MSI_GERROR);
    bench_edge(b);
    bench_edge(b);
    at = b->rig->rx[DRIVER_RX_INTERRUPT].taken_at[1] + 700 + 101 + 211;
    comes_at(b, EVENT_DRIVER_GERROR, 0, at + 31 + WAY + 37);
    bench_close(b);
}
END_TEST

START_TEST(the_way_of_an_unbind)
{
    struct bench *b = open_bound();
    b->polls = 1;
    unsigned tlps = b->rig->tx[DRIVER_TX_HOST].count;
    bench_unbind(b, 0, 1, DRIVER_UNBIND_NONE, 2);
    bench_edge(b);
    bench_edge(b);
    ck_assert_uint_eq(b->rig->rx[DRIVER_RX_STIMULUS].taken, 2);
    cycle_t at = b->rig->rx[DRIVER_RX_STIMULUS].taken_at[1];
    comes_at(b, EVENT_DRIVER_STOP, 0, at += 11 + 37);
    ck_assert_uint_eq(rig_got_at(b->rig, DRIVER_TX_HOST, tlps), at);
    /* a poll, its completion two edges later, the interval, another poll */
    comes_at(b, EVENT_DRIVER_STOP_SEEN, 0, at += 31 + 2 + 307 + 31 + 2 + 11);
    ck_assert_uint_eq(rig_got_at(b->rig, DRIVER_TX_HOST, tlps + 2), at - 11 - 2);
    comes_at(b, EVENT_DRIVER_UNBIND, 0, at += 11);
    comes_at(b, EVENT_DRIVER_CLEAR, 0, at += 7);
    /* five commands: lock, store, PROD, unlock; after each SYNC one read of CONS */
    comes_at(b, EVENT_DRIVER_INVALIDATED, 0, at += WAY + 5 * (11 + 7 + WAY + 37 + WAY + 11) + 2 * (31 + WAY) + 11);
    comes_at(b, EVENT_DRIVER_LEFT_LOOKUP, 0, at += 11);
    comes_at(b, EVENT_DRIVER_DRAINED, 0, at += 11);
    comes_at(b, EVENT_DRIVER_FREE, 0, at + 11);
    bench_close(b);
}
END_TEST

/* Held before the step: its price is paid after the release. A hold catches once. */
START_TEST(a_hold_lasts_its_cycles)
{
    struct bench *b = open_bound();
    bench_hold(b, DRIVER_TASK_PRI_THREAD, EVENT_DRIVER_ENQUEUE, 5000);
    bench_request(b, STREAM, 1, 4, 0x4000, R | L);
    bench_request(b, STREAM, 1, 5, 0x4000, R | L);
    bench_ring(b, DRIVER_MSI_PRIQ);
    const struct event *hold = bench_until(b, EVENT_DRIVER_HOLD, 1);
    ck_assert_uint_eq(hold->driver_hold.task, DRIVER_TASK_PRI_THREAD);
    ck_assert_uint_eq(hold->driver_hold.index, 0);
    ck_assert_uint_eq(hold->driver_hold.before, EVENT_DRIVER_ENQUEUE);
    ck_assert_uint_eq(hold->driver_hold.step, BENCH_HOLD_STEP);
    ck_assert_uint_eq(hold->cycle, cycle_of(b, EVENT_DRIVER_TAKE, 0) + WAY);
    cycle_t at = hold->cycle;
    comes_at(b, EVENT_DRIVER_RELEASE, 0, at + 5000);
    comes_at(b, EVENT_DRIVER_ENQUEUE, 0, at + 5000 + 11);
    bench_until(b, EVENT_DRIVER_ENQUEUE, 2);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_HOLD), 1);
    bench_close(b);
}
END_TEST

/* Two holds at one step catch two workers: each says which, and so does its release. */
START_TEST(a_hold_says_whom_it_caught)
{
    struct bench *b = open_bound();
    bench_hold(b, DRIVER_TASK_WORKER, EVENT_DRIVER_RESPOND, 9000);
    bench_hold(b, DRIVER_TASK_WORKER, EVENT_DRIVER_RESPOND, 1000);
    bench_request(b, STREAM, 1, 4, 0x4000, R | L);
    bench_request(b, STREAM, 1, 5, 0x4000, R | L);
    bench_ring(b, DRIVER_MSI_PRIQ);
    bench_until(b, EVENT_DRIVER_RELEASE, 2);
    for (unsigned i = 0; i < 2; i++) {
        const struct event *hold = rig_event(b->rig, EVENT_DRIVER_HOLD, i);
        const struct event *release = rig_event(b->rig, EVENT_DRIVER_RELEASE, i);
        ck_assert_uint_eq(hold->driver_hold.index, i);
        ck_assert_uint_eq(release->driver_release.index, 1 - i); /* the second is let go first */
        ck_assert_uint_eq(release->driver_release.before, EVENT_DRIVER_RESPOND);
        ck_assert_uint_eq(release->driver_release.step, BENCH_HOLD_STEP);
    }
    bench_close(b);
}
END_TEST

START_TEST(a_hold_lasts_until_released)
{
    struct bench *b = open_bound();
    bench_hold(b, DRIVER_TASK_WORKER, EVENT_DRIVER_RESPOND, 0);
    bench_request(b, STREAM, 1, 4, 0x4000, R | L);
    bench_ring(b, DRIVER_MSI_PRIQ);
    bench_until(b, EVENT_DRIVER_HOLD, 1);
    bench_run(b, 30000);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_RELEASE), 0);
    /* the lock is not held: others use the command queue */
    bench_bind(b, 0, 2, 0, 2);
    bench_until(b, EVENT_DRIVER_BOUND, 2);
    bench_release(b, DRIVER_TASK_WORKER, EVENT_DRIVER_RESPOND);
    bench_until(b, EVENT_DRIVER_RESPOND, 1);
    /* a release without a held task forgets what waits */
    bench_hold(b, DRIVER_TASK_WORKER, EVENT_DRIVER_RESPOND, 0);
    bench_release(b, DRIVER_TASK_WORKER, EVENT_DRIVER_RESPOND);
    bench_request(b, STREAM, 1, 5, 0x4000, R | L);
    bench_ring(b, DRIVER_MSI_PRIQ);
    bench_until(b, EVENT_DRIVER_RESPOND, 2);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_HOLD), 1);
    bench_close(b);
}
END_TEST

/* A release is of one point: what is held elsewhere stays held, and a hold that waits elsewhere still catches. */
START_TEST(a_release_is_of_one_point)
{
    struct bench *b = open_bound();
    bench_hold(b, DRIVER_TASK_WORKER, EVENT_DRIVER_RESPOND, 0);
    bench_hold(b, DRIVER_TASK_WORKER, EVENT_DRIVER_PAGE, 0);
    bench_request(b, STREAM, 1, 4, 0x4000, R | L);
    bench_ring(b, DRIVER_MSI_PRIQ);
    bench_until(b, EVENT_DRIVER_HOLD, 1); /* at `page` */
    bench_release(b, DRIVER_TASK_WORKER, EVENT_DRIVER_RESOLVE);
    bench_run(b, 2000);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_RELEASE), 0);
    bench_release(b, DRIVER_TASK_WORKER, EVENT_DRIVER_PAGE);
    bench_until(b, EVENT_DRIVER_HOLD, 2); /* at `respond` */
    bench_request(b, STREAM, 1, 5, 0x5000, R | L);
    bench_hold(b, DRIVER_TASK_WORKER, EVENT_DRIVER_RESOLVE, 0);
    bench_ring(b, DRIVER_MSI_PRIQ);
    bench_until(b, EVENT_DRIVER_HOLD, 3); /* the other worker, at `resolve` */
    bench_release(b, DRIVER_TASK_WORKER, EVENT_DRIVER_RESOLVE);
    ck_assert_uint_eq(bench_until(b, EVENT_DRIVER_RESPOND, 1)->driver_respond.prgi, 5);
    bench_run(b, 2000);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_RELEASE), 2);
    bench_release(b, DRIVER_TASK_WORKER, EVENT_DRIVER_RESPOND);
    ck_assert_uint_eq(bench_until(b, EVENT_DRIVER_RESPOND, 2)->driver_respond.prgi, 4);
    bench_close(b);
}
END_TEST

/* Every task and point that driver_can_hold names is one where a task really stops. */
START_TEST(holds_of_a_caller)
{
    static const enum event_type points[] = {EVENT_DRIVER_STOP,     EVENT_DRIVER_STOP_SEEN,   EVENT_DRIVER_UNBIND,
                                             EVENT_DRIVER_CLEAR,    EVENT_DRIVER_INVALIDATED, EVENT_DRIVER_LEFT_LOOKUP,
                                             EVENT_DRIVER_SNAPSHOT, EVENT_DRIVER_DRAINED,     EVENT_DRIVER_FREE,
                                             EVENT_DRIVER_BIND,     EVENT_DRIVER_BOUND};
    struct bench *b = open_bound();
    struct driver_stimulus s = {
        .what = DRIVER_UNBIND, .pasid = 1, .policy = DRIVER_UNBIND_DRAIN, .then_space = 2, .call = 2};
    for (unsigned i = 0; i < sizeof points / sizeof points[0]; i++)
        bench_hold(b, DRIVER_TASK_CALLER, points[i], 1000);
    rig_offer(b->rig, DRIVER_RX_STIMULUS, &s);
    bench_until(b, EVENT_DRIVER_BOUND, 2);
    for (unsigned i = 0; i < sizeof points / sizeof points[0]; i++) {
        bool again = points[i] == EVENT_DRIVER_BIND || points[i] == EVENT_DRIVER_BOUND;
        cycle_t held = cycle_of(b, EVENT_DRIVER_HOLD, i);
        ck_assert_uint_ge(cycle_of(b, points[i], again ? 1 : 0), held + 1000 + 1);
        ck_assert_uint_le(cycle_of(b, points[i], again ? 1 : 0), held + 1000 + 37 + WAY);
    }
    ck_assert(!driver_can_hold(DRIVER_TASK_WORKER, EVENT_DRIVER_FREE));
    bench_close(b);
}
END_TEST

/* A worker before its look-up of PASID 2 and a caller before its bind, each held for so many cycles. */
static struct bench *open_race(uint32_t worker_cycles, uint32_t caller_cycles)
{
    struct bench *b = open_bound();
    bench_hold(b, DRIVER_TASK_WORKER, EVENT_DRIVER_RESOLVE, worker_cycles);
    bench_hold(b, DRIVER_TASK_CALLER, EVENT_DRIVER_BIND, caller_cycles);
    bench_request(b, STREAM, 2, 4, 0x4000, R | L);
    bench_ring(b, DRIVER_MSI_PRIQ);
    bench_bind(b, 0, 2, 1, 2);
    bench_until(b, EVENT_DRIVER_RESOLVE, 1);
    bench_until(b, EVENT_DRIVER_BIND, 2);
    return b;
}

/* A bind at the edge of a look-up counts as before it; one edge later it does not. */
START_TEST(callers_come_first_at_one_edge)
{
    struct bench *b = open_race(3000, 3000);
    cycle_t lead = cycle_of(b, EVENT_DRIVER_RESOLVE, 0) - cycle_of(b, EVENT_DRIVER_BIND, 1);
    ck_assert_uint_lt(lead, 3000); /* the caller was there first */
    bench_close(b);
    for (unsigned late = 0; late < 2; late++) {
        b = open_race(3000, 3000 + (uint32_t)lead + late);
        const struct event *resolve = rig_event(b->rig, EVENT_DRIVER_RESOLVE, 0);
        ck_assert_uint_eq(cycle_of(b, EVENT_DRIVER_BIND, 1), resolve->cycle + late);
        ck_assert_uint_eq(resolve->driver_resolve.cause, late ? CAUSE_NOT_BOUND : CAUSE_BOUND);
        bench_close(b);
    }
}
END_TEST

/* And before the PRI thread: two holds that end together, both before a computation. */
START_TEST(callers_come_before_the_pri_thread)
{
    cycle_t lead = 0;
    for (unsigned attempt = 0; attempt < 2; attempt++) {
        struct bench *b = open_bound();
        bench_hold(b, DRIVER_TASK_CALLER, EVENT_DRIVER_BIND, 3000 + (uint32_t)lead);
        bench_hold(b, DRIVER_TASK_PRI_THREAD, EVENT_DRIVER_ENQUEUE, 3000);
        bench_request(b, STREAM, 1, 4, 0x4000, R | L);
        bench_ring(b, DRIVER_MSI_PRIQ);
        bench_bind(b, 0, 2, 1, 2);
        cycle_t enqueue = bench_until(b, EVENT_DRIVER_ENQUEUE, 1)->cycle;
        cycle_t bind = bench_until(b, EVENT_DRIVER_BIND, 2)->cycle;
        lead = enqueue - bind;
        if (attempt)
            ck_assert(rig_event(b->rig, EVENT_DRIVER_BIND, 1) < rig_event(b->rig, EVENT_DRIVER_ENQUEUE, 0));
        bench_close(b);
    }
    ck_assert_uint_eq(lead, 0);
}
END_TEST

/* One CPU does everything, only later. */
START_TEST(one_cpu_is_enough)
{
    struct bench *b = bench_open();
    b->config.cpus = 1;
    b->config.workers = 4;
    bench_bring_up(b);
    for (uint32_t i = 1; i < 5; i++)
        bench_bind(b, 0, i, i & 1, i);
    bench_until(b, EVENT_DRIVER_BOUND, 4);
    for (uint16_t i = 1; i < 5; i++)
        bench_request(b, STREAM, i, i, 0x4000, R | L);
    bench_ring(b, DRIVER_MSI_PRIQ);
    for (uint32_t i = 1; i < 5; i++)
        bench_unbind(b, 0, i, DRIVER_UNBIND_DRAIN, 10 + i);
    bench_until(b, EVENT_DRIVER_FREE, 4);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_RESPOND), 4);
    bench_close(b);
}
END_TEST

/* One CPU, and polls that take longer than the pause between two: whenever one caller pauses another one is ready. A
 * worker that was ready first goes first, and so does the event thread, the last of all. */
START_TEST(who_polls_overtakes_nobody)
{
    struct bench *b = bench_open();
    b->config.cpus = 1;
    b->completion_delay = 300;
    b->config.fault_service = 100;
    bench_bring_up(b);
    for (uint32_t i = 1; i <= 3; i++)
        bench_bind(b, 0, i, 0, i);
    bench_until(b, EVENT_DRIVER_BOUND, 3);
    b->polls = UINT32_MAX; /* until it is answered */
    for (uint32_t i = 1; i <= 3; i++)
        bench_unbind(b, 0, i, DRIVER_UNBIND_NONE, 10 + i);
    bench_until(b, EVENT_DRIVER_STOP, 3);
    bench_run(b, 5000);
    bench_request(b, STREAM, 1, 4, 0x4000, R | L);
    bench_ring(b, _i ? DRIVER_MSI_EVENTQ : DRIVER_MSI_PRIQ);
    b->reg[SMMU_EVENTQ_PROD / 4] = (uint32_t)_i;
    cycle_t ready = bench_until(b, _i ? EVENT_DRIVER_FAULT_EVENT : EVENT_DRIVER_ENQUEUE, 1)->cycle;
    if (_i) {
        ck_assert_uint_le(ready, b->rig->rx[DRIVER_RX_INTERRUPT].taken_at[0] + 1000 + 3 * 330 + 700 + 20 + 4 + 2 * WAY);
    } else {
        /* three polls at most are before it, and then it keeps the CPU but for a lock that is free */
        ck_assert_uint_le(bench_until(b, EVENT_DRIVER_RESPOND, 1)->cycle, ready + 3 * 330 + 500 + 100 + 20 * 10);
        b->polls_left = 0;
        bench_until(b, EVENT_DRIVER_FREE, 3);
    }
    bench_close(b);
}
END_TEST

/* Who takes the CPU that becomes free at 14: the first by kind and number; but if that one slept, the one that has been
 * runnable longest, and of several the first. */
START_TEST(the_order_of_the_runnable)
{
    enum { THREAD = TASK_PRI_THREAD, A = TASK_CALLER, B = TASK_CALLER + 1, WORKER = TASK_WORKER, NONE = TASKS };
    static const struct {
        struct {
            unsigned task;
            cycle_t since;
            bool slept;
        } runnable[3];
        unsigned first;
    } rows[] = {
        {{{A, 11, false}, {WORKER, 10, false}, {NONE, 0, 0}}, A},
        {{{A, 11, true}, {WORKER, 10, false}, {NONE, 0, 0}}, WORKER},
        {{{A, 10, true}, {WORKER, 10, false}, {NONE, 0, 0}}, A},
        {{{A, 10, true}, {WORKER, 11, false}, {NONE, 0, 0}}, A},
        {{{A, 14, true}, {WORKER, 13, false}, {NONE, 0, 0}}, WORKER},
        {{{A, 14, true}, {WORKER, 14, false}, {NONE, 0, 0}}, A},
        {{{A, 12, true}, {B, 11, true}, {NONE, 0, 0}}, B},
        {{{A, 12, true}, {B, 11, true}, {WORKER, 13, false}}, B},
        {{{A, 12, true}, {B, 13, false}, {WORKER, 11, false}}, WORKER},
        {{{A, 13, false}, {B, 11, true}, {WORKER, 10, false}}, A},
        {{{THREAD, 14, false}, {A, 11, true}, {WORKER, 10, false}}, THREAD},
        {{{A, 11, true}, {WORKER, 12, true}, {TASK_EVENT_THREAD, 10, false}}, TASK_EVENT_THREAD},
    };
    struct bench *b = bench_open();
    bench_start(b);
    struct driver *d = b->state;
    for (unsigned row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        driver_init(&b->config, d);
        d->runnable = 0;
        for (cycle_t now = 10; now <= 14; now++) {
            struct edge e = {&b->config, d, now, &b->rig->ports};
            for (unsigned i = 0; i < 3; i++) {
                unsigned task = rows[row].runnable[i].task;
                if (task == NONE || rows[row].runnable[i].since != now)
                    continue;
                d->task[task].price = 0;
                d->runnable |= UINT32_C(1) << task;
                d->slept |= (uint32_t)rows[row].runnable[i].slept << task;
            }
            d->free_cpus = now == 14;
            uint32_t due = task_dispatch(&e);
            ck_assert_uint_eq(due, now == 14 ? UINT32_C(1) << rows[row].first : 0);
        }
        ck_assert_uint_eq(d->task[rows[row].first].cpu, 0);
    }
    bench_close(b);
}
END_TEST

/* One that slept, had the CPU and was woken by another is no sleeper any more: a caller goes before a worker. */
START_TEST(a_sleep_counts_until_the_next_cpu)
{
    struct bench *b = bench_open();
    bench_start(b);
    struct driver *d = b->state;
    struct edge e = {&b->config, d, 10, &b->rig->ports};
    const uint32_t caller = UINT32_C(1) << TASK_CALLER, worker = UINT32_C(1) << TASK_WORKER;
    d->task[TASK_WORKER].price = 0;
    d->free_cpus = 1;
    d->runnable = d->slept = caller;
    ck_assert_uint_eq(task_dispatch(&e), caller);
    e.now = 11;
    d->runnable = worker;
    ck_assert_uint_eq(task_dispatch(&e), 0);
    e.now = 12;
    task_wait(&e, &d->task[TASK_CALLER], WAIT_COMMAND);
    d->task[TASK_CALLER].price = 0;
    ck_assert_uint_eq(task_wake_first(d, WAIT_COMMAND), caller);
    ck_assert_uint_eq(task_dispatch(&e), caller);
    e.now = 13;
    task_sleep(&e, &d->task[TASK_CALLER], 20);
    ck_assert_uint_eq(task_dispatch(&e), worker);
    bench_close(b);
}
END_TEST

static void traffic(struct bench *b)
{
    bench_hold(b, DRIVER_TASK_WORKER, EVENT_DRIVER_PAGE, 400);
    for (uint16_t i = 0; i < 6; i++)
        bench_request(b, STREAM, 1, i, 0x4000 + 0x1000u * i, R | L);
    bench_ring(b, DRIVER_MSI_PRIQ);
    bench_bind(b, 0, 2, 1, 2);
    bench_run(b, 900);
    bench_unbind(b, 0, 1, DRIVER_UNBIND_DRAIN, 3);
    bench_run(b, 12000);
}

/* Steps at idle edges change nothing: stepped at every edge or only when due, the events are the same. */
START_TEST(idle_steps_change_nothing)
{
    struct bench *every = open_bound();
    struct bench *lazy = bench_open();
    lazy->lazy = true;
    lazy->config = every->config;
    bench_bring_up(lazy);
    bench_bind(lazy, 0, 1, 0, 1);
    bench_until(lazy, EVENT_DRIVER_BOUND, 1);
    bench_run(lazy, 50);
    ck_assert_uint_eq(lazy->rig->now, every->rig->now);
    traffic(every);
    traffic(lazy);
    ck_assert_uint_gt(rig_events(every->rig, EVENT_DRIVER_FREE), 0);
    ck_assert_uint_eq(every->rig->events, lazy->rig->events);
    ck_assert_int_eq(memcmp(every->rig->event, lazy->rig->event, every->rig->events * sizeof(struct event)), 0);
    ck_assert_int_eq(memcmp(every->state, lazy->state, driver_state_size(&every->config)), 0);
    bench_close(every);
    bench_close(lazy);
}
END_TEST

/* Every port is full at once, with tasks at each, and they become free one after the other: nobody is forgotten. */
START_TEST(all_ports_full_at_once)
{
    struct bench *b = open_bound();
    bench_bind(b, 0, 2, 0, 2);
    bench_until(b, EVENT_DRIVER_BOUND, 2);
    bench_run(b, 50);
    for (unsigned port = 0; port < DRIVER_TX_PORTS; port++)
        rig_ready(b->rig, port, false);
    bench_request(b, STREAM, 1, 1, 0x4000, R | L);
    b->reg[SMMU_EVENTQ_PROD / 4] = 1;
    bench_unbind(b, 0, 1, DRIVER_UNBIND_NONE, 11); /* HOST: two STOPs */
    bench_unbind(b, 0, 2, DRIVER_UNBIND_NONE, 12);
    bench_bind(b, 0, 3, 0, 13); /* MEMORY: two descriptors */
    bench_bind(b, 0, 4, 0, 14);
    bench_run(b, 500);
    bench_ring(b, DRIVER_MSI_EVENTQ); /* MMIO: two PRODs, if there are CPUs */
    bench_ring(b, DRIVER_MSI_PRIQ);
    bench_run(b, 3000);
    for (unsigned i = 0; i < DRIVER_TX_PORTS; i++) {
        rig_ready(b->rig, (i + (unsigned)_i) % DRIVER_TX_PORTS, true);
        bench_run(b, 1000);
    }
    bench_until(b, EVENT_DRIVER_FREE, 2);
    bench_until(b, EVENT_DRIVER_BOUND, 4);
    bench_until(b, EVENT_DRIVER_RESPOND, 1);
    bench_until(b, EVENT_DRIVER_FAULT_EVENT, 1);
    bench_close(b);
}
END_TEST

/* Of those that wait for a port callers go first, though the PRI thread stands before them at a CPU. */
START_TEST(callers_come_first_at_a_port)
{
    struct bench *b = open_bound();
    unsigned first = b->rig->tx[DRIVER_TX_MMIO].count;
    rig_ready(b->rig, DRIVER_TX_MMIO, false);
    bench_ring(b, DRIVER_MSI_EVENTQ);
    bench_run(b, 50);
    bench_ring(b, DRIVER_MSI_PRIQ);
    bench_run(b, 1500);
    bench_bind(b, 0, 2, 0, 2);
    bench_run(b, 2000);
    ck_assert_uint_eq(b->rig->tx[DRIVER_TX_MMIO].count, first + 1);
    rig_ready(b->rig, DRIVER_TX_MMIO, true);
    bench_until(b, EVENT_DRIVER_BOUND, 2);
    static const uint32_t offset[] = {0x100a8, 0x98, 0x100c8}; /* EVENTQ_PROD, CMDQ_PROD, PRIQ_PROD */
    for (unsigned i = 0; i < 3; i++) {
        const struct memory_request *put = rig_got(b->rig, DRIVER_TX_MMIO, first + i);
        ck_assert_uint_eq(put->address, offset[i]);
    }
    bench_close(b);
}
END_TEST

/* A port that takes nothing for a while delays the access and loses none. */
START_TEST(ports_that_are_not_ready)
{
    struct bench *b = open_bound();
    for (uint16_t i = 0; i < 4; i++)
        bench_request(b, STREAM, 1, i, 0x4000 + 0x1000u * i, R | L);
    bench_ring(b, DRIVER_MSI_PRIQ);
    bench_unbind(b, 0, 1, DRIVER_UNBIND_DRAIN, 2);
    for (unsigned i = 0; i < 2000 && rig_events(b->rig, EVENT_DRIVER_FREE) == 0; i++) {
        for (unsigned port = 0; port < DRIVER_TX_PORTS; port++)
            rig_ready(b->rig, port, (i + port) % 3 == 0);
        bench_run(b, 17);
    }
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_FREE), 1);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_RESPOND), 4);
    bench_close(b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("driver_clock");
    TCase *tcase = tcase_create("driver_clock");
    tcase_add_test(tcase, the_way_of_a_fault);
    tcase_add_test(tcase, the_way_of_an_event);
    tcase_add_test(tcase, the_way_of_an_unbind);
    tcase_add_test(tcase, a_hold_lasts_its_cycles);
    tcase_add_test(tcase, a_hold_says_whom_it_caught);
    tcase_add_test(tcase, a_hold_lasts_until_released);
    tcase_add_test(tcase, a_release_is_of_one_point);
    tcase_add_test(tcase, holds_of_a_caller);
    tcase_add_test(tcase, callers_come_first_at_one_edge);
    tcase_add_test(tcase, callers_come_before_the_pri_thread);
    tcase_add_test(tcase, one_cpu_is_enough);
    tcase_add_test(tcase, the_order_of_the_runnable);
    tcase_add_test(tcase, a_sleep_counts_until_the_next_cpu);
    tcase_add_loop_test(tcase, who_polls_overtakes_nobody, 0, 2);
    tcase_add_test(tcase, idle_steps_change_nothing);
    tcase_add_loop_test(tcase, all_ports_full_at_once, 0, 3);
    tcase_add_test(tcase, callers_come_first_at_a_port);
    tcase_add_test(tcase, ports_that_are_not_ready);
    suite_add_tcase(suite, tcase);
    return bench_main(suite);
}
