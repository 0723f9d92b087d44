/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of the hops (numbered.h).
 */
#include "tb/hops/numbered.h"

enum { ROWS_FIRST = 64 };

static uint64_t place_of(const struct numbered *numbered, uint64_t key)
{
    key *= UINT64_C(0x9e3779b97f4a7c15);
    return (key ^ key >> 32) & (numbered->rows - 1);
}

/* Where the key stands, or where it would. */
static struct numbered_row *row_of(const struct numbered *numbered, uint64_t key)
{
    uint64_t i = place_of(numbered, key);
    while (numbered->row[i].number && numbered->row[i].key != key)
        i = (i + 1) & (numbered->rows - 1);
    return &numbered->row[i];
}

static void enlarge(struct numbered *numbered)
{
    struct numbered old = *numbered;
    numbered->rows = old.rows ? 2 * old.rows : ROWS_FIRST;
    numbered->row = calloc(numbered->rows, sizeof *numbered->row);
    assert(numbered->row);
    for (uint64_t i = 0; i < old.rows; i++)
        if (old.row[i].number)
            *row_of(numbered, old.row[i].key) = old.row[i];
    free(old.row);
}

/* The row of a key, which stands there from now on. */
static struct numbered_row *enter(struct numbered *numbered, uint64_t key)
{
    if (2 * (numbered->used + 1) > numbered->rows)
        enlarge(numbered);
    struct numbered_row *row = row_of(numbered, key);
    if (!row->number)
        numbered->used++;
    row->key = key;
    return row;
}

uint64_t numbered_put(struct numbered *numbered, uint64_t key, uint64_t number)
{
    assert(number);
    struct numbered_row *row = enter(numbered, key);
    uint64_t old = row->number;
    row->number = number;
    return old;
}

void numbered_count(struct numbered *numbered, uint64_t key)
{
    enter(numbered, key)->number++;
}

uint64_t numbered_get(const struct numbered *numbered, uint64_t key)
{
    return numbered->rows ? row_of(numbered, key)->number : 0;
}

/* Those behind it that could stand in its place move up. */
uint64_t numbered_take(struct numbered *numbered, uint64_t key)
{
    if (!numbered->rows)
        return 0;
    struct numbered_row *row = row_of(numbered, key);
    const uint64_t number = row->number, mask = numbered->rows - 1;
    if (!number)
        return 0;
    uint64_t hole = (uint64_t)(row - numbered->row);
    for (uint64_t i = (hole + 1) & mask; numbered->row[i].number; i = (i + 1) & mask) {
        if (((i - place_of(numbered, numbered->row[i].key)) & mask) < ((i - hole) & mask))
            continue;
        numbered->row[hole] = numbered->row[i];
        hole = i;
    }
    numbered->row[hole] = (struct numbered_row){0};
    numbered->used--;
    return number;
}

void numbered_free(struct numbered *numbered)
{
    free(numbered->row);
    *numbered = (struct numbered){0};
}
