/* SPDX-License-Identifier: Apache-2.0
 *
 * The path of a slot: configuration look-up, STE, CD, then TLB and walk (smmu_walk.c), and its end, which smmu_ats.c,
 * smmu_dma.c or smmu_pri_link.c turn into what is answered (smmuv3 3.3 "Priority", 5.4, 6.1, 6.3).
 */
#include "model/smmu/smmu_state.h"

void smmu_slot_fetch(struct smmu_edge *e, unsigned index, enum smmu_slot_state state, uint64_t address)
{
    struct smmu *s = e->s;
    assert(!(s->fetching >> index & 1));
    s->slot[index].state = (uint8_t)state;
    s->slot[index].fetch = address;
    s->fetching |= UINT32_C(1) << index;
    smmu_memory_want(s, SMMU_MEMORY_SLOT);
}

void smmu_slot_free(struct smmu *s, unsigned index)
{
    uint32_t bit = UINT32_C(1) << index;
    assert(!(s->free & bit) && !((s->timed | s->fetching | s->answering | s->reporting) & bit));
    s->slot[index].state = SMMU_SLOT_FREE;
    s->free |= bit;
    smmu_up_room(s);
    s->no_fill &= ~bit;
    s->sync_slots &= ~bit;
}

/* Stage 1 is skipped: identity. smmuv3 3.3: above IAS it is F_ADDR_SIZE. */
static void bypass(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = &e->s->slot[index];
    slot->cd.flags = SMMU_CD_R | SMMU_CD_A; /* always recorded and aborted */
    slot->output = slot->address;
    slot->size_log2 = 12;
    slot->access = ACCESS_READ | ACCESS_WRITE;
    bool outside = slot->address >> e->config->oas_bits != 0;
    smmu_slot_end(e, index, outside ? CAUSE_ADDRESS_SIZE_FAULT : CAUSE_BYPASS);
}

/* The STE is known: it may override what the transaction says of itself (smmuv3 5.2, 3.3). */
static void ste_taken(struct smmu_slot *slot, const struct smmu_ste *ste)
{
    const struct tlp_header *head = &slot->tlp.head;
    bool read = slot->kind != SMMU_PPAR && head->type == TLP_MEMORY_READ;
    slot->ste = *ste;
    slot->privileged = slot->has_pasid && (head->flags & TLP_PRIVILEGED);
    if (ste->privcfg == OVERRIDE_CLEAR || ste->privcfg == OVERRIDE_SET)
        slot->privileged = ste->privcfg == OVERRIDE_SET;
    slot->execute = read && slot->has_pasid && (head->flags & TLP_EXECUTE);
    if (read && (ste->instcfg == OVERRIDE_CLEAR || ste->instcfg == OVERRIDE_SET))
        slot->execute = ste->instcfg == OVERRIDE_SET;
}

static void cd_known(struct smmu_edge *e, unsigned index, const struct smmu_cd *cd)
{
    struct smmu_slot *slot = &e->s->slot[index];
    if (cd->illegal) {
        smmu_slot_end(e, index, CAUSE_BAD_CD);
        return;
    }
    slot->cd = *cd;
    slot->stages = SMMU_STAGE_1;
    if (slot->kind == SMMU_PREFETCH_CONFIG) {
        smmu_slot_end(e, index, CAUSE_BYPASS);
        return;
    }
    smmu_walk_ahead(e, index, e->now);
}

/* smmuv3 5.4, Config=101: the SubstreamID that selects the CD (0 with S1CDMax=0), or how it ends. */
static enum cause select_cd(const struct smmu_slot *slot, const struct smmu_ste *ste, uint32_t *ssid)
{
    *ssid = slot->has_pasid ? slot->pasid : 0;
    if (ste->s1cdmax == 0)
        return slot->has_pasid ? CAUSE_BAD_SUBSTREAM_ID : CAUSE_NONE;
    if (slot->has_pasid) {
        if (slot->pasid >> ste->s1cdmax != 0)
            return CAUSE_BAD_SUBSTREAM_ID;
        return slot->pasid == 0 && ste->s1dss == S1DSS_CD0 ? CAUSE_STREAM_DISABLED : CAUSE_NONE;
    }
    if (ste->s1dss == S1DSS_BYPASS)
        return CAUSE_BYPASS;
    return ste->s1dss == S1DSS_CD0 ? CAUSE_NONE : CAUSE_STREAM_DISABLED; /* 3 acts as 0 */
}

/* smmuv3 6.1, 6.3: what the STE says of ATS, before anything else of it. CAUSE_NONE goes on. */
static enum cause check_ats(const struct smmu_slot *slot, const struct smmu_ste *ste)
{
    if (ste->illegal)
        return CAUSE_BAD_STE;
    if (ste->config == STE_CONFIG_ABORT)
        return CAUSE_STREAM_ABORT;
    /* Split-stage and DPT act as off: neither is built (smmuv3 5.2). */
    bool ats = ste->config != STE_CONFIG_BYPASS && ste->eats == EATS_FULL;
    if (slot->kind == SMMU_TRANSLATION_REQUEST && !ats)
        return CAUSE_BAD_ATS_REQUEST;
    if (slot->kind == SMMU_TRANSLATED)
        return ats ? CAUSE_BYPASS : CAUSE_TRANSLATED_FORBIDDEN;
    return CAUSE_NONE;
}

static void ste_known(struct smmu_edge *e, unsigned index, const struct smmu_ste *ste)
{
    struct smmu_slot *slot = &e->s->slot[index];
    ste_taken(slot, ste);
    if (slot->kind == SMMU_PPAR && !ste->illegal) {
        smmu_pri_lookup_end(e, index, ste);
        return;
    }
    enum cause cause = check_ats(slot, ste);
    if (cause != CAUSE_NONE) {
        smmu_slot_end(e, index, cause);
        return;
    }
    if (ste->config == STE_CONFIG_BYPASS) {
        if (slot->has_pasid)
            smmu_slot_end(e, index, CAUSE_BAD_SUBSTREAM_ID);
        else
            bypass(e, index);
        return;
    }
    uint32_t ssid;
    cause = select_cd(slot, ste, &ssid);
    if (cause == CAUSE_BYPASS) {
        bypass(e, index);
    } else if (cause != CAUSE_NONE) {
        smmu_slot_end(e, index, cause);
    } else {
        const struct smmu_cd *cd = smmu_config_find_cd(e, slot->stream_id, ssid);
        if (cd)
            cd_known(e, index, cd);
        else
            smmu_slot_fetch(e, index, SMMU_SLOT_CD, ste->context + (uint64_t)ssid * CD_BYTES);
    }
}

/* The CD that an access goes on to the TLB with, if all that takes is cached; else NULL. */
static const struct smmu_cd *cached_cd(const struct smmu_edge *e, struct smmu_slot *slot)
{
    uint32_t ssid;
    if (slot->kind != SMMU_TRANSLATION_REQUEST && slot->kind != SMMU_UNTRANSLATED)
        return NULL;
    const struct smmu_ste *ste = smmu_config_find_ste(e, slot->stream_id);
    if (!ste || !smmu_is_stream(e, slot->stream_id) || check_ats(slot, ste) != CAUSE_NONE ||
        ste->config == STE_CONFIG_BYPASS || select_cd(slot, ste, &ssid) != CAUSE_NONE)
        return NULL;
    const struct smmu_cd *cd = smmu_config_find_cd(e, slot->stream_id, ssid);
    if (!cd || cd->illegal)
        return NULL;
    ste_taken(slot, ste);
    return cd;
}

/* The configuration look-up begins. If it will hit, the TLB is looked up too: one wait for all. */
static void config_ahead(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = &e->s->slot[index];
    cycle_t end = e->now + e->config->config_latency;
    const struct smmu_cd *cd = cached_cd(e, slot);
    if (cd) {
        slot->cd = *cd;
        slot->stages = SMMU_STAGE_1;
        smmu_walk_ahead(e, index, end);
    } else {
        smmu_slot_wait(e, index, SMMU_SLOT_CONFIG, end);
    }
}

/* A transaction was taken. With SMMUEN=0, and for a translated one that is not checked, it ends at once. */
void smmu_slot_start(struct smmu_edge *e, unsigned index)
{
    struct smmu *s = e->s;
    struct smmu_slot *slot = &s->slot[index];
    slot->stages = 0;
    slot->ste.mev = 0; /* until the STE is known */
    slot->fault = (struct smmu_fault){.class = SMMU_CLASS_IN};
    if (!smmu_is_enabled(s, CR0_SMMUEN))
        smmu_slot_end(e, index, CAUSE_SMMU_OFF);
    else if (slot->kind == SMMU_TRANSLATED && !smmu_is_enabled(s, CR0_ATSCHK)) /* smmuv3 6.3 */
        smmu_slot_end(e, index, CAUSE_BYPASS);
    else
        config_ahead(e, index);
}

/* The configuration look-up is over. */
static void look_up_config(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = &e->s->slot[index];
    if (!smmu_is_stream(e, slot->stream_id)) {
        smmu_slot_end(e, index, CAUSE_BAD_STREAM_ID);
        return;
    }
    const struct smmu_ste *ste = smmu_config_find_ste(e, slot->stream_id);
    if (ste)
        ste_known(e, index, ste);
    else
        smmu_slot_fetch(e, index, SMMU_SLOT_STE, smmu_ste_address(e, slot->stream_id));
}

/* Carries on all slots whose time has come. */
void smmu_slot_due(struct smmu_edge *e)
{
    struct smmu *s = e->s;
    smmu_timer_set(s, SMMU_TIMER_SLOTS, CYCLE_NEVER);
    for (uint32_t left = s->timed; left; left &= left - 1) {
        unsigned index = (unsigned)__builtin_ctz(left);
        struct smmu_slot *slot = &s->slot[index];
        if (slot->due > e->now) {
            smmu_timer_min(s, SMMU_TIMER_SLOTS, slot->due);
            continue;
        }
        s->timed &= ~(UINT32_C(1) << index);
        s->ahead &= s->timed;
        if (slot->state == SMMU_SLOT_CONFIG)
            look_up_config(e, index);
        else
            smmu_walk_due(e, index);
    }
    if (s->micro_fills)
        smmu_micro_fills(e);
}

/* The CD's address has gone through stage 2. */
void smmu_context_translated(struct smmu_edge *e, unsigned index, uint64_t address)
{
    smmu_slot_fetch(e, index, SMMU_SLOT_CD, address);
}

static void cd_fetched(struct smmu_edge *e, unsigned index, const uint8_t *record)
{
    struct smmu_slot *slot = &e->s->slot[index];
    struct smmu_cd cd;
    smmu_cd_decode(e->config, &slot->ste, record, &cd);
    if (!(e->s->no_fill >> index & 1))
        smmu_config_fill_cd(e, slot->stream_id, slot->has_pasid ? slot->pasid : 0, &cd);
    cd_known(e, index, &cd);
}

static void ste_fetched(struct smmu_edge *e, unsigned index, const uint8_t *record)
{
    struct smmu_ste ste;
    smmu_ste_decode(e, record, &ste);
    if (!(e->s->no_fill >> index & 1))
        smmu_config_fill_ste(e, e->s->slot[index].stream_id, &ste);
    ste_known(e, index, &ste);
}

/* smmuv3 2.4: the result of an aborted fetch is kept nowhere. */
void smmu_slot_fetched(struct smmu_edge *e, unsigned index, const struct memory_response *response)
{
    struct smmu_slot *slot = &e->s->slot[index];
    bool ok = response->status == MEMORY_OK;
    assert(slot->state == SMMU_SLOT_STE || slot->state == SMMU_SLOT_CD || slot->state == SMMU_SLOT_DESCRIPTOR ||
           slot->state == SMMU_SLOT_SWAP);
    if (slot->state == SMMU_SLOT_STE) {
        if (ok)
            ste_fetched(e, index, response->data);
        else
            smmu_slot_end(e, index, CAUSE_STE_FETCH);
    } else if (slot->state == SMMU_SLOT_CD) {
        if (ok)
            cd_fetched(e, index, response->data);
        else
            smmu_slot_end(e, index, CAUSE_CD_FETCH);
    } else if (!ok) {
        smmu_walk_aborted(e, index);
    } else if (slot->state == SMMU_SLOT_SWAP) {
        smmu_walk_swapped(e, index, load_le64(response->data));
    } else {
        smmu_walk_descriptor(e, index, load_le64(response->data));
    }
}

/* The translation is over, well or not: its event record, then its answer. */
void smmu_slot_end(struct smmu_edge *e, unsigned index, enum cause cause)
{
    struct smmu *s = e->s;
    struct smmu_slot *slot = &s->slot[index];
    uint64_t dw[4];
    slot->cause = (uint8_t)cause;
    if (s->walking)
        smmu_walk_ended(e, index);
    if (cause != CAUSE_TRANSLATED && cause != CAUSE_BYPASS && smmu_fault_record(e, slot, cause, dw)) {
        if (!smmu_event_room(s)) {
            slot->state = SMMU_SLOT_REPORT;
            s->reporting |= UINT32_C(1) << index;
            return;
        }
        smmu_event_push(e, dw);
    }
    switch ((enum smmu_kind)slot->kind) {
    case SMMU_PREFETCH_CONFIG:
    case SMMU_PREFETCH_ADDRESS:
        smmu_prefetch_end(e, index);
        break;
    case SMMU_TRANSLATION_REQUEST:
        smmu_ats_end(e, index);
        break;
    case SMMU_UNTRANSLATED:
    case SMMU_TRANSLATED:
        smmu_dma_end(e, index);
        break;
    case SMMU_PPAR:
        smmu_pri_lookup_end(e, index, NULL);
        break;
    }
}

/* There is room for one more event record. */
void smmu_slot_reports(struct smmu_edge *e)
{
    struct smmu *s = e->s;
    unsigned index = (unsigned)__builtin_ctz(s->reporting);
    assert(s->slot[index].state == SMMU_SLOT_REPORT && smmu_event_room(s));
    s->reporting &= s->reporting - 1;
    smmu_slot_end(e, index, (enum cause)s->slot[index].cause);
}
