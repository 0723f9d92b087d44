/* SPDX-License-Identifier: Apache-2.0
 *
 * Hazards of unbind itself: hangs and limbo.
 */
#include "judge_stream.h"

/* U0 and U2 at one edge. */
static void enter_unbind(void)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    now -= 10;
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, 0);
}

static void unbind_taking(uint64_t cycles)
{
    enter_unbind();
    cycle_t u2 = now;
    now = u2 + cycles - 10;
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
    ck_assert_uint_eq(now, u2 + cycles);
}

START_TEST(unbind_hang_by_its_limit)
{
    unbind_taking(1001);
    finish();
    ck_count(UNBIND_HANG, 1);
    ck_only(BIT(UNBIND_HANG));
    ck_counter(UNBINDS, 1);
    ck_counter(UNBIND_CYCLES_MAX, 1001);
}
END_TEST

START_TEST(an_unbind_at_its_limit_is_in_time)
{
    unbind_taking(1000);
    unbind_taking(40);
    finish();
    ck_only(0);
    ck_counter(UNBINDS, 2);
    ck_counter(UNBIND_CYCLES_MAX, 1000);
    ck_counter(UNBIND_CYCLES_SUM, 1040);
}
END_TEST

START_TEST(an_unbind_that_never_ends_hangs)
{
    enter_unbind();
    finish();
    ck_count(UNBIND_HANG, 1);
    ck_only(BIT(UNBIND_HANG)); /* unbind 8: somebody still waits, so that it is no limbo */
    ck_counter(UNBINDS, 0);
}
END_TEST

START_TEST(an_unbind_that_was_cut_off_in_time_is_in_limbo_only)
{
    enter_unbind();
    checkers_finish(checkers, now + 1000, false);
    ck_count(UNBIND_HANG, 0);
    ck_count(PASID_LIMBO, 1);
}
END_TEST

START_TEST(an_unbind_that_was_cut_off_late_hangs)
{
    enter_unbind();
    checkers_finish(checkers, now + 1001, false);
    ck_count(UNBIND_HANG, 1);
}
END_TEST

/* Stuck before U1, and before U0: the unbind hangs all the same, and says for what it waits. */
START_TEST(an_unbind_hangs_from_its_u0_on)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    checkers_finish(checkers, now + 1000, false);
    ck_only(0);
    checkers_finish(checkers, now + 1001, false);
    ck_count(UNBIND_HANG, 1);
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text, "waits for the function to stop (U1)"));
}
END_TEST

START_TEST(a_refused_unbind_is_over)
{
    enter_unbind();
    say(INSTANCE_DRIVER, DRIVER_REFUSED, NIC_ID, 1, 2, CAUSE_REFUSED);
    finish();
    ck_only(0);
}
END_TEST

/* A PASID that is kept back because its invalidation was lost: the caller knows, and nobody waits. */
START_TEST(a_kept_pasid_is_neither_a_hang_nor_in_limbo)
{
    enter_unbind();
    say(INSTANCE_DRIVER, DRIVER_NOT_INVALIDATED, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 2, CAUSE_KEPT);
    finish();
    ck_only(0);
}
END_TEST

START_TEST(another_calls_return_ends_no_unbind)
{
    enter_unbind();
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 3, CAUSE_KEPT);
    finish();
    ck_only(BIT(UNBIND_HANG));
    ck_count(UNBIND_HANG, 1);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {unbind_hang_by_its_limit,
                                  an_unbind_at_its_limit_is_in_time,
                                  an_unbind_that_never_ends_hangs,
                                  an_unbind_that_was_cut_off_in_time_is_in_limbo_only,
                                  an_unbind_that_was_cut_off_late_hangs,
                                  an_unbind_hangs_from_its_u0_on,
                                  a_refused_unbind_is_over,
                                  a_kept_pasid_is_neither_a_hang_nor_in_limbo,
                                  another_calls_return_ends_no_unbind,
                                  NULL};
    return judge_run("tb_checkers_unbind", tests);
}
