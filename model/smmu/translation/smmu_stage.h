/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: the two stages of a walk, each as a function of a walk and a descriptor. A stage says where
 * the next descriptor lies and what one means; fetching, caches, updates and faults are the walk's (smmu_walk.c), so
 * that a stage can be called without an SMMU.
 */
#ifndef PRISIM_SMMU_STAGE_H
#define PRISIM_SMMU_STAGE_H

#include "model/smmu/translation/smmu_walk.h"

/* What a descriptor is to the walk. */
enum smmu_found {
    FOUND_FAULT, /* by `cause` */
    FOUND_TABLE, /* `value`: where the next table begins */
    FOUND_STALE, /* it is to become `value` first (SMMU-HTTU) */
    FOUND_LEAF   /* nothing forbids to go on; stage 1 alone, what it permits is looked at by smmu_walk_leaf */
};
struct smmu_finding {
    uint64_t value;
    uint8_t found; /* enum smmu_found */
    uint8_t cause; /* enum prisim_cause */
    bool kept;     /* of stage 2: the IPA cache may keep the leaf, also if the access does not pass */
};

static inline struct smmu_finding smmu_found_fault(enum prisim_cause cause)
{
    return (struct smmu_finding){.found = FOUND_FAULT, .cause = (uint8_t)cause};
}

/* What a leaf covers, with the contiguous hint. SMMU-DESCRIPTOR: a group of entries that translate as one. If the
 * output does not lie in it as the input does, the hint is wrong and is not followed. */
static inline unsigned smmu_leaf_size_log2(unsigned granule_log2, unsigned level, uint64_t descriptor, uint64_t input)
{
    unsigned shift = smmu_level_shift(granule_log2, level);
    if (!prisim_bits_get(descriptor, PRISIM_DESC_CONTIGUOUS))
        return shift;
    unsigned group = smmu_contiguous_log2(granule_log2, level);
    return prisim_bits_get(descriptor ^ input, shift, group) == 0 ? shift + group : shift;
}

/* smmu_stage1.c: of slot->address, by the CD's half of it that is at work. */
/* Where the first descriptor lies; then where the one of `level` does, in the table that the one above it named. */
uint64_t smmu_stage1_first(struct smmu_slot *slot);
uint64_t smmu_stage1_in(struct smmu_slot *slot, unsigned level, uint64_t table);
/* What the descriptor of walk.level is; with FOUND_LEAF *leaf is what it says. */
struct smmu_finding smmu_stage1_read(const struct prisim_smmu_config *config, struct smmu_slot *slot,
                                     uint64_t descriptor, struct smmu_leaf *leaf);

/* smmu_stage2.c: of walk.ipa, by slot->ste.stage2, for walk.class. */
bool smmu_stage2_is_inside(const struct smmu_slot *slot, uint64_t ipa);
uint64_t smmu_stage2_first(struct smmu_slot *slot);
uint64_t smmu_stage2_in(struct smmu_slot *slot, unsigned level, uint64_t table);
/* What the descriptor of walk.level2 is; with `kept` or FOUND_LEAF *leaf is what it says. */
struct smmu_finding smmu_stage2_read(const struct prisim_smmu_config *config, struct smmu_slot *slot,
                                     uint64_t descriptor, struct smmu_leaf *leaf);
/* Whether the access that stage 2 translates for passes a leaf of these attributes, and whether it writes. */
bool smmu_stage2_passes(const struct smmu_slot *slot, uint32_t attributes, bool *writes);
/* Nested: the region of both stages, with what each permits; stage 1's is walk.leaf. */
struct smmu_leaf smmu_stages_combined(const struct smmu_slot *slot, const struct smmu_leaf *second);

/* smmu_httu.c */
/* The descriptor of that stage, which was read, is to be `desired`. */
void smmu_httu_begin(struct smmu_walk *walk, unsigned stage, uint64_t descriptor, uint64_t desired);
/* The swap said what the descriptor was before it: returns the one that the walk goes on with. */
uint64_t smmu_httu_swapped(const struct smmu_walk *walk, uint64_t was);

#endif
