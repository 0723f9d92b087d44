/* SPDX-License-Identifier: Apache-2.0
 *
 * Bits flipped, and rows made anew (told.h).
 */
#include "tests/harness/told.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "model/core/touched.h"

enum { FIELDS_MAX = 256, BYTES_MAX = 4096, BITS = 8, PADDING_MAX = 7 };

struct told {
    const struct told_field *field;
    unsigned fields;
    unsigned moments;
    bool *seen[FIELDS_MAX]; /* of each byte of one element */
};

/* No byte of the state is without a row, but for gaps that an alignment leaves. */
static void cover(const struct told_field *field, unsigned fields, size_t size)
{
    bool *has = calloc(size, sizeof *has);
    ck_assert_ptr_nonnull(has);
    for (unsigned f = 0; f < fields; f++)
        for (size_t i = 0; i < field[f].count; i++)
            for (size_t byte = 0; byte < field[f].size; byte++) {
                size_t at = field[f].offset + i * field[f].stride + byte;
                ck_assert_msg(at < size && !has[at], "%s: byte %zu stands there already", field[f].name, at);
                has[at] = true;
            }
    for (size_t at = 0, gap = 0; at < size; at++) {
        gap = has[at] ? 0 : gap + 1;
        ck_assert_msg(gap <= PADDING_MAX, "byte %zu of the state has no row", at);
    }
    free(has);
}

struct told *told_open(const struct told_field *field, unsigned fields, size_t size)
{
    ck_assert_uint_le(fields, FIELDS_MAX);
    cover(field, fields, size);
    struct told *told = calloc(1, sizeof *told);
    ck_assert_ptr_nonnull(told);
    told->field = field;
    told->fields = fields;
    for (unsigned f = 0; f < fields; f++) {
        told->seen[f] = calloc(field[f].size, sizeof *told->seen[f]);
        ck_assert_ptr_nonnull(told->seen[f]);
    }
    return told;
}

/* What has been seen to be told need not be asked again. Of the others not every element is asked at every moment. */
static bool asks(const struct told *told, unsigned f, size_t i, size_t byte)
{
    const struct told_field *field = &told->field[f];
    if (!field->why_not)
        return !told->seen[f][byte];
    return (i + byte + told->moments) % 16 == 0 || field->count == 1;
}

void told_look(struct told *told, void *state, uint64_t (*hash)(void *context), void *context)
{
    const uint64_t was = hash(context);
    for (unsigned f = 0; f < told->fields; f++) {
        const struct told_field *field = &told->field[f];
        for (size_t i = 0; i < field->count; i++)
            for (size_t byte = 0; byte < field->size; byte++) {
                uint8_t *at = (uint8_t *)state + field->offset + i * field->stride + byte;
                const uint8_t bit = (uint8_t)(field->bits ? field->bits : 1u << (i + byte + told->moments) % BITS);
                if (!asks(told, f, i, byte))
                    continue;
                *at ^= bit;
                if (hash(context) != was)
                    told->seen[f][byte] = true;
                *at ^= bit;
            }
    }
    told->moments++;
    ck_assert_uint_eq(hash(context), was);
}

void told_close(struct told *told)
{
    for (unsigned f = 0; f < told->fields; f++) {
        const struct told_field *field = &told->field[f];
        for (size_t byte = 0; byte < field->size; byte++)
            ck_assert_msg(told->seen[f][byte] == !field->why_not, "%s, byte %zu, is %stold (%s)", field->name, byte,
                          told->seen[f][byte] ? "" : "not ", field->why_not ? field->why_not : "it must be");
        free(told->seen[f]);
    }
    free(told);
}

static bool is_touched(const struct prisim_touched *touched, size_t line)
{
    for (uint32_t i = 0; i < touched->count && i < PRISIM_TOUCHED_MAX; i++)
        if (touched->range[i].first <= line && line <= touched->range[i].last)
            return true;
    return touched->count > PRISIM_TOUCHED_MAX;
}

void told_touched(const void *state, const void *before, size_t hot, size_t size)
{
    ck_assert_uint_eq(hot % PRISIM_TOUCHED_LINE, 0);
    for (size_t at = hot; at < size; at += PRISIM_TOUCHED_LINE) {
        size_t bytes = size - at < PRISIM_TOUCHED_LINE ? size - at : PRISIM_TOUCHED_LINE;
        if (memcmp((const char *)state + at, (const char *)before + at, bytes) != 0)
            ck_assert_msg(is_touched(state, at / PRISIM_TOUCHED_LINE), "line at byte %zu is not touched", at);
    }
}
