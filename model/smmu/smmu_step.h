/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: the top of it, which the step calls: slots, ports that several parts share, what comes in.
 */
#ifndef PRISIM_SMMU_STEP_H
#define PRISIM_SMMU_STEP_H

#include "model/smmu/commands/smmu_commands.h"
#include "model/smmu/translation/smmu_cache_ways.h"

/* smmu_slots.c */
void smmu_slots_due(struct smmu_edge *e);
void smmu_slot_ended(struct smmu_edge *e);
/* To be called before anything else happens, after what may have ended a translation. */
static inline void smmu_slots_ended(struct smmu_edge *e)
{
    if (e->ended)
        smmu_slot_ended(e);
}
/* smmu_memory_arbiter.c */
void smmu_memory_grant(struct smmu_edge *e);
void smmu_memory_answered(struct smmu_edge *e, const struct prisim_memory_response *response);
/* smmu_down_arbiter.c */
void smmu_down_grant(struct smmu_edge *e);
/* smmu_up.c: what comes from the root port */
void smmu_up_take(struct smmu_edge *e, const struct prisim_tlp *tlp);
bool smmu_up_takes_offered(const struct smmu_edge *e);

#endif
