/* SPDX-License-Identifier: Apache-2.0
 *
 * Which end of a translation is recorded, and as what (SMMU-RECORD, SMMU-EVENTCODE, SMMU-EVENT, SMMU-PRIAUTO,
 * SMMU-ATSREQ, SMMU-ATSTRANSLATED). Writing the record is smmu_event_queue.c.
 */
#include "model/smmu/events/smmu_events.h"

/* SMMU-EVENTCODE; 0 for an end that is never recorded. CAUSE_SMMU_OFF depends on the kind. */
static uint8_t code_of(const struct smmu_slot *slot, enum cause cause)
{
    static const uint8_t code[CAUSES] = {
        [CAUSE_TRANSLATION_FAULT] = F_TRANSLATION,
        [CAUSE_PERMISSION_FAULT] = F_PERMISSION,
        [CAUSE_ACCESS_FAULT] = F_ACCESS,
        [CAUSE_ADDRESS_SIZE_FAULT] = F_ADDR_SIZE,
        [CAUSE_WALK_ABORT] = F_WALK_EABT,
        [CAUSE_BAD_STREAM_ID] = C_BAD_STREAMID,
        [CAUSE_STE_FETCH] = F_STE_FETCH,
        [CAUSE_BAD_STE] = C_BAD_STE,
        [CAUSE_BAD_SUBSTREAM_ID] = C_BAD_SUBSTREAMID,
        [CAUSE_STREAM_DISABLED] = F_STREAM_DISABLED,
        [CAUSE_CD_FETCH] = F_CD_FETCH,
        [CAUSE_BAD_CD] = C_BAD_CD,
        [CAUSE_BAD_ATS_REQUEST] = F_BAD_ATS_TREQ,
        [CAUSE_TRANSLATED_FORBIDDEN] = F_TRANSL_FORBIDDEN,
        [CAUSE_UNSUPPORTED] = F_UUT,
    };
    if (cause == CAUSE_SMMU_OFF) {
        if (slot->kind == SMMU_TRANSLATION_REQUEST)
            return F_BAD_ATS_TREQ;
        return slot->kind == SMMU_TRANSLATED ? F_TRANSL_FORBIDDEN : 0;
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
    uint32_t cr2 = e->s->word[SMMU_WORD(SMMU_CR2)];
    bool known_sid = code != C_BAD_STREAMID || (cr2 & CR2_RECINVSID);
    switch ((enum smmu_kind)slot->kind) {
    case SMMU_TRANSLATION_REQUEST: /* SMMU-ATSREQ */
        return code == F_BAD_ATS_TREQ || (code < F_TRANSLATION && (cr2 & CR2_REC_CFG_ATS) && known_sid);
    case SMMU_TRANSLATED: /* SMMU-ATSTRANSLATED: RECINVSID is not needed; F_UUT is silent; with EATS=10 stage 2 as usual
                           */
        if (code >= F_WALK_EABT)
            return code == F_WALK_EABT || is_fault_recorded(slot);
        return code == F_TRANSL_FORBIDDEN || (cr2 & CR2_REC_CFG_ATS);
    case SMMU_UNTRANSLATED: /* SMMU-EVENT: configuration events always, but for RECINVSID */
        return code >= F_TRANSLATION ? is_fault_recorded(slot) : known_sid;
    case SMMU_PPAR: /* SMMU-PRIAUTO */
        return (cr2 & CR2_REC_CFG_ATS) && known_sid;
    case SMMU_PREFETCH_CONFIG: /* SMMU-CMDFIELD */
    case SMMU_PREFETCH_ADDRESS:
        return false;
    }
    return false;
}

/* SMMU-RECORD: PnU, InD, RnW of the client's access; InD=0 for writes. */
static uint64_t access_bits(const struct smmu_slot *slot)
{
    bool read = slot->tlp.head.type != TLP_MEMORY_WRITE;
    return bit_put(slot->privileged, EVENT_PNU) | bit_put(slot->execute, EVENT_IND) | bit_put(read, EVENT_RNW);
}

/* SMMU-EVENT: a fault of stage 1 is of the input; one of stage 2 says what was being translated. TTRnW is for
 * F_PERMISSION on the way to the input, where only the walk of stage 1 may have wanted to write. */
static uint64_t stage_bits(const struct smmu_slot *slot, unsigned code)
{
    const struct smmu_fault *fault = &slot->fault;
    uint64_t class = fault->stage2 ? fault->class : code == F_WALK_EABT ? SMMU_CLASS_TT : SMMU_CLASS_IN;
    bool table_read = code == F_PERMISSION && fault->stage2 && class != SMMU_CLASS_IN && !fault->table_write;
    return bit_put(fault->stage2, EVENT_S2) | class << EVENT_CLASS | bit_put(table_read, EVENT_TTRNW);
}

/* SMMU-EVENTCODE, F_BAD_ATS_TREQ: what was asked for, and for how many translations; less than a whole one is one. */
static uint64_t ats_bits(const struct smmu_slot *slot)
{
    const struct tlp_header *head = &slot->tlp.head;
    unsigned span = head->size / 8 ? head->size / 8 : 1;
    return bits_put(span, 0, 8) | bit_put(true, 31) | bit_put(!(head->flags & TLP_NO_WRITE), 30) |
           bit_put(slot->has_pasid && (head->flags & TLP_EXECUTE), 29) |
           bit_put(slot->has_pasid && (head->flags & TLP_PRIVILEGED), 28);
}

static void write_record(const struct smmu_edge *e, const struct smmu_slot *slot, unsigned code, uint64_t dw[4])
{
    uint64_t inside = bits_mask(e->config->oas_bits);
    dw[0] = code | (uint64_t)slot->stream_id << 32;
    /* SMMU-RECORD: F_STREAM_DISABLED and F_TRANSL_FORBIDDEN have neither SSV nor SSID, C_BAD_SUBSTREAMID has no SSV. */
    if (slot->has_pasid && code != F_STREAM_DISABLED && code != F_TRANSL_FORBIDDEN)
        dw[0] |= bits_put(slot->pasid, CMD_SSID) | bit_put(code != C_BAD_SUBSTREAMID, 11);
    dw[1] = dw[2] = dw[3] = 0;
    switch ((enum event_code)code) {
    case F_STE_FETCH:
    case F_CD_FETCH:
        dw[3] = slot->fetch & EVENT_FETCH & inside;
        break;
    case F_WALK_EABT:
        dw[1] = access_bits(slot) | stage_bits(slot, code);
        dw[2] = slot->address;
        dw[3] = slot->fetch & EVENT_FETCH & inside;
        break;
    case F_TRANSLATION:
    case F_ADDR_SIZE:
    case F_ACCESS:
    case F_PERMISSION:
        dw[1] = access_bits(slot) | stage_bits(slot, code);
        dw[2] = slot->address;
        dw[3] = slot->fault.stage2 ? slot->fault.ipa & EVENT_IPA & inside : 0;
        break;
    case F_BAD_ATS_TREQ:
        dw[1] = ats_bits(slot);
        dw[2] = slot->address; /* of a page, since it was taken */
        break;
    case F_TRANSL_FORBIDDEN:
        dw[1] = access_bits(slot) & UINT64_C(1) << EVENT_RNW;
        dw[2] = slot->address;
        break;
    case F_UUT: /* no STE was looked at: the values are the incoming ones */
        dw[1] = access_bits(slot);
        dw[2] = slot->address;
        break;
    case C_BAD_STREAMID:
    case C_BAD_STE:
    case F_STREAM_DISABLED:
    case C_BAD_SUBSTREAMID:
    case C_BAD_CD:
        break;
    }
}

bool smmu_fault_record(const struct smmu_edge *e, const struct smmu_slot *slot, enum cause cause, uint64_t dw[4])
{
    unsigned code = code_of(slot, cause);
    if (code == 0 || !is_recorded(e, slot, code))
        return false;
    write_record(e, slot, code, dw);
    return true;
}

void smmu_fault_write(const struct smmu_edge *e, const struct smmu_slot *slot, uint64_t dw[4])
{
    unsigned code = code_of(slot, (enum cause)slot->cause);
    assert(code >= F_TRANSLATION);
    write_record(e, slot, code, dw);
}
