/* SPDX-License-Identifier: Apache-2.0
 *
 * The judges: they read the stream of events, join what the blocks do not carry (which binding a request was made
 * under), and count hazards. They see no block's state.
 */
#ifndef PRISIM_TB_CHECKERS_H
#define PRISIM_TB_CHECKERS_H

#include "tb/scenario.h"

#ifdef __cplusplus
extern "C" {
#endif

struct checkers;

/* One hazard that was found. Text is ready to print: who, made under which binding, served in which space. */
struct finding {
    enum hazard hazard;
    cycle_t cycle;
    char text[SCENARIO_TEXT_MAX];
};

struct checkers *checkers_open(const struct scenario *scenario);
void checkers_close(struct checkers *checkers);
/* A listener (tb/stream.h). */
void checkers_event(void *checkers, const struct event *event);
/* Judges what can only be judged at the end. `end` is the last edge; `idle`: nothing would have happened after it. */
void checkers_finish(struct checkers *checkers, cycle_t end, bool idle);
uint32_t checkers_count(const struct checkers *checkers, enum hazard hazard);
/* The i-th finding in the order found, or NULL; at most 1000 are kept, counts go on. */
const struct finding *checkers_finding(const struct checkers *checkers, unsigned i);

enum counter {
    COUNTER_PAGE_REQUESTS,     /* sent by functions, Stop Markers not among them */
    COUNTER_RESPONSES,         /* PRG Responses that left the SMMU */
    COUNTER_AUTO_RESPONSES,    /* of these: by the PRI queue itself */
    COUNTER_DROPPED,           /* page requests and Stop Markers that the PRI queue dropped or lost */
    COUNTER_STOP_MARKERS,      /* sent by functions */
    COUNTER_QUEUE_PEAK,        /* entries of the PRI queue between PROD and CONS */
    COUNTER_OVERFLOW_CYCLES,   /* with OVFLG != OVACKFLG */
    COUNTER_UNBINDS,           /* that reached U6 */
    COUNTER_UNBIND_CYCLES_MAX, /* U2..U6 */
    COUNTER_UNBIND_CYCLES_SUM,
    COUNTER_EVENTS,
    COUNTERS
};
const char *counter_name(enum counter counter);
uint64_t checkers_counter(const struct checkers *checkers, enum counter counter);

/* The verdict: every judged hazard was found as often as the scenario expects. Not judged: hazards without a checker,
 * and a sub-count ("wrong_address_space.mapped") that the scenario does not list while its parent is expected. */
bool verdict_judges(const struct scenario *scenario, enum hazard hazard);
bool verdict_pass(const struct scenario *scenario, const struct checkers *checkers);
/* One line about the i-th difference, "wrong_address_space: expected 1, found 0". False if there are fewer. */
bool verdict_difference(const struct scenario *scenario, const struct checkers *checkers, unsigned i,
                        char text[SCENARIO_TEXT_MAX]);

#ifdef __cplusplus
}
#endif

#endif
