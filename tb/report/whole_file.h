/* SPDX-License-Identifier: Apache-2.0
 *
 * An output file that is there whole or not at all: written beside its place, under a name of its own, and moved there
 * at the end. Two programs that write one file at once do not mix: the last to end wins, whole. What is not an ordinary
 * file (a terminal, a pipe, /dev/null) is written in place; "-" is standard output.
 */
#ifndef PRISIM_TB_WHOLE_FILE_H
#define PRISIM_TB_WHOLE_FILE_H

#include <stdbool.h>
#include <stdio.h>

struct whole_file {
    FILE *stream; /* may be read too, if it has a part */
    char *path;   /* where it will stand: symbolic links are followed */
    char *part;   /* NULL: written in place */
    bool landed;  /* stands at its path */
};

/* False with errno set if it cannot be opened. */
bool whole_file_open(struct whole_file *file, const char *path);

/* Ends it: keeps it, or leaves what was at its place before. False with errno set if anything could not be written;
 * then the place is as it was before. */
bool whole_file_close(struct whole_file *file, bool keep);

/* The same behind an error that was met while it was written, an errno or 0: nothing is kept then, and errno is that
 * one. */
bool whole_file_finish(struct whole_file *file, bool keep, int error);

/* Moves what is written by now to its place; it is still to be closed. Async-signal-safe. */
bool whole_file_land(struct whole_file *file);

/* Takes away the parts of all open files. Async-signal-safe, and the last that is done with them. */
void whole_files_abandon(void);

/* The path, with the symbolic links of its last part followed if they lead to an ordinary file or to none; to be freed.
 * NULL with errno set. */
char *whole_file_place(const char *path);

#endif
