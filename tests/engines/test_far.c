/* SPDX-License-Identifier: Apache-2.0
 *
 * The range of cycles: a step at the last cycle that a scenario can name is given out there on every engine and with
 * every clock, and the logs are the same; one cycle further is refused.
 */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/engine/engine.h"
#include "tb/report/digest.h"
#include "tests/harness/suite.h"
#ifdef PRISIM_HAS_SYSTEMC
#include "tb/engine/engine_systemc.h"
#endif

#define LAST   UINT64_C(10000000000000)
#define BEYOND "10000000000001"

static const char *const clock_ps[] = {"10", "1000", "1000000"};
enum { CLOCKS = sizeof clock_ps / sizeof clock_ps[0] };

/* With `near` nothing is due at LAST; what is due then lies beyond the end of SystemC's time with the slowest clock. */
static const struct scenario *load(const char *clock, bool near)
{
    static struct scenario scenario;
    char setting[64], message[4 * SCENARIO_TEXT_MAX];
    snprintf(setting, sizeof setting, "system.fabric.clock_period_ps=%s", clock);
    const char *settings[] = {setting, "timeline.1.at=9000000000000", "timeline.2.at=9000000002000"};
    ck_assert_msg(scenario_load(&scenario, FAR, settings, near ? 3 : 1, message), "%s", message);
    return &scenario;
}

struct seen {
    struct digest *stream_digest;
    struct prisim_event last; /* of all events */
    unsigned steps;           /* given out */
    unsigned far_steps;       /* of these, at LAST */
    unsigned far_events;      /* behind the first DMA */
    char digest[DIGEST_TEXT_MAX];
};

static void see(void *context, const struct prisim_event *event)
{
    struct seen *seen = context;
    seen->last = *event;
    seen->steps += event->type == PRISIM_EVENT_TIMELINE_STEP;
    seen->far_steps += event->type == PRISIM_EVENT_TIMELINE_STEP && event->cycle == LAST;
    seen->far_events += event->cycle > LAST - 2000;
}

static void start(struct seen *seen, const struct scenario *scenario, struct stream *stream)
{
    *seen = (struct seen){.stream_digest = digest_open(scenario)};
    *stream = (struct stream){0};
    stream_add(stream, digest_event, seen->stream_digest);
    stream_add(stream, see, seen);
}

static void end(struct seen *seen, bool near)
{
    digest_text(seen->stream_digest, seen->digest);
    digest_close(seen->stream_digest);
    ck_assert_uint_eq(seen->steps, 3);
    ck_assert_uint_eq(seen->far_steps, !near);
    if (near) {
        ck_assert_uint_eq(seen->far_events, 0);
        return;
    }
    ck_assert_uint_eq(seen->last.cycle, LAST);
    ck_assert_uint_gt(seen->far_events, 5);
}

START_TEST(last_cycle)
{
    bool near = _i >= CLOCKS;
    const struct scenario *scenario = load(clock_ps[_i % CLOCKS], near);
    ck_assert_uint_eq(scenario->limits.cycles, LAST);
    struct seen native;
    struct stream stream;
    struct engine_result result;
    start(&native, scenario, &stream);
    ck_assert(engine_native(scenario, &stream, &result));
    ck_assert(!result.idle); /* a step is due later */
    end(&native, near);
#ifdef PRISIM_HAS_SYSTEMC
    struct seen systemc;
    char message[SCENARIO_TEXT_MAX];
    start(&systemc, scenario, &stream);
    ck_assert_msg(engine_systemc(scenario, &stream, (struct engine_systemc_build){0}, &result, message), "%s", message);
    ck_assert(!result.idle);
    end(&systemc, near);
    ck_assert_str_eq(systemc.digest, native.digest);
#endif
}
END_TEST

START_TEST(one_further_is_refused)
{
    static const char *const settings[] = {"timeline.2.at=" BEYOND, "timeline.3.after=" BEYOND, "limits.cycles=" BEYOND,
                                           "limits.unbind=" BEYOND, "limits.group=" BEYOND};
    static struct scenario scenario;
    char message[4 * SCENARIO_TEXT_MAX];
    for (unsigned i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        ck_assert_msg(!scenario_load(&scenario, FAR, &settings[i], 1, message), "%s is taken", settings[i]);
        ck_assert_msg(strstr(message, "..10000000000000"), "%s", message);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("far");
    TCase *tcase = tcase_create("far");
    tcase_add_loop_test(tcase, last_cycle, 0, 2 * CLOCKS);
    tcase_add_test(tcase, one_further_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
