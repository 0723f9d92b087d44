/* SPDX-License-Identifier: Apache-2.0
 *
 * One scenario from its file to its verdict: load, run on an engine, listen, judge, tell (run.h).
 */
#define _POSIX_C_SOURCE 200809L
#include "tb/program/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tb/engine/plugin.h"
#include "tb/program/outputs.h"
#include "tb/report/digest.h"
#include "tb/report/ending.h"
#include "tb/report/report.h"
#include "tb/report/whole_file.h"

/* Shows how far a long run has come; on a terminal only. */
struct progress {
    bool shown;
    uint64_t events;
    time_t last;
    prisim_cycle_t end;
};

enum { PROGRESS_EVENTS = 8192 };

static void progress_event(void *context, const struct prisim_event *event)
{
    struct progress *p = context;
    if (++p->events % PROGRESS_EVENTS)
        return;
    time_t now = time(NULL);
    if (now == p->last)
        return;
    p->last = now;
    p->shown = true;
    fprintf(stderr, "\rcycle %llu of at most %llu", (unsigned long long)event->cycle, (unsigned long long)p->end);
}

static void progress_end(const struct progress *p)
{
    if (p->shown)
        fputs("\r\033[K", stderr);
}

/* What one run needs and must let go of. */
struct run {
    struct scenario scenario;
    struct checkers *checkers;
    struct digest *digest;
    struct report *report; /* only if it is printed */
    struct hops *hops;     /* only if somebody asks for times */
    bool streams;          /* it is printed while the run goes on */
    struct progress progress;
    struct engine_result result;
    struct stream told;        /* who hears an event before the checkers do, and of duties that are broken */
    const char *const *path;   /* options.output */
    void *output[RUN_OUTPUTS]; /* those that are open */
    uint32_t events_unwatched; /* since the outputs were last asked whether they can be written */
};

enum { EVENTS_UNWATCHED = 64 };

static int no_memory(void)
{
    fprintf(stderr, "prisim: no memory\n");
    return EXIT_OWN_FAULT;
}

static int cannot_write(const char *path)
{
    fprintf(stderr, "prisim: %s: %s\n", path, strerror(errno));
    return EXIT_UNUSABLE;
}

/* The run ends before its end: what was written is kept. */
static void end_outputs(struct run *run, const char *why, const char *key, const char *detail)
{
    for (unsigned i = 0; i < RUN_OUTPUTS; i++)
        if (run->output[i] && run_outputs[i].end)
            run_outputs[i].end(run->output[i], why, key, detail);
}

static void end_by_signal(void *context, int signal)
{
    end_outputs(context, "signal", "signal", ending_name(signal));
}

/* Ends the outputs with their run, which is NULL if nothing is to be kept. False, and told, at the first that could not
 * be written. */
static bool close_outputs(struct run *run, const struct run_told *told)
{
    bool kept = true;
    ending_hold();
    for (unsigned i = 0; i < RUN_OUTPUTS && kept; i++) {
        if (run->output[i]) {
            kept = run_outputs[i].close(run->output[i], told) || !told;
            run->output[i] = NULL;
        } else if (told && run->path[i]) {
            kept = run_outputs[i].write(run->path[i], told);
        }
        if (!kept)
            cannot_write(run->path[i]);
    }
    ending_release();
    return kept;
}

static bool open_outputs(struct run *run)
{
    for (unsigned i = 0; i < RUN_OUTPUTS; i++) {
        if (!run->path[i] || !run_outputs[i].open)
            continue;
        run->output[i] = run_outputs[i].open(&run->scenario, run->path[i]);
        if (!run->output[i])
            return cannot_write(run->path[i]), false;
    }
    return true;
}

/* Nobody wants the rest of a run whose output has no room. */
static void stop_without_room(struct run *run)
{
    run->events_unwatched = 0;
    for (unsigned i = 0; i < RUN_OUTPUTS; i++) {
        int error = run->output[i] ? run_outputs[i].error(run->output[i]) : 0;
        if (!error)
            continue;
        progress_end(&run->progress);
        errno = error;
        cannot_write(run->path[i]);
        end_outputs(run, "error", "error", strerror(error));
        whole_files_abandon();
        _exit(EXIT_UNUSABLE); /* out of the middle of an engine */
    }
}

/* All outputs that are open, as one listener. */
static void outputs_event(void *context, const struct prisim_event *event)
{
    struct run *run = context;
    for (unsigned i = 0; i < RUN_OUTPUTS; i++)
        if (run->output[i])
            run_outputs[i].event(run->output[i], event);
    if (++run->events_unwatched == EVENTS_UNWATCHED)
        stop_without_room(run);
}

bool run_can(enum engine engine, bool pri_queue_rtl)
{
    char message[ENGINE_PLUGIN_MESSAGE_MAX];
    if (engine == ENGINE_NATIVE)
        return true;
    const struct engine_plugin *plugin = engine_plugin_load(message);
    if (!plugin)
        fprintf(stderr, "prisim: %s\n", message);
    else if (pri_queue_rtl && !plugin->has_rtl())
        fprintf(stderr, "prisim: run: --pri-queue rtl: this build has no Verilated PRI queue (PRISIM_VERILATOR)\n");
    else
        return true;
    return false;
}

/* Only after run_can. */
static bool run_systemc(struct run *run, const struct stream *stream, const struct options *options, char *message)
{
    const struct engine_systemc_build build = {options->engine == ENGINE_SYSTEMC_CLOCKED, options->pri_queue_rtl};
    char unread[ENGINE_PLUGIN_MESSAGE_MAX];
    return engine_plugin_load(unread)->run(&run->scenario, stream, build, &run->result, message);
}

/* Everybody who listens, but for the checkers. */
static struct stream listeners(struct run *run)
{
    struct stream told = {0};
    stream_add(&told, digest_event, run->digest);
    bool any = false;
    for (unsigned i = 0; i < RUN_OUTPUTS; i++)
        any = any || run->output[i];
    if (any)
        stream_add(&told, outputs_event, run);
    if (run->report) {
        const struct event_types types = report_types(run->report);
        stream_add_for(&told, &types, report_event, run->report);
    }
    if (run->hops) {
        const struct event_types types = hops_types();
        stream_add_for(&told, &types, hops_event, run->hops);
    }
    if (isatty(STDERR_FILENO) && !run->streams)
        stream_add(&told, progress_event, &run->progress);
    return told;
}

static bool run_engine(struct run *run, const struct options *options)
{
    enum engine engine = options->engine;
    run->told = listeners(run);
    const struct event_types types = checkers_types();
    char message[SCENARIO_TEXT_MAX] = "no memory";
    /* The checkers come last: what they say of an event stands behind it. */
    struct stream stream = run->told;
    stream_add_for(&stream, &types, checkers_event, run->checkers);
    checkers_take(run->checkers, &run->told);
    bool done = false;
    switch (engine) {
    case ENGINE_NATIVE:
        done = engine_native(&run->scenario, &stream, &run->result);
        break;
    case ENGINE_SYSTEMC:
    case ENGINE_SYSTEMC_CLOCKED:
        done = run_systemc(run, &stream, options, message);
        break;
    }
    progress_end(&run->progress);
    if (!done) {
        fprintf(stderr, "prisim: %s: %s\n", run->scenario.file, message);
        end_outputs(run, "fault", "engine", engine_text(engine));
    }
    return done;
}

static FILE *report_to(const struct options *options)
{
    return outputs_take_standard(options) ? stderr : stdout;
}

static int exit_of(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_PASS:
        return EXIT_AS_EXPECTED;
    case VERDICT_INCOMPLETE:
        return EXIT_INCOMPLETE;
    case VERDICT_FAIL:
    case VERDICTS:
        break;
    }
    return EXIT_NOT_AS_EXPECTED;
}

/* Judges, tells and writes; returns the exit code. */
static int conclude(struct run *run, const struct options *options)
{
    /* The cycle of the last event: both engines agree on it, whatever else they visit. */
    prisim_cycle_t cycles = run->result.idle ? digest_last(run->digest) : run->scenario.limits.cycles;
    checkers_finish(run->checkers, cycles, run->result.idle);
    checkers_all_events(run->checkers, digest_events(run->digest));
    if (run->hops)
        hops_finish(run->hops, cycles);
    char digest[DIGEST_TEXT_MAX];
    digest_text(run->digest, digest);
    struct run_outcome outcome = {engine_text(options->engine), digest, cycles, run->result.idle,
                                  verdict_of(&run->scenario, run->checkers, run->result.idle)};
    const struct run_told told = {&run->scenario, run->checkers, &outcome, run->hops};
    if (!close_outputs(run, &told))
        return EXIT_UNUSABLE;
    if (options->named[0])
        fprintf(stderr, "prisim: wrote %s\n", options->named);
    if (options->hops)
        report_times(run->report, run->hops);
    if (options->quiet)
        report_print_verdict(report_to(options), &run->scenario, run->checkers, &outcome);
    else
        report_print(run->report, run->checkers, &outcome);
    return exit_of(outcome.verdict.verdict);
}

/* False, and told, if its filter has a name that the scenario has not. */
static bool open_report(struct run *run, const struct options *options)
{
    char message[REPORT_FILTER_MESSAGE_MAX];
    if (options->quiet)
        return true;
    run->report = report_open(&run->scenario, &options->filter, message);
    run->streams = options->filter.all;
    if (!run->report)
        fprintf(stderr, "prisim: run: --only: %s\n", message);
    return run->report != NULL;
}

static int run_loaded(struct run *run, const struct options *options)
{
    if (!open_report(run, options))
        return EXIT_UNUSABLE;
    run->path = options->output;
    if (!open_outputs(run))
        return EXIT_UNUSABLE;
    ending_watch(end_by_signal, run);
    run->checkers = checkers_open(&run->scenario);
    run->digest = digest_open(&run->scenario);
    const bool timed = options->hops || options->output[RUN_OUTPUT_SUMMARY];
    run->hops = timed ? hops_open(&run->scenario) : NULL;
    if (!run->checkers || !run->digest || (timed && !run->hops))
        return no_memory();
    if (run->report)
        report_begin(run->report, report_to(options), report_wants_colour(report_to(options)));
    run->progress.last = time(NULL);
    run->progress.end = run->scenario.limits.cycles;
    return run_engine(run, options) ? conclude(run, options) : EXIT_OWN_FAULT;
}

/* False, and told, if it cannot be run. What is questionable is told as well. */
static bool load(struct run *run, const struct options *options, const char *file)
{
    char message[4 * SCENARIO_TEXT_MAX];
    struct scenario_tree *tree = scenario_tree_open(file, message);
    bool good = tree && (!options->policy || scenario_tree_policy(tree, options->policy, message)) &&
                scenario_from_tree(tree, &run->scenario, options->setting, options->settings, message);
    if (good)
        fputs(scenario_tree_warnings(tree), stderr);
    else
        fprintf(stderr, "%s\n", message);
    scenario_tree_close(tree);
    return good;
}

int run_file(const struct options *options, const char *file)
{
    struct run *run = calloc(1, sizeof *run);
    if (!run)
        return no_memory();
    int code = EXIT_UNUSABLE;
    bool loaded = load(run, options, file);
    if (loaded)
        code = run_loaded(run, options);
    ending_watch(NULL, NULL);
    close_outputs(run, NULL);
    if (run->checkers)
        checkers_close(run->checkers);
    digest_close(run->digest);
    hops_close(run->hops);
    if (run->report)
        report_close(run->report);
    if (loaded)
        scenario_free(&run->scenario);
    free(run);
    return code;
}
