/* SPDX-License-Identifier: Apache-2.0
 *
 * The judge, read by read, over a changed memory (scope_trace.h): who may answer a read with what was there before.
 */
#include "tests/smmu/reference/scope_trace.h"

#include <assert.h>
#include <string.h>

bool scope_el2(const struct reference_features *f, const uint64_t *ste)
{
    /* SMMU-STE: the world of Config=101 */
    return f->hyp && (ste[0] >> 1 & 7) == 5 && (ste[1] >> 30 & 3) == 2;
}

uint64_t scope_va(uint64_t address)
{
    return address >> 55 & 1 ? address | UINT64_C(0xff) << 56 : address & ~(UINT64_C(0xff) << 56);
}

static bool touched(const struct scope_change *c, uint64_t address, unsigned words)
{
    if (!c->active || address + words * 8 <= c->mask_from || address > c->mask_to)
        return false;
    for (unsigned i = 0; i < c->words; i++)
        if (c->address[i] >= address && c->address[i] < address + words * 8)
            return true;
    return false;
}

static bool at_root(const struct scope_change *c, const struct reference_hint *hint, uint64_t address)
{
    return c->active && c->moved && hint->what == REFERENCE_STAGE2 && (int)hint->level == c->root_level &&
           address - c->root_new < c->root_size;
}

bool scope_serves(const struct scope_fixture *d, const struct scope_entry *e, const struct scope_trace *t,
                  uint64_t input)
{
    const struct reference_features *f = &d->machine.features;
    uint16_t vmid = f->s2p ? (uint16_t)t->ste[2] : 0, asid = (uint16_t)(t->cd[0] >> 48);
    if (input < e->first || input > e->last)
        return false;
    if (e->kind == SCOPE_TABLE2 || e->kind == SCOPE_LEAF2)
        return e->vmid == vmid;
    if (scope_el2(f, t->ste))
        return e->el2;
    return !e->el2 && e->vmid == vmid && (e->global || e->asid == asid);
}

static bool stage1_serves(const struct scope_fixture *d, int least)
{
    const struct scope_trace *t = d->trace;
    uint64_t va = scope_va(t->request.address);
    for (unsigned i = 0; i < d->stale.entries; i++) {
        const struct scope_entry *e = &d->stale.entry[i];
        if ((e->kind == SCOPE_LEAF1 || (e->kind == SCOPE_TABLE1 && e->level >= least)) && scope_serves(d, e, t, va))
            return true;
    }
    return false;
}

static bool stage2_serves(const struct scope_fixture *d, int least, uint64_t ipa)
{
    for (unsigned i = 0; i < d->stale.entries; i++) {
        const struct scope_entry *e = &d->stale.entry[i];
        if ((e->kind == SCOPE_LEAF2 || (e->kind == SCOPE_TABLE2 && e->level >= least)) &&
            scope_serves(d, e, d->trace, ipa))
            return true;
    }
    return false;
}

static uint32_t ssid_of(const struct scope_trace *t)
{
    return t->request.has_pasid && t->request.at != REFERENCE_TRANSLATED ? t->request.pasid : 0;
}

static bool structure_serves(const struct scope_fixture *d, enum scope_kind kind)
{
    const struct scope_trace *t = d->trace;
    for (unsigned i = 0; i < d->stale.entries; i++) {
        const struct scope_entry *e = &d->stale.entry[i];
        if (e->kind != kind)
            continue;
        if (kind == SCOPE_L1STD && e->sid >> d->machine.split == t->request.sid >> d->machine.split)
            return true;
        if (kind == SCOPE_L1CD && e->sid == t->request.sid && e->ssid == ssid_of(t) >> e->granule << e->granule)
            return true;
        if (e->sid == t->request.sid && (kind == SCOPE_STE || (kind == SCOPE_CD && e->ssid == ssid_of(t))))
            return true;
    }
    return false;
}

/* The level of stage 1 whose descriptor is read next; -1 for the first. */
static int next_level(const struct scope_trace *t, unsigned reads)
{
    for (unsigned i = reads; i > 0; i--)
        if (t->read[i - 1].what == REFERENCE_STAGE1)
            return t->read[i - 1].level + 1;
    return -1;
}

/* Something that may still be there answers the read, or makes it unnecessary. The read is the trace's last one. */
static bool may_be_old(const struct scope_fixture *d)
{
    const struct scope_trace *t = d->trace;
    const struct scope_read *r = &t->read[t->reads - 1];
    if (!d->stale.entries)
        return false;
    switch (r->what) {
    case REFERENCE_L1STD:
        return structure_serves(d, SCOPE_L1STD) || structure_serves(d, SCOPE_STE);
    case REFERENCE_STE:
        return structure_serves(d, SCOPE_STE);
    case REFERENCE_L1CD:
        return structure_serves(d, SCOPE_L1CD) || structure_serves(d, SCOPE_CD);
    case REFERENCE_CD:
        /* What an entry of a translation may hold, it may hold though the CD is new. */
        return structure_serves(d, SCOPE_CD) || (d->change.tlb && stage1_serves(d, -2));
    case REFERENCE_STAGE1:
        return stage1_serves(d, r->level);
    case REFERENCE_STAGE2:
        if (stage2_serves(d, r->level, r->input))
            return true;
        if (r->class_code == 0)
            return structure_serves(d, SCOPE_CD) || structure_serves(d, SCOPE_L1CD);
        if (r->class_code == 1) {
            int level = next_level(t, t->reads - 1);
            return stage1_serves(d, level < 0 ? -2 : level - 1);
        }
        return next_level(t, t->reads - 1) >= 0 && stage1_serves(d, 4);
    }
    return true;
}

static void note(struct scope_trace *t, uint64_t address, const struct reference_hint *hint)
{
    assert(t->reads < SCOPE_READS);
    t->read[t->reads++] = (struct scope_read){.what = hint->what,
                                              .class_code = hint->class_code,
                                              .granule = hint->granule,
                                              .table_bits = hint->table_bits,
                                              .level = (int)hint->level,
                                              .input = hint->input,
                                              .address = address};
}

/* The judge looks at the STE twice; what it was the first time it is the second time. */
static const struct scope_read *again(const struct scope_trace *t)
{
    const struct scope_read *last = &t->read[t->reads - 1];
    for (const struct scope_read *r = t->read; r < last; r++)
        if ((r->what == REFERENCE_L1STD || r->what == REFERENCE_STE) && r->what == last->what &&
            r->address == last->address)
            return r;
    return NULL;
}

struct evaluation {
    struct scope_fixture *fixture;
    uint64_t choice;
    bool too_many;
};

static bool load(void *context, uint64_t address, unsigned words, uint64_t *to, const struct reference_hint *hint)
{
    struct evaluation *v = context;
    struct scope_fixture *d = v->fixture;
    struct scope_trace *t = d->trace;
    const struct scope_change *c = &d->change;
    bool root = at_root(c, hint, address), ok = tree_load(d->tree, address, words, to, hint);
    note(t, address, hint);
    struct scope_read *r = &t->read[t->reads - 1];
    if (ok && hint->what == REFERENCE_STE)
        memcpy(t->ste, to, sizeof t->ste);
    if (ok && hint->what == REFERENCE_CD)
        memcpy(t->cd, to, sizeof t->cd);
    if (root || touched(c, address, words)) {
        const struct scope_read *before = again(t);
        r->old = before ? before->old : d->all_old;
        if (!before && !d->all_old && may_be_old(d)) {
            if (d->choices == SCOPE_CHOICES)
                v->too_many = true;
            else
                r->old = v->choice >> d->choices++ & 1;
        }
        t->any_old |= r->old;
    }
    /* An old STE leads to the old base. */
    if (c->active && c->moved && hint->what == REFERENCE_STAGE2 && r->level == c->root_level &&
        address - c->root_old < c->root_size)
        r->old = t->any_old = true;
    if (r->old && root)
        ok = tree_load(d->tree, address - c->root_new + c->root_old, words, to, hint);
    for (unsigned i = 0; r->old && i < c->words; i++)
        if (c->address[i] - address < words * 8)
            to[(c->address[i] - address) / 8] = c->old[i];
    if (hint->what == REFERENCE_STE)
        memcpy(t->ste, to, sizeof t->ste);
    if (hint->what == REFERENCE_CD)
        memcpy(t->cd, to, sizeof t->cd);
    r->value = to[0];
    return ok;
}

bool scope_reference(struct scope_fixture *d, const struct reference_request *request, unsigned current,
                     uint64_t choice, struct scope_trace *t)
{
    struct evaluation v = {.fixture = d, .choice = choice};
    const struct reference_memory memory = {load, &v};
    *t = (struct scope_trace){.request = *request, .current = current};
    d->tree->current = current;
    d->trace = t;
    d->choices = 0;
    reference(&d->tree->setup, &memory, request, &t->outcome);
    return !v.too_many;
}

void scope_mark(const struct scope_fixture *d, struct scope_trace *t)
{
    const struct scope_change *c = &d->change;
    for (unsigned i = 0; i < t->reads; i++) {
        struct scope_read *r = &t->read[i];
        bool line = r->what == REFERENCE_STE || r->what == REFERENCE_CD;
        bool root = c->moved && r->what == REFERENCE_STAGE2 && r->level == c->root_level &&
                    r->address - c->root_old < c->root_size;
        r->old = root || touched(c, r->address, line ? 8 : 1);
        t->any_old |= r->old;
    }
}

void scope_command(struct scope_fixture *d, const uint64_t dw[2])
{
    unsigned left = 0;
    for (unsigned i = 0; i < d->stale.entries; i++)
        if (!scope_takes(&d->machine, dw, &d->stale.entry[i]))
            d->stale.entry[left++] = d->stale.entry[i];
    d->stale.entries = left;
}
