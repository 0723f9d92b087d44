/* SPDX-License-Identifier: Apache-2.0
 *
 * Trials: the same in any number and among others, each with what its golden log and a summary say of it.
 */
#include <string.h>

#include "tb/trial/trial.h"
#include "tests/harness/suite.h"

enum { TRIALS = 20 };

static struct scenario race, cure;

static void load(void)
{
    static const char *const drain[] = {"system.driver.unbind=drain"};
    char message[4 * SCENARIO_TEXT_MAX];
    ck_assert_msg(scenario_load(&race, SCENARIO, NULL, 0, message), "%s", message);
    ck_assert_msg(scenario_load(&cure, SCENARIO, drain, 1, message), "%s", message);
}

static void count(void *context, const struct prisim_event *event)
{
    uint64_t *events = context;
    (void)event;
    ++*events;
}

static void same(const struct trial_result *a, const struct trial_result *b)
{
    ck_assert_str_eq(a->digest, b->digest);
    ck_assert_int_eq(a->verdict.verdict, b->verdict.verdict);
    ck_assert_int_eq(a->verdict.outcome, b->verdict.outcome);
    ck_assert_uint_eq(a->cycles, b->cycles);
    ck_assert_mem_eq(a->hazard, b->hazard, sizeof a->hazard);
    ck_assert_mem_eq(a->counter, b->counter, sizeof a->counter);
}

START_TEST(is_judged)
{
    struct trial_result result;
    uint64_t events = 0;
    struct stream also = {0};
    load();
    stream_add(&also, count, &events);
    ck_assert(trial_run(&race, &also, &result));
    ck_assert_int_eq(result.verdict.verdict, VERDICT_PASS);
    ck_assert_int_eq(result.verdict.outcome, OUTCOME_HAZARD);
    ck_assert_int_eq(result.verdict.ended_by, ENDED_BY_IDLE);
    ck_assert(result.idle);
    ck_assert_uint_eq(result.hazard[HAZARD_WRONG_ADDRESS_SPACE], 1);
    ck_assert_uint_eq(result.hazard[HAZARD_SERVED_AFTER_FREE], 0);
    ck_assert_uint_gt(events, 200);
    ck_assert_uint_eq(result.counter[COUNTER_EVENTS], events);
    ck_assert(trial_run(&cure, NULL, &result)); /* the hazard is expected, and does not come */
    ck_assert_int_eq(result.verdict.verdict, VERDICT_FAIL);
    ck_assert_int_eq(result.verdict.outcome, OUTCOME_CLEAN);
}
END_TEST

/* A run that its limit ends has that for its cycles, and says nothing. */
START_TEST(ends_at_its_limit)
{
    struct trial_result result;
    load();
    race.limits.cycles = 20800;
    memset(race.expect.hazard, 0, sizeof race.expect.hazard);
    ck_assert(trial_run(&race, NULL, &result));
    ck_assert(!result.idle);
    ck_assert_uint_eq(result.cycles, 20800);
    ck_assert_int_eq(result.verdict.verdict, VERDICT_INCOMPLETE);
    ck_assert_int_eq(result.verdict.ended_by, ENDED_BY_LIMIT);
}
END_TEST

START_TEST(leaves_nothing_behind)
{
    struct trial_result first, other, again;
    load();
    ck_assert(trial_run(&race, NULL, &first) && trial_run(&cure, NULL, &other));
    ck_assert_str_ne(first.digest, other.digest);
    for (unsigned i = 0; i < TRIALS; i++) {
        ck_assert(trial_run(i % 2 ? &race : &cure, NULL, &again));
        same(&again, i % 2 ? &first : &other);
    }
}
END_TEST

TEST_SUITE("tb_trial", is_judged, ends_at_its_limit, leaves_nothing_behind)
