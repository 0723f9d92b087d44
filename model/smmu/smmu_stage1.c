/* SPDX-License-Identifier: Apache-2.0
 *
 * The walk of stage 1: its descriptors from table to leaf, and what a leaf says (SMMU-EVENT, SMMU-CD, SMMU-LEVEL,
 * SMMU-DESCRIPTOR, SMMU-HTTU). Under stage 2 the address of each descriptor is an IPA (smmu_stage2.c).
 */
#include "model/smmu/smmu_permission.h"

static void fault(struct smmu_edge *e, unsigned index, enum cause cause)
{
    /* SMMU-EVENT: S1 fault: S2=0, CLASS=IN. */
    e->s->slot[index].fault = (struct smmu_fault){.class = SMMU_CLASS_IN};
    smmu_slot_end(e, index, cause);
}

static void fetch(struct smmu_edge *e, unsigned index, unsigned level, uint64_t table, unsigned width)
{
    struct smmu_slot *slot = &e->s->slot[index];
    unsigned granule_log2 = slot->cd.half[slot->walk.half].granule_log2;
    slot->walk.level = (uint8_t)level;
    slot->walk.descriptor =
        table + bits_get(slot->address, smmu_level_shift(granule_log2, level), width) * DESCRIPTOR_BYTES;
    if (slot->stages & SMMU_STAGE_2)
        smmu_stage2_translate(e, index, slot->walk.descriptor, SMMU_CLASS_TT);
    else
        smmu_stage1_located(e, index, slot->walk.descriptor);
}

/* It is known where the descriptor lies: it is fetched, or updated. */
void smmu_stage1_located(struct smmu_edge *e, unsigned index, uint64_t address)
{
    struct smmu_walk *walk = &e->s->slot[index].walk;
    walk->stage = 1;
    walk->at = address;
    if (walk->updating)
        smmu_httu_swap(e, index, address);
    else
        smmu_slot_fetch(e, index, SMMU_SLOT_DESCRIPTOR, address);
}

/* From the table that a walk cache knows, or from the first. */
void smmu_stage1_start(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = &e->s->slot[index];
    const struct smmu_half *half = &slot->cd.half[slot->walk.half];
    slot->walk.updating = false;
    if (slot->walk.found) {
        fetch(e, index, slot->walk.level, slot->walk.table, half->granule_log2 - 3u);
        return;
    }
    /* SMMU-LEVEL: the first table is indexed by the bits below 64-TxSZ only, and aligned to its size. */
    unsigned level = smmu_start_level(half->granule_log2, 64u - half->txsz);
    unsigned width = 64u - half->txsz - smmu_level_shift(half->granule_log2, level);
    fetch(e, index, level, half->ttb & ~bits_mask(width + 3), width);
}

static void next_table(struct smmu_edge *e, unsigned index, uint64_t descriptor)
{
    struct smmu_slot *slot = &e->s->slot[index];
    const struct smmu_half *half = &slot->cd.half[slot->walk.half];
    uint64_t table = descriptor & DESC_ADDRESS & ~bits_mask(half->granule_log2);
    if (!half->had) /* SMMU-DESCRIPTOR: table attributes, disabled by HADx */
        slot->walk.limits |= (uint8_t)bits_get(descriptor, DESC_LIMITS);
    smmu_walk_fill_1(e, index, table);
    fetch(e, index, slot->walk.level + 1u, table, half->granule_log2 - 3u);
}

/* SMMU-DESCRIPTOR: a group of entries that translate as one. If the output does not lie in it as the input does, the
 * hint is wrong and is not followed. */
unsigned smmu_leaf_size_log2(unsigned granule_log2, unsigned level, uint64_t descriptor, uint64_t input)
{
    unsigned shift = smmu_level_shift(granule_log2, level);
    if (!bits_get(descriptor, DESC_CONTIGUOUS))
        return shift;
    unsigned group = smmu_contiguous_log2(granule_log2, level);
    return bits_get(descriptor ^ input, shift, group) == 0 ? shift + group : shift;
}

/* SMMU-DESCRIPTOR: APTable bit 0 takes unprivileged access away, bit 1 writing; XNTable and PXNTable likewise.
 * SMMU-HTTU: with hardware's dirty state, DBM=1 and AP[2]=1 is writable-clean. */
static uint32_t attributes_of(const struct smmu_slot *slot, uint64_t descriptor)
{
    /* AP[2:1], PXN, UXN lie in this order in LEAF_*, PXNTable, XNTable, APTable in LIMIT_*. */
    uint32_t limits = slot->walk.limits;
    uint32_t attributes = (uint32_t)(bits_get(descriptor, DESC_AP) | bits_get(descriptor, DESC_XN) << 2);
    if ((attributes & LEAF_READ_ONLY) && bits_get(descriptor, DESC_DBM) && (slot->cd.flags & SMMU_CD_HD))
        attributes ^= LEAF_READ_ONLY | LEAF_CLEAN;
    attributes |= (limits & (LIMIT_PXN | LIMIT_XN)) << 2 | (limits & LIMIT_WRITE) >> 2;
    attributes &= ~((limits & LIMIT_USER) >> 2);
    return attributes | (uint32_t)slot->walk.level << LEAF_LEVEL_SHIFT |
           (uint32_t)smmu_granule_code(slot->cd.half[slot->walk.half].granule_log2) << LEAF_GRANULE_SHIFT;
}

/* Stage 1 lets the access pass. */
static void leaf_done(struct smmu_edge *e, unsigned index, uint64_t descriptor, uint32_t attributes)
{
    struct smmu_slot *slot = &e->s->slot[index];
    unsigned granule_log2 = slot->cd.half[slot->walk.half].granule_log2, level = slot->walk.level;
    unsigned size_log2 = smmu_leaf_size_log2(granule_log2, level, descriptor, slot->address);
    uint64_t output = descriptor & DESC_ADDRESS & ~bits_mask(size_log2);
    struct smmu_leaf leaf = {
        .output = output, .ipa = output, .attributes = attributes, .size_log2 = (uint8_t)size_log2};
    slot->walk.global = !bits_get(descriptor, DESC_NG) && slot->ste.world != SMMU_WORLD_EL2;
    /* SMMU-HTTU-1: AF=0 comes here by AFFD only; AF counts as 1 then, and the entry may be kept. */
    slot->walk.uncached = !bits_get(descriptor, DESC_AF) && !e->config->affd_cached;
    if (slot->stages & SMMU_STAGE_2) {
        slot->walk.leaf = leaf;
        smmu_stage2_translate(e, index, output | (slot->address & bits_mask(size_log2)), SMMU_CLASS_IN);
        return;
    }
    if (!slot->walk.uncached)
        smmu_tlb_fill(e, index, &leaf, true);
    smmu_walk_leaf(e, index, &leaf);
}

/* SMMU-EVENT: at the leaf F_ACCESS before F_PERMISSION. SMMU-HTTU: what the access may do, hardware notes in the
 * descriptor.
 */
static void leaf_read(struct smmu_edge *e, unsigned index, uint64_t descriptor)
{
    struct smmu_slot *slot = &e->s->slot[index];
    const struct smmu_wish *wish = &slot->walk.wish;
    bool accessed = bits_get(descriptor, DESC_AF), sets_af = slot->cd.flags & SMMU_CD_HA;
    if (!accessed && !sets_af && !(slot->cd.flags & SMMU_CD_AFFD)) {
        fault(e, index, CAUSE_ACCESS_FAULT);
        return;
    }
    uint32_t attributes = attributes_of(slot, descriptor);
    uint8_t granted = smmu_stage1_access(slot, attributes);
    bool passes = slot->kind == SMMU_TRANSLATION_REQUEST
                      ? smmu_ats_granted(slot, granted) & (ACCESS_READ | ACCESS_WRITE)
                      : (granted & wish->needed) == wish->needed;
    if (passes) {
        uint64_t desired = descriptor | (sets_af ? bits_put(1, DESC_AF) : 0);
        if ((attributes & LEAF_CLEAN) && wish->writes && (granted & ACCESS_WRITE))
            desired &= ~bits_put(2, DESC_AP);
        if (desired != descriptor) {
            slot->walk.expected[0] = descriptor;
            slot->walk.desired[0] = desired;
            slot->walk.updating = true;
            if (slot->stages & SMMU_STAGE_2) /* it must be writable there */
                smmu_stage2_translate(e, index, slot->walk.descriptor, SMMU_CLASS_TT);
            else
                smmu_httu_swap(e, index, slot->walk.at);
            return;
        }
    } else if ((slot->stages & SMMU_STAGE_2) || !accessed) {
        /* SMMU-ATSREQ: stage 1 grants nothing: stage 2 is not walked. SMMU-HTTU: the access flag is set with a grant
         * only. */
        slot->access = 0;
        fault(e, index, CAUSE_PERMISSION_FAULT);
        return;
    }
    leaf_done(e, index, descriptor, attributes);
}

/* SMMU-EVENT: per level F_TRANSLATION, then F_ADDR_SIZE; at the leaf F_ACCESS, then F_PERMISSION. */
void smmu_stage1_descriptor(struct smmu_edge *e, unsigned index, uint64_t descriptor)
{
    struct smmu_slot *slot = &e->s->slot[index];
    unsigned granule_log2 = slot->cd.half[slot->walk.half].granule_log2, level = slot->walk.level;
    bool is_table = bits_get(descriptor, DESC_TABLE);
    slot->walk.updating = false;
    /* SMMU-DESCRIPTOR: L3 with bit 1 clear is invalid; SMMU-LEVEL: not every level has blocks. */
    if (!bits_get(descriptor, DESC_VALID) || (!is_table && !smmu_is_block_level(granule_log2, level)))
        fault(e, index, CAUSE_TRANSLATION_FAULT);
    else if ((descriptor & DESC_ADDRESS & ~bits_mask(granule_log2)) >> slot->cd.output_bits != 0)
        fault(e, index, CAUSE_ADDRESS_SIZE_FAULT);
    else if (is_table && level < 3)
        next_table(e, index, descriptor);
    else
        leaf_read(e, index, descriptor);
}
