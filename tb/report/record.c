/* SPDX-License-Identifier: Apache-2.0
 *
 * The writer of a record (record.h).
 */
#define _DEFAULT_SOURCE
#include "tb/report/record.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tb/report/event_file.h"
#include "tb/report/log_text.h"
#include "tb/report/record_format.h"

struct record {
    uint64_t events;
    prisim_cycle_t last;
    uint8_t fields[PRISIM_EVENT_TYPES];
    struct event_file file;
};

/* All bytes of the number are written, and the next begins behind those that count. */
static inline char *put_number(char *at, uint64_t value)
{
    const uint64_t lowest_first = htole64(value);
    unsigned bytes = (63 - (unsigned)__builtin_clzll(value | 1)) / 8 + 1;
    *at++ = (char)bytes;
    memcpy(at, &lowest_first, sizeof lowest_first);
    return at + bytes;
}

static void put_bytes(struct event_file *file, const void *from, size_t length)
{
    char *at = event_file_room(file, length);
    memcpy(at, from, length);
    event_file_put(file, at + length);
}

static void put_short(struct event_file *file, uint32_t value)
{
    const uint8_t bytes[2] = {(uint8_t)value, (uint8_t)(value >> 8)};
    put_bytes(file, bytes, sizeof bytes);
}

static void put_piece(struct event_file *file, const struct log_piece *piece)
{
    put_short(file, (uint32_t)piece->length);
    put_bytes(file, piece->text, piece->length);
}

static void put_type(struct event_file *file, const struct log_type *type, const struct log_piece *name)
{
    put_piece(file, &type->head);
    put_piece(file, name);
    put_bytes(file, &type->fields, 1);
    for (unsigned i = 0; i < type->fields; i++) {
        put_bytes(file, &type->format[i], 1);
        put_piece(file, &type->field[i]);
    }
}

static void put_pieces(struct event_file *file, const struct log_piece *pieces, uint32_t count)
{
    put_short(file, count);
    for (uint32_t i = 0; i < count; i++)
        put_piece(file, &pieces[i]);
}

static void put_tables(struct event_file *file, const struct log_text *text)
{
    put_bytes(file, RECORD_MAGIC, sizeof RECORD_MAGIC - 1);
    put_short(file, text->types);
    for (uint32_t i = 0; i < text->types; i++)
        put_type(file, &text->type[i], &text->event[i]);
    put_pieces(file, text->cause, text->causes);
    put_pieces(file, text->place, text->places);
    put_pieces(file, text->space, text->spaces);
}

struct record *record_open(const struct scenario *scenario, const char *path)
{
    static_assert((int)PRISIM_EVENT_TYPES <= (int)RECORD_END, "a type is a byte");
    struct record *record = calloc(1, sizeof *record);
    struct log_text *text = malloc(sizeof *text);
    bool good = record != NULL && text != NULL && log_text_of(text, scenario);
    int error = ENOMEM;
    if (good && !event_file_open(&record->file, path)) {
        good = false;
        error = errno;
    }
    if (good) {
        put_tables(&record->file, text);
        for (unsigned i = 0; i < PRISIM_EVENT_TYPES; i++)
            record->fields[i] = text->type[i].fields;
    }
    free(text);
    if (good)
        return record;
    free(record);
    errno = error;
    return NULL;
}

void record_event(void *context, const struct prisim_event *event)
{
    struct record *record = context;
    char *at = event_file_room(&record->file, RECORD_EVENT_MAX);
    *at++ = (char)event->type;
    *at++ = (char)event->instance;
    at = put_number(at, event->cycle - record->last);
    const char *value_at = (const char *)&event->endpoint_job;
    for (unsigned i = record->fields[event->type]; i-- > 0; value_at += sizeof(uint64_t)) {
        uint64_t value;
        memcpy(&value, value_at, sizeof value);
        at = put_number(at, value);
    }
    record->last = event->cycle;
    record->events++;
    event_file_put(&record->file, at);
}

int record_error(const struct record *record)
{
    return record->file.error;
}

bool record_end(struct record *record)
{
    struct event_file *file = &record->file;
    if (file->ended)
        return true;
    file->ended = true;
    bool good = event_file_write_whole(file);
    return file->file.part ? whole_file_land(&file->file) && good : good;
}

bool record_close(struct record *record, bool keep)
{
    if (!record->file.ended) {
        uint8_t end[RECORD_END_BYTES] = {RECORD_END};
        for (unsigned i = 1; i < RECORD_END_BYTES; i++)
            end[i] = (uint8_t)(record->events >> 8 * (i - 1));
        put_bytes(&record->file, end, sizeof end);
        event_file_flush(&record->file);
    }
    if (record->file.error && keep)
        record_end(record);
    bool good = event_file_close(&record->file, keep);
    int error = errno;
    free(record);
    errno = error;
    return good;
}
