/* SPDX-License-Identifier: Apache-2.0
 *
 * Page request groups as the functions made them, from the first request to the response: credits, indices, and groups
 * that nobody answers. A group is known by its place in this list, never by its PRG index alone.
 */
#include <inttypes.h>

#include "tb/checkers/checkers_state.h"

static void judge_index(struct checkers *c, const struct group *old, prisim_cycle_t cycle)
{
    char words[WORDS_MAX];
    if (old != NULL && old->pool.live && old->queued > 0)
        checkers_hit(c, HAZARD_PRGI_ALIASED, cycle,
                     "PRGI %u of endpoint[%s] was used again at cycle %" PRIu64 " while %" PRIu32
                     " entries of its old group (%s) were queued",
                     old->prg_index, words_endpoint(c, old->endpoint), cycle, old->queued,
                     words_binding(c, old->binding, words));
}

struct group *group_of_index(struct checkers *c, unsigned endpoint, uint64_t prg_index)
{
    const struct function_index *index = c->function[endpoint].index;
    return index ? pool_get(&c->groups.pool, index[prg_index & (PRISIM_PRG_INDEXES - 1)].own) : NULL;
}

static struct group *group_new(struct checkers *c, const struct request *request, prisim_cycle_t cycle)
{
    struct function_index *index = &c->function[request->endpoint].index[request->prg_index];
    judge_index(c, pool_get(&c->groups.pool, index->latest), cycle);
    const struct group *old = pool_get(&c->groups.pool, index->own);
    struct group *group = pool_take(&c->arena, &c->groups.pool);
    group->reuses = request->job != 0 && old != NULL && old->pool.live && !old->answered && !old->killed;
    group->endpoint = request->endpoint;
    group->prg_index = request->prg_index;
    group->own = request->job != 0;
    group->claimed = request->claimed;
    group->binding = request->binding;
    group->job = request->job;
    group->address = request->address;
    group->pasid = request->pasid;
    group->low = group->high = request->address;
    index->latest = group->pool.self;
    if (group->own)
        index->own = group->pool.self;
    return group;
}

/* The group that a request just made belongs to; it takes a credit (PCIE-PRICAP: credits are messages). */
struct group *group_join(struct checkers *c, const struct request *request, prisim_cycle_t cycle)
{
    struct function *function = &c->function[request->endpoint];
    if (function->index == NULL)
        function->index = arena_take(&c->arena, PRISIM_PRG_INDEXES, sizeof *function->index);
    struct group *group = pool_get(&c->groups.pool, function->index[request->prg_index].latest);
    bool own = request->job != 0;
    /* PCIE-GROUP: with its response an index is free again, whether or not the group was whole. */
    bool over = group == NULL || !group->pool.live || group->answered || group->killed;
    /* A request behind the Last of its group is one of it all the same if its job says so: two Lasts, one group. */
    over = over || (group->closed && !(own && group->job == request->job));
    bool joins = !over && group->own == own && group->binding == request->binding;
    if (!joins)
        group = group_new(c, request, cycle);
    group->requests++;
    group->members++;
    group->low = request->address < group->low ? request->address : group->low;
    group->high = request->address > group->high ? request->address : group->high;
    group->behind += group->closed;
    group->closed = group->closed || (request->access & PRISIM_ACCESS_LAST);
    function->outstanding++;
    const uint32_t outstanding = checkers_pool_outstanding(c, request->endpoint);
    const uint32_t allocation = c->function[checkers_pool(c, request->endpoint)].allocation;
    if (outstanding > allocation) {
        char words[WORDS_MAX];
        checkers_hit(c, HAZARD_ALLOCATION_EXCEEDED, cycle,
                     "%s at cycle %" PRIu64 " made %" PRIu32 " outstanding; the allocation is %" PRIu32,
                     words_request(c, request, words), cycle, outstanding, allocation);
    }
    return group;
}

static void stop_waiting(struct checkers *c, struct group *group)
{
    if (!group->waiting)
        return;
    group->waiting = false;
    if (group->before != NULL)
        group->before->after = group->after;
    else
        c->groups.waiting_first = group->after;
    if (group->after != NULL)
        group->after->before = group->before;
    else
        c->groups.waiting_final = group->before;
    group->before = group->after = NULL;
}

/* Its Last left the function: from now on an answer is owed. */
void group_sent(struct checkers *c, struct group *group, prisim_cycle_t cycle)
{
    if (group->waiting || group->answered || group->killed)
        return;
    group->last_sent = cycle;
    group->waiting = true;
    group->before = c->groups.waiting_final;
    if (c->groups.waiting_final != NULL)
        c->groups.waiting_final->after = group;
    else
        c->groups.waiting_first = group;
    c->groups.waiting_final = group;
}

void group_check(struct checkers *c, struct group *group)
{
    if (group->pool.live && group->closed && group->members == 0 && group->returned &&
        (group->answered || group->killed)) {
        assert(!group->waiting);
        pool_give_back(&c->arena, &c->groups.pool, group);
    }
}

void group_credits_back(struct checkers *c, struct group *group)
{
    struct function *function = &c->function[group->endpoint];
    if (!group->returned) {
        assert(function->outstanding >= group->requests);
        function->outstanding -= group->requests;
    }
    group->returned = true;
    if (group->own && function->index[group->prg_index].own == group->pool.self)
        function->index[group->prg_index].own = 0;
    group_check(c, group);
}

void group_answered(struct checkers *c, struct group *group)
{
    stop_waiting(c, group);
    group->answered = true;
    /* A raw group holds no credit of the engine: the answer alone ends it. */
    if (!group->own)
        group_credits_back(c, group);
    group_check(c, group);
}

void group_killed(struct checkers *c, struct group *group)
{
    stop_waiting(c, group);
    group->killed = true;
    group->closed = true;
    group_credits_back(c, group);
}

static void unanswered(struct checkers *c, struct group *group, prisim_cycle_t cycle, const char *when)
{
    char words[WORDS_MAX], binding[WORDS_MAX];
    checkers_hit(c, HAZARD_UNANSWERED_GROUP, cycle,
                 "%s, made under %s, whose Last was sent at cycle %" PRIu64 ", has no response %s",
                 words_group(c, group, words), words_binding(c, group->binding, binding), group->last_sent, when);
    group->overdue = true;
    stop_waiting(c, group);
}

/* Judged as time passes: the list is in the order of sending, so only its head can be late first. */
void group_limits(struct checkers *c, prisim_cycle_t now)
{
    uint64_t limit = c->scenario->limits.group;
    while (limit && c->groups.waiting_first && now - c->groups.waiting_first->last_sent > limit)
        unanswered(c, c->groups.waiting_first, c->groups.waiting_first->last_sent + limit, "within its limit");
}

/* A run that was cut off says nothing of what was still on its way, unless it was late already. */
void group_finish(struct checkers *c, prisim_cycle_t end, bool idle)
{
    group_limits(c, end);
    while (idle && c->groups.waiting_first)
        unanswered(c, c->groups.waiting_first, end, "by the end");
    for (uint32_t i = 0; i < c->groups.pool.records; i++) {
        const struct group *group = pool_at(&c->groups.pool, i);
        if (group == NULL || !group->own || group->returned || !(idle || group->overdue))
            continue;
        char words[WORDS_MAX];
        for (uint32_t credit = 0; credit < group->requests; credit++)
            checkers_hit(c, HAZARD_CREDIT_LEAK, end, "a credit of %s was not returned by the end",
                         words_group(c, group, words));
    }
}
