/* SPDX-License-Identifier: Apache-2.0
 *
 * Translations and what functions do with them: by whose tables, after which SYNC, under which binding; and what a
 * function holds of them. Whose a frame is stands in checkers_frames.c.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tb/checkers/checkers_state.h"

/* endpoint.translation_request */
void on_translation_request(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_translation_request *e = &event->endpoint_translation_request;
    struct job *job = job_get(c, checkers_endpoint(c, event->instance), e->job);
    if (job == NULL)
        return;
    if (job->tlp != UINT64_MAX)
        map_take(&c->jobs.by_tlp, job->tlp);
    else
        place_enter(c, job->binding, PLACE_TRANSLATION);
    c->course.happened = true;
    job->tlp = e->tlp;
    job->pasid = e->pasid;
    job->page = e->address >> 12;
    job->translated = 0;
    job->stale = PRISIM_CYCLE_NEVER;
    job->asked = event->cycle;
    job->poisoned = job->granted = false;
    memset(job->leaf, 0, sizeof job->leaf);
    map_put(&c->arena, &c->jobs.by_tlp, job->tlp, job->pool.self);
}

/* A memory TLP is judged when it leaves, but for one whose address is that of the job: that may be untranslated (
 * PCIE-ATSCPL, U), and the SMMU says where it goes. */
enum { DMA_JUDGED = 1 };

/* A memory TLP passes the SMMU: with what the function had of its page, or by a leaf that was read at `leaf`. */
static void reaches_memory(struct checkers *c, const struct prisim_event *event, uint64_t dma, prisim_cycle_t leaf)
{
    const struct prisim_event_smmu_translate *e = &event->smmu_translate;
    const uint64_t had = map_take(&c->frames.dma_of, e->tlp);
    const bool passes = dma & DMA_JUDGED ? e->cause == PRISIM_CAUSE_BYPASS : e->cause == PRISIM_CAUSE_TRANSLATED;
    if (passes && c->frames.recycles)
        recycled_access(c, e->output >> 12,
                        !(dma & DMA_JUDGED) ? leaf
                        : had               ? had - 1
                                            : 0,
                        e->access & PRISIM_ACCESS_WRITE, (uint32_t)(dma >> 1) - 1, event->cycle);
}

/* smmu.translate: of a Translation Request, or of a memory TLP that is not translated yet. */
void on_translate(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_smmu_translate *e = &event->smmu_translate;
    tlb_translated(c, event);
    const prisim_cycle_t leaf = recycled_leaf(c, e->tlp, e->output >> 12, event->cycle);
    uint64_t dma = map_take(&c->translations.dma_of, e->tlp);
    uint32_t binding = dma != 0 ? (uint32_t)(dma >> 1) - 1 : 0;
    if (dma != 0) {
        place_leave(c, binding, PLACE_DMA);
        reaches_memory(c, event, dma, leaf);
    }
    struct job *job = pool_get(&c->jobs.pool, map_get(&c->jobs.by_tlp, e->tlp));
    if (job != NULL && job->pool.live) {
        job->translated = c->clock;
        *job_leaf(job, e->address >> 12) = leaf;
        binding = job->binding;
    }
    if ((dma & DMA_JUDGED) || (e->cause != PRISIM_CAUSE_TRANSLATED && !(dma != 0 && e->cause == PRISIM_CAUSE_BYPASS)))
        return;
    if (!frame_is_anothers(c, e->output >> 12, binding))
        return;
    char what[WORDS_MAX];
    snprintf(what, sizeof what, "the translation of 0x%" PRIx64 " of PASID %" PRIu64, e->address, e->pasid);
    frame_hit(c, e->output >> 12, binding, event->cycle, what);
}

/* Addresses have 48 bits at most; records are compared in full. */
static uint64_t key_of(unsigned endpoint, uint64_t pasid, uint64_t page)
{
    uint64_t pasid_key = pasid == PRISIM_PASID_NONE ? 0 : pasid + 1;
    return (uint64_t)endpoint << 57 | (pasid_key & 0x1fffff) << 36 | (page & UINT64_C(0xfffffffff));
}

static struct translation *translation_get(struct checkers *c, unsigned endpoint, uint64_t pasid, uint64_t page)
{
    struct translation *t =
        pool_get(&c->translations.pool, map_get(&c->translations.of, key_of(endpoint, pasid, page)));
    return t != NULL && t->endpoint == endpoint && t->pasid == pasid && t->page == page ? t : NULL;
}

/* The function has the entry no more. */
static void let_go(struct checkers *c, struct translation *t)
{
    if (t->held)
        place_leave(c, t->binding, PLACE_ATC);
    t->held = false;
}

/* The record of a page, made if need be; NULL if the function keeps what it has in its ATC, or what it asked for later.
 */
static struct translation *translation_put(struct checkers *c, const struct job *job, uint64_t page, bool taken)
{
    struct translation *t = translation_get(c, job->endpoint, job->pasid, page);
    if (t != NULL && !taken && (t->held || t->asked > job->asked))
        return NULL;
    if (t == NULL) {
        uint64_t key = key_of(job->endpoint, job->pasid, page);
        t = pool_get(&c->translations.pool, map_get(&c->translations.of, key));
        if (t == NULL)
            t = pool_take(&c->arena, &c->translations.pool);
        map_put(&c->arena, &c->translations.of, key, t->pool.self);
    }
    let_go(c, t);
    return t;
}

static void take(struct checkers *c, struct job *job, uint64_t page, uint64_t output, bool taken)
{
    struct translation *t = translation_put(c, job, page, taken);
    if (t == NULL)
        return;
    t->endpoint = job->endpoint;
    t->pasid = job->pasid;
    t->page = page;
    t->binding = job->binding;
    t->output = output >> 12;
    t->translated = job->translated;
    t->stale = job->stale;
    t->asked = job->asked;
    t->leaf = *job_leaf(job, page);
    t->held = taken && c->scenario->system.endpoint[job->endpoint].atc_entries > 0;
    if (t->held)
        place_enter(c, t->binding, PLACE_ATC);
}

/* endpoint.translation: what the function has of a page from now on. The TLP is the completion's, so that the job tells
 * which request it answers. What the function does not take it must not use: it is remembered, and not held. */
void on_translation(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_translation *e = &event->endpoint_translation;
    unsigned endpoint = checkers_endpoint(c, event->instance);
    struct job *job = job_get(c, endpoint, e->job);
    if (job == NULL || job->tlp == UINT64_MAX)
        return;
    map_take(&c->jobs.by_tlp, job->tlp);
    job->tlp = UINT64_MAX;
    place_leave(c, job->binding, PLACE_TRANSLATION);
    if (e->status != PRISIM_TLP_SC || (e->access & (PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE)) == 0)
        return;
    job->granted = e->taken;
    take(c, job, job->page, e->output, e->taken);
}

/* endpoint.translation_further: of the same request, whose job goes on with another page. */
void on_translation_further(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_translation_further *e = &event->endpoint_translation_further;
    struct job *job = job_get(c, checkers_endpoint(c, event->instance), e->job);
    if (job != NULL && (e->access & (PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE)))
        take(c, job, e->address >> 12, e->output, e->taken);
}

bool atc_range_has(const struct atc_range *range, unsigned endpoint, uint64_t pasid, uint64_t page)
{
    return range->endpoint == endpoint && (range->pasid == PRISIM_PASID_NONE || range->pasid == pasid) &&
           page >= range->address >> 12 && (page << 12) - range->address < range->size;
}

/* The pages of a range of one PASID, if they are few enough to be looked up one by one; else 0. */
static uint64_t few_pages(const struct checkers *c, const struct atc_range *range)
{
    uint64_t more = (range->size - 1) >> 12;
    bool one_pasid = range->pasid != PRISIM_PASID_NONE && range->size != 0;
    return one_pasid && more < c->translations.of.used && range->address % 4096 == 0 ? more + 1 : 0;
}

static void leave_atc(struct checkers *c, const struct atc_range *range)
{
    uint64_t pages = few_pages(c, range);
    for (uint64_t i = 0; i < pages; i++) {
        struct translation *t = translation_get(c, range->endpoint, range->pasid, (range->address >> 12) + i);
        if (t != NULL)
            let_go(c, t);
    }
    if (pages != 0)
        return;
    for (uint32_t i = 0; i < c->translations.pool.records; i++) {
        struct translation *t = pool_at(&c->translations.pool, i);
        if (t != NULL && t->held && atc_range_has(range, t->endpoint, t->pasid, t->page))
            let_go(c, t);
    }
}

/* endpoint.evict */
void on_evict(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_evict *e = &event->endpoint_evict;
    leave_atc(c, &(struct atc_range){checkers_endpoint(c, event->instance), e->pasid, e->address, e->size});
}

/* endpoint.invalidate_taken: what was asked for before is not used any more (PCIE-ATC "Race"). */
void on_invalidate_taken(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_invalidate_taken *e = &event->endpoint_invalidate_taken;
    const struct atc_range range = {checkers_endpoint(c, event->instance), e->pasid, e->address, e->size};
    for (uint32_t i = 0; i < c->jobs.pool.records; i++) {
        struct job *job = pool_at(&c->jobs.pool, i);
        if (job != NULL && job->tlp != UINT64_MAX && atc_range_has(&range, job->endpoint, job->pasid, job->page))
            job->poisoned = true;
    }
}

/* endpoint.invalidate: what the function dropped it has no more, whether or not the SMMU asked for it. */
void on_invalidate_done(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_invalidate *e = &event->endpoint_invalidate;
    const struct atc_range range = {checkers_endpoint(c, event->instance), e->pasid, e->address, e->size};
    leave_atc(c, &range);
    for (uint32_t i = 0; i < c->jobs.pool.records; i++) {
        struct job *job = pool_at(&c->jobs.pool, i);
        if (job != NULL && job->granted && atc_range_has(&range, job->endpoint, job->pasid, job->page))
            job->granted = false;
    }
}

/* endpoint.invalidate_kept: it has them still, though the event before said that they are gone. */
void on_invalidate_kept(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_invalidate_kept *e = &event->endpoint_invalidate_kept;
    const struct atc_range range = {checkers_endpoint(c, event->instance), e->pasid, e->address, e->size};
    for (uint32_t i = 0; i < c->translations.pool.records; i++) {
        struct translation *t = pool_at(&c->translations.pool, i);
        if (t == NULL || t->held || !atc_range_has(&range, t->endpoint, t->pasid, t->page))
            continue;
        t->held = true;
        place_enter(c, t->binding, PLACE_ATC);
    }
}

unsigned translation_left(struct checkers *c, uint32_t binding)
{
    unsigned left = binding_get(c, binding)->at[PLACE_ATC] > 0 ? LEFT_ATC : 0;
    for (uint32_t i = 0; i < c->jobs.pool.records; i++) {
        const struct job *job = pool_at(&c->jobs.pool, i);
        if (job == NULL || job->binding != binding)
            continue;
        if (job->tlp != UINT64_MAX && !job->poisoned)
            left |= LEFT_REQUEST;
        if (job->granted)
            left |= LEFT_JOB;
    }
    return left;
}

void translation_cover(struct checkers *c, const struct atc_range *range, uint64_t at, prisim_cycle_t cycle)
{
    for (uint32_t i = 0; i < c->translations.pool.records; i++) {
        struct translation *t = pool_at(&c->translations.pool, i);
        if (t != NULL && t->stale == PRISIM_CYCLE_NEVER && t->translated < at &&
            atc_range_has(range, t->endpoint, t->pasid, t->page))
            t->stale = cycle;
    }
    for (uint32_t i = 0; i < c->jobs.pool.records; i++) {
        struct job *job = pool_at(&c->jobs.pool, i);
        /* PCIE-ATC-9: also what is translated later, if the function asked for it before the request came. */
        if (job != NULL && job->tlp != UINT64_MAX &&
            (job->poisoned || (job->translated != 0 && job->translated < at)) &&
            atc_range_has(range, job->endpoint, job->pasid, job->page))
            job->stale = cycle;
    }
}

static void judge_stale(struct checkers *c, const struct prisim_event *event, const struct translation *t)
{
    const struct prisim_event_endpoint_dma *e = &event->endpoint_dma;
    if (t->stale != PRISIM_CYCLE_NEVER && event->cycle > t->stale)
        checkers_hit(c, HAZARD_STALE_ATC, event->cycle,
                     "job %" PRIu64 " of endpoint[%s] used the translation of 0x%" PRIx64 " at cycle %" PRIu64
                     ", invalidated by the SYNC of cycle %" PRIu64,
                     e->job, words_endpoint(c, t->endpoint), e->address, event->cycle, t->stale);
}

/* UNBIND-HAZARD: end(g) is the first of the return of unbind and U6. */
static void judge_dead(struct checkers *c, const struct prisim_event *event, const struct job *job)
{
    const struct binding *binding = binding_get(c, job->binding);
    char words[WORDS_MAX];
    if (binding == NULL || binding->ended == PRISIM_CYCLE_NEVER || event->cycle <= binding->ended)
        return;
    checkers_hit(c, HAZARD_DMA_AFTER_UNBIND, event->cycle,
                 "job %" PRIu64 " of endpoint[%s], made under %s, sent a memory TLP to 0x%" PRIx64 " at cycle %" PRIu64
                 "; unbind had returned at cycle %" PRIu64,
                 job->number, words_endpoint(c, job->endpoint), words_binding(c, job->binding, words),
                 event->endpoint_dma.address, event->cycle, binding->ended);
}

static const char *words_dma(const struct checkers *c, const struct prisim_event *event, char words[WORDS_MAX])
{
    const struct prisim_event_endpoint_dma *e = &event->endpoint_dma;
    snprintf(words, WORDS_MAX, "a memory TLP of job %" PRIu64 " of endpoint[%s] for 0x%" PRIx64, e->job,
             words_endpoint(c, checkers_endpoint(c, event->instance)), e->address);
    return words;
}

/* When the leaf was read that it was translated by: what the function has of the page, or what the job was granted. */
static prisim_cycle_t leaf_of_dma(const struct translation *t, struct job *job, uint64_t page, uint64_t frame)
{
    return t != NULL && t->output == frame ? t->leaf : *job_leaf(job, page);
}

/* endpoint.dma */
void on_dma(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_dma *e = &event->endpoint_dma;
    unsigned endpoint = checkers_endpoint(c, event->instance);
    const struct translation *t = translation_get(c, endpoint, e->pasid, e->address >> 12);
    struct job *job = job_get(c, endpoint, e->job);
    const bool judged = e->output != e->address; /* translated by the function */
    const bool heard = function_is_heard(&c->function[endpoint], judged);
    char what[WORDS_MAX];
    c->course.happened = true;
    if (heard && t != NULL && t->output == e->output >> 12) {
        judge_stale(c, event, t);
        if (freed_is_left(c, t->binding))
            freed_used(c, t->binding, LEFT_FUNCTION, t->asked, event->cycle, words_dma(c, event, what));
    }
    if (job == NULL)
        return;
    if (job->tlp == UINT64_MAX) {
        job->pasid = e->pasid;
        job->page = e->address >> 12;
        job->granted |= t != NULL && t->held;
    }
    place_enter(c, job->binding, PLACE_DMA);
    if (judged && c->frames.recycles)
        map_put(&c->arena, &c->frames.dma_of, e->tlp, leaf_of_dma(t, job, e->address >> 12, e->output >> 12) + 1);
    map_put(&c->arena, &c->translations.dma_of, e->tlp, ((uint64_t)job->binding + 1) << 1 | (judged ? DMA_JUDGED : 0));
    if (!heard)
        return;
    if (judged && frame_is_anothers(c, e->output >> 12, job->binding))
        frame_hit(c, e->output >> 12, job->binding, event->cycle, words_dma(c, event, what));
    judge_dead(c, event, job);
}

/* Its way ends before the SMMU. */
static void dma_ends(struct checkers *c, uint64_t tlp)
{
    const uint64_t dma = map_take(&c->translations.dma_of, tlp);
    map_take(&c->frames.dma_of, tlp);
    if (dma != 0)
        place_leave(c, (uint32_t)(dma >> 1) - 1, PLACE_DMA);
}

/* fabric.lost */
void memory_lost(struct checkers *c, const struct prisim_event *event)
{
    dma_ends(c, event->fabric_lost.tlp);
}

/* smmu.poisoned */
void on_write_dropped(struct checkers *c, const struct prisim_event *event)
{
    dma_ends(c, event->smmu_poisoned.tlp);
}
