/* SPDX-License-Identifier: Apache-2.0
 *
 * The look-ups before a walk: micro TLB, TLB, a walk slot, walk caches (SMMU-EVENT, SMMU-CD, SMMU-GEM5). What is found
 * ends the translation or begins the walk (smmu_walk.c).
 */
#include "model/smmu/translation/smmu_permission.h"
#include "model/smmu/translation/smmu_stage.h"

/* SMMU-EVENT, first rule of a walk: input range and EPD. SMMU-CD: VA bit 55 selects the half; EL2 has one, and no EPD.
 */
static inline bool is_inside_stage1(const struct smmu_edge *e, struct smmu_slot *slot)
{
    unsigned half = slot->ste.world != SMMU_WORLD_EL2 && prisim_bit_get(slot->address, 55);
    const struct smmu_half *range = &slot->cd.half[half];
    slot->walk.half = (uint8_t)half;
    /* SMMU-CD-21: EPDx=1 stops the walk, and the TLBs or not, as is chosen. TxSZ is not looked at then; no entry
     * is of more than 48 bits. */
    if (range->epd && !e->config->epd_hits_tlb)
        return false;
    /* SMMU-CD, TBI: the top byte does not count. Above the input bits all is as bit 55. */
    unsigned bits = range->epd ? 48 : 64u - range->txsz, top = range->tbi ? 56 : 64;
    slot->walk.searched = prisim_bits_get(slot->address, bits, top - bits) == (half ? prisim_bits_mask(top - bits) : 0);
    return slot->walk.searched && !range->epd;
}

/* SMMU-EVENT: the input range comes first. Stage 2 alone: above IAS it is a fault of the stage 1 that is bypassed. */
static inline bool is_inside(const struct smmu_edge *e, struct smmu_slot *slot)
{
    slot->walk.searched = false;
    if (slot->stages & SMMU_STAGE_1)
        return is_inside_stage1(e, slot);
    slot->walk.half = 0;
    slot->walk.searched = slot->address >> e->config->oas_bits == 0 && smmu_stage2_is_inside(slot, slot->address);
    return slot->walk.searched;
}

/* SMMU-CD "Cache tags". SMMU-TLBI: a global entry is found under any ASID of the same ASET. */
static inline void set_key(struct smmu_slot *slot)
{
    uint32_t vmid = smmu_vmid_of(slot) << 16;
    slot->walk.key = smmu_page_key(smmu_owner_of(slot), slot->walk.half, slot->address);
    slot->walk.tag = slot->walk.global_tag = vmid;
    if (slot->stages & SMMU_STAGE_1) {
        slot->walk.tag |= slot->cd.asid;
        slot->walk.global_tag |= slot->cd.flags & SMMU_CD_ASET ? 1 : 0;
    }
}

static void outside(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = e->s->slot + index;
    bool above = !(slot->stages & SMMU_STAGE_1) && slot->address >> e->config->oas_bits != 0;
    slot->walk.class = SMMU_CLASS_IN;
    slot->walk.ipa = slot->address;
    slot->walk.updating = false;
    if (!(slot->stages & SMMU_STAGE_1) && !above) {
        smmu_walk_fault_2(e, index, PRISIM_CAUSE_TRANSLATION_FAULT);
        return;
    }
    slot->fault = (struct smmu_fault){.class = SMMU_CLASS_IN};
    smmu_slot_end(e, index, above ? PRISIM_CAUSE_ADDRESS_SIZE_FAULT : PRISIM_CAUSE_TRANSLATION_FAULT);
}

static void find_table(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = e->s->slot + index;
    if (slot->stages & SMMU_STAGE_1) {
        smmu_walk_find_1(e, index);
    } else {
        slot->walk.ipa = slot->address;
        slot->walk.found = smmu_walk_find_2(e, index, &slot->walk.table);
    }
}

static unsigned first_stage(const struct smmu_slot *slot)
{
    return slot->stages & SMMU_STAGE_1 ? 1 : 2;
}

/* With as many walk slots as translations no walk ever waits for one. */
static bool is_scarce(const struct smmu_edge *e)
{
    return e->config->walk_slots < e->config->translation_slots;
}

/* A walk slot, or a place in the line for one. */
static bool takes_slot(struct smmu_edge *e, unsigned index)
{
    struct prisim_smmu *s = e->s;
    if (!is_scarce(e) || index == SMMU_SLOT_PREFETCH)
        return true;
    if ((unsigned)__builtin_popcount(s->walking) < e->config->walk_slots) {
        s->walking |= UINT32_C(1) << index;
        return true;
    }
    assert(s->walk_count < SMMU_SLOTS);
    s->slot[index].state = SMMU_SLOT_QUEUED;
    s->walk_line[(s->walk_head + s->walk_count++) % SMMU_SLOTS] = (uint8_t)index;
    return false;
}

/* What decides which leaf is found, beside STE, CD and caches. */
static uint64_t asked(const struct smmu_slot *slot)
{
    const struct prisim_tlp_header *head = &slot->tlp.head;
    const unsigned flags = PRISIM_TLP_HAS_PASID | PRISIM_TLP_PRIVILEGED | PRISIM_TLP_EXECUTE | PRISIM_TLP_NO_WRITE;
    return (slot->address & ~prisim_bits_mask(12)) | 1u << 11 | (unsigned)head->type << 8 | (head->flags & flags);
}

/* Looks up `what`, whose look-up ends at `end`, and what follows it if it misses, until it is known how this ends. All
 * is looked up now, and one wait lasts to the end of the last. If a cache changes before, smmu_slots_recall has it made
 * again. */
static void look_up(struct smmu_edge *e, unsigned index, enum smmu_slot_state what, prisim_cycle_t end)
{
    struct smmu_slot *slot = e->s->slot + index;
    enum smmu_slot_state state = SMMU_SLOT_OUTSIDE;
    bool inside = slot->walk.inside, searched = slot->walk.searched, first = what == SMMU_SLOT_MICRO;
    assert(searched || !inside);
    slot->found_for = 0;
    slot->walk.refused = false;
    slot->walk.missed_at = UINT64_MAX;
    if (what == SMMU_SLOT_MICRO) {
        if (searched && smmu_tlb_find(e, index, SMMU_MICRO_TLB, &slot->walk.leaf))
            state = SMMU_SLOT_LEAF;
        else
            end += smmu_tlb_latency(e);
    }
    if (what != SMMU_SLOT_WALK && searched && state != SMMU_SLOT_LEAF) {
        if (smmu_tlb_find(e, index, SMMU_TLB, &slot->walk.leaf))
            state = SMMU_SLOT_TLB_LEAF;
        else if (!inside)
            state = SMMU_SLOT_OUTSIDE;
        else if (is_scarce(e) && end > e->now)
            state = SMMU_SLOT_TLB; /* at its end it is seen whether there is a walk slot */
        else if (!is_scarce(e) || takes_slot(e, index))
            what = SMMU_SLOT_WALK, end += smmu_walk_latency(e, first_stage(slot));
        else
            return;
    }
    if (what == SMMU_SLOT_WALK && inside) {
        find_table(e, index);
        state = SMMU_SLOT_TABLE;
        if (first && !slot->walk.refused)
            slot->walk.missed_at = e->s->cached;
    }
    if (first && (state == SMMU_SLOT_LEAF || state == SMMU_SLOT_TLB_LEAF)) {
        slot->found_for = asked(slot);
        slot->found_at = e->s->cached;
        slot->found_after = end - slot->begin;
        slot->found_state = (uint8_t)state;
    }
    if (end > e->now || state == SMMU_SLOT_TLB) {
        smmu_slot_wait(e, index, state, end);
        e->s->ahead |= UINT32_C(1) << index;
    } else {
        slot->state = (uint8_t)state;
        smmu_walk_due(e, index);
    }
}

/* The look-ups begin at `begin`, or began then. */
void smmu_walk_ahead(struct smmu_edge *e, unsigned index, prisim_cycle_t begin)
{
    struct smmu_slot *slot = e->s->slot + index;
    slot->begin = begin;
    slot->walk.check = smmu_access_check_of(slot);
    slot->walk.global = false;
    slot->walk.class = SMMU_CLASS_IN;
    slot->walk.inside = is_inside(e, slot);
    set_key(slot);
    look_up(e, index, SMMU_SLOT_MICRO, begin + smmu_micro_tlb_latency(e));
}

bool smmu_walk_again(struct smmu_edge *e, unsigned index, prisim_cycle_t begin)
{
    struct smmu_slot *slot = e->s->slot + index;
    if (slot->found_at != e->s->cached || slot->found_for != asked(slot))
        return false;
    slot->begin = begin;
    smmu_slot_wait(e, index, (enum smmu_slot_state)slot->found_state, begin + slot->found_after);
    e->s->ahead |= UINT32_C(1) << index;
    return true;
}

/* What the TLB said at this edge goes into the micro TLB after all look-ups that end at it. */
void smmu_micro_fills(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    for (; s->micro_fills; s->micro_fills &= s->micro_fills - 1) {
        unsigned index = (unsigned)__builtin_ctz(s->micro_fills);
        smmu_slots_recall(e, e->now);
        smmu_tlb_fill(e, index, &s->slot[index].walk.leaf, false);
    }
}

/* Outside of a walk: the CD's address. It takes a walk slot, as a walk does. */
void smmu_walk_context(struct smmu_edge *e, unsigned index, uint64_t ipa)
{
    struct smmu_slot *slot = e->s->slot + index;
    slot->walk.updating = false;
    slot->walk.ipa = ipa;
    slot->walk.class = SMMU_CLASS_CD;
    if (takes_slot(e, index))
        smmu_walk_translate(e, index, ipa, SMMU_CLASS_CD);
}

/* A walk is over: the next in line begins at this edge. */
void smmu_walk_ended(struct smmu_edge *e, unsigned index)
{
    struct prisim_smmu *s = e->s;
    if (!(s->walking >> index & 1))
        return;
    s->walking &= ~(UINT32_C(1) << index);
    if (s->walk_count == 0)
        return;
    unsigned next = s->walk_line[s->walk_head];
    s->walk_head = (uint8_t)((s->walk_head + 1) % SMMU_SLOTS);
    s->walk_count--;
    s->walking |= UINT32_C(1) << next;
    smmu_slot_touch(s, next);
    const struct smmu_slot *slot = s->slot + next;
    if (slot->walk.class == SMMU_CLASS_CD)
        smmu_walk_translate(e, next, slot->walk.ipa, SMMU_CLASS_CD);
    else
        look_up(e, next, SMMU_SLOT_WALK, e->now + smmu_walk_latency(e, first_stage(slot)));
}

/* The slot's look-up is over. */
void smmu_walk_due(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = e->s->slot + index;
    switch ((unsigned)slot->state) {
    case SMMU_SLOT_LEAF:
        if (smmu_hits_are_wanted(e))
            smmu_tlb_emit(e, index, SMMU_MICRO_TLB, &slot->walk.leaf);
        smmu_walk_leaf(e, index, &slot->walk.leaf);
        break;
    case SMMU_SLOT_TLB_LEAF:
        if (!(e->s->no_fill >> index & 1))
            e->s->micro_fills |= UINT32_C(1) << index;
        if (smmu_hits_are_wanted(e))
            smmu_tlb_emit(e, index, SMMU_TLB, &slot->walk.leaf);
        smmu_walk_leaf(e, index, &slot->walk.leaf);
        break;
    case SMMU_SLOT_TABLE:
        smmu_walk_start(e, index);
        break;
    case SMMU_SLOT_OUTSIDE:
        outside(e, index);
        break;
    case SMMU_SLOT_MICRO:
    case SMMU_SLOT_TLB:
    case SMMU_SLOT_WALK:
        look_up(e, index, (enum smmu_slot_state)slot->state, e->now);
        break;
    default:
        smmu_walk_due_2(e, index);
        break;
    }
}
