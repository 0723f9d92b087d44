/* SPDX-License-Identifier: Apache-2.0
 *
 * The writes of fstapi.c, looked at (fst_checked.h).
 */
#include "tb/wave/fst_checked.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>

int fst_checked_error;

static void failed(void)
{
    if (!fst_checked_error)
        fst_checked_error = errno ? errno : EIO;
}

size_t fst_checked_fwrite(const void *from, size_t size, size_t count, FILE *to)
{
    errno = 0;
    size_t done = fwrite(from, size, count, to);
    if (done != count)
        failed();
    return done;
}

int fst_checked_fputc(int c, FILE *to)
{
    errno = 0;
    int done = fputc(c, to);
    if (done == EOF)
        failed();
    return done;
}

int fst_checked_fflush(FILE *to)
{
    errno = 0;
    bool before = ferror(to); /* of a write that went another way */
    int done = fflush(to);
    if (done != 0 || before)
        failed();
    return done;
}

int fst_checked_fclose(FILE *to)
{
    errno = 0;
    bool before = ferror(to);
    int done = fclose(to);
    if (done != 0 || before)
        failed();
    return done;
}

/* Writes what is buffered, too. */
int fst_checked_fseeko(FILE *to, off_t offset, int whence)
{
    errno = 0;
    int done = fseeko(to, offset, whence);
    if (done != 0)
        failed();
    return done;
}

int fst_checked_ftruncate(int fd, off_t length)
{
    errno = 0;
    int done = ftruncate(fd, length);
    if (done != 0)
        failed();
    return done;
}

FILE *fst_checked_tmpfile(void)
{
    int fd = memfd_create("prisim-fst", MFD_CLOEXEC);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w+b");
    if (!file && fd >= 0)
        close(fd);
    return file;
}
