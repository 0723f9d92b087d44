/* SPDX-License-Identifier: Apache-2.0
 *
 * The schedules of a cell (UNBIND-TABLE, "How a cell is decided"): where the unbind begins, and which tasks are kept
 * where until what has happened. Each is settings of the scenario, so that a run of one is a command; loaded once.
 */
#ifndef PRISIM_TB_MATRIX_SCHEDULE_H
#define PRISIM_TB_MATRIX_SCHEDULE_H

#include "tb/program/matrix_course.h"
#include "tb/scenario/scenario.h"

enum { MATRIX_SCHEDULE_TEXT = 800, MATRIX_SCHEDULE_SETTINGS = 24 };

struct matrix_schedule {
    char text[MATRIX_SCHEDULE_TEXT]; /* settings, each ended by a newline */
    unsigned link; /* MATRIX_NEAR or MATRIX_FAR: not what the scenario has, but so slow that answers take longer than a
                      bind */
    struct timeline_config timeline;
};
enum { MATRIX_NEAR, MATRIX_FAR, MATRIX_LINKS };
#define MATRIX_FAR_SETTING "system.endpoints.nic.link.latency=2000"

struct matrix_schedules {
    size_t count, room;
    struct matrix_schedule *of; /* the first has no delay, and the unbind begins when the page request is made */
};

/* The settings in a text: their beginnings; the newlines become ends. Returns how many. */
unsigned matrix_schedule_settings(char text[MATRIX_SCHEDULE_TEXT], const char *setting[MATRIX_SCHEDULE_SETTINGS]);

/* Who loads one: the scenario with the cell's settings and these. False with a message. */
struct matrix_loader {
    struct scenario_tree *tree;
    unsigned settings;
    const char *const *setting;
    char *message; /* 4 * SCENARIO_TEXT_MAX bytes */
};

/* Adds that of a text. */
bool matrix_schedules_add(struct matrix_schedules *schedules, const struct matrix_loader *loader, const char *text);
/* Adds those with delays, of a list with these boundaries. `marker`: the function sends Stop Markers. */
bool matrix_schedules_add_delays(struct matrix_schedules *schedules, const struct matrix_loader *loader,
                                 const struct matrix_boundaries *boundaries, bool marker);
void matrix_schedules_free(struct matrix_schedules *schedules);

#endif
