/* SPDX-License-Identifier: Apache-2.0
 *
 * Page request groups: PRG indices and credits (PCIE-GROUP, PCIE-PRICAP). A group has the credits of all its members
 * from its opening on, so that it never waits for one with its Last still inside. What its requests say is told in
 * endpoint_pri.c.
 */
#include "model/pcie_endpoint/endpoint_pri.h"

bool endpoint_group_is_open(const struct prisim_endpoint *s, unsigned index)
{
    return prisim_bit_get(s->prg_busy[index / 64], index % 64);
}

/* The next free index from `from` on. */
static unsigned free_index_from(const struct prisim_endpoint *s, unsigned from)
{
    uint64_t behind = UINT64_MAX << from % 64;
    for (unsigned i = 0, word = from / 64; i <= PRG_WORDS; i++, word = (word + 1) % PRG_WORDS) {
        uint64_t free = ~s->prg_busy[word] & behind;
        behind = UINT64_MAX;
        if (free)
            return word * 64 + (unsigned)__builtin_ctzll(free);
    }
    assert(false); /* there are fewer credits than indices */
    return 0;
}

/* PCIE-GROUP-8, PCIE-PARAMETER-4: of the indexes of a PF and its VFs each function has as many, one behind the other,
 * the PF first. */
static unsigned indexes(const struct prisim_endpoint_config *config)
{
    return PRISIM_PRG_INDEXES / (config->vfs + 1);
}

/* The last one of the function's own. */
uint16_t endpoint_group_final(const struct prisim_endpoint_config *config)
{
    return (uint16_t)((config->vf + 1) * indexes(config) - 1);
}

uint32_t endpoint_group_most(const struct prisim_endpoint_config *config, uint32_t limit)
{
    return limit < indexes(config) ? limit : indexes(config);
}

/* PCIE-GROUP-8: the pool is divided, what is left over one by one from the PF on; so its parts are never more than it.
 */
uint32_t endpoint_group_share(const struct prisim_endpoint_config *config, uint32_t pool)
{
    const uint32_t functions = config->vfs + 1;
    return endpoint_group_most(config, pool / functions + (config->vf < pool % functions));
}

__attribute__((noinline)) static unsigned own_index_from(const struct prisim_endpoint_config *config,
                                                         const struct prisim_endpoint *s, unsigned from)
{
    const unsigned count = indexes(config), first = config->vf * count;
    for (unsigned i = 0; i < count; i++) {
        const unsigned index = first + (from - first + i) % count;
        if (!endpoint_group_is_open(s, index))
            return index;
    }
    assert(false); /* there are fewer credits than indexes */
    return 0;
}

/* PCIE-GROUP-7: an index is busy until its response. */
static unsigned take_index(const struct prisim_endpoint_config *config, struct prisim_endpoint *s)
{
    bool round = config->prgi_policy == PRISIM_ENDPOINT_PRGI_ROUND;
    unsigned index = 0;
    if (config->vfs)
        index = own_index_from(config, s, round ? s->prg_last + 1u : config->vf * indexes(config));
    else
        index = free_index_from(s, round ? (s->prg_last + 1u) % PRISIM_PRG_INDEXES : 0);
    s->prg_busy[index / 64] |= endpoint_bit(index % 64);
    s->prg_last = (uint16_t)index;
    return index;
}

/* PCIE-GROUP-6: a credit for each of its messages. */
unsigned endpoint_group_open(struct endpoint_edge *e, unsigned job_index, unsigned members)
{
    struct prisim_endpoint *s = e->s;
    const struct endpoint_job *job = &s->job[job_index];
    assert(members > 0 && s->page_requests + members <= s->page_request_limit);
    unsigned index = take_index(e->config, s);
    struct endpoint_group *group = endpoint_group_write(s, index);
    *group = (struct endpoint_group){.job = (uint8_t)job_index,
                                     .context = job->context,
                                     .pasid = endpoint_pasid_key(job->has_pasid, job->pasid),
                                     .members = (uint8_t)members};
    s->page_requests += members;
    if (job->context != ENDPOINT_NO_CONTEXT) {
        struct endpoint_context *context = endpoint_context_write(s, job->context);
        group->use = context->use;
        context->groups++;
    }
    return index;
}

/* The credits of members that are not going to be made. */
void endpoint_group_shrink(struct prisim_endpoint *s, unsigned index, unsigned members)
{
    struct endpoint_group *group = endpoint_group_write(s, index);
    assert(endpoint_group_is_open(s, index) && members < group->members && s->page_requests > members);
    group->members = (uint8_t)(group->members - members);
    s->page_requests -= members;
}

struct endpoint_group endpoint_group_free(struct prisim_endpoint *s, unsigned index)
{
    struct endpoint_group *place = endpoint_group_write(s, index), group = *place;
    *place = (struct endpoint_group){0};
    assert(endpoint_group_is_open(s, index) && group.members > 0 && s->page_requests >= group.members);
    s->prg_busy[index / 64] &= ~endpoint_bit(index % 64);
    s->page_requests -= group.members;
    if (group.context != ENDPOINT_NO_CONTEXT && s->context[group.context].use == group.use)
        endpoint_context_write(s, group.context)->groups--;
    return group;
}

/* Groups that have no response yet. */
uint32_t endpoint_groups_open(const struct prisim_endpoint *s)
{
    unsigned groups = 0;
    for (unsigned word = 0; word < PRG_WORDS; word++)
        groups += (unsigned)__builtin_popcountll(s->prg_busy[word]);
    assert(groups <= s->page_requests);
    return groups;
}

void endpoint_group_free_all(struct prisim_endpoint *s)
{
    for (unsigned word = 0; word < PRG_WORDS; word++)
        while (s->prg_busy[word])
            endpoint_group_free(s, word * 64 + (unsigned)__builtin_ctzll(s->prg_busy[word]));
    assert(s->page_requests == 0);
}
