/* SPDX-License-Identifier: Apache-2.0
 *
 * Translation Requests: which completion each end of a translation gives, and what stands in it (SMMU-ATSREQ,
 * SMMU-ATSCPL; PCIE-ATSCPL). Of several translations that are asked for, one after the other is made, up to the first
 * that is not one of 4 KB, the STU; one completion has them all (PCIE-ATSREQ-8).
 */
#include "model/pcie/translation.h"
#include "model/smmu/traffic/smmu_traffic.h"

/* SMMU-ATSREQ */
static uint8_t status_of(enum prisim_cause cause)
{
    switch ((unsigned)cause) {
    case PRISIM_CAUSE_SMMU_OFF:
    case PRISIM_CAUSE_BAD_ATS_REQUEST:
    case PRISIM_CAUSE_STREAM_ABORT:
        return PRISIM_TLP_UR;
    case PRISIM_CAUSE_TRANSLATED:
    case PRISIM_CAUSE_BYPASS:
    case PRISIM_CAUSE_TRANSLATION_FAULT:
    case PRISIM_CAUSE_ADDRESS_SIZE_FAULT:
    case PRISIM_CAUSE_ACCESS_FAULT:
    case PRISIM_CAUSE_PERMISSION_FAULT:
        return PRISIM_TLP_SC;
    }
    return PRISIM_TLP_CA;
}

/* A function of its own: the way of a request then saves no registers. */
__attribute__((noinline)) static void emit(struct smmu_edge *e, const struct smmu_slot *slot)
{
    PRISIM_PROBE(e->ports, e->now, smmu_translate, .tlp = slot->tlp.head.id, .stream_id = slot->stream_id,
                 .pasid = smmu_pasid_field(slot->has_pasid, slot->pasid), .address = slot->address,
                 .output = slot->output, .access = slot->access, .cause = slot->cause, .ats = 1,
                 .asid = smmu_asid_field(slot), .cd_since = smmu_cd_since_field(slot));
}

/* PCIE-ATSCPL: Priv echoes the request, Global and N are 0. R=W=0 has the size of an STU, 4 KB. */
static uint64_t entry_of(const struct smmu_slot *slot)
{
    bool privileged = slot->has_pasid && (slot->tlp.head.flags & PRISIM_TLP_PRIVILEGED);
    uint64_t entry = privileged ? PRISIM_TLP_TRANSLATION_PRIVILEGED : 0;
    if (slot->access == 0)
        return entry;
    entry |= (slot->access & PRISIM_ACCESS_READ ? PRISIM_TLP_TRANSLATION_READ : 0u) |
             (slot->access & PRISIM_ACCESS_WRITE ? PRISIM_TLP_TRANSLATION_WRITE : 0u) |
             (slot->access & PRISIM_ACCESS_EXECUTE ? PRISIM_TLP_TRANSLATION_EXECUTE : 0u);
    return entry | prisim_tlp_range_encode(slot->output & ~prisim_bits_mask(slot->size_log2), slot->size_log2);
}

/* Translations found of a request for several: what its copy in the slot has of a count is free for that, and the data
 * of that copy for the translations themselves. */
static inline unsigned found_of(const struct smmu_slot *slot)
{
    return slot->tlp.head.completion_count;
}

/* PCIE-ATSREQ-8: the next page, or false: this was the last. All translations of a completion have one size; after the
 * first, what is not like it is not said, as nothing has to be. */
__attribute__((noinline)) static bool goes_on(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = e->s->slot + index;
    const unsigned found = found_of(slot), wanted = slot->tlp.head.size / PRISIM_TLP_TRANSLATION_BYTES;
    const bool like = slot->status == PRISIM_TLP_SC && slot->access != 0 && slot->size_log2 == 12;
    if (!like) {
        slot->status = found ? PRISIM_TLP_SC : slot->status;
        return false;
    }
    prisim_tlp_qword_store(slot->tlp.data + (size_t)PRISIM_TLP_TRANSLATION_BYTES * found, entry_of(slot));
    slot->tlp.head.completion_count = (uint8_t)(found + 1);
    const uint64_t next = slot->address + 4096;
    if (found + 1 == wanted || next == 0 || !smmu_is_enabled(e->s, PRISIM_CR0_SMMUEN))
        return false;
    slot->address = next;
    smmu_slot_reset(slot);
    smmu_slot_start(e, index);
    return true;
}

void smmu_ats_end(struct smmu_edge *e, unsigned index)
{
    struct prisim_smmu *s = e->s;
    struct smmu_slot *slot = s->slot + index;
    enum prisim_cause cause = (enum prisim_cause)slot->cause;
    slot->status = status_of(cause);
    /* SMMU-ATSCPL: execute-only pages cannot be granted. */
    bool found =
        cause == PRISIM_CAUSE_TRANSLATED || cause == PRISIM_CAUSE_BYPASS || cause == PRISIM_CAUSE_PERMISSION_FAULT;
    if (!found || !(slot->access & (PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE))) {
        slot->access = 0;
        slot->output = 0;
    } else if (slot->split) { /* SMMU-ATSREQ-13 */
        slot->output = slot->ipa;
    }
    if (prisim_probe_wants(e->ports->probe, PRISIM_EVENT_SMMU_TRANSLATE))
        emit(e, slot);
    if (slot->tlp.head.size >= 2 * PRISIM_TLP_TRANSLATION_BYTES && goes_on(e, index))
        return;
    slot->state = SMMU_SLOT_ANSWER;
    s->answering |= UINT32_C(1) << index;
    smmu_down_want(s, SMMU_DOWN_COMPLETION);
}

void smmu_ats_completion(const struct smmu_slot *slot, struct prisim_tlp *to)
{
    assert(slot->kind == SMMU_TRANSLATION_REQUEST && slot->state == SMMU_SLOT_ANSWER);
    to->head.status = slot->status;
    if (slot->status != PRISIM_TLP_SC)
        return;
    to->head.type = PRISIM_TLP_COMPLETION_DATA;
    if (found_of(slot)) {
        to->head.size = (uint16_t)(PRISIM_TLP_TRANSLATION_BYTES * found_of(slot));
        memcpy(to->data, slot->tlp.data, to->head.size);
        return;
    }
    to->head.size = PRISIM_TLP_TRANSLATION_BYTES;
    prisim_tlp_qword_store(to->data, entry_of(slot));
}
