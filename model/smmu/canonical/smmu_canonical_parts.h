/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: the canonical form of the SMMU (model/core/canonical.h), part by part. Each tells what lives
 * and nothing else; what is left out, and why, stands with the part. Nobody writes the state here.
 */
#ifndef PRISIM_SMMU_CANONICAL_PARTS_H
#define PRISIM_SMMU_CANONICAL_PARTS_H

#include "model/pcie/tlp_canonical.h"
#include "model/smmu/smmu_state.h"

/* smmu_canonical_register.c: registers, their accesses, timers, interrupts */
void smmu_canonical_registers(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                              const struct prisim_smmu *s);
/* A request on the register port. */
void smmu_canonical_access(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                           const struct prisim_smmu *s, const struct prisim_memory_request *request);
/* smmu_canonical_command.c: command queue, ITags, prefetches */
void smmu_canonical_commands(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                             const struct prisim_smmu *s);
/* ITags are given out in turn, so that they count from the next one; or the lowest one first, and they count as they
 * are (smmu_itag.c). */
static inline unsigned smmu_canonical_itag_next(const struct prisim_smmu_config *config, const struct prisim_smmu *s)
{
    return config->itag_reuse == PRISIM_SMMU_ITAG_AFTER_LATE ? s->itag_turn : 0;
}
/* smmu_canonical_event.c: event queue, stalls */
void smmu_canonical_events(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                           const struct prisim_smmu *s);
/* smmu_canonical_link.c: what is held of the PRI queue, and what it offers */
void smmu_canonical_link(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                         const struct prisim_smmu *s);
void smmu_canonical_link_offered(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                                 const struct prisim_smmu *s, const struct prisim_ports *ports);
/* smmu_canonical_slot.c: transactions in flight, and whom they wait for */
void smmu_canonical_slots(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                          const struct prisim_smmu *s);
/* smmu_canonical_cache.c: all caches */
void smmu_canonical_caches(struct prisim_canonical *to, const struct prisim_smmu *s);
/* An STE and a CD as they are used, cached or in a slot. */
void smmu_canonical_ste(struct prisim_canonical *to, const struct smmu_ste *ste);
void smmu_canonical_cd(struct prisim_canonical *to, const struct smmu_cd *cd);

#endif
