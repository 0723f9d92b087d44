/* SPDX-License-Identifier: Apache-2.0
 *
 * What a word of memory becomes when it is first read: a structure of the tree, or a random descriptor fit for its
 * level (SMMU-LEVEL, SMMU-DESCRIPTOR).
 */
#include <string.h>

#include "tests/smmu/reference/tree.h"

#define BIT(n) (UINT64_C(1) << (n))

static void put(struct tree *t, uint64_t address, uint64_t word)
{
    struct sparse_line *line = sparse_line(t->memory, address, true);
    line->word[address / 8 % 8] = word;
    line->planted |= (uint8_t)(1U << (address / 8 % 8));
}

/* In a small address space a structure may lie where a table is: what has been read before stays as it is. */
static void put_line(struct tree *t, uint64_t address, const uint64_t *words)
{
    unsigned planted = sparse_line(t->memory, address, true)->planted;
    for (unsigned i = 0; i < 8; i++)
        if (!(planted >> i & 1))
            put(t, (address & ~UINT64_C(63)) + i * 8, words[i]);
}

/* SMMU-DESCRIPTOR: entries of a contiguous group, as log2. */
static unsigned group_log2(unsigned granule, unsigned level)
{
    if (granule == 12)
        return 4;
    if (granule == 14)
        return level == 2 ? 5 : 7;
    return 5;
}

static bool untouched(struct tree *t, uint64_t address, unsigned words)
{
    for (unsigned i = 0; i < words; i++) {
        const struct sparse_line *line = sparse_line(t->memory, address + i * 8, false);
        if (line && (line->aborts || line->planted >> ((address / 8 + i) % 8) & 1))
            return false;
    }
    return true;
}

/* How many bits of address the next stage takes. */
static unsigned reach(const struct tree *t, const struct reference_hint *hint)
{
    bool nested = (t->ste[0] >> 1 & 7) == 7;
    if (hint->what == REFERENCE_STAGE1 && nested && t->ipa_bits < hint->output_bits)
        return t->ipa_bits;
    return hint->output_bits;
}

static uint64_t leaf_attributes(struct tree *t, const struct reference_hint *hint)
{
    uint64_t d = random_next(&t->random) & (BIT(8) | BIT(9));
    d |= tree_chance(t, t->old) ? 0 : BIT(10);
    d |= tree_chance(t, t->dirty) ? BIT(51) : 0;
    if (hint->what == REFERENCE_STAGE1) {
        d |= tree_below(t, 8) << 2;
        bool not_global = t->limits.cached && !t->limits.global;
        d |= not_global || tree_chance(t, t->limits.global ? 400 : 700) ? BIT(11) : 0;
        d |= tree_chance(t, t->restricted) || tree_chance(t, t->dirty) ? tree_below(t, 4) << 6 : BIT(6);
        d |= tree_chance(t, t->restricted) ? tree_below(t, 4) << 53 : 0;
        return d;
    }
    bool table = hint->class_code != 2;
    d |= tree_chance(t, table ? 30 : 200) ? tree_below(t, 4) << 2 : BIT(2) * 15;
    d |= tree_chance(t, table ? t->restricted / 16 : t->restricted) || (tree_chance(t, t->dirty) && !table)
             ? tree_below(t, 4) << 6
             : BIT(6) * 3;
    d |= tree_chance(t, t->restricted) ? tree_below(t, 4) << 53 : 0;
    /* Whether S2PTW counts for a CD fetch is not decided in the rule book. */
    if (hint->class_code == 0)
        d |= BIT(2) * 15;
    return d;
}

static void plant_leaf(struct tree *t, uint64_t address, const struct reference_hint *hint, unsigned shift, bool good)
{
    unsigned group = group_log2(hint->granule, hint->level);
    uint64_t first = address & ~((BIT(3) << group) - 1);
    uint64_t d = leaf_attributes(t, hint) | (hint->level == 3 ? 3 : 1);
    if (good && tree_chance(t, t->contiguous) && hint->table_bits >= group && reach(t, hint) > shift + group &&
        untouched(t, first, 1U << group)) {
        d |= BIT(52) | tree_place(t, reach(t, hint), shift + group);
        if (t->limits.cached) /* a group that hardware changes in one place only is not uniform any more */
            d = (d | BIT(10)) & ~BIT(51);
        for (unsigned i = 0; i < 1U << group; i++)
            put(t, first + i * 8, d + ((uint64_t)i << shift));
        return;
    }
    d |= tree_place(t, reach(t, hint), shift);
    if (!good && hint->output_bits < 48 && hint->output_bits + 1 > shift)
        d |= BIT(hint->output_bits + tree_below(t, 48 - hint->output_bits));
    put(t, address, d);
}

static void plant_descriptor(struct tree *t, uint64_t address, const struct reference_hint *hint)
{
    unsigned shift = hint->granule + (hint->granule - 3) * (3 - hint->level);
    bool blocks = hint->level == 2 || (hint->level == 1 && hint->granule == 12);
    bool good = !tree_chance(t, t->out_of_range);
    if (tree_chance(t, t->invalid)) {
        /* Invalid, or a block where there are none. */
        uint64_t rest = random_next(&t->random) & ~UINT64_C(3);
        put(t, address, rest | (tree_chance(t, 500) || blocks ? tree_below(t, 2) * 2 : 1));
        return;
    }
    if (hint->level == 3 || (blocks && tree_chance(t, t->block))) {
        plant_leaf(t, address, hint, shift, good);
        return;
    }
    uint64_t d = 3 | tree_place(t, reach(t, hint), hint->granule);
    if (!good && hint->output_bits < 48)
        d |= BIT(hint->output_bits + tree_below(t, 48 - hint->output_bits));
    if (hint->what == REFERENCE_STAGE1 && !t->limits.plain_stage1 && tree_chance(t, t->restricted / 4))
        d |= tree_below(t, 16) << 59;
    put(t, address, d);
}

void tree_plant(struct tree *t, uint64_t address, const struct reference_hint *hint)
{
    static const uint64_t nothing[8];
    unsigned output_bits = t->setup.features.oas_bits;
    switch (hint->what) {
    case REFERENCE_L1STD: {
        /* SMMU-STRTAB: a span that holds the whole second level, or a wrong one */
        uint64_t span = tree_chance(t, 100) ? tree_below(t, 32) : t->setup.split + 1;
        put(t, address, span | tree_place(t, output_bits, t->setup.split + 6));
        return;
    }
    case REFERENCE_STE:
        put_line(t, address, t->ste);
        return;
    case REFERENCE_L1CD: {
        bool nested = (t->ste[0] >> 1 & 7) == 7;
        uint64_t d = tree_place(t, nested ? t->ipa_bits : output_bits, 16) | !tree_chance(t, 50);
        if (tree_chance(t, t->out_of_range / 4) && output_bits < 56)
            d |= BIT(output_bits + tree_below(t, 56 - output_bits));
        put(t, address, d);
        return;
    }
    case REFERENCE_CD:
        put_line(t, address, t->current < t->substreams ? t->substream[t->current].cd : nothing);
        return;
    case REFERENCE_STAGE1:
    case REFERENCE_STAGE2:
        plant_descriptor(t, address, hint);
        return;
    }
}
