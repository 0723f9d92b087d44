/* SPDX-License-Identifier: Apache-2.0
 *
 * A translation is over, well or not: the access stalls, or its event record is made, then its answer
 * (SMMU-EVENT, SMMU-EVENTQ). A slot whose record finds no room waits here until the event queue has some, so that
 * running that queue is here too.
 */
#include "model/smmu/traffic/smmu_traffic.h"

/* The answer, by whose translation it was. */
static void answer(struct smmu_edge *e, unsigned index)
{
    const struct smmu_slot *slot = e->s->slot + index;
    switch ((enum smmu_kind)slot->kind) {
    case SMMU_TRANSLATION_REQUEST:
        smmu_ats_end(e, index);
        break;
    case SMMU_UNTRANSLATED:
    case SMMU_TRANSLATED:
        smmu_dma_end(e, index);
        break;
    case SMMU_PPAR:
        smmu_pri_lookup_end(e, index, slot->cause == PRISIM_CAUSE_BYPASS ? &slot->ste : NULL);
        break;
    case SMMU_PREFETCH_CONFIG:
    case SMMU_PREFETCH_ADDRESS:
        assert(false); /* nobody hears of it */
        break;
    }
}

/* It has failed: it stalls, or it is recorded first. */
__attribute__((noinline)) static void fail(struct smmu_edge *e, unsigned index)
{
    struct prisim_smmu *s = e->s;
    struct smmu_slot *slot = s->slot + index;
    uint64_t dw[4];
    /* SMMU-EVENT: CD.A decides for stage 1; a fault of stage 2 aborts. */
    slot->abort = slot->fault.stage2 || (slot->cd.flags & SMMU_CD_A);
    if (smmu_stall_begin(e, index))
        return;
    if (smmu_fault_record(e, slot, (enum prisim_cause)slot->cause, dw)) {
        if (!smmu_event_room(s)) {
            slot->state = SMMU_SLOT_REPORT;
            s->reporting |= UINT32_C(1) << index;
            return;
        }
        smmu_event_push(e, slot, dw);
    }
    answer(e, index);
}

void smmu_slot_answer(struct smmu_edge *e, unsigned index)
{
    unsigned cause = e->s->slot[index].cause;
    if (cause == PRISIM_CAUSE_TRANSLATED || cause == PRISIM_CAUSE_BYPASS)
        answer(e, index);
    else
        fail(e, index);
}

/* There is room for one more event record. */
static void report(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    if (s->reporting == 0)
        return;
    unsigned index = (unsigned)__builtin_ctz(s->reporting);
    assert(s->slot[index].state == SMMU_SLOT_REPORT && smmu_event_room(s));
    s->reporting &= s->reporting - 1;
    smmu_slot_touch(s, index);
    smmu_slot_answer(e, index);
}

void smmu_event_run(struct smmu_edge *e)
{
    while (smmu_event_next(e))
        report(e);
}

/* The write of a record was answered. */
void smmu_event_answered(struct smmu_edge *e, uint8_t status)
{
    if (smmu_event_written(e, status))
        report(e);
    smmu_event_publish(e, status);
    smmu_event_run(e);
}
