/* SPDX-License-Identifier: Apache-2.0
 *
 * TLB invalidation (SMMU-TLBI): what each CMD_TLBI takes out of the TLBs, the IPA cache and the walk caches. What need
 * not go stays, so that software which relies on more is found out (docs/timing/smmu.md "Choices").
 */
#include "model/smmu/commands/smmu_commands.h"
#include "model/smmu/translation/smmu_walk.h"

enum { EL1_ENTRIES = 1 << CACHED_EL1 | 1 << CACHED_NESTED, ALL_ADDRESSES_LOG2 = 48 };

/* What a command is after. */
struct target {
    uint64_t first, last; /* addresses, under by_address */
    unsigned owners;      /* one bit for each enum smmu_owner */
    uint32_t vmid, vmid_mask;
    uint32_t asid;
    unsigned level;   /* of the leaf, or 0: any */
    unsigned granule; /* code of the leaf's, or 0: any */
    bool by_asid;
    bool by_address;
    bool half;   /* of stage 1's addresses, VA bit 55 */
    bool global; /* global entries too */
    bool by_ipa; /* address and owner are of stage 2 */
    bool leaves; /* Leaf=1: no tables */
};

static bool overlaps(const struct target *target, uint64_t at, unsigned size_log2)
{
    return at <= target->last && (at | prisim_bits_mask(size_log2)) >= target->first;
}

static bool is_in_range(const struct target *target, uint64_t key, unsigned size_log2)
{
    uint64_t at = prisim_bits_get(key, KEY_PAGE, KEY_PAGE_BITS) << 12 & ~prisim_bits_mask(size_log2);
    if (!target->by_address)
        return true;
    return prisim_bit_get(key, KEY_HALF) == target->half && overlaps(target, at, size_log2);
}

static bool is_owned(const struct target *target, uint64_t key, uint32_t tag)
{
    return (target->owners >> prisim_bits_get(key, KEY_OWNER, 3) & 1) &&
           ((tag >> 16 ^ target->vmid) & target->vmid_mask) == 0;
}

/* SMMU-TLBI: TTL and TG say of which level and granule the leaf is; others need not go. */
static bool is_hinted(const struct target *target, uint32_t attributes)
{
    unsigned level = attributes >> LEAF_LEVEL_SHIFT & 3, granule = attributes >> LEAF_GRANULE_SHIFT & 3;
    return (target->level == 0 || target->level == level) && (target->granule == 0 || target->granule == granule);
}

/* SMMU-TLBI-14: nested, a block or page of stage 1 may be here in pieces; one address in it takes all of them. An
 * entry of a contiguous group is larger than its leaf, and the hint does not widen what one address takes. */
static unsigned leaf_size_log2(unsigned kind, uint32_t attributes)
{
    unsigned entry = smmu_tlb_size_log2(kind);
    unsigned granule_log2 = 10 + 2 * (attributes >> LEAF_GRANULE_SHIFT & 3);
    unsigned leaf = smmu_level_shift(granule_log2, attributes >> LEAF_LEVEL_SHIFT & 3);
    return leaf > entry ? leaf : entry;
}

static bool is_leaf_matched(const struct target *target, uint64_t key, const struct smmu_entry *entry)
{
    unsigned kind = (unsigned)prisim_bits_get(key, KEY_KIND, 4);
    if (!is_owned(target, key, entry->tag))
        return false;
    if (kind & KIND_GLOBAL ? !target->global : target->by_asid && (entry->tag & 0xffff) != target->asid)
        return false;
    return is_in_range(target, key, leaf_size_log2(kind, entry->attributes)) && is_hinted(target, entry->attributes);
}

/* Tables are their ASID's, whatever the leaves below them are. */
static bool is_table_matched(const struct target *target, uint64_t key, const struct smmu_entry *entry, unsigned level)
{
    unsigned granule_log2 = 10 + 2 * (unsigned)prisim_bits_get(key, KEY_KIND, 4);
    return is_owned(target, key, entry->tag) && (!target->by_asid || (entry->tag & 0xffff) == target->asid) &&
           is_in_range(target, key, smmu_level_shift(granule_log2, level));
}

static bool is_ipa_matched(const struct target *target, uint64_t key, const struct smmu_entry *entry)
{
    return prisim_bits_get(key, KEY_OWNER, 3) == CACHED_NESTED &&
           ((entry->tag >> 16 ^ target->vmid) & target->vmid_mask) == 0 &&
           overlaps(target, entry->ipa, smmu_tlb_size_log2((unsigned)prisim_bits_get(key, KEY_KIND, 4)));
}

static bool is_gone(const struct smmu_edge *e, unsigned name, const struct target *target, uint64_t key,
                    const struct smmu_entry *entry)
{
    if (name >= SMMU_WALK_1)
        return is_table_matched(target, key, entry, (name - SMMU_WALK_1) % 3);
    /* SMMU-TLBI, S2_IPA: combined entries need not go; a parameter. */
    bool combined = target->by_ipa && e->config->s2_ipa_combined && name <= SMMU_TLB;
    return is_leaf_matched(target, key, entry) || (combined && is_ipa_matched(target, key, entry));
}

static void forget_in(struct smmu_edge *e, unsigned name, const struct target *target)
{
    struct prisim_smmu *s = e->s;
    struct smmu_cache *cache = &s->caches[name];
    unsigned left = cache->used;
    for (unsigned i = 0; left; i++) {
        struct smmu_cache_set set = smmu_cache_set(s, cache, i);
        const struct smmu_entry *entry = (const struct smmu_entry *)set.entries;
        for (unsigned way = 0; left && way < cache->ways; way++) {
            if (set.keys[way] == 0)
                continue;
            left--;
            if (is_gone(e, name, target, set.keys[way], &entry[way]))
                smmu_cache_drop(s, cache, i, way);
        }
    }
}

static void forget(struct smmu_edge *e, const struct target *target)
{
    smmu_slots_recall(e, e->now);
    for (unsigned name = 0; name < (target->leaves ? SMMU_WALK_1 : SMMU_TRANSLATION_CACHES); name++)
        if (e->s->caches[name].kinds)
            forget_in(e, name, target);
}

/* SMMU-TLBI-11: without 52-bit addresses 16K has no leaf at level 1; that TTL is reserved and acts as 0. */
static unsigned leaf_level(uint64_t dw1, unsigned tg)
{
    enum { TG_16K = 2 };
    unsigned ttl = (unsigned)prisim_bits_get(dw1, PRISIM_CMD1_TLBI_TTL);
    return tg == TG_16K && ttl == 1 ? 0 : ttl;
}

/* SMMU-TLBI, range form: TG != 0 with RIL; span = (NUM+1) * 2^SCALE * granule. False: CERROR_ILL. */
static bool set_range(const struct smmu_edge *e, struct target *target, const uint64_t dw[2])
{
    uint64_t address = dw[1] & PRISIM_CMD1_ADDRESS & prisim_bits_mask(ALL_ADDRESSES_LOG2), span = 4096;
    unsigned tg = e->config->ril ? (unsigned)prisim_bits_get(dw[1], PRISIM_CMD1_TLBI_TG) : 0;
    target->by_address = true;
    target->leaves = prisim_bits_get(dw[1], PRISIM_CMD1_LEAF);
    if (tg) {
        unsigned num = (unsigned)prisim_bits_get(dw[0], PRISIM_CMD_TLBI_NUM),
                 scale = (unsigned)prisim_bits_get(dw[0], PRISIM_CMD_TLBI_SCALE);
        unsigned ttl = leaf_level(dw[1], tg), granule_log2 = 10 + 2 * tg;
        if (num == 0 && scale == 0 && ttl == 0)
            return false;
        span = (num + UINT64_C(1)) << (scale + granule_log2);
        address &= ~prisim_bits_mask(granule_log2);
        if (e->config->tlbi_hints) {
            target->level = ttl;
            target->granule = tg;
        }
    }
    target->first = address;
    target->last = target->first + (span - 1);
    return true;
}

/* An address of stage 1: VA bit 55 is the half; bits 63:56 do not count, and the others above 47 are as bit 55, or no
 * entry can have it. */
static bool set_va(const struct smmu_edge *e, struct target *target, const uint64_t dw[2])
{
    if (!set_range(e, target, dw))
        return false;
    uint64_t above = prisim_bits_get(dw[1], 48, 8);
    target->half = prisim_bit_get(dw[1], 55);
    if (above != 0 && above != 0xff)
        target->owners = 0;
    return true;
}

/* An address of stage 2 is 55:12; no IPA is longer than 48 bits. */
static bool set_ipa(const struct smmu_edge *e, struct target *target, const uint64_t dw[2])
{
    bool is_any = prisim_bits_get(dw[1], 48, 8) == 0;
    target->owners = is_any ? 1 << CACHED_STAGE_2 : 0;
    target->by_ipa = is_any;
    return set_range(e, target, dw);
}

/* SMMU-TLBI: the VMID compare honours CR0.VMW (smmu_vmid_mask). Without stage 2 there is none. */
static void set_vmid(const struct smmu_edge *e, struct target *target, const uint64_t dw[2])
{
    uint32_t bits = e->config->vmid16 ? 0xffff : 0xff;
    target->vmid = (uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_TLBI_VMID) & bits;
    target->vmid_mask = e->config->s2p ? 0xffff & smmu_vmid_mask(e->s) : 0;
}

static void set_asid(const struct smmu_edge *e, struct target *target, const uint64_t dw[2])
{
    target->by_asid = true;
    target->asid = (uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_TLBI_ASID) & (e->config->asid16 ? 0xffff : 0xff);
}

/* SMMU-TLBI: EL2 world; ASID is used only with CR2.E2H=1. */
static bool el2(const struct smmu_edge *e, struct target *target, uint32_t opcode, const uint64_t dw[2])
{
    bool e2h = e->s->word[SMMU_WORD(PRISIM_SMMU_CR2)] & PRISIM_CR2_E2H;
    target->owners = 1 << CACHED_EL2;
    if (opcode == PRISIM_CMDQ_OP_TLBI_EL2_ASID && !e2h) /* no entry has one */
        target->owners = 0;
    if (e2h && (opcode == PRISIM_CMDQ_OP_TLBI_EL2_ASID || opcode == PRISIM_CMDQ_OP_TLBI_EL2_VA))
        set_asid(e, target, dw);
    target->global = opcode != PRISIM_CMDQ_OP_TLBI_EL2_ASID;
    return opcode == PRISIM_CMDQ_OP_TLBI_EL2_ALL || opcode == PRISIM_CMDQ_OP_TLBI_EL2_ASID || set_va(e, target, dw);
}

/* SMMU-TLBI, by row. */
static bool set_target(const struct smmu_edge *e, struct target *target, uint32_t opcode, const uint64_t dw[2])
{
    *target = (struct target){.owners = EL1_ENTRIES, .global = true};
    switch (opcode) {
    case PRISIM_CMDQ_OP_TLBI_NSNH_ALL: /* all NS EL1, any VMID */
        target->owners |= 1 << CACHED_STAGE_2;
        return true;
    case PRISIM_CMDQ_OP_TLBI_NH_ALL:
        set_vmid(e, target, dw);
        return true;
    case PRISIM_CMDQ_OP_TLBI_NH_ASID: /* non-global only */
        target->global = false;
        set_vmid(e, target, dw);
        set_asid(e, target, dw);
        return true;
    case PRISIM_CMDQ_OP_TLBI_NH_VA:
        set_asid(e, target, dw);
        set_vmid(e, target, dw);
        return set_va(e, target, dw);
    case PRISIM_CMDQ_OP_TLBI_NH_VAA:
        set_vmid(e, target, dw);
        return set_va(e, target, dw);
    case PRISIM_CMDQ_OP_TLBI_S12_VMALL:
        target->owners |= 1 << CACHED_STAGE_2;
        set_vmid(e, target, dw);
        return true;
    case PRISIM_CMDQ_OP_TLBI_S2_IPA:
        set_vmid(e, target, dw);
        return set_ipa(e, target, dw);
    }
    return el2(e, target, opcode, dw);
}

/* SMMU-TLBI, as events say it: null is any VMID, or any ASID; level and granule 0 are any. */
static void emit(struct smmu_edge *e, uint32_t opcode, const struct target *target)
{
    uint64_t half = target->half ? UINT64_MAX << ALL_ADDRESSES_LOG2 : 0;
    uint64_t size = target->owners == 0 ? 0 : target->by_address ? target->last - target->first + 1 : UINT64_MAX;
    PRISIM_PROBE(e->ports, e->now, smmu_tlbi, .index = smmu_command_index(e), .opcode = opcode,
                 .vmid = target->vmid_mask ? target->vmid : PRISIM_PASID_NONE,
                 .asid = target->by_asid ? target->asid : PRISIM_PASID_NONE, .address = target->first | half,
                 .size = size, .leaf = target->leaves, .level = target->level,
                 .granule = target->granule ? UINT64_C(1) << (10 + 2 * target->granule) : 0);
}

/* A TLBI of a feature that there is. False: CERROR_ILL. */
bool smmu_tlbi_execute(struct smmu_edge *e, uint32_t opcode, const uint64_t dw[2])
{
    struct target target;
    if (!set_target(e, &target, opcode, dw))
        return false;
    forget(e, &target);
    emit(e, opcode, &target);
    return true;
}
