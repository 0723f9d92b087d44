/* SPDX-License-Identifier: Apache-2.0
 *
 * What the SMMU keeps and what takes it out: entries used though a completed CMD_TLBI covers them, and what of a PASID
 * was read and not invalidated since. The SMMU does not say what it keeps or replaces: what no completed command covers
 * counts as kept, and software cannot know better (docs/timing/smmu.md, "What can be judged from the stream").
 */
#include <inttypes.h>
#include <stdio.h>

#include "model/smmu/smmu_records.h"
#include "tb/checkers/checkers_state.h"

/* smmu.tlbi */
void on_tlbi(struct checkers *c, const struct prisim_event *event)
{
    c->tlbs.tlbi = tables_grow(&c->arena, c->tlbs.tlbi, c->tlbs.tlbis, &c->tlbs.tlbis_room, sizeof *c->tlbs.tlbi);
    c->tlbs.tlbi[c->tlbs.tlbis++] =
        (struct tlb_command){.what = event->smmu_tlbi, .at = event->cycle, .synced = PRISIM_CYCLE_NEVER};
}

/* smmu.command: how far they came, and what takes CDs out. */
void on_command(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_smmu_command *e = &event->smmu_command;
    c->command = e->index;
    switch (e->opcode) {
    case PRISIM_CMDQ_OP_CFGI_STE:
    case PRISIM_CMDQ_OP_CFGI_ALL:
    case PRISIM_CMDQ_OP_CFGI_CD:
    case PRISIM_CMDQ_OP_CFGI_CD_ALL:
        c->tlbs.cfgi = tables_grow(&c->arena, c->tlbs.cfgi, c->tlbs.cfgis, &c->tlbs.cfgis_room, sizeof *c->tlbs.cfgi);
        c->tlbs.cfgi[c->tlbs.cfgis++] =
            (struct cd_command){.opcode = e->opcode, .stream_id = e->stream_id, .pasid = e->pasid, .at = event->cycle};
        break;
    }
}

enum { OF_STAGE_1 = 1, OF_STAGE_2 = 2, OF_EL2 = 4 };

/* Whose entries a command is for (SMMU-TLBI). */
static unsigned kinds_of_command(uint64_t opcode)
{
    switch (opcode) {
    case PRISIM_CMDQ_OP_TLBI_EL2_ALL:
    case PRISIM_CMDQ_OP_TLBI_EL2_ASID:
    case PRISIM_CMDQ_OP_TLBI_EL2_VA:
    case PRISIM_CMDQ_OP_TLBI_EL2_VAA:
        return OF_EL2;
    case PRISIM_CMDQ_OP_TLBI_S2_IPA:
        return OF_STAGE_2;
    case PRISIM_CMDQ_OP_TLBI_S12_VMALL:
    case PRISIM_CMDQ_OP_TLBI_NSNH_ALL:
        return OF_STAGE_1 | OF_STAGE_2;
    }
    return OF_STAGE_1;
}

static unsigned kind_of_entry(const struct prisim_event_smmu_cache_hit *hit)
{
    if (hit->vmid == PRISIM_PASID_NONE)
        return OF_EL2;
    return hit->asid == PRISIM_PASID_NONE && !hit->global ? OF_STAGE_2 : OF_STAGE_1;
}

static bool meet(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
    return a - b < b_size || b - a < a_size;
}

/* SMMU-TLBI-14: nested, an entry may be a piece of a block or page of stage 1; one address in that takes it too. A
 * contiguous entry is larger than its leaf. */
static uint64_t covered_size(const struct prisim_event_smmu_cache_hit *hit)
{
    unsigned granule_log2 = 0;
    while (granule_log2 < 16 && hit->granule >> granule_log2 > 1)
        granule_log2++;
    if (hit->level > 3 || granule_log2 < 12)
        return hit->size;
    uint64_t leaf = UINT64_C(1) << (granule_log2 + (3 - hit->level) * (granule_log2 - 3));
    return leaf > hit->size ? leaf : hit->size;
}

static bool covers(const struct prisim_event_smmu_tlbi *tlbi, const struct prisim_event_smmu_cache_hit *hit)
{
    bool table = hit->cache == PRISIM_CAUSE_WALK_CACHE_1 || hit->cache == PRISIM_CAUSE_WALK_CACHE_2;
    if (!(kinds_of_command(tlbi->opcode) & kind_of_entry(hit)))
        return false;
    if (tlbi->vmid != PRISIM_PASID_NONE && tlbi->vmid != hit->vmid)
        return false;
    if (hit->global && (tlbi->opcode == PRISIM_CMDQ_OP_TLBI_NH_ASID || tlbi->opcode == PRISIM_CMDQ_OP_TLBI_EL2_ASID))
        return false;
    if (!hit->global && tlbi->asid != PRISIM_PASID_NONE && tlbi->asid != hit->asid)
        return false;
    if (table ? tlbi->leaf
              : (tlbi->level && tlbi->level != hit->level) || (tlbi->granule && tlbi->granule != hit->granule))
        return false;
    uint64_t size = table ? hit->size : covered_size(hit);
    return tlbi->size != 0 && meet(tlbi->address, tlbi->size, hit->address & ~(size - 1), size);
}

/* smmu.cache_hit. A SYNC waits for the accesses that were under way: who uses an entry later began later. */
void on_cache_hit(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_smmu_cache_hit *e = &event->smmu_cache_hit;
    char what[WORDS_MAX];
    recycled_cached(c, e);
    uint32_t left = e->asid == PRISIM_PASID_NONE ? 0 : (uint32_t)map_get(&c->freed.left_of, e->asid);
    if (left != 0) {
        snprintf(what, sizeof what, "a translation of 0x%" PRIx64 " by the %s, ASID %" PRIu64 ",", e->address,
                 prisim_cause_name((enum prisim_cause)e->cache), e->asid);
        freed_used(c, left, LEFT_TLB, e->since, event->cycle, what);
    }
    for (uint32_t i = 0; i < c->tlbs.tlbis_synced; i++) {
        const struct tlb_command *tlbi = &c->tlbs.tlbi[i];
        if (e->since > tlbi->at || event->cycle <= tlbi->synced || !covers(&tlbi->what, e))
            continue;
        checkers_hit(c, HAZARD_STALE_TLB, event->cycle,
                     "an entry of the %s (ASID %" PRId64 ", 0x%" PRIx64 "), read at cycle %" PRIu64
                     ", was used at cycle %" PRIu64 "; the TLBI of cycle %" PRIu64
                     " covers it, by the SYNC of cycle %" PRIu64,
                     prisim_cause_name((enum prisim_cause)e->cache), (int64_t)e->asid, e->address, e->since,
                     event->cycle, tlbi->at, tlbi->synced);
        return;
    }
}

static uint64_t cached_key(uint64_t asid, uint64_t page)
{
    return (asid & 0xffff) << 40 | (page & UINT64_C(0xffffffffff));
}

static void keep(struct checkers *c, uint64_t asid, uint64_t page, prisim_cycle_t cycle)
{
    uint64_t key = cached_key(asid, page);
    struct cached *cached = pool_get(&c->tlbs.cached, map_get(&c->tlbs.cached_of, key));
    if (cached == NULL || !cached->pool.live) {
        cached = pool_take(&c->arena, &c->tlbs.cached);
        map_put(&c->arena, &c->tlbs.cached_of, key, cached->pool.self);
        cached->asid = asid;
        cached->page = page;
    }
    cached->at = cycle;
}

/* smmu.translate */
void tlb_translated(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_smmu_translate *e = &event->smmu_translate;
    const struct prisim_smmu_config *smmu = &c->scenario->system.smmu[0];
    if (e->asid == PRISIM_PASID_NONE)
        return;
    if (e->cause == PRISIM_CAUSE_TRANSLATED && (smmu->tlb_entries || smmu->micro_tlb_entries))
        keep(c, e->asid, e->address >> 12, event->cycle);
    struct context *context = smmu->config_entries ? binding_context(c, e->stream_id, e->pasid) : NULL;
    if (context == NULL)
        return;
    if (context->cd_left != 0) {
        char what[WORDS_MAX];
        snprintf(what, sizeof what, "the translation of 0x%" PRIx64 " by the CD read at cycle %" PRIu64, e->address,
                 e->cd_since);
        freed_used(c, context->cd_left, LEFT_CD, e->cd_since, event->cycle, what);
    }
    if (context->cd_since == PRISIM_PASID_NONE || e->cd_since > context->cd_since)
        context->cd_since = e->cd_since;
}

/* SMMU-CFGI. How many StreamIDs CFGI_ALL is for is not told: as for all. */
static void take_cds(struct checkers *c, const struct cd_command *cfgi)
{
    for (uint32_t i = 0; i < c->bindings.contexts; i++) {
        struct context *context = &c->bindings.context[i];
        bool named = cfgi->opcode == PRISIM_CMDQ_OP_CFGI_ALL ||
                     (context->stream_id == cfgi->stream_id &&
                      (cfgi->opcode != PRISIM_CMDQ_OP_CFGI_CD || context->pasid == cfgi->pasid));
        if (named && context->cd_since != PRISIM_PASID_NONE && context->cd_since <= cfgi->at)
            context->cd_since = PRISIM_PASID_NONE;
    }
}

/* An entry is taken as gone if a command meets it: hints of level and granule keep only what the command is not for. */
static void take_entries(struct checkers *c, const struct prisim_event_smmu_tlbi *tlbi)
{
    for (uint32_t i = 0; (kinds_of_command(tlbi->opcode) & OF_STAGE_1) && i < c->tlbs.cached.records; i++) {
        struct cached *cached = pool_at(&c->tlbs.cached, i);
        if (cached == NULL || (tlbi->asid != PRISIM_PASID_NONE && tlbi->asid != cached->asid) || tlbi->size == 0 ||
            !meet(tlbi->address, tlbi->size, cached->page << 12, 1 << 12))
            continue;
        map_take(&c->tlbs.cached_of, cached_key(cached->asid, cached->page));
        pool_give_back(&c->arena, &c->tlbs.cached, cached);
    }
}

static bool same_scope(const struct prisim_event_smmu_tlbi *a, const struct prisim_event_smmu_tlbi *b)
{
    return a->opcode == b->opcode && a->vmid == b->vmid && a->asid == b->asid && a->address == b->address &&
           a->size == b->size && a->leaf == b->leaf && a->level == b->level && a->granule == b->granule;
}

void tlb_synced(struct checkers *c, prisim_cycle_t cycle)
{
    uint32_t all = c->tlbs.tlbis;
    for (uint32_t i = 0; i < c->tlbs.cfgis; i++)
        take_cds(c, &c->tlbs.cfgi[i]);
    c->tlbs.cfgis = 0;
    for (uint32_t i = c->tlbs.tlbis_synced; i < all; i++) {
        struct tlb_command tlbi = c->tlbs.tlbi[i];
        uint32_t place = 0;
        take_entries(c, &tlbi.what);
        tlbi.synced = cycle;
        while (place < c->tlbs.tlbis_synced && !same_scope(&c->tlbs.tlbi[place].what, &tlbi.what))
            place++;
        c->tlbs.tlbi[place] = tlbi;
        c->tlbs.tlbis_synced += place == c->tlbs.tlbis_synced;
    }
    c->tlbs.tlbis = c->tlbs.tlbis_synced;
}

unsigned tlb_left(const struct checkers *c, const struct context *context, uint64_t asid, prisim_cycle_t until)
{
    unsigned left = context != NULL && context->cd_since <= until ? LEFT_CD : 0;
    for (uint32_t i = 0; asid != 0 && i < c->tlbs.cached.records; i++) {
        const struct cached *cached = pool_at(&c->tlbs.cached, i);
        if (cached != NULL && cached->asid == asid && cached->at <= until)
            return left | LEFT_TLB;
    }
    return left;
}
