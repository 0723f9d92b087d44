/* SPDX-License-Identifier: Apache-2.0
 *
 * Translation Requests: which completion each end of a translation gives, and what stands in it (SMMU-ATSREQ,
 * SMMU-ATSCPL; PCIE-ATSCPL). One translation a completion, however many were asked for.
 */
#include "model/pcie/translation.h"
#include "model/smmu/traffic/smmu_traffic.h"

/* SMMU-ATSREQ */
static uint8_t status_of(enum cause cause)
{
    switch ((unsigned)cause) {
    case CAUSE_SMMU_OFF:
    case CAUSE_BAD_ATS_REQUEST:
    case CAUSE_STREAM_ABORT:
        return TLP_UR;
    case CAUSE_TRANSLATED:
    case CAUSE_BYPASS:
    case CAUSE_TRANSLATION_FAULT:
    case CAUSE_ADDRESS_SIZE_FAULT:
    case CAUSE_ACCESS_FAULT:
    case CAUSE_PERMISSION_FAULT:
        return TLP_SC;
    }
    return TLP_CA;
}

void smmu_ats_end(struct smmu_edge *e, unsigned index)
{
    struct smmu *s = e->s;
    struct smmu_slot *slot = &s->slot[index];
    enum cause cause = (enum cause)slot->cause;
    slot->status = status_of(cause);
    /* SMMU-ATSCPL: execute-only pages cannot be granted. */
    bool found = cause == CAUSE_TRANSLATED || cause == CAUSE_BYPASS || cause == CAUSE_PERMISSION_FAULT;
    if (!found || !(slot->access & (ACCESS_READ | ACCESS_WRITE))) {
        slot->access = 0;
        slot->output = 0;
    } else if (slot->split) { /* SMMU-ATSREQ-13 */
        slot->output = slot->ipa;
    }
    PROBE(e->ports, e->now, smmu_translate, .tlp = slot->tlp.head.id, .stream_id = slot->stream_id,
          .pasid = smmu_pasid_field(slot->has_pasid, slot->pasid), .address = slot->address, .output = slot->output,
          .access = slot->access, .cause = cause, .ats = 1, .asid = smmu_asid_field(slot),
          .cd_since = smmu_cd_since_field(slot));
    slot->state = SMMU_SLOT_ANSWER;
    s->answering |= UINT32_C(1) << index;
    smmu_down_want(s, SMMU_DOWN_COMPLETION);
}

/* PCIE-ATSCPL: Priv echoes the request, Global and N are 0. R=W=0 has the size of an STU, 4 KB. */
static uint64_t entry_of(const struct smmu_slot *slot)
{
    bool privileged = slot->has_pasid && (slot->tlp.head.flags & TLP_PRIVILEGED);
    uint64_t entry = privileged ? TLP_TRANSLATION_PRIVILEGED : 0;
    if (slot->access == 0)
        return entry;
    entry |= (slot->access & ACCESS_READ ? TLP_TRANSLATION_READ : 0u) |
             (slot->access & ACCESS_WRITE ? TLP_TRANSLATION_WRITE : 0u) |
             (slot->access & ACCESS_EXECUTE ? TLP_TRANSLATION_EXECUTE : 0u);
    return entry | tlp_range_encode(slot->output & ~bits_mask(slot->size_log2), slot->size_log2);
}

void smmu_ats_completion(const struct smmu_slot *slot, struct tlp *to)
{
    assert(slot->kind == SMMU_TRANSLATION_REQUEST && slot->state == SMMU_SLOT_ANSWER);
    to->head.status = slot->status;
    if (slot->status != TLP_SC)
        return;
    to->head.type = TLP_COMPLETION_DATA;
    to->head.size = TLP_TRANSLATION_BYTES;
    tlp_qword_store(to->data, entry_of(slot));
}
