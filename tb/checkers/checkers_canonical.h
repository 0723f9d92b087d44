/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: what each part of them tells of itself (checkers_canonical.c). What is not told is listed
 * with its reason in tests/tb/ghost_meaningless.h.
 */
#ifndef PRISIM_TB_CHECKERS_CANONICAL_H
#define PRISIM_TB_CHECKERS_CANONICAL_H

#include "tb/checkers/checkers_state.h"

/* Whoever is named for the first time is told in full behind its name. 0 and NULL are none. */
void tell_binding(const struct checkers *c, uint32_t binding);
void tell_job(const struct checkers *c, const struct job *job);
void tell_group(const struct checkers *c, const struct group *group);
void tell_request(const struct checkers *c, const struct request *request);

/* checkers_binding_canonical.c */
void bindings_canonical(const struct checkers *c);
/* checkers_course_canonical.c */
void course_canonical(const struct checkers *c);
/* checkers_exposure_canonical.c */
void exposures_canonical(const struct checkers *c);
/* checkers_findings_canonical.c */
void findings_canonical(const struct checkers *c);
/* checkers_group_canonical.c */
void functions_canonical(const struct checkers *c);
void groups_canonical(const struct checkers *c);
/* checkers_invalidation_canonical.c */
void invalidations_canonical(const struct checkers *c);
/* How many of the Invalidate Requests that are open left the SMMU after that moment of checkers.clock. */
uint32_t invalidations_after(const struct checkers *c, uint64_t clock);
/* The index of a command, from the one that was consumed last. */
void tell_command(const struct checkers *c, uint64_t index);
/* checkers_job_canonical.c */
void jobs_canonical(const struct checkers *c);
/* checkers_deadlock_canonical.c */
void deadlocks_canonical(const struct checkers *c);

/* checkers_objects_canonical.c */
void objects_canonical(const struct checkers *c);
/* checkers_queue_canonical.c */
void queue_canonical(const struct checkers *c);
/* checkers_request_canonical.c */
void requests_canonical(const struct checkers *c);
/* checkers_response_canonical.c */
void answers_canonical(const struct checkers *c);
/* checkers_software_canonical.c */
void items_canonical(const struct checkers *c);
void stalls_canonical(const struct checkers *c);
/* checkers_tlb_canonical.c */
void tlbs_canonical(const struct checkers *c);
/* checkers_translation_canonical.c */
void translations_canonical(const struct checkers *c);
/* checkers_waits_canonical.c */
void waits_canonical(const struct checkers *c);

/* Of a pool, the oldest first; those of one function after those of another if `endpoint` says so. */
static inline struct listed listed_by_age(unsigned endpoint, const struct pool *pool, const struct pooled *record)
{
    return (struct listed){.key = {endpoint, UINT32_MAX - pool_age(pool, record)}, .record = record};
}

#endif
