/* SPDX-License-Identifier: Apache-2.0
 *
 * Scopes of invalidation as the rule book has them (SMMU-CFGI, SMMU-TLBI): what may be kept of a translation that was
 * made, and which of that a command takes. A plain list, no cache of anybody's: an entry here is what some SMMU could
 * have kept, and it is gone only when a completed command had to take it.
 */
#ifndef PRISIM_TESTS_SMMU_SCOPE_H
#define PRISIM_TESTS_SMMU_SCOPE_H

#include "tests/smmu/reference/reference.h"

enum scope_kind {
    SCOPE_L1STD,
    SCOPE_STE,
    SCOPE_L1CD,
    SCOPE_CD,
    SCOPE_TABLE1, /* a table descriptor of stage 1, with the address of the next table through stage 2 */
    SCOPE_LEAF1,  /* a stage 1 leaf, alone or with stage 2 */
    SCOPE_TABLE2,
    SCOPE_LEAF2
};

struct scope_entry {
    enum scope_kind kind;
    uint32_t sid, ssid;         /* structures; ssid of an L1CD: the first one that it is for */
    bool el2, global;           /* translations */
    uint16_t vmid, asid;        /* vmid 0 without stage 2 */
    int level;                  /* of the descriptor; -1: the base of the first table */
    unsigned granule;           /* log2 */
    uint64_t first, last;       /* what it translates: VA, or IPA of stage 2 */
    uint64_t named, named_last; /* a command that names one of these takes it: the whole page of stage 1 */
};

/* What a command is compared by. */
enum scope_field {
    SCOPE_BY_WORLD,
    SCOPE_BY_VMID,
    SCOPE_BY_ASID,
    SCOPE_BY_GLOBAL,
    SCOPE_BY_ADDRESS,
    SCOPE_BY_HALF,  /* the same address of the other half */
    SCOPE_BY_FIRST, /* it lies just before the range */
    SCOPE_BY_LAST,  /* just behind it */
    SCOPE_BY_LEAF,
    SCOPE_BY_LEVEL,
    SCOPE_BY_GRANULE,
    SCOPE_FIELDS
};

struct scope_machine {
    struct reference_features features;
    bool ril;
    unsigned vmw;      /* CR0.VMW */
    unsigned split;    /* 0: linear */
    unsigned left_out; /* bits by field: compares that are not made, to see what an entry was saved by */
};

/* A command is ILL (SMMU-TLBI). */
bool scope_ill(const struct scope_machine *machine, const uint64_t dw[2]);
/* The command, once complete, must have taken the entry. */
bool scope_takes(const struct scope_machine *machine, const uint64_t dw[2], const struct scope_entry *entry);

/* SMMU-LEVEL: log2 of what a descriptor of a level maps; level -1 and below: of all. */
unsigned scope_shift(unsigned granule, int level);
/* SMMU-DESCRIPTOR: entries of a contiguous group as log2. */
unsigned scope_group_log2(unsigned granule, int level);

#endif
