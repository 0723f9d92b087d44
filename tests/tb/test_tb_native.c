/* SPDX-License-Identifier: Apache-2.0
 *
 * The native engine builds what the table of instances says: with a second SMMU, to which nobody is wired yet, it runs,
 * and everybody else does what he did without it, event by event.
 */
#include <stdlib.h>

#include "tb/engine/engine.h"
#include "tests/harness/suite.h"

struct events {
    unsigned count, room;
    struct prisim_event *of;
};

static void keep(void *context, const struct prisim_event *event)
{
    struct events *events = context;
    if (events->count == events->room) {
        events->room = events->room ? 2 * events->room : 4096;
        events->of = realloc(events->of, events->room * sizeof *events->of);
        ck_assert_ptr_nonnull(events->of);
    }
    events->of[events->count++] = *event;
}

static struct events run(unsigned smmus, struct engine_result *result)
{
    static struct scenario scenario;
    char message[4 * SCENARIO_TEXT_MAX];
    struct events events = {0};
    struct stream stream = {0};
    ck_assert_msg(scenario_load(&scenario, SCENARIO, NULL, 0, message), "%s", message);
    scenario.system.smmus = smmus;
    system_config_resolve(&scenario.system);
    stream_add(&stream, keep, &events);
    ck_assert(engine_native(&scenario, &stream, result));
    scenario_free(&scenario);
    return events;
}

START_TEST(an_idle_second_smmu_changes_nothing)
{
    struct engine_result one, two;
    struct events alone = run(1, &one), beside = run(2, &two);
    ck_assert_uint_gt(alone.count, 200);
    ck_assert_uint_eq(alone.count, beside.count);
    for (unsigned i = 0; i < alone.count; i++)
        ck_assert_msg(prisim_event_equal(&alone.of[i], &beside.of[i]), "event %u", i);
    ck_assert_uint_eq(one.cycles, two.cycles);
    ck_assert(one.idle == two.idle);
    ck_assert_uint_gt(two.steps, one.steps); /* it is there */
    free(alone.of);
    free(beside.of);
}
END_TEST

TEST_SUITE("tb_native", an_idle_second_smmu_changes_nothing)
