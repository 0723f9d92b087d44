/* SPDX-License-Identifier: Apache-2.0
 *
 * The micro TLB, the TLB and the IPA cache: which key a translation has, and the search through the sizes that are in
 * use (SMMU-TLBI, SMMU-CD "Cache tags", SMMU-LEVEL, SMMU-DESCRIPTOR).
 */
#include "model/smmu/translation/smmu_permission.h"

/* Every size of a page, a block and a contiguous group (SMMU-LEVEL, SMMU-DESCRIPTOR). */
static const uint8_t size_log2[8] = {12, 14, 16, 21, 25, 29, 30, 34};

unsigned smmu_tlb_size_log2(unsigned kind)
{
    return size_log2[kind & (KIND_GLOBAL - 1)];
}

static unsigned kind_of_size(unsigned log2)
{
    static const uint8_t kind[] = {[12] = 0, [14] = 1, [16] = 2, [21] = 3, [25] = 4, [29] = 5, [30] = 6, [34] = 7};
    assert(log2 < sizeof kind && size_log2[kind[log2]] == log2);
    return kind[log2];
}

static uint64_t key_of(uint64_t base, unsigned kind)
{
    return (base & ~prisim_bits_mask(smmu_tlb_size_log2(kind) - 12)) | (uint64_t)kind << KEY_KIND;
}

static void leaf_from(const struct smmu_entry *entry, unsigned kind, struct smmu_leaf *leaf)
{
    leaf->since = entry->since;
    leaf->output = entry->output;
    leaf->ipa = entry->ipa;
    leaf->attributes = entry->attributes;
    leaf->size_log2 = (uint8_t)smmu_tlb_size_log2(kind);
}

bool smmu_tlb_find(struct smmu_edge *e, unsigned index, enum smmu_cache_name name, struct smmu_leaf *leaf)
{
    struct prisim_smmu *s = e->s;
    struct smmu_slot *slot = s->slot + index;
    const struct smmu_cache *cache = &s->caches[name];
    if (cache->kinds == 0)
        return false;
    const uint32_t tag[] = {slot->walk.tag, slot->walk.global_tag};
    for (uint32_t kinds = cache->kinds; kinds; kinds &= kinds - 1) {
        unsigned kind = (unsigned)__builtin_ctz(kinds);
        const struct smmu_entry *entry =
            smmu_cache_search(s, cache, key_of(slot->walk.key, kind), tag[kind / KIND_GLOBAL]);
        if (!entry)
            continue;
        if (smmu_is_clean_enough(slot, entry->attributes)) {
            leaf_from(entry, kind, leaf);
            slot->walk.global = kind & KIND_GLOBAL; /* so that the micro TLB's copy is as global as the TLB's */
            return true;
        }
        slot->walk.refused = true;
    }
    return false;
}

/* A leaf that a TLB or the IPA cache has is used, for the translation of that address. */
void smmu_tlb_emit(struct smmu_edge *e, unsigned index, enum smmu_cache_name name, const struct smmu_leaf *leaf)
{
    static const uint8_t granule_log2[] = {0, 12, 14, 16};
    static const enum prisim_cause cache[] = {PRISIM_CAUSE_MICRO_TLB, PRISIM_CAUSE_TLB, PRISIM_CAUSE_IPA_CACHE};
    const struct smmu_slot *slot = e->s->slot + index;
    bool ipa = name == SMMU_IPA_CACHE, global = !ipa && slot->walk.global;
    uint64_t address = ipa ? slot->walk.ipa : slot->address;
    assert(name <= SMMU_IPA_CACHE);
    PRISIM_PROBE(e->ports, e->now, smmu_cache_hit, .tlp = slot->tlp.head.id, .cache = cache[name],
                 .vmid = smmu_vmid_field(slot), .asid = ipa || global ? PRISIM_PASID_NONE : smmu_asid_field(slot),
                 .global = global, .address = address & ~prisim_bits_mask(leaf->size_log2),
                 .size = UINT64_C(1) << leaf->size_log2, .level = leaf->attributes >> LEAF_LEVEL_SHIFT & 3,
                 .granule = UINT64_C(1) << granule_log2[leaf->attributes >> LEAF_GRANULE_SHIFT & 3],
                 .since = leaf->since);
}

static void keep(struct smmu_edge *e, enum smmu_cache_name name, uint64_t key, uint32_t tag,
                 const struct smmu_leaf *leaf, prisim_cycle_t since, bool absent)
{
    struct smmu_entry *entry = smmu_cache_place(e->s, &e->s->caches[name], key, tag, absent);
    if (!entry)
        return;
    entry->output = leaf->output;
    entry->ipa = leaf->ipa;
    entry->since = since;
    entry->attributes = leaf->attributes;
}

/* SMMU-SYNC: what was in flight at an invalidation fills no cache. */
void smmu_tlb_fill(struct smmu_edge *e, unsigned index, const struct smmu_leaf *leaf, bool walked)
{
    const struct smmu_slot *slot = e->s->slot + index;
    unsigned kind = kind_of_size(leaf->size_log2) | (slot->walk.global ? KIND_GLOBAL : 0);
    uint64_t key = key_of(slot->walk.key, kind);
    uint32_t tag = slot->walk.global ? slot->walk.global_tag : slot->walk.tag;
    prisim_cycle_t since = walked ? slot->walk.since : leaf->since;
    bool absent = walked && slot->walk.missed_at == e->s->cached;
    if (walked) {
        if (e->s->no_fill >> index & 1)
            return;
        smmu_slots_recall(e, e->now - 1); /* a response comes before the look-ups that end at its edge */
        keep(e, SMMU_TLB, key, tag, leaf, since, absent);
    }
    keep(e, SMMU_MICRO_TLB, key, tag, leaf, since, absent);
}

bool smmu_ipa_find(struct smmu_edge *e, unsigned index, struct smmu_leaf *leaf)
{
    struct prisim_smmu *s = e->s;
    const struct smmu_slot *slot = s->slot + index;
    const struct smmu_cache *cache = &s->caches[SMMU_IPA_CACHE];
    uint64_t base = smmu_page_key(CACHED_STAGE_2, 0, slot->walk.ipa);
    for (uint32_t kinds = cache->kinds; kinds; kinds &= kinds - 1) {
        unsigned kind = (unsigned)__builtin_ctz(kinds);
        const struct smmu_entry *entry = smmu_cache_search(s, cache, key_of(base, kind), smmu_vmid_of(slot) << 16);
        if (entry) {
            leaf_from(entry, kind, leaf);
            return true;
        }
    }
    return false;
}

void smmu_ipa_fill(struct smmu_edge *e, unsigned index, const struct smmu_leaf *leaf)
{
    const struct smmu_slot *slot = e->s->slot + index;
    if (e->s->no_fill >> index & 1)
        return;
    uint64_t base = smmu_page_key(CACHED_STAGE_2, 0, slot->walk.ipa);
    keep(e, SMMU_IPA_CACHE, key_of(base, kind_of_size(leaf->size_log2)), smmu_vmid_of(slot) << 16, leaf,
         slot->walk.since2, false);
}
