/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the view: arrays that grow. A view without memory for what it shows is none: the program ends there.
 */
#ifndef PRISIM_TB_VIEW_GROW_H
#define PRISIM_TB_VIEW_GROW_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { GROW_MIN = 64 };

/* An array of `count` elements with room for at least `more` others; *room is what it has room for. */
static inline void *grow(void *array, size_t count, size_t more, size_t *room, size_t size)
{
    if (count + more <= *room)
        return array;
    size_t larger = *room ? *room : GROW_MIN;
    while (larger < count + more)
        larger *= 2;
    assert(larger <= SIZE_MAX / size);
    void *grown = realloc(array, larger * size);
    assert(grown);
    *room = larger;
    return grown;
}

/* `count` elements, all zero; never NULL. */
static inline void *zeroed(size_t count, size_t size)
{
    void *array = calloc(count ? count : 1, size);
    assert(array);
    return array;
}

#endif
