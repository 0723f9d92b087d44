/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver runs the list of a row, and knows no policy by name: this program has a table of its own, in the place of
 * the driver's.
 */
#include "driver/driver_policy.h"
#include "tests/driver/bench.h"

#define DO(step)                                                                                                       \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_ALWAYS                                                                         \
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

static struct bench *open_bound(void)
{
    struct bench *b = bench_open();
    bench_bring_up(b);
    bench_bind(b, 0, 1, 0, 1);
    bench_until(b, EVENT_DRIVER_BOUND, 1);
    bench_run(b, 5);
    return b;
}

static void unbind(struct bench *b, uint32_t policy)
{
    rig_offer(b->rig, DRIVER_RX_STIMULUS,
              &(struct driver_stimulus){.what = DRIVER_UNBIND, .pasid = 1, .policy = policy, .call = 2});
}

/* The events of the call, in the order of its list. */
static void ck_order(const struct bench *b, const enum event_type *order, unsigned count)
{
    cycle_t before = 0;
    for (unsigned i = 0; i < count; i++) {
        const struct event *event = rig_event(b->rig, order[i], 0);
        ck_assert_msg(event != NULL, "no %s", event_name(order[i]));
        ck_assert_uint_gt(event->cycle, before);
        before = event->cycle;
    }
}

START_TEST(an_order_of_its_own)
{
    struct bench *b = open_bound();
    unbind(b, REJECT);
    bench_until(b, EVENT_DRIVER_FREE, 1);
    static const enum event_type order[] = {EVENT_DRIVER_STOP,    EVENT_DRIVER_STOP_SEEN, EVENT_DRIVER_LEFT_LOOKUP,
                                            EVENT_DRIVER_UNBIND,  EVENT_DRIVER_CLEAR,     EVENT_DRIVER_INVALIDATED,
                                            EVENT_DRIVER_DRAINED, EVENT_DRIVER_FREE};
    ck_order(b, order, sizeof order / sizeof order[0]);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_LEFT_LOOKUP), 1);
    ck_assert_uint_eq(bench_commands(b, CMDQ_OP_ATC_INV), 1);
    bench_close(b);
}
END_TEST

/* Look-up, U2, U6: a step of 20 cycles each. */
START_TEST(steps_that_are_not_in_the_list_are_not_run)
{
    struct bench *b = open_bound();
    unsigned tlps = b->tlps, commands = b->commands;
    unbind(b, BARE);
    cycle_t entered = bench_until(b, EVENT_DRIVER_UNBIND, 1)->cycle;
    ck_assert_uint_eq(bench_until(b, EVENT_DRIVER_FREE, 1)->cycle, entered + 20);
    ck_assert_uint_eq(b->tlps, tlps);
    ck_assert_uint_eq(b->commands, commands);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_CLEAR), 0);
    bench_close(b);
}
END_TEST

/* An empty list returns at its look-up and changes nothing; a policy that nobody has is refused there. */
START_TEST(an_empty_list_and_none)
{
    struct bench *b = open_bound();
    unbind(b, _i ? OWN : NOTHING);
    enum cause cause = _i ? CAUSE_REFUSED : CAUSE_NONE;
    ck_assert_uint_eq(bench_until(b, EVENT_DRIVER_UNBIND_RETURNED, 1)->driver_unbind_returned.cause, cause);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_REFUSED), _i ? 1 : 0);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_UNBIND), 0);
    unbind(b, BARE);
    bench_until(b, EVENT_DRIVER_FREE, 1);
    bench_close(b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("driver_policy_own");
    TCase *tcase = tcase_create("driver_policy_own");
    tcase_add_test(tcase, an_order_of_its_own);
    tcase_add_test(tcase, steps_that_are_not_in_the_list_are_not_run);
    tcase_add_loop_test(tcase, an_empty_list_and_none, 0, 2);
    suite_add_tcase(suite, tcase);
    return bench_main(suite);
}
