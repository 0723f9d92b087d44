/* SPDX-License-Identifier: Apache-2.0
 *
 * The list that a call runs (UNBIND-TABLE, "Sensitive twins"): the policy's, or one step away from it. The lists of
 * `none` stand here once more: 16 steps, of which the sixth to the eighth are SYNC, ATC_INV, SYNC.
 */
#include "driver/unbind/policy.h"
#include "tests/harness/suite.h"

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
    return driver_list_step(&config, config.unbind, place - 1)->step;
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
    ck_assert_uint_eq(driver_list_step(&config, PRISIM_DRIVER_UNBIND_DRAIN, 6)->step, DRIVER_STEP_ATC_INV);
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

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_list");
    TCase *tcase = tcase_create("list");
    tcase_add_test(tcase, as_it_is);
    tcase_add_test(tcase, left_out);
    tcase_add_test(tcase, moved);
    tcase_add_test(tcase, of_another_policy);
    tcase_add_test(tcase, refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
