/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of a log's lines (log.h). What a type of event, an instance, a cause or a space always says is made into
 * text once; an event then costs copies and the digits of its numbers. The pieces can be kept in a file and read again:
 * record.h.
 */
#ifndef PRISIM_TB_LOG_TEXT_H
#define PRISIM_TB_LOG_TEXT_H

#include "tb/report/json_text.h"
#include "tb/scenario/scenario.h"

enum {
    LOG_TYPES_MAX = 255,
    LOG_CAUSES_MAX = 512,
    LOG_PLACES_MAX = 64,
    LOG_SPACES_MAX = 64,
    LOG_POOL = 1 << 18,
    /* A piece; checked when it is made. */
    LOG_PIECE_MAX = JSON_TEXT_GROWTH * (SYSTEM_NAME_MAX) + 16,
    LOG_LINE_MAX = (2 + 2 * PRISIM_EVENT_FIELDS_MAX) * LOG_PIECE_MAX + 128
};

struct log_piece {
    const char *text;
    size_t length;
};

struct log_type {
    struct log_piece head; /* ,"event":"..","point":".." */
    uint8_t fields;
    uint8_t format[PRISIM_EVENT_FIELDS_MAX];         /* enum prisim_field_format */
    struct log_piece field[PRISIM_EVENT_FIELDS_MAX]; /* ,"slot": */
};

struct log_text {
    uint32_t types, causes, places, spaces; /* how many there are of each */
    struct log_type type[LOG_TYPES_MAX];
    struct log_piece event[LOG_TYPES_MAX]; /* "driver.resolve", in quotes like all that follow */
    struct log_piece cause[LOG_CAUSES_MAX];
    struct log_piece place[LOG_PLACES_MAX]; /* by rank; of one that is not there, of no length */
    struct log_piece space[LOG_SPACES_MAX]; /* the first is null */
    size_t used;
    char pool[LOG_POOL];
};

/* The pieces of this version and of a scenario. False if they have no room, which no scenario needs. */
bool log_text_of(struct log_text *text, const struct scenario *scenario);

/* Puts a piece into the pool. False if it has no room or is too long. */
bool log_text_piece(struct log_text *text, struct log_piece *piece, const char *from, size_t length);

/* Writes the line of an event, with its end of line; returns the end. There is room for LOG_LINE_MAX bytes. The event
 * is of these types, causes, places and spaces. */
char *log_text_event(const struct log_text *text, char *at, const struct prisim_event *event);

#endif
