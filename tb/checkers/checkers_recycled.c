/* SPDX-License-Identifier: Apache-2.0
 *
 * Frames in another life than the one that an access was translated to (UNBIND-HAZARD-8): when the leaf was read that
 * led there, and what the frame is when the access gets to it. An access counts where the last is seen of it, when the
 * SMMU lets it pass (smmu.translate); a walk where its read leaves (smmu.walk_read). Before the first frame was taken
 * back there is nothing to know.
 */
#include <inttypes.h>
#include <stdio.h>

#include "tb/checkers/checkers_state.h"

void recycled_given(struct checkers *c, uint64_t frame, prisim_cycle_t cycle)
{
    if (map_get(&c->frames.taken_of, frame))
        map_put(&c->arena, &c->frames.given_of, frame, cycle + 1);
}

void recycled_taken(struct checkers *c, uint64_t frame, prisim_cycle_t cycle)
{
    c->frames.recycles = true;
    map_put(&c->arena, &c->frames.taken_of, frame, cycle + 1);
    map_take(&c->frames.given_of, frame);
}

enum recycled recycled_is(const struct checkers *c, uint64_t frame, prisim_cycle_t leaf)
{
    const uint64_t given = map_get(&c->frames.given_of, frame);
    if (!c->frames.recycles || !map_get(&c->frames.taken_of, frame))
        return RECYCLED_NOT;
    return !given ? RECYCLED_FREE : given - 1 > leaf ? RECYCLED_GIVEN : RECYCLED_NOT;
}

/* Who got where, by what. */
struct access {
    const char *who;
    uint64_t frame;
    prisim_cycle_t named, cycle;
};

static void count(struct checkers *c, enum hazard hazard, const struct access *a)
{
    const uint64_t given = map_get(&c->frames.given_of, a->frame);
    char named[WORDS_MAX] = "before any frame was taken back", now[WORDS_MAX] = "nobody's since", owner[WORDS_MAX];
    if (a->named)
        snprintf(named, sizeof named, "at cycle %" PRIu64, a->named);
    if (given)
        snprintf(now, sizeof now, "given to %.80s at cycle %" PRIu64,
                 words_owner(c, map_get(&c->frames.owner_of, a->frame), owner), given - 1);
    checkers_hit(c, hazard, a->cycle,
                 "%s got to frame 0x%" PRIx64 " at cycle %" PRIu64
                 ", named by what was read %s: taken back at cycle %" PRIu64 ", and %s",
                 a->who, a->frame << 12, a->cycle, named, map_get(&c->frames.taken_of, a->frame) - 1, now);
}

/* One for the access, and one for what it was. */
static void hit(struct checkers *c, enum hazard what, const struct access *a)
{
    count(c, HAZARD_WROTE_RECYCLED_PAGE, a);
    if (what != HAZARD_WROTE_RECYCLED_PAGE)
        count(c, what, a);
    if (!map_get(&c->frames.given_of, a->frame))
        count(c, HAZARD_WROTE_RECYCLED_PAGE_FREE, a);
}

void recycled_access(struct checkers *c, uint64_t frame, prisim_cycle_t leaf, bool write, uint32_t binding,
                     prisim_cycle_t cycle)
{
    char binding_words[WORDS_MAX], who[WORDS_MAX + 64];
    if (recycled_is(c, frame, leaf) == RECYCLED_NOT)
        return;
    snprintf(who, sizeof who, "a memory %s under %s", write ? "write" : "read",
             words_binding(c, binding, binding_words));
    const struct access access = {who, frame, leaf, cycle};
    hit(c, write ? HAZARD_WROTE_RECYCLED_PAGE : HAZARD_WROTE_RECYCLED_PAGE_READ, &access);
}

static uint64_t since_key(prisim_cycle_t begun, uint64_t frame)
{
    return (begun & 0xfffffff) << 36 | (frame & UINT64_C(0xfffffffff));
}

/* When the walk that began then read what names the frame: a walk takes a while, and the frame may be younger than its
 * begin. */
static prisim_cycle_t read_at(const struct checkers *c, prisim_cycle_t begun, uint64_t frame)
{
    const uint64_t read = map_get(&c->frames.since_of, since_key(begun, frame));
    return read ? read - 1 : begun;
}

static void keep(struct checkers *c, prisim_cycle_t begun, uint64_t frame, prisim_cycle_t read)
{
    if (map_get(&c->frames.given_of, frame))
        map_put(&c->arena, &c->frames.since_of, since_key(begun, frame), read + 1);
}

/* smmu.walk_read. The first table of a walk is named by a CD or a walk cache, each other one by the read before. */
void on_walk_read(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_smmu_walk_read *e = &event->smmu_walk_read;
    const uint64_t frame = e->address >> 12;
    char who[WORDS_MAX];
    if (!c->frames.recycles)
        return;
    const bool goes_on = map_get(&c->frames.walk_of, e->tlp) == e->begun + 1;
    const prisim_cycle_t named = goes_on ? map_get(&c->frames.read_of, e->tlp) - 1 : read_at(c, e->known, frame);
    keep(c, e->begun, frame, named);
    map_put(&c->arena, &c->frames.walk_of, e->tlp, e->begun + 1);
    map_put(&c->arena, &c->frames.read_of, e->tlp, event->cycle + 1);
    if (recycled_is(c, frame, named) == RECYCLED_NOT)
        return;
    snprintf(who, sizeof who, "the walk of StreamID 0x%" PRIx64 ", at level %" PRIu64 ",", e->stream_id, e->level);
    const struct access access = {who, frame, named, event->cycle};
    hit(c, HAZARD_WROTE_RECYCLED_PAGE_WALK, &access);
}

/* A walk cache's entry names a table: smmu.walk_read has it. */
void recycled_cached(struct checkers *c, const struct prisim_event_smmu_cache_hit *e)
{
    if (c->frames.recycles && (e->cache == PRISIM_CAUSE_TLB || e->cache == PRISIM_CAUSE_MICRO_TLB))
        map_put(&c->arena, &c->frames.leaf_of, e->tlp, e->since + 1);
}

prisim_cycle_t recycled_leaf(struct checkers *c, uint64_t tlp, uint64_t frame, prisim_cycle_t cycle)
{
    if (!c->frames.recycles)
        return 0;
    const uint64_t begun = map_take(&c->frames.walk_of, tlp), read = map_take(&c->frames.read_of, tlp);
    const uint64_t cached = map_take(&c->frames.leaf_of, tlp);
    if (read) {
        keep(c, begun - 1, frame, read - 1);
        return read - 1;
    }
    return cached ? read_at(c, cached - 1, frame) : cycle;
}
