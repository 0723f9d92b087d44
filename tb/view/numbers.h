/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the view: a table from 64-bit keys to numbers, by open addressing. All zero is an empty one.
 */
#ifndef PRISIM_TB_VIEW_NUMBERS_H
#define PRISIM_TB_VIEW_NUMBERS_H

#include <stdint.h>

enum { NUMBERS_NONE = 0 };

struct numbers {
    struct numbers_row {
        uint64_t key;
        uint32_t number; /* NUMBERS_NONE: taken out */
        uint32_t used;   /* 1: the key stands here */
    } * row;
    uint32_t rows, used; /* rows: 0, or a power of two */
};

/* The number is not NUMBERS_NONE; it replaces what was there. */
void numbers_put(struct numbers *numbers, uint64_t key, uint32_t number);
/* NUMBERS_NONE if there is none. */
uint32_t numbers_get(const struct numbers *numbers, uint64_t key);
/* Takes it out. */
uint32_t numbers_take(struct numbers *numbers, uint64_t key);
void numbers_free(struct numbers *numbers);

/* A key of an endpoint (or another small number) and a count. */
static inline uint64_t numbers_key(uint64_t small, uint64_t count)
{
    return small << 56 ^ count;
}

#endif
