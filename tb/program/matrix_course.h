/* SPDX-License-Identifier: Apache-2.0
 *
 * What the table notes of a run while it goes on: which boundary of its list the unbind has passed while its request
 * stood at which place, and whether every delay ended. It reads events and nothing else.
 */
#ifndef PRISIM_TB_MATRIX_COURSE_H
#define PRISIM_TB_MATRIX_COURSE_H

#include "tb/engine/stream.h"

enum matrix_place {
#define PLACE(id, name) MATRIX_PLACE_##id,
#include "tb/program/matrix_places.def"
#undef PLACE
    MATRIX_PLACES
};
const char *matrix_place_name(enum matrix_place place);

/* A boundary of the list, or of the bind behind it: the event that tells that it is passed. Of a command that was
 * consumed its opcode is part of it. */
struct matrix_boundary {
    uint16_t event;  /* enum prisim_event_type */
    uint16_t opcode; /* SMMU_COMMAND */
    uint32_t nth;    /* of these events in the run */
};
enum { MATRIX_BOUNDARIES_MAX = 48, MATRIX_UNBIND_CALL = 2 };
struct matrix_boundaries {
    uint32_t count;
    struct matrix_boundary of[MATRIX_BOUNDARIES_MAX];
};
/* "driver.snapshot", "smmu.command 0x46, 5th" */
enum { MATRIX_BOUNDARY_WORDS = 64 };
void matrix_boundary_words(const struct matrix_boundary *boundary, char words[MATRIX_BOUNDARY_WORDS]);

/* All zero but for the boundaries at the begin of a run. */
struct matrix_course {
    const struct matrix_boundaries *boundaries; /* those that are looked for */
    struct matrix_boundaries *found; /* where new ones are put, which is what `boundaries` points to; or NULL */
    uint32_t passed;                 /* boundaries; the first is U0 */
    uint32_t commands[256];
    uint32_t stopped; /* endpoint.stopped so far */
    enum matrix_place place;
    uint32_t held, released;
    uint32_t grid[MATRIX_BOUNDARIES_MAX]; /* boundary that was passed last: bits of places */
};

/* A listener, for all events. */
void matrix_course_event(void *course, const struct prisim_event *event);
/* Every task that was held went on: else what the run came to is the delay's doing, not the list's. */
static inline bool matrix_course_is_whole(const struct matrix_course *course)
{
    return course->held == course->released;
}

#endif
