/* SPDX-License-Identifier: Apache-2.0
 *
 * Output files that appear whole (whole_file.h).
 */
#define _POSIX_C_SOURCE 200809L

#include "tb/whole_file.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char part_suffix[] = ".part";

static bool is_ordinary(const char *path)
{
    struct stat status;
    return stat(path, &status) != 0 || S_ISREG(status.st_mode);
}

static void forget(struct whole_file *file)
{
    free(file->path);
    free(file->part);
    *file = (struct whole_file){0};
}

bool whole_file_open(struct whole_file *file, const char *path)
{
    size_t length = strlen(path);
    *file = (struct whole_file){.path = strdup(path)};
    if (file->path != NULL && is_ordinary(path)) {
        file->part = malloc(length + sizeof part_suffix);
        if (file->part != NULL) {
            memcpy(file->part, path, length);
            memcpy(file->part + length, part_suffix, sizeof part_suffix);
            file->stream = fopen(file->part, "w");
        }
    } else if (file->path != NULL) {
        file->stream = fopen(path, "w");
    }
    if (file->stream != NULL)
        return true;
    int error = errno;
    forget(file);
    errno = error;
    return false;
}

bool whole_file_close(struct whole_file *file, bool keep)
{
    assert(file->stream != NULL);
    bool good = !ferror(file->stream);
    int error = good ? 0 : EIO;
    if (fclose(file->stream) != 0 && good) {
        good = false;
        error = errno ? errno : EIO;
    }
    if (file->part != NULL && good && keep && rename(file->part, file->path) != 0) {
        good = false;
        error = errno;
    }
    if (file->part != NULL && (!good || !keep))
        unlink(file->part);
    forget(file);
    errno = error;
    return good;
}
