/* SPDX-License-Identifier: Apache-2.0
 *
 * Which end of a translation is recorded, and as what (SMMU-RECORD, SMMU-EVENTCODE, SMMU-EVENT, SMMU-PRIAUTO,
 * SMMU-ATSREQ, SMMU-ATSTRANSLATED). Writing the record is smmu_event_queue.c.
 */
#include "model/smmu/events/smmu_events.h"

/* SMMU-EVENTCODE; 0 for an end that is never recorded. PRISIM_CAUSE_SMMU_OFF depends on the kind. */
static uint8_t code_of(const struct smmu_slot *slot, enum prisim_cause cause)
{
    static const uint8_t code[PRISIM_CAUSES] = {
        [PRISIM_CAUSE_TRANSLATION_FAULT] = PRISIM_F_TRANSLATION,
        [PRISIM_CAUSE_PERMISSION_FAULT] = PRISIM_F_PERMISSION,
        [PRISIM_CAUSE_ACCESS_FAULT] = PRISIM_F_ACCESS,
        [PRISIM_CAUSE_ADDRESS_SIZE_FAULT] = PRISIM_F_ADDR_SIZE,
        [PRISIM_CAUSE_WALK_ABORT] = PRISIM_F_WALK_EABT,
        [PRISIM_CAUSE_BAD_STREAM_ID] = PRISIM_C_BAD_STREAMID,
        [PRISIM_CAUSE_STE_FETCH] = PRISIM_F_STE_FETCH,
        [PRISIM_CAUSE_BAD_STE] = PRISIM_C_BAD_STE,
        [PRISIM_CAUSE_BAD_SUBSTREAM_ID] = PRISIM_C_BAD_SUBSTREAMID,
        [PRISIM_CAUSE_STREAM_DISABLED] = PRISIM_F_STREAM_DISABLED,
        [PRISIM_CAUSE_CD_FETCH] = PRISIM_F_CD_FETCH,
        [PRISIM_CAUSE_BAD_CD] = PRISIM_C_BAD_CD,
        [PRISIM_CAUSE_BAD_ATS_REQUEST] = PRISIM_F_BAD_ATS_TREQ,
        [PRISIM_CAUSE_TRANSLATED_FORBIDDEN] = PRISIM_F_TRANSL_FORBIDDEN,
        [PRISIM_CAUSE_UNSUPPORTED] = PRISIM_F_UUT,
    };
    if (cause == PRISIM_CAUSE_SMMU_OFF) {
        if (slot->kind == SMMU_TRANSLATION_REQUEST)
            return PRISIM_F_BAD_ATS_TREQ;
        return slot->kind == SMMU_TRANSLATED ? PRISIM_F_TRANSL_FORBIDDEN : 0;
    }
    return code[cause];
}

/* SMMU-EVENT: CD.R decides on the faults of stage 1, STE.S2R on those of stage 2; not on what is to stall. */
static bool is_fault_recorded(const struct smmu_slot *slot)
{
    if (slot->crowded)
        return true;
    return slot->fault.stage2 ? slot->ste.stage2.flags & SMMU_S2_R : slot->cd.flags & SMMU_CD_R;
}

static bool is_recorded(const struct smmu_edge *e, const struct smmu_slot *slot, unsigned code)
{
    uint32_t cr2 = e->s->word[SMMU_WORD(PRISIM_SMMU_CR2)];
    bool known_sid = code != PRISIM_C_BAD_STREAMID || (cr2 & PRISIM_CR2_RECINVSID);
    switch ((enum smmu_kind)slot->kind) {
    case SMMU_TRANSLATION_REQUEST: /* SMMU-ATSREQ */
        return code == PRISIM_F_BAD_ATS_TREQ ||
               (code < PRISIM_F_TRANSLATION && (cr2 & PRISIM_CR2_REC_CFG_ATS) && known_sid);
    case SMMU_TRANSLATED: /* SMMU-ATSTRANSLATED: RECINVSID is not needed; F_UUT is silent; with EATS=10 stage 2 as usual
                           */
        if (code >= PRISIM_F_WALK_EABT)
            return code == PRISIM_F_WALK_EABT || is_fault_recorded(slot);
        return code == PRISIM_F_TRANSL_FORBIDDEN || (cr2 & PRISIM_CR2_REC_CFG_ATS);
    case SMMU_UNTRANSLATED: /* SMMU-EVENT: configuration events always, but for RECINVSID */
        return code >= PRISIM_F_TRANSLATION ? is_fault_recorded(slot) : known_sid;
    case SMMU_PPAR: /* SMMU-PRIAUTO */
        return (cr2 & PRISIM_CR2_REC_CFG_ATS) && known_sid;
    case SMMU_PREFETCH_CONFIG: /* SMMU-CMDFIELD */
    case SMMU_PREFETCH_ADDRESS:
        return false;
    }
    return false;
}

/* SMMU-RECORD: PnU, InD, RnW of the client's access; InD=0 for writes. */
static uint64_t access_bits(const struct smmu_slot *slot)
{
    bool read = slot->tlp.head.type != PRISIM_TLP_MEMORY_WRITE;
    return prisim_bit_put(slot->privileged, PRISIM_EVENT_PNU) | prisim_bit_put(slot->execute, PRISIM_EVENT_IND) |
           prisim_bit_put(read, PRISIM_EVENT_RNW);
}

/* SMMU-EVENT: a fault of stage 1 is of the input; one of stage 2 says what was being translated. TTRnW is for
 * F_PERMISSION on the way to the input, where only the walk of stage 1 may have wanted to write. */
static uint64_t stage_bits(const struct smmu_slot *slot, unsigned code)
{
    const struct smmu_fault *fault = &slot->fault;
    uint64_t class = fault->stage2 ? fault->class : code == PRISIM_F_WALK_EABT ? SMMU_CLASS_TT : SMMU_CLASS_IN;
    bool table_read = code == PRISIM_F_PERMISSION && fault->stage2 && class != SMMU_CLASS_IN && !fault->table_write;
    return prisim_bit_put(fault->stage2, PRISIM_EVENT_S2) | class << PRISIM_EVENT_CLASS |
           prisim_bit_put(table_read, PRISIM_EVENT_TTRNW);
}

/* SMMU-EVENTCODE, F_BAD_ATS_TREQ: what was asked for, and for how many translations; less than a whole one is one. */
static uint64_t ats_bits(const struct smmu_slot *slot)
{
    const struct prisim_tlp_header *head = &slot->tlp.head;
    unsigned span = head->size / 8 ? head->size / 8 : 1;
    return prisim_bits_put(span, 0, 8) | prisim_bit_put(true, 31) |
           prisim_bit_put(!(head->flags & PRISIM_TLP_NO_WRITE), 30) |
           prisim_bit_put(slot->has_pasid && (head->flags & PRISIM_TLP_EXECUTE), 29) |
           prisim_bit_put(slot->has_pasid && (head->flags & PRISIM_TLP_PRIVILEGED), 28);
}

static void write_record(const struct smmu_edge *e, const struct smmu_slot *slot, unsigned code, uint64_t dw[4])
{
    uint64_t inside = prisim_bits_mask(e->config->oas_bits);
    dw[0] = code | (uint64_t)slot->stream_id << 32;
    /* SMMU-RECORD: F_STREAM_DISABLED and F_TRANSL_FORBIDDEN have neither SSV nor SSID, C_BAD_SUBSTREAMID has no SSV. */
    if (slot->has_pasid && code != PRISIM_F_STREAM_DISABLED && code != PRISIM_F_TRANSL_FORBIDDEN)
        dw[0] |= prisim_bits_put(slot->pasid, PRISIM_CMD_SSID) | prisim_bit_put(code != PRISIM_C_BAD_SUBSTREAMID, 11);
    dw[1] = dw[2] = dw[3] = 0;
    switch ((enum prisim_event_code)code) {
    case PRISIM_F_STE_FETCH:
    case PRISIM_F_CD_FETCH:
        dw[3] = slot->fetch & PRISIM_EVENT_FETCH & inside;
        break;
    case PRISIM_F_WALK_EABT:
        dw[1] = access_bits(slot) | stage_bits(slot, code);
        dw[2] = slot->address;
        dw[3] = slot->fetch & PRISIM_EVENT_FETCH & inside;
        break;
    case PRISIM_F_TRANSLATION:
    case PRISIM_F_ADDR_SIZE:
    case PRISIM_F_ACCESS:
    case PRISIM_F_PERMISSION:
        dw[1] = access_bits(slot) | stage_bits(slot, code);
        dw[2] = slot->address;
        dw[3] = slot->fault.stage2 ? slot->fault.ipa & PRISIM_EVENT_IPA & inside : 0;
        break;
    case PRISIM_F_BAD_ATS_TREQ:
        dw[1] = ats_bits(slot);
        dw[2] = slot->address; /* of a page, since it was taken */
        break;
    case PRISIM_F_TRANSL_FORBIDDEN:
        dw[1] = access_bits(slot) & UINT64_C(1) << PRISIM_EVENT_RNW;
        dw[2] = slot->address;
        break;
    case PRISIM_F_UUT: /* no STE was looked at: the values are the incoming ones */
        dw[1] = access_bits(slot);
        dw[2] = slot->address;
        break;
    case PRISIM_C_BAD_STREAMID:
    case PRISIM_C_BAD_STE:
    case PRISIM_F_STREAM_DISABLED:
    case PRISIM_C_BAD_SUBSTREAMID:
    case PRISIM_C_BAD_CD:
        break;
    }
}

bool smmu_fault_record(const struct smmu_edge *e, const struct smmu_slot *slot, enum prisim_cause cause, uint64_t dw[4])
{
    unsigned code = code_of(slot, cause);
    if (code == 0 || !is_recorded(e, slot, code))
        return false;
    write_record(e, slot, code, dw);
    return true;
}

void smmu_fault_write(const struct smmu_edge *e, const struct smmu_slot *slot, uint64_t dw[4])
{
    unsigned code = code_of(slot, (enum prisim_cause)slot->cause);
    assert(code >= PRISIM_F_TRANSLATION);
    write_record(e, slot, code, dw);
}
