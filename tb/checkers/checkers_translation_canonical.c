/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of translations, of memory TLPs on their way, and of who owns a frame (checkers_canonical.c).
 */
#include "tb/checkers/checkers_canonical.h"

/* Functions that have a job, a bit each. */
static uint64_t busy_functions(const struct checkers *c)
{
    uint64_t busy = 0;
    for (uint32_t i = 0; i < c->jobs.pool.records; i++) {
        const struct job *job = pool_at(&c->jobs.pool, i);
        if (job != NULL)
            busy |= UINT64_C(1) << job->endpoint;
    }
    return busy;
}

/* A function uses what it keeps. What it does not keep a job may still go on with, if there is one; and where a page is
 * its own frame, what goes untranslated looks like it. */
static bool can_be_used(const struct translation *of, uint64_t busy)
{
    return of->held || of->output == of->page || busy >> of->endpoint & 1;
}

/* What becomes of an access by that leaf: if that is good now, it ends with the life of the frame. */
static void tell_leaf(const struct checkers *c, uint64_t frame, prisim_cycle_t leaf)
{
    tell_word(c->telling, recycled_is(c, frame, leaf) == RECYCLED_NOT);
}

static void tell_translation(const struct checkers *c, const struct translation *translation)
{
    struct telling *t = c->telling;
    uint32_t binding = translation->binding;
    bool stale = translation->stale != PRISIM_CYCLE_NEVER;
    tell_word(t, translation->endpoint);
    tell_word(t, translation->pasid);
    tell_word(t, translation->page);
    tell_word(t, translation->output);
    tell_word(t, translation->held);
    tell_binding(c, binding);
    tell_word(t, binding != 0 && translation->asked > c->bindings.binding[binding - 1].freed);
    tell_word(t, stale ? 0 : 1 + (uint64_t)invalidations_after(c, translation->translated));
    tell_leaf(c, translation->output, translation->leaf);
}

static_assert(SYSTEM_ENDPOINTS_MAX < 64, "a bit for each, and for none of them");

static void tell_translations(const struct checkers *c)
{
    struct telling *t = c->telling;
    uint64_t busy = busy_functions(c);
    list_begin(t);
    for (uint32_t i = 0; i < c->translations.pool.records; i++) {
        const struct translation *of = pool_at(&c->translations.pool, i);
        if (of != NULL && can_be_used(of, busy))
            list_add(t, (struct listed){.key = {of->endpoint, of->pasid, of->page}, .record = of});
    }
    list_end(t);
    for (uint32_t i = 0; i < t->count; i++)
        tell_translation(c, t->list[i].record);
}

/* Ids of one function grow with age. */
static void tell_dma(const struct checkers *c)
{
    struct telling *t = c->telling;
    const struct map *of = &c->translations.dma_of;
    list_begin(t);
    for (uint32_t i = 0; of->used && i < of->capacity; i++)
        if (of->entry[i].key)
            list_add(t, (struct listed){.key = {of->entry[i].key - 1}, .value = of->entry[i].value});
    list_end(t);
    for (uint32_t i = 0; i < t->count; i++) {
        prisim_canonical_name(t->to, PRISIM_CANONICAL_TLP, t->list[i].key[0]);
        tell_binding(c, (uint32_t)(t->list[i].value >> 1) - 1);
        tell_word(t, t->list[i].value & 1);
    }
}

static void tell_frames(const struct checkers *c)
{
    struct telling *t = c->telling;
    const struct map *of = &c->frames.owner_of;
    list_begin(t);
    for (uint32_t i = 0; of->used && i < of->capacity; i++)
        if (of->entry[i].key && of->entry[i].value)
            list_add(t, (struct listed){.key = {of->entry[i].key - 1}, .value = of->entry[i].value});
    list_end(t);
    for (uint32_t i = 0; i < t->count; i++) {
        tell_word(t, t->list[i].key[0]);
        tell_word(t, t->list[i].value);
    }
}

/* As it is: cycles are compared with one another, and with what the SMMU keeps. */
static void tell_map(const struct checkers *c, const struct map *of)
{
    struct telling *t = c->telling;
    list_begin(t);
    for (uint32_t i = 0; of->used && i < of->capacity; i++)
        if (of->entry[i].key)
            list_add(t, (struct listed){.key = {of->entry[i].key - 1}, .value = of->entry[i].value});
    list_end(t);
    for (uint32_t i = 0; i < t->count; i++) {
        tell_word(t, t->list[i].key[0]);
        tell_word(t, t->list[i].value);
    }
}

static void tell_recycled(const struct checkers *c)
{
    const struct frames *f = &c->frames;
    const struct map *const maps[] = {&f->taken_of, &f->given_of, &f->walk_of, &f->read_of,
                                      &f->leaf_of,  &f->since_of, &f->dma_of};
    tell_word(c->telling, f->recycles);
    for (unsigned i = 0; f->recycles && i < sizeof maps / sizeof maps[0]; i++)
        tell_map(c, maps[i]);
}

void translations_canonical(const struct checkers *c)
{
    tell_translations(c);
    tell_dma(c);
    tell_frames(c);
    tell_map(c, &c->frames.file_of);
    tell_recycled(c);
}
