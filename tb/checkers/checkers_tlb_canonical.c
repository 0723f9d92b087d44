/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of what the SMMU may keep, and of what was left of a binding there (checkers_canonical.c).
 */
#include "tb/checkers/checkers_canonical.h"

/* Those before whose end it was read, and whose PASID may be bound again with it still there. */
static void tell_left(const struct checkers *c, const struct cached *cached)
{
    for (uint32_t i = 0; i < c->bindings.contexts; i++) {
        uint32_t bound = c->bindings.context[i].bound;
        const struct binding *b = bound ? &c->bindings.binding[bound - 1] : NULL;
        if (b != NULL && b->asid == cached->asid && b->left && !b->reused && cached->at <= b->freed)
            tell_binding(c, bound);
    }
    tell_none(c->telling);
}

static void tell_cached(const struct checkers *c)
{
    struct telling *t = c->telling;
    list_begin(t);
    for (uint32_t i = 0; i < c->tlbs.cached.records; i++) {
        const struct cached *cached = pool_at(&c->tlbs.cached, i);
        if (cached != NULL)
            list_add(t, (struct listed){.key = {cached->asid, cached->page}, .record = cached});
    }
    list_end(t);
    for (uint32_t i = 0; i < t->count; i++) {
        tell_word(t, t->list[i].key[0]);
        tell_word(t, t->list[i].key[1]);
        tell_left(c, t->list[i].record);
    }
}

static void tell_scope(struct telling *t, const struct prisim_event_smmu_tlbi *what)
{
    tell_word(t, what->opcode);
    tell_word(t, what->vmid);
    tell_word(t, what->asid);
    tell_word(t, what->address);
    tell_word(t, what->size);
    tell_word(t, what->leaf);
    tell_word(t, what->level);
    tell_word(t, what->granule);
}

/* In their order: of two synced ones that cover an entry only the report says which. */
static void tell_commands(const struct checkers *c)
{
    struct telling *t = c->telling;
    tell_word(t, c->tlbs.tlbis);
    tell_word(t, c->tlbs.tlbis_synced);
    for (uint32_t i = 0; i < c->tlbs.tlbis; i++) {
        tell_scope(t, &c->tlbs.tlbi[i].what);
        prisim_canonical_moment(t->to, PRISIM_CANONICAL_CYCLES, c->tlbs.tlbi[i].at);
    }
    tell_word(t, c->tlbs.cfgis);
    for (uint32_t i = 0; i < c->tlbs.cfgis; i++) {
        const struct cd_command *cfgi = &c->tlbs.cfgi[i];
        tell_word(t, cfgi->opcode);
        tell_word(t, cfgi->stream_id);
        tell_word(t, cfgi->pasid);
        prisim_canonical_moment(t->to, PRISIM_CANONICAL_CYCLES, cfgi->at);
    }
}

/* Bindings that were freed with entries in the TLBs, which nobody has used yet. */
static void tell_freed_asids(const struct checkers *c)
{
    struct telling *t = c->telling;
    const struct map *of = &c->freed.left_of;
    list_begin(t);
    for (uint32_t i = 0; of->used && i < of->capacity; i++) {
        uint64_t binding = of->entry[i].key ? of->entry[i].value : 0;
        if (binding && !c->bindings.binding[binding - 1].used)
            list_add(t, (struct listed){.key = {of->entry[i].key - 1}, .value = binding});
    }
    list_end(t);
    for (uint32_t i = 0; i < t->count; i++) {
        tell_word(t, t->list[i].key[0]);
        tell_binding(c, (uint32_t)t->list[i].value);
    }
}

void tlbs_canonical(const struct checkers *c)
{
    tell_cached(c);
    tell_commands(c);
    tell_freed_asids(c);
}
