/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: what is told to software: event records, also of stalls, GERROR, interrupts (SMMU-EVENTS,
 * SMMU-GERROR, SMMU-IRQCFG).
 */
#ifndef PRISIM_SMMU_EVENTS_H
#define PRISIM_SMMU_EVENTS_H

#include "model/smmu/smmu_state.h"

static inline bool smmu_event_room(const struct prisim_smmu *s)
{
    return s->events.pushed - s->events.popped < SMMU_EVENTS_MAX;
}

/* smmu_event_queue.c */
void smmu_event_push(struct smmu_edge *e, const struct smmu_slot *slot, const uint64_t dw[4]);
/* Looks at the record that is next: true if it was dropped, so that there is room for one, and another may be due. */
bool smmu_event_next(struct smmu_edge *e);
void smmu_event_request(struct smmu_edge *e, struct prisim_memory_request *to);
/* The write was answered: true if there is room for a record. PROD, the interrupt and GERROR follow. */
bool smmu_event_written(struct smmu_edge *e, uint8_t status);
void smmu_event_publish(struct smmu_edge *e, uint8_t status);
/* smmu_stall_record.c */
unsigned smmu_stall_oldest(const struct prisim_smmu *s, uint32_t slots); /* of those in the mask: has waited longest */
unsigned smmu_stall_due(const struct smmu_edge *e);
prisim_cycle_t smmu_stall_next(const struct smmu_edge *e);
void smmu_stall_record(struct smmu_edge *e, unsigned index, uint64_t dw[4]);
void smmu_stall_written(struct smmu_edge *e, bool ok);
/* smmu_fault.c: true if the end of this slot is to be recorded, and the record */
bool smmu_fault_record(const struct smmu_edge *e, const struct smmu_slot *slot, enum prisim_cause cause,
                       uint64_t dw[4]);
void smmu_fault_write(const struct smmu_edge *e, const struct smmu_slot *slot, uint64_t dw[4]); /* the record alone */
/* smmu_gerror_msi.c */
void smmu_gerror_raise(struct smmu_edge *e, uint32_t bits);
void smmu_gerror_changed(struct smmu_edge *e, uint32_t before); /* `before`: what was active */
void smmu_interrupt(struct smmu_edge *e, enum smmu_msi_source source);
void smmu_interrupt_line(struct smmu_edge *e, uint32_t line);
void smmu_msi_send(struct smmu_edge *e, enum smmu_msi_source source, uint64_t address, uint32_t data);
void smmu_msi_request(struct smmu_edge *e, struct prisim_memory_request *to);
void smmu_msi_written(struct smmu_edge *e, unsigned source, uint8_t status);

#endif
