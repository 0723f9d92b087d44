/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading --vary, and counting through the product (sweep_axes.h).
 */
#include "tb/program/sweep_axes.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The axis that is read, and where a message about it goes. */
struct reading {
    struct sweep_axis *axis;
    unsigned number; /* of the --vary, from 1 */
    char *message;
};

static bool refuse(const struct reading *r, const char *at, const char *what)
{
    snprintf(r->message, SCENARIO_TEXT_MAX, "--vary:%u:%td: %.*s: %s", r->number, at - r->axis->argument + 1, 100,
             r->axis->key, what);
    return false;
}

bool sweep_number(const char *text, const char **end, uint64_t *value)
{
    char *behind;
    bool hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    *value = strtoull(text, &behind, hexadecimal ? 16 : 10);
    *end = behind;
    return errno == 0 && (!hexadecimal || behind > text + 2);
}

static const char expected_range[] = "expected A..B or A..B:STEP of whole numbers, A not above B and STEP at least 1";

static bool read_range(const struct reading *r, const char *text)
{
    struct sweep_axis *axis = r->axis;
    const char *at = text;
    uint64_t last;
    axis->range = true;
    axis->hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    axis->step = 1;
    if (!sweep_number(at, &at, &axis->first) || strncmp(at, "..", 2) != 0 || !sweep_number(at + 2, &at, &last))
        return refuse(r, text, expected_range);
    if (*at == ':' && !sweep_number(at + 1, &at, &axis->step))
        return refuse(r, text, expected_range);
    if (*at || axis->first > last || axis->step == 0)
        return refuse(r, text, expected_range);
    if ((last - axis->first) / axis->step >= SWEEP_POINTS_MAX)
        return refuse(r, text, "expected at most 1000000000 values");
    axis->count = (last - axis->first) / axis->step + 1;
    return true;
}

static bool read_list(const struct reading *r, const char *text)
{
    struct sweep_axis *axis = r->axis;
    axis->item = calloc(SWEEP_ITEMS_MAX, sizeof *axis->item);
    if (!axis->item)
        return refuse(r, text, "no memory");
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, ",");
        if (length == 0 || length >= SWEEP_VALUE_MAX)
            return refuse(r, at, "expected a value, of at most 255 bytes: KEY=A..B, KEY=A..B:STEP or KEY=a,b,c");
        if (axis->count == SWEEP_ITEMS_MAX)
            return refuse(r, at, "expected at most 4096 values in a list");
        axis->item[axis->count++] = at;
        at += length;
        if (!*at)
            return true;
    }
}

static bool read_axis(const struct reading *r)
{
    struct sweep_axis *axis = r->axis;
    const char *equals = strchr(axis->argument, '=');
    size_t length = equals ? (size_t)(equals - axis->argument) : strlen(axis->argument);
    snprintf(axis->key, sizeof axis->key, "%.*s", (int)(length < SWEEP_KEY_MAX ? length : SWEEP_KEY_MAX - 1),
             axis->argument);
    if (!equals || length == 0)
        return refuse(r, axis->argument, "expected KEY=A..B, KEY=A..B:STEP or KEY=a,b,c");
    if (length >= SWEEP_KEY_MAX)
        return refuse(r, axis->argument, "unknown key");
    return strstr(equals, "..") ? read_range(r, equals + 1) : read_list(r, equals + 1);
}

bool sweep_axes_add(struct sweep_axes *axes, const char *argument, char message[SCENARIO_TEXT_MAX])
{
    if (axes->count == SWEEP_AXES_MAX) {
        snprintf(message, SCENARIO_TEXT_MAX, "--vary:%d:1: expected at most %d of --vary", SWEEP_AXES_MAX + 1,
                 SWEEP_AXES_MAX);
        return false;
    }
    struct reading r = {&axes->axis[axes->count], axes->count + 1, message};
    *r.axis = (struct sweep_axis){.argument = argument};
    uint64_t points = sweep_axes_points(axes);
    axes->count++;
    if (!read_axis(&r))
        return false;
    for (uint32_t i = 0; i + 1 < axes->count; i++)
        if (strcmp(axes->axis[i].key, r.axis->key) == 0)
            return refuse(&r, argument, "expected once; an earlier --vary has it already");
    if (r.axis->count > SWEEP_POINTS_MAX / points)
        return refuse(&r, argument, "expected at most 1000000000 points in all");
    return true;
}

void sweep_axes_free(struct sweep_axes *axes)
{
    for (uint32_t i = 0; i < axes->count; i++)
        free(axes->axis[i].item);
    axes->count = 0;
}

uint64_t sweep_axes_points(const struct sweep_axes *axes)
{
    uint64_t points = 1;
    for (uint32_t i = 0; i < axes->count; i++)
        points *= axes->axis[i].count;
    return points;
}

uint64_t sweep_axes_index(const struct sweep_axes *axes, uint64_t point, unsigned axis)
{
    assert(axis < axes->count);
    for (uint32_t i = axes->count - 1; i > axis; i--)
        point /= axes->axis[i].count;
    return point % axes->axis[axis].count;
}

void sweep_axis_value(const struct sweep_axis *axis, uint64_t index, char value[SWEEP_VALUE_MAX])
{
    assert(index < axis->count);
    if (axis->range)
        snprintf(value, SWEEP_VALUE_MAX, axis->hexadecimal ? "0x%" PRIx64 : "%" PRIu64,
                 axis->first + index * axis->step);
    else
        snprintf(value, SWEEP_VALUE_MAX, "%.*s", (int)strcspn(axis->item[index], ","), axis->item[index]);
}

size_t sweep_axis_column(const struct sweep_axis *axis, uint64_t index)
{
    const char *value = axis->range ? strchr(axis->argument, '=') + 1 : axis->item[index];
    return (size_t)(value - axis->argument) + 1;
}
