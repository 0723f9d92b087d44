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
    if (slot->cd.flags & SMMU_CD_EPD0 || bit_get(address, 55))
        return false;
    if (slot->cd.flags & SMMU_CD_TBI0)
        address &= bits_mask(56);
    return address >> (64 - slot->cd.t0sz) == 0;
}

static void leaf_found(struct smmu_edge *e, unsigned index, uint64_t leaf)
{
    struct smmu_slot *slot = &e->s->slot[index];
    const struct tlp_header *head = &slot->tlp.head;
    unsigned size_log2 = 12 + 9 * (unsigned)(leaf & LEAF_SIZE);
    slot->size_log2 = (uint8_t)size_log2;
    slot->output = (leaf & DESC_ADDRESS) | (slot->address & bits_mask(size_log2));
    bool privileged = slot->has_pasid && (head->flags & TLP_PRIVILEGED);
    bool execute = slot->has_pasid && (head->flags & TLP_EXECUTE) && head->type == TLP_MEMORY_READ;
    uint8_t granted = smmu_leaf_access(leaf, privileged, slot->cd.flags);
    uint8_t needed;
    if (slot->kind == SMMU_TRANSLATION_REQUEST) {
        /* smmuv3 6.2: Exe only if asked for and readable; execute-only grants nothing. */
        if (!execute || !(granted & ACCESS_READ))
            granted &= (uint8_t)~ACCESS_EXECUTE;
        needed = head->flags & TLP_NO_WRITE ? ACCESS_READ : ACCESS_READ | ACCESS_WRITE;
    } else {
        needed = head->type == TLP_MEMORY_WRITE ? ACCESS_WRITE : execute ? ACCESS_EXECUTE : ACCESS_READ;
    }
    slot->access = (uint8_t)(granted | (privileged && granted ? ACCESS_PRIVILEGED : 0));
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

/* The TLB look-up is over. */
void smmu_walk_tlb(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = &e->s->slot[index];
    if (!is_in_range(slot)) {
        smmu_slot_end(e, index, CAUSE_TRANSLATION_FAULT);
        return;
    }
    const uint64_t *leaf = find_leaf(e, slot);
    if (leaf)
        leaf_found(e, index, *leaf);
    else if (e->s->walk.sets)
        smmu_slot_wait(e, index, SMMU_SLOT_WALK, e->config->walk_latency);
    else
        smmu_walk_start(e, index);
}

static void fetch_descriptor(struct smmu_edge *e, unsigned index, unsigned level, uint64_t table, unsigned width)
{
    struct smmu_slot *slot = &e->s->slot[index];
    slot->level = (uint8_t)level;
    smmu_slot_fetch(e, index, SMMU_SLOT_DESCRIPTOR,
                    table + bits_get(slot->address, level_shift(level), width) * DESCRIPTOR_BYTES);
}

/* The walk cache look-up is over: from the last table, or from the first. */
void smmu_walk_start(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = &e->s->slot[index];
    slot->limits = 0;
    const uint64_t *table = smmu_cache_find(&e->s->walk, SMMU_CACHE_TABLE, slot->cd.asid, slot->address);
    if (table) {
        slot->limits = (uint8_t)(*table & TABLE_LIMITS);
        fetch_descriptor(e, index, 3, *table & DESC_ADDRESS, 9);
        return;
    }
    /* smmuv3 7.1: the first table is indexed by the bits below 64-T0SZ only, and aligned to its size. */
    unsigned level = start_level(slot->cd.t0sz);
    unsigned width = 64 - slot->cd.t0sz - level_shift(level);
    fetch_descriptor(e, index, level, slot->cd.ttb0 & ~bits_mask(width + 3), width);
}

static void next_table(struct smmu_edge *e, unsigned index, uint64_t descriptor)
{
    struct smmu_slot *slot = &e->s->slot[index];
    uint64_t table = descriptor & DESC_ADDRESS;
    slot->limits |= (uint8_t)(bits_get(descriptor, DESC_APTABLE) | bits_get(descriptor, DESC_PXNTABLE) << 2 |
                              bits_get(descriptor, DESC_XNTABLE) << 3);
    if (slot->level == 2 && !(e->s->no_fill >> index & 1))
        smmu_cache_fill(&e->s->walk, SMMU_CACHE_TABLE, slot->cd.asid, slot->address, table | slot->limits);
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
            smmu_cache_fill(&e->s->tlb, kind, slot->cd.asid, slot->address, leaf);
        else
            smmu_cache_fill(&e->s->tlb, kind | SMMU_CACHE_GLOBAL, slot->cd.flags & SMMU_CD_ASET ? 1 : 0, slot->address,
                            leaf);
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
