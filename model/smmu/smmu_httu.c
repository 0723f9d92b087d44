/* SPDX-License-Identifier: Apache-2.0
 *
 * Hardware updates of descriptors (SMMU-HTTU): the swap that writes access flag and dirty state. When these are
 * hardware's is said by CD and STE. A descriptor that changed in the meantime is looked at anew, as if it had just been
 * fetched.
 */
#include "model/smmu/smmu_walk.h"

/* Of the stage at work: expected becomes desired. */
void smmu_httu_swap(struct smmu_edge *e, unsigned index, uint64_t address)
{
    const struct smmu_walk *walk = &e->s->slot[index].walk;
    assert(walk->expected[walk->stage - 1] != walk->desired[walk->stage - 1]);
    smmu_slot_fetch(e, index, SMMU_SLOT_SWAP, address);
}

/* The swap was answered with what the descriptor was before it. */
void smmu_walk_swapped(struct smmu_edge *e, unsigned index, uint64_t was)
{
    const struct smmu_walk *walk = &e->s->slot[index].walk;
    unsigned stage = walk->stage - 1u;
    smmu_walk_descriptor(e, index, was == walk->expected[stage] ? walk->desired[stage] : was);
}
