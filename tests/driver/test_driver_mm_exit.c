/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of a process (UNBIND-D14, UNBIND-D15): what of its space is unbound, by which list, in which order with the
 * calls of others, and what becomes of the space. Numbers of lists and prices are literals.
 */
#include "driver/unbind/policy.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

#define OWN PRISIM_DRIVER_UNBIND_OWN
#define STEP(step)                                                                                                     \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_ALWAYS, 0                                                                      \
    }

static void mm_exit(struct driver_harness *h, uint32_t space, uint32_t call)
{
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS,
                  &(struct prisim_driver_stimulus){.what = PRISIM_DRIVER_MM_EXIT, .space = space, .call = call});
}

static unsigned seen(const struct driver_harness *h, enum prisim_event_type type)
{
    return harness_events(h->base, type);
}

static const struct prisim_event *nth(const struct driver_harness *h, enum prisim_event_type type, unsigned n)
{
    const struct prisim_event *event = harness_event(h->base, type, n);
    ck_assert_ptr_nonnull(event);
    return event;
}

/* Space 0 under PASIDs 1 and 5 of the first function and 2 of the second, space 1 under PASID 3 of the first. */
static struct driver_harness *up(struct driver_harness *h)
{
    driver_harness_bring_up(h);
    static const uint32_t binds[4][3] = {{0, 1, 0}, {0, 5, 0}, {1, 2, 0}, {0, 3, 1}};
    for (uint32_t i = 0; i < 4; i++) {
        driver_harness_bind(h, binds[i][0], binds[i][1], binds[i][2], i + 1);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, i + 1);
    }
    driver_harness_run(h, 5);
    return h;
}

static struct driver_harness *open_up(uint32_t policy)
{
    struct driver_harness *h = driver_harness_open();
    h->config.unbind = policy;
    h->config.function[0].callback = PRISIM_DRIVER_CALLBACK_FLUSHED;
    h->config.function[0].callback_latency = 3000;
    h->config.function[1].callback = PRISIM_DRIVER_CALLBACK_NONE;
    return up(h);
}

/* UNBIND-D14: each PASID of the space, and no other, by the policy's list for that, whose number is 32 more. */
START_TEST(all_of_a_space)
{
    struct driver_harness *h = open_up(PRISIM_DRIVER_UNBIND_DRAIN);
    mm_exit(h, 0, 7);
    const struct prisim_event *exited = driver_harness_until(h, PRISIM_EVENT_DRIVER_MM_EXITED, 1);
    ck_assert_uint_eq(exited->driver_mm_exited.space, 1);
    ck_assert_uint_eq(exited->driver_mm_exited.call, 7);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_MM_EXIT, 0)->driver_mm_exit.space, 1);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_MM_EXIT, 0)->driver_mm_exit.call, 7);
    static const uint64_t pasids[] = {1, 5, 2}, streams[] = {STREAM, STREAM, STREAM_2};
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 3);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED), 3);
    for (unsigned i = 0; i < 3; i++) {
        const struct prisim_event *event = nth(h, PRISIM_EVENT_DRIVER_UNBIND, i);
        ck_assert_uint_eq(event->driver_unbind.policy, 32 + 1);
        ck_assert_uint_eq(event->driver_unbind.call, 7);
        event = nth(h, PRISIM_EVENT_DRIVER_FREE, i);
        ck_assert_uint_eq(event->driver_free.pasid, pasids[i]);
        ck_assert_uint_eq(event->driver_free.stream_id, streams[i]);
        ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, i)->driver_unbind_returned.cause,
                          PRISIM_CAUSE_NONE);
    }
    ck_assert_uint_ge(exited->cycle, nth(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 2)->cycle);
    driver_harness_unbind(h, 0, 3, PRISIM_DRIVER_UNBIND_NONE, 8); /* that of the other space */
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 4)->driver_free.pasid, 3);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_REFUSED), 0);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-D15: faults find no owner, then the callback stops the function, and only then is anything invalidated. */
START_TEST(the_callback_stops_the_function)
{
    struct driver_harness *h = open_up(PRISIM_DRIVER_UNBIND_DRAIN);
    mm_exit(h, 0, 7);
    const struct prisim_event *flags = driver_harness_until(h, PRISIM_EVENT_DRIVER_FLAGS, 1);
    ck_assert_uint_eq(flags->driver_flags.flags, 2);
    ck_assert_uint_eq(flags->driver_flags.pasid, 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_CLEAR), 0);
    const prisim_cycle_t left = nth(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 0)->cycle;
    ck_assert_uint_eq(left, nth(h, PRISIM_EVENT_DRIVER_UNBIND, 0)->cycle + 20);
    /* the callback, and the write of its stop */
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_STOP, 0)->cycle, left + 3000 + 20);
    ck_assert_uint_eq(flags->cycle, nth(h, PRISIM_EVENT_DRIVER_STOP_SEEN, 0)->cycle + 20);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_MM_EXITED, 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP), 3);
    /* The other one takes no time, and says nothing of page requests. */
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_STOP, 2)->cycle,
                      nth(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 2)->cycle + 20);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_FLAGS, 2)->driver_flags.flags, 0);
    driver_harness_close(h);
}
END_TEST

/* What the callback says can be held back. */
START_TEST(held_before_it_says)
{
    struct driver_harness *h = open_up(PRISIM_DRIVER_UNBIND_DRAIN);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_FLAGS, 500);
    mm_exit(h, 0, 7);
    const struct prisim_event *flags = driver_harness_until(h, PRISIM_EVENT_DRIVER_FLAGS, 1);
    ck_assert_uint_eq(flags->cycle, nth(h, PRISIM_EVENT_DRIVER_STOP_SEEN, 0)->cycle + 500 + 20);
    driver_harness_close(h);
}
END_TEST

/* Without a callback nobody tells the function; a wait for the Stop Marker of this life ends by its time-out. */
START_TEST(without_a_callback)
{
    struct driver_harness *h = driver_harness_open();
    h->config.unbind = PRISIM_DRIVER_UNBIND_STOP_MARKER;
    h->config.marker_timeout = 5000;
    up(h);
    const unsigned tlps = h->tlps;
    mm_exit(h, 1, 7);
    const struct prisim_event *drained = driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1);
    ck_assert_uint_eq(drained->driver_drained.cause, PRISIM_CAUSE_MARKER_TIMEOUT);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_MM_EXITED, 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_STOP), 0);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FLAGS), 0);
    ck_assert_uint_eq(h->tlps, tlps);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-D7: what the callback returns is believed by the list that asks for it. */
START_TEST(what_it_returns)
{
    static const struct {
        unsigned callback, cause;
    } rows[] = {{PRISIM_DRIVER_CALLBACK_CLEAN, PRISIM_CAUSE_SAID_CLEAN},
                {PRISIM_DRIVER_CALLBACK_FLUSHED, PRISIM_CAUSE_MARKER_TIMEOUT},
                {PRISIM_DRIVER_CALLBACK_NONE, PRISIM_CAUSE_MARKER_TIMEOUT}};
    struct driver_harness *h = driver_harness_open();
    h->config.unbind = PRISIM_DRIVER_UNBIND_FLAGS;
    h->config.marker_timeout = 5000;
    h->config.function[0].callback = rows[_i].callback;
    up(h);
    mm_exit(h, 1, 7);
    const struct prisim_event *drained = driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1);
    ck_assert_uint_eq(drained->driver_drained.cause, rows[_i].cause);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-STEP: `enter` is the only test-and-set. Who comes second is refused, and the PASID is freed once. */
START_TEST(two_lists_on_one_pasid)
{
    struct driver_harness *h = open_up(PRISIM_DRIVER_UNBIND_NONE);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_UNBIND, 0);
    driver_harness_unbind(h, 0, 3, PRISIM_DRIVER_UNBIND_NONE, 6);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    mm_exit(h, 1, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_MM_EXITED, 1);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_FREE, 0)->driver_free.call, 7);
    driver_harness_release(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_UNBIND);
    const struct prisim_event *returned = driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 2);
    ck_assert_uint_eq(returned->driver_unbind_returned.call, 6);
    ck_assert_uint_eq(returned->driver_unbind_returned.cause, PRISIM_CAUSE_NOT_BOUND);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_REFUSED, 0)->driver_refused.cause, PRISIM_CAUSE_NOT_BOUND);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_UNBIND), 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 1);
    driver_harness_bind(h, 0, 3, 1, 8); /* it is free, and nothing else */
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 5);
    driver_harness_close(h);
}
END_TEST

/* A PASID that another caller unbinds is left to him, and waited for. */
START_TEST(another_has_entered_it)
{
    struct driver_harness *h = open_up(PRISIM_DRIVER_UNBIND_NONE);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_CLEAR, 0);
    driver_harness_unbind(h, 0, 3, PRISIM_DRIVER_UNBIND_NONE, 6);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    mm_exit(h, 1, 7);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_MM_EXIT), 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_MM_EXITED), 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_CLEAR);
    const struct prisim_event *exited = driver_harness_until(h, PRISIM_EVENT_DRIVER_MM_EXITED, 1);
    ck_assert_uint_ge(exited->cycle, nth(h, PRISIM_EVENT_DRIVER_FREE, 0)->cycle);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_UNBIND), 1);
    driver_harness_close(h);
}
END_TEST

/* Who binds a space has its process in use: the two wait for one another, in the order they came, and a bind of another
 * space waits for neither. */
START_TEST(binds_of_the_space_wait)
{
    struct driver_harness *h = open_up(PRISIM_DRIVER_UNBIND_NONE);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_BIND, 0);
    driver_harness_bind(h, 1, 6, 1, 6);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    mm_exit(h, 1, 7);
    driver_harness_bind(h, 1, 7, 1, 8);
    driver_harness_bind(h, 1, 8, 0, 9);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 5)->driver_bound.call, 9);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_MM_EXIT), 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_BIND);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 6)->driver_bound.call, 6);
    const prisim_cycle_t exited = driver_harness_until(h, PRISIM_EVENT_DRIVER_MM_EXITED, 1)->cycle;
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 2);
    const struct prisim_event *bound = driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 7);
    ck_assert_uint_eq(bound->driver_bound.call, 8);
    ck_assert_uint_gt(bound->cycle, exited);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-HAZARD-8: pages and tables go back when `teardown` says so: 0 never, 1 last_unbind, 2 mm_exit. */
START_TEST(what_the_space_has)
{
    struct driver_harness *h = driver_harness_open();
    h->config.unbind = PRISIM_DRIVER_UNBIND_NONE;
    h->config.teardown = (uint32_t)_i;
    h->config.space[1].region[0].populated = 1;
    up(h);
    driver_harness_unbind(h, 0, 3, PRISIM_DRIVER_UNBIND_NONE, 6);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_SPACE_ENDED), _i == 1);
    driver_harness_bind(h, 0, 3, 1, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 5);
    mm_exit(h, 1, 8);
    const struct prisim_event *exited = driver_harness_until(h, PRISIM_EVENT_DRIVER_MM_EXITED, 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_SPACE_ENDED), (unsigned)_i == 1 ? 2 : (unsigned)_i / 2);
    ck_assert((seen(h, PRISIM_EVENT_DRIVER_FRAME_TAKEN) != 0) == (_i != 0));
    if (_i)
        ck_assert_uint_ge(exited->cycle, nth(h, PRISIM_EVENT_DRIVER_SPACE_ENDED, _i == 1)->cycle);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-HAZARD-3: a space is freed by mm exit with no reference left; who binds it then begins a new life. */
START_TEST(the_life_of_the_space)
{
    struct driver_harness *h = driver_harness_open();
    h->config.unbind = PRISIM_DRIVER_UNBIND_NONE;
    h->config.objects = PRISIM_DRIVER_OBJECTS_TOLD;
    up(h);
    driver_harness_unbind(h, 0, 3, PRISIM_DRIVER_UNBIND_NONE, 6);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_OBJECT_FREED), 1); /* the handle */
    mm_exit(h, 1, 7);
    const prisim_cycle_t exited = driver_harness_until(h, PRISIM_EVENT_DRIVER_MM_EXITED, 1)->cycle;
    const struct prisim_event *freed = nth(h, PRISIM_EVENT_DRIVER_OBJECT_FREED, 1);
    ck_assert_uint_eq(freed->driver_object_freed.object, 1);
    ck_assert_uint_eq(freed->driver_object_freed.id, 2);
    ck_assert_uint_eq(freed->driver_object_freed.life, 4);
    ck_assert_uint_eq(freed->cycle, exited);
    driver_harness_bind(h, 0, 3, 1, 8);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 5);
    const unsigned made = seen(h, PRISIM_EVENT_DRIVER_OBJECT_MADE);
    const struct prisim_event *space = nth(h, PRISIM_EVENT_DRIVER_OBJECT_MADE, made - 2);
    ck_assert_uint_eq(space->driver_object_made.object, 1);
    ck_assert_uint_eq(space->driver_object_made.life, 5);
    driver_harness_close(h);
}
END_TEST

/* A list of one's own; without one, that of an unbind. */
START_TEST(by_a_list_of_its_own)
{
    struct driver_harness *h = driver_harness_open();
    h->config.unbind = OWN;
    h->config.own.list[PRISIM_DRIVER_ON_UNBIND].steps = 2;
    h->config.own.list[PRISIM_DRIVER_ON_UNBIND].step[0] = (struct prisim_driver_own_step)STEP(ENTER);
    h->config.own.list[PRISIM_DRIVER_ON_UNBIND].step[1] = (struct prisim_driver_own_step)STEP(FREE);
    h->config.own.list[PRISIM_DRIVER_ON_MM_EXIT].steps = _i ? 3 : 0;
    h->config.own.list[PRISIM_DRIVER_ON_MM_EXIT].step[0] = (struct prisim_driver_own_step)STEP(ENTER);
    h->config.own.list[PRISIM_DRIVER_ON_MM_EXIT].step[1] = (struct prisim_driver_own_step)STEP(DRAINED);
    h->config.own.list[PRISIM_DRIVER_ON_MM_EXIT].step[2] = (struct prisim_driver_own_step)STEP(FREE);
    up(h);
    mm_exit(h, 1, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_MM_EXITED, 1);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_UNBIND, 0)->driver_unbind.policy, _i ? 32 + 20 : 20);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_DRAINED), (unsigned)_i);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 1);
    driver_harness_close(h);
}
END_TEST

/* One that is kept back has its space for ever, and nobody waits for that. */
START_TEST(kept_back)
{
    struct driver_harness *h = driver_harness_open();
    h->config.on_atc_timeout = PRISIM_DRIVER_ATC_TIMEOUT_KEEP_PASID;
    h->config.teardown = PRISIM_DRIVER_TEARDOWN_MM_EXIT;
    up(h);
    h->atc_losses = 1;
    h->atc_loss_stream = STREAM;
    mm_exit(h, 1, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_MM_EXITED, 1);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 0)->driver_unbind_returned.cause, PRISIM_CAUSE_KEPT);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_SPACE_ENDED), 0);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 0);
    driver_harness_close(h);
}
END_TEST

#define V    (UINT64_C(1) << 31)
#define EPD0 (UINT64_C(1) << 14)
#define S_R  (UINT64_C(3) << 44)

/* UNBIND-P10, SMMU-CD-21: the descriptor stays valid, no table is walked, and no fault of it stalls or is recorded;
 * nobody stops the function, and the PASID is its driver's to unbind. What the space had goes back all the same. */
START_TEST(made_quiet)
{
    struct driver_harness *h = driver_harness_open();
    h->config.unbind = PRISIM_DRIVER_UNBIND_QUIET_CD;
    h->config.teardown = PRISIM_DRIVER_TEARDOWN_MM_EXIT;
    up(h);
    const uint64_t cd = driver_harness_cd(h, STREAM, 1), bound = driver_harness_load(h, cd);
    ck_assert((bound & V) && (bound & S_R) && !(bound & EPD0));
    mm_exit(h, 0, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_MM_EXITED, 1);
    ck_assert_uint_eq(driver_harness_load(h, cd), (bound & ~S_R) | EPD0);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_STOP), 0);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 0);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP), 3);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_INVALIDATED), 3);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_SPACE_ENDED), 1);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, i)->driver_unbind_returned.cause,
                          PRISIM_CAUSE_STILL_BOUND);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_QUIET_CD, 8);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_STOP), 1);
    ck_assert_uint_eq(driver_harness_load(h, cd), 0);
    driver_harness_close(h);
}
END_TEST

/* The driver's unbind comes second, and not in vain: it waits until the PASID is quiet; or for one that is kept back.
 */
START_TEST(unbound_while_made_quiet)
{
    struct driver_harness *h = driver_harness_open();
    h->config.unbind = PRISIM_DRIVER_UNBIND_QUIET_CD;
    h->config.on_atc_timeout = PRISIM_DRIVER_ATC_TIMEOUT_KEEP_PASID;
    up(h);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_CLEAR, 0);
    mm_exit(h, 1, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_unbind(h, 0, 3, PRISIM_DRIVER_UNBIND_QUIET_CD, 8);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_STOP_SEEN), 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_UNBIND), 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_REFUSED), 0);
    h->atc_losses = (unsigned)_i;
    h->atc_loss_stream = STREAM;
    driver_harness_release(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_CLEAR);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 2);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 0)->driver_unbind_returned.cause,
                      _i ? PRISIM_CAUSE_KEPT : PRISIM_CAUSE_STILL_BOUND);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), !_i);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_REFUSED), (unsigned)_i);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_MM_EXITED), 1);
    driver_harness_close(h);
}
END_TEST

START_TEST(of_no_space)
{
    struct driver_harness *h = open_up(PRISIM_DRIVER_UNBIND_NONE);
    mm_exit(h, 16, 7);
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1);
    ck_assert_uint_eq(event->driver_refused.cause, PRISIM_CAUSE_REFUSED);
    ck_assert_uint_eq(event->driver_refused.call, 7);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_MM_EXIT), 0);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_mm_exit");
    TCase *tcase = tcase_create("mm_exit");
    tcase_add_test(tcase, all_of_a_space);
    tcase_add_test(tcase, the_callback_stops_the_function);
    tcase_add_test(tcase, held_before_it_says);
    tcase_add_test(tcase, without_a_callback);
    tcase_add_loop_test(tcase, what_it_returns, 0, 3);
    tcase_add_test(tcase, two_lists_on_one_pasid);
    tcase_add_test(tcase, another_has_entered_it);
    tcase_add_test(tcase, binds_of_the_space_wait);
    tcase_add_loop_test(tcase, what_the_space_has, 0, 3);
    tcase_add_test(tcase, the_life_of_the_space);
    tcase_add_loop_test(tcase, by_a_list_of_its_own, 0, 2);
    tcase_add_test(tcase, kept_back);
    tcase_add_test(tcase, made_quiet);
    tcase_add_loop_test(tcase, unbound_while_made_quiet, 0, 2);
    tcase_add_test(tcase, of_no_space);
    suite_add_tcase(suite, tcase);
    return suite;
}
