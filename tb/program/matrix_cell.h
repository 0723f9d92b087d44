/* SPDX-License-Identifier: Apache-2.0
 *
 * A cell of the table: one policy, one device (matrix_device.def); its schedules, and what a list comes to under them.
 */
#ifndef PRISIM_TB_MATRIX_CELL_H
#define PRISIM_TB_MATRIX_CELL_H

#include "tb/hazard_set.h"
#include "tb/program/matrix_list.h"
#include "tb/program/matrix_schedule.h"
#include "tb/program/sweep_orders.h"
#include "tb/trial/trial.h"

enum { MATRIX_DEVICES = 13 };

struct matrix_cell {
    uint32_t policy;         /* as the configuration counts them */
    uint32_t device;         /* row of matrix_device.def */
    const char *policy_file; /* of a list of steps, or NULL */
    char text[MATRIX_SCHEDULE_TEXT];
    unsigned settings;
    const char *setting[MATRIX_SCHEDULE_SETTINGS];
    struct scenario scenario[MATRIX_LINKS]; /* as loaded; the timeline is that of whichever schedule is run */
    struct matrix_boundaries boundaries;
    struct matrix_schedules schedules;
    size_t placed;    /* schedules that place the unbind once for each order of events: behind the first */
    uint64_t placing; /* runs that it took to find them */
    unsigned lists;
    struct matrix_list list[MATRIX_LISTS_MAX];
    uint32_t grid[MATRIX_BOUNDARIES_MAX]; /* of the policy's own list: bits of places */
};

enum matrix_word {
    MATRIX_UNDECIDED,     /* no run said anything */
    MATRIX_CLEAN,         /* no hazard under any schedule */
    MATRIX_AS_ITS_POLICY, /* hazards, and none that the policy's own list does not have */
    MATRIX_FAILS,         /* a hazard that the policy's own list does not have */
    MATRIX_HANGS,         /* so, and the unbind does not end */
    MATRIX_REFUSED,       /* the list cannot be executed */
    MATRIX_WORDS
};

/* What a list came to. */
struct matrix_result {
    uint32_t word;             /* enum matrix_word */
    uint32_t schedule;         /* of its fails or hangs: the first schedule */
    struct hazard_set hazards; /* of that run; of the policy's own list, of all runs */
    uint32_t runs, unjudged;   /* unjudged: of those that say nothing of the list */
    uint32_t grid[MATRIX_BOUNDARIES_MAX];
    uint32_t done, no_memory;
};

/* Its row: the words of it, and what its function does with a PASID that it stops (enum prisim_endpoint_stop). */
const char *matrix_device_name(uint32_t device);
uint32_t matrix_device_stop(uint32_t device);
bool matrix_device_has_twins(uint32_t device);

/* Hazards that a list answers for; what happens by chance (a queue that overflows) is not one. */
bool matrix_hazard_counts(enum hazard hazard);

/* Makes a cell: loads the scenario, finds boundaries and schedules. False with a message of one line. */
bool matrix_cell_open(struct matrix_cell *cell, const char *file, struct scenario_tree *tree, uint32_t policy,
                      uint32_t device, struct trials *trials, char message[SWEEP_MESSAGE_MAX]);
void matrix_cell_close(struct matrix_cell *cell);

/* Runs a list under the cell's schedules: the policy's own under all; another until one of them gives a hazard that is
 * not among `own`, those of the policy's own. */
void matrix_cell_judge(const struct matrix_cell *cell, unsigned list, const struct hazard_set *own,
                       struct trials *trials, struct matrix_result *result);

/* The command of one run. */
void matrix_cell_command(FILE *to, const struct matrix_cell *cell, const char *file, unsigned list, uint32_t schedule);

/* Why a place was not reached at a boundary: NULL, nobody knows. */
const char *matrix_cell_excludes(const struct matrix_cell *cell, uint32_t boundary, enum matrix_place place);

#endif
