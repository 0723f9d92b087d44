/* SPDX-License-Identifier: Apache-2.0
 *
 * The stall model: client accesses that wait, with their fault told to software, until a command says what becomes of
 * them (SMMU-RESUME, SMMU-EVENT, SMMU-EVENTQ). A stalled access stands outside the order of client accesses, and joins
 * its end when it goes on. Its record is of smmu_stall_record.c.
 */
#include "model/smmu/traffic/smmu_traffic.h"

/* SMMU-EVENT "Fault handling bits": client accesses only, by the stage that faulted; never a Translation Request, nor
 * stage 2 of a translated access (SMMU-ATSREQ, SMMU-ATSTRANSLATED). */
static bool is_to_stall(const struct smmu_edge *e, const struct smmu_slot *slot)
{
    if (e->config->stall_model != 0 || slot->kind != SMMU_UNTRANSLATED)
        return false;
    switch ((unsigned)slot->cause) {
    case PRISIM_CAUSE_TRANSLATION_FAULT:
    case PRISIM_CAUSE_ADDRESS_SIZE_FAULT:
    case PRISIM_CAUSE_ACCESS_FAULT:
    case PRISIM_CAUSE_PERMISSION_FAULT:
        return slot->fault.stage2 ? slot->ste.stage2.flags & SMMU_S2_S : slot->cd.flags & SMMU_CD_S;
    }
    return false;
}

/* SMMU-EVENTQ: what terminates never waits for what stalls. So one slot is left to it, however many accesses stall. */
static bool is_room(const struct smmu_edge *e)
{
    uint32_t held = e->s->stalls.stalled | e->s->stalls.waiting;
    assert(e->config->translation_slots >= 2);
    return (uint32_t)__builtin_popcount(held) + 1 < e->config->translation_slots;
}

/* SMMU-IDR, IDR5.STALL_MAX: that many STAGs. Without a free one the access waits, and software hears nothing of it.
 */
static void give_stag(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    uint32_t free = (uint32_t)prisim_bits_mask(e->config->stall_max) & ~s->stalls.stags;
    if (s->stalls.waiting == 0 || free == 0)
        return;
    unsigned index = smmu_stall_oldest(s, s->stalls.waiting), stag = (unsigned)__builtin_ctz(free);
    struct smmu_slot *slot = s->slot + index;
    smmu_slot_touch(s, index);
    s->stalls.waiting &= ~(UINT32_C(1) << index);
    s->stalls.stags |= UINT32_C(1) << stag;
    s->stalls.stag[index] = (uint8_t)stag;
    s->stalls.stalled |= UINT32_C(1) << index;
    s->stalls.unwritten |= UINT32_C(1) << index;
    slot->due = e->now + e->config->event_latency;
    smmu_timer_min(s, SMMU_TIMER_EVENT, slot->due);
    PRISIM_PROBE(e->ports, e->now, smmu_stall, .tlp = slot->tlp.head.id, .stream_id = slot->stream_id,
                 .pasid = smmu_pasid_field(slot->has_pasid, slot->pasid), .address = slot->address, .stag = stag,
                 .cause = slot->cause);
}

bool smmu_stall_begin(struct smmu_edge *e, unsigned index)
{
    struct prisim_smmu *s = e->s;
    struct smmu_slot *slot = s->slot + index;
    if (!is_to_stall(e, slot))
        return false;
    if (!is_room(e) || index == SMMU_SLOT_POSTED) {
        slot->abort = slot->crowded = true;
        return false;
    }
    slot->state = SMMU_SLOT_STALLED;
    slot->due = e->now;
    smmu_dma_leave(e, index);
    s->stalls.waiting |= UINT32_C(1) << index;
    if (smmu_is_enabled(s, PRISIM_CR0_SMMUEN))
        give_stag(e);
    else
        smmu_stall_abort_all(e); /* SMMU-CR0: it faulted while SMMUEN went to 0 */
    return true;
}

/* The access is stalled no more; its record, if it was not begun, is never written. */
static void leave(struct smmu_edge *e, unsigned index, enum prisim_cause cause)
{
    struct prisim_smmu *s = e->s;
    struct smmu_slot *slot = s->slot + index;
    uint32_t bit = UINT32_C(1) << index;
    smmu_slot_touch(s, index);
    assert(slot->state == SMMU_SLOT_STALLED && ((s->stalls.stalled | s->stalls.waiting) & bit));
    bool had_stag = (s->stalls.stalled & bit) != 0;
    PRISIM_PROBE(e->ports, e->now, smmu_resume, .tlp = slot->tlp.head.id, .stream_id = slot->stream_id,
                 .pasid = smmu_pasid_field(slot->has_pasid, slot->pasid), .address = slot->address,
                 .stag = had_stag ? s->stalls.stag[index] : SMMU_STAG_NONE, .cause = cause);
    if (had_stag)
        s->stalls.stags &= ~(UINT32_C(1) << s->stalls.stag[index]);
    s->stalls.stalled &= ~bit;
    s->stalls.waiting &= ~bit;
    s->stalls.unwritten &= ~bit;
    s->stalls.writing &= ~bit;
}

/* It is translated again, as if it had come now: what was invalidated before no longer concerns it. */
static void retry(struct smmu_edge *e, unsigned index)
{
    struct prisim_smmu *s = e->s;
    struct smmu_slot *slot = s->slot + index;
    leave(e, index, PRISIM_CAUSE_STALL_RETRIED);
    s->no_fill &= ~(UINT32_C(1) << index);
    s->sync_slots &= ~(UINT32_C(1) << index);
    smmu_slot_reset(slot);
    smmu_dma_enter(e, index, PRISIM_CAUSE_NONE);
}

/* SMMU-RESUME: it ends with its fault, and with no further record. */
static void terminate(struct smmu_edge *e, unsigned index, bool abort)
{
    struct prisim_smmu *s = e->s;
    abort = abort || e->config->term_model;
    leave(e, index, abort ? PRISIM_CAUSE_STALL_ABORTED : PRISIM_CAUSE_STALL_RAZWI);
    s->slot[index].abort = abort;
    smmu_slot_forget(&s->slot[index]); /* the descriptors that it faulted by are used no more, nor by the next one */
    smmu_dma_enter(e, index, (enum prisim_cause)s->slot[index].cause);
}

void smmu_stall_abort_all(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    for (uint32_t left = s->stalls.stalled | s->stalls.waiting; left; left &= left - 1)
        terminate(e, (unsigned)__builtin_ctz(left), true);
    assert(s->stalls.stags == 0);
}

/* SMMU-RESUME: a STAG that is free or of another StreamID does nothing. */
static void resume(struct smmu_edge *e, const uint64_t dw[2])
{
    struct prisim_smmu *s = e->s;
    uint64_t stag = prisim_bits_get(dw[1], PRISIM_CMD1_RESUME_STAG);
    for (uint32_t left = s->stalls.stalled; left; left &= left - 1) {
        unsigned index = (unsigned)__builtin_ctz(left);
        if (s->stalls.stag[index] != stag || s->slot[index].stream_id != prisim_bits_get(dw[0], PRISIM_CMD_SID))
            continue;
        if (prisim_bits_get(dw[0], PRISIM_CMD_RESUME_AC))
            retry(e, index);
        else
            terminate(e, index, prisim_bits_get(dw[0], PRISIM_CMD_RESUME_AB));
        give_stag(e);
        return;
    }
}

/* Every access of the StreamID that has stalled, also one that has no STAG yet. */
static void stall_term(struct smmu_edge *e, uint32_t stream_id)
{
    struct prisim_smmu *s = e->s;
    for (uint32_t left = s->stalls.stalled | s->stalls.waiting; left; left &= left - 1) {
        unsigned index = (unsigned)__builtin_ctz(left);
        if (s->slot[index].stream_id == stream_id)
            terminate(e, index, true);
    }
    for (unsigned i = 0; i < SMMU_SLOTS_MAX; i++)
        give_stag(e);
}

bool smmu_stall_command(struct smmu_edge *e, uint32_t opcode, const uint64_t dw[2])
{
    assert(opcode == PRISIM_CMDQ_OP_RESUME || opcode == PRISIM_CMDQ_OP_STALL_TERM);
    /* SMMU-RESUME: both are ILL with STALL_MODEL=01 */
    if (e->config->stall_model != 0)
        return false;
    if (opcode == PRISIM_CMDQ_OP_RESUME)
        resume(e, dw);
    else
        stall_term(e, (uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_SID));
    return true;
}

/* SMMU-EVENTQ: after an invalidation, a CMD_SYNC waits for no stall, and leaves no record of one that is still to be
 * written: such an access is translated again. A record that is being written is waited for. */
void smmu_stall_sync(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    uint32_t concerned = s->sync_slots & (s->stalls.stalled | s->stalls.waiting) & ~s->stalls.writing;
    for (uint32_t left = concerned; left; left &= left - 1) {
        unsigned index = (unsigned)__builtin_ctz(left);
        uint32_t bit = UINT32_C(1) << index;
        if ((s->stalls.unwritten | s->stalls.waiting) & bit)
            retry(e, index);
        else
            s->sync_slots &= ~bit;
    }
    for (uint32_t left = concerned; left; left &= left - 1)
        give_stag(e);
}
