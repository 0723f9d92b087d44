/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules of the edge, one by one, at N-1 and at N (docs/timing.md "The rules of the edge"): a scripted source and a
 * scripted sink write down what they see at every edge. Bit n of a script or of a record stands for edge n.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/core/toy_blocks.h"
#include "tests/harness/suite.h"

enum { EDGES = 64 };

static uint64_t at(unsigned edge)
{
    return UINT64_C(1) << edge;
}

/* Edges first..last. */
static uint64_t during(unsigned first, unsigned last)
{
    return (at(last) - at(first)) | at(last);
}

static prisim_cycle_t next_of(uint64_t script, prisim_cycle_t now)
{
    uint64_t later = now + 1 < EDGES ? script >> (now + 1) << (now + 1) : 0;
    return later ? (prisim_cycle_t)__builtin_ctzll(later) : PRISIM_CYCLE_NEVER;
}

/* Puts item number n at edge n of the script, or leaves it out if there is no room then. */
struct source_script {
    uint64_t put;
};
struct source {
    uint64_t stepped, could_put, valid, ready, taken, put;
};

static prisim_cycle_t source_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *p)
{
    const struct source_script *script = config;
    struct source *s = state;
    assert(now < EDGES);
    s->stepped |= at((unsigned)now);
    s->could_put |= (uint64_t)prisim_ports_can_put(p, 0) << now;
    s->valid |= (p->tx_valid & 1) << now;
    s->ready |= (p->tx_ready & 1) << now;
    s->taken |= (p->tx_valid & p->tx_ready & 1) << now;
    if (script->put >> now & 1 && prisim_ports_can_put(p, 0)) {
        struct toy_item *item = prisim_ports_put(p, 0);
        *item = (struct toy_item){now, ~now};
        s->put |= at((unsigned)now);
        PRISIM_PROBE(p, now, fabric_enter, .tlp = now, .link = 0, .up = 0, .type = 0);
    }
    return next_of(script->put, now);
}

/* Publishes ready at the edges of the script. */
struct sink_script {
    uint64_t ready;
};
struct sink {
    uint64_t stepped, valid, arrived;
    struct toy_item seen[EDGES];
};

static prisim_cycle_t sink_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *p)
{
    const struct sink_script *script = config;
    struct sink *s = state;
    assert(now < EDGES);
    s->stepped |= at((unsigned)now);
    s->valid |= (p->rx_valid & 1) << now;
    s->arrived |= (prisim_ports_arrived(p) & 1) << now;
    if (p->rx_valid & 1)
        memcpy(&s->seen[now], p->rx[0], sizeof s->seen[now]);
    if (prisim_ports_has_arrived(p, 0))
        PRISIM_PROBE(p, now, fabric_leave, .tlp = s->seen[now].number, .link = 0, .up = 0, .type = 0);
    prisim_ports_set_ready(p, 0, script->ready >> now & 1);
    uint64_t changes = script->ready ^ (script->ready << 1);
    return next_of(changes, now);
}

/* Is due at every edge and does nothing: keeps the clock running behind the last event. */
static prisim_cycle_t metronome_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *p)
{
    (void)config, (void)state, (void)p;
    return now + 1;
}

struct pair {
    struct source_script source_script;
    struct sink_script sink_script;
    struct prisim_scheduler *scheduler;
    const struct source *source;
    const struct sink *sink;
    struct toy_record record;
};

static void pair_build(struct pair *pair, uint64_t put, uint64_t ready, bool sink_first, bool watch)
{
    *pair = (struct pair){.source_script = {put}, .sink_script = {ready}};
    struct prisim_scheduler *c = pair->scheduler = prisim_scheduler_open();
    ck_assert_ptr_nonnull(c);
    unsigned source = 0, sink = 1;
    if (sink_first)
        sink = prisim_scheduler_add(c, sink_step, &pair->sink_script, sizeof(struct sink));
    source = prisim_scheduler_add(c, source_step, &pair->source_script, sizeof(struct source));
    if (!sink_first)
        sink = prisim_scheduler_add(c, sink_step, &pair->sink_script, sizeof(struct sink));
    prisim_scheduler_connect(c, source, 0, sink, 0, sizeof(struct toy_item));
    if (watch)
        prisim_scheduler_add(c, metronome_step, NULL, 0);
    ck_assert(prisim_scheduler_build(c));
    prisim_scheduler_set_mode(c, (struct prisim_scheduler_mode){.every_edge = watch});
    prisim_scheduler_set_listener(c, toy_record_events, &pair->record);
    pair->source = prisim_scheduler_state(c, source);
    pair->sink = prisim_scheduler_state(c, sink);
}

/* `sink_first`: the sink has the lower rank and is stepped first. */
static void pair_open(struct pair *pair, uint64_t put, uint64_t ready, bool sink_first)
{
    pair_build(pair, put, ready, sink_first, false);
}

static void pair_close(struct pair *pair)
{
    prisim_scheduler_close(pair->scheduler);
    toy_record_free(&pair->record);
}

/* Edges 0..62, both blocks stepped at each. */
static void pair_watch(struct pair *pair, uint64_t put, uint64_t ready, bool sink_first)
{
    pair_build(pair, put, ready, sink_first, true);
    prisim_scheduler_run(pair->scheduler, EDGES - 2);
}

START_TEST(valid_is_seen_at_the_next_edge)
{
    struct pair pair;
    pair_watch(&pair, at(5), during(0, 62), _i);
    ck_assert_uint_eq(pair.sink->valid, at(6)); /* not at 5, yes at 6 */
    ck_assert_uint_eq(pair.sink->arrived, at(6));
    ck_assert_uint_eq(pair.source->taken, at(6)); /* both sides know it at the same edge */
    ck_assert_uint_eq(pair.sink->seen[6].number, 5);
    pair_close(&pair);
}
END_TEST

START_TEST(ready_takes_at_the_next_edge)
{
    struct pair pair;
    pair_watch(&pair, at(5), during(9, 62), _i);
    ck_assert_uint_eq(pair.sink->valid, during(6, 10)); /* held until taken */
    ck_assert_uint_eq(pair.sink->arrived, at(10));      /* not at 9, yes at 10 */
    ck_assert_uint_eq(pair.source->ready, during(10, 62));
    ck_assert_uint_eq(pair.source->taken, at(10));
    pair_close(&pair);
}
END_TEST

START_TEST(both_must_be_published_by_the_edge_before)
{
    struct pair pair;
    pair_watch(&pair, at(5), at(4), _i); /* ready for edge 5 only, valid is seen from 6 on */
    ck_assert_uint_eq(pair.sink->arrived, 0);
    ck_assert_uint_eq(pair.sink->valid, during(6, 62));
    pair_close(&pair);
    pair_watch(&pair, at(5), at(5), _i);
    ck_assert_uint_eq(pair.sink->arrived, at(6));
    pair_close(&pair);
    pair_watch(&pair, at(5), at(7), _i);
    ck_assert_uint_eq(pair.sink->arrived, at(8));
    pair_close(&pair);
}
END_TEST

START_TEST(a_stalled_payload_is_stable)
{
    struct pair pair;
    pair_watch(&pair, during(5, 40), at(20), _i); /* the source wants to put at every edge */
    ck_assert_uint_eq(pair.sink->arrived, at(21));
    for (unsigned n = 6; n <= 21; n++) {
        ck_assert_uint_eq(pair.sink->seen[n].number, 5);
        ck_assert_uint_eq(pair.sink->seen[n].echo, ~UINT64_C(5));
    }
    /* Room comes back at the edge of the transfer and not before. */
    ck_assert_uint_eq(pair.source->put, at(5) | at(21));
    ck_assert_uint_eq(pair.source->could_put, during(0, 5) | at(21));
    for (unsigned n = 22; n <= 62; n++)
        ck_assert_uint_eq(pair.sink->seen[n].number, 21);
    pair_close(&pair);
}
END_TEST

START_TEST(one_payload_per_edge_is_possible)
{
    struct pair pair;
    pair_watch(&pair, during(3, 50), during(0, 62), _i);
    ck_assert_uint_eq(pair.source->put, during(3, 50));
    ck_assert_uint_eq(pair.sink->arrived, during(4, 51));
    for (unsigned n = 4; n <= 51; n++)
        ck_assert_uint_eq(pair.sink->seen[n].number, n - 1);
    ck_assert_uint_eq(prisim_scheduler_transfers(pair.scheduler, _i ? 0 : 1, 0), 48);
    pair_close(&pair);
}
END_TEST

START_TEST(ready_every_second_edge_halves_the_rate)
{
    struct pair pair;
    uint64_t even = UINT64_C(0x5555555555555555);
    pair_watch(&pair, during(3, 40), even, _i);
    /* Put at 3, valid from 4; ready published at 4 takes it at 5, where the next one is put. */
    ck_assert_uint_eq(pair.sink->arrived, (even << 1) & during(5, 41));
    ck_assert_uint_eq(pair.source->put, at(3) | ((even << 1) & during(5, 40)));
    pair_close(&pair);
}
END_TEST

START_TEST(a_pulse_stands_for_one_edge)
{
    struct pair pair;
    uint64_t pulses = at(4) | at(5) | at(9) | at(30);
    pair_watch(&pair, pulses, during(0, 62), _i);
    ck_assert_uint_eq(pair.sink->valid, pulses << 1);
    ck_assert_uint_eq(pair.source->valid, pulses << 1);
    ck_assert_uint_eq(pair.source->could_put, during(0, 62));
    pair_close(&pair);
}
END_TEST

/* Leaping: who is stepped is exactly who asked, or whose channel changed. */
START_TEST(only_those_concerned_are_stepped)
{
    struct pair pair;
    pair_open(&pair, at(5), during(20, 62), _i);
    prisim_scheduler_run(pair.scheduler, EDGES - 2);
    /* The source: the first edge, its put, and the edge of the transfer, for ready rose under a waiting payload. */
    ck_assert_uint_eq(pair.source->stepped, at(0) | at(5) | at(21));
    /* The sink: the first edge, valid, its change of ready, the transfer. */
    ck_assert_uint_eq(pair.sink->stepped, at(0) | at(6) | at(20) | at(21));
    ck_assert_uint_eq(prisim_scheduler_steps(pair.scheduler), 3 + 4);
    ck_assert_uint_eq(prisim_scheduler_now(pair.scheduler), 21);
    pair_close(&pair);
}
END_TEST

START_TEST(a_payload_that_nobody_takes_leaves_it_idle)
{
    struct pair pair;
    pair_open(&pair, at(5), 0, _i);
    prisim_scheduler_run(pair.scheduler, 5);
    ck_assert(!prisim_scheduler_idle(pair.scheduler)); /* the sink will see the payload at 6 */
    prisim_scheduler_run(pair.scheduler, 6);
    ck_assert(prisim_scheduler_idle(pair.scheduler));
    ck_assert_uint_eq(pair.sink->valid, at(6));
    uint64_t steps = prisim_scheduler_steps(pair.scheduler);
    prisim_scheduler_run(pair.scheduler, PRISIM_CYCLE_NEVER - 1);
    ck_assert_uint_eq(prisim_scheduler_steps(pair.scheduler), steps);
    ck_assert_uint_eq(prisim_scheduler_now(pair.scheduler), 6);
    pair_close(&pair);
}
END_TEST

START_TEST(a_run_includes_its_last_edge)
{
    struct pair pair;
    pair_open(&pair, at(10), during(0, 62), _i);
    prisim_scheduler_run(pair.scheduler, 9);
    ck_assert_uint_eq(pair.source->put, 0);
    prisim_scheduler_run(pair.scheduler, 10);
    ck_assert_uint_eq(pair.source->put, at(10));
    ck_assert_uint_eq(pair.sink->arrived, 0);
    prisim_scheduler_run(pair.scheduler, 11);
    ck_assert_uint_eq(pair.sink->arrived, at(11));
    pair_close(&pair);
}
END_TEST

START_TEST(a_wake_steps_a_block_at_that_edge)
{
    struct pair pair;
    pair_open(&pair, 0, 0, _i);
    unsigned source = _i ? 1 : 0, sink = 1 - source;
    prisim_scheduler_run(pair.scheduler, 0);
    ck_assert(prisim_scheduler_idle(pair.scheduler));
    prisim_scheduler_wake(pair.scheduler, source, 30);
    prisim_scheduler_wake(pair.scheduler, source, 20); /* the earlier one counts, in either order */
    prisim_scheduler_wake(pair.scheduler, sink, 12);
    prisim_scheduler_wake(pair.scheduler, sink, 40);
    ck_assert(!prisim_scheduler_idle(pair.scheduler));
    prisim_scheduler_run(pair.scheduler, 19);
    ck_assert_uint_eq(pair.source->stepped, at(0));
    ck_assert_uint_eq(pair.sink->stepped, at(0) | at(12));
    prisim_scheduler_run(pair.scheduler, 20);
    ck_assert_uint_eq(pair.source->stepped, at(0) | at(20));
    prisim_scheduler_wake(pair.scheduler, source, 21); /* the very next edge */
    prisim_scheduler_run(pair.scheduler, EDGES - 2);
    ck_assert_uint_eq(pair.source->stepped, at(0) | at(20) | at(21));
    pair_close(&pair);
}
END_TEST

/* As the timeline is woken: by what the listener hears at the end of an edge. */
struct waker {
    struct prisim_scheduler *scheduler;
    unsigned block;
    prisim_cycle_t heard;
};

static void wake_at_once(void *context, const struct prisim_event *events, unsigned count)
{
    struct waker *waker = context;
    ck_assert_uint_eq(count, 1);
    if (waker->heard == 0) {
        waker->heard = events[0].cycle;
        prisim_scheduler_wake(waker->scheduler, waker->block, events[0].cycle + 1);
    }
}

START_TEST(a_listener_may_wake_a_block_at_the_next_edge)
{
    struct pair pair;
    pair_open(&pair, at(7), 0, _i);
    struct waker waker = {pair.scheduler, _i ? 1 : 0, 0};
    prisim_scheduler_set_listener(pair.scheduler, wake_at_once, &waker);
    prisim_scheduler_run(pair.scheduler, EDGES - 2);
    ck_assert_uint_eq(waker.heard, 7);
    ck_assert_uint_eq(pair.source->stepped, at(0) | at(7) | at(8));
    pair_close(&pair);
}
END_TEST

START_TEST(events_of_an_edge_are_ordered_by_rank)
{
    for (uint64_t shuffle = 0; shuffle < 4; shuffle++) {
        struct pair pair;
        pair_open(&pair, during(3, 20), during(0, 62), _i);
        prisim_scheduler_set_mode(pair.scheduler, (struct prisim_scheduler_mode){.shuffle = shuffle});
        prisim_scheduler_run(pair.scheduler, EDGES - 2);
        ck_assert(!pair.record.out_of_order);
        ck_assert_uint_eq(pair.record.calls, 19); /* edges 3..21: one call each */
        ck_assert_uint_eq(pair.record.count, 2 * 18);
        /* At edge 4: item 4 is put, item 3 arrives; the lower rank speaks first. */
        unsigned put = _i ? 2 : 1;
        ck_assert_uint_eq(pair.record.event[put].type, PRISIM_EVENT_FABRIC_ENTER);
        ck_assert_uint_eq(pair.record.event[3 - put].type, PRISIM_EVENT_FABRIC_LEAVE);
        pair_close(&pair);
    }
}
END_TEST

START_TEST(a_tx_port_joined_to_nothing_loses_its_payload)
{
    const struct source_script script = {during(2, 30)};
    struct prisim_scheduler *c = prisim_scheduler_open();
    prisim_scheduler_add(c, source_step, &script, sizeof(struct source));
    ck_assert(prisim_scheduler_build(c));
    prisim_scheduler_run(c, EDGES - 2);
    const struct source *source = prisim_scheduler_state(c, 0);
    ck_assert_uint_eq(source->put, during(2, 30));
    ck_assert_uint_eq(source->valid, 0);
    /* As if somebody were ready for ever: a block that asks prisim_ports_retry after a put comes back at the next edge.
     */
    ck_assert_uint_eq(source->ready, source->stepped);
    ck_assert(prisim_scheduler_idle(c));
    ck_assert_uint_eq(prisim_scheduler_now(c), 30);
    prisim_scheduler_close(c);
}
END_TEST

/* Puts on two ports at every edge, and looks at both before the step ends, as a monitor does. */
static prisim_cycle_t two_puts_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    (void)config;
    unsigned *mixed_up = state;
    *(uint64_t *)prisim_ports_put(ports, 0) = now;
    *(uint64_t *)prisim_ports_put(ports, 1) = ~now;
    *mixed_up += *(const uint64_t *)ports->tx[0] != now || *(const uint64_t *)ports->tx[1] != ~now;
    return now + 1;
}

START_TEST(ports_joined_to_nothing_have_places_of_their_own)
{
    struct prisim_scheduler *c = prisim_scheduler_open();
    prisim_scheduler_add(c, two_puts_step, NULL, sizeof(unsigned));
    ck_assert(prisim_scheduler_build(c));
    prisim_scheduler_run(c, 10);
    ck_assert_uint_eq(*(const unsigned *)prisim_scheduler_state(c, 0), 0);
    prisim_scheduler_close(c);
}
END_TEST

START_TEST(an_rx_port_joined_to_nothing_stays_silent)
{
    const struct sink_script script = {during(0, 62)};
    struct prisim_scheduler *c = prisim_scheduler_open();
    prisim_scheduler_add(c, sink_step, &script, sizeof(struct sink));
    ck_assert(prisim_scheduler_build(c));
    prisim_scheduler_run(c, EDGES - 2);
    ck_assert_uint_eq(((const struct sink *)prisim_scheduler_state(c, 0))->valid, 0);
    prisim_scheduler_close(c);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("core_transfer");
    TCase *pairs = tcase_create("pairs"); /* _i: which of the two is stepped first */
    tcase_add_loop_test(pairs, valid_is_seen_at_the_next_edge, 0, 2);
    tcase_add_loop_test(pairs, ready_takes_at_the_next_edge, 0, 2);
    tcase_add_loop_test(pairs, both_must_be_published_by_the_edge_before, 0, 2);
    tcase_add_loop_test(pairs, a_stalled_payload_is_stable, 0, 2);
    tcase_add_loop_test(pairs, one_payload_per_edge_is_possible, 0, 2);
    tcase_add_loop_test(pairs, ready_every_second_edge_halves_the_rate, 0, 2);
    tcase_add_loop_test(pairs, a_pulse_stands_for_one_edge, 0, 2);
    tcase_add_loop_test(pairs, only_those_concerned_are_stepped, 0, 2);
    tcase_add_loop_test(pairs, a_payload_that_nobody_takes_leaves_it_idle, 0, 2);
    tcase_add_loop_test(pairs, a_run_includes_its_last_edge, 0, 2);
    tcase_add_loop_test(pairs, a_wake_steps_a_block_at_that_edge, 0, 2);
    tcase_add_loop_test(pairs, a_listener_may_wake_a_block_at_the_next_edge, 0, 2);
    tcase_add_loop_test(pairs, events_of_an_edge_are_ordered_by_rank, 0, 2);
    tcase_add_test(pairs, a_tx_port_joined_to_nothing_loses_its_payload);
    tcase_add_test(pairs, ports_joined_to_nothing_have_places_of_their_own);
    tcase_add_test(pairs, an_rx_port_joined_to_nothing_stays_silent);
    suite_add_tcase(suite, pairs);
    return suite;
}
