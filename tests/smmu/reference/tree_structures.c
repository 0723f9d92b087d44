/* SPDX-License-Identifier: Apache-2.0
 *
 * Random stream table entries and context descriptors (SMMU-STE, SMMU-CD): mostly legal, now and then with one thing
 * wrong.
 */
#include "tests/smmu/reference/tree.h"

/* SMMU-STE */
enum { PRISIM_EATS_OFF = 0, PRISIM_EATS_FULL = 1, PRISIM_EATS_SPLIT = 2 };

static unsigned draw_granule(struct tree *t)
{
    const struct reference_features *f = &t->setup.features;
    for (;;) {
        unsigned i = (unsigned)tree_below(t, 3);
        if (i == 0 && f->granule_4k)
            return 12;
        if (i == 1 && f->granule_16k)
            return 14;
        if (i == 2 && f->granule_64k)
            return 16;
    }
}

/* SMMU-IDR: codes of address sizes, the larger ones more often. */
static unsigned draw_size_code(struct tree *t, unsigned *bits)
{
    static const unsigned size[7] = {32, 36, 40, 42, 44, 48, 52};
    unsigned code = (unsigned)(tree_chance(t, 500) ? 5 : tree_below(t, 7));
    *bits = size[code] < t->setup.features.oas_bits ? size[code] : t->setup.features.oas_bits;
    return code;
}

static unsigned draw_t_size(struct tree *t, unsigned least, unsigned granule)
{
    unsigned most = !t->setup.features.stt ? 39 : granule == 16 ? 47 : 48;
    unsigned size = tree_chance(t, 300) ? 16 : 16 + (unsigned)tree_below(t, most - 15);
    return size < least ? least : size;
}

static unsigned tg(unsigned granule, bool tg1)
{
    if (tg1)
        return granule == 14 ? 1 : granule == 12 ? 2 : 3;
    return granule == 12 ? 0 : granule == 16 ? 1 : 2;
}

/* A start level whose table has one index bit at least and, side by side, 16 tables at most (SMMU-LEVEL). */
static unsigned draw_start_level(struct tree *t, unsigned granule, unsigned input_bits)
{
    for (;;) {
        unsigned level = (unsigned)tree_below(t, 4), per_level = granule - 3;
        unsigned shift = granule + per_level * (3 - level);
        unsigned most = per_level + (level == 0 ? 0 : 4);
        if (granule != 12 && level == 0)
            continue;
        /* 4K: level 3 only where the rule book has it */
        if (granule == 12 && level == 3 && (!t->setup.features.stt || input_bits > 21))
            continue;
        if (input_bits > shift && input_bits - shift <= most)
            return level;
    }
}

static void make_stage2(struct tree *t)
{
    static const unsigned sl0_4k[4] = {2, 1, 0, 3}, sl0_other[4] = {3, 2, 1, 0};
    const struct reference_features *f = &t->setup.features;
    uint64_t *ste = t->ste;
    unsigned granule = draw_granule(t), output_bits;
    unsigned size = draw_t_size(t, 64 - f->oas_bits, granule);
    unsigned level = draw_start_level(t, granule, 64 - size);
    unsigned width = 64 - size - (granule + (granule - 3) * (3 - level));
    t->ipa_bits = 64 - size;
    tree_set(ste, 128, 16, tree_below(t, f->vmid16 ? 65536 : 256));
    tree_set(ste, 160, 6, size);
    tree_set(ste, 166, 2, granule == 12 ? sl0_4k[level] : sl0_other[level]);
    tree_set(ste, 168, 6, tree_below(t, 64));
    tree_set(ste, 174, 2, tg(granule, false));
    tree_set(ste, 176, 3, draw_size_code(t, &output_bits));
    tree_set(ste, 179, 1, 1);
    tree_set(ste, 181, 1, tree_chance(t, 200));
    tree_set(ste, 182, 1, tree_chance(t, 200));
    bool ha = f->httu >= 1 && !t->limits.steady && tree_chance(t, 600);
    tree_set(ste, 184, 1, ha);
    tree_set(ste, 183, 1, ha && f->httu >= 2 && tree_chance(t, 600));
    tree_set(ste, 186, 1, tree_chance(t, 800));
    tree_set(ste, 196, 48, tree_place(t, output_bits, width + 3 > 6 ? width + 3 : 6) >> 4);
}

/* One thing that is not allowed, or that the rule book calls reserved. */
static void spoil_ste(struct tree *t)
{
    uint64_t *ste = t->ste;
    switch (tree_below(t, 16)) {
    case 0:
        tree_set(ste, 0, 1, 0);
        return;
    case 1:
        tree_set(ste, 1, 3, tree_below(t, 8));
        return;
    case 2:
        tree_set(ste, 94, 2, tree_below(t, 4));
        return;
    case 3:
        tree_set(ste, 92, 2, tree_below(t, 4));
        return;
    case 4:
        if (ste[0] >> 1 & 1)
            tree_set(ste, 91, 1, 1);
        return;
    case 5:
        tree_set(ste, 59, 5, 21 + tree_below(t, 11));
        return;
    case 6:
        tree_set(ste, 4, 2, tree_below(t, 4));
        return;
    case 7:
        tree_set(ste, 48 + (unsigned)tree_below(t, 8), 1, 1);
        return;
    case 8:
        tree_set(ste, 160, 6, tree_below(t, 16) + (tree_chance(t, 500) ? 48 : 0));
        return;
    case 9:
        tree_set(ste, 174, 2, 3);
        return;
    case 10:
        tree_set(ste, 179, 1, 0);
        return;
    case 11:
        tree_set(ste, 180, 1, 1);
        return;
    case 12: /* HD without HA is not decided in the rule book */
        tree_set(ste, 184, 1, !t->limits.steady);
        return;
    case 13:
        tree_set(ste, 232 + (unsigned)tree_below(t, 12), 1, 1);
        return;
    case 14:
        if (t->setup.features.stall_model == 1)
            tree_set(ste, 185, 1, 1);
        return;
    default:
        tree_set(ste, 136, 8, tree_below(t, 256));
        return;
    }
}

static unsigned draw_config(struct tree *t)
{
    unsigned drawn = (unsigned)tree_below(t, 100);
    if (drawn < 2)
        return (unsigned)tree_below(t, 4);
    if (drawn < 5)
        return 4;
    if (!t->setup.features.s2p || drawn < 30)
        return 5;
    return drawn < 45 ? 6 : 7;
}

void tree_make_ste(struct tree *t)
{
    const struct reference_features *f = &t->setup.features;
    uint64_t *ste = t->ste;
    unsigned config = draw_config(t), pointer_bits = f->oas_bits;
    t->ipa_bits = f->oas_bits;
    tree_set(ste, 0, 1, 1);
    tree_set(ste, 1, 3, config);
    if (config == 6 || config == 7) {
        make_stage2(t);
        if (config == 7)
            pointer_bits = t->ipa_bits;
    }
    if (config == 5 || config == 7) {
        unsigned cdmax = (unsigned)(tree_chance(t, 150) ? 0 : tree_below(t, 9));
        cdmax = cdmax > f->ssid_bits && f->ssid_bits ? f->ssid_bits : cdmax;
        unsigned format = f->cd2l || !f->ssid_bits ? (unsigned)tree_below(t, 4) : 0;
        unsigned table = format == 1 || format == 2 ? 6 : cdmax + 6;
        tree_set(ste, 59, 5, cdmax);
        tree_set(ste, 4, 2, format);
        tree_set(ste, 6, 50, tree_place(t, pointer_bits, table > 6 ? table : 6) >> 6);
        if (tree_chance(t, 40)) /* SMMU-STRTAB: below the size of the table */
            tree_set(ste, 6, 4, tree_below(t, 16));
        tree_set(ste, 64, 2, tree_below(t, 4));
        if (config == 5 && f->hyp)
            tree_set(ste, 94, 2, tree_chance(t, 300) ? 2 : 0);
        else if (tree_chance(t, 50)) /* SMMU-STE: not looked at */
            tree_set(ste, 94, 2, tree_below(t, 4));
    }
    tree_set(ste, 89, 1, f->fwb && tree_chance(t, 300));
    if (f->ats && (config & 3)) {
        unsigned drawn = (unsigned)tree_below(t, 10);
        unsigned other = config == 7 && !f->ns1ats ? PRISIM_EATS_SPLIT : PRISIM_EATS_FULL;
        tree_set(ste, 92, 2, drawn < 7 ? PRISIM_EATS_FULL : drawn < 8 ? PRISIM_EATS_OFF : other);
    }
    tree_set(ste, 108, 2, 1);
    if (tree_chance(t, 300))
        tree_set(ste, 112, 4, tree_below(t, 16));
    if (tree_chance(t, 80))
        spoil_ste(t);
}

static void spoil_cd(struct tree *t, uint64_t *cd)
{
    static const unsigned bit[] = {31, 41, 15, 46};
    switch (tree_below(t, 7)) {
    case 0:
        cd[0] ^= UINT64_C(1) << bit[tree_below(t, 4)];
        return;
    case 1:
        tree_set(cd, tree_chance(t, 500) ? 0 : 16, 6, tree_below(t, 64));
        return;
    case 2:
        tree_set(cd, tree_chance(t, 500) ? 6 : 22, 2, tree_below(t, 4));
        return;
    case 3:
        tree_set(cd, (tree_chance(t, 500) ? 96U : 160U) + (unsigned)tree_below(t, 20), 1, 1);
        return;
    case 4:
        tree_set(cd, 43, 1, !t->limits.steady);
        return;
    case 5:
        if (t->setup.features.stall_model == 1)
            tree_set(cd, 44, 1, 1);
        return;
    default:
        tree_set(cd, 56, 8, tree_below(t, 256));
        return;
    }
}

static void make_half(struct tree *t, uint64_t *cd, bool high, unsigned table_bits)
{
    unsigned granule = draw_granule(t), size = draw_t_size(t, 16, granule), per_level = granule - 3;
    unsigned levels = (64 - size - granule + per_level - 1) / per_level;
    unsigned width = 64 - size - granule - per_level * (levels - 1);
    tree_set(cd, high ? 16 : 0, 6, size);
    tree_set(cd, high ? 22 : 6, 2, tg(granule, high));
    tree_set(cd, high ? 132 : 68, 48, tree_place(t, table_bits, width + 3 > 6 ? width + 3 : 6) >> 4);
    tree_set(cd, high ? 30 : 14, 1, tree_chance(t, 40));
    if (t->limits.plain_stage1)
        return;
    tree_set(cd, high ? 39 : 38, 1, tree_chance(t, 300));
    tree_set(cd, high ? 129 : 65, 1, tree_chance(t, 200));
}

void tree_make_cd(struct tree *t, struct tree_substream *s, unsigned asid)
{
    const struct reference_features *f = &t->setup.features;
    uint64_t *cd = s->cd;
    unsigned output_bits;
    bool nested = (t->ste[0] >> 1 & 7) == 7;
    tree_set(cd, 31, 1, 1);
    tree_set(cd, 41, 1, 1);
    tree_set(cd, 32, 3, draw_size_code(t, &output_bits));
    unsigned table_bits = nested && t->ipa_bits < output_bits ? t->ipa_bits : output_bits;
    make_half(t, cd, false, table_bits);
    make_half(t, cd, true, table_bits);
    if (t->limits.plain_stage1)
        tree_set(cd, 30, 1, 1);
    else
        tree_set(cd, 40, 1, tree_chance(t, 300));
    tree_set(cd, 35, 1, tree_chance(t, 200));
    tree_set(cd, 36, 1, tree_chance(t, 200) && !t->limits.plain_stage1);
    bool ha = f->httu >= 1 && !t->limits.steady && tree_chance(t, 600);
    tree_set(cd, 43, 1, ha);
    tree_set(cd, 42, 1, ha && f->httu >= 2 && tree_chance(t, 600));
    tree_set(cd, 45, 1, tree_chance(t, 800));
    tree_set(cd, 46, 1, f->term_model || tree_chance(t, 700));
    tree_set(cd, 47, 1, tree_chance(t, 500));
    tree_set(cd, 48, 16, asid);
    if (tree_chance(t, 60))
        spoil_cd(t, cd);
    if (tree_chance(t, 10)) { /* SMMU-CD: ENDI is not looked at */
        tree_set(cd, 14, 2, 3);
        tree_set(cd, 30, 1, 1);
    }
}
