/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: what an access needs, and what the leaf of each stage permits (SMMU-STE, SMMU-ATSCPL,
 * SMMU-DESCRIPTOR, SMMU-HTTU). In a header, because every hit of the TLB goes through it.
 */
#ifndef PRISIM_SMMU_PERMISSION_H
#define PRISIM_SMMU_PERMISSION_H

#include "model/smmu/translation/smmu_walk.h"

static inline struct smmu_access_check smmu_access_check_of(const struct smmu_slot *slot)
{
    const struct prisim_tlp_header *head = &slot->tlp.head;
    struct smmu_access_check check = {
        .privileged = slot->privileged, .instruction = slot->execute, .writes = head->type == PRISIM_TLP_MEMORY_WRITE};
    if (slot->kind == SMMU_TRANSLATION_REQUEST) {
        check.writes = !(head->flags & PRISIM_TLP_NO_WRITE);
        check.needed = check.writes ? PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE : PRISIM_ACCESS_READ;
    } else {
        check.needed = check.writes        ? PRISIM_ACCESS_WRITE
                       : check.instruction ? PRISIM_ACCESS_EXECUTE
                                           : PRISIM_ACCESS_READ;
    }
    return check;
}

/* An attribute of a transaction after PRIVCFG or INSTCFG, of an STE or of GBPA (SMMU-CR). */
static inline bool smmu_overridden(uint32_t override, bool came)
{
    return override == PRISIM_OVERRIDE_SET || (override != PRISIM_OVERRIDE_CLEAR && came);
}

static inline uint8_t smmu_access_of(bool read, bool write, bool execute)
{
    return (uint8_t)((read ? PRISIM_ACCESS_READ : 0) | (write ? PRISIM_ACCESS_WRITE : 0) |
                     (execute ? PRISIM_ACCESS_EXECUTE : 0));
}

/* ACCESS_* that stage 1 grants. */
static inline uint8_t smmu_stage1_access(const struct smmu_slot *slot, uint32_t attributes)
{
    bool user = attributes & LEAF_USER, writable = !(attributes & LEAF_READ_ONLY);
    bool read, write, execute;
    if (slot->ste.world == SMMU_WORLD_EL2) {
        /* SMMU-DESCRIPTOR: at EL2 AP[1] counts as 1, and there is one XN, bit 54. */
        read = true;
        write = writable;
        execute = !(attributes & LEAF_UXN);
    } else if (slot->walk.check.privileged) {
        read = !(user && (slot->cd.flags & SMMU_CD_PAN));
        write = read && writable;
        /* Unprivileged-writable implies PXN. */
        execute = !(attributes & LEAF_PXN) && !(user && writable);
    } else {
        read = user;
        write = user && writable;
        execute = !(attributes & LEAF_UXN);
    }
    /* SMMU-DESCRIPTOR: WXN: writable implies XN. UWXN is of AArch32 tables only. */
    if ((slot->cd.flags & SMMU_CD_WXN) && write)
        execute = false;
    assert(!write || read);
    return smmu_access_of(read, write, execute);
}

/* ACCESS_* that stage 2 grants. */
static inline uint8_t smmu_stage2_access(const struct smmu_slot *slot, uint32_t attributes)
{
    return smmu_access_of(attributes & LEAF_S2_READ, attributes & LEAF_S2_WRITE,
                          attributes & (slot->walk.check.privileged ? LEAF_S2_PX : LEAF_S2_UX));
}

/* What a Translation Request is granted of what its translation allows (PRISIM_ACCESS_READ, _WRITE, _EXECUTE).
 * SMMU-ATSCPL: Exe only if asked for, and only with R. Under INSTCFG=Instruction every read is an instruction fetch, so
 * that X is what R asks for; under INSTCFG=Data R is what X asks for. */
static inline uint8_t smmu_ats_granted(const struct smmu_slot *slot, uint8_t allowed)
{
    bool asked = slot->has_pasid && (slot->tlp.head.flags & PRISIM_TLP_EXECUTE);
    if (slot->ste.instcfg == PRISIM_OVERRIDE_SET)
        allowed =
            (uint8_t)((allowed & ~PRISIM_ACCESS_READ) | (allowed & PRISIM_ACCESS_EXECUTE ? PRISIM_ACCESS_READ : 0));
    if (slot->ste.instcfg == PRISIM_OVERRIDE_CLEAR)
        allowed |= PRISIM_ACCESS_EXECUTE;
    if (!asked || !(allowed & PRISIM_ACCESS_READ))
        allowed &= (uint8_t)~PRISIM_ACCESS_EXECUTE;
    return allowed;
}

/* The leaf serves this access as it is: no page is to be made dirty. */
static inline bool smmu_is_clean_enough(const struct smmu_slot *slot, uint32_t attributes)
{
    if (!(attributes & (LEAF_CLEAN | LEAF_S2_CLEAN)) || !slot->walk.check.writes)
        return true;
    if ((slot->stages & SMMU_STAGE_1) && !(smmu_stage1_access(slot, attributes) & PRISIM_ACCESS_WRITE))
        return true;
    return !(attributes & LEAF_CLEAN) && !(attributes & LEAF_S2_WRITE);
}

#endif
