/* SPDX-License-Identifier: Apache-2.0
 *
 * Task functions that call task functions (driver/step.h): each goes on where it stopped, at every depth, and none is
 * taken for done that is not. The program is linked with a copy of driver/unbind/flush_workers.c whose flush has one
 * CMD_SYNC more at its end (CMakeLists.txt), which is a function deeper than any step of unbind goes.
 */
#include "driver/step.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

#include <signal.h>

/* A task of our own: each function notes itself before and after the one it calls, and stops twice in between. */
enum { NOTES = 64 };
static int note[NOTES];
static unsigned notes;

static void say(int what)
{
    ck_assert_uint_lt(notes, NOTES);
    note[notes++] = what;
}

#define NESTED(depth, below)                                                                                           \
    static bool nested_##depth(struct edge *e, struct task *t, uint16_t *pc)                                           \
    {                                                                                                                  \
        BEGIN;                                                                                                         \
        say(depth);                                                                                                    \
        RETURN_HERE;                                                                                                   \
        CALL(below);                                                                                                   \
        RETURN_HERE;                                                                                                   \
        say(-(depth));                                                                                                 \
        END;                                                                                                           \
    }

static bool deepest(struct edge *e, struct task *t, uint16_t *pc)
{
    (void)e;
    (void)t;
    BEGIN;
    say(8);
    RETURN_HERE;
    say(-8);
    END;
}

NESTED(7, deepest)
NESTED(6, nested_7)
NESTED(5, nested_6)
NESTED(4, nested_5)
NESTED(3, nested_4)
NESTED(2, nested_3)
NESTED(1, nested_2)
NESTED(9, nested_1)

_Static_assert(CALL_DEPTH == 8, "nested_1 needs all of them, nested_9 one more");

/* The expected order is that of nesting itself. */
START_TEST(every_depth_goes_on_where_it_stopped)
{
    struct edge e = {0};
    struct task t = {.pc = {[CALL_DEPTH] = PC_NONE}};
    unsigned returns = 0;
    notes = 0;
    while (!nested_1(&e, &t, t.pc))
        ck_assert_uint_lt(++returns, NOTES);
    ck_assert_uint_eq(returns, 7 * 2 + 1);
    const int expected[] = {1, 2, 3, 4, 5, 6, 7, 8, -8, -7, -6, -5, -4, -3, -2, -1};
    ck_assert_uint_eq(notes, sizeof expected / sizeof expected[0]);
    ck_assert_mem_eq(note, expected, sizeof expected);
    for (unsigned i = 0; i < CALL_DEPTH; i++)
        ck_assert_uint_eq(t.pc[i], 0); /* it could begin again */
}
END_TEST

/* Routines: resumed themselves, at the program counter that is theirs. */
static bool routine_6(struct edge *e, struct task *t)
{
    BEGIN_ROUTINE;
    say(6);
    CALL(deepest);
    RETURN_HERE;
    say(-6);
    END;
}

static bool routine_7(struct edge *e, struct task *t)
{
    (void)e;
    BEGIN_ROUTINE;
    say(7);
    RETURN_HERE;
    say(-7);
    END;
}

static bool calls_twice(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    CALL_ROUTINE(ROUTINE_PAGE, routine_6);
    say(100);
    CALL_ROUTINE(ROUTINE_COMMAND, routine_7);
    say(101);
    END;
}

static bool task_of_routines(struct edge *e, struct task *t)
{
    BEGIN_TASK;
    CALL(calls_twice);
    say(102);
    END;
}

/* What driver.c does with a task whose routine is not its own. */
static bool resume(struct edge *e, struct task *t)
{
    bool done = t->routine == ROUTINE_PAGE      ? routine_6(e, t)
                : t->routine == ROUTINE_COMMAND ? routine_7(e, t)
                                                : task_of_routines(e, t);
    if (!done || t->routine == t->kind)
        return done;
    t->routine = t->kind;
    return task_of_routines(e, t);
}

START_TEST(a_routine_goes_on_where_it_stopped)
{
    struct edge e = {0};
    struct task t = {.pc = {[CALL_DEPTH] = PC_NONE},
                     .routine_pc = {[ROUTINE_DEPTH] = PC_NONE},
                     .kind = PRISIM_DRIVER_TASK_CALLER,
                     .routine = PRISIM_DRIVER_TASK_CALLER};
    unsigned returns = 0;
    notes = 0;
    while (!resume(&e, &t))
        ck_assert_uint_lt(++returns, NOTES);
    const int expected[] = {6, 8, -8, -6, 100, 7, -7, 101, 102};
    ck_assert_uint_eq(notes, sizeof expected / sizeof expected[0]);
    ck_assert_mem_eq(note, expected, sizeof expected);
    ck_assert_uint_eq(returns, 3);
    ck_assert_uint_eq(t.routine_pc[0], 0);
}
END_TEST

static void run_all(bool (*function)(struct edge *, struct task *, uint16_t *), struct task *t)
{
    struct edge e = {0};
    notes = 0;
    for (unsigned i = 0; i < NOTES; i++)
        if (function(&e, t, t->pc))
            return;
}

/* These three are faults of ours: never silent. */
START_TEST(a_depth_too_many_is_no_end)
{
    struct task t = {.pc = {[CALL_DEPTH] = PC_NONE}};
    run_all(nested_9, &t);
}
END_TEST

START_TEST(a_place_of_another_function_is_no_end)
{
    struct task t = {.pc = {60000, [CALL_DEPTH] = PC_NONE}};
    run_all(nested_1, &t);
}
END_TEST

static bool routine_in_routine(struct edge *e, struct task *t)
{
    BEGIN_ROUTINE;
    CALL_ROUTINE(ROUTINE_PAGE, routine_7);
    END;
}

START_TEST(a_routine_in_a_routine_is_no_end)
{
    struct edge e = {0};
    struct task t = {.kind = PRISIM_DRIVER_TASK_CALLER, .routine = ROUTINE_COMMAND};
    routine_in_routine(&e, &t);
}
END_TEST

/* SMMU-ATCINV: the four commands and two SYNCs of every unbind; one SYNC more with this program's drain, and U5 waits
 * for it. */
START_TEST(a_sync_at_the_end_of_drain_is_issued)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_run(h, 5);
    unsigned before = driver_harness_commands(h, PRISIM_CMDQ_OP_SYNC);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_SYNC), before + 2);
    driver_harness_bind(h, 0, 1, 0, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_run(h, 5);
    before = driver_harness_commands(h, PRISIM_CMDQ_OP_SYNC);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_SNAPSHOT, 1);
    h->commands_stuck = true;
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DRAINED), 1);
    h->commands_stuck = false;
    driver_harness_ring_commands(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 2);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_SYNC), before + 3);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_nesting");
    TCase *tcase = tcase_create("all");
    tcase_add_test(tcase, every_depth_goes_on_where_it_stopped);
    tcase_add_test(tcase, a_routine_goes_on_where_it_stopped);
    tcase_add_test_raise_signal(tcase, a_depth_too_many_is_no_end, SIGABRT);
    tcase_add_test_raise_signal(tcase, a_place_of_another_function_is_no_end, SIGABRT);
    tcase_add_test_raise_signal(tcase, a_routine_in_a_routine_is_no_end, SIGABRT);
    tcase_add_test(tcase, a_sync_at_the_end_of_drain_is_issued);
    suite_add_tcase(suite, tcase);
    return suite;
}
