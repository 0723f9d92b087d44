/* SPDX-License-Identifier: Apache-2.0
 *
 * Stage 2: one IPA after the other, of a CD, of a descriptor of stage 1, or of the transaction itself (SMMU-EVENT,
 * SMMU-STE, SMMU-LEVEL, SMMU-DESCRIPTOR, SMMU-HTTU). Nested, the IPA cache is looked up first, then the walk caches of
 * stage 2.
 */
#include "model/smmu/smmu_permission.h"

static const struct smmu_stage2 *stage2_of(const struct smmu_slot *slot)
{
    return &slot->ste.stage2;
}

/* SMMU-STE: the input range is 2^(64-S2T0SZ). */
bool smmu_stage2_is_inside(const struct smmu_slot *slot, uint64_t ipa)
{
    return ipa >> (64 - stage2_of(slot)->t0sz) == 0;
}

/* SMMU-EVENT: S2 fault: CLASS says what was being translated; IPA is valid. */
void smmu_stage2_fault(struct smmu_edge *e, unsigned index, enum cause cause)
{
    struct smmu_slot *slot = &e->s->slot[index];
    slot->fault = (struct smmu_fault){.ipa = slot->walk.ipa,
                                      .class = slot->walk.class,
                                      .stage2 = true,
                                      .table_write = cause == CAUSE_PERMISSION_FAULT && slot->walk.updating};
    slot->access = 0;
    smmu_slot_end(e, index, cause);
}

/* The caches of stage 2 know no more: descriptors are fetched, from `table` at level2 or from the first. */
static void fetch(struct smmu_edge *e, unsigned index, uint64_t table, unsigned width)
{
    struct smmu_slot *slot = &e->s->slot[index];
    unsigned shift = smmu_level_shift(stage2_of(slot)->granule_log2, slot->walk.level2);
    slot->walk.stage = 2;
    smmu_slot_fetch(e, index, SMMU_SLOT_DESCRIPTOR, table + bits_get(slot->walk.ipa, shift, width) * DESCRIPTOR_BYTES);
}

static void walk(struct smmu_edge *e, unsigned index, bool found, uint64_t table)
{
    struct smmu_slot *slot = &e->s->slot[index];
    const struct smmu_stage2 *stage2 = stage2_of(slot);
    if (found) {
        fetch(e, index, table, stage2->granule_log2 - 3u);
        return;
    }
    /* SMMU-LEVEL: S2SL0 says the start level; up to 16 tables are concatenated there, and aligned to their size. */
    slot->walk.level2 = stage2->start_level;
    unsigned width = 64u - stage2->t0sz - smmu_level_shift(stage2->granule_log2, stage2->start_level);
    fetch(e, index, stage2->ttb & ~bits_mask(width + 3), width);
}

/* Stage 2 alone: the TLB knows nothing, and the walk caches were looked up at this edge. */
void smmu_stage2_walk(struct smmu_edge *e, unsigned index)
{
    struct smmu_walk *w = &e->s->slot[index].walk;
    w->class = SMMU_CLASS_IN;
    w->updating = false;
    w->uncached = false;
    walk(e, index, w->found, w->table);
}

static void look_up_tables(struct smmu_edge *e, unsigned index)
{
    uint64_t table = 0;
    bool found = smmu_walk_find_2(e, index, &table);
    if (found)
        smmu_walk_tell(e, index, 2);
    walk(e, index, found, table);
}

static void ipa_missed(struct smmu_edge *e, unsigned index)
{
    cycle_t latency = smmu_walk_latency(e, 2);
    if (latency)
        smmu_slot_wait(e, index, SMMU_SLOT_IPA_TABLE, e->now + latency);
    else
        look_up_tables(e, index);
}

void smmu_stage2_translate(struct smmu_edge *e, unsigned index, uint64_t ipa, enum smmu_class class)
{
    struct smmu_slot *slot = &e->s->slot[index];
    slot->walk.ipa = ipa;
    slot->walk.class = (uint8_t) class;
    slot->walk.since2 = e->now;
    if (!smmu_stage2_is_inside(slot, ipa))
        smmu_stage2_fault(e, index, CAUSE_TRANSLATION_FAULT);
    else if (e->s->caches[SMMU_IPA_CACHE].sets)
        smmu_slot_wait(e, index, SMMU_SLOT_IPA, e->now + e->config->ipa_latency);
    else
        ipa_missed(e, index);
}

/* Outside of a walk: the CD's address. It takes a walk slot, as a walk does. */
void smmu_stage2_start(struct smmu_edge *e, unsigned index, uint64_t ipa, enum smmu_class class)
{
    struct smmu_slot *slot = &e->s->slot[index];
    slot->walk.updating = false;
    slot->walk.ipa = ipa;
    slot->walk.class = (uint8_t) class;
    if (smmu_walk_takes_slot(e, index))
        smmu_stage2_translate(e, index, ipa, class);
}

/* SMMU-DESCRIPTOR, S2 XN: 00 all may execute, 01 unprivileged only, 10 none, 11 privileged only; without XNX bit 54
 * alone.
 */
static uint32_t execute_of(const struct smmu_edge *e, uint64_t descriptor)
{
    static const uint16_t with_xnx[] = {LEAF_S2_PX | LEAF_S2_UX, LEAF_S2_UX, 0, LEAF_S2_PX};
    unsigned xn = (unsigned)bits_get(descriptor, DESC_S2_XN);
    if (e->config->xnx)
        return with_xnx[xn];
    return xn & 2 ? 0 : LEAF_S2_PX | LEAF_S2_UX;
}

/* SMMU-DESCRIPTOR, S2 MemAttr: 0-3 Device; with FWB 0xx of its low bits. */
static bool is_device(const struct smmu_stage2 *stage2, uint64_t descriptor)
{
    unsigned attr = (unsigned)bits_get(descriptor, DESC_S2_MEMATTR);
    return stage2->flags & SMMU_S2_FWB ? !(attr & 4) : attr < 4;
}

static uint32_t attributes_of(const struct smmu_edge *e, const struct smmu_slot *slot, uint64_t descriptor)
{
    const struct smmu_stage2 *stage2 = stage2_of(slot);
    unsigned s2ap = (unsigned)bits_get(descriptor, DESC_AP);
    /* SMMU-HTTU: DBM=1 and S2AP[1]=0 is writable-clean. */
    bool clean = !(s2ap & 2) && bits_get(descriptor, DESC_DBM) && (stage2->flags & SMMU_S2_HD);
    return (s2ap & 1 ? LEAF_S2_READ : 0) | (s2ap & 2 || clean ? LEAF_S2_WRITE : 0) | (clean ? LEAF_S2_CLEAN : 0) |
           (is_device(stage2, descriptor) ? LEAF_S2_DEVICE : 0) | execute_of(e, descriptor) |
           (uint32_t)slot->walk.level2 << LEAF_LEVEL_SHIFT |
           (uint32_t)smmu_granule_code(stage2->granule_log2) << LEAF_GRANULE_SHIFT;
}

/* What stage 1 gave to this access already. */
static uint8_t stage1_granted(const struct smmu_slot *slot)
{
    if (slot->stages & SMMU_STAGE_1)
        return smmu_stage1_access(slot, slot->walk.leaf.attributes);
    return ACCESS_READ | ACCESS_WRITE | ACCESS_EXECUTE;
}

/* Whether the access that stage 2 translates for passes, and whether it writes: a CD and a table are read; a table's
 * descriptor may be updated; the transaction does what it wants. */
static bool passes(const struct smmu_slot *slot, uint32_t attributes, bool *writes)
{
    const struct smmu_walk *w = &slot->walk;
    uint8_t granted = smmu_stage2_access(slot, attributes);
    if (w->class != SMMU_CLASS_IN) {
        *writes = w->updating;
        /* SMMU-HTTU: S2PTW: a table in Device memory is a permission fault. */
        if ((stage2_of(slot)->flags & SMMU_S2_PTW) && (attributes & LEAF_S2_DEVICE))
            return false;
        return (granted & ACCESS_READ) && (!w->updating || (granted & ACCESS_WRITE));
    }
    uint8_t both = granted & stage1_granted(slot);
    *writes = w->wish.writes && (both & ACCESS_WRITE);
    if (slot->kind == SMMU_TRANSLATION_REQUEST)
        return smmu_ats_granted(slot, both) & (ACCESS_READ | ACCESS_WRITE);
    return (granted & w->wish.needed) == w->wish.needed;
}

/* Nested: the region of both stages, with what each permits. */
static struct smmu_leaf combine(const struct smmu_slot *slot, const struct smmu_leaf *second)
{
    const struct smmu_leaf *first = &slot->walk.leaf;
    uint8_t size_log2 = first->size_log2 < second->size_log2 ? first->size_log2 : second->size_log2;
    uint64_t inside = slot->walk.ipa & bits_mask(second->size_log2);
    return (struct smmu_leaf){
        .output = (second->output | inside) & ~bits_mask(size_log2),
        .ipa = slot->walk.ipa & ~bits_mask(size_log2),
        .attributes = (first->attributes & ~(uint32_t)LEAF_STAGE_2) | (second->attributes & LEAF_STAGE_2),
        .size_log2 = size_log2,
    };
}

/* The IPA has been translated, and the access passes. */
static void leaf_done(struct smmu_edge *e, unsigned index, const struct smmu_leaf *leaf)
{
    struct smmu_slot *slot = &e->s->slot[index];
    uint64_t address = leaf->output | (slot->walk.ipa & bits_mask(leaf->size_log2));
    switch ((enum smmu_class)slot->walk.class) {
    case SMMU_CLASS_CD:
        smmu_walk_ended(e, index);
        smmu_context_translated(e, index, address);
        return;
    case SMMU_CLASS_TT:
        smmu_stage1_located(e, index, address);
        return;
    case SMMU_CLASS_IN:
        break;
    }
    struct smmu_leaf both = slot->stages & SMMU_STAGE_1 ? combine(slot, leaf) : *leaf;
    if (!slot->walk.uncached)
        smmu_tlb_fill(e, index, &both, true);
    smmu_walk_leaf(e, index, &both);
}

static struct smmu_leaf leaf_of(const struct smmu_slot *slot, uint64_t descriptor, uint32_t attributes)
{
    unsigned granule_log2 = stage2_of(slot)->granule_log2, level = slot->walk.level2;
    unsigned size_log2 = smmu_leaf_size_log2(granule_log2, level, descriptor, slot->walk.ipa);
    return (struct smmu_leaf){
        .output = descriptor & DESC_ADDRESS & ~bits_mask(size_log2),
        .ipa = slot->walk.ipa & ~bits_mask(size_log2),
        .attributes = attributes,
        .size_log2 = (uint8_t)size_log2,
    };
}

/* SMMU-EVENT: F_ACCESS before F_PERMISSION. SMMU-HTTU: what the access may do, hardware notes in the descriptor. */
static void leaf_read(struct smmu_edge *e, unsigned index, uint64_t descriptor)
{
    struct smmu_slot *slot = &e->s->slot[index];
    const struct smmu_stage2 *stage2 = stage2_of(slot);
    bool accessed = bits_get(descriptor, DESC_AF), sets_af = stage2->flags & SMMU_S2_HA, writes;
    /* SMMU-HTTU-1: AF=0 entries are not cached; but let pass by S2AFFD, AF counts as 1, and they may be. */
    bool kept = accessed || (!sets_af && e->config->affd_cached);
    if (!accessed && !sets_af && !(stage2->flags & SMMU_S2_AFFD)) {
        smmu_stage2_fault(e, index, CAUSE_ACCESS_FAULT);
        return;
    }
    uint32_t attributes = attributes_of(e, slot, descriptor);
    bool nested = slot->walk.class != SMMU_CLASS_IN || (slot->stages & SMMU_STAGE_1);
    struct smmu_leaf leaf = leaf_of(slot, descriptor, attributes);
    if (!passes(slot, attributes, &writes)) {
        if (kept && nested)
            smmu_ipa_fill(e, index, &leaf);
        smmu_stage2_fault(e, index, CAUSE_PERMISSION_FAULT);
        return;
    }
    uint64_t desired = descriptor | (sets_af ? bits_put(1, DESC_AF) : 0);
    if ((attributes & LEAF_S2_CLEAN) && writes)
        desired |= bits_put(2, DESC_AP);
    if (desired != descriptor) {
        slot->walk.expected[1] = descriptor;
        slot->walk.desired[1] = desired;
        smmu_httu_swap(e, index, slot->fetch);
        return;
    }
    if (kept && nested)
        smmu_ipa_fill(e, index, &leaf);
    if (!kept && slot->walk.class == SMMU_CLASS_IN)
        slot->walk.uncached = true;
    leaf_done(e, index, &leaf);
}

/* SMMU-EVENT: per level F_TRANSLATION, then F_ADDR_SIZE. */
void smmu_stage2_descriptor(struct smmu_edge *e, unsigned index, uint64_t descriptor)
{
    struct smmu_slot *slot = &e->s->slot[index];
    const struct smmu_stage2 *stage2 = stage2_of(slot);
    unsigned level = slot->walk.level2;
    bool is_table = bits_get(descriptor, DESC_TABLE);
    uint64_t address = descriptor & DESC_ADDRESS & ~bits_mask(stage2->granule_log2);
    if (!bits_get(descriptor, DESC_VALID) || (!is_table && !smmu_is_block_level(stage2->granule_log2, level))) {
        smmu_stage2_fault(e, index, CAUSE_TRANSLATION_FAULT);
    } else if (address >> stage2->output_bits != 0) {
        smmu_stage2_fault(e, index, CAUSE_ADDRESS_SIZE_FAULT);
    } else if (is_table && level < 3) {
        smmu_walk_fill_2(e, index, address);
        slot->walk.level2++;
        fetch(e, index, address, stage2->granule_log2 - 3u);
    } else {
        leaf_read(e, index, descriptor);
    }
}

/* A leaf of the IPA cache serves if no page has to be made dirty. */
static void look_up_ipa(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = &e->s->slot[index];
    struct smmu_leaf leaf;
    bool found = smmu_ipa_find(e, index, &leaf), writes = false;
    bool allowed = found && passes(slot, leaf.attributes, &writes);
    if (!found || (allowed && writes && (leaf.attributes & LEAF_S2_CLEAN))) {
        ipa_missed(e, index);
        return;
    }
    smmu_tlb_tell(e, index, SMMU_IPA_CACHE, &leaf);
    if (allowed)
        leaf_done(e, index, &leaf);
    else
        smmu_stage2_fault(e, index, CAUSE_PERMISSION_FAULT);
}

/* A look-up of stage 2's own caches is over. */
void smmu_stage2_due(struct smmu_edge *e, unsigned index)
{
    if (e->s->slot[index].state == SMMU_SLOT_IPA)
        look_up_ipa(e, index);
    else
        look_up_tables(e, index);
}
