/* SPDX-License-Identifier: Apache-2.0
 *
 * The judge's verdicts: what is advertised, accesses and translated accesses, event records (reference.h).
 */
#include "tests/smmu/reference/reference.h"

#include <string.h>

#include "tests/smmu/reference/reference_parts.h"

struct reference_features reference_features(uint32_t idr0, uint32_t idr1, uint32_t idr3, uint32_t idr5)
{
    static const unsigned oas[8] = {32, 36, 40, 42, 44, 48, 52, 56};
    return (struct reference_features){
        .s2p = idr0 & 1,
        .s1p = idr0 >> 1 & 1,
        .httu = idr0 >> 6 & 3,
        .hyp = idr0 >> 9 & 1,
        .ats = idr0 >> 10 & 1,
        .ns1ats = idr0 >> 11 & 1,
        .asid16 = idr0 >> 12 & 1,
        .vmid16 = idr0 >> 18 & 1,
        .cd2l = idr0 >> 19 & 1,
        .stall_model = idr0 >> 24 & 3,
        .term_model = idr0 >> 26 & 1,
        .two_level_streams = (idr0 >> 27 & 3) == 1,
        .sid_bits = idr1 & 63,
        .ssid_bits = idr1 >> 6 & 31,
        .permissions_override = idr1 >> 26 & 1,
        .had = idr3 >> 2 & 1,
        .xnx = idr3 >> 4 & 1,
        .fwb = idr3 >> 8 & 1,
        .stt = idr3 >> 9 & 1,
        .oas_bits = oas[idr5 & 7],
        .granule_4k = idr5 >> 4 & 1,
        .granule_16k = idr5 >> 5 & 1,
        .granule_64k = idr5 >> 6 & 1,
    };
}

/* SMMU-STE PRIVCFG, INSTCFG; without a PASID: data, unprivileged; a write is never an instruction (SMMU-EVENT). A
 * translated access comes in as data, unprivileged; the STE overrides it like any other (SMMU-ATSTRANSLATED). */
struct reference_access reference_attributes(const struct judging *j)
{
    const struct reference_request *q = j->request;
    struct reference_access a = {
        .write = q->write, .privileged = q->has_pasid && q->privileged, .instruction = q->has_pasid && q->execute};
    if (q->at == REFERENCE_TRANSLATED)
        a.privileged = a.instruction = false;
    if (j->features->permissions_override) {
        unsigned priv = (unsigned)reference_field(j->ste, 113, 112), inst = (unsigned)reference_field(j->ste, 115, 114);
        a.privileged = priv >= 2 ? priv == 3 : a.privileged;
        a.instruction = inst >= 2 ? inst == 3 : a.instruction;
    }
    a.instruction = a.instruction && !q->write;
    return a;
}

static void put(struct reference_outcome *out, unsigned low, unsigned width, uint64_t value)
{
    out->event[low / 64] |= value << low % 64;
    out->mask[low / 64] |= reference_ones(width) << low % 64;
}

static bool is_walk_fault(enum reference_code code)
{
    return code >= CODE_TRANSLATION;
}

/* Positions of SMMU-RECORD and SMMU-EVENTCODE, as bits of the whole record. */
void reference_record(struct judging *j)
{
    const struct reference_request *q = j->request;
    const struct reference_fault *f = &j->fault;
    struct reference_outcome *out = j->out;
    out->recorded = true;
    put(out, 0, 8, f->code);
    /* SMMU-RECORD: these two have neither SSV nor SSID */
    if (f->code == CODE_STREAM_DISABLED || f->code == CODE_TRANSL_FORBIDDEN) {
        put(out, 8, 24, 0);
    } else {
        if (f->code != CODE_BAD_SUBSTREAMID)
            put(out, 11, 1, j->has_ssid);
        put(out, 12, 20, j->has_ssid ? j->ssid : 0);
    }
    put(out, 32, 32, q->sid);
    if (f->code == CODE_BAD_ATS_TREQ) {
        put(out, 95, 1, 1);
        put(out, 94, 1, !q->no_write);
        put(out, 93, 1, q->has_pasid && q->execute);
        put(out, 92, 1, q->has_pasid && q->privileged);
        put(out, 140, 52, q->address >> 12);
    }
    if (f->code == CODE_TRANSL_FORBIDDEN) {
        put(out, 99, 1, !q->write);
        put(out, 128, 64, q->address);
    }
    if (f->code == CODE_STE_FETCH || f->code == CODE_CD_FETCH || f->code == CODE_WALK_EABT)
        put(out, 195, 53, f->fetch >> 3);
    if (f->code == CODE_WALK_EABT || is_walk_fault(f->code)) {
        struct reference_access a = reference_attributes(j);
        put(out, 97, 1, a.privileged);
        if (q->at != REFERENCE_REQUEST) { /* SMMU-ATSREQ-4: unknown for a request */
            put(out, 98, 1, a.instruction);
            put(out, 99, 1, !q->write);
        }
        put(out, 103, 1, f->stage2);
        put(out, 104, 2, f->class_code);
        put(out, 128, 64, q->address);
    }
    if (is_walk_fault(f->code)) {
        put(out, 95, 1, 0); /* Stall */
        if (f->code == CODE_PERMISSION && f->stage2 && f->class_code == CLASS_TT)
            put(out, 108, 1, f->ttrnw);
        if (f->stage2)
            put(out, 204, 44, f->ipa >> 12);
    }
}

/* SMMU-EVENT: what becomes of an access that failed. */
static void end(struct judging *j)
{
    const struct reference_fault *f = &j->fault;
    j->out->result = REFERENCE_ABORT;
    if (!is_walk_fault(f->code) || f->always) {
        /* Configuration events always record, but C_BAD_STREAMID; walks that abort as well. */
        if (f->code != CODE_BAD_STREAMID || j->setup->recinvsid)
            reference_record(j);
        return;
    }
    if (f->stage2) {
        if (reference_field(j->ste, 186, 186))
            reference_record(j);
        return;
    }
    if (reference_field(j->cd, 45, 45))
        reference_record(j);
    if (!reference_field(j->cd, 46, 46))
        j->out->result = REFERENCE_RAZ_WI;
}

static bool through_stages(struct judging *j)
{
    const struct reference_request *q = j->request;
    struct reference_access access = reference_attributes(j);
    uint64_t address = q->address;
    unsigned first = j->out->updates;
    if (j->stage1.on) {
        struct reference_leaf leaf;
        if (!reference_cd_select(j, address) || !reference_translate(j, &j->stage1, address, CLASS_IN, &access, &leaf))
            return false;
        address = leaf.output;
    } else if (address >> j->features->oas_bits) {
        /* SMMU-EVENT: stage 1 bypassed, address above IAS; Config=100 above OAS */
        reference_fail(j, CODE_ADDR_SIZE);
        j->fault.always = true;
        return false;
    }
    if (j->stage2.on) {
        struct reference_leaf leaf;
        unsigned last = j->out->updates;
        if (!reference_translate(j, &j->stage2, address, CLASS_IN, &access, &leaf)) {
            /* What stage 1 marked for an access that did not happen is free to be there or not. */
            for (unsigned i = first; i < last; i++)
                j->out->update[i].may |= j->out->update[i].before ^ j->out->update[i].after;
            return false;
        }
        address = leaf.output;
    }
    j->out->output = address;
    return true;
}

static bool untranslated(struct judging *j)
{
    if (!reference_ste_find(j))
        return false;
    return reference_ste_check(j) && reference_cd_find(j) && through_stages(j);
}

/* SMMU-ATSTRANSLATED */
static void translated(struct judging *j)
{
    const struct reference_request *q = j->request;
    struct reference_outcome *out = j->out;
    out->result = REFERENCE_FORWARD;
    out->output = q->address;
    /* Above OAS: aborted without a word, or cut; with EATS=10 see below */
    bool above = q->address >> j->features->oas_bits;
    if (!j->setup->atschk) {
        out->open = above;
        return;
    }
    out->result = REFERENCE_ABORT;
    if (!reference_ste_find(j) || !reference_ste_check(j)) {
        if (j->setup->rec_cfg_ats)
            reference_record(j);
        return;
    }
    unsigned eats = reference_eats(j);
    if (eats == 0) {
        reference_fail(j, CODE_TRANSL_FORBIDDEN);
        reference_record(j);
        return;
    }
    out->result = REFERENCE_FORWARD;
    if (eats == 1) {
        out->open = above;
        return;
    }
    struct reference_leaf leaf;
    struct reference_access access = reference_attributes(j);
    if (above) {
        /* SMMU-ATSTRANSLATED: an IPA above IAS */
        reference_fail(j, CODE_ADDR_SIZE);
        j->fault.always = true;
        end(j);
    } else if (reference_translate(j, &j->stage2, q->address, CLASS_IN, &access, &leaf))
        out->output = leaf.output;
    else
        end(j);
}

/* SMMU-STE: Config=0xx of a valid STE ends without a word; found before anything else is checked. */
static bool silent(struct judging *j)
{
    bool found = reference_ste_find(j);
    return found && reference_field(j->ste, 3, 3) == 0;
}

void reference(const struct reference_setup *setup, const struct reference_memory *memory,
               const struct reference_request *request, struct reference_outcome *out)
{
    struct judging j = {.setup = setup,
                        .features = &setup->features,
                        .memory = memory,
                        .request = request,
                        .out = out,
                        .has_ssid = request->has_pasid && request->at != REFERENCE_TRANSLATED,
                        .ssid = request->pasid};
    memset(out, 0, sizeof *out);
    for (unsigned i = 0; i < 2; i++)
        out->size[i] = out->contiguous[i] = 64;
    if (!j.has_ssid)
        j.ssid = 0;
    if ((request->at != REFERENCE_TRANSLATED || setup->atschk) && silent(&j)) {
        out->result = request->at == REFERENCE_REQUEST ? REFERENCE_UR : REFERENCE_ABORT;
        return;
    }
    switch (request->at) {
    case REFERENCE_REQUEST:
        reference_ats(&j);
        return;
    case REFERENCE_TRANSLATED:
        translated(&j);
        return;
    case REFERENCE_UNTRANSLATED:
        out->result = REFERENCE_FORWARD;
        if (!untranslated(&j))
            end(&j);
        return;
    }
}
