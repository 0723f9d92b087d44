/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole system that is taken back: after any walk forwards and backwards over its edges the state is, byte for byte,
 * what the snapshot of that edge says, whatever wrote it. A step that writes what it did not touch shows here.
 */
#define _DEFAULT_SOURCE
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "model/core/random.h"
#include "tb/trial/state_hash.h"
#include "tests/harness/suite.h"

enum { TURNS = UNDO_TURNS, EVERY = UNDO_EVERY, DEPTH = 40 };

static glob_t file;
static struct scenario scenario;
static struct native *native;
static struct prisim_scheduler *scheduler;
static struct prisim_canonical *kept, *anew;

static void open_system(const char *path)
{
    char message[4 * SCENARIO_TEXT_MAX];
    const struct stream nobody = {0};
    ck_assert_msg(scenario_load(&scenario, path, NULL, 0, message), "%s", message);
    native = native_open(&scenario, &nobody);
    ck_assert_ptr_nonnull(native);
    scheduler = native_scheduler(native);
    kept = prisim_canonical_open();
    anew = prisim_canonical_open();
}

static void close_system(void)
{
    prisim_canonical_close(kept);
    prisim_canonical_close(anew);
    native_close(native);
    scenario_free(&scenario);
}

/* What a step said it touched is no part of a state, and each kind that says so begins with it. */
static void clear_touched(void)
{
    struct system_instance row[SYSTEM_INSTANCES_MAX];
    unsigned count = system_instances(&scenario.system, row);
    for (unsigned i = 0; i < count; i++)
        if (row[i].kind == KIND_DRIVER || row[i].kind == KIND_INTERCONNECT || row[i].kind == KIND_SMMU ||
            row[i].kind == KIND_PRI_QUEUE || row[i].kind == KIND_FABRIC || row[i].kind == KIND_ENDPOINT)
            memset(prisim_scheduler_state(scheduler, i), 0, sizeof(struct prisim_touched));
}

struct snapshot {
    void *bytes;
    size_t size;
    uint64_t hash;
};

static struct snapshot take(void)
{
    clear_touched();
    struct snapshot s = {.size = prisim_scheduler_snapshot_size(scheduler)};
    s.bytes = malloc(s.size);
    ck_assert_ptr_nonnull(s.bytes);
    prisim_scheduler_save(scheduler, s.bytes);
    s.hash = state_hash(native, &scenario, NULL, kept);
    return s;
}

static void compare(const struct snapshot *now, const struct snapshot *then, size_t depth)
{
    ck_assert_uint_eq(now->size, then->size);
    size_t at = 0;
    while (at < now->size && ((char *)now->bytes)[at] == ((char *)then->bytes)[at])
        at++;
    ck_assert_msg(at == now->size, "%s, edge %llu, depth %zu: byte %zu", scenario.name,
                  (unsigned long long)prisim_scheduler_edge(scheduler), depth, at);
    ck_assert_uint_eq(now->hash, then->hash);
}

static void walk(prisim_cycle_t from, uint64_t seed)
{
    struct random_stream random = random_open(seed, 1, 0);
    struct snapshot snapshot[DEPTH + 1];
    size_t depth = 0;
    prisim_scheduler_run(scheduler, from);
    ck_assert(prisim_scheduler_journal_open(scheduler));
    snapshot[0] = take();
    for (unsigned turn = 0; turn < TURNS; turn++) {
        bool back = depth == DEPTH || (depth > 0 && random_below(&random, 100) < 42);
        if (back)
            ck_assert(prisim_scheduler_undo(scheduler));
        else if (!prisim_scheduler_step_edge(scheduler, PRISIM_CYCLE_NEVER - 1))
            break;
        struct snapshot now = take();
        if (turn % 4 == 3) /* told as a whole; after it nothing is kept */
            ck_assert_uint_eq(state_hash(native, &scenario, NULL, anew), now.hash);
        if (back) {
            free(snapshot[depth--].bytes);
            compare(&now, &snapshot[depth], depth);
            free(now.bytes);
        } else if (++depth <= DEPTH) {
            snapshot[depth] = now;
        }
        if (depth == DEPTH && random_below(&random, 8) == 0) { /* goes on from here */
            while (depth > 0)
                free(snapshot[depth--].bytes);
            free(snapshot[0].bytes);
            prisim_scheduler_journal_close(scheduler);
            ck_assert(prisim_scheduler_journal_open(scheduler));
            snapshot[0] = take();
        }
    }
    for (size_t i = 0; i <= depth; i++)
        free(snapshot[i].bytes);
    prisim_scheduler_journal_close(scheduler);
}

START_TEST(undone_is_as_before)
{
    open_system(file.gl_pathv[(size_t)_i * EVERY]);
    walk(_i % 3 == 0 ? 0 : _i % 3 == 1 ? 20000 : 26000, (uint64_t)_i + 1);
    close_system();
}
END_TEST

/* Each day: TLPs that are late, pass by the rules and against them, or are lost, and a link that goes down and up. */
START_TEST(undone_where_everything_is_late)
{
    static const prisim_cycle_t from[] = {25800, 30400, 41200, 50000, 58400, 59950, 61900};
    open_system(SCENARIOS "/order/everything_late.yaml");
    walk(from[_i], (uint64_t)_i + 1);
    close_system();
}
END_TEST

/* The state after a run's last event, of the scenario with these settings; with what the checkers know, or without. */
static uint64_t hash_at_the_end(const char *const *settings, unsigned count, bool ghost, size_t *words)
{
    char message[4 * SCENARIO_TEXT_MAX];
    ck_assert_msg(scenario_load(&scenario, TWICE, settings, count, message), "%s", message);
    struct checkers *checkers = checkers_open(&scenario);
    struct stream stream = {0};
    stream_add(&stream, checkers_event, checkers);
    native = native_open(&scenario, &stream);
    native_run(native, scenario.limits.cycles);
    ck_assert(prisim_scheduler_idle(native_scheduler(native)));
    struct prisim_canonical *to = prisim_canonical_open();
    unsigned parts = state_tell(native, &scenario, ghost ? checkers : NULL, to);
    *words = prisim_canonical_row(to, parts, prisim_scheduler_edge(native_scheduler(native)), NULL, 0);
    uint64_t hash = prisim_canonical_hash(to, parts, prisim_scheduler_edge(native_scheduler(native)));
    prisim_canonical_close(to);
    native_close(native);
    checkers_close(checkers);
    scenario_free(&scenario);
    return hash;
}

/* Idle after the same access once, twice, five times, and later: one state; after another one: another. The checkers
 * also know of every step of the timeline whether it was given, so that they know how often. */
START_TEST(idle_is_idle)
{
    static const char *const once[] = {"timeline.again.repeat.times=1"};
    static const char *const twice[] = {"timeline.again.repeat.times=2"};
    static const char *const more[] = {"timeline.again.repeat.times=5"};
    static const char *const later[] = {"timeline.again.repeat.times=2", "timeline.again.at=61234"};
    static const char *const other[] = {"timeline.again.repeat.times=2", "timeline.again.dma.address=0x5000"};
    size_t words, as_before;
    uint64_t hash = hash_at_the_end(once, 1, false, &words);
    ck_assert_uint_gt(words, 200);
    ck_assert_uint_eq(hash_at_the_end(twice, 1, false, &as_before), hash);
    ck_assert_uint_eq(as_before, words);
    ck_assert_uint_eq(hash_at_the_end(more, 1, false, &as_before), hash);
    ck_assert_uint_eq(hash_at_the_end(later, 2, false, &as_before), hash);
    ck_assert_uint_ne(hash_at_the_end(other, 2, false, &as_before), hash);
    hash = hash_at_the_end(twice, 1, true, &words);
    ck_assert_uint_gt(words, as_before);
    ck_assert_uint_eq(hash_at_the_end(later, 2, true, &as_before), hash);
    ck_assert_uint_ne(hash_at_the_end(other, 2, true, &as_before), hash);
}
END_TEST

Suite *test_suite(void)
{
    if (glob(SCENARIOS "/*.yaml", 0, NULL, &file) != 0 || glob(SCENARIOS "/*/*.yaml", GLOB_APPEND, NULL, &file) != 0)
        return NULL;
    Suite *suite = suite_create("undo");
    TCase *tests = tcase_create("undo");
    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, undone_is_as_before, 0, (int)((file.gl_pathc + EVERY - 1) / EVERY));
    tcase_add_loop_test(tests, undone_where_everything_is_late, 0, 7);
    tcase_add_test(tests, idle_is_idle);
    suite_add_tcase(suite, tests);
    return suite;
}
