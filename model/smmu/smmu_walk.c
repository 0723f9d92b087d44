/* SPDX-License-Identifier: Apache-2.0
 *
 * Stage 1, 4 KB granule, TTB0: the input range, the TLB, the walk cache, and one descriptor after the other down to the
 * leaf (smmuv3 3.3, 7.1, 7.2). A leaf is kept in the TLB as the descriptor's address and the bits below.
 */
#include "model/smmu/smmu_walk.h"

/* 4K index bits of a level: 47:39, 38:30, 29:21, 20:12 (smmuv3 7.1). */
static unsigned level_shift(unsigned level)
{
    assert(level <= 3);
    return 39 - 9 * level;
}

/* smmuv3 7.1: T0SZ 16-24 starts at L0, 25-33 at L1, 34-39 at L2. */
static unsigned start_level(unsigned t0sz)
{
    assert(t0sz >= 16 && t0sz <= 39);
    return (t0sz - 16) / 9;
}

/* smmuv3 3.3, first rule of a walk: input range and EPD. The upper half has no tables here. */
static bool is_in_range(const struct smmu_slot *slot)
{
    uint64_t address = slot->address;
    if (slot->cd.half[0].epd || bit_get(address, 55))
        return false;
    if (slot->cd.half[0].tbi)
        address &= bits_mask(56);
    return address >> (64 - slot->cd.half[0].txsz) == 0;
}

static void leaf_found(struct smmu_edge *e, unsigned index, uint64_t leaf)
{
    struct smmu_slot *slot = &e->s->slot[index];
    const struct tlp_header *head = &slot->tlp.head;
    unsigned size_log2 = 12 + 9 * (unsigned)(leaf & LEAF_SIZE);
    slot->size_log2 = (uint8_t)size_log2;
    slot->output = (leaf & DESC_ADDRESS) | (slot->address & bits_mask(size_log2));
    uint8_t granted = smmu_leaf_access(leaf, slot->privileged, slot->cd.flags);
    uint8_t needed;
    if (slot->kind == SMMU_TRANSLATION_REQUEST) {
        granted = smmu_ats_granted(slot, granted);
        needed = head->flags & TLP_NO_WRITE ? ACCESS_READ : ACCESS_READ | ACCESS_WRITE;
    } else {
        needed = head->type == TLP_MEMORY_WRITE ? ACCESS_WRITE : slot->execute ? ACCESS_EXECUTE : ACCESS_READ;
    }
    slot->access = (uint8_t)(granted | (slot->privileged && granted ? ACCESS_PRIVILEGED : 0));
    smmu_slot_end(e, index, (granted & needed) == needed ? CAUSE_TRANSLATED : CAUSE_PERMISSION_FAULT);
}

static const uint64_t *find_leaf(const struct smmu_edge *e, const struct smmu_slot *slot)
{
    const struct smmu_cache *tlb = &e->s->tlb;
    /* smmuv3 2.5: global entries are found under any ASID of the same ASET. */
    uint32_t aset = slot->cd.flags & SMMU_CD_ASET ? 1 : 0;
    for (unsigned kind = SMMU_CACHE_4K; kind <= SMMU_CACHE_1G; kind++) {
        const uint64_t *leaf = smmu_cache_find(tlb, kind, slot->cd.asid, slot->address);
        if (!leaf)
            leaf = smmu_cache_find(tlb, kind | SMMU_CACHE_GLOBAL, aset, slot->address);
        if (leaf)
            return leaf;
    }
    return NULL;
}

static void fetch_descriptor(struct smmu_edge *e, unsigned index, unsigned level, uint64_t table, unsigned width)
{
    struct smmu_slot *slot = &e->s->slot[index];
    slot->level = (uint8_t)level;
    smmu_slot_fetch(e, index, SMMU_SLOT_DESCRIPTOR,
                    table + bits_get(slot->address, level_shift(level), width) * DESCRIPTOR_BYTES);
}

/* From the table that the walk cache knows, or from the first. */
static void start(struct smmu_edge *e, unsigned index, uint64_t table)
{
    struct smmu_slot *slot = &e->s->slot[index];
    slot->limits = (uint8_t)(table & TABLE_LIMITS);
    if (table) {
        fetch_descriptor(e, index, 3, table & DESC_ADDRESS, 9);
        return;
    }
    /* smmuv3 7.1: the first table is indexed by the bits below 64-T0SZ only, and aligned to its size. */
    unsigned level = start_level(slot->cd.half[0].txsz);
    unsigned width = 64 - slot->cd.half[0].txsz - level_shift(level);
    fetch_descriptor(e, index, level, slot->cd.half[0].ttb & ~bits_mask(width + 3), width);
}

/* A response comes before the look-ups that end at its edge. */
static void fill(struct smmu_edge *e, struct smmu_cache *cache, unsigned kind, uint32_t asid, uint64_t address,
                 uint64_t value)
{
    smmu_slots_recall(e, e->now - 1);
    smmu_cache_fill(cache, kind, asid, address, value);
}

static void next_table(struct smmu_edge *e, unsigned index, uint64_t descriptor)
{
    struct smmu_slot *slot = &e->s->slot[index];
    uint64_t table = descriptor & DESC_ADDRESS;
    slot->limits |= (uint8_t)(bits_get(descriptor, DESC_APTABLE) | bits_get(descriptor, DESC_PXNTABLE) << 2 |
                              bits_get(descriptor, DESC_XNTABLE) << 3);
    if (slot->level == 2 && !(e->s->no_fill >> index & 1))
        fill(e, &e->s->walk, SMMU_CACHE_TABLE, slot->cd.asid, slot->address, table | slot->limits);
    fetch_descriptor(e, index, slot->level + 1u, table, 9);
}

/* smmuv3 7.2: APTable bit 0 takes unprivileged access away, bit 1 writing; XNTable and PXNTable likewise. */
static uint64_t leaf_of(const struct smmu_slot *slot, uint64_t descriptor)
{
    uint64_t ap = bits_get(descriptor, DESC_AP);
    ap = (ap & ~(slot->limits & UINT64_C(1))) | (slot->limits & UINT64_C(2));
    uint64_t pxn = bits_get(descriptor, DESC_PXN) | (slot->limits >> 2 & 1);
    uint64_t uxn = bits_get(descriptor, DESC_UXN) | (slot->limits >> 3 & 1);
    unsigned size_log2 = level_shift(slot->level);
    return (descriptor & DESC_ADDRESS & ~bits_mask(size_log2)) | ap << LEAF_AP_SHIFT | pxn << LEAF_PXN_SHIFT |
           uxn << LEAF_UXN_SHIFT | (3u - slot->level);
}

static void leaf_read(struct smmu_edge *e, unsigned index, uint64_t descriptor)
{
    struct smmu_slot *slot = &e->s->slot[index];
    bool accessed = bits_get(descriptor, DESC_AF);
    if (!accessed && !(slot->cd.flags & SMMU_CD_AFFD)) {
        smmu_slot_end(e, index, CAUSE_ACCESS_FAULT);
        return;
    }
    uint64_t leaf = leaf_of(slot, descriptor);
    /* smmuv3 7.3: AF=0 entries are not cached. */
    if (accessed && !(e->s->no_fill >> index & 1)) {
        unsigned kind = (unsigned)(leaf & LEAF_SIZE);
        if (bits_get(descriptor, DESC_NG))
            fill(e, &e->s->tlb, kind, slot->cd.asid, slot->address, leaf);
        else
            fill(e, &e->s->tlb, kind | SMMU_CACHE_GLOBAL, slot->cd.flags & SMMU_CD_ASET ? 1 : 0, slot->address, leaf);
    }
    leaf_found(e, index, leaf);
}

/* smmuv3 3.3: per level F_TRANSLATION, then F_ADDR_SIZE; at the leaf F_ACCESS, then F_PERMISSION. */
void smmu_walk_descriptor(struct smmu_edge *e, unsigned index, uint64_t descriptor)
{
    struct smmu_slot *slot = &e->s->slot[index];
    bool is_table = bits_get(descriptor, DESC_TABLE);
    if (!bits_get(descriptor, DESC_VALID) || (!is_table && (slot->level == 0 || slot->level == 3)))
        smmu_slot_end(e, index, CAUSE_TRANSLATION_FAULT);
    else if ((descriptor & DESC_ADDRESS) >> slot->cd.output_bits != 0)
        smmu_slot_end(e, index, CAUSE_ADDRESS_SIZE_FAULT);
    else if (is_table && slot->level < 3)
        next_table(e, index, descriptor);
    else
        leaf_read(e, index, descriptor);
}

static uint64_t find_table(const struct smmu_edge *e, const struct smmu_slot *slot)
{
    const uint64_t *table = smmu_cache_find(&e->s->walk, SMMU_CACHE_TABLE, slot->cd.asid, slot->address);
    return table ? *table | TABLE_FOUND : 0;
}

/* The look-ups of the TLB and the walk cache begin at `begin`, or began then. They are made now, and one wait lasts to
 * the end of the last. If a cache changes before a look-up's end, smmu_slots_recall has it made again. */
void smmu_walk_ahead(struct smmu_edge *e, unsigned index, cycle_t begin)
{
    struct smmu_slot *slot = &e->s->slot[index];
    enum smmu_slot_state state = SMMU_SLOT_OUTSIDE;
    cycle_t end = begin + smmu_tlb_latency(e);
    if (is_in_range(slot)) {
        const uint64_t *leaf = find_leaf(e, slot);
        state = leaf ? SMMU_SLOT_LEAF : SMMU_SLOT_TABLE;
        slot->found = leaf ? *leaf : find_table(e, slot);
        end += leaf ? 0 : smmu_walk_latency(e);
    }
    if (end == e->now) {
        slot->state = (uint8_t)state;
        smmu_walk_due(e, index);
    } else {
        smmu_slot_wait(e, index, state, end);
        e->s->ahead |= UINT32_C(1) << index;
    }
}

/* The slot's look-up is over. */
void smmu_walk_due(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = &e->s->slot[index];
    if (slot->state == SMMU_SLOT_TABLE)
        start(e, index, slot->found);
    else if (slot->state == SMMU_SLOT_LEAF)
        leaf_found(e, index, slot->found);
    else if (slot->state == SMMU_SLOT_OUTSIDE)
        smmu_slot_end(e, index, CAUSE_TRANSLATION_FAULT);
    else if (slot->state == SMMU_SLOT_TLB)
        smmu_walk_ahead(e, index, e->now - smmu_tlb_latency(e));
    else
        start(e, index, find_table(e, slot));
}
