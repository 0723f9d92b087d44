/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: how they tell their canonical form (model/core/canonical.h): whom the row has named already,
 * and lists in an order that is none of names, places or hashes. Scratch, and no part of what they know.
 */
#ifndef PRISIM_TB_CHECKERS_TELLING_H
#define PRISIM_TB_CHECKERS_TELLING_H

#include "model/core/canonical.h"

enum party { PARTY_BINDING, PARTY_JOB, PARTY_REQUEST, PARTY_GROUP, PARTY_ITEM, PARTY_ANSWER, PARTIES };

/* One of a list that is to be sorted: by key[0], then key[1], then key[2]. */
struct listed {
    uint64_t key[3];
    const void *record;
    uint64_t value;
};

struct telling {
    struct prisim_canonical *to;
    uint32_t row; /* rows so far */
    struct {
        uint32_t *row; /* of each place, in which row it was named last */
        uint32_t room;
    } named[PARTIES];
    struct listed *list;
    uint32_t count, room;
};

struct telling *telling_open(void);
void telling_close(struct telling *telling);
void telling_begin(struct telling *telling, struct prisim_canonical *to);

static inline void tell_word(struct telling *telling, uint64_t word)
{
    prisim_canonical_word(telling->to, word);
}

/* In place of a party: there is none. */
static inline void tell_none(struct telling *telling)
{
    tell_word(telling, UINT64_MAX);
}

/* The party with that reference, which stands at that place (from 0). True if the row names it for the first time: now
 * it is to say what it is. */
bool tell_party(struct telling *telling, enum party party, uint64_t reference, uint32_t place);
/* What is done if nothing comes until that edge: when it comes, or, if it is past, its place among what is past. */
void tell_edge(struct telling *telling, prisim_cycle_t edge);
/* The edge `limit` after `since`, or never. */
prisim_cycle_t deadline_of(prisim_cycle_t since, uint64_t limit);

/* One list at a time. */
void list_begin(struct telling *telling);
void list_add(struct telling *telling, struct listed listed);
/* Sorts and tells how many. */
void list_end(struct telling *telling);

#endif
