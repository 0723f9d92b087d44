/* SPDX-License-Identifier: Apache-2.0
 *
 * The judge's context descriptors: which one a substream has, when it is illegal, which half an address is in
 * (SMMU-STRTAB, SMMU-CD, SMMU-FLOW).
 */
#include "tests/smmu/judge/judge_parts.h"

/* CD, L1CD: an IPA with stage 2 (SMMU-STRTAB). */
static bool fetch(struct judging *j, uint64_t address, unsigned words, uint64_t *to, enum judge_what what)
{
    if (j->stage2.on) {
        struct judge_leaf leaf;
        if (!judge_translate(j, &j->stage2, address, CLASS_CD, &(struct judge_access){.privileged = true}, &leaf))
            return false;
        address = leaf.output;
    }
    if (judge_load(j, address, words, to, &(struct judge_hint){.what = what}))
        return true;
    judge_fail(j, CODE_CD_FETCH);
    j->fault.fetch = address;
    return false;
}

static bool locate(struct judging *j, uint64_t *at)
{
    unsigned cdmax = judge_cd_max(j), fmt = (unsigned)judge_field(j->ste, 5, 4);
    uint64_t table = judge_field(j->ste, 55, 6) << 6;
    /* SMMU-STRTAB: bits below the size of the table are taken as 0; never is anything outside of it read */
    *at = (table & ~judge_ones(cdmax + 6)) + (uint64_t)j->ssid * 64;
    if (cdmax == 0 || fmt == 0 || fmt == 3)
        return true;
    unsigned leaf = fmt == 1 ? 6 : 10;
    table &= ~judge_ones(cdmax > leaf + 3 ? cdmax - leaf + 3 : 6);
    uint64_t l1;
    if (!fetch(j, table + (uint64_t)(j->ssid >> leaf) * 8, 1, &l1, JUDGE_L1CD))
        return false;
    uint64_t pointer = judge_field(&l1, 55, 12) << 12;
    /* SMMU-EVENTCODE C_BAD_SUBSTREAMID */
    if (!judge_field(&l1, 0, 0) || pointer >> j->features->oas_bits)
        return judge_fail(j, CODE_BAD_SUBSTREAMID);
    *at = (pointer & ~judge_ones(leaf + 6)) + (j->ssid & judge_ones(leaf)) * 64;
    return true;
}

static bool half_legal(const struct judging *j, bool high)
{
    const struct judge_features *f = j->features;
    unsigned size = (unsigned)(high ? judge_field(j->cd, 21, 16) : judge_field(j->cd, 5, 0));
    unsigned granule = judge_granule(f, (unsigned)(high ? judge_field(j->cd, 23, 22) : judge_field(j->cd, 7, 6)), high);
    uint64_t table = (high ? judge_field(j->cd, 179, 132) : judge_field(j->cd, 115, 68)) << 4;
    unsigned most = !f->stt ? 39 : granule == 16 ? 47 : 48;
    return granule && size >= 16 && size <= most &&
           !(table >> judge_address_bits(f, (unsigned)judge_field(j->cd, 34, 32)));
}

static bool legal(const struct judging *j)
{
    const struct judge_features *f = j->features;
    const uint64_t *cd = j->cd;
    bool el2 = judge_el2(j);
    bool stall = judge_field(cd, 44, 44);
    /* SMMU-CD ILLEGAL, in the order of the text */
    if (!judge_field(cd, 31, 31) || (stall && judge_field(j->ste, 91, 91)))
        return false;
    if (f->term_model && !judge_field(cd, 46, 46))
        return false;
    if ((f->stall_model == 1 && stall) || (f->stall_model == 2 && !stall))
        return false;
    /* EL2 has the lower half alone, whatever EPDx say; ENDI is not looked at with no half enabled */
    bool low = el2 || !judge_field(cd, 14, 14), high = !el2 && !judge_field(cd, 30, 30);
    if ((judge_field(cd, 15, 15) && (low || high)) || !judge_field(cd, 41, 41))
        return false;
    if ((judge_field(cd, 43, 43) && f->httu < 1) || (judge_field(cd, 42, 42) && f->httu < 2))
        return false;
    if (!f->asid16 && !el2 && judge_field(cd, 63, 56))
        return false;
    /* EL2: EPDx and the upper half are unused */
    return (!low || half_legal(j, false)) && (!high || half_legal(j, true));
}

/* SMMU-FLOW. Sets stage1.on and the substream whose CD is used. */
static bool choose(struct judging *j)
{
    unsigned config = (unsigned)judge_field(j->ste, 3, 1), cdmax = judge_cd_max(j);
    unsigned s1dss = (unsigned)judge_field(j->ste, 65, 64);
    uint32_t ssid = j->ssid;
    if (!(config & 1))
        return !j->has_ssid || judge_fail(j, CODE_BAD_SUBSTREAMID);
    j->stage1.on = true;
    if (j->has_ssid) {
        if (cdmax == 0 || ssid >> cdmax)
            return judge_fail(j, CODE_BAD_SUBSTREAMID);
        return !(s1dss == 2 && ssid == 0) || judge_fail(j, CODE_STREAM_DISABLED);
    }
    if (cdmax == 0 || s1dss == 2)
        return true;
    if (s1dss == 1) {
        j->stage1.on = false;
        return true;
    }
    return judge_fail(j, CODE_STREAM_DISABLED);
}

bool judge_cd_find(struct judging *j)
{
    uint64_t at;
    if (!choose(j))
        return false;
    if (!j->stage1.on)
        return true;
    if (!locate(j, &at) || !fetch(j, at, 8, j->cd, JUDGE_CD))
        return false;
    return legal(j) || judge_fail(j, CODE_BAD_CD);
}

bool judge_cd_select(struct judging *j, uint64_t address)
{
    const uint64_t *cd = j->cd;
    struct judge_stage *g = &j->stage1;
    bool el2 = judge_el2(j);
    /* SMMU-CD: VA bit 55 selects the half */
    bool high = !el2 && (address >> 55 & 1);
    unsigned size = (unsigned)(high ? judge_field(cd, 21, 16) : judge_field(cd, 5, 0));
    *g = (struct judge_stage){.on = true, .high = high, .el2 = el2, .input_bits = 64 - size};
    bool tbi = high ? judge_field(cd, 39, 39) : judge_field(cd, 38, 38);
    unsigned top = tbi ? 56 : 64;
    uint64_t above = (address & judge_ones(top)) >> g->input_bits;
    /* SMMU-EVENT: input range or EPD first */
    if (!el2 && (high ? judge_field(cd, 30, 30) : judge_field(cd, 14, 14)))
        return judge_fail(j, CODE_TRANSLATION);
    if (above != (high ? judge_ones(top - g->input_bits) : 0))
        return judge_fail(j, CODE_TRANSLATION);
    g->granule = judge_granule(j->features, (unsigned)(high ? judge_field(cd, 23, 22) : judge_field(cd, 7, 6)), high);
    g->table = (high ? judge_field(cd, 179, 132) : judge_field(cd, 115, 68)) << 4;
    g->output_bits = judge_address_bits(j->features, (unsigned)judge_field(cd, 34, 32));
    /* SMMU-LEVEL: as few levels as resolve the input */
    unsigned bits = g->granule - 3;
    g->start_level = 4 - (g->input_bits - g->granule + bits - 1) / bits;
    g->affd = judge_field(cd, 35, 35);
    g->hd = judge_field(cd, 42, 42);
    g->ha = judge_field(cd, 43, 43);
    g->wxn = judge_field(cd, 36, 36);
    g->pan = !el2 && judge_field(cd, 40, 40);
    g->no_hierarchy = j->features->had && (high ? judge_field(cd, 129, 129) : judge_field(cd, 65, 65));
    return true;
}
