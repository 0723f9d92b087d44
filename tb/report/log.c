/* SPDX-License-Identifier: Apache-2.0
 *
 * The log as a file: lines of tb/report/log_text.h, and how one ends that ends before its run (log.h).
 */
#define _POSIX_C_SOURCE 200809L
#include "tb/report/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tb/report/event_file.h"
#include "tb/report/log_text.h"

enum { LOG_END_MAX = LOG_DETAIL_MAX + 64 /* the last line of a log that ends before its run */ };
static_assert((int)LOG_LINE_MAX < (int)EVENT_FILE_BUFFER, "a line fits in the buffer");

struct log {
    struct log_text text;
    struct event_file file;
};

/* Room for the last line of a log that ends before its run: on a disk that is full by then, it is written over what is
 * there. */
static bool reserve(const struct event_file *file)
{
    char room[LOG_END_MAX];
    memset(room, '\n', sizeof room);
    if (!file->file.part)
        return true;
    ssize_t length = write(file->fd, room, sizeof room);
    if (length >= 0 && length != sizeof room)
        errno = ENOSPC;
    return length == sizeof room && lseek(file->fd, 0, SEEK_SET) == 0;
}

struct log *log_open(const struct scenario *scenario, const char *path)
{
    assert(scenario->system.endpoints <= SYSTEM_ENDPOINTS_MAX);
    struct log *log = malloc(sizeof *log);
    if (log == NULL)
        return NULL;
    bool open = log_text_of(&log->text, scenario) && event_file_open(&log->file, path);
    if (open && reserve(&log->file))
        return log;
    int error = errno;
    if (open)
        whole_file_close(&log->file.file, false);
    free(log);
    errno = error;
    return NULL;
}

void log_event(void *context, const struct prisim_event *event)
{
    struct log *log = context;
    event_file_put(&log->file, log_text_event(&log->text, event_file_room(&log->file, LOG_LINE_MAX), event));
}

int log_error(const struct log *log)
{
    return log->file.error;
}

/* Goes back to the end of a line, so far that the file need not grow for `length` bytes. */
static bool go_back(struct event_file *file, size_t length)
{
    off_t end = lseek(file->fd, 0, SEEK_END);
    if (end < (off_t)length)
        return false;
    off_t to = end - (off_t)length < file->written ? end - (off_t)length : file->written;
    off_t from = to > LOG_LINE_MAX ? to - LOG_LINE_MAX : 0;
    if (lseek(file->fd, from, SEEK_SET) != from)
        return false;
    ssize_t there = read(file->fd, file->buffer, (size_t)(to - from));
    if (there != (ssize_t)(to - from))
        return false;
    while (there > 0 && file->buffer[there - 1] != '\n')
        there--;
    file->written = from + there;
    return lseek(file->fd, file->written, SEEK_SET) == file->written;
}

bool log_end(struct log *log, const char *why, const char *key, const char *detail)
{
    struct event_file *file = &log->file;
    char line[LOG_END_MAX], *at = line;
    assert(strlen(why) + strlen(key) < 32 && strlen(detail) <= LOG_DETAIL_MAX);
    at = stpcpy(at, "{\"end\":\"");
    at = stpcpy(at, why);
    at = stpcpy(at, "\",\"");
    at = stpcpy(at, key);
    at = stpcpy(at, "\":\"");
    at = stpcpy(at, detail);
    at = stpcpy(at, "\"}\n");
    size_t length = (size_t)(at - line);
    if (file->ended)
        return true;
    file->ended = true;
    bool good = event_file_write_whole(file);
    if (file->file.part)
        return (good || go_back(file, length)) && event_file_write(file, line, length) &&
               ftruncate(file->fd, file->written) == 0 && whole_file_land(&file->file);
    return event_file_write(file, line, length);
}

bool log_close(struct log *log, bool keep)
{
    if (!log->file.ended)
        event_file_flush(&log->file);
    int error = log->file.error;
    if (error && keep)
        log_end(log, "error", "error", strerror(error));
    bool good = event_file_close(&log->file, keep);
    error = errno;
    free(log);
    errno = error;
    return good;
}
