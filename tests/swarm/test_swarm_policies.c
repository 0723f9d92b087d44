/* SPDX-License-Identifier: Apache-2.0
 *
 * The swarm of policies: whatever is drawn of prices, latencies, queues, functions and sound policies, and whatever went
 * wrong before, in the end each group has one answer, the queue is empty, every call has returned, and nobody was harmed.
 *
 * SWARM_SEED=N runs one seed alone and leaves its scenario in swarm-N.yaml.
 */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "tests/harness/suite.h"
#include "tests/swarm/swarm.h"

enum { PARTS = 20 };

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

/* Runs that show nothing would be sound too. */
static void expect_eventful(const struct happened *h, uint64_t seeds)
{
    const struct {
        const char *what;
        uint64_t count, of_a_thousand;
    } floors[] = {
        {"page requests", h->requests, 1},
    };
    for (size_t i = 0; i < sizeof floors / sizeof *floors; i++)
        ck_assert_msg(floors[i].count * 1000 >= floors[i].of_a_thousand * seeds, "%s: %llu in %llu seeds", floors[i].what,
                      (unsigned long long)floors[i].count, (unsigned long long)seeds);
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
    else
        tcase_add_loop_test(tests, each_seed_is_sound, 0, PARTS);
    suite_add_tcase(suite, tests);
    return suite;
}
