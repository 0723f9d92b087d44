/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzzer of scenario files: the loader must take the text or refuse it with one line that names the file; what it takes
 * must run on the native engine, with log, checkers and report listening, up to a bounded number of cycles and events.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tb/checkers/checkers.h"
#include "tb/engine/engine.h"
#include "tb/report/digest.h"
#include "tb/report/log.h"
#include "tb/report/report.h"

enum { INPUT_MAX = 1 << 14, CYCLES = 60000, CYCLES_AT_ONCE = 500, STEPS_MAX = 400000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what, const char *detail)
{
    fprintf(stderr, "fuzz_scenario: %s: %s\n", what, detail);
    abort();
}

/* The text as a file that the loader can open by name. */
static const char *as_file(const uint8_t *data, size_t size)
{
    static char name[64];
    static int handle = -1;
    if (handle < 0) {
        handle = memfd_create("scenario.yaml", 0);
        snprintf(name, sizeof name, "/proc/self/fd/%d", handle);
    }
    if (handle < 0 || ftruncate(handle, 0) != 0 || pwrite(handle, data, size, 0) != (ssize_t)size)
        fail("no file", name);
    return name;
}

static void run(const struct scenario *scenario)
{
    struct stream stream = {0};
    struct checkers *checkers = checkers_open(scenario);
    struct log *log = log_open(scenario, "/dev/null");
    struct digest *digest = digest_open(scenario);
    static const struct report_filter no_filter;
    char message[REPORT_FILTER_MESSAGE_MAX];
    struct report *report = report_open(scenario, &no_filter, message);
    if (!checkers || !log || !digest || !report)
        fail("no memory", scenario->name);
    stream_add(&stream, checkers_event, checkers);
    stream_add(&stream, log_event, log);
    stream_add(&stream, digest_event, digest);
    stream_add(&stream, report_event, report);
    struct native *native = native_open(scenario, &stream);
    if (!native)
        fail("no memory", scenario->name);
    struct prisim_scheduler *c = native_scheduler(native);
    prisim_cycle_t end = scenario->limits.cycles < CYCLES ? scenario->limits.cycles : CYCLES, last = 0;
    while (last < end && !prisim_scheduler_idle(c) && prisim_scheduler_steps(c) < STEPS_MAX) {
        last = last + CYCLES_AT_ONCE < end ? last + CYCLES_AT_ONCE : end;
        native_run(native, last);
    }
    checkers_finish(checkers, last, prisim_scheduler_idle(c));
    native_close(native);
    log_close(log, false);
    digest_close(digest);
    report_close(report);
    checkers_close(checkers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct scenario scenario;
    static char message[4 * SCENARIO_TEXT_MAX];
    if (size > INPUT_MAX)
        return 0;
    const char *name = as_file(data, size);
    memset(message, 'x', sizeof message);
    if (scenario_load(&scenario, name, NULL, 0, message)) {
        run(&scenario);
        scenario_free(&scenario);
        return 0;
    }
    /* A refusal is one line and begins with the file. */
    if (!memchr(message, 0, sizeof message))
        fail("a refusal without an end", name);
    if (strncmp(message, name, strlen(name)) != 0 || strchr(message, '\n'))
        fail("a refusal that is no line of the file", message);
    return 0;
}
