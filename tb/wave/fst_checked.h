/* SPDX-License-Identifier: Apache-2.0
 *
 * What GTKWave's fstapi.c is compiled with (FST_CONFIG_INCLUDE): it looks at no result of a write, so that each goes
 * through a function here that remembers the first error; and its temporary files lie in memory, for it maps them, and
 * a full disk under a mapping is the end of the program.
 */
#ifndef PRISIM_TB_FST_CHECKED_H
#define PRISIM_TB_FST_CHECKED_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

/* errno of the first write of fstapi.c that failed since it was last set to 0. */
extern int fst_checked_error;

size_t fst_checked_fwrite(const void *from, size_t size, size_t count, FILE *to);
int fst_checked_fputc(int c, FILE *to);
int fst_checked_fflush(FILE *to);
int fst_checked_fclose(FILE *to);
int fst_checked_fseeko(FILE *to, off_t offset, int whence);
int fst_checked_ftruncate(int fd, off_t length);
FILE *fst_checked_tmpfile(void);

#ifdef FST_CONFIG_INCLUDE
#include "fst_config.h"
#define fwrite fst_checked_fwrite
#undef fputc
#define fputc     fst_checked_fputc
#define fflush    fst_checked_fflush
#define fclose    fst_checked_fclose
#define fseeko    fst_checked_fseeko
#define ftruncate fst_checked_ftruncate
#define tmpfile   fst_checked_tmpfile
#endif

#endif
