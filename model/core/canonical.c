/* SPDX-License-Identifier: Apache-2.0
 *
 * A row of words and its hash. Names are numbered as they come, in a table of all kinds. Moments are numbered within
 * their part when it has been told; how those of two parts lie between one another is found anew for each hash.
 */
#include "model/core/canonical.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "model/core/mix.h"

enum { PART_ROOM = 64, NAMES_ROOM = 1024, MOMENTS_ROOM = 256 };
/* PCIE-GROUP-7: an index has nine bits. */
enum { PRG_INDEXES = 512 };

struct name {
    uint64_t name;
    uint32_t kind;
    uint32_t row;    /* of which row; other rows' names are free places */
    uint64_t number; /* among those of its kind */
};

struct moment {
    uint64_t moment;
    uint32_t clock;
    uint32_t nth; /* of its part */
};

struct function {
    uint32_t requester_id;
    uint16_t prg_last;
};

struct prisim_canonical_names {
    uint32_t row; /* rows so far; never 0 */
    uint32_t used, capacity;
    uint64_t numbers[PRISIM_CANONICAL_KINDS];
    struct name *name;     /* a power of two of places */
    struct moment *moment; /* that are being sorted */
    uint32_t moments, moments_room;
    unsigned itag_next;
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
    for (unsigned i = 0; i < PRISIM_CANONICAL_PARTS; i++) {
        free(to->parts[i].word);
        free(to->parts[i].place);
        free(to->parts[i].moment);
        free(to->parts[i].sorted);
    }
    free(to->names->name);
    free(to->names->moment);
    free(to->names);
    free(to);
}

void prisim_canonical_grow_words(struct prisim_canonical_part *part)
{
    part->words_room = part->words_room ? 2 * part->words_room : PART_ROOM;
    part->word = memory(part->word, part->words_room, sizeof *part->word);
}

void prisim_canonical_grow_places(struct prisim_canonical_part *part)
{
    part->places_room = part->places_room ? 2 * part->places_room : PART_ROOM;
    part->place = memory(part->place, part->places_room, sizeof *part->place);
}

void prisim_canonical_grow_moments(struct prisim_canonical_part *part)
{
    part->moments_room = part->moments_room ? 2 * part->moments_room : PART_ROOM;
    part->moment = memory(part->moment, part->moments_room, sizeof *part->moment);
    part->sorted = memory(part->sorted, part->moments_room, sizeof *part->sorted);
}

void prisim_canonical_begin(struct prisim_canonical *to, unsigned part, prisim_cycle_t now)
{
    assert(part < PRISIM_CANONICAL_PARTS);
    to->now = now;
    to->part = &to->parts[part];
    to->part->words = to->part->places = to->part->moments = 0;
    to->part->from = 0;
    to->part->before = PRISIM_CYCLE_NEVER;
}

void prisim_canonical_bytes(struct prisim_canonical *to, const void *bytes, size_t count)
{
    const unsigned char *from = bytes;
    uint64_t word = 0;
    prisim_canonical_word(to, count);
    for (; count >= sizeof word; from += sizeof word, count -= sizeof word) {
        memcpy(&word, from, sizeof word);
        prisim_canonical_word(to, word);
    }
    if (count == 0)
        return;
    word = 0;
    memcpy(&word, from, count);
    prisim_canonical_word(to, word);
}

static int by_time(const void *left, const void *right)
{
    const struct moment *a = left, *b = right;
    if (a->clock != b->clock)
        return a->clock < b->clock ? -1 : 1;
    return a->moment < b->moment ? -1 : a->moment > b->moment;
}

static void take_moment(struct prisim_canonical_names *n, uint32_t clock, uint64_t moment, uint32_t nth)
{
    if (n->moments == n->moments_room) {
        n->moments_room = n->moments_room ? 2 * n->moments_room : MOMENTS_ROOM;
        n->moment = memory(n->moment, n->moments_room, sizeof *n->moment);
    }
    n->moment[n->moments++] = (struct moment){moment, clock, nth};
}

static void sort_moments(struct prisim_canonical_names *n)
{
    if (n->moments > 1)
        qsort(n->moment, n->moments, sizeof *n->moment, by_time);
}

/* Each counts by its place among the part's of its clock; equal ones share one. */
static uint64_t hash_moments(struct prisim_canonical_names *n, struct prisim_canonical_part *part, uint64_t hash)
{
    memset(part->different, 0, sizeof part->different);
    n->moments = 0;
    for (uint32_t i = 0; i < part->moments; i++)
        take_moment(n, part->moment[i].clock, part->moment[i].moment, i);
    sort_moments(n);
    uint32_t sorted = 0;
    for (uint32_t i = 0; i < n->moments; i++) {
        const struct moment *moment = &n->moment[i];
        if (i == 0 || by_time(moment, moment - 1) != 0) {
            part->sorted[sorted++] = moment->moment;
            part->different[moment->clock]++;
        }
        uint64_t place = (uint64_t)part->moment[moment->nth].at << 32 | moment->clock;
        hash = mix(mix(hash, place), part->different[moment->clock]);
    }
    return hash;
}

/* Four rows side by side: a multiplication takes as long as four that do not wait for one another. */
void prisim_canonical_end(struct prisim_canonical *to)
{
    struct prisim_canonical_part *part = to->part;
    uint64_t hash[4] = {part->words, MIX_FIRST, MIX_THEN, 1};
    uint32_t at = 0;
    for (; at + 4 <= part->words; at += 4)
        for (unsigned i = 0; i < 4; i++)
            hash[i] = mix(hash[i], part->word[at + i]);
    for (; at < part->words; at++)
        hash[0] = mix(hash[0], part->word[at]);
    part->hash = hash_moments(to->names, part, mix(mix(mix(hash[0], hash[1]), hash[2]), hash[3]));
    to->part = NULL;
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

static uint64_t number_of_name(struct prisim_canonical_names *n, enum prisim_canonical_kind kind, uint64_t name)
{
    struct name *place = find(n, kind, name);
    if (place->row == n->row)
        return place->number;
    uint64_t number = n->numbers[kind]++;
    *place = (struct name){name, (uint32_t)kind, n->row, number};
    if (2 * ++n->used > n->capacity)
        grow_names(n);
    return number;
}

static uint64_t number_of_prg(const struct prisim_canonical_names *n, uint64_t value)
{
    uint32_t requester_id = (uint32_t)(value >> 16);
    uint32_t index = value & 0xffff;
    for (unsigned i = 0; i < n->functions; i++)
        if (n->function[i].requester_id == requester_id)
            return (index - n->function[i].prg_last) & (PRG_INDEXES - 1);
    return index;
}

/* The first of the sorted ones that is not before the moment; it is not among the first `from`. */
static uint32_t first_not_before(const uint64_t *sorted, uint32_t from, uint32_t count, uint64_t moment)
{
    uint32_t step = 1;
    while (step <= count - from && sorted[from + step - 1] < moment) {
        from += step;
        step *= 2;
    }
    uint32_t end = step < count - from ? from + step : count;
    while (from < end) {
        uint32_t middle = from + (end - from) / 2;
        if (sorted[middle] < moment)
            from = middle + 1;
        else
            end = middle;
    }
    return from;
}

static const uint64_t *sorted_of(const struct prisim_canonical_part *part, uint32_t clock)
{
    const uint64_t *sorted = part->sorted;
    for (uint32_t i = 0; i < clock; i++)
        sorted += part->different[i];
    return sorted;
}

/* How the moments of two parts lie between one another. */
static uint64_t hash_between(const struct prisim_canonical_part *a, const struct prisim_canonical_part *b,
                             uint32_t clock, uint64_t hash)
{
    const struct prisim_canonical_part *few = a->different[clock] <= b->different[clock] ? a : b;
    const struct prisim_canonical_part *many = few == a ? b : a;
    const uint64_t *moment = sorted_of(few, clock), *sorted = sorted_of(many, clock);
    uint32_t at = 0, count = many->different[clock];
    for (uint32_t i = 0; i < few->different[clock]; i++) {
        at = first_not_before(sorted, at, count, moment[i]);
        hash = mix(hash, (uint64_t)at << 1 | (at < count && sorted[at] == moment[i]));
    }
    return hash;
}

static uint64_t hash_order(const struct prisim_canonical *to, unsigned parts, uint64_t hash)
{
    unsigned with[PRISIM_CANONICAL_PARTS], count = 0;
    for (unsigned i = 0; i < parts; i++)
        if (to->parts[i].moments)
            with[count++] = i;
    for (unsigned i = 0; i < count; i++)
        for (unsigned k = 0; k < i; k++)
            for (uint32_t clock = 0; clock < PRISIM_CANONICAL_CLOCKS; clock++)
                hash = hash_between(&to->parts[with[i]], &to->parts[with[k]], clock, hash);
    return hash;
}

/* All moments of the row, each once, in their order. */
static void collect_moments(struct prisim_canonical *to, unsigned parts)
{
    struct prisim_canonical_names *n = to->names;
    n->moments = 0;
    for (unsigned i = 0; i < parts; i++)
        for (uint32_t k = 0; k < to->parts[i].moments; k++)
            take_moment(n, to->parts[i].moment[k].clock, to->parts[i].moment[k].moment, 0);
    sort_moments(n);
    uint32_t different = 0;
    for (uint32_t i = 0; i < n->moments; i++)
        if (i == 0 || by_time(&n->moment[i], &n->moment[different - 1]) != 0)
            n->moment[different++] = n->moment[i];
    n->moments = different;
}

static uint64_t number_of_moment(const struct prisim_canonical_names *n,
                                 const struct prisim_canonical_told_moment *moment)
{
    uint64_t number = 0;
    for (uint32_t i = 0; i < n->moments; i++)
        number += n->moment[i].clock == moment->clock && n->moment[i].moment < moment->moment;
    return number;
}

static void begin_row(struct prisim_canonical *to, unsigned parts)
{
    struct prisim_canonical_names *n = to->names;
    assert(!to->part && parts <= PRISIM_CANONICAL_PARTS);
    n->used = 0;
    memset(n->numbers, 0, sizeof n->numbers);
    if (++n->row == 0) { /* after four thousand million rows: no place may look taken */
        memset(n->name, 0, n->capacity * sizeof *n->name);
        n->row = 1;
    }
}

enum { ITAGS = 32 }; /* PCIE-ITAG */

static uint64_t itags_from(uint32_t itags, unsigned next)
{
    return (uint32_t)(itags >> next | itags << (-next % ITAGS));
}

static uint64_t fill(struct prisim_canonical_names *n, const struct prisim_canonical_open_place *place,
                     prisim_cycle_t now)
{
    if (place->what < PRISIM_CANONICAL_KINDS)
        return number_of_name(n, (enum prisim_canonical_kind)place->what, place->value);
    if (place->what == PRISIM_CANONICAL_IS_TIME)
        return place->value > now ? place->value - now : 0;
    if (place->what == PRISIM_CANONICAL_IS_PRG)
        return number_of_prg(n, place->value);
    if (place->what == PRISIM_CANONICAL_IS_ITAG)
        return (place->value - n->itag_next) % ITAGS | (place->value & ~(uint64_t)(ITAGS - 1));
    assert(place->what == PRISIM_CANONICAL_IS_ITAGS);
    return itags_from((uint32_t)place->value, n->itag_next);
}

uint64_t prisim_canonical_hash(struct prisim_canonical *to, unsigned parts, prisim_cycle_t now)
{
    begin_row(to, parts);
    uint64_t hash = hash_order(to, parts, parts);
    for (unsigned i = 0; i < parts; i++) {
        const struct prisim_canonical_part *part = &to->parts[i];
        hash = mix(hash, part->hash);
        for (uint32_t k = 0; k < part->places; k++)
            hash = mix(hash ^ ((uint64_t)part->place[k].what << 32 | part->place[k].at),
                       fill(to->names, &part->place[k], now));
    }
    return hash;
}

size_t prisim_canonical_row(struct prisim_canonical *to, unsigned parts, prisim_cycle_t now, uint64_t *row, size_t room)
{
    begin_row(to, parts);
    collect_moments(to, parts);
    size_t count = 0;
    for (unsigned i = 0; i < parts; i++) {
        const struct prisim_canonical_part *part = &to->parts[i];
        uint32_t place = 0, moment = 0;
        for (uint32_t at = 0; at < part->words; at++, count++) {
            uint64_t word = part->word[at];
            if (place < part->places && part->place[place].at == at)
                word = fill(to->names, &part->place[place++], now);
            else if (moment < part->moments && part->moment[moment].at == at)
                word = number_of_moment(to->names, &part->moment[moment++]);
            if (count < room)
                row[count] = word;
        }
    }
    return count;
}

void prisim_canonical_prg_last(struct prisim_canonical *to, uint32_t requester_id, uint16_t prg_index)
{
    struct prisim_canonical_names *n = to->names;
    unsigned i = 0;
    while (i < n->functions && n->function[i].requester_id != requester_id)
        i++;
    assert(i < PRISIM_CANONICAL_FUNCTIONS);
    n->function[i] = (struct function){requester_id, prg_index};
    if (i == n->functions)
        n->functions++;
}

void prisim_canonical_itag_next(struct prisim_canonical *to, unsigned itag)
{
    to->names->itag_next = itag % ITAGS;
}
