/* SPDX-License-Identifier: Apache-2.0
 *
 * Torn descriptors (SMMU-FETCH): the rogue's request of scenarios/invalidation/torn_descriptor.yaml is moved over the
 * whole bind, for both ways to fetch and both ways to write a descriptor. Whether the next owner's own job goes to the
 * old owner's memory is read off the frames that the driver gives out and the memory TLPs of that job.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tb/engine/engine.h"
#include "tests/harness/suite.h"

#ifndef TORN_YAML
#error "TORN_YAML names scenarios/invalidation/torn_descriptor.yaml"
#endif

enum { ROGUE = 3, JOB_OF_B = 3, SPACE_B = 2, FRAMES = 64, END = 3000, STRIDE = 3 };

struct run {
    uint64_t frame_of_b[FRAMES];
    unsigned frames, dma, others;
    prisim_cycle_t rogue, start; /* of the second binding */
    unsigned starts;
};

static bool is_of_b(const struct run *r, uint64_t frame)
{
    for (unsigned i = 0; i < r->frames; i++)
        if (r->frame_of_b[i] == frame)
            return true;
    return false;
}

static void note(void *context, const struct prisim_event *event)
{
    struct run *r = context;
    switch ((enum prisim_event_type)event->type) {
    case PRISIM_EVENT_DRIVER_FRAME_GIVEN:
        if (event->driver_frame_given.space != SPACE_B)
            break;
        ck_assert_uint_lt(r->frames, FRAMES);
        r->frame_of_b[r->frames++] = event->driver_frame_given.address >> 12;
        break;
    case PRISIM_EVENT_ENDPOINT_DMA:
        if (event->endpoint_dma.job == JOB_OF_B) {
            r->dma++;
            r->others += !is_of_b(r, event->endpoint_dma.output >> 12);
        }
        break;
    case PRISIM_EVENT_ENDPOINT_JOB:
        if (event->endpoint_job.job == JOB_OF_B - 1)
            r->rogue = event->cycle;
        break;
    case PRISIM_EVENT_ENDPOINT_START:
        if (++r->starts == 2)
            r->start = event->cycle;
        break;
    default:
        break;
    }
}

/* True if the job of B went to memory that is not B's. */
static bool is_torn(struct scenario *scenario, prisim_cycle_t after)
{
    struct run r = {0};
    struct stream stream = {0};
    struct engine_result result;
    scenario->timeline.step[ROGUE].trigger.after = after;
    stream_add(&stream, note, &r);
    /* What one run leaves to the next is its memory: clearing new pages would be most of it. */
    static struct native *kept;
    ck_assert(engine_native_again(&kept, scenario, &stream, &result));
    ck_assert(result.idle);
    ck_assert_uint_eq(r.dma, 1);
    ck_assert_uint_eq(r.starts, 2);
    ck_assert_uint_ne(r.rogue, 0);
    if (after == 1)
        ck_assert_uint_lt(r.rogue, r.start);
    if (after > END - STRIDE) /* the whole bind lies between */
        ck_assert_uint_gt(r.rogue, r.start);
    return r.others != 0;
}

static void load(struct scenario *scenario, const char *fetch, const char *update)
{
    char fetch_setting[64], update_setting[64], message[4 * SCENARIO_TEXT_MAX];
    snprintf(fetch_setting, sizeof fetch_setting, "system.smmu.structure_fetch=%s", fetch);
    snprintf(update_setting, sizeof update_setting, "system.driver.structure_update=%s", update);
    const char *settings[] = {fetch_setting, update_setting};
    ck_assert_msg(scenario_load(scenario, TORN_YAML, settings, 2, message), "%s", message);
    ck_assert_uint_eq(scenario->timeline.step[ROGUE].stimulus.rogue, 1);
}

/* One window: word 1 was read before its store, and word 0 behind the store of V. */
/* covers: SMMU-FETCH-1, SMMU-FETCH-3 */
START_TEST(naive_over_words_is_torn)
{
    static struct scenario scenario;
    load(&scenario, "words", "naive");
    prisim_cycle_t first = 0, last = 0;
    unsigned count = 0;
    for (prisim_cycle_t after = 1; after <= END; after++)
        if (is_torn(&scenario, after)) {
            first = first ? first : after;
            last = after;
            count++;
        }
    printf("# torn from %llu to %llu\n", (unsigned long long)first, (unsigned long long)last);
    ck_assert_uint_gt(first, 1);
    ck_assert_uint_gt(count, 100);
    ck_assert_uint_eq(count, last - first + 1);
    ck_assert_uint_lt(last, END);
}
END_TEST

/* A line hides it; what the architecture asks for cures it, over words too. */
/* covers: SMMU-FETCH-2, SMMU-FETCH-3 */
START_TEST(others_are_not)
{
    static struct scenario scenario;
    static const char *const row[][2] = {{"words", "as_arm"}, {"line", "naive"}, {"line", "as_arm"}};
    load(&scenario, row[_i][0], row[_i][1]);
    for (prisim_cycle_t after = 1; after <= END; after += STRIDE)
        ck_assert_msg(!is_torn(&scenario, after), "%s, %s: torn at %llu", row[_i][0], row[_i][1],
                      (unsigned long long)after);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("torn");
    TCase *tests = tcase_create("a request over the whole bind");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, naive_over_words_is_torn);
    tcase_add_loop_test(tests, others_are_not, 0, 3);
    suite_add_tcase(suite, tests);
    return suite;
}
