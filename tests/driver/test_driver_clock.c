/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver's clock: each price from both sides, holds, ties, CPUs, ports that are not ready, and that steps at idle
 * edges change nothing (docs/timing/driver.md).
 */
#include "driver/state.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

#include <string.h>

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST };

static struct driver_harness *open_bound(void)
{
    struct driver_harness *h = driver_harness_open();
    h->config.cpus = PRISIM_DRIVER_CPUS_MAX;
    h->config.irq_latency = 700;
    h->config.fault_service = 900;
    h->config.price = (struct prisim_driver_prices){.mmio_read = 31,
                                                    .mmio_write = 37,
                                                    .load = 5,
                                                    .store = 7,
                                                    .compute = 11,
                                                    .interrupt_entry = 101,
                                                    .wake_up = 211,
                                                    .scan_entry = 29,
                                                    .poll_interval = 307};
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_run(h, 50);
    return h;
}

static prisim_cycle_t cycle_of(const struct driver_harness *h, enum prisim_event_type type, unsigned n)
{
    const struct prisim_event *event = harness_event(h->base, type, n);
    ck_assert_msg(event != NULL, "no %s", prisim_event_name(type));
    return event->cycle;
}

/* Not at n - 1, yes at n. */
static void comes_at(struct driver_harness *h, enum prisim_event_type type, unsigned n, prisim_cycle_t at)
{
    while (h->base->now < at)
        driver_harness_edge(h);
    ck_assert_msg(harness_events(h->base, type) == n, "%s came before %llu", prisim_event_name(type),
                  (unsigned long long)at);
    driver_harness_edge(h);
    ck_assert_msg(harness_events(h->base, type) == n + 1, "%s did not come at %llu", prisim_event_name(type),
                  (unsigned long long)at);
}

/* From the put of an access to its answer on this harness; the next step begins there. */
enum { WAY = MEMORY_DELAY + 1 };

START_TEST(the_way_of_a_fault)
{
    struct driver_harness *h = open_bound();
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_request(h, STREAM, 1, 5, 0x5000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_edge(h);
    driver_harness_edge(h);
    unsigned taken = h->base->rx[PRISIM_DRIVER_RX_INTERRUPT].taken;
    ck_assert_uint_eq(taken, 1);
    prisim_cycle_t at = h->base->rx[PRISIM_DRIVER_RX_INTERRUPT].taken_at[0];
    comes_at(h, PRISIM_EVENT_DRIVER_INTERRUPT, 0, at += 700);
    unsigned reads = h->base->tx[PRISIM_DRIVER_TX_MMIO].count;
    comes_at(h, PRISIM_EVENT_DRIVER_PROD_READ, 0, at += 101 + 211 + 31 + WAY);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_DRIVER_TX_MMIO, reads), at - WAY);
    comes_at(h, PRISIM_EVENT_DRIVER_TAKE, 0, at += 5 + WAY + 37);
    ck_assert_uint_eq(cycle_of(h, PRISIM_EVENT_DRIVER_CONS, 0), at);
    comes_at(h, PRISIM_EVENT_DRIVER_ENQUEUE, 0, at += WAY + 11);
    prisim_cycle_t resolve = at + 211 + 11 + 11; /* woken; the group is taken; the look-up */
    comes_at(h, PRISIM_EVENT_DRIVER_TAKE, 1, at + 5 + WAY + 37);
    comes_at(h, PRISIM_EVENT_DRIVER_RESOLVE, 0, resolve);
    /* fault_service to the first store; three tables before the page, each there and back */
    comes_at(h, PRISIM_EVENT_DRIVER_PAGE, 0, resolve += 900 + 3 * (WAY + 7));
    /* lock, command, PROD */
    comes_at(h, PRISIM_EVENT_DRIVER_RESPOND, 0, resolve + WAY + 11 + 7 + WAY + 37);
    /* the second worker found the tables there: S3 is fault_service after S2 */
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
    driver_harness_request(h, STREAM, 1, 6, 0x6000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    resolve = driver_harness_until(h, PRISIM_EVENT_DRIVER_RESOLVE, 3)->cycle;
    comes_at(h, PRISIM_EVENT_DRIVER_PAGE, 2, resolve + 900);
    driver_harness_close(h);
}
END_TEST

/* The event thread: the handler's entry and the wake-up, PROD and the record; GERROR and its acknowledgement. */
START_TEST(the_way_of_an_event)
{
    struct driver_harness *h = open_bound();
    h->reg[PRISIM_SMMU_EVENTQ_PROD / 4] = 2;
    driver_harness_ring(h, PRISIM_DRIVER_MSI_EVENTQ);
    driver_harness_edge(h);
    driver_harness_edge(h);
    prisim_cycle_t at = h->base->rx[PRISIM_DRIVER_RX_INTERRUPT].taken_at[0] + 700 + 101 + 211;
    comes_at(h, PRISIM_EVENT_DRIVER_FAULT_EVENT, 0, at += 31 + WAY + 5 + WAY);
    comes_at(h, PRISIM_EVENT_DRIVER_FAULT_EVENT, 1, at + 5 + WAY);
    driver_harness_run(h, 1000);
    h->reg[PRISIM_SMMU_GERROR / 4] = PRISIM_GERROR_EVENTQ_ABT;
    driver_harness_ring(h, PRISIM_DRIVER_MSI_GERROR);
    driver_harness_edge(h);
    driver_harness_edge(h);
    at = h->base->rx[PRISIM_DRIVER_RX_INTERRUPT].taken_at[1] + 700 + 101 + 211;
    comes_at(h, PRISIM_EVENT_DRIVER_GERROR, 0, at + 31 + WAY + 37);
    driver_harness_close(h);
}
END_TEST

START_TEST(the_way_of_an_unbind)
{
    struct driver_harness *h = open_bound();
    h->polls = 1;
    unsigned tlps = h->base->tx[PRISIM_DRIVER_TX_HOST].count;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 2);
    driver_harness_edge(h);
    driver_harness_edge(h);
    ck_assert_uint_eq(h->base->rx[PRISIM_DRIVER_RX_STIMULUS].taken, 2);
    prisim_cycle_t at = h->base->rx[PRISIM_DRIVER_RX_STIMULUS].taken_at[1];
    comes_at(h, PRISIM_EVENT_DRIVER_STOP, 0, at += 11 + 37);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_DRIVER_TX_HOST, tlps), at);
    /* a poll, its completion two edges later, the interval, another poll */
    comes_at(h, PRISIM_EVENT_DRIVER_STOP_SEEN, 0, at += 31 + 2 + 307 + 31 + 2 + 11);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_DRIVER_TX_HOST, tlps + 2), at - 11 - 2);
    comes_at(h, PRISIM_EVENT_DRIVER_UNBIND, 0, at += 11);
    comes_at(h, PRISIM_EVENT_DRIVER_CLEAR, 0, at += 7);
    /* five commands: lock, store, PROD, unlock; after each SYNC one read of CONS */
    comes_at(h, PRISIM_EVENT_DRIVER_INVALIDATED, 0,
             at += WAY + 5 * (11 + 7 + WAY + 37 + WAY + 11) + 2 * (31 + WAY) + 11);
    comes_at(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 0, at += 11);
    comes_at(h, PRISIM_EVENT_DRIVER_DRAINED, 0, at += 11);
    comes_at(h, PRISIM_EVENT_DRIVER_FREE, 0, at + 11);
    driver_harness_close(h);
}
END_TEST

/* Held before the step: its price is paid after the release. A hold catches once. */
START_TEST(a_hold_lasts_its_cycles)
{
    struct driver_harness *h = open_bound();
    driver_harness_hold(h, PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE, 5000);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_request(h, STREAM, 1, 5, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    const struct prisim_event *hold = driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    ck_assert_uint_eq(hold->driver_hold.task, PRISIM_DRIVER_TASK_PRI_THREAD);
    ck_assert_uint_eq(hold->driver_hold.index, 0);
    ck_assert_uint_eq(hold->driver_hold.before, PRISIM_EVENT_DRIVER_ENQUEUE);
    ck_assert_uint_eq(hold->driver_hold.step, HARNESS_HOLD_STEP);
    ck_assert_uint_eq(hold->cycle, cycle_of(h, PRISIM_EVENT_DRIVER_TAKE, 0) + WAY);
    prisim_cycle_t at = hold->cycle;
    comes_at(h, PRISIM_EVENT_DRIVER_RELEASE, 0, at + 5000);
    comes_at(h, PRISIM_EVENT_DRIVER_ENQUEUE, 0, at + 5000 + 11);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_ENQUEUE, 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_HOLD), 1);
    driver_harness_close(h);
}
END_TEST

/* Two holds at one step catch two workers: each says which, and so does its release. */
START_TEST(a_hold_says_whom_it_caught)
{
    struct driver_harness *h = open_bound();
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND, 9000);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND, 1000);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_request(h, STREAM, 1, 5, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RELEASE, 2);
    for (unsigned i = 0; i < 2; i++) {
        const struct prisim_event *hold = harness_event(h->base, PRISIM_EVENT_DRIVER_HOLD, i);
        const struct prisim_event *release = harness_event(h->base, PRISIM_EVENT_DRIVER_RELEASE, i);
        ck_assert_uint_eq(hold->driver_hold.index, i);
        ck_assert_uint_eq(release->driver_release.index, 1 - i); /* the second is let go first */
        ck_assert_uint_eq(release->driver_release.before, PRISIM_EVENT_DRIVER_RESPOND);
        ck_assert_uint_eq(release->driver_release.step, HARNESS_HOLD_STEP);
    }
    driver_harness_close(h);
}
END_TEST

START_TEST(a_hold_lasts_until_released)
{
    struct driver_harness *h = open_bound();
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND, 0);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_run(h, 30000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RELEASE), 0);
    /* the lock is not held: others use the command queue */
    driver_harness_bind(h, 0, 2, 0, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    /* a release without a held task forgets what waits */
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND, 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND);
    driver_harness_request(h, STREAM, 1, 5, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_HOLD), 1);
    driver_harness_close(h);
}
END_TEST

/* A release is of one point: what is held elsewhere stays held, and a hold that waits elsewhere still catches. */
START_TEST(a_release_is_of_one_point)
{
    struct driver_harness *h = open_bound();
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND, 0);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_PAGE, 0);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1); /* at `page` */
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE);
    driver_harness_run(h, 2000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RELEASE), 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_PAGE);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 2); /* at `respond` */
    driver_harness_request(h, STREAM, 1, 5, 0x5000, R | L);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE, 0);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 3); /* the other worker, at `resolve` */
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1)->driver_respond.prgi, 5);
    driver_harness_run(h, 2000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RELEASE), 2);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2)->driver_respond.prgi, 4);
    driver_harness_close(h);
}
END_TEST

/* Every task and point that prisim_driver_can_hold names is one where a task really stops. */
START_TEST(holds_of_a_caller)
{
    static const enum prisim_event_type points[] = {
        PRISIM_EVENT_DRIVER_STOP,     PRISIM_EVENT_DRIVER_STOP_SEEN,   PRISIM_EVENT_DRIVER_UNBIND,
        PRISIM_EVENT_DRIVER_CLEAR,    PRISIM_EVENT_DRIVER_INVALIDATED, PRISIM_EVENT_DRIVER_LEFT_LOOKUP,
        PRISIM_EVENT_DRIVER_SNAPSHOT, PRISIM_EVENT_DRIVER_DRAINED,     PRISIM_EVENT_DRIVER_FREE,
        PRISIM_EVENT_DRIVER_BIND,     PRISIM_EVENT_DRIVER_BOUND};
    struct driver_harness *h = open_bound();
    struct prisim_driver_stimulus s = {
        .what = PRISIM_DRIVER_UNBIND, .pasid = 1, .policy = PRISIM_DRIVER_UNBIND_DRAIN, .then_space = 2, .call = 2};
    for (unsigned i = 0; i < sizeof points / sizeof points[0]; i++)
        driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, points[i], 1000);
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &s);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    for (unsigned i = 0; i < sizeof points / sizeof points[0]; i++) {
        bool again = points[i] == PRISIM_EVENT_DRIVER_BIND || points[i] == PRISIM_EVENT_DRIVER_BOUND;
        prisim_cycle_t held = cycle_of(h, PRISIM_EVENT_DRIVER_HOLD, i);
        ck_assert_uint_ge(cycle_of(h, points[i], again ? 1 : 0), held + 1000 + 1);
        ck_assert_uint_le(cycle_of(h, points[i], again ? 1 : 0), held + 1000 + 37 + WAY);
    }
    ck_assert(!prisim_driver_can_hold(PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_FREE));
    driver_harness_close(h);
}
END_TEST

/* A worker before its look-up of PASID 2 and a caller before its bind, each held for so many cycles. */
static struct driver_harness *open_race(uint32_t worker_cycles, uint32_t caller_cycles)
{
    struct driver_harness *h = open_bound();
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE, worker_cycles);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_BIND, caller_cycles);
    driver_harness_request(h, STREAM, 2, 4, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_bind(h, 0, 2, 1, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESOLVE, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BIND, 2);
    return h;
}

/* A bind at the edge of a look-up counts as before it; one edge later it does not. */
START_TEST(callers_come_first_at_one_edge)
{
    struct driver_harness *h = open_race(3000, 3000);
    prisim_cycle_t lead = cycle_of(h, PRISIM_EVENT_DRIVER_RESOLVE, 0) - cycle_of(h, PRISIM_EVENT_DRIVER_BIND, 1);
    ck_assert_uint_lt(lead, 3000); /* the caller was there first */
    driver_harness_close(h);
    for (unsigned late = 0; late < 2; late++) {
        h = open_race(3000, 3000 + (uint32_t)lead + late);
        const struct prisim_event *resolve = harness_event(h->base, PRISIM_EVENT_DRIVER_RESOLVE, 0);
        ck_assert_uint_eq(cycle_of(h, PRISIM_EVENT_DRIVER_BIND, 1), resolve->cycle + late);
        ck_assert_uint_eq(resolve->driver_resolve.cause, late ? PRISIM_CAUSE_NOT_BOUND : PRISIM_CAUSE_BOUND);
        driver_harness_close(h);
    }
}
END_TEST

/* And before the PRI thread: two holds that end together, both before a computation. */
START_TEST(callers_come_before_the_pri_thread)
{
    prisim_cycle_t lead = 0;
    for (unsigned attempt = 0; attempt < 2; attempt++) {
        struct driver_harness *h = open_bound();
        driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_BIND, 3000 + (uint32_t)lead);
        driver_harness_hold(h, PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE, 3000);
        driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
        driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
        driver_harness_bind(h, 0, 2, 1, 2);
        prisim_cycle_t enqueue = driver_harness_until(h, PRISIM_EVENT_DRIVER_ENQUEUE, 1)->cycle;
        prisim_cycle_t bind = driver_harness_until(h, PRISIM_EVENT_DRIVER_BIND, 2)->cycle;
        lead = enqueue - bind;
        if (attempt)
            ck_assert(harness_event(h->base, PRISIM_EVENT_DRIVER_BIND, 1) <
                      harness_event(h->base, PRISIM_EVENT_DRIVER_ENQUEUE, 0));
        driver_harness_close(h);
    }
    ck_assert_uint_eq(lead, 0);
}
END_TEST

/* One CPU does everything, only later. */
START_TEST(one_cpu_is_enough)
{
    struct driver_harness *h = driver_harness_open();
    h->config.cpus = 1;
    h->config.workers = 4;
    driver_harness_bring_up(h);
    for (uint32_t i = 1; i < 5; i++)
        driver_harness_bind(h, 0, i, i & 1, i);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 4);
    for (uint16_t i = 1; i < 5; i++)
        driver_harness_request(h, STREAM, i, i, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    for (uint32_t i = 1; i < 5; i++)
        driver_harness_unbind(h, 0, i, PRISIM_DRIVER_UNBIND_DRAIN, 10 + i);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 4);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESPOND), 4);
    driver_harness_close(h);
}
END_TEST

/* One CPU, and polls that take longer than the pause between two: whenever one caller pauses another one is ready. A
 * worker that was ready first goes first, and so does the event thread, the last of all. */
START_TEST(who_polls_overtakes_nobody)
{
    struct driver_harness *h = driver_harness_open();
    h->config.cpus = 1;
    h->completion_delay = 300;
    h->config.fault_service = 100;
    driver_harness_bring_up(h);
    for (uint32_t i = 1; i <= 3; i++)
        driver_harness_bind(h, 0, i, 0, i);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    h->polls = UINT32_MAX; /* until it is answered */
    for (uint32_t i = 1; i <= 3; i++)
        driver_harness_unbind(h, 0, i, PRISIM_DRIVER_UNBIND_NONE, 10 + i);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_STOP, 3);
    driver_harness_run(h, 5000);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_ring(h, _i ? PRISIM_DRIVER_MSI_EVENTQ : PRISIM_DRIVER_MSI_PRIQ);
    h->reg[PRISIM_SMMU_EVENTQ_PROD / 4] = (uint32_t)_i;
    prisim_cycle_t ready =
        driver_harness_until(h, _i ? PRISIM_EVENT_DRIVER_FAULT_EVENT : PRISIM_EVENT_DRIVER_ENQUEUE, 1)->cycle;
    if (_i) {
        ck_assert_uint_le(ready, h->base->rx[PRISIM_DRIVER_RX_INTERRUPT].taken_at[0] + 1000 + 3 * 330 + 700 + 20 + 4 +
                                     2 * WAY);
    } else {
        /* three polls at most are before it, and then it keeps the CPU but for a lock that is free */
        ck_assert_uint_le(driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1)->cycle,
                          ready + 3 * 330 + 500 + 100 + 20 * 10);
        h->polls_left = 0;
        driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 3);
    }
    driver_harness_close(h);
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
            prisim_cycle_t since;
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
    struct driver_harness *h = driver_harness_open();
    driver_harness_start(h);
    struct prisim_driver *d = h->state;
    for (unsigned row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        prisim_driver_init(&h->config, d);
        d->runnable = 0;
        for (prisim_cycle_t now = 10; now <= 14; now++) {
            struct edge e = {&h->config, d, now, &h->base->ports};
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
    driver_harness_close(h);
}
END_TEST

/* One that slept, had the CPU and was woken by another is no sleeper any more: a caller goes before a worker. */
START_TEST(a_sleep_counts_until_the_next_cpu)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_start(h);
    struct prisim_driver *d = h->state;
    struct edge e = {&h->config, d, 10, &h->base->ports};
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
    driver_harness_close(h);
}
END_TEST

static void traffic(struct driver_harness *h)
{
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_PAGE, 400);
    for (uint16_t i = 0; i < 6; i++)
        driver_harness_request(h, STREAM, 1, i, 0x4000 + 0x1000u * i, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_bind(h, 0, 2, 1, 2);
    driver_harness_run(h, 900);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 3);
    driver_harness_run(h, 12000);
}

/* Steps at idle edges change nothing: stepped at every edge or only when due, the events are the same. */
START_TEST(idle_steps_change_nothing)
{
    struct driver_harness *every = open_bound();
    struct driver_harness *lazy = driver_harness_open();
    lazy->leap = true;
    lazy->config = every->config;
    driver_harness_bring_up(lazy);
    driver_harness_bind(lazy, 0, 1, 0, 1);
    driver_harness_until(lazy, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_run(lazy, 50);
    ck_assert_uint_eq(lazy->base->now, every->base->now);
    traffic(every);
    traffic(lazy);
    ck_assert_uint_gt(harness_events(every->base, PRISIM_EVENT_DRIVER_FREE), 0);
    ck_assert_uint_eq(every->base->events, lazy->base->events);
    ck_assert(harness_events_equal(every->base, lazy->base));
    ck_assert_int_eq(memcmp(every->state, lazy->state, prisim_driver_state_size(&every->config)), 0);
    driver_harness_close(every);
    driver_harness_close(lazy);
}
END_TEST

/* Every port is full at once, with tasks at each, and they become free one after the other: nobody is forgotten. */
START_TEST(all_ports_full_at_once)
{
    struct driver_harness *h = open_bound();
    driver_harness_bind(h, 0, 2, 0, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_run(h, 50);
    for (unsigned port = 0; port < PRISIM_DRIVER_TX_PORTS; port++)
        harness_ready(h->base, port, false);
    driver_harness_request(h, STREAM, 1, 1, 0x4000, R | L);
    h->reg[PRISIM_SMMU_EVENTQ_PROD / 4] = 1;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 11); /* HOST: two STOPs */
    driver_harness_unbind(h, 0, 2, PRISIM_DRIVER_UNBIND_NONE, 12);
    driver_harness_bind(h, 0, 3, 0, 13); /* MEMORY: two descriptors */
    driver_harness_bind(h, 0, 4, 0, 14);
    driver_harness_run(h, 500);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_EVENTQ); /* MMIO: two PRODs, if there are CPUs */
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_run(h, 3000);
    for (unsigned i = 0; i < PRISIM_DRIVER_TX_PORTS; i++) {
        harness_ready(h->base, (i + (unsigned)_i) % PRISIM_DRIVER_TX_PORTS, true);
        driver_harness_run(h, 1000);
    }
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FAULT_EVENT, 1);
    driver_harness_close(h);
}
END_TEST

/* Of those that wait for a port callers go first, though the PRI thread stands before them at a CPU. */
START_TEST(callers_come_first_at_a_port)
{
    struct driver_harness *h = open_bound();
    unsigned first = h->base->tx[PRISIM_DRIVER_TX_MMIO].count;
    harness_ready(h->base, PRISIM_DRIVER_TX_MMIO, false);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_EVENTQ);
    driver_harness_run(h, 50);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_run(h, 1500);
    driver_harness_bind(h, 0, 2, 0, 2);
    driver_harness_run(h, 2000);
    ck_assert_uint_eq(h->base->tx[PRISIM_DRIVER_TX_MMIO].count, first + 1);
    harness_ready(h->base, PRISIM_DRIVER_TX_MMIO, true);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    static const uint32_t offset[] = {0x100a8, 0x98, 0x100c8}; /* EVENTQ_PROD, CMDQ_PROD, PRIQ_PROD */
    for (unsigned i = 0; i < 3; i++) {
        const struct prisim_memory_request *put = harness_got(h->base, PRISIM_DRIVER_TX_MMIO, first + i);
        ck_assert_uint_eq(put->address, offset[i]);
    }
    driver_harness_close(h);
}
END_TEST

/* A port that takes nothing for a while delays the access and loses none. */
START_TEST(ports_that_are_not_ready)
{
    struct driver_harness *h = open_bound();
    for (uint16_t i = 0; i < 4; i++)
        driver_harness_request(h, STREAM, 1, i, 0x4000 + 0x1000u * i, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    for (unsigned i = 0; i < 2000 && harness_events(h->base, PRISIM_EVENT_DRIVER_FREE) == 0; i++) {
        for (unsigned port = 0; port < PRISIM_DRIVER_TX_PORTS; port++)
            harness_ready(h->base, port, (i + port) % 3 == 0);
        driver_harness_run(h, 17);
    }
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FREE), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESPOND), 4);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
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
    return suite;
}
