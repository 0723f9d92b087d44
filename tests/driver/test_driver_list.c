/* SPDX-License-Identifier: Apache-2.0
 *
 * The list that a call runs (UNBIND-TABLE, "Sensitive twins"): the policy's, or one step away from it. The lists of
 * `none` stand here once more: 16 steps, of which the sixth to the eighth are SYNC, ATC_INV, SYNC.
 */
#include "driver/unbind/policy.h"
#include "tests/harness/suite.h"

#include <string.h>

static struct prisim_driver_config config;

static void set(uint32_t policy, uint32_t without, uint32_t move, uint32_t before)
{
    prisim_driver_config_default(&config);
    config.functions = config.spaces = 1;
    config.unbind = policy;
    config.unbind_without = without;
    config.unbind_move = move;
    config.unbind_before = before;
}

static unsigned step(uint32_t place)
{
    return driver_list_step(&config, config.unbind, place - 1).step;
}

START_TEST(as_it_is)
{
    set(PRISIM_DRIVER_UNBIND_NONE, 0, 0, 0);
    ck_assert_uint_eq(driver_list_steps(&config, PRISIM_DRIVER_UNBIND_NONE), 16);
    for (uint32_t i = 1; i <= 16; i++)
        ck_assert_uint_eq(step(i), driver_policy(PRISIM_DRIVER_UNBIND_NONE)->step[i - 1].step);
}
END_TEST

START_TEST(left_out)
{
    set(PRISIM_DRIVER_UNBIND_NONE, 7, 0, 0);
    ck_assert_uint_eq(driver_list_steps(&config, PRISIM_DRIVER_UNBIND_NONE), 15);
    ck_assert_uint_eq(step(5), DRIVER_STEP_TLBI);
    ck_assert_uint_eq(step(6), DRIVER_STEP_SYNC);
    ck_assert_uint_eq(step(7), DRIVER_STEP_SYNC);
    ck_assert_uint_eq(step(15), DRIVER_STEP_FREE);
    set(PRISIM_DRIVER_UNBIND_NONE, 1, 0, 0);
    ck_assert_uint_eq(step(1), DRIVER_STEP_ENTER);
}
END_TEST

START_TEST(moved)
{
    set(PRISIM_DRIVER_UNBIND_NONE, 0, 7, 5);
    ck_assert_uint_eq(driver_list_steps(&config, PRISIM_DRIVER_UNBIND_NONE), 16);
    static const unsigned expected[] = {DRIVER_STEP_STOP_DEVICE, DRIVER_STEP_ENTER,   DRIVER_STEP_CLEAR_CD,
                                        DRIVER_STEP_CFGI,        DRIVER_STEP_ATC_INV, DRIVER_STEP_TLBI,
                                        DRIVER_STEP_SYNC,        DRIVER_STEP_SYNC};
    for (uint32_t i = 1; i <= 8; i++)
        ck_assert_uint_eq(step(i), expected[i - 1]);
    ck_assert_uint_eq(step(16), DRIVER_STEP_FREE);
}
END_TEST

/* A call that names another policy has that one's list. */
START_TEST(of_another_policy)
{
    set(PRISIM_DRIVER_UNBIND_NONE, 7, 0, 0);
    ck_assert_uint_eq(driver_list_steps(&config, PRISIM_DRIVER_UNBIND_DRAIN), 21);
    ck_assert_uint_eq(driver_list_step(&config, PRISIM_DRIVER_UNBIND_DRAIN, 6).step, DRIVER_STEP_ATC_INV);
}
END_TEST

static bool accepts(uint32_t policy, uint32_t without, uint32_t move, uint32_t before)
{
    struct prisim_config_error error;
    set(policy, without, move, before);
    return prisim_driver_config_check(&config, &error);
}

/* Only what cannot be executed (UNBIND-STEP "Semantics"), and what is no step. */
START_TEST(refused)
{
    enum { NONE = PRISIM_DRIVER_UNBIND_NONE, DRAIN = PRISIM_DRIVER_UNBIND_DRAIN };
    ck_assert(accepts(NONE, 15, 0, 0) && !accepts(NONE, 16, 0, 0) && !accepts(NONE, 17, 0, 0));
    ck_assert(accepts(NONE, 0, 16, 15) && !accepts(NONE, 0, 17, 15));
    ck_assert(!accepts(NONE, 0, 7, 7) && !accepts(NONE, 0, 7, 0) && !accepts(NONE, 0, 0, 7));
    ck_assert(!accepts(NONE, 3, 7, 6));
    ck_assert(!accepts(DRAIN, 14, 0, 0));                                /* snapshot */
    ck_assert(!accepts(DRAIN, 0, 15, 14) && !accepts(DRAIN, 0, 16, 14)); /* kick_thread, await_handed before it */
    ck_assert(accepts(DRAIN, 0, 18, 14) && accepts(DRAIN, 0, 16, 15) && accepts(DRAIN, 16, 0, 0));
}
END_TEST

#define STEP(step)                                                                                                     \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_ALWAYS, 0                                                                      \
    }
#define ONLY_IF(when, step)                                                                                            \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_##when, 0                                                                      \
    }
enum { OWN = PRISIM_DRIVER_UNBIND_OWN, OWN_MAX = 12 };

/* The configuration's own list: what cannot be executed, and at which step (UNBIND-STEP "Semantics"). */
static const struct {
    struct prisim_driver_own_step step[OWN_MAX];
    uint32_t steps;
    enum driver_list_fault fault;
    uint32_t place;
} owns[] = {
    {{STEP(ENTER), STEP(FREE)}, 2, DRIVER_LIST_CAN_RUN, 0},
    {{STEP(ENTER)}, 1, DRIVER_LIST_NEVER_FREED, 1},
    {{STEP(FREE), STEP(FREE)}, 2, DRIVER_LIST_FREED_TWICE, 1},
    /* a condition that need not hold */
    {{STEP(AWAIT_MARKER), ONLY_IF(TIMED_OUT, FREE)}, 2, DRIVER_LIST_NEVER_FREED, 2},
    {{STEP(AWAIT_MARKER), ONLY_IF(TIMED_OUT, FREE), STEP(FREE)}, 3, DRIVER_LIST_FREED_TWICE, 2},
    /* one that cannot hold yet: nobody has waited */
    {{ONLY_IF(TIMED_OUT, FREE), STEP(AWAIT_MARKER), STEP(FREE)}, 3, DRIVER_LIST_CAN_RUN, 0},
    /* refusing and serving: draining_answer says which, and here it is refusing */
    {{ONLY_IF(REFUSING, FREE)}, 1, DRIVER_LIST_CAN_RUN, 0},
    {{ONLY_IF(SERVING, FREE)}, 1, DRIVER_LIST_NEVER_FREED, 1},
    {{STEP(KICK_THREAD), STEP(FREE)}, 2, DRIVER_LIST_NOT_TAKEN, 0},
    {{STEP(AWAIT_HANDED), STEP(SNAPSHOT), STEP(FREE)}, 3, DRIVER_LIST_NOT_TAKEN, 0},
    {{STEP(SNAPSHOT), STEP(FLUSH_WORKERS), STEP(AWAIT_HANDED), STEP(FREE)}, 4, DRIVER_LIST_CAN_RUN, 0},
    {{STEP(AWAIT_MARKER), ONLY_IF(TIMED_OUT, SNAPSHOT), STEP(AWAIT_HANDED), STEP(FREE)}, 4, DRIVER_LIST_NOT_TAKEN, 2},
    {{STEP(AWAIT_MARKER), ONLY_IF(TIMED_OUT, SNAPSHOT), ONLY_IF(TIMED_OUT, AWAIT_HANDED), STEP(FREE)},
     4,
     DRIVER_LIST_CAN_RUN,
     0},
    /* keep ends the list, and only a PASID that is kept back has it */
    {{STEP(INVALIDATED), ONLY_IF(KEPT, KEEP), STEP(FREE)}, 3, DRIVER_LIST_CAN_RUN, 0},
    {{STEP(INVALIDATED), STEP(KEEP), STEP(FREE)}, 3, DRIVER_LIST_KEEPS, 1},
    {{STEP(INVALIDATED), STEP(FREE), ONLY_IF(KEPT, KEEP)}, 3, DRIVER_LIST_KEEPS, 2},
    /* a filter is made of a snapshot, and a wait for batches of their count */
    {{STEP(FILTER), STEP(FREE)}, 2, DRIVER_LIST_NOT_TAKEN, 0},
    {{STEP(SNAPSHOT), STEP(FILTER), STEP(FREE)}, 3, DRIVER_LIST_CAN_RUN, 0},
    {{STEP(SNAPSHOT), STEP(AWAIT_BATCH), STEP(FREE)}, 3, DRIVER_LIST_NOT_TAKEN, 1},
    {{STEP(READ_BATCH), STEP(AWAIT_BATCH), STEP(FREE)}, 3, DRIVER_LIST_CAN_RUN, 0},
    {{STEP(READ_BATCH), STEP(AWAIT_HANDED), STEP(FREE)}, 3, DRIVER_LIST_NOT_TAKEN, 1},
    /* UNBIND-P2: who leaves a PASID to others has marked it, once it is his, and does not free it */
    {{STEP(ENTER), STEP(MARK), STEP(DEFER)}, 3, DRIVER_LIST_CAN_RUN, 0},
    {{STEP(ENTER), STEP(DEFER)}, 2, DRIVER_LIST_NOT_TAKEN, 1},
    {{STEP(MARK), STEP(ENTER), STEP(DEFER)}, 3, DRIVER_LIST_NOT_TAKEN, 0},
    {{STEP(ENTER), STEP(MARK), STEP(DEFER), STEP(FREE)}, 4, DRIVER_LIST_FREED_TWICE, 3},
    {{STEP(ENTER), STEP(FREE), STEP(MARK)}, 3, DRIVER_LIST_NOT_TAKEN, 2},
    {{STEP(ENTER), STEP(MARK)}, 2, DRIVER_LIST_NEVER_FREED, 2},
    /* rollback ends the list, and only a signal leads there: batch_signal is goes_on here */
    {{STEP(READ_BATCH), STEP(AWAIT_BATCH), ONLY_IF(ROLLING_BACK, ROLLBACK), STEP(FREE)}, 4, DRIVER_LIST_CAN_RUN, 0},
    {{STEP(READ_BATCH), STEP(AWAIT_BATCH), STEP(ROLLBACK), STEP(FREE)}, 4, DRIVER_LIST_KEEPS, 2},
    {{STEP(READ_BATCH), STEP(AWAIT_BATCH), ONLY_IF(ROLLING_BACK, FREE)}, 3, DRIVER_LIST_NEVER_FREED, 3},
    /* a call that is refused by its flag leaves everything as it was */
    {{STEP(BY_FLAG), STEP(ENTER), STEP(FREE)}, 3, DRIVER_LIST_CAN_RUN, 0},
    {{STEP(ENTER), STEP(BY_FLAG), STEP(FREE)}, 3, DRIVER_LIST_KEEPS, 1},
    /* flushed holds until by_flag has said that nothing is left */
    {{ONLY_IF(FLUSHED, FREE), STEP(BY_FLAG)}, 2, DRIVER_LIST_CAN_RUN, 0},
    {{STEP(CALL_DEVICE), ONLY_IF(FLUSHED, FREE)}, 2, DRIVER_LIST_NEVER_FREED, 2},
    {{STEP(BY_FLAG), ONLY_IF(FLUSHED, FREE)}, 2, DRIVER_LIST_NEVER_FREED, 2},
    /* discarding: batch_parts says it, and here it is keep */
    {{ONLY_IF(DISCARDING, FREE)}, 1, DRIVER_LIST_NEVER_FREED, 1},
    {{ONLY_IF(DISCARDING, FREE), STEP(FREE)}, 2, DRIVER_LIST_CAN_RUN, 0},
    /* repeat_atc_inv goes back to the first ATC_INV */
    {{STEP(ATC_INV), STEP(FREE), STEP(REPEAT_ATC_INV)}, 3, DRIVER_LIST_FREED_TWICE, 2},
    {{STEP(FREE), STEP(ATC_INV), STEP(REPEAT_ATC_INV)}, 3, DRIVER_LIST_CAN_RUN, 0},
};
enum { OWNS = sizeof owns / sizeof owns[0] };

static void set_own(unsigned i)
{
    set(OWN, 0, 0, 0);
    config.own.list[PRISIM_DRIVER_ON_UNBIND].steps = owns[i].steps;
    for (uint32_t s = 0; s < owns[i].steps; s++)
        config.own.list[PRISIM_DRIVER_ON_UNBIND].step[s] = owns[i].step[s];
}

START_TEST(own)
{
    struct prisim_config_error error;
    uint32_t place = 99;
    set_own((unsigned)_i);
    ck_assert_msg(driver_list_fault(&config, OWN, &place) == owns[_i].fault, "list %d", _i);
    if (owns[_i].fault != DRIVER_LIST_CAN_RUN)
        ck_assert_uint_eq(place, owns[_i].place);
    ck_assert(prisim_driver_config_check(&config, &error) == (owns[_i].fault == DRIVER_LIST_CAN_RUN));
    if (owns[_i].fault != DRIVER_LIST_CAN_RUN)
        ck_assert_str_eq(error.field, "own.list.step");
}
END_TEST

/* The same of the list for the end of a process, beside one that can run. */
START_TEST(own_exit)
{
    struct prisim_config_error error;
    uint32_t place = 99;
    set_own((unsigned)_i);
    config.own.list[PRISIM_DRIVER_ON_MM_EXIT] = config.own.list[PRISIM_DRIVER_ON_UNBIND];
    config.own.list[PRISIM_DRIVER_ON_UNBIND].steps = 2;
    config.own.list[PRISIM_DRIVER_ON_UNBIND].step[0] = (struct prisim_driver_own_step)STEP(ENTER);
    config.own.list[PRISIM_DRIVER_ON_UNBIND].step[1] = (struct prisim_driver_own_step)STEP(FREE);
    ck_assert_uint_eq(driver_list_of(&config, OWN, PRISIM_DRIVER_ON_MM_EXIT), 32 + OWN);
    ck_assert_msg(driver_list_fault(&config, 32 + OWN, &place) == owns[_i].fault, "list %d", _i);
    ck_assert(prisim_driver_config_check(&config, &error) == (owns[_i].fault == DRIVER_LIST_CAN_RUN));
    if (owns[_i].fault != DRIVER_LIST_CAN_RUN)
        ck_assert_str_eq(error.field, "own.list.step");
    config.own.list[PRISIM_DRIVER_ON_MM_EXIT].step[0].step = DRIVER_STEPS;
    ck_assert(!prisim_driver_config_check(&config, &error));
    ck_assert_str_eq(error.field, "own.list.step.step");
    config.own.list[PRISIM_DRIVER_ON_MM_EXIT].steps = 0;
    ck_assert_uint_eq(driver_list_of(&config, OWN, PRISIM_DRIVER_ON_MM_EXIT), OWN);
}
END_TEST

/* Numbers that there are not; and no list at all. */
START_TEST(own_numbers)
{
    struct prisim_config_error error;
    static const struct {
        struct prisim_driver_own_step first;
        bool good;
    } rows[] = {
        {{DRIVER_STEPS - 1, 0, 0}, true},
        {{DRIVER_STEPS, 0, 0}, false},
        {{DRIVER_STEP_SYNC, DRIVER_WHENS - 1, 0}, true},
        {{DRIVER_STEP_SYNC, DRIVER_WHENS, 0}, false},
        {{DRIVER_STEP_SYNC, 0, 1}, false},
        {{DRIVER_STEP_AWAIT_MARKER, 0, 1000000001}, true},
        {{DRIVER_STEP_AWAIT_MARKER, 0, 1000000002}, false},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        set_own(0);
        config.own.list[PRISIM_DRIVER_ON_UNBIND].step[2] = config.own.list[PRISIM_DRIVER_ON_UNBIND].step[1];
        config.own.list[PRISIM_DRIVER_ON_UNBIND].step[1] = config.own.list[PRISIM_DRIVER_ON_UNBIND].step[0];
        config.own.list[PRISIM_DRIVER_ON_UNBIND].step[0] = rows[i].first;
        config.own.list[PRISIM_DRIVER_ON_UNBIND].steps = 3;
        ck_assert_msg(prisim_driver_config_check(&config, &error) == rows[i].good, "row %u", i);
    }
    set(OWN, 0, 0, 0);
    ck_assert(!prisim_driver_config_check(&config, &error));
    ck_assert_str_eq(error.field, "unbind");
    ck_assert_uint_eq(driver_list_steps(&config, OWN), 0);
    ck_assert(!driver_policy_is_known(&config, OWN));
}
END_TEST

/* Twins of it, and the arguments go with their steps. */
START_TEST(own_twins)
{
    set(OWN, 0, 3, 2);
    config.own = (struct prisim_driver_own){
        .promise_from = DRIVER_POINT_H2,
        .promise_to = DRIVER_POINT_R0,
        .timed_out_from = DRIVER_POINT_S0,
        .timed_out_to = DRIVER_POINT_S1,
        .timed_out_before_marker = 1,
        .list = {{4, {STEP(ENTER), STEP(SNAPSHOT), {DRIVER_STEP_AWAIT_MARKER, DRIVER_WHEN_ALWAYS, 501}, STEP(FREE)}}}};
    ck_assert_uint_eq(step(2), DRIVER_STEP_AWAIT_MARKER);
    ck_assert_uint_eq(step(3), DRIVER_STEP_SNAPSHOT);
    ck_assert_uint_eq(driver_list_argument(&config, OWN, 1), 501);
    ck_assert_uint_eq(driver_list_argument(&config, OWN, 2), 0);
    ck_assert_uint_eq(driver_list_argument(&config, PRISIM_DRIVER_UNBIND_DRAIN, 2), 0);
    struct driver_promise promise = driver_policy_promise(&config, OWN, PRISIM_CAUSE_DRAINED);
    ck_assert(promise.from == DRIVER_POINT_H2 && promise.to == DRIVER_POINT_R0 && !promise.before_marker);
    promise = driver_policy_promise(&config, OWN, PRISIM_CAUSE_MARKER_TIMEOUT);
    ck_assert(promise.from == DRIVER_POINT_S0 && promise.to == DRIVER_POINT_S1 && promise.before_marker);
    ck_assert(driver_policy_has(&config, OWN, DRIVER_STEP_SNAPSHOT) &&
              !driver_policy_has(&config, OWN, DRIVER_STEP_SYNC));
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_list");
    TCase *tcase = tcase_create("list");
    tcase_add_test(tcase, as_it_is);
    tcase_add_test(tcase, left_out);
    tcase_add_test(tcase, moved);
    tcase_add_test(tcase, of_another_policy);
    tcase_add_test(tcase, refused);
    tcase_add_loop_test(tcase, own, 0, OWNS);
    tcase_add_loop_test(tcase, own_exit, 0, OWNS);
    tcase_add_test(tcase, own_numbers);
    tcase_add_test(tcase, own_twins);
    suite_add_tcase(suite, tcase);
    return suite;
}
