/* SPDX-License-Identifier: Apache-2.0
 *
 * One point of a sweep: the scenario with the point's values, run in this process (tb/trial/trial.h). Nothing is
 * printed here, and nothing is kept from one point to the next.
 */
#ifndef PRISIM_TB_SWEEP_POINT_H
#define PRISIM_TB_SWEEP_POINT_H

#include "tb/program/options.h"
#include "tb/program/sweep_axes.h"
#include "tb/trial/trial.h"

enum { SWEEP_NAME_MAX = SYSTEM_NAME_MAX, SWEEP_PARTIES_MAX = 16, SWEEP_MESSAGE_MAX = 4 * SCENARIO_TEXT_MAX };

/* How the step is placed that --orders names. */
struct sweep_step {
    char id[SYSTEM_ID_MAX];         /* "" without --orders */
    char key[SWEEP_KEY_MAX];        /* timeline.ID.after, or timeline.ID.at */
    char before[SYSTEM_ID_MAX + 2]; /* what stands before the number in a value: "", "ready+" or "ID+" */
    bool waits;                     /* for an event: positions count from it */
    const char *argument;           /* ID or ID=FROM..TO, as it was given */
    unsigned checks;                /* of --check: positions drawn inside equal ranges, for each point */
};

/* What is run at each point. */
struct sweep_plan {
    const char *file;
    const char *policy;         /* the file of a list of steps, or NULL */
    struct scenario_tree *tree; /* of the file; each process of a sweep has its own copy */
    unsigned settings;
    const char *setting[OPTIONS_SETTINGS_MAX]; /* --set */
    struct sweep_axes axes;
    struct sweep_step step;
    bool orders; /* the order of events is wanted */
    unsigned parties;
    char party[SWEEP_PARTIES_MAX][SWEEP_NAME_MAX]; /* whose events make it: instances, or kinds of them */
};

/* The axes before the one that is looked along: before the last, or all if a step is placed. */
static inline unsigned sweep_plan_outer_axes(const struct sweep_plan *plan)
{
    return plan->axes.count - (plan->step.id[0] || plan->axes.count == 0 ? 0 : 1);
}

enum sweep_place {
    SWEEP_AS_WRITTEN, /* the step of --orders stands where the scenario has it */
    SWEEP_PLACED,     /* at `position` */
    SWEEP_LEFT_OUT    /* it is never given */
};

struct sweep_point {
    uint64_t point; /* of the axes */
    uint64_t position;
    uint32_t place; /* enum sweep_place */
    uint32_t unused;
};

enum sweep_outcome { SWEEP_RAN, SWEEP_REFUSED, SWEEP_NO_MEMORY };

struct sweep_result {
    uint32_t outcome; /* enum sweep_outcome */
    uint32_t unused;
    char message[SWEEP_MESSAGE_MAX]; /* if it was refused: one line */
    struct trial_result trial;
    char order[DIGEST_TEXT_MAX]; /* if it is wanted */
    /* Of a run without the step: its first and its last event, and the event that would trigger the step
     * (PRISIM_CYCLE_NEVER: none, or it waits for none). */
    prisim_cycle_t first, last, trigger;
};

/* Runs a point. */
void sweep_point_run(const struct sweep_plan *plan, struct trials *trials, const struct sweep_point *point,
                     struct sweep_result *result);

/* Whether a point can be loaded; else the message says why not. */
bool sweep_point_check(const struct sweep_plan *plan, const struct sweep_point *point, char message[SWEEP_MESSAGE_MAX]);

/* Loads the scenario at a point without running it. False with a message of one line. */
bool sweep_point_load(const struct sweep_plan *plan, const struct sweep_point *point, struct scenario *scenario,
                      char message[SWEEP_MESSAGE_MAX]);

/* Finds out how the step with that id is placed. False with a message of one line if there is none, or if a setting or
 * an axis places it already. */
bool sweep_point_find_step(struct sweep_plan *plan, const char *id, char message[SWEEP_MESSAGE_MAX]);

/* The text of a position, as the step's key takes it. */
void sweep_point_position(const struct sweep_step *step, uint64_t position, char value[SWEEP_VALUE_MAX]);

#endif
