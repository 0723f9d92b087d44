/* SPDX-License-Identifier: Apache-2.0
 *
 * Checkers that are taken back to where the driver was ready, and hear the rest of the run again, say what checkers say
 * that heard it straight: findings, counts, and their canonical form at every edge.
 */
#include <stdlib.h>
#include <string.h>

#include "tb/checkers/checkers.h"
#include "tb/engine/engine.h"
#include "tests/harness/suite.h"

struct events {
    unsigned count, room, ready;
    struct prisim_event *of;
};

static struct scenario scenario;
static struct prisim_canonical *to;

static void keep(void *context, const struct prisim_event *event)
{
    struct events *events = context;
    if (events->count == events->room) {
        events->room = events->room ? 2 * events->room : 4096;
        events->of = realloc(events->of, events->room * sizeof *events->of);
        ck_assert_ptr_nonnull(events->of);
    }
    if (event->type == PRISIM_EVENT_DRIVER_READY)
        events->ready = events->count + 1;
    events->of[events->count++] = *event;
}

/* What is heard, and a hash over all its rows. */
static uint64_t hear(struct checkers *checkers, const struct events *events, unsigned from, unsigned end)
{
    uint64_t rows = 0;
    for (unsigned i = from; i < end; i++) {
        checkers_event(checkers, &events->of[i]);
        if (i + 1 < end && events->of[i + 1].cycle == events->of[i].cycle)
            continue;
        prisim_canonical_begin(to, 0, events->of[i].cycle);
        checkers_canonical(checkers, to);
        prisim_canonical_end(to);
        rows = (rows ^ prisim_canonical_hash(to, 1, events->of[i].cycle)) * UINT64_C(0x9e3779b97f4a7c15);
    }
    return rows;
}

static void judge(struct checkers *checkers, const struct engine_result *result)
{
    checkers_finish(checkers, result->cycles, result->idle);
}

static void compare(const struct checkers *a, const struct checkers *b)
{
    for (unsigned i = 0; i < HAZARDS; i++) {
        ck_assert_uint_eq(checkers_count(a, (enum hazard)i), checkers_count(b, (enum hazard)i));
        ck_assert_uint_eq(checkers_premises(a, (enum hazard)i)->duties, checkers_premises(b, (enum hazard)i)->duties);
    }
    for (unsigned i = 0; i < COUNTERS; i++)
        ck_assert_uint_eq(checkers_counter(a, (enum counter)i), checkers_counter(b, (enum counter)i));
    for (unsigned i = 0; checkers_finding(a, i) || checkers_finding(b, i); i++) {
        ck_assert(checkers_finding(a, i) && checkers_finding(b, i));
        ck_assert_str_eq(checkers_finding(a, i)->text, checkers_finding(b, i)->text);
    }
    for (unsigned i = 0; checkers_exposure(a, i) || checkers_exposure(b, i); i++) {
        ck_assert(checkers_exposure(a, i) && checkers_exposure(b, i));
        ck_assert_mem_eq(checkers_exposure(a, i)->cycle, checkers_exposure(b, i)->cycle,
                         sizeof checkers_exposure(a, i)->cycle);
    }
}

static void run(const char *file)
{
    char message[4 * SCENARIO_TEXT_MAX];
    struct stream stream = {0};
    struct events events = {0};
    struct engine_result result;
    ck_assert_msg(scenario_load(&scenario, file, NULL, 0, message), "%s", message);
    const struct event_types types = checkers_types();
    stream_add_for(&stream, &types, keep, &events);
    ck_assert(engine_native(&scenario, &stream, &result));
    ck_assert_uint_gt(events.ready, 0);
    struct checkers *straight = checkers_open(&scenario), *back = checkers_open(&scenario);
    hear(straight, &events, 0, events.ready);
    uint64_t rows = hear(straight, &events, events.ready, events.count);
    judge(straight, &result);
    hear(back, &events, 0, events.ready);
    void *kept = malloc(checkers_snapshot_size(back));
    ck_assert_ptr_nonnull(kept);
    checkers_save(back, kept);
    for (unsigned i = 0; i < 3; i++) {
        /* Also out of the middle, and after the end. */
        unsigned end = i == 1 ? (events.ready + events.count) / 2 : events.count;
        uint64_t again = hear(back, &events, events.ready, end);
        if (i != 1) {
            ck_assert_uint_eq(again, rows);
            judge(back, &result);
            compare(straight, back);
        }
        checkers_restore(back, kept);
    }
    free(kept);
    checkers_close(straight);
    checkers_close(back);
    scenario_free(&scenario);
    free(events.of);
}

START_TEST(heard_again)
{
    static const char *const files[] = {
        SCENARIOS "/unbind_while_queued.yaml",
        SCENARIOS "/overflow/overflow.yaml",
        SCENARIOS "/drain/drain_flush.yaml",
        SCENARIOS "/stop_marker/lost_stop_marker_awaited.yaml",
        SCENARIOS "/invalidation/error_in_batches.yaml",
        SCENARIOS "/unbind/live_job_failed.yaml",
    };
    to = prisim_canonical_open();
    ck_assert_ptr_nonnull(to);
    for (unsigned i = 0; i < sizeof files / sizeof *files; i++)
        run(files[i]);
    prisim_canonical_close(to);
}
END_TEST

TEST_SUITE("tb_ghost_runs", heard_again)
