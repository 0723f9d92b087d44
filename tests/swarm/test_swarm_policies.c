/* SPDX-License-Identifier: Apache-2.0
 *
 * The swarm of policies: whatever is drawn of prices, latencies, queues, functions and sound policies, and whatever
 * went wrong before, in the end each group has one answer, the queue is empty, every call has returned, and nobody was
 * harmed.
 *
 * SWARM_SEED=N runs one seed alone and leaves its scenario in swarm-N.yaml.
 */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness/suite.h"
#include "tests/swarm/swarm.h"

enum { PARTS = 20, FALSE_LOG_SEED = 1 };

static void add(struct happened *sum, const struct happened *one)
{
    uint64_t *to = (uint64_t *)sum;
    const uint64_t *from = (const uint64_t *)one;
    for (size_t i = 0; i < sizeof *sum / sizeof *to; i++)
        to[i] += from[i];
}

static bool alone(uint64_t *seed)
{
    const char *text = getenv("SWARM_SEED");
    if (text)
        *seed = strtoull(text, NULL, 0);
    return text != NULL;
}

static void expect_sound(struct swarm *swarm, uint64_t seed)
{
    const char *reason = swarm_run(swarm, seed, DRAW_SOUND, NULL);
    ck_assert_msg(reason == NULL, "seed %llu, %s: %s\nSWARM_SEED=%llu CK_FORK=no " PROGRAM, (unsigned long long)seed,
                  draw_policy_word(swarm_drawn(swarm)->policy), reason, (unsigned long long)seed);
}

/* Runs that show nothing would be sound too: how often it must have happened in a thousand seeds. */
static void expect_eventful(const struct happened *h, uint64_t seeds)
{
    const struct {
        const char *what;
        uint64_t count, of_a_thousand;
    } floors[] = {
        {"page requests", h->requests, 15000},
        {"groups answered without faults", h->quiet_groups, 3000},
        {"overflows", h->overflows, 500},
        {"automatic responses", h->automatic, 1000},
        {"Stop Markers lost", h->markers_lost, 20},
        {"TLPs delayed", h->delays, 700},
        {"tasks held", h->holds, 400},
        {"unbinds", h->unbinds, 3500},
        {"unbinds that met a page request", h->exposed, 400},
        {"bound again while faults last", h->rebinds, 600},
        {"waits for a marker that ended by time", h->timed_out, 400},
        {"invalidations lost and repeated", h->repeated, 150},
        {"frames taken back", h->taken_back, 3000},
        {"unbinds rolled back", h->rolled_back, seeds < 1000 ? 0 : 1},
    };
    for (size_t i = 0; i < sizeof floors / sizeof *floors; i++)
        ck_assert_msg(floors[i].count * 1000 >= floors[i].of_a_thousand * seeds, "%s: %llu in %llu seeds",
                      floors[i].what, (unsigned long long)floors[i].count, (unsigned long long)seeds);
}

START_TEST(each_seed_is_sound)
{
    struct swarm *swarm = swarm_open();
    struct happened sum = {0};
    const uint64_t seeds = SWARM_SEEDS / PARTS, first = (uint64_t)_i * seeds + 1;
    for (uint64_t seed = first; seed < first + seeds; seed++) {
        expect_sound(swarm, seed);
        add(&sum, swarm_happened(swarm));
    }
    swarm_close(swarm);
    expect_eventful(&sum, seeds);
}
END_TEST

/* The judge and the checkers can fail: with what the rule books call unsound, some of the first seeds do, and say so.
 */
static const struct {
    enum draw_fault fault;
    const char *word;
} unsound[] = {
    {DRAW_WAITS_FOR_NOTHING, "is served in binding"}, {DRAW_TAKEN_ONLY, "promise_broken"},
    {DRAW_NOTHING_PUSHES, "is served in binding"},    {DRAW_PARTS_KEPT, "partial_group"},
    {DRAW_REQUESTS_ANSWERED, "ends twice"},           {DRAW_BATCH_AS_PUBLISHED, "is served in binding"},
};

START_TEST(unsound_is_seen)
{
    struct swarm *swarm = swarm_open();
    bool seen = false;
    for (uint64_t seed = 1; seed <= 200 && !seen; seed++) {
        const char *reason = swarm_run(swarm, seed, unsound[_i].fault, NULL);
        seen = reason != NULL && strstr(reason, unsound[_i].word) != NULL;
    }
    swarm_close(swarm);
    ck_assert_msg(seen, "%s: not in 200 seeds", unsound[_i].word);
}
END_TEST

/* So can the judge by itself, if the log of a sound run has one event less, or one twice. */
static const struct misheard misheard[] = {
    {PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, 1, false},
    {PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, 1, true},
    {PRISIM_EVENT_SMMU_PAGE_REQUEST, 1, false},
    {PRISIM_EVENT_PRI_QUEUE_ACCEPT, 1, false},
    {PRISIM_EVENT_DRIVER_TAKE, 1, false},
    {PRISIM_EVENT_DRIVER_TAKE, 1, true},
    {PRISIM_EVENT_DRIVER_RESPOND, 1, false},
    {PRISIM_EVENT_DRIVER_RESPOND, 1, true},
    {PRISIM_EVENT_SMMU_PRG_RESPONSE, 1, false},
    {PRISIM_EVENT_SMMU_PRG_RESPONSE, 1, true},
    {PRISIM_EVENT_ENDPOINT_RESPONSE, 1, false},
    {PRISIM_EVENT_ENDPOINT_RESPONSE, 1, true},
    {PRISIM_EVENT_ENDPOINT_JOB_DONE, 1, false},
    {PRISIM_EVENT_DRIVER_BOUND, 1, false},
    {PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1, false},
    {PRISIM_EVENT_DRIVER_BIND, 1, false},
};

START_TEST(a_false_log_is_seen)
{
    struct swarm *swarm = swarm_open();
    const char *reason = swarm_run(swarm, FALSE_LOG_SEED, DRAW_SOUND, &misheard[_i]);
    ck_assert_msg(reason != NULL, "%s %s", prisim_event_name((enum prisim_event_type)misheard[_i].type),
                  misheard[_i].twice ? "twice" : "left out");
    swarm_close(swarm);
}
END_TEST

START_TEST(one_seed)
{
    struct swarm *swarm = swarm_open();
    uint64_t seed = 0;
    char file[64];
    ck_assert(alone(&seed));
    const char *reason = swarm_run(swarm, seed, DRAW_SOUND, NULL);
    snprintf(file, sizeof file, "swarm-%llu.yaml", (unsigned long long)seed);
    bool saved = swarm_save(swarm, file);
    printf("prisim run %s\n", saved ? file : "(not written)");
    ck_assert_msg(reason == NULL, "%s", reason);
    swarm_close(swarm);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("swarm_policies");
    TCase *tests = tcase_create("sound");
    uint64_t seed;
    tcase_set_timeout(tests, 3600);
    if (alone(&seed))
        tcase_add_test(tests, one_seed);
    else {
        tcase_add_loop_test(tests, each_seed_is_sound, 0, PARTS);
        tcase_add_loop_test(tests, unsound_is_seen, 0, (int)(sizeof unsound / sizeof *unsound));
        tcase_add_loop_test(tests, a_false_log_is_seen, 0, (int)(sizeof misheard / sizeof *misheard));
    }
    suite_add_tcase(suite, tests);
    return suite;
}
