/* SPDX-License-Identifier: Apache-2.0
 *
 * One measured run: `prisim_bench busy ENGINE EVERY_EDGE JOBS END DIRECTORY` runs streams up to cycle END,
 * `prisim_bench trip ENGINE EVERY_EDGE JOBS IN_FLIGHT DIRECTORY` page requests to their end. It prints what the run did
 * as one JSON object; how many instructions that took is counted from outside (bench/run). Events are off but for those
 * that the timeline and the count need, as in a sweep that asks for a verdict only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/engine.h"
#ifdef PRISIM_HAS_SYSTEMC
#include "bench/empty_kernel.h"
#include "tb/engine_systemc.h"
#endif

enum {
    FIRST_JOB = 40000,
    TRIP_SPACING = 5000,
    PAGE = 4096,
    AREA = 0x400000,
    BUSY_JOB = 65536,
    BUSY_AREA = 0x40000,
    BUSY_READ_EVERY = 250
};

struct bench {
    struct scenario scenario;
    uint64_t jobs_done;
    uint64_t responses;
};

static void fail(const char *what)
{
    fprintf(stderr, "prisim_bench: %s\n", what);
    exit(2);
}

static void add_job(struct bench *b, cycle_t at, unsigned endpoint, uint64_t address, uint32_t size, bool write)
{
    struct timeline_config *timeline = &b->scenario.timeline;
    if (timeline->steps == TIMELINE_STEPS_MAX)
        fail("too many jobs");
    struct timeline_step *step = &timeline->step[timeline->steps++];
    memset(step, 0, sizeof *step);
    step->trigger.at = at;
    step->endpoint = (uint16_t)endpoint;
    step->stimulus = (struct endpoint_stimulus){.address = address,
                                                .job = timeline->steps,
                                                .pasid = endpoint + 1,
                                                .size = size,
                                                .what = ENDPOINT_DMA,
                                                .has_pasid = 1,
                                                .write = write};
}

/* Each job asks for a page of its own; `in_flight` of them at a time. */
static void add_trips(struct bench *b, unsigned jobs, unsigned in_flight)
{
    for (unsigned i = 0; i < jobs; i++)
        add_job(b, FIRST_JOB + (cycle_t)(i / in_flight) * (in_flight + 3) * TRIP_SPACING, 0, AREA + (uint64_t)i * PAGE,
                4, true);
}

/* Writes without a pause, and a read now and then. */
static void add_streams(struct bench *b, unsigned jobs)
{
    for (unsigned i = 0; i < jobs; i++)
        add_job(b, FIRST_JOB - 2000, 0, AREA + (uint64_t)i * BUSY_JOB % BUSY_AREA, BUSY_JOB, true);
    for (cycle_t at = FIRST_JOB; at < b->scenario.limits.cycles; at += BUSY_READ_EVERY)
        add_job(b, at, 0, AREA + at * 64 % BUSY_AREA, 64, false);
}

static void count(void *context, const struct event *event)
{
    struct bench *b = context;
    b->jobs_done += event->type == EVENT_ENDPOINT_JOB_DONE && event->field[3] == CAUSE_COMPLETED;
    b->responses += event->type == EVENT_ENDPOINT_RESPONSE;
}

/* What is measured; a function of its own, so that a profiler can count inside it alone. */
__attribute__((noinline)) static void measured(struct native *native, cycle_t last)
{
    native_run(native, last);
}

static void run_native(struct bench *b, bool every_edge)
{
    struct stream stream = {0};
    stream_add(&stream, count, b);
    struct native *native = native_open(&b->scenario, &stream);
    if (!native)
        fail("no memory");
    struct clockwork *c = native_clockwork(native);
    struct probe *probe = clockwork_probe(c);
    probe_init(probe, false);
    probe->mask[EVENT_ENDPOINT_JOB_DONE / 64] |= UINT64_C(1) << EVENT_ENDPOINT_JOB_DONE % 64;
    probe->mask[EVENT_ENDPOINT_RESPONSE / 64] |= UINT64_C(1) << EVENT_ENDPOINT_RESPONSE % 64;
    native_run(native, FIRST_JOB - 1);
    clockwork_set_mode(c, (struct clockwork_mode){.every_edge = every_edge});

    uint64_t steps = clockwork_steps(c), memory = 0, tlps = 0;
    for (unsigned sign = 0; sign < 2; sign++) {
        uint64_t m = 0, t = 0;
        for (unsigned port = 0; port < INTERCONNECT_PORTS; port++)
            m += clockwork_transfers(c, INSTANCE_INTERCONNECT, port);
        for (unsigned port = 0; port < FABRIC_RX_ENDPOINT + b->scenario.system.endpoints; port++)
            t += clockwork_transfers(c, INSTANCE_FABRIC, port);
        memory = m - memory;
        tlps = t - tlps;
        if (sign == 0)
            measured(native, b->scenario.limits.cycles);
    }
    cycle_t end = clockwork_idle(c) ? clockwork_now(c) : b->scenario.limits.cycles + 1;
    printf("{\"cycles\": %llu, \"steps\": %llu, \"memory_requests\": %llu, \"tlps\": %llu, \"jobs_done\": %llu, "
           "\"responses\": %llu}\n",
           (unsigned long long)(end - FIRST_JOB), (unsigned long long)(clockwork_steps(c) - steps),
           (unsigned long long)memory, (unsigned long long)tlps, (unsigned long long)b->jobs_done,
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
        fail("usage: prisim_bench busy|trip ENGINE EVERY_EDGE JOBS IN_FLIGHT|END DIRECTORY, or empty METHODS CYCLES");
    static struct bench b;
    bool busy = strcmp(argv[1], "busy") == 0;
    char file[SCENARIO_TEXT_MAX], message[4 * SCENARIO_TEXT_MAX];
    snprintf(file, sizeof file, "%s/%s.yaml", argv[6], argv[1]);
    if (!scenario_load(&b.scenario, file, NULL, 0, message))
        fail(message);
    if (busy) {
        b.scenario.limits.cycles = (uint64_t)atoll(argv[5]) - 1;
        add_streams(&b, (unsigned)atoi(argv[4]));
    } else {
        add_trips(&b, (unsigned)atoi(argv[4]), (unsigned)atoi(argv[5]));
    }
    bool every_edge = atoi(argv[3]) != 0;
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
