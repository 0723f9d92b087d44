/* SPDX-License-Identifier: Apache-2.0
 *
 * system.driver.own (UNBIND-STEP): words, short words, arguments and conditions become the list that the driver has;
 * a file of a policy stands for it; and each warning, with its place. What is refused is in tests/tb/bad.
 */
#define _POSIX_C_SOURCE 200809L
#include "driver/unbind/policy.h"
#include "scenario_text.h"
#include "tests/harness/suite.h"

#define HEAD "name: own\nabout: A list.\n"
enum { TEXT_MAX = 4096, ALWAYS = DRIVER_WHEN_ALWAYS };

/* A scenario with that list, each item on a line of its own: item i stands in line 8 + i, column 11. */
static void write_list(char text[TEXT_MAX], const char *const *item, const char *stop)
{
    int used = snprintf(text, TEXT_MAX,
                        HEAD "system:\n  endpoints: [{id: nic, stop: %s}]\n  driver: {unbind: own, own: {\n"
                             "      promise: {from: H2, to: R0},\n      on_unbind: [\n",
                        stop);
    for (; *item; item++)
        used += snprintf(text + used, (size_t)(TEXT_MAX - used), "          %s,\n", *item);
    snprintf(text + used, (size_t)(TEXT_MAX - used), "          ]}}\n");
}

static void load_list(struct loaded *l, const char *const *item)
{
    char text[TEXT_MAX];
    write_list(text, item, "marker");
    load_text(l, text, NULL, 0);
    ck_assert_msg(l->good, "%s", l->message);
}

static void ck_steps(const struct loaded *l, const struct prisim_driver_own_step *step, uint32_t steps)
{
    const struct prisim_driver_own_list *own = &l->scenario->system.driver.own.list[0];
    ck_assert_uint_eq(own->steps, steps);
    for (uint32_t i = 0; i < steps; i++) {
        ck_assert_msg(own->step[i].step == step[i].step, "step %u is %u", i, own->step[i].step);
        ck_assert_msg(own->step[i].when == step[i].when, "step %u is done at %u", i, own->step[i].when);
        ck_assert_msg(own->step[i].argument == step[i].argument, "argument of %u is %u", i, own->step[i].argument);
    }
}

START_TEST(words_and_arguments)
{
    static const char *const item[] = {"stop_device",
                                       "enter",
                                       "{await_marker: 500}",
                                       "{if: timed_out, do: snapshot}",
                                       "{if: timed_out, do: [kick_thread, {await_handed: taken}]}",
                                       "{if: timed_out, await_handed: handed}",
                                       "{await_marker: 0}",
                                       "free",
                                       NULL};
    static const struct prisim_driver_own_step step[] = {
        {DRIVER_STEP_STOP_DEVICE, ALWAYS, 0},
        {DRIVER_STEP_ENTER, ALWAYS, 0},
        {DRIVER_STEP_AWAIT_MARKER, ALWAYS, 501},
        {DRIVER_STEP_SNAPSHOT, DRIVER_WHEN_TIMED_OUT, 0},
        {DRIVER_STEP_KICK_THREAD, DRIVER_WHEN_TIMED_OUT, 0},
        {DRIVER_STEP_AWAIT_HANDED, DRIVER_WHEN_TIMED_OUT, 2},
        {DRIVER_STEP_AWAIT_HANDED, DRIVER_WHEN_TIMED_OUT, 1},
        {DRIVER_STEP_AWAIT_MARKER, ALWAYS, 1},
        {DRIVER_STEP_FREE, ALWAYS, 0},
    };
    struct loaded l = {0};
    load_list(&l, item);
    ck_steps(&l, step, sizeof step / sizeof step[0]);
    ck_assert_uint_eq(l.scenario->system.driver.unbind, PRISIM_DRIVER_UNBIND_OWN);
    ck_assert_uint_eq(l.scenario->system.driver.own.promise_from, DRIVER_POINT_H2);
    ck_assert_uint_eq(l.scenario->system.driver.own.promise_to, DRIVER_POINT_R0);
    ck_assert_uint_eq(l.scenario->system.driver.own.timed_out_from, l.scenario->system.driver.own.timed_out_to);
    unload(&l);
}
END_TEST

/* As the shorthands of policies.def are written there, once more. */
START_TEST(short_words)
{
    static const char *const item[] = {"stop", "inv", "release", NULL};
    static const struct prisim_driver_own_step step[] = {
        {DRIVER_STEP_STOP_DEVICE, ALWAYS, 0},
        {DRIVER_STEP_ENTER, ALWAYS, 0},
        {DRIVER_STEP_CLEAR_CD, ALWAYS, 0},
        {DRIVER_STEP_CFGI, ALWAYS, 0},
        {DRIVER_STEP_TLBI, ALWAYS, 0},
        {DRIVER_STEP_SYNC, ALWAYS, 0},
        {DRIVER_STEP_ATC_INV, ALWAYS, 0},
        {DRIVER_STEP_SYNC, ALWAYS, 0},
        {DRIVER_STEP_REPEAT_ATC_INV, ALWAYS, 0},
        {DRIVER_STEP_INVALIDATED, ALWAYS, 0},
        {DRIVER_STEP_LEAVE_LOOKUP, DRIVER_WHEN_KEPT, 0},
        {DRIVER_STEP_KEEP, DRIVER_WHEN_KEPT, 0},
        {DRIVER_STEP_DRAINED, ALWAYS, 0},
        {DRIVER_STEP_LEAVE_LOOKUP, DRIVER_WHEN_SERVING, 0},
        {DRIVER_STEP_FREE, ALWAYS, 0},
    };
    struct loaded l = {0};
    load_list(&l, item);
    ck_steps(&l, step, sizeof step / sizeof step[0]);
    unload(&l);
}
END_TEST

/* 62 steps are the most. */
START_TEST(as_long_as_can_be)
{
    static const char *const item[] = {"stop", "inv",  "inv",  "inv",  "inv",  "inv",  "sync", "tlbi",
                                       "cfgi", "sync", "tlbi", "cfgi", "sync", "tlbi", "free", NULL};
    struct loaded l = {0};
    load_list(&l, item);
    ck_assert_uint_eq(l.scenario->system.driver.own.list[0].steps, 61);
    unload(&l);
}
END_TEST

/* A list that nobody has anything against, but for what a row takes out or puts in. */
#define GOOD_INV "clear_cd", "cfgi", "tlbi", "sync", "atc_inv", "sync", "invalidated", "leave_lookup"
static const struct {
    const char *item[20];
    const char *stop, *told; /* NULL: nothing */
} warnings[] = {
    {{"stop", GOOD_INV, "snapshot", "kick_thread", "await_handed", "discard_parts", "flush_workers", "free"},
     "none",
     NULL},
    /* UNBIND-STEP-20: GOOD_INV stands in lines 10 to 17 */
    {{"stop", GOOD_INV, "pri_off", "await_stopped", "pri_reset", "pri_on", "free"}, "none", NULL},
    {{"stop", GOOD_INV, "pri_off", "await_stopped", "free"},
     "none",
     "17:11: system.driver.own.on_unbind.9: warning: no pri_on behind pri_off: "},
    {{"stop", GOOD_INV, "await_stopped", "pri_off", "pri_on", "free"},
     "none",
     "17:11: system.driver.own.on_unbind.9: warning: await_stopped before pri_off: "},
    {{"stop", GOOD_INV, "pri_off", "pri_reset", "pri_on", "free"},
     "none",
     "18:11: system.driver.own.on_unbind.10: warning: pri_reset without await_stopped before it: "},
    {{"stop", GOOD_INV, "pri_off", "pri_on", "free"},
     "none",
     "18:11: system.driver.own.on_unbind.10: warning: pri_on without await_stopped or pri_reset before it: "},
    {{"stop", "ats_off", GOOD_INV, "ats_on", "free"}, "none", NULL},
    {{"stop", "ats_off", GOOD_INV, "free"},
     "none",
     "9:11: system.driver.own.on_unbind.1: warning: no ats_on behind ats_off: "},
    {{"stop", GOOD_INV, "isolate", "pri_off", "ats_off", "flr", "free"}, "none", NULL},
    {{"stop", GOOD_INV, "{isolate: link}", "free"},
     "none",
     "17:12: system.driver.own.on_unbind.9.isolate: warning: no flr behind isolate: "},
    {{"enter", GOOD_INV, "free"}, "none", "7:18: system.driver.own.on_unbind: warning: no stop_device: "},
    {{"enter", GOOD_INV, "stop_device", "free"},
     "none",
     "17:11: system.driver.own.on_unbind.9: warning: stop_device behind atc_inv: "},
    {{"stop", "cfgi", "tlbi", "sync", "atc_inv", "sync", "invalidated", "leave_lookup", "free"},
     "none",
     "7:18: system.driver.own.on_unbind: warning: no clear_cd: "},
    {{"stop", "cfgi", "clear_cd", "tlbi", "sync", "atc_inv", "sync", "invalidated", "leave_lookup", "free"},
     "none",
     "10:11: system.driver.own.on_unbind.2: warning: no cfgi behind clear_cd: "},
    {{"stop", "tlbi", "clear_cd", "cfgi", "sync", "atc_inv", "sync", "invalidated", "leave_lookup", "free"},
     "none",
     "9:11: system.driver.own.on_unbind.1: warning: tlbi before clear_cd: "},
    {{"stop", "clear_cd", "cfgi", "atc_inv", "tlbi", "sync", "invalidated", "leave_lookup", "free"},
     "none",
     "11:11: system.driver.own.on_unbind.3: warning: atc_inv without tlbi and sync before it: "},
    {{"stop", "clear_cd", "cfgi", "tlbi", "atc_inv", "sync", "invalidated", "leave_lookup", "free"},
     "none",
     "12:11: system.driver.own.on_unbind.4: warning: atc_inv without tlbi and sync before it: "},
    {{"stop", "clear_cd", "cfgi", "sync", "tlbi", "invalidated", "leave_lookup", "free"},
     "none",
     "12:11: system.driver.own.on_unbind.4: warning: no sync behind tlbi: "},
    {{"stop", "clear_cd", "cfgi", "tlbi", "sync", "atc_inv", "invalidated", "leave_lookup", "free"},
     "none",
     "13:11: system.driver.own.on_unbind.5: warning: no sync behind atc_inv: "},
    {{"stop", "clear_cd", "cfgi", "tlbi", "sync", "atc_inv", "invalidated", "leave_lookup", "free", "sync"},
     "none",
     "16:11: system.driver.own.on_unbind.8: warning: free before atc_inv and sync are done: "},
    {{"stop", "clear_cd", "cfgi", "tlbi", "sync", "invalidated", "leave_lookup", "free"},
     "none",
     "15:11: system.driver.own.on_unbind.7: warning: free before atc_inv and sync are done: "},
    {{"stop", "clear_cd", "cfgi", "tlbi", "sync", "atc_inv", "sync", "leave_lookup", "free"},
     "none",
     "7:18: system.driver.own.on_unbind: warning: no invalidated: "},
    {{"stop", "clear_cd", "cfgi", "tlbi", "sync", "atc_inv", "invalidated", "sync", "leave_lookup", "free"},
     "none",
     "14:11: system.driver.own.on_unbind.6: warning: invalidated before sync: "},
    {{"stop", "snapshot", GOOD_INV, "kick_thread", "await_handed", "free"},
     "none",
     "9:11: system.driver.own.on_unbind.1: warning: snapshot before the invalidation is done: "},
    {{"stop", GOOD_INV, "snapshot", "await_handed", "free"},
     "none",
     "18:11: system.driver.own.on_unbind.10: warning: no kick_thread before await_handed: "},
    {{"stop", GOOD_INV, "discard_parts", "free"},
     "none",
     "17:11: system.driver.own.on_unbind.9: warning: discard_parts before await_handed or await_marker: "},
    {{"stop", GOOD_INV, "flush_workers", "snapshot", "kick_thread", "await_handed", "free"},
     "none",
     "17:11: system.driver.own.on_unbind.9: warning: flush_workers before await_handed or await_marker: "},
    /* UNBIND-STEP-19 */
    {{"stop", GOOD_INV, "irq_off", "irq_sync", "irq_on", "free"}, "none", NULL},
    {{"stop", GOOD_INV, "irq_on", "irq_off", "free"},
     "none",
     "18:11: system.driver.own.on_unbind.10: warning: no irq_on behind irq_off: "},
    {{"stop", GOOD_INV, "irq_sync", "irq_off", "irq_on", "free"},
     "none",
     "17:11: system.driver.own.on_unbind.9: warning: irq_sync without irq_off before it: "},
    {{"stop", GOOD_INV, "irq_on", "irq_off", "irq_on", "free"},
     "none",
     "17:11: system.driver.own.on_unbind.9: warning: irq_on without irq_off before it: "},
    /* UNBIND-STEP-15, UNBIND-STEP-17, UNBIND-STEP-5: what the list has before them is what they need */
    {{"stop", GOOD_INV, "snapshot", "kick_thread", "await_handed", "answer_parts", "await_readers", "await_responses",
      "free"},
     "none",
     NULL},
    {{"stop", GOOD_INV, "answer_parts", "free"},
     "none",
     "17:11: system.driver.own.on_unbind.9: warning: answer_parts before await_handed or await_marker: "},
    {{"stop", GOOD_INV, "await_responses", "free"},
     "none",
     "17:11: system.driver.own.on_unbind.9: warning: await_responses before await_handed or await_marker: "},
    {{"stop", "await_readers", GOOD_INV, "free"},
     "none",
     "9:11: system.driver.own.on_unbind.1: warning: await_readers before leave_lookup: "},
    {{"stop", "await_references", GOOD_INV, "free"},
     "none",
     "9:11: system.driver.own.on_unbind.1: warning: await_references before leave_lookup: "},
    {{"stop", GOOD_INV, "await_marker", "discard_parts", "flush_workers", "free"}, "marker", NULL},
    {{"stop", GOOD_INV, "read_batch", "await_batch", "discard_parts", "flush_workers", "free"}, "none", NULL},
    {{"stop", GOOD_INV, "{await_marker: 9}", "free"},
     "wait",
     "17:12: system.driver.own.on_unbind.9.await_marker: warning: await_marker of a function that sends no Stop "
     "Marker, nic: "},
    {{"enter", "await_marker", "stop_device", GOOD_INV, "free"},
     "marker",
     "9:11: system.driver.own.on_unbind.1: warning: await_marker before stop_device: "},
    {{"stop", "clear_cd", "cfgi", "tlbi", "sync", "atc_inv", "sync", "invalidated", "free"},
     "none",
     "16:11: system.driver.own.on_unbind.8: warning: leave_lookup not before free: "},
    {{"stop", "clear_cd", "cfgi", "tlbi", "sync", "atc_inv", "sync", "invalidated", "free", "leave_lookup"},
     "none",
     "17:11: system.driver.own.on_unbind.9: warning: leave_lookup not before free: "},
};
enum { WARNINGS = sizeof warnings / sizeof warnings[0] };

static struct scenario_tree *open_text(const char *text, char file[64], char message[MESSAGE_MAX])
{
    snprintf(file, 64, "/tmp/prisim_policy_XXXXXX");
    int handle = mkstemp(file);
    ck_assert_int_ge(handle, 0);
    ck_assert_int_eq(write(handle, text, strlen(text)), (ssize_t)strlen(text));
    close(handle);
    struct scenario_tree *tree = scenario_tree_open(file, message);
    ck_assert_msg(tree != NULL, "%s", message);
    unlink(file);
    return tree;
}

/* UNBIND-STEP "Semantics": one line for each, and nothing of a list that is not run. */
START_TEST(warned)
{
    char text[TEXT_MAX], file[64], message[MESSAGE_MAX];
    const char *const drain = "system.driver.unbind=drain";
    struct scenario *scenario = malloc(sizeof *scenario);
    write_list(text, warnings[_i].item, warnings[_i].stop);
    struct scenario_tree *tree = open_text(text, file, message);
    ck_assert_msg(scenario_from_tree(tree, scenario, NULL, 0, message), "%s", message);
    const char *told = scenario_tree_warnings(tree), *due = warnings[_i].told;
    if (due) {
        char line[MESSAGE_MAX];
        snprintf(line, sizeof line, "%s:%s", file, due);
        const char *at = strstr(told, line);
        ck_assert_msg(at && (at == told || at[-1] == '\n'), "row %d: %s", _i, told);
        ck_assert_ptr_nonnull(strchr(at, '('));
        ck_assert_int_eq(told[strlen(told) - 1], '\n');
    } else {
        ck_assert_str_eq(told, "");
    }
    scenario_free(scenario);
    ck_assert(scenario_from_tree(tree, scenario, &drain, 1, message));
    ck_assert_str_eq(scenario_tree_warnings(tree), "");
    scenario_free(scenario);
    scenario_tree_close(tree);
    free(scenario);
}
END_TEST

/* The list of a file, in the place of whatever the scenario has, before the settings and for each scenario of the tree;
 * its errors and warnings carry its own name and places. */
START_TEST(of_a_file)
{
    static const char *const scenarios[] = {HEAD, HEAD "system: {driver: {unbind: none}}\n",
                                            HEAD "system: {driver: {own: {on_unbind: [enter, sync, free]}}}\n"};
    char file[64], message[MESSAGE_MAX], policy[] = "/tmp/prisim_list_XXXXXX";
    static const char list[] = "on_unbind: [stop, free]\n";
    int handle = mkstemp(policy);
    ck_assert_int_eq(write(handle, list, strlen(list)), (ssize_t)strlen(list));
    close(handle);
    struct scenario *scenario = malloc(sizeof *scenario);
    for (unsigned i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        struct scenario_tree *tree = open_text(scenarios[i], file, message);
        ck_assert_msg(scenario_tree_policy(tree, policy, message), "%s", message);
        for (unsigned again = 0; again < 3; again++) {
            const char *const set[] = {"system.driver.cpus=2", "system.driver.unbind=drain"};
            ck_assert_msg(scenario_from_tree(tree, scenario, set, again % 3, message), "%s", message);
            ck_assert_uint_eq(scenario->system.driver.unbind,
                              again == 2 ? PRISIM_DRIVER_UNBIND_DRAIN : PRISIM_DRIVER_UNBIND_OWN);
            ck_assert_uint_eq(scenario->system.driver.own.list[0].steps, 3);
            char due[128];
            snprintf(due, sizeof due, "%s:1:12: system.driver.own.on_unbind: warning: no clear_cd: ", policy);
            ck_assert((strstr(scenario_tree_warnings(tree), due) != NULL) == (again < 2));
            scenario_free(scenario);
        }
        scenario_tree_close(tree);
    }
    unlink(policy);
    struct scenario_tree *tree = open_text(HEAD, file, message);
    ck_assert(!scenario_tree_policy(tree, policy, message));
    ck_assert_ptr_nonnull(strstr(message, policy));
    scenario_tree_close(tree);
    free(scenario);
}
END_TEST

/* Beside it the list for the end of a process, with warnings of its own if one dies. */
START_TEST(of_an_exit)
{
    static const char text[] =
        HEAD "system:\n  endpoints: [{id: nic}]\n  driver:\n    unbind: own\n    own:\n"
             "      on_unbind: [stop, inv, leave_lookup, release]\n      on_mm_exit: [enter, {await_marker: 7}, free]\n"
             "spaces: {A: {regions: [{at: 0x4000, size: 0x1000, perm: rw}]}}\n%s";
    char whole[TEXT_MAX], file[64], message[MESSAGE_MAX];
    struct scenario *scenario = malloc(sizeof *scenario);
    for (unsigned dies = 0; dies < 2; dies++) {
        snprintf(whole, sizeof whole, text, dies ? "timeline: [{at: 0, mm_exit: {space: A}}]\n" : "");
        struct scenario_tree *tree = open_text(whole, file, message);
        ck_assert_msg(scenario_from_tree(tree, scenario, NULL, 0, message), "%s", message);
        const struct prisim_driver_own *own = &scenario->system.driver.own;
        ck_assert_uint_eq(own->list[0].steps, 2 + 10 + 1 + 3);
        ck_assert_uint_eq(own->list[1].steps, 3);
        ck_assert_uint_eq(own->list[1].step[0].step, DRIVER_STEP_ENTER);
        ck_assert_uint_eq(own->list[1].step[1].step, DRIVER_STEP_AWAIT_MARKER);
        ck_assert_uint_eq(own->list[1].step[1].argument, 8);
        ck_assert_uint_eq(own->list[1].step[2].step, DRIVER_STEP_FREE);
        if (dies)
            ck_assert_uint_eq(scenario->timeline.step[0].driver.what, PRISIM_DRIVER_MM_EXIT);
        const char *lines = scenario_tree_warnings(tree);
        ck_assert((strstr(lines, ":9:19: system.driver.own.on_mm_exit: warning: no clear_cd: ") != NULL) == dies);
        ck_assert((strstr(lines, ":9:28: system.driver.own.on_mm_exit.1.await_marker: warning: await_marker before ") !=
                   NULL) == dies);
        ck_assert_ptr_null(strstr(lines, "on_unbind: warning: no clear_cd"));
        scenario_free(scenario);
        scenario_tree_close(tree);
    }
    free(scenario);
}
END_TEST

/* The list is judged as it is written: what a twin of it lacks is told of the twin. */
START_TEST(of_a_twin)
{
    static const char *const item[] = {"enter", "tlbi", NULL}, *const without = "system.driver.unbind_without=2";
    char text[TEXT_MAX];
    struct loaded l = {0};
    write_list(text, item, "none");
    load_text(&l, text, &without, 1);
    ck_assert(!l.good);
    ck_assert_ptr_nonnull(strstr(l.message, ":7:18: system.driver.own.on_unbind: expected free on every way"));
    unload(&l);
    static const char *const freed[] = {"enter", "free", "sync", NULL};
    write_list(text, freed, "none");
    load_text(&l, text, &without, 1);
    ck_assert(!l.good);
    ck_assert_ptr_nonnull(strstr(l.message, "--set:1:30: system.driver.unbind_without: expected a list that frees "));
    unload(&l);
}
END_TEST

/* What the scenario has above it and is no map is told as ever. */
START_TEST(of_a_file_into_no_map)
{
    char file[64], message[MESSAGE_MAX];
    struct scenario *scenario = malloc(sizeof *scenario);
    struct scenario_tree *tree = open_text(HEAD "system: {driver: 3}\n", file, message);
    ck_assert(scenario_tree_policy(tree, PRISIM_SOURCE_DIR "/examples/policies/cure.yaml", message));
    ck_assert(!scenario_from_tree(tree, scenario, NULL, 0, message));
    ck_assert_ptr_nonnull(strstr(message, ":3:18: system.driver: expected a map, not a value"));
    scenario_tree_close(tree);
    free(scenario);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_scenario_policy");
    TCase *tcase = tcase_create("policy");
    tcase_add_test(tcase, words_and_arguments);
    tcase_add_test(tcase, short_words);
    tcase_add_test(tcase, of_an_exit);
    tcase_add_test(tcase, as_long_as_can_be);
    tcase_add_loop_test(tcase, warned, 0, WARNINGS);
    tcase_add_test(tcase, of_a_twin);
    tcase_add_test(tcase, of_a_file);
    tcase_add_test(tcase, of_a_file_into_no_map);
    suite_add_tcase(suite, tcase);
    return suite;
}
