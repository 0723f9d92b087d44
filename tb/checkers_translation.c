/* SPDX-License-Identifier: Apache-2.0
 *
 * Translations and what functions do with them: by whose tables, after which SYNC, under which binding. Tables carry no
 * name, so frames do: a frame belongs to the space of the binding under which it was first seen while that binding was
 * in force. A frame first seen while no binding is in force is judged by nobody.
 */
#include <inttypes.h>

#include "tb/checkers_state.h"

static struct job *job_get(struct checkers *c, unsigned endpoint, uint64_t number)
{
    struct job *job = pool_get(&c->jobs, map_get(&c->job_of, (uint64_t)endpoint << 32 | (uint32_t)number));
    return job != NULL && job->pool.live ? job : NULL;
}

/* endpoint.translation_request */
void on_translation_request(struct checkers *c, const struct event *event)
{
    const struct event_endpoint_translation_request *e = &event->endpoint_translation_request;
    struct job *job = job_get(c, checkers_endpoint(c, event->instance), e->job);
    if (job == NULL)
        return;
    if (job->tlp != UINT64_MAX)
        map_take(&c->job_by_tlp, job->tlp);
    else
        place_enter(c, job->binding, PLACE_TRANSLATION);
    c->happened = true;
    job->tlp = e->tlp;
    job->pasid = e->pasid;
    job->page = e->address >> 12;
    job->translated = 0;
    job->stale = CYCLE_NEVER;
    map_put(&c->job_by_tlp, job->tlp, job->pool.self);
}

/* The space whose tables hold a frame, number + 1; 0 if that is not known. */
static uint64_t owner_of(struct checkers *c, uint64_t stream_id, uint64_t pasid, uint64_t frame)
{
    uint64_t space = map_get(&c->owner_of, frame);
    const struct context *context = binding_context(c, stream_id, pasid);
    const struct binding *binding = context ? binding_get(c, context->bound) : NULL;
    if (space != 0 || binding == NULL || binding->unbinding)
        return space;
    map_put(&c->owner_of, frame, binding->space);
    return binding->space;
}

/* smmu.translate */
void on_translate(struct checkers *c, const struct event *event)
{
    const struct event_smmu_translate *e = &event->smmu_translate;
    uint64_t dma = map_take(&c->dma_of, e->tlp);
    if (dma != 0)
        place_leave(c, (uint32_t)(dma - 1), PLACE_DMA);
    struct job *job = pool_get(&c->jobs, map_get(&c->job_by_tlp, e->tlp));
    if (job == NULL || !job->pool.live)
        return;
    job->translated = c->clock;
    if (e->cause != CAUSE_TRANSLATED)
        return;
    uint64_t space = owner_of(c, e->stream_id, e->pasid, e->output >> 12);
    const struct binding *own = binding_get(c, job->binding);
    char words[WORDS_MAX];
    if (space != 0 && own != NULL && space != own->space)
        checkers_hit(c, HAZARD_WRONG_SPACE_DMA, event->cycle,
                     "the translation request of job %" PRIu64 " of endpoint[%s] (address 0x%" PRIx64
                     "), made under %s, was translated by the tables of space %s at cycle %" PRIu64,
                     job->number, words_endpoint(c, job->endpoint), e->address, words_binding(c, job->binding, words),
                     words_space(c, space), event->cycle);
}

/* Addresses have 48 bits at most; records are compared in full. */
static uint64_t key_of(unsigned endpoint, uint64_t pasid, uint64_t page)
{
    uint64_t pasid_key = pasid == PASID_NONE ? 0 : pasid + 1;
    return (uint64_t)endpoint << 57 | (pasid_key & 0x1fffff) << 36 | (page & UINT64_C(0xfffffffff));
}

static struct translation *translation_get(struct checkers *c, unsigned endpoint, uint64_t pasid, uint64_t page)
{
    struct translation *t = pool_get(&c->translations, map_get(&c->translation_of, key_of(endpoint, pasid, page)));
    return t != NULL && t->endpoint == endpoint && t->pasid == pasid && t->page == page ? t : NULL;
}

/* The function has the entry no more. */
static void let_go(struct checkers *c, struct translation *t)
{
    if (t->held)
        place_leave(c, t->binding, PLACE_ATC);
    t->held = false;
}

/* endpoint.translation: What the function holds of a page from now on; the
 * TLP is the completion's, so that the job tells which request it answers. */
void on_translation(struct checkers *c, const struct event *event)
{
    const struct event_endpoint_translation *e = &event->endpoint_translation;
    unsigned endpoint = checkers_endpoint(c, event->instance);
    struct job *job = job_get(c, endpoint, e->job);
    if (job == NULL || job->tlp == UINT64_MAX)
        return;
    map_take(&c->job_by_tlp, job->tlp);
    job->tlp = UINT64_MAX;
    place_leave(c, job->binding, PLACE_TRANSLATION);
    if (e->status != TLP_SC || (e->access & (ACCESS_READ | ACCESS_WRITE)) == 0)
        return;
    struct translation *t = translation_get(c, endpoint, job->pasid, job->page);
    if (t != NULL && t->stale == CYCLE_NEVER && t->translated > job->translated)
        return;
    if (t == NULL) {
        uint64_t key = key_of(endpoint, job->pasid, job->page);
        t = pool_get(&c->translations, map_get(&c->translation_of, key));
        if (t == NULL)
            t = pool_take(&c->translations);
        map_put(&c->translation_of, key, t->pool.self);
    }
    let_go(c, t);
    t->endpoint = endpoint;
    t->pasid = job->pasid;
    t->page = job->page;
    t->binding = job->binding;
    t->held = true;
    place_enter(c, t->binding, PLACE_ATC);
    t->output = e->output >> 12;
    t->translated = job->translated;
    t->stale = job->stale;
}

/* smmu.invalidate */
void on_invalidate(struct checkers *c, const struct event *event)
{
    const struct event_smmu_invalidate *e = &event->smmu_invalidate;
    map_put(&c->invalidate_at, e->tlp, c->clock);
}

/* pcie 4.3: a request without PASID takes every entry; its range may end at the end of the address space. */
static bool in_range(const struct invalidation *i, unsigned endpoint, uint64_t pasid, uint64_t page)
{
    return i->endpoint == endpoint && (i->pasid == PASID_NONE || i->pasid == pasid) && page >= i->address >> 12 &&
           (page << 12) - i->address < i->size;
}

/* What the function dropped, it has no more, whether or not the SMMU asked for it. */
static void drop(struct checkers *c, const struct invalidation *dropped)
{
    for (uint32_t i = 0; i < c->translations.records; i++) {
        struct translation *t = pool_at(&c->translations, i);
        if (t != NULL && t->held && in_range(dropped, t->endpoint, t->pasid, t->page))
            let_go(c, t);
    }
}

/* endpoint.invalidate: it covers what was translated before it left the SMMU. */
void on_invalidate_taken(struct checkers *c, const struct event *event)
{
    const struct event_endpoint_invalidate *e = &event->endpoint_invalidate;
    struct invalidation taken = {
        .endpoint = checkers_endpoint(c, event->instance), .pasid = e->pasid, .address = e->address, .size = e->size};
    drop(c, &taken);
    uint64_t at = map_take(&c->invalidate_at, e->tlp);
    if (at == 0)
        return;
    taken.at = at;
    c->invalidation = checkers_grow(c->invalidation, c->invalidations, &c->invalidations_room, sizeof *c->invalidation);
    c->invalidation[c->invalidations++] = taken;
}

static bool covers(const struct invalidation *i, unsigned endpoint, uint64_t pasid, uint64_t page, uint64_t translated)
{
    return in_range(i, endpoint, pasid, page) && translated < i->at;
}

static void cover(struct checkers *c, const struct invalidation *invalidation, cycle_t cycle)
{
    for (uint32_t i = 0; i < c->translations.records; i++) {
        struct translation *t = pool_at(&c->translations, i);
        if (t != NULL && t->stale == CYCLE_NEVER && covers(invalidation, t->endpoint, t->pasid, t->page, t->translated))
            t->stale = cycle;
    }
    for (uint32_t i = 0; i < c->jobs.records; i++) {
        struct job *job = pool_at(&c->jobs, i);
        if (job != NULL && job->tlp != UINT64_MAX && job->translated != 0 &&
            covers(invalidation, job->endpoint, job->pasid, job->page, job->translated))
            job->stale = cycle;
    }
}

/* smmu.sync: Commands are done in order: what was invalidated so far is covered by it. */
void on_sync(struct checkers *c, const struct event *event)
{
    for (uint32_t i = 0; i < c->invalidations; i++)
        cover(c, &c->invalidation[i], event->cycle);
    c->invalidations = 0;
}

static void judge_stale(struct checkers *c, const struct event *event, unsigned endpoint)
{
    const struct event_endpoint_dma *e = &event->endpoint_dma;
    const struct translation *t = translation_get(c, endpoint, e->pasid, e->address >> 12);
    if (t != NULL && t->stale != CYCLE_NEVER && event->cycle > t->stale && t->output == e->output >> 12)
        checkers_hit(c, HAZARD_STALE_ATC, event->cycle,
                     "job %" PRIu64 " of endpoint[%s] used the translation of 0x%" PRIx64 " at cycle %" PRIu64
                     ", invalidated by the SYNC of cycle %" PRIu64,
                     e->job, words_endpoint(c, endpoint), e->address, event->cycle, t->stale);
}

/* endpoint.dma */
void on_dma(struct checkers *c, const struct event *event)
{
    const struct event_endpoint_dma *e = &event->endpoint_dma;
    unsigned endpoint = checkers_endpoint(c, event->instance);
    judge_stale(c, event, endpoint);
    const struct job *job = job_get(c, endpoint, e->job);
    c->happened = true;
    if (job != NULL) {
        place_enter(c, job->binding, PLACE_DMA);
        map_put(&c->dma_of, e->tlp, (uint64_t)job->binding + 1);
    }
    const struct binding *binding = job ? binding_get(c, job->binding) : NULL;
    char words[WORDS_MAX];
    if (binding != NULL && binding->freed != CYCLE_NEVER && event->cycle > binding->freed)
        checkers_hit(c, HAZARD_DMA_AFTER_UNBIND, event->cycle,
                     "job %" PRIu64 " of endpoint[%s], made under %s, sent a memory TLP to 0x%" PRIx64
                     " at cycle %" PRIu64 "; unbind had returned at cycle %" PRIu64,
                     job->number, words_endpoint(c, endpoint), words_binding(c, job->binding, words), e->address,
                     event->cycle, binding->freed);
}
