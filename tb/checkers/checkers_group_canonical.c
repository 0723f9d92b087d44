/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of functions and page request groups (checkers_canonical.c).
 */
#include "tb/checkers/checkers_canonical.h"

static void tell_open_group(const struct checkers *c, const struct group *group)
{
    struct telling *t = c->telling;
    const struct function *function = &c->function[group->endpoint];
    const struct function_index none = {0}, *index = function->index ? &function->index[group->prg_index] : &none;
    prisim_canonical_prg(t->to, function->stream_id, group->prg_index);
    tell_word(t, index->own == group->pool.self);
    tell_word(t, index->latest == group->pool.self);
    tell_word(t, group->own);
    tell_word(t, group->closed);
    tell_word(t, group->behind);
    tell_word(t, group->killed);
    tell_word(t, group->returned);
    tell_word(t, group->overdue);
    tell_job(c, pool_get(&c->jobs.pool, group->job));
    tell_word(t, group->address);
    tell_word(t, group->pasid);
    tell_word(t, group->low);
    tell_word(t, group->high);
    tell_word(t, group->requests);
    tell_word(t, group->members);
    tell_word(t, group->queued);
    tell_word(t, group->waiting);
    if (group->waiting && c->scenario->limits.group)
        tell_edge(t, deadline_of(group->last_sent, c->scenario->limits.group));
}

/* Of one that was given back an answer on its way can ask whether it was answered. */
static void tell_group_body(const struct checkers *c, const struct group *group)
{
    struct telling *t = c->telling;
    tell_word(t, group->endpoint);
    tell_binding(c, group->binding);
    tell_word(t, group->answered);
    tell_word(t, group->claimed);
    tell_word(t, group->pool.live);
    if (group->pool.live)
        tell_open_group(c, group);
    else
        tell_word(t, pool_age(&c->groups.pool, &group->pool));
}

void tell_group(const struct checkers *c, const struct group *group)
{
    if (group == NULL)
        tell_none(c->telling);
    else if (tell_party(c->telling, PARTY_GROUP, group->pool.self, (uint32_t)group->pool.self - 1))
        tell_group_body(c, group);
}

void groups_canonical(const struct checkers *c)
{
    struct telling *t = c->telling;
    for (const struct group *group = c->groups.waiting_first; group != NULL; group = group->after)
        tell_group(c, group);
    tell_none(t);
    list_begin(t);
    for (uint32_t i = 0; i < c->groups.pool.records; i++) {
        const struct group *group = pool_at(&c->groups.pool, i);
        if (group != NULL)
            list_add(t, listed_by_age(group->endpoint, &c->groups.pool, &group->pool));
    }
    list_end(t);
    for (uint32_t i = 0; i < t->count; i++)
        tell_group(c, t->list[i].record);
}

void functions_canonical(const struct checkers *c)
{
    struct telling *t = c->telling;
    for (uint32_t i = 0; i < c->scenario->system.endpoints; i++) {
        const struct function *function = &c->function[i];
        tell_word(t, function->allocation);
        tell_binding(c, function->no_pasid);
        tell_word(t, function->outstanding);
        tell_word(t, (uint64_t)function->halted | (uint64_t)function->enabled << 1 | (uint64_t)function->gone << 2 |
                         (uint64_t)function->contained << 3 | (uint64_t)function->refused << 4 |
                         (uint64_t)function->aborted << 5);
        tell_binding(c, function->off.binding);
        tell_binding(c, function->off.other);
        tell_word(t, function->off.refused);
        tell_binding(c, function->cut_by);
    }
    tell_word(t, c->allocations.ready);
    tell_word(t, c->allocations.overcommitted);
}
