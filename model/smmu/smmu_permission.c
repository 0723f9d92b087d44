/* SPDX-License-Identifier: Apache-2.0
 *
 * What a stage 1 leaf permits (smmuv3 7.2).
 */
#include "model/smmu/smmu_walk.h"

uint8_t smmu_leaf_access(uint64_t leaf, bool privileged, uint16_t cd_flags)
{
    bool user = leaf >> LEAF_AP_SHIFT & 1;              /* AP[1] */
    bool writable = !(leaf >> (LEAF_AP_SHIFT + 1) & 1); /* AP[2]=0 */
    bool read, write, execute;
    if (privileged) {
        read = !(user && (cd_flags & SMMU_CD_PAN));
        write = read && writable;
        /* Unprivileged-writable implies PXN. */
        execute = !(leaf >> LEAF_PXN_SHIFT & 1) && !(user && writable);
    } else {
        read = user;
        write = user && writable;
        execute = !(leaf >> LEAF_UXN_SHIFT & 1);
    }
    if ((cd_flags & SMMU_CD_WXN) && write)
        execute = false;
    assert(!write || read);
    return (uint8_t)((read ? ACCESS_READ : 0) | (write ? ACCESS_WRITE : 0) | (execute ? ACCESS_EXECUTE : 0));
}
