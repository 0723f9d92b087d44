/* SPDX-License-Identifier: Apache-2.0
 *
 * The judge's walk of one stage: levels, descriptors, rights, access flag and dirty state (SMMU-PAGETABLES).
 */
#include <assert.h>

#include "tests/smmu/reference/reference_parts.h"

enum { BIT_AF = 10, BIT_DBM = 51 };
#define AF     (UINT64_C(1) << BIT_AF)
#define AP2    (UINT64_C(1) << 7) /* stage 1: read only */
#define S2AP_W (UINT64_C(1) << 7) /* stage 2: writable */

static bool stage_fault(struct judging *j, const struct reference_stage *g, enum reference_code code,
                        enum reference_class class_code, uint64_t input)
{
    if (g->stage2)
        return reference_stage2_fault(j, code, class_code, input);
    return reference_fail(j, code);
}

bool reference_stage2_fault(struct judging *j, enum reference_code code, enum reference_class class_code, uint64_t ipa)
{
    j->fault =
        (struct reference_fault){.code = code, .stage2 = true, .class_code = class_code, .ipa = ipa, .ttrnw = true};
    return false;
}

/* What hardware has changed in this translation is what it reads back. */
bool reference_load(struct judging *j, uint64_t address, unsigned words, uint64_t *to,
                    const struct reference_hint *hint)
{
    if (!j->memory->load(j->memory->context, address, words, to, hint))
        return false;
    for (unsigned i = 0; i < j->out->updates; i++)
        if (words == 1 && j->out->update[i].address == address)
            *to = j->out->update[i].after;
    return true;
}

static void change(struct judging *j, const struct reference_leaf *leaf, uint64_t set, uint64_t clear)
{
    struct reference_outcome *out = j->out;
    unsigned i = 0;
    while (i < out->updates && out->update[i].address != leaf->at)
        i++;
    if (i == out->updates) {
        assert(i < REFERENCE_UPDATES);
        out->update[out->updates++] =
            (struct reference_update){.address = leaf->at, .before = leaf->descriptor, .after = leaf->descriptor};
    }
    struct reference_update *u = &out->update[i];
    uint64_t after = (u->after | set) & ~clear;
    if (j->optional)
        u->may |= after ^ u->after;
    else
        u->may &= ~(set | clear);
    u->after = after;
}

/* The descriptor at an address of this stage's table; *at is where it lies. */
static bool fetch(struct judging *j, const struct reference_stage *g, uint64_t address, enum reference_class class_code,
                  const struct reference_hint *hint, uint64_t *at, uint64_t *descriptor)
{
    *at = address;
    if (!g->stage2 && j->stage2.on) {
        struct reference_leaf leaf;
        if (!reference_translate(j, &j->stage2, address, CLASS_TT, &(struct reference_access){.privileged = true},
                                 &leaf))
            return false;
        *at = leaf.output;
    }
    if (reference_load(j, *at, 1, descriptor, hint))
        return true;
    reference_fail(j, CODE_WALK_EABT);
    j->fault.always = true;
    j->fault.stage2 = g->stage2;
    j->fault.class_code = g->stage2 ? class_code : CLASS_TT;
    j->fault.fetch = *at;
    return false;
}

/* SMMU-LEVEL: a level that may have a block. */
static bool block_level(unsigned granule, unsigned level)
{
    return level == 2 || (level == 1 && granule == 12);
}

/* SMMU-DESCRIPTOR: entries of a contiguous group, as log2; 0: none. */
static unsigned group(unsigned granule, unsigned level)
{
    if (granule == 12)
        return 4;
    if (granule == 14)
        return level == 2 ? 5 : 7;
    return 5;
}

static void inherit(const struct reference_stage *g, struct reference_leaf *leaf, uint64_t table)
{
    /* SMMU-DESCRIPTOR: table attributes of stage 1, unless HADx */
    if (g->stage2 || g->no_hierarchy)
        return;
    leaf->no_privileged_execute |= table >> 59 & 1;
    leaf->no_execute |= table >> 60 & 1;
    leaf->no_user |= table >> 61 & 1;
    leaf->no_write |= table >> 62 & 1;
}

bool reference_walk(struct judging *j, const struct reference_stage *g, uint64_t input, enum reference_class class_code,
                    struct reference_leaf *leaf)
{
    *leaf = (struct reference_leaf){0};
    /* SMMU-EVENT: input range first. Stage 1's was checked when its half was selected. */
    if (g->stage2 && input >> g->input_bits)
        return reference_stage2_fault(j, CODE_TRANSLATION, class_code, input);
    uint64_t table = g->table;
    uint64_t address_mask = reference_ones(48) & ~reference_ones(g->granule);
    for (unsigned level = g->start_level;; level++) {
        unsigned shift = g->granule + (g->granule - 3) * (3 - level);
        unsigned width = level == g->start_level ? g->input_bits - shift : g->granule - 3;
        uint64_t index = input >> shift & reference_ones(width);
        struct reference_hint hint = {.what = g->stage2 ? REFERENCE_STAGE2 : REFERENCE_STAGE1,
                                      .level = level,
                                      .granule = g->granule,
                                      .table_bits = width,
                                      .output_bits = g->output_bits,
                                      .high = g->high,
                                      .class_code = class_code,
                                      .input = input};
        leaf->at_ipa = (table & ~reference_ones(width + 3)) + index * 8;
        uint64_t d;
        if (!fetch(j, g, leaf->at_ipa, class_code, &hint, &leaf->at, &d))
            return false;
        bool table_or_page = d >> 1 & 1;
        /* SMMU-DESCRIPTOR: valid; level 3 has no blocks; blocks only where SMMU-LEVEL has them */
        if (!(d & 1) || (level == 3 && !table_or_page) ||
            (level < 3 && !table_or_page && !block_level(g->granule, level)))
            return stage_fault(j, g, CODE_TRANSLATION, class_code, input);
        /* SMMU-EVENT: F_ADDR_SIZE after F_TRANSLATION, at every level */
        if ((d & address_mask) >> g->output_bits)
            return stage_fault(j, g, CODE_ADDR_SIZE, class_code, input);
        if (level == 3 || !table_or_page) {
            leaf->descriptor = d;
            leaf->size = shift;
            leaf->contiguous = shift + (d >> 52 & 1 ? group(g->granule, level) : 0);
            leaf->output = (d & address_mask & ~reference_ones(shift)) | (input & reference_ones(shift));
            break;
        }
        inherit(g, leaf, d);
        table = d & address_mask;
    }
    /* SMMU-HTTU */
    if (!(leaf->descriptor & AF) && !g->ha && !g->affd)
        return stage_fault(j, g, CODE_ACCESS, class_code, input);
    return true;
}

/* SMMU-DESCRIPTOR: stage 1. User rights come with AP[1]; at EL2 all are privileged and AP[1] counts as 1. */
static struct reference_rights stage1_rights(const struct reference_stage *g, const struct reference_leaf *leaf,
                                             bool privileged)
{
    uint64_t d = leaf->descriptor;
    bool dirtyable = g->hd && (d >> BIT_DBM & 1);
    bool clean = dirtyable && (d & AP2);
    bool writable = (!(d & AP2) || dirtyable) && !leaf->no_write;
    if (g->el2) {
        bool xn = (d >> 54 & 1) || leaf->no_execute || (g->wxn && writable);
        return (struct reference_rights){.read = true, .write = writable, .execute = !xn, .clean = clean};
    }
    bool user = (d >> 6 & 1) && !leaf->no_user;
    bool user_write = user && writable;
    if (!privileged) {
        bool xn = (d >> 54 & 1) || leaf->no_execute || (g->wxn && user_write);
        return (struct reference_rights){.read = user, .write = user_write, .execute = !xn, .clean = clean};
    }
    bool pxn = (d >> 53 & 1) || leaf->no_privileged_execute || user_write || (g->wxn && writable);
    /* SMMU-CD PAN: no privileged data access to what the user can reach */
    bool denied = g->pan && user;
    return (struct reference_rights){.read = !denied, .write = writable && !denied, .execute = !pxn, .clean = clean};
}

static struct reference_rights stage2_rights(const struct reference_stage *g, const struct reference_leaf *leaf,
                                             bool privileged)
{
    uint64_t d = leaf->descriptor;
    bool clean = g->hd && (d >> BIT_DBM & 1) && !(d & S2AP_W);
    unsigned xn = (unsigned)(d >> 53 & 3);
    bool executable = xn < 2;
    if (g->xnx)
        executable = xn == 0 || (xn == 1 && !privileged) || (xn == 3 && privileged);
    return (struct reference_rights){
        .read = d >> 6 & 1, .write = (d & S2AP_W) || clean, .execute = executable, .clean = clean};
}

struct reference_rights reference_rights(const struct reference_stage *g, const struct reference_leaf *leaf,
                                         bool privileged)
{
    return g->stage2 ? stage2_rights(g, leaf, privileged) : stage1_rights(g, leaf, privileged);
}

/* SMMU-DESCRIPTOR "S2 MemAttr" */
static bool device(const struct reference_stage *g, uint64_t descriptor)
{
    unsigned attr = (unsigned)(descriptor >> 2 & 15);
    return g->fwb ? !(attr & 4) : attr < 4;
}

bool reference_mark(struct judging *j, const struct reference_stage *g, const struct reference_leaf *leaf, bool dirty)
{
    bool young = g->ha && !(leaf->descriptor & AF);
    if (!young && !dirty)
        return true;
    /* SMMU-HTTU: a change of a stage 1 descriptor is a write through stage 2 */
    if (!g->stage2 && j->stage2.on) {
        struct reference_leaf page;
        const struct reference_access write = {.write = true, .privileged = true};
        if (!reference_translate(j, &j->stage2, leaf->at_ipa, CLASS_TT, &write, &page)) {
            j->fault.ttrnw = false;
            return false;
        }
    }
    uint64_t set = young ? AF : 0;
    if (g->stage2)
        change(j, leaf, set | (dirty ? S2AP_W : 0), 0);
    else
        change(j, leaf, set, dirty ? AP2 : 0);
    return true;
}

bool reference_translate(struct judging *j, const struct reference_stage *g, uint64_t input,
                         enum reference_class class_code, const struct reference_access *access,
                         struct reference_leaf *leaf)
{
    if (!reference_walk(j, g, input, class_code, leaf))
        return false;
    struct reference_rights rights = reference_rights(g, leaf, access->privileged);
    bool allowed = access->write ? rights.write : access->instruction ? rights.execute : rights.read;
    /* SMMU-HTTU: S2PTW */
    if (class_code == CLASS_TT && g->ptw && device(g, leaf->descriptor))
        allowed = false;
    /* Whether a CD fetch is such a walk is not said. */
    if (class_code == CLASS_CD && g->ptw && device(g, leaf->descriptor))
        j->out->open = true;
    if (allowed)
        return reference_mark(j, g, leaf, access->write && rights.clean);
    /* The access flag of what may not be used is free to be set. */
    bool before = j->optional;
    j->optional = true;
    if (!reference_mark(j, g, leaf, false))
        j->out->open = true;
    j->optional = before;
    return stage_fault(j, g, CODE_PERMISSION, class_code, input);
}
