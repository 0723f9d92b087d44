/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of numbers (numbers.h). At most half of its rows are used.
 */
#include "tb/view/numbers.h"

#include "tb/view/grow.h"

enum { ROWS_MIN = 64 };

static struct numbers_row *row_of(const struct numbers *numbers, uint64_t key)
{
    uint32_t at = (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (numbers->rows - 1);
    while (numbers->row[at].used && numbers->row[at].key != key)
        at = (at + 1) & (numbers->rows - 1);
    return &numbers->row[at];
}

/* What was taken out stays behind. */
static void rebuild(struct numbers *numbers)
{
    struct numbers old = *numbers;
    uint32_t live = 0;
    for (uint32_t i = 0; i < old.rows; i++)
        live += old.row[i].number != NUMBERS_NONE;
    numbers->rows = ROWS_MIN;
    while (numbers->rows < 4 * (live + 1))
        numbers->rows *= 2;
    numbers->row = zeroed(numbers->rows, sizeof *numbers->row);
    numbers->used = live;
    for (uint32_t i = 0; i < old.rows; i++)
        if (old.row[i].number != NUMBERS_NONE)
            *row_of(numbers, old.row[i].key) = old.row[i];
    free(old.row);
}

void numbers_put(struct numbers *numbers, uint64_t key, uint32_t number)
{
    assert(number != NUMBERS_NONE);
    if (numbers->rows <= 2 * numbers->used)
        rebuild(numbers);
    struct numbers_row *row = row_of(numbers, key);
    numbers->used += !row->used;
    *row = (struct numbers_row){key, number, 1};
}

uint32_t numbers_get(const struct numbers *numbers, uint64_t key)
{
    return numbers->rows ? row_of(numbers, key)->number : NUMBERS_NONE;
}

uint32_t numbers_take(struct numbers *numbers, uint64_t key)
{
    if (!numbers->rows)
        return NUMBERS_NONE;
    struct numbers_row *row = row_of(numbers, key);
    uint32_t number = row->number;
    row->number = NUMBERS_NONE;
    return number;
}

void numbers_free(struct numbers *numbers)
{
    free(numbers->row);
    *numbers = (struct numbers){0};
}
