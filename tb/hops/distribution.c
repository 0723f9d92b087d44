/* SPDX-License-Identifier: Apache-2.0
 *
 * Ranks of times (distribution.h).
 */
#include "tb/hops/distribution.h"

enum { MEDIAN = 50, P99 = 99 };

static int by_time(const void *left, const void *right)
{
    const struct numbered_row *a = left, *b = right;
    return a->key < b->key ? -1 : a->key > b->key;
}

/* The rows in use, in order of time. */
static struct numbered_row *sorted(const struct numbered *times)
{
    struct numbered_row *row = malloc(times->used * sizeof *row);
    uint64_t used = 0;
    assert(row);
    for (uint64_t i = 0; i < times->rows; i++)
        if (times->row[i].number)
            row[used++] = times->row[i];
    assert(used == times->used);
    qsort(row, used, sizeof *row, by_time);
    return row;
}

/* ceil(percent * count / 100), without an overflow */
static uint64_t rank_of(uint64_t count, uint64_t percent)
{
    return count / 100 * percent + (count % 100 * percent + 99) / 100;
}

static uint64_t at_rank(const struct numbered_row *row, uint64_t rank)
{
    uint64_t before = 0;
    while (before + row->number < rank)
        before += row++->number;
    return row->key;
}

struct distribution_told distribution_tell(const struct distribution *distribution)
{
    struct distribution_told told = {
        .count = distribution->count, .never = distribution->never, .sum = distribution->sum};
    if (!told.count)
        return told;
    struct numbered_row *row = sorted(&distribution->times);
    told.min = row[0].key;
    told.median = at_rank(row, rank_of(told.count, MEDIAN));
    told.p99 = at_rank(row, rank_of(told.count, P99));
    told.max = row[distribution->times.used - 1].key;
    free(row);
    return told;
}

void distribution_free(struct distribution *distribution)
{
    numbered_free(&distribution->times);
}
