/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: where all their tables and records are. It grows by chunks, which neither move nor are given
 * back before the end: pointers into it stay good, and what the checkers know is a copy of the bytes in use
 * (checkers_snapshot.c). What a table leaves when it grows is not used again: less than what it has then.
 */
#ifndef PRISIM_TB_CHECKERS_ARENA_H
#define PRISIM_TB_CHECKERS_ARENA_H

#include <stddef.h>
#include <stdint.h>

/* Each chunk is twice as large as the one before it. */
enum { ARENA_CHUNKS = 32, ARENA_FIRST_BYTES = 16384 };

struct arena {
    unsigned char *chunk[ARENA_CHUNKS]; /* NULL from the first that was never needed */
    size_t used[ARENA_CHUNKS];          /* bytes of it, from its start; of those behind `at` it says nothing */
    uint32_t at;                        /* the chunk in use */
};

/* Without memory there is no verdict: the program ends with a line on standard error and exit code 3. */
/* Zeroed memory. */
void *arena_take(struct arena *arena, size_t count, size_t size);
/* All that was taken is gone. */
void arena_close(struct arena *arena);
/* Of none of them, and not zeroed: realloc. */
void *arena_outside(void *old, size_t count, size_t size);

#endif
