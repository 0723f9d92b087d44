/* SPDX-License-Identifier: Apache-2.0
 *
 * Swarm runs: scenarios under random settings, each run with its own few. Whatever is set, the run ends, no translation
 * outlives its invalidation, and the log is the same on the native engine leaping, shuffled at every edge and with
 * extra steps, and on SystemC. One line of settings repeats a failure. SWARM_RUNS says how many.
 */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/core/random.h"
#include "tb/checkers/checkers.h"
#include "tb/engine/engine.h"
#include "tb/report/digest.h"
#include "tests/harness/suite.h"
#ifdef PRISIM_HAS_SYSTEMC
#include "tb/engine/engine_systemc.h"
#endif

enum { VALUES_MAX = 4, SETTINGS_MAX = 9, SETTING_MAX = 96, CYCLES = 3000000 };

static const char *const scenarios[] = {
    SCENARIOS "/unbind_while_queued.yaml",
    SCENARIOS "/unbind/unbind_drain.yaml",
    SCENARIOS "/unbind/unbind_stop_marker.yaml",
    SCENARIOS "/basics/served_in_peace.yaml",
    SCENARIOS "/basics/two_endpoints.yaml",
    SCENARIOS "/overflow/overflow.yaml",
    SCENARIOS "/invalidation/asid_recycled_at_once.yaml",
};

static const struct {
    const char *key;
    const char *value[VALUES_MAX];
} choices[] = {
    {"system.driver.unbind", {"none", "drain", "stop_marker"}},
    {"system.driver.cpus", {"1", "2", "3", "8"}},
    {"system.driver.workers", {"1", "2", "4"}},
    {"system.driver.irq_latency", {"1", "7", "1000", "20000"}},
    {"system.driver.fault_service", {"1", "50", "3000"}},
    {"system.driver.cons_update", {"entry", "pass"}},
    {"system.driver.interrupts", {"msi", "wired"}},
    {"system.driver.draining_answer", {"invalid", "serve"}},
    {"system.driver.priq_log2", {"0", "1", "2", "9"}},
    {"system.driver.priq_lo", {"true", "false"}},
    {"system.driver.cmdq_log2", {"4", "8"}},
    {"system.driver.ppar", {"true", "false"}},
    {"system.driver.recycle_delay", {"0", "500"}},
    {"system.driver.asid_recycle", {"at_once", "delayed", "never"}},
    {"system.driver.asid_delay", {"1", "5000"}},
    {"system.driver.on_atc_timeout", {"as_linux_6_1", "repeat", "keep_pasid"}},
    {"system.driver.bind_cfgi", {"true", "false"}},
    {"system.driver.commands", {"single", "batch"}},
    {"system.driver.no_pasid", {"abort", "cd0"}},
    {"system.driver.no_pasid_space", {"0", "1"}},
    {"system.driver.structure_update", {"as_arm", "naive"}},
    {"system.driver.marker_timeout", {"0", "1000", "100000"}},
    {"system.driver.price.mmio_read", {"1", "200"}},
    {"system.driver.price.store", {"1", "50"}},
    {"system.driver.price.compute", {"1", "20"}},
    {"system.driver.price.poll_interval", {"1", "100"}},
    {"system.driver.price.wake_up", {"1", "500"}},
    {"system.memory.latency", {"1", "2", "80", "500"}},
    {"system.memory.outstanding", {"4", "64"}},
    {"system.smmu.tlb_entries", {"0", "1", "32"}},
    {"system.smmu.walk_entries", {"0", "1", "16"}},
    {"system.smmu.config_entries", {"0", "1", "8"}},
    {"system.smmu.structure_fetch", {"line", "words"}},
    {"system.smmu.ppr_flush", {"port", "prod_visible", "none"}},
    {"system.smmu.ppr_latency", {"1", "200", "3000"}},
    {"system.smmu.invalidate_completion_flush", {"port", "prod_visible", "none"}},
    {"system.smmu.translation_slots", {"1", "2", "16"}},
    {"system.smmu.register_latency", {"1", "10"}},
    {"system.smmu.ack_latency", {"1", "64"}},
    {"system.smmu.tlb_latency", {"1", "9"}},
    {"system.smmu.command_latency", {"1", "40"}},
    {"system.smmu.command_lines", {"1", "2", "4"}},
    {"system.smmu.cons_batch", {"1", "3", "64"}},
    {"system.pri_queue.accept_interval", {"1", "4", "64"}},
    {"system.pri_queue.write_latency", {"1", "2", "64"}},
    {"system.pri_queue.records_in_flight", {"1", "4", "16"}},
    {"system.fabric.root_port_latency", {"1", "100", "900"}},
    {"system.fabric.link_tlps", {"2", "64"}},
    {"system.fabric.order", {"in_order", "may", "may"}},
    {"system.fabric.order_delay", {"0", "40", "900"}},
    {"system.fabric.order_seed", {"2", "3"}},
};

struct run {
    struct scenario scenario;
    char setting[SETTINGS_MAX + 1][SETTING_MAX];
    char line[1024]; /* what repeats the run */
};

/* Run number `seed`: a scenario and up to nine settings. */
static void draw(struct run *run, uint64_t seed)
{
    struct random_stream random = random_open(seed, 0, 0);
    const char *file = scenarios[random_below(&random, sizeof scenarios / sizeof *scenarios)];
    const char *settings[SETTINGS_MAX + 1];
    unsigned count = 1 + (unsigned)random_below(&random, SETTINGS_MAX);
    snprintf(run->line, sizeof run->line, "prisim run %s", file);
    for (unsigned i = 0; i < count; i++) {
        unsigned which = (unsigned)random_below(&random, sizeof choices / sizeof *choices);
        unsigned values = 0;
        while (values < VALUES_MAX && choices[which].value[values])
            values++;
        snprintf(run->setting[i], SETTING_MAX, "%s=%s", choices[which].key,
                 choices[which].value[random_below(&random, values)]);
        settings[i] = run->setting[i];
        size_t used = strlen(run->line);
        snprintf(run->line + used, sizeof run->line - used, " --set %s", settings[i]);
    }
    char message[4 * SCENARIO_TEXT_MAX];
    ck_assert_msg(scenario_load(&run->scenario, file, settings, count, message), "%s: %s", run->line, message);
    run->scenario.limits.cycles = CYCLES;
}

static void finish(struct digest *digest, char text[DIGEST_TEXT_MAX])
{
    digest_text(digest, text);
    digest_close(digest);
}

/* Types of events that a quiet run does not ask for: what makes them may then be done ahead of time. */
static bool is_heard(unsigned type)
{
    return type != PRISIM_EVENT_INTERCONNECT_INTERRUPT;
}

static void digest_heard(void *context, const struct prisim_event *event)
{
    if (is_heard(event->type))
        digest_event(context, event);
}

/* The driver and the hardware are right, and the function answers in time: whatever is set, no translation outlives its
 * invalidation, and nobody gets to another's memory. */
static void expect_invalidated(const struct run *run, const struct checkers *checkers)
{
    static const enum hazard hazards[] = {HAZARD_WRONG_SPACE_DMA, HAZARD_STALE_ATC, HAZARD_STALE_TLB,
                                          HAZARD_FREED_BEFORE_INVALIDATED, HAZARD_FALSE_SYNC};
    for (unsigned i = 0; i < sizeof hazards / sizeof *hazards; i++)
        ck_assert_msg(checkers_count(checkers, hazards[i]) == 0, "%s: %s", hazard_name(hazards[i]), run->line);
}

struct digests {
    char all[DIGEST_TEXT_MAX];
    char heard[DIGEST_TEXT_MAX]; /* without the types above */
};

/* The digests of a native run; a quiet one does not ask for the types above, and has none of all. */
static struct digests native(const struct run *run, bool quiet, struct prisim_scheduler_mode mode)
{
    struct checkers *checkers = quiet ? NULL : checkers_open(&run->scenario);
    struct digest *digest[2] = {digest_open(&run->scenario), digest_open(&run->scenario)};
    struct stream stream = {0};
    stream_add(&stream, digest_event, digest[0]);
    stream_add(&stream, digest_heard, digest[1]);
    if (checkers != NULL)
        stream_add(&stream, checkers_event, checkers);
    struct native *native = native_open(&run->scenario, &stream);
    ck_assert_ptr_nonnull(native);
    for (unsigned type = 0; quiet && type < PRISIM_EVENT_TYPES; type++)
        if (!is_heard(type))
            prisim_scheduler_probe(native_scheduler(native))->mask[type / 64] &= ~(UINT64_C(1) << type % 64);
    prisim_scheduler_set_mode(native_scheduler(native), mode);
    native_run(native, run->scenario.limits.cycles);
    ck_assert_msg(prisim_scheduler_idle(native_scheduler(native)), "still busy at the end: %s", run->line);
    native_close(native);
    if (checkers != NULL)
        expect_invalidated(run, checkers);
    checkers_close(checkers);
    struct digests digests = {.all = ""};
    finish(digest[0], digests.all);
    finish(digest[1], digests.heard);
    return digests;
}

START_TEST(one_log)
{
    static struct run run;
    uint64_t seed = (uint64_t)_i + 1;
    draw(&run, seed);
    struct digests expected = native(&run, false, (struct prisim_scheduler_mode){0});
    struct digests other = native(&run, false, (struct prisim_scheduler_mode){.extra_steps = seed, .shuffle = seed});
    ck_assert_msg(strcmp(other.all, expected.all) == 0, "extra steps %d: %s", _i, run.line);
    other = native(&run, true, (struct prisim_scheduler_mode){0});
    ck_assert_msg(strcmp(other.heard, expected.heard) == 0, "quiet: %s", run.line);
    other = native(&run, true, (struct prisim_scheduler_mode){.extra_steps = seed, .shuffle = seed});
    ck_assert_msg(strcmp(other.heard, expected.heard) == 0, "quiet, extra steps %d: %s", _i, run.line);
#ifdef PRISIM_HAS_SYSTEMC
    struct digest *digest = digest_open(&run.scenario);
    struct stream stream = {0};
    struct engine_result result;
    char message[SCENARIO_TEXT_MAX], text[DIGEST_TEXT_MAX];
    struct engine_systemc_build build = {.clocked = _i % 4 == 0, .pri_queue_rtl = _i % 2 && engine_systemc_has_rtl()};
    stream_add(&stream, digest_event, digest);
    ck_assert_msg(engine_systemc(&run.scenario, &stream, build, &result, message), "%s", message);
    finish(digest, text);
    ck_assert_msg(strcmp(text, expected.all) == 0, "SystemC: %s", run.line);
#endif
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("swarm");
    TCase *tests = tcase_create("one log");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, one_log, 0, SWARM_RUNS);
    suite_add_tcase(suite, tests);
    return suite;
}
