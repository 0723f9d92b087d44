/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of a state: a row of words that is the same for two states from which the same things happen, in
 * the same distances, to the same parties, and differs for any other two. Each block tells its state word by word
 * (block_canonical); the row is hashed as it comes, and kept if somebody wants to compare.
 *
 *   a word      counts as it is
 *   a time      counts by its distance from now; a time that is past says nothing any more and counts as 0
 *   a moment    is past, and compared with other moments of its clock only: it counts by its place among them
 *   a name      only says who is meant (a TLP's id, an item's number): it counts by whom it is the n-th that was named
 *   a PRG index counts by its distance from the one that its function gave out last
 *   an ITag     counts by its distance from the one that is given out next
 *
 * What is told of two parties must be told in one order, by nothing that is a name or an address of the program.
 */
#ifndef PRISIM_CORE_CANONICAL_H
#define PRISIM_CORE_CANONICAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/core/cycle.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Whose names: two of different kinds are never the same party. */
enum prisim_canonical_kind {
    PRISIM_CANONICAL_TLP,       /* prisim_tlp_header.id */
    PRISIM_CANONICAL_JOB,       /* of a function: pass prisim_canonical_of(rank, number) */
    PRISIM_CANONICAL_REQUEST,   /* page request of a function, likewise */
    PRISIM_CANONICAL_USE,       /* of a function's context, PRI epoch, ATS enable: likewise */
    PRISIM_CANONICAL_ITEM,      /* the driver's */
    PRISIM_CANONICAL_CALL,      /* of the driver */
    PRISIM_CANONICAL_BINDING,   /* the driver's number */
    PRISIM_CANONICAL_COMMAND,   /* the driver's count of commands, and the index of the command queue */
    PRISIM_CANONICAL_GROUP,     /* the driver's count of groups */
    PRISIM_CANONICAL_ACCESS,    /* a memory request's id, of one initiator: prisim_canonical_of(rank, id) */
    PRISIM_CANONICAL_VERSION,   /* a count that is compared for being the same only */
    PRISIM_CANONICAL_REFERENCE, /* of the checkers' records */
    PRISIM_CANONICAL_KINDS
};

/* Clocks of moments. */
enum prisim_canonical_clock {
    PRISIM_CANONICAL_CYCLES,
    PRISIM_CANONICAL_EVENTS, /* the checkers' count of events */
    PRISIM_CANONICAL_CLOCKS
};

/* The row as it is made. For the functions below; whoever tells a state calls them and reads nothing. */
struct prisim_canonical {
    prisim_cycle_t now;
    uint64_t *row;
    size_t count, room;
    struct prisim_canonical_names *names;
    unsigned itag_next;
};

/* NULL if there is no memory. One can be used for any number of states, one after the other. */
struct prisim_canonical *prisim_canonical_open(void);
void prisim_canonical_close(struct prisim_canonical *to);

/* Begins a row; `now` is the last edge that was stepped. */
void prisim_canonical_begin(struct prisim_canonical *to, prisim_cycle_t now);
/* Ends the row and gives its hash, 64 bits that are all alike good. */
uint64_t prisim_canonical_end(struct prisim_canonical *to);
/* After the end: the words, and how many. They stand until the next begin. */
static inline const uint64_t *prisim_canonical_row(const struct prisim_canonical *to, size_t *count)
{
    *count = to->count;
    return to->row;
}

/* Makes room for one more word. Without memory there is no hash to go on with: it asserts. */
void prisim_canonical_grow(struct prisim_canonical *to);

static inline void prisim_canonical_word(struct prisim_canonical *to, uint64_t word)
{
    if (__builtin_expect(to->count == to->room, 0))
        prisim_canonical_grow(to);
    to->row[to->count++] = word;
}

static inline void prisim_canonical_time(struct prisim_canonical *to, prisim_cycle_t time)
{
    bool never = time == PRISIM_CYCLE_NEVER;
    prisim_canonical_word(to, never ? time : time > to->now ? time - to->now : 0);
}

/* Any number of bytes, and how many. Padding must not be among them. */
void prisim_canonical_bytes(struct prisim_canonical *to, const void *bytes, size_t count);
void prisim_canonical_moment(struct prisim_canonical *to, enum prisim_canonical_clock clock, uint64_t moment);
void prisim_canonical_name(struct prisim_canonical *to, enum prisim_canonical_kind kind, uint64_t name);

/* The names of one of several who count by themselves. */
static inline uint64_t prisim_canonical_of(unsigned rank, uint64_t number)
{
    return number << 8 | rank;
}

/* Before the blocks: the PRG index that the function with that requester id gave out last. At most
 * PRISIM_CANONICAL_FUNCTIONS. */
enum { PRISIM_CANONICAL_FUNCTIONS = 64 };
void prisim_canonical_prg_last(struct prisim_canonical *to, uint32_t requester_id, uint16_t prg_index);
/* A PRG index of a function; of one that was not named it counts as it is. */
void prisim_canonical_prg(struct prisim_canonical *to, uint32_t requester_id, uint16_t prg_index);

/* Before the blocks: the ITag that the SMMU gives out next if it is free (prisim_smmu_itag_next), 0 to 31. Whoever does
 * not say it has ITags count as they are. */
static inline void prisim_canonical_itag_next(struct prisim_canonical *to, unsigned itag)
{
    to->itag_next = itag & 31;
}

static inline void prisim_canonical_itag(struct prisim_canonical *to, unsigned itag)
{
    prisim_canonical_word(to, (itag - to->itag_next) & 31);
}

/* A set of them, one bit each. */
static inline uint32_t prisim_canonical_itags_of(const struct prisim_canonical *to, uint32_t itags)
{
    return itags >> to->itag_next | itags << (-to->itag_next & 31);
}

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
