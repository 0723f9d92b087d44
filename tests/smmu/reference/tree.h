/* SPDX-License-Identifier: Apache-2.0
 *
 * Random translation tables (SMMU-TABLES, SMMU-PAGETABLES) that grow where they are walked: a word of memory is made up
 * when the reference model asks for it first, fit for what it is read as, and stays. Each tree draws its own rates of
 * faults, so that some trees are sound and some are not. One stream with a few substreams.
 */
#ifndef PRISIM_TESTS_SMMU_TREE_H
#define PRISIM_TESTS_SMMU_TREE_H

#include "model/core/random.h"
#include "tests/smmu/reference/reference.h"
#include "tests/smmu/reference/sparse.h"

enum { TREE_SUBSTREAMS = 4, TREE_BASES = 3 };

/* What is left out of what the features say, for the sake of the one that is judged. */
struct tree_limits {
    bool cached;       /* one answer whatever a cache kept: tags differ, groups are uniform */
    bool steady;       /* hardware changes no descriptor: what one request does, no other one sees */
    bool global;       /* one substream, whose pages may be global */
    bool plain_stage1; /* no TTB1, top byte or table attributes */
};

struct tree_substream {
    uint32_t ssid;
    uint64_t cd[8];
    uint64_t base[2][TREE_BASES]; /* input addresses are drawn near these, by half */
};

struct tree {
    struct reference_setup setup;
    struct tree_limits limits;
    struct random_stream random;
    struct sparse *memory;
    /* Chances of a thing, in 1/1000. */
    unsigned invalid, block, contiguous, out_of_range, old, aborting, restricted, dirty;
    uint32_t sid;
    uint64_t ste[8];
    unsigned ipa_bits, substreams, current;
    struct tree_substream substream[TREE_SUBSTREAMS];
    uint64_t ipa_base[TREE_BASES];
};

/* A new tree in a cleared memory; `number` keys its random stream. */
void tree_grow(struct tree *tree, const struct reference_setup *setup, struct tree_limits limits, struct sparse *memory,
               uint64_t seed, uint64_t number);
void tree_request(struct tree *tree, struct reference_request *request);
/* reference_memory.load with the tree as context. */
bool tree_load(void *tree, uint64_t address, unsigned words, uint64_t *to, const struct reference_hint *hint);

/* Shared by the generator's parts. */
bool tree_chance(struct tree *tree, unsigned of_1000);
uint64_t tree_below(struct tree *tree, uint32_t bound);
/* A random address of `bits` bits, aligned. */
uint64_t tree_place(struct tree *tree, unsigned bits, unsigned align_log2);
void tree_set(uint64_t *words, unsigned low, unsigned width, uint64_t value);
void tree_make_ste(struct tree *tree);
void tree_make_cd(struct tree *tree, struct tree_substream *substream, unsigned asid);
void tree_plant(struct tree *tree, uint64_t address, const struct reference_hint *hint);

#endif
