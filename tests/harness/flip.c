/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes of a state, changed one by one (flip.h).
 */
#include "tests/harness/flip.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/core/touched.h"
#include "tests/harness/suite.h"

/* Of all bytes that must never count one in so many is tried at each moment; bytes that are overwritten at once if
 * that changes nothing. */
enum { SELDOM = 256, CHUNK = 64, ROW_MAX = 256 };

struct flip {
    flip_tell tell;
    const struct flip_field *field;
    size_t fields, size;
    struct prisim_canonical *to;
    uint16_t *row;                  /* of each byte: its field, or `fields` for padding */
    uint16_t *fold;                 /* of each field: the first one of that name */
    unsigned char (*seen)[ROW_MAX]; /* of each byte of a field's element: it has counted */
};

static size_t place(const struct flip *flip, size_t at)
{
    const struct flip_field *field = &flip->field[flip->row[at]];
    return field->distance ? (at - field->offset) % field->distance : at - field->offset;
}

static enum flip_kind kind_of_field(const struct flip_field *field)
{
    return (enum flip_kind)((unsigned)field->kind & ~(unsigned)FLIP_BOOL);
}

static enum flip_kind kind_of(const struct flip *flip, size_t at)
{
    return flip->row[at] == flip->fields ? FLIP_MEANINGLESS : kind_of_field(&flip->field[flip->row[at]]);
}

struct flip *flip_open(flip_tell tell, const struct flip_field *field, size_t fields, size_t state_size)
{
    struct flip *flip = calloc(1, sizeof *flip);
    ck_assert_ptr_nonnull(flip);
    *flip = (struct flip){tell, field, fields, state_size, prisim_canonical_open(), NULL, NULL, NULL};
    flip->row = malloc(state_size * sizeof *flip->row);
    flip->fold = malloc(fields * sizeof *flip->fold);
    flip->seen = calloc(fields, sizeof *flip->seen);
    ck_assert(flip->to && flip->row && flip->fold && flip->seen);
    for (size_t at = 0; at < state_size; at++)
        flip->row[at] = (uint16_t)fields;
    for (size_t i = 0; i < fields; i++) {
        flip->fold[i] = 0;
        while (strcmp(field[flip->fold[i]].name, field[i].name) != 0)
            flip->fold[i]++;
        ck_assert_msg(field[i].size <= ROW_MAX, "%s is too large for a row", field[i].name);
        for (size_t k = 0; k < field[i].count * field[i].size; k++) {
            size_t at = field[i].offset + k / field[i].size * field[i].distance + k % field[i].size;
            ck_assert_msg(at < state_size && flip->row[at] == fields, "%s overlaps, or ends outside", field[i].name);
            flip->row[at] = (uint16_t)i;
        }
    }
    return flip;
}

void flip_close(struct flip *flip)
{
    if (!flip)
        return;
    prisim_canonical_close(flip->to);
    free(flip->row);
    free(flip->fold);
    free(flip->seen);
    free(flip);
}

uint64_t flip_hash(struct flip *flip, const struct harness *harness)
{
    prisim_canonical_begin(flip->to, 0, harness->now - 1);
    flip->tell(harness->config, harness->state, &harness->ports, flip->to);
    prisim_canonical_end(flip->to);
    return prisim_canonical_hash(flip->to, 1, harness->now - 1);
}

/* What may stand in that byte of it. */
static unsigned char fit(const struct flip *flip, size_t at, uint64_t value)
{
    bool is_bool = flip->row[at] < flip->fields && (flip->field[flip->row[at]].kind & FLIP_BOOL);
    return (unsigned char)(is_bool ? value & 1 : value);
}

/* True if the row is another one with the byte changed. */
static bool counts(struct flip *flip, struct harness *harness, size_t at, uint64_t hash)
{
    unsigned char *byte = (unsigned char *)harness->state + at, was = *byte;
    *byte = fit(flip, at, was ^ 1U);
    bool other = flip_hash(flip, harness) != hash;
    *byte = fit(flip, at, was ^ 0xffU);
    other = other || flip_hash(flip, harness) != hash;
    *byte = was;
    return other;
}

static const char *name_of(const struct flip *flip, size_t at)
{
    return flip->row[at] == flip->fields ? "padding" : flip->field[flip->row[at]].name;
}

/* Bytes that have to count and have not yet. */
static bool waits(const struct flip *flip, size_t at)
{
    enum flip_kind kind = kind_of(flip, at);
    return (kind == FLIP_COUNTS || kind == FLIP_RENAMED) && !flip->seen[flip->fold[flip->row[at]]][place(flip, at)];
}

/* Not the same of all: of two words whose difference counts, nothing would be seen. */
static unsigned char change(unsigned with, size_t at)
{
    return (unsigned char)(with == 1 ? 1 : 0xff ^ at % 11);
}

/* All of these at once, and if that changes the row, by halves. */
static void look(struct flip *flip, struct harness *harness, size_t from, size_t bytes, uint64_t hash)
{
    unsigned char *state = harness->state;
    bool other = false, any = false;
    for (unsigned with = 1; with <= 0xff && !other; with += 0xfe) {
        for (size_t at = from; at < from + bytes; at++)
            if (waits(flip, at)) {
                state[at] ^= fit(flip, at, change(with, at));
                any = true;
            }
        other = any && flip_hash(flip, harness) != hash;
        for (size_t at = from; at < from + bytes; at++)
            if (waits(flip, at))
                state[at] ^= fit(flip, at, change(with, at));
    }
    if (!other)
        return;
    if (bytes == 1) {
        flip->seen[flip->fold[flip->row[from]]][place(flip, from)] = true;
        return;
    }
    look(flip, harness, from, bytes / 2, hash);
    look(flip, harness, from + bytes / 2, bytes - bytes / 2, hash);
}

void flip_moment(struct flip *flip, struct harness *harness, struct random_stream *random)
{
    uint64_t hash = flip_hash(flip, harness);
    for (size_t from = 0; from < flip->size; from += CHUNK)
        look(flip, harness, from, flip->size - from < CHUNK ? flip->size - from : CHUNK, hash);
    for (size_t i = 0; i < flip->size / SELDOM; i++) {
        size_t at = random_below(random, (uint32_t)flip->size);
        enum flip_kind kind = kind_of(flip, at);
        if (kind == FLIP_MEANINGLESS || kind == FLIP_DERIVED)
            ck_assert_msg(!counts(flip, harness, at, hash), "byte %zu of %s counts", at, name_of(flip, at));
    }
}

/* What may be overwritten of these bytes, and changes nothing if it is. */
static void scramble(struct flip *flip, struct harness *harness, struct random_stream *random, size_t from,
                     size_t bytes, uint64_t hash)
{
    unsigned char *state = harness->state, was[CHUNK];
    bool any = false;
    memcpy(was, state + from, bytes);
    for (size_t at = from; at < from + bytes; at++)
        if (kind_of(flip, at) == FLIP_COUNTS || kind_of(flip, at) == FLIP_MEANINGLESS) {
            state[at] = fit(flip, at, random_next(random));
            any = true;
        }
    if (!any || flip_hash(flip, harness) == hash)
        return;
    memcpy(state + from, was, bytes);
    if (bytes == 1)
        return;
    scramble(flip, harness, random, from, bytes / 2, hash);
    scramble(flip, harness, random, from + bytes / 2, bytes - bytes / 2, hash);
}

void flip_scramble(struct flip *flip, struct harness *harness, struct random_stream *random)
{
    uint64_t hash = flip_hash(flip, harness);
    for (size_t from = 0; from < flip->size; from += CHUNK)
        scramble(flip, harness, random, from, flip->size - from < CHUNK ? flip->size - from : CHUNK, hash);
    ck_assert_uint_eq(flip_hash(flip, harness), hash);
}

void flip_add(struct flip *flip, const struct flip *other)
{
    for (size_t i = 0; i < flip->fields && i < other->fields; i++)
        for (size_t k = 0; k < ROW_MAX; k++)
            flip->seen[i][k] |= other->seen[i][k];
}

void flip_check(const struct flip *flip)
{
    unsigned missing = 0;
    for (size_t i = 0; i < flip->fields; i++) {
        const struct flip_field *field = &flip->field[i];
        enum flip_kind kind = kind_of_field(field);
        ck_assert_msg(kind == FLIP_COUNTS || field->why, "%s has no reason", field->name);
        if (kind != FLIP_COUNTS && kind != FLIP_RENAMED)
            continue;
        for (size_t k = 0; k < field->size; k++)
            if (flip->fold[i] == i && !flip->seen[i][k]) {
                printf("byte %zu of %s never counted\n", k, field->name);
                missing++;
            }
    }
    fflush(stdout);
    ck_assert_uint_eq(missing, 0);
}

struct flip_before {
    const unsigned char *state;
    size_t size;
    unsigned char was[];
};

struct flip_before *flip_before(void *state, size_t size)
{
    struct flip_before *before = malloc(sizeof *before + size);
    ck_assert_ptr_nonnull(before);
    ((struct prisim_touched *)state)->count = 0;
    before->state = state;
    before->size = size;
    memcpy(before->was, state, size);
    return before;
}

static bool is_told(const struct prisim_touched *touched, size_t line)
{
    for (uint32_t i = 0; i < touched->count; i++)
        if (touched->range[i].first <= line && line <= touched->range[i].last)
            return true;
    return false;
}

bool flip_after(struct flip_before *before, size_t hot)
{
    const struct prisim_touched *touched = (const struct prisim_touched *)before->state;
    bool by_lines = touched->count <= PRISIM_TOUCHED_MAX;
    for (size_t at = hot; by_lines && at < before->size; at++)
        if (before->was[at] != before->state[at])
            ck_assert_msg(is_told(touched, at / PRISIM_TOUCHED_LINE), "byte %zu was written and not told", at);
    free(before);
    return by_lines;
}
