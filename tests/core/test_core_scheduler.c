/* SPDX-License-Identifier: Apache-2.0
 *
 * The scheduler as a whole: every way of stepping gives the same events, a restored snapshot goes on as before, and the
 * number of steps goes with events and not with cycles. The single rules of a channel are in test_core_transfer.c.
 */
#include <stdlib.h>

#include "tests/core/memory_taken.h"
#include "tests/core/toy_blocks.h"
#include "tests/harness/suite.h"

enum { CHAINS = 3, RELAYS = 2, CHAIN_BLOCKS = RELAYS + 2, ITEMS = 200 };

/* Chains of producer, two relays, consumer; the last chain is sparse and never stalls: its channels carry pulses. */
struct plant {
    struct toy_producer_config producer[CHAINS];
    struct toy_relay_config relay[CHAINS][RELAYS];
    struct toy_consumer_config consumer[CHAINS];
    struct prisim_scheduler *scheduler;
    struct toy_record record;
};

static void plant_config(struct plant *plant, uint64_t seed)
{
    for (unsigned i = 0; i < CHAINS; i++) {
        plant->producer[i] = (struct toy_producer_config){seed * 16 + i, ITEMS, 12, 40};
        plant->relay[i][0] = (struct toy_relay_config){.latency = 1 + i};
        plant->relay[i][1] = (struct toy_relay_config){.latency = 5};
        plant->consumer[i] = (struct toy_consumer_config){seed * 16 + i, 9, 60};
    }
    plant->producer[CHAINS - 1].gap = 1000;
    plant->consumer[CHAINS - 1].stall = 0;
}

/* Ranks run from the consumer up in every other chain, so that neither direction of flow is favoured. */
static void plant_open(struct plant *plant, struct prisim_scheduler_mode mode)
{
    struct prisim_scheduler *c = prisim_scheduler_open();
    ck_assert_ptr_nonnull(c);
    unsigned block[CHAINS][CHAIN_BLOCKS];
    for (unsigned i = 0; i < CHAINS; i++)
        for (unsigned k = 0; k < CHAIN_BLOCKS; k++) {
            unsigned at = i % 2 ? CHAIN_BLOCKS - 1 - k : k;
            if (at == 0)
                block[i][at] =
                    prisim_scheduler_add(c, toy_producer_step, &plant->producer[i], sizeof(struct toy_producer));
            else if (at <= RELAYS)
                block[i][at] =
                    prisim_scheduler_add(c, toy_relay_step, &plant->relay[i][at - 1], sizeof(struct toy_relay));
            else
                block[i][at] =
                    prisim_scheduler_add(c, toy_consumer_step, &plant->consumer[i], sizeof(struct toy_consumer));
        }
    for (unsigned i = 0; i < CHAINS; i++)
        for (unsigned at = 0; at + 1 < CHAIN_BLOCKS; at++)
            prisim_scheduler_connect(c, block[i][at], 0, block[i][at + 1], 0, sizeof(struct toy_item));
    ck_assert(prisim_scheduler_build(c));
    prisim_scheduler_set_mode(c, mode);
    plant->record = (struct toy_record){0};
    prisim_scheduler_set_listener(c, toy_record_events, &plant->record);
    plant->scheduler = c;
}

static void plant_close(struct plant *plant)
{
    prisim_scheduler_close(plant->scheduler);
    toy_record_free(&plant->record);
}

static const prisim_cycle_t far = 10000000;

/* Runs a plant of that configuration to its end in one mode and compares it with a reference, event by event. */
static void compare_plant(const struct plant *reference, const struct plant *config, uint64_t seed,
                          struct prisim_scheduler_mode mode)
{
    struct plant plant = *config;
    plant_open(&plant, mode);
    prisim_scheduler_run(plant.scheduler, far);
    long differs = toy_record_difference(&reference->record, &plant.record);
    ck_assert_msg(differs < 0, "seed %llu, every_edge %d, shuffle %llu, extra_steps %llu: event %ld differs",
                  (unsigned long long)seed, mode.every_edge, (unsigned long long)mode.shuffle,
                  (unsigned long long)mode.extra_steps, differs);
    ck_assert(!plant.record.out_of_order);
    ck_assert(prisim_scheduler_idle(plant.scheduler));
    ck_assert_uint_eq(prisim_scheduler_now(plant.scheduler), prisim_scheduler_now(reference->scheduler));
    plant_close(&plant);
}

static void compare(const struct plant *reference, uint64_t seed, struct prisim_scheduler_mode mode)
{
    struct plant plant;
    plant_config(&plant, seed);
    compare_plant(reference, &plant, seed, mode);
}

START_TEST(every_way_of_stepping_gives_the_same_events)
{
    uint64_t seed = (uint64_t)_i;
    struct plant leaping;
    plant_config(&leaping, seed);
    plant_open(&leaping, (struct prisim_scheduler_mode){0});
    prisim_scheduler_run(leaping.scheduler, far);
    ck_assert(prisim_scheduler_idle(leaping.scheduler));
    ck_assert(!leaping.record.out_of_order);
    /* Every item is put and arrives once at each of the three hops of its chain. */
    ck_assert_uint_eq(toy_record_count(&leaping.record, PRISIM_EVENT_FABRIC_ENTER), CHAINS * ITEMS * (RELAYS + 1));
    ck_assert_uint_eq(toy_record_count(&leaping.record, PRISIM_EVENT_FABRIC_LEAVE), CHAINS * ITEMS * (RELAYS + 1));
    ck_assert_uint_gt(toy_record_count(&leaping.record, PRISIM_EVENT_DRIVER_HOLD), 0);

    compare(&leaping, seed, (struct prisim_scheduler_mode){.every_edge = true});
    for (uint64_t way = 1; way <= 4; way++) {
        compare(&leaping, seed, (struct prisim_scheduler_mode){.shuffle = way});
        compare(&leaping, seed, (struct prisim_scheduler_mode){.extra_steps = way});
        compare(&leaping, seed, (struct prisim_scheduler_mode){.shuffle = way, .extra_steps = way + 7});
    }
    compare(&leaping, seed, (struct prisim_scheduler_mode){.every_edge = true, .shuffle = seed + 1});
    plant_close(&leaping);
}
END_TEST

/* The comparison above must be able to fail: other items, other events. */
START_TEST(another_seed_gives_other_events)
{
    struct plant plant[2];
    for (unsigned i = 0; i < 2; i++) {
        plant_config(&plant[i], 1 + i);
        plant_open(&plant[i], (struct prisim_scheduler_mode){0});
        prisim_scheduler_run(plant[i].scheduler, far);
    }
    ck_assert_int_ge(toy_record_difference(&plant[0].record, &plant[1].record), 0);
    for (unsigned i = 0; i < 2; i++)
        plant_close(&plant[i]);
}
END_TEST

/* Relays that say nothing of what they put, and perhaps put it ahead of time; the items of the last chain come alone.
 */
static void plant_config_ahead(struct plant *plant, uint64_t seed, bool ahead, uint8_t take_back)
{
    plant_config(plant, seed);
    plant->producer[CHAINS - 1].burst = 1;
    for (unsigned i = 0; i < CHAINS; i++)
        for (unsigned k = 0; k < RELAYS; k++)
            plant->relay[i][k] = (struct toy_relay_config){
                .latency = 1 + 7 * i + 20 * k, .silent = true, .ahead = ahead, .take_back = take_back};
}

/* What relays put ahead of time is published as if they had put it in time, whatever the latency and however often the
 * consumer stalls; every item, or every second one, is taken back. */
START_TEST(putting_ahead_of_time_changes_nothing)
{
    uint64_t seed = (uint64_t)_i;
    struct plant in_time, plant;
    plant_config_ahead(&in_time, seed, false, 0);
    plant_open(&in_time, (struct prisim_scheduler_mode){0});
    prisim_scheduler_run(in_time.scheduler, far);
    for (uint8_t take_back = 0; take_back < 3; take_back++) {
        plant_config_ahead(&plant, seed, true, take_back);
        for (uint64_t way = 0; way < 12; way++)
            compare_plant(&in_time, &plant, seed,
                          (struct prisim_scheduler_mode){.every_edge = way % 3 == 1,
                                                         .shuffle = way / 6 * (way + seed),
                                                         .extra_steps = way / 3 % 2 * (way + seed)});
    }
    plant_close(&in_time);
}
END_TEST

START_TEST(putting_ahead_of_time_saves_steps)
{
    uint64_t steps[2];
    for (unsigned ahead = 0; ahead < 2; ahead++) {
        struct plant plant;
        plant_config_ahead(&plant, 1, ahead, 0);
        plant.producer[CHAINS - 1].gap = 5000; /* no edge that another block needs too */
        plant_open(&plant, (struct prisim_scheduler_mode){0});
        prisim_scheduler_run(plant.scheduler, far);
        steps[ahead] = prisim_scheduler_steps(plant.scheduler);
        plant_close(&plant);
    }
    /* The items of the last chain, in each of its relays. */
    ck_assert_uint_le(steps[1] + ITEMS * RELAYS, steps[0]);
}
END_TEST

static void snapshot_at(prisim_cycle_t edge, bool ahead, struct prisim_scheduler_mode mode)
{
    struct plant plant;
    if (ahead)
        plant_config_ahead(&plant, 3, true, 0);
    else
        plant_config(&plant, 3);
    plant_open(&plant, mode);
    struct prisim_scheduler *c = plant.scheduler;
    prisim_scheduler_run(c, edge);
    size_t size = prisim_scheduler_snapshot_size(c);
    void *snapshot = malloc(size);
    ck_assert_ptr_nonnull(snapshot);
    prisim_scheduler_save(c, snapshot);
    struct toy_record before = plant.record;
    plant.record = (struct toy_record){0};
    prisim_scheduler_run(c, far);
    uint64_t steps = prisim_scheduler_steps(c);
    prisim_cycle_t now = prisim_scheduler_now(c);
    ck_assert_uint_gt(plant.record.count, 0);

    struct toy_record first = plant.record;
    for (unsigned again = 0; again < 2; again++) {
        plant.record = (struct toy_record){0};
        ck_assert_ptr_null(prisim_scheduler_restore(c, snapshot, size));
        ck_assert(!prisim_scheduler_idle(c));
        prisim_scheduler_run(c, far);
        ck_assert_msg(toy_record_difference(&first, &plant.record) < 0, "snapshot after edge %llu",
                      (unsigned long long)edge);
        ck_assert_uint_eq(prisim_scheduler_steps(c), steps);
        ck_assert_uint_eq(prisim_scheduler_now(c), now);
        toy_record_free(&plant.record);
    }
    toy_record_free(&first);
    toy_record_free(&before);
    free(snapshot);
    plant_close(&plant);
}

START_TEST(a_restored_run_goes_on_with_the_same_events)
{
    struct random_stream random = random_open((uint64_t)_i, 0, 2);
    for (unsigned i = 0; i < 12; i++) {
        prisim_cycle_t edge = random_below(&random, 4000);
        snapshot_at(edge, false, (struct prisim_scheduler_mode){0});
        snapshot_at(edge, false, (struct prisim_scheduler_mode){.shuffle = 5, .extra_steps = 6});
        snapshot_at(edge, true, (struct prisim_scheduler_mode){0});
    }
}
END_TEST

/* Two runs in pieces give what one run gives. */
START_TEST(a_run_may_be_cut_anywhere)
{
    struct plant whole, pieces;
    plant_config(&whole, 4);
    plant_config(&pieces, 4);
    plant_open(&whole, (struct prisim_scheduler_mode){0});
    plant_open(&pieces, (struct prisim_scheduler_mode){0});
    prisim_scheduler_run(whole.scheduler, far);
    for (prisim_cycle_t last = 0; !prisim_scheduler_idle(pieces.scheduler); last += 7)
        prisim_scheduler_run(pieces.scheduler, last);
    ck_assert_int_eq(toy_record_difference(&whole.record, &pieces.record), -1);
    ck_assert_uint_eq(prisim_scheduler_steps(whole.scheduler), prisim_scheduler_steps(pieces.scheduler));
    plant_close(&whole);
    plant_close(&pieces);
}
END_TEST

static const struct prisim_scheduler_mode modes[] = {
    {0}, {.every_edge = true}, {.shuffle = 3}, {.extra_steps = 4}, {.every_edge = true, .shuffle = 5}};
enum { MODES = sizeof modes / sizeof modes[0] };

/* The mode may change between two runs: events, and the edge at which somebody was due last, are those of any one mode.
 */
START_TEST(the_mode_may_change_anywhere)
{
    struct plant whole, pieces;
    bool ahead = _i % 2;
    (ahead ? plant_config_ahead(&whole, (uint64_t)_i, true, 0) : plant_config(&whole, (uint64_t)_i));
    pieces = whole;
    plant_open(&whole, (struct prisim_scheduler_mode){0});
    plant_open(&pieces, modes[0]);
    struct random_stream random = random_open((uint64_t)_i, 0, 3);
    for (prisim_cycle_t last = 0; last < 10000; last += random_below(&random, 40)) {
        prisim_scheduler_set_mode(pieces.scheduler, modes[random_below(&random, MODES)]);
        prisim_scheduler_run(whole.scheduler, last);
        prisim_scheduler_run(pieces.scheduler, last);
        if (!ahead) /* a relay that puts ahead may ask for an edge at which, stepped before, it has nothing to do */
            ck_assert_uint_eq(prisim_scheduler_now(pieces.scheduler), prisim_scheduler_now(whole.scheduler));
        ck_assert_int_eq(prisim_scheduler_idle(pieces.scheduler), prisim_scheduler_idle(whole.scheduler));
    }
    prisim_scheduler_set_mode(pieces.scheduler, modes[_i % MODES]);
    prisim_scheduler_run(whole.scheduler, far);
    prisim_scheduler_run(pieces.scheduler, far);
    ck_assert(prisim_scheduler_idle(pieces.scheduler));
    ck_assert_uint_eq(prisim_scheduler_now(pieces.scheduler), prisim_scheduler_now(whole.scheduler));
    ck_assert_int_eq(toy_record_difference(&whole.record, &pieces.record), -1);
    plant_close(&whole);
    plant_close(&pieces);
}
END_TEST

/* All at one edge, as when many functions fail together. */
enum { MANY_EVENTS = 1500, MANY_BLOCKS = 3 };

static prisim_cycle_t many_events_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *p)
{
    (void)config, (void)state;
    if (now != 7)
        return now < 7 ? 7 : PRISIM_CYCLE_NEVER;
    for (uint64_t i = 0; i < MANY_EVENTS; i++)
        PRISIM_PROBE(p, now, driver_ready, .functions = i);
    return PRISIM_CYCLE_NEVER;
}

START_TEST(an_edge_may_have_many_events)
{
    struct prisim_scheduler *c = prisim_scheduler_open();
    struct toy_record record = {0};
    for (unsigned i = 0; i < MANY_BLOCKS; i++)
        prisim_scheduler_add(c, many_events_step, NULL, 0);
    ck_assert(prisim_scheduler_build(c));
    prisim_scheduler_set_mode(c, modes[_i]);
    prisim_scheduler_set_listener(c, toy_record_events, &record);
    prisim_scheduler_run(c, 100);
    ck_assert_uint_eq(record.calls, 1);
    ck_assert_uint_eq(record.count, MANY_BLOCKS * MANY_EVENTS);
    for (unsigned i = 0; i < record.count; i++) {
        ck_assert_uint_eq(record.event[i].instance, i / MANY_EVENTS);
        ck_assert_uint_eq(record.event[i].driver_ready.functions, i % MANY_EVENTS);
        ck_assert_uint_eq(record.event[i].cycle, 7);
    }
    toy_record_free(&record);
    prisim_scheduler_close(c);
}
END_TEST

/* Steps of a lone pair of producer and consumer, the items `gap` cycles apart. */
static uint64_t steps_of_pair(uint32_t gap, prisim_cycle_t *cycles, unsigned bystanders)
{
    const struct toy_producer_config producer = {1, ITEMS, 1, gap};
    const struct toy_consumer_config consumer = {1, 1, 0};
    struct prisim_scheduler *c = prisim_scheduler_open();
    unsigned from = prisim_scheduler_add(c, toy_producer_step, &producer, sizeof(struct toy_producer));
    unsigned to = prisim_scheduler_add(c, toy_consumer_step, &consumer, sizeof(struct toy_consumer));
    for (unsigned i = 0; i < bystanders; i++)
        prisim_scheduler_add(c, toy_consumer_step, &consumer, sizeof(struct toy_consumer));
    prisim_scheduler_connect(c, from, 0, to, 0, sizeof(struct toy_item));
    ck_assert(prisim_scheduler_build(c));
    prisim_scheduler_run(c, PRISIM_CYCLE_NEVER - 1);
    ck_assert_uint_eq(((struct toy_consumer *)prisim_scheduler_state(c, to))->received, ITEMS);
    *cycles = prisim_scheduler_now(c);
    uint64_t steps = prisim_scheduler_steps(c);
    prisim_scheduler_close(c);
    return steps;
}

START_TEST(steps_go_with_events_and_not_with_cycles)
{
    prisim_cycle_t dense, sparse;
    steps_of_pair(1, &dense, 0);
    uint64_t far_apart = steps_of_pair(1000000000, &sparse, 0);
    ck_assert_uint_gt(sparse, 1000000 * dense);
    /* One step that puts and one that takes each item, and the first step of each block. */
    ck_assert_uint_le(far_apart, 2 * ITEMS + 2);
    ck_assert_uint_ge(far_apart, 2 * ITEMS);
}
END_TEST

START_TEST(a_block_with_nothing_to_do_costs_one_step)
{
    prisim_cycle_t cycles;
    uint64_t alone = steps_of_pair(1000, &cycles, 0);
    ck_assert_uint_eq(steps_of_pair(1000, &cycles, PRISIM_SCHEDULER_BLOCKS_MAX - 2),
                      alone + PRISIM_SCHEDULER_BLOCKS_MAX - 2);
}
END_TEST

/* The last edge there is: of one more the timers make "never" (docs/timing.md "Scheduling"). */
static const prisim_cycle_t last_edge = (UINT64_C(1) << 58) - 2;

struct last_step {
    prisim_cycle_t now, next;
};

static prisim_cycle_t last_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *p)
{
    struct last_step *s = state;
    (void)config, (void)p;
    s->now = now;
    return now < s->next ? s->next : PRISIM_CYCLE_NEVER;
}

START_TEST(the_last_edge_is_stepped)
{
    for (unsigned beyond = 0; beyond < 2; beyond++) {
        struct prisim_scheduler *c = prisim_scheduler_open();
        prisim_scheduler_add(c, last_step, NULL, sizeof(struct last_step));
        ck_assert(prisim_scheduler_build(c));
        struct last_step *s = prisim_scheduler_state(c, 0);
        s->next = last_edge + beyond;
        prisim_scheduler_run(c, PRISIM_CYCLE_NEVER - 1);
        ck_assert_uint_eq(s->now, beyond ? 0 : last_edge);
        ck_assert(prisim_scheduler_idle(c));
        prisim_scheduler_close(c);
    }
}
END_TEST

/* Under the sanitizer, too, there is none then. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

START_TEST(no_memory)
{
    struct prisim_scheduler *c = prisim_scheduler_open();
    prisim_scheduler_add(c, many_events_step, NULL, (size_t)1 << 62);
    ck_assert(!prisim_scheduler_build(c));
    prisim_scheduler_close(c);
}
END_TEST

/* States lie apart and fit any type, whatever their sizes; what is given back is all that was taken. */
START_TEST(states_have_room_and_are_given_back)
{
    static const size_t size[] = {1, 65, 64, 3, 129, 128, 63};
    enum { BLOCKS = sizeof size / sizeof size[0], REPEATS = 50 };
    size_t taken = 0;
    for (unsigned repeat = 0; repeat < REPEATS; repeat++) {
        struct prisim_scheduler *c = prisim_scheduler_open();
        for (unsigned i = 0; i < BLOCKS; i++)
            prisim_scheduler_add(c, many_events_step, NULL, size[i]);
        for (unsigned i = 0; i + 1 < BLOCKS; i++)
            prisim_scheduler_connect(c, i, 0, i + 1, 0, size[i]);
        ck_assert(prisim_scheduler_build(c));
        for (unsigned i = 0; i < BLOCKS; i++) {
            const char *state = prisim_scheduler_state(c, i);
            ck_assert_uint_eq((uintptr_t)state % _Alignof(max_align_t), 0);
            for (unsigned k = 0; k < i; k++)
                ck_assert(state >= (const char *)prisim_scheduler_state(c, k) + size[k]);
        }
        prisim_scheduler_run(c, 100);
        prisim_scheduler_close(c);
        if (repeat == 0)
            taken = memory_taken();
    }
    ck_assert_uint_eq(memory_taken(), taken);
    prisim_scheduler_close(NULL);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("core_clockwork");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_loop_test(all, every_way_of_stepping_gives_the_same_events, 0, 3);
    tcase_add_loop_test(all, putting_ahead_of_time_changes_nothing, 0, 3);
    tcase_add_test(all, putting_ahead_of_time_saves_steps);
    tcase_add_test(all, another_seed_gives_other_events);
    tcase_add_loop_test(all, a_restored_run_goes_on_with_the_same_events, 0, 2);
    tcase_add_test(all, a_run_may_be_cut_anywhere);
    tcase_add_loop_test(all, the_mode_may_change_anywhere, 0, 8);
    tcase_add_loop_test(all, an_edge_may_have_many_events, 0, MODES);
    tcase_add_test(all, steps_go_with_events_and_not_with_cycles);
    tcase_add_test(all, a_block_with_nothing_to_do_costs_one_step);
    tcase_add_test(all, the_last_edge_is_stepped);
    tcase_add_test(all, no_memory);
    tcase_add_test(all, states_have_room_and_are_given_back);
    suite_add_tcase(suite, all);
    return suite;
}
