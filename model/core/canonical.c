/* SPDX-License-Identifier: Apache-2.0
 *
 * A row of words and its hash. Names are numbered as they come, in a table of all kinds; moments are numbered when all
 * of them are there.
 */
#include "model/core/canonical.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_ROOM = 4096, NAMES_ROOM = 1024, MOMENTS_ROOM = 256 };
/* PCIE-GROUP-7: an index has nine bits. */
enum { PRG_INDEXES = 512 };

#define MIX_FIRST UINT64_C(0x9e3779b97f4a7c15)
#define MIX_THEN  UINT64_C(0xc2b2ae3d27d4eb4f)

struct name {
    uint64_t name;
    uint32_t kind;
    uint32_t row;    /* of which row; other rows' names are free places */
    uint64_t number; /* among those of its kind */
};

struct moment {
    uint64_t moment;
    uint32_t clock;
    uint32_t place; /* in the row */
};

struct function {
    uint32_t requester_id;
    uint16_t prg_last;
};

struct prisim_canonical_names {
    uint32_t row; /* rows so far; never 0 */
    uint32_t used, capacity;
    uint64_t numbers[PRISIM_CANONICAL_KINDS];
    struct name *name; /* a power of two of places */
    struct moment *moment;
    uint32_t moments, moments_room;
    unsigned functions;
    struct function function[PRISIM_CANONICAL_FUNCTIONS];
};

static void *memory(void *old, size_t count, size_t size)
{
    void *made = realloc(old, count * size);
    assert(made); /* without memory there is no hash to go on with */
    return made;
}

struct prisim_canonical *prisim_canonical_open(void)
{
    struct prisim_canonical *to = calloc(1, sizeof *to);
    struct prisim_canonical_names *names = calloc(1, sizeof *names);
    struct name *name = calloc(NAMES_ROOM, sizeof *name);
    if (!to || !names || !name) {
        free(to);
        free(names);
        free(name);
        return NULL;
    }
    names->name = name;
    names->capacity = NAMES_ROOM;
    to->names = names;
    return to;
}

void prisim_canonical_close(struct prisim_canonical *to)
{
    if (!to)
        return;
    free(to->names->name);
    free(to->names->moment);
    free(to->names);
    free(to->row);
    free(to);
}

void prisim_canonical_begin(struct prisim_canonical *to, prisim_cycle_t now)
{
    struct prisim_canonical_names *n = to->names;
    to->now = now;
    to->count = 0;
    to->itag_next = 0;
    n->used = 0;
    n->moments = 0;
    n->functions = 0;
    memset(n->numbers, 0, sizeof n->numbers);
    if (++n->row == 0) { /* after four thousand million rows: no place may look taken */
        memset(n->name, 0, n->capacity * sizeof *n->name);
        n->row = 1;
    }
}

void prisim_canonical_grow(struct prisim_canonical *to)
{
    to->room = to->room ? 2 * to->room : ROW_ROOM;
    to->row = memory(to->row, to->room, sizeof *to->row);
}

void prisim_canonical_bytes(struct prisim_canonical *to, const void *bytes, size_t count)
{
    const unsigned char *from = bytes;
    prisim_canonical_word(to, count);
    for (; count; from += sizeof(uint64_t)) {
        size_t part = count < sizeof(uint64_t) ? count : sizeof(uint64_t);
        uint64_t word = 0;
        memcpy(&word, from, part);
        prisim_canonical_word(to, word);
        count -= part;
    }
}

static inline uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * MIX_FIRST;
    return (hash << 32 | hash >> 32) * MIX_THEN;
}

/* Where the name stands, or the free place where it is to stand. */
static struct name *find(const struct prisim_canonical_names *n, enum prisim_canonical_kind kind, uint64_t name)
{
    uint64_t at = mix(kind + 1, name) >> 20;
    for (;; at++) {
        struct name *place = &n->name[at & (n->capacity - 1)];
        if (place->row != n->row || (place->name == name && place->kind == (uint32_t)kind))
            return place;
    }
}

static void grow_names(struct prisim_canonical_names *n)
{
    struct name *old = n->name;
    uint32_t capacity = n->capacity;
    n->capacity = 2 * capacity;
    n->name = memory(NULL, n->capacity, sizeof *n->name);
    memset(n->name, 0, n->capacity * sizeof *n->name);
    for (uint32_t i = 0; i < capacity; i++)
        if (old[i].row == n->row)
            *find(n, (enum prisim_canonical_kind)old[i].kind, old[i].name) = old[i];
    free(old);
}

void prisim_canonical_name(struct prisim_canonical *to, enum prisim_canonical_kind kind, uint64_t name)
{
    struct prisim_canonical_names *n = to->names;
    struct name *place = find(n, kind, name);
    if (place->row != n->row) {
        *place = (struct name){name, (uint32_t)kind, n->row, n->numbers[kind]++};
        prisim_canonical_word(to, place->number);
        if (2 * ++n->used > n->capacity)
            grow_names(n);
        return;
    }
    prisim_canonical_word(to, place->number);
}

void prisim_canonical_moment(struct prisim_canonical *to, enum prisim_canonical_clock clock, uint64_t moment)
{
    struct prisim_canonical_names *n = to->names;
    if (n->moments == n->moments_room) {
        n->moments_room = n->moments_room ? 2 * n->moments_room : MOMENTS_ROOM;
        n->moment = memory(n->moment, n->moments_room, sizeof *n->moment);
    }
    n->moment[n->moments++] = (struct moment){moment, (uint32_t)clock, (uint32_t)to->count};
    prisim_canonical_word(to, 0);
}

static int by_time(const void *left, const void *right)
{
    const struct moment *a = left, *b = right;
    if (a->clock != b->clock)
        return a->clock < b->clock ? -1 : 1;
    return a->moment < b->moment ? -1 : a->moment > b->moment;
}

/* Each moment becomes its place among those of its clock; equal ones share one. */
static void number_moments(struct prisim_canonical *to)
{
    struct prisim_canonical_names *n = to->names;
    if (n->moments)
        qsort(n->moment, n->moments, sizeof *n->moment, by_time);
    uint64_t number = 0;
    for (uint32_t i = 0; i < n->moments; i++) {
        if (i && n->moment[i].clock != n->moment[i - 1].clock)
            number = 0;
        else if (i && n->moment[i].moment != n->moment[i - 1].moment)
            number++;
        to->row[n->moment[i].place] = number;
    }
}

uint64_t prisim_canonical_end(struct prisim_canonical *to)
{
    number_moments(to);
    uint64_t hash = mix(MIX_THEN, to->count);
    for (size_t i = 0; i < to->count; i++)
        hash = mix(hash, to->row[i]);
    return hash;
}

void prisim_canonical_prg_last(struct prisim_canonical *to, uint32_t requester_id, uint16_t prg_index)
{
    struct prisim_canonical_names *n = to->names;
    assert(n->functions < PRISIM_CANONICAL_FUNCTIONS);
    n->function[n->functions++] = (struct function){requester_id, prg_index};
}

void prisim_canonical_prg(struct prisim_canonical *to, uint32_t requester_id, uint16_t prg_index)
{
    const struct prisim_canonical_names *n = to->names;
    uint32_t index = prg_index;
    for (unsigned i = 0; i < n->functions; i++)
        if (n->function[i].requester_id == requester_id)
            index = (prg_index - (uint32_t)n->function[i].prg_last) & (PRG_INDEXES - 1);
    prisim_canonical_word(to, index);
}
