/* SPDX-License-Identifier: Apache-2.0
 *
 * Page tables of every granule in the harness's RAM, for either stage; and CDs and STEs that use them. Positions are
 * those of the rule book's tables (SMMU-LEVEL), not of the model.
 */
#ifndef PRISIM_TESTS_SMMU_TREES_H
#define PRISIM_TESTS_SMMU_TREES_H

#include "tests/smmu/smmu_harness.h"

enum tree_granule { TREE_4K, TREE_16K, TREE_64K, TREE_GRANULES };

/* SMMU-LEVEL-1 to SMMU-LEVEL-4: the lowest index bit of each level. 0: there is none. */
static const uint8_t tree_shift[TREE_GRANULES][4] = {{39, 30, 21, 12}, {47, 36, 25, 14}, {0, 42, 29, 16}};
/* TG0 and S2TG, TG1, and the TG of a TLBI. */
static const uint8_t tree_tg0[TREE_GRANULES] = {0, 2, 1};
static const uint8_t tree_tg1[TREE_GRANULES] = {2, 1, 3};
static const uint8_t tree_tg[TREE_GRANULES] = {1, 2, 3};

struct tree {
    uint64_t ttb;
    uint64_t offset; /* of the addresses written into tables: IPA - PA */
    enum tree_granule granule;
    unsigned start, input_bits;
};

/* Zeroed memory, aligned to its size. */
static inline uint64_t tree_room(struct smmu_harness *h, uint64_t bytes)
{
    uint64_t at = (h->next_table + bytes - 1) & ~(bytes - 1);
    ck_assert_uint_le(at + bytes, HARNESS_RAM + HARNESS_RAM_BYTES);
    h->next_table = at + bytes;
    memset(h->ram + (at - HARNESS_RAM), 0, bytes);
    return at;
}

static inline uint64_t tree_index(const struct tree *tree, unsigned level, uint64_t input)
{
    unsigned low = tree_shift[tree->granule][level];
    unsigned high = level == tree->start ? tree->input_bits : (unsigned)tree_shift[tree->granule][level - 1];
    return prisim_bits_get(input, low, high - low);
}

/* From `start` for inputs of this many bits: one table, or several concatenated. */
static inline struct tree tree_open(struct smmu_harness *h, enum tree_granule granule, unsigned start,
                                    unsigned input_bits)
{
    struct tree tree = {.granule = granule, .start = start, .input_bits = input_bits};
    tree.ttb = tree_room(h, UINT64_C(8) << (input_bits - tree_shift[granule][start]));
    return tree;
}

/* Where the descriptor of `level` for `input` lies. Tables that are missing are put in. */
static inline uint64_t tree_place(struct smmu_harness *h, const struct tree *tree, uint64_t input, unsigned level)
{
    uint64_t table = tree->ttb;
    for (unsigned at = tree->start;; at++) {
        uint64_t place = table + 8 * tree_index(tree, at, input);
        if (at == level)
            return place;
        if (!(smmu_harness_load(h, place) & 1))
            smmu_harness_store(h, place,
                               (tree_room(h, UINT64_C(1) << tree_shift[tree->granule][3]) + tree->offset) | 3);
        table = (smmu_harness_load(h, place) & PRISIM_DESC_ADDRESS) - tree->offset;
    }
}

/* A leaf of this level with these bits beside its address and type. Returns where it lies. */
static inline uint64_t tree_map(struct smmu_harness *h, const struct tree *tree, uint64_t input, unsigned level,
                                uint64_t output, uint64_t bits)
{
    uint64_t place = tree_place(h, tree, input, level);
    smmu_harness_store(h, place, output | bits | (level == 3 ? 3 : 1));
    return place;
}

/* AF, nG, all may read and write; and the same of stage 2, write-back, XN=0. */
#define TREE_LEAF                                                                                                      \
    (prisim_bits_put(1, PRISIM_DESC_AF) | prisim_bits_put(1, PRISIM_DESC_NG) |                                         \
     prisim_bits_put(PRISIM_AP_RW, PRISIM_DESC_AP))
#define TREE_S2LEAF                                                                                                    \
    (prisim_bits_put(1, PRISIM_DESC_AF) | prisim_bits_put(15, PRISIM_DESC_S2_MEMATTR) |                                \
     prisim_bits_put(3, PRISIM_DESC_AP))

/* A CD with the tree in the lower or in the upper half. */
static inline void tree_cd(struct smmu_harness *h, uint32_t ssid, uint64_t bits, const struct tree *tree, bool upper)
{
    uint64_t dw0 = prisim_bits_put(1, PRISIM_CD0_V) | prisim_bits_put(1, PRISIM_CD0_AA64) |
                   prisim_bits_put(5, PRISIM_CD0_IPS) | prisim_bits_put(1, PRISIM_CD0_R) |
                   prisim_bits_put(1, PRISIM_CD0_A) | bits;
    uint64_t size = 64 - tree->input_bits, at = HARNESS_CDTAB + ssid * PRISIM_CD_BYTES;
    if (upper)
        dw0 |= prisim_bits_put(1, PRISIM_CD0_EPD0) | prisim_bits_put(size, PRISIM_CD0_T1SZ) |
               prisim_bits_put(tree_tg1[tree->granule], PRISIM_CD0_TG1);
    else
        dw0 |= prisim_bits_put(1, PRISIM_CD0_EPD1) | prisim_bits_put(size, PRISIM_CD0_T0SZ) |
               prisim_bits_put(tree_tg0[tree->granule], PRISIM_CD0_TG0);
    smmu_harness_store(h, at, dw0);
    smmu_harness_store(h, at + 8, upper ? 0 : tree->ttb + tree->offset);
    smmu_harness_store(h, at + 16, upper ? tree->ttb + tree->offset : 0);
}

/* SMMU-LEVEL: S2SL0 by start level. */
static inline uint64_t tree_sl0(enum tree_granule granule, unsigned start)
{
    static const uint8_t code[TREE_GRANULES][4] = {{2, 1, 0, 3}, {3, 2, 1, 0}, {3, 2, 1, 0}};
    return code[granule][start];
}

/* Words 2 and 3 of an STE: stage 2 by this tree, faults recorded. */
static inline void tree_ste2(struct smmu_harness *h, uint32_t sid, uint64_t bits, uint32_t vmid,
                             const struct tree *tree)
{
    uint64_t dw2 = prisim_bits_put(vmid, PRISIM_STE2_S2VMID) |
                   prisim_bits_put(64 - tree->input_bits, PRISIM_STE2_S2T0SZ) |
                   prisim_bits_put(tree_sl0(tree->granule, tree->start), PRISIM_STE2_S2SL0) |
                   prisim_bits_put(tree_tg0[tree->granule], PRISIM_STE2_S2TG) | prisim_bits_put(5, PRISIM_STE2_S2PS) |
                   prisim_bits_put(1, PRISIM_STE2_S2AA64) | prisim_bits_put(1, PRISIM_STE2_S2R);
    smmu_harness_store(h, HARNESS_STRTAB + sid * PRISIM_STE_BYTES + 16, dw2 | bits);
    smmu_harness_store(h, HARNESS_STRTAB + sid * PRISIM_STE_BYTES + 24, tree->ttb);
}

/* Everything that is cached goes. */
static inline void tree_forget(struct smmu_harness *h)
{
    smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    if (h->config.hyp)
        smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_EL2_ALL, 0);
    smmu_harness_sync(h);
}

/* How the last translation ended, and a field of its event. */
static inline unsigned tree_cause(const struct smmu_harness *h)
{
    unsigned count = harness_events(h->base, PRISIM_EVENT_SMMU_TRANSLATE);
    ck_assert_uint_gt(count, 0);
    return (unsigned)harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, count - 1)->smmu_translate.cause;
}

#endif
