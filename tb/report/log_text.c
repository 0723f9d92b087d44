/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines of JSON from pieces and digits (log_text.h).
 */
#include "tb/report/log_text.h"

#include <stdio.h>
#include <string.h>

/* Bytes of a piece that are copied at once; most have no more. */
enum { COPY = 32 };

bool log_text_piece(struct log_text *text, struct log_piece *piece, const char *from, size_t length)
{
    if (length > LOG_PIECE_MAX || text->used + length > LOG_POOL - COPY)
        return false;
    piece->text = text->pool + text->used;
    piece->length = length;
    memcpy(text->pool + text->used, from, length);
    text->used += length;
    return true;
}

/* before, a name, behind */
static bool compose(struct log_text *text, struct log_piece *piece, const char *before, const char *name,
                    const char *behind)
{
    char made[LOG_PIECE_MAX + 1];
    int length = snprintf(made, sizeof made, "%s%s%s", before, name, behind);
    return length >= 0 && (size_t)length < sizeof made && log_text_piece(text, piece, made, (size_t)length);
}

static bool quoted(struct log_text *text, struct log_piece *piece, const char *name)
{
    char made[LOG_PIECE_MAX];
    return strlen(name) < SYSTEM_NAME_MAX && log_text_piece(text, piece, made, json_text(made, name));
}

static bool prepare_type(struct log_text *text, enum prisim_event_type event)
{
    struct log_type *type = &text->type[event];
    const struct prisim_event_field *fields = prisim_event_fields(event);
    const char *point = prisim_event_point(event);
    char named[LOG_PIECE_MAX];
    snprintf(named, sizeof named, point[0] ? "%s\",\"point\":\"%s" : "%s%s", prisim_event_name(event), point);
    bool good = compose(text, &type->head, ",\"event\":\"", named, "\"") &&
                quoted(text, &text->event[event], prisim_event_name(event));
    type->fields = (uint8_t)prisim_event_field_count(event);
    for (unsigned i = 0; i < type->fields; i++) {
        assert(fields[i].offset == offsetof(struct prisim_event, endpoint_job) + i * sizeof(uint64_t));
        type->format[i] = (uint8_t)fields[i].format;
        good = good && compose(text, &type->field[i], ",\"", fields[i].name, "\":");
    }
    return good;
}

static bool prepare_places(struct log_text *text, const struct system_config *system)
{
    struct system_instance rows[SYSTEM_INSTANCES_MAX];
    unsigned instances = system_instances(system, rows);
    bool good = true;
    text->places = INSTANCE_CHECKERS + 1;
    for (unsigned i = 0; i < text->places; i++) {
        char name[SYSTEM_NAME_MAX];
        text->place[i] = (struct log_piece){text->pool, 0};
        if (i >= instances && i != INSTANCE_CHECKERS)
            continue;
        system_instance_name(system, i, name);
        good = good && quoted(text, &text->place[i], name);
    }
    return good;
}

bool log_text_of(struct log_text *text, const struct scenario *scenario)
{
    static_assert((int)PRISIM_EVENT_TYPES <= (int)LOG_TYPES_MAX && (int)PRISIM_CAUSES <= (int)LOG_CAUSES_MAX &&
                      (int)INSTANCE_CHECKERS < (int)LOG_PLACES_MAX &&
                      (int)PRISIM_DRIVER_SPACES_MAX < (int)LOG_SPACES_MAX,
                  "a log has room for all of this version");
    bool good = true;
    text->used = 0;
    text->types = PRISIM_EVENT_TYPES;
    for (unsigned i = 0; i < text->types; i++)
        good = good && prepare_type(text, (enum prisim_event_type)i);
    text->causes = PRISIM_CAUSES;
    for (unsigned i = 0; i < text->causes; i++)
        good = good && quoted(text, &text->cause[i], prisim_cause_name((enum prisim_cause)i));
    good = good && prepare_places(text, &scenario->system);
    text->spaces = PRISIM_DRIVER_SPACES_MAX + 1;
    good = good && log_text_piece(text, &text->space[0], "null", strlen("null"));
    for (unsigned i = 1; i < text->spaces; i++)
        good = good && quoted(text, &text->space[i], scenario->system.space_id[i - 1]);
    return good;
}

/* The first bytes at once: there is room for them, and the pool has as many behind its last piece. */
static inline char *put_piece(char *at, const struct log_piece *piece)
{
    memcpy(at, piece->text, COPY);
    if (piece->length > COPY)
        memcpy(at + COPY, piece->text + COPY, piece->length - COPY);
    return at + piece->length;
}

#define PUT(at, literal) ((char *)memcpy(at, literal, sizeof(literal) - 1) + sizeof(literal) - 1)

#define ROW_OF_TEN(d)     d "0" d "1" d "2" d "3" d "4" d "5" d "6" d "7" d "8" d "9"
#define ROW_OF_SIXTEEN(d) ROW_OF_TEN(d) d "a" d "b" d "c" d "d" d "e" d "f"
static const char decimals[] = ROW_OF_TEN("0") ROW_OF_TEN("1") ROW_OF_TEN("2") ROW_OF_TEN("3") ROW_OF_TEN("4")
    ROW_OF_TEN("5") ROW_OF_TEN("6") ROW_OF_TEN("7") ROW_OF_TEN("8") ROW_OF_TEN("9");
static const char hexes[] = ROW_OF_SIXTEEN("0") ROW_OF_SIXTEEN("1") ROW_OF_SIXTEEN("2") ROW_OF_SIXTEEN("3")
    ROW_OF_SIXTEEN("4") ROW_OF_SIXTEEN("5") ROW_OF_SIXTEEN("6") ROW_OF_SIXTEEN("7") ROW_OF_SIXTEEN("8")
        ROW_OF_SIXTEEN("9") ROW_OF_SIXTEEN("a") ROW_OF_SIXTEEN("b") ROW_OF_SIXTEEN("c") ROW_OF_SIXTEEN("d")
            ROW_OF_SIXTEEN("e") ROW_OF_SIXTEEN("f");

static inline char *put_decimal(char *at, uint64_t value)
{
    enum { DIGITS = 20 };
    char digits[2 * DIGITS]; /* the second half is copied and not looked at */
    char *first = digits + DIGITS;
    if (value < 10) {
        *at = (char)('0' + value);
        return at + 1;
    }
    for (; value >= 10; value /= 100)
        memcpy(first -= 2, decimals + 2 * (value % 100), 2);
    if (value)
        *--first = (char)('0' + value);
    memcpy(at, first, DIGITS);
    return at + (digits + DIGITS - first);
}

static inline char *put_hex(char *at, uint64_t value)
{
    unsigned digits = value ? (67 - (unsigned)__builtin_clzll(value)) / 4 : 1;
    at = PUT(at, "\"0x");
    char *end = at + digits;
    *end = '"';
    char *last = end;
    for (; last - at >= 2; value >>= 8)
        memcpy(last -= 2, hexes + 2 * (value & 255), 2);
    if (last > at)
        *at = hexes[2 * (value & 15) + 1];
    return end + 1;
}

static char *put_access(char *at, uint64_t value)
{
    *at++ = '"';
    at += strlen(prisim_access_letters(value, at));
    *at++ = '"';
    return at;
}

static inline char *put_value(const struct log_text *text, char *at, enum prisim_field_format format, uint64_t value)
{
    switch (format) {
    case PRISIM_FIELD_DECIMAL:
        return put_decimal(at, value);
    case PRISIM_FIELD_HEX:
        return put_hex(at, value);
    case PRISIM_FIELD_PASID:
        return value == PRISIM_PASID_NONE ? PUT(at, "null") : put_decimal(at, value);
    case PRISIM_FIELD_BOOL:
        return value ? PUT(at, "true") : PUT(at, "false");
    case PRISIM_FIELD_CAUSE:
        assert(value < text->causes);
        return put_piece(at, &text->cause[value]);
    case PRISIM_FIELD_SPACE:
        assert(value < text->spaces);
        return put_piece(at, &text->space[value]);
    case PRISIM_FIELD_INSTANCE:
        assert(value < text->places);
        return put_piece(at, &text->place[value]);
    case PRISIM_FIELD_ACCESS:
        return put_access(at, value);
    case PRISIM_FIELD_EVENT:
        assert(value < text->types);
        return put_piece(at, &text->event[value]);
    }
    assert(false); /* probe.c gives no other formats */
    return at;
}

char *log_text_event(const struct log_text *text, char *at, const struct prisim_event *event)
{
    assert(event->type < text->types && event->instance < text->places);
    const struct log_type *type = &text->type[event->type];
    at = PUT(at, "{\"cycle\":");
    at = put_decimal(at, event->cycle);
    at = PUT(at, ",\"at\":");
    at = put_piece(at, &text->place[event->instance]);
    at = put_piece(at, &type->head);
    const char *value_at = (const char *)&event->endpoint_job;
    for (unsigned i = 0; i < type->fields; i++, value_at += sizeof(uint64_t)) {
        uint64_t value;
        memcpy(&value, value_at, sizeof value);
        at = put_piece(at, &type->field[i]);
        at = put_value(text, at, (enum prisim_field_format)type->format[i], value);
    }
    return PUT(at, "}\n");
}
