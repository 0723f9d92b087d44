/* SPDX-License-Identifier: Apache-2.0
 *
 * The walk: it fetches what the stages ask for (smmu_stage1.c, smmu_stage2.c), fills the caches with what they find,
 * and ends with what the leaf grants (SMMU-EVENT, SMMU-ATSCPL, SMMU-HTTU). Nested, each address of stage 1 goes through
 * stage 2: its IPA cache first, then its walk caches. The look-ups before a walk are in smmu_lookup.c.
 */
#include "model/smmu/translation/smmu_permission.h"
#include "model/smmu/translation/smmu_stage.h"

/* Who grants it, and how much of it; a Translation Request gets what both stages permit. */
void smmu_walk_leaf(struct smmu_edge *e, unsigned index, const struct smmu_leaf *leaf)
{
    struct smmu_slot *slot = e->s->slot + index;
    const struct smmu_access_check *check = &slot->walk.check;
    const uint8_t all = PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE | PRISIM_ACCESS_EXECUTE;
    uint8_t first = slot->stages & SMMU_STAGE_1 ? smmu_stage1_access(slot, leaf->attributes) : all;
    uint8_t second = slot->stages & SMMU_STAGE_2 ? smmu_stage2_access(slot, leaf->attributes) : all;
    uint8_t granted = first & second;
    uint64_t inside = slot->address & prisim_bits_mask(leaf->size_log2);
    slot->size_log2 = leaf->size_log2;
    slot->output = leaf->output | inside;
    slot->ipa = leaf->ipa | inside;
    if (slot->kind == SMMU_TRANSLATION_REQUEST) {
        granted = smmu_ats_granted(slot, granted);
        /* SMMU-ATSCPL: with NW=1 a writable-clean page stays clean, and is not writable yet. */
        if (!check->writes && (leaf->attributes & (LEAF_CLEAN | LEAF_S2_CLEAN)))
            granted &= (uint8_t)~PRISIM_ACCESS_WRITE;
    }
    slot->access = (uint8_t)(granted | (slot->privileged && granted ? PRISIM_ACCESS_PRIVILEGED : 0));
    if ((granted & check->needed) == check->needed) {
        smmu_slot_end(e, index, PRISIM_CAUSE_TRANSLATED);
        return;
    }
    /* SMMU-EVENT: stage 1's permissions before those of stage 2. */
    bool by_first = (first & check->needed) != check->needed;
    slot->fault = (struct smmu_fault){.ipa = by_first ? 0 : slot->ipa, .class = SMMU_CLASS_IN, .stage2 = !by_first};
    smmu_slot_end(e, index, PRISIM_CAUSE_PERMISSION_FAULT);
}

/* SMMU-EVENT: S1 fault: S2=0. */
static void fault_1(struct smmu_edge *e, unsigned index, enum prisim_cause cause, enum smmu_class class)
{
    struct smmu_slot *slot = e->s->slot + index;
    slot->fault = (struct smmu_fault){.class = (uint8_t) class};
    slot->access = 0;
    smmu_slot_end(e, index, cause);
}

/* SMMU-EVENT: S2 fault: CLASS says what was being translated; IPA is valid. */
void smmu_walk_fault_2(struct smmu_edge *e, unsigned index, enum prisim_cause cause)
{
    struct smmu_slot *slot = e->s->slot + index;
    slot->fault = (struct smmu_fault){.ipa = slot->walk.ipa,
                                      .class = slot->walk.class,
                                      .stage2 = true,
                                      .table_write = cause == PRISIM_CAUSE_PERMISSION_FAULT && slot->walk.updating};
    slot->access = 0;
    smmu_slot_end(e, index, cause);
}

/* The descriptor that lies there is updated (smmu_httu.c) before the walk goes on. */
static void swap(struct smmu_edge *e, unsigned index, uint64_t address)
{
    smmu_slot_fetch(e, index, SMMU_SLOT_SWAP, address);
}

/* It is known where stage 1's descriptor lies: it is fetched, or updated. */
static void located(struct smmu_edge *e, unsigned index, uint64_t address)
{
    struct smmu_walk *walk = &e->s->slot[index].walk;
    walk->stage = 1;
    walk->at = address;
    if (walk->updating)
        swap(e, index, address);
    else
        smmu_slot_fetch(e, index, SMMU_SLOT_DESCRIPTOR, address);
}

/* The caches of stage 2 know no more. */
static void fetch_2(struct smmu_edge *e, unsigned index, uint64_t address)
{
    e->s->slot[index].walk.stage = 2;
    smmu_slot_fetch(e, index, SMMU_SLOT_DESCRIPTOR, address);
}

static void look_up_tables(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = e->s->slot + index;
    uint64_t table = 0;
    if (smmu_walk_find_2(e, index, &table)) {
        smmu_walk_emit(e, index, 2);
        fetch_2(e, index, smmu_stage2_in(slot, slot->walk.level2, table));
    } else {
        fetch_2(e, index, smmu_stage2_first(slot));
    }
}

static void ipa_missed(struct smmu_edge *e, unsigned index)
{
    prisim_cycle_t latency = smmu_walk_latency(e, 2);
    if (latency)
        smmu_slot_wait(e, index, SMMU_SLOT_IPA_TABLE, e->now + latency);
    else
        look_up_tables(e, index);
}

void smmu_walk_translate(struct smmu_edge *e, unsigned index, uint64_t ipa, enum smmu_class class)
{
    struct smmu_slot *slot = e->s->slot + index;
    slot->walk.ipa = ipa;
    slot->walk.class = (uint8_t) class;
    slot->walk.since2 = e->now;
    if (!smmu_stage2_is_inside(slot, ipa))
        smmu_walk_fault_2(e, index, PRISIM_CAUSE_TRANSLATION_FAULT);
    else if (e->s->caches[SMMU_IPA_CACHE].sets)
        smmu_slot_wait(e, index, SMMU_SLOT_IPA, e->now + e->config->ipa_latency);
    else
        ipa_missed(e, index);
}

/* Where stage 1's descriptor lies, before stage 2. */
static void go_to(struct smmu_edge *e, unsigned index, uint64_t descriptor)
{
    if (e->s->slot[index].stages & SMMU_STAGE_2)
        smmu_walk_translate(e, index, descriptor, SMMU_CLASS_TT);
    else
        located(e, index, descriptor);
}

/* From the table that a walk cache knows, or from the first. */
void smmu_walk_start(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = e->s->slot + index;
    struct smmu_walk *walk = &slot->walk;
    walk->since = walk->since2 = e->now;
    walk->updating = false;
    if (slot->stages & SMMU_STAGE_1) {
        if (walk->found)
            smmu_walk_emit(e, index, 1);
        go_to(e, index, walk->found ? smmu_stage1_in(slot, walk->level, walk->table) : smmu_stage1_first(slot));
        return;
    }
    walk->class = SMMU_CLASS_IN;
    walk->uncached = false;
    if (walk->found)
        smmu_walk_emit(e, index, 2);
    fetch_2(e, index, walk->found ? smmu_stage2_in(slot, walk->level2, walk->table) : smmu_stage2_first(slot));
}

static void finish(struct smmu_edge *e, unsigned index, const struct smmu_leaf *leaf)
{
    if (!e->s->slot[index].walk.uncached)
        smmu_tlb_fill(e, index, leaf, true);
    smmu_walk_leaf(e, index, leaf);
}

static void read_1(struct smmu_edge *e, unsigned index, uint64_t descriptor)
{
    struct smmu_slot *slot = e->s->slot + index;
    struct smmu_leaf leaf;
    struct smmu_finding finding = smmu_stage1_read(e->config, slot, descriptor, &leaf);
    slot->walk.updating = finding.found == FOUND_STALE;
    switch ((enum smmu_found)finding.found) {
    case FOUND_FAULT:
        fault_1(e, index, (enum prisim_cause)finding.cause, SMMU_CLASS_IN);
        break;
    case FOUND_TABLE:
        smmu_walk_fill_1(e, index, finding.value);
        go_to(e, index, smmu_stage1_in(slot, slot->walk.level + 1u, finding.value));
        break;
    case FOUND_STALE:
        smmu_httu_begin(&slot->walk, 1, descriptor, finding.value);
        if (slot->stages & SMMU_STAGE_2) /* it must be writable there */
            smmu_walk_translate(e, index, slot->walk.descriptor, SMMU_CLASS_TT);
        else
            swap(e, index, slot->walk.at);
        break;
    case FOUND_LEAF:
        if (slot->stages & SMMU_STAGE_2) {
            slot->walk.leaf = leaf;
            smmu_walk_translate(e, index, leaf.output | (slot->address & prisim_bits_mask(leaf.size_log2)),
                                SMMU_CLASS_IN);
        } else {
            finish(e, index, &leaf);
        }
        break;
    }
}

/* The IPA has been translated, and the access passes. */
static void passed_2(struct smmu_edge *e, unsigned index, const struct smmu_leaf *leaf)
{
    struct smmu_slot *slot = e->s->slot + index;
    uint64_t address = leaf->output | (slot->walk.ipa & prisim_bits_mask(leaf->size_log2));
    switch ((enum smmu_class)slot->walk.class) {
    case SMMU_CLASS_CD:
        smmu_slot_fetch(e, index, (enum smmu_slot_state)slot->structure, address);
        smmu_slot_goes_on(e, index);
        return;
    case SMMU_CLASS_TT:
        located(e, index, address);
        return;
    case SMMU_CLASS_IN:
        break;
    }
    struct smmu_leaf both = slot->stages & SMMU_STAGE_1 ? smmu_stages_combined(slot, leaf) : *leaf;
    finish(e, index, &both);
}

static void read_2(struct smmu_edge *e, unsigned index, uint64_t descriptor)
{
    struct smmu_slot *slot = e->s->slot + index;
    struct smmu_leaf leaf;
    struct smmu_finding finding = smmu_stage2_read(e->config, slot, descriptor, &leaf);
    if (finding.kept && (slot->walk.class != SMMU_CLASS_IN || (slot->stages & SMMU_STAGE_1)))
        smmu_ipa_fill(e, index, &leaf);
    switch ((enum smmu_found)finding.found) {
    case FOUND_FAULT:
        smmu_walk_fault_2(e, index, (enum prisim_cause)finding.cause);
        break;
    case FOUND_TABLE:
        smmu_walk_fill_2(e, index, finding.value);
        fetch_2(e, index, smmu_stage2_in(slot, slot->walk.level2 + 1u, finding.value));
        break;
    case FOUND_STALE:
        smmu_httu_begin(&slot->walk, 2, descriptor, finding.value);
        swap(e, index, slot->fetch);
        break;
    case FOUND_LEAF:
        passed_2(e, index, &leaf);
        break;
    }
}

/* A leaf of the IPA cache serves if no page has to be made dirty. */
static void look_up_ipa(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = e->s->slot + index;
    struct smmu_leaf leaf;
    bool found = smmu_ipa_find(e, index, &leaf), writes = false;
    bool allowed = found && smmu_stage2_passes(slot, leaf.attributes, &writes);
    if (!found || (allowed && writes && (leaf.attributes & LEAF_S2_CLEAN))) {
        ipa_missed(e, index);
        return;
    }
    smmu_tlb_emit(e, index, SMMU_IPA_CACHE, &leaf);
    if (allowed)
        passed_2(e, index, &leaf);
    else
        smmu_walk_fault_2(e, index, PRISIM_CAUSE_PERMISSION_FAULT);
}

/* A look-up of stage 2's own caches is over. */
void smmu_walk_due_2(struct smmu_edge *e, unsigned index)
{
    if (e->s->slot[index].state == SMMU_SLOT_IPA)
        look_up_ipa(e, index);
    else
        look_up_tables(e, index);
}

void smmu_walk_descriptor(struct smmu_edge *e, unsigned index, uint64_t descriptor)
{
    if (e->s->slot[index].walk.stage == 1)
        read_1(e, index, descriptor);
    else
        read_2(e, index, descriptor);
}

void smmu_walk_swapped(struct smmu_edge *e, unsigned index, uint64_t was)
{
    smmu_walk_descriptor(e, index, smmu_httu_swapped(&e->s->slot[index].walk, was));
}

/* SMMU-EVENTCODE, F_WALK_EABT: stage 1's part has S2=0 and CLASS=TT. */
void smmu_walk_aborted(struct smmu_edge *e, unsigned index)
{
    if (e->s->slot[index].walk.stage == 1)
        fault_1(e, index, PRISIM_CAUSE_WALK_ABORT, SMMU_CLASS_TT);
    else
        smmu_walk_fault_2(e, index, PRISIM_CAUSE_WALK_ABORT);
}
