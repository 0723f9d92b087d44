/* SPDX-License-Identifier: Apache-2.0
 *
 * The timeline by itself: at which edge a step is published, what its trigger counts and what it does not, who goes
 * first and what happens when nobody takes it (docs/scenarios.md, "timeline").
 */
#include <stdlib.h>

#include "tb/engine/timeline.h"
#include "tests/harness/harness.h"
#include "tests/harness/suite.h"

enum { DRIVER = 0, FIRST = 1, SECOND = 2, FABRIC = 33 }; /* tx ports */

static struct timeline_config config;
static struct timeline *state; /* as large as the configuration asks for, and not a byte more */
static struct harness *harness;

static prisim_cycle_t step(const void *of, void *timeline, prisim_cycle_t now, struct prisim_ports *ports)
{
    return timeline_step_edge(of, timeline, now, ports);
}

static void setup(void)
{
    config = (struct timeline_config){0};
}

static void start(void)
{
    ck_assert(timeline_config_order(&config));
    state = malloc(timeline_state_size(&config));
    memset(state, 0xa5, timeline_state_size(&config)); /* what was there before must not matter */
    timeline_init(&config, state);
    harness = harness_open(step, &config, state);
    harness_tx(harness, DRIVER, sizeof(struct prisim_driver_stimulus));
    harness_tx(harness, FIRST, sizeof(struct prisim_endpoint_stimulus));
    harness_tx(harness, SECOND, sizeof(struct prisim_endpoint_stimulus));
    harness_tx(harness, FABRIC, sizeof(struct prisim_fabric_stimulus));
}

static void teardown(void)
{
    harness_close(harness);
    free(state);
    timeline_config_free(&config);
}

/* A step to an endpoint, known by its job's number; a step to the driver if `endpoint` is -1, known by its binding. */
static struct trigger *add(int endpoint, unsigned known_by)
{
    struct timeline_step *s = timeline_config_add(&config);
    ck_assert_ptr_nonnull(s);
    s->to_driver = endpoint < 0;
    s->endpoint = (uint16_t)(endpoint < 0 ? 0 : endpoint);
    s->stimulus = (struct prisim_endpoint_stimulus){.what = PRISIM_ENDPOINT_DMA, .job = known_by};
    s->driver.pasid = known_by;
    return &s->trigger;
}

static struct trigger *add_on_event(int endpoint, unsigned known_by, uint32_t nth, uint64_t after)
{
    struct trigger *t = add(endpoint, known_by);
    t->on_event = true;
    t->event = PRISIM_EVENT_PRI_QUEUE_WRITE;
    t->nth = nth;
    t->after = after;
    return t;
}

static prisim_cycle_t observe(enum prisim_event_type type, prisim_cycle_t cycle, uint16_t instance, uint64_t pasid)
{
    struct prisim_event event = {.cycle = cycle, .type = (uint16_t)type, .instance = instance};
    for (unsigned i = 0; i < prisim_event_field_count(type); i++)
        if (prisim_event_fields(type)[i].format == PRISIM_FIELD_PASID)
            prisim_event_set(&event, i, pasid);
    return timeline_observe(&config, state, &event);
}

static uint16_t field(enum prisim_event_type type, const char *name)
{
    for (unsigned i = 0; i < prisim_event_field_count(type); i++)
        if (strcmp(prisim_event_fields(type)[i].name, name) == 0)
            return (uint16_t)i;
    ck_abort_msg("no field %s", name);
}

static unsigned job(unsigned port, unsigned i)
{
    return ((const struct prisim_endpoint_stimulus *)harness_got(harness, port, i))->job;
}

static void given(unsigned port, unsigned i, unsigned known_by, prisim_cycle_t at)
{
    ck_assert_ptr_nonnull(harness_got(harness, port, i));
    ck_assert_uint_eq(port == DRIVER ? ((const struct prisim_driver_stimulus *)harness_got(harness, port, i))->pasid
                                     : job(port, i),
                      known_by);
    ck_assert_uint_eq(harness_got_at(harness, port, i), at);
}

/* The removal of a function is one step: its driver, its link and itself are told at one edge, when all three can be.
 */
START_TEST(a_removal_is_told_to_three)
{
    static const int ports[] = {DRIVER, SECOND, FABRIC};
    for (unsigned blocked = 0; blocked < 4; blocked++) {
        if (blocked) {
            teardown();
            setup();
        }
        add(blocked == 0 ? -1 : blocked == 1 ? 1 : 0, 1)->at = 4; /* stands before it at that port, if any */
        add(-1, 7)->at = 5;
        config.step[1].removes = true;
        config.step[1].endpoint = 1;
        config.step[1].stimulus.what = PRISIM_ENDPOINT_REMOVE;
        start();
        if (blocked < 3)
            harness_ready(harness, (unsigned)ports[blocked], false);
        harness_run(harness, 20);
        const bool waits = blocked < 2; /* nothing stands at the fabric's */
        ck_assert_uint_eq(harness->tx[FABRIC].count, blocked >= 2);
        if (blocked < 3)
            harness_ready(harness, (unsigned)ports[blocked], true);
        harness_run(harness, 20);
        ck_assert_uint_eq(harness->tx[FABRIC].count, 1);
        const struct prisim_fabric_stimulus *link = harness_got(harness, FABRIC, 0);
        ck_assert_uint_eq(link->what, PRISIM_FABRIC_FAULT_LINK_DOWN);
        ck_assert_uint_eq(link->link, 1);
        const unsigned before = blocked == 1;
        const struct prisim_endpoint_stimulus *gone = harness_got(harness, SECOND, before);
        ck_assert_uint_eq(gone->what, PRISIM_ENDPOINT_REMOVE);
        const prisim_cycle_t at = harness_got_at(harness, FABRIC, 0);
        if (waits)
            ck_assert_uint_gt(at, 20);
        given(DRIVER, blocked == 0, 7, blocked == 2 ? 5 : at);
        ck_assert_uint_eq(harness_got_at(harness, SECOND, before), blocked == 2 ? 5 : at);
    }
}
END_TEST

/* Published at that edge, edge 0 too: not one earlier, not one later. */
START_TEST(at_an_edge)
{
    add(0, 1)->at = 0;
    add(1, 2)->at = 7;
    add(-1, 3)->at = 8;
    start();
    harness_run(harness, 7);
    ck_assert_uint_eq(harness->tx[SECOND].count, 0);
    harness_run(harness, 1);
    given(FIRST, 0, 1, 0);
    given(SECOND, 0, 2, 7);
    ck_assert_uint_eq(harness->tx[DRIVER].count, 0);
    harness_run(harness, 30);
    given(DRIVER, 0, 3, 8);
    ck_assert_uint_eq(harness->tx[FIRST].count + harness->tx[SECOND].count + harness->tx[DRIVER].count, 3);
    for (unsigned i = 0; i < 3; i++) {
        const struct prisim_event *event = harness_event(harness, PRISIM_EVENT_TIMELINE_STEP, i);
        ck_assert_uint_eq(event->timeline_step.step, i);
        ck_assert_uint_eq(event->cycle, i == 0 ? 0 : 6 + i);
    }
}
END_TEST

/* In the order of their edges, whatever their order in the file; of one edge and one receiver in the file's order, one
 * an edge; to several receivers at once. */
START_TEST(order)
{
    add(0, 1)->at = 20;
    add(0, 2)->at = 10;
    add(0, 3)->at = 10;
    add(1, 4)->at = 10;
    add(0, 5)->at = 10;
    start();
    ck_assert_uint_eq(timeline_step_edge(&config, state, 0, &harness->ports), 10);
    harness_run(harness, 40);
    given(FIRST, 0, 2, 10);
    given(FIRST, 1, 3, 11);
    given(FIRST, 2, 5, 12);
    given(FIRST, 3, 1, 20);
    given(SECOND, 0, 4, 10);
}
END_TEST

/* What nobody takes waits, and holds up those behind it to the same receiver only; none is lost, none overtakes. */
START_TEST(nobody_takes)
{
    for (unsigned i = 0; i < 4; i++)
        add(0, 1 + i)->at = 10 + i;
    add(1, 5)->at = 12;
    add(0, 6)->at = 15;
    start();
    harness_ready(harness, FIRST, false);
    harness_run(harness, 21);
    given(FIRST, 0, 1, 10);
    given(SECOND, 0, 5, 12);
    ck_assert_uint_eq(harness->tx[FIRST].count, 1);
    harness_ready(harness, FIRST, true);
    harness_run(harness, 30);
    ck_assert_uint_eq(harness->tx[FIRST].count, 5);
    for (unsigned i = 1; i < 4; i++)
        ck_assert_uint_eq(job(FIRST, i), 1 + i);
    ck_assert_uint_eq(job(FIRST, 4), 6);
    for (unsigned i = 2; i < 5; i++) /* one an edge */
        ck_assert_uint_eq(harness_got_at(harness, FIRST, i), harness_got_at(harness, FIRST, i - 1) + 1);
}
END_TEST

/* `after` edges behind the event, and nobody before: the edge that is asked for is the one at which it goes out. */
START_TEST(after_an_event)
{
    static const uint64_t after[] = {1, 2, 9};
    add_on_event(0, 1, 1, after[_i]);
    start();
    harness_run(harness, 5);
    ck_assert_uint_eq(observe(PRISIM_EVENT_PRI_QUEUE_WRITE, 4, INSTANCE_PRI_QUEUE, 5), 4 + after[_i]);
    harness_run(harness, after[_i] - 1);
    ck_assert_uint_eq(harness->tx[FIRST].count, 0);
    harness_run(harness, 20);
    given(FIRST, 0, 1, 4 + after[_i]);
    /* Once only. */
    ck_assert_uint_eq(observe(PRISIM_EVENT_PRI_QUEUE_WRITE, harness->now - 1, INSTANCE_PRI_QUEUE, 5),
                      PRISIM_CYCLE_NEVER);
    harness_run(harness, 20);
    ck_assert_uint_eq(harness->tx[FIRST].count, 1);
}
END_TEST

/* Whatever its type: a step waits for that one and for no other. */
START_TEST(after_each_type_of_event)
{
    enum prisim_event_type type = (enum prisim_event_type)_i,
                           other = (enum prisim_event_type)((_i + 1) % PRISIM_EVENT_TYPES);
    add_on_event(0, 1, 1, 3)->event = (uint16_t)type;
    start();
    harness_run(harness, 5);
    ck_assert_uint_eq(observe(other, 4, INSTANCE_PRI_QUEUE, 5), PRISIM_CYCLE_NEVER);
    ck_assert_uint_eq(observe(type, 4, INSTANCE_PRI_QUEUE, 5), 7);
    harness_run(harness, 10);
    given(FIRST, 0, 1, 7);
}
END_TEST

/* The nth event that matches: events of another type, instance or value are not counted. */
START_TEST(nth)
{
    struct trigger *t = add_on_event(0, 1, 3, 1);
    t->filters = 2;
    t->filter[0].field = field(PRISIM_EVENT_PRI_QUEUE_WRITE, "pasid");
    t->filter[0].value = 5;
    t->filter[1].field = field(PRISIM_EVENT_PRI_QUEUE_WRITE, "slot");
    t->filter[1].value = 0;
    t->on_instance = true;
    t->instance = INSTANCE_PRI_QUEUE;
    start();
    harness_run(harness, 10);
    for (unsigned i = 0; i < 5; i++) {
        ck_assert_uint_eq(observe(PRISIM_EVENT_PRI_QUEUE_WRITE, 9, INSTANCE_PRI_QUEUE, 6), PRISIM_CYCLE_NEVER);
        ck_assert_uint_eq(observe(PRISIM_EVENT_PRI_QUEUE_WRITE, 9, INSTANCE_SMMU, 5), PRISIM_CYCLE_NEVER);
        ck_assert_uint_eq(observe(PRISIM_EVENT_PRI_QUEUE_LOST, 9, INSTANCE_PRI_QUEUE, 5), PRISIM_CYCLE_NEVER);
    }
    struct prisim_event other = {.cycle = 9, .type = PRISIM_EVENT_PRI_QUEUE_WRITE, .instance = INSTANCE_PRI_QUEUE};
    other.pri_queue_write.pasid = 5;
    other.pri_queue_write.slot = 1; /* the second filter counts too */
    ck_assert_uint_eq(timeline_observe(&config, state, &other), PRISIM_CYCLE_NEVER);
    ck_assert_uint_eq(observe(PRISIM_EVENT_PRI_QUEUE_WRITE, 9, INSTANCE_PRI_QUEUE, 5), PRISIM_CYCLE_NEVER);
    ck_assert_uint_eq(observe(PRISIM_EVENT_PRI_QUEUE_WRITE, 9, INSTANCE_PRI_QUEUE, 5), PRISIM_CYCLE_NEVER);
    harness_run(harness, 10);
    ck_assert_uint_eq(harness->tx[FIRST].count, 0);
    ck_assert_uint_eq(observe(PRISIM_EVENT_PRI_QUEUE_WRITE, 19, INSTANCE_PRI_QUEUE, 5), 20);
    harness_run(harness, 2);
    given(FIRST, 0, 1, 20);
}
END_TEST

/* One event triggers every step that waits for it; each goes out at its own edge, a later one with less `after` first.
 * A step whose turn has not come yet goes on listening. */
START_TEST(several)
{
    add_on_event(0, 1, 1, 9);
    add_on_event(0, 2, 1, 3);
    add_on_event(0, 3, 2, 1);
    add_on_event(1, 4, 1, 5); /* the edge that is told is the earliest, not the first's and not the last's */
    start();
    harness_run(harness, 1);
    ck_assert_uint_eq(observe(PRISIM_EVENT_PRI_QUEUE_WRITE, 0, INSTANCE_PRI_QUEUE, 5), 3);
    harness_run(harness, 5);
    ck_assert_uint_eq(observe(PRISIM_EVENT_PRI_QUEUE_WRITE, 5, INSTANCE_PRI_QUEUE, 5), 6);
    harness_run(harness, 20);
    given(FIRST, 0, 2, 3);
    given(FIRST, 1, 3, 6);
    given(FIRST, 2, 1, 9);
    given(SECOND, 0, 4, 5);
}
END_TEST

/* What waits for one receiver while another takes: nothing changes places, whichever waits. */
START_TEST(some_take_and_some_do_not)
{
    for (unsigned i = 0; i < 6; i++)
        add(i % 2 ? 0 : 1, 1 + i)->at = 10;
    add(0, 7)->at = 11;
    add(1, 8)->at = 11;
    start();
    harness_ready(harness, FIRST, false);
    harness_run(harness, 20);
    harness_ready(harness, FIRST, true);
    harness_run(harness, 20);
    static const unsigned first[] = {2, 4, 6, 7}, second[] = {1, 3, 5, 8};
    ck_assert_uint_eq(harness->tx[FIRST].count, 4);
    ck_assert_uint_eq(harness->tx[SECOND].count, 4);
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_uint_eq(job(FIRST, i), first[i]);
        given(SECOND, i, second[i], 10 + i);
    }
}
END_TEST

/* As many steps as there may be, all at one edge, backwards. */
START_TEST(as_many_as_may_be)
{
    for (unsigned i = 0; i < 256; i++)
        add(0, i)->at = 300 - i;
    start();
    harness_run(harness, 400);
    for (unsigned i = 0; i < 256; i++)
        given(FIRST, i, 255 - i, 45 + i);
}
END_TEST

/* Steps of two events, some due between those of the other: by due edge, and of one edge the earlier event's first. */
START_TEST(two_events)
{
    for (unsigned i = 0; i < 3; i++) {
        add_on_event(0, 10 + i, 1, 50 - 20 * i); /* in the file the last one first */
        add_on_event(0, 20 + i, 1, 8 + 20 * i)->event = PRISIM_EVENT_PRI_QUEUE_DROP;
    }
    start();
    harness_run(harness, 8);
    ck_assert_uint_eq(observe(PRISIM_EVENT_PRI_QUEUE_WRITE, 5, INSTANCE_PRI_QUEUE, 1), 15);
    ck_assert_uint_eq(observe(PRISIM_EVENT_PRI_QUEUE_DROP, 7, INSTANCE_PRI_QUEUE, 1), 15);
    ck_assert(!timeline_listens(state, PRISIM_EVENT_PRI_QUEUE_WRITE));
    harness_run(harness, 60);
    static const unsigned known[] = {12, 20, 11, 21, 10, 22};
    for (unsigned i = 0; i < 6; i++)
        given(FIRST, i, known[i], 15 + 20 * (i / 2) + i % 2);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_timeline");
    TCase *tcase = tcase_create("timeline");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_removal_is_told_to_three);
    tcase_add_test(tcase, at_an_edge);
    tcase_add_test(tcase, order);
    tcase_add_test(tcase, two_events);
    tcase_add_test(tcase, nobody_takes);
    tcase_add_loop_test(tcase, after_an_event, 0, 3);
    tcase_add_loop_test(tcase, after_each_type_of_event, 0, PRISIM_EVENT_TYPES);
    tcase_add_test(tcase, nth);
    tcase_add_test(tcase, several);
    tcase_add_test(tcase, some_take_and_some_do_not);
    tcase_add_test(tcase, as_many_as_may_be);
    suite_add_tcase(suite, tcase);
    return suite;
}
