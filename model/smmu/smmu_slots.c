/* SPDX-License-Identifier: Apache-2.0
 *
 * The slots of one edge, from above: those whose time has come, and those whose translation has ended. A part of the
 * path only notes an end; what follows from it, also for others, is set off here, in the same edge and before the next
 * slot is looked at.
 */
#include "model/smmu/smmu_step.h"

/* A prefetch is over, and a command may wait for that (SMMU-CMDFIELD). */
static void prefetched(struct smmu_edge *e)
{
    smmu_prefetch_end(e);
    if (e->s->commands.state == SMMU_COMMAND_PREFETCH)
        smmu_command_execute(e);
}

/* Walk slots are scarce, and one may be free: the walk of the next in line comes before what this one ends with. True
 * if that is all. */
__attribute__((noinline)) static bool walk_ended(struct smmu_edge *e, unsigned index)
{
    bool goes_on = e->goes_on;
    e->goes_on = false;
    smmu_walk_ended(e, index);
    smmu_slots_ended(e);
    return goes_on;
}

void smmu_slot_ended(struct smmu_edge *e)
{
    unsigned index = e->ended - 1;
    assert(e->ended != 0);
    e->ended = 0;
    if (e->s->walking && walk_ended(e, index))
        return;
    if (index == SMMU_SLOT_PREFETCH)
        prefetched(e);
    else
        smmu_slot_answer(e, index);
}

/* Carries on all slots whose time has come. */
void smmu_slots_due(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    s->timer[SMMU_TIMER_SLOTS] = PRISIM_CYCLE_NEVER;
    for (uint32_t left = s->timed; left; left &= left - 1) {
        unsigned index = (unsigned)__builtin_ctz(left);
        const struct smmu_slot *slot = s->slot + index;
        e->looked_up = index + 1;
        if (slot->due > e->now) {
            smmu_timer_min(s, SMMU_TIMER_SLOTS, slot->due);
            continue;
        }
        smmu_slot_touch(s, index);
        s->timed &= ~(UINT32_C(1) << index);
        s->ahead &= s->timed;
        if (slot->state == SMMU_SLOT_CONFIG)
            smmu_slot_configure(e, index);
        else
            smmu_walk_due(e, index);
        smmu_slots_ended(e);
    }
    if (s->micro_fills)
        smmu_micro_fills(e);
    /* A look-up that was recalled to this edge has been made since. */
    if (s->timer[SMMU_TIMER_SLOTS] <= e->now) {
        s->timer[SMMU_TIMER_SLOTS] = PRISIM_CYCLE_NEVER;
        for (uint32_t left = s->timed; left; left &= left - 1)
            smmu_timer_min(s, SMMU_TIMER_SLOTS, s->slot[__builtin_ctz(left)].due);
    }
}
