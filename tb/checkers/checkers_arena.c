/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory of the checkers (checkers_arena.h).
 */
#include "tb/checkers/checkers_arena.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/exit_code.h"

enum { ALIGNMENT = 16 };

static void no_memory(void)
{
    fputs("prisim: no memory for the checkers\n", stderr);
    exit(EXIT_OWN_FAULT);
}

void *arena_outside(void *old, size_t count, size_t size)
{
    assert(count != 0 && size != 0);
    void *memory = count <= SIZE_MAX / size ? realloc(old, count * size) : NULL;
    if (memory == NULL)
        no_memory();
    return memory;
}

static size_t chunk_bytes(uint32_t chunk)
{
    return (size_t)ARENA_FIRST_BYTES << chunk;
}

/* The next chunk is the one in use; a run that was taken back left its chunks. */
static void go_on(struct arena *arena)
{
    if (++arena->at == ARENA_CHUNKS)
        no_memory();
    arena->used[arena->at] = 0;
}

void *arena_take(struct arena *arena, size_t count, size_t size)
{
    assert(size != 0);
    if (count > (chunk_bytes(ARENA_CHUNKS - 1) - ALIGNMENT) / size)
        no_memory();
    size_t bytes = (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    while (arena->used[arena->at] + bytes > chunk_bytes(arena->at))
        go_on(arena);
    unsigned char **chunk = &arena->chunk[arena->at];
    if (*chunk == NULL)
        *chunk = arena_outside(NULL, 1, chunk_bytes(arena->at));
    void *taken = *chunk + arena->used[arena->at];
    arena->used[arena->at] += bytes;
    return memset(taken, 0, bytes);
}

void arena_close(struct arena *arena)
{
    for (uint32_t i = 0; i < ARENA_CHUNKS; i++)
        free(arena->chunk[i]);
    *arena = (struct arena){0};
}
