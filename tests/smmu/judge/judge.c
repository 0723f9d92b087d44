/* SPDX-License-Identifier: Apache-2.0
 *
 * The judge's verdicts: what is advertised, accesses and translated accesses, event records (judge.h).
 */
#include "tests/smmu/judge/judge.h"

#include <string.h>

#include "tests/smmu/judge/judge_parts.h"

struct judge_features judge_features(uint32_t idr0, uint32_t idr1, uint32_t idr3, uint32_t idr5)
{
    static const unsigned oas[8] = {32, 36, 40, 42, 44, 48, 52, 56};
    return (struct judge_features){
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
struct judge_access judge_attributes(const struct judging *j)
{
    const struct judge_request *q = j->request;
    struct judge_access a = {
        .write = q->write, .privileged = q->has_pasid && q->privileged, .instruction = q->has_pasid && q->execute};
    if (q->at == JUDGE_TRANSLATED)
        a.privileged = a.instruction = false;
    if (j->features->permissions_override) {
        unsigned priv = (unsigned)judge_field(j->ste, 113, 112), inst = (unsigned)judge_field(j->ste, 115, 114);
        a.privileged = priv >= 2 ? priv == 3 : a.privileged;
        a.instruction = inst >= 2 ? inst == 3 : a.instruction;
    }
    a.instruction = a.instruction && !q->write;
    return a;
}

static void put(struct judge_outcome *out, unsigned low, unsigned width, uint64_t value)
{
    out->event[low / 64] |= value << low % 64;
    out->mask[low / 64] |= judge_ones(width) << low % 64;
}

static bool is_walk_fault(enum judge_code code)
{
    return code >= CODE_TRANSLATION;
}

/* Positions of SMMU-RECORD and SMMU-EVENTCODE, as bits of the whole record. */
void judge_record(struct judging *j)
{
    const struct judge_request *q = j->request;
    const struct judge_fault *f = &j->fault;
    struct judge_outcome *out = j->out;
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
        struct judge_access a = judge_attributes(j);
        put(out, 97, 1, a.privileged);
        if (q->at != JUDGE_REQUEST) { /* SMMU-ATSREQ-4: unknown for a request */
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
    const struct judge_fault *f = &j->fault;
    j->out->result = JUDGE_ABORT;
    if (!is_walk_fault(f->code) || f->always) {
        /* Configuration events always record, but C_BAD_STREAMID; walks that abort as well. */
        if (f->code != CODE_BAD_STREAMID || j->setup->recinvsid)
            judge_record(j);
        return;
    }
    if (f->stage2) {
        if (judge_field(j->ste, 186, 186))
            judge_record(j);
        return;
    }
    if (judge_field(j->cd, 45, 45))
        judge_record(j);
    if (!judge_field(j->cd, 46, 46))
        j->out->result = JUDGE_RAZ_WI;
}

static bool through_stages(struct judging *j)
{
    const struct judge_request *q = j->request;
    struct judge_access access = judge_attributes(j);
    uint64_t address = q->address;
    unsigned first = j->out->updates;
    if (j->stage1.on) {
        struct judge_leaf leaf;
        if (!judge_cd_select(j, address) || !judge_translate(j, &j->stage1, address, CLASS_IN, &access, &leaf))
            return false;
        address = leaf.output;
    } else if (address >> j->features->oas_bits) {
        /* SMMU-EVENT: stage 1 bypassed, address above IAS; Config=100 above OAS */
        judge_fail(j, CODE_ADDR_SIZE);
        j->fault.always = true;
        return false;
    }
    if (j->stage2.on) {
        struct judge_leaf leaf;
        unsigned last = j->out->updates;
        if (!judge_translate(j, &j->stage2, address, CLASS_IN, &access, &leaf)) {
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
    if (!judge_ste_find(j))
        return false;
    return judge_ste_check(j) && judge_cd_find(j) && through_stages(j);
}

/* SMMU-ATSTRANSLATED */
static void translated(struct judging *j)
{
    const struct judge_request *q = j->request;
    struct judge_outcome *out = j->out;
    out->result = JUDGE_FORWARD;
    out->output = q->address;
    /* Above OAS: aborted without a word, or cut; with EATS=10 see below */
    bool above = q->address >> j->features->oas_bits;
    if (!j->setup->atschk) {
        out->open = above;
        return;
    }
    out->result = JUDGE_ABORT;
    if (!judge_ste_find(j) || !judge_ste_check(j)) {
        if (j->setup->rec_cfg_ats)
            judge_record(j);
        return;
    }
    unsigned eats = judge_eats(j);
    if (eats == 0) {
        judge_fail(j, CODE_TRANSL_FORBIDDEN);
        judge_record(j);
        return;
    }
    out->result = JUDGE_FORWARD;
    if (eats == 1) {
        out->open = above;
        return;
    }
    struct judge_leaf leaf;
    struct judge_access access = judge_attributes(j);
    if (above) {
        /* SMMU-ATSTRANSLATED: an IPA above IAS */
        judge_fail(j, CODE_ADDR_SIZE);
        j->fault.always = true;
        end(j);
    } else if (judge_translate(j, &j->stage2, q->address, CLASS_IN, &access, &leaf))
        out->output = leaf.output;
    else
        end(j);
}

/* SMMU-STE: Config=0xx of a valid STE ends without a word; found before anything else is checked. */
static bool silent(struct judging *j)
{
    bool found = judge_ste_find(j);
    return found && judge_field(j->ste, 3, 3) == 0;
}

void judge(const struct judge_setup *setup, const struct judge_memory *memory, const struct judge_request *request,
           struct judge_outcome *out)
{
    struct judging j = {.setup = setup,
                        .features = &setup->features,
                        .memory = memory,
                        .request = request,
                        .out = out,
                        .has_ssid = request->has_pasid && request->at != JUDGE_TRANSLATED,
                        .ssid = request->pasid};
    memset(out, 0, sizeof *out);
    for (unsigned i = 0; i < 2; i++)
        out->size[i] = out->contiguous[i] = 64;
    if (!j.has_ssid)
        j.ssid = 0;
    if ((request->at != JUDGE_TRANSLATED || setup->atschk) && silent(&j)) {
        out->result = request->at == JUDGE_REQUEST ? JUDGE_UR : JUDGE_ABORT;
        return;
    }
    switch (request->at) {
    case JUDGE_REQUEST:
        judge_ats(&j);
        return;
    case JUDGE_TRANSLATED:
        translated(&j);
        return;
    case JUDGE_UNTRANSLATED:
        out->result = JUDGE_FORWARD;
        if (!untranslated(&j))
            end(&j);
        return;
    }
}
