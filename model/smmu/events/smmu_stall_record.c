/* SPDX-License-Identifier: Apache-2.0
 *
 * The records of stalled accesses: which is due, and what is in it (SMMU-EVENTQ). Which access stalls, and how it goes
 * on, is in smmu_stall.c; the event queue takes these records and its own in turn.
 */
#include "model/smmu/events/smmu_events.h"

/* The slot of those in the mask that has waited longest. */
unsigned smmu_stall_oldest(const struct prisim_smmu *s, uint32_t slots)
{
    assert(slots != 0);
    unsigned first = (unsigned)__builtin_ctz(slots);
    for (slots &= slots - 1; slots; slots &= slots - 1) {
        unsigned index = (unsigned)__builtin_ctz(slots);
        if (s->slot[index].due < s->slot[first].due)
            first = index;
    }
    return first;
}

/* The stalled access whose record is to be written next, if it is due; else SMMU_SLOTS. */
unsigned smmu_stall_due(const struct smmu_edge *e)
{
    const struct prisim_smmu *s = e->s;
    if (s->stalls.unwritten == 0)
        return SMMU_SLOTS;
    unsigned index = smmu_stall_oldest(s, s->stalls.unwritten);
    return s->slot[index].due <= e->now ? index : SMMU_SLOTS;
}

/* When the next one becomes due. */
prisim_cycle_t smmu_stall_next(const struct smmu_edge *e)
{
    const struct prisim_smmu *s = e->s;
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    for (uint32_t left = s->stalls.unwritten; left; left &= left - 1) {
        prisim_cycle_t due = s->slot[__builtin_ctz(left)].due;
        if (due > e->now)
            next = prisim_cycle_min(next, due);
    }
    return next;
}

void smmu_stall_record(struct smmu_edge *e, unsigned index, uint64_t dw[4])
{
    struct prisim_smmu *s = e->s;
    uint32_t bit = UINT32_C(1) << index;
    assert(s->stalls.unwritten & bit);
    s->stalls.unwritten &= ~bit;
    s->stalls.writing |= bit;
    smmu_fault_write(e, s->slot + index, dw);
    dw[1] |= prisim_bit_put(true, PRISIM_EVENT_STALL) | s->stalls.stag[index];
}

/* The record is in memory, or its write was aborted. SMMU-EVENTQ: then it is lost, and software has to end all stalls;
 * or, with stall_rewrite, it is written again when the queue is writable. The access may have left meanwhile, and
 * another one may have stalled in its slot: that one's record is not being written. */
void smmu_stall_written(struct smmu_edge *e, bool ok)
{
    struct prisim_smmu *s = e->s;
    if (!ok && e->config->stall_rewrite)
        s->stalls.unwritten |= s->stalls.writing;
    s->stalls.writing = 0;
}
