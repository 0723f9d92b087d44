/* SPDX-License-Identifier: Apache-2.0
 *
 * Who is meant by an instance, a StreamID or a number in an event.
 */
#include "tb/checkers/checkers_state.h"

unsigned checkers_endpoint(const struct checkers *c, unsigned instance)
{
    return system_endpoint_of_instance(&c->scenario->system, instance);
}

unsigned checkers_endpoint_of_stream(const struct checkers *c, uint64_t stream_id)
{
    return system_endpoint_of_stream(&c->scenario->system, stream_id);
}

unsigned checkers_pool(const struct checkers *c, unsigned endpoint)
{
    return system_physical_function(&c->scenario->system, endpoint);
}

uint32_t checkers_pool_outstanding(const struct checkers *c, unsigned endpoint)
{
    const struct system_config *system = &c->scenario->system;
    if (system->endpoint[endpoint].vfs == 0)
        return c->function[endpoint].outstanding;
    uint32_t outstanding = 0;
    for (unsigned i = 0; i < system->endpoints; i++)
        if (checkers_pool(c, i) == checkers_pool(c, endpoint))
            outstanding += c->function[i].outstanding;
    return outstanding;
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
