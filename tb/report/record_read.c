/* SPDX-License-Identifier: Apache-2.0
 *
 * The reader of a record (record.h). It believes nothing that it reads.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tb/report/log_text.h"
#include "tb/report/record.h"
#include "tb/report/record_format.h"

struct reader {
    FILE *from, *to;
    uint64_t at;     /* bytes read */
    uint64_t events; /* read */
    char *message;
    struct log_text text;
};

/* Says what was expected where reading began; false. */
__attribute__((format(printf, 2, 3))) static bool bad(struct reader *r, const char *format, ...)
{
    va_list list;
    int length = snprintf(r->message, RECORD_MESSAGE_MAX, "byte %" PRIu64 ": expected ", r->at);
    va_start(list, format);
    vsnprintf(r->message + length, RECORD_MESSAGE_MAX - (size_t)length, format, list);
    va_end(list);
    return false;
}

/* False at the end of the file; what is there of them counts as read. */
static bool get_bytes(struct reader *r, void *to, size_t length)
{
    size_t there = fread(to, 1, length, r->from);
    r->at += there;
    return there == length;
}

static bool get_short(struct reader *r, uint32_t most, uint32_t *value, const char *what)
{
    uint8_t bytes[2];
    if (!get_bytes(r, bytes, sizeof bytes))
        return bad(r, "%s", what);
    *value = bytes[0] | (uint32_t)bytes[1] << 8;
    return *value <= most || bad(r, "%s, at most %" PRIu32, what, most);
}

static bool get_piece(struct reader *r, struct log_piece *piece)
{
    char bytes[LOG_PIECE_MAX];
    uint32_t length;
    if (!get_short(r, LOG_PIECE_MAX, &length, "the length of a text"))
        return false;
    if (!get_bytes(r, bytes, length))
        return bad(r, "a text of %" PRIu32 " bytes", length);
    return log_text_piece(&r->text, piece, bytes, length) || bad(r, "less text");
}

static bool get_type(struct reader *r, struct log_type *type, struct log_piece *name)
{
    if (!get_piece(r, &type->head) || !get_piece(r, name))
        return false;
    if (!get_bytes(r, &type->fields, 1) || type->fields > RECORD_FIELDS_MAX)
        return bad(r, "a number of fields, at most %d", RECORD_FIELDS_MAX);
    for (unsigned i = 0; i < type->fields; i++) {
        if (!get_bytes(r, &type->format[i], 1) || type->format[i] > PRISIM_FIELD_EVENT)
            return bad(r, "the format of a field, at most %d", PRISIM_FIELD_EVENT);
        if (!get_piece(r, &type->field[i]))
            return false;
    }
    return true;
}

static bool get_pieces(struct reader *r, struct log_piece *pieces, uint32_t most, uint32_t *count, const char *what)
{
    if (!get_short(r, most, count, what))
        return false;
    for (uint32_t i = 0; i < *count; i++)
        if (!get_piece(r, &pieces[i]))
            return false;
    return true;
}

static bool get_tables(struct reader *r)
{
    char magic[sizeof RECORD_MAGIC - 1];
    struct log_text *text = &r->text;
    text->used = 0;
    if (!get_bytes(r, magic, sizeof magic) || memcmp(magic, RECORD_MAGIC, sizeof magic) != 0) {
        r->at = 0;
        return bad(r, "\"%.*s\"", (int)sizeof magic - 1, RECORD_MAGIC);
    }
    if (!get_short(r, LOG_TYPES_MAX, &text->types, "how many types there are"))
        return false;
    for (uint32_t i = 0; i < text->types; i++)
        if (!get_type(r, &text->type[i], &text->event[i]))
            return false;
    return get_pieces(r, text->cause, LOG_CAUSES_MAX, &text->causes, "how many causes there are") &&
           get_pieces(r, text->place, LOG_PLACES_MAX, &text->places, "how many places there are") &&
           get_pieces(r, text->space, LOG_SPACES_MAX, &text->spaces, "how many spaces there are");
}

/* Whether a value is one that its table has. */
static bool known(const struct log_text *text, unsigned format, uint64_t value)
{
    switch (format) {
    case PRISIM_FIELD_CAUSE:
        return value < text->causes;
    case PRISIM_FIELD_SPACE:
        return value < text->spaces;
    case PRISIM_FIELD_INSTANCE:
        return value < text->places;
    case PRISIM_FIELD_EVENT:
        return value < text->types;
    default:
        return true;
    }
}

enum got { GOT_NUMBERS, GOT_END, GOT_BAD };

static enum got get_numbers(struct reader *r, unsigned count, uint64_t *numbers)
{
    for (unsigned i = 0; i < count; i++) {
        uint8_t length, bytes[8];
        if (!get_bytes(r, &length, 1))
            return GOT_END;
        if (length < 1 || length > sizeof bytes)
            return bad(r, "a number of 1 to 8 bytes before this byte"), GOT_BAD;
        if (!get_bytes(r, bytes, length))
            return GOT_END;
        numbers[i] = 0;
        for (unsigned byte = 0; byte < length; byte++)
            numbers[i] |= (uint64_t)bytes[byte] << 8 * byte;
    }
    return GOT_NUMBERS;
}

static enum record_read put_line(struct reader *r, const struct prisim_event *event)
{
    char line[LOG_LINE_MAX];
    const struct log_type *type = &r->text.type[event->type];
    for (unsigned i = 0; i < type->fields; i++)
        if (!known(&r->text, type->format[i], ((const uint64_t *)&event->endpoint_job)[i]))
            return bad(r, "values that the record's tables have, before this byte"), RECORD_BAD;
    size_t length = (size_t)(log_text_event(&r->text, line, event) - line);
    return fwrite(line, 1, length, r->to) == length ? RECORD_WHOLE : RECORD_UNWRITTEN;
}

static enum record_read get_end(struct reader *r)
{
    uint8_t bytes[RECORD_END_BYTES - 1];
    uint64_t events = 0;
    if (!get_bytes(r, bytes, sizeof bytes))
        return RECORD_CUT;
    for (unsigned i = 0; i < sizeof bytes; i++)
        events |= (uint64_t)bytes[i] << 8 * i;
    if (events != r->events)
        return bad(r, "%" PRIu64 " events before this byte, as there are", r->events), RECORD_BAD;
    if (fgetc(r->from) != EOF)
        return bad(r, "the end of the file"), RECORD_BAD;
    return RECORD_WHOLE;
}

static enum record_read get_events(struct reader *r)
{
    struct prisim_event event = {0};
    uint8_t head[2];
    for (;; r->events++) {
        if (!get_bytes(r, head, 1))
            return RECORD_CUT;
        if (head[0] == RECORD_END)
            return get_end(r);
        if (head[0] >= r->text.types)
            return bad(r, "one of %" PRIu32 " types before this byte", r->text.types), RECORD_BAD;
        if (!get_bytes(r, head + 1, 1))
            return RECORD_CUT;
        if (head[1] >= r->text.places || r->text.place[head[1]].length == 0)
            return bad(r, "an instance of the record before this byte"), RECORD_BAD;
        uint64_t numbers[RECORD_FIELDS_MAX + 1] = {0};
        enum got got = get_numbers(r, r->text.type[head[0]].fields + 1U, numbers);
        if (got != GOT_NUMBERS)
            return got == GOT_END ? RECORD_CUT : RECORD_BAD;
        event.cycle += numbers[0];
        event.type = head[0];
        event.instance = head[1];
        memcpy((char *)&event + offsetof(struct prisim_event, endpoint_job), numbers + 1,
               sizeof numbers - sizeof *numbers);
        enum record_read done = put_line(r, &event);
        if (done != RECORD_WHOLE)
            return done;
    }
}

enum record_read record_read(FILE *from, FILE *to, char message[RECORD_MESSAGE_MAX])
{
    struct reader *r = malloc(sizeof *r);
    if (r == NULL)
        return errno = ENOMEM, RECORD_UNWRITTEN;
    r->from = from;
    r->to = to;
    r->at = r->events = 0;
    r->message = message;
    enum record_read done = get_tables(r) ? get_events(r) : RECORD_BAD;
    if (ferror(from))
        done = RECORD_UNWRITTEN;
    free(r);
    return done;
}
