/* SPDX-License-Identifier: Apache-2.0
 *
 * One random change of what past translations were made of: a descriptor, a contiguous group, a field of the STE or the
 * CD, a first-level descriptor.
 */
#include <assert.h>
#include <string.h>

#include "tests/smmu/reference/scopes.h"

#define BIT(n) (UINT64_C(1) << (n))

/* By kind: 0 to 7 descriptors, 8 to 15 the STE, 16 to 22 the CD. */
enum {
    STAGE1_LEAF,
    STAGE1_GROUP,
    STAGE1_TABLE,
    STAGE2_LEAF,
    STAGE2_GROUP,
    STAGE2_TABLE,
    L1STD,
    L1CD,
    STE_VALID,
    STE_CONFIG,
    STE_EATS,
    STE_S1DSS,
    STE_S2R,
    STE_OVERRIDES,
    STE_S2TTB,
    STE_S2TTB_VMID,
    CD_VALID,
    CD_FAULTS,
    CD_TTB,
    CD_TTB_ASID,
    CD_RIGHTS,
    CD_EPD,
    CD_AFFD
};

const char *const scopes_kind_name[SCOPES_KINDS] = {
    "stage 1 leaf", "stage 1 group", "stage 1 table", "stage 2 leaf",  "stage 2 group", "stage 2 table",
    "L1STD",        "L1CD",          "STE.V",         "STE.Config",    "STE.EATS",      "STE.S1DSS",
    "STE.S2R",      "STE overrides", "STE.S2TTB",     "S2TTB, S2VMID", "CD.V",          "CD.A, CD.R",
    "CD.TTB",       "CD.TTB, ASID",  "CD.WXN, PAN",   "CD.EPD",        "CD.AFFD",       ""};

bool scopes_is_descriptor(unsigned kind)
{
    return kind == STAGE1_LEAF || kind == STAGE1_TABLE || kind == STAGE2_LEAF || kind == STAGE2_TABLE;
}

static uint64_t *word_at(struct scopes *s, uint64_t address)
{
    struct sparse_line *line = sparse_line(s->run.memory, address, true);
    line->planted |= (uint8_t)(1U << (address / 8 % 8));
    return &line->word[address / 8 % 8];
}

static void put(struct scopes *s, uint64_t address, uint64_t value)
{
    struct scope_change *c = &s->fixture.change;
    uint64_t *word = word_at(s, address);
    if (*word == value)
        return;
    assert(c->words < SCOPE_WORDS);
    c->address[c->words] = address;
    c->old[c->words++] = *word;
    c->mask_from = c->words == 1 || address < c->mask_from ? address : c->mask_from;
    c->mask_to = address > c->mask_to ? address : c->mask_to;
    *word = value;
}

static struct reference_hint hint_of(const struct scope_read *r, const struct scope_trace *t)
{
    unsigned size = (unsigned)(r->what == REFERENCE_STAGE1 ? t->cd[0] >> 32 & 7 : t->ste[2] >> 48 & 7);
    static const unsigned bits[8] = {32, 36, 40, 42, 44, 48, 48, 48};
    return (struct reference_hint){.what = r->what,
                                   .level = (unsigned)r->level,
                                   .granule = r->granule,
                                   .table_bits = r->table_bits,
                                   .output_bits = bits[size],
                                   .class_code = r->class_code,
                                   .input = r->input};
}

static unsigned reach(const struct scopes *s, const struct reference_hint *hint)
{
    unsigned oas = s->fixture.machine.features.oas_bits, most = hint->output_bits < oas ? hint->output_bits : oas;
    bool nested = hint->what == REFERENCE_STAGE1 && (s->run.tree->ste[0] >> 1 & 7) == 7;
    return nested && s->run.tree->ipa_bits < most ? s->run.tree->ipa_bits : most;
}

static bool is_group(struct scopes *s, const struct scope_read *r)
{
    unsigned shift = scope_shift(r->granule, r->level), group = scope_group_log2(r->granule, r->level);
    uint64_t first = r->address & ~((BIT(3) << group) - 1), one;
    const struct sparse_line *head = sparse_line(s->run.memory, first, false);
    if (!head || !((one = head->word[first / 8 % 8]) >> 52 & 1))
        return false;
    for (uint64_t i = 0; i < 1U << group; i++) {
        const struct sparse_line *line = sparse_line(s->run.memory, first + i * 8, false);
        if (!line || line->word[(first / 8 + i) % 8] != one + (i << shift))
            return false;
    }
    return true;
}

/* What a word would be if it were made up anew, alone. */
static uint64_t plant_again(struct scopes *s, uint64_t address, const struct reference_hint *hint)
{
    struct tree *t = s->run.tree;
    struct sparse_line *line = sparse_line(t->memory, address, true);
    uint64_t *word = &line->word[address / 8 % 8], before = *word;
    unsigned contiguous = t->contiguous;
    line->planted &= (uint8_t) ~(1U << (address / 8 % 8));
    t->contiguous = 0;
    tree_plant(t, address, hint);
    t->contiguous = contiguous;
    uint64_t after = *word;
    *word = before;
    return after;
}

/* The same change in each member, so that a group stays one (SMMU-DESCRIPTOR). */
static void change_group(struct scopes *s, const struct scope_read *r)
{
    unsigned shift = scope_shift(r->granule, r->level), group = scope_group_log2(r->granule, r->level);
    uint64_t first = r->address & ~((BIT(3) << group) - 1), flip = BIT(0);
    const struct reference_hint hint = hint_of(r, s->aim);
    if (scopes_chance(s, 300))
        flip = BIT(7);
    else if (scopes_chance(s, 700) && reach(s, &hint) > shift + group)
        flip = BIT(shift + group + scopes_below(s, reach(s, &hint) - shift - group));
    for (unsigned i = 0; i < 1U << group; i++)
        put(s, first + i * 8, *word_at(s, first + i * 8) ^ flip);
}

static void change_descriptor(struct scopes *s, const struct scope_read *r)
{
    struct tree *t = s->run.tree;
    bool leaf = r->level == 3 || !(r->value & 2), one = r->what == REFERENCE_STAGE1;
    struct reference_hint hint = hint_of(r, s->aim);
    uint64_t before = *word_at(s, r->address), after;
    if (leaf && is_group(s, r)) {
        s->kind = one ? STAGE1_GROUP : STAGE2_GROUP;
        change_group(s, r);
        return;
    }
    s->kind = leaf ? one ? STAGE1_LEAF : STAGE2_LEAF : one ? STAGE1_TABLE : STAGE2_TABLE;
    hint.output_bits = reach(s, &hint) < hint.output_bits ? reach(s, &hint) : hint.output_bits;
    if (scopes_chance(s, 150)) {
        after = before ^ 1;
    } else if (leaf && scopes_chance(s, 300)) {
        after = before ^ BIT(6 + scopes_below(s, 2));
    } else if ((before & 1) && scopes_chance(s, 700)) {
        unsigned low = leaf ? scope_shift(r->granule, r->level) : r->granule;
        uint64_t field = ((BIT(48) - 1) >> low) << low;
        after = (before & ~field) | tree_place(t, hint.output_bits, low);
    } else {
        after = plant_again(s, r->address, &hint);
    }
    if (after != before && !(before >> 52 & before & 1)) /* what was random before becomes no group of one */
        after &= ~BIT(52);
    put(s, r->address, after);
}

static void put_line(struct scopes *s, uint64_t address, const uint64_t *words)
{
    for (unsigned i = 0; i < 8; i++)
        put(s, address + i * 8, words[i]);
}

static unsigned get(const uint64_t *words, unsigned low, unsigned width)
{
    return (unsigned)(words[low / 64] >> low % 64 & (BIT(width) - 1));
}

/* The base of stage 2 elsewhere; what was kept of a walk goes on from the old one. */
static void move_stage2(struct scopes *s, const struct scope_trace *t, uint64_t *ste)
{
    struct scope_change *c = &s->fixture.change;
    for (unsigned i = 0; i < t->reads; i++) {
        const struct scope_read *r = &t->read[i];
        if (r->what != REFERENCE_STAGE2)
            continue;
        unsigned log2 = r->table_bits + 3 > 6 ? r->table_bits + 3 : 6;
        const struct reference_hint hint = hint_of(r, t);
        c->moved = true;
        c->root_level = r->level;
        c->root_size = BIT(log2);
        c->root_old = (ste[3] & (BIT(52) - 16)) >> log2 << log2;
        c->root_new = tree_place(s->run.tree, reach(s, &hint), log2);
        tree_set(ste, 196, 48, c->root_new >> 4);
        return;
    }
}

static void change_ste(struct scopes *s, const struct scope_trace *t, const struct scope_read *r)
{
    uint64_t *ste = s->run.tree->ste;
    s->kind = STE_VALID + scopes_below(s, 8);
    if (s->kind >= STE_S2TTB && !(ste[0] >> 2 & 1))
        s->kind = STE_CONFIG;
    switch (s->kind) {
    case STE_VALID:
        ste[0] ^= 1;
        break;
    case STE_CONFIG:
        ste[0] ^= BIT(3); /* abort, or not any more */
        break;
    case STE_EATS:
        tree_set(ste, 92, 2, scopes_below(s, 3));
        break;
    case STE_S1DSS:
        tree_set(ste, 64, 2, scopes_below(s, 3));
        break;
    case STE_S2R:
        ste[2] ^= BIT(58);
        break;
    case STE_OVERRIDES:
        tree_set(ste, 112, 4, scopes_below(s, 16));
        break;
    default:
        s->fixture.change.tlb = true;
        if (s->kind == STE_S2TTB_VMID)
            tree_set(ste, 128, 16, get(ste, 128, 16) ^ (1 + scopes_below(s, 255)));
        move_stage2(s, t, ste);
    }
    put_line(s, r->address, ste);
}

static unsigned unused_asid(struct scopes *s)
{
    for (;;) {
        unsigned asid = 16 + scopes_below(s, 240), i = 0;
        while (i < s->run.tree->substreams && s->run.tree->substream[i].cd[0] >> 48 != asid)
            i++;
        if (i == s->run.tree->substreams)
            return asid;
    }
}

/* The base of the half that the translation went through. */
static void move_stage1(struct scopes *s, const struct scope_trace *t, uint64_t *cd)
{
    bool high = t->request.address >> 55 & 1 && !scope_el2(&s->fixture.machine.features, t->ste);
    for (unsigned i = 0; i < t->reads; i++) {
        const struct scope_read *r = &t->read[i];
        if (r->what != REFERENCE_STAGE1)
            continue;
        const struct reference_hint hint = hint_of(r, t);
        unsigned log2 = r->table_bits + 3 > 6 ? r->table_bits + 3 : 6;
        tree_set(cd, high ? 132 : 68, 48, tree_place(s->run.tree, reach(s, &hint), log2) >> 4);
        return;
    }
}

static void change_cd(struct scopes *s, const struct scope_trace *t, const struct scope_read *r)
{
    if (t->current >= s->run.tree->substreams)
        return;
    uint64_t *cd = s->run.tree->substream[t->current].cd;
    if (memcmp(cd, t->cd, sizeof t->cd) != 0)
        return;
    s->kind = CD_VALID + scopes_below(s, 7);
    s->fixture.change.tlb = s->kind >= CD_TTB;
    bool high = t->request.address >> 55 & 1;
    switch (s->kind) {
    case CD_VALID:
        cd[0] ^= BIT(31);
        break;
    case CD_FAULTS:
        cd[0] ^= scopes_chance(s, 500) ? BIT(45) : BIT(46);
        break;
    case CD_TTB_ASID:
        tree_set(cd, 48, 16, unused_asid(s));
        move_stage1(s, t, cd);
        break;
    case CD_TTB:
        move_stage1(s, t, cd);
        break;
    case CD_RIGHTS:
        cd[0] ^= scopes_chance(s, 500) ? BIT(36) : BIT(40);
        break;
    case CD_EPD:
        cd[0] ^= high ? BIT(30) : BIT(14);
        break;
    default:
        cd[0] ^= BIT(35);
    }
    put_line(s, r->address, cd);
}

static void change_first_level(struct scopes *s, const struct scope_read *r)
{
    bool cd = r->what == REFERENCE_L1CD;
    uint64_t before = *word_at(s, r->address), after;
    const struct reference_hint hint = {.what = r->what};
    s->kind = cd ? L1CD : L1STD;
    if (cd && scopes_chance(s, 300)) {
        after = before ^ 1;
    } else if (!cd && scopes_chance(s, 300)) {
        after = before & ~UINT64_C(31);
    } else {
        after = plant_again(s, r->address, &hint);
    }
    put(s, r->address, after);
}

bool scopes_change(struct scopes *s)
{
    struct scope_change *c = &s->fixture.change;
    s->fixture.stale.entries = 0;
    for (unsigned tries = 0; tries < 20; tries++) {
        memset(c, 0, sizeof *c);
        s->aim = &s->past[scopes_below(s, s->pasts)];
        if (!s->aim->reads)
            continue;
        const struct scope_read *r = &s->aim->read[scopes_below(s, s->aim->reads)];
        /* Structures less often than there are reads of them, leaves more often. */
        bool structure = r->what != REFERENCE_STAGE1 && r->what != REFERENCE_STAGE2 && r->what != REFERENCE_CD;
        if (scopes_chance(s, structure ? 700 : 400))
            r = &s->aim->read[s->aim->reads - 1 - (s->aim->reads > 1 && scopes_chance(s, 300))];
        if (r->what != REFERENCE_STAGE1 && r->what != REFERENCE_STAGE2 && tries < 10 && s->aim->reads < 4 &&
            scopes_chance(s, 700)) /* of a stream that comes to nothing */
            continue;
        struct sparse_line *line = sparse_line(s->run.memory, r->address, false);
        if (!line || line->aborts)
            continue;
        s->aim_read = *r;
        s->run.tree->current = s->aim->current;
        if (r->what == REFERENCE_STAGE1 || r->what == REFERENCE_STAGE2)
            change_descriptor(s, r);
        else if (r->what == REFERENCE_STE)
            change_ste(s, s->aim, r);
        else if (r->what == REFERENCE_CD)
            change_cd(s, s->aim, r);
        else
            change_first_level(s, r);
        if (c->words) {
            c->active = true;
            return true;
        }
    }
    return false;
}
