/* SPDX-License-Identifier: Apache-2.0
 *
 * The ground of a slot: what every part of its path does to it, and what calls nothing of them. Its end is noted here
 * (smmu_slot_end) and seen to by smmu_slots.c.
 */
#include "model/smmu/translation/smmu_slot.h"

void smmu_slot_reset(struct smmu_slot *slot)
{
    const struct prisim_tlp_header *head = &slot->tlp.head;
    slot->output = 0;
    slot->access = 0;
    slot->crowded = false;
    slot->privileged = slot->has_pasid && (head->flags & PRISIM_TLP_PRIVILEGED);
    slot->execute = slot->has_pasid && (head->flags & PRISIM_TLP_EXECUTE) && head->type == PRISIM_TLP_MEMORY_READ;
    slot->fault = (struct smmu_fault){0};
}

void smmu_slot_fetch(struct smmu_edge *e, unsigned index, enum smmu_slot_state state, uint64_t address)
{
    struct prisim_smmu *s = e->s;
    struct smmu_slot *slot = s->slot + index;
    slot->state = (uint8_t)state;
    slot->fetch = address;
    slot->fetched = e->now;
    slot->word = SMMU_WORD_FIRST;
    assert(!(s->anew >> index & 1));
    smmu_slot_ask(s, index);
}

void smmu_slot_free(struct prisim_smmu *s, unsigned index)
{
    uint32_t bit = UINT32_C(1) << index;
    assert(!(s->free & bit) && !((s->timed | s->fetching | s->answering | s->reporting) & bit));
    s->slot[index].state = SMMU_SLOT_FREE;
    s->free |= bit;
    smmu_up_room(s);
    s->no_fill &= ~bit;
    s->sync_slots &= ~bit;
}

/* Look-ups that were made ahead and end after `until` are made again, at their ends: a cache changes. At one edge they
 * are made by slot; those that come before the slot that changes the cache stay as they are. */
void smmu_slots_recall_all(struct smmu_edge *e, prisim_cycle_t until)
{
    struct prisim_smmu *s = e->s;
    for (; s->ahead; s->ahead &= s->ahead - 1) {
        unsigned index = (unsigned)__builtin_ctz(s->ahead);
        const struct smmu_slot *slot = s->slot + index;
        smmu_slot_touch(s, index);
        prisim_cycle_t last = index < e->looked_up ? e->now : until;
        prisim_cycle_t end = slot->due, micro = slot->begin + smmu_micro_tlb_latency(e),
                       tlb = micro + smmu_tlb_latency(e);
        if (slot->begin > last)
            smmu_slot_wait(e, index, SMMU_SLOT_CONFIG, slot->begin);
        else if (micro > last)
            smmu_slot_wait(e, index, SMMU_SLOT_MICRO, micro);
        else if (tlb > last)
            smmu_slot_wait(e, index, SMMU_SLOT_TLB, tlb);
        else if (end > last)
            smmu_slot_wait(e, index, SMMU_SLOT_WALK, end);
    }
}
