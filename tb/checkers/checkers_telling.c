/* SPDX-License-Identifier: Apache-2.0
 *
 * How the checkers tell their canonical form (checkers_telling.h).
 */
#include "tb/checkers/checkers_telling.h"

#include <stdlib.h>
#include <string.h>

#include "tb/checkers/checkers_arena.h"

enum { ROOM_MIN = 64 };

struct telling *telling_open(void)
{
    struct telling *telling = arena_outside(NULL, 1, sizeof *telling);
    memset(telling, 0, sizeof *telling);
    return telling;
}

void telling_close(struct telling *telling)
{
    for (unsigned i = 0; i < PARTIES; i++)
        free(telling->named[i].row);
    free(telling->list);
    free(telling);
}

void telling_begin(struct telling *telling, struct prisim_canonical *to)
{
    telling->to = to;
    if (++telling->row != 0)
        return;
    /* After four thousand million rows: no party may look named. */
    for (unsigned i = 0; i < PARTIES; i++)
        if (telling->named[i].room)
            memset(telling->named[i].row, 0, telling->named[i].room * sizeof *telling->named[i].row);
    telling->row = 1;
}

static void make_room(struct telling *telling, enum party party, uint32_t place)
{
    uint32_t room = telling->named[party].room, larger = room ? room : ROOM_MIN;
    while (larger <= place)
        larger *= 2;
    uint32_t *row = arena_outside(telling->named[party].row, larger, sizeof *row);
    memset(row + room, 0, (larger - room) * sizeof *row);
    telling->named[party].row = row;
    telling->named[party].room = larger;
}

bool tell_party(struct telling *telling, enum party party, uint64_t reference, uint32_t place)
{
    prisim_canonical_name(telling->to, PRISIM_CANONICAL_REFERENCE, prisim_canonical_of(party, reference));
    if (place >= telling->named[party].room)
        make_room(telling, party, place);
    if (telling->named[party].row[place] == telling->row)
        return false;
    telling->named[party].row[place] = telling->row;
    return true;
}

void tell_edge(struct telling *telling, prisim_cycle_t edge)
{
    prisim_canonical_time(telling->to, edge);
    if (prisim_canonical_is_past(telling->to, edge))
        prisim_canonical_moment(telling->to, PRISIM_CANONICAL_CYCLES, edge);
}

prisim_cycle_t deadline_of(prisim_cycle_t since, uint64_t limit)
{
    return limit < PRISIM_CYCLE_NEVER - since ? since + limit : PRISIM_CYCLE_NEVER;
}

void list_begin(struct telling *telling)
{
    telling->count = 0;
}

void list_add(struct telling *telling, struct listed listed)
{
    if (telling->count == telling->room) {
        telling->room = telling->room ? 2 * telling->room : ROOM_MIN;
        telling->list = arena_outside(telling->list, telling->room, sizeof *telling->list);
    }
    telling->list[telling->count++] = listed;
}

static int by_key(const void *left, const void *right)
{
    const struct listed *a = left, *b = right;
    for (unsigned i = 0; i < sizeof a->key / sizeof *a->key; i++)
        if (a->key[i] != b->key[i])
            return a->key[i] < b->key[i] ? -1 : 1;
    return 0;
}

void list_end(struct telling *telling)
{
    if (telling->count > 1)
        qsort(telling->list, telling->count, sizeof *telling->list, by_key);
    tell_word(telling, telling->count);
}
