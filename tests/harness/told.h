/* SPDX-License-Identifier: Apache-2.0
 *
 * Which bytes of a state its canonical form tells (model/core/canonical.h): a table has a row for every field, and says
 * of those that are not told why. At many moments bits are flipped, one at a time, and the row of words is made anew.
 * Over all moments every byte of a field that is told must have changed the row, and no byte of another one may.
 */
#ifndef PRISIM_TESTS_HARNESS_TOLD_H
#define PRISIM_TESTS_HARNESS_TOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct told_field {
    const char *name;
    size_t offset, size;  /* of the first element */
    size_t stride, count; /* of an array of structures: a byte is told if it is in any of them */
    uint8_t bits;         /* of each byte that may be flipped; 0: all */
    const char *why_not;  /* NULL: it is told */
};

/* A member; a member of an array's elements; the same for a bool, which has no other values than two; and without any
 * meaning. Their structure is named once by the test: #define TOLD struct prisim_... */
#define TOLD_SIZE(type, member) sizeof(((type *)0)->member)
#define TOLD_FIELD(member, reason)                                                                                     \
    {                                                                                                                  \
#member, offsetof(TOLD, member), TOLD_SIZE(TOLD, member), 0, 1, 0, reason                                      \
    }
#define TOLD_FLAG(member, reason)                                                                                      \
    {                                                                                                                  \
#member, offsetof(TOLD, member), TOLD_SIZE(TOLD, member), 0, 1, 1, reason                                      \
    }
#define TOLD_EACH(array, member, bits_, reason)                                                                        \
    {                                                                                                                  \
#array "[]." #member, offsetof(TOLD, array[0].member), TOLD_SIZE(TOLD, array[0].member),                       \
            TOLD_SIZE(TOLD, array[0]), TOLD_SIZE(TOLD, array) / TOLD_SIZE(TOLD, array[0]), bits_, reason               \
    }

struct told;

/* `field` stays the caller's. `size`: of the state; the rows may leave out padding only. */
struct told *told_open(const struct told_field *field, unsigned fields, size_t size);
/* One moment: `hash` gives the row's hash of the state, which is flipped and put back. */
void told_look(struct told *told, void *state, uint64_t (*hash)(void *context), void *context);
/* What was told of every field is as the table says, else the test fails with its name. Frees it. */
void told_close(struct told *told);

/* A state that begins with a struct prisim_touched, and a copy of it from before the step, when nothing was touched:
 * behind `hot` bytes only lines that were touched are written. */
void told_touched(const void *state, const void *before, size_t hot, size_t size);

#endif
