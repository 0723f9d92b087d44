/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: what becomes of a translation: accesses to memory, stalls, completions, the PRI queue's
 * traffic.
 */
#ifndef PRISIM_SMMU_TRAFFIC_H
#define PRISIM_SMMU_TRAFFIC_H

#include "model/smmu/configuration/smmu_configuration.h"
#include "model/smmu/events/smmu_events.h"

/* smmu_slot_answer.c */
/* Stalls, reports and answers what has ended by slot->cause; not a prefetch. */
void smmu_slot_answer(struct smmu_edge *e, unsigned index);
/* Decides on the records that are due, up to the first that is written. */
void smmu_event_run(struct smmu_edge *e);
void smmu_event_answered(struct smmu_edge *e, uint8_t status);
/* smmu_stall.c */
bool smmu_stall_begin(struct smmu_edge *e, unsigned index); /* true if the slot, which has faulted, stalls */
/* Does CMDQ_OP_RESUME or CMDQ_OP_STALL_TERM; false if it is CERROR_ILL. */
bool smmu_stall_command(struct smmu_edge *e, uint32_t opcode, const uint64_t dw[2]);
void smmu_stall_sync(struct smmu_edge *e); /* a CMD_SYNC is at work */
void smmu_stall_abort_all(struct smmu_edge *e);
/* smmu_ats.c */
void smmu_ats_end(struct smmu_edge *e, unsigned index);
void smmu_ats_completion(const struct smmu_slot *slot, struct prisim_tlp *to);
/* smmu_dma.c */
void smmu_dma_enter(struct smmu_edge *e, unsigned index,
                    enum prisim_cause ended); /* PRISIM_CAUSE_NONE: is to be translated */
void smmu_dma_leave(struct smmu_edge *e, unsigned index);
void smmu_dma_end(struct smmu_edge *e, unsigned index);
void smmu_dma_advance(struct smmu_edge *e);
void smmu_dma_answered(struct smmu_edge *e, const struct prisim_memory_response *response);
void smmu_dma_completion(const struct smmu_slot *slot, struct prisim_tlp *to);
/* smmu_pri_link.c: traffic with the PRI queue */
/* A page request or Stop Marker has come to the port; is handed to the queue; and both at once. */
void smmu_pri_request_arrived(struct smmu_edge *e, const struct prisim_tlp_header *head);
void smmu_pri_request_hand(struct smmu_edge *e, const struct prisim_tlp_header *head);
void smmu_pri_request(struct smmu_edge *e, const struct prisim_tlp_header *head);
void smmu_pri_request_put(struct smmu_edge *e);
void smmu_pri_response(struct smmu_edge *e, const struct prisim_prg_response *response);
void smmu_pri_response_send(struct smmu_edge *e, struct prisim_tlp *to);
void smmu_pri_access(struct smmu_edge *e, const struct prisim_memory_request *request);
void smmu_pri_access_request(struct smmu_edge *e, struct prisim_memory_request *to);
void smmu_pri_access_answered(struct smmu_edge *e, unsigned entry, const struct prisim_memory_response *response);
void smmu_pri_answer_put(struct smmu_edge *e);
void smmu_pri_lookup(struct smmu_edge *e, const struct prisim_pri_queue_lookup *lookup);
void smmu_pri_lookup_end(struct smmu_edge *e, unsigned index, const struct smmu_ste *ste);
void smmu_pri_lookup_put(struct smmu_edge *e);
void smmu_pri_status(struct smmu_edge *e, const struct prisim_pri_queue_status *status);
void smmu_pri_abort(struct smmu_edge *e, const struct prisim_pri_queue_abort *abort);
void smmu_pri_control_put(struct smmu_edge *e);

/* smmu_pri_follow.c: what becomes of page requests, only where they are followed */
void smmu_pri_decision(struct smmu_edge *e, const struct prisim_pri_queue_decision *decision);
void smmu_pri_commit(struct smmu_edge *e, const struct prisim_pri_queue_commit *commit);
void smmu_pri_shown(struct smmu_edge *e);
/* The first `count` page requests that were taken are in PROD, or lost. */
static inline bool smmu_pri_settled(const struct prisim_smmu *s, uint32_t count)
{
    return (int32_t)(s->messages.settled - count) >= 0;
}

/* Fills a PRG Response; the caller has the port. */
void smmu_prg_response_fill(struct smmu_edge *e, struct prisim_tlp *to, const struct prisim_prg_response *response,
                            uint32_t command_index);

#endif
