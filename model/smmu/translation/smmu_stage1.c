/* SPDX-License-Identifier: Apache-2.0
 *
 * Stage 1: where its descriptors lie, from table to leaf, and what each of them says (SMMU-EVENT, SMMU-CD, SMMU-LEVEL,
 * SMMU-DESCRIPTOR, SMMU-HTTU). Under stage 2 the address of each is an IPA (smmu_stage2.c). What follows from it is
 * done by smmu_walk.c.
 */
#include "model/smmu/translation/smmu_permission.h"
#include "model/smmu/translation/smmu_stage.h"

static uint64_t locate(struct smmu_slot *slot, unsigned level, uint64_t table, unsigned width)
{
    unsigned granule_log2 = slot->cd.half[slot->walk.half].granule_log2;
    slot->walk.level = (uint8_t)level;
    slot->walk.descriptor =
        table + prisim_bits_get(slot->address, smmu_level_shift(granule_log2, level), width) * PRISIM_DESCRIPTOR_BYTES;
    return slot->walk.descriptor;
}

uint64_t smmu_stage1_in(struct smmu_slot *slot, unsigned level, uint64_t table)
{
    return locate(slot, level, table, slot->cd.half[slot->walk.half].granule_log2 - 3u);
}

/* SMMU-LEVEL: the first table is indexed by the bits below 64-TxSZ only, and aligned to its size. */
uint64_t smmu_stage1_first(struct smmu_slot *slot)
{
    const struct smmu_half *half = &slot->cd.half[slot->walk.half];
    unsigned level = smmu_start_level(half->granule_log2, 64u - half->txsz);
    unsigned width = 64u - half->txsz - smmu_level_shift(half->granule_log2, level);
    return locate(slot, level, half->ttb & ~prisim_bits_mask(width + 3), width);
}

static struct smmu_finding table_read(struct smmu_slot *slot, uint64_t descriptor)
{
    const struct smmu_half *half = &slot->cd.half[slot->walk.half];
    if (!half->had) /* SMMU-DESCRIPTOR: table attributes, disabled by HADx */
        slot->walk.limits |= (uint8_t)prisim_bits_get(descriptor, PRISIM_DESC_LIMITS);
    return (struct smmu_finding){.found = FOUND_TABLE,
                                 .value = descriptor & PRISIM_DESC_ADDRESS & ~prisim_bits_mask(half->granule_log2)};
}

/* SMMU-DESCRIPTOR: APTable bit 0 takes unprivileged access away, bit 1 writing; XNTable and PXNTable likewise.
 * SMMU-HTTU: with hardware's dirty state, DBM=1 and AP[2]=1 is writable-clean. */
static uint32_t attributes_of(const struct smmu_slot *slot, uint64_t descriptor)
{
    /* AP[2:1], PXN, UXN lie in this order in LEAF_*, PXNTable, XNTable, APTable in LIMIT_*. */
    uint32_t limits = slot->walk.limits;
    uint32_t attributes =
        (uint32_t)(prisim_bits_get(descriptor, PRISIM_DESC_AP) | prisim_bits_get(descriptor, PRISIM_DESC_XN) << 2);
    if ((attributes & LEAF_READ_ONLY) && prisim_bits_get(descriptor, PRISIM_DESC_DBM) && (slot->cd.flags & SMMU_CD_HD))
        attributes ^= LEAF_READ_ONLY | LEAF_CLEAN;
    attributes |= (limits & (LIMIT_PXN | LIMIT_XN)) << 2 | (limits & LIMIT_WRITE) >> 2;
    attributes &= ~((limits & LIMIT_USER) >> 2);
    return attributes | (uint32_t)slot->walk.level << LEAF_LEVEL_SHIFT |
           (uint32_t)smmu_granule_code(slot->cd.half[slot->walk.half].granule_log2) << LEAF_GRANULE_SHIFT;
}

/* Stage 1 lets the access pass. */
static struct smmu_finding leaf_found(const struct prisim_smmu_config *config, struct smmu_slot *slot,
                                      uint64_t descriptor, uint32_t attributes, struct smmu_leaf *leaf)
{
    unsigned granule_log2 = slot->cd.half[slot->walk.half].granule_log2, level = slot->walk.level;
    unsigned size_log2 = smmu_leaf_size_log2(granule_log2, level, descriptor, slot->address);
    uint64_t output = descriptor & PRISIM_DESC_ADDRESS & ~prisim_bits_mask(size_log2);
    *leaf =
        (struct smmu_leaf){.output = output, .ipa = output, .attributes = attributes, .size_log2 = (uint8_t)size_log2};
    slot->walk.global = !prisim_bits_get(descriptor, PRISIM_DESC_NG) && slot->ste.world != SMMU_WORLD_EL2;
    /* SMMU-HTTU-1: AF=0 comes here by AFFD only; AF counts as 1 then, and the entry may be kept. */
    slot->walk.uncached = !prisim_bits_get(descriptor, PRISIM_DESC_AF) && !config->affd_cached;
    return (struct smmu_finding){.found = FOUND_LEAF};
}

/* SMMU-EVENT: at the leaf F_ACCESS before F_PERMISSION. SMMU-HTTU: what the access may do, hardware notes in the
 * descriptor.
 */
static struct smmu_finding leaf_read(const struct prisim_smmu_config *config, struct smmu_slot *slot,
                                     uint64_t descriptor, struct smmu_leaf *leaf)
{
    const struct smmu_access_check *check = &slot->walk.check;
    bool accessed = prisim_bits_get(descriptor, PRISIM_DESC_AF), sets_af = slot->cd.flags & SMMU_CD_HA;
    if (!accessed && !sets_af && !(slot->cd.flags & SMMU_CD_AFFD))
        return smmu_found_fault(PRISIM_CAUSE_ACCESS_FAULT);
    uint32_t attributes = attributes_of(slot, descriptor);
    uint8_t granted = smmu_stage1_access(slot, attributes);
    bool passes = slot->kind == SMMU_TRANSLATION_REQUEST
                      ? smmu_ats_granted(slot, granted) & (PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE)
                      : (granted & check->needed) == check->needed;
    if (passes) {
        uint64_t desired = descriptor | (sets_af ? prisim_bits_put(1, PRISIM_DESC_AF) : 0);
        if ((attributes & LEAF_CLEAN) && check->writes && (granted & PRISIM_ACCESS_WRITE))
            desired &= ~prisim_bits_put(2, PRISIM_DESC_AP);
        if (desired != descriptor)
            return (struct smmu_finding){.found = FOUND_STALE, .value = desired};
    } else if ((slot->stages & SMMU_STAGE_2) || !accessed) {
        /* SMMU-ATSREQ: stage 1 grants nothing: stage 2 is not walked. SMMU-HTTU: the access flag is set with a grant
         * only. */
        return smmu_found_fault(PRISIM_CAUSE_PERMISSION_FAULT);
    }
    return leaf_found(config, slot, descriptor, attributes, leaf);
}

/* SMMU-EVENT: per level F_TRANSLATION, then F_ADDR_SIZE; at the leaf F_ACCESS, then F_PERMISSION. */
struct smmu_finding smmu_stage1_read(const struct prisim_smmu_config *config, struct smmu_slot *slot,
                                     uint64_t descriptor, struct smmu_leaf *leaf)
{
    unsigned granule_log2 = slot->cd.half[slot->walk.half].granule_log2, level = slot->walk.level;
    bool is_table = prisim_bits_get(descriptor, PRISIM_DESC_TABLE);
    /* SMMU-DESCRIPTOR: L3 with bit 1 clear is invalid; SMMU-LEVEL: not every level has blocks. */
    if (!prisim_bits_get(descriptor, PRISIM_DESC_VALID) || (!is_table && !smmu_is_block_level(granule_log2, level)))
        return smmu_found_fault(PRISIM_CAUSE_TRANSLATION_FAULT);
    if ((descriptor & PRISIM_DESC_ADDRESS & ~prisim_bits_mask(granule_log2)) >> slot->cd.output_bits != 0)
        return smmu_found_fault(PRISIM_CAUSE_ADDRESS_SIZE_FAULT);
    if (is_table && level < 3)
        return table_read(slot, descriptor);
    return leaf_read(config, slot, descriptor, leaf);
}
