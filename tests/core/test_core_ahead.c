/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks with several ports, what they put ahead of time and when they are stepped for it, at N-1 and at N
 * (docs/timing.md "Scheduling"): scripted actors write down what they see at every edge. Bit n of a record stands for
 * edge n. What holds whoever is stepped is looked at in every way of stepping (_i); who is stepped, when leaping only.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/core/toy_blocks.h"
#include "tests/harness/suite.h"

enum { EDGES = 64, LAST = EDGES - 2, PORTS = 4, ACTS = 8, ACTORS = 24 };

static const struct prisim_scheduler_mode modes[] = {{0},
                                                     {.every_edge = true},
                                                     {.shuffle = 3},
                                                     {.extra_steps = 4},
                                                     {.shuffle = 9, .extra_steps = 5},
                                                     {.every_edge = true, .shuffle = 7}};
enum { MODES = sizeof modes / sizeof modes[0] };

/* More blocks than are due. */
static bool steps_more(int mode)
{
    return modes[mode].every_edge || modes[mode].extra_steps;
}

static uint64_t at(unsigned edge)
{
    return UINT64_C(1) << edge;
}

/* Edges first..last. */
static uint64_t during(unsigned first, unsigned last)
{
    return (at(last) - at(first)) | at(last);
}

/* One thing an actor does at an edge; it asks for that edge. */
struct act {
    prisim_cycle_t edge;
    enum { NOTHING, PUT, PUT_WHEN_FREE, PUT_AT, TAKE_BACK, READY, NOT_READY } what; /* ready is 0 before edge 0 */
    unsigned port;
    prisim_cycle_t when; /* of PUT_AT */
    uint64_t number;     /* of the payload */
};

struct script {
    struct act act[ACTS]; /* of one edge in their order */
    unsigned acts;
};

struct actor {
    unsigned done; /* bit per act */
    uint64_t stepped;
    uint64_t valid[PORTS], arrived[PORTS]; /* by rx port */
    uint64_t number[EDGES];                /* what arrived last at that edge */
    unsigned turn[EDGES];                  /* its step at that edge among all steps */
};
static unsigned turns;

static void perform(const struct act *act, struct prisim_ports *p)
{
    switch (act->what) {
    case NOTHING:
        return;
    case PUT:
    case PUT_WHEN_FREE:
        *(struct toy_item *)prisim_ports_put(p, act->port) = (struct toy_item){act->number, ~act->number};
        return;
    case PUT_AT:
        ck_assert(prisim_ports_can_put_at(p, act->port));
        *(struct toy_item *)prisim_ports_put_at(p, act->port, act->when) = (struct toy_item){act->number, ~act->number};
        return;
    case TAKE_BACK:
        prisim_ports_take_back(p, act->port);
        return;
    case READY:
    case NOT_READY:
        prisim_ports_set_ready(p, act->port, act->what == READY);
        return;
    }
}

static prisim_cycle_t actor_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *p)
{
    const struct script *script = config;
    struct actor *s = state;
    assert(now < EDGES);
    s->stepped |= at((unsigned)now);
    s->turn[now] = turns++;
    for (unsigned port = 0; port < PORTS; port++) {
        s->valid[port] |= (p->rx_valid >> port & 1) << now;
        if (!prisim_ports_has_arrived(p, port))
            continue;
        s->arrived[port] |= at((unsigned)now);
        const struct toy_item *item = p->rx[port];
        ck_assert_uint_eq(item->number, ~item->echo);
        s->number[now] = item->number;
    }
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    for (unsigned i = 0; i < script->acts; i++) {
        const struct act *act = &script->act[i];
        if (s->done >> i & 1)
            continue;
        if (act->edge <= now && (act->what != PUT_WHEN_FREE || prisim_ports_can_put(p, act->port))) {
            perform(act, p);
            s->done |= 1u << i;
        } else {
            next = prisim_cycle_min(next, act->edge > now ? act->edge : prisim_ports_retry(p, act->port, now));
        }
    }
    return next;
}

struct stage {
    struct script script[PRISIM_SCHEDULER_BLOCKS_MAX];
    struct prisim_scheduler *scheduler;
    const struct actor *actor[PRISIM_SCHEDULER_BLOCKS_MAX];
    unsigned actors;
};

static void act(struct stage *stage, unsigned actor, struct act act)
{
    struct script *script = &stage->script[actor];
    ck_assert_uint_lt(script->acts, ACTS);
    script->act[script->acts++] = act;
}

static void stage_open(struct stage *stage, unsigned actors)
{
    *stage = (struct stage){.scheduler = prisim_scheduler_open(), .actors = actors};
    for (unsigned i = 0; i < actors; i++)
        ck_assert_uint_eq(prisim_scheduler_add(stage->scheduler, actor_step, &stage->script[i], sizeof(struct actor)),
                          i);
}

static void join(struct stage *stage, unsigned from, unsigned tx, unsigned to, unsigned rx)
{
    prisim_scheduler_connect(stage->scheduler, from, tx, to, rx, sizeof(struct toy_item));
}

static void stage_start(struct stage *stage, struct prisim_scheduler_mode mode)
{
    ck_assert(prisim_scheduler_build(stage->scheduler));
    prisim_scheduler_set_mode(stage->scheduler, mode);
    for (unsigned i = 0; i < stage->actors; i++)
        stage->actor[i] = prisim_scheduler_state(stage->scheduler, i);
}

static void stage_run(struct stage *stage, struct prisim_scheduler_mode mode)
{
    stage_start(stage, mode);
    prisim_scheduler_run(stage->scheduler, LAST);
}

static void ready_from_the_start(struct stage *stage, unsigned actor, unsigned ports)
{
    for (unsigned port = 0; port < ports; port++)
        act(stage, actor, (struct act){.edge = 0, .what = READY, .port = port});
}

START_TEST(transfers_are_counted_by_port)
{
    struct stage stage;
    stage_open(&stage, 2);
    join(&stage, 0, 0, 1, 2);
    join(&stage, 0, 1, 1, 3);
    join(&stage, 0, 3, 1, 0);
    for (unsigned i = 0; i < 3; i++)
        act(&stage, 0, (struct act){.edge = 4 + i, .what = PUT, .port = 0});
    act(&stage, 0, (struct act){.edge = 9, .what = PUT, .port = 1});
    act(&stage, 0, (struct act){.edge = 9, .what = PUT, .port = 3});
    act(&stage, 0, (struct act){.edge = 12, .what = PUT, .port = 3});
    ready_from_the_start(&stage, 1, PORTS);
    stage_run(&stage, modes[_i]);
    static const uint64_t expected[PORTS] = {2, 0, 3, 1};
    for (unsigned port = 0; port < PORTS; port++)
        ck_assert_uint_eq(prisim_scheduler_transfers(stage.scheduler, 1, port), expected[port]);
    ck_assert_uint_eq(stage.actor[1]->arrived[2], at(5) | at(6) | at(7));
    prisim_scheduler_close(stage.scheduler);
}
END_TEST

/* A payload waits on each port and ready rises on all at one edge: each producer may put its next one at the edge of
 * the transfer, and is stepped for it. */
START_TEST(ready_rises_on_several_ports)
{
    struct stage stage;
    stage_open(&stage, 4);
    for (unsigned port = 0; port < 3; port++) {
        unsigned producer = port < 2 ? port : 3;
        join(&stage, producer, port, 2, port);
        act(&stage, producer, (struct act){.edge = 3, .what = PUT, .port = port, .number = port});
        act(&stage, producer, (struct act){.edge = 4, .what = PUT_WHEN_FREE, .port = port, .number = 10 + port});
        act(&stage, 2, (struct act){.edge = 20, .what = READY, .port = port});
    }
    stage_run(&stage, modes[_i]);
    for (unsigned port = 0; port < 3; port++) {
        ck_assert_uint_eq(stage.actor[2]->arrived[port], at(21) | at(22));
        ck_assert_uint_eq(prisim_scheduler_transfers(stage.scheduler, 2, port), 2);
        if (_i == 0)
            ck_assert_uint_eq(stage.actor[port < 2 ? port : 3]->stepped, at(0) | at(3) | at(4) | at(21));
    }
    prisim_scheduler_close(stage.scheduler);
}
END_TEST

/* Put at n, and ready rises at n: taken at n + 1, where the next one is put. Whoever of the two is stepped first. */
START_TEST(a_put_at_the_edge_at_which_ready_rises)
{
    for (unsigned consumer = 0; consumer < 2; consumer++) {
        struct stage stage;
        unsigned producer = 1 - consumer;
        stage_open(&stage, 2);
        join(&stage, producer, 0, consumer, 0);
        for (unsigned i = 0; i < 3; i++)
            act(&stage, producer, (struct act){.edge = 10, .what = PUT_WHEN_FREE, .number = 100 + i});
        act(&stage, consumer, (struct act){.edge = 10, .what = READY});
        stage_run(&stage, modes[_i]);
        const struct actor *sink = stage.actor[consumer];
        ck_assert_uint_eq(sink->valid[0], at(11) | at(12) | at(13));
        ck_assert_uint_eq(sink->arrived[0], at(11) | at(12) | at(13));
        for (unsigned i = 0; i < 3; i++)
            ck_assert_uint_eq(sink->number[11 + i], 100 + i);
        prisim_scheduler_close(stage.scheduler);
    }
}
END_TEST

/* The same where the payload before it is taken at that edge: ready falls and rises between two payloads. */
START_TEST(ready_falls_and_rises_between_payloads)
{
    struct stage stage;
    stage_open(&stage, 2);
    join(&stage, 0, 0, 1, 0);
    for (unsigned i = 0; i < 3; i++)
        act(&stage, 0, (struct act){.edge = 10, .what = PUT_WHEN_FREE, .number = 100 + i});
    act(&stage, 1, (struct act){.edge = 0, .what = READY});
    act(&stage, 1,
        (struct act){.edge = 11, .what = NOT_READY}); /* the first is taken at 11, the second waits from 12 on */
    act(&stage, 1, (struct act){.edge = 20, .what = READY});
    stage_run(&stage, modes[_i]);
    ck_assert_uint_eq(stage.actor[1]->arrived[0], at(11) | at(21) | at(22));
    prisim_scheduler_close(stage.scheduler);
}
END_TEST

/* Of two payloads kept, by one block or by two, each is published at its own edge, in whatever order they were put. */
START_TEST(each_kept_payload_comes_at_its_edge)
{
    static const prisim_cycle_t when[][3] = {{20, 30, 40}, {40, 30, 20}, {30, 30, 30}, {20, 40, 20},
                                             {21, 20, 22}, {30, 20, 30}, {21, 40, 20}, {20, 40, 21}};
    for (unsigned row = 0; row < sizeof when / sizeof when[0]; row++)
        for (unsigned apart = 0; apart < 2; apart++) { /* the second one is another block's */
            struct stage stage;
            stage_open(&stage, 4);
            const unsigned from[] = {0, apart ? 1 : 0, 0}, to[] = {3, 2, 3};
            for (unsigned i = 0; i < 3; i++) {
                join(&stage, from[i], i, to[i], i);
                act(&stage, from[i],
                    (struct act){.edge = 5 + i, .what = PUT_AT, .port = i, .when = when[row][i], .number = i});
            }
            ready_from_the_start(&stage, 3, 3);
            ready_from_the_start(&stage, 2, 3);
            stage_run(&stage, modes[_i]);
            for (unsigned i = 0; i < 3; i++) {
                ck_assert_uint_eq(stage.actor[to[i]]->valid[i], at((unsigned)when[row][i] + 1));
                ck_assert_uint_eq(stage.actor[to[i]]->arrived[i], at((unsigned)when[row][i] + 1));
            }
            ck_assert(prisim_scheduler_idle(stage.scheduler));
            prisim_scheduler_close(stage.scheduler);
        }
}
END_TEST

/* A consumer that asks for other edges meanwhile, before and after, comes at the payload's too; the producer does not.
 */
START_TEST(a_consumer_with_edges_of_its_own)
{
    struct stage stage;
    stage_open(&stage, 2);
    join(&stage, 0, 0, 1, 0);
    act(&stage, 0, (struct act){.edge = 5, .what = PUT_AT, .when = 20});
    act(&stage, 1, (struct act){.edge = 0, .what = READY});
    act(&stage, 1, (struct act){.edge = 5, .what = NOTHING});
    act(&stage, 1, (struct act){.edge = 12, .what = NOTHING});
    act(&stage, 1, (struct act){.edge = 20, .what = NOTHING});
    act(&stage, 1, (struct act){.edge = 40, .what = NOTHING});
    stage_run(&stage, modes[_i]);
    ck_assert_uint_eq(stage.actor[1]->arrived[0], at(21));
    if (_i == 0) {
        ck_assert_uint_eq(stage.actor[1]->stepped, at(0) | at(5) | at(12) | at(20) | at(21) | at(40));
        ck_assert_uint_eq(stage.actor[0]->stepped, at(0) | at(5));
    }
    ck_assert_uint_eq(prisim_scheduler_now(stage.scheduler), 40);
    prisim_scheduler_close(stage.scheduler);
}
END_TEST

/* Two payloads come to it, one edge or two edges apart, in either order of putting; its step in between, for an edge of
 * its own, forgets neither. */
START_TEST(a_consumer_with_edges_of_its_own_and_two_payloads)
{
    for (unsigned apart = 1; apart <= 2; apart++)
        for (unsigned later_first = 0; later_first < 2; later_first++) {
            const unsigned when[] = {later_first ? 20 + apart : 20, later_first ? 20 : 20 + apart};
            struct stage stage;
            stage_open(&stage, 2);
            for (unsigned port = 0; port < 2; port++) {
                join(&stage, 0, port, 1, port);
                act(&stage, 0, (struct act){.edge = 5 + port, .what = PUT_AT, .port = port, .when = when[port]});
            }
            ready_from_the_start(&stage, 1, 2);
            act(&stage, 1, (struct act){.edge = 12, .what = NOTHING});
            stage_run(&stage, modes[_i]);
            for (unsigned port = 0; port < 2; port++)
                ck_assert_uint_eq(stage.actor[1]->arrived[port], at(when[port] + 1));
            if (_i == 0)
                ck_assert_uint_eq(stage.actor[1]->stepped, at(0) | at(12) | at(21) | at(21 + apart));
            prisim_scheduler_close(stage.scheduler);
        }
}
END_TEST

/* A kept payload is something to come: no run ends before it, and it may be cut at any edge. */
START_TEST(a_kept_payload_is_not_the_end)
{
    for (prisim_cycle_t cut = 5; cut <= 21; cut++) {
        struct stage stage;
        stage_open(&stage, 2);
        join(&stage, 0, 0, 1, 0);
        act(&stage, 0, (struct act){.edge = 5, .what = PUT_AT, .when = 20});
        act(&stage, 1, (struct act){.edge = 0, .what = READY});
        stage_start(&stage, modes[_i]);
        prisim_scheduler_run(stage.scheduler, cut);
        ck_assert_int_eq(prisim_scheduler_idle(stage.scheduler), cut == 21);
        ck_assert_uint_eq(stage.actor[1]->arrived[0], cut == 21 ? at(21) : 0);
        prisim_scheduler_run(stage.scheduler, LAST);
        ck_assert_uint_eq(stage.actor[1]->arrived[0], at(21));
        ck_assert(prisim_scheduler_idle(stage.scheduler));
        ck_assert_uint_eq(prisim_scheduler_now(stage.scheduler), 21);
        prisim_scheduler_close(stage.scheduler);
    }
}
END_TEST

/* Taken back in the step in which it was put, or later: nobody sees it, nothing is left to come, and another one may be
 * put there for another edge. */
START_TEST(what_is_taken_back_comes_never)
{
    static const prisim_cycle_t back[] = {5, 6, 19, 20};
    for (unsigned i = 0; i < sizeof back / sizeof back[0]; i++)
        for (unsigned again = 0; again < 2; again++) {
            struct stage stage;
            stage_open(&stage, 2);
            join(&stage, 0, 1, 1, 0);
            act(&stage, 0, (struct act){.edge = 5, .what = PUT_AT, .port = 1, .when = 20, .number = 1});
            act(&stage, 0, (struct act){.edge = back[i], .what = TAKE_BACK, .port = 1});
            if (again)
                act(&stage, 0, (struct act){.edge = back[i], .what = PUT_AT, .port = 1, .when = 30, .number = 2});
            act(&stage, 1, (struct act){.edge = 0, .what = READY});
            stage_run(&stage, modes[_i]);
            ck_assert(prisim_scheduler_idle(stage.scheduler));
            ck_assert_uint_eq(stage.actor[1]->valid[0], again ? at(31) : 0);
            ck_assert_uint_eq(stage.actor[1]->number[31], again ? 2 : 0);
            if (_i == 0 && back[i] == 5) /* nobody waited for it */
                ck_assert_uint_eq(stage.actor[1]->stepped, at(0) | (again ? at(31) : 0));
            prisim_scheduler_close(stage.scheduler);
        }
}
END_TEST

/* The timer that was the next one is put off: nobody else is stepped in its place, and its edge does not count, in
 * whatever way the run goes on. */
START_TEST(a_timer_that_is_put_off)
{
    struct stage stage;
    stage_open(&stage, 3);
    join(&stage, 1, 0, 2, 0);
    join(&stage, 1, 1, 2, 1);
    act(&stage, 1, (struct act){.edge = 5, .what = PUT_AT, .when = 12});
    act(&stage, 1, (struct act){.edge = 6, .what = TAKE_BACK});
    act(&stage, 1, (struct act){.edge = 40, .what = NOTHING});
    act(&stage, 1,
        (struct act){.edge = 11, .what = PUT, .port = 1}); /* woken for it, it learns that at 13 nothing comes */
    stage_start(&stage, modes[0]);
    prisim_scheduler_run(stage.scheduler, 12);
    prisim_scheduler_set_mode(stage.scheduler, modes[_i]);
    prisim_scheduler_run(stage.scheduler, 30);
    ck_assert_uint_eq(prisim_scheduler_now(stage.scheduler), 12);
    prisim_scheduler_run(stage.scheduler, LAST);
    ck_assert_uint_eq(prisim_scheduler_now(stage.scheduler), 40);
    if (!steps_more(_i)) {
        ck_assert_uint_eq(stage.actor[0]->stepped, at(0));
        ck_assert_uint_eq(stage.actor[1]->stepped, at(0) | at(5) | at(6) | at(11) | at(40));
        ck_assert_uint_eq(stage.actor[2]->stepped, at(0) | at(12));
    }
    prisim_scheduler_close(stage.scheduler);
}
END_TEST

/* Woken from outside for an edge to come, when nothing else is: that is not the end, and no edge but that one counts.
 */
START_TEST(a_wake_is_something_to_come)
{
    struct stage stage;
    stage_open(&stage, 2);
    stage_start(&stage, modes[_i]);
    prisim_scheduler_run(stage.scheduler, 9);
    ck_assert(prisim_scheduler_idle(stage.scheduler));
    prisim_scheduler_wake(stage.scheduler, 1, 30);
    ck_assert(!prisim_scheduler_idle(stage.scheduler));
    prisim_scheduler_run(stage.scheduler, LAST);
    ck_assert(prisim_scheduler_idle(stage.scheduler));
    /* At that edge, or at an earlier one if the way of stepping has some. */
    ck_assert_uint_ne(stage.actor[1]->stepped & (steps_more(_i) ? during(1, 30) : at(30)), 0);
    ck_assert_uint_eq(stage.actor[1]->stepped & during(31, LAST), 0);
    prisim_scheduler_close(stage.scheduler);
}
END_TEST

/* Many blocks, each at edges of its own: nobody is forgotten, nobody comes at another one's edge. Two edges are shared.
 */
START_TEST(many_blocks_at_edges_of_their_own)
{
    struct stage stage;
    stage_open(&stage, ACTORS);
    for (unsigned i = 0; i < ACTORS; i++) {
        act(&stage, i, (struct act){.edge = 1 + (i * 7) % ACTORS, .what = NOTHING});
        act(&stage, i, (struct act){.edge = 30 + i % 12, .what = NOTHING});
        act(&stage, i, (struct act){.edge = 45, .what = NOTHING});
    }
    stage_run(&stage, modes[0]);
    for (unsigned i = 0; i < ACTORS; i++)
        ck_assert_uint_eq(stage.actor[i]->stepped, at(0) | at(1 + (i * 7) % ACTORS) | at(30 + i % 12) | at(45));
    ck_assert_uint_eq(prisim_scheduler_steps(stage.scheduler), 4 * ACTORS);
    prisim_scheduler_close(stage.scheduler);
}
END_TEST

/* Blocks of one edge see nothing of one another at it, asked for or woken, two or three of them. */
START_TEST(blocks_of_one_edge_see_the_edge_before)
{
    for (unsigned first = 0; first < 3; first++)
        for (unsigned woken = 0; woken < 4; woken++) {
            struct stage stage;
            unsigned second = (first + 1) % 3, third = (first + 2) % 3;
            stage_open(&stage, 3);
            join(&stage, first, 0, second, 0);
            join(&stage, second, 0, third, 0);
            act(&stage, first, (struct act){.edge = 10, .what = PUT, .number = 1});
            act(&stage, second, (struct act){.edge = 0, .what = READY});
            act(&stage, second, (struct act){.edge = 10, .what = PUT, .number = 2});
            act(&stage, third, (struct act){.edge = 0, .what = READY});
            act(&stage, third, (struct act){.edge = woken & 1 ? 10 : 0, .what = NOTHING});
            stage_start(&stage, modes[_i]);
            prisim_scheduler_run(stage.scheduler, 9);
            if (woken & 2)
                prisim_scheduler_wake(stage.scheduler, second, 10);
            prisim_scheduler_run(stage.scheduler, LAST);
            ck_assert_uint_eq(stage.actor[second]->valid[0], at(11));
            ck_assert_uint_eq(stage.actor[third]->valid[0], at(11));
            ck_assert_uint_eq(stage.actor[second]->number[11], 1);
            ck_assert_uint_eq(stage.actor[third]->number[11], 2);
            prisim_scheduler_close(stage.scheduler);
        }
}
END_TEST

/* 1..40 */
static unsigned own_edge(unsigned actor)
{
    return 1 + (actor * 7) % 40;
}

/* As many blocks as there may be, one less, and about as many as fill a group of timers: the last two put, keep and
 * take back through the last ports, and everybody else comes at an edge of his own. */
START_TEST(the_last_blocks_and_the_last_ports)
{
    static const unsigned counts[] = {PRISIM_SCHEDULER_BLOCKS_MAX, PRISIM_SCHEDULER_BLOCKS_MAX - 1, 57, 56, 9, 8};
    enum { TX = PRISIM_PORTS_MAX - 1 };
    for (unsigned row = 0; row < sizeof counts / sizeof counts[0]; row++) {
        struct stage stage;
        unsigned sink = counts[row] - 1, source = sink - 1;
        stage_open(&stage, counts[row]);
        join(&stage, source, TX, sink, 0);
        join(&stage, source, TX - 1, sink, 1);
        join(&stage, sink, TX, source, 0);
        for (unsigned i = 0; i < source; i++)
            act(&stage, i, (struct act){.edge = own_edge(i), .what = NOTHING});
        act(&stage, source, (struct act){.edge = 0, .what = READY});
        act(&stage, source, (struct act){.edge = 5, .what = PUT_AT, .port = TX, .when = 20, .number = 1});
        act(&stage, source, (struct act){.edge = 5, .what = PUT_AT, .port = TX - 1, .when = 25, .number = 4});
        act(&stage, source, (struct act){.edge = 6, .what = TAKE_BACK, .port = TX});
        act(&stage, source, (struct act){.edge = 6, .what = PUT_AT, .port = TX, .when = 30, .number = 2});
        act(&stage, source, (struct act){.edge = 45, .what = PUT, .port = TX, .number = 5});
        ready_from_the_start(&stage, sink, 2);
        act(&stage, sink, (struct act){.edge = 43, .what = PUT, .port = TX, .number = 3});
        act(&stage, sink, (struct act){.edge = 45, .what = PUT, .port = TX, .number = 6});
        stage_run(&stage, modes[_i]);
        ck_assert(prisim_scheduler_idle(stage.scheduler));
        ck_assert_uint_eq(stage.actor[sink]->arrived[0], at(31) | at(46));
        ck_assert_uint_eq(stage.actor[sink]->arrived[1], at(26));
        ck_assert_uint_eq(stage.actor[sink]->number[26], 4);
        ck_assert_uint_eq(stage.actor[sink]->number[31], 2);
        ck_assert_uint_eq(stage.actor[sink]->number[46], 5);
        ck_assert_uint_eq(stage.actor[source]->arrived[0], at(44) | at(46));
        ck_assert_uint_eq(stage.actor[source]->number[44], 3);
        ck_assert_uint_eq(stage.actor[source]->number[46], 6);
        for (unsigned i = 0; i < source; i++)
            ck_assert_uint_ne(stage.actor[i]->stepped & at(own_edge(i)), 0);
        for (unsigned i = 0; i < source && !steps_more(_i); i++)
            ck_assert_uint_eq(stage.actor[i]->stepped, at(0) | at(own_edge(i)));
        prisim_scheduler_close(stage.scheduler);
    }
}
END_TEST

/* Whom each way steps, and in what order: all at every edge, some more at some edges, or who is due. */
START_TEST(each_way_steps_whom_it_says)
{
    enum { ALL = 6 };
    struct stage stage;
    stage_open(&stage, ALL);
    act(&stage, 0, (struct act){.edge = LAST, .what = NOTHING});
    for (unsigned i = 0; i < ALL; i++)
        for (unsigned edge = 10; edge < 14; edge++)
            act(&stage, i, (struct act){.edge = edge, .what = NOTHING});
    stage_run(&stage, modes[_i]);
    uint64_t due = at(0) | during(10, 13);
    bool in_order = true;
    uint64_t steps = (uint64_t)__builtin_popcountll(stage.actor[0]->stepped);
    for (unsigned i = 1; i < ALL; i++) {
        uint64_t more = stage.actor[i]->stepped & ~due;
        steps += (uint64_t)__builtin_popcountll(stage.actor[i]->stepped);
        ck_assert_uint_eq(stage.actor[i]->stepped & due, due);
        if (modes[_i].every_edge)
            ck_assert_uint_eq(stage.actor[i]->stepped, during(0, LAST));
        else if (modes[_i].extra_steps) /* one of four */
            ck_assert(__builtin_popcountll(more) > 4 && __builtin_popcountll(more) < 32);
        else
            ck_assert_uint_eq(more, 0);
        for (unsigned edge = 10; edge < 14; edge++)
            in_order = in_order && stage.actor[i]->turn[edge] == stage.actor[0]->turn[edge] + i;
    }
    ck_assert_int_eq(in_order, modes[_i].shuffle == 0);
    ck_assert_uint_eq(prisim_scheduler_steps(stage.scheduler), steps);
    prisim_scheduler_close(stage.scheduler);
}
END_TEST

/* Who is stepped beyond need and in what order goes with the seeds, each with its own. */
START_TEST(a_way_goes_with_its_seed)
{
    static const struct prisim_scheduler_mode ways[] = {{.shuffle = 3, .extra_steps = 4},
                                                        {.shuffle = 3, .extra_steps = 4},
                                                        {.shuffle = 5, .extra_steps = 4},
                                                        {.shuffle = 3, .extra_steps = 6}};
    enum { WAYS = sizeof ways / sizeof ways[0], ALL = 8 };
    uint64_t stepped[WAYS], order[WAYS];
    for (unsigned way = 0; way < WAYS; way++) {
        struct stage stage;
        stage_open(&stage, ALL);
        for (unsigned i = 0; i < ALL; i++)
            act(&stage, i, (struct act){.edge = LAST, .what = NOTHING});
        stage_run(&stage, ways[way]);
        stepped[way] = order[way] = 0;
        for (unsigned i = 0; i < ALL; i++) {
            stepped[way] = stepped[way] * 31 + stage.actor[i]->stepped;
            order[way] = order[way] * ALL + (stage.actor[i]->turn[LAST] - stage.actor[0]->turn[LAST]) % ALL;
        }
        prisim_scheduler_close(stage.scheduler);
    }
    ck_assert(stepped[1] == stepped[0] && order[1] == order[0]);
    ck_assert(stepped[2] == stepped[0] && order[2] != order[0]);
    ck_assert_uint_ne(stepped[3], stepped[0]);
}
END_TEST

/* A tx port that is joined to nothing is always free, and loses what is put on it. */
START_TEST(ports_joined_to_nothing)
{
    static const unsigned ports[] = {0, 3, PRISIM_PORTS_MAX - 1};
    enum { COUNT = sizeof ports / sizeof ports[0] };
    struct stage stage;
    stage_open(&stage, COUNT);
    for (unsigned i = 0; i < COUNT; i++)
        for (unsigned k = 0; k < 2; k++)
            act(&stage, i, (struct act){.edge = 5, .what = PUT_WHEN_FREE, .port = ports[i]});
    stage_run(&stage, modes[_i]);
    for (unsigned i = 0; i < COUNT; i++) {
        ck_assert_uint_eq(stage.actor[i]->done, 3);
        if (!steps_more(_i))
            ck_assert_uint_eq(stage.actor[i]->stepped, at(0) | at(5) | at(6));
    }
    ck_assert_uint_eq(prisim_scheduler_now(stage.scheduler), 6);
    prisim_scheduler_close(stage.scheduler);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("core_ahead");
    TCase *all = tcase_create("all"); /* _i: the way of stepping */
    tcase_add_loop_test(all, transfers_are_counted_by_port, 0, MODES);
    tcase_add_loop_test(all, ready_rises_on_several_ports, 0, MODES);
    tcase_add_loop_test(all, a_put_at_the_edge_at_which_ready_rises, 0, MODES);
    tcase_add_loop_test(all, ready_falls_and_rises_between_payloads, 0, MODES);
    tcase_add_loop_test(all, each_kept_payload_comes_at_its_edge, 0, MODES);
    tcase_add_loop_test(all, a_consumer_with_edges_of_its_own, 0, MODES);
    tcase_add_loop_test(all, a_consumer_with_edges_of_its_own_and_two_payloads, 0, MODES);
    tcase_add_loop_test(all, a_kept_payload_is_not_the_end, 0, MODES);
    tcase_add_loop_test(all, what_is_taken_back_comes_never, 0, MODES);
    tcase_add_loop_test(all, a_timer_that_is_put_off, 0, MODES);
    tcase_add_loop_test(all, a_wake_is_something_to_come, 0, MODES);
    tcase_add_test(all, many_blocks_at_edges_of_their_own);
    tcase_add_loop_test(all, blocks_of_one_edge_see_the_edge_before, 0, MODES);
    tcase_add_loop_test(all, the_last_blocks_and_the_last_ports, 0, MODES);
    tcase_add_loop_test(all, ports_joined_to_nothing, 0, MODES);
    tcase_add_test(all, a_way_goes_with_its_seed);
    tcase_add_loop_test(all, each_way_steps_whom_it_says, 0, MODES);
    suite_add_tcase(suite, all);
    return suite;
}
