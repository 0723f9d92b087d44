/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of page requests and of accesses that stall (checkers_canonical.c).
 */
#include "tb/checkers/checkers_canonical.h"

/* U1 of its PASID as it stands: what was made before is to be pushed. */
static bool made_before_stop(const struct checkers *c, const struct request *request)
{
    if (request->pasid == PRISIM_PASID_NONE)
        return false;
    uint64_t stream_id = c->function[request->endpoint].stream_id;
    uint64_t place = map_get(&c->bindings.context_of, stream_id << 32 | request->pasid);
    return place != 0 && request->made < c->bindings.context[place - 1].stop.clock;
}

static void tell_before_port(const struct checkers *c, const struct request *request)
{
    struct telling *t = c->telling;
    tell_word(t, request->sent);
    if (request->sent) {
        prisim_canonical_name(t->to, PRISIM_CANONICAL_TLP, request->tlp);
        prisim_canonical_moment(t->to, PRISIM_CANONICAL_EVENTS, request->left);
        tell_word(t, request->traffic_class);
        return;
    }
    prisim_canonical_name(t->to, PRISIM_CANONICAL_REQUEST, prisim_canonical_of(request->endpoint, request->number));
    tell_word(t, request->job != 0);
    tell_word(t, made_before_stop(c, request));
    tell_word(t, request->rogue);
}

static void tell_request_body(const struct checkers *c, const struct request *request)
{
    struct telling *t = c->telling;
    tell_word(t, request->pool.live);
    tell_word(t, request->endpoint);
    tell_word(t, request->pasid);
    tell_binding(c, request->binding);
    tell_group(c, pool_get(&c->groups.pool, request->group));
    tell_word(t, request->marker);
    tell_word(t, request->stalled ? 1 + request->number : 0);
    tell_word(t, request->access & PRISIM_ACCESS_LAST);
    tell_word(t, request->queued);
    tell_word(t, request->placed ? 1 + (uint64_t)request->place : 0);
    /* Its binding's marker may yet leave: then what has left was before it. */
    tell_word(t, request->binding != 0 && request->left < c->bindings.binding[request->binding - 1].marker);
    tell_word(t, request->travelling);
    if (request->travelling)
        tell_before_port(c, request);
    if (!request->pool.live)
        tell_word(t, pool_age(&c->requests.pool, &request->pool));
}

void tell_request(const struct checkers *c, const struct request *request)
{
    if (request == NULL)
        tell_none(c->telling);
    else if (tell_party(c->telling, PARTY_REQUEST, request->pool.self, (uint32_t)request->pool.self - 1))
        tell_request_body(c, request);
}

void requests_canonical(const struct checkers *c)
{
    struct telling *t = c->telling;
    list_begin(t);
    for (uint32_t i = 0; i < c->requests.pool.records; i++) {
        const struct request *request = pool_at(&c->requests.pool, i);
        if (request != NULL)
            list_add(t, listed_by_age(request->endpoint, &c->requests.pool, &request->pool));
    }
    list_end(t);
    for (uint32_t i = 0; i < t->count; i++)
        tell_request(c, t->list[i].record);
}

/* Who has which STAG, and for whom its answer was meant that is out. */
void stalls_canonical(const struct checkers *c)
{
    for (unsigned stag = 0; stag < STALL_STAGS; stag++) {
        tell_request(c, pool_get(&c->requests.pool, c->stalls.request[stag]));
        tell_request(c, pool_get(&c->requests.pool, c->stalls.answered[stag]));
    }
}
