/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps that look at the PRI queue where it lies: the scan of fence and what it waits on, the drain of the hardware
 * (UNBIND-P8), and the scan that keeps the PRI thread from the queue (UNBIND-P17).
 */
#include "driver/state.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST, WAY = MEMORY_DELAY + 1 };

static struct driver_harness *open_with(uint32_t completion)
{
    struct driver_harness *h = driver_harness_open();
    h->config.fault_service = 100;
    h->config.cons_update = PRISIM_DRIVER_CONS_PASS;
    h->config.completion = completion;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_bind(h, 0, 2, 1, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_run(h, 5);
    return h;
}

static unsigned count(const struct driver_harness *h, enum prisim_event_type type)
{
    return harness_events(h->base, type);
}

/* UNBIND-STEP-12: entries of another PASID or function, or without a PASID, are none of its own: nobody takes them, and
 * nobody is waited for. Each costs its price, 20, and its load, 4 and the way. */
START_TEST(what_is_not_its_own_is_passed)
{
    struct driver_harness *h = open_with(PRISIM_DRIVER_COMPLETION_SHARED);
    driver_harness_request(h, STREAM, 2, 4, 0x4000, R | L);
    driver_harness_request(h, STREAM_2, 1, 4, 0x4000, R | L);
    driver_harness_request(h, STREAM, HARNESS_NO_PASID, 5, 0x4000, R | L);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_FENCE, 2);
    const struct prisim_event *scan = driver_harness_until(h, PRISIM_EVENT_DRIVER_SCAN, 1);
    const struct prisim_event *scanned = driver_harness_until(h, PRISIM_EVENT_DRIVER_SCANNED, 1);
    ck_assert(scan->driver_scan.prod == 3 && scan->driver_scan.cons == 0);
    ck_assert(scanned->driver_scanned.entry == 3 && scanned->driver_scanned.found == 0);
    ck_assert_uint_eq(scanned->cycle, scan->cycle + 3 * (20 + 4 + WAY));
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_TAKE), 0);
    driver_harness_close(h);
}
END_TEST

/* One of its own, a Stop Marker too, is waited for until a pass has ended; then it looks again. */
START_TEST(its_own_is_waited_for)
{
    struct driver_harness *h = open_with(PRISIM_DRIVER_COMPLETION_SHARED);
    driver_harness_request(h, STREAM, 2, 4, 0x4000, R | L);
    driver_harness_request(h, STREAM, 1, _i ? 0 : 5, _i ? 0 : 0x4000, _i ? L : R | L);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_FENCE, 2);
    const struct prisim_event *scanned = driver_harness_until(h, PRISIM_EVENT_DRIVER_SCANNED, 1);
    ck_assert(scanned->driver_scanned.entry == 1 && scanned->driver_scanned.found == 1);
    driver_harness_run(h, 50000);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_FREE), 0);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    const struct prisim_event *signal = driver_harness_until(h, PRISIM_EVENT_DRIVER_SIGNAL, 1);
    ck_assert(signal->driver_signal.object == 0 && signal->driver_signal.value == 1 && signal->driver_signal.call == 2);
    const struct prisim_event *armed = driver_harness_until(h, PRISIM_EVENT_DRIVER_ARMED, 2);
    ck_assert_uint_eq(armed->cycle, signal->cycle + 500 + 20); /* woken; a step */
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_SCANNED), 2);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-S-53: of two that share a completion a pass wakes one; of two with their own, both. */
START_TEST(a_pass_wakes_one)
{
    struct driver_harness *h = open_with((uint32_t)_i);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_request(h, STREAM, 2, 5, 0x4000, R | L);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_FENCE, 2);
    driver_harness_unbind(h, 0, 2, PRISIM_DRIVER_UNBIND_FENCE, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_WAIT, 2);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_run(h, 50000);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_SIGNAL), _i ? 2 : 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_SIGNAL, 0)->driver_signal.object, _i ? 1 : 0);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_FREE), _i ? 2 : 1);
    /* The next pass wakes the other one; their own are nobody's by then. */
    driver_harness_request(h, STREAM_2, 1, 4, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 3);
    driver_harness_run(h, 50000);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_FREE), 2);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_SIGNAL), 2);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-P8: who begins to wait takes back what another one was woken by, and has not seen yet. */
START_TEST(who_arms_takes_it_back)
{
    struct driver_harness *h = open_with((uint32_t)_i);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SCAN, 0);
    driver_harness_unbind(h, 0, 2, PRISIM_DRIVER_UNBIND_FENCE, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_FENCE, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_WAIT, 1);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_SIGNAL, 1);
    driver_harness_release(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SCAN);
    driver_harness_run(h, 50000);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_WAIT), _i ? 1 : 2);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_FREE), _i ? 2 : 1);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-STEP-18: an ATC_INV and a CMD_SYNC with bit 28; again while the queue is in overflow, which a pass of the PRI
 * thread ends: from the scan on, or, as published, that alone. */
START_TEST(the_hardware_is_drained)
{
    struct driver_harness *h = open_with(PRISIM_DRIVER_COMPLETION_SHARED);
    h->reg[PRISIM_SMMU_PRIQ_PROD / 4] |= UINT32_C(1) << 31;
    driver_harness_unbind(h, 0, 1, _i ? PRISIM_DRIVER_UNBIND_INTEL_PRQ : PRISIM_DRIVER_UNBIND_FENCE, 2);
    ck_assert(driver_harness_until(h, PRISIM_EVENT_DRIVER_HARDWARE_DRAIN, 1)->driver_hardware_drain.overflow);
    ck_assert_uint_eq(h->command[h->commands - 1][0] & 0xff, PRISIM_CMDQ_OP_SYNC);
    ck_assert_uint_eq(h->command[h->commands - 1][0] >> 28 & 1, 1);
    ck_assert_uint_eq(h->command[h->commands - 2][0] & 0xff, PRISIM_CMDQ_OP_ATC_INV);
    driver_harness_run(h, 50000);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_FREE), 0);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    ck_assert(!driver_harness_until(h, PRISIM_EVENT_DRIVER_HARDWARE_DRAIN, 2)->driver_hardware_drain.overflow);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_SCAN), _i ? 1 : 2);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-STEP-19: an entry of the PASID finds no owner, or is dropped without an answer; another one is served, and a
 * Stop Marker is what it was. */
START_TEST(entries_are_marked)
{
    struct driver_harness *h = driver_harness_open();
    h->config.fault_service = 100;
    h->config.workers = 1;
    h->config.scan = (uint32_t)_i;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_bind(h, 0, 2, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_run(h, 5);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_request(h, STREAM, 2, 5, 0x4000, R | L);
    driver_harness_request(h, STREAM, 1, 0, 0, L);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_INSPECT_QUEUE, 2);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_SCANNED, 1)->driver_scanned.found, 2);
    const uint64_t marked = prisim_load_le64(driver_harness_at(h, h->state->priq + 8, 8));
    ck_assert_uint_eq(marked, 0x4000 | ((uint64_t)_i + 1) << 9 | 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_bind(h, 0, 1, 1, 3); /* its next owner */
    driver_harness_until(h, PRISIM_EVENT_DRIVER_MARKER, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_DISCARD), _i == PRISIM_DRIVER_SCAN_DROP ? 1 : 0);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_RESPOND), _i == PRISIM_DRIVER_SCAN_DROP ? 1 : 2);
    const struct prisim_event *first = harness_event(h->base, PRISIM_EVENT_DRIVER_RESOLVE, 0);
    if (_i == PRISIM_DRIVER_SCAN_DROP) {
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_DISCARD, 0)->driver_discard.cause,
                          PRISIM_CAUSE_SCANNED);
        ck_assert_uint_eq(first->driver_resolve.cause, PRISIM_CAUSE_BOUND);
    } else {
        ck_assert(first->driver_resolve.cause == PRISIM_CAUSE_SCANNED && first->driver_resolve.prgi == 4);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, 0)->driver_respond.code, 1);
    }
    driver_harness_close(h);
}
END_TEST

/* It is parked between two passes, and takes nothing until it is started, whatever interrupts come; then it looks. */
START_TEST(the_thread_rests)
{
    struct driver_harness *h = open_with(PRISIM_DRIVER_COMPLETION_SHARED);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE, 0);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SCAN, 0);
    driver_harness_request(h, STREAM, 2, 4, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_request(h, STREAM, 2, 5, 0x4000, R | L);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_INSPECT_QUEUE, 2);
    driver_harness_run(h, 50000);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_THREAD_STOPPED), 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_THREAD_STOPPED, 1);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_run(h, 50000);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_TAKE), 1);
    driver_harness_release(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SCAN);
    prisim_cycle_t started = driver_harness_until(h, PRISIM_EVENT_DRIVER_THREAD_STARTED, 1)->cycle;
    ck_assert_uint_gt(driver_harness_until(h, PRISIM_EVENT_DRIVER_TAKE, 2)->cycle, started + 500);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_close(h);
}
END_TEST

/* Of two that have stopped it the last one starts it. */
START_TEST(the_last_one_starts_it)
{
    struct driver_harness *h = open_with(PRISIM_DRIVER_COMPLETION_SHARED);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SCAN, 0);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_INSPECT_QUEUE, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_request(h, STREAM_2, 1, 4, 0x4000, R | L);
    driver_harness_unbind(h, 0, 2, PRISIM_DRIVER_UNBIND_INSPECT_QUEUE, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_THREAD_STARTED, 1);
    driver_harness_run(h, 50000);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_TAKE), 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SCAN);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_TAKE, 1);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_THREAD_STARTED), 2);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_fence");
    TCase *tcase = tcase_create("driver_fence");
    tcase_add_test(tcase, what_is_not_its_own_is_passed);
    tcase_add_loop_test(tcase, its_own_is_waited_for, 0, 2);
    tcase_add_loop_test(tcase, a_pass_wakes_one, 0, 2);
    tcase_add_loop_test(tcase, who_arms_takes_it_back, 0, 2);
    tcase_add_loop_test(tcase, the_hardware_is_drained, 0, 2);
    tcase_add_loop_test(tcase, entries_are_marked, 0, 2);
    tcase_add_test(tcase, the_thread_rests);
    tcase_add_test(tcase, the_last_one_starts_it);
    suite_add_tcase(suite, tcase);
    return suite;
}
