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
/* There is no room for whatever may come: looks at what is offered; true if it is taken at the next edge. */
bool smmu_up_look(struct smmu_edge *e);
/* UNBIND-D31: a Stop Marker that the SMMU keeps to itself. */
static inline bool smmu_swallows(const struct prisim_smmu_config *config, const struct prisim_tlp_header *head)
{
    return config->swallow_markers && config->pri && prisim_tlp_is_stop_marker(head);
}
/* smmu_messages.c: messages that do not pass at once; all but the last only where the configuration has such */
void smmu_messages_translation(struct smmu_edge *e, unsigned index);
/* True if that is all: the message is not for now, or has been seen to. */
bool smmu_messages_take(struct smmu_edge *e, const struct prisim_tlp_header *head);
bool smmu_messages_look(struct smmu_edge *e, const struct prisim_tlp_header *head);
void smmu_messages_run(struct smmu_edge *e);
static inline bool smmu_messages_wait(const struct prisim_smmu_config *config)
{
    return (config->ppr_flush | config->invalidate_completion_flush) != PRISIM_SMMU_FLUSH_PORT ||
           config->page_request_drain; /* they are counted */
}

#endif
