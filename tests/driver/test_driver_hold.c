/* SPDX-License-Identifier: Apache-2.0
 *
 * Holds: every task and point that driver_can_hold names is one where that task stops, and there is no other.
 */
#include "tests/driver/bench.h"

enum { R = ACCESS_READ, L = ACCESS_LAST };

static const struct {
    enum driver_task task;
    enum event_type point;
} pairs[] = {
    {DRIVER_TASK_INIT, EVENT_DRIVER_READY},
    {DRIVER_TASK_IRQ, EVENT_DRIVER_INTERRUPT},
    {DRIVER_TASK_PRI_THREAD, EVENT_DRIVER_PROD_READ},
    {DRIVER_TASK_PRI_THREAD, EVENT_DRIVER_TAKE},
    {DRIVER_TASK_PRI_THREAD, EVENT_DRIVER_CONS},
    {DRIVER_TASK_PRI_THREAD, EVENT_DRIVER_MARKER},
    {DRIVER_TASK_PRI_THREAD, EVENT_DRIVER_PARK},
    {DRIVER_TASK_PRI_THREAD, EVENT_DRIVER_ENQUEUE},
    {DRIVER_TASK_PRI_THREAD, EVENT_DRIVER_DISCARD},
    {DRIVER_TASK_WORKER, EVENT_DRIVER_RESOLVE},
    {DRIVER_TASK_WORKER, EVENT_DRIVER_PAGE},
    {DRIVER_TASK_WORKER, EVENT_DRIVER_RESPOND},
    {DRIVER_TASK_CALLER, EVENT_DRIVER_STOP},
    {DRIVER_TASK_CALLER, EVENT_DRIVER_STOP_SEEN},
    {DRIVER_TASK_CALLER, EVENT_DRIVER_UNBIND},
    {DRIVER_TASK_CALLER, EVENT_DRIVER_CLEAR},
    {DRIVER_TASK_CALLER, EVENT_DRIVER_INVALIDATED},
    {DRIVER_TASK_CALLER, EVENT_DRIVER_LEFT_LOOKUP},
    {DRIVER_TASK_CALLER, EVENT_DRIVER_SNAPSHOT},
    {DRIVER_TASK_CALLER, EVENT_DRIVER_DISCARD},
    {DRIVER_TASK_CALLER, EVENT_DRIVER_DRAINED},
    {DRIVER_TASK_CALLER, EVENT_DRIVER_FREE},
    {DRIVER_TASK_CALLER, EVENT_DRIVER_BIND},
    {DRIVER_TASK_CALLER, EVENT_DRIVER_BOUND},
    {DRIVER_TASK_EVENT_THREAD, EVENT_DRIVER_FAULT_EVENT},
    {DRIVER_TASK_EVENT_THREAD, EVENT_DRIVER_GERROR},
};
enum { PAIRS = sizeof pairs / sizeof pairs[0] };

START_TEST(there_is_no_other)
{
    unsigned count = 0;
    for (unsigned task = 0; task < DRIVER_TASKS + 1; task++)
        for (unsigned point = 0; point < EVENT_TYPES; point++)
            count += driver_can_hold((enum driver_task)task, (enum event_type)point);
    ck_assert_uint_eq(count, PAIRS);
    for (unsigned i = 0; i < PAIRS; i++)
        ck_assert(driver_can_hold(pairs[i].task, pairs[i].point));
}
END_TEST

/* A life with everything in it: a group, parts, an overflow, a marker, a record, an error, a drain with a part. */
static void live(struct bench *b)
{
    bench_bind(b, 0, 1, 0, 1);
    bench_until(b, EVENT_DRIVER_BOUND, 1);
    bench_request(b, STREAM, 2, 1, 0x4000, R);
    bench_request(b, STREAM, 1, 2, 0x4000, R | L);
    bench_request(b, STREAM, 1, 0, 0, L);
    b->reg[SMMU_PRIQ_PROD / 4] |= PRI_QUEUE_OVFLG;
    bench_ring(b, DRIVER_MSI_PRIQ);
    b->reg[SMMU_EVENTQ_PROD / 4] = 1;
    bench_ring(b, DRIVER_MSI_EVENTQ);
    bench_until(b, EVENT_DRIVER_RESPOND, 1);
    bench_until(b, EVENT_DRIVER_FAULT_EVENT, 1);
    b->reg[SMMU_GERROR / 4] = GERROR_EVENTQ_ABT;
    bench_ring(b, DRIVER_MSI_GERROR);
    bench_until(b, EVENT_DRIVER_GERROR, 1);
    bench_until(b, EVENT_DRIVER_DISCARD, 1);
    bench_request(b, STREAM, 1, 3, 0x4000, R);
    bench_ring(b, DRIVER_MSI_PRIQ);
    bench_until(b, EVENT_DRIVER_PARK, 2);
    bench_unbind(b, 0, 1, DRIVER_UNBIND_DRAIN, 2);
    bench_until(b, EVENT_DRIVER_FREE, 1);
}

/* The first task of the kind that gets there, once, for that long; and nobody else. */
START_TEST(each_stops_there)
{
    struct bench *b = bench_open();
    b->config.fault_service = 100;
    bench_start(b);
    bench_hold(b, pairs[_i].task, pairs[_i].point, 3000);
    bench_until(b, EVENT_DRIVER_READY, 1);
    live(b);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_HOLD), 1);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_RELEASE), 1);
    const struct event *hold = rig_event(b->rig, EVENT_DRIVER_HOLD, 0);
    const struct event *release = rig_event(b->rig, EVENT_DRIVER_RELEASE, 0);
    ck_assert_uint_eq(hold->driver_hold.task, pairs[_i].task);
    ck_assert_uint_eq(hold->driver_hold.before, pairs[_i].point);
    ck_assert_uint_eq(release->cycle, hold->cycle + 3000);
    /* the PRI thread's discard comes before the caller's */
    unsigned n = pairs[_i].task == DRIVER_TASK_CALLER && pairs[_i].point == EVENT_DRIVER_DISCARD;
    ck_assert_uint_ge(rig_event(b->rig, pairs[_i].point, n)->cycle, release->cycle);
    bench_close(b);
}
END_TEST

/* As many as there is room for are armed, and a release forgets them all. */
START_TEST(a_release_forgets_all_that_wait)
{
    struct bench *b = bench_open();
    bench_bring_up(b);
    bench_bind(b, 0, 1, 0, 1);
    bench_until(b, EVENT_DRIVER_BOUND, 1);
    for (unsigned i = 0; i < 64; i++)
        bench_hold(b, DRIVER_TASK_CALLER, EVENT_DRIVER_SNAPSHOT, 0);
    bench_run(b, 100);
    bench_release(b, DRIVER_TASK_CALLER, EVENT_DRIVER_SNAPSHOT);
    bench_unbind(b, 0, 1, DRIVER_UNBIND_DRAIN, 2);
    bench_until(b, EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_SNAPSHOT), 1);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_HOLD), 0);
    bench_close(b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("driver_hold");
    TCase *tcase = tcase_create("driver_hold");
    tcase_add_test(tcase, there_is_no_other);
    tcase_add_test(tcase, a_release_forgets_all_that_wait);
    tcase_add_loop_test(tcase, each_stops_there, 0, PAIRS);
    suite_add_tcase(suite, tcase);
    return bench_main(suite);
}
