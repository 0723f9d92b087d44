/* SPDX-License-Identifier: Apache-2.0
 *
 * UNBIND-P4, UNBIND-D30: a Stop Marker that comes out of the PRI queue unbinds the PASID, before, beside and behind an
 * unbind of the driver's own; who comes second is refused, and nothing is freed twice.
 */
#include "driver/unbind/policy.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST };
#define POLICY PRISIM_DRIVER_UNBIND_MARKER_UNBINDS
enum { FIRST = 1, LAST = 320 }; /* edges from an unbind to a marker: U2 is between */
enum { LIST = 64 + 13 };        /* a trigger's lists are 32 apart, and on_marker is the third */

static unsigned seen(const struct driver_harness *h, enum prisim_event_type type)
{
    unsigned n = 0;
    while (harness_event(h->base, type, n))
        n++;
    return n;
}

static struct driver_harness *open_bound(struct driver_harness *h)
{
    h->config.unbind = POLICY;
    h->config.fault_service = 100;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_run(h, 5);
    return h;
}

static void marker(struct driver_harness *h)
{
    driver_harness_request(h, STREAM, 1, 0, 0, L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
}

/* The events come in that order, others among them; PRISIM_EVENT_DRIVER_READY ends the list. */
static void ck_order(const struct driver_harness *h, const enum prisim_event_type *type)
{
    for (unsigned i = 0; i < h->base->events && *type != PRISIM_EVENT_DRIVER_READY; i++)
        if (harness_event_at(h->base, i)->type == *type)
            type++;
    ck_assert_msg(*type == PRISIM_EVENT_DRIVER_READY, "%s did not come, or not then", prisim_event_name(*type));
}

/* UNBIND-STEP "P4": leave, inv, notify, flush, free; a request of before the marker is answered before. Nobody called,
 * and so nobody is returned to. */
START_TEST(the_marker_unbinds)
{
    static const enum prisim_event_type order[] = {PRISIM_EVENT_DRIVER_MARKER,      PRISIM_EVENT_DRIVER_UNBIND,
                                                   PRISIM_EVENT_DRIVER_LEFT_LOOKUP, PRISIM_EVENT_DRIVER_CLEAR,
                                                   PRISIM_EVENT_DRIVER_INVALIDATED, PRISIM_EVENT_DRIVER_FLAGS,
                                                   PRISIM_EVENT_DRIVER_RESPOND,     PRISIM_EVENT_DRIVER_DRAINED,
                                                   PRISIM_EVENT_DRIVER_FREE,        PRISIM_EVENT_DRIVER_READY};
    struct driver_harness *h = driver_harness_open();
    h->config.function[0].callback = PRISIM_DRIVER_CALLBACK_FLUSHED;
    h->config.function[0].callback_latency = 3000;
    open_bound(h);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND, 20000);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    marker(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_run(h, 1000);
    ck_order(h, order);
    const struct prisim_event *unbind = harness_event(h->base, PRISIM_EVENT_DRIVER_UNBIND, 0);
    ck_assert_uint_eq(unbind->driver_unbind.policy, LIST);
    ck_assert_uint_eq(unbind->driver_unbind.call, 0);
    ck_assert_uint_eq(unbind->driver_unbind.stream_id, STREAM);
    ck_assert_uint_eq(unbind->driver_unbind.pasid, 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_FLAGS, 0)->driver_flags.flags, 2);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_DRAINED, 0)->driver_drained.cause,
                      PRISIM_CAUSE_MARKER_SEEN);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_STOP) + seen(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED), 0);
    driver_harness_bind(h, 0, 1, 1, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_close(h);
}
END_TEST

/* A driver that has no callback is not told, and it costs nothing. */
START_TEST(nobody_to_notify)
{
    struct driver_harness *h = open_bound(driver_harness_open());
    marker(h);
    const prisim_cycle_t invalidated = driver_harness_until(h, PRISIM_EVENT_DRIVER_INVALIDATED, 1)->cycle;
    const prisim_cycle_t drained = driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1)->cycle;
    ck_assert_uint_eq(drained - invalidated, 20 + 20); /* the flush's step, and U5's */
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FLAGS), 0);
    driver_harness_close(h);
}
END_TEST

/* No call of a PASID that is free, or of one that there is not; nor if the policy has no such list. */
START_TEST(a_marker_of_nobody)
{
    struct driver_harness *h = driver_harness_open();
    open_bound(h);
    if (_i == 2)
        h->config.unbind = PRISIM_DRIVER_UNBIND_STOP_MARKER;
    driver_harness_request(h, _i == 1 ? 0x999 : STREAM, _i == 2 ? 1 : 2, 0, 0, L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_MARKER, 1);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_UNBIND) + seen(h, PRISIM_EVENT_DRIVER_REFUSED), 0);
    driver_harness_close(h);
}
END_TEST

/* An unbind of the driver's own, call 2, and a marker so many edges after it was asked for; 0: it stays away. Returns
 * when unbind was entered (U2), and by which call. */
static prisim_cycle_t both(prisim_cycle_t marker_at, uint64_t *call, struct driver_harness **out)
{
    struct driver_harness *h = driver_harness_open();
    h->config.marker_timeout = 5000;
    h->config.irq_latency = h->config.price.interrupt_entry = h->config.price.wake_up = 1;
    h->polls = 1;
    open_bound(h);
    driver_harness_unbind(h, 0, 1, POLICY, 2);
    if (marker_at) {
        driver_harness_run(h, marker_at);
        marker(h);
    }
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    driver_harness_run(h, 2000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_UNBIND), 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED), 1);
    const struct prisim_event *unbind = harness_event(h->base, PRISIM_EVENT_DRIVER_UNBIND, 0);
    *call = unbind->driver_unbind.call;
    *out = h;
    return unbind->cycle;
}

static void ck_refused(struct driver_harness *h, uint32_t call)
{
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_REFUSED), 1);
    const struct prisim_event *refused = harness_event(h->base, PRISIM_EVENT_DRIVER_REFUSED, 0);
    ck_assert_uint_eq(refused->driver_refused.call, call);
    ck_assert_uint_eq(refused->driver_refused.cause, PRISIM_CAUSE_NOT_BOUND);
}

/* UNBIND-STEP-1: at each edge around U2 one of the two enters, and the other one is refused or finds that all is done:
 * the marker ends the wait of the unbind that has entered, and its own call is refused, or not made any more. */
START_TEST(beside_an_unbind)
{
    struct driver_harness *h;
    uint64_t call;
    unsigned by_marker = 0, by_driver = 0;
    for (prisim_cycle_t at = FIRST; at < LAST; at++) {
        both(at, &call, &h);
        by_marker += call == 0;
        by_driver += call == 2;
        const struct prisim_event *drained = harness_event(h->base, PRISIM_EVENT_DRIVER_DRAINED, 0);
        ck_assert_uint_eq(drained->driver_drained.cause, PRISIM_CAUSE_MARKER_SEEN);
        if (call == 0)
            ck_refused(h, 2);
        else if (seen(h, PRISIM_EVENT_DRIVER_REFUSED))
            ck_refused(h, 0);
        driver_harness_close(h);
    }
    ck_assert_uint_gt(by_marker, 1);
    ck_assert_uint_gt(by_driver, 1);
    ck_assert_uint_eq(by_marker + by_driver, LAST - FIRST);
}
END_TEST

/* No marker: the PASID is the driver's own to unbind, and its wait ends by the time-out. */
START_TEST(without_a_marker)
{
    struct driver_harness *h;
    uint64_t call;
    both(0, &call, &h);
    ck_assert_uint_eq(call, 2);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_UNBIND, 0)->driver_unbind.policy, POLICY);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_DRAINED, 0)->driver_drained.cause,
                      PRISIM_CAUSE_MARKER_TIMEOUT);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_REFUSED), 0);
    driver_harness_close(h);
}
END_TEST

/* The unbind comes behind the marker: it finds the PASID free, at once. */
START_TEST(behind_the_marker)
{
    struct driver_harness *h = open_bound(driver_harness_open());
    marker(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_unbind(h, 0, 1, POLICY, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    ck_refused(h, 2);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 1);
    driver_harness_close(h);
}
END_TEST

/* The call of the marker is late: meanwhile the driver has unbound the PASID and bound it again, which is no business
 * of that marker. */
START_TEST(of_an_earlier_binding)
{
    struct driver_harness *h = driver_harness_open();
    h->polls = 100;
    open_bound(h);
    const struct prisim_driver_stimulus unbind = {
        .what = PRISIM_DRIVER_UNBIND, .pasid = 1, .policy = PRISIM_DRIVER_UNBIND_NONE, .then_space = 2, .call = 2};
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &unbind);
    driver_harness_run(h, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_STOP, 1);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_UNBIND, 0);
    marker(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_STOP_SEEN), 0); /* it is the marker's call that is held */
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_release(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_UNBIND);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1);
    driver_harness_run(h, 20000);
    ck_refused(h, 0);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 1);
    driver_harness_close(h);
}
END_TEST

/* Steps of the table: only lists of a PASID enter one (triggers.def). */
START_TEST(what_a_list_can_have)
{
    ck_assert(driver_trigger_has(PRISIM_DRIVER_ON_MARKER, DRIVER_STEP_ENTER));
    ck_assert(driver_trigger_has(PRISIM_DRIVER_ON_MARKER, DRIVER_STEP_NOTIFY_DEVICE));
    ck_assert(driver_trigger_has(PRISIM_DRIVER_DEFERRED, DRIVER_STEP_FREE));
    ck_assert(!driver_trigger_has(PRISIM_DRIVER_DEFERRED, DRIVER_STEP_ENTER));
    ck_assert(!driver_trigger_has(PRISIM_DRIVER_ON_DETACH, DRIVER_STEP_FREE));
    ck_assert(!driver_trigger_has(PRISIM_DRIVER_ON_RESET, DRIVER_STEP_CLEAR_CD));
    ck_assert(driver_trigger_has(PRISIM_DRIVER_ON_ATTACH, DRIVER_STEP_FLUSH_WORKERS));
    ck_assert(driver_trigger_has(PRISIM_DRIVER_DEFERRED, DRIVER_STEP_AWAIT_BATCH));
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_on_marker");
    TCase *tcase = tcase_create("on_marker");
    tcase_add_test(tcase, the_marker_unbinds);
    tcase_add_test(tcase, nobody_to_notify);
    tcase_add_loop_test(tcase, a_marker_of_nobody, 0, 3);
    tcase_add_test(tcase, beside_an_unbind);
    tcase_add_test(tcase, without_a_marker);
    tcase_add_test(tcase, behind_the_marker);
    tcase_add_test(tcase, of_an_earlier_binding);
    tcase_add_test(tcase, what_a_list_can_have);
    suite_add_tcase(suite, tcase);
    return suite;
}
