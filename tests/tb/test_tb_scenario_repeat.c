/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps that are repeated: each repetition is what the same step would be if it were written out; timelines of any
 * length; and many scenarios out of one file that is read once.
 */
#define _POSIX_C_SOURCE 200809L
#include "scenario_text.h"
#include "tb/engine/engine.h"
#include "tb/report/digest.h"
#include "tests/harness/suite.h"

#define HEAD                                                                                                           \
    "name: good\nabout: It can be run.\n"                                                                              \
    "system: {endpoints: [{id: nic}, {id: disk}]}\n"                                                                   \
    "spaces: {A: {regions: [{at: 0x10000, size: 0x100000, perm: rw}]}}\n"

static void load_good(struct loaded *l, const char *text)
{
    load_text(l, text, NULL, 0);
    ck_assert_msg(l->good, "%s", l->message);
}

static const struct timeline_step *step(const struct loaded *l, unsigned index)
{
    ck_assert_uint_lt(index, l->scenario->timeline.steps);
    return &l->scenario->timeline.step[index];
}

static void digest_of(const struct scenario *scenario, char text[DIGEST_TEXT_MAX])
{
    struct digest *digest = digest_open(scenario);
    struct stream stream = {0};
    struct engine_result result;
    stream_add(&stream, digest_event, digest);
    ck_assert(engine_native(scenario, &stream, &result));
    digest_text(digest, text);
    digest_close(digest);
}

/* The same pattern by repeat, and line by line in the order of repeat. */
START_TEST(as_if_written_out)
{
    struct loaded repeated, written;
    char text[8192], one[DIGEST_TEXT_MAX], other[DIGEST_TEXT_MAX];
    load_good(&repeated, HEAD
              "timeline:\n"
              "  - {at: 7, bind: {endpoint: nic, pasid: 1, space: A}, repeat: {times: 3, every: 50, pasid_step: 2}}\n"
              "  - at: ready+20000\n"
              "    dma: {endpoint: nic, pasid: 1, address: 0x10000, write: true}\n"
              "    repeat: {times: 20, every: 333, address_step: 0x1000, pasid_step: 2, wrap: 3}\n"
              "  - when: {event: pri_queue.write, nth: 2}\n"
              "    after: 5\n"
              "    page_request: {endpoint: nic, pasid: 5, address: 0x20000}\n"
              "    repeat: {times: 4, every: 1000, address_step: 0x1000}\n");
    size_t used = (size_t)snprintf(text, sizeof text, HEAD "timeline:\n");
    for (unsigned i = 0; i < 3; i++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "  - {at: %u, bind: {endpoint: nic, pasid: %u, space: A}}\n", 7 + 50 * i, 1 + 2 * i);
    for (unsigned i = 0; i < 20; i++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "  - {at: ready+%u, dma: {endpoint: nic, pasid: %u, address: 0x%x, write: true}}\n",
                                 20000 + 333 * i, 1 + 2 * (i % 3), 0x10000 + 0x1000 * (i % 3));
    for (unsigned i = 0; i < 4; i++)
        used +=
            (size_t)snprintf(text + used, sizeof text - used,
                             "  - {when: {event: pri_queue.write, nth: 2}, after: %u, page_request: {endpoint: nic, "
                             "pasid: 5, address: 0x%x}}\n",
                             5 + 1000 * i, 0x20000 + 0x1000 * i);
    load_good(&written, text);
    ck_assert_uint_eq(repeated.scenario->timeline.steps, 27);
    digest_of(repeated.scenario, one);
    digest_of(written.scenario, other);
    ck_assert_str_eq(one, other);
    unload(&repeated);
    unload(&written);
}
END_TEST

/* Numbers of calls, jobs and steps go on behind the last repetition; a hold is known by its own step. */
START_TEST(numbers)
{
    struct loaded l = {0};
    load_good(&l, HEAD "timeline:\n"
                       "  - {at: 0, hold: {task: worker, at: S2, for: 9}, repeat: {times: 2, every: 10}}\n"
                       "  - {at: 0, bind: {endpoint: nic, pasid: 1, space: A}, repeat: {times: 3, every: 10}}\n"
                       "  - {at: 9, dma: {endpoint: nic, pasid: 1, address: 0x10000}, repeat: {times: 2, every: 4}}\n"
                       "  - {at: 5, unbind: {endpoint: nic, pasid: 1}, repeat: {times: 1, every: 10}}\n"
                       "  - {at: 6, dma: {endpoint: nic, pasid: 1, address: 0x10000}}\n");
    ck_assert_uint_eq(l.scenario->timeline.steps, 9);
    static const uint32_t calls[] = {0, 1, 1, 2, 3, 0, 0, 4, 0}, jobs[] = {0, 0, 0, 0, 0, 1, 2, 0, 3};
    static const uint32_t places[] = {0, 0, 1, 1, 1, 2, 2, 3, 4}, repetitions[] = {0, 1, 0, 1, 2, 0, 1, 0, 0};
    static const uint64_t at[] = {0, 10, 0, 10, 20, 9, 13, 5, 6};
    for (unsigned i = 0; i < 9; i++) {
        ck_assert_uint_eq(step(&l, i)->driver.call, calls[i]);
        ck_assert_uint_eq(step(&l, i)->stimulus.job, jobs[i]);
        ck_assert_uint_eq(step(&l, i)->place, places[i]);
        ck_assert_uint_eq(step(&l, i)->repetition, repetitions[i]);
        ck_assert_uint_eq(step(&l, i)->trigger.at, at[i]);
    }
    unload(&l);
}
END_TEST

/* ID, ID.K, an index and INDEX.K, in `at`, in `of` and in `expect`. */
START_TEST(names)
{
    struct loaded l = {0};
    load_good(&l, HEAD "timeline:\n"
                       "  - {id: a, at: 0, bind: {endpoint: nic, pasid: 1, space: A}, repeat: {times: 3, every: 10}}\n"
                       "  - {id: b, at: a+5, unbind: {endpoint: nic, pasid: 1}, repeat: {times: 3, every: 10}}\n"
                       "  - {at: a.2+7, dma: {endpoint: nic, pasid: 1, address: 0x10000}}\n"
                       "  - {at: 9, page_request: {endpoint: nic, pasid: 1, of: a}, repeat: {times: 3, every: 10}}\n"
                       "  - {at: 9, page_request: {endpoint: nic, pasid: 1, of: a}}\n"
                       "expect: {not_given: [a.1, 1, 3.2], refused: [b.0],\n"
                       "  exposed: {b: {U0: {queue: 1}}, b.2: {U0: {atc: 1}}}}\n");
    const struct timeline_step *s = l.scenario->timeline.step;
    ck_assert_uint_eq(l.scenario->timeline.steps, 11);
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_uint_eq(s[3 + i].trigger.event, PRISIM_EVENT_TIMELINE_STEP);
        ck_assert_uint_eq(s[3 + i].trigger.filter[0].value, 0);
        ck_assert_uint_eq(s[3 + i].trigger.after, 5 + 10 * i);
        ck_assert_uint_eq(s[7 + i].of, 1 + i);
    }
    ck_assert_uint_eq(s[6].trigger.filter[0].value, 2);
    ck_assert_uint_eq(s[6].trigger.after, 7);
    ck_assert_uint_eq(s[10].of, 1);
    static const bool not_given[] = {0, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0};
    for (unsigned i = 0; i < 11; i++) {
        ck_assert_msg(s[i].not_given == not_given[i], "step %u", i);
        ck_assert_msg(s[i].refused == (i == 3), "step %u", i);
    }
    const struct expectation *e = &l.scenario->expect;
    ck_assert(e->exposure[0].step == 3 && e->exposure[0].more == 2);
    ck_assert(e->exposure[1].step == 5 && e->exposure[1].more == 0);
    unload(&l);
}
END_TEST

/* The last PASID, address and cycle that there can be are taken; one further is refused (tests/tb/bad/repeat_*). */
START_TEST(limits)
{
    struct loaded l = {0};
    load_good(&l, HEAD "timeline:\n"
                       "  - {at: 0, dma: {endpoint: nic, pasid: 1, address: 0x10000},\n"
                       "     repeat: {times: 1000, every: 1, pasid_step: 31, wrap: 3}}\n"
                       "  - {at: 0, dma: {endpoint: nic, address: 0xfffffffffffff000, size: 0x800},\n"
                       "     repeat: {times: 3, every: 5000000000000, address_step: 0x400}}\n");
    ck_assert_uint_eq(step(&l, 999)->stimulus.pasid, 1);
    ck_assert_uint_eq(step(&l, 998)->stimulus.pasid, 63);
    ck_assert_uint_eq(step(&l, 1002)->stimulus.address, UINT64_C(0xfffffffffffff800));
    ck_assert_uint_eq(step(&l, 1002)->trigger.at, UINT64_C(10000000000000));
    unload(&l);
}
END_TEST

/* A setting is about the step of the file. */
START_TEST(settings)
{
    struct loaded l = {0};
    static const char *const set[] = {"timeline.a.repeat.times=4", "timeline.a.after=9", "timeline.0.repeat.every=20"};
    load_text(&l,
              HEAD "timeline:\n"
                   "  - {id: a, when: H1, dma: {endpoint: nic, address: 0x10000}, repeat: {times: 2, every: 10}}\n",
              set, 3);
    ck_assert_msg(l.good, "%s", l.message);
    ck_assert_uint_eq(l.scenario->timeline.steps, 4);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_eq(step(&l, i)->trigger.after, 9 + 20 * i);
    unload(&l);
}
END_TEST

/* Many lines, with ids and anchors: as many steps, in no more than a blink. */
START_TEST(many_lines)
{
    enum { LINES = 20000, ROOM = LINES * 120 };
    char *text = malloc(ROOM);
    size_t used = (size_t)snprintf(text, ROOM,
                                   HEAD "timeline:\n  - {id: s0, at: ready+1, dma: {endpoint: nic, "
                                        "address: 0x10000}}\n");
    for (unsigned i = 1; i < LINES; i++)
        used += (size_t)snprintf(text + used, ROOM - used,
                                 "  - {id: s%u, at: s%u+3, dma: {endpoint: nic, address: 0x10000}}\n", i, i / 2);
    snprintf(text + used, ROOM - used, "expect: {not_given: [s%u, %u]}\n", LINES - 1U, LINES - 2U);
    struct loaded l = {0};
    load_good(&l, text);
    ck_assert_uint_eq(l.scenario->timeline.steps, LINES);
    ck_assert_uint_eq(step(&l, LINES - 1)->trigger.filter[0].value, (LINES - 1) / 2);
    ck_assert(step(&l, LINES - 1)->not_given && step(&l, LINES - 2)->not_given && !step(&l, LINES - 3)->not_given);
    unload(&l);
    free(text);
}
END_TEST

enum { CHAIN = 200 };

static void keep_cycle(void *context, const struct prisim_event *event)
{
    prisim_cycle_t *at = context;
    if (event->type == PRISIM_EVENT_TIMELINE_STEP)
        at[event->timeline_step.step] = event->cycle;
}

/* Steps that wait for steps, two for each: all are given, none before its time. */
START_TEST(chain)
{
    char *text = malloc(1 << 16);
    prisim_cycle_t at[CHAIN] = {0};
    struct loaded l = {0};
    struct stream stream = {0};
    struct engine_result result;
    size_t used =
        (size_t)snprintf(text, 1 << 16, HEAD "timeline:\n  - {id: s0, at: 9, dma: {endpoint: disk, address: 0}}\n");
    for (unsigned i = 1; i < CHAIN; i++)
        used += (size_t)snprintf(text + used, 200, "  - {id: s%u, at: s%u+3, dma: {endpoint: disk, address: 0}}\n", i,
                                 i / 2);
    load_good(&l, text);
    stream_add(&stream, keep_cycle, at);
    ck_assert(engine_native(l.scenario, &stream, &result));
    ck_assert_uint_eq(at[0], 9);
    ck_assert_uint_eq(at[1], 12);
    for (unsigned i = 1; i < CHAIN; i++)
        ck_assert_uint_ge(at[i], at[i / 2] + 3);
    unload(&l);
    free(text);
}
END_TEST

/* Settings of one scenario are none of the next one's, also behind a refusal; the tree is read once. */
START_TEST(many_scenarios_of_one_tree)
{
    static const char text[] = HEAD "timeline: [{id: a, when: H1, dma: {endpoint: nic, address: 0x10000}}]\n";
    char file[] = "/tmp/prisim_scenario_XXXXXX", message[MESSAGE_MAX];
    int handle = mkstemp(file);
    ck_assert_int_eq(write(handle, text, sizeof text - 1), (ssize_t)sizeof text - 1);
    close(handle);
    struct scenario_tree *tree = scenario_tree_open(file, message);
    unlink(file);
    ck_assert_ptr_nonnull(tree);
    for (unsigned i = 0; i < 2000; i++) {
        struct scenario scenario;
        char after[64], cycles[64];
        snprintf(after, sizeof after, "timeline.a.after=%u", i);
        snprintf(cycles, sizeof cycles, "limits.cycles=%u", 1000 + i);
        const char *set[] = {after, cycles, "system.smmu.pps=true", after};
        bool good = scenario_from_tree(tree, &scenario, set, i % 3 ? 4 : 0, message);
        if (i == 0 || i % 3 == 0) {
            ck_assert(good && scenario.timeline.step[0].trigger.after == 1 && scenario.limits.cycles == 10000000);
            ck_assert(!scenario.system.smmu[0].pps);
        } else {
            ck_assert(good && scenario.timeline.step[0].trigger.after == i && scenario.limits.cycles == 1000 + i);
            ck_assert(scenario.system.smmu[0].pps);
        }
        ck_assert_str_eq(scenario.file, file);
        scenario_free(&scenario);
        const char *bad[] = {cycles, "timeline.a.after=0"};
        ck_assert(!scenario_from_tree(tree, &scenario, bad, 2, message));
        ck_assert_str_eq(message, "--set:2:18: timeline.a.after: expected 1..10000000000000 (cycles), not 0");
    }
    scenario_tree_close(tree);
    ck_assert_ptr_null(scenario_tree_open("/nowhere/at/all.yaml", message));
    ck_assert_str_eq(message, "/nowhere/at/all.yaml: No such file or directory");
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_scenario_repeat");
    TCase *tcase = tcase_create("repeated");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, as_if_written_out);
    tcase_add_test(tcase, numbers);
    tcase_add_test(tcase, names);
    tcase_add_test(tcase, limits);
    tcase_add_test(tcase, settings);
    tcase_add_test(tcase, many_lines);
    tcase_add_test(tcase, chain);
    tcase_add_test(tcase, many_scenarios_of_one_tree);
    suite_add_tcase(suite, tcase);
    return suite;
}
