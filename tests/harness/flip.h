/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether the canonical form of a block (model/core/canonical.h) tells its state, all of it and nothing else. At many
 * moments of a run each byte of the state is changed, and it is seen whether the row is another one: over all moments
 * every byte must have counted once, but for those that the block's test lists with a reason; and those never may. And
 * whatever does not count at a moment is overwritten with random bytes (flip_scramble): what follows must be the same.
 */
#ifndef PRISIM_TESTS_HARNESS_FLIP_H
#define PRISIM_TESTS_HARNESS_FLIP_H

#include "model/core/canonical.h"
#include "model/core/random.h"
#include "tests/harness/harness.h"

enum flip_kind {
    FLIP_COUNTS,      /* whenever it is in use */
    FLIP_RENAMED,     /* likewise, by its relation to others: it is shown as it is, so it is not overwritten */
    FLIP_NAME,        /* as a name: it need not count where no other party is called by it */
    FLIP_MEANINGLESS, /* never: whatever is in it, what follows is the same */
    FLIP_DERIVED,     /* never: it follows from the rest, and must not be changed alone */
    FLIP_FIXED        /* says the configuration: it never changes, and is not changed here */
};

/* Rows of a test: elements of a field, all alike. Of rows with one name one has to count. */
struct flip_field {
    const char *name;
    size_t offset, size;    /* of the first one */
    size_t count, distance; /* how many, and bytes from one to the next */
    enum flip_kind kind;
    const char *why; /* of what does not count, or whose value is not told */
};

/* Beside a kind: only 0 and 1 may be read of it. */
enum { FLIP_BOOL = 64 };
/* Of a member, or of an array of members. */
#define FLIP_BOOL_OF(member) _Generic((member), bool : FLIP_BOOL, bool * : FLIP_BOOL, default : 0)

/* One that is nowhere: only types are asked of it. */
extern unsigned char flip_nowhere[];
#define FLIP_SOME(type) ((struct type *)(void *)flip_nowhere)

#define FLIP(type, member, kind, why)                                                                                  \
    {                                                                                                                  \
#member, offsetof(struct type, member), sizeof(((struct type *)0)->member), 1, 0,                              \
            kind | FLIP_BOOL_OF(FLIP_SOME(type)->member), why                                                          \
    }
/* The member of each element of an array of the state. */
#define FLIP_EACH(type, array, element, member, kind, why)                                                             \
    {                                                                                                                  \
#array "[]." #member, offsetof(struct type, array) + offsetof(struct element, member),                         \
            sizeof(((struct element *)0)->member), sizeof(((struct type *)0)->array) / sizeof(struct element),         \
            sizeof(struct element), kind | FLIP_BOOL_OF(FLIP_SOME(element)->member), why                               \
    }
/* The elements themselves. */
#define FLIP_ALL(type, array, kind, why)                                                                               \
    {                                                                                                                  \
#array "[]", offsetof(struct type, array), sizeof(((struct type *)0)->array[0]),                               \
            sizeof(((struct type *)0)->array) / sizeof(((struct type *)0)->array[0]),                                  \
            sizeof(((struct type *)0)->array[0]), kind | FLIP_BOOL_OF(FLIP_SOME(type)->array[0]), why                  \
    }

typedef void (*flip_tell)(const void *config, const void *state, const struct prisim_ports *ports,
                          struct prisim_canonical *to);

struct flip;

/* Bytes of no row are padding, which is meaningless. Rows may not overlap. */
struct flip *flip_open(flip_tell tell, const struct flip_field *field, size_t fields, size_t state_size);
void flip_close(struct flip *flip);

/* The hash of the row between two edges of the harness. */
uint64_t flip_hash(struct flip *flip, const struct harness *harness);
/* Flips every byte that has to count still, and now and then one that may not. */
void flip_moment(struct flip *flip, struct harness *harness, struct random_stream *random);
void flip_scramble(struct flip *flip, struct harness *harness, struct random_stream *random);
/* What a step writes behind the first `hot` bytes of a state that begins with a struct prisim_touched, it must tell:
 * taken before the step, and checked after it. True if the step told it line by line. */
struct flip_before *flip_before(void *state, size_t size);
bool flip_after(struct flip_before *before, size_t hot);

/* Takes over what has been seen by another one, of rows with the same names in the same order. */
void flip_add(struct flip *flip, const struct flip *other);
/* Fails the test with the names of what never counted. */
void flip_check(const struct flip *flip);

#endif
