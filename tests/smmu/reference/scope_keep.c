/* SPDX-License-Identifier: Apache-2.0
 *
 * What may be kept of a translation and was made of something that has been changed since (scope_trace.h). Each entry
 * holds what was read on the way to it: a table of stage 1 the descriptors above it and the stage 2 walks of their
 * addresses, a CD the stage 2 walk of its address, a leaf everything.
 */
#include <assert.h>
#include <stddef.h>

#include "tests/smmu/reference/scope_trace.h"

struct keeping {
    struct scope_fixture *fixture;
    const struct scope_trace *trace;
    struct scope_entry tags;
    /* What has been met so far was old: of the STE, of the way to the CD, of the CD, of stage 1, of the stage 2 walk in
     * hand, of the output's. */
    bool ste, cd_way, stage1, walk, output;
    unsigned output_size; /* log2 of stage 2's leaf for the output; 64: none */
};

static bool same_entry(const struct scope_entry *a, const struct scope_entry *b)
{
    return a->kind == b->kind && a->sid == b->sid && a->ssid == b->ssid && a->el2 == b->el2 && a->global == b->global &&
           a->vmid == b->vmid && a->asid == b->asid && a->level == b->level && a->granule == b->granule &&
           a->first == b->first && a->last == b->last && a->named == b->named && a->named_last == b->named_last;
}

static void add(struct keeping *k, const struct scope_entry *e)
{
    struct scope_list *list = &k->fixture->stale;
    for (unsigned i = 0; i < list->entries; i++)
        if (same_entry(&list->entry[i], e))
            return;
    if (list->entries == SCOPE_ENTRIES) {
        list->full = true;
        return;
    }
    list->entry[list->entries++] = *e;
}

static struct scope_entry entry(const struct keeping *k, enum scope_kind kind)
{
    struct scope_entry e = {.kind = kind, .sid = k->tags.sid};
    e.el2 = k->tags.el2;
    e.vmid = k->tags.vmid;
    e.asid = k->tags.asid;
    return e;
}

static void add_structure(struct keeping *k, enum scope_kind kind, uint32_t ssid, unsigned leaf_log2)
{
    struct scope_entry e = {.kind = kind, .sid = k->tags.sid};
    e.granule = leaf_log2;
    e.ssid = ssid >> leaf_log2 << leaf_log2;
    add(k, &e);
}

static void around(struct scope_entry *e, uint64_t input, unsigned shift)
{
    uint64_t mask = shift >= 63 ? INT64_MAX : (UINT64_C(1) << shift) - 1;
    e->first = e->named = input & ~mask;
    e->last = e->named_last = input | mask;
}

static bool is_leaf(const struct scope_read *r)
{
    return r->level == 3 || !(r->value & 2);
}

static void add_table1(struct keeping *k, const struct scope_read *r, int level)
{
    struct scope_entry e = entry(k, SCOPE_TABLE1);
    e.level = level;
    e.granule = r->granule;
    around(&e, scope_va(r->input), scope_shift(r->granule, e.level));
    add(k, &e);
}

/* A contiguous group may be kept as one; for a command it is made of its pages (SMMU-TLBI: the hint widens nothing).
 * A page of stage 1 in pieces of stage 2 goes whole. */
static void add_leaf(struct keeping *k, enum scope_kind kind, const struct scope_read *r)
{
    unsigned shift = scope_shift(r->granule, r->level);
    uint64_t input = kind == SCOPE_LEAF1 ? scope_va(r->input) : r->input;
    struct scope_entry e = entry(k, kind);
    e.level = r->level;
    e.granule = r->granule;
    e.global = kind == SCOPE_LEAF1 && !e.el2 && !(r->value >> 11 & 1);
    if (kind == SCOPE_LEAF2)
        e.el2 = false, e.asid = 0;
    if ((r->value >> 52 & 1) && k->output_size >= shift) {
        unsigned group = scope_group_log2(r->granule, r->level);
        uint64_t base = input >> (shift + group) << (shift + group);
        for (uint64_t i = 0; i < UINT64_C(1) << group; i++) {
            around(&e, base + (i << shift), shift);
            add(k, &e);
        }
        return;
    }
    around(&e, input, shift);
    /* Made of an old output alone: only that piece. What stage 1 gave may be kept for the whole page. */
    if (kind == SCOPE_LEAF1 && !k->stage1 && k->output_size < shift) {
        uint64_t mask = (UINT64_C(1) << k->output_size) - 1;
        e.first = input & ~mask;
        e.last = input | mask;
    }
    add(k, &e);
}

static void keep_stage2(struct keeping *k, unsigned i)
{
    const struct scope_read *r = &k->trace->read[i], *before = i ? r - 1 : NULL;
    bool begins = !before || before->what != REFERENCE_STAGE2 || before->class_code != r->class_code ||
                  before->input != r->input || before->level >= r->level;
    k->walk = (!begins && k->walk) || r->old;
    if (is_leaf(r) && r->class_code == 2) {
        k->output_size = scope_shift(r->granule, r->level);
        if (r->value >> 52 & 1)
            k->output_size += scope_group_log2(r->granule, r->level);
    }
    if (!k->walk)
        return;
    unsigned output_size = k->output_size;
    k->output_size = 64;
    if (is_leaf(r)) {
        add_leaf(k, SCOPE_LEAF2, r);
    } else {
        struct scope_entry e = entry(k, SCOPE_TABLE2);
        e.el2 = false;
        e.asid = 0;
        e.level = r->level;
        e.granule = r->granule;
        around(&e, r->input, scope_shift(r->granule, r->level));
        add(k, &e);
    }
    k->output_size = output_size;
    if (r->class_code == 0)
        k->cd_way = true;
    else if (r->class_code == 1)
        k->stage1 = true;
    else
        k->output = true;
}

static void keep_read(struct keeping *k, unsigned i)
{
    const struct scope_trace *t = k->trace;
    const struct scope_read *r = &t->read[i];
    uint32_t ssid = t->request.has_pasid && t->request.at != REFERENCE_TRANSLATED ? t->request.pasid : 0;
    switch (r->what) {
    case REFERENCE_L1STD:
        k->ste |= r->old;
        if (r->old)
            add_structure(k, SCOPE_L1STD, 0, 0);
        return;
    case REFERENCE_STE:
        k->ste |= r->old;
        if (k->ste)
            add_structure(k, SCOPE_STE, 0, 0);
        k->stage1 |= r->old && k->fixture->change.tlb;
        return;
    case REFERENCE_L1CD:
        k->cd_way |= r->old;
        if (k->cd_way)
            add_structure(k, SCOPE_L1CD, ssid, (t->ste[0] >> 4 & 3) == 1 ? 6 : 10);
        k->stage1 |= k->cd_way;
        return;
    case REFERENCE_CD:
        if (k->cd_way || r->old)
            add_structure(k, SCOPE_CD, ssid, 0);
        k->stage1 |= k->cd_way || (r->old && k->fixture->change.tlb);
        return;
    case REFERENCE_STAGE1:
        if (k->stage1) /* with the stage 2 walk of the table's address */
            add_table1(k, r, r->level - 1);
        k->stage1 |= r->old;
        if (k->stage1 && !is_leaf(r))
            add_table1(k, r, r->level);
        return;
    case REFERENCE_STAGE2:
        keep_stage2(k, i);
        return;
    }
}

void scope_keep(struct scope_fixture *d, const struct scope_trace *t)
{
    const struct reference_features *f = &d->machine.features;
    struct keeping k = {.fixture = d, .trace = t, .output_size = 64};
    const struct scope_read *leaf = NULL;
    k.tags.sid = t->request.sid;
    k.tags.el2 = scope_el2(f, t->ste);
    k.tags.vmid = f->s2p && !k.tags.el2 ? (uint16_t)t->ste[2] : 0;
    k.tags.asid = k.tags.el2 ? 0 : (uint16_t)(t->cd[0] >> 48);
    for (unsigned i = 0; i < t->reads; i++) {
        keep_read(&k, i);
        if (t->read[i].what == REFERENCE_STAGE1 && is_leaf(&t->read[i]))
            leaf = &t->read[i];
    }
    if (leaf && (k.stage1 || k.output))
        add_leaf(&k, SCOPE_LEAF1, leaf);
}
