/* SPDX-License-Identifier: Apache-2.0
 *
 * The judge's stream table: where the STE lies, and when it is illegal (SMMU-STRTAB, SMMU-STE).
 */
#include "tests/smmu/reference/reference_parts.h"

bool reference_fail(struct judging *j, enum reference_code code)
{
    j->fault = (struct reference_fault){.code = code, .class_code = CLASS_IN};
    return false;
}

unsigned reference_granule(const struct reference_features *f, unsigned code, bool tg1)
{
    static const unsigned tg0_size[4] = {12, 16, 14, 0}, tg1_size[4] = {0, 14, 12, 16};
    unsigned size = tg1 ? tg1_size[code] : tg0_size[code];
    bool built = (size == 12 && f->granule_4k) || (size == 14 && f->granule_16k) || (size == 16 && f->granule_64k);
    return built ? size : 0;
}

unsigned reference_address_bits(const struct reference_features *f, unsigned code)
{
    static const unsigned bits[8] = {32, 36, 40, 42, 44, 48, 52, 56};
    return bits[code] < f->oas_bits ? bits[code] : f->oas_bits;
}

static bool fetch_fault(struct judging *j, uint64_t address)
{
    reference_fail(j, CODE_STE_FETCH);
    j->fault.fetch = address;
    return false;
}

bool reference_ste_find(struct judging *j)
{
    const struct reference_setup *s = j->setup;
    uint32_t sid = j->request->sid;
    unsigned log2 = s->strtab_log2 < j->features->sid_bits ? s->strtab_log2 : j->features->sid_bits;
    /* SMMU-QUEUE: aligned by LOG2SIZE as it is written, SIDSIZE or not; two levels: by the size of the first */
    unsigned l1_log2 = s->strtab_log2 > s->split + 3 ? s->strtab_log2 - s->split + 3 : 6;
    uint64_t base = s->strtab & ~reference_ones(s->split ? l1_log2 : s->strtab_log2 + 6);
    uint64_t at = base + (uint64_t)sid * 64;
    /* SMMU-EVENTCODE C_BAD_STREAMID, SMMU-QUEUE */
    if (sid >> log2)
        return reference_fail(j, CODE_BAD_STREAMID);
    if (s->split) {
        uint64_t l1;
        uint64_t l1_at = base + (uint64_t)(sid >> s->split) * 8;
        if (!reference_load(j, l1_at, 1, &l1, &(struct reference_hint){.what = REFERENCE_L1STD}))
            return fetch_fault(j, l1_at);
        uint64_t span = reference_field(&l1, 4, 0);
        uint64_t index = sid & reference_ones(s->split);
        if (span == 0 || span >= 12 || span > s->split + 1)
            return reference_fail(j, CODE_BAD_STREAMID);
        if (index >> (span - 1))
            return reference_fail(j, CODE_BAD_STREAMID);
        uint64_t table = reference_field(&l1, 55, 6) << 6;
        at = (table & ~reference_ones((unsigned)span - 1 + 6)) + index * 64;
    }
    if (!reference_load(j, at, 8, j->ste, &(struct reference_hint){.what = REFERENCE_STE}))
        return fetch_fault(j, at);
    /* SMMU-STE ILLEGAL: V=0 counts for every Config */
    if (!reference_field(j->ste, 0, 0))
        return reference_fail(j, CODE_BAD_STE);
    return true;
}

bool reference_el2(const struct judging *j)
{
    return j->features->hyp && reference_field(j->ste, 3, 1) == 5 && reference_field(j->ste, 95, 94) == 2;
}

unsigned reference_cd_max(const struct judging *j)
{
    return j->features->ssid_bits ? (unsigned)reference_field(j->ste, 63, 59) : 0;
}

unsigned reference_eats(const struct judging *j)
{
    unsigned eats = (unsigned)reference_field(j->ste, 93, 92);
    /* SMMU-STE: values that are not usable degrade */
    if (!j->features->ats || reference_field(j->ste, 2, 1) == 0)
        return 0;
    if (eats == 3 || (eats == 2 && !j->setup->atschk))
        return 0;
    return eats;
}

/* SMMU-LEVEL: the start level that S2SL0 names; -1: none. */
static int stage2_start(const struct reference_features *f, unsigned granule, unsigned sl0)
{
    static const int sl_4k[4] = {2, 1, 0, 3}, sl_other[4] = {3, 2, 1, -1};
    if (granule == 12)
        return sl0 == 3 && !f->stt ? -1 : sl_4k[sl0];
    return sl_other[sl0];
}

static bool stage2_geometry(struct judging *j, struct reference_stage *g)
{
    const struct reference_features *f = j->features;
    unsigned t0sz = (unsigned)reference_field(j->ste, 165, 160);
    unsigned least = f->oas_bits < 48 ? 64 - f->oas_bits : 16;
    unsigned most = !f->stt ? 39 : g->granule == 16 ? 47 : 48;
    if (t0sz < least || t0sz > most)
        return false;
    int start = stage2_start(f, g->granule, (unsigned)reference_field(j->ste, 167, 166));
    if (start < 0)
        return false;
    /* One table has one index bit at least; up to 16 tables stand side by side, below level 0. */
    unsigned shift = g->granule + (g->granule - 3) * (3 - (unsigned)start);
    unsigned limit = g->granule - 3 + (start == 0 ? 0 : 4);
    g->input_bits = 64 - t0sz;
    g->start_level = (unsigned)start;
    return g->input_bits > shift && g->input_bits - shift <= limit;
}

static bool stage2_check(struct judging *j)
{
    const struct reference_features *f = j->features;
    const uint64_t *ste = j->ste;
    struct reference_stage *g = &j->stage2;
    *g = (struct reference_stage){.stage2 = true, .xnx = f->xnx, .input_bits = 1};
    g->granule = reference_granule(f, (unsigned)reference_field(ste, 175, 174), false);
    g->output_bits = reference_address_bits(f, (unsigned)reference_field(ste, 178, 176));
    g->table = reference_field(ste, 243, 196) << 4;
    g->affd = reference_field(ste, 181, 181);
    g->ptw = reference_field(ste, 182, 182);
    g->hd = reference_field(ste, 183, 183);
    g->ha = reference_field(ste, 184, 184);
    g->fwb = f->fwb && reference_field(ste, 89, 89);
    /* SMMU-STE ILLEGAL, the line of stage 2 */
    if (!f->s2p || !reference_field(ste, 179, 179) || reference_field(ste, 180, 180) || !g->granule)
        return false;
    if ((g->ha && f->httu < 1) || (g->hd && f->httu < 2))
        return false;
    bool stall = reference_field(ste, 185, 185);
    if ((f->stall_model == 1 && stall) || (f->stall_model == 2 && !stall))
        return false;
    return stage2_geometry(j, g) && !(g->table >> g->output_bits);
}

static bool stage1_check(const struct judging *j)
{
    const struct reference_features *f = j->features;
    const uint64_t *ste = j->ste;
    bool stage2 = reference_field(ste, 2, 2);
    unsigned cdmax = reference_cd_max(j), fmt = (unsigned)reference_field(ste, 5, 4);
    /* SMMU-STE: STRW is looked at with stage 1 alone and with Hyp only */
    if (!f->s1p || (f->hyp && !stage2 && reference_field(ste, 94, 94)))
        return false;
    if (reference_field(ste, 91, 91) && f->stall_model != 0)
        return false;
    if (cdmax > f->ssid_bits || ((fmt == 1 || fmt == 2) && cdmax && !f->cd2l))
        return false;
    return !(reference_field(ste, 55, 6) << 6 >> f->oas_bits);
}

bool reference_ste_check(struct judging *j)
{
    const uint64_t *ste = j->ste;
    unsigned config = (unsigned)reference_field(ste, 3, 1);
    unsigned eats = (unsigned)reference_field(ste, 93, 92);
    bool stalls2 = reference_field(ste, 185, 185);
    bool legal = true;
    /* SMMU-STE S2VMID, whenever it is used: with stage 2, and with stage 1 of the EL1 world */
    bool vmid = j->features->s2p && (config & 3) && !reference_el2(j);
    if (vmid && !j->features->vmid16 && reference_field(ste, 143, 136))
        legal = false;
    if (config & 1)
        legal = legal && stage1_check(j);
    if (config & 2)
        legal = legal && stage2_check(j);
    /* SMMU-STE ILLEGAL: EATS; not looked at with Config=100 */
    if (j->features->ats && (config & 3)) {
        if (eats == 2 && (config != 7 || stalls2 || j->features->ns1ats))
            legal = false;
        if (eats == 1 && (config & 2) && stalls2)
            legal = false;
    }
    j->stage2.on = config & 2;
    return legal || reference_fail(j, CODE_BAD_STE);
}
