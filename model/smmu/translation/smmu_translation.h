/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: look-ups and walk as those see them who have STE and CD.
 */
#ifndef PRISIM_SMMU_TRANSLATION_H
#define PRISIM_SMMU_TRANSLATION_H

#include "model/smmu/translation/smmu_slot.h"

/* smmu_lookup.c: from the TLB look-up on. Before: slot->ste, cd (with SMMU_STAGE_1) and stages. */
void smmu_walk_ahead(struct smmu_edge *e, unsigned index, prisim_cycle_t begin);
/* STE and CD are those of the slot's last transaction: true if that goes for its leaf as well. */
bool smmu_walk_again(struct smmu_edge *e, unsigned index, prisim_cycle_t begin);
void smmu_walk_due(struct smmu_edge *e, unsigned index);
/* Stage 2 translates the address of slot->structure, which is fetched then. */
void smmu_walk_context(struct smmu_edge *e, unsigned index, uint64_t ipa);
void smmu_walk_ended(struct smmu_edge *e, unsigned index);
void smmu_micro_fills(struct smmu_edge *e);
/* smmu_walk.c: what was fetched for it is here */
void smmu_walk_descriptor(struct smmu_edge *e, unsigned index, uint64_t descriptor);
void smmu_walk_swapped(struct smmu_edge *e, unsigned index, uint64_t was);
void smmu_walk_aborted(struct smmu_edge *e, unsigned index);

#endif
