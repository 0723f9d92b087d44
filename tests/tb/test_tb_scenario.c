/* SPDX-License-Identifier: Apache-2.0
 *
 * What a good scenario becomes: values, defaults, numbers of calls and jobs, triggers, holds; and that no prefix of a
 * file can crash the loader.
 */
#define _POSIX_C_SOURCE 200809L
#include <glob.h>

#include "scenario_text.h"
#include "tb/scenario/keys.h"
#include "tests/harness/suite.h"

#define HEAD   "name: good\nabout: It can be run.\n"
#define SYSTEM "system: {endpoints: [{id: nic}, {id: disk}]}\n"
#define SPACES                                                                                                         \
    "spaces:\n"                                                                                                        \
    "  A: {regions: [{at: 0x4000, size: 0x1000, perm: rw}]}\n"                                                         \
    "  B: {regions: [{at: 0x4000, size: 0x1000, perm: r, populated: true}, {at: 0, size: 0x4000, perm: w}]}\n"
#define EXAMPLE PRISIM_SOURCE_DIR "/scenarios/unbind_while_queued.yaml"

static void load_good(struct loaded *l, const char *text)
{
    load_text(l, text, NULL, 0);
    ck_assert_msg(l->good, "%s", l->message);
    ck_assert_str_eq(l->message, "");
}

static const struct timeline_step *step(const struct loaded *l, unsigned index)
{
    ck_assert_uint_lt(index, l->scenario->timeline.steps);
    return &l->scenario->timeline.step[index];
}

/* design 7, value by value. */
START_TEST(test_example)
{
    struct scenario *s = malloc(sizeof *s);
    char message[MESSAGE_MAX];
    ck_assert_msg(scenario_load(s, EXAMPLE, NULL, 0, message), "%s", message);
    ck_assert_str_eq(s->file, EXAMPLE);
    ck_assert_str_eq(s->name, "unbind-while-queued");
    ck_assert_str_eq(s->about, "PASID 1 is unbound while its request sits in the hardware PRI queue, and bound again "
                               "at once.");
    ck_assert_uint_eq(s->system.endpoints, 1);
    ck_assert_str_eq(s->system.endpoint_id[0], "nic");
    ck_assert_uint_eq(s->system.driver.function[0].pri_allocation, 8);
    ck_assert_uint_eq(s->system.endpoint[0].stop, PRISIM_ENDPOINT_STOP_MARKER);
    ck_assert_uint_eq(s->system.driver.unbind, PRISIM_DRIVER_UNBIND_NONE);
    ck_assert_uint_eq(s->system.driver.irq_latency, 5000);
    ck_assert_uint_eq(s->system.driver.spaces, 2);
    ck_assert_str_eq(s->system.space_id[0], "A");
    ck_assert_str_eq(s->system.space_id[1], "B");
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_uint_eq(s->system.driver.space[i].regions, 1);
        ck_assert_uint_eq(s->system.driver.space[i].region[0].at, 0x4000);
        ck_assert_uint_eq(s->system.driver.space[i].region[0].size, 0x1000);
        ck_assert_uint_eq(s->system.driver.space[i].region[0].perm, PRISIM_REGION_READ | PRISIM_REGION_WRITE);
        ck_assert_uint_eq(s->system.driver.space[i].region[0].populated, 0);
    }
    ck_assert_uint_eq(s->timeline.steps, 3);
    const struct timeline_step *t = s->timeline.step;
    ck_assert(!t[0].trigger.on_event && t[0].trigger.at == 0 && t[0].to_driver);
    ck_assert(t[0].driver.what == PRISIM_DRIVER_BIND && t[0].driver.pasid == 1 && t[0].driver.space == 0);
    ck_assert(!t[1].trigger.on_event && t[1].trigger.at == 20000 && !t[1].to_driver && t[1].endpoint == 0);
    ck_assert(t[1].stimulus.what == PRISIM_ENDPOINT_DMA && t[1].stimulus.address == 0x4000 && t[1].stimulus.size == 4);
    ck_assert(t[1].stimulus.has_pasid && t[1].stimulus.pasid == 1 && t[1].stimulus.write == 1);
    ck_assert_str_eq(t[2].id, "race");
    ck_assert(t[2].trigger.on_event && t[2].trigger.event == PRISIM_EVENT_PRI_QUEUE_WRITE && t[2].trigger.after == 3);
    ck_assert(t[2].trigger.nth == 1 && !t[2].trigger.on_instance && t[2].trigger.filters == 1);
    ck_assert(t[2].trigger.filter[0].field == 3 && t[2].trigger.filter[0].value == 1);
    ck_assert(t[2].driver.what == PRISIM_DRIVER_UNBIND && t[2].driver.pasid == 1 && t[2].driver.then_space == 2);
    ck_assert_uint_eq(t[2].driver.policy, PRISIM_DRIVER_UNBIND_NONE);
    for (unsigned h = 0; h < HAZARDS; h++) {
        ck_assert_uint_eq(s->expect.hazard[h].value, h == HAZARD_WRONG_ADDRESS_SPACE);
        ck_assert(s->expect.hazard[h].given == (h == HAZARD_WRONG_ADDRESS_SPACE));
    }
    scenario_free(s);
    free(s);
}
END_TEST

START_TEST(test_all_scenarios_load)
{
    glob_t found;
    ck_assert_int_eq(glob(PRISIM_SOURCE_DIR "/scenarios/*.yaml", 0, NULL, &found), 0);
    ck_assert_int_eq(glob(PRISIM_SOURCE_DIR "/scenarios/*/*.yaml", GLOB_APPEND, NULL, &found), 0);
    ck_assert_uint_gt(found.gl_pathc, 60);
    struct scenario *s = calloc(1, sizeof *s);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char message[MESSAGE_MAX];
        /* paths in a checkout may be longer than a scenario's file name can be */
        if (strlen(found.gl_pathv[i]) < SCENARIO_TEXT_MAX)
            ck_assert_msg(scenario_load(s, found.gl_pathv[i], NULL, 0, message), "%s", message);
        scenario_free(s);
    }
    globfree(&found);
    free(s);
}
END_TEST

static struct key_bases bases_of(struct system_config *system)
{
    struct key_bases bases = {{NULL}};
    bases.of[KEY_OF_SMMU] = &system->smmu[0];
    bases.of[KEY_OF_PRI_QUEUE] = &system->pri_queue[0];
    bases.of[KEY_OF_FABRIC] = &system->fabric;
    bases.of[KEY_OF_LINK] = &system->fabric.link[0];
    bases.of[KEY_OF_MEMORY] = &system->interconnect;
    bases.of[KEY_OF_DRIVER] = &system->driver;
    bases.of[KEY_OF_ENDPOINT] = &system->endpoint[0];
    return bases;
}

START_TEST(test_defaults)
{
    struct loaded l = {0};
    load_good(&l, HEAD);
    const struct scenario *s = l.scenario;
    struct system_config blocks;
    prisim_smmu_config_default(&blocks.smmu[0]);
    prisim_pri_queue_config_default(&blocks.pri_queue[0]);
    prisim_fabric_config_default(&blocks.fabric);
    prisim_interconnect_config_default(&blocks.interconnect);
    prisim_driver_config_default(&blocks.driver);
    prisim_endpoint_config_default(&blocks.endpoint[0]);
    const struct key_bases theirs = bases_of(&blocks), ours = bases_of(&l.scenario->system);
    unsigned compared = 0;
    for (unsigned i = 0; i < keys_count(); i++) {
        const struct key *key = key_at(i);
        if (!theirs.of[key->scope])
            continue;
        char block[KEY_EXPECTED_MAX], loaded[KEY_EXPECTED_MAX];
        key_value(key, &theirs, block);
        key_value(key, &ours, loaded);
        ck_assert_msg(strcmp(block, loaded) == 0, "%s is %s, not %s", key->name, loaded, block);
        ck_assert_msg(!key->missing, "%s does not show its default", key->name);
        compared++;
    }
    ck_assert_uint_gt(compared, 60);
    ck_assert_uint_eq(s->limits.cycles, 10000000);
    ck_assert_uint_eq(s->limits.unbind, 1000000);
    ck_assert_uint_eq(s->limits.group, 0);
    ck_assert_uint_eq(s->limits.livelock, 100);
    ck_assert_uint_eq(s->system.endpoints, 1);
    ck_assert_str_eq(s->system.endpoint_id[0], "endpoint");
    ck_assert_uint_eq(s->system.driver.spaces, 0);
    ck_assert_uint_eq(s->timeline.steps, 0);
    unload(&l);
}
END_TEST

/* The allocation that nobody gave is no more than the capacity that somebody gave. */
START_TEST(test_allocation_follows_capacity)
{
    struct loaded l = {0};
    load_good(&l, HEAD
              "system: {endpoints: [{id: a, pri: {capacity: 5}}, {id: b, pri: {allocation: 64, capacity: 64}}]}\n");
    ck_assert_uint_eq(l.scenario->system.driver.function[0].pri_allocation, 5);
    ck_assert_uint_eq(l.scenario->system.driver.function[1].pri_allocation, 64);
    unload(&l);
}
END_TEST

START_TEST(test_sizes_and_edges_of_ranges)
{
    struct loaded l = {0};
    load_good(&l, HEAD "timeline: [{at: 0, dma: {endpoint: nic, address: 0xFFFFFFFFFFFFFFFF, size: 1}}]\n"
                       "system: {memory: {size: 0x8000000, latency: 0x50}, driver: {priq_log2: 0, cpus: 8},\n"
                       "         smmu: {sid_bits: 9, pps: true}, endpoints: [{id: nic, link: {width: 1}}]}\n");
    ck_assert_uint_eq(l.scenario->timeline.step[0].stimulus.address, UINT64_MAX);
    ck_assert_uint_eq(l.scenario->system.interconnect.ram_size, 128 << 20);
    ck_assert_uint_eq(l.scenario->system.driver.ram_size, 128 << 20);
    ck_assert_uint_eq(l.scenario->system.interconnect.latency, 80);
    ck_assert_uint_eq(l.scenario->system.driver.priq_log2, 0);
    ck_assert_uint_eq(l.scenario->system.pri_queue[0].pps, 1);
    ck_assert_uint_eq(l.scenario->system.fabric.link[0].width, 1);
    unload(&l);
}
END_TEST

/* The order of the file does not matter between parts: the timeline may stand first. */
START_TEST(test_numbers_of_calls_and_jobs)
{
    struct loaded l = {0};
    load_good(&l, HEAD "timeline:\n"
                       "  - {at: 0, bind: {endpoint: nic, pasid: 1, space: B}}\n"
                       "  - {at: 1, dma: {endpoint: disk, address: 0x1003, size: 65536}}\n"
                       "  - {at: 2, bind: {endpoint: disk, pasid: 2, space: A}}\n"
                       "  - {at: 3, page_request: {endpoint: nic, pasid: 1, prgi: 511, write: true, address: 0x5000}}\n"
                       "  - {at: 4, unbind: {endpoint: disk, pasid: 2, policy: stop_marker}}\n"
                       "  - {at: 5, page_request: {endpoint: nic, pasid: 1, read: false}}\n" SYSTEM SPACES);
    ck_assert_uint_eq(step(&l, 0)->driver.call, 1);
    ck_assert_uint_eq(step(&l, 0)->driver.space, 1);
    ck_assert_uint_eq(step(&l, 2)->driver.call, 2);
    ck_assert_uint_eq(step(&l, 2)->driver.function, 1);
    ck_assert_uint_eq(step(&l, 4)->driver.call, 3);
    ck_assert_uint_eq(step(&l, 4)->driver.policy, PRISIM_DRIVER_UNBIND_STOP_MARKER);
    ck_assert_uint_eq(step(&l, 4)->driver.then_space, 0);
    ck_assert_uint_eq(step(&l, 1)->stimulus.job, 1);
    ck_assert_uint_eq(step(&l, 1)->endpoint, 1);
    ck_assert(!step(&l, 1)->stimulus.has_pasid && step(&l, 1)->stimulus.write == 0);
    ck_assert_uint_eq(step(&l, 1)->stimulus.size, 65536);
    ck_assert_uint_eq(step(&l, 3)->stimulus.job, 2);
    ck_assert_uint_eq(step(&l, 3)->stimulus.what, PRISIM_ENDPOINT_PAGE_REQUEST);
    ck_assert_uint_eq(step(&l, 3)->stimulus.prg_index, 511);
    ck_assert_uint_eq(step(&l, 3)->stimulus.access, PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE | PRISIM_ACCESS_LAST);
    ck_assert_uint_eq(step(&l, 5)->stimulus.job, 3);
    ck_assert_uint_eq(step(&l, 5)->stimulus.access, PRISIM_ACCESS_LAST); /* a Stop Marker */
    unload(&l);
}
END_TEST

#define WHEN(condition)                                                                                                \
    HEAD SYSTEM SPACES "timeline:\n  - {when: " condition ", bind: {endpoint: nic, pasid: 1, space: A}}\n"

static struct trigger trigger_of(const char *text)
{
    struct loaded l = {0};
    load_good(&l, text);
    struct trigger trigger = step(&l, 0)->trigger;
    unload(&l);
    ck_assert(trigger.on_event);
    ck_assert_uint_eq(trigger.after, 1);
    return trigger;
}

START_TEST(test_triggers)
{
    struct trigger t = trigger_of(WHEN("U6"));
    ck_assert(t.event == PRISIM_EVENT_DRIVER_FREE && t.nth == 1 && t.filters == 0 && !t.on_instance);
    t = trigger_of(WHEN("{event: endpoint.stopped, endpoint: disk, nth: 4}"));
    ck_assert(t.event == PRISIM_EVENT_ENDPOINT_STOPPED && t.on_instance && t.instance == INSTANCE_ENDPOINT + 1 &&
              t.nth == 4);
    t = trigger_of(WHEN("{event: endpoint.stopped, endpoint: nic}")); /* the first one too */
    ck_assert(t.on_instance && t.instance == INSTANCE_ENDPOINT && t.nth == 1 && t.filters == 0);
    t = trigger_of(WHEN("{event: H0, endpoint: disk}")); /* tlp stream_id ...: the second endpoint is 0x108 */
    ck_assert(!t.on_instance && t.filters == 1 && t.filter[0].field == 1 && t.filter[0].value == 0x108);
    t = trigger_of(WHEN("{event: fabric.leave, endpoint: disk, up: true, type: 6}")); /* tlp link up type */
    ck_assert_uint_eq(t.filters, 3);
    ck_assert(t.filter[0].field == 1 && t.filter[0].value == 1);
    ck_assert(t.filter[1].field == 2 && t.filter[1].value == 1);
    ck_assert(t.filter[2].field == 3 && t.filter[2].value == PRISIM_TLP_MESSAGE);
    t = trigger_of(
        WHEN("{pasid: null, event: S2, space: B, cause: draining}")); /* item stream_id pasid prgi space .. */
    ck_assert_uint_eq(t.filters, 3);
    ck_assert(t.filter[0].field == 2 && t.filter[0].value == PRISIM_PASID_NONE);
    ck_assert(t.filter[1].field == 4 && t.filter[1].value == 2);
    ck_assert(t.filter[2].field == 6 && t.filter[2].value == PRISIM_CAUSE_DRAINING);
    t = trigger_of(WHEN("{event: H1, access: LR, address: 0x5000}"));
    ck_assert(t.filter[0].field == 6 && t.filter[0].value == (PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST));
    ck_assert(t.filter[1].field == 5 && t.filter[1].value == 0x5000);
    t = trigger_of(WHEN("{event: S2, space: null}"));
    ck_assert_uint_eq(t.filter[0].value, 0);
}
END_TEST

START_TEST(test_holds)
{
    struct loaded l = {0};
    load_good(&l, HEAD SYSTEM "timeline:\n"
                              "  - {at: 7, hold: {task: worker, at: S2, for: 500}}\n"
                              "  - {id: h, at: 8, hold: {task: pri_thread, at: driver.take, until: {event: U6, "
                              "endpoint: disk}}}\n"
                              "  - {at: 9, hold: {task: caller, at: U6, until: H1}}\n");
    ck_assert_uint_eq(l.scenario->timeline.steps, 5);
    const struct timeline_step *t = step(&l, 0);
    ck_assert(t->to_driver && t->driver.what == PRISIM_DRIVER_HOLD && t->driver.task == PRISIM_DRIVER_TASK_WORKER);
    ck_assert(t->driver.point == PRISIM_EVENT_DRIVER_RESOLVE && t->driver.cycles == 500);
    t = step(&l, 1);
    ck_assert(t->driver.what == PRISIM_DRIVER_HOLD && t->driver.cycles == 0 && t->trigger.at == 8);
    ck_assert_str_eq(t->id, "h");
    t = step(&l, 2);
    ck_assert(t->to_driver && t->driver.what == PRISIM_DRIVER_RELEASE &&
              t->driver.task == PRISIM_DRIVER_TASK_PRI_THREAD);
    ck_assert(t->driver.point == PRISIM_EVENT_DRIVER_TAKE && t->trigger.on_event &&
              t->trigger.event == PRISIM_EVENT_DRIVER_FREE);
    ck_assert(t->trigger.after == 1 && t->trigger.filters == 1 && t->trigger.filter[0].value == 0x108);
    t = step(&l, 4);
    ck_assert(t->driver.what == PRISIM_DRIVER_RELEASE && t->trigger.event == PRISIM_EVENT_PRI_QUEUE_WRITE);
    unload(&l);
}
END_TEST

/* The driver says what can be held; the loader tells it of every pair. */
START_TEST(test_every_pair_that_can_be_held)
{
    static const char *const tasks[] = {"init", "irq", "pri_thread", "worker", "caller", "event_thread"};
    unsigned held = 0, refused = 0;
    for (unsigned task = 0; task < PRISIM_DRIVER_TASKS; task++)
        for (unsigned event = 0; event < PRISIM_EVENT_TYPES; event++) {
            struct loaded l = {0};
            char text[300];
            snprintf(text, sizeof text, HEAD "timeline: [{at: 0, hold: {task: %s, at: %s, for: 1}}]\n", tasks[task],
                     prisim_event_name((enum prisim_event_type)event));
            load_text(&l, text, NULL, 0);
            ck_assert(l.good == prisim_driver_can_hold((enum prisim_driver_task)task, (enum prisim_event_type)event));
            held += l.good;
            refused += !l.good && strstr(l.message, ": timeline.0.hold.at: no step of ") != NULL;
            unload(&l);
        }
    ck_assert_uint_gt(held, 10);
    ck_assert_uint_eq(held + refused, PRISIM_DRIVER_TASKS * PRISIM_EVENT_TYPES);
}
END_TEST

START_TEST(test_expectations)
{
    struct loaded l = {0};
    load_good(&l, HEAD "expect: {hazards: {wrong_address_space: 2, wrong_address_space.mapped: 0}}\n");
    ck_assert_uint_eq(l.scenario->expect.hazard[HAZARD_WRONG_ADDRESS_SPACE].value, 2);
    ck_assert(l.scenario->expect.hazard[HAZARD_WRONG_ADDRESS_SPACE_MAPPED].given);
    ck_assert_uint_eq(l.scenario->expect.hazard[HAZARD_WRONG_ADDRESS_SPACE_MAPPED].value, 0);
    ck_assert(!l.scenario->expect.hazard[HAZARD_WRONG_ADDRESS_SPACE_WROTE].given);
    unload(&l);
    for (unsigned h = 0; h < HAZARDS; h++) {
        char text[200];
        snprintf(text, sizeof text, HEAD "expect: {hazards: {%s: 1}}\n", hazard_name((enum hazard)h));
        load_text(&l, text, NULL, 0);
        ck_assert(l.good == hazard_raisable((enum hazard)h));
        if (!l.good)
            ck_assert_ptr_nonnull(strstr(l.message, ":3:20: expect.hazards."));
        unload(&l);
    }
}
END_TEST

/* Everything that expect can say besides hazards, and times that are relative. */
START_TEST(test_expectations_of_the_course)
{
    struct loaded l = {0};
    load_good(&l, HEAD "spaces: {A: {regions: [{at: 0x4000, size: 0x1000, perm: rw}]}}\n"
                       "timeline:\n"
                       "  - {id: first, at: ready+7, bind: {endpoint: endpoint, pasid: 1, space: A}}\n"
                       "  - {at: first+20, hold: {task: worker, at: S2, until: U6}}\n"
                       "  - {id: race, at: 500, unbind: {endpoint: endpoint, pasid: 1}}\n"
                       "expect:\n"
                       "  hazards: {stale_binding: {at_least: 2}, livelock: {at_most: 3}, queue_overflow: ignore}\n"
                       "  outcome: hang\n"
                       "  ended_by: limit\n"
                       "  not_given: [1]\n"
                       "  refused: [race]\n"
                       "  jobs: {failed: 4, ended_by_unbind: {at_least: 5}, unfinished: 6}\n"
                       "  tasks_held: 7\n"
                       "  exposed: {U2: {queue: 1}, race: {U0: {atc: {at_least: 2}}}}\n");
    const struct expectation *e = &l.scenario->expect;
    const struct timeline_step *s = l.scenario->timeline.step;
    ck_assert(s[0].trigger.on_event && s[0].trigger.event == PRISIM_EVENT_DRIVER_READY && s[0].trigger.after == 7);
    ck_assert(s[1].trigger.event == PRISIM_EVENT_TIMELINE_STEP && s[1].trigger.after == 20 && s[1].trigger.nth == 1);
    ck_assert(s[1].trigger.filters == 1 && s[1].trigger.filter[0].field == 0 && s[1].trigger.filter[0].value == 0);
    ck_assert(!s[3].trigger.on_event && s[3].trigger.at == 500);
    ck_assert(e->hazard[HAZARD_STALE_BINDING].how == COUNT_AT_LEAST && e->hazard[HAZARD_STALE_BINDING].value == 2);
    ck_assert(e->hazard[HAZARD_LIVELOCK].how == COUNT_AT_MOST && e->hazard[HAZARD_LIVELOCK].value == 3);
    ck_assert_int_eq(e->hazard[HAZARD_QUEUE_OVERFLOW].how, COUNT_IGNORE);
    ck_assert(e->outcome == OUTCOME_HANG && e->ended_by == ENDED_BY_LIMIT && !e->exposed_none);
    ck_assert(!s[0].not_given && s[1].not_given && s[2].not_given && !s[3].not_given); /* the hold and its end */
    ck_assert(!s[2].refused && s[3].refused);
    ck_assert(e->jobs_failed.given && e->jobs_failed.value == 4 && e->jobs_unfinished.value == 6);
    ck_assert(e->jobs_ended_by_unbind.how == COUNT_AT_LEAST && e->jobs_ended_by_unbind.value == 5);
    ck_assert(e->tasks_held.given && e->tasks_held.value == 7);
    ck_assert_uint_eq(e->exposures, 2);
    ck_assert(e->exposure[0].step == -1 && e->exposure[0].point == EXPOSURE_U2 && e->exposure[0].place == PLACE_QUEUE);
    ck_assert(e->exposure[1].step == 3 && e->exposure[1].point == EXPOSURE_U0 && e->exposure[1].place == PLACE_ATC);
    ck_assert(e->exposure[1].count.how == COUNT_AT_LEAST && e->exposure[1].count.value == 2);
    unload(&l);
    load_good(&l, HEAD "expect: {exposed: none}\n");
    ck_assert(l.scenario->expect.exposed_none);
    ck_assert(l.scenario->expect.outcome == OUTCOMES && l.scenario->expect.ended_by == ENDED_BYS);
    unload(&l);
}
END_TEST

/* Steps behind a hold with its end: an anchor is a step, and expect's numbers are places of the file. */
START_TEST(test_steps_behind_a_hold)
{
    struct loaded l = {0};
    load_good(&l, HEAD SPACES "timeline:\n"
                              "  - {at: 0, hold: {task: worker, at: S2, until: U6}}\n"
                              "  - {id: first, at: 7, bind: {endpoint: endpoint, pasid: 1, space: A}}\n"
                              "  - {at: first+20, unbind: {endpoint: endpoint, pasid: 1}}\n"
                              "expect: {not_given: [1], refused: [2]}\n");
    const struct timeline_step *s = l.scenario->timeline.step;
    ck_assert_uint_eq(l.scenario->timeline.steps, 4);
    ck_assert_uint_eq(step(&l, 2)->place, 1);
    ck_assert(step(&l, 3)->trigger.on_event && step(&l, 3)->trigger.event == PRISIM_EVENT_TIMELINE_STEP);
    ck_assert_uint_eq(step(&l, 3)->trigger.filter[0].value, 2); /* as timeline.step numbers it */
    ck_assert(!s[0].not_given && !s[1].not_given && s[2].not_given && !s[3].not_given);
    ck_assert(!s[0].refused && !s[1].refused && !s[2].refused && s[3].refused);
    unload(&l);
}
END_TEST

/* As many as the ranges say: one more is refused (tests/tb/bad, too_many_*). */
START_TEST(test_full_lists)
{
    struct loaded l = {0};
    char *text = malloc(1 << 16);
    size_t used = (size_t)snprintf(text, 1 << 16, HEAD "system: {endpoints: [");
    for (unsigned i = 0; i < 32; i++)
        used += (size_t)snprintf(text + used, 100, "{id: e%u}, ", i);
    used += (size_t)snprintf(text + used, 100, "]}\nspaces:\n");
    for (unsigned i = 0; i < 16; i++)
        used += (size_t)snprintf(text + used, 100, "  S%u: {regions: [{at: 0, size: 0x1000, perm: r}]}\n", i);
    used += (size_t)snprintf(text + used, 100, "timeline:\n");
    for (unsigned i = 0; i < 256; i++)
        used += (size_t)snprintf(text + used, 100, "  - {at: %u, bind: {endpoint: e31, pasid: 1, space: S15}}\n", i);
    load_good(&l, text);
    ck_assert_uint_eq(l.scenario->system.endpoints, 32);
    ck_assert_uint_eq(l.scenario->system.driver.spaces, 16);
    ck_assert_uint_eq(l.scenario->timeline.steps, 256);
    ck_assert(step(&l, 255)->trigger.at == 255 && step(&l, 255)->driver.function == 31);
    unload(&l);
    free(text);
}
END_TEST

/* Names as long as they may be are kept whole. */
START_TEST(test_longest_names)
{
#define LONGEST "a234567890123456789012345678901"
    struct loaded l = {0};
    load_good(&l, HEAD "system: {endpoints: [{id: " LONGEST "}]}\n"
                       "spaces: {" LONGEST ": {regions: [{at: 0, size: 0x1000, perm: r}]}}\n"
                       "timeline:\n"
                       "  - {id: " LONGEST ", at: 0, bind: {endpoint: " LONGEST ", pasid: 1, space: " LONGEST "}}\n"
                       "  - {at: " LONGEST "+5, unbind: {endpoint: " LONGEST ", pasid: 1}}\n"
                       "expect: {not_given: [" LONGEST "]}\n");
    const struct system_config *system = &l.scenario->system;
    ck_assert_uint_eq(strlen(LONGEST), 31);
    ck_assert_str_eq(system->endpoint_id[0], LONGEST);
    ck_assert_str_eq(system->space_id[0], LONGEST);
    ck_assert_str_eq(step(&l, 0)->id, LONGEST);
    ck_assert_uint_eq(step(&l, 1)->trigger.event, PRISIM_EVENT_TIMELINE_STEP);
    ck_assert(step(&l, 0)->not_given);
    char name[SYSTEM_NAME_MAX];
    system_instance_name(system, INSTANCE_ENDPOINT, name);
    ck_assert_str_eq(name, "endpoint[" LONGEST "]");
    unload(&l);
#undef LONGEST
}
END_TEST

/* A request of a binding: that of this function and PASID, also where another has the same PASID. */
START_TEST(test_requests_of_a_binding)
{
    struct loaded l = {0};
    load_good(&l, HEAD SYSTEM SPACES "timeline:\n"
                                     "  - {id: a, at: 0, bind: {endpoint: nic, pasid: 1, space: A}}\n"
                                     "  - {id: b, at: 1, bind: {endpoint: disk, pasid: 1, space: A}}\n"
                                     "  - {id: c, at: 2, unbind: {endpoint: nic, pasid: 1, then_bind: B}}\n"
                                     "  - {at: 3, page_request: {endpoint: nic, pasid: 1, of: a}}\n"
                                     "  - {at: 4, page_request: {endpoint: disk, pasid: 1, of: b}}\n"
                                     "  - {at: 5, page_request: {endpoint: nic, pasid: 1, of: c}}\n"
                                     "  - {at: 6, page_request: {endpoint: nic, pasid: 1}}\n");
    for (unsigned i = 0; i < 3; i++)
        ck_assert_uint_eq(step(&l, 3 + i)->of, 1 + i);
    ck_assert_uint_eq(step(&l, 6)->of, 0);
    unload(&l);
}
END_TEST

static void check_prefix(const char *text, size_t length)
{
    struct loaded l = {0};
    load_bytes(&l, text, length, NULL, 0);
    if (!l.good) {
        ck_assert_uint_gt(strlen(l.message), strlen(l.file));
        ck_assert_mem_eq(l.message, l.file, strlen(l.file));
        ck_assert_ptr_null(strchr(l.message, '\n'));
    }
    unload(&l);
}

START_TEST(test_every_prefix)
{
    size_t length;
    char *text = read_whole(EXAMPLE, &length);
    for (size_t cut = 0; cut <= length; cut++)
        check_prefix(text, cut);
    free(text);
}
END_TEST

/* One byte of the file changed, at random places; the seed is in the output of a failure by the loop's index. */
START_TEST(test_damaged_files)
{
    static const char bytes[] = " \n:,{}[]#&*!|>'\"%@`-?\t~0x\x80\xff";
    size_t length;
    char *text = read_whole(EXAMPLE, &length);
    uint32_t random = (uint32_t)_i * 2654435761U + 1;
    for (unsigned i = 0; i < 300; i++) {
        random = random * 1664525U + 1013904223U;
        size_t place = (random >> 8) % length;
        char before = text[place];
        random = random * 1664525U + 1013904223U;
        text[place] = bytes[(random >> 8) % (sizeof bytes - 1)];
        check_prefix(text, length);
        text[place] = before;
    }
    free(text);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_scenario");
    TCase *tcase = tcase_create("loaded");
    tcase_add_test(tcase, test_example);
    tcase_add_test(tcase, test_all_scenarios_load);
    tcase_add_test(tcase, test_defaults);
    tcase_add_test(tcase, test_allocation_follows_capacity);
    tcase_add_test(tcase, test_sizes_and_edges_of_ranges);
    tcase_add_test(tcase, test_numbers_of_calls_and_jobs);
    tcase_add_test(tcase, test_triggers);
    tcase_add_test(tcase, test_holds);
    tcase_add_test(tcase, test_every_pair_that_can_be_held);
    tcase_add_test(tcase, test_expectations);
    tcase_add_test(tcase, test_expectations_of_the_course);
    tcase_add_test(tcase, test_steps_behind_a_hold);
    tcase_add_test(tcase, test_full_lists);
    tcase_add_test(tcase, test_longest_names);
    tcase_add_test(tcase, test_requests_of_a_binding);
    tcase_add_test(tcase, test_every_prefix);
    tcase_add_loop_test(tcase, test_damaged_files, 0, 4);
    suite_add_tcase(suite, tcase);
    return suite;
}
