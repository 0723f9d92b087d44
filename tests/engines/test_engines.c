/* SPDX-License-Identifier: Apache-2.0
 *
 * One behaviour, however it is run: on every scenario the log is the same, byte by byte (by its digest), whether the
 * native engine leaps, steps every edge, shuffles the order inside an edge, steps at random idle edges, or goes back to
 * a snapshot; and whether SystemC visits due edges only or clocks every module. The work goes with events: the number
 * of block steps is bounded, and so is the memory of a small system.
 */
#define _DEFAULT_SOURCE
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tb/engine/engine.h"
#include "tb/report/digest.h"
#include "tests/harness/suite.h"
#ifdef PRISIM_HAS_SYSTEMC
#include "tb/engine/engine_systemc.h"
#endif

#ifndef SCENARIOS
#error "SCENARIOS names the folder of the scenarios"
#endif

enum { SEEDS = 4, FEWEST = 60 };

static glob_t file;

/* All of them, also those in folders. */
static bool find_scenarios(void)
{
    return glob(SCENARIOS "/*.yaml", 0, NULL, &file) == 0 &&
           glob(SCENARIOS "/*/*.yaml", GLOB_APPEND, NULL, &file) == 0 && file.gl_pathc >= FEWEST;
}

static struct scenario *load(const char *path)
{
    static struct scenario scenario;
    char message[4 * SCENARIO_TEXT_MAX];
    ck_assert_msg(scenario_load(&scenario, path, NULL, 0, message), "%s", message);
    return &scenario;
}

struct digits {
    char text[DIGEST_TEXT_MAX];
};

static struct digits close_digest(struct digest *digest)
{
    struct digits digits;
    digest_text(digest, digits.text);
    digest_close(digest);
    return digits;
}

static void count(void *context, const struct prisim_event *event)
{
    (void)event;
    ++*(uint64_t *)context;
}

static struct digits native(const struct scenario *scenario, struct prisim_scheduler_mode mode, uint64_t *events,
                            uint64_t *steps)
{
    struct digest *digest = digest_open(scenario);
    struct stream stream = {0};
    uint64_t counted = 0;
    stream_add(&stream, digest_event, digest);
    stream_add(&stream, count, &counted);
    struct native *native = native_open(scenario, &stream);
    ck_assert_ptr_nonnull(native);
    prisim_scheduler_set_mode(native_scheduler(native), mode);
    native_run(native, scenario->limits.cycles);
    if (events)
        *events = counted;
    if (steps)
        *steps = prisim_scheduler_steps(native_scheduler(native));
    native_close(native);
    return close_digest(digest);
}

static struct digits leaping(const struct scenario *scenario)
{
    return native(scenario, (struct prisim_scheduler_mode){0}, NULL, NULL);
}

START_TEST(every_edge)
{
    const struct scenario *scenario = load(file.gl_pathv[_i]);
    struct digits all = native(scenario, (struct prisim_scheduler_mode){.every_edge = true}, NULL, NULL);
    ck_assert_str_eq(all.text, leaping(scenario).text);
}
END_TEST

START_TEST(shuffled)
{
    const struct scenario *scenario = load(file.gl_pathv[_i]);
    struct digits straight = leaping(scenario);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct digits other = native(scenario, (struct prisim_scheduler_mode){.shuffle = seed}, NULL, NULL);
        ck_assert_msg(strcmp(other.text, straight.text) == 0, "%s: shuffle %llu", file.gl_pathv[_i],
                      (unsigned long long)seed);
        other = native(scenario, (struct prisim_scheduler_mode){.shuffle = seed, .every_edge = true}, NULL, NULL);
        ck_assert_msg(strcmp(other.text, straight.text) == 0, "%s: shuffle %llu, every edge", file.gl_pathv[_i],
                      (unsigned long long)seed);
    }
}
END_TEST

START_TEST(extra_steps)
{
    const struct scenario *scenario = load(file.gl_pathv[_i]);
    struct digits straight = leaping(scenario);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct digits other = native(scenario, (struct prisim_scheduler_mode){.extra_steps = seed}, NULL, NULL);
        ck_assert_msg(strcmp(other.text, straight.text) == 0, "%s: extra %llu", file.gl_pathv[_i],
                      (unsigned long long)seed);
    }
}
END_TEST

/* Events kept as they came, to compare two runs over the same cycles. */
struct recorder {
    struct prisim_event *event;
    size_t count, room;
};

static void record(void *context, const struct prisim_event *event)
{
    struct recorder *r = context;
    if (r->count == r->room) {
        r->room = r->room ? 2 * r->room : 1024;
        r->event = realloc(r->event, r->room * sizeof *r->event);
        ck_assert_ptr_nonnull(r->event);
    }
    r->event[r->count++] = *event;
}

/* Snapshots in the middle of the race: run on, go back, run again. */
START_TEST(snapshot)
{
    const struct scenario *scenario = load(file.gl_pathv[_i]);
    struct recorder whole = {0};
    struct stream stream = {0};
    stream_add(&stream, record, &whole);
    struct native *native = native_open(scenario, &stream);
    ck_assert_ptr_nonnull(native);
    native_run(native, scenario->limits.cycles);
    native_close(native);

    struct recorder parts = {0};
    struct stream other = {0};
    stream_add(&other, record, &parts);
    native = native_open(scenario, &other);
    struct prisim_scheduler *c = native_scheduler(native);
    prisim_cycle_t end = whole.event[whole.count - 1].cycle;
    for (prisim_cycle_t at = end / 3; at < end; at += end / 5) {
        native_run(native, at);
        size_t before = parts.count;
        size_t size = prisim_scheduler_snapshot_size(c);
        void *memory = malloc(size);
        ck_assert_ptr_nonnull(memory);
        prisim_scheduler_save(c, memory);
        native_run(native, at + end / 4);
        ck_assert_uint_ge(parts.count, before);
        ck_assert_ptr_null(prisim_scheduler_restore(c, memory, size));
        free(memory);
        parts.count = before;
    }
    native_run(native, scenario->limits.cycles);
    ck_assert_uint_eq(parts.count, whole.count);
    for (size_t i = 0; i < whole.count; i++)
        ck_assert(prisim_event_equal(&parts.event[i], &whole.event[i]));
    native_close(native);
    free(parts.event);
    free(whole.event);
}
END_TEST

static const enum prisim_event_type unheard[] = {PRISIM_EVENT_FABRIC_LEAVE, PRISIM_EVENT_INTERCONNECT_INTERRUPT};

static bool is_unheard(const struct prisim_event *event)
{
    return event->type == PRISIM_EVENT_FABRIC_LEAVE || event->type == PRISIM_EVENT_INTERCONNECT_INTERRUPT;
}

static bool triggers(const struct scenario *scenario, enum prisim_event_type type)
{
    for (uint32_t i = 0; i < scenario->timeline.steps; i++)
        if (scenario->timeline.step[i].trigger.on_event && scenario->timeline.step[i].trigger.event == type)
            return true;
    return false;
}

/* The events of a run, some types of them not heard, which blocks may then do ahead of time. */
static struct recorder record_quietly(const struct scenario *scenario, struct prisim_scheduler_mode mode)
{
    struct recorder recorder = {0};
    struct stream stream = {0};
    stream_add(&stream, record, &recorder);
    struct native *native = native_open(scenario, &stream);
    ck_assert_ptr_nonnull(native);
    struct prisim_scheduler *c = native_scheduler(native);
    for (size_t i = 0; i < sizeof unheard / sizeof unheard[0]; i++)
        if (!triggers(scenario, unheard[i]))
            prisim_scheduler_probe(c)->mask[unheard[i] / 64] &= ~(UINT64_C(1) << unheard[i] % 64);
    prisim_scheduler_set_mode(c, mode);
    native_run(native, scenario->limits.cycles);
    native_close(native);
    return recorder;
}

/* Who does not want to hear of an event changes nothing else: in every way of stepping. */
START_TEST(not_hearing_changes_nothing)
{
    const struct scenario *scenario = load(file.gl_pathv[_i]);
    struct recorder whole = {0};
    struct stream stream = {0};
    stream_add(&stream, record, &whole);
    struct native *native = native_open(scenario, &stream);
    ck_assert_ptr_nonnull(native);
    native_run(native, scenario->limits.cycles);
    native_close(native);
    size_t kept = 0;
    for (size_t i = 0; i < whole.count; i++)
        if (!is_unheard(&whole.event[i]))
            whole.event[kept++] = whole.event[i];
    const struct prisim_scheduler_mode modes[] = {
        {0}, {.every_edge = true}, {.shuffle = 3}, {.extra_steps = 4}, {.shuffle = 5, .extra_steps = 6}};
    for (size_t m = 0; m < sizeof modes / sizeof modes[0]; m++) {
        struct recorder quiet = record_quietly(scenario, modes[m]);
        size_t count = 0;
        for (size_t i = 0; i < quiet.count; i++)
            if (!is_unheard(&quiet.event[i]))
                quiet.event[count++] = quiet.event[i];
        for (size_t i = 0; i < kept && i < count; i++)
            ck_assert_msg(prisim_event_equal(&quiet.event[i], &whole.event[i]), "%s: mode %zu, event %zu at cycle %llu",
                          file.gl_pathv[_i], m, i, (unsigned long long)whole.event[i].cycle);
        ck_assert_uint_eq(count, kept);
        free(quiet.event);
    }
    free(whole.event);
}
END_TEST

#ifdef PRISIM_HAS_SYSTEMC
/* Also whether anything is left to do at the end: a hang that polls goes on, one that sleeps does not. */
static void systemc_like_native(const char *path, struct engine_systemc_build build)
{
    const struct scenario *scenario = load(path);
    struct digest *expected = digest_open(scenario), *digest = digest_open(scenario);
    struct stream native_stream = {0}, stream = {0};
    struct engine_result native_result, result;
    char message[SCENARIO_TEXT_MAX];
    stream_add(&native_stream, digest_event, expected);
    stream_add(&stream, digest_event, digest);
    ck_assert(engine_native(scenario, &native_stream, &native_result));
    ck_assert_msg(engine_systemc(scenario, &stream, build, &result, message), "%s", message);
    ck_assert_msg(result.idle == native_result.idle, "%s: idle %d, of the native engine %d", path, result.idle,
                  native_result.idle);
    ck_assert(result.idle || scenario->expect.hazard[HAZARD_UNBIND_HANG].value > 0 ||
              scenario->expect.hazard[HAZARD_LIVELOCK].value > 0 || scenario->expect.hazard[HAZARD_DEADLOCK].value > 0);
    ck_assert_str_eq(close_digest(digest).text, close_digest(expected).text);
}

START_TEST(systemc)
{
    systemc_like_native(file.gl_pathv[_i], (struct engine_systemc_build){0});
}
END_TEST

START_TEST(systemc_clocked)
{
    systemc_like_native(file.gl_pathv[_i], (struct engine_systemc_build){.clocked = true});
}
END_TEST

/* With the Verilated queue in the place of ours. */
START_TEST(systemc_rtl)
{
    if (!engine_systemc_has_rtl())
        return;
    systemc_like_native(file.gl_pathv[_i], (struct engine_systemc_build){.pri_queue_rtl = true});
}
END_TEST

START_TEST(systemc_clocked_rtl)
{
    if (!engine_systemc_has_rtl())
        return;
    systemc_like_native(file.gl_pathv[_i], (struct engine_systemc_build){.clocked = true, .pri_queue_rtl = true});
}
END_TEST
#endif

/* An event is the work of a few steps: its block's own, and those of the blocks that carried what it is about. */
START_TEST(steps_are_bounded)
{
    enum { STEPS_PER_EVENT = 16 };
    const struct scenario *scenario = load(file.gl_pathv[_i]);
    uint64_t events, steps;
    native(scenario, (struct prisim_scheduler_mode){0}, &events, &steps);
    ck_assert_uint_gt(events, 0);
    ck_assert_msg(steps <= STEPS_PER_EVENT * events, "%s: %llu steps for %llu events", file.gl_pathv[_i],
                  (unsigned long long)steps, (unsigned long long)events);
}
END_TEST

/* Idle time costs no steps: the same scenario with its link a hundred times as slow takes about as many. */
START_TEST(waiting_is_free)
{
    struct scenario *scenario = load(SCENARIOS "/basics/served_in_peace.yaml");
    uint64_t fast, slow;
    native(scenario, (struct prisim_scheduler_mode){0}, NULL, &fast);
    scenario->system.driver.irq_latency *= 100;
    scenario->system.driver.fault_service *= 100;
    native(scenario, (struct prisim_scheduler_mode){0}, NULL, &slow);
    ck_assert_uint_le(slow, fast + 2);
}
END_TEST

START_TEST(small_memory)
{
    enum { RESIDENT_KB_MAX = 16 * 1024 };
    pid_t child = fork();
    if (child == 0) {
        execl(PROGRAM, PROGRAM, "run", SCENARIOS "/unbind_while_queued.yaml", "--engine", "native", "--quiet", NULL);
        _exit(127);
    }
    int status;
    struct rusage usage;
    ck_assert_int_eq(wait4(child, &status, 0, &usage), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    ck_assert_msg(usage.ru_maxrss < RESIDENT_KB_MAX, "%ld KB", usage.ru_maxrss);
}
END_TEST

Suite *test_suite(void)
{
    if (!find_scenarios())
        return NULL;
    Suite *suite = suite_create("engines");
    TCase *tests = tcase_create("every scenario");
    tcase_set_timeout(tests, 300);
    tcase_add_loop_test(tests, every_edge, 0, (int)file.gl_pathc);
    tcase_add_loop_test(tests, shuffled, 0, (int)file.gl_pathc);
    tcase_add_loop_test(tests, extra_steps, 0, (int)file.gl_pathc);
    tcase_add_loop_test(tests, not_hearing_changes_nothing, 0, (int)file.gl_pathc);
    tcase_add_loop_test(tests, snapshot, 0, (int)file.gl_pathc);
#ifdef PRISIM_HAS_SYSTEMC
    tcase_add_loop_test(tests, systemc, 0, (int)file.gl_pathc);
    tcase_add_loop_test(tests, systemc_clocked, 0, (int)file.gl_pathc);
    tcase_add_loop_test(tests, systemc_rtl, 0, (int)file.gl_pathc);
    tcase_add_loop_test(tests, systemc_clocked_rtl, 0, (int)file.gl_pathc);
#endif
    tcase_add_loop_test(tests, steps_are_bounded, 0, (int)file.gl_pathc);
    tcase_add_test(tests, waiting_is_free);
    tcase_add_test(tests, small_memory);
    suite_add_tcase(suite, tests);
    return suite;
}
