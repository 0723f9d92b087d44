/* SPDX-License-Identifier: Apache-2.0
 *
 * Random trees: the draw of a tree and of its requests (tree.h).
 */
#include "tests/smmu/reference/tree.h"

#include <string.h>

bool tree_chance(struct tree *t, unsigned of_1000)
{
    return random_below(&t->random, 1000) < of_1000;
}

uint64_t tree_below(struct tree *t, uint32_t bound)
{
    return random_below(&t->random, bound);
}

static uint64_t ones(unsigned bits)
{
    return bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

uint64_t tree_place(struct tree *t, unsigned bits, unsigned align_log2)
{
    uint64_t address = random_next(&t->random) & ones(bits) & ~ones(align_log2);
    /* The lowest part is for the queues. */
    if (address >> 24 == 0 && bits > 24 && align_log2 < bits)
        address |= UINT64_C(1) << (bits - 1);
    return address;
}

void tree_set(uint64_t *words, unsigned low, unsigned width, uint64_t value)
{
    uint64_t mask = ones(width) << low % 64;
    words[low / 64] = (words[low / 64] & ~mask) | (value << low % 64 & mask);
}

/* Half of the trees have none of a fault, the others a little or a lot. */
static unsigned rate(struct tree *t, unsigned most)
{
    return tree_chance(t, 500) ? 0 : (unsigned)tree_below(t, most + 1);
}

static void draw_bases(struct tree *t, struct tree_substream *s)
{
    for (unsigned half = 0; half < 2; half++) {
        unsigned size = (unsigned)(s->cd[0] >> (half ? 16 : 0) & 63);
        unsigned bits = size > 60 ? 16 : 64 - size;
        uint64_t upper = half ? ~ones(bits) : 0;
        for (unsigned i = 0; i < TREE_BASES; i++)
            s->base[half][i] = (random_next(&t->random) & ones(bits)) | upper;
    }
}

/* SMMU-STE: S1CDMax, which is ignored without substreams. */
static unsigned cd_max(const struct tree *t)
{
    return t->setup.features.ssid_bits ? (unsigned)(t->ste[0] >> 59) : 0;
}

void tree_grow(struct tree *t, const struct reference_setup *setup, struct tree_limits limits, struct sparse *memory,
               uint64_t seed, uint64_t number)
{
    memset(t, 0, sizeof *t);
    t->setup = *setup;
    t->limits = limits;
    t->memory = memory;
    t->random = random_open(seed, number, 2);
    t->invalid = rate(t, 120);
    t->out_of_range = rate(t, 100);
    t->old = rate(t, 500);
    t->aborting = rate(t, 40);
    t->block = (unsigned)tree_below(t, 500);
    t->contiguous = rate(t, 500);
    t->restricted = rate(t, 1000);
    t->dirty = rate(t, 800);
    sparse_clear(memory);
    /* Up to three StreamIDs more than the table has are out of range. */
    unsigned log2 = setup->strtab_log2 < setup->features.sid_bits ? setup->strtab_log2 : setup->features.sid_bits;
    t->sid = (uint32_t)tree_below(t, (1U << log2) + (tree_chance(t, 20) ? 3 : 0)) & 0xffff;
    tree_make_ste(t);
    unsigned cdmax = cd_max(t);
    cdmax = cdmax > 20 ? 20 : cdmax; /* PASIDs have 20 bits */
    bool el2 = (t->ste[1] >> 30 & 3) == 2;
    t->substreams = cdmax && !(limits.cached && el2) && !limits.global ? TREE_SUBSTREAMS : 1;
    if (cdmax && t->substreams > 1U << cdmax)
        t->substreams = 1U << cdmax;
    for (unsigned i = 0; i < t->substreams; i++) {
        struct tree_substream *s = &t->substream[i];
        s->ssid = i ? (uint32_t)(tree_below(t, 1U << (cdmax > 2 ? cdmax - 2 : 0)) * 4 + i) & (uint32_t)ones(cdmax) : 0;
        tree_make_cd(t, s, i + 1);
        draw_bases(t, s);
    }
    for (unsigned i = 0; i < TREE_BASES; i++)
        t->ipa_base[i] = tree_place(t, t->ipa_bits, 0);
}

/* An address near one of the bases, with what is below a random bit drawn anew. */
static uint64_t near(struct tree *t, const uint64_t *base, unsigned bits)
{
    unsigned low = (unsigned)tree_below(t, bits + 1);
    uint64_t mask = ones(low);
    return (base[tree_below(t, TREE_BASES)] & ~mask) | (random_next(&t->random) & mask);
}

static uint64_t virtual_address(struct tree *t, const struct tree_substream *s)
{
    unsigned half = tree_chance(t, 400) && !t->limits.plain_stage1;
    unsigned size = (unsigned)(s->cd[0] >> (half ? 16 : 0) & 63);
    uint64_t address = near(t, s->base[half], size > 60 ? 16 : 64 - size);
    if ((s->cd[0] >> (half ? 39 : 38) & 1) && tree_chance(t, 500))
        address ^= random_next(&t->random) << 56;
    return address;
}

void tree_request(struct tree *t, struct reference_request *q)
{
    unsigned config = (unsigned)(t->ste[0] >> 1 & 7), cdmax = cd_max(t);
    unsigned kind = (unsigned)tree_below(t, 100);
    *q = (struct reference_request){.sid = t->sid};
    q->at = kind < 50 ? REFERENCE_UNTRANSLATED : kind < 90 ? REFERENCE_REQUEST : REFERENCE_TRANSLATED;
    bool stage1 = config & 1;
    q->has_pasid = q->at != REFERENCE_TRANSLATED && tree_chance(t, stage1 && cdmax ? 800 : 15);
    t->current = q->has_pasid ? (unsigned)tree_below(t, t->substreams) : 0;
    q->pasid = q->has_pasid ? t->substream[t->current].ssid : 0;
    if (q->has_pasid && tree_chance(t, 10))
        q->pasid = (uint32_t)tree_below(t, 1 << 20);
    if (q->pasid != t->substream[t->current].ssid)
        t->current = TREE_SUBSTREAMS;
    q->privileged = q->has_pasid && tree_chance(t, 400);
    q->execute = q->has_pasid && tree_chance(t, 250);
    q->write = q->at != REFERENCE_REQUEST && tree_chance(t, 500);
    q->no_write = q->at == REFERENCE_REQUEST && tree_chance(t, 400);
    bool bypassed = !q->has_pasid && cdmax && (t->ste[1] & 3) == 1; /* S1DSS=01 */
    bool through_stage1 = stage1 && !bypassed && q->at != REFERENCE_TRANSLATED && t->current < TREE_SUBSTREAMS;
    q->address = through_stage1 ? virtual_address(t, &t->substream[t->current]) : near(t, t->ipa_base, t->ipa_bits);
    /* A translated access above OAS is for the implementation to decide, but for EATS=10 (SMMU-ATSTRANSLATED). */
    bool split = t->setup.atschk && (t->ste[1] >> 28 & 3) == 2 && config == 7;
    if (tree_chance(t, split ? 50 : 15) && (q->at != REFERENCE_TRANSLATED || split))
        q->address ^= UINT64_C(1) << tree_below(t, 64);
    q->address &= q->at == REFERENCE_REQUEST ? ~UINT64_C(0xfff) : ~UINT64_C(3);
}

bool tree_load(void *context, uint64_t address, unsigned words, uint64_t *to, const struct reference_hint *hint)
{
    struct tree *t = context;
    struct sparse_line *line = sparse_line(t->memory, address, false);
    if (!line) {
        line = sparse_line(t->memory, address, true);
        line->aborts = tree_chance(t, t->aborting);
    }
    if (line->aborts)
        return false;
    unsigned wanted = words == 8 ? 0xff : 1U << (address / 8 % 8);
    if (~line->planted & wanted)
        tree_plant(t, address, hint);
    memcpy(to, &line->word[address / 8 % 8], words * sizeof *to);
    return true;
}
