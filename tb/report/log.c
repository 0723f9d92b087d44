/* SPDX-License-Identifier: Apache-2.0
 *
 * The writer of the log. What a type of event or an instance always says is made into text once; an event then costs
 * copies and the digits of its numbers.
 */
#define _POSIX_C_SOURCE 200809L
#include "tb/report/log.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tb/report/ending.h"
#include "tb/report/json_text.h"
#include "tb/report/whole_file.h"

enum {
    LOG_BUFFER = 1 << 16,
    /* Names in events.def and causes.def have at most this many bytes; checked when the log is opened. */
    LOG_NAME_MAX = 40,
    LOG_FIELD_MAX = LOG_NAME_MAX + 4,
    LOG_TYPE_MAX = 2 * LOG_NAME_MAX + 32,
    LOG_PLACE_MAX = JSON_TEXT_GROWTH * (SYSTEM_NAME_MAX) + 16,
    LOG_SPACE_MAX = JSON_TEXT_GROWTH * SYSTEM_ID_MAX + 3,
    LOG_INSTANCES = INSTANCE_CHECKERS + 1,
    LOG_LINE_MAX = LOG_PLACE_MAX + LOG_TYPE_MAX + PRISIM_EVENT_FIELDS_MAX * (LOG_FIELD_MAX + LOG_PLACE_MAX) + 64,
    LOG_END_MAX = LOG_DETAIL_MAX + 64 /* the last line of a log that ends before its run */
};
static_assert(LOG_LINE_MAX < LOG_BUFFER, "a line fits in the buffer");

struct text {
    uint16_t length;
    char text[LOG_PLACE_MAX];
};

struct log {
    const struct scenario *scenario;
    bool ended; /* log_end was called */
    int error;  /* errno of the first write that failed */
    struct whole_file file;
    int fd;
    off_t written;
    struct {
        uint8_t fields;
        uint8_t format[PRISIM_EVENT_FIELDS_MAX]; /* enum prisim_field_format */
        uint8_t name_length[PRISIM_EVENT_FIELDS_MAX];
        uint16_t offset[PRISIM_EVENT_FIELDS_MAX]; /* in struct prisim_event */
        uint16_t head_length;
        char head[LOG_TYPE_MAX];                           /* ,"event":"..","point":".." */
        char name[PRISIM_EVENT_FIELDS_MAX][LOG_FIELD_MAX]; /* ,"slot": */
    } type[PRISIM_EVENT_TYPES];
    struct text place[LOG_INSTANCES]; /* "endpoint[nic]", quoted */
    struct text space[PRISIM_DRIVER_SPACES_MAX + 1];
    size_t used;
    char buffer[LOG_BUFFER];
};

static void prepare_types(struct log *log)
{
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++) {
        const struct prisim_event_field *fields = prisim_event_fields((enum prisim_event_type)type);
        const char *point = prisim_event_point((enum prisim_event_type)type);
        int length = snprintf(log->type[type].head, LOG_TYPE_MAX,
                              point[0] ? ",\"event\":\"%s\",\"point\":\"%s\"" : ",\"event\":\"%s\"",
                              prisim_event_name((enum prisim_event_type)type), point);
        assert(length > 0 && length < LOG_TYPE_MAX);
        log->type[type].head_length = (uint16_t)length;
        log->type[type].fields = (uint8_t)prisim_event_field_count((enum prisim_event_type)type);
        for (unsigned i = 0; i < log->type[type].fields; i++) {
            length = snprintf(log->type[type].name[i], LOG_FIELD_MAX, ",\"%s\":", fields[i].name);
            assert(length > 0 && length < LOG_FIELD_MAX);
            log->type[type].name_length[i] = (uint8_t)length;
            log->type[type].format[i] = (uint8_t)fields[i].format;
            log->type[type].offset[i] = (uint16_t)fields[i].offset;
        }
    }
}

static void prepare_names(struct log *log)
{
    for (unsigned i = 0; i < PRISIM_CAUSES; i++)
        assert(strlen(prisim_cause_name((enum prisim_cause)i)) < LOG_NAME_MAX);
    struct system_instance rows[SYSTEM_INSTANCES_MAX];
    unsigned instances = system_instances(&log->scenario->system, rows);
    for (unsigned i = 0; i < LOG_INSTANCES; i++) {
        if (i >= instances && i != INSTANCE_CHECKERS)
            continue;
        char name[SYSTEM_NAME_MAX];
        system_instance_name(&log->scenario->system, i, name);
        log->place[i].length = (uint16_t)json_text(log->place[i].text, name);
    }
    static const char none[] = "null";
    log->space[0].length = sizeof none - 1;
    memcpy(log->space[0].text, none, sizeof none);
    for (unsigned i = 1; i <= PRISIM_DRIVER_SPACES_MAX; i++)
        log->space[i].length = (uint16_t)json_text(log->space[i].text, log->scenario->system.space_id[i - 1]);
}

/* Room for the last line of a log that ends before its run: on a disk that is full by then, it is written over what is
 * there. */
static bool reserve(struct log *log)
{
    char room[LOG_END_MAX];
    memset(room, '\n', sizeof room);
    if (!log->file.part)
        return true;
    ssize_t length = write(log->fd, room, sizeof room);
    if (length >= 0 && length != sizeof room)
        errno = ENOSPC;
    return length == sizeof room && lseek(log->fd, 0, SEEK_SET) == 0;
}

/* Writes the lines in the buffer. A signal that comes meanwhile finds no line written twice. */
static void flush(struct log *log)
{
    size_t done = 0;
    ending_hold();
    while (!log->error && done < log->used && !ending_waits()) {
        ssize_t length = write(log->fd, log->buffer + done, log->used - done);
        if (length > 0)
            done += (size_t)length;
        else if (length == 0 || errno != EINTR)
            log->error = length == 0 ? EIO : errno;
    }
    log->written += (off_t)done;
    log->used = log->error ? 0 : log->used - done;
    memmove(log->buffer, log->buffer + done, log->used);
    ending_release();
}

struct log *log_open(const struct scenario *scenario, const char *path)
{
    assert(scenario->system.endpoints <= SYSTEM_ENDPOINTS_MAX);
    struct log *log = calloc(1, sizeof *log);
    if (log == NULL)
        return NULL;
    log->scenario = scenario;
    if (!whole_file_open(&log->file, path)) {
        int error = errno;
        free(log);
        errno = error;
        return NULL;
    }
    log->fd = fileno(log->file.stream);
    if (!reserve(log)) {
        int error = errno;
        whole_file_close(&log->file, false);
        free(log);
        errno = error;
        return NULL;
    }
    prepare_types(log);
    prepare_names(log);
    return log;
}

static char *put_text(char *at, const char *text, size_t length)
{
    memcpy(at, text, length);
    return at + length;
}

#define PUT(at, literal) put_text(at, literal, sizeof(literal) - 1)

static char *put_decimal(char *at, uint64_t value)
{
    char digits[20];
    unsigned count = 0;
    do
        digits[sizeof digits - ++count] = (char)('0' + value % 10);
    while (value /= 10);
    return put_text(at, digits + sizeof digits - count, count);
}

static char *put_hex(char *at, uint64_t value)
{
    unsigned digits = value ? (67 - (unsigned)__builtin_clzll(value)) / 4 : 1;
    at = PUT(at, "\"0x");
    for (unsigned i = digits; i-- > 0;)
        *at++ = "0123456789abcdef"[value >> 4 * i & 15];
    *at++ = '"';
    return at;
}

static char *put_access(char *at, uint64_t value)
{
    *at++ = '"';
    for (unsigned i = 0; i < 5; i++)
        if (value >> i & 1)
            *at++ = "RWLXP"[i];
    *at++ = '"';
    return at;
}

static char *put_name(char *at, const char *name)
{
    *at++ = '"';
    at = put_text(at, name, strlen(name));
    *at++ = '"';
    return at;
}

static char *put_value(const struct log *log, char *at, enum prisim_field_format format, uint64_t value)
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
        return put_name(at, prisim_cause_name((enum prisim_cause)value));
    case PRISIM_FIELD_SPACE:
        assert(value <= PRISIM_DRIVER_SPACES_MAX);
        return put_text(at, log->space[value].text, log->space[value].length);
    case PRISIM_FIELD_INSTANCE:
        assert(value < LOG_INSTANCES);
        return put_text(at, log->place[value].text, log->place[value].length);
    case PRISIM_FIELD_ACCESS:
        return put_access(at, value);
    case PRISIM_FIELD_EVENT:
        return put_name(at, prisim_event_name((enum prisim_event_type)value));
    }
    assert(false); /* probe.c gives no other formats */
    return at;
}

void log_event(void *context, const struct prisim_event *event)
{
    struct log *log = context;
    assert(event->type < PRISIM_EVENT_TYPES && event->instance < LOG_INSTANCES);
    if (log->used + LOG_LINE_MAX > LOG_BUFFER)
        flush(log);
    char *at = log->buffer + log->used;
    at = PUT(at, "{\"cycle\":");
    at = put_decimal(at, event->cycle);
    at = PUT(at, ",\"at\":");
    at = put_text(at, log->place[event->instance].text, log->place[event->instance].length);
    at = put_text(at, log->type[event->type].head, log->type[event->type].head_length);
    for (unsigned i = 0; i < log->type[event->type].fields; i++) {
        at = put_text(at, log->type[event->type].name[i], log->type[event->type].name_length[i]);
        uint64_t value;
        memcpy(&value, (const char *)event + log->type[event->type].offset[i], sizeof value);
        at = put_value(log, at, (enum prisim_field_format)log->type[event->type].format[i], value);
    }
    at = PUT(at, "}\n");
    assert(at <= log->buffer + LOG_BUFFER);
    atomic_signal_fence(memory_order_seq_cst); /* a signal finds whole lines in the buffer */
    log->used = (size_t)(at - log->buffer);
}

int log_error(const struct log *log)
{
    return log->error;
}

/* Writes all of it, or fails. */
static bool write_all(struct log *log, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t done = write(log->fd, text, length);
        if (done < 0 && errno != EINTR)
            return false;
        if (done > 0) {
            text += done;
            length -= (size_t)done;
            log->written += done;
        }
    }
    return true;
}

/* Goes back to the end of a line, so far that the file need not grow for `length` bytes. */
static bool go_back(struct log *log, size_t length)
{
    off_t end = lseek(log->fd, 0, SEEK_END);
    if (end < (off_t)length)
        return false;
    off_t to = end - (off_t)length < log->written ? end - (off_t)length : log->written;
    off_t from = to > LOG_LINE_MAX ? to - LOG_LINE_MAX : 0;
    if (lseek(log->fd, from, SEEK_SET) != from)
        return false;
    ssize_t there = read(log->fd, log->buffer, (size_t)(to - from));
    if (there != (ssize_t)(to - from))
        return false;
    while (there > 0 && log->buffer[there - 1] != '\n')
        there--;
    log->written = from + there;
    return lseek(log->fd, log->written, SEEK_SET) == log->written;
}

bool log_end(struct log *log, const char *why, const char *key, const char *detail)
{
    char line[LOG_END_MAX], *at = line;
    assert(strlen(why) + strlen(key) < 32 && strlen(detail) <= LOG_DETAIL_MAX);
    at = PUT(at, "{\"end\":\"");
    at = put_text(at, why, strlen(why));
    at = PUT(at, "\",\"");
    at = put_text(at, key, strlen(key));
    at = PUT(at, "\":\"");
    at = put_text(at, detail, strlen(detail));
    at = PUT(at, "\"}\n");
    size_t length = (size_t)(at - line);
    if (log->ended)
        return true;
    log->ended = true;
    bool good = !log->error && write_all(log, log->buffer, log->used);
    log->used = 0;
    if (log->file.part)
        return (good || go_back(log, length)) && write_all(log, line, length) &&
               ftruncate(log->fd, log->written) == 0 && whole_file_land(&log->file);
    return write_all(log, line, length);
}

bool log_close(struct log *log, bool keep)
{
    if (!log->ended)
        flush(log);
    int error = log->error;
    if (error && keep)
        log_end(log, "error", "error", strerror(error));
    if (!log->ended && log->file.part && ftruncate(log->fd, log->written) != 0 && !error)
        error = errno;
    if (!whole_file_close(&log->file, keep && !error) && !error)
        error = errno;
    free(log);
    errno = error;
    return error == 0;
}
