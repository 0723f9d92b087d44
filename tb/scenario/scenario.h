/* SPDX-License-Identifier: Apache-2.0
 *
 * A scenario: the system, what happens to it, and what must come out (docs/scenarios.md). Made from a YAML file by
 * scenario_load; the engines, the timeline and the checkers read it.
 */
#ifndef PRISIM_TB_SCENARIO_H
#define PRISIM_TB_SCENARIO_H

#include <stdio.h>

#include "tb/scenario/expectation.h"
#include "tb/system/system.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { TIMELINE_STEPS_MAX = 256, TRIGGER_FILTERS_MAX = 6, SCENARIO_TEXT_MAX = 256 };

/* When a step happens: at an edge, or after the nth event that matches. */
struct trigger {
    prisim_cycle_t at; /* without an event: the edge at which the step is published */
    uint64_t after;    /* with an event: edges after it, >= 1 */
    uint32_t nth;      /* with an event: >= 1 */
    bool on_event;
    bool on_instance; /* the event must be of this instance */
    uint16_t instance;
    uint16_t event; /* enum prisim_event_type */
    uint16_t filters;
    struct {
        uint16_t field; /* index in the event's fields */
        uint64_t value;
    } filter[TRIGGER_FILTERS_MAX];
};

struct timeline_step {
    char id[SYSTEM_ID_MAX]; /* "" if it has none */
    uint16_t place;         /* in the file's timeline, from 0 */
    bool release;           /* the end of a hold at the same place */
    struct trigger trigger;
    bool to_driver; /* else to an endpoint */
    uint16_t endpoint;
    struct prisim_driver_stimulus driver;
    struct prisim_endpoint_stimulus stimulus;
    uint32_t of; /* raw page request: the call that makes the binding it belongs to, or 0 */
};

struct timeline_config {
    uint32_t steps;
    struct timeline_step step[TIMELINE_STEPS_MAX];
};

struct scenario_limits {
    uint64_t cycles;   /* a run ends here at the latest */
    uint64_t unbind;   /* unbind_hang: U0..U6 */
    uint64_t group;    /* unanswered_group: Last sent .. response; 0: judged at the end only */
    uint32_t livelock; /* faults of one access with Success */
    uint32_t unused;
};

struct scenario {
    char file[SCENARIO_TEXT_MAX];
    char name[SCENARIO_TEXT_MAX];
    char about[2 * SCENARIO_TEXT_MAX];
    struct system_config system;
    struct timeline_config timeline;
    struct scenario_limits limits;
    struct expectation expect;
};

static_assert((int)EXPECTED_STEPS_MAX >= TIMELINE_STEPS_MAX, "every step can be expected");

/* Reads a scenario file and applies settings "key=value" (dotted keys, as given to --set) on top. True if it can be
 * run; else *message (SCENARIO_TEXT_MAX * 4 bytes) is one line, "file:line:column: key: what was expected". */
bool scenario_load(struct scenario *scenario, const char *file, const char *const *settings, unsigned count,
                   char *message);

/* Prints every key (or those that start with `prefix`): name, type, default, unit, range, sentence; then events and
 * hazards. False if nothing starts with the prefix. `markdown`: as docs/scenarios.md has it. */
bool scenario_describe(FILE *to, const char *prefix, bool markdown);

#ifdef __cplusplus
}
#endif

#endif
