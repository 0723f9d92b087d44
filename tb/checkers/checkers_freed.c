/* SPDX-License-Identifier: Apache-2.0
 *
 * U6 with something of the binding left (UNBIND-HAZARD, freed_before_invalidated): in the function, whether or not it
 * was ever asked to let it go, or in the SMMU. What comes of it: the PASID is bound again, or what was left is used.
 */
#include <inttypes.h>
#include <stdio.h>

#include "tb/checkers/checkers_state.h"

static unsigned left_of(struct checkers *c, const struct context *context, const struct binding *binding)
{
    const unsigned endpoint = checkers_endpoint_of_stream(c, context->stream_id);
    unsigned left = translation_left(c, context->bound) | tlb_left(c, context, binding->asid, binding->freed);
    if (invalidation_is_open(c, endpoint, context->pasid))
        left |= LEFT_INVALIDATION;
    return function_is_cut_off(&c->function[endpoint]) ? left & ~(unsigned)LEFT_FUNCTION : left;
}

static void left_words(unsigned left, char words[WORDS_MAX])
{
    static const char *const name[] = {
        "an ATC entry",     "an open Translation Request", "a job with a translation", "an open Invalidate Request",
        "a CD in the SMMU", "TLB entries in the SMMU"};
    size_t used = 0;
    words[0] = '\0';
    for (unsigned i = 0; i < sizeof name / sizeof *name; i++)
        if (left >> i & 1)
            used += (size_t)snprintf(words + used, WORDS_MAX - used, "%s%s", used ? ", " : "", name[i]);
    assert(used < WORDS_MAX);
}

static void hit(struct checkers *c, enum hazard hazard, uint32_t binding, prisim_cycle_t cycle, const char *how,
                unsigned left)
{
    char words[WORDS_MAX], places[WORDS_MAX];
    left_words(left, places);
    checkers_hit(c, hazard, cycle, "%s was freed at cycle %" PRIu64 "%s: %s", words_binding(c, binding, words),
                 binding_get(c, binding)->freed, how, places);
}

/* One for the PASID's U6, whatever was left of it, and one for the SMMU. */
static void left_at_u6(struct checkers *c, uint32_t binding, unsigned left, prisim_cycle_t cycle)
{
    struct binding *b = binding_get(c, binding);
    if (left && !b->left)
        hit(c, HAZARD_FREED_BEFORE_INVALIDATED, binding, cycle, " with something of it left", left);
    if (left & LEFT_SMMU && !(b->left & LEFT_SMMU))
        hit(c, HAZARD_FREED_BEFORE_INVALIDATED_SMMU, binding, cycle, " with something of it left", left & LEFT_SMMU);
    if (left & LEFT_TLB && !(b->left & LEFT_TLB))
        promise_tlb_left(c, binding, cycle);
    b->left |= left;
}

void freed_judge(struct checkers *c, struct context *context, prisim_cycle_t cycle)
{
    c->freed.last = context->bound;
    unsigned left = left_of(c, context, binding_get(c, context->bound));
    if (left & LEFT_CD)
        context->cd_left = context->bound;
    left_at_u6(c, context->bound, left, cycle);
}

/* driver.asid_freed, at the edge of the U6 that was its last use. While the space is bound elsewhere its entries are in
 * use there, and without the CD nobody gets to them from here. */
void on_asid_freed(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_asid_freed *e = &event->driver_asid_freed;
    struct binding *binding = binding_get(c, c->freed.last);
    if (binding == NULL || binding->freed != event->cycle || binding->space != e->space)
        return;
    unsigned left = tlb_left(c, NULL, e->asid, event->cycle);
    if (!left)
        return;
    binding->asid = (uint32_t)e->asid;
    map_put(&c->arena, &c->freed.left_of, e->asid, c->freed.last);
    left_at_u6(c, c->freed.last, left, event->cycle);
}

void freed_rebound(struct checkers *c, const struct context *context, prisim_cycle_t cycle)
{
    struct binding *binding = binding_get(c, context->bound);
    if (binding == NULL || !binding->left || binding->reused)
        return;
    unsigned left = left_of(c, context, binding) & binding->left;
    if (!left)
        return;
    binding->reused = true;
    hit(c, HAZARD_FREED_BEFORE_INVALIDATED_REUSED, context->bound, cycle,
        ", and the PASID has its next owner with something of it left", left);
}
