/* SPDX-License-Identifier: Apache-2.0
 *
 * Settings (--set): every form of key, what they create, and how they are refused.
 */
#define _POSIX_C_SOURCE 200809L
#include "scenario_text.h"
#include "tests/harness/suite.h"

#define EXAMPLE PRISIM_SOURCE_DIR "/scenarios/unbind_while_queued.yaml"
#define HEAD    "name: bare\nabout: Nothing but a head.\n"

static void set_text(struct loaded *l, const char *text, const char *first, const char *second)
{
    const char *settings[] = {first, second};
    load_text(l, text, settings, second ? 2 : 1);
}

static void set(struct loaded *l, const char *setting)
{
    size_t length;
    char *text = read_whole(EXAMPLE, &length);
    set_text(l, text, setting, NULL);
    free(text);
}

static void set_good(struct loaded *l, const char *setting)
{
    set(l, setting);
    ck_assert_msg(l->good, "%s", l->message);
}

#define CHECK_SET(setting, member, value)                                                                              \
    do {                                                                                                               \
        struct loaded l_ = {0};                                                                                        \
        set_good(&l_, setting);                                                                                        \
        ck_assert_uint_eq(l_.scenario->member, value);                                                                 \
        unload(&l_);                                                                                                   \
    } while (0)

START_TEST(test_keys)
{
    CHECK_SET("system.driver.unbind=drain", system.driver.unbind, PRISIM_DRIVER_UNBIND_DRAIN);
    CHECK_SET("system.driver.unbind=drain", timeline.step[2].driver.policy, PRISIM_DRIVER_UNBIND_DRAIN);
    CHECK_SET("system.driver.price.load=77", system.driver.price.load, 77); /* a map that was not there */
    CHECK_SET("system.smmu.pps=true", system.smmu[0].pps, 1);
    CHECK_SET("system.endpoints.nic.pri.allocation=4", system.driver.function[0].pri_allocation, 4);
    CHECK_SET("system.endpoints.0.pri.allocation=4", system.driver.function[0].pri_allocation, 4);
    CHECK_SET("system.endpoints.nic.link.width=8", system.fabric.link[0].width, 8);
    CHECK_SET("timeline.race.after=5", timeline.step[2].trigger.after, 5);
    CHECK_SET("timeline.2.after=6", timeline.step[2].trigger.after, 6);
    CHECK_SET("timeline.0.at=3", timeline.step[0].trigger.at, 3);
    CHECK_SET("timeline.race.unbind.policy=stop_marker", timeline.step[2].driver.policy,
              PRISIM_DRIVER_UNBIND_STOP_MARKER);
    CHECK_SET("timeline.race.when.nth=2", timeline.step[2].trigger.nth, 2);
}
END_TEST

START_TEST(test_more_keys)
{
    CHECK_SET("timeline.race.when.pasid=null", timeline.step[2].trigger.filter[0].value, PRISIM_PASID_NONE);
    CHECK_SET("timeline.race.when.prgi=3", timeline.step[2].trigger.filters, 2);
    CHECK_SET("timeline.race.when=S2", timeline.step[2].trigger.event, PRISIM_EVENT_DRIVER_RESOLVE);
    CHECK_SET("spaces.A.regions.0.perm=r", system.driver.space[0].region[0].perm, PRISIM_REGION_READ);
    CHECK_SET("expect.hazards.wrong_address_space=0", expect.hazard[HAZARD_WRONG_ADDRESS_SPACE].value, 0);
    CHECK_SET("expect.hazards.wrong_address_space.mapped=3", expect.hazard[HAZARD_WRONG_ADDRESS_SPACE_MAPPED].value, 3);
    CHECK_SET("limits.cycles=0x10", limits.cycles, 16);
    CHECK_SET("limits.group=9", limits.group, 9);
    CHECK_SET("limits.group= 9 # nine", limits.group, 9);
    struct loaded l = {0};
    set_good(&l, "about='a: b'");
    ck_assert_str_eq(l.scenario->about, "a: b");
    unload(&l);
}
END_TEST

START_TEST(test_bare_scenario)
{
    struct loaded l = {0};
    set_text(&l, HEAD, "system.endpoints.endpoint.pri.allocation=4", "system.endpoints.0.stop=none");
    ck_assert_msg(l.good, "%s", l.message);
    ck_assert_uint_eq(l.scenario->system.endpoints, 1);
    ck_assert_uint_eq(l.scenario->system.driver.function[0].pri_allocation, 4);
    ck_assert_uint_eq(l.scenario->system.endpoint[0].stop, PRISIM_ENDPOINT_STOP_NONE);
    unload(&l);
    set_text(&l, HEAD, "expect.hazards.queue_overflow=2", "limits.livelock=7");
    ck_assert_msg(l.good, "%s", l.message);
    ck_assert_uint_eq(l.scenario->expect.hazard[HAZARD_QUEUE_OVERFLOW].value, 2);
    ck_assert_uint_eq(l.scenario->limits.livelock, 7);
    unload(&l);
    set_text(&l, "about: A name is missing.\n", "name=given", NULL);
    ck_assert_msg(l.good, "%s", l.message);
    unload(&l);
}
END_TEST

/* Without a list there is one endpoint, "endpoint" or 0, and no other. */
START_TEST(test_endpoints_of_a_bare_scenario)
{
    struct loaded l = {0};
    set_text(&l, HEAD, "system.endpoints.0.pri.allocation=4", NULL);
    ck_assert_msg(l.good, "%s", l.message);
    ck_assert_uint_eq(l.scenario->system.endpoints, 1);
    ck_assert_uint_eq(l.scenario->system.driver.function[0].pri_allocation, 4);
    unload(&l);
    static const char *const others[] = {"nic", "1", "00", "endpoint0", "end"};
    for (unsigned i = 0; i < sizeof others / sizeof *others; i++) {
        char setting[100], message[200];
        snprintf(setting, sizeof setting, "system.endpoints.%s.pri.allocation=4", others[i]);
        snprintf(message, sizeof message,
                 "--set:1:1: system.endpoints.%s.pri.allocation: the scenario has no system.endpoints", others[i]);
        set_text(&l, HEAD, setting, NULL);
        ck_assert(!l.good);
        ck_assert_str_eq(l.message, message);
        unload(&l);
    }
}
END_TEST

/* The last setting of a key holds; one that replaces what is wrong in the file heals it. */
START_TEST(test_order)
{
    struct loaded l = {0};
    set_text(&l, HEAD, "limits.group=5", "limits.group=6");
    ck_assert_msg(l.good, "%s", l.message);
    ck_assert_uint_eq(l.scenario->limits.group, 6);
    unload(&l);
    set_text(&l, HEAD "limits: {group: many}\n", "limits.group=6", NULL);
    ck_assert_msg(l.good, "%s", l.message);
    unload(&l);
    set_text(&l, HEAD, "limits.group=5", "limits.group=many");
    ck_assert(!l.good);
    ck_assert_str_eq(l.message, "--set:2:14: limits.group: expected a number 0..10000000000000 (cycles), not \"many\"");
    unload(&l);
}
END_TEST

static const struct {
    const char *setting, *message;
} refused[] = {
    {"system.driver.unbind", "--set:1:1: system.driver.unbind: expected KEY=VALUE"},
    {"=5", "--set:1:1: : unknown key: expected one of name, about, system, spaces, timeline, expect, limits"},
    {"system.driver.unbnd=none", "--set:1:1: system.driver.unbnd: unknown key; did you mean unbind?"},
    {"sytem.driver.unbind=none", "--set:1:1: sytem: unknown key; did you mean system?"},
    {"name.more=1", "--set:1:1: name.more: unknown key: nothing stands below name"},
    {"seed=1", "--set:1:1: seed: not in this version: nothing in a run is drawn at random"},
    {"system=1", "--set:1:1: system: expected a key that takes a value; this is a map"},
    {"timeline=1", "--set:1:1: timeline: expected a key that takes a value; this is a list"},
    {"timeline.race=1", "--set:1:1: timeline.race: expected a key that takes a value; this is a map"},
    {"timeline.rave.after=1", "--set:1:1: timeline.rave.after: there is no item rave: expected one of 0, 1, race"},
    {"timeline.3.after=1", "--set:1:1: timeline.3.after: there is no item 3: expected one of 0, 1, race"},
    {"spaces.C.regions.0.perm=r", "--set:1:1: spaces.C.regions.0.perm: the scenario has no spaces.*.regions"},
    {"system.driver.cpus=9", "--set:1:20: system.driver.cpus: expected 1..8 (CPUs), not 9"},
    {"system.driver.cpus=", "--set:1:20: system.driver.cpus: expected a number 1..8 (CPUs), not an empty value"},
    {"system.driver.cpus='2'", "--set:1:20: system.driver.cpus: expected a number 1..8 (CPUs), not \"2\""},
    {"system.driver.cpus=[2]",
     "--set:1:20: system.driver.cpus: expected one YAML value; quote what is special in YAML"},
    {"name=&a 5", "--set:1:6: name: expected one YAML value; quote what is special in YAML"},
    {"about=a: b", "--set:1:7: about: expected one YAML value; quote what is special in YAML"},
    {"system.driver.unbind=hope",
     "--set:1:22: system.driver.unbind: expected none, drain, stop_marker, reject, "
     "drain_batch, flags, prod_snapshot, defer_recycle, leak_ok, pri_reset, detach_only, flr, amd_v2, marker_unbinds, "
     "quiet_cd, linux_2024, fence, fence_emulated, intel_prq, inspect_queue, lazy_sweep or own, not \"hope\""},
    {"system.endpoints.nic.pri.allocation=0",
     "--set:1:37: system.endpoints.nic.pri.allocation: expected 1..512 (credits, at most pri.capacity), not 0"},
    {"timeline.race.unbind.then_bind=C",
     "--set:1:32: timeline.race.unbind.then_bind: no space \"C\": expected one of A, B"},
    {"timeline.0.after=4", "--set:1:18: timeline.0.after: expected only with when"},
    {"expect.hazards.rain=1", "--set:1:1: expect.hazards.rain: no such hazard (prisim describe lists them)"},
    {"expect.hazards.queue_overflow=x",
     "--set:1:31: expect.hazards.queue_overflow: expected a number 0..4294967295, not \"x\""},
    {"expect.hazards=1", "--set:1:1: expect.hazards: expected a key that takes a value; this is a map"},
};

START_TEST(test_refused)
{
    struct loaded l = {0};
    set(&l, refused[_i].setting);
    ck_assert(!l.good);
    ck_assert_str_eq(l.message, refused[_i].message);
    unload(&l);
}
END_TEST

/* A map cannot be made of a value that the file gives. */
START_TEST(test_value_where_a_map_is_needed)
{
    struct loaded l = {0};
    set_text(&l, HEAD "timeline: [{when: H1, hold: {task: worker, at: S2, for: 5}}]\n", "timeline.0.when.nth=2", NULL);
    ck_assert(!l.good);
    ck_assert_str_eq(l.message, "--set:1:1: timeline.0.when.nth: expected a map in the scenario above nth");
    unload(&l);
}
END_TEST

/* A long or strange setting is refused like any other. */
START_TEST(test_strange_settings)
{
    struct loaded l = {0};
    char long_setting[2000];
    memset(long_setting, 'k', sizeof long_setting);
    memcpy(long_setting + 1990, "=1", 3);
    set(&l, long_setting);
    ck_assert(!l.good);
    unload(&l);
    for (unsigned i = 0; i < strlen("name="); i++)
        long_setting[i] = "name="[i];
    set(&l, long_setting);
    ck_assert(!l.good);
    unload(&l);
    static const char *const strange[] = {"",
                                          "=",
                                          ".",
                                          "..=",
                                          "a.b",
                                          "system.=1",
                                          ".system=1",
                                          "timeline.*.at=1",
                                          "spaces.*.regions.0.at=0",
                                          "name=\n",
                                          "name=\"",
                                          "name=%",
                                          "\n=1"};
    for (unsigned i = 0; i < sizeof strange / sizeof strange[0]; i++) {
        set(&l, strange[i]);
        ck_assert_msg(!l.good, "%s", strange[i]);
        ck_assert_ptr_null(strchr(l.message, '\n'));
        unload(&l);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_scenario_set");
    TCase *tcase = tcase_create("settings");
    tcase_add_test(tcase, test_keys);
    tcase_add_test(tcase, test_more_keys);
    tcase_add_test(tcase, test_bare_scenario);
    tcase_add_test(tcase, test_endpoints_of_a_bare_scenario);
    tcase_add_test(tcase, test_order);
    tcase_add_loop_test(tcase, test_refused, 0, sizeof refused / sizeof refused[0]);
    tcase_add_test(tcase, test_value_where_a_map_is_needed);
    tcase_add_test(tcase, test_strange_settings);
    suite_add_tcase(suite, tcase);
    return suite;
}
