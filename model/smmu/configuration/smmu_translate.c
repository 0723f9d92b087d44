/* SPDX-License-Identifier: Apache-2.0
 *
 * The path of a slot: configuration look-up, STE, CD, then TLB and walk (smmu_lookup.c), up to its end, which is noted
 * and which smmu_slot_answer.c turns into what is answered (SMMU-EVENT "Priority", SMMU-FLOW, SMMU-ATSREQ,
 * SMMU-ATSTRANSLATED).
 */
#include "model/smmu/configuration/smmu_configuration.h"
#include "model/smmu/translation/smmu_permission.h"

/* Stage 1 is skipped, and there is no other: identity. */
static void bypass(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = e->s->slot + index;
    slot->output = slot->address;
    slot->size_log2 = 12;
    slot->access = PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE;
    smmu_slot_end(e, index, PRISIM_CAUSE_BYPASS);
}

/* The STE is known: it may override what the transaction says of itself (SMMU-STE, SMMU-EVENT). */
static void ste_taken(struct smmu_edge *e, struct smmu_slot *slot, const struct smmu_ste *ste)
{
    const struct prisim_tlp_header *head = &slot->tlp.head;
    bool read = slot->kind != SMMU_PPAR && head->type == PRISIM_TLP_MEMORY_READ;
    slot->ste = *ste;
    slot->split = slot->kind == SMMU_TRANSLATION_REQUEST && smmu_effective_eats(e, ste) == PRISIM_EATS_SPLIT;
    slot->cd.flags = SMMU_CD_R | SMMU_CD_A; /* without a CD: recorded and aborted */
    /* SMMU-ATSTRANSLATED: with PASIDTT=0 a translated access has no PASID: it comes as Data, Unprivileged. With EATS=10
     * the overrides act before stage 2 (item 1); with EATS=01 nobody looks at them. */
    assert(slot->kind != SMMU_TRANSLATED || !slot->has_pasid);
    slot->privileged = smmu_overridden(ste->privcfg, slot->has_pasid && (head->flags & PRISIM_TLP_PRIVILEGED));
    slot->execute = read && smmu_overridden(ste->instcfg, slot->has_pasid && (head->flags & PRISIM_TLP_EXECUTE));
}

/* Translation begins, or began, at `begin`; the CD is in the slot if stage 1 is among the stages. */
static void translate(struct smmu_edge *e, unsigned index, unsigned stages, prisim_cycle_t begin)
{
    struct smmu_slot *slot = e->s->slot + index;
    slot->stages = (uint8_t)(stages | (smmu_has_stage2(&slot->ste) ? SMMU_STAGE_2 : 0));
    assert(slot->stages != 0);
    if (slot->kind == SMMU_PREFETCH_CONFIG)
        smmu_slot_end(e, index, PRISIM_CAUSE_BYPASS);
    else
        smmu_walk_ahead(e, index, begin);
}

static void cd_known(struct smmu_edge *e, unsigned index, const struct smmu_cd *cd)
{
    struct smmu_slot *slot = e->s->slot + index;
    if (cd->illegal) {
        smmu_slot_end(e, index, PRISIM_CAUSE_BAD_CD);
        return;
    }
    slot->cd = *cd;
    translate(e, index, SMMU_STAGE_1, e->now);
}

/* SMMU-STRTAB-6: with Config=111 stage 2 translates the address of a CD, and of its level-1 descriptor. */
static void fetch_structure(struct smmu_edge *e, unsigned index, enum smmu_slot_state structure, uint64_t address)
{
    struct smmu_slot *slot = e->s->slot + index;
    assert(structure == SMMU_SLOT_L1CD || structure == SMMU_SLOT_CD);
    slot->structure = (uint8_t)structure;
    if (smmu_has_stage2(&slot->ste))
        smmu_walk_context(e, index, address);
    else
        smmu_slot_fetch(e, index, structure, address);
}

/* The level-1 descriptor is known. */
static void l1cd_known(struct smmu_edge *e, unsigned index, uint64_t descriptor)
{
    struct smmu_slot *slot = e->s->slot + index;
    uint64_t address;
    if (smmu_l1cd_decode(e->config, &slot->ste, descriptor, slot->ssid, &address))
        fetch_structure(e, index, SMMU_SLOT_CD, address);
    else
        smmu_slot_end(e, index, PRISIM_CAUSE_BAD_SUBSTREAM_ID);
}

static void find_cd(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = e->s->slot + index;
    unsigned leaf_log2 = smmu_cd_leaf_log2(&slot->ste);
    const struct smmu_cd *cd = smmu_config_find_cd(e, slot->stream_id, slot->ssid);
    if (cd) {
        cd_known(e, index, cd);
    } else if (leaf_log2 == 0) {
        fetch_structure(e, index, SMMU_SLOT_CD, smmu_cd_address(&slot->ste, slot->ssid));
    } else {
        uint64_t descriptor = smmu_config_find_l1cd(e, slot->stream_id, slot->ssid, leaf_log2);
        if (descriptor)
            l1cd_known(e, index, descriptor);
        else
            fetch_structure(e, index, SMMU_SLOT_L1CD, smmu_l1cd_address(&slot->ste, slot->ssid));
    }
}

static void ste_known(struct smmu_edge *e, unsigned index, const struct smmu_ste *ste)
{
    struct smmu_slot *slot = e->s->slot + index;
    ste_taken(e, slot, ste);
    if (slot->kind == SMMU_PPAR && !ste->illegal) {
        smmu_slot_end(e, index, PRISIM_CAUSE_BYPASS);
        return;
    }
    struct smmu_route route = smmu_route_of(e, slot, ste);
    slot->ssid = route.ssid;
    switch ((enum smmu_destination)route.to) {
    case TO_END:
        smmu_slot_end(e, index, (enum prisim_cause)route.cause);
        break;
    case TO_BYPASS:
        bypass(e, index);
        break;
    case TO_STAGE2:
        translate(e, index, 0, e->now);
        break;
    case TO_CD:
        find_cd(e, index);
        break;
    }
}

/* Whom a look-up was for, as far as the STE and the CD depend on it; never 0. */
static uint64_t who(const struct smmu_slot *slot)
{
    return (uint64_t)slot->stream_id << 32 | (slot->has_pasid ? slot->pasid : 0) << 4 |
           (slot->has_pasid ? UINT32_C(8) : 0) | (slot->kind + 1u);
}

/* The stages that translate an access, if all they take is cached: STE and CD are in the slot then. Else 0. */
static unsigned cached_stages(struct smmu_edge *e, struct smmu_slot *slot)
{
    const struct smmu_ste *ste = smmu_config_find_ste(e, slot->stream_id);
    if (slot->kind > SMMU_TRANSLATED || !ste || !smmu_is_stream(e, slot->stream_id))
        return 0;
    struct smmu_route route = smmu_route_of(e, slot, ste);
    if (route.to == TO_STAGE2) {
        ste_taken(e, slot, ste);
        return SMMU_STAGE_2;
    }
    const struct smmu_cd *cd = route.to == TO_CD ? smmu_config_find_cd(e, slot->stream_id, route.ssid) : NULL;
    if (!cd || cd->illegal)
        return 0;
    ste_taken(e, slot, ste);
    slot->ssid = route.ssid;
    slot->cd = *cd;
    /* It holds for the next one, but for what an STE overrides. */
    if (!(ste->privcfg | ste->instcfg)) {
        slot->looked_up_for = who(slot);
        slot->looked_up_at = e->s->configured;
    }
    return SMMU_STAGE_1;
}

/* Not what the slot's last transaction had: the registers that this needs are saved here. */
__attribute__((noinline)) static void config_anew(struct smmu_edge *e, unsigned index, prisim_cycle_t end)
{
    struct smmu_slot *slot = e->s->slot + index;
    smmu_slot_forget(slot);
    unsigned stages = cached_stages(e, slot);
    if (stages)
        translate(e, index, stages, end);
    else
        smmu_slot_wait(e, index, SMMU_SLOT_CONFIG, end);
}

/* The configuration look-up begins. If it will hit, the TLB is looked up too: one wait for all. */
static inline void config_ahead(struct smmu_edge *e, unsigned index)
{
    const struct smmu_slot *slot = e->s->slot + index;
    prisim_cycle_t end = e->now + e->config->config_latency;
    if (slot->looked_up_at != e->s->configured || slot->looked_up_for != who(slot))
        config_anew(e, index, end);
    else if (!smmu_walk_again(e, index, end))
        smmu_walk_ahead(e, index, end);
}

/* A transaction was taken. With SMMUEN=0, and for a translated one that is not checked, it ends at once. */
void smmu_slot_start(struct smmu_edge *e, unsigned index)
{
    struct prisim_smmu *s = e->s;
    struct smmu_slot *slot = s->slot + index;
    if (!smmu_is_enabled(s, PRISIM_CR0_SMMUEN)) {
        smmu_slot_forget(slot);
        smmu_slot_end(e, index, PRISIM_CAUSE_SMMU_OFF);
    } else if (slot->kind == SMMU_TRANSLATED && !smmu_is_enabled(s, PRISIM_CR0_ATSCHK)) { /* SMMU-ATSTRANSLATED-2 */
        smmu_slot_end(e, index, PRISIM_CAUSE_BYPASS);
    } else {
        config_ahead(e, index);
    }
}

/* The level-1 descriptor of the stream table is known. */
static void l1std_known(struct smmu_edge *e, unsigned index, uint64_t descriptor)
{
    uint64_t address;
    if (smmu_l1std_decode(descriptor, smmu_stream_split(e), e->s->slot[index].stream_id, &address))
        smmu_slot_fetch(e, index, SMMU_SLOT_STE, address);
    else
        smmu_slot_end(e, index, PRISIM_CAUSE_BAD_STREAM_ID);
}

/* The configuration look-up is over. */
void smmu_slot_configure(struct smmu_edge *e, unsigned index)
{
    uint32_t stream_id = e->s->slot[index].stream_id;
    unsigned split = smmu_stream_split(e);
    const struct smmu_ste *ste = smmu_config_find_ste(e, stream_id);
    smmu_slot_forget(e->s->slot + index);
    if (!smmu_is_stream(e, stream_id)) {
        smmu_slot_end(e, index, PRISIM_CAUSE_BAD_STREAM_ID);
    } else if (ste) {
        ste_known(e, index, ste);
    } else if (split == 0) {
        smmu_slot_fetch(e, index, SMMU_SLOT_STE, smmu_ste_address(e, stream_id));
    } else {
        uint64_t descriptor = smmu_config_find_l1std(e, stream_id, split);
        if (descriptor)
            l1std_known(e, index, descriptor);
        else
            smmu_slot_fetch(e, index, SMMU_SLOT_L1STD, smmu_l1std_address(e, stream_id));
    }
}

/* Level-1 descriptors that lead nowhere are not kept: making one valid needs no invalidation. */
static void l1std_fetched(struct smmu_edge *e, unsigned index, uint64_t descriptor)
{
    unsigned split = smmu_stream_split(e);
    uint64_t address;
    if (smmu_l1std_decode(descriptor, split, e->s->slot[index].stream_id, &address))
        smmu_config_fill_l1std(e, index, split, descriptor);
    l1std_known(e, index, descriptor);
}

static void l1cd_fetched(struct smmu_edge *e, unsigned index, uint64_t descriptor)
{
    const struct smmu_slot *slot = e->s->slot + index;
    uint64_t address;
    if (smmu_l1cd_decode(e->config, &slot->ste, descriptor, slot->ssid, &address))
        smmu_config_fill_l1cd(e, index, smmu_cd_leaf_log2(&slot->ste), descriptor);
    l1cd_known(e, index, descriptor);
}

static void cd_fetched(struct smmu_edge *e, unsigned index, const uint8_t *record)
{
    struct smmu_cd cd;
    smmu_cd_decode(e->config, &e->s->slot[index].ste, record, &cd);
    cd.since = e->s->slot[index].fetched;
    smmu_config_fill_cd(e, index, &cd);
    cd_known(e, index, &cd);
}

static void ste_fetched(struct smmu_edge *e, unsigned index, const uint8_t *record)
{
    struct smmu_ste ste;
    smmu_ste_decode(e, record, &ste);
    smmu_config_fill_ste(e, index, &ste);
    ste_known(e, index, &ste);
}

/* SMMU-CFGI-4: the result of an aborted fetch is kept nowhere. */
static void fetch_aborted(struct smmu_edge *e, unsigned index)
{
    switch ((unsigned)e->s->slot[index].state) {
    case SMMU_SLOT_L1STD:
    case SMMU_SLOT_STE:
        smmu_slot_end(e, index, PRISIM_CAUSE_STE_FETCH);
        break;
    case SMMU_SLOT_L1CD:
    case SMMU_SLOT_CD:
        smmu_slot_end(e, index, PRISIM_CAUSE_CD_FETCH);
        break;
    case SMMU_SLOT_DESCRIPTOR:
    case SMMU_SLOT_SWAP:
        smmu_walk_aborted(e, index);
        break;
    }
}

void smmu_slot_fetched(struct smmu_edge *e, unsigned index, const struct prisim_memory_response *response)
{
    struct smmu_slot *slot = e->s->slot + index;
    const uint8_t *data = response->data;
    assert(smmu_fetch_bytes((enum smmu_slot_state)slot->state) != 0);
    if (smmu_comes_in_words(e, slot->state)) {
        data = smmu_words_fetched(e, index, response);
        if (!data)
            return;
    }
    if (response->status != PRISIM_MEMORY_OK) {
        fetch_aborted(e, index);
        return;
    }
    switch ((unsigned)slot->state) {
    case SMMU_SLOT_L1STD:
        l1std_fetched(e, index, prisim_load_le64(response->data));
        break;
    case SMMU_SLOT_STE:
        ste_fetched(e, index, data);
        break;
    case SMMU_SLOT_L1CD:
        l1cd_fetched(e, index, prisim_load_le64(response->data));
        break;
    case SMMU_SLOT_CD:
        cd_fetched(e, index, data);
        break;
    case SMMU_SLOT_SWAP:
        smmu_walk_swapped(e, index, prisim_load_le64(response->data));
        break;
    case SMMU_SLOT_DESCRIPTOR:
        smmu_walk_descriptor(e, index, prisim_load_le64(response->data));
        break;
    }
}
