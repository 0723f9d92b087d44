/* SPDX-License-Identifier: Apache-2.0
 *
 * All that checkers know, put aside and taken back: the struct from its clock on, and what is taken of each chunk of
 * the arena. Chunks never move, so that all pointers between records are good again with the bytes; a snapshot is good
 * for the checkers that it is of, and for no file.
 */
#include <stddef.h>
#include <string.h>

#include "tb/checkers/checkers_state.h"

enum { KNOWN_FROM = offsetof(struct checkers, clock), KNOWN_BYTES = sizeof(struct checkers) - KNOWN_FROM };

/* How a snapshot begins; the bytes follow. */
struct head {
    const struct checkers *of;
    uint32_t at, unused;
    size_t used[ARENA_CHUNKS];
};

/* The chunks in use are those up to `at`. */
static size_t arena_bytes(const size_t used[ARENA_CHUNKS], uint32_t at)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i <= at; i++)
        bytes += used[i];
    return bytes;
}

size_t checkers_snapshot_size(const struct checkers *c)
{
    return sizeof(struct head) + KNOWN_BYTES + arena_bytes(c->arena.used, c->arena.at);
}

void checkers_save(const struct checkers *c, void *to)
{
    struct head head = {.of = c, .at = c->arena.at};
    unsigned char *at = (unsigned char *)to + sizeof head;
    memcpy(at, (const unsigned char *)c + KNOWN_FROM, KNOWN_BYTES);
    at += KNOWN_BYTES;
    for (uint32_t i = 0; i <= head.at; at += head.used[i++])
        if ((head.used[i] = c->arena.used[i]) != 0)
            memcpy(at, c->arena.chunk[i], head.used[i]);
    memcpy(to, &head, sizeof head);
}

void checkers_restore(struct checkers *c, const void *from)
{
    struct head head;
    memcpy(&head, from, sizeof head);
    assert(head.of == c);
    const unsigned char *at = (const unsigned char *)from + sizeof head;
    memcpy((unsigned char *)c + KNOWN_FROM, at, KNOWN_BYTES);
    at += KNOWN_BYTES;
    c->arena.at = head.at;
    for (uint32_t i = 0; i <= head.at; at += head.used[i++])
        if ((c->arena.used[i] = head.used[i]) != 0)
            memcpy(c->arena.chunk[i], at, head.used[i]);
}
