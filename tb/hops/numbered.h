/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the hops: a table from 64-bit keys to 64-bit numbers, by open addressing; what is taken out leaves no room
 * behind, so that it is as large as the most that it ever held. All zero is an empty one. Without memory the program
 * ends.
 */
#ifndef PRISIM_TB_HOPS_NUMBERED_H
#define PRISIM_TB_HOPS_NUMBERED_H

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

struct numbered {
    struct numbered_row {
        uint64_t key, number; /* number 0: nothing stands here */
    } * row;
    uint64_t rows, used; /* rows: 0, or a power of two */
};

/* The number is not 0. Returns what it replaces, or 0. */
uint64_t numbered_put(struct numbered *numbered, uint64_t key, uint64_t number);
/* 0 if there is none. */
uint64_t numbered_get(const struct numbered *numbered, uint64_t key);
/* Takes it out; 0 if there was none. */
uint64_t numbered_take(struct numbered *numbered, uint64_t key);
/* Makes it one more. */
void numbered_count(struct numbered *numbered, uint64_t key);
void numbered_free(struct numbered *numbered);

/* An array with room for one element more than `count`. */
static inline void *numbered_grow(void *array, uint64_t count, uint64_t *room, size_t size)
{
    if (count < *room)
        return array;
    *room = *room ? 2 * *room : 16;
    array = realloc(array, *room * size);
    assert(array);
    return array;
}

#endif
