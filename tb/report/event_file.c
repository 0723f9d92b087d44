/* SPDX-License-Identifier: Apache-2.0
 *
 * The buffer of a file of events, and how it is emptied (event_file.h).
 */
#define _POSIX_C_SOURCE 200809L
#include "tb/report/event_file.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "tb/report/ending.h"

bool event_file_open(struct event_file *file, const char *path)
{
    file->error = 0;
    file->ended = false;
    file->written = 0;
    file->whole = file->used = 0;
    if (!whole_file_open(&file->file, path))
        return false;
    file->fd = fileno(file->file.stream);
    return true;
}

/* Writes what is whole. A signal that comes meanwhile finds nothing written twice. */
static void write_whole(struct event_file *file)
{
    size_t done = 0;
    ending_hold();
    while (!file->error && done < file->whole && !ending_waits()) {
        ssize_t length = write(file->fd, file->buffer + done, file->whole - done);
        if (length > 0)
            done += (size_t)length;
        else if (length == 0 || errno != EINTR)
            file->error = length == 0 ? EIO : errno;
    }
    file->written += (off_t)done;
    file->used = file->error ? 0 : file->used - done;
    file->whole = file->error ? 0 : file->whole - done;
    memmove(file->buffer, file->buffer + done, file->used);
    ending_release();
}

void event_file_settle(struct event_file *file)
{
    atomic_signal_fence(memory_order_seq_cst); /* a signal finds the bytes before it finds that they are whole */
    file->whole = file->used;
}

void event_file_put(struct event_file *file, const char *end)
{
    event_file_add(file, end);
    event_file_settle(file);
}

void event_file_flush(struct event_file *file)
{
    event_file_settle(file);
    write_whole(file);
}

void event_file_make_room(struct event_file *file, size_t most)
{
    write_whole(file);
    if (file->used + most > EVENT_FILE_BUFFER)
        event_file_flush(file); /* one cycle fills the buffer: half of it is better than none */
}

bool event_file_write(struct event_file *file, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t done = write(file->fd, text, length);
        if (done < 0 && errno != EINTR)
            return false;
        if (done > 0) {
            text += done;
            length -= (size_t)done;
            file->written += done;
        }
    }
    return true;
}

bool event_file_write_whole(struct event_file *file)
{
    size_t whole = file->whole;
    file->whole = file->used = 0;
    return !file->error && event_file_write(file, file->buffer, whole);
}

bool event_file_close(struct event_file *file, bool keep)
{
    if (!file->ended && file->file.part && ftruncate(file->fd, file->written) != 0 && !file->error)
        file->error = errno;
    return whole_file_finish(&file->file, keep, file->error);
}
