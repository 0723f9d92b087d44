/* SPDX-License-Identifier: Apache-2.0
 *
 * The window of the race: U7 is moved over every cycle from 50 before E0 to 50 after R2, for two policies and two ways
 * of stopping: by moving the unbind, and where that leaves cycles out (an unbind takes its time), by holding the caller
 * before U7. A second, plain computation predicts from the logged points of each run where its request is served:
 *   in the wrong space  iff U7 <= S2,
 *   nowhere (Invalid)   iff the entry left the look-up <= S2 < U7,
 *   in space A          otherwise.
 * It knows nothing of how the driver does it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tb/engine/engine.h"
#include "tests/harness/suite.h"

#ifndef WINDOW_YAML
#error "WINDOW_YAML names tests/window/window.yaml"
#endif

enum { MARGIN = 50, RACE = 2, HOLD = 3, HOLD_AT = 29000, SPACE_A = 1, SPACE_B = 2 };

/* What happened in one run. */
struct points {
    prisim_cycle_t e0, s2, r2, left, u0, u7;
    uint64_t space; /* resolved at S2 */
    uint64_t cause;
    unsigned binds, resolves;
};

struct tally {
    unsigned wrong, rejected, served, unasked;
    bool at_edge[3]; /* U7 - S2 of -1, 0 and 1 were seen: served wrong, served wrong, not */
};

static void note(void *context, const struct prisim_event *event)
{
    struct points *p = context;
    switch ((enum prisim_event_type)event->type) {
    case PRISIM_EVENT_ENDPOINT_PAGE_REQUEST:
        p->e0 = prisim_cycle_min(p->e0, event->cycle);
        break;
    case PRISIM_EVENT_DRIVER_RESOLVE:
        p->s2 = event->cycle;
        p->space = event->driver_resolve.space;
        p->cause = event->driver_resolve.cause;
        p->resolves++;
        break;
    case PRISIM_EVENT_ENDPOINT_RESPONSE:
        p->r2 = event->cycle;
        break;
    case PRISIM_EVENT_DRIVER_STOP:
        p->u0 = event->cycle;
        break;
    case PRISIM_EVENT_DRIVER_LEFT_LOOKUP:
        p->left = event->cycle;
        break;
    case PRISIM_EVENT_DRIVER_BIND:
        if (++p->binds == 2)
            p->u7 = event->cycle;
        break;
    default:
        break;
    }
}

static struct points run(const struct scenario *scenario)
{
    struct points p = {.e0 = PRISIM_CYCLE_NEVER,
                       .s2 = PRISIM_CYCLE_NEVER,
                       .r2 = PRISIM_CYCLE_NEVER,
                       .left = PRISIM_CYCLE_NEVER,
                       .u7 = PRISIM_CYCLE_NEVER};
    struct stream stream = {0};
    struct engine_result result;
    stream_add(&stream, note, &p);
    /* What one run leaves to the next is its memory: clearing new pages would be most of it. */
    static struct native *kept;
    ck_assert(engine_native_again(&kept, scenario, &stream, &result));
    ck_assert(result.idle);
    return p;
}

static void judge(const struct points *p, struct tally *tally)
{
    if (p->s2 == PRISIM_CYCLE_NEVER) {
        tally->unasked++;
        return;
    }
    ck_assert_uint_eq(p->resolves, 1);
    if (p->u7 <= p->s2) {
        ck_assert_uint_eq(p->space, SPACE_B);
        tally->wrong++;
        tally->at_edge[0] |= p->s2 - p->u7 == 1;
        tally->at_edge[1] |= p->s2 == p->u7;
    } else if (p->left <= p->s2) {
        ck_assert_uint_eq(p->space, 0);
        ck_assert(p->cause == PRISIM_CAUSE_DRAINING || p->cause == PRISIM_CAUSE_NOT_BOUND);
        tally->rejected++;
        tally->at_edge[2] |= p->u7 - p->s2 == 1;
    } else {
        ck_assert_uint_eq(p->space, SPACE_A);
        tally->served++;
        tally->at_edge[2] |= p->u7 - p->s2 == 1;
    }
}

static void load(struct scenario *scenario, const char *policy, const char *stop)
{
    char policy_setting[64], stop_setting[64], message[4 * SCENARIO_TEXT_MAX];
    snprintf(policy_setting, sizeof policy_setting, "system.driver.unbind=%s", policy);
    snprintf(stop_setting, sizeof stop_setting, "system.endpoints.nic.stop=%s", stop);
    const char *settings[] = {policy_setting, stop_setting};
    ck_assert_msg(scenario_load(scenario, WINDOW_YAML, settings, 2, message), "%s", message);
}

/* The cycles of the window, and which of them U7 has been at. */
struct window {
    prisim_cycle_t from, to;
    bool *seen;
};

static void run_and_judge(const struct scenario *scenario, struct window *window, struct tally *tally)
{
    struct points p = run(scenario);
    judge(&p, tally);
    if (p.u7 >= window->from && p.u7 <= window->to)
        window->seen[p.u7 - window->from] = true;
}

/* Adds the step that holds the caller before U7 for as long as its `cycles` say. */
static struct prisim_driver_stimulus *add_hold(struct scenario *scenario)
{
    ck_assert_uint_eq(scenario->timeline.steps, HOLD);
    struct timeline_step *step = timeline_config_add(&scenario->timeline);
    ck_assert_ptr_nonnull(step);
    step->trigger.at = HOLD_AT;
    step->to_driver = true;
    step->driver = (struct prisim_driver_stimulus){
        .what = PRISIM_DRIVER_HOLD, .task = PRISIM_DRIVER_TASK_CALLER, .point = PRISIM_EVENT_DRIVER_BIND, .cycles = 1};
    ck_assert(timeline_config_order(&scenario->timeline));
    return &step->driver;
}

/* Brings U7 to the cycles where it has not been: an unbind that begins at `start`, held before U7. */
static void fill(struct scenario *scenario, prisim_cycle_t start, struct window *window, struct tally *tally)
{
    struct prisim_driver_stimulus *hold = add_hold(scenario);
    scenario->timeline.step[RACE].trigger.at = start;
    prisim_cycle_t soonest = run(scenario).u7; /* held for one cycle */
    for (prisim_cycle_t u7 = prisim_cycle_max(soonest, window->from); u7 <= window->to; u7++) {
        if (window->seen[u7 - window->from])
            continue;
        hold->cycles = (uint32_t)(u7 - soonest + 1);
        run_and_judge(scenario, window, tally);
    }
    scenario->timeline.steps = HOLD;
    ck_assert(timeline_config_order(&scenario->timeline));
}

static unsigned missed(const struct window *window)
{
    unsigned count = 0;
    for (prisim_cycle_t u7 = window->from; u7 <= window->to; u7++)
        count += !window->seen[u7 - window->from];
    return count;
}

/* Moves U7 over the whole window. */
static struct tally sweep(const char *policy, const char *stop)
{
    static struct scenario scenario;
    struct tally tally = {0};
    load(&scenario, policy, stop);
    prisim_cycle_t *at = &scenario.timeline.step[RACE].trigger.at;

    *at = scenario.limits.cycles / 2; /* long after: the request's life without a race */
    struct points calm = run(&scenario);
    ck_assert_uint_lt(calm.e0, calm.s2);
    ck_assert_uint_lt(calm.s2, calm.r2);
    prisim_cycle_t unbind_takes = calm.u7 - *at;
    struct window window = {.from = calm.e0 - MARGIN, .to = calm.r2 + MARGIN};
    window.seen = calloc(window.to - window.from + 1, sizeof *window.seen);
    ck_assert_ptr_nonnull(window.seen);

    for (*at = window.from - unbind_takes; *at <= window.to; ++*at)
        run_and_judge(&scenario, &window, &tally);
    unsigned jumped = missed(&window);
    fill(&scenario, calm.e0, &window, &tally);                        /* the device stops with its request on the way */
    fill(&scenario, window.from - unbind_takes - 1, &window, &tally); /* or before it makes one */
    printf("# %s, %s: U7 over %llu cycles, %u of them by holding the caller: wrong %u, rejected %u, served %u, "
           "not asked %u\n",
           policy, stop, (unsigned long long)window.to - window.from + 1, jumped, tally.wrong, tally.rejected,
           tally.served, tally.unasked);
    ck_assert_uint_eq(missed(&window), 0);
    free(window.seen);
    scenario_free(&scenario);
    return tally;
}

START_TEST(none_marker)
{
    struct tally tally = sweep("none", "marker");
    ck_assert_uint_gt(tally.wrong, 0);
    ck_assert_uint_gt(tally.served, 0);
    ck_assert(tally.at_edge[1]); /* U7 = S2: wrong */
    ck_assert(tally.at_edge[2]); /* U7 = S2 + 1: not */
}
END_TEST

START_TEST(none_wait)
{
    struct tally tally = sweep("none", "wait");
    ck_assert_uint_eq(tally.wrong, 0); /* the device waits for the answer before it says that it has stopped */
    ck_assert_uint_gt(tally.served, 0);
}
END_TEST

START_TEST(drain_marker)
{
    struct tally tally = sweep("drain", "marker");
    ck_assert_uint_eq(tally.wrong, 0);
    ck_assert_uint_gt(tally.rejected, 0);
    ck_assert_uint_gt(tally.served, 0);
}
END_TEST

START_TEST(drain_wait)
{
    struct tally tally = sweep("drain", "wait");
    ck_assert_uint_eq(tally.wrong, 0);
    ck_assert_uint_gt(tally.served, 0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("window");
    TCase *tests = tcase_create("U7 over every cycle");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, none_marker);
    tcase_add_test(tests, none_wait);
    tcase_add_test(tests, drain_marker);
    tcase_add_test(tests, drain_wait);
    suite_add_tcase(suite, tests);
    return suite;
}
