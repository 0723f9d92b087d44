/* SPDX-License-Identifier: Apache-2.0
 *
 * One measured run: `prisim_bench busy ENGINE EVERY_EDGE JOBS END DIRECTORY` runs streams up to cycle END,
 * `prisim_bench job ENGINE EVERY_EDGE JOBS IN_FLIGHT DIRECTORY` DMA jobs on pages of their own from the first to their
 * end. Native only, the same, measured while a page request is under way and not otherwise: `trip` from the edge at
 * which it leaves the device to the edge at which the translation, tried again, arrives; `request` to the edge at which
 * the response arrives, which a command of the driver's sends. It prints what the run did as one JSON object; how many
 * instructions that took is counted from outside (bench/run). Events are off but for those that the timeline and the
 * count need, as in a sweep that asks for a verdict only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/engine/engine.h"
#ifdef PRISIM_HAS_SYSTEMC
#include "bench/empty_kernel.h"
#include "tb/engine/engine_systemc.h"
#endif

enum {
    FIRST_JOB = 40000,
    TRIP_SPACING = 5000,
    PAGE = 4096,
    AREA = 0x400000,
    BUSY_JOB = 65536,
    BUSY_AREA = 0x40000,
    BUSY_READ_EVERY = 250,
    WINDOWS_MAX = 256
};

/* Edges, both included. */
struct window {
    prisim_cycle_t first, last;
};

struct bench {
    struct scenario scenario;
    uint64_t jobs_done;
    uint64_t responses;
    bool to_response; /* a trip ends with the response, else with the translation */
    uint64_t flying;  /* trips under way */
    uint64_t trips;   /* trips made */
    unsigned windows;
    struct window window[WINDOWS_MAX]; /* while some are */
};

static void fail(const char *what)
{
    fprintf(stderr, "prisim_bench: %s\n", what);
    exit(2);
}

static void add_job(struct bench *b, prisim_cycle_t at, unsigned endpoint, uint64_t address, uint32_t size, bool write)
{
    struct timeline_config *timeline = &b->scenario.timeline;
    struct timeline_step *step = timeline_config_add(timeline);
    if (!step)
        fail("too many jobs");
    step->trigger.at = at;
    step->endpoint = (uint16_t)endpoint;
    step->stimulus = (struct prisim_endpoint_stimulus){.address = address,
                                                       .job = timeline->steps,
                                                       .pasid = endpoint + 1,
                                                       .size = size,
                                                       .what = PRISIM_ENDPOINT_DMA,
                                                       .has_pasid = 1,
                                                       .write = write};
}

/* Each job asks for a page of its own; `in_flight` of them at a time. */
static void add_trips(struct bench *b, unsigned jobs, unsigned in_flight)
{
    for (unsigned i = 0; i < jobs; i++)
        add_job(b, FIRST_JOB + (prisim_cycle_t)(i / in_flight) * (in_flight + 3) * TRIP_SPACING, 0,
                AREA + (uint64_t)i * PAGE, 4, true);
}

/* Writes without a pause, and a read now and then. */
static void add_streams(struct bench *b, unsigned jobs)
{
    for (unsigned i = 0; i < jobs; i++)
        add_job(b, FIRST_JOB - 2000, 0, AREA + (uint64_t)i * BUSY_JOB % BUSY_AREA, BUSY_JOB, true);
    for (prisim_cycle_t at = FIRST_JOB; at < b->scenario.limits.cycles; at += BUSY_READ_EVERY)
        add_job(b, at, 0, AREA + at * 64 % BUSY_AREA, 64, false);
}

static void count(void *context, const struct prisim_event *event)
{
    struct bench *b = context;
    b->jobs_done +=
        event->type == PRISIM_EVENT_ENDPOINT_JOB_DONE && event->endpoint_job_done.cause == PRISIM_CAUSE_COMPLETED;
    b->responses += event->type == PRISIM_EVENT_ENDPOINT_RESPONSE;
}

static bool ends_trip(const struct bench *b, const struct prisim_event *event)
{
    if (b->to_response)
        return event->type == PRISIM_EVENT_ENDPOINT_RESPONSE;
    return event->type == PRISIM_EVENT_ENDPOINT_TRANSLATION && event->endpoint_translation.status == PRISIM_TLP_SC &&
           event->endpoint_translation.access != 0;
}

/* A trip begins or ends. */
static void count_trip(void *context, const struct prisim_event *event)
{
    struct bench *b = context;
    if (event->type == PRISIM_EVENT_ENDPOINT_PAGE_REQUEST_SENT && b->flying++ == 0) {
        if (b->windows == WINDOWS_MAX)
            fail("too many trips");
        b->window[b->windows].first = event->cycle;
    }
    if (!ends_trip(b, event))
        return;
    if (b->flying == 0)
        fail("an answer that nobody asked for");
    b->trips++;
    if (--b->flying == 0)
        b->window[b->windows++].last = event->cycle;
}

/* What is measured; a function of its own, so that a profiler can count inside it alone. */
__attribute__((noinline)) static void measured(struct native *native, prisim_cycle_t last)
{
    native_run(native, last);
}

static void listen(struct prisim_probe *probe, enum prisim_event_type type)
{
    probe->mask[type / 64] |= UINT64_C(1) << type % 64;
}

/* The system of the bench just before its first job, hearing of nothing but two types of events. */
static struct native *open_native(struct bench *b, void (*listener)(void *, const struct prisim_event *),
                                  enum prisim_event_type one, enum prisim_event_type two)
{
    struct stream stream = {0};
    stream_add(&stream, listener, b);
    struct native *native = native_open(&b->scenario, &stream);
    if (!native)
        fail("no memory");
    struct prisim_probe *probe = prisim_scheduler_probe(native_scheduler(native));
    prisim_probe_init(probe, false);
    listen(probe, one);
    listen(probe, two);
    native_run(native, FIRST_JOB - 1);
    return native;
}

/* A first run, not measured, says when trips are under way. */
static void find_trips(struct bench *b)
{
    struct native *native =
        open_native(b, count_trip, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST_SENT,
                    b->to_response ? PRISIM_EVENT_ENDPOINT_RESPONSE : PRISIM_EVENT_ENDPOINT_TRANSLATION);
    native_run(native, b->scenario.limits.cycles);
    native_close(native);
    if (b->flying)
        fail("a trip has no end");
}

/* Steps and accesses so far. */
struct work {
    uint64_t steps, memory, tlps;
};

static struct work work_so_far(const struct bench *b, const struct prisim_scheduler *c)
{
    struct work work = {.steps = prisim_scheduler_steps(c)};
    for (unsigned port = 0; port < PRISIM_INTERCONNECT_PORTS; port++)
        work.memory += prisim_scheduler_transfers(c, INSTANCE_INTERCONNECT, port);
    for (unsigned port = 0; port < PRISIM_FABRIC_RX_ENDPOINT + b->scenario.system.endpoints; port++)
        work.tlps += prisim_scheduler_transfers(c, INSTANCE_FABRIC, port);
    return work;
}

static void run_native(struct bench *b, bool every_edge)
{
    struct native *native = open_native(b, count, PRISIM_EVENT_ENDPOINT_JOB_DONE, PRISIM_EVENT_ENDPOINT_RESPONSE);
    struct prisim_scheduler *c = native_scheduler(native);
    prisim_scheduler_set_mode(c, (struct prisim_scheduler_mode){.every_edge = every_edge});
    struct work sum = {0};
    prisim_cycle_t cycles = 0;
    for (unsigned i = 0; i < b->windows; i++) {
        native_run(native, b->window[i].first - 1);
        struct work before = work_so_far(b, c);
        measured(native, b->window[i].last);
        struct work after = work_so_far(b, c);
        sum.steps += after.steps - before.steps;
        sum.memory += after.memory - before.memory;
        sum.tlps += after.tlps - before.tlps;
        prisim_cycle_t end = prisim_scheduler_idle(c) ? prisim_scheduler_now(c) : b->window[i].last + 1;
        cycles += end - b->window[i].first;
    }
    native_run(native, b->scenario.limits.cycles);
    printf("{\"cycles\": %llu, \"steps\": %llu, \"memory_requests\": %llu, \"tlps\": %llu, \"trips\": %llu, "
           "\"jobs_done\": %llu, \"responses\": %llu}\n",
           (unsigned long long)cycles, (unsigned long long)sum.steps, (unsigned long long)sum.memory,
           (unsigned long long)sum.tlps, (unsigned long long)b->trips, (unsigned long long)b->jobs_done,
           (unsigned long long)b->responses);
    native_close(native);
}

#ifdef PRISIM_HAS_SYSTEMC
static void run_systemc(struct bench *b, bool clocked)
{
    struct stream stream = {0};
    struct engine_result result;
    char message[SCENARIO_TEXT_MAX];
    stream_add(&stream, count, b);
    if (!engine_systemc(&b->scenario, &stream, (struct engine_systemc_build){.clocked = clocked}, &result, message))
        fail(message);
    printf("{\"cycles\": %llu, \"jobs_done\": %llu, \"responses\": %llu}\n", (unsigned long long)result.cycles,
           (unsigned long long)b->jobs_done, (unsigned long long)b->responses);
}
#endif

int main(int argc, char **argv)
{
#ifdef PRISIM_HAS_SYSTEMC
    if (argc == 4 && strcmp(argv[1], "empty") == 0) {
        bench_empty_kernel((unsigned)atoi(argv[2]), (uint64_t)atoll(argv[3]));
        return 0;
    }
#endif
    if (argc != 7)
        fail("usage: prisim_bench busy|job|trip|request ENGINE EVERY_EDGE JOBS IN_FLIGHT|END DIRECTORY, or empty "
             "METHODS CYCLES");
    static struct bench b;
    bool busy = strcmp(argv[1], "busy") == 0;
    char file[SCENARIO_TEXT_MAX], message[4 * SCENARIO_TEXT_MAX];
    snprintf(file, sizeof file, "%s/%s.yaml", argv[6], busy ? "busy" : "trip");
    if (!scenario_load(&b.scenario, file, NULL, 0, message))
        fail(message);
    if (busy) {
        b.scenario.limits.cycles = (uint64_t)atoll(argv[5]) - 1;
        add_streams(&b, (unsigned)atoi(argv[4]));
    } else {
        add_trips(&b, (unsigned)atoi(argv[4]), (unsigned)atoi(argv[5]));
    }
    if (!timeline_config_order(&b.scenario.timeline))
        fail("no memory");
    bool every_edge = atoi(argv[3]) != 0;
    b.to_response = strcmp(argv[1], "request") == 0;
    if (b.to_response || strcmp(argv[1], "trip") == 0)
        find_trips(&b);
    else
        b.window[b.windows++] = (struct window){FIRST_JOB, b.scenario.limits.cycles};
    if (strcmp(argv[2], "native") == 0)
        run_native(&b, every_edge);
#ifdef PRISIM_HAS_SYSTEMC
    else if (strcmp(argv[2], "systemc") == 0)
        run_systemc(&b, every_edge);
#endif
    else
        fail("no such engine in this build");
    return 0;
}
