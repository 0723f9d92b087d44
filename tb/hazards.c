/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of hazards and counters. What they mean is in tb/hazards.def and tb/checkers.h.
 */
#include "tb/checkers.h"

static const struct {
    const char *name;
    bool checked;
    const char *about;
} hazards[HAZARDS] = {
#define HAZARD(id, name, checked, about) {name, checked, about},
#include "tb/hazards.def"
#undef HAZARD
};

static const char *const counters[COUNTERS] = {
    [COUNTER_PAGE_REQUESTS] = "page_requests",
    [COUNTER_RESPONSES] = "responses",
    [COUNTER_AUTO_RESPONSES] = "auto_responses",
    [COUNTER_DROPPED] = "dropped",
    [COUNTER_STOP_MARKERS] = "stop_markers",
    [COUNTER_QUEUE_PEAK] = "queue_peak",
    [COUNTER_OVERFLOW_CYCLES] = "overflow_cycles",
    [COUNTER_UNBINDS] = "unbinds",
    [COUNTER_UNBIND_CYCLES_MAX] = "unbind_cycles_max",
    [COUNTER_UNBIND_CYCLES_SUM] = "unbind_cycles_sum",
    [COUNTER_EVENTS] = "events",
};

const char *hazard_name(enum hazard hazard)
{
    assert(hazard < HAZARDS);
    return hazards[hazard].name;
}

const char *hazard_about(enum hazard hazard)
{
    assert(hazard < HAZARDS);
    return hazards[hazard].about;
}

bool hazard_checked(enum hazard hazard)
{
    assert(hazard < HAZARDS);
    return hazards[hazard].checked;
}

const char *counter_name(enum counter counter)
{
    assert(counter < COUNTERS && counters[counter] != 0);
    return counters[counter];
}
