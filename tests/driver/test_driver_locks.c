/* SPDX-License-Identifier: Apache-2.0
 *
 * Named locks (UNBIND-STEP-1, UNBIND-S-54): who takes them when, that they go from hand to hand, that a call lets go of
 * its own, and what is told of waits.
 */
#include "driver/unbind/policy.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST };
enum { PRI_THREAD = 2, WORKER, CALLER };
enum { GROUP = 1, MM, PARAM };
#define OWN PRISIM_DRIVER_UNBIND_OWN
#define STEP(step, argument)                                                                                           \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_ALWAYS, argument                                                               \
    }

static struct driver_harness *open_with(uint32_t resolve, uint32_t serve, uint32_t handler)
{
    static const struct prisim_driver_own_step list[] = {STEP(ENTER, 0),   STEP(LOCK, PARAM),   STEP(FLUSH_WORKERS, 0),
                                                         STEP(DRAINED, 0), STEP(UNLOCK, PARAM), STEP(FREE, 0)};
    struct driver_harness *h = driver_harness_open();
    h->config.lock_resolve = resolve;
    h->config.lock_serve = serve;
    h->config.lock_handler = handler;
    h->config.unbind = OWN;
    h->config.own.list[0].steps = sizeof list / sizeof list[0];
    for (uint32_t i = 0; i < h->config.own.list[0].steps; i++)
        h->config.own.list[0].step[i] = list[i];
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_run(h, 5);
    return h;
}

static void request(struct driver_harness *h)
{
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
}

static unsigned seen(const struct driver_harness *h, enum prisim_event_type type)
{
    return harness_events(h->base, type);
}

/* Each takes its own for its step alone: it has it 20 cycles before that ends, but for what S3 takes. */
START_TEST(who_takes_which)
{
    static const struct {
        uint32_t resolve, serve, handler, task;
        enum prisim_event_type at;
    } rows[] = {{GROUP, 0, 0, WORKER, PRISIM_EVENT_DRIVER_RESOLVE},
                {0, MM, 0, WORKER, PRISIM_EVENT_DRIVER_PAGE},
                {0, 0, PARAM, PRI_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE}};
    struct driver_harness *h = open_with(rows[_i].resolve, rows[_i].serve, rows[_i].handler);
    request(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_LOCKED), 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_UNLOCKED), 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_BLOCKED), 0);
    const struct prisim_event *locked = harness_event(h->base, PRISIM_EVENT_DRIVER_LOCKED, 0),
                              *unlocked = harness_event(h->base, PRISIM_EVENT_DRIVER_UNLOCKED, 0),
                              *step = harness_event(h->base, rows[_i].at, 0);
    ck_assert_uint_eq(locked->driver_locked.task, rows[_i].task);
    ck_assert_uint_eq(locked->driver_locked.lock, (unsigned)_i + 1);
    ck_assert_uint_lt(locked->cycle, step->cycle);
    ck_assert_uint_ge(unlocked->cycle, step->cycle);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-S-54: told of both, and that it goes on for ever. */
START_TEST(a_worker_and_its_waiter)
{
    struct driver_harness *h = open_with(PARAM, 0, 0);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE, 0);
    request(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_unbind(h, 0, 1, OWN, 2);
    const struct prisim_event *caller = driver_harness_until(h, PRISIM_EVENT_DRIVER_BLOCKED, 1);
    ck_assert_uint_eq(caller->driver_blocked.task, CALLER);
    ck_assert_uint_eq(caller->driver_blocked.on, 2);
    ck_assert_uint_eq(caller->driver_blocked.object, 1);
    ck_assert_uint_eq(caller->driver_blocked.call, 2);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE);
    const struct prisim_event *worker = driver_harness_until(h, PRISIM_EVENT_DRIVER_BLOCKED, 2);
    ck_assert_uint_eq(worker->driver_blocked.task, WORKER);
    ck_assert_uint_eq(worker->driver_blocked.on, 0);
    ck_assert_uint_eq(worker->driver_blocked.object, PARAM);
    ck_assert_uint_eq(worker->driver_blocked.group, 1);
    ck_assert(worker->driver_blocked.stream_id == STREAM && worker->driver_blocked.pasid == 1);
    driver_harness_run(h, 50000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_WOKEN), 0);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 0);
    driver_harness_close(h);
}
END_TEST

/* A caller that waits for a lock has it when its owner lets go, behind the wake-up (500). */
START_TEST(from_hand_to_hand)
{
    struct driver_harness *h = open_with(0, 0, 0);
    driver_harness_bind(h, 0, 3, 1, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_DRAINED, 0);
    driver_harness_unbind(h, 0, 1, OWN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_unbind(h, 0, 3, OWN, 3);
    const struct prisim_event *blocked = driver_harness_until(h, PRISIM_EVENT_DRIVER_BLOCKED, 1);
    ck_assert_uint_eq(blocked->driver_blocked.on, 0);
    ck_assert_uint_eq(blocked->driver_blocked.call, 3);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_LOCKED), 1);
    driver_harness_release(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_DRAINED);
    const prisim_cycle_t unlocked = driver_harness_until(h, PRISIM_EVENT_DRIVER_UNLOCKED, 1)->cycle;
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_LOCKED, 2)->cycle, unlocked + 500);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_WOKEN), 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 2);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_UNLOCKED), 2);
    driver_harness_close(h);
}
END_TEST

/* The PASID is kept back under the lock: the call ends there, and the next one has it. */
START_TEST(a_call_that_ends_early)
{
    struct driver_harness *h = driver_harness_open();
    h->config.unbind = PRISIM_DRIVER_UNBIND_LINUX_2024;
    h->config.on_atc_timeout = PRISIM_DRIVER_ATC_TIMEOUT_KEEP_PASID;
    driver_harness_bring_up(h);
    for (uint32_t pasid = 1; pasid < 3; pasid++) {
        driver_harness_bind(h, 0, pasid, 0, pasid);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, pasid);
    }
    driver_harness_run(h, 5);
    h->atc_losses = 1;
    h->atc_loss_stream = STREAM;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_LINUX_2024, 5);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_UNLOCKED), 1);
    driver_harness_unbind(h, 0, 2, PRISIM_DRIVER_UNBIND_LINUX_2024, 6);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-HAZARD-15: that its function is to stop, and that a Stop Marker without a time-out is to come, which the PRI
 * thread takes; if nobody but calls has locks, of neither. */
START_TEST(what_a_call_waits_for)
{
    struct driver_harness *h = open_with(_i ? GROUP : 0, 0, 0);
    h->config.marker_timeout = 0;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_STOP_MARKER, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 1);
    driver_harness_run(h, 50000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_BLOCKED), _i ? 2 : 0);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_WOKEN), _i ? 1 : 0);
    for (unsigned n = 0; n < seen(h, PRISIM_EVENT_DRIVER_BLOCKED); n++) {
        const struct prisim_event_driver_blocked *blocked =
            &harness_event(h->base, PRISIM_EVENT_DRIVER_BLOCKED, n)->driver_blocked;
        ck_assert_uint_eq(blocked->task, CALLER);
        ck_assert_uint_eq(blocked->on, n ? 1 : 5);
        ck_assert_uint_eq(blocked->call, 7);
        ck_assert_uint_eq(blocked->stream_id, STREAM);
        ck_assert_uint_eq(blocked->pasid, 1);
    }
    if (_i) {
        const prisim_cycle_t told = harness_event(h->base, PRISIM_EVENT_DRIVER_BLOCKED, 0)->cycle;
        ck_assert_uint_eq(told, harness_event(h->base, PRISIM_EVENT_DRIVER_STOP, 0)->cycle);
    }
    driver_harness_request(h, STREAM, 1, 0, 0, L); /* the marker */
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_WOKEN), seen(h, PRISIM_EVENT_DRIVER_BLOCKED));
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_locks");
    TCase *tcase = tcase_create("driver_locks");
    tcase_add_loop_test(tcase, who_takes_which, 0, 3);
    tcase_add_test(tcase, a_worker_and_its_waiter);
    tcase_add_test(tcase, from_hand_to_hand);
    tcase_add_test(tcase, a_call_that_ends_early);
    tcase_add_loop_test(tcase, what_a_call_waits_for, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
