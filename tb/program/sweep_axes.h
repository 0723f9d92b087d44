/* SPDX-License-Identifier: Apache-2.0
 *
 * What a sweep varies: each --vary is an axis, and a point is one value of each. The last axis runs fastest. Values are
 * texts, as --set takes them; whether a key can have one is the scenario's to say.
 */
#ifndef PRISIM_TB_SWEEP_AXES_H
#define PRISIM_TB_SWEEP_AXES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tb/scenario/scenario.h"

enum { SWEEP_AXES_MAX = 16, SWEEP_KEY_MAX = 256, SWEEP_VALUE_MAX = 256, SWEEP_ITEMS_MAX = 4096 };
#define SWEEP_POINTS_MAX UINT64_C(1000000000)

struct sweep_axis {
    const char *argument; /* KEY=A..B[:STEP] or KEY=a,b,c; the caller's */
    char key[SWEEP_KEY_MAX];
    uint64_t count; /* of values, >= 1 */
    bool range;
    bool hexadecimal; /* a range whose first number is written so */
    uint64_t first, step;
    const char **item; /* of a list: where each begins in the argument; SWEEP_ITEMS_MAX at most */
};

struct sweep_axes {
    uint32_t count;
    struct sweep_axis axis[SWEEP_AXES_MAX];
};

/* Adds an axis. False with a message of one line, "--vary:N:COLUMN: KEY: expected ...", if it is none. */
bool sweep_axes_add(struct sweep_axes *axes, const char *argument, char message[SCENARIO_TEXT_MAX]);
void sweep_axes_free(struct sweep_axes *axes);

/* The product of all; 1 without any. At most SWEEP_POINTS_MAX. */
uint64_t sweep_axes_points(const struct sweep_axes *axes);

/* Which value of an axis a point has, from 0; its text; and where it stands in the argument, from 1. */
uint64_t sweep_axes_index(const struct sweep_axes *axes, uint64_t point, unsigned axis);
void sweep_axis_value(const struct sweep_axis *axis, uint64_t index, char value[SWEEP_VALUE_MAX]);
size_t sweep_axis_column(const struct sweep_axis *axis, uint64_t index);

/* A whole number, decimal or 0x. False if the text is none, or goes on; `end` is behind it. */
bool sweep_number(const char *text, const char **end, uint64_t *value);

#endif
