/* SPDX-License-Identifier: Apache-2.0
 *
 * A stream with both stages: everything that stage 1 and the CD name is an IPA, above its PA. Stage 2 maps every page
 * of RAM by a descriptor of its own.
 */
#ifndef PRISIM_TESTS_SMMU_NEST_H
#define PRISIM_TESTS_SMMU_NEST_H

#include "tests/smmu/smmu_trees.h"

#define NEST_OFFSET UINT64_C(0x1000000000) /* IPA - PA of RAM */
#define NEST_IPA    UINT64_C(0x2000000000) /* where stage 1 maps to */
enum { NEST_VMID = 5, NEST_ASID = 7, NEST_PASID = 1 };

struct nest {
    struct smmu_harness *h;
    struct tree first, second;
    uint32_t events; /* seen */
};

/* Where stage 2's descriptor of the page of this PA in RAM lies. */
static inline uint64_t nest_page(const struct nest *n, uint64_t pa)
{
    return tree_place(n->h, &n->second, pa + NEST_OFFSET, 3);
}

/* Both trees have four levels. h is started and up; `ste2` are bits of the STE's word 2. */
static inline struct nest nest_open(struct smmu_harness *h, uint32_t sid, uint32_t vmid, uint64_t ste2)
{
    struct nest n = {.h = h};
    n.first = tree_open(h, TREE_4K, 0, 48);
    n.first.offset = NEST_OFFSET;
    n.second = tree_open(h, TREE_4K, 0, 48);
    for (uint64_t pa = HARNESS_RAM; pa < HARNESS_RAM + HARNESS_RAM_BYTES; pa += 4096)
        tree_map(h, &n.second, pa + NEST_OFFSET, 3, pa, TREE_S2LEAF);
    smmu_harness_ste(h, sid,
                     prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S1_S2, PRISIM_STE0_CONFIG) |
                         prisim_bits_put(4, PRISIM_STE0_S1CDMAX) | (HARNESS_CDTAB + NEST_OFFSET),
                     smmu_harness_ste1());
    tree_ste2(h, sid, ste2, vmid, &n.second);
    return n;
}

/* CD.A and R as they are by default. */
static inline void nest_cd(const struct nest *n, uint64_t bits)
{
    tree_cd(n->h, NEST_PASID, bits | prisim_bits_put(NEST_ASID, PRISIM_CD0_ASID), &n->first, false);
}

static inline uint64_t nest_ask(const struct nest *n, uint64_t va, unsigned flags)
{
    struct prisim_tlp request = smmu_harness_request(va, NEST_PASID, flags);
    return smmu_harness_entry(smmu_harness_ask(n->h, &request));
}

/* An untranslated access that faults, and its record. */
static inline void nest_fault(struct nest *n, enum prisim_tlp_type type, uint64_t va, unsigned flags, uint64_t dw[4])
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(type, PRISIM_TLP_AT_UNTRANSLATED, va, 8);
    tlp.head.pasid = NEST_PASID;
    tlp.head.flags = (uint8_t)(PRISIM_TLP_HAS_PASID | flags);
    unsigned count = harness_events(n->h->base, PRISIM_EVENT_SMMU_TRANSLATE);
    smmu_harness_up(n->h, &tlp);
    for (unsigned i = 0; i < 2000 && harness_events(n->h->base, PRISIM_EVENT_SMMU_TRANSLATE) == count; i++)
        smmu_harness_edge(n->h);
    smmu_harness_run(n->h, 60);
    uint32_t prod = smmu_harness_events(n->h) & 7;
    ck_assert_uint_eq(prod, (n->events + 1) & 7);
    smmu_harness_event(n->h, n->events & 3, dw);
    n->events = prod;
    smmu_harness_write(n->h, PRISIM_SMMU_EVENTQ_CONS, prod);
}

/* SMMU-RECORD */
static inline bool nest_is_s2(const uint64_t dw[4])
{
    return dw[1] >> 39 & 1;
}
static inline unsigned nest_class(const uint64_t dw[4])
{
    return dw[1] >> 40 & 3;
}
static inline bool nest_is_table_read(const uint64_t dw[4])
{
    return dw[1] >> 44 & 1;
}

#endif
