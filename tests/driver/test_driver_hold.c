/* SPDX-License-Identifier: Apache-2.0
 *
 * Holds: every task and point that prisim_driver_can_hold names is one where that task stops, and there is no other.
 */
#include "driver/unbind/policy.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

#include <string.h>

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST };

static const struct {
    enum prisim_driver_task task;
    enum prisim_event_type point;
} pairs[] = {
    {PRISIM_DRIVER_TASK_INIT, PRISIM_EVENT_DRIVER_READY},
    {PRISIM_DRIVER_TASK_IRQ, PRISIM_EVENT_DRIVER_INTERRUPT},
    {PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_PROD_READ},
    {PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_TAKE},
    {PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_CONS},
    {PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_MARKER},
    {PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_PARK},
    {PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE},
    {PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_DISCARD},
    {PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_RESPOND},
    {PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE},
    {PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_PAGE},
    {PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_FLAGS},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_STOP},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_STOP_SEEN},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_UNBIND},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_CLEAR},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_INVALIDATED},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_LEFT_LOOKUP},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SCAN},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_HARDWARE_DRAIN},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SNAPSHOT},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_DISCARD},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_PRI_OFF},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_PRI_RESET},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_PRI_ON},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_ATS_OFF},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_ATS_ON},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_DRAINED},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_FREE},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_BIND},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_BOUND},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_FLR},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_FLR_DONE},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_UNMAP},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_UNMAP_CLEARED},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_FRAME_TAKEN},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_UNMAPPED},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SPACE_ENDED},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_MM_EXIT},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_MM_EXITED},
    {PRISIM_DRIVER_TASK_EVENT_THREAD, PRISIM_EVENT_DRIVER_FAULT_EVENT},
    {PRISIM_DRIVER_TASK_EVENT_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE},
    {PRISIM_DRIVER_TASK_EVENT_THREAD, PRISIM_EVENT_DRIVER_GERROR},
};
enum { PAIRS = sizeof pairs / sizeof pairs[0] };

/* Of what no other list has (UNBIND-P2). */
static const struct {
    enum prisim_driver_task task;
    enum prisim_event_type point;
} stale_pairs[] = {
    {PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_MARKER},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_STALE},
    {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SWEEP},
};
enum { STALE_PAIRS = sizeof stale_pairs / sizeof stale_pairs[0] };

START_TEST(there_is_no_other)
{
    unsigned count = 0;
    for (unsigned task = 0; task < PRISIM_DRIVER_TASKS + 1; task++)
        for (unsigned point = 0; point < PRISIM_EVENT_TYPES; point++)
            count += prisim_driver_can_hold((enum prisim_driver_task)task, (enum prisim_event_type)point);
    ck_assert_uint_eq(count, PAIRS + STALE_PAIRS);
    for (unsigned i = 0; i < STALE_PAIRS; i++)
        ck_assert(prisim_driver_can_hold(stale_pairs[i].task, stale_pairs[i].point));
    for (unsigned i = 0; i < PAIRS; i++)
        ck_assert(prisim_driver_can_hold(pairs[i].task, pairs[i].point));
}
END_TEST

/* The record of an access of the second function that stalls. */
static void stall(struct driver_harness *h)
{
    const uint64_t eventq = h->reg[PRISIM_SMMU_EVENTQ_BASE / 4] & PRISIM_SMMU_QUEUE_BASE_ADDRESS;
    const uint64_t dw[4] = {UINT64_C(0x10) | (uint64_t)STREAM_2 << 32, UINT64_C(1) << 35 | UINT64_C(1) << 31, 0x4000,
                            0};
    memcpy(driver_harness_at(h, eventq, sizeof dw), dw, sizeof dw);
    h->reg[PRISIM_SMMU_EVENTQ_PROD / 4] = 1;
    driver_harness_ring(h, PRISIM_DRIVER_MSI_EVENTQ);
}

/* A life with everything in it: a group, parts, an overflow, a marker, an error, an unmap, a drain with a
 * part, the end of the space and of its process, a reset, a record. */
static void live(struct driver_harness *h)
{
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_request(h, STREAM, 2, 1, 0x4000, R);
    driver_harness_request(h, STREAM, 1, 2, 0x4000, R | L);
    driver_harness_request(h, STREAM, 1, 0, 0, L);
    h->reg[PRISIM_SMMU_PRIQ_PROD / 4] |= PRISIM_PRI_QUEUE_OVFLG;
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    h->reg[PRISIM_SMMU_GERROR / 4] = PRISIM_GERROR_EVENTQ_ABT;
    driver_harness_ring(h, PRISIM_DRIVER_MSI_GERROR);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_GERROR, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_DISCARD, 1);
    if (h->config.pri_handler == PRISIM_DRIVER_PRI_HANDLER_LINUX_6_1)
        return; /* it parks nothing */
    driver_harness_request(h, STREAM, 1, 3, 0x4000, R);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_PARK, 2);
    const struct prisim_driver_stimulus unmap = {
        .what = PRISIM_DRIVER_UNMAP, .space = 0, .address = 0x4000, .pages = 1, .call = 4};
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &unmap);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNMAPPED, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_FLAGS, 4); /* without one */
    driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_SPACE_ENDED, 1);
    driver_harness_bind(h, 0, 1, 0, 6);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_FENCE, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 2);
    const struct prisim_driver_stimulus mm_exit = {.what = PRISIM_DRIVER_MM_EXIT, .space = 0, .call = 5};
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &mm_exit);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_MM_EXITED, 1);
    driver_harness_function(h, PRISIM_DRIVER_FLR, 0, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FLR_DONE, 1);
    stall(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
}

/* The first task of the kind that gets there, once, for that long; and nobody else. */
START_TEST(each_stops_there)
{
    struct driver_harness *h = driver_harness_open();
    h->config.fault_service = 100;
    h->config.teardown = PRISIM_DRIVER_TEARDOWN_LAST_UNBIND;
    h->config.pri_handler =
        pairs[_i].task == PRISIM_DRIVER_TASK_PRI_THREAD && pairs[_i].point == PRISIM_EVENT_DRIVER_RESPOND;
    h->config.function[1].faults = PRISIM_DRIVER_FAULTS_STALL;
    h->config.unbind = PRISIM_DRIVER_UNBIND_OWN; /* of the reset */
    h->config.own.list[PRISIM_DRIVER_ON_UNBIND] =
        (struct prisim_driver_own_list){2, {{.step = DRIVER_STEP_ENTER}, {.step = DRIVER_STEP_FREE}}};
    h->config.own.list[PRISIM_DRIVER_ON_RESET] = (struct prisim_driver_own_list){6,
                                                                                 {{.step = DRIVER_STEP_PRI_OFF},
                                                                                  {.step = DRIVER_STEP_PRI_RESET},
                                                                                  {.step = DRIVER_STEP_PRI_ON},
                                                                                  {.step = DRIVER_STEP_ATS_OFF},
                                                                                  {.step = DRIVER_STEP_ATS_ON},
                                                                                  {.step = DRIVER_STEP_FLR}}};
    driver_harness_start(h);
    h->reg[PRISIM_SMMU_IDR0 / 4] = 0x08cd369b; /* SMMU-IDEXAMPLE: STALL_MODEL=00 */
    driver_harness_hold(h, pairs[_i].task, pairs[_i].point, 3000);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_READY, 1);
    live(h);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_HOLD), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RELEASE), 1);
    const struct prisim_event *hold = harness_event(h->base, PRISIM_EVENT_DRIVER_HOLD, 0);
    const struct prisim_event *release = harness_event(h->base, PRISIM_EVENT_DRIVER_RELEASE, 0);
    ck_assert_uint_eq(hold->driver_hold.task, pairs[_i].task);
    ck_assert_uint_eq(hold->driver_hold.before, pairs[_i].point);
    ck_assert_uint_eq(release->cycle, hold->cycle + 3000);
    /* the PRI thread's discard comes before the caller's, and what it enqueues before the event thread's */
    unsigned n = (pairs[_i].task == PRISIM_DRIVER_TASK_CALLER && pairs[_i].point == PRISIM_EVENT_DRIVER_DISCARD) ||
                 (pairs[_i].task == PRISIM_DRIVER_TASK_EVENT_THREAD && pairs[_i].point == PRISIM_EVENT_DRIVER_ENQUEUE);
    ck_assert_uint_ge(harness_event(h->base, pairs[_i].point, n)->cycle, release->cycle);
    driver_harness_close(h);
}
END_TEST

START_TEST(each_stops_there_with_stale_pasids)
{
    struct driver_harness *h = driver_harness_open();
    h->config.stale_limit = 1;
    h->config.marker = PRISIM_DRIVER_MARKER_TO_WORKER;
    driver_harness_bring_up(h);
    driver_harness_hold(h, stale_pairs[_i].task, stale_pairs[_i].point, 3000);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_request(h, STREAM, 2, 0, 0, L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_LAZY_SWEEP, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_MARKER, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_HOLD), 1);
    const struct prisim_event *hold = harness_event(h->base, PRISIM_EVENT_DRIVER_HOLD, 0);
    const struct prisim_event *release = harness_event(h->base, PRISIM_EVENT_DRIVER_RELEASE, 0);
    ck_assert_uint_eq(hold->driver_hold.task, stale_pairs[_i].task);
    ck_assert_uint_eq(hold->driver_hold.before, stale_pairs[_i].point);
    ck_assert_uint_eq(release->cycle, hold->cycle + 3000);
    ck_assert_uint_gt(harness_event(h->base, stale_pairs[_i].point, 0)->cycle, release->cycle);
    driver_harness_close(h);
}
END_TEST

/* As many as there is room for are armed, and a release forgets them all. */
START_TEST(a_release_forgets_all_that_wait)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    for (unsigned i = 0; i < 64; i++)
        driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SNAPSHOT, 0);
    driver_harness_run(h, 100);
    driver_harness_release(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SNAPSHOT);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_SNAPSHOT), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_HOLD), 0);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_hold");
    TCase *tcase = tcase_create("driver_hold");
    tcase_add_test(tcase, there_is_no_other);
    tcase_add_test(tcase, a_release_forgets_all_that_wait);
    tcase_add_loop_test(tcase, each_stops_there, 0, PAIRS);
    tcase_add_loop_test(tcase, each_stops_there_with_stale_pasids, 0, STALE_PAIRS);
    suite_add_tcase(suite, tcase);
    return suite;
}
