/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON inside a page (json.h).
 */
#include "tb/view/json.h"

#include <inttypes.h>
#include <string.h>

void json_string(FILE *to, const char *text)
{
    putc('"', to);
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\')
            fprintf(to, "\\%c", byte);
        else if (byte < 0x20 || byte == '<')
            fprintf(to, "\\u%04x", byte);
        else
            putc(byte, to);
    }
    putc('"', to);
}

static void instance(FILE *to, const struct scenario *names, uint64_t value)
{
    char name[SYSTEM_NAME_MAX];
    system_instance_name(&names->system, (unsigned)value, name);
    json_string(to, name);
}

void json_value(FILE *to, const struct scenario *names, enum prisim_field_format format, uint64_t value)
{
    char letters[PRISIM_ACCESS_TEXT];
    switch (format) {
    case PRISIM_FIELD_DECIMAL:
        fprintf(to, "%" PRIu64, value);
        return;
    case PRISIM_FIELD_HEX:
        fprintf(to, "\"0x%" PRIx64 "\"", value);
        return;
    case PRISIM_FIELD_PASID:
        if (value == PRISIM_PASID_NONE)
            fputs("null", to);
        else
            fprintf(to, "%" PRIu64, value);
        return;
    case PRISIM_FIELD_BOOL:
        fputs(value ? "true" : "false", to);
        return;
    case PRISIM_FIELD_CAUSE:
        json_string(to, prisim_cause_name((enum prisim_cause)value));
        return;
    case PRISIM_FIELD_SPACE:
        if (value == 0 || value > PRISIM_DRIVER_SPACES_MAX)
            fputs("null", to);
        else
            json_string(to, names->system.space_id[value - 1]);
        return;
    case PRISIM_FIELD_INSTANCE:
        instance(to, names, value);
        return;
    case PRISIM_FIELD_ACCESS:
        json_string(to, prisim_access_letters(value, letters));
        return;
    case PRISIM_FIELD_EVENT:
        json_string(to, prisim_event_name((enum prisim_event_type)value));
        return;
    }
}

void json_values(FILE *to, const struct scenario *names, const struct prisim_event *event)
{
    const struct prisim_event_field *fields = prisim_event_fields((enum prisim_event_type)event->type);
    unsigned count = prisim_event_field_count((enum prisim_event_type)event->type);
    for (unsigned i = 0; i < count; i++) {
        putc(i ? ',' : '[', to);
        json_value(to, names, fields[i].format, prisim_event_value(event, i));
    }
    putc(']', to);
}
