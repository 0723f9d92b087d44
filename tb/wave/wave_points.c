/* SPDX-License-Identifier: Apache-2.0
 *
 * Points as moments and as text (wave_points.h): "S2 pasid 1 prgi 0 space B cause bound".
 */
#include "tb/wave/wave_points.h"

#include <string.h>

/* What of an event is said; the rest is in the log. */
static bool is_said(const char *field)
{
    static const char *const said[] = {"request", "pasid", "prgi", "address", "access", "slot",   "item",
                                       "space",   "code",  "call", "policy",  "prod",   "groups", "cause"};
    for (unsigned i = 0; i < sizeof said / sizeof said[0]; i++)
        if (strcmp(said[i], field) == 0)
            return true;
    return false;
}

void wave_points_init(struct wave_points *points, struct wave_tree *tree, const struct scenario *scenario)
{
    memset(points, 0, sizeof *points);
    points->tree = tree;
    points->system = &scenario->system;
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++)
        for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)type); i++)
            if (is_said(prisim_event_fields((enum prisim_event_type)type)[i].name))
                points->said[type] |= (uint16_t)(1U << i);
}

void wave_points_declare(struct wave_points *points, unsigned instance, const char *block)
{
    size_t length = strlen(block);
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++) {
        const char *name = prisim_event_name((enum prisim_event_type)type);
        const char *point = prisim_event_point((enum prisim_event_type)type);
        if (point[0] && strncmp(name, block, length) == 0 && name[length] == '.')
            points->moment[instance][type] = wave_moment(points->tree, point);
    }
    points->text[instance] = wave_text_signal(points->tree, "point");
}

static void add_value(const struct wave_points *points, struct wave_text *to, enum prisim_field_format format,
                      uint64_t value)
{
    char letters[PRISIM_ACCESS_TEXT];
    switch (format) {
    case PRISIM_FIELD_HEX:
        wave_text_hex(to, value);
        return;
    case PRISIM_FIELD_PASID:
        if (value == PRISIM_PASID_NONE)
            wave_text_add(to, "none");
        else
            wave_text_number(to, value);
        return;
    case PRISIM_FIELD_CAUSE:
        wave_text_add(to, prisim_cause_name((enum prisim_cause)value));
        return;
    case PRISIM_FIELD_SPACE:
        wave_text_add(to, value ? points->system->space_id[value - 1] : "none");
        return;
    case PRISIM_FIELD_ACCESS:
        wave_text_add(to, prisim_access_letters(value, letters));
        return;
    case PRISIM_FIELD_DECIMAL:
    case PRISIM_FIELD_BOOL:
    case PRISIM_FIELD_INSTANCE:
    case PRISIM_FIELD_EVENT:
        break;
    }
    wave_text_number(to, value);
}

void wave_points_event(struct wave_points *points, const struct prisim_event *event)
{
    wave_signal moment = points->moment[event->instance][event->type];
    if (!moment)
        return;
    enum prisim_event_type type = (enum prisim_event_type)event->type;
    const struct prisim_event_field *fields = prisim_event_fields(type);
    struct wave_text text;
    wave_text_begin(&text);
    wave_text_add(&text, prisim_event_point(type));
    for (unsigned i = 0; i < prisim_event_field_count(type); i++) {
        if (!(points->said[type] >> i & 1))
            continue;
        wave_text_add(&text, " ");
        wave_text_add(&text, fields[i].name);
        wave_text_add(&text, " ");
        add_value(points, &text, fields[i].format, prisim_event_value(event, i));
    }
    wave_happens(points->tree, moment);
    wave_set_text(points->tree, points->text[event->instance], &text);
}
