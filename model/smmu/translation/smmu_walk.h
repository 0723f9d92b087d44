/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: what the parts of a walk know of one another. A leaf's attributes as the TLBs keep them, the
 * caches and their keys, the walk. Not the stages (smmu_stage.h), nor the descriptors' own layout (smmu_records.h).
 */
#ifndef PRISIM_SMMU_WALK_H
#define PRISIM_SMMU_WALK_H

#include "model/smmu/translation/smmu_cache_ways.h"
#include "model/smmu/translation/smmu_granule.h"
#include "model/smmu/translation/smmu_translation.h"

/* smmu_leaf.attributes: of stage 1 and of stage 2. */
enum {
    LEAF_USER = 1 << 0,      /* AP[1], after APTable */
    LEAF_READ_ONLY = 1 << 1, /* AP[2], after APTable; 0 for a writable-clean page */
    LEAF_PXN = 1 << 2,       /* after PXNTable */
    LEAF_UXN = 1 << 3,       /* after XNTable */
    LEAF_CLEAN = 1 << 4,     /* stage 1 is writable-clean (SMMU-HTTU) */
    LEAF_S2_READ = 1 << 5,
    LEAF_S2_WRITE = 1 << 6, /* also of a writable-clean page */
    LEAF_S2_PX = 1 << 7,    /* privileged may execute */
    LEAF_S2_UX = 1 << 8,    /* unprivileged may */
    LEAF_S2_CLEAN = 1 << 9,
    LEAF_S2_DEVICE = 1 << 10,
    LEAF_LEVEL_SHIFT = 12,   /* of the first stage that there is: 0..3 */
    LEAF_GRANULE_SHIFT = 14, /* likewise, as in a TLBI: 1..3 */
    LEAF_STAGE_1 = LEAF_USER | LEAF_READ_ONLY | LEAF_PXN | LEAF_UXN | LEAF_CLEAN,
    LEAF_STAGE_2 = LEAF_S2_READ | LEAF_S2_WRITE | LEAF_S2_PX | LEAF_S2_UX | LEAF_S2_CLEAN | LEAF_S2_DEVICE
};

/* smmu_walk.limits */
enum { LIMIT_PXN = 1 << 0, LIMIT_XN = 1 << 1, LIMIT_USER = 1 << 2, LIMIT_WRITE = 1 << 3 };
_Static_assert(LEAF_USER == 1 && LEAF_READ_ONLY == 2 && LEAF_PXN == LIMIT_PXN << 2 && LEAF_UXN == LIMIT_XN << 2 &&
                   LIMIT_USER >> 2 == LEAF_USER && LIMIT_WRITE >> 2 == LEAF_READ_ONLY,
               "smmu_stage1.c moves them all at once");

/* Whose entry it is (SMMU-CD "Cache tags"). Nested entries are told apart from stage 1 alone: under one VMID and
 * ASID both may be in use, and their walk cache entries hold an IPA and a PA. */
enum smmu_owner { CACHED_EL1, CACHED_NESTED, CACHED_EL2, CACHED_STAGE_2 };

/* Key of an entry: bit 63, kind, owner, half of the input range (VA bit 55), page number. */
enum { KEY_PAGE = 0, KEY_PAGE_BITS = 36, KEY_HALF = 36, KEY_OWNER = 40 }; /* and smmu_cache_ways.h */
enum { KIND_GLOBAL = 8 }; /* of a TLB's kind; its other bits say the size, as smmu_tlb_size_log2 */

static inline enum smmu_owner smmu_owner_of(const struct smmu_slot *slot)
{
    if (!(slot->stages & SMMU_STAGE_1))
        return CACHED_STAGE_2;
    if (slot->ste.world != SMMU_WORLD_EL1)
        return CACHED_EL2;
    return slot->stages & SMMU_STAGE_2 ? CACHED_NESTED : CACHED_EL1;
}

/* EL2 has no VMID. */
static inline uint32_t smmu_vmid_of(const struct smmu_slot *slot)
{
    return slot->ste.world == SMMU_WORLD_EL1 ? slot->ste.stage2.vmid : 0;
}

/* The value of an event's "vmid" field. */
static inline uint64_t smmu_vmid_field(const struct smmu_slot *slot)
{
    return slot->ste.world == SMMU_WORLD_EL1 ? slot->ste.stage2.vmid : PRISIM_PASID_NONE;
}

/* The key of the smallest page, without kind. */
static inline uint64_t smmu_page_key(enum smmu_owner owner, unsigned half, uint64_t address)
{
    return UINT64_C(1) << KEY_VALID | (uint64_t)owner << KEY_OWNER | (half ? UINT64_C(1) << KEY_HALF : 0) |
           prisim_bits_get(address, 12, KEY_PAGE_BITS);
}

/* Asked before the functions that tell of what was found in a cache: one that nobody wants then costs no call. */
static inline bool smmu_hits_are_wanted(const struct smmu_edge *e)
{
    return prisim_probe_wants(e->ports->probe, PRISIM_EVENT_SMMU_CACHE_HIT);
}

/* smmu_tlb.c */
unsigned smmu_tlb_size_log2(unsigned kind);
bool smmu_tlb_find(struct smmu_edge *e, unsigned index, enum smmu_cache_name name, struct smmu_leaf *leaf);
void smmu_tlb_emit(struct smmu_edge *e, unsigned index, enum smmu_cache_name name, const struct smmu_leaf *leaf);
/* `walked`: after a walk, into both TLBs; else from the TLB into the micro TLB. */
void smmu_tlb_fill(struct smmu_edge *e, unsigned index, const struct smmu_leaf *leaf, bool walked);
/* The IPA cache; entries of one page of stage 2's. */
bool smmu_ipa_find(struct smmu_edge *e, unsigned index, struct smmu_leaf *leaf);
void smmu_ipa_fill(struct smmu_edge *e, unsigned index, const struct smmu_leaf *leaf);

/* smmu_walk_cache.c: the deepest table known, into slot->walk; the walk goes on at its level. */
/* Where the caches of a stage are all off, their look-up is left out. */
static inline prisim_cycle_t smmu_walk_latency(const struct smmu_edge *e, unsigned stage)
{
    const struct smmu_cache *cache = &e->s->caches[stage == 1 ? SMMU_WALK_1 : SMMU_WALK_2];
    return cache[0].sets | cache[1].sets | cache[2].sets ? e->config->walk_latency : 0;
}
void smmu_walk_emit(struct smmu_edge *e, unsigned index, unsigned stage); /* of slot->walk.found */
void smmu_walk_find_1(struct smmu_edge *e, unsigned index);
bool smmu_walk_find_2(struct smmu_edge *e, unsigned index, uint64_t *table);
void smmu_walk_fill_1(struct smmu_edge *e, unsigned index, uint64_t table);
void smmu_walk_fill_2(struct smmu_edge *e, unsigned index, uint64_t table);

/* smmu_walk.c: from the first descriptor to the leaf */
void smmu_walk_start(struct smmu_edge *e, unsigned index);
void smmu_walk_translate(struct smmu_edge *e, unsigned index, uint64_t ipa, enum smmu_class class); /* by stage 2 */
void smmu_walk_due_2(struct smmu_edge *e, unsigned index);
void smmu_walk_leaf(struct smmu_edge *e, unsigned index, const struct smmu_leaf *leaf);
void smmu_walk_fault_2(struct smmu_edge *e, unsigned index, enum prisim_cause cause);

#endif
