/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of bindings and contexts (checkers_canonical.c).
 */
#include "tb/checkers/checkers_canonical.h"

/* What was left of it may yet be used: by what was begun until then. */
static void tell_freed(struct telling *t, const struct binding *b)
{
    tell_word(t, b->freed != PRISIM_CYCLE_NEVER);
    tell_word(t, b->left);
    tell_word(t, b->reused);
    tell_word(t, b->used);
    tell_word(t, b->asid);
    if (b->freed != PRISIM_CYCLE_NEVER && b->left && !b->used)
        prisim_canonical_moment(t->to, PRISIM_CANONICAL_CYCLES, b->freed);
}

static void tell_body(struct telling *t, const struct binding *b)
{
    prisim_canonical_name(t->to, PRISIM_CANONICAL_BINDING, b->number);
    tell_word(t, b->space);
    tell_word(t, b->life);
    tell_freed(t, b);
    tell_word(t, b->ended != PRISIM_CYCLE_NEVER);
    tell_word(t, b->marker != UINT64_MAX); /* when it left: each request says whether it was before */
    tell_word(t, b->stopping);
    tell_word(t, b->marker_seen);
    tell_word(t, b->stopped);
    tell_word(t, (uint64_t)b->excused | (uint64_t)b->overtaken << 1);
    tell_word(t, b->awaits);
    tell_word(t, b->marker_ended_wait);
    tell_word(t, b->drained);
    tell_word(t, b->policy);
    tell_word(t, b->waited_for);
    for (unsigned place = 0; place < PLACES; place++)
        tell_word(t, b->at[place]);
}

void tell_binding(const struct checkers *c, uint32_t binding)
{
    if (binding == 0)
        tell_none(c->telling);
    else if (tell_party(c->telling, PARTY_BINDING, binding, binding - 1))
        tell_body(c->telling, &c->bindings.binding[binding - 1]);
}

static void tell_stop(const struct checkers *c, const struct stop *stop)
{
    struct telling *t = c->telling;
    tell_word(t, stop->open);
    tell_word(t, stop->done);
    if (!stop->open && !stop->done)
        return;
    tell_binding(c, stop->binding);
    tell_word(t, stop->markers > 0);
}

/* The CD that the SMMU may have: against what invalidates it, and against the end of whom it was read for. */
static void tell_cd(const struct checkers *c, const struct context *context)
{
    struct telling *t = c->telling;
    bool has = context->cd_since != PRISIM_PASID_NONE;
    tell_word(t, has);
    if (has)
        prisim_canonical_moment(t->to, PRISIM_CANONICAL_CYCLES, context->cd_since);
    const struct binding *bound = context->bound ? &c->bindings.binding[context->bound - 1] : NULL;
    tell_word(t, has && bound != NULL && bound->left && !bound->reused && context->cd_since <= bound->freed);
    const struct binding *left = context->cd_left ? &c->bindings.binding[context->cd_left - 1] : NULL;
    tell_binding(c, left != NULL && !left->used ? context->cd_left : 0);
}

static void tell_unbind(const struct checkers *c, const struct context *context)
{
    struct telling *t = c->telling;
    tell_word(t, context->call != 0);
    if (context->call)
        prisim_canonical_name(t->to, PRISIM_CANONICAL_CALL, context->call);
    tell_word(t, context->unbind != PRISIM_CYCLE_NEVER);
    tell_word(t, context->begun != PRISIM_CYCLE_NEVER);
    if (context->begun != PRISIM_CYCLE_NEVER)
        prisim_canonical_time(t->to, deadline_of(context->begun, c->scenario->limits.unbind));
    tell_word(t, context->stops - context->markers);
    tell_binding(c, context->ended_by);
}

/* Whose markers are still to come, in their order. */
static void tell_owed(const struct checkers *c, uint32_t owed)
{
    for (; owed != 0; owed = c->bindings.binding[owed - 1].owes_next)
        tell_binding(c, owed);
    tell_none(c->telling);
}

static void tell_context(const struct checkers *c, const struct context *context)
{
    tell_word(c->telling, context->stream_id);
    tell_word(c->telling, context->pasid);
    tell_binding(c, context->bound);
    tell_binding(c, context->device);
    tell_binding(c, context->stopping);
    tell_binding(c, context->owner);
    tell_unbind(c, context);
    tell_stop(c, &context->stop);
    tell_owed(c, context->stop.owed);
    tell_cd(c, context);
}

/* Nothing of it is otherwise than if nobody had named it. */
static bool is_blank(const struct context *context)
{
    return !context->bound && !context->device && !context->stopping && !context->owner && !context->call &&
           context->unbind == PRISIM_CYCLE_NEVER && context->begun == PRISIM_CYCLE_NEVER && !context->ended_by &&
           !context->stop.open && !context->stop.done && !context->stop.owed && context->stops == context->markers &&
           context->cd_since == PRISIM_PASID_NONE && !context->cd_left;
}

/* Those that steps of the timeline name: raw requests that say whose they are. */
static void tell_claimed(const struct checkers *c)
{
    for (uint32_t i = 0; i < c->scenario->timeline.steps; i++) {
        uint32_t call = c->scenario->timeline.step[i].of;
        if (call)
            tell_binding(c, (uint32_t)map_get(&c->bindings.of_call, call));
    }
}

/* Nobody has ended it, so that the driver may name it, and it is its own promise at the end. */
static void tell_unended(const struct checkers *c)
{
    for (uint32_t i = 0; i < c->bindings.count; i++)
        if (c->bindings.binding[i].freed == PRISIM_CYCLE_NEVER)
            tell_binding(c, i + 1);
    tell_none(c->telling);
}

void bindings_canonical(const struct checkers *c)
{
    struct telling *t = c->telling;
    tell_word(t, c->life);
    list_begin(t);
    for (uint32_t i = 0; i < c->bindings.contexts; i++) {
        const struct context *context = &c->bindings.context[i];
        if (!is_blank(context))
            list_add(t, (struct listed){.key = {context->stream_id, context->pasid}, .record = context});
    }
    list_end(t);
    for (uint32_t i = 0; i < t->count; i++)
        tell_context(c, t->list[i].record);
    tell_unended(c);
    tell_claimed(c);
}
