/* SPDX-License-Identifier: Apache-2.0
 *
 * A file that grows with the events of a run: written through a buffer, so that a signal finds nothing in it twice and
 * nothing in halves. It appears at its path whole (tb/report/whole_file.h).
 */
#ifndef PRISIM_TB_EVENT_FILE_H
#define PRISIM_TB_EVENT_FILE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "tb/report/whole_file.h"

enum { EVENT_FILE_BUFFER = 1 << 16 };

struct event_file {
    int error;  /* errno of the first write that failed, or 0 */
    bool ended; /* before its run: nothing is written any more */
    struct whole_file file;
    int fd;
    off_t written;
    size_t whole; /* bytes of the buffer that make sense by themselves: what a signal leaves behind */
    size_t used;
    char buffer[EVENT_FILE_BUFFER];
};

/* A path of "-" is standard output. False with errno set if it cannot be opened. */
bool event_file_open(struct event_file *file, const char *path);

/* Makes what is in the buffer whole, and writes it. */
void event_file_flush(struct event_file *file);

/* Writes what is whole; only if that does not make room for `most` bytes the rest as well. */
void event_file_make_room(struct event_file *file, size_t most);

/* Room for `most` bytes, which are at most EVENT_FILE_BUFFER; event_file_add says up to where it was taken. */
static inline char *event_file_room(struct event_file *file, size_t most)
{
    if (file->used + most > EVENT_FILE_BUFFER)
        event_file_make_room(file, most);
    return file->buffer + file->used;
}

static inline void event_file_add(struct event_file *file, const char *end)
{
    file->used = (size_t)(end - file->buffer);
    assert(file->used <= EVENT_FILE_BUFFER);
}

/* What is in the buffer is whole. */
void event_file_settle(struct event_file *file);

/* Both: for who adds what is whole. */
void event_file_put(struct event_file *file, const char *end);

/* Writes all of it behind what is written, or fails with errno set. Async-signal-safe. */
bool event_file_write(struct event_file *file, const char *text, size_t length);

/* The same with what is whole, of which nothing is left then; false after a write that failed. Async-signal-safe. */
bool event_file_write_whole(struct event_file *file);

/* Lets go of the file; it appears at its path only if `keep`. False with errno set if it could not be written; then it
 * appears only if it was landed before. */
bool event_file_close(struct event_file *file, bool keep);

#endif
