/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing and taking up the rows of a sweep (sweep_out.h).
 */
#define _POSIX_C_SOURCE 200809L
#include "tb/program/sweep_out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tb/report/ending.h"

static bool refuse_system(const struct sweep_out *out, char message[SWEEP_MESSAGE_MAX])
{
    snprintf(message, SWEEP_MESSAGE_MAX, "%.200s: %s", out->path ? out->path : "standard output", strerror(errno));
    return false;
}

/* What can be cut off again (a file, not a pipe) is, if the rest has no room. */
static bool write_whole(struct sweep_out *out, const char *text, size_t length, char message[SWEEP_MESSAGE_MAX])
{
    for (size_t done = 0; done < length;) {
        ssize_t written = write(out->descriptor, text + done, length - done);
        if (written < 0 && errno == EINTR && !ending_waits())
            continue;
        if (written < 0) {
            refuse_system(out, message);
            return out->path && ftruncate(out->descriptor, (off_t)out->length) == 0 && false;
        }
        done += (size_t)written;
    }
    out->length += length;
    return true;
}

/* The header as text, to be freed; NULL without memory. */
static char *header(const struct sweep_plan *plan, enum sweep_format format, uint64_t digest)
{
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    if (!to)
        return NULL;
    sweep_rows_header(to, plan, format, digest);
    fclose(to);
    return text;
}

/* All of it; NULL with errno set. */
static char *read_all(int from, size_t *length)
{
    struct stat status;
    if (fstat(from, &status) != 0)
        return NULL;
    char *text = calloc(1, (size_t)status.st_size + 1);
    *length = 0;
    for (ssize_t got = 1; text && got > 0 && *length<(size_t)status.st_size; *length += got> 0 ? (size_t)got : 0)
        got = read(from, text + *length, (size_t)status.st_size - *length);
    return text;
}

/* What an earlier sweep left behind the same header, whole lines only. */
static bool take_up(struct sweep_out *out, const char *head, char **text, char message[SWEEP_MESSAGE_MAX])
{
    size_t length = 0, head_length = strlen(head);
    char *all = read_all(out->descriptor, &length);
    if (!all)
        return refuse_system(out, message);
    size_t same = length < head_length ? length : head_length;
    if (strncmp(all, head, same) != 0) {
        size_t line = 1;
        for (size_t at = 0; at < same && all[at] == head[at]; at++)
            line += head[at] == '\n';
        snprintf(
            message, SWEEP_MESSAGE_MAX,
            "%.200s:%zu:1: --resume: expected the rows of this sweep (scenario, --set, --vary, --orders, --format)",
            out->path, line);
        free(all);
        return false;
    }
    *text = NULL;
    if (length >= head_length) {
        char *last = strrchr(all, '\n');
        last[1] = 0;
        *text = strdup(all + head_length);
    }
    free(all);
    return true;
}

bool sweep_out_open(struct sweep_out *out, const struct sweep_plan *plan, bool resume, char **text,
                    char message[SWEEP_MESSAGE_MAX])
{
    uint64_t digest;
    *text = NULL;
    if (!sweep_file_digest(plan->file, &digest)) {
        snprintf(message, SWEEP_MESSAGE_MAX, "%.200s: %s", plan->file, strerror(errno));
        return false;
    }
    out->descriptor = STDOUT_FILENO;
    if (out->path)
        out->descriptor = open(out->path, O_RDWR | O_CREAT | O_CLOEXEC | (resume ? 0 : O_TRUNC), 0666);
    if (out->descriptor < 0)
        return refuse_system(out, message);
    char *head = header(plan, out->format, digest);
    bool good = head != NULL;
    out->head = head ? strlen(head) : 0;
    out->length = 0;
    if (!good)
        snprintf(message, SWEEP_MESSAGE_MAX, "no memory");
    if (good && resume)
        good = take_up(out, head, text, message);
    if (good && !*text)
        good = (!resume || lseek(out->descriptor, 0, SEEK_SET) == 0 || refuse_system(out, message)) &&
               write_whole(out, head, out->head, message);
    free(head);
    return good;
}

bool sweep_out_cut(struct sweep_out *out, size_t kept, char message[SWEEP_MESSAGE_MAX])
{
    out->length = out->head + kept;
    off_t end = (off_t)out->length;
    return (ftruncate(out->descriptor, end) == 0 && lseek(out->descriptor, end, SEEK_SET) == end) ||
           refuse_system(out, message);
}

bool sweep_out_rows(struct sweep_out *out, const struct sweep_plan *plan, const struct sweep_row *row, size_t count,
                    char message[SWEEP_MESSAGE_MAX])
{
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    if (!to)
        return refuse_system(out, message);
    for (size_t i = 0; i < count; i++)
        sweep_row_write(to, plan, out->format, &row[i]);
    bool good = fclose(to) == 0 || refuse_system(out, message);
    ending_hold();
    good = good && write_whole(out, text, length, message);
    ending_release();
    free(text);
    return good;
}

bool sweep_out_close(struct sweep_out *out, char message[SWEEP_MESSAGE_MAX])
{
    return !out->path || close(out->descriptor) == 0 || refuse_system(out, message);
}
