/* SPDX-License-Identifier: Apache-2.0
 *
 * What is conserved in an endpoint: credits, PRG indices, slots, tags and contexts are each in one place (PCIE-GROUP-6,
 * PCIE-GROUP-7, PCIE-STOP). Builds with PRISIM_CHECKED ask after each step that was more than idle; others never.
 */
#include "model/pcie_endpoint/endpoint_pri.h"

/* Every credit that is out belongs to a group that is open, and every open group has a busy index. */
static bool credits(const struct prisim_endpoint *s)
{
    uint32_t messages = 0;
    for (unsigned index = 0; index < PRISIM_PRG_INDEXES; index++) {
        const bool open = endpoint_group_is_open(s, index);
        if (open != (s->group[index].members > 0))
            return false;
        messages += s->group[index].members;
    }
    return messages == s->page_requests;
}

/* A group that is not stale is that of the job that names it, and each job in a group has one. */
static bool groups(const struct prisim_endpoint *s)
{
    for (unsigned index = 0; index < PRISIM_PRG_INDEXES; index++) {
        const struct endpoint_group *group = &s->group[index];
        if (!endpoint_group_is_open(s, index) || group->stale)
            continue;
        if (!(endpoint_jobs_in_groups(s) & endpoint_bit(group->job)) || s->job[group->job].prg_index != index)
            return false;
    }
    for (uint64_t jobs = endpoint_jobs_in_groups(s); jobs; jobs &= jobs - 1) {
        const unsigned job_index = (unsigned)__builtin_ctzll(jobs), index = s->job[job_index].prg_index;
        if (!endpoint_group_is_open(s, index) || s->group[index].stale || s->group[index].job != job_index)
            return false;
    }
    return true;
}

/* Each slot is in one state. */
static bool slots(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    uint64_t all = 0;
    for (unsigned state = 0; state < ENDPOINT_JOB_STATES; state++) {
        if (all & s->in[state])
            return false;
        all |= s->in[state];
    }
    return all == prisim_bits_mask(config->jobs);
}

/* What a job has open: writes that wait to leave, and reads that are waited for. */
static bool open_tlps(const struct prisim_endpoint *s)
{
    uint32_t open[PRISIM_ENDPOINT_JOBS_MAX] = {0};
    for (unsigned i = 0; i < s->outgoing_count; i++) {
        const struct endpoint_outgoing *out = &s->outgoing[(s->outgoing_head + i) & (ENDPOINT_OUTGOING_MAX - 1u)];
        open[out->job_index % PRISIM_ENDPOINT_JOBS_MAX] +=
            out->kind == ENDPOINT_OUT_DMA && out->head.type == PRISIM_TLP_MEMORY_WRITE;
    }
    for (uint64_t reads = ~s->free_reads; reads; reads &= reads - 1) {
        const struct endpoint_read *read = &s->read[__builtin_ctzll(reads)];
        open[read->job % PRISIM_ENDPOINT_JOBS_MAX] += !read->overdue;
    }
    for (unsigned i = 0; i < PRISIM_ENDPOINT_JOBS_MAX; i++)
        if (open[i] != s->job[i].open)
            return false;
    return true;
}

/* A context counts the groups of its use, and names the jobs that name it. */
static bool contexts(const struct prisim_endpoint *s)
{
    for (uint64_t used = ~s->free_contexts; used; used &= used - 1) {
        const unsigned i = (unsigned)__builtin_ctzll(used);
        uint32_t of_use = 0;
        uint64_t jobs = 0;
        for (unsigned index = 0; index < PRISIM_PRG_INDEXES; index++)
            of_use += endpoint_group_is_open(s, index) && s->group[index].context == i &&
                      s->group[index].use == s->context[i].use;
        for (unsigned job_index = 0; job_index < PRISIM_ENDPOINT_JOBS_MAX; job_index++)
            if (!((s->in[ENDPOINT_JOB_FREE] | s->in[ENDPOINT_JOB_OVERDUE]) & endpoint_bit(job_index)) &&
                s->job[job_index].state != ENDPOINT_JOB_FREE && s->job[job_index].context == i)
                jobs |= endpoint_bit(job_index);
        if (of_use != s->context[i].groups || jobs != s->context[i].jobs)
            return false;
    }
    return true;
}

/* A stream counts its accesses. */
static bool streams(const struct prisim_endpoint *s)
{
    for (uint32_t used = s->streams; used; used &= used - 1) {
        const unsigned i = (unsigned)__builtin_ctz(used);
        unsigned accesses = 0;
        for (unsigned job_index = 0; job_index < PRISIM_ENDPOINT_JOBS_MAX; job_index++)
            accesses += s->job[job_index].state != ENDPOINT_JOB_FREE &&
                        s->job[job_index].state != ENDPOINT_JOB_OVERDUE && s->job[job_index].stream == i;
        if (accesses != s->stream[i].under_way)
            return false;
    }
    return true;
}

/* Nothing is asked for but by a Translation Request that is out. */
static bool asked(const struct prisim_endpoint *s)
{
    for (unsigned job_index = 0; job_index < PRISIM_ENDPOINT_JOBS_MAX; job_index++)
        if (s->asked[job_index].pages && !(s->in[ENDPOINT_JOB_TRANSLATING] & endpoint_bit(job_index)))
            return false;
    return true;
}

bool endpoint_is_conserved(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    return credits(s) && groups(s) && slots(config, s) && open_tlps(s) && contexts(s) && streams(s) && asked(s) &&
           s->outgoing_count <= ENDPOINT_OUTGOING_MAX && s->invalidate_gone <= s->invalidate_count;
}
