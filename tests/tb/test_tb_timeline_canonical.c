/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the timeline: each byte of its state counts or is listed with a reason, what does not count may
 * be anything, and steps that were given out leave nothing behind.
 */
#include <stdlib.h>

#include "tb/engine/timeline.h"
#include "tests/harness/flip.h"
#include "tests/harness/suite.h"

enum { STEPS = 24, EDGES = 400, FLIPS_APART = 3, SCRAMBLES_APART = 7, CALL = 5 };

/* A timeline with steps at edges and after events; the first of them is of a call. */
struct bench {
    struct timeline_config config;
    struct timeline *state;
    struct harness *harness;
    prisim_cycle_t start;
};

static prisim_cycle_t step(const void *of, void *timeline, prisim_cycle_t now, struct prisim_ports *ports)
{
    return timeline_step_edge(of, timeline, now, ports);
}

static void tell(const void *config, const void *state, const struct prisim_ports *ports, struct prisim_canonical *to)
{
    timeline_canonical(config, state, ports, to);
}

static struct bench *open_bench(prisim_cycle_t start)
{
    struct bench *b = calloc(1, sizeof *b);
    ck_assert_ptr_nonnull(b);
    b->start = start;
    for (unsigned i = 0; i < STEPS; i++) {
        struct timeline_step *s = timeline_config_add(&b->config);
        ck_assert_ptr_nonnull(s);
        s->to_driver = i % 3 == 0;
        s->of = i ? 0 : CALL;
        s->trigger.at = start + 10 + 11 * (i % 7);
        s->trigger.on_event = i % 4 != 0;
        s->trigger.event = i % 2 ? PRISIM_EVENT_PRI_QUEUE_WRITE : PRISIM_EVENT_DRIVER_FREE;
        s->trigger.nth = i % 4 == 1 ? 70000 : 1 + i % 5;
        s->trigger.after = 1 + i % 6 * 9;
    }
    ck_assert(timeline_config_order(&b->config));
    b->state = malloc(timeline_state_size(&b->config));
    ck_assert_ptr_nonnull(b->state);
    timeline_init(&b->config, b->state);
    b->harness = harness_open(step, &b->config, b->state);
    b->harness->now = start;
    harness_tx(b->harness, TIMELINE_TX_DRIVER, sizeof(struct prisim_driver_stimulus));
    harness_tx(b->harness, TIMELINE_TX_ENDPOINT, sizeof(struct prisim_endpoint_stimulus));
    return b;
}

static void close_bench(struct bench *b)
{
    harness_close(b->harness);
    timeline_config_free(&b->config);
    free(b->state);
    free(b);
}

#define TIMELINE(member, kind, why) FLIP(timeline, member, kind, why)
#define FOLLOWS                     "it follows from the steps that wait"

static struct flip *open_flip(const struct bench *b)
{
    static struct flip_field row[] = {
        TIMELINE(first, FLIP_RENAMED, "where the queue begins in its rows is never seen"),
        TIMELINE(end, FLIP_RENAMED, "where the queue ends in its rows is never seen"),
        TIMELINE(next, FLIP_COUNTS, NULL),
        FLIP_ALL(timeline, listening, FLIP_DERIVED, FOLLOWS),
        FLIP_ALL(timeline, waiting, FLIP_DERIVED, FOLLOWS),
        {"queue[].cycle", sizeof(struct timeline) + offsetof(struct timeline_due, cycle), sizeof(prisim_cycle_t), STEPS,
         sizeof(struct timeline_due), FLIP_COUNTS, NULL},
        {"queue[].step", sizeof(struct timeline) + offsetof(struct timeline_due, step), sizeof(uint32_t), STEPS,
         sizeof(struct timeline_due), FLIP_COUNTS, NULL},
        {"seen[]", 0, sizeof(uint32_t), STEPS, sizeof(uint32_t), FLIP_COUNTS, NULL},
    };
    size_t rows = sizeof row / sizeof row[0];
    row[rows - 1].offset = timeline_seen_at(&b->config);
    return flip_open(tell, row, rows, timeline_state_size(&b->config));
}

/* One edge, and maybe an event at it. */
static void edge(struct bench *b, struct random_stream *random)
{
    harness_edge(b->harness);
    if (random_below(random, 6) == 0)
        harness_ready(b->harness, (unsigned)random_below(random, 2), random_below(random, 3) != 0);
    if (random_below(random, 12) == 0) {
        struct prisim_event event = {.cycle = b->harness->now - 1,
                                     .type = random_below(random, 2) ? PRISIM_EVENT_PRI_QUEUE_WRITE
                                                                     : PRISIM_EVENT_DRIVER_FREE};
        timeline_observe(&b->config, b->state, &event);
    }
}

START_TEST(every_byte)
{
    struct bench *b = open_bench(0);
    struct flip *flip = open_flip(b);
    struct random_stream random = random_open(1, 0, 2), aside = random_open(1, 0, 3);
    for (unsigned i = 0; i < EDGES; i++) {
        edge(b, &random);
        if (i % FLIPS_APART == 0)
            flip_moment(flip, b->harness, &aside);
    }
    flip_check(flip);
    flip_close(flip);
    close_bench(b);
}
END_TEST

START_TEST(the_rest_is_nothing)
{
    struct bench *plain = open_bench(0), *b = open_bench(0);
    struct flip *flip = open_flip(b);
    struct random_stream random = random_open(1, 0, 2), same = random, aside = random_open(1, 0, 3);
    for (unsigned i = 0; i < EDGES; i++) {
        edge(plain, &random);
        edge(b, &same);
        if (i % SCRAMBLES_APART == 0)
            flip_scramble(flip, b->harness, &aside);
        ck_assert_uint_eq(flip_hash(flip, plain->harness), flip_hash(flip, b->harness));
    }
    ck_assert_uint_gt(plain->harness->events, STEPS / 2);
    ck_assert_uint_eq(plain->harness->events, b->harness->events);
    for (unsigned i = 0; i < b->harness->events; i++)
        ck_assert(prisim_event_equal(harness_event_at(plain->harness, i), harness_event_at(b->harness, i)));
    flip_close(flip);
    close_bench(plain);
    close_bench(b);
}
END_TEST

/* The same at another time gives the same rows. */
START_TEST(later)
{
    struct bench *now = open_bench(0), *then = open_bench(1000);
    struct flip *flip = open_flip(now);
    struct random_stream random = random_open(1, 0, 2), same = random;
    for (unsigned i = 0; i < EDGES; i++) {
        edge(now, &random);
        edge(then, &same);
        ck_assert_uint_eq(flip_hash(flip, now->harness), flip_hash(flip, then->harness));
    }
    flip_close(flip);
    close_bench(now);
    close_bench(then);
}
END_TEST

/* How often a step was seen that has been given out says nothing; of one that waits it does. */
START_TEST(only_what_waits)
{
    struct bench *b = open_bench(0);
    struct flip *flip = open_flip(b);
    struct prisim_event event = {.cycle = 1, .type = PRISIM_EVENT_DRIVER_FREE};
    uint32_t *seen = (uint32_t *)(void *)((char *)b->state + timeline_seen_at(&b->config));
    uint64_t before = flip_hash(flip, b->harness);
    timeline_observe(&b->config, b->state, &event);
    uint64_t after = flip_hash(flip, b->harness);
    ck_assert_uint_ne(before, after);
    for (unsigned i = 0; i < STEPS; i++) {
        bool waits = b->config.step[i].trigger.on_event && seen[i] < b->config.step[i].trigger.nth;
        seen[i] += 100000;
        ck_assert_int_eq(flip_hash(flip, b->harness) != after, waits);
        seen[i] -= 100000;
    }
    flip_close(flip);
    close_bench(b);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_timeline_canonical");
    TCase *tcase = tcase_create("canonical");
    tcase_add_test(tcase, every_byte);
    tcase_add_test(tcase, the_rest_is_nothing);
    tcase_add_test(tcase, later);
    tcase_add_test(tcase, only_what_waits);
    suite_add_tcase(suite, tcase);
    return suite;
}
