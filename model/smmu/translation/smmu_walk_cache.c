/* SPDX-License-Identifier: Apache-2.0
 *
 * The walk caches: where the next table of a walk begins, by stage and by the level of the descriptor that said so
 * (SMMU-GEM5, "levels held": L0 to L2). All levels of a stage are looked up at once, and the deepest wins. A table of
 * stage 1 under stage 2 is kept by its IPA.
 */
#include "model/smmu/translation/smmu_walk.h"

/* Of what one descriptor of this level covers. */
static inline uint64_t key_of(uint64_t page_key, unsigned granule_log2, unsigned level)
{
    return (page_key & ~prisim_bits_mask(smmu_level_shift(granule_log2, level) - 12)) |
           (uint64_t)smmu_granule_code(granule_log2) << KEY_KIND;
}

static uint64_t key_2(const struct smmu_slot *slot, unsigned level)
{
    return key_of(smmu_page_key(CACHED_STAGE_2, 0, slot->walk.ipa), slot->ste.stage2.granule_log2, level);
}

static bool has_kind(const struct smmu_cache *cache, unsigned granule_log2)
{
    return cache->kinds >> smmu_granule_code(granule_log2) & 1;
}

void smmu_walk_find_1(struct smmu_edge *e, unsigned index)
{
    struct prisim_smmu *s = e->s;
    struct smmu_slot *slot = s->slot + index;
    unsigned granule_log2 = slot->cd.half[slot->walk.half].granule_log2;
    slot->walk.found = false;
    slot->walk.limits = 0;
    for (unsigned level = 3; level-- > 0;) {
        const struct smmu_cache *cache = &s->caches[SMMU_WALK_1 + level];
        const struct smmu_entry *entry =
            has_kind(cache, granule_log2)
                ? smmu_cache_search(s, cache, key_of(slot->walk.key, granule_log2, level), slot->walk.tag)
                : NULL;
        if (!entry)
            continue;
        slot->walk.found = true;
        slot->walk.table = entry->output;
        slot->walk.table_since = entry->since;
        slot->walk.limits = (uint8_t)entry->attributes;
        slot->walk.level = (uint8_t)(level + 1);
        return;
    }
}

bool smmu_walk_find_2(struct smmu_edge *e, unsigned index, uint64_t *table)
{
    struct prisim_smmu *s = e->s;
    struct smmu_slot *slot = s->slot + index;
    for (unsigned level = 3; level-- > 0;) {
        const struct smmu_cache *cache = &s->caches[SMMU_WALK_2 + level];
        const struct smmu_entry *entry = has_kind(cache, slot->ste.stage2.granule_log2)
                                             ? smmu_cache_search(s, cache, key_2(slot, level), smmu_vmid_of(slot) << 16)
                                             : NULL;
        if (!entry)
            continue;
        *table = entry->output;
        slot->walk.table_since = entry->since;
        slot->walk.level2 = (uint8_t)(level + 1);
        return true;
    }
    return false;
}

/* The table that was found is used. */
void smmu_walk_emit(struct smmu_edge *e, unsigned index, unsigned stage)
{
    const struct smmu_slot *slot = e->s->slot + index;
    bool first = stage == 1;
    unsigned level = (first ? slot->walk.level : slot->walk.level2) - 1u;
    unsigned granule_log2 = first ? slot->cd.half[slot->walk.half].granule_log2 : slot->ste.stage2.granule_log2;
    uint64_t covered = UINT64_C(1) << smmu_level_shift(granule_log2, level);
    PRISIM_PROBE(e->ports, e->now, smmu_cache_hit, .tlp = slot->tlp.head.id,
                 .cache = first ? PRISIM_CAUSE_WALK_CACHE_1 : PRISIM_CAUSE_WALK_CACHE_2, .vmid = smmu_vmid_field(slot),
                 .asid = first ? smmu_asid_field(slot) : PRISIM_PASID_NONE, .global = 0,
                 .address = (first ? slot->address : slot->walk.ipa) & ~(covered - 1), .size = covered, .level = level,
                 .granule = UINT64_C(1) << granule_log2, .since = slot->walk.table_since);
}

static void keep(struct smmu_edge *e, unsigned name, uint64_t key, uint32_t tag, uint64_t table, uint8_t limits,
                 prisim_cycle_t since, bool absent)
{
    smmu_slots_recall(e, e->now - 1); /* a response comes before the look-ups that end at its edge */
    struct smmu_entry *entry = smmu_cache_place(e->s, &e->s->caches[name], key, tag, absent);
    if (!entry)
        return;
    entry->output = table;
    entry->ipa = 0;
    entry->since = since;
    entry->attributes = limits;
}

/* SMMU-SYNC: what was in flight at an invalidation fills no cache. */
void smmu_walk_fill_1(struct smmu_edge *e, unsigned index, uint64_t table)
{
    struct smmu_slot *slot = e->s->slot + index;
    unsigned level = slot->walk.level;
    assert(level <= 2);
    if ((e->s->no_fill >> index & 1) || !e->s->caches[SMMU_WALK_1 + level].sets)
        return;
    bool absent = slot->walk.missed_at == e->s->cached;
    keep(e, SMMU_WALK_1 + level, key_of(slot->walk.key, slot->cd.half[slot->walk.half].granule_log2, level),
         slot->walk.tag, table, slot->walk.limits, slot->walk.since, absent);
    if (absent) /* the other keys of this walk are still in no cache */
        slot->walk.missed_at = e->s->cached;
}

void smmu_walk_fill_2(struct smmu_edge *e, unsigned index, uint64_t table)
{
    const struct smmu_slot *slot = e->s->slot + index;
    unsigned level = slot->walk.level2;
    assert(level <= 2);
    if (!(e->s->no_fill >> index & 1) && e->s->caches[SMMU_WALK_2 + level].sets)
        keep(e, SMMU_WALK_2 + level, key_2(slot, level), smmu_vmid_of(slot) << 16, table, 0, slot->walk.since2, false);
}
