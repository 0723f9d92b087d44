/* SPDX-License-Identifier: Apache-2.0
 *
 * What may stay does stay: the architecture lets an invalidation take more than it names, but a model that does hides
 * races. So where the caches have room an answer that was given before the change is the same after commands that do
 * not name it, but for one field. By field, and by the large: a cache may lose an entry to another one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/smmu/reference/scopes.h"

/* Of a hundred answers so many may be new all the same; a compare that is left out makes it a hundred. */
enum { LOST_PERCENT = 35, KEPT_ENOUGH = 10 };

static const char *const field_name[SCOPE_FIELDS] = {"world", "VMID", "ASID", "global", "address", "half",
                                                     "first", "last", "Leaf", "TTL",    "granule"};

void scopes_exact_config(struct prisim_smmu_config *config)
{
    uint32_t *const entries[] = {&config->walk_entries,      &config->walk_l1_entries,    &config->walk_l0_entries,
                                 &config->walk_s2_entries,   &config->walk_s2_l1_entries, &config->walk_s2_l0_entries,
                                 &config->micro_tlb_entries, &config->ipa_entries,        &config->tlb_entries,
                                 &config->config_entries,    &config->config_l1_entries};
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        *entries[i] = 64;
    config->tlbi_hints = 1;
    config->s2_ipa_combined = 0;
}

static bool is_leaf(const struct scope_read *r)
{
    return (r->what == REFERENCE_STAGE1 || r->what == REFERENCE_STAGE2) && (r->level == 3 || !(r->value & 2));
}

static bool same_request(const struct reference_request *a, const struct reference_request *b)
{
    return a->at == b->at && a->sid == b->sid && a->pasid == b->pasid && a->has_pasid == b->has_pasid &&
           a->privileged == b->privileged && a->execute == b->execute && a->write == b->write &&
           a->no_write == b->no_write && a->address == b->address;
}

static bool asked_before(const struct scopes *s, const struct scope_trace *old)
{
    for (unsigned i = 0; i < s->pasts; i++) {
        const struct reference_outcome *o = &s->past[i].outcome;
        bool good = o->result == REFERENCE_FORWARD || (o->result == REFERENCE_GRANT && (o->read || o->write));
        if (good && same_request(&s->past[i].request, &old->request))
            return true;
    }
    return false;
}

/* The entry that must give the answer: the leaf, or the table above it. NULL: it may be gone, or come in a group. */
static const struct scope_entry *keeper(const struct scopes *s, const struct scope_trace *old)
{
    const struct scope_read *last1 = NULL, *last2 = NULL;
    for (unsigned i = 0; i < old->reads; i++) {
        const struct scope_read *r = &old->read[i];
        if (is_leaf(r) && (r->value >> 52 & 1))
            return NULL;
        if (r->what == REFERENCE_STAGE1)
            last1 = r;
        if (r->what == REFERENCE_STAGE2 && r->class_code == 2)
            last2 = r;
    }
    uint64_t input = last1 ? scope_va(old->request.address) : last2 ? last2->input : 0;
    const struct scope_entry *table = NULL;
    for (unsigned i = 0; (last1 || last2) && i < s->fixture.stale.entries; i++) {
        const struct scope_entry *e = &s->fixture.stale.entry[i];
        if (e->kind <= SCOPE_CD || !scope_serves(&s->fixture, e, old, input))
            continue;
        if (e->kind == (last1 ? SCOPE_LEAF1 : SCOPE_LEAF2))
            return e;
        if (last1 && e->kind == SCOPE_TABLE1 && e->level == 2 && last1->level == 3 && !last2 && s->aim_read.level == 2)
            table = e;
    }
    return table;
}

void scopes_count_kept(struct scopes *s, const struct scope_trace *old, bool was_old)
{
    if (!s->exact || !s->run.config.tlb_entries || !scopes_is_descriptor(s->kind) || !asked_before(s, old))
        return;
    const struct scope_entry *e = keeper(s, old);
    bool named = !e; /* or kept again after a command took it */
    for (unsigned i = 0; !named && i < s->commands; i++)
        named = scope_takes(&s->fixture.machine, s->command[i].dw, e);
    if (named)
        return;
    for (unsigned field = 0; field < SCOPE_FIELDS; field++) {
        struct scope_machine machine = s->fixture.machine;
        machine.left_out = 1U << field;
        for (unsigned i = 0; i < s->commands; i++) {
            const uint64_t *dw = s->command[i].dw;
            unsigned kind = 2 * (unsigned)(dw[0] & 0x3f) + (e->kind == SCOPE_TABLE1 || e->kind == SCOPE_TABLE2);
            if (!scope_takes(&machine, dw, e))
                continue;
            named = true;
            /* Once in a round: one entry that another took over is many answers. */
            if (s->counted[field][kind][was_old] == s->changes)
                continue;
            s->counted[field][kind][was_old] = s->changes;
            s->kept[field][kind] += was_old;
            s->dropped[field][kind] += !was_old;
        }
    }
    s->kept_unnamed += !named && was_old;
    s->dropped_unnamed += !named && !was_old;
}

static bool too_many(uint64_t kept, uint64_t dropped)
{
    return dropped > 4 && dropped * 100 > (kept + dropped) * LOST_PERCENT;
}

bool scopes_kept_enough(const struct scopes *s)
{
    bool ok = !too_many(s->kept_unnamed, s->dropped_unnamed);
    printf("named by no command: kept %" PRIu64 ", not kept %" PRIu64 "\n", s->kept_unnamed, s->dropped_unnamed);
    for (unsigned i = 0; i < SCOPE_FIELDS; i++) {
        uint64_t kept = 0, dropped = 0;
        for (unsigned k = 0; k < 2 * SCOPES_OPCODES; k++) {
            kept += s->kept[i][k];
            dropped += s->dropped[i][k];
            if (!too_many(s->kept[i][k], s->dropped[i][k]))
                continue;
            printf("opcode %#x takes what %s does not name: %s, kept %" PRIu64 ", not kept %" PRIu64 "\n", k / 2,
                   field_name[i], k & 1 ? "tables" : "leaves", s->kept[i][k], s->dropped[i][k]);
            ok = false;
        }
        printf("saved by %s: kept %" PRIu64 ", not kept %" PRIu64 "\n", field_name[i], kept, dropped);
        if (kept < KEPT_ENOUGH) {
            printf("  too seldom\n");
            ok = false;
        }
    }
    return ok;
}
