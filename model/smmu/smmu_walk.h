/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: a leaf as the TLB keeps it, and a table as the walk cache keeps it. Address at its place
 * (bits 47:12); below it what this says. Not the descriptor's own layout.
 */
#ifndef PRISIM_SMMU_WALK_H
#define PRISIM_SMMU_WALK_H

#include "model/smmu/smmu_state.h"

enum {
    LEAF_SIZE = 3,      /* 0: 4 KB, 1: 2 MB, 2: 1 GB */
    LEAF_AP_SHIFT = 2,  /* AP[2:1], after APTable */
    LEAF_PXN_SHIFT = 4, /* after PXNTable */
    LEAF_UXN_SHIFT = 5, /* after XNTable */
    TABLE_LIMITS = 15,  /* smmu_slot.limits of the tables up to this one */
    TABLE_FOUND = 16    /* of smmu_slot.found: there is a table */
};

#endif
