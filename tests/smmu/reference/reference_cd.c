/* SPDX-License-Identifier: Apache-2.0
 *
 * The judge's context descriptors: which one a substream has, when it is illegal, which half an address is in
 * (SMMU-STRTAB, SMMU-CD, SMMU-FLOW).
 */
#include "tests/smmu/reference/reference_parts.h"

/* CD, L1CD: an IPA with stage 2 (SMMU-STRTAB). */
static bool fetch(struct judging *j, uint64_t address, unsigned words, uint64_t *to, enum reference_what what)
{
    if (j->stage2.on) {
        struct reference_leaf leaf;
        if (!reference_translate(j, &j->stage2, address, CLASS_CD, &(struct reference_access){.privileged = true},
                                 &leaf))
            return false;
        address = leaf.output;
    }
    if (reference_load(j, address, words, to, &(struct reference_hint){.what = what}))
        return true;
    reference_fail(j, CODE_CD_FETCH);
    j->fault.fetch = address;
    return false;
}

static bool locate(struct judging *j, uint64_t *at)
{
    unsigned cdmax = reference_cd_max(j), fmt = (unsigned)reference_field(j->ste, 5, 4);
    uint64_t table = reference_field(j->ste, 55, 6) << 6;
    /* SMMU-STRTAB: bits below the size of the table are taken as 0; never is anything outside of it read */
    *at = (table & ~reference_ones(cdmax + 6)) + (uint64_t)j->ssid * 64;
    if (cdmax == 0 || fmt == 0 || fmt == 3)
        return true;
    unsigned leaf = fmt == 1 ? 6 : 10;
    table &= ~reference_ones(cdmax > leaf + 3 ? cdmax - leaf + 3 : 6);
    uint64_t l1;
    if (!fetch(j, table + (uint64_t)(j->ssid >> leaf) * 8, 1, &l1, REFERENCE_L1CD))
        return false;
    uint64_t pointer = reference_field(&l1, 55, 12) << 12;
    /* SMMU-EVENTCODE C_BAD_SUBSTREAMID */
    if (!reference_field(&l1, 0, 0) || pointer >> j->features->oas_bits)
        return reference_fail(j, CODE_BAD_SUBSTREAMID);
    *at = (pointer & ~reference_ones(leaf + 6)) + (j->ssid & reference_ones(leaf)) * 64;
    return true;
}

static bool half_legal(const struct judging *j, bool high)
{
    const struct reference_features *f = j->features;
    unsigned size = (unsigned)(high ? reference_field(j->cd, 21, 16) : reference_field(j->cd, 5, 0));
    unsigned granule =
        reference_granule(f, (unsigned)(high ? reference_field(j->cd, 23, 22) : reference_field(j->cd, 7, 6)), high);
    uint64_t table = (high ? reference_field(j->cd, 179, 132) : reference_field(j->cd, 115, 68)) << 4;
    unsigned most = !f->stt ? 39 : granule == 16 ? 47 : 48;
    return granule && size >= 16 && size <= most &&
           !(table >> reference_address_bits(f, (unsigned)reference_field(j->cd, 34, 32)));
}

static bool legal(const struct judging *j)
{
    const struct reference_features *f = j->features;
    const uint64_t *cd = j->cd;
    bool el2 = reference_el2(j);
    bool stall = reference_field(cd, 44, 44);
    /* SMMU-CD ILLEGAL, in the order of the text */
    if (!reference_field(cd, 31, 31) || (stall && reference_field(j->ste, 91, 91)))
        return false;
    if (f->term_model && !reference_field(cd, 46, 46))
        return false;
    if ((f->stall_model == 1 && stall) || (f->stall_model == 2 && !stall))
        return false;
    /* EL2 has the lower half alone, whatever EPDx say; ENDI is not looked at with no half enabled */
    bool low = el2 || !reference_field(cd, 14, 14), high = !el2 && !reference_field(cd, 30, 30);
    if ((reference_field(cd, 15, 15) && (low || high)) || !reference_field(cd, 41, 41))
        return false;
    if ((reference_field(cd, 43, 43) && f->httu < 1) || (reference_field(cd, 42, 42) && f->httu < 2))
        return false;
    if (!f->asid16 && !el2 && reference_field(cd, 63, 56))
        return false;
    /* EL2: EPDx and the upper half are unused */
    return (!low || half_legal(j, false)) && (!high || half_legal(j, true));
}

/* SMMU-FLOW. Sets stage1.on and the substream whose CD is used. */
static bool choose(struct judging *j)
{
    unsigned config = (unsigned)reference_field(j->ste, 3, 1), cdmax = reference_cd_max(j);
    unsigned s1dss = (unsigned)reference_field(j->ste, 65, 64);
    uint32_t ssid = j->ssid;
    if (!(config & 1))
        return !j->has_ssid || reference_fail(j, CODE_BAD_SUBSTREAMID);
    j->stage1.on = true;
    if (j->has_ssid) {
        if (cdmax == 0 || ssid >> cdmax)
            return reference_fail(j, CODE_BAD_SUBSTREAMID);
        return !(s1dss == 2 && ssid == 0) || reference_fail(j, CODE_STREAM_DISABLED);
    }
    if (cdmax == 0 || s1dss == 2)
        return true;
    if (s1dss == 1) {
        j->stage1.on = false;
        return true;
    }
    return reference_fail(j, CODE_STREAM_DISABLED);
}

bool reference_cd_find(struct judging *j)
{
    uint64_t at;
    if (!choose(j))
        return false;
    if (!j->stage1.on)
        return true;
    if (!locate(j, &at) || !fetch(j, at, 8, j->cd, REFERENCE_CD))
        return false;
    return legal(j) || reference_fail(j, CODE_BAD_CD);
}

bool reference_cd_select(struct judging *j, uint64_t address)
{
    const uint64_t *cd = j->cd;
    struct reference_stage *g = &j->stage1;
    bool el2 = reference_el2(j);
    /* SMMU-CD: VA bit 55 selects the half */
    bool high = !el2 && (address >> 55 & 1);
    unsigned size = (unsigned)(high ? reference_field(cd, 21, 16) : reference_field(cd, 5, 0));
    *g = (struct reference_stage){.on = true, .high = high, .el2 = el2, .input_bits = 64 - size};
    bool tbi = high ? reference_field(cd, 39, 39) : reference_field(cd, 38, 38);
    unsigned top = tbi ? 56 : 64;
    uint64_t above = (address & reference_ones(top)) >> g->input_bits;
    /* SMMU-EVENT: input range or EPD first */
    if (!el2 && (high ? reference_field(cd, 30, 30) : reference_field(cd, 14, 14)))
        return reference_fail(j, CODE_TRANSLATION);
    if (above != (high ? reference_ones(top - g->input_bits) : 0))
        return reference_fail(j, CODE_TRANSLATION);
    g->granule = reference_granule(j->features,
                                   (unsigned)(high ? reference_field(cd, 23, 22) : reference_field(cd, 7, 6)), high);
    g->table = (high ? reference_field(cd, 179, 132) : reference_field(cd, 115, 68)) << 4;
    g->output_bits = reference_address_bits(j->features, (unsigned)reference_field(cd, 34, 32));
    /* SMMU-LEVEL: as few levels as resolve the input */
    unsigned bits = g->granule - 3;
    g->start_level = 4 - (g->input_bits - g->granule + bits - 1) / bits;
    g->affd = reference_field(cd, 35, 35);
    g->hd = reference_field(cd, 42, 42);
    g->ha = reference_field(cd, 43, 43);
    g->wxn = reference_field(cd, 36, 36);
    g->pan = !el2 && reference_field(cd, 40, 40);
    g->no_hierarchy = j->features->had && (high ? reference_field(cd, 129, 129) : reference_field(cd, 65, 65));
    return true;
}
