/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of a state: a row of words that is the same for two states from which the same things happen, in
 * the same distances, to the same parties, and differs for any other two. Each block tells its state word by word
 * (block_canonical), as a part of the row; a part whose block did not change is not told again.
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
    PRISIM_CANONICAL_ITEM,      /* the driver's */
    PRISIM_CANONICAL_CALL,      /* of the driver */
    PRISIM_CANONICAL_BINDING,   /* the driver's number */
    PRISIM_CANONICAL_COMMAND,   /* the driver's count of commands, and the index of the command queue */
    PRISIM_CANONICAL_ACCESS,    /* a memory request's id, of one initiator: prisim_canonical_of(rank, id) */
    PRISIM_CANONICAL_REFERENCE, /* of the checkers' records */
    PRISIM_CANONICAL_KINDS
};

/* Clocks of moments. */
enum prisim_canonical_clock {
    PRISIM_CANONICAL_CYCLES,
    PRISIM_CANONICAL_EVENTS, /* the checkers' count of events */
    PRISIM_CANONICAL_CLOCKS
};

enum { PRISIM_CANONICAL_PARTS = 136, PRISIM_CANONICAL_FUNCTIONS = 64 };

/* A state whose last bytes are told as a part of their own, so that a step that does not write them does not have them
 * told again. That part reads nothing but the configuration and the bytes from `from` on; the rest of the form reads
 * none from `alone` on. */
struct prisim_canonical_cold {
    size_t from, alone; /* bytes from the start of the state; from <= alone */
};

/* A part of a row, told at once, and kept as long as what it tells does not change: its words, and those of its places
 * that depend on the time or on what other parts said before. */
struct prisim_canonical_part {
    uint64_t *word;
    uint32_t words, words_room;
    struct prisim_canonical_open_place *place;
    uint32_t places, places_room;
    struct prisim_canonical_told_moment *moment;
    uint32_t moments, moments_room;
    uint64_t *sorted;                            /* the different moments of each clock in their order */
    uint32_t different[PRISIM_CANONICAL_CLOCKS]; /* how many these are */
    uint64_t hash; /* of the words, 0 where a place is open, and of the order of its moments among themselves */
    /* It tells the same as long as now is not before the one and before the other: the latest edge that was asked about
     * and past, the soonest that was not. */
    prisim_cycle_t from, before;
};

/* What a place depends on: a time, or a kind of names. */
struct prisim_canonical_open_place {
    uint64_t value;
    uint32_t at; /* in the part's words */
    uint32_t what;
};

struct prisim_canonical_told_moment {
    uint64_t moment;
    uint32_t at; /* in the part's words */
    uint32_t clock;
};

/* Beside enum prisim_canonical_kind: what an open place is. */
enum {
    PRISIM_CANONICAL_IS_TIME = (int)PRISIM_CANONICAL_KINDS,
    PRISIM_CANONICAL_IS_PRG,
    PRISIM_CANONICAL_IS_ITAG,
    PRISIM_CANONICAL_IS_ITAGS
};

/* For the functions below; whoever tells a state calls them and reads nothing. */
struct prisim_canonical {
    struct prisim_canonical_part *part; /* that is being told */
    prisim_cycle_t now;
    struct prisim_canonical_part parts[PRISIM_CANONICAL_PARTS];
    struct prisim_canonical_names *names;
};

/* NULL if there is no memory. */
struct prisim_canonical *prisim_canonical_open(void);
void prisim_canonical_close(struct prisim_canonical *to);

/* What is told from here on is that part, instead of what it told before; then its end. `now` is the last edge that was
 * stepped. */
void prisim_canonical_begin(struct prisim_canonical *to, unsigned part, prisim_cycle_t now);
void prisim_canonical_end(struct prisim_canonical *to);
/* Whether the part would tell something else at that edge, though nothing has changed but the time. */
static inline bool prisim_canonical_is_stale(const struct prisim_canonical *to, unsigned part, prisim_cycle_t now)
{
    return now < to->parts[part].from || now >= to->parts[part].before;
}

/* The hash of the row that consists of the first `parts` parts, all told before: 64 bits that are all alike good. `now`
 * is the last edge that was stepped. */
uint64_t prisim_canonical_hash(struct prisim_canonical *to, unsigned parts, prisim_cycle_t now);
/* The words of that row, for who compares two: writes at most `room` of them, returns how many there are. */
size_t prisim_canonical_row(struct prisim_canonical *to, unsigned parts, prisim_cycle_t now, uint64_t *row,
                            size_t room);

/* Make room for one more; without memory there is no hash to go on with: they assert. */
void prisim_canonical_grow_words(struct prisim_canonical_part *part);
void prisim_canonical_grow_places(struct prisim_canonical_part *part);
void prisim_canonical_grow_moments(struct prisim_canonical_part *part);

static inline void prisim_canonical_word(struct prisim_canonical *to, uint64_t word)
{
    struct prisim_canonical_part *part = to->part;
    if (__builtin_expect(part->words == part->words_room, 0))
        prisim_canonical_grow_words(part);
    part->word[part->words++] = word;
}

static inline void prisim_canonical_place(struct prisim_canonical *to, uint32_t what, uint64_t value)
{
    struct prisim_canonical_part *part = to->part;
    if (__builtin_expect(part->places == part->places_room, 0))
        prisim_canonical_grow_places(part);
    part->place[part->places++] = (struct prisim_canonical_open_place){value, part->words, what};
    prisim_canonical_word(to, 0);
}

static inline void prisim_canonical_time(struct prisim_canonical *to, prisim_cycle_t time)
{
    if (time == PRISIM_CYCLE_NEVER)
        prisim_canonical_word(to, time);
    else
        prisim_canonical_place(to, PRISIM_CANONICAL_IS_TIME, time);
}

/* Whether an edge is past, for who tells something else then. PRISIM_CYCLE_NEVER never is. */
static inline bool prisim_canonical_is_past(struct prisim_canonical *to, prisim_cycle_t edge)
{
    struct prisim_canonical_part *part = to->part;
    bool past = edge <= to->now;
    if (past)
        part->from = prisim_cycle_max(part->from, edge);
    else
        part->before = prisim_cycle_min(part->before, edge);
    return past;
}

static inline void prisim_canonical_moment(struct prisim_canonical *to, enum prisim_canonical_clock clock,
                                           uint64_t moment)
{
    struct prisim_canonical_part *part = to->part;
    if (__builtin_expect(part->moments == part->moments_room, 0))
        prisim_canonical_grow_moments(part);
    part->moment[part->moments++] = (struct prisim_canonical_told_moment){moment, part->words, (uint32_t)clock};
    prisim_canonical_word(to, 0);
}

static inline void prisim_canonical_name(struct prisim_canonical *to, enum prisim_canonical_kind kind, uint64_t name)
{
    prisim_canonical_place(to, (uint32_t)kind, name);
}

/* Any number of bytes, and how many. Padding must not be among them. */
void prisim_canonical_bytes(struct prisim_canonical *to, const void *bytes, size_t count);

/* The names of one of several who count by themselves. */
static inline uint64_t prisim_canonical_of(unsigned rank, uint64_t number)
{
    return number << 8 | rank;
}

/* The PRG index that the function with that requester id gave out last; at most PRISIM_CANONICAL_FUNCTIONS. It stands
 * until it is said again: say it before each hash. */
void prisim_canonical_prg_last(struct prisim_canonical *to, uint32_t requester_id, uint16_t prg_index);
/* A PRG index of a function; of a function that prg_last never named it counts as it is. */
static inline void prisim_canonical_prg(struct prisim_canonical *to, uint32_t requester_id, uint16_t prg_index)
{
    prisim_canonical_place(to, PRISIM_CANONICAL_IS_PRG, (uint64_t)requester_id << 16 | prg_index);
}

/* The ITag that the SMMU gives out next if it is free (prisim_smmu_itag_next), 0 to 31; 0 until it is said. It stands
 * until it is said again. */
void prisim_canonical_itag_next(struct prisim_canonical *to, unsigned itag);

static inline void prisim_canonical_itag(struct prisim_canonical *to, unsigned itag)
{
    prisim_canonical_place(to, PRISIM_CANONICAL_IS_ITAG, itag);
}

/* A set of them, one bit each. */
static inline void prisim_canonical_itags(struct prisim_canonical *to, uint32_t itags)
{
    prisim_canonical_place(to, PRISIM_CANONICAL_IS_ITAGS, itags);
}

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
