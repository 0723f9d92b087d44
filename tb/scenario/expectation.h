/* SPDX-License-Identifier: Apache-2.0
 *
 * What a scenario says must come out (`expect`), and the words of a verdict. Nothing is judged here: see
 * tb/report/verdict.h.
 */
#ifndef PRISIM_TB_EXPECTATION_H
#define PRISIM_TB_EXPECTATION_H

#include <stdbool.h>
#include <stdint.h>

#include "tb/hazards.h"

/* Whether a run came out as expected. */
enum verdict { VERDICT_PASS, VERDICT_FAIL, VERDICT_INCOMPLETE, VERDICTS };
/* What happened in it. */
enum outcome { OUTCOME_CLEAN, OUTCOME_HAZARD, OUTCOME_HANG, OUTCOME_NOTHING_HAPPENED, OUTCOMES };
enum ended_by { ENDED_BY_IDLE, ENDED_BY_LIMIT, ENDED_BYS };

enum count_how { COUNT_EXACTLY, COUNT_AT_LEAST, COUNT_AT_MOST, COUNT_IGNORE };

struct expected_count {
    uint32_t how; /* enum count_how */
    uint32_t value;
    bool given;
};

enum { EXPOSURES_EXPECTED_MAX = 64 };

/* So many of a binding must stand at a place at a point of its unbind. */
struct expected_exposure {
    int32_t step;  /* of the timeline, the unbind's; -1: any of the unbinds */
    uint32_t more; /* steps behind it of which each will do as well: its repetitions */
    uint32_t point, place;
    struct expected_count count;
};

struct expectation {
    struct expected_count hazard[HAZARDS]; /* exactly 0 unless the scenario says otherwise */
    struct expected_count jobs_failed, jobs_ended_by_unbind, jobs_ended_by_reset, jobs_unfinished, tasks_held;
    uint32_t ended_by; /* enum ended_by; ENDED_BYS: not given */
    uint32_t outcome;  /* enum outcome; OUTCOMES: not given */
    bool exposed_none; /* nothing needs to be in flight at an unbind */
    uint32_t exposures;
    struct expected_exposure exposure[EXPOSURES_EXPECTED_MAX];
};

const char *verdict_name(enum verdict verdict);
const char *outcome_name(enum outcome outcome);
const char *ended_by_name(enum ended_by ended_by);
bool expected_count_met(const struct expected_count *expected, uint32_t found);
/* "2", "at least 2", "any" */
enum { EXPECTED_COUNT_TEXT = 32 };
void expected_count_text(const struct expected_count *expected, char text[EXPECTED_COUNT_TEXT]);

#endif
