/* SPDX-License-Identifier: Apache-2.0
 *
 * Who is meant by an instance, a StreamID or a number in an event.
 */
#include "tb/checkers/checkers_state.h"

unsigned checkers_endpoint(const struct checkers *c, unsigned instance)
{
    bool known = instance >= INSTANCE_ENDPOINT && instance - INSTANCE_ENDPOINT < c->scenario->system.endpoints;
    return known ? instance - INSTANCE_ENDPOINT : SYSTEM_ENDPOINTS_MAX;
}

unsigned checkers_endpoint_of_stream(const struct checkers *c, uint64_t stream_id)
{
    for (unsigned i = 0; i < c->scenario->system.endpoints; i++)
        if (c->function[i].stream_id == stream_id)
            return i;
    return SYSTEM_ENDPOINTS_MAX;
}

struct job *job_get(struct checkers *c, unsigned endpoint, uint64_t number)
{
    struct job *job = pool_get(&c->jobs.pool, map_get(&c->jobs.of, lookup_key(endpoint, number)));
    return job != NULL && job->pool.live ? job : NULL;
}

struct item *item_get(struct checkers *c, uint64_t number)
{
    struct item *item = pool_get(&c->items.pool, map_get(&c->items.of, number));
    return item != NULL && item->pool.live ? item : NULL;
}
