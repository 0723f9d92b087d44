/* SPDX-License-Identifier: Apache-2.0
 *
 * UNBIND-P2: a PASID is stale behind its unbind, and is freed once, by its Stop Marker or by a sweep; what rule
 * `marker` makes of a marker (UNBIND-S-17, UNBIND-S-18).
 */
#include "driver/state.h"
#include "driver/unbind/policy.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST };
#define POLICY PRISIM_DRIVER_UNBIND_LAZY_SWEEP

static unsigned seen(const struct driver_harness *h, enum prisim_event_type type)
{
    return harness_events(h->base, type);
}

/* PASIDs 1 to n are bound to space 0. */
static struct driver_harness *open_bound(struct driver_harness *h, unsigned n)
{
    h->config.unbind = POLICY;
    h->config.fault_service = 100;
    driver_harness_bring_up(h);
    for (unsigned i = 1; i <= n; i++) {
        driver_harness_bind(h, 0, i, 0, i);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, i);
    }
    driver_harness_run(h, 5);
    return h;
}

static void marker(struct driver_harness *h, uint32_t pasid)
{
    driver_harness_request(h, STREAM, pasid, 0, 0, L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
}

/* Call 10 + PASID; returns when it has returned, and is behind it. */
static void unbind(struct driver_harness *h, unsigned pasid, unsigned nth)
{
    driver_harness_unbind(h, 0, pasid, POLICY, 10 + pasid);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, nth);
    driver_harness_run(h, 100);
}

static const struct pasid *entry_of(const struct driver_harness *h, unsigned pasid)
{
    const struct edge e = {.config = &h->config, .driver = h->state};
    return pasid_seen(&e, 0, pasid);
}

static unsigned state_of(const struct driver_harness *h, unsigned pasid)
{
    return entry_of(h, pasid)->state;
}

/* UNBIND-STEP "P2: mark, inv, return": call 11 has returned, nothing is free, and the number is not given: call 3
 * waits. */
START_TEST(a_stale_pasid_is_nobodys)
{
    struct driver_harness *h = open_bound(driver_harness_open(), 1);
    unbind(h, 1, 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_STALE), 1);
    const struct prisim_event *stale = harness_event(h->base, PRISIM_EVENT_DRIVER_STALE, 0);
    ck_assert_uint_eq(stale->driver_stale.stream_id, STREAM);
    ck_assert_uint_eq(stale->driver_stale.pasid, 1);
    ck_assert_uint_eq(stale->driver_stale.call, 11);
    ck_assert_uint_lt(stale->cycle, harness_event(h->base, PRISIM_EVENT_DRIVER_CLEAR, 0)->cycle);
    ck_assert_uint_eq(state_of(h, 1), 6); /* LEFT */
    driver_harness_bind(h, 0, 1, 1, 3);
    driver_harness_run(h, 50000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 0);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_BOUND), 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_REFUSED), 0);
    marker(h, 1);
    const struct prisim_event *free = driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(free->driver_free.call, 11); /* it is told as that of the unbind which left it */
    const struct prisim_event *drained = harness_event(h->base, PRISIM_EVENT_DRIVER_DRAINED, 0);
    ck_assert_uint_eq(drained->driver_drained.cause, PRISIM_CAUSE_MARKER_SEEN);
    ck_assert_uint_eq(drained->driver_drained.call, 11);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 1);
    driver_harness_close(h);
}
END_TEST

/* The marker came before U2 (0), or between mark and the invalidation (1): it frees nothing then, and the call does,
 * when it has invalidated. */
START_TEST(a_marker_before_the_list_is_over)
{
    struct driver_harness *h = driver_harness_open();
    h->polls = 2;
    open_bound(h, 1);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, _i ? PRISIM_EVENT_DRIVER_CLEAR : PRISIM_EVENT_DRIVER_STOP_SEEN,
                        0);
    driver_harness_unbind(h, 0, 1, POLICY, 11);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    marker(h, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_MARKER, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 0);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_DRAINED), 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_CALLER,
                           _i ? PRISIM_EVENT_DRIVER_CLEAR : PRISIM_EVENT_DRIVER_STOP_SEEN);
    const struct prisim_event *free = driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_gt(free->cycle, harness_event(h->base, PRISIM_EVENT_DRIVER_INVALIDATED, 0)->cycle);
    ck_assert_uint_gt(free->cycle, harness_event(h->base, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 0)->cycle);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_DRAINED, 0)->driver_drained.cause,
                      PRISIM_CAUSE_MARKER_SEEN);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 1);
    driver_harness_close(h);
}
END_TEST

/* A quarter of the PASIDs, or so many: at one less nothing is swept, at that many all of them are, once. */
START_TEST(a_sweep_at_the_limit)
{
    const unsigned limit = _i ? 3 : 4;
    struct driver_harness *h = driver_harness_open();
    h->config.stale_limit = _i ? 3 : 0;
    h->config.pasid_bits = 4;
    open_bound(h, limit);
    for (unsigned i = 1; i < limit; i++)
        unbind(h, i, i);
    driver_harness_run(h, 50000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_SWEEP), 0);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 0);
    unbind(h, limit, limit);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, limit);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_SWEEP), 1);
    const struct prisim_event *sweep = harness_event(h->base, PRISIM_EVENT_DRIVER_SWEEP, 0);
    ck_assert_uint_eq(sweep->driver_sweep.stream_id, STREAM);
    ck_assert_uint_eq(sweep->driver_sweep.stale, limit);
    for (unsigned i = 0; i < limit; i++) {
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_FREE, i)->driver_free.pasid, i + 1);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_FREE, i)->driver_free.call, 11 + i);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_DRAINED, i)->driver_drained.call, 11 + i);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_DRAINED, i)->driver_drained.cause,
                          PRISIM_CAUSE_DRAINED);
    }
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), limit);
    driver_harness_close(h);
}
END_TEST

/* "snapshot batch, await_handed batch+2, flush, free": what is in the queue is over before anything is free. */
START_TEST(a_sweep_waits_for_queue_and_workers)
{
    struct driver_harness *h = driver_harness_open();
    h->config.stale_limit = 1;
    open_bound(h, 1);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    unbind(h, 1, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_SWEEP, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_SNAPSHOT), 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 0);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND, 0);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND);
    const prisim_cycle_t free = driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1)->cycle;
    ck_assert_uint_gt(free, harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, 0)->cycle);
    driver_harness_close(h);
}
END_TEST

/* batch_parts discard: those of the PASIDs that it frees, and of no other. */
START_TEST(a_sweep_discards_parts)
{
    struct driver_harness *h = driver_harness_open();
    h->config.stale_limit = 2;
    h->config.batch_parts = _i ? PRISIM_DRIVER_PARTS_DISCARD : PRISIM_DRIVER_PARTS_KEEP;
    open_bound(h, 3);
    for (uint16_t pasid = 1; pasid <= 3; pasid++)
        driver_harness_request(h, STREAM, pasid, pasid, 0x4000, R);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_PARK, 3);
    unbind(h, 1, 1);
    unbind(h, 2, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 2);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_DISCARD), _i ? 2 : 0);
    for (unsigned n = 0; n < seen(h, PRISIM_EVENT_DRIVER_DISCARD); n++) {
        const struct prisim_event *discard = harness_event(h->base, PRISIM_EVENT_DRIVER_DISCARD, n);
        ck_assert_uint_eq(discard->driver_discard.pasid, n + 1);
        ck_assert_uint_lt(discard->cycle, harness_event(h->base, PRISIM_EVENT_DRIVER_FREE, 0)->cycle);
    }
    ck_assert_uint_eq(h->state->parked, _i ? 1 : 3);
    driver_harness_close(h);
}
END_TEST

/* What becomes stale behind the beginning of a sweep is not freed by it; another one comes behind it, if it is due. */
START_TEST(what_is_stale_later_is_the_next_ones)
{
    struct driver_harness *h = driver_harness_open();
    h->config.stale_limit = 1;
    open_bound(h, 2);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SNAPSHOT, 0);
    unbind(h, 1, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    unbind(h, 2, 2);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_SWEEP), 1); /* one at a time */
    ck_assert_uint_eq(state_of(h, 1), 7);                     /* SWEPT */
    ck_assert_uint_eq(state_of(h, 2), 6);
    driver_harness_release(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SNAPSHOT);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(state_of(h, 2), 6);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 2);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_SWEEP), 2);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_SWEEP, 1)->driver_sweep.stale, 1);
    driver_harness_close(h);
}
END_TEST

/* Who comes second of marker and sweep frees nothing: the sweep stands before `free` when the marker comes, and the
 * PASID is bound again by then (0); or the marker's call does when the sweep comes, and the next bind waits for that
 * (1). */
START_TEST(freed_once)
{
    struct driver_harness *h = driver_harness_open();
    h->config.stale_limit = _i ? 2 : 1;
    open_bound(h, 2);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_FREE, 0);
    unbind(h, 1, 1);
    if (_i)
        marker(h, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    if (_i)
        unbind(h, 2, 2); /* two are stale: the marker's is still there */
    else
        marker(h, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, _i ? 2 : 1);
    driver_harness_bind(h, 0, 1, 1, 3);
    if (!_i)
        driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    driver_harness_release(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_FREE);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_SWEEP), 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), _i ? 2 : 1);
    ck_assert_uint_eq(state_of(h, 1), 1); /* BOUND */
    driver_harness_close(h);
}
END_TEST

/* UNBIND-S-16: a marker of a life before is none of this one. */
START_TEST(a_marker_of_an_earlier_life)
{
    struct driver_harness *h = driver_harness_open();
    h->config.stale_limit = 1;
    open_bound(h, 1);
    unbind(h, 1, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1); /* by the sweep; its marker is still on its way */
    h->config.stale_limit = 16;
    driver_harness_bind(h, 0, 1, 1, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_run(h, 5);
    unbind(h, 1, 2);
    marker(h, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_MARKER, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 1);
    marker(h, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 2);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-STEP, rule `marker`: counted; dropped; counted by a worker; answered as a page request. */
START_TEST(what_becomes_of_a_marker)
{
    static const struct {
        unsigned marked, discarded, enqueued, responded;
    } rows[] = {{1, 0, 0, 0}, {0, 1, 0, 0}, {1, 0, 1, 0}, {0, 0, 1, 1}};
    struct driver_harness *h = driver_harness_open();
    h->config.marker = (uint32_t)_i;
    h->config.unbind = PRISIM_DRIVER_UNBIND_DRAIN;
    h->config.fault_service = 100;
    driver_harness_bring_up(h);
    marker(h, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_MARKER), rows[_i].marked);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_DISCARD), rows[_i].discarded);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_ENQUEUE), rows[_i].enqueued);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_RESPOND), rows[_i].responded);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L); /* all items are back, and it is served */
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, rows[_i].responded + 1);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(((const struct prisim_driver *)h->state)->free_items, DRIVER_ITEMS);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-S-18: a worker has a request of the PASID; the other one takes the marker behind it, or leaves it there. */
START_TEST(a_marker_on_the_work_queue)
{
    struct driver_harness *h = driver_harness_open();
    h->config.marker = PRISIM_DRIVER_MARKER_TO_WORKER;
    h->config.work_queue = (uint32_t)_i;
    open_bound(h, 1);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE, 0);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_request(h, STREAM, 1, 0, 0, L);
    driver_harness_unbind(h, 0, 1, POLICY, 11);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    driver_harness_run(h, 100);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_ENQUEUE, 2);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_RESOLVE), 0);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), _i ? 0 : 1);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    if (_i)
        ck_assert_uint_gt(harness_event(h->base, PRISIM_EVENT_DRIVER_MARKER, 0)->cycle,
                          harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, 0)->cycle);
    driver_harness_close(h);
}
END_TEST

/* With `to_worker` the marker ends a wait for it no earlier than a worker takes it. */
START_TEST(a_wait_for_a_marker_of_a_worker)
{
    struct driver_harness *h = driver_harness_open();
    h->config.marker = PRISIM_DRIVER_MARKER_TO_WORKER;
    open_bound(h, 1);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_MARKER, 0);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_STOP_MARKER, 11);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_INVALIDATED, 1);
    marker(h, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_DRAINED), 0);
    ck_assert_uint_eq(entry_of(h, 1)->markers, 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_MARKER);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1)->driver_drained.cause,
                      PRISIM_CAUSE_MARKER_SEEN);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_lazy_sweep");
    TCase *tcase = tcase_create("lazy_sweep");
    tcase_add_test(tcase, a_stale_pasid_is_nobodys);
    tcase_add_loop_test(tcase, a_marker_before_the_list_is_over, 0, 2);
    tcase_add_loop_test(tcase, a_sweep_at_the_limit, 0, 2);
    tcase_add_test(tcase, a_sweep_waits_for_queue_and_workers);
    tcase_add_loop_test(tcase, a_sweep_discards_parts, 0, 2);
    tcase_add_test(tcase, what_is_stale_later_is_the_next_ones);
    tcase_add_loop_test(tcase, freed_once, 0, 2);
    tcase_add_test(tcase, a_marker_of_an_earlier_life);
    tcase_add_loop_test(tcase, what_becomes_of_a_marker, 0, 4);
    tcase_add_loop_test(tcase, a_marker_on_the_work_queue, 0, 2);
    tcase_add_test(tcase, a_wait_for_a_marker_of_a_worker);
    suite_add_tcase(suite, tcase);
    return suite;
}
