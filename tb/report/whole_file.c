/* SPDX-License-Identifier: Apache-2.0
 *
 * Output files that appear whole (whole_file.h).
 */
#define _POSIX_C_SOURCE 200809L

#include "tb/report/whole_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PARTS_MAX = 16, LINKS_MAX = 40, TRIES_MAX = 1000, SUFFIX_MAX = 48 };

/* The parts that are there now, for a signal's handler. */
static char *volatile parts[PARTS_MAX];

static void remember(char *part)
{
    for (unsigned i = 0; i < PARTS_MAX; i++)
        if (!parts[i]) {
            parts[i] = part;
            return;
        }
}

static void unremember(const char *part)
{
    for (unsigned i = 0; i < PARTS_MAX; i++)
        if (parts[i] == part)
            parts[i] = NULL;
}

void whole_files_abandon(void)
{
    for (unsigned i = 0; i < PARTS_MAX; i++)
        if (parts[i])
            unlink(parts[i]);
}

static bool is_ordinary(const char *path)
{
    struct stat status;
    return stat(path, &status) != 0 || S_ISREG(status.st_mode);
}

/* What the link at `path` names, seen from here; NULL with errno set. */
static char *linked(const char *path)
{
    char target[PATH_MAX];
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length < 0)
        return NULL;
    target[length] = 0;
    const char *slash = strrchr(path, '/');
    size_t folder = slash && target[0] != '/' ? (size_t)(slash - path) + 1 : 0;
    char *next = malloc(folder + (size_t)length + 1);
    if (!next)
        return NULL;
    memcpy(next, path, folder);
    memcpy(next + folder, target, (size_t)length + 1);
    return next;
}

char *whole_file_place(const char *path)
{
    char *place = strdup(path);
    struct stat status;
    if (!is_ordinary(path))
        return place; /* links of /proc/self/fd to pipes lead nowhere */
    for (unsigned i = 0; place && lstat(place, &status) == 0 && S_ISLNK(status.st_mode); i++) {
        char *next = i < LINKS_MAX ? linked(place) : NULL;
        if (i == LINKS_MAX)
            errno = ELOOP;
        int error = errno;
        free(place);
        errno = error;
        place = next;
    }
    return place;
}

/* A new file beside `path`: its name has the number of this process in it. */
static int open_part(const char *path, char **part)
{
    size_t size = strlen(path) + SUFFIX_MAX;
    *part = malloc(size);
    int fd = -1;
    errno = EEXIST;
    for (unsigned i = 0; *part && fd < 0 && errno == EEXIST && i < TRIES_MAX; i++) {
        snprintf(*part, size, i ? "%s.%ld-%u.part" : "%s.%ld.part", path, (long)getpid(), i);
        fd = open(*part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    }
    return fd;
}

static void forget(struct whole_file *file)
{
    if (file->part)
        unremember(file->part);
    free(file->path);
    free(file->part);
    *file = (struct whole_file){0};
}

bool whole_file_open(struct whole_file *file, const char *path)
{
    bool standard = strcmp(path, "-") == 0;
    *file = (struct whole_file){.path = standard ? strdup(path) : whole_file_place(path)};
    int fd = -1;
    if (!file->path)
        return false;
    if (standard)
        fd = dup(STDOUT_FILENO);
    else if (is_ordinary(file->path))
        fd = open_part(file->path, &file->part);
    else
        fd = open(file->path, O_WRONLY | O_CLOEXEC);
    if (fd >= 0)
        file->stream = fdopen(fd, file->part ? "w+" : "w");
    if (file->stream) {
        if (file->part)
            remember(file->part);
        return true;
    }
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (fd >= 0 && file->part)
        unlink(file->part);
    forget(file);
    errno = error;
    return false;
}

bool whole_file_land(struct whole_file *file)
{
    if (!file->part || file->landed)
        return true;
    file->landed = rename(file->part, file->path) == 0;
    if (file->landed)
        unremember(file->part);
    return file->landed;
}

/* Why a write failed, long ago maybe: what it left in the buffer is tried again. */
static int error_of(FILE *stream)
{
    errno = 0;
    return fflush(stream) != 0 && errno ? errno : EIO;
}

bool whole_file_close(struct whole_file *file, bool keep)
{
    assert(file->stream != NULL);
    bool good = !ferror(file->stream);
    int error = good ? 0 : error_of(file->stream);
    if (fclose(file->stream) != 0 && good) {
        good = false;
        error = errno ? errno : EIO;
    }
    if (good && keep && !whole_file_land(file)) {
        good = false;
        error = errno;
    }
    if (file->part != NULL && !file->landed)
        unlink(file->part);
    forget(file);
    errno = error;
    return good;
}

bool whole_file_finish(struct whole_file *file, bool keep, int error)
{
    if (!whole_file_close(file, keep && !error) && !error)
        error = errno;
    errno = error;
    return error == 0;
}
