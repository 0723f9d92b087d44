/* SPDX-License-Identifier: Apache-2.0
 *
 * Stage 2: where the descriptors of an IPA lie, and what each of them says (SMMU-EVENT, SMMU-STE, SMMU-LEVEL,
 * SMMU-DESCRIPTOR, SMMU-HTTU). The IPA is of a CD, of a descriptor of stage 1, or of the transaction itself. What
 * follows from it is done by smmu_walk.c.
 */
#include "model/smmu/translation/smmu_permission.h"
#include "model/smmu/translation/smmu_stage.h"

static const struct smmu_stage2 *stage2_of(const struct smmu_slot *slot)
{
    return &slot->ste.stage2;
}

/* SMMU-STE: the input range is 2^(64-S2T0SZ). */
bool smmu_stage2_is_inside(const struct smmu_slot *slot, uint64_t ipa)
{
    return ipa >> (64 - stage2_of(slot)->t0sz) == 0;
}

static uint64_t locate(struct smmu_slot *slot, unsigned level, uint64_t table, unsigned width)
{
    unsigned shift = smmu_level_shift(stage2_of(slot)->granule_log2, level);
    slot->walk.level2 = (uint8_t)level;
    return table + prisim_bits_get(slot->walk.ipa, shift, width) * PRISIM_DESCRIPTOR_BYTES;
}

uint64_t smmu_stage2_in(struct smmu_slot *slot, unsigned level, uint64_t table)
{
    return locate(slot, level, table, stage2_of(slot)->granule_log2 - 3u);
}

/* SMMU-LEVEL: S2SL0 says the start level; up to 16 tables are concatenated there, and aligned to their size. */
uint64_t smmu_stage2_first(struct smmu_slot *slot)
{
    const struct smmu_stage2 *stage2 = stage2_of(slot);
    unsigned width = 64u - stage2->t0sz - smmu_level_shift(stage2->granule_log2, stage2->start_level);
    return locate(slot, stage2->start_level, stage2->ttb & ~prisim_bits_mask(width + 3), width);
}

/* SMMU-DESCRIPTOR, S2 XN: 00 all may execute, 01 unprivileged only, 10 none, 11 privileged only; without XNX bit 54
 * alone.
 */
static uint32_t execute_of(const struct prisim_smmu_config *config, uint64_t descriptor)
{
    static const uint16_t with_xnx[] = {LEAF_S2_PX | LEAF_S2_UX, LEAF_S2_UX, 0, LEAF_S2_PX};
    unsigned xn = (unsigned)prisim_bits_get(descriptor, PRISIM_DESC_S2_XN);
    if (config->xnx)
        return with_xnx[xn];
    return xn & 2 ? 0 : LEAF_S2_PX | LEAF_S2_UX;
}

/* SMMU-DESCRIPTOR, S2 MemAttr: 0-3 Device; with FWB 0xx of its low bits. */
static bool is_device(const struct smmu_stage2 *stage2, uint64_t descriptor)
{
    unsigned attr = (unsigned)prisim_bits_get(descriptor, PRISIM_DESC_S2_MEMATTR);
    return stage2->flags & SMMU_S2_FWB ? !(attr & 4) : attr < 4;
}

static uint32_t attributes_of(const struct prisim_smmu_config *config, const struct smmu_slot *slot,
                              uint64_t descriptor)
{
    const struct smmu_stage2 *stage2 = stage2_of(slot);
    unsigned s2ap = (unsigned)prisim_bits_get(descriptor, PRISIM_DESC_AP);
    /* SMMU-HTTU: DBM=1 and S2AP[1]=0 is writable-clean. */
    bool clean = !(s2ap & 2) && prisim_bits_get(descriptor, PRISIM_DESC_DBM) && (stage2->flags & SMMU_S2_HD);
    return (s2ap & 1 ? LEAF_S2_READ : 0) | (s2ap & 2 || clean ? LEAF_S2_WRITE : 0) | (clean ? LEAF_S2_CLEAN : 0) |
           (is_device(stage2, descriptor) ? LEAF_S2_DEVICE : 0) | execute_of(config, descriptor) |
           (uint32_t)slot->walk.level2 << LEAF_LEVEL_SHIFT |
           (uint32_t)smmu_granule_code(stage2->granule_log2) << LEAF_GRANULE_SHIFT;
}

/* What stage 1 gave to this access already. */
static uint8_t stage1_granted(const struct smmu_slot *slot)
{
    if (slot->stages & SMMU_STAGE_1)
        return smmu_stage1_access(slot, slot->walk.leaf.attributes);
    return PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE | PRISIM_ACCESS_EXECUTE;
}

/* Whether the access that stage 2 translates for passes, and whether it writes: a CD and a table are read; a table's
 * descriptor may be updated; the transaction does what it wants. */
bool smmu_stage2_passes(const struct smmu_slot *slot, uint32_t attributes, bool *writes)
{
    const struct smmu_walk *w = &slot->walk;
    uint8_t granted = smmu_stage2_access(slot, attributes);
    if (w->class != SMMU_CLASS_IN) {
        *writes = w->updating;
        /* SMMU-HTTU: S2PTW: a table in Device memory is a permission fault. */
        if ((stage2_of(slot)->flags & SMMU_S2_PTW) && (attributes & LEAF_S2_DEVICE))
            return false;
        return (granted & PRISIM_ACCESS_READ) && (!w->updating || (granted & PRISIM_ACCESS_WRITE));
    }
    uint8_t both = granted & stage1_granted(slot);
    *writes = w->check.writes && (both & PRISIM_ACCESS_WRITE);
    if (slot->kind == SMMU_TRANSLATION_REQUEST)
        return smmu_ats_granted(slot, both) & (PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE);
    return (granted & w->check.needed) == w->check.needed;
}

struct smmu_leaf smmu_stages_combined(const struct smmu_slot *slot, const struct smmu_leaf *second)
{
    const struct smmu_leaf *first = &slot->walk.leaf;
    uint8_t size_log2 = first->size_log2 < second->size_log2 ? first->size_log2 : second->size_log2;
    uint64_t inside = slot->walk.ipa & prisim_bits_mask(second->size_log2);
    return (struct smmu_leaf){
        .output = (second->output | inside) & ~prisim_bits_mask(size_log2),
        .ipa = slot->walk.ipa & ~prisim_bits_mask(size_log2),
        .attributes = (first->attributes & ~(uint32_t)LEAF_STAGE_2) | (second->attributes & LEAF_STAGE_2),
        .size_log2 = size_log2,
    };
}

static struct smmu_leaf leaf_of(const struct smmu_slot *slot, uint64_t descriptor, uint32_t attributes)
{
    unsigned granule_log2 = stage2_of(slot)->granule_log2, level = slot->walk.level2;
    unsigned size_log2 = smmu_leaf_size_log2(granule_log2, level, descriptor, slot->walk.ipa);
    return (struct smmu_leaf){
        .output = descriptor & PRISIM_DESC_ADDRESS & ~prisim_bits_mask(size_log2),
        .ipa = slot->walk.ipa & ~prisim_bits_mask(size_log2),
        .attributes = attributes,
        .size_log2 = (uint8_t)size_log2,
    };
}

/* SMMU-EVENT: at the leaf F_ACCESS before F_PERMISSION. SMMU-HTTU: what the access may do, hardware notes in the
 * descriptor.
 */
static struct smmu_finding leaf_read(const struct prisim_smmu_config *config, struct smmu_slot *slot,
                                     uint64_t descriptor, struct smmu_leaf *leaf)
{
    const struct smmu_stage2 *stage2 = stage2_of(slot);
    bool accessed = prisim_bits_get(descriptor, PRISIM_DESC_AF), sets_af = stage2->flags & SMMU_S2_HA, writes;
    /* SMMU-HTTU-1: AF=0 entries are not cached; but let pass by S2AFFD, AF counts as 1, and they may be. */
    bool kept = accessed || (!sets_af && config->affd_cached);
    if (!accessed && !sets_af && !(stage2->flags & SMMU_S2_AFFD))
        return smmu_found_fault(PRISIM_CAUSE_ACCESS_FAULT);
    uint32_t attributes = attributes_of(config, slot, descriptor);
    *leaf = leaf_of(slot, descriptor, attributes);
    if (!smmu_stage2_passes(slot, attributes, &writes))
        return (struct smmu_finding){.found = FOUND_FAULT, .cause = PRISIM_CAUSE_PERMISSION_FAULT, .kept = kept};
    uint64_t desired = descriptor | (sets_af ? prisim_bits_put(1, PRISIM_DESC_AF) : 0);
    if ((attributes & LEAF_S2_CLEAN) && writes)
        desired |= prisim_bits_put(2, PRISIM_DESC_AP);
    if (desired != descriptor)
        return (struct smmu_finding){.found = FOUND_STALE, .value = desired};
    if (!kept && slot->walk.class == SMMU_CLASS_IN)
        slot->walk.uncached = true;
    return (struct smmu_finding){.found = FOUND_LEAF, .kept = kept};
}

/* SMMU-EVENT: per level F_TRANSLATION, then F_ADDR_SIZE. */
struct smmu_finding smmu_stage2_read(const struct prisim_smmu_config *config, struct smmu_slot *slot,
                                     uint64_t descriptor, struct smmu_leaf *leaf)
{
    const struct smmu_stage2 *stage2 = stage2_of(slot);
    unsigned level = slot->walk.level2;
    bool is_table = prisim_bits_get(descriptor, PRISIM_DESC_TABLE);
    uint64_t address = descriptor & PRISIM_DESC_ADDRESS & ~prisim_bits_mask(stage2->granule_log2);
    if (!prisim_bits_get(descriptor, PRISIM_DESC_VALID) ||
        (!is_table && !smmu_is_block_level(stage2->granule_log2, level)))
        return smmu_found_fault(PRISIM_CAUSE_TRANSLATION_FAULT);
    if (address >> stage2->output_bits != 0)
        return smmu_found_fault(PRISIM_CAUSE_ADDRESS_SIZE_FAULT);
    if (is_table && level < 3)
        return (struct smmu_finding){.found = FOUND_TABLE, .value = address};
    return leaf_read(config, slot, descriptor, leaf);
}
