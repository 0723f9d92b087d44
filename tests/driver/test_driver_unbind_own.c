/* SPDX-License-Identifier: Apache-2.0
 *
 * Unbind by a list that the configuration brings along (UNBIND-STEP): what stands between a snapshot and its wait, and
 * arguments of steps in the place of the driver's keys.
 */
#include "driver/unbind/policy.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

#include <string.h>

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST };
#define OWN PRISIM_DRIVER_UNBIND_OWN

#define STEP(step)                                                                                                     \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_ALWAYS, 0                                                                      \
    }
#define STEP_OF(step, argument)                                                                                        \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_ALWAYS, (argument) + 1                                                         \
    }

static struct driver_harness *open_bound(const struct prisim_driver_own_list *own)
{
    struct driver_harness *h = driver_harness_open();
    h->config.unbind = OWN;
    h->config.own.list[PRISIM_DRIVER_ON_UNBIND] = *own;
    h->config.marker_timeout = 77777;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_run(h, 5);
    return h;
}

/* A request of PASID 1 that the PRI thread has in its hand until it is released; then an unbind. */
static struct driver_harness *open_in_hand(const struct prisim_driver_own_list *own)
{
    struct driver_harness *h = open_bound(own);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE, 0);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_unbind(h, 0, 1, OWN, 2);
    driver_harness_run(h, 20000);
    return h;
}

static bool waits(struct driver_harness *h)
{
    bool drained = harness_event(h->base, PRISIM_EVENT_DRIVER_DRAINED, 0) != NULL;
    driver_harness_release(h, PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_UNBIND, 0)->driver_unbind.policy, OWN);
    driver_harness_close(h);
    return !drained;
}

/* UNBIND-STEP-11: what is waited for is what the snapshot took; a flush in between waits for something else. */
START_TEST(a_flush_between_snapshot_and_wait)
{
    static const struct prisim_driver_own_list own = {
        .steps = 6,
        .step = {STEP(ENTER), STEP(SNAPSHOT), STEP(FLUSH_WORKERS), STEP(AWAIT_HANDED), STEP(DRAINED), STEP(FREE)}};
    ck_assert(waits(open_in_hand(&own)));
}
END_TEST

/* UNBIND-S-03: taken is not handed over; the step's argument, and not the driver's key, says which. */
START_TEST(await_handed_of_its_own)
{
    struct prisim_driver_own_list own = {.steps = 5,
                                         .step = {STEP(ENTER), STEP(SNAPSHOT),
                                                  STEP_OF(AWAIT_HANDED, PRISIM_DRIVER_AWAIT_TAKEN), STEP(DRAINED),
                                                  STEP(FREE)}};
    ck_assert(!waits(open_in_hand(&own)));
    own.step[2].argument = PRISIM_DRIVER_AWAIT_HANDED + 1;
    ck_assert(waits(open_in_hand(&own)));
    own.step[2].argument = 0;
    ck_assert(waits(open_in_hand(&own)));
}
END_TEST

/* UNBIND-STEP-6: word 0 of the descriptor, by the step's argument; V is bit 31, EPD0 14, S and R 44 and 45. */
START_TEST(clear_cd_of_its_own)
{
    static const uint64_t none = 0, v = UINT64_C(1) << 31, faults = UINT64_C(3) << 44, epd0 = 1 << 14;
    const struct {
        uint32_t argument;
        uint64_t clears, sets;
    } rows[] = {{0, UINT64_MAX, none}, {1, UINT64_MAX, none}, {2, v, none}, {3, faults, epd0}};
    const struct prisim_driver_own_list own = {
        .steps = 3, .step = {STEP(ENTER), {DRIVER_STEP_CLEAR_CD, DRIVER_WHEN_ALWAYS, rows[_i].argument}, STEP(FREE)}};
    struct driver_harness *h = open_bound(&own);
    const uint64_t cd = driver_harness_cd(h, STREAM, 1), bound = driver_harness_load(h, cd);
    ck_assert((bound & v) && (bound & faults));
    driver_harness_unbind(h, 0, 1, OWN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(driver_harness_load(h, cd), (bound & ~rows[_i].clears) | rows[_i].sets);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_CLEAR), 1);
    driver_harness_close(h);
}
END_TEST

/* From U2 to U5 of a list that waits so long for a marker that does not come. */
static prisim_cycle_t wait_of(uint32_t timeout)
{
    const struct prisim_driver_own_list own = {
        .steps = 4, .step = {STEP(ENTER), STEP_OF(AWAIT_MARKER, timeout), STEP(DRAINED), STEP(FREE)}};
    struct prisim_driver_own_list stops = own;
    stops.steps = 5;
    memmove(&stops.step[1], &own.step[0], 4 * sizeof own.step[0]);
    stops.step[0] = (struct prisim_driver_own_step)STEP(STOP_DEVICE);
    struct driver_harness *h = open_bound(&stops);
    driver_harness_unbind(h, 0, 1, OWN, 2);
    prisim_cycle_t entered = driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND, 1)->cycle;
    const struct prisim_event *drained = driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1);
    ck_assert_uint_eq(drained->driver_drained.cause, PRISIM_CAUSE_MARKER_TIMEOUT);
    prisim_cycle_t took = drained->cycle - entered;
    driver_harness_close(h);
    return took;
}

/* UNBIND-STEP-13: deadline, wake-up (500), and U5's step (20). */
START_TEST(await_marker_of_its_own)
{
    ck_assert_uint_eq(wait_of(3000), 3000 + 500 + 20);
    ck_assert_uint_eq(wait_of(3001), 3001 + 500 + 20);
}
END_TEST

/* A call by a list that there is none of is refused. */
START_TEST(no_list)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_unbind(h, 0, 1, OWN, 2);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1)->driver_refused.cause,
                      PRISIM_CAUSE_REFUSED);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_unbind_own");
    TCase *tcase = tcase_create("own");
    tcase_add_loop_test(tcase, clear_cd_of_its_own, 0, 4);
    tcase_add_test(tcase, a_flush_between_snapshot_and_wait);
    tcase_add_test(tcase, await_handed_of_its_own);
    tcase_add_test(tcase, await_marker_of_its_own);
    tcase_add_test(tcase, no_list);
    suite_add_tcase(suite, tcase);
    return suite;
}
