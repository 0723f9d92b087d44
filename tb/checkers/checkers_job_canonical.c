/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of jobs (checkers_canonical.c).
 */
#include "tb/checkers/checkers_canonical.h"

static bool asked_after_end(const struct checkers *c, uint32_t binding, prisim_cycle_t asked)
{
    return binding != 0 && asked > c->bindings.binding[binding - 1].freed;
}

/* Its Translation Request, which is under way. */
static void tell_asking(const struct checkers *c, const struct job *job)
{
    struct telling *t = c->telling;
    prisim_canonical_name(t->to, PRISIM_CANONICAL_TLP, job->tlp);
    tell_word(t, job->translated != 0 ? 1 + (uint64_t)invalidations_after(c, job->translated) : 0);
    tell_word(t, job->stale != PRISIM_CYCLE_NEVER);
    tell_word(t, asked_after_end(c, job->binding, job->asked));
    tell_word(t, job->poisoned);
}

/* UNBIND-S-45: beyond its limit one fault more says nothing more. */
static void tell_faults(const struct checkers *c, const struct job *job)
{
    uint64_t limit = c->scenario->limits.livelock, most = limit ? limit + 2 : 0;
    uint64_t faults = job->faults < most ? job->faults : most;
    tell_word(c->telling, faults);
    tell_word(c->telling, faults ? job->fault_address : 0);
}

static void tell_job_body(const struct checkers *c, const struct job *job)
{
    struct telling *t = c->telling;
    bool asking = job->tlp != UINT64_MAX;
    prisim_canonical_name(t->to, PRISIM_CANONICAL_JOB, prisim_canonical_of(job->endpoint, job->number));
    tell_word(t, job->endpoint);
    tell_binding(c, job->binding);
    tell_word(t, job->of_pasid);
    tell_word(t, asking);
    if (asking)
        tell_asking(c, job);
    tell_word(t, job->granted);
    if (asking || job->granted) {
        tell_word(t, job->pasid);
        tell_word(t, job->page);
        for (unsigned i = 0; i < JOB_TRANSLATIONS_MAX; i++)
            tell_word(t, job->leaf[i]);
    }
    tell_faults(c, job);
    tell_word(t, job->refused);
    tell_word(t, job->refused_end);
    tell_binding(c, job->owed);
    tell_word(t, job->reads);
    tell_word(t, job->late);
}

void tell_job(const struct checkers *c, const struct job *job)
{
    if (job == NULL || !job->pool.live)
        tell_none(c->telling);
    else if (tell_party(c->telling, PARTY_JOB, job->pool.self, (uint32_t)job->pool.self - 1))
        tell_job_body(c, job);
}

void jobs_canonical(const struct checkers *c)
{
    struct telling *t = c->telling;
    list_begin(t);
    for (uint32_t i = 0; i < c->jobs.pool.records; i++) {
        const struct job *job = pool_at(&c->jobs.pool, i);
        if (job != NULL)
            list_add(t, listed_by_age(job->endpoint, &c->jobs.pool, &job->pool));
    }
    list_end(t);
    for (uint32_t i = 0; i < t->count; i++)
        tell_job(c, t->list[i].record);
}
