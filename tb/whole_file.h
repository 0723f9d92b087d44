/* SPDX-License-Identifier: Apache-2.0
 *
 * An output file that is there whole or not at all: written beside its place and moved there at the end. What is not an
 * ordinary file (a terminal, a pipe, /dev/null) is written in place.
 */
#ifndef PRISIM_TB_WHOLE_FILE_H
#define PRISIM_TB_WHOLE_FILE_H

#include <stdbool.h>
#include <stdio.h>

struct whole_file {
    FILE *stream;
    char *path;
    char *part; /* NULL: written in place */
};

/* False with errno set if it cannot be opened. */
bool whole_file_open(struct whole_file *file, const char *path);

/* Ends it: keeps it, or leaves what was at its place before. False with errno set if anything could not be written;
 * then the place is as it was before. */
bool whole_file_close(struct whole_file *file, bool keep);

#endif
