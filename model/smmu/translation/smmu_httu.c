/* SPDX-License-Identifier: Apache-2.0
 *
 * Hardware updates of descriptors (SMMU-HTTU): the swap that writes access flag and dirty state. When these are
 * hardware's is said by CD and STE. A descriptor that changed in the meantime is looked at anew, as if it had just been
 * fetched.
 */
#include "model/smmu/translation/smmu_stage.h"

void smmu_httu_begin(struct smmu_walk *walk, unsigned stage, uint64_t descriptor, uint64_t desired)
{
    assert(descriptor != desired && (stage == 1 || stage == 2));
    walk->expected[stage - 1] = descriptor;
    walk->desired[stage - 1] = desired;
}

uint64_t smmu_httu_swapped(const struct smmu_walk *walk, uint64_t was)
{
    unsigned stage = walk->stage - 1u;
    assert(walk->expected[stage] != walk->desired[stage]);
    return was == walk->expected[stage] ? walk->desired[stage] : was;
}
