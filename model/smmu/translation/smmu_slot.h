/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: the ground of a slot, which all parts of its path stand on: it waits, fetches, ends, is free.
 */
#ifndef PRISIM_SMMU_SLOT_H
#define PRISIM_SMMU_SLOT_H

#include "model/smmu/smmu_state.h"

/* A cache that is off takes no time to look up. */
static inline prisim_cycle_t smmu_micro_tlb_latency(const struct smmu_edge *e)
{
    return e->s->caches[SMMU_MICRO_TLB].sets ? e->config->micro_tlb_latency : 0;
}

static inline prisim_cycle_t smmu_tlb_latency(const struct smmu_edge *e)
{
    return e->s->caches[SMMU_TLB].sets ? e->config->tlb_latency : 0;
}

/* How much a slot in this state fetches; 0 if it fetches nothing. */
static inline unsigned smmu_fetch_bytes(enum smmu_slot_state state)
{
    switch ((unsigned)state) {
    case SMMU_SLOT_STE:
    case SMMU_SLOT_CD:
        return PRISIM_STE_BYTES;
    case SMMU_SLOT_L1STD:
    case SMMU_SLOT_L1CD:
    case SMMU_SLOT_DESCRIPTOR:
    case SMMU_SLOT_SWAP:
        return PRISIM_DESCRIPTOR_BYTES;
    }
    return 0;
}

/* The slot's next fetch waits for the port. */
static inline void smmu_slot_ask(struct prisim_smmu *s, unsigned index)
{
    assert(!(s->fetching >> index & 1));
    s->fetching |= UINT32_C(1) << index;
    smmu_memory_want(s, SMMU_MEMORY_SLOT);
}

/* What was looked up for the slot's last transaction is of no use for this one. */
static inline void smmu_slot_forget(struct smmu_slot *slot)
{
    slot->looked_up_for = 0;
    slot->stages = 0;
    slot->split = false;
    slot->cd.flags = 0;
    slot->ste.mev = true; /* while no STE is known */
}

static inline void smmu_slot_wait(struct smmu_edge *e, unsigned index, enum smmu_slot_state state, prisim_cycle_t due)
{
    struct prisim_smmu *s = e->s;
    struct smmu_slot *slot = s->slot + index;
    assert(due >= e->now && !(s->free >> index & 1));
    slot->state = (uint8_t)state;
    slot->due = due;
    s->timed |= UINT32_C(1) << index;
    smmu_timer_min(s, SMMU_TIMER_SLOTS, due);
}

/* Its translation is over, well or not: the last that its path does with it in this edge. */
static inline void smmu_slot_end(struct smmu_edge *e, unsigned index, enum prisim_cause cause)
{
    assert(e->ended == 0);
    e->s->slot[index].cause = (uint8_t)cause;
    e->ended = index + 1;
}

/* Its walk is over, but not its translation: stage 2 has said where its CD lies. */
static inline void smmu_slot_goes_on(struct smmu_edge *e, unsigned index)
{
    assert(e->ended == 0);
    if (!(e->s->walking >> index & 1))
        return;
    e->ended = index + 1;
    e->goes_on = true;
}

/* smmu_slot.c */
void smmu_slot_free(struct prisim_smmu *s, unsigned index);
void smmu_slot_reset(struct smmu_slot *slot); /* as before its translation */
enum { SMMU_WORD_FIRST = 1 };                 /* of an STE or CD that comes in words */
void smmu_slot_fetch(struct smmu_edge *e, unsigned index, enum smmu_slot_state state, uint64_t address);
void smmu_slots_recall_all(struct smmu_edge *e, prisim_cycle_t last);
/* A cache is about to change: look-ups that were made ahead and end after `last` will be made again, at their ends. */
static inline void smmu_slots_recall(struct smmu_edge *e, prisim_cycle_t last)
{
    if (e->s->ahead)
        smmu_slots_recall_all(e, last);
}

#endif
