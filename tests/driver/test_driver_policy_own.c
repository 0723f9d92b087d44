/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver runs the list of a row, and knows no policy by name: this program has a table of its own, in the place of
 * the driver's.
 */
#include "driver/unbind/policy.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

#define DO(step)                                                                                                       \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_ALWAYS, 0                                                                      \
    }

/* `reject` (UNBIND-P7) in short: out of the look-up first, and no request is waited for but by the workers. */
static const struct driver_policy_step reject[] = {
    DO(STOP_DEVICE), DO(LEAVE_LOOKUP), DO(ENTER),       DO(CLEAR_CD),      DO(CFGI),    DO(TLBI), DO(SYNC),
    DO(ATC_INV),     DO(SYNC),         DO(INVALIDATED), DO(FLUSH_WORKERS), DO(DRAINED), DO(FREE)};
/* The function is not asked, nothing is invalidated. */
static const struct driver_policy_step bare[] = {DO(ENTER), DO(FREE)};
static const struct driver_policy_step nothing[1];

static const struct driver_policy_row own[] = {
    {.name = "reject", .step = reject, .steps = sizeof reject / sizeof reject[0]},
    {.name = "bare", .step = bare, .steps = sizeof bare / sizeof bare[0]},
    {.name = "nothing", .step = nothing, .steps = 0},
};
enum { REJECT, BARE, NOTHING, OWN };

const struct driver_policy_row *driver_policy(uint32_t policy)
{
    return policy < OWN ? &own[policy] : NULL;
}

const struct driver_policy_list *driver_policy_list(uint32_t policy, enum prisim_driver_trigger trigger)
{
    (void)policy;
    (void)trigger;
    return NULL;
}

static struct driver_harness *open_bound(void)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_run(h, 5);
    return h;
}

static void unbind(struct driver_harness *h, uint32_t policy)
{
    harness_offer(
        h->base, PRISIM_DRIVER_RX_STIMULUS,
        &(struct prisim_driver_stimulus){.what = PRISIM_DRIVER_UNBIND, .pasid = 1, .policy = policy, .call = 2});
}

/* The events of the call, in the order of its list. */
static void ck_order(const struct driver_harness *h, const enum prisim_event_type *order, unsigned count)
{
    prisim_cycle_t before = 0;
    for (unsigned i = 0; i < count; i++) {
        const struct prisim_event *event = harness_event(h->base, order[i], 0);
        ck_assert_msg(event != NULL, "no %s", prisim_event_name(order[i]));
        ck_assert_uint_gt(event->cycle, before);
        before = event->cycle;
    }
}

START_TEST(an_order_of_its_own)
{
    struct driver_harness *h = open_bound();
    unbind(h, REJECT);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    static const enum prisim_event_type order[] = {PRISIM_EVENT_DRIVER_STOP,        PRISIM_EVENT_DRIVER_STOP_SEEN,
                                                   PRISIM_EVENT_DRIVER_LEFT_LOOKUP, PRISIM_EVENT_DRIVER_UNBIND,
                                                   PRISIM_EVENT_DRIVER_CLEAR,       PRISIM_EVENT_DRIVER_INVALIDATED,
                                                   PRISIM_EVENT_DRIVER_DRAINED,     PRISIM_EVENT_DRIVER_FREE};
    ck_order(h, order, sizeof order / sizeof order[0]);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_LEFT_LOOKUP), 1);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_ATC_INV), 1);
    driver_harness_close(h);
}
END_TEST

/* Look-up, U2, U6: a step of 20 cycles each. */
START_TEST(steps_that_are_not_in_the_list_are_not_run)
{
    struct driver_harness *h = open_bound();
    unsigned tlps = h->tlps, commands = h->commands;
    unbind(h, BARE);
    prisim_cycle_t entered = driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND, 1)->cycle;
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1)->cycle, entered + 20);
    ck_assert_uint_eq(h->tlps, tlps);
    ck_assert_uint_eq(h->commands, commands);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_CLEAR), 0);
    driver_harness_close(h);
}
END_TEST

/* An empty list returns at its look-up and changes nothing; a policy that nobody has is refused there. */
START_TEST(an_empty_list_and_none)
{
    struct driver_harness *h = open_bound();
    unbind(h, _i ? OWN : NOTHING);
    enum prisim_cause cause = _i ? PRISIM_CAUSE_REFUSED : PRISIM_CAUSE_NONE;
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1)->driver_unbind_returned.cause,
                      cause);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_REFUSED), _i ? 1 : 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_UNBIND), 0);
    unbind(h, BARE);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_policy_own");
    TCase *tcase = tcase_create("driver_policy_own");
    tcase_add_test(tcase, an_order_of_its_own);
    tcase_add_test(tcase, steps_that_are_not_in_the_list_are_not_run);
    tcase_add_loop_test(tcase, an_empty_list_and_none, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
