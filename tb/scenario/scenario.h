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

enum { TIMELINE_STEPS_MAX = 1000000, TRIGGER_FILTERS_MAX = 6, SCENARIO_TEXT_MAX = 256 };

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
    uint32_t place;         /* in the file's timeline, from 0 */
    uint32_t times;         /* how often that step is given; 0 is once, too */
    uint32_t repetition;    /* which of them this is, from 0 */
    bool release;           /* the end of a hold at the same place */
    bool not_given;         /* expected: its time does not come */
    bool refused;           /* expected: the driver refuses it */
    struct trigger trigger;
    bool to_driver; /* else to an endpoint */
    bool removes;   /* to the driver, and the endpoint and its link are told as well */
    uint16_t endpoint;
    struct prisim_driver_stimulus driver;
    struct prisim_endpoint_stimulus stimulus;
    uint32_t of; /* raw page request: the call that makes the binding it belongs to, or 0 */
};

/* A step that waits for an event. */
struct timeline_waiter {
    uint32_t anchor; /* of timeline.step, if it must be that of one step: the step + 1; else 0 */
    uint32_t step;
};

/* Owns its arrays: timeline_config_free gives them back. All zero is one without steps. */
struct timeline_config {
    uint32_t steps;
    uint32_t room;                          /* of `step` */
    uint32_t ordered;                       /* steps when `waiter` was made */
    struct timeline_step *step;             /* in the order of the file */
    struct timeline_waiter *waiter;         /* by event, then anchor, then step */
    uint32_t first[PRISIM_EVENT_TYPES + 1]; /* waiter of each event */
};

/* A new step, all zero, behind the others; NULL if there is no memory or there are TIMELINE_STEPS_MAX. Pointers to
 * steps do not outlive it. */
struct timeline_step *timeline_config_add(struct timeline_config *timeline);
/* Makes `waiter` and `first`: after the last change of a step or its trigger, before an engine gets it. False if there
 * is no memory. */
bool timeline_config_order(struct timeline_config *timeline);
void timeline_config_free(struct timeline_config *timeline);

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

/* Reads a scenario file and applies settings "key=value" (dotted keys, as given to --set) on top. What stood in
 * *scenario before does not matter and is not freed. True if it can be run: scenario_free gives back what it owns. Else
 * there is nothing to free, and *message (SCENARIO_TEXT_MAX * 4 bytes) is one line, "file:line:column: key: what was
 * expected". */
bool scenario_load(struct scenario *scenario, const char *file, const char *const *settings, unsigned count,
                   char *message);
void scenario_free(struct scenario *scenario);

/* The same in two halves, for who wants many scenarios of one file: it is read once, and each scenario is made with
 * settings of its own, which leave no trace in the tree. NULL: *message says why. One caller at a time may use a tree.
 */
struct scenario_tree;
struct scenario_tree *scenario_tree_open(const char *file, char *message);
bool scenario_from_tree(struct scenario_tree *tree, struct scenario *scenario, const char *const *settings,
                        unsigned count, char *message);
void scenario_tree_close(struct scenario_tree *tree);

/* Takes system.driver.own from a file of its own, which is that map, and unbinds by it (`unbind: own`), whatever the
 * scenario says; a setting comes after it. False: *message says why. */
bool scenario_tree_policy(struct scenario_tree *tree, const char *file, char *message);
/* What is questionable in the scenario that was made last, and can be run all the same: lines, each
 * "file:line:column: key: warning: ...". */
const char *scenario_tree_warnings(const struct scenario_tree *tree);

/* Prints every key (or those that start with `prefix`): name, type, default, unit, range, sentence; then events and
 * hazards. False if nothing starts with the prefix. `markdown`: as docs/scenarios.md has it. */
bool scenario_describe(FILE *to, const char *prefix, bool markdown);

/* All of one kind, not as Markdown: a name on a line of its own, and below it indented lines. False if there is no
 * memory. */
enum describe_kind { DESCRIBE_KEYS, DESCRIBE_EVENTS, DESCRIBE_CAUSES, DESCRIBE_HAZARDS, DESCRIBE_KINDS };
bool scenario_describe_kind(FILE *to, enum describe_kind kind);

#ifdef __cplusplus
}
#endif

#endif
